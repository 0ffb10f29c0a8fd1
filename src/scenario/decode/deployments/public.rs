//! Public models: the pay-as-you-go that overflow and public targets meet, with its limits.

use super::{MOST_TOKENS, latency};
use crate::scenario::context::Context;
use crate::scenario::diagnostics::Span;
use crate::scenario::document::Node;
use crate::scenario::values::{boolean, integer, items, name, optional, or, required, word};
use crate::serving::{Latency, RateLimits};
use crate::units::TokenPrice;

/// A public model as written.
#[derive(Clone, Debug)]
pub(crate) struct PublicDecl {
    /// Model code.
    pub(crate) model: String,
    /// Where it stands.
    pub(crate) span: Span,
    /// Its limits.
    pub(crate) limits: LimitsDecl,
    /// Prices of its own, by tier.
    pub(crate) prices: Option<Vec<TierDecl>>,
    /// How long serving takes.
    pub(crate) latency: Option<Latency>,
    /// Which cache its calls hit: explicit or implicit.
    pub(crate) explicit_cache: bool,
    /// Calls come as batch at the batch price; the cache never combines with it.
    pub(crate) is_batch: bool,
    /// B27: its calls are charged nothing, and no quota covers them.
    pub(crate) is_preview: bool,
}

/// Public limits as written: none unless the scenario says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LimitsDecl {
    /// There are none.
    Unlimited,
    /// There are.
    Limits(RateLimits),
}

/// One tier of prices, per million tokens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TierDecl {
    /// Calls with at most this many input tokens; `None` is any.
    pub(crate) up_to: Option<u32>,
    /// Input.
    pub(crate) input: TokenPrice,
    /// Output.
    pub(crate) output: TokenPrice,
    /// Thinking output, if it is priced apart.
    pub(crate) thinking_output: Option<TokenPrice>,
    /// Cached input, if it is priced apart.
    pub(crate) cached_input: Option<TokenPrice>,
}

/// Reads `public_models`.
pub(crate) fn public_models(node: &Node, ctx: &mut Context) -> Option<Vec<PublicDecl>> {
    let found = items(node, "public models", ctx, public_model)?;
    for (index, decl) in found.iter().enumerate() {
        if let Some(first) = found[..index].iter().find(|first| first.model == decl.model) {
            let item = ctx.out.error(decl.span, format!("there are two public models \"{}\"", decl.model));
            item.label("again here").related(first.span, "first here").help("keep one of them");
        }
    }
    Some(found)
}

fn public_model(node: &Node, ctx: &mut Context) -> Option<PublicDecl> {
    let known = ["model", "limits", "prices", "latency", "cache", "batch", "preview"];
    let fields = node.fields("a public model", &known, &mut ctx.out)?;
    let model = required(&fields, "model", "\"qwen-plus-2025-12-01\"", ctx, name);
    let limits = required(&fields, "limits", "Limits(rpm: 1200, tpm: 5000000)", ctx, limits);
    let prices = optional(&fields, "prices", ctx, tiers);
    let latency = optional(&fields, "latency", ctx, latency).good().copied();
    let caches = [("Explicit", true), ("Implicit", false)];
    let explicit_cache =
        optional(&fields, "cache", ctx, |node, ctx| word(node, "cache", &caches, ctx)).good().copied();
    let is_batch = or(&fields, "batch", false, ctx, boolean);
    // Where it is wrong, that is recorded, and prices are not asked for.
    let is_preview = or(&fields, "preview", fields.get("preview").is_some(), ctx, boolean);
    if let (true, Some(node)) = (is_preview, fields.get("prices")) {
        let item = ctx.out.warning(node.span(), format!("{} have no effect", node.place()));
        item.label("calls of a preview model are not charged (B27)");
    }
    Some(PublicDecl {
        model: model?,
        span: fields.get("model").map_or(node.span(), Node::span),
        limits: limits?,
        // Where they are wrong, that is recorded, and the price book is not asked instead.
        prices: prices.is_given().then(|| prices.good().cloned().unwrap_or_default()),
        latency,
        explicit_cache: explicit_cache.unwrap_or(false),
        is_batch,
        is_preview,
    })
}

fn limits(node: &Node, ctx: &mut Context) -> Option<LimitsDecl> {
    let kinds = [("Unlimited", false), ("Limits", true)];
    let (limited, variant) = node.variant("kind of limits", &kinds, &mut ctx.out)?;
    if !limited {
        return variant.bare(&mut ctx.out).map(|()| LimitsDecl::Unlimited);
    }
    let fields = variant.fields(&["rpm", "tpm"], &mut ctx.out)?;
    let count = |node: &Node, ctx: &mut Context| integer(node, 1, MOST_TOKENS, ctx).map(u64::from);
    let rpm = optional(&fields, "rpm", ctx, count).good().copied();
    let tpm = optional(&fields, "tpm", ctx, count).good().copied();
    Some(LimitsDecl::Limits(RateLimits { rpm, tpm }))
}

/// Tiers ascend, and only the last may be without an end: otherwise a call would have two prices or none.
fn tiers(node: &Node, ctx: &mut Context) -> Option<Vec<TierDecl>> {
    let mut complete = true;
    let found = items(node, "prices", ctx, |item, ctx| {
        let found = tier(item, ctx);
        complete &= found.is_some();
        found.map(|tier| (tier, item.span()))
    })?;
    if !complete {
        return None;
    }
    let mut ascends = true;
    for pair in found.windows(2) {
        let [(before, first), (tier, span)] = pair else { continue };
        let is_after = before.up_to.is_some_and(|below| tier.up_to.is_none_or(|up_to| up_to > below));
        if !is_after {
            let item = ctx.out.error(*span, format!("{}: the tiers do not ascend", node.place()));
            item.label("this tier is not above").related(*first, "the one before it");
            item.help("list tiers by rising up_to; only the last may be without it");
            ascends = false;
        }
    }
    ascends.then(|| found.into_iter().map(|(tier, _)| tier).collect())
}

fn tier(node: &Node, ctx: &mut Context) -> Option<TierDecl> {
    let known = ["up_to", "input", "output", "thinking_output", "cached_input"];
    let fields = node.fields("a tier of prices", &known, &mut ctx.out)?;
    let up_to = optional(&fields, "up_to", ctx, |node, ctx| integer(node, 1, MOST_TOKENS, ctx));
    let input = required(&fields, "input", "\"2.5\"", ctx, per_million);
    let output = required(&fields, "output", "\"10\"", ctx, per_million);
    let thinking_output = optional(&fields, "thinking_output", ctx, per_million).good().copied();
    let cached_input = optional(&fields, "cached_input", ctx, per_million).good().copied();
    Some(TierDecl {
        up_to: up_to.good().copied(),
        input: input?,
        output: output?,
        thinking_output,
        cached_input,
    })
}

/// A price of a million tokens.
pub(crate) fn per_million(node: &Node, ctx: &mut Context) -> Option<TokenPrice> {
    let written = node.scalar("a price per million tokens, as in \"2.5\"", &mut ctx.out)?;
    match TokenPrice::per_million(&written) {
        Ok(price) if (TokenPrice::ZERO..=TokenPrice::from_pico(1_000_000_000_000_000)).contains(&price) => {
            Some(price)
        }
        Ok(_) => {
            let item = ctx.out.error(node.span(), format!("{}: not a price", node.place()));
            item.help("write the price of a million tokens, as in \"2.5\"; at most a thousand million");
            None
        }
        Err(error) => {
            ctx.out.error(node.span(), format!("{}: not a price", node.place())).label(error.to_string());
            None
        }
    }
}
