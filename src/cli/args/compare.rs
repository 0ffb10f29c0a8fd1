//! `deploysim compare` as it is typed: a group of flags for each thing it can do beside comparing.

use super::gate::GateArgs;
use super::long_run::{LongRunArgs, RowsFormat};
use super::{Format, InputArgs, parse_threads};
use crate::montecarlo::PrecisionGoal;
use clap::builder::ArgPredicate;
use clap::{Args, Parser, ValueEnum};
use std::path::PathBuf;

/// `deploysim compare`.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct CompareArgs {
    /// Scenario file (RON); the built-in default scenario if none is given
    pub scenario: Option<PathBuf>,
    /// How many worlds to draw; with --precision at most so many [default: 100000 then]
    #[arg(long, short = 'n', default_value_t = 2_000, default_value_if("precision", ArgPredicate::IsPresent, "100000"), value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub replications: u64,
    /// Draw worlds until the 95 % interval of the mean cost of every strategy is so narrow: half its length is at most this
    /// share of the figure, as in 1%. Of another figure: cost.p95=2% (repeatable: all of them)
    #[arg(
        long, value_name = "[METRIC=]SHARE", value_parser = PrecisionGoal::parse,
        conflicts_with_all = ["until_risk", "shard_out"]
    )]
    pub precision: Vec<PrecisionGoal>,
    /// Root of all luck: the same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Threads; 0 is one per core. Results do not depend on it
    #[arg(long, default_value_t = 0, value_parser = parse_threads)]
    pub threads: usize,
    /// Where data files are.
    #[command(flatten)]
    pub input: InputArgs,
    /// Where files go [default: outputs/<scenario>]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Write a page that can be sent on, with everything in one file: answer, tables, distributions, the timeline and bill of
    /// a usual replication, assumptions
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, conflicts_with = "until_risk")]
    pub html: Option<PathBuf>,
    /// What the replications are written as
    #[arg(long, value_enum, value_delimiter = ',', default_value = "csv", conflicts_with = "until_risk")]
    pub rows: Vec<RowsFormat>,
    /// What is printed on stdout
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// No progress, notes or file names on stderr
    #[arg(long, short)]
    pub quiet: bool,
    /// What results are held against.
    #[command(flatten)]
    pub gate: GateArgs,
    /// Search for a value instead of comparing.
    #[command(flatten)]
    pub search: SearchArgs,
    /// Means with less noise instead of comparing.
    #[command(flatten)]
    pub noise: NoiseArgs,
    /// Parts of a run, and runs that may end early.
    #[command(flatten)]
    pub long_run: LongRunArgs,
}

/// The search of `deploysim compare`.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "How much is enough")]
pub(in crate::cli) struct SearchArgs {
    /// Instead of comparing, search the least value of a number of the scenario (--over) that keeps a risk of its accounts
    /// at or under SHARE of the replications: 0.01, or 1%
    #[arg(long, value_name = "SHARE", requires = "over", conflicts_with_all = ["out", "fail_if", "baseline"], value_parser = parse_share)]
    pub until_risk: Option<f64>,
    /// The number that varies, by its path in the scenario, as in accounts[0].cash
    #[arg(long, value_name = "PATH", requires = "until_risk")]
    pub over: Option<String>,
    /// What must seldom happen
    #[arg(long, value_enum, default_value_t = RiskKind::Stopped, requires = "until_risk")]
    pub risk: RiskKind,
    /// The strategy it must seldom happen to [default: the one that `run` tells]
    #[arg(long, value_name = "NAME", requires = "until_risk")]
    pub strategy: Option<String>,
    /// The account it must seldom happen to [default: that of PATH, else any]
    #[arg(long, value_name = "NAME", requires = "until_risk")]
    pub account: Option<String>,
}

/// Other estimates of the same means.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Means with less noise")]
pub(in crate::cli) struct NoiseArgs {
    /// Instead of comparing, estimate mean costs from pairs of worlds, the second with the luck of the first turned round,
    /// and say what that gained; an option for whoever needs many replications
    #[arg(long, conflicts_with_all = ["until_risk", "out", "html", "fail_if", "baseline", "precision", "range", "shard_out", "checkpoint", "rows"])]
    pub antithetic: bool,
    /// Instead of comparing, correct mean costs by what of the worlds explains most of them (mean prices, time in stock),
    /// and say what that gained
    #[arg(long, conflicts_with_all = ["until_risk", "out", "html", "fail_if", "baseline", "precision", "range", "shard_out", "checkpoint", "rows"])]
    pub control: bool,
}

impl NoiseArgs {
    pub(in crate::cli) const fn is_asked_for(self) -> bool {
        self.antithetic || self.control
    }
}

/// What may befall an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum RiskKind {
    /// The available balance falls below zero.
    Overdue,
    /// Calls or services are stopped.
    Stopped,
    /// Capacity is released.
    Released,
    /// Everything is cleared for good.
    Cleared,
}

impl Default for CompareArgs {
    fn default() -> Self {
        #[derive(Parser)]
        struct Bare {
            #[command(flatten)]
            args: CompareArgs,
        }
        Bare::parse_from(["deploysim"]).args
    }
}

/// A share from 0 to 1, as a fraction or in per cent.
fn parse_share(text: &str) -> Result<f64, String> {
    let (digits, whole) = text.strip_suffix('%').map_or((text, 1.0), |digits| (digits, 100.0));
    match digits.trim().parse::<f64>() {
        Ok(share) if (0.0..=whole).contains(&share) => Ok(share / whole),
        Ok(_) | Err(_) => Err("write a share from 0 to 1, as in 0.01 or 1%".to_owned()),
    }
}
