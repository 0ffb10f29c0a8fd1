//! The bill as Model Studio's Billing Details export it: one row per line, payment, rounding and tax (S2).
//!
//! The seeds name some of its columns (Product Name, Billable Item, Instance ID (Billing Granularity), Instance Tag, Payable
//! amount) and what they hold; the others are ours in the same style. `Usage × List Price ÷ per` is `List Amount` once the
//! covered usage is taken off: `(Usage − Free Quota Usage − Resource Package Usage) × List Price = List Amount`, and
//! `List Amount − Savings Plan Deduction + Discount = Payable Amount`. Payments, rounding and tax have a payable amount
//! only. The sum of the payable amounts is the bill's total. Times carry the scenario's offset.

use super::charge::{Charge, Purchase, What};
use super::number::Number;
use crate::ledger::{BillLine, LineQuantity};
use crate::report::Told;
use crate::report::words::deployments::payment_name;
use crate::units::{Money, SimSpan, SimTime, UnitPrice};

/// The columns, in order.
pub const COLUMNS: [&str; 25] = [
    "Billing Month",
    "Billing Date",
    "Account",
    "Charge Type",
    "Subscription Type",
    "Product Name",
    "Billable Item",
    "Instance ID (Billing Granularity)",
    "Instance Tag",
    "Resource",
    "Usage Start Time",
    "Usage End Time",
    "Issue Time",
    "Usage",
    "Usage Unit",
    "List Price",
    "Price Unit",
    "List Amount",
    "Free Quota Usage",
    "Resource Package Usage",
    "Savings Plan Deduction",
    "Discount",
    "Payable Amount",
    "Currency",
    "Settled Month",
];

/// Writes charges as CSV, with the header.
///
/// # Errors
/// Whatever the writer says.
pub fn write(told: &Told<'_>, charges: &[Charge<'_>]) -> std::io::Result<Vec<u8>> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(COLUMNS)?;
    for charge in charges {
        csv.write_record(row(told, charge))?;
    }
    csv.into_inner().map_err(csv::IntoInnerError::into_error)
}

fn row(told: &Told<'_>, charge: &Charge<'_>) -> [String; COLUMNS.len()] {
    let scenario = told.scenario;
    let calendar = &scenario.calendar;
    let subscription = if charge.is_subscription() { "Subscription" } else { "Pay-As-You-Go" };
    let details = match charge.what {
        What::Line(_, line) => Details::of_line(told, line),
        What::Purchase(purchase) => Details::of_purchase(told, charge, "Purchase", &purchase),
        What::Refund(purchase) => Details::of_purchase(told, charge, "Refund", &purchase),
        What::Rounding { .. } => Details::bare(told, charge, "Rounding", "Rounding of the monthly debit"),
        What::Tax { purchase: None, .. } => Details::bare(told, charge, "Tax", "Tax on the monthly debit"),
        What::Tax { purchase: Some(what), .. } => {
            Details::bare(told, charge, "Tax", &format!("Tax on {what}"))
        }
    };
    let Details { kind, item, instance_id, tag, resource, from, to, issued, usage, money } = details;
    let [quantity, unit, price, price_unit] = usage;
    let [list, free, package, plan, discount] = money;
    [
        charge.month.name(calendar),
        calendar.format_date(charge.at),
        scenario.accounts[charge.account.0].name.clone(),
        kind.to_owned(),
        subscription.to_owned(),
        charge.product().name().to_owned(),
        item,
        instance_id,
        tag,
        resource,
        from,
        to,
        issued,
        quantity,
        unit,
        price,
        price_unit,
        list,
        free,
        package,
        plan,
        discount,
        charge.amount().to_string(),
        scenario.currency.clone(),
        charge.invoice.map(|month| month.name(calendar)).unwrap_or_default(),
    ]
}

/// What the kinds of rows fill in differently.
struct Details {
    kind: &'static str,
    item: String,
    instance_id: String,
    tag: String,
    resource: String,
    from: String,
    to: String,
    issued: String,
    /// Usage, its unit, list price, its unit.
    usage: [String; 4],
    /// List amount, free quota, package, savings plan, discount.
    money: [String; 5],
}

impl Details {
    fn of_line(told: &Told<'_>, line: &BillLine) -> Self {
        let clock = |at: SimTime| told.scenario.calendar.format(at);
        let amounts = line.amounts;
        let (free, package) = match line.quantity {
            LineQuantity::Tokens { free, package, .. } => (free.to_string(), package.to_string()),
            LineQuantity::Time { .. } | LineQuantity::Period { .. } | LineQuantity::Count { .. } => {
                (String::new(), String::new())
            }
        };
        Self {
            kind: "Usage",
            item: line.billable_item().to_owned(),
            instance_id: line.instance_id(),
            tag: line.to.tag.clone(),
            resource: line.resource.clone(),
            from: clock(line.from),
            to: clock(line.to_time),
            issued: clock(line.issued_at),
            usage: usage(line.quantity),
            money: [
                amounts.list.to_string(),
                free,
                package,
                amounts.plan.to_string(),
                amounts.discount.to_string(),
            ],
        }
    }

    fn of_purchase(
        told: &Told<'_>,
        charge: &Charge<'_>,
        kind: &'static str,
        purchase: &Purchase<'_>,
    ) -> Self {
        let deployment = purchase.payment.map(|(_, id, reason)| {
            let name = told.strategy.deployments[id.0].name.clone();
            (format!("{name}: {}", payment_name(reason)), name)
        });
        let (item, resource) =
            deployment.unwrap_or_else(|| (purchase.what.to_owned(), purchase.what.to_owned()));
        Self { resource, ..Self::bare(told, charge, kind, &item) }
    }

    fn bare(told: &Told<'_>, charge: &Charge<'_>, kind: &'static str, item: &str) -> Self {
        let at = told.scenario.calendar.format(charge.at);
        Self {
            kind,
            item: item.to_owned(),
            instance_id: String::new(),
            tag: String::new(),
            resource: String::new(),
            from: at.clone(),
            to: at.clone(),
            issued: at,
            usage: <[String; 4]>::default(),
            money: <[String; 5]>::default(),
        }
    }
}

/// Usage, its unit, list price, and what that is for.
fn usage(quantity: LineQuantity) -> [String; 4] {
    let owned = str::to_owned;
    match quantity {
        LineQuantity::Tokens { tokens, price, .. } => {
            [tokens.to_string(), owned("token"), Number::token_price(price).text(), owned("per token")]
        }
        LineQuantity::Time { billed, count, unit, price } => [
            unit_hours(billed, count, price).text(),
            format!("{unit}-hour"),
            price.to_string(),
            format!("per {unit} and hour"),
        ],
        LineQuantity::Period { billed, of, count, unit, price } => [
            units_of_period(billed, of, count, price).text(),
            unit.to_owned(),
            price.to_string(),
            format!("per {unit}"),
        ],
        LineQuantity::Count { count, unit, price } => {
            [count.to_string(), owned(unit), price.to_string(), format!("per {unit}")]
        }
    }
}

/// How many of a unit for which part of a day or month, with the decimals that the price needs.
pub(super) fn units_of_period(billed: SimSpan, of: SimSpan, count: u64, price: Money) -> Number {
    let unit_ms = i128::from(billed.as_ms()) * i128::from(count);
    Number::ratio(unit_ms, i128::from(of.as_ms()), Number::money(price))
}

/// How many of a unit for how many hours, with the decimals that the price needs.
pub(super) fn unit_hours(billed: SimSpan, count: u64, price: UnitPrice) -> Number {
    let unit_ms = i128::from(billed.as_ms()) * i128::from(count);
    Number::ratio(unit_ms, i128::from(SimSpan::HOUR.as_ms()), Number::unit_price(price))
}
