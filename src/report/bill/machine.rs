//! Lines of rented machines: one per interval and price.

use crate::report::words;
use crate::scenario::Scenario;
use crate::sim::UsageRecord;
use crate::units::Money;
use serde::Serialize;

/// A line for an instance or its disk: `quantity × unit_price = amount`.
#[derive(Clone, Debug, Serialize)]
pub struct MachineLine {
    /// Service.
    pub deployment: String,
    /// Index of the replica.
    pub replica: u32,
    /// What was used.
    pub item: &'static str,
    /// Market.
    #[serde(rename = "type")]
    pub market: String,
    /// Beginning.
    pub from: String,
    /// End (exclusive).
    pub to: String,
    /// Billed hours, or GiB × hours.
    pub quantity: f64,
    /// Unit of the quantity.
    pub unit: &'static str,
    /// Billed time in seconds, exact.
    pub billed_s: f64,
    /// Price per unit.
    pub unit_price: String,
    /// Amount.
    pub amount: String,
    /// Beginning and end (exclusive) of the interval the line belongs to.
    #[serde(skip)]
    pub interval: (String, String),
    /// What opened the interval the line belongs to.
    pub opened_by: &'static str,
    /// What closed it.
    pub closed_by: &'static str,
    /// Rules applied, as ids of the rulebook.
    pub rules: Vec<&'static str>,
}

/// Intervals by beginning, then service, replica and item.
pub(in crate::report) fn in_order(usages: &[UsageRecord]) -> Vec<&UsageRecord> {
    let mut ordered: Vec<&UsageRecord> = usages.iter().collect();
    ordered.sort_by_key(|usage| (usage.from, usage.replica, words::item_name(usage.item)));
    ordered
}

/// The sum of an interval's lines.
pub(in crate::report) fn total(usage: &UsageRecord) -> Money {
    usage.lines.iter().map(|line| line.amount).sum()
}

const MS_PER_HOUR: f64 = 3_600_000.0;

/// The lines of an interval.
pub(super) fn lines<'a>(
    scenario: &'a Scenario,
    usage: &'a UsageRecord,
) -> impl Iterator<Item = MachineLine> + 'a {
    usage.lines.iter().map(move |line| MachineLine {
        deployment: scenario.services[usage.replica.service.0].name.clone(),
        replica: usage.replica.index,
        item: words::item_name(usage.item),
        market: scenario.markets[usage.market.0].name.clone(),
        from: scenario.calendar.format(line.from),
        to: scenario.calendar.format(line.to),
        quantity: line.billed.as_ms() as f64 * f64::from(usage.units) / MS_PER_HOUR,
        unit: words::item_unit(usage.item),
        billed_s: line.billed.as_ms() as f64 / 1_000.0,
        unit_price: line.unit_price.to_string(),
        amount: line.amount.to_string(),
        interval: (scenario.calendar.format(usage.from), scenario.calendar.format(usage.to)),
        opened_by: words::opening(&scenario.markets[usage.market.0].rules, usage).0,
        closed_by: words::closing(&scenario.markets[usage.market.0].rules, usage.end).0,
        rules: words::line_rules(&scenario.markets[usage.market.0].rules, usage, line.from),
    })
}
