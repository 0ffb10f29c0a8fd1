//! The two ways to the same figures: what is recorded goes through the queue, what nobody listens to is followed alone.

use super::conditions::all_live_alone;
use crate::scenario::{Scenario, load_bytes};
use crate::sim::dice::Dice;
use crate::sim::{Recorder, Silent, simulate};
use std::fmt::Write as _;

// Times that meet each other often: steps, windows, protection, start-ups and looks are multiples of one another.
const PRICES: [&str; 5] = [
    "MeanReverting(step: \"5m\", level: 0.45, speed: 0.05, noise: 0.04, floor: 0.2, cap: 0.9)",
    "MeanReverting(step: \"60s\", level: 0.45, speed: 0.05, noise: 0.02, floor: 0.2, cap: 0.9)",
    "TwoRegime(step: \"5m\", calm: (level: 0.4, speed: 0.2, noise: 0.02, holding: \"3h\"), \
     tight: (level: 0.6, speed: 0.2, noise: 0.05, holding: \"1h\"), floor: 0.1, cap: 0.9)",
    "Schedule([(\"0s\", 0.4), (\"20m\", 0.5), (\"60m\", 0.45), (\"75m\", 0.5), (\"180m\", 0.4), (\"300m\", 0.7), (\"400m\", 0.4)])",
    "0.45",
];
const STOCKS: [&str; 6] = [
    "Always",
    "OnOff(on: \"2h\", off: \"30m\")",
    "OnOff(on: \"20m\", off: \"10m\", initial: Out)",
    "Windows([(\"10m\", \"60m\"), (\"65m\", \"180m\"), (\"240m\", \"1000m\")])",
    "Windows([(\"0s\", \"20m\"), (\"60m\", \"120m\"), (\"125m\", \"500m\")])",
    "Never",
];
const BIDS: [&str; 5] = ["0.4", "0.45", "0.5", "0.6", "NoLimit"];
const START_UPS: [&str; 7] = [
    "\"0s\"",
    "\"0s\"",
    "\"5m\"",
    "\"60m\"",
    "Sequence([\"0s\", \"20m\", \"3s\"])",
    "LogNormal(median: \"4m\", sigma: 0.4)",
    "Never",
];
const MOVES: [&str; 7] = [
    "",
    "move_back: WhenAvailable, ",
    "move_back: WhenAvailable, ",
    "move_back: WhenAvailable(dwell: \"10m\"), ",
    "move_back: WhenAvailable(min_saving: 0.05), ",
    "move_back: WhenAvailable(min_saving: \"10%\", dwell: \"5m\", order: BreakBeforeMake), ",
    "move_back: WhenAvailable(order: BreakBeforeMake), ",
];
const RULES: [(&str, &[&str]); 10] = [
    ("standard_metering", &["(granularity: Hour)", "(least: \"4m\")"]),
    (
        "spot_metering",
        &["(granularity: Minute)", "(rounding: Exact)", "(granularity: \"7s\", least: \"11m\")"],
    ),
    ("protected_price", &["RealTime"]),
    ("protection_period", &["\"20m\"", "\"0s\""]),
    ("acquire_when", &["BidAboveMarket"]),
    ("release_when", &["MarketAtLeastBid"]),
    ("billing_start", &["Provisioned"]),
    ("free_if_reclaimed_within", &["\"20m\"", "\"1h\"", "\"5m\""]),
    ("free_disk_gib", &["0", "45"]),
    ("line_decimals", &["4"]),
];

fn plan(is_protected: bool, dice: &mut Dice) -> String {
    let mut types = String::new();
    for name in ["A", "B"] {
        if dice.below(5) > 0 {
            let after = dice.pick(&["", "", "", ", after: \"5m\""]);
            let _ = write!(types, "(type: \"{name}\", bid: {}{after}), ", dice.pick(&BIDS));
        }
    }
    let mut base = "";
    if types.is_empty() || dice.below(3) > 0 {
        types +=
            dice.pick(&["(type: \"C\")", "(type: \"C\", after: \"10m\")", "(type: \"C\"), (type: \"A\")"]);
        base = dice.pick(&["", "", "base: (replicas: 1), ", "base: (replicas: 0, share_above: \"50%\"), "]);
    }
    let retry = dice.pick(&["OnAvailable", "OnAvailable", "Every(\"7m\")", "Every(\"10m\")"]);
    format!("types: [{types}], protection: {is_protected}, retry: {retry}, {}{base}", dice.pick(&MOVES))
}

fn scenario(seed: u64) -> Scenario {
    let dice = &mut Dice::new(seed);
    let rules: String = RULES
        .iter()
        .map(|(name, values)| match dice.below(4) {
            0 => format!("{name}: {}, ", dice.pick(values)),
            _ => String::new(),
        })
        .collect();
    let mut text = format!(
        "(name: \"alone\", start: \"2026-06-10T10:00:00+08:00\", horizon: \"{}\", currency: \"CNY\", \
         disk: (price: 0.0013), settings: ({rules}), markets: [",
        dice.pick(&["10h", "37h", "601m"])
    );
    // Of one series each, so that no order of prices is broken (E14).
    let is_protected = dice.below(3) > 0;
    let sold = if is_protected { "spot_protected" } else { "spot_unprotected" };
    for name in ["A", "B"] {
        let spot_stock = match dice.below(4) {
            0 => format!(", spot_stock: {}", dice.pick(&STOCKS)),
            _ => String::new(),
        };
        let _ = write!(
            text,
            "(name: \"{name}\", standard: 1.53, {sold}: {}, stock: {}{spot_stock}), ",
            dice.pick(&PRICES),
            dice.pick(&STOCKS)
        );
    }
    let _ = write!(text, "(name: \"C\", standard: 1.01, stock: {})], services: [", dice.pick(&STOCKS));
    for index in 0..=dice.below(2) {
        let own = if dice.below(4) == 0 {
            format!(", plan: ({})", plan(is_protected, dice))
        } else {
            String::new()
        };
        let _ = write!(
            text,
            "(name: \"s{index}\", replicas: {}, start_up: {}, disk_gib: {}, create_at: \"{}\"{own}), ",
            1 + dice.below(3),
            dice.pick(&START_UPS),
            dice.pick(&["0", "30", "47"]),
            dice.pick(&["0s", "0s", "20m", "3h", "10h"]),
        );
    }
    let _ = write!(text, "], strategies: [(name: \"one\", {})])", plan(is_protected, dice));
    let (scenario, report) = load_bytes("alone.ron", text.clone().into_bytes(), &[]);
    scenario.unwrap_or_else(|| panic!("{}\n{text}", report.render(false)))
}

#[test]
fn who_lives_alone_comes_to_what_the_queue_comes_to() {
    let (mut launches, mut reclaims, mut moves) = (0, 0, 0);
    for seed in 0..600 {
        let scenario = scenario(seed);
        let strategy = &scenario.strategies[0];
        assert!(all_live_alone(&scenario, strategy), "seed {seed}");
        for replication in 0..2 {
            let world = scenario.world.draw(seed, replication);
            let alone = simulate(&scenario, strategy, &world, &mut Silent);
            let queued = simulate(&scenario, strategy, &world, &mut Recorder::default());
            assert_eq!(alone, queued, "seed {seed}, replication {replication}");
            launches += alone.launches;
            reclaims += alone.reclaims;
            moves += alone.moves;
        }
    }
    assert!(launches > 10_000 && reclaims > 3_000 && moves > 1_000, "{launches}, {reclaims}, {moves}");
}

/// Whatever makes lives meet is found: the shipped scenarios that have nothing of it are few, and known.
#[test]
fn lives_that_meet_go_through_the_queue() {
    let names = |folder: &str| -> Vec<String> {
        let entries = std::fs::read_dir(folder).expect("the folder is there");
        let mut alone: Vec<String> = entries
            .map(|entry| entry.expect("it can be read").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "ron"))
            .filter_map(|path| Some((crate::scenario::load_file(&path, &[]).0?, path)))
            .filter(|(scenario, _)| {
                scenario.strategies.iter().any(|strategy| all_live_alone(scenario, strategy))
            })
            .map(|(_, path)| path.file_stem().unwrap_or_default().to_string_lossy().into_owned())
            .collect();
        alone.sort();
        alone
    };
    assert_eq!(names("scenarios"), ["default", "spot_stops_paying"]);
    assert_eq!(names("scenarios/bench"), ["spot_month"]);
    assert!(names("tests/full").is_empty());
}
