//! Where a deployment is in its life.

use super::status::DeploymentStatus;
use crate::scenario::deployment::{Deployment, DeploymentId, DeploymentKind, PaidBy};
use crate::serving::Quota;
use crate::units::{Money, SimTime};
use crate::world::name_hash;

/// What a timer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timer {
    /// Pending is over.
    Deploy,
    /// Deploying is over.
    Deployed,
    /// A resize takes effect.
    Resized(Resize),
    /// A scale-out of a token deployment is approved.
    Approved(u32),
    /// The load is looked at.
    Evaluate,
    /// The count is set by schedule.
    Scheduled(u32),
    /// A step of an update, and how many there are.
    UpdateStep { step: u32, of: u32, fails: bool },
    /// A capacity pack is over.
    PackEnds(usize),
    /// An attempt to renew.
    AutoRenew,
    /// The term is over.
    Expiry,
    /// The grace is over.
    GraceOver,
    /// The retention is over.
    RetentionOver,
    /// The service is back.
    Restored,
    /// It may have been unused for too long.
    Idle,
    /// It is offline.
    Offline { then_unsubscribe: bool },
    /// It is gone.
    Gone,
}

/// A change of size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resize {
    /// Throughput.
    Quota { quota: Quota, fails: bool },
    /// Replicas.
    Replicas { replicas: u32, fails: bool },
}

/// A timer that was set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimerEntry {
    pub(crate) deployment: DeploymentId,
    /// The life, or the term, it was set for; another one makes it stale.
    pub(crate) epoch: u32,
    pub(crate) timer: Timer,
}

/// A prepaid term.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Term {
    /// From when it counts.
    pub(crate) start: SimTime,
    /// Months or days in all, renewals included.
    pub(crate) periods: u32,
    /// When it ends.
    pub(crate) expiry: SimTime,
    /// What was paid for it, less what came back.
    pub(crate) paid: Money,
    /// Days used before the last change of size: they are settled at the sizes of their time.
    pub(crate) settled_days: u32,
    /// Their price: that of a period of each size times its days, which for months is still to be divided by 30.
    pub(crate) settled: Money,
    /// What was left for the days after them.
    pub(crate) left: Money,
    /// Periods of an automatic renewal.
    pub(crate) auto_renew: Option<u32>,
}

/// An interval that bills by time.
#[derive(Clone, Debug)]
pub(crate) struct Meter {
    /// Since when.
    pub(crate) from: SimTime,
    /// Quota and replicas from each instant on.
    pub(crate) sizes: Vec<(SimTime, Quota, u32)>,
    /// Up to when an account was billed for it, and what for each thing.
    pub(crate) posted_at: SimTime,
    pub(crate) posted: [Money; MOST_ITEMS],
}

/// A deployment bills at most so many things by time: three kinds of throughput.
pub(crate) const MOST_ITEMS: usize = 3;

#[derive(Clone, Debug)]
pub(crate) struct DeploymentState {
    pub(crate) status: DeploymentStatus,
    /// Counts lives: a timer of an earlier one is stale.
    pub(crate) epoch: u32,
    /// Counts terms: a timer of an earlier expiry is stale.
    pub(crate) term_epoch: u32,
    /// Throughput without capacity packs.
    pub(crate) quota: Quota,
    /// Capacity packs in force, in the order of purchase.
    pub(crate) packs: Vec<Option<Quota>>,
    pub(crate) replicas: u32,
    pub(crate) created_at: Option<SimTime>,
    pub(crate) running_at: Option<SimTime>,
    pub(crate) term: Option<Term>,
    pub(crate) meter: Option<Meter>,
    /// Units it holds of its pool.
    pub(crate) held: u32,
    /// When the count last changed by load.
    pub(crate) scaled_at: Option<SimTime>,
    /// When the schedule last set the count, changed or not.
    pub(crate) scheduled_at: Option<SimTime>,
    /// When the resize or restoring that was begun last is done; a timer of an earlier one is stale.
    pub(crate) change_due: SimTime,
    /// Times it was deployed: the ordinal of its next deployment time.
    pub(crate) deploys: u64,
    /// The entity its luck is keyed by.
    pub(crate) luck_entity: u64,
    /// It serves: its target is open.
    pub(crate) is_open: bool,
    /// Arrears released it: it comes back when they are paid.
    pub(crate) in_arrears: bool,
}

impl DeploymentState {
    pub(crate) fn new(deployment: &Deployment) -> Self {
        let (quota, replicas) = first_size(&deployment.kind);
        Self {
            status: DeploymentStatus::Absent,
            epoch: 0,
            term_epoch: 0,
            quota,
            packs: Vec::new(),
            replicas,
            created_at: None,
            running_at: None,
            term: None,
            meter: None,
            held: 0,
            scaled_at: None,
            scheduled_at: None,
            change_due: SimTime::NEVER,
            deploys: 0,
            luck_entity: name_hash(&format!("deployment/{}", deployment.name)),
            is_open: false,
            in_arrears: false,
        }
    }

    /// Throughput with capacity packs.
    pub(crate) fn whole_quota(&self) -> Quota {
        self.packs.iter().flatten().fold(self.quota, |sum, pack| plus(sum, *pack))
    }
}

/// The size a deployment is bought with.
pub(crate) fn first_size(kind: &DeploymentKind) -> (Quota, u32) {
    match kind {
        DeploymentKind::Ptu(ptu) => (ptu.quota, 0),
        DeploymentKind::Units(units) => (Quota::default(), units.replicas),
        DeploymentKind::Tokens(tokens) => (Quota::default(), tokens.replicas),
        DeploymentKind::Public | DeploymentKind::Service(_) => (Quota::default(), 0),
    }
}

/// How a deployment is paid by time, if it is.
pub(crate) fn paid_by(kind: &DeploymentKind) -> Option<PaidBy> {
    match kind {
        DeploymentKind::Ptu(ptu) => Some(ptu.paid_by),
        DeploymentKind::Units(units) => Some(units.paid_by),
        DeploymentKind::Tokens(_) | DeploymentKind::Public | DeploymentKind::Service(_) => None,
    }
}

/// Both together.
fn plus(a: Quota, b: Quota) -> Quota {
    let thinking = match (a.thinking_output_tpm, b.thinking_output_tpm) {
        (None, None) => None,
        (a, b) => Some(a.unwrap_or(0) + b.unwrap_or(0)),
    };
    Quota {
        input_tpm: a.input_tpm + b.input_tpm,
        output_tpm: a.output_tpm + b.output_tpm,
        thinking_output_tpm: thinking,
    }
}
