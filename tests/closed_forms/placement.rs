//! Two types in order, each with a stock of its own: where a replica spends its time.

use super::chain::{Begins, Chain, OnOff};
use super::law::{HOUR_MS, agrees, played, situation};
use deploysim::scenario::Scenario;

const FIRST: OnOff = OnOff { on: 6.0, off: 4.0 };
const SECOND: OnOff = OnOff { on: 9.0, off: 3.0 };
const HOURS: f64 = 120.0;

fn two_types(move_back: &str) -> Scenario {
    let (first, second) = (FIRST.ron(Begins::In), SECOND.ron(Begins::In));
    let parts = format!(
        r#"
        markets: [
            (name: "A", spot_unprotected: "0.40", stock: {first}),
            (name: "B", spot_unprotected: "0.50", stock: {second}),
        ],
        services: [(name: "service")],
        strategies: [(
            name: "in order", protection: false, move_back: {move_back},
            types: [(type: "A", bid: "1.00"), (type: "B", bid: "1.00")],
        )],
        "#
    );
    situation("120h", &parts)
}

#[test]
fn without_moving_back_it_stays_where_it_is_until_the_stock_goes() {
    // The holder and the other stock: on A with B in or out, on B with A in or out, on none with both out.
    const ON_A_B_IN: usize = 0;
    const ON_A_B_OUT: usize = 1;
    const ON_B_A_IN: usize = 2;
    const ON_B_A_OUT: usize = 3;
    const NONE: usize = 4;
    let (lose_a, find_a) = (FIRST.leaving(), FIRST.returning());
    let (lose_b, find_b) = (SECOND.leaving(), SECOND.returning());
    let chain = Chain::<5>(vec![
        (ON_A_B_IN, ON_B_A_OUT, lose_a),
        (ON_A_B_IN, ON_A_B_OUT, lose_b),
        (ON_A_B_OUT, NONE, lose_a),
        (ON_A_B_OUT, ON_A_B_IN, find_b),
        (ON_B_A_IN, ON_A_B_OUT, lose_b),
        (ON_B_A_IN, ON_B_A_OUT, lose_a),
        (ON_B_A_OUT, NONE, lose_b),
        (ON_B_A_OUT, ON_B_A_IN, find_a),
        (NONE, ON_A_B_OUT, find_a),
        (NONE, ON_B_A_OUT, find_b),
    ]);
    let hours = chain.hours_in(ON_A_B_IN, HOURS);
    let runs = played(&two_types("Never"), 3_000);
    let on = |market: usize| runs.of(0, |run| run.on_market[market].spot_ms as f64 / HOUR_MS / HOURS);
    agrees("share on A, staying", &on(0), (hours[ON_A_B_IN] + hours[ON_A_B_OUT]) / HOURS);
    agrees("share on B, staying", &on(1), (hours[ON_B_A_IN] + hours[ON_B_A_OUT]) / HOURS);
    let reclaims =
        (hours[ON_A_B_IN] + hours[ON_A_B_OUT]) * lose_a + (hours[ON_B_A_IN] + hours[ON_B_A_OUT]) * lose_b;
    agrees("reclaims, staying", &runs.of(0, |run| f64::from(run.reclaims)), reclaims);
    assert_eq!(runs.of(0, |run| f64::from(run.moves)), vec![0.0; 3_000]);
}

#[test]
fn with_immediate_moving_back_the_first_type_in_stock_is_held() {
    // On A whenever A is in; on B when A is out and B is in: the stocks are independent at every instant.
    let chain = Chain::<4>(vec![
        (0, 1, FIRST.leaving()),
        (2, 3, FIRST.leaving()),
        (1, 0, FIRST.returning()),
        (3, 2, FIRST.returning()),
        (0, 2, SECOND.leaving()),
        (1, 3, SECOND.leaving()),
        (2, 0, SECOND.returning()),
        (3, 1, SECOND.returning()),
    ]);
    // 0: both in, 1: only B in, 2: only A in, 3: none.
    let hours = chain.hours_in(0, HOURS);
    let runs = played(&two_types("WhenAvailable(dwell: \"0s\")"), 3_000);
    let on = |market: usize| runs.of(0, |run| run.on_market[market].spot_ms as f64 / HOUR_MS / HOURS);
    agrees("share on A, moving back", &on(0), FIRST.hours_in(Begins::In, HOURS) / HOURS);
    agrees("share on B, moving back", &on(1), hours[1] / HOURS);
    // It moves at every return of A while B is held, and is reclaimed at every withdrawal of what it holds.
    agrees("moves", &runs.of(0, |run| f64::from(run.moves)), hours[1] * FIRST.returning());
    let reclaims = (hours[0] + hours[2]) * FIRST.leaving() + hours[1] * SECOND.leaving();
    agrees("reclaims, moving back", &runs.of(0, |run| f64::from(run.reclaims)), reclaims);
}
