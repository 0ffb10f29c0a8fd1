//! How often a selection on the engine is right, where it is hardest: every other alternative is worse by exactly the
//! difference that just matters (the slippage configuration). `benches/README.md` explains the figure.

use deploysim::montecarlo::{
    Contest, Goal, Guarantee, Metric, PointStrategy, PointStudy, Proportion, SelectionSettings,
    replications_per_batch,
};
use deploysim::scenario::{self, Scenario};

/// Selections.
const REPETITIONS: u64 = 500;
/// Markets, each with a strategy of its own.
const MARKETS: usize = 5;
/// What is promised.
const CONFIDENCE: f64 = 0.95;
/// An hour of the best market is cheaper by this.
const LEAD: f64 = 0.002;
const HOURS: f64 = 24.0;

/// A day on spot in one of several markets whose prices move around 1.00 an hour, each by its own luck; around 0.998 in the
/// one at `best`. Prices begin at their level and their bounds are as far above as below, so that the mean cost is the
/// level times the hours.
fn markets(best: usize) -> Scenario {
    let market = |index: usize| {
        let level = if index == best { 1.0 - LEAD } else { 1.0 };
        let (low, high) = (level - 0.9, level + 0.9);
        format!(
            r#"(name: "{index}", spot_unprotected: MeanReverting(step: "1h", start: "{level}", level: "{level}", speed: "0.2",
                noise: "0.05", floor: "{low:.3}", cap: "{high:.3}")),"#
        )
    };
    let strategy = |index: usize| {
        format!(r#"(name: "{index}", protection: false, types: [(type: "{index}", bid: NoLimit)]),"#)
    };
    let text = format!(
        r#"(start: "2026-06-01T00:00:00Z", horizon: "24h", currency: "CNY", markets: [{}],
            services: [(name: "service", start_up: "0s")], strategies: [{}])"#,
        (0..MARKETS).map(market).collect::<String>(),
        (0..MARKETS).map(strategy).collect::<String>()
    );
    let (scenario, report) = scenario::load_bytes("selection.ron", text.into_bytes(), &[]);
    scenario.unwrap_or_else(|| panic!("{}", report.render(false)))
}

fn main() {
    let goal = Goal {
        objective: Metric::parse("cost.mean").expect("it is one"),
        maximises: false,
        constraints: Vec::new(),
    };
    let size = replications_per_batch(goal.objective.statistic).expect("a mean has batches");
    let alternatives: Vec<PointStrategy> =
        (0..MARKETS).map(|strategy| PointStrategy { point: 0, strategy }).collect();
    let settings = SelectionSettings::new(LEAD * HOURS, CONFIDENCE).expect("they are settings");
    let (mut right, mut batches) = (0, 0);
    for repetition in 0..REPETITIONS {
        // The first is favoured where two are equal, so the best takes every place in turn.
        let best = repetition as usize % MARKETS;
        let points = [markets(best)];
        let study = PointStudy::new(&points, 1 + repetition, 0).expect("threads");
        let mut contest = Contest::new(&study, &alternatives, &goal, (size, 0), &());
        let selection = contest.select(&settings, u64::MAX / size).expect("nobody interrupts");
        assert_eq!(selection.guarantee, Guarantee::Probability(CONFIDENCE));
        right += usize::from(selection.best == Some(best));
        batches += selection.batches;
    }
    let Proportion { share, ci95: (low, high), .. } =
        Proportion::of(right, REPETITIONS as usize).expect("there are repetitions");
    println!(
        "{MARKETS} alternatives, {REPETITIONS} selections: the best in {share:.3} ({low:.3} … {high:.3}) of them, {CONFIDENCE} promised; {:.1} batches of {size} on average",
        batches as f64 / REPETITIONS as f64
    );
}
