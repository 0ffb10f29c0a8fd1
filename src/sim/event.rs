//! What can happen, and in which order within one instant.

use crate::engine::Rank;
use crate::scenario::deployment::DeploymentId;
use crate::scenario::model::ServiceId;
use crate::scenario::resource::ResourceId;

/// The order of things at one instant; lower goes first. Ties inside a rank go by scenario order.
pub mod rank {
    use super::Rank;

    /// Payments come first: what they pay for may be commanded, and called, at their own instant.
    pub const PAYMENT: Rank = 1;
    /// What the tenant commands is taken before the market moves: a Stop at the instant of a reclaim is a Stop.
    pub const COMMAND: Rank = 2;
    /// Market and stock facts of all types are applied before anybody looks, so the price at `t` is the one after the
    /// change at `t`.
    pub const MARKET: Rank = 3;
    /// Start-up done, protected hour over, notice over, deletion done, terms, grace, approvals, scaling: they see the market as it is at their instant.
    pub const TIMER: Rank = 4;
    /// Placement looks once per instant, after every fact and timer of it. Calls of the instant are met after it, between
    /// this instant and the next one.
    pub const PLACEMENT: Rank = 5;
    /// Metering and bills: they come after the calls of the instant (6), which are met before the first event of this rank.
    /// Of one instant, bills go first, then a month begins, then earlier months are settled.
    pub const METER: Rank = 7;
    /// Alerts see every bill of their instant.
    pub const ALERT: Rank = 8;
    /// Posting a charge never freezes anything; this one look at the end of the instant does.
    pub const STANDING: Rank = 9;
}

/// Index into the instances of a run; an event about an instance that has ended is stale.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct InstanceId(pub(crate) u32);

/// An entry of the queue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// A service is submitted without a scripted action.
    Submit(ServiceId),
    /// The scripted action with this index.
    Act(u32),
    /// The market price rose above the bid of an instance.
    PriceCross(InstanceId),
    /// The units of a pool fell below what is in use.
    StockDrop(u32),
    /// An instance has started.
    StartDone(InstanceId),
    /// The protection period of an instance is over.
    ProtectionEnd(InstanceId),
    /// A periodic look at the release conditions of an instance.
    Check(InstanceId),
    /// The notice of an instance is over.
    ReleaseDue(InstanceId),
    /// A deletion is complete.
    DeleteDone(ServiceId),
    /// A deletion has been stuck for long enough to call for a ticket.
    Ticket(ServiceId),
    /// The container of an instance crashes.
    Crash(InstanceId),
    /// The wait before a restart is over.
    Restart(InstanceId),
    /// A Scale that was asked for earlier takes effect.
    ScaleDue(ServiceId),
    /// The next step of an update is due.
    RolloutStep(ServiceId),
    /// A deployment is submitted without a scripted action.
    SubmitDeployment(DeploymentId),
    /// The scripted action on a deployment with this index.
    ActOnDeployment(u32),
    /// The timer of a deployment with this index.
    DeploymentTimer(u32),
    /// A resource is created without a scripted action.
    CreateResource(ResourceId),
    /// The scripted action on a resource with this index.
    ActOnResource(u32),
    /// The timer of a resource with this index.
    ResourceTimer(u32),
    /// The timer of an account with this index.
    Account(u32),
    /// Bills that wait on this account may matter.
    Issue(u32),
    /// A full hour: what bills by time is billed.
    BillHour,
    /// Something that placement waits for may have come.
    Look,
}
