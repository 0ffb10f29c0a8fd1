//! The bill of each month as a table.

use super::{Forecast, MonthBill};
use crate::report::table::new_table;
use crate::report::words::{count, grouped};
use std::fmt::Write as _;

const DEFINITIONS: &str = "\
±: half the 95 % interval of the mean (Student t over replications). pN: the ⌈pN⌉-th smallest replication of that month;
means add up to that of all months, quantiles do not. A month is charged what was used in it, whenever that is settled.
";

pub(super) fn render(forecast: &Forecast) -> String {
    let mut text = String::new();
    if !forecast.question.is_empty() {
        let _ = writeln!(text, "{}", forecast.question);
    }
    let _ = writeln!(
        text,
        "{}: {} replication{} of {} over {}, seed {}, all money in {}\n",
        forecast.scenario,
        grouped(forecast.replications),
        if forecast.replications == 1 { "" } else { "s" },
        forecast.horizon,
        count(forecast.months.len(), "calendar month"),
        forecast.seed,
        forecast.currency
    );
    let mut table = new_table(&["strategy", "month", "mean", "±", "p5", "p50", "p95"], 2);
    for strategy in &forecast.strategies {
        let mut name = strategy.name.as_str();
        for (month, bill) in forecast.months.iter().zip(&strategy.months) {
            // A month that is cut by the run is no dip in what is used.
            let part =
                if month.share < 1.0 { format!(" ({:.0} %)", month.share * 100.0) } else { String::new() };
            table.add_row(row(name, &format!("{}{part}", month.month), bill));
            name = "";
        }
        table.add_row(row(name, "all", &strategy.total));
    }
    let _ = writeln!(text, "{table}\n{DEFINITIONS}");
    if forecast.months.iter().any(|month| month.share < 1.0) {
        text.truncate(text.trim_end().len());
        text.push_str(" (N %): only so much of\nthe month lies within the run.\n");
    } else {
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

fn row(strategy: &str, month: &str, bill: &MonthBill) -> Vec<String> {
    let estimate = &bill.estimate;
    let half = estimate
        .mean
        .ci95
        .map_or_else(|| "–".to_owned(), |(low, high)| format!("{:.2}", (high - low).per(2)));
    let amounts = [estimate.p5, estimate.p50, estimate.p95].map(|amount| format!("{amount:.2}"));
    let first = [strategy.to_owned(), month.to_owned(), format!("{:.2}", estimate.mean.mean), half];
    first.into_iter().chain(amounts).collect()
}
