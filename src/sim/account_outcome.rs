//! What a run leaves behind of an account.

use crate::ledger::{AlertKind, Product};
use crate::units::{Money, SimSpan, SimTime};

/// An account after a run. Instants are those of the first time something happened.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct AccountOutcome {
    /// It became overdue (B14).
    pub overdue_at: Option<SimTime>,
    /// Calls or services were stopped or frozen (B20, M5).
    pub stopped_at: Option<SimTime>,
    /// Capacity was released (P9).
    pub released_at: Option<SimTime>,
    /// Everything was cleared for good (M7).
    pub cleared_at: Option<SimTime>,
    /// Episodes of arrears.
    pub episodes: u32,
    /// How long it was overdue, all episodes together.
    pub overdue: SimSpan,
    /// How long something was stopped by arrears, all episodes together.
    pub downtime: SimSpan,
    /// The least that was available.
    pub least_available: Money,
    /// What is available at the horizon.
    pub available: Money,
    /// Alerts in the order they came; each once per month and threshold.
    pub alerts: Vec<AlertOutcome>,
    /// Lines issued before the horizon, as they are to be paid.
    pub issued: Money,
    /// Of them, by product.
    pub issued_by_product: [Money; Product::ALL.len()],
    /// Lines that are issued at or after the horizon.
    pub not_issued: Money,
    /// What savings plans took over.
    pub covered_by_plans: Money,
    /// Negotiated discounts: zero or less.
    pub discounts: Money,
    /// What rounding at settlements added.
    pub rounding: Money,
    /// Tax of settlements and purchases.
    pub tax: Money,
    /// Jobs, single charges and messages, at list price, issued or not.
    pub charges: Money,
    /// Plans and single purchases in advance, without tax, less what came back. Deployments that are paid in advance are
    /// in [`Outcome::commitment`](super::Outcome::commitment).
    pub purchases: Money,
}

/// An alert that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlertOutcome {
    /// Which.
    pub kind: AlertKind,
    /// The threshold.
    pub threshold: Money,
    /// When.
    pub at: SimTime,
}

impl AccountOutcome {
    /// What the account adds to the list price of what deployments, services and calls used.
    pub fn adjustment(&self) -> Money {
        self.charges + self.purchases + self.tax + self.rounding + self.discounts - self.covered_by_plans
    }

    /// How long before the first stop an alert came; none if nothing stopped, or if the alert came afterwards.
    pub fn lead(&self, alert: &AlertOutcome) -> Option<SimSpan> {
        let stopped = self.stopped_at?;
        (alert.at <= stopped).then(|| stopped.since(alert.at))
    }
}
