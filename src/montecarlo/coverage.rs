//! How often 95 % intervals hold the truth, over 1,000 repetitions and more on stand-ins.
//!
//! The table of `benches/README.md` comes from
//! `cargo test --lib coverage_table -- --ignored --nocapture`.

use super::standins::{StandIn, holds, repetition};
use super::{MeanEstimate, cvar95_interval, quantile_interval};
use rayon::prelude::*;

/// An interval of some figure of a sample, and the figure's true value.
struct Kind {
    name: &'static str,
    interval: fn(&[f64]) -> Option<(f64, f64)>,
    truth: fn(StandIn) -> f64,
}

const KINDS: [Kind; 5] = [
    Kind { name: "mean", interval: |values| MeanEstimate::of(values)?.ci95, truth: StandIn::mean },
    Kind {
        name: "p50",
        interval: |values| quantile_interval(values, 500),
        truth: |stand_in| stand_in.quantile(500),
    },
    Kind {
        name: "p95",
        interval: |values| quantile_interval(values, 950),
        truth: |stand_in| stand_in.quantile(950),
    },
    Kind {
        name: "p99",
        interval: |values| quantile_interval(values, 990),
        truth: |stand_in| stand_in.quantile(990),
    },
    Kind { name: "cvar95", interval: cvar95_interval, truth: StandIn::cvar95 },
];

/// The share of repetitions whose interval of `n` values holds the truth; none where there is no interval.
fn coverage(kind: &Kind, stand_in: StandIn, n: usize, repetitions: u64) -> Option<f64> {
    let truth = (kind.truth)(stand_in);
    let one = |index: u64| {
        let values = stand_in.sample(&mut repetition(index), n);
        (kind.interval)(&values).map(|interval| usize::from(holds(interval, truth)))
    };
    let hits: Option<usize> = (0..repetitions).into_par_iter().map(one).sum();
    hits.map(|hits| hits as f64 / repetitions as f64)
}

#[test]
fn intervals_cover_95_percent_from_moderate_samples_on() {
    // From where the table says that each holds; 1,000 repetitions have a standard error of 0.7 points.
    for (kind, n) in KINDS.iter().zip([200, 100, 400, 1_600, 400]) {
        for stand_in in [StandIn::Normal, StandIn::Exponential] {
            let covered = coverage(kind, stand_in, n, 1_000).expect("enough values for an interval");
            let name = stand_in.name();
            assert!((0.93..=0.97).contains(&covered), "{} of {n} from {name}: {covered}", kind.name);
        }
    }
}

#[test]
#[ignore = "minutes; prints the table of benches/README.md"]
fn coverage_table() {
    let sizes = [50, 100, 200, 400, 1_000, 2_000, 5_000];
    println!("| interval of | values from | {} |", sizes.map(|n| n.to_string()).join(" | "));
    println!("|---|---|{}", "---|".repeat(sizes.len()));
    for kind in &KINDS {
        for stand_in in StandIn::ALL {
            let cell = |n| {
                let covered = coverage(kind, stand_in, n, 10_000);
                covered.map_or_else(|| "–".to_owned(), |share| format!("{:.1}", 100.0 * share))
            };
            println!("| {} | {} | {} |", kind.name, stand_in.name(), sizes.map(cell).join(" | "));
        }
    }
}
