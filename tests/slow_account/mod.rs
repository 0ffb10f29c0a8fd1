//! A slow second opinion on one account: every instant is worked out again, in the order of A-07, from the calls, the use
//! of deployments and machines, and what the scenario scripts. Whatever follows from them is written from the rules.

mod calls;
mod money;
mod plans;

use deploysim::account::{AccountActionKind, AccountModel, JobPrice, QuotasInArrears, Scope};
use deploysim::ledger::{AccountEventKind, AlertKind, LineQuantity, Product, RefusedPurchase};
use deploysim::scenario::Scenario;
use deploysim::scenario::deployment::DeploymentKind;
use deploysim::scenario::model::Strategy;
use deploysim::sim::Recorder;
use deploysim::units::{Money, RoundingMode, SimSpan, SimTime};
use plans::{PlanTerm, Savings};
use std::collections::{BTreeMap, BTreeSet};

/// One in units of 10⁻⁹.
const ONE: i64 = 1_000_000_000;

/// Order within an instant.
const PAYMENTS: u8 = 1;
const COMMANDS: u8 = 2;
const TIMERS: u8 = 4;
const CALLS: u8 = 6;
const BILLS: u8 = 7;
const MONTHS: u8 = 8;
const SETTLEMENTS: u8 = 9;

/// What is to happen.
#[derive(Clone, Debug)]
pub(crate) enum What {
    Payment(Money),
    TopUp,
    /// A deployment was paid in advance, or gave back.
    Deployment(usize),
    Act(usize),
    Buy(usize),
    BuyPackage(usize),
    SavingsMonth(usize, u32),
    BuyPlan(usize),
    PlanMonth(usize, u32),
    RenewPlan(usize),
    Stage(u32, Stage),
    Call(usize),
    Bill(Bill),
    /// Calls of a minute, by what is charged and the minute.
    Minute(String, SimTime),
    Month,
    Settle,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Stage {
    CallsStop,
    Release,
    Retention,
    Clear,
}

/// What is issued.
#[derive(Clone, Debug)]
pub(crate) struct Bill {
    class: Class,
    used_at: SimTime,
    list: Money,
}

/// What is charged together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Class {
    product: Product,
    /// The first is its own; a discount may name any.
    names: Vec<String>,
    /// Single charges stand each by itself.
    place: usize,
}

/// What a call may be charged for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Credit {
    Good,
    QuotasOnly,
    Nothing { everything: bool },
}

/// What was worked out: what moved at each instant, and what was told.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    /// Cash, debts of this month, debts of earlier ones, what is available in the end.
    pub(crate) moved: BTreeMap<SimTime, [Money; 4]>,
    pub(crate) told: Vec<(SimTime, String)>,
    pub(crate) releases: Vec<SimTime>,
    pub(crate) clears: Vec<SimTime>,
    pub(crate) stops: Vec<SimTime>,
    pub(crate) settled: Vec<SimTime>,
    pub(crate) calls_refused: BTreeMap<String, u64>,
}

pub(crate) struct SlowAccount<'a> {
    scenario: &'a Scenario,
    strategy: &'a Strategy,
    recorder: &'a Recorder,
    index: usize,
    model: &'a AccountModel,
    now: SimTime,
    /// What is to happen: instant, rank, order.
    queue: BTreeMap<(SimTime, u8, u64, u64), What>,
    added: u64,
    cash: Money,
    this_month: BTreeMap<Product, Money>,
    earlier: BTreeMap<Product, Money>,
    owed: Money,
    month: SimTime,
    so_far: BTreeMap<Class, (Money, Money)>,
    savings: Vec<Savings>,
    plans: Vec<PlanTerm>,
    /// Free quotas, then packages: what is left, and whether it is there.
    free: Vec<u64>,
    packages: Vec<Option<u64>>,
    stops_when_used: Vec<bool>,
    keys: Vec<bool>,
    /// Keys that are deleted for good.
    deleted: Vec<bool>,
    unsubscribed: BTreeSet<String>,
    minutes: BTreeMap<(String, SimTime), (Class, Money)>,
    credit: Credit,
    topping_up: bool,
    episode: Option<u32>,
    episodes: u32,
    released: bool,
    spent_month: Money,
    spent_day: (SimTime, Money),
    alerts_told: BTreeSet<(AlertKind, Money)>,
    expected: Expected,
}

impl<'a> SlowAccount<'a> {
    pub(crate) fn new(
        scenario: &'a Scenario,
        strategy: &'a Strategy,
        recorder: &'a Recorder,
        index: usize,
    ) -> Self {
        let model = &scenario.accounts[index];
        let opening = model.opening;
        let other = |amount: Money| BTreeMap::from([(Product::Other, amount)]);
        let start = SimTime::ZERO;
        let mut account = Self {
            scenario,
            strategy,
            recorder,
            index,
            model,
            now: start,
            queue: BTreeMap::new(),
            added: 0,
            cash: opening.cash,
            this_month: other(opening.unsettled_current),
            earlier: other(opening.unsettled_earlier),
            owed: Money::ZERO,
            month: scenario.calendar.month_start(start),
            so_far: BTreeMap::new(),
            savings: model.savings_plans.iter().map(|plan| Savings::new(plan, &scenario.calendar)).collect(),
            plans: model.call_plans.iter().map(PlanTerm::new).collect(),
            free: model.free_quotas.iter().map(|quota| quota.tokens).collect(),
            packages: vec![None; model.packages.len()],
            stops_when_used: model.free_quotas.iter().map(|quota| quota.stop_when_used).collect(),
            keys: model.keys.iter().map(|key| key.exists_at_start).collect(),
            deleted: vec![false; model.keys.len()],
            unsubscribed: BTreeSet::new(),
            minutes: BTreeMap::new(),
            credit: Credit::Good,
            topping_up: false,
            episode: None,
            episodes: 0,
            released: false,
            spent_month: Money::ZERO,
            spent_day: (scenario.calendar.day_start(start), Money::ZERO),
            alerts_told: BTreeSet::new(),
            expected: Expected::default(),
        };
        account.moved([opening.cash, -opening.unsettled_current, -opening.unsettled_earlier]);
        account.plan_ahead();
        account
    }

    /// Everything to the horizon.
    pub(crate) fn run(mut self) -> Expected {
        loop {
            let next = self.queue.first_key_value().map(|(key, _)| key.0);
            if next.is_none_or(|next| next > self.now) {
                self.end_of_instant();
            }
            let Some(((at, ..), what)) = self.queue.pop_first() else { break };
            self.now = at;
            self.handle(what);
        }
        self.expected
    }

    fn end(&self) -> SimTime {
        SimTime::ZERO + self.scenario.horizon
    }

    fn at(&mut self, at: SimTime, rank: u8, turn: u64, what: What) {
        if at >= SimTime::ZERO && at < self.end() {
            self.added += 1;
            self.queue.insert((at, rank, turn, self.added), what);
        }
    }

    /// The full hour at or after an instant.
    fn full_hour(&self, at: SimTime) -> SimTime {
        let into = self.scenario.calendar.time_of_week(at).as_ms() % SimSpan::HOUR.as_ms();
        if into == 0 { at } else { at + SimSpan::from_ms(SimSpan::HOUR.as_ms() - into) }
    }

    fn later(at: SimTime) -> SimTime {
        at + SimSpan::from_ms(1)
    }

    /// Puts on the queue what does not depend on the account.
    fn plan_ahead(&mut self) {
        let model = self.model;
        for payment in &model.payments {
            self.at(payment.at, PAYMENTS, 0, What::Payment(payment.amount));
        }
        for (place, payment) in self.recorder.payments.iter().enumerate() {
            if self.strategy.deployments[payment.deployment.0].account.0 == self.index {
                self.at(payment.at, COMMANDS, 0, What::Deployment(place));
            }
        }
        for (place, action) in model.actions.iter().enumerate() {
            self.at(action.at, COMMANDS, 1, What::Act(place));
        }
        for (place, purchase) in model.purchases.iter().enumerate() {
            self.at(purchase.at, COMMANDS, 2, What::Buy(place));
        }
        self.plan_plans();
        self.plan_hours();
        let first = self.scenario.calendar.month_start(SimTime::ZERO);
        for month in 0.. {
            let begins = self.scenario.calendar.months_after(first, month);
            if begins >= self.end() {
                break;
            }
            if begins > SimTime::ZERO {
                self.at(begins, MONTHS, 0, What::Month);
            }
            let days = SimSpan::from_days(i64::from(model.settlement.day) - 1);
            let settles = begins + days + model.settlement.time;
            if settles > SimTime::ZERO {
                self.at(settles, SETTLEMENTS, 0, What::Settle);
            }
        }
        for (place, record) in self.recorder.every_call.iter().flatten().enumerate() {
            if self.scenario.callers[usize::from(record.call.tenant)].account.0 == self.index {
                self.at(record.call.at, CALLS, place as u64, What::Call(place));
            }
        }
    }

    /// Bills of the hour: deployments and machines by their use, jobs, single charges.
    fn plan_hours(&mut self) {
        let model = self.model;
        let mut bills: BTreeMap<(SimTime, Class), (SimTime, Money)> = BTreeMap::new();
        let mut add = |at: SimTime, class: Class, used_at: SimTime, list: Money| {
            let (from, sum) = bills.entry((at, class)).or_insert((used_at, Money::ZERO));
            *from = (*from).min(used_at);
            *sum += list;
        };
        for usage in &self.recorder.deployment_usages {
            let deployment = &self.strategy.deployments[usage.deployment.0];
            if deployment.account.0 == self.index {
                let names = vec![deployment.name.clone(), deployment.model.clone()];
                for hour in &usage.hours {
                    let class = Class { product: Product::Deployment, names: names.clone(), place: 0 };
                    add(self.full_hour(Self::later(hour.from)), class, hour.from, hour.amount);
                }
            }
        }
        // What machines used is proved elsewhere; here it is taken from the lines.
        for line in self.recorder.journal.lines.iter().filter(|line| line.account.0 == self.index) {
            if line.product == Product::Machines && matches!(line.quantity, LineQuantity::Time { .. }) {
                let class =
                    Class { product: Product::Machines, names: vec![line.resource.clone()], place: 0 };
                add(line.issued_at, class, line.from, line.amounts.list);
            }
        }
        for (place, job) in model.jobs.iter().enumerate() {
            let class = Class {
                product: job.kind.product(),
                names: vec![job.name.clone(), job.model.clone()],
                place,
            };
            match job.price {
                JobPrice::Fixed(price) if job.end < self.end() => {
                    add(self.full_hour(job.end), class, job.end - SimSpan::from_ms(1), price);
                }
                JobPrice::Tokens { tokens, price } if job.end < self.end() => {
                    add(self.full_hour(job.end), class, job.end - SimSpan::from_ms(1), price.of(tokens));
                }
                JobPrice::Fixed(_) | JobPrice::Tokens { .. } => {}
                JobPrice::PerHour(price) => {
                    let (mut from, mut posted) = (job.start, Money::ZERO);
                    while from < job.end {
                        let hour = self.full_hour(Self::later(from));
                        let until = hour.min(job.end);
                        let minutes = (until.since(job.start).as_ms() + 59_999) / 60_000;
                        let pico = i128::from(price.as_nano()) * 1_000 * i128::from(minutes);
                        let settings = &self.scenario.settings;
                        let unit = 10_i128.pow(12 - settings.line_decimals);
                        let units = Money::from_ratio(pico, 60 * unit, settings.line_rounding).as_pico();
                        let all = Money::from_pico(units * unit);
                        add(hour, class.clone(), from, all - posted);
                        (from, posted) = (until, all);
                    }
                }
            }
        }
        for (place, charge) in model.charges.iter().enumerate() {
            let class =
                Class { product: charge.product, names: vec![charge.item.clone()], place: 1_000 + place };
            let list = Money::from_pico(charge.price.as_pico() * i128::from(charge.count));
            add(self.full_hour(Self::later(charge.at)), class, charge.at, list);
        }
        for ((at, class), (used_at, list)) in bills {
            self.at(at, BILLS, 1 << 32, What::Bill(Bill { class, used_at, list }));
        }
    }

    fn handle(&mut self, what: What) {
        match what {
            What::Payment(amount) => self.pay_in(amount),
            What::TopUp => {
                self.topping_up = false;
                let amount = self.model.top_up.as_ref().expect("it was asked for").amount;
                self.pay_in(amount);
            }
            What::Deployment(place) => {
                let amount = self.recorder.payments[place].amount;
                if amount < Money::ZERO { self.give_back(-amount) } else { self.pay(amount) }
            }
            What::Act(place) => self.act(&self.model.actions[place].kind.clone()),
            What::Buy(place) => {
                let purchase = &self.model.purchases[place];
                self.buy(&purchase.what, purchase.price);
            }
            What::BuyPackage(place) => self.buy_package(place),
            What::SavingsMonth(place, month) => self.savings_month(place, month),
            What::BuyPlan(place) => self.buy_plan(place),
            What::PlanMonth(place, term) => self.plan_month(place, term),
            What::RenewPlan(place) => self.attempt_renewal(place),
            What::Stage(episode, stage) => self.stage(episode, stage),
            What::Call(place) => self.call(place),
            What::Bill(bill) => self.issue(&bill),
            What::Minute(key, minute) => {
                let (class, list) = self.minutes.remove(&(key, minute)).expect("it waits");
                self.issue(&Bill { class, used_at: minute, list });
            }
            What::Month => self.begin_month(),
            What::Settle => self.settle(),
        }
    }

    fn act(&mut self, kind: &AccountActionKind) {
        match kind {
            AccountActionKind::CreateKey(key) | AccountActionKind::EnableKey(key) => {
                self.keys[*key] = !self.deleted[*key];
            }
            AccountActionKind::DisableKey(key) => self.keys[*key] = false,
            AccountActionKind::DeleteKey(key) => {
                (self.keys[*key], self.deleted[*key]) = (false, true);
            }
            AccountActionKind::CancelPlan(plan) => self.plans[*plan].auto_renew = false,
            AccountActionKind::AutoRenewPlan(plan, on) => {
                self.plans[*plan].auto_renew = *on;
                self.plan_renewals(*plan);
            }
            AccountActionKind::RenewPlan(plan, months) => {
                self.renew(*plan, *months);
            }
            AccountActionKind::UnsubscribeSeats(plan, seats) => self.return_seats(*plan, *seats),
            AccountActionKind::Subscribe(code) => {
                if self.available() < Money::ZERO {
                    self.tell_refused(code, Money::ZERO, RefusedPurchase::Overdue);
                } else {
                    self.unsubscribed.remove(code);
                    self.tell(format!("subscribed {code}"));
                }
            }
            AccountActionKind::StopWhenUsed(code, on) => {
                for (place, quota) in self.model.free_quotas.iter().enumerate() {
                    if quota.model == *code {
                        self.stops_when_used[place] = *on;
                    }
                }
            }
        }
    }

    fn tell(&mut self, what: String) {
        self.expected.told.push((self.now, what));
    }

    fn tell_refused(&mut self, what: &str, price: Money, why: RefusedPurchase) {
        self.tell(format!("refused {what} {price} {why:?}"));
    }

    // ---- Arrears (B14–B20, M5–M9, P9, A-06).

    /// Alerts, the top-up, the one look at arrears.
    fn end_of_instant(&mut self) {
        self.alerts();
        let available = self.available();
        let top_up = self.model.top_up.as_ref().filter(|top_up| !self.topping_up && available < top_up.below);
        if let Some(top_up) = top_up {
            self.topping_up = true;
            self.tell(format!("asked {}", top_up.amount));
            // When it arrives is luck.
            let events = self.recorder.journal.events.iter();
            let mine = events.filter(|event| event.account.0 == self.index && event.at == self.now);
            let mut arrives = mine.filter_map(|event| match event.kind {
                AccountEventKind::TopUpRequested { arrives_at, .. } => Some(arrives_at),
                _ => None,
            });
            if let Some(at) = arrives.next_back() {
                self.at(at, PAYMENTS, 1, What::TopUp);
            }
        }
        if available < Money::ZERO && self.episode.is_none() {
            self.fall_into_arrears();
        } else {
            self.recover();
        }
    }

    fn fall_into_arrears(&mut self) {
        self.episodes += 1;
        let (episode, rules) = (self.episodes, self.model.arrears);
        self.episode = Some(episode);
        self.tell(format!("overdue {episode}"));
        let mut stages = vec![(Stage::CallsStop, rules.calls_stop_after), (Stage::Release, rules.kept_for)];
        if let Some(retention) = rules.retention {
            stages.push((Stage::Retention, rules.grace));
            stages.push((Stage::Clear, rules.grace + retention));
        }
        for (stage, after) in stages {
            if after == SimSpan::ZERO {
                self.stage(episode, stage);
            } else {
                self.at(self.now + after, TIMERS, 9, What::Stage(episode, stage));
            }
        }
    }

    fn stage(&mut self, episode: u32, stage: Stage) {
        if self.episode != Some(episode) {
            return;
        }
        let rules = self.model.arrears;
        match stage {
            Stage::CallsStop => {
                self.credit = match (rules.scope, rules.quotas) {
                    (Scope::Account, _) => Credit::Nothing { everything: true },
                    (Scope::Product, QuotasInArrears::StopAll) => Credit::Nothing { everything: false },
                    (Scope::Product, QuotasInArrears::Continue) => Credit::QuotasOnly,
                };
                self.expected.stops.push(self.now);
            }
            Stage::Release => {
                self.released = true;
                self.expected.releases.push(self.now);
            }
            Stage::Retention => self.tell("retention".to_owned()),
            Stage::Clear => {
                self.tell("cleared".to_owned());
                self.expected.clears.push(self.now);
                if rules.resubscribe {
                    self.unsubscribed
                        .extend(self.strategy.serving.publics.iter().map(|public| public.model.clone()));
                }
            }
        }
    }

    fn recover(&mut self) {
        if let (Some(episode), true) = (self.episode, self.available() >= Money::ZERO) {
            self.episode = None;
            self.credit = Credit::Good;
            self.released = false;
            self.tell(format!("settled {episode}"));
            self.expected.settled.push(self.now);
        }
    }

    /// Whether a target is charged as tokens of its own.
    fn is_own_tokens(&self, target: usize) -> bool {
        matches!(self.strategy.deployments[target].kind, DeploymentKind::Tokens(_))
    }

    /// A share of an amount, half-up.
    fn share(amount: Money, ppb: i64) -> Money {
        Money::from_ratio(amount.as_pico() * i128::from(ppb), i128::from(ONE), RoundingMode::HalfUp)
    }
}
