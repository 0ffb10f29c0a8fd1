//! Fits of records that were drawn from known processes.

use super::*;
use crate::world::traffic::TrafficModel;
use crate::world::{PriceId, PriceSeries, Regime, WorldModel};

/// A record of so many days that a process drew.
fn drawn(process: PriceProcess, days: i64, seed: u64) -> Record {
    let horizon = SimSpan::from_days(days);
    let model = WorldModel {
        horizon,
        start_time_of_week: SimSpan::ZERO,
        utc_offset: SimSpan::ZERO,
        prices: vec![PriceSeries { name: "A/spot_protected".to_owned(), process, shocks: vec![] }],
        stocks: vec![],
        shocks: vec![],
        clocks: vec![],
        traffic: TrafficModel::default(),
    };
    let world = model.draw(seed, 0);
    let pieces: Vec<_> = world.price(PriceId(0)).segments(SimTime::ZERO, SimTime::ZERO + horizon).collect();
    // A civil start, as records have.
    let start = 1_700_000_000_000;
    let history = History {
        times_unix_ms: pieces.iter().map(|piece| start + piece.from.as_ms()).collect(),
        values: pieces.iter().map(|piece| piece.value).collect(),
        end_unix_ms: start + horizon.as_ms(),
    };
    Record::of(&history).expect("a record")
}

fn record_of(rows: &[(i64, &str)], hours: i64) -> Record {
    let ms = |hours: i64| hours * 3_600_000;
    let history = History {
        times_unix_ms: rows.iter().map(|row| ms(row.0)).collect(),
        values: rows.iter().map(|row| UnitPrice::parse(row.1).expect("a price").as_nano()).collect(),
        end_unix_ms: ms(hours),
    };
    Record::of(&history).expect("a record")
}

fn order(record: &Record) -> FitOrder {
    let bid = |per_mille| record.quantile(SimTime::ZERO, record.end(), per_mille);
    FitOrder { bids: vec![bid(250), bid(500), bid(900)], standard: None, worlds: 200, seed: 1 }
}

fn reversion(step: &str, level: f64, speed: f64, noise: f64, jumps: (f64, f64)) -> MeanReverting {
    MeanReverting {
        step: step.parse().expect("a span"),
        start: level,
        level,
        speed,
        noise,
        jump_probability: jumps.0,
        jump_size: jumps.1,
        floor: level * 0.1,
        cap: level * 10.0,
    }
}

fn reverting(fitted: &Fitted) -> MeanReverting {
    let PriceProcess::MeanReverting(process) = &fitted.process else { panic!("the kind is known") };
    *process
}

fn switching(fitted: &Fitted) -> TwoRegime {
    let PriceProcess::TwoRegime(process) = &fitted.process else { panic!("the kind is known") };
    *process
}

/// `found` differs from `known` by at most this share of it.
fn near(what: &str, found: f64, known: f64, share: f64) {
    assert!((found - known).abs() <= share * known, "{what}: {found} instead of {known}");
}

/// What may be off, as a share of the parameter: about three standard errors of a half of that length.
struct Tolerance {
    level: f64,
    speed: f64,
    noise: f64,
    jumps: f64,
}

#[test]
fn mean_reverting_parameters_are_recovered() {
    // Process, days of record (the half of them is fitted), tolerance.
    #[rustfmt::skip]
    let known = [
        (reversion("5m", 0.8, 0.05, 0.02, (0.0, 0.0)), 60, Tolerance { level: 0.02, speed: 0.20, noise: 0.03, jumps: 0.0 }),
        (reversion("5m", 0.35, 0.03, 0.01, (0.002, 1.5)), 60, Tolerance { level: 0.05, speed: 0.10, noise: 0.03, jumps: 0.60 }),
        (reversion("6h", 0.165, 0.1, 0.002, (0.0, 0.0)), 1_500, Tolerance { level: 0.01, speed: 0.25, noise: 0.04, jumps: 0.0 }),
        (reversion("1h", 2.4, 0.3, 0.2, (0.02, 2.0)), 400, Tolerance { level: 0.02, speed: 0.05, noise: 0.04, jumps: 0.30 }),
        (reversion("10m", 1.0, 0.02, 0.01, (0.01, 0.5)), 120, Tolerance { level: 0.03, speed: 0.10, noise: 0.03, jumps: 0.30 }),
    ];
    for (number, (process, days, tolerance)) in known.into_iter().enumerate() {
        let record = drawn(PriceProcess::MeanReverting(process), days, number as u64);
        let fit = fit(&record, &order(&record)).expect("it moves");
        assert_eq!((fit.step.step, fit.step.source), (process.step, StepSource::Grid), "{number}");
        let fitted = fit.reversion.expect("it moves");
        let found = reverting(&fitted);
        near("level", found.level, process.level, tolerance.level);
        near("speed", found.speed, process.speed, tolerance.speed);
        near("noise", found.noise, process.noise, tolerance.noise);
        near("jump probability", found.jump_probability, process.jump_probability, tolerance.jumps);
        near("jump size", found.jump_size, process.jump_size, tolerance.jumps / 3.0);
        assert_ne!(fitted.goodness.verdict(), Verdict::DoesNotFit, "{number}");
        assert!(fitted.doubts.is_empty(), "{number}");
    }
}

#[test]
fn two_regime_parameters_are_recovered() {
    let regime =
        |level, speed, noise, hours| Regime { level, speed, noise, holding_mean: SimSpan::from_hours(hours) };
    let two = |step: &str, calm, tight| TwoRegime {
        step: step.parse().expect("a span"),
        start: None,
        calm,
        tight,
        initial: Initial::Stationary,
        floor: 0.05,
        cap: 5.0,
    };
    // Process, days of record (the half of them is fitted), tolerance of holding times.
    let known = [
        (two("5m", regime(0.35, 0.05, 0.01, 48), regime(0.9, 0.05, 0.03, 12)), 240, 0.3),
        (two("1h", regime(0.2, 0.3, 0.005, 72), regime(0.6, 0.3, 0.03, 24)), 600, 0.3),
        (two("10m", regime(0.5, 0.02, 0.004, 96), regime(0.8, 0.1, 0.02, 30)), 400, 0.3),
        (two("6h", regime(0.16, 0.2, 0.002, 480), regime(0.2, 0.2, 0.004, 240)), 3_000, 0.4),
    ];
    for (number, (process, days, holding)) in known.into_iter().enumerate() {
        let record = drawn(PriceProcess::TwoRegime(process), days, number as u64);
        let fit = fit(&record, &order(&record)).expect("it moves");
        let fitted = fit.regimes.expect("two regimes");
        let other = fit.reversion.expect("it moves");
        let found = switching(&fitted);
        assert_eq!(found.step, process.step, "{number}");
        for (found, known) in [(found.calm, process.calm), (found.tight, process.tight)] {
            near("level", found.level, known.level, 0.02);
            near("speed", found.speed, known.speed, 0.1);
            near("noise", found.noise, known.noise, 0.05);
            let hours = |span: SimSpan| span.as_ms() as f64 / 3.6e6;
            near("holding", hours(found.holding_mean), hours(known.holding_mean), holding);
        }
        // The right kind is like the record, the wrong one is not, and the distance says which is which.
        assert_eq!(fitted.goodness.verdict(), Verdict::Fits, "{number}");
        assert_eq!(other.goodness.verdict(), Verdict::DoesNotFit, "{number}");
        assert!(other.goodness.distance > 3.0 * fitted.goodness.distance, "{number}");
    }
}

#[test]
fn a_price_that_switches_between_two_values_has_a_short_step_and_no_noise() {
    let regime =
        |level, hours| Regime { level, speed: 1.0, noise: 0.0, holding_mean: SimSpan::from_hours(hours) };
    let process = TwoRegime {
        step: SimSpan::from_minutes(10),
        start: None,
        calm: regime(0.5, 20),
        tight: regime(0.8, 5),
        initial: Initial::Stationary,
        floor: 0.05,
        cap: 5.0,
    };
    let record = drawn(PriceProcess::TwoRegime(process), 400, 3);
    let fit = fit(&record, &order(&record)).expect("it moves");
    assert!(matches!(fit.step.source, StepSource::Switching(_)), "{:?}", fit.step);
    let fitted = fit.regimes.expect("two regimes");
    let found = switching(&fitted);
    assert_eq!((found.calm.level, found.tight.level), (0.5, 0.8));
    near("calm", found.calm.holding_mean.as_ms() as f64, process.calm.holding_mean.as_ms() as f64, 0.25);
    near("tight", found.tight.holding_mean.as_ms() as f64, process.tight.holding_mean.as_ms() as f64, 0.25);
    assert_ne!(fitted.goodness.verdict(), Verdict::DoesNotFit);
}

#[test]
fn most_records_of_a_process_are_like_worlds_of_its_fit() {
    // Four steps a day for a hundred days: short and slow, as real records are.
    let process = reversion("6h", 0.165, 0.05, 0.002, (0.0, 0.0));
    let (mut right, mut differ) = (0, 0);
    for seed in 0..20 {
        let record = drawn(PriceProcess::MeanReverting(process), 100, seed);
        let fit = fit(&record, &order(&record)).expect("it moves");
        assert_eq!(fit.step.step, SimSpan::from_hours(6));
        right += usize::from(fit.reversion.expect("it moves").goodness.verdict() != Verdict::DoesNotFit);
        differ += usize::from(!fit.halves_differ.is_empty());
    }
    assert!(right >= 14, "{right} of 20");
    assert!(differ <= 3, "{differ} of 20");
}

#[test]
fn halves_that_no_stationary_process_has_are_named() {
    // The same noise twice, but around another level after the middle.
    let half = |level, seed| {
        drawn(PriceProcess::MeanReverting(reversion("6h", level, 0.3, 0.01, (0.0, 0.0))), 100, seed)
    };
    let (first, second) = (half(0.4, 1), half(0.6, 2));
    let mut rows: Vec<(i64, i64)> = Vec::new();
    for (record, offset) in [(&first, 0), (&second, first.length.as_ms())] {
        let pieces = record.path.segments(SimTime::ZERO, record.end());
        rows.extend(pieces.map(|piece| (piece.from.as_ms() + offset, piece.value)));
    }
    let history = History {
        times_unix_ms: rows.iter().map(|row| row.0).collect(),
        values: rows.iter().map(|row| row.1).collect(),
        end_unix_ms: 2 * first.length.as_ms(),
    };
    let record = Record::of(&history).expect("a record");
    let fit = fit(&record, &order(&record)).expect("it moves");
    assert_eq!(fit.reversion.expect("it moves").goodness.verdict(), Verdict::DoesNotFit);
    let named = fit.halves_differ.first().expect("the halves differ");
    assert!(named.shares[0] > named.shares[1] + 0.4, "{named:?}");
}

#[test]
fn what_cannot_be_fitted_is_said() {
    let fits = |rows: &[(i64, &str)], hours| {
        let record = record_of(rows, hours);
        fit(&record, &order(&record)).map(|_| ()).map_err(|why| why.to_string())
    };
    let never = "the price never changes: write it as a number";
    assert_eq!(fits(&[(0, "0.42")], 100), Err(never.to_owned()));
    let few = "its first half changes the price once, and a fit needs 6: replay the record, or write it as a `Schedule`";
    assert_eq!(fits(&[(0, "0.42"), (40, "0.50")], 100), Err(few.to_owned()));
    // The second half does not help: the fit does not see it.
    let late: Vec<(i64, &str)> = (0..20).map(|n| (60 + n, if n % 2 == 0 { "0.4" } else { "0.5" })).collect();
    assert!(fits(&[&[(0, "0.42")], late.as_slice()].concat(), 100).is_err());
    assert!(fits(&[(0, "0.42"), (1, "0"), (2, "0.3")], 100).is_err_and(|why| why.contains("a price of 0")));
    // No length, no record.
    let single = History { times_unix_ms: vec![5], values: vec![1], end_unix_ms: 5 };
    assert!(Record::of(&single).is_none());
}

#[test]
fn a_bound_that_is_seen_is_taken_and_corrected_for() {
    // A floor just below the level: a third of the prices stand at it.
    let process = MeanReverting { floor: 0.38, ..reversion("1h", 0.4, 0.2, 0.03, (0.0, 0.0)) };
    let record = drawn(PriceProcess::MeanReverting(process), 300, 4);
    let fit = fit(&record, &order(&record)).expect("it moves");
    let found = reverting(&fit.reversion.expect("it moves"));
    assert!((found.floor - 0.38).abs() < 1e-12, "{found:?}");
    near("level", found.level, 0.4, 0.03);
    near("speed", found.speed, 0.2, 0.15);
    near("noise", found.noise, 0.03, 0.06);
}

#[test]
fn a_description_holds_what_was_put_in() {
    let record = record_of(&[(0, "0.40"), (6, "0.80"), (12, "0.40"), (18, "1.00"), (20, "0.40")], 24);
    let standard = History {
        times_unix_ms: vec![0],
        values: vec![UnitPrice::parse("0.80").expect("a price").as_nano()],
        end_unix_ms: 24 * 3_600_000,
    };
    let bid = UnitPrice::parse("0.80").expect("a price");
    let of = describe(&record, Some(&standard), &[bid]);
    assert_eq!((of.changes, of.changes_per_day), (4, 4.0));
    let gaps = of.gaps.expect("several changes");
    assert_eq!((gaps.p50, gaps.most), (SimSpan::from_hours(6), SimSpan::from_hours(6)));
    assert_eq!(
        (of.least.to_string(), of.median.to_string(), of.most.to_string()),
        ("0.40".into(), "0.40".into(), "1.00".into())
    );
    // (16 h × 0.4 + 6 h × 0.8 + 2 h × 1.0) ÷ 24 h.
    assert!((of.mean - 13.2 / 24.0).abs() < 1e-12, "{}", of.mean);
    let above: Vec<(i64, f64, SimSpan)> =
        of.above_standard.iter().map(|above| (above.percent, above.share * 24.0, above.longest)).collect();
    // 0.80 is not above 100 % of 0.80, and 0.40 is not above 50 % of it.
    let hours = SimSpan::from_hours;
    assert_eq!(above, [(50, 8.0, hours(6)), (70, 8.0, hours(6)), (100, 2.0, hours(2))]);
    assert_eq!((of.bids[0].crossings_per_day, of.bids[0].above.count), (1.0, 1));
    assert_eq!(of.longest_lull, None);
}
