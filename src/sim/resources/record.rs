//! What is told of resources: events, charges by time, single charges.

use super::table::{ResourcePhase, ResourceRefusal};
use crate::billing::{Metering, Per, PeriodLine, PeriodRounding, PeriodUsage};
use crate::ledger::RefusedPurchase;
use crate::scenario::model::ServiceId;
use crate::scenario::resource::{ResourceAction, ResourceId, ResourceItem};
use crate::sim::service::Status;
use crate::units::{Calendar, Money, SimTime};

/// One event of a resource.
#[derive(Clone, Debug)]
pub struct ResourceEventRecord {
    /// When.
    pub at: SimTime,
    /// Which.
    pub resource: ResourceId,
    /// Phase before.
    pub from: ResourcePhase,
    /// Phase after.
    pub to: ResourcePhase,
    /// What.
    pub kind: ResourceEventKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResourceEventKind {
    /// An action took effect.
    Acted(ResourceAction),
    /// An action was refused.
    Refused(ResourceAction, ResourceRefusal),
    /// A purchase was refused by the account.
    NotPaid(RefusedPurchase),
    /// A term was paid in advance.
    Paid {
        /// How much.
        amount: Money,
        /// When the term ends.
        until: SimTime,
        /// It follows an earlier term.
        is_renewal: bool,
    },
    /// The term of a pool ended without another.
    Expired,
    /// The pool it runs on is gone.
    PoolGone,
    /// A job ended by itself.
    Finished,
    /// Messages were sent.
    Sent {
        /// How many.
        count: u64,
        /// The change of status they tell of, if it is one.
        about: Option<(ServiceId, Status)>,
    },
    /// Messages were not sent: they are not enabled.
    NotSent {
        /// How many.
        count: u64,
        /// The change of status they would have told of, if it is one.
        about: Option<(ServiceId, Status)>,
    },
    /// The account has been overdue for too long.
    Suspended,
    /// What was overdue is paid.
    Restored,
    /// What was overdue was never paid: gone for good.
    Cleared,
}

/// What ended a charge by time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResourceUsageEnd {
    /// The tenant stopped it.
    Stopped,
    /// The tenant deleted it.
    Deleted,
    /// It ended by itself.
    Finished,
    /// Its pool is gone.
    PoolGone,
    /// The account was overdue for too long.
    Arrears,
    /// The run ended; it would bill on.
    Horizon,
}

/// One continuous charge by time with its lines.
#[derive(Clone, Debug)]
pub struct ResourceUsageRecord {
    /// Which resource.
    pub resource: ResourceId,
    /// What of it.
    pub item: ResourceItem,
    /// Its place among the parts of the resource.
    pub part: usize,
    /// When metering began.
    pub from: SimTime,
    /// When metering ended.
    pub to: SimTime,
    /// What ended it.
    pub end: ResourceUsageEnd,
    /// How time was metered.
    pub metering: Metering,
    /// Price of one.
    pub price: Money,
    /// What the price is for.
    pub per: Per,
    /// One line per count, and month.
    pub lines: Vec<PeriodLine>,
}

impl ResourceUsageRecord {
    /// How many from when on.
    pub fn counts(&self) -> Vec<(SimTime, u64)> {
        if self.lines.is_empty() {
            return vec![(self.from, 0)];
        }
        self.lines.iter().map(|line| (line.from, line.count)).collect()
    }

    /// The interval as it was metered.
    pub fn usage<'a>(
        &self,
        counts: &'a [(SimTime, u64)],
        rounding: PeriodRounding,
        calendar: &'a Calendar,
    ) -> PeriodUsage<'a> {
        let Self { from, metering, price, per, .. } = *self;
        PeriodUsage { from, metering, rounding, price, per, counts, calendar }
    }

    /// What it comes to.
    pub fn total(&self) -> Money {
        self.lines.iter().map(|line| line.amount).sum()
    }
}

/// What is charged at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResourceChargeKind {
    /// A term of a pool.
    Term {
        /// It follows an earlier term.
        is_renewal: bool,
    },
    /// Messages.
    Messages,
    /// Their downstream traffic, in KB.
    Traffic,
}

/// A charge at once.
#[derive(Clone, Copy, Debug)]
pub struct ResourceCharge {
    /// Which resource.
    pub resource: ResourceId,
    /// When.
    pub at: SimTime,
    /// What.
    pub kind: ResourceChargeKind,
    /// Terms, messages, or KB.
    pub count: u64,
    /// What it adds.
    pub amount: Money,
}
