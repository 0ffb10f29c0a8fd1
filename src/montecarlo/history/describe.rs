//! What a price history holds, in figures.

use super::Record;
use super::figures::{BidFigures, figures};
use crate::montecarlo::quantile_rank;
use crate::units::{SimSpan, SimTime, UnitPrice};
use crate::world::{History, StepPath};

/// Shares of the standard price that a price is held against, in per cent.
pub const STANDARD_PERCENTS: [i64; 3] = [50, 70, 100];

/// Quantiles of a sample.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Quantiles {
    /// Least.
    pub least: SimSpan,
    /// 10 %.
    pub p10: SimSpan,
    /// Median.
    pub p50: SimSpan,
    /// 90 %.
    pub p90: SimSpan,
    /// Most.
    pub most: SimSpan,
}

/// The price above a share of the standard price.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct AboveStandard {
    /// Per cent of the standard price.
    pub percent: i64,
    /// Share of the time above it.
    pub share: f64,
    /// The longest time above it without a break; zero if it never is.
    pub longest: SimSpan,
}

/// A series in figures.
#[derive(Clone, PartialEq, Debug)]
pub struct Description {
    /// Changes of the price.
    pub changes: usize,
    /// The same per 24 hours.
    pub changes_per_day: f64,
    /// Times between changes; none below two changes.
    pub gaps: Option<Quantiles>,
    /// Lowest price.
    pub least: UnitPrice,
    /// The price not exceeded half of the time.
    pub median: UnitPrice,
    /// Mean over time.
    pub mean: f64,
    /// Highest price.
    pub most: UnitPrice,
    /// Against the standard price; empty if that is not known.
    pub above_standard: Vec<AboveStandard>,
    /// Against bids.
    pub bids: Vec<BidFigures>,
    /// The price stood still for far longer than usual: a hole in the record, or a lull.
    pub longest_lull: Option<SimSpan>,
}

/// A gap so many times the median one, and at least a tenth of the record, is pointed out.
const LULL: i64 = 10;

/// Describes a record. `standard` is a path of the standard price on the record's clock.
pub fn describe(record: &Record, standard: Option<&History>, bids: &[UnitPrice]) -> Description {
    let (begin, end) = (SimTime::ZERO, record.end());
    let pieces: Vec<_> = record.path.segments(begin, end).collect();
    let values = || pieces.iter().map(|piece| piece.value);
    let mut gaps: Vec<i64> = record.changes.windows(2).map(|pair| pair[1].since(pair[0]).as_ms()).collect();
    gaps.sort_unstable();
    let quantiles = (!gaps.is_empty()).then(|| {
        let at = |per_mille| SimSpan::from_ms(gaps[quantile_rank(per_mille, gaps.len()) - 1]);
        Quantiles { least: at(0), p10: at(100), p50: at(500), p90: at(900), most: at(1_000) }
    });
    let lull = quantiles.map(|gaps| (gaps.most, gaps.p50)).filter(|(most, median)| {
        most.as_ms() > LULL * median.as_ms() && most.as_ms() * 10 > record.length.as_ms()
    });
    let days = record.length.as_ms() as f64 / SimSpan::DAY.as_ms() as f64;
    Description {
        changes: record.changes.len(),
        changes_per_day: record.changes.len() as f64 / days,
        gaps: quantiles,
        least: UnitPrice::from_nano(values().min().unwrap_or(0)),
        median: record.quantile(begin, end, 500),
        mean: record.path.integral(begin, end) as f64 / record.length.as_ms() as f64 / 1e9,
        most: UnitPrice::from_nano(values().max().unwrap_or(0)),
        above_standard: standard.map(|standard| above_standard(record, standard)).unwrap_or_default(),
        bids: bids.iter().map(|bid| figures(&record.path, begin, end, *bid)).collect(),
        longest_lull: lull.map(|(most, _)| most),
    }
}

/// The record above shares of a standard price that may itself change.
fn above_standard(record: &Record, standard: &History) -> Vec<AboveStandard> {
    let at = |unix_ms: &i64| SimTime::from_ms((unix_ms - record.start_unix_ms).max(0));
    let mut changes: Vec<(SimTime, i64)> =
        standard.times_unix_ms.iter().map(at).zip(standard.values.iter().copied()).collect();
    // A standard price that is only known later is taken to have held before.
    if let Some(first) = changes.first_mut() {
        first.0 = SimTime::ZERO;
    }
    let standard = StepPath::from_changes(&changes);
    let end = record.end();
    let pieces: Vec<(SimTime, SimTime, i64, i64)> = record
        .path
        .segments(SimTime::ZERO, end)
        .flat_map(|piece| {
            standard.segments(piece.from, piece.to).map(move |own| (own.from, own.to, piece.value, own.value))
        })
        .collect();
    STANDARD_PERCENTS
        .iter()
        .map(|&percent| {
            let (mut above, mut run, mut longest) = (0, 0, 0);
            for (from, to, price, standard) in &pieces {
                let is_above = i128::from(*price) * 100 > i128::from(*standard) * i128::from(percent);
                let ms = to.since(*from).as_ms();
                run = if is_above { run + ms } else { 0 };
                above += if is_above { ms } else { 0 };
                longest = longest.max(run);
            }
            AboveStandard {
                percent,
                share: above as f64 / record.length.as_ms() as f64,
                longest: SimSpan::from_ms(longest),
            }
        })
        .collect()
}
