//! A plan: how instances are chosen, kept and replaced, and the policies that make strategies differ.

use super::MarketId;
use crate::units::{SimSpan, UnitPrice};
use std::fmt;

/// How instances are chosen, kept and replaced.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Instance types in order of preference (E19).
    pub entries: Vec<Entry>,
    /// One-hour protection for every spot entry (E24: on unless `disable_spot_protection_period`).
    pub protection: bool,
    /// Whether and when a running replica returns to an earlier entry (A-16).
    pub move_back: Option<MoveBack>,
    /// When a waiting replica looks again (A-17).
    pub retry: Retry,
    /// Replicas that are always rented at the standard price.
    pub base: Option<Base>,
    /// After a reclaim no replica of the service takes that market as spot again for so long; 0 is at once.
    pub avoid_after_reclaim: SimSpan,
}

impl Plan {
    /// A plan that rents nothing.
    pub fn without_machines() -> Self {
        Self {
            entries: Vec::new(),
            protection: true,
            move_back: None,
            retry: Retry::OnAvailable,
            base: None,
            avoid_after_reclaim: SimSpan::ZERO,
        }
    }

    /// May the replica with this index take an entry? One of the standard base takes standard entries only.
    pub fn allows(&self, replica: u32, entry: &Entry) -> bool {
        entry.bid.is_none() || self.base.is_none_or(|base| !base.holds(replica))
    }

    /// How long a replica must have waited before it takes the entry with this index. For the base the first entry it may
    /// take is no fallback.
    pub fn wait_before(&self, replica: u32, index: usize) -> SimSpan {
        let is_base = self.base.is_some_and(|base| base.holds(replica));
        let first = self.entries.iter().position(|entry| entry.bid.is_none());
        if is_base && first == Some(index) { SimSpan::ZERO } else { self.entries[index].after }
    }
}

/// A standard base, and spot on top of it: which replicas are rented at the standard price only.
///
/// ```
/// use deploysim::scenario::model::Base;
/// // Two replicas, and of those above every fourth.
/// let base = Base { replicas: 2, share_above_ppb: 250_000_000 };
/// let standard: Vec<u32> = (0..10).filter(|replica| base.holds(*replica)).collect();
/// assert_eq!(standard, [0, 1, 5, 9]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Base {
    /// The first so many, by index.
    pub replicas: u32,
    /// Of those above, this share, rounded down, in units of 10⁻⁹.
    pub share_above_ppb: i64,
}

impl Base {
    /// Is the replica with this index one of the base? Scaling in takes the highest index first, so the base stays.
    pub const fn holds(self, replica: u32) -> bool {
        if replica < self.replicas {
            return true;
        }
        let above = (replica - self.replicas) as i64;
        (above + 1) * self.share_above_ppb / ONE_PPB > above * self.share_above_ppb / ONE_PPB
    }
}

/// One in units of 10⁻⁹.
const ONE_PPB: i64 = 1_000_000_000;

/// One instance type of a plan.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Where.
    pub market: MarketId,
    /// Present = spot, absent = standard (E24).
    pub bid: Option<Bid>,
    /// At most this many replicas of one service on this entry.
    pub cap: Option<u32>,
    /// A replica that has waited less than this does not take this entry.
    pub after: SimSpan,
}

/// What a tenant would pay at the most for a spot instance.
///
/// ```
/// use deploysim::scenario::model::Bid;
/// use deploysim::units::UnitPrice;
/// let bid = Bid::Limit(UnitPrice::parse("0.42").unwrap());
/// assert_eq!(bid.to_string(), "0.42");
/// // Awkward: without a limit there is no price above it, so only stock takes the instance back.
/// assert!(Bid::NoLimit.ceiling() > bid.ceiling());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bid {
    /// So much per hour.
    Limit(UnitPrice),
    /// Whatever the market asks: what some providers write as −1, and others as no bid at all.
    NoLimit,
}

impl Bid {
    /// The highest price per hour that is not above it.
    pub const fn ceiling(self) -> UnitPrice {
        match self {
            Self::Limit(price) => price,
            Self::NoLimit => UnitPrice::HIGHEST_KNOWN,
        }
    }

    /// The limit, if there is one.
    pub const fn limit(self) -> Option<UnitPrice> {
        match self {
            Self::Limit(price) => Some(price),
            Self::NoLimit => None,
        }
    }
}

impl fmt::Display for Bid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Limit(price) => price.fmt(f),
            Self::NoLimit => f.pad("without limit"),
        }
    }
}

/// Returning to a preferred entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoveBack {
    /// The preferred entry must have been available this long without a break.
    pub dwell: SimSpan,
    /// It must be cheaper by at least this.
    pub min_saving: Saving,
    /// Whether the old instance serves until the new one runs.
    pub order: MoveOrder,
}

/// In which order a replica changes instances when it moves back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoveOrder {
    /// The old one goes when the new one runs: no gap.
    MakeBeforeBreak,
    /// The old one goes when the new one is acquired: it does not serve while the new one starts, and needs no second unit.
    BreakBeforeMake,
}

/// A least saving against the price paid now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saving {
    /// Any price will do, dearer ones too: order alone decides.
    Any,
    /// At least this much per hour.
    PerHour(UnitPrice),
    /// At least this share of the present price, in units of 10⁻⁹.
    SharePpb(i64),
}

/// When a waiting replica looks again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// At the instant something becomes available.
    OnAvailable,
    /// Every so often, counted from the instant it began to wait.
    Every(SimSpan),
}
