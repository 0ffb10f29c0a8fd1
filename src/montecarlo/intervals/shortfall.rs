//! The empirical likelihood of a mean of which most terms are zero: excesses over a threshold.

use crate::montecarlo::estimate::student_t_975;

/// The fewest replications that carry an interval of the dearest twentieth: five values in the tail.
pub const REPLICATIONS_FOR_CVAR95_INTERVAL: usize = 100;

/// Halvings of the bracket around a bound: beyond what a float tells apart.
const HALVINGS: usize = 60;

/// Bounds of the mean of the tail above the threshold, from its excesses (none negative, at least two) among `n` values.
///
/// The weights that maximise the likelihood under a mean μ are in proportion to 1/(1 + θy): one number θ walks through
/// all μ, upwards for θ < 0, and the likelihood falls on either side of θ = 0. So each bound is one search for a θ.
pub(super) fn interval(excesses: &[f64], n: usize) -> (f64, f64) {
    let largest = excesses.iter().copied().fold(0.0, f64::max);
    if largest <= 0.0 {
        return (0.0, 0.0);
    }
    let scaled: Vec<f64> = excesses.iter().map(|excess| excess / largest).collect();
    let profile = Profile { tail: &scaled, n: n as f64 };
    let limit = student_t_975(scaled.len() - 1).powi(2);
    let mut far = 1.0;
    while profile.statistic(far) < limit {
        far *= 2.0;
    }
    let below = crossing(0.0, far, |theta| profile.statistic(theta) < limit);
    // Towards −1 the largest excess takes all the weight.
    let above = crossing(0.0, -1.0, |theta| profile.statistic(theta) < limit);
    let bound = |theta: f64| largest * profile.mean(theta) * profile.n / scaled.len() as f64;
    (bound(below), bound(above))
}

/// Where `holds` ends between a point where it does and one where it does not: the last at which it does.
fn crossing(mut holding: f64, mut failing: f64, holds: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(holding, failing);
        if holds(middle) {
            holding = middle;
        } else {
            failing = middle;
        }
    }
    holding
}

struct Profile<'a> {
    /// Excesses in (0, 1], or 0 at the threshold.
    tail: &'a [f64],
    n: f64,
}

impl Profile<'_> {
    /// Σ 1/(1 + θy) over all values; below the threshold y is 0.
    fn weights(&self, theta: f64) -> f64 {
        let body = self.n - self.tail.len() as f64;
        body + self.tail.iter().map(|y| 1.0 / (1.0 + theta * y)).sum::<f64>()
    }

    /// The mean of all excesses under the weights of θ.
    fn mean(&self, theta: f64) -> f64 {
        self.tail.iter().map(|y| y / (1.0 + theta * y)).sum::<f64>() / self.weights(theta)
    }

    /// −2 log of the likelihood ratio at θ > −1.
    fn statistic(&self, theta: f64) -> f64 {
        let logs: f64 = self.tail.iter().map(|y| libm::log1p(theta * y)).sum();
        2.0 * (self.n * libm::log(self.weights(theta) / self.n) + logs)
    }
}
