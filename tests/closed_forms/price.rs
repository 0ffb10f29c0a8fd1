//! Generated prices: their stationary laws, through the path and through the life and the bill of an instance.

use super::law::{HOUR_MS, SEED, agrees, played, situation};
use deploysim::scenario::Scenario;
use deploysim::units::{SimSpan, SimTime, UnitPrice};
use deploysim::world::{PriceId, PriceProcess, StepPath, long_run_mean};
use statrs::distribution::{Continuous, ContinuousCDF, Normal};

const LEVEL: f64 = 0.5;
const SPEED: f64 = 0.1;
const NOISE: f64 = 0.01;
/// Steps until the start is forgotten (10 / speed), and steps that are looked at.
const BURN_IN: i64 = 100;
const STEPS: i64 = 2_000;
/// Half of the last decimal of a price (A-47): one up to this much above a bid is rounded down to it.
const ROUNDING: f64 = 0.5e-6;

/// Standard deviation in the long run: noise / √(2·speed − speed²) = 0.0229; the bounds are more than 8 of it away.
fn sigma() -> f64 {
    NOISE / (2.0 * SPEED - SPEED * SPEED).sqrt()
}

/// A service created after the burn-in, that may bid this many standard deviations above the level.
fn bidding(deviations: &[f64]) -> Scenario {
    let strategy = |z: &f64| {
        let bid = bid_at(*z);
        format!(r#"(name: "{z}", protection: false, types: [(type: "A", bid: "{bid:.6}")])"#)
    };
    let strategies = deviations.iter().map(strategy).collect::<Vec<String>>().join(", ");
    let parts = format!(
        r#"
        markets: [(name: "A", spot_unprotected: MeanReverting(
            step: "5m", start: "0.45", level: "{LEVEL}", speed: "{SPEED}", noise: "{NOISE}", floor: "0.3", cap: "0.7",
        ))],
        services: [(name: "service", create_at: "500m")],
        strategies: [{strategies}],
        "#
    );
    situation("10500m", &parts)
}

/// A bid is a decimal of six places.
fn bid_at(deviations: f64) -> f64 {
    ((LEVEL + deviations * sigma()) * 1e6).round() / 1e6
}

/// The prices after the burn-in, less the level.
fn deviations_from_level(scenario: &Scenario, replication: u64) -> Vec<f64> {
    let world = scenario.world.draw(SEED, replication);
    prices(world.price(PriceId(0)), BURN_IN, STEPS).iter().map(|price| price - LEVEL).collect()
}

/// The prices of so many steps of five minutes.
fn prices(path: &StepPath, first: i64, count: i64) -> Vec<f64> {
    stepped_prices(path, SimSpan::from_minutes(5), first, count)
}

fn stepped_prices(path: &StepPath, step: SimSpan, first: i64, count: i64) -> Vec<f64> {
    (first..first + count)
        .map(|number| UnitPrice::from_nano(path.value_at(SimTime::from_ms(number * step.as_ms()))).to_f64())
        .collect()
}

#[test]
fn a_mean_reverting_price_has_its_variance_and_autocorrelation() {
    let scenario = bidding(&[0.0]);
    let paths: Vec<Vec<f64>> =
        (0..500).map(|replication| deviations_from_level(&scenario, replication)).collect();
    let mean_product = |lag: u32| -> Vec<f64> {
        let lag = lag as usize;
        let of = |path: &Vec<f64>| {
            let products = path.iter().zip(&path[lag..]).map(|(now, later)| now * later);
            products.sum::<f64>() / (path.len() - lag) as f64
        };
        // In units of σ², so that the table reads well.
        paths.iter().map(|path| of(path) / sigma().powi(2)).collect()
    };
    let means: Vec<f64> =
        paths.iter().map(|path| path.iter().sum::<f64>() / STEPS as f64 / sigma()).collect();
    agrees("mean deviation in σ", &means, 0.0);
    for lag in [0, 1, 5, 8, 20] {
        agrees(
            &format!("autocorrelation at lag {lag}"),
            &mean_product(lag),
            (1.0 - SPEED).powf(f64::from(lag)),
        );
    }
    // The fourth moment of a normal is 3 σ⁴: the tails are there.
    let fourth = |path: &Vec<f64>| path.iter().map(|z| (z / sigma()).powi(4)).sum::<f64>() / STEPS as f64;
    agrees("fourth moment", &paths.iter().map(fourth).collect::<Vec<f64>>(), 3.0);
}

#[test]
fn a_bid_holds_the_stationary_share_of_time_and_pays_the_truncated_mean() {
    let bids = [-2.0, -1.0, 0.0, 1.0, 3.0];
    let runs = played(&bidding(&bids), 300);
    let normal = Normal::standard();
    let hours = STEPS as f64 / 12.0;
    for (strategy, z) in bids.into_iter().enumerate() {
        let z_rounded = (bid_at(z) + ROUNDING - LEVEL) / sigma();
        let share = normal.cdf(z_rounded);
        let held = runs.of(strategy, |run| run.running_ms as f64 / HOUR_MS / hours);
        agrees(&format!("share of time held, bid at {z:+} σ"), &held, share);
        // E[price; price ≤ bid] = level·Φ(z) − σ·φ(z), as every step is paid at its own price.
        let paid = LEVEL * share - sigma() * normal.pdf(z_rounded);
        let cost = runs.of(strategy, |run| run.cost().to_f64() / hours);
        agrees(&format!("cost per hour of horizon, bid at {z:+} σ"), &cost, paid);
        // A reclaim is a step from at or below the bid to above it.
        let reclaims = runs.of(strategy, |run| f64::from(run.reclaims) / (STEPS - 1) as f64);
        agrees(&format!("reclaims per step, bid at {z:+} σ"), &reclaims, crossing(z_rounded));
    }
}

/// P(X ≤ z < Y) of standard normals with correlation 1 − speed: Simpson's rule over X, with Y given X normal.
fn crossing(z: f64) -> f64 {
    const PIECES: usize = 2_000;
    let normal = Normal::standard();
    let correlation = 1.0 - SPEED;
    let spread = (1.0 - correlation * correlation).sqrt();
    let density = |x: f64| normal.pdf(x) * normal.sf((z - correlation * x) / spread);
    let (from, width) = (z - 12.0, 12.0 / PIECES as f64);
    let weight = |index: usize| match index {
        0 | PIECES => 1.0,
        _ if index % 2 == 1 => 4.0,
        _ => 2.0,
    };
    (0..=PIECES).map(|index| weight(index) * density(from + index as f64 * width)).sum::<f64>() * width / 3.0
}

#[test]
fn the_crossing_of_the_level_is_the_orthant_formula() {
    let orthant = 0.25 - (1.0 - SPEED).asin() / std::f64::consts::TAU;
    assert!((crossing(0.0) - orthant).abs() < 1e-9);
}

#[test]
fn jumps_lift_the_long_run_mean_by_what_is_still_decaying() {
    // A jump is uniform up to 0.75, has mean 0.375, and lasts 1/speed = 10 steps: 0.02 · 3.75 = 0.075 above 0.5.
    // The cap is far above any sum of jumps. A bid that is never exceeded pays the mean.
    let (probability, largest) = (0.02, 1.5 * LEVEL);
    let parts = format!(
        r#"
        markets: [(name: "A", spot_unprotected: MeanReverting(
            step: "5m", level: "{LEVEL}", speed: "{SPEED}", noise: "{NOISE}", floor: "0.3", cap: "50",
            jump_probability: "{probability}", jump_size: "1.5",
        ))],
        services: [(name: "service", create_at: "500m")],
        strategies: [(name: "spot", protection: false, types: [(type: "A", bid: "99")])],
        "#
    );
    let scenario = situation("10500m", &parts);
    let PriceProcess::MeanReverting(process) = &scenario.world.prices[0].process else {
        panic!("as written")
    };
    let mean = LEVEL + probability * largest / 2.0 / SPEED;
    assert!((long_run_mean(process) - mean).abs() < 1e-12);
    let cost = played(&scenario, 800).of(0, |run| run.cost().to_f64() / (STEPS as f64 / 12.0));
    agrees("long-run mean with jumps", &cost, mean);
    // Noise and jumps are independent, so their variances add and decay alike.
    let jump_variance = probability * largest.powi(2) / 3.0 - (probability * largest / 2.0).powi(2);
    let variance = (NOISE * NOISE + jump_variance) / (2.0 * SPEED - SPEED * SPEED);
    let spread = |replication| {
        let world = scenario.world.draw(SEED, replication);
        let path = prices(world.price(PriceId(0)), BURN_IN, STEPS);
        path.iter().map(|price| (price - mean).powi(2)).sum::<f64>() / STEPS as f64
    };
    agrees("variance with jumps", &(0..800).map(spread).collect::<Vec<f64>>(), variance);
}

/// Holding times of six and two hours: tight a quarter of the time.
const TIGHT_SHARE: f64 = 0.25;

/// A replica created at `create_at` hours with this bid, on a price that moves every half hour for 2,500 hours.
fn two_regimes(calm: &str, tight: &str, create_at: u32, bid: &str) -> Scenario {
    let parts = format!(
        r#"
        markets: [(name: "A", spot_unprotected: TwoRegime(
            step: "30m", floor: "0.05", cap: "2", initial: Stationary,
            calm: (level: "0.3", {calm}, holding: "6h"), tight: (level: "0.6", {tight}, holding: "2h"),
        ))],
        services: [(name: "service", create_at: "{create_at}h")],
        strategies: [(name: "spot", protection: false, types: [(type: "A", bid: "{bid}")])],
        "#
    );
    situation("2500h", &parts)
}

#[test]
fn a_two_regime_price_is_tight_for_the_stationary_share_of_time() {
    // With a speed of 1 each price is the level of its regime and fresh noise, so the price tells the regime.
    let scenario = two_regimes(r#"speed: "1", noise: "0.005""#, r#"speed: "1", noise: "0.02""#, 0, "0.45");
    let (mut tight_share, mut calm_surplus, mut tight_surplus) = (Vec::new(), Vec::new(), Vec::new());
    for replication in 0..240 {
        let world = scenario.world.draw(SEED, replication);
        let path = stepped_prices(world.price(PriceId(0)), SimSpan::from_minutes(30), 0, 5_000);
        let (tight, calm): (Vec<f64>, Vec<f64>) = path.iter().partition(|price| **price > 0.45);
        tight_share.push(tight.len() as f64 / 5_000.0);
        tight_surplus.push(tight.iter().map(|price| price - 0.6).sum::<f64>() / 5_000.0);
        calm_surplus.push(calm.iter().map(|price| price - 0.3).sum::<f64>() / 5_000.0);
    }
    agrees("share of tight steps", &tight_share, TIGHT_SHARE);
    agrees("tight prices less their level, per step", &tight_surplus, 0.0);
    agrees("calm prices less their level, per step", &calm_surplus, 0.0);
    // A bid between the regimes is held in the calm one only, at its price.
    let runs = played(&scenario, 240);
    agrees("share held in the calm", &runs.of(0, deploysim::sim::Outcome::availability), 1.0 - TIGHT_SHARE);
    agrees("cost per hour in the calm", &runs.of(0, |run| run.cost().to_f64() / 2_500.0), 0.75 * 0.3);
}

#[test]
fn a_two_regime_price_lags_behind_its_regime() {
    // The calm regime pulls hard, the tight one slowly, so the mean is below that of the levels (0.375). A hundred
    // hours are 10 / speed steps of the slow one.
    let scenario =
        two_regimes(r#"speed: "0.3", noise: "0.005""#, r#"speed: "0.05", noise: "0.01""#, 100, "1.9");
    let cost = played(&scenario, 240).of(0, |run| run.cost().to_f64() / 2_400.0);
    agrees("mean of a lagging price", &cost, lagging_mean([0.3, 0.05], [0.3, 0.6]));
}

/// The mean price of two regimes with these speeds and levels. With mⱼ = E[price; regime j] at a step's beginning and
/// Pᵢⱼ the chance to go from i to j within a step, mⱼ = (1 − speedⱼ)·Σᵢ mᵢPᵢⱼ + speedⱼ·levelⱼ·shareⱼ.
fn lagging_mean(speeds: [f64; 2], levels: [f64; 2]) -> f64 {
    let shares = [1.0 - TIGHT_SHARE, TIGHT_SHARE];
    let forgotten = (-(1.0 / 6.0 + 1.0 / 2.0) / 2.0_f64).exp();
    let mut means = [0.0; 2];
    for _ in 0..10_000 {
        means = std::array::from_fn(|to| {
            let arriving: f64 = (0..2)
                .map(|from| {
                    means[from] * (shares[to] + (f64::from(u8::from(from == to)) - shares[to]) * forgotten)
                })
                .sum();
            (1.0 - speeds[to]) * arriving + speeds[to] * levels[to] * shares[to]
        });
    }
    means.iter().sum()
}
