//! Packages, savings plans, Coding Plans and Token Plans: bought, renewed, used month by month, expired (B18, B19, B24, B25).

use super::{Expiring, What};
use crate::account::{Allowance, CallPlan, CallPlanKind, PaidFrom};
use crate::ledger::{AccountEventKind, Product, RefusedPurchase};
use crate::serving::{AllowanceId, CallPlanId, PlanLeft};
use crate::sim::event::rank;
use crate::sim::run::Simulation;
use crate::sim::trace::Trace;
use crate::units::{Money, SimTime};

/// A plan bought within a hundred years before a run of ten has fewer months.
const MOST_MONTHS: u32 = 1_400;

/// A call plan at work.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlanState {
    /// Counts terms: what was set for an earlier one is stale.
    term: u32,
    /// When the term ends; nothing before it was bought.
    until: Option<SimTime>,
    /// From here its months are counted, and so many are paid.
    begun_at: SimTime,
    months: u32,
    /// The end of a term is so many natural months after this, so that a short month does not shorten later ones.
    anchor: SimTime,
    anchored_months: u32,
    seats: u32,
    auto_renew: bool,
    /// The attempt to renew that is scheduled: switched on twice, it is still made once.
    attempt_at: Option<SimTime>,
}

impl PlanState {
    pub(super) const fn new(plan: &CallPlan) -> Self {
        Self {
            term: 0,
            until: None,
            begun_at: plan.bought_at,
            months: 0,
            anchor: plan.bought_at,
            anchored_months: 0,
            seats: plan.seats,
            auto_renew: plan.auto_renew,
            attempt_at: None,
        }
    }
}

impl<T: Trace> Simulation<'_, T> {
    /// What was bought before the scenario counts from its start; the rest is bought in its time.
    pub(super) fn open_plans(&mut self, account: usize) {
        let model = self.accounts.accounts[account].books.model;
        for (place, quota) in model.free_quotas.iter().enumerate() {
            self.at(quota.until, rank::TIMER, account, What::Expires(Expiring::FreeQuota(place)));
        }
        for (place, package) in model.packages.iter().enumerate() {
            if package.bought_at < SimTime::ZERO {
                self.open_package(account, place, true);
            } else {
                self.at(package.bought_at, rank::COMMAND, account, What::BuyPackage(place));
            }
            self.at(package.until, rank::TIMER, account, What::Expires(Expiring::Package(place)));
        }
        let charging = self.accounts.charging;
        for (plan, savings) in model.savings_plans.iter().enumerate() {
            let periods = &charging.plan_periods[account][plan];
            if savings.bought_at < SimTime::ZERO {
                self.accounts.accounts[account].books.set_savings_plan(plan, true);
            }
            let begins = periods.iter().take(savings.months as usize).enumerate();
            for (month, at) in begins.filter(|(month, _)| *month == 0 || !savings.all_upfront) {
                let what = What::SavingsMonth { plan, month: month as u32 };
                self.at(*at, rank::COMMAND, account, what);
            }
            for at in periods {
                self.at(*at, rank::TIMER, account, What::PlanTurns);
            }
            if let Some(end) = periods.last() {
                self.at(*end, rank::TIMER, account, What::Expires(Expiring::SavingsPlan(plan)));
            }
        }
        for (place, plan) in model.call_plans.iter().enumerate() {
            if plan.bought_at < SimTime::ZERO {
                self.begin_term(account, place);
            } else {
                self.at(plan.bought_at, rank::COMMAND, account, What::BuyCallPlan(place));
            }
        }
    }

    /// The allowance of a package; those of an account come after its free quotas.
    fn open_package(&mut self, account: usize, place: usize, is_open: bool) {
        let accounts = &self.scenario.accounts;
        let before: usize =
            accounts[..account].iter().map(|one| one.free_quotas.len() + one.packages.len()).sum();
        let id = AllowanceId(before + accounts[account].free_quotas.len() + place);
        self.desk.till().open_allowance(id, is_open);
    }

    pub(super) fn buy_package(&mut self, account: usize, place: usize) {
        let package = &self.accounts.accounts[account].books.model.packages[place];
        if self.buy(account, Product::Plans, &package.name, package.price) {
            self.open_package(account, place, true);
        }
    }

    /// A savings plan is bought, or its part of a further month is due; one that cannot be paid covers nothing.
    pub(super) fn begin_savings_month(&mut self, account: usize, place: usize, month: u32) {
        let plan = &self.accounts.accounts[account].books.model.savings_plans[place];
        let price = if plan.all_upfront {
            plan.price
        } else {
            // Equal parts, cut from the running sum so that they add up.
            let part = |month: u32| {
                let share = plan.price.as_pico() * i128::from(month);
                Money::from_ratio(share, i128::from(plan.months), crate::units::RoundingMode::HalfUp)
                    .round_to(2, crate::units::RoundingMode::HalfUp)
            };
            part(month + 1) - part(month)
        };
        let bought = self.buy(account, Product::Plans, &plan.name, price);
        self.accounts.accounts[account].books.set_savings_plan(place, bought);
    }

    pub(super) fn buy_call_plan(&mut self, account: usize, place: usize) {
        let plan = &self.accounts.accounts[account].books.model.call_plans[place];
        let price = price_of(plan, plan.seats, plan.months);
        if self.buy(account, Product::Plans, &plan.name, price) {
            self.begin_term(account, place);
        }
    }

    /// The first term of a call plan is paid.
    fn begin_term(&mut self, account: usize, place: usize) {
        let plan = &self.accounts.accounts[account].books.model.call_plans[place];
        let is_natural = plan.until == self.scenario.calendar.months_after(plan.bought_at, plan.months);
        let state = &mut self.accounts.accounts[account].plans[place];
        (state.until, state.months) = (Some(plan.until), plan.months);
        (state.anchor, state.anchored_months) =
            if is_natural { (plan.bought_at, plan.months) } else { (plan.until, 0) };
        self.set_term(account, place);
    }

    /// The term has a new end: months, renewal and end are set anew.
    fn set_term(&mut self, account: usize, place: usize) {
        let state = &mut self.accounts.accounts[account].plans[place];
        state.term += 1;
        state.attempt_at = None;
        let (term, Some(until)) = (state.term, state.until) else { return };
        let now = self.now;
        if until <= now {
            self.close_call_plan(account, place);
            return;
        }
        if state.auto_renew {
            self.set_plan_renewal(account, place, until);
        }
        let slot = self.slot(account, place);
        if self.desk.till().call_plan(slot).is_none() {
            self.refill(account, place);
        }
        let calendar = &self.scenario.calendar;
        let begun_at = self.accounts.accounts[account].plans[place].begun_at;
        let mut months = (1..=MOST_MONTHS).map(|month| calendar.months_after(begun_at, month));
        let next = months.find(|at| *at > now);
        let next = next.unwrap_or(until).min(until);
        self.at(next, rank::TIMER, account, What::CallPlanMonth { plan: place, term });
    }

    /// The first attempt to renew that is not past.
    fn set_plan_renewal(&mut self, account: usize, place: usize, until: SimTime) {
        let term = self.accounts.accounts[account].plans[place].term;
        let terms = &self.deployment_settings().terms;
        let attempts = terms.auto_renewals(until, &self.scenario.calendar);
        let now = self.now;
        let next = attempts.into_iter().find(|at| *at > now && *at < until);
        let state = &mut self.accounts.accounts[account].plans[place];
        if let Some(at) = next.filter(|_| state.attempt_at != next) {
            state.attempt_at = next;
            self.at(at, rank::TIMER, account, What::RenewCallPlan { plan: place, term });
        }
    }

    /// Which call plan of the desk it is.
    fn slot(&self, account: usize, place: usize) -> CallPlanId {
        let before: usize = self.scenario.accounts[..account].iter().map(|one| one.call_plans.len()).sum();
        CallPlanId(before + place)
    }

    /// A month begins: what was left of the one before has expired.
    fn refill(&mut self, account: usize, place: usize) {
        let plan = &self.accounts.accounts[account].books.model.call_plans[place];
        let seats = u64::from(self.accounts.accounts[account].plans[place].seats);
        let left = match plan.allowance {
            Allowance::Unlimited => PlanLeft::Unlimited,
            Allowance::Calls(calls) => PlanLeft::Calls(calls.saturating_mul(seats)),
            Allowance::Tokens(tokens) => PlanLeft::Tokens(tokens.saturating_mul(seats)),
        };
        let slot = self.slot(account, place);
        self.desk.till().set_call_plan(slot, Some(left));
    }

    fn close_call_plan(&mut self, account: usize, place: usize) {
        let slot = self.slot(account, place);
        self.desk.till().set_call_plan(slot, None);
        let name = &self.accounts.accounts[account].books.model.call_plans[place].name;
        self.accounts.accounts[account].plans[place].until = None;
        self.tell_account(account, || AccountEventKind::Expired { what: name.clone() });
    }

    /// A month of a term is over, or the term itself.
    pub(super) fn on_call_plan_month(&mut self, account: usize, place: usize, term: u32) {
        let state = self.accounts.accounts[account].plans[place];
        if state.term != term {
            return;
        }
        if state.until.is_some_and(|until| until <= self.now) {
            self.close_call_plan(account, place);
            return;
        }
        self.refill(account, place);
        self.set_term(account, place);
    }

    /// An attempt to renew by itself; while overdue it fails (B19).
    pub(super) fn auto_renew_call_plan(&mut self, account: usize, place: usize, term: u32) {
        let state = self.accounts.accounts[account].plans[place];
        if state.term != term || !state.auto_renew {
            return;
        }
        if self.renew_call_plan(account, place, 1).is_some() {
            let name = &self.accounts.accounts[account].books.model.call_plans[place].name;
            self.tell_account(account, || AccountEventKind::RenewalFailed { what: name.clone() });
            if let Some(until) = state.until {
                self.set_plan_renewal(account, place, until);
            }
        }
    }

    /// Extends the term by so many months; why not, if it is refused.
    pub(super) fn renew_call_plan(
        &mut self,
        account: usize,
        place: usize,
        months: u32,
    ) -> Option<RefusedPurchase> {
        let plan = &self.accounts.accounts[account].books.model.call_plans[place];
        let state = self.accounts.accounts[account].plans[place];
        let price = price_of(plan, state.seats, months);
        if let Some(why) = self.refused_purchase(account, price) {
            self.tell_refused(account, &plan.name, price, why);
            return Some(why);
        }
        self.accounts.accounts[account].outcome.purchases += price;
        self.pay_purchase(account, Product::Plans, &plan.name, price);
        let now = self.now;
        let calendar = &self.scenario.calendar;
        // A term that is over begins anew; one that runs goes on to the same day of a later month.
        let state = &mut self.accounts.accounts[account].plans[place];
        if state.until.is_none() {
            (state.begun_at, state.months) = (now, 0);
            (state.anchor, state.anchored_months) = (now, 0);
        }
        state.months += months;
        state.anchored_months += months;
        state.until = Some(calendar.months_after(state.anchor, state.anchored_months));
        self.set_term(account, place);
        None
    }

    pub(super) fn set_auto_renew_plan(&mut self, account: usize, place: usize, on: bool) {
        let state = &mut self.accounts.accounts[account].plans[place];
        state.auto_renew = on;
        if let (true, Some(until)) = (on, state.until) {
            self.set_plan_renewal(account, place, until);
        }
    }

    /// Unused seats are given back, with a refund to the payment account for the months that are not over (B25); how many.
    pub(super) fn give_seats_back(&mut self, account: usize, place: usize, seats: u32) -> u32 {
        let plan = &self.accounts.accounts[account].books.model.call_plans[place];
        let CallPlanKind::TokenTeam { seats_used } = plan.kind else { return 0 };
        let (now, calendar) = (self.now, &self.scenario.calendar);
        let state = &mut self.accounts.accounts[account].plans[place];
        // Before a term is paid, and after it is over, there is nothing to give back.
        if state.until.is_none() {
            return 0;
        }
        let returned = seats.min(state.seats.saturating_sub(seats_used));
        state.seats -= returned;
        let begun_at = state.begun_at;
        let is_left = |month: &u32| calendar.months_after(begun_at, *month) > now;
        let months = (1..=state.months).filter(is_left).count() as u32;
        let amount = price_of(plan, returned, months);
        if amount > Money::ZERO {
            self.accounts.accounts[account].outcome.purchases += -amount;
            self.give_back(account, Product::Plans, &plan.name, amount, PaidFrom::PaymentAccount);
        }
        returned
    }

    pub(super) fn tell_expiry(&mut self, account: usize, what: Expiring) {
        let model = self.accounts.accounts[account].books.model;
        let what = match what {
            Expiring::FreeQuota(place) => format!("free quota of {}", model.free_quotas[place].model),
            Expiring::Package(place) => model.packages[place].name.clone(),
            Expiring::SavingsPlan(place) => model.savings_plans[place].name.clone(),
        };
        self.tell_account(account, || AccountEventKind::Expired { what });
    }
}

fn price_of(plan: &CallPlan, seats: u32, months: u32) -> Money {
    Money::from_pico(plan.price.as_pico() * i128::from(seats) * i128::from(months))
}
