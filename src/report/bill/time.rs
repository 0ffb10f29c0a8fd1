//! Lines by time of deployments: one per stretch of one rate, with its bills by clock hour.

use super::Told;
use crate::billing::{PriceSource, Usage};
use crate::report::words::charges;
use crate::scenario::Scenario;
use crate::sim::deployment::record::{DeploymentUsageRecord, HourlyBill};
use crate::units::{Money, SimSpan, SimTime, UnitPrice};
use crate::world::StepPath;
use serde::Serialize;

/// A line by time: quantity ÷ `price_per` × billed time × unit price = amount, but for the rounding of the sum so far.
#[derive(Clone, Debug, Serialize)]
pub struct TimeLine {
    /// `time`.
    pub kind: &'static str,
    /// Deployment.
    pub deployment: String,
    /// `PTU input`, `PTU output`, `PTU thinking output`, `PTU units` or `model units`.
    pub item: &'static str,
    /// Beginning.
    pub from: String,
    /// End (exclusive).
    pub to: String,
    /// Billed time in minutes.
    pub billed_minutes: f64,
    /// Billed time in seconds, exact.
    pub billed_s: f64,
    /// TPM, units or replicas.
    pub quantity: u64,
    /// Unit of the quantity.
    pub unit: &'static str,
    /// Price per hour as lists write it.
    pub unit_price: String,
    /// How many of the unit the price is for: 10,000 input TPM, 1,000 output TPM, 1.
    pub price_per: u32,
    /// Amount.
    pub amount: String,
    /// What opened the stretch.
    pub opened_by: &'static str,
    /// What closed it.
    pub closed_by: &'static str,
    /// Rules applied, as ids of the rulebook.
    pub rules: Vec<&'static str>,
    /// The same amount by clock hour (P3): a minute belongs to the hour in which it starts.
    pub hours: Vec<HourLine>,
}

/// The part of a line that one clock hour brings.
#[derive(Clone, Debug, Serialize)]
pub struct HourLine {
    /// Start of the clock hour, or of the line in it.
    pub from: String,
    /// Billed time in minutes.
    pub billed_minutes: f64,
    /// Amount.
    pub amount: String,
}

/// A stretch of one rate.
#[derive(Clone, Debug)]
pub(in crate::report) struct Stretch {
    /// Beginning.
    pub from: SimTime,
    /// End.
    pub to: SimTime,
    /// Billed time.
    pub billed: SimSpan,
    /// TPM, units or replicas.
    pub quantity: u64,
    /// Price as lists write it, per hour.
    pub listed_price: UnitPrice,
    /// Amount.
    pub amount: Money,
    /// What opened it, with its rule.
    pub opened: (&'static str, &'static str),
    /// What closed it, with its rule.
    pub closed: (&'static str, &'static str),
    /// Its part of each clock hour; together its amount.
    pub hours: Vec<HourlyBill>,
}

const SIZE_CHANGED: (&str, &str) = ("its size changed", "A-19");

/// Charges by beginning, then deployment and item.
pub(in crate::report) fn in_order(usages: &[DeploymentUsageRecord]) -> Vec<&DeploymentUsageRecord> {
    let mut ordered: Vec<&DeploymentUsageRecord> = usages.iter().collect();
    ordered.sort_by_key(|usage| (usage.from, usage.deployment, usage.item));
    ordered
}

/// The sum of a charge's lines.
pub(in crate::report) fn total(usage: &DeploymentUsageRecord) -> Money {
    usage.lines.iter().map(|line| line.amount).sum()
}

/// The stretches of a charge.
pub(in crate::report) fn stretches(told: &Told<'_>, usage: &DeploymentUsageRecord) -> Vec<Stretch> {
    let deployment = &told.strategy.deployments[usage.deployment.0];
    let listed_price = charges::listed_price(usage.item, charges::hourly_price(deployment, usage.item));
    let last = usage.lines.len().saturating_sub(1);
    let mut stretches: Vec<Stretch> = usage
        .lines
        .iter()
        .zip(&usage.quantities)
        .enumerate()
        .map(|(index, (line, quantity))| Stretch {
            from: line.from,
            to: line.to,
            billed: line.billed,
            quantity: *quantity,
            listed_price,
            amount: line.amount,
            opened: if index == 0 { ("it reached Running", "D3") } else { SIZE_CHANGED },
            closed: if index == last { charges::time_end(usage.end) } else { SIZE_CHANGED },
            hours: Vec::new(),
        })
        .collect();
    for bill in hours(told.scenario, usage) {
        let index = stretches.partition_point(|stretch| stretch.from <= bill.from).saturating_sub(1);
        stretches[index].hours.push(bill);
    }
    stretches
}

/// A charge cut at the clock hours and where its rate changes.
fn hours(scenario: &Scenario, usage: &DeploymentUsageRecord) -> Vec<HourlyBill> {
    let mut changes: Vec<(SimTime, i64)> =
        usage.lines.iter().map(|line| (line.from, line.unit_price.as_nano())).collect();
    let mut cuts: Vec<SimTime> = changes.iter().map(|(from, _)| *from).collect();
    cuts.extend(usage.hours.iter().map(|hour| hour.from));
    cuts.sort_unstable();
    // A path has a value from its beginning on.
    let Some(first) = changes.first_mut() else { return Vec::new() };
    first.0 = SimTime::ZERO;
    let path = StepPath::from_changes(&changes);
    let charge =
        Usage { from: usage.from, metering: usage.metering, price: PriceSource::Market(&path), units: 1 };
    let pieces = charge.pieces(&cuts, usage.to, scenario.settings.rounding()).into_iter();
    pieces.map(|piece| HourlyBill { from: piece.from, billed: piece.billed, amount: piece.amount }).collect()
}

const MS_PER_MINUTE: f64 = 60_000.0;

/// The lines of a charge.
pub(super) fn lines(told: &Told<'_>, usage: &DeploymentUsageRecord) -> Vec<TimeLine> {
    let clock = |at: SimTime| told.scenario.calendar.format(at);
    let deployment = &told.strategy.deployments[usage.deployment.0];
    let minutes = |span: SimSpan| span.as_ms() as f64 / MS_PER_MINUTE;
    let hour = |bill: &HourlyBill| HourLine {
        from: clock(bill.from),
        billed_minutes: minutes(bill.billed),
        amount: bill.amount.to_string(),
    };
    let line = |stretch: Stretch| TimeLine {
        kind: "time",
        deployment: deployment.name.clone(),
        item: charges::time_item(usage.item),
        from: clock(stretch.from),
        to: clock(stretch.to),
        billed_minutes: minutes(stretch.billed),
        billed_s: stretch.billed.as_ms() as f64 / 1_000.0,
        quantity: stretch.quantity,
        unit: charges::time_unit(usage.item),
        unit_price: stretch.listed_price.to_string(),
        price_per: charges::listed_per(usage.item).0,
        amount: stretch.amount.to_string(),
        opened_by: stretch.opened.0,
        closed_by: stretch.closed.0,
        rules: charges::time_rules(usage.item),
        hours: stretch.hours.iter().map(hour).collect(),
    };
    stretches(told, usage).into_iter().map(line).collect()
}
