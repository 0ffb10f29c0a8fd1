//! Whole pages, each with everything its reader may ask: what `--html` writes.

use super::{Document, StudyView, basis, picture, replication, statement, study, table};
use crate::montecarlo::StudySize;
use crate::report::Told;
use crate::report::bill::total_of;
use crate::report::pictures::{Picture, horizon_words, median_replication};
use crate::report::statement::Statement;
use crate::report::sweep::Sweep;
use crate::report::words;
use crate::scenario::Scenario;
use crate::sim::{self, Recorder};
use crate::units::SimTime;
use crate::world::World;
use maud::{Markup, html};

/// What a page is made of besides its results.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// The scenario's text.
    pub source: &'a str,
    /// The command that makes the page.
    pub command: &'a str,
}

/// Pictures that the page itself shows in another form.
const SHOWN_ANYWAY: [&str; 2] = ["cost_distribution.svg", "timeline.svg"];

/// The page of a comparison, with the usual replication of the strategy that is most worth telling.
pub fn comparison(view: StudyView<'_>, size: StudySize, pictures: &[Picture], origin: Origin<'_>) -> String {
    let scenario = view.scenario;
    let strategy = scenario.telling_strategy();
    let index = scenario.strategies.iter().position(|other| other.name == strategy.name).unwrap_or(0);
    let chosen = median_replication(&view.samples[index].cost);
    let world = scenario.world.draw(size.seed, chosen);
    let mut recorder = Recorder::default();
    let outcome = sim::simulate(scenario, strategy, &world, &mut recorder);
    let told = Told {
        scenario,
        strategy,
        seed: size.seed,
        replication: chosen,
        outcome: &outcome,
        recorder: &recorder,
    };
    let more = pictures.iter().filter(|(name, _)| !SHOWN_ANYWAY.contains(name));
    let more: Vec<Markup> = more.filter_map(|(_, bytes)| picture::inline(bytes)).collect();
    let body = html! {
        (study(view))
        @if !more.is_empty() {
            section aria-labelledby="pictures" {
                h2 id="pictures" { "Over time" }
                @for one in more { (one) }
            }
        }
        p class="note" { "What follows tells one replication: the one whose cost is the median." }
        (replication(&told, &world))
        (basis(origin.source, Some(&told)))
    };
    let subtitle = format!(
        "{} of {}, seed {}, all money in {}",
        table::replications(size.replications),
        horizon_words(scenario.horizon),
        size.seed,
        scenario.currency
    );
    let facts = facts(scenario, size.seed, Some(("replications", size.replications)));
    whole(format!("{}: what it costs", scenario.name), subtitle, body, origin, facts)
}

/// The page of one replication.
pub fn run(told: &Told<'_>, world: &World, origin: Origin<'_>) -> String {
    let scenario = told.scenario;
    let body = html! {
        section class="answer" aria-label="Answer" {
            @if !scenario.question.is_empty() { p class="question" { (scenario.question) } }
            p class="lead" { "It costs " (total_of(told)) " " (scenario.currency) " under “" (told.strategy.name) "” in this one simulated world; "
                code { "deploysim compare" } " says how it spreads over many." }
        }
        (replication(told, world))
        (basis(origin.source, Some(told)))
    };
    whole(format!("{}: one replication", scenario.name), subtitle(told), body, origin, of_one(told))
}

/// The page of a bill: the accounts' months, then where they come from.
pub fn bill(statement: &Statement, told: &Told<'_>, world: &World, origin: Origin<'_>) -> String {
    let body = html! {
        section class="answer" aria-label="Answer" {
            p class="lead" {
                "Charged in all: " (statement.total) " " (statement.currency) " until " (super::bill::clock(&statement.until)) "."
            }
        }
        (statement::sections(statement))
        (replication(told, world))
        (basis(origin.source, Some(told)))
    };
    let title = format!("{}: the bill", told.scenario.name);
    whole(title, subtitle(told), body, origin, of_one(told))
}

/// The page of a sweep: its pictures, then every point.
pub fn sweep(
    sweep: &Sweep,
    scenario: &Scenario,
    pictures: &[(String, Vec<u8>)],
    origin: Origin<'_>,
) -> String {
    let drawn: Vec<Markup> = pictures.iter().filter_map(|(_, bytes)| picture::inline(bytes)).collect();
    let axes: Vec<&str> = sweep.axes.iter().map(|axis| axis.path.as_str()).collect();
    let body = html! {
        section class="answer" aria-label="Question" {
            @if !scenario.question.is_empty() { p class="question" { (scenario.question) } }
            p class="lead" { "What becomes of it while " (axes.join(" and ")) " varies. All points meet the same luck." }
        }
        section aria-labelledby="pictures" {
            h2 id="pictures" { "In pictures" }
            @for one in drawn { (one) }
        }
        section aria-labelledby="points" {
            h2 id="points" { "Every point" }
            (table::of(&sweep.table()))
            p class="note" { "± is half of the 95 % interval. Differences between points are surer than that." }
        }
        (basis(origin.source, None))
    };
    let subtitle = format!(
        "{} of each point, seed {}, all money in {}",
        table::replications(sweep.replications),
        sweep.seed,
        sweep.currency
    );
    let facts = facts(scenario, sweep.seed, Some(("replications", sweep.replications)));
    whole(format!("{}: what if", scenario.name), subtitle, body, origin, facts)
}

type Facts = Vec<(&'static str, String)>;

fn whole(title: String, subtitle: String, body: Markup, origin: Origin<'_>, facts: Facts) -> String {
    Document { title, subtitle, body, command: origin.command.to_owned(), facts }.into_html()
}

fn subtitle(told: &Told<'_>) -> String {
    format!(
        "“{}”, replication {} of seed {}, {} from {}",
        told.strategy.name,
        told.replication,
        told.seed,
        horizon_words(told.scenario.horizon),
        words::clock(told.scenario, SimTime::ZERO)
    )
}

fn of_one(told: &Told<'_>) -> Facts {
    facts(told.scenario, told.seed, Some(("replication", told.replication)))
}

fn facts(scenario: &Scenario, seed: u64, which: Option<(&'static str, u64)>) -> Facts {
    let mut facts = vec![("seed", seed.to_string())];
    facts.extend(which.map(|(name, number)| (name, number.to_string())));
    facts.push(("scenario hash", scenario.hash.to_string()));
    facts.push(("version", env!("CARGO_PKG_VERSION").to_owned()));
    facts
}
