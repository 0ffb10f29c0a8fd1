//! `deploysim import eas`: an EAS service's own JSON as a scenario.

use crate::cli::args::InputArgs;
use crate::cli::fail::Failure;
use crate::cli::{bill, input};
use crate::scenario::data::read_at_most;
use crate::scenario::import::eas::{BidUnit, EasImport, EasOptions, KeyKind, KeyNote, Target, import_eas};
use crate::scenario::{Severity, Source};
use crate::units::time::SpanError;
use crate::units::{Calendar, SimSpan};
use clap::{Args, ValueEnum};
use std::fmt::Write as _;
use std::path::PathBuf;

pub(super) const EXAMPLES: &str = "\
Types of the JSON are matched to the names or types of the markets in FILE. Without --market the
scenario is written with prices to fill in. What of the JSON is not read is listed with the reason,
on stderr and at the end of the scenario.

Examples:
  deploysim import eas service.json --market prices.ron                the scenario, on stdout
  deploysim import eas service.json --market prices.ron --compare --out chat.ron
  deploysim import eas service.json --currency USD --out chat.ron      with prices to fill in
  deploysim import eas list.json --service chat --market prices.ron    one of a list of services
  deploysim import eas job.json --market prices.ron --bid-unit minute  bids as DLC counts them";

/// Larger files are no services.
const LARGEST_JSON: u64 = 16 << 20;

/// The unit of bids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum BidUnitArg {
    /// As the console of EAS shows them.
    Hour,
    /// As DLC counts.
    Minute,
}

/// `deploysim import eas`.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct EasArgs {
    /// The service's JSON, as EASCMD takes it, or a list of several
    #[arg(value_name = "SERVICE_JSON")]
    pub service: PathBuf,
    /// Markets of its instance types: a scenario, or a file with `markets: […]` and clocks, shocks, disk, start, horizon,
    /// currency where it has them [default: prices are left to fill in]
    #[arg(long, value_name = "FILE")]
    pub market: Option<PathBuf>,
    /// File to write, whole or not at all [default: stdout]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Add strategies to compare with: standard only, and moving back to spot
    #[arg(long)]
    pub compare: bool,
    /// The one service of a list to take [default: all]
    #[arg(long = "service", value_name = "NAME")]
    pub only: Option<String>,
    /// What `spot_price_limit` is per
    #[arg(long, value_enum, default_value_t = BidUnitArg::Hour)]
    pub bid_unit: BidUnitArg,
    /// Currency of the bids, as in CNY (Chinese site) or USD (international) [default: that of the markets]
    #[arg(long, value_name = "CODE", value_parser = parse_currency)]
    pub currency: Option<String>,
    /// Start of the run, as in 2026-06-01T00:00:00+08:00 [default: that of the markets]
    #[arg(long, value_name = "TIME", value_parser = parse_start)]
    pub start: Option<String>,
    /// Length of the run, as in 30d [default: that of the markets, else 30d]
    #[arg(long, value_name = "DURATION", value_parser = parse_horizon)]
    pub horizon: Option<SimSpan>,
    /// Where data files are.
    #[command(flatten)]
    pub input: InputArgs,
    /// Only errors on stderr
    #[arg(long, short)]
    pub quiet: bool,
}

pub(super) fn eas(args: &EasArgs) -> Result<(), Failure> {
    let shown = args.service.to_string_lossy().replace('\\', "/");
    let bytes = read_at_most(&args.service, LARGEST_JSON)
        .map_err(|error| Failure::Scenario(format!("cannot read {shown}: {error}")))?;
    let market = args.market.as_deref().map(|path| Source::read(path, &input::data_dirs(&args.input)));
    let market = market.transpose().map_err(|error| Failure::Scenario(error.to_string()))?;
    let options = EasOptions {
        bid_unit: match args.bid_unit {
            BidUnitArg::Hour => BidUnit::Hour,
            BidUnitArg::Minute => BidUnit::Minute,
        },
        currency: args.currency.clone(),
        start: args.start.clone(),
        horizon: args.horizon,
        service: args.only.clone(),
        compare: args.compare,
    };
    let made = import_eas(&shown, &bytes, market, &target(args), &options);
    tell(&made, args);
    let Some(text) = &made.text else {
        return Err(Failure::Scenario(format!("{shown} cannot be imported")));
    };
    match &args.out {
        Some(path) => bill::write_file(path, text.as_bytes(), "the scenario", args.quiet),
        None => crate::cli::print(text),
    }
}

/// Where the scenario will be: on stdout it is as good as in this folder.
fn target(args: &EasArgs) -> Target {
    let path = args.out.clone().unwrap_or_else(|| PathBuf::from("scenario.ron"));
    let base = path.parent().map(std::path::Path::to_path_buf).unwrap_or_default();
    Target { shown: path.to_string_lossy().replace('\\', "/"), base }
}

/// What is to be said on stderr.
fn tell(made: &EasImport, args: &EasArgs) {
    let least = if args.quiet { Severity::Error } else { Severity::Note };
    for report in made.reports.iter().filter(|report| !args.quiet || report.has_errors()) {
        crate::cli::note(&report.render_from(least, input::use_color()));
    }
    if args.quiet || made.text.is_none() {
        return;
    }
    crate::cli::note(&list_keys(&made.keys));
    if made.to_fill > 0 {
        let count = made.to_fill;
        crate::cli::note(&format!(
            "the scenario does not load yet: fill in the {count} values that are \"?\"; `deploysim check` lists them\n"
        ));
    }
    if let Some(folder) = &made.data_dir {
        crate::cli::note(&format!("its data files are elsewhere: run it with --data {}\n", folder.display()));
    }
}

/// The keys that do not matter, with the reason; warnings have named the others.
fn list_keys(keys: &[KeyNote]) -> String {
    let idle = || keys.iter().filter(|note| note.kind == KeyKind::Idle);
    let width = idle().map(|note| note.path.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for note in idle() {
        if text.is_empty() {
            text.push_str("left out, as these do not change the bill:\n");
        }
        let _ = writeln!(text, "  {:width$}  line {:>3}  {}", note.path, note.line, note.why);
    }
    text
}

fn parse_currency(text: &str) -> Result<String, String> {
    let right = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()) && text != "RMB";
    if right { Ok(text.to_owned()) } else { Err("write an ISO 4217 code, as in CNY or USD".to_owned()) }
}

fn parse_start(text: &str) -> Result<String, String> {
    Calendar::parse(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

fn parse_horizon(text: &str) -> Result<SimSpan, String> {
    let horizon: SimSpan = text.parse().map_err(|error: SpanError| error.to_string())?;
    let longest = SimSpan::from_days(3_653);
    let fits = (SimSpan::SECOND..=longest).contains(&horizon);
    if fits { Ok(horizon) } else { Err("a run is from 1s to 3653d long".to_owned()) }
}
