//! One replication as a film: what stood where at each instant, what happened, and the bill as it grew.
//!
//! A [`Film`] is put together once from what was recorded; [`frame`] draws it at an instant for a terminal, [`in_text`] tells
//! it from beginning to end, an instant at a time. Neither knows a clock or a terminal.

mod frame;
mod lanes;
mod ledger;
mod listener;
mod services;
#[cfg(test)]
mod tests;
mod text;

pub use frame::{Size, frame};
pub use listener::Listener;
pub use text::in_text;

use super::bill::{Happening, Scene, Told, scenes, status_after};
use super::calls::fate_sentence;
use super::words::{self, charges, grouped};
use crate::scenario::Scenario;
use crate::units::{Money, SimSpan, SimTime};
use crate::world::World;
use lanes::Lane;
use ledger::Ledger;

/// A replication that can be shown at any instant.
#[derive(Clone, Debug)]
pub struct Film {
    /// Scenario, strategy, replication and seed.
    title: String,
    /// ISO 4217 code.
    currency: String,
    /// Where it ends.
    horizon: SimSpan,
    /// Knows civil times.
    calendar: crate::units::Calendar,
    /// What is drawn along time, from the top.
    lanes: Vec<Lane>,
    /// What happened, in order.
    events: Vec<FilmEvent>,
    /// The bill.
    ledger: Ledger,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
struct FilmEvent {
    /// When.
    at: SimTime,
    /// To what.
    who: String,
    /// In words.
    text: String,
}

impl Film {
    /// Puts a film together. `listener` has recorded the run that `told` tells, in `world`.
    pub fn new(told: &Told<'_>, world: &World, listener: &Listener) -> Self {
        let scenario = told.scenario;
        Self {
            title: format!(
                "{}: \"{}\", replication {} of seed {}, {} from {}",
                scenario.name,
                told.strategy.name,
                told.replication,
                told.seed,
                scenario.horizon,
                words::clock(scenario, SimTime::ZERO)
            ),
            currency: scenario.currency.clone(),
            horizon: scenario.horizon,
            calendar: scenario.calendar.clone(),
            lanes: lanes::all(told, world),
            events: events(told),
            ledger: Ledger::of(told, listener),
        }
    }

    /// How much simulated time it covers.
    pub const fn horizon(&self) -> SimSpan {
        self.horizon
    }

    /// The bill at the end.
    pub fn total(&self) -> Money {
        self.ledger.total()
    }

    /// Date and time for reading.
    fn clock(&self, at: SimTime) -> String {
        let full = self.calendar.format(at);
        full[..full.len().saturating_sub(6)].replace('T', " ")
    }
}

fn events(told: &Told<'_>) -> Vec<FilmEvent> {
    let mut all: Vec<FilmEvent> = scenes(told).iter().map(|scene| event(told, scene)).collect();
    all.sort_by_key(|event| event.at);
    all
}

fn event(told: &Told<'_>, scene: &Scene<'_>) -> FilmEvent {
    let scenario = told.scenario;
    let (at, who, text) = match scene {
        Scene::Happened(Happening::Service(record)) => {
            let name = &scenario.services[record.service.0].name;
            let who = record.replica.map_or_else(|| name.clone(), |index| replica(scenario, name, index));
            (record.at, who, words::event_sentence(scenario, &record.kind))
        }
        Scene::Happened(Happening::Deployment(index, record)) => {
            let deployment = &told.strategy.deployments[record.deployment.0];
            let (from, to) = (record.from.name(), status_after(told, *index).name());
            let change = if from == to { String::new() } else { format!("{from} → {to}: ") };
            let sentence = words::deployments::event_sentence(scenario, deployment, record);
            (record.at, deployment.name.clone(), change + &sentence)
        }
        Scene::Happened(Happening::Resource(record)) => {
            let name = scenario.resources[record.resource.0].name.clone();
            (record.at, name, words::resources::event_sentence(scenario, record))
        }
        Scene::Happened(Happening::Call(call)) => {
            let text = format!(
                "{} in, {} out → {}",
                grouped(call.call.input_tokens.into()),
                grouped(call.call.output_tokens.into()),
                fate_sentence(scenario, told.strategy, call)
            );
            (call.call.at, charges::caller(scenario, call), text)
        }
        Scene::Turned(turn, _) => {
            let text = words::accounts::turn_sentence(scenario, turn);
            let text = format!("{text}; available {}", turn.available());
            (turn.at(), scenario.accounts[turn.account()].name.clone(), text)
        }
    };
    FilmEvent { at, who, text }
}

/// A replica's name: that of its service where there is only one.
fn replica(scenario: &Scenario, service: &str, index: u32) -> String {
    let is_only = index == 0 && scenario.services.iter().any(|one| one.name == service && one.replicas == 1);
    if is_only { service.to_owned() } else { format!("{service}/{index}") }
}
