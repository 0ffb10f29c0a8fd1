//! What must hold whatever the numbers are.

mod random;

use deploysim::billing::{LineRounding, MeterRounding, Metering, PriceSource, Usage};
use deploysim::montecarlo::study::{StudySize, study};
use deploysim::report::{Bill, Told};
use deploysim::scenario::model::Strategy as Renting;
use deploysim::scenario::{Scenario, load_file};
use deploysim::sim::{Outcome, Recorder, Silent, UsageEnd, UsageRecord, simulate};
use deploysim::units::{Money, RoundingMode, SimSpan, SimTime, UnitPrice};
use deploysim::world::{StepPath, World};
use proptest::prelude::*;
use random::{EVERYTHING, Features};
use std::path::Path;

// ---- Billing: how an interval is cut never matters.

/// Prices in any unit that is allowed, on any milliseconds.
fn irregular_market() -> impl Strategy<Value = StepPath> {
    prop::collection::vec((1_i64..4_000_000, 0_i64..3_000_000_000), 0..12).prop_map(|mut changes| {
        changes.sort_unstable();
        let first = (SimTime::ZERO, 712_345_679);
        let rest = changes.into_iter().map(|(at, price)| (SimTime::from_ms(at), price));
        StepPath::from_changes(&std::iter::once(first).chain(rest).collect::<Vec<_>>())
    })
}

/// Prices on a grid, and the same as changes at any time: two paths that are equal everywhere.
fn grid_market() -> impl Strategy<Value = (StepPath, StepPath)> {
    let step = prop::sample::select(vec![1_000_i64, 60_000, 300_000, 97_000, 1_500]);
    (step, prop::collection::vec(0_i64..3_000_000_000, 1..30)).prop_map(|(step, values)| {
        let changes: Vec<(SimTime, i64)> = values
            .iter()
            .zip(0_i64..)
            .map(|(value, index)| (SimTime::from_ms(index * step), *value))
            .collect();
        (StepPath::from_grid(SimSpan::from_ms(step), values), StepPath::from_changes(&changes))
    })
}

fn metering() -> impl Strategy<Value = Metering> {
    let granularity =
        prop::sample::select(vec![SimSpan::SECOND, SimSpan::MINUTE, SimSpan::HOUR, SimSpan::from_ms(700)]);
    let rounding = prop::sample::select(vec![MeterRounding::Ceil, MeterRounding::Exact]);
    let least = prop::sample::select(vec![SimSpan::ZERO, SimSpan::MINUTE]);
    (granularity, rounding, least).prop_map(|(granularity, rounding, least)| Metering {
        granularity,
        rounding,
        least,
    })
}

fn line_rounding() -> impl Strategy<Value = LineRounding> {
    let mode = prop::sample::select(vec![RoundingMode::HalfUp, RoundingMode::HalfEven, RoundingMode::Down]);
    (prop::sample::select(vec![0_u32, 2, 6, 12]), mode)
        .prop_map(|(decimals, mode)| LineRounding { decimals, mode })
}

/// Where a price comes from, before there is a market to borrow.
#[derive(Clone, Copy, Debug)]
enum Source {
    Constant,
    Market,
    LockedThenMarket { until: i64 },
}

impl Source {
    fn over(self, market: &StepPath) -> PriceSource<'_> {
        match self {
            Self::Constant => PriceSource::Constant(UnitPrice::from_nano(1_234_567_891)),
            Self::Market => PriceSource::Market(market),
            Self::LockedThenMarket { until } => PriceSource::LockedThenMarket {
                locked: UnitPrice::from_nano(987_654_321),
                until: SimTime::from_ms(until),
                market,
            },
        }
    }
}

fn source() -> impl Strategy<Value = Source> {
    prop_oneof![
        Just(Source::Constant),
        Just(Source::Market),
        (0_i64..4_000_000).prop_map(|until| Source::LockedThenMarket { until }),
        (0_i64..4_000).prop_map(|seconds| Source::LockedThenMarket { until: seconds * 1_000 }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn cutting_an_interval_changes_no_amount(
        market in irregular_market(), source in source(), metering in metering(), rounding in line_rounding(),
        from in 0_i64..2_000_000, length in 1_i64..4_000_000, cuts in prop::collection::vec(0.0_f64..1.0, 0..6),
        units in 1_u32..2_000,
    ) {
        let usage = Usage { from: SimTime::from_ms(from), metering, price: source.over(&market), units };
        let end = SimTime::from_ms(from + length);
        let mut instants: Vec<SimTime> =
            cuts.iter().map(|share| SimTime::from_ms(from + (share * length as f64) as i64)).collect();
        instants.extend([usage.from, end]);
        instants.sort_unstable();
        let sum = |lines: Vec<deploysim::billing::MeteredLine>| -> Money { lines.iter().map(|line| line.amount).sum() };
        let whole = usage.amount(end, rounding);
        let in_parts: Money = instants.windows(2).map(|cut| sum(usage.lines(cut[0], cut[1], rounding))).sum();
        prop_assert_eq!(sum(usage.lines(usage.from, end, rounding)), whole);
        prop_assert_eq!(in_parts, whole);
        let billed: i64 = usage.lines(usage.from, end, rounding).iter().map(|line| line.billed.as_ms()).sum();
        prop_assert_eq!(billed, usage.billed(end).as_ms());
    }

    #[test]
    fn the_integral_gives_the_charge_of_the_stretches(
        (grid, changes) in grid_market(), source in source(), metering in metering(), units in 1_u32..2_000,
        from in 0_i64..2_000, length in 1_i64..8_000, shift in prop::sample::select(vec![0_i64, 0, 0, 137]),
    ) {
        let (begin, end) = (SimTime::from_ms(from * 1_000 + shift), SimTime::from_ms((from + length) * 1_000));
        prop_assume!(begin < end);
        let on = |market| Usage { from: begin, metering, price: source.over(market), units };
        prop_assert_eq!(on(&grid).charge(end), on(&changes).charge(end));
        // Lines are always those of the stretches.
        for usage in [on(&grid), on(&changes)] {
            let rounding = LineRounding::default();
            let of_lines: Money = usage.lines(begin, end, rounding).iter().map(|line| line.amount).sum();
            prop_assert_eq!(of_lines, usage.amount(end, rounding));
        }
    }

    #[test]
    fn charges_grow_with_time(
        market in irregular_market(), source in source(), metering in metering(), rounding in line_rounding(),
        from in 0_i64..1_000_000, first in 0_i64..2_000_000, more in 0_i64..2_000_000,
    ) {
        let usage = Usage { from: SimTime::from_ms(from), metering, price: source.over(&market), units: 3 };
        let (earlier, later) = (SimTime::from_ms(from + first), SimTime::from_ms(from + first + more));
        prop_assert!(usage.amount(earlier, rounding) <= usage.amount(later, rounding));
    }
}

// ---- Whole runs on random scenarios.

fn simulate_silently(scenario: &Scenario, strategy: &Renting, world: &World) -> Outcome {
    simulate(scenario, strategy, world, &mut Silent)
}

#[test]
fn telling_changes_nothing_and_the_total_is_the_sum_of_the_lines() {
    for seed in 0..150 {
        let scenario = random::read(&random::scenario(seed, EVERYTHING));
        let world = scenario.world.draw(seed, 3);
        for strategy in &scenario.strategies {
            let mut recorder = Recorder::default();
            let told = simulate(&scenario, strategy, &world, &mut recorder);
            assert_eq!(
                told,
                simulate_silently(&scenario, strategy, &world),
                "random_{seed}, {}",
                strategy.name
            );
            let bill = Bill::new(&Told {
                scenario: &scenario,
                strategy,
                seed,
                replication: 3,
                outcome: &told,
                recorder: &recorder,
            });
            let money = |text: &str| Money::parse(text).unwrap();
            let lines: Money = bill.lines.iter().map(|line| money(line.amount())).sum();
            let services: Money = bill.deployments.iter().map(|service| money(&service.cost)).sum();
            assert_eq!(lines, told.cost(), "random_{seed}, {}", strategy.name);
            assert_eq!(services, told.cost(), "random_{seed}, {}", strategy.name);
            assert_eq!(money(&bill.total), told.cost(), "random_{seed}, {}", strategy.name);
        }
    }
}

/// The bill and the story of the services that come first, for every strategy.
fn stories(text: &str, seed: u64, services: usize) -> Vec<String> {
    let scenario = random::read(text);
    let world = scenario.world.draw(seed, 0);
    let story = |strategy: &Renting| {
        let mut recorder = Recorder::default();
        simulate(&scenario, strategy, &world, &mut recorder);
        recorder.events.retain(|event| event.service.0 < services);
        recorder.usages.retain(|usage| usage.replica.service.0 < services);
        // The instants of the story and every line of the bill; ids of markets are the same in both scenarios.
        format!("{:?}\n{:?}", recorder.events, recorder.usages)
    };
    scenario.strategies.iter().map(story).collect()
}

#[test]
fn one_more_service_on_its_own_stock_moves_nobody() {
    for seed in 0..50 {
        let text = random::scenario(seed, EVERYTHING);
        let services = random::read(&text).services.len();
        let newcomer = "        (name: \"newcomer\", replicas: 2, start_up: LogNormal(median: \"4m\", sigma: \"0.4\"), \
                        plan: (types: [(type: \"N\", bid: \"0.40\"), (type: \"N\")], move_back: WhenAvailable)),\n";
        let market = "        (name: \"N\", provider: \"alibaba-eas\", standard: \"1.60\", spot_protected: MeanReverting(step: \"5m\", level: \
                      \"0.38\", speed: \"0.05\", noise: \"0.05\", floor: \"0.2\", cap: \"0.9\"), spot_stock: \
                      OnOff(on: \"2h\", off: \"1h\")),\n";
        let more = text
            .replacen("    ],\n    services: [", &format!("{market}    ],\n    services: ["), 1)
            .replacen("    ],\n    strategies: [", &format!("{newcomer}    ],\n    strategies: ["), 1);
        assert_eq!(stories(&text, seed, services), stories(&more, seed, services), "random_{seed}");
    }
}

/// The bill of every strategy as it is written: markets by their names, whose ids may differ between two scenarios.
fn bills(text: &str, seed: u64) -> Vec<String> {
    let scenario = random::read(text);
    let world = scenario.world.draw(seed, 0);
    let bill = |strategy: &Renting| {
        let mut recorder = Recorder::default();
        let outcome = simulate(&scenario, strategy, &world, &mut recorder);
        let (scenario, outcome, recorder) = (&scenario, &outcome, &recorder);
        let told = Told { scenario, strategy, seed, replication: 0, outcome, recorder };
        serde_json::to_string_pretty(&Bill::new(&told)).unwrap()
    };
    scenario.strategies.iter().map(bill).collect()
}

#[test]
fn strategies_beside_it_change_nothing() {
    for seed in 0..20 {
        let text = random::scenario(seed, EVERYTHING);
        let more = text.replacen(
            "    strategies: [\n",
            "    strategies: [\n        (name: \"another\", types: [(type: \"B\", bid: NoLimit), (type: \"C\")]),\n",
            1,
        );
        let outcome = |text: &str| {
            let scenario = random::read(text);
            let costs = study(&scenario, StudySize { seed, replications: 3, threads: 1 }, &mut ()).unwrap();
            costs
                .into_iter()
                .map(|samples| (samples.cost, samples.reclaims, samples.running_ms))
                .collect::<Vec<_>>()
        };
        assert_eq!(outcome(&text), outcome(&more)[1..], "random_{seed}");
        assert_eq!(bills(&text, seed), bills(&more, seed)[1..], "random_{seed}");
    }
}

/// Naming the provider whose rules are the defaults changes no byte of a bill or a story.
#[test]
fn naming_the_default_provider_changes_nothing() {
    for seed in 0..60 {
        let plain = Features { settings: false, providers: false, ..EVERYTHING };
        let text = random::scenario(seed, plain);
        let named = ["A", "B", "C"].into_iter().fold(text.clone(), |text, name| {
            let market = format!("(name: \"{name}\",");
            assert_eq!(text.matches(&market).count(), 1, "random_{seed}");
            text.replace(&market, &format!("{market} provider: \"alibaba-eas\","))
        });
        assert_eq!(stories(&text, seed, usize::MAX), stories(&named, seed, usize::MAX), "random_{seed}");
        assert_eq!(bills(&text, seed), bills(&named, seed), "random_{seed}");
    }
}

/// An account cuts the use of machines at every full hour, and waits with what may still become free: its lines come to
/// what was used, whatever the rules of machines are, and nothing else happens than without it.
#[test]
fn an_account_cuts_hours_and_changes_no_charge() {
    let (mut waived, mut kept) = (0, 0);
    for seed in 0..80 {
        let text = random::scenario(seed, EVERYTHING);
        let rich = "    accounts: [(name: \"rich\", cash: \"1000000\")],\n    markets: [\n";
        let with_account = text.replacen("    markets: [\n", rich, 1);
        assert_eq!(
            stories(&text, seed, usize::MAX),
            stories(&with_account, seed, usize::MAX),
            "random_{seed}"
        );
        let scenario = random::read(&with_account);
        let world = scenario.world.draw(seed, 0);
        for strategy in &scenario.strategies {
            let mut recorder = Recorder::default();
            let outcome = simulate(&scenario, strategy, &world, &mut recorder);
            let machines = outcome.standard + outcome.spot + outcome.disk;
            let used: Money =
                recorder.usages.iter().flat_map(|usage| &usage.lines).map(|line| line.amount).sum();
            let billed: Money = recorder.journal.lines.iter().map(|line| line.amounts.list).sum();
            assert_eq!((used, billed), (machines, machines), "random_{seed}, {}", strategy.name);
            let silent = simulate_silently(&scenario, strategy, &world);
            assert_eq!((silent.cost(), silent.accounts), (outcome.cost(), outcome.accounts), "random_{seed}");
            waived += recorder.usages.iter().filter(|usage| usage.is_waived).count();
            let replaced = |usage: &&UsageRecord| usage.end == UsageEnd::Replaced;
            kept += recorder.usages.iter().filter(replaced).count();
        }
    }
    assert!(waived > 50 && kept > 50, "{waived} intervals are free, {kept} disks are kept");
}

/// Milliseconds in which the spot type is held.
fn held_ms(scenario: &Scenario, strategy: &Renting, world: &World) -> i64 {
    simulate_silently(scenario, strategy, world).on_market.iter().map(|market| market.spot_ms).sum()
}

#[test]
fn a_higher_bid_never_holds_less_without_protection() {
    let mut different = 0;
    for seed in 0..100 {
        let bids = ["0.35", "0.40", "0.45", "0.50", "0.60"];
        let list = |bid: &&str| {
            let types =
                format!("types: [(type: \"A\", bid: \"{bid}\"), (type: \"C\")], move_back: WhenAvailable");
            format!("        (name: \"bid {bid}\", protection: false, {types}),\n")
        };
        let calm = Features { settings: false, actions: false, stock: false, providers: false, ..EVERYTHING };
        let text = random::scenario(seed, calm);
        let (head, _) = text.split_once("    services: [").unwrap();
        let services = "    services: [(name: \"chat\")],\n    strategies: [\n";
        let text = format!("{head}{services}{}    ],\n)\n", bids.iter().map(list).collect::<String>());
        let scenario = random::read(&text);
        let world = scenario.world.draw(seed, 0);
        let held: Vec<i64> =
            scenario.strategies.iter().map(|strategy| held_ms(&scenario, strategy, &world)).collect();
        assert!(held.is_sorted(), "random_{seed}: bids {bids:?} hold {held:?} ms");
        different += usize::from(held.first() < held.last());
    }
    assert!(different > 50, "only {different} scenarios tell the bids apart");
}

/// With protection it can: a bid that loses its instance may come back to a second protected hour.
#[test]
fn lesson_a_higher_bid_can_hold_less_with_protection() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/lessons/higher_bid_holds_less.ron");
    let (scenario, report) = load_file(&path, &[]);
    let scenario = scenario.unwrap_or_else(|| panic!("{}", report.render(false)));
    let world = scenario.world.draw(1, 0);
    let held = scenario.strategies.iter().map(|strategy| held_ms(&scenario, strategy, &world) / 1_000);
    assert_eq!(held.collect::<Vec<_>>(), [7_200, 3_661, 3_601, 3_661]);
}

// ---- The same bytes on any number of threads.

#[test]
fn samples_do_not_depend_on_threads() {
    for seed in 0..6 {
        let scenario = random::read(&random::scenario(seed, EVERYTHING));
        let on = |threads| study(&scenario, StudySize { seed, replications: 70, threads }, &mut ()).unwrap();
        let one = on(1);
        assert_eq!(one, on(2), "random_{seed}");
        assert_eq!(one, on(8), "random_{seed}");
    }
}

#[test]
fn printed_bytes_and_files_do_not_depend_on_threads() {
    let scratch = tempfile::tempdir().unwrap();
    let scenario = scratch.path().join("random.ron");
    std::fs::write(&scenario, random::scenario(17, EVERYTHING)).unwrap();
    let compare = |threads: &str| {
        let folder = scratch.path().join(threads);
        let mut command = assert_cmd::Command::cargo_bin("deploysim").unwrap();
        command.arg("compare").arg(&scenario).args([
            "-n",
            "20",
            "--seed",
            "5",
            "--threads",
            threads,
            "--quiet",
        ]);
        let assert = command.args(["--format", "json", "--out"]).arg(&folder).assert().success();
        (assert.get_output().stdout.clone(), files(&folder))
    };
    let (printed, files) = compare("1");
    assert!(!printed.is_empty() && !files.is_empty());
    for threads in ["2", "8"] {
        let (others, other_files) = compare(threads);
        assert_eq!(
            String::from_utf8(others).unwrap(),
            String::from_utf8(printed.clone()).unwrap(),
            "{threads} threads"
        );
        let names =
            |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&files), names(&other_files), "{threads} threads");
        for ((name, bytes), (_, other)) in files.iter().zip(&other_files) {
            assert!(bytes == other, "{name} differs on {threads} threads");
        }
    }
}

/// Every file of a folder by name, in order.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = vec![];
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                found.push((name, std::fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}
