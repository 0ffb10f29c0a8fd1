//! The commands that vary numbers of a scenario, as they are typed.

use super::{Format, InputArgs, parse_threads};
use crate::montecarlo::Metric;
use clap::Args;
use std::path::PathBuf;

/// What all of them share.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct PointArgs {
    /// How many worlds to draw; every point meets the same ones
    #[arg(long, short = 'n', default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub replications: u64,
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

/// `deploysim sweep`.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct SweepArgs {
    /// Scenario file (RON)
    pub scenario: PathBuf,
    /// What varies, and its values: PATH=a,b,c or PATH=lo..hi:steps, where PATH is one that `check --paths` lists; [*]
    /// stands for every index, a+b for both at once (repeatable, up to three: every combination runs)
    #[arg(long, value_name = "PATH=VALUES", required = true)]
    pub vary: Vec<String>,
    /// A figure: measure and statistic (repeatable) [default: cost.mean, cost.p95, availability.mean]
    #[arg(long = "metric", value_name = "METRIC", value_parser = Metric::parse)]
    pub metrics: Vec<Metric>,
    /// Only this strategy (repeatable) [default: all]
    #[arg(long = "strategy", value_name = "NAME")]
    pub strategies: Vec<String>,
    /// Write a page that can be sent on, too: the pictures and every point in one file
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub html: Option<PathBuf>,
    /// How many worlds, where files go, and the like.
    #[command(flatten)]
    pub points: PointArgs,
}

/// `deploysim breakeven`.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct BreakevenArgs {
    /// Scenario file (RON)
    pub scenario: PathBuf,
    /// The two strategies
    #[arg(long, num_args = 2, required = true, value_names = ["A", "B"])]
    pub between: Vec<String>,
    /// What varies, and between what: PATH=lo..hi, where PATH is one that `check --paths` lists; [*] stands for every index,
    /// a+b for both at once
    #[arg(long, value_name = "PATH=LO..HI")]
    pub over: String,
    /// The figure that is to be the same for both
    #[arg(long, value_name = "METRIC", default_value = "cost.mean", value_parser = Metric::parse)]
    pub metric: Metric,
    /// Values that are looked at before the search
    #[arg(long, default_value_t = 17, value_parser = clap::value_parser!(u16).range(2..=500))]
    pub steps: u16,
    /// How many worlds, where files go, and the like.
    #[command(flatten)]
    pub points: PointArgs,
}

/// `deploysim sensitivity`.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct SensitivityArgs {
    /// Scenario file (RON)
    pub scenario: PathBuf,
    /// The strategy [default: the one that `run` tells]
    #[arg(long, value_name = "NAME")]
    pub strategy: Option<String>,
    /// What varies: a path that `check --paths` lists; [*] stands for every index, a+b for both (repeatable) [default: every
    /// number but the horizon and those of other strategies]. With --sobol PATH=lo..hi
    #[arg(long = "input", value_name = "PATH")]
    pub inputs: Vec<String>,
    /// By how much each input changes, up and down
    #[arg(long, value_name = "SHARE", default_value = "10%", conflicts_with = "sobol")]
    pub by: String,
    /// The figure
    #[arg(long, value_name = "METRIC", default_value = "cost.mean", value_parser = Metric::parse)]
    pub metric: Metric,
    /// Sobol' indices instead: how much of the figure's spread each input is the cause of, alone and with others, while all of
    /// them move evenly in their ranges
    #[arg(long, requires = "inputs")]
    pub sobol: bool,
    /// Rows of the design of --sobol, a power of two: it takes (inputs + 2) times as many points
    #[arg(long, value_name = "N", default_value_t = 256, requires = "sobol")]
    pub rows: usize,
    /// How many worlds, where files go, and the like.
    #[command(flatten)]
    pub points: PointArgs,
}
