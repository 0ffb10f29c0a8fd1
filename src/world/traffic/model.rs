//! What traffic is drawn from: tenants, when their calls arrive and how long they are; every number checked at load.

use crate::units::{SimSpan, SimTime};
use std::sync::Arc;

/// Index of a tenant in [`TrafficModel::tenants`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct TenantId(pub usize);

/// Everybody who calls.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrafficModel {
    /// Tenants in file order, which is also the order of calls at one instant.
    pub tenants: Vec<Tenant>,
}

/// One source of calls.
#[derive(Clone, Debug, PartialEq)]
pub struct Tenant {
    /// The entity its luck is keyed by. Unique.
    pub name: String,
    /// When calls arrive.
    pub arrivals: Arrivals,
    /// How long they are, where the arrivals do not say so.
    pub sizes: CallSizes,
}

/// When calls arrive.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrivals {
    /// Exact calls, in order of time; at one instant in file order.
    Scheduled(Arc<[Call]>),
    /// Evenly spaced: the k-th call (from 0) at (k + ½)/rate, rounded down to a millisecond, without luck.
    Constant {
        /// Calls per minute, above 0.
        per_minute: f64,
    },
    /// By chance, around an intensity that follows the week.
    Stochastic(Intensity),
    /// A recorded trace, call by call.
    Trace {
        /// The calls of the record.
        trace: Arc<CallTrace>,
        /// How it is placed on the scenario's clock.
        playback: Playback,
    },
    /// A recorded number of calls and tokens for each minute; calls are drawn so that these come out exactly.
    Minutes {
        /// The record.
        series: Arc<MinuteSeries>,
        /// How it is placed on the scenario's clock. Offsets are whole minutes.
        playback: Playback,
    },
}

/// How a record is placed on the scenario's clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Playback {
    /// Where in the record the scenario starts.
    pub offset: Offset,
    /// Number of calls as a multiple of the record's, above 0 (sizes are not scaled). Of a trace, each call comes
    /// ⌊scale⌋ times and once more with the probability of the rest; of a minute series, counts and totals are scaled by
    /// rounding their running sums, so that nothing is lost.
    pub scale: f64,
    /// Go on from the record's beginning at its end; otherwise no calls come after it (with a random offset, which is a
    /// place on a circle: after one time round).
    pub repeat: bool,
}

/// Where in a record the scenario starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offset {
    /// Here, in every replication.
    Fixed(SimSpan),
    /// Anywhere in the record, evenly, in whole seconds (whole minutes for a minute series). The record is a circle then.
    Random,
}

/// The calls of a record.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct CallTrace {
    /// From the record's start, in order; at one instant in file order. Their `tenant` is not used.
    pub calls: Vec<Call>,
    /// Length of the record: at least one millisecond beyond the last call.
    pub length: SimSpan,
}

/// A record by the minute.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct MinuteSeries {
    /// One per minute from the record's start; minutes without calls are there as zeros.
    pub minutes: Vec<MinuteTotals>,
}

/// What arrived in one minute. A call holds at most 2³² − 1 tokens; tokens of a minute without calls come with the
/// next minute that has some.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct MinuteTotals {
    /// Number of calls.
    pub calls: u32,
    /// Their input tokens together.
    pub input_tokens: u64,
    /// Their output tokens together.
    pub output_tokens: u64,
}

/// An intensity of calls and how arrivals scatter around it.
///
/// The mean number of calls in a minute is `per_minute` × hour of day × day of week × growth × bursts × idle, each taken
/// at the minute's beginning; the number is Poisson around it, or, with a dispersion above 1, negative binomial (the
/// mean is multiplied by a gamma factor drawn for each minute). Within the minute the calls lie evenly at random.
#[derive(Clone, Debug, PartialEq)]
pub struct Intensity {
    /// Mean calls per minute where every factor is 1, above 0.
    pub per_minute: f64,
    /// Factor for each part of the day in the scenario's offset: 1 to 1,440 factors of equal length; 1 if empty.
    pub day_profile: Vec<f64>,
    /// Factor for each day of the week from Monday: 7, or none for 1.
    pub week_profile: Vec<f64>,
    /// The mean grows by this share per 30 days, compound and continuous; 0 is none, −0.1 shrinks. Above −1.
    pub growth_per_month: f64,
    /// Variance of the number of calls in a minute over its mean; 1 is Poisson. At least 1.
    pub dispersion: f64,
    /// Times of more traffic, off and on with exponential lengths.
    pub bursts: Option<Spells>,
    /// Times of less or no traffic.
    pub idle: Option<Spells>,
}

/// A factor that is in force now and then, beginning by its stationary distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spells {
    /// Mean time between the end of one and the start of the next.
    pub between_mean: SimSpan,
    /// Mean length.
    pub length_mean: SimSpan,
    /// Factor of the intensity while it lasts; 0 for silence.
    pub factor: f64,
}

/// How long the calls of a tenant are.
#[derive(Clone, Debug, PartialEq)]
pub struct CallSizes {
    /// Input tokens.
    pub input: Lengths,
    /// Output tokens.
    pub output: Lengths,
    /// Share of the input tokens of each call that the context cache holds, in [0, 1], to nine decimals; rounded down.
    pub cached_share: f64,
    /// Probability that a call thinks, in [0, 1].
    pub thinking_share: f64,
    /// Probability that a call searches the web, in [0, 1].
    pub web_search_share: f64,
}

/// A distribution of token counts.
#[derive(Clone, Debug, PartialEq)]
pub enum Lengths {
    /// Always the same.
    Fixed(u32),
    /// Lognormal, rounded to the nearest token, at least 1 and at most `most`.
    LogNormal {
        /// Half of the calls are below.
        median: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
        /// Longer ones are cut to this.
        most: u32,
    },
    /// Bins with weights; evenly inside a bin, both ends included.
    Histogram(Arc<[LengthBin]>),
}

/// One bin of a histogram of token counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LengthBin {
    /// Least tokens.
    pub from: u32,
    /// Most tokens, at least `from`.
    pub to: u32,
    /// Relative weight, at least 0, with a positive sum.
    pub weight: f64,
}

/// One call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// When it arrives.
    pub at: SimTime,
    /// Input tokens, cached ones included.
    pub input_tokens: u32,
    /// Output tokens, thinking included.
    pub output_tokens: u32,
    /// Input tokens that the context cache holds.
    pub cached_tokens: u32,
    /// Output tokens that are estimated at admission, where the provider reserves an estimate; 0 is the
    /// provider's own estimate.
    pub estimated_output_tokens: u32,
    /// Who calls.
    pub tenant: u16,
    /// Thinking and web search.
    pub flags: CallFlags,
}

/// What a call asks for beyond text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct CallFlags(pub u8);

impl CallFlags {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// `enable_thinking`.
    pub const THINKING: Self = Self(1);
    /// `enable_search`.
    pub const WEB_SEARCH: Self = Self(2);

    /// Both together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
    /// True if it thinks.
    pub const fn is_thinking(self) -> bool {
        self.0 & Self::THINKING.0 != 0
    }
    /// True if it searches the web.
    pub const fn is_web_search(self) -> bool {
        self.0 & Self::WEB_SEARCH.0 != 0
    }
}
