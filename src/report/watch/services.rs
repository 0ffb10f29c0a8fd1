//! Services on rented machines along time: how far each is, and what it holds.

use super::lanes::{Look, Span, push};
use crate::report::services::ServiceStanding;
use crate::report::words;
use crate::scenario::Scenario;
use crate::scenario::model::{MarketId, ServiceId};
use crate::sim::service::event::LifeEvent;
use crate::sim::{EventKind, EventRecord, Status, Tariff};
use crate::units::SimTime;
use std::collections::BTreeMap;

/// What a replica has: a market, and whether it is spot.
type Held = (MarketId, bool);

/// The stretches of a service.
pub(super) fn spans(scenario: &Scenario, events: &[EventRecord], id: ServiceId) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut standing = ServiceStanding::new(&scenario.services[id.0]);
    let mut machines = Machines::default();
    for event in events.iter().filter(|event| event.service == id) {
        standing.meet(event);
        machines.meet(event, &standing);
        push(&mut spans, span(scenario, event.at, &standing, &machines));
    }
    spans
}

/// What each replica holds, and what it has acquired and will hold once that runs.
#[derive(Clone, Debug, Default)]
struct Machines {
    held: BTreeMap<u32, Held>,
    acquired: BTreeMap<u32, Held>,
}

impl Machines {
    fn meet(&mut self, event: &EventRecord, standing: &ServiceStanding) {
        let Some(index) = event.replica else {
            self.held.retain(|index, _| standing.has(*index));
            return;
        };
        match &event.kind {
            EventKind::Allocated { market, tariff, .. } => {
                let acquired = (*market, *tariff != Tariff::Standard);
                self.acquired.insert(index, acquired);
                // A replica that moves still runs on what it had.
                if event.to == Status::Deploying {
                    self.held.insert(index, acquired);
                }
            }
            EventKind::Running { .. }
            | EventKind::MovedBack { .. }
            | EventKind::Life(LifeEvent::Replaced { .. }) => {
                self.held.extend(self.acquired.get(&index).map(|acquired| (index, *acquired)));
            }
            _ => {}
        }
        if !matches!(event.to, Status::Deploying | Status::Running | Status::Restarting) {
            self.held.remove(&index);
        }
    }

    /// Markets that are held, each once, in the scenario's order.
    fn markets(&self) -> Vec<Held> {
        let mut all: Vec<Held> = self.held.values().copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

fn span(scenario: &Scenario, at: SimTime, standing: &ServiceStanding, machines: &Machines) -> Span {
    let status = standing.status();
    let markets = machines.markets();
    let name = |market: MarketId| scenario.markets[market.0].name.as_str();
    let mut names: Vec<&str> = markets.iter().map(|(market, _)| name(*market)).collect();
    names.dedup();
    let look = match status {
        Status::Running => Look::Serving(markets.first().map_or(0, |(market, _)| market.0)),
        Status::Deploying | Status::Restarting => Look::Starting,
        Status::Waiting => Look::Waiting,
        Status::Absent | Status::Stopped | Status::Deleting | Status::Deleted => Look::Off,
        Status::DeploymentFailed | Status::Failed => Look::Trouble,
    };
    let ways = |spot: bool| markets.iter().any(|(_, is_spot)| *is_spot == spot);
    let way = match (ways(true), ways(false)) {
        (true, true) => ", spot and standard",
        (true, false) => ", spot",
        (false, true) => ", standard",
        (false, false) => "",
    };
    let on = if names.is_empty() { String::new() } else { format!(" on {}{way}", names.join(" + ")) };
    let of = match standing.wanted() {
        0 | 1 => String::new(),
        wanted => format!(", {} of {}", standing.running(), words::count(wanted as usize, "replica")),
    };
    Span { from: at, look, label: names.join("+"), detail: format!("{}{on}{of}", status.name()) }
}
