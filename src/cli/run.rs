//! `deploysim run`: one world, told as events and an itemised bill.

use super::args::{Format, RunArgs};
use super::fail::Failure;
use super::input;
use crate::report::{Bill, Told, story};
use crate::scenario::Scenario;
use crate::scenario::model::Strategy;
use crate::sim::{self, Recorder};

pub(super) fn run(args: &RunArgs) -> Result<(), Failure> {
    let scenario = input::load_or_fail(args.scenario.as_deref(), &args.input, args.format == Format::Json)?;
    let strategy = find_strategy(&scenario, args.strategy.as_deref())?;
    let world = scenario.world.draw(args.seed, args.replication);
    let mut recorder = Recorder::default();
    let outcome = sim::simulate(&scenario, strategy, &world, &mut recorder);
    let (seed, replication) = (args.seed, args.replication);
    let told =
        Told { scenario: &scenario, strategy, seed, replication, outcome: &outcome, recorder: &recorder };
    match args.format {
        Format::Text => super::print(&story::render(&told, args.explain)),
        Format::Json => super::print(&super::compare::to_json(&Bill::new(&told))),
    }
}

/// The strategy of this name; without a name the one that is most worth telling.
fn find_strategy<'a>(scenario: &'a Scenario, name: Option<&str>) -> Result<&'a Strategy, Failure> {
    let Some(name) = name else {
        return Ok(scenario.telling_strategy());
    };
    scenario.strategies.iter().find(|strategy| strategy.name == name).ok_or_else(|| {
        let names: Vec<String> =
            scenario.strategies.iter().map(|strategy| format!("\"{}\"", strategy.name)).collect();
        Failure::Usage(format!(
            "there is no strategy \"{name}\" in this scenario; it has {}",
            names.join(", ")
        ))
    })
}
