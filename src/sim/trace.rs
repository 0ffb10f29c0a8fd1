//! What happened, for those who want to see it.

use super::deployment::record::{DeploymentEventRecord, DeploymentUsageRecord, PaymentRecord};
use super::instance::{ReclaimReason, ReplicaId, Tariff, TariffKind};
use super::recorder::ToldCall;
use super::resources::record::{ResourceCharge, ResourceEventRecord, ResourceUsageRecord};
use super::service::Status;
use super::service::actions::ServiceRefusal;
use super::service::event::LifeEvent;
use crate::billing::{MeteredLine, Metering};
use crate::ledger::{AccountEvent, BillLine, Entry};
use crate::scenario::model::{ActionKind, Bid, MarketId, MoveOrder, ServiceId};
use crate::units::{SimTime, UnitPrice};

/// Receives what happens. The closures run only where somebody listens, so that a silent run builds nothing.
pub trait Trace {
    /// False if nobody listens, so that what would only be told need not be worked out.
    const LISTENS: bool;
    /// True if nobody wants the run any more: it ends before its next event.
    fn is_given_up(&mut self) -> bool {
        false
    }
    /// Something happened to a service.
    fn event(&mut self, record: impl FnOnce() -> EventRecord);
    /// An interval of use has ended.
    fn usage(&mut self, record: impl FnOnce() -> UsageRecord);
    /// Something happened to a deployment.
    fn deployment_event(&mut self, record: impl FnOnce() -> DeploymentEventRecord);
    /// A deployment's charge by time has ended.
    fn deployment_usage(&mut self, record: impl FnOnce() -> DeploymentUsageRecord);
    /// An amount was paid in advance, or came back (then it is negative).
    fn payment(&mut self, record: impl FnOnce() -> PaymentRecord);
    /// Something happened to a resource.
    fn resource_event(&mut self, record: impl FnOnce() -> ResourceEventRecord);
    /// A resource's charge by time has ended.
    fn resource_usage(&mut self, record: impl FnOnce() -> ResourceUsageRecord);
    /// A resource was charged something at once.
    fn resource_charge(&mut self, record: impl FnOnce() -> ResourceCharge);
    /// A call was met.
    fn call(&mut self, record: impl FnOnce() -> ToldCall);
    /// A line of an account's bill was issued.
    fn bill_line(&mut self, record: impl FnOnce() -> BillLine);
    /// Amounts of an account moved.
    fn entry(&mut self, record: impl FnOnce() -> Entry);
    /// Something became of an account.
    fn account_event(&mut self, record: impl FnOnce() -> AccountEvent);
}

/// One event of the story.
#[derive(Clone, Debug)]
pub struct EventRecord {
    /// When.
    pub at: SimTime,
    /// Which service.
    pub service: ServiceId,
    /// Which replica, if it is about one.
    pub replica: Option<u32>,
    /// Status before.
    pub from: Status,
    /// Status after.
    pub to: Status,
    /// What.
    pub kind: EventKind,
}

/// Why an entry was not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The bid is below the market price (or the price is not known).
    BidTooLow {
        /// The market price.
        price: UnitPrice,
        /// The bid; `None` for a standard entry whose price is not known.
        bid: Option<Bid>,
    },
    /// No unit is left.
    OutOfStock,
    /// The service already has as many replicas on this entry as its cap allows.
    AtCap,
    /// The replica must wait longer before it falls back this far.
    TooEarly,
    /// An instance of the service was taken back there not long ago.
    Avoided {
        /// When it may be taken again.
        until: SimTime,
    },
}

/// An action that does nothing because of what it meets.
#[derive(Clone, Debug)]
pub struct RefusedAction {
    /// What was to be done.
    pub action: ActionKind,
    /// Status of the service.
    pub status: Status,
    /// What stands in the way.
    pub reason: ServiceRefusal,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum EventKind {
    /// A service was submitted.
    Submitted,
    /// Its disk is larger than allowed (E22).
    DeploymentFailed {
        /// Size asked for.
        disk_gib: u32,
        /// Largest size.
        max_gib: u32,
    },
    /// An entry was tried and not taken.
    NotAcquired {
        /// Where.
        market: MarketId,
        /// How it would have been rented.
        tariff: TariffKind,
        /// Why.
        refusal: Refusal,
    },
    /// Nothing could be had; it waits.
    WaitingForStock,
    /// An instance was acquired.
    Allocated {
        /// Where.
        market: MarketId,
        /// How.
        tariff: Tariff,
        /// Price at acquisition.
        price: UnitPrice,
        /// Of an entry that is not the first: the price of the first at this instant, taken or not.
        first_choice: Option<UnitPrice>,
    },
    /// An instance reached Running.
    Running {
        /// Where.
        market: MarketId,
    },
    /// A preferred type was acquired.
    MovingBack {
        /// From here.
        from: MarketId,
        /// To there.
        to: MarketId,
        /// Whether the present one still runs until then.
        order: MoveOrder,
    },
    /// The preferred type runs; the old instance is given up.
    MovedBack {
        /// The instance given up.
        from: MarketId,
        /// The preferred type.
        to: MarketId,
    },
    /// The provider gave notice.
    ReleaseNotice {
        /// Where.
        market: MarketId,
        /// Why.
        reason: ReclaimReason,
        /// Market price at this instant.
        price: UnitPrice,
        /// The bid.
        bid: Bid,
        /// When the instance goes.
        release_at: SimTime,
    },
    /// The provider took an instance back.
    Released {
        /// Where.
        market: MarketId,
        /// Why.
        reason: ReclaimReason,
        /// When it was decided: at this instant, or when notice was given.
        decided_at: SimTime,
        /// Market price when it was decided.
        price: UnitPrice,
        /// The bid.
        bid: Bid,
    },
    /// The protection period ended and the instance stays.
    ProtectionEnded {
        /// Where.
        market: MarketId,
    },
    /// A scripted action took effect.
    Acted(ActionKind),
    /// A scripted action was refused.
    ActionRefused(Box<RefusedAction>),
    /// Something became of its containers, an update, or a deletion.
    Life(LifeEvent),
    /// Deletion is complete.
    Deleted,
    /// The account was overdue for longer than machines are kept.
    ArrearsStopped,
    /// What was overdue is paid: the service looks for instances again.
    ArrearsRestored,
    /// The account was overdue for longer than anything is retained.
    ArrearsCleared,
}

/// What was used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Item {
    /// An instance at the standard price.
    Standard,
    /// An instance at the spot price.
    Spot,
    /// System disk above the free size.
    Disk,
}

/// What ended an interval of use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UsageEnd {
    /// The provider took the instance back.
    Reclaimed(ReclaimReason),
    /// The replica moved to a preferred type.
    MovedBack,
    /// The tenant stopped the service.
    Stopped,
    /// The tenant deleted the service.
    Deleted,
    /// The tenant scaled in.
    ScaledIn,
    /// The tenant updated the service.
    Updated,
    /// The account was overdue for longer than machines are kept.
    Arrears,
    /// Of the disk of a machine that was taken back: its replica has another one.
    Replaced,
    /// Its container restarts, and a setting does not bill that.
    Restarting,
    /// Its container failed too often.
    GaveUp,
    /// The run ended; it would bill on.
    Horizon,
}

/// One continuous interval of use with its lines.
#[derive(Clone, Debug)]
pub struct UsageRecord {
    /// Which replica.
    pub replica: ReplicaId,
    /// What.
    pub item: Item,
    /// Where.
    pub market: MarketId,
    /// How it was rented.
    pub tariff: Tariff,
    /// When the instance was acquired.
    pub acquired_at: SimTime,
    /// When metering began.
    pub from: SimTime,
    /// When metering ended.
    pub to: SimTime,
    /// What ended it.
    pub end: UsageEnd,
    /// How time was metered.
    pub metering: Metering,
    /// Units in use.
    pub units: u32,
    /// The provider took the instance back so soon that its use is free: its lines amount to nothing.
    pub is_waived: bool,
    /// One line per price.
    pub lines: Vec<MeteredLine>,
}
