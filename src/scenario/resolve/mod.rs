//! From declarations to the [`Scenario`]: what needs the whole file is checked, then the world model is built with
//! only those series that some plan can meet.

mod accounts;
mod build;
mod checks;
mod deployments;
mod effort;
mod order;
mod resources;
mod windows;

use super::context::{Context, Declared};
use super::decode::actions::ActionsDecl;
use super::decode::deployments::PublicDecl;
use super::decode::plans::{PlanDecl, StrategyDecl};
use super::decode::services::ServiceDecl;
use super::decode::settings::DiskDecl;
use super::deployment::DeploymentKind;
use super::hash::ScenarioHash;
use super::loader::Document;
use super::model::{Action, ActionKind, DiskTerms, Scenario, Service, Settings, Strategy};
use super::resource::ResourceId;
use crate::units::{SimTime, UnitPrice};
use crate::world::PoolId;
use crate::world::traffic::TrafficModel;
use build::Built;
use deployments::Deployed;
pub use effort::expected_draws;

/// Checks and completes. Gives nothing if anything that is needed is wrong; what is wrong is recorded.
pub(crate) fn resolve(document: Document, ctx: &mut Context) -> Option<Scenario> {
    let plans = all_plans(&document);
    check(&document, &plans, ctx);
    let mut deployment_stocks = Vec::new();
    let deployed = deployments::deploy(&document, &mut deployment_stocks, ctx);
    let used = checks::usage(&plans, ctx);
    let windows = windows::windows(ctx);
    if ctx.out.has_errors() {
        return None;
    }
    drop(plans);
    let windows = windows?;
    windows::joints(&windows, ctx);
    let mut built = build::world(&used, &windows, &document, ctx)?;
    let web_search = accounts::web_search_price(&document);
    let found = resources::completed(&document);
    let preview_models = codes(&document.public_models, |decl| decl.is_preview);
    let batch_models = codes(&document.public_models, |decl| decl.is_batch);
    let Document {
        name,
        question,
        currency,
        settings,
        disk,
        downtime,
        services,
        strategies,
        actions,
        traffic,
        ..
    } = document;
    let first_pool = built.world.stocks.len();
    built.world.stocks.extend(deployment_stocks);
    let strategies = strategies_of(strategies?, deployed, found.under, first_pool, &built);
    let mut actions = actions?;
    let accounts = accounts::completed(std::mem::take(&mut actions.accounts), ctx);
    let actions = actions_of(actions, &built);
    let default_gib = free_disks(&disk, &settings.settings, &mut built);
    let services = services_of(services, &actions, default_gib, &built);
    let price = disk.price.good().copied().unwrap_or(UnitPrice::ZERO);
    let (tenants, callers) = traffic.items.into_iter().map(|decl| (decl.tenant, decl.caller)).unzip();
    built.world.traffic = TrafficModel { tenants };
    let mut scenario = Scenario {
        name: name?,
        hash: ScenarioHash::default(),
        question,
        calendar: ctx.calendar.clone()?,
        horizon: ctx.horizon?,
        currency: currency?,
        settings: settings.settings,
        markets: built.markets,
        services,
        strategies,
        actions,
        resources: found.resources,
        resource_actions: found.actions,
        deployment_settings: settings.deployments,
        callers,
        accounts,
        web_search,
        preview_models,
        batch_models,
        disk: DiskTerms { price, max_gib: disk.max_gib },
        downtime,
        world: built.world,
        histories: built.histories,
    };
    super::charging::complete(&mut scenario);
    Some(scenario)
}

/// Gives every market its free disk. A service that does not say how large its disk is has none that bills, on whichever
/// market: that size.
fn free_disks(disk: &DiskDecl, settings: &Settings, built: &mut Built) -> u32 {
    let free_gib = disk.free_gib.good().copied();
    for market in &mut built.markets {
        market.rules.free_disk_gib = free_gib.unwrap_or(market.rules.free_disk_gib);
    }
    let least = built.markets.iter().map(|market| market.rules.free_disk_gib).min();
    least.unwrap_or(settings.machines.free_disk_gib)
}

/// What needs several parts of the file.
fn check(document: &Document, plans: &[PlanDecl], ctx: &mut Context) {
    checks::shock_markets(ctx);
    checks::shock_factors(ctx);
    order::prices_in_order(document.settings.unprotected_factor_ppb, plans, ctx);
    order::shocks_in_order(document.settings.unprotected_factor_ppb, plans, ctx);
    checks::bids(document, plans, ctx);
    checks::disks(document, ctx);
    checks::actions(document, ctx);
    accounts::check(document, ctx);
    resources::check(document, ctx);
    effort::effort(document, ctx);
    effort::calls(document, ctx);
}

/// Model codes of the public models that are wanted.
fn codes(models: &[PublicDecl], is_wanted: fn(&PublicDecl) -> bool) -> Vec<String> {
    models.iter().filter(|decl| is_wanted(decl)).map(|decl| decl.model.clone()).collect()
}

/// The strategies, completed.
fn strategies_of(
    decls: Vec<StrategyDecl>,
    deployed: Vec<Deployed>,
    resources: Vec<Vec<ResourceId>>,
    first_pool: usize,
    built: &Built,
) -> Vec<Strategy> {
    let complete = |((decl, mut deployed), resources): ((StrategyDecl, Deployed), Vec<ResourceId>)| {
        let mut plan = decl.plan.plan;
        built.renumber(&mut plan);
        for deployment in &mut deployed.deployments {
            if let DeploymentKind::Units(units) = &mut deployment.kind {
                // Pools of deployments come after those of markets.
                units.pool = units.pool.map(|PoolId(index)| PoolId(first_pool + index));
            }
        }
        Strategy {
            name: decl.name,
            plan,
            deployments: deployed.deployments,
            serving: deployed.serving,
            deployment_actions: deployed.actions,
            charging: crate::account::ChargingModel::default(),
            resources,
        }
    };
    decls.into_iter().zip(deployed).zip(resources).map(complete).collect()
}

/// The actions on services, by time.
fn actions_of(decls: ActionsDecl, built: &Built) -> Vec<Action> {
    let mut actions: Vec<Action> = decls.services.into_iter().map(|decl| decl.action).collect();
    actions.sort_by_key(|action| action.at);
    for action in &mut actions {
        if let ActionKind::Update(change) = &mut action.kind
            && let Some(plan) = &mut change.plan
        {
            built.renumber(plan);
        }
    }
    actions
}

/// Every plan of the scenario: of strategies, of services, of updates.
fn all_plans(document: &Document) -> Vec<PlanDecl> {
    let strategies = document.strategies.iter().flatten().map(|strategy| &strategy.plan);
    let services = document.services.items.iter().filter_map(|service| service.plan.good());
    let actions = document.actions.iter().flat_map(|actions| &actions.services);
    let updates = actions.filter_map(|decl| decl.change.as_ref()?.plan.as_ref());
    strategies.chain(services).chain(updates).cloned().collect()
}

/// The services, completed. One that a scripted Create makes is not created by itself.
fn services_of(
    found: Declared<ServiceDecl>,
    actions: &[Action],
    default_gib: u32,
    built: &Built,
) -> Vec<Service> {
    let scripted = |index: usize| {
        actions.iter().any(|action| action.service.0 == index && matches!(action.kind, ActionKind::Create))
    };
    let complete = |(index, (name, decl)): (usize, (String, ServiceDecl))| {
        let mut plan = decl.plan.good().map(|decl| decl.plan.clone());
        if let Some(plan) = &mut plan {
            built.renumber(plan);
        }
        let create_at = decl.create_at.good().copied().unwrap_or(SimTime::ZERO);
        Service {
            name,
            replicas: decl.replicas,
            start_up: decl.start_up,
            disk_gib: decl.disk_gib.good().copied().unwrap_or(default_gib),
            create_at: (!scripted(index)).then_some(create_at),
            plan,
            account: decl.account.good().copied().unwrap_or_default(),
            calls: decl.called,
            active_requests: decl.active_requests,
            failures: decl.failures,
        }
    };
    found.names.into_iter().zip(found.items).enumerate().map(complete).collect()
}
