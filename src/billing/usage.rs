//! What was used: one continuous interval of one thing at one tariff.

use crate::units::{Money, RoundingMode, SimSpan, SimTime, UnitPrice};
use crate::world::StepPath;

/// How elapsed time becomes billed time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metering {
    /// The granule: a second, a minute or an hour.
    pub granularity: SimSpan,
    /// Started granules count whole, or time counts exactly.
    pub rounding: MeterRounding,
    /// Billed of every interval at the least, however short: sixty seconds with some providers, else nothing. It is priced
    /// as one granule: at the price in force when the interval begins.
    pub least: SimSpan,
}

impl Metering {
    /// Started granules count whole, and one is the least.
    pub const fn started(granularity: SimSpan) -> Self {
        Self { granularity, rounding: MeterRounding::Ceil, least: SimSpan::ZERO }
    }
}

/// What a started granule counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeterRounding {
    /// Whole, once per continuous interval.
    Ceil,
    /// Only the part that was used.
    Exact,
}

/// How a line's amount is rounded, once, from the exact cumulative charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineRounding {
    /// Decimals kept, at most twelve.
    pub decimals: u32,
    /// What happens to the rest.
    pub mode: RoundingMode,
}

impl Default for LineRounding {
    fn default() -> Self {
        Self { decimals: Money::SCALE, mode: RoundingMode::HalfUp }
    }
}

/// Where the price of a granule comes from: the price in force when the granule starts.
#[derive(Clone, Copy, Debug)]
pub enum PriceSource<'world> {
    /// One price.
    Constant(UnitPrice),
    /// The market's price as it moves (E18).
    Market(&'world StepPath),
    /// A locked price until an instant, the market's afterwards.
    LockedThenMarket {
        /// The price at acquisition.
        locked: UnitPrice,
        /// End of the protection period.
        until: SimTime,
        /// The market's price.
        market: &'world StepPath,
    },
}

/// A continuous interval of use: same deployment, replica, type and tariff, without a gap.
#[derive(Clone, Copy, Debug)]
pub struct Usage<'world> {
    /// When metering begins; granules are counted from here.
    pub from: SimTime,
    /// How elapsed time becomes billed time.
    pub metering: Metering,
    /// The price per unit and hour.
    pub price: PriceSource<'world>,
    /// Units in use: 1 instance, or the GiB above the free size.
    pub units: u32,
}

impl Usage<'_> {
    /// Billed time from the beginning of the interval up to `at`: a started granule counts whole, once per interval, and
    /// whatever has begun counts for the least that is billed.
    pub fn billed(&self, at: SimTime) -> SimSpan {
        let elapsed = at.since(self.from);
        let metered = match self.metering.rounding {
            MeterRounding::Exact => elapsed,
            MeterRounding::Ceil => {
                let granule = self.metering.granularity;
                SimSpan::from_ms(elapsed.started_granules(granule) * granule.as_ms())
            }
        };
        if elapsed.is_positive() { metered.max(self.metering.least) } else { metered }
    }
}
