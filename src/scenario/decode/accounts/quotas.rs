//! What covers calls as they come: free quotas and resource packages.

use super::term::{bought_at, near, until, warn_over};
use super::{Found, each};
use crate::account::{DeductionRules, FreeQuota, Package, Split};
use crate::ledger::Product;
use crate::scenario::context::Context;
use crate::scenario::diagnostics::Span;
use crate::scenario::document::{Fields, Node};
use crate::scenario::values::{boolean, integer, money, name, or, required, whole, word};
use crate::units::{SimSpan, SimTime};

/// More tokens are a slip of the pen.
pub(super) const MOST_TOKENS: u64 = 1_000_000_000_000_000;
/// Longest validity.
const MOST_DAYS: u32 = 3_650;
/// a free quota is valid for 90 days.
const FREE_DAYS: u32 = 90;

fn tokens(node: &Node, ctx: &mut Context) -> Option<u64> {
    whole(node, 1, MOST_TOKENS, ctx)
}

fn days(node: &Node, ctx: &mut Context) -> Option<u32> {
    integer(node, 1, MOST_DAYS, ctx)
}

/// So many days after an instant.
fn days_after(from: SimTime, days: u32) -> SimTime {
    from + SimSpan::from_days(i64::from(days))
}

/// What covers calls first, and of which products.
pub(super) fn deduction(node: &Node, ctx: &mut Context) -> Option<DeductionRules> {
    let known = ["first", "plans_first", "split", "free_quotas", "packages", "savings_plans"];
    let fields = node.fields("`deduction`", &known, &mut ctx.out)?;
    let default = DeductionRules::default();
    let first = [("FreeQuota", false), ("Package", true)];
    let plans_first = [("OtherModel", false), ("General", true)];
    let splits = [
        ("InputFirst", Split::InputFirst),
        ("OutputFirst", Split::OutputFirst),
        ("Proportional", Split::Proportional),
    ];
    Some(DeductionRules {
        packages_first: or(&fields, "first", default.packages_first, ctx, |node, ctx| {
            word(node, "kind of quota", &first, ctx)
        }),
        general_plans_first: or(&fields, "plans_first", default.general_plans_first, ctx, |node, ctx| {
            word(node, "kind of plan", &plans_first, ctx)
        }),
        split: or(&fields, "split", default.split, ctx, |node, ctx| word(node, "split", &splits, ctx)),
        free_quotas: or(&fields, "free_quotas", default.free_quotas, ctx, covered_products),
        packages: or(&fields, "packages", default.packages, ctx, covered_products),
        savings_plans: or(&fields, "savings_plans", default.savings_plans, ctx, covered_products),
    })
}

/// Products of calls of public models: plans exclude training, deployment and searches.
fn covered_products(node: &Node, ctx: &mut Context) -> Option<Vec<Product>> {
    let products = [("Inference", Product::Inference), ("Batch", Product::Batch)];
    each(node, "products", ctx, |item, ctx| word(item, "product that can be covered", &products, ctx))
}

/// Free quotas, one of a model at most.
pub(super) fn free_quotas(node: &Node, found: &mut Found, ctx: &mut Context) -> Option<Vec<FreeQuota>> {
    let mut seen: Vec<(String, Span)> = Vec::new();
    each(node, "free quotas", ctx, |item, ctx| {
        let known = ["model", "tokens", "activated", "days", "stop_when_used"];
        let fields = item.fields("a free quota", &known, &mut ctx.out)?;
        let model = required(&fields, "model", "\"qwen3-max-2025-09-23\"", ctx, name);
        let tokens = required(&fields, "tokens", "1000000", ctx, tokens);
        let from = or(&fields, "activated", SimTime::ZERO, ctx, |node, ctx| {
            let at = near(node, ctx)?;
            super::term::warn_beyond(node, at, "this free quota is never activated", ctx);
            Some(at)
        });
        let until = days_after(from, or(&fields, "days", FREE_DAYS, ctx, days));
        let stop_when_used = or(&fields, "stop_when_used", false, ctx, boolean);
        let model = model?;
        let span = fields.get("model").map_or(item.span(), Node::span);
        if let Some((_, first)) = seen.iter().find(|(known, _)| *known == model) {
            let finding = ctx.out.error(span, format!("there are two free quotas of model \"{model}\""));
            finding.label("again here").related(*first, "first here");
            finding.help("an account has one of each model; add up the tokens");
            return None;
        }
        seen.push((model.clone(), span));
        found.models.push(("free quota", model.clone(), span));
        warn_over(item.span(), "this free quota", until, ctx);
        Some(FreeQuota { model, tokens: tokens?, from, until, stop_when_used })
    })
}

/// Resource packages.
pub(super) fn packages(node: &Node, found: &mut Found, ctx: &mut Context) -> Option<Vec<Package>> {
    each(node, "packages", ctx, |item, ctx| {
        let known = ["name", "models", "tokens", "price", "bought_at", "days", "until"];
        let fields = item.fields("a package", &known, &mut ctx.out)?;
        let package_name = new_name(&fields, "\"pack\"", found, ctx);
        let models = models(&fields, "package", found, ctx);
        let tokens = required(&fields, "tokens", "1000000", ctx, tokens);
        let price = required(&fields, "price", "\"10\"", ctx, money);
        let bought_at = bought_at(&fields, ctx);
        let until = validity(item, &fields, bought_at, ctx);
        let until = until?;
        warn_over(item.span(), "this package", until, ctx);
        Some(Package {
            name: package_name?,
            models: models?,
            tokens: tokens?,
            price: price?,
            bought_at,
            until,
        })
    })
}

/// When a package ends: `days` after its purchase, or at `until`; one of them.
fn validity(node: &Node, fields: &Fields, from: SimTime, ctx: &mut Context) -> Option<SimTime> {
    let for_days = fields.get("days");
    let (end, is_given) = until(fields, from, ctx);
    match (for_days, is_given) {
        (Some(days_node), false) => days(days_node, ctx).map(|days| days_after(from, days)),
        (None, true) => end,
        (Some(days_node), true) => {
            let item = ctx.out.error(days_node.span(), format!("{}: days or until?", node.place()));
            item.help("keep one of them");
            if let Some(other) = fields.get("until") {
                item.related(other.span(), "given here, too");
            }
            None
        }
        (None, false) if fields.is_misspelt("days") => None,
        (None, false) => {
            let item = ctx.out.error(node.span(), format!("{}: how long is it valid?", node.place()));
            item.help("add days: 365, or until: \"2027-06-01T00:00:00+08:00\"");
            None
        }
    }
}

/// The name of a package or plan, which is that of no other on the account.
pub(super) fn new_name(
    fields: &Fields,
    example: &str,
    found: &mut Found,
    ctx: &mut Context,
) -> Option<String> {
    let written = required(fields, "name", example, ctx, name)?;
    let span = fields.get("name").map_or(fields.owner.span(), Node::span);
    if let Some((_, first)) = found.bought.iter().find(|(known, _)| *known == written) {
        let item = ctx.out.error(span, format!("there are two packages or plans named \"{written}\""));
        item.label("again here").related(*first, "first here").help("give each its own name");
        return None;
    }
    found.bought.push((written.clone(), span));
    Some(written)
}

/// The models that something covers; every model where none is given.
pub(super) fn models(
    fields: &Fields,
    what: &'static str,
    found: &mut Found,
    ctx: &mut Context,
) -> Option<Vec<String>> {
    let Some(node) = fields.get("models") else { return Some(Vec::new()) };
    let nodes = node.list("model codes", &mut ctx.out)?;
    if nodes.is_empty() {
        let item = ctx.out.error(node.span(), format!("{} is empty", node.place()));
        item.help("leave it out to cover every model");
        return None;
    }
    let mut models: Vec<String> = Vec::new();
    for item in &nodes {
        let Some(model) = name(item, ctx) else { continue };
        if models.contains(&model) {
            ctx.out.warning(item.span(), format!("{}: \"{model}\" is named twice", item.place()));
            continue;
        }
        found.models.push((what, model.clone(), item.span()));
        models.push(model);
    }
    Some(models)
}
