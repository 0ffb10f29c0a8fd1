//! How much of a quota was used, minute by minute, in a histogram.

use super::outcome::Utilisation;

/// Bins of 100 %: one is 0.05 %.
const BINS_PER_WHOLE: f64 = 2_000.0;
/// Bins up to 400 %; what is beyond is kept exactly.
const BINS: usize = 8_000;

/// Minutes of one quota.
#[derive(Clone, Debug)]
pub(super) struct MinuteUse {
    minutes: u64,
    used: u64,
    offered: u64,
    above: u64,
    bins: Vec<u32>,
    beyond: Vec<f64>,
    /// The base of `bins_per_token`.
    base: u64,
    bins_per_token: f64,
}

impl MinuteUse {
    pub(super) fn new() -> Self {
        let (bins, beyond) = (vec![0; BINS], Vec::new());
        Self {
            minutes: 0,
            used: 0,
            offered: 0,
            above: 0,
            bins,
            beyond,
            base: 1,
            bins_per_token: BINS_PER_WHOLE,
        }
    }

    /// One minute is over. A quota of 0 counts as one token.
    #[inline]
    pub(super) fn minute(&mut self, used: u64, quota: u64) {
        let base = quota.max(1);
        if base != self.base {
            self.base = base;
            self.bins_per_token = BINS_PER_WHOLE / base as f64;
        }
        self.minutes += 1;
        self.used += used;
        self.offered += base;
        self.above += u64::from(used > quota);
        // The hair keeps a share that is a whole number of bins in its own bin, whatever the division rounds.
        let bin = (used as i64 as f64 * self.bins_per_token + 1e-7) as usize;
        if let Some(count) = self.bins.get_mut(bin) {
            *count += 1;
        } else {
            self.beyond.push(used as f64 / base as f64);
        }
    }

    /// So many minutes without use.
    pub(super) fn idle(&mut self, minutes: u64, quota: u64) {
        self.minutes += minutes;
        self.offered += minutes * quota.max(1);
        self.bins[0] += u32::try_from(minutes).expect("a run has fewer than four billion minutes");
    }

    pub(super) fn outcome(mut self, dimension: &'static str) -> Utilisation {
        if self.minutes == 0 {
            return Utilisation { dimension, ..Utilisation::default() };
        }
        self.beyond.sort_by(f64::total_cmp);
        Utilisation {
            dimension,
            minutes: self.minutes,
            mean: self.used as f64 / self.offered as f64,
            p95: self.percentile(95),
            p99: self.percentile(99),
            share_above: self.above as f64 / self.minutes as f64,
        }
    }

    /// The ⌈percent/100 · n⌉-th smallest.
    fn percentile(&self, percent: u64) -> f64 {
        let rank = (self.minutes * percent).div_ceil(100);
        let mut seen = 0;
        for (bin, count) in self.bins.iter().enumerate() {
            seen += u64::from(*count);
            if seen >= rank {
                return bin as f64 / BINS_PER_WHOLE;
            }
        }
        self.beyond[(rank - seen) as usize - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_minutes_of_one_to_a_hundred_percent() {
        let mut minutes = MinuteUse::new();
        (1..=100).rev().for_each(|percent| minutes.minute(percent * 700, 70_000));
        let found = minutes.outcome("input");
        assert_eq!((found.minutes, found.p95, found.p99, found.share_above), (100, 0.95, 0.99, 0.0));
        assert!((found.mean - 0.505).abs() < 1e-12);
    }

    #[test]
    fn far_above_the_quota_shares_are_exact() {
        let mut minutes = MinuteUse::new();
        minutes.idle(94, 30);
        for used in [121, 122, 123, 124, 125, 1_000] {
            minutes.minute(used, 30);
        }
        let found = minutes.outcome("output");
        assert_eq!((found.p95, found.p99, found.share_above), (121.0 / 30.0, 125.0 / 30.0, 0.06));
        assert!((found.mean - 1_615.0 / 3_000.0).abs() < 1e-12);
    }

    #[test]
    fn a_changed_quota_is_the_base_of_its_minutes() {
        let mut minutes = MinuteUse::new();
        minutes.minute(500, 1_000);
        minutes.minute(500, 2_000);
        let found = minutes.outcome("input");
        assert!((found.mean - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!((found.p95, found.minutes), (0.5, 2));
        // Awkward: a quota of nothing that was used nevertheless.
        let mut nothing = MinuteUse::new();
        nothing.minute(7, 0);
        let found = nothing.outcome("output");
        assert_eq!((found.minutes, found.p95), (1, 7.0));
    }
}
