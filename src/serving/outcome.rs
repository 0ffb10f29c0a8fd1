//! What serving leaves behind: exact counts and charges.

use crate::units::{Money, SimSpan};

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Inside the quota, or served by slots without waiting, or by a token or public deployment it was meant for.
    Served,
    /// By slots, after waiting.
    Queued,
    /// Overflowed to pay-as-you-go: the response says `x-dashscope-ptu-overflow: true` (P12).
    Overflowed,
    /// Partly inside the quota, the excess as overflow (A-04, alt).
    Split,
    /// Not served, not charged, not counted in any quota.
    Refused(Refusal),
}

/// Why a call was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Refusal {
    /// 429: beyond a limit or, where overflow is refused, beyond the quota.
    TooManyRequests,
    /// 429: the queue is too long.
    QueueTooLong,
    /// The input is longer than the model or the deployment takes.
    InputTooLong,
    /// No target has this model code, or none is there (D14).
    NoSuchDeployment,
    /// The deployment is not running.
    NotRunning,
    /// The deployment is suspended: its term is over, or the account is overdue.
    Suspended,
    /// Thinking does not match the training data.
    ThinkingMismatch,
    /// The account is overdue and nothing covers the call (B20, M5).
    Arrears,
    /// 403 `AllocationQuota.FreeTierOnly`: the free quota is used up, and nothing else is to be used.
    FreeQuotaUsedUp,
    /// The API key is disabled or deleted, or was not created yet (B22).
    KeyInactive,
    /// The Coding Plan or Token Plan has expired or is used up (B19).
    PlanUsedUp,
    /// The model was cleared after arrears and not subscribed to again (M8).
    NotSubscribed,
}

impl Refusal {
    /// All of them, in the order of [`CallCounts::refused`].
    pub const ALL: [Self; 12] = [
        Self::TooManyRequests,
        Self::QueueTooLong,
        Self::InputTooLong,
        Self::NoSuchDeployment,
        Self::NotRunning,
        Self::Suspended,
        Self::ThinkingMismatch,
        Self::Arrears,
        Self::FreeQuotaUsedUp,
        Self::KeyInactive,
        Self::PlanUsedUp,
        Self::NotSubscribed,
    ];
}

/// Tokens by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct TokenCounts {
    /// Input, cached included.
    pub input: u64,
    /// Of it, cached.
    pub cached: u64,
    /// Output, thinking included.
    pub output: u64,
    /// Of it, of calls that think.
    pub thinking: u64,
}

/// Calls and tokens of one fate each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct CallCounts {
    /// Served as planned, after waiting too. A split call counts here, its excess tokens under `overflowed_tokens`.
    pub served: u64,
    /// Of these, after waiting.
    pub queued: u64,
    /// Overflowed.
    pub overflowed: u64,
    /// Of the served, split.
    pub split: u64,
    /// Refused, by [`Refusal::ALL`].
    pub refused: [u64; 12],
    /// Slower than [`super::CallPrice::slow_above`].
    pub slow: u64,
    /// With web search, and not refused.
    pub web_searches: u64,
    /// Tokens served as planned.
    pub served_tokens: TokenCounts,
    /// Tokens that overflowed.
    pub overflowed_tokens: TokenCounts,
    /// Tokens of refused calls.
    pub refused_tokens: TokenCounts,
}

/// How much of one quota was used, over the minutes it was open.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Utilisation {
    /// One of [`Self::DIMENSIONS`].
    pub dimension: &'static str,
    /// Whole and partial civil minutes it was open.
    pub minutes: u64,
    /// Tokens used in these minutes over the quotas in force at their ends (at least one token each): a partial minute
    /// counts as a whole one.
    pub mean: f64,
    /// The ⌈0.95 n⌉-th smallest, rounded down to 0.05 % (exact from 400 % on).
    pub p95: f64,
    /// The ⌈0.99 n⌉-th smallest, likewise.
    pub p99: f64,
    /// Share of minutes above 100 %.
    pub share_above: f64,
}

impl Utilisation {
    /// What a quota may count: `input`, `output` or `thinking output`; `input and output` where they share one.
    pub const DIMENSIONS: [&'static str; 4] = ["input", "output", "thinking output", "input and output"];
}

/// How long calls waited for a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Waits {
    /// Sum over served calls.
    pub total_ms: i128,
    /// The longest.
    pub longest: SimSpan,
    /// The ⌈0.95 n⌉-th smallest of all served calls, to within 1 % or 1 ms.
    pub p95: SimSpan,
}

/// What one target leaves behind.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TargetOutcome {
    /// Calls it took, and those that overflowed from it; refusals are counted where the route ended.
    pub calls: CallCounts,
    /// Pay-as-you-go charge of what overflowed from it.
    pub overflow: Money,
    /// Charge of the tokens it served itself.
    pub tokens: Money,
    /// One per quota dimension; empty without quotas.
    pub utilisation: Vec<Utilisation>,
    /// Waiting for slots.
    pub waits: Waits,
}

/// What a run's calls leave behind.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ServingOutcome {
    /// One per target.
    pub targets: Vec<TargetOutcome>,
    /// One per tenant.
    pub tenants: Vec<CallCounts>,
    /// All calls.
    pub calls: CallCounts,
    /// Pay-as-you-go charge of all overflow.
    pub overflow: Money,
    /// Charge of all tokens that were billed as tokens by plan.
    pub tokens: Money,
    /// Web searches (B32).
    pub searches: Money,
    /// What refused and slow calls are worth to the user; not on the bill.
    pub call_price: Money,
}
