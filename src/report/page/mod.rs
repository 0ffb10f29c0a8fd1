//! Results as a page: one self-contained HTML file that works from disk, without script, on paper and for readers who
//! listen, and the same parts for the live page.
//!
//! A file per part. Each is markup made of the structs that tables and JSON print, so that a figure has one source.
//! Charts are shapes that stretch to any width, with their words in HTML: nothing has to be redrawn for a narrow window
//! or a dark one. The script adds what needs a pointer (reading a chart at one place); without it nothing is missing.
//!
//! Everything a scenario says passes through maud, which escapes it.

mod answer;
mod assumptions;
mod bill;
mod costs;
mod document;
mod events;
mod lanes;
mod pages;
mod parts;
mod picture;
mod rules;
mod statement;
mod table;

pub use document::{Document, SCRIPT, STYLE};
pub use pages::{Origin, bill, comparison, run, sweep};

use super::{Comparison, Told};
use crate::montecarlo::Samples;
use crate::scenario::Scenario;
use crate::world::World;
use maud::{Markup, html};

/// A study with what its page says of it.
#[derive(Clone, Copy, Debug)]
pub struct StudyView<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The figures.
    pub comparison: &'a Comparison,
    /// The costs behind them, by strategy.
    pub samples: &'a [Samples],
}

/// The parts of a study's page: the question, the answer, tables, distributions, what the cost consists of.
pub fn study(view: StudyView<'_>) -> Markup {
    html! {
        (answer::section(view.comparison))
        (costs::section(view))
        (table::section(view.comparison))
        (parts::section(view.comparison))
    }
}

/// The parts of one replication's page: its timeline, what happened, its bill.
pub fn replication(told: &Told<'_>, world: &World) -> Markup {
    html! {
        (lanes::section(told, world))
        (bill::section(told))
        (events::section(told))
    }
}

/// What is assumed by a scenario's text, and the rules that a replication cites.
pub fn basis(source: &str, cited: Option<&Told<'_>>) -> Markup {
    html! {
        (assumptions::section(source))
        @if let Some(told) = cited { (rules::section(told, &[])) }
    }
}

/// The rules that a replication cites and these, in full, so that links to any of them lead somewhere.
pub fn rules(told: &Told<'_>, more: &[String]) -> Markup {
    rules::section(told, more)
}

/// One rule of the rulebook with its source, as pages show it.
pub fn rule(rule: &crate::rulebook::Rule) -> Markup {
    rules::entry(rule)
}

/// The answer to a comparison in a sentence or two, with its uncertainty.
pub fn answer(comparison: &Comparison) -> String {
    answer::sentence(comparison)
}

/// A share as a style writes it, to a hundredth of a per cent of the chart.
fn percent_of(share: f64) -> String {
    format!("{:.3}%", share.clamp(0.0, 1.0) * 100.0)
}
