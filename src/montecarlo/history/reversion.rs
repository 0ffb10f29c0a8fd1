//! The mean-reverting process of a record: least squares, a threshold for jumps, then the likelihood.

use super::grid::Grid;
use super::{Doubt, simplex, tidy, tidy_price};
use crate::world::MeanReverting;
use core::f64::consts::{FRAC_1_SQRT_2, PI};

/// A residual beyond so many robust standard deviations is a jump.
const JUMP_SCORE: f64 = 4.0;
/// Jumps that must be seen before they are a part of the process.
const LEAST_JUMPS: usize = 3;
/// The standard deviation of a normal sample in units of its median absolute deviation.
const MAD: f64 = 1.4826;

/// The parameters in the units of the recurrence p′ = p + speed·(level − p) + noise·z + J.
#[derive(Clone, Copy, Debug)]
struct Parameters {
    level: f64,
    speed: f64,
    noise: f64,
    jump_probability: f64,
    /// The largest jump, as a price.
    largest_jump: f64,
}

/// A process and what a reader should know of it.
pub type FoundReversion = (MeanReverting, Vec<Doubt>);

/// Fits a half; the start is its first price. The likelihood's process first, then, if that has jumps, the one that
/// least squares gives without any.
pub fn fit(grid: &Grid) -> Vec<FoundReversion> {
    let plain = least_squares(grid, |_, _| true);
    let mut found = plain;
    find_jumps(grid, &mut found);
    let has_jumps = found.jump_probability > 0.0;
    if has_jumps || grid.floor.is_seen || grid.cap.is_seen {
        found = climb(grid, found);
    }
    let mut all = vec![told(grid, found)];
    if has_jumps {
        all.push(told(grid, plain));
    }
    all
}

/// The parameters as a process, in numbers that are written as they are.
fn told(grid: &Grid, mut found: Parameters) -> FoundReversion {
    let doubts = correct(grid, &mut found);
    let level = tidy_price(found.level).clamp(grid.floor.at, grid.cap.at);
    let process = MeanReverting {
        step: grid.step,
        start: grid.prices.first().copied().unwrap_or(level),
        level,
        speed: tidy(found.speed, 4),
        noise: tidy(found.noise, 4),
        jump_probability: tidy(found.jump_probability, 4),
        jump_size: tidy(found.largest_jump / level, 4),
        floor: grid.floor.at,
        cap: grid.cap.at,
    };
    (process, doubts)
}

/// The line of the transitions that are kept: level, speed and noise.
fn least_squares(grid: &Grid, keep: impl Fn(f64, f64) -> bool) -> Parameters {
    let kept: Vec<(f64, f64)> = grid.transitions().filter(|&(x, y)| keep(x, y)).collect();
    let n = kept.len().max(1) as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| kept.iter().map(of).sum::<f64>() / n;
    let (x_mean, y_mean) = (mean(|pair| pair.0), mean(|pair| pair.1));
    let (mut squares, mut products) = (0.0, 0.0);
    for (x, y) in &kept {
        squares += (x - x_mean) * (x - x_mean);
        products += (x - x_mean) * (y - y_mean);
    }
    let slope = if squares > 0.0 { products / squares } else { 0.0 };
    let speed = (1.0 - slope).clamp(grid.slowest(), 1.0);
    let (low, high) = grid.level_range();
    let level = (x_mean + (y_mean - x_mean) / speed).clamp(low, high);
    let squares: f64 = kept.iter().map(|&(x, y)| (y - x - speed * (level - x)).powi(2)).sum();
    let noise = (squares / n).sqrt();
    Parameters { level, speed, noise, jump_probability: 0.0, largest_jump: 0.0 }
}

/// Finds rises that are no noise. The line and the noise are those of the other steps.
fn find_jumps(grid: &Grid, found: &mut Parameters) {
    // Jumps bend the line that they are measured from: a few rounds settle it.
    for _ in 0..4 {
        let line = *found;
        let residual = move |x: f64, y: f64| y - x - line.speed * (line.level - x);
        let mut residuals: Vec<f64> = grid.transitions().map(|(x, y)| residual(x, y)).collect();
        residuals.sort_by(f64::total_cmp);
        let middle = residuals[residuals.len() / 2];
        let mut off: Vec<f64> = residuals.iter().map(|residual| (residual - middle).abs()).collect();
        off.sort_by(f64::total_cmp);
        let noise = MAD * off[off.len() / 2];
        // A record that mostly stands still has no robust spread.
        let threshold = middle + JUMP_SCORE * if noise > 0.0 { noise } else { line.noise };
        let jumps: Vec<f64> = residuals.iter().copied().filter(|residual| *residual > threshold).collect();
        if jumps.len() < LEAST_JUMPS {
            found.jump_probability = 0.0;
            return;
        }
        *found = least_squares(grid, |x, y| residual(x, y) <= threshold);
        found.jump_probability = jumps.len() as f64 / residuals.len() as f64;
        found.largest_jump = jumps.last().copied().unwrap_or(0.0);
    }
}

/// Climbs the likelihood from where least squares and the threshold got to.
fn climb(grid: &Grid, from: Parameters) -> Parameters {
    let has_jumps = from.jump_probability > 0.0;
    let (low, high) = grid.level_range();
    let width = (high - low).max(1e-9);
    let slowest = grid.slowest();
    let log_share =
        |share: f64| libm::log(share.clamp(1e-6, 1.0 - 1e-6) / (1.0 - share.clamp(1e-6, 1.0 - 1e-6)));
    let share_of = |odds: f64| 1.0 / (1.0 + libm::exp(-odds));
    let mut start =
        vec![(from.level - low) / width, log_share(from.speed), libm::log(from.noise.max(1e-6 * high))];
    let mut steps = vec![0.05, 0.3, 0.2];
    if has_jumps {
        start.extend([log_share(from.jump_probability), libm::log(from.largest_jump)]);
        steps.extend([0.3, 0.1]);
    }
    let read = |place: &[f64]| Parameters {
        level: low + width * place[0].clamp(0.0, 1.0),
        speed: share_of(place[1]).max(slowest),
        noise: libm::exp(place[2]).max(1e-6 * high),
        jump_probability: place.get(3).map_or(0.0, |odds| share_of(*odds)),
        largest_jump: place.get(4).map_or(0.0, |log| libm::exp(*log)),
    };
    let found = simplex::minimum(&start, &steps, |place| {
        let parameters = read(place);
        // Beyond its ends a level changes nothing any more: a slope leads back.
        let beyond = (place[0] - place[0].clamp(0.0, 1.0)).abs();
        // Small jumps would be a second noise.
        let small = (JUMP_SCORE * parameters.noise - parameters.largest_jump).max(0.0) / parameters.noise;
        let small = if has_jumps { small } else { 0.0 };
        100.0 * (beyond + small) * grid.count() as f64 - log_likelihood(grid, &parameters)
    });
    read(&found)
}

/// The logarithm of the density of the half under the process.
fn log_likelihood(grid: &Grid, of: &Parameters) -> f64 {
    let density = |x: f64, y: f64| {
        let score = (y - x - of.speed * (of.level - x)) / of.noise;
        let jump = of.largest_jump / of.noise;
        let p = of.jump_probability;
        if grid.floor.holds(y) {
            let jumped = if p > 0.0 { p * mean_tail(-score, -(score - jump)) } else { 0.0 };
            (1.0 - p) * upper_tail(-score) + jumped
        } else if grid.cap.holds(y) {
            let jumped = if p > 0.0 { p * mean_tail(score - jump, score) } else { 0.0 };
            (1.0 - p) * upper_tail(score) + jumped
        } else {
            let calm = (1.0 - p) * libm::exp(-0.5 * score * score) / (2.0 * PI).sqrt();
            let jumped = if p > 0.0 { p * between(score - jump, score) / jump } else { 0.0 };
            (calm + jumped) / of.noise
        }
    };
    grid.transitions().map(|(x, y)| libm::log(density(x, y).max(1e-300))).sum()
}

/// The probability that a standard normal is above `score`.
pub(super) fn upper_tail(score: f64) -> f64 {
    0.5 * libm::erfc(score * FRAC_1_SQRT_2)
}

/// The probability that a standard normal is between two scores.
fn between(low: f64, high: f64) -> f64 {
    // From the side where the tails are small, so that their difference has digits.
    if low > 0.0 { upper_tail(low) - upper_tail(high) } else { upper_tail(-high) - upper_tail(-low) }
}

/// The mean of the upper tail over scores between `low` and `high`: a jump spreads the score evenly.
fn mean_tail(low: f64, high: f64) -> f64 {
    // ∫ Q = x·Q(x) − φ(x).
    let integral = |x: f64| x * upper_tail(x) - libm::exp(-0.5 * x * x) / (2.0 * PI).sqrt();
    ((integral(high) - integral(low)) / (high - low)).clamp(0.0, 1.0)
}

/// Takes away the bias of short records: the slope of an autoregression on n steps is too low by about (1 + 3·slope)/n
/// (Kendall 1954). The level stays: shifting it so that the mean drift of the half is kept would carry a chance trend on.
fn correct(grid: &Grid, found: &mut Parameters) -> Vec<Doubt> {
    let slope = 1.0 - found.speed;
    let bias = (1.0 + 3.0 * slope) / grid.count() as f64;
    found.speed = (found.speed - bias).clamp(grid.slowest(), 1.0);
    if found.speed <= grid.slowest() { vec![Doubt::HardlyReturns] } else { Vec::new() }
}
