//! Several files of one history: pages of a reply, or months.

use super::builder::{Builder, Direction, Order};
use super::problem::listing;
use super::{DataFile, SeriesKey};

/// Why files cannot be merged.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MergeError {
    /// Nothing to merge.
    #[error("no files to merge")]
    NoFiles,
    /// Prices and availability, say.
    #[error("{first} holds {first_format} and {second} holds {second_format}: these are not one history")]
    DifferentMeasures {
        /// A file.
        first: String,
        /// What it is.
        first_format: String,
        /// The first file that differs.
        second: String,
        /// What that is.
        second_format: String,
    },
    /// Two currencies.
    #[error("{first} is in {first_currency} and {second} in {second_currency}: convert one of them first")]
    DifferentCurrencies {
        /// A file.
        first: String,
        /// Its currency.
        first_currency: String,
        /// The first file that differs.
        second: String,
        /// Its currency.
        second_currency: String,
    },
}

impl DataFile {
    /// One file out of several: series with one key become one series. Of two values at one instant the one of the
    /// later file in the list is kept, with a note.
    ///
    /// # Errors
    /// No files, or files that are not of one kind or currency.
    pub fn merge(files: Vec<Self>) -> Result<Self, MergeError> {
        if files.len() <= 1 {
            return files.into_iter().next().ok_or(MergeError::NoFiles);
        }
        let mut currency: Option<(&str, &str)> = None;
        for file in &files {
            if file.measure() != files[0].measure() {
                return Err(MergeError::DifferentMeasures {
                    first: files[0].path.clone(),
                    first_format: files[0].format.to_string(),
                    second: file.path.clone(),
                    second_format: file.format.to_string(),
                });
            }
            if let Some(this) = &file.currency {
                let (first, first_currency) = *currency.get_or_insert((&file.path, this));
                if first_currency != this {
                    return Err(MergeError::DifferentCurrencies {
                        first: first.to_owned(),
                        first_currency: first_currency.to_owned(),
                        second: file.path.clone(),
                        second_currency: this.clone(),
                    });
                }
            }
        }
        Ok(merged(&files, currency.map(|(_, currency)| currency.to_owned())))
    }
}

fn merged(files: &[DataFile], currency: Option<String>) -> DataFile {
    let path = listing(files.iter().map(|file| file.path.as_str()));
    let mut builder = Builder::default();
    let mut notes: Vec<String> = Vec::new();
    let mut end_unix_ms = files[0].end_unix_ms;
    for (n, file) in files.iter().enumerate() {
        end_unix_ms = end_unix_ms.max(file.end_unix_ms);
        notes.extend(file.notes.iter().cloned());
        for series in &file.series {
            let id = builder.series(SeriesKey::clone(&series.key));
            for row in &series.rows {
                builder.push(id, *row, n + 1);
            }
            if let Some(zone_id) = &series.zone_id {
                builder.zone_id(id, zone_id.clone());
            }
        }
    }
    let order = Order { direction: Direction::Files, sampled: false };
    let series = builder.finish(&path, order).map(|built| {
        notes.extend(built.notes);
        built.series
    });
    DataFile {
        path,
        format: files[0].format,
        series: series.unwrap_or_default(),
        end_unix_ms,
        currency,
        notes,
    }
}
