//! Checks that need several parts of the file: what is used, bids that are never reached, disks, actions.

use crate::scenario::context::Context;
use crate::scenario::decode::markets::MarketDecl;
use crate::scenario::decode::plans::PlanDecl;
use crate::scenario::loader::Document;
use crate::scenario::model::{Acquire, ActionKind, Bid};
use crate::scenario::suggest;
use crate::scenario::values::LARGEST_FACTOR_PPB;
use crate::units::{SimTime, UnitPrice};
use crate::world::PriceProcess;

/// Which series of a market some plan meets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Use {
    /// Standard prices.
    pub(super) standard: bool,
    /// Spot prices with the protected hour.
    pub(super) protected: bool,
    /// Spot prices without it.
    pub(super) unprotected: bool,
}

impl Use {
    /// True if any plan can rent here.
    pub(super) fn any(self) -> bool {
        self.standard || self.protected || self.unprotected
    }
}

/// What plans meet of each declared market.
pub(super) fn used(plans: &[PlanDecl], markets: &[MarketDecl]) -> Vec<Use> {
    let mut used = vec![Use::default(); markets.len()];
    for decl in plans {
        for entry in &decl.plan.entries {
            let (market, decl_of) = (&mut used[entry.market.0], &markets[entry.market.0]);
            match entry.bid {
                None => market.standard = true,
                Some(_) if decl.plan.protection && decl_of.machines.0.offers_protection => {
                    market.protected = true;
                }
                Some(_) => market.unprotected = true,
            }
        }
    }
    used
}

/// What plans meet; markets that none meets are noted.
pub(super) fn usage(plans: &[PlanDecl], ctx: &mut Context) -> Vec<Use> {
    let found = used(plans, &ctx.markets.items);
    // After an error a plan may be missing, and with it the use of a market.
    if !ctx.out.has_errors() {
        for (index, _) in found.iter().enumerate().filter(|(_, usage)| !usage.any()) {
            let message = format!("no plan uses market \"{}\"; it is left out", ctx.markets.names[index]);
            ctx.out.note(ctx.markets.spans[index], message);
        }
    }
    found
}

/// Shocks touch markets that exist.
pub(super) fn shock_markets(ctx: &mut Context) {
    if !ctx.markets.complete {
        return;
    }
    let known: Vec<&str> = ctx.markets.names.iter().map(String::as_str).collect();
    for (market, span) in ctx.shocks.items.iter().flat_map(|decl| &decl.markets) {
        if !known.contains(&market.as_str()) {
            let item = ctx.out.error(*span, format!("there is no market \"{market}\""));
            item.label("unknown market");
            suggest::name(item, market, &known, "the markets are");
        }
    }
}

/// Shocks that come together multiply; the price must stay within its range.
pub(super) fn shock_factors(ctx: &mut Context) {
    for name in &ctx.markets.names {
        let touching: Vec<_> = ctx
            .shocks
            .items
            .iter()
            .filter(|decl| decl.prices && decl.markets.iter().any(|(market, _)| market == name))
            .collect();
        let factors = touching.iter().map(|decl| decl.shock.price_factor_ppb as f64 / 1e9);
        let product: f64 = factors.map(|factor| factor.max(1.0)).product();
        let place = touching.last().and_then(|decl| decl.markets.iter().find(|(market, _)| market == name));
        if let (Some((_, span)), true) = (place, product > LARGEST_FACTOR_PPB as f64 / 1e9) {
            let message =
                format!("the shocks of market \"{name}\" multiply its price by {product:.0} together");
            ctx.out.error(*span, message).help("choose factors whose product is at most 100");
        }
    }
}

/// The lowest price a process can have, in units of 10⁻⁹.
fn lowest(process: &PriceProcess) -> Option<i64> {
    let nano = |price: f64| UnitPrice::from_sampled(price).as_nano();
    match process {
        PriceProcess::Constant(price) => Some(price.as_nano()),
        PriceProcess::Schedule(changes) => changes.iter().map(|(_, price)| price.as_nano()).min(),
        PriceProcess::MeanReverting(process) => Some(nano(process.floor)),
        PriceProcess::TwoRegime(process) => Some(nano(process.floor)),
        PriceProcess::Replay(replay) => replay.history.values.iter().copied().min(),
        PriceProcess::Scaled { .. } => None,
    }
}

/// Bids that the market can never come down to.
pub(super) fn bids(document: &Document, plans: &[PlanDecl], ctx: &mut Context) {
    for decl in plans {
        for (entry, (_, bid_span)) in decl.plan.entries.iter().zip(&decl.spans) {
            let (Some(bid), Some(span)) = (entry.bid.and_then(Bid::limit), *bid_span) else { continue };
            let market = &ctx.markets.items[entry.market.0];
            let strict = market.machines.0.acquire_when == Acquire::BidAboveMarket;
            let is_protected = decl.plan.protection && market.machines.0.offers_protection;
            let (own, other) = (market.spot_protected.good(), market.spot_unprotected.good());
            let factor = i128::from(document.settings.unprotected_factor_ppb);
            let whole = 1_000_000_000_i128;
            let (own, other, up, down) =
                if is_protected { (own, other, whole, factor) } else { (other, own, factor, whole) };
            let least = match (own.and_then(lowest), other.and_then(lowest)) {
                (Some(least), _) => i128::from(least),
                (None, Some(least)) => i128::from(least) * up / down,
                (None, None) => continue,
            };
            // A shock may lower prices below the floor.
            let name = &ctx.markets.names[entry.market.0];
            let lowers = ctx.shocks.items.iter().any(|shock| {
                let cheaper = shock.shock.price_factor_ppb < 1_000_000_000 || shock.shock.price_cap.is_some();
                shock.prices && cheaper && shock.markets.iter().any(|(market, _)| market == name)
            });
            let bid = i128::from(bid.as_nano());
            if !lowers && (bid < least || (strict && bid == least)) {
                let least = UnitPrice::from_nano(i64::try_from(least).unwrap_or(i64::MAX));
                let item =
                    ctx.out.warning(span, format!("this bid never gets an instance of market \"{name}\""));
                item.label(format!("its price is never below {least}"))
                    .help("raise the bid, or remove the entry");
            }
        }
    }
}

/// Disks that cost something need a price; disks that are too large fail (E22).
pub(super) fn disks(document: &Document, ctx: &mut Context) {
    let of_services = document.services.items.iter().map(|service| {
        (service.disk_gib.good().copied(), service.disk_gib.span(), "the deployment will fail (E22)")
    });
    let actions = document.actions.iter().flat_map(|actions| &actions.services);
    let of_updates = actions
        .filter_map(|decl| decl.change.as_ref())
        .map(|decl| (decl.change.disk_gib, decl.disk_span, "the update will be refused (E22)"));
    let sizes: Vec<_> = of_services.chain(of_updates).collect();
    let disk = &document.disk;
    let of_markets = || ctx.markets.items.iter().map(|decl| decl.machines.0.free_disk_gib).min();
    let free_gib = disk.free_gib.good().copied().or_else(of_markets).unwrap_or_default();
    for (size, span, consequence) in sizes {
        let (Some(size), Some(span)) = (size, span) else { continue };
        if size > disk.max_gib {
            let item = ctx.out.warning(span, format!("a disk of {size} GiB: {consequence}"));
            item.label(format!("the largest disk has {} GiB", disk.max_gib));
        } else if size > free_gib && !disk.price.is_given() {
            let item = ctx.out.error(span, "this disk costs something, but the price is missing");
            item.label(format!("{} GiB above the free {}", size - free_gib, free_gib));
            item.help("add disk: (price: \"0.0014\") to the scenario, per GiB and hour");
        }
    }
}

/// Actions that never run or that contradict each other.
pub(super) fn actions(document: &Document, ctx: &mut Context) {
    let list = document.actions.as_ref().map(|actions| actions.services.as_slice()).unwrap_or_default();
    for decl in list {
        if let Some(horizon) = ctx.horizon.filter(|horizon| decl.action.at >= SimTime::ZERO + *horizon) {
            let item = ctx.out.warning(decl.span, "this action never runs");
            item.label(format!("the run ends at {horizon}"));
            continue;
        }
        let index = decl.action.service.0;
        let (service, name) = (&document.services.items[index], &document.services.names[index]);
        let of_service = list.iter().filter(|other| other.action.service.0 == index);
        let is_create = |kind: &ActionKind| matches!(kind, ActionKind::Create);
        let first_create =
            of_service.filter(|other| is_create(&other.action.kind)).map(|other| other.action.at).min();
        if is_create(&decl.action.kind) {
            if let Some(given) = service.create_at.span() {
                let item = ctx.out.error(decl.span, format!("service \"{name}\" is created twice"));
                item.label("here").related(given, "and here").help("remove create_at, or this action");
            }
            continue;
        }
        let created = first_create.or(service.create_at.good().copied()).unwrap_or(SimTime::ZERO);
        if decl.action.at < created {
            let item =
                ctx.out.warning(decl.span, format!("this action comes before service \"{name}\" is created"));
            item.label(format!("it is created {} after the start", created.since(SimTime::ZERO)));
        }
    }
}
