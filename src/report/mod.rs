//! From results to text, JSON, CSV and pictures.
//!
//! Owns every word and number a reader sees. It runs no simulation and draws no luck; the caller decides where the
//! bytes go.

pub mod bill;
pub mod comparison;
pub mod table;
pub mod words;

pub use bill::{Bill, Told};
pub use comparison::Comparison;
