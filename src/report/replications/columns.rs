//! What a row says: the fixed columns, where containers can fail how often they did, then the hours in Running on each
//! market, then, where there are calls or deployments, what became of them, then, where there are resources, what they
//! cost, then what became of each account.

use crate::montecarlo::Arrears;
use crate::scenario::Scenario;
use crate::serving::TokenCounts;
use crate::sim::{AccountOutcome, Outcome};
use crate::units::Money;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A name.
    Text,
    /// How many.
    Count,
    /// An exact amount.
    Amount,
    /// A number, or nothing.
    Number,
    /// Yes or no.
    Flag,
}

/// A value of a column of the same kind.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Value<'a> {
    Text(&'a str),
    Count(u64),
    Amount(Money),
    Number(Option<f64>),
    Flag(bool),
}

const FIXED: [(&str, Kind); 13] = [
    ("replication", Kind::Count),
    ("strategy", Kind::Text),
    ("cost", Kind::Amount),
    ("standard", Kind::Amount),
    ("spot", Kind::Amount),
    ("disk", Kind::Amount),
    ("cost_with_downtime", Kind::Amount),
    ("availability", Kind::Number),
    ("reclaims", Kind::Count),
    ("launches", Kind::Count),
    ("moves", Kind::Count),
    ("time_to_running_s", Kind::Number),
    ("never_ran", Kind::Flag),
];

/// The columns of scenarios in which containers can fail.
const FAILURES: [(&str, Kind); 2] = [("crashes", Kind::Count), ("given_up", Kind::Count)];

/// The columns of scenarios with calls or deployments.
const TRAFFIC: [(&str, Kind); 13] = [
    ("commitment", Kind::Amount),
    ("overflow", Kind::Amount),
    ("tokens", Kind::Amount),
    ("calls_served", Kind::Count),
    ("calls_overflowed", Kind::Count),
    ("calls_refused", Kind::Count),
    ("input_tokens_served", Kind::Count),
    ("output_tokens_served", Kind::Count),
    ("input_tokens_overflowed", Kind::Count),
    ("output_tokens_overflowed", Kind::Count),
    ("input_tokens_refused", Kind::Count),
    ("output_tokens_refused", Kind::Count),
    ("web_search", Kind::Amount),
];

/// The columns of each account, with its name after a colon.
const ACCOUNT: [(&str, Kind); 8] = [
    ("account_cost", Kind::Amount),
    ("overdue_s", Kind::Number),
    ("stopped_s", Kind::Number),
    ("released_s", Kind::Number),
    ("cleared_s", Kind::Number),
    ("downtime_s", Kind::Number),
    ("least_available", Kind::Amount),
    ("available", Kind::Amount),
];

const MS_PER_SECOND: f64 = 1_000.0;
const MS_PER_HOUR: f64 = 3_600_000.0;

/// The columns of a scenario's rows, in order.
pub(super) fn columns(scenario: &Scenario) -> Vec<(String, Kind)> {
    let markets = scenario.markets.iter().flat_map(|market| {
        ["spot", "standard"].map(|tariff| (format!("hours_{tariff}:{}", market.name), Kind::Number))
    });
    let accounts = scenario
        .accounts
        .iter()
        .flat_map(|account| ACCOUNT.map(|(column, kind)| (format!("{column}:{}", account.name), kind)));
    let failures = FAILURES.into_iter().filter(|_| scenario.can_crash());
    let traffic = TRAFFIC.into_iter().filter(|_| scenario.has_traffic());
    let resources = (!scenario.resources.is_empty()).then_some(("resources", Kind::Amount));
    let own = |(column, kind): (&str, Kind)| (column.to_owned(), kind);
    let first = FIXED.into_iter().chain(failures).map(own).chain(markets);
    first.chain(traffic.chain(resources).map(own)).chain(accounts).collect()
}

/// The values of one row, in the order of [`columns`].
pub(super) fn values<'a>(
    scenario: &Scenario,
    replication: u64,
    strategy: &'a str,
    outcome: &Outcome,
    row: &mut Vec<Value<'a>>,
) {
    row.clear();
    row.extend([
        Value::Count(replication),
        Value::Text(strategy),
        Value::Amount(outcome.cost()),
        Value::Amount(outcome.standard),
        Value::Amount(outcome.spot),
        Value::Amount(outcome.disk),
        Value::Amount(outcome.cost_with_downtime(scenario)),
        Value::Number(Some(outcome.availability())),
        Value::Count(outcome.reclaims.into()),
        Value::Count(outcome.launches.into()),
        Value::Count(outcome.moves.into()),
        Value::Number(Some(outcome.first_running_ms as f64 / MS_PER_SECOND)),
        Value::Flag(outcome.never_ran),
    ]);
    if scenario.can_crash() {
        row.extend([outcome.crashes, outcome.given_up].map(|count| Value::Count(count.into())));
    }
    for on_market in &outcome.on_market {
        let hours = |ms: i64| Value::Number(Some(ms as f64 / MS_PER_HOUR));
        row.extend([on_market.spot_ms, on_market.standard_ms].map(hours));
    }
    if scenario.has_traffic() {
        row.extend(traffic(outcome));
    }
    if !scenario.resources.is_empty() {
        row.push(Value::Amount(outcome.resources.total()));
    }
    for one in &outcome.accounts {
        row.extend(account(one));
    }
}

/// The values of [`TRAFFIC`].
fn traffic<'a>(outcome: &Outcome) -> [Value<'a>; TRAFFIC.len()] {
    let calls = &outcome.serving.calls;
    let [served, overflowed, refused] =
        [&calls.served_tokens, &calls.overflowed_tokens, &calls.refused_tokens]
            .map(|tokens: &TokenCounts| [tokens.input, tokens.output].map(Value::Count));
    [
        Value::Amount(outcome.commitment),
        Value::Amount(outcome.serving.overflow),
        Value::Amount(outcome.serving.tokens),
        Value::Count(calls.served),
        Value::Count(calls.overflowed),
        Value::Count(calls.refused.iter().sum()),
        served[0],
        served[1],
        overflowed[0],
        overflowed[1],
        refused[0],
        refused[1],
        Value::Amount(outcome.web_search),
    ]
}

/// The values of [`ACCOUNT`]; an instant is nothing where the thing never happened.
fn account<'a>(outcome: &AccountOutcome) -> [Value<'a>; ACCOUNT.len()] {
    let seconds = |ms: i64| ms as f64 / MS_PER_SECOND;
    let [overdue, stopped, released, cleared] =
        Arrears::ALL.map(|what| Value::Number(what.first_in(outcome).map(|at| seconds(at.as_ms()))));
    [
        Value::Amount(outcome.adjustment()),
        overdue,
        stopped,
        released,
        cleared,
        Value::Number(Some(seconds(outcome.downtime.as_ms()))),
        Value::Amount(outcome.least_available),
        Value::Amount(outcome.available),
    ]
}
