//! What results are held against, as it is typed.

use crate::montecarlo::Threshold;
use clap::Args;
use std::path::PathBuf;

/// What results must not be, of `deploysim compare` and `merge`.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "As a gate")]
pub(in crate::cli) struct GateArgs {
    /// End with exit code 99 if a figure stands to a limit like this: "cost.p95>12000", "availability.mean<99.5%"
    /// (repeatable; one of > >= < <=). It is of every strategy, or of one: "spot: cost.p95>12000". All files are written
    /// all the same
    #[arg(long, value_name = "[STRATEGY:]METRIC>LIMIT", value_parser = Threshold::parse)]
    pub fail_if: Vec<Threshold>,
    /// Say what changed since an earlier run, and whether luck alone explains it. FILE is the results.json that `compare`
    /// wrote; with the replications.csv beside it, runs of the same seed and number are compared world by world
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
}
