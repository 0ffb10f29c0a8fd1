//! What became of an account.

use super::{AccountId, Product};
use crate::units::{Money, SimTime};

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountEvent {
    /// Whose.
    pub account: AccountId,
    /// When.
    pub at: SimTime,
    /// What.
    pub kind: AccountEventKind,
    /// What is available after it (B15).
    pub available: Money,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountEventKind {
    /// The available balance fell below zero (B14): an episode of arrears begins.
    Overdue {
        /// Which, from 1.
        episode: u32,
    },
    /// It is zero or more again.
    Settled {
        /// The episode that ends.
        episode: u32,
    },
    /// Calls and services of a product stop (B20, M5, P9).
    Stopped {
        /// Product Name.
        product: Product,
    },
    /// They are restored (B20, M9, A-06).
    Restored {
        /// Product Name.
        product: Product,
    },
    /// The grace period is over, the retention period begins (M6).
    RetentionBegins,
    /// The retention period is over: everything is cleared for good (M7).
    Cleared,
    /// Something is lost by a stop or a clearing, of a deployment or service by its name.
    Lost {
        /// What.
        what: Lost,
        /// Whose.
        resource: String,
    },
    /// A threshold was reached (B21, A-23).
    Alert {
        /// Which.
        kind: AlertKind,
        /// What was spent.
        spent: Money,
        /// The threshold, as an amount.
        threshold: Money,
    },
    /// The automatic top-up was asked for.
    TopUpRequested {
        /// How much.
        amount: Money,
        /// When it arrives.
        arrives_at: SimTime,
    },
    /// A purchase was refused.
    PurchaseRefused {
        /// What was to be bought.
        what: String,
        /// What it costs.
        price: Money,
        /// Why.
        why: RefusedPurchase,
    },
    /// An automatic renewal failed (B19, D8).
    RenewalFailed {
        /// Of what.
        what: String,
    },
    /// A free quota, a package, a plan or its allowance is used up.
    UsedUp {
        /// Which.
        what: String,
    },
    /// It has expired.
    Expired {
        /// Which.
        what: String,
    },
    /// An API key was created, enabled, disabled or deleted (B22).
    Key {
        /// Its id.
        id: String,
        /// `created`, `enabled`, `disabled` or `deleted`.
        what: &'static str,
    },
    /// A model was subscribed to (M8).
    Subscribed {
        /// Its code.
        model: String,
    },
    /// Another action of the tenant on a plan: in words.
    Acted {
        /// What was done.
        what: String,
    },
}

/// What is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lost {
    /// Nobody is served.
    Service,
    /// Capacity that was held is given away.
    Capacity,
    /// Data and order records, for good (M7).
    Data,
}

/// Which alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlertKind {
    /// Spending of the month has reached a share of the monthly limit, in units of 10⁻⁹ (B21).
    MonthlyLimit {
        /// The share.
        share_ppb: i64,
    },
    /// Spending of the day has reached a threshold (high-consumption alert).
    Daily,
    /// Spending of the month has reached a threshold (high-consumption alert).
    Monthly,
    /// The available balance has fallen to a threshold.
    LowBalance,
}

/// Why a purchase was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RefusedPurchase {
    /// The account is overdue (B19, M5, A-06).
    Overdue,
    /// The available balance does not cover the price.
    Balance,
}
