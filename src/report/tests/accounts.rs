//! What a comparison says of accounts, from replications made by hand.

use super::super::sample::{by_quota, by_tokens, money, scenario};
use super::super::{Comparison, replications, table};
use crate::account::AccountModel;
use crate::ledger::{AlertKind, Product};
use crate::montecarlo::{Samples, StudySize};
use crate::scenario::Scenario;
use crate::sim::{AccountOutcome, AlertOutcome, Outcome};
use crate::units::{Money, SimSpan, SimTime};
use serde_json::{Value, json};

const SIZE: StudySize = StudySize { seed: 1, replications: 4, threads: 1 };

/// The sample with an account that is warned at a balance of 100 and at half its limit.
fn with_account() -> Scenario {
    let mut scenario = scenario();
    let mut account = AccountModel::named("main");
    account.alerts.low_balance = vec![money("100")];
    account.alerts.monthly_limit = Some(money("1000"));
    account.alerts.shares_ppb = vec![500_000_000];
    scenario.accounts = vec![account];
    scenario
}

fn hour(hours: i64) -> SimTime {
    SimTime::ZERO + SimSpan::from_hours(hours)
}

/// An account that stops after so many hours, three hours after an alert, if at all.
fn account(stopped: Option<i64>) -> AccountOutcome {
    let alert =
        |at: i64| AlertOutcome { kind: AlertKind::LowBalance, threshold: money("100"), at: hour(at - 3) };
    let mut outcome = AccountOutcome {
        overdue_at: stopped.map(hour),
        stopped_at: stopped.map(hour),
        episodes: u32::from(stopped.is_some()),
        downtime: SimSpan::from_hours(stopped.map_or(0, |hours| 24 - hours)),
        least_available: stopped.map_or(money("30"), |_| money("-2")),
        available: money("5"),
        alerts: stopped.map(alert).into_iter().collect(),
        issued: money("3.20"),
        not_issued: money("0.40"),
        tax: money("0.25"),
        discounts: money("-0.10"),
        ..AccountOutcome::default()
    };
    outcome.issued_by_product[Product::Inference.index()] = money("1.20");
    outcome.issued_by_product[Product::Deployment.index()] = money("2.00");
    outcome
}

fn outcomes(stopped: Option<i64>) -> [Outcome; 2] {
    let own = |outcome: Outcome, stopped| Outcome {
        accounts: vec![account(stopped)],
        web_search: money("0.04"),
        ..outcome
    };
    [own(by_tokens(), None), own(by_quota(10), stopped)]
}

/// Of four replications "PTU" stops in three, at hours 4, 10 and 20; "tokens only" in none.
fn samples(scenario: &Scenario) -> Vec<Samples> {
    let mut samples = vec![Samples::default(); 2];
    for stopped in [Some(10), None, Some(20), Some(4)] {
        for (column, outcome) in samples.iter_mut().zip(outcomes(stopped)) {
            column.push(scenario, &outcome);
        }
    }
    samples
}

fn comparison() -> Comparison {
    let scenario = with_account();
    Comparison::new(&scenario, SIZE, &samples(&scenario))
}

fn same(a: &Value, b: f64) {
    let a = a.as_f64().unwrap_or_else(|| panic!("{a} is a number"));
    assert!((a - b).abs() < 1e-12, "{a} should be {b}");
}

#[test]
fn arrears_are_shares_of_replications_with_dates_and_intervals() {
    let json = serde_json::to_value(comparison()).expect("plain data");
    let [tokens, ptu] = [0, 1].map(|index| &json["strategies"][index]["accounts"][0]);
    let stopped = &ptu["stopped"];
    assert_eq!((&ptu["name"], &stopped["hits"]), (&json!("main"), &json!(3)));
    same(&stopped["probability"], 0.75);
    // The scenario starts at 10:00:30. Of 4, 10 and 20 hours the ⌈0.05 · 3⌉-th, ⌈0.5 · 3⌉-th and ⌈0.95 · 3⌉-th.
    assert_eq!(stopped["first"]["p5"], "2026-06-10T14:00:30+08:00");
    assert_eq!(stopped["first"]["p50"], "2026-06-10T20:00:30+08:00");
    assert_eq!(stopped["first"]["p95"], "2026-06-11T06:00:30+08:00");
    assert_eq!(stopped["first"]["since_start_s"], json!([14_400.0, 36_000.0, 72_000.0]));
    // Wilson: 0 of 4 is 0 to z² / (4 + z²).
    same(&tokens["stopped"]["ci95"][0], 0.0);
    let high = tokens["stopped"]["ci95"][1].as_f64().expect("a number");
    assert!((high - 3.841_458_820_694 / 7.841_458_820_694).abs() < 1e-9, "{high}");
    assert!(tokens["stopped"].get("first").is_none());
    same(&ptu["downtime_s"]["mean"], 3_600.0 * (14.0 + 4.0 + 20.0) / 4.0);
    assert_eq!(
        (&ptu["least_available"]["p5"], &ptu["least_available"]["p95"]),
        (&json!("-2.00"), &json!("30.00"))
    );
}

#[test]
fn alerts_tell_how_long_before_the_stop_they_came() {
    let json = serde_json::to_value(comparison()).expect("plain data");
    let alerts = &json["strategies"][1]["accounts"][0]["alerts"];
    let [half, low] = [0, 1].map(|index| &alerts[index]);
    assert_eq!((&half["kind"], &half["threshold"]), (&json!("monthly_limit"), &json!("500.00")));
    assert_eq!((&half["missing"], half.get("lead_s")), (&json!(3), None), "declared, but it never came");
    assert_eq!(low["name"], "balance 100.00");
    same(&low["came"]["probability"], 0.75);
    same(&low["before_stop"]["probability"], 1.0);
    same(&low["lead_s"]["p5"], 10_800.0);
    let calm = &json["strategies"][0]["accounts"][0]["alerts"][1];
    assert!(calm.get("before_stop").is_none(), "nothing stopped");
}

#[test]
fn the_parts_of_the_mean_bill_are_the_mean_bill_with_accounts_and_searches_too() {
    let comparison = comparison();
    for strategy in &comparison.strategies {
        let parts = &strategy.components;
        let optional =
            [&parts.commitment, &parts.overflow, &parts.tokens, &parts.web_search, &parts.accounts];
        let machines = [&parts.standard, &parts.spot, &parts.disk];
        let all = machines.into_iter().chain(optional.into_iter().flatten());
        let sum: Money = all.map(|part| money(part)).sum();
        assert_eq!(sum, money(&strategy.cost.mean), "{}", strategy.name);
    }
    let parts = &comparison.strategies[1].components;
    assert_eq!((parts.accounts.as_deref(), parts.web_search.as_deref()), (Some("0.15"), Some("0.04")));
    let statement = &comparison.strategies[1].accounts[0].statement;
    assert_eq!((statement.account_cost.as_str(), statement.discounts.as_str()), ("0.15", "-0.10"));
    assert_eq!(statement.issued_by_product["Model deployment"], "2.00");
}

#[test]
fn the_tables_speak_of_what_happened_in_at_most_a_hundred_columns() {
    let text = table::render(&comparison());
    for shown in [
        "stopped",
        "75.00 %",
        "06-10 20:00",
        "alerts",
        "balance 100.00",
        "50 % of limit (500.00)",
        "3.00 h",
        "web search",
        "account",
        "Model inference",
        "discounts",
        "-0.10",
    ] {
        assert!(text.contains(shown), "{shown} is missing in\n{text}");
    }
    for hidden in ["released  ", "data lost  ", "by plans  ", "rounding  "] {
        assert!(!text.contains(hidden), "{hidden} never happened in\n{text}");
    }
    let tables = text.lines().filter(|line| line.contains('│'));
    assert!(tables.clone().all(|line| line.chars().count() <= 100), "{text}");
}

#[test]
fn two_accounts_have_rows_of_their_own() {
    let mut scenario = with_account();
    scenario.accounts.push(AccountModel::named("other"));
    let mut samples = vec![Samples::default(); 2];
    for (column, mut outcome) in samples.iter_mut().zip(outcomes(Some(10))) {
        outcome.accounts.push(AccountOutcome { available: money("77"), ..AccountOutcome::default() });
        column.push(&scenario, &outcome);
    }
    let comparison = Comparison::new(&scenario, StudySize { replications: 1, ..SIZE }, &samples);
    assert_eq!(comparison.strategies[1].accounts[1].available.p50, "77.00");
    assert_eq!(comparison.strategies[1].accounts[1].stopped.probability.hits, 0);
    let text = table::render(&comparison);
    assert!(text.contains("other") && text.contains("77.00"), "{text}");
}

#[test]
fn replications_carry_what_became_of_each_account() {
    let scenario = with_account();
    let mut writer = replications::CsvRows::new(Vec::new(), &scenario).expect("memory");
    writer.write(&scenario, 0, &outcomes(Some(10))).expect("memory");
    let text = String::from_utf8(writer.finish().expect("memory")).expect("text");
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
    assert_eq!(
        rows[0][rows[0].len() - 9..],
        [
            "web_search",
            "account_cost:main",
            "overdue_s:main",
            "stopped_s:main",
            "released_s:main",
            "cleared_s:main",
            "downtime_s:main",
            "least_available:main",
            "available:main",
        ]
    );
    assert_eq!(rows[1][rows[1].len() - 9..], ["0.04", "0.15", "", "", "", "", "0", "30.00", "5.00"]);
    assert_eq!(
        rows[2][rows[2].len() - 9..],
        ["0.04", "0.15", "36000", "36000", "", "", "50400", "-2.00", "5.00"]
    );
}

#[test]
fn without_accounts_nothing_is_said_of_them() {
    let scenario = scenario();
    let mut samples = vec![Samples::default(); 2];
    samples[0].push(&scenario, &by_tokens());
    samples[1].push(&scenario, &by_quota(10));
    let comparison = Comparison::new(&scenario, StudySize { replications: 1, ..SIZE }, &samples);
    let json = serde_json::to_string(&comparison).expect("plain data");
    let text = table::render(&comparison);
    for hidden in ["account", "overdue", "web search"] {
        assert!(!json.contains(hidden) && !text.contains(hidden), "{hidden}");
    }
}

#[test]
fn the_tables_end_with_what_their_words_mean() {
    let text = table::render(&comparison());
    assert!(text.contains("overdue: the available balance") && text.contains("its last coming before it"));
}
