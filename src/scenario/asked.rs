//! What the decoders asked for at each place of a scenario: what a form needs to know of a value beside its text.

use super::diagnostics::Span;
use std::collections::BTreeMap;

/// What may stand at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A length of time with its unit.
    Duration,
    /// A duration after the start, or a civil time with an offset.
    Instant,
    /// A price, or one of these words.
    Price(&'static [&'static str]),
    /// An amount of money.
    Amount,
    /// A number that is no price.
    Number,
    /// A positive factor, or a share in per cent.
    Factor,
    /// A whole number from the first to the second.
    Whole(u64, u64),
    /// `true` or `false`.
    Truth,
    /// Any text.
    Text,
    /// One of these names; some may have values of their own in parentheses.
    OneOf(Vec<String>),
    /// The name of something that is declared elsewhere: one of these, in quotes.
    NameOf(Vec<String>),
}

/// What was asked, by the byte the value begins at. Where several questions were asked of one value, the first: the others
/// are parts of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Questions {
    values: BTreeMap<usize, Asked>,
    /// Fields that a group may have, by its first byte.
    groups: BTreeMap<usize, Vec<String>>,
}

impl Questions {
    pub(crate) fn note(&mut self, at: Span, asked: Asked) {
        self.values.entry(at.start).or_insert(asked);
    }

    pub(crate) fn note_fields(&mut self, group: Span, known: &[&str]) {
        let fields = || known.iter().map(|field| (*field).to_owned()).collect();
        self.groups.entry(group.start).or_insert_with(fields);
    }

    /// What was asked of the value that begins at this byte of the text.
    pub fn at(&self, start: usize) -> Option<&Asked> {
        self.values.get(&start)
    }

    /// The fields that the group which begins at this byte may have; none if nobody asked for its fields.
    pub fn fields_at(&self, start: usize) -> &[String] {
        self.groups.get(&start).map_or(&[], Vec::as_slice)
    }
}
