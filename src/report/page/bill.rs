//! The bill of a replication: every line opens into what it is made of and the rules behind it.

use super::rules;
use crate::report::Told;
use crate::report::bill::{
    AccountLine, Bill, BillLine, MachineLine, PaymentLine, ResourceLine, StillBilling, TimeLine,
    TokenBillLine,
};
use crate::report::table::rounded;
use crate::report::words::{count, grouped};
use crate::units::{Money, SimSpan};
use maud::{Markup, html};

/// More lines than this are only summed: the page stays one that can be sent.
const LINES_MOST: usize = 1_500;

/// What a line shows before it is opened.
struct Row<'a> {
    when: String,
    whose: String,
    item: String,
    quantity: String,
    price: String,
    amount: &'a str,
}

pub(super) fn section(told: &Told<'_>) -> Markup {
    let bill = Bill::new(told);
    let shown = bill.lines.len().min(LINES_MOST);
    let rest: Money = bill.lines[shown..].iter().filter_map(|line| Money::parse(line.amount()).ok()).sum();
    html! {
        section class="bill" aria-labelledby="bill" {
            h2 id="bill" { "The bill, line by line" }
            p class="note" {
                "“" (bill.strategy) "”, replication " (bill.replication) " of seed " (bill.seed) ". "
                (count(bill.lines.len(), "line")) " come to exactly " b { (bill.total) " " (bill.currency) } ". Open a line to see why it is as it is."
            }
            div class="lines" {
                div class="line-head" aria-hidden="true" {
                    span { "when" } span { "what" } span class="n" { "quantity × price" } span class="n" { "amount, " (bill.currency) }
                }
                @for line in &bill.lines[..shown] { (entry(line, &bill.currency)) }
                @if shown < bill.lines.len() {
                    p class="rest" {
                        "… and " (grouped((bill.lines.len() - shown) as u64)) " more lines, " (rest) " " (bill.currency)
                        " together; " code { "deploysim run --explain" } " tells them all."
                    }
                }
                p class="total" { span { "Total of " (count(bill.lines.len(), "line")) } b class="n" { (bill.total) } }
            }
            (still(&bill.still_billing))
        }
    }
}

fn entry(line: &BillLine, currency: &str) -> Markup {
    let row = row(line);
    html! {
        details class="line" {
            summary {
                span class="when" { (row.when) }
                span class="what" { b { (row.item) } " " span { (row.whose) } }
                span class="n price" { (row.quantity) @if !row.price.is_empty() { " × " (row.price) } }
                span class="n amount" title=(row.amount) { (rounded(row.amount, 6)) }
            }
            div class="why" {
                @for sentence in explained(line, currency) { p { (sentence) } }
                p { "Rules: " (rules::links(&rules_of(line).collect::<Vec<_>>())) }
            }
        }
    }
}

/// The rules of a line.
pub(super) fn rules_of(line: &BillLine) -> impl Iterator<Item = &'static str> + '_ {
    let of: &[&'static str] = match line {
        BillLine::Machine(line) => &line.rules,
        BillLine::Time(line) => &line.rules,
        BillLine::Payment(line) => line.rules,
        BillLine::Tokens(line) => line.rules,
        BillLine::Resource(line) => line.rules,
        BillLine::Account(line) => line.rules,
    };
    of.iter().copied()
}

/// An instant as people read it: without offset, and the day once where both ends are in it.
fn between(from: &str, to: &str) -> String {
    let (from, to) = (clock(from), clock(to));
    match (from.split_once(' '), to.split_once(' ')) {
        (Some((day, start)), Some((same, end))) if day == same => format!("{day} {start} – {end}"),
        _ if to.is_empty() => from,
        // The year once.
        (Some((day, _)), Some((other, end))) if day.get(..5) == other.get(..5) => {
            format!("{from} – {} {end}", other.get(5..).unwrap_or(other))
        }
        _ => format!("{from} – {to}"),
    }
}

/// `2026-06-01T00:00:00+08:00` as `2026-06-01 00:00:00`.
pub(super) fn clock(text: &str) -> String {
    let Some((day, time)) = text.split_once('T') else { return text.to_owned() };
    let time = time.trim_end_matches('Z');
    let end = time.find(['+', '-']).unwrap_or(time.len());
    format!("{day} {}", &time[..end])
}

fn row(line: &BillLine) -> Row<'_> {
    match line {
        BillLine::Machine(line) => Row {
            when: between(&line.from, &line.to),
            whose: format!("{}/{} on {}", line.deployment, line.replica, line.market),
            item: line.item.to_owned(),
            quantity: format!("{} {}", short(line.quantity), line.unit),
            price: line.unit_price.clone(),
            amount: &line.amount,
        },
        BillLine::Time(line) => Row {
            when: between(&line.from, &line.to),
            whose: line.deployment.clone(),
            item: line.item.to_owned(),
            quantity: format!("{} {}, {} min", grouped(line.quantity), line.unit, short(line.billed_minutes)),
            price: format!("{}/h per {}", line.unit_price, grouped(line.price_per.into())),
            amount: &line.amount,
        },
        BillLine::Payment(line) => Row {
            when: clock(&line.at),
            whose: line.deployment.clone(),
            item: line.item.to_owned(),
            quantity: String::new(),
            price: String::new(),
            amount: &line.amount,
        },
        BillLine::Tokens(line) => Row {
            when: line.day.clone(),
            whose: line.deployment.clone(),
            item: if line.overflow { format!("{}, overflow", line.item) } else { line.item.clone() },
            quantity: format!("{} tokens", grouped(line.quantity)),
            price: format!("{} per million", line.unit_price),
            amount: &line.amount,
        },
        BillLine::Resource(line) => Row {
            when: between(&line.from, &line.to),
            whose: line.deployment.clone(),
            item: line.item.clone(),
            quantity: format!("{} {}", grouped(line.quantity), line.unit),
            price: per(&line.unit_price, line.per),
            amount: &line.amount,
        },
        BillLine::Account(line) => Row {
            when: clock(&line.at),
            whose: line.account.clone(),
            item: line.item.clone(),
            quantity: format!("{} {}", grouped(line.quantity), line.unit),
            price: String::new(),
            amount: &line.amount,
        },
    }
}

fn per(price: &str, unit: &str) -> String {
    if unit.is_empty() { price.to_owned() } else { format!("{price}/{unit}") }
}

/// Up to four decimals, without zeros at the end.
fn short(value: f64) -> String {
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Why a line is as it is, sentence by sentence.
fn explained(line: &BillLine, currency: &str) -> Vec<String> {
    match line {
        BillLine::Machine(line) => machine(line, currency),
        BillLine::Time(line) => by_time(line, currency),
        BillLine::Payment(PaymentLine { workings, .. }) => vec![workings.clone()],
        BillLine::Tokens(line) => tokens(line, currency),
        BillLine::Resource(line) => resource(line, currency),
        BillLine::Account(line) => account(line, currency),
    }
}

fn machine(line: &MachineLine, currency: &str) -> Vec<String> {
    let units =
        if line.unit == "h" { String::new() } else { format!("{} {}: ", short(line.quantity), line.unit) };
    let (from, to) = (&line.interval.0, &line.interval.1);
    let mut text = vec![
        format!("Opened {}: {}.", clock(from), line.opened_by),
        format!("Closed {}: {}.", clock(to), line.closed_by),
    ];
    if (from, to) != (&line.from, &line.to) {
        text.push(format!("At this price from {} to {}.", clock(&line.from), clock(&line.to)));
    }
    text.push(format!(
        "{units}{} s billed × {} {currency} per {} ÷ 3600 = {} {currency}. An interval's sum is rounded once, and each line is what it adds.",
        short(line.billed_s),
        line.unit_price,
        line.unit,
        line.amount
    ));
    text
}

fn by_time(line: &TimeLine, currency: &str) -> Vec<String> {
    let mut text = vec![
        format!("Opened {}: {}.", clock(&line.from), line.opened_by),
        format!("Closed {}: {}.", clock(&line.to), line.closed_by),
        format!(
            "{} min × {} {} ÷ {} × {} {currency} per hour ÷ 60 = {} {currency}.",
            short(line.billed_minutes),
            grouped(line.quantity),
            line.unit,
            grouped(line.price_per.into()),
            line.unit_price,
            line.amount
        ),
    ];
    let hours = line.hours.len();
    if let (Some(first), Some(last)) = (line.hours.first(), line.hours.last()) {
        text.push(format!(
            "Billed by the clock hour: {}, the first {} min for {} from {}, the last {} min for {}.",
            count(hours, "hour"),
            short(first.billed_minutes),
            first.amount,
            clock(&first.from),
            short(last.billed_minutes),
            last.amount
        ));
    }
    text
}

fn tokens(line: &TokenBillLine, currency: &str) -> Vec<String> {
    let covered = line.covered.map_or(0, std::num::NonZeroU64::get);
    let less = match covered {
        0 => String::new(),
        covered => {
            format!("{} − {} covered by quotas and packages = ", grouped(line.quantity), grouped(covered))
        }
    };
    let how = if line.overflow { "Beyond the quota, by pay-as-you-go" } else { "By the token" };
    vec![
        format!("{how}: {} at {}.", count(line.calls as usize, "call"), line.model),
        format!(
            "{less}{} tokens × {} {currency} ÷ 1,000,000 = {} {currency}.",
            grouped(line.quantity - covered),
            line.unit_price,
            line.amount
        ),
    ]
}

fn resource(line: &ResourceLine, currency: &str) -> Vec<String> {
    let billed = SimSpan::from_ms((line.billed_s * 1_000.0).round() as i64);
    let time = if line.per.is_empty() { String::new() } else { format!(" × {billed}") };
    let mut text = vec![format!(
        "{} {}{time} × {} {currency} = {} {currency}.",
        grouped(line.quantity),
        line.unit,
        per(&line.unit_price, line.per),
        line.amount
    )];
    if !line.closed_by.is_empty() {
        text.push(format!("Closed {}: {}.", clock(&line.to), line.closed_by));
    }
    text
}

fn account(line: &AccountLine, currency: &str) -> Vec<String> {
    let when =
        if line.at.is_empty() { "Over the whole run".to_owned() } else { format!("On {}", clock(&line.at)) };
    vec![format!("{when}: {} {} come to {} {currency}.", grouped(line.quantity), line.unit, line.amount)]
}

/// What goes on costing after the end.
fn still(still: &[StillBilling]) -> Markup {
    html! {
        @if !still.is_empty() {
            h3 { "What still bills at the end" }
            ul { @for one in still { li { b { (one.name) } ": " (one.item) ", " (rate(one)) ". Ended by: " (one.ends_by) ". " (rules::links(&one.rules)) } } }
        }
    }
}

fn rate(one: &StillBilling) -> String {
    match &one.until {
        Some(until) => format!("{} paid in advance until {}", one.rate, clock(until)),
        None => format!("{}/{}", one.rate, one.per),
    }
}
