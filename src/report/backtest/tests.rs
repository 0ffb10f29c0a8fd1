//! Figures of a backtest by hand.

use super::{Backtest, Coverage, render};
use crate::montecarlo::{MonthCosts, MonthSamples, StudySize};
use crate::scenario::import::bills::{BillReading, LineKind, read_bill};
use crate::scenario::{Scenario, load_bytes};
use crate::units::{Money, Month};
use std::collections::BTreeMap;

/// A run from the middle of June to the end of July.
const SCENARIO: &str = r#"(
    start: "2026-06-16T00:00:00+08:00", horizon: "46d", currency: "CNY",
    markets: [(name: "A", standard: "1.00")], services: [(name: "chat")],
    strategies: [(name: "standard", types: [(type: "A")])],
)"#;

const BILL: &str = "\
Billing Month,Product Name,Billable Item,Instance ID,Usage Start,Usage End,Usage,Usage Unit,Payable Amount,Currency
2026-05,Model inference,text,k;w;m;input_token;app;0,2026-05-31 10:00:00,2026-05-31 10:01:00,1000,token,0.50,CNY
2026-06,Model inference,text,k;w;m;input_token;app;0,2026-06-01 10:00:00,2026-06-01 10:01:00,1000,token,0.25,CNY
2026-06,Model inference,text,k;w;m;input_token;app;0,2026-06-20 10:00:00,2026-06-20 10:01:00,3000,token,0.75,CNY
2026-06,Model inference,Image,,2026-06-20 10:00:00,2026-06-20 10:01:00,2,piece,0.40,CNY
";

fn scenario() -> Scenario {
    let (scenario, report) = load_bytes("half.ron", SCENARIO.as_bytes().to_vec(), &[]);
    scenario.unwrap_or_else(|| panic!("{}", report.render(false)))
}

fn backtest(samples: &[MonthCosts]) -> Backtest {
    let scenario = scenario();
    let reading =
        BillReading { calendar: &scenario.calendar, currency: "CNY", rates: &BTreeMap::new(), labels: &[] };
    let bill = read_bill("bill.csv", BILL.as_bytes(), &reading).expect("a bill");
    let mut columns = MonthSamples::default();
    for costs in samples {
        columns.push(costs);
    }
    let size = StudySize { seed: 1, replications: samples.len() as u64, threads: 1 };
    Backtest::new(&scenario, &scenario.strategies[0], size, &[bill], &columns)
}

fn costs(entries: &[(i8, LineKind, &str)]) -> MonthCosts {
    let entry = |(month, kind, amount): &(i8, LineKind, &str)| {
        ((Month::new(2026, *month).expect("a month"), *kind), Money::parse(amount).expect("an amount"))
    };
    entries.iter().map(entry).collect()
}

#[test]
fn months_are_compared_as_they_are_and_the_rest_is_listed() {
    let samples = [
        costs(&[(6, LineKind::InputTokens, "1.10"), (7, LineKind::InputTokens, "2")]),
        costs(&[(6, LineKind::InputTokens, "0.95"), (7, LineKind::InputTokens, "3")]),
    ];
    let found = backtest(&samples);
    assert_eq!(found.charged, "1.90");
    let [june, july] = found.months.as_slice() else { panic!("two months: {found:?}") };
    assert_eq!((june.coverage, june.is_billed), (Coverage::Partial, true));
    assert_eq!(june.charged_outside_run, "0.25", "the line of the first of June");
    let [tokens, other] = june.kinds.as_slice() else { panic!("two kinds: {june:?}") };
    assert_eq!((tokens.kind, tokens.charged.as_str()), ("input_tokens", "1.00"));
    assert_eq!((tokens.predicted.mean.as_str(), tokens.difference.as_deref()), ("1.025", Some("0.025")));
    assert_eq!((tokens.difference_percent, tokens.is_within_p5_p95), (Some(2.5), Some(true)));
    assert_eq!(tokens.quantities[0].quantity, "4000");
    assert_eq!((other.kind, other.difference.as_deref()), ("other", Some("-0.40")));
    assert_eq!(other.is_within_p5_p95, Some(false));
    assert_eq!((july.coverage, july.is_billed), (Coverage::Whole, false));
    assert_eq!((july.total.difference.as_ref(), july.total.is_within_p5_p95), (None, None));
    let total = found.total.expect("June is compared");
    assert_eq!(
        (total.charged.as_str(), total.predicted.mean.as_str()),
        ("1.40", "1.025"),
        "July is not in it"
    );
    assert_eq!(
        (found.not_simulated[0].month.as_str(), found.not_simulated[0].charged.as_str()),
        ("2026-05", "0.50")
    );
    assert_eq!((found.unmapped[0].label.as_str(), found.unmapped[0].lines), ("Image", 1));
}

#[test]
fn a_bill_in_cents_is_held_against_a_prediction_in_cents() {
    let found = backtest(&[costs(&[(6, LineKind::InputTokens, "1.004")])]);
    let tokens = &found.months[0].kinds[0];
    assert_eq!((tokens.difference.as_deref(), tokens.is_within_p5_p95), (Some("0.004"), Some(true)));
    assert_eq!(tokens.predicted.ci95, None, "one replication has no interval");
}

#[test]
fn the_table_says_what_the_json_says() {
    let text = render(&backtest(&[costs(&[(6, LineKind::InputTokens, "1.10")])]));
    for part in [
        "half, strategy \"standard\": 1 replication, seed 1, 2026-06-16T00:00:00+08:00 to 2026-08-01T00:00:00+08:00, all money in CNY",
        "bill.csv: Model Studio bill (CSV), 4 lines, 1.90",
        "2026-06 partial: the run covers a part of it; 0.25 was charged for use outside of the run.",
        "2026-07: the bills have no line in it, so nothing is compared.",
        "2026-05 not simulated: 0.50 charged (input tokens 0.50).",
        "          0.40  Image  (1 line)",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 140), "{text}");
}
