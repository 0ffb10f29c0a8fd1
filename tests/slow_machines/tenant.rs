//! What the tenant does with a service, and updates in steps.

use super::{Auditor, Phase, Replica, Standing, Steps, Version, Who, seconds};
use deploysim::scenario::lifecycle::{Change, DeleteBilling, Deletion, Rollout, Step};
use deploysim::scenario::model::ActionKind;
use deploysim::sim::UsageEnd;
use std::collections::BTreeMap;
use std::rc::Rc;

impl Auditor<'_> {
    pub(super) fn act(&mut self, service: usize, action: &ActionKind, at: i64) {
        match action {
            ActionKind::Start => self.go(service, at),
            ActionKind::Stop => {
                self.rest(service, Phase::Stopped);
                self.end_from(service, 0, at, UsageEnd::Stopped);
            }
            ActionKind::Delete(deletion) => self.delete(service, *deletion, at),
            ActionKind::Scale(count) => {
                let delay = seconds(self.scenario.settings.services.scale_delay);
                let asked = self.services[service].scaling.take();
                assert!(delay == 0 || asked == Some((at, *count)), "a Scale takes effect when it is due");
                self.resize(service, *count, at);
            }
            ActionKind::Update(change) => self.update(service, change, at),
            ActionKind::Create => panic!("a Create is told as a submission"),
        }
    }

    /// A Scale that takes effect later.
    pub(super) fn ask_to_scale(&mut self, service: usize, replicas: u32, due: i64, at: i64) {
        let delay = seconds(self.scenario.settings.services.scale_delay);
        assert!(delay > 0 && due == at + delay, "when a Scale is due");
        self.services[service].scaling = Some((due, replicas));
    }

    fn resize(&mut self, service: usize, count: u32, at: i64) {
        self.end_from(service, count as usize, at, UsageEnd::ScaledIn);
        let standing = &mut self.services[service];
        let waits_since = (standing.phase == Phase::Active).then_some(at);
        let new = Replica { waits_since, ..Replica::new(&standing.version) };
        standing.replicas.resize(count as usize, new);
        self.note_looks(service, at);
    }

    /// Every replica looks for an instance from now on.
    pub(super) fn go(&mut self, service: usize, at: i64) {
        let standing = &mut self.services[service];
        standing.phase = Phase::Active;
        for replica in &mut standing.replicas {
            *replica = Replica { waits_since: Some(at), ..Replica::new(&replica.version) };
        }
        self.note_looks(service, at);
    }

    /// The service is not active any more: whatever it goes through step by step is over.
    pub(super) fn rest(&mut self, service: usize, phase: Phase) {
        let standing = &mut self.services[service];
        standing.phase = phase;
        if standing.rollout.take().is_some() {
            standing.replicas.iter_mut().for_each(|replica| replica.version = standing.version.clone());
        }
    }

    /// Billing ends at the confirmation, or when the instances are released.
    fn delete(&mut self, service: usize, deletion: Deletion, at: i64) {
        assert!(deletion.is_permitted, "a Delete without permission is denied (E11)");
        self.rest(service, Phase::Deleting);
        let settings = self.scenario.settings;
        match settings.services.delete_billing {
            DeleteBilling::Confirmed => self.end_from(service, 0, at, UsageEnd::Deleted),
            DeleteBilling::Released => {
                let replicas = self.services[service].replicas.iter();
                for id in replicas.flat_map(|replica| replica.instances.clone()).collect::<Vec<_>>() {
                    self.leave_running(id, at);
                    let held = &mut self.held[id];
                    (held.closing, held.leaving, held.crashes) = (true, None, None);
                    self.counts.closed += 1;
                }
            }
        }
        let stuck = deletion.stuck_for.map_or(0, seconds);
        let (takes, ticket) = (seconds(settings.delete_time), seconds(settings.services.ticket_after));
        self.services[service].gone = Some(at + takes.max(stuck));
        self.services[service].ticket = (stuck > ticket).then_some(at + ticket);
    }

    /// Whatever it knew is gone (E8).
    pub(super) fn forget(&mut self, service: usize, at: i64) {
        assert_eq!(self.services[service].gone, Some(at), "when service {service} is gone (E7, E12)");
        self.end_from(service, 0, at, UsageEnd::Deleted);
        let before = &self.services[service];
        let (submitted, first_running) = (before.submitted, before.first_running);
        let new = self.first_standing(service);
        self.services[service] = Standing { submitted, first_running, ..new };
    }

    fn update(&mut self, service: usize, change: &Change, at: i64) {
        let standing = &mut self.services[service];
        let (before, phase) = (standing.version.clone(), standing.phase);
        if change.touches_replicas() {
            standing.version.number += 1;
            if let Some(plan) = &change.plan {
                standing.version.plan = Rc::new(plan.clone());
                standing.version.plan_number = standing.version.number;
            }
            standing.version.disk_gib = change.disk_gib.unwrap_or(before.disk_gib);
        }
        let is_down = matches!(phase, Phase::Refused | Phase::Failed);
        let revives = is_down && (change.touches_replicas() || change.replicas.is_some());
        if revives {
            standing.phase = Phase::Active;
        }
        if let Some(replicas) = change.replicas {
            self.resize(service, replicas, at);
        }
        let rollout = change.rollout.unwrap_or(self.scenario.settings.services.rollout);
        match (phase, rollout) {
            (Phase::Active, Rollout::Phased(how)) if change.touches_replicas() => {
                self.drop_surges(service, at);
                let replicas = self.services[service].replicas.len();
                self.services[service].rollout = Some(Steps {
                    how,
                    keeps_instances: !change.replaces_instances(),
                    before,
                    size: step_size(how.step, replicas),
                    step: 0,
                    due: at,
                    batch: vec![],
                    surging: BTreeMap::new(),
                });
            }
            (Phase::Active, _) => self.change_all(service, change, at),
            (Phase::Absent | Phase::Stopped | Phase::Deleting | Phase::Refused | Phase::Failed, _) => {
                self.take_version(service);
                if revives {
                    self.go(service, at);
                }
            }
        }
    }

    fn take_version(&mut self, service: usize) {
        let standing = &mut self.services[service];
        standing.replicas.iter_mut().for_each(|replica| replica.version = standing.version.clone());
    }

    fn change_all(&mut self, service: usize, change: &Change, at: i64) {
        if !change.touches_replicas() {
            return;
        }
        self.take_version(service);
        self.services[service].rollout = None;
        if change.replaces_instances() {
            self.end_from(service, 0, at, UsageEnd::Updated);
            self.go(service, at);
            return;
        }
        for index in 0..self.services[service].replicas.len() {
            self.services[service].replicas[index].stays = false;
            self.change_in_place((service, index as u32), at);
        }
    }

    /// The container starts again on the instance it is on; a second one ends.
    fn change_in_place(&mut self, who: Who, at: i64) {
        self.end_second(who, at);
        let replica = self.replica(who);
        if !replica.instances.is_empty() {
            self.to_replace.insert(who);
        } else if replica.failed {
            (replica.failed, replica.waits_since) = (false, Some(at));
            self.note_looks(who.0, at);
        }
    }

    fn end_second(&mut self, who: Who, at: i64) {
        if let [_, second] = *self.instances(who) {
            self.end(second, at, UsageEnd::Updated);
            self.replica(who).instances.pop();
        }
    }

    /// Replicas that were to move and have not are as they were.
    fn drop_surges(&mut self, service: usize, at: i64) {
        let Some(rollout) = &mut self.services[service].rollout else { return };
        for (index, (_, before, _)) in std::mem::take(&mut rollout.surging) {
            let who = (service, index as u32);
            let Some(replica) = self.services[service].replicas.get(index) else { continue };
            let Some(current) = replica.instances.first() else { continue };
            if self.held[*current].version != replica.version.number {
                self.end_second(who, at);
                self.replica(who).version = before;
            }
        }
    }

    /// Do all replicas of the present step run what it brought?
    fn step_succeeded(&self, service: usize) -> bool {
        let standing = &self.services[service];
        let Some(rollout) = &standing.rollout else { return false };
        let runs = |replica: &Replica| {
            let current = replica.instances.first().map(|id| &self.held[*id]);
            current.is_some_and(|held| held.running.is_some() && held.version == standing.version.number)
        };
        rollout.batch.iter().all(|index| standing.replicas.get(*index).is_none_or(runs))
    }

    /// The next replicas with an old version change.
    pub(super) fn step(&mut self, service: usize, step: u32, replicas: u32, at: i64) {
        assert!(self.step_succeeded(service), "a step follows one that has succeeded");
        let standing = &self.services[service];
        let new = standing.version.clone();
        let rollout = standing.rollout.as_ref().expect("a step of an update");
        assert_eq!((rollout.step + 1, rollout.due), (step, at), "which step it is, and when it is due");
        let old = (0..standing.replicas.len())
            .filter(|index| standing.replicas[*index].version.number != new.number);
        let batch: Vec<usize> = old.take(rollout.size).collect();
        assert_eq!(batch.len(), replicas as usize, "how many replicas a step changes");
        let (how, keeps_instances) = (rollout.how, rollout.keeps_instances);
        let rollout = self.services[service].rollout.as_mut().expect("a step of an update");
        (rollout.step, rollout.due, rollout.batch) = (step, at + seconds(how.step_time), batch.clone());
        rollout.surging.clear();
        for index in batch {
            let who = (service, index as u32);
            let replica = self.replica(who);
            let before = std::mem::replace(&mut replica.version, new.clone());
            replica.stays = false;
            let is_held = !replica.instances.is_empty();
            if how.surge && is_held {
                self.end_second(who, at);
                let rollout = self.services[service].rollout.as_mut().expect("a step of an update");
                rollout.surging.insert(index, (at, before, false));
            } else if keeps_instances && !how.surge {
                self.change_in_place(who, at);
            } else {
                self.begin_anew(who, at);
            }
        }
        self.note_looks(service, at);
    }

    /// A replica gives up what it has and looks for an instance.
    fn begin_anew(&mut self, who: Who, at: i64) {
        let replica = self.replica(who);
        let new = Replica { waits_since: Some(at), ..Replica::new(&replica.version) };
        let old = std::mem::replace(replica, new);
        for id in old.instances {
            self.end(id, at, UsageEnd::Updated);
        }
        if let Some(disk) = old.kept_disk {
            self.held[disk].disk_ended = (at, UsageEnd::Updated);
        }
    }

    /// All replicas have the new version.
    pub(super) fn update_done(&mut self, service: usize, at: i64) {
        assert!(self.step_succeeded(service), "an update is done when its last step has succeeded");
        let standing = &mut self.services[service];
        let rollout = standing.rollout.take().expect("an update that is done");
        assert_eq!(rollout.due, at, "when an update is done");
        let is_new = |replica: &Replica| replica.version.number == standing.version.number;
        assert!(standing.replicas.iter().all(is_new), "all have the new version");
    }

    /// The rest stays on the old version.
    pub(super) fn halt(&mut self, service: usize, told: (u32, u32, u32), at: i64) {
        let all_failed = self.services[service].replicas.iter().all(|replica| replica.failed);
        let due = self.services[service].rollout.as_ref().expect("an update that is halted").due;
        assert!(
            all_failed || (due == at && !self.step_succeeded(service)),
            "an update is halted for a reason"
        );
        self.drop_surges(service, at);
        let standing = &mut self.services[service];
        let rollout = standing.rollout.take().expect("an update that is halted");
        let number = standing.version.number;
        let updated =
            standing.replicas.iter().filter(|replica| replica.version.number == number).count() as u32;
        let left = standing.replicas.len() as u32 - updated;
        assert_eq!(told, (rollout.step, updated, left), "the step that failed, and who has which version");
        // Replicas that come later run what the rest runs, under a number of its own.
        standing.version = Version { number: number + 1, ..rollout.before };
    }

    /// Since when a replica looks for a second instance, as an update wants it.
    pub(super) fn surges_since(&self, who: Who) -> Option<i64> {
        let rollout = self.services[who.0].rollout.as_ref()?;
        let (since, _, gave_up) = rollout.surging.get(&(who.1 as usize))?;
        let replica = self.of(who);
        let [current] = *replica.instances else { return None };
        let is_old = self.held[current].version != replica.version.number;
        (is_old && !gave_up).then_some(*since)
    }
}

/// A step changes so many replicas: at least one, shares rounded up.
fn step_size(step: Step, replicas: usize) -> usize {
    match step {
        Step::Replicas(count) => (count as usize).max(1),
        Step::SharePpb(share) => {
            let mut size = 1;
            while (size as i128) * 1_000_000_000 < (replicas as i128) * i128::from(share) {
                size += 1;
            }
            size
        }
    }
}
