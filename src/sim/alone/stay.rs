//! A machine that a replica holds, from acquisition to end.

use super::doors::Door;
use super::life::{Replica, Sums};
use crate::billing::{Metering, PriceSource, Usage};
use crate::scenario::model::BillingStart;
use crate::sim::instance::Tariff;
use crate::sim::meter::compute_price;
use crate::units::{Money, SimTime, UnitPrice};

/// Where a machine is in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    /// It starts until then, or for ever.
    Starting { until: SimTime },
    /// It serves since then.
    Running { since: SimTime },
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Stay {
    pub(super) door: usize,
    pub(super) tariff: Tariff,
    pub(super) phase: Phase,
    /// When the market is looked at for it: at the end of its protection, then when the market takes it.
    pub(super) look_at: SimTime,
    acquired_at: SimTime,
    /// Since when its compute bills.
    bills_from: Option<SimTime>,
}

impl Stay {
    pub(super) fn new(
        (place, door): (usize, &Door<'_>),
        price: UnitPrice,
        is_protected: bool,
        now: SimTime,
    ) -> Self {
        let tariff = door.bid.map_or(Tariff::Standard, |bid| Tariff::Spot {
            bid,
            protected_until: is_protected.then(|| now + door.rules.protection_period),
            acquired_price: price,
        });
        let bills_from = (door.rules.billing_start == BillingStart::Provisioned).then_some(now);
        let phase = Phase::Starting { until: SimTime::NEVER };
        Self { door: place, tariff, phase, look_at: SimTime::NEVER, acquired_at: now, bills_from }
    }

    pub(super) const fn is_running(&self) -> bool {
        matches!(self.phase, Phase::Running { .. })
    }

    /// When something happens to it by itself.
    pub(super) fn next_at(&self) -> SimTime {
        match self.phase {
            Phase::Starting { until } => until.min(self.look_at),
            Phase::Running { .. } => self.look_at,
        }
    }

    pub(super) fn run(&mut self, now: SimTime) {
        self.phase = Phase::Running { since: now };
        self.bills_from.get_or_insert(now);
    }

    /// What its compute costs.
    pub(super) fn price<'run>(&self, door: &Door<'run>) -> PriceSource<'run> {
        compute_price(self.tariff, door.rules, door.prices)
    }

    /// Its use ends: its time and its charges are counted.
    pub(super) fn end(
        &self,
        replica: &Replica<'_>,
        door: &Door<'_>,
        now: SimTime,
        is_reclaimed: bool,
        sums: &mut Sums,
    ) {
        if let Phase::Running { since } = self.phase {
            let running_ms = now.since(since).as_ms();
            sums.running_ms += running_ms;
            let on_market = &mut sums.on_market[door.market.0];
            match self.tariff {
                Tariff::Standard => on_market.standard_ms += running_ms,
                Tariff::Spot { .. } => on_market.spot_ms += running_ms,
            }
        }
        let rounding = replica.scenario.settings.rounding();
        if let Some(from) = self.bills_from.filter(|from| *from < now) {
            let (metering, sum): (Metering, &mut Money) = match self.tariff {
                Tariff::Standard => (door.rules.standard_metering, &mut sums.standard),
                Tariff::Spot { .. } => (door.rules.spot_metering, &mut sums.spot),
            };
            // Only spot instances are taken back.
            let is_waived = is_reclaimed && now.since(from) < door.rules.free_if_reclaimed_within;
            if !is_waived {
                let usage = Usage { from, metering, price: self.price(door), units: 1 };
                *sum += usage.amount(now, rounding);
            }
        }
        let disk_gib = replica.service.disk_gib.saturating_sub(door.rules.free_disk_gib);
        if disk_gib > 0 && self.acquired_at < now {
            let usage = Usage {
                from: self.acquired_at,
                metering: door.rules.disk_metering,
                price: PriceSource::Constant(replica.scenario.disk.price),
                units: disk_gib,
            };
            sums.disk += usage.amount(now, rounding);
        }
    }
}
