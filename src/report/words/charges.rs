//! The names, units and rules of what deployments and calls are charged.

use crate::scenario::Scenario;
use crate::scenario::deployment::{Deployment, DeploymentKind};
use crate::serving::{CallRecord, Fate, Refusal, TargetKind, TargetModel};
use crate::sim::TokenLineKey;
use crate::sim::deployment::record::{DeploymentItem, DeploymentUsageEnd};
use crate::units::UnitPrice;

/// The header that an overflowed call's response carries (P12).
pub const OVERFLOW_HEADER: &str = "x-dashscope-ptu-overflow: true";

/// The name of what is billed by time.
pub fn time_item(item: DeploymentItem) -> &'static str {
    match item {
        DeploymentItem::PtuInput => "PTU input",
        DeploymentItem::PtuOutput => "PTU output",
        DeploymentItem::PtuThinkingOutput => "PTU thinking output",
        DeploymentItem::PtuUnits => "PTU units",
        DeploymentItem::ModelUnits => "model units",
    }
}

/// The unit of its quantity.
pub fn time_unit(item: DeploymentItem) -> &'static str {
    match item {
        DeploymentItem::PtuInput | DeploymentItem::PtuOutput | DeploymentItem::PtuThinkingOutput => "TPM",
        DeploymentItem::PtuUnits => "unit",
        DeploymentItem::ModelUnits => "replica",
    }
}

/// How many of the unit a listed price is for, and how lists write that.
pub fn listed_per(item: DeploymentItem) -> (u32, &'static str) {
    match item {
        DeploymentItem::PtuInput => (10_000, "10K TPM"),
        DeploymentItem::PtuOutput | DeploymentItem::PtuThinkingOutput => (1_000, "1K TPM"),
        DeploymentItem::PtuUnits => (1, "unit"),
        DeploymentItem::ModelUnits => (1, "replica"),
    }
}

/// A price of one as lists write it.
pub fn listed_price(item: DeploymentItem, each: UnitPrice) -> UnitPrice {
    UnitPrice::from_nano(each.as_nano() * i64::from(listed_per(item).0))
}

/// Price of one of an item per hour.
pub fn hourly_price(deployment: &Deployment, item: DeploymentItem) -> UnitPrice {
    match &deployment.kind {
        DeploymentKind::Ptu(ptu) => match item {
            DeploymentItem::PtuInput | DeploymentItem::PtuUnits => ptu.hourly.input,
            DeploymentItem::PtuOutput => ptu.hourly.output,
            DeploymentItem::PtuThinkingOutput => ptu.hourly.thinking_output.unwrap_or_default(),
            DeploymentItem::ModelUnits => UnitPrice::ZERO,
        },
        DeploymentKind::Units(units) => units.hourly,
        DeploymentKind::Tokens(_) | DeploymentKind::Public | DeploymentKind::Service(_) => UnitPrice::ZERO,
    }
}

/// The rules behind a charge by time.
pub fn time_rules(item: DeploymentItem) -> Vec<&'static str> {
    match item {
        DeploymentItem::PtuInput | DeploymentItem::PtuOutput => {
            vec!["P2", "P3", "P4", "A-01", "A-03", "A-20"]
        }
        DeploymentItem::PtuThinkingOutput => vec!["P2", "P3", "P16", "A-02", "A-03", "A-20"],
        DeploymentItem::PtuUnits => vec!["P2", "P3", "A-03", "A-20"],
        DeploymentItem::ModelUnits => vec!["U1", "U3", "A-18", "A-03", "A-20"],
    }
}

/// What ended a charge by time, with its rule.
pub fn time_end(end: DeploymentUsageEnd) -> (&'static str, &'static str) {
    match end {
        DeploymentUsageEnd::Deleted => ("deletion is complete", "D6"),
        DeploymentUsageEnd::Released => ("it was released or suspended", "P9"),
        DeploymentUsageEnd::Horizon => ("the run ends here; it would bill on", "A-07"),
    }
}

/// What is charged, as bills write it (B28, B30): the tier of the context before the kind of token.
pub fn billing_type(tier: &str, kind: &str) -> String {
    if tier.is_empty() { kind.to_owned() } else { format!("context_{tier}_{kind}") }
}

/// The rules behind a line of tokens.
pub fn token_rules(key: &TokenLineKey) -> &'static [&'static str] {
    if key.is_overflow { &["P10", "P11", "T1", "A-04", "A-38"] } else { &["T1", "B28", "B30", "A-38"] }
}

/// The name of a call's fate, one word.
pub fn fate_name(fate: Fate) -> &'static str {
    match fate {
        Fate::Served => "served",
        Fate::Queued => "queued",
        Fate::Overflowed => "overflowed",
        Fate::Split => "split",
        Fate::Refused(refusal) => match refusal {
            Refusal::TooManyRequests => "refused_too_many_requests",
            Refusal::QueueTooLong => "refused_queue_too_long",
            Refusal::InputTooLong => "refused_input_too_long",
            Refusal::NoSuchDeployment => "refused_no_such_deployment",
            Refusal::NotRunning => "refused_not_running",
            Refusal::Suspended => "refused_suspended",
            Refusal::ThinkingMismatch => "refused_thinking_mismatch",
            Refusal::Arrears => "refused_arrears",
            Refusal::FreeQuotaUsedUp => "refused_free_quota_used_up",
            Refusal::KeyInactive => "refused_key_inactive",
            Refusal::PlanUsedUp => "refused_plan_used_up",
            Refusal::NotSubscribed => "refused_not_subscribed",
        },
    }
}

/// Why a call was refused.
pub fn refusal_words(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::TooManyRequests => "refused 429: beyond a limit or the quota",
        Refusal::QueueTooLong => "refused 429: the queue is too long",
        Refusal::InputTooLong => "refused: its input is longer than the model takes",
        Refusal::NoSuchDeployment => "refused: no deployment has this model code",
        Refusal::NotRunning => "refused: the deployment is not running",
        Refusal::Suspended => "refused: the deployment is suspended",
        Refusal::ThinkingMismatch => "refused: thinking does not match the training data",
        Refusal::Arrears => "refused: the account is overdue and nothing covers the call",
        Refusal::FreeQuotaUsedUp => {
            "refused 403: the free quota is used up, and the call is to use nothing else"
        }
        Refusal::KeyInactive => "refused: its API key is not active",
        Refusal::PlanUsedUp => "refused: its plan has expired or is used up",
        Refusal::NotSubscribed => "refused: the model was cleared and is not subscribed to again",
    }
}

/// Whether a call is too long for a quota, whatever is left of it (P10, P15).
pub fn is_over_long(target: &TargetModel, input_tokens: u32) -> Option<u32> {
    match &target.kind {
        TargetKind::Quota(quota) => quota.max_input_tokens.filter(|most| input_tokens > *most),
        TargetKind::Public(_) | TargetKind::Tokens(_) | TargetKind::Slots(_) => None,
    }
}

/// The rules behind a call's fate.
pub fn fate_rules(fate: Fate, target: Option<&TargetModel>, input_tokens: u32) -> &'static [&'static str] {
    match fate {
        Fate::Served => match target.map(|target| &target.kind) {
            Some(TargetKind::Quota(_)) => &["P1", "A-05"],
            Some(TargetKind::Public(_) | TargetKind::Tokens(_)) => &["T1", "A-38"],
            Some(TargetKind::Slots(_)) | None => &["U9"],
        },
        Fate::Queued => &["U9"],
        Fate::Overflowed if target.is_some_and(|target| is_over_long(target, input_tokens).is_some()) => {
            &["P10", "P11", "P12", "P15"]
        }
        Fate::Overflowed | Fate::Split => &["P10", "P11", "P12", "A-04", "A-05"],
        Fate::Refused(refusal) => match refusal {
            Refusal::TooManyRequests => &["D11", "A-37", "A-48"],
            Refusal::QueueTooLong => &["U9", "A-37"],
            Refusal::InputTooLong => &["P15", "A-37"],
            Refusal::NoSuchDeployment => &["D14", "A-37"],
            Refusal::NotRunning => &["D6", "A-37"],
            Refusal::Suspended => &["P7", "P9", "A-37"],
            Refusal::ThinkingMismatch => &["A-49", "A-37"],
            Refusal::Arrears => &["B16", "B20", "A-25", "A-37"],
            Refusal::FreeQuotaUsedUp => &["B17", "A-24", "A-37"],
            Refusal::KeyInactive => &["B22", "A-37"],
            Refusal::PlanUsedUp => &["B19", "A-37"],
            Refusal::NotSubscribed => &["M7", "M8", "A-37"],
        },
    }
}

/// Tenant and API key.
pub fn caller(scenario: &Scenario, call: &CallRecord) -> String {
    let caller = &scenario.callers[usize::from(call.call.tenant)];
    match caller.api_key.as_str() {
        "" => caller.name.clone(),
        key => format!("{}/{key}", caller.name),
    }
}
