//! Money that moves: payments, top-ups, purchases, refunds, months, settlements, alerts.

use super::What;
use crate::account::PaidFrom;
use crate::account::alerts::Threshold;
use crate::ledger::{AccountEventKind, EntryKind, Place, Product, RefusedPurchase};
use crate::sim::account_outcome::AlertOutcome;
use crate::sim::event::rank;
use crate::sim::run::Simulation;
use crate::sim::trace::Trace;
use crate::units::{Money, SimSpan};

impl<T: Trace> Simulation<'_, T> {
    /// The account as the scenario begins.
    pub(super) fn tell_opening(&mut self, account: usize) {
        if !T::LISTENS {
            return;
        }
        let opening = self.accounts.accounts[account].books.model.opening;
        let debts = opening.unsettled_current + opening.unsettled_earlier;
        let postings = [
            (Place::Cash, opening.cash),
            (Place::Outside, -opening.cash),
            (Place::ThisMonth, -opening.unsettled_current),
            (Place::EarlierMonths, -opening.unsettled_earlier),
            (Place::Provider, debts),
        ];
        self.tell_entry(account, self.now, EntryKind::Opening, &postings);
    }

    pub(super) fn on_payment(&mut self, account: usize, place: usize) {
        let amount = self.accounts.accounts[account].books.model.payments[place].amount;
        self.pay_in(account, amount, EntryKind::Payment);
    }

    pub(super) fn on_top_up(&mut self, account: usize) {
        let state = &mut self.accounts.accounts[account];
        state.topping_up = false;
        let Some(amount) = state.books.model.top_up.as_ref().map(|top_up| top_up.amount) else { return };
        self.pay_in(account, amount, EntryKind::TopUp);
    }

    fn pay_in(&mut self, account: usize, amount: Money, kind: EntryKind) {
        let paid = self.accounts.accounts[account].books.balance.pay_in(amount);
        if T::LISTENS {
            let now = self.now;
            self.tell_entry(account, now, kind, &[(Place::Cash, amount), (Place::Outside, -amount)]);
            self.tell_debt_paid(account, paid);
        }
        self.recover(account);
    }

    fn tell_debt_paid(&mut self, account: usize, paid: Money) {
        if T::LISTENS && paid != Money::ZERO {
            let postings = [(Place::Cash, -paid), (Place::EarlierMonths, paid)];
            self.tell_entry(account, self.now, EntryKind::DebtPaid, &postings);
        }
    }

    /// Asks for the automatic top-up when the balance has fallen below its limit.
    pub(super) fn ask_for_top_up(&mut self, account: usize) {
        let state = &mut self.accounts.accounts[account];
        if state.top_up_margin().is_none_or(|margin| margin >= Money::ZERO) {
            return;
        }
        let Some(top_up) = state.books.model.top_up.as_ref() else { return };
        let (ordinal, entity) = (state.top_ups, state.luck_entity);
        state.top_ups += 1;
        state.topping_up = true;
        let uniform = if top_up.delay.is_random() {
            self.world.luck.uniform(entity, "top_up_delay", ordinal)
        } else {
            0.5
        };
        let amount = top_up.amount;
        // It is asked for after the bills of this instant, so it arrives later, and a trifle cannot be asked for without end.
        let Some(delay) = top_up.delay.sample(uniform, ordinal) else { return };
        let arrives_at = self.now + delay.max(SimSpan::SECOND);
        self.tell_account(account, || AccountEventKind::TopUpRequested { amount, arrives_at });
        self.at(arrives_at, rank::PAYMENT, account, What::TopUp);
    }

    /// Why an account cannot pay for a purchase, if it cannot; nobody asks without accounts.
    pub(crate) fn refused_purchase(&mut self, account: usize, price: Money) -> Option<RefusedPurchase> {
        if self.accounts.is_empty() {
            return None;
        }
        self.issue_before(account, self.now);
        self.accounts.accounts[account].books.refuses(price)
    }

    /// True if an account is overdue, its bills up to now counted.
    pub(crate) fn is_overdue(&mut self, account: usize) -> bool {
        !self.accounts.is_empty() && {
            self.issue_before(account, self.now);
            self.accounts.accounts[account].books.balance.is_overdue()
        }
    }

    /// Pays a purchase that is not refused.
    pub(crate) fn pay_purchase(&mut self, account: usize, product: Product, what: &str, price: Money) {
        if self.accounts.is_empty() || price == Money::ZERO {
            return;
        }
        let state = &mut self.accounts.accounts[account];
        let from = state.books.model.purchases_from;
        let (tax, paid) = state.books.buy(price);
        if T::LISTENS {
            let all = price + tax;
            let kind = EntryKind::Purchase { product, what: what.to_owned(), price };
            let source = match from {
                PaidFrom::Balance => [(Place::Cash, -paid), (Place::EarlierMonths, paid - all)],
                PaidFrom::PaymentAccount => [(Place::Outside, -all), (Place::Cash, Money::ZERO)],
            };
            let postings = [source[0], source[1], (Place::Provider, all)];
            self.tell_entry(account, self.now, kind, &postings);
        }
        self.follow_up(account);
    }

    /// A purchase that is refused is told.
    pub(crate) fn tell_refused(&mut self, account: usize, what: &str, price: Money, why: RefusedPurchase) {
        let what = what.to_owned();
        self.tell_account(account, || AccountEventKind::PurchaseRefused { what, price, why });
    }

    /// Buys something, unless that is refused; true if it is bought.
    pub(super) fn buy(&mut self, account: usize, product: Product, what: &str, price: Money) -> bool {
        if let Some(why) = self.refused_purchase(account, price) {
            self.tell_refused(account, what, price, why);
            return false;
        }
        self.accounts.accounts[account].outcome.purchases += price;
        self.pay_purchase(account, product, what, price);
        true
    }

    pub(super) fn buy_once(&mut self, account: usize, place: usize) {
        let purchase = &self.accounts.accounts[account].books.model.purchases[place];
        self.buy(account, purchase.product, &purchase.what, purchase.price);
    }

    /// Gives a purchase back, to where it came from.
    pub(crate) fn refund_purchase(&mut self, account: usize, product: Product, what: &str, amount: Money) {
        if self.accounts.is_empty() || amount == Money::ZERO {
            return;
        }
        let to = self.accounts.accounts[account].books.model.purchases_from;
        self.give_back(account, product, what, amount, to);
    }

    pub(super) fn give_back(
        &mut self,
        account: usize,
        product: Product,
        what: &str,
        amount: Money,
        to: PaidFrom,
    ) {
        self.issue_before(account, self.now);
        let (tax, paid) = self.accounts.accounts[account].books.give_back(amount, to);
        if T::LISTENS {
            let all = amount + tax;
            let place = match to {
                PaidFrom::Balance => Place::Cash,
                PaidFrom::PaymentAccount => Place::Outside,
            };
            let kind = EntryKind::Refund { product, what: what.to_owned(), price: amount };
            self.tell_entry(account, self.now, kind, &[(place, all), (Place::Provider, -all)]);
            self.tell_debt_paid(account, paid);
        }
        self.recover(account);
    }

    /// Another civil month: what is unsettled is of an earlier month from now on.
    pub(super) fn begin_month(&mut self, account: usize, month: usize) {
        self.issue_before(account, super::bills::after(self.now));
        // The last bills of the month that ends may reach a threshold of it; the balance is looked at when all has moved.
        let reached = self.accounts.accounts[account].books.watch.reached(None);
        self.tell_alerts(account, reached);
        let moved = self.accounts.accounts[account].books.begin_month(month);
        if T::LISTENS && moved != Money::ZERO {
            let postings = [(Place::ThisMonth, moved), (Place::EarlierMonths, -moved)];
            self.tell_entry(account, self.now, EntryKind::MonthBegins, &postings);
        }
        self.follow_up(account);
    }

    /// The monthly settlement: one debit per product, rounded once.
    pub(super) fn settle_account(&mut self, account: usize) {
        self.issue_before(account, super::bills::after(self.now));
        let debits = self.accounts.accounts[account].books.settle();
        if T::LISTENS {
            for debit in debits {
                let added = debit.rounding + debit.tax;
                let kind = EntryKind::Settlement {
                    product: debit.product,
                    exact: debit.exact,
                    rounding: debit.rounding,
                    tax: debit.tax,
                    paid: debit.paid,
                };
                let postings = [
                    (Place::Cash, -debit.paid),
                    (Place::EarlierMonths, debit.paid - added),
                    (Place::Provider, added),
                ];
                let available = debit.available;
                self.tell_entry_of(account, self.now, kind, &postings, available);
            }
        }
        self.follow_up(account);
    }

    /// Thresholds that are reached are told, each once per month; messages cost what they cost.
    pub(super) fn look_at_alerts(&mut self, account: usize) {
        let books = &mut self.accounts.accounts[account].books;
        let available = books.balance.available();
        let reached = books.watch.reached(Some(available));
        self.tell_alerts(account, reached);
    }

    fn tell_alerts(&mut self, account: usize, reached: Vec<(Threshold, Money)>) {
        let now = self.now;
        for (threshold, spent) in reached {
            let state = &mut self.accounts.accounts[account];
            let messages = &state.books.model.alerts.messages;
            state.outcome.alerts.push(AlertOutcome {
                kind: threshold.kind,
                threshold: threshold.amount,
                at: now,
            });
            self.tell_account(account, || AccountEventKind::Alert {
                kind: threshold.kind,
                spent,
                threshold: threshold.amount,
            });
            let class = self.accounts.charging.messages[account];
            for message in messages {
                self.charge_things(
                    account,
                    class,
                    &message.way,
                    message.count,
                    message.price,
                    &["M3", "B21"],
                );
            }
        }
    }
}
