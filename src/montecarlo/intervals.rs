//! 95 % intervals for quantiles and for the mean of the dearest twentieth.
//!
//! A quantile's interval is a pair of order statistics: costs that really occurred, at ranks that depend on the number of
//! replications alone. It holds for every distribution, with atoms or without. The shortfall's interval is an empirical
//! likelihood (see [`cvar95_interval`]). Both are none where the sample cannot carry them.

mod ranks;
mod shortfall;
#[cfg(test)]
mod tests;

pub use ranks::{QuantileRanks, quantile_interval_ranks, replications_for_quantile_interval};
pub use shortfall::REPLICATIONS_FOR_CVAR95_INTERVAL;

use super::distribution::{exact_mean, interval_between, quantile_rank};
use crate::units::Money;

/// The intervals that belong to the figures of [`MoneyEstimate`](super::MoneyEstimate), in the scenario's currency.
///
/// ```
/// use deploysim::montecarlo::MoneyIntervals;
/// use deploysim::units::Money;
/// let costs: Vec<Money> = (1..=100).map(|cost| Money::from_pico(cost * 1_000_000_000_000)).collect();
/// let intervals = MoneyIntervals::of(&costs);
/// let (low, high) = intervals.p95.unwrap();
/// assert_eq!((low.to_string(), high.to_string()), ("91.00".to_owned(), "100.00".to_owned()));
/// // Awkward: of a hundred replications the highest lies below the 99 % quantile 37 times in a hundred.
/// assert_eq!(intervals.p99, None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MoneyIntervals {
    /// Of the 5 % quantile.
    pub p5: Option<(Money, Money)>,
    /// Of the median.
    pub p50: Option<(Money, Money)>,
    /// Of the 95 % quantile.
    pub p95: Option<(Money, Money)>,
    /// Of the 99 % quantile.
    pub p99: Option<(Money, Money)>,
    /// Of the expected shortfall at 95 %, as [`cvar95_interval`] has it.
    pub cvar95: Option<(Money, Money)>,
}

impl MoneyIntervals {
    /// All intervals of independent replications, in any order.
    #[must_use]
    pub fn of(costs: &[Money]) -> Self {
        let mut sorted = costs.to_vec();
        sorted.sort_unstable();
        let at = |per_mille| between_ranks(&sorted, per_mille);
        Self { p5: at(50), p50: at(500), p95: at(950), p99: at(990), cvar95: money_shortfall(&sorted) }
    }
}

/// A 95 % interval of the quantile at `per_mille` thousandths (1 to 999) of independent amounts, in any order; none
/// below [`replications_for_quantile_interval`].
#[must_use]
pub fn money_quantile_interval(costs: &[Money], per_mille: usize) -> Option<(Money, Money)> {
    let mut sorted = costs.to_vec();
    sorted.sort_unstable();
    between_ranks(&sorted, per_mille)
}

/// [`money_quantile_interval`] of plain numbers, in their unit.
///
/// # Panics
/// On a value that is not finite.
#[must_use]
pub fn quantile_interval(values: &[f64], per_mille: usize) -> Option<(f64, f64)> {
    between_ranks(&sorted_numbers(values), per_mille)
}

/// [`cvar95_interval`] of amounts, in any order: bounds rounded to eight decimals around the exact
/// [`MoneyEstimate::cvar95`](super::MoneyEstimate::cvar95).
#[must_use]
pub fn money_cvar95_interval(costs: &[Money]) -> Option<(Money, Money)> {
    let mut sorted = costs.to_vec();
    sorted.sort_unstable();
    money_shortfall(&sorted)
}

/// A 95 % interval of the mean of the dearest twentieth of a distribution, from independent values in any order; none
/// below [`REPLICATIONS_FOR_CVAR95_INTERVAL`].
///
/// It is the empirical likelihood ratio (Owen, *Empirical Likelihood*, 2001, chapter 2) of the mean of q + (X − q)⁺/0.05
/// (Rockafellar and Uryasev 2000) with the sample's 95 % quantile for q, whose own error is of second order there; see
/// Baysal and Staum, "Empirical likelihood for value-at-risk and expected shortfall", *Journal of Risk* 11(1), 2008. Its
/// limit is Student's t with as many degrees of freedom as the tail has values, less one, instead of the normal. It is
/// longer upwards than downwards, as a tail asks for. For a lognormal with σ = 1 it covers 92 to 93 % with some hundred
/// values and 94 % from 1,000 on, for less skewed ones 94 to 95 % from 100 on; `benches/README.md` has the table.
///
/// # Panics
/// On a value that is not finite.
#[must_use]
pub fn cvar95_interval(values: &[f64]) -> Option<(f64, f64)> {
    let sorted = sorted_numbers(values);
    let (threshold, tail) = split_tail(&sorted)?;
    let excesses: Vec<f64> = tail.iter().map(|value| value - threshold).collect();
    let (low, high) = shortfall::interval(&excesses, sorted.len());
    Some((threshold + low, threshold + high))
}

/// The value at [`quantile_rank`] of numbers in any order; none of none.
///
/// # Panics
/// On a value that is not finite.
#[must_use]
pub fn quantile(values: &[f64], per_mille: usize) -> Option<f64> {
    let sorted = sorted_numbers(values);
    (!sorted.is_empty()).then(|| sorted[quantile_rank(per_mille, sorted.len()) - 1])
}

/// The mean of the dearest ⌈0.05 n⌉ of numbers in any order, as [`MoneyEstimate::cvar95`](super::MoneyEstimate::cvar95)
/// has it of amounts; none of none.
///
/// # Panics
/// On a value that is not finite.
#[must_use]
pub fn cvar95(values: &[f64]) -> Option<f64> {
    let sorted = sorted_numbers(values);
    if sorted.is_empty() {
        return None;
    }
    let tail = &sorted[sorted.len() - quantile_rank(50, sorted.len())..];
    Some(tail.iter().sum::<f64>() / tail.len() as f64)
}

fn sorted_numbers(values: &[f64]) -> Vec<f64> {
    assert!(values.iter().all(|value| value.is_finite()), "a sample value is not finite");
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

fn between_ranks<T: Copy>(sorted: &[T], per_mille: usize) -> Option<(T, T)> {
    let ranks = quantile_interval_ranks(per_mille, sorted.len())?;
    Some((sorted[ranks.low - 1], sorted[ranks.high - 1]))
}

/// The highest value below the dearest twentieth, and the latter; none of a sample that is too small for an interval.
fn split_tail<T: Copy>(sorted: &[T]) -> Option<(T, &[T])> {
    let n = sorted.len();
    if n < REPLICATIONS_FOR_CVAR95_INTERVAL {
        return None;
    }
    let (body, tail) = sorted.split_at(n - quantile_rank(50, n));
    Some((*body.last()?, tail))
}

fn money_shortfall(sorted: &[Money]) -> Option<(Money, Money)> {
    let (threshold, tail) = split_tail(sorted)?;
    // The differences are exact integers, so a small spread around a large cost loses nothing.
    let excesses: Vec<f64> = tail.iter().map(|&cost| (cost - threshold).to_f64()).collect();
    let centre = exact_mean(tail)?;
    let mean = excesses.iter().sum::<f64>() / excesses.len() as f64;
    let (low, high) = shortfall::interval(&excesses, sorted.len());
    Some(interval_between(centre, (mean - low).max(0.0), (high - mean).max(0.0)))
}
