//! Replayed records: which files, which series of them, on which clock.

use crate::scenario::context::Context;
use crate::scenario::data::Request;
use crate::scenario::document::{Fields, Node, Variant};
use crate::scenario::values::{Field, boolean, items, name, optional, reference, required, word};
use crate::units::UnitPrice;
use crate::world::Replay;

/// Which series of a market a record is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Standard price.
    Standard,
    /// Spot price with the protected hour.
    Protected,
    /// Spot price without it.
    Unprotected,
    /// Units in stock.
    Stock,
}

/// What of the market helps to find its series in a file.
#[derive(Clone, Debug)]
pub(crate) struct MarketKeys {
    /// Its instance type, if it is written.
    pub(crate) instance_type: Option<String>,
    /// Its region, if it is written.
    pub(crate) region: Option<String>,
    /// Its zone, if it is written.
    pub(crate) zone: Option<String>,
    /// Which of its series.
    pub(crate) kind: Kind,
    /// Its standard price if that never moves: discounts are shares of it.
    pub(crate) standard: Option<UnitPrice>,
}

/// Which column of a file that has both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    /// The spot price.
    Spot,
    /// The on-demand price.
    OnDemand,
}

const FIELDS: [&str; 9] =
    ["files", "file", "clock", "type", "region", "zone", "product", "column", "protection"];

/// A record of a price.
pub(crate) fn price(variant: &Variant, keys: &MarketKeys, ctx: &mut Context) -> Option<Replay> {
    replay(variant, &FIELDS, keys, ctx)
}

/// A record of what was in stock.
pub(crate) fn stock(variant: &Variant, keys: &MarketKeys, ctx: &mut Context) -> Option<Replay> {
    replay(variant, &FIELDS[..6], keys, ctx)
}

fn replay(variant: &Variant, known: &[&str], keys: &MarketKeys, ctx: &mut Context) -> Option<Replay> {
    let fields = variant.fields(known, &mut ctx.out)?;
    let clock = match fields.required("clock", "\"aws\"", &mut ctx.out) {
        Some(node) => reference(node, "clock", &ctx.clocks, &mut ctx.out),
        None => None,
    };
    let files = files(&fields, ctx);
    let mut right = true;
    let mut text = |field: &str, default: Option<&String>, ctx: &mut Context| {
        let given = optional(&fields, field, ctx, name);
        right &= !matches!(given, Field::Bad);
        given.good().or(default).cloned()
    };
    let instance_type = text("type", keys.instance_type.as_ref(), ctx);
    let region = text("region", keys.region.as_ref(), ctx);
    let zone = text("zone", keys.zone.as_ref(), ctx);
    let product = text("product", None, ctx);
    let own_column = if keys.kind == Kind::Standard { Column::OnDemand } else { Column::Spot };
    let words = [("Spot", Column::Spot), ("OnDemand", Column::OnDemand)];
    let column = optional(&fields, "column", ctx, |node, ctx| word(node, "column", &words, ctx));
    let protection = optional(&fields, "protection", ctx, boolean);
    let own_protection = match keys.kind {
        Kind::Protected => Some(true),
        Kind::Unprotected => Some(false),
        Kind::Standard | Kind::Stock => None,
    };
    let request = Request {
        files: files?,
        instance_type,
        region,
        zone,
        product,
        column: column.good().copied().unwrap_or(own_column),
        protection: protection.good().copied().or(own_protection),
        kind: keys.kind,
        standard: keys.standard,
        span: variant.body.span_of(variant.name),
    };
    let clock = clock?;
    let history = if right { ctx.data.history(&request, &mut ctx.out) } else { None };
    let decl = &mut ctx.clocks.items[clock];
    let Some(history) = history else {
        decl.complete = false;
        return None;
    };
    let first = history.times_unix_ms.first().copied().unwrap_or(history.end_unix_ms);
    decl.records.push((first, history.end_unix_ms));
    for (file, _) in &request.files {
        if !decl.files.contains(file) {
            decl.files.push(file.clone());
        }
    }
    Some(Replay { clock, history })
}

/// `file` or `files`, each with its place.
fn files(fields: &Fields, ctx: &mut Context) -> Option<Vec<(String, crate::scenario::Span)>> {
    let file = |node: &Node, ctx: &mut Context| {
        let Some(written) = node.string_content().filter(|text| !text.trim().is_empty()) else {
            return node.expected("the name of a file in quotes", &mut ctx.out).and(None);
        };
        Some((written.trim().to_owned(), node.span()))
    };
    match (fields.get("file"), fields.get("files")) {
        (Some(one), Some(_)) => {
            let item =
                ctx.out.error(one.span(), format!("{}: both `file` and `files` are given", one.place()));
            item.help("list every file in `files`");
            None
        }
        (Some(one), None) => file(one, ctx).map(|found| vec![found]),
        (None, _) => {
            required(fields, "files", "[\"spot.csv\"]", ctx, |node, ctx| {
                let mut complete = true;
                let found = items(node, "files", ctx, |item, ctx| {
                    let name = file(item, ctx);
                    complete &= name.is_some();
                    name
                });
                // With one file less, others would be blamed for what is in it.
                found.filter(|_| complete)
            })
        }
    }
}
