//! Accounts: what is on them, what is bought for them, what happens to them.

pub(crate) mod actions;
mod alerts;
mod arrears;
mod billing;
mod callers;
mod money;
mod plans;
mod quotas;
mod term;
mod work;

pub(crate) use actions::AccountActionDecl;
pub(crate) use billing::{WEB_SEARCH_CNY, web_search};
pub(crate) use callers::with_account;

use crate::account::{
    AccountId, AccountModel, Alerts, ArrearsRules, DeductionRules, IssueRules, PaidFrom, Settlement,
};
use crate::scenario::context::{Context, Declared};
use crate::scenario::diagnostics::Span;
use crate::scenario::document::{Fields, Node};
use crate::scenario::values::{name, optional, or, reference, required, word};

/// An account as written: the model, but for its actions, and the places that later checks point at.
#[derive(Clone, Debug)]
pub(crate) struct AccountDecl {
    /// What it comes to.
    pub(crate) model: AccountModel,
    /// Keys as in the model, with their places.
    pub(crate) keys: Declared<()>,
    /// Call plans as in the model, with their places.
    pub(crate) call_plans: Declared<()>,
    /// Model codes that quotas and plans cover: what covers it, the code, where that stands.
    pub(crate) models: Vec<(&'static str, String, Span)>,
    /// Keys that jobs use, each with its place.
    pub(crate) job_keys: Vec<(String, Span)>,
}

/// What is found while an account is read: names that are taken, and places for later checks.
#[derive(Debug, Default)]
struct Found {
    /// Names of packages and plans.
    bought: Vec<(String, Span)>,
    call_plans: Declared<()>,
    models: Vec<(&'static str, String, Span)>,
    job_keys: Vec<(String, Span)>,
}

const FIELDS: [&str; 26] = [
    "name",
    "cash",
    "credit",
    "unsettled_current",
    "unsettled_earlier",
    "purchases_from",
    "payments",
    "top_up",
    "issue",
    "settlement",
    "deduction",
    "free_quotas",
    "packages",
    "savings_plans",
    "coding_plans",
    "token_plans",
    "discounts",
    "tax",
    "reporting",
    "alerts",
    "arrears",
    "keys",
    "workspaces",
    "jobs",
    "charges",
    "purchases",
];
/// The name of a single account that has none.
const ONLY: &str = "account";

/// Reads `accounts` into the context, so that services, tenants, deployments and actions can name them.
pub(crate) fn accounts(node: &Node, ctx: &mut Context) -> Option<()> {
    let nodes = node.list("accounts", &mut ctx.out)?;
    if nodes.is_empty() {
        ctx.out.error(node.span(), format!("{} is empty", node.place())).help("list at least one");
        return None;
    }
    for item in &nodes {
        let Some((account_name, span, decl)) = account(item, nodes.len() == 1, ctx) else {
            ctx.accounts.complete = false;
            continue;
        };
        ctx.accounts.declare("account", account_name, span, decl, &mut ctx.out);
    }
    Some(())
}

fn account(node: &Node, is_single: bool, ctx: &mut Context) -> Option<(String, Span, AccountDecl)> {
    let fields = node.fields("an account", &FIELDS, &mut ctx.out)?;
    let account_name = if is_single && fields.get("name").is_none() && !fields.is_misspelt("name") {
        Some(ONLY.to_owned())
    } else {
        required(&fields, "name", "\"main\"", ctx, name)
    };
    let mut found = Found::default();
    let (model, keys) = model(&fields, &mut found, ctx);
    // What is wrong inside is recorded; a name that is known lets other parts be checked all the same.
    let account_name = account_name?;
    let span = fields.get("name").map_or(node.span(), Node::span);
    let model = AccountModel { name: account_name.clone(), ..model };
    let Found { call_plans, models, job_keys, .. } = found;
    Some((account_name, span, AccountDecl { model, keys, call_plans, models, job_keys }))
}

/// Everything but the name and the actions.
fn model(fields: &Fields, found: &mut Found, ctx: &mut Context) -> (AccountModel, Declared<()>) {
    let payers = [("Balance", PaidFrom::Balance), ("PaymentAccount", PaidFrom::PaymentAccount)];
    let purchases_from = or(fields, "purchases_from", PaidFrom::default(), ctx, |node, ctx| {
        word(node, "payer of purchases", &payers, ctx)
    });
    let (keys, key_names) = match fields.get("keys") {
        Some(node) => work::keys(node, ctx),
        None => (Vec::new(), Declared { complete: !fields.is_misspelt("keys"), ..Declared::default() }),
    };
    let model = AccountModel {
        name: String::new(),
        opening: money::opening(fields, ctx),
        purchases_from,
        payments: or(fields, "payments", Vec::new(), ctx, money::payments),
        top_up: optional(fields, "top_up", ctx, money::top_up).good().cloned(),
        issue: or(fields, "issue", IssueRules::default(), ctx, billing::issue),
        settlement: or(fields, "settlement", Settlement::default(), ctx, billing::settlement),
        deduction: or(fields, "deduction", DeductionRules::default(), ctx, quotas::deduction),
        free_quotas: or(fields, "free_quotas", Vec::new(), ctx, |node, ctx| {
            quotas::free_quotas(node, found, ctx)
        }),
        packages: or(fields, "packages", Vec::new(), ctx, |node, ctx| quotas::packages(node, found, ctx)),
        savings_plans: or(fields, "savings_plans", Vec::new(), ctx, |node, ctx| {
            plans::savings_plans(node, found, ctx)
        }),
        call_plans: plans::call_plans(fields, found, ctx),
        discounts: or(fields, "discounts", Vec::new(), ctx, billing::discounts),
        tax_ppb: or(fields, "tax", 0, ctx, billing::tax),
        reporting: optional(fields, "reporting", ctx, billing::reporting).good().cloned(),
        alerts: or(fields, "alerts", Alerts::default(), ctx, alerts::alerts),
        arrears: or(fields, "arrears", ArrearsRules::default(), ctx, arrears::arrears),
        keys,
        workspaces: or(fields, "workspaces", Vec::new(), ctx, work::workspaces),
        jobs: or(fields, "jobs", Vec::new(), ctx, |node, ctx| work::jobs(node, found, ctx)),
        charges: or(fields, "charges", Vec::new(), ctx, work::charges),
        purchases: or(fields, "purchases", Vec::new(), ctx, work::purchases),
        actions: Vec::new(),
    };
    (model, key_names)
}

/// The account that `account: "main"` names. It is a mistake where there are none.
pub(crate) fn account_named(node: &Node, ctx: &mut Context) -> Option<AccountId> {
    if has_none(ctx) {
        let item = ctx.out.error(node.span(), format!("{}: the scenario has no accounts", node.place()));
        item.help("add accounts: [(name: \"main\", cash: \"1000\")], or remove this field");
        return None;
    }
    reference(node, "account", &ctx.accounts, &mut ctx.out).map(AccountId)
}

/// True if the scenario names no accounts, rightly or wrongly.
fn has_none(ctx: &Context) -> bool {
    ctx.accounts.names.is_empty() && ctx.accounts.complete
}

/// Every item of a list, which may be empty. The right ones are kept, so that later checks see as much as there is.
fn each<'a, T>(
    node: &Node<'a>,
    what: &str,
    ctx: &mut Context,
    mut decode: impl FnMut(&Node<'a>, &mut Context) -> Option<T>,
) -> Option<Vec<T>> {
    let nodes = node.list(what, &mut ctx.out)?;
    Some(nodes.iter().filter_map(|item| decode(item, ctx)).collect())
}

/// The index of a key of this account, if it is declared; records one that is declared by another account.
pub(crate) fn own_key(
    id: &str,
    span: Span,
    account: AccountId,
    whose: &str,
    ctx: &mut Context,
) -> Option<usize> {
    let own = ctx.accounts.items.get(account.0)?.model.keys.iter().position(|key| key.id == id);
    if own.is_some() {
        return own;
    }
    let place_in = |decl: &AccountDecl| {
        let index = decl.keys.names.iter().position(|known| known == id)?;
        Some(decl.keys.spans[index])
    };
    let other = ctx.accounts.items.iter().position(|decl| place_in(decl).is_some())?;
    let declared = place_in(&ctx.accounts.items[other])?;
    let (other, own) = (&ctx.accounts.names[other], &ctx.accounts.names[account.0]);
    let item = ctx.out.error(span, format!("key \"{id}\" is one of account \"{other}\""));
    item.label(format!("{whose} is \"{own}\"")).related(declared, "declared here");
    item.help(format!("use a key of account \"{own}\", or write account: \"{other}\""));
    None
}
