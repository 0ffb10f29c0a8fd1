//! Civil minutes on the simulation's clock.

/// Milliseconds of a minute.
pub(super) const MINUTE_MS: i64 = 60_000;

/// The end of the civil minute that holds an instant (milliseconds since the scenario's start), where the scenario
/// starts `phase` milliseconds into one.
pub(super) const fn minute_end(at: i64, phase: i64) -> i64 {
    ((at + phase).div_euclid(MINUTE_MS) + 1) * MINUTE_MS - phase
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_ends_on_the_civil_clock() {
        assert_eq!(minute_end(0, 0), 60_000);
        assert_eq!(minute_end(59_999, 0), 60_000);
        assert_eq!(minute_end(60_000, 0), 120_000);
        // Started at 10:00:40: the first minute has twenty seconds.
        assert_eq!(minute_end(0, 40_000), 20_000);
        assert_eq!(minute_end(20_000, 40_000), 80_000);
    }
}
