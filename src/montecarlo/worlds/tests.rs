use super::*;
use crate::montecarlo::{AntitheticPairs, ControlMean, ControlledMean, MeanEstimate, study};
use crate::scenario;

/// Spot that is always there, at a price around 0.50: the bill is the mean price and nothing else.
const ALWAYS: &str = r#"(
    start: "2026-06-01T00:00:00+08:00", horizon: "5d", currency: "CNY",
    markets: [(name: "A", standard: "1.60", spot_protected: MeanReverting(step: "5m", start: "0.5", level: "0.5",
        speed: 0.02, noise: 0.01, floor: "0.05", cap: "1.6"), stock: OnOff(on: "2000d", off: "1s", initial: In))],
    services: [(name: "chat", start_up: "0s")],
    strategies: [(name: "spot", types: [(type: "A", bid: "1.60")])],
)"#;

fn load(text: &str) -> Scenario {
    let (scenario, report) = scenario::load_bytes("worlds.ron", text.as_bytes().to_vec(), &[]);
    scenario.unwrap_or_else(|| panic!("{}", report.render(false)))
}

fn size(replications: u64) -> StudySize {
    StudySize { seed: 3, replications, threads: 2 }
}

fn cost(outcomes: &[Outcome]) -> f64 {
    outcomes[0].cost().to_f64()
}

#[test]
fn where_the_cost_is_the_mean_price_a_mirrored_world_cancels_it() {
    let scenario = load(ALWAYS);
    let pairs = antithetic_study(&scenario, size(60), &()).expect("nobody interrupts");
    let pairs = AntitheticPairs::new(pairs.iter().map(|[a, b]| (cost(a), cost(b))).collect());
    // Twice 5 days at the level. What remains are the first moments' locked prices and bounds, which are not linear.
    let mean = pairs.mean().expect("pairs");
    assert!((mean.mean - 60.0).abs() < 0.2, "{}", mean.mean);
    let gain = pairs.variance_reduction().expect("it varies");
    assert!(gain > 100.0, "{gain}");
}

#[test]
fn the_first_of_a_pair_is_the_replication_of_a_plain_study() {
    let scenario = load(ALWAYS);
    let pairs = antithetic_study(&scenario, size(8), &()).expect("nobody interrupts");
    let samples = study(&scenario, size(8), &mut ()).expect("nobody interrupts");
    let plain: Vec<_> = samples[0].cost.iter().copied().step_by(2).collect();
    assert_eq!(pairs.iter().map(|[first, _]| first[0].cost()).collect::<Vec<_>>(), plain);
}

#[test]
fn the_mean_price_explains_the_cost() {
    let scenario = load(ALWAYS);
    let controls = Control::all_of(&scenario);
    let names: Vec<&str> = controls.iter().map(|control| control.name.as_str()).collect();
    assert_eq!(names, ["mean spot price of A", "share of time in stock of A"]);
    let rows = measure_controls(&scenario, &controls, (3, 0..60, 1), &()).expect("nobody interrupts");
    let samples = study(&scenario, size(60), &mut ()).expect("nobody interrupts");
    let costs: Vec<f64> = samples[0].cost.iter().map(|cost| cost.to_f64()).collect();
    let price: Vec<f64> = rows.iter().map(|row| row[0]).collect();
    let corrected = ControlledMean::of(&costs, &price, ControlMean::Exact(0.5)).expect("the price varies");
    assert!(
        (corrected.slope - 120.0).abs() < 2.0,
        "a higher price by 1 costs 120 hours: {}",
        corrected.slope
    );
    assert!(corrected.variance_reduction > 100.0, "{}", corrected.variance_reduction);
    let plain = MeanEstimate::of(&costs).expect("replications");
    assert!(corrected.standard_error < plain.standard_error.expect("sixty of them") / 10.0);
}
