//! One who listens to a run and keeps nothing but sums by month and kind.

use super::MonthCosts;
use crate::billing::{MeteredLine, Metering, PriceSource, Usage};
use crate::ledger::{AccountEvent, BillLine, Entry, EntryKind, LineQuantity, Place};
use crate::scenario::Scenario;
use crate::scenario::import::bills::{LineKind, kind_of_item};
use crate::serving::Fate;
use crate::sim::deployment::record::{
    DeploymentEventRecord, DeploymentItem, DeploymentUsageRecord, PaymentRecord,
};
use crate::sim::resources::record::{
    ResourceCharge, ResourceChargeKind, ResourceEventRecord, ResourceUsageRecord,
};
use crate::sim::{EventRecord, Item, Outcome, ToldCall, Trace, UsageRecord};
use crate::units::{Money, Month, SimSpan, SimTime};
use crate::world::StepPath;
use std::collections::BTreeMap;

/// Adds up what is charged. Where there are accounts their lines and entries say everything; without, what is used says it.
pub(super) struct MonthSums<'run> {
    scenario: &'run Scenario,
    has_accounts: bool,
    costs: MonthCosts,
    /// Web searches of calls that were not refused.
    searches: BTreeMap<Month, i128>,
    /// Kinds of items by product: they repeat with every line.
    kinds: BTreeMap<&'static str, BTreeMap<String, LineKind>>,
}

impl<'run> MonthSums<'run> {
    pub(super) fn new(scenario: &'run Scenario) -> Self {
        let has_accounts = !scenario.accounts.is_empty();
        let (costs, searches, kinds) = (MonthCosts::new(), BTreeMap::new(), BTreeMap::new());
        Self { scenario, has_accounts, costs, searches, kinds }
    }

    /// The sums of a run that has ended.
    pub(super) fn finish(mut self, outcome: &Outcome) -> MonthCosts {
        if self.has_accounts {
            return self.costs;
        }
        for (month, count) in std::mem::take(&mut self.searches) {
            let amount = Money::from_pico(self.scenario.web_search.as_pico() * count);
            self.add_to(month, LineKind::WebSearch, amount);
        }
        let total: Money = self.costs.values().copied().sum();
        assert_eq!(total, outcome.cost(), "the months add up to the bill");
        self.costs
    }

    /// The month of an instant of the run.
    fn month(&self, at: SimTime) -> Month {
        self.scenario.calendar.month_of(at).expect("a run ends within the calendar")
    }

    fn add(&mut self, at: SimTime, kind: LineKind, amount: Money) {
        self.add_to(self.month(at), kind, amount);
    }

    fn add_to(&mut self, month: Month, kind: LineKind, amount: Money) {
        if amount != Money::ZERO {
            *self.costs.entry((month, kind)).or_default() += amount;
        }
    }

    /// The kind of an item, as a bill that names it like this would have it.
    fn kind_of(&mut self, product: &'static str, item: &str) -> LineKind {
        let of_product = self.kinds.entry(product).or_default();
        if let Some(kind) = of_product.get(item) {
            return *kind;
        }
        let kind = kind_of_item(product, item);
        of_product.insert(item.to_owned(), kind);
        kind
    }

    /// Adds a purchase, or what came back of one, and its tax, which bills have as a line of its own.
    fn add_purchase(&mut self, kind: LineKind, entry: &Entry) {
        let amount = entry.price();
        self.add(entry.at, kind, amount);
        self.add(entry.at, LineKind::Tax, entry.to(Place::Provider) - amount);
    }

    /// Where months begin within an interval.
    fn month_cuts(&self, from: SimTime, to: SimTime) -> Vec<SimTime> {
        let mut cuts = Vec::new();
        let mut next = self.scenario.calendar.start_of(self.month(from).next());
        while next < to {
            cuts.push(next);
            next = self.scenario.calendar.start_of(self.month(next).next());
        }
        cuts
    }

    /// Adds what a resource used, cut where a month begins.
    fn add_resource(&mut self, kind: LineKind, record: &ResourceUsageRecord) {
        let (settings, calendar) = (&self.scenario.settings, &self.scenario.calendar);
        let counts = record.counts();
        let usage = record.usage(&counts, settings.resource_periods, calendar);
        let mut sums = Vec::new();
        let (mut from, mut before) = (record.from, Money::ZERO);
        for to in self.month_cuts(record.from, record.to).into_iter().chain([record.to]) {
            let amount = usage.amount(to, settings.rounding());
            sums.push((from, amount - before));
            (from, before) = (to, amount);
        }
        for (at, amount) in sums {
            self.add(at, kind, amount);
        }
    }

    /// Adds lines of an interval of use, cut where a month begins: cutting changes no amount.
    fn add_lines(&mut self, kind: LineKind, record: &UsageRecord) {
        let (from, to) = (record.from, record.to);
        let cuts = self.month_cuts(from, to);
        if cuts.is_empty() {
            self.add(from, kind, record.lines.iter().map(|line| line.amount).sum());
            return;
        }
        let rounding = self.scenario.settings.rounding();
        for piece in with_usage(record.metering, record.units, from, &record.lines, |usage| {
            usage.pieces(&cuts, to, rounding)
        }) {
            self.add(piece.from, kind, piece.amount);
        }
    }
}

/// Lends an interval of use as its lines tell it.
fn with_usage(
    metering: Metering,
    units: u32,
    from: SimTime,
    lines: &[MeteredLine],
    lend: impl FnOnce(&Usage<'_>) -> Vec<MeteredLine>,
) -> Vec<MeteredLine> {
    let mut changes: Vec<(SimTime, i64)> =
        lines.iter().map(|line| (line.from, line.unit_price.as_nano())).collect();
    // A path has a value from its beginning on.
    let Some(first) = changes.first_mut() else { return Vec::new() };
    first.0 = SimTime::ZERO;
    let path = StepPath::from_changes(&changes);
    lend(&Usage { from, metering, price: PriceSource::Market(&path), units })
}

/// The kind of what deployments are charged by time.
fn kind_by_time(item: DeploymentItem) -> LineKind {
    match item {
        DeploymentItem::PtuInput
        | DeploymentItem::PtuOutput
        | DeploymentItem::PtuThinkingOutput
        | DeploymentItem::PtuUnits => LineKind::Ptu,
        DeploymentItem::ModelUnits => LineKind::ModelUnits,
    }
}

impl Trace for MonthSums<'_> {
    const LISTENS: bool = true;

    fn event(&mut self, _: impl FnOnce() -> EventRecord) {}

    fn deployment_event(&mut self, _: impl FnOnce() -> DeploymentEventRecord) {}

    fn account_event(&mut self, _: impl FnOnce() -> AccountEvent) {}

    fn usage(&mut self, record: impl FnOnce() -> UsageRecord) {
        if self.has_accounts {
            return;
        }
        let record = record();
        let kind = match record.item {
            Item::Standard => LineKind::StandardCompute,
            Item::Spot => LineKind::SpotCompute,
            Item::Disk => LineKind::Disk,
        };
        self.add_lines(kind, &record);
    }

    fn resource_event(&mut self, _: impl FnOnce() -> ResourceEventRecord) {}

    fn resource_usage(&mut self, record: impl FnOnce() -> ResourceUsageRecord) {
        if self.has_accounts {
            return;
        }
        let record = record();
        let kind = self.kind_of(record.item.product().name(), record.item.billing_type());
        self.add_resource(kind, &record);
    }

    fn resource_charge(&mut self, record: impl FnOnce() -> ResourceCharge) {
        if self.has_accounts {
            return;
        }
        let record = record();
        let kind = match record.kind {
            ResourceChargeKind::Term { .. } => LineKind::Subscription,
            ResourceChargeKind::Messages | ResourceChargeKind::Traffic => LineKind::Notifications,
        };
        self.add(record.at, kind, record.amount);
    }

    fn deployment_usage(&mut self, record: impl FnOnce() -> DeploymentUsageRecord) {
        if self.has_accounts {
            return;
        }
        let record = record();
        let kind = kind_by_time(record.item);
        for hour in &record.hours {
            self.add(hour.from, kind, hour.amount);
        }
    }

    fn payment(&mut self, record: impl FnOnce() -> PaymentRecord) {
        if self.has_accounts {
            return;
        }
        let record = record();
        let kind = if record.amount < Money::ZERO { LineKind::Refund } else { LineKind::Subscription };
        self.add(record.at, kind, record.amount);
    }

    fn call(&mut self, record: impl FnOnce() -> ToldCall) {
        // Asked for even where it is not needed: telling a call is also what drafts the lines of accounts.
        let told = record();
        if self.has_accounts {
            return;
        }
        let month = self.month(told.day);
        for part in &told.record.charged {
            let kind = self.kind_of("", part.kind);
            self.add_to(month, kind, part.amount);
        }
        let is_served = match told.record.fate {
            Fate::Served | Fate::Queued | Fate::Overflowed | Fate::Split => true,
            Fate::Refused(_) => false,
        };
        if is_served && told.record.call.flags.is_web_search() {
            *self.searches.entry(month).or_default() += 1;
        }
    }

    fn bill_line(&mut self, record: impl FnOnce() -> BillLine) {
        let line = record();
        let kind = self.kind_of(line.product.name(), &line.billing_type);
        // What is billed when it ends belongs to its end, however long it took.
        let used_at = match line.quantity {
            LineQuantity::Time { .. } | LineQuantity::Period { .. } => line.from,
            LineQuantity::Tokens { .. } | LineQuantity::Count { .. } => line.to_time - SimSpan::from_ms(1),
        };
        self.add(used_at, kind, line.amounts.payable());
    }

    fn entry(&mut self, record: impl FnOnce() -> Entry) {
        let entry = record();
        match entry.kind {
            EntryKind::Purchase { .. } => self.add_purchase(LineKind::Subscription, &entry),
            EntryKind::Refund { .. } => self.add_purchase(LineKind::Refund, &entry),
            EntryKind::Settlement { rounding, tax, .. } => {
                // A settlement early in a month is of the month before, and so are its rounding and its tax.
                let month = self.month(entry.at).previous();
                self.add_to(month, LineKind::Rounding, rounding);
                self.add_to(month, LineKind::Tax, tax);
            }
            // What is issued is told line by line; the rest moves money of the tenant and charges nothing.
            EntryKind::Opening
            | EntryKind::Issued { .. }
            | EntryKind::Payment
            | EntryKind::TopUp
            | EntryKind::MonthBegins
            | EntryKind::DebtPaid => {}
        }
    }
}
