//! `deploysim completions` and `deploysim man`: what is installed beside the program.

use clap::Args;
use clap_complete::Shell;
use std::path::PathBuf;

/// `deploysim completions`.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct CompletionsArgs {
    /// Shell to write for
    #[arg(value_enum)]
    pub shell: Shell,
}

/// `deploysim man`.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct ManArgs {
    /// Write a page for every command to DIR, all or none, instead of the main one to stdout
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}
