//! What a tenant may do with a service, by its phase: one table, which whoever acts asks first.

use crate::scenario::model::{ActionKind, ServiceId};
use Verb::{Create, Delete, Scale, Start, Stop, Update};

/// The service as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ServicePhase {
    /// Not submitted yet.
    Absent,
    /// Submitted: its replicas wait, deploy, run, restart, or have failed in part.
    Active,
    /// Stopped by the tenant.
    Stopped,
    /// Stopped because the account is overdue: it comes back when that is paid.
    Overdue,
    /// Deletion confirmed.
    Deleting,
    /// Gone for good.
    Deleted,
    /// Refused at submission (E22).
    DeploymentFailed,
    /// All its replicas were given up.
    Failed,
}

impl ServicePhase {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Absent,
        Self::Active,
        Self::Stopped,
        Self::Overdue,
        Self::Deleting,
        Self::Deleted,
        Self::DeploymentFailed,
        Self::Failed,
    ];

    /// True from the submission to the confirmed deletion: the services it calls are referenced (E10).
    pub const fn is_submitted(self) -> bool {
        match self {
            Self::Active | Self::Stopped | Self::Overdue | Self::DeploymentFailed | Self::Failed => true,
            Self::Absent | Self::Deleting | Self::Deleted => false,
        }
    }
}

/// What is asked for, without its particulars.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Verb {
    /// Submit it.
    Create,
    /// Stop it (E4).
    Stop,
    /// Start a stopped one.
    Start,
    /// Another number of replicas (A-19).
    Scale,
    /// Another version (E19).
    Update,
    /// Delete it (E6).
    Delete,
}

impl Verb {
    /// All of them.
    pub const ALL: [Self; 6] = [Create, Stop, Start, Scale, Update, Delete];

    /// That of an action.
    pub const fn of(kind: &ActionKind) -> Self {
        match kind {
            ActionKind::Create => Create,
            ActionKind::Stop => Stop,
            ActionKind::Start => Start,
            ActionKind::Scale(_) => Scale,
            ActionKind::Update(_) => Update,
            ActionKind::Delete(_) => Delete,
        }
    }
}

/// Why an action does nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ServiceRefusal {
    /// The status does not allow it.
    Status,
    /// The account is overdue.
    Overdue,
    /// E9: requests are being processed.
    ActiveRequests,
    /// E10: this service calls it.
    ReferencedBy(ServiceId),
    /// E11: no permission `eas:DeleteService`.
    PermissionDenied,
    /// E22: the disk would be too large; the version before stays.
    DiskTooLarge {
        /// Size asked for.
        disk_gib: u32,
        /// Largest size.
        max_gib: u32,
    },
}

/// What is offered. What has no row is refused.
///
/// A service that failed in all its replicas may be stopped, so that it is no longer asked for; one that arrears stopped
/// may be stopped too, and then does not come back when they are paid.
#[rustfmt::skip]
static OFFERS: &[(ServicePhase, &[Verb])] = &[
    (ServicePhase::Absent,           &[Create]),
    (ServicePhase::Active,           &[Stop, Scale, Update, Delete]),
    (ServicePhase::Stopped,          &[Start, Scale, Update, Delete]),
    (ServicePhase::Overdue,          &[Stop, Scale, Update, Delete]),
    (ServicePhase::Deleting,         &[]),
    (ServicePhase::Deleted,          &[Create]),
    (ServicePhase::DeploymentFailed, &[Update, Delete]),
    (ServicePhase::Failed,           &[Stop, Start, Update, Delete]),
];

/// Whether a phase allows an action; what else stands in its way is asked then.
///
/// ```
/// use deploysim::sim::service::actions::{ServicePhase, ServiceRefusal, Verb, phase_refusal};
/// assert_eq!(phase_refusal(ServicePhase::Stopped, Verb::Start), None);
/// assert_eq!(phase_refusal(ServicePhase::Active, Verb::Start), Some(ServiceRefusal::Status));
/// // Awkward: what arrears stopped starts when they are paid, not before.
/// assert_eq!(phase_refusal(ServicePhase::Overdue, Verb::Start), Some(ServiceRefusal::Overdue));
/// ```
pub fn phase_refusal(phase: ServicePhase, verb: Verb) -> Option<ServiceRefusal> {
    let offered = OFFERS.iter().any(|(of, verbs)| *of == phase && verbs.contains(&verb));
    match (offered, phase, verb) {
        (true, ..) => None,
        (false, ServicePhase::Overdue, Start) => Some(ServiceRefusal::Overdue),
        (false, ..) => Some(ServiceRefusal::Status),
    }
}
