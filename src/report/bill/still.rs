//! What bills on at the horizon, at which rate, and the action that would end it: the answer to "what still bills after I
//! stopped" (H2, H10).

use super::Told;
use crate::billing::Per;
use crate::report::words::{self, charges, deployments as names, resources};
use crate::scenario::deployment::DeploymentKind;
use crate::scenario::model::WorkflowStop;
use crate::scenario::resource::{ResourceKind, ResourceTag};
use crate::sim::deployment::record::DeploymentUsageEnd;
use crate::sim::resources::record::ResourceUsageEnd;
use crate::sim::resources::table::{ResourcePhase, ends_by};
use crate::sim::{Item, UsageEnd};
use crate::units::{Money, SimTime};
use serde::Serialize;

/// Something that bills on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StillBilling {
    /// `service`, `deployment` or `resource`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// What of it.
    pub item: String,
    /// What it costs for `per`; nothing more until `until` where it is paid in advance.
    pub rate: String,
    /// `h`, `day`, `month`, `message`, or `term` of what is paid in advance.
    pub per: &'static str,
    /// Until when it is paid in advance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// What would end it.
    pub ends_by: String,
    /// Rules applied, as ids of the rulebook.
    pub rules: Vec<&'static str>,
}

/// Everything that bills on, and what is paid in advance: services, deployments, resources.
pub(in crate::report) fn still_billing(told: &Told<'_>) -> Vec<StillBilling> {
    let mut all = services(told);
    all.extend(deployments(told));
    all.extend(prepaid(told));
    all.extend(by_time(told));
    all.extend(pools_and_messages(told));
    all
}

/// Price of one × count, per hour.
fn hourly(nano: i64, count: u64) -> Money {
    Money::from_pico(i128::from(nano) * 1_000 * i128::from(count))
}

/// Instances and their disks, those of one service, item and market together.
fn services(told: &Told<'_>) -> Vec<StillBilling> {
    let mut found: Vec<(usize, Item, usize, u64, Money)> = Vec::new();
    for usage in told.recorder.usages.iter().filter(|usage| usage.end == UsageEnd::Horizon) {
        let Some(line) = usage.lines.last() else { continue };
        let rate = hourly(line.unit_price.as_nano(), u64::from(usage.units));
        let key = (usage.replica.service.0, usage.item, usage.market.0);
        let units = if usage.item == Item::Disk { u64::from(usage.units) } else { 1 };
        match found.iter_mut().find(|(service, item, market, ..)| (*service, *item, *market) == key) {
            Some((.., count, sum)) => {
                *count += units;
                *sum += rate;
            }
            None => found.push((key.0, key.1, key.2, units, rate)),
        }
    }
    found.sort_by_key(|(service, item, market, ..)| (*service, *market, *item == Item::Disk));
    let line = |(service, item, market, count, rate): (usize, Item, usize, u64, Money)| {
        let counted = match item {
            Item::Disk => format!("{count} GiB of "),
            Item::Standard | Item::Spot if count > 1 => format!("{count} × "),
            Item::Standard | Item::Spot => String::new(),
        };
        StillBilling {
            kind: "service",
            name: told.scenario.services[service].name.clone(),
            item: format!("{counted}{} on {}", words::item_name(item), told.scenario.markets[market].name),
            rate: rate.to_string(),
            per: "h",
            until: None,
            ends_by: "Stop or Delete".to_owned(),
            rules: if item == Item::Disk { vec!["E3", "E4", "E7"] } else { vec!["E4", "E7"] },
        }
    };
    found.into_iter().map(line).collect()
}

/// Deployments by time.
fn deployments(told: &Told<'_>) -> impl Iterator<Item = StillBilling> {
    let usages = told.recorder.deployment_usages.iter();
    let open = usages.filter(|usage| usage.end == DeploymentUsageEnd::Horizon);
    open.map(|usage| {
        let deployment = &told.strategy.deployments[usage.deployment.0];
        let quantity = usage.quantities.last().copied().unwrap_or_default();
        let each = charges::hourly_price(deployment, usage.item);
        StillBilling {
            kind: "deployment",
            name: deployment.name.clone(),
            item: charges::time_item(usage.item).to_owned(),
            rate: hourly(each.as_nano(), quantity).to_string(),
            per: "h",
            until: None,
            ends_by: "Delete".to_owned(),
            rules: vec!["B26", "D6"],
        }
    })
}

/// Deployments that are paid in advance and whose term goes on.
fn prepaid(told: &Told<'_>) -> impl Iterator<Item = StillBilling> {
    let end = SimTime::ZERO + told.scenario.horizon;
    told.strategy.deployments.iter().enumerate().filter_map(move |(index, deployment)| {
        let events = told.recorder.deployment_events.iter().rev().map(|(_, event)| event);
        let view = events.filter(|event| event.deployment.0 == index).map(|event| event.view).next()?;
        let until = view.expires_at.filter(|until| *until != SimTime::NEVER && *until > end)?;
        let payments = told.recorder.payments.iter().rev();
        let paid = payments.filter(|payment| payment.deployment.0 == index && payment.amount > Money::ZERO);
        let last = paid.map(|payment| payment.amount).next()?;
        let ends_by = match deployment.kind {
            DeploymentKind::Units(_) => "the end of its term, or Cancel",
            DeploymentKind::Ptu(_)
            | DeploymentKind::Tokens(_)
            | DeploymentKind::Public
            | DeploymentKind::Service(_) => "the end of its term",
        };
        Some(StillBilling {
            kind: "deployment",
            name: deployment.name.clone(),
            item: names::method_words(&deployment.kind).to_owned(),
            rate: last.to_string(),
            per: "term",
            until: Some(told.scenario.calendar.format(until)),
            ends_by: ends_by.to_owned(),
            rules: vec!["B26", "P5", "P8", "U4"],
        })
    })
}

/// Resources by time.
fn by_time(told: &Told<'_>) -> impl Iterator<Item = StillBilling> {
    let scenario = told.scenario;
    let usages = told.recorder.resource_usages.iter();
    let open = usages.filter(|usage| usage.end == ResourceUsageEnd::Horizon);
    open.filter_map(move |usage| {
        let resource = &scenario.resources[usage.resource.0];
        let (phase, _) = told.outcome.resource_standings[usage.resource.0];
        let count = usage.lines.last().map_or(0, |line| line.count);
        if count == 0 {
            return None;
        }
        let unit = resources::usage_unit(scenario, usage);
        let plural = if count == 1 || unit == "GB" { "" } else { "s" };
        let is_counted = count > 1 || unit == "GB";
        let counted = format!("{} {unit}{plural}, ", words::grouped(count));
        let counted = if is_counted { counted } else { String::new() };
        let (action, rules) = ends_by(usage.item, resource.kind.tag(), phase, &scenario.settings);
        let rate = Money::from_pico(usage.price.as_pico() * i128::from(count));
        Some(StillBilling {
            kind: "resource",
            name: resource.name.clone(),
            item: format!("{counted}{}", resources::usage_name(scenario, usage)),
            rate: rate.to_string(),
            per: match usage.per {
                Per::Hour => "h",
                Per::Day => "day",
                Per::Month => "month",
            },
            until: None,
            ends_by: note(scenario.settings.workflow_stop, phase, usage, action),
            rules: rules.to_vec(),
        })
    })
}

/// The action, and why another one was not enough.
fn note(
    stop: WorkflowStop,
    phase: ResourcePhase,
    usage: &crate::sim::resources::record::ResourceUsageRecord,
    action: &str,
) -> String {
    use crate::scenario::resource::ResourceItem;
    match (usage.item, phase, stop) {
        (ResourceItem::WorkflowNode, ResourcePhase::Stopped, WorkflowStop::BillsOn)
        | (ResourceItem::Evs, ResourcePhase::Stopped, _) => format!("{action} (Stop did not)"),
        _ => action.to_owned(),
    }
}

/// Pools that are paid for, and notifications that are enabled.
fn pools_and_messages(told: &Told<'_>) -> Vec<StillBilling> {
    let scenario = told.scenario;
    let standings = scenario.resources.iter().zip(&told.outcome.resource_standings);
    let active = standings.filter(|(_, (phase, _))| *phase == ResourcePhase::Active);
    let mut all = Vec::new();
    for (resource, (_, until)) in active {
        let line = |item: &str, rate: Money, per, until, action: &str, rule| StillBilling {
            kind: "resource",
            name: resource.name.clone(),
            item: item.to_owned(),
            rate: rate.to_string(),
            per,
            until,
            ends_by: action.to_owned(),
            rules: vec![rule],
        };
        match &resource.kind {
            ResourceKind::Pool(pool) => {
                let action =
                    if pool.auto_renew { "Delete before it renews itself" } else { "the end of its term" };
                let until = until.map(|until| scenario.calendar.format(until));
                all.push(line(ResourceTag::Pool.words(), pool.price, "term", until, action, "M2"));
            }
            ResourceKind::Notifications(notifications) => {
                let item = format!("{} messages, when events come", resources::way(notifications));
                let kb = notifications.traffic.map_or(Money::ZERO, |traffic| {
                    Money::from_pico(traffic.price_per_kb.as_pico() * i128::from(traffic.message_kb))
                });
                all.push(line(&item, notifications.price + kb, "message", None, "Stop or Delete", "M3"));
            }
            ResourceKind::Workflow(_)
            | ResourceKind::Notebook { .. }
            | ResourceKind::TrainingJob(_)
            | ResourceKind::RealTimeService { .. }
            | ResourceKind::BatchService(_)
            | ResourceKind::Evs(_)
            | ResourceKind::Obs(_)
            | ResourceKind::Dedicated { .. }
            | ResourceKind::Other { .. } => {}
        }
    }
    all
}
