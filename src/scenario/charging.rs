//! From accounts and strategies to what is charged together, and what calls need to know of accounts.

use super::deployment::DeploymentKind;
use super::model::{Scenario, Strategy};
use super::resource::{Resource, ResourceKind};
use crate::account::{AccountId, AccountModel, ChargeClass, ChargingModel, ClassId, Package};
use crate::ledger::Product;
use crate::serving::{
    Accounting, AllowanceId, CallPlanId, PublicClass, ServingModel, TenantAccount, TokenAllowance,
};
use crate::units::{Calendar, SimSpan, SimTime};

/// Completes the strategies of a scenario: what their calls, deployments and machines are charged as.
pub(crate) fn complete(scenario: &mut Scenario) {
    let mut strategies = std::mem::take(&mut scenario.strategies);
    for strategy in &mut strategies {
        strategy.serving.search_price = scenario.web_search;
        if !scenario.accounts.is_empty() {
            let (charging, accounting) = Builder::new(scenario).build(strategy);
            strategy.serving.classes = charging.classes.len();
            strategy.serving.accounting = Some(accounting);
            strategy.charging = charging;
        }
    }
    scenario.strategies = strategies;
}

struct Builder<'a> {
    scenario: &'a Scenario,
    charging: ChargingModel,
    accounting: Accounting,
    /// Of each account its free quotas and packages, as allowances: packages after free quotas.
    allowances: Vec<(Vec<AllowanceId>, Vec<AllowanceId>)>,
}

impl<'a> Builder<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        let mut builder = Self {
            scenario,
            charging: ChargingModel::default(),
            accounting: Accounting { accounts: scenario.accounts.len(), ..Accounting::default() },
            allowances: Vec::new(),
        };
        builder.calendar();
        builder.allowances();
        builder
    }

    fn build(mut self, strategy: &Strategy) -> (ChargingModel, Accounting) {
        self.publics(&strategy.serving);
        for deployment in &strategy.deployments {
            let names = [deployment.name.as_str(), deployment.model.as_str()];
            let class = self.class(deployment.account, Product::Deployment, &names);
            self.charging.deployments.push(class);
            let has_own_price = matches!(deployment.kind, DeploymentKind::Tokens(_));
            self.accounting.targets.push(has_own_price.then_some(class));
        }
        for service in &self.scenario.services {
            let class = self.class(service.account, Product::Machines, &[&service.name]);
            self.charging.services.push(class);
        }
        for resource in &self.scenario.resources {
            let classes = self.resource(resource);
            self.charging.resources.push(classes);
        }
        for (index, account) in self.scenario.accounts.iter().enumerate() {
            self.of_account(AccountId(index), account);
        }
        let plans_before = |account: usize| -> usize {
            self.scenario.accounts[..account].iter().map(|account| account.call_plans.len()).sum()
        };
        let tenants = self.scenario.callers.iter().map(|caller| TenantAccount {
            account: caller.account.0,
            call_plan: caller.call_plan.map(|plan| CallPlanId(plans_before(caller.account.0) + plan)),
        });
        self.accounting.tenants = tenants.collect();
        self.accounting.call_plans = plans_before(self.scenario.accounts.len());
        (self.charging, self.accounting)
    }

    /// A class of its own; the first of its names is the one it is known by.
    fn class(&mut self, account: AccountId, product: Product, names: &[&str]) -> ClassId {
        let model = &self.scenario.accounts[account.0];
        self.charging.classes.push(ChargeClass {
            account,
            product,
            name: names[0].to_owned(),
            factor_ppb: model.discount_ppb(product, names),
            savings_plans: Vec::new(),
        });
        ClassId(self.charging.classes.len() - 1)
    }

    /// A class per product of a resource, for each of its parts.
    fn resource(&mut self, resource: &Resource) -> Vec<ClassId> {
        let mut known: Vec<(Product, ClassId)> = Vec::new();
        let products = match resource.kind {
            ResourceKind::Notifications(_) => vec![Product::Notifications],
            ResourceKind::Workflow(_)
            | ResourceKind::Notebook { .. }
            | ResourceKind::TrainingJob(_)
            | ResourceKind::RealTimeService { .. }
            | ResourceKind::BatchService(_)
            | ResourceKind::Evs(_)
            | ResourceKind::Obs(_)
            | ResourceKind::Pool(_)
            | ResourceKind::Dedicated { .. }
            | ResourceKind::Other { .. } => resource.parts().iter().map(|part| part.item.product()).collect(),
        };
        let class = |product| {
            if let Some((_, class)) = known.iter().find(|(other, _)| *other == product) {
                return *class;
            }
            let class = self.class(resource.account, product, &[&resource.name]);
            known.push((product, class));
            class
        };
        products.into_iter().map(class).collect()
    }

    /// Months, settlements, and the months of savings plans.
    fn calendar(&mut self) {
        let (calendar, end) = (&self.scenario.calendar, SimTime::ZERO + self.scenario.horizon);
        let first = calendar.month_start(SimTime::ZERO);
        let mut months = vec![first];
        while months.last().is_some_and(|last| *last <= end) {
            months.push(calendar.months_after(first, months.len() as u32));
        }
        for account in &self.scenario.accounts {
            let settlement = account.settlement;
            let into = SimSpan::from_days(i64::from(settlement.day) - 1) + settlement.time;
            let within = |at: &SimTime| *at > SimTime::ZERO && *at < end;
            // A month that the calendar does not hold is never, to which nothing can be added.
            let begun = months.iter().filter(|month| **month < end);
            self.charging.settlements.push(begun.map(|month| *month + into).filter(within).collect());
            let periods = |bought_at, months| -> Vec<SimTime> {
                (0..=months).map(|month| calendar.months_after(bought_at, month)).collect()
            };
            let plans = account.savings_plans.iter().map(|plan| periods(plan.bought_at, plan.months));
            self.charging.plan_periods.push(plans.collect());
        }
        self.charging.months = months;
        self.charging.local_start_ms = local_start_ms(calendar);
    }

    fn allowances(&mut self) {
        for account in &self.scenario.accounts {
            let free = account.free_quotas.iter().map(|quota| TokenAllowance {
                tokens: quota.tokens,
                from: quota.from,
                until: quota.until,
                is_free: true,
                stop_when_used: quota.stop_when_used,
            });
            let packages = account.packages.iter().map(|package| TokenAllowance {
                tokens: package.tokens,
                from: package.bought_at,
                until: package.until,
                is_free: false,
                stop_when_used: false,
            });
            let first = self.accounting.allowances.len();
            self.accounting.allowances.extend(free.chain(packages));
            let split = first + account.free_quotas.len();
            let ids = |range: std::ops::Range<usize>| range.map(AllowanceId).collect();
            self.allowances.push((ids(first..split), ids(split..self.accounting.allowances.len())));
        }
    }

    /// Public models: overflow and public targets of all accounts.
    fn publics(&mut self, serving: &ServingModel) {
        for public in &serving.publics {
            let of = (0..self.scenario.accounts.len()).map(|account| {
                let is_batch = self.scenario.batch_models.contains(&public.model);
                let product = if is_batch { Product::Batch } else { Product::Inference };
                let class = self.class(AccountId(account), product, &[&public.model]);
                self.charging.classes[class.0].savings_plans =
                    self.savings_plans_of(account, product, &public.model);
                PublicClass {
                    class,
                    covered_by: self.covered_by(account, product, &public.model),
                    split: self.scenario.accounts[account].deduction.split,
                    is_preview: self.scenario.preview_models.contains(&public.model),
                }
            });
            let of = of.collect();
            self.accounting.publics.push(of);
        }
    }

    /// Free quota, then packages: those that expire first, of these those bought first; or the other way round.
    fn covered_by(&self, account: usize, product: Product, model: &str) -> Vec<AllowanceId> {
        let (free, packages) = &self.allowances[account];
        let of = &self.scenario.accounts[account];
        let rules = &of.deduction;
        let is_free = rules.free_quotas.contains(&product);
        let free = of.free_quotas.iter().zip(free).filter(|(quota, _)| is_free && quota.model == model);
        let is_packed = rules.packages.contains(&product);
        let fits = |package: &Package| is_packed && covers(&package.models, model);
        let mut packages: Vec<_> =
            of.packages.iter().zip(packages).filter(|(package, _)| fits(package)).collect();
        packages.sort_by_key(|(package, _)| (package.until, package.bought_at));
        let free: Vec<AllowanceId> = free.map(|(_, id)| *id).collect();
        let packages: Vec<AllowanceId> = packages.into_iter().map(|(_, id)| *id).collect();
        if rules.packages_first { [packages, free].concat() } else { [free, packages].concat() }
    }

    /// Savings plans that cover a model: other-model plans before general ones, or the other way round; each kind by
    /// expiry, then purchase.
    fn savings_plans_of(&self, account: usize, product: Product, model: &str) -> Vec<usize> {
        let of = &self.scenario.accounts[account];
        if !of.deduction.savings_plans.contains(&product) {
            return Vec::new();
        }
        let plans = of.savings_plans.iter().enumerate();
        let mut fitting: Vec<_> = plans.filter(|(_, plan)| covers(&plan.models, model)).collect();
        fitting.sort_by_key(|(_, plan)| {
            let ends = self.scenario.calendar.months_after(plan.bought_at, plan.months);
            (plan.models.is_empty() != of.deduction.general_plans_first, ends, plan.bought_at)
        });
        fitting.into_iter().map(|(index, _)| index).collect()
    }

    fn of_account(&mut self, id: AccountId, account: &AccountModel) {
        let searches = self.class(id, Product::WebSearch, &["web search"]);
        self.accounting.searches.push(searches);
        let jobs =
            account.jobs.iter().map(|job| self.class(id, job.kind.product(), &[&job.name, &job.model]));
        let jobs = jobs.collect();
        self.charging.jobs.push(jobs);
        let charges = account.charges.iter().map(|charge| self.class(id, charge.product, &[&charge.item]));
        let charges = charges.collect();
        self.charging.charges.push(charges);
        let messages = self.class(id, Product::Notifications, &["messages"]);
        self.charging.messages.push(messages);
    }
}

/// True if a package or plan for these models covers a model: one that names none is for every model.
fn covers(models: &[String], model: &str) -> bool {
    models.is_empty() || models.iter().any(|known| known == model)
}

fn local_start_ms(calendar: &Calendar) -> i64 {
    calendar.start_unix_ms() + calendar.utc_offset().as_ms()
}
