//! Measures drawing a world against drawing as many normals with the usual tools, in one process, interleaved.
//!
//! `cargo run --release --example world_speed`

use deploysim::units::SimSpan;
use deploysim::world::{
    Initial, MeanReverting, PriceProcess, PriceSeries, StockProcess, StockSeries, World, WorldModel,
};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 15;
const REPEATS: u64 = 400;

fn spot_month(prices: usize, stocks: usize) -> WorldModel {
    let process = MeanReverting {
        step: SimSpan::from_minutes(5),
        start: 0.42,
        level: 0.42,
        speed: 0.03,
        noise: 0.008,
        jump_probability: 0.002,
        jump_size: 1.5,
        floor: 0.2,
        cap: 2.0,
    };
    let price = |index| PriceSeries {
        name: format!("type {index}/spot"),
        process: PriceProcess::MeanReverting(process),
        shocks: vec![],
    };
    let stock = |index| StockSeries {
        name: format!("pool {index}"),
        process: StockProcess::OnOff {
            on_mean: SimSpan::from_hours(20),
            off_mean: SimSpan::from_hours(2),
            initial: Initial::Stationary,
        },
        units: None,
        shocks: vec![],
    };
    WorldModel {
        horizon: SimSpan::from_days(30),
        start_time_of_week: SimSpan::ZERO,
        utc_offset: SimSpan::ZERO,
        prices: (0..prices).map(price).collect(),
        stocks: (0..stocks).map(stock).collect(),
        shocks: vec![],
        clocks: vec![],
    }
}

/// Microseconds per call.
fn time(mut work: impl FnMut(u64)) -> f64 {
    let begin = Instant::now();
    for replication in 0..REPEATS {
        work(replication);
    }
    begin.elapsed().as_secs_f64() * 1e6 / REPEATS as f64
}

fn main() {
    let (full, prices_only, stocks_only) = (spot_month(2, 3), spot_month(2, 0), spot_month(0, 3));
    let (mut a, mut b, mut c) = (World::empty(), World::empty(), World::empty());
    let mut normals = vec![0.0_f64; 17_280];
    let mut rows: Vec<[f64; 4]> = Vec::new();
    for _ in 0..ROUNDS {
        let ziggurat = time(|replication| {
            let mut generator = ChaCha8Rng::seed_from_u64(replication);
            for normal in &mut normals {
                *normal = StandardNormal.sample(&mut generator);
            }
            black_box(&normals);
        });
        let world = time(|replication| {
            full.draw_into(1, replication, &mut a);
            black_box(&a);
        });
        let prices = time(|replication| {
            prices_only.draw_into(1, replication, &mut b);
            black_box(&b);
        });
        let stocks = time(|replication| {
            stocks_only.draw_into(1, replication, &mut c);
            black_box(&c);
        });
        rows.push([ziggurat, world, prices, stocks]);
    }
    let median = |pick: &dyn Fn(&[f64; 4]) -> f64| {
        let mut values: Vec<f64> = rows.iter().map(pick).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    for (column, what) in
        ["17,280 ziggurat normals", "2 prices and 3 stocks", "2 prices", "3 stocks"].iter().enumerate()
    {
        let (time, ratio) = (median(&|row| row[column]), median(&|row| row[column] / row[0]));
        println!("{what:24} {time:7.1} us, {ratio:.2} of the ziggurat's time");
    }
}
