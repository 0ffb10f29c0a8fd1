//! What decisions cause: replicas that look for instances, hold them, lose them, and are billed.
//!
//! Owns the order of events at one instant ([`event::rank`]), the lifecycle of services and replicas, and the one loop
//! that drives them ([`run::simulate`]); lives that meet nothing but the market are followed without it where nobody listens
//! (`alone`), to the same figures. It holds no generator and reads no file: the world is drawn, the scenario is
//! checked, so nothing here can fail but by a bug. What happened leaves through a [`Trace`]: a Monte Carlo run records
//! nothing, an explained run records everything, and both charge the same amounts.
//!
//! Invariants: an instance belongs to one replica and one pool from acquisition to end; usage intervals of a replica
//! do not overlap, except while it moves back or is updated with a surge (make before break), when only the disk of both is
//! billed, and compute where it bills from provisioning; stale events name an instance that has ended or waits for
//! something else, and are ignored. What a tenant may do in which phase is one table ([`service::actions`]).

mod account_outcome;
mod accounts;
mod alone;
mod calls;
pub mod deployment;
#[cfg(test)]
mod dice;
pub mod event;
mod instance;
mod lifecycle;
mod meter;
mod move_back;
mod offers;
mod outcome;
mod placement;
mod pool;
mod reclaim;
pub mod resources;
mod recorder;
mod run;
pub mod service;
mod told;
mod trace;
mod watched;

pub use account_outcome::{AccountOutcome, AlertOutcome};
pub use instance::{ReclaimReason, ReplicaId, Tariff, TariffKind};
pub use outcome::{OnMarket, Outcome, ResourceCosts};
pub use recorder::{MinuteTraffic, Recorder, Silent, TokenLine, TokenLineKey, ToldCall};
pub use run::simulate;
pub use service::Status;
pub use trace::{EventKind, EventRecord, Item, Refusal, RefusedAction, Trace, UsageEnd, UsageRecord};
pub use watched::Watched;
