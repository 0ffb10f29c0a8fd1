//! Packages, savings plans, call plans.

use super::{COMMANDS, Class, ONE, SlowAccount, TIMERS, What};
use deploysim::account::{Allowance, CallPlan, CallPlanKind, SavingsPlan};
use deploysim::units::{Calendar, Money, RoundingMode, SimSpan, SimTime};

/// A savings plan month by month.
#[derive(Debug)]
pub(crate) struct Savings {
    /// Beginnings of its months, and the end of the last.
    periods: Vec<SimTime>,
    /// What is left of each month; nothing of one that is not paid.
    left: Vec<Money>,
}

impl Savings {
    pub(super) fn new(plan: &SavingsPlan, calendar: &Calendar) -> Self {
        let periods: Vec<SimTime> =
            (0..=plan.months).map(|month| calendar.months_after(plan.bought_at, month)).collect();
        // What was bought before the run is paid as far as it was due.
        let is_paid = |begins: &SimTime| {
            plan.bought_at < SimTime::ZERO && (plan.all_upfront || *begins < SimTime::ZERO)
        };
        let months = &periods[..plan.months as usize];
        let left = months.iter().map(|begins| if is_paid(begins) { plan.per_month } else { Money::ZERO });
        Self { left: left.collect(), periods }
    }

    fn month(&self, at: SimTime) -> Option<usize> {
        self.periods.windows(2).position(|month| month[0] <= at && at < month[1])
    }

    fn left_at(&self, at: SimTime) -> Money {
        self.month(at).map_or(Money::ZERO, |month| self.left[month])
    }
}

/// A Coding Plan or Token Plan.
#[derive(Debug)]
pub(crate) struct PlanTerm {
    pub(super) until: Option<SimTime>,
    term: u32,
    /// Months that were paid.
    months: u32,
    seats: u32,
    pub(super) auto_renew: bool,
    /// Calls or tokens that are left of the month; none without a limit.
    left: Option<u64>,
    /// What its months are counted from.
    anchor: SimTime,
}

impl PlanTerm {
    pub(super) fn new(plan: &CallPlan) -> Self {
        Self {
            until: None,
            term: 0,
            months: 0,
            seats: plan.seats,
            auto_renew: plan.auto_renew,
            left: None,
            anchor: plan.bought_at,
        }
    }
}

impl SlowAccount<'_> {
    pub(super) fn plan_plans(&mut self) {
        let model = self.model;
        for (place, package) in model.packages.iter().enumerate() {
            if package.bought_at < SimTime::ZERO {
                self.packages[place] = Some(package.tokens);
            } else {
                self.at(package.bought_at, COMMANDS, 3, What::BuyPackage(place));
            }
        }
        for (place, plan) in model.savings_plans.iter().enumerate() {
            for month in 0..if plan.all_upfront { 1 } else { plan.months } {
                let at = self.savings[place].periods[month as usize];
                self.at(at, COMMANDS, 4, What::SavingsMonth(place, month));
            }
        }
        for (place, plan) in model.call_plans.iter().enumerate() {
            if plan.bought_at < SimTime::ZERO {
                self.begin_plan(place);
            } else {
                self.at(plan.bought_at, COMMANDS, 5, What::BuyPlan(place));
            }
        }
    }

    pub(super) fn buy_package(&mut self, place: usize) {
        let package = &self.model.packages[place];
        if self.buy(&package.name, package.price) {
            self.packages[place] = Some(package.tokens);
        }
    }

    pub(super) fn savings_month(&mut self, place: usize, month: u32) {
        let plan = &self.model.savings_plans[place];
        let price = if plan.all_upfront {
            plan.price
        } else {
            Self::cents(plan.price, month + 1, plan.months) - Self::cents(plan.price, month, plan.months)
        };
        if self.buy(&plan.name, price) {
            let months = if plan.all_upfront { 0..plan.months } else { month..month + 1 };
            for month in months {
                self.savings[place].left[month as usize] = plan.per_month;
            }
        }
    }

    /// Savings plans that cover a class, in their order: of other models first or last, then by expiry and purchase.
    fn savings_of(&self, class: &Class) -> Vec<usize> {
        let rules = &self.model.deduction;
        let is_call = rules.savings_plans.contains(&class.product)
            && self.strategy.serving.publics.iter().any(|public| class.names == [public.model.clone()]);
        let plans = self.model.savings_plans.iter().enumerate();
        let mut fitting: Vec<(bool, SimTime, SimTime, usize)> = plans
            .filter(|(_, plan)| is_call && (plan.models.is_empty() || plan.models.contains(&class.names[0])))
            .map(|(place, plan)| {
                let ends = *self.savings[place].periods.last().expect("it has an end");
                (plan.models.is_empty() != rules.general_plans_first, ends, plan.bought_at, place)
            })
            .collect();
        fitting.sort_unstable();
        fitting.into_iter().map(|(.., place)| place).collect()
    }

    pub(super) fn has_savings(&self, class: &Class) -> bool {
        self.savings_of(class).into_iter().any(|place| self.savings[place].left_at(self.now) > Money::ZERO)
    }

    /// What savings plans leave of a bill.
    pub(super) fn cover_by_savings(&mut self, class: &Class, list: Money) -> Money {
        let mut rest = list;
        for place in self.savings_of(class) {
            let factor = self.model.savings_plans[place].factor_ppb;
            let Some(month) = self.savings[place].month(self.now) else { continue };
            let left = &mut self.savings[place].left[month];
            if *left <= Money::ZERO || rest <= Money::ZERO {
                continue;
            }
            let needed = Self::share(rest, factor);
            if needed <= *left {
                *left = *left - needed;
                return Money::ZERO;
            }
            let ratio = left.as_pico() * i128::from(ONE);
            rest = rest - Money::from_ratio(ratio, i128::from(factor), RoundingMode::Down);
            *left = Money::ZERO;
        }
        rest
    }

    // ---- Call plans (B19, B24, B25).

    fn plan_price(&self, place: usize, seats: u32, months: u32) -> Money {
        let price = self.model.call_plans[place].price;
        Money::from_pico(price.as_pico() * i128::from(seats) * i128::from(months))
    }

    pub(super) fn buy_plan(&mut self, place: usize) {
        let plan = &self.model.call_plans[place];
        if self.buy(&plan.name, self.plan_price(place, plan.seats, plan.months)) {
            self.begin_plan(place);
        }
    }

    fn begin_plan(&mut self, place: usize) {
        let plan = &self.model.call_plans[place];
        let was_closed = self.plans[place].until.is_none();
        let term = &mut self.plans[place];
        (term.until, term.months) = (Some(plan.until), plan.months);
        self.set_term(place, was_closed);
    }

    /// The months of a term that runs.
    fn set_term(&mut self, place: usize, begins: bool) {
        let term = &mut self.plans[place];
        term.term += 1;
        let (number, Some(until), anchor) = (term.term, term.until, term.anchor) else { return };
        if until <= self.now {
            term.until = None;
            return;
        }
        if begins {
            self.refill(place);
        }
        let calendar = &self.scenario.calendar;
        let months = (1..).map(|month| calendar.months_after(anchor, month));
        let later = months.skip_while(|at| *at <= self.now).take_while(|at| *at < until);
        for at in later.take(40).chain([until]).collect::<Vec<_>>() {
            self.at(at, TIMERS, 2, What::PlanMonth(place, number));
        }
        self.plan_renewals(place);
    }

    fn refill(&mut self, place: usize) {
        let seats = u64::from(self.plans[place].seats);
        self.plans[place].left = match self.model.call_plans[place].allowance {
            Allowance::Unlimited => None,
            Allowance::Calls(count) | Allowance::Tokens(count) => Some(count * seats),
        };
    }

    pub(super) fn plan_month(&mut self, place: usize, number: u32) {
        let term = &mut self.plans[place];
        if term.term != number {
            return;
        }
        if term.until.is_some_and(|until| until <= self.now) {
            term.until = None;
        } else {
            self.refill(place);
        }
    }

    /// The next attempt before the end of the term.
    pub(super) fn plan_renewals(&mut self, place: usize) {
        let Some(until) = self.plans[place].until.filter(|_| self.plans[place].auto_renew) else { return };
        let terms = &self.scenario.deployment_settings.terms;
        let attempts = terms.auto_renewals(until, &self.scenario.calendar);
        let now = self.now;
        for at in attempts.into_iter().filter(|at| *at > now && *at < until) {
            // Each instant once, whoever asks.
            let is_planned = self
                .queue
                .iter()
                .any(|(key, what)| key.0 == at && matches!(what, What::RenewPlan(of) if *of == place));
            if !is_planned {
                self.at(at, TIMERS, 1, What::RenewPlan(place));
            }
        }
    }

    pub(super) fn attempt_renewal(&mut self, place: usize) {
        let term = &self.plans[place];
        let terms = &self.scenario.deployment_settings.terms;
        // An attempt is one of the present term: the day before its end.
        let is_due = term.until.is_some_and(|until| {
            self.now < until && terms.auto_renewals(until, &self.scenario.calendar).contains(&self.now)
        });
        if !term.auto_renew || !is_due {
            return;
        }
        if !self.renew(place, 1) {
            let name = &self.model.call_plans[place].name;
            self.tell(format!("renewal failed {name}"));
        }
    }

    pub(super) fn renew(&mut self, place: usize, months: u32) -> bool {
        let plan = &self.model.call_plans[place];
        if !self.buy(&plan.name, self.plan_price(place, self.plans[place].seats, months)) {
            return false;
        }
        let calendar = &self.scenario.calendar;
        let term = &mut self.plans[place];
        let begins = term.until.is_none();
        if begins {
            term.anchor = self.now;
            term.months = 0;
        }
        term.until = Some(calendar.months_after(term.until.unwrap_or(self.now), months));
        term.months += months;
        self.set_term(place, begins);
        true
    }

    pub(super) fn return_seats(&mut self, place: usize, seats: u32) {
        let plan = &self.model.call_plans[place];
        let term = &mut self.plans[place];
        // Only seats of a term that runs: those of one that is over are used.
        if let (CallPlanKind::TokenTeam { seats_used }, Some(_)) = (plan.kind, term.until) {
            term.seats -= seats.min(term.seats.saturating_sub(seats_used));
        }
    }

    /// Whether a plan still takes calls.
    pub(super) fn plan_takes_calls(&self, place: usize) -> bool {
        let term = &self.plans[place];
        term.until.is_some() && term.left.is_none_or(|left| left > 0)
    }

    pub(super) fn use_plan(&mut self, place: usize, tokens: u64) {
        let by_calls = matches!(self.model.call_plans[place].allowance, Allowance::Calls(_));
        if let Some(left) = &mut self.plans[place].left {
            *left = left.saturating_sub(if by_calls { 1 } else { tokens });
        }
    }

    /// An instant long before: what was always there.
    pub(super) fn minute_of(&self, at: SimTime) -> SimTime {
        let into = self.scenario.calendar.time_of_week(at).as_ms() % SimSpan::MINUTE.as_ms();
        at - SimSpan::from_ms(into)
    }
}
