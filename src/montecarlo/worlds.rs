//! Worlds that are looked at instead of, or beside, what a study collects: antithetic pairs, and what of a world explains
//! a cost.

use super::points::Progress;
use super::study::{StudyError, StudySize, run_strategies};
use crate::scenario::Scenario;
use crate::scenario::model::Market;
use crate::sim::Outcome;
use crate::units::SimTime;
use crate::world::{PoolId, PriceId, PriceProcess, StockProcess, World};
use rayon::prelude::*;
use std::ops::Range;

/// Worlds at a time: bounds what an interruption waits for.
const WORLDS_AT_ONCE: u64 = 1_024;

/// Something of a world that can be measured without any strategy, and so serves as a control of costs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Control {
    /// What it is, for a reader.
    pub name: String,
    kind: ControlKind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum ControlKind {
    /// The mean of a price over the run, in the currency per hour.
    MeanPrice(PriceId),
    /// The share of the run in which a pool has anything.
    ShareInStock(PoolId),
}

impl Control {
    /// What a scenario's worlds have: the mean of each generated price that some strategy can meet, and the share in stock
    /// of each pool, where they vary.
    pub fn all_of(scenario: &Scenario) -> Vec<Self> {
        let mut controls: Vec<Self> = Vec::new();
        let mut add = |name: String, kind: ControlKind| {
            if controls.iter().all(|known| known.kind != kind) {
                controls.push(Self { name, kind });
            }
        };
        for market in &scenario.markets {
            let Market { name, standard, spot_protected, spot_unprotected, .. } = market;
            for (series, words) in [
                (standard, "standard price"),
                (spot_protected, "spot price"),
                (spot_unprotected, "spot price without protection"),
            ] {
                let moves = |id: &PriceId| match scenario.world.prices[id.0].process {
                    PriceProcess::MeanReverting(_) | PriceProcess::TwoRegime(_) => true,
                    // What follows another series says nothing more; what is unknown at times has no mean.
                    PriceProcess::Constant(_)
                    | PriceProcess::Schedule(_)
                    | PriceProcess::Scaled { .. }
                    | PriceProcess::Replay(_) => false,
                };
                if let Some(id) = series.filter(moves) {
                    add(format!("mean {words} of {name}"), ControlKind::MeanPrice(id));
                }
            }
            for pool in [market.spot_pool, market.standard_pool] {
                if matches!(scenario.world.stocks[pool.0].process, StockProcess::OnOff { .. }) {
                    add(format!("share of time in stock of {name}"), ControlKind::ShareInStock(pool));
                }
            }
        }
        controls
    }

    /// What it comes to in a world of this scenario.
    pub fn measure(&self, scenario: &Scenario, world: &World) -> f64 {
        let end = SimTime::ZERO + scenario.horizon;
        let length_ms = scenario.horizon.as_ms() as f64;
        match self.kind {
            ControlKind::MeanPrice(id) => {
                world.price(id).integral(SimTime::ZERO, end) as f64 / length_ms / 1e9
            }
            ControlKind::ShareInStock(pool) => 1.0 - world.stock(pool).share_at_most(0, scenario.horizon),
        }
    }
}

/// What the strategies of a scenario left behind in a world and in its mirror image, for the worlds 0, 2, 4, … of a study:
/// half as many pairs as replications (at least one), in order. The first of a pair is what that replication gives in any
/// study.
///
/// # Errors
/// An interruption, or threads that cannot be made.
pub fn antithetic_study(
    scenario: &Scenario,
    size: StudySize,
    progress: &impl Progress,
) -> Result<Vec<[Vec<Outcome>; 2]>, StudyError> {
    let pairs = (size.replications / 2).max(1);
    in_worlds(size.threads, 0..pairs, progress, |world, pair| {
        let replication = 2 * pair;
        scenario.world.draw_into(size.seed, replication, world);
        let plain = run_strategies(scenario, world);
        scenario.world.draw_mirrored_into(size.seed, replication, world);
        [plain, run_strategies(scenario, world)]
    })
}

/// Measures controls in a range of replications: a row per replication, in order.
///
/// # Errors
/// An interruption, or threads that cannot be made.
pub fn measure_controls(
    scenario: &Scenario,
    controls: &[Control],
    (seed, range, threads): (u64, Range<u64>, usize),
    progress: &impl Progress,
) -> Result<Vec<Vec<f64>>, StudyError> {
    in_worlds(threads, range, progress, |world, replication| {
        scenario.world.draw_into(seed, replication, world);
        controls.iter().map(|control| control.measure(scenario, world)).collect()
    })
}

/// Something of every world of a range, in order, on so many threads.
fn in_worlds<T: Send>(
    threads: usize,
    range: Range<u64>,
    progress: &impl Progress,
    look: impl Fn(&mut World, u64) -> T + Sync,
) -> Result<Vec<T>, StudyError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
    let mut seen = Vec::new();
    let mut first = range.start;
    while first < range.end {
        let last = (first + WORLDS_AT_ONCE).min(range.end);
        let batch: Vec<Option<T>> = pool.install(|| {
            (first..last)
                .into_par_iter()
                .map_init(World::empty, |world, number| {
                    let found = (!progress.is_interrupted()).then(|| look(world, number));
                    progress.tick();
                    found
                })
                .collect()
        });
        if progress.is_interrupted() {
            return Err(StudyError::Interrupted);
        }
        seen.extend(batch.into_iter().flatten());
        first = last;
    }
    Ok(seen)
}

#[cfg(test)]
mod tests;
