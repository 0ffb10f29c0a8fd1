//! What the tenant does to a service: asked of the table first, then done.

use super::ReplicaState;
use super::actions::{ServicePhase, ServiceRefusal, Verb, phase_refusal};
use super::event::LifeEvent;
use crate::scenario::model::{Action, ActionKind, ServiceId};
use crate::sim::event::{Event, rank};
use crate::sim::instance::ReplicaId;
use crate::sim::run::Simulation;
use crate::sim::trace::{EventKind, RefusedAction, Trace, UsageEnd};
use crate::units::SimTime;

impl<'run, T: Trace> Simulation<'run, T> {
    /// A service is submitted: refused if its disk is too large (E22), else every replica looks for an instance.
    pub(crate) fn submit(&mut self, id: ServiceId) {
        let (now, terms) = (self.now, self.scenario.disk);
        let disk_gib = self.services[id.0].version.disk_gib;
        let from = self.service_status(id);
        self.service(id).submitted_at.get_or_insert(now);
        if disk_gib > terms.max_gib {
            self.enter(id, ServicePhase::DeploymentFailed);
            self.tell_service(id, from, EventKind::DeploymentFailed { disk_gib, max_gib: terms.max_gib });
            return;
        }
        self.enter(id, ServicePhase::Active);
        self.tell_service(id, from, EventKind::Submitted);
        self.wait_all(id);
    }

    /// A scripted action; one that is refused changes nothing.
    pub(crate) fn act(&mut self, index: usize) {
        let scenario: &'run crate::scenario::Scenario = self.scenario;
        let Action { service, kind, .. } = &scenario.actions[index];
        let (id, from) = (*service, self.service_status(*service));
        if let Some(reason) = self.refusal_of(id, kind) {
            let refused = RefusedAction { action: kind.clone(), status: from, reason };
            self.tell_service(id, from, EventKind::ActionRefused(Box::new(refused)));
            return;
        }
        match kind {
            ActionKind::Create => self.submit(id),
            ActionKind::Stop => self.stop(id),
            ActionKind::Start => {
                self.enter(id, ServicePhase::Active);
                self.tell_service(id, from, EventKind::Acted(ActionKind::Start));
                self.wait_all(id);
            }
            ActionKind::Delete(deletion) => self.delete(id, *deletion),
            ActionKind::Scale(count) => self.ask_to_scale(id, *count),
            ActionKind::Update(change) => self.update(id, change),
        }
    }

    /// What stands in the way of an action, if anything does.
    fn refusal_of(&mut self, id: ServiceId, kind: &ActionKind) -> Option<ServiceRefusal> {
        let by_phase = phase_refusal(self.services[id.0].phase, Verb::of(kind));
        if by_phase.is_some() {
            return by_phase;
        }
        match kind {
            ActionKind::Delete(deletion) => self.delete_refusal(id, *deletion),
            ActionKind::Update(change) => self.update_refusal(id, change),
            ActionKind::Create | ActionKind::Stop | ActionKind::Start | ActionKind::Scale(_) => None,
        }
    }

    /// Billing ends (E4); requests have some time to complete (E9). What arrears had stopped, or had failed, just stays.
    fn stop(&mut self, id: ServiceId) {
        let from = self.service_status(id);
        let drain_time = self.scenario.settings.services.drain_time;
        let requests = self.requests_until(id);
        self.services[id.0].drains_until =
            requests.map_or(SimTime::ZERO, |until| until.min(self.now + drain_time));
        self.enter(id, ServicePhase::Stopped);
        self.end_all(id, UsageEnd::Stopped);
        self.tell_service(id, from, EventKind::Acted(ActionKind::Stop));
    }

    /// A Scale takes effect at once, or after the delay of the settings. The last one that is asked for counts.
    fn ask_to_scale(&mut self, id: ServiceId, count: u32) {
        let delay = self.scenario.settings.services.scale_delay;
        if !delay.is_positive() {
            self.scale(id, count);
            return;
        }
        let (from, due) = (self.service_status(id), self.now + delay);
        self.services[id.0].scaling = Some((due, count));
        self.tell_service(id, from, EventKind::Life(LifeEvent::ScaleRequested { replicas: count, due }));
        self.schedule(due, rank::TIMER, id.0 as u32, Event::ScaleDue(id));
    }

    /// A Scale that was asked for earlier takes effect, unless the service is no longer there to be scaled.
    pub(crate) fn on_scale_due(&mut self, id: ServiceId) {
        let Some((_, count)) = self.services[id.0].scaling.filter(|(due, _)| *due == self.now) else {
            return;
        };
        self.services[id.0].scaling = None;
        if phase_refusal(self.services[id.0].phase, Verb::Scale).is_none() {
            self.scale(id, count);
        }
    }

    fn scale(&mut self, id: ServiceId, count: u32) {
        let from = self.service_status(id);
        self.tell_service(id, from, EventKind::Acted(ActionKind::Scale(count)));
        self.change_size(id, count);
        self.fail_if_all_have(id);
    }

    /// From now on so many replicas are wanted; the highest indices go first.
    pub(super) fn change_size(&mut self, id: ServiceId, count: u32) {
        let present = self.services[id.0].replicas.len() as u32;
        for index in (count..present).rev() {
            self.end_replica(ReplicaId { service: id, index }, UsageEnd::ScaledIn);
        }
        self.settle_time(id);
        self.services[id.0].resize(&self.scenario.services[id.0], count);
        if self.services[id.0].phase == ServicePhase::Active {
            for index in present..count {
                self.wait(ReplicaId { service: id, index });
            }
        }
    }

    /// The service as a whole goes over to another phase. An update in steps ends with it: whoever is not active has
    /// nobody to go step by step for, and has the new version from its next start on.
    pub(crate) fn enter(&mut self, id: ServiceId, phase: ServicePhase) {
        self.settle_time(id);
        let service = &mut self.services[id.0];
        service.phase = phase;
        if phase == ServicePhase::Active {
            service.replicas.fill(ReplicaState::Idle);
        } else if service.rollout.take().is_some() {
            service.versions.fill(service.version);
        }
    }

    pub(crate) fn wait_all(&mut self, id: ServiceId) {
        for index in 0..self.services[id.0].replicas.len() as u32 {
            self.wait(ReplicaId { service: id, index });
        }
    }

    /// The replica looks for an instance from now on.
    pub(crate) fn wait(&mut self, replica: ReplicaId) {
        *self.replica_state(replica) = ReplicaState::Waiting { since: self.now, disk_of: None };
        self.services[replica.service.0].starts[replica.index as usize].stays = false;
        self.placement_due = true;
    }

    pub(crate) fn end_all(&mut self, id: ServiceId, end: UsageEnd) {
        for index in 0..self.services[id.0].replicas.len() as u32 {
            self.end_replica(ReplicaId { service: id, index }, end);
        }
    }

    pub(super) fn end_replica(&mut self, replica: ReplicaId, end: UsageEnd) {
        match *self.replica_state(replica) {
            ReplicaState::Held { current, successor } => {
                self.note_overlap(replica);
                self.end_instance(current, end);
                if let Some(successor) = successor {
                    self.end_instance(successor, end);
                }
            }
            ReplicaState::Waiting { disk_of: Some(disk), .. } => self.drop_disk(disk, end),
            ReplicaState::Waiting { disk_of: None, .. } | ReplicaState::Idle | ReplicaState::Failed => {}
        }
        *self.replica_state(replica) = ReplicaState::Idle;
    }
}
