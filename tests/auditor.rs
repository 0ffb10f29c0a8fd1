//! A slow second opinion on random scenarios: from the events alone and the world's prices second by second, every
//! charge is worked out again without the billing module, and must agree to the last of twelve decimals. On the way it
//! watches that nobody holds what the rules take away, nobody waits for what can be had, and nobody takes what a rule or a
//! policy forbids: at every second at which something happens or moves, and every half minute besides.
//!
//! `DEPLOYSIM_AUDITS=10000` audits so many scenarios instead of a thousand.

mod random;
mod slow_machines;

use deploysim::scenario::Scenario;
use deploysim::scenario::model::Strategy;
use deploysim::sim::{Outcome, Recorder, simulate};
use deploysim::units::{Money, SimTime};
use deploysim::world::{StepPath, World};
use random::{Dice, Features};
use slow_machines::{Auditor, Charge, Facts, item_number, second};
use std::collections::BTreeMap;

const SCENARIOS: u64 = 1_000;

/// How many scenarios, from the environment.
fn scenarios() -> u64 {
    std::env::var("DEPLOYSIM_AUDITS").map_or(SCENARIOS, |count| count.parse().expect("a number of scenarios"))
}

#[test]
fn the_auditor_agrees_with_the_bill_of_even_seeds() {
    audit_all((0..scenarios()).step_by(2));
}

#[test]
fn the_auditor_agrees_with_the_bill_of_odd_seeds() {
    audit_all((1..scenarios()).step_by(2));
}

/// Audits scenarios, and says how often what matters has happened.
fn audit_all(seeds: impl Iterator<Item = u64>) {
    let mut met: BTreeMap<&str, u64> = BTreeMap::new();
    let mut count = 0;
    for seed in seeds {
        audit(seed, Features::of(seed), &mut met);
        count += 1;
    }
    println!("{met:?}");
    for (what, times) in &met {
        assert!(
            *times * 50 >= count,
            "the scenarios are not lively enough: {what}, {times} times in {count}"
        );
    }
}

/// Prints a scenario if the audit fails.
struct Shown<'a>(&'a str, String);

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("{}\n{}", self.0, self.1);
        }
    }
}

/// Half of the pools whose units are counted shrink and grow a unit at a time or by several, as recorded ones do, so that
/// it matters who goes.
fn shrink(scenario: &Scenario, world: &mut World, seed: u64) {
    let dice = &mut Dice::new(seed ^ 0x5706);
    for (series, path) in scenario.world.stocks.iter().zip(&mut world.stocks) {
        let Some(units) = series.units.filter(|_| dice.once_in(2)) else { continue };
        let most = i64::from(units) + 3;
        let (mut changes, mut at) = (vec![(SimTime::ZERO, most)], 0);
        loop {
            at += dice.between(30, 2_500) as i64;
            if at * 1_000 >= scenario.horizon.as_ms() {
                break;
            }
            changes.push((SimTime::from_ms(at * 1_000), dice.below(most as u64 + 1) as i64));
        }
        *path = StepPath::from_changes(&changes);
    }
}

/// Audits every strategy of a random scenario.
fn audit(seed: u64, features: Features, met: &mut BTreeMap<&'static str, u64>) {
    let text = random::scenario(seed, features);
    let scenario = random::read(&text);
    let mut world = scenario.world.draw(seed, 0);
    shrink(&scenario, &mut world, seed);
    let facts = Facts::of(&scenario, &world);
    for strategy in &scenario.strategies {
        let _shown = Shown(&text, format!("random_{seed}, {}: {features:?}", strategy.name));
        audit_strategy(&scenario, strategy, &world, &facts, met);
    }
}

fn audit_strategy(
    scenario: &Scenario,
    strategy: &Strategy,
    world: &World,
    facts: &Facts,
    met: &mut BTreeMap<&'static str, u64>,
) {
    let mut recorder = Recorder::default();
    let outcome = simulate(scenario, strategy, world, &mut recorder);
    let mut auditor = Auditor::new(scenario, strategy, facts);
    auditor.read(&recorder.events);

    let mut expected = auditor.charges();
    let mut billed: Vec<Charge> = recorder
        .usages
        .iter()
        .map(|usage| Charge {
            who: (usage.replica.service.0, usage.replica.index),
            item: item_number(usage.item),
            market: usage.market,
            from: second(usage.from),
            to: second(usage.to),
            pico: usage.lines.iter().map(|line| line.amount.as_pico()).sum(),
            end: format!("{:?}", usage.end),
            is_free: usage.is_waived,
        })
        .collect();
    expected.sort();
    billed.sort();
    for (expected, billed) in expected.iter().zip(&billed) {
        assert_eq!(expected, billed, "the auditor and the bill differ");
    }
    assert_eq!(expected.len(), billed.len(), "intervals");
    auditor.check_overlaps();
    totals_agree(&auditor, &expected, &outcome);

    let (held, counts) = (&auditor.held, auditor.counts);
    let two_at_once =
        outcome.on_market.iter().map(|of| of.spot_ms + of.standard_ms).sum::<i64>() > outcome.running_ms;
    let kept_longer = held.iter().filter(|held| held.disk_ended.0 > held.ended).count();
    for (what, times) in [
        ("instances", held.len()),
        ("reclaims", counts.reclaims as usize),
        ("notices", counts.on_notice as usize),
        ("replaced at the notice", counts.replaced_at_notice as usize),
        ("two at once", usize::from(two_at_once)),
        ("moves", counts.moves as usize),
        ("broken first", counts.broken_first as usize),
        ("avoided", counts.avoided as usize),
        ("free", expected.iter().filter(|charge| charge.is_free).count()),
        ("disks kept", kept_longer),
        ("failures", counts.failures as usize),
        ("restarts", counts.restarted as usize),
        ("given up", counts.given_up as usize),
        ("replaced by an update", counts.surged as usize),
        ("released late", counts.closed as usize),
    ] {
        *met.entry(what).or_default() += times as u64;
    }
}

/// The totals of the outcome are those of the auditor.
fn totals_agree(auditor: &Auditor<'_>, expected: &[Charge], outcome: &Outcome) {
    let sum = |item: u8| -> i128 {
        expected.iter().filter(|charge| charge.item == item).map(|charge| charge.pico).sum()
    };
    let items = [outcome.standard, outcome.spot, outcome.disk].map(Money::as_pico);
    assert_eq!([sum(0), sum(1), sum(2)], items, "standard, spot and disks");
    assert_eq!(items.iter().sum::<i128>(), outcome.cost().as_pico(), "the total");
    assert_eq!(auditor.running() * 1_000, outcome.running_ms, "time in Running");
    for (market, found) in outcome.on_market.iter().enumerate() {
        let seconds =
            |is_spot: bool| auditor.ran(|held| held.market.0 == market && held.is_spot() == is_spot);
        let expected = (seconds(true) * 1_000, seconds(false) * 1_000);
        assert_eq!(expected, (found.spot_ms, found.standard_ms), "time on market {market}");
    }
    let counts = auditor.counts;
    let times = (counts.wanted * 1_000, counts.asked * 1_000);
    assert_eq!(times, (outcome.wanted_ms, outcome.asked_ms), "replica-seconds wanted and asked for");
    let numbers =
        [auditor.held.len() as u32, counts.reclaims, counts.moves, counts.failures, counts.given_up];
    let found = [outcome.launches, outcome.reclaims, outcome.moves, outcome.crashes, outcome.given_up];
    assert_eq!(numbers, found, "instances, reclaims, moves, failures, instances given up");
    let replicas: Vec<u32> = auditor.services.iter().map(|standing| standing.replicas.len() as u32).collect();
    assert_eq!(replicas, outcome.replicas, "replicas at the horizon");
    let horizon = auditor.scenario.horizon.as_ms() / 1_000;
    let waited = auditor.services.iter().map(|standing| {
        standing.first_running.map_or(horizon, |running| running - standing.submitted.unwrap_or(0))
    });
    assert_eq!(waited.max().unwrap_or(0) * 1_000, outcome.first_running_ms, "until the first Running");
    let never_ran = auditor.services.iter().any(|standing| standing.first_running.is_none());
    assert_eq!(never_ran, outcome.never_ran, "some service never ran");
}
