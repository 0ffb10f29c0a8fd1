//! Serving: what becomes of a call. Quotas by the minute, public limits, slots and their queue, token prices.
//!
//! Owns the fate of every call and the exact charge of its tokens. Knows nothing of events, deployments' lives or
//! files: the simulation opens and closes targets, changes their quotas and slots, and hands over calls in order of
//! time. Pure integers, so that cutting a minute anywhere changes no call's fate.
//!
//! Invariants: arrived = in quota + overflowed + refused, in calls, input tokens and output tokens; the charge is the
//! tokens of each tier times its price, without rounding.
//!
//! In reading order: a target is a `station` with a gate (`limits`) and a quota (`quota`, what tokens count in it
//! `capacity`, over which time `window`) or `slots`; what it took is charged by `tariff` and counted by
//! `tally`; `pending` is what is known only when a call ends; `inside` is the short way of the usual call.

mod model;
mod outcome;
mod log;
mod minute;
mod utilisation;
mod window;
mod capacity;
mod quota;
mod accounting;
mod till;
mod limits;
mod slots;
mod waits;
mod tariff;
mod pending;
mod public;
mod station;
mod tally;
mod inside;
mod desk;
#[cfg(test)]
mod tests;

pub use accounting::{Accounting, AllowanceId, CallPlanId, PublicClass, TenantAccount, TokenAllowance};
pub use desk::Desk;
pub use log::{CallLog, CallRecord, Charged, NoLog};
pub use model::{
    CallPrice, CapacityTier, CloseReason, Latency, OutputCheck, OverflowTo, OverflowUnit, PublicId,
    PublicModel, Quota, QuotaModel, RateLimits, ServingModel, SlotClass, SlotsModel, TargetId, TargetKind,
    TargetModel, TokenPrices, TokenTariff, TokenTier, TokensModel, Window,
};
pub use outcome::{
    CallCounts, Fate, Refusal, ServingOutcome, TargetOutcome, TokenCounts, Utilisation, Waits,
};
pub use till::{Credit, MinuteCharge, PlanLeft};
