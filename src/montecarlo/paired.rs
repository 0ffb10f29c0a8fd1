//! Two things measured in the same replication: two strategies' costs, or a cost and what it bought.

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

/// What a unit of something costs (an available hour, a million tokens): all the money over all the units, in the
/// scenario's currency.
///
/// Not the mean of the replications' own ratios: that one weighs a replication with one lucky hour like a full month
/// and is undefined for a replication without any.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct RatioEstimate {
    /// Σ cost / Σ units, exact, rounded once, half to even, to twelve decimals.
    pub per_unit: Money,
    /// Delta-method standard error (Cochran, *Sampling Techniques*, chapter 6): that of the residuals
    /// costᵢ − ratio · unitsᵢ, over the mean units; none for one replication.
    pub standard_error: Option<f64>,
    /// per unit ± t₀.₉₇₅(n−1) · standard error, bounds rounded to eight decimals. Asymptotic: with few replications
    /// of very unequal amounts it is too narrow.
    pub ci95: Option<(Money, Money)>,
    /// How many replications.
    pub n: usize,
}

impl RatioEstimate {
    /// Cost and available time of the same replications, in the same order: what an hour costs; none without any
    /// available time.
    ///
    /// # Panics
    /// If the two are not equally many, or a time is negative.
    #[must_use]
    pub fn of(costs: &[Money], available: &[SimSpan]) -> Option<Self> {
        assert!(available.iter().all(|span| *span >= SimSpan::ZERO), "available time is a length");
        let amounts: Vec<i128> = available.iter().map(|span| i128::from(span.as_ms())).collect();
        Self::per(costs, &amounts, i128::from(SimSpan::HOUR.as_ms()))
    }

    /// Cost and tokens of the same replications, in the same order: what a million tokens cost; none without tokens.
    ///
    /// # Panics
    /// If the two are not equally many.
    #[must_use]
    pub fn per_million(costs: &[Money], tokens: &[u64]) -> Option<Self> {
        let amounts: Vec<i128> = tokens.iter().map(|tokens| i128::from(*tokens)).collect();
        Self::per(costs, &amounts, 1_000_000)
    }

    /// Money per `unit` of amounts that are not negative.
    fn per(costs: &[Money], amounts: &[i128], unit: i128) -> Option<Self> {
        assert_eq!(costs.len(), amounts.len(), "a cost and its amount come from the same replication");
        let n = costs.len();
        let total: Money = costs.iter().copied().sum();
        let amount: i128 = amounts.iter().sum();
        if amount == 0 {
            return None;
        }
        let per_unit = Money::from_ratio(total.as_pico() * unit, amount, RoundingMode::HalfEven);
        let ratio = per_unit.to_f64();
        let units = |amount: i128| amount as f64 / unit as f64;
        let residuals =
            costs.iter().zip(amounts).map(|(cost, amount)| cost.to_f64() - ratio * units(*amount));
        let mean_units = units(amount) / n as f64;
        let standard_error = standard_error(residuals, n).map(|error| error / mean_units);
        let ci95 = standard_error.map(|error| interval_around(per_unit, student_t_975(n - 1) * error));
        Some(Self { per_unit, standard_error, ci95, n })
    }
}
