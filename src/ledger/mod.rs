//! What an account is charged and what is done about it, as facts: lines of bills, entries that balance, events.
//!
//! Facts only: nothing here decides. A line says what was used, when, by whom, at which list price, and what of it
//! discounts and quotas took over; an entry moves an amount between the places money can be ([`Place`]) and its postings
//! sum to zero; an event says what became of the account. They are built where somebody listens.

mod entry;
mod event;
mod line;
mod product;

pub use entry::{Entry, EntryKind, Journal, Place, Posting};
pub use event::{AccountEvent, AccountEventKind, AlertKind, Lost, RefusedPurchase};
pub use line::{BillLine, ChargedTo, LineAmounts, LineQuantity};
pub use product::{Category, Product};

/// Index of an account in [`Scenario::accounts`](crate::scenario::Scenario::accounts).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct AccountId(pub usize);
