//! Which entry of its plan a replica takes, and when it is worth looking again.

use super::event::{Event, InstanceId, rank};
use super::instance::{ReplicaId, TariffKind};
use super::offers::Offer;
use super::run::Simulation;
use super::service::actions::ServicePhase;
use super::service::{ReplicaState, Status};
use super::trace::{EventKind, Refusal, Trace, UsageEnd};
use crate::scenario::model::{Entry, Plan, Retry, ServiceId};
use crate::units::{SimSpan, SimTime, UnitPrice};

impl<T: Trace> Simulation<'_, T> {
    /// Looks once for every replica that waits or may move back, in scenario order, and schedules the next look.
    pub(crate) fn place(&mut self) {
        let mut next_look = SimTime::NEVER;
        for service in 0..self.services.len() {
            if self.services[service].phase != ServicePhase::Active {
                continue;
            }
            // What one replica can't have, the next one that waits as long can't have either: a thousand that wait
            // cost one look.
            let mut in_vain = [None; 2];
            for index in 0..self.services[service].replicas.len() as u32 {
                let replica = ReplicaId { service: ServiceId(service), index };
                // Those of a standard base look at other entries than those above it.
                let base = self.version_of(replica).plan.base;
                let in_vain = &mut in_vain[usize::from(base.is_some_and(|base| base.holds(index)))];
                if in_vain.is_some() && *in_vain == self.waits_for(replica) {
                    continue;
                }
                next_look = next_look.min(self.place_replica(replica));
                // Who waits from this instant on is told why; the others are not.
                *in_vain = self.waits_for(replica).filter(|(since, _)| *since < self.now);
            }
        }
        // A pending look that is earlier will look for everybody; a later one finds nothing and costs nothing.
        if next_look < self.look_at.min(self.horizon) {
            self.look_at = next_look;
            self.schedule(next_look, rank::PLACEMENT, 0, Event::Look);
        }
    }

    /// Since when a replica waits, and for an entry of which plan.
    fn waits_for(&self, replica: ReplicaId) -> Option<(SimTime, u32)> {
        self.waiting_since(replica).map(|since| (since, self.version_of(replica).plan_number))
    }

    fn waiting_since(&self, replica: ReplicaId) -> Option<SimTime> {
        match self.services[replica.service.0].replicas[replica.index as usize] {
            ReplicaState::Waiting { since, .. } => Some(since),
            ReplicaState::Idle | ReplicaState::Held { .. } | ReplicaState::Failed => None,
        }
    }

    /// Places one replica if it can be, and says when it must be looked at again.
    fn place_replica(&mut self, replica: ReplicaId) -> SimTime {
        let plan = self.version_of(replica).plan;
        if let Some(since) = self.looks_since(replica) {
            if !is_look_time(plan.retry, since, self.now) {
                return self.next_waiting_look(replica, plan, since);
            }
            if !self.try_in_order(replica, plan, since) {
                return self.next_waiting_look(replica, plan, since);
            }
        }
        if let ReplicaState::Held { current, successor: None } = *self.replica_state(replica)
            && self.replaces_at_notice(current)
            && !self.stays(replica)
        {
            return self.look_for_replacement(replica, plan, current);
        }
        let Some(policy) = plan.move_back.filter(|_| !self.stays(replica)) else { return SimTime::NEVER };
        let state = *self.replica_state(replica);
        match state {
            ReplicaState::Held { current, successor: None } if self.instance(current).is_running() => {
                self.try_move_back(replica, plan, policy, current)
            }
            ReplicaState::Held { .. }
            | ReplicaState::Idle
            | ReplicaState::Waiting { .. }
            | ReplicaState::Failed => SimTime::NEVER,
        }
    }

    /// Since when a replica looks for an instance: it has none, or is to move to another one before it ends.
    fn looks_since(&self, replica: ReplicaId) -> Option<SimTime> {
        self.waiting_since(replica).or_else(|| self.surges_since(replica))
    }

    /// True if what it was to move to was given up.
    fn stays(&self, replica: ReplicaId) -> bool {
        self.services[replica.service.0].starts[replica.index as usize].stays
    }

    /// Tries the entries in their order (E19, E20).
    fn try_in_order(&mut self, replica: ReplicaId, plan: &Plan, since: SimTime) -> bool {
        let count = plan.entries.len();
        let taken = self.first_that_can_be_had(replica, plan, since);
        // What failed is worth telling at the first look, and beside the entry that is taken in the end.
        if taken.is_some() || since == self.now {
            self.tell_refusals(replica, plan, taken.unwrap_or(count), since);
        }
        match taken {
            Some(index) => self.take(replica, index),
            None if self.waiting_since(replica) == Some(self.now) => {
                self.tell(replica, Status::Waiting, EventKind::WaitingForStock);
            }
            None => {}
        }
        taken.is_some()
    }

    /// The first entry that the replica may take and that can be had.
    fn first_that_can_be_had(&self, replica: ReplicaId, plan: &Plan, since: SimTime) -> Option<usize> {
        allowed(replica, plan).find(|index| self.refusal(replica, plan, *index, since).is_none())
    }

    /// While the present instance is on notice, takes another one if one can be had; else says when to look again.
    fn look_for_replacement(&mut self, replica: ReplicaId, plan: &Plan, current: InstanceId) -> SimTime {
        let since = self.instance(current).leaving.map_or(self.now, |decision| decision.at);
        let taken = if is_look_time(plan.retry, since, self.now) {
            self.first_that_can_be_had(replica, plan, since)
        } else {
            None
        };
        if taken.is_some() || since == self.now {
            self.tell_refusals(replica, plan, taken.unwrap_or(plan.entries.len()), since);
        }
        let Some(entry) = taken else { return self.next_waiting_look(replica, plan, since) };
        let from = self.replica_status(replica);
        let id = self.acquire(replica, entry);
        self.instance_mut(id).is_replacement = true;
        *self.replica_state(replica) = ReplicaState::Held { current, successor: Some(id) };
        self.tell_allocated(id, from);
        self.start_and_finish(id);
        SimTime::NEVER
    }

    /// Tells why the entries before `end` were not taken.
    fn tell_refusals(&mut self, replica: ReplicaId, plan: &Plan, end: usize, since: SimTime) {
        if !T::LISTENS {
            return;
        }
        let status = self.replica_status(replica);
        for index in allowed(replica, plan).filter(|index| *index < end) {
            if let Some(refusal) = self.refusal(replica, plan, index, since) {
                let Entry { market, bid, .. } = plan.entries[index];
                let tariff = if bid.is_some() { TariffKind::Spot } else { TariffKind::Standard };
                let kind = EventKind::NotAcquired { market, tariff, refusal };
                self.tell(replica, status, kind);
            }
        }
    }

    fn take(&mut self, replica: ReplicaId, entry: usize) {
        if let ReplicaState::Waiting { disk_of: Some(disk), .. } = *self.replica_state(replica) {
            self.drop_disk(disk, UsageEnd::Replaced);
        }
        let from = self.replica_status(replica);
        let id = self.acquire(replica, entry);
        *self.replica_state(replica) = match *self.replica_state(replica) {
            ReplicaState::Held { current, .. } => ReplicaState::Held { current, successor: Some(id) },
            ReplicaState::Waiting { .. } | ReplicaState::Idle | ReplicaState::Failed => {
                ReplicaState::Held { current: id, successor: None }
            }
        };
        self.tell_allocated(id, from);
        self.start_and_finish(id);
    }

    pub(super) fn tell_allocated(&mut self, id: InstanceId, from: Status) {
        if !T::LISTENS {
            return;
        }
        let instance = *self.instance(id);
        let price = UnitPrice::from_nano(self.world.price(instance.price).value_at(self.now));
        let first_choice = (instance.entry > 0).then(|| self.offer(instance.replica, 0).price);
        let first_choice =
            first_choice.map(|first| UnitPrice::from_nano(self.world.price(first).value_at(self.now)));
        let (market, tariff) = (instance.market, instance.tariff);
        let kind = EventKind::Allocated { market, tariff, price, first_choice };
        self.tell(instance.replica, from, kind);
    }

    /// Why an entry can't be taken now, if so.
    fn refusal(&self, replica: ReplicaId, plan: &Plan, index: usize, since: SimTime) -> Option<Refusal> {
        let offer = self.offer(replica, index);
        if self.now < since + plan.wait_before(replica.index, index) {
            return Some(Refusal::TooEarly);
        }
        let until = self.avoided_until(replica, offer);
        if self.now < until {
            return Some(Refusal::Avoided { until });
        }
        if self.offers.level_of(offer.acquired).is_above(self.now) {
            let price = UnitPrice::from_nano(self.world.price(offer.price).value_at(self.now));
            return Some(Refusal::BidTooLow { price, bid: offer.entry.bid });
        }
        let pool = &self.pools[offer.pool.0];
        if pool.is_full() || pool.units_at(self.world.stock(offer.pool), self.now) <= pool.used {
            return Some(Refusal::OutOfStock);
        }
        self.is_at_cap(replica, index, offer.entry.cap).then_some(Refusal::AtCap)
    }

    /// Until when an offer is left alone, since an instance was taken back there.
    pub(super) fn avoided_until(&self, replica: ReplicaId, offer: &Offer) -> SimTime {
        match offer.entry.bid {
            Some(_) => self.services[replica.service.0].avoided_until(offer.entry.market),
            None => SimTime::ZERO,
        }
    }

    pub(super) fn is_at_cap(&self, replica: ReplicaId, index: usize, cap: Option<u32>) -> bool {
        let Some(cap) = cap else { return false };
        let plan_number = self.version_of(replica).plan_number;
        let on_entry = |id: InstanceId| {
            let instance = self.instance(id);
            usize::from(instance.entry == index && instance.plan_number == plan_number)
        };
        let held: usize = self.services[replica.service.0]
            .replicas
            .iter()
            .map(|other| match *other {
                ReplicaState::Held { current, successor } => {
                    on_entry(current) + successor.map_or(0, on_entry)
                }
                ReplicaState::Idle | ReplicaState::Waiting { .. } | ReplicaState::Failed => 0,
            })
            .sum();
        held >= cap as usize
    }

    /// An entry of what a replica runs, with the market facts that decide it.
    pub(crate) fn offer(&self, replica: ReplicaId, index: usize) -> &Offer {
        self.offers.get(self.version_of(replica).offers, index)
    }

    /// When a waiting replica must look again, if nothing else calls for a look before.
    fn next_waiting_look(&self, replica: ReplicaId, plan: &Plan, since: SimTime) -> SimTime {
        let looked_now = is_look_time(plan.retry, since, self.now);
        let earliest = allowed(replica, plan)
            .filter_map(|index| {
                let offer = self.offer(replica, index);
                let waited = since + plan.wait_before(replica.index, index);
                let ready = waited.max(self.avoided_until(replica, offer));
                self.next_available(offer, ready.max(self.now))
            })
            // What can be had now and was not taken is at its cap: whoever leaves calls for a look.
            .filter(|at| *at > self.now || !looked_now)
            .min()
            .unwrap_or(SimTime::NEVER);
        match plan.retry {
            Retry::OnAvailable => earliest,
            Retry::Every(_) if earliest == SimTime::NEVER => SimTime::NEVER,
            Retry::Every(interval) => {
                since + SimSpan::from_ms(earliest.since(since).started_granules(interval) * interval.as_ms())
            }
        }
    }

    /// The first instant from `from` on at which price and stock both allow the offer, with the units now in use.
    pub(super) fn next_available(&self, offer: &Offer, from: SimTime) -> Option<SimTime> {
        let pool = &self.pools[offer.pool.0];
        if pool.is_full() {
            return None; // A purchase, or whoever leaves, calls for a look.
        }
        let (prices, stock) = (self.offers.level_of(offer.acquired), self.world.stock(offer.pool));
        let mut cheap = prices.next_at_most(from);
        while cheap < self.horizon {
            if cheap == self.now && pool.units_at(stock, cheap) > pool.used {
                return Some(cheap);
            }
            let stocked = stock.next_above(cheap, pool.used)?;
            if stocked == cheap {
                return Some(cheap);
            }
            cheap = prices.next_at_most(stocked);
        }
        None
    }
}

/// The entries that a replica may take.
pub(super) fn allowed(replica: ReplicaId, plan: &Plan) -> impl Iterator<Item = usize> {
    (0..plan.entries.len()).filter(move |entry| plan.allows(replica.index, &plan.entries[*entry]))
}

/// Whether a waiting replica looks at `now` at all.
pub(super) fn is_look_time(retry: Retry, since: SimTime, now: SimTime) -> bool {
    match retry {
        Retry::OnAvailable => true,
        Retry::Every(interval) => now.since(since).as_ms() % interval.as_ms() == 0,
    }
}
