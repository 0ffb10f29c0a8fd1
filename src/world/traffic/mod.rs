//! Traffic: who calls, when, with how many tokens. Calls are drawn a minute at a time and are never kept for a whole
//! run, so that a week of eighty million calls needs the memory of a minute.
//!
//! Invariants: the calls of a minute are a function of (seed, replication, tenant, minute), whatever was asked for
//! before; one more tenant moves no other; calls are in order of time, at one instant in the order of tenants.

mod draw;
mod model;

pub use draw::Traffic;
pub use model::{
    Arrivals, Call, CallFlags, CallSizes, CallTrace, Intensity, LengthBin, Lengths, MinuteSeries,
    MinuteTotals, Offset, Playback, Spells, Tenant, TenantId, TrafficModel,
};
