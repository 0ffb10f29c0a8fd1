//! One replication told in full: its events, its bill, and why each line is as it is.
//!
//! A file per kind of line: machines by time, deployments by time, payments, tokens. The total is the sum of the lines.

mod account;
mod events;
mod journal;
mod machine;
mod payment;
mod resource;
mod scenes;
mod standing;
mod still;
mod time;
mod tokens;

pub use account::AccountLine;
pub use events::StoryEvent;
pub use journal::{AccountStory, TurnLine};
pub use machine::MachineLine;
pub use payment::PaymentLine;
pub use resource::ResourceLine;
pub use standing::{CallSums, Deployment, ResourceStanding, Traffic};
pub use still::StillBilling;
pub use time::{HourLine, TimeLine};
pub use tokens::TokenBillLine;

pub(super) use account::{account_lines, charges as account_charges, purchases as account_purchases};
pub(super) use events::{Happening, status_after};
pub(super) use journal::{Places, Turn};
pub(super) use machine::{in_order, total};
pub(super) use payment::payments_of;
pub(super) use resource::{at_once as charges_at_once, in_order as usages_in_order, price_of_one};
pub(super) use scenes::{Scene, scenes};
pub(super) use standing::{deployments, resources, traffic};
pub(super) use still::still_billing;
pub(super) use time::{Stretch, in_order as time_in_order, stretches};
pub(super) use tokens::token_lines;

use super::calls::CallRow;
use crate::scenario::Scenario;
use crate::scenario::model::Strategy;
use crate::sim::{Outcome, Recorder};
use crate::units::Money;
use serde::Serialize;

/// The result of `run`. Money is text, everything else a number; fields are added by later versions and kept.
#[derive(Clone, Debug, Serialize)]
pub struct Bill {
    /// Name of the scenario.
    pub scenario: String,
    /// Name of the strategy.
    pub strategy: String,
    /// Root of all luck.
    pub seed: u64,
    /// Index of the replication.
    pub replication: u64,
    /// ISO 4217 code.
    pub currency: String,
    /// Sum of the lines.
    pub total: String,
    /// Every line: machines, then deployments by time, payments, tokens, resources, accounts.
    pub lines: Vec<BillLine>,
    /// Events in order.
    pub events: Vec<StoryEvent>,
    /// The services and deployments at the horizon.
    pub deployments: Vec<Deployment>,
    /// The resources at the horizon, where there are any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<ResourceStanding>,
    /// What bills on after the horizon, and what would end it.
    pub still_billing: Vec<StillBilling>,
    /// Calls that are told one by one, in order.
    pub calls: Vec<CallRow>,
    /// What became of all calls, where there were any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traffic: Option<Traffic>,
    /// Accounts and what became of them, where there are any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<AccountStory>,
}

/// A line of the bill. Each has `deployment`, `item`, `quantity`, `unit`, `amount` and `rules`; those that are not of
/// machines say their `kind`.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum BillLine {
    /// An instance or its disk.
    Machine(MachineLine),
    /// A deployment by time; of kind `time`.
    Time(TimeLine),
    /// A payment or refund; of kind `payment`.
    Payment(PaymentLine),
    /// Tokens of a day; of kind `tokens`.
    Tokens(TokenBillLine),
    /// A resource; of kind `resource`.
    Resource(ResourceLine),
    /// What accounts add, and web searches; of kind `account`.
    Account(AccountLine),
}

impl BillLine {
    /// Its amount, exactly; negative for a refund.
    pub fn amount(&self) -> &str {
        match self {
            Self::Machine(line) => &line.amount,
            Self::Time(line) => &line.amount,
            Self::Payment(line) => &line.amount,
            Self::Tokens(line) => &line.amount,
            Self::Resource(line) => &line.amount,
            Self::Account(line) => &line.amount,
        }
    }
}

/// What is told: a strategy in one world.
#[derive(Clone, Copy, Debug)]
pub struct Told<'run> {
    /// The scenario.
    pub scenario: &'run Scenario,
    /// The strategy.
    pub strategy: &'run Strategy,
    /// Root of all luck.
    pub seed: u64,
    /// Index of the replication.
    pub replication: u64,
    /// Totals.
    pub outcome: &'run Outcome,
    /// Everything that happened.
    pub recorder: &'run Recorder,
}

impl Bill {
    /// Puts what was recorded into words and numbers.
    pub fn new(told: &Told<'_>) -> Self {
        let (scenario, recorder) = (told.scenario, told.recorder);
        let calls = recorder.calls.iter().map(|(_, _, call)| CallRow::new(scenario, told.strategy, call));
        Self {
            scenario: scenario.name.clone(),
            strategy: told.strategy.name.clone(),
            seed: told.seed,
            replication: told.replication,
            currency: scenario.currency.clone(),
            total: total_of(told).to_string(),
            lines: lines(told),
            events: events::story_events(told),
            deployments: deployments(told),
            resources: resources(told),
            still_billing: still_billing(told),
            calls: calls.collect(),
            traffic: traffic(told),
            accounts: journal::stories(told),
        }
    }
}

fn lines(told: &Told<'_>) -> Vec<BillLine> {
    let (scenario, recorder) = (told.scenario, told.recorder);
    let machines = in_order(&recorder.usages).into_iter().flat_map(|usage| machine::lines(scenario, usage));
    let by_time =
        time_in_order(&recorder.deployment_usages).into_iter().flat_map(|usage| time::lines(told, usage));
    machines
        .map(BillLine::Machine)
        .chain(by_time.map(BillLine::Time))
        .chain(payment::lines(told).map(BillLine::Payment))
        .chain(token_lines(told).map(BillLine::Tokens))
        .chain(resource::lines(told).into_iter().map(BillLine::Resource))
        .chain(account_lines(told).into_iter().map(BillLine::Account))
        .collect()
}

/// The sum of all lines.
pub(super) fn total_of(told: &Told<'_>) -> Money {
    let recorder = told.recorder;
    let machines: Money = recorder.usages.iter().map(total).sum();
    let by_time: Money = recorder.deployment_usages.iter().map(time::total).sum();
    let payments: Money = recorder.payments.iter().map(|payment| payment.amount).sum();
    let tokens: Money = recorder.tokens.values().map(|line| line.amount).sum();
    let accounts: Money = account_lines(told).iter().map(|line| line.exact).sum();
    machines + by_time + payments + tokens + resource::total(told) + accounts
}
