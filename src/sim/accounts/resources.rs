//! Resources on the bills of their accounts: by the clock hour like machines, and messages as they are sent.

use crate::account::ClassId;
use crate::billing::{Per, PeriodLine};
use crate::ledger::{AccountId, BillLine, ChargedTo, LineAmounts, LineQuantity};
use crate::scenario::resource::ResourceId;
use crate::sim::run::Simulation;
use crate::sim::trace::Trace;
use crate::units::{Money, SimSpan, SimTime, UnitPrice};

impl<T: Trace> Simulation<'_, T> {
    /// Bills what a resource used since it was billed last.
    pub(crate) fn bill_resource(&mut self, id: ResourceId) {
        if self.accounts.is_empty() {
            return;
        }
        for part in 0..self.resources.states[id.0].parts.len() {
            self.bill_part(id, part);
        }
    }

    fn bill_part(&mut self, id: ResourceId, part: usize) {
        let (now, rounding) = (self.now, self.scenario.settings.rounding());
        let Some(usage) = self.resource_usage(id, part) else { return };
        let Some(meter) = &self.resources.states[id.0].meters[part] else { return };
        let (cut, posted) = (meter.posted_at, meter.posted);
        if cut >= now {
            return;
        }
        let amount = usage.amount(now, rounding);
        let used = if T::LISTENS { usage.lines(cut, now, rounding) } else { Vec::new() };
        let class = self.accounts.charging.resources[id.0][part];
        let lines = used.into_iter().map(|line| self.period_line(id, part, class, line)).collect();
        if let Some(meter) = &mut self.resources.states[id.0].meters[part] {
            meter.posted = amount;
            meter.posted_at = now;
        }
        self.due(class, cut, amount - posted, lines);
    }

    fn period_line(&self, id: ResourceId, part: usize, class: ClassId, line: PeriodLine) -> BillLine {
        let part = &self.resources.states[id.0].parts[part];
        let PeriodLine { from, to, billed, of, count, amount } = line;
        let unit = |per_gb, each| if part.unit == "GB" { per_gb } else { each };
        let (price, of_gb) = (part.price, part.unit);
        let quantity = match part.per {
            // Prices per hour have no more decimals than this (they are read so).
            Per::Hour => LineQuantity::Time { billed, count, unit: of_gb, price: hourly(price) },
            Per::Day => LineQuantity::Period { billed, of, count, unit: unit("GB-day", "piece-day"), price },
            Per::Month => {
                LineQuantity::Period { billed, of, count, unit: unit("GB-month", "piece-month"), price }
            }
        };
        let rules = super::super::resources::table::line_rules(part.item);
        let about = (part.item.billing_type(), part.label);
        self.resource_line(id, class, about, (from, to), (quantity, amount), rules)
    }

    fn resource_line(
        &self,
        id: ResourceId,
        class: ClassId,
        (billing_type, label): (&str, &str),
        (from, to_time): (SimTime, SimTime),
        (quantity, list): (LineQuantity, Money),
        rules: &'static [&'static str],
    ) -> BillLine {
        let of = self.accounts.charging.class(class);
        BillLine {
            account: AccountId(of.account.0),
            product: of.product,
            billing_type: billing_type.to_owned(),
            resource: self.scenario.resources[id.0].name.clone(),
            model: label.to_owned(),
            to: ChargedTo::default(),
            is_overflow: false,
            from,
            to_time,
            issued_at: SimTime::NEVER,
            quantity,
            amounts: LineAmounts { list, ..LineAmounts::default() },
            rules,
        }
    }

    /// Puts messages, or their traffic, on the bill of this hour.
    pub(crate) fn bill_things(
        &mut self,
        id: ResourceId,
        (billing_type, unit): (&'static str, &'static str),
        count: u64,
        price: Money,
    ) {
        if self.accounts.is_empty() {
            return;
        }
        let class = self.accounts.charging.resources[id.0][0];
        let list = Money::from_pico(price.as_pico() * i128::from(count));
        let (now, quantity) = (self.now, LineQuantity::Count { count, unit, price });
        let lines = if T::LISTENS {
            let period = (now, now + SimSpan::from_ms(1));
            vec![self.resource_line(id, class, (billing_type, ""), period, (quantity, list), &["M3"])]
        } else {
            Vec::new()
        };
        self.due(class, now, list, lines);
    }

    /// Bills what runs by time up to now; whether anything does.
    pub(super) fn meter_resources(&mut self) -> bool {
        let mut goes_on = false;
        for index in 0..self.resources.states.len() {
            goes_on |= self.resources.states[index].meters.iter().any(Option::is_some);
            self.bill_resource(ResourceId(index));
        }
        goes_on
    }
}

fn hourly(price: Money) -> UnitPrice {
    UnitPrice::from_nano(i64::try_from(price.as_pico() / 1_000).unwrap_or(i64::MAX))
}
