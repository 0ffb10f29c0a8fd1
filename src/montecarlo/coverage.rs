//! How often 95 % intervals hold the truth, over 1,000 repetitions and more on stand-ins.
//!
//! The tables of `benches/README.md` come from
//! `cargo test --release --lib coverage_table -- --ignored --nocapture --test-threads 1`.

use super::standins::{StandIn, holds, repetition};
use super::{
    AntitheticPairs, ControlMean, ControlledMean, Look, MeanEstimate, Precision, bootstrap, cvar95,
    cvar95_interval, quantile, quantile_interval,
};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// An interval of some figure of a sample, and the figure's true value.
struct Kind {
    name: &'static str,
    value: fn(&[f64]) -> Option<f64>,
    interval: fn(&[f64]) -> Option<(f64, f64)>,
    truth: fn(StandIn) -> f64,
}

const KINDS: [Kind; 5] = [
    Kind {
        name: "mean",
        value: |values| Some(MeanEstimate::of(values)?.mean),
        interval: |values| MeanEstimate::of(values)?.ci95,
        truth: StandIn::mean,
    },
    Kind {
        name: "p50",
        value: |values| quantile(values, 500),
        interval: |values| quantile_interval(values, 500),
        truth: |stand_in| stand_in.quantile(500),
    },
    Kind {
        name: "p95",
        value: |values| quantile(values, 950),
        interval: |values| quantile_interval(values, 950),
        truth: |stand_in| stand_in.quantile(950),
    },
    Kind {
        name: "p99",
        value: |values| quantile(values, 990),
        interval: |values| quantile_interval(values, 990),
        truth: |stand_in| stand_in.quantile(990),
    },
    Kind { name: "cvar95", value: cvar95, interval: cvar95_interval, truth: StandIn::cvar95 },
];

/// An interval from several things of each of n replications, and the true value.
struct Joint {
    name: &'static str,
    interval: fn(StandIn, &mut ChaCha8Rng, usize) -> Option<(f64, f64)>,
    truth: fn(StandIn) -> f64,
}

const RESAMPLES: usize = 399;

const JOINT: [Joint; 3] = [
    Joint {
        // Where a cost meets one that grows by 11 units of the mean with a unit of price, a tenth of it by luck.
        name: "break-even, bootstrap",
        interval: |stand_in, rng, n| {
            let worlds: Vec<(f64, f64)> =
                (0..n).map(|_| (stand_in.draw(rng), 10.0 * stand_in.mean() + stand_in.draw(rng))).collect();
            let crossing = |drawn: &[usize]| {
                let add = |(a, b): (f64, f64), world: &usize| (a + worlds[*world].0, b + worlds[*world].1);
                let (cost, slope) = drawn.iter().fold((0.0, 0.0), add);
                Some(cost / slope)
            };
            bootstrap(n, RESAMPLES, 1, crossing).interval
        },
        truth: |_| 1.0 / 11.0,
    },
    Joint {
        name: "mean with a control",
        interval: |stand_in, rng, n| {
            let control = stand_in.sample(rng, n);
            let values: Vec<f64> = control.iter().map(|control| control + 0.5 * stand_in.draw(rng)).collect();
            Some(ControlledMean::of(&values, &control, ControlMean::Exact(stand_in.mean()))?.ci95)
        },
        truth: |stand_in| 1.5 * stand_in.mean(),
    },
    Joint {
        name: "mean of antithetic pairs",
        interval: |stand_in, rng, n| {
            AntitheticPairs::new((0..n).map(|_| stand_in.draw_pair(rng)).collect()).mean()?.ci95
        },
        truth: StandIn::mean,
    },
];

/// The share of repetitions whose interval from `n` replications (or pairs) holds the truth.
fn joint_coverage(kind: &Joint, stand_in: StandIn, n: usize, repetitions: u64) -> f64 {
    let truth = (kind.truth)(stand_in);
    let hits = (0..repetitions)
        .into_par_iter()
        .filter(|index| {
            let interval = (kind.interval)(stand_in, &mut repetition(*index), n);
            holds(interval.expect("enough replications for an interval"), truth)
        })
        .count();
    hits as f64 / repetitions as f64
}

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

/// The share of studies that stop at a precision and hold the truth then, and how many replications they took on average.
fn coverage_when_stopped(kind: &Kind, stand_in: StandIn, relative: f64, repetitions: u64) -> (f64, f64) {
    let truth = (kind.truth)(stand_in);
    let rule = Precision::new(relative, 1_000_000).expect("a share");
    let one = |index: u64| {
        let mut rng = repetition(index);
        let mut values = stand_in.sample(&mut rng, rule.first());
        loop {
            let interval = (kind.interval)(&values);
            match rule.look(values.len(), (kind.value)(&values).expect("values"), interval) {
                Look::Continue { until } => {
                    values.extend((values.len()..until).map(|_| stand_in.draw(&mut rng)));
                }
                Look::Reached => {
                    let held = holds(interval.expect("an interval that was narrow enough"), truth);
                    return (usize::from(held), values.len());
                }
                Look::OutOfReplications => panic!("a million were not enough for {}", kind.name),
            }
        }
    };
    let sums = (0..repetitions).into_par_iter().map(one).reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    (sums.0 as f64 / repetitions as f64, sums.1 as f64 / repetitions as f64)
}

#[test]
fn a_study_that_stops_when_precise_covers_95_percent_too() {
    // An exponential takes about 1,540 replications to ± 5 % of its mean: between two looks.
    let (covered, size) = coverage_when_stopped(&KINDS[0], StandIn::Exponential, 0.05, 1_000);
    assert!((0.93..=0.97).contains(&covered), "{covered} of studies of {size}");
    assert!((1_500.0..1_900.0).contains(&size), "{size}");
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
fn intervals_from_several_figures_cover_95_percent_too() {
    for kind in &JOINT {
        let covered = joint_coverage(kind, StandIn::Lognormal(0.5), 200, 1_000);
        assert!((0.93..=0.97).contains(&covered), "{}: {covered}", kind.name);
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

#[test]
#[ignore = "minutes; prints a table of benches/README.md"]
fn coverage_table_of_several_figures() {
    let sizes = [50, 100, 200, 400, 1_000];
    println!("| interval of | replications from | {} |", sizes.map(|n| n.to_string()).join(" | "));
    println!("|---|---|{}", "---|".repeat(sizes.len()));
    for kind in &JOINT {
        for stand_in in StandIn::ALL {
            let cell = |n| format!("{:.1}", 100.0 * joint_coverage(kind, stand_in, n, 10_000));
            println!("| {} | {} | {} |", kind.name, stand_in.name(), sizes.map(cell).join(" | "));
        }
    }
}

#[test]
#[ignore = "minutes; prints a table of benches/README.md"]
fn coverage_table_of_stopping() {
    println!("| interval of | precision | {} |", StandIn::ALL.map(StandIn::name).join(" | "));
    println!("|---|---|{}", "---|".repeat(StandIn::ALL.len()));
    for kind in &KINDS {
        for relative in [0.02, 0.05] {
            let cell = |stand_in| {
                let (covered, size) = coverage_when_stopped(kind, stand_in, relative, 2_000);
                format!("{:.1} ({size:.0})", 100.0 * covered)
            };
            println!("| {} | {} % | {} |", kind.name, 100.0 * relative, StandIn::ALL.map(cell).join(" | "));
        }
    }
}
