//! Strategies at points of a grid as alternatives of a selection: batches of replications of the engine.

use super::metric::{Metric, Statistic};
use super::points::{PointStrategy, PointStudy, Progress};
use super::selection::{
    Alternatives, Observation, REPLICATIONS_PER_MEAN, REPLICATIONS_PER_TAIL, Selection, SelectionSettings,
    select,
};
use super::study::{Samples, StudyError};
use std::ops::Range;

/// Replications that are to lie beyond a quantile, or in a shortfall, of a macro-replication.
const REPLICATIONS_BEYOND: u64 = 10;
/// Runs that are worth starting all threads for: batches are run ahead of the selection up to so many.
const RUNS_AT_ONCE: u64 = 2_000;

/// Replications in a batch of which this statistic is one observation: [`REPLICATIONS_PER_MEAN`] of a mean or share;
/// of a quantile or shortfall [`REPLICATIONS_PER_TAIL`], or as many as have ten beyond it. None for the least and the
/// greatest, which have no limit as replications are added.
///
/// ```
/// use deploysim::montecarlo::{Statistic, replications_per_batch};
/// assert_eq!(replications_per_batch(Statistic::Mean), Some(50));
/// assert_eq!(replications_per_batch(Statistic::Quantile(950)), Some(200));
/// // Awkward: two of 200 say little of a tail of one in a hundred.
/// assert_eq!(replications_per_batch(Statistic::Cvar(990)), Some(1_000));
/// assert_eq!(replications_per_batch(Statistic::Max), None);
/// ```
#[must_use]
pub fn replications_per_batch(statistic: Statistic) -> Option<u64> {
    let tail = |per_mille: u16| {
        let beyond = u64::from(per_mille.min(1_000 - per_mille)).max(1);
        (REPLICATIONS_BEYOND * 1_000).div_ceil(beyond).max(REPLICATIONS_PER_TAIL as u64)
    };
    match statistic {
        Statistic::Mean | Statistic::Share => Some(REPLICATIONS_PER_MEAN as u64),
        Statistic::Quantile(per_mille) | Statistic::Cvar(per_mille) => Some(tail(per_mille)),
        Statistic::Min | Statistic::Max => None,
    }
}

/// What is asked of the alternatives.
#[derive(Clone, PartialEq, Debug)]
pub struct Goal {
    /// The figure that is to be best.
    pub objective: Metric,
    /// The greatest is best, not the least.
    pub maximises: bool,
    /// The figures that the selection's constraints are about, in their order.
    pub constraints: Vec<Metric>,
}

impl Goal {
    /// Replications in a batch that suits the objective and all constraints; none if one of them is the least or the
    /// greatest of a sample.
    #[must_use]
    pub fn replications_per_batch(&self) -> Option<u64> {
        let metrics = std::iter::once(&self.objective).chain(&self.constraints);
        metrics
            .map(|metric| replications_per_batch(metric.statistic))
            .try_fold(1, |most, size| Some(size?.max(most)))
    }

    /// What each batch of `size` replications of one alternative shows; none if one of the figures was not measured.
    ///
    /// # Panics
    /// If a batch has no replications.
    #[must_use]
    pub fn observations(&self, samples: &Samples, size: u64) -> Option<Vec<Observation>> {
        let by_batch = |metric: &Metric| -> Option<Vec<f64>> {
            metric.column(samples).chunks(size as usize).map(|batch| metric.statistic.of(batch)).collect()
        };
        let objectives = by_batch(&self.objective)?;
        let constraints: Vec<Vec<f64>> = self.constraints.iter().map(by_batch).collect::<Option<_>>()?;
        if objectives.is_empty() || constraints.iter().any(|values| values.len() != objectives.len()) {
            return None;
        }
        let of_batch = |(batch, objective): (usize, f64)| Observation {
            objective: if self.maximises { -objective } else { objective },
            constraints: constraints.iter().map(|values| values[batch]).collect(),
        };
        Some(objectives.into_iter().enumerate().map(of_batch).collect())
    }
}

/// Alternatives of the engine. Batch b is the replications from b · size up to (b + 1) · size, of all alternatives alike.
#[derive(Debug)]
pub struct Contest<'run, P> {
    study: &'run PointStudy<'run>,
    alternatives: &'run [PointStrategy],
    goal: &'run Goal,
    size: u64,
    first: u64,
    most: u64,
    progress: &'run P,
    ahead: Ahead,
    seen: Vec<Vec<Observation>>,
}

/// Batches that were run before they were asked for.
#[derive(Debug, Default)]
struct Ahead {
    batches: Range<u64>,
    of: Vec<usize>,
    /// By alternative in `of`, then batch.
    observations: Vec<Vec<Observation>>,
}

impl<'run, P: Progress> Contest<'run, P> {
    /// Alternatives, every figure of the goal measured of each; batches of `size` replications, the first of which begins
    /// at replication `first`.
    pub fn new(
        study: &'run PointStudy<'run>,
        alternatives: &'run [PointStrategy],
        goal: &'run Goal,
        (size, first): (u64, u64),
        progress: &'run P,
    ) -> Self {
        let seen = vec![Vec::new(); alternatives.len()];
        let (most, ahead) = (u64::MAX, Ahead::default());
        Self { study, alternatives, goal, size, first, most, progress, ahead, seen }
    }

    /// Selects the best of them; `most` batches at most, whatever the settings say.
    ///
    /// # Errors
    /// An interruption.
    pub fn select(&mut self, settings: &SelectionSettings, most: u64) -> Result<Selection, StudyError> {
        self.most = most;
        select(self, &settings.clone().most_batches(most))
    }

    /// The observations that a selection took of an alternative, in order.
    pub fn seen(&self, alternative: usize) -> &[Observation] {
        &self.seen[alternative]
    }

    /// Batches that are run together: fewer alternatives, more of them, so that all threads have work.
    fn at_once(&self, still_in: usize, batch: u64) -> u64 {
        let runs = self.size * still_in.max(1) as u64;
        (RUNS_AT_ONCE / runs).clamp(1, (self.most - batch).max(1))
    }

    fn run_ahead(&mut self, still_in: &[usize], batch: u64) -> Result<(), StudyError> {
        let batches = batch..batch + self.at_once(still_in.len(), batch);
        let asked: Vec<PointStrategy> = still_in.iter().map(|place| self.alternatives[*place]).collect();
        let at = |batch: u64| self.first + batch * self.size;
        let samples = self.study.run(&asked, at(batches.start)..at(batches.end), self.progress)?;
        let show =
            |samples| self.goal.observations(samples, self.size).expect("the figures of a goal are measured");
        let observations = samples.iter().map(show).collect();
        self.ahead = Ahead { batches, of: still_in.to_vec(), observations };
        Ok(())
    }
}

impl<P: Progress> Alternatives for Contest<'_, P> {
    type Error = StudyError;

    fn count(&self) -> usize {
        self.alternatives.len()
    }

    fn observe(&mut self, still_in: &[usize], batch: u64) -> Result<Vec<Observation>, StudyError> {
        let is_there = |ahead: &Ahead| {
            ahead.batches.contains(&batch) && still_in.iter().all(|place| ahead.of.contains(place))
        };
        if !is_there(&self.ahead) {
            self.run_ahead(still_in, batch)?;
        }
        let at = (batch - self.ahead.batches.start) as usize;
        let mut observed = Vec::with_capacity(still_in.len());
        for place in still_in {
            let row = self.ahead.of.iter().position(|of| of == place).expect("it was run");
            let observation = self.ahead.observations[row][at].clone();
            self.seen[*place].push(observation.clone());
            observed.push(observation);
        }
        Ok(observed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Scenario, load_bytes};

    fn scenario() -> Scenario {
        let text = r#"(
            start: "2026-06-01T00:00:00+08:00", horizon: "6h", currency: "CNY",
            markets: [(name: "A", standard: "1.60", spot_protected: "0.80", stock: OnOff(on: "2h", off: "1h", initial: In))],
            services: [(name: "chat")],
            strategies: [(name: "spot", types: [(type: "A", bid: "1.00"), (type: "A")]), (name: "standard", types: [(type: "A")]),
                (name: "wait", types: [(type: "A", bid: "1.00")])],
        )"#;
        let (scenario, report) = load_bytes("contest.ron", text.as_bytes().to_vec(), &[]);
        scenario.unwrap_or_else(|| panic!("{}", report.render(false)))
    }

    fn goal(maximises: bool) -> Goal {
        let metric = |name: &str| Metric::parse(name).expect(name);
        Goal { objective: metric("cost.mean"), maximises, constraints: vec![metric("availability.p5")] }
    }

    #[test]
    fn a_batch_suits_the_objective_and_every_constraint() {
        assert_eq!(goal(false).replications_per_batch(), Some(200));
        let plain = Goal { constraints: Vec::new(), ..goal(false) };
        assert_eq!(plain.replications_per_batch(), Some(50));
        let worst = Goal { objective: Metric::parse("cost.max").expect("a metric"), ..plain };
        assert_eq!(worst.replications_per_batch(), None);
    }

    /// Whatever was run ahead, an observation is that of the replications of its batch.
    #[test]
    fn batches_are_ranges_of_replications_whoever_is_still_in() {
        let points = [scenario()];
        let all: Vec<PointStrategy> = (0..3).map(|strategy| PointStrategy { point: 0, strategy }).collect();
        let (study, goal) = (PointStudy::new(&points, 3, 2).expect("threads"), goal(true));
        let mut contest = Contest::new(&study, &all, &goal, (20, 100), &());
        let expected = |strategy: usize, batch: u64| {
            let first = 100 + batch * 20;
            let samples = study.run(&[all[strategy]], first..first + 20, &()).expect("nobody interrupts");
            goal.observations(&samples[0], 20).expect("it is measured").remove(0)
        };
        assert!(expected(1, 0).objective < 0.0, "what is to be greatest has its sign turned");
        for (still_in, batch) in [(&[0, 1, 2][..], 0), (&[0, 2], 1), (&[1, 2], 2), (&[2], 40), (&[0, 2], 41)]
        {
            let seen = contest.observe(still_in, batch).expect("nobody interrupts");
            let wanted: Vec<Observation> = still_in.iter().map(|one| expected(*one, batch)).collect();
            assert_eq!(seen, wanted, "batch {batch}");
        }
        assert_eq!(contest.seen(2).len(), 5);
        assert_eq!(contest.seen(1).to_vec(), [expected(1, 0), expected(1, 2)]);
        assert_ne!(expected(0, 0), expected(0, 1), "another batch has other luck");
    }
}
