//! Resources, completed: what needs strategies, services, pools and markets beside them.

use crate::scenario::context::{Context, Declared};
use crate::scenario::decode::resources::actions::ResourceActionDecl;
use crate::scenario::decode::resources::{Named, ResourceDecl};
use crate::scenario::loader::Document;
use crate::scenario::model::{ServiceId, TimedResourceAction};
use crate::scenario::resource::{Resource, ResourceAction, ResourceId, ResourceKind};
use crate::scenario::suggest;
use crate::units::SimTime;

/// Checks resources against the rest of the file.
pub(super) fn check(document: &Document, ctx: &mut Context) {
    let resources = &document.resources;
    names(document, ctx);
    for decl in &resources.items {
        if let Some(pool) = decl.pool.good() {
            kind_of(pool, resources, "pool", |kind| matches!(kind, ResourceKind::Pool(_)), ctx);
        }
        for service in &decl.on_services {
            known(service, "service", &document.services.names, document.services.complete, ctx);
        }
        let strategies: Option<Vec<String>> =
            document.strategies.as_ref().map(|all| all.iter().map(|one| one.name.clone()).collect());
        for strategy in decl.strategies.good().into_iter().flatten() {
            let complete = strategies.is_some();
            known(strategy, "strategy", strategies.as_deref().unwrap_or_default(), complete, ctx);
        }
    }
    let groups: Vec<Named> =
        ctx.markets.items.iter().filter_map(|market| market.dedicated.good().cloned()).collect();
    for group in &groups {
        let is_group = |kind: &ResourceKind| matches!(kind, ResourceKind::Dedicated { .. });
        kind_of(group, resources, "group of dedicated machines", is_group, ctx);
    }
    shocks(ctx);
    actions(document, ctx);
}

/// Dedicated machines are the tenant's: no shortage touches them.
fn shocks(ctx: &mut Context) {
    let is_dedicated = |name: &String| {
        let place = ctx.markets.names.iter().position(|known| known == name);
        place.is_some_and(|index| ctx.markets.items[index].dedicated.is_given())
    };
    for (market, span) in ctx.shocks.items.iter().flat_map(|decl| &decl.markets) {
        if is_dedicated(market) {
            let item = ctx.out.warning(*span, format!("market \"{market}\" feels no shock"));
            item.label("these are dedicated machines");
        }
    }
}

/// Events and lines name a resource by its name alone.
fn names(document: &Document, ctx: &mut Context) {
    let services = document.services.names.iter().map(String::as_str);
    let strategies = document.strategies.iter().flatten();
    let deployments = strategies.flat_map(|one| one.deployments.iter().map(|decl| decl.name.as_str()));
    let taken: Vec<&str> = services.chain(deployments).collect();
    for (name, span) in document.resources.names.iter().zip(&document.resources.spans) {
        if taken.contains(&name.as_str()) {
            let item = ctx.out.error(*span, format!("a service or deployment is named \"{name}\", too"));
            item.label("this resource").help("give each its own name");
        }
    }
}

/// Records a name that nothing of its kind has.
fn known((name, span): &Named, what: &str, names: &[String], complete: bool, ctx: &mut Context) {
    if complete && !names.contains(name) {
        let item = ctx.out.error(*span, format!("there is no {what} \"{name}\""));
        item.label(format!("unknown {what}"));
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        suggest::name(item, name, &names, &format!("the {} are", suggest::plural(what)));
    }
}

/// Records a name of a resource that is not of the kind it should be.
fn kind_of(
    (name, span): &Named,
    resources: &Declared<ResourceDecl>,
    what: &str,
    is_right: fn(&ResourceKind) -> bool,
    ctx: &mut Context,
) {
    match resources.names.iter().position(|known| known == name) {
        Some(index) if is_right(&resources.items[index].kind) => {}
        Some(index) => {
            let item = ctx.out.error(*span, format!("\"{name}\" is no {what}"));
            let found = resources.items[index].kind.tag().words();
            item.label(format!("a {what} is wanted"))
                .related(resources.spans[index], format!("this is: {found}"));
        }
        None => {
            let right: Vec<&str> = resources
                .names
                .iter()
                .zip(&resources.items)
                .filter(|(_, decl)| is_right(&decl.kind))
                .map(|(name, _)| name.as_str())
                .collect();
            if resources.complete {
                let item = ctx.out.error(*span, format!("there is no {what} \"{name}\""));
                item.label("unknown resource");
                suggest::name(item, name, &right, "write one of");
            }
        }
    }
}

/// Actions that never run, come too early, or create twice.
fn actions(document: &Document, ctx: &mut Context) {
    let list = document.actions.as_ref().map(|actions| actions.resources.as_slice()).unwrap_or_default();
    for decl in list {
        let ResourceActionDecl { action, span } = decl;
        if let Some(horizon) = ctx.horizon.filter(|horizon| action.at >= SimTime::ZERO + *horizon) {
            ctx.out.warning(*span, "this action never runs").label(format!("the run ends at {horizon}"));
            continue;
        }
        let (resource, name) =
            (&document.resources.items[action.resource.0], &document.resources.names[action.resource.0]);
        if let (ResourceAction::Create, Some(given)) = (action.kind, resource.create_at.span()) {
            let item = ctx.out.error(*span, format!("resource \"{name}\" is created twice"));
            item.label("here").related(given, "and here").help("remove create_at, or this action");
        }
    }
}

/// Everything that is said of resources.
pub(super) struct Completed {
    /// The resources, in file order.
    pub(super) resources: Vec<Resource>,
    /// What the tenant does with them, by time and then file order.
    pub(super) actions: Vec<TimedResourceAction>,
    /// Those there are under each strategy.
    pub(super) under: Vec<Vec<ResourceId>>,
}

/// Completes what is said of resources.
pub(super) fn completed(document: &Document) -> Completed {
    let strategies = document.strategies.iter().flatten();
    let under = strategies.map(|strategy| under(document, &strategy.name)).collect();
    Completed { resources: resources_of(document), actions: actions_of(document), under }
}

/// The resources, completed. One that a scripted Create makes is not created by itself.
fn resources_of(document: &Document) -> Vec<Resource> {
    let found = &document.resources;
    let actions = document.actions.as_ref().map(|actions| actions.resources.as_slice()).unwrap_or_default();
    let scripted = |index: usize| {
        let creates = |decl: &ResourceActionDecl| decl.action.kind == ResourceAction::Create;
        actions.iter().any(|decl| decl.action.resource.0 == index && creates(decl))
    };
    let index_of = |name: &String| found.names.iter().position(|known| known == name).map(ResourceId);
    let services = &document.services.names;
    let complete = |(index, (name, decl)): (usize, (&String, &ResourceDecl))| {
        let mut kind = decl.kind.clone();
        if let ResourceKind::Notifications(notifications) = &mut kind {
            let service = |(name, _): &Named| services.iter().position(|known| known == name).map(ServiceId);
            notifications.on_services = decl.on_services.iter().filter_map(service).collect();
        }
        let create_at = decl.create_at.good().copied().unwrap_or(SimTime::ZERO);
        Resource {
            name: name.clone(),
            create_at: (!scripted(index)).then_some(create_at),
            until: decl.until.good().copied(),
            account: decl.account.good().copied().unwrap_or_default(),
            pool: decl.pool.good().and_then(|(name, _)| index_of(name)),
            kind,
        }
    };
    found.names.iter().zip(&found.items).enumerate().map(complete).collect()
}

/// The resources there are under a strategy.
fn under(document: &Document, strategy: &str) -> Vec<ResourceId> {
    let belongs = |decl: &ResourceDecl| {
        decl.strategies.good().is_none_or(|names| names.iter().any(|(name, _)| name == strategy))
    };
    let all = document.resources.items.iter().enumerate();
    all.filter(|(_, decl)| belongs(decl)).map(|(index, _)| ResourceId(index)).collect()
}

/// The actions, by time and then file order.
fn actions_of(document: &Document) -> Vec<TimedResourceAction> {
    let decls = document.actions.iter().flat_map(|actions| &actions.resources);
    let mut actions: Vec<TimedResourceAction> = decls.map(|decl| decl.action).collect();
    actions.sort_by_key(|action| action.at);
    actions
}
