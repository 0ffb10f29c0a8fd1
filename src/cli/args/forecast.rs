//! `deploysim forecast` as it is typed.

use super::{Format, InputArgs, parse_threads};
use clap::Args;
use std::path::PathBuf;

/// `deploysim forecast`.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct ForecastArgs {
    /// Scenario file (RON); the built-in default scenario if none is given
    pub scenario: Option<PathBuf>,
    /// How many worlds to draw
    #[arg(long, short = 'n', default_value_t = 500, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub replications: u64,
    /// Only this strategy (repeatable) [default: all]
    #[arg(long = "strategy", value_name = "NAME")]
    pub strategies: Vec<String>,
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
    /// What is printed on stdout
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// No progress, notes or file names on stderr
    #[arg(long, short)]
    pub quiet: bool,
}
