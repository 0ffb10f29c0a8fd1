//! One rented instance, from acquisition to end.

use super::event::InstanceId;
use super::offers::LevelId;
use crate::scenario::model::{Bid, MarketId, ServiceId};
use crate::units::{SimTime, UnitPrice};
use crate::world::{PoolId, PriceId};

/// One replica of a service.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ReplicaId {
    /// Its service.
    pub service: ServiceId,
    /// Its index, from 0.
    pub index: u32,
}

impl ReplicaId {
    /// Number of the replica in the queue's order: scenario order, then index (14 bits, checked at load).
    pub(crate) fn entity(self) -> u32 {
        (self.service.0 as u32) << 14 | self.index
    }
}

/// How an instance is rented.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tariff {
    /// At the standard price; never reclaimed.
    Standard,
    /// At the spot price.
    Spot {
        /// The most it was to cost.
        bid: Bid,
        /// End of the protection period, if the plan has one.
        protected_until: Option<SimTime>,
        /// Market price at acquisition.
        acquired_price: UnitPrice,
    },
}

/// How an instance is rented, without the terms.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TariffKind {
    /// At the standard price.
    Standard,
    /// At the spot price.
    Spot,
}

/// Why an instance was taken back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReclaimReason {
    /// The market price rose too far for the bid.
    Price,
    /// Stock was withdrawn.
    Stock,
}

/// What the provider went by when it decided to take an instance back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Decision {
    pub(crate) at: SimTime,
    pub(crate) reason: ReclaimReason,
    /// The market price at that instant, which where there is notice need not be that of the release.
    pub(crate) price: UnitPrice,
    pub(crate) bid: Bid,
}

/// Where an instance is in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum InstanceState {
    Starting,
    Running {
        since: SimTime,
    },
    /// Taken back, but its machine is kept: only its disk bills.
    Deallocated,
    /// It ran, and its container starts again.
    Restarting,
    /// Its service is deleted; it is billed until it is released.
    Closing,
    Ended,
}

/// What an instance waits for by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Awaited {
    /// Its start-up to end.
    Start,
    /// The wait before a restart to be over.
    Restart,
    /// Its container to crash.
    Crash,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Instance {
    pub(crate) id: InstanceId,
    pub(crate) replica: ReplicaId,
    pub(crate) entry: usize,
    pub(crate) market: MarketId,
    pub(crate) pool: PoolId,
    pub(crate) price: PriceId,
    /// That price against what keeps it, where it is spot.
    pub(crate) kept: LevelId,
    pub(crate) tariff: Tariff,
    pub(crate) acquired_at: SimTime,
    pub(crate) state: InstanceState,
    /// Decided to go, but still within its notice.
    pub(crate) leaving: Option<Decision>,
    /// Acquired because the instance before it is on notice, which stays to its end.
    pub(crate) is_replacement: bool,
    /// The version it runs.
    pub(crate) version: u32,
    /// The plan its entry belongs to.
    pub(crate) plan_number: u32,
    pub(crate) disk_gib: u32,
    /// Ordinal of its present start-up.
    pub(crate) start: u64,
    /// What it waits for by itself, and when that is due; whatever else is scheduled for it is stale.
    pub(crate) awaits: (SimTime, Awaited),
    /// Failures in a row.
    pub(crate) failures: u32,
    /// Since when its compute bills without a gap.
    pub(crate) bills_from: Option<SimTime>,
    /// When its compute began to bill for the first time.
    pub(crate) first_billed: Option<SimTime>,
}

impl Instance {
    /// Of use to its replica.
    pub(crate) fn is_live(&self) -> bool {
        match self.state {
            InstanceState::Starting | InstanceState::Running { .. } | InstanceState::Restarting => true,
            InstanceState::Deallocated | InstanceState::Closing | InstanceState::Ended => false,
        }
    }

    /// From now on its compute bills, unless it does already.
    pub(crate) fn bill_from(&mut self, now: SimTime) {
        self.bills_from.get_or_insert(now);
        self.first_billed.get_or_insert(now);
    }

    /// Something of it bills or may bill: a live one, one that is being deleted, or a disk that is kept.
    pub(crate) fn is_metered(&self) -> bool {
        self.state != InstanceState::Ended
    }

    /// Since when it has been running.
    pub(crate) fn running_since(&self) -> Option<SimTime> {
        match self.state {
            InstanceState::Running { since } => Some(since),
            InstanceState::Starting
            | InstanceState::Restarting
            | InstanceState::Deallocated
            | InstanceState::Closing
            | InstanceState::Ended => None,
        }
    }

    pub(crate) fn is_running(&self) -> bool {
        self.running_since().is_some()
    }

    pub(crate) fn is_spot(&self) -> bool {
        matches!(self.tariff, Tariff::Spot { .. })
    }

    /// May the provider take it back at `now`?
    pub(crate) fn is_reclaimable(&self, now: SimTime) -> bool {
        match self.tariff {
            Tariff::Standard => false,
            Tariff::Spot { protected_until, .. } => {
                self.is_live() && self.leaving.is_none() && protected_until.is_none_or(|until| until <= now)
            }
        }
    }
}
