//! What covers calls: free quotas, packages, savings plans, Coding Plans and Token Plans (B17–B19, B24, B25, A-24).

use crate::units::{Money, SimTime};

/// A free quota of one model (B17, A-24): input and output together, real-time inference only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeQuota {
    /// Model code, exactly (snapshots apart).
    pub model: String,
    /// Tokens left at activation, or at the scenario's start if that is later.
    pub tokens: u64,
    /// From when.
    pub from: SimTime,
    /// Until when (exclusive): 90 days later.
    pub until: SimTime,
    /// stop when it is used up, so that nothing is ever paid for this model.
    pub stop_when_used: bool,
}

/// A resource package: tokens paid in advance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Model codes it covers; empty is every model.
    pub models: Vec<String>,
    /// Tokens.
    pub tokens: u64,
    /// What it costs.
    pub price: Money,
    /// When it is bought; before the start of the scenario, it has been paid.
    pub bought_at: SimTime,
    /// Until when (exclusive).
    pub until: SimTime,
}

/// A savings plan: a commitment per month that covers calls at bill time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavingsPlan {
    /// Its name.
    pub name: String,
    /// Model codes it covers: an "other-model" plan, which goes first. Empty is the general plan.
    pub models: Vec<String>,
    /// Allowance of each month, unused parts of which expire (dynamic months from the purchase).
    pub per_month: Money,
    /// Months.
    pub months: u32,
    /// What a unit of list price takes from the allowance, in units of 10⁻⁹: 0.88 is a discount of 12 %.
    pub factor_ppb: i64,
    /// What it costs: paid at once, or in equal parts at the beginning of each month.
    pub price: Money,
    /// Paid at once.
    pub all_upfront: bool,
    /// When it is bought; before the start of the scenario, what was due until then has been paid.
    pub bought_at: SimTime,
}

/// What a Coding Plan or Token Plan is (B19, B24, B25).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallPlanKind {
    /// No cancelling, no refund (B24).
    Coding,
    /// Unused seats can be given back, with a refund to the payment account (B25).
    TokenTeam {
        /// Seats that are used: these cannot be given back.
        seats_used: u32,
    },
}

/// A subscription by the month that serves the calls of the tenants that name it, whatever the balance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallPlan {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: CallPlanKind,
    /// Seats; 1 for a Coding Plan.
    pub seats: u32,
    /// Price of a seat and month.
    pub price: Money,
    /// When it is bought.
    pub bought_at: SimTime,
    /// When the first term ends (exclusive); later terms are natural months from [`Self::bought_at`].
    pub until: SimTime,
    /// Months of the first term.
    pub months: u32,
    /// Renewed by the month; fails while overdue (B19).
    pub auto_renew: bool,
    /// Allowance of each month and seat; what is left expires.
    pub allowance: Allowance,
}

/// What a month of a call plan allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowance {
    /// Any number of calls.
    Unlimited,
    /// So many calls.
    Calls(u64),
    /// So many tokens; a call that begins with one left is served whole.
    Tokens(u64),
}
