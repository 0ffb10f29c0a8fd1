//! The bill as FOCUS rows (`FinOps` Open Cost and Usage Specification).
//!
//! Version 1.2 is written by default: the newest one that the public validator has rules for. Version 1.4 differs in names:
//! `ProviderName` and `PublisherName` are gone, `ServiceProviderName` and `HostProviderName` stand for them. No validator
//! ships rules for 1.4, so that it is written by the text of the specification only.
//!
//! How the bill becomes rows:
//! - A line is a `Usage` row at its list price; a negotiated discount lowers its contracted price and cost. What a free
//!   quota covers is a row of its own at a contracted price of nothing (pricing category `Other`); what a resource package
//!   or savings plan covers is a `Committed` row that is billed nothing and bears its share of what was paid.
//! - Spot instances are `Dynamic`, with the cleared price as list and contracted price and the bid in `x_BidPrice`.
//! - A payment in advance is a `Purchase` with an effective cost of nothing; what it covers is `Usage`, `Used` or `Unused`
//!   (see [`super::commitment`]). The part of its price that lies beyond the horizon is on no row: it is in
//!   `x_UnamortizedCost` of the purchase. So, for each commitment, used + unused + unamortised = billed, and over all rows
//!   effective + unamortised = billed. A purchase whose use nobody can tell (a dedicated pool) is unamortised as a whole.
//! - A payment that comes back is a `Credit`, rounding an `Adjustment`, tax a `Tax`.
//! - `BillingPeriod` is the civil month of the scenario's own clock, written in UTC as all times are. `InvoiceId` names
//!   account and month of the settlement that took the charge; before it, the provisional invoice of its month (a file
//!   with some invoices and some empty cells fails two rules of the validator that exclude each other).
//! - A cost has up to twelve decimals and is exact. Unit price × quantity is the cost within one unit of its last decimal.
//!
//! The sum of `BilledCost` is the bill's total, exactly.

mod columns;
mod commit;
mod other;
mod row;
mod tags;
mod usage;

pub use columns::{Cell, Column, Kind, columns};
pub use row::FocusRow;

use super::charge::{Charge, Selection, What};
use super::commitment::Commitments;
use crate::report::Told;

/// Which version of the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum FocusVersion {
    /// 1.2, the newest one that the public validator has rules for.
    #[default]
    V1_2,
    /// 1.4.
    V1_4,
}

/// The rows of the charges that are wanted: every charge, then the use of commitments that is on no line of the bill.
pub fn rows(told: &Told<'_>, charges: &[Charge<'_>], selection: Selection) -> Vec<FocusRow> {
    let commitments = Commitments::new(told, charges);
    let context = row::Context::new(told, &commitments);
    let mut rows = Vec::new();
    for charge in charges.iter().filter(|charge| selection.takes(charge)) {
        match charge.what {
            What::Line(index, line) => usage::rows(&context, charge, index, line, &mut rows),
            What::Purchase(purchase) => rows.push(commit::purchase(&context, charge, &purchase)),
            What::Refund(purchase) => rows.push(commit::credit(&context, charge, &purchase)),
            What::Rounding { amount, .. } => rows.push(other::rounding(&context, charge, amount)),
            What::Tax { purchase, amount, .. } => rows.push(other::tax(&context, charge, purchase, amount)),
        }
    }
    rows.extend(commit::parts(&context, selection));
    rows
}

/// Writes rows as CSV, with the header.
///
/// # Errors
/// Whatever the writer says.
pub fn write(rows: &[FocusRow], version: FocusVersion) -> std::io::Result<Vec<u8>> {
    let columns = columns(version);
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(columns.iter().map(|column| column.name))?;
    for row in rows {
        csv.write_record(columns.iter().map(|column| (column.of)(row).text()))?;
    }
    csv.into_inner().map_err(csv::IntoInnerError::into_error)
}
