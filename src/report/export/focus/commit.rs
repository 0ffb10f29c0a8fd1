//! Payments in advance as rows: purchases, what they cover, and what comes back.

use super::super::charge::{Charge, Purchase, Selection};
use super::super::commitment::{Commitment, CommitmentKind, Part, Use};
use super::super::month::Month;
use super::super::number::Number;
use super::row::{Committed, Context, FocusRow, Pricing, Service, Sku};
use crate::ledger::Product;
use crate::report::words::deployments::payment_name;
use crate::sim::deployment::record::PaymentReason;
use crate::units::{Money, SimSpan, SimTime};

/// What a row says of a commitment.
pub(super) fn committed(
    context: &Context<'_, '_>,
    index: usize,
    status: Option<&'static str>,
    quantity: Option<Number>,
) -> Committed {
    let one = &context.commitments.all[index];
    let unit = one.kind.unit().unwrap_or(&context.told.scenario.currency);
    Committed {
        category: category(one.kind),
        id: one.id.clone(),
        name: one.name.clone(),
        kind: one.kind.name(),
        status,
        quantity: quantity.map(|quantity| (quantity, unit.to_owned())),
    }
}

fn category(kind: CommitmentKind) -> &'static str {
    match kind {
        CommitmentKind::SavingsPlan => "Spend",
        CommitmentKind::Throughput(_)
        | CommitmentKind::Units(_)
        | CommitmentKind::Package
        | CommitmentKind::CodingPlan
        | CommitmentKind::TokenPlan => "Usage",
    }
}

/// The product that the use of a commitment belongs to.
fn product(kind: CommitmentKind) -> Product {
    if kind.deployment().is_some() { Product::Deployment } else { Product::Plans }
}

/// A payment in advance.
pub(super) fn purchase(context: &Context<'_, '_>, charge: &Charge<'_>, purchase: &Purchase<'_>) -> FocusRow {
    let bought = context.commitments.bought(purchase);
    let at_once = (charge.at, charge.at + SimSpan::SECOND);
    let period = bought.and_then(|bought| bought.window).unwrap_or(at_once);
    let price = Number::money(purchase.amount);
    let pricing = Pricing {
        category: "Standard",
        quantity: Number::whole(1),
        unit: "Units".to_owned(),
        list_price: price,
        contracted_price: price,
    };
    let (what, name) = words(context, purchase);
    let commitment = bought.map(|bought| committed(context, bought.commitment, None, Some(bought.quantity)));
    FocusRow {
        category: "Purchase",
        frequency: frequency(context, charge, purchase),
        effective: Money::ZERO,
        sku: Some(purchase_sku(charge.product(), &what)),
        resource: Some((name, "Purchase in advance")),
        description: what,
        pricing: Some(pricing),
        commitment,
        x_unamortized: Some(bought.map_or(purchase.amount, |bought| bought.unamortised)),
        ..context.row(charge, period, purchase.amount)
    }
}

/// A payment that came back.
pub(super) fn credit(context: &Context<'_, '_>, charge: &Charge<'_>, purchase: &Purchase<'_>) -> FocusRow {
    let (what, name) = words(context, purchase);
    let commitment = context.commitments.of_payment(charge.account, purchase);
    FocusRow {
        category: "Credit",
        frequency: "One-Time",
        resource: Some((name, "Purchase in advance")),
        description: format!("Refund: {what}"),
        commitment: commitment.map(|index| committed(context, index, None, None)),
        ..context.row(charge, (charge.at, charge.at + SimSpan::SECOND), purchase.amount)
    }
}

/// What was bought, and the name of it.
fn words(context: &Context<'_, '_>, purchase: &Purchase<'_>) -> (String, String) {
    match purchase.payment {
        Some((_, id, reason)) => {
            let deployment = &context.told.strategy.deployments[id.0];
            (format!("{}: {}", deployment.name, payment_name(reason)), deployment.name.clone())
        }
        None => (purchase.what.to_owned(), purchase.what.to_owned()),
    }
}

/// Terms come again; sizes, packs and single purchases do not.
fn frequency(context: &Context<'_, '_>, charge: &Charge<'_>, purchase: &Purchase<'_>) -> &'static str {
    let recurs = match purchase.payment {
        Some((_, _, reason)) => match reason {
            PaymentReason::Order | PaymentReason::Renewal => true,
            PaymentReason::Enlargement
            | PaymentReason::Reduction
            | PaymentReason::CapacityPack
            | PaymentReason::Cancellation
            | PaymentReason::FailedPurchase => false,
        },
        None => context.commitments.of_payment(charge.account, purchase).is_some_and(|index| {
            match context.commitments.all[index].kind {
                CommitmentKind::Package => false,
                CommitmentKind::Throughput(_)
                | CommitmentKind::Units(_)
                | CommitmentKind::SavingsPlan
                | CommitmentKind::CodingPlan
                | CommitmentKind::TokenPlan => true,
            }
        }),
    };
    if recurs { "Recurring" } else { "One-Time" }
}

fn purchase_sku(product: Product, what: &str) -> Sku {
    let id = format!("{}/purchase/{what}", product.name());
    Sku { price_id: format!("{id}/prepaid"), id, meter: "Purchases".to_owned(), details: None }
}

/// The use of commitments that is on no line of the bill, cut at the months.
pub(super) fn parts(context: &Context<'_, '_>, selection: Selection) -> Vec<FocusRow> {
    let calendar = &context.told.scenario.calendar;
    let mut rows = Vec::new();
    for (index, one) in
        context.commitments.all.iter().enumerate().filter(|(_, one)| selection.has(one.account))
    {
        for part in &one.parts {
            let month = Month::of(calendar, part.from);
            if selection.month.is_none_or(|wanted| wanted == month) {
                rows.push(part_row(context, index, one, part, month));
            }
        }
    }
    rows
}

fn part_row(
    context: &Context<'_, '_>,
    index: usize,
    one: &Commitment,
    part: &Part,
    month: Month,
) -> FocusRow {
    let (status, word) = match part.status {
        Use::Used => ("Used", "used"),
        Use::Unused => ("Unused", "unused"),
    };
    let product = product(one.kind);
    let price = Number::price_of(part.effective, part.quantity);
    let quantity = part.quantity;
    let commitment = committed(context, index, Some(status), Some(quantity));
    let unit = commitment.quantity.as_ref().map_or_else(String::new, |(_, unit)| unit.clone());
    let pricing =
        Pricing { category: "Committed", quantity, unit, list_price: price, contracted_price: price };
    let (workspace, model) = deployment_words(context, one.kind);
    let sku = format!("{}/{}", product.name(), one.id);
    FocusRow {
        billed: Money::ZERO,
        effective: part.effective,
        list: part.effective,
        contracted: part.effective,
        description: format!("{} {}{model}: {word}", one.kind.name(), one.name),
        pricing: Some(pricing),
        consumed: part.consumed.map(|(quantity, unit)| (quantity, unit.to_owned())),
        commitment: Some(commitment),
        service: Service::of(product),
        sku: Some(Sku {
            price_id: format!("{sku}/committed"),
            id: sku,
            meter: one.kind.name().to_owned(),
            details: None,
        }),
        resource: Some((one.name.clone(), one.kind.name())),
        tags: tags_of(context, one, workspace, part.from),
        sub_account: workspace.map(str::to_owned),
        ..context.bare(one.account, month, (part.from, part.to), Money::ZERO)
    }
}

/// Workspace and model of a deployment.
fn deployment_words<'a>(context: &Context<'a, '_>, kind: CommitmentKind) -> (Option<&'a str>, String) {
    let Some(id) = kind.deployment() else { return (None, String::new()) };
    let deployment = &context.told.strategy.deployments[id.0];
    let workspace = Some(deployment.workspace.as_str()).filter(|name| !name.is_empty());
    (workspace, format!(" of {}", deployment.model))
}

fn tags_of(
    context: &Context<'_, '_>,
    one: &Commitment,
    workspace: Option<&str>,
    at: SimTime,
) -> Option<String> {
    let account = &context.told.scenario.accounts[one.account.0];
    workspace.and_then(|workspace| super::tags::json(&account.tag(workspace, at)))
}
