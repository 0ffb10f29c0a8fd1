//! Whether and when a replica moves back to a preferred entry of its plan.

use super::event::InstanceId;
use super::instance::{ReplicaId, Tariff};
use super::offers::Offer;
use super::placement::allowed;
use super::run::Simulation;
use super::service::ReplicaState;
use super::trace::{EventKind, Trace, UsageEnd};
use crate::scenario::model::{MoveBack, MoveOrder, Plan, Saving};
use crate::units::{SimTime, UnitPrice};
use crate::world::PriceId;

impl<T: Trace> Simulation<'_, T> {
    /// Moves back to the first earlier entry that qualifies, make before break; else says when to look again.
    pub(super) fn try_move_back(
        &mut self,
        replica: ReplicaId,
        plan: &Plan,
        policy: MoveBack,
        current: InstanceId,
    ) -> SimTime {
        let mut next_look = SimTime::NEVER;
        let before = self.instance(current).entry;
        for index in allowed(replica, plan).filter(|index| *index < before) {
            match self.move_back_at(replica, index, policy, current) {
                at if at <= self.now => {
                    self.move_to(replica, current, index, policy.order);
                    return match *self.replica_state(replica) {
                        // Already there: an even better entry was looked at before this one.
                        ReplicaState::Held { successor: None, .. } => next_look,
                        ReplicaState::Held { successor: Some(_), .. }
                        | ReplicaState::Idle
                        | ReplicaState::Waiting { .. }
                        | ReplicaState::Failed => SimTime::NEVER,
                    };
                }
                at => next_look = next_look.min(at),
            }
        }
        next_look
    }

    fn move_to(&mut self, replica: ReplicaId, current: InstanceId, entry: usize, order: MoveOrder) {
        let from = self.replica_status(replica);
        let id = self.acquire(replica, entry);
        let (old, new) = (self.instance(current).market, self.instance(id).market);
        match order {
            MoveOrder::MakeBeforeBreak => {
                *self.replica_state(replica) = ReplicaState::Held { current, successor: Some(id) };
            }
            MoveOrder::BreakBeforeMake => {
                self.end_instance(current, UsageEnd::MovedBack);
                *self.replica_state(replica) = ReplicaState::Held { current: id, successor: None };
                self.outcome.moves += 1;
            }
        }
        self.tell(replica, from, EventKind::MovingBack { from: old, to: new, order });
        self.tell_allocated(id, from);
        self.start_and_finish(id);
    }

    /// Now, if the replica may move to this entry; else an instant at which to look again.
    fn move_back_at(
        &self,
        replica: ReplicaId,
        index: usize,
        policy: MoveBack,
        current: InstanceId,
    ) -> SimTime {
        let offer = self.offer(replica, index);
        let avoided = self.avoided_until(replica, offer);
        let available = match self.next_available(offer, avoided.max(self.now)) {
            None => return SimTime::NEVER,
            Some(at) if at > self.now => return at + policy.dwell,
            Some(at) if !policy.dwell.is_positive() => at,
            Some(_) => self.available_since(offer).max(avoided),
        };
        let ready = available + policy.dwell;
        if ready > self.now {
            return ready;
        }
        if self.is_at_cap(replica, index, offer.entry.cap) {
            return SimTime::NEVER; // Whoever leaves calls for a look.
        }
        if self.saves_enough(offer, policy.min_saving, current) {
            return self.now;
        }
        self.next_price_move(offer, current)
    }

    /// Since when price and stock have both allowed the offer; it must be available now.
    fn available_since(&self, offer: &Offer) -> SimTime {
        let cheap = self.world.price(offer.price).since_at_most(self.now, offer.ceiling);
        let stocked = self.pools[offer.pool.0].free_since(self.world.stock(offer.pool), self.now);
        cheap.max(stocked).expect("the offer is available now")
    }

    fn saves_enough(&self, offer: &Offer, least: Saving, current: InstanceId) -> bool {
        let new = UnitPrice::from_nano(self.world.price(offer.price).value_at(self.now));
        saves(new, self.price_paid(current), least)
    }

    /// The next instant at which either price of a comparison moves.
    fn next_price_move(&self, offer: &Offer, current: InstanceId) -> SimTime {
        let change = |price: PriceId| self.world.price(price).next_change(self.now).unwrap_or(SimTime::NEVER);
        let held = self.instance(current);
        let unlock = match held.tariff {
            Tariff::Spot { protected_until: Some(until), .. } if until > self.now => until,
            Tariff::Spot { .. } | Tariff::Standard => SimTime::NEVER,
        };
        change(offer.price).min(change(held.price)).min(unlock)
    }
}

/// Is a price lower than another one by at least so much?
pub(super) fn saves(new: UnitPrice, old: UnitPrice, least: Saving) -> bool {
    let (new, old) = (i128::from(new.as_nano()), i128::from(old.as_nano()));
    match least {
        Saving::Any => true,
        Saving::PerHour(saving) => new + i128::from(saving.as_nano()) <= old,
        Saving::SharePpb(share) => new * 1_000_000_000 <= old * (1_000_000_000 - i128::from(share)),
    }
}
