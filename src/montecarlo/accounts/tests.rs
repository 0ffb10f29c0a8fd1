//! Accounts made by hand, and what their replications come to.

use super::*;
use crate::units::SimSpan;

fn money(text: &str) -> Money {
    Money::parse(text).expect("decimal text")
}

fn hour(hours: i64) -> SimTime {
    SimTime::ZERO + SimSpan::from_hours(hours)
}

/// Alerts at half a monthly limit of 1,000 and at a balance of 100.
fn model() -> AccountModel {
    let mut model = AccountModel::named("main");
    model.alerts.monthly_limit = Some(money("1000"));
    model.alerts.shares_ppb = vec![500_000_000];
    model.alerts.low_balance = vec![money("100")];
    model
}

const HALF: AlertKind = AlertKind::MonthlyLimit { share_ppb: 500_000_000 };

/// Stopped at this hour, after alerts of a low balance at those hours.
fn outcome(stopped: Option<i64>, low_balance: &[i64]) -> AccountOutcome {
    let alert =
        |at: &i64| AlertOutcome { kind: AlertKind::LowBalance, threshold: money("100"), at: hour(*at) };
    AccountOutcome {
        overdue_at: stopped.map(hour),
        stopped_at: stopped.map(hour),
        alerts: low_balance.iter().map(alert).collect(),
        ..AccountOutcome::default()
    }
}

fn samples(outcomes: &[AccountOutcome]) -> AccountSamples {
    let mut samples = AccountSamples::default();
    for outcome in outcomes {
        samples.push(&model(), outcome);
    }
    samples
}

#[test]
fn what_befell_an_account_is_counted_by_replication() {
    let released = AccountOutcome { released_at: Some(hour(34)), ..outcome(Some(10), &[]) };
    let samples = samples(&[outcome(None, &[]), released, outcome(Some(7), &[])]);
    assert_eq!(Arrears::ALL.map(|what| samples.count(what)), [2, 2, 1, 0]);
    assert_eq!(samples.instants(Arrears::Stopped), [hour(10), hour(7)], "in replication order");
    assert_eq!(samples.len(), 3);
}

#[test]
fn an_alert_leads_by_the_time_from_its_last_coming_to_the_first_stop() {
    // Hours 2 and 40: the first was mended. At the stop itself it came in time by nothing.
    let samples =
        samples(&[outcome(Some(50), &[2, 40, 60]), outcome(Some(9), &[9]), outcome(Some(20), &[13])]);
    let low = &samples.alerts[1];
    assert_eq!(low.leads_ms, [10, 0, 7].map(|hours| SimSpan::from_hours(hours).as_ms()));
    assert_eq!((low.came, low.after, low.without_stop, samples.missing(low)), (3, 0, 0, 0));
}

#[test]
fn an_alert_that_comes_late_or_never_or_for_nothing_is_told_apart() {
    let samples = samples(&[
        outcome(Some(5), &[6]),
        outcome(Some(5), &[]),
        outcome(Some(5), &[1]),
        outcome(None, &[3, 4]),
        outcome(None, &[]),
    ]);
    let [half, low] = &samples.alerts[..] else { panic!("two alerts are declared") };
    assert_eq!(
        (low.came, low.leads_ms.len(), low.after, samples.missing(low), low.without_stop),
        (3, 1, 1, 1, 1)
    );
    assert_eq!((half.kind, half.threshold), (HALF, money("500")));
    assert_eq!((half.came, samples.missing(half)), (0, 3), "one that never comes is there all the same");
}

#[test]
fn a_share_of_the_limit_is_known_by_its_share() {
    let mut outcome = outcome(Some(5), &[]);
    outcome.alerts = vec![AlertOutcome { kind: HALF, threshold: money("499.999999999999"), at: hour(1) }];
    let samples = samples(&[outcome]);
    assert_eq!((samples.alerts.len(), samples.alerts[0].came), (2, 1));
}

#[test]
fn totals_are_exact_sums_and_the_adjustment_is_their_own() {
    let mut one = AccountOutcome {
        issued: money("90.12"),
        covered_by_plans: money("10"),
        discounts: money("-1.5"),
        rounding: money("0.003"),
        tax: money("5.4"),
        charges: money("2"),
        purchases: money("20"),
        ..AccountOutcome::default()
    };
    one.issued_by_product[Product::Deployment.index()] = money("90.12");
    let samples = samples(&[one.clone(), one]);
    let totals = &samples.totals;
    assert_eq!(totals.issued_by_product[Product::Deployment.index()], money("180.24"));
    assert_eq!(totals.adjustment, money("31.806"));
    let parts = [totals.charges, totals.purchases, totals.tax, totals.rounding, totals.discounts];
    assert_eq!(parts.into_iter().sum::<Money>() - totals.covered_by_plans, totals.adjustment);
}
