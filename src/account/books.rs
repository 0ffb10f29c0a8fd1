//! The books of one account: bills that wait to be issued, and what each comes to when it is.

use super::alerts::Watch;
use super::balance::{Balance, Debit, tax_on};
use super::charging::{ChargingModel, ClassId};
use super::model::{AccountModel, PaidFrom};
use super::plans::Allowances;
use crate::ledger::{LineAmounts, Product, RefusedPurchase};
use crate::units::{Money, RoundingMode, SimSpan, SimTime};
use std::collections::VecDeque;

/// One in units of 10⁻⁹.
const ONE_PPB: i128 = 1_000_000_000;

/// A bill of one class that is issued at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bill {
    /// What is charged.
    pub class: ClassId,
    /// Beginning of the minute or hour it was used in.
    pub used_at: SimTime,
    /// When it is issued.
    pub issued_at: SimTime,
    /// At list price.
    pub list: Money,
}

/// The order of bills: when they are issued, what for, when it was used.
type BillKey = (SimTime, ClassId, SimTime);

/// A bill that was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issued {
    /// What it comes to.
    pub amounts: LineAmounts,
    /// It belongs to an earlier month.
    pub is_late: bool,
}

/// What a class has come to so far.
#[derive(Clone, Copy, Debug, Default)]
struct SoFar {
    /// At list price, not covered by plans.
    uncovered: Money,
    discount: Money,
}

/// The sums of an account.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sums {
    /// Bills issued, as they are to be paid; by product.
    pub issued: [Money; Product::ALL.len()],
    /// What savings plans took over.
    pub covered_by_plans: Money,
    /// Negotiated discounts: zero or less.
    pub discounts: Money,
    /// What rounding at settlements added.
    pub rounding: Money,
    /// Tax of settlements and purchases.
    pub tax: Money,
}

/// The account at work.
#[derive(Clone, Debug)]
pub struct Books<'run> {
    /// What the scenario says of it.
    pub model: &'run AccountModel,
    charging: &'run ChargingModel,
    /// Its place among the accounts.
    index: usize,
    /// What is on it and owed.
    pub balance: Balance,
    /// Its alerts.
    pub watch: Watch,
    savings_plans: Vec<Allowances>,
    /// By class.
    so_far: Vec<SoFar>,
    /// Bills of calls that wait: when they are issued, what, and the minute they were used in.
    waiting: VecDeque<(BillKey, Money)>,
    waiting_sum: Money,
    /// Which civil month it is, by its place.
    month: usize,
    /// Which civil day bills were issued on last.
    day: i64,
    watches_days: bool,
    /// Sums.
    pub sums: Sums,
    /// The least that was available.
    pub least_available: Money,
}

impl<'run> Books<'run> {
    /// As the scenario begins.
    pub fn new(model: &'run AccountModel, charging: &'run ChargingModel, index: usize) -> Self {
        let balance = Balance::new(model.opening, model.settlement);
        let watch = Watch::new(&model.alerts);
        Self {
            least_available: balance.available(),
            watches_days: watch.watches_days(),
            savings_plans: vec![Allowances::none(); model.savings_plans.len()],
            so_far: vec![SoFar::default(); charging.classes.len()],
            waiting: VecDeque::new(),
            waiting_sum: Money::ZERO,
            month: charging.month_of(SimTime::ZERO),
            day: i64::MIN,
            sums: Sums::default(),
            model,
            charging,
            index,
            balance,
            watch,
        }
    }

    /// A bill of calls waits to be issued.
    pub fn wait(&mut self, bill: Bill) {
        self.waiting_sum += bill.list;
        let key = (bill.issued_at, bill.class, bill.used_at);
        // Nearly every bill is issued after those that wait already.
        if self.waiting.back().is_none_or(|(last, _)| *last < key) {
            self.waiting.push_back((key, bill.list));
            return;
        }
        match self.waiting.binary_search_by_key(&key, |(other, _)| *other) {
            Ok(place) => self.waiting[place].1 += bill.list,
            Err(place) => self.waiting.insert(place, (key, bill.list)),
        }
    }

    /// When the next waiting bill is issued.
    pub fn next_due(&self) -> Option<SimTime> {
        self.waiting.front().map(|((at, ..), _)| *at)
    }

    /// Takes the next waiting bill, if it is issued before an instant.
    pub fn take_due(&mut self, before: SimTime) -> Option<Bill> {
        self.waiting.front().filter(|((at, ..), _)| *at < before)?;
        let ((issued_at, class, used_at), list) = self.waiting.pop_front()?;
        self.waiting_sum += -list;
        Some(Bill { class, used_at, issued_at, list })
    }

    /// True if the bills that wait could bring about something that must happen at its instant: arrears, an alert.
    /// `margins` are further distances from the available balance.
    pub fn may_matter(&self, watches_overdue: bool, margin: Option<Money>) -> bool {
        if self.waiting.is_empty() {
            return false;
        }
        let available = self.balance.available();
        let overdue = watches_overdue.then_some(available);
        let alerts = self.watch.headroom(available);
        let nearest = [overdue, margin, alerts].into_iter().flatten().min();
        nearest.is_some_and(|nearest| self.reserved(self.waiting_sum) >= nearest)
    }

    /// What lines reserve, rounded up: never less than they take.
    fn reserved(&self, lines: Money) -> Money {
        let ppb = i128::from(self.model.settlement.reserve_ppb);
        if ppb == ONE_PPB {
            return lines;
        }
        Money::from_pico(lines.as_pico() * (ppb / ONE_PPB + 1))
    }

    /// Issues a bill: plans cover what they can of it, a negotiated discount lowers the rest, and the balance bears it.
    /// Bills must come in the order of their issue.
    pub fn issue(&mut self, bill: Bill) -> Issued {
        let class = self.charging.class(bill.class);
        let rest = self.uncovered(bill);
        let plan = bill.list - rest;
        let discount = self.discount(bill.class, rest);
        let amounts = LineAmounts { list: bill.list, plan, discount };
        let is_late = self.charging.month_of(bill.used_at) < self.month;
        if self.watches_days {
            let day = self.charging.day_of(bill.issued_at);
            if day > self.day {
                self.day = day;
                self.watch.begin_day();
            }
        }
        let payable = amounts.payable();
        self.balance.issue(class.product, payable, is_late);
        self.watch.spend(payable, is_late);
        self.sums.issued[class.product.index()] += payable;
        self.sums.covered_by_plans += plan;
        self.sums.discounts += discount;
        self.note_least();
        Issued { amounts, is_late }
    }

    /// What savings plans leave of a bill at list price.
    fn uncovered(&mut self, bill: Bill) -> Money {
        let class = self.charging.class(bill.class);
        let mut rest = bill.list;
        for &plan in &class.savings_plans {
            let periods = &self.charging.plan_periods[self.index][plan];
            let model = &self.model.savings_plans[plan];
            rest = rest - self.savings_plans[plan].cover(model, periods, bill.issued_at, rest);
        }
        rest
    }

    /// The negotiated discount on a further amount of a class, from the cumulative one: cutting a bill changes nothing.
    fn discount(&mut self, id: ClassId, uncovered: Money) -> Money {
        let off = ONE_PPB - i128::from(self.charging.class(id).factor_ppb);
        let so_far = &mut self.so_far[id.0];
        so_far.uncovered += uncovered;
        if off == 0 {
            return Money::ZERO;
        }
        let all = Money::from_ratio(-so_far.uncovered.as_pico() * off, ONE_PPB, RoundingMode::HalfUp);
        let more = all - so_far.discount;
        so_far.discount = all;
        more
    }

    /// The same for a bill that is not issued before the horizon: what it would come to by its plan and discount now.
    pub fn would_come_to(&mut self, bill: Bill) -> LineAmounts {
        let rest = self.uncovered(bill);
        let discount = self.discount(bill.class, rest);
        let plan = bill.list - rest;
        self.sums.covered_by_plans += plan;
        self.sums.discounts += discount;
        LineAmounts { list: bill.list, plan, discount }
    }

    /// True if some savings plan of a class has something left.
    pub fn is_covered(&mut self, id: ClassId, at: SimTime) -> bool {
        let class = self.charging.class(id);
        class.savings_plans.iter().any(|&plan| self.left_of_plan(plan, at) > Money::ZERO)
    }

    /// What is left of a savings plan in the month an instant lies in.
    pub fn left_of_plan(&mut self, plan: usize, at: SimTime) -> Money {
        let periods = &self.charging.plan_periods[self.index][plan];
        self.savings_plans[plan].left(&self.model.savings_plans[plan], periods, at)
    }

    /// A savings plan counts from now on, or no longer.
    pub const fn set_savings_plan(&mut self, plan: usize, is_active: bool) {
        self.savings_plans.as_mut_slice()[plan].set_active(is_active);
    }

    /// Another civil month begins; what becomes of an earlier one.
    pub fn begin_month(&mut self, month: usize) -> Money {
        self.month = month;
        self.watch.begin_month();
        self.balance.begin_month()
    }

    /// Settles what is of earlier months.
    pub fn settle(&mut self) -> Vec<Debit> {
        let debits = self.balance.settle(self.model.tax_ppb);
        for debit in &debits {
            self.sums.rounding += debit.rounding;
            self.sums.tax += debit.tax;
        }
        self.note_least();
        debits
    }

    /// Tax on a purchase or refund.
    pub fn tax_on(&self, amount: Money) -> Money {
        let settlement = self.model.settlement;
        tax_on(amount, self.model.tax_ppb, settlement.decimals, settlement.rounding)
    }

    /// Why a purchase is refused, if it is: overdue, or not enough available (B19, M5, A-06).
    pub fn refuses(&self, price: Money) -> Option<RefusedPurchase> {
        if self.balance.is_overdue() {
            return Some(RefusedPurchase::Overdue);
        }
        let needed = price + self.tax_on(price);
        let lacks = self.model.purchases_from == PaidFrom::Balance && self.balance.available() < needed;
        lacks.then_some(RefusedPurchase::Balance)
    }

    /// Buys something that is not refused: tax, and what cash paid of both (nothing from a payment account).
    pub fn buy(&mut self, price: Money) -> (Money, Money) {
        let tax = self.tax_on(price);
        self.sums.tax += tax;
        let paid = match self.model.purchases_from {
            PaidFrom::Balance => self.balance.purchase(price + tax),
            PaidFrom::PaymentAccount => Money::ZERO,
        };
        self.note_least();
        (tax, paid)
    }

    /// Gives an amount back with its tax; onto the balance, or to the payment account outside. The tax, and what of debts
    /// it paid.
    pub fn give_back(&mut self, amount: Money, to: PaidFrom) -> (Money, Money) {
        let tax = self.tax_on(amount);
        self.sums.tax += -tax;
        let paid = match to {
            PaidFrom::Balance => self.balance.pay_in(amount + tax),
            PaidFrom::PaymentAccount => Money::ZERO,
        };
        (tax, paid)
    }

    /// The instant from which its bill of a usage minute counts: the minute's beginning plus a delay, at least a minute.
    pub fn issue_time(&self, minute: SimTime, uniform: impl Fn(u64) -> f64) -> SimTime {
        let time_of_day = self.charging.time_of_day(minute);
        let peak = self.model.issue.peaks.iter().find(|peak| {
            if peak.from <= peak.to {
                (peak.from..peak.to).contains(&time_of_day)
            } else {
                time_of_day >= peak.from || time_of_day < peak.to
            }
        });
        let delay = peak.map_or(&self.model.issue.delay, |peak| &peak.delay);
        let ordinal = self.charging.minute_number(minute);
        let luck = if delay.is_random() { uniform(ordinal) } else { 0.5 };
        // A bill never comes before its minute is over.
        let after = delay.sample(luck, ordinal).unwrap_or(SimSpan::from_days(36_525)).max(SimSpan::MINUTE);
        minute + after
    }

    fn note_least(&mut self) {
        self.least_available = self.least_available.min(self.balance.available());
    }
}
