//! Thresholds read, held against figures, and refused where nothing is measured.

use super::*;
use crate::scenario::load_bytes;

fn threshold(text: &str) -> Threshold {
    Threshold::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn wrong(text: &str) -> String {
    Threshold::parse(text).expect_err(text).to_string()
}

fn scenario(text: &str) -> Scenario {
    let (scenario, report) = load_bytes("threshold.ron", text.as_bytes().to_vec(), &[]);
    scenario.unwrap_or_else(|| panic!("{}", report.render(false)))
}

/// Two ways on machines and one that buys throughput.
const MIXED: &str = r#"(
    start: "2026-06-10T10:00:00+08:00", horizon: "1d", currency: "CNY",
    markets: [(name: "A", standard: "1.00")],
    services: [(name: "chat")],
    strategies: [
        (name: "one", types: [(type: "A")]),
        (name: "two", types: [(type: "A")]),
        (name: "PTU", deployments: [
            Ptu(name: "a", model: "qwen3-max-2025-09-23", input_tpm: 10000, output_tpm: 1000, paid_by: Hourly)]),
    ],
)"#;

/// Samples in which the bill of each replication is a whole number of the currency.
fn costs(amounts: &[i128]) -> Samples {
    let cost = amounts.iter().map(|amount| Money::from_pico(amount * 1_000_000_000_000)).collect();
    Samples { cost, ..Samples::default() }
}

#[test]
fn every_relation_is_read_with_or_without_spaces() {
    for (text, relation) in [
        ("cost.mean>12", Relation::Above),
        ("cost.mean>=12", Relation::AtLeast),
        ("cost.mean<12", Relation::Below),
        ("cost.mean<=12", Relation::AtMost),
        ("  cost.mean  <=  12.0  ", Relation::AtMost),
    ] {
        let read = threshold(text);
        assert_eq!((read.relation(), read.limit()), (relation, 12.0), "{text}");
        assert_eq!((read.metric().to_string().as_str(), read.strategy()), ("cost.mean", None));
        assert_eq!(read.text(), text.trim());
    }
}

#[test]
fn at_the_limit_only_the_relations_that_include_it_hold() {
    let samples = costs(&[10, 12, 14]);
    let holds = |text: &str| {
        let threshold = threshold(text);
        threshold.holds(&threshold.metric().estimate(&samples).expect("a cost"))
    };
    assert_eq!(
        [">", ">=", "<", "<="].map(|sign| holds(&format!("cost.mean{sign}12"))),
        [false, true, false, true]
    );
    // One step of the last digit of money is no rounding error.
    assert!(holds("cost.mean>11.999999999999") && !holds("cost.mean>12.000000000001"));
    assert!(!holds("cost.max<14") && holds("cost.max<14.000000000001"));
}

#[test]
fn a_share_may_be_in_per_cent_and_nothing_else_may() {
    for (text, limit) in [
        ("availability.mean<99.5%", 0.995_f64),
        ("availability.mean<0.995", 0.995),
        ("stopped.share > 1 %", 0.01),
    ] {
        assert_eq!(threshold(text).limit().to_bits(), limit.to_bits(), "{text}: to the last bit");
    }
    assert_eq!(
        wrong("cost.mean>5%"),
        "`cost.mean>5%`: \"5%\" is no limit: write an amount in the scenario's currency, as in 12000 or 12000.50, with at \
         most twelve decimals"
    );
    assert!(
        wrong("availability.mean<many").contains("\"many\" is no limit: write a share, as in 0.995 or 99.5%")
    );
    assert!(wrong("reclaims.mean>1e3").contains("write a number, as in 12"));
    assert!(wrong("time_to_running.p95>").contains("\"\" is no limit: write a number of seconds"));
}

#[test]
fn what_is_no_relation_is_shown_how_to_write_one() {
    for text in [
        "cost.p95",
        "cost.p95=5",
        "cost.p95==5",
        "cost.p95=>5",
        "cost.p95=<5",
        "cost.p95<>5",
        "cost.p95>>5",
        "",
    ] {
        assert!(wrong(text).contains("one of > >= < <= and a limit"), "{text}: {}", wrong(text));
    }
    assert!(wrong("cots.p95>5").contains("did you mean `cost`?"));
    assert!(wrong("cost>5").contains("lacks its statistic"));
}

#[test]
fn a_strategy_is_whatever_stands_before_the_last_colon() {
    let read = threshold("spot: two > one: accounts[0].available.p5 < -5.25");
    assert_eq!(read.strategy(), Some("spot: two > one"));
    assert_eq!((read.metric().account, read.limit_as_money()), (Some(0), Money::parse("-5.25").ok()));
}

#[test]
fn only_what_a_scenario_has_can_be_held_against_a_limit() {
    let scenario = scenario(MIXED);
    let refused = |text: &str| threshold(text).check(&scenario).expect_err(text).to_string();
    assert_eq!(threshold("PTU: cost.mean>5").check(&scenario), Ok(()));
    assert_eq!(
        refused("towo: cost.mean>5"),
        "`towo: cost.mean>5`: there is no strategy \"towo\"; did you mean \"two\"?; the scenario has \"one\", \"two\", \"PTU\""
    );
    assert!(refused("PTU: availability.mean<1").contains("\"PTU\" rents no machines"));
    assert!(refused("stopped.share>0").contains("the scenario has no accounts"));
    assert!(refused("cost_with_downtime.mean>0").contains("gives downtime no price"));
}

#[test]
fn without_a_strategy_it_is_of_all_that_the_figure_speaks_of() {
    let scenario = scenario(MIXED);
    let size = crate::montecarlo::StudySize { seed: 1, replications: 3, threads: 1 };
    let samples = crate::montecarlo::study(&scenario, size, &mut ()).expect("nobody interrupts");
    let of = |text: &str| -> Vec<(usize, bool)> {
        let verdicts = threshold(text).verdicts(&scenario, &samples);
        verdicts.iter().map(|verdict| (verdict.strategy, verdict.failed)).collect()
    };
    assert_eq!(of("availability.mean<100%"), [(0, false), (1, false)], "PTU rents no machines");
    assert_eq!(of("cost.mean>24"), [(0, false), (1, false), (2, true)]);
    assert_eq!(of("two: cost.mean>=24"), [(1, true)]);
}

#[test]
fn a_limit_within_the_interval_is_close() {
    let scenario = scenario(MIXED);
    let samples = [costs(&[10, 12, 14]), costs(&[12, 12, 12]), costs(&[100, 100, 100])];
    let verdicts = threshold("cost.mean>13").verdicts(&scenario, &samples);
    let said: Vec<(bool, bool)> = verdicts.iter().map(|one| (one.failed, one.is_close)).collect();
    assert_eq!(said, [(false, true), (false, false), (true, false)]);
}
