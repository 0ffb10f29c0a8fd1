//! What calls meet: targets, in the order a call is offered to them, with every number checked at load.

use super::accounting::Accounting;
use crate::units::{Money, SimSpan, TokenPrice};

/// Index of a target in [`ServingModel::targets`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct TargetId(pub usize);

/// Index of a public model in [`ServingModel::publics`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct PublicId(pub usize);

/// Everything that serves the calls of one strategy.
#[derive(Clone, Debug, Default)]
pub struct ServingModel {
    /// One per deployment of the strategy, in its order.
    pub targets: Vec<TargetModel>,
    /// Pay-as-you-go of public models: what overflow and public targets meet. One per model code, so that all calls of
    /// the account share its limits.
    pub publics: Vec<PublicModel>,
    /// For each tenant the targets its calls are offered to, in order; the first that takes a call keeps it.
    pub routes: Vec<Vec<TargetId>>,
    /// How far into a civil minute the scenario starts, in milliseconds of `[0, 60,000)`: quota minutes are civil ones.
    pub minute_phase_ms: i64,
    /// What refused and slow calls are worth.
    pub call_price: CallPrice,
    /// Price of one web search (B32, A-27).
    pub search_price: Money,
    /// The accounts behind the calls; none where nobody asks.
    pub accounting: Option<Accounting>,
    /// How many classes of charges the strategy has; 0 without accounts.
    pub classes: usize,
}

/// What a call that is not served, or served late, costs the user beyond the bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct CallPrice {
    /// Per refused call.
    pub refused: Option<Money>,
    /// A call whose waiting and serving together take longer is slow.
    pub slow_above: Option<SimSpan>,
    /// Per slow call.
    pub slow: Option<Money>,
}

/// One target.
#[derive(Clone, Debug)]
pub struct TargetModel {
    /// Its name, for those who listen.
    pub name: String,
    /// Calls beyond these are refused with 429 (D11); none inside a quota (P1).
    pub limits: RateLimits,
    /// A call with more input tokens is not taken (U9, W123). Not used of a quota: see [`QuotaModel::max_input_tokens`].
    pub max_context_tokens: Option<u32>,
    /// How long serving takes where slots do not say so; of a public target, `None` is the public model's.
    pub latency: Option<Latency>,
    /// How it serves.
    pub kind: TargetKind,
}

/// How a target serves.
#[derive(Clone, Debug)]
pub enum TargetKind {
    /// Provisioned throughput.
    Quota(QuotaModel),
    /// Pay-as-you-go of a public model.
    Public(PublicId),
    /// A token deployment of one's own.
    Tokens(TokensModel),
    /// Model units, or own machines: slots that serve one call each.
    Slots(SlotsModel),
}

/// A token deployment of one's own (T1–T5).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct TokensModel {
    /// What its tokens cost.
    pub tariff: TokenTariff,
    /// Whether the model was trained to think (A-49, T5); `None` takes both kinds of calls.
    pub trained_thinking: Option<bool>,
    /// A call whose thinking does not match the training is refused; otherwise it is served (the setting `warn`).
    pub mismatch_is_refused: bool,
}

/// Pay-as-you-go of a public model.
#[derive(Clone, Debug)]
pub struct PublicModel {
    /// Model code, exactly as printed.
    pub model: String,
    /// What its tokens cost.
    pub tariff: TokenTariff,
    /// Its public limits.
    pub limits: RateLimits,
    /// How long serving takes, for overflow too (P11: performance may decrease).
    pub latency: Option<Latency>,
}

/// Limits of a calendar minute; a call that would exceed one is refused with 429 and counts for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct RateLimits {
    /// Calls per minute; `None` is unlimited.
    pub rpm: Option<u64>,
    /// Tokens per minute, input and output together. Output counts after the call: a call is refused if what is used
    /// plus its input exceeds the limit.
    pub tpm: Option<u64>,
}

/// How long serving a call takes: `first_ms` + `per_output_token_us` × output tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Latency {
    /// To the first token, milliseconds.
    pub first_ms: i64,
    /// Per output token, microseconds.
    pub per_output_token_us: i64,
}

/// What is provisioned, in tokens per minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Quota {
    /// Input.
    pub input_tpm: u64,
    /// Output; without a third quota thinking output counts here too.
    pub output_tpm: u64,
    /// Thinking output, where the model has a quota of its own for it; calls that think then use this one and not
    /// [`Self::output_tpm`].
    pub thinking_output_tpm: Option<u64>,
}

/// Provisioned throughput (P10, A-04, A-05). The quota itself is told by the simulation, since it can be scaled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaModel {
    /// A call with more input overflows whatever is left of the quota (P10, P15); `None` is no limit.
    pub max_input_tokens: Option<u32>,
    /// the whole call overflows, or only what exceeds the quota.
    pub unit: OverflowUnit,
    ///
    pub output_check: OutputCheck,
    ///
    pub window: Window,
    /// where a call goes that the quota does not take.
    pub overflow: OverflowTo,
    /// An over-long input always goes pay-as-you-go, even where other overflow is refused.
    pub over_long_to: Option<PublicId>,
    /// How input tokens convert to quota by the length of the input; empty is 1.
    pub input_coefficients: Vec<CapacityTier>,
    /// How output tokens convert to quota by the length of the input; empty is 1.
    pub output_coefficients: Vec<CapacityTier>,
    /// What a cached input token counts, in units of 10⁻⁹; 1,000,000,000 is full.
    pub cache_factor_ppb: i64,
    /// Input and output share one quota, [`Quota::input_tpm`]: an output token counts this many units of 10⁻⁹ in it
    /// (rounded up once per call). `None` is a quota for each.
    pub shared_output_ppb: Option<i64>,
}

/// From a number of input tokens on, a coefficient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CapacityTier {
    /// Calls with more input tokens than this (and no more than the next tier's).
    pub input_above: u32,
    /// Quota tokens per token, in units of 10⁻⁹. The product is rounded up to a whole token, once per call.
    pub factor_ppb: i64,
    /// Only the tokens beyond `input_above` are counted so, those below at the tiers before (marginal); otherwise all.
    /// Output tokens always count all at the tier of the input.
    pub marginal: bool,
}

///
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverflowUnit {
    /// The whole call.
    Call,
    /// Only the tokens that exceed the quota, each kind on its own, priced at the tier of the call's whole input. The
    /// quota takes the first tokens of the input, among them the cached ones; output is known at the call, unless it
    /// is not checked.
    Excess,
}

/// how output counts at admission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputCheck {
    /// Counted after the call; a call overflows if what is used has already reached the quota.
    Post,
    /// An estimate is reserved at admission (used + estimate > quota overflows) and reconciled with what came at the
    /// call's end, where it was reserved: in its civil minute or sliding window as long as these last, in a bucket then.
    Estimate {
        /// Estimated output tokens of any call whose own estimate is not given.
        output_tokens: u32,
    },
    /// The true output is known at admission.
    Oracle,
    /// Output is not checked (and counts nothing in a quota that input and output share).
    Ignore,
}

/// over which time use is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The civil minute.
    CalendarMinute,
    /// The last 60 seconds: `(t − 60 s, t]`.
    Sliding,
    /// A bucket of one minute's quota that refills evenly, full at first. Output may leave it in debt (post).
    TokenBucket,
}

/// Where a call goes that a quota does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverflowTo {
    /// Pay-as-you-go (P10, P11).
    Public(PublicId),
    /// 429.
    Reject,
    /// To the next target of the tenant's route; 429 if there is none.
    Next,
}

/// Slots: each serves one call at a time, first come, first served; the simulation adds and takes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct SlotsModel {
    /// A call that would wait longer is not taken (it goes to the next target, or is refused with 429); `None` is no limit.
    pub max_wait: Option<SimSpan>,
}

/// How fast one slot serves: input/prefill + output/decode, rounded up to a millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotClass {
    /// Input tokens per second, in thousandths, above 0.
    pub prefill_milli_tps: u64,
    /// Output tokens per second, in thousandths, above 0.
    pub decode_milli_tps: u64,
    /// Time of each call beyond its tokens.
    pub overhead: SimSpan,
}

/// Why a target does not serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseReason {
    /// It is not there yet, or no longer.
    NotRunning,
    /// Its term and grace are over (P7).
    Suspended,
    /// It is unsubscribed or overdue (P9).
    Overdue,
}

/// What tokens cost, by the input tokens of the call.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct TokenTariff {
    /// In order; a call belongs to the first tier it fits, with all its tokens. One beyond the last is refused.
    pub tiers: Vec<TokenTier>,
}

/// One tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenTier {
    /// As bills write it, such as `0-128k`; empty where there are no tiers.
    pub label: String,
    /// Calls with at most this many input tokens (and more than the tier before).
    pub input_up_to: u32,
    /// Prices in real time.
    pub prices: TokenPrices,
}

/// Prices of the kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct TokenPrices {
    /// Input that is not cached.
    pub input: TokenPrice,
    /// Input that the context cache holds.
    pub cached_input: TokenPrice,
    /// Output of a call that does not think.
    pub output: TokenPrice,
    /// Output of a call that thinks.
    pub thinking_output: TokenPrice,
}

impl ServingModel {
    /// The public model with this code.
    pub fn public(&self, id: PublicId) -> &PublicModel {
        &self.publics[id.0]
    }
}
