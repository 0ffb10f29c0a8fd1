//! A run that somebody may not want any more.

use super::deployment::record::{DeploymentEventRecord, DeploymentUsageRecord, PaymentRecord};
use super::recorder::ToldCall;
use super::resources::record::{ResourceCharge, ResourceEventRecord, ResourceUsageRecord};
use super::trace::{EventRecord, Trace, UsageRecord};
use crate::ledger::{AccountEvent, BillLine, Entry};

/// Passes everything on to another trace, and asks before each event whether the run is still wanted. One that was given
/// up ends early; its outcome means nothing.
///
/// ```
/// use deploysim::scenario::load_bytes;
/// use deploysim::sim::{Silent, Watched, simulate};
/// let text = br#"(start: "2026-06-01T00:00:00+08:00", horizon: "1d", currency: "CNY",
///     markets: [(name: "A", standard: "1.60")], services: [(name: "chat")],
///     strategies: [(name: "standard", types: [(type: "A")])])"#;
/// let (scenario, _) = load_bytes("day.ron", text.to_vec(), &[]);
/// let scenario = scenario.unwrap();
/// let world = scenario.world.draw(1, 0);
/// let mut run = Watched::new(Silent, || false);
/// let whole = simulate(&scenario, &scenario.strategies[0], &world, &mut run);
/// assert_eq!((run.is_given_up(), whole.cost().to_string().as_str()), (false, "38.40"));
/// // Awkward: nobody wants it from the beginning.
/// let mut run = Watched::new(Silent, || true);
/// simulate(&scenario, &scenario.strategies[0], &world, &mut run);
/// assert!(run.is_given_up());
/// ```
#[derive(Debug)]
pub struct Watched<T, F> {
    trace: T,
    is_unwanted: F,
    is_given_up: bool,
}

impl<T: Trace, F: Fn() -> bool> Watched<T, F> {
    /// A run that tells `trace`, until `is_unwanted` says true.
    pub fn new(trace: T, is_unwanted: F) -> Self {
        Self { trace, is_unwanted, is_given_up: false }
    }

    /// True if the run ended early.
    pub fn is_given_up(&self) -> bool {
        self.is_given_up
    }

    /// What was told.
    pub fn into_trace(self) -> T {
        self.trace
    }
}

impl<T: Trace, F: Fn() -> bool> Trace for Watched<T, F> {
    const LISTENS: bool = T::LISTENS;

    fn is_given_up(&mut self) -> bool {
        self.is_given_up = self.is_given_up || (self.is_unwanted)();
        self.is_given_up
    }
    fn event(&mut self, record: impl FnOnce() -> EventRecord) {
        self.trace.event(record);
    }
    fn usage(&mut self, record: impl FnOnce() -> UsageRecord) {
        self.trace.usage(record);
    }
    fn deployment_event(&mut self, record: impl FnOnce() -> DeploymentEventRecord) {
        self.trace.deployment_event(record);
    }
    fn deployment_usage(&mut self, record: impl FnOnce() -> DeploymentUsageRecord) {
        self.trace.deployment_usage(record);
    }
    fn payment(&mut self, record: impl FnOnce() -> PaymentRecord) {
        self.trace.payment(record);
    }
    fn resource_event(&mut self, record: impl FnOnce() -> ResourceEventRecord) {
        self.trace.resource_event(record);
    }
    fn resource_usage(&mut self, record: impl FnOnce() -> ResourceUsageRecord) {
        self.trace.resource_usage(record);
    }
    fn resource_charge(&mut self, record: impl FnOnce() -> ResourceCharge) {
        self.trace.resource_charge(record);
    }
    fn call(&mut self, record: impl FnOnce() -> ToldCall) {
        self.trace.call(record);
    }
    fn bill_line(&mut self, record: impl FnOnce() -> BillLine) {
        self.trace.bill_line(record);
    }
    fn entry(&mut self, record: impl FnOnce() -> Entry) {
        self.trace.entry(record);
    }
    fn account_event(&mut self, record: impl FnOnce() -> AccountEvent) {
        self.trace.account_event(record);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::load_file;
    use crate::sim::{Recorder, Silent, simulate};
    use std::cell::Cell;

    #[test]
    fn a_run_may_be_given_up_before_any_of_its_events() {
        for name in ["accounts", "end_of_month", "lives", "machines", "resources", "settings"] {
            let (scenario, report) = load_file(format!("tests/full/{name}.ron").as_ref(), &[]);
            let scenario = scenario.unwrap_or_else(|| panic!("{}", report.render(false)));
            let world = scenario.world.draw(1, 0);
            for strategy in &scenario.strategies {
                let looked = Cell::new(0_u32);
                let look = |most: u32| {
                    looked.set(looked.get() + 1);
                    looked.get() > most
                };
                let mut whole = Watched::new(Silent, || look(u32::MAX));
                let outcome = simulate(&scenario, strategy, &world, &mut whole);
                assert_eq!(outcome, simulate(&scenario, strategy, &world, &mut Silent), "{name}");
                let looks = looked.get();
                for most in (0..looks).step_by((looks / 40).max(1) as usize) {
                    looked.set(0);
                    let mut run = Watched::new(Recorder::default(), || look(most));
                    simulate(&scenario, strategy, &world, &mut run);
                    assert!(run.is_given_up(), "{name}, after {most} of {looks}");
                }
            }
        }
    }
}
