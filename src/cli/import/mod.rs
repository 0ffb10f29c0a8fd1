//! `deploysim import`: what other programs write, as a scenario or as a part of one.

mod eas;
mod prices;

use super::args::EXIT_CODES;
use super::fail::Failure;
use clap::{Args, Subcommand};

/// `deploysim import`.
#[derive(Clone, Debug, Args)]
pub(super) struct ImportArgs {
    /// What is read.
    #[command(subcommand)]
    pub what: ImportCommand,
}

/// What can be imported.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum ImportCommand {
    /// An EAS service's own JSON, as EASCMD takes it, as a scenario
    #[command(after_help = format!("{}\n\n{EXIT_CODES}", eas::EXAMPLES))]
    Eas(eas::EasArgs),
    /// What a price history holds, and price processes that do alike, as markets to paste
    #[command(after_help = format!("{}\n\n{EXIT_CODES}", prices::EXAMPLES))]
    Prices(prices::PricesArgs),
}

pub(super) fn import(args: &ImportArgs) -> Result<(), Failure> {
    match &args.what {
        ImportCommand::Eas(args) => eas::eas(args),
        ImportCommand::Prices(args) => prices::prices(args),
    }
}
