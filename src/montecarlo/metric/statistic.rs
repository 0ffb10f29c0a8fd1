//! What of a distribution over replications a metric says.

use super::MetricError;
use super::measure::Measure;
use crate::montecarlo::distribution::quantile_rank;
use crate::montecarlo::estimate::MeanEstimate;
use std::fmt;
use std::ops::Range;

/// A statistic of a column. Shares of the distribution are in thousandths, from 1 to 999.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Statistic {
    /// The arithmetic mean.
    Mean,
    /// The ⌈pN⌉-th smallest of N.
    Quantile(u16),
    /// The mean of the greatest ⌈(1 − p)N⌉.
    Cvar(u16),
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The share of replications in which it happened.
    Share,
}

impl Statistic {
    /// Names of the usual ones, for suggestions.
    pub(super) const EXAMPLES: [&'static str; 10] =
        ["mean", "p1", "p5", "p50", "p95", "p99", "cvar95", "min", "max", "share"];
    /// All of them in words.
    pub(super) const WORDS: &'static str = "the statistics are mean, p5, p50, p95, p99 (or another from p0.1 to p99.9), cvar95 (likewise), min, max, and \
         share of what is yes or no";

    /// The statistic of a name for a measure, in a metric as typed.
    pub(super) fn parse(name: &str, measure: Measure, text: &str) -> Result<Self, MetricError> {
        let found = match name {
            "mean" => Some(Self::Mean),
            "min" => Some(Self::Min),
            "max" => Some(Self::Max),
            "share" => Some(Self::Share),
            _ => match (name.strip_prefix("cvar"), name.strip_prefix('p')) {
                (Some(digits), _) => per_mille(digits).map(Self::Cvar),
                (None, Some(digits)) => per_mille(digits).map(Self::Quantile),
                (None, None) => None,
            },
        };
        let unknown = || MetricError::UnknownStatistic { text: text.to_owned(), name: name.to_owned() };
        let found = found.ok_or_else(unknown)?;
        if (found == Self::Share) == measure.is_yes_or_no() {
            Ok(found)
        } else {
            Err(MetricError::Mismatch { text: text.to_owned(), measure })
        }
    }

    /// Of plain numbers in any order; none of none. A share is of those that are not 0.
    pub fn of(self, values: &[f64]) -> Option<f64> {
        if values.is_empty() {
            return None;
        }
        match self {
            Self::Mean => MeanEstimate::of(values).map(|estimate| estimate.mean),
            Self::Share => {
                let hits = values.iter().filter(|value| value.abs() > 0.0).count();
                Some(hits as f64 / values.len() as f64)
            }
            Self::Quantile(_) | Self::Cvar(_) | Self::Min | Self::Max => {
                let mut sorted = values.to_vec();
                sorted.sort_by(f64::total_cmp);
                let part = &sorted[self.range(sorted.len())];
                MeanEstimate::of(part).map(|estimate| estimate.mean)
            }
        }
    }

    /// Which of `n` (at least one) sorted values it is the mean of.
    pub(super) fn range(self, n: usize) -> Range<usize> {
        let at = |index: usize| index..index + 1;
        match self {
            Self::Mean | Self::Share => 0..n,
            Self::Quantile(per_mille) => at(quantile_rank(usize::from(per_mille), n) - 1),
            Self::Cvar(per_mille) => n - quantile_rank(1_000 - usize::from(per_mille), n)..n,
            Self::Min => at(0),
            Self::Max => at(n - 1),
        }
    }
}

/// Per cent with at most one decimal, as thousandths.
fn per_mille(digits: &str) -> Option<u16> {
    let plain = digits.starts_with(|first: char| first.is_ascii_digit());
    let value = crate::units::parse_scaled(digits, 1).ok().filter(|_| plain)?;
    u16::try_from(value).ok().filter(|value| (1..=999).contains(value))
}

impl fmt::Display for Statistic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = |f: &mut fmt::Formatter, word: &str, per_mille: u16| {
            let (whole, tenth) = (per_mille / 10, per_mille % 10);
            if tenth == 0 { write!(f, "{word}{whole}") } else { write!(f, "{word}{whole}.{tenth}") }
        };
        match self {
            Self::Mean => f.write_str("mean"),
            Self::Quantile(per_mille) => share(f, "p", *per_mille),
            Self::Cvar(per_mille) => share(f, "cvar", *per_mille),
            Self::Min => f.write_str("min"),
            Self::Max => f.write_str("max"),
            Self::Share => f.write_str("share"),
        }
    }
}
