//! Lines of resources: by time one per count (and month), messages one per resource, terms of pools one each.

use super::Told;
use crate::report::words::resources as words;
use crate::sim::resources::record::{ResourceCharge, ResourceChargeKind, ResourceUsageRecord};
use crate::sim::resources::table;
use crate::units::{Money, SimTime};
use serde::Serialize;

/// A line of a resource.
#[derive(Clone, Debug, Serialize)]
pub struct ResourceLine {
    /// `resource`.
    pub kind: &'static str,
    /// Resource.
    pub deployment: String,
    /// What was used.
    pub item: String,
    /// Beginning, or when it was paid; empty for sums over the run.
    pub from: String,
    /// End (exclusive); empty for what is charged at once.
    pub to: String,
    /// Machines, replicas, GB, messages, KB, terms.
    pub quantity: u64,
    /// Of what.
    pub unit: &'static str,
    /// Billed time in seconds, exact; 0 for what is charged at once.
    pub billed_s: f64,
    /// Price of one.
    pub unit_price: String,
    /// `h`, `day` or `month`; empty for what is charged at once.
    pub per: &'static str,
    /// Amount.
    pub amount: String,
    /// What closed the interval the line belongs to; empty for what is charged at once.
    pub closed_by: &'static str,
    /// Rules applied, as ids of the rulebook.
    pub rules: &'static [&'static str],
}

/// Charges by time by their beginning, then resource and part.
pub(in crate::report) fn in_order(usages: &[ResourceUsageRecord]) -> Vec<&ResourceUsageRecord> {
    let mut ordered: Vec<&ResourceUsageRecord> = usages.iter().collect();
    ordered.sort_by_key(|usage| (usage.from, usage.resource, usage.part));
    ordered
}

/// What is charged at once: terms one by one; messages and their traffic, of each resource together.
pub(in crate::report) fn at_once(told: &Told<'_>) -> Vec<ResourceCharge> {
    let mut all: Vec<ResourceCharge> = Vec::new();
    for charge in &told.recorder.resource_charges {
        let same = all.iter_mut().find(|known| {
            known.resource == charge.resource
                && known.kind == charge.kind
                && !matches!(charge.kind, ResourceChargeKind::Term { .. })
        });
        match same {
            Some(known) => {
                known.count += charge.count;
                known.amount += charge.amount;
            }
            None => all.push(*charge),
        }
    }
    all
}

/// What all resources come to.
pub(super) fn total(told: &Told<'_>) -> Money {
    let by_time: Money = told.recorder.resource_usages.iter().map(ResourceUsageRecord::total).sum();
    let at_once: Money = told.recorder.resource_charges.iter().map(|charge| charge.amount).sum();
    by_time + at_once
}

pub(super) fn lines(told: &Told<'_>) -> Vec<ResourceLine> {
    let scenario = told.scenario;
    let clock = |at: SimTime| scenario.calendar.format(at);
    let by_time = in_order(&told.recorder.resource_usages).into_iter().flat_map(|usage| {
        usage.lines.iter().map(move |line| ResourceLine {
            kind: "resource",
            deployment: scenario.resources[usage.resource.0].name.clone(),
            item: words::usage_name(scenario, usage),
            from: clock(line.from),
            to: clock(line.to),
            quantity: line.count,
            unit: words::usage_unit(scenario, usage),
            billed_s: line.billed.as_ms() as f64 / 1_000.0,
            unit_price: usage.price.to_string(),
            per: words::per(usage.per),
            amount: line.amount.to_string(),
            closed_by: words::closing(scenario, usage).0,
            rules: table::line_rules(usage.item),
        })
    });
    let at_once = at_once(told).into_iter().map(|charge| {
        let is_term = matches!(charge.kind, ResourceChargeKind::Term { .. });
        ResourceLine {
            kind: "resource",
            deployment: scenario.resources[charge.resource.0].name.clone(),
            item: words::charge_name(scenario, &charge),
            from: if is_term { clock(charge.at) } else { String::new() },
            to: String::new(),
            quantity: charge.count,
            unit: words::charge_unit(charge.kind),
            billed_s: 0.0,
            unit_price: price_of_one(&charge).to_string(),
            per: "",
            amount: charge.amount.to_string(),
            closed_by: "",
            rules: words::charge_rules(charge.kind),
        }
    });
    by_time.chain(at_once).collect()
}

/// Price of one: charges at once are count × price, exactly.
pub(in crate::report) fn price_of_one(charge: &ResourceCharge) -> Money {
    Money::from_pico(charge.amount.as_pico() / i128::from(charge.count.max(1)))
}
