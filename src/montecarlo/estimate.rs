//! A mean of plain numbers and a share of yes/no outcomes, each with its 95 % interval.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// The 97.5 % point of the standard normal distribution (NIST/SEMATECH e-Handbook, table 1.3.6.7.1).
const NORMAL_975: f64 = 1.959_963_984_540_054;

/// From here a series around the normal quantile stands for the inversion of the incomplete beta function, which
/// loses digits: at a million degrees of freedom it is wrong in the fifth. The series is right to 10⁻¹¹ by then.
const SERIES_FROM_DEGREES: usize = 1_000;

/// A sample mean and how far it may be from the true one. All in the unit of the sample.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct MeanEstimate {
    /// The arithmetic mean.
    pub mean: f64,
    /// Estimated standard deviation of the mean, s/√n with s² over n − 1; none for one value.
    pub standard_error: Option<f64>,
    /// mean ± t₀.₉₇₅(n−1) · standard error (Student 1908): exact coverage for normal data, asymptotic for the rest.
    /// None for one value, which says nothing about spread.
    pub ci95: Option<(f64, f64)>,
    /// How many values.
    pub n: usize,
}

impl MeanEstimate {
    /// The estimate from independent replications, in replication order; none from no values.
    ///
    /// # Panics
    /// On a value that is not finite: it would silently poison the mean.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        assert!(values.iter().all(|value| value.is_finite()), "a sample value is not finite");
        let n = values.len();
        if n == 0 {
            return None;
        }
        let rough = values.iter().sum::<f64>() / n as f64;
        // The second pass recovers the digits that the plain sum of large values lost.
        let mean = rough + values.iter().map(|value| value - rough).sum::<f64>() / n as f64;
        let standard_error = standard_error(values.iter().map(|value| value - mean), n);
        let ci95 = standard_error.map(|error| {
            let half_width = student_t_975(n - 1) * error;
            (mean - half_width, mean + half_width)
        });
        Some(Self { mean, standard_error, ci95, n })
    }
}

/// s/√n from the deviations from the mean; none below two values.
///
/// The corrected two-pass formula (Chan, Golub and `LeVeque` 1983, eq. 1.7): the squared sum of the deviations, zero
/// for an exact mean, takes away the mean's own rounding error.
pub(super) fn standard_error(deviations: impl Iterator<Item = f64>, n: usize) -> Option<f64> {
    if n < 2 {
        return None;
    }
    let count = n as f64;
    let (mut sum, mut squares) = (0.0, 0.0);
    for deviation in deviations {
        sum += deviation;
        squares += deviation * deviation;
    }
    let variance = ((squares - sum * sum / count) / (count - 1.0)).max(0.0);
    Some((variance / count).sqrt())
}

/// The 97.5 % point of Student's t with `degrees` degrees of freedom (at least one), rounded to nine decimals so that
/// the last bits of a machine's logarithm do not reach an output.
pub fn student_t_975(degrees: usize) -> f64 {
    student_t(0.975, NORMAL_975, degrees)
}

/// The point of Student's t with `degrees` degrees of freedom (at least one) below which it falls with a probability from
/// 0.5 to below 1; rounded like [`student_t_975`].
///
/// ```
/// use deploysim::montecarlo::student_t_quantile;
/// // One-sided 95 % with nine degrees of freedom, from any table.
/// assert_eq!(student_t_quantile(0.95, 9), 1.833_112_933);
/// // Awkward: with very many degrees of freedom it is the normal's.
/// assert_eq!(student_t_quantile(0.95, 1_000_000_000_000), 1.644_853_627);
/// ```
pub fn student_t_quantile(probability: f64, degrees: usize) -> f64 {
    assert!((0.5..1.0).contains(&probability), "{probability} is no probability of an upper point");
    student_t(probability, Normal::standard().inverse_cdf(probability), degrees)
}

/// The point of Student's t at a probability, given that of the standard normal, `z`.
fn student_t(probability: f64, z: f64, degrees: usize) -> f64 {
    assert!(degrees > 0, "Student's t needs a degree of freedom");
    let quantile = if degrees < SERIES_FROM_DEGREES {
        let student =
            StudentsT::new(0.0, 1.0, degrees as f64).expect("a positive number of degrees of freedom");
        student.inverse_cdf(probability)
    } else {
        // Abramowitz and Stegun 26.7.5, to the third order.
        let v = degrees as f64;
        let square = z * z;
        let first = z * (square + 1.0) / 4.0;
        let second = z * ((5.0 * square + 16.0) * square + 3.0) / 96.0;
        let third = z * (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) / 384.0;
        z + (first + (second + third / v) / v) / v
    };
    (quantile * 1e9).round() / 1e9
}

/// The share of replications in which something happened, with its 95 % interval.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Proportion {
    /// In how many replications it happened.
    pub hits: usize,
    /// Of how many; at least one.
    pub n: usize,
    /// hits / n.
    pub share: f64,
    /// Wilson's score interval (Wilson 1927), inside \[0, 1\] and of positive length even at 0 of n, where the
    /// textbook interval (share ± 1.96 standard errors) claims certainty. Its coverage is 95 % on average over shares.
    pub ci95: (f64, f64),
}

impl Proportion {
    /// `hits` of `n`; none if nothing was tried.
    ///
    /// # Panics
    /// If there are more hits than tries.
    #[must_use]
    pub fn of(hits: usize, n: usize) -> Option<Self> {
        assert!(hits <= n, "{hits} hits in {n} tries");
        if n == 0 {
            return None;
        }
        let count = n as f64;
        let share = hits as f64 / count;
        let square = NORMAL_975 * NORMAL_975;
        let centre = (share + square / (2.0 * count)) / (1.0 + square / count);
        let spread = (share * (1.0 - share) / count + square / (4.0 * count * count)).sqrt();
        let half_width = NORMAL_975 * spread / (1.0 + square / count);
        // At the ends the bound is 0 or 1 in real numbers; in floats it would be off by a few 10⁻¹⁷.
        let low = if hits == 0 { 0.0 } else { (centre - half_width).max(0.0) };
        let high = if hits == n { 1.0 } else { (centre + half_width).min(1.0) };
        Some(Self { hits, n, share, ci95: (low, high) })
    }
}
