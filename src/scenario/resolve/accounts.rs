//! Accounts, completed: what needs services, tenants and deployments beside them.

use crate::account::{AccountAction, AccountActionKind, AccountModel, CallPlanKind};
use crate::scenario::context::{Context, Declared};
use crate::scenario::decode::accounts::{AccountActionDecl, WEB_SEARCH_CNY, own_key};
use crate::scenario::decode::deployments::{DeploymentDecl, KindDecl};
use crate::scenario::decode::traffic::TrafficDecl;
use crate::scenario::diagnostics::Span;
use crate::scenario::loader::Document;
use crate::scenario::suggest;
use crate::units::{Money, SimTime};
use crate::world::traffic::Arrivals;

/// Checks accounts against the rest of the file.
pub(super) fn check(document: &Document, ctx: &mut Context) {
    keys_of_two(ctx);
    keys_of_jobs(ctx);
    let models = known_models(document);
    covered_models(&models, ctx);
    let actions = document.actions.as_ref().map(|actions| actions.accounts.as_slice()).unwrap_or_default();
    for decl in actions {
        action(decl, &models, ctx);
    }
    keys_never_created(actions, ctx);
    seats_given_back(actions, ctx);
    price_of_searches(document, ctx);
}

/// A key belongs to one account: a bill says whose by nothing else.
fn keys_of_two(ctx: &mut Context) {
    let mut seen: Vec<(&str, usize, Span)> = Vec::new();
    for (account, decl) in ctx.accounts.items.iter().enumerate() {
        for (id, span) in decl.keys.names.iter().zip(&decl.keys.spans) {
            let Some((_, owner, first)) = seen.iter().find(|(known, ..)| known == id) else {
                seen.push((id, account, *span));
                continue;
            };
            let item = ctx.out.error(*span, format!("key \"{id}\" is declared by two accounts"));
            item.label(format!("again, by \"{}\"", ctx.accounts.names[account]));
            item.related(*first, format!("first by \"{}\"", ctx.accounts.names[*owner]));
            item.help("a key belongs to one account: remove it from the other");
        }
    }
}

/// Jobs use keys of their own account.
fn keys_of_jobs(ctx: &mut Context) {
    for index in 0..ctx.accounts.items.len() {
        for (id, span) in ctx.accounts.items[index].job_keys.clone() {
            own_key(&id, span, crate::account::AccountId(index), "the job's account", ctx);
        }
    }
}

/// A key that waits for an action that creates it, which never comes.
fn keys_never_created(actions: &[AccountActionDecl], ctx: &mut Context) {
    for (account, decl) in ctx.accounts.items.iter().enumerate() {
        let creates = |index: usize| {
            actions.iter().any(|action| {
                action.account.0 == account && action.action.kind == AccountActionKind::CreateKey(index)
            })
        };
        let keys = decl.model.keys.iter().zip(&decl.keys.spans).enumerate();
        for (_, (key, span)) in keys.filter(|(index, (key, _))| !key.exists_at_start && !creates(*index)) {
            let item = ctx.out.warning(*span, format!("no action creates key \"{}\"", key.id));
            item.label("its calls are refused");
            item.help(format!("add (at: \"1h\", do: CreateKey(\"{}\")) to the actions", key.id));
        }
    }
}

/// Model codes that calls can meet.
fn known_models(document: &Document) -> Vec<&str> {
    let deployments = document.strategies.iter().flatten().flat_map(|strategy| &strategy.deployments);
    let deployed = deployments.filter_map(|decl| decl.model.as_ref().map(|(model, _)| model.as_str()));
    let public = document.public_models.iter().map(|decl| decl.model.as_str());
    let mut models: Vec<&str> = deployed.chain(public).collect();
    models.sort_unstable();
    models.dedup();
    models
}

/// Quotas and plans cover models that calls can meet.
fn covered_models(known: &[&str], ctx: &mut Context) {
    for (what, model, span) in ctx.accounts.items.iter().flat_map(|decl| &decl.models) {
        if !known.contains(&model.as_str()) {
            let message = format!("no public model or deployment has the model code \"{model}\"");
            let item = ctx.out.warning(*span, message);
            item.label(format!("the {what} covers none of its calls"));
            suggest::name(item, model, known, "the model codes are");
        }
    }
}

fn action(decl: &AccountActionDecl, models: &[&str], ctx: &mut Context) {
    if let Some(horizon) = ctx.horizon.filter(|horizon| decl.action.at >= SimTime::ZERO + *horizon) {
        ctx.out.warning(decl.span, "this action never runs").label(format!("the run ends at {horizon}"));
    }
    if let AccountActionKind::Subscribe(model) = &decl.action.kind
        && !models.contains(&model.as_str())
    {
        let message = format!("no public model or deployment has the model code \"{model}\"");
        let item = ctx.out.warning(decl.do_span, message);
        item.label("nothing is served because of this subscription");
        suggest::name(item, model, models, "the model codes are");
    }
}

/// B25: unused seats only can be given back, each once.
fn seats_given_back(actions: &[AccountActionDecl], ctx: &mut Context) {
    let mut by_time: Vec<&AccountActionDecl> = actions.iter().collect();
    by_time.sort_by_key(|decl| decl.action.at);
    let mut given_back: Vec<((usize, usize), u32)> = Vec::new();
    for decl in by_time {
        let AccountActionKind::UnsubscribeSeats(plan, seats) = decl.action.kind else { continue };
        let account = &ctx.accounts.items[decl.account.0];
        let Some(bought) = account.model.call_plans.get(plan) else { continue };
        let CallPlanKind::TokenTeam { seats_used } = bought.kind else { continue };
        let which = (decl.account.0, plan);
        let before: u32 =
            given_back.iter().filter(|(known, _)| *known == which).map(|(_, seats)| seats).sum();
        let unused = bought.seats.saturating_sub(seats_used).saturating_sub(before);
        if seats <= unused {
            given_back.push((which, seats));
            continue;
        }
        let message = format!("plan \"{}\": {seats} to give back, but {unused} unused (B25)", bought.name);
        let already = if before > 0 { format!(", {before} given back before") } else { String::new() };
        let item = ctx.out.error(decl.do_span, message);
        item.label("more seats than are unused");
        if let Some(place) = account.call_plans.spans.get(plan) {
            item.related(*place, format!("{} seats, {seats_used} used{already}", bought.seats));
        }
        item.help(
            "give back fewer seats; seats_used says how many are used, and all are where it is not given",
        );
    }
}

/// Searches have a price wherever there may be any.
fn price_of_searches(document: &Document, ctx: &mut Context) {
    let Some(searches) = document.traffic.items.iter().find(|decl| may_search(decl)) else { return };
    if document.web_search.is_given() {
        return;
    }
    match document.currency.as_deref() {
        Some("CNY") => {
            let message = "searches cost 4.00 CNY for a thousand by default (A-27)";
            let item = ctx.out.note(searches.span, message);
            item.label("calls of this tenant may search the web");
            item.help("the figure is of a secondary source that cites the provider's page; write web_search: \"4.00\" if it is yours");
        }
        Some(other) => {
            let message = format!("what does a web search cost in {other} (A-27)?");
            let item = ctx.out.error(searches.span, message);
            item.label("calls of this tenant may search the web");
            item.help("add web_search: \"0.56\" to the scenario, the price of a thousand searches");
        }
        None => {}
    }
}

/// True if some call of the tenant may search the web.
fn may_search(decl: &TrafficDecl) -> bool {
    match &decl.tenant.arrivals {
        Arrivals::Scheduled(calls) => calls.iter().any(|call| call.flags.is_web_search()),
        Arrivals::Constant { .. }
        | Arrivals::Stochastic(_)
        | Arrivals::Trace { .. }
        | Arrivals::Minutes { .. } => decl.tenant.sizes.web_search_share > 0.0,
    }
}

/// Price of one search: as given, or the one known in CNY; where nobody searches it does not matter.
pub(super) fn web_search_price(document: &Document) -> Money {
    let known = match document.currency.as_deref() {
        Some("CNY") => WEB_SEARCH_CNY,
        Some(_) | None => Money::ZERO,
    };
    document.web_search.good().copied().unwrap_or(known)
}

/// The accounts with their actions, by time and then file order.
pub(super) fn completed(actions: Vec<AccountActionDecl>, ctx: &mut Context) -> Vec<AccountModel> {
    let declared = std::mem::take(&mut ctx.accounts.items);
    let mut accounts: Vec<AccountModel> = declared.into_iter().map(|decl| decl.model).collect();
    for decl in actions {
        if let Some(account) = accounts.get_mut(decl.account.0) {
            account.actions.push(decl.action);
        }
    }
    for account in &mut accounts {
        account.actions.sort_by_key(|action: &AccountAction| action.at);
    }
    accounts
}

/// A tenant's calls reach what its own account pays for, and public models. What others pay for is a mistake where the
/// tenant names it, and passed over where it leaves open whom it calls.
pub(super) fn reaches(document: &Document, tenant: &TrafficDecl, decl: &DeploymentDecl) -> bool {
    // A name that is wrong is recorded; nothing more is said of it.
    if tenant.account.is_given() && tenant.account.good().is_none() {
        return true;
    }
    payer(document, decl).is_none_or(|account| account == tenant.caller.account)
}

/// The account that pays for a deployment; none for what is paid by the caller's, and where the name is wrong.
pub(super) fn payer(document: &Document, decl: &DeploymentDecl) -> Option<crate::account::AccountId> {
    let given = match &decl.kind {
        KindDecl::Public => return None,
        KindDecl::Service { service, .. } => {
            let index = document.services.names.iter().position(|name| name == service)?;
            &document.services.items[index].account
        }
        KindDecl::Ptu(_) | KindDecl::Units(_) | KindDecl::Tokens(_) => &decl.common.account,
    };
    if given.is_given() { given.good().copied() } else { Some(crate::account::AccountId::default()) }
}

/// Where a tenant names what its account does not pay for: both places.
pub(super) fn say_other_account(
    document: &Document,
    tenant: &TrafficDecl,
    (decl, written): (&DeploymentDecl, Span),
    ctx: &mut Context,
) {
    let name_of =
        |declared: &Declared<_>, index: usize| declared.names.get(index).cloned().unwrap_or_default();
    let own = name_of(&ctx.accounts, tenant.caller.account.0);
    let other = payer(document, decl).map_or_else(String::new, |account| name_of(&ctx.accounts, account.0));
    let message =
        format!("tenant \"{}\" and deployment \"{}\" are of two accounts", tenant.caller.name, decl.name);
    let item = ctx.out.error(written, message);
    item.label(format!("the tenant is of account \"{own}\""));
    item.related(
        decl.common.account.span().unwrap_or(decl.span),
        format!("account \"{other}\" pays for this"),
    );
    item.help("let both name one account, or remove the deployment from `to`");
}
