//! Times of work, for the figures that are ratios of times measured side by side.

use std::time::{Duration, Instant};

/// Time this thread was on a processor, where the system tells (Linux); a busy machine disturbs it less than the clock.
fn on_processor() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// Some kernels count processor time in ticks of four milliseconds: what takes less than ten of them is timed by the clock.
const COARSE: Duration = Duration::from_millis(40);

/// How long this thread works on it.
pub(crate) fn time(mut work: impl FnMut()) -> Duration {
    let (clock, before) = (Instant::now(), on_processor());
    work();
    let elapsed = clock.elapsed();
    match (before, on_processor()) {
        (Some(before), Some(after)) if elapsed >= COARSE => after.saturating_sub(before),
        (Some(_) | None, _) => elapsed,
    }
}

/// The middle one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
