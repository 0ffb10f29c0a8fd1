//! Running a situation many times, and holding what comes out against what should.

use deploysim::montecarlo::{MeanEstimate, Observer, StudySize, study};
use deploysim::scenario::{Scenario, load_bytes};
use deploysim::sim::{Outcome, Recorder, simulate};

/// Root of all luck in these tests.
pub(crate) const SEED: u64 = 1;
/// Deviations beyond this many standard errors are mistakes.
const LIMIT: f64 = 4.0;
pub(crate) const HOUR_MS: f64 = 3_600_000.0;

/// A scenario from its horizon and the parts that matter.
pub(crate) fn situation(horizon: &str, parts: &str) -> Scenario {
    situation_at("situation.ron", horizon, parts)
}

/// A scenario that finds its data files beside `path`.
pub(crate) fn situation_at(path: &str, horizon: &str, parts: &str) -> Scenario {
    let text = format!(
        "(name: \"situation\", start: \"2026-06-01T00:00:00Z\", horizon: \"{horizon}\", currency: \"CNY\", {parts})"
    );
    let (scenario, report) = load_bytes(path, text.into_bytes(), &[]);
    scenario.unwrap_or_else(|| panic!("{}", report.render(false)))
}

/// The outcomes of a study: per replication, per strategy.
pub(crate) struct Outcomes(Vec<Vec<Outcome>>);

impl Observer for Outcomes {
    fn collect(&mut self, _: u64, outcomes: &[Outcome]) -> std::io::Result<()> {
        self.0.push(outcomes.to_vec());
        Ok(())
    }
}

impl Outcomes {
    /// One number per replication of a strategy.
    pub(crate) fn of(&self, strategy: usize, number: impl Fn(&Outcome) -> f64) -> Vec<f64> {
        self.0.iter().map(|outcomes| number(&outcomes[strategy])).collect()
    }
}

/// Plays a scenario `replications` times.
pub(crate) fn played(scenario: &Scenario, replications: u64) -> Outcomes {
    let mut outcomes = Outcomes(Vec::new());
    let size = StudySize { seed: SEED, replications, threads: 2 };
    study(scenario, size, &mut outcomes).expect("nothing can stop a study that is kept in memory");
    outcomes
}

/// Plays the only strategy `replications` times with everything recorded.
pub(crate) fn recorded(scenario: &Scenario, replications: u64) -> impl Iterator<Item = (Outcome, Recorder)> {
    (0..replications).map(|replication| {
        let world = scenario.world.draw(SEED, replication);
        let mut story = Recorder::default();
        let outcome = simulate(scenario, &scenario.strategies[0], &world, &mut story);
        (outcome, story)
    })
}

/// The mean of independent `values` is `expected`, within four of their own standard errors.
pub(crate) fn agrees(what: &str, values: &[f64], expected: f64) {
    let found = MeanEstimate::of(values).expect("there is something to compare");
    let error = found.standard_error.expect("a spread needs two values");
    let (low, high) = found.ci95.expect("a spread needs two values");
    let z = if error > 0.0 { (found.mean - expected) / error } else { 0.0 };
    println!(
        "{what}: theory {expected:.6}, simulated {:.6} [{low:.6}, {high:.6}], n = {}, z = {z:+.2}",
        found.mean, found.n
    );
    if error == 0.0 {
        assert!((found.mean - expected).abs() < 1e-9, "{what}: always {}, not {expected}", found.mean);
    }
    assert!(z.abs() < LIMIT, "{what}: {} is {z:+.2} standard errors from {expected}", found.mean);
}

/// `hits` of `tries` independent tries with this chance, within four standard deviations.
pub(crate) fn agrees_in_share(what: &str, hits: usize, tries: usize, chance: f64) {
    let count = tries as f64;
    let z = (hits as f64 - count * chance) / (count * chance * (1.0 - chance)).sqrt();
    println!(
        "{what}: theory {chance:.4}, simulated {:.4} ({hits} of {tries}), z = {z:+.2}",
        hits as f64 / count
    );
    assert!(z.abs() < LIMIT, "{what}: {hits} of {tries} is {z:+.2} standard deviations from {chance}");
}

/// The largest distance between the empirical and the true distribution of whole numbers, times √n, is below the
/// quantile of Kolmogorov's distribution that is exceeded as rarely as four standard errors.
pub(crate) fn has_law(what: &str, mut values: Vec<f64>, chance_up_to: impl Fn(f64) -> f64) {
    values.sort_by(f64::total_cmp);
    let count = values.len() as f64;
    // Between whole numbers the true distribution does not grow, so its value before x is the one at x − 1.
    let distances = values.iter().enumerate().map(|(rank, &value)| {
        let rank = rank as f64;
        ((rank + 1.0) / count - chance_up_to(value)).max(chance_up_to(value - 1.0) - rank / count)
    });
    // With ties only the last of equal values stands for its step upwards, and the first for its step before.
    let distance = distances.fold(0.0, f64::max);
    let scaled = distance * count.sqrt();
    println!("{what}: Kolmogorov-Smirnov {distance:.5} × √{count} = {scaled:.3}, limit 2.28");
    assert!(scaled < 2.28, "{what}: the empirical distribution is {distance} off");
}
