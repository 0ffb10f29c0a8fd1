//! Words of what tenants do with services, and of what becomes of containers and updates.

use super::{clock, count};
use crate::scenario::Scenario;
use crate::scenario::lifecycle::{Change, DeleteBilling};
use crate::scenario::model::{ActionKind, MarketId, Plan};
use crate::sim::RefusedAction;
use crate::sim::service::actions::ServiceRefusal;
use crate::sim::service::event::{FailureKind, LifeEvent};

/// The name of an action that took effect, one word.
pub(super) fn action_name(action: &ActionKind) -> &'static str {
    match action {
        ActionKind::Create => "Created",
        ActionKind::Stop => "Stopped",
        ActionKind::Start => "Started",
        ActionKind::Delete(_) => "DeleteConfirmed",
        ActionKind::Scale(_) => "Scaled",
        ActionKind::Update(_) => "Updated",
    }
}

/// The rules of an action that took effect.
pub(super) fn action_rules(action: &ActionKind) -> &'static [&'static str] {
    match action {
        ActionKind::Create | ActionKind::Start => &["E19"],
        ActionKind::Stop => &["E4"],
        ActionKind::Delete(_) => &["E7", "E8", "A-30"],
        ActionKind::Scale(_) => &["A-19"],
        ActionKind::Update(_) => &["E19", "A-29"],
    }
}

/// The rules by which an action was refused.
pub(super) fn refusal_rules(refused: &RefusedAction) -> &'static [&'static str] {
    match refused.reason {
        ServiceRefusal::Status => action_rules(&refused.action),
        ServiceRefusal::Overdue => &["B20", "A-06"],
        ServiceRefusal::ActiveRequests => &["E6", "E9"],
        ServiceRefusal::ReferencedBy(_) => &["E6", "E10"],
        ServiceRefusal::PermissionDenied => &["E6", "E11"],
        ServiceRefusal::DiskTooLarge { .. } => &["E22"],
    }
}

/// What an action did.
pub(super) fn action_words(scenario: &Scenario, action: &ActionKind) -> String {
    match action {
        ActionKind::Create => "create".to_owned(),
        ActionKind::Stop => "stopped by the tenant; billing ends".to_owned(),
        ActionKind::Start => "started by the tenant".to_owned(),
        ActionKind::Delete(_) => match scenario.settings.services.delete_billing {
            DeleteBilling::Confirmed => "deletion confirmed; billing ends".to_owned(),
            DeleteBilling::Released => "deletion confirmed; billing ends with the release".to_owned(),
        },
        ActionKind::Scale(replicas) => format!("scaled to {}", count(*replicas as usize, "replica")),
        ActionKind::Update(change) => format!("updated: {}", change_words(scenario, change)),
    }
}

fn change_words(scenario: &Scenario, change: &Change) -> String {
    let types = |plan: &Plan| {
        let names: Vec<&str> =
            plan.entries.iter().map(|entry| scenario.markets[entry.market.0].name.as_str()).collect();
        format!("types in order {}", names.join(", "))
    };
    let parts = [
        change.plan.as_ref().map(types),
        change.disk_gib.map(|size| format!("a disk of {size} GiB")),
        change.image.as_ref().map(|image| format!("image {image}")),
        change.replicas.map(|replicas| count(replicas as usize, "replica")),
        change.calls.as_ref().map(|called| {
            let names: Vec<&str> = called.iter().map(|id| scenario.services[id.0].name.as_str()).collect();
            if names.is_empty() {
                "calls no service".to_owned()
            } else {
                format!("calls {}", names.join(", "))
            }
        }),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// An action as it is asked for.
fn command_words(action: &ActionKind) -> String {
    match action {
        ActionKind::Create => "create".to_owned(),
        ActionKind::Stop => "stop".to_owned(),
        ActionKind::Start => "start".to_owned(),
        ActionKind::Delete(_) => "delete".to_owned(),
        ActionKind::Scale(replicas) => format!("scale to {}", count(*replicas as usize, "replica")),
        ActionKind::Update(_) => "update".to_owned(),
    }
}

/// What was refused and why, with what to do about it.
pub(super) fn refused_words(scenario: &Scenario, refused: &RefusedAction) -> String {
    let asked = command_words(&refused.action);
    let why = match refused.reason {
        ServiceRefusal::Status => format!("the service is {}", refused.status.name()),
        ServiceRefusal::Overdue => "the account is overdue".to_owned(),
        ServiceRefusal::ActiveRequests => {
            format!("it has active requests; stop it, wait {}, delete", scenario.settings.services.drain_time)
        }
        ServiceRefusal::ReferencedBy(caller) => {
            let name = &scenario.services[caller.0].name;
            format!("it is called by service {name}; remove that reference first")
        }
        ServiceRefusal::PermissionDenied => "no permission eas:DeleteService".to_owned(),
        ServiceRefusal::DiskTooLarge { disk_gib, max_gib } => format!(
            "a system disk of {disk_gib} GiB is above the maximum of {max_gib} GiB; the version before stays"
        ),
    };
    format!("{asked} refused: {why}")
}

/// The name of an event of containers, updates and deletions.
pub(super) fn life_name(event: &LifeEvent) -> &'static str {
    match event {
        LifeEvent::ScaleRequested { .. } => "ScaleRequested",
        LifeEvent::ContainerFailed { kind: FailureKind::Crash, .. } => "Crashed",
        LifeEvent::ContainerFailed { kind: FailureKind::StartUp, .. } => "StartFailed",
        LifeEvent::ContainerReplaced { .. } => "Restarted",
        LifeEvent::GaveUp { .. } => "GaveUp",
        LifeEvent::ServiceFailed => "Failed",
        LifeEvent::UpdateStep { .. } => "UpdateStep",
        LifeEvent::Replaced { .. } => "Replaced",
        LifeEvent::UpdateDone => "UpdateDone",
        LifeEvent::UpdateHalted { .. } => "UpdateHalted",
        LifeEvent::TicketSuggested => "TicketSuggested",
    }
}

/// The rules it follows.
pub(super) fn life_rules(event: &LifeEvent) -> &'static [&'static str] {
    match event {
        LifeEvent::ScaleRequested { .. } => &["A-19"],
        LifeEvent::ContainerFailed { .. } => &["E2", "A-47"],
        LifeEvent::GaveUp { .. } | LifeEvent::ServiceFailed => &["E2"],
        LifeEvent::ContainerReplaced { .. }
        | LifeEvent::UpdateStep { .. }
        | LifeEvent::Replaced { .. }
        | LifeEvent::UpdateDone
        | LifeEvent::UpdateHalted { .. } => &["A-29"],
        LifeEvent::TicketSuggested => &["E12"],
    }
}

/// The market it is about, if it is about one.
pub(super) fn life_market(event: &LifeEvent) -> Option<MarketId> {
    match event {
        LifeEvent::ContainerFailed { market, .. }
        | LifeEvent::ContainerReplaced { market }
        | LifeEvent::GaveUp { market, .. }
        | LifeEvent::Replaced { to: market, .. } => Some(*market),
        LifeEvent::ScaleRequested { .. }
        | LifeEvent::ServiceFailed
        | LifeEvent::UpdateStep { .. }
        | LifeEvent::UpdateDone
        | LifeEvent::UpdateHalted { .. }
        | LifeEvent::TicketSuggested => None,
    }
}

/// It in a sentence.
pub(super) fn life_sentence(scenario: &Scenario, event: &LifeEvent) -> String {
    let market = |id: &MarketId| scenario.markets[id.0].name.as_str();
    let at = |time| clock(scenario, time);
    let replicas = |number: u32| count(number as usize, "replica");
    match event {
        LifeEvent::ScaleRequested { replicas: number, due } => {
            format!("scaling to {} asked for; it takes effect at {}", replicas(*number), at(*due))
        }
        LifeEvent::ContainerFailed { market: id, kind, restart_at } => {
            format!("container {} on {}: starts again at {}", failed(*kind), market(id), at(*restart_at))
        }
        LifeEvent::ContainerReplaced { market: id } => format!("its new version starts on {}", market(id)),
        LifeEvent::GaveUp { market: id, kind, restarts } => {
            let after = count(*restarts as usize, "restart");
            format!(
                "container {} on {}: given up after {after}; the instance goes back",
                failed(*kind),
                market(id)
            )
        }
        LifeEvent::ServiceFailed => "failed in all replicas; nothing bills".to_owned(),
        LifeEvent::UpdateStep { step, replicas: number } => {
            format!("step {step} of the update: {}", replicas(*number))
        }
        LifeEvent::Replaced { from, to } if from == to => {
            format!("the new version runs on another {}, the instance before it given up", market(to))
        }
        LifeEvent::Replaced { from, to } => {
            format!("the new version runs on {}, {} given up", market(to), market(from))
        }
        LifeEvent::UpdateDone => "the update is complete".to_owned(),
        LifeEvent::UpdateHalted { step, updated, left } => format!(
            "update halted: step {step} does not run; {} updated, {} on the old version",
            replicas(*updated),
            replicas(*left)
        ),
        LifeEvent::TicketSuggested => {
            let waited = scenario.settings.services.ticket_after;
            format!("still deleting after {waited}: submit a ticket with service ID and region")
        }
    }
}

fn failed(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Crash => "crashed",
        FailureKind::StartUp => "failed to start",
    }
}
