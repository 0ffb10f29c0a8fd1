//! What a world is drawn from: resolved processes, ready to draw, with every number checked at load.

use super::traffic::TrafficModel;
use crate::units::{SimSpan, SimTime, UnitPrice};
use std::sync::Arc;

/// Index of a price series in [`WorldModel::prices`] and in a drawn world.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct PriceId(pub usize);

/// Index of a stock pool in [`WorldModel::stocks`] and in a drawn world.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct PoolId(pub usize);

/// Everything exogenous about a scenario. Equal models draw equal worlds; records that are one in memory are not compared
/// row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct WorldModel {
    /// The run covers `[0, horizon)`.
    pub horizon: SimSpan,
    /// How far into its week (from Monday 00:00 in the scenario's offset) the scenario starts.
    pub start_time_of_week: SimSpan,
    /// The scenario's offset from UTC: what [`Self::start_time_of_week`] is told in.
    pub utc_offset: SimSpan,
    /// Every price series that some strategy can meet. A [`PriceProcess::Scaled`] refers to an earlier index only.
    pub prices: Vec<PriceSeries>,
    /// Every stock pool.
    pub stocks: Vec<StockSeries>,
    /// Common shocks that move several prices and stocks together.
    pub shocks: Vec<Shock>,
    /// Groups of replayed series that share one offset per replication.
    pub clocks: Vec<Clock>,
    /// Who calls.
    pub traffic: TrafficModel,
}

/// One price series.
#[derive(Clone, Debug, PartialEq)]
pub struct PriceSeries {
    /// The entity its luck is keyed by, such as `A/spot_protected`. Unique.
    pub name: String,
    /// How it moves.
    pub process: PriceProcess,
    /// Shocks that touch it: index into [`WorldModel::shocks`].
    pub shocks: Vec<usize>,
}

/// How a price moves. Prices are per hour in the scenario's currency.
#[derive(Clone, Debug, PartialEq)]
pub enum PriceProcess {
    /// One price for ever.
    Constant(UnitPrice),
    /// Exact times and prices, in order of time, the first at or before 0. The price at `t` is the one after the change at `t`.
    Schedule(Vec<(SimTime, UnitPrice)>),
    /// Mean-reverting with jumps at a fixed step.
    MeanReverting(MeanReverting),
    /// Markov switching between a calm and a tight regime.
    TwoRegime(TwoRegime),
    /// A recorded history.
    Replay(Replay),
    /// An earlier series times a factor in units of 10⁻⁹, rounded to six decimals half-even.
    Scaled {
        /// Index of the earlier series.
        of: PriceId,
        /// The factor in units of 10⁻⁹; 0.9 is 900,000,000.
        factor_ppb: i64,
    },
}

/// p′ = clamp(p + speed·(level − p) + noise·z + J) once per step, J = U(0,1)·`jump_size`·level with
/// `jump_probability`, else 0. The value during step 0 is `start`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanReverting {
    /// Length of a step.
    pub step: SimSpan,
    /// Price during the first step.
    pub start: f64,
    /// Level it returns to.
    pub level: f64,
    /// Share of the distance to the level covered per step, in (0, 1].
    pub speed: f64,
    /// Standard deviation of the noise per step.
    pub noise: f64,
    /// Probability of a jump per step, in [0, 1].
    pub jump_probability: f64,
    /// Largest jump as a multiple of the level.
    pub jump_size: f64,
    /// Lower bound of the price.
    pub floor: f64,
    /// Upper bound of the price.
    pub cap: f64,
}

/// One regime of [`TwoRegime`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Regime {
    /// Level the price returns to.
    pub level: f64,
    /// Share of the distance covered per step, in (0, 1].
    pub speed: f64,
    /// Standard deviation of the noise per step.
    pub noise: f64,
    /// Mean of the exponential holding time.
    pub holding_mean: SimSpan,
}

/// In which regime, stock state or phase of a shock a process begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initial {
    /// The calm regime; in stock; no shock.
    First,
    /// The tight regime; out of stock; a shock.
    Second,
    /// Drawn from the stationary distribution.
    Stationary,
}

/// Markov switching between two regimes with exponential holding times. The regime in force at a step's beginning
/// drives that step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoRegime {
    /// Length of a step.
    pub step: SimSpan,
    /// Price during the first step; the level of the initial regime if none.
    pub start: Option<f64>,
    /// The calm regime.
    pub calm: Regime,
    /// The tight regime.
    pub tight: Regime,
    /// Where it begins.
    pub initial: Initial,
    /// Lower bound of the price.
    pub floor: f64,
    /// Upper bound of the price.
    pub cap: f64,
}

/// A recorded step function on the Unix clock, shared by all replications.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// Unix milliseconds of each change, strictly increasing.
    pub times_unix_ms: Vec<i64>,
    /// The value from each change on: a price in units of 10⁻⁹, or a number of units in stock.
    pub values: Vec<i64>,
    /// Where the record ends (the newest row of its file); the last value holds until here.
    pub end_unix_ms: i64,
}

/// A series that follows a [`History`] on a [`Clock`].
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    /// Index into [`WorldModel::clocks`].
    pub clock: usize,
    /// The record.
    pub history: Arc<History>,
}

/// Several series that are replayed with one offset per replication, so that what moved together still does.
#[derive(Clone, Debug, PartialEq)]
pub struct Clock {
    /// The entity its luck is keyed by. Unique.
    pub name: String,
    /// The part of the record that is replayed: `[start, end)` in Unix milliseconds.
    pub window_unix_ms: (i64, i64),
    /// How the offset is chosen.
    pub mode: ClockMode,
}

/// How the offset of a [`Clock`] is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockMode {
    /// The scenario's start is this Unix millisecond of the record, in every replication. Before a series' first row
    /// its price is unknown; after the record's end the last value holds.
    Fixed(i64),
    /// A random offset in the window, wrapping around at its end. The offset is a whole number of seconds.
    Circular {
        /// Keep the hour of the week: offsets are whole weeks after the first matching instant, and the circle is cut to whole weeks.
        keep_hour_of_week: bool,
    },
    /// Blocks of this length (1 to 7 days), each from an independent random place of the window (circular).
    Blocks {
        /// Length of a block.
        length: SimSpan,
        /// Each block begins at the hour of the week it is replayed at.
        keep_hour_of_week: bool,
    },
}

/// One stock pool: what can be had of a market before our own use.
#[derive(Clone, Debug, PartialEq)]
pub struct StockSeries {
    /// The entity its luck is keyed by, such as `A/stock`. Unique.
    pub name: String,
    /// When there is stock.
    pub process: StockProcess,
    /// Units there are while there is stock; `None` is without limit.
    pub units: Option<u32>,
    /// Shocks that withdraw it: index into [`WorldModel::shocks`].
    pub shocks: Vec<usize>,
}

impl StockSeries {
    /// Whether its units are numbered; else there are none or as many as anybody wants, whatever is in use.
    pub const fn is_counted(&self) -> bool {
        self.units.is_some() || matches!(self.process, StockProcess::Replay(_))
    }
}

/// When there is stock.
#[derive(Clone, Debug, PartialEq)]
pub enum StockProcess {
    /// Always.
    Always,
    /// Never.
    Never,
    /// In stock during these half-open windows, in order and apart.
    Windows(Vec<(SimTime, SimTime)>),
    /// Exponential holding times in and out of stock; instants are rounded up to whole seconds.
    OnOff {
        /// Mean time in stock.
        on_mean: SimSpan,
        /// Mean time out of stock.
        off_mean: SimSpan,
        /// Where it begins.
        initial: Initial,
    },
    /// A recorded availability: the value is the number of units (0 = none). Times before the first row have none.
    Replay(Replay),
}

/// A shock that several prices and stocks feel at the same time: off and on with exponential holding times.
#[derive(Clone, Debug, PartialEq)]
pub struct Shock {
    /// The entity its luck is keyed by. Unique.
    pub name: String,
    /// Mean time between the end of one shock and the start of the next.
    pub calm_mean: SimSpan,
    /// Mean length of a shock.
    pub shock_mean: SimSpan,
    /// Whether it is in force at the start: off (first), on (second), or by the stationary distribution.
    pub initial: Initial,
    /// Prices of touched series are multiplied by this while it lasts, in units of 10⁻⁹ (rounded to six decimals half-even).
    pub price_factor_ppb: i64,
    /// Touched prices never exceed this while it lasts, in units of 10⁻⁹ per hour, if given.
    pub price_cap: Option<UnitPrice>,
}

/// A length of time with luck: one uniform per draw, by inverse transform; results are rounded up to whole seconds
/// where they are sampled.
#[derive(Clone, Debug, PartialEq)]
pub enum DurationModel {
    /// Always the same.
    Fixed(SimSpan),
    /// Evenly between two spans.
    Uniform(SimSpan, SimSpan),
    /// Exponential with this mean.
    Exponential(SimSpan),
    /// Lognormal with this median and sigma of the logarithm.
    LogNormal {
        /// Half of the draws are below.
        median: SimSpan,
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// The n-th draw is the n-th span; the last repeats.
    Sequence(Vec<SimSpan>),
    /// It never ends (a container that crashes, W08).
    Never,
}
