//! The inverse of the normal distribution function, with bits that do not depend on the machine's C library.

use core::f64::consts::{FRAC_1_SQRT_2, TAU};

/// Below this tail probability the expansion in the tail takes over from the one in the centre.
const TAIL: f64 = 0.075;

/// Φ⁻¹(½ + q)/q as a polynomial in q² for |q| ≤ 0.425, lowest power first. Fitted by a Remez exchange in mpmath (40
/// digits) for the least relative error: 8e-5, which one correction step below turns into rounding error.
const CENTRE: [f64; 6] =
    [2.506_440_045_2, 2.692_553_165_51, 1.907_606_878_46, 93.538_311_092, -609.832_086_437, 2_235.289_440_96];

/// Q⁻¹(p) as a polynomial in s = √(−2 ln p) for 2⁻⁵³ ≤ p ≤ 0.075, where Q is the upper tail; fitted in the same way,
/// relative error 2.3e-5.
const FAR: [f64; 7] = [
    -1.854_435_385_05,
    1.847_197_517_05,
    -0.269_325_955_625,
    0.053_678_280_056_7,
    -0.006_408_490_000_33,
    0.000_417_882_779_416,
    -0.000_011_418_235_188_7,
];

/// The number below which a standard normal falls with probability `uniform`, for `uniform` in (0, 1); correct to
/// about 1e-10 down to tails of 2⁻⁵³.
pub(super) fn inverse_normal(uniform: f64) -> f64 {
    let tail = if uniform < 0.5 { uniform } else { 1.0 - uniform };
    let start = if tail < TAIL {
        polynomial(&FAR, (-2.0 * libm::log(tail)).sqrt())
    } else {
        let distance = 0.5 - tail;
        distance * polynomial(&CENTRE, distance * distance)
    };
    // One step of Halley's method on the tail probability: the error falls with its third power.
    let density = libm::exp(-0.5 * start * start) / TAU.sqrt();
    let excess = (0.5 * libm::erfc(start * FRAC_1_SQRT_2) - tail) / density;
    let distance = start + excess / (1.0 - 0.5 * start * excess);
    if uniform < 0.5 { -distance } else { distance }
}

fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_distribution_function() {
        // The uniform grid of the draws, from its smallest value up: the tails count most for long start-ups.
        let mut previous = f64::NEG_INFINITY;
        for exponent in 1..=52 {
            for numerator in [1.0, 1.25, 1.5, 1.75] {
                let tail = numerator / (1_u64 << exponent) as f64;
                if tail >= 1.0 {
                    continue;
                }
                let back = 0.5 * libm::erfc(-inverse_normal(tail) * FRAC_1_SQRT_2);
                assert!((back / tail - 1.0).abs() < 1e-9, "{tail}: {back}");
            }
        }
        for step in 1..2_000 {
            let x = inverse_normal(f64::from(step) / 2_000.0);
            assert!(x > previous, "not increasing at {step}");
            previous = x;
        }
    }

    #[test]
    fn mirrors_itself_and_knows_the_quartiles() {
        assert!(inverse_normal(0.5).abs() < 1e-15);
        // Quantiles from tables with more digits than the method keeps.
        assert!((inverse_normal(0.75) - 0.674_489_750_196_081_7).abs() < 1e-12);
        assert!((inverse_normal(0.975) - 1.959_963_984_540_054).abs() < 1e-12);
        assert!((inverse_normal(0.3) + inverse_normal(0.7)).abs() < 1e-12);
    }
}
