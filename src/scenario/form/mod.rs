//! A scenario as a form: every value that can be changed, with its path, what it is called, and what may stand there.
//!
//! What may stand there is what the decoders asked for while they read the text ([`Questions`]); defaults of what is not
//! written, and the rules it changes, are the rulebook's. A change goes back into the text by its path
//! ([`edit::changed`](super::edit::changed())).

mod settings;
mod walk;
mod words;

use super::asked::Questions;
use super::diagnostics::{Diagnostics, Span};
use super::document::Node;
use serde::Serialize;

#[cfg(test)]
mod tests;

/// More values than anybody would scroll through.
const MOST_FIELDS: usize = 4_000;

/// The values of a scenario by the part that they are in, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Form {
    /// The scenario itself first, then markets, services and so on as they stand.
    pub parts: Vec<Part>,
    /// There are more values than are told here.
    pub is_cut: bool,
}

/// A part of a scenario: a market, a strategy, the settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// `strategies[1]`; empty for the scenario itself.
    pub path: String,
    /// `strategy`, in words.
    pub kind: String,
    /// Its own name; empty if it has none.
    pub name: String,
    /// Its values.
    pub fields: Vec<FormField>,
    /// Its lists whose order matters.
    pub orders: Vec<FormOrder>,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FormField {
    /// What a change of it is addressed to.
    pub path: String,
    /// What it is called within its part.
    pub label: String,
    /// What may stand there.
    pub control: Control,
    /// Without quotes; the default if nothing is written.
    pub value: String,
    /// Currency and what it is per; empty where the value says its unit itself, or has none.
    pub unit: String,
    /// Nothing is written: the default holds.
    pub is_default: bool,
    /// An example, where nothing is written and there is no default.
    pub example: String,
    /// Line of the text, from 1; that of its group if nothing is written.
    pub line: usize,
    /// Ids of the rules that it changes.
    pub rules: Vec<String>,
    /// Its bytes in the text, for finding the field that a finding is about.
    #[serde(skip)]
    pub span: Span,
}

/// How a value is typed or chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Control {
    /// A duration with its unit, as in `1h30m`.
    Duration,
    /// A duration after the start, or a civil time.
    Instant,
    /// An amount or a price; some places take words instead.
    Money {
        /// Such words.
        words: Vec<String>,
    },
    /// A number or a share.
    Number,
    /// A whole number.
    Whole {
        /// At least.
        least: u64,
        /// At most.
        most: u64,
    },
    /// Yes or no.
    Truth,
    /// One of several names.
    Choice {
        /// As they are written, in the decoder's order.
        options: Vec<String>,
        /// They are written in quotes: names of what is declared elsewhere.
        quoted: bool,
    },
    /// Anything.
    Text,
}

/// A list whose items can change places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FormOrder {
    /// What a change of it is addressed to.
    pub path: String,
    /// What it is called within its part.
    pub label: String,
    /// Its items in a few words each.
    pub items: Vec<String>,
}

impl Form {
    /// The form of a text and of what was asked of it; both as [`load_confined`](super::load_confined) gives them. Empty if
    /// the text is no RON.
    pub fn of(text: &str, questions: &Questions) -> Self {
        Node::document(text, &mut Diagnostics::default())
            .map_or_else(Self::default, |document| walk::form(&document, text, questions))
    }

    /// The path of the innermost value that a place of the text is in.
    pub fn path_at(&self, place: Span) -> Option<&str> {
        let fields = self.parts.iter().flat_map(|part| &part.fields).filter(|field| !field.is_default);
        let around = fields.filter(|field| field.span.start <= place.start && place.start < field.span.end);
        around.min_by_key(|field| field.span.end - field.span.start).map(|field| field.path.as_str())
    }
}
