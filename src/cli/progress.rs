//! The progress bar on stderr: rate and time left. Silent when stderr is no terminal.

use indicatif::{ProgressBar, ProgressStyle};

const TEMPLATE: &str = "{bar:30} {human_pos}/{human_len} replications, {per_sec}, {eta} left";

/// A bar over `replications`, or none.
pub(super) fn bar(replications: u64, quiet: bool) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(replications).with_style(style)
}
