//! Calls and accounts: what minutes came to waits in the books until it is issued.

use crate::account::Bill;
use crate::engine::Rank;
use crate::ledger::{AccountEvent, AccountEventKind, AccountId};
use crate::sim::run::Simulation;
use crate::sim::trace::Trace;
use crate::units::{SimSpan, SimTime};

impl<T: Trace> Simulation<'_, T> {
    /// Meets calls up to an instant, minute by minute, as long as nothing that they bring about is due before the next
    /// event: true if all were met.
    pub(crate) fn meet_calls_on_accounts(&mut self, until: SimTime, next_event: (SimTime, Rank)) -> bool {
        while self.accounts.met_until < until {
            let from = self.accounts.met_until;
            let next = self.next_call_at(until).unwrap_or(until).max(from);
            // Empty minutes are passed over at once.
            let step = if next >= until { until } else { self.minute_after(next).min(until) };
            self.meet_calls_before(step);
            self.accounts.met_until = step;
            self.collect_minutes(step);
            if self.queue.peek().is_some_and(|earlier| earlier < next_event) {
                return false;
            }
        }
        true
    }

    /// The end of the civil minute an instant lies in.
    fn minute_after(&self, at: SimTime) -> SimTime {
        let phase = self.strategy.serving.minute_phase_ms;
        let into = (at.as_ms() + phase).rem_euclid(SimSpan::MINUTE.as_ms());
        at + SimSpan::from_ms(SimSpan::MINUTE.as_ms() - into)
    }

    /// Minutes that are over are billed: each waits for the instant its bill is issued.
    fn collect_minutes(&mut self, until: SimTime) {
        let mut charges = std::mem::take(&mut self.accounts.charges);
        self.desk.till().take_before(until.as_ms(), &mut charges);
        if T::LISTENS {
            self.tell_used_up();
            self.accounts.drafts.add_free_minutes(until, &mut charges);
        }
        for charge in charges.drain(..) {
            let account = self.account_of(charge.class);
            let charging = self.accounts.charging;
            let state = &mut self.accounts.accounts[account];
            let (luck, entity) = (self.world.luck, state.luck_entity);
            let (used_at, issued_at) = if charging.is_hourly(charge.class) {
                let hour_end = charging.full_hour(charge.minute + SimSpan::MINUTE);
                (hour_end - SimSpan::HOUR, hour_end)
            } else {
                let draw = |ordinal| luck.uniform(entity, "bill_delay", ordinal);
                (charge.minute, state.books.issue_time(charge.minute, draw))
            };
            let bill = Bill { class: charge.class, used_at, issued_at, list: charge.amount };
            state.books.wait(bill);
            self.watch_bills(account);
        }
        self.accounts.charges = charges;
    }

    fn tell_used_up(&mut self) {
        for (id, at) in self.desk.till().take_used_up() {
            let mut place = id.0;
            for (account, model) in self.scenario.accounts.iter().enumerate() {
                let (free, all) = (model.free_quotas.len(), model.free_quotas.len() + model.packages.len());
                if place >= all {
                    place -= all;
                    continue;
                }
                let what = if place < free {
                    format!("free quota of {}", model.free_quotas[place].model)
                } else {
                    model.packages[place - free].name.clone()
                };
                let available = self.accounts.accounts[account].books.balance.available();
                let kind = AccountEventKind::UsedUp { what };
                let account = AccountId(account);
                self.trace.account_event(|| AccountEvent { account, at, kind, available });
                break;
            }
        }
    }

    /// At the horizon: calls that are not completed before it are billed by the minutes they end in.
    pub(crate) fn collect_last_minutes(&mut self) {
        if !self.accounts.is_empty() {
            self.collect_minutes(SimTime::from_ms(i64::MAX / 4));
        }
    }
}
