//! Provisioned throughput against the law of the tokens in a minute. Calls of one size arrive as a Poisson process, so
//! a minute's tokens are X = size × N with N Poisson; where only the excess overflows, that is (X − q)⁺ whatever the
//! order of calls.

use crate::law::{SEED, agrees};
use deploysim::serving::{
    CallLog, CallPrice, CallRecord, Desk, NoLog, OutputCheck, OverflowTo, OverflowUnit, PublicId,
    PublicModel, Quota, QuotaModel, RateLimits, ServingModel, TargetId, TargetKind, TargetModel, TokenPrices,
    TokenTariff, TokenTier, Window,
};
use deploysim::units::{SimTime, TokenPrice};
use deploysim::world::stream;
use deploysim::world::traffic::{Call, CallFlags};
use rand::Rng;
use statrs::distribution::{Continuous, ContinuousCDF, Normal};

const PTU: TargetId = TargetId(0);
const AMPLE: u64 = 1 << 40;

/// Poisson arrivals for so many minutes, all calls alike.
fn calls(per_minute: f64, minutes: u32, input_tokens: u32, output_tokens: u32) -> Vec<Call> {
    let mut luck = stream(SEED, 0, 0, "quota law");
    let mut at = 0.0;
    let gaps = std::iter::from_fn(|| {
        let uniform = ((luck.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
        at -= libm::log(uniform) * 60_000.0 / per_minute;
        Some(at as i64)
    });
    let call = |at| Call {
        at: SimTime::from_ms(at),
        input_tokens,
        output_tokens,
        cached_tokens: 0,
        estimated_output_tokens: 0,
        tenant: 0,
        flags: CallFlags::NONE,
    };
    gaps.take_while(|at| *at < i64::from(minutes) * 60_000).map(call).collect()
}

/// Excess goes to a public model at these prices, in 10⁻¹² per token.
fn model(input_pico: i64, output_pico: i64) -> ServingModel {
    let prices = TokenPrices {
        input: TokenPrice::from_pico(input_pico),
        output: TokenPrice::from_pico(output_pico),
        ..TokenPrices::default()
    };
    let tier = TokenTier { label: String::new(), input_up_to: u32::MAX, prices };
    let public = PublicModel {
        model: "public".to_owned(),
        tariff: TokenTariff { tiers: vec![tier] },
        limits: RateLimits::default(),
        latency: None,
    };
    let quota = QuotaModel {
        max_input_tokens: None,
        unit: OverflowUnit::Excess,
        output_check: OutputCheck::Post,
        window: Window::CalendarMinute,
        overflow: OverflowTo::Public(PublicId(0)),
        over_long_to: None,
        input_coefficients: vec![],
        output_coefficients: vec![],
        cache_factor_ppb: 1_000_000_000,
        shared_output_ppb: None,
    };
    let target = TargetModel {
        name: "ptu".to_owned(),
        limits: RateLimits::default(),
        max_context_tokens: None,
        latency: None,
        kind: TargetKind::Quota(quota),
    };
    ServingModel {
        targets: vec![target],
        publics: vec![public],
        routes: vec![vec![PTU]],
        minute_phase_ms: 0,
        call_price: CallPrice::default(),
        ..ServingModel::default()
    }
}

fn met<L: CallLog>(
    model: &ServingModel,
    calls: &[Call],
    input_tpm: u64,
    output_tpm: u64,
    log: &mut L,
) -> f64 {
    let mut desk = Desk::new(model);
    desk.open(PTU, SimTime::ZERO);
    desk.set_quota(PTU, Quota { input_tpm, output_tpm, thinking_output_tpm: None }, SimTime::ZERO);
    desk.meet(calls, log);
    let end = calls.last().map_or(SimTime::ZERO, |call| call.at);
    desk.finish(end).overflow.to_f64()
}

/// Overflowed tokens of each minute.
struct ByMinute(Vec<f64>);

impl CallLog for ByMinute {
    const LISTENS: bool = true;
    fn call(&mut self, record: impl FnOnce() -> CallRecord) {
        let record = record();
        let tokens: u64 = record.charged.iter().map(|line| line.tokens).sum();
        self.0[(record.call.at.as_ms() / 60_000) as usize] += tokens as f64;
    }
}

/// Chances of 0, 1, 2, … calls in a minute, until nothing is left.
pub(crate) fn poisson(mean: f64) -> Vec<f64> {
    let most = (mean + 15.0 * mean.sqrt() + 30.0) as u32;
    let log = |count: u32| f64::from(count) * libm::log(mean) - mean - libm::lgamma(f64::from(count) + 1.0);
    (0..most).map(|count| libm::exp(log(count))).collect()
}

/// E[(size·N − q)⁺].
pub(crate) fn mean_excess(chances: &[f64], size: f64, quota: f64) -> f64 {
    let terms =
        chances.iter().enumerate().map(|(count, chance)| chance * (size * count as f64 - quota).max(0.0));
    terms.sum()
}

/// P(size·N > q).
pub(crate) fn chance_above(chances: &[f64], size: f64, quota: f64) -> f64 {
    let above = chances.iter().enumerate().filter(|(count, _)| size * *count as f64 > quota);
    above.map(|(_, chance)| chance).sum()
}

#[test]
fn the_excess_of_a_minute_is_that_of_its_tokens() {
    let minutes = 20_000;
    for (per_minute, size, quota) in [(5.0, 900, 4_000), (12.0, 700, 9_000), (60.0, 2_500, 160_000)] {
        let mut found = ByMinute(vec![0.0; minutes as usize]);
        let calls = calls(per_minute, minutes, size, 0);
        met(&model(1, 1), &calls, quota, AMPLE, &mut found);
        let expected = mean_excess(&poisson(per_minute), f64::from(size), quota as f64);
        agrees(&format!("{per_minute} calls of {size} on {quota}"), &found.0, expected);
    }
}

/// For many calls σ·(φ(z) − z·(1 − Φ(z))), z = (q − μ)/σ.
#[test]
fn for_many_calls_the_excess_is_that_of_a_normal() {
    let (per_minute, size, minutes) = (900.0_f64, 100.0, 1_500);
    let (mean, deviation) = (per_minute * size, per_minute.sqrt() * size);
    let normal = Normal::new(0.0, 1.0).unwrap();
    let calls = calls(per_minute, minutes, 100, 0);
    for z in [-0.5, 0.5, 1.0] {
        let quota = mean + z * deviation;
        let limit = deviation * (normal.pdf(z) - z * normal.sf(z));
        let exact = mean_excess(&poisson(per_minute), size, quota);
        assert!((limit / exact - 1.0).abs() < 0.03, "z = {z}: the limit {limit} is far from {exact}");
        let mut found = ByMinute(vec![0.0; minutes as usize]);
        met(&model(1, 1), &calls, quota as u64, AMPLE, &mut found);
        agrees(&format!("the excess beyond {z} deviations"), &found.0, exact);
    }
}

/// Reserving costs `ratio` times the overflow price for each token-minute: the best quota q solves P(X > q) = ratio. On
/// steps, the best is the last step whose tokens overflow often enough without it. The steps are those in which input
/// (10,000) and output (1,000) are sold.
#[test]
fn the_best_quota_overflows_as_often_as_reserving_is_cheaper() {
    let (per_minute, minutes, price) = (60.0, 4_000, 1_000.0);
    let calls = calls(per_minute, minutes, 2_500, 250);
    let chances = poisson(per_minute);
    let (input, output) = (model(1_000, 0), model(0, 1_000));
    for ratio in [0.15, 0.3, 0.6] {
        for (what, size, step) in [("input", 2_500.0, 10_000_u64), ("output", 250.0, 1_000)] {
            let theory = |quota: u64| {
                price
                    * (ratio * quota as f64 + mean_excess(&chances, size, quota as f64))
                    * f64::from(minutes)
                    / 1e12
            };
            let simulated = |quota: u64| {
                let overflow = match what {
                    "input" => met(&input, &calls, quota, AMPLE, &mut NoLog),
                    _ => met(&output, &calls, AMPLE, quota, &mut NoLog),
                };
                overflow + price * ratio * quota as f64 * f64::from(minutes) / 1e12
            };
            let best = |cost: &dyn Fn(u64) -> f64| {
                let costs = (10..22).map(|steps| (cost(steps * step), steps * step));
                costs.min_by(|a, b| a.0.total_cmp(&b.0)).expect("there are quotas").1
            };
            let (expected, found) = (best(&theory), best(&simulated));
            println!("{what}, ratio {ratio}: theory {expected}, simulated {found}");
            assert_eq!(found, expected, "{what}, ratio {ratio}");
            let above = |quota: u64| chance_above(&chances, size, quota as f64);
            assert!(
                above(expected - step) > ratio && above(expected + step) < ratio,
                "{what}, ratio {ratio}"
            );
        }
    }
}
