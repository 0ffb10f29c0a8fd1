//! What the figures of a comparison mean, on situations small enough to work out by hand.

use deploysim::montecarlo::{StudySize, study};
use deploysim::report::Comparison;
use deploysim::scenario;

/// The comparison of a scenario of four hours with the given services, actions and price of downtime.
fn compare(rest: &str) -> Comparison {
    let text = format!(
        r#"(
            start: "2026-06-10T10:00:00+08:00", horizon: "4h", currency: "CNY",
            markets: [
                (name: "A", standard: "2.00", spot_unprotected: Schedule([("0s", "0.50"), ("90m", "0.90"), ("2h", "0.50")])),
                (name: "gone", standard: "1.00", stock: Never),
            ],
            {rest}
        )"#
    );
    let (scenario, report) = scenario::load_bytes("results.ron", text.into_bytes(), &[]);
    let scenario = scenario.unwrap_or_else(|| panic!("{}", report.render(false)));
    let size = StudySize { seed: 1, replications: 3, threads: 1 };
    let samples = study(&scenario, size, &mut ()).expect("nobody interrupts");
    Comparison::new(&scenario, size, &samples)
}

const SPOT: &str = r#"strategies: [(name: "spot", protection: false, types: [(type: "A", bid: "0.60")]), (name: "standard", types: [(type: "A")])],"#;

#[test]
fn a_lost_hour_and_a_reclaim_have_their_price_beside_the_bill() {
    // Reclaimed at 11:30, back at 12:00, ten minutes to start each time: ten + thirty + ten minutes are lost.
    let comparison = compare(&format!(
        r#"services: [(name: "chat", start_up: "10m")], {SPOT} downtime: (lost_hour: "6.00", reclaim: "0.25"),"#
    ));
    let spot = &comparison.strategies[0];
    assert!((spot.reclaims.mean - 1.0).abs() < 1e-12);
    assert_eq!(spot.cost.mean, "1.583333333334", "80 and 110 minutes at 0.50, each rounded once");
    let with_downtime = spot.cost_with_downtime.as_ref().expect("it has a price");
    assert_eq!(with_downtime.mean, "6.833333333334", "the bill + 50 minutes at 6.00 + 0.25");
    assert!((spot.availability.mean - 190.0 / 240.0).abs() < 1e-12);
    assert!((spot.time_to_running_s.mean - 600.0).abs() < 1e-9);
    let per_hour = spot.cost_per_available_hour.as_ref().expect("it ran");
    assert_eq!(per_hour.mean, "0.50", "per hour in Running");
}

#[test]
fn hours_after_the_tenants_own_stop_are_not_lost() {
    let comparison = compare(&format!(
        r#"services: [(name: "chat")], {SPOT} downtime: (lost_hour: "6.00"), actions: [(at: "1h", do: Stop)],"#
    ));
    let spot = &comparison.strategies[0];
    assert_eq!(spot.cost.mean, "0.50");
    assert_eq!(spot.cost_with_downtime.as_ref().expect("it has a price").mean, "0.50");
    assert!((spot.availability.mean - 0.25).abs() < 1e-12, "the share of the whole horizon all the same");
}

#[test]
fn a_service_that_never_runs_counts_the_horizon_and_says_so() {
    let comparison =
        compare(r#"services: [(name: "chat")], strategies: [(name: "wait", types: [(type: "gone")])],"#);
    let wait = &comparison.strategies[0];
    assert_eq!((wait.never_ran_share, wait.time_to_running_s.mean), (1.0, 4.0 * 3_600.0));
    assert!(wait.cost_per_available_hour.is_none(), "there is no hour to divide by");
    assert_eq!(wait.cost.max, "0.00");
    assert!(comparison.warnings.iter().any(|warning| warning.contains("never reached Running in 3 of 3")));
}

#[test]
fn a_pair_is_compared_world_by_world() {
    let comparison = compare(&format!(r#"services: [(name: "chat")], {SPOT}"#));
    let [pair] = comparison.paired.as_slice() else { panic!("two strategies are one pair") };
    assert_eq!((pair.a.as_str(), pair.b.as_str()), ("spot", "standard"));
    assert_eq!(pair.difference.mean, "-6.25", "1.75 for three and a half hours at 0.50, against 8.00");
    assert_eq!((pair.probability_a_cheaper, pair.probability_equal), (1.0, 0.0));
}
