//! What is on an account, and what is paid onto it.

use super::each;
use super::term::{from_start, in_run};
use crate::account::{Opening, Payment, TopUp};
use crate::scenario::context::Context;
use crate::scenario::decode::deployments::time_of_day;
use crate::scenario::decode::services::duration;
use crate::scenario::document::{Fields, Node, Variant};
use crate::scenario::syntax::Shape;
use crate::scenario::values::{integer, interval, money, or, required};
use crate::units::{Calendar, Money, SimSpan, SimTime};
use crate::world::DurationModel;

/// More payments of one account in a run are a slip of the pen.
const MOST_PAYMENTS: i64 = 100_000;

/// What is on the account as the scenario begins.
pub(super) fn opening(fields: &Fields, ctx: &mut Context) -> Opening {
    let mut amount = |field: &str| or(fields, field, Money::ZERO, ctx, money);
    Opening {
        cash: amount("cash"),
        credit: amount("credit"),
        unsettled_current: amount("unsettled_current"),
        unsettled_earlier: amount("unsettled_earlier"),
    }
}

/// An amount of more than nothing.
pub(super) fn positive(node: &Node, ctx: &mut Context) -> Option<Money> {
    let amount = money(node, ctx)?;
    if amount == Money::ZERO {
        ctx.out.error(node.span(), format!("{} must be above 0", node.place()));
        return None;
    }
    Some(amount)
}

/// Payments by time, those of one instant as they are written.
pub(super) fn payments(node: &Node, ctx: &mut Context) -> Option<Vec<Payment>> {
    let found = each(node, "payments", ctx, |item, ctx| {
        if item.shape() == Shape::Name {
            scheduled(item, ctx)
        } else {
            single(item, ctx).map(|payment| vec![payment])
        }
    })?;
    let mut found: Vec<Payment> = found.into_iter().flatten().collect();
    if found.len() as i64 > MOST_PAYMENTS {
        too_many(node, ctx);
        return None;
    }
    found.sort_by_key(|payment| payment.at);
    Some(found)
}

fn too_many(node: &Node, ctx: &mut Context) {
    let item = ctx.out.error(node.span(), format!("{}: too many payments", node.place()));
    item.label(format!("{MOST_PAYMENTS} are the most")).help("choose a longer time between payments");
}

fn single(node: &Node, ctx: &mut Context) -> Option<Payment> {
    let fields = node.fields("a payment", &["at", "amount"], &mut ctx.out)?;
    let at =
        required(&fields, "at", "\"5d\"", ctx, |node, ctx| in_run(node, "this payment never arrives", ctx));
    let amount = required(&fields, "amount", "\"500\"", ctx, positive);
    Some(Payment { at: at?, amount: amount? })
}

/// Payments that come again and again, up to the horizon.
fn scheduled(node: &Node, ctx: &mut Context) -> Option<Vec<Payment>> {
    let (by_month, variant) =
        node.variant("schedule of payments", &[("Monthly", true), ("Every", false)], &mut ctx.out)?;
    let found = if by_month { monthly(&variant, ctx) } else { every(&variant, ctx) }?;
    if found.is_empty() && ctx.horizon.is_some() {
        ctx.out.warning(node.span(), "none of these payments arrives before the run ends");
    }
    Some(found)
}

fn monthly(variant: &Variant, ctx: &mut Context) -> Option<Vec<Payment>> {
    let fields = variant.fields(&["day", "time", "amount"], &mut ctx.out)?;
    let day = required(&fields, "day", "5", ctx, |node, ctx| integer(node, 1, 28, ctx));
    let time = or(&fields, "time", SimSpan::ZERO, ctx, time_of_day);
    let amount = required(&fields, "amount", "\"1000\"", ctx, positive);
    let (day, amount) = (day?, amount?);
    let (Some(calendar), Some(horizon)) = (&ctx.calendar, ctx.horizon) else { return Some(Vec::new()) };
    let first = month_start(calendar);
    let into_the_month = SimSpan::from_days(i64::from(day) - 1) + time;
    let months = (0..).map(|month| calendar.months_after(first, month));
    let times = months.take_while(|begins| *begins < SimTime::ZERO + horizon).map(|at| at + into_the_month);
    let run = SimTime::ZERO..SimTime::ZERO + horizon;
    Some(times.filter(|at| run.contains(at)).map(|at| Payment { at, amount }).collect())
}

/// 00:00 of the first day of the month in which the scenario starts.
fn month_start(calendar: &Calendar) -> SimTime {
    let date = calendar.format_date(SimTime::ZERO);
    let day: i64 = date.rsplit('-').next().and_then(|day| day.parse().ok()).unwrap_or(1);
    calendar.day_start(SimTime::ZERO) - SimSpan::from_days(day - 1)
}

fn every(variant: &Variant, ctx: &mut Context) -> Option<Vec<Payment>> {
    let fields = variant.fields(&["first", "every", "amount"], &mut ctx.out)?;
    let first = required(&fields, "first", "\"1d\"", ctx, from_start);
    let step = required(&fields, "every", "\"7d\"", ctx, |node, ctx| interval(node, false, ctx));
    let amount = required(&fields, "amount", "\"100\"", ctx, positive);
    let (first, step, amount) = (first?, step?, amount?);
    let Some(horizon) = ctx.horizon else { return Some(Vec::new()) };
    let end = SimTime::ZERO + horizon;
    if first >= end {
        return Some(Vec::new());
    }
    let count = end.since(first).started_granules(step);
    if count > MOST_PAYMENTS {
        too_many(fields.get("every")?, ctx);
        return None;
    }
    let at = |index: i64| first + SimSpan::from_ms(step.as_ms() * index);
    Some((0..count).map(|index| Payment { at: at(index), amount }).collect())
}

/// The automatic top-up.
pub(super) fn top_up(node: &Node, ctx: &mut Context) -> Option<TopUp> {
    let fields = node.fields("a top-up", &["below", "amount", "delay"], &mut ctx.out)?;
    let below = required(&fields, "below", "\"100\"", ctx, money);
    let amount = required(&fields, "amount", "\"500\"", ctx, positive);
    let delay = or(&fields, "delay", DurationModel::Fixed(SimSpan::ZERO), ctx, duration);
    if delay == DurationModel::Never {
        let at = fields.get("delay").map_or(node.span(), Node::span);
        ctx.out.warning(at, format!("{}: no top-up ever arrives", node.place()));
    }
    Some(TopUp { below: below?, amount: amount?, delay })
}
