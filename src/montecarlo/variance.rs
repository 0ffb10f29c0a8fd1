//! Narrower intervals from the same replications: control variates and antithetic pairs, with what they gained.

use super::estimate::{MeanEstimate, standard_error, student_t_975};

#[cfg(test)]
mod tests;

/// What is known of a control's expected value.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum ControlMean {
    /// It follows from the model.
    Exact(f64),
    /// It was estimated from other replications, independent of those that are corrected.
    Estimated {
        /// The estimate, in the control's unit.
        mean: f64,
        /// Its standard error.
        standard_error: f64,
    },
}

/// A mean corrected by a control: something measured in the same replications whose expected value is known.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ControlledMean {
    /// The mean of the values where the control has its expected value: ȳ − β(c̄ − μ).
    pub mean: f64,
    /// Its estimated standard deviation, the error of β and of an estimated μ included.
    pub standard_error: f64,
    /// mean ± t₀.₉₇₅(n − 2) · standard error.
    pub ci95: (f64, f64),
    /// By how much the values rise with a unit of the control (least squares).
    pub slope: f64,
    /// The measured variance of the plain mean over that of this one: 4 means as good as four times the replications. Below
    /// 1 the control does harm.
    pub variance_reduction: f64,
    /// How many replications.
    pub n: usize,
}

impl ControlledMean {
    /// Corrects the mean of `values` by a control of the same replications, in the same order; none below four
    /// replications or where the control does not vary.
    ///
    /// Regression estimate with the interval of Lavenberg and Welch, "A perspective on the use of control variables",
    /// *Management Science* 27(3), 1981: exact if values and control are normal together, asymptotic for the rest. An
    /// estimated mean adds β² times its squared standard error.
    ///
    /// # Panics
    /// If the two are not equally many, or a number is not finite.
    #[must_use]
    pub fn of(values: &[f64], control: &[f64], expected: ControlMean) -> Option<Self> {
        assert_eq!(values.len(), control.len(), "values and control come from the same replications");
        let n = values.len();
        if n < 4 {
            return None;
        }
        let (plain, controls) = (MeanEstimate::of(values)?, MeanEstimate::of(control)?);
        let count = n as f64;
        let squares: f64 = control.iter().map(|c| (c - controls.mean) * (c - controls.mean)).sum();
        if squares <= 0.0 {
            return None;
        }
        let products: f64 =
            values.iter().zip(control).map(|(y, c)| (y - plain.mean) * (c - controls.mean)).sum();
        let slope = products / squares;
        let (known, known_error) = match expected {
            ControlMean::Exact(mean) => (mean, 0.0),
            ControlMean::Estimated { mean, standard_error } => (mean, standard_error),
        };
        assert!(known.is_finite() && known_error.is_finite(), "an expected value is finite");
        let off = controls.mean - known;
        let residuals = values.iter().zip(control).map(|(y, c)| y - plain.mean - slope * (c - controls.mean));
        let residual_variance = residuals.map(|residual| residual * residual).sum::<f64>() / (count - 2.0);
        let variance = residual_variance * (1.0 / count + off * off / squares)
            + slope * slope * known_error * known_error;
        let (mean, standard_error) = (plain.mean - slope * off, variance.sqrt());
        let half_width = student_t_975(n - 2) * standard_error;
        let variance_reduction = reduction(plain.standard_error?, standard_error);
        let ci95 = (mean - half_width, mean + half_width);
        Some(Self { mean, standard_error, ci95, slope, variance_reduction, n })
    }
}

/// Replications in pairs of which one has the luck of the other turned round.
///
/// The two of a pair are not independent, so a pair is one observation: its mean. What this type gives is made from pairs
/// only, and there is no way back to single replications: order statistics of them are no independent draws, and a quantile's
/// interval from them would be wrong.
///
/// ```
/// use deploysim::montecarlo::AntitheticPairs;
/// let pairs = AntitheticPairs::new(vec![(1.0, 9.0), (3.0, 6.0), (2.0, 9.0)]);
/// let estimate = pairs.mean().unwrap();
/// assert_eq!((estimate.mean, estimate.n), (5.0, 3));
/// // Awkward: the interval has two degrees of freedom, not five.
/// assert!(estimate.ci95.unwrap().1 - 5.0 > 4.3 * estimate.standard_error.unwrap());
/// ```
#[derive(Clone, PartialEq, Debug, Default)]
pub struct AntitheticPairs {
    pairs: Vec<(f64, f64)>,
}

impl AntitheticPairs {
    /// Pairs in replication order.
    ///
    /// # Panics
    /// On a value that is not finite.
    #[must_use]
    pub fn new(pairs: Vec<(f64, f64)>) -> Self {
        assert!(pairs.iter().all(|(a, b)| a.is_finite() && b.is_finite()), "a sample value is not finite");
        Self { pairs }
    }

    /// How many pairs: half as many as replications.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The mean with its interval, from pairs; none of none.
    #[must_use]
    pub fn mean(&self) -> Option<MeanEstimate> {
        MeanEstimate::of(&self.means())
    }

    /// The measured variance of a mean of as many independent replications over that of the pairs: below 1 the turned
    /// luck does harm. None below two pairs.
    #[must_use]
    pub fn variance_reduction(&self) -> Option<f64> {
        let paired = self.mean()?.standard_error?;
        // Each half is a sample of independent replications; the spread of both is taken about their own means, so that
        // the tie between them is in neither.
        let half = |side: fn(&(f64, f64)) -> f64| {
            let values: Vec<f64> = self.pairs.iter().map(side).collect();
            let mean = MeanEstimate::of(&values)?.mean;
            standard_error(values.iter().map(|value| value - mean), values.len())
        };
        let (first, second) = (half(|pair| pair.0)?, half(|pair| pair.1)?);
        // The variance of a mean of 2n singles is a quarter of the sum of those of the two means of n.
        Some(reduction((first * first + second * second).sqrt() / 2.0, paired))
    }

    /// Paired differences from other pairs of the same worlds: two strategies, pair by pair.
    ///
    /// # Panics
    /// If the two are not equally many.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        assert_eq!(self.len(), other.len(), "pairs of two strategies come from the same worlds");
        let differences = self.pairs.iter().zip(&other.pairs).map(|(a, b)| (a.0 - b.0, a.1 - b.1));
        Self { pairs: differences.collect() }
    }

    fn means(&self) -> Vec<f64> {
        self.pairs.iter().map(|(a, b)| f64::midpoint(*a, *b)).collect()
    }
}

/// The ratio of two variances of a mean, from standard errors; infinite where only the second is certain, 1 where both are.
fn reduction(plain: f64, reduced: f64) -> f64 {
    if plain <= 0.0 && reduced <= 0.0 { 1.0 } else { (plain / reduced) * (plain / reduced) }
}
