//! Markets: what can be rented, at which prices, and when there is any.

use super::deployments::replica_slots;
use super::prices;
use super::providers::provider_of;
use super::replay::{Kind, MarketKeys};
use super::resources::Named;
use super::stock::{self, StockDecl};
use crate::catalog::MachineRules;
use crate::scenario::context::Context;
use crate::scenario::deployment::ReplicaSlots;
use crate::scenario::diagnostics::Span;
use crate::scenario::document::{Fields, Node};
use crate::scenario::values::{Field, boolean, name, optional, or, text};
use crate::units::UnitPrice;
use crate::world::PriceProcess;

/// A market as written.
#[derive(Clone, Debug)]
pub(crate) struct MarketDecl {
    /// Its place in the file.
    pub(crate) span: Span,
    /// Region; may be empty.
    pub(crate) region: String,
    /// Zone; may be empty.
    pub(crate) zone: String,
    /// Instance type.
    pub(crate) instance_type: String,
    /// Standard price.
    pub(crate) standard: Field<PriceProcess>,
    /// Spot price with the protected hour.
    pub(crate) spot_protected: Field<PriceProcess>,
    /// Spot price without it.
    pub(crate) spot_unprotected: Field<PriceProcess>,
    /// Whether it can be rented as spot.
    pub(crate) spot: Spot,
    /// Stock of standard instances, and of spot instances unless they have their own.
    pub(crate) stock: Option<StockDecl>,
    /// Stock of spot instances.
    pub(crate) spot_stock: Field<StockDecl>,
    /// Calls one instance serves.
    pub(crate) slots: Option<ReplicaSlots>,
    /// The rules it is rented by, and the name of the provider they are from.
    pub(crate) machines: (MachineRules, String),
    /// The dedicated machines it stands for, by their name.
    pub(crate) dedicated: Field<Named>,
}

impl MarketDecl {
    /// True if a spot price is written, rightly or wrongly.
    pub(crate) fn has_spot_price(&self) -> bool {
        self.spot_protected.is_given() || self.spot_unprotected.is_given()
    }
}

/// Whether a market can be rented as spot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spot {
    /// It can.
    Offered,
    /// No spot price is given.
    NoPrice,
    /// The scenario says `spot: false`.
    Refused(Span),
}

const FIELDS: [&str; 13] = [
    "name",
    "region",
    "zone",
    "type",
    "standard",
    "spot_protected",
    "spot_unprotected",
    "spot",
    "stock",
    "spot_stock",
    "capacity",
    "provider",
    "dedicated",
];

/// Reads `markets`.
pub(crate) fn markets(node: &Node, ctx: &mut Context) -> Option<()> {
    let nodes = node.list("markets", &mut ctx.out)?;
    if nodes.is_empty() {
        let item = ctx.out.error(node.span(), "`markets` is empty");
        item.help("list at least one, as in (name: \"A\", standard: \"1.60\")");
        ctx.markets.complete = false;
    }
    for item in nodes {
        match item.fields("a market", &FIELDS, &mut ctx.out) {
            Some(fields) => market(&item, &fields, ctx),
            None => ctx.markets.complete = false,
        }
    }
    Some(())
}

fn market(node: &Node, fields: &Fields, ctx: &mut Context) {
    let given_name = optional(fields, "name", ctx, name);
    let given_type = optional(fields, "type", ctx, name);
    let region = or(fields, "region", String::new(), ctx, text);
    let zone = or(fields, "zone", String::new(), ctx, text);
    let instance_type = given_type.good().or(given_name.good()).cloned().unwrap_or_default();
    let keys = |kind: Kind, standard: Option<UnitPrice>| MarketKeys {
        instance_type: given_type.good().cloned(),
        region: (!region.is_empty()).then(|| region.clone()),
        zone: (!zone.is_empty()).then(|| zone.clone()),
        kind,
        standard,
    };
    let process = |field: &str, kind: Kind, standard: Option<UnitPrice>, ctx: &mut Context| {
        optional(fields, field, ctx, |node, ctx| prices::process(node, &keys(kind, standard), ctx))
    };
    let dedicated = dedicated(fields, ctx);
    let mut standard = process("standard", Kind::Standard, None, ctx);
    // Discounts are shares of the standard price, so it has to be one price.
    let fixed = match standard.good() {
        Some(PriceProcess::Constant(price)) => Some(*price),
        _ => None,
    };
    let spot_protected = process("spot_protected", Kind::Protected, fixed, ctx);
    let spot_unprotected = process("spot_unprotected", Kind::Unprotected, fixed, ctx);
    let stock =
        match optional(fields, "stock", ctx, |node, ctx| stock::stock(node, &keys(Kind::Stock, None), ctx)) {
            Field::Absent => Some(StockDecl::ALWAYS),
            Field::Bad => None,
            Field::Good(stock, _) => Some(stock),
        };
    let spot_stock =
        optional(fields, "spot_stock", ctx, |node, ctx| stock::stock(node, &keys(Kind::Stock, None), ctx));
    let has_price = spot_protected.is_given() || spot_unprotected.is_given();
    let spot = spot(node, fields, has_price, ctx);
    if let Field::Good(_, span) = &dedicated {
        // Dedicated machines bill from their purchase; an instance on them adds nothing (E26).
        standard = Field::Good(PriceProcess::Constant(UnitPrice::ZERO), *span);
    } else if !standard.is_given() && !has_price && !dedicated.is_given() {
        let item = ctx.out.error(node.span(), format!("{}: it has no price at all", node.place()));
        item.label("this market").help("add standard: \"1.60\", or spot_protected: …, or both");
    }
    let machines = match provider_of(fields, ctx) {
        Some(profile) => (profile.rules, profile.name),
        None => ctx.machines.clone(),
    };
    unprotected_only(node, fields, &machines, ctx);
    let span = node.span();
    let decl = MarketDecl {
        span,
        region: region.clone(),
        zone: zone.clone(),
        instance_type,
        standard,
        spot_protected,
        spot_unprotected,
        spot,
        stock,
        spot_stock,
        slots: optional(fields, "capacity", ctx, replica_slots).good().copied(),
        machines,
        dedicated,
    };
    declare(node, fields, &given_name, &given_type, decl, ctx);
}

/// Where no protection is sold there is no price with it.
fn unprotected_only(node: &Node, fields: &Fields, machines: &(MachineRules, String), ctx: &mut Context) {
    let (rules, provider) = machines;
    if let (false, Some(price)) = (rules.offers_protection, fields.get("spot_protected")) {
        let by = if provider.is_empty() { String::new() } else { format!(" by {provider}") };
        let message = format!("{}: no protection period is sold{by}", node.place());
        let item = ctx.out.error(price.span(), message);
        item.label("a price with protection").help("write it as spot_unprotected");
    }
}

/// The dedicated machines a market stands for: their number is its stock, and their price is paid already.
fn dedicated(fields: &Fields, ctx: &mut Context) -> Field<Named> {
    let found = optional(fields, "dedicated", ctx, |node, ctx| Some((name(node, ctx)?, node.span())));
    let Some(group) = fields.get("dedicated").map(Node::span) else { return found };
    for field in ["standard", "spot_protected", "spot_unprotected", "spot", "stock", "spot_stock"] {
        if let Some(node) = fields.get(field) {
            let item = ctx.out.error(node.span(), format!("{}: these are dedicated machines", node.place()));
            item.related(group, "said here").help(format!("remove {field}: they are paid for as a resource"));
        }
    }
    found
}

/// Files the market under its name, which is its type if it has none.
fn declare(
    node: &Node,
    fields: &Fields,
    given_name: &Field<String>,
    given_type: &Field<String>,
    decl: MarketDecl,
    ctx: &mut Context,
) {
    let (name, field) = match (given_name, given_type) {
        (Field::Good(name, _), _) => (name.clone(), "name"),
        (Field::Absent, Field::Good(name, _)) => (name.clone(), "type"),
        (Field::Absent, Field::Absent) => {
            let item = ctx.out.error(node.span(), format!("{}: the field `type` is missing", node.place()));
            item.label("in here").help("add type: \"ecs.gn7i-c8g1.2xlarge\", or a name");
            ctx.markets.complete = false;
            return;
        }
        _ => {
            ctx.markets.complete = false;
            return;
        }
    };
    let span = fields.get(field).map_or(node.span(), Node::span);
    ctx.markets.declare("market", name, span, decl, &mut ctx.out);
}

fn spot(node: &Node, fields: &Fields, has_price: bool, ctx: &mut Context) -> Spot {
    let given = optional(fields, "spot", ctx, boolean);
    match (given, has_price) {
        (Field::Good(false, span), _) => Spot::Refused(span),
        (Field::Good(true, span), false) => {
            let item = ctx.out.error(span, format!("{}: spot is offered, but without a price", node.place()));
            item.help(
                "add spot_protected or spot_unprotected; the missing one is derived by `unprotected_factor`",
            );
            Spot::Offered
        }
        // A wrong value may have been meant either way.
        (_, true) | (Field::Bad, false) => Spot::Offered,
        (Field::Absent, false) => Spot::NoPrice,
    }
}
