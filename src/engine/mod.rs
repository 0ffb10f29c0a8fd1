//! A discrete-event kernel that knows nothing of clouds: a queue with a total order, and its limits.
//!
//! Invariants: simulated time never goes back; no two entries of a queue ever compare equal, so the order in which
//! events were inserted never decides between events of different rank or entity.

mod queue;

pub use queue::{EventQueue, Rank, Scheduled};
