//! What is charged together: classes of charges, and when months begin and are settled.

use crate::ledger::{AccountId, Product};
use crate::units::{SimSpan, SimTime};

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
    /// Of each resource the classes of its parts that bill by time, or of its messages; in scenario order.
    pub resources: Vec<Vec<ClassId>>,
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
    /// Unix time of the scenario's start by its own clock, milliseconds: tells days and minutes apart.
    pub local_start_ms: i64,
}

impl ChargingModel {
    /// The class with this index.
    pub fn class(&self, id: ClassId) -> &ChargeClass {
        &self.classes[id.0]
    }

    /// True if its calls are billed by the hour, as batch is (B3), and not by the minute.
    pub fn is_hourly(&self, id: ClassId) -> bool {
        self.class(id).product == Product::Batch
    }

    /// The place of the civil month an instant lies in.
    pub fn month_of(&self, at: SimTime) -> usize {
        self.months.partition_point(|begins| *begins <= at).saturating_sub(1)
    }

    /// The number of the civil day an instant lies in.
    pub fn day_of(&self, at: SimTime) -> i64 {
        self.local_ms(at).div_euclid(SimSpan::DAY.as_ms())
    }

    /// How far into its civil day an instant is.
    pub fn time_of_day(&self, at: SimTime) -> SimSpan {
        SimSpan::from_ms(self.local_ms(at).rem_euclid(SimSpan::DAY.as_ms()))
    }

    /// The number of the civil minute that begins at an instant: the ordinal of its luck.
    pub fn minute_number(&self, minute: SimTime) -> u64 {
        self.local_ms(minute).div_euclid(SimSpan::MINUTE.as_ms()).unsigned_abs()
    }

    /// The next full hour of the civil clock at or after an instant.
    pub fn full_hour(&self, at: SimTime) -> SimTime {
        let into = self.local_ms(at).rem_euclid(SimSpan::HOUR.as_ms());
        if into == 0 { at } else { at + SimSpan::from_ms(SimSpan::HOUR.as_ms() - into) }
    }

    fn local_ms(&self, at: SimTime) -> i64 {
        self.local_start_ms.saturating_add(at.as_ms())
    }
}
