//! What an account adds to a replication, held against limits measured in the same run. `benches/README.md` explains
//! each figure.

mod clock;

use clock::{median, time};
use criterion::{Criterion, Throughput, criterion_group};
use deploysim::scenario::{self, Scenario};
use deploysim::sim::{self, Silent};
use deploysim::world::World;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use std::hint::black_box;

/// Normals of the limit (a): two price series of 8,640 steps.
const NORMALS: usize = 17_280;
const SEED: u64 = 1;
/// Rounds of the interleaved comparison; medians are taken over them.
const ROUNDS: usize = 9;
/// Replications of one round.
const REPLICATIONS: u64 = 500;
/// Of one with calls, which take longer.
const REPLICATIONS_WITH_CALLS: u64 = 20;

/// (a) of `spot_month`: the normals and nothing else.
fn draw_normals(replication: u64) -> f64 {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    rng.set_stream(replication);
    let draw = |_| -> f64 { StandardNormal.sample(&mut rng) };
    (0..NORMALS).map(draw).sum()
}

/// A deployment of thirty days, with or without an account and calls.
fn month(account: &str, paid_by: &str, traffic: &str) -> Scenario {
    let text = format!(
        r#"(
        name: "bench", start: "2026-06-01T00:00:00+08:00", horizon: "30d", currency: "CNY",
        {account}
        {traffic}
        public_models: [(model: "qwen3-max-2025-09-23", limits: Unlimited)],
        strategies: [(name: "ptu", deployments: [
            Ptu(name: "ptu", model: "qwen3-max-2025-09-23", input_tpm: 10000, output_tpm: 2000, paid_by: {paid_by}),
        ])],
    )"#
    );
    let (scenario, report) = scenario::load_bytes("bench.ron", text.into_bytes(), &[]);
    scenario.unwrap_or_else(|| panic!("{}", report.render(false)))
}

/// An account with a limit that is never reached, alerts that are, and a top-up that is asked for now and then.
const ACCOUNT: &str = r#"accounts: [(
    name: "main", cash: "20000", credit: "1000",
    top_up: (below: "5000", amount: "10000", delay: LogNormal(median: "2h", sigma: 1.0)),
    alerts: (monthly_limit: "50000", at: ["10%", "50%", "100%"], low_balance: ["1000"]),
)],"#;
/// Five calls a minute, of which some overflow.
const TRAFFIC: &str = r#"traffic: [(tenant: "chat", api_key: "k1", workspace: "llm-1",
    arrivals: Stochastic(per_minute: 5, dispersion: 1.5),
    input: LogNormal(median: 1500, sigma: 0.8, most: 120000), output: LogNormal(median: 300, sigma: 0.8, most: 8000))],"#;

/// A situation without and with the account.
struct Pair {
    name: &'static str,
    without: Scenario,
    with: Scenario,
    /// In one round.
    replications: u64,
}

fn pairs() -> Vec<Pair> {
    let pair = |name, paid_by, traffic| Pair {
        name,
        without: month("", paid_by, traffic),
        with: month(ACCOUNT, paid_by, traffic),
        replications: if traffic.is_empty() { REPLICATIONS } else { REPLICATIONS_WITH_CALLS },
    };
    vec![
        pair("PTU by the hour", "Hourly", ""),
        pair("PTU by the day", "Days(30)", ""),
        pair("PTU by the hour, 216,000 calls", "Hourly", TRAFFIC),
        pair("PTU by the day, 216,000 calls", "Days(30)", TRAFFIC),
    ]
}

fn replicate(scenario: &Scenario, replication: u64, world: &mut World) -> i128 {
    scenario.world.draw_into(SEED, replication, world);
    sim::simulate(scenario, &scenario.strategies[0], world, &mut Silent).cost().as_pico()
}

fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("accounts");
    group.throughput(Throughput::Elements(1));
    let mut world = World::empty();
    for pair in pairs() {
        for (how, scenario) in [("without", &pair.without), ("with", &pair.with)] {
            let mut replication = 0;
            group.bench_function(format!("{}/{how}", pair.name), |bencher| {
                bencher.iter(|| {
                    replication += 1;
                    black_box(replicate(scenario, replication, &mut world))
                });
            });
        }
    }
    group.finish();
}

criterion_group!(criterion_benches, benches);

fn main() {
    criterion_benches();
    Criterion::default().configure_from_args().final_summary();
    let mut world = World::empty();
    println!("\n(h) what an account adds to a replication, in units of (a), medians of {ROUNDS} rounds");
    for pair in pairs() {
        let (mut ratios, mut added) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS as u64 {
            let range = round * pair.replications..(round + 1) * pair.replications;
            let mut run = |scenario: &Scenario| {
                time(|| {
                    for replication in range.clone() {
                        black_box(replicate(scenario, replication, &mut world));
                    }
                })
            };
            let (without, with) = (run(&pair.without), run(&pair.with));
            let limit = time(|| {
                for replication in 0..REPLICATIONS {
                    black_box(draw_normals(replication));
                }
            });
            let more = with.as_secs_f64() - without.as_secs_f64();
            let each = more / pair.replications as f64;
            ratios.push(each / (limit.as_secs_f64() / REPLICATIONS as f64));
            added.push(each * 1e6);
        }
        println!("{:<32} {:>7.2} of (a), {:>8.1} µs", pair.name, median(ratios), median(added));
    }
}
