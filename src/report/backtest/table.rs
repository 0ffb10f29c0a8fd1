//! A backtest for a terminal.

use super::{Backtest, Cell, Coverage, MonthResult};
use crate::report::table::{new_table, wrapped};
use crate::report::words::grouped;
use crate::units::Money;
use comfy_table::Table;
use std::fmt::Write as _;

/// Definitions under the table: what a reader needs to repeat a figure by hand.
const DEFINITIONS: &str = "predicted: mean over replications. ±: half the 95 % interval of the mean (Student t). pN: the ⌈pN⌉-th \
                           smallest replication. difference: predicted − charged, in percent of what was charged. within: \
                           charged lies between p5 and p95. Nothing is scaled to the part of a month that the run covers.";

/// Labels that are listed one by one; the JSON has them all.
const MOST_LABELS: usize = 20;

/// The backtest as text.
pub fn render(backtest: &Backtest) -> String {
    let mut text = String::new();
    let replications = backtest.replications;
    let _ = writeln!(
        text,
        "{}, strategy \"{}\": {} replication{}, seed {}, {} to {}, all money in {}",
        backtest.scenario,
        backtest.strategy,
        grouped(replications),
        if replications == 1 { "" } else { "s" },
        backtest.seed,
        backtest.from,
        backtest.to,
        backtest.currency,
    );
    for bill in &backtest.bills {
        let lines = grouped(bill.lines as u64);
        let word = if bill.lines == 1 { "line" } else { "lines" };
        let _ = writeln!(text, "{}: {}, {lines} {word}, {}", bill.file, bill.format, bill.total);
    }
    let _ = writeln!(text, "\n{}\n", comparison(backtest));
    for month in &backtest.months {
        text.push_str(&remark(month));
    }
    not_simulated(&mut text, backtest);
    unmapped(&mut text, backtest);
    for note in &backtest.notes {
        text.push_str(&wrapped(&format!("note: {note}")));
    }
    text.push_str(&wrapped(DEFINITIONS));
    text
}

fn comparison(backtest: &Backtest) -> Table {
    let header = ["month", "kind", "charged", "predicted", "±", "p5", "p95", "difference", "%", "within"];
    let mut table = new_table(&header, 2);
    for month in &backtest.months {
        let mark = match month.coverage {
            Coverage::Whole => month.month.clone(),
            Coverage::Partial => format!("{} partial", month.month),
        };
        let mut mark = mark.as_str();
        for cell in &month.kinds {
            table.add_row(row(mark, cell, month.is_billed));
            mark = "";
        }
        table.add_row(row(mark, &month.total, month.is_billed));
    }
    // The total of a single month stands there already.
    if let Some(total) = &backtest.total
        && backtest.months.iter().filter(|month| month.is_billed).count() > 1
    {
        table.add_row(row("compared", total, true));
    }
    table
}

fn row(month: &str, cell: &Cell, is_billed: bool) -> Vec<String> {
    let none = || "–".to_owned();
    let half_width = cell.predicted.ci95.as_ref().map_or_else(none, |[low, high]| {
        // Half of a difference of two texts that money wrote.
        let (low, high) = (amount(low), amount(high));
        format!("{:.2}", Money::from_ratio((high - low).as_pico(), 2, crate::units::RoundingMode::HalfUp))
    });
    vec![
        month.to_owned(),
        cell.kind.replace('_', " "),
        if is_billed { short(&cell.charged) } else { none() },
        short(&cell.predicted.mean),
        half_width,
        short(&cell.predicted.p5),
        short(&cell.predicted.p95),
        cell.difference.as_deref().map_or_else(none, short),
        cell.difference_percent.map_or_else(none, percent),
        cell.is_within_p5_p95.map_or_else(none, |is_within| if is_within { "yes" } else { "no" }.to_owned()),
    ]
}

/// What has to be said of a month beside its figures.
fn remark(month: &MonthResult) -> String {
    let mut text = String::new();
    if !month.is_billed {
        text.push_str(&wrapped(&format!(
            "{}: the bills have no line in it, so nothing is compared.",
            month.month
        )));
    } else if month.coverage == Coverage::Partial {
        text.push_str(&wrapped(&format!(
            "{} partial: the run covers a part of it; {} was charged for use outside of the run.",
            month.month,
            short(&month.charged_outside_run)
        )));
    }
    text
}

fn not_simulated(text: &mut String, backtest: &Backtest) {
    for month in &backtest.not_simulated {
        let kinds: Vec<String> = month
            .kinds
            .iter()
            .map(|(kind, charged)| format!("{} {}", kind.replace('_', " "), short(charged)))
            .collect();
        let charged = short(&month.charged);
        text.push_str(&wrapped(&format!(
            "{} not simulated: {charged} charged ({}).",
            month.month,
            kinds.join(", ")
        )));
    }
}

fn unmapped(text: &mut String, backtest: &Backtest) {
    if backtest.unmapped.is_empty() {
        return;
    }
    let _ = writeln!(text, "not mapped to a kind, so in \"other\" (--map LABEL=KIND says what a label is):");
    for label in backtest.unmapped.iter().take(MOST_LABELS) {
        let word = if label.lines == 1 { "line" } else { "lines" };
        let lines = grouped(label.lines as u64);
        let _ = writeln!(text, "  {:>14}  {}  ({lines} {word})", short(&label.charged), shown(&label.label));
    }
    let rest = &backtest.unmapped[backtest.unmapped.len().min(MOST_LABELS)..];
    if !rest.is_empty() {
        let charged: Money = rest.iter().map(|label| amount(&label.charged)).sum();
        let _ = writeln!(text, "  {charged:>14.2}  {} more labels", rest.len());
    }
}

/// Text of a bill, fit to be printed on one line of a terminal.
fn shown(label: &str) -> String {
    label.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// An amount that this report has written itself.
fn amount(text: &str) -> Money {
    Money::parse(text).expect("the report writes money as text")
}

fn short(text: &str) -> String {
    format!("{:.2}", amount(text))
}

fn percent(value: f64) -> String {
    // No minus before a zero.
    let rounded = (value * 100.0).round() / 100.0 + 0.0;
    format!("{rounded:.2}")
}
