//! What happened to services and deployments, in the order in which it was recorded.

use super::Told;
use crate::report::words;
use crate::scenario::Scenario;
use crate::serving::CallRecord;
use crate::sim::deployment::record::{DeploymentEventKind, DeploymentEventRecord};
use crate::sim::deployment::status::DeploymentStatus;
use crate::sim::resources::record::{ResourceEventKind, ResourceEventRecord};
use crate::sim::{EventRecord, Recorder};
use crate::units::SimTime;
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
    /// To a resource.
    Resource(&'run ResourceEventRecord),
    /// A call that is told.
    Call(&'run CallRecord),
}

/// Everything in the order in which it was recorded.
pub(in crate::report) fn in_recorded_order(recorder: &Recorder) -> Vec<Happening<'_>> {
    let mut all = Vec::new();
    let (mut services, mut deployments) = (0, 0);
    let mut told: Vec<((usize, usize), Happening<'_>)> = recorder
        .calls
        .iter()
        .map(|(services, deployments, call)| ((*services, *deployments), Happening::Call(call)))
        .collect();
    // Calls and resources are apart: of those with as much before them, the earlier first.
    let of_resources = recorder.resource_events.iter();
    told.extend(
        of_resources
            .map(|(services, deployments, record)| ((*services, *deployments), Happening::Resource(record))),
    );
    if !recorder.resource_events.is_empty() {
        told.sort_by_key(|(before, happening)| (*before, at(happening)));
    }
    for (before, happening) in told {
        emit(recorder, &mut all, (&mut services, &mut deployments), before);
        all.push(happening);
    }
    let everything = (recorder.events.len(), recorder.deployment_events.len());
    emit(recorder, &mut all, (&mut services, &mut deployments), everything);
    all
}

/// When it happened.
pub(in crate::report) fn at(happening: &Happening<'_>) -> SimTime {
    match happening {
        Happening::Service(record) => record.at,
        Happening::Deployment(_, record) => record.at,
        Happening::Resource(record) => record.at,
        Happening::Call(call) => call.call.at,
    }
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
        Happening::Resource(record) => Some(resource_event(told, record)),
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

fn resource_event(told: &Told<'_>, record: &ResourceEventRecord) -> StoryEvent {
    let resource = &told.scenario.resources[record.resource.0];
    let tag = resource.kind.tag();
    StoryEvent {
        at: told.scenario.calendar.format(record.at),
        deployment: resource.name.clone(),
        replica: None,
        event: words::resources::event_name(tag, &record.kind),
        market: None,
        from: record.from.name(tag),
        to: record.to.name(tag),
        detail: words::resources::event_sentence(told.scenario, record),
        rules: words::resources::event_rules(tag, &record.kind),
        amount: match &record.kind {
            ResourceEventKind::Paid { amount, .. } => Some(amount.to_string()),
            ResourceEventKind::Acted(_)
            | ResourceEventKind::Refused(..)
            | ResourceEventKind::NotPaid(_)
            | ResourceEventKind::Expired
            | ResourceEventKind::PoolGone
            | ResourceEventKind::Finished
            | ResourceEventKind::Sent { .. }
            | ResourceEventKind::NotSent { .. }
            | ResourceEventKind::Suspended
            | ResourceEventKind::Restored
            | ResourceEventKind::Cleared => None,
        },
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
