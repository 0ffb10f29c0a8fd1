//! A stock that comes and goes, met by one unprotected spot instance that no price ever drives out.

use super::chain::{Begins, Chain, OnOff};
use super::law::{HOUR_MS, SEED, agrees, agrees_in_share, has_law, played, recorded, situation};
use deploysim::scenario::Scenario;
use deploysim::units::{SimSpan, SimTime};
use deploysim::world::PoolId;

/// One replica on spot, 0.72 an hour for ever, on this stock.
fn on_stock(horizon: &str, stock: &str, start_up: &str) -> Scenario {
    let parts = format!(
        r#"
        markets: [(name: "A", spot_unprotected: "0.72", stock: {stock})],
        services: [(name: "service", start_up: {start_up})],
        strategies: [(name: "spot", protection: false, types: [(type: "A", bid: "1.00")])],
        "#
    );
    situation(horizon, &parts)
}

fn spot_on(stock: OnOff, begins: Begins, horizon: &str) -> Scenario {
    on_stock(horizon, &stock.ron(begins), "\"0s\"")
}

const STOCK: OnOff = OnOff { on: 10.0, off: 2.0 };

#[test]
fn availability_is_the_share_of_stock_with_its_transient() {
    // Eighteen hours are eleven relaxation times: the beginning still shows in the mean.
    for begins in [Begins::In, Begins::Out, Begins::Stationary] {
        let runs = played(&spot_on(STOCK, begins, "18h"), 12_000);
        let expected = (STOCK.hours_in(begins, 18.0) + STOCK.rounding(begins, 18.0)) / 18.0;
        agrees(
            &format!("availability, begins {begins:?}"),
            &runs.of(0, deploysim::sim::Outcome::availability),
            expected,
        );
        // A held hour costs 0.72, to the last digit: a whole second costs 0.0002.
        agrees(
            &format!("cost, begins {begins:?}"),
            &runs.of(0, |run| run.cost().to_f64()),
            0.72 * 18.0 * expected,
        );
    }
}

#[test]
fn stock_is_lost_and_found_at_the_rates_of_its_clock() {
    // In stock it is lost at rate λ and out of stock found at rate μ, so the expected counts are the expected hours
    // in either state times the rate. The first launch of a stock that begins in is at 0.
    for begins in [Begins::In, Begins::Out, Begins::Stationary] {
        let runs = played(&spot_on(STOCK, begins, "240h"), 1_500);
        let hours_in = STOCK.hours_in(begins, 240.0);
        let found = (240.0 - hours_in) * STOCK.returning();
        let reclaims = runs.of(0, |run| f64::from(run.reclaims));
        agrees(&format!("reclaims, begins {begins:?}"), &reclaims, hours_in * STOCK.leaving());
        let launches = runs.of(0, |run| f64::from(run.launches));
        let at_once = STOCK.in_after(begins, 0.0);
        agrees(&format!("launches, begins {begins:?}"), &launches, at_once + found);
    }
}

#[test]
fn rounding_up_shifts_instants_and_does_not_lengthen_holding_times() {
    // Means of twenty seconds, where half a second matters: were every holding time rounded up, there would be 2.4 %
    // fewer of them. Withdrawals and returns at equal rates are one Poisson process; the last second before the
    // horizon has none, as its instants are rounded up to the horizon itself, and the second changes that fall into
    // the second of another are moved on, never lost.
    let brief = OnOff { on: 20.0 / 3_600.0, off: 20.0 / 3_600.0 };
    let runs = played(&spot_on(brief, Begins::In, "20h"), 60);
    agrees(
        "changes of a brief stock",
        &runs.of(0, |run| f64::from(run.launches + run.reclaims)),
        1.0 + 71_999.0 / 20.0,
    );
    // The first holding time is an exponential one rounded up: a geometric number of seconds.
    let scenario = spot_on(brief, Begins::In, "1h");
    let first_change = |replication| {
        let change = scenario.world.draw(SEED, replication).stock(PoolId(0)).next_change(SimTime::ZERO);
        change.expect("an hour is 180 holding times").since(SimTime::ZERO).as_ms() as f64 / 1_000.0
    };
    let seconds: Vec<f64> = (0..4_000).map(first_change).collect();
    agrees("seconds to the first withdrawal", &seconds, 1.0 / (1.0 - (-1.0_f64 / 20.0).exp()));
    has_law("seconds to the first withdrawal", seconds, |second| 1.0 - (-second / 20.0).exp());
}

#[test]
fn a_stationary_beginning_is_in_stock_as_often_as_any_other_moment() {
    let scenario = spot_on(STOCK, Begins::Stationary, "1h");
    let begins_in = |replication: &u64| {
        scenario.world.draw(SEED, *replication).stock(PoolId(0)).value_at(SimTime::ZERO) > 0
    };
    agrees_in_share("begins in stock", (0..20_000).filter(begins_in).count(), 20_000, STOCK.share());
}

#[test]
fn the_first_start_up_has_the_law_of_start_ups() {
    let scenario = on_stock("40h", "Always", "Exponential(mean: \"20m\")");
    let seconds = played(&scenario, 30_000).of(0, |run| run.first_running_ms as f64 / 1_000.0);
    agrees("seconds to Running", &seconds, 1.0 / (1.0 - (-1.0_f64 / 1_200.0).exp()));
    has_law("seconds to Running", seconds, |second| 1.0 - (-second / 1_200.0).exp());
}

#[test]
fn every_launch_loses_its_start_up_or_dies_in_it() {
    // Starting lasts until it is done or the stock is gone. Three states: out of stock, starting, running.
    let stock = OnOff { on: 3.0, off: 1.0 };
    let (lost, found, started) = (stock.leaving(), stock.returning(), 60.0 / 20.0);
    let chain = Chain::<3>(vec![(0, 1, found), (1, 2, started), (1, 0, lost), (2, 0, lost)]);
    let [out, starting, running] = chain.hours_in(1, 48.0);
    let scenario = on_stock("48h", &stock.ron(Begins::In), "Exponential(mean: \"20m\")");
    let runs = played(&scenario, 3_000);
    // A start-up is rounded up by half a second too, unless it dies before.
    let done = starting * started;
    let expected = (running - done * 0.5 / 3_600.0) / 48.0;
    agrees("availability with start-ups", &runs.of(0, deploysim::sim::Outcome::availability), expected);
    agrees("launches with start-ups", &runs.of(0, |run| f64::from(run.launches)), 1.0 + out * found);
    // Per launch: the shorter of start-up and stock, 1 / (1/20m + 1/3h) = 18 minutes, is held without serving.
    let lost_hours: Vec<f64> =
        recorded(&on_stock("60h", &stock.ron(Begins::In), "Exponential(mean: \"20m\")"), 3_000)
            .map(|(_, story)| starting_hours(&story.events))
            .collect();
    agrees("hours lost by the first launch", &lost_hours, 0.3 + 0.5 / 3_600.0);
    // It bills from Running, by whole seconds of 0.0002 each.
    assert_eq!(
        runs.of(0, |run| run.cost().to_f64()),
        runs.of(0, |run| (run.running_ms / 1_000 * 2) as f64 / 10_000.0)
    );
}

/// From the first allocation to what came next, Running or the release.
fn starting_hours(events: &[deploysim::sim::EventRecord]) -> f64 {
    use deploysim::sim::EventKind;
    let allocated = events
        .iter()
        .position(|event| matches!(event.kind, EventKind::Allocated { .. }))
        .expect("it begins in");
    let next = &events[allocated + 1];
    assert!(matches!(next.kind, EventKind::Running { .. } | EventKind::Released { .. }), "{next:?}");
    let span: SimSpan = next.at.since(events[allocated].at);
    span.as_ms() as f64 / HOUR_MS
}
