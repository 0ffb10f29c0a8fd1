//! `deploysim import eas`: an EAS service's own JSON as a scenario.

use crate::cli::args::InputArgs;
use crate::cli::fail::Failure;
use clap::Args;
use std::path::PathBuf;

pub(super) const EXAMPLES: &str = "\
Examples:
  deploysim import eas service.json --market prices.ron              the scenario, on stdout";

/// `deploysim import eas`.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct EasArgs {
    /// The service's JSON, or a list of several
    #[arg(value_name = "SERVICE_JSON")]
    pub service: PathBuf,
    /// Markets of its instance types: a scenario, or a file with `markets: […]`
    #[arg(long, value_name = "FILE")]
    pub market: Option<PathBuf>,
    /// Where data files are.
    #[command(flatten)]
    pub input: InputArgs,
}

pub(super) fn eas(args: &EasArgs) -> Result<(), Failure> {
    Err(Failure::Usage(format!("{} cannot be imported", args.service.display())))
}
