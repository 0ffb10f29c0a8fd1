//! Whole traffics: what no part can promise alone.

use super::*;
use crate::units::{SimSpan, SimTime};
use crate::world::theory::SCORE;
use std::sync::Arc;

const DAY: SimSpan = SimSpan::DAY;

fn sizes() -> CallSizes {
    CallSizes {
        input: Lengths::LogNormal { median: 900.0, sigma: 1.1, most: 131_072 },
        output: Lengths::Histogram(Arc::new([LengthBin { from: 50, to: 400, weight: 1.0 }])),
        cached_share: 0.3,
        thinking_share: 0.2,
        web_search_share: 0.1,
    }
}

fn tenant(name: &str, arrivals: Arrivals) -> Tenant {
    Tenant { name: name.to_owned(), arrivals, sizes: sizes() }
}

fn by_chance(name: &str, per_minute: f64) -> Tenant {
    let spells =
        |factor| Some(Spells { between_mean: SimSpan::from_hours(3), length_mean: SimSpan::HOUR, factor });
    let intensity = Intensity {
        per_minute,
        day_profile: (1..=24).map(f64::from).collect(),
        week_profile: vec![],
        growth_per_month: 0.1,
        dispersion: 2.0,
        bursts: spells(3.0),
        idle: spells(0.25),
    };
    tenant(name, Arrivals::Stochastic(intensity))
}

fn call(at: i64) -> Call {
    Call {
        at: SimTime::from_ms(at),
        input_tokens: 5,
        output_tokens: 6,
        cached_tokens: 2,
        estimated_output_tokens: 7,
        tenant: 12,
        flags: CallFlags::WEB_SEARCH,
    }
}

/// One of everything.
fn full_model() -> TrafficModel {
    let random = |scale| Playback { offset: Offset::Random, scale, repeat: true };
    let calls = (0..500).map(|number| call(number * number % 977 + number * 1_000)).collect();
    let trace = Arc::new(CallTrace { calls, length: SimSpan::from_seconds(600) });
    let totals = |minute: u32| MinuteTotals {
        calls: minute * 7 % 90,
        input_tokens: u64::from(minute * 7 % 90) * 811,
        output_tokens: u64::from(minute * 7 % 90) / 3,
    };
    let series = Arc::new(MinuteSeries { minutes: (0..300).map(totals).collect() });
    TrafficModel {
        tenants: vec![
            tenant("spaced", Arrivals::Constant { per_minute: 2.5 }),
            by_chance("app", 0.5),
            tenant("log", Arrivals::Trace { trace, playback: random(1.3) }),
            tenant("meter", Arrivals::Minutes { series, playback: random(0.8) }),
            tenant("cases", Arrivals::Scheduled(Arc::new([call(12_000), call(12_000), call(3_000_000)]))),
        ],
    }
}

fn draw(model: &TrafficModel, replication: u64) -> Traffic {
    let mut traffic = Traffic::default();
    traffic.draw(model, 11, replication, DAY, SimSpan::from_hours(31));
    traffic
}

fn minute(traffic: &Traffic, model: &TrafficModel, minute: i64) -> Vec<Call> {
    let mut calls = vec![call(77)];
    traffic.minute(model, minute, &mut calls);
    calls
}

#[test]
fn minutes_may_be_asked_for_in_any_order_and_by_any_copy() {
    let model = full_model();
    let traffic = draw(&model, 0);
    let forward: Vec<Vec<Call>> = (0..200).map(|number| minute(&traffic, &model, number)).collect();
    let copy = traffic.clone();
    for number in (0..200).rev() {
        assert_eq!(minute(&copy, &model, number), forward[number as usize]);
    }
    // Other replications and seeds have other calls.
    assert_ne!(minute(&draw(&model, 1), &model, 5), forward[5]);
}

#[test]
fn calls_are_in_order_of_time_and_then_of_tenants_within_their_minute() {
    let model = full_model();
    let traffic = draw(&model, 0);
    let (mut seen, mut equal) = ([0; 5], 0);
    for number in 0..600 {
        let calls = minute(&traffic, &model, number);
        assert!(calls.is_sorted_by_key(|call| (call.at, call.tenant)));
        let within = number * 60_000..(number + 1) * 60_000;
        assert!(calls.iter().all(|call| within.contains(&call.at.as_ms())));
        assert!(calls.iter().all(|call| call.cached_tokens <= call.input_tokens));
        for call in &calls {
            seen[usize::from(call.tenant)] += 1;
        }
        equal += calls.windows(2).filter(|pair| pair[0].at == pair[1].at).count();
    }
    assert!(seen.iter().all(|&calls| calls > 1) && equal > 100, "{seen:?} {equal}");
    assert_eq!((seen[0], seen[4]), (1_500, 3));
}

/// A unit of minutes as the simulation gets it.
fn unit(traffic: &Traffic, model: &TrafficModel, first_minute: i64) -> Vec<Call> {
    let mut calls = vec![call(77)];
    traffic.minutes(model, first_minute, &mut calls);
    calls
}

/// More calls than are kept: what is asked for is drawn.
fn crowded_model() -> TrafficModel {
    let mut model = full_model();
    model.tenants.push(by_chance("crowd", 60.0));
    model.tenants.push(tenant("machine", Arrivals::Constant { per_minute: 400.0 }));
    model
}

#[test]
fn minutes_out_of_a_block_are_the_block_whatever_the_order() {
    let model = crowded_model();
    let traffic = draw(&model, 0);
    assert!(traffic.kept().is_none() && traffic.unit_minutes() == 16);
    for first in [0, 48, 16, 1_424] {
        let whole = unit(&traffic, &model, first);
        let mut minutes: Vec<Vec<Call>> =
            (0..16).rev().map(|number| minute(&traffic, &model, first + number)).collect();
        minutes.reverse();
        assert_eq!(minutes.concat(), whole);
        assert_eq!(unit(&traffic.clone(), &model, first), whole);
        assert!(whole.is_sorted_by_key(|call| (call.at, call.tenant)));
    }
    // Before the start there is nobody.
    assert!(unit(&traffic, &model, -16).is_empty());
}

#[test]
#[should_panic(expected = "begin at a multiple")]
fn a_block_is_asked_for_from_its_beginning() {
    let model = full_model();
    unit(&draw(&model, 0), &model, 8);
}

#[test]
fn kept_calls_are_those_that_would_be_drawn() {
    let model = full_model();
    let traffic = draw(&model, 0);
    let kept = traffic.kept().expect("a day of few calls");
    let drawn: Vec<Call> = (0..1_440).step_by(16).flat_map(|first| unit(&traffic, &model, first)).collect();
    assert!(kept == drawn && kept.len() > 10_000);
    // Beyond what is kept a minute is drawn for whoever asks.
    assert_eq!([minute(&traffic, &model, 1_440), minute(&traffic, &model, 1_441)].concat(), {
        let until = SimTime::ZERO + SimSpan::from_minutes(1_442);
        let next = unit(&traffic, &model, 1_440);
        next.into_iter().filter(|call| call.at < until).collect::<Vec<_>>()
    });
}

#[test]
fn a_block_that_the_horizon_cuts_is_the_block_of_a_longer_run() {
    // Spells are drawn up to the horizon: without them, so that only the blocks differ.
    let steady = |name: &str, per_minute| {
        let intensity = Intensity { per_minute, ..flat_intensity() };
        tenant(name, Arrivals::Stochastic(intensity))
    };
    let model = TrafficModel { tenants: vec![steady("app", 3.0), steady("crowd", 300.0)] };
    let drawn_until = |horizon| {
        let mut traffic = Traffic::default();
        traffic.draw(&model, 11, 0, horizon, SimSpan::ZERO);
        traffic
    };
    // Seven minutes and a half into the second block.
    let (short, long) = (drawn_until(SimSpan::from_ms(23 * 60_000 + 30_000)), drawn_until(DAY));
    assert_eq!(
        short.kept().map(<[Call]>::len),
        Some(unit(&long, &model, 0).len() + unit(&long, &model, 16).len())
    );
    for number in 0..40 {
        assert_eq!(minute(&short, &model, number), minute(&long, &model, number), "minute {number}");
    }
}

fn flat_intensity() -> Intensity {
    Intensity {
        per_minute: 1.0,
        day_profile: vec![],
        week_profile: vec![],
        growth_per_month: 0.0,
        dispersion: 1.0,
        bursts: None,
        idle: None,
    }
}

#[test]
fn blocks_count_from_a_start_that_is_not_on_a_whole_minute() {
    // Calls only in the first half of each hour, from 00:17:24.5 on: minutes begin at 24.5 seconds of the civil ones,
    // and each looks at the profile where it begins.
    let day_profile: Vec<f64> = (0..48).map(|half| if half % 2 == 0 { 8.0 } else { 0.0 }).collect();
    let arrivals = Arrivals::Stochastic(Intensity { day_profile, ..flat_intensity() });
    let model = TrafficModel { tenants: vec![tenant("app", arrivals)] };
    let mut traffic = Traffic::default();
    let start = SimSpan::from_ms(17 * 60_000 + 24_500);
    traffic.draw(&model, 11, 0, DAY, start);
    let mut loud = 0;
    for number in 0..1_440 {
        let begins = (start.as_ms() + number * 60_000) % 3_600_000;
        let calls = minute(&traffic, &model, number);
        assert!(calls.is_empty() || begins < 1_800_000, "minute {number}");
        assert!(calls.iter().all(|call| call.at.as_ms() / 60_000 == number));
        loud += calls.len();
    }
    assert!(((loud as f64 - 5_760.0) / 5_760.0_f64.sqrt()).abs() < SCORE, "{loud}");
}

#[test]
fn only_who_calls_seldom_at_its_highest_is_drawn_by_blocks() {
    let unit_of = |per_minute: f64, day_profile: Vec<f64>| {
        let arrivals = Arrivals::Stochastic(Intensity { per_minute, day_profile, ..flat_intensity() });
        let model = TrafficModel { tenants: vec![tenant("app", arrivals)] };
        draw(&model, 0).unit_minutes()
    };
    assert_eq!((unit_of(64.0, vec![]), unit_of(64.1, vec![])), (16, 1));
    assert_eq!((unit_of(1.0, vec![0.5, 64.0]), unit_of(1.0, vec![0.5, 65.0])), (16, 1));
}

#[test]
fn one_more_tenant_moves_no_other() {
    let model = full_model();
    let mut tenants = vec![by_chance("newcomer", 30.0)];
    tenants.extend(model.tenants.clone());
    tenants.insert(3, tenant("second", Arrivals::Constant { per_minute: 9.0 }));
    let more = TrafficModel { tenants };
    let (before, after) = (draw(&model, 4), draw(&more, 4));
    let place = [1, 2, 4, 5, 6];
    for number in 0..200 {
        let expected = minute(&before, &model, number);
        for (index, new_index) in place.into_iter().enumerate() {
            let of = |calls: &[Call], wanted: usize| -> Vec<Call> {
                let own = calls.iter().filter(|call| usize::from(call.tenant) == wanted);
                own.map(|call| Call { tenant: 0, ..*call }).collect()
            };
            assert_eq!(of(&minute(&after, &more, number), new_index), of(&expected, index));
        }
    }
}

#[test]
fn a_used_traffic_is_drawn_as_a_fresh_one() {
    let model = full_model();
    // Awkward: tenants of other kinds stood in the same places.
    let reversed = TrafficModel { tenants: model.tenants.iter().rev().cloned().collect() };
    let mut used = draw(&reversed, 9);
    used.draw(&model, 11, 0, DAY, SimSpan::from_hours(31));
    assert_eq!(used, draw(&model, 0));
    used.draw(&TrafficModel::default(), 1, 1, DAY, SimSpan::ZERO);
    assert!(minute(&used, &TrafficModel::default(), 0).is_empty());
}

#[test]
fn recorded_minutes_come_with_their_calls_and_tokens_exactly() {
    let totals: Vec<MinuteTotals> = (0..120_u32)
        .map(|minute| {
            let calls = minute * minute % 700;
            // Fewer tokens than calls, none, and many.
            let output_tokens = [u64::from(calls / 2), 0, u64::from(calls) * 250][minute as usize % 3];
            MinuteTotals { calls, input_tokens: u64::from(calls) * 1_300 + 7, output_tokens }
        })
        .collect();
    let series = Arc::new(MinuteSeries { minutes: totals.clone() });
    let playback = Playback { offset: Offset::Fixed(SimSpan::from_minutes(30)), scale: 1.0, repeat: false };
    let mut meter = tenant("meter", Arrivals::Minutes { series, playback });
    meter.sizes.output = meter.sizes.input.clone();
    let model = TrafficModel { tenants: vec![meter] };
    let traffic = draw(&model, 0);
    // In front of a minute with calls, the tokens of minutes without: 7 of each.
    let mut waiting = 0;
    for (number, totals) in totals[30..].iter().enumerate() {
        let calls = minute(&traffic, &model, number as i64);
        assert_eq!(calls.len(), totals.calls as usize);
        if calls.is_empty() {
            waiting += totals.input_tokens;
            continue;
        }
        let sum = |of: fn(&Call) -> u32| calls.iter().map(|call| u64::from(of(call))).sum::<u64>();
        assert_eq!(sum(|call| call.input_tokens), totals.input_tokens + waiting);
        assert_eq!(sum(|call| call.output_tokens), totals.output_tokens);
        waiting = 0;
    }
    // Nothing after the record's end.
    assert!((90..300).all(|number| minute(&traffic, &model, number).is_empty()));
}

#[test]
fn a_month_has_as_many_calls_as_expected() {
    let intensity = Intensity {
        per_minute: 5.0,
        day_profile: vec![0.2, 1.0, 1.8],
        week_profile: vec![1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.0],
        growth_per_month: 0.0,
        dispersion: 1.0,
        bursts: None,
        idle: None,
    };
    let model = TrafficModel { tenants: vec![tenant("app", Arrivals::Stochastic(intensity))] };
    let mut traffic = Traffic::default();
    traffic.draw(&model, 2, 0, SimSpan::WEEK, SimSpan::from_hours(77));
    let (mut calls, mut count) = (Vec::new(), 0);
    for number in 0..7 * 1_440 {
        traffic.minute(&model, number, &mut calls);
        count += calls.len();
    }
    let expected = model.expected_calls(SimSpan::WEEK);
    assert!(((count as f64 - expected) / expected.sqrt()).abs() < SCORE, "{count}, expected {expected}");
}

#[test]
fn nobody_calls_before_the_start() {
    let model = full_model();
    assert!(minute(&draw(&model, 0), &model, -1).is_empty());
}

/// The format: words, their order, and what is made of them.
#[test]
fn first_calls_are_pinned() {
    let model = full_model();
    let traffic = draw(&model, 0);
    let told = |tenant: u16, number: i64| -> Vec<(i64, u32, u32, u8)> {
        let calls = minute(&traffic, &model, number);
        let own = calls.iter().filter(|call| call.tenant == tenant).take(3);
        own.map(|call| (call.at.as_ms(), call.input_tokens, call.output_tokens, call.flags.0)).collect()
    };
    let first = |tenant| told(tenant, 7).into_iter().next();
    assert_eq!(first(0), Some((420_000, 1_374, 224, 0)));
    assert_eq!(told(3, 7), [(421_901, 43, 0, 2), (423_464, 79, 1, 2), (427_090, 576, 0, 3)]);
    assert_eq!(told(1, 7), [(470_304, 568, 221, 1), (471_553, 99, 358, 1)]);
}

#[test]
fn calls_that_are_kept_are_those_of_each_minute() {
    let horizon = SimSpan::from_hours(5);
    let calls = [call(59_999), call(60_000), call(60_000), call(7_200_001)];
    let tenants = vec![
        by_chance("by chance", 0.5),
        tenant("even", Arrivals::Constant { per_minute: 0.7 }),
        tenant("told", Arrivals::Scheduled(Arc::new(calls))),
    ];
    let few = TrafficModel { tenants };
    // One tenant more, and the run expects too many calls to keep them.
    let mut many = few.clone();
    many.tenants.push(tenant("crowd", Arrivals::Constant { per_minute: 2_000.0 }));
    assert!(few.expected_calls(horizon) < 10_000.0 && many.expected_calls(horizon) > 500_000.0);
    let (mut kept, mut drawn) = (Traffic::default(), Traffic::default());
    kept.draw(&few, 3, 1, horizon, SimSpan::from_hours(9));
    drawn.draw(&many, 3, 1, horizon, SimSpan::from_hours(9));
    let (mut of_kept, mut of_drawn) = (Vec::new(), Vec::new());
    for minute in 0..300 {
        kept.minute(&few, minute, &mut of_kept);
        drawn.minute(&many, minute, &mut of_drawn);
        of_drawn.retain(|call| call.tenant < 3);
        assert_eq!(of_kept, of_drawn, "minute {minute}");
    }
}
