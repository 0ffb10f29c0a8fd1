//! Deployments on the bill: by time, payments, tokens, and the arithmetic of each.

use super::{Column, seconds};
use crate::report::bill::{Stretch, Told, payments_of, stretches, time_in_order, token_lines};
use crate::report::words::{charges, clock, deployments as names, grouped};
use crate::scenario::Scenario;
use crate::scenario::model::MeterRounding;
use crate::sim::deployment::record::{DeploymentUsageRecord, HourlyBill};
use crate::units::SimSpan;
use std::fmt::Write as _;
use std::num::NonZeroU64;

/// Charges by time, a row per rate; how many lines they are.
pub(super) fn by_time(text: &mut String, told: &Told<'_>, column: Column, explain: bool) -> usize {
    let usages = time_in_order(&told.recorder.deployment_usages);
    if usages.is_empty() {
        return 0;
    }
    let _ = writeln!(
        text,
        "  {}{:<19}  {:<19}  {:<19}  {:>10}  {:>14}  {:>22}  {:>16}",
        column.name("by time"),
        "from",
        "to",
        "item",
        "billed",
        "quantity",
        "price/h",
        "amount"
    );
    let mut lines = 0;
    for usage in usages {
        for stretch in stretches(told, usage) {
            lines += 1;
            render_stretch(text, told, column, usage, &stretch);
            if explain {
                explain_stretch(text, told.scenario, usage, &stretch);
            }
        }
    }
    lines
}

fn render_stretch(
    text: &mut String,
    told: &Told<'_>,
    column: Column,
    usage: &DeploymentUsageRecord,
    stretch: &Stretch,
) {
    let scenario = told.scenario;
    let _ = writeln!(
        text,
        "  {}{:<19}  {:<19}  {:<19}  {:>10}  {:>14}  {:>22}  {:>16}",
        column.name(&told.strategy.deployments[usage.deployment.0].name),
        clock(scenario, stretch.from),
        clock(scenario, stretch.to),
        charges::time_item(usage.item),
        billed(stretch.billed),
        format!("{} {}", grouped(stretch.quantity), charges::time_unit(usage.item)),
        format!("{} per {}", stretch.listed_price, charges::listed_per(usage.item).1),
        format!("{:.6}", stretch.amount),
    );
}

/// Minutes where they are whole, else seconds.
fn billed(span: SimSpan) -> String {
    match span.as_ms() % SimSpan::MINUTE.as_ms() {
        0 => format!("{} min", span.as_ms() / SimSpan::MINUTE.as_ms()),
        _ => format!("{} s", seconds(span)),
    }
}

fn explain_stretch(text: &mut String, scenario: &Scenario, usage: &DeploymentUsageRecord, stretch: &Stretch) {
    let ((opened, opening_rule), (closed, closing_rule)) = (stretch.opened, stretch.closed);
    let _ = writeln!(text, "      opened {}: {opened} [{opening_rule}]", clock(scenario, stretch.from));
    let _ = writeln!(text, "      closed {}: {closed} [{closing_rule}]", clock(scenario, stretch.to));
    let granule = usage.metering.granularity;
    let metered = match usage.metering.rounding {
        MeterRounding::Exact => "metered exactly".to_owned(),
        MeterRounding::Ceil => format!("metered by {granule}, started ones count whole, once per interval"),
    };
    let elapsed = stretch.to.since(stretch.from);
    let time = billed(stretch.billed);
    let per_hour = if time.ends_with("min") { "60" } else { "3600" };
    let _ = writeln!(text, "      {elapsed} of use, {metered} [A-03]: {time} billed");
    let _ = writeln!(
        text,
        "      {time} × {} {} × {} {} per {}-hour ÷ {per_hour} = {}  [{}]",
        grouped(stretch.quantity),
        charges::time_unit(usage.item),
        stretch.listed_price,
        scenario.currency,
        charges::listed_per(usage.item).1,
        stretch.amount,
        charges::time_rules(usage.item).join(" ")
    );
    let hours: Vec<String> = alike(&stretch.hours)
        .into_iter()
        .map(|(bill, times)| {
            let from = clock(scenario, bill.from);
            let each = if times == 1 { String::new() } else { format!("{times} × ") };
            format!("{from} {each}{} {}", billed(bill.billed), bill.amount)
        })
        .collect();
    let _ = writeln!(text, "      by clock hour [P3 A-03]: {}", hours.join("; "));
}

/// Bills of neighbouring hours that are alike, with their number.
fn alike(hours: &[HourlyBill]) -> Vec<(HourlyBill, usize)> {
    let mut found: Vec<(HourlyBill, usize)> = Vec::new();
    for bill in hours {
        match found.last_mut() {
            Some((last, times)) if (last.billed, last.amount) == (bill.billed, bill.amount) => *times += 1,
            Some(_) | None => found.push((*bill, 1)),
        }
    }
    found
}

/// Payments and refunds; how many.
pub(super) fn payments(text: &mut String, told: &Told<'_>, column: Column, explain: bool) -> usize {
    if told.recorder.payments.is_empty() {
        return 0;
    }
    let header = column.name("payments");
    let _ = writeln!(text, "  {header}{:<19}  {:<19}  {:>16}", "at", "for", "amount");
    for (payment, workings) in payments_of(told) {
        let deployment = &told.strategy.deployments[payment.deployment.0];
        let _ = writeln!(
            text,
            "  {}{:<19}  {:<19}  {:>16}",
            column.name(&deployment.name),
            clock(told.scenario, payment.at),
            names::payment_name(payment.reason),
            payment.amount.to_string(),
        );
        if explain {
            let rules = names::payment_rules(deployment, payment.reason).join(" ");
            let _ = writeln!(text, "      {workings}  [{rules}]");
        }
    }
    told.recorder.payments.len()
}

/// Tokens by day; how many lines.
pub(super) fn tokens(text: &mut String, told: &Told<'_>, column: Column, explain: bool) -> usize {
    let lines: Vec<_> = token_lines(told).collect();
    if lines.is_empty() {
        return 0;
    }
    let widest = lines.iter().map(|line| line.item.chars().count()).fold(19, usize::max);
    let _ = writeln!(
        text,
        "  {}{:<10}  {:<10}  {:<widest$}  {:>14}  {:>12}  {:>16}",
        column.name("tokens"),
        "day",
        "how",
        "item",
        "tokens",
        "price/M",
        "amount"
    );
    for line in &lines {
        let how = if line.overflow { "overflow" } else { "served" };
        let _ = writeln!(
            text,
            "  {}{:<10}  {how:<10}  {:<widest$}  {:>14}  {:>12}  {:>16}",
            column.name(&line.deployment),
            line.day,
            line.item,
            grouped(line.quantity),
            line.unit_price,
            line.amount
        );
        if explain {
            let _ = writeln!(
                text,
                "      {} at {}: {}{} tokens × {} {} ÷ 1,000,000 = {}  [{}]",
                crate::report::words::count(line.calls as usize, "call"),
                line.model,
                line.covered.map_or_else(String::new, |covered| format!(
                    "{} − {} covered = ",
                    grouped(line.quantity),
                    grouped(covered.get())
                )),
                grouped(line.quantity - line.covered.map_or(0, NonZeroU64::get)),
                line.unit_price,
                told.scenario.currency,
                line.amount,
                line.rules.join(" ")
            );
        }
    }
    lines.len()
}
