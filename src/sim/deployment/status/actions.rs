//! What the console offers for a deployment (D5): by status and by how it is paid.

use super::DeploymentStatus::{
    self as Status, Deploying, DeploymentFailed, Pending, Restoring, Running, RunningResizing,
    RunningResizingFailed, ServiceSuspended, Stopped, Suspended, TakingOffline,
};
use crate::scenario::deployment::{DeploymentKind, PaidBy};
use ConsoleAction::{
    CapacityPack, Delete, Experience, Monitor, Renew, Scale, TakeOffline, Unsubscribe, Update,
};
use MethodKind::{PtuPayAsYouGo, PtuPrepaid, Tokens, UnitsPayAsYouGo, UnitsPrepaid};

/// What a tenant may do with a deployment in the console (D5, P14).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ConsoleAction {
    /// Another version, all at once or in steps (D7).
    Update,
    /// Look at its figures.
    Monitor,
    /// Change its size (D9).
    Scale,
    /// Extend a prepaid term (D8).
    Renew,
    /// Take it offline; of prepaid model units also called Deactivate (D6, A-35).
    TakeOffline,
    /// Delete it (D6).
    Delete,
    /// Give a prepaid one back (B26).
    Unsubscribe,
    /// Try it in the console.
    Experience,
    /// Buy a capacity pack (P14).
    CapacityPack,
}

/// What is bought and how it is paid, as far as the console minds (D5).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MethodKind {
    /// Provisioned throughput by the hour.
    PtuPayAsYouGo,
    /// Provisioned throughput by the day, in advance.
    PtuPrepaid,
    /// Model units by the hour.
    UnitsPayAsYouGo,
    /// Model units by the month, in advance.
    UnitsPrepaid,
    /// By tokens.
    Tokens,
}

impl MethodKind {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::PtuPayAsYouGo, Self::PtuPrepaid, Self::UnitsPayAsYouGo, Self::UnitsPrepaid, Self::Tokens];

    /// That of a deployment; none where the console deploys nothing.
    pub fn of(kind: &DeploymentKind) -> Option<Self> {
        match kind {
            DeploymentKind::Ptu(ptu) => Some(match ptu.paid_by {
                PaidBy::PayAsYouGo => Self::PtuPayAsYouGo,
                PaidBy::Prepaid { .. } => Self::PtuPrepaid,
            }),
            DeploymentKind::Units(units) => Some(match units.paid_by {
                PaidBy::PayAsYouGo => Self::UnitsPayAsYouGo,
                PaidBy::Prepaid { .. } => Self::UnitsPrepaid,
            }),
            DeploymentKind::Tokens(_) => Some(Self::Tokens),
            DeploymentKind::Public | DeploymentKind::Service(_) => None,
        }
    }
}

/// A row: in any of these statuses, a deployment paid in any of these ways offers this.
pub(super) type Offer = (&'static [Status], &'static [MethodKind], &'static [ConsoleAction]);

/// A deployment that runs and is not being changed.
const SETTLED: &[Status] = &[Running, RunningResizingFailed];
const PAY_AS_YOU_GO: &[MethodKind] = &[PtuPayAsYouGo, UnitsPayAsYouGo, Tokens];
const PREPAID: &[MethodKind] = &[PtuPrepaid, UnitsPrepaid];

/// What is offered (W116). What has no row offers nothing: Absent, Deleting and Gone for everybody.
///
/// Only prepaid ones renew. Pay-as-you-go is deleted, one by tokens also unpublished; prepaid model units are taken
/// offline, then unsubscribed; a PTU subscription has no early end (P8; where A-10 allows it, that is asked of its terms).
/// A prepaid deployment is deleted only once nothing of it is paid for.
#[rustfmt::skip]
pub(super) static OFFERS: &[Offer] = &[
    (&[Pending, Deploying], PAY_AS_YOU_GO, &[Delete]),
    (&[DeploymentFailed], &MethodKind::ALL, &[Delete]),
    (SETTLED, &[PtuPayAsYouGo], &[Update, Monitor, Scale, Delete, Experience, CapacityPack]),
    (SETTLED, &[PtuPrepaid], &[Update, Monitor, Scale, Renew, Experience, CapacityPack]),
    (SETTLED, &[UnitsPayAsYouGo], &[Update, Monitor, Scale, Delete, Experience]),
    (SETTLED, &[UnitsPrepaid], &[Update, Monitor, Scale, Renew, TakeOffline, Experience]),
    (SETTLED, &[Tokens], &[Update, Monitor, Scale, TakeOffline, Delete, Experience]),
    (&[RunningResizing], PAY_AS_YOU_GO, &[Monitor, Delete, Experience]),
    (&[RunningResizing], PREPAID, &[Monitor, Renew, Experience]),
    (&[TakingOffline], &[UnitsPrepaid, Tokens], &[Monitor]),
    (&[Stopped], &[UnitsPrepaid], &[Monitor, Unsubscribe]),
    (&[Stopped], &[Tokens], &[Monitor, Delete]),
    (&[ServiceSuspended], PREPAID, &[Monitor, Renew]),
    (&[Suspended], &MethodKind::ALL, &[Monitor, Delete]),
    (&[Restoring], PAY_AS_YOU_GO, &[Monitor, Delete]),
    (&[Restoring], PREPAID, &[Monitor]),
];

/// What the console offers for a deployment in a status (D5), in the order in which it lists it.
pub fn allowed_actions(status: Status, method: MethodKind) -> &'static [ConsoleAction] {
    OFFERS
        .iter()
        .find(|(statuses, methods, _)| statuses.contains(&status) && methods.contains(&method))
        .map_or(&[], |(_, _, actions)| actions)
}
