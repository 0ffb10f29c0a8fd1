//! The best choice where it can be worked out on paper, found by the engine.

use super::law::{SEED, agrees};
use super::quota::{chance_above, mean_excess, poisson};
use deploysim::montecarlo::{
    Contest, Fate, Goal, Guarantee, Metric, PointStrategy, PointStudy, Selection, SelectionSettings,
    bracket_minimum, replications_per_batch,
};
use deploysim::scenario::edit::{Axis, Template};
use deploysim::scenario::{Scenario, Source};
use std::path::PathBuf;

fn template(text: &str) -> Template {
    let (path, base, data_dirs) = ("best.ron".to_owned(), PathBuf::new(), Vec::new());
    Template::new(Source { path, text: text.to_owned(), base, data_dirs }).expect("it is RON")
}

fn points(template: &Template, axis: &Axis) -> Vec<Scenario> {
    let load = |value: &String| {
        let (scenario, report) = template.load_with(&[(&axis.input, value)]);
        scenario.unwrap_or_else(|| panic!("{}", report.render(false)))
    };
    axis.values.iter().map(load).collect()
}

fn goal() -> Goal {
    let objective = Metric::parse("cost.mean").expect("it is one");
    Goal { objective, maximises: false, constraints: Vec::new() }
}

/// Selects the cheapest value of an axis; each value's costs come with it, batch by batch.
fn cheapest(points: &[Scenario], indifference: f64) -> (Selection, Vec<Vec<f64>>) {
    let goal = goal();
    let alternatives: Vec<PointStrategy> =
        (0..points.len()).map(|point| PointStrategy { point, strategy: 0 }).collect();
    let study = PointStudy::new(points, SEED, 2).expect("threads");
    let size = replications_per_batch(goal.objective.statistic).expect("a mean has batches");
    let mut contest = Contest::new(&study, &alternatives, &goal, (size, 0), &());
    let settings = SelectionSettings::new(indifference, 0.95).expect("they are settings");
    let selection = contest.select(&settings, 2_000).expect("nobody interrupts");
    let costs = (0..points.len()).map(|one| contest.seen(one).iter().map(|batch| batch.objective).collect());
    let costs = costs.collect();
    (selection, costs)
}

/// Calls of 2,500 tokens arrive at twelve a minute. Tokens cost 10 a million; reserving 10,000 a minute for an hour costs
/// 1.62, which is 0.27 of the price of the tokens that go through it if it is never idle.
fn newsvendor(step: u64) -> Template {
    template(&format!(
        r#"(
        start: "2026-06-01T00:00:00Z", horizon: "1h", currency: "CNY",
        traffic: [(tenant: "chat", arrivals: Stochastic(per_minute: 12), input: Fixed(2500), output: Fixed(1))],
        public_models: [(model: "m", limits: Unlimited, prices: [(input: "10", output: "0")])],
        strategies: [(name: "ptu", deployments: [Ptu(
            name: "ptu", model: "m", input_tpm: 25000, output_tpm: 1000, overflow_unit: Excess, output_check: Ignore,
            steps: (input: {step}, output: 1), prices: (hourly_input: "1.62", hourly_output: "0.01"),
        )])],
    )"#
    ))
}

const QUOTA: &str = "strategies[0].deployments[0].input_tpm";
const RATIO: f64 = 0.27;

/// What an hour costs with a quota: what is reserved, and the tokens of N calls a minute beyond it, N Poisson.
fn cost_of(quota: f64) -> f64 {
    // 1,000 output tokens a minute are bought with it and never filled.
    0.01 + 60.0 * 10.0e-6 * (RATIO * quota + mean_excess(&poisson(12.0), 2_500.0, quota))
}

/// One more step is worth it as long as its tokens overflow more often than its price is of theirs: the best quota is the
/// first with P(X > q) below the ratio (the newsvendor's critical fractile).
#[test]
fn the_best_quota_is_the_newsvendors() {
    let template = newsvendor(2_500);
    let axis = Axis::parse(&template, &format!("{QUOTA}=20000..45000:11")).expect("an axis");
    let quotas: Vec<f64> = axis.values.iter().map(|value| value.parse().expect("a number")).collect();
    let best = quotas.iter().position(|&quota| chance_above(&poisson(12.0), 2_500.0, quota) < RATIO);
    assert_eq!(
        best.map(|best| quotas[best]),
        Some(35_000.0),
        "by hand: P(N > 13) = 0.318, P(N > 14) = 0.228"
    );
    // Half of a per cent of the best cost is less than it leads its neighbours by.
    let indifference = 0.005 * cost_of(35_000.0);
    assert!(cost_of(32_500.0) - cost_of(35_000.0) > indifference);
    let (selection, costs) = cheapest(&points(&template, &axis), indifference);
    for (quota, batches) in quotas.iter().zip(&costs) {
        agrees(&format!("an hour of {quota} TPM"), batches, cost_of(*quota));
    }
    assert_eq!(selection.best, best);
    assert_eq!(selection.guarantee, Guarantee::Probability(0.95));
    // The far ends are out before the neighbours.
    let beaten = |one: usize| match selection.standings[one].fate {
        Fate::Beaten { batch, .. } => batch,
        other => panic!("{other:?}"),
    };
    assert!(beaten(0) <= beaten(5) && beaten(10) <= beaten(7));
}

/// In single tokens the cost falls and rises in straight pieces, and is least at the same quota.
#[test]
fn the_search_between_two_quotas_ends_around_the_newsvendors() {
    let template = newsvendor(1);
    let input = template.find(QUOTA).expect("it is there");
    let found = bracket_minimum((15_000.0, 60_000.0), 45.0, |quota| {
        let (scenario, report) = template.load_with(&[(&input, &format!("{quota:.0}"))]);
        let scenario = scenario.unwrap_or_else(|| panic!("{}", report.render(false)));
        let study = PointStudy::new(std::slice::from_ref(&scenario), SEED, 2).expect("threads");
        let samples = study.run(&[PointStrategy { point: 0, strategy: 0 }], 0..2_000, &())?;
        Ok::<_, deploysim::montecarlo::StudyError>(goal().objective.column(&samples[0]))
    })
    .expect("nobody interrupts");
    assert!(found.low <= 35_000.0 && 35_000.0 <= found.high, "{} … {}", found.low, found.high);
    assert!(found.high - found.low < 5_000.0 && !found.has_several_valleys);
    assert!(cost_of(found.best) < 1.01 * cost_of(35_000.0), "{}", found.best);
}

/// Hours and steps of the two-level market.
const HOURS: f64 = 48.0;
const STEP: f64 = 0.5;

/// Spot is 0.30 or `high` an hour, in spells of six and two hours on average, beginning low, looked at every half hour;
/// standard is 1.00. A replica that loses spot takes standard and never returns.
fn two_levels(high: &str) -> Template {
    template(&format!(
        r#"(
        start: "2026-06-01T00:00:00Z", horizon: "48h", currency: "CNY",
        markets: [(name: "A", standard: "1.00", spot_unprotected: TwoRegime(
            step: "30m", floor: "0.05", cap: "9", initial: Calm,
            calm: (level: "0.3", speed: "1", noise: "0", holding: "6h"),
            tight: (level: "{high}", speed: "1", noise: "0", holding: "2h"),
        ))],
        services: [(name: "service", start_up: "0s")],
        strategies: [(name: "spot", protection: false, types: [(type: "A", bid: "0.5"), (type: "A")])],
    )"#
    ))
}

/// What a bid costs, worked out by hand. The chance to be low at step k after having been low at 0 is
/// 3/4 + 1/4·e^(−k·(1/6 + 1/2)/2), the solution of the two rates; to have been low at every step up to k it is the k-th
/// power of that for one step, since the rates have no memory.
fn cost_of_bid(bid: f64, high: f64) -> f64 {
    let low_after = |steps: f64| 0.75 + 0.25 * libm::exp(-steps * STEP * (1.0 / 6.0 + 1.0 / 2.0));
    let steps = (HOURS / STEP) as i32;
    let of_step = |step: i32| {
        if bid < 0.3 {
            // Standard from the beginning.
            1.0
        } else if bid < high {
            let held = libm::pow(low_after(1.0), f64::from(step));
            held * 0.3 + (1.0 - held) * 1.0
        } else {
            let low = low_after(f64::from(step));
            low * 0.3 + (1.0 - low) * high
        }
    };
    (0..steps).map(|step| of_step(step) * STEP).sum()
}

/// Which of three bids is best (never spot, spot while it is low, spot always) depends on how high the high level is: at
/// 2.00 an hour waiting it out is cheaper than giving spot up for ever, at 4.00 it is not.
#[test]
fn the_best_bid_of_two_levels_is_the_one_worked_out_by_hand() {
    for (high, best) in [("2", 2), ("4", 1)] {
        let level: f64 = high.parse().expect("a number");
        let bids = [0.2, 0.5, 9.0];
        let by_hand = bids.map(|bid| cost_of_bid(bid, level));
        let least = (0..3).min_by(|a, b| by_hand[*a].total_cmp(&by_hand[*b]));
        assert_eq!(least, Some(best), "{by_hand:?}");
        let template = two_levels(high);
        let axis = Axis::parse(&template, "strategies[0].types[0].bid=0.2,0.5,9").expect("an axis");
        let (selection, costs) = cheapest(&points(&template, &axis), 0.25);
        for (bid, (batches, expected)) in bids.iter().zip(costs.iter().zip(by_hand)) {
            agrees(&format!("a bid of {bid} where spot rises to {high}"), batches, expected);
        }
        assert_eq!(selection.best, Some(best), "{selection:?}");
        assert_eq!(selection.guarantee, Guarantee::Probability(0.95));
    }
}
