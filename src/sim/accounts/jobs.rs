//! Jobs by the hour, single charges and messages (B3, B23, M3).

use super::hours::TimeLine;
use crate::account::{ClassId, JobPrice};
use crate::billing::{Metering, PriceSource, Usage};
use crate::ledger::{AccountId, BillLine, ChargedTo, LineAmounts, LineQuantity};
use crate::sim::run::Simulation;
use crate::sim::trace::Trace;
use crate::units::{Money, SimSpan, SimTime, UnitPrice};

/// A job by time that runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct JobMeter {
    from: SimTime,
    price: UnitPrice,
    at: SimTime,
    posted: Money,
}

impl<T: Trace> Simulation<'_, T> {
    /// A job by time begins to bill.
    pub(super) fn start_job(&mut self, account: usize, job: usize) {
        let model = &self.accounts.accounts[account].books.model.jobs[job];
        if let JobPrice::PerHour(price) = model.price {
            let now = self.now;
            self.accounts.accounts[account].jobs[job] =
                Some(JobMeter { from: now, price, at: now, posted: Money::ZERO });
            self.expect_bills();
        }
    }

    /// A job ends: one with a fixed price is in the bill of the hour it ends in (B3).
    pub(super) fn end_job(&mut self, account: usize, job: usize) {
        let model = &self.accounts.accounts[account].books.model.jobs[job];
        let quantity = match model.price {
            JobPrice::PerHour(_) => {
                self.bill_job(account, job);
                self.accounts.accounts[account].jobs[job] = None;
                return;
            }
            JobPrice::Fixed(price) => LineQuantity::Count { count: 1, unit: "job", price },
            JobPrice::Tokens { tokens, price } => {
                LineQuantity::Tokens { tokens, free: 0, package: 0, calls: 0, price }
            }
        };
        self.job_line(account, job, quantity);
    }

    fn job_line(&mut self, account: usize, job: usize, quantity: LineQuantity) {
        let model = &self.accounts.accounts[account].books.model.jobs[job];
        let list = match quantity {
            LineQuantity::Tokens { tokens, price, .. } => price.of(tokens),
            LineQuantity::Count { count, price, .. } => Money::from_pico(price.as_pico() * i128::from(count)),
            LineQuantity::Time { .. } | LineQuantity::Period { .. } => {
                unreachable!("jobs by time are metered")
            }
        };
        self.accounts.accounts[account].outcome.charges += list;
        let (class, now) = (self.accounts.charging.jobs[account][job], self.now);
        // It belongs to the hour in which it ended: one that ends at a full hour to the hour before.
        let used_at = now - SimSpan::from_ms(1);
        let lines = if T::LISTENS {
            let to = ChargedTo {
                api_key: model.api_key.clone(),
                workspace: model.workspace.clone(),
                tag: self.scenario.accounts[account].tag(&model.workspace, used_at),
                ..ChargedTo::default()
            };
            let about = (model.kind.billing_type().to_owned(), model.name.clone(), model.model.clone());
            vec![self.single_line(class, about, to, (model.start, now), (quantity, list), &["B3", "B23"])]
        } else {
            Vec::new()
        };
        self.due(class, used_at, list, lines);
    }

    fn single_line(
        &self,
        class: ClassId,
        (billing_type, resource, model): (String, String, String),
        to: ChargedTo,
        (from, to_time): (SimTime, SimTime),
        (quantity, list): (LineQuantity, Money),
        rules: &'static [&'static str],
    ) -> BillLine {
        let of = self.accounts.charging.class(class);
        BillLine {
            account: AccountId(of.account.0),
            product: of.product,
            billing_type,
            resource,
            model,
            to,
            is_overflow: false,
            from,
            to_time,
            issued_at: SimTime::NEVER,
            quantity,
            amounts: LineAmounts { list, ..LineAmounts::default() },
            rules,
        }
    }

    /// Bills what a job by time used since it was billed last.
    pub(super) fn bill_job(&mut self, account: usize, job: usize) {
        let Some(meter) = self.accounts.accounts[account].jobs[job] else { return };
        let (now, rounding) = (self.now, self.scenario.settings.rounding());
        if meter.at >= now {
            return;
        }
        let metering = Metering::started(SimSpan::MINUTE);
        let price = PriceSource::Constant(meter.price);
        let usage = Usage { from: meter.from, metering, price, units: 1 };
        let amount = usage.amount(now, rounding);
        let list = amount - meter.posted;
        let class = self.accounts.charging.jobs[account][job];
        let model = &self.accounts.accounts[account].books.model.jobs[job];
        let mut lines = Vec::new();
        if T::LISTENS {
            let about = TimeLine {
                class,
                kind: model.kind.billing_type(),
                resource: &model.name,
                model: &model.model,
                workspace: &model.workspace,
                unit: "job",
                rules: &["B3", "A-03"],
            };
            lines = self.time_lines(&usage, meter.at, &about, |_| 1);
            for line in &mut lines {
                line.to.api_key.clone_from(&model.api_key);
            }
        }
        let state = &mut self.accounts.accounts[account];
        state.jobs[job] = Some(JobMeter { at: now, posted: amount, ..meter });
        state.outcome.charges += list;
        self.due(class, meter.at, list, lines);
    }

    /// A single charge arises.
    pub(super) fn charge_once(&mut self, account: usize, place: usize) {
        let charge = &self.accounts.accounts[account].books.model.charges[place];
        let class = self.accounts.charging.charges[account][place];
        self.charge_things(account, class, &charge.item, charge.count, charge.price, &["M3", "A-40"]);
    }

    /// Things of one price are charged now.
    pub(super) fn charge_things(
        &mut self,
        account: usize,
        class: ClassId,
        item: &str,
        count: u64,
        price: Money,
        rules: &'static [&'static str],
    ) {
        let list = Money::from_pico(price.as_pico() * i128::from(count));
        self.accounts.accounts[account].outcome.charges += list;
        let now = self.now;
        let lines = if T::LISTENS {
            let about = (item.to_owned(), String::new(), String::new());
            let quantity = LineQuantity::Count { count, unit: "piece", price };
            let period = (now, now + SimSpan::from_ms(1));
            vec![self.single_line(class, about, ChargedTo::default(), period, (quantity, list), rules)]
        } else {
            Vec::new()
        };
        self.due(class, now, list, lines);
    }
}
