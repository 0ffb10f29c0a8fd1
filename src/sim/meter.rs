//! From the life of an instance to usage: what is metered, from when, at which price.

use super::event::InstanceId;
use super::instance::{Instance, InstanceState, ReplicaId, Tariff};
use super::run::Simulation;
use super::service::ReplicaState;
use super::trace::{Item, Trace, UsageEnd, UsageRecord};
use crate::billing::{LineRounding, MeteredLine, Metering, PriceSource, Usage};
use crate::scenario::model::{MachineRules, ProtectedPrice, ServiceId};
use crate::units::{Money, SimTime, UnitPrice};
use crate::world::StepPath;

impl<'run, T: Trace> Simulation<'run, T> {
    /// Charges what an instance used until now: its compute, and its disk above the free size.
    pub(crate) fn meter(&mut self, id: InstanceId, end: UsageEnd) {
        self.bill_machine(id, Some(end));
        let instance = *self.instance(id);
        self.count_running(&instance);
        self.charge_compute(&instance, end);
        self.charge_disk(&instance, end);
    }

    /// Charges the compute of an instance that serves no more, and counts its time in Running.
    pub(crate) fn meter_compute(&mut self, id: InstanceId, end: UsageEnd) {
        let instance = *self.instance(id);
        self.count_running(&instance);
        self.charge_compute(&instance, end);
    }

    /// Counts the time in Running of an instance that is about to leave it.
    pub(crate) fn count_running(&mut self, instance: &Instance) {
        if let Some(since) = instance.running_since() {
            let running_ms = self.now.since(since).as_ms();
            self.outcome.running_ms += running_ms;
            let on_market = &mut self.outcome.on_market[instance.market.0];
            match instance.tariff {
                Tariff::Standard => on_market.standard_ms += running_ms,
                Tariff::Spot { .. } => on_market.spot_ms += running_ms,
            }
        }
    }

    fn charge_compute(&mut self, instance: &Instance, end: UsageEnd) {
        if let Some(usage) = self.compute_usage(instance) {
            let amount = self.post(instance, end, &usage, compute_item(instance.tariff));
            match instance.tariff {
                Tariff::Standard => self.outcome.standard += amount,
                Tariff::Spot { .. } => self.outcome.spot += amount,
            }
        }
    }

    pub(crate) fn meter_disk(&mut self, id: InstanceId, end: UsageEnd) {
        let instance = *self.instance(id);
        self.charge_disk(&instance, end);
    }

    fn charge_disk(&mut self, instance: &Instance, end: UsageEnd) {
        if let Some(usage) = self.disk_usage(instance) {
            let amount = self.post(instance, end, &usage, Item::Disk);
            self.outcome.disk += amount;
        }
    }

    /// The compute of an instance that restarts does not bill until it runs again; its disk does.
    pub(crate) fn pause_compute(&mut self, id: InstanceId) {
        self.bill_machine(id, Some(UsageEnd::Restarting));
        let instance = *self.instance(id);
        self.charge_compute(&instance, UsageEnd::Restarting);
        self.instance_mut(id).bills_from = None;
        self.begin_machine_anew(id);
    }

    /// Time in which both instances of a replica run counts once: called before either of them ends.
    pub(crate) fn note_overlap(&mut self, replica: ReplicaId) {
        if let ReplicaState::Held { current, successor: Some(successor) } = *self.replica_state(replica)
            && let Some(old) = self.instance(current).running_since()
            && let Some(new) = self.instance(successor).running_since()
        {
            self.outcome.running_ms -= self.now.since(old.max(new)).as_ms();
        }
    }

    /// At the horizon: what would bill on is charged up to it.
    pub(crate) fn close_instances(&mut self) {
        for service in 0..self.services.len() {
            for index in 0..self.services[service].replicas.len() as u32 {
                self.note_overlap(ReplicaId { service: ServiceId(service), index });
            }
        }
        for index in 0..self.instances.len() {
            let id = InstanceId(index as u32);
            if self.instances[index].is_metered() {
                self.meter(id, UsageEnd::Horizon);
            }
        }
    }

    /// Is the compute of an instance that ends so free?
    pub(crate) fn is_waived(&self, instance: &Instance, from: SimTime, end: UsageEnd) -> bool {
        match end {
            UsageEnd::Reclaimed(_) => self.may_be_waived(instance, from),
            UsageEnd::MovedBack
            | UsageEnd::Stopped
            | UsageEnd::Deleted
            | UsageEnd::ScaledIn
            | UsageEnd::Updated
            | UsageEnd::Arrears
            | UsageEnd::Replaced
            | UsageEnd::Restarting
            | UsageEnd::GaveUp
            | UsageEnd::Horizon => false,
        }
    }

    /// Would its compute be free if the provider took it back now?
    pub(crate) fn may_be_waived(&self, instance: &Instance, from: SimTime) -> bool {
        // A restart that did not bill does not begin the time anew.
        let from = instance.first_billed.unwrap_or(from);
        instance.is_spot() && self.now.since(from) < self.rules(instance.market).free_if_reclaimed_within
    }

    /// The amount of a finished interval; its lines go to the trace.
    fn post(&mut self, instance: &Instance, end: UsageEnd, usage: &Usage<'_>, item: Item) -> Money {
        let (now, rounding) = (self.now, self.scenario.settings.rounding());
        let is_waived = item != Item::Disk && self.is_waived(instance, usage.from, end);
        self.trace.usage(|| UsageRecord {
            replica: instance.replica,
            item,
            market: instance.market,
            tariff: instance.tariff,
            acquired_at: instance.acquired_at,
            from: usage.from,
            to: now,
            end,
            metering: usage.metering,
            units: usage.units,
            is_waived,
            lines: lines_of(usage, now, rounding, is_waived),
        });
        if is_waived { Money::ZERO } else { usage.amount(now, rounding) }
    }

    /// Compute bills from Running (E2), or from provisioning as a setting, without a gap where it restarts.
    /// On dedicated machines it adds nothing: they bill from their purchase (E26).
    pub(crate) fn compute_usage(&self, instance: &Instance) -> Option<Usage<'run>> {
        if self.scenario.markets[instance.market.0].dedicated.is_some() {
            return None;
        }
        let rules = self.rules(instance.market);
        let from = match instance.state {
            InstanceState::Deallocated => return None,
            InstanceState::Starting
            | InstanceState::Running { .. }
            | InstanceState::Restarting
            | InstanceState::Closing
            | InstanceState::Ended => instance.bills_from?,
        };
        let metering: Metering = match instance.tariff {
            Tariff::Standard => rules.standard_metering,
            Tariff::Spot { .. } => rules.spot_metering,
        };
        (from < self.now).then(|| Usage { from, metering, price: self.compute_price(instance), units: 1 })
    }

    fn compute_price(&self, instance: &Instance) -> PriceSource<'run> {
        let world: &'run crate::world::World = self.world;
        compute_price(instance.tariff, self.rules(instance.market), world.price(instance.price))
    }

    /// What an hour of the instance costs at this instant.
    pub(crate) fn price_paid(&self, id: InstanceId) -> UnitPrice {
        price_at(self.compute_price(self.instance(id)), self.now)
    }

    /// GiB of an instance's disk that bill.
    pub(crate) fn disk_gib_billed(&self, instance: &Instance) -> u32 {
        instance.disk_gib.saturating_sub(self.rules(instance.market).free_disk_gib)
    }

    /// The disk bills from its creation with the instance (E3), whether the service runs or not.
    pub(crate) fn disk_usage(&self, instance: &Instance) -> Option<Usage<'run>> {
        let (units, from) = (self.disk_gib_billed(instance), instance.acquired_at);
        (units > 0 && from < self.now).then_some(Usage {
            from,
            metering: self.rules(instance.market).disk_metering,
            price: PriceSource::Constant(self.scenario.disk.price),
            units,
        })
    }
}

/// The lines of a finished interval; of one that is free they say what was used, and amount to nothing.
fn lines_of(usage: &Usage<'_>, to: SimTime, rounding: LineRounding, is_waived: bool) -> Vec<MeteredLine> {
    let mut lines = usage.lines(usage.from, to, rounding);
    if is_waived {
        for line in &mut lines {
            line.amount = Money::ZERO;
        }
    }
    lines
}

/// What the compute of an instance costs: the market's price, or that of its acquisition while it is protected.
pub(super) fn compute_price<'run>(
    tariff: Tariff,
    rules: &MachineRules,
    market: &'run StepPath,
) -> PriceSource<'run> {
    match (tariff, rules.protected_price) {
        (Tariff::Spot { protected_until: Some(until), acquired_price, .. }, ProtectedPrice::Locked) => {
            PriceSource::LockedThenMarket { locked: acquired_price, until, market }
        }
        (Tariff::Spot { .. } | Tariff::Standard, ProtectedPrice::Locked | ProtectedPrice::RealTime) => {
            PriceSource::Market(market)
        }
    }
}

/// The price that is in force at an instant.
pub(super) fn price_at(source: PriceSource<'_>, at: SimTime) -> UnitPrice {
    match source {
        PriceSource::LockedThenMarket { locked, until, .. } if at < until => locked,
        PriceSource::LockedThenMarket { market, .. } | PriceSource::Market(market) => {
            UnitPrice::from_nano(market.value_at(at))
        }
        PriceSource::Constant(price) => price,
    }
}

/// The bill item of an instance's compute.
fn compute_item(tariff: Tariff) -> Item {
    match tariff {
        Tariff::Standard => Item::Standard,
        Tariff::Spot { .. } => Item::Spot,
    }
}
