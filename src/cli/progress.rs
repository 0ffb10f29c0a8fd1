//! The progress bar on stderr: rate and time left. Silent when stderr is no terminal.

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use std::fmt::Write;

const TEMPLATE: &str = "{bar:30} {human_pos}/{human_len} replications, {rate} a second, {eta} left";

/// A bar over `replications`, or none.
pub(super) fn bar(replications: u64, quiet: bool) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_bar());
    let rate = |state: &ProgressState, out: &mut dyn Write| {
        // A bar that cannot be written is no reason to stop.
        let _ = write!(out, "{:.0}", state.per_sec());
    };
    ProgressBar::new(replications).with_style(style.with_key("rate", rate))
}
