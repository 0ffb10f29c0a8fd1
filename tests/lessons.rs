//! What the comments of a lesson say is what happens.
//!
//! Each lesson has its expected bill in `tests/lessons`, worked out by hand, in the format of `tests/cases.rs`.

#[path = "cases/check.rs"]
mod check;
#[path = "cases/tables.rs"]
mod tables;

use deploysim::ledger::{AccountEventKind, Product};
use deploysim::scenario::{Scenario, Severity, load_file};
use deploysim::serving::Refusal;
use deploysim::sim::{Recorder, simulate};
use deploysim::units::{Money, SimSpan};
use std::path::{Path, PathBuf};

/// One test per lesson: its bill is the expected one, and the program warns as often as its comments say.
macro_rules! lessons {
    ($($name:ident: $warnings:literal),+ $(,)?) => {
        const NAMES: &[&str] = &[$(stringify!($name)),+];
        mod bill {
            $(#[test]
            fn $name() {
                super::bill(stringify!($name), $warnings);
            })+
        }
    };
}

lessons! {
    averages_mislead: 0,
    bid_at_the_price: 1, // a bid that never suffices
    bills_as_they_appear: 0,
    cancelled_on_day_25: 0,
    deletion_refused: 0,
    disk_before_running: 1, // the disk that is too large
    edge_of_the_quota: 0,
    fallback_never_returns: 0,
    first_bill: 0,
    frozen_on_maas: 0,
    grace_and_retention: 0,
    higher_bid_holds_less: 0,
    life_of_a_deployment: 0,
    mean_is_no_bill: 0,
    more_or_less_of_it: 2, // the two that are refused
    ordered_after_ten: 0,
    plans_and_seats: 0,
    prepaid_or_hourly: 0,
    protected_hour: 0,
    settled_next_month: 0,
    start_and_stop: 0,
    started_minutes: 0,
    token_tiers: 0,
    what_pays_first: 0,
    what_still_bills: 0,
    what_stops_when_the_balance_is_gone: 0,
}

fn bill(name: &str, warnings: usize) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scenario = root.join(format!("scenarios/lessons/{name}.ron"));
    let expected = root.join(format!("tests/lessons/{name}.expected"));
    assert_eq!(check::check_file(name, &scenario, &expected), warnings, "warnings of {name}");
}

#[test]
fn every_lesson_has_its_bill() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/lessons");
    let files =
        std::fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("readable").path());
    let stem = |path: PathBuf| path.file_stem().expect("a name").to_string_lossy().into_owned();
    let mut shipped: Vec<String> = files.map(stem).collect();
    shipped.sort();
    assert_eq!(shipped, NAMES);
}

fn lesson(name: &str) -> Scenario {
    let path = std::path::PathBuf::from("scenarios/lessons").join(name);
    let (scenario, report) = load_file(&path, &[]);
    assert_eq!(report.count(Severity::Warning), 0, "{}", report.render(false));
    scenario.unwrap_or_else(|| panic!("{}", report.render(false)))
}

fn money(text: &str) -> Money {
    Money::parse(text).expect("an amount")
}

#[test]
fn what_stops_when_the_balance_is_gone() {
    let scenario = lesson("what_stops_when_the_balance_is_gone.ron");
    let mut trace = Recorder::default();
    let world = scenario.world.draw(1, 0);
    let outcome = simulate(&scenario, &scenario.strategies[0], &world, &mut trace);
    let told: Vec<(String, &AccountEventKind)> = trace
        .journal
        .events
        .iter()
        .filter(|event| !matches!(event.kind, AccountEventKind::Alert { .. } | AccountEventKind::Lost { .. }))
        .map(|event| (scenario.calendar.format(event.at)[5..16].to_owned(), &event.kind))
        .collect();
    let (inference, deployment) = (Product::Inference, Product::Deployment);
    let expected = [
        ("06-10T19:00", AccountEventKind::Overdue { episode: 1 }),
        ("06-10T19:00", AccountEventKind::Stopped { product: inference }),
        ("06-11T19:00", AccountEventKind::Stopped { product: deployment }),
        ("06-12T12:00", AccountEventKind::Settled { episode: 1 }),
        ("06-12T12:00", AccountEventKind::Restored { product: inference }),
        ("06-12T12:00", AccountEventKind::Restored { product: deployment }),
        ("06-12T16:00", AccountEventKind::Overdue { episode: 2 }),
        ("06-12T16:00", AccountEventKind::Stopped { product: inference }),
    ];
    assert_eq!(told.len(), expected.len(), "{told:?}");
    for ((at, kind), (expected_at, expected)) in told.iter().zip(&expected) {
        assert_eq!((at.as_str(), *kind), (*expected_at, expected));
    }
    let account = &outcome.accounts[0];
    let leads: Vec<_> = account.alerts.iter().map(|alert| (alert.threshold, account.lead(alert))).collect();
    let hours = SimSpan::from_hours;
    assert_eq!(leads, [(money("50"), Some(hours(5))), (money("20"), Some(hours(2)))]);
    // 24 hours of 10.76 after 8.38.
    assert_eq!(account.least_available, money("-266.62"));
    // `search` for 17 hours of two calls a minute; `letters` while the account is overdue, 58 hours of six calls.
    let refused = |why: Refusal| outcome.serving.calls.refused[why as usize];
    assert_eq!((refused(Refusal::Suspended), refused(Refusal::Arrears)), (2_040, 348));
    assert_eq!(outcome.serving.calls.refused.iter().sum::<u64>(), 2_040 + 348);
}
