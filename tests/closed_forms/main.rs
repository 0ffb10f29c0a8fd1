//! The statistics of whole runs against theory: every test is a situation small enough to be solved on paper, its law,
//! and a z-test of many replications against it.
//!
//! Seeds are fixed, so a test passes or fails for ever. A deviation beyond four standard errors has a chance of one in
//! sixteen thousand per comparison: it is taken for a mistake, of the program or of the formula, never for bad luck.
//! Run with `--nocapture` to see theory, simulation and interval side by side.

mod chain;
mod cost;
mod law;
mod optimum;
mod placement;
mod price;
mod protection;
mod queue;
mod quota;
mod stock;
