//! A study in slices: a first replication to see what one costs, then as many at once as take some tens of milliseconds.

use super::interest::Wanted;
use super::turns::{Lane, NoTurn, Turns};
use crate::montecarlo::Samples;
use crate::scenario::Scenario;
use crate::sim::{Outcome, Silent, Watched, simulate};
use crate::world::World;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How long a slice should take.
const SLICE: Duration = Duration::from_millis(40);
/// A replication that takes longer than this queues with the slow ones.
const SLOW: Duration = Duration::from_millis(60);
/// Most replications of a slice: what is in flight is in memory.
const MOST_IN_A_SLICE: u64 = 512;

/// Replications of all strategies, as far as they have been run. The figures are those of [`study`](crate::montecarlo::study())
/// with the same seed and number.
pub(super) struct SlicedStudy<'run> {
    scenario: &'run Scenario,
    seed: u64,
    turns: &'run Turns,
    wanted: &'run Wanted,
    samples: Vec<Samples>,
    next: u64,
    /// Processor time of one replication, once it is known.
    cost: Option<Duration>,
}

impl<'run> SlicedStudy<'run> {
    pub(super) fn new(scenario: &'run Scenario, seed: u64, turns: &'run Turns, wanted: &'run Wanted) -> Self {
        let samples = vec![Samples::default(); scenario.strategies.len()];
        Self { scenario, seed, turns, wanted, samples, next: 0, cost: None }
    }

    /// How many replications there are.
    pub(super) fn done(&self) -> u64 {
        self.next
    }

    /// What they gave.
    pub(super) fn samples(&self) -> &[Samples] {
        &self.samples
    }

    /// Runs the next slice, to `end` at most, and gives its outcomes in order.
    pub(super) fn advance(&mut self, end: u64) -> Result<Vec<Vec<Outcome>>, NoTurn> {
        let lane = match self.cost {
            None => Lane::Unknown,
            Some(cost) if cost > SLOW => Lane::Slow,
            Some(_) => Lane::Quick,
        };
        let turn = self.turns.take(lane, self.wanted)?;
        let mut more = Vec::new();
        if lane == Lane::Slow {
            more.extend(std::iter::from_fn(|| self.turns.another_slow()).take(self.turns.processors() - 1));
        }
        let range = self.next..end.min(self.next + self.slice(more.len() as u64 + 1));
        let (begun, count) = (Instant::now(), range.end - range.start);
        let outcomes = self.outcomes(range, lane);
        let at_once = count.min(self.turns.processors() as u64).max(1) as u32;
        self.cost = Some(begun.elapsed() * at_once / count.max(1) as u32);
        drop((turn, more));
        let outcomes = outcomes.ok_or(NoTurn::Unwanted)?;
        self.turns.counts.replications.fetch_add(count, Ordering::Relaxed);
        for outcomes in &outcomes {
            for (column, outcome) in self.samples.iter_mut().zip(outcomes) {
                column.push(self.scenario, outcome);
            }
        }
        self.next += count;
        Ok(outcomes)
    }

    /// How many replications the next slice has.
    fn slice(&self, slow_turns: u64) -> u64 {
        match self.cost {
            None => 1,
            Some(cost) if cost > SLOW => slow_turns,
            Some(cost) => {
                let fitting = SLICE.as_nanos() * self.turns.processors() as u128 / cost.as_nanos().max(1);
                (fitting as u64).clamp(1, MOST_IN_A_SLICE)
            }
        }
    }

    /// In order; none if nobody waits for them any more.
    fn outcomes(&self, range: Range<u64>, lane: Lane) -> Option<Vec<Vec<Outcome>>> {
        let is_unwanted = || !self.wanted.get() || self.turns.is_closing();
        let replicate = |world: &mut World, replication: u64| {
            if is_unwanted() {
                return None;
            }
            self.scenario.world.draw_into(self.seed, replication, world);
            let run = |strategy| {
                let mut watched = Watched::new(Silent, is_unwanted);
                let outcome = simulate(self.scenario, strategy, world, &mut watched);
                (!watched.is_given_up()).then_some(outcome)
            };
            self.scenario.strategies.iter().map(run).collect()
        };
        if lane == Lane::Unknown {
            let mut world = World::empty();
            return range.map(|replication| replicate(&mut world, replication)).collect();
        }
        let pool = self.turns.pool(lane);
        pool.install(|| range.into_par_iter().map_init(World::empty, replicate).collect())
    }
}
