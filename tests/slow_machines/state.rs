//! Where instances, replicas and services are in their lives, as the events tell of it.

use super::{Who, second};
use deploysim::scenario::lifecycle::Phased;
use deploysim::scenario::model::{MarketId, Plan};
use deploysim::sim::{ReclaimReason, Tariff, UsageEnd};
use deploysim::world::{PoolId, PriceId};
use std::collections::BTreeMap;
use std::rc::Rc;

/// What a replica runs, or will.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub(crate) number: u32,
    /// The version that brought the plan.
    pub(crate) plan_number: u32,
    pub(crate) plan: Rc<Plan>,
    pub(crate) disk_gib: u32,
}

/// An instance as the events tell of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    pub(crate) who: Who,
    pub(crate) version: u32,
    pub(crate) plan_number: u32,
    pub(crate) disk_gib: u32,
    pub(crate) market: MarketId,
    pub(crate) tariff: Tariff,
    /// Place of its type in the plan.
    pub(crate) entry: usize,
    pub(crate) series: PriceId,
    pub(crate) pool: PoolId,
    pub(crate) acquired: i64,
    /// Ordinal of its present start-up, and when that is over; none if it never is, or none is under way.
    pub(crate) start: u64,
    pub(crate) starts: Option<i64>,
    /// When its container starts again after it has failed.
    pub(crate) restarts: Option<i64>,
    /// When its container crashes.
    pub(crate) crashes: Option<i64>,
    /// Failures in a row.
    pub(crate) failures: u32,
    pub(crate) running: Option<i64>,
    /// Since when its compute bills without a gap, and when it did so first.
    pub(crate) bills: Option<i64>,
    pub(crate) first_billed: Option<i64>,
    /// Its service is deleted: it serves no more, and is held until it is released.
    pub(crate) closing: bool,
    /// Since when it is on notice, why, and when it goes.
    pub(crate) leaving: Option<(i64, ReclaimReason, i64)>,
    pub(crate) ended: i64,
    pub(crate) end: UsageEnd,
    /// When its disk ended, and why.
    pub(crate) disk_ended: (i64, UsageEnd),
}

impl Held {
    pub(crate) fn is_spot(&self) -> bool {
        matches!(self.tariff, Tariff::Spot { .. })
    }

    pub(crate) fn protected_until(&self) -> Option<i64> {
        match self.tariff {
            Tariff::Spot { protected_until, .. } => protected_until.map(second),
            Tariff::Standard => None,
        }
    }

    /// May the provider decide to take it back?
    pub(crate) fn is_reclaimable(&self, at: i64) -> bool {
        let is_exposed = self.protected_until().is_none_or(|until| until <= at);
        self.is_spot() && !self.closing && self.leaving.is_none() && is_exposed
    }
}

/// A replica of a service that is wanted.
#[derive(Clone, Debug)]
pub(crate) struct Replica {
    /// Its instances: the present one, then the one that takes its place.
    pub(crate) instances: Vec<usize>,
    /// Since when it has waited for an instance.
    pub(crate) waits_since: Option<i64>,
    /// Whose disk is kept for it.
    pub(crate) kept_disk: Option<usize>,
    pub(crate) version: Version,
    /// Its container failed too often.
    pub(crate) failed: bool,
    /// What it was to move to was given up: it stays where it is.
    pub(crate) stays: bool,
}

impl Replica {
    pub(crate) fn new(version: &Version) -> Self {
        let version = version.clone();
        Self { instances: vec![], waits_since: None, kept_disk: None, version, failed: false, stays: false }
    }
}

/// Where a service is in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Phase {
    /// Not there, or refused: nothing of it is asked for.
    Absent,
    Active,
    Stopped,
    Deleting,
    /// Its disk was too large.
    Refused,
    /// All its replicas failed.
    Failed,
}

/// A service as the events tell of it.
pub(crate) struct Standing {
    pub(crate) phase: Phase,
    pub(crate) replicas: Vec<Replica>,
    /// What new replicas run.
    pub(crate) version: Version,
    /// Markets that it leaves alone, and until when.
    pub(crate) avoided: BTreeMap<MarketId, i64>,
    pub(crate) submitted: Option<i64>,
    pub(crate) first_running: Option<i64>,
    /// A Scale that was asked for: when it is due, and to how many.
    pub(crate) scaling: Option<(i64, u32)>,
    /// When a deletion is complete, and when it calls for a ticket.
    pub(crate) gone: Option<i64>,
    pub(crate) ticket: Option<i64>,
    pub(crate) rollout: Option<Steps>,
}

/// An update in steps.
pub(crate) struct Steps {
    pub(crate) how: Phased,
    pub(crate) keeps_instances: bool,
    pub(crate) before: Version,
    pub(crate) size: usize,
    pub(crate) step: u32,
    pub(crate) due: i64,
    pub(crate) batch: Vec<usize>,
    /// Replicas that are to move before their old instance ends: since when, what they ran, whether they have given up.
    pub(crate) surging: BTreeMap<usize, (i64, Version, bool)>,
}
