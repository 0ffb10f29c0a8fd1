//! Ordinary and awkward traffic to draw.

use super::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, StandardNormal};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// Demand by the minute with a day's ups and downs and a burst now and then.
fn demand(seed: u64, minutes: i64, level: f64) -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let at = |index: i64| {
        let noise: f64 = StandardNormal.sample(&mut rng);
        let hour = (index / 60 % 24) as f64;
        let day = 1.2 - (hour - 14.0).abs() / 12.0;
        let burst = if index % 4_100 > 4_010 { 1.9 } else { 1.0 };
        (level * day * burst * (1.0 + 0.18 * noise)).max(0.0)
    };
    (0..minutes).map(at).collect()
}

/// What a quota makes of a demand: overflow above it, or refusals in every seventh such minute.
fn lane(name: &str, demand: &[f64], quota: impl Fn(i64) -> Option<u64>, phase: i64) -> TokenLane {
    let minutes = demand.iter().enumerate().map(|(index, tokens)| {
        let from_ms = index as i64 * MINUTE - phase;
        let (all, most) = (tokens.round() as u64, quota(from_ms.max(0)).unwrap_or(0));
        let (served, beyond) = (all.min(most), all.saturating_sub(most));
        let is_refused = index % 7 == 0 && index / 4_000 % 3 == 2;
        TokenMinute {
            from_ms,
            served,
            overflowed: if is_refused { 0 } else { beyond },
            refused: if is_refused { beyond } else { 0 },
        }
    });
    TokenLane { name: name.to_owned(), minutes: minutes.collect(), quota: Vec::new() }
}

fn picture(subtitle: &str, horizon_ms: i64, lanes: Vec<TokenLane>) -> TrafficPicture {
    let step = if horizon_ms > DAY { 3 * DAY } else { horizon_ms / 6 };
    let label = |at: i64| {
        if horizon_ms > DAY {
            format!("06-{:02}", 1 + at / DAY)
        } else {
            format!("{:02}:{:02}", at / (60 * MINUTE), at / MINUTE % 60)
        }
    };
    TrafficPicture {
        title: "Tokens per minute under \"PTU daily, overflow auto\"".to_owned(),
        subtitle: subtitle.to_owned(),
        horizon_ms,
        ticks: (0..=horizon_ms / step).map(|index| (index * step, label(index * step))).collect(),
        axis: "date, +08:00".to_owned(),
        lanes,
    }
}

pub(super) fn traffics() -> Vec<(&'static str, TrafficPicture)> {
    let month = 30 * DAY;
    let scaled = |at: i64| Some(if at < 12 * DAY { 80_000 } else { 120_000 });
    let mut input = lane("input", &demand(1, month / MINUTE, 68_000.0), scaled, 0);
    input.quota = vec![(0, Some(80_000)), (12 * DAY, Some(120_000))];
    let mut output = lane("output", &demand(2, month / MINUTE, 15_000.0), |_| Some(20_000), 0);
    output.quota = vec![(0, Some(20_000))];
    let told = "deployment \"ptu\", replication 0 of seed 1, from 2026-06-01 00:00";
    let month = picture(told, month, vec![input, output]);

    // An hour, each minute a column of its own, from half a minute on; the quota is gone for a while.
    let gap = |at: i64| (!(20 * MINUTE..35 * MINUTE).contains(&at)).then_some(9_000);
    let mut hour_input = lane("input", &demand(3, 781, 8_000.0)[720..], gap, 30_000);
    hour_input.quota = vec![(0, Some(9_000)), (20 * MINUTE, None), (35 * MINUTE, Some(9_000))];
    let hour = picture("an hour", 60 * MINUTE, vec![hour_input]);

    let plain = lane("input", &demand(5, 7 * DAY / MINUTE, 3_000_000.0), |_| Some(u64::MAX), 0);
    let more = lane("output", &demand(6, 7 * DAY / MINUTE, 40.0), |_| Some(u64::MAX), 0);
    let without = picture("no quota; all deployments", 7 * DAY, vec![plain, more]);

    let mut silent = lane("input", &[], |_| None, 0);
    silent.quota = vec![(0, Some(10_000))];
    let tiny = lane("output", &[], |_| None, 0);
    let silent = picture("nobody calls", DAY, vec![silent, tiny]);
    vec![("month", month), ("hour", hour), ("without-quota", without), ("silent", silent)]
}

fn curve(name: &str, seed: u64, level: f64) -> UtilisationCurve {
    UtilisationCurve { name: name.to_owned(), demand: demand(seed, 30 * DAY / MINUTE, level) }
}

fn both(name: &str, seed: u64, input: f64, output: f64) -> UtilisationLane {
    let curves = vec![curve("input", seed, input), curve("output", seed + 1, output)];
    UtilisationLane { name: name.to_owned(), curves }
}

pub(super) fn utilisations() -> Vec<(&'static str, UtilisationPicture)> {
    let of = |lanes| UtilisationPicture {
        title: "Is the quota the right size?".to_owned(),
        subtitle: "chat, replication 0 of seed 1, 43,200 minutes from 2026-06-01 00:00".to_owned(),
        lanes,
    };
    let mut three = both("PTU with thinking: ptu", 21, 0.4, 0.7);
    three.curves[1].name = "output, thinking included: 1 of 2 quotas".to_owned();
    let flat = UtilisationCurve { name: "input".to_owned(), demand: vec![0.0; 100] };
    let shared = UtilisationCurve {
        name: "input and output, an output token counts 4".to_owned(),
        demand: demand(9, 2_000, 9.0),
    };
    vec![
        ("ordinary", of(vec![both("PTU hourly: ptu", 11, 0.6, 0.4), both("PTU daily: ptu", 13, 0.9, 0.5)])),
        ("one", of(vec![both("PTU hourly: ptu", 11, 0.6, 0.4)])),
        ("many", of((0..8).map(|index| both(&format!("size {index}: ptu"), index, 0.3, 0.2 + 0.1 * index as f64)).collect())),
        (
            "awkward",
            of(vec![
                three,
                UtilisationLane { name: "nobody calls: ptu".to_owned(), curves: vec![flat] },
                UtilisationLane { name: "far too small, with a long name that goes on and on until it meets the numbers beside it: ptu".to_owned(), curves: vec![shared] },
            ]),
        ),
    ]
}
