//! What is bought by the month: savings plans, Coding Plans, Token Plans.

use super::billing::paid_share;
use super::quotas::{models, new_name};
use super::term::{bought_at, until, warn_over};
use super::{Found, each};
use crate::account::{Allowance, CallPlan, CallPlanKind, SavingsPlan};
use crate::scenario::context::Context;
use crate::scenario::document::{Fields, Node};
use crate::scenario::values::{boolean, integer, money, optional, or, required, whole};
use crate::units::{Money, SimTime};

/// Longest term.
pub(super) const MOST_MONTHS: u32 = 120;
/// More seats are a slip of the pen.
pub(super) const MOST_SEATS: u32 = 100_000;
/// More calls or tokens of a seat and month are one, too; those of all seats stay within their range.
const MOST_ALLOWED: u64 = 10_000_000_000_000;
const ONE_PPB: i64 = 1_000_000_000;

fn months(node: &Node, ctx: &mut Context) -> Option<u32> {
    integer(node, 1, MOST_MONTHS, ctx)
}

/// Savings plans.
pub(super) fn savings_plans(node: &Node, found: &mut Found, ctx: &mut Context) -> Option<Vec<SavingsPlan>> {
    each(node, "savings plans", ctx, |item, ctx| {
        let known = ["name", "models", "per_month", "months", "factor", "price", "upfront", "bought_at"];
        let fields = item.fields("a savings plan", &known, &mut ctx.out)?;
        let plan_name = new_name(&fields, "\"savings\"", found, ctx);
        let models = models(&fields, "savings plan", found, ctx);
        let per_month = required(&fields, "per_month", "\"1000\"", ctx, super::money::positive);
        let months = or(&fields, "months", 1, ctx, months);
        let factor_ppb = or(&fields, "factor", ONE_PPB, ctx, paid_share);
        let price = optional(&fields, "price", ctx, money);
        let all_upfront = or(&fields, "upfront", true, ctx, boolean);
        let bought_at = bought_at(&fields, ctx);
        let per_month = per_month?;
        let at_face_value = || Money::from_pico(per_month.as_pico() * i128::from(months));
        let price = price.good().copied().unwrap_or_else(at_face_value);
        if let Some(calendar) = &ctx.calendar {
            let end = calendar.months_after(bought_at, months);
            warn_over(item.span(), "this savings plan", end, ctx);
        }
        Some(SavingsPlan {
            name: plan_name?,
            models: models?,
            per_month,
            months,
            factor_ppb,
            price,
            all_upfront,
            bought_at,
        })
    })
}

/// Coding Plans, then Token Plans, each in file order.
pub(super) fn call_plans(fields: &Fields, found: &mut Found, ctx: &mut Context) -> Vec<CallPlan> {
    let mut plans = Vec::new();
    for (field, what, of_seats) in
        [("coding_plans", "Coding Plans", false), ("token_plans", "Token Plans", true)]
    {
        if fields.is_misspelt(field) {
            found.call_plans.complete = false;
        }
        let Some(node) = fields.get(field) else { continue };
        let read = each(node, what, ctx, |item, ctx| {
            let plan = call_plan(item, of_seats, found, ctx);
            // A plan that is wrong may be the one that is named elsewhere.
            found.call_plans.complete &= plan.is_some();
            plan
        });
        found.call_plans.complete &= read.is_some();
        plans.extend(read.into_iter().flatten());
    }
    plans
}

fn call_plan(node: &Node, of_seats: bool, found: &mut Found, ctx: &mut Context) -> Option<CallPlan> {
    let mut known = vec!["name", "price", "bought_at", "months", "until", "auto_renew", "calls", "tokens"];
    if of_seats {
        known.extend(["seats", "seats_used"]);
    }
    let what = if of_seats { "a Token Plan" } else { "a Coding Plan" };
    let fields = node.fields(what, &known, &mut ctx.out)?;
    let plan_name = new_name(&fields, if of_seats { "\"team\"" } else { "\"coding\"" }, found, ctx);
    let price = required(&fields, "price", "\"200\"", ctx, money);
    let bought_at = bought_at(&fields, ctx);
    let months = or(&fields, "months", 1, ctx, months);
    let (until, is_given) = until(&fields, bought_at, ctx);
    let auto_renew = or(&fields, "auto_renew", false, ctx, boolean);
    let allowance = allowance(node, &fields, ctx);
    let seats = if of_seats { seats(&fields, ctx) } else { Some((1, CallPlanKind::Coding)) };
    let until = match (until, is_given) {
        (Some(until), _) => until,
        (None, true) => return None,
        // Without a start that is said, and nothing is built.
        (None, false) => {
            ctx.calendar.as_ref().map_or(SimTime::NEVER, |calendar| calendar.months_after(bought_at, months))
        }
    };
    if !auto_renew {
        warn_over(node.span(), "this plan", until, ctx);
    }
    let (plan_name, (seats, kind)) = (plan_name?, seats?);
    let (price, allowance) = (price?, allowance?);
    let span = fields.get("name").map_or(node.span(), Node::span);
    found.call_plans.declare("plan", plan_name.clone(), span, (), &mut ctx.out);
    Some(CallPlan { name: plan_name, kind, seats, price, bought_at, until, months, auto_renew, allowance })
}

/// Calls or tokens, or neither.
fn allowance(node: &Node, fields: &Fields, ctx: &mut Context) -> Option<Allowance> {
    let count = |node: &Node, ctx: &mut Context| whole(node, 1, MOST_ALLOWED, ctx);
    let calls = optional(fields, "calls", ctx, count);
    let tokens = optional(fields, "tokens", ctx, count);
    match (fields.get("calls"), fields.get("tokens")) {
        (Some(by_calls), Some(by_tokens)) => {
            let item = ctx.out.error(by_tokens.span(), format!("{}: calls or tokens?", node.place()));
            item.label("here").related(by_calls.span(), "and here").help("keep one of them");
            None
        }
        (Some(_), None) => calls.good().copied().map(Allowance::Calls),
        (None, Some(_)) => tokens.good().copied().map(Allowance::Tokens),
        (None, None) => Some(Allowance::Unlimited),
    }
}

/// Seats, and how many of them are used: all, unless it says so.
fn seats(fields: &Fields, ctx: &mut Context) -> Option<(u32, CallPlanKind)> {
    let seats = required(fields, "seats", "10", ctx, |node, ctx| integer(node, 1, MOST_SEATS, ctx));
    let used = optional(fields, "seats_used", ctx, |node, ctx| integer(node, 0, MOST_SEATS, ctx));
    let seats = seats?;
    let seats_used = if used.is_given() { *used.good()? } else { seats };
    if seats_used > seats {
        let (all, node) = (fields.get("seats")?.span(), fields.get("seats_used")?);
        let item = ctx.out.error(node.span(), format!("{}: more seats than there are", node.place()));
        item.label(format!("{seats_used} are used")).related(all, format!("of {seats}"));
        item.help("seats_used is how many of the seats are used");
        return None;
    }
    Some((seats, CallPlanKind::TokenTeam { seats_used }))
}
