//! Statuses of a deployment (D4), what may follow what, and what the console offers (D5): tables with a reason each.
//!
//! The provider prints twelve statuses and no transitions; those are the rulebook's proposal (A-35). A trigger that has
//! no row in a status does not happen there: whoever asks leaves the deployment as it is.

mod actions;
mod transitions;
#[cfg(test)]
mod tests;

pub use actions::{ConsoleAction, MethodKind, allowed_actions};
pub use transitions::{TRANSITIONS, Transition, Trigger, next};

/// Status of a deployment: the twelve of D4, and what is before and after them.
///
/// ```
/// use deploysim::sim::deployment::status::{DeploymentStatus, Trigger, next};
/// let running = DeploymentStatus::Running;
/// assert_eq!(next(running, Trigger::ResizeBegins).unwrap().name(), "Running (Resizing)");
/// // Awkward: a deployment that is being taken offline serves nobody and is still billed.
/// let offline = next(running, Trigger::TakeOffline).unwrap();
/// assert!(!offline.is_serving() && offline.bills_pay_as_you_go());
/// // Awkward: nothing comes back from Deleting.
/// assert_eq!(next(DeploymentStatus::Deleting, Trigger::Renewed), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DeploymentStatus {
    /// Not submitted yet, or refused at submission.
    Absent,
    /// Submitted, waiting for compute.
    Pending,
    /// Compute is there, the model is being loaded.
    Deploying,
    /// Serving.
    Running,
    /// It could not be deployed; nothing is charged.
    DeploymentFailed,
    /// Being unpublished.
    TakingOffline,
    /// A prepaid term and its grace are over; resources are kept for a renewal (P7).
    ServiceSuspended,
    /// Taken offline.
    Stopped,
    /// Being deleted.
    Deleting,
    /// Unsubscribed, or overdue for longer than it is kept: resources are released, the task is kept (A-06).
    Suspended,
    /// Paid again, waiting for compute.
    Restoring,
    /// Serving at the old size while another is prepared.
    RunningResizing,
    /// Serving at the old size and price after a resize that failed (W118).
    RunningResizingFailed,
    /// Released or deleted for good.
    Gone,
}

impl DeploymentStatus {
    /// All of them, in the order of D4.
    pub const ALL: [Self; 14] = [
        Self::Absent,
        Self::Pending,
        Self::Deploying,
        Self::Running,
        Self::DeploymentFailed,
        Self::TakingOffline,
        Self::ServiceSuspended,
        Self::Stopped,
        Self::Deleting,
        Self::Suspended,
        Self::Restoring,
        Self::RunningResizing,
        Self::RunningResizingFailed,
        Self::Gone,
    ];

    /// As the console prints it (D4); "Absent" and "Gone" are ours.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Absent => "Absent",
            Self::Pending => "Pending",
            Self::Deploying => "Deploying",
            Self::Running => "Running",
            Self::DeploymentFailed => "Deployment Failed",
            Self::TakingOffline => "Taking Offline",
            Self::ServiceSuspended => "Service Suspended",
            Self::Stopped => "Stopped",
            Self::Deleting => "Deleting",
            Self::Suspended => "Suspended (Unsubscribed/Overdue)",
            Self::Restoring => "Restoring",
            Self::RunningResizing => "Running (Resizing)",
            Self::RunningResizingFailed => "Running (Resizing Failed)",
            Self::Gone => "Gone",
        }
    }

    /// True for the Running family: calls are answered.
    pub const fn is_serving(self) -> bool {
        match self {
            Self::Running | Self::RunningResizing | Self::RunningResizingFailed => true,
            Self::Absent
            | Self::Pending
            | Self::Deploying
            | Self::DeploymentFailed
            | Self::TakingOffline
            | Self::ServiceSuspended
            | Self::Stopped
            | Self::Deleting
            | Self::Suspended
            | Self::Restoring
            | Self::Gone => false,
        }
    }

    /// True where the rulebook's list of statuses bills a pay-as-you-go deployment for its time: the Running family, and
    /// until it is offline (A-35). Of a prepaid one no status changes the charge. A deletion that takes time is not in that
    /// list, but D6 bills until it is complete: there the meter follows
    /// [`bills_until_confirmed`](crate::scenario::deployment::DeploymentSettings::bills_until_confirmed) (A-30).
    pub const fn bills_pay_as_you_go(self) -> bool {
        match self {
            Self::Running | Self::RunningResizing | Self::RunningResizingFailed | Self::TakingOffline => true,
            Self::Absent
            | Self::Pending
            | Self::Deploying
            | Self::DeploymentFailed
            | Self::ServiceSuspended
            | Self::Stopped
            | Self::Deleting
            | Self::Suspended
            | Self::Restoring
            | Self::Gone => false,
        }
    }
}
