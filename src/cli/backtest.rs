//! `deploysim backtest`: what a scenario predicts beside what was really charged.

use super::args::{BacktestArgs, Format};
use super::fail::Failure;
use super::input;
use super::progress;
use super::run::find_strategy;
use crate::montecarlo::{self, Observer, StudySize};
use crate::report::{Backtest, backtest as report};
use crate::scenario::import::bills::{BillFile, BillReading, LabelRule, LineKind, load_bills};
use crate::scenario::suggest;
use crate::sim::Outcome;
use crate::units::UnitPrice;
use indicatif::ProgressBar;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn backtest(args: &BacktestArgs) -> Result<(), Failure> {
    let quiet = args.quiet || args.format == Format::Json;
    let scenario = input::load_or_fail(Some(&args.scenario), &args.input, quiet)?;
    let strategy = find_strategy(&scenario, args.strategy.as_deref())?;
    let rates = rates(&args.rates, &scenario.currency)?;
    let reading = BillReading {
        calendar: &scenario.calendar,
        currency: &scenario.currency,
        rates: &rates,
        labels: &args.labels,
    };
    // Bills are read before the replications: a wrong one costs no time.
    let bills = load_bills(&args.bills, &input::data_dirs(&args.input), &reading).map_err(|report| {
        super::note(&report.render(input::use_color()));
        Failure::Scenario("the bills cannot be compared".to_owned())
    })?;
    if !args.quiet {
        super::note(&unused(&args.labels, &bills));
    }
    let size = StudySize { seed: args.seed, replications: args.replications, threads: args.threads };
    let progress = Progress(progress::bar(size.replications, quiet));
    let samples = montecarlo::charges_by_month(&scenario, strategy, size, &progress)
        .map_err(|error| Failure::from_study(error, "stdout"))?;
    progress.0.finish_and_clear();
    let backtest = Backtest::new(&scenario, strategy, size, &bills, &samples);
    match args.format {
        Format::Text => super::print(&report::render(&backtest)),
        Format::Json => super::print(&super::results::to_json(&backtest)),
    }
}

/// Follows the replications.
struct Progress(ProgressBar);

impl Observer for Progress {
    fn tick(&self) {
        self.0.inc(1);
    }
    fn collect(&mut self, _: u64, _: &[Outcome]) -> std::io::Result<()> {
        Ok(())
    }
}

/// The rates by currency; each once, and none of the scenario's own currency.
fn rates(given: &[(String, UnitPrice)], own: &str) -> Result<BTreeMap<String, UnitPrice>, Failure> {
    let mut rates = BTreeMap::new();
    for (currency, rate) in given {
        if currency == own {
            return Err(Failure::Usage(format!("--rate {currency}: the scenario itself is in {own}")));
        }
        if rates.insert(currency.clone(), *rate).is_some() {
            return Err(Failure::Usage(format!("--rate {currency}: give one rate for a currency")));
        }
    }
    Ok(rates)
}

/// What is said of rules that are about no line: probably slips of the pen.
fn unused(rules: &[LabelRule], bills: &[BillFile]) -> String {
    let labels: BTreeSet<&str> = bills.iter().flat_map(|bill| &bill.lines).map(|line| &*line.label).collect();
    let idle = rules.iter().filter(|rule| !labels.iter().any(|label| rule.fits(label)));
    let warnings: Vec<String> = idle
        .map(|rule| {
            let near = suggest::nearest(&rule.label, &labels.iter().copied().collect::<Vec<_>>());
            let near = near.map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default();
            format!("warning: --map: no line is called \"{}\"{near}\n", rule.label)
        })
        .collect();
    warnings.concat()
}

/// Reads `LABEL=KIND`.
pub(super) fn parse_label(text: &str) -> Result<LabelRule, String> {
    // Labels may hold an equals sign, kinds do not.
    let (label, kind) =
        text.rsplit_once('=').ok_or("write LABEL=KIND, as in \"*-InputTokens=input_tokens\"")?;
    let label = label.trim();
    if label.is_empty() {
        return Err("there is no label before the equals sign".to_owned());
    }
    let kind = LineKind::by_name(kind).ok_or_else(|| {
        let names = LineKind::ALL.map(LineKind::name);
        let near = suggest::nearest(kind.trim(), &names).map(|near| format!("; did you mean `{near}`?"));
        format!(
            "there is no kind \"{}\"{}\nkinds are {}",
            kind.trim(),
            near.unwrap_or_default(),
            names.join(", ")
        )
    })?;
    Ok(LabelRule { label: label.to_owned(), kind })
}

/// Reads `USD=7.1`.
pub(super) fn parse_rate(text: &str) -> Result<(String, UnitPrice), String> {
    const RIGHT: &str = "write CODE=RATE, as in USD=7.1: what one unit is worth in the scenario's currency";
    let (code, rate) = text.split_once('=').ok_or(RIGHT)?;
    let code = code.trim().to_uppercase();
    if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(format!("\"{code}\" is no code of a currency; {RIGHT}"));
    }
    let rate = UnitPrice::parse(rate).map_err(|error| error.to_string())?;
    if rate <= UnitPrice::ZERO {
        return Err("a rate is above zero".to_owned());
    }
    Ok((code, rate))
}
