//! What the tenant does with resources, and what becomes of them by themselves.

use super::record::{ResourceEventKind, ResourceUsageEnd};
use super::table::{self, ResourcePhase, ResourceRefusal};
use super::{Due, Terms};
use crate::ledger::Product;
use crate::scenario::resource::{
    PoolTerm, PrepaidPool, ResourceAction, ResourceId, ResourceKind, ResourceTag,
};
use crate::sim::event::rank;
use crate::sim::resources::record::ResourceChargeKind;
use crate::sim::run::Simulation;
use crate::sim::trace::Trace;
use crate::units::{SimSpan, SimTime};
use crate::world::PoolId;

impl<T: Trace> Simulation<'_, T> {
    /// A scripted action; one that its phase does not allow is refused and changes nothing.
    pub(crate) fn act_on_resource(&mut self, index: usize) {
        let action = &self.scenario.resource_actions[index];
        self.command_resource(action.resource, action.kind);
    }

    /// It is created without a scripted action.
    pub(crate) fn create_resource(&mut self, id: ResourceId) {
        self.command_resource(id, ResourceAction::Create);
    }

    /// The tenant deletes it at its own time; a notebook is stopped first. What is gone by then stays gone.
    pub(super) fn delete_by_itself(&mut self, id: ResourceId) {
        let phase = self.resources.states[id.0].phase;
        match phase {
            ResourcePhase::Absent | ResourcePhase::Deleted => return,
            ResourcePhase::Active
            | ResourcePhase::Stopped
            | ResourcePhase::Finished
            | ResourcePhase::Suspended => {}
        }
        if phase == ResourcePhase::Active && self.tag_of(id) == ResourceTag::Notebook {
            self.command_resource(id, ResourceAction::Stop);
        }
        self.command_resource(id, ResourceAction::Delete);
    }

    fn tag_of(&self, id: ResourceId) -> ResourceTag {
        self.scenario.resources[id.0].kind.tag()
    }

    fn command_resource(&mut self, id: ResourceId, action: ResourceAction) {
        let from = self.resources.states[id.0].phase;
        let settings = &self.scenario.settings;
        let next = table::next(self.tag_of(id), from, action, self.is_in_use(id), settings);
        match next.and_then(
            |next| if self.lacks_pool(id, action) { Err(ResourceRefusal::NoPool) } else { Ok(next) },
        ) {
            Ok(next) => self.carry_out(id, action, next),
            Err(why) => self.tell_resource(id, from, ResourceEventKind::Refused(action, why)),
        }
    }

    /// What is to run on a pool needs it.
    fn lacks_pool(&self, id: ResourceId, action: ResourceAction) -> bool {
        let starts = matches!(action, ResourceAction::Create | ResourceAction::Start);
        let pool = self.scenario.resources[id.0].pool.filter(|_| starts);
        pool.is_some_and(|pool| self.resources.states[pool.0].phase != ResourcePhase::Active)
    }

    /// Instances hold its machines, or something runs on the pool.
    fn is_in_use(&self, id: ResourceId) -> bool {
        let holds = self.machines_of(id).is_some_and(|pool| self.pools[pool.0].used > 0);
        let runs_on = |(index, other): (usize, &crate::scenario::resource::Resource)| {
            other.pool == Some(id) && self.resources.states[index].phase == ResourcePhase::Active
        };
        holds || self.scenario.resources.iter().enumerate().any(runs_on)
    }

    /// The pool of units that a group of dedicated machines makes, where a market offers it to services.
    fn machines_of(&self, id: ResourceId) -> Option<PoolId> {
        let mut markets = self.scenario.markets.iter();
        markets.find(|market| market.dedicated == Some(id)).map(|market| market.standard_pool)
    }

    fn carry_out(&mut self, id: ResourceId, action: ResourceAction, next: ResourcePhase) {
        let from = self.resources.states[id.0].phase;
        let kind = &self.scenario.resources[id.0].kind;
        let mut next = next;
        match (action, kind) {
            (ResourceAction::Create, ResourceKind::Pool(pool)) => {
                if !self.may_buy_term(id, pool) {
                    return;
                }
            }
            (ResourceAction::Create, ResourceKind::Notifications(notifications))
                if !notifications.enabled =>
            {
                next = ResourcePhase::Stopped;
            }
            (ResourceAction::Store(gb), _) => {
                self.store(id, gb);
                self.tell_resource(id, from, ResourceEventKind::Acted(action));
                return;
            }
            (
                ResourceAction::Create
                | ResourceAction::Start
                | ResourceAction::Stop
                | ResourceAction::Delete,
                _,
            ) => {}
        }
        let end = if action == ResourceAction::Delete {
            ResourceUsageEnd::Deleted
        } else {
            ResourceUsageEnd::Stopped
        };
        self.enter_phase(id, next, end);
        self.tell_resource(id, from, ResourceEventKind::Acted(action));
        if let (ResourceAction::Create, ResourceKind::Pool(pool)) = (action, kind) {
            self.resources.states[id.0].terms = None;
            self.buy_term(id, pool);
        }
    }

    /// Goes over to another phase: what does not bill in it ends, what does begins.
    fn enter_phase(&mut self, id: ResourceId, phase: ResourcePhase, end: ResourceUsageEnd) {
        let state = &mut self.resources.states[id.0];
        state.phase = phase;
        state.life += 1;
        let life = state.life;
        let kind = &self.scenario.resources[id.0].kind;
        self.follow_phase(id, end);
        if let (ResourcePhase::Active, Some(span)) = (phase, kind.runs_for()) {
            self.set_resource_timer(self.now + span, rank::TIMER, id, Due::Finish(life));
        }
        if let (ResourceKind::Dedicated { machines, .. }, Some(pool)) = (kind, self.machines_of(id)) {
            let owned = if phase == ResourcePhase::Active { *machines as i64 } else { 0 };
            let now = self.now;
            self.pools[pool.0].own(owned, now);
            // Whoever waits for a machine looks.
            self.placement_due = true;
            self.look_later();
        }
    }

    /// A job ends by itself.
    pub(super) fn finish(&mut self, id: ResourceId) {
        let from = self.resources.states[id.0].phase;
        self.enter_phase(id, ResourcePhase::Finished, ResourceUsageEnd::Finished);
        self.tell_resource(id, from, ResourceEventKind::Finished);
    }

    /// True unless the account refuses the purchase of a term, which is told.
    fn may_buy_term(&mut self, id: ResourceId, pool: &PrepaidPool) -> bool {
        let scenario = self.scenario;
        let (account, name) = (scenario.resources[id.0].account.0, &scenario.resources[id.0].name);
        let Some(why) = self.refused_purchase(account, pool.price) else { return true };
        self.tell_refused(account, name, pool.price, why);
        let phase = self.resources.states[id.0].phase;
        self.tell_resource(id, phase, ResourceEventKind::NotPaid(why));
        false
    }

    /// Pays for the next term in advance (M2).
    fn buy_term(&mut self, id: ResourceId, pool: &PrepaidPool) {
        let now = self.now;
        let terms = self.resources.states[id.0].terms;
        let (bought_at, paid) = terms.map_or((now, 1), |terms| (terms.bought_at, terms.paid + 1));
        let ends_at: SimTime = match pool.term {
            PoolTerm::Months(months) => self.scenario.calendar.months_after(bought_at, months * paid),
            PoolTerm::Days(days) => bought_at + SimSpan::from_days(i64::from(days) * i64::from(paid)),
        };
        let state = &mut self.resources.states[id.0];
        state.terms = Some(Terms { bought_at, paid, ends_at });
        let life = state.life;
        self.set_resource_timer(ends_at, rank::TIMER, id, Due::TermEnd(life));
        let is_renewal = terms.is_some();
        self.charge_resource(id, ResourceChargeKind::Term { is_renewal }, 1, pool.price);
        let phase = self.resources.states[id.0].phase;
        let paid = ResourceEventKind::Paid { amount: pool.price, until: ends_at, is_renewal };
        self.tell_resource(id, phase, paid);
        let scenario = self.scenario;
        let (account, name) = (scenario.resources[id.0].account.0, &scenario.resources[id.0].name);
        self.pay_purchase(account, Product::Development, name, pool.price);
    }

    /// A term is over: the next one is paid, or the pool and what runs on it end.
    pub(super) fn end_term(&mut self, id: ResourceId) {
        let ResourceKind::Pool(pool) = &self.scenario.resources[id.0].kind else { return };
        if pool.auto_renew && self.may_buy_term(id, pool) {
            self.buy_term(id, pool);
            return;
        }
        let from = self.resources.states[id.0].phase;
        self.enter_phase(id, ResourcePhase::Deleted, ResourceUsageEnd::Deleted);
        self.tell_resource(id, from, ResourceEventKind::Expired);
        self.stop_what_runs_on(id);
    }

    fn stop_what_runs_on(&mut self, pool: ResourceId) {
        for index in 0..self.scenario.resources.len() {
            let (id, from) = (ResourceId(index), self.resources.states[index].phase);
            if self.scenario.resources[index].pool == Some(pool) && from == ResourcePhase::Active {
                self.enter_phase(id, ResourcePhase::Stopped, ResourceUsageEnd::PoolGone);
                self.tell_resource(id, from, ResourceEventKind::PoolGone);
            }
        }
    }

    /// Arrears freeze what an account pays for by use; products of what is frozen. What is paid in advance goes on, and so
    /// do machines that instances of another account hold.
    pub(crate) fn suspend_resources(&mut self, account: usize) -> Vec<(ResourceId, Product)> {
        let mut frozen = Vec::new();
        for index in 0..self.scenario.resources.len() {
            let (id, from) = (ResourceId(index), self.resources.states[index].phase);
            let is_there = matches!(from, ResourcePhase::Active | ResourcePhase::Stopped);
            let product = self.product_by_use(id);
            let (Some(product), true) = (product, is_there) else { continue };
            if self.scenario.resources[index].account.0 != account || self.is_in_use(id) {
                continue;
            }
            self.resources.states[index].before = from;
            self.enter_phase(id, ResourcePhase::Suspended, ResourceUsageEnd::Arrears);
            self.tell_resource(id, from, ResourceEventKind::Suspended);
            frozen.push((id, product));
        }
        frozen
    }

    /// The product of what a resource is charged by use; none if it is paid in advance or costs nothing.
    fn product_by_use(&self, id: ResourceId) -> Option<Product> {
        let by_time = self.resources.states[id.0].parts.first().map(|part| part.item.product());
        let is_messages = self.tag_of(id) == ResourceTag::Notifications;
        by_time.or_else(|| is_messages.then_some(Product::Notifications))
    }

    /// What arrears had frozen is as it was before; a job runs anew. Products of what is restored.
    pub(crate) fn restore_resources(&mut self, account: usize) -> Vec<Product> {
        let mut restored = Vec::new();
        for index in 0..self.scenario.resources.len() {
            let id = ResourceId(index);
            let is_frozen = self.resources.states[index].phase == ResourcePhase::Suspended;
            if !is_frozen || self.scenario.resources[index].account.0 != account {
                continue;
            }
            let before = self.resources.states[index].before;
            self.enter_phase(id, before, ResourceUsageEnd::Arrears);
            self.tell_resource(id, ResourcePhase::Suspended, ResourceEventKind::Restored);
            restored.extend(self.product_by_use(id));
        }
        restored
    }

    /// Arrears that were never paid clear everything for good (M7); what is cleared.
    pub(crate) fn clear_resources(&mut self, account: usize) -> Vec<ResourceId> {
        let mut cleared = Vec::new();
        for index in 0..self.scenario.resources.len() {
            let (id, from) = (ResourceId(index), self.resources.states[index].phase);
            let is_gone = matches!(from, ResourcePhase::Absent | ResourcePhase::Deleted);
            // Machines that instances of another account hold stay.
            let is_held = self.tag_of(id) == ResourceTag::Dedicated && self.is_in_use(id);
            if is_gone || is_held || self.scenario.resources[index].account.0 != account {
                continue;
            }
            self.enter_phase(id, ResourcePhase::Deleted, ResourceUsageEnd::Arrears);
            self.tell_resource(id, from, ResourceEventKind::Cleared);
            self.stop_what_runs_on(id);
            cleared.push(id);
        }
        cleared
    }
}
