//! From a file to a [`Scenario`]: the only reader of files.
//!
//! [`load_file`] reads a scenario and the data files it names and gives either a scenario with which nothing
//! downstream can fail, or every mistake of the file in one [`Report`], each with its place and what would be right.
//!
//! Invariants: no input makes it panic; a scenario is given if and only if the report has no error; the same bytes
//! give the same scenario and the same report on every machine.

mod asked;
mod charging;
mod context;
pub(crate) mod data;
mod decode;
pub mod deployment;
mod diagnostics;
mod document;
pub mod edit;
pub mod form;
mod hash;
pub mod import;
pub mod lifecycle;
mod loader;
pub mod model;
mod resolve;
pub mod resource;
#[cfg(test)]
mod rulebook_tests;
pub(crate) mod suggest;
mod syntax;
mod values;

pub use asked::{Asked, Questions};
pub use decode::providers::{embedded as machine_profiles, parse as parse_machine_profile};
pub use diagnostics::{DataPlace, Diagnostic, Report, Severity, Span};
pub use hash::{NotAHash, ScenarioHash};
pub use loader::{Source, load, load_bytes, load_confined, load_file};
pub use model::Scenario;
pub use resolve::expected_draws;
