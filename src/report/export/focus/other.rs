//! Rounding and tax as rows.

use super::super::charge::Charge;
use super::row::{Context, FocusRow};
use crate::units::{Money, SimSpan};

/// What rounding adds to the debit of a product.
pub(super) fn rounding(context: &Context<'_, '_>, charge: &Charge<'_>, amount: Money) -> FocusRow {
    FocusRow {
        category: "Adjustment",
        frequency: "One-Time",
        description: format!("Rounding of the monthly debit of {}", charge.product().name()),
        ..context.row(charge, last_second(charge), amount)
    }
}

/// Tax on a debit or a purchase.
pub(super) fn tax(
    context: &Context<'_, '_>,
    charge: &Charge<'_>,
    purchase: Option<&str>,
    amount: Money,
) -> FocusRow {
    let (on, period) = match purchase {
        Some(what) => (what.to_owned(), (charge.at, charge.at + SimSpan::SECOND)),
        None => (format!("the monthly debit of {}", charge.product().name()), last_second(charge)),
    };
    FocusRow {
        category: "Tax",
        frequency: "One-Time",
        description: format!("Tax on {on}"),
        ..context.row(charge, period, amount)
    }
}

/// The end of the month that is settled, although the settlement comes later: the row belongs to that month.
fn last_second(charge: &Charge<'_>) -> (crate::units::SimTime, crate::units::SimTime) {
    (charge.month.to - SimSpan::SECOND, charge.month.to)
}
