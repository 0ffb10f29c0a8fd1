//! Rented machines on the bill: a row per interval, and why it is as it is.

use super::{Column, seconds};
use crate::report::bill::{Told, in_order, total};
use crate::report::words;
use crate::scenario::Scenario;
use crate::scenario::model::{MeterRounding, ServiceId};
use crate::sim::{Item, UsageRecord};
use crate::units::{Money, SimSpan};
use std::fmt::Write as _;

const MS_PER_HOUR: f64 = 3_600_000.0;

/// The intervals of machines; how many lines they are.
pub(super) fn render(text: &mut String, told: &Told<'_>, column: Column, explain: bool) -> usize {
    let scenario = told.scenario;
    let usages = in_order(&told.recorder.usages);
    let blank = column.replica(scenario, ServiceId(0), Some(0)).len();
    let _ = writeln!(
        text,
        "  {:<blank$}{:<19}  {:<19}  {:<16}  {:<14}  {:>14}  {:>10}  {:>16}",
        "", "from", "to", "item", "type", "billed", "price/h", "amount"
    );
    for usage in &usages {
        render_interval(text, scenario, column, usage);
        if explain {
            explain_interval(text, scenario, usage);
        }
    }
    if usages.iter().any(|usage| usage.lines.len() > 1) && !explain {
        let _ = writeln!(
            text,
            "  ø: the price moved, this is its mean over the billed time; --explain shows each"
        );
    }
    usages.iter().map(|usage| usage.lines.len()).sum()
}

/// One row for a continuous interval: where its price moved, the mean over the billed time.
fn render_interval(text: &mut String, scenario: &Scenario, column: Column, usage: &UsageRecord) {
    let billed: i64 = usage.lines.iter().map(|line| line.billed.as_ms()).sum();
    let amount = total(usage);
    let price = if usage.is_waived {
        "free".to_owned()
    } else if let [line] = usage.lines.as_slice() {
        line.unit_price.to_string()
    } else {
        let unit_hours = billed as f64 * f64::from(usage.units) / MS_PER_HOUR;
        format!("ø {:.4}", amount.to_f64() / unit_hours)
    };
    let quantity = if usage.item == Item::Disk { format!("{} GiB × ", usage.units) } else { String::new() };
    let _ = writeln!(
        text,
        "  {}{:<19}  {:<19}  {:<16}  {:<14}  {:>14}  {:>10}  {:>16}",
        column.replica(scenario, usage.replica.service, Some(usage.replica.index)),
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
    let (opened, opening_rule) = words::opening(&scenario.markets[usage.market.0].rules, usage);
    let (closed, closing_rule) = words::closing(&scenario.markets[usage.market.0].rules, usage.end);
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
    if usage.is_waived {
        let within = scenario.markets[usage.market.0].rules.free_if_reclaimed_within;
        let _ = writeln!(text, "      free: the provider took it back within {within} of its start");
    }
    let per = if usage.item == Item::Disk { "GiB-h" } else { "h" };
    if usage.lines.len() > 1 && !usage.is_waived {
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
            "      {}: {units}{} s × {} {}/{per} ÷ 3600{} = {}{so_far}  [{}]",
            words::clock(scenario, line.from),
            seconds(line.billed),
            line.unit_price,
            scenario.currency,
            if usage.is_waived { ", free" } else { "" },
            line.amount,
            words::line_rules(&scenario.markets[usage.market.0].rules, usage, line.from).join(" ")
        );
    }
}
