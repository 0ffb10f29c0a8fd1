//! What a shard says of itself.

use super::ShardError;
use crate::scenario::{Scenario, ScenarioHash};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Replications `first..end`: at least one.
///
/// ```
/// use deploysim::shard::Range;
/// let range: Range = "2500..5000".parse().unwrap();
/// assert_eq!((range.first, range.end, range.len()), (2_500, 5_000, 2_500));
/// assert_eq!(range.to_string(), "2500..5000");
/// // Awkward: the end is not in it, and a range of nothing is none.
/// assert!("7..7".parse::<Range>().is_err() && "8..7".parse::<Range>().is_err());
/// assert!("7".parse::<Range>().is_err() && "..7".parse::<Range>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Range {
    /// The first of them.
    pub first: u64,
    /// The one after the last.
    pub end: u64,
}

/// The first part of a shard: whose replications these are.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Header {
    /// Version of the program that ran them.
    pub program: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Of everything that can change a result.
    #[serde(with = "hash_as_text")]
    pub scenario_hash: ScenarioHash,
    /// Root of all luck.
    pub seed: u64,
    /// Which replications; a checkpoint's have no end yet.
    pub range: Range,
    /// Names of the strategies: each replication has an outcome of each, in this order.
    pub strategies: Vec<String>,
    /// Path of the scenario as it was given; its data files are looked for beside it.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl Range {
    /// How many replications.
    pub fn len(self) -> u64 {
        self.end.saturating_sub(self.first)
    }

    /// True if there are none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

impl fmt::Display for Range {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}..{}", self.first, self.end)
    }
}

impl FromStr for Range {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "\"{text}\" is no range: write FIRST..END, as in 2500..5000 for replications 2500 to 4999"
            )
        };
        let (first, end) = text.split_once("..").ok_or_else(wrong)?;
        let number = |text: &str| text.trim().parse::<u64>().map_err(|_| wrong());
        let range = Self { first: number(first)?, end: number(end)? };
        if range.is_empty() {
            Err(format!("{text} has no replication: the end is not in it"))
        } else {
            Ok(range)
        }
    }
}

impl Header {
    /// For replications of a scenario, whose file was `path` and held `text`.
    pub fn new(scenario: &Scenario, seed: u64, range: Range, path: String, text: String) -> Self {
        Self {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: scenario.name.clone(),
            scenario_hash: scenario.hash,
            seed,
            range,
            strategies: scenario.strategies.iter().map(|strategy| strategy.name.clone()).collect(),
            path,
            text,
        }
    }

    /// As one line.
    pub(super) fn line(&self) -> String {
        let mut line = serde_json::to_string(self).expect("a header has only text keys and whole numbers");
        line.push('\n');
        line
    }

    /// From such a line.
    pub(super) fn parse(line: &str, at: u64) -> Result<Self, ShardError> {
        serde_json::from_str(line).map_err(|_| ShardError::Damaged { what: "the header", at })
    }
}

/// A hash as its digits.
mod hash_as_text {
    use super::ScenarioHash;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(hash: &ScenarioHash, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(hash)
    }
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ScenarioHash, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}
