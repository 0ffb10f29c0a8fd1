//! The formula of a published PTU calculator beside the simulated overflow, on three tenants of a production record.
//!
//! The calculator takes the 99th percentile of the tokens per minute, subtracts the capacity, and lets the difference
//! overflow in every minute of the month. `cargo test --test published_calculator -- --nocapture` prints the table of
//! the README.

use deploysim::scenario::{Source, load};
use deploysim::sim::{Silent, simulate};
use deploysim::world::traffic::Arrivals;
use rayon::prelude::*;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const MINUTES: usize = 10_080;

/// Tenants of `servegen`, and capacities in input tokens per minute: about the mean, 1.2 times the mean, and the 95th
/// percentile of their minutes.
const TENANTS: [(&str, [u64; 3]); 3] = [
    ("client61", [1_850_000, 2_220_000, 7_560_000]),
    ("client104", [620_000, 740_000, 4_350_000]),
    ("client143", [690_000, 830_000, 790_000]),
];

/// Every capacity with whole calls that overflow, and with what is beyond it only: strategies that meet the same calls.
fn scenario(tenant: &str, capacities: [u64; 3]) -> String {
    let mut strategies = String::new();
    for (capacity, unit) in capacities.iter().flat_map(|capacity| [(capacity, "Call"), (capacity, "Excess")])
    {
        let _ = write!(
            strategies,
            r#"(name: "{unit} {capacity}", deployments: [Ptu(name: "ptu", model: "qwen-flash-2025-07-28",
            input_tpm: {capacity}, output_tpm: 1000, output_check: Ignore, overflow_unit: {unit})]), "#
        );
    }
    format!(
        r#"(start: "2026-06-01T00:00:00+08:00", horizon: "7d", currency: "CNY",
        traffic: [(tenant: "{tenant}", arrivals: Minutes(file: "servegen/m-large_week_{tenant}_per_minute.csv.gz"),
            input: LogNormal(median: 500, sigma: 1.0, most: 30000), output: LogNormal(median: 50, sigma: 0.8, most: 4000))],
        public_models: [(model: "qwen-flash-2025-07-28", limits: Unlimited)],
        strategies: [{strategies}])"#
    )
}

/// What overflows of a tenant's week.
struct Overflow {
    /// Input tokens of each strategy.
    overflowed: Vec<u64>,
    /// Input tokens of each minute.
    minutes: Vec<u64>,
}

fn overflow((tenant, capacities): (&str, [u64; 3]), data: &Path) -> Overflow {
    let source = Source {
        path: "calculator.ron".to_owned(),
        text: scenario(tenant, capacities),
        base: PathBuf::new(),
        data_dirs: vec![data.to_path_buf()],
    };
    let (scenario, report) = load(source);
    let scenario = scenario.unwrap_or_else(|| panic!("{}", report.render(false)));
    let Arrivals::Minutes { series, .. } = &scenario.world.traffic.tenants[0].arrivals else {
        panic!("the record is one by the minute");
    };
    let minutes = series.minutes.iter().map(|minute| minute.input_tokens).collect();
    let world = scenario.world.draw(1, 0);
    let outcomes = scenario.strategies.par_iter().map(|strategy| {
        simulate(&scenario, strategy, &world, &mut Silent).serving.calls.overflowed_tokens.input
    });
    Overflow { overflowed: outcomes.collect(), minutes }
}

#[test]
fn the_published_formula_is_many_times_too_high() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    if !data.join("servegen").is_dir() {
        println!("skipped: {} is not there", data.display());
        return;
    }
    println!(
        "| tenant | capacity, input TPM | calculator | simulated, whole calls | excess only | too high by |"
    );
    println!("|---|---|---|---|---|---|");
    let weeks: Vec<Overflow> = TENANTS.par_iter().map(|tenant| overflow(*tenant, &data)).collect();
    for ((tenant, capacities), Overflow { overflowed, mut minutes }) in TENANTS.into_iter().zip(weeks) {
        assert_eq!(minutes.len(), MINUTES);
        minutes.sort_unstable();
        let p99 = minutes[(MINUTES * 99).div_ceil(100) - 1];
        for (capacity, pair) in capacities.into_iter().zip(overflowed.chunks(2)) {
            let [calls, excess] = *pair else { panic!("two strategies each") };
            // The excess of each minute is known without any simulation.
            let by_hand: u64 = minutes.iter().map(|tokens| tokens.saturating_sub(capacity)).sum();
            assert_eq!(excess, by_hand, "{tenant} at {capacity}");
            let calculator = p99.saturating_sub(capacity) * MINUTES as u64;
            let ratio = calculator as f64 / calls as f64;
            let millions = |tokens: u64| format!("{:.0} M", tokens as f64 / 1e6);
            println!(
                "| {tenant} | {capacity} | {} | {} | {} | {ratio:.1} |",
                millions(calculator),
                millions(calls),
                millions(excess)
            );
            assert!(calls >= excess, "a whole call overflows with what would have fitted");
            assert!(ratio > 4.0, "{tenant} at {capacity}: {ratio}");
        }
    }
}
