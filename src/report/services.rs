//! Where a service on rented machines stands, from its events: those of the whole set its phase, those of replicas how far
//! each is.

use crate::scenario::model::{ActionKind, Service};
use crate::sim::service::event::LifeEvent;
use crate::sim::{EventKind, EventRecord, Status};
use std::collections::BTreeMap;

/// A service after some of its events.
#[derive(Clone, Debug)]
pub(super) struct ServiceStanding {
    phase: Status,
    /// Replicas as the scenario describes them.
    own: u32,
    wanted: u32,
    replicas: BTreeMap<u32, Status>,
}

impl ServiceStanding {
    /// Before anything has happened.
    pub(super) fn new(service: &Service) -> Self {
        Self {
            phase: Status::Absent,
            own: service.replicas,
            wanted: service.replicas,
            replicas: BTreeMap::new(),
        }
    }

    /// The next of its events.
    pub(super) fn meet(&mut self, event: &EventRecord) {
        if let Some(index) = event.replica {
            self.replicas.insert(index, event.to);
            return;
        }
        match &event.kind {
            EventKind::ActionRefused(_) | EventKind::Life(LifeEvent::ScaleRequested { .. }) => return,
            EventKind::Acted(ActionKind::Scale(count)) => self.resize(*count),
            EventKind::Acted(ActionKind::Update(change)) => {
                self.resize(change.replicas.unwrap_or(self.wanted));
            }
            // A service created again is as the scenario describes it.
            EventKind::Deleted | EventKind::ArrearsCleared => self.wanted = self.own,
            EventKind::Acted(
                ActionKind::Create | ActionKind::Stop | ActionKind::Start | ActionKind::Delete(_),
            )
            | EventKind::Submitted
            | EventKind::ArrearsStopped
            | EventKind::ArrearsRestored => self.replicas.clear(),
            EventKind::DeploymentFailed { .. }
            | EventKind::NotAcquired { .. }
            | EventKind::WaitingForStock
            | EventKind::Allocated { .. }
            | EventKind::Running { .. }
            | EventKind::MovingBack { .. }
            | EventKind::MovedBack { .. }
            | EventKind::ReleaseNotice { .. }
            | EventKind::Released { .. }
            | EventKind::ProtectionEnded { .. }
            | EventKind::Life(_) => {}
        }
        self.phase = event.to;
    }

    fn resize(&mut self, count: u32) {
        self.wanted = count;
        self.replicas.retain(|index, _| *index < count);
    }

    /// As far as its furthest replica.
    pub(super) fn status(&self) -> Status {
        match self.phase {
            Status::Waiting | Status::Deploying | Status::Running | Status::Restarting => {
                Status::furthest(self.replicas.values().copied())
            }
            Status::Absent
            | Status::Stopped
            | Status::Deleting
            | Status::Deleted
            | Status::DeploymentFailed
            | Status::Failed => self.phase,
        }
    }

    /// Replicas asked for.
    pub(super) const fn wanted(&self) -> u32 {
        self.wanted
    }

    /// Of these, in Running.
    pub(super) fn running(&self) -> u32 {
        self.replicas.values().filter(|replica| **replica == Status::Running).count() as u32
    }

    /// A replica of this index is there.
    pub(super) fn has(&self, index: u32) -> bool {
        self.replicas.contains_key(&index)
    }
}
