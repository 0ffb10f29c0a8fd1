//! Where the readers of all formats put what they find: rows, problems and what had to be assumed.

use super::builder::{Builder, Order};
use super::decode::Source;
use super::number::{self, ClockKind, NumberError};
use super::problem::{DataProblem, Problems};
use super::{DataFile, Format, Measure, Row, SeriesKey};

/// How often something was assumed, and where first.
#[derive(Default)]
struct Tally {
    count: usize,
    first_line: usize,
}

impl Tally {
    fn add(&mut self, line: usize) {
        if self.count == 0 {
            self.first_line = line;
        }
        self.count += 1;
    }
}

/// Collects a file.
pub(super) struct Sink<'a> {
    pub(super) source: &'a Source,
    pub(super) builder: Builder,
    pub(super) notes: Vec<String>,
    pub(super) currency: Option<String>,
    problems: Problems<'a>,
    rounded: Tally,
    assumed_utc: Tally,
    anonymous: Tally,
    certain: Tally,
}

impl<'a> Sink<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        Self {
            source,
            builder: Builder::default(),
            notes: source.notes.clone(),
            currency: None,
            problems: Problems::new(source),
            rounded: Tally::default(),
            assumed_utc: Tally::default(),
            anonymous: Tally::default(),
            certain: Tally::default(),
        }
    }

    /// A problem at a byte offset of the text, with the offending text.
    pub(super) fn problem(
        &mut self,
        offset: usize,
        text: Option<&str>,
        message: impl Into<String>,
        help: &str,
    ) {
        self.problems.add(offset, text, message, help);
    }

    /// A problem that ends the reading, with all that were met before.
    pub(super) fn fail(self, problem: DataProblem) -> Vec<DataProblem> {
        self.problems.fail(problem)
    }

    /// A time in Unix milliseconds.
    pub(super) fn time(&mut self, offset: usize, text: &str, milliseconds: bool) -> Option<i64> {
        let Some(instant) = number::parse_time(text, milliseconds) else {
            let help = "write it as in 2026-06-10T10:00:00+08:00 or 2026-06-10T02:00:00Z, or as Unix seconds";
            self.problem(offset, Some(text), "not a time", help);
            return None;
        };
        let tally = match instant.clock {
            ClockKind::Certain => &mut self.certain,
            ClockKind::AssumedUtc => &mut self.assumed_utc,
            ClockKind::Anonymous => &mut self.anonymous,
        };
        tally.add(self.source.line(offset));
        Some(instant.unix_ms)
    }

    /// A positive price in units of 10⁻⁹.
    pub(super) fn price(&mut self, offset: usize, text: &str) -> Option<i64> {
        let (message, help) = match number::parse_nano(text) {
            Ok(nano) if nano.value > 0 => {
                if nano.rounded {
                    self.rounded.add(self.source.line(offset));
                }
                return Some(nano.value);
            }
            Ok(nano) if nano.value < 0 => {
                ("a price cannot be negative", "leave the row out if it is not known")
            }
            Ok(_) => {
                ("a price cannot be zero", "leave the row out if it is not known; prices below 10⁻⁹ are zero")
            }
            Err(NumberError::TooLarge) => {
                ("the price is too large", "prices are per hour and below nine billion")
            }
            Err(NumberError::NotANumber) => ("not a price", number_help(text)),
        };
        self.problem(offset, Some(text), message, help);
        None
    }

    /// A share of the standard price in units of 10⁻⁹.
    pub(super) fn discount(&mut self, offset: usize, text: &str) -> Option<i64> {
        let help = "a discount is what is paid as a share of the standard price: 0.3 is 30 % of it";
        match number::parse_nano(text) {
            Ok(nano) if (1..=1_000_000_000).contains(&nano.value) => {
                if nano.rounded {
                    self.rounded.add(self.source.line(offset));
                }
                return Some(nano.value);
            }
            Ok(_) | Err(NumberError::TooLarge) => {
                self.problem(offset, Some(text), "a discount lies above 0 and at most at 1", help);
            }
            Err(NumberError::NotANumber) => self.problem(offset, Some(text), "not a discount", help),
        }
        None
    }

    /// A number of units.
    pub(super) fn units(&mut self, offset: usize, text: &str) -> Option<i64> {
        let digits = text.trim();
        let number = digits.parse::<u32>().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()));
        if number.is_none() {
            let help = "write how many units can be had: 0 for none, 1 for one or for \"available\"";
            self.problem(offset, Some(text), "not a whole number of units", help);
        }
        number.map(i64::from)
    }

    /// Adds a row to the series of a key.
    pub(super) fn row(&mut self, key: SeriesKey, row: Row, offset: usize) -> usize {
        let line = self.source.line(offset);
        let series = self.builder.series(key);
        self.builder.push(series, row, line);
        series
    }

    /// The file, or all its problems.
    pub(super) fn finish(mut self, format: Format, order: Order) -> Result<DataFile, Vec<DataProblem>> {
        if !self.problems.is_empty() {
            return Err(self.problems.all());
        }
        let file = self.source.file.clone();
        self.note_assumptions(&file, format.measure());
        let Some(built) = self.builder.finish(&file, order) else {
            let help = "widen the time or the filter it was fetched with";
            return Err(vec![DataProblem::of_file(&file, "the file has no rows", help)]);
        };
        self.notes.extend(built.notes);
        Ok(DataFile {
            path: file,
            format,
            series: built.series,
            end_unix_ms: built.end_unix_ms,
            currency: self.currency,
            notes: self.notes,
        })
    }

    fn note_assumptions(&mut self, file: &str, measure: Measure) {
        let Tally { count, first_line } = self.rounded;
        if count > 0 {
            let what = if measure == Measure::Discount { "discounts" } else { "prices" };
            self.notes.push(format!(
                "{file}: {what} that have more than nine decimals and were rounded: {count} (first: line {first_line})"
            ));
        }
        if self.assumed_utc.count > 0 {
            self.notes.push(format!("{file}: the times name no offset and were taken as UTC"));
        }
        if self.anonymous.count > 0 && self.certain.count == 0 && self.assumed_utc.count == 0 {
            self.notes.push(format!("{file}: the times are small numbers: counted from an anonymous start"));
        } else if self.anonymous.count > 0 {
            let line = self.anonymous.first_line;
            self.notes.push(format!(
                "{file}: some times are small numbers, in the year 1970 or soon after (line {line})"
            ));
        }
    }
}

/// What to write instead of a text that is no number.
fn number_help(text: &str) -> &'static str {
    let text = text.trim();
    if text.is_empty() {
        "leave the row out if the price is not known"
    } else if text.contains(',') && text.chars().all(|c| c.is_ascii_digit() || c == ',' || c == '.') {
        "write the decimals after a point and no other separators, as in 1234.56"
    } else if text.chars().any(|c| c.is_ascii_digit()) {
        "write the number alone, without a currency or a unit, as in 0.42"
    } else {
        "write a decimal number, as in 0.42"
    }
}
