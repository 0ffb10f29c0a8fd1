//! From the life of an instance to usage: what is metered, from when, at which price.

use super::event::InstanceId;
use super::instance::{Instance, InstanceState, Tariff};
use super::run::Simulation;
use super::trace::{Item, Trace, UsageEnd, UsageRecord};
use crate::billing::{Metering, PriceSource, Usage};
use crate::scenario::model::{BillingStart, ProtectedPrice};
use crate::units::{Money, SimTime, UnitPrice};

impl<'run, T: Trace> Simulation<'run, T> {
    /// Charges what an instance used until now: its compute, and its disk above the free size.
    pub(crate) fn meter(&mut self, id: InstanceId, end: UsageEnd) {
        self.bill_machine(id);
        let instance = *self.instance(id);
        if let InstanceState::Running { since } = instance.state {
            let running_ms = self.now.since(since).as_ms();
            self.outcome.running_ms += running_ms;
            let on_market = &mut self.outcome.on_market[instance.market.0];
            match instance.tariff {
                Tariff::Standard => on_market.standard_ms += running_ms,
                Tariff::Spot { .. } => on_market.spot_ms += running_ms,
            }
        }
        if let Some(usage) = self.compute_usage(&instance) {
            let amount = self.post(&instance, end, &usage, compute_item(instance.tariff));
            match instance.tariff {
                Tariff::Standard => self.outcome.standard += amount,
                Tariff::Spot { .. } => self.outcome.spot += amount,
            }
        }
        if let Some(usage) = self.disk_usage(&instance) {
            let amount = self.post(&instance, end, &usage, Item::Disk);
            self.outcome.disk += amount;
        }
    }

    /// The amount of a finished interval; its lines go to the trace.
    fn post(&mut self, instance: &Instance, end: UsageEnd, usage: &Usage<'_>, item: Item) -> Money {
        let (now, rounding) = (self.now, self.scenario.settings.rounding());
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
            lines: usage.lines(usage.from, now, rounding),
        });
        usage.amount(now, rounding)
    }

    /// Compute bills from Running (E2), or from provisioning as a setting.
    pub(crate) fn compute_usage(&self, instance: &Instance) -> Option<Usage<'run>> {
        let from = match (self.scenario.settings.billing_start, instance.state) {
            (BillingStart::Provisioned, _) => instance.acquired_at,
            (BillingStart::Running, InstanceState::Running { since }) => since,
            (BillingStart::Running, InstanceState::Starting | InstanceState::Ended) => return None,
        };
        let settings = &self.scenario.settings;
        let metering: Metering = match instance.tariff {
            Tariff::Standard => settings.standard_metering,
            Tariff::Spot { .. } => settings.spot_metering,
        };
        (from < self.now).then(|| Usage { from, metering, price: self.compute_price(instance), units: 1 })
    }

    fn compute_price(&self, instance: &Instance) -> PriceSource<'run> {
        let world: &'run crate::world::World = self.world;
        let market = world.price(instance.price);
        match (instance.tariff, self.scenario.settings.protected_price) {
            (Tariff::Spot { protected_until: Some(until), acquired_price, .. }, ProtectedPrice::Locked) => {
                PriceSource::LockedThenMarket { locked: acquired_price, until, market }
            }
            (Tariff::Spot { .. } | Tariff::Standard, ProtectedPrice::Locked | ProtectedPrice::RealTime) => {
                PriceSource::Market(market)
            }
        }
    }

    /// What an hour of the instance costs at this instant.
    pub(crate) fn price_paid(&self, id: InstanceId) -> UnitPrice {
        match self.compute_price(self.instance(id)) {
            PriceSource::LockedThenMarket { locked, until, .. } if self.now < until => locked,
            PriceSource::LockedThenMarket { market, .. } | PriceSource::Market(market) => {
                UnitPrice::from_nano(market.value_at(self.now))
            }
            PriceSource::Constant(price) => price,
        }
    }

    /// The disk bills from its creation with the instance (E3), whether the service runs or not.
    pub(crate) fn disk_usage(&self, instance: &Instance) -> Option<Usage<'run>> {
        let terms = self.scenario.disk;
        let disk_gib = self.scenario.services[instance.replica.service.0].disk_gib;
        let units = disk_gib.saturating_sub(terms.free_gib);
        let from: SimTime = instance.acquired_at;
        (units > 0 && from < self.now).then_some(Usage {
            from,
            metering: self.scenario.settings.disk_metering,
            price: PriceSource::Constant(terms.price),
            units,
        })
    }
}

/// The bill item of an instance's compute.
fn compute_item(tariff: Tariff) -> Item {
    match tariff {
        Tariff::Standard => Item::Standard,
        Tariff::Spot { .. } => Item::Spot,
    }
}
