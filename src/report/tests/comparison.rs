//! What a comparison of calls and deployments says, from replications made by hand.

use super::super::sample::{by_quota, by_tokens, scenario};
use super::super::{Comparison, replications, table};
use crate::montecarlo::{Samples, StudySize};
use crate::scenario::Scenario;
use crate::scenario::model::Strategy;
use serde_json::{Value, json};

const SIZE: StudySize = StudySize { seed: 1, replications: 2, threads: 1 };

/// Two replications of each strategy: of the PTU's hundred calls 10, then 20 overflow.
fn comparison(scenario: &Scenario) -> Comparison {
    let mut samples = vec![Samples::default(); 2];
    for overflowed in [10, 20] {
        samples[0].push(scenario, &by_tokens());
        samples[1].push(scenario, &by_quota(overflowed));
    }
    Comparison::new(scenario, SIZE, &samples)
}

/// Equal but for the last bits of a float.
fn same(a: &Value, b: f64) {
    let a = a.as_f64().unwrap_or_else(|| panic!("{a} is a number"));
    assert!((a - b).abs() < 1e-12, "{a} should be {b}");
}

#[test]
fn the_parts_of_a_bill_and_the_fates_of_calls_are_means_over_replications() {
    let scenario = scenario();
    let json = serde_json::to_value(comparison(&scenario)).expect("plain data");
    let [tokens, ptu] = [0, 1].map(|index| &json["strategies"][index]);
    // 3.00 and 10 or 20 calls at 0.05.
    assert_eq!(ptu["components"]["commitment"], "3.00");
    assert_eq!((&ptu["components"]["overflow"], &ptu["cost"]["mean"]), (&json!("0.75"), &json!("3.75")));
    assert_eq!(
        (&tokens["components"]["tokens"], &tokens["components"]["commitment"]),
        (&json!("4.00"), &json!("0.00"))
    );
    let calls = &ptu["traffic"]["calls"];
    for (field, mean) in [("served", 83.0), ("overflowed", 15.0), ("refused_total", 2.0)] {
        same(&calls[field]["mean"], mean);
    }
    assert_eq!(calls["refused"], json!({ "too_many_requests": 2.0 }));
    assert_eq!(tokens["traffic"]["calls"]["refused"], json!({}));
    // 10 and 20: s = √50, t(1) = 12.7062: 15 ± 63.5, but no number of calls is negative.
    assert_eq!(calls["overflowed"]["ci95"][0], 0.0);
    same(&calls["refused_total"]["ci95"][1], 2.0);
    same(&ptu["traffic"]["tokens"]["overflowed"]["input"], 15_000.0);
    same(&ptu["traffic"]["tokens"]["refused"]["output"], 400.0);
}

#[test]
fn shares_and_the_price_of_a_million_tokens() {
    let json = serde_json::to_value(comparison(&scenario())).expect("plain data");
    let traffic = &json["strategies"][1]["traffic"];
    // 10/98 and 20/98 of the delivered tokens, 2/100 of the calls.
    same(&traffic["overflow_share"]["mean"], 15.0 / 98.0);
    same(&traffic["refused_share"]["mean"], 0.02);
    // 3.50 + 4.00 for 2 × 98 × 1,200 tokens.
    assert_eq!(traffic["cost_per_million_tokens"]["mean"], "31.887755102041");
    // The residuals ±0.25 over 0.1176 millions: error 0.25 / 0.1176, times 12.706.
    let high: f64 = traffic["cost_per_million_tokens"]["ci95"][1].as_str().unwrap().parse().unwrap();
    assert!((high - (31.887_755_102 + 12.706_204_736 * 0.25 / 0.117_6)).abs() < 1e-6, "{high}");
    assert_eq!(json["strategies"][0]["traffic"]["cost_per_million_tokens"]["mean"], "33.333333333333");
}

#[test]
fn deployments_tell_their_quotas_and_tenants_their_keys() {
    let json = serde_json::to_value(comparison(&scenario())).expect("plain data");
    let traffic = &json["strategies"][1]["traffic"];
    let ptu = &traffic["deployments"][0];
    assert_eq!((&ptu["name"], &ptu["method"]), (&json!("ptu"), &json!("ptu, hourly")));
    assert_eq!((&ptu["overflow_cost"], &ptu["tokens_cost"]), (&json!("0.75"), &json!("0.00")));
    same(&ptu["served"], 83.0);
    assert_eq!(ptu["utilisation"][1]["dimension"], "output");
    for (field, mean) in [("mean", 0.5), ("p95", 0.9), ("p99", 1.15), ("share_above", 0.15)] {
        same(&ptu["utilisation"][0][field], mean);
    }
    assert!(ptu.get("waits").is_none(), "a quota has no queue");
    assert_eq!(
        (&traffic["tenants"][0]["name"], &traffic["tenants"][0]["api_key"]),
        (&json!("chat"), &json!("k1"))
    );
    same(&traffic["tenants"][0]["overflowed"], 15.0);
    same(&traffic["tenants"][1]["served"], 0.0);
    assert_eq!(json["strategies"][0]["traffic"]["deployments"][0]["utilisation"], json!([]));
}

#[test]
fn a_quota_that_was_open_in_one_of_two_replications_counts_that_one() {
    let scenario = scenario();
    let mut never = by_quota(0);
    never.serving.targets[0].utilisation.clear();
    let mut column = Samples::default();
    column.push(&scenario, &never);
    column.push(&scenario, &by_quota(20));
    let json = serde_json::to_value(Comparison::new(&scenario, SIZE, &[column.clone(), column])).unwrap();
    same(&json["strategies"][1]["traffic"]["deployments"][0]["utilisation"][0]["share_above"], 0.2);
}

#[test]
fn the_table_speaks_of_calls_and_not_of_machines_that_nobody_rents() {
    let text = table::render(&comparison(&scenario()));
    for shown in
        ["overflowed", "15.00 %", "per million tokens", "31.8878", "commitment", "115.0 %", "mean bill"]
    {
        assert!(text.contains(shown), "{shown} is missing in\n{text}");
    }
    for hidden in ["reclaims", "available", "Running", "per hour", "machines", "queued", "slow"] {
        assert!(!text.contains(hidden), "{hidden} means nothing in\n{text}");
    }
    let tables = text.lines().filter(|line| line.contains('│'));
    assert!(tables.clone().count() > 10 && tables.clone().all(|line| line.chars().count() <= 100), "{text}");
}

#[test]
fn a_strategy_without_machines_has_no_row_about_them_beside_one_that_rents() {
    let text = br#"(
        start: "2026-06-10T10:00:00+08:00", horizon: "1d", currency: "CNY",
        markets: [(name: "A", standard: "2.00")],
        services: [(name: "chat")],
        strategies: [(name: "own machines", types: [(type: "A")]), (name: "PTU", types: [(type: "A")])],
    )"#;
    let (scenario, _) = crate::scenario::load_bytes("both.ron", text.to_vec(), &[]);
    let mut scenario = scenario.expect("a scenario");
    scenario.strategies[1] = super::super::sample::scenario().strategies.remove(1);
    let mut samples = vec![Samples::default(); 2];
    let rented = crate::sim::Outcome { standard: super::super::sample::money("48.00"), ..by_quota(0) };
    samples[0].push(&scenario, &rented);
    samples[1].push(&scenario, &by_quota(10));
    let text = table::render(&Comparison::new(&scenario, SIZE, &samples));
    let rows = |head: &str| -> Vec<String> {
        let table = text.lines().skip_while(|line| !line.contains(head)).skip(2);
        let rows = table.take_while(|line| line.contains('│'));
        rows.map(|row| row.trim_matches('│').split("  ").next().unwrap_or_default().trim().to_owned())
            .collect()
    };
    assert_eq!(rows("reclaims"), ["own machines"]);
    assert_eq!(rows("time in Running"), ["own machines"]);
    assert_eq!(rows("mean bill"), ["own machines", "PTU"]);
    assert!(text.contains("machines   commitment") && text.contains("48.00"), "{text}");
}

#[test]
fn waits_are_told_where_calls_queue() {
    let mut scenario = scenario();
    let service = crate::scenario::deployment::OwnService { service: crate::scenario::model::ServiceId(0) };
    scenario.strategies[1].deployments[0].kind =
        crate::scenario::deployment::DeploymentKind::Service(service);
    let mut column = Samples::default();
    for (total_s, longest_s) in [(98, 30), (196, 50)] {
        let mut outcome = by_quota(0);
        let target = &mut outcome.serving.targets[0];
        target.calls.queued = 49;
        target.waits.total_ms = total_s * 1_000;
        target.waits.longest = crate::units::SimSpan::from_seconds(longest_s);
        target.waits.p95 = crate::units::SimSpan::from_seconds(longest_s - 10);
        column.push(&scenario, &outcome);
    }
    let comparison = Comparison::new(&scenario, SIZE, &[column.clone(), column]);
    let waits = comparison.strategies[1].traffic.as_ref().unwrap().deployments[0].waits.as_ref().unwrap();
    // 294 s over 196 served calls; (20 + 40) / 2; the longest of both.
    let waits = [waits.mean_s, waits.p95_s, waits.longest_s];
    assert!(waits.iter().zip([1.5, 30.0, 50.0]).all(|(a, b)| (a - b).abs() < 1e-12), "{waits:?}");
    let text = table::render(&comparison);
    assert!(text.contains("50.00 %") && text.contains("1.500 s") && text.contains("50.000 s"), "{text}");
}

#[test]
fn replications_carry_what_their_calls_cost() {
    let scenario = scenario();
    let mut writer = replications::CsvRows::new(Vec::new(), &scenario).expect("memory");
    writer.write(&scenario, 0, &[by_tokens(), by_quota(10)]).expect("memory");
    let text = String::from_utf8(writer.finish().expect("memory")).expect("text");
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
    let value =
        |row: usize, column: &str| rows[row][rows[0].iter().position(|name| *name == column).unwrap()];
    assert_eq!([value(1, "cost"), value(1, "tokens"), value(1, "calls_served")], ["4.00", "4.00", "100"]);
    let ptu = ["commitment", "overflow", "calls_overflowed", "calls_refused", "input_tokens_overflowed"];
    assert_eq!(ptu.map(|column| value(2, column)), ["3.00", "0.50", "10", "2", "10000"]);
    assert_eq!(value(2, "output_tokens_refused"), "400");
}

#[test]
fn without_calls_and_deployments_nothing_is_said_of_them() {
    let mut scenario = scenario();
    scenario.callers.clear();
    scenario.strategies.iter_mut().for_each(|strategy| strategy.deployments.clear());
    let comparison = comparison(&scenario);
    let text = serde_json::to_string(&comparison).expect("plain data");
    assert!(!text.contains("traffic") && !text.contains("commitment"), "{text}");
    assert!(!table::render(&comparison).contains("per million tokens"));
    let header = replications::CsvRows::new(Vec::new(), &scenario).and_then(replications::CsvRows::finish);
    assert!(!String::from_utf8(header.expect("memory")).expect("text").contains("commitment"));
}

#[test]
fn the_strategy_worth_telling_has_provisioned_throughput() {
    let mut scenario = scenario();
    let name = |strategy: &Strategy| strategy.name.clone();
    assert_eq!(name(scenario.telling_strategy()), "PTU");
    scenario.strategies[1].deployments.clear();
    assert_eq!(name(scenario.telling_strategy()), "tokens only", "the first with any deployment");
    assert!(scenario.telling_machines().is_none(), "nobody rents machines");
}
