//! Price, discount and availability histories from files, recognised by content.
//!
//! [`read`] takes the bytes of a file (plain or gzip) and finds out by itself what they are; the name of the file
//! is only used to say where a problem is. It either gives a [`DataFile`], in which every series is in order of
//! time and exact, or *all* the problems of the file (up to twenty) in one pass. What was repaired on the way (rows
//! sorted, repeated rows dropped, clocks without a zone taken as UTC) is said in [`DataFile::notes`].
//!
//! Times are RFC 3339 with an offset or `Z`; the same without an offset is taken as UTC, with a note; a bare number
//! of 10¹¹ or more is Unix milliseconds, a smaller one is seconds: Unix time, or counted from an anonymous start.
//! A column named `time_ms` or `timestamp_ms` holds milliseconds whatever their size.
//!
//! Prices are read from their decimal text, never through a float. A price with more than nine decimals (the trace
//! of somebody else's float) is rounded half to even, with a note.
//!
//! Records of calls and bills are other matters, read by [`calls`] and [`bills`] in the same manner.

pub mod bills;
mod builder;
pub mod calls;
pub mod eas;
mod columns;
mod decode;
mod header;
mod json;
mod load;
mod merge;
mod number;
mod problem;
mod select;
mod sink;
mod summary;
mod table;
#[cfg(test)]
mod tests;

pub use load::{history_problem, load_history};
pub use merge::MergeError;
pub use problem::DataProblem;
pub use select::{PriceColumn, SelectedPrice, Selection};
pub use summary::{FileSummary, SeriesSummary, ValueSummary, share_of_time_above};

use std::fmt;

/// What a file was recognised as.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Format {
    /// The JSON reply of AWS `describe-spot-price-history`, or its rows alone.
    AwsSpotJson,
    /// The same rows as CSV with the API's own names.
    AwsSpotCsv,
    /// The JSON reply of Alibaba Cloud ECS `DescribeSpotPriceHistory`.
    EcsSpotJson,
    /// The JSON reply of Alibaba Cloud PAI-EAS `DescribeSpotDiscountHistory`.
    EasDiscountJson,
    /// A change log of Google Cloud list prices (`sampled_at_unix`, `on_demand_usd_per_hour`, `spot_usd_per_hour`).
    GcpChanges,
    /// CSV with `time` and `price`, and any of `instance_type`, `region`, `zone`, `product`, `on_demand`.
    PriceCsv,
    /// CSV with `time` and `discount`, a share of the standard price.
    DiscountCsv,
    /// CSV with `time` and `available`, and any of `instance_type`, `region`, `zone`.
    AvailabilityCsv,
    /// CSV with `tick`, `time` and one column per zone.
    AvailabilityTicks,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::AwsSpotJson => "AWS spot price history (JSON)",
            Self::AwsSpotCsv => "AWS spot price history (CSV)",
            Self::EcsSpotJson => "Alibaba Cloud ECS spot price history (JSON)",
            Self::EasDiscountJson => "Alibaba Cloud PAI-EAS spot discount history (JSON)",
            Self::GcpChanges => "Google Cloud price changes (CSV)",
            Self::PriceCsv => "prices (CSV)",
            Self::DiscountCsv => "discounts (CSV)",
            Self::AvailabilityCsv => "availability changes (CSV)",
            Self::AvailabilityTicks => "availability ticks (CSV)",
        })
    }
}

impl Format {
    /// What its values are.
    pub fn measure(self) -> Measure {
        match self {
            Self::EasDiscountJson | Self::DiscountCsv => Measure::Discount,
            Self::AvailabilityCsv | Self::AvailabilityTicks => Measure::Units,
            Self::AwsSpotJson | Self::AwsSpotCsv | Self::EcsSpotJson | Self::GcpChanges | Self::PriceCsv => {
                Measure::Price
            }
        }
    }
}

/// What the values of a file are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Measure {
    /// A price per hour in units of 10⁻⁹ of the currency.
    Price,
    /// A share of the standard price in units of 10⁻⁹: "0.3" is 30 % of it.
    Discount,
    /// How many units can be had; 0 is none.
    Units,
}

/// What a series is of. A part that the file does not name is `None`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct SeriesKey {
    /// Instance or machine type.
    pub instance_type: Option<String>,
    /// Region; taken from the name of the zone where the file names only that.
    pub region: Option<String>,
    /// Zone.
    pub zone: Option<String>,
    /// Operating system and network, where they have prices of their own.
    pub product: Option<String>,
    /// With (`true`) or without the protected first hour.
    pub protected: Option<bool>,
}

impl fmt::Display for SeriesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A zone says its region.
        let place = self.zone.as_deref().or(self.region.as_deref());
        let protection = self.protected.map(|yes| if yes { "protected" } else { "unprotected" });
        let parts: Vec<&str> = [self.instance_type.as_deref(), place, self.product.as_deref(), protection]
            .into_iter()
            .flatten()
            .collect();
        f.pad(&if parts.is_empty() { "(the only series)".to_owned() } else { parts.join(" ") })
    }
}

/// One row of a series.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Row {
    /// Unix milliseconds, or milliseconds from an anonymous start.
    pub unix_ms: i64,
    /// The value from here on, as [`Measure`] says.
    pub value: i64,
    /// The on-demand price from here on in units of 10⁻⁹, where the file has one.
    pub on_demand: Option<i64>,
}

/// One series of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Series {
    /// What it is of.
    pub key: SeriesKey,
    /// The other spelling of its zone (AWS `AvailabilityZoneId`, such as `use1-az4`), if the file has it.
    pub zone_id: Option<String>,
    /// In order of time, at strictly increasing times; never empty.
    pub rows: Vec<Row>,
}

/// A file, read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DataFile {
    /// The file as the user named it; several, if merged.
    pub path: String,
    /// What it was recognised as.
    pub format: Format,
    /// In order of their keys.
    pub series: Vec<Series>,
    /// Its newest row: until then all its series were observed.
    pub end_unix_ms: i64,
    /// ISO 4217 code, if the format or the file says.
    pub currency: Option<String>,
    /// What was repaired or assumed, in sentences.
    pub notes: Vec<String>,
}

const ADVICE: decode::Advice = decode::Advice {
    empty: "name a file with a price or availability history",
    large: "cut it to the instance types and the time that are needed",
};

/// Reads a file: unpacks gzip, recognises the format by content, checks every row.
///
/// # Errors
/// All the problems of the file, up to twenty and then "and N more".
///
/// ```
/// use deploysim::scenario::import::{Format, read};
/// let file = read("spot.csv", b"time,price\n2026-06-10T10:00:00Z,0.42\n").unwrap();
/// assert_eq!((file.format, file.series[0].rows[0].value), (Format::PriceCsv, 420_000_000));
/// // Awkward: every broken row is reported, with its line.
/// let problems = read("spot.csv", b"time,price\nyesterday,0.42\n2026-06-10T10:00:00Z,-1\n").unwrap_err();
/// assert_eq!(problems[1].to_string(), "spot.csv:3:22: a price cannot be negative: \"-1\"");
/// ```
pub fn read(path_shown: &str, bytes: &[u8]) -> Result<DataFile, Vec<DataProblem>> {
    let source = decode::decode(path_shown, bytes, &ADVICE).map_err(|problem| vec![problem])?;
    match source.text.trim_start().chars().next() {
        Some('{' | '[') => json::read(&source),
        _ => table::read(&source),
    }
}

impl DataFile {
    /// What its series are of, in order.
    pub fn series_keys(&self) -> impl Iterator<Item = &SeriesKey> {
        self.series.iter().map(|series| &series.key)
    }

    /// What its values are.
    pub fn measure(&self) -> Measure {
        self.format.measure()
    }
}
