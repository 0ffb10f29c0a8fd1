//! The first half of a record as a process would draw it: one price for each step, between bounds.

use super::{Record, StepEstimate, tidy_price};
use crate::units::{SimSpan, SimTime, UnitPrice};
use std::collections::BTreeMap;

/// Prices of a half on a grid of steps.
#[derive(Clone, Debug)]
pub struct Grid {
    /// Length of a step.
    pub step: SimSpan,
    /// The price in force at the beginning of each step; at least two.
    pub prices: Vec<f64>,
    /// Lower bound.
    pub floor: Limit,
    /// Upper bound.
    pub cap: Limit,
}

/// A bound of a price.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Limit {
    /// Where it is.
    pub at: f64,
    /// The record comes to it again and again, so that a price there only says "this far or further".
    pub is_seen: bool,
}

impl Limit {
    /// Whether a price stands at this bound.
    pub fn holds(self, price: f64) -> bool {
        self.is_seen && (price - self.at).abs() <= 1e-9 * self.at
    }
}

/// Visits to the lowest or highest price that make it a bound.
const VISITS_OF_A_BOUND: usize = 4;

impl Grid {
    /// The first half of a record.
    pub fn of(record: &Record, step: &StepEstimate, standard: Option<UnitPrice>) -> Self {
        let (ms, end) = (step.step.as_ms(), record.middle());
        let first = step.phase.as_ms().rem_euclid(ms);
        let steps = (end.as_ms() - first).max(0).div_euclid(ms) + 1;
        let prices: Vec<f64> = (0..steps)
            .map(|number| SimTime::from_ms(first + number * ms))
            .filter(|at| *at < end)
            .map(|at| record.price_at(at).to_f64())
            .collect();
        let mut visits: BTreeMap<i64, usize> = BTreeMap::new();
        for piece in record.path.segments(SimTime::ZERO, end) {
            *visits.entry(piece.value).or_default() += 1;
        }
        let price = |nano: i64| UnitPrice::from_nano(nano).to_f64();
        let mut from_below = visits.iter().map(|(value, count)| (price(*value), *count));
        let mut from_above = from_below.clone().rev();
        let low = [from_below.next(), from_below.next()];
        let high = [from_above.next(), from_above.next()];
        let far_cap = high[0].map_or(1.0, |(highest, _)| {
            let standard = standard.map(UnitPrice::to_f64).filter(|standard| *standard >= highest);
            standard.unwrap_or(tidy_price(2.0 * highest))
        });
        let far_floor = low[0].map_or(0.0, |(lowest, _)| tidy_price(lowest / 2.0));
        Self { step: step.step, prices, floor: limit(low, far_floor), cap: limit(high, far_cap) }
    }

    /// Every price with the one after it.
    pub fn transitions(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.prices.windows(2).map(|pair| (pair[0], pair[1]))
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.prices.len().saturating_sub(1)
    }

    /// Least and most price.
    pub fn range(&self) -> (f64, f64) {
        self.prices.iter().fold((f64::INFINITY, 0.0), |(low, high), &price| (low.min(price), high.max(price)))
    }

    /// Where levels are looked for: the range and half of it more on either side, within the bounds.
    pub fn level_range(&self) -> (f64, f64) {
        let (low, high) = self.range();
        let more = (high - low) / 2.0;
        ((low - more).max(self.floor.at), (high + more).min(self.cap.at))
    }

    /// The slowest return that a half of this length can show, as a speed.
    pub fn slowest(&self) -> f64 {
        1.0 / self.count().max(2) as f64
    }
}

/// The outermost price is a bound if the record comes back to it, and far more often than to the next one.
fn limit(outermost: [Option<(f64, usize)>; 2], far: f64) -> Limit {
    match outermost {
        [Some((price, visits)), Some((_, next))]
            if visits >= VISITS_OF_A_BOUND && visits >= VISITS_OF_A_BOUND * next =>
        {
            Limit { at: price, is_seen: true }
        }
        _ => Limit { at: far, is_seen: false },
    }
}
