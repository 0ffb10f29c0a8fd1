//! Changes since an earlier run as a table.

use super::{BaselineResult, Change};
use crate::report::figures::Scale;
use crate::report::table::{new_table, wrapped};
use crate::report::words::grouped;
use std::fmt::Write as _;

/// What a reader needs to know of the last column.
const DEFINITION: &str = "\
significant: the 95 % interval of the change does not hold 0. Where nothing changed, one figure in twenty is called so.";

/// The changes as text.
pub(in crate::report) fn table(result: &BaselineResult) -> String {
    let mut text = format!(
        "\nsince {}: {} with {} replications and seed {}\n",
        result.file,
        result.scenario,
        grouped(result.replications),
        result.seed
    );
    for note in &result.notes {
        text.push_str(&wrapped(&format!("  {note}")));
    }
    for (names, what) in [(&result.only_then, "only then"), (&result.only_now, "only now")] {
        if !names.is_empty() {
            text.push_str(&wrapped(&format!("  {what}: {}", names.join(", "))));
        }
    }
    let header = ["strategy", "figure", "then", "now", "change", "", "95 % interval", "significant"];
    let mut table = new_table(&header, 2);
    for change in &result.changes {
        table.add_row(row(change));
    }
    let _ = writeln!(text, "{table}");
    if result.changes.iter().any(|change| change.is_significant.is_some()) {
        let _ = writeln!(text, "{DEFINITION}");
    }
    text
}

fn row(change: &Change) -> Vec<String> {
    let numbers = &change.numbers;
    let scale = Scale::new(&numbers.metric, numbers.then.abs().max(numbers.now.abs()));
    let difference = numbers.now - numbers.then;
    let relative = if numbers.then == 0.0 {
        "–".to_owned()
    } else {
        format!("{:+.1} %", difference / numbers.then.abs() * 100.0)
    };
    let significant = match change.is_significant {
        Some(true) => "yes",
        Some(false) => "no",
        None => "–",
    };
    vec![
        change.strategy.clone(),
        change.metric.clone(),
        scale.shown(numbers.then),
        scale.shown(numbers.now),
        scale.shown(difference),
        relative,
        scale.interval(numbers.ci95),
        significant.to_owned(),
    ]
}
