use super::super::model::{Call, CallFlags, MinuteTotals};
use super::*;
use crate::units::SimTime;
use std::sync::Arc;

fn flat() -> Intensity {
    Intensity {
        per_minute: 2.0,
        day_profile: vec![],
        week_profile: vec![],
        growth_per_month: 0.0,
        dispersion: 3.0,
        bursts: None,
        idle: None,
    }
}

fn close(value: f64, expected: f64) {
    assert!((value - expected).abs() < 1e-9 * expected.abs().max(1.0), "{value}, expected {expected}");
}

fn calls(instants: &[i64]) -> Vec<Call> {
    let call = |&at: &i64| Call {
        at: SimTime::from_ms(at),
        input_tokens: 1,
        output_tokens: 1,
        cached_tokens: 0,
        estimated_output_tokens: 0,
        tenant: 0,
        flags: CallFlags::NONE,
    };
    instants.iter().map(call).collect()
}

#[test]
fn scheduled_and_spaced_calls_are_counted() {
    let scheduled = Arrivals::Scheduled(calls(&[0, 59_999, 60_000, 90_000]).into());
    close(expected_of(&scheduled, SimSpan::MINUTE), 2.0);
    close(expected_of(&Arrivals::Constant { per_minute: 2.5 }, SimSpan::from_days(1)), 3_600.0);
}

#[test]
fn an_intensity_counts_with_the_mean_of_its_factors() {
    let week = SimSpan::from_days(7);
    let by_chance = |intensity: &Intensity| expected_of(&Arrivals::Stochastic(intensity.clone()), week);
    close(by_chance(&flat()), 20_160.0);
    let week_profile = vec![1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0];
    let profiled = Intensity { day_profile: vec![0.5, 2.5], week_profile, ..flat() };
    close(by_chance(&profiled), 20_160.0 * 1.5 * 5.0 / 7.0);
    let spells = |factor| {
        Some(Spells { between_mean: SimSpan::from_hours(9), length_mean: SimSpan::from_hours(3), factor })
    };
    let bursting = Intensity { bursts: spells(5.0), idle: spells(0.0), ..flat() };
    close(by_chance(&bursting), 20_160.0 * 2.0 * 0.75);
    // Doubling in 30 days: the mean of 2^t for t in [0, 1] is 1/ln 2.
    let doubling = Arrivals::Stochastic(Intensity { growth_per_month: 1.0, ..flat() });
    close(expected_of(&doubling, SimSpan::from_days(30)), 86_400.0 / core::f64::consts::LN_2);
}

#[test]
fn a_trace_counts_from_its_offset_as_often_as_it_comes() {
    let trace = Arc::new(CallTrace { calls: calls(&[0, 10_000, 20_000]), length: SimSpan::from_ms(30_000) });
    let expected = |offset, repeat, seconds| {
        let playback = Playback { offset, scale: 1.5, repeat };
        let arrivals = Arrivals::Trace { trace: trace.clone(), playback };
        expected_of(&arrivals, SimSpan::from_seconds(seconds))
    };
    let late = Offset::Fixed(SimSpan::from_seconds(10));
    close(expected(late, false, 3_600), 3.0);
    close(expected(late, true, 60), 9.0);
    // From second 10 to second 51 of the circle: 10, 20, 30, 40, 50.
    close(expected(late, true, 41), 7.5);
    close(expected(Offset::Random, false, 3_600), 4.5);
    close(expected(Offset::Random, true, 45), 6.75);
    close(expected(Offset::Random, false, 15), 2.25);
}

#[test]
fn a_series_counts_parts_of_minutes() {
    let minute = |calls| MinuteTotals { calls, input_tokens: 0, output_tokens: 0 };
    let series = Arc::new(MinuteSeries { minutes: vec![minute(4), minute(10), minute(6)] });
    let expected = |repeat, seconds| {
        let playback = Playback { offset: Offset::Fixed(SimSpan::MINUTE), scale: 0.5, repeat };
        let arrivals = Arrivals::Minutes { series: series.clone(), playback };
        expected_of(&arrivals, SimSpan::from_seconds(seconds))
    };
    close(expected(false, 600), 8.0);
    close(expected(true, 600), 0.5 * 70.0);
    close(expected(false, 90), 0.5 * 13.0);
}
