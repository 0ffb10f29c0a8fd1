//! Plans: ordered types with bids, protection, moving back, retrying. A strategy is a plan with a name.

use super::deployments::{self, DeploymentDecl};
use super::markets::{MarketDecl, Spot};
use crate::scenario::asked::Asked;
use crate::scenario::context::{Context, Declared};
use crate::scenario::diagnostics::Span;
use crate::scenario::document::{Fields, Node};
use crate::scenario::model::{Base, Bid, Entry, MarketId, MoveBack, MoveOrder, Plan, Retry, Saving};
use crate::scenario::syntax::Shape;
use crate::scenario::values::{
    Field, boolean, integer, interval, items, name, optional, or, price, reference, required, share_ppb,
    span, word,
};
use crate::units::SimSpan;

/// The most replicas a service may have.
pub(crate) const MOST_REPLICAS: u32 = 10_000;

/// A plan, and where its entries stand.
#[derive(Clone, Debug)]
pub(crate) struct PlanDecl {
    /// The plan. Its markets are indices into the declared markets.
    pub(crate) plan: Plan,
    /// Where each entry stands, and its bid if it has one.
    pub(crate) spans: Vec<(Span, Option<Span>)>,
}

/// Fields of a strategy: those of a plan among them.
pub(crate) const STRATEGY_FIELDS: [&str; 9] = [
    "name",
    "types",
    "protection",
    "move_back",
    "wait_before_fallback",
    "retry",
    "base",
    "avoid_after_reclaim",
    "deployments",
];

/// Fields of a plan.
pub(crate) const PLAN_FIELDS: [&str; 7] =
    ["types", "protection", "move_back", "wait_before_fallback", "retry", "base", "avoid_after_reclaim"];

/// A strategy as written.
#[derive(Clone, Debug)]
pub(crate) struct StrategyDecl {
    /// Its name.
    pub(crate) name: String,
    /// How it rents machines; without entries where it does not say.
    pub(crate) plan: PlanDecl,
    /// What else serves.
    pub(crate) deployments: Vec<DeploymentDecl>,
}

/// Reads `strategies`.
pub(crate) fn strategies(node: &Node, ctx: &mut Context) -> Option<Vec<StrategyDecl>> {
    let mut seen: Declared<()> = Declared::default();
    items(node, "strategies", ctx, |item, ctx| {
        let fields = item.fields("a strategy", &STRATEGY_FIELDS, &mut ctx.out)?;
        let strategy_name = required(&fields, "name", "\"spot then standard\"", ctx, name);
        let deployments = optional(&fields, "deployments", ctx, deployments::deployments);
        // A strategy that only deploys, or only has resources, rents no machines.
        let does_without = deployments.is_given() || ctx.has_resources;
        let plan = if does_without && fields.get("types").is_none() {
            Some(PlanDecl { plan: Plan::without_machines(), spans: Vec::new() })
        } else {
            let or_else = ", or deployments: [Public(model: \"qwen3-max-2025-09-23\")]";
            plan_fields(&fields, or_else, ctx)
        };
        let name = strategy_name?;
        let span = fields.get("name").map_or(item.span(), Node::span);
        seen.declare("strategy", name.clone(), span, (), &mut ctx.out);
        let deployments = deployments.good().cloned().unwrap_or_default();
        Some(StrategyDecl { name, plan: plan?, deployments })
    })
}

/// A plan without a name.
pub(crate) fn plan(node: &Node, ctx: &mut Context) -> Option<PlanDecl> {
    let fields = node.fields("a plan", &PLAN_FIELDS, &mut ctx.out)?;
    plan_fields(&fields, "", ctx)
}

/// The fields of a plan, of whatever else they are fields; `or_else` is what may stand there instead of types.
pub(crate) fn plan_fields(fields: &Fields, or_else: &str, ctx: &mut Context) -> Option<PlanDecl> {
    let protection = or(fields, "protection", true, ctx, boolean);
    let move_back = fields.get("move_back").and_then(|node| move_back(node, ctx));
    let wait = or(fields, "wait_before_fallback", SimSpan::ZERO, ctx, span);
    let retry = or(fields, "retry", Retry::OnAvailable, ctx, retry);
    let avoid_after_reclaim = or(fields, "avoid_after_reclaim", SimSpan::ZERO, ctx, span);
    let example = format!("[(type: \"A\", bid: \"0.42\"), (type: \"C\")]{or_else}");
    let mut first = true;
    let entries = required(fields, "types", &example, ctx, |node, ctx| {
        items(node, "types", ctx, |item, ctx| {
            let default_after = if first { SimSpan::ZERO } else { wait };
            first = false;
            entry(item, default_after, ctx)
        })
    })?;
    let (entries, spans): (Vec<Entry>, Vec<_>) = entries.into_iter().unzip();
    let base = fields.get("base").and_then(|node| base(node, &entries, ctx));
    let plan = Plan { entries, protection, move_back, retry, base, avoid_after_reclaim };
    Some(PlanDecl { plan, spans })
}

fn entry(node: &Node, default_after: SimSpan, ctx: &mut Context) -> Option<(Entry, (Span, Option<Span>))> {
    let fields = node.fields("an entry", &["type", "bid", "cap", "after"], &mut ctx.out)?;
    let market = match fields.required("type", "\"A\"", &mut ctx.out) {
        Some(node) => reference(node, "market", &ctx.markets, &mut ctx.out),
        None => None,
    };
    let bid = optional(&fields, "bid", ctx, bid);
    let cap = optional(&fields, "cap", ctx, |node, ctx| integer(node, 1, MOST_REPLICAS, ctx));
    let after = or(&fields, "after", default_after, ctx, span);
    let market = market?;
    can_be_rented(node, &fields, market, &bid, ctx)?;
    let (span, bid_span) = (fields.get("type").map_or(node.span(), Node::span), bid.span());
    let entry = Entry { market: MarketId(market), bid: bid.good().copied(), cap: cap.good().copied(), after };
    Some((entry, (span, bid_span)))
}

/// A bid needs a spot price, no bid a standard price (E23, E24).
fn can_be_rented(
    node: &Node,
    fields: &Fields,
    market: usize,
    bid: &Field<Bid>,
    ctx: &mut Context,
) -> Option<()> {
    let (decl, name) = (ctx.markets.items[market].clone(), ctx.markets.names[market].clone());
    if let Some(bid_node) = fields.get("bid") {
        let (place, label) = match decl.spot {
            Spot::Offered => return is_taken(&decl, &name, bid, ctx),
            Spot::NoPrice => (decl.span, "no spot price is given here"),
            Spot::Refused(span) => (span, "said here"),
        };
        let message =
            format!("{}: a bid on market \"{name}\", which does not support spot (E23)", node.place());
        let item = ctx.out.error(bid_node.span(), message);
        item.label("this bid").related(place, label);
        item.help(
            "remove the bid to rent it at the standard price, or give the market a spot_protected price",
        );
        return None;
    }
    // A market without any price is reported where it stands.
    if !bid.is_given() && !decl.standard.is_given() && decl.has_spot_price() {
        let message = format!("{}: market \"{name}\" has no standard price", node.place());
        let span = decl.span;
        let item = ctx.out.error(node.span(), message);
        item.label("no bid, so rented at the standard price").related(span, "none is given here");
        item.help("add a bid to rent it as spot, or give the market a standard price");
        return None;
    }
    Some(())
}

/// A ceiling per hour, or none.
fn bid(node: &Node, ctx: &mut Context) -> Option<Bid> {
    ctx.out.ask(node.span(), || Asked::Price(&["NoLimit"]));
    if matches!(node.shape(), Shape::Text | Shape::Number) {
        // What an API of another provider calls no limit.
        if node.string_content().as_deref().unwrap_or(node.written()).trim() == "-1" {
            let item = ctx.out.error(node.span(), format!("{}: a bid is above 0", node.place()));
            item.label("no price").help("write NoLimit to rent at any price");
            return None;
        }
        return price(node, ctx).map(Bid::Limit);
    }
    if node.written() == "NoLimit" {
        return Some(Bid::NoLimit);
    }
    node.expected("a price per hour, as in \"0.42\", or NoLimit", &mut ctx.out).and(None)
}

/// Some providers take no ceilings.
fn is_taken(decl: &MarketDecl, name: &str, bid: &Field<Bid>, ctx: &mut Context) -> Option<()> {
    let (rules, provider) = &decl.machines;
    match bid {
        Field::Good(Bid::Limit(_), span) if !rules.takes_bids => {
            let item = ctx.out.error(*span, format!("market \"{name}\" takes no bids"));
            item.label(if provider.is_empty() {
                "said in the settings".to_owned()
            } else {
                format!("a rule of {provider}")
            });
            item.help("write bid: NoLimit: it is rented as spot at the market's price");
            None
        }
        Field::Good(Bid::Limit(_) | Bid::NoLimit, _) | Field::Absent | Field::Bad => Some(()),
    }
}

/// A standard base needs an entry that it can take.
fn base(node: &Node, entries: &[Entry], ctx: &mut Context) -> Option<Base> {
    let fields = node.fields("a base", &["replicas", "share_above"], &mut ctx.out)?;
    let replicas = or(&fields, "replicas", 0, ctx, |node, ctx| integer(node, 0, MOST_REPLICAS, ctx));
    let share_above_ppb = or(&fields, "share_above", 0, ctx, share);
    if entries.iter().all(|entry| entry.bid.is_some()) {
        let item = ctx
            .out
            .error(node.span(), format!("{}: no type can be rented at the standard price", node.place()));
        item.label("its replicas never get an instance");
        item.help("add a type without a bid to `types`");
        return None;
    }
    Some(Base { replicas, share_above_ppb })
}

/// A share from 0 to 1.
fn share(node: &Node, ctx: &mut Context) -> Option<i64> {
    let written = node.scalar("a share as in \"25%\" or \"0.25\"", &mut ctx.out)?;
    match share_ppb(&written) {
        Ok(ppb) if (0..=1_000_000_000).contains(&ppb) => Some(ppb),
        Ok(_) => {
            ctx.out.error(node.span(), format!("{} must be from 0% to 100%", node.place()));
            None
        }
        Err(why) => {
            ctx.out.error(node.span(), format!("{}: not a share", node.place())).label(why);
            None
        }
    }
}

/// `Never` is nothing, and so is what is wrong, which is recorded.
fn move_back(node: &Node, ctx: &mut Context) -> Option<MoveBack> {
    let known = [("Never", false), ("WhenAvailable", true)];
    let (moves, variant) = node.variant("way to move back", &known, &mut ctx.out)?;
    if !moves {
        variant.bare(&mut ctx.out)?;
        return None;
    }
    if variant.is_bare() {
        return Some(MoveBack {
            dwell: SimSpan::ZERO,
            min_saving: Saving::Any,
            order: MoveOrder::MakeBeforeBreak,
        });
    }
    let fields = variant.fields(&["dwell", "min_saving", "order"], &mut ctx.out)?;
    let dwell = or(&fields, "dwell", SimSpan::ZERO, ctx, span);
    let min_saving = or(&fields, "min_saving", Saving::Any, ctx, saving);
    let orders =
        [("MakeBeforeBreak", MoveOrder::MakeBeforeBreak), ("BreakBeforeMake", MoveOrder::BreakBeforeMake)];
    let order = or(&fields, "order", MoveOrder::MakeBeforeBreak, ctx, |node, ctx| {
        word(node, "order of moving", &orders, ctx)
    });
    Some(MoveBack { dwell, min_saving, order })
}

fn saving(node: &Node, ctx: &mut Context) -> Option<Saving> {
    let written = node.scalar("a share as in \"10%\", or a price per hour as in \"0.05\"", &mut ctx.out)?;
    if !written.trim_end().ends_with('%') {
        return price(node, ctx).map(Saving::PerHour);
    }
    match share_ppb(&written) {
        Ok(ppb) if ppb > 0 && ppb < 1_000_000_000 => Some(Saving::SharePpb(ppb)),
        Ok(_) => {
            let item =
                ctx.out.error(node.span(), format!("{}: a share is above 0% and below 100%", node.place()));
            item.help("leave min_saving out to move back at any price");
            None
        }
        Err(why) => {
            ctx.out.error(node.span(), format!("{}: not a share", node.place())).label(why);
            None
        }
    }
}

fn retry(node: &Node, ctx: &mut Context) -> Option<Retry> {
    let known = [("OnAvailable", false), ("Every", true)];
    let (repeats, variant) = node.variant("way to retry", &known, &mut ctx.out)?;
    if !repeats {
        return variant.bare(&mut ctx.out).map(|()| Retry::OnAvailable);
    }
    let every = variant.single("Every(\"5m\")", &mut ctx.out)?;
    interval(&every, false, ctx).map(Retry::Every)
}
