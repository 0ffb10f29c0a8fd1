//! Accounts: balances and terms, and what follows from them.
//!
//! [`model`] is what a scenario says of an account, with every number checked; [`arrears`] what happens when it is
//! overdue, as data. The rest is the account at work: [`balance`] holds what is owed and available (B15), [`plans`] what
//! savings plans take over at bill time, [`alerts`] which thresholds are reached, [`books`] the whole of one account. All of it is pure integers: the
//! simulation says when, the account says how much and what follows.
//!
//! Invariants: the available balance is `cash + credit − unsettled`; posting a line never freezes anything by itself, the
//! standing check at the end of the instant does; what a class of charges is rounded to does not depend on how its
//! lines are cut.

pub mod alerts;
pub mod arrears;
pub mod balance;
pub mod books;
pub mod charging;
pub mod model;
pub mod plans;

pub use arrears::{ArrearsRules, QuotasInArrears, Scope};
pub use balance::{Balance, Debit, tax_on};
pub use books::{Bill, Books, Issued, Sums};
pub use charging::{ChargeClass, ChargingModel, ClassId};
pub use model::*;
