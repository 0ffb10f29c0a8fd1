//! The time each payment of a prepaid deployment is for, from the events of the run.

use super::amortise::Paid;
use crate::report::Told;
use crate::scenario::deployment::DeploymentId;
use crate::sim::deployment::record::{DeploymentEventKind as Kind, DeploymentEventRecord, PaymentReason};
use crate::units::{Money, SimTime};

/// A payment of a deployment and the time it is for.
#[derive(Clone, Copy, Debug)]
pub(super) struct TermPayment {
    /// Its place among the payments of the run.
    pub index: usize,
    /// Of which deployment.
    pub deployment: DeploymentId,
    reason: PaymentReason,
    /// How much, for when, and when that was over.
    pub paid: Paid,
}

/// Every payment; those that came back are not among them.
pub(super) fn payments(told: &Told<'_>) -> Vec<TermPayment> {
    let mut follower =
        Follower { payments: Vec::new(), expires_at: vec![None; told.strategy.deployments.len()], count: 0 };
    for (_, event) in &told.recorder.deployment_events {
        follower.follow(event);
    }
    follower.payments
}

/// Follows the events; each payment and each refund is one of the run's, in their order.
struct Follower {
    payments: Vec<TermPayment>,
    /// When the present term of each deployment ends.
    expires_at: Vec<Option<SimTime>>,
    /// Payments and refunds so far.
    count: usize,
}

impl Follower {
    fn follow(&mut self, event: &DeploymentEventRecord) {
        let deployment = event.deployment;
        match event.kind {
            Kind::Paid { amount, reason } => self.paid(event, amount, reason),
            Kind::Refunded { reason, .. } => {
                self.count += 1;
                if matches!(reason, PaymentReason::Cancellation | PaymentReason::FailedPurchase) {
                    self.close(deployment, event.at);
                }
            }
            Kind::Released | Kind::IdleReleased | Kind::ArrearsCleared | Kind::Gone => {
                self.close(deployment, event.at);
            }
            Kind::PackStarted { until } => {
                self.set_window(deployment, PaymentReason::CapacityPack, event.at, until);
            }
            Kind::Renewed { until, .. } => {
                let from = self.expires_at[deployment.0].unwrap_or(event.at);
                self.set_window(deployment, PaymentReason::Renewal, from, until);
            }
            Kind::Submitted
            | Kind::Denied(_)
            | Kind::Deploying
            | Kind::Running
            | Kind::DeploymentFailed
            | Kind::NoCompute
            | Kind::NotPaid(_)
            | Kind::RenewalFailed(_)
            | Kind::ArrearsReleased
            | Kind::Restoring
            | Kind::Acted(_)
            | Kind::ActionRefused(..)
            | Kind::Resized
            | Kind::ResizeFailed
            | Kind::Approved { .. }
            | Kind::ScaledByLoad { .. }
            | Kind::ScaledBySchedule { .. }
            | Kind::UpdateStep { .. }
            | Kind::PackEnded
            | Kind::Expired
            | Kind::ServiceSuspended
            | Kind::TakingOffline
            | Kind::Offline
            | Kind::Deleting => {}
        }
        // A term of throughput begins with its payment, one of model units at Running: the first event that knows
        // its end is the one at that instant.
        if let Some(until) = event.view.expires_at {
            self.set_window(deployment, PaymentReason::Order, event.at, until);
        }
        self.expires_at[deployment.0] = event.view.expires_at;
    }

    fn paid(&mut self, event: &DeploymentEventRecord, amount: Money, reason: PaymentReason) {
        let window = match reason {
            // Until the end of the present term.
            PaymentReason::Enlargement => event.view.expires_at.map(|until| (event.at, until)),
            PaymentReason::Order
            | PaymentReason::Renewal
            | PaymentReason::CapacityPack
            | PaymentReason::Reduction
            | PaymentReason::Cancellation
            | PaymentReason::FailedPurchase => None,
        };
        let paid = Paid { amount, window, closed_at: None };
        let (index, deployment) = (self.count, event.deployment);
        self.payments.push(TermPayment { index, deployment, reason, paid });
        self.count += 1;
    }

    /// The open payments of a kind that do not know their time yet are for this one.
    fn set_window(&mut self, deployment: DeploymentId, reason: PaymentReason, from: SimTime, to: SimTime) {
        for payment in self.open(deployment) {
            if payment.reason == reason && payment.paid.window.is_none() {
                payment.paid.window = Some((from, to));
            }
        }
    }

    /// Nothing that was paid so far can be used from now on.
    fn close(&mut self, deployment: DeploymentId, at: SimTime) {
        for payment in self.open(deployment) {
            payment.paid.closed_at = Some(at);
        }
    }

    fn open(&mut self, deployment: DeploymentId) -> impl Iterator<Item = &mut TermPayment> {
        let all = self.payments.iter_mut();
        all.filter(move |one| one.deployment == deployment && one.paid.closed_at.is_none())
    }
}
