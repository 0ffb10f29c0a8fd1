//! Lives that meet nothing but the market: no account, no call, no command, no failure, nobody else at the same unit.
//!
//! Nothing that happens to such a replica reaches another one, so each is followed by itself from one instant at which it
//! can change to the next, without a queue. Most studies of bids and orders are of such lives, and most of their time
//! would go into the queue. It is a second way to the same figures, for runs that nobody listens to: whoever records a run
//! takes the first way ([`super::run`]), and tests hold both against each other on random scenarios and the worked cases.
//!
//! [`conditions`] says which lives these are, [`doors`] when an entry of a plan can be had, [`life`] follows a replica
//! through the order of things at one instant ([`super::event::rank`]), and [`stay`] is a machine it holds.

mod conditions;
mod doors;
mod life;
mod stay;
#[cfg(test)]
mod tests;

use super::outcome::{OnMarket, Outcome};
use super::service::Status;
use crate::scenario::Scenario;
use crate::scenario::model::{Service, Strategy};
use crate::serving::Desk;
use crate::units::SimTime;
use crate::world::{World, name_hash};
pub(super) use conditions::all_live_alone;
use doors::Doors;
use life::{Life, Replica, Sums};

/// Runs a strategy whose replicas all live alone.
pub(super) fn simulate(
    scenario: &Scenario,
    strategy: &Strategy,
    world: &World,
    is_given_up: &mut dyn FnMut() -> bool,
) -> Outcome {
    let horizon = SimTime::ZERO + scenario.horizon;
    let mut outcome =
        Outcome { on_market: vec![OnMarket::default(); scenario.markets.len()], ..Outcome::default() };
    for service in &scenario.services {
        live(scenario, (service, strategy), world, &mut outcome, is_given_up);
    }
    outcome.serving = Desk::new(&strategy.serving).finish(horizon);
    outcome.web_search = outcome.serving.searches;
    outcome
}

/// The lives of all replicas of a service.
fn live(
    scenario: &Scenario,
    (service, strategy): (&Service, &Strategy),
    world: &World,
    outcome: &mut Outcome,
    is_given_up: &mut dyn FnMut() -> bool,
) {
    let plan = service.plan.as_ref().unwrap_or(&strategy.plan);
    let horizon = SimTime::ZERO + scenario.horizon;
    outcome.replicas.push(service.replicas);
    let created = service.create_at.filter(|at| *at < horizon && !plan.entries.is_empty());
    let mut status = if created.is_some() { Status::Waiting } else { Status::Absent };
    let mut first_running = None;
    if let Some(at) = created {
        let has_luck = service.start_up.is_random();
        // Replicas that look at the same entries and have no luck of their own live the same life.
        let mut known: [Option<(Sums, Status)>; 2] = [None, None];
        for index in 0..service.replicas {
            let known = &mut known[usize::from(plan.base.is_some_and(|base| base.holds(index)))];
            if has_luck || known.is_none() {
                let luck_entity =
                    if has_luck { name_hash(&format!("{}/replica {index}", service.name)) } else { 0 };
                let replica = Replica { scenario, service, plan, world, index, luck_entity };
                *known = Some(Life::new(replica, Doors::of(&replica), at).follow(is_given_up));
            }
            let (sums, at_horizon) = known.as_ref().expect("it has been lived");
            sums.add_to(outcome);
            status = Status::furthest([status, *at_horizon].into_iter());
            first_running = first_running.into_iter().chain(sums.first_running).min();
        }
    }
    outcome.statuses.push(status);
    if !plan.entries.is_empty() {
        let replicas = i64::from(service.replicas);
        outcome.wanted_ms += scenario.horizon.as_ms() * replicas;
        outcome.asked_ms += created.map_or(0, |at| horizon.since(at).as_ms() * replicas);
        outcome.note_first_running(created.unwrap_or(SimTime::ZERO), first_running, horizon);
    }
}
