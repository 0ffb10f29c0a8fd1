//! The distribution of a cost over replications: exact mean, quantiles and tail.

use super::estimate::{standard_error, student_t_975};
use crate::units::{Money, RoundingMode};

/// Decimals an interval's bound keeps: enough to read, few enough to hide the last bits of a float.
const INTERVAL_DECIMALS: u32 = 8;
/// Units of that last decimal in one unit of the currency.
const INTERVAL_UNITS: f64 = 1e8;

/// The mean of amounts of money and its 95 % interval, in the scenario's currency.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct MoneyMean {
    /// The exact sum over n, rounded once, half to even, to twelve decimals.
    pub mean: Money,
    /// s/√n with s² over n − 1, in the currency; none for one value.
    pub standard_error: Option<f64>,
    /// mean ± t₀.₉₇₅(n−1) · standard error; the half-width comes from floats, each bound is rounded to eight decimals.
    pub ci95: Option<(Money, Money)>,
    /// How many amounts.
    pub n: usize,
}

impl MoneyMean {
    /// The estimate from independent replications, in replication order; none from no amounts.
    #[must_use]
    pub fn of(amounts: &[Money]) -> Option<Self> {
        let mean = exact_mean(amounts)?;
        let n = amounts.len();
        // The differences are exact integers, so a small spread around a large mean loses nothing.
        let standard_error = standard_error(amounts.iter().map(|&amount| (amount - mean).to_f64()), n);
        let ci95 = standard_error.map(|error| interval_around(mean, student_t_975(n - 1) * error));
        Some(Self { mean, standard_error, ci95, n })
    }
}

/// What a strategy costs over the replications of a study, in the scenario's currency.
///
/// A p-quantile is the ⌈pN⌉-th smallest of N costs (1-based), an amount that really occurred: definition 1 of
/// Hyndman and Fan (1996), the inverse of the empirical distribution function. Everything but the interval is exact.
///
/// ```
/// use deploysim::montecarlo::MoneyEstimate;
/// use deploysim::units::Money;
/// let costs: Vec<Money> = (1..=20).map(|cost| Money::from_pico(cost * 1_000_000_000_000)).collect();
/// let estimate = MoneyEstimate::of(&costs).unwrap();
/// assert_eq!(estimate.mean.mean.to_string(), "10.50");
/// // Awkward: 0.95 × 20 is 19, though floats say 19.000000000000004 and would pick the twentieth.
/// assert_eq!(estimate.p95.to_string(), "19.00");
/// assert_eq!(estimate.cvar95.to_string(), "20.00");
/// ```
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct MoneyEstimate {
    /// The mean with its interval.
    pub mean: MoneyMean,
    /// The cheapest replication.
    pub min: Money,
    /// The 5 % quantile.
    pub p5: Money,
    /// The median (the lower one when N is even).
    pub p50: Money,
    /// The 95 % quantile.
    pub p95: Money,
    /// The 99 % quantile.
    pub p99: Money,
    /// The dearest replication.
    pub max: Money,
    /// Expected shortfall: the mean of the dearest ⌈0.05 N⌉ replications, half to even at twelve decimals
    /// (Rockafellar and Uryasev 2000; with whole replications, so its tail is at least 5 %).
    pub cvar95: Money,
}

impl MoneyEstimate {
    /// The estimate from independent replications, in replication order; none from no costs.
    #[must_use]
    pub fn of(costs: &[Money]) -> Option<Self> {
        let mean = MoneyMean::of(costs)?;
        let mut sorted = costs.to_vec();
        sorted.sort_unstable();
        let n = sorted.len();
        let at = |per_mille| sorted[quantile_rank(per_mille, n) - 1];
        let tail = &sorted[n - quantile_rank(50, n)..];
        Some(Self {
            mean,
            min: sorted[0],
            p5: at(50),
            p50: at(500),
            p95: at(950),
            p99: at(990),
            max: sorted[n - 1],
            cvar95: exact_mean(tail).expect("a tail holds at least one replication"),
        })
    }
}

/// ⌈p·n⌉ for p in thousandths (at most 1,000), at least 1: the 1-based rank of a quantile among `n` sorted values.
///
/// Integers, because `(0.95_f64 * 20.0).ceil()` is at the mercy of how 0.95 is stored.
pub fn quantile_rank(per_mille: usize, n: usize) -> usize {
    assert!(per_mille <= 1_000, "a quantile is at most 1,000 thousandths");
    (per_mille * n).div_ceil(1_000).max(1)
}

/// The sum over the count, rounded once, half to even; none of nothing.
pub(super) fn exact_mean(amounts: &[Money]) -> Option<Money> {
    let count = i128::try_from(amounts.len()).ok().filter(|&count| count > 0)?;
    let sum: Money = amounts.iter().copied().sum();
    Some(Money::from_ratio(sum.as_pico(), count, RoundingMode::HalfEven))
}

/// `centre ± half_width`, each bound rounded to eight decimals.
pub(super) fn interval_around(centre: Money, half_width: f64) -> (Money, Money) {
    interval_between(centre, half_width, half_width)
}

/// So far below `centre` and so far above it, each bound rounded to eight decimals.
pub(super) fn interval_between(centre: Money, below: f64, above: f64) -> (Money, Money) {
    let bound = |amount: Money| amount.round_to(INTERVAL_DECIMALS, RoundingMode::HalfEven);
    (bound(centre - length(below)), bound(centre + length(above)))
}

/// A length in whole units of an interval's last decimal.
fn length(part: f64) -> Money {
    assert!(part.is_finite() && part >= 0.0, "an interval's half-width is a length");
    let unit = 10_i128.pow(Money::SCALE - INTERVAL_DECIMALS);
    let units = (part * INTERVAL_UNITS).round_ties_even() as i128;
    Money::from_pico(units * unit)
}
