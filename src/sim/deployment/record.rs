//! What happens to deployments and their calls, for those who want to see it.

use super::status::DeploymentStatus;
use crate::billing::{MeteredLine, Metering};
use crate::ledger::RefusedPurchase;
use crate::scenario::deployment::{Denial, DeploymentAction, DeploymentId};
use crate::serving::Quota;
use crate::units::{Money, SimSpan, SimTime};

/// One event of a deployment.
#[derive(Clone, Debug)]
pub struct DeploymentEventRecord {
    /// When.
    pub at: SimTime,
    /// Which.
    pub deployment: DeploymentId,
    /// Status before.
    pub from: DeploymentStatus,
    /// What it is afterwards.
    pub view: DeploymentView,
    /// What.
    pub kind: DeploymentEventKind,
}

/// A deployment as the console lists it (D4, D15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeploymentView {
    /// Status.
    pub status: DeploymentStatus,
    /// Throughput it has, capacity packs included; zero where it is not sold by throughput.
    pub quota: Quota,
    /// Replicas it has.
    pub replicas: u32,
    /// When it was created.
    pub created_at: Option<SimTime>,
    /// When its term ends, if it is prepaid.
    pub expires_at: Option<SimTime>,
}

/// What happened to a deployment.
#[derive(Clone, Debug, PartialEq)]
pub enum DeploymentEventKind {
    /// It was submitted.
    Submitted,
    /// It was refused by name (D12, D13); nothing is charged.
    Denied(Denial),
    /// It deploys.
    Deploying,
    /// It runs.
    Running,
    /// Deploying failed (W118).
    DeploymentFailed,
    /// There was no compute for it (U6).
    NoCompute,
    /// It could not be paid (B19, M5, A-06); nothing is charged.
    NotPaid(RefusedPurchase),
    /// A renewal could not be paid (B19, D8).
    RenewalFailed(RefusedPurchase),
    /// The account was overdue for longer than it is kept (P9, A-06).
    ArrearsReleased,
    /// What was overdue is paid: resources are looked for again.
    Restoring,
    /// The account was overdue for longer than anything is retained (M7).
    ArrearsCleared,
    /// An amount was paid in advance.
    Paid {
        /// How much.
        amount: Money,
        /// For what.
        reason: PaymentReason,
    },
    /// An amount came back.
    Refunded {
        /// How much.
        amount: Money,
        /// For what.
        reason: PaymentReason,
    },
    /// The tenant did something that takes effect.
    Acted(DeploymentAction),
    /// The tenant did something that the status or the method does not allow.
    ActionRefused(DeploymentAction, ActionRefusal),
    /// A resize took effect.
    Resized,
    /// A resize failed; size and price stay (W118).
    ResizeFailed,
    /// A scale-out of a token deployment was approved (T4).
    Approved {
        /// Replicas from now on.
        replicas: u32,
    },
    /// Scaled by load (D10).
    ScaledByLoad {
        /// Replicas from now on.
        replicas: u32,
        /// The load, in thousandths.
        load_per_mille: u32,
    },
    /// Scaled by schedule (D10).
    ScaledBySchedule {
        /// Replicas from now on.
        replicas: u32,
    },
    /// A step of an update is done (D7).
    UpdateStep {
        /// Which, from 1.
        step: u32,
        /// Of how many.
        of: u32,
        /// It failed; the rest keeps the old version.
        failed: bool,
    },
    /// A capacity pack took effect.
    PackStarted {
        /// Until when.
        until: SimTime,
    },
    /// A capacity pack is over.
    PackEnded,
    /// The term is over; the service still runs in its grace (P7).
    Expired,
    /// The grace is over; the service stops (P7).
    ServiceSuspended,
    /// The retention is over; the resources are released (P7).
    Released,
    /// The term was extended (D8).
    Renewed {
        /// By whom.
        automatic: bool,
        /// The new end.
        until: SimTime,
    },
    /// It was unused for so long that it was released.
    IdleReleased,
    /// It is being taken offline.
    TakingOffline,
    /// It is offline.
    Offline,
    /// It is being deleted.
    Deleting,
    /// It is gone.
    Gone,
}

/// An amount that was paid in advance, or came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentRecord {
    /// When.
    pub at: SimTime,
    /// For which deployment.
    pub deployment: DeploymentId,
    /// How much; negative if it came back.
    pub amount: Money,
    /// For what.
    pub reason: PaymentReason,
}

/// For what an amount was paid or came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentReason {
    /// A term.
    Order,
    /// A further term.
    Renewal,
    /// More throughput or replicas for the rest of a term.
    Enlargement,
    /// Less throughput or replicas for the rest of a term (P13, A-28).
    Reduction,
    /// A capacity pack (P14).
    CapacityPack,
    /// The term was given up (U4, A-10).
    Cancellation,
    /// Nothing was delivered (U6).
    FailedPurchase,
}

/// Why an action was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionRefusal {
    /// Its status does not allow it (D5).
    Status,
    /// The way it is paid does not allow it (D5, D6).
    Method,
    /// A subscription cannot be terminated early (P8).
    NoEarlyTermination,
    /// The account cannot pay for it (B19, A-06).
    Account(RefusedPurchase),
}

/// A charge by time of a deployment.
#[derive(Clone, Debug)]
pub struct DeploymentUsageRecord {
    /// Which.
    pub deployment: DeploymentId,
    /// What.
    pub item: DeploymentItem,
    /// When metering began.
    pub from: SimTime,
    /// When metering ended.
    pub to: SimTime,
    /// What ended it.
    pub end: DeploymentUsageEnd,
    /// How time was metered.
    pub metering: Metering,
    /// One line per rate. Prices are per hour for the whole quantity.
    pub lines: Vec<MeteredLine>,
    /// The quantity behind each line: TPM, units or replicas.
    pub quantities: Vec<u64>,
    /// The same charge by clock hour (P3): a minute belongs to the hour in which it starts.
    pub hours: Vec<HourlyBill>,
}

/// The bill of one clock hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HourlyBill {
    /// Start of the clock hour, or of the use in it.
    pub from: SimTime,
    /// Time billed.
    pub billed: SimSpan,
    /// Amount.
    pub amount: Money,
}

/// What is charged by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeploymentItem {
    /// Input throughput.
    PtuInput,
    /// Output throughput.
    PtuOutput,
    /// Thinking-output throughput.
    PtuThinkingOutput,
    /// Provisioned units of another provider.
    PtuUnits,
    /// Replicas of model units.
    ModelUnits,
}

/// What ended a charge by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeploymentUsageEnd {
    /// The tenant deleted it.
    Deleted,
    /// It is released or suspended.
    Released,
    /// The run ended; it would bill on.
    Horizon,
}
