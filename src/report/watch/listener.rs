//! Records a run as a film needs it: everything a story needs, and what tokens cost hour by hour.

use crate::ledger::{AccountEvent, BillLine, Entry};
use crate::serving::{Fate, TargetId};
use crate::sim::deployment::record::{DeploymentEventRecord, DeploymentUsageRecord, PaymentRecord};
use crate::sim::resources::record::{ResourceCharge, ResourceEventRecord, ResourceUsageRecord};
use crate::sim::{EventRecord, Recorder, ToldCall, Trace, UsageRecord};
use crate::units::{Money, SimSpan, SimTime};
use std::collections::BTreeMap;

/// Listens to a run.
#[derive(Clone, Debug, Default)]
pub struct Listener {
    /// What a story needs.
    pub recorder: Recorder,
    /// Tokens of calls that are not told one by one, by target, whether they overflowed, and the clock hour's start.
    pub(super) hours: BTreeMap<(TargetId, bool, SimTime), HourOfTokens>,
}

/// What the calls of an hour come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct HourOfTokens {
    pub(super) tokens: u64,
    pub(super) amount: Money,
}

impl Listener {
    fn note(&mut self, told: &ToldCall) {
        let record = &told.record;
        let (Some(target), false) = (record.target, told.is_told || record.charged.is_empty()) else {
            return;
        };
        let hours = told.minute.since(told.day).as_ms().div_euclid(SimSpan::HOUR.as_ms());
        let hour = told.day + SimSpan::from_hours(hours);
        let is_overflow = matches!(record.fate, Fate::Overflowed | Fate::Split);
        let sums = self.hours.entry((target, is_overflow, hour)).or_default();
        for part in &record.charged {
            sums.tokens += part.tokens;
            sums.amount += part.amount;
        }
    }
}

impl Trace for Listener {
    const LISTENS: bool = true;
    fn event(&mut self, record: impl FnOnce() -> EventRecord) {
        self.recorder.event(record);
    }
    fn usage(&mut self, record: impl FnOnce() -> UsageRecord) {
        self.recorder.usage(record);
    }
    fn deployment_event(&mut self, record: impl FnOnce() -> DeploymentEventRecord) {
        self.recorder.deployment_event(record);
    }
    fn deployment_usage(&mut self, record: impl FnOnce() -> DeploymentUsageRecord) {
        self.recorder.deployment_usage(record);
    }
    fn payment(&mut self, record: impl FnOnce() -> PaymentRecord) {
        self.recorder.payment(record);
    }
    fn resource_event(&mut self, record: impl FnOnce() -> ResourceEventRecord) {
        self.recorder.resource_event(record);
    }
    fn resource_usage(&mut self, record: impl FnOnce() -> ResourceUsageRecord) {
        self.recorder.resource_usage(record);
    }
    fn resource_charge(&mut self, record: impl FnOnce() -> ResourceCharge) {
        self.recorder.resource_charge(record);
    }
    fn call(&mut self, record: impl FnOnce() -> ToldCall) {
        let told = record();
        self.note(&told);
        self.recorder.call(|| told);
    }
    fn bill_line(&mut self, record: impl FnOnce() -> BillLine) {
        self.recorder.bill_line(record);
    }
    fn entry(&mut self, record: impl FnOnce() -> Entry) {
        self.recorder.entry(record);
    }
    fn account_event(&mut self, record: impl FnOnce() -> AccountEvent) {
        self.recorder.account_event(record);
    }
}
