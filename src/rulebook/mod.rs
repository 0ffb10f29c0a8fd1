//! The rulebook as data: every rule of the provider pages, what they leave open, and what changes the reading of it.
//!
//! Owns the reading of `scenarios/rulebook`, which is part of the program, and the ways to find a rule in it. The words
//! are this project's own; of the pages come ids, figures and titles. It knows no scenario: that the settings it names
//! exist, and that their defaults are the ones it says, is held by a test of [`crate::scenario`].
//!
//! Invariants: every id is there once, groups in reading order, rules by number; every rule names a page or is a reading
//! of this program's own; a rule that no setting changes says why.

mod book;
mod find;

pub use book::{Document, Group, Modelled, Rule, Rulebook, Setting, Status, Written};
pub use find::{Question, RuleId, UnknownRule};
