//! Whether an account is overdue, and what that does to calls, deployments and machines (B14–B20, M5–M9, P9, A-06).

use super::{AccountState, What};
use crate::account::{ArrearsRules, ClassId, QuotasInArrears, Scope};
use crate::ledger::{AccountEventKind, Lost, Product};
use crate::scenario::deployment::{DeploymentId, DeploymentKind, PaidBy};
use crate::scenario::model::ServiceId;
use crate::serving::{CloseReason, Credit};
use crate::sim::account_outcome::AccountOutcome;
use crate::sim::deployment::paid_by;
use crate::sim::deployment::record::{DeploymentEventKind, DeploymentUsageEnd};
use crate::sim::deployment::status::{DeploymentStatus, Trigger, next};
use crate::sim::event::rank;
use crate::sim::run::Simulation;
use crate::sim::trace::Trace;
use crate::units::{Money, SimSpan, SimTime};

/// Below this distance from its limit a top-up is asked for.
pub(super) const TOP_UP_BELOW_NOTHING: Money = Money::ZERO;

/// What follows after some time of arrears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Calls are refused.
    CallsStop,
    /// What bills by time is released.
    Release(Held),
    /// Grace is over.
    Retention,
    /// Everything is cleared.
    Clear,
}

/// What bills by time and is kept for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// Provisioned throughput.
    Throughput,
    /// Model units.
    Units,
    /// Rented machines.
    Machines,
}

/// How an account stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing {
    /// The episode of arrears it is in: its number and since when.
    episode: Option<(u32, SimTime)>,
    episodes: u32,
    calls_stopped: bool,
    /// Products whose capacity was released in this episode.
    released: Vec<Product>,
    cleared: bool,
    stopped_since: Option<SimTime>,
}

impl Standing {
    /// Counts what is still going on at the horizon.
    pub(super) fn close(&mut self, horizon: SimTime, outcome: &mut AccountOutcome) {
        outcome.episodes = self.episodes;
        if let Some((_, since)) = self.episode {
            outcome.overdue += horizon.since(since);
        }
        if let Some(since) = self.stopped_since {
            outcome.downtime += horizon.since(since);
        }
    }
}

impl AccountState<'_> {
    /// In arrears.
    pub(super) const fn is_overdue(&self) -> bool {
        self.standing.episode.is_some()
    }

    /// Calls are served only as long as a savings plan has something left.
    pub(super) fn lives_on_plans(&self) -> bool {
        self.standing.calls_stopped && !self.books.model.savings_plans.is_empty()
    }

    /// How far the available balance is above the limit of the automatic top-up; none if none is to be asked for.
    pub(super) fn top_up_margin(&self) -> Option<Money> {
        let top_up = self.books.model.top_up.as_ref().filter(|_| !self.topping_up)?;
        Some(self.books.balance.available() - top_up.below)
    }
}

impl<T: Trace> Simulation<'_, T> {
    /// The one look at the end of an instant.
    pub(super) fn look_at_standing(&mut self, account: usize) {
        self.ask_for_top_up(account);
        let state = &self.accounts.accounts[account];
        match (state.is_overdue(), state.books.balance.is_overdue()) {
            (false, true) => self.begin_arrears(account),
            (true, false) => self.end_arrears(account),
            (true, true) | (false, false) => {}
        }
        self.refresh_plans(account);
        self.watch_bills(account);
    }

    /// A payment lifts arrears at once, so that calls of its own instant are served (W80).
    pub(super) fn recover(&mut self, account: usize) {
        let state = &self.accounts.accounts[account];
        if state.is_overdue() && !state.books.balance.is_overdue() {
            self.end_arrears(account);
        }
        self.follow_up(account);
    }

    fn begin_arrears(&mut self, account: usize) {
        let now = self.now;
        let state = &mut self.accounts.accounts[account];
        let rules = state.books.model.arrears;
        state.standing.episodes += 1;
        let episode = state.standing.episodes;
        state.standing.episode = Some((episode, now));
        state.outcome.overdue_at.get_or_insert(now);
        self.tell_account(account, || AccountEventKind::Overdue { episode });
        let retention = rules.retention.map(|retention| rules.grace + retention);
        let stages = [
            (Stage::CallsStop, Some(rules.calls_stop_after)),
            (Stage::Release(Held::Throughput), Some(rules.kept_for)),
            (Stage::Release(Held::Units), Some(rules.units_kept_for)),
            (Stage::Release(Held::Machines), Some(rules.machines_kept_for)),
            (Stage::Retention, rules.retention.map(|_| rules.grace)),
            (Stage::Clear, retention),
        ];
        for (stage, after) in stages {
            match after {
                Some(SimSpan::ZERO) => self.on_arrears(account, episode, stage),
                Some(after) => {
                    self.at(now + after, rank::TIMER, account, What::Arrears { episode, stage });
                }
                None => {}
            }
        }
    }

    /// Arrears have lasted for so long, unless they are over by now.
    pub(super) fn on_arrears(&mut self, account: usize, episode: u32, stage: Stage) {
        if self.accounts.accounts[account].standing.episode.is_none_or(|(now, _)| now != episode) {
            return;
        }
        match stage {
            Stage::CallsStop => self.stop_calls(account),
            Stage::Release(held) => self.release_all(account, held),
            Stage::Retention => self.tell_account(account, || AccountEventKind::RetentionBegins),
            Stage::Clear => self.clear_all(account),
        }
    }

    /// Calls that are billed by use are refused from now on, but for what quotas and plans still cover (B17–B20).
    fn stop_calls(&mut self, account: usize) {
        let rules: ArrearsRules = self.accounts.accounts[account].books.model.arrears;
        let credit = match (rules.scope, rules.quotas) {
            (Scope::Account, _) => Credit::Stopped { everything: true },
            (Scope::Product, QuotasInArrears::StopAll) => Credit::Stopped { everything: false },
            (Scope::Product, QuotasInArrears::Continue) => Credit::QuotasOnly,
        };
        self.desk.till().set_credit(account, credit);
        self.accounts.accounts[account].standing.calls_stopped = true;
        self.refresh_plans(account);
        for product in self.products_of_calls(account) {
            self.note_stop(account);
            self.tell_account(account, || AccountEventKind::Stopped { product });
        }
    }

    /// Products of calls that an account may be charged for.
    fn products_of_calls(&self, account: usize) -> Vec<Product> {
        let Some(accounting) = &self.strategy.serving.accounting else { return Vec::new() };
        let mine = |class: &ClassId| self.account_of(*class) == account;
        let publics = accounting.publics.iter().flatten().any(|public| mine(&public.class));
        let own = accounting.targets.iter().flatten().any(mine);
        let products = [(publics, Product::Inference), (own, Product::Deployment)];
        products.into_iter().filter(|(has, _)| *has).map(|(_, product)| product).collect()
    }

    fn note_stop(&mut self, account: usize) {
        let now = self.now;
        let state = &mut self.accounts.accounts[account];
        state.outcome.stopped_at.get_or_insert(now);
        state.standing.stopped_since.get_or_insert(now);
    }

    /// Tells the till which models a savings plan still covers: of interest only while nothing else is served.
    pub(super) fn refresh_plans(&mut self, account: usize) {
        if !self.accounts.accounts[account].lives_on_plans() {
            return;
        }
        let Some(accounting) = &self.strategy.serving.accounting else { return };
        for of in &accounting.publics {
            let class = of[account].class;
            let covers = self.accounts.accounts[account].books.is_covered(class, self.now);
            self.desk.till().set_plan_covers(class, covers);
        }
    }

    /// Deployments by time, or machines, are released: the service and its capacity are lost (P9).
    fn release_all(&mut self, account: usize, held: Held) {
        let mut products = Vec::new();
        match held {
            Held::Throughput | Held::Units => {
                products.extend(self.release_deployments(account, held).then_some(Product::Deployment));
            }
            Held::Machines => {
                products.extend(self.suspend_services(account).then_some(Product::Machines));
                for (id, product) in self.suspend_resources(account) {
                    let name = &self.scenario.resources[id.0].name;
                    self.tell_lost(account, name, &[Lost::Service]);
                    products.push(product);
                }
            }
        }
        if products.is_empty() {
            return;
        }
        let now = self.now;
        self.note_stop(account);
        let state = &mut self.accounts.accounts[account];
        state.outcome.released_at.get_or_insert(now);
        for product in products {
            let released = &mut self.accounts.accounts[account].standing.released;
            if !released.contains(&product) {
                released.push(product);
                self.tell_account(account, || AccountEventKind::Stopped { product });
            }
        }
    }

    /// Releases deployments of a kind; whether there were any.
    fn release_deployments(&mut self, account: usize, held: Held) -> bool {
        let keeps_task = self.accounts.accounts[account].books.model.arrears.keeps_task;
        let mut any = false;
        for index in 0..self.deployments.len() {
            let (id, model) = (DeploymentId(index), &self.strategy.deployments[index]);
            let is_held = match model.kind {
                DeploymentKind::Ptu(_) => held == Held::Throughput,
                DeploymentKind::Units(_) => held == Held::Units,
                DeploymentKind::Tokens(_) | DeploymentKind::Public | DeploymentKind::Service(_) => false,
            };
            let by_time = paid_by(&model.kind) == Some(PaidBy::PayAsYouGo);
            let status = self.deployments[index].status;
            if is_held
                && by_time
                && model.account.0 == account
                && next(status, Trigger::OverdueKeepOver).is_some()
            {
                self.release_deployment(account, id, keeps_task);
                any = true;
            }
        }
        any
    }

    /// Stops services on machines; whether there were any.
    fn suspend_services(&mut self, account: usize) -> bool {
        let mut any = false;
        for index in 0..self.services.len() {
            if self.scenario.services[index].account.0 == account && self.suspend_service(ServiceId(index)) {
                let name = &self.scenario.services[index].name;
                self.tell_lost(account, name, &[Lost::Service, Lost::Capacity]);
                any = true;
            }
        }
        any
    }

    fn release_deployment(&mut self, account: usize, id: DeploymentId, keeps_task: bool) {
        self.end_serving(id, CloseReason::Overdue);
        self.end_meter(id, DeploymentUsageEnd::Released);
        if keeps_task {
            self.advance(id, Trigger::OverdueKeepOver, DeploymentEventKind::ArrearsReleased);
            self.release_units(id);
            self.deployment(id).in_arrears = true;
        } else {
            self.remove_deployment(id, DeploymentEventKind::ArrearsReleased);
        }
        let name = &self.strategy.deployments[id.0].name;
        self.tell_lost(account, name, &[Lost::Service, Lost::Capacity]);
    }

    /// Deletes a deployment at once, whatever it was.
    fn remove_deployment(&mut self, id: DeploymentId, kind: DeploymentEventKind) {
        self.advance(id, Trigger::Delete, kind);
        self.advance(id, Trigger::DeleteDone, DeploymentEventKind::Gone);
        self.forget(id);
    }

    fn tell_lost(&mut self, account: usize, name: &str, lost: &[Lost]) {
        for &what in lost {
            self.tell_account(account, || AccountEventKind::Lost { what, resource: name.to_owned() });
        }
    }

    /// Retention is over: resources and order records are cleared for good (M7).
    fn clear_all(&mut self, account: usize) {
        let now = self.now;
        self.accounts.accounts[account].outcome.cleared_at.get_or_insert(now);
        self.accounts.accounts[account].standing.cleared = true;
        self.note_stop(account);
        self.tell_account(account, || AccountEventKind::Cleared);
        for index in 0..self.deployments.len() {
            let (id, model) = (DeploymentId(index), &self.strategy.deployments[index]);
            let status: DeploymentStatus = self.deployments[index].status;
            if model.account.0 == account && next(status, Trigger::Delete).is_some() {
                self.end_serving(id, CloseReason::Overdue);
                self.end_meter(id, DeploymentUsageEnd::Released);
                self.remove_deployment(id, DeploymentEventKind::ArrearsCleared);
                self.tell_lost(account, &model.name, &[Lost::Data]);
            }
        }
        for index in 0..self.services.len() {
            if self.scenario.services[index].account.0 == account && self.clear_service(ServiceId(index)) {
                let name = &self.scenario.services[index].name;
                self.tell_lost(account, name, &[Lost::Data]);
            }
        }
        for id in self.clear_resources(account) {
            let name = &self.scenario.resources[id.0].name;
            self.tell_lost(account, name, &[Lost::Data]);
        }
        if self.accounts.accounts[account].books.model.arrears.resubscribe {
            self.unsubscribe_models(account);
        }
    }

    /// Cleared models must be subscribed to again (M8).
    fn unsubscribe_models(&mut self, account: usize) {
        let Some(accounting) = &self.strategy.serving.accounting else { return };
        for (of, public) in accounting.publics.iter().zip(&self.strategy.serving.publics) {
            self.desk.till().set_unsubscribed(of[account].class, true);
            self.tell_lost(account, &public.model, &[Lost::Data]);
        }
    }

    /// It is paid: calls are served again, and what was released comes back when there is capacity (A-06, M9).
    fn end_arrears(&mut self, account: usize) {
        let now = self.now;
        let standing = &mut self.accounts.accounts[account].standing;
        let Some((episode, since)) = standing.episode.take() else { return };
        let (calls, released) =
            (std::mem::take(&mut standing.calls_stopped), std::mem::take(&mut standing.released));
        let cleared = std::mem::take(&mut standing.cleared);
        let stopped_since = standing.stopped_since.take();
        let outcome = &mut self.accounts.accounts[account].outcome;
        outcome.overdue += now.since(since);
        outcome.downtime += stopped_since.map_or(SimSpan::ZERO, |since| now.since(since));
        self.tell_account(account, || AccountEventKind::Settled { episode });
        if calls {
            self.desk.till().set_credit(account, Credit::Good);
        }
        // What was cleared must be subscribed to again (M8): nothing comes back by itself.
        if calls && !cleared {
            for product in self.products_of_calls(account) {
                self.tell_account(account, || AccountEventKind::Restored { product });
            }
        }
        if !released.is_empty() {
            self.restore_all(account);
        }
    }

    fn restore_all(&mut self, account: usize) {
        let mut restored = Vec::new();
        for index in 0..self.deployments.len() {
            if self.strategy.deployments[index].account.0 == account && self.deployments[index].in_arrears {
                self.restore_deployment(DeploymentId(index));
                restored.push(Product::Deployment);
            }
        }
        for index in 0..self.services.len() {
            if self.scenario.services[index].account.0 == account && self.resume_service(ServiceId(index)) {
                restored.push(Product::Machines);
            }
        }
        restored.extend(self.restore_resources(account));
        restored.sort_by_key(|product| product.index());
        restored.dedup();
        for product in restored {
            self.tell_account(account, || AccountEventKind::Restored { product });
        }
    }
}
