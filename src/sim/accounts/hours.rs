//! Bills by the clock hour (B3, P3): deployments and machines by time, jobs, single charges, messages.

use super::HourDue;
use crate::account::{Bill, ClassId};
use crate::billing::{LineRounding, MeterRounding, Metering, PriceSource, Usage};
use crate::ledger::{AccountId, BillLine, ChargedTo, LineAmounts, LineQuantity};
use crate::scenario::deployment::DeploymentId;
use crate::sim::deployment::{Meter, billing_type_of, path_of, slot_of, unit_of};
use crate::sim::event::{Event, InstanceId, rank};
use crate::sim::instance::{Instance, Tariff};
use crate::sim::run::Simulation;
use crate::sim::trace::{Trace, UsageEnd};
use crate::units::{Money, RoundingMode, SimSpan, SimTime, UnitPrice};

/// What was billed of an instance so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct MachinePosted {
    at: Option<SimTime>,
    /// Since when the compute is not billed, where it lags behind: what may still become free waits until it no longer may.
    held_since: Option<SimTime>,
    compute: Money,
    disk: Money,
}

/// A price of 10⁻⁹ an hour is so many 10⁻¹² for an hour.
const PICO_PER_NANO: i128 = 1_000;

/// True if a further hour adds its price exactly, whatever was billed before: started granules fill it, nothing short was
/// billed as more, and rounding to the last decimal does not see whole units of it. (Halves to even do: they look at whether a unit is odd.)
fn adds_whole_hours(metering: Metering, rounding: LineRounding) -> bool {
    let fills = metering.rounding == MeterRounding::Exact
        || SimSpan::HOUR.as_ms() % metering.granularity.as_ms() == 0;
    fills
        && !metering.least.is_positive()
        && rounding.decimals == Money::SCALE
        && rounding.mode != RoundingMode::HalfEven
}

/// What a line of time says beyond its usage.
pub(super) struct TimeLine<'a> {
    pub(super) class: ClassId,
    pub(super) kind: &'static str,
    pub(super) resource: &'a str,
    pub(super) model: &'a str,
    pub(super) workspace: &'a str,
    pub(super) unit: &'static str,
    pub(super) rules: &'static [&'static str],
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
        // An earlier one that was scheduled beside this one has nothing to do any more.
        if self.accounts.hour_at != now {
            return;
        }
        self.accounts.hour_at = SimTime::NEVER;
        for account in 0..self.accounts.accounts.len() {
            self.issue_before(account, super::bills::after(now));
        }
        let goes_on = self.meter_hour();
        // What arises at the full hour itself belongs to the next one.
        let (mut due, mut later) = (std::mem::take(&mut self.accounts.hour_due), Vec::new());
        for waiting in due.drain(..) {
            if waiting.from < now {
                let HourDue { class, from, list, lines } = waiting;
                self.issue(Bill { class, used_at: from, issued_at: now, list }, lines);
            } else {
                later.push(waiting);
            }
        }
        let goes_on = goes_on || !later.is_empty();
        // The memory is kept for the next hour.
        self.accounts.hour_due = if later.is_empty() { due } else { later };
        for account in 0..self.accounts.accounts.len() {
            self.follow_up(account);
        }
        if goes_on {
            self.expect_bills();
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
            if self.instances[index].is_metered() {
                goes_on = true;
                self.bill_machine(InstanceId(index as u32), None);
            }
        }
        goes_on |= self.meter_resources();
        for account in 0..self.accounts.accounts.len() {
            for job in 0..self.accounts.accounts[account].jobs.len() {
                goes_on |= self.accounts.accounts[account].jobs[job].is_some();
                self.bill_job(account, job);
            }
        }
        goes_on
    }

    /// Puts a charge on the bill of its hour.
    pub(super) fn due(&mut self, class: ClassId, from: SimTime, list: Money, lines: Vec<BillLine>) {
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
        let Some(mut meter) = self.deployment(id).meter.take() else { return };
        let (now, cut) = (self.now, meter.posted_at);
        if cut < now {
            let (list, lines) = self.meter_deployment(id, &mut meter);
            meter.posted_at = now;
            let class = self.accounts.charging.deployments[id.0];
            self.due(class, cut, list, lines);
        }
        self.deployment(id).meter = Some(meter);
    }

    /// What a meter has come to since it was billed last, with its lines where somebody listens.
    fn meter_deployment(&mut self, id: DeploymentId, meter: &mut Meter) -> (Money, Vec<BillLine>) {
        let (now, metering, rounding) = (self.now, self.metering_of(id), self.scenario.settings.rounding());
        let (mut list, mut lines) = (Money::ZERO, Vec::new());
        if let (false, Some(rates)) = (T::LISTENS, meter.rates) {
            if now.since(meter.posted_at) == SimSpan::HOUR && adds_whole_hours(metering, rounding) {
                for (rate, posted) in rates.into_iter().zip(&mut meter.posted) {
                    let hour = Money::from_pico(i128::from(rate) * PICO_PER_NANO);
                    list += hour;
                    *posted += hour;
                }
                return (list, lines);
            }
            for (rate, posted) in rates.into_iter().zip(&mut meter.posted).filter(|(rate, _)| *rate > 0) {
                let price = PriceSource::Constant(UnitPrice::from_nano(rate));
                let amount = Usage { from: meter.from, metering, price, units: 1 }.amount(now, rounding);
                list += amount - *posted;
                *posted = amount;
            }
            return (list, lines);
        }
        let deployment = self.deployment_model(id);
        for billed in self.billed(id, meter) {
            let path = path_of(&billed);
            let (item, _, counts) = billed;
            let slot = slot_of(item);
            let usage = Usage { from: meter.from, metering, price: path.source(), units: 1 };
            let amount = usage.amount(now, rounding);
            list += amount - meter.posted[slot];
            meter.posted[slot] = amount;
            if T::LISTENS {
                let about = TimeLine {
                    class: self.accounts.charging.deployments[id.0],
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
                lines.extend(self.time_lines(&usage, meter.posted_at, &about, count_at));
            }
        }
        (list, lines)
    }

    /// Bills what an instance used since it was billed last, compute and disk: at a full hour, or at its end.
    pub(crate) fn bill_machine(&mut self, id: InstanceId, end: Option<UsageEnd>) {
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
        let (mut list, mut lines, mut from) = (Money::ZERO, Vec::new(), cut);
        let mut new = MachinePosted { at: Some(now), ..posted };
        let uses = [(self.compute_usage(&instance), false), (self.disk_usage(&instance), true)];
        for (usage, is_disk) in uses {
            let Some(usage) = usage else { continue };
            let mut cut = cut;
            if !is_disk {
                if !self.is_billable(&instance, usage.from, end) {
                    new.held_since = new.held_since.or(Some(cut));
                    continue;
                }
                cut = new.held_since.take().unwrap_or(cut);
                from = from.min(cut);
            }
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
        self.due(class, from, list, lines);
    }

    /// Is the compute of an instance billed now: it is not free, and cannot become free any more?
    fn is_billable(&self, instance: &Instance, from: SimTime, end: Option<UsageEnd>) -> bool {
        match end {
            Some(end) => !self.is_waived(instance, from, end),
            None => !self.may_be_waived(instance, from),
        }
    }

    /// The compute of an instance has been billed to its end: what it uses later is an interval of its own.
    pub(crate) fn begin_machine_anew(&mut self, id: InstanceId) {
        if let Some(posted) = self.accounts.machines.get_mut(id.0 as usize) {
            posted.compute = Money::ZERO;
        }
    }

    /// The lines of a stretch of use.
    pub(super) fn time_lines(
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
