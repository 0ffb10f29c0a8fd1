//! The till: what calls may be charged, what covers their tokens, and what they came to minute by minute.

use super::accounting::{Accounting, AllowanceId, CallPlanId, PublicClass};
use super::minute::{MINUTE_MS, minute_end};
use super::model::{ServingModel, TokenTier};
use super::outcome::{Refusal, TokenCounts};
use super::tariff::amount_of;
use crate::account::{ClassId, Split};
use crate::units::{Money, SimTime};
use crate::world::traffic::Call;

/// What a call may still be charged for, account by account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Credit {
    /// Anything.
    #[default]
    Good,
    /// Only what free quotas, packages and plans cover (B17, B18, B20).
    QuotasOnly,
    /// Nothing (A-25, M5), calls inside a quota of their own included where the whole account stops.
    Stopped {
        /// Calls inside a quota of provisioned throughput and on slots are refused, too.
        everything: bool,
    },
}

/// What happened at one class in one civil minute, once no more can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinuteCharge {
    /// Beginning of the minute in which the calls were completed (B1, A-21).
    pub minute: SimTime,
    /// Charged as.
    pub class: ClassId,
    /// At list price, without what quotas and packages cover.
    pub amount: Money,
}

/// The till at work; nothing in it where there are no accounts.
#[derive(Clone, Debug)]
pub(crate) struct Till<'model> {
    pub(super) accounting: Option<&'model Accounting>,
    search_price: Money,
    phase: i64,
    credit: Vec<Credit>,
    /// By class: a savings plan still covers it.
    plan_covers: Vec<bool>,
    /// By class: a cleared model that was not subscribed to again (M8).
    unsubscribed: Vec<bool>,
    /// What is left of each allowance, and whether it may be used.
    left: Vec<u64>,
    is_open: Vec<bool>,
    stops_when_used: Vec<bool>,
    /// Call plans: what is left of the present month; none is no plan.
    plans: Vec<Option<PlanLeft>>,
    /// Tenants whose key is not active.
    keyless: Vec<bool>,
    used_up: Vec<(AllowanceId, SimTime)>,
    minutes: Vec<(i64, ClassId, Money)>,
    /// Searches that were charged, where there are accounts.
    searches: u64,
}

/// What a call plan has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanLeft {
    /// Any number of calls.
    Unlimited,
    /// So many calls.
    Calls(u64),
    /// So many tokens.
    Tokens(u64),
}

/// Who pays for a call's tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Payer<'model> {
    /// Nobody asks: there are no accounts.
    Nobody,
    /// A call plan, or a preview model: no line, no quota.
    Plan,
    /// Its class, after its allowances.
    Class(ClassId, Option<&'model PublicClass>),
}

/// Tokens by [`super::tariff::KINDS`] that free quotas and packages cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) struct Covered {
    pub(super) free: [u64; 4],
    pub(super) package: [u64; 4],
}

impl<'model> Till<'model> {
    pub(super) fn new(model: &'model ServingModel) -> Self {
        let (accounting, classes) = (model.accounting.as_ref(), model.classes);
        let none = Accounting::default();
        let of = accounting.unwrap_or(&none);
        Self {
            accounting,
            search_price: model.search_price,
            phase: model.minute_phase_ms,
            credit: vec![Credit::Good; of.accounts],
            plan_covers: vec![false; classes],
            unsubscribed: vec![false; classes],
            left: of.allowances.iter().map(|allowance| allowance.tokens).collect(),
            is_open: of.allowances.iter().map(|allowance| allowance.is_free).collect(),
            stops_when_used: of.allowances.iter().map(|allowance| allowance.stop_when_used).collect(),
            plans: vec![None; of.call_plans],
            keyless: vec![false; of.tenants.len()],
            used_up: Vec::new(),
            minutes: Vec::new(),
            searches: 0,
        }
    }

    /// True if there are accounts.
    pub(super) const fn has_accounts(&self) -> bool {
        self.accounting.is_some()
    }

    pub(crate) fn set_credit(&mut self, account: usize, credit: Credit) {
        self.credit[account] = credit;
    }

    pub(crate) fn set_plan_covers(&mut self, class: ClassId, covers: bool) {
        self.plan_covers[class.0] = covers;
    }

    pub(crate) fn set_unsubscribed(&mut self, class: ClassId, unsubscribed: bool) {
        self.unsubscribed[class.0] = unsubscribed;
    }

    pub(crate) fn open_allowance(&mut self, allowance: AllowanceId, is_open: bool) {
        self.is_open[allowance.0] = is_open;
    }

    pub(crate) fn set_stop_when_used(&mut self, allowance: AllowanceId, stops: bool) {
        self.stops_when_used[allowance.0] = stops;
    }

    pub(crate) fn set_call_plan(&mut self, plan: CallPlanId, left: Option<PlanLeft>) {
        self.plans[plan.0] = left;
    }

    pub(crate) fn call_plan(&self, plan: CallPlanId) -> Option<PlanLeft> {
        self.plans[plan.0]
    }

    pub(crate) fn set_key(&mut self, tenant: usize, is_active: bool) {
        self.keyless[tenant] = !is_active;
    }

    /// Allowances that were used up since the last time it was asked, each with the instant.
    pub(crate) fn take_used_up(&mut self) -> Vec<(AllowanceId, SimTime)> {
        std::mem::take(&mut self.used_up)
    }

    /// True if no call of a tenant may go the short way.
    pub(super) fn holds_up(&self, tenant: usize) -> bool {
        self.accounting.is_some_and(|accounting| {
            let of = accounting.tenants[tenant];
            self.keyless[tenant]
                || of.call_plan.is_some()
                || matches!(self.credit[of.account], Credit::Stopped { everything: true })
        })
    }

    /// Why a call is refused wherever it is offered, if it is: its key, its plan, its account.
    pub(super) fn refuses(&self, call: &Call) -> Option<Refusal> {
        let accounting = self.accounting?;
        let tenant = usize::from(call.tenant);
        let of = accounting.tenants[tenant];
        if self.keyless[tenant] {
            return Some(Refusal::KeyInactive);
        }
        if matches!(self.credit[of.account], Credit::Stopped { everything: true }) {
            return Some(Refusal::Arrears);
        }
        match self.plans[of.call_plan?.0] {
            None | Some(PlanLeft::Calls(0) | PlanLeft::Tokens(0)) => Some(Refusal::PlanUsedUp),
            Some(PlanLeft::Unlimited | PlanLeft::Calls(_) | PlanLeft::Tokens(_)) => None,
        }
    }

    /// Who pays for a call's tokens at a public model.
    pub(super) fn payer_of_public(&self, call: &Call, public: usize) -> Payer<'model> {
        let Some(accounting) = self.accounting else { return Payer::Nobody };
        let tenant = usize::from(call.tenant);
        let class = accounting.public(public, tenant);
        if class.is_preview || accounting.tenants[tenant].call_plan.is_some() {
            return Payer::Plan;
        }
        Payer::Class(class.class, Some(class))
    }

    /// Who pays for a call's tokens at a target with prices of its own.
    pub(super) fn payer_of_target(&self, call: &Call, target: usize) -> Payer<'model> {
        let Some(accounting) = self.accounting else { return Payer::Nobody };
        match accounting.targets[target] {
            _ if accounting.tenants[usize::from(call.tenant)].call_plan.is_some() => Payer::Plan,
            Some(class) => Payer::Class(class, None),
            None => Payer::Nobody,
        }
    }

    /// Why a call cannot be charged, by the state known at its start; none if it can.
    pub(super) fn denies(&self, call: &Call, payer: Payer<'_>) -> Option<Refusal> {
        let (accounting, Payer::Class(class, public)) = (self.accounting?, payer) else { return None };
        if self.unsubscribed[class.0] {
            return Some(Refusal::NotSubscribed);
        }
        let usable = |id: &&AllowanceId| self.is_usable(**id, call.at);
        let covered_by = public.map_or(&[][..], |public| public.covered_by.as_slice());
        let stopping = covered_by.iter().filter(|id| self.stops_when_used[id.0]);
        // With the switch on nothing is ever paid, whatever packages, plans and the balance are.
        let mut stops = false;
        for id in stopping {
            stops = true;
            if self.is_usable(*id, call.at) {
                return self.denied_by_credit(accounting, call, true);
            }
        }
        if stops {
            return Some(Refusal::FreeQuotaUsedUp);
        }
        let is_covered = covered_by.iter().any(|id| usable(&id)) || self.plan_covers[class.0];
        self.denied_by_credit(accounting, call, is_covered)
    }

    fn denied_by_credit(&self, accounting: &Accounting, call: &Call, is_covered: bool) -> Option<Refusal> {
        let account = accounting.tenants[usize::from(call.tenant)].account;
        match self.credit[account] {
            Credit::Good => None,
            Credit::QuotasOnly => (!is_covered).then_some(Refusal::Arrears),
            Credit::Stopped { .. } => Some(Refusal::Arrears),
        }
    }

    fn is_usable(&self, id: AllowanceId, at: SimTime) -> bool {
        let Some(accounting) = self.accounting else { return false };
        let allowance = &accounting.allowances[id.0];
        self.is_open[id.0] && self.left[id.0] > 0 && (allowance.from..allowance.until).contains(&at)
    }

    /// Charges a call's tokens when it is completed: what quotas and packages cover of them.
    pub(super) fn charge(
        &mut self,
        call: &Call,
        payer: Payer<'model>,
        tier: &TokenTier,
        tokens: TokenCounts,
        completed: i64,
    ) -> Covered {
        let Payer::Class(class, public) = payer else { return Covered::default() };
        let mut kinds = tokens.by_kind();
        let mut covered = Covered::default();
        let (covered_by, split) =
            public.map_or((&[][..], Split::default()), |public| (public.covered_by.as_slice(), public.split));
        for id in covered_by {
            if !self.is_usable(*id, call.at) {
                continue;
            }
            let is_free = self.accounting.is_some_and(|accounting| accounting.allowances[id.0].is_free);
            let into = if is_free { &mut covered.free } else { &mut covered.package };
            let taken = split.cover(kinds, self.left[id.0]);
            for ((kind, into), taken) in kinds.iter_mut().zip(into).zip(taken) {
                *kind -= taken;
                *into += taken;
                self.left[id.0] -= taken;
            }
            if self.left[id.0] == 0 {
                self.used_up.push((*id, call.at));
            }
        }
        let amount = amount_of(tier, kinds);
        if amount != Money::ZERO {
            self.put(class, amount, completed);
        }
        covered
    }

    /// Counts a call that was taken: its plan, its search.
    pub(super) fn count(&mut self, call: &Call, completed: i64) {
        let Some(accounting) = self.accounting else { return };
        let of = accounting.tenants[usize::from(call.tenant)];
        if let Some(plan) = of.call_plan {
            let tokens = u64::from(call.input_tokens) + u64::from(call.output_tokens);
            match &mut self.plans[plan.0] {
                Some(PlanLeft::Calls(left)) => *left = left.saturating_sub(1),
                Some(PlanLeft::Tokens(left)) => *left = left.saturating_sub(tokens),
                Some(PlanLeft::Unlimited) | None => {}
            }
        }
        // No quota and no plan covers a search (B32, A-27): while the account is overdue there is none.
        if self.searches(call) {
            self.searches += 1;
            self.put(accounting.searches[of.account], self.search_price, completed);
        }
    }

    /// True if a call that is taken searches the web.
    pub(super) fn searches(&self, call: &Call) -> bool {
        call.flags.is_web_search()
            && self.accounting.is_none_or(|accounting| {
                self.credit[accounting.tenants[usize::from(call.tenant)].account] == Credit::Good
            })
    }

    fn put(&mut self, class: ClassId, amount: Money, completed: i64) {
        self.put_in_minute(class, amount, minute_end(completed, self.phase) - MINUTE_MS);
    }

    /// The class of a tenant's tokens at a public model, if nothing but money stands behind it now: no allowance covers
    /// it, and the account is good for anything.
    pub(super) fn plain_class(&self, tenant: usize, public: usize) -> Option<ClassId> {
        let accounting = self.accounting?;
        let of = accounting.public(public, tenant);
        let is_plain = of.covered_by.is_empty()
            && !of.is_preview
            && !self.unsubscribed[of.class.0]
            && self.credit[accounting.tenants[tenant].account] == Credit::Good;
        is_plain.then_some(of.class)
    }

    /// Charges what was completed in a civil minute.
    pub(super) fn put_in_minute(&mut self, class: ClassId, amount: Money, minute: i64) {
        // Calls end in about the order they come: the minute is one of the last.
        match self.minutes.iter_mut().rev().find(|(at, of, _)| *at == minute && *of == class) {
            Some((.., sum)) => *sum += amount,
            None => self.minutes.push((minute, class, amount)),
        }
    }

    /// Takes out the minutes that are over at an instant, in order of minute and class.
    pub(crate) fn take_before(&mut self, at: i64, into: &mut Vec<MinuteCharge>) {
        if self.minutes.is_empty() {
            return;
        }
        let over = |minute: i64| minute + MINUTE_MS <= at;
        let first = into.len();
        self.minutes.retain(|(minute, class, amount)| {
            if over(*minute) {
                into.push(MinuteCharge { minute: SimTime::from_ms(*minute), class: *class, amount: *amount });
            }
            !over(*minute)
        });
        into[first..].sort_by_key(|charge| (charge.minute, charge.class));
    }

    /// What all searches cost, exactly; `taken` are those of all calls that were taken.
    pub(super) fn search_cost(&self, taken: u64) -> Money {
        let charged = if self.accounting.is_some() { self.searches } else { taken };
        Money::from_pico(self.search_price.as_pico() * i128::from(charged))
    }
}
