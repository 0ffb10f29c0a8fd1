//! Model units as written, and what a replica can serve.

use super::{MOST_TOKENS, every, paid_by, time_of_day};
use crate::scenario::context::Context;
use crate::scenario::decode::replay::{Kind as SeriesKind, MarketKeys};
use crate::scenario::decode::stock::{self, StockDecl};
use crate::scenario::deployment::{Autoscale, PaidBy, ReplicaSlots};
use crate::scenario::diagnostics::Span;
use crate::scenario::document::{Fields, Node};
use crate::scenario::values::{
    integer, items, money, name, optional, or, price_or_zero, required, share_ppb, span, word,
};
use crate::serving::SlotClass;
use crate::units::{Money, SimSpan, UnitPrice, parse_scaled};

/// Fields of `ModelUnits` beyond those of every deployment.
pub(super) const FIELDS: [&str; 11] = [
    "spec",
    "mode",
    "replicas",
    "paid_by",
    "prices",
    "stock",
    "stock_of",
    "capacity",
    "max_wait",
    "max_context",
    "autoscale",
];
/// The most replicas of a deployment.
pub(super) const MOST_REPLICAS: u32 = 10_000;

/// Model units as written.
#[derive(Clone, Debug)]
pub(crate) struct UnitsDecl {
    /// As printed, such as `MU1 x 4`, and where it stands.
    pub(crate) spec: (String, Span),
    /// Prefill and decode apart.
    pub(crate) is_pd_separated: bool,
    /// Replicas at first.
    pub(crate) replicas: u32,
    /// How it is paid.
    pub(crate) paid_by: PaidBy,
    /// Prices of its own: per replica and hour, per replica and month.
    pub(crate) prices: Option<(UnitPrice, Money)>,
    /// Where replicas come from.
    pub(crate) stock: Option<StockDecl>,
    /// Name of a deployment of the same strategy whose stock it shares, and where that stands.
    pub(crate) stock_of: Option<(String, Span)>,
    /// What one replica serves.
    pub(crate) slots: Option<ReplicaSlots>,
    /// Longest wait.
    pub(crate) max_wait: Option<SimSpan>,
    /// Scaling by load and schedule.
    pub(crate) autoscale: Option<Autoscale>,
}

pub(super) fn units(fields: &Fields, ctx: &mut Context) -> Option<UnitsDecl> {
    let stock_of = optional(fields, "stock_of", ctx, |node, ctx| Some((name(node, ctx)?, node.span())));
    if let (Some((_, span)), Some(stock)) = (stock_of.good(), fields.get("stock")) {
        let item = ctx.out.error(*span, "a stock of its own, or that of another deployment?");
        item.label("here").related(stock.span(), "and here").help("remove one of them");
    }
    let spec =
        required(fields, "spec", "\"MU1 x 4\"", ctx, |node, ctx| Some((name(node, ctx)?, node.span())));
    let own_prices = optional(fields, "prices", ctx, prices);
    // Where they are wrong, that is recorded, and the price book is not asked instead.
    let prices = if own_prices.is_given() { Some(own_prices.good().copied()) } else { None };
    let modes = [("Standard", false), ("PdSeparated", true)];
    Some(UnitsDecl {
        is_pd_separated: or(fields, "mode", false, ctx, |node, ctx| {
            word(node, "inference mode", &modes, ctx)
        }),
        replicas: or(fields, "replicas", 1, ctx, |node, ctx| integer(node, 1, MOST_REPLICAS, ctx)),
        paid_by: or(fields, "paid_by", PaidBy::PayAsYouGo, ctx, |node, ctx| {
            paid_by(node, "Months", "months", 120, ctx)
        }),
        prices: match prices {
            Some(given) => Some(given?),
            None => None,
        },
        stock: optional(fields, "stock", ctx, |node, ctx| stock::stock(node, &no_keys(), ctx))
            .good()
            .cloned(),
        stock_of: stock_of.good().cloned(),
        slots: optional(fields, "capacity", ctx, replica_slots).good().copied(),
        max_wait: optional(fields, "max_wait", ctx, span).good().copied(),
        autoscale: optional(fields, "autoscale", ctx, autoscale).good().cloned(),
        spec: spec?,
    })
}

/// Model units have no rows in histories of markets.
fn no_keys() -> MarketKeys {
    MarketKeys { instance_type: None, region: None, zone: None, kind: SeriesKind::Standard, standard: None }
}

fn prices(node: &Node, ctx: &mut Context) -> Option<(UnitPrice, Money)> {
    let fields = node.fields("prices of a replica", &["hourly", "monthly"], &mut ctx.out)?;
    let hourly = optional(&fields, "hourly", ctx, price_or_zero);
    let monthly = optional(&fields, "monthly", ctx, money);
    let is_wrong =
        (hourly.is_given() && hourly.good().is_none()) || (monthly.is_given() && monthly.good().is_none());
    let hourly = hourly.good().copied().unwrap_or(UnitPrice::ZERO);
    (!is_wrong).then(|| (hourly, monthly.good().copied().unwrap_or(Money::ZERO)))
}

/// What one replica serves: `Slots(count: 8, prefill_tps: 8000, decode_tps: 60)` or `TokensPerMinute(120000)`.
pub(crate) fn replica_slots(node: &Node, ctx: &mut Context) -> Option<ReplicaSlots> {
    let (by_rate, variant) =
        node.variant("capacity", &[("Slots", false), ("TokensPerMinute", true)], &mut ctx.out)?;
    if by_rate {
        let tokens = variant.single("TokensPerMinute(120000)", &mut ctx.out)?;
        let per_minute = u64::from(integer(&tokens, 1, MOST_TOKENS, ctx)?);
        // One slot that serves tokens of both kinds one after another: n a minute is n/60 a second.
        let milli_tps = (per_minute * 1_000).div_ceil(60);
        let class =
            SlotClass { prefill_milli_tps: milli_tps, decode_milli_tps: milli_tps, overhead: SimSpan::ZERO };
        return Some(ReplicaSlots { count: 1, class });
    }
    let fields = variant.fields(&["count", "prefill_tps", "decode_tps", "overhead"], &mut ctx.out)?;
    let count = required(&fields, "count", "8", ctx, |node, ctx| integer(node, 1, 100_000, ctx));
    let prefill = required(&fields, "prefill_tps", "8000", ctx, rate);
    let decode = required(&fields, "decode_tps", "60", ctx, rate);
    let overhead = or(&fields, "overhead", SimSpan::ZERO, ctx, span);
    let class = SlotClass { prefill_milli_tps: prefill?, decode_milli_tps: decode?, overhead };
    Some(ReplicaSlots { count: count?, class })
}

/// Tokens per second, above 0, in thousandths.
fn rate(node: &Node, ctx: &mut Context) -> Option<u64> {
    let written = node.scalar("tokens per second, as in 60", &mut ctx.out)?;
    match parse_scaled(&written, 3) {
        Ok(milli) if (100..=1_000_000_000_000).contains(&milli) => u64::try_from(milli).ok(),
        Ok(_) | Err(_) => {
            let item = ctx.out.error(node.span(), format!("{}: not a rate", node.place()));
            item.help(
                "write tokens per second from 0.1 on, with at most three decimals, as in 60 or \"37.5\"",
            );
            None
        }
    }
}

fn autoscale(node: &Node, ctx: &mut Context) -> Option<Autoscale> {
    let known = ["min", "max", "out_at", "in_at", "every", "step", "cool_down", "schedule"];
    let fields = node.fields("`autoscale`", &known, &mut ctx.out)?;
    let count = |node: &Node, ctx: &mut Context| integer(node, 1, MOST_REPLICAS, ctx);
    let min = required(&fields, "min", "1", ctx, count);
    let max = required(&fields, "max", "4", ctx, count);
    let out_at = optional(&fields, "out_at", ctx, per_mille).good().copied();
    let in_at = optional(&fields, "in_at", ctx, per_mille).good().copied();
    let scale = Autoscale {
        out_at_per_mille: out_at,
        in_at_per_mille: in_at,
        every: or(&fields, "every", SimSpan::MINUTE, ctx, every),
        step: or(&fields, "step", 1, ctx, count),
        cool_down: or(&fields, "cool_down", SimSpan::ZERO, ctx, span),
        schedule: or(&fields, "schedule", Vec::new(), ctx, schedule),
        min: min?,
        max: max?,
    };
    if scale.min > scale.max {
        ctx.out.error(node.span(), format!("{}: min {} is above max {}", node.place(), scale.min, scale.max));
        return None;
    }
    if let (Some(below), Some(above)) = (in_at, out_at)
        && below >= above
    {
        let item = ctx.out.error(node.span(), format!("{}: in_at must be below out_at", node.place()));
        item.help("otherwise one load asks for more and fewer replicas at once");
        return None;
    }
    Some(scale)
}

fn schedule(node: &Node, ctx: &mut Context) -> Option<Vec<(SimSpan, u32)>> {
    items(node, "times and replicas", ctx, |item, ctx| {
        let (at, count) =
            item.pair("a time of day and a number of replicas, as in (\"20:00\", 3)", &mut ctx.out)?;
        let at = time_of_day(&at, ctx);
        let count = integer(&count, 1, MOST_REPLICAS, ctx);
        at.zip(count)
    })
}

/// A share in thousandths, as in `"80%"` or 0.8.
fn per_mille(node: &Node, ctx: &mut Context) -> Option<u32> {
    let written = node.scalar("a share, as in \"80%\"", &mut ctx.out)?;
    match share_ppb(&written) {
        Ok(ppb) if (0..=100_000_000_000).contains(&ppb) => u32::try_from(ppb / 1_000_000).ok(),
        Ok(_) | Err(_) => {
            let item = ctx.out.error(node.span(), format!("{}: not a share", node.place()));
            item.help("write it as in \"80%\" or 0.8");
            None
        }
    }
}
