//! Ordinary and awkward balances to draw.

use super::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, StandardNormal};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// A balance that is spent by the hour, more or less quickly, and paid up every `paid_days` days.
fn path(seed: u64, days: i64, start: f64, per_hour: f64, (paid_days, paid): (i64, f64)) -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let speed: f64 = StandardNormal.sample(&mut rng);
    let mut now = start;
    let hours = (0..=days * 24).map(|hour| {
        let noise: f64 = StandardNormal.sample(&mut rng);
        let day = 1.0 - ((hour % 24) as f64 - 14.0).abs() / 14.0;
        now -= (per_hour * 2.0 * day * (0.12 * speed).exp() * (1.0 + 0.5 * noise)).max(0.0);
        now += if hour > 0 && hour % (paid_days * 24) == 0 { paid } else { 0.0 };
        // Once it is overdue it is stopped, and little is added.
        now = now.max(-0.03 * start);
        now
    });
    hours.collect()
}

fn panel(name: &str, paths: &[Vec<f64>], alerts: &[f64]) -> BalancePanel {
    let fan = (0..paths[0].len()).map(|hour| {
        let mut values: Vec<f64> = paths.iter().map(|path| path[hour]).collect();
        values.sort_by(f64::total_cmp);
        let at = |per_mille| values[crate::montecarlo::quantile_rank(per_mille, values.len()) - 1];
        let quantiles = [at(50), at(250), at(500), at(750), at(950)];
        FanPoint { at_ms: i64::try_from(hour).unwrap() * HOUR, quantiles }
    });
    let stop = |path: &Vec<f64>| path.iter().position(|value| *value < 0.0);
    let mut stops: Vec<i64> =
        paths.iter().filter_map(stop).map(|hour| i64::try_from(hour).unwrap() * HOUR).collect();
    stops.sort_unstable();
    let median = stops.get(stops.len().div_ceil(2).max(1) - 1);
    BalancePanel {
        name: name.to_owned(),
        fan: fan.collect(),
        alerts: alerts.to_vec(),
        median_stop: median.map(|ms| (*ms, format!("06-{:02} {:02}:00", 1 + ms / DAY, ms / HOUR % 24))),
        stops_ms: stops,
        replications: paths.len(),
    }
}

fn picture(days: i64, panels: Vec<BalancePanel>) -> BalancePicture {
    let step = if days > 3 { 3 * DAY } else { 6 * HOUR };
    let label = |at: i64| {
        if at % DAY == 0 { format!("06-{:02}", 1 + at / DAY) } else { format!("{:02}:00", at / HOUR % 24) }
    };
    BalancePicture {
        title: "What is available under \"PTU hourly, overflow by tokens\"".to_owned(),
        subtitle: "arrears, fan over the first 200 replications of seed 1, from 2026-06-01 00:00:00"
            .to_owned(),
        currency: "CNY".to_owned(),
        horizon_ms: days * DAY,
        ticks: (0..=days * DAY / step).map(|index| (index * step, label(index * step))).collect(),
        axis: "date (+08:00)".to_owned(),
        panels,
    }
}

fn paths(seed: u64, n: u64, days: i64, start: f64, per_hour: f64, paid: (i64, f64)) -> Vec<Vec<f64>> {
    (0..n).map(|replication| path(seed * 1_000 + replication, days, start, per_hour, paid)).collect()
}

pub(super) fn balances() -> Vec<(&'static str, BalancePicture)> {
    let ordinary = panel("main", &paths(1, 200, 30, 20_000.0, 36.0, (100, 0.0)), &[500.0, 2_000.0]);
    let paid = panel("paid every week", &paths(2, 200, 30, 9_000.0, 46.0, (7, 7_500.0)), &[1_000.0]);
    let calm = panel("calm", &paths(3, 200, 30, 50_000.0, 20.0, (100, 0.0)), &[0.0]);
    let many = panel(
        "an account with a name that goes on and on, and on, and on, and on, until it meets the share of stops at the right",
        &paths(4, 12, 2, 100.0, 4.0, (9, 0.0)),
        &[10.0, 12.0, 14.0, 16.0, 18.0, 60.0],
    );
    let mut still = panel("nothing happens", &vec![vec![0.0; 49]; 3], &[]);
    still.replications = 3;
    let mut early = panel("stopped from the start", &vec![vec![-3.5; 49]; 2], &[10.0]);
    (early.stops_ms, early.median_stop) =
        (vec![0, 2 * DAY - 1], Some((2 * DAY - 1, "06-02 23:59".to_owned())));
    vec![
        ("month", picture(30, vec![ordinary.clone()])),
        ("three", picture(30, vec![ordinary, paid, calm])),
        ("awkward", picture(2, vec![many, still, early])),
    ]
}
