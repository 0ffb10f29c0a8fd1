//! Gains that theory knows, and intervals that stay honest.

use super::*;
use crate::montecarlo::standins::{holds, normal, repetition};

#[test]
fn a_control_by_hand() {
    // y = 1, 2, 4, 5 on c = 0, 1, 2, 3 of expected value 2: slope 7/5, corrected mean 3 + 1.4 · 0.5 = 3.7.
    let controlled =
        ControlledMean::of(&[1.0, 2.0, 4.0, 5.0], &[0.0, 1.0, 2.0, 3.0], ControlMean::Exact(2.0)).unwrap();
    assert!((controlled.slope - 1.4).abs() < 1e-12 && (controlled.mean - 3.7).abs() < 1e-12);
    // Residuals 0.1, −0.3, 0.3, −0.1: s² = 0.2/2, times 1/4 + 0.25/5.
    assert!((controlled.standard_error - (0.1_f64 * 0.3).sqrt()).abs() < 1e-12);
    // The plain variance of the mean is (10/3)/4.
    assert!((controlled.variance_reduction - 10.0 / 12.0 / 0.03).abs() < 1e-9);
    assert_eq!(ControlledMean::of(&[1.0; 3], &[1.0, 2.0, 3.0], ControlMean::Exact(2.0)), None);
    assert_eq!(ControlledMean::of(&[1.0, 2.0, 3.0, 4.0], &[1.0; 4], ControlMean::Exact(1.0)), None);
}

#[test]
fn controlled_means_cover_95_percent_and_gain_what_the_correlation_promises() {
    // Correlation 0.9: 1/(1 − 0.81) = 5.26 times the replications.
    for (known, error) in [(ControlMean::Exact(10.0), 0.0), (ControlMean::Exact(10.0), 0.2)] {
        let (mut hits, mut gains) = (0, 0.0);
        for index in 0..2_000 {
            let mut rng = repetition(index);
            let known = if error > 0.0 {
                ControlMean::Estimated { mean: 10.0 + error * normal(&mut rng), standard_error: error }
            } else {
                known
            };
            let (values, control): (Vec<f64>, Vec<f64>) = (0..30)
                .map(|_| {
                    let z = normal(&mut rng);
                    let own = (1.0_f64 - 0.81).sqrt() * normal(&mut rng);
                    (100.0 + 5.0 * (0.9 * z + own), 10.0 + 2.0 * z)
                })
                .unzip();
            let controlled = ControlledMean::of(&values, &control, known).unwrap();
            hits += usize::from(holds(controlled.ci95, 100.0));
            gains += controlled.variance_reduction;
        }
        assert!((1_870..=1_930).contains(&hits), "{known:?} ± {error}: {hits} of 2,000");
        let gain = gains / 2_000.0;
        // An uncertain expected value adds (2.25 · 0.2)² to a variance of 25 · 0.19/30.
        let promised = (25.0 / 30.0) / (25.0 * 0.19 / 30.0 + (2.25 * error) * (2.25 * error));
        assert!((gain / promised - 1.0).abs() < 0.12, "± {error}: {gain} of {promised}");
    }
}

#[test]
fn a_control_that_has_nothing_to_do_with_it_gains_nothing() {
    let mut rng = repetition(5);
    let values: Vec<f64> = (0..1_000).map(|_| normal(&mut rng)).collect();
    let control: Vec<f64> = (0..1_000).map(|_| normal(&mut rng)).collect();
    let gain = ControlledMean::of(&values, &control, ControlMean::Exact(0.0)).unwrap().variance_reduction;
    assert!((gain - 1.0).abs() < 0.02, "{gain}");
}

#[test]
fn antithetic_pairs_cover_95_percent_and_gain_what_their_correlation_promises() {
    let (mut hits, mut gains) = (0, 0.0);
    for index in 0..2_000 {
        let mut rng = repetition(index);
        let pairs = (0..50).map(|_| {
            let (z, own, other) = (normal(&mut rng), normal(&mut rng), normal(&mut rng));
            (10.0 + 2.0 * z + own, 10.0 - 2.0 * z + other)
        });
        let pairs = AntitheticPairs::new(pairs.collect());
        hits += usize::from(holds(pairs.mean().unwrap().ci95.unwrap(), 10.0));
        gains += pairs.variance_reduction().unwrap();
    }
    assert!((1_870..=1_930).contains(&hits), "{hits} of 2,000");
    // A variance of 5 against one of 1: the z of a pair cancels. A ratio of estimates is 50/48 too high on average.
    assert!((gains / 2_000.0 - 5.0 * 49.0 / 47.0).abs() < 0.1, "{}", gains / 2_000.0);
}

#[test]
fn pairs_of_two_strategies_are_compared_pair_by_pair() {
    let a = AntitheticPairs::new(vec![(5.0, 1.0), (6.0, 2.0)]);
    let b = AntitheticPairs::new(vec![(4.0, 0.0), (5.0, 1.0)]);
    let difference = a.minus(&b);
    assert_eq!(difference.mean().unwrap().ci95, Some((1.0, 1.0)));
    assert_eq!(difference.variance_reduction(), Some(1.0));
    assert!(AntitheticPairs::default().is_empty() && AntitheticPairs::default().mean().is_none());
    assert_eq!(AntitheticPairs::new(vec![(1.0, 2.0)]).variance_reduction(), None);
}
