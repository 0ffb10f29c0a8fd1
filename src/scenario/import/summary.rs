//! What is in a file, in figures for a reader.

use super::{DataFile, Format, Measure, Row, SeriesKey};
use crate::units::UnitPrice;
use crate::world::History;

/// A file in figures.
#[derive(Clone, PartialEq, Debug)]
pub struct FileSummary {
    /// The file as the user named it.
    pub path: String,
    /// What it was recognised as.
    pub format: Format,
    /// What its values are.
    pub measure: Measure,
    /// ISO 4217 code, if known.
    pub currency: Option<String>,
    /// Rows of all series.
    pub rows: usize,
    /// Its oldest row.
    pub first_unix_ms: i64,
    /// Its newest row.
    pub end_unix_ms: i64,
    /// One for each series.
    pub series: Vec<SeriesSummary>,
}

/// A series in figures.
#[derive(Clone, PartialEq, Debug)]
pub struct SeriesSummary {
    /// What it is of.
    pub key: SeriesKey,
    /// Rows, whether they change the value or not.
    pub rows: usize,
    /// Its oldest row.
    pub first_unix_ms: i64,
    /// Its newest row.
    pub last_unix_ms: i64,
    /// Of the spot price, the discount or the units.
    pub value: ValueSummary,
    /// Of the on-demand price, where there is one.
    pub on_demand: Option<ValueSummary>,
}

/// The values of a series in figures; in the file's [`Measure`].
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ValueSummary {
    /// Smallest.
    pub min: i64,
    /// Mean over time, from the first row to the file's newest.
    pub mean: f64,
    /// Largest.
    pub max: i64,
    /// How often it changes.
    pub changes: usize,
    /// Changes per 24 hours; 0 for a record of no length.
    pub changes_per_day: f64,
}

impl DataFile {
    /// The file in figures.
    pub fn summary(&self) -> FileSummary {
        let series: Vec<SeriesSummary> = self
            .series
            .iter()
            .filter_map(|series| {
                let (first, last) = (series.rows.first()?, series.rows.last()?);
                let of = |value: fn(&Row) -> Option<i64>| {
                    let points: Vec<(i64, i64)> =
                        series.rows.iter().filter_map(|row| Some((row.unix_ms, value(row)?))).collect();
                    summarise(&points, self.end_unix_ms)
                };
                Some(SeriesSummary {
                    key: series.key.clone(),
                    rows: series.rows.len(),
                    first_unix_ms: first.unix_ms,
                    last_unix_ms: last.unix_ms,
                    value: of(|row| Some(row.value))?,
                    on_demand: of(|row| row.on_demand),
                })
            })
            .collect();
        FileSummary {
            path: self.path.clone(),
            format: self.format,
            measure: self.measure(),
            currency: self.currency.clone(),
            rows: series.iter().map(|series| series.rows).sum(),
            first_unix_ms: series.iter().map(|series| series.first_unix_ms).min().unwrap_or(self.end_unix_ms),
            end_unix_ms: self.end_unix_ms,
            series,
        }
    }
}

fn summarise(points: &[(i64, i64)], end_unix_ms: i64) -> Option<ValueSummary> {
    let (first_ms, first) = *points.first()?;
    let mut weighted: i128 = 0;
    let (mut min, mut max, mut changes) = (first, first, 0);
    for (n, &(from, value)) in points.iter().enumerate() {
        let until = points.get(n + 1).map_or(end_unix_ms, |next| next.0);
        weighted += i128::from(until - from) * i128::from(value);
        min = min.min(value);
        max = max.max(value);
        changes += usize::from(n > 0 && points[n - 1].1 != value);
    }
    let length_ms = end_unix_ms - first_ms;
    let (mean, changes_per_day) = if length_ms > 0 {
        (weighted as f64 / length_ms as f64, changes as f64 * 86_400_000.0 / length_ms as f64)
    } else {
        (points.last()?.1 as f64, 0.0)
    };
    Some(ValueSummary { min, mean, max, changes, changes_per_day })
}

/// The share of a history's time, from its first row to its end, in which its value is above a price (A-15: a
/// replayed spot price above the standard price is a warning with this share).
pub fn share_of_time_above(history: &History, price: UnitPrice) -> f64 {
    let Some(first) = history.times_unix_ms.first() else { return 0.0 };
    let nexts = history.times_unix_ms.iter().skip(1).chain(std::iter::once(&history.end_unix_ms));
    let above_ms: i64 = history
        .times_unix_ms
        .iter()
        .zip(nexts)
        .zip(&history.values)
        .filter(|(_, value)| **value > price.as_nano())
        .map(|((from, until), _)| until - from)
        .sum();
    let length_ms = history.end_unix_ms - first;
    if length_ms > 0 { above_ms as f64 / length_ms as f64 } else { 0.0 }
}
