//! Curves whose lowest point is known.

use super::*;
use crate::montecarlo::standins::{normal, repetition};
use std::convert::Infallible;

/// A curve seen in 200 worlds: each shifts the whole curve by `common` and every point by `own` of its own.
fn seen(
    curve: fn(f64) -> f64,
    (common, own): (f64, f64),
    luck: u64,
) -> impl FnMut(f64) -> Result<Vec<f64>, Infallible> {
    let mut rng = repetition(luck);
    let shifts: Vec<f64> = (0..200).map(|_| common * normal(&mut rng)).collect();
    move |at| Ok(shifts.iter().map(|shift| curve(at) + shift + own * normal(&mut rng)).collect())
}

fn valley(at: f64) -> f64 {
    100.0 + (at - 3.7) * (at - 3.7)
}

#[test]
fn common_luck_does_not_blur_the_lowest_point() {
    let found = bracket_minimum((0.0, 10.0), 0.01, seen(valley, (50.0, 0.0), 1)).unwrap();
    assert_eq!((found.end, found.has_several_valleys), (BracketEnd::Resolution, false));
    assert!(found.low <= 3.7 && 3.7 <= found.high && found.high - found.low <= 0.01, "{found:?}");
    assert!((found.best - 3.7).abs() < 0.01 && found.trials.len() < 40);
}

#[test]
fn it_stops_where_points_are_no_longer_told_apart_and_holds_the_lowest_95_times_in_100() {
    let mut held = 0;
    for luck in 0..300 {
        let found = bracket_minimum((0.0, 10.0), 1e-3, seen(valley, (50.0, 2.0), luck)).unwrap();
        assert_eq!(found.end, BracketEnd::Indistinguishable);
        // Own noise of 2 in 200 worlds: two points differ by ± 0.2, and the valley rises by that within half a unit.
        assert!(found.high - found.low < 6.0, "{found:?}");
        held += usize::from(found.low <= 3.7 && 3.7 <= found.high);
    }
    assert!(held >= 280, "{held} of 300");
}

#[test]
fn an_end_of_the_range_may_be_the_answer() {
    let found = bracket_minimum((2.0, 4.0), 0.1, seen(|at| at, (9.0, 0.0), 1)).unwrap();
    assert!(found.best.total_cmp(&2.0).is_eq() && found.low.total_cmp(&2.0).is_eq(), "{found:?}");
    let found = bracket_minimum((2.0, 4.0), 0.1, seen(|at| -at, (9.0, 0.0), 1)).unwrap();
    assert!(found.best.total_cmp(&4.0).is_eq() && found.high.total_cmp(&4.0).is_eq(), "{found:?}");
}

#[test]
fn a_flat_curve_ends_at_once() {
    let found = bracket_minimum((0.0, 1.0), 0.1, seen(|_| 5.0, (9.0, 0.0), 1)).unwrap();
    assert_eq!((found.end, found.trials.len()), (BracketEnd::Indistinguishable, 5));
    assert!(found.best.abs() < f64::EPSILON, "of equal points the first: {found:?}");
}

#[test]
fn a_curve_with_two_valleys_is_noticed_where_it_shows() {
    let waves = |at: f64| -((at - 5.0) * (at - 5.0)).min(9.0);
    let found = bracket_minimum((0.0, 10.0), 0.5, seen(waves, (1.0, 0.0), 1)).unwrap();
    assert!(found.has_several_valleys);
}

#[test]
fn what_goes_wrong_ends_the_search() {
    assert_eq!(bracket_minimum((0.0, 1.0), 0.1, |_| Err("no such scenario")), Err("no such scenario"));
}
