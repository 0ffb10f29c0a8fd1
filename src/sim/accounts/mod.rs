//! Accounts in a run: when bills are issued, when money moves, and what arrears do to calls, deployments and machines.
//!
//! The books themselves are [`crate::account`]; here are their instants and their consequences. Bills of calls wait in the
//! books and are issued when somebody looks: an event is scheduled only while what waits could bring about something that
//! must happen at its own instant (arrears, an alert, a top-up). What bills by time is looked at every full hour. Nothing
//! here happens in a scenario without accounts.

mod bills;
mod calls;
mod hours;
mod jobs;
mod lines;
mod money;
mod plans;
mod resources;
mod standing;
mod tenant;

pub(crate) use hours::MachinePosted;
pub(crate) use lines::Drafts;

use super::account_outcome::AccountOutcome;
use super::event::{Event, rank};
use super::run::Simulation;
use super::trace::Trace;
use crate::account::{Books, ChargingModel, ClassId};
use crate::ledger::{AccountEvent, AccountEventKind, AccountId, BillLine, Product};
use crate::scenario::Scenario;
use crate::scenario::model::Strategy;
use crate::serving::MinuteCharge;
use crate::units::{Money, SimSpan, SimTime};
use crate::world::{DurationModel, name_hash};
use jobs::JobMeter;
use plans::PlanState;
use standing::Standing;

/// What is to happen to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A payment arrives.
    Payment(usize),
    /// An automatic top-up arrives.
    TopUp,
    /// The tenant does something.
    Act(usize),
    /// A package is bought.
    BuyPackage(usize),
    /// A month of a savings plan begins: it is bought, or its part is due.
    SavingsMonth { plan: usize, month: u32 },
    /// A call plan is bought.
    BuyCallPlan(usize),
    /// A month of a call plan begins, unless its term is another one by now.
    CallPlanMonth { plan: usize, term: u32 },
    /// An attempt to renew a call plan.
    RenewCallPlan { plan: usize, term: u32 },
    /// Something is bought once.
    Buy(usize),
    /// A job starts.
    JobStarts(usize),
    /// A job ends.
    JobEnds(usize),
    /// A single charge arises.
    Charge(usize),
    /// A free quota, a package or a savings plan expires: told only.
    Expires(Expiring),
    /// A month of a savings plan begins or ends: calls that live on it may stop, or go on.
    PlanTurns,
    /// A civil month begins.
    Month(usize),
    /// Earlier months are settled.
    Settle,
    /// Alerts are looked at.
    Alerts,
    /// Whether it is overdue is looked at.
    Standing,
    /// Arrears have lasted so long that something follows.
    Arrears { episode: u32, stage: standing::Stage },
}

/// What expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expiring {
    FreeQuota(usize),
    Package(usize),
    SavingsPlan(usize),
}

/// Something that was scheduled for an account.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AccountTimer {
    account: usize,
    what: What,
}

/// One account of a run.
#[derive(Clone, Debug)]
pub(crate) struct AccountState<'run> {
    pub(crate) books: Books<'run>,
    standing: Standing,
    /// The entity its luck is keyed by.
    luck_entity: u64,
    /// A top-up is on its way.
    topping_up: bool,
    /// Top-ups asked for: the ordinal of the next one's delay.
    top_ups: u64,
    /// When an event looks at waiting bills.
    issue_at: SimTime,
    jobs: Vec<Option<JobMeter>>,
    plans: Vec<PlanState>,
    /// Keys that are deleted: for good.
    deleted_keys: Vec<bool>,
    outcome: AccountOutcome,
}

/// A charge that is issued with the bill of its clock hour.
#[derive(Clone, Debug)]
pub(crate) struct HourDue {
    class: ClassId,
    from: SimTime,
    list: Money,
    lines: Vec<BillLine>,
}

/// All accounts of a run; empty without accounts.
#[derive(Clone, Debug)]
pub(crate) struct AccountsState<'run> {
    pub(crate) accounts: Vec<AccountState<'run>>,
    pub(crate) charging: &'run ChargingModel,
    timers: Vec<AccountTimer>,
    hour_due: Vec<HourDue>,
    /// When bills by the hour are issued next.
    hour_at: SimTime,
    /// What was billed of each instance.
    pub(crate) machines: Vec<MachinePosted>,
    /// From the beginning of a usage minute to its bill, at the least: whole minutes.
    shortest_delay: SimSpan,
    /// Up to when calls were met.
    pub(crate) met_until: SimTime,
    /// Memory for charges that are taken out of the till.
    charges: Vec<MinuteCharge>,
    pub(crate) drafts: Drafts,
}

impl<'run> AccountsState<'run> {
    pub(crate) fn new(scenario: &'run Scenario, strategy: &'run Strategy) -> Self {
        let state = |(index, model): (usize, &'run crate::account::AccountModel)| AccountState {
            books: Books::new(model, &strategy.charging, index),
            standing: Standing::default(),
            luck_entity: name_hash(&format!("account/{}", model.name)),
            topping_up: false,
            top_ups: 0,
            issue_at: SimTime::NEVER,
            jobs: vec![None; model.jobs.len()],
            plans: model.call_plans.iter().map(PlanState::new).collect(),
            deleted_keys: vec![false; model.keys.len()],
            outcome: AccountOutcome::default(),
        };
        Self {
            accounts: scenario.accounts.iter().enumerate().map(state).collect(),
            charging: &strategy.charging,
            timers: Vec::new(),
            hour_due: Vec::new(),
            hour_at: SimTime::NEVER,
            machines: Vec::new(),
            shortest_delay: shortest_delay(scenario),
            met_until: SimTime::ZERO,
            charges: Vec::new(),
            drafts: Drafts::default(),
        }
    }

    /// True without accounts.
    pub(crate) fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }
}

impl<T: Trace> Simulation<'_, T> {
    /// Puts what accounts do by themselves, and what tenants do with them, on the queue.
    pub(crate) fn schedule_accounts(&mut self) {
        for index in 0..self.accounts.accounts.len() {
            self.open_account(index);
        }
    }

    fn open_account(&mut self, index: usize) {
        let model = self.accounts.accounts[index].books.model;
        self.tell_opening(index);
        for (place, payment) in model.payments.iter().enumerate() {
            self.at(payment.at, rank::PAYMENT, index, What::Payment(place));
        }
        for (place, action) in model.actions.iter().enumerate() {
            self.at(action.at, rank::COMMAND, index, What::Act(place));
        }
        for (place, purchase) in model.purchases.iter().enumerate() {
            self.at(purchase.at, rank::COMMAND, index, What::Buy(place));
        }
        for (place, job) in model.jobs.iter().enumerate() {
            self.at(job.start, rank::TIMER, index, What::JobStarts(place));
            self.at(job.end, rank::TIMER, index, What::JobEnds(place));
        }
        for (place, charge) in model.charges.iter().enumerate() {
            self.at(charge.at, rank::TIMER, index, What::Charge(place));
        }
        let charging = self.accounts.charging;
        for (month, begins) in charging.months.iter().enumerate().filter(|(_, at)| **at > SimTime::ZERO) {
            self.at(*begins, rank::METER, index, What::Month(month));
        }
        for at in &charging.settlements[index] {
            self.at(*at, rank::METER, index, What::Settle);
        }
        self.open_plans(index);
        self.open_keys(index);
        self.at(SimTime::ZERO, rank::ALERT, index, What::Alerts);
        self.at(SimTime::ZERO, rank::STANDING, index, What::Standing);
    }

    /// Schedules something for an account.
    fn at(&mut self, at: SimTime, rank: u8, account: usize, what: What) {
        if at < SimTime::ZERO || at >= self.horizon {
            return;
        }
        self.accounts.timers.push(AccountTimer { account, what });
        let index = (self.accounts.timers.len() - 1) as u32;
        // At one rank bills go first, then the month begins, then earlier months are settled.
        let turn = match what {
            What::Settle => SETTLES_LAST,
            What::Month(_) => MONTHS_LATER,
            What::Payment(_)
            | What::TopUp
            | What::Act(_)
            | What::BuyPackage(_)
            | What::SavingsMonth { .. }
            | What::BuyCallPlan(_)
            | What::CallPlanMonth { .. }
            | What::RenewCallPlan { .. }
            | What::Buy(_)
            | What::JobStarts(_)
            | What::JobEnds(_)
            | What::Charge(_)
            | What::Expires(_)
            | What::PlanTurns
            | What::Alerts
            | What::Standing
            | What::Arrears { .. } => AFTER_DEPLOYMENTS,
        };
        let entity = turn + account as u32;
        self.schedule(at, rank, entity, Event::Account(index));
    }

    /// Something is due.
    pub(crate) fn on_account(&mut self, index: usize) {
        let AccountTimer { account, what } = self.accounts.timers[index];
        self.issue_before(account, self.now);
        match what {
            What::Payment(place) => self.on_payment(account, place),
            What::TopUp => self.on_top_up(account),
            What::Act(place) => self.act_on_account(account, place),
            What::BuyPackage(place) => self.buy_package(account, place),
            What::SavingsMonth { plan, month } => self.begin_savings_month(account, plan, month),
            What::BuyCallPlan(plan) => self.buy_call_plan(account, plan),
            What::CallPlanMonth { plan, term } => self.on_call_plan_month(account, plan, term),
            What::RenewCallPlan { plan, term } => self.auto_renew_call_plan(account, plan, term),
            What::Buy(place) => self.buy_once(account, place),
            What::JobStarts(job) => self.start_job(account, job),
            What::JobEnds(job) => self.end_job(account, job),
            What::Charge(place) => self.charge_once(account, place),
            What::Expires(what) => self.tell_expiry(account, what),
            What::PlanTurns => self.refresh_plans(account),
            What::Month(month) => self.begin_month(account, month),
            What::Settle => self.settle_account(account),
            What::Alerts => self.look_at_alerts(account),
            What::Standing => self.look_at_standing(account),
            What::Arrears { episode, stage } => self.on_arrears(account, episode, stage),
        }
    }

    /// Whose a class is.
    fn account_of(&self, class: ClassId) -> usize {
        self.accounts.charging.class(class).account.0
    }

    fn product_of(&self, class: ClassId) -> Product {
        self.accounts.charging.class(class).product
    }

    /// Tells the trace of an event.
    fn tell_account(&mut self, account: usize, kind: impl FnOnce() -> AccountEventKind) {
        if !T::LISTENS {
            return;
        }
        let (at, available) = (self.now, self.accounts.accounts[account].books.balance.available());
        self.trace.account_event(|| AccountEvent {
            account: AccountId(account),
            at,
            kind: kind(),
            available,
        });
    }

    /// The sums of every account at the horizon; what bills on is billed up to it.
    pub(crate) fn close_accounts(&mut self) {
        if self.accounts.is_empty() {
            return;
        }
        self.close_hours();
        for index in 0..self.accounts.accounts.len() {
            self.close_bills(index);
            let horizon = self.horizon;
            let state = &mut self.accounts.accounts[index];
            let (books, outcome) = (&mut state.books, &mut state.outcome);
            state.standing.close(horizon, outcome);
            outcome.least_available = books.least_available;
            outcome.available = books.balance.available();
            outcome.issued_by_product = books.sums.issued;
            outcome.issued = books.sums.issued.iter().copied().sum();
            outcome.covered_by_plans = books.sums.covered_by_plans;
            outcome.discounts = books.sums.discounts;
            outcome.rounding = books.sums.rounding;
            outcome.tax = books.sums.tax;
            let outcome = std::mem::take(outcome);
            self.outcome.accounts.push(outcome);
        }
    }
}

/// Entities of accounts within a rank: after those of services and deployments, however many accounts there are, so that an
/// account beside changes no order.
const AFTER_DEPLOYMENTS: u32 = 1 << 19;
/// Entities of a rank whose turn comes after that of bills.
const MONTHS_LATER: u32 = 1 << 20;
const SETTLES_LAST: u32 = 1 << 21;

/// The shortest delay of a bill of calls on any account, in whole minutes and at least one.
fn shortest_delay(scenario: &Scenario) -> SimSpan {
    let rules = scenario.accounts.iter().map(|account| &account.issue);
    let delays = rules.flat_map(|rules| rules.peaks.iter().map(|peak| &peak.delay).chain([&rules.delay]));
    let shortest = delays.map(DurationModel::shortest).min().unwrap_or(SimSpan::MINUTE);
    // Batch is billed at the full hour, which may be a minute away.
    let has_batch = !scenario.batch_models.is_empty();
    let minutes = if has_batch { 1 } else { (shortest.as_ms() / SimSpan::MINUTE.as_ms()).max(1) };
    SimSpan::from_minutes(minutes)
}
