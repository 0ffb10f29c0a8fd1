//! What each kind of resource says of itself.

use crate::billing::Per;
use crate::scenario::context::Context;
use crate::scenario::diagnostics::Span;
use crate::scenario::document::{Fields, Node};
use crate::scenario::resource::{PoolTerm, PrepaidPool, ResourceKind, Storage, TimedJob, WorkflowNode};
use crate::scenario::values::{
    HIGHEST_AMOUNT, boolean, integer, items, money, name, optional, or, positive_span, price_or_zero,
    required, whole,
};
use crate::units::Money;

/// More GB are a slip of the pen.
pub(super) const MOST_GB: u64 = 1_000_000_000;
/// More replicas, machines or periods are a slip of the pen.
const MOST: u64 = 10_000;

/// A price per hour of one.
fn hourly(node: &Node, ctx: &mut Context) -> Option<Money> {
    let price = price_or_zero(node, ctx)?;
    // 10⁻⁹ an hour are 10⁻¹² × 1,000.
    Some(Money::from_pico(i128::from(price.as_nano()) * 1_000))
}

/// The price of an hour; what runs on a pool needs none (M2).
fn price(fields: &Fields, ctx: &mut Context) -> Option<Money> {
    match fields.get("pool") {
        Some(_) => Some(or(fields, "price", Money::ZERO, ctx, hourly)),
        None => required(fields, "price", "\"5.00\"", ctx, hourly),
    }
}

/// Records what comes to more than any amount.
fn within_range(span: Span, price: Money, count: u64, ctx: &mut Context) -> Option<()> {
    let all = Money::from_pico(price.as_pico() * i128::from(count));
    if all > HIGHEST_AMOUNT {
        let item = ctx.out.error(span, "this costs too much to be meant");
        item.label(format!("{price} × {count}")).help("amounts are at most a thousand million");
        return None;
    }
    Some(())
}

pub(super) fn workflow(fields: &Fields, ctx: &mut Context) -> Option<ResourceKind> {
    let Some(nodes) = fields.get("nodes") else {
        let price = price(fields, ctx)?;
        return Some(ResourceKind::Workflow(vec![WorkflowNode { name: String::new(), price }]));
    };
    if let Some(price) = fields.get("price") {
        let item = ctx.out.error(price.span(), "a workflow has a price, or nodes with their own");
        item.related(nodes.span(), "the nodes are here").help("remove one of them");
        return None;
    }
    let found = items(nodes, "nodes", ctx, |item, ctx| {
        let fields = item.fields("a node", &["name", "price"], &mut ctx.out)?;
        let node_name = required(&fields, "name", "\"train\"", ctx, name);
        let price = required(&fields, "price", "\"5.00\"", ctx, hourly);
        Some(WorkflowNode { name: node_name?, price: price? })
    });
    found.map(ResourceKind::Workflow)
}

pub(super) fn notebook(fields: &Fields, ctx: &mut Context) -> Option<ResourceKind> {
    let price = price(fields, ctx);
    let evs = optional(fields, "evs", ctx, |node, ctx| {
        let fields = node.fields("`evs`", &["gb", "price"], &mut ctx.out)?;
        storage(&fields, 1, ctx)
    });
    if evs.is_given() && evs.good().is_none() {
        return None;
    }
    Some(ResourceKind::Notebook { price: price?, evs: evs.good().copied() })
}

pub(super) fn job(fields: &Fields, ctx: &mut Context) -> Option<TimedJob> {
    let price = price(fields, ctx);
    let runs_for = optional(fields, "runs_for", ctx, positive_span);
    Some(TimedJob { price: price?, runs_for: runs_for.good().copied() })
}

pub(super) fn real_time(fields: &Fields, ctx: &mut Context) -> Option<ResourceKind> {
    let price = price(fields, ctx);
    let replicas = or(fields, "replicas", 1, ctx, |node, ctx| whole(node, 1, MOST, ctx));
    let price = price?;
    within_range(fields.owner.span(), price, replicas, ctx)?;
    Some(ResourceKind::RealTimeService { price, replicas })
}

/// GB and their price per GB and hour.
pub(super) fn storage(fields: &Fields, least: u64, ctx: &mut Context) -> Option<Storage> {
    let gb = required(fields, "gb", "100", ctx, |node, ctx| whole(node, least, MOST_GB, ctx));
    let price = required(fields, "price", "\"0.001\"", ctx, hourly);
    let (gb, price) = (gb?, price?);
    within_range(fields.owner.span(), price, gb, ctx)?;
    Some(Storage { gb, price })
}

pub(super) fn pool(fields: &Fields, ctx: &mut Context) -> Option<ResourceKind> {
    let price = required(fields, "price", "\"20000\"", ctx, money);
    let term = required(fields, "term", "Months(1)", ctx, term);
    let auto_renew = or(fields, "auto_renew", false, ctx, boolean);
    Some(ResourceKind::Pool(PrepaidPool { price: price?, term: term?, auto_renew }))
}

fn term(node: &Node, ctx: &mut Context) -> Option<PoolTerm> {
    let (by_month, variant) = node.variant("term", &[("Months", true), ("Days", false)], &mut ctx.out)?;
    let most = if by_month { 120 } else { 3_653 };
    let count = variant.single(if by_month { "Months(1)" } else { "Days(30)" }, &mut ctx.out)?;
    let count = integer(&count, 1, most, ctx)?;
    Some(if by_month { PoolTerm::Months(count) } else { PoolTerm::Days(count) })
}

pub(super) fn dedicated(fields: &Fields, ctx: &mut Context) -> Option<ResourceKind> {
    let machines = required(fields, "machines", "2", ctx, |node, ctx| whole(node, 1, MOST, ctx));
    let price = required(fields, "price", "\"9.00\"", ctx, hourly);
    let (machines, price) = (machines?, price?);
    within_range(fields.owner.span(), price, machines, ctx)?;
    Some(ResourceKind::Dedicated { machines, price })
}

const RATES: [(&str, (Per, bool)); 6] = [
    ("PerHour", (Per::Hour, false)),
    ("PerDay", (Per::Day, false)),
    ("PerMonth", (Per::Month, false)),
    ("PerGbHour", (Per::Hour, true)),
    ("PerGbDay", (Per::Day, true)),
    ("PerGbMonth", (Per::Month, true)),
];

pub(super) fn other(fields: &Fields, ctx: &mut Context) -> Option<ResourceKind> {
    let rate = required(fields, "price", "PerHour(\"0.50\")", ctx, |node, ctx| {
        let ((per, per_gb), variant) = node.variant("price", &RATES, &mut ctx.out)?;
        let amount = variant.single(&format!("{}(\"0.50\")", variant.name), &mut ctx.out)?;
        let price = match per {
            Per::Hour => hourly(&amount, ctx)?,
            Per::Day | Per::Month => money(&amount, ctx)?,
        };
        Some((price, per, per_gb))
    });
    let gb = optional(fields, "gb", ctx, |node, ctx| whole(node, 0, MOST_GB, ctx));
    let (price, per, per_gb) = rate?;
    match (per_gb, fields.get("gb")) {
        (true, None) => {
            fields.required("gb", "100", &mut ctx.out);
            return None;
        }
        (false, Some(node)) => {
            let item = ctx.out.error(node.span(), format!("{}: the price is not per GB", node.place()));
            item.help("remove gb, or write PerGbHour, PerGbDay or PerGbMonth");
            return None;
        }
        (true, Some(_)) | (false, None) => {}
    }
    if gb.is_given() && gb.good().is_none() {
        return None;
    }
    let gb = gb.good().copied();
    within_range(fields.owner.span(), price, gb.unwrap_or(1), ctx)?;
    Some(ResourceKind::Other { price, per, gb })
}
