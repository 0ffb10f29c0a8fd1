//! What became of each call, for those who want to see it.

use super::model::TargetId;
use super::outcome::Fate;
use crate::units::{Money, SimSpan, TokenPrice};
use crate::world::traffic::Call;

/// Receives every call's fate. The closure runs only where somebody listens.
pub trait CallLog {
    /// False if nobody listens.
    const LISTENS: bool;
    /// One call was met.
    fn call(&mut self, record: impl FnOnce() -> CallRecord);
}

/// Records nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLog;

impl CallLog for NoLog {
    const LISTENS: bool = false;
    fn call(&mut self, _: impl FnOnce() -> CallRecord) {}
}

/// One call and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRecord {
    /// The call.
    pub call: Call,
    /// The target that took it, or from which it overflowed; the last that was asked for a refused one, if any.
    pub target: Option<TargetId>,
    /// What became of it.
    pub fate: Fate,
    /// How long it waited for a slot.
    pub waited: SimSpan,
    /// How long serving took.
    pub served_in: SimSpan,
    /// What its tokens cost, by kind; empty for what is inside a quota, served by slots, or on a call plan.
    pub charged: Vec<Charged>,
    /// It searched the web, and that is charged (B32).
    pub searched: bool,
}

/// The tokens of one kind of one call at one price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charged {
    /// `input_token`, `cached_input_token`, `output_token`, `thinking_output_token`.
    pub kind: &'static str,
    /// The tier's label.
    pub tier: String,
    /// Model code of the price.
    pub model: String,
    /// How many.
    pub tokens: u64,
    /// Of them, covered by a free quota.
    pub free: u64,
    /// Of them, covered by resource packages.
    pub package: u64,
    /// Price of one.
    pub price: TokenPrice,
    /// What is not covered × price, exactly.
    pub amount: Money,
}
