//! What a price history holds, and the processes fitted to it, as text and JSON.

mod fit;
mod market;
mod text;

pub use fit::{FigureResult, FitResult, KindResult};
pub use text::render;

use crate::montecarlo::history::{AboveStandard, BidFigures, Description, Fit, NoFit, Record, Spells};
use crate::scenario::import::{DataFile, SeriesKey};
use crate::units::{Calendar, SimSpan, SimTime, UnitPrice};
use serde::Serialize;

/// A series with all that was found out about it.
pub struct Looked {
    /// What it is of.
    pub key: SeriesKey,
    /// Rows of the file.
    pub rows: usize,
    /// None if it has one row only, and so no length.
    pub record: Option<(Record, Description)>,
    /// The newest standard price, and whether it was given (else it is the file's).
    pub standard: Option<(UnitPrice, bool)>,
    /// None if no fit was asked for.
    pub fit: Option<Result<Fit, NoFit>>,
}

/// The answer.
#[derive(Clone, Debug, Serialize)]
pub struct PriceReport {
    /// The files as the user named them.
    pub files: String,
    /// What they were recognised as.
    pub format: String,
    /// ISO 4217 code, if known.
    pub currency: Option<String>,
    /// Prices are shares of the standard price, which was not given.
    pub is_relative: bool,
    /// What was repaired or assumed.
    pub notes: Vec<String>,
    /// Rows of these series.
    pub rows: usize,
    /// Worlds that were drawn for each comparison.
    pub worlds: u64,
    /// Root of their luck.
    pub seed: u64,
    /// In order of their names.
    pub series: Vec<SeriesResult>,
    /// Version of the program.
    pub version: &'static str,
}

/// One series. Prices are text, as money is.
#[derive(Clone, Debug, Serialize)]
pub struct SeriesResult {
    /// What it is of.
    pub name: String,
    /// Rows of the file.
    pub rows: usize,
    /// Its figures; null if it has one row only.
    pub figures: Option<SeriesFigures>,
    /// The newest standard price; null if it is not known.
    pub standard: Option<String>,
    /// Whether the standard price was given, and not the file's.
    pub standard_is_given: bool,
    /// The processes; null if no fit was asked for.
    pub fit: Option<FitResult>,
}

/// The figures of one series.
#[derive(Clone, Debug, Serialize)]
pub struct SeriesFigures {
    /// Its oldest row.
    pub from: String,
    /// Where the record ends.
    pub to: String,
    /// How long that is.
    pub days: f64,
    /// Changes of the price.
    pub changes: usize,
    /// The same per 24 hours.
    pub changes_per_day: f64,
    /// Hours between changes: least, 10 %, median, 90 %, most; null below two changes.
    pub gap_hours: Option<[f64; 5]>,
    /// A time without a change that is a tenth of the record or more, and many times the usual one: hours.
    pub longest_lull_hours: Option<f64>,
    /// Lowest price.
    pub least: String,
    /// The price not exceeded half of the time.
    pub median: String,
    /// Mean over time.
    pub mean: String,
    /// Highest price.
    pub most: String,
    /// Above shares of the standard price; empty if that is not known.
    pub above_standard: Vec<AboveResult>,
    /// Against bids.
    pub bids: Vec<BidResult>,
}

/// Above a share of the standard price.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct AboveResult {
    /// Per cent of the standard price.
    pub percent: i64,
    /// Share of the time.
    pub share: f64,
    /// The longest time without a break, in hours.
    pub longest_hours: f64,
}

/// Against one bid.
#[derive(Clone, Debug, Serialize)]
pub struct BidResult {
    /// The bid.
    pub bid: String,
    /// Share of the time at or below it.
    pub share_at_or_below: f64,
    /// How often a day the price goes from at or below it to above it.
    pub crossings_per_day: f64,
    /// Stays at or below.
    pub below: StayResult,
    /// Stays above.
    pub above: StayResult,
}

/// Lengths of stays, in hours; 0 where there are none.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct StayResult {
    /// How many.
    pub count: usize,
    /// Mean.
    pub mean_h: f64,
    /// Median.
    pub p50_h: f64,
    /// 90 % quantile.
    pub p90_h: f64,
    /// The longest.
    pub longest_h: f64,
}

impl PriceReport {
    /// The answer about the series of a file.
    pub fn new(
        file: &DataFile,
        notes: &[String],
        is_relative: bool,
        worlds: (u64, u64),
        series: &[Looked],
    ) -> Self {
        let context = market::Context { file, is_relative };
        let results: Vec<SeriesResult> = series.iter().map(|looked| looked.result(&context)).collect();
        Self {
            files: file.path.clone(),
            format: file.format.to_string(),
            currency: file.currency.clone(),
            is_relative,
            notes: notes.to_vec(),
            rows: results.iter().map(|series| series.rows).sum(),
            worlds: worlds.0,
            seed: worlds.1,
            series: results,
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

impl Looked {
    fn result(&self, context: &market::Context) -> SeriesResult {
        let fit = match (&self.fit, &self.record) {
            (Some(fit), Some((record, _))) => Some(FitResult::new(self, record, fit, context)),
            (Some(_) | None, _) => None,
        };
        SeriesResult {
            name: self.key.to_string(),
            rows: self.rows,
            figures: self.record.as_ref().map(|(record, description)| figures(record, description)),
            standard: self.standard.map(|(price, _)| price.to_string()),
            standard_is_given: self.standard.is_some_and(|(_, given)| given),
            fit,
        }
    }
}

fn figures(record: &Record, of: &Description) -> SeriesFigures {
    SeriesFigures {
        from: date(record, SimTime::ZERO),
        to: date(record, record.end()),
        days: hours(record.length) / 24.0,
        changes: of.changes,
        changes_per_day: of.changes_per_day,
        gap_hours: of.gaps.map(|gaps| [gaps.least, gaps.p10, gaps.p50, gaps.p90, gaps.most].map(hours)),
        longest_lull_hours: of.longest_lull.map(hours),
        least: of.least.to_string(),
        median: of.median.to_string(),
        mean: UnitPrice::from_sampled(of.mean).to_string(),
        most: of.most.to_string(),
        above_standard: of.above_standard.iter().map(above).collect(),
        bids: of.bids.iter().map(bid).collect(),
    }
}

fn above(of: &AboveStandard) -> AboveResult {
    AboveResult { percent: of.percent, share: of.share, longest_hours: hours(of.longest) }
}

fn bid(of: &BidFigures) -> BidResult {
    BidResult {
        bid: of.bid.to_string(),
        share_at_or_below: of.share_at_most,
        crossings_per_day: of.crossings_per_day,
        below: stay(&of.below),
        above: stay(&of.above),
    }
}

fn stay(of: &Spells) -> StayResult {
    let Spells { count, mean_h, p50_h, p90_h, longest_h } = *of;
    StayResult { count, mean_h, p50_h, p90_h, longest_h }
}

fn hours(span: SimSpan) -> f64 {
    span.as_ms() as f64 / SimSpan::HOUR.as_ms() as f64
}

/// An instant of a record as a civil time in UTC.
fn date(record: &Record, at: SimTime) -> String {
    let unix = at + SimSpan::from_ms(record.start_unix_ms);
    Calendar::parse("1970-01-01T00:00:00Z")
        .map_or_else(|_| unix.as_ms().to_string(), |calendar| calendar.format(unix))
}
