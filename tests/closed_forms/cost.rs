//! What must come out of the bill, and out of the statistics made of bills.

use super::chain::{Begins, OnOff};
use super::law::{SEED, agrees, agrees_in_share, played, situation, situation_at};
use deploysim::montecarlo::{MeanEstimate, MoneyEstimate, Paired, RatioEstimate, StudySize, study};
use deploysim::scenario::Scenario;
use deploysim::units::{Money, SimSpan};
use std::fmt::Write as _;

#[test]
fn a_constant_price_is_paid_in_full_or_never() {
    // 0.80 for ten days is 192, at the bid as below it; a bid a millionth below it never gets anything.
    let parts = r#"
        markets: [(name: "A", spot_unprotected: "0.80")],
        services: [(name: "service")],
        strategies: [
            (name: "above", protection: false, types: [(type: "A", bid: "2")]),
            (name: "at the price", protection: false, types: [(type: "A", bid: "0.80")]),
            (name: "below", protection: false, types: [(type: "A", bid: "0.799999")]),
        ],
    "#;
    let scenario = situation("240h", parts);
    let runs = played(&scenario, 3);
    for strategy in [0, 1] {
        assert_eq!(runs.of(strategy, |run| run.cost().to_f64()), [192.0; 3]);
        assert_eq!(runs.of(strategy, deploysim::sim::Outcome::availability), [1.0; 3]);
        assert_eq!(runs.of(strategy, |run| f64::from(run.launches)), [1.0; 3]);
        assert_eq!(runs.of(strategy, |run| run.first_running_ms as f64), [0.0; 3]);
    }
    assert_eq!(runs.of(2, |run| run.cost().to_f64()), [0.0; 3]);
    assert_eq!(runs.of(2, deploysim::sim::Outcome::availability), [0.0; 3]);
    assert_eq!(runs.of(2, |run| run.first_running_ms as f64), [240.0 * 3_600_000.0; 3]);
    assert_eq!(runs.of(2, |run| f64::from(u8::from(run.never_ran))), [1.0; 3]);
}

/// Hours into a record of two days, and the price from then on. The last row ends the record: its price is never met.
const RECORD: [(f64, &str); 7] = [
    (0.0, "0.31"),
    (0.5, "0.47"),
    (7.25, "0.29"),
    (19.0, "1.20"),
    (20.0, "0.35"),
    (41.75, "0.52"),
    (48.0, "77"),
];

/// The time-weighted mean of [`RECORD`].
fn recorded_mean() -> f64 {
    let pieces = RECORD.iter().zip(&RECORD[1..]);
    pieces.map(|((from, price), (to, _))| (to - from) * price.parse::<f64>().expect("a price")).sum::<f64>()
        / 48.0
}

fn replaying(offset: &str, horizon: &str) -> Scenario {
    let folder = tempfile::tempdir().expect("a folder for a small file");
    let rows = RECORD.iter().fold("time,price\n".to_owned(), |mut rows, (hours, price)| {
        let _ = writeln!(rows, "{},{price}", 1_700_000_000 + (hours * 3_600.0) as i64);
        rows
    });
    std::fs::write(folder.path().join("record.csv"), rows).expect("a folder that was just made");
    let parts = format!(
        r#"
        clocks: [(name: "record", offset: {offset})],
        markets: [(name: "A", spot_unprotected: Replay(clock: "record", file: "record.csv"))],
        services: [(name: "service")],
        strategies: [(name: "spot", protection: false, types: [(type: "A", bid: "99")])],
        "#
    );
    situation_at(&folder.path().join("situation.ron").to_string_lossy(), horizon, &parts)
}

#[test]
fn a_record_replayed_from_anywhere_costs_its_mean() {
    // Every second of a circle is played equally often, whatever the horizon and however often it wraps around.
    for (offset, horizon, hours) in [
        ("Random", "7h", 7.0),
        ("Random", "100h", 100.0),
        ("Blocks(length: \"1d\")", "100h", 100.0),
        ("Blocks(length: \"36h\")", "20h", 20.0),
    ] {
        let cost = played(&replaying(offset, horizon), 16_000).of(0, |run| run.cost().to_f64() / hours);
        agrees(&format!("cost per hour, {offset} for {horizon}"), &cost, recorded_mean());
    }
}

#[test]
fn a_whole_circle_costs_the_same_from_anywhere() {
    for (horizon, hours) in [("48h", 48.0), ("144h", 144.0)] {
        for cost in played(&replaying("Random", horizon), 200).of(0, |run| run.cost().to_f64()) {
            assert!((cost - hours * recorded_mean()).abs() < 1e-9, "{cost}");
        }
    }
}

/// A spot type with jumps and a standard one to fall back to, at two close bids.
fn close_bids() -> Scenario {
    let parts = r#"
        markets: [
            (name: "A", stock: OnOff(on: "48h", off: "4h"), spot_protected: MeanReverting(
                step: "5m", level: "0.35", speed: "0.03", noise: "0.01",
                jump_probability: "0.003", jump_size: "1.5", floor: "0.1", cap: "1.0",
            )),
            (name: "C", standard: "1.00"),
        ],
        services: [(name: "service")],
        strategies: [
            (name: "low", types: [(type: "A", bid: "0.42"), (type: "C")], move_back: WhenAvailable),
            (name: "high", types: [(type: "A", bid: "0.44"), (type: "C")], move_back: WhenAvailable),
        ],
    "#;
    situation("15d", parts)
}

fn costs(scenario: &Scenario, seed: u64, replications: u64) -> Vec<Vec<Money>> {
    let size = StudySize { seed, replications, threads: 2 };
    let samples = study(scenario, size, &mut ()).expect("nothing can stop a study that is kept in memory");
    samples.into_iter().map(|strategy| strategy.cost).collect()
}

/// s² of amounts of money.
fn variance(amounts: &[Money]) -> f64 {
    let estimate = MoneyEstimate::of(amounts).expect("some amounts").mean;
    estimate.standard_error.expect("more than one").powi(2) * amounts.len() as f64
}

#[test]
fn common_random_numbers_pay_for_close_bids() {
    let scenario = close_bids();
    let pairs = costs(&scenario, SEED, 400);
    let paired = Paired::of(&pairs[0], &pairs[1]).expect("some pairs").difference;
    let together = paired.standard_error.expect("many pairs").powi(2) * 400.0;
    let apart = variance(&pairs[0]) + variance(&pairs[1]);
    println!(
        "variance of a difference: {apart:.3} apart, {together:.3} paired, reduced {:.1} times",
        apart / together
    );
    assert!(together < apart, "common random numbers make it worse");
    // In worlds of their own the two strategies differ by the same mean, with the sum of their variances.
    let own = costs(&scenario, SEED + 1, 400);
    let from_own_worlds: Vec<f64> =
        pairs[0].iter().zip(&own[1]).map(|(low, high)| (*low - *high).to_f64()).collect();
    let independent = MeanEstimate::of(&from_own_worlds).expect("some pairs");
    let independent_error = independent.standard_error.expect("many pairs");
    let ratio = independent_error.powi(2) * 400.0 / apart;
    // The correlation of 400 independent pairs has a standard deviation of 1/√400, and moves the ratio as much.
    println!("variance of a difference between own worlds: {ratio:.3} of the sum");
    assert!((ratio - 1.0).abs() < 4.0 / 20.0, "independent worlds are not independent: {ratio}");
    let error = independent_error.hypot(paired.standard_error.expect("many pairs"));
    let z = (independent.mean - paired.mean.to_f64()) / error;
    println!(
        "low bid less high bid: paired {}, own worlds {:.4}, z = {z:+.2}",
        paired.mean, independent.mean
    );
    assert!(z.abs() < 4.0, "pairing moves the mean: {z}");
}

const FIRST: OnOff = OnOff { on: 10.0, off: 4.0 };
const SECOND: OnOff = OnOff { on: 9.0, off: 3.0 };

/// Holding A at 0.72 while it is in stock, with or without B at 0.90 in between: stationary, so the means are exact.
fn with_known_means() -> Scenario {
    let (first, second) = (FIRST.ron(Begins::Stationary), SECOND.ron(Begins::Stationary));
    let parts = format!(
        r#"
        markets: [
            (name: "A", spot_unprotected: "0.72", stock: {first}),
            (name: "B", spot_unprotected: "0.90", stock: {second}),
        ],
        services: [(name: "service")],
        strategies: [
            (name: "one", protection: false, types: [(type: "A", bid: "1")]),
            (
                name: "two", protection: false, move_back: WhenAvailable,
                types: [(type: "A", bid: "1"), (type: "B", bid: "1")],
            ),
        ],
        "#
    );
    situation("100h", &parts)
}

#[test]
fn intervals_of_studies_hold_the_truth_95_times_in_100() {
    const STUDIES: u64 = 600;
    let scenario = with_known_means();
    let (on_first, between) = (100.0 * FIRST.share(), 100.0 * (1.0 - FIRST.share()) * SECOND.share());
    let (cost, difference) = (0.72 * on_first, 0.90 * between);
    let per_hour = (cost + difference) / (on_first + between);
    let holds = |truth: f64, interval: Option<(Money, Money)>| {
        let (low, high) = interval.expect("fifty replications have a spread");
        usize::from((low.to_f64()..=high.to_f64()).contains(&truth))
    };
    let mut hits = [0; 3];
    for seed in 0..STUDIES {
        let size = StudySize { seed: 1_000 + seed, replications: 50, threads: 2 };
        let samples =
            study(&scenario, size, &mut ()).expect("nothing can stop a study that is kept in memory");
        let (one, two) = (&samples[0], &samples[1]);
        let available: Vec<SimSpan> = two.running_ms.iter().map(|ms| SimSpan::from_ms(*ms)).collect();
        hits[0] += holds(cost, MoneyEstimate::of(&one.cost).expect("costs").mean.ci95);
        hits[1] += holds(difference, Paired::of(&two.cost, &one.cost).expect("pairs").difference.ci95);
        hits[2] += holds(per_hour, RatioEstimate::of(&two.cost, &available).expect("hours").ci95);
    }
    for (what, hits) in ["mean cost", "paired difference", "cost per available hour"].into_iter().zip(hits) {
        agrees_in_share(&format!("95 % intervals of the {what}"), hits, STUDIES as usize, 0.95);
    }
}
