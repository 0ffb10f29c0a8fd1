//! What is drawn along time: how far everything is, prices against bids, balances.

use super::services;
use crate::report::bill::{Told, status_after};
use crate::report::words::deployments as names;
use crate::scenario::model::{MarketId, Plan, ServiceId};
use crate::scenario::resource::ResourceId;
use crate::sim::deployment::status::DeploymentStatus;
use crate::sim::resources::table::ResourcePhase;
use crate::units::{Money, SimTime, UnitPrice};
use crate::world::{PriceId, World};

/// A line of the picture.
#[derive(Clone, Debug)]
pub(super) struct Lane {
    /// What it is about.
    pub(super) name: String,
    /// What it shows.
    pub(super) course: Course,
}

/// What a lane shows along time.
#[derive(Clone, Debug)]
pub(super) enum Course {
    /// How far something is, in order of time.
    Status(Vec<Span>),
    /// A price from then on, and the highest that is paid.
    Price(Vec<(SimTime, UnitPrice)>, Option<UnitPrice>),
    /// What is available from then on.
    Balance(Vec<(SimTime, Money)>),
}

/// From an instant on, until the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: SimTime,
    pub(super) look: Look,
    /// A word that may be written on it; may be empty.
    pub(super) label: String,
    /// What is said of it beside the lane.
    pub(super) detail: String,
}

/// How far something is, at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Look {
    /// Not there, or wanted by nobody.
    Off,
    /// Wanted, and nothing can be had.
    Waiting,
    /// On its way to serving, or away from it.
    Starting,
    /// Serving; on the market of this index.
    Serving(usize),
    /// It failed, or arrears have stopped it.
    Trouble,
}

/// Every lane: services each with the markets they bid on, deployments, resources, accounts.
pub(super) fn all(told: &Told<'_>, world: &World) -> Vec<Lane> {
    let (scenario, strategy) = (told.scenario, told.strategy);
    let mut lanes = Vec::new();
    let mut shown: Vec<(PriceId, Option<UnitPrice>)> = Vec::new();
    for (index, service) in scenario.services.iter().enumerate() {
        let plan = service.plan.as_ref().unwrap_or(&strategy.plan);
        if plan.entries.is_empty() {
            continue;
        }
        let spans = services::spans(scenario, &told.recorder.events, ServiceId(index));
        lanes.push(Lane { name: service.name.clone(), course: Course::Status(spans) });
        for (market, series, bid) in bids(told, plan) {
            if shown.contains(&(series, bid)) {
                continue;
            }
            shown.push((series, bid));
            let name = format!("  {} spot", scenario.markets[market.0].name);
            lanes.push(Lane { name, course: Course::Price(prices(told, world, series), bid) });
        }
    }
    for (index, deployment) in strategy.deployments.iter().enumerate() {
        let spans = deployment_spans(told, index);
        if !spans.is_empty() {
            lanes.push(Lane { name: deployment.name.clone(), course: Course::Status(spans) });
        }
    }
    lanes.extend(strategy.resources.iter().map(|id| Lane {
        name: scenario.resources[id.0].name.clone(),
        course: Course::Status(resource_spans(told, *id)),
    }));
    for (index, account) in scenario.accounts.iter().enumerate() {
        let entries = told.recorder.journal.entries.iter().filter(|entry| entry.account.0 == index);
        let points = entries.map(|entry| (entry.at, entry.available)).collect();
        lanes.push(Lane { name: account.name.clone(), course: Course::Balance(points) });
    }
    lanes
}

/// The spot series that a plan bids on, each with its bid.
fn bids<'a>(
    told: &'a Told<'_>,
    plan: &'a Plan,
) -> impl Iterator<Item = (MarketId, PriceId, Option<UnitPrice>)> + 'a {
    plan.entries.iter().filter_map(|entry| {
        let bid = entry.bid?;
        let series = told.scenario.markets[entry.market.0].spot(plan)?;
        Some((entry.market, series, bid.limit()))
    })
}

fn prices(told: &Told<'_>, world: &World, series: PriceId) -> Vec<(SimTime, UnitPrice)> {
    let end = SimTime::ZERO + told.scenario.horizon;
    let pieces = world.price(series).segments(SimTime::ZERO, end);
    pieces.map(|piece| (piece.from, UnitPrice::from_nano(piece.value))).collect()
}

fn deployment_spans(told: &Told<'_>, index: usize) -> Vec<Span> {
    let kind = &told.strategy.deployments[index].kind;
    let events = told.recorder.deployment_events.iter().enumerate();
    let own = events.filter(|(_, (_, record))| record.deployment.0 == index);
    let mut spans: Vec<Span> = Vec::new();
    for (event, (_, record)) in own {
        let status = status_after(told, event);
        let size = names::size_words(kind, record.view.quota, record.view.replicas);
        let size = if status.is_serving() { format!(", {size}") } else { String::new() };
        let detail = format!("{}{size}", status.name());
        push(&mut spans, Span { from: record.at, look: look_of(status), label: String::new(), detail });
    }
    spans
}

fn look_of(status: DeploymentStatus) -> Look {
    match status {
        DeploymentStatus::Running
        | DeploymentStatus::RunningResizing
        | DeploymentStatus::RunningResizingFailed => Look::Serving(0),
        DeploymentStatus::Deploying | DeploymentStatus::TakingOffline | DeploymentStatus::Deleting => {
            Look::Starting
        }
        DeploymentStatus::Pending | DeploymentStatus::Restoring => Look::Waiting,
        DeploymentStatus::Absent | DeploymentStatus::Stopped | DeploymentStatus::Gone => Look::Off,
        DeploymentStatus::DeploymentFailed
        | DeploymentStatus::ServiceSuspended
        | DeploymentStatus::Suspended => Look::Trouble,
    }
}

fn resource_spans(told: &Told<'_>, id: ResourceId) -> Vec<Span> {
    let tag = told.scenario.resources[id.0].kind.tag();
    let events = told.recorder.resource_events.iter().map(|(_, _, record)| record);
    let mut spans: Vec<Span> = Vec::new();
    for record in events.filter(|record| record.resource == id) {
        let look = match record.to {
            ResourcePhase::Active => Look::Serving(0),
            ResourcePhase::Absent
            | ResourcePhase::Stopped
            | ResourcePhase::Finished
            | ResourcePhase::Deleted => Look::Off,
            ResourcePhase::Suspended => Look::Trouble,
        };
        let detail = record.to.name(tag).to_owned();
        push(&mut spans, Span { from: record.at, look, label: String::new(), detail });
    }
    spans
}

/// Adds a stretch; of several that begin together the last one counts, and one like that before it is none.
pub(super) fn push(spans: &mut Vec<Span>, span: Span) {
    if spans.last().is_some_and(|last| last.from == span.from) {
        spans.pop();
    }
    let is_alike =
        |last: &Span| (last.look, &last.label, &last.detail) == (span.look, &span.label, &span.detail);
    if !spans.last().is_some_and(is_alike) {
        spans.push(span);
    }
}
