//! What a deployment costs by time, and what it holds: quotas, slots, units of a pool.

use super::record::{DeploymentItem, DeploymentUsageEnd, DeploymentUsageRecord, HourlyBill};
use super::state::{MOST_ITEMS, Meter, paid_by};
use crate::billing::{LineRounding, Metering, PriceSource, Usage};
use crate::scenario::deployment::{DeploymentId, DeploymentKind, PaidBy};
use crate::scenario::model::{MarketId, ServiceId};
use crate::serving::{CloseReason, Quota, TargetId};
use crate::sim::run::Simulation;
use crate::sim::trace::Trace;
use crate::units::{Money, SimSpan, SimTime, UnitPrice};
use crate::world::{PoolId, StepPath};

/// One thing a deployment bills by time: what, price of one per hour (10⁻⁹), how many from each instant on.
pub(crate) type Billed = (DeploymentItem, i64, Vec<(SimTime, u64)>);

impl<T: Trace> Simulation<'_, T> {
    /// Pay-as-you-go bills from Running (D3).
    pub(crate) fn begin_meter(&mut self, id: DeploymentId) {
        if paid_by(&self.deployment_model(id).kind) == Some(PaidBy::PayAsYouGo) {
            let (now, state) = (self.now, self.deployment(id));
            let size = (now, state.quota, state.replicas);
            let posted = [Money::ZERO; MOST_ITEMS];
            state.meter = Some(Meter { from: now, sizes: vec![size], posted_at: now, posted });
            self.expect_bills();
        }
    }

    /// The size has changed: it is billed from the next minute on, and served at once.
    pub(crate) fn note_size(&mut self, id: DeploymentId) {
        let now = self.now;
        let state = self.deployment(id);
        let size = (now, state.quota, state.replicas);
        if let Some(meter) = &mut state.meter {
            // Of several changes at one instant the last counts.
            meter.sizes.retain(|(at, ..)| *at < now);
            meter.sizes.push(size);
        }
        self.refresh_quota(id);
    }

    /// Charges what was used until now, and stops.
    pub(crate) fn end_meter(&mut self, id: DeploymentId, end: DeploymentUsageEnd) {
        self.bill_deployment(id);
        let Some(meter) = self.deployment(id).meter.take() else { return };
        let now = self.now;
        if meter.from >= now {
            return;
        }
        let metering = self.metering_of(id);
        for billed in self.billed(id, &meter) {
            self.charge_by_time(id, &meter, billed, metering, end);
        }
    }

    /// How its time is metered.
    pub(crate) fn metering_of(&self, id: DeploymentId) -> Metering {
        let settings = self.deployment_settings();
        match self.deployment_model(id).kind {
            DeploymentKind::Units(_) => settings.units_metering,
            DeploymentKind::Ptu(_)
            | DeploymentKind::Tokens(_)
            | DeploymentKind::Public
            | DeploymentKind::Service(_) => settings.ptu_metering,
        }
    }

    fn charge_by_time(
        &mut self,
        id: DeploymentId,
        meter: &Meter,
        billed: Billed,
        metering: Metering,
        end: DeploymentUsageEnd,
    ) {
        let (now, rounding) = (self.now, self.scenario.settings.rounding());
        let path = path_of(&billed);
        let (item, _, quantities) = billed;
        let usage = Usage { from: meter.from, metering, price: path.source(), units: 1 };
        let amount = usage.amount(now, rounding);
        self.outcome.commitment += amount;
        let calendar = &self.scenario.calendar;
        self.trace.deployment_usage(|| {
            let lines = usage.lines(meter.from, now, rounding);
            let of = |at: SimTime| {
                let index = quantities.partition_point(|(from, _)| *from <= at).max(1) - 1;
                quantities[index].1
            };
            DeploymentUsageRecord {
                deployment: id,
                item,
                from: meter.from,
                to: now,
                end,
                metering,
                quantities: lines.iter().map(|line| of(line.from)).collect(),
                lines,
                hours: hours(&usage, now, rounding, |at| calendar.time_of_week(at)),
            }
        });
    }

    /// What a meter bills, thing by thing.
    pub(crate) fn billed(&self, id: DeploymentId, meter: &Meter) -> Vec<Billed> {
        let of = |count: &dyn Fn(Quota, u32) -> u64| -> Vec<(SimTime, u64)> {
            meter.sizes.iter().map(|(at, quota, replicas)| (*at, count(*quota, *replicas))).collect()
        };
        match &self.deployment_model(id).kind {
            DeploymentKind::Ptu(ptu) => {
                if let Some(each) = ptu.unit_tpm {
                    let units = of(&|quota, _| quota.input_tpm / each);
                    return vec![(DeploymentItem::PtuUnits, ptu.hourly.input.as_nano(), units)];
                }
                let mut billed = vec![
                    (DeploymentItem::PtuInput, ptu.hourly.input.as_nano(), of(&|quota, _| quota.input_tpm)),
                    (
                        DeploymentItem::PtuOutput,
                        ptu.hourly.output.as_nano(),
                        of(&|quota, _| quota.output_tpm),
                    ),
                ];
                if let Some(price) = ptu.hourly.thinking_output {
                    let thinking = of(&|quota, _| quota.thinking_output_tpm.unwrap_or(0));
                    billed.push((DeploymentItem::PtuThinkingOutput, price.as_nano(), thinking));
                }
                billed.retain(|(_, _, counts)| counts.iter().any(|(_, count)| *count > 0));
                billed
            }
            DeploymentKind::Units(units) => {
                let replicas = of(&|_, replicas| u64::from(replicas));
                vec![(DeploymentItem::ModelUnits, units.hourly.as_nano(), replicas)]
            }
            DeploymentKind::Tokens(_) | DeploymentKind::Public | DeploymentKind::Service(_) => Vec::new(),
        }
    }

    /// Its target takes calls from now on.
    pub(crate) fn begin_serving(&mut self, id: DeploymentId) {
        let (target, now) = (TargetId(id.0), self.now);
        let replicas = self.deployments[id.0].replicas;
        match &self.deployment_model(id).kind {
            DeploymentKind::Units(units) => {
                if let Some(slots) = units.slots {
                    self.desk.add_slots(target, slots.class, slots.count * replicas, now);
                }
            }
            DeploymentKind::Tokens(_) => self.desk.set_replicas(target, replicas),
            DeploymentKind::Ptu(_) | DeploymentKind::Public | DeploymentKind::Service(_) => {}
        }
        self.deployment(id).is_open = true;
        self.refresh_quota(id);
        self.desk.open(target, now);
    }

    /// Its target takes no calls from now on.
    pub(crate) fn end_serving(&mut self, id: DeploymentId, why: CloseReason) {
        let (target, now) = (TargetId(id.0), self.now);
        let replicas = self.deployments[id.0].replicas;
        if !std::mem::take(&mut self.deployment(id).is_open) {
            return;
        }
        if let DeploymentKind::Units(units) = &self.deployment_model(id).kind
            && let Some(slots) = units.slots
        {
            self.desk.remove_slots(target, slots.class, slots.count * replicas, now);
        }
        self.desk.close(target, why, now);
    }

    /// An instance of an own service that takes calls starts or ceases to serve: its market says how many slots it has.
    pub(crate) fn change_slots(&mut self, service: ServiceId, market: MarketId, starts: bool) {
        let Some(slots) = self.scenario.markets[market.0].slots else { return };
        let now = self.now;
        for (index, deployment) in self.strategy.deployments.iter().enumerate() {
            if matches!(&deployment.kind, DeploymentKind::Service(own) if own.service == service) {
                if starts {
                    self.desk.add_slots(TargetId(index), slots.class, slots.count, now);
                } else {
                    self.desk.remove_slots(TargetId(index), slots.class, slots.count, now);
                }
            }
        }
    }

    /// Tells the desk the throughput, capacity packs included.
    pub(crate) fn refresh_quota(&mut self, id: DeploymentId) {
        if matches!(self.deployment_model(id).kind, DeploymentKind::Ptu(_)) {
            let (quota, now) = (self.deployments[id.0].whole_quota(), self.now);
            self.desk.set_quota(TargetId(id.0), quota, now);
        }
    }

    fn pool_of(&self, id: DeploymentId) -> Option<PoolId> {
        match &self.deployment_model(id).kind {
            DeploymentKind::Units(units) => units.pool,
            DeploymentKind::Ptu(_)
            | DeploymentKind::Tokens(_)
            | DeploymentKind::Public
            | DeploymentKind::Service(_) => None,
        }
    }

    /// Whether its pool has what a change to so many replicas takes.
    pub(crate) fn can_hold(&self, id: DeploymentId, replicas: u32) -> bool {
        let more = i64::from(replicas) - i64::from(self.deployments[id.0].held);
        self.pool_of(id).is_none_or(|pool| {
            more <= 0 || self.world.stock(pool).value_at(self.now) - self.pools[pool.0].used >= more
        })
    }

    /// Takes units of its pool; false if there are too few (U6).
    pub(crate) fn hold_units(&mut self, id: DeploymentId, count: u32) -> bool {
        if let Some(pool) = self.pool_of(id) {
            if !self.can_hold(id, self.deployments[id.0].held + count) {
                return false;
            }
            self.pools[pool.0].used += i64::from(count);
        }
        self.deployment(id).held += count;
        true
    }

    pub(crate) fn give_units(&mut self, id: DeploymentId, count: u32) {
        if let Some(pool) = self.pool_of(id) {
            self.pools[pool.0].used -= i64::from(count);
        }
        self.deployment(id).held -= count;
    }

    pub(crate) fn release_units(&mut self, id: DeploymentId) {
        let held = self.deployments[id.0].held;
        self.give_units(id, held);
    }

    /// What bills on at the horizon is charged up to it.
    pub(crate) fn close_deployments(&mut self) {
        for index in 0..self.deployments.len() {
            self.end_meter(DeploymentId(index), DeploymentUsageEnd::Horizon);
        }
    }
}

/// The price of a whole quantity over time.
pub(crate) enum BilledPath {
    Constant(UnitPrice),
    /// Several quantities of one price are a price that moves.
    Moving(StepPath),
}

impl BilledPath {
    pub(crate) const fn source(&self) -> PriceSource<'_> {
        match self {
            Self::Constant(price) => PriceSource::Constant(*price),
            Self::Moving(path) => PriceSource::Market(path),
        }
    }
}

/// What is billed, as a price over time.
pub(crate) fn path_of((_, price, quantities): &Billed) -> BilledPath {
    if let [(_, count)] = quantities.as_slice() {
        return BilledPath::Constant(UnitPrice::from_nano(price * *count as i64));
    }
    let mut changes: Vec<(SimTime, i64)> =
        quantities.iter().map(|(at, count)| (*at, price * *count as i64)).collect();
    changes[0].0 = SimTime::ZERO;
    BilledPath::Moving(StepPath::from_changes(&changes))
}

/// The type that lines of an item carry.
pub(crate) const fn billing_type_of(item: DeploymentItem) -> &'static str {
    match item {
        DeploymentItem::PtuInput => "ptu_input",
        DeploymentItem::PtuOutput => "ptu_output",
        DeploymentItem::PtuThinkingOutput => "ptu_thinking_output",
        DeploymentItem::PtuUnits => "ptu_units",
        DeploymentItem::ModelUnits => "model_units",
    }
}

/// What an item is counted in.
pub(crate) const fn unit_of(item: DeploymentItem) -> &'static str {
    match item {
        DeploymentItem::PtuInput | DeploymentItem::PtuOutput | DeploymentItem::PtuThinkingOutput => "TPM",
        DeploymentItem::PtuUnits => "unit",
        DeploymentItem::ModelUnits => "replica",
    }
}

/// A charge by clock hour: a granule belongs to the hour in which it starts, so the charge is read at the hours.
fn hours(
    usage: &Usage<'_>,
    to: SimTime,
    rounding: LineRounding,
    time_of_week: impl Fn(SimTime) -> SimSpan,
) -> Vec<HourlyBill> {
    let hour = SimSpan::HOUR.as_ms();
    let mut bills = Vec::new();
    let mut from = usage.from;
    while from < to {
        let next = from + SimSpan::from_ms(hour - time_of_week(from).as_ms() % hour);
        let until = next.min(to);
        let amount = usage.amount(until, rounding) - usage.amount(from, rounding);
        let billed = SimSpan::from_ms(usage.billed(until).as_ms() - usage.billed(from).as_ms());
        bills.push(HourlyBill { from, billed, amount });
        from = until;
    }
    bills
}
