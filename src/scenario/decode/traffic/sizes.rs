//! How long calls are, where their arrivals do not say so.

use super::arrivals::Kind;
use super::numbers::{factor, positive, share};
use crate::scenario::context::Context;
use crate::scenario::document::{Fields, Node, Variant};
use crate::scenario::syntax::Shape;
use crate::scenario::values::{Bounds, integer, items, number, or, required};
use crate::world::traffic::{CallSizes, LengthBin, Lengths};
use std::sync::Arc;

/// The sizes of a tenant's calls; `None` if one is wrong. A `kind` of arrivals that could not be read forbids nothing.
pub(super) fn sizes(fields: &Fields, kind: Option<Kind>, ctx: &mut Context) -> Option<CallSizes> {
    let mut right = true;
    for field in ["input", "output", "cached_share", "thinking_share", "web_search_share"] {
        right &= is_allowed(fields, field, kind, ctx);
    }
    if !right {
        return None;
    }
    // Never drawn from: the calls say it themselves.
    let own = kind.is_some_and(Kind::has_own_lengths).then_some(Lengths::Fixed(0));
    let input = match own.clone() {
        Some(own) => Some(own),
        None => required(fields, "input", "Fixed(1000)", ctx, lengths),
    };
    let output = match own {
        Some(own) => Some(own),
        None => required(fields, "output", "Fixed(300)", ctx, lengths),
    };
    let cached_share = or(fields, "cached_share", 0.0, ctx, share);
    let thinking_share = or(fields, "thinking_share", 0.0, ctx, share);
    let web_search_share = or(fields, "web_search_share", 0.0, ctx, share);
    Some(CallSizes { input: input?, output: output?, cached_share, thinking_share, web_search_share })
}

/// False, with a word, for a field that says what the calls say themselves.
fn is_allowed(fields: &Fields, field: &str, kind: Option<Kind>, ctx: &mut Context) -> bool {
    let (Some(node), Some(kind)) = (fields.get(field), kind) else { return true };
    let is_length = matches!(field, "input" | "output");
    if kind != Kind::Calls && !(is_length && kind.has_own_lengths()) {
        return true;
    }
    let what = match field {
        "input" => "how many input tokens they have",
        "output" => "how many output tokens they have",
        "cached_share" => "how many of their tokens are cached",
        "thinking_share" => "whether they think",
        _ => "whether they search the web",
    };
    let message = format!("{}: the calls of `{}` say themselves {what}", node.place(), kind.name());
    let item = ctx.out.error(node.span(), message);
    if kind == Kind::Calls {
        let own = match field {
            "input" => "input: 1000",
            "output" => "output: 300",
            "cached_share" => "cached: 200",
            "thinking_share" => "thinking: true",
            _ => "web_search: true",
        };
        item.help(format!("remove `{field}`, and write {own} in the calls, as in (at: \"10m\", …, {own})"));
    } else {
        item.help(format!("remove `{field}`"));
        item.help(
            "to keep the arrivals of the file but draw the lengths, write Minutes(file: …) instead of Trace",
        );
    }
    false
}

/// The kinds of distribution.
#[derive(Clone, Copy, Debug)]
enum Distribution {
    Fixed,
    LogNormal,
    Histogram,
}

/// Their names.
const DISTRIBUTIONS: [(&str, Distribution); 3] = [
    ("Fixed", Distribution::Fixed),
    ("LogNormal", Distribution::LogNormal),
    ("Histogram", Distribution::Histogram),
];

/// A distribution of token counts; a bare number is the same for all.
fn lengths(node: &Node, ctx: &mut Context) -> Option<Lengths> {
    if node.shape() == Shape::Number {
        return tokens(node, ctx).map(Lengths::Fixed);
    }
    let (kind, variant) = node.variant("distribution of tokens", &DISTRIBUTIONS, &mut ctx.out)?;
    match kind {
        Distribution::Fixed => {
            let value = variant.single("Fixed(300)", &mut ctx.out)?;
            tokens(&value, ctx).map(Lengths::Fixed)
        }
        Distribution::LogNormal => log_normal(&variant, ctx),
        Distribution::Histogram => {
            let list = variant.single("Histogram([(from: 1, to: 100, weight: 3)])", &mut ctx.out)?;
            histogram(&list, ctx)
        }
    }
}

/// Tokens of one call.
pub(super) fn tokens(node: &Node, ctx: &mut Context) -> Option<u32> {
    integer(node, 0, u32::MAX, ctx)
}

fn log_normal(variant: &Variant, ctx: &mut Context) -> Option<Lengths> {
    let fields = variant.fields(&["median", "sigma", "most"], &mut ctx.out)?;
    let median = required(&fields, "median", "1200", ctx, positive);
    let sigma = required(&fields, "sigma", "1.0", ctx, |node, ctx| {
        let sigma = number(node, Bounds::NotNegative, ctx)?;
        // Beyond this the mean is e^50 medians: a slip of the pen.
        if sigma > 10.0 {
            ctx.out.error(node.span(), format!("{} must be at most 10", node.place()));
            return None;
        }
        Some(sigma)
    });
    let most = required(&fields, "most", "128000", ctx, |node, ctx| integer(node, 1, u32::MAX, ctx));
    let (median, sigma, most) = (median?, sigma?, most?);
    if median > f64::from(most) {
        let node = fields.get("median")?;
        let item = ctx.out.error(node.span(), format!("{}: the median is above `most`", node.place()));
        item.label(format!("more than {most}")).help("half of the calls and more would be cut to `most`");
        return None;
    }
    Some(Lengths::LogNormal { median, sigma, most })
}

fn histogram(list: &Node, ctx: &mut Context) -> Option<Lengths> {
    let mut complete = true;
    let bins = items(list, "bins", ctx, |item, ctx| {
        let found = bin(item, ctx);
        complete &= found.is_some();
        found
    })?;
    if !complete {
        return None;
    }
    if bins.iter().all(|bin| bin.weight == 0.0) {
        let item = ctx.out.error(list.span(), format!("{}: every weight is 0", list.place()));
        item.help("give at least one bin a weight above 0");
        return None;
    }
    Some(Lengths::Histogram(Arc::from(bins)))
}

fn bin(node: &Node, ctx: &mut Context) -> Option<LengthBin> {
    let fields = node.fields("a bin", &["from", "to", "weight"], &mut ctx.out)?;
    let from = required(&fields, "from", "1", ctx, tokens);
    let to = required(&fields, "to", "100", ctx, tokens);
    let weight = required(&fields, "weight", "3", ctx, factor);
    let (from, to, weight) = (from?, to?, weight?);
    if from > to {
        let node = fields.get("from")?;
        ctx.out.error(node.span(), format!("{}: from {from} is above to {to}", node.place()));
        return None;
    }
    Some(LengthBin { from, to, weight })
}
