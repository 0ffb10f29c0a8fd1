//! Worked cases: small situations with the bill, the events and the statuses that the rules give.
//!
//! Each case is a pair in `tests/cases`: a scenario, and what is expected of it, worked out by hand from the rules.
//! Cells of an expected table are two or more blanks apart; a time of the scenario's first day is written without its
//! date. One section per strategy:
//!
//! * `lines`: every line of the bill, in any order; amounts compare at eight decimals;
//! * `total`: their sum;
//! * `events`: those that matter, in order, where it matters with their sentence; others may lie between them, but
//!   none that is said to `never` happen;
//! * `statuses`: every service at the horizon, where it matters with the number of its replicas.
//!
//! A scenario that must not load has one section instead, `refused`, with what the report must say.

use deploysim::report::{Bill, Told};
use deploysim::scenario::{Scenario, load_file};
use deploysim::sim::{Recorder, simulate};
use deploysim::units::{Money, RoundingMode, UnitPrice};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One row of a table.
type Row = Vec<String>;
/// The tables of one strategy by their names.
type Tables = BTreeMap<String, Vec<Row>>;

macro_rules! cases {
    ($($name:ident),+ $(,)?) => {
        const NAMES: &[&str] = &[$(stringify!($name)),+];
        $(#[test]
        fn $name() {
            check(stringify!($name));
        })+
    };
}

include!("cases/list.rs");

#[test]
fn every_file_is_a_case_that_runs() {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut on_disk: Vec<String> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "ron"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    on_disk.sort();
    let mut listed: Vec<String> = NAMES.iter().map(ToString::to_string).collect();
    listed.sort();
    assert_eq!(on_disk, listed, "tests/cases/list.rs names every scenario of tests/cases");
}

/// Load → draw → simulate → bill, for every strategy, against the expected tables.
fn check(name: &str) {
    let (scenario, report) = load_file(&folder().join(format!("{name}.ron")), &[]);
    let expected = std::fs::read_to_string(folder().join(format!("{name}.expected"))).unwrap();
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
        return;
    };
    let strategies: Vec<&str> = scenario.strategies.iter().map(|strategy| strategy.name.as_str()).collect();
    let expected_of: Vec<&str> = sections.iter().map(|(strategy, _)| strategy.as_str()).collect();
    assert_eq!(strategies, expected_of, "{name}: one section of the expected file per strategy");
    for (index, (strategy, expected)) in sections.iter().enumerate() {
        let actual = tables(&scenario, index);
        let context = format!("{name}, strategy \"{strategy}\":\n{}", show(&actual));
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
        let mut left = actual["events"].iter();
        for event in &expected["events"] {
            if let [never, name] = event.as_slice() {
                assert_eq!(never, "never", "an event has five cells: {event:?}");
                assert!(
                    !actual["events"].iter().any(|other| &other[2] == name),
                    "{name} happens in {context}"
                );
                continue;
            }
            assert!(
                matches!(event.len(), 5 | 6),
                "an event has five cells, or six with its sentence: {event:?}"
            );
            let found = left.any(|candidate| candidate.starts_with(event));
            assert!(found, "{event:?} is missing, or out of order, in {context}");
        }
        let as_long_as = |(full, row): (&Row, &Row)| full[..row.len().clamp(2, 3)].to_vec();
        let statuses: Vec<Row> =
            actual["statuses"].iter().zip(&expected["statuses"]).map(as_long_as).collect();
        assert_eq!(actual["statuses"].len(), expected["statuses"].len(), "statuses of {context}");
        assert_eq!(expected["statuses"], statuses, "statuses of {context}");
    }
}

/// What the program says of one strategy, in the shape of an expected file.
fn tables(scenario: &Scenario, strategy: usize) -> Tables {
    let strategy = &scenario.strategies[strategy];
    let world = scenario.world.draw(1, 0);
    let mut recorder = Recorder::default();
    let outcome = simulate(scenario, strategy, &world, &mut recorder);
    let told = Told { scenario, strategy, seed: 1, replication: 0, outcome: &outcome, recorder: &recorder };
    let bill = Bill::new(&told);
    assert_eq!(Money::parse(&bill.total).unwrap(), outcome.cost(), "the bill's total is the outcome's cost");
    let start = scenario.calendar.format(deploysim::units::SimTime::ZERO);
    let when = |time: &str| {
        let time = &time[..time.len() - "+08:00".len()];
        let first_day = time[..10] == start[..10];
        if first_day { time[11..].to_owned() } else { time[5..].to_owned() }
    };
    let lines = bill.lines.iter().map(|line| {
        let (who, item) = (format!("{}/{}", line.deployment, line.replica), line.item.to_owned());
        let price = price_cell(&line.unit_price);
        vec![
            who,
            item,
            line.market.clone(),
            when(&line.from),
            when(&line.to),
            price,
            amount_cell(&line.amount),
        ]
    });
    let events = bill.events.iter().map(|event| {
        let who = event
            .replica
            .map_or_else(|| event.deployment.clone(), |replica| format!("{}/{replica}", event.deployment));
        let market = event.market.clone().unwrap_or_else(|| "-".to_owned());
        let detail = event.detail.clone();
        vec![when(&event.at), who, event.event.to_owned(), market, event.to.to_owned(), detail]
    });
    let statuses = bill
        .deployments
        .iter()
        .map(|service| vec![service.name.clone(), service.status.to_owned(), service.replicas.to_string()]);
    Tables::from([
        ("lines".to_owned(), lines.collect()),
        ("total".to_owned(), vec![vec![amount_cell(&bill.total)]]),
        ("events".to_owned(), events.collect()),
        ("statuses".to_owned(), statuses.collect()),
    ])
}

/// Reads an expected file.
fn parse(text: &str) -> Vec<(String, Tables)> {
    let mut sections: Vec<(String, Tables)> = Vec::new();
    let mut table = String::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        if let Some(strategy) = line.strip_prefix("strategy: ") {
            sections.push((strategy.trim().to_owned(), Tables::new()));
        } else if let Some(name) = line.strip_suffix(':').filter(|name| !name.starts_with(' ')) {
            name.clone_into(&mut table);
            if sections.is_empty() {
                sections.push((String::new(), Tables::new()));
            }
            sections.last_mut().unwrap().1.insert(table.clone(), Vec::new());
        } else {
            let cells =
                line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(ToOwned::to_owned);
            let mut row: Row = cells.collect();
            match table.as_str() {
                "lines" => {
                    assert_eq!(row.len(), 7, "a line has seven cells: {line}");
                    row[5] = price_cell(&row[5]);
                    row[6] = amount_cell(&row[6]);
                }
                "total" => row[0] = amount_cell(&row[0]),
                _ => {}
            }
            sections.last_mut().unwrap().1.get_mut(&table).unwrap().push(row);
        }
    }
    sections
}

fn show(tables: &Tables) -> String {
    let table = |(name, rows): (&String, &Vec<Row>)| {
        let rows: Vec<String> = rows.iter().map(|row| format!("  {}", row.join("  "))).collect();
        format!("{name}:\n{}", rows.join("\n"))
    };
    tables.iter().map(table).collect::<Vec<_>>().join("\n")
}

fn amount_cell(text: &str) -> String {
    format!("{:.8}", Money::parse(text).unwrap().round_to(8, RoundingMode::HalfUp))
}

fn price_cell(text: &str) -> String {
    UnitPrice::parse(text).unwrap().to_string()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}
