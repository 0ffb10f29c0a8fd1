//! Parts of a run, and runs that may end early, as they are typed.

use super::gate::GateArgs;
use super::{Format, InputArgs, parse_threads};
use crate::shard::Range;
use crate::units::SimSpan;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// The parts and checkpoints of `deploysim compare`.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Long runs")]
pub(in crate::cli) struct LongRunArgs {
    /// Run only replications FIRST to END − 1, and write them to --shard-out
    #[arg(
        long, value_name = "FIRST..END", requires = "shard_out", conflicts_with = "replications",
        value_parser = parse_range
    )]
    pub range: Option<Range>,
    /// Instead of comparing, write what the replications left behind to FILE, for `deploysim merge`
    #[arg(
        long, value_name = "FILE",
        conflicts_with_all = ["out", "rows", "format", "checkpoint", "until_risk", "fail_if", "baseline"]
    )]
    pub shard_out: Option<PathBuf>,
    /// Keep what is done in FILE, so that a run that was killed can go on with --resume. FILE stays when the run is done
    #[arg(long, value_name = "FILE", conflicts_with = "until_risk")]
    pub checkpoint: Option<PathBuf>,
    /// Go on from the checkpoint; if there is none, begin. A larger -n than before adds replications to what is there
    #[arg(long, requires = "checkpoint")]
    pub resume: bool,
    /// How often the checkpoint is brought up to date: what is newer is lost to a kill
    #[arg(long, value_name = "TIME", default_value = "10s", requires = "checkpoint", value_parser = parse_interval)]
    pub checkpoint_every: Duration,
}

/// `deploysim merge`.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct MergeArgs {
    /// Shards that `compare --shard-out` wrote, in any order: together replications 0 to the last of one run
    #[arg(value_name = "SHARD", required = true)]
    pub shards: Vec<PathBuf>,
    /// Where files go [default: outputs/<scenario>]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// What results are held against.
    #[command(flatten)]
    pub gate: GateArgs,
    /// What the replications are written as
    #[arg(long, value_enum, value_delimiter = ',', default_value = "csv")]
    pub rows: Vec<RowsFormat>,
    /// Where the data files of the scenario are.
    #[command(flatten)]
    pub input: InputArgs,
    /// Threads for pictures; 0 is one per core. Results do not depend on it
    #[arg(long, default_value_t = 0, value_parser = parse_threads)]
    pub threads: usize,
    /// What is printed on stdout
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// No progress, notes or file names on stderr
    #[arg(long, short)]
    pub quiet: bool,
}

/// A file of replications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum RowsFormat {
    /// `replications.csv`: every amount with every digit.
    Csv,
    /// `replications.parquet`, with types; needs a program that was built with the feature `parquet`.
    Parquet,
}

impl RowsFormat {
    /// Its name.
    pub(in crate::cli) const fn file(self) -> &'static str {
        match self {
            Self::Csv => "replications.csv",
            Self::Parquet => "replications.parquet",
        }
    }
}

/// As many replications as `-n` may ask for.
const LAST: u64 = 10_000_000;

fn parse_range(text: &str) -> Result<Range, String> {
    let range: Range = text.parse()?;
    if range.end > LAST { Err(format!("the end is at most {LAST}")) } else { Ok(range) }
}

fn parse_interval(text: &str) -> Result<Duration, String> {
    let wrong = || "write a duration of at most a day, as in 10s or 5m".to_owned();
    let span = text.parse::<SimSpan>().ok().filter(|span| (SimSpan::ZERO..=SimSpan::DAY).contains(span));
    span.and_then(|span| u64::try_from(span.as_ms()).ok()).map(Duration::from_millis).ok_or_else(wrong)
}
