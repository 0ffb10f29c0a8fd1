//! Where a service and its replicas are in their lives.
//!
//! [`actions`] says what a tenant may do in which phase; `act` does it; `deletion` and `rollout` are the longer
//! stories of a Delete and an Update; `failure` is what containers do by themselves.

mod act;
pub mod actions;
mod deletion;
pub mod event;
mod failure;
mod rollout;
#[cfg(test)]
mod tests;

use super::event::InstanceId;
use super::offers::PlanId;
use crate::scenario::model::{MarketId, Plan, Service, ServiceId};
use crate::units::SimTime;
use crate::world::name_hash;
use actions::ServicePhase;
pub(crate) use rollout::RolloutState;

/// What a reader sees of a service or a replica.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Not submitted yet.
    Absent,
    /// Looking for an instance; bills nothing.
    Waiting,
    /// Has an instance that is starting.
    Deploying,
    /// Serving.
    Running,
    /// Its container failed, or is replaced by another version, and starts again on the same instance.
    Restarting,
    /// Stopped by the tenant, or for arrears.
    Stopped,
    /// Deletion confirmed; bills nothing, unless a setting bills until the release.
    Deleting,
    /// Gone for good.
    Deleted,
    /// Refused at submission.
    DeploymentFailed,
    /// Its containers failed more often than its restart policy allows; bills nothing.
    Failed,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Absent,
        Self::Waiting,
        Self::Deploying,
        Self::Running,
        Self::Restarting,
        Self::Stopped,
        Self::Deleting,
        Self::Deleted,
        Self::DeploymentFailed,
        Self::Failed,
    ];

    /// The status as the provider's console writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Absent => "Absent",
            Self::Waiting => "Waiting",
            Self::Deploying => "Deploying",
            Self::Running => "Running",
            Self::Restarting => "Restarting",
            Self::Stopped => "Stopped",
            Self::Deleting => "Deleting",
            Self::Deleted => "Deleted",
            Self::DeploymentFailed => "Deployment Failed",
            Self::Failed => "Failed",
        }
    }

    /// Of several replicas the service is as far as the furthest.
    pub fn furthest(statuses: impl Iterator<Item = Self>) -> Self {
        let order = |status: Self| match status {
            Self::Running => 4,
            Self::Restarting => 3,
            Self::Deploying => 2,
            Self::Waiting => 1,
            Self::Absent
            | Self::Stopped
            | Self::Deleting
            | Self::Deleted
            | Self::DeploymentFailed
            | Self::Failed => 0,
        };
        statuses.max_by_key(|status| order(*status)).unwrap_or(Self::Waiting)
    }
}

/// One replica of an active service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ReplicaState {
    /// The service is not active.
    Idle,
    /// Looking for an instance since then; the disk of the one before may still be there.
    Waiting { since: SimTime, disk_of: Option<InstanceId> },
    /// Holds an instance, and while it moves to another one or the first one is on notice a second one.
    Held { current: InstanceId, successor: Option<InstanceId> },
    /// Its container failed too often; it looks for nothing.
    Failed,
}

/// What a replica runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Version<'run> {
    /// Counts the updates.
    pub(crate) number: u32,
    /// Counts the updates that brought another plan: entries of one plan compare by their index.
    pub(crate) plan_number: u32,
    pub(crate) plan: &'run Plan,
    /// The entries of the plan, resolved.
    pub(crate) offers: PlanId,
    pub(crate) disk_gib: u32,
}

/// What a replica has drawn of its luck.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Starts {
    /// How many start-ups it has begun: the ordinal of its next start-up time.
    pub(crate) count: u64,
    /// How often it has reached Running: the ordinal of its next crash.
    pub(crate) runs: u64,
    /// The entity its luck is keyed by; 0 where nothing of it needs any.
    pub(crate) luck_entity: u64,
    /// An instance it was to move to was given up: it stays where it is.
    pub(crate) stays: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct ServiceState<'run> {
    pub(crate) phase: ServicePhase,
    /// What new replicas run.
    pub(crate) version: Version<'run>,
    /// What they run before any update.
    first_version: Version<'run>,
    /// The replicas that are wanted.
    pub(crate) replicas: Vec<ReplicaState>,
    /// What each of them runs, or will.
    pub(crate) versions: Vec<Version<'run>>,
    /// Of every replica that ever was: one that comes back goes on in its luck, whatever happened between.
    pub(crate) starts: Vec<Starts>,
    pub(crate) submitted_at: Option<SimTime>,
    pub(crate) first_running_at: Option<SimTime>,
    /// Up to when its time has been counted.
    pub(crate) settled_at: SimTime,
    /// Markets that are not taken as spot until then, since an instance was taken back there.
    pub(crate) avoided: Vec<(MarketId, SimTime)>,
    /// The services it calls.
    pub(crate) calls: &'run [ServiceId],
    /// Requests that were active at its Stop have completed, or are dropped, by then (E9).
    drains_until: SimTime,
    /// A Scale that takes effect later: when, and to how many.
    scaling: Option<(SimTime, u32)>,
    /// When a deletion that is stuck calls for a ticket.
    ticket_at: SimTime,
    /// An update in steps.
    pub(crate) rollout: Option<Box<RolloutState<'run>>>,
}

impl<'run> ServiceState<'run> {
    pub(crate) fn new(service: &'run Service, (plan, offers): (&'run Plan, PlanId)) -> Self {
        let version = Version { number: 0, plan_number: 0, plan, offers, disk_gib: service.disk_gib };
        let mut state = Self {
            phase: ServicePhase::Absent,
            version,
            first_version: version,
            replicas: Vec::new(),
            versions: Vec::new(),
            starts: Vec::new(),
            submitted_at: None,
            first_running_at: None,
            settled_at: SimTime::ZERO,
            avoided: Vec::new(),
            calls: &service.calls,
            drains_until: SimTime::ZERO,
            scaling: None,
            ticket_at: SimTime::NEVER,
            rollout: None,
        };
        state.resize(service, service.replicas);
        state
    }

    /// Until when a market is not taken as spot.
    pub(crate) fn avoided_until(&self, market: MarketId) -> SimTime {
        let avoided = self.avoided.iter().find(|(known, _)| *known == market);
        avoided.map_or(SimTime::ZERO, |(_, until)| *until)
    }

    /// An instance was taken back: its market is left alone until then.
    pub(crate) fn avoid(&mut self, market: MarketId, until: SimTime) {
        match self.avoided.iter_mut().find(|(known, _)| *known == market) {
            Some((_, known)) => *known = until.max(*known),
            None => self.avoided.push((market, until)),
        }
    }

    /// True if it rents machines at all: a strategy that rents none leaves services alone that follow it.
    pub(crate) fn rents(&self) -> bool {
        !self.version.plan.entries.is_empty()
    }

    /// True while the tenant asks for service: arrears and failures did not happen at his wish.
    pub(crate) fn is_asked_for(&self) -> bool {
        match self.phase {
            ServicePhase::Active | ServicePhase::Overdue | ServicePhase::Failed => true,
            ServicePhase::Absent
            | ServicePhase::Stopped
            | ServicePhase::Deleting
            | ServicePhase::Deleted
            | ServicePhase::DeploymentFailed => false,
        }
    }

    /// From now on there are `count` replicas: those beyond are forgotten but for their luck, new ones are idle.
    pub(crate) fn resize(&mut self, service: &Service, count: u32) {
        self.replicas.resize(count as usize, ReplicaState::Idle);
        self.versions.resize(count as usize, self.version);
        let has_luck = service.start_up.is_random() || service.failures.is_random();
        for index in self.starts.len() as u32..count {
            let luck_entity =
                if has_luck { name_hash(&format!("{}/replica {index}", service.name)) } else { 0 };
            self.starts.push(Starts { count: 0, runs: 0, luck_entity, stays: false });
        }
    }

    /// As the scenario describes it: what a service is that is created again (E8).
    pub(crate) fn forget(&mut self, service: &'run Service) {
        // Numbers are never used twice: an instance of an earlier life has another one.
        let number = self.version.number + 1;
        self.version = Version { number, plan_number: number, ..self.first_version };
        self.versions.clear();
        self.resize(service, service.replicas);
        self.avoided.clear();
        self.calls = &service.calls;
        self.drains_until = SimTime::ZERO;
        self.scaling = None;
        self.ticket_at = SimTime::NEVER;
        self.rollout = None;
    }
}
