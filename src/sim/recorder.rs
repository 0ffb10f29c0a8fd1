//! Those who listen: nobody, and one who records everything.

use super::deployment::record::{DeploymentEventRecord, DeploymentUsageRecord, PaymentRecord};
use super::resources::record::{ResourceCharge, ResourceEventRecord, ResourceUsageRecord};
use super::trace::{EventRecord, Trace, UsageRecord};
use crate::ledger::{AccountEvent, BillLine, Entry, Journal};
use crate::serving::{CallRecord, Fate, TargetId};
use crate::units::{Money, SimTime, TokenPrice};
use std::collections::BTreeMap;

/// Records nothing: for Monte Carlo.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Trace for Silent {
    const LISTENS: bool = false;
    fn event(&mut self, _: impl FnOnce() -> EventRecord) {}
    fn usage(&mut self, _: impl FnOnce() -> UsageRecord) {}
    fn deployment_event(&mut self, _: impl FnOnce() -> DeploymentEventRecord) {}
    fn deployment_usage(&mut self, _: impl FnOnce() -> DeploymentUsageRecord) {}
    fn payment(&mut self, _: impl FnOnce() -> PaymentRecord) {}
    fn resource_event(&mut self, _: impl FnOnce() -> ResourceEventRecord) {}
    fn resource_usage(&mut self, _: impl FnOnce() -> ResourceUsageRecord) {}
    fn resource_charge(&mut self, _: impl FnOnce() -> ResourceCharge) {}
    fn call(&mut self, _: impl FnOnce() -> ToldCall) {}
    fn bill_line(&mut self, _: impl FnOnce() -> BillLine) {}
    fn entry(&mut self, _: impl FnOnce() -> Entry) {}
    fn account_event(&mut self, _: impl FnOnce() -> AccountEvent) {}
}

/// A call and what a recorder needs to know of it.
#[derive(Clone, Debug)]
pub struct ToldCall {
    /// The call and its fate.
    pub record: CallRecord,
    /// It belongs into the story, call by call.
    pub is_told: bool,
    /// Start of the civil day it arrives in.
    pub day: SimTime,
    /// Start of the civil minute it arrives in.
    pub minute: SimTime,
}

/// Records everything, for one replication that is told or explained. Of calls that are not told one by one it keeps
/// sums by day for the bill and by minute for the pictures.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    /// Events of services in order.
    pub events: Vec<EventRecord>,
    /// Ended intervals in the order of their ends.
    pub usages: Vec<UsageRecord>,
    /// Events of deployments in order, each with the number of events of services before it.
    pub deployment_events: Vec<(usize, DeploymentEventRecord)>,
    /// Charges of deployments by time, in the order of their ends.
    pub deployment_usages: Vec<DeploymentUsageRecord>,
    /// Payments and refunds in order.
    pub payments: Vec<PaymentRecord>,
    /// Events of resources in order, each with the number of events of services and of deployments before it.
    pub resource_events: Vec<(usize, usize, ResourceEventRecord)>,
    /// Charges of resources by time, in the order of their ends.
    pub resource_usages: Vec<ResourceUsageRecord>,
    /// Charges of resources at once, in order.
    pub resource_charges: Vec<ResourceCharge>,
    /// Calls that are told one by one, each with the number of events of services and of deployments before it.
    pub calls: Vec<(usize, usize, CallRecord)>,
    /// Charges of tokens by day.
    pub tokens: BTreeMap<TokenLineKey, TokenLine>,
    /// Web searches that are charged, by civil day (B32).
    pub searches: BTreeMap<SimTime, u64>,
    /// Traffic by minute and target.
    pub minutes: BTreeMap<(TargetId, SimTime), MinuteTraffic>,
    /// Lines, entries and events of accounts; empty without accounts.
    pub journal: Journal,
    /// Every call, where somebody asked for all.
    pub every_call: Option<Vec<CallRecord>>,
}

/// What a line of tokens is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct TokenLineKey {
    /// Target that took the call, or from which it overflowed.
    pub target: TargetId,
    /// It overflowed (P11).
    pub is_overflow: bool,
    /// Start of the civil day.
    pub day: SimTime,
    /// Model code of the price.
    pub model: String,
    /// Tier of the price; may be empty.
    pub tier: String,
    /// `input_token`, `cached_input_token`, `output_token`, `thinking_output_token`.
    pub kind: &'static str,
}

/// Tokens of one price on one day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TokenLine {
    /// How many.
    pub tokens: u64,
    /// Of them, covered by free quotas and packages.
    pub covered: u64,
    /// Of how many calls.
    pub calls: u64,
    /// Price of one.
    pub price: TokenPrice,
    /// What is not covered × price, exactly.
    pub amount: Money,
}

/// What one minute brought to one target.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MinuteTraffic {
    /// Input tokens served as planned.
    pub served_input: u64,
    /// Output tokens served as planned.
    pub served_output: u64,
    /// Input tokens that overflowed.
    pub overflow_input: u64,
    /// Output tokens that overflowed.
    pub overflow_output: u64,
    /// Input tokens of refused calls.
    pub refused_input: u64,
    /// Output tokens of refused calls.
    pub refused_output: u64,
}

impl Trace for Recorder {
    const LISTENS: bool = true;
    fn event(&mut self, record: impl FnOnce() -> EventRecord) {
        self.events.push(record());
    }
    fn usage(&mut self, record: impl FnOnce() -> UsageRecord) {
        self.usages.push(record());
    }
    fn deployment_event(&mut self, record: impl FnOnce() -> DeploymentEventRecord) {
        self.deployment_events.push((self.events.len(), record()));
    }
    fn deployment_usage(&mut self, record: impl FnOnce() -> DeploymentUsageRecord) {
        self.deployment_usages.push(record());
    }
    fn payment(&mut self, record: impl FnOnce() -> PaymentRecord) {
        self.payments.push(record());
    }
    fn resource_event(&mut self, record: impl FnOnce() -> ResourceEventRecord) {
        self.resource_events.push((self.events.len(), self.deployment_events.len(), record()));
    }
    fn resource_usage(&mut self, record: impl FnOnce() -> ResourceUsageRecord) {
        self.resource_usages.push(record());
    }
    fn resource_charge(&mut self, record: impl FnOnce() -> ResourceCharge) {
        self.resource_charges.push(record());
    }
    fn bill_line(&mut self, record: impl FnOnce() -> BillLine) {
        self.journal.lines.push(record());
    }
    fn entry(&mut self, record: impl FnOnce() -> Entry) {
        self.journal.entries.push(record());
    }
    fn account_event(&mut self, record: impl FnOnce() -> AccountEvent) {
        self.journal.events.push(record());
    }
    fn call(&mut self, record: impl FnOnce() -> ToldCall) {
        let told = record();
        self.note_minute(&told);
        self.note_tokens(&told);
        if told.record.searched {
            *self.searches.entry(told.day).or_default() += 1;
        }
        if let Some(calls) = &mut self.every_call {
            calls.push(told.record.clone());
        }
        if told.is_told {
            self.calls.push((self.events.len(), self.deployment_events.len(), told.record));
        }
    }
}

impl Recorder {
    fn note_minute(&mut self, told: &ToldCall) {
        let record = &told.record;
        let Some(target) = record.target else { return };
        let minute = self.minutes.entry((target, told.minute)).or_default();
        let (input, output) = (u64::from(record.call.input_tokens), u64::from(record.call.output_tokens));
        match record.fate {
            Fate::Served | Fate::Queued => {
                minute.served_input += input;
                minute.served_output += output;
            }
            Fate::Overflowed => {
                minute.overflow_input += input;
                minute.overflow_output += output;
            }
            Fate::Split => {
                let of = |input_kind: bool| -> u64 {
                    let kinds =
                        record.charged.iter().filter(|part| part.kind.contains("input") == input_kind);
                    kinds.map(|part| part.tokens).sum()
                };
                let (over_input, over_output) = (of(true), of(false));
                minute.overflow_input += over_input;
                minute.overflow_output += over_output;
                minute.served_input += input - over_input;
                minute.served_output += output - over_output;
            }
            Fate::Refused(_) => {
                minute.refused_input += input;
                minute.refused_output += output;
            }
        }
    }

    fn note_tokens(&mut self, told: &ToldCall) {
        let record = &told.record;
        let Some(target) = record.target else { return };
        let is_overflow = matches!(record.fate, Fate::Overflowed | Fate::Split);
        for part in &record.charged {
            let (model, tier) = (part.model.clone(), part.tier.clone());
            let key = TokenLineKey { target, is_overflow, day: told.day, model, tier, kind: part.kind };
            let line = self.tokens.entry(key).or_default();
            line.tokens += part.tokens;
            line.covered += part.free + part.package;
            line.calls += 1;
            line.price = part.price;
            line.amount += part.amount;
        }
    }
}
