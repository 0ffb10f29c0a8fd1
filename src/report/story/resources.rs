//! Resources on the bill: by time, in advance, messages; and what bills on at the horizon.

use super::{Column, seconds};
use crate::billing::{MeterRounding, Per, PeriodLine, PeriodRounding};
use crate::report::bill::{Told, charges_at_once, price_of_one, still_billing, usages_in_order};
use crate::report::words::{clock, grouped, resources as words};
use crate::scenario::Scenario;
use crate::sim::resources::record::{ResourceChargeKind, ResourceUsageRecord};
use crate::sim::resources::table;
use crate::units::{Money, SimSpan};
use std::fmt::Write as _;

/// Lines of resources; how many.
pub(super) fn lines(text: &mut String, told: &Told<'_>, column: Column, explain: bool) -> usize {
    let usages = usages_in_order(&told.recorder.resource_usages);
    let mut lines = 0;
    if !usages.is_empty() {
        let _ = writeln!(
            text,
            "  {}{:<19}  {:<19}  {:<20}  {:>12}  {:>12}  {:>20}  {:>16}",
            column.name("resources"),
            "from",
            "to",
            "item",
            "billed",
            "quantity",
            "price",
            "amount"
        );
    }
    for usage in usages {
        let mut sum = Money::ZERO;
        for line in &usage.lines {
            lines += 1;
            sum += line.amount;
            render(text, told.scenario, column, usage, line);
            if explain {
                explain_line(text, told.scenario, usage, line, sum);
            }
        }
    }
    lines + charges(text, told, column, explain)
}

/// Terms of pools, and messages; how many lines.
fn charges(text: &mut String, told: &Told<'_>, column: Column, explain: bool) -> usize {
    let charges = charges_at_once(told);
    if !charges.is_empty() {
        let header = column.name("resources");
        let _ = writeln!(
            text,
            "  {header}{:<19}  {:<20}  {:>16}  {:>14}  {:>16}",
            "at", "for", "quantity", "price", "amount"
        );
    }
    for charge in &charges {
        let scenario = told.scenario;
        let is_term = matches!(charge.kind, ResourceChargeKind::Term { .. });
        let at = if is_term { clock(scenario, charge.at) } else { "all together".to_owned() };
        let (unit, price) = (words::charge_unit(charge.kind), price_of_one(charge));
        let plural = if charge.count == 1 || unit == "KB" { "" } else { "s" };
        let quantity = format!("{} {unit}{plural}", grouped(charge.count));
        let _ = writeln!(
            text,
            "  {}{at:<19}  {:<20}  {quantity:>16}  {:>14}  {:>16}",
            column.name(&scenario.resources[charge.resource.0].name),
            words::charge_name(scenario, charge),
            price.to_string(),
            charge.amount.to_string()
        );
        if explain {
            let rules = words::charge_rules(charge.kind).join(" ");
            let currency = &scenario.currency;
            let _ = writeln!(
                text,
                "      {quantity} × {price} {currency} per {unit} = {}  [{rules}]",
                charge.amount
            );
        }
    }
    charges.len()
}

fn render(
    text: &mut String,
    scenario: &Scenario,
    column: Column,
    usage: &ResourceUsageRecord,
    line: &PeriodLine,
) {
    let unit = words::usage_unit(scenario, usage);
    let plural = if line.count == 1 || unit == "GB" { "" } else { "s" };
    let of_gb = if unit == "GB" { "GB-" } else { "" };
    let _ = writeln!(
        text,
        "  {}{:<19}  {:<19}  {:<20}  {:>12}  {:>12}  {:>20}  {:>16}",
        column.name(&scenario.resources[usage.resource.0].name),
        clock(scenario, line.from),
        clock(scenario, line.to),
        words::usage_name(scenario, usage),
        billed(line.billed),
        format!("{} {unit}{plural}", grouped(line.count)),
        format!("{} per {of_gb}{}", usage.price, words::per(usage.per)),
        format!("{:.6}", line.amount),
    );
}

/// Minutes where they are whole, else seconds.
fn billed(span: SimSpan) -> String {
    match span.as_ms() % SimSpan::MINUTE.as_ms() {
        0 => format!("{} min", span.as_ms() / SimSpan::MINUTE.as_ms()),
        _ => format!("{} s", seconds(span)),
    }
}

fn explain_line(
    text: &mut String,
    scenario: &Scenario,
    usage: &ResourceUsageRecord,
    line: &PeriodLine,
    sum: Money,
) {
    let (closed, closing_rule) = words::closing(scenario, usage);
    let _ = writeln!(text, "      closed {}: {closed} [{closing_rule}]", clock(scenario, usage.to));
    let granule = usage.metering.granularity;
    let whole = scenario.settings.resource_periods == PeriodRounding::Whole && usage.per != Per::Hour;
    let metered = match (whole, usage.metering.rounding) {
        (true, _) => format!("started {}s count whole, once per interval [A-40]", words::per(usage.per)),
        (false, MeterRounding::Exact) => "metered exactly [A-03]".to_owned(),
        (false, MeterRounding::Ceil) => {
            format!("metered by {granule}, started ones count whole, once per interval [A-03]")
        }
    };
    let (time, elapsed) = (billed(line.billed), line.to.since(line.from));
    let _ = writeln!(text, "      {elapsed} of use, {metered}: {time} billed");
    let of = billed(line.of);
    let so_far = if sum == line.amount { String::new() } else { format!(", so far {sum}") };
    let _ = writeln!(
        text,
        "      {} × {time} × {} {} ÷ {of} = {}{so_far}  [{} A-20]",
        grouped(line.count),
        usage.price,
        scenario.currency,
        line.amount,
        table::line_rules(usage.item).join(" ")
    );
}

/// What bills on at the horizon, at which rate, and what would end it (H2, H10).
pub(super) fn still(text: &mut String, told: &Told<'_>) {
    let all = still_billing(told);
    if all.is_empty() {
        let _ = writeln!(text, "\nNothing bills on after the horizon");
        return;
    }
    let currency = &told.scenario.currency;
    let _ = writeln!(text, "\nWhat bills on after the horizon, and what would end it");
    let width = |of: fn(&crate::report::bill::StillBilling) -> usize| all.iter().map(of).max().unwrap_or(0);
    let (names, items) = (width(|one| one.name.chars().count()), width(|one| one.item.chars().count()));
    let rate = |one: &crate::report::bill::StillBilling| match &one.until {
        Some(until) => {
            let until = until[..until.len().saturating_sub(6)].replace('T', " ");
            format!("nothing more until {until}, {} {currency} a term", one.rate)
        }
        None => format!("{} {currency} per {}", one.rate, one.per),
    };
    let rates = all.iter().map(|one| rate(one).chars().count()).max().unwrap_or(0);
    for one in &all {
        let _ = writeln!(
            text,
            "  {:<names$}  {:<items$}  {:<rates$}  ends by {}  [{}]",
            one.name,
            one.item,
            rate(one),
            one.ends_by,
            one.rules.join(" ")
        );
    }
}
