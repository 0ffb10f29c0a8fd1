//! How long calls waited, in a histogram whose bins grow with the wait.

use super::outcome::Waits;
use crate::units::SimSpan;

/// Bins of each doubling: one is at most 1/128 wide, so its middle is within 0.4 %.
const BITS: u32 = 7;

/// Waits of served calls.
#[derive(Clone, Debug, Default)]
pub(super) struct WaitLog {
    count: u64,
    total_ms: i128,
    longest_ms: i64,
    bins: Vec<u64>,
}

impl WaitLog {
    /// A call was served after waiting, or without.
    pub(super) fn add(&mut self, wait_ms: i64) {
        self.count += 1;
        self.total_ms += i128::from(wait_ms);
        self.longest_ms = self.longest_ms.max(wait_ms);
        let bin = bin_of(wait_ms.unsigned_abs());
        if bin >= self.bins.len() {
            self.bins.resize(bin + 1, 0);
        }
        self.bins[bin] += 1;
    }

    pub(super) fn outcome(&self) -> Waits {
        let rank = (self.count * 95).div_ceil(100);
        let mut seen = 0;
        let bin = self.bins.iter().position(|count| {
            seen += count;
            seen >= rank
        });
        let p95 = bin.map_or(0, |bin| middle_of(bin).min(self.longest_ms.unsigned_abs()));
        Waits {
            total_ms: self.total_ms,
            longest: SimSpan::from_ms(self.longest_ms),
            p95: SimSpan::from_ms(p95 as i64),
        }
    }
}

/// Values below 256 have bins of their own; beyond, the upper eight bits tell.
fn bin_of(value: u64) -> usize {
    let shift = (u64::BITS - value.leading_zeros()).saturating_sub(BITS + 1);
    ((u64::from(shift) << BITS) + (value >> shift)) as usize
}

fn middle_of(bin: usize) -> u64 {
    let shift = ((bin >> BITS) as u32).saturating_sub(1);
    let upper = bin as u64 - (u64::from(shift) << BITS);
    (upper << shift) + (1_u64 << shift >> 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wait_is_found_again_within_a_percent() {
        for value in (0..5_000).chain((0..2_000).map(|step| step * step * 977)) {
            let found = middle_of(bin_of(value));
            assert!(found.abs_diff(value) * 200 <= value.max(1), "{value} became {found}");
        }
        assert_eq!(middle_of(bin_of(255)), 255);
    }

    #[test]
    fn the_nineteenth_of_twenty() {
        let mut waits = WaitLog::default();
        (1..=20).for_each(|wait| waits.add(wait * 10));
        let found = waits.outcome();
        assert_eq!((found.total_ms, found.p95.as_ms(), found.longest.as_ms()), (2_100, 190, 200));
        assert_eq!(WaitLog::default().outcome(), Waits::default());
    }
}
