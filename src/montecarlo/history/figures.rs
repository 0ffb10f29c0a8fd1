//! What a price path means for a bid: how long it is below, how often it is outbid, how long each lasts.

use crate::units::{SimSpan, SimTime, UnitPrice};
use crate::world::StepPath;

/// The figures by which paths are compared, in the order of [`BidFigures::values`].
pub const FIGURES: [&str; 8] = [
    "share of time at or below",
    "crossings a day",
    "stay below, mean",
    "stay below, median",
    "stay below, p90",
    "stay above, mean",
    "stay above, median",
    "stay above, p90",
];

/// A figure of [`FIGURES`], by its number, of one bid, in words.
pub fn figure_words(figure: usize, bid: UnitPrice) -> String {
    match figure {
        0 => format!("time at or below {bid}"),
        1 => format!("crossings a day of {bid}"),
        2 => format!("mean stay below {bid}"),
        3 => format!("median stay below {bid}"),
        4 => format!("90 % quantile of stays below {bid}"),
        5 => format!("mean stay above {bid}"),
        6 => format!("median stay above {bid}"),
        _ => format!("90 % quantile of stays above {bid}"),
    }
}

/// How long a price stays on one side of a bid. Stays that the ends of the stretch cut count as they are.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Spells {
    /// How many stays.
    pub count: usize,
    /// Mean, in hours; 0 where there are none.
    pub mean_h: f64,
    /// Median, in hours.
    pub p50_h: f64,
    /// The 90 % quantile, in hours.
    pub p90_h: f64,
    /// The longest, in hours.
    pub longest_h: f64,
}

impl Spells {
    fn of(mut spans: Vec<i64>) -> Self {
        const MS_PER_HOUR: f64 = 3_600_000.0;
        if spans.is_empty() {
            return Self::default();
        }
        spans.sort_unstable();
        let count = spans.len();
        let at =
            |per_mille| spans[crate::montecarlo::quantile_rank(per_mille, count) - 1] as f64 / MS_PER_HOUR;
        let mean_h = spans.iter().sum::<i64>() as f64 / count as f64 / MS_PER_HOUR;
        Self { count, mean_h, p50_h: at(500), p90_h: at(900), longest_h: at(1_000) }
    }
}

/// A stretch of a path against one bid.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct BidFigures {
    /// The bid.
    pub bid: UnitPrice,
    /// Share of the time at or below it.
    pub share_at_most: f64,
    /// How often a day the price goes from at or below the bid to above it: what ends a spot instance.
    pub crossings_per_day: f64,
    /// Stays at or below.
    pub below: Spells,
    /// Stays above.
    pub above: Spells,
}

impl BidFigures {
    /// In the order of [`FIGURES`]; times in hours.
    pub fn values(&self) -> [f64; 8] {
        let (below, above) = (self.below, self.above);
        [
            self.share_at_most,
            self.crossings_per_day,
            below.mean_h,
            below.p50_h,
            below.p90_h,
            above.mean_h,
            above.p50_h,
            above.p90_h,
        ]
    }
}

/// The figures of `[from, to)` of a path.
///
/// ```
/// use deploysim::montecarlo::history::figures;
/// use deploysim::units::{SimSpan, SimTime, UnitPrice};
/// use deploysim::world::StepPath;
/// let bid = UnitPrice::parse("0.50").unwrap();
/// let path = StepPath::from_grid(SimSpan::from_hours(6), [4, 6, 5, 7].map(|tenth| tenth * 100_000_000).to_vec());
/// let day = figures(&path, SimTime::ZERO, SimTime::ZERO + SimSpan::from_days(1), bid);
/// // A price equal to the bid is not above it.
/// assert_eq!((day.share_at_most, day.crossings_per_day, day.below.count), (0.5, 2.0, 2));
/// // Awkward: of a bid that is never exceeded there are no stays above.
/// let all = figures(&path, SimTime::ZERO, SimTime::ZERO + SimSpan::from_days(1), UnitPrice::parse("0.7").unwrap());
/// assert_eq!((all.share_at_most, all.above.count, all.above.mean_h), (1.0, 0, 0.0));
/// ```
pub fn figures(path: &StepPath, from: SimTime, to: SimTime, bid: UnitPrice) -> BidFigures {
    assert!(from < to, "a stretch has a length");
    let limit = bid.as_nano();
    let (mut below, mut above) = (Vec::new(), Vec::new());
    let (mut at, mut crossings) = (from, 0_usize);
    let mut is_below = path.value_at(from) <= limit;
    while at < to {
        let next = if is_below { path.next_above(at, limit) } else { path.next_at_most(at, limit) };
        let end = next.map_or(to, |next| next.min(to));
        crossings += usize::from(is_below && end < to);
        let spans = if is_below { &mut below } else { &mut above };
        spans.push(end.since(at).as_ms());
        (at, is_below) = (end, !is_below);
    }
    let length = to.since(from).as_ms() as f64;
    BidFigures {
        bid,
        share_at_most: below.iter().sum::<i64>() as f64 / length,
        crossings_per_day: crossings as f64 * SimSpan::DAY.as_ms() as f64 / length,
        below: Spells::of(below),
        above: Spells::of(above),
    }
}
