//! The speed of a replication, held against limits measured in the same run. `benches/README.md` explains each figure.

use criterion::{Criterion, Throughput, criterion_group};
use deploysim::engine::EventQueue;
use deploysim::montecarlo::{StudySize, run_strategies, study, study_points};
use deploysim::scenario::model::{Bid, Service, Strategy};
use deploysim::scenario::{self, Scenario};
use deploysim::sim::{self, Silent};
use deploysim::units::{SimSpan, SimTime, UnitPrice};
use deploysim::world::{Clock, ClockMode, History, PriceProcess, Replay, World};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Normals in one replication: two price series of 8,640 steps.
const NORMALS: usize = 17_280;
const SEED: u64 = 1;
/// Rounds of the interleaved comparison; medians are taken over them.
const ROUNDS: usize = 9;
const PREDRAWN_WORLDS: u64 = 64;

/// The scenario of the issue, as users have it.
fn load() -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/bench/spot_month.ron");
    let (scenario, report) = scenario::load_file(&path, &[]);
    scenario.unwrap_or_else(|| panic!("{}", report.render(false)))
}

/// (a): the normals and nothing else, in f64 by ziggurat from `ChaCha8`, a new stream per replication.
fn draw_normals(replication: u64) -> f64 {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    rng.set_stream(replication);
    let mut sum = 0.0;
    for _ in 0..NORMALS {
        let normal: f64 = StandardNormal.sample(&mut rng);
        sum += normal;
    }
    sum
}

/// (b): one world drawn, one strategy run in it.
fn replicate(scenario: &Scenario, strategy: usize, replication: u64, world: &mut World) -> i128 {
    scenario.world.draw_into(SEED, replication, world);
    sim::simulate(scenario, &scenario.strategies[strategy], world, &mut Silent).cost().as_pico()
}

/// (d), our queue on the hold model: take the earliest, schedule it again a random time later.
fn hold_queue(pending: usize, steps: usize) -> i64 {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut queue = EventQueue::new();
    for entity in 0..pending {
        queue.push(SimTime::from_ms(rng.random_range(0..1_000_000)), 3, entity as u32, entity as u32);
    }
    let mut last = 0;
    for _ in 0..steps {
        let next = queue.pop().expect("the hold model never empties");
        last = next.at.as_ms();
        queue.push(SimTime::from_ms(last + rng.random_range(1..1_000_000)), 3, next.event, next.event);
    }
    last
}

/// (d), the limit: the same steps on a bare heap of (time, entity).
fn hold_bare(pending: usize, steps: usize) -> i64 {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut heap = BinaryHeap::new();
    for entity in 0..pending {
        heap.push(Reverse((rng.random_range(0..1_000_000_i64), entity as u32)));
    }
    let mut last = 0;
    for _ in 0..steps {
        let Reverse((at, entity)) = heap.pop().expect("the hold model never empties");
        last = at;
        heap.push(Reverse((at + rng.random_range(1..1_000_000), entity)));
    }
    last
}

fn benches(criterion: &mut Criterion) {
    let scenario = load();
    let mut group = criterion.benchmark_group("spot_month");
    group.throughput(Throughput::Elements(1));
    let mut replication = 0;
    group.bench_function("a_normals_only", |bencher| {
        bencher.iter(|| {
            replication += 1;
            black_box(draw_normals(replication))
        });
    });
    let mut world = World::empty();
    for (index, strategy) in scenario.strategies.iter().enumerate() {
        group.bench_function(format!("b_replication/{}", strategy.name), |bencher| {
            bencher.iter(|| {
                replication += 1;
                black_box(replicate(&scenario, index, replication, &mut world))
            });
        });
        let worlds: Vec<World> =
            (0..PREDRAWN_WORLDS).map(|replication| scenario.world.draw(SEED, replication)).collect();
        let mut next = 0;
        group.bench_function(format!("c_predrawn/{}", strategy.name), |bencher| {
            bencher.iter(|| {
                next = (next + 1) % worlds.len();
                black_box(sim::simulate(&scenario, strategy, &worlds[next], &mut Silent).cost())
            });
        });
    }
    group.finish();
    let mut group = criterion.benchmark_group("hold");
    for pending in [1_000, 100_000] {
        let steps = 100_000;
        group.throughput(Throughput::Elements(steps as u64));
        group.bench_function(format!("d_bare_heap/{pending}"), |bencher| {
            bencher.iter(|| hold_bare(pending, steps));
        });
        group.bench_function(format!("d_event_queue/{pending}"), |bencher| {
            bencher.iter(|| hold_queue(pending, steps));
        });
    }
    group.finish();
}

fn time(mut work: impl FnMut()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Ratio of `limit` to `ours` per round, interleaved so that a noisy machine disturbs both alike.
fn ratio(mut limit: impl FnMut(), mut ours: impl FnMut()) -> f64 {
    let round = |_| time(&mut limit).as_secs_f64() / time(&mut ours).as_secs_f64();
    median((0..ROUNDS).map(round).collect())
}

/// The figures that the README states: medians over interleaved rounds.
fn print_ratios() {
    let scenario = load();
    let count = 400;
    let mut world = World::empty();
    let limit = || {
        (0..count).for_each(|replication| {
            black_box(draw_normals(replication));
        });
    };
    println!("\nratios, medians of {ROUNDS} interleaved rounds; (a) = drawing the normals and nothing else");
    for (index, strategy) in scenario.strategies.iter().enumerate() {
        let drawn = ratio(limit, || {
            (0..count).for_each(|replication| {
                black_box(replicate(&scenario, index, replication, &mut world));
            });
        });
        println!("  (b) replications of \"{}\" per replication of (a): {drawn:.2}", strategy.name);
    }
    let draws = ratio(limit, || {
        (0..count).for_each(|replication| scenario.world.draw_into(SEED, replication, &mut world));
    });
    println!("      drawing the world alone: {draws:.2}");
    let both = ratio(limit, || {
        (0..count).for_each(|replication| {
            scenario.world.draw_into(SEED, replication, &mut world);
            black_box(run_strategies(&scenario, &world));
        });
    });
    println!("      both strategies on one world: {both:.2} worlds");
    let worlds: Vec<World> =
        (0..PREDRAWN_WORLDS).map(|replication| scenario.world.draw(SEED, replication)).collect();
    for strategy in &scenario.strategies {
        let predrawn = ratio(limit, || {
            (0..count as usize).for_each(|index| {
                let world = &worlds[index % worlds.len()];
                black_box(sim::simulate(&scenario, strategy, world, &mut Silent));
            });
        });
        println!("  (c) \"{}\" on {PREDRAWN_WORLDS} worlds drawn before: {predrawn:.2}", strategy.name);
    }
    for pending in [1_000, 100_000] {
        let steps = 300_000;
        let faster = ratio(
            || {
                black_box(hold_bare(pending, steps));
            },
            || {
                black_box(hold_queue(pending, steps));
            },
        );
        let slower = 1.0 / faster;
        println!("  (d) event queue, {pending} pending: {slower:.2} times the time of a bare heap");
    }
    print_fleet(&scenario);
    print_replay(&scenario);
    print_sweep(&scenario);
    let run = |threads| {
        time(|| drop(study(&scenario, StudySize { seed: SEED, replications: 8_192, threads }, &mut ())))
            .as_secs_f64()
    };
    let speedup = median((0..5).map(|_| run(1) / run(2)).collect());
    println!("  two threads against one: {speedup:.2} times (median of five)");
}

/// (h): ten services of ten replicas each on the same markets.
fn print_fleet(scenario: &Scenario) {
    let mut fleet = scenario.clone();
    let named = |index: usize| format!("service {index}");
    let services =
        (0..10).map(|index| Service { name: named(index), replicas: 10, ..fleet.services[0].clone() });
    fleet.services = services.collect();
    let (count, mut world) = (20, World::empty());
    for (index, strategy) in scenario.strategies.iter().enumerate() {
        let faster = ratio(
            || {
                (0..count).for_each(|replication| {
                    black_box(draw_normals(replication));
                });
            },
            || {
                (0..count).for_each(|replication| {
                    black_box(replicate(&fleet, index, replication, &mut world));
                });
            },
        );
        let times = 1.0 / faster;
        println!(
            "  (h) ten services of ten replicas, \"{}\": {times:.1} times the time of (a)",
            strategy.name
        );
    }
}

/// (i): the same month on prices replayed from a record of 90 days, which is drawn once, with so many changes.
fn print_replay(scenario: &Scenario) {
    const RECORD: SimSpan = SimSpan::from_days(90);
    let mut drawn = scenario.world.clone();
    drawn.horizon = RECORD;
    let mut record = drawn.draw(SEED, 1 << 32);
    for (between, words) in [(SimSpan::from_minutes(30), "30 minutes"), (SimSpan::from_hours(8), "8 hours")] {
        let mut replayed = scenario.clone();
        let window_unix_ms = (0, RECORD.as_ms());
        let mode = ClockMode::Circular { keep_hour_of_week: false };
        replayed.world.clocks = vec![Clock { name: "record".to_owned(), window_unix_ms, mode }];
        for (index, series) in replayed.world.prices.iter_mut().enumerate() {
            if matches!(series.process, PriceProcess::MeanReverting(_)) {
                let times: Vec<i64> =
                    (0..RECORD.as_ms() / between.as_ms()).map(|row| row * between.as_ms()).collect();
                let values =
                    times.iter().map(|ms| record.prices[index].value_at(SimTime::from_ms(*ms))).collect();
                let history = History { times_unix_ms: times, values, end_unix_ms: RECORD.as_ms() };
                series.process = PriceProcess::Replay(Replay { clock: 0, history: Arc::new(history) });
            }
        }
        for (index, strategy) in scenario.strategies.iter().enumerate() {
            let (count, world) = (2_000, &mut record);
            let faster = ratio(
                || {
                    (0..count / 10).for_each(|replication| {
                        black_box(draw_normals(replication));
                    });
                },
                || {
                    (0..count).for_each(|replication| {
                        black_box(replicate(&replayed, index, replication, world));
                    });
                },
            );
            println!(
                "  (i) \"{}\" on a record that changes every {words}: {:.1}",
                strategy.name,
                faster * 10.0
            );
        }
    }
}

/// (j): whole worlds with four strategies, and whole sweeps of 25 bids, on one thread.
fn print_sweep(scenario: &Scenario) {
    let with_bids = |strategy: &Strategy, factor: i64| {
        let mut strategy = strategy.clone();
        for entry in &mut strategy.plan.entries {
            if let Some(Bid::Limit(limit)) = entry.bid {
                entry.bid = Some(Bid::Limit(UnitPrice::from_nano(limit.as_nano() * factor / 100)));
            }
        }
        strategy
    };
    let mut four = scenario.clone();
    four.strategies.extend([with_bids(&scenario.strategies[0], 90), with_bids(&scenario.strategies[0], 110)]);
    let (count, mut world) = (200, World::empty());
    let limit = || {
        (0..count).for_each(|replication| {
            black_box(draw_normals(replication));
        });
    };
    let worlds = ratio(limit, || {
        (0..count).for_each(|replication| {
            four.world.draw_into(SEED, replication, &mut world);
            black_box(run_strategies(&four, &world));
        });
    });
    println!("  (j) four strategies, one of them \"move back\": {worlds:.2} worlds");
    for strategy in &scenario.strategies {
        let mut point = scenario.clone();
        point.strategies = vec![strategy.clone()];
        let points: Vec<Scenario> = (0..25)
            .map(|step| Scenario { strategies: vec![with_bids(strategy, 88 + step)], ..point.clone() })
            .collect();
        let sweeps = ratio(limit, || {
            let size = StudySize { seed: SEED, replications: count, threads: 1 };
            drop(black_box(study_points(&points, size, &())));
        });
        println!("  (j) sweep of 25 bids of \"{}\": {sweeps:.3} whole sweeps of one world", strategy.name);
    }
}

criterion_group!(spot_month, benches);

fn main() {
    spot_month();
    Criterion::default().configure_from_args().final_summary();
    print_ratios();
}
