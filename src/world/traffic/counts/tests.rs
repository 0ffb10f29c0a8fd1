use super::*;
use crate::world::stream::stream;
use crate::world::theory::{SCORE, assert_counts, assert_mean};

/// Numbers of many minutes, each with a stream of its own as in traffic.
fn draw_many(minutes: u64, mean: f64, dispersion: f64) -> Vec<usize> {
    let mut generator = stream(5, 0, 1, "calls");
    let minute = |minute| {
        generator.set_word_pos(0);
        generator.set_stream(minute);
        draw_count(&mut generator, mean, dispersion)
    };
    (0..minutes).map(minute).collect()
}

/// Numbers of as many minutes by blocks, among minutes of other means.
fn draw_many_in_blocks(minutes: u64, mean: f64, dispersion: f64) -> Vec<usize> {
    let (mut all, mut counts) = (Vec::new(), [77; BLOCK_MINUTES]);
    let mut means = [mean; BLOCK_MINUTES];
    (means[4], means[5], means[11]) = (0.0, 2.0, 20.0);
    let mut generator = stream(5, 0, 2, "calls");
    for block in 0..minutes.div_ceil(13) {
        generator.set_word_pos(0);
        generator.set_stream(block);
        draw_counts(&mut generator, &means, dispersion, &mut counts);
        assert_eq!(counts[4], 0);
        let own = (0..BLOCK_MINUTES).filter(|minute| ![4, 5, 11].contains(minute));
        all.extend(own.map(|minute| counts[minute] as usize));
    }
    all.truncate(minutes as usize);
    all
}

/// The law by its recursion, independent of how it is drawn: Poisson or negative binomial.
fn law(mean: f64, dispersion: f64, cells: usize) -> Vec<f64> {
    let excess = dispersion - 1.0;
    let probability = |number: f64| {
        if excess == 0.0 {
            return libm::exp(number * libm::log(mean) - mean - libm::lgamma(number + 1.0));
        }
        let shape = mean / excess;
        let choices = libm::lgamma(number + shape) - libm::lgamma(shape) - libm::lgamma(number + 1.0);
        let (log_stop, log_go) = (-libm::log(dispersion), libm::log(excess / dispersion));
        libm::exp(choices + shape * log_stop + number * log_go)
    };
    (0..cells).map(|number| probability(number as f64)).collect()
}

/// Chi-square over all numbers that are expected at least ten times; the rest of each side is one cell.
fn assert_follows_law(mean: f64, dispersion: f64) {
    let minutes = 40_000;
    let law = law(mean, dispersion, 4_000);
    let enough = |probability: &f64| probability * minutes as f64 >= 10.0;
    let first = law.iter().position(enough).unwrap();
    let last = law.iter().rposition(enough).unwrap();
    let (cells, below) = (last - first + 2, law[..first].iter().sum::<f64>());
    let mut expected: Vec<f64> = law[first..=last].to_vec();
    expected[0] += below;
    expected.push(1.0 - expected.iter().sum::<f64>());
    for numbers in [draw_many(minutes, mean, dispersion), draw_many_in_blocks(minutes, mean, dispersion)] {
        let mut counts = vec![0; cells];
        for number in numbers {
            counts[number.clamp(first, last + 1) - first] += 1;
        }
        assert_counts(&counts, |cell| expected[cell] * minutes as f64, cells as f64 - 1.0);
    }
}

#[test]
fn numbers_follow_poisson_by_inversion_and_by_rejection() {
    for mean in [0.3, 5.0, 9.9, 10.0, 37.5, 400.0] {
        assert_follows_law(mean, 1.0);
    }
}

#[test]
fn numbers_follow_the_negative_binomial_with_and_without_a_gamma_factor() {
    // The last two have shapes below and above 1 with the factor drawn.
    for (mean, dispersion) in [(0.5, 1.5), (5.0, 3.0), (4.0, 40.0), (12.0, 25.0), (60.0, 4.0)] {
        assert_follows_law(mean, dispersion);
    }
}

#[test]
fn mean_and_variance_are_right_from_a_thousandth_to_two_hundred_thousand() {
    for (mean, dispersion) in [
        (0.001, 1.0),
        (0.001, 2.0),
        (1.0, 1.0),
        (9.99, 5.0),
        (250.0, 1.2),
        (200_000.0, 1.0),
        (200_000.0, 900.0),
    ] {
        let minutes = if mean < 0.1 { 400_000 } else { 40_000 };
        let numbers: Vec<f64> =
            draw_many(minutes, mean, dispersion).into_iter().map(|number| number as f64).collect();
        assert_mean(&numbers, mean);
        let squares: Vec<f64> = numbers.iter().map(|number| (number - mean).powi(2)).collect();
        assert_mean(&squares, mean * dispersion);
    }
}

#[test]
fn a_silent_minute_takes_no_luck_and_a_nearly_silent_one_ends() {
    let mut generator = stream(5, 0, 1, "calls");
    assert_eq!(draw_count(&mut generator, 0.0, 7.0), 0);
    assert_eq!(generator.get_word_pos(), 0);
    // Awkward: a tenant whose growth has shrunk it to almost nothing, and a gamma factor that underflows.
    assert_eq!(draw_count(&mut generator, 1e-300, 1.0), 0);
    assert!((0..2_000).any(|_| draw_count(&mut generator, 11.0, 1e6) == 0));
}

#[test]
fn gamma_factors_have_the_mean_and_variance_of_their_shape() {
    let mut generator = stream(5, 0, 2, "calls");
    for shape in [0.05, 0.7, 1.0, 30.0] {
        let draws: Vec<f64> = (0..40_000).map(|_| gamma(&mut generator, shape)).collect();
        assert_mean(&draws, shape);
        let squares: Vec<f64> = draws.iter().map(|draw| (draw - shape).powi(2)).collect();
        let count = squares.len() as f64;
        let variance = squares.iter().sum::<f64>() / count;
        // Fourth central moment of a gamma number: 3·shape² + 6·shape.
        let spread = ((3.0 * shape * shape + 6.0 * shape - shape * shape) / count).sqrt();
        assert!(((variance - shape) / spread).abs() < SCORE, "{shape}: {variance}");
    }
}

#[test]
fn minutes_of_a_block_are_independent_of_each_other() {
    let numbers = draw_many_in_blocks(39_000, 5.0, 1.0);
    let products = |apart: usize| -> f64 {
        numbers
            .iter()
            .zip(&numbers[apart..])
            .map(|(&one, &other)| (one as f64 - 5.0) * (other as f64 - 5.0))
            .sum()
    };
    for apart in [1, 2, 13] {
        let score = products(apart) / (25.0 * numbers.len() as f64).sqrt();
        assert!(score.abs() < SCORE, "{apart} apart: {score}");
    }
}

#[test]
fn a_number_does_not_depend_on_its_neighbours_means() {
    let drawn = |means: [f64; BLOCK_MINUTES]| {
        let mut counts = [0; BLOCK_MINUTES];
        draw_counts(&mut stream(5, 0, 3, "calls"), &means, 1.0, &mut counts);
        counts
    };
    let alike = drawn([6.0; BLOCK_MINUTES]);
    let mut means = [6.0; BLOCK_MINUTES];
    (means[0], means[7], means[8]) = (1.0, 3.0, 0.0);
    let mixed = drawn(means);
    for minute in (0..BLOCK_MINUTES).filter(|minute| ![0, 7, 8].contains(minute)) {
        assert_eq!(alike[minute], mixed[minute]);
    }
    // More luck is more calls, whatever the mean: each minute keeps its own uniform number.
    assert!(mixed[0] <= alike[0] && mixed[7] <= alike[7] && mixed[8] == 0);
}
