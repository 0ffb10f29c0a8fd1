//! What is charged together: classes of charges, and when months begin and are settled.

use crate::ledger::{AccountId, Product};
use crate::units::SimTime;

/// Index of a class in [`ChargingModel::classes`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ClassId(pub usize);

/// Charges of one product and one thing on one account. Discounts and savings plans look at a class as a whole, so that
/// what they come to does not depend on how a bill is cut into lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChargeClass {
    /// Whose.
    pub account: AccountId,
    /// Product Name.
    pub product: Product,
    /// Model code, deployment, service, job or item.
    pub name: String,
    /// What of the list price is paid, in units of 10⁻⁹ (a negotiated discount).
    pub factor_ppb: i64,
    /// Savings plans of the account that cover it, in the order they are used.
    pub savings_plans: Vec<usize>,
}

/// What a strategy charges whom.
#[derive(Clone, Debug, Default)]
pub struct ChargingModel {
    /// The classes.
    pub classes: Vec<ChargeClass>,
    /// Of each deployment by time, and of its token charges if it has its own price; in the strategy's order.
    pub deployments: Vec<ClassId>,
    /// Of each service's machines, in scenario order.
    pub services: Vec<ClassId>,
    /// Of each account's jobs, in its order.
    pub jobs: Vec<Vec<ClassId>>,
    /// Of each account's single charges, in its order.
    pub charges: Vec<Vec<ClassId>>,
    /// Of each account's messages.
    pub messages: Vec<ClassId>,
    /// Civil months: each begins at its entry and ends at the next; the first began before the scenario or with it, and
    /// the last begins after the horizon.
    pub months: Vec<SimTime>,
    /// For each account the instants at which it is settled, within the run.
    pub settlements: Vec<Vec<SimTime>>,
    /// For each account and savings plan the beginnings of its months, and the end of the last.
    pub plan_periods: Vec<Vec<Vec<SimTime>>>,
}

impl ChargingModel {
    /// The class with this index.
    pub fn class(&self, id: ClassId) -> &ChargeClass {
        &self.classes[id.0]
    }

    /// The place of the civil month an instant lies in.
    pub fn month_of(&self, at: SimTime) -> usize {
        self.months.partition_point(|begins| *begins <= at).saturating_sub(1)
    }
}
