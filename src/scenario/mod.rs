//! From a file to a [`Scenario`]: the only reader of files.

pub mod import;
pub mod model;

pub use model::Scenario;
