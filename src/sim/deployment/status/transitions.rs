//! What may follow what, as data.

use super::DeploymentStatus::{
    self as Status, Absent, Deleting, Deploying, DeploymentFailed, Gone, Pending, Restoring, Running,
    RunningResizing, RunningResizingFailed, ServiceSuspended, Stopped, Suspended, TakingOffline,
};

/// What moves a deployment from one status to another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Trigger {
    /// The tenant submits it and, if prepaid, pays.
    Submit,
    /// Compute has been found.
    DeploymentBegins,
    /// The account cannot pay for it.
    PaymentRefused,
    /// There is no compute: the purchase fails and is refunded (U6).
    NoCompute,
    /// The model is loaded.
    DeploymentSucceeds,
    /// The model cannot be loaded.
    DeploymentFails,
    /// A change of size has been asked for.
    ResizeBegins,
    /// The new size takes effect.
    ResizeSucceeds,
    /// The new size cannot be had.
    ResizeFails,
    /// A failed change of size is dropped: it runs on as it was.
    ResizeDropped,
    /// The tenant takes it offline (unpublish, deactivate: A-35).
    TakeOffline,
    /// It is offline.
    OfflineDone,
    /// The tenant unsubscribes it.
    Unsubscribe,
    /// A prepaid term and its grace are over.
    GraceOver,
    /// The retention after that is over.
    RetentionOver,
    /// A prepaid term is renewed after its service stopped.
    Renewed,
    /// Overdue for as long as it is kept. Where a scenario deletes the task as well, that is [`Self::Delete`].
    OverdueKeepOver,
    /// What was overdue is paid.
    Paid,
    /// Compute for a restored deployment has been found, and the model is loaded again.
    RestoreDone,
    /// Nobody has called it for as long as an idle one is kept.
    IdleReleased,
    /// It is to be deleted.
    Delete,
    /// It is deleted.
    DeleteDone,
}

/// A row of the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Transition {
    /// Where the deployment is.
    pub from: Status,
    /// What happens.
    pub trigger: Trigger,
    /// Where it is then.
    pub to: Status,
    /// Rule id and reason.
    pub reason: &'static str,
}

const fn row(from: Status, trigger: Trigger, to: Status, reason: &'static str) -> Transition {
    Transition { from, trigger, to, reason }
}

const GRACE_OVER: &str = "P7: two hours after the term has expired the service stops";
const GRACE_OVER_EARLY: &str = "P5, P7, A-31: a term paid for runs, deployed or not";
const KEEP_OVER: &str = "P9, A-06: overdue for 24 hours, resources are released and the task is kept";
const IDLE: &str = "A-36: a token deployment unused for a month is released";
const DELETE: &str = "D6, A-35: any deployment may be deleted";
const OFFLINE: &str = "D5, B26, A-35: taken offline";
const EARLY_END: &str = "A-10: a subscription given up early, where that is allowed at all";

/// Every transition there is. A status and a trigger have one row at most.
#[rustfmt::skip]
pub static TRANSITIONS: &[Transition] = &[
    row(Absent, Trigger::Submit, Pending, "D4: submitted"),
    row(Pending, Trigger::DeploymentBegins, Deploying, "D4: compute has been found"),
    row(Pending, Trigger::PaymentRefused, DeploymentFailed, "B19, M5, A-06: nothing is bought without money, or while overdue"),
    row(Pending, Trigger::NoCompute, DeploymentFailed, "U6: first come, first served; refunded in full"),
    row(Deploying, Trigger::DeploymentSucceeds, Running, "D3: billing starts after successful deployment"),
    row(Deploying, Trigger::DeploymentFails, DeploymentFailed, "D4: a failed deployment costs nothing"),

    row(Running, Trigger::ResizeBegins, RunningResizing, "D9, D10: a change of size"),
    row(RunningResizing, Trigger::ResizeSucceeds, Running, "A-19: the new size holds from now on"),
    row(RunningResizing, Trigger::ResizeFails, RunningResizingFailed, "A-35: the old size and price stay"),
    row(RunningResizingFailed, Trigger::ResizeDropped, Running, "A-35: it runs on as it was"),
    row(RunningResizingFailed, Trigger::ResizeBegins, RunningResizing, "D9, D10: tried again"),

    row(Running, Trigger::TakeOffline, TakingOffline, OFFLINE),
    row(RunningResizingFailed, Trigger::TakeOffline, TakingOffline, OFFLINE),
    row(TakingOffline, Trigger::OfflineDone, Stopped, "D6: billing stops once the action is complete"),
    row(Stopped, Trigger::Unsubscribe, Suspended, "B26: unpublished first, then unsubscribed"),
    row(Running, Trigger::Unsubscribe, Suspended, EARLY_END),
    row(RunningResizingFailed, Trigger::Unsubscribe, Suspended, EARLY_END),

    row(Running, Trigger::GraceOver, ServiceSuspended, GRACE_OVER),
    row(RunningResizing, Trigger::GraceOver, ServiceSuspended, GRACE_OVER),
    row(RunningResizingFailed, Trigger::GraceOver, ServiceSuspended, GRACE_OVER),
    row(Pending, Trigger::GraceOver, ServiceSuspended, GRACE_OVER_EARLY),
    row(Deploying, Trigger::GraceOver, ServiceSuspended, GRACE_OVER_EARLY),
    row(Restoring, Trigger::GraceOver, ServiceSuspended, GRACE_OVER_EARLY),
    row(ServiceSuspended, Trigger::Renewed, Restoring, "D8, A-11: renewed before the release"),
    row(ServiceSuspended, Trigger::RetentionOver, Gone, "P7: kept for 14 hours, then released"),
    row(Stopped, Trigger::RetentionOver, Gone, "P7: a term that ends offline is released like any"),

    row(Running, Trigger::OverdueKeepOver, Suspended, KEEP_OVER),
    row(RunningResizing, Trigger::OverdueKeepOver, Suspended, KEEP_OVER),
    row(RunningResizingFailed, Trigger::OverdueKeepOver, Suspended, KEEP_OVER),
    row(Pending, Trigger::OverdueKeepOver, Suspended, KEEP_OVER),
    row(Deploying, Trigger::OverdueKeepOver, Suspended, KEEP_OVER),
    row(Restoring, Trigger::OverdueKeepOver, Suspended, KEEP_OVER),
    row(Suspended, Trigger::Paid, Restoring, "A-06: paid, so resources are looked for again"),
    row(Restoring, Trigger::RestoreDone, Running, "A-06, A-11: restored when there is compute"),

    row(Running, Trigger::IdleReleased, Gone, IDLE),
    row(RunningResizing, Trigger::IdleReleased, Gone, IDLE),
    row(RunningResizingFailed, Trigger::IdleReleased, Gone, IDLE),

    row(Pending, Trigger::Delete, Deleting, DELETE),
    row(Deploying, Trigger::Delete, Deleting, DELETE),
    row(Running, Trigger::Delete, Deleting, DELETE),
    row(DeploymentFailed, Trigger::Delete, Deleting, DELETE),
    row(TakingOffline, Trigger::Delete, Deleting, DELETE),
    row(ServiceSuspended, Trigger::Delete, Deleting, DELETE),
    row(Stopped, Trigger::Delete, Deleting, DELETE),
    row(Suspended, Trigger::Delete, Deleting, DELETE),
    row(Restoring, Trigger::Delete, Deleting, DELETE),
    row(RunningResizing, Trigger::Delete, Deleting, DELETE),
    row(RunningResizingFailed, Trigger::Delete, Deleting, DELETE),
    row(Deleting, Trigger::DeleteDone, Gone, "D6: billing stops once the action is complete"),
];

/// Where a trigger takes a deployment; `None` if it does not happen in that status.
pub fn next(status: Status, trigger: Trigger) -> Option<Status> {
    TRANSITIONS.iter().find(|row| row.from == status && row.trigger == trigger).map(|row| row.to)
}
