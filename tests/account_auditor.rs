//! A slow second opinion on accounts: bills, balances, alerts, arrears and refused calls are worked out again from the
//! rules and must agree to the millisecond and to the last decimal.

#[path = "random/dice.rs"]
mod dice;
#[path = "random/accounts.rs"]
mod random;
mod slow_account;

use deploysim::ledger::{AccountEventKind, Place};
use deploysim::scenario::Scenario;
use deploysim::sim::deployment::record::DeploymentEventKind;
use deploysim::sim::{Recorder, simulate};
use deploysim::units::{Money, SimTime};
use slow_account::{Expected, SlowAccount};
use std::collections::BTreeMap;

const SCENARIOS: u64 = 300;

/// What the run tells of an account, in the auditor's words.
fn told(recorder: &Recorder, account: usize, deployments: &[&str]) -> Vec<(SimTime, String)> {
    let events = recorder.journal.events.iter().filter(|event| event.account.0 == account);
    let told = events.filter_map(|event| {
        let what = match &event.kind {
            AccountEventKind::Overdue { episode } => format!("overdue {episode}"),
            AccountEventKind::Settled { episode } => format!("settled {episode}"),
            AccountEventKind::RetentionBegins => "retention".to_owned(),
            AccountEventKind::Cleared => "cleared".to_owned(),
            AccountEventKind::Alert { kind, spent, threshold } => {
                format!("alert {kind:?} {threshold} {spent}")
            }
            AccountEventKind::TopUpRequested { amount, .. } => format!("asked {amount}"),
            AccountEventKind::PurchaseRefused { what, price, why } => {
                if deployments.contains(&what.as_str()) {
                    return None;
                }
                format!("refused {what} {price} {why:?}")
            }
            AccountEventKind::RenewalFailed { what } => format!("renewal failed {what}"),
            AccountEventKind::Subscribed { model } => format!("subscribed {model}"),
            AccountEventKind::Stopped { .. }
            | AccountEventKind::Restored { .. }
            | AccountEventKind::Lost { .. }
            | AccountEventKind::UsedUp { .. }
            | AccountEventKind::Expired { .. }
            | AccountEventKind::Key { .. }
            | AccountEventKind::Acted { .. } => return None,
        };
        Some((event.at, what))
    });
    told.collect()
}

/// What moved at each instant, and what is available after it.
fn moved(recorder: &Recorder, account: usize) -> BTreeMap<SimTime, [Money; 4]> {
    let mut all: BTreeMap<SimTime, [Money; 4]> = BTreeMap::new();
    for entry in recorder.journal.entries.iter().filter(|entry| entry.account.0 == account) {
        let sums = all.entry(entry.at).or_default();
        sums[0] += entry.to(Place::Cash);
        sums[1] += entry.to(Place::ThisMonth);
        sums[2] += entry.to(Place::EarlierMonths);
        sums[3] = entry.available;
    }
    all
}

/// Instants at which nothing moved are left out.
fn that_moved(all: &BTreeMap<SimTime, [Money; 4]>) -> Vec<(SimTime, [Money; 4])> {
    let is_moved = |of: &[Money; 4]| of[..3].iter().any(|amount| *amount != Money::ZERO);
    all.iter().filter(|(_, of)| is_moved(of)).map(|(at, of)| (*at, *of)).collect()
}

fn agrees<T: PartialEq + std::fmt::Debug>(found: &[T], expected: &[T], name: &str) {
    for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert_eq!(found, expected, "{name}, number {place}");
    }
    let (more, fewer) = (found.get(expected.len()), expected.get(found.len()));
    assert_eq!((more, fewer), (None, None), "{name}: one more");
}

/// Deployments are released, cleared and brought back when the account says so.
fn agrees_on_deployments(
    scenario: &Scenario,
    strategy: usize,
    recorder: &Recorder,
    account: usize,
    expected: &Expected,
    name: &str,
) {
    let deployments = &scenario.strategies[strategy].deployments;
    let mine = |of: deploysim::scenario::deployment::DeploymentId| deployments[of.0].account.0 == account;
    for (_, event) in recorder.deployment_events.iter().filter(|(_, event)| mine(event.deployment)) {
        match event.kind {
            DeploymentEventKind::ArrearsReleased => {
                assert!(expected.releases.contains(&event.at), "{name}: {event:?}");
            }
            DeploymentEventKind::ArrearsCleared => {
                assert!(expected.clears.contains(&event.at), "{name}: {event:?}");
            }
            _ => {}
        }
    }
    // What bills by time bills in no release.
    for (release, end) in expected.releases.iter().map(|release| {
        let settled = expected.settled.iter().find(|settled| *settled >= release);
        (release, settled.copied().unwrap_or(SimTime::ZERO + scenario.horizon))
    }) {
        for usage in recorder.deployment_usages.iter().filter(|usage| mine(usage.deployment)) {
            // What becomes Running while the account is overdue was not released; it began afterwards.
            let is_apart = usage.to <= *release || usage.from >= *release;
            assert!(is_apart, "{name}: {usage:?} over {release:?} to {end:?}");
        }
    }
    let instants: Vec<SimTime> =
        expected.stops.iter().chain(&expected.releases).chain(&expected.clears).copied().collect();
    for event in recorder.journal.events.iter().filter(|event| event.account.0 == account) {
        match event.kind {
            AccountEventKind::Stopped { .. } | AccountEventKind::Lost { .. } => {
                assert!(instants.contains(&event.at), "{name}: {event:?}");
            }
            AccountEventKind::Restored { .. } => {
                assert!(expected.settled.contains(&event.at), "{name}: {event:?}");
            }
            _ => {}
        }
    }
}

#[test]
fn the_auditor_agrees_with_every_account() {
    let mut met: BTreeMap<String, u64> = BTreeMap::new();
    for seed in 0..SCENARIOS {
        audit(seed, &mut met);
    }
    println!("{met:?}");
    let words = [
        "overdue",
        "settled",
        "cleared",
        "alert",
        "asked",
        "refused",
        "renewal",
        "Arrears",
        "FreeQuotaUsedUp",
    ];
    for word in words.into_iter().chain(["KeyInactive", "PlanUsedUp"]) {
        let count = met.get(word).copied().unwrap_or(0);
        assert!(count >= 10, "the scenarios are not lively enough: {word} {count} times");
    }
}

/// Both opinions on a strategy of a scenario.
fn audit(seed: u64, met: &mut BTreeMap<String, u64>) {
    let scenario = random::read(&random::scenario(seed));
    let strategy = (seed % scenario.strategies.len() as u64) as usize;
    let world = scenario.world.draw(seed, 1);
    let mut recorder = Recorder { every_call: Some(Vec::new()), ..Recorder::default() };
    simulate(&scenario, &scenario.strategies[strategy], &world, &mut recorder);
    let deployments: Vec<&str> =
        scenario.strategies[strategy].deployments.iter().map(|one| one.name.as_str()).collect();
    for account in 0..scenario.accounts.len() {
        let name = format!("random_{seed}, strategy {strategy}, a{account}");
        // The last one that is printed is the one that fails.
        println!("{name}");
        let slow = SlowAccount::new(&scenario, &scenario.strategies[strategy], &recorder, account);
        let expected = slow.run();
        agrees(&that_moved(&moved(&recorder, account)), &that_moved(&expected.moved), &name);
        agrees(&told(&recorder, account, &deployments), &expected.told, &name);
        agrees_on_deployments(&scenario, strategy, &recorder, account, &expected, &name);
        for (_, what) in &expected.told {
            let word = what.split(' ').next().unwrap_or_default();
            *met.entry(word.to_owned()).or_default() += 1;
        }
        for (why, count) in expected.calls_refused {
            *met.entry(why).or_default() += count;
        }
    }
}
