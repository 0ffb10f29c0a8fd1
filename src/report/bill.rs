//! One replication told in full: its events, its bill, and why each line is as it is.

use super::words;
use crate::scenario::Scenario;
use crate::scenario::model::Strategy;
use crate::sim::{EventRecord, Outcome, Recorder, UsageEnd, UsageRecord};
use crate::units::Money;
use serde::Serialize;

/// The result of `run`. Money is text, everything else a number; fields are added by later versions and kept.
#[derive(Clone, Debug, Serialize)]
pub struct Bill {
    /// Name of the scenario.
    pub scenario: String,
    /// Name of the strategy.
    pub strategy: String,
    /// Root of all luck.
    pub seed: u64,
    /// Index of the replication.
    pub replication: u64,
    /// ISO 4217 code.
    pub currency: String,
    /// Sum of the lines.
    pub total: String,
    /// One line per interval and price.
    pub lines: Vec<BillLine>,
    /// Events in order.
    pub events: Vec<StoryEvent>,
    /// The services at the horizon.
    pub deployments: Vec<Deployment>,
}

/// A line of the bill: `quantity × unit_price = amount`.
#[derive(Clone, Debug, Serialize)]
pub struct BillLine {
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
    /// What opened the interval the line belongs to.
    pub opened_by: &'static str,
    /// What closed it.
    pub closed_by: &'static str,
    /// Rules applied, as ids of the rulebook.
    pub rules: Vec<&'static str>,
}

/// An event of the story.
#[derive(Clone, Debug, Serialize)]
pub struct StoryEvent {
    /// When.
    pub at: String,
    /// Service.
    pub deployment: String,
    /// Index of the replica, if it is about one.
    pub replica: Option<u32>,
    /// One word.
    pub event: &'static str,
    /// Market, if it is about one.
    #[serde(rename = "type")]
    pub market: Option<String>,
    /// Status before.
    pub from: &'static str,
    /// Status after.
    pub to: &'static str,
    /// A sentence.
    pub detail: String,
    /// Rules applied, as ids of the rulebook.
    pub rules: &'static [&'static str],
}

/// A service at the horizon.
#[derive(Clone, Debug, Serialize)]
pub struct Deployment {
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: &'static str,
    /// Replicas asked for.
    pub replicas: u32,
    /// Its part of the bill.
    pub cost: String,
    /// What still bills at the horizon: item and market.
    pub still_billing: Vec<String>,
}

/// What is told: a strategy in one world.
#[derive(Clone, Copy, Debug)]
pub struct Told<'run> {
    /// The scenario.
    pub scenario: &'run Scenario,
    /// The strategy.
    pub strategy: &'run Strategy,
    /// Root of all luck.
    pub seed: u64,
    /// Index of the replication.
    pub replication: u64,
    /// Totals.
    pub outcome: &'run Outcome,
    /// Everything that happened.
    pub recorder: &'run Recorder,
}

impl Bill {
    /// Puts what was recorded into words and numbers.
    pub fn new(told: &Told<'_>) -> Self {
        let scenario = told.scenario;
        let usages = in_order(&told.recorder.usages);
        let lines: Vec<BillLine> = usages.iter().flat_map(|usage| bill_lines(scenario, usage)).collect();
        Self {
            scenario: scenario.name.clone(),
            strategy: told.strategy.name.clone(),
            seed: told.seed,
            replication: told.replication,
            currency: scenario.currency.clone(),
            total: usages.iter().copied().map(total).sum::<Money>().to_string(),
            lines,
            events: told.recorder.events.iter().map(|event| story_event(scenario, event)).collect(),
            deployments: deployments(told),
        }
    }
}

/// Intervals by beginning, then service, replica and item.
pub(super) fn in_order(usages: &[UsageRecord]) -> Vec<&UsageRecord> {
    let mut ordered: Vec<&UsageRecord> = usages.iter().collect();
    ordered.sort_by_key(|usage| (usage.from, usage.replica, words::item_name(usage.item)));
    ordered
}

/// The sum of an interval's lines.
pub(super) fn total(usage: &UsageRecord) -> Money {
    usage.lines.iter().map(|line| line.amount).sum()
}

const MS_PER_HOUR: f64 = 3_600_000.0;

fn bill_lines<'a>(scenario: &'a Scenario, usage: &'a UsageRecord) -> impl Iterator<Item = BillLine> + 'a {
    usage.lines.iter().map(move |line| BillLine {
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
        opened_by: words::opening(&scenario.settings, usage).0,
        closed_by: words::closing(&scenario.settings, usage.end).0,
        rules: words::line_rules(&scenario.settings, usage, line.from),
    })
}

fn story_event(scenario: &Scenario, record: &EventRecord) -> StoryEvent {
    StoryEvent {
        at: scenario.calendar.format(record.at),
        deployment: scenario.services[record.service.0].name.clone(),
        replica: record.replica,
        event: words::event_name(&record.kind),
        market: words::event_market(&record.kind).map(|market| scenario.markets[market.0].name.clone()),
        from: record.from.name(),
        to: record.to.name(),
        detail: words::event_sentence(scenario, &record.kind),
        rules: words::event_rules(&record.kind),
    }
}

pub(super) fn deployments(told: &Told<'_>) -> Vec<Deployment> {
    let services = told.scenario.services.iter().enumerate().zip(&told.outcome.statuses);
    services
        .map(|((index, service), status)| {
            let own = || told.recorder.usages.iter().filter(move |usage| usage.replica.service.0 == index);
            let open = own().filter(|usage| usage.end == UsageEnd::Horizon);
            let still_billing = open.map(|usage| {
                format!("{} on {}", words::item_name(usage.item), told.scenario.markets[usage.market.0].name)
            });
            Deployment {
                name: service.name.clone(),
                status: status.name(),
                replicas: told.outcome.replicas[index],
                cost: own().map(total).sum::<Money>().to_string(),
                still_billing: still_billing.collect(),
            }
        })
        .collect()
}
