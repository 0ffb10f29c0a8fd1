use super::*;
use crate::units::SimTime;
use crate::world::model::{Initial, Regime};
use crate::world::stream;
use crate::world::stream::open_uniform;
use crate::world::theory::{assert_counts, assert_follows, assert_mean, normal_cumulative};
use rand_chacha::ChaCha8Rng;

const STEP: SimSpan = SimSpan::from_minutes(5);

fn calm_market() -> MeanReverting {
    MeanReverting {
        step: STEP,
        start: 0.42,
        level: 0.42,
        speed: 0.1,
        noise: 0.008,
        jump_probability: 0.0,
        jump_size: 0.0,
        floor: 0.0,
        cap: 9.0,
    }
}

/// The values of a series over so many steps.
fn values(process: PriceProcess, seed: u64, replication: u64, steps: i64) -> Vec<i64> {
    let series = PriceSeries { name: "A/spot".to_owned(), process, shocks: vec![] };
    let horizon = SimSpan::from_ms(STEP.as_ms() * steps);
    let key = LuckKey::plain(seed, replication);
    let context = PriceContext { key, horizon, playbacks: &[], earlier: &[] };
    let mut path = StepPath::constant(0);
    draw_price(&series, context, &mut PriceScratch::default(), &mut path);
    (0..steps).map(|step| path.value_at(SimTime::from_ms(step * STEP.as_ms()))).collect()
}

#[test]
fn first_draws_are_pinned() {
    let process = MeanReverting { jump_probability: 0.3, jump_size: 0.5, ..calm_market() };
    assert_eq!(
        values(PriceProcess::MeanReverting(process), 1, 2, 5),
        [420_000_000, 413_161_000, 417_467_000, 431_578_000, 415_716_000]
    );
}

#[test]
fn the_recurrence_is_that_of_the_model() {
    // Bounds that are often met, jumps, and enough steps for several chunks; the model's formula step by step.
    let process =
        MeanReverting { floor: 0.40, cap: 0.46, jump_probability: 0.02, jump_size: 0.2, ..calm_market() };
    let steps = 3_000;
    let drawn = values(PriceProcess::MeanReverting(process), 5, 0, steps);
    let name = name_hash("A/spot");
    let mut normals = vec![0.0; 3_072];
    fill_normals(&mut Words::of(5, 0, name, "noise"), &mut normals);
    let mut rare = stream(5, 0, name, "rare");
    let gap = |rare: &mut ChaCha8Rng| (libm::log(open_uniform(rare)) / libm::log1p(-0.02)).floor() as usize;
    let mut next_jump = gap(&mut rare);
    let (mut price, mut at_bounds) = (process.start, 0);
    for (change, &drawn) in drawn[1..].iter().enumerate() {
        let mut jump = 0.0;
        if change == next_jump {
            jump = open_uniform(&mut rare) * process.jump_size * process.level;
            next_jump += 1 + gap(&mut rare);
        }
        price += process.speed * (process.level - price) + process.noise * f64::from(normals[change]) + jump;
        price = price.clamp(process.floor, process.cap);
        at_bounds += i32::from(drawn == 400_000_000 || drawn == 460_000_000);
        // One unit of the sixth decimal where the last bits of the two ways round differently.
        assert!((drawn - UnitPrice::from_sampled(price).as_nano()).abs() <= 1_000, "change {change}");
        assert_eq!(drawn % 1_000, 0);
    }
    assert!(at_bounds > 100, "the bounds were hardly tested: {at_bounds}");
}

#[test]
fn prices_above_what_32_bits_hold_are_rounded_alike() {
    let scale = 1e4;
    let cheap = calm_market();
    let dear = MeanReverting {
        start: cheap.start * scale,
        level: cheap.level * scale,
        noise: cheap.noise * scale,
        cap: 9e4,
        ..cheap
    };
    let cheap = values(PriceProcess::MeanReverting(cheap), 1, 0, 500);
    let dear = values(PriceProcess::MeanReverting(dear), 1, 0, 500);
    for (cheap, dear) in cheap.iter().zip(dear) {
        assert!((cheap * 10_000 - dear).abs() <= 5_010_000);
    }
}

#[test]
fn the_share_of_time_below_a_bid_is_stationary() {
    let process = calm_market();
    let sigma = process.noise / (2.0 * process.speed - process.speed * process.speed).sqrt();
    let burn_in = (10.0 / process.speed) as usize;
    for bids_away in [-1.5, 0.3, 2.0] {
        let bid = UnitPrice::from_sampled(process.level + bids_away * sigma).as_nano();
        let share = |replication| {
            let prices = values(PriceProcess::MeanReverting(process), 2, replication, 1_100);
            prices[burn_in..].iter().filter(|&&price| price <= bid).count() as f64 / (1_100 - burn_in) as f64
        };
        assert_mean(&(0..300).map(share).collect::<Vec<_>>(), normal_cumulative(bids_away));
    }
}

#[test]
fn jumps_are_as_frequent_and_as_large_as_asked_for() {
    // Without noise and with full speed a price is its level plus the jump of its step.
    let process =
        MeanReverting { speed: 1.0, noise: 0.0, jump_probability: 0.05, jump_size: 2.0, ..calm_market() };
    let steps = 40_000;
    let prices = values(PriceProcess::MeanReverting(process), 3, 0, steps);
    let mut sizes: Vec<f64> = prices[1..]
        .iter()
        .filter(|&&price| price > 420_000_000)
        .map(|&price| price as f64 / 4.2e8 - 1.0)
        .collect();
    let (jumps, tries) = (sizes.len() as u32, (steps - 1) as f64);
    assert_counts(&[jumps, steps as u32 - 1 - jumps], |cell| tries * [0.05, 0.95][cell], 1.0);
    assert_follows(&mut sizes, |size| size / 2.0);
    let always = MeanReverting { jump_probability: 1.0, ..process };
    let prices = values(PriceProcess::MeanReverting(always), 3, 0, 1_000);
    assert!(prices[1..].iter().all(|&price| price > 420_000_000));
}

#[test]
fn the_long_run_mean_counts_the_jumps() {
    let process =
        MeanReverting { jump_probability: 0.01, jump_size: 1.5, start: 0.42 * 1.075, ..calm_market() };
    let mean = |replication| {
        let prices = values(PriceProcess::MeanReverting(process), 4, replication, 2_100);
        prices[100..].iter().map(|&price| price as f64 / 1e9).sum::<f64>() / 2_000.0
    };
    assert_mean(&(0..200).map(mean).collect::<Vec<_>>(), long_run_mean(&process));
}

fn two_regimes(initial: Initial) -> TwoRegime {
    // Full speed and no noise: the price tells the regime that drove its step.
    let regime =
        |level, hours| Regime { level, speed: 1.0, noise: 0.0, holding_mean: SimSpan::from_hours(hours) };
    TwoRegime {
        step: STEP,
        start: None,
        calm: regime(1.0, 9),
        tight: regime(2.0, 3),
        initial,
        floor: 0.0,
        cap: 5.0,
    }
}

#[test]
fn regimes_have_their_stationary_share_and_drive_the_steps_they_begin_in() {
    let share = |replication| {
        let prices = values(PriceProcess::TwoRegime(two_regimes(Initial::Stationary)), 6, replication, 600);
        prices.iter().filter(|&&price| price == 2_000_000_000).count() as f64 / 600.0
    };
    assert_mean(&(0..400).map(share).collect::<Vec<_>>(), 0.25);

    let process = two_regimes(Initial::Second);
    let prices = values(PriceProcess::TwoRegime(process), 6, 0, 3_000);
    let mut runs = RegimeRuns::default();
    let horizon = SimSpan::from_ms(3_000 * STEP.as_ms());
    let mut toggles = crate::world::toggles::Toggles::default();
    let means = crate::world::toggles::HoldingMeans {
        first: process.calm.holding_mean,
        second: process.tight.holding_mean,
    };
    toggles.draw(
        &mut Dice::plain(stream(6, 0, name_hash("A/spot"), "rare")),
        means,
        Initial::Second,
        horizon,
    );
    runs.draw(&process, &mut Dice::plain(stream(6, 0, name_hash("A/spot"), "rare")), horizon);
    assert!(runs.begins_tight() && toggles.instants.len() > 20);
    for (step, price) in (0..).zip(prices) {
        let begins = SimTime::from_ms(step * STEP.as_ms());
        let passed = toggles.instants.partition_point(|&at| at <= begins);
        let expected = if passed % 2 == 0 { 2_000_000_000 } else { 1_000_000_000 };
        assert_eq!(price, expected, "step {step}");
    }
}

#[test]
fn a_schedule_is_taken_as_written() {
    let price = UnitPrice::parse;
    let later = SimTime::ZERO + STEP;
    let schedule = PriceProcess::Schedule(vec![
        (SimTime::from_ms(-1), price("1.5").unwrap()),
        (later, price("2").unwrap()),
    ]);
    assert_eq!(values(schedule, 0, 0, 3), [1_500_000_000, 2_000_000_000, 2_000_000_000]);
}
