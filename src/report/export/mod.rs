//! The bill of one run as other tools accept it.
//!
//! [`charge`] reads what was told of a run once: every line, purchase, refund, rounding and tax of an account, with the month it
//! belongs to and the invoice it is on. Each format is a file that puts the same charges into its own columns, so that all
//! of them add up to the same total, which is the bill's. A bill is that of one run, never a mean of runs.
//!
//! What the formats share: a charge belongs to the civil month of its usage, also when it is issued late; an invoice
//! is the settlement of a month, so that what is not settled before the horizon is on none; opening debts are no charges.

pub mod charge;
pub mod commitment;
pub mod focus;
pub mod modelstudio;
pub mod month;
mod number;
#[cfg(feature = "parquet")]
pub mod parquet;

pub use charge::{Charge, Selection, What, charges, total};
pub use month::Month;
