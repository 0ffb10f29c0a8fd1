//! The names, rules and sentences of what happens to deployments.

use super::{clock, count, grouped};
use crate::ledger::RefusedPurchase;
use crate::scenario::Scenario;
use crate::scenario::deployment::{Denial, Deployment, DeploymentAction, DeploymentKind};
use crate::serving::Quota;
use crate::sim::deployment::record::{
    ActionRefusal, DeploymentEventKind as Kind, DeploymentEventRecord, PaymentReason,
};
use crate::sim::deployment::status::{ConsoleAction, DeploymentStatus, MethodKind};
use crate::units::SimTime;

/// The name of an event, one word.
pub fn event_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Submitted => "Submitted",
        Kind::Denied(_) => "Denied",
        Kind::Deploying => "Deploying",
        Kind::Running => "Running",
        Kind::DeploymentFailed => "DeploymentFailed",
        Kind::NoCompute => "NoCompute",
        Kind::NotPaid(_) => "NotPaid",
        Kind::RenewalFailed(_) => "RenewalFailed",
        Kind::ArrearsReleased => "ArrearsReleased",
        Kind::Restoring => "Restoring",
        Kind::ArrearsCleared => "ArrearsCleared",
        Kind::Paid { .. } => "Paid",
        Kind::Refunded { .. } => "Refunded",
        Kind::Acted(action) => match action {
            DeploymentAction::Create => "Create",
            DeploymentAction::Delete => "Delete",
            DeploymentAction::Deactivate => "Deactivate",
            DeploymentAction::Unsubscribe => "Unsubscribe",
            DeploymentAction::ScaleQuota { .. } | DeploymentAction::ScaleReplicas { .. } => "Scale",
            DeploymentAction::Renew { .. } => "Renew",
            DeploymentAction::AutoRenew(_) => "AutoRenew",
            DeploymentAction::CapacityPack { .. } => "CapacityPack",
            DeploymentAction::Update { .. } => "Update",
        },
        Kind::ActionRefused(..) => "ActionRefused",
        Kind::Resized => "Resized",
        Kind::ResizeFailed => "ResizeFailed",
        Kind::Approved { .. } => "Approved",
        Kind::ScaledByLoad { .. } => "ScaledByLoad",
        Kind::ScaledBySchedule { .. } => "ScaledBySchedule",
        Kind::UpdateStep { .. } => "UpdateStep",
        Kind::PackStarted { .. } => "PackStarted",
        Kind::PackEnded => "PackEnded",
        Kind::Expired => "Expired",
        Kind::ServiceSuspended => "ServiceSuspended",
        Kind::Released => "Released",
        Kind::Renewed { .. } => "Renewed",
        Kind::IdleReleased => "IdleReleased",
        Kind::TakingOffline => "TakingOffline",
        Kind::Offline => "Offline",
        Kind::Deleting => "Deleting",
        Kind::Gone => "Gone",
    }
}

/// The rules an event follows, as ids of the rulebook.
pub fn event_rules(deployment: &Deployment, record: &DeploymentEventRecord) -> &'static [&'static str] {
    match &record.kind {
        Kind::Submitted => &["D4", "D14"],
        Kind::Denied(Denial::Region { .. }) => &["D12"],
        Kind::Denied(Denial::WorkspacePrivilege { .. } | Denial::ModulePermission) => &["D13"],
        Kind::Deploying => &["D4"],
        Kind::Running => match record.from {
            DeploymentStatus::Restoring => &["A-11"],
            DeploymentStatus::Absent
            | DeploymentStatus::Pending
            | DeploymentStatus::Deploying
            | DeploymentStatus::Running
            | DeploymentStatus::DeploymentFailed
            | DeploymentStatus::TakingOffline
            | DeploymentStatus::ServiceSuspended
            | DeploymentStatus::Stopped
            | DeploymentStatus::Deleting
            | DeploymentStatus::Suspended
            | DeploymentStatus::RunningResizing
            | DeploymentStatus::RunningResizingFailed
            | DeploymentStatus::Gone => &["D3", "A-31"],
        },
        Kind::DeploymentFailed | Kind::ResizeFailed => &["A-35"],
        Kind::NoCompute => &["U6"],
        Kind::NotPaid(_) | Kind::RenewalFailed(_) => &["B19", "A-06"],
        Kind::ArrearsReleased => &["P9", "A-06"],
        Kind::Restoring => &["A-06", "A-35"],
        Kind::ArrearsCleared => &["M7"],
        Kind::Paid { reason, .. } | Kind::Refunded { reason, .. } => payment_rules(deployment, *reason),
        Kind::Acted(action) => action_rules(action),
        Kind::ActionRefused(_, refusal) => match refusal {
            ActionRefusal::Status => &["D5", "A-35"],
            ActionRefusal::Method => &["D5", "D6"],
            ActionRefusal::NoEarlyTermination => &["P8", "A-10"],
            ActionRefusal::Account(_) => &["B19", "A-06"],
        },
        Kind::Resized => &["D9", "A-19"],
        Kind::Approved { .. } => &["T4"],
        Kind::ScaledByLoad { .. } | Kind::ScaledBySchedule { .. } => &["D10", "A-19"],
        Kind::UpdateStep { .. } => &["D7", "A-29"],
        Kind::PackStarted { .. } | Kind::PackEnded => &["P14", "A-33"],
        Kind::Expired => match deployment.kind {
            DeploymentKind::Units(_) => &["U2", "A-08", "P7"],
            DeploymentKind::Ptu(_)
            | DeploymentKind::Tokens(_)
            | DeploymentKind::Public
            | DeploymentKind::Service(_) => &["P5", "P6", "P7", "A-12"],
        },
        Kind::ServiceSuspended => &["P7", "A-11"],
        Kind::Released => match record.from {
            DeploymentStatus::ServiceSuspended => &["P7", "A-11"],
            DeploymentStatus::Absent
            | DeploymentStatus::Pending
            | DeploymentStatus::Deploying
            | DeploymentStatus::Running
            | DeploymentStatus::DeploymentFailed
            | DeploymentStatus::TakingOffline
            | DeploymentStatus::Stopped
            | DeploymentStatus::Deleting
            | DeploymentStatus::Suspended
            | DeploymentStatus::Restoring
            | DeploymentStatus::RunningResizing
            | DeploymentStatus::RunningResizingFailed
            | DeploymentStatus::Gone => &["B26", "A-35"],
        },
        Kind::Renewed { automatic: true, .. } => &["D8", "A-42"],
        Kind::Renewed { automatic: false, .. } => &["D8", "A-11"],
        Kind::IdleReleased => &["A-36"],
        Kind::TakingOffline | Kind::Offline => &["B26", "D6"],
        Kind::Deleting | Kind::Gone => &["D6", "A-30"],
    }
}

fn action_rules(action: &DeploymentAction) -> &'static [&'static str] {
    match action {
        DeploymentAction::Create => &["D4"],
        DeploymentAction::Delete => &["D6", "A-30"],
        DeploymentAction::Deactivate => &["D6", "B26"],
        DeploymentAction::Unsubscribe => &["B26", "U8"],
        DeploymentAction::ScaleQuota { .. } | DeploymentAction::ScaleReplicas { .. } => &["D9", "A-19"],
        DeploymentAction::Renew { .. } | DeploymentAction::AutoRenew(_) => &["D8"],
        DeploymentAction::CapacityPack { .. } => &["P14", "A-33"],
        DeploymentAction::Update { .. } => &["D7", "A-29"],
    }
}

/// The rules behind a payment or refund.
pub fn payment_rules(deployment: &Deployment, reason: PaymentReason) -> &'static [&'static str] {
    let is_units = matches!(deployment.kind, DeploymentKind::Units(_));
    match reason {
        PaymentReason::Order | PaymentReason::Renewal if is_units => &["U2", "U3", "A-08", "A-20"],
        PaymentReason::Order => &["P2", "P3", "P4", "P5", "A-20"],
        PaymentReason::Renewal => &["P2", "P3", "P4", "D8", "A-20"],
        PaymentReason::Enlargement => &["D9", "A-19", "A-20"],
        PaymentReason::Reduction => &["P13", "A-28", "A-20"],
        PaymentReason::CapacityPack => &["P14", "A-33", "A-20"],
        PaymentReason::Cancellation if is_units => &["U4", "U5", "U8", "A-09", "A-20"],
        PaymentReason::Cancellation => &["A-10", "A-20"],
        PaymentReason::FailedPurchase => &["U6"],
    }
}

/// What an amount was paid for, or came back for.
pub fn payment_name(reason: PaymentReason) -> &'static str {
    match reason {
        PaymentReason::Order => "order",
        PaymentReason::Renewal => "renewal",
        PaymentReason::Enlargement => "enlargement",
        PaymentReason::Reduction => "reduction",
        PaymentReason::CapacityPack => "capacity pack",
        PaymentReason::Cancellation => "cancellation",
        PaymentReason::FailedPurchase => "failed purchase",
    }
}

/// An event in a sentence.
pub fn event_sentence(
    scenario: &Scenario,
    deployment: &Deployment,
    record: &DeploymentEventRecord,
) -> String {
    let at = |time: SimTime| clock(scenario, time);
    let terms = &scenario.deployment_settings.terms;
    let size = || size_words(&deployment.kind, record.view.quota, record.view.replicas);
    match &record.kind {
        Kind::Submitted => format!("created: {}, {}", deployment.model, method_words(&deployment.kind)),
        Kind::Denied(denial) => format!("refused: {}; nothing is charged", denial_words(deployment, denial)),
        Kind::Deploying => "compute has been found, the model is being loaded".to_owned(),
        Kind::Running if record.from == DeploymentStatus::Restoring => "restored: it serves again".to_owned(),
        Kind::Running => match record.view.expires_at {
            Some(expiry) => format!("it runs; its term ends {}", at(expiry)),
            None => "it runs; what is billed begins now".to_owned(),
        },
        Kind::DeploymentFailed => "deploying failed; nothing is charged".to_owned(),
        Kind::NoCompute => "there is no compute for it: first come, first served".to_owned(),
        Kind::NotPaid(why) => format!("not bought: {}; nothing is charged", refused_purchase(*why)),
        Kind::RenewalFailed(why) => format!("not renewed: {}", refused_purchase(*why)),
        Kind::ArrearsReleased => "overdue for too long: its resources are released".to_owned(),
        Kind::Restoring => "the account is settled: resources are looked for again".to_owned(),
        Kind::ArrearsCleared => "the arrears were never paid: cleared for good".to_owned(),
        Kind::Paid { amount, reason } => {
            format!("paid {amount} {}: {}", scenario.currency, payment_name(*reason))
        }
        Kind::Refunded { amount, reason } => {
            format!("{amount} {} come back: {}", scenario.currency, payment_name(*reason))
        }
        Kind::Acted(action) => format!("asked by the tenant: {}", command_words(deployment, action)),
        Kind::ActionRefused(action, refusal) => {
            let why = match refusal {
                ActionRefusal::Status => format!("not while it is {}", record.view.status.name()),
                ActionRefusal::Method => format!("not for {}", method_words(&deployment.kind)),
                ActionRefusal::NoEarlyTermination => "a subscription cannot be terminated early".to_owned(),
                ActionRefusal::Account(why) => refused_purchase(*why).to_owned(),
            };
            format!("refused: {}, {why}", command_words(deployment, action))
        }
        Kind::Resized => format!("it has {} from now on", size()),
        Kind::ResizeFailed => format!("the change of size failed: it stays at {}", size()),
        Kind::Approved { replicas } => format!("approved: {}", replicas_words(*replicas)),
        Kind::ScaledByLoad { replicas, load_per_mille } => {
            let load = f64::from(*load_per_mille) / 10.0;
            format!("scaled to {} at a load of {load:.1} %", replicas_words(*replicas))
        }
        Kind::ScaledBySchedule { replicas } => format!("scaled to {} by schedule", replicas_words(*replicas)),
        Kind::UpdateStep { step, of, failed: false } => format!("step {step} of {of} of the update is done"),
        Kind::UpdateStep { step, of, failed: true } => {
            format!("step {step} of {of} of the update failed: the rest keeps the old version")
        }
        Kind::PackStarted { until } => {
            format!("the capacity pack is in force until {}: {}", at(*until), size())
        }
        Kind::PackEnded => format!("the capacity pack is over: {}", size()),
        Kind::Expired => format!("the term is over; {} of grace begin", terms.grace),
        Kind::ServiceSuspended => format!("the {} of grace are over: the service stops", terms.grace),
        Kind::Released if record.from == DeploymentStatus::ServiceSuspended => {
            format!("the {} of retention are over: the resources are released", terms.retention)
        }
        Kind::Released => "the resources are released".to_owned(),
        Kind::Renewed { automatic, until } => {
            let whom = if *automatic { "automatically" } else { "by the tenant" };
            match *until {
                SimTime::NEVER => format!("renewed {whom}; the term begins when it runs"),
                until => format!("renewed {whom} until {}", at(until)),
            }
        }
        Kind::IdleReleased => "nobody has called it for so long that it is released".to_owned(),
        Kind::TakingOffline => "it is being taken offline: calls are refused".to_owned(),
        Kind::Offline => "it is offline".to_owned(),
        Kind::Deleting => "it is being deleted: calls are refused".to_owned(),
        Kind::Gone => "it is gone; nothing bills any more".to_owned(),
    }
}

fn denial_words(deployment: &Deployment, denial: &Denial) -> String {
    match denial {
        Denial::Region { asked, allowed } => format!("models are deployed in {allowed} only, not in {asked}"),
        Denial::WorkspacePrivilege { workspace } => {
            let model = &deployment.model;
            format!("Workspace {workspace} does not have deployment privilege for model {model}")
        }
        Denial::ModulePermission => "the account lacks ModelDeploy-FullAccess".to_owned(),
    }
}

/// Why a purchase is refused.
pub fn refused_purchase(why: RefusedPurchase) -> &'static str {
    match why {
        RefusedPurchase::Overdue => "the account is overdue",
        RefusedPurchase::Balance => "the available balance does not cover it",
    }
}

/// An action as it is asked for.
fn command_words(deployment: &Deployment, action: &DeploymentAction) -> String {
    let periods = |periods: u32| count(periods as usize, period_noun(&deployment.kind));
    match action {
        DeploymentAction::Create => "create".to_owned(),
        DeploymentAction::Delete => "delete".to_owned(),
        DeploymentAction::Deactivate => "deactivate".to_owned(),
        DeploymentAction::Unsubscribe => "unsubscribe".to_owned(),
        DeploymentAction::ScaleQuota { quota, .. } => {
            format!("scale to {}", size_words(&deployment.kind, *quota, 0))
        }
        DeploymentAction::ScaleReplicas { replicas, .. } => format!("scale to {}", replicas_words(*replicas)),
        DeploymentAction::Renew { periods: more } => format!("renew by {}", periods(*more)),
        DeploymentAction::AutoRenew(Some(each)) => format!("renew automatically by {}", periods(*each)),
        DeploymentAction::AutoRenew(None) => "no automatic renewal".to_owned(),
        DeploymentAction::CapacityPack { quota, days } => {
            let size = size_words(&deployment.kind, *quota, 0);
            format!("a capacity pack of {size} for {}", count(*days as usize, "day"))
        }
        DeploymentAction::Update { step_per_mille: 1_000, .. } => "update".to_owned(),
        DeploymentAction::Update { step_per_mille, .. } => {
            format!("update in steps of {:.1} %", f64::from(*step_per_mille) / 10.0)
        }
    }
}

/// A number of replicas.
pub fn replicas_words(replicas: u32) -> String {
    count(replicas as usize, "replica")
}

/// What one period of a prepaid term is called.
pub fn period_noun(kind: &DeploymentKind) -> &'static str {
    match kind {
        DeploymentKind::Units(_) => "month",
        DeploymentKind::Ptu(_)
        | DeploymentKind::Tokens(_)
        | DeploymentKind::Public
        | DeploymentKind::Service(_) => "day",
    }
}

/// How large a deployment is: its quota, or spec × replicas.
pub fn size_words(kind: &DeploymentKind, quota: Quota, replicas: u32) -> String {
    match kind {
        DeploymentKind::Ptu(ptu) => {
            if let Some(each) = ptu.unit_tpm {
                return count((quota.input_tpm / each) as usize, "unit");
            }
            let thinking = quota
                .thinking_output_tpm
                .filter(|tpm| *tpm > 0)
                .map_or_else(String::new, |tpm| format!(" + {} thinking output", grouped(tpm)));
            format!("{} input + {} output{thinking} TPM", grouped(quota.input_tpm), grouped(quota.output_tpm))
        }
        // An action says how many, the deployment says of what.
        DeploymentKind::Units(units) => format!("{} × {}", units.spec, replicas_words(replicas)),
        DeploymentKind::Tokens(_) => replicas_words(replicas),
        DeploymentKind::Public | DeploymentKind::Service(_) => "–".to_owned(),
    }
}

/// The billing method as the console writes it (D4).
pub fn method_words(kind: &DeploymentKind) -> &'static str {
    match MethodKind::of(kind) {
        Some(MethodKind::PtuPayAsYouGo) => "PTU, pay-as-you-go",
        Some(MethodKind::PtuPrepaid) => "PTU, subscription by the day",
        Some(MethodKind::UnitsPayAsYouGo) => "model units, pay-as-you-go",
        Some(MethodKind::UnitsPrepaid) => "model units, prepaid by the month",
        Some(MethodKind::Tokens) => "by tokens",
        None => match kind {
            DeploymentKind::Service(_) => "own machines",
            DeploymentKind::Public
            | DeploymentKind::Ptu(_)
            | DeploymentKind::Units(_)
            | DeploymentKind::Tokens(_) => "public model, pay-as-you-go",
        },
    }
}

/// What the console offers, as it writes it (D5).
pub fn console_action(action: ConsoleAction) -> &'static str {
    match action {
        ConsoleAction::Update => "update",
        ConsoleAction::Monitor => "monitor",
        ConsoleAction::Scale => "scale",
        ConsoleAction::Renew => "renew",
        ConsoleAction::TakeOffline => "take offline",
        ConsoleAction::Delete => "delete",
        ConsoleAction::Unsubscribe => "unsubscribe",
        ConsoleAction::Experience => "experience",
        ConsoleAction::CapacityPack => "capacity pack",
    }
}
