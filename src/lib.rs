//! A deterministic discrete-event simulator of deployment lifecycles and what they cost.
pub mod units;
pub mod world;
pub mod scenario;
pub mod montecarlo;
pub mod report;
