//! Whether a difference is more than chance: tests of pairs, and of two independent studies.

use super::estimate::{MeanEstimate, student_t_975};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Outcomes this much rarer than the commonest one change no sum.
const NEGLIGIBLE: f64 = 1e-20;

/// Two strategies in the same worlds: is there a difference at all?
///
/// The two tests ask different questions. Student's asks for the mean difference, which decides the bill; the sign test
/// asks which one is usually cheaper, which a few extreme worlds do not decide.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PairedTest {
    /// Mean of the differences with its interval.
    pub difference: MeanEstimate,
    /// Probability of a mean difference at least as far from 0 if there were none (Student's t, two-sided), to nine
    /// decimals; none for one pair. Where all pairs differ by the same, it is 0, or 1 if by nothing.
    pub p_mean: Option<f64>,
    /// Probability of signs at least as one-sided if either were as likely (exact binomial, two-sided; pairs without a
    /// difference say nothing and are left out). 1 where no pair differs.
    pub p_sign: f64,
    /// Pairs with a difference below 0.
    pub below: usize,
    /// Pairs with a difference above 0.
    pub above: usize,
}

impl PairedTest {
    /// Tests differences of independent replications; none of none.
    ///
    /// ```
    /// use deploysim::montecarlo::PairedTest;
    /// let test = PairedTest::of(&[-3.0, -1.0, -2.0, -2.0, -4.0, -1.5, -2.5, -1.0]).unwrap();
    /// // Eight of eight: 2/2⁸.
    /// assert!(test.below == 8 && (test.p_sign - 2.0 / 256.0).abs() < 1e-12);
    /// assert!(test.p_mean.unwrap() < 0.001);
    /// // Awkward: one extreme world moves the mean and not the signs.
    /// let test = PairedTest::of(&[-3.0, -1.0, -2.0, -2.0, -4.0, -1.5, -2.5, 90.0]).unwrap();
    /// assert!(test.difference.mean > 0.0 && test.p_mean.unwrap() > 0.3 && test.p_sign < 0.08);
    /// ```
    ///
    /// # Panics
    /// On a difference that is not finite.
    #[must_use]
    pub fn of(differences: &[f64]) -> Option<Self> {
        let difference = MeanEstimate::of(differences)?;
        let below = differences.iter().filter(|&&difference| difference < 0.0).count();
        let above = differences.iter().filter(|&&difference| difference > 0.0).count();
        let p_mean = difference
            .standard_error
            .map(|error| two_sided(difference.mean, error, (difference.n - 1) as f64));
        Some(Self { difference, p_mean, p_sign: sign_test(below, above), below, above })
    }
}

/// Two independent studies: how far their means are apart (Welch 1947), without assuming that they spread alike.
///
/// Studies of the same seed are not independent; compare those by pairs.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct WelchTest {
    /// Mean of the first less that of the second.
    pub difference: f64,
    /// difference ± t₀.₉₇₅ · standard error, with Satterthwaite's degrees of freedom rounded down.
    pub ci95: (f64, f64),
    /// Probability of a difference at least as far from 0 if there were none, to nine decimals.
    pub p: f64,
}

impl WelchTest {
    /// Compares two means; none where one of them has no standard error.
    #[must_use]
    pub fn of(first: &MeanEstimate, second: &MeanEstimate) -> Option<Self> {
        let squared = |estimate: &MeanEstimate| estimate.standard_error.map(|error| error * error);
        let (a, b) = (squared(first)?, squared(second)?);
        let variance = a + b;
        let freedom = |square: f64, n: usize| square * square / (n - 1) as f64;
        let sum = freedom(a, first.n) + freedom(b, second.n);
        // Two certain means have no spread to estimate; any number of degrees does.
        let degrees = if sum > 0.0 { variance * variance / sum } else { (first.n + second.n - 2) as f64 };
        let (difference, error) = (first.mean - second.mean, variance.sqrt());
        let half_width = student_t_975(degrees.floor().max(1.0) as usize) * error;
        let ci95 = (difference - half_width, difference + half_width);
        Some(Self { difference, ci95, p: two_sided(difference, error, degrees) })
    }
}

/// P(|T| ≥ |mean/error|) with so many degrees of freedom, to nine decimals.
fn two_sided(mean: f64, error: f64, degrees: f64) -> f64 {
    if error <= 0.0 {
        return if mean == 0.0 { 1.0 } else { 0.0 };
    }
    let student = StudentsT::new(0.0, 1.0, degrees).expect("a positive number of degrees of freedom");
    let p = 2.0 * student.sf((mean / error).abs());
    (p.clamp(0.0, 1.0) * 1e9).round() / 1e9
}

/// P of at most min(below, above) or at least max(below, above) heads in as many throws of a fair coin.
fn sign_test(below: usize, above: usize) -> f64 {
    let n = below + above;
    let fewer = below.min(above);
    // Chances relative to the middle, by ratios of neighbours: C(n, k − 1)/C(n, k) = k/(n − k + 1).
    let middle = n / 2;
    let (mut chance, mut lower_half, mut tail) = (1.0_f64, 0.0, 0.0);
    for heads in (0..=middle).rev() {
        if chance < NEGLIGIBLE {
            break;
        }
        lower_half += chance;
        if heads <= fewer {
            tail += chance;
        }
        chance *= heads as f64 / (n - heads + 1) as f64;
    }
    // The middle of an even number of throws is in both halves.
    let total = if n.is_multiple_of(2) { 2.0 * lower_half - 1.0 } else { 2.0 * lower_half };
    (2.0 * tail / total).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::montecarlo::standins::{normal, repetition};

    #[test]
    fn the_sign_test_is_the_binomial() {
        // 2 Σ C(10, k)/2¹⁰ for k up to 2; a draw; all of one side; nothing at all.
        assert!((sign_test(2, 8) - 2.0 * 56.0 / 1_024.0).abs() < 1e-15);
        assert!((sign_test(9, 2) - 2.0 * 67.0 / 2_048.0).abs() < 1e-15);
        assert!([sign_test(5, 5), sign_test(0, 0), sign_test(4, 5)].iter().all(|p| (p - 1.0).abs() < 1e-12));
        assert!((sign_test(0, 1) - 1.0).abs() < 1e-15);
        // Normal approximation with continuity: (51,000 − 50,000 − ½)/158.1 = 6.32.
        let many = sign_test(49_000, 51_000);
        assert!((2.4e-10..2.8e-10).contains(&many), "{many}");
        assert!(sign_test(0, 1_000_000) < 1e-18);
    }

    #[test]
    fn students_test_by_hand() {
        // Mean −1, s² = 2.5, n = 5: t = −√2; pt(−√2, 4) = 0.1151 each side.
        let test = PairedTest::of(&[-3.0, -2.0, -1.0, 0.0, 1.0]).unwrap();
        assert!((test.p_mean.unwrap() - 0.230_2).abs() < 1e-4, "{test:?}");
        assert_eq!((test.below, test.above), (3, 1));
        assert_eq!(PairedTest::of(&[2.0]).unwrap().p_mean, None);
        assert_eq!(PairedTest::of(&[2.0, 2.0]).unwrap().p_mean, Some(0.0));
        assert_eq!(PairedTest::of(&[0.0, 0.0]).unwrap().p_mean, Some(1.0));
        assert_eq!(PairedTest::of(&[]), None);
    }

    #[test]
    fn without_a_difference_one_test_in_twenty_finds_one() {
        let (mut paired, mut welch) = (0, 0);
        for index in 0..2_000 {
            let mut rng = repetition(index);
            let a: Vec<f64> = (0..20).map(|_| normal(&mut rng)).collect();
            let b: Vec<f64> = (0..10).map(|_| 3.0 * normal(&mut rng)).collect();
            paired += usize::from(PairedTest::of(&a).unwrap().p_mean.unwrap() < 0.05);
            let (a, b) = (MeanEstimate::of(&a).unwrap(), MeanEstimate::of(&b).unwrap());
            let test = WelchTest::of(&a, &b).unwrap();
            welch += usize::from(test.p < 0.05);
            let is_outside = test.ci95.0 > 0.0 || test.ci95.1 < 0.0;
            // Rounding the degrees down makes the interval a little longer than the test.
            assert!(!is_outside || test.p < 0.05);
        }
        // 100 ± 4 · √95.
        assert!((61..=139).contains(&paired) && (61..=139).contains(&welch), "{paired} {welch}");
    }
}
