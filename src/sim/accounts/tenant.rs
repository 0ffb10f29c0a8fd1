//! What the tenant does with an account: keys, plans, subscriptions (B22, B24, B25, M5, M8).

use crate::account::AccountActionKind;
use crate::ledger::{AccountEventKind, RefusedPurchase};
use crate::serving::AllowanceId;
use crate::sim::run::Simulation;
use crate::sim::trace::Trace;
use crate::units::Money;

impl<T: Trace> Simulation<'_, T> {
    /// Keys that an action creates are not there yet.
    pub(super) fn open_keys(&mut self, account: usize) {
        let model = self.accounts.accounts[account].books.model;
        for (key, declared) in model.keys.iter().enumerate() {
            if !declared.exists_at_start {
                self.set_key(account, key, false);
            }
        }
    }

    /// Calls with a key are taken, or refused.
    fn set_key(&mut self, account: usize, key: usize, is_active: bool) {
        for (tenant, caller) in self.scenario.callers.iter().enumerate() {
            if caller.account.0 == account && caller.key == Some(key) {
                self.desk.till().set_key(tenant, is_active);
            }
        }
    }

    pub(super) fn act_on_account(&mut self, account: usize, place: usize) {
        let model = self.accounts.accounts[account].books.model;
        match &model.actions[place].kind {
            AccountActionKind::CreateKey(key) => self.change_key(account, *key, true, "created"),
            AccountActionKind::EnableKey(key) => self.change_key(account, *key, true, "enabled"),
            AccountActionKind::DisableKey(key) => self.change_key(account, *key, false, "disabled"),
            AccountActionKind::DeleteKey(key) => self.change_key(account, *key, false, "deleted"),
            AccountActionKind::CancelPlan(plan) => {
                self.set_auto_renew_plan(account, *plan, false);
                let name = &model.call_plans[*plan].name;
                self.tell_acted(account, || {
                    format!("{name} is cancelled: it ends at its term, without a refund")
                });
            }
            AccountActionKind::AutoRenewPlan(plan, on) => {
                self.set_auto_renew_plan(account, *plan, *on);
                let (name, how) = (&model.call_plans[*plan].name, if *on { "on" } else { "off" });
                self.tell_acted(account, || format!("automatic renewal of {name} is {how}"));
            }
            AccountActionKind::RenewPlan(plan, months) => {
                if self.renew_call_plan(account, *plan, *months).is_none() {
                    let name = &model.call_plans[*plan].name;
                    self.tell_acted(account, || format!("{name} is renewed"));
                }
            }
            AccountActionKind::UnsubscribeSeats(plan, seats) => {
                let returned = self.give_seats_back(account, *plan, *seats);
                let name = &model.call_plans[*plan].name;
                self.tell_acted(account, || format!("{returned} of {seats} seats of {name} are given back"));
            }
            AccountActionKind::Subscribe(code) => self.subscribe(account, code),
            AccountActionKind::StopWhenUsed(code, on) => {
                self.switch_stop_when_used(account, code, *on);
                let how = if *on { "on" } else { "off" };
                self.tell_acted(account, || format!("stop when the free quota of {code} is used up: {how}"));
            }
        }
    }

    fn tell_acted(&mut self, account: usize, what: impl FnOnce() -> String) {
        self.tell_account(account, || AccountEventKind::Acted { what: what() });
    }

    /// A key changes before the calls of its instant (W113).
    fn change_key(&mut self, account: usize, key: usize, is_active: bool, what: &'static str) {
        let id = &self.accounts.accounts[account].books.model.keys[key].id;
        // What is deleted does not come back.
        if self.accounts.accounts[account].deleted_keys[key] {
            self.tell_acted(account, || format!("API key {id} is not {what}: it was deleted"));
            return;
        }
        self.accounts.accounts[account].deleted_keys[key] = what == "deleted";
        self.set_key(account, key, is_active);
        self.tell_account(account, || AccountEventKind::Key { id: id.clone(), what });
    }

    /// A model is subscribed to; while the account is overdue that is refused (M5).
    fn subscribe(&mut self, account: usize, code: &str) {
        if self.is_overdue(account) {
            self.tell_refused(account, code, Money::ZERO, RefusedPurchase::Overdue);
            return;
        }
        let Some(accounting) = &self.strategy.serving.accounting else { return };
        let publics = accounting.publics.iter().zip(&self.strategy.serving.publics);
        for (of, _) in publics.filter(|(_, public)| public.model == code) {
            self.desk.till().set_unsubscribed(of[account].class, false);
        }
        self.tell_account(account, || AccountEventKind::Subscribed { model: code.to_owned() });
    }

    fn switch_stop_when_used(&mut self, account: usize, code: &str, on: bool) {
        let accounts = &self.scenario.accounts;
        let before: usize =
            accounts[..account].iter().map(|one| one.free_quotas.len() + one.packages.len()).sum();
        for (place, _) in
            accounts[account].free_quotas.iter().enumerate().filter(|(_, quota)| quota.model == code)
        {
            self.desk.till().set_stop_when_used(AllowanceId(before + place), on);
        }
    }
}
