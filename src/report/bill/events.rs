//! What happened to services and deployments, in the order in which it was recorded.

use super::Told;
use crate::report::words;
use crate::scenario::Scenario;
use crate::serving::CallRecord;
use crate::sim::deployment::record::{DeploymentEventKind, DeploymentEventRecord};
use crate::sim::deployment::status::DeploymentStatus;
use crate::sim::{EventRecord, Recorder};
use serde::Serialize;

/// An event of the story.
#[derive(Clone, Debug, Serialize)]
pub struct StoryEvent {
    /// When.
    pub at: String,
    /// Service or deployment.
    pub deployment: String,
    /// Index of the replica, if it is about one.
    pub replica: Option<u32>,
    /// One word.
    pub event: &'static str,
    /// Market, if it is about one.
    #[serde(rename = "type")]
    pub market: Option<String>,
    /// Status before.
    pub from: &'static str,
    /// Status after.
    pub to: &'static str,
    /// A sentence.
    pub detail: String,
    /// Rules applied, as ids of the rulebook.
    pub rules: &'static [&'static str],
    /// What was paid, or came back (then it is negative).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
}

/// One thing that was recorded.
#[derive(Clone, Copy, Debug)]
pub(in crate::report) enum Happening<'run> {
    /// To a service.
    Service(&'run EventRecord),
    /// To a deployment: the index of the event among those of deployments.
    Deployment(usize, &'run DeploymentEventRecord),
    /// A call that is told.
    Call(&'run CallRecord),
}

/// Everything in the order in which it was recorded.
pub(in crate::report) fn in_recorded_order(recorder: &Recorder) -> Vec<Happening<'_>> {
    let mut all = Vec::new();
    let (mut services, mut deployments) = (0, 0);
    for (services_before, deployments_before, call) in &recorder.calls {
        emit(recorder, &mut all, (&mut services, &mut deployments), (*services_before, *deployments_before));
        all.push(Happening::Call(call));
    }
    let everything = (recorder.events.len(), recorder.deployment_events.len());
    emit(recorder, &mut all, (&mut services, &mut deployments), everything);
    all
}

/// Goes on with events until so many of services and of deployments have been told.
fn emit<'run>(
    recorder: &'run Recorder,
    all: &mut Vec<Happening<'run>>,
    (services, deployments): (&mut usize, &mut usize),
    (services_until, deployments_until): (usize, usize),
) {
    let mut tell_services = |all: &mut Vec<Happening<'run>>, until: usize| {
        all.extend(recorder.events[(*services).min(until)..until].iter().map(Happening::Service));
        *services = until.max(*services);
    };
    for index in *deployments..deployments_until {
        let (services_before, record) = &recorder.deployment_events[index];
        tell_services(all, *services_before);
        all.push(Happening::Deployment(index, record));
    }
    *deployments = deployments_until;
    tell_services(all, services_until);
}

/// Status of a deployment from one of its events to the next. What is asked of it may change it without an event of its
/// own (it is being resized, or taken offline); then the next event says from where it comes.
pub(in crate::report) fn status_after(told: &Told<'_>, index: usize) -> DeploymentStatus {
    let events = &told.recorder.deployment_events;
    let (_, record) = &events[index];
    let later = events[index + 1..].iter().map(|(_, later)| later);
    let next = later.filter(|later| later.deployment == record.deployment).map(|later| later.from).next();
    match next.or_else(|| told.outcome.deployment_statuses.get(record.deployment.0).copied()) {
        // A deployment that is created again forgets its earlier life first.
        Some(DeploymentStatus::Absent) | None => record.view.status,
        Some(status) => status,
    }
}

pub(super) fn story_events(told: &Told<'_>) -> Vec<StoryEvent> {
    let happened = in_recorded_order(told.recorder).into_iter();
    let event = |happening| match happening {
        Happening::Service(record) => Some(story_event(told.scenario, record)),
        Happening::Deployment(index, record) => Some(deployment_event(told, index, record)),
        Happening::Call(_) => None,
    };
    happened.filter_map(event).collect()
}

fn story_event(scenario: &Scenario, record: &EventRecord) -> StoryEvent {
    StoryEvent {
        at: scenario.calendar.format(record.at),
        deployment: scenario.services[record.service.0].name.clone(),
        replica: record.replica,
        event: words::event_name(&record.kind),
        market: words::event_market(&record.kind).map(|market| scenario.markets[market.0].name.clone()),
        from: record.from.name(),
        to: record.to.name(),
        detail: words::event_sentence(scenario, &record.kind),
        rules: words::event_rules(&record.kind),
        amount: None,
    }
}

fn deployment_event(told: &Told<'_>, index: usize, record: &DeploymentEventRecord) -> StoryEvent {
    let deployment = &told.strategy.deployments[record.deployment.0];
    let amount = match &record.kind {
        DeploymentEventKind::Paid { amount, .. } => Some(amount.to_string()),
        DeploymentEventKind::Refunded { amount, .. } => Some((-*amount).to_string()),
        DeploymentEventKind::Submitted
        | DeploymentEventKind::Denied(_)
        | DeploymentEventKind::Deploying
        | DeploymentEventKind::Running
        | DeploymentEventKind::DeploymentFailed
        | DeploymentEventKind::NoCompute
        | DeploymentEventKind::Acted(_)
        | DeploymentEventKind::ActionRefused(..)
        | DeploymentEventKind::Resized
        | DeploymentEventKind::ResizeFailed
        | DeploymentEventKind::Approved { .. }
        | DeploymentEventKind::ScaledByLoad { .. }
        | DeploymentEventKind::ScaledBySchedule { .. }
        | DeploymentEventKind::UpdateStep { .. }
        | DeploymentEventKind::PackStarted { .. }
        | DeploymentEventKind::PackEnded
        | DeploymentEventKind::Expired
        | DeploymentEventKind::ServiceSuspended
        | DeploymentEventKind::Released
        | DeploymentEventKind::Renewed { .. }
        | DeploymentEventKind::IdleReleased
        | DeploymentEventKind::TakingOffline
        | DeploymentEventKind::Offline
        | DeploymentEventKind::Deleting
        | DeploymentEventKind::NotPaid(_)
        | DeploymentEventKind::RenewalFailed(_)
        | DeploymentEventKind::ArrearsReleased
        | DeploymentEventKind::Restoring
        | DeploymentEventKind::ArrearsCleared
        | DeploymentEventKind::Gone => None,
    };
    StoryEvent {
        at: told.scenario.calendar.format(record.at),
        deployment: deployment.name.clone(),
        replica: None,
        event: words::deployments::event_name(&record.kind),
        market: None,
        from: record.from.name(),
        to: status_after(told, index).name(),
        detail: words::deployments::event_sentence(told.scenario, deployment, record),
        rules: words::deployments::event_rules(deployment, record),
        amount,
    }
}
