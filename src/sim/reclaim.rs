//! How the provider takes spot instances back: on price, on stock, at once or after protection, check and notice.

use super::event::{Event, InstanceId, rank};
use super::instance::{Decision, Instance, ReclaimReason, Tariff};
use super::pool::Pool;
use super::run::Simulation;
use super::service::{ReplicaState, Status};
use super::trace::{EventKind, Trace, UsageEnd};
use crate::scenario::model::{Bid, MachineRules, Release, Replacement};
use crate::units::{SimSpan, SimTime, UnitPrice};
use crate::world::UNLIMITED;

impl<T: Trace> Simulation<'_, T> {
    /// Puts a new instance under watch: after its protection period if it has one, else from now on.
    pub(crate) fn watch_from_acquisition(&mut self, id: InstanceId) {
        let Instance { tariff, replica, pool, .. } = *self.instance(id);
        match tariff {
            Tariff::Standard => {}
            Tariff::Spot { protected_until: Some(until), .. } => {
                self.schedule(until, rank::TIMER, replica.entity(), Event::ProtectionEnd(id));
            }
            Tariff::Spot { protected_until: None, .. } => self.watch(id),
        }
        self.watch_stock(pool.0);
    }

    /// Schedules the instant at which the price ends the instance, or the periodic check.
    fn watch(&mut self, id: InstanceId) {
        let Instance { market, acquired_at, replica, kept, .. } = *self.instance(id);
        let interval = self.rules(market).check_interval;
        if interval.is_positive() {
            let elapsed = self.now.since(acquired_at) + SimSpan::from_ms(1);
            let at = acquired_at + SimSpan::from_ms(elapsed.started_granules(interval) * interval.as_ms());
            self.schedule(at, rank::TIMER, replica.entity(), Event::Check(id));
        } else {
            let at = self.offers.level_of(kept).next_above(self.now);
            self.schedule(at, rank::MARKET, replica.entity(), Event::PriceCross(id));
        }
    }

    /// Schedules the next instant at which a pool holds fewer units than are in use.
    fn watch_stock(&mut self, pool: usize) {
        let Pool { is_counted, drop_at, ref spot_holders, .. } = self.pools[pool];
        // A pool is of one market: all of its instances are looked at by the clock, or none is.
        if spot_holders.first().is_none_or(|id| self.is_checked(*id)) {
            return;
        }
        // Where units are not counted, the next shortage is the same however many are in use.
        if !is_counted && drop_at != SimTime::NEVER {
            return;
        }
        let path = self.world.stock(crate::world::PoolId(pool));
        let short_of = self.pools[pool].used - 1;
        // A shortage that is there now has been dealt with; the next one begins with a change.
        let from = if self.pools[pool].units_at(path, self.now) <= short_of {
            path.next_change(self.now)
        } else {
            Some(self.now)
        };
        let drop_at = from.and_then(|from| path.next_at_most(from, short_of));
        if let Some(at) = drop_at.filter(|at| *at < self.pools[pool].drop_at) {
            self.pools[pool].drop_at = at;
            self.schedule(at, rank::MARKET, pool as u32, Event::StockDrop(pool as u32));
        }
    }

    /// Are its release conditions looked at by the clock?
    fn is_checked(&self, id: InstanceId) -> bool {
        self.rules(self.instance(id).market).check_interval.is_positive()
    }

    pub(crate) fn on_price_cross(&mut self, id: InstanceId) {
        if self.instance(id).is_reclaimable(self.now) {
            self.decide_release(id, ReclaimReason::Price);
        }
    }

    pub(crate) fn on_stock_drop(&mut self, pool: usize) {
        self.pools[pool].drop_at = SimTime::NEVER;
        self.shrink(pool);
        self.watch_stock(pool);
    }

    /// Releases as many instances of a pool as are in use beyond its units.
    fn shrink(&mut self, pool: usize) {
        for victim in self.victims(pool) {
            self.decide_release(victim, ReclaimReason::Stock);
        }
    }

    /// Who goes for the units of a pool at this instant.
    fn victims(&self, pool: usize) -> Vec<InstanceId> {
        let units = self.pools[pool].units_at(self.world.stock(crate::world::PoolId(pool)), self.now);
        if units == UNLIMITED {
            return Vec::new();
        }
        let goes_for_price = |instance: &Instance| self.is_looked_at(instance) && self.is_outbid(instance);
        self.pools[pool].victims(units, self.now, &self.instances, goes_for_price)
    }

    /// Are the release conditions of an instance looked at now? Between two checks they are not.
    fn is_looked_at(&self, instance: &Instance) -> bool {
        let interval = self.rules(instance.market).check_interval;
        let is_protection_end = match instance.tariff {
            Tariff::Spot { protected_until, .. } => protected_until == Some(self.now),
            Tariff::Standard => false,
        };
        !interval.is_positive()
            || is_protection_end
            || self.now.since(instance.acquired_at).as_ms() % interval.as_ms() == 0
    }

    /// At the end of the protected hour only the state of that instant counts.
    pub(crate) fn on_protection_end(&mut self, id: InstanceId) {
        if !self.instance(id).is_reclaimable(self.now) {
            return;
        }
        self.review(id);
        let instance = self.instance(id);
        if instance.is_live() && instance.leaving.is_none() {
            let Instance { replica, market, .. } = *instance;
            let status = self.replica_status(replica);
            self.tell(replica, status, EventKind::ProtectionEnded { market });
            self.watch(id);
        }
    }

    pub(crate) fn on_check(&mut self, id: InstanceId) {
        if !self.instance(id).is_reclaimable(self.now) {
            return;
        }
        self.review(id);
        if self.instance(id).is_reclaimable(self.now) {
            self.watch(id);
        }
    }

    /// Is the market price above what keeps the instance?
    fn is_outbid(&self, instance: &Instance) -> bool {
        self.offers.level_of(instance.kept).is_above(self.now)
    }

    /// Tests both release conditions of one instance at this instant; others wait for their own look.
    fn review(&mut self, id: InstanceId) {
        let instance = self.instance(id);
        if self.is_outbid(instance) {
            self.decide_release(id, ReclaimReason::Price);
        } else if self.victims(instance.pool.0).contains(&id) {
            self.decide_release(id, ReclaimReason::Stock);
        }
    }

    /// Releases now, or gives notice first.
    fn decide_release(&mut self, id: InstanceId, reason: ReclaimReason) {
        let instance = *self.instance(id);
        let bid = match instance.tariff {
            Tariff::Spot { bid, .. } => bid,
            Tariff::Standard => unreachable!("standard instances are never reclaimed (A-45)"),
        };
        let price = UnitPrice::from_nano(self.world.price(instance.price).value_at(self.now));
        let decision = Decision { at: self.now, reason, price, bid };
        let notice = self.rules(instance.market).notice;
        if !notice.is_positive() {
            self.release(id, decision);
            return;
        }
        self.instance_mut(id).leaving = Some(decision);
        let release_at = self.now + notice;
        let status = self.replica_status(instance.replica);
        let kind = EventKind::ReleaseNotice { market: instance.market, reason, price, bid, release_at };
        self.tell(instance.replica, status, kind);
        self.schedule(release_at, rank::TIMER, instance.replica.entity(), Event::ReleaseDue(id));
        if self.replaces_at_notice(id) {
            self.placement_due = true;
        }
    }

    pub(crate) fn on_release_due(&mut self, id: InstanceId) {
        let instance = self.instance(id);
        if let (true, Some(decision)) = (instance.is_live(), instance.leaving) {
            self.release(id, decision);
        }
    }

    /// The provider takes the instance; what the replica still holds decides how it goes on (E21).
    fn release(&mut self, id: InstanceId, decision: Decision) {
        let instance = *self.instance(id);
        let from = self.replica_status(instance.replica);
        let Decision { at: decided_at, reason, .. } = decision;
        self.note_overlap(instance.replica);
        let disk_of = self.take_back(id, reason);
        self.outcome.reclaims += 1;
        self.avoid_after_reclaim(&instance);
        match *self.replica_state(instance.replica) {
            ReplicaState::Held { current, successor: Some(successor) } if current == id => {
                *self.replica_state(instance.replica) =
                    ReplicaState::Held { current: successor, successor: None };
            }
            ReplicaState::Held { current, successor: Some(_) } => {
                *self.replica_state(instance.replica) = ReplicaState::Held { current, successor: None };
            }
            ReplicaState::Held { .. } => {
                self.wait(instance.replica);
                // Whoever looked since the notice has waited since then.
                let since = if self.replaces_at_notice(id) { decided_at } else { self.now };
                *self.replica_state(instance.replica) = ReplicaState::Waiting { since, disk_of };
                return self.tell_released(&instance, from, decision);
            }
            ReplicaState::Idle | ReplicaState::Waiting { .. } | ReplicaState::Failed => {
                unreachable!("a live instance is held by its replica")
            }
        }
        // The replica has another instance: nobody comes back to this one's disk.
        if let Some(disk) = disk_of {
            self.drop_disk(disk, UsageEnd::Replaced);
        }
        self.tell_released(&instance, from, decision);
    }

    fn tell_released(&mut self, instance: &Instance, from: Status, decision: Decision) {
        let Decision { at: decided_at, reason, price, bid } = decision;
        let kind = EventKind::Released { market: instance.market, reason, decided_at, price, bid };
        self.tell(instance.replica, from, kind);
    }

    /// Does a replica look for another instance while this one, on notice, still serves?
    pub(crate) fn replaces_at_notice(&self, id: InstanceId) -> bool {
        let instance = self.instance(id);
        instance.leaving.is_some() && self.rules(instance.market).replacement == Replacement::AtNotice
    }

    fn avoid_after_reclaim(&mut self, instance: &Instance) {
        let span = self.version_of(instance.replica).plan.avoid_after_reclaim;
        if span.is_positive() {
            let until = self.now + span;
            self.service(instance.replica.service).avoid(instance.market, until);
        }
    }
}

/// The highest market price at which a bid keeps an instance, in 10⁻⁹ per hour.
pub(crate) fn kept_up_to(rules: &MachineRules, bid: Bid) -> i64 {
    match (bid, rules.release_when) {
        (Bid::NoLimit, Release::MarketAboveBid | Release::MarketAtLeastBid) => bid.ceiling().as_nano(),
        (Bid::Limit(limit), Release::MarketAboveBid) => limit.as_nano(),
        (Bid::Limit(limit), Release::MarketAtLeastBid) => limit.as_nano() - 1,
    }
}
