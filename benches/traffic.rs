//! The speed of calls, held against limits measured in the same run. `benches/README.md` explains each figure.

mod clock;

use clock::{median, time};
use deploysim::scenario::{self, Scenario};
use deploysim::serving::{Desk, NoLog, Quota, TargetId};
use deploysim::sim::{self, Silent};
use deploysim::units::{SimSpan, SimTime};
use deploysim::world::World;
use deploysim::world::WorldModel;
use deploysim::world::traffic::{
    Arrivals, Call, CallSizes, Intensity, Lengths, MinuteSeries, MinuteTotals, Offset, Playback, Tenant,
    TrafficModel,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::hint::black_box;
use std::sync::Arc;

const SEED: u64 = 1;
/// Rounds of the interleaved comparison; medians are taken over them.
const ROUNDS: usize = 9;
/// Months that are timed together: the system may tell processor time in steps of some milliseconds.
const MONTHS: u64 = 20;
/// Thirty days of five calls a minute: 216,000 calls in the mean.
const MONTH: SimSpan = SimSpan::from_days(30);
const MONTH_CALLS: f64 = 5.0;
/// One day of about 8,000 calls a minute, the scale of the busiest recorded services.
const DAY: SimSpan = SimSpan::from_days(1);
const DAY_CALLS: u32 = 8_000;

/// Lengths as real calls have them: lognormal on both sides, part of them cached, some thinking.
fn sizes() -> CallSizes {
    CallSizes {
        input: Lengths::LogNormal { median: 900.0, sigma: 1.1, most: 131_072 },
        output: Lengths::LogNormal { median: 250.0, sigma: 0.9, most: 16_384 },
        cached_share: 0.3,
        thinking_share: 0.1,
        web_search_share: 0.0,
    }
}

fn model(horizon: SimSpan, arrivals: Arrivals) -> WorldModel {
    let tenant = Tenant { name: "app".to_owned(), arrivals, sizes: sizes() };
    WorldModel {
        horizon,
        start_time_of_week: SimSpan::from_hours(10),
        utc_offset: SimSpan::from_hours(8),
        prices: vec![],
        stocks: vec![],
        shocks: vec![],
        clocks: vec![],
        traffic: TrafficModel { tenants: vec![tenant] },
    }
}

/// A month by chance, with the profile of a day.
fn month() -> WorldModel {
    let day_profile = (0..24).map(|hour| 0.5 + f64::from(hour) / 23.0).collect();
    let intensity = Intensity {
        per_minute: MONTH_CALLS,
        day_profile,
        week_profile: vec![],
        growth_per_month: 0.0,
        dispersion: 1.0,
        bursts: None,
        idle: None,
    };
    model(MONTH, Arrivals::Stochastic(intensity))
}

/// A day from totals by the minute.
fn day() -> WorldModel {
    let totals = |minute: u32| {
        let calls = DAY_CALLS + minute * 37 % 1_000 - 500;
        MinuteTotals {
            calls,
            input_tokens: u64::from(calls) * 1_150 + 17,
            output_tokens: u64::from(calls) * 370,
        }
    };
    let series = Arc::new(MinuteSeries { minutes: (0..1_440).map(totals).collect() });
    let playback = Playback { offset: Offset::Fixed(SimSpan::ZERO), scale: 1.0, repeat: true };
    model(DAY, Arrivals::Minutes { series, playback })
}

/// What is drawn of a replication: how many calls, and something that depends on each of them.
#[derive(Default)]
struct Drawn {
    calls: u64,
    tokens: u64,
}

impl Drawn {
    fn add(&mut self, calls: &[Call]) {
        self.calls += calls.len() as u64;
        self.tokens += calls.iter().map(|call| u64::from(call.output_tokens)).sum::<u64>();
    }
}

/// Ours: every call of a replication, where it is kept or unit by unit in one buffer.
fn draw_calls(model: &WorldModel, replication: u64, world: &mut World, calls: &mut Vec<Call>) -> Drawn {
    model.draw_into(SEED, replication, world);
    let mut drawn = Drawn::default();
    if let Some(kept) = world.traffic.kept() {
        drawn.add(kept);
        return drawn;
    }
    let mut minute = 0;
    while minute < model.horizon.started_granules(SimSpan::MINUTE) {
        world.traffic.minutes(&model.traffic, minute, calls);
        drawn.add(calls);
        minute += world.traffic.unit_minutes();
    }
    drawn
}

/// The limit: the words that these calls take (an instant, a pair of normals and a flag each; for each minute one more
/// instant and a number of two words) from `ChaCha8`, a new stream per minute, and nothing else.
fn draw_words(minutes: u64, calls_per_minute: usize, replication: u64) -> u64 {
    let mut generator = ChaCha8Rng::seed_from_u64(SEED + replication);
    let mut sum = 0_u64;
    for minute in 0..minutes {
        generator.set_word_pos(0);
        generator.set_stream(minute);
        for _ in 0..4 * calls_per_minute + 3 {
            sum += u64::from(generator.next_u32());
        }
    }
    sum
}

/// Ratio of `limit` to `ours` per round, interleaved so that a noisy machine disturbs both alike, and the time of
/// `ours` in seconds.
fn ratio(mut limit: impl FnMut(), mut ours: impl FnMut()) -> (f64, f64) {
    let (mut ratios, mut seconds) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let limit = time(&mut limit).as_secs_f64();
        let own = time(&mut ours).as_secs_f64();
        ratios.push(limit / own);
        seconds.push(own);
    }
    (median(ratios), median(seconds))
}

/// Drawing alone against the words it takes.
fn print_drawing(name: &str, model: &WorldModel, calls_per_minute: usize) {
    let at_once = if calls_per_minute > 100 { 1 } else { MONTHS };
    let (mut world, mut calls) = (World::empty(), Vec::new());
    let (mut drawn, mut limited) = (0, 0);
    let minutes = model.horizon.started_granules(SimSpan::MINUTE).unsigned_abs();
    let counted = draw_calls(model, 0, &mut world, &mut calls).calls;
    let (words_per_drawing, seconds) = ratio(
        || {
            for _ in 0..at_once {
                limited += 1;
                black_box(draw_words(minutes, calls_per_minute, limited));
            }
        },
        || {
            for _ in 0..at_once {
                drawn += 1;
                black_box(draw_calls(model, drawn, &mut world, &mut calls).tokens);
            }
        },
    );
    let nanoseconds = seconds * 1e9 / (at_once * counted) as f64;
    println!(
        "  {name}: {words_per_drawing:.2} ({counted} calls, {nanoseconds:.1} ns each, {} in memory)",
        calls.capacity()
    );
}

/// The month as users write it: one quota by the default rules, large enough to take nearly every call.
const SCENARIO: &str = r#"(
    name: "month",
    start: "2026-06-01T00:00:00+08:00",
    horizon: "30d",
    currency: "CNY",
    traffic: [(
        tenant: "app",
        api_key: "key-app",
        arrivals: Stochastic(
            per_minute: 5,
            day_profile: [0.5, 0.5, 0.6, 0.6, 0.7, 0.7, 0.8, 0.8, 0.8, 0.9, 0.9, 1.0, 1.0, 1.1, 1.1, 1.2, 1.2, 1.2, 1.3, 1.3, 1.4, 1.4, 1.5, 1.5],
        ),
        input: LogNormal(median: 900, sigma: 1.1, most: 128000),
        output: LogNormal(median: 250, sigma: 0.9, most: 16384),
    )],
    public_models: [(model: "qwen3-max-2025-09-23", limits: Unlimited)],
    strategies: [(name: "quota", deployments: [
        Ptu(name: "ptu", model: "qwen3-max-2025-09-23", input_tpm: 100000, output_tpm: 20000, paid_by: Days(30)),
    ])],
)"#;

fn load() -> Scenario {
    let (scenario, report) = scenario::load_bytes("month.ron", SCENARIO.as_bytes().to_vec(), &[]);
    scenario.unwrap_or_else(|| panic!("{}", report.render(false)))
}

/// Drawing and admission by the parts: one desk whose quota is open from the beginning.
fn admit(scenario: &Scenario, replication: u64, world: &mut World, calls: &mut Vec<Call>) -> u64 {
    scenario.world.draw_into(SEED, replication, world);
    let mut desk = Desk::new(&scenario.strategies[0].serving);
    desk.open(TargetId(0), SimTime::ZERO);
    let quota = Quota { input_tpm: 100_000, output_tpm: 20_000, thinking_output_tpm: None };
    desk.set_quota(TargetId(0), quota, SimTime::ZERO);
    if let Some(kept) = world.traffic.kept() {
        desk.meet(kept, &mut NoLog);
    } else {
        let mut minute = 0;
        while minute < scenario.world.horizon.started_granules(SimSpan::MINUTE) {
            world.traffic.minutes(&scenario.world.traffic, minute, calls);
            desk.meet(calls, &mut NoLog);
            minute += world.traffic.unit_minutes();
        }
    }
    let counts = desk.finish(SimTime::ZERO + scenario.world.horizon).calls;
    counts.served + counts.overflowed
}

/// The same as a strategy of a scenario meets it.
fn simulate(scenario: &Scenario, replication: u64, world: &mut World) -> u64 {
    scenario.world.draw_into(SEED, replication, world);
    let outcome = sim::simulate(scenario, &scenario.strategies[0], world, &mut Silent);
    let counts = outcome.serving.calls;
    counts.served + counts.overflowed
}

/// Drawing and admission together: calls a second on one core, and the share of drawing in their time.
fn print_together(name: &str) {
    let scenario = load();
    let (mut world, mut calls, mut replication) = (World::empty(), Vec::new(), 0);
    let counted = draw_calls(&scenario.world, 0, &mut world, &mut calls).calls;
    let mut figures = [const { Vec::new() }; 4];
    let mut taken = 0;
    for _ in 0..ROUNDS {
        let replications = replication..replication + MONTHS;
        replication += MONTHS;
        let drawing = time(|| {
            for replication in replications.clone() {
                black_box(draw_calls(&scenario.world, replication, &mut world, &mut calls).tokens);
            }
        });
        let by_parts = time(|| {
            for replication in replications.clone() {
                black_box(admit(&scenario, replication, &mut world, &mut calls));
            }
        });
        let mut sum = 0;
        let whole = time(|| {
            sum = replications.clone().map(|number| simulate(&scenario, number, &mut world)).sum();
        });
        taken = sum / MONTHS;
        let [drawing, by_parts, whole] =
            [drawing, by_parts, whole].map(|time| time.as_secs_f64() / MONTHS as f64);
        let per_second = |seconds: f64| counted as f64 / seconds / 1e6;
        for (figure, value) in figures.iter_mut().zip([
            per_second(by_parts),
            drawing / by_parts,
            per_second(whole),
            drawing / whole,
        ]) {
            figure.push(value);
        }
    }
    let [by_parts, share_of_parts, whole, share] = figures.map(median);
    println!(
        "  {name}: {by_parts:.1} million calls/s by traffic and desk (drawing alone takes {share_of_parts:.2} of the \
         time), {whole:.1} by a simulation ({share:.2}); {counted} calls, {taken} of a month served"
    );
}

fn main() {
    println!(
        "\nratios, medians of {ROUNDS} interleaved rounds; (w) = the words of the calls and nothing else"
    );
    let chosen = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    let scenarios = [
        ("(e) a month of 5 calls a minute by chance, in (w)", month(), MONTH_CALLS as usize),
        ("(f) a day of 8,000 calls a minute from totals, in (w)", day(), DAY_CALLS as usize),
    ];
    for (name, model, calls_per_minute) in scenarios {
        if name.contains(&chosen) {
            print_drawing(name, &model, calls_per_minute);
        }
    }
    let name = "(g) a month drawn and met by one quota";
    if name.contains(&chosen) {
        print_together(name);
    }
}
