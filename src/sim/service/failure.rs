//! What goes wrong in containers: crashes and failed start-ups, restarts in place with waits that double, giving up.

use super::ReplicaState;
use super::actions::ServicePhase;
use super::event::{FailureKind, LifeEvent};
use crate::scenario::lifecycle::Failures;
use crate::scenario::model::ServiceId;
use crate::sim::event::{Event, InstanceId, rank};
use crate::sim::instance::{Awaited, InstanceState, ReplicaId};
use crate::sim::run::Simulation;
use crate::sim::trace::{EventKind, Trace, UsageEnd};
use crate::units::SimTime;

impl<'run, T: Trace> Simulation<'run, T> {
    fn failures_of(&self, replica: ReplicaId) -> &'run Failures {
        &self.scenario.services[replica.service.0].failures
    }

    /// One uniform number for a purpose of a replica.
    fn luck_of(&self, replica: ReplicaId, purpose: &str, ordinal: u64) -> f64 {
        match self.services[replica.service.0].starts[replica.index as usize].luck_entity {
            0 => 0.5, // Nobody looks at it.
            entity => self.world.luck.uniform(entity, purpose, ordinal),
        }
    }

    /// A start-up is over: the instance serves, or the start-up has failed.
    pub(crate) fn finish_start(&mut self, id: InstanceId) {
        let (replica, ordinal) = (self.instance(id).replica, self.instance(id).start);
        let failures = self.failures_of(replica);
        if failures.can_happen()
            && failures.start_fails.fails(self.luck_of(replica, "start-up fails", ordinal), ordinal)
        {
            self.fail(id, FailureKind::StartUp);
        } else {
            self.become_running(id);
        }
    }

    /// Draws when an instance that has just reached Running crashes.
    pub(crate) fn expect_crash(&mut self, id: InstanceId) {
        let replica = self.instance(id).replica;
        let failures = self.failures_of(replica);
        if !failures.can_happen() {
            return;
        }
        let starts = &mut self.services[replica.service.0].starts[replica.index as usize];
        let ordinal = starts.runs;
        starts.runs += 1;
        let uniform = self.luck_of(replica, "crash", ordinal);
        if let Some(ran) = failures.crashes.sample(uniform, ordinal) {
            self.await_then(id, self.now + ran, Awaited::Crash);
        }
    }

    /// The one thing that an instance waits for by itself.
    pub(crate) fn await_then(&mut self, id: InstanceId, at: SimTime, what: Awaited) {
        let entity = self.instance(id).replica.entity();
        self.instance_mut(id).awaits = (at, what);
        let event = match what {
            Awaited::Start => Event::StartDone(id),
            Awaited::Restart => Event::Restart(id),
            Awaited::Crash => Event::Crash(id),
        };
        self.schedule(at, rank::TIMER, entity, event);
    }

    /// False for what an instance no longer waits for.
    pub(crate) fn is_due(&self, id: InstanceId, what: Awaited) -> bool {
        let instance = self.instance(id);
        let fits = match what {
            Awaited::Start | Awaited::Restart => !instance.is_running(),
            Awaited::Crash => instance.is_running(),
        };
        instance.is_live() && fits && instance.awaits == (self.now, what)
    }

    /// A container crashes.
    pub(crate) fn on_crash(&mut self, id: InstanceId) {
        if self.is_due(id, Awaited::Crash) {
            self.fail(id, FailureKind::Crash);
        }
    }

    /// The wait before a restart is over.
    pub(crate) fn on_restart(&mut self, id: InstanceId) {
        if self.is_due(id, Awaited::Restart) {
            self.start_and_finish(id);
            // Where a start-up takes no time it runs, and may move back.
            self.placement_due = true;
        }
    }

    /// A container failed: it starts again on its instance after a wait, or the instance is given up.
    fn fail(&mut self, id: InstanceId, kind: FailureKind) {
        let (now, instance) = (self.now, *self.instance(id));
        let (replica, policy) = (instance.replica, self.failures_of(instance.replica).restart);
        let from = self.replica_status(replica);
        self.outcome.crashes += 1;
        let ran = instance.running_since().map(|since| now.since(since));
        let row = if ran.is_some_and(|ran| ran >= policy.reset_after) { 0 } else { instance.failures };
        if policy.most.is_some_and(|most| row >= most) {
            self.give_up(id, kind, row);
            return;
        }
        self.instance_mut(id).failures = row.saturating_add(1);
        let restart_at = now + policy.wait(row);
        if ran.is_some() {
            self.go_down(id);
        }
        self.await_then(id, restart_at, Awaited::Restart);
        self.tell(
            replica,
            from,
            EventKind::Life(LifeEvent::ContainerFailed { market: instance.market, kind, restart_at }),
        );
    }

    /// From Running to Restarting: it serves no more, and bills on or not.
    fn go_down(&mut self, id: InstanceId) {
        self.leave_running(id);
        self.instance_mut(id).state = InstanceState::Restarting;
        if !self.scenario.settings.services.bills_while_restarting {
            self.pause_compute(id);
        }
    }

    /// A new version of the container starts on the instance.
    pub(super) fn restart_for_update(&mut self, id: InstanceId) {
        let (replica, market) = (self.instance(id).replica, self.instance(id).market);
        let from = self.replica_status(replica);
        let number = self.version_of(replica).number;
        let instance = self.instance_mut(id);
        (instance.version, instance.failures) = (number, 0);
        if instance.is_running() {
            self.go_down(id);
        }
        self.tell(replica, from, EventKind::Life(LifeEvent::ContainerReplaced { market }));
        self.start_and_finish(id);
        self.placement_due = true;
    }

    /// The instance goes back to the provider. A replica that was about to move to it, or from it, has the other one.
    fn give_up(&mut self, id: InstanceId, kind: FailureKind, restarts: u32) {
        let (replica, market) = (self.instance(id).replica, self.instance(id).market);
        let from = self.replica_status(replica);
        self.note_overlap(replica);
        self.end_instance(id, UsageEnd::GaveUp);
        self.outcome.given_up += 1;
        let state = match *self.replica_state(replica) {
            ReplicaState::Held { current, successor: Some(successor) } if current == id => {
                ReplicaState::Held { current: successor, successor: None }
            }
            ReplicaState::Held { current, successor: Some(_) } => {
                self.services[replica.service.0].starts[replica.index as usize].stays = true;
                self.give_up_surge(replica);
                ReplicaState::Held { current, successor: None }
            }
            ReplicaState::Held { .. } => ReplicaState::Failed,
            ReplicaState::Idle | ReplicaState::Waiting { .. } | ReplicaState::Failed => {
                unreachable!("a live instance is held by its replica")
            }
        };
        *self.replica_state(replica) = state;
        self.tell(replica, from, EventKind::Life(LifeEvent::GaveUp { market, kind, restarts }));
        self.fail_if_all_have(replica.service);
    }

    /// A service has failed when all its replicas have.
    pub(super) fn fail_if_all_have(&mut self, id: ServiceId) {
        let service = &self.services[id.0];
        let have = service.replicas.iter().all(|state| *state == ReplicaState::Failed);
        if have && service.phase == ServicePhase::Active {
            let from = self.service_status(id);
            self.halt_rollout(id);
            self.enter(id, ServicePhase::Failed);
            self.tell_service(id, from, EventKind::Life(LifeEvent::ServiceFailed));
        }
    }
}
