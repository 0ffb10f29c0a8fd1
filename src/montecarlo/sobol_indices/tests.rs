//! The Ishigami function, whose indices are known in closed form.

use super::*;
use crate::montecarlo::standins::{holds, normal, repetition};
use core::f64::consts::PI;

/// sin x₁ + 7 sin² x₂ + 0.1 x₃⁴ sin x₁ for x in (−π, π)³ (Ishigami and Homma 1990).
fn ishigami(unit: &[f64]) -> f64 {
    let x: Vec<f64> = unit.iter().map(|u| PI * (2.0 * u - 1.0)).collect();
    let (first, second) = (libm::sin(x[0]), libm::sin(x[1]));
    first + 7.0 * second * second + 0.1 * x[2].powi(4) * first
}

/// First-order and total indices and the variance, from V₁ = (1 + bπ⁴/5)²/2, V₂ = a²/8, V₁₃ = b²π⁸(1/18 − 1/50).
fn closed_form() -> ([f64; 3], [f64; 3], f64) {
    let (a, b) = (7.0_f64, 0.1_f64);
    let v1 = (1.0 + b * PI.powi(4) / 5.0).powi(2) / 2.0;
    let v2 = a * a / 8.0;
    let v13 = b * b * PI.powi(8) * (1.0 / 18.0 - 1.0 / 50.0);
    let all = v1 + v2 + v13;
    ([v1 / all, v2 / all, 0.0], [(v1 + v13) / all, v2 / all, v13 / all], all)
}

fn sure(mean: f64) -> Evaluation {
    Evaluation { mean, standard_error: 0.0 }
}

#[test]
fn the_closed_form_of_ishigami_comes_out() {
    let (first, total, variance) = closed_form();
    // Published to four digits (Saltelli et al. 2008, table 4.2 in the same constants).
    assert!(
        (first[0] - 0.3139).abs() < 1e-4
            && (first[1] - 0.4424).abs() < 1e-4
            && (total[2] - 0.2437).abs() < 1e-4
    );
    let design = SobolDesign::new(3, 4_096, 1).unwrap();
    let values: Vec<Evaluation> = design.points().iter().map(|point| sure(ishigami(point))).collect();
    let indices = design.indices(&values).unwrap();
    for (input, index) in indices.inputs.iter().enumerate() {
        assert!((index.first - first[input]).abs() < 0.02, "first of {input}: {index:?}");
        assert!((index.total - total[input]).abs() < 0.01, "total of {input}: {index:?}");
        assert!(
            holds(index.first_ci95.unwrap(), first[input]) && holds(index.total_ci95.unwrap(), total[input])
        );
    }
    assert!((indices.mean - 3.5).abs() < 0.01 && (indices.variance / variance - 1.0).abs() < 0.01);
    assert!(indices.noise_share.abs() < f64::EPSILON);
}

/// Of how many intervals of the six indices, over so many scramblings, how many hold the closed form; first order, total.
fn held(rows: usize, scramblings: u64) -> (usize, usize, usize) {
    let (first, total, _) = closed_form();
    let (mut held_first, mut held_total) = (0, 0);
    for seed in 0..scramblings {
        let design = SobolDesign::new(3, rows, seed).unwrap();
        let values: Vec<Evaluation> = design.points().iter().map(|point| sure(ishigami(point))).collect();
        for (input, index) in design.indices(&values).unwrap().inputs.iter().enumerate() {
            held_first += usize::from(holds(index.first_ci95.unwrap(), first[input]));
            held_total += usize::from(holds(index.total_ci95.unwrap(), total[input]));
        }
    }
    (held_first, held_total, 3 * scramblings as usize)
}

#[test]
fn intervals_hold_the_closed_form_95_times_in_100() {
    // 600 intervals, six of a design tied to each other.
    let (first, total, asked) = held(256, 100);
    let share = (first + total) as f64 / (2 * asked) as f64;
    assert!((0.925..=0.975).contains(&share), "{first} and {total} of {asked}");
}

#[test]
#[ignore = "a minute; prints a table of benches/README.md"]
fn coverage_table_of_indices() {
    println!("| rows | first order | total |\n|---|---|---|");
    for rows in [128, 256, 512, 1_024, 4_096] {
        let (first, total, asked) = held(rows, 1_000);
        let share = |held: usize| 100.0 * held as f64 / asked as f64;
        println!("| {rows} | {:.1} | {:.1} |", share(first), share(total));
    }
}

#[test]
fn luck_that_all_evaluations_share_is_in_no_index() {
    // A hundred common worlds, each shifting every evaluation alike, and a little noise of each evaluation's own.
    let design = SobolDesign::new(3, 1_024, 1).unwrap();
    let mut rng = repetition(1);
    let shift = 5.0 * normal(&mut rng);
    let noisy = |mean: f64| Evaluation { mean, standard_error: 0.5 };
    let plain: Vec<Evaluation> = design.points().iter().map(|point| noisy(ishigami(point))).collect();
    let shifted: Vec<Evaluation> = plain.iter().map(|value| noisy(value.mean + shift)).collect();
    let (plain, shifted) = (design.indices(&plain).unwrap(), design.indices(&shifted).unwrap());
    for (a, b) in plain.inputs.iter().zip(&shifted.inputs) {
        assert!((a.first - b.first).abs() < 1e-9 && (a.total - b.total).abs() < 1e-9);
    }
    // 0.25 of a variance of 13.8.
    assert!((plain.noise_share - 0.0181).abs() < 5e-4, "{}", plain.noise_share);
}

#[test]
fn what_only_one_scrambling_shows_has_no_interval() {
    let design = SobolDesign::new(1, 128, 1).unwrap();
    let mut values = [sure(5.0); 384];
    values[0] = sure(6.0);
    let index = design.indices(&values).unwrap().inputs[0];
    assert_eq!((index.first_ci95, index.total_ci95), (None, None));
    assert!(index.total > 0.0);
}

#[test]
fn designs_out_of_range_are_refused_in_words() {
    assert!(SobolDesign::new(0, 128, 1).unwrap_err().to_string().contains("not of 0"));
    assert!(SobolDesign::new(33, 128, 1).unwrap_err().to_string().contains("1 to 32"));
    assert!(SobolDesign::new(3, 100, 1).unwrap_err().to_string().contains("not 100"));
}
