//! Event notification: how messages are sent, what they cost, and what they tell of (M3).

use super::{Named, named};
use crate::scenario::context::Context;
use crate::scenario::document::{Fields, Node};
use crate::scenario::resource::{MessageTraffic, Notifications, ResourceKind, Way};
use crate::scenario::values::{
    HIGHEST_AMOUNT, boolean, instant, items, money, optional, or, required, whole, word,
};
use crate::units::{Money, SimTime};

/// More messages at once are a slip of the pen.
const MOST_MESSAGES: u64 = 1_000_000;
/// Larger ones are no messages.
const LARGEST_KB: u64 = 1_000_000;
/// A GB of traffic has so many KB.
const KB_PER_GB: i128 = 1_000_000;

const WAYS: [(&str, Way); 3] = [("Sms", Way::Sms), ("Email", Way::Email), ("Http", Way::Http)];

/// Notifications, and the services they tell of.
pub(super) fn notifications(fields: &Fields, ctx: &mut Context) -> (Option<ResourceKind>, Vec<Named>) {
    let way = required(fields, "way", "Sms", ctx, |node, ctx| word(node, "way to send", &WAYS, ctx));
    let enabled = or(fields, "enabled", true, ctx, boolean);
    let price = required(fields, "price", "\"0.045\"", ctx, |node, ctx| {
        let price = money(node, ctx)?;
        if price.as_pico() * i128::from(MOST_MESSAGES) > HIGHEST_AMOUNT.as_pico() {
            ctx.out.error(node.span(), format!("{}: no message costs so much", node.place()));
            return None;
        }
        Some(price)
    });
    let traffic = optional(fields, "traffic", ctx, traffic);
    let events = or(fields, "events", Vec::new(), ctx, events);
    let on_services = optional(fields, "on_services", ctx, |node, ctx| items(node, "services", ctx, named));
    if let (Some(Way::Sms), Some(node)) = (way, fields.get("traffic")) {
        let item = ctx.out.error(node.span(), "SMS has no downstream traffic (M3)");
        item.help("remove traffic, or send by Email or Http");
        return (None, Vec::new());
    }
    if traffic.is_given() && traffic.good().is_none() {
        return (None, Vec::new());
    }
    let on_services = on_services.good().cloned().unwrap_or_default();
    let (Some(way), Some(price)) = (way, price) else { return (None, on_services) };
    let traffic = traffic.good().copied();
    let kind = Notifications { way, enabled, price, traffic, events, on_services: Vec::new() };
    (Some(ResourceKind::Notifications(kind)), on_services)
}

fn traffic(node: &Node, ctx: &mut Context) -> Option<MessageTraffic> {
    let fields = node.fields("`traffic`", &["per_gb", "message_kb"], &mut ctx.out)?;
    let per_kb = required(&fields, "per_gb", "\"0.80\"", ctx, |node, ctx| {
        let pico = money(node, ctx)?.as_pico();
        // The price of a KB is exact.
        if pico % KB_PER_GB != 0 {
            let item = ctx.out.error(node.span(), format!("{}: too many decimals", node.place()));
            item.help("the price of a GB of traffic has at most six");
            return None;
        }
        let per_kb = pico / KB_PER_GB;
        if per_kb * i128::from(MOST_MESSAGES * LARGEST_KB) > HIGHEST_AMOUNT.as_pico() {
            ctx.out.error(node.span(), format!("{}: no traffic costs so much", node.place()));
            return None;
        }
        Some(Money::from_pico(per_kb))
    });
    let message_kb = required(&fields, "message_kb", "50", ctx, |node, ctx| whole(node, 1, LARGEST_KB, ctx));
    Some(MessageTraffic { message_kb: message_kb?, price_per_kb: per_kb? })
}

/// Times and counts, by time.
fn events(node: &Node, ctx: &mut Context) -> Option<Vec<(SimTime, u64)>> {
    let nodes = node.list("events", &mut ctx.out)?;
    let mut found: Vec<(SimTime, u64)> = nodes.iter().filter_map(|item| event(item, ctx)).collect();
    found.sort_by_key(|(at, _)| *at);
    Some(found)
}

fn event(node: &Node, ctx: &mut Context) -> Option<(SimTime, u64)> {
    let fields = node.fields("an event", &["at", "count"], &mut ctx.out)?;
    let at = required(&fields, "at", "\"3h\"", ctx, |node, ctx| {
        let at = instant(node, ctx)?;
        if at < SimTime::ZERO {
            ctx.out.error(node.span(), format!("{} is before the start of the scenario", node.place()));
            return None;
        }
        if let Some(horizon) = ctx.horizon.filter(|horizon| at >= SimTime::ZERO + *horizon) {
            ctx.out
                .warning(node.span(), "this event never comes")
                .label(format!("the run ends at {horizon}"));
        }
        Some(at)
    });
    let count = or(&fields, "count", 1, ctx, |node, ctx| whole(node, 1, MOST_MESSAGES, ctx));
    Some((at?, count))
}
