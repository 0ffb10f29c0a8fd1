//! Tests of samples against theory. Seeds are fixed, so a test that passes cannot fail by chance later; the
//! thresholds are those of a probability of one in a thousand.

/// Two-sided normal score that chance exceeds once in a thousand.
pub(super) const SCORE: f64 = 3.29;

/// √n times the largest distance between the sample's distribution and `cumulative` (Kolmogorov–Smirnov).
pub(super) fn distance(sample: &mut [f64], cumulative: impl Fn(f64) -> f64) -> f64 {
    sample.sort_by(f64::total_cmp);
    let count = sample.len() as f64;
    let mut largest = 0.0_f64;
    for (rank, &value) in sample.iter().enumerate() {
        let expected = cumulative(value);
        largest = largest.max(expected - rank as f64 / count).max((rank + 1) as f64 / count - expected);
    }
    largest * count.sqrt()
}

/// Fails if the sample does not follow `cumulative`: chance exceeds 1.95 once in a thousand.
pub(super) fn assert_follows(sample: &mut [f64], cumulative: impl Fn(f64) -> f64) {
    let distance = distance(sample, cumulative);
    assert!(distance < 1.95, "Kolmogorov-Smirnov distance {distance} of {} draws", sample.len());
}

/// Fails if the mean of independent draws is not `expected`, by the draws' own variance.
pub(super) fn assert_mean(sample: &[f64], expected: f64) {
    let count = sample.len() as f64;
    let mean = sample.iter().sum::<f64>() / count;
    let variance = sample.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (count - 1.0);
    let score = (mean - expected) / (variance / count).sqrt();
    assert!(score.abs() < SCORE, "mean {mean}, expected {expected}, score {score}");
}

/// Fails if counts do not follow the expected ones, by the chi-square score in its normal approximation
/// (Wilson–Hilferty); `free` degrees of freedom.
pub(super) fn assert_counts(counts: &[u32], expected: impl Fn(usize) -> f64, free: f64) {
    let chi_square: f64 = counts
        .iter()
        .enumerate()
        .map(|(cell, &count)| (f64::from(count) - expected(cell)).powi(2) / expected(cell))
        .sum();
    let spread = 2.0 / (9.0 * free);
    let score = ((chi_square / free).cbrt() - (1.0 - spread)) / spread.sqrt();
    assert!(score < 3.09, "chi-square {chi_square} with {free} degrees of freedom");
}

/// The standard normal distribution function.
pub(super) fn normal_cumulative(x: f64) -> f64 {
    0.5 * libm::erfc(-x * core::f64::consts::FRAC_1_SQRT_2)
}

/// The distribution function of an exponential with this mean.
pub(super) fn exponential_cumulative(mean: f64) -> impl Fn(f64) -> f64 {
    move |x| -libm::expm1(-x / mean)
}
