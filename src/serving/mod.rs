//! Serving: what becomes of a call. Quotas by the minute, public limits, slots and their queue, token prices.
//!
//! Owns the fate of every call and the exact charge of its tokens. Knows nothing of events, deployments' lives or
//! files: the simulation opens and closes targets, changes their quotas and slots, and hands over calls in order of
//! time. Pure integers, so that cutting a minute anywhere changes no call's fate.
//!
//! Invariants: arrived = in quota + overflowed + refused, in calls, input tokens and output tokens; the charge is the
//! tokens of each tier times its price, without rounding.

mod desk;
mod log;
mod model;
mod outcome;

pub use desk::Desk;
pub use log::{CallLog, CallRecord, Charged, NoLog};
pub use model::{
    CallPrice, CapacityTier, CloseReason, Latency, OutputCheck, OverflowTo, OverflowUnit, PublicId,
    PublicModel, Quota, QuotaModel, RateLimits, ServingModel, SlotClass, SlotsModel, TargetId, TargetKind,
    TargetModel, TokenPrices, TokenTariff, TokenTier, Window,
};
pub use outcome::{
    CallCounts, Fate, Refusal, ServingOutcome, TargetOutcome, TokenCounts, Utilisation, Waits,
};
