//! The account of a tenant, the plan that serves its calls, the key they use.

use super::{account_named, has_none};
use crate::account::AccountId;
use crate::scenario::context::Context;
use crate::scenario::deployment::Caller;
use crate::scenario::document::{Fields, Node};
use crate::scenario::suggest;
use crate::scenario::values::{Field, name, optional};

/// The caller with its account, plan and key, and its account as it is written.
pub(crate) fn with_account(caller: Caller, fields: &Fields, ctx: &mut Context) -> (Caller, Field<AccountId>) {
    let written = optional(fields, "account", ctx, account_named);
    if written.is_given() && written.good().is_none() {
        // Which plans and keys there are is not known.
        return (caller, written);
    }
    let account = written.good().copied().unwrap_or_default();
    let call_plan = optional(fields, "plan", ctx, |node, ctx| plan(node, account, ctx)).good().copied();
    let key = key(&caller.api_key, fields, account, ctx);
    (Caller { account, call_plan, key, ..caller }, written)
}

/// The call plan of the account with this name.
fn plan(node: &Node, account: AccountId, ctx: &mut Context) -> Option<usize> {
    let written = name(node, ctx)?;
    if has_none(ctx) {
        let item = ctx.out.error(node.span(), format!("{}: the scenario has no accounts", node.place()));
        item.help("add accounts: [(name: \"main\", coding_plans: [(name: \"coding\", price: \"200\")])], or remove `plan`");
        return None;
    }
    let decl = ctx.accounts.items.get(account.0)?;
    let found = decl.call_plans.names.iter().position(|known| *known == written);
    if found.is_none() && decl.call_plans.complete {
        let account_name = &ctx.accounts.names[account.0];
        let message = format!("{}: account \"{account_name}\" has no plan \"{written}\"", node.place());
        let item = ctx.out.error(node.span(), message);
        item.label("unknown plan");
        let names: Vec<&str> = decl.call_plans.names.iter().map(String::as_str).collect();
        suggest::name(item, &written, &names, "its Coding Plans and Token Plans are");
    }
    found
}

/// The key of the account with this id. One that another account has declared is a mistake.
fn key(id: &str, fields: &Fields, account: AccountId, ctx: &mut Context) -> Option<usize> {
    if id.is_empty() {
        return None;
    }
    let span = fields.get("api_key")?.span();
    super::own_key(id, span, account, "the tenant's account", ctx)
}
