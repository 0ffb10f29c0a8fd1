//! Where a service and its replicas are in their lives.

use super::event::InstanceId;
use crate::scenario::model::{MarketId, Plan, Service};
use crate::units::SimTime;
use crate::world::{DurationModel, name_hash};

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
    /// Stopped by the tenant.
    Stopped,
    /// Deletion confirmed; bills nothing.
    Deleting,
    /// Gone for good.
    Deleted,
    /// Refused at submission.
    DeploymentFailed,
}

impl Status {
    /// The status as the provider's console writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Absent => "Absent",
            Self::Waiting => "Waiting",
            Self::Deploying => "Deploying",
            Self::Running => "Running",
            Self::Stopped => "Stopped",
            Self::Deleting => "Deleting",
            Self::Deleted => "Deleted",
            Self::DeploymentFailed => "Deployment Failed",
        }
    }
}

/// The service as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ServicePhase {
    Absent,
    Active,
    Stopped,
    Deleting,
    Deleted,
    Failed,
}

/// One replica of an active service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ReplicaState {
    /// The service is not active.
    Idle,
    /// Looking for an instance since then; the disk of the one before may still be there.
    Waiting { since: SimTime, disk_of: Option<InstanceId> },
    /// Holds an instance, and while it moves back or the first one is on notice a second one.
    Held { current: InstanceId, successor: Option<InstanceId> },
}

/// What a replica has drawn of its luck.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Starts {
    /// How many instances it has acquired: the ordinal of its next start-up time.
    pub(crate) count: u64,
    /// The entity its luck is keyed by; 0 where its start-up needs none.
    pub(crate) luck_entity: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct ServiceState<'run> {
    pub(crate) phase: ServicePhase,
    pub(crate) plan: &'run Plan,
    /// The plan before any update.
    pub(crate) first_plan: &'run Plan,
    /// The replicas that are wanted.
    pub(crate) replicas: Vec<ReplicaState>,
    /// Of every replica that ever was: one that comes back goes on in its luck, whatever happened between.
    pub(crate) starts: Vec<Starts>,
    pub(crate) submitted_at: Option<SimTime>,
    pub(crate) first_running_at: Option<SimTime>,
    /// Up to when its time has been counted.
    pub(crate) settled_at: SimTime,
    /// Arrears stopped it: it comes back when they are paid.
    pub(crate) in_arrears: bool,
    /// Markets that are not taken as spot until then, since an instance was taken back there.
    pub(crate) avoided: Vec<(MarketId, SimTime)>,
}

impl<'run> ServiceState<'run> {
    pub(crate) fn new(service: &Service, plan: &'run Plan) -> Self {
        let mut state = Self {
            phase: ServicePhase::Absent,
            plan,
            first_plan: plan,
            replicas: Vec::new(),
            starts: Vec::new(),
            submitted_at: None,
            first_running_at: None,
            settled_at: SimTime::ZERO,
            in_arrears: false,
            avoided: Vec::new(),
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

    /// From now on there are `count` replicas: those beyond are forgotten but for their luck, new ones are idle.
    pub(crate) fn resize(&mut self, service: &Service, count: u32) {
        self.replicas.resize(count as usize, ReplicaState::Idle);
        for index in self.starts.len() as u32..count {
            let luck_entity = match service.start_up {
                DurationModel::Fixed(_) | DurationModel::Sequence(_) | DurationModel::Never => 0,
                DurationModel::Uniform(..)
                | DurationModel::Exponential(_)
                | DurationModel::LogNormal { .. } => name_hash(&format!("{}/replica {index}", service.name)),
            };
            self.starts.push(Starts { count: 0, luck_entity });
        }
    }
}
