//! What the tenant does with an account, as written.

use super::plans::{MOST_MONTHS, MOST_SEATS};
use super::{AccountDecl, account_named, has_none};
use crate::account::{AccountAction, AccountActionKind, AccountId, CallPlanKind};
use crate::scenario::context::{Context, Declared};
use crate::scenario::diagnostics::Span;
use crate::scenario::document::{Fields, Node, Variant};
use crate::scenario::suggest;
use crate::scenario::syntax;
use crate::scenario::values::{boolean, integer, name, required};
use crate::units::SimTime;

/// An action on an account, as written.
#[derive(Clone, Debug)]
pub(crate) struct AccountActionDecl {
    /// Which.
    pub(crate) account: AccountId,
    /// When and what.
    pub(crate) action: AccountAction,
    /// Where its time stands.
    pub(crate) span: Span,
    /// Where what is done stands.
    pub(crate) do_span: Span,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    CreateKey,
    EnableKey,
    DisableKey,
    DeleteKey,
    CancelPlan,
    AutoRenewPlan,
    RenewPlan,
    UnsubscribeSeats,
    Subscribe,
    StopWhenUsed,
}

const KINDS: [(&str, Kind); 10] = [
    ("CreateKey", Kind::CreateKey),
    ("EnableKey", Kind::EnableKey),
    ("DisableKey", Kind::DisableKey),
    ("DeleteKey", Kind::DeleteKey),
    ("CancelPlan", Kind::CancelPlan),
    ("AutoRenewPlan", Kind::AutoRenewPlan),
    ("RenewPlan", Kind::RenewPlan),
    ("UnsubscribeSeats", Kind::UnsubscribeSeats),
    ("Subscribe", Kind::Subscribe),
    ("StopWhenUsed", Kind::StopWhenUsed),
];

/// True if an action is one on an account by its own name, or seems to be meant as one and not as one of `others`.
pub(crate) fn is_on_account(node: &Node, others: &[&str]) -> bool {
    let Some((written, _)) = syntax::split_name(node.written()) else { return false };
    let known = KINDS.map(|(known, _)| known);
    known.contains(&written)
        || (suggest::nearest(written, others).is_none() && suggest::nearest(written, &known).is_some())
}

/// Reads an action on an account, whose time is read.
pub(crate) fn action(
    node: &Node,
    fields: &Fields,
    (at, span): (Option<SimTime>, Span),
    ctx: &mut Context,
) -> Option<AccountActionDecl> {
    let account = account(node, fields, ctx);
    let Some(account) = account else {
        // Names are those of an account that is not known; the action itself can be read.
        return None;
    };
    let kind = required(fields, "do", "DisableKey(\"k1\")", ctx, |node, ctx| kind(node, account, ctx));
    let do_span = fields.get("do").map_or(span, Node::span);
    Some(AccountActionDecl { account, action: AccountAction { at: at?, kind: kind? }, span, do_span })
}

/// The account that is named, or the only one.
fn account(node: &Node, fields: &Fields, ctx: &mut Context) -> Option<AccountId> {
    if let Some(named) = fields.get("account") {
        return account_named(named, ctx);
    }
    if has_none(ctx) {
        let item = ctx.out.error(
            fields.get("do").map_or(node.span(), Node::span),
            format!("{}: the scenario has no accounts", node.place()),
        );
        item.label("this is done with an account").help("add accounts: [(name: \"main\", cash: \"1000\")]");
        return None;
    }
    if !ctx.accounts.complete {
        return None;
    }
    let names = &ctx.accounts.names;
    if names.len() == 1 {
        return Some(AccountId(0));
    }
    let first = names.first().map_or("main", String::as_str);
    let message = format!("{}: the field `account` is missing", node.place());
    let help = format!("there are {} accounts; say which, as in account: \"{first}\"", names.len());
    ctx.out.error(node.span(), message).help(help);
    None
}

fn kind(node: &Node, account: AccountId, ctx: &mut Context) -> Option<AccountActionKind> {
    let (kind, variant) = node.variant("action", &KINDS, &mut ctx.out)?;
    match kind {
        Kind::CreateKey => {
            let (key, span) = key(&variant, "CreateKey(\"k2\")", account, ctx)?;
            not_there_yet(key, span, account, ctx)?;
            Some(AccountActionKind::CreateKey(key))
        }
        Kind::EnableKey => {
            key(&variant, "EnableKey(\"k1\")", account, ctx).map(|(key, _)| AccountActionKind::EnableKey(key))
        }
        Kind::DisableKey => key(&variant, "DisableKey(\"k1\")", account, ctx)
            .map(|(key, _)| AccountActionKind::DisableKey(key)),
        Kind::DeleteKey => {
            key(&variant, "DeleteKey(\"k1\")", account, ctx).map(|(key, _)| AccountActionKind::DeleteKey(key))
        }
        Kind::CancelPlan => {
            let named = variant.single("CancelPlan(\"coding\")", &mut ctx.out)?;
            plan(&named, account, ctx).map(AccountActionKind::CancelPlan)
        }
        Kind::AutoRenewPlan => {
            let fields = variant.fields(&["name", "on"], &mut ctx.out)?;
            let plan = plan_field(&fields, "name", account, ctx);
            let on = required(&fields, "on", "false", ctx, boolean);
            Some(AccountActionKind::AutoRenewPlan(plan?, on?))
        }
        Kind::RenewPlan => {
            let fields = variant.fields(&["name", "months"], &mut ctx.out)?;
            let plan = plan_field(&fields, "name", account, ctx);
            let months =
                required(&fields, "months", "1", ctx, |node, ctx| integer(node, 1, MOST_MONTHS, ctx));
            Some(AccountActionKind::RenewPlan(plan?, months?))
        }
        Kind::UnsubscribeSeats => unsubscribe(&variant, account, ctx),
        Kind::Subscribe => {
            let model = variant.single("Subscribe(\"qwen3-max-2025-09-23\")", &mut ctx.out)?;
            name(&model, ctx).map(AccountActionKind::Subscribe)
        }
        Kind::StopWhenUsed => {
            let fields = variant.fields(&["model", "on"], &mut ctx.out)?;
            let model = required(&fields, "model", "\"qwen3-max-2025-09-23\"", ctx, |node, ctx| {
                quota_model(node, account, ctx)
            });
            let on = required(&fields, "on", "true", ctx, boolean);
            Some(AccountActionKind::StopWhenUsed(model?, on?))
        }
    }
}

fn unsubscribe(variant: &Variant, account: AccountId, ctx: &mut Context) -> Option<AccountActionKind> {
    let fields = variant.fields(&["plan", "seats"], &mut ctx.out)?;
    let plan = plan_field(&fields, "plan", account, ctx);
    let seats = required(&fields, "seats", "4", ctx, |node, ctx| integer(node, 1, MOST_SEATS, ctx));
    let plan = plan?;
    let decl = &ctx.accounts.items[account.0];
    let is_coding = decl.model.call_plans.get(plan).is_some_and(|plan| plan.kind == CallPlanKind::Coding);
    if let (true, Some(node), Some(bought)) = (is_coding, fields.get("plan"), decl.call_plans.spans.get(plan))
    {
        let message = format!("{}: a Coding Plan has no seats to give back (B24)", node.place());
        let item = ctx.out.error(node.span(), message);
        item.related(*bought, "this is a Coding Plan");
        item.help("write CancelPlan(…): it then ends with its term");
        return None;
    }
    Some(AccountActionKind::UnsubscribeSeats(plan, seats?))
}

/// The key that is named, and where.
fn key(variant: &Variant, example: &str, account: AccountId, ctx: &mut Context) -> Option<(usize, Span)> {
    let node = variant.single(example, &mut ctx.out)?;
    let found = among(&node, "key", |decl| &decl.keys, account, ctx)?;
    Some((found, node.span()))
}

/// A key that is there from the start cannot be created.
fn not_there_yet(key: usize, span: Span, account: AccountId, ctx: &mut Context) -> Option<()> {
    let decl = &ctx.accounts.items[account.0];
    let known = decl.model.keys.get(key)?;
    if !known.exists_at_start {
        return Some(());
    }
    let item = ctx.out.error(span, format!("key \"{}\" is there from the start", known.id));
    item.label("created again here");
    if let Some(declared) = decl.keys.spans.get(key) {
        item.related(*declared, "declared here");
    }
    item.help(format!("declare it as (id: \"{}\", created: false), or remove this action", known.id));
    None
}

fn plan_field(fields: &Fields, field: &str, account: AccountId, ctx: &mut Context) -> Option<usize> {
    required(fields, field, "\"coding\"", ctx, |node, ctx| plan(node, account, ctx))
}

fn plan(node: &Node, account: AccountId, ctx: &mut Context) -> Option<usize> {
    among(node, "plan", |decl| &decl.call_plans, account, ctx)
}

/// The index of a name among those of an account.
fn among(
    node: &Node,
    kind: &str,
    names: fn(&AccountDecl) -> &Declared<()>,
    account: AccountId,
    ctx: &mut Context,
) -> Option<usize> {
    let written = name(node, ctx)?;
    let known = names(&ctx.accounts.items[account.0]);
    let found = known.names.iter().position(|candidate| *candidate == written);
    if found.is_none() && known.complete {
        let owner = &ctx.accounts.names[account.0];
        let message = format!("{}: account \"{owner}\" has no {kind} \"{written}\"", node.place());
        let item = ctx.out.error(node.span(), message);
        item.label(format!("unknown {kind}"));
        let names: Vec<&str> = known.names.iter().map(String::as_str).collect();
        suggest::name(item, &written, &names, &format!("its {} are", suggest::plural(kind)));
    }
    found
}

/// A model that the account has a free quota of; otherwise the switch does nothing, and that is said.
fn quota_model(node: &Node, account: AccountId, ctx: &mut Context) -> Option<String> {
    let model = name(node, ctx)?;
    let quotas = &ctx.accounts.items[account.0].model.free_quotas;
    let known: Vec<&str> = quotas.iter().map(|quota| quota.model.as_str()).collect();
    if !known.contains(&model.as_str()) {
        let owner = &ctx.accounts.names[account.0];
        let message = format!("account \"{owner}\" has no free quota of model \"{model}\"");
        let item = ctx.out.warning(node.span(), message);
        item.label("this switches nothing");
        suggest::name(item, &model, &known, "it has free quotas of");
    }
    Some(model)
}
