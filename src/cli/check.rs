//! `deploysim check`: every problem of a scenario in one pass.

use super::args::CheckArgs;
use super::fail::Failure;
use super::input;
use crate::scenario::Scenario;
use crate::scenario::edit::{Place, Template};
use std::fmt::Write as _;

pub(super) fn check(args: &CheckArgs) -> Result<(), Failure> {
    let (scenario, report) = input::load(Some(&args.scenario), &args.input);
    super::note(&report.render(input::use_color()));
    match scenario {
        Some(_) if args.paths => super::print(&paths(args)?),
        Some(scenario) => super::print(&summary(&scenario)),
        None => Err(Failure::Scenario(format!("{} cannot be run", args.scenario.display()))),
    }
}

/// Every number that can be varied, one a line, in the order of the file.
fn paths(args: &CheckArgs) -> Result<String, Failure> {
    let source = input::source(Some(&args.scenario), &args.input);
    let template = source.and_then(Template::new).map_err(|error| Failure::Scenario(error.to_string()))?;
    let numbers: Vec<&Place> = template.alone().filter(|place| place.quantity().is_some()).collect();
    let width = |part: fn(&Place) -> &str| numbers.iter().map(|place| part(place).len()).max().unwrap_or(0);
    let (paths, values) = (width(Place::path), width(Place::written));
    let line = |place: &&Place| {
        let (path, value) = (place.path(), place.written());
        format!("{path:<paths$}  {value:>values$}  line {}\n", place.line())
    };
    Ok(numbers.iter().map(line).collect())
}

/// What the scenario holds, in a few lines.
fn summary(scenario: &Scenario) -> String {
    let mut text = String::new();
    // Strategies share the actions on deployments, as far as they have them.
    let on_deployments = scenario.strategies.iter().map(|strategy| strategy.deployment_actions.len()).max();
    let on_accounts: usize = scenario.accounts.iter().map(|account| account.actions.len()).sum();
    let on_resources = scenario.resource_actions.len();
    let actions = scenario.actions.len() + on_deployments.unwrap_or(0) + on_accounts + on_resources;
    let count =
        |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let mut held = vec![
        count(scenario.markets.len(), "market", "markets"),
        count(scenario.services.len(), "service", "services"),
        count(scenario.strategies.len(), "strategy", "strategies"),
    ];
    if !scenario.accounts.is_empty() {
        held.push(count(scenario.accounts.len(), "account", "accounts"));
    }
    if !scenario.resources.is_empty() {
        held.push(count(scenario.resources.len(), "resource", "resources"));
    }
    held.push(count(actions, "scripted action", "scripted actions"));
    let _ = writeln!(
        text,
        "{}: fine. {} from {} in {}; {}.",
        scenario.name,
        scenario.horizon,
        scenario.calendar.format(crate::units::SimTime::ZERO),
        scenario.currency,
        held.join(", "),
    );
    for note in &scenario.histories {
        let _ = writeln!(
            text,
            "clock \"{}\": {} of history from {}, {}",
            note.clock,
            note.span,
            note.files.join(", "),
            note.extent()
        );
    }
    text
}
