//! One replication told in full: its events, its bill, and why each line is as it is.

use super::words;
use crate::scenario::Scenario;
use crate::scenario::model::{Action, ActionKind, MeterRounding, ServiceId, Strategy};
use crate::sim::{EventRecord, Item, Outcome, Recorder, UsageEnd, UsageRecord};
use crate::units::{Money, SimSpan, SimTime};
use serde::Serialize;
use std::fmt::Write as _;

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
fn in_order(usages: &[UsageRecord]) -> Vec<&UsageRecord> {
    let mut ordered: Vec<&UsageRecord> = usages.iter().collect();
    ordered.sort_by_key(|usage| (usage.from, usage.replica, words::item_name(usage.item)));
    ordered
}

/// The sum of an interval's lines.
fn total(usage: &UsageRecord) -> Money {
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

fn deployments(told: &Told<'_>) -> Vec<Deployment> {
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

/// The story and the bill as text; with `explain`, each line with what opened and closed it and its arithmetic.
pub fn render(told: &Told<'_>, explain: bool) -> String {
    let scenario = told.scenario;
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{}: \"{}\", replication {} of seed {}, {} from {}",
        scenario.name,
        told.strategy.name,
        told.replication,
        told.seed,
        scenario.horizon,
        words::clock(scenario, SimTime::ZERO)
    );
    render_events(&mut text, told);
    render_bill(&mut text, told, explain);
    render_standing(&mut text, told);
    text
}

/// A column that says whose an event or an interval is, where there is more than one replica to tell apart.
fn who(scenario: &Scenario, service: ServiceId, replica: Option<u32>) -> String {
    let grows = |action: &Action| matches!(action.kind, ActionKind::Scale(count) if count > 1);
    let several = scenario.services.len() > 1
        || scenario.services.iter().any(|service| service.replicas > 1)
        || scenario.actions.iter().any(grows);
    let name = scenario.services[service.0].name.as_str();
    match (several, replica) {
        (false, _) => String::new(),
        (true, None) => format!("{name:<12}  "),
        (true, Some(index)) => format!("{:<12}  ", format!("{name}/{index}")),
    }
}

fn render_events(text: &mut String, told: &Told<'_>) {
    let scenario = told.scenario;
    let _ = writeln!(text, "\nWhat happened");
    for record in &told.recorder.events {
        let who = who(scenario, record.service, record.replica);
        let _ = writeln!(
            text,
            "  {}  {who}{:<9}  {}  [{}]",
            words::clock(scenario, record.at),
            record.to.name(),
            words::event_sentence(scenario, &record.kind),
            words::event_rules(&record.kind).join(" ")
        );
    }
}

fn render_bill(text: &mut String, told: &Told<'_>, explain: bool) {
    let scenario = told.scenario;
    let usages = in_order(&told.recorder.usages);
    let _ = writeln!(text, "\nThe bill, {}", scenario.currency);
    let blank = who(scenario, ServiceId(0), Some(0)).len();
    let _ = writeln!(
        text,
        "  {:<blank$}{:<19}  {:<19}  {:<16}  {:<14}  {:>14}  {:>10}  {:>16}",
        "", "from", "to", "item", "type", "billed", "price/h", "amount"
    );
    for usage in &usages {
        render_interval(text, scenario, usage);
        if explain {
            explain_interval(text, scenario, usage);
        }
    }
    let sum: Money = usages.iter().copied().map(total).sum();
    let lines: usize = usages.iter().map(|usage| usage.lines.len()).sum();
    if usages.iter().any(|usage| usage.lines.len() > 1) && !explain {
        let _ = writeln!(
            text,
            "  ø: the price moved, this is its mean over the billed time; --explain shows each"
        );
    }
    let _ = writeln!(text, "  total of {}: {sum} {}", words::count(lines, "line"), scenario.currency);
    assert!(sum == told.outcome.cost(), "the bill's total is the sum of its lines");
}

/// One row for a continuous interval: where its price moved, the mean over the billed time.
fn render_interval(text: &mut String, scenario: &Scenario, usage: &UsageRecord) {
    let billed: i64 = usage.lines.iter().map(|line| line.billed.as_ms()).sum();
    let amount = total(usage);
    let price = if let [line] = usage.lines.as_slice() {
        line.unit_price.to_string()
    } else {
        let unit_hours = billed as f64 * f64::from(usage.units) / MS_PER_HOUR;
        format!("ø {:.4}", amount.to_f64() / unit_hours)
    };
    let quantity = if usage.item != Item::Disk { String::new() } else { format!("{} GiB × ", usage.units) };
    let _ = writeln!(
        text,
        "  {}{:<19}  {:<19}  {:<16}  {:<14}  {:>14}  {:>10}  {:>16}",
        who(scenario, usage.replica.service, Some(usage.replica.index)),
        words::clock(scenario, usage.from),
        words::clock(scenario, usage.to),
        words::item_name(usage.item),
        scenario.markets[usage.market.0].name,
        format!("{quantity}{}", SimSpan::from_ms(billed)),
        price,
        format!("{amount:.6}"),
    );
}

fn explain_interval(text: &mut String, scenario: &Scenario, usage: &UsageRecord) {
    let (opened, opening_rule) = words::opening(&scenario.settings, usage);
    let (closed, closing_rule) = words::closing(&scenario.settings, usage.end);
    let _ = writeln!(text, "      opened {}: {opened} [{opening_rule}]", words::clock(scenario, usage.from));
    let _ = writeln!(text, "      closed {}: {closed} [{closing_rule}]", words::clock(scenario, usage.to));
    let granule = usage.metering.granularity;
    let metered = match usage.metering.rounding {
        MeterRounding::Exact => "metered exactly".to_owned(),
        MeterRounding::Ceil => format!("metered by {granule}, started ones count whole, once per interval"),
    };
    let elapsed = usage.to.since(usage.from);
    let billed = SimSpan::from_ms(usage.lines.iter().map(|line| line.billed.as_ms()).sum());
    let _ = writeln!(text, "      {elapsed} of use, {metered} [A-03]: {billed} billed");
    let per = if usage.item == Item::Disk { "GiB-h" } else { "h" };
    for line in &usage.lines {
        let units = if usage.item != Item::Disk { String::new() } else { format!("{} GiB × ", usage.units) };
        let _ = writeln!(
            text,
            "      {}: {units}{} s × {} {}/{per} ÷ 3600 = {}  [{}]",
            words::clock(scenario, line.from),
            seconds(line.billed),
            line.unit_price,
            scenario.currency,
            line.amount,
            words::line_rules(&scenario.settings, usage, line.from).join(" ")
        );
    }
}

/// Seconds without a fraction where there is none.
fn seconds(span: SimSpan) -> String {
    crate::units::decimal::format_scaled(i128::from(span.as_ms()), 3, 0)
}

fn render_standing(text: &mut String, told: &Told<'_>) {
    let _ = writeln!(text, "\nAt the horizon");
    for deployment in deployments(told) {
        let mut items: Vec<(&str, usize)> = Vec::new();
        for item in &deployment.still_billing {
            match items.iter_mut().find(|(known, _)| known == item) {
                Some((_, times)) => *times += 1,
                None => items.push((item, 1)),
            }
        }
        let counted = |(item, times): &(&str, usize)| match times {
            1 => (*item).to_owned(),
            _ => format!("{times} × {item}"),
        };
        let billing = match items.as_slice() {
            [] => "nothing bills any more".to_owned(),
            items => format!("still billing: {}", items.iter().map(counted).collect::<Vec<_>>().join(", ")),
        };
        let _ = writeln!(text, "  {}: {}; {billing}", deployment.name, deployment.status);
    }
    let availability = told.outcome.availability() * 100.0;
    let _ = writeln!(
        text,
        "  available {availability:.3} % of the time, {}, {} started",
        words::count(told.outcome.reclaims as usize, "reclaim"),
        words::count(told.outcome.launches as usize, "instance")
    );
}
