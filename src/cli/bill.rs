//! `deploysim bill`: the bill of one run, for its reader or as other tools accept it.

use super::args::{BillArgs, BillFormat, FocusVersionArg};
use super::fail::Failure;
use super::html::PageFile;
use super::input;
use super::interrupt::Interrupt;
use super::progress;
use super::results::to_json;
use super::run::find_strategy;
use crate::ledger::AccountId;
use crate::montecarlo::{self, Observer, StudySize, quantile_rank};
use crate::report::Told;
use crate::report::export::focus::{self, FocusVersion};
use crate::report::export::{Charge, Month, Selection, charges, modelstudio, total};
use crate::report::output::OutputDir;
use crate::report::page;
use crate::report::statement::{self, Statement};
use crate::scenario::Scenario;
use crate::scenario::model::Strategy;
use crate::scenario::suggest;
use crate::sim::{self, Outcome, Recorder};
use crate::units::Money;
use indicatif::ProgressBar;
use std::path::Path;

const ACCOUNT_HELP: &str = "\
help: an account is what a bill is of; write one into the scenario, as in
    accounts: [(name: \"main\", cash: \"1000.00\")],";

pub(super) fn bill(args: &BillArgs) -> Result<(), Failure> {
    can_be_written(args)?;
    let scenario = input::load_or_fail(args.scenario.as_deref(), &args.input, args.quiet)?;
    let strategy = find_strategy(&scenario, args.strategy.as_deref())?;
    let selection = selection(&scenario, args)?;
    let page = PageFile::begin(args.html.as_deref(), args.scenario.as_deref(), &args.input, args.quiet)?;
    let replication = match args.quantile {
        Some(per_mille) => replication_at(&scenario, strategy, args, per_mille)?,
        None => args.replication,
    };
    let world = scenario.world.draw(args.seed, replication);
    let mut recorder = Recorder::default();
    let outcome = sim::simulate(&scenario, strategy, &world, &mut recorder);
    let (seed, outcome, recorder) = (args.seed, &outcome, &recorder);
    let told = Told { scenario: &scenario, strategy, seed, replication, outcome, recorder };
    let charges = charges(&told);
    let bytes = rendered(args, &told, &charges, selection)?;
    if let Some(page) = page {
        let statement = Statement::new(&told, &charges, selection);
        let html = page::bill(&statement, &told, &world, page.origin());
        page.keep(&html)?;
    }
    match &args.out {
        Some(path) => write_file(path, &bytes, "the bill", args.quiet),
        None => super::print_bytes(&bytes),
    }
}

/// What cannot be written is said before anything is run.
fn can_be_written(args: &BillArgs) -> Result<(), Failure> {
    if args.format != BillFormat::Parquet {
        return Ok(());
    }
    if !cfg!(feature = "parquet") {
        return Err(Failure::Usage(
            "this program was built without Parquet\n\
             help: build it with `cargo build --release --features parquet`, or write `--format focus` (CSV)"
                .to_owned(),
        ));
    }
    if args.out.is_none() {
        return Err(Failure::Usage(
            "Parquet is no text for a terminal\nhelp: name a file, as in --out bill.parquet".to_owned(),
        ));
    }
    Ok(())
}

/// The account and month that are wanted, by their names.
fn selection(scenario: &Scenario, args: &BillArgs) -> Result<Selection, Failure> {
    if scenario.accounts.is_empty() {
        let name = input::shown(args.scenario.as_deref());
        return Err(Failure::Usage(format!("{name} has no accounts, so there is no bill\n{ACCOUNT_HELP}")));
    }
    let account = args.account.as_deref().map(|name| find_account(scenario, name)).transpose()?;
    let month = args.month.as_deref().map(|month| Month::parse(&scenario.calendar, month)).transpose();
    let month = month.map_err(|error| Failure::Usage(error.to_string()))?;
    Ok(Selection { account, month })
}

fn find_account(scenario: &Scenario, name: &str) -> Result<AccountId, Failure> {
    let found = scenario.accounts.iter().position(|account| account.name == name);
    found.map(AccountId).ok_or_else(|| {
        let names: Vec<&str> = scenario.accounts.iter().map(|account| account.name.as_str()).collect();
        let near = suggest::nearest(name, &names).map(|near| format!("; did you mean `{near}`?"));
        Failure::Usage(format!(
            "there is no account \"{name}\"{}\nhelp: there is {}",
            near.unwrap_or_default(),
            names.join(", ")
        ))
    })
}

/// The replication whose cost is the ⌈p·N⌉-th smallest; of equal ones the first.
fn replication_at(
    scenario: &Scenario,
    strategy: &Strategy,
    args: &BillArgs,
    per_mille: usize,
) -> Result<u64, Failure> {
    let alone = Scenario { strategies: vec![strategy.clone()], ..scenario.clone() };
    let size = StudySize { seed: args.seed, replications: args.replications, threads: args.threads };
    // Nothing is written yet: the folder it watches is that of the file, if there is one.
    let interrupt = Interrupt::watch(folder_of(args.out.as_deref()))?;
    let bar = progress::bar(size.replications, args.quiet);
    let mut costs = Costs { bar, interrupt: &interrupt, seen: Vec::new() };
    montecarlo::study(&alone, size, &mut costs).map_err(|error| Failure::from_study(error, "costs"))?;
    costs.bar.finish_and_clear();
    let mut order: Vec<(Money, u64)> = costs.seen;
    order.sort_unstable();
    let rank = quantile_rank(per_mille, order.len());
    let (cost, replication) = order[rank - 1];
    if !args.quiet {
        super::note(&format!(
            "replication {replication} of {}: its cost {cost} {} is number {rank} from the smallest\n",
            args.replications, scenario.currency
        ));
    }
    Ok(replication)
}

/// Keeps the cost of each replication.
struct Costs<'run> {
    bar: ProgressBar,
    interrupt: &'run Interrupt,
    seen: Vec<(Money, u64)>,
}

impl Observer for Costs<'_> {
    fn tick(&self) {
        self.bar.inc(1);
    }
    fn is_interrupted(&self) -> bool {
        self.interrupt.is_set()
    }
    fn collect(&mut self, replication: u64, outcomes: &[Outcome]) -> std::io::Result<()> {
        self.seen.extend(outcomes.iter().map(|outcome| (outcome.cost(), replication)));
        Ok(())
    }
}

fn rendered(
    args: &BillArgs,
    told: &Told<'_>,
    charges: &[Charge<'_>],
    selection: Selection,
) -> Result<Vec<u8>, Failure> {
    let failed = |error| Failure::Write("the bill".to_owned(), error);
    match args.format {
        BillFormat::Text => Ok(statement::render(&Statement::new(told, charges, selection)).into_bytes()),
        BillFormat::Json => Ok(to_json(&Statement::new(told, charges, selection)).into_bytes()),
        BillFormat::Modelstudio => {
            let wanted: Vec<Charge<'_>> =
                charges.iter().filter(|charge| selection.takes(charge)).copied().collect();
            said(args, told, total(&wanted));
            modelstudio::write(told, &wanted).map_err(failed)
        }
        BillFormat::Focus | BillFormat::Parquet => {
            let rows = focus::rows(told, charges, selection);
            said(args, told, rows.iter().map(focus::FocusRow::billed).sum());
            let version = match args.focus_version {
                FocusVersionArg::V1_2 => FocusVersion::V1_2,
                FocusVersionArg::V1_4 => FocusVersion::V1_4,
            };
            if args.format == BillFormat::Parquet {
                parquet(&rows, version)
            } else {
                focus::write(&rows, version)
            }
            .map_err(failed)
        }
    }
}

/// The total of what a program will read is said to the person who asked for it.
fn said(args: &BillArgs, told: &Told<'_>, total: Money) {
    if !args.quiet {
        super::note(&format!("total: {total} {}\n", told.scenario.currency));
    }
}

#[cfg(feature = "parquet")]
fn parquet(rows: &[focus::FocusRow], version: FocusVersion) -> std::io::Result<Vec<u8>> {
    crate::report::export::parquet::write(rows, version)
}

#[cfg(not(feature = "parquet"))]
fn parquet(_: &[focus::FocusRow], _: FocusVersion) -> std::io::Result<Vec<u8>> {
    Err(std::io::ErrorKind::Unsupported.into())
}

fn folder_of(path: Option<&Path>) -> &Path {
    match path.and_then(Path::parent) {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    }
}

/// Writes the whole file or none; `what` names it in the note.
pub(super) fn write_file(path: &Path, bytes: &[u8], what: &str, quiet: bool) -> Result<(), Failure> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| Failure::Usage(format!("{} names no file for --out", path.display())))?;
    let failed = |error| Failure::Write(path.display().to_string(), error);
    let folder = OutputDir::create(folder_of(Some(path))).map_err(failed)?;
    folder.write(name, bytes).map_err(failed)?.keep().map_err(failed)?;
    if !quiet {
        super::note(&format!("{what} is in {}\n", path.display()));
    }
    Ok(())
}
