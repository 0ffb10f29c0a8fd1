//! Ordinary and awkward studies to draw.

use super::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, StandardNormal};

pub(super) fn summarised(name: &str, costs: Vec<f64>) -> DistributionStrategy {
    let mut sorted = costs.clone();
    sorted.sort_by(f64::total_cmp);
    let at = |per_mille: usize| sorted[crate::montecarlo::quantile_rank(per_mille, sorted.len()) - 1];
    let mean = costs.iter().sum::<f64>() / costs.len() as f64;
    DistributionStrategy { name: name.to_owned(), mean, p5: at(50), p50: at(500), p95: at(950), costs }
}

fn normals(seed: u64, n: usize, mean: f64, spread: f64) -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..n).map(|_| StandardNormal.sample(&mut rng)).map(|z: f64| mean + spread * z).collect()
}

fn skewed(seed: u64, n: usize, median: f64, sigma: f64) -> Vec<f64> {
    normals(seed, n, 0.0, sigma).into_iter().map(|z| median * z.exp()).collect()
}

pub(super) fn study(subtitle: &str, strategies: Vec<DistributionStrategy>) -> DistributionPicture {
    DistributionPicture {
        title: "What a training fleet costs under each purchase strategy".to_owned(),
        subtitle: subtitle.to_owned(),
        currency: "CNY".to_owned(),
        horizon: "30 days".to_owned(),
        strategies,
    }
}

pub(super) fn distributions() -> Vec<(&'static str, DistributionPicture)> {
    let thousands = "2,000 replications, seed 1, 30 days";
    let on_demand = || summarised("on demand", vec![12_960.0; 2_000]);
    let ordinary = vec![
        on_demand(),
        summarised("spot, bid at the standard price", normals(1, 2_000, 6_300.0, 480.0)),
        summarised("spot, fall back to on demand", skewed(2, 2_000, 7_400.0, 0.14)),
    ];
    let long_tail = vec![
        summarised("spot with retries", {
            let mut costs = skewed(3, 2_000, 800.0, 0.2);
            costs.iter_mut().step_by(230).for_each(|cost| *cost *= 14.0);
            costs
        }),
        summarised("reserved", normals(4, 2_000, 1_150.0, 4.0)),
    ];
    let eight = (0..8)
        .map(|i| {
            let name = format!("{i}: spot in three zones of two regions, highest stock first, bid 1.{i}0 × standard, fall back after 15 min");
            summarised(&name, skewed(10 + i, 2_000, 101_000.0 + 9_000.5 * i as f64, 0.04 + 0.02 * i as f64))
        })
        .collect();
    vec![
        ("ordinary", study(thousands, ordinary)),
        (
            "one-strategy",
            study(
                thousands,
                vec![summarised("spot, fall back to on demand", skewed(2, 2_000, 7_400.0, 0.14))],
            ),
        ),
        ("long-tail", study(thousands, long_tail)),
        (
            "all-equal",
            study(thousands, vec![on_demand(), summarised("also on demand", vec![12_960.0; 2_000])]),
        ),
        ("eight", study(thousands, eight)),
    ]
}

pub(super) fn small_distributions() -> Vec<(&'static str, DistributionPicture)> {
    let few = vec![
        summarised("spot", skewed(5, 24, 310.0, 0.25)),
        summarised("mixed", normals(6, 24, 402.0, 9.0)),
        summarised("on demand", vec![455.04; 24]),
    ];
    let tokens = vec![
        summarised("per token", normals(7, 500, 0.004_1, 0.000_2)),
        summarised("provisioned", vec![0.0062; 500]),
        summarised("with a refund", normals(8, 500, -0.000_4, 0.000_3)),
    ];
    vec![
        (
            "one-replication",
            study(
                "1 replication, seed 1, 30 days",
                vec![
                    summarised("spot", vec![5_812.4]),
                    summarised("mixed", vec![7_010.0]),
                    summarised("on demand", vec![12_960.0]),
                ],
            ),
        ),
        ("few", study("24 replications, seed 1, 30 days", few)),
        ("tokens", study("500 replications, seed 1", tokens)),
        ("free", study("3 replications", vec![summarised("free tier", vec![0.0; 3])])),
        (
            "names",
            study(
                "2 replications",
                vec![
                    summarised("a<b & \"c\"", vec![1.0, 2.0]),
                    summarised("竞价实例，自动回退", vec![1.5, 2.5]),
                ],
            ),
        ),
    ]
}

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A mean-reverting price every five minutes, with spikes.
fn prices(seed: u64, until: i64, level: f64) -> Vec<(i64, f64)> {
    let mut log = 0.0;
    let noise = normals(seed, (until / (5 * MINUTE)) as usize, 0.0, 0.035);
    let steps = noise.into_iter().enumerate().map(|(index, noise)| {
        log = log * 0.985 + noise;
        let spike = if index % 1_900 > 1_870 { 2.1 } else { 1.0 };
        (i64::try_from(index).unwrap() * 5 * MINUTE, level * log.exp() * spike)
    });
    steps.collect()
}

fn market(name: &str, seed: u64, until: i64, level: f64) -> PriceLane {
    PriceLane {
        name: name.to_owned(),
        points: prices(seed, until, level),
        bid: Some(level * 1.6),
        standard: Some(level * 3.2),
        held: Vec::new(),
        out_of_stock: Vec::new(),
    }
}

fn block(from_ms: i64, to_ms: i64, kind: HeldKind, lane: Option<usize>, label: &str) -> HeldBlock {
    HeldBlock { from_ms, to_ms, label: label.to_owned(), kind, lane }
}

fn replication(horizon_ms: i64, lanes: Vec<PriceLane>) -> TimelinePicture {
    TimelinePicture {
        title: "Spot with fallback: one replication".to_owned(),
        subtitle: "replication 7, seed 1, from 2026-01-01 00:00 +08:00".to_owned(),
        currency: "CNY".to_owned(),
        horizon_ms,
        lanes,
        held: Vec::new(),
        reclaims: Vec::new(),
    }
}

/// `turns` stays on the markets in turn, each after a wait and a start, each ended by a reclaim.
fn with_turns(mut picture: TimelinePicture, turns: i64) -> TimelinePicture {
    let span = picture.horizon_ms / turns;
    let markets = picture.lanes.len();
    for turn in 0..turns {
        let lane = turn as usize % markets;
        let (start, end) = (turn * span, (turn + 1) * span);
        let (wait, boot) = (start + span * (turn % 4) / 12, start + span * (turn % 4) / 12 + span / 20);
        let name = picture.lanes[lane].name.clone();
        if wait > start {
            picture.held.push(block(start, wait, HeldKind::Waiting, Some(lane), "no stock"));
        }
        picture.held.push(block(wait, boot, HeldKind::Starting, Some(lane), "boot"));
        picture.held.push(block(boot, end, HeldKind::Running, Some(lane), &name));
        picture.lanes[lane].held.push((wait, end));
        let (dry, wet) = (end, end + span / 3);
        picture.lanes[lane].out_of_stock.push((dry, wet.min(picture.horizon_ms)));
        if turn + 1 < turns {
            picture
                .reclaims
                .push((end, if turn % 3 == 0 { "price above bid" } else { "capacity" }.to_owned()));
        }
    }
    picture
}

pub(super) fn timelines() -> Vec<(&'static str, TimelinePicture)> {
    let month = 30 * DAY;
    let three = vec![
        market("ecs.gn7i-c16g1.4xlarge, cn-beijing-h", 21, month, 4.1),
        market("ecs.gn7i-c16g1.4xlarge, cn-beijing-k", 22, month, 3.9),
        market("ecs.gn6v-c8g1.2xlarge, cn-shanghai-b", 23, month, 6.2),
    ];
    let five = (0..5)
        .map(|i| market(&format!("market {i} <of> five & more"), 30 + i, month, 1.0 + i as f64))
        .collect();
    let mut short =
        with_turns(replication(6 * HOUR, vec![market("A10 in one zone", 41, 6 * HOUR, 0.000_8)]), 2);
    short.held.push(block(6 * HOUR, 6 * HOUR, HeldKind::Stopped, None, ""));
    let mut fixed = replication(90 * MINUTE, Vec::new());
    fixed.held = vec![
        block(0, 4 * MINUTE, HeldKind::Starting, None, "boot"),
        block(4 * MINUTE, 50 * MINUTE, HeldKind::Running, None, "on demand"),
        block(50 * MINUTE, 70 * MINUTE, HeldKind::Stopped, None, ""),
        block(70 * MINUTE, 90 * MINUTE, HeldKind::Waiting, None, "quota"),
    ];
    let mut flat = replication(10 * DAY, vec![market("one price all along, with a gap", 1, 0, 2.5)]);
    flat.lanes[0].points = vec![(0, 2.5), (4 * DAY, f64::NAN), (5 * DAY, 2.5)];
    (flat.lanes[0].bid, flat.lanes[0].standard) = (Some(2.5), Some(2.5));
    flat.reclaims = vec![(10 * DAY - HOUR, "a reason told at the very end of the time axis".to_owned())];
    vec![
        ("month", with_turns(replication(month, three), 9)),
        ("hundred-reclaims", with_turns(replication(month, five), 101)),
        ("short", short),
        ("no-market", fixed),
        ("flat", flat),
        ("nothing", replication(2 * DAY, Vec::new())),
    ]
}
