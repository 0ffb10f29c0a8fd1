//! The bill as it grows: rows that open, take in amounts as time passes, and close.
//!
//! A row takes in what the bill's lines say, no earlier than it was used: of machines and deployments by the clock hour and with
//! every price, of calls that are told one by one with each, of others and of resources by the hour (by the day in runs of
//! more than three days). What is taken in sums to the bill.

use super::listener::Listener;
use super::replica;
use crate::billing::{PriceSource, Usage};
use crate::ledger::EntryKind;
use crate::report::bill::{
    Told, account_charges, account_purchases, charges_at_once, in_order, payments_of, stretches,
    time_in_order, total, total_of, usages_in_order,
};
use crate::report::words::{self, charges, deployments, grouped, resources};
use crate::serving::TargetId;
use crate::sim::resources::record::{ResourceChargeKind, ResourceUsageRecord};
use crate::sim::{Item, UsageRecord};
use crate::units::{Money, SimSpan, SimTime};
use crate::world::StepPath;
use std::collections::BTreeMap;

/// Beyond so long a run, calls and resources are taken in by the day.
const BY_HOUR_UP_TO: SimSpan = SimSpan::from_days(3);

/// A row of the bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// When its use began.
    pub(super) from: SimTime,
    /// When it is shown first.
    pub(super) opens: SimTime,
    /// When nothing is added any more.
    pub(super) closes: SimTime,
    /// Whose.
    pub(super) who: String,
    /// For what.
    pub(super) what: String,
    /// What it comes to in the end.
    pub(super) amount: Money,
}

/// An amount that a row takes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Posting {
    at: SimTime,
    row: usize,
    amount: Money,
}

/// Rows, and what they took in when.
#[derive(Clone, Debug)]
pub(super) struct Ledger {
    /// In the order in which they close.
    rows: Vec<Row>,
    /// In order of time.
    postings: Vec<Posting>,
}

/// What the bill has come to at an instant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SoFar {
    /// Rows that are closed.
    pub(super) closed: Money,
    /// Rows that are open.
    pub(super) open: Money,
    /// Indices of rows that are closed, in the order in which they did.
    pub(super) closed_rows: Vec<usize>,
    /// Indices of open rows with what they have taken in.
    pub(super) open_rows: Vec<(usize, Money)>,
}

impl Ledger {
    pub(super) fn of(told: &Told<'_>, listener: &Listener) -> Self {
        let mut builder = Builder { told, rows: Vec::new(), postings: Vec::new() };
        builder.machines();
        builder.deployments();
        builder.calls(listener);
        builder.resources();
        for account in 0..told.scenario.accounts.len() {
            builder.account(account);
        }
        let ledger = builder.sorted();
        assert!(ledger.total() == total_of(told), "what rows take in sums to the bill");
        ledger
    }

    pub(super) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// What all rows come to.
    pub(super) fn total(&self) -> Money {
        self.postings.iter().map(|posting| posting.amount).sum()
    }

    /// The bill as it stands at an instant, what happens in it included.
    pub(super) fn at(&self, now: SimTime) -> SoFar {
        let mut taken = vec![Money::ZERO; self.rows.len()];
        for posting in self.postings.iter().take_while(|posting| posting.at <= now) {
            taken[posting.row] += posting.amount;
        }
        let mut so_far = SoFar::default();
        for (index, (row, taken)) in self.rows.iter().zip(taken).enumerate() {
            if row.closes <= now {
                so_far.closed += taken;
                so_far.closed_rows.push(index);
            } else if row.opens <= now {
                so_far.open += taken;
                so_far.open_rows.push((index, taken));
            }
        }
        so_far
    }
}

struct Builder<'a> {
    told: &'a Told<'a>,
    rows: Vec<Row>,
    postings: Vec<Posting>,
}

impl Builder<'_> {
    /// The end of the run: nothing is taken in after it.
    fn end(&self) -> SimTime {
        SimTime::ZERO + self.told.scenario.horizon
    }

    fn row(&mut self, (from, opens, closes): (SimTime, SimTime, SimTime), who: &str, what: String) -> usize {
        let (from, closes) = (from.max(SimTime::ZERO), closes.min(self.end()));
        let opens = opens.clamp(from, closes.max(from));
        self.rows.push(Row { from, opens, closes, who: who.to_owned(), what, amount: Money::ZERO });
        self.rows.len() - 1
    }

    fn post(&mut self, row: usize, at: SimTime, amount: Money) {
        let at = at.min(self.rows[row].closes);
        self.rows[row].amount += amount;
        self.postings.push(Posting { at, row, amount });
    }

    /// A row that comes at once.
    fn single(&mut self, at: SimTime, who: &str, what: String, amount: Money) {
        let row = self.row((at, at, at), who, what);
        self.post(row, at, amount);
    }

    /// Beginning and end of the stretch in which what happens at an instant is taken in.
    fn stretch(&self, at: SimTime) -> (SimTime, SimTime) {
        if self.told.scenario.horizon > BY_HOUR_UP_TO {
            let day = self.told.scenario.calendar.day_start(at);
            return (day, day + SimSpan::DAY);
        }
        let end = self.hour_after(at);
        (end - SimSpan::HOUR, end)
    }

    fn machines(&mut self) {
        let scenario = self.told.scenario;
        for usage in in_order(&self.told.recorder.usages) {
            let name = &scenario.services[usage.replica.service.0].name;
            let who = replica(scenario, name, usage.replica.index);
            let size =
                if usage.item == Item::Disk { format!(", {} GiB", usage.units) } else { String::new() };
            let market = &scenario.markets[usage.market.0].name;
            let what = format!("{} {market}{size}", words::item_name(usage.item));
            let row = self.row((usage.from, usage.from, usage.to), &who, what);
            let mut taken = Money::ZERO;
            for (at, amount) in self.by_the_hour(usage) {
                self.post(row, at, amount);
                taken += amount;
            }
            self.post(row, usage.to, total(usage) - taken);
        }
    }

    /// What an interval of a machine comes to with every price and every clock hour.
    fn by_the_hour(&self, usage: &UsageRecord) -> Vec<(SimTime, Money)> {
        if usage.is_waived {
            return Vec::new();
        }
        let mut changes: Vec<(SimTime, i64)> =
            usage.lines.iter().map(|line| (line.from, line.unit_price.as_nano())).collect();
        let mut cuts: Vec<SimTime> = changes.iter().map(|(from, _)| *from).collect();
        let mut hour = self.hour_after(usage.from);
        while hour < usage.to {
            cuts.push(hour);
            hour = hour + SimSpan::HOUR;
        }
        cuts.sort_unstable();
        // A path has a value from its beginning on.
        let Some(first) = changes.first_mut() else { return Vec::new() };
        first.0 = SimTime::ZERO;
        let path = StepPath::from_changes(&changes);
        let (price, units) = (PriceSource::Market(&path), usage.units);
        let charge = Usage { from: usage.from, metering: usage.metering, price, units };
        let pieces = charge.pieces(&cuts, usage.to, self.told.scenario.settings.rounding());
        pieces.into_iter().map(|piece| (piece.to, piece.amount)).collect()
    }

    fn hour_after(&self, at: SimTime) -> SimTime {
        let day = self.told.scenario.calendar.day_start(at);
        let hours = at.since(day).as_ms().div_euclid(SimSpan::HOUR.as_ms());
        day + SimSpan::from_hours(hours + 1)
    }

    fn deployments(&mut self) {
        let told = self.told;
        for usage in time_in_order(&told.recorder.deployment_usages) {
            let name = &told.strategy.deployments[usage.deployment.0].name;
            for stretch in stretches(told, usage) {
                let unit = charges::time_unit(usage.item);
                let what =
                    format!("{}, {} {unit}", charges::time_item(usage.item), grouped(stretch.quantity));
                let row = self.row((stretch.from, stretch.from, stretch.to), name, what);
                let ends = stretch.hours.iter().skip(1).map(|hour| hour.from).chain([stretch.to]);
                for (hour, end) in stretch.hours.iter().zip(ends) {
                    self.post(row, end, hour.amount);
                }
            }
        }
        for (payment, _) in payments_of(told) {
            let name = &told.strategy.deployments[payment.deployment.0].name;
            self.single(
                payment.at,
                name,
                deployments::payment_name(payment.reason).to_owned(),
                payment.amount,
            );
        }
    }

    fn calls(&mut self, listener: &Listener) {
        let told = self.told;
        for (_, _, call) in &told.recorder.calls {
            let (Some(target), false) = (call.target, call.charged.is_empty()) else { continue };
            let amount: Money = call.charged.iter().map(|part| part.amount).sum();
            let tokens: u64 = call.charged.iter().map(|part| part.tokens).sum();
            let what = format!("{} tokens of a call", grouped(tokens));
            self.single(call.call.at, &told.strategy.deployments[target.0].name, what, amount);
        }
        let mut stretches: BTreeMap<(SimTime, TargetId, bool), (SimTime, u64, Money)> = BTreeMap::new();
        for ((target, is_overflow, hour), sums) in &listener.hours {
            let (from, to) = self.stretch(*hour);
            let entry = stretches.entry((from, *target, *is_overflow)).or_insert((to, 0, Money::ZERO));
            entry.1 += sums.tokens;
            entry.2 += sums.amount;
        }
        for ((from, target, is_overflow), (to, tokens, amount)) in stretches {
            let overflow = if is_overflow { " of overflow" } else { "" };
            let what = format!("{} tokens{overflow}", grouped(tokens));
            let row = self.row((from, to, to), &told.strategy.deployments[target.0].name, what);
            self.post(row, to, amount);
        }
        let price = told.scenario.web_search;
        for (day, count) in told.recorder.searches.iter().filter(|_| price != Money::ZERO) {
            let to = *day + SimSpan::DAY;
            let row = self.row((*day, to, to), "", format!("{} web searches", grouped(*count)));
            self.post(row, to, Money::from_pico(price.as_pico() * i128::from(*count)));
        }
    }

    fn resources(&mut self) {
        let told = self.told;
        for usage in usages_in_order(&told.recorder.resource_usages) {
            self.resource_usage(usage);
        }
        for charge in charges_at_once(told) {
            let name = &told.scenario.resources[charge.resource.0].name;
            let what = resources::charge_name(told.scenario, &charge);
            if matches!(charge.kind, ResourceChargeKind::Term { .. }) {
                self.single(charge.at, name, what, charge.amount);
                continue;
            }
            // Messages are one line of the bill, however many there are.
            let all = told.recorder.resource_charges.iter();
            let own: Vec<_> = all
                .filter(|one| (one.resource, one.kind) == (charge.resource, charge.kind))
                .map(|one| (one.at, one.amount))
                .collect();
            let last = own.last().map_or(charge.at, |(at, _)| *at);
            let row = self.row((charge.at, charge.at, last), name, what);
            for (at, amount) in own {
                self.post(row, at, amount);
            }
        }
    }

    /// The charge up to each hour, less what was taken in before.
    fn resource_usage(&mut self, usage: &ResourceUsageRecord) {
        let scenario = self.told.scenario;
        let what = resources::usage_name(scenario, usage);
        let name = &scenario.resources[usage.resource.0].name;
        let row = self.row((usage.from, usage.from, usage.to), name, what);
        let counts = usage.counts();
        let metered = usage.usage(&counts, scenario.settings.resource_periods, &scenario.calendar);
        let (mut at, mut taken) = (self.stretch(usage.from).1, Money::ZERO);
        while at < usage.to {
            let amount = metered.amount(at, scenario.settings.rounding());
            self.post(row, at, amount - taken);
            taken = amount;
            at = self.stretch(at).1;
        }
        self.post(row, usage.to, usage.total() - taken);
    }

    /// What an account adds to the list prices; what is not settled at the horizon, as if it were then.
    fn account(&mut self, index: usize) {
        let told = self.told;
        let name = &told.scenario.accounts[index].name;
        for line in account_charges(told, index) {
            let what = match line.resource.as_str() {
                "" => line.billing_type.clone(),
                resource => format!("{} {resource}", line.billing_type),
            };
            let row = self.row((line.from, line.issued_at, line.issued_at), name, what);
            self.post(row, line.issued_at, line.amounts.list);
        }
        for (what, at, amount) in account_purchases(told, index) {
            self.single(at, name, what, amount);
        }
        let outcome = told.outcome.accounts.get(index).cloned().unwrap_or_default();
        let mut taken: BTreeMap<(&str, SimTime), Money> = BTreeMap::new();
        for line in told.recorder.journal.lines.iter().filter(|line| line.account.0 == index) {
            let to = self.stretch(line.issued_at).1.min(self.end());
            *taken.entry(("savings plans", to)).or_default() += -line.amounts.plan;
            *taken.entry(("discounts", to)).or_default() += line.amounts.discount;
        }
        for entry in told.recorder.journal.entries.iter().filter(|entry| entry.account.0 == index) {
            if let EntryKind::Settlement { rounding, tax, .. } = entry.kind {
                *taken.entry(("rounding", entry.at)).or_default() += rounding;
                *taken.entry(("tax", entry.at)).or_default() += tax;
            }
        }
        let sums = [
            ("savings plans", -outcome.covered_by_plans),
            ("discounts", outcome.discounts),
            ("rounding", outcome.rounding),
            ("tax", outcome.tax),
        ];
        for (what, sum) in sums {
            let so_far: Money =
                taken.iter().filter(|((own, _), _)| *own == what).map(|(_, amount)| *amount).sum();
            *taken.entry((what, self.end())).or_default() += sum - so_far;
        }
        for ((what, at), amount) in taken {
            if amount != Money::ZERO {
                self.single(at, name, what.to_owned(), amount);
            }
        }
    }

    /// Rows in the order in which they close, postings in order of time.
    fn sorted(self) -> Ledger {
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        order.sort_by_key(|index| (self.rows[*index].closes, self.rows[*index].from));
        let mut place = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            place[*old] = new;
        }
        let rows = order.iter().map(|old| self.rows[*old].clone()).collect();
        let mut postings = self.postings;
        for posting in &mut postings {
            posting.row = place[posting.row];
        }
        postings.sort_by_key(|posting| (posting.at, posting.row));
        Ledger { rows, postings }
    }
}
