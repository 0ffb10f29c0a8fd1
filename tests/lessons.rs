//! What the comments of a lesson say is what happens.

use deploysim::ledger::{AccountEventKind, Product};
use deploysim::scenario::{Scenario, Severity, load_file};
use deploysim::serving::Refusal;
use deploysim::sim::{Recorder, simulate};
use deploysim::units::{Money, SimSpan};

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
