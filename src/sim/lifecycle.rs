//! What arrears do to a service, and an instance from acquisition over Running to its end.

use super::event::{Event, InstanceId, rank};
use super::instance::{Awaited, Instance, InstanceState, ReclaimReason, ReplicaId, Tariff};
use super::run::Simulation;
use super::service::ReplicaState;
use super::service::actions::ServicePhase;
use super::service::event::LifeEvent;
use super::trace::{EventKind, Trace, UsageEnd};
use crate::scenario::model::{BillingStart, Eviction, ServiceId};
use crate::units::{SimSpan, SimTime, UnitPrice};

impl<T: Trace> Simulation<'_, T> {
    /// Arrears stop a service: its machines go, its configuration stays; false if it does not run.
    pub(crate) fn suspend_service(&mut self, id: ServiceId) -> bool {
        if self.services[id.0].phase != ServicePhase::Active {
            return false;
        }
        let from = self.service_status(id);
        self.enter(id, ServicePhase::Overdue);
        self.end_all(id, UsageEnd::Arrears);
        self.tell_service(id, from, EventKind::ArrearsStopped);
        self.look_later();
        true
    }

    /// What arrears had stopped looks for instances again; false if they had not.
    pub(crate) fn resume_service(&mut self, id: ServiceId) -> bool {
        if self.services[id.0].phase != ServicePhase::Overdue {
            return false;
        }
        let from = self.service_status(id);
        self.enter(id, ServicePhase::Active);
        self.wait_all(id);
        self.tell_service(id, from, EventKind::ArrearsRestored);
        self.look_later();
        true
    }

    /// Arrears that were never paid clear a service for good, its configuration too; false if there is nothing to clear (M7).
    pub(crate) fn clear_service(&mut self, id: ServiceId) -> bool {
        if !self.services[id.0].phase.is_submitted() {
            return false;
        }
        let from = self.service_status(id);
        self.end_all(id, UsageEnd::Arrears);
        self.settle_time(id);
        self.services[id.0].forget(&self.scenario.services[id.0]);
        self.enter(id, ServicePhase::Deleted);
        self.tell_service(id, from, EventKind::ArrearsCleared);
        self.look_later();
        true
    }

    /// Placement of this instant is past when accounts are looked at: it looks again a moment later.
    pub(crate) fn look_later(&mut self) {
        if std::mem::take(&mut self.placement_due) {
            if self.rank <= rank::PLACEMENT {
                self.placement_due = true;
            } else {
                self.schedule(self.now + SimSpan::from_ms(1), rank::TIMER, 0, Event::Look);
            }
        }
    }

    /// Counts the time since the last change of size or phase: it was wanted, and asked for if the service was active.
    pub(crate) fn settle_time(&mut self, id: ServiceId) {
        let service = &mut self.services[id.0];
        let replica_ms = self.now.since(service.settled_at).as_ms() * service.replicas.len() as i64;
        service.settled_at = self.now;
        self.outcome.wanted_ms += replica_ms;
        if service.is_asked_for() {
            self.outcome.asked_ms += replica_ms;
        }
    }

    /// Takes one unit for `replica` on an entry of its plan that was found to be available.
    pub(crate) fn acquire(&mut self, replica: ReplicaId, entry_index: usize) -> InstanceId {
        let version = self.version_of(replica);
        let plan = version.plan;
        let offer = *self.offer(replica, entry_index);
        let price = UnitPrice::from_nano(self.world.price(offer.price).value_at(self.now));
        let rules = self.rules(offer.entry.market);
        let tariff = offer.entry.bid.map_or(Tariff::Standard, |bid| Tariff::Spot {
            bid,
            protected_until: rules.protects(plan.protection).then(|| self.now + rules.protection_period),
            acquired_price: price,
        });
        let id = InstanceId(self.instances.len() as u32);
        let instance = Instance {
            id,
            replica,
            entry: entry_index,
            market: offer.entry.market,
            pool: offer.pool,
            price: offer.price,
            kept: offer.kept,
            tariff,
            acquired_at: self.now,
            state: InstanceState::Starting,
            leaving: None,
            is_replacement: false,
            version: version.number,
            plan_number: version.plan_number,
            disk_gib: version.disk_gib,
            start: 0,
            awaits: (SimTime::NEVER, Awaited::Start),
            failures: 0,
            bills_from: None,
            first_billed: None,
        };
        self.instances.push(instance);
        if rules.billing_start == BillingStart::Provisioned {
            let now = self.now;
            self.instance_mut(id).bill_from(now);
        }
        self.pools[offer.pool.0].take(&instance, self.world.stock(offer.pool), self.now);
        self.outcome.launches += 1;
        self.watch_from_acquisition(id);
        // Its disk bills from now on, its compute from Running: both hour by hour.
        self.expect_bills();
        id
    }

    /// Draws the start-up time and schedules its end; one that takes no time ends at once.
    pub(crate) fn start_and_finish(&mut self, id: InstanceId) {
        let replica_id = self.instance(id).replica;
        let model = &self.scenario.services[replica_id.service.0].start_up;
        let starts = &mut self.services[replica_id.service.0].starts[replica_id.index as usize];
        let ordinal = starts.count;
        starts.count += 1;
        let uniform = if model.is_random() {
            self.world.luck.uniform(starts.luck_entity, "start-up", ordinal)
        } else {
            0.5 // Not looked at by a start-up time without luck.
        };
        self.instance_mut(id).start = ordinal;
        match model.sample(uniform, ordinal) {
            // Whatever it waited for before, it waits for this now.
            None => self.instance_mut(id).awaits = (SimTime::NEVER, Awaited::Start),
            Some(SimSpan::ZERO) => self.finish_start(id),
            Some(span) => self.await_then(id, self.now + span, Awaited::Start),
        }
    }

    pub(crate) fn on_start_done(&mut self, id: InstanceId) {
        if self.is_due(id, Awaited::Start) {
            self.finish_start(id);
            // A replica moves back from Running only, so it may have been waiting for this.
            self.placement_due = true;
        }
    }

    /// The instance serves; if another one was there before it, that one is given up.
    pub(crate) fn become_running(&mut self, id: InstanceId) {
        let (now, replica, market) = (self.now, self.instance(id).replica, self.instance(id).market);
        let from = self.replica_status(replica);
        let instance = self.instance_mut(id);
        instance.state = InstanceState::Running { since: now };
        // The compute of an instance that restarts bills on, unless it was paused.
        instance.bill_from(now);
        self.service(replica.service).first_running_at.get_or_insert(now);
        self.change_slots(replica.service, market, true);
        self.expect_crash(id);
        let stays = self.instance(id).is_replacement;
        match *self.replica_state(replica) {
            ReplicaState::Held { current, successor: Some(successor) } if successor == id && !stays => {
                let old = self.instance(current).market;
                let (end, kind) = if self.is_update(current, id) {
                    (UsageEnd::Updated, EventKind::Life(LifeEvent::Replaced { from: old, to: market }))
                } else {
                    self.outcome.moves += 1;
                    (UsageEnd::MovedBack, EventKind::MovedBack { from: old, to: market })
                };
                self.end_instance(current, end);
                *self.replica_state(replica) = ReplicaState::Held { current: id, successor: None };
                self.tell(replica, from, kind);
            }
            ReplicaState::Held { .. }
            | ReplicaState::Waiting { .. }
            | ReplicaState::Idle
            | ReplicaState::Failed => {
                self.tell(replica, from, EventKind::Running { market });
            }
        }
    }

    /// The provider takes an instance back; the instance again if its disk is kept.
    pub(crate) fn take_back(&mut self, id: InstanceId, reason: ReclaimReason) -> Option<InstanceId> {
        let instance = *self.instance(id);
        let keeps = self.rules(instance.market).eviction == Eviction::Deallocate;
        if !keeps || self.disk_gib_billed(&instance) == 0 {
            self.end_instance(id, UsageEnd::Reclaimed(reason));
            return None;
        }
        self.bill_machine(id, Some(UsageEnd::Reclaimed(reason)));
        self.meter_compute(id, UsageEnd::Reclaimed(reason));
        self.return_unit(id);
        self.instance_mut(id).state = InstanceState::Deallocated;
        Some(id)
    }

    /// The disk of a machine that was taken back goes.
    pub(crate) fn drop_disk(&mut self, id: InstanceId, end: UsageEnd) {
        self.bill_machine(id, Some(end));
        self.meter_disk(id, end);
        self.instance_mut(id).state = InstanceState::Ended;
    }

    /// An instance that runs serves no more; its time in Running is counted.
    pub(crate) fn leave_running(&mut self, id: InstanceId) {
        let instance = *self.instance(id);
        if instance.is_running() {
            self.note_overlap(instance.replica);
            self.count_running(&instance);
            self.change_slots(instance.replica.service, instance.market, false);
        }
    }

    /// Ends an instance: its use is charged and its unit returns to the pool.
    pub(crate) fn end_instance(&mut self, id: InstanceId, end: UsageEnd) {
        self.meter(id, end);
        self.return_unit(id);
        self.instance_mut(id).state = InstanceState::Ended;
    }

    fn return_unit(&mut self, id: InstanceId) {
        let instance = *self.instance(id);
        if instance.is_running() {
            self.change_slots(instance.replica.service, instance.market, false);
        }
        self.pools[instance.pool.0].give_back(&instance, self.world.stock(instance.pool), self.now);
        // Somebody else may have waited for the unit, or for room under a cap.
        self.placement_due = true;
    }
}
