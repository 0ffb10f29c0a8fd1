//! From the phases of a resource to usage: what is metered, from when, how much of it.

use super::record::{ResourceCharge, ResourceChargeKind, ResourceUsageEnd, ResourceUsageRecord};
use super::table;
use crate::billing::PeriodUsage;
use crate::scenario::resource::ResourceId;
use crate::sim::run::Simulation;
use crate::sim::trace::Trace;
use crate::units::{Money, SimTime};

/// A continuous charge by time.
#[derive(Clone, Debug)]
pub(crate) struct Meter {
    /// When it began.
    pub(crate) from: SimTime,
    /// How many from when on.
    counts: Vec<(SimTime, u64)>,
    /// What was billed to an account so far, and up to when.
    pub(crate) posted: Money,
    pub(crate) posted_at: SimTime,
}

impl<T: Trace> Simulation<'_, T> {
    /// Ends the meters of what does not bill in the present phase, and begins those of what does.
    pub(super) fn follow_phase(&mut self, id: ResourceId, end: ResourceUsageEnd) {
        let now = self.now;
        for part in 0..self.resources.states[id.0].parts.len() {
            let state = &mut self.resources.states[id.0];
            let (item, count) = (state.parts[part].item, state.parts[part].count);
            let wanted = table::bills(item, state.phase, &self.scenario.settings);
            match (wanted, state.meters[part].is_some()) {
                (true, false) => {
                    let meter =
                        Meter { from: now, counts: vec![(now, count)], posted: Money::ZERO, posted_at: now };
                    state.meters[part] = Some(meter);
                    self.expect_bills();
                }
                (false, true) => {
                    self.bill_resource(id);
                    self.end_resource_meter(id, part, end);
                }
                (true, true) | (false, false) => {}
            }
        }
    }

    /// From now on so many GB are kept; a change counts from the next granule on.
    pub(super) fn store(&mut self, id: ResourceId, gb: u64) {
        let now = self.now;
        for meter in self.resources.states[id.0].meters.iter_mut().flatten() {
            match meter.counts.last_mut() {
                Some((at, count)) if *at == now => *count = gb,
                Some(_) | None => meter.counts.push((now, gb)),
            }
        }
    }

    /// What a part has used since its meter began.
    pub(crate) fn resource_usage(&self, id: ResourceId, part: usize) -> Option<PeriodUsage<'_>> {
        let state = &self.resources.states[id.0];
        let (meter, settings) = (state.meters[part].as_ref()?, &self.scenario.settings);
        Some(PeriodUsage {
            from: meter.from,
            metering: settings.resource_metering,
            rounding: settings.resource_periods,
            price: state.parts[part].price,
            per: state.parts[part].per,
            counts: &meter.counts,
            calendar: &self.scenario.calendar,
        })
    }

    /// The amount of a finished interval; its lines go to the trace.
    fn end_resource_meter(&mut self, id: ResourceId, part: usize, end: ResourceUsageEnd) {
        let (now, rounding) = (self.now, self.scenario.settings.rounding());
        let Some(usage) = self.resource_usage(id, part) else { return };
        let from = usage.from;
        if from < now {
            let amount = usage.amount(now, rounding);
            let lines = if T::LISTENS { usage.lines(from, now, rounding) } else { Vec::new() };
            let (metering, price, per) = (usage.metering, usage.price, usage.per);
            let item = self.resources.states[id.0].parts[part].item;
            self.outcome.resources.add(self.scenario.resources[id.0].kind.tag(), amount);
            self.trace.resource_usage(|| ResourceUsageRecord {
                resource: id,
                item,
                part,
                from,
                to: now,
                end,
                metering,
                price,
                per,
                lines,
            });
        }
        self.resources.states[id.0].meters[part] = None;
    }

    /// Adds what is charged at once.
    pub(super) fn charge_resource(
        &mut self,
        id: ResourceId,
        kind: ResourceChargeKind,
        count: u64,
        amount: Money,
    ) {
        let at = self.now;
        self.outcome.resources.add(self.scenario.resources[id.0].kind.tag(), amount);
        self.trace.resource_charge(|| ResourceCharge { resource: id, at, kind, count, amount });
    }

    /// Use up to the horizon is accrued; what would bill on is closed by the horizon.
    pub(crate) fn close_resources(&mut self) {
        for index in 0..self.resources.states.len() {
            let id = ResourceId(index);
            self.bill_resource(id);
            for part in 0..self.resources.states[index].parts.len() {
                self.end_resource_meter(id, part, ResourceUsageEnd::Horizon);
            }
        }
        self.outcome.resource_standings = self
            .resources
            .states
            .iter()
            .map(|state| (state.phase, state.terms.map(|terms| terms.ends_at)))
            .collect();
    }
}
