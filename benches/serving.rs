//! The speed of meeting calls, held against a bare loop over the same calls. `benches/README.md` explains each figure.

mod clock;

use clock::{median, time};
use criterion::{BatchSize, Criterion, Throughput, criterion_group};
use deploysim::serving::{
    CallPrice, Desk, NoLog, OutputCheck, OverflowTo, OverflowUnit, PublicId, PublicModel, Quota, QuotaModel,
    RateLimits, ServingModel, SlotClass, SlotsModel, TargetId, TargetKind, TargetModel, TokenPrices,
    TokenTariff, TokenTier, Window,
};
use deploysim::units::{SimSpan, SimTime, TokenPrice};
use deploysim::world::traffic::{Call, CallFlags};
use std::hint::black_box;

/// Thirty days of five calls a minute.
const CALLS: usize = 216_000;
const MONTH: SimSpan = SimSpan::from_days(30);
/// Rounds of the interleaved comparison; medians are taken over them.
const ROUNDS: usize = 9;
const TARGET: TargetId = TargetId(0);

/// A linear congruential generator: calls need no better luck than that.
struct Dice(u64);

impl Dice {
    /// Evenly from [0, 1).
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f64 / f64::from(1 << 24)
    }

    /// About lognormal with this median: the exponential of a sum of four uniforms.
    fn tokens(&mut self, median: f64) -> u32 {
        let sum: f64 = (0..4).map(|_| self.uniform()).sum();
        (median * ((sum - 2.0) * 1.7).exp()) as u32
    }
}

/// The calls of a month, evenly at random in time.
fn month() -> Vec<Call> {
    let dice = &mut Dice(1);
    let mut instants: Vec<i64> = (0..CALLS).map(|_| (dice.uniform() * MONTH.as_ms() as f64) as i64).collect();
    instants.sort_unstable();
    let call = |at| Call {
        at: SimTime::from_ms(at),
        input_tokens: dice.tokens(1_500.0),
        output_tokens: dice.tokens(400.0),
        cached_tokens: 0,
        estimated_output_tokens: 0,
        tenant: 0,
        flags: CallFlags::NONE,
    };
    instants.into_iter().map(call).collect()
}

/// The limit: every call's tokens are read and summed, nothing else.
fn sum(calls: &[Call]) -> (u64, u64) {
    calls.iter().fold((0, 0), |(input, output), call| {
        (input + u64::from(call.input_tokens), output + u64::from(call.output_tokens))
    })
}

/// One target before one public model.
fn serving(kind: TargetKind) -> ServingModel {
    let tier = |label: &str, input_up_to, input: &str, output: &str| TokenTier {
        label: label.to_owned(),
        input_up_to,
        prices: TokenPrices {
            input: TokenPrice::per_million(input).unwrap(),
            cached_input: TokenPrice::ZERO,
            output: TokenPrice::per_million(output).unwrap(),
            thinking_output: TokenPrice::ZERO,
        },
    };
    let tiers = vec![tier("0-32k", 32_000, "6", "24"), tier("32k-128k", 128_000, "10", "40")];
    let public = PublicModel {
        model: "qwen3-max-2025-09-23".to_owned(),
        tariff: TokenTariff { tiers },
        limits: RateLimits::default(),
        latency: None,
    };
    let target = TargetModel {
        name: "target".to_owned(),
        limits: RateLimits::default(),
        max_context_tokens: None,
        latency: None,
        kind,
    };
    ServingModel {
        targets: vec![target],
        publics: vec![public],
        routes: vec![vec![TARGET]],
        minute_phase_ms: 0,
        call_price: CallPrice::default(),
        ..ServingModel::default()
    }
}

fn provisioned(window: Window) -> ServingModel {
    serving(TargetKind::Quota(QuotaModel {
        max_input_tokens: Some(128_000),
        unit: OverflowUnit::Call,
        output_check: OutputCheck::Post,
        window,
        overflow: OverflowTo::Public(PublicId(0)),
        over_long_to: Some(PublicId(0)),
        input_coefficients: vec![],
        output_coefficients: vec![],
        cache_factor_ppb: 1_000_000_000,
        shared_output_ppb: None,
    }))
}

/// A month's calls at a desk that is ready for them.
struct Situation {
    name: &'static str,
    model: ServingModel,
    quota: Quota,
    slots: u32,
}

impl Situation {
    fn quota(name: &'static str, window: Window, input_tpm: u64) -> Self {
        let quota = Quota { input_tpm, output_tpm: 1_000_000, thinking_output_tpm: None };
        Self { name, model: provisioned(window), quota, slots: 0 }
    }

    fn slots(name: &'static str, slots: u32) -> Self {
        let model = serving(TargetKind::Slots(SlotsModel { max_wait: None }));
        Self { name, model, quota: Quota::default(), slots }
    }

    fn desk(&self) -> Desk<'_> {
        let mut desk = Desk::new(&self.model);
        // Eight slots are busy for about 70 % of the time, a thousand are many.
        let class = SlotClass {
            prefill_milli_tps: 1_000_000,
            decode_milli_tps: 8_000,
            overhead: SimSpan::from_ms(20),
        };
        desk.open(TARGET, SimTime::ZERO);
        desk.set_quota(TARGET, self.quota, SimTime::ZERO);
        desk.add_slots(TARGET, class, self.slots, SimTime::ZERO);
        desk
    }
}

fn situations() -> [Situation; 7] {
    [
        Situation::quota("quota_ample", Window::CalendarMinute, 1_000_000),
        Situation::quota("quota_overflow", Window::CalendarMinute, 9_000),
        Situation::quota("sliding_ample", Window::Sliding, 1_000_000),
        Situation::quota("sliding_overflow", Window::Sliding, 9_000),
        Situation::quota("bucket_overflow", Window::TokenBucket, 9_000),
        Situation::slots("slots_8", 8),
        Situation::slots("slots_1000", 1_000),
    ]
}

fn benches(criterion: &mut Criterion) {
    let calls = month();
    let mut group = criterion.benchmark_group("serving");
    group.throughput(Throughput::Elements(CALLS as u64)).sample_size(30);
    group.bench_function("limit_sum", |bencher| bencher.iter(|| black_box(sum(black_box(&calls)))));
    for situation in &situations() {
        group.bench_function(situation.name, |bencher| {
            bencher.iter_batched_ref(
                || situation.desk(),
                |desk| desk.meet(black_box(&calls), &mut NoLog),
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

/// The figures that the README states: medians over interleaved rounds of ten months.
fn print_figures() {
    let calls = month();
    let months = 10;
    let limit = || {
        time(|| {
            (0..months).for_each(|_| {
                black_box(sum(black_box(&calls)));
            });
        })
    };
    println!("\n{CALLS} calls of a month, medians of {ROUNDS} interleaved rounds");
    for situation in &situations() {
        let mut speeds = Vec::new();
        let mut ratios = Vec::new();
        for _ in 0..ROUNDS {
            let bare = limit().as_secs_f64();
            let mut desks: Vec<_> = (0..months).map(|_| situation.desk()).collect();
            let ours = time(|| desks.iter_mut().for_each(|desk| desk.meet(&calls, &mut NoLog))).as_secs_f64();
            speeds.push(f64::from(months) * CALLS as f64 / ours / 1e6);
            ratios.push(ours / bare);
        }
        let mut desk = situation.desk();
        desk.meet(&calls, &mut NoLog);
        let found = desk.finish(SimTime::ZERO + MONTH).calls;
        let share = |part: u64| part as f64 / CALLS as f64;
        println!(
            "  {}: {:.1} million calls/s, {:.1} times the time of summing them ({:.3} overflowed, {:.3} waited)",
            situation.name,
            median(speeds),
            median(ratios),
            share(found.overflowed),
            share(found.queued)
        );
    }
}

criterion_group!(serving_month, benches);

fn main() {
    serving_month();
    Criterion::default().configure_from_args().final_summary();
    print_figures();
}
