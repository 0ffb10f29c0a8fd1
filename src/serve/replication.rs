//! `POST /api/replication`: one world told, as a page shows it and as the bill that `run --format json` prints.

use super::answer::{JsonBody, worked_out};
use super::ask::Ask;
use super::interest::Wanted;
use super::problem::Problem;
use super::router::Shared;
use super::turns::{Lane, NoTurn};
use crate::report::{Bill, Told, page};
use crate::scenario::Scenario;
use crate::sim::{Recorder, Watched, simulate};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use maud::html;
use serde_json::{Value, json};

/// More lines and events than a page can show.
const MOST_RECORDS: usize = 20_000;

pub(super) async fn replication(
    State(shared): State<Shared>,
    JsonBody(ask): JsonBody<Ask>,
) -> Result<Json<Value>, Problem> {
    let answer = move |shared: &Shared, wanted: &_| told(&ask, shared, wanted);
    worked_out(&shared, answer).await.map(Json)
}

fn told(ask: &Ask, shared: &Shared, wanted: &Wanted) -> Result<Value, Problem> {
    let (loaded, scenario) = ask.load_or_refuse(shared, wanted)?;
    let strategy = match ask.strategy {
        None => scenario.telling_strategy(),
        Some(index) => scenario.strategies.get(index).ok_or_else(|| no_strategy(&scenario, index))?,
    };
    let turn = shared.turns.take(Lane::Unknown, wanted)?;
    let world = scenario.world.draw(ask.seed, ask.replication);
    let is_unwanted = || !wanted.get() || shared.turns.is_closing();
    let mut watched = Watched::new(Recorder::default(), is_unwanted);
    let outcome = simulate(&scenario, strategy, &world, &mut watched);
    drop(turn);
    if watched.is_given_up() {
        return Err(NoTurn::Unwanted.into());
    }
    let recorder = watched.into_trace();
    let records = recorder.events.len() + recorder.usages.len() + recorder.deployment_events.len();
    if records > MOST_RECORDS {
        let message = format!("{records} events and intervals of use: too many to be shown in a page");
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "too_much_to_tell", message)
            .help("`deploysim run --explain` tells them on the command line"));
    }
    let (seed, replication) = (ask.seed, ask.replication);
    let told =
        Told { scenario: &scenario, strategy, seed, replication, outcome: &outcome, recorder: &recorder };
    let html = html! { (page::replication(&told, &world)) (page::basis(&loaded.text, Some(&told))) };
    Ok(json!({ "strategy": strategy.name, "bill": Bill::new(&told), "html": html.into_string() }))
}

fn no_strategy(scenario: &Scenario, index: usize) -> Problem {
    let count = scenario.strategies.len();
    Problem::bad_request(format!("there is no strategy {index}: this scenario has {count}, counted from 0"))
}
