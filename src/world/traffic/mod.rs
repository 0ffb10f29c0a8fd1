//! Traffic: who calls, when, with how many tokens. Calls are drawn some minutes at a time and large numbers of them are
//! never kept, so that a week of eighty million calls needs the memory of a quarter of an hour.
//!
//! Invariants: the calls of a minute are a function of (seed, replication, tenant, minute), whatever was asked for
//! before; one more tenant moves no other; calls are in order of time, at one instant in the order of tenants.
//!
//! What is drawn once per replication (where a record begins, when bursts are) is kept in [`Traffic`]. The words of a
//! minute come from the tenant's stream `calls`, with the minute as its ordinal, in this order, which is part of the
//! format: the number of calls (`counts`); one word more than there are calls for their instants (`instants`);
//! then by parts of 32 calls the columns of their sizes (`sizes`). A trace draws only whether a call comes once more.
//!
//! A tenant that calls by chance and not often (64 calls a minute at most where its profiles are highest) is drawn by
//! blocks of 16 minutes, because opening a stream for every minute would cost more than its calls. Block b, the ordinal
//! of its stream, holds the minutes 16·b to 16·b + 15 since the scenario's start; its words are in the same order, each
//! step for all minutes of the block before the next one. A block is always drawn whole, whoever asks for a part of it.

mod counts;
mod draw;
mod expected;
mod instants;
mod intensity;
mod lengths;
mod model;
mod record;
mod rounding;
mod sizes;
#[cfg(test)]
mod tests;

pub use draw::Traffic;
pub use model::{
    Arrivals, Call, CallFlags, CallSizes, CallTrace, Intensity, LengthBin, Lengths, MinuteSeries,
    MinuteTotals, Offset, Playback, Spells, Tenant, TenantId, TrafficModel,
};

/// Milliseconds in a minute.
const MINUTE_MS: i64 = 60_000;
/// Minutes in a block; part of the format.
const BLOCK_MINUTES: usize = 16;
