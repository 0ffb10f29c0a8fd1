//! What the program says of a scenario, held against an expected file.

use crate::tables::{ACCOUNTS, Row, Tables, canonical, parse, show, tables};
use deploysim::scenario::{Scenario, Severity, load_file};
use std::path::Path;

/// Load → draw → simulate → bill, for every strategy, against the expected tables. Gives the number of warnings.
pub(crate) fn check_file(name: &str, scenario: &Path, expected: &Path) -> usize {
    let (scenario, report) = load_file(scenario, &[]);
    let expected = std::fs::read_to_string(expected).unwrap_or_else(|error| panic!("{name}: {error}"));
    let sections = parse(&expected);
    let Some(scenario) = scenario else {
        let said = report.render(false);
        let wanted = sections.first().and_then(|(_, tables)| tables.get("refused"));
        let wanted = wanted.unwrap_or_else(|| panic!("{name} must load, but:\n{said}"));
        assert!(!wanted.is_empty(), "{name} is refused, but not said with what");
        for row in wanted {
            assert!(
                said.contains(&row.join("  ")),
                "{name} is refused, but without \"{}\":\n{said}",
                row.join("  ")
            );
        }
        return report.count(Severity::Warning);
    };
    let strategies: Vec<&str> = scenario.strategies.iter().map(|strategy| strategy.name.as_str()).collect();
    let expected_of: Vec<&str> = sections.iter().map(|(strategy, _)| strategy.as_str()).collect();
    assert_eq!(strategies, expected_of, "{name}: one section of the expected file per strategy");
    for (index, (_, expected)) in sections.iter().enumerate() {
        check_strategy(name, &scenario, index, expected);
    }
    report.count(Severity::Warning)
}

/// Holds what the program says of one strategy against the expected tables.
pub(crate) fn check_strategy(name: &str, scenario: &Scenario, index: usize, expected: &Tables) {
    let expected = &canonical(scenario, expected);
    let actual = tables(scenario, index, expected);
    let context = format!("{name}, strategy \"{}\":\n{}", scenario.strategies[index].name, show(&actual));
    for table in ["lines", "total", "events", "statuses"] {
        assert!(expected.contains_key(table), "{context}\nthe expected file has no `{table}`");
    }
    let sorted = |tables: &Tables| {
        let mut lines = tables["lines"].clone();
        lines.sort();
        lines
    };
    assert_eq!(sorted(expected), sorted(&actual), "lines of {context}");
    assert_eq!(expected["total"], actual["total"], "total of {context}");
    check_events(expected, &actual, &context);
    for (table, rows) in expected {
        if let Some(whole) = whole_of(table) {
            check_some_rows(whole, rows, &actual, &context);
        }
    }
    for (table, rows) in expected.iter().filter(|(table, _)| is_prefix_table(table)) {
        let actual =
            actual.get(table).unwrap_or_else(|| panic!("there is no table `{table}`; see {context}"));
        assert_eq!(actual.len(), rows.len(), "{table} of {context}");
        let as_long_as = |(full, row): (&Row, &Row)| full[..row.len().clamp(2, full.len())].to_vec();
        let actual: Vec<Row> = actual.iter().zip(rows).map(as_long_as).collect();
        assert_eq!(rows, &actual, "{table} of {context}");
    }
}

/// Tables whose rows are all there, each as far as it matters.
fn is_prefix_table(table: &str) -> bool {
    !["lines", "total", "events"].contains(&table) && whole_of(table).is_none()
}

/// The table of which `bill has`, `ledger has` or `account has` names some rows.
fn whole_of(table: &str) -> Option<&str> {
    table.strip_suffix(" has").filter(|whole| ACCOUNTS.contains(whole))
}

/// Rows that must occur in their order, others between them.
fn check_some_rows(whole: &str, rows: &[Row], actual: &Tables, context: &str) {
    let mut left = actual[whole].iter();
    for row in rows {
        assert!(row.len() >= 2, "a row has at least two cells: {row:?}");
        let found = left.any(|candidate| candidate.starts_with(row));
        assert!(found, "{row:?} is missing in `{whole}`, or out of order, in {context}");
    }
}

fn check_events(expected: &Tables, actual: &Tables, context: &str) {
    let mut left = actual["events"].iter();
    for event in &expected["events"] {
        if let [never, name] = event.as_slice() {
            assert_eq!(never, "never", "an event has five cells: {event:?}");
            assert!(!actual["events"].iter().any(|other| &other[2] == name), "{name} happens in {context}");
            continue;
        }
        assert!(matches!(event.len(), 5 | 6), "an event has five cells, or six with its sentence: {event:?}");
        let found = left.any(|candidate| candidate.starts_with(event));
        assert!(found, "{event:?} is missing, or out of order, in {context}");
    }
}
