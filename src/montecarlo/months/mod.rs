//! What a strategy is charged by month and kind of line, over replications: the prediction a bill is held against.
//!
//! Every replication is told to somebody who adds up as it goes (`reduce::MonthSums`), so that memory does not grow with calls
//! or lines, and the sums are collected in replication order.

mod reduce;
#[cfg(test)]
mod tests;

use super::study::{Observer, StudyError, StudySize};
use crate::scenario::Scenario;
use crate::scenario::import::bills::LineKind;
use crate::scenario::model::Strategy;
use crate::sim;
use crate::units::{Money, Month};
use crate::world::World;
use rayon::prelude::*;
use reduce::MonthSums;
use std::collections::BTreeMap;

/// Replications that are computed before their sums are collected: bounds the memory in flight.
const BATCH: u64 = 1_024;

/// What one replication was charged.
pub type MonthCosts = BTreeMap<(Month, LineKind), Money>;

/// What the replications of a strategy were charged by month and kind: a column for each, in replication order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MonthSamples {
    replications: usize,
    columns: BTreeMap<(Month, LineKind), Vec<Money>>,
}

impl MonthSamples {
    /// How many replications there are.
    pub fn replications(&self) -> usize {
        self.replications
    }

    /// Months and kinds that some replication was charged for, in order.
    pub fn keys(&self) -> impl Iterator<Item = (Month, LineKind)> {
        self.columns.keys().copied()
    }

    /// Of each replication, the sum over the months and kinds that are wanted; zero where nothing was charged.
    ///
    /// The sum of a replication is taken first: kinds of one replication move together, and quantiles do not add up.
    pub fn sums(&self, wanted: impl Fn(Month, LineKind) -> bool) -> Vec<Money> {
        let mut sums = vec![Money::ZERO; self.replications];
        for (_, column) in self.columns.iter().filter(|((month, kind), _)| wanted(*month, *kind)) {
            for (sum, amount) in sums.iter_mut().zip(column) {
                *sum += *amount;
            }
        }
        sums
    }

    /// Adds what the next replication was charged.
    pub(crate) fn push(&mut self, costs: &MonthCosts) {
        let before = self.replications;
        self.replications += 1;
        for (key, amount) in costs {
            self.columns.entry(*key).or_insert_with(|| vec![Money::ZERO; before]).push(*amount);
        }
        for column in self.columns.values_mut() {
            column.resize(self.replications, Money::ZERO);
        }
    }
}

/// Runs one strategy of a scenario and keeps what it is charged by month and kind. The result depends on the scenario, the
/// strategy, the seed and the number of replications only, never on threads.
///
/// # Errors
/// An interruption, or threads that cannot be started.
pub fn charges_by_month(
    scenario: &Scenario,
    strategy: &Strategy,
    size: StudySize,
    observer: &impl Observer,
) -> Result<MonthSamples, StudyError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(size.threads).build()?;
    let mut samples = MonthSamples::default();
    let mut first = 0;
    while first < size.replications {
        let last = (first + BATCH).min(size.replications);
        let batch: Vec<MonthCosts> = pool.install(|| {
            let replications = (first..last).into_par_iter();
            let costs = replications.map_init(World::empty, |world, replication| {
                if observer.is_interrupted() {
                    return MonthCosts::new();
                }
                scenario.world.draw_into(size.seed, replication, world);
                let costs = charges_in(scenario, strategy, world);
                observer.tick();
                costs
            });
            costs.collect()
        });
        if observer.is_interrupted() {
            return Err(StudyError::Interrupted);
        }
        for costs in &batch {
            samples.push(costs);
        }
        first = last;
    }
    Ok(samples)
}

/// What a strategy is charged in one world, by month and kind.
pub fn charges_in(scenario: &Scenario, strategy: &Strategy, world: &World) -> MonthCosts {
    let mut sums = MonthSums::new(scenario);
    let outcome = sim::simulate(scenario, strategy, world, &mut sums);
    sums.finish(&outcome)
}
