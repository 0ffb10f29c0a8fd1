//! Random lives: whatever happens, the story and the silent run agree, and what is billed and counted hangs together.

use crate::scenario::{Scenario, load_bytes};
use crate::sim::dice::Dice;
use crate::sim::{Item, Outcome, Recorder, Silent, UsageRecord, simulate};
use crate::units::{Money, SimTime};
use std::collections::BTreeMap;
use std::fmt::Write as _;

const START_UPS: [&str; 4] = ["\"0s\"", "\"2m\"", "Uniform(min: \"10s\", max: \"10m\")", "Never"];
const CRASHES: [&str; 5] =
    ["Never", "\"17m\"", "Exponential(mean: \"40m\")", "Sequence([\"1m\", \"0s\", \"2h\"])", "\"10m\""];
const FAILS: [&str; 4] = ["0", "\"30%\"", "[true, false]", "\"100%\""];
const RESTARTS: [&str; 4] = ["Always", "Never", "OnFailure(most: 2)", "OnFailure(most: 1, first: \"4m\")"];
const ROLLOUTS: [&str; 4] = [
    "AtOnce",
    "Phased(step: 1, step_time: \"5m\")",
    "Phased(step: \"50%\", step_time: \"3m\", surge: true)",
    "Phased(step: 2, step_time: \"10m\", surge: true)",
];
const ACTIONS: [&str; 18] = [
    "Create",
    "Stop",
    "Start",
    "Start",
    "Scale(1)",
    "Scale(3)",
    "Scale(5)",
    "Delete",
    "Delete(stuck_for: \"12m\")",
    "Delete(permission: false)",
    "Update(types: [(type: \"B\"), (type: \"A\", bid: 0.6)], protection: false)",
    "Update(types: [(type: \"A\", bid: 0.6, cap: 2), (type: \"B\")], move_back: WhenAvailable)",
    "Update(image: \"v2\")",
    "Update(image: \"v3\", replicas: 2)",
    "Update(disk_gib: 50)",
    "Update(disk_gib: 2001)",
    "Update(calls: [])",
    "Update(calls: [\"a\"], replicas: 4)",
];

fn text_of(seed: u64) -> String {
    let mut dice = Dice::new(seed);
    let mut actions = String::new();
    for _ in 0..dice.below(14) {
        let (at, service) = (dice.below(300), dice.pick(&["a", "b"]));
        let action = match dice.pick(&ACTIONS) {
            calls if calls.contains("[\"a\"]") && service == "a" => "Stop",
            other => other,
        };
        let _ = write!(actions, "(at: \"{at}m\", service: \"{service}\", do: {action}),");
    }
    let service = |name: &str, dice: &mut Dice| {
        format!(
            "(name: \"{name}\", replicas: {}, disk_gib: {}, start_up: {}, crashes: {}, start_fails: {}, restart: {}, \
             active_requests: [(\"1h\", \"2h\")]),",
            1 + dice.below(4),
            dice.pick(&["30", "40"]),
            dice.pick(&START_UPS),
            dice.pick(&CRASHES),
            dice.pick(&FAILS),
            dice.pick(&RESTARTS),
        )
    };
    let services = service("a", &mut dice) + &service("b", &mut dice);
    format!(
        "(start: \"2026-06-10T10:00:00+08:00\", horizon: \"6h\", currency: \"CNY\", disk: (price: \"0.0014\"),
        settings: (notice: \"{}\", billing_start: {}, services: (delete_billing: {}, billing_while_restarting: {},
            scale_delay: \"{}\", rollout: {})),
        {}
        markets: [
            (name: \"A\", standard: \"1.6\", spot_protected: Schedule([(\"0s\", \"0.5\"), (\"100m\", \"0.7\"), (\"150m\", \"0.5\"),
                (\"200m\", \"0.61\")]), stock: Limited(units: {}, stock: Windows([(\"0s\", \"80m\"), (\"95m\", \"6h\")]))),
            (name: \"B\", standard: \"1.2\", stock: Units({})),
        ],
        services: [{services}],
        strategies: [
            (name: \"spot\", move_back: WhenAvailable(dwell: \"5m\"), types: [(type: \"A\", bid: \"0.6\"), (type: \"B\")]),
            (name: \"standard\", protection: false, types: [(type: \"B\"), (type: \"A\")]),
        ],
        actions: [{actions}])",
        dice.pick(&["0s", "0s", "5m"]),
        dice.pick(&["Running", "Provisioned"]),
        dice.pick(&["Confirmed", "Released"]),
        dice.pick(&["true", "false"]),
        dice.pick(&["0s", "4m"]),
        dice.pick(&ROLLOUTS),
        dice.pick(&["", "accounts: [(name: \"main\", cash: 1000)],"]),
        1 + dice.below(6),
        1 + dice.below(6),
    )
}

#[test]
fn random_lives_hang_together() {
    let (mut crashes, mut given_up, mut ran) = (0, 0, 0);
    for seed in 0..600 {
        let text = text_of(seed);
        let (scenario, report) = load_bytes("lives.ron", text.clone().into_bytes(), &[]);
        let scenario = scenario.unwrap_or_else(|| panic!("{}\n{text}", report.render(false)));
        let world = scenario.world.draw(seed, 0);
        for strategy in &scenario.strategies {
            let mut recorder = Recorder::default();
            let told = simulate(&scenario, strategy, &world, &mut recorder);
            let silent = simulate(&scenario, strategy, &world, &mut Silent);
            assert_eq!(told, silent, "the story and the silent run differ:\n{text}");
            check(&scenario, &told, &recorder, &text);
            crashes += told.crashes;
            given_up += told.given_up;
            ran += usize::from(!told.never_ran);
        }
    }
    assert!(
        crashes > 1_000 && given_up > 100 && ran > 100,
        "{crashes} crashes, {given_up} given up, {ran} ran"
    );
}

fn check(scenario: &Scenario, outcome: &Outcome, recorder: &Recorder, text: &str) {
    let amount = |usage: &UsageRecord| usage.lines.iter().map(|line| line.amount).sum::<Money>();
    let billed: Money = recorder.usages.iter().map(amount).sum();
    assert_eq!(billed, outcome.standard + outcome.spot + outcome.disk, "the lines of\n{text}");
    if !scenario.accounts.is_empty() {
        let lines: Money = recorder.journal.lines.iter().map(|line| line.amounts.list).sum();
        assert_eq!(lines, billed, "the bills of\n{text}");
    }
    assert!(0 <= outcome.running_ms && outcome.running_ms <= outcome.asked_ms, "time in Running of\n{text}");
    assert!(outcome.asked_ms <= outcome.wanted_ms, "time that was asked for of\n{text}");
    let mut disks: BTreeMap<_, Vec<(SimTime, SimTime)>> = BTreeMap::new();
    let mut computes = disks.clone();
    for usage in &recorder.usages {
        assert!(usage.from < usage.to, "an interval of nothing in\n{text}");
        let of = if usage.item == Item::Disk { &mut disks } else { &mut computes };
        of.entry((
            usage.replica,
            usage.acquired_at,
            usage.market.0,
            usage.tariff == crate::sim::Tariff::Standard,
        ))
        .or_default()
        .push((usage.from, usage.to));
    }
    // The intervals of one instance do not overlap; two acquired at one instant have different ends of their own.
    for intervals in computes.values_mut() {
        intervals.sort();
        let overlaps = intervals.windows(2).filter(|pair| pair[1].0 < pair[0].1).count();
        assert!(overlaps == 0, "compute of one instance overlaps: {intervals:?} in\n{text}");
    }
}
