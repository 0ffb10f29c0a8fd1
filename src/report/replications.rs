//! `replications.csv`: one row per replication and strategy, streamed.

use crate::montecarlo::Arrears;
use crate::scenario::Scenario;
use crate::serving::TokenCounts;
use crate::sim::{AccountOutcome, Outcome};
use std::io::{self, Write};

/// The columns of scenarios with calls or deployments, after all others.
const TRAFFIC: [&str; 13] = [
    "commitment",
    "overflow",
    "tokens",
    "calls_served",
    "calls_overflowed",
    "calls_refused",
    "input_tokens_served",
    "output_tokens_served",
    "input_tokens_overflowed",
    "output_tokens_overflowed",
    "input_tokens_refused",
    "output_tokens_refused",
    "web_search",
];

/// The columns of each account, with its name after a colon, after all others.
const ACCOUNT: [&str; 8] = [
    "account_cost",
    "overdue_s",
    "stopped_s",
    "released_s",
    "cleared_s",
    "downtime_s",
    "least_available",
    "available",
];

/// Writes rows as replications arrive.
pub struct Writer<W: Write> {
    csv: csv::Writer<W>,
}

impl<W: Write> Writer<W> {
    /// Begins with the header: the fixed columns, where containers can fail how often they did, then the hours in
    /// Running on each market, then, where there are calls or deployments, what became of them, then, where there are
    /// resources, what they cost, then what became of each account.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn new(writer: W, scenario: &Scenario) -> io::Result<Self> {
        let mut csv = csv::Writer::from_writer(writer);
        let fixed = [
            "replication",
            "strategy",
            "cost",
            "standard",
            "spot",
            "disk",
            "cost_with_downtime",
            "availability",
            "reclaims",
            "launches",
            "moves",
            "time_to_running_s",
            "never_ran",
        ];
        let failures = ["crashes", "given_up"].into_iter().filter(|_| scenario.can_crash());
        let markets = scenario
            .markets
            .iter()
            .flat_map(|market| ["spot", "standard"].map(|tariff| format!("hours_{tariff}:{}", market.name)));
        let traffic = TRAFFIC.into_iter().filter(|_| scenario.has_traffic());
        let resources = (!scenario.resources.is_empty()).then(|| "resources".to_owned());
        let accounts = scenario
            .accounts
            .iter()
            .flat_map(|account| ACCOUNT.map(|column| format!("{column}:{}", account.name)));
        let fixed = fixed.into_iter().chain(failures);
        let fixed = fixed.map(str::to_owned).chain(markets).chain(traffic.map(str::to_owned));
        csv.write_record(fixed.chain(resources).chain(accounts))?;
        Ok(Self { csv })
    }

    /// The rows of one replication.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write(&mut self, scenario: &Scenario, replication: u64, outcomes: &[Outcome]) -> io::Result<()> {
        for (strategy, outcome) in scenario.strategies.iter().zip(outcomes) {
            let fixed = [
                replication.to_string(),
                strategy.name.clone(),
                outcome.cost().to_string(),
                outcome.standard.to_string(),
                outcome.spot.to_string(),
                outcome.disk.to_string(),
                outcome.cost_with_downtime(scenario).to_string(),
                outcome.availability().to_string(),
                outcome.reclaims.to_string(),
                outcome.launches.to_string(),
                outcome.moves.to_string(),
                (outcome.first_running_ms as f64 / 1_000.0).to_string(),
                outcome.never_ran.to_string(),
            ];
            let failures = [outcome.crashes, outcome.given_up].map(|count| count.to_string());
            let failures = failures.into_iter().filter(|_| scenario.can_crash());
            let on_markets =
                outcome.on_market.iter().flat_map(|on_market| [on_market.spot_ms, on_market.standard_ms]);
            let hours = on_markets.map(|ms| (ms as f64 / 3_600_000.0).to_string());
            let traffic = if scenario.has_traffic() { traffic(outcome) } else { Vec::new() };
            let accounts = outcome.accounts.iter().flat_map(account);
            let fixed = fixed.into_iter().chain(failures).chain(hours).chain(traffic);
            let resources = (!scenario.resources.is_empty()).then(|| outcome.resources.total().to_string());
            self.csv.write_record(fixed.chain(resources).chain(accounts))?;
        }
        Ok(())
    }

    /// Flushes and gives the writer back.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn finish(self) -> io::Result<W> {
        self.csv.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}

/// The values of [`ACCOUNT`]; an instant is empty where the thing never happened.
fn account(outcome: &AccountOutcome) -> [String; ACCOUNT.len()] {
    let seconds = |ms: i64| (ms as f64 / 1_000.0).to_string();
    let [overdue, stopped, released, cleared] =
        Arrears::ALL.map(|what| what.first_in(outcome).map_or_else(String::new, |at| seconds(at.as_ms())));
    [
        outcome.adjustment().to_string(),
        overdue,
        stopped,
        released,
        cleared,
        seconds(outcome.downtime.as_ms()),
        outcome.least_available.to_string(),
        outcome.available.to_string(),
    ]
}

/// The values of [`TRAFFIC`].
fn traffic(outcome: &Outcome) -> Vec<String> {
    let calls = &outcome.serving.calls;
    let money = [outcome.commitment, outcome.serving.overflow, outcome.serving.tokens];
    let counts = [calls.served, calls.overflowed, calls.refused.iter().sum()];
    let both_ways = |tokens: &TokenCounts| [tokens.input, tokens.output];
    let tokens = [&calls.served_tokens, &calls.overflowed_tokens, &calls.refused_tokens];
    let numbers = counts.into_iter().chain(tokens.into_iter().flat_map(both_ways));
    let texts = money.iter().map(ToString::to_string).chain(numbers.map(|number| number.to_string()));
    texts.chain([outcome.web_search.to_string()]).collect()
}
