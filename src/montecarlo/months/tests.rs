//! Months of whole runs.

use super::{MonthCosts, MonthSamples, charges_by_month, charges_in};
use crate::montecarlo::StudySize;
use crate::scenario::import::bills::LineKind;
use crate::scenario::{Scenario, load_bytes};
use crate::sim::{self, Silent};
use crate::units::{Money, Month};

fn load(text: &str) -> Scenario {
    let (scenario, report) = load_bytes("months.ron", text.as_bytes().to_vec(), &[]);
    scenario.unwrap_or_else(|| panic!("{}", report.render(false)))
}

fn money(text: &str) -> Money {
    Money::parse(text).expect("an amount")
}

fn month(text: &str) -> Month {
    let (year, month) = text.split_once('-').expect("a month");
    Month::new(year.parse().expect("a year"), month.parse().expect("a month")).expect("a month")
}

/// Machines over the end of a month: a market price that moves, a disk, and an interval that begins off the minute.
const MACHINES: &str = r#"(
    start: "2026-06-29T12:00:00+08:00", horizon: "3d", currency: "CNY", disk: (price: "0.0008"),
    markets: [
        (name: "A", standard: "1.60",
         spot_protected: MeanReverting(step: "7m", level: "0.80", speed: "0.05", noise: "0.03", floor: "0.2", cap: "1.60"),
         spot_stock: OnOff(on: "5h", off: "1h")),
    ],
    services: [(name: "chat", replicas: 2, start_up: LogNormal(median: "4m", sigma: "0.4"), disk_gib: 50)],
    strategies: [
        (name: "standard", types: [(type: "A")]),
        (name: "back", types: [(type: "A", bid: "0.82"), (type: "A")], move_back: WhenAvailable(dwell: "10m", min_saving: "5%")),
    ],
)"#;

#[test]
fn every_replication_adds_up_to_its_bill_and_both_months_have_a_part() {
    let scenario = load(MACHINES);
    for strategy in &scenario.strategies {
        for replication in 0..8 {
            let world = scenario.world.draw(1, replication);
            let costs = charges_in(&scenario, strategy, &world);
            let outcome = sim::simulate(&scenario, strategy, &world, &mut Silent);
            assert_eq!(costs.values().copied().sum::<Money>(), outcome.cost());
            let of =
                |kind| costs.iter().filter(|((_, one), _)| *one == kind).map(|(_, amount)| *amount).sum();
            let (standard, spot): (Money, Money) = (of(LineKind::StandardCompute), of(LineKind::SpotCompute));
            assert_eq!((standard, spot), (outcome.standard, outcome.spot));
            for month in ["2026-06", "2026-07"].map(month) {
                assert!(costs.keys().any(|(one, _)| *one == month), "{month}");
            }
        }
    }
}

#[test]
fn a_machine_over_the_end_of_a_month_is_cut_at_midnight() {
    let scenario = load(
        r#"(start: "2026-06-30T22:00:00+08:00", horizon: "5h", currency: "CNY",
            markets: [(name: "A", standard: "1.60")], services: [(name: "chat", start_up: "90s")],
            strategies: [(name: "standard", types: [(type: "A")])])"#,
    );
    let costs = charges_in(&scenario, &scenario.strategies[0], &scenario.world.draw(1, 0));
    // Running from 22:01:30: of its minutes, the one that begins at 23:59:30 belongs whole to June, since granules are counted
    // from the beginning; July has 179.
    let per_minute = |minutes: i128| {
        Money::from_ratio(1_600_000_000_000 * minutes, 60, crate::units::RoundingMode::HalfUp)
    };
    assert_eq!(costs[&(month("2026-06"), LineKind::StandardCompute)], per_minute(119));
    assert_eq!(costs.values().copied().sum::<Money>(), per_minute(299));
}

#[test]
fn tokens_and_throughput_are_told_by_kind() {
    let scenario = load(
        r#"(start: "2026-06-30T23:59:00+08:00", horizon: "1h1m", currency: "CNY",
            traffic: [(tenant: "t", api_key: "k", arrivals: Calls([
                (at: "30s", input: 1000, output: 100),
                (at: "90s", input: 2000, output: 200)]))],
            public_models: [(model: "qwen3-max-2025-09-23", limits: Limits(rpm: 60, tpm: 1500000))],
            strategies: [(name: "tokens", deployments: [Public(model: "qwen3-max-2025-09-23")])])"#,
    );
    let costs = charges_in(&scenario, &scenario.strategies[0], &scenario.world.draw(1, 0));
    let kinds = |wanted: &str| -> Vec<LineKind> {
        costs.keys().filter(|(one, _)| *one == month(wanted)).map(|(_, kind)| *kind).collect()
    };
    assert_eq!(kinds("2026-06"), [LineKind::InputTokens, LineKind::OutputTokens]);
    assert_eq!(kinds("2026-07"), [LineKind::InputTokens, LineKind::OutputTokens]);
    let of = |month_wanted: &str, kind| costs[&(month(month_wanted), kind)].as_pico();
    assert_eq!(of("2026-07", LineKind::InputTokens), 2 * of("2026-06", LineKind::InputTokens));
}

#[test]
fn threads_do_not_change_the_samples() {
    let scenario = load(MACHINES);
    let run = |threads| {
        let size = StudySize { seed: 3, replications: 12, threads };
        charges_by_month(&scenario, &scenario.strategies[1], size, &()).expect("a study")
    };
    let samples = run(1);
    assert_eq!(samples, run(3));
    assert_eq!(samples.replications(), 12);
    assert_eq!(samples.sums(|_, _| true).len(), 12);
}

#[test]
fn a_kind_that_a_replication_was_not_charged_for_counts_as_zero() {
    let june = month("2026-06");
    let mut samples = MonthSamples::default();
    samples.push(&MonthCosts::from([((june, LineKind::Ptu), money("1"))]));
    samples.push(&MonthCosts::from([((june, LineKind::Tax), money("2"))]));
    samples.push(&MonthCosts::new());
    let sums = |kind| samples.sums(|_, one| one == kind);
    assert_eq!(sums(LineKind::Ptu), ["1", "0", "0"].map(money));
    assert_eq!(sums(LineKind::Tax), ["0", "2", "0"].map(money));
    assert_eq!(samples.sums(|_, _| true), ["1", "2", "0"].map(money));
    assert_eq!(sums(LineKind::Disk), vec![Money::ZERO; 3]);
}

/// An account over the end of a month: searches, a discount, tax, plans, jobs, a settlement, and a term paid in advance.
const ACCOUNT: &str = include_str!("../../../tests/full/end_of_month.ron");

#[test]
fn the_months_of_accounts_add_up_to_the_bill_whatever_plans_and_settlements_do() {
    let scenario = load(ACCOUNT);
    for replication in 0..8 {
        let world = scenario.world.draw(1, replication);
        let costs = charges_in(&scenario, &scenario.strategies[0], &world);
        let outcome = sim::simulate(&scenario, &scenario.strategies[0], &world, &mut Silent);
        assert_eq!(costs.values().copied().sum::<Money>(), outcome.cost(), "{costs:?}");
        let of =
            |month_wanted: &str, kind| costs.get(&(month(month_wanted), kind)).copied().unwrap_or_default();
        // The pool, the package, the savings plan and the term are bought in June, the Coding Plan in July.
        assert_eq!(of("2026-07", LineKind::Subscription), money("200"));
        assert_eq!(of("2026-06", LineKind::Notifications), money("0.45"));
        // From 18:00 of the last of June to half past four of the first of July.
        assert_eq!(
            (of("2026-06", LineKind::Training), of("2026-07", LineKind::Training)),
            (money("72"), money("54"))
        );
        assert!(of("2026-06", LineKind::Tax) > Money::ZERO && of("2026-07", LineKind::Tax) == money("12"));
        assert_ne!(of("2026-06", LineKind::Rounding), Money::ZERO, "June is settled within the run");
        assert_eq!(of("2026-07", LineKind::Rounding), Money::ZERO, "July is not");
        assert!(of("2026-06", LineKind::WebSearch) > Money::ZERO);
    }
}
