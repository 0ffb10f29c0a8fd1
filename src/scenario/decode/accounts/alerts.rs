//! Alerts: thresholds, and what messages cost.

use super::each;
use crate::account::{Alerts, Message};
use crate::scenario::context::Context;
use crate::scenario::diagnostics::Span;
use crate::scenario::document::{Fields, Node};
use crate::scenario::values::{integer, money, optional, or, required, word};
use crate::units::Money;

/// One in units of 10⁻⁹.
const ONE_PPB: i64 = 1_000_000_000;
/// More messages for one alert are a slip of the pen.
const MOST_MESSAGES: u32 = 10_000;
/// More thresholds of a kind are one, too.
const MOST_THRESHOLDS: usize = 1_000;
/// Ways of messages by their names in a scenario.
const WAYS: [(&str, &str); 3] = [("Sms", "sms"), ("Email", "email"), ("Http", "http")];

/// Reads `alerts`.
pub(super) fn alerts(node: &Node, ctx: &mut Context) -> Option<Alerts> {
    let known = ["monthly_limit", "at", "daily", "monthly", "low_balance", "when", "messages"];
    let fields = node.fields("`alerts`", &known, &mut ctx.out)?;
    let limit = optional(&fields, "monthly_limit", ctx, super::money::positive);
    let shares = thresholds(&fields, "at", ctx, share);
    let mut amounts = |field: &str| thresholds(&fields, field, ctx, super::money::positive);
    let (daily, monthly) = (amounts("daily"), amounts("monthly"));
    let low_balance = thresholds(&fields, "low_balance", ctx, money);
    let words = [("Reached", true), ("Exceeded", false)];
    let when_reached = or(&fields, "when", true, ctx, |node, ctx| word(node, "condition", &words, ctx));
    let messages = or(&fields, "messages", Vec::new(), ctx, messages);
    if let (Some(at), false) = (fields.get("at"), limit.is_given()) {
        let item = ctx.out.error(at.span(), format!("{}: shares of which limit?", at.place()));
        item.help("add monthly_limit: \"5000\", or write amounts into `monthly`");
    }
    if let (Some(limit), Some(place)) = (limit.good(), limit.span()) {
        within_limit("daily", &daily, (*limit, place), ctx);
        within_limit("monthly", &monthly, (*limit, place), ctx);
    }
    let only = |found: Vec<(Money, Span)>| found.into_iter().map(|(threshold, _)| threshold).collect();
    Some(Alerts {
        monthly_limit: limit.good().copied(),
        shares_ppb: shares.into_iter().map(|(share, _)| share).collect(),
        daily: only(daily),
        monthly: only(monthly),
        low_balance: only(low_balance),
        when_reached,
        messages,
    })
}

/// Thresholds with their places, each above the one before.
fn thresholds<T: PartialOrd>(
    fields: &Fields,
    field: &str,
    ctx: &mut Context,
    mut decode: impl FnMut(&Node, &mut Context) -> Option<T>,
) -> Vec<(T, Span)> {
    let Some(node) = fields.get(field) else { return Vec::new() };
    let read = |item: &Node, ctx: &mut Context| decode(item, ctx).map(|found| (found, item.span()));
    let found = each(node, "thresholds", ctx, read).unwrap_or_default();
    if found.len() > MOST_THRESHOLDS {
        ctx.out.error(node.span(), format!("{}: at most {MOST_THRESHOLDS} thresholds", node.place()));
    }
    let falling = found.windows(2).filter(|pair| pair[1].0 <= pair[0].0);
    for pair in falling {
        let item = ctx.out.error(pair[1].1, format!("{}: the thresholds do not ascend", node.place()));
        item.label("this one is not above").related(pair[0].1, "the one before it");
        item.help("list each once, from the lowest to the highest");
    }
    found
}

/// What is never reached before the monthly limit is a mistake.
fn within_limit(field: &str, found: &[(Money, Span)], (limit, place): (Money, Span), ctx: &mut Context) {
    for (threshold, span) in found.iter().filter(|(threshold, _)| *threshold > limit) {
        let message = format!("this {field} threshold is above the monthly limit");
        let item = ctx.out.error(*span, message);
        item.label(format!("{threshold}")).related(place, format!("the limit is {limit}"));
        item.help("lower the threshold, or raise monthly_limit");
    }
}

/// A share of the limit.
fn share(node: &Node, ctx: &mut Context) -> Option<i64> {
    let help = "write amounts beyond the limit into `monthly`, and raise the limit";
    super::billing::factor_within(node, (1..=ONE_PPB, "above 0% and at most 100%"), help, ctx)
}

fn messages(node: &Node, ctx: &mut Context) -> Option<Vec<Message>> {
    let mut seen: Vec<(&str, Span)> = Vec::new();
    each(node, "messages", ctx, |item, ctx| {
        let fields = item.fields("a message", &["way", "count", "price"], &mut ctx.out)?;
        let way = required(&fields, "way", "Sms", ctx, |node, ctx| word(node, "way", &WAYS, ctx));
        let count = or(&fields, "count", 1, ctx, |node, ctx| integer(node, 1, MOST_MESSAGES, ctx));
        let price = required(&fields, "price", "\"0.045\"", ctx, money);
        let way = way?;
        let span = fields.get("way").map_or(item.span(), Node::span);
        if let Some((_, first)) = seen.iter().find(|(known, _)| *known == way) {
            let finding = ctx.out.error(span, format!("{}: this way is named twice", item.place()));
            finding.label("again here").related(*first, "first here").help("add up the counts");
            return None;
        }
        seen.push((way, span));
        Some(Message { way: way.to_owned(), count: u64::from(count), price: price? })
    })
}
