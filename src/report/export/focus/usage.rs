//! Lines of the bill as rows: what is paid, and what free quotas, packages and plans take over of it.

use super::super::charge::Charge;
use super::super::commitment::{Covered, Share};
use super::super::modelstudio::{unit_hours, units_of_period};
use super::super::number::Number;
use super::commit::committed;
use super::row::{Context, FocusRow, Pricing, Sku};
use super::tags;
use crate::ledger::{BillLine, LineQuantity, Product};
use crate::sim::{Item, Tariff};
use crate::units::{Money, TokenPrice};

/// What a spot instance is called on lines.
const SPOT: &str = "spot_compute";

/// The rows of a line.
pub(super) fn rows(
    context: &Context<'_, '_>,
    charge: &Charge<'_>,
    index: usize,
    line: &BillLine,
    rows: &mut Vec<FocusRow>,
) {
    let priced = Priced::new(line);
    let shares = context.commitments.shares(index);
    let spent = shares.iter().filter_map(|share| match share.covered {
        Covered::Spend { list, .. } => Some(Number::quantity_of(list, priced.price)),
        Covered::Tokens(_) => None,
    });
    let paid = spent.fold(priced.paid, Number::minus);
    let first = rows.len();
    if let LineQuantity::Tokens { free, price, .. } = line.quantity
        && free > 0
    {
        rows.push(free_row(context, charge, line, free, price));
    }
    for share in shares {
        rows.push(share_row(context, charge, line, share));
    }
    // A line that is covered as a whole has no other row; one of nothing has this one.
    if !paid.is_zero() || line.amounts.payable() != Money::ZERO || rows.len() == first {
        rows.push(paid_row(context, charge, line, paid));
    }
}

/// The quantity that has a price, and the price of one.
struct Priced {
    paid: Number,
    unit: String,
    price: Number,
}

impl Priced {
    fn new(line: &BillLine) -> Self {
        match line.quantity {
            LineQuantity::Tokens { tokens, free, package, price, .. } => Self {
                paid: Number::whole(tokens.saturating_sub(free).saturating_sub(package)),
                unit: "Tokens".to_owned(),
                price: Number::token_price(price),
            },
            LineQuantity::Time { billed, count, unit, price } => Self {
                paid: unit_hours(billed, count, price),
                unit: format!("{}-Hours", capitalised(unit)),
                price: Number::unit_price(price),
            },
            LineQuantity::Period { billed, of, count, unit, price } => Self {
                paid: units_of_period(billed, of, count, price),
                unit: format!("{}s", capitalised(unit).replace("-day", "-Day").replace("-month", "-Month")),
                price: Number::money(price),
            },
            LineQuantity::Count { count, unit, price } => Self {
                paid: Number::whole(count),
                unit: format!("{}s", capitalised(unit)),
                price: Number::money(price),
            },
        }
    }
}

/// With a capital, as FOCUS writes units.
fn capitalised(unit: &str) -> String {
    let mut letters = unit.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A row of a line without amounts.
fn row(context: &Context<'_, '_>, charge: &Charge<'_>, line: &BillLine) -> FocusRow {
    let resource = (!line.resource.is_empty()).then(|| (line.resource.clone(), resource_type(line.product)));
    let workspace = &line.to.workspace;
    FocusRow {
        description: description(line),
        resource,
        region: region(context, line),
        sub_account: (!workspace.is_empty()).then(|| workspace.clone()),
        tags: tags::json(&line.to.tag),
        x_instance_id: Some(line.instance_id()),
        x_issued_at: Some(context.utc(line.issued_at)),
        ..context.row(charge, (line.from, line.to_time), Money::ZERO)
    }
}

fn description(line: &BillLine) -> String {
    let about = if line.model.is_empty() { &line.resource } else { &line.model };
    let overflow = if line.is_overflow { ", beyond a quota of provisioned throughput" } else { "" };
    let separator = if about.is_empty() { "" } else { " of " };
    format!("{}: {}{separator}{about}{overflow}", line.billable_item(), line.billing_type)
}

fn resource_type(product: Product) -> &'static str {
    match product {
        Product::Machines => "Service on machines",
        Product::Deployment | Product::Inference => "Model deployment",
        Product::Batch | Product::Training => "Job",
        Product::KnowledgeBase => "Knowledge base",
        Product::Plans => "Plan",
        Product::Development => "Development resource",
        Product::Storage => "Storage",
        Product::WebSearch | Product::Notifications | Product::Other => "Resource",
    }
}

/// The region of a machine, where all markets of its instance type are in one.
fn region(context: &Context<'_, '_>, line: &BillLine) -> Option<String> {
    if line.product != Product::Machines {
        return None;
    }
    let markets = context.told.scenario.markets.iter();
    let mut regions = markets
        .filter(|market| market.instance_type == line.model || market.name == line.model)
        .map(|market| market.region.as_str());
    let first = regions.next().filter(|region| !region.is_empty())?;
    regions.all(|region| region == first).then(|| first.to_owned())
}

/// What is sold: the same whatever the pricing; and the price, which is not.
fn sku(line: &BillLine, pricing: &str) -> Sku {
    let mut parts = vec![line.product.name(), &line.model, &line.billing_type];
    parts.retain(|part| !part.is_empty());
    let id = parts.join("/");
    let price_id = format!("{id}/{pricing}");
    let details = serde_json::json!({ "x_BillingType": line.billing_type });
    Sku { id, meter: line.billing_type.clone(), price_id, details: Some(details.to_string()) }
}

/// What is paid for, after everything that covers a part.
fn paid_row(context: &Context<'_, '_>, charge: &Charge<'_>, line: &BillLine, quantity: Number) -> FocusRow {
    let amounts = line.amounts;
    let (list, payable) = (amounts.list - amounts.plan, amounts.payable());
    let priced = Priced::new(line);
    let contracted_price =
        if amounts.discount == Money::ZERO { priced.price } else { Number::price_of(payable, quantity) };
    let is_spot = line.billing_type == SPOT;
    let (category, word) = if is_spot { ("Dynamic", "spot") } else { ("Standard", "pay-as-you-go") };
    let unit = priced.unit.clone();
    let pricing = Pricing { category, quantity, unit, list_price: priced.price, contracted_price };
    FocusRow {
        billed: payable,
        effective: payable,
        list,
        contracted: payable,
        pricing: Some(pricing),
        consumed: Some((quantity, priced.unit)),
        sku: Some(sku(line, word)),
        x_bid_price: if is_spot { bid(context, line) } else { None },
        ..row(context, charge, line)
    }
}

/// Tokens of a free quota: at list price, contracted for nothing.
fn free_row(
    context: &Context<'_, '_>,
    charge: &Charge<'_>,
    line: &BillLine,
    tokens: u64,
    price: TokenPrice,
) -> FocusRow {
    let (quantity, unit) = (Number::whole(tokens), "Tokens".to_owned());
    let (list_price, contracted_price) = (Number::token_price(price), Number::ZERO);
    let pricing = Pricing { category: "Other", quantity, unit: unit.clone(), list_price, contracted_price };
    let row = row(context, charge, line);
    FocusRow {
        list: price.of(tokens),
        pricing: Some(pricing),
        consumed: Some((quantity, unit)),
        sku: Some(sku(line, "free-quota")),
        description: format!("{}, covered by a free quota", row.description),
        ..row
    }
}

/// What a package or a savings plan covers: billed nothing, it bears its share of what was paid for that.
fn share_row(context: &Context<'_, '_>, charge: &Charge<'_>, line: &BillLine, share: &Share) -> FocusRow {
    let priced = Priced::new(line);
    let (quantity, list, in_commitment) = match (share.covered, line.quantity) {
        (Covered::Tokens(tokens), LineQuantity::Tokens { price, .. }) => {
            (Number::whole(tokens), price.of(tokens), Number::whole(tokens))
        }
        (
            Covered::Tokens(tokens),
            LineQuantity::Time { .. } | LineQuantity::Period { .. } | LineQuantity::Count { .. },
        ) => (Number::whole(tokens), Money::ZERO, Number::whole(tokens)),
        (Covered::Spend { list, taken }, _) => {
            (Number::quantity_of(list, priced.price), list, Number::money(taken))
        }
    };
    let unit = priced.unit.clone();
    let category = if share.commitment.is_some() { "Committed" } else { "Other" };
    let pricing =
        Pricing { category, quantity, unit, list_price: priced.price, contracted_price: priced.price };
    let row = row(context, charge, line);
    let commitment = share.commitment.map(|one| committed(context, one, Some("Used"), Some(in_commitment)));
    let by = commitment.as_ref().map_or("what was paid in advance", |one| one.name.as_str());
    FocusRow {
        effective: share.effective,
        list,
        contracted: list,
        pricing: Some(pricing),
        consumed: Some((quantity, priced.unit)),
        sku: Some(sku(line, "committed")),
        description: format!("{}, covered by {by}", row.description),
        commitment,
        ..row
    }
}

/// The bid of a spot instance, where every instance of the line has the same.
fn bid(context: &Context<'_, '_>, line: &BillLine) -> Option<Number> {
    let scenario = context.told.scenario;
    let usages = context.told.recorder.usages.iter().filter(|usage| {
        let market = &scenario.markets[usage.market.0];
        usage.item == Item::Spot
            && scenario.services[usage.replica.service.0].name == line.resource
            && (market.instance_type == line.model || market.name == line.model)
            && usage.from < line.to_time
            && line.from < usage.to
    });
    let mut bids = usages.filter_map(|usage| match usage.tariff {
        Tariff::Spot { bid, .. } => Some(bid),
        Tariff::Standard => None,
    });
    let first = bids.next()?;
    let limit = bids.all(|bid| bid == first).then(|| first.limit()).flatten();
    limit.map(Number::unit_price)
}
