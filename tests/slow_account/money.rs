//! Bills, months, settlements, payments, purchases, alerts.

use super::{BILLS, Bill, ONE, SlowAccount, What};
use deploysim::account::PaidFrom;
use deploysim::ledger::{AlertKind, Product, RefusedPurchase};
use deploysim::units::{Money, RoundingMode};
use std::collections::BTreeMap;

use super::Class;

fn sum(of: &BTreeMap<Product, Money>) -> Money {
    of.values().copied().sum()
}

impl SlowAccount<'_> {
    /// (cash + credit) − (unsettled this month + unsettled earlier), B15.
    pub(super) fn available(&self) -> Money {
        let lines = sum(&self.this_month) + sum(&self.earlier);
        let reserved = Self::share(lines, self.model.settlement.reserve_ppb);
        self.cash + self.model.opening.credit - reserved - self.owed
    }

    /// Notes what moved now: cash, debts of this month, debts of earlier ones.
    pub(super) fn moved(&mut self, by: [Money; 3]) {
        let available = self.available();
        let all = self.expected.moved.entry(self.now).or_default();
        for (place, by) in by.into_iter().enumerate() {
            all[place] += by;
        }
        all[3] = available;
    }

    pub(super) fn discount_ppb(&self, class: &Class) -> i64 {
        let fits = |discount: &&deploysim::account::Discount| {
            discount.product.is_none_or(|wanted| wanted == class.product)
                && discount.item.as_ref().is_none_or(|item| class.names.contains(item))
        };
        self.model.discounts.iter().find(fits).map_or(ONE, |discount| discount.factor_ppb)
    }

    /// A bill: what plans leave of it, less the discount of all that the class has come to.
    pub(super) fn issue(&mut self, bill: &Bill) {
        let uncovered = self.cover_by_savings(&bill.class, bill.list);
        let off = ONE - self.discount_ppb(&bill.class);
        let (all, taken_off) = self.so_far.entry(bill.class.clone()).or_default();
        *all += uncovered;
        let discount = Self::share(*all, off) - *taken_off;
        *taken_off += discount;
        let payable = uncovered - discount;
        // Lines of an earlier month.
        let is_late = bill.used_at < self.month;
        let debts = if is_late { &mut self.earlier } else { &mut self.this_month };
        *debts.entry(bill.class.product).or_default() += payable;
        let day = self.scenario.calendar.day_start(self.now);
        if day > self.spent_day.0 {
            self.spent_day = (day, Money::ZERO);
            self.alerts_told.retain(|(kind, _)| *kind != AlertKind::Daily);
        }
        self.spent_day.1 += payable;
        if !is_late {
            self.spent_month += payable;
        }
        let zero = Money::ZERO;
        self.moved(if is_late { [zero, zero, -payable] } else { [zero, -payable, zero] });
    }

    pub(super) fn begin_month(&mut self) {
        // The last bills of the month that ends count for it (A-07: bills before alerts).
        self.alerts_of(|kind| kind != AlertKind::LowBalance);
        self.month = self.now;
        let moved = sum(&self.this_month);
        for (product, amount) in std::mem::take(&mut self.this_month) {
            *self.earlier.entry(product).or_default() += amount;
        }
        self.spent_month = Money::ZERO;
        self.alerts_told.retain(|(kind, _)| *kind == AlertKind::Daily);
        self.moved([Money::ZERO, moved, -moved]);
    }

    /// One debit per product, rounded once, tax on the rounded amount; the cash pays what it can.
    pub(super) fn settle(&mut self) {
        let settlement = self.model.settlement;
        for (_, exact) in std::mem::take(&mut self.earlier) {
            if exact == Money::ZERO {
                continue;
            }
            let rounded = exact.round_to(settlement.decimals, settlement.rounding);
            let debit = rounded + self.tax(rounded);
            let paid = debit.min(self.cash);
            self.cash = self.cash - paid;
            self.owed += debit - paid;
            self.moved([-paid, Money::ZERO, exact - (debit - paid)]);
        }
    }

    /// Tax, rounded as debits are.
    fn tax(&self, amount: Money) -> Money {
        let settlement = self.model.settlement;
        let exact = i128::from(self.model.tax_ppb) * amount.as_pico();
        // Not rounded twice: whole units of the last decimal at once.
        let unit = 10_i128.pow(12 - settlement.decimals);
        let units = Money::from_ratio(exact, i128::from(ONE) * unit, settlement.rounding).as_pico();
        Money::from_pico(units * unit)
    }

    pub(super) fn pay_in(&mut self, amount: Money) {
        let debt = self.owed.min(self.cash + amount);
        self.cash = self.cash + amount - debt;
        self.owed = self.owed - debt;
        self.moved([amount - debt, Money::ZERO, debt]);
        self.recover();
    }

    /// Why something cannot be bought (B19, M5, A-06).
    pub(super) fn refusal(&self, price: Money) -> Option<RefusedPurchase> {
        let available = self.available();
        if available < Money::ZERO {
            return Some(RefusedPurchase::Overdue);
        }
        let is_short = self.model.purchases_from == PaidFrom::Balance && available < price + self.tax(price);
        is_short.then_some(RefusedPurchase::Balance)
    }

    pub(super) fn buy(&mut self, what: &str, price: Money) -> bool {
        if let Some(why) = self.refusal(price) {
            self.tell_refused(what, price, why);
            return false;
        }
        self.pay(price);
        true
    }

    pub(super) fn pay(&mut self, price: Money) {
        if self.model.purchases_from == PaidFrom::PaymentAccount || price == Money::ZERO {
            return;
        }
        let all = price + self.tax(price);
        let paid = all.min(self.cash);
        self.cash = self.cash - paid;
        self.owed += all - paid;
        self.moved([-paid, Money::ZERO, paid - all]);
    }

    pub(super) fn give_back(&mut self, price: Money) {
        if self.model.purchases_from == PaidFrom::Balance && price != Money::ZERO {
            self.pay_in(price + self.tax(price));
        }
    }

    /// Thresholds that are reached and were not told in their month or day (B21, A-23).
    pub(super) fn alerts(&mut self) {
        self.alerts_of(|_| true);
    }

    fn alerts_of(&mut self, wanted: impl Fn(AlertKind) -> bool) {
        let alerts = &self.model.alerts;
        let shares = alerts.shares_ppb.iter().map(|&share_ppb| {
            let limit = alerts.monthly_limit.expect("shares are of a limit");
            (AlertKind::MonthlyLimit { share_ppb }, Self::share(limit, share_ppb))
        });
        let of = |kind: AlertKind, amounts: &[Money]| -> Vec<(AlertKind, Money)> {
            amounts.iter().map(|amount| (kind, *amount)).collect()
        };
        let all: Vec<(AlertKind, Money)> = shares
            .chain(of(AlertKind::Daily, &alerts.daily))
            .chain(of(AlertKind::Monthly, &alerts.monthly))
            .chain(of(AlertKind::LowBalance, &alerts.low_balance))
            .filter(|(kind, _)| wanted(*kind))
            .collect();
        for (kind, threshold) in all {
            let (value, distance) = match kind {
                AlertKind::MonthlyLimit { .. } | AlertKind::Monthly => {
                    (self.spent_month, self.spent_month - threshold)
                }
                AlertKind::Daily => (self.spent_day.1, self.spent_day.1 - threshold),
                AlertKind::LowBalance => (self.available(), threshold - self.available()),
            };
            let is_reached = distance > Money::ZERO || (alerts.when_reached && distance == Money::ZERO);
            if !is_reached || !self.alerts_told.insert((kind, threshold)) {
                continue;
            }
            self.tell(format!("alert {kind:?} {threshold} {value}"));
            for message in &alerts.messages {
                let class =
                    Class { product: Product::Notifications, names: vec!["messages".to_owned()], place: 0 };
                let list = Money::from_pico(message.price.as_pico() * i128::from(message.count));
                let at = self.full_hour(Self::later(self.now));
                let bill = Bill { class, used_at: self.now, list };
                self.at(at, BILLS, 1 << 32, What::Bill(bill));
            }
        }
    }

    /// A part of an amount as payments are rounded.
    pub(super) fn cents(amount: Money, part: u32, of: u32) -> Money {
        Money::from_ratio(amount.as_pico() * i128::from(part), i128::from(of), RoundingMode::HalfUp)
            .round_to(2, RoundingMode::HalfUp)
    }
}
