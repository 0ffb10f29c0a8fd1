//! From results to text, JSON, CSV and pictures.
//!
//! Owns every word and number a reader sees. It draws no luck of its own; `output` is the only place that writes
//! files, whole or not at all.

mod account_table;
pub mod backtest;
pub mod baseline;
pub mod bill;
pub mod breakeven;
pub mod calls;
pub mod catalog;
pub mod comparison;
pub mod console;
pub mod export;
pub mod figures;
pub mod forecast;
pub mod noise;
pub mod optimise;
pub mod output;
pub mod page;
pub mod pictures;
pub mod plot;
pub mod policies;
pub mod precision;
pub mod prices;
pub mod replications;
pub mod statement;
pub mod risk;
pub mod rules;
pub mod sensitivity;
mod services;
pub mod story;
pub mod sweep;
pub mod table;
mod terms;
pub mod thresholds;
mod traffic_table;
pub mod watch;
pub mod words;
pub use backtest::Backtest;
pub use baseline::{Baseline, BaselineError};
pub use bill::{Bill, BillLine, Told};
pub use comparison::Comparison;
pub use thresholds::ThresholdResult;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
