//! Intervals of anything that can be computed from a set of replications, by drawing such sets anew.
//!
//! What is drawn are whole worlds: every strategy, price and quota that met a world goes with it, so that comparisons on
//! common random numbers stay comparisons. The draws are the only luck of this room. They come from streams of their own,
//! so an interval is a function of the sample and a seed, whatever the number of threads.

use crate::world::{name_hash, stream};
use rand::Rng;
use rayon::prelude::*;

/// Resamples that leave an interval's bounds uncertain by about a twentieth of its length.
pub const USUAL_RESAMPLES: usize = 1_999;

/// An interval is given if at least this many of the resamples have a value.
const SHARE_NEEDED: f64 = 0.95;
/// Fewer values have no 2.5 % on either side.
const VALUES_NEEDED: usize = 39;

/// What a statistic is in a sample and in resamples of it, in the statistic's unit.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Bootstrap {
    /// The statistic of the sample itself; none where it has none (two curves that do not cross).
    pub estimate: Option<f64>,
    /// Percentile interval at 95 %: the values at ranks ⌊0.025 (m + 1)⌋ from either end of m sorted ones (Efron and
    /// Tibshirani, *An Introduction to the Bootstrap*, 1993, section 13.3). Asymptotic, for smooth statistics of a
    /// hundred replications or more. None if the sample has no value, or fewer than 95 % of the resamples have one:
    /// then any bounds would speak of some worlds and be silent of others.
    pub interval: Option<(f64, f64)>,
    /// In how many resamples the statistic has a value.
    pub defined: usize,
    /// How many resamples were drawn.
    pub resamples: usize,
}

impl Bootstrap {
    /// The share of resamples in which the statistic has a value; 0 of none.
    #[must_use]
    pub fn defined_share(&self) -> f64 {
        self.defined as f64 / self.resamples.max(1) as f64
    }
}

/// Draws `resamples` sets of `n` replications from `0..n` with repetition and asks for the statistic of each.
///
/// `statistic` is given indices of replications in the order drawn, and may have no value. It is first asked for that of
/// `0..n`. Resamples run in parallel, so it is to be a pure function. Resample r draws from the stream
/// (`seed`, r, `n`, "bootstrap") of [`stream`], one 64-bit word for each index.
///
/// ```
/// use deploysim::montecarlo::bootstrap;
/// // Costs of two strategies at a price of 0 and what each world's difference gains by a unit of price.
/// let apart: Vec<f64> = (0..200).map(|world| 40.0 + f64::from(world % 20)).collect();
/// let crossing = |worlds: &[usize]| {
///     let mean = worlds.iter().map(|&world| apart[world]).sum::<f64>() / worlds.len() as f64;
///     Some(mean / 10.0)
/// };
/// let price = bootstrap(apart.len(), 999, 1, crossing);
/// let (low, high) = price.interval.unwrap();
/// assert!(low < 4.95 && 4.95 < high && high - low < 0.2);
/// // Awkward: curves that never cross have no price and no interval.
/// let never = bootstrap(200, 999, 1, |_| None);
/// assert_eq!((never.estimate, never.interval, never.defined), (None, None, 0));
/// ```
///
/// # Panics
/// If there is no replication, or a value is not a number.
#[must_use]
pub fn bootstrap(
    n: usize,
    resamples: usize,
    seed: u64,
    statistic: impl Fn(&[usize]) -> Option<f64> + Sync,
) -> Bootstrap {
    assert!(n > 0, "a resample is drawn from replications");
    let whole: Vec<usize> = (0..n).collect();
    let estimate = statistic(&whole);
    let draw = |indices: &mut Vec<usize>, resample| {
        draw_indices(n, seed, resample, indices);
        statistic(indices)
    };
    let values: Vec<Option<f64>> =
        (0..resamples as u64).into_par_iter().map_init(|| whole.clone(), draw).collect();
    let mut defined: Vec<f64> = values.into_iter().flatten().collect();
    assert!(defined.iter().all(|value| !value.is_nan()), "a statistic is a number or has no value");
    defined.sort_unstable_by(f64::total_cmp);
    let mut summary = Bootstrap { estimate, interval: None, defined: defined.len(), resamples };
    if estimate.is_some() && summary.defined_share() >= SHARE_NEEDED {
        summary.interval = percentiles(&defined);
    }
    summary
}

/// The indices of a resample, into memory that is there.
fn draw_indices(n: usize, seed: u64, resample: u64, indices: &mut [usize]) {
    let mut generator = stream(seed, resample, n as u64, "bootstrap");
    for index in indices {
        // Even to within n/2⁶⁴.
        *index = ((u128::from(generator.next_u64()) * n as u128) >> 64) as usize;
    }
}

/// The values ⌊(m + 1)/40⌋ from either end.
fn percentiles(sorted: &[f64]) -> Option<(f64, f64)> {
    if sorted.len() < VALUES_NEEDED {
        return None;
    }
    let rank = (sorted.len() + 1) / 40;
    Some((sorted[rank - 1], sorted[sorted.len() - rank]))
}

/// A seed for one of several bootstraps of a study, by name: no two share their draws.
#[must_use]
pub fn bootstrap_seed(seed: u64, name: &str) -> u64 {
    stream(seed, 0, name_hash(name), "bootstrap seed").next_u64()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::montecarlo::standins::{StandIn, holds, normal, repetition};

    #[test]
    fn the_draws_are_pinned() {
        // The first words of the named stream, times 1,000 over 2⁶⁴.
        let mut generator = stream(1, 5, 1_000, "bootstrap");
        let expected: Vec<usize> =
            (0..4).map(|_| (generator.next_u64() as f64 / 2.0_f64.powi(64) * 1_000.0) as usize).collect();
        let mut indices = [0; 4];
        draw_indices(1_000, 1, 5, &mut indices);
        assert_eq!(indices.to_vec(), expected);
        assert_eq!(indices, [841, 111, 373, 12]);
    }

    #[test]
    fn every_world_is_drawn_equally_often() {
        let mut times = [0_u32; 10];
        let mut indices = [0; 10];
        for resample in 0..10_000 {
            draw_indices(10, 3, resample, &mut indices);
            for &index in &indices {
                times[index] += 1;
            }
        }
        // 100,000 draws of chance 0.1: standard deviation 95.
        assert!(times.iter().all(|&count| count.abs_diff(10_000) < 400), "{times:?}");
    }

    #[test]
    fn threads_change_nothing() {
        let values = StandIn::Exponential.sample(&mut repetition(1), 50);
        let mean = |worlds: &[usize]| Some(worlds.iter().map(|&world| values[world]).sum::<f64>() / 50.0);
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| bootstrap(50, 499, 9, mean))
        };
        assert_eq!(on(1), on(4));
        assert_ne!(on(1).interval, bootstrap(50, 499, bootstrap_seed(9, "other"), mean).interval);
    }

    #[test]
    fn resamples_without_a_value_are_counted_and_may_cost_the_interval() {
        let first_drawn = |limit: usize| move |worlds: &[usize]| (worlds[0] < limit).then_some(1.0);
        let mostly = bootstrap(100, 1_000, 1, first_drawn(98));
        assert!((0.96..1.0).contains(&mostly.defined_share()) && mostly.interval == Some((1.0, 1.0)));
        let seldom = bootstrap(100, 1_000, 1, first_drawn(80));
        assert!((0.75..0.85).contains(&seldom.defined_share()), "{seldom:?}");
        assert_eq!((seldom.estimate, seldom.interval), (Some(1.0), None));
        // Too few resamples for 2.5 % on either side.
        assert_eq!(bootstrap(100, 38, 1, |_| Some(1.0)).interval, None);
        assert!(bootstrap(100, 39, 1, |_| Some(1.0)).interval.is_some());
    }

    #[test]
    fn the_crossing_of_two_costs_is_held_95_times_in_100() {
        // a costs 100 + 40 Z a world; b costs 60 + 30 Z′ and 10 + Z″ for each unit of price: they meet at 4.
        let hits = (0..1_000)
            .filter(|&index| {
                let mut rng = repetition(index);
                let worlds: Vec<(f64, f64)> = (0..100)
                    .map(|_| {
                        (40.0 + 40.0 * normal(&mut rng) - 30.0 * normal(&mut rng), 10.0 + normal(&mut rng))
                    })
                    .collect();
                let crossing = |drawn: &[usize]| {
                    let sums = drawn
                        .iter()
                        .fold((0.0, 0.0), |(a, b), &world| (a + worlds[world].0, b + worlds[world].1));
                    Some(sums.0 / sums.1)
                };
                holds(bootstrap(100, 199, index, crossing).interval.unwrap(), 4.0)
            })
            .count();
        assert!((930..=970).contains(&hits), "{hits} of 1,000");
    }
}
