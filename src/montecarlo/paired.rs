//! Two things measured in the same replication: two strategies' costs, or a cost and the hours it bought.

use super::distribution::{MoneyMean, interval_around};
use super::estimate::{Proportion, standard_error, student_t_975};
use crate::units::{Money, RoundingMode, SimSpan};

/// Strategy a against strategy b on common random numbers.
///
/// Both saw the same worlds, so their costs are correlated and only the difference within a replication is
/// independent of the next; pooling their variances would claim an interval that is far too wide (or, for negative
/// correlation, too narrow). See Law, *Simulation Modeling and Analysis*, section 10.2.1 (paired-t).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Paired {
    /// Mean of a − b in the scenario's currency: negative where a is cheaper.
    pub difference: MoneyMean,
    /// Share of replications in which a costs strictly less.
    pub probability_a_cheaper: Proportion,
    /// Share of replications in which both cost the same to the last digit.
    pub probability_equal: Proportion,
    /// How many replications.
    pub n: usize,
}

impl Paired {
    /// Compares costs of the same replications in the same order; none from no replications.
    ///
    /// # Panics
    /// If the two are not equally many: then they are not pairs.
    #[must_use]
    pub fn of(a: &[Money], b: &[Money]) -> Option<Self> {
        assert_eq!(a.len(), b.len(), "paired costs come from the same replications");
        let n = a.len();
        let differences: Vec<Money> = a.iter().zip(b).map(|(&a, &b)| a - b).collect();
        let cheaper = differences.iter().filter(|&&difference| difference < Money::ZERO).count();
        let equal = differences.iter().filter(|&&difference| difference == Money::ZERO).count();
        Some(Self {
            difference: MoneyMean::of(&differences)?,
            probability_a_cheaper: Proportion::of(cheaper, n)?,
            probability_equal: Proportion::of(equal, n)?,
            n,
        })
    }
}

/// What an available hour costs: all the money over all the hours, in the scenario's currency per hour.
///
/// Not the mean of the replications' own ratios: that one weighs a replication with one lucky hour like a full month
/// and is undefined for a replication without any.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct RatioEstimate {
    /// Σ cost / Σ hours, exact, rounded once, half to even, to twelve decimals.
    pub per_hour: Money,
    /// Delta-method standard error (Cochran, *Sampling Techniques*, chapter 6): that of the residuals
    /// costᵢ − ratio · hoursᵢ, over the mean hours; none for one replication.
    pub standard_error: Option<f64>,
    /// per hour ± t₀.₉₇₅(n−1) · standard error, bounds rounded to eight decimals. Asymptotic: with few replications
    /// of very unequal hours it is too narrow.
    pub ci95: Option<(Money, Money)>,
    /// How many replications.
    pub n: usize,
}

impl RatioEstimate {
    /// Cost and available time of the same replications, in the same order; none without any available time.
    ///
    /// # Panics
    /// If the two are not equally many, or a time is negative.
    #[must_use]
    pub fn of(costs: &[Money], available: &[SimSpan]) -> Option<Self> {
        assert_eq!(costs.len(), available.len(), "a cost and its hours come from the same replication");
        assert!(available.iter().all(|span| *span >= SimSpan::ZERO), "available time is a length");
        let n = costs.len();
        let total: Money = costs.iter().copied().sum();
        let total_ms: i128 = available.iter().map(|span| i128::from(span.as_ms())).sum();
        if total_ms == 0 {
            return None;
        }
        let hour_ms = i128::from(SimSpan::HOUR.as_ms());
        let per_hour = Money::from_ratio(total.as_pico() * hour_ms, total_ms, RoundingMode::HalfEven);
        let ratio = per_hour.to_f64();
        let residuals = costs.iter().zip(available).map(|(cost, span)| cost.to_f64() - ratio * hours(*span));
        let mean_hours = total_ms as f64 / hour_ms as f64 / n as f64;
        let standard_error = standard_error(residuals, n).map(|error| error / mean_hours);
        let ci95 = standard_error.map(|error| interval_around(per_hour, student_t_975(n - 1) * error));
        Some(Self { per_hour, standard_error, ci95, n })
    }
}

fn hours(span: SimSpan) -> f64 {
    span.as_ms() as f64 / SimSpan::HOUR.as_ms() as f64
}
