use super::super::traffic::TrafficModel;
use super::*;
use crate::world::theory::assert_counts;
use proptest::prelude::*;

const HOUR: i64 = SimSpan::HOUR.as_ms();
const DAY: i64 = SimSpan::DAY.as_ms();
const WEEK: i64 = SimSpan::WEEK.as_ms();
const MISSING: i64 = i64::MAX;

fn model(horizon: SimSpan) -> WorldModel {
    WorldModel {
        horizon,
        start_time_of_week: SimSpan::from_hours(34),
        utc_offset: SimSpan::from_hours(8),
        prices: vec![],
        stocks: vec![],
        shocks: vec![],
        clocks: vec![],
        traffic: TrafficModel::default(),
    }
}

fn playback(mode: ClockMode, window: (i64, i64), replication: u64, horizon: SimSpan) -> Playback {
    let clock = Clock { name: "records".to_owned(), window_unix_ms: window, mode };
    let mut playback = Playback::default();
    playback.draw(&clock, &model(horizon), 1, replication);
    playback
}

#[test]
fn circular_offsets_are_whole_seconds_evenly_from_the_window() {
    let window = (10 * DAY, 13 * DAY + 500);
    let mut counts = [0_u32; 24];
    for replication in 0..4_800 {
        let mode = ClockMode::Circular { keep_hour_of_week: false };
        let drawn = playback(mode, window, replication, SimSpan::from_days(5));
        let place = drawn.stretches[0].source - window.0;
        assert!(place % 1_000 == 0 && (0..window.1 - window.0).contains(&place));
        counts[(place / (3 * HOUR)) as usize] += 1;
    }
    assert_counts(&counts, |_| 200.0, 23.0);
}

#[test]
fn kept_hours_of_the_week_are_the_scenarios() {
    // 3.9 weeks from some Sunday afternoon: two or three whole weeks after the first matching hour.
    let window = (20_000 * DAY + 77 * HOUR / 2, 20_000 * DAY + 77 * HOUR / 2 + 39 * WEEK / 10);
    let local_hour_of_week = |source: i64| (source / HOUR + 8 + 72).rem_euclid(168);
    let mut counts = [0_u32; 3];
    for replication in 0..900 {
        let mode = ClockMode::Circular { keep_hour_of_week: true };
        let drawn = playback(mode, window, replication, SimSpan::from_days(40));
        let first = drawn.stretches[0].source;
        counts[((first - window.0) / WEEK) as usize] += 1;
        for stretch in &drawn.stretches {
            let hour = (34 + stretch.from.as_ms() / HOUR).rem_euclid(168);
            assert_eq!(local_hour_of_week(stretch.source), hour);
            let length = stretch.to.since(stretch.from).as_ms();
            assert!(stretch.source >= window.0 && stretch.source + length <= window.1);
        }
    }
    assert_counts(&counts, |_| 300.0, 2.0);
}

#[test]
fn blocks_are_independent_places_and_may_keep_the_hour_of_the_week() {
    let window = (20_000 * DAY, 20_000 * DAY + 9 * WEEK);
    let horizon = SimSpan::from_days(400);
    for keep_hour_of_week in [false, true] {
        let mode = ClockMode::Blocks { length: SimSpan::from_days(2), keep_hour_of_week };
        let drawn = playback(mode, window, 0, horizon);
        let mut counts = [0_u32; 8];
        for stretch in drawn.stretches.iter().filter(|stretch| stretch.from.as_ms() % (2 * DAY) == 0) {
            counts[(8 * (stretch.source - window.0) / (9 * WEEK)) as usize] += 1;
            let hour = (34 + stretch.from.as_ms() / HOUR).rem_euclid(168);
            assert!(!keep_hour_of_week || (stretch.source / HOUR + 80).rem_euclid(168) == hour);
        }
        assert_eq!(counts.iter().sum::<u32>(), 200);
        assert_counts(&counts, |_| 25.0, 7.0);
    }
}

#[test]
fn a_fixed_clock_shows_what_is_missing_and_holds_the_last_value() {
    let history = History { times_unix_ms: vec![5_000, 8_000], values: vec![3, 4], end_unix_ms: 9_000 };
    let drawn = playback(ClockMode::Fixed(1_000), (0, 0), 0, SimSpan::from_ms(20_000));
    let mut path = StepPath::constant(0);
    drawn.fill(&history, MISSING, &mut path);
    let at = SimTime::from_ms;
    assert_eq!(path, StepPath::from_changes(&[(at(0), MISSING), (at(4_000), 3), (at(7_000), 4)]));
}

proptest! {
    #[test]
    fn a_replayed_path_reads_the_record_at_its_place(
        gaps in prop::collection::vec((1_i64..5_000, 0_i64..5), 1..60),
        replication in 0_u64..1_000,
        block in prop::option::of(1_i64..30),
    ) {
        let mut time = 0;
        let (times, values): (Vec<i64>, Vec<i64>) =
            gaps.into_iter().map(|(gap, value)| { time += gap; (time, value) }).unzip();
        let window = (0, time + 1_500);
        let history = History { times_unix_ms: times, values, end_unix_ms: time };
        let mode = match block {
            None => ClockMode::Circular { keep_hour_of_week: false },
            Some(seconds) => ClockMode::Blocks { length: SimSpan::from_seconds(seconds), keep_hour_of_week: false },
        };
        let horizon = SimSpan::from_ms(90_000);
        let drawn = playback(mode, window, replication, horizon);
        let mut path = StepPath::constant(0);
        drawn.fill(&history, MISSING, &mut path);
        for ms in (0..horizon.as_ms()).step_by(97) {
            let at = SimTime::from_ms(ms);
            let stretch = drawn.stretches.iter().find(|stretch| stretch.from <= at && at < stretch.to).unwrap();
            let source = stretch.source + at.since(stretch.from).as_ms();
            prop_assert!((window.0..window.1).contains(&source));
            let row = history.times_unix_ms.iter().rposition(|&time| time <= source);
            prop_assert_eq!(path.value_at(at), row.map_or(MISSING, |row| history.values[row]));
        }
        // Without blocks the circle is unbroken: a window's length later the same is shown.
        if block.is_none() {
            for pair in drawn.stretches.windows(2) {
                prop_assert_eq!(pair[1].source, window.0);
            }
        }
    }
}
