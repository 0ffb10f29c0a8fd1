//! What the tenant does to a service, and an instance from acquisition to Running.

use super::event::{Event, InstanceId, rank};
use super::instance::{Instance, InstanceState, ReclaimReason, ReplicaId, Tariff};
use super::run::Simulation;
use super::service::{ReplicaState, ServicePhase};
use super::trace::{EventKind, RefusedAction, Trace, UsageEnd};
use crate::scenario::model::{Action, ActionKind, Eviction, Plan, ServiceId};
use crate::units::{SimSpan, UnitPrice};

impl<'run, T: Trace> Simulation<'run, T> {
    /// A service is submitted: refused if its disk is too large (E22), else every replica looks for an instance.
    pub(crate) fn submit(&mut self, id: ServiceId) {
        let (now, terms) = (self.now, self.scenario.disk);
        let disk_gib = self.scenario.services[id.0].disk_gib;
        let from = self.service_status(id);
        self.service(id).submitted_at.get_or_insert(now);
        if disk_gib > terms.max_gib {
            self.enter(id, ServicePhase::Failed);
            self.tell_service(id, from, EventKind::DeploymentFailed { disk_gib, max_gib: terms.max_gib });
            return;
        }
        self.enter(id, ServicePhase::Active);
        self.tell_service(id, from, EventKind::Submitted);
        self.wait_all(id);
    }

    /// A scripted action; one that its state does not allow is refused and changes nothing.
    pub(crate) fn act(&mut self, index: usize) {
        let scenario: &'run crate::scenario::Scenario = self.scenario;
        let Action { service, kind, .. } = &scenario.actions[index];
        let (id, phase) = (*service, self.services[service.0].phase);
        let from = self.service_status(id);
        match (kind, phase) {
            (ActionKind::Create, ServicePhase::Absent | ServicePhase::Deleted) => self.submit(id),
            (ActionKind::Stop, ServicePhase::Active) => {
                self.enter(id, ServicePhase::Stopped);
                self.end_all(id, UsageEnd::Stopped);
                self.tell_service(id, from, EventKind::Acted(ActionKind::Stop));
            }
            // What the tenant stops stays stopped when arrears are paid.
            (ActionKind::Stop, ServicePhase::Stopped) if self.services[id.0].in_arrears => {
                self.settle_time(id);
                self.services[id.0].in_arrears = false;
                self.tell_service(id, from, EventKind::Acted(ActionKind::Stop));
            }
            (ActionKind::Start, ServicePhase::Stopped) if !self.services[id.0].in_arrears => {
                self.enter(id, ServicePhase::Active);
                self.tell_service(id, from, EventKind::Acted(ActionKind::Start));
                self.wait_all(id);
            }
            (ActionKind::Delete, ServicePhase::Active | ServicePhase::Stopped | ServicePhase::Failed) => {
                self.enter(id, ServicePhase::Deleting);
                self.services[id.0].in_arrears = false;
                self.end_all(id, UsageEnd::Deleted);
                self.tell_service(id, from, EventKind::Acted(ActionKind::Delete));
                let gone_at = self.now + scenario.settings.delete_time;
                self.schedule(gone_at, rank::TIMER, id.0 as u32, Event::DeleteDone(id));
            }
            (ActionKind::Scale(count), ServicePhase::Active | ServicePhase::Stopped) => {
                self.scale(id, *count);
            }
            (ActionKind::Update(plan), ServicePhase::Active | ServicePhase::Stopped) => self.update(id, plan),
            (
                ActionKind::Create
                | ActionKind::Stop
                | ActionKind::Start
                | ActionKind::Delete
                | ActionKind::Scale(_)
                | ActionKind::Update(_),
                ServicePhase::Absent
                | ServicePhase::Active
                | ServicePhase::Stopped
                | ServicePhase::Deleting
                | ServicePhase::Deleted
                | ServicePhase::Failed,
            ) => {
                let refused = RefusedAction { action: kind.clone(), status: from };
                self.tell_service(id, from, EventKind::ActionRefused(refused));
            }
        }
    }

    /// Arrears stop a service: its machines go, its configuration stays; false if it does not run.
    pub(crate) fn suspend_service(&mut self, id: ServiceId) -> bool {
        if self.services[id.0].phase != ServicePhase::Active {
            return false;
        }
        let from = self.service_status(id);
        self.enter(id, ServicePhase::Stopped);
        self.services[id.0].in_arrears = true;
        self.end_all(id, UsageEnd::Arrears);
        self.tell_service(id, from, EventKind::ArrearsStopped);
        self.look_later();
        true
    }

    /// What arrears had stopped looks for instances again; false if they had not.
    pub(crate) fn resume_service(&mut self, id: ServiceId) -> bool {
        if !self.services[id.0].in_arrears {
            return false;
        }
        let from = self.service_status(id);
        self.enter(id, ServicePhase::Active);
        self.services[id.0].in_arrears = false;
        self.wait_all(id);
        self.tell_service(id, from, EventKind::ArrearsRestored);
        self.look_later();
        true
    }

    /// Arrears that were never paid clear a service for good; false if there is nothing to clear (M7).
    pub(crate) fn clear_service(&mut self, id: ServiceId) -> bool {
        match self.services[id.0].phase {
            ServicePhase::Absent | ServicePhase::Deleting | ServicePhase::Deleted => return false,
            ServicePhase::Active | ServicePhase::Stopped | ServicePhase::Failed => {}
        }
        let from = self.service_status(id);
        self.enter(id, ServicePhase::Deleted);
        self.services[id.0].in_arrears = false;
        self.end_all(id, UsageEnd::Arrears);
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

    fn scale(&mut self, id: ServiceId, count: u32) {
        let from = self.service_status(id);
        let present = self.services[id.0].replicas.len() as u32;
        self.tell_service(id, from, EventKind::Acted(ActionKind::Scale(count)));
        for index in (count..present).rev() {
            self.end_replica(ReplicaId { service: id, index }, UsageEnd::ScaledIn);
        }
        self.resize(id, count);
        if self.services[id.0].phase == ServicePhase::Active {
            for index in present..count {
                self.wait(ReplicaId { service: id, index });
            }
        }
    }

    /// From now on `count` replicas are wanted; those beyond must have ended, new ones are idle.
    fn resize(&mut self, id: ServiceId, count: u32) {
        self.settle_time(id);
        self.services[id.0].resize(&self.scenario.services[id.0], count);
    }

    /// The service as a whole goes over to another phase.
    fn enter(&mut self, id: ServiceId, phase: ServicePhase) {
        self.settle_time(id);
        self.services[id.0].phase = phase;
    }

    /// Counts the time since the last change of size or phase: it was wanted, and asked for if the service was active.
    pub(crate) fn settle_time(&mut self, id: ServiceId) {
        let service = &mut self.services[id.0];
        let replica_ms = self.now.since(service.settled_at).as_ms() * service.replicas.len() as i64;
        service.settled_at = self.now;
        self.outcome.wanted_ms += replica_ms;
        // Whoever is stopped for arrears did not ask for that.
        if service.phase == ServicePhase::Active || service.in_arrears {
            self.outcome.asked_ms += replica_ms;
        }
    }

    fn update(&mut self, id: ServiceId, plan: &'run Plan) {
        let from = self.service_status(id);
        self.services[id.0].plan = plan;
        self.tell_service(id, from, EventKind::Acted(ActionKind::Update(plan.clone())));
        if self.services[id.0].phase == ServicePhase::Active {
            self.end_all(id, UsageEnd::Updated);
            self.wait_all(id);
        }
    }

    /// The configuration is gone for good (E8): a service created again is as the scenario describes it.
    pub(crate) fn on_delete_done(&mut self, id: ServiceId) {
        let from = self.service_status(id);
        self.resize(id, self.scenario.services[id.0].replicas);
        self.services[id.0].plan = self.services[id.0].first_plan;
        self.enter(id, ServicePhase::Deleted);
        self.tell_service(id, from, EventKind::Deleted);
    }

    fn wait_all(&mut self, id: ServiceId) {
        for index in 0..self.services[id.0].replicas.len() as u32 {
            self.wait(ReplicaId { service: id, index });
        }
    }

    /// The replica looks for an instance from now on.
    pub(crate) fn wait(&mut self, replica: ReplicaId) {
        *self.replica_state(replica) = ReplicaState::Waiting { since: self.now, disk_of: None };
        self.placement_due = true;
    }

    fn end_all(&mut self, id: ServiceId, end: UsageEnd) {
        for index in 0..self.services[id.0].replicas.len() as u32 {
            self.end_replica(ReplicaId { service: id, index }, end);
        }
    }

    fn end_replica(&mut self, replica: ReplicaId, end: UsageEnd) {
        match *self.replica_state(replica) {
            ReplicaState::Held { current, successor } => {
                self.note_overlap(replica);
                self.end_instance(current, end);
                if let Some(successor) = successor {
                    self.end_instance(successor, end);
                }
            }
            ReplicaState::Waiting { disk_of: Some(disk), .. } => self.drop_disk(disk, end),
            ReplicaState::Waiting { disk_of: None, .. } | ReplicaState::Idle => {}
        }
        *self.replica_state(replica) = ReplicaState::Idle;
    }

    /// Takes one unit for `replica` on an entry of its plan that was found to be available.
    pub(crate) fn acquire(&mut self, replica: ReplicaId, entry_index: usize) -> InstanceId {
        let plan = self.services[replica.service.0].plan;
        let offer = self.offer(plan, entry_index);
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
            tariff,
            acquired_at: self.now,
            state: InstanceState::Starting,
            leaving: None,
            is_replacement: false,
        };
        self.instances.push(instance);
        self.pools[offer.pool.0].take(&instance, self.world.stock(offer.pool), self.now);
        self.outcome.launches += 1;
        self.watch_from_acquisition(id);
        // Its disk bills from now on, its compute from Running: both hour by hour.
        self.expect_bills();
        id
    }

    /// Draws the start-up time and schedules Running, or says that it is there at once.
    pub(crate) fn start(&mut self, id: InstanceId) -> StartUp {
        let replica_id = self.instance(id).replica;
        let model = &self.scenario.services[replica_id.service.0].start_up;
        let starts = &mut self.services[replica_id.service.0].starts[replica_id.index as usize];
        let ordinal = starts.count;
        starts.count += 1;
        let uniform = if starts.luck_entity == 0 {
            0.5 // Not looked at by a start-up time without luck.
        } else {
            self.world.luck.uniform(starts.luck_entity, "start-up", ordinal)
        };
        match model.sample(uniform, ordinal) {
            None => StartUp::Pending,
            Some(SimSpan::ZERO) => StartUp::Done,
            Some(span) => {
                self.schedule(self.now + span, rank::TIMER, replica_id.entity(), Event::StartDone(id));
                StartUp::Pending
            }
        }
    }

    pub(crate) fn on_start_done(&mut self, id: InstanceId) {
        if self.instance(id).is_live() {
            self.become_running(id);
            // A replica moves back from Running only, so it may have been waiting for this.
            self.placement_due = true;
        }
    }

    /// The instance serves; if it is the preferred one a replica moves back to, the old one is given up.
    pub(crate) fn become_running(&mut self, id: InstanceId) {
        let (now, replica, market) = (self.now, self.instance(id).replica, self.instance(id).market);
        let from = self.replica_status(replica);
        self.instance_mut(id).state = InstanceState::Running { since: now };
        self.service(replica.service).first_running_at.get_or_insert(now);
        self.change_slots(replica.service, market, true);
        let stays = self.instance(id).is_replacement;
        match *self.replica_state(replica) {
            ReplicaState::Held { current, successor: Some(successor) } if successor == id && !stays => {
                let old = self.instance(current).market;
                self.end_instance(current, UsageEnd::MovedBack);
                *self.replica_state(replica) = ReplicaState::Held { current: id, successor: None };
                self.outcome.moves += 1;
                self.tell(replica, from, EventKind::MovedBack { from: old, to: market });
            }
            ReplicaState::Held { .. } | ReplicaState::Waiting { .. } | ReplicaState::Idle => {
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

/// Whether a start-up is over at once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum StartUp {
    Done,
    Pending,
}
