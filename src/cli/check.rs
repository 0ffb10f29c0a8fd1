//! `deploysim check`: every problem of a scenario in one pass.

use super::args::CheckArgs;
use super::fail::Failure;
use super::input;
use crate::scenario::Scenario;
use std::fmt::Write as _;

pub(super) fn check(args: &CheckArgs) -> Result<(), Failure> {
    let (scenario, report) = input::load(Some(&args.scenario), &args.input);
    super::note(&report.render(input::use_color()));
    match scenario {
        Some(scenario) => super::print(&summary(&scenario)),
        None => Err(Failure::Scenario(format!("{} cannot be run", args.scenario.display()))),
    }
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
