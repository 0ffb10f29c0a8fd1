//! Bills by the clock hour (B3, P3): deployments and machines by time, jobs, single charges, messages.

use super::HourDue;
use crate::account::{Bill, ClassId, JobPrice};
use crate::billing::{MeterRounding, Metering, PriceSource, Usage};
use crate::ledger::{AccountId, BillLine, ChargedTo, LineAmounts, LineQuantity};
use crate::scenario::deployment::DeploymentId;
use crate::sim::deployment::{billing_type_of, path_of, unit_of};
use crate::sim::event::{Event, InstanceId, rank};
use crate::sim::instance::Tariff;
use crate::sim::run::Simulation;
use crate::sim::trace::Trace;
use crate::units::{Money, SimSpan, SimTime, UnitPrice};

/// What was billed of an instance so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct MachinePosted {
    at: Option<SimTime>,
    compute: Money,
    disk: Money,
}

/// A job by time that runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct JobMeter {
    from: SimTime,
    price: UnitPrice,
    at: SimTime,
    posted: Money,
}

/// What a line of time says beyond its usage.
struct TimeLine<'a> {
    class: ClassId,
    kind: &'static str,
    resource: &'a str,
    model: &'a str,
    workspace: &'a str,
    unit: &'static str,
    rules: &'static [&'static str],
}

impl<T: Trace> Simulation<'_, T> {
    /// Sees to it that the next full hour issues bills.
    pub(crate) fn expect_bills(&mut self) {
        if self.accounts.is_empty() {
            return;
        }
        let now = self.now;
        // At the full hour itself its bill can still come, unless that is past within the instant.
        let from = if self.rank < rank::METER { now } else { now + SimSpan::from_ms(1) };
        let next = self.accounts.charging.full_hour(from);
        if next < self.accounts.hour_at {
            self.accounts.hour_at = next;
            self.schedule(next, rank::METER, 0, Event::BillHour);
        }
    }

    /// A full hour: everything that bills by time is billed up to it, and what waited for it is issued.
    pub(crate) fn on_bill_hour(&mut self) {
        let now = self.now;
        if self.accounts.hour_at == now {
            self.accounts.hour_at = SimTime::NEVER;
        }
        for account in 0..self.accounts.accounts.len() {
            self.issue_before(account, super::bills::after(now));
        }
        let goes_on = self.meter_hour();
        // What arises at the full hour itself belongs to the next one.
        let waiting = std::mem::take(&mut self.accounts.hour_due);
        let (due, later): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|due| due.from < now);
        let goes_on = goes_on || !later.is_empty();
        self.accounts.hour_due = later;
        for HourDue { class, from, list, lines } in due {
            self.issue(Bill { class, used_at: from, issued_at: now, list }, lines);
        }
        for account in 0..self.accounts.accounts.len() {
            self.follow_up(account);
        }
        if goes_on {
            let next = now + SimSpan::HOUR;
            self.accounts.hour_at = self.accounts.hour_at.min(next);
            self.schedule(next, rank::METER, 0, Event::BillHour);
        }
    }

    /// Bills what runs by time up to now; whether anything does.
    fn meter_hour(&mut self) -> bool {
        let mut goes_on = false;
        for index in 0..self.deployments.len() {
            goes_on |= self.deployments[index].meter.is_some();
            self.bill_deployment(DeploymentId(index));
        }
        for index in 0..self.instances.len() {
            if self.instances[index].is_live() {
                goes_on = true;
                self.bill_machine(InstanceId(index as u32));
            }
        }
        for account in 0..self.accounts.accounts.len() {
            for job in 0..self.accounts.accounts[account].jobs.len() {
                goes_on |= self.accounts.accounts[account].jobs[job].is_some();
                self.bill_job(account, job);
            }
        }
        goes_on
    }

    /// Puts a charge on the bill of its hour.
    fn due(&mut self, class: ClassId, from: SimTime, list: Money, lines: Vec<BillLine>) {
        if list != Money::ZERO || !lines.is_empty() {
            self.accounts.hour_due.push(HourDue { class, from, list, lines });
            self.expect_bills();
        }
    }

    /// Bills what a deployment used since it was billed last.
    pub(crate) fn bill_deployment(&mut self, id: DeploymentId) {
        if self.accounts.is_empty() {
            return;
        }
        let Some(meter) = self.deployments[id.0].meter.clone() else { return };
        let now = self.now;
        let (class, cut) = (self.accounts.charging.deployments[id.0], meter.posted_at);
        if cut >= now {
            return;
        }
        let (metering, rounding) = (self.metering_of(id), self.scenario.settings.rounding());
        let deployment = self.deployment_model(id);
        let mut list = Money::ZERO;
        let mut lines = Vec::new();
        for (index, billed) in self.billed(id, &meter).into_iter().enumerate() {
            let (item, _, counts) = &billed;
            let (item, counts) = (*item, counts.clone());
            let path = path_of(&billed);
            let usage = Usage { from: meter.from, metering, price: path.source(), units: 1 };
            let amount = usage.amount(now, rounding);
            list += amount - meter.posted[index];
            self.deployment(id).meter.as_mut().expect("it is metered").posted[index] = amount;
            if T::LISTENS {
                let about = TimeLine {
                    class,
                    kind: billing_type_of(item),
                    resource: &deployment.name,
                    model: &deployment.model,
                    workspace: &deployment.workspace,
                    unit: unit_of(item),
                    rules: &["P3", "U3", "A-03", "A-21"],
                };
                let count_at = |at: SimTime| {
                    let place = counts.partition_point(|(from, _)| *from <= at).max(1) - 1;
                    counts[place].1
                };
                lines.extend(self.time_lines(&usage, cut, &about, count_at));
            }
        }
        self.deployment(id).meter.as_mut().expect("it is metered").posted_at = now;
        self.due(class, cut, list, lines);
    }

    /// Bills what an instance used since it was billed last: compute and disk.
    pub(crate) fn bill_machine(&mut self, id: InstanceId) {
        if self.accounts.is_empty() {
            return;
        }
        let instance = *self.instance(id);
        let posts = &mut self.accounts.machines;
        if posts.len() <= id.0 as usize {
            posts.resize(id.0 as usize + 1, MachinePosted::default());
        }
        let posted = posts[id.0 as usize];
        let (now, rounding) = (self.now, self.scenario.settings.rounding());
        let service = instance.replica.service;
        let class = self.accounts.charging.services[service.0];
        let cut = posted.at.unwrap_or(instance.acquired_at);
        let (mut list, mut lines) = (Money::ZERO, Vec::new());
        let mut new = MachinePosted { at: Some(now), ..posted };
        let uses = [(self.compute_usage(&instance), false), (self.disk_usage(&instance), true)];
        for (usage, is_disk) in uses {
            let Some(usage) = usage else { continue };
            let amount = usage.amount(now, rounding);
            let before = if is_disk { &mut new.disk } else { &mut new.compute };
            list += amount - *before;
            *before = amount;
            if T::LISTENS {
                let kind = match (is_disk, instance.tariff) {
                    (true, _) => "system_disk",
                    (false, Tariff::Standard) => "standard_compute",
                    (false, Tariff::Spot { .. }) => "spot_compute",
                };
                let scenario = self.scenario;
                let about = TimeLine {
                    class,
                    kind,
                    resource: &scenario.services[service.0].name,
                    model: &scenario.markets[instance.market.0].name,
                    workspace: "",
                    unit: if is_disk { "GiB" } else { "instance" },
                    rules: if is_disk { &["E3", "A-03"] } else { &["E2", "E18", "A-03", "A-13"] },
                };
                let units = u64::from(usage.units);
                lines.extend(self.time_lines(&usage, cut.max(usage.from), &about, |_| units));
            }
        }
        self.accounts.machines[id.0 as usize] = new;
        self.due(class, cut, list, lines);
    }

    /// The lines of a stretch of use.
    fn time_lines(
        &self,
        usage: &Usage<'_>,
        cut: SimTime,
        about: &TimeLine<'_>,
        count_at: impl Fn(SimTime) -> u64,
    ) -> Vec<BillLine> {
        let of = self.accounts.charging.class(about.class);
        let account = &self.scenario.accounts[of.account.0];
        let lines = usage.lines(cut, self.now, self.scenario.settings.rounding());
        let line = |line: crate::billing::MeteredLine| {
            let count = count_at(line.from);
            // Several quantities of one price were metered as a price that moves.
            let price = if usage.units == 1 && count > 0 {
                UnitPrice::from_nano(line.unit_price.as_nano() / count as i64)
            } else {
                line.unit_price
            };
            BillLine {
                account: AccountId(of.account.0),
                product: of.product,
                billing_type: about.kind.to_owned(),
                resource: about.resource.to_owned(),
                model: about.model.to_owned(),
                to: ChargedTo {
                    workspace: about.workspace.to_owned(),
                    tag: account.tag(about.workspace, line.from),
                    ..ChargedTo::default()
                },
                is_overflow: false,
                from: line.from,
                to_time: line.to,
                issued_at: SimTime::NEVER,
                quantity: LineQuantity::Time { billed: line.billed, count, unit: about.unit, price },
                amounts: LineAmounts { list: line.amount, ..LineAmounts::default() },
                rules: about.rules,
            }
        };
        lines.into_iter().map(line).collect()
    }

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
            LineQuantity::Time { .. } => unreachable!("jobs by time are metered"),
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
    fn bill_job(&mut self, account: usize, job: usize) {
        let Some(meter) = self.accounts.accounts[account].jobs[job] else { return };
        let (now, rounding) = (self.now, self.scenario.settings.rounding());
        if meter.at >= now {
            return;
        }
        let metering = Metering { granularity: SimSpan::MINUTE, rounding: MeterRounding::Ceil };
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

    /// At the horizon: what ran by time is billed up to it, and issued with the bill of its hour, which comes later.
    pub(super) fn close_hours(&mut self) {
        for account in 0..self.accounts.accounts.len() {
            self.issue_before(account, self.horizon);
            for job in 0..self.accounts.accounts[account].jobs.len() {
                self.bill_job(account, job);
            }
        }
        let issued_at = self.accounts.charging.full_hour(self.horizon);
        for HourDue { class, from, list, lines } in std::mem::take(&mut self.accounts.hour_due) {
            self.leave_open(Bill { class, used_at: from, issued_at, list }, lines);
        }
    }
}
