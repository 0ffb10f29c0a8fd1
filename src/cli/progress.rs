//! The progress bar on stderr: rate and time left. Silent when stderr is no terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::fmt::Write;

const TEMPLATE: &str = "{bar:30} {human_pos}/{human_len} replications, {rate} a second, {eta} left";

/// A bar over `replications`, or none.
pub(super) fn bar(replications: u64, quiet: bool) -> ProgressBar {
    bar_from(0, replications, quiet)
}

/// Likewise where the first `done` are there already: rate and time left are those of what is run from now on.
pub(super) fn bar_from(done: u64, replications: u64, quiet: bool) -> ProgressBar {
    let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let style = ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_bar());
    let rate = |state: &ProgressState, out: &mut dyn Write| {
        // A bar that cannot be written is no reason to stop.
        let _ = write!(out, "{:.0}", state.per_sec());
    };
    let bar =
        ProgressBar::with_draw_target(Some(replications), target).with_style(style.with_key("rate", rate));
    if done > 0 {
        // The estimate takes any step of the position for work of its time: it sees the step, then forgets it.
        bar.set_position(done);
        bar.tick();
        bar.reset_eta();
    }
    bar
}

/// A count of replications whose end nobody knows.
pub(super) fn endless(quiet: bool) -> ProgressBar {
    let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let style = ProgressStyle::with_template("{spinner} {human_pos} replications");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner());
    ProgressBar::with_draw_target(None, target).with_style(style)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_was_done_before_counts_as_done_but_not_as_speed() {
        let bar = bar_from(900_000, 1_000_000, true);
        for _ in 0..10 {
            std::thread::sleep(Duration::from_millis(20));
            bar.inc(2);
            bar.tick();
        }
        assert_eq!((bar.position(), bar.length()), (900_020, Some(1_000_000)));
        // A hundred a second at most, fewer where the machine is busy; nobody did 900,000.
        let rate = bar.per_sec();
        assert!((0.1..=110.0).contains(&rate), "{rate} a second");
        assert!(bar.eta() >= Duration::from_secs(900), "{:?} left", bar.eta());
    }
}
