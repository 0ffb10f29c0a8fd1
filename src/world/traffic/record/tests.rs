use super::*;
use crate::world::stream::stream;
use crate::world::theory::{assert_counts, assert_mean};
use crate::world::traffic::model::CallFlags;
use proptest::prelude::*;

fn call(at: i64, input_tokens: u32) -> Call {
    Call {
        at: SimTime::from_ms(at),
        input_tokens,
        output_tokens: 9,
        cached_tokens: 1,
        estimated_output_tokens: 44,
        tenant: 99,
        flags: CallFlags::THINKING,
    }
}

/// Two and a half minutes with four calls, two of them at one instant.
fn trace() -> CallTrace {
    CallTrace {
        calls: vec![call(0, 1), call(60_000, 2), call(60_000, 3), call(149_999, 4)],
        length: SimSpan::from_ms(150_000),
    }
}

const TRACE_UNITS: (SimSpan, SimSpan) = (SimSpan::from_ms(1), SimSpan::SECOND);

fn place(playback: Playback, length: i64, units: (SimSpan, SimSpan), replication: u64) -> Stretch {
    Stretch::place(&playback, length, units, &mut stream(6, replication, 1, "offset"))
}

fn fixed(offset: SimSpan, scale: f64, repeat: bool) -> Playback {
    Playback { offset: Offset::Fixed(offset), scale, repeat }
}

/// (milliseconds, input tokens) of the first minutes.
fn played(trace: &CallTrace, playback: Playback, minutes: i64) -> Vec<(i64, u32)> {
    let stretch = place(playback, trace.length.as_ms(), TRACE_UNITS, 0);
    let mut calls = Vec::new();
    for minute in 0..minutes {
        let generator = || {
            let mut generator = stream(6, 0, 1, "calls");
            generator.set_stream(minute.unsigned_abs());
            generator
        };
        let key = (minute, 3);
        push_traced_calls((trace, playback.scale), stretch, key, generator, &mut calls);
    }
    assert!(calls.iter().all(|call| call.tenant == 3 && call.estimated_output_tokens == 44));
    calls.iter().map(|call| (call.at.as_ms(), call.input_tokens)).collect()
}

#[test]
fn a_trace_is_played_from_its_offset_to_its_end() {
    let (start, late) = (SimSpan::ZERO, SimSpan::from_ms(60_000));
    let whole = [(0, 1), (60_000, 2), (60_000, 3), (149_999, 4)];
    assert_eq!(played(&trace(), fixed(start, 1.0, false), 9), whole);
    assert_eq!(played(&trace(), fixed(late, 1.0, false), 9), [(0, 2), (0, 3), (89_999, 4)]);
    // Awkward: an offset a millisecond after two calls, and one at the end.
    assert_eq!(played(&trace(), fixed(SimSpan::from_ms(60_001), 1.0, false), 9), [(89_998, 4)]);
    assert_eq!(played(&trace(), fixed(SimSpan::from_ms(150_000), 1.0, false), 9), []);
}

#[test]
fn a_repeated_trace_goes_on_within_a_minute() {
    let seen = played(&trace(), fixed(SimSpan::from_ms(140_000), 1.0, true), 4);
    let expected = [(9_999, 4), (10_000, 1), (70_000, 2), (70_000, 3), (159_999, 4), (160_000, 1)];
    assert_eq!(seen[..6], expected);
    assert_eq!(seen[6..], [(220_000, 2), (220_000, 3)]);
    // Awkward: a record much shorter than a minute comes several times in it.
    let short = CallTrace { calls: vec![call(5_000, 1)], length: SimSpan::from_ms(25_000) };
    let seen = played(&short, fixed(SimSpan::ZERO, 1.0, true), 2);
    assert_eq!(seen, [(5_000, 1), (30_000, 1), (55_000, 1), (80_000, 1), (105_000, 1)]);
}

#[test]
fn copies_stand_beside_each_other_and_the_broken_one_comes_in_the_mean() {
    let twice = played(&trace(), fixed(SimSpan::ZERO, 2.0, false), 9);
    assert_eq!(twice[2..6], [(60_000, 2), (60_000, 2), (60_000, 3), (60_000, 3)]);
    let calls = (0..20_000).map(|number| call(number * 100, number as u32)).collect();
    let long = CallTrace { calls, length: SimSpan::from_ms(2_000_000) };
    for scale in [0.25, 1.6] {
        let seen = played(&long, fixed(SimSpan::ZERO, scale, false), 40);
        let mut times = vec![0.0; 20_000];
        for (_, number) in seen {
            times[number as usize] += 1.0;
        }
        assert_mean(&times, scale);
        assert!(times.iter().all(|&time| time as i64 == scale as i64 || time as i64 == scale as i64 + 1));
    }
}

#[test]
fn random_offsets_are_even_in_whole_units_and_the_record_is_gone_round_once() {
    let random = Playback { offset: Offset::Random, scale: 1.0, repeat: false };
    let mut seconds = vec![0; 25];
    for replication in 0..5_000 {
        // Awkward: 24.5 seconds have 25 whole seconds in them.
        let stretch = place(random, 24_500, TRACE_UNITS, replication);
        assert!(stretch.start % 1_000 == 0 && stretch.end - stretch.start == 24_500);
        seconds[(stretch.start / 1_000) as usize] += 1;
    }
    assert_counts(&seconds, |_| 200.0, 24.0);
    let minutes =
        (0..200).map(|replication| place(random, 7, (SimSpan::MINUTE, SimSpan::MINUTE), replication).start);
    assert_eq!(minutes.collect::<std::collections::BTreeSet<_>>(), (0..7).collect());
    let mut once: Vec<u32> = played(&trace(), random, 9).into_iter().map(|(_, tokens)| tokens).collect();
    once.sort_unstable();
    assert_eq!(once, [1, 2, 3, 4]);
}

#[test]
fn an_empty_record_has_no_calls() {
    let repeated = fixed(SimSpan::ZERO, 1.0, true);
    assert_eq!(played(&CallTrace::default(), repeated, 3), []);
    let mut sums = RunningSums::default();
    sums.prepare(&MinuteSeries::default());
    let stretch = place(repeated, 0, (SimSpan::MINUTE, SimSpan::MINUTE), 0);
    assert_eq!(sums.totals(stretch, 1.0, 0), ScaledTotals::default());
}

fn series(minutes: &[(u32, u64, u64)]) -> RunningSums {
    let minutes = minutes
        .iter()
        .map(|&(calls, input_tokens, output_tokens)| MinuteTotals { calls, input_tokens, output_tokens })
        .collect();
    let mut sums = RunningSums::default();
    sums.prepare(&MinuteSeries { minutes });
    sums
}

fn totals(calls: usize, input: u64, output: u64) -> ScaledTotals {
    ScaledTotals { calls, input, output }
}

#[test]
fn scaled_minutes_lose_neither_calls_nor_tokens() {
    let sums = series(&[(1, 100, 10), (0, 0, 0), (1, 300, 30), (3, 500, 50)]);
    let stretch = Stretch { start: 0, end: 4 };
    let minutes = |scale| (0..5).map(|minute| sums.totals(stretch, scale, minute)).collect::<Vec<_>>();
    let silent = ScaledTotals::default();
    assert_eq!(minutes(1.0), [totals(1, 100, 10), silent, totals(1, 300, 30), totals(3, 500, 50), silent]);
    // Running sums 1, 1, 2, 5 times 0.4 are 0.4, 0.4, 0.8, 2: no call, none, one, one. The first call of ours brings
    // the tokens of the minute in which none fell.
    assert_eq!(minutes(0.4), [silent, silent, totals(1, 160, 16), totals(1, 200, 20), silent]);
}

#[test]
fn running_sums_go_on_from_round_to_round_and_begin_with_the_scenario() {
    let sums = series(&[(1, 10, 0), (0, 0, 0), (0, 0, 0)]);
    let repeated = Stretch { start: 1, end: i64::MAX };
    // A quarter of a call each third minute is a call each twelfth: rounded up at 2, 6, 10 quarters. Tokens of the
    // round before the scenario's start are not brought along.
    let seen: Vec<(i64, ScaledTotals)> = (0..36)
        .map(|minute| (minute, sums.totals(repeated, 0.25, minute)))
        .filter(|(_, totals)| totals.calls > 0)
        .collect();
    assert_eq!(seen.iter().map(|&(minute, _)| minute).collect::<Vec<_>>(), [2, 14, 26]);
    assert_eq!(seen.iter().map(|(_, totals)| totals.input).collect::<Vec<_>>(), [2, 10, 10]);
}

fn scaled(sizes: &[u32], total: u64) -> Vec<u32> {
    let mut calls: Vec<Call> = sizes.iter().map(|&size| call(0, size)).collect();
    scale_to(total, &mut calls, |call| &mut call.input_tokens);
    calls.iter().map(|call| call.input_tokens).collect()
}

#[test]
fn sizes_keep_their_proportions_when_they_are_scaled() {
    assert_eq!(scaled(&[100, 200, 700], 10), [1, 2, 7]);
    assert_eq!(scaled(&[100, 200, 700], 100_000), [10_000, 20_000, 70_000]);
    // Fewer tokens than calls, none, one call, calls without any tokens.
    assert_eq!(scaled(&[5, 5, 5, 5], 2).iter().sum::<u32>(), 2);
    assert_eq!(scaled(&[5, 6, 7], 0), [0, 0, 0]);
    assert_eq!(scaled(&[17], 4_000_000_000), [4_000_000_000]);
    assert_eq!(scaled(&[0, 0, 0], 6), [2, 2, 2]);
    assert_eq!(scaled(&[3, 0, 0], 7), [7, 0, 0]);
}

proptest! {
    #[test]
    fn scaled_sizes_add_up_exactly_and_each_is_within_a_token_of_its_share(
        sizes in prop::collection::vec(0_u32..200_000, 1..400),
        total in 0_u64..4_000_000_000,
    ) {
        let result = scaled(&sizes, total);
        prop_assert_eq!(result.iter().map(|&size| u64::from(size)).sum::<u64>(), total);
        let sum: u64 = sizes.iter().map(|&size| u64::from(size)).sum();
        if sum > 0 {
            for (size, scaled) in sizes.iter().zip(&result) {
                let share = f64::from(*size) * total as f64 / sum as f64;
                prop_assert!((f64::from(*scaled) - share).abs() <= 1.0 + share * 1e-9);
            }
        }
    }

    #[test]
    fn scaled_series_keep_their_sums_over_any_number_of_rounds(
        minutes in prop::collection::vec((0_u32..50, 0_u64..90_000, 0_u64..9_000), 1..60),
        scale in 0.01_f64..5.0,
        rounds in 1_i64..4,
    ) {
        let sums = series(&minutes);
        let stretch = Stretch { start: 0, end: i64::MAX };
        let length = minutes.len() as i64;
        let drawn: Vec<ScaledTotals> =
            (0..rounds * length).map(|minute| sums.totals(stretch, scale, minute)).collect();
        let whole = |part: fn(&(u32, u64, u64)) -> u64| minutes.iter().map(part).sum::<u64>() as f64;
        let expected = |sum: f64| (sum * rounds as f64 * scale + 0.5).floor();
        let calls = drawn.iter().map(|totals| totals.calls as f64).sum::<f64>();
        prop_assert_eq!(calls as u64, expected(whole(|minute| u64::from(minute.0))) as u64);
        // Tokens after the last call wait for the next one.
        let input = drawn.iter().map(|totals| totals.input as f64).sum::<f64>();
        prop_assert!(input <= expected(whole(|minute| minute.1)));
        if drawn.last().is_some_and(|totals| totals.calls > 0) {
            prop_assert_eq!(input as u64, expected(whole(|minute| minute.1)) as u64);
        }
        prop_assert!(drawn.iter().all(|totals| totals.calls > 0 || totals.input + totals.output == 0));
    }
}
