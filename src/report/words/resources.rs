//! Names, rules and sentences of resources.

use super::{clock, count, grouped};
use crate::billing::Per;
use crate::ledger::RefusedPurchase;
use crate::scenario::Scenario;
use crate::scenario::model::{ServiceId, WorkflowStop};
use crate::scenario::resource::{
    Notifications, Resource, ResourceAction, ResourceItem, ResourceKind, ResourceTag, Way,
};
use crate::sim::Status;
use crate::sim::resources::record::{
    ResourceCharge, ResourceChargeKind, ResourceEventKind, ResourceEventRecord, ResourceUsageEnd,
    ResourceUsageRecord,
};
use crate::sim::resources::table::{ResourcePhase, ResourceRefusal};

/// The name of an event, one word.
pub fn event_name(tag: ResourceTag, kind: &ResourceEventKind) -> &'static str {
    match kind {
        ResourceEventKind::Acted(action) => match (action, tag) {
            (ResourceAction::Create, ResourceTag::Pool | ResourceTag::Dedicated) => "Bought",
            (ResourceAction::Create, _) => "Created",
            (ResourceAction::Start, _) => "Started",
            (ResourceAction::Stop, _) => "Stopped",
            (ResourceAction::Delete, _) => "Deleted",
            (ResourceAction::Store(_), _) => "Stored",
        },
        ResourceEventKind::Refused(..) => "ActionRefused",
        ResourceEventKind::NotPaid(_) => "NotPaid",
        ResourceEventKind::Paid { is_renewal: false, .. } => "Paid",
        ResourceEventKind::Paid { is_renewal: true, .. } => "Renewed",
        ResourceEventKind::Expired => "Expired",
        ResourceEventKind::PoolGone => "PoolGone",
        ResourceEventKind::Finished => "Finished",
        ResourceEventKind::Sent { .. } => "Sent",
        ResourceEventKind::NotSent { .. } => "NotSent",
        ResourceEventKind::Suspended => "ArrearsFrozen",
        ResourceEventKind::Restored => "ArrearsRestored",
        ResourceEventKind::Cleared => "ArrearsCleared",
    }
}

/// The rules an event follows, as ids of the rulebook.
pub fn event_rules(tag: ResourceTag, kind: &ResourceEventKind) -> &'static [&'static str] {
    match kind {
        ResourceEventKind::Acted(_) | ResourceEventKind::Refused(..) | ResourceEventKind::Finished => {
            rules(tag)
        }
        ResourceEventKind::NotPaid(_) => &["M2", "B19", "A-06"],
        ResourceEventKind::Paid { .. } | ResourceEventKind::PoolGone => &["M2"],
        ResourceEventKind::Expired => &["M2", "A-08"],
        ResourceEventKind::Sent { .. } | ResourceEventKind::NotSent { .. } => &["M3"],
        ResourceEventKind::Suspended | ResourceEventKind::Restored => &["M5", "A-06", "A-32"],
        ResourceEventKind::Cleared => &["M7"],
    }
}

/// The rules of what the tenant does with a kind.
const fn rules(tag: ResourceTag) -> &'static [&'static str] {
    match tag {
        ResourceTag::Workflow => &["H4", "A-39"],
        ResourceTag::Notebook => &["H5", "H6"],
        ResourceTag::TrainingJob => &["H7"],
        ResourceTag::RealTimeService => &["H8"],
        ResourceTag::BatchService => &["H9"],
        ResourceTag::Evs => &["H2"],
        ResourceTag::Obs => &["H3"],
        ResourceTag::Pool => &["M2"],
        ResourceTag::Dedicated => &["E26"],
        ResourceTag::Notifications => &["M3"],
        ResourceTag::Other => &["A-40"],
    }
}

/// An event in a sentence.
pub fn event_sentence(scenario: &Scenario, record: &ResourceEventRecord) -> String {
    let resource = &scenario.resources[record.resource.0];
    match &record.kind {
        ResourceEventKind::Acted(action) => acted(scenario, resource, *action, record.to),
        ResourceEventKind::Refused(action, why) => {
            format!("{} refused: {}", action.name(), refusal(resource, *why))
        }
        ResourceEventKind::NotPaid(RefusedPurchase::Overdue) => {
            "not bought: the account is overdue".to_owned()
        }
        ResourceEventKind::NotPaid(RefusedPurchase::Balance) => {
            "not bought: the available balance does not cover its price".to_owned()
        }
        ResourceEventKind::Paid { amount, until, is_renewal } => {
            let again = if *is_renewal { "renewed: " } else { "" };
            format!(
                "{again}{amount} paid up front, until {}; services on it add nothing",
                clock(scenario, *until)
            )
        }
        ResourceEventKind::Expired => "its term is over".to_owned(),
        ResourceEventKind::PoolGone => "stopped: its pool is gone".to_owned(),
        ResourceEventKind::Finished => "ended by itself; billing ends".to_owned(),
        ResourceEventKind::Sent { count: number, about } => {
            format!("{} sent{}", messages(resource, *number), about_words(scenario, *about))
        }
        ResourceEventKind::NotSent { count: number, about } => {
            let (what, why) = (messages(resource, *number), about_words(scenario, *about));
            format!("{what} not sent{why}: notification is not enabled, which costs nothing")
        }
        ResourceEventKind::Suspended => "frozen: the account is overdue; billing ends".to_owned(),
        ResourceEventKind::Restored => "the account is settled: it is as it was before".to_owned(),
        ResourceEventKind::Cleared => "cleared for good: the arrears were never paid".to_owned(),
    }
}

fn acted(scenario: &Scenario, resource: &Resource, action: ResourceAction, to: ResourcePhase) -> String {
    let has_evs = matches!(&resource.kind, ResourceKind::Notebook { evs: Some(_), .. });
    match (action, &resource.kind) {
        (ResourceAction::Create, ResourceKind::Pool(_)) => "bought".to_owned(),
        (ResourceAction::Create, ResourceKind::Dedicated { machines, .. }) => {
            let machines = count(*machines as usize, "machine");
            format!("{machines} bought: billed from now on, used or not")
        }
        (ResourceAction::Create, ResourceKind::Obs(storage)) => {
            format!("{} GB kept: billed until deleted", grouped(storage.gb))
        }
        (ResourceAction::Create, ResourceKind::Evs(storage)) => {
            format!("a volume of {} GB: billed until deleted", grouped(storage.gb))
        }
        (ResourceAction::Create, ResourceKind::Notifications(_)) if to == ResourcePhase::Stopped => {
            "set up, but not enabled".to_owned()
        }
        (ResourceAction::Create | ResourceAction::Start, ResourceKind::Notifications(_)) => {
            "enabled: each message is billed".to_owned()
        }
        (ResourceAction::Stop, ResourceKind::Notifications(_)) => "disabled: no message is sent".to_owned(),
        (ResourceAction::Create | ResourceAction::Start, _) if resource.pool.is_some() => {
            "runs on a pool that is paid for".to_owned()
        }
        (ResourceAction::Create, _) => "created".to_owned(),
        (ResourceAction::Start, _) => "started".to_owned(),
        (ResourceAction::Stop, ResourceKind::Workflow(_)) => match scenario.settings.workflow_stop {
            WorkflowStop::BillsOn => "stopped, but its nodes bill on until it is deleted".to_owned(),
            WorkflowStop::EndsBilling => "stopped; billing ends".to_owned(),
        },
        (ResourceAction::Stop, _) if has_evs => {
            "stopped; compute billing ends, EVS storage bills on until it is deleted".to_owned()
        }
        (ResourceAction::Stop, _) => "stopped; billing ends".to_owned(),
        (ResourceAction::Delete, ResourceKind::Pool(_)) => "given up; nothing comes back".to_owned(),
        (ResourceAction::Delete, ResourceKind::Notifications(_)) => "deleted".to_owned(),
        (ResourceAction::Delete, _) => "deleted; billing ends".to_owned(),
        (ResourceAction::Store(gb), _) => format!("{} GB kept from now on", grouped(gb)),
    }
}

fn refusal(resource: &Resource, why: ResourceRefusal) -> String {
    let what = resource.kind.tag().words();
    match why {
        ResourceRefusal::AlreadyThere => "it is there already".to_owned(),
        ResourceRefusal::NotThere => "it is not there".to_owned(),
        ResourceRefusal::AlreadyRunning => "it runs already".to_owned(),
        ResourceRefusal::NotRunning => "it does not run".to_owned(),
        ResourceRefusal::NothingToStop => {
            format!("{what} cannot be stopped or started; Delete ends its billing")
        }
        ResourceRefusal::RunsOnce => "a training job runs once: create another".to_owned(),
        ResourceRefusal::StopFirst => "it runs: stop it first".to_owned(),
        ResourceRefusal::InUse if resource.kind.tag() == ResourceTag::Pool => {
            "something runs on it".to_owned()
        }
        ResourceRefusal::InUse => "instances run on its machines".to_owned(),
        ResourceRefusal::KeepsNoData => format!("{what} keeps no data that changes"),
        ResourceRefusal::Frozen => "the account is overdue".to_owned(),
        ResourceRefusal::NoPool => "its pool is not there".to_owned(),
    }
}

fn messages(resource: &Resource, number: u64) -> String {
    match &resource.kind {
        ResourceKind::Notifications(notifications) => {
            let plural = if number == 1 { "" } else { "s" };
            format!("{} {} message{plural}", grouped(number), way(notifications))
        }
        ResourceKind::Workflow(_)
        | ResourceKind::Notebook { .. }
        | ResourceKind::TrainingJob(_)
        | ResourceKind::RealTimeService { .. }
        | ResourceKind::BatchService(_)
        | ResourceKind::Evs(_)
        | ResourceKind::Obs(_)
        | ResourceKind::Pool(_)
        | ResourceKind::Dedicated { .. }
        | ResourceKind::Other { .. } => count(number as usize, "message"),
    }
}

/// `SMS`, `e-mail` or `HTTP`.
pub const fn way(notifications: &Notifications) -> &'static str {
    match notifications.way {
        Way::Sms => "SMS",
        Way::Email => "e-mail",
        Way::Http => "HTTP",
    }
}

fn about_words(scenario: &Scenario, about: Option<(ServiceId, Status)>) -> String {
    about.map_or_else(String::new, |(service, status)| {
        format!(" ({} is {})", scenario.services[service.0].name, status.name())
    })
}

/// The name of what is billed by time.
pub const fn item_name(item: ResourceItem) -> &'static str {
    match item {
        ResourceItem::WorkflowNode => "workflow node",
        ResourceItem::Notebook => "notebook compute",
        ResourceItem::TrainingJob => "training job",
        ResourceItem::RealTimeService => "real-time service",
        ResourceItem::BatchService => "batch service",
        ResourceItem::Evs => "EVS storage",
        ResourceItem::Obs => "OBS storage",
        ResourceItem::Dedicated => "dedicated machines",
        ResourceItem::Other => "by time",
    }
}

/// The name of a usage: its item, and the node of a workflow.
pub fn usage_name(scenario: &Scenario, usage: &ResourceUsageRecord) -> String {
    let label = scenario.resources[usage.resource.0].parts().get(usage.part).map_or("", |part| part.label);
    let item = item_name(usage.item);
    if label.is_empty() { item.to_owned() } else { format!("{item} {label}") }
}

/// What a quantity of a usage counts.
pub fn usage_unit(scenario: &Scenario, usage: &ResourceUsageRecord) -> &'static str {
    scenario.resources[usage.resource.0].parts().get(usage.part).map_or("piece", |part| part.unit)
}

/// The name of what is charged at once.
pub fn charge_name(scenario: &Scenario, charge: &ResourceCharge) -> String {
    match (charge.kind, &scenario.resources[charge.resource.0].kind) {
        (ResourceChargeKind::Term { is_renewal: false }, _) => "pool".to_owned(),
        (ResourceChargeKind::Term { is_renewal: true }, _) => "pool renewal".to_owned(),
        (ResourceChargeKind::Messages, ResourceKind::Notifications(notifications)) => {
            format!("{} messages", way(notifications))
        }
        (ResourceChargeKind::Messages, _) => "messages".to_owned(),
        (ResourceChargeKind::Traffic, _) => "downstream traffic".to_owned(),
    }
}

/// The rules of what is charged at once.
pub const fn charge_rules(kind: ResourceChargeKind) -> &'static [&'static str] {
    match kind {
        ResourceChargeKind::Term { .. } => &["M2", "A-08"],
        ResourceChargeKind::Messages | ResourceChargeKind::Traffic => &["M3"],
    }
}

/// The unit of what is charged at once.
pub const fn charge_unit(kind: ResourceChargeKind) -> &'static str {
    match kind {
        ResourceChargeKind::Term { .. } => "term",
        ResourceChargeKind::Messages => "message",
        ResourceChargeKind::Traffic => "KB",
    }
}

/// What closed a charge by time, with its rule.
pub fn closing(scenario: &Scenario, usage: &ResourceUsageRecord) -> (&'static str, &'static str) {
    let rule = rules(scenario.resources[usage.resource.0].kind.tag())[0];
    match usage.end {
        ResourceUsageEnd::Stopped => ("stopped by the tenant", rule),
        ResourceUsageEnd::Deleted if usage.item == ResourceItem::Evs => ("deleted by the tenant", "H6"),
        ResourceUsageEnd::Deleted => ("deleted by the tenant", rule),
        ResourceUsageEnd::Finished => ("it ended by itself", rule),
        ResourceUsageEnd::PoolGone => ("its pool is gone", "M2"),
        ResourceUsageEnd::Arrears => ("frozen: the account is overdue", "M5"),
        ResourceUsageEnd::Horizon => ("the run ends here; it would bill on", "A-07"),
    }
}

/// `h`, `day` or `month`.
pub const fn per(per: Per) -> &'static str {
    match per {
        Per::Hour => "h",
        Per::Day => "day",
        Per::Month => "month",
    }
}
