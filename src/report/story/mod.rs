//! One replication as text: what happened, the bill, and why each line is as it is.

mod accounts;
mod charges;
mod events;
mod machines;
mod resources;
mod standing;

use super::bill::{Told, total_of};
use super::words;
use crate::scenario::Scenario;
use crate::scenario::model::{Action, ActionKind, ServiceId};
use crate::units::{SimSpan, SimTime};
use std::fmt::Write as _;

/// The story and the bill as text; with `explain`, each line with what opened and closed it and its arithmetic.
pub fn render(told: &Told<'_>, explain: bool) -> String {
    let scenario = told.scenario;
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{}: \"{}\", replication {} of seed {}, {} from {}",
        scenario.name,
        told.strategy.name,
        told.replication,
        told.seed,
        scenario.horizon,
        words::clock(scenario, SimTime::ZERO)
    );
    let column = Column::of(told);
    events::render(&mut text, told, column, explain);
    render_bill(&mut text, told, column, explain);
    standing::render(&mut text, told);
    resources::still(&mut text, told);
    text
}

fn render_bill(text: &mut String, told: &Told<'_>, column: Column, explain: bool) {
    let (scenario, recorder) = (told.scenario, told.recorder);
    let _ = writeln!(text, "\nThe bill, {}", scenario.currency);
    let mut lines = 0;
    let has_others = !told.strategy.deployments.is_empty() || !told.strategy.resources.is_empty();
    if !recorder.usages.is_empty() || !has_others {
        lines += machines::render(text, told, column, explain);
    }
    lines += charges::by_time(text, told, column, explain);
    lines += charges::payments(text, told, column, explain);
    lines += charges::tokens(text, told, column, explain);
    lines += resources::lines(text, told, column, explain);
    lines += accounts::lines(text, told, explain);
    let sum = total_of(told);
    let _ = writeln!(text, "  total of {}: {sum} {}", words::count(lines, "line"), scenario.currency);
    assert!(sum == told.outcome.cost(), "the bill's total is the sum of its lines");
}

/// The column that says whose an event or a line is, where there is more than one to tell apart: its width.
#[derive(Clone, Copy, Debug)]
struct Column(Option<usize>);

impl Column {
    fn of(told: &Told<'_>) -> Self {
        let (scenario, strategy) = (told.scenario, told.strategy);
        let grows = |action: &Action| match &action.kind {
            ActionKind::Scale(count) => *count > 1,
            ActionKind::Update(change) => change.replicas.is_some_and(|count| count > 1),
            ActionKind::Create | ActionKind::Stop | ActionKind::Start | ActionKind::Delete(_) => false,
        };
        let several = !strategy.deployments.is_empty()
            || !strategy.resources.is_empty()
            || !scenario.accounts.is_empty()
            || scenario.services.len() > 1
            || scenario.services.iter().any(|service| service.replicas > 1)
            || scenario.actions.iter().any(grows);
        let callers = told
            .recorder
            .calls
            .iter()
            .map(|(_, _, call)| words::charges::caller(scenario, call).chars().count());
        let deployments = strategy.deployments.iter().map(|deployment| deployment.name.chars().count());
        let accounts = scenario.accounts.iter().map(|account| account.name.chars().count());
        let resources = strategy.resources.iter().map(|id| scenario.resources[id.0].name.chars().count());
        let named = deployments.chain(accounts).chain(resources);
        Self(several.then(|| callers.chain(named).fold(12, usize::max)))
    }

    /// Whose name it is.
    fn name(self, name: &str) -> String {
        self.0.map_or_else(String::new, |width| format!("{name:<width$}  "))
    }

    /// A service, or one of its replicas.
    fn replica(self, scenario: &Scenario, service: ServiceId, replica: Option<u32>) -> String {
        // A scenario of deployments alone has no services to name.
        let name = scenario.services.get(service.0).map_or("", |service| service.name.as_str());
        match replica {
            None => self.name(name),
            Some(index) => self.name(&format!("{name}/{index}")),
        }
    }
}

/// Seconds without a fraction where there is none.
fn seconds(span: SimSpan) -> String {
    crate::units::decimal::format_scaled(i128::from(span.as_ms()), 3, 0)
}
