//! An Update: a new version of a service, for all replicas at once or in steps (E19, A-29).

use super::actions::{ServicePhase, ServiceRefusal};
use super::event::LifeEvent;
use super::{ReplicaState, Version};
use crate::scenario::lifecycle::{Change, Phased, Rollout};
use crate::scenario::model::{ActionKind, ServiceId};
use crate::sim::event::{Event, InstanceId, rank};
use crate::sim::instance::ReplicaId;
use crate::sim::run::Simulation;
use crate::sim::trace::{EventKind, Trace, UsageEnd};
use crate::units::SimTime;

/// An update in steps.
#[derive(Clone, Debug)]
pub(crate) struct RolloutState<'run> {
    how: Phased,
    /// Replicas keep their instances, and only their containers start again.
    keeps_instances: bool,
    /// What new replicas ran before it.
    before: Version<'run>,
    /// How many replicas a step changes.
    size: u32,
    /// Steps that have begun.
    step: u32,
    /// When the next one is due, or the look at the last one.
    due: SimTime,
    /// The replicas of the present step.
    batch: Vec<u32>,
    /// Of these, those that wait for a second instance, or for it to run.
    surging: Vec<Surge<'run>>,
}

/// A replica that is to move to a new instance before the old one ends.
#[derive(Clone, Copy, Debug)]
struct Surge<'run> {
    index: u32,
    /// What it runs until then.
    before: Version<'run>,
    /// Since when it looks for an instance.
    since: SimTime,
    /// The new instance was given up: it looks for no other.
    gave_up: bool,
}

impl<'run, T: Trace> Simulation<'run, T> {
    /// A disk that is too large is refused, and the version before stays (E22); so is an update that leaves the disk as it
    /// was when that is why the service failed.
    pub(super) fn update_refusal(&self, id: ServiceId, change: &Change) -> Option<ServiceRefusal> {
        let max_gib = self.scenario.disk.max_gib;
        let disk_gib = change.disk_gib.unwrap_or(self.services[id.0].version.disk_gib);
        (disk_gib > max_gib).then_some(ServiceRefusal::DiskTooLarge { disk_gib, max_gib })
    }

    /// The new version takes effect: at the next start where nothing runs, else at once or in steps.
    pub(super) fn update(&mut self, id: ServiceId, change: &'run Change) {
        let from = self.service_status(id);
        let before = self.services[id.0].version;
        self.take_over(id, change);
        let phase = self.services[id.0].phase;
        // Whom it calls is no reason to try again; anything else is.
        let revives = matches!(phase, ServicePhase::DeploymentFailed | ServicePhase::Failed)
            && (change.touches_replicas() || change.replicas.is_some());
        if revives {
            self.enter(id, ServicePhase::Active);
        }
        self.tell_service(id, from, EventKind::Acted(ActionKind::Update(Box::new(change.clone()))));
        if let Some(replicas) = change.replicas {
            self.change_size(id, replicas);
        }
        let how = change.rollout.unwrap_or(self.scenario.settings.services.rollout);
        match (phase, how) {
            (ServicePhase::Active, Rollout::Phased(how)) if change.touches_replicas() => {
                self.begin_rollout(id, how, before, !change.replaces_instances());
            }
            (ServicePhase::Active, Rollout::AtOnce | Rollout::Phased(_)) => self.change_all(id, change),
            (
                ServicePhase::Absent
                | ServicePhase::Stopped
                | ServicePhase::Overdue
                | ServicePhase::Deleting
                | ServicePhase::Deleted
                | ServicePhase::DeploymentFailed
                | ServicePhase::Failed,
                Rollout::AtOnce | Rollout::Phased(_),
            ) => {
                let service = self.service(id);
                service.versions.fill(service.version);
                if revives {
                    self.wait_all(id);
                }
            }
        }
    }

    /// What the update brings is what the service is from now on.
    fn take_over(&mut self, id: ServiceId, change: &'run Change) {
        let offers = change.plan.as_ref().map(|plan| self.offers.of_plan(self.scenario, self.world, plan));
        let service = self.service(id);
        if let Some(calls) = &change.calls {
            service.calls = calls;
        }
        if !change.touches_replicas() {
            return;
        }
        service.version.number += 1;
        if let (Some(plan), Some(offers)) = (&change.plan, offers) {
            service.version.plan = plan;
            service.version.offers = offers;
            service.version.plan_number = service.version.number;
        }
        service.version.disk_gib = change.disk_gib.unwrap_or(service.version.disk_gib);
    }

    /// All replicas at once: placed afresh, or only their containers started again.
    fn change_all(&mut self, id: ServiceId, change: &Change) {
        if !change.touches_replicas() {
            self.fail_if_all_have(id);
            return;
        }
        let service = self.service(id);
        service.versions.fill(service.version);
        // What was under way step by step is overtaken.
        service.rollout = None;
        for starts in &mut service.starts {
            starts.stays = false;
        }
        if change.replaces_instances() {
            self.end_all(id, UsageEnd::Updated);
            self.wait_all(id);
        } else {
            for index in 0..self.services[id.0].replicas.len() as u32 {
                self.change_in_place(ReplicaId { service: id, index });
            }
        }
    }

    /// The container of a replica starts again with its new version; one that has no instance finds it there.
    fn change_in_place(&mut self, replica: ReplicaId) {
        match *self.replica_state(replica) {
            ReplicaState::Held { current, successor } => {
                self.end_successor(replica, current, successor);
                self.restart_for_update(current);
            }
            // The list of its new version may be another one.
            ReplicaState::Waiting { .. } => self.placement_due = true,
            ReplicaState::Idle | ReplicaState::Failed => self.wait(replica),
        }
    }

    /// A replica gives up the second instance that it has, if it has one.
    fn end_successor(&mut self, replica: ReplicaId, current: InstanceId, successor: Option<InstanceId>) {
        if let Some(successor) = successor {
            self.note_overlap(replica);
            self.end_instance(successor, UsageEnd::Updated);
            *self.replica_state(replica) = ReplicaState::Held { current, successor: None };
        }
    }

    fn begin_rollout(&mut self, id: ServiceId, how: Phased, before: Version<'run>, keeps_instances: bool) {
        self.drop_surges(id);
        let size = how.step.of(self.services[id.0].replicas.len() as u32);
        self.services[id.0].rollout = Some(Box::new(RolloutState {
            how,
            keeps_instances,
            before,
            size,
            step: 0,
            due: self.now,
            batch: Vec::new(),
            surging: Vec::new(),
        }));
        self.next_step(id);
    }

    /// The next step is due: the one before must have succeeded.
    pub(crate) fn on_rollout_step(&mut self, id: ServiceId) {
        let service = &self.services[id.0];
        let Some(rollout) = service.rollout.as_ref().filter(|rollout| rollout.due == self.now) else {
            return;
        };
        let succeeded = rollout.batch.iter().all(|index| self.runs_new_version(id, *index));
        if succeeded {
            self.next_step(id);
        } else {
            self.halt_rollout(id);
        }
    }

    /// A replica that has been scaled in meanwhile holds nothing up.
    fn runs_new_version(&self, id: ServiceId, index: u32) -> bool {
        let service = &self.services[id.0];
        match service.replicas.get(index as usize) {
            None => true,
            Some(ReplicaState::Held { current, .. }) => {
                let instance = self.instance(*current);
                instance.is_running() && instance.version == service.version.number
            }
            Some(ReplicaState::Idle | ReplicaState::Waiting { .. } | ReplicaState::Failed) => false,
        }
    }

    /// Changes the next replicas that have an old version; without any the update is done.
    fn next_step(&mut self, id: ServiceId) {
        let (now, service) = (self.now, &mut self.services[id.0]);
        let new = service.version;
        let old = service.versions.iter().zip(0..).filter(|(version, _)| version.number != new.number);
        let Some(rollout) = &mut service.rollout else { return };
        let batch: Vec<u32> = old.map(|(_, index)| index).take(rollout.size as usize).collect();
        if batch.is_empty() {
            service.rollout = None;
            let status = self.service_status(id);
            self.tell_service(id, status, EventKind::Life(LifeEvent::UpdateDone));
            return;
        }
        rollout.step += 1;
        rollout.due = now + rollout.how.step_time;
        rollout.batch.clone_from(&batch);
        rollout.surging.clear();
        let (step, due, how, keeps_instances) =
            (rollout.step, rollout.due, rollout.how, rollout.keeps_instances);
        let status = self.service_status(id);
        self.tell_service(
            id,
            status,
            EventKind::Life(LifeEvent::UpdateStep { step, replicas: batch.len() as u32 }),
        );
        for index in &batch {
            let replica = ReplicaId { service: id, index: *index };
            let before = std::mem::replace(&mut self.services[id.0].versions[*index as usize], new);
            self.services[id.0].starts[*index as usize].stays = false;
            if how.surge {
                self.change_with_surge(replica, before);
            } else if keeps_instances {
                self.change_in_place(replica);
            } else {
                self.end_replica(replica, UsageEnd::Updated);
                self.wait(replica);
            }
        }
        self.schedule(due, rank::TIMER, id.0 as u32, Event::RolloutStep(id));
    }

    /// A replica that holds an instance keeps it until another one runs.
    fn change_with_surge(&mut self, replica: ReplicaId, before: Version<'run>) {
        let ReplicaState::Held { current, successor } = *self.replica_state(replica) else {
            // A disk that was kept for it goes.
            self.end_replica(replica, UsageEnd::Updated);
            self.wait(replica);
            return;
        };
        self.end_successor(replica, current, successor);
        let surge = Surge { index: replica.index, before, since: self.now, gave_up: false };
        if let Some(rollout) = &mut self.services[replica.service.0].rollout {
            rollout.surging.push(surge);
        }
        self.placement_due = true;
    }

    /// Since when a replica looks for a second instance, if it does.
    pub(crate) fn surges_since(&self, replica: ReplicaId) -> Option<SimTime> {
        let rollout = self.services[replica.service.0].rollout.as_ref()?;
        let surge = rollout.surging.iter().find(|surge| surge.index == replica.index)?;
        match self.services[replica.service.0].replicas[replica.index as usize] {
            ReplicaState::Held { successor: None, current } if !surge.gave_up => {
                // Whoever has moved looks no more.
                (self.instance(current).version != self.version_of(replica).number).then_some(surge.since)
            }
            ReplicaState::Held { .. }
            | ReplicaState::Idle
            | ReplicaState::Waiting { .. }
            | ReplicaState::Failed => None,
        }
    }

    /// The second instance of a replica was given up: it looks for no other, and its step fails.
    pub(super) fn give_up_surge(&mut self, replica: ReplicaId) {
        if let Some(rollout) = &mut self.services[replica.service.0].rollout {
            for surge in rollout.surging.iter_mut().filter(|surge| surge.index == replica.index) {
                surge.gave_up = true;
            }
        }
    }

    /// True if an instance is to take over from one that runs an older version.
    pub(crate) fn is_update(&self, current: InstanceId, successor: InstanceId) -> bool {
        self.instance(current).version != self.instance(successor).version
    }

    /// The step that is under way has failed: what it has not moved yet stays where it was, and so does the rest.
    pub(super) fn halt_rollout(&mut self, id: ServiceId) {
        let status = self.service_status(id);
        self.drop_surges(id);
        let service = self.service(id);
        let Some(rollout) = service.rollout.take() else { return };
        let new = service.version.number;
        let updated = service.versions.iter().filter(|version| version.number == new).count() as u32;
        service.version = Version { number: new, ..rollout.before };
        let left = service.versions.len() as u32 - updated;
        // Replicas that come later run what the rest runs, under a number of its own.
        service.version.number += 1;
        self.tell_service(
            id,
            status,
            EventKind::Life(LifeEvent::UpdateHalted { step: rollout.step, updated, left }),
        );
    }

    /// Replicas that were to move and have not are as they were; their second instances end.
    fn drop_surges(&mut self, id: ServiceId) {
        let Some(rollout) = &mut self.services[id.0].rollout else { return };
        for Surge { index, before, .. } in std::mem::take(&mut rollout.surging) {
            let replica = ReplicaId { service: id, index };
            let Some(ReplicaState::Held { current, successor }) =
                self.services[id.0].replicas.get(index as usize).copied()
            else {
                continue;
            };
            if self.instance(current).version == self.version_of(replica).number {
                continue;
            }
            self.end_successor(replica, current, successor);
            self.services[id.0].versions[index as usize] = before;
        }
    }

    pub(crate) fn version_of(&self, replica: ReplicaId) -> Version<'run> {
        self.services[replica.service.0].versions[replica.index as usize]
    }
}
