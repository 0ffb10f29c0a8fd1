//! Deployments, completed: prices from the price book, what their calls meet, what the tenant does with them.

mod extent;
mod ptu;
mod serving;

use crate::catalog::{Catalog, spec_parts};
use crate::scenario::context::Context;
use crate::scenario::decode::actions::ActionsDecl;
use crate::scenario::decode::deployments::actions::DeploymentActionDecl;
use crate::scenario::decode::deployments::{DeploymentDecl, KindDecl, TokensDecl, UnitsDecl};
use crate::scenario::decode::plans::StrategyDecl;
use crate::scenario::decode::stock::StockDecl;
use crate::scenario::deployment::{
    Denial, Deployment, DeploymentAction, DeploymentId, DeploymentKind, OwnService, PaidBy, TokenDeployment,
    UnitsDeployment,
};
use crate::scenario::diagnostics::Span;
use crate::scenario::loader::Document;
use crate::scenario::model::ServiceId;
use crate::scenario::resolve::accounts;
use crate::scenario::suggest;
use crate::serving::{ServingModel, TokenTariff};
use crate::units::{Money, SimTime, UnitPrice};
use crate::world::{DurationModel, PoolId, StockSeries};

/// What a strategy deploys.
#[derive(Debug, Default)]
pub(super) struct Deployed {
    /// In file order.
    pub(super) deployments: Vec<Deployment>,
    /// What calls meet.
    pub(super) serving: ServingModel,
    /// By time and then file order.
    pub(super) actions: Vec<(SimTime, DeploymentId, DeploymentAction)>,
}

/// Completes the deployments of every strategy. Pools that they need are added to `stocks`, whose first is numbered
/// from 0: the world's own come before them.
pub(super) fn deploy(document: &Document, stocks: &mut Vec<StockSeries>, ctx: &mut Context) -> Vec<Deployed> {
    let strategies = document.strategies.as_deref().unwrap_or_default();
    if strategies.iter().all(|strategy| strategy.deployments.is_empty()) {
        return strategies.iter().map(|_| Deployed::default()).collect();
    }
    let Some(catalog) = catalog(document, ctx) else { return Vec::new() };
    let default_actions = ActionsDecl::default();
    let actions = &document.actions.as_ref().unwrap_or(&default_actions).deployments;
    known_names(strategies, actions, ctx);
    serving::known_targets(document, strategies, ctx);
    let mut resolver = Resolver { document, catalog: &catalog, stocks, ctx, pools: Vec::new() };
    strategies.iter().map(|strategy| resolver.strategy(strategy, actions)).collect()
}

/// The price book: the embedded one, or a file.
fn catalog(document: &Document, ctx: &mut Context) -> Option<Catalog> {
    let Some((written, span)) = &document.catalog else {
        return Catalog::embedded(Catalog::DEFAULT).cloned();
    };
    if let Some(catalog) = Catalog::embedded(written) {
        return Some(catalog.clone());
    }
    if std::path::Path::new(written).extension().is_none_or(|extension| extension != "ron") {
        let item = ctx.out.error(*span, format!("there is no price book \"{written}\""));
        suggest::name(item, written, &Catalog::names(), "the price books are");
        item.help("a price book of your own is a file whose name ends in .ron");
        return None;
    }
    let (shown, bytes) = ctx.data.find(written, *span, &mut ctx.out)?;
    let text = String::from_utf8_lossy(&bytes);
    match Catalog::parse(&shown, &text) {
        Ok(catalog) => Some(catalog),
        Err(error) => {
            ctx.out.error(*span, error.to_string());
            None
        }
    }
}

/// Actions name deployments that some strategy has.
fn known_names(strategies: &[StrategyDecl], actions: &[DeploymentActionDecl], ctx: &mut Context) {
    let all = strategies.iter().flat_map(|strategy| &strategy.deployments);
    let names: Vec<&str> = all.map(|decl| decl.name.as_str()).collect();
    for action in actions {
        let (name, span) = &action.deployment;
        if !names.contains(&name.as_str()) {
            let item = ctx.out.error(*span, format!("there is no deployment \"{name}\""));
            item.label("unknown deployment");
            suggest::name(item, name, &names, "the deployments are");
        }
        if ctx.horizon.is_some_and(|horizon| action.at >= SimTime::ZERO + horizon) {
            ctx.out.warning(action.span, "this action never runs").label("it is not before the horizon");
        }
    }
}

/// The state of the pass over all strategies.
struct Resolver<'pass> {
    document: &'pass Document,
    catalog: &'pass Catalog,
    stocks: &'pass mut Vec<StockSeries>,
    ctx: &'pass mut Context,
    /// Pools of the present strategy's deployments, by their names.
    pools: Vec<(String, PoolId)>,
}

impl Resolver<'_> {
    fn strategy(&mut self, strategy: &StrategyDecl, actions: &[DeploymentActionDecl]) -> Deployed {
        let mut deployed = Deployed::default();
        self.pools.clear();
        deployed.serving.call_price = self.document.downtime.calls;
        deployed.serving.minute_phase_ms = self.minute_phase_ms();
        for decl in &strategy.deployments {
            self.check_currency(decl);
            let kind = self.kind(decl, strategy);
            let target = self.target(decl, &mut deployed.serving);
            if let (Some(kind), Some(target)) = (kind, target) {
                deployed.deployments.push(self.deployment(decl, kind, actions));
                deployed.serving.targets.push(target);
            }
        }
        self.routes(strategy, &mut deployed.serving);
        for action in actions {
            let found = strategy.deployments.iter().position(|decl| decl.name == action.deployment.0);
            if let Some(index) = found {
                self.check_action(&strategy.deployments[index], action);
                let kind = deployed.deployments.get(index).map(|deployment| &deployment.kind);
                let does = ptu::with_all_quotas(action.action.clone(), kind);
                deployed.actions.push((action.at, DeploymentId(index), does));
            }
        }
        deployed.actions.sort_by_key(|(at, ..)| *at);
        deployed
    }

    /// How far into a civil minute the scenario starts.
    fn minute_phase_ms(&self) -> i64 {
        let start = self
            .ctx
            .calendar
            .as_ref()
            .map_or(0, |calendar| calendar.start_unix_ms() + calendar.utc_offset().as_ms());
        start.rem_euclid(60_000)
    }

    fn deployment(
        &mut self,
        decl: &DeploymentDecl,
        kind: DeploymentKind,
        actions: &[DeploymentActionDecl],
    ) -> Deployment {
        // A Create that comes first is its creation; a later one begins another life.
        let first =
            actions.iter().filter(|action| action.deployment.0 == decl.name).min_by_key(|action| action.at);
        let scripted = first.filter(|action| action.action == DeploymentAction::Create);
        if let (Some(action), Some(given)) = (scripted, decl.common.create_at.span()) {
            let item =
                self.ctx.out.error(action.span, format!("deployment \"{}\" is created twice", decl.name));
            item.label("here").related(given, "and here").help("remove create_at, or this action");
        }
        let create_at = decl.common.create_at.good().copied().unwrap_or(SimTime::ZERO);
        let model = decl.model.as_ref().map(|(model, _)| model.clone()).unwrap_or_default();
        self.check_extent(decl, &kind);
        let denial = self.denial(decl);
        if denial.is_some() || decl.common.deploy_time == DurationModel::Never {
            let message = format!("deployment \"{}\" never runs: it serves nothing", decl.name);
            self.ctx.out.warning(decl.span, message).label("it is refused, or never deployed");
        }
        Deployment {
            name: decl.name.clone(),
            create_at: scripted.is_none().then_some(create_at),
            pending: decl.common.pending,
            deploy_time: decl.common.deploy_time.clone(),
            deploy_fails: decl.common.deploy_fails,
            denial,
            model,
            kind,
            account: accounts::payer(self.document, decl).unwrap_or_default(),
            workspace: decl.common.workspace.clone(),
        }
    }

    /// Named refusals (D12, D13).
    fn denial(&self, decl: &DeploymentDecl) -> Option<Denial> {
        let common = &decl.common;
        let elsewhere = common.region.as_ref().filter(|region| **region != self.catalog.region);
        if let Some(asked) = elsewhere {
            return Some(Denial::Region { asked: asked.clone(), allowed: self.catalog.region.clone() });
        }
        if !common.module_permission {
            return Some(Denial::ModulePermission);
        }
        (!common.workspace_privilege)
            .then(|| Denial::WorkspacePrivilege { workspace: common.workspace.clone() })
    }

    fn kind(&mut self, decl: &DeploymentDecl, strategy: &StrategyDecl) -> Option<DeploymentKind> {
        match &decl.kind {
            KindDecl::Ptu(ptu) => self.ptu(decl, ptu).map(DeploymentKind::Ptu),
            KindDecl::Units(units) => self.units(decl, units).map(DeploymentKind::Units),
            KindDecl::Tokens(tokens) => Some(DeploymentKind::Tokens(TokenDeployment {
                replicas: tokens.replicas,
                approval_delay: tokens.approval_delay,
                idle_release_months: tokens.idle_release_months,
            })),
            KindDecl::Public => Some(DeploymentKind::Public),
            KindDecl::Service { service, span, .. } => self.service(service, *span, strategy),
        }
    }

    /// A service of this strategy: one that it rents machines for.
    fn service(&mut self, service: &str, span: Span, strategy: &StrategyDecl) -> Option<DeploymentKind> {
        let services = &self.document.services;
        let found = services.names.iter().position(|name| name == service);
        let Some(index) = found else {
            if services.complete {
                let item = self.ctx.out.error(span, format!("there is no service \"{service}\""));
                let names: Vec<&str> = services.names.iter().map(String::as_str).collect();
                suggest::name(item, service, &names, "the services are");
            }
            return None;
        };
        let own_plan = services.items[index].plan.is_given();
        if strategy.plan.plan.entries.is_empty() && !own_plan {
            let message =
                format!("strategy \"{}\" rents no machines for service \"{service}\"", strategy.name);
            let item = self.ctx.out.error(span, message);
            item.help("add types: [(type: \"A\")] to the strategy, or a plan to the service");
            return None;
        }
        Some(DeploymentKind::Service(OwnService { service: ServiceId(index) }))
    }

    fn units(&mut self, decl: &DeploymentDecl, units: &UnitsDecl) -> Option<UnitsDeployment> {
        let (model, model_span) = decl.model.as_ref()?;
        let (spec, spec_span) = &units.spec;
        let (hourly, monthly) = match units.prices {
            Some(prices) => prices,
            None => self.listed_units(units, model, *model_span)?,
        };
        let unpriced = match units.paid_by {
            PaidBy::PayAsYouGo => hourly.as_nano() == 0,
            PaidBy::Prepaid { .. } => monthly.as_pico() == 0,
        };
        if unpriced {
            self.ctx.out.error(*spec_span, "this deployment has no price for the way it is paid");
            return None;
        }
        let pool = match &units.stock_of {
            Some((other, span)) => Some(self.pool_of(other, *span)?),
            None => units.stock.as_ref().map(|stock| self.new_pool(&decl.name, stock)),
        };
        Some(UnitsDeployment {
            spec: spec.clone(),
            is_pd_separated: units.is_pd_separated,
            replicas: units.replicas,
            hourly,
            monthly,
            paid_by: units.paid_by,
            pool,
            slots: units.slots,
            autoscale: units.autoscale.clone(),
        })
    }

    /// A pool of a deployment's own.
    fn new_pool(&mut self, deployment: &str, stock: &StockDecl) -> PoolId {
        let (process, units) = (stock.process.clone(), stock.units);
        self.stocks.push(StockSeries {
            name: format!("{deployment}/stock"),
            process,
            units,
            shocks: Vec::new(),
        });
        let pool = PoolId(self.stocks.len() - 1);
        self.pools.push((deployment.to_owned(), pool));
        pool
    }

    /// The pool of another deployment, which comes before in the strategy: first come, first served (U6).
    fn pool_of(&mut self, other: &str, span: Span) -> Option<PoolId> {
        let found = self.pools.iter().find(|(name, _)| name == other).map(|(_, pool)| *pool);
        if found.is_none() {
            let message = format!("no deployment before this one has a stock and is named \"{other}\"");
            let item = self.ctx.out.error(span, message);
            let names: Vec<&str> = self.pools.iter().map(|(name, _)| name.as_str()).collect();
            suggest::name(item, other, &names, "with a stock are");
        }
        found
    }

    /// Prices of a specification by the price book: per replica and hour, per replica and month.
    fn listed_units(
        &mut self,
        units: &UnitsDecl,
        model: &str,
        model_span: Span,
    ) -> Option<(UnitPrice, Money)> {
        let (spec, spec_span) = &units.spec;
        let rows: Vec<_> = self.catalog.units(model).collect();
        if rows.is_empty() {
            return self.unknown_model(model, model_span, "model units", |catalog| {
                catalog.units.iter().map(|row| row.model.as_str()).collect()
            });
        }
        let parts = spec_parts(spec);
        let fits = rows
            .iter()
            .find(|row| spec_parts(&row.spec) == parts && row.is_pd_separated == units.is_pd_separated);
        if fits.is_none() {
            let known: Vec<String> =
                rows.iter().map(|row| spec_in_mode(&row.spec, row.is_pd_separated)).collect();
            let message =
                format!("{model} has no such specification: {}", spec_in_mode(spec, units.is_pd_separated));
            let item = self.ctx.out.error(*spec_span, message);
            item.help(format!("the price book has {}", known.join(", ")));
        }
        fits.map(|row| (row.hourly, row.monthly))
    }

    /// What the tokens of a fine-tuned model cost (T1, T3).
    fn token_tariff(&mut self, tokens: &TokensDecl) -> Option<TokenTariff> {
        let (base, span) = &tokens.base;
        let Some(row) = self.catalog.tokens(base) else {
            return self.unknown_model(base, *span, "token deployments (T2)", |catalog| {
                catalog.tokens.iter().map(|row| row.model.as_str()).collect()
            });
        };
        Some(serving::one_tier(row.prices))
    }

    /// Records a model that the price book does not have.
    fn unknown_model<T>(
        &mut self,
        model: &str,
        span: Span,
        what: &str,
        known: fn(&Catalog) -> Vec<&str>,
    ) -> Option<T> {
        let message = format!("{} has no price of {what} for model \"{model}\"", self.catalog.name);
        let item = self.ctx.out.error(span, message);
        item.label("unknown here");
        let mut names = known(self.catalog);
        names.dedup();
        suggest::name(item, model, &names, "it has");
        item.help("or give the prices in the scenario");
        None
    }

    /// Actions that do not fit the kind of deployment, and amounts that cannot be bought.
    fn check_action(&mut self, decl: &DeploymentDecl, action: &DeploymentActionDecl) {
        let fits = match (&action.action, &decl.kind) {
            (
                DeploymentAction::ScaleQuota { .. } | DeploymentAction::CapacityPack { .. },
                KindDecl::Ptu(_),
            )
            | (DeploymentAction::ScaleReplicas { .. }, KindDecl::Units(_) | KindDecl::Tokens(_))
            | (
                DeploymentAction::Create
                | DeploymentAction::Update { .. }
                | DeploymentAction::Delete
                | DeploymentAction::Deactivate
                | DeploymentAction::Unsubscribe
                | DeploymentAction::Renew { .. }
                | DeploymentAction::AutoRenew(_),
                KindDecl::Ptu(_) | KindDecl::Units(_) | KindDecl::Tokens(_),
            ) => true,
            (
                DeploymentAction::ScaleQuota { .. }
                | DeploymentAction::CapacityPack { .. }
                | DeploymentAction::ScaleReplicas { .. },
                KindDecl::Ptu(_) | KindDecl::Units(_) | KindDecl::Tokens(_),
            )
            | (_, KindDecl::Public | KindDecl::Service { .. }) => false,
        };
        if !fits {
            let message = format!("deployment \"{}\" is not of a kind that takes this action", decl.name);
            let item = self.ctx.out.error(action.do_span, message);
            item.label("this action").related(decl.span, "the deployment");
            item.help(match decl.kind {
                KindDecl::Ptu(_) => "PTU is scaled as in Scale(input_tpm: 20000, output_tpm: 2000)",
                KindDecl::Units(_) | KindDecl::Tokens(_) => {
                    "replicas are scaled as in Scale(3); capacity packs are for PTU"
                }
                KindDecl::Public => "a public model is always there: remove this action",
                KindDecl::Service { .. } => {
                    "own machines take actions on their service, as in service: \"chat\""
                }
            });
        }
        if let KindDecl::Ptu(ptu) = &decl.kind {
            self.check_throughput(decl, ptu, action);
        }
    }
}

/// A specification with its mode, where that is not the usual one.
fn spec_in_mode(spec: &str, is_pd_separated: bool) -> String {
    format!("{spec}{}", if is_pd_separated { " (PdSeparated)" } else { "" })
}
