//! What can be asked of a run: a closed list of figures, each read from what the engine left behind.

mod arithmetic;
mod calls;
mod estimate;
mod happened;
mod lines;

use super::run::Runs;
use super::value::Value;
use crate::units::{Money, SimSpan, SimTime};
use arithmetic::{Known, hourly, lasts};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A figure. `run` names a run of the lesson; left out, it is the lesson's own. Arithmetic is on figures that stand before.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Figure {
    /// The total of the bill.
    Total(Of),
    /// The sum of the lines that fit.
    Amount(Lines),
    /// Their billed time.
    Billed(Lines),
    /// Their quantity: tokens, TPM, messages, …
    Quantity(Lines),
    /// Their price of one, as lists write it, which must be the same of all.
    Price(Lines),
    /// How many there are.
    Lines(Lines),
    /// When an event happened: the first that fits, or the one of this number (from 1).
    At(Happened),
    /// How often it happened.
    Times(Happened),
    /// What was available on the account after it.
    Available(Happened),
    /// What was paid or came back in it.
    Moved(Happened),
    /// How many calls fit.
    Calls(Called),
    /// What they were charged.
    Charged(Called),
    /// Their input tokens that were charged.
    ChargedInput(Called),
    /// How many lines of accounts' bills fit.
    IssuedLines(Issued),
    /// When the first of them is issued.
    IssuedAt(Issued),
    /// When the minute or hour of its use began.
    UsedAt(Issued),
    /// What they come to, as it is to be paid.
    Payable(Issued),
    /// What savings plans take over of them.
    CoveredByPlans(Issued),
    /// How many things bill on after the horizon, of this name or all.
    StillBilling(Still),
    /// Time in Running, of all replicas together.
    Running(Of),
    /// The first instant of the run.
    Start,
    /// How long it is.
    Horizon,
    /// What the scenario writes at a path.
    Written(String),
    /// A statistic over replications, by its name on the command line (`cost.p95`).
    Estimate {
        /// Which.
        metric: String,
        /// Of which run's strategy and scenario.
        #[serde(default)]
        run: String,
        /// Over how many worlds: 1 to 10,000.
        replications: u64,
    },
    /// The first less the second; of two instants the time between them.
    Minus(String, String),
    /// The sum of all.
    Plus(Vec<String>),
    /// So many parts of a figure, as `21/22`.
    Parts(String, String),
    /// How many times the second the first is.
    Share(String, String),
    /// A price per hour (the first) for a length of time (the second).
    Hourly(String, String),
    /// For how long an amount (the first) pays a price per hour (the second).
    Lasts(String, String),
}

/// Which run.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Of {
    /// Its name; empty for the lesson's own.
    pub run: String,
}

/// Lines of a bill: those that have all that is said.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lines {
    /// Name of the run.
    pub run: String,
    /// Service, deployment, resource or account.
    pub of: String,
    /// The item, or its beginning.
    pub item: String,
    /// A part of when it began, of its day, or of when it was paid.
    pub at: String,
    /// Of tokens that overflowed, or that did not.
    pub overflow: Option<bool>,
}

/// Events of services, deployments, resources and accounts: those that have all that is said.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Happened {
    /// Name of the run.
    pub run: String,
    /// Service, deployment, resource or account.
    pub of: String,
    /// The event in one word, or of accounts its beginning.
    pub event: String,
    /// A part of its sentence.
    pub says: String,
    /// Which of several, from 1; the first if it is left out.
    pub number: usize,
}

/// Calls: those that have all that is said.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Called {
    /// Name of the run.
    pub run: String,
    /// Who called.
    pub tenant: String,
    /// The deployment that was called.
    pub of: String,
    /// What became of it, or the beginning of that (`refused`).
    pub fate: String,
    /// A part of when it came.
    pub at: String,
}

/// Lines of accounts' bills: those that have all that is said.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Issued {
    /// Name of the run.
    pub run: String,
    /// Product Name.
    pub product: String,
    /// A part of when the minute or hour of the use began.
    pub used: String,
}

/// What bills on.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Still {
    /// Name of the run.
    pub run: String,
    /// Service, deployment or resource; empty for all.
    pub of: String,
}

impl Figure {
    /// Its value, given those that stand before it.
    ///
    /// # Errors
    /// What is not there to be read.
    pub(super) fn value(&self, runs: &mut Runs, known: &BTreeMap<String, Value>) -> Result<Value, String> {
        let known = Known(known);
        match self {
            Self::Total(of) => money(&runs.get(&of.run)?.bill.total).map(Value::Money),
            Self::Amount(lines) => lines.amount(runs),
            Self::Billed(lines) => lines.billed(runs),
            Self::Quantity(lines) => lines.quantity(runs),
            Self::Price(lines) => lines.price(runs),
            Self::Lines(lines) => lines.count(runs),
            Self::At(happened) => happened.at(runs),
            Self::Times(happened) => happened.times(runs),
            Self::Available(happened) => happened.available(runs),
            Self::Moved(happened) => happened.moved(runs),
            Self::Calls(called) => called.count(runs),
            Self::Charged(called) => called.charged(runs),
            Self::ChargedInput(called) => called.charged_input(runs),
            Self::IssuedLines(issued) => issued.count(runs),
            Self::IssuedAt(issued) => issued.first(runs, |line| line.issued_at),
            Self::UsedAt(issued) => issued.first(runs, |line| line.from),
            Self::Payable(issued) => issued.sum(runs, |line| line.amounts.payable()),
            Self::CoveredByPlans(issued) => issued.sum(runs, |line| line.amounts.plan),
            Self::StillBilling(still) => still.count(runs),
            Self::Running(of) => Ok(Value::Span(SimSpan::from_ms(runs.get(&of.run)?.running_ms))),
            Self::Start => Ok(Value::Instant(SimTime::ZERO)),
            Self::Horizon => Ok(Value::Span(runs.get("")?.scenario.horizon)),
            Self::Written(path) => runs.written(path),
            Self::Estimate { metric, run, replications } => {
                estimate::estimate(metric, *replications, runs.get(run)?)
            }
            Self::Minus(a, b) => known.two(a, b, Value::minus),
            Self::Plus(names) => known.sum(names),
            Self::Parts(name, parts) => known.parts(name, parts),
            Self::Share(a, b) => known.two(a, b, Value::per),
            Self::Hourly(price, span) => known.two(price, span, hourly),
            Self::Lasts(amount, price) => known.two(amount, price, lasts),
        }
    }
}

fn money(text: &str) -> Result<Money, String> {
    Money::parse(text).map_err(|error| error.to_string())
}
