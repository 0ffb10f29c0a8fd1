//! What was charged beside what a scenario predicts: one object that the table prints and the JSON carries.
//!
//! Nothing is scaled: a month is compared as it stands in the bill with what the run covers of it, and a month that the
//! run covers in part is marked so. Sums of kinds are summed within a replication before their quantiles are taken.

mod cells;
mod table;
#[cfg(test)]
mod tests;

pub use cells::{Cell, Prediction, Quantity};
pub use table::render;

use crate::montecarlo::{MonthSamples, StudySize};
use crate::scenario::Scenario;
use crate::scenario::import::bills::{BillFile, ChargedLine, LineKind};
use crate::scenario::model::Strategy;
use crate::units::{Money, Month, SimSpan, SimTime};
use cells::Judge;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The result of `backtest`. Money is text, everything else a number; fields are added by later versions and kept.
#[derive(Clone, Debug, Serialize)]
pub struct Backtest {
    /// Name of the scenario.
    pub scenario: String,
    /// The strategy that is held against the bill.
    pub strategy: String,
    /// Root of all luck.
    pub seed: u64,
    /// Number of replications.
    pub replications: u64,
    /// ISO 4217 code; everything is in this currency.
    pub currency: String,
    /// Beginning of the run.
    pub from: String,
    /// End of the run (exclusive).
    pub to: String,
    /// The bills, as they were named.
    pub bills: Vec<BillSource>,
    /// Everything that was charged: the sum of all lines of all bills.
    pub charged: String,
    /// Months that the run covers at least in part, in order.
    pub months: Vec<MonthResult>,
    /// All months that were compared, together; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<Cell>,
    /// Months of the bills that the run does not cover.
    pub not_simulated: Vec<NotSimulated>,
    /// Labels that no table knows, the largest amounts first; they are in the kind `other`.
    pub unmapped: Vec<Unmapped>,
    /// What was assumed when the bills were read.
    pub notes: Vec<String>,
    /// Version of the program.
    pub version: &'static str,
}

/// A bill.
#[derive(Clone, Debug, Serialize)]
pub struct BillSource {
    /// The file.
    pub file: String,
    /// What it was recognised as.
    pub format: String,
    /// How many lines it has.
    pub lines: usize,
    /// Their sum.
    pub total: String,
    /// Currencies before they were converted.
    pub currencies: BTreeSet<String>,
}

/// How much of a month a run covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// From its beginning to its end.
    Whole,
    /// A part.
    Partial,
}

/// One month.
#[derive(Clone, Debug, Serialize)]
pub struct MonthResult {
    /// As in `2026-06`, in the scenario's offset.
    pub month: String,
    /// How much of it the run covers.
    pub coverage: Coverage,
    /// The bills have lines in it. A month without any is shown and not compared.
    pub is_billed: bool,
    /// Of what was charged, lines of a day or less before the run begins or after it ends: no prediction covers them.
    pub charged_outside_run: String,
    /// Each kind that was charged or predicted.
    pub kinds: Vec<Cell>,
    /// The month.
    pub total: Cell,
}

/// A month of the bills that the run does not cover.
#[derive(Clone, Debug, Serialize)]
pub struct NotSimulated {
    /// As in `2026-06`, in the scenario's offset.
    pub month: String,
    /// How many lines.
    pub lines: usize,
    /// What was charged.
    pub charged: String,
    /// The same by kind.
    pub kinds: BTreeMap<&'static str, String>,
}

/// A label that no table knows.
#[derive(Clone, Debug, Serialize)]
pub struct Unmapped {
    /// As the bill writes it.
    pub label: String,
    /// How many lines.
    pub lines: usize,
    /// What was charged.
    pub charged: String,
}

impl Backtest {
    /// Holds bills against the samples of a strategy.
    pub fn new(
        scenario: &Scenario,
        strategy: &Strategy,
        size: StudySize,
        bills: &[BillFile],
        samples: &MonthSamples,
    ) -> Self {
        let lines: Vec<&ChargedLine> = bills.iter().flat_map(|bill| &bill.lines).collect();
        let judge = Judge {
            lines: &lines,
            samples,
            decimals: bills.iter().map(|bill| bill.decimals).max().unwrap_or_default(),
        };
        let simulated = months_of_run(scenario);
        let billed: BTreeSet<Month> = lines.iter().map(|line| line.month).collect();
        let compared: BTreeSet<Month> =
            billed.iter().copied().filter(|month| simulated.contains_key(month)).collect();
        let months = simulated
            .iter()
            .map(|(month, coverage)| month_result(scenario, &judge, *month, *coverage, &compared))
            .collect();
        let total =
            (!compared.is_empty()).then(|| judge.cell("total", |month, _| compared.contains(&month), true));
        let outside = billed.iter().filter(|month| !simulated.contains_key(month));
        let charged: Money = lines.iter().map(|line| line.amount).sum();
        Self {
            scenario: scenario.name.clone(),
            strategy: strategy.name.clone(),
            seed: size.seed,
            replications: size.replications,
            currency: scenario.currency.clone(),
            from: scenario.calendar.format(SimTime::ZERO),
            to: scenario.calendar.format(SimTime::ZERO + scenario.horizon),
            bills: bills.iter().map(source).collect(),
            charged: charged.to_string(),
            months,
            total,
            not_simulated: outside.map(|month| not_simulated(&lines, *month)).collect(),
            unmapped: unmapped(&lines),
            notes: bills.iter().flat_map(|bill| bill.notes.clone()).collect(),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

/// The months that a run covers, and how.
fn months_of_run(scenario: &Scenario) -> BTreeMap<Month, Coverage> {
    let (calendar, end) = (&scenario.calendar, SimTime::ZERO + scenario.horizon);
    let last = calendar.month_of(end - SimSpan::from_ms(1));
    let mut months = BTreeMap::new();
    let mut next = calendar.month_of(SimTime::ZERO);
    while let Some(month) = next.filter(|month| Some(*month) <= last) {
        let is_whole = calendar.start_of(month) >= SimTime::ZERO && calendar.start_of(month.next()) <= end;
        months.insert(month, if is_whole { Coverage::Whole } else { Coverage::Partial });
        next = Some(month.next());
    }
    months
}

fn month_result(
    scenario: &Scenario,
    judge: &Judge<'_>,
    month: Month,
    coverage: Coverage,
    compared: &BTreeSet<Month>,
) -> MonthResult {
    let is_billed = compared.contains(&month);
    let charged = judge.lines.iter().filter(|line| line.month == month).map(|line| line.kind);
    let predicted = judge.samples.keys().filter(|(one, _)| *one == month).map(|(_, kind)| kind);
    let kinds: BTreeSet<LineKind> = charged.chain(predicted).collect();
    let end = SimTime::ZERO + scenario.horizon;
    let outside: Money = judge
        .lines
        .iter()
        .filter(|line| line.month == month && line.at.is_some_and(|at| at < SimTime::ZERO || at >= end))
        .map(|line| line.amount)
        .sum();
    MonthResult {
        month: month.to_string(),
        coverage,
        is_billed,
        charged_outside_run: outside.to_string(),
        kinds: kinds
            .into_iter()
            .map(|kind| judge.cell(kind.name(), |one, other| one == month && other == kind, is_billed))
            .collect(),
        total: judge.cell("total", |one, _| one == month, is_billed),
    }
}

fn source(bill: &BillFile) -> BillSource {
    BillSource {
        file: bill.path.clone(),
        format: bill.format.to_string(),
        lines: bill.lines.len(),
        total: bill.total().to_string(),
        currencies: bill.currencies.clone(),
    }
}

fn not_simulated(lines: &[&ChargedLine], month: Month) -> NotSimulated {
    let of_month: Vec<&&ChargedLine> = lines.iter().filter(|line| line.month == month).collect();
    let mut kinds: BTreeMap<LineKind, Money> = BTreeMap::new();
    for line in &of_month {
        *kinds.entry(line.kind).or_default() += line.amount;
    }
    NotSimulated {
        month: month.to_string(),
        lines: of_month.len(),
        charged: kinds.values().copied().sum::<Money>().to_string(),
        kinds: kinds.into_iter().map(|(kind, amount)| (kind.name(), amount.to_string())).collect(),
    }
}

/// Lines of the kind `other` by label, the largest amounts first.
fn unmapped(lines: &[&ChargedLine]) -> Vec<Unmapped> {
    let mut labels: BTreeMap<&str, (usize, Money)> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.kind == LineKind::Other) {
        let entry = labels.entry(&line.label).or_default();
        entry.0 += 1;
        entry.1 += line.amount;
    }
    let mut ordered: Vec<_> = labels.into_iter().collect();
    // Stable: labels of one size stay in order of their names.
    ordered.sort_by_key(|(_, (_, amount))| std::cmp::Reverse(amount.as_pico().unsigned_abs()));
    let told = ordered.into_iter().map(|(label, (count, amount))| Unmapped {
        label: label.to_owned(),
        lines: count,
        charged: amount.to_string(),
    });
    told.collect()
}
