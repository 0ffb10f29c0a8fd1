//! A deterministic discrete-event simulator of deployment lifecycles and what they cost.
pub mod units;
pub mod engine;
pub mod world;
pub mod billing;
pub mod scenario;
pub mod sim;
pub mod montecarlo;
pub mod report;
pub mod cli;
