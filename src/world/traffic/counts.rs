//! How many calls arrive in a minute: Poisson numbers and negative binomial ones.

use super::BLOCK_MINUTES;
use crate::world::inverse_normal::inverse_normal;
use crate::world::stream::open_uniform;
use rand_chacha::ChaCha8Rng;

/// From this mean on numbers are drawn by rejection, whose effort does not grow; below it by inverse transform, whose
/// effort is that of the calls themselves.
const REJECTION_FROM: f64 = 10.0;
/// Probabilities below this are beyond the grid of a uniform number.
const BEYOND_CHANCE: f64 = 1e-21;

/// A number of calls with this mean (at least 0) and this variance over mean (at least 1): Poisson if that is 1, else
/// negative binomial, which is Poisson around the mean times a gamma factor.
pub(super) fn draw_count(generator: &mut ChaCha8Rng, mean: f64, dispersion: f64) -> usize {
    // A rate that an underflow made 0, or that some factor silenced, needs no luck.
    if mean <= 0.0 {
        return 0;
    }
    let excess = dispersion - 1.0;
    if excess <= 0.0 {
        return poisson(generator, mean);
    }
    let shape = mean / excess;
    if mean < REJECTION_FROM {
        let share = excess / dispersion;
        return invert(generator, libm::exp(-shape * libm::log(dispersion)), |below| (shape + below) * share);
    }
    let around = gamma(generator, shape) * excess;
    poisson(generator, around)
}

/// The numbers of calls of minutes with these means, which are at most [`BLOCK_MINUTES`]. Each minute has one uniform
/// number for the inverse transform; then follow, minute by minute, the words of those that are drawn by rejection. The
/// same laws as [`draw_count`]; minutes of the same mean share the work.
pub(super) fn draw_counts(generator: &mut ChaCha8Rng, means: &[f64], dispersion: f64, counts: &mut [u64]) {
    let mut uniforms = [0.0; BLOCK_MINUTES];
    let uniforms = &mut uniforms[..means.len()];
    for uniform in uniforms.iter_mut() {
        *uniform = open_uniform(generator);
    }
    let (excess, mut begin) = (dispersion - 1.0, 0);
    for alike in means.chunk_by(|one, next| one.to_bits() == next.to_bits()) {
        let (mean, end) = (alike[0], begin + alike.len());
        let (uniforms, counts) = (&uniforms[begin..end], &mut counts[begin..end]);
        if mean <= 0.0 {
            counts.fill(0);
        } else if mean >= REJECTION_FROM {
            for count in counts {
                *count = draw_count(generator, mean, dispersion) as u64;
            }
        } else if excess <= 0.0 {
            invert_all(uniforms, counts, libm::exp(-mean), |_| mean);
        } else {
            let (shape, share) = (mean / excess, excess / dispersion);
            let at_zero = libm::exp(-shape * libm::log(dispersion));
            invert_all(uniforms, counts, at_zero, |below| (shape + below) * share);
        }
        begin = end;
    }
}

/// [`invert`] for several uniform numbers at once: each counts the sums of probabilities that it has reached, in a loop
/// that vectorises and does not guess where to stop.
#[inline]
fn invert_all(uniforms: &[f64], counts: &mut [u64], at_zero: f64, step: impl Fn(f64) -> f64) {
    let largest = uniforms.iter().copied().fold(0.0, f64::max);
    let (mut probability, mut sum, mut number) = (at_zero, at_zero, 0.0_f64);
    counts.fill(0);
    while largest >= sum && probability > BEYOND_CHANCE {
        for (count, uniform) in counts.iter_mut().zip(uniforms) {
            *count += u64::from(*uniform >= sum);
        }
        probability *= step(number) / (number + 1.0);
        number += 1.0;
        sum += probability;
    }
}

fn poisson(generator: &mut ChaCha8Rng, mean: f64) -> usize {
    if mean < REJECTION_FROM {
        invert(generator, libm::exp(-mean), |_| mean)
    } else {
        poisson_by_rejection(generator, mean)
    }
}

/// Inverse transform: `p(0)` is given, and p(n + 1) = p(n) · `step`(n)/(n + 1). Neither law of ours rises from below
/// [`BEYOND_CHANCE`], so that the search ends there at the latest.
#[inline]
fn invert(generator: &mut ChaCha8Rng, at_zero: f64, step: impl Fn(f64) -> f64) -> usize {
    let mut left = open_uniform(generator);
    let (mut probability, mut number) = (at_zero, 0.0_f64);
    while left >= probability && probability > BEYOND_CHANCE {
        left -= probability;
        probability *= step(number) / (number + 1.0);
        number += 1.0;
    }
    number as usize
}

/// Poisson by transformed rejection with a squeeze: W. Hörmann, "The transformed rejection method for generating
/// Poisson random variables", Insurance: Mathematics and Economics 12 (1993), algorithm PTRS; for means from 10 on.
fn poisson_by_rejection(generator: &mut ChaCha8Rng, mean: f64) -> usize {
    let b = 0.931 + 2.53 * mean.sqrt();
    let a = -0.059 + 0.024_83 * b;
    let inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
    let squeeze = 0.9277 - 3.6224 / (b - 2.0);
    loop {
        let u = open_uniform(generator) - 0.5;
        let v = open_uniform(generator);
        let side = 0.5 - u.abs();
        let number = ((2.0 * a / side + b) * u + mean + 0.43).floor();
        if side >= 0.07 && v <= squeeze {
            return number as usize;
        }
        if number < 0.0 || (side < 0.013 && v > side) {
            continue;
        }
        let proposed = libm::log(v * inverse_alpha / (a / (side * side) + b));
        if proposed <= number * libm::log(mean) - mean - libm::lgamma(number + 1.0) {
            return number as usize;
        }
    }
}

/// A gamma number of this shape (above 0) and scale 1: G. Marsaglia and W. Tsang, "A simple method for generating
/// gamma variables" (2000). Shapes below 1 go by shape + 1 and a power of one more uniform number.
fn gamma(generator: &mut ChaCha8Rng, shape: f64) -> f64 {
    if shape < 1.0 {
        let power = libm::log(open_uniform(generator)) / shape;
        return gamma(generator, shape + 1.0) * libm::exp(power);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let normal = inverse_normal(open_uniform(generator));
        let root = 1.0 + c * normal;
        let uniform = open_uniform(generator);
        if root <= 0.0 {
            continue;
        }
        let v = root * root * root;
        if libm::log(uniform) < 0.5 * normal * normal + d - d * v + d * libm::log(v) {
            return d * v;
        }
    }
}

#[cfg(test)]
mod tests;
