use super::*;
use crate::world::stream::stream;
use crate::world::theory::normal_cumulative;
use core::f64::consts::TAU;
use rand::Rng;

/// What the row of these words would be in double precision with library functions.
fn reference(radius_word: u32, angle_word: u32) -> (f64, f64) {
    let u = (f64::from(radius_word >> 1) + 0.5) / f64::from(1_u32 << 31);
    let radius = (-2.0 * libm::log(u)).sqrt();
    let angle = f64::from((angle_word << 1).cast_signed()) / f64::from(1_u32 << 31) * (TAU / 4.0);
    let mirror = if angle_word >> 31 == 1 { -1.0 } else { 1.0 };
    (mirror * radius * libm::cos(angle), radius * libm::sin(angle))
}

fn transformed(radius_word: u32, angle_word: u32) -> (f64, f64) {
    let mut words = [[0; HALF]; 2];
    (words[0][0], words[1][0]) = (radius_word, angle_word);
    let mut normals = [0.0; ROW];
    transform_row(&words, &mut normals);
    (f64::from(normals[0]), f64::from(normals[HALF]))
}

/// Largest absolute error; where the radius is near 0, single precision of u near 1 allows no better than 4e-4.
fn tolerance(radius_word: u32) -> f64 {
    if radius_word > u32::MAX - (1 << 20) {
        4e-4
    } else {
        1.2e-5_f64.min(3e-6 / libm::sqrt(1.0 - f64::from(radius_word) / (u64::from(u32::MAX) + 1) as f64))
    }
}

#[test]
fn agrees_with_double_precision() {
    let mut generator = stream(1, 0, 0, "words");
    let edges = [0, 1, 2, 1 << 30, (1 << 31) - 1, 1 << 31, (1 << 31) + 1, 3 << 30, u32::MAX - 1, u32::MAX];
    let random = core::iter::repeat_with(|| generator.next_u32()).take(40_000);
    let words: Vec<u32> =
        edges.into_iter().chain((0..24).map(|shift| u32::MAX >> shift)).chain(random).collect();
    let mut worst = 0.0_f64;
    for (index, &radius_word) in words.iter().enumerate() {
        let angle_word = words[(index * 7 + 3) % words.len()];
        let ((a, b), (c, d)) = (transformed(radius_word, angle_word), reference(radius_word, angle_word));
        let error = (a - c).abs().max((b - d).abs());
        worst = worst.max(error / tolerance(radius_word));
        assert!(error <= tolerance(radius_word), "{radius_word} {angle_word}: {a} {b}, expected {c} {d}");
    }
    assert!(worst > 0.02, "the tolerance tests nothing: {worst}");
}

#[test]
fn first_draws_are_pinned() {
    let mut normals = [0.0; ROW];
    fill_normals(&mut Words::of(1, 2, 3, "noise"), &mut normals);
    assert_eq!(
        [normals[0].to_bits(), normals[1].to_bits(), normals[HALF].to_bits()],
        [3_197_917_118, 1_061_341_832, 3_220_609_423]
    );
}

#[test]
fn the_layout_does_not_depend_on_how_many_are_asked_for() {
    let mut whole = vec![0.0; 20 * ROW];
    fill_normals(&mut Words::of(5, 0, 0, "noise"), &mut whole);
    let mut parts = vec![0.0; 20 * ROW];
    let mut generator = Words::of(5, 0, 0, "noise");
    let (first, rest) = parts.split_at_mut(3 * ROW);
    fill_normals(&mut generator, first);
    fill_normals(&mut generator, rest);
    assert_eq!(whole, parts);
}

/// How many normals of each test of the law.
const COUNT: usize = 8_000 * ROW;

#[test]
fn tails_are_those_of_the_same_words_in_double_precision() {
    // Seed 3 has 94 draws beyond 4 sigma where 65 are expected. This shows that it is chance in the words, not the
    // transform; 60 other seeds had 3,888 where 3,892 were expected.
    let mut normals = vec![0.0; COUNT];
    fill_normals(&mut Words::of(3, 0, 0, "noise"), &mut normals);
    let mut generator = stream(3, 0, 0, "noise");
    let mut beyond = [[0; 2]; 4];
    for row in normals.chunks(ROW) {
        let words: Vec<u32> = (0..ROW).map(|_| generator.next_u32()).collect();
        for place in 0..HALF {
            let (cosine, sine) = reference(words[place], words[HALF + place]);
            for (counts, sigma) in beyond.iter_mut().zip([2.0, 3.0, 4.0, 4.5]) {
                counts[0] += u32::from(f64::from(row[place].abs()) > sigma);
                counts[0] += u32::from(f64::from(row[HALF + place].abs()) > sigma);
                counts[1] += u32::from(cosine.abs() > sigma) + u32::from(sine.abs() > sigma);
            }
        }
    }
    assert!(beyond.iter().all(|[single, double]| single == double), "{beyond:?}");
}

#[test]
fn follows_the_normal_law() {
    /// Thirty scores are looked at: this is exceeded by one of them in a thousand such tests.
    const SCORE: f64 = 4.2;
    /// Width of a cell and half the number of cells: from −8 to 8.
    const CELLS_PER_UNIT: f64 = 128.0;
    const REACH: f64 = 8.0;
    for seed in 1..=3 {
        let mut normals = vec![0.0; COUNT];
        fill_normals(&mut Words::of(seed, 0, 0, "noise"), &mut normals);
        let count = COUNT as f64;
        let mut cells = vec![0_u32; (2.0 * REACH * CELLS_PER_UNIT) as usize];
        let mut sums = [0.0_f64; 4];
        for &normal in &normals {
            let z = f64::from(normal);
            let square = z * z;
            cells[((z + REACH) * CELLS_PER_UNIT) as usize] += 1;
            for (sum, power) in sums.iter_mut().zip([z, square, square * z, square * square]) {
                *sum += power;
            }
        }
        // Kolmogorov–Smirnov at the cells' edges.
        let (mut below, mut largest) = (0.0, 0.0_f64);
        for (cell, &inside) in cells.iter().enumerate() {
            below += f64::from(inside);
            let edge = (cell + 1) as f64 / CELLS_PER_UNIT - REACH;
            largest = largest.max((below / count - normal_cumulative(edge)).abs());
        }
        assert!(largest * count.sqrt() < 1.95, "seed {seed}: {}", largest * count.sqrt());
        // Moments 1 to 4 are 0, 1, 0, 3 with variances 1, 2, 15, 96.
        for (power, (expected, variance)) in
            [(0.0, 1.0), (1.0, 2.0), (0.0, 15.0), (3.0, 96.0)].into_iter().enumerate()
        {
            let score = (sums[power] / count - expected) / f64::sqrt(variance / count);
            assert!(score.abs() < SCORE, "seed {seed}: moment {} has score {score}", power + 1);
        }
        for sigma in [1.0, 2.0, 3.0, 4.0, 4.5] {
            let beyond = normals.iter().filter(|&&normal| f64::from(normal.abs()) > sigma).count() as f64;
            let expected = 2.0 * count * normal_cumulative(-sigma);
            let score = (beyond - expected) / expected.sqrt();
            assert!(score.abs() < SCORE, "seed {seed}: {beyond} beyond {sigma}, expected {expected}");
        }
    }
}

#[test]
fn the_width_of_the_vectors_does_not_reach_the_bits() {
    let mut generator = Words::of(1, 2, 3, "noise");
    let mut wide = vec![0.0; 64 * ROW];
    fill_normals(&mut generator.clone(), &mut wide);
    // The same rows, compiled for plain x86-64 here.
    for row in wide.as_chunks::<ROW>().0 {
        let mut words = [[0; HALF]; 2];
        for block in &mut words {
            generator.next(block);
        }
        let mut narrow = [0.0; ROW];
        transform_row(&words, &mut narrow);
        assert_eq!(row.map(f32::to_bits), narrow.map(f32::to_bits));
    }
}

/// The share of radius words of which the normal at this angle is at or below `x`. The radius falls as its word rises, so
/// one bisection counts them all.
fn share_at_most(x: f32, cosine: f32) -> f64 {
    let is_below = |word: u32| squared_radius_of(word).sqrt() * cosine <= x;
    let rises_with_the_word = cosine > 0.0;
    // The first word on the other side.
    let (mut low, mut high) = (0_u64, 1_u64 << 32);
    while low < high {
        let middle = u64::midpoint(low, high);
        if is_below(middle as u32) == rises_with_the_word { high = middle } else { low = middle + 1 }
    }
    let below = if rises_with_the_word { (1 << 32) - low } else { low };
    below as f64 / 4_294_967_296.0
}

#[test]
fn the_law_is_normal_to_a_hundred_thousandth_and_nothing_is_sampled() {
    // All radius words at evenly spaced angles: the trapezoidal rule of a smooth periodic function, which is exact far
    // beyond the bound.
    const ANGLES: u64 = 2_048;
    let angles: Vec<(f32, f32)> =
        (0..ANGLES).map(|angle| direction_of(((2 * angle + 1) * (1 << 31) / ANGLES) as u32)).collect();
    let mut worst = 0.0_f64;
    for step in -24_i16..=24 {
        let x = f32::from(step) / 4.0;
        let expected = normal_cumulative(f64::from(x));
        for of in [|angle: &(f32, f32)| angle.0, |angle: &(f32, f32)| angle.1] {
            let share = angles.iter().map(|angle| share_at_most(x, of(angle))).sum::<f64>() / ANGLES as f64;
            worst = worst.max((share - expected).abs());
            assert!((share - expected).abs() < 1e-5, "{share} at {x}, expected {expected}");
        }
    }
    assert!(worst > 0.0, "nothing was compared");
}

#[test]
fn the_radius_never_rises_with_its_word() {
    // Every word around the joints of the mantissa, and a million evenly spaced ones with their neighbours.
    let joints = (1..32).flat_map(|bit| (1_u32 << bit).saturating_sub(64)..=(1 << bit) + 64);
    let spaced = (0..1_000_000_u32).map(|index| index * 4_294);
    for word in joints.chain(spaced).filter(|word| *word < u32::MAX - 1) {
        assert!(squared_radius_of(word) >= squared_radius_of(word + 2), "{word}");
    }
}
