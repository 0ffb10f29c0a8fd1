//! Resources beside services and deployments: what the tenant does with them, what of them bills when, and the messages
//! they send (H1–H10, M1–M4, E26, A-39, A-40).
//!
//! [`table`] says what each action does to each kind in each phase and what bills in which phase; everything else follows
//! it: a change of phase ends the meters of what does not bill any more and begins those of what does.

mod life;
mod messages;
mod meter;
pub mod record;
pub mod table;

pub(crate) use meter::Meter;

use super::event::{Event, rank};
use super::run::Simulation;
use super::service::Status;
use super::trace::Trace;
use crate::scenario::Scenario;
use crate::scenario::model::{ServiceId, Strategy};
use crate::scenario::resource::{Part, Resource, ResourceId, ResourceKind, ResourceTag};
use crate::units::SimTime;
use record::{ResourceEventKind, ResourceEventRecord};
use table::ResourcePhase;

/// One resource of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct ResourceState<'run> {
    pub(crate) phase: ResourcePhase,
    /// The phase before arrears suspended it.
    before: ResourcePhase,
    /// What bills by time, in some phase.
    pub(crate) parts: Vec<Part<'run>>,
    /// A meter per part while it bills.
    pub(crate) meters: Vec<Option<Meter>>,
    /// Number of its present life: timers of an earlier one are stale.
    life: u32,
    /// Of a pool: when it was bought, terms paid for since, and when the last ends.
    terms: Option<Terms>,
}

/// Terms of a pool.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    bought_at: SimTime,
    paid: u32,
    pub(crate) ends_at: SimTime,
}

/// Something that is due for a resource.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Due {
    /// The tenant deletes it.
    Until,
    /// A job ends by itself, in this life.
    Finish(u32),
    /// A term ends, in this life.
    TermEnd(u32),
    /// Events of notifications come.
    Events(usize),
}

/// All resources of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct ResourcesState<'run> {
    pub(crate) states: Vec<ResourceState<'run>>,
    timers: Vec<(ResourceId, Due)>,
    /// Services whose changes of status somebody is told of, with their last one.
    watched: Vec<(ServiceId, Status)>,
}

impl<'run> ResourcesState<'run> {
    pub(crate) fn new(scenario: &'run Scenario, strategy: &'run Strategy) -> Self {
        let state = |resource: &'run Resource| {
            let parts = resource.parts();
            ResourceState { meters: vec![None; parts.len()], parts, ..ResourceState::default() }
        };
        let mut watched: Vec<ServiceId> = Vec::new();
        for id in &strategy.resources {
            if let ResourceKind::Notifications(notifications) = &scenario.resources[id.0].kind {
                watched.extend(&notifications.on_services);
            }
        }
        watched.sort_unstable();
        watched.dedup();
        Self {
            states: scenario.resources.iter().map(state).collect(),
            timers: Vec::new(),
            watched: watched.into_iter().map(|service| (service, Status::Absent)).collect(),
        }
    }
}

impl<T: Trace> Simulation<'_, T> {
    /// Puts what the tenant does with resources, and the events that notifications tell of, on the queue.
    pub(crate) fn schedule_resources(&mut self) {
        let (scenario, strategy) = (self.scenario, self.strategy);
        // A pool is bought before what runs on it is created, wherever it stands in the file.
        let is_pool = |id: &ResourceId| scenario.resources[id.0].kind.tag() == ResourceTag::Pool;
        let pools = strategy.resources.iter().filter(|id| is_pool(id));
        for &id in pools.chain(strategy.resources.iter().filter(|id| !is_pool(id))) {
            if let Some(at) = scenario.resources[id.0].create_at {
                self.schedule(at, rank::COMMAND, 0, Event::CreateResource(id));
            }
        }
        for (index, action) in scenario.resource_actions.iter().enumerate() {
            if strategy.resources.contains(&action.resource) {
                self.schedule(action.at, rank::COMMAND, 1, Event::ActOnResource(index as u32));
            }
        }
        for &id in &strategy.resources {
            let resource = &scenario.resources[id.0];
            if let Some(until) = resource.until {
                self.set_resource_timer(until, rank::COMMAND, id, Due::Until);
            }
            if let ResourceKind::Notifications(notifications) = &resource.kind {
                for (place, (at, _)) in notifications.events.iter().enumerate() {
                    self.set_resource_timer(*at, rank::TIMER, id, Due::Events(place));
                }
            }
        }
    }

    /// Entities of resources within a rank come after those of replicas and before those of accounts.
    fn set_resource_timer(&mut self, at: SimTime, rank: u8, id: ResourceId, due: Due) {
        if at >= self.horizon {
            return;
        }
        let index = self.resources.timers.len() as u32;
        self.resources.timers.push((id, due));
        let entity = if rank == rank::COMMAND { 1 } else { AFTER_REPLICAS + id.0 as u32 };
        self.schedule(at, rank, entity, Event::ResourceTimer(index));
    }

    pub(crate) fn on_resource_timer(&mut self, index: usize) {
        let (id, due) = self.resources.timers[index];
        let state = &self.resources.states[id.0];
        match due {
            Due::Until => self.delete_by_itself(id),
            Due::Finish(life) if life == state.life => self.finish(id),
            Due::TermEnd(life) if life == state.life => self.end_term(id),
            Due::Finish(_) | Due::TermEnd(_) => {}
            Due::Events(place) => {
                if let ResourceKind::Notifications(notifications) = &self.scenario.resources[id.0].kind {
                    self.send_messages(id, notifications.events[place].1, None);
                }
            }
        }
    }

    /// Tells the trace of an event; `from` is the phase before.
    fn tell_resource(&mut self, id: ResourceId, from: ResourcePhase, kind: ResourceEventKind) {
        let (at, to) = (self.now, self.resources.states[id.0].phase);
        self.trace.resource_event(|| ResourceEventRecord { at, resource: id, from, to, kind });
    }
}

/// Entities of replicas are below this (scenario order and index).
const AFTER_REPLICAS: u32 = 1 << 18;
