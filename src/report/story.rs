//! One replication as text: what happened, the bill, and why each line is as it is.

use super::bill::{Told, deployments, in_order, total};
use super::words;
use crate::scenario::Scenario;
use crate::scenario::model::{Action, ActionKind, MeterRounding, ServiceId};
use crate::sim::{Item, UsageRecord};
use crate::units::{Money, SimSpan, SimTime};
use std::fmt::Write as _;

const MS_PER_HOUR: f64 = 3_600_000.0;

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
    let quantity = if usage.item == Item::Disk { format!("{} GiB × ", usage.units) } else { String::new() };
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
    if usage.lines.len() > 1 {
        let _ =
            writeln!(text, "      each line is what it adds to the sum so far, which is rounded once [A-20]");
    }
    let mut sum = Money::ZERO;
    for line in &usage.lines {
        let units = if usage.item == Item::Disk { format!("{} GiB × ", usage.units) } else { String::new() };
        sum += line.amount;
        let so_far = if sum == line.amount { String::new() } else { format!(", so far {sum}") };
        let _ = writeln!(
            text,
            "      {}: {units}{} s × {} {}/{per} ÷ 3600 = {}{so_far}  [{}]",
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
