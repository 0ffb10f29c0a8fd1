//! What is used of one quota, over the time that counts.

use super::minute::MINUTE_MS;
use super::model::Window;
use super::utilisation::MinuteUse;
use std::collections::VecDeque;

/// One quota and what is used of it. Before each question it is brought up to the instant by [`Meter::forget`] and, at
/// a civil minute's end, by [`Meter::end_minute`].
#[derive(Clone, Debug)]
pub(super) struct Meter {
    /// Tokens per minute.
    pub(super) quota: u64,
    /// Used in this civil minute.
    pub(super) minute: u64,
    counted: Counted,
    pub(super) history: MinuteUse,
}

/// What counts as used.
#[derive(Clone, Debug)]
enum Counted {
    /// What was used in this civil minute.
    Minute,
    /// What was used in the last 60 seconds: each use with its time.
    Recent { uses: VecDeque<(i64, u64)>, sum: u64, forgotten: u64 },
    /// What has not flowed back, in 1/60,000 tokens, as of an instant: the quota flows back evenly in a minute.
    Bucket { missing: i128, as_of: i64 },
}

/// Where an amount was counted, to correct it later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// End of the civil minute.
    pub(super) minute_end: i64,
    /// Number of the use in a sliding window.
    pub(super) number: u64,
}

impl Meter {
    pub(super) fn new(window: Window) -> Self {
        let counted = match window {
            Window::CalendarMinute => Counted::Minute,
            Window::Sliding => Counted::Recent { uses: VecDeque::new(), sum: 0, forgotten: 0 },
            Window::TokenBucket => Counted::Bucket { missing: 0, as_of: 0 },
        };
        Self { quota: 0, minute: 0, counted, history: MinuteUse::new() }
    }

    /// Leaves behind what no longer counts at this instant.
    pub(super) fn forget(&mut self, at: i64) {
        match &mut self.counted {
            Counted::Minute => {}
            Counted::Recent { uses, sum, forgotten } => {
                while let Some(&(used_at, tokens)) = uses.front() {
                    if used_at > at - MINUTE_MS {
                        break;
                    }
                    *sum -= tokens;
                    *forgotten += 1;
                    uses.pop_front();
                }
            }
            Counted::Bucket { missing, as_of } => {
                *missing = (*missing - i128::from(self.quota) * i128::from(at - *as_of)).max(0);
                *as_of = at;
            }
        }
    }

    /// True if so many more tokens do not fit; exactly equal fits.
    pub(super) fn exceeds(&self, more: u64) -> bool {
        match &self.counted {
            Counted::Minute => self.minute + more > self.quota,
            Counted::Recent { sum, .. } => sum + more > self.quota,
            Counted::Bucket { missing, .. } => missing + whole(more) > whole(self.quota),
        }
    }

    /// True if the quota is reached already.
    pub(super) fn is_used_up(&self) -> bool {
        match &self.counted {
            Counted::Minute => self.minute >= self.quota,
            Counted::Recent { sum, .. } => *sum >= self.quota,
            Counted::Bucket { missing, .. } => *missing >= whole(self.quota),
        }
    }

    /// The most tokens that fit.
    pub(super) fn left(&self) -> u64 {
        match &self.counted {
            Counted::Minute => self.quota.saturating_sub(self.minute),
            Counted::Recent { sum, .. } => self.quota.saturating_sub(*sum),
            Counted::Bucket { missing, .. } => {
                let left = (whole(self.quota) - missing).max(0) / i128::from(MINUTE_MS);
                u64::try_from(left).expect("at most the quota is left")
            }
        }
    }

    /// Counts tokens at an instant; the number of the use.
    pub(super) fn add(&mut self, at: i64, tokens: u64) -> u64 {
        self.minute += tokens;
        match &mut self.counted {
            Counted::Minute => 0,
            Counted::Recent { uses, sum, forgotten } => {
                *sum += tokens;
                match uses.back_mut() {
                    Some(last) if last.0 == at => last.1 += tokens,
                    Some(_) | None => uses.push_back((at, tokens)),
                }
                *forgotten + uses.len() as u64 - 1
            }
            Counted::Bucket { missing, .. } => {
                *missing += whole(tokens);
                0
            }
        }
    }

    /// What was counted as `before` was `after`: corrected where it was counted, if that still counts.
    pub(super) fn correct(&mut self, place: Place, minute_end: i64, before: u64, after: u64) {
        if place.minute_end == minute_end {
            self.minute = self.minute - before + after;
        }
        match &mut self.counted {
            Counted::Minute => {}
            Counted::Recent { uses, sum, forgotten } => {
                if let Some(index) = place.number.checked_sub(*forgotten) {
                    let tokens = &mut uses[index as usize].1;
                    *tokens = *tokens - before + after;
                    *sum = *sum - before + after;
                }
            }
            Counted::Bucket { missing, .. } => *missing = (*missing - whole(before) + whole(after)).max(0),
        }
    }

    /// The civil minute is over; `is_open` tells whether it counts as one in which there was a quota.
    #[inline]
    pub(super) fn end_minute(&mut self, is_open: bool) {
        if is_open {
            self.history.minute(self.minute, self.quota);
        }
        self.minute = 0;
    }
}

/// Tokens in the units of a bucket.
fn whole(tokens: u64) -> i128 {
    i128::from(tokens) * i128::from(MINUTE_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(window: Window, quota: u64) -> Meter {
        Meter { quota, ..Meter::new(window) }
    }

    #[test]
    fn a_sliding_window_forgets_after_exactly_a_minute() {
        let mut meter = meter(Window::Sliding, 100);
        meter.add(1_000, 60);
        meter.add(30_000, 40);
        meter.forget(60_999);
        assert!(meter.exceeds(1) && meter.is_used_up());
        meter.forget(61_000);
        assert!(!meter.exceeds(60) && meter.exceeds(61));
        assert_eq!(meter.left(), 60);
    }

    #[test]
    fn a_sliding_window_is_corrected_in_its_place() {
        let mut meter = meter(Window::Sliding, 100);
        let place = |number| Place { minute_end: 60_000, number };
        let first = place(meter.add(0, 90));
        let second = place(meter.add(10_000, 10));
        meter.correct(first, 60_000, 90, 70);
        assert_eq!((meter.left(), meter.minute), (20, 80));
        meter.forget(60_000);
        assert_eq!(meter.left(), 90);
        // Awkward: the first is forgotten, so there is nothing to correct; the second still is there, but the civil
        // minute it lay in is over.
        meter.correct(first, 120_000, 70, 0);
        meter.correct(second, 120_000, 10, 4);
        assert_eq!((meter.left(), meter.minute), (96, 80));
    }

    #[test]
    fn a_bucket_flows_back_evenly_and_loses_no_remainder() {
        let mut meter = meter(Window::TokenBucket, 7);
        meter.add(0, 7);
        // A token takes 8,571.43 ms.
        (1..=8_571).for_each(|at| meter.forget(at));
        assert!(meter.exceeds(1));
        meter.forget(8_572);
        assert!(!meter.exceeds(1) && meter.exceeds(2));
        meter.forget(60_000);
        assert_eq!(meter.left(), 7);
        // Awkward: debt after output that nobody foresaw, paid back before anything fits.
        meter.add(60_000, 14);
        meter.forget(120_000);
        assert!(meter.is_used_up());
        meter.forget(120_001);
        assert!(!meter.is_used_up() && meter.exceeds(1));
    }
}
