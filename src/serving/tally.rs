//! Counting calls and tokens by what became of them.

use super::model::CallPrice;
use super::outcome::{CallCounts, Fate, Refusal, TokenCounts};
use crate::units::Money;
use crate::world::traffic::Call;
use std::ops::{AddAssign, Sub};

impl TokenCounts {
    /// All tokens of a call.
    #[inline]
    pub(super) fn of(call: &Call) -> Self {
        Self::part(call, call.input_tokens, call.cached_tokens, call.output_tokens)
    }

    /// Some tokens of a call.
    #[inline]
    pub(super) fn part(call: &Call, input: u32, cached: u32, output: u32) -> Self {
        let output = u64::from(output);
        Self {
            input: u64::from(input),
            cached: u64::from(cached),
            output,
            thinking: if call.flags.is_thinking() { output } else { 0 },
        }
    }
}

impl AddAssign for TokenCounts {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        self.input += other.input;
        self.cached += other.cached;
        self.output += other.output;
        self.thinking += other.thinking;
    }
}

impl Sub for TokenCounts {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self {
            input: self.input - other.input,
            cached: self.cached - other.cached,
            output: self.output - other.output,
            thinking: self.thinking - other.thinking,
        }
    }
}

impl AddAssign for CallCounts {
    fn add_assign(&mut self, other: Self) {
        self.served += other.served;
        self.queued += other.queued;
        self.overflowed += other.overflowed;
        self.split += other.split;
        for (count, more) in self.refused.iter_mut().zip(other.refused) {
            *count += more;
        }
        self.slow += other.slow;
        self.web_searches += other.web_searches;
        self.served_tokens += other.served_tokens;
        self.overflowed_tokens += other.overflowed_tokens;
        self.refused_tokens += other.refused_tokens;
    }
}

impl CallCounts {
    /// Counts a call that was not refused, with those of its tokens that overflowed.
    #[inline]
    pub(super) fn take(&mut self, call: &Call, fate: Fate, overflowed: TokenCounts, is_slow: bool) {
        match fate {
            Fate::Served => self.served += 1,
            Fate::Queued => {
                self.served += 1;
                self.queued += 1;
            }
            Fate::Overflowed => self.overflowed += 1,
            Fate::Split => {
                self.served += 1;
                self.split += 1;
            }
            Fate::Refused(_) => unreachable!("refused calls are counted by `refuse`"),
        }
        self.slow += u64::from(is_slow);
        self.web_searches += u64::from(call.flags.is_web_search());
        self.served_tokens += TokenCounts::of(call) - overflowed;
        self.overflowed_tokens += overflowed;
    }

    /// Counts a refused call.
    pub(super) fn refuse(&mut self, call: &Call, refusal: Refusal) {
        self.refused[refusal.index()] += 1;
        self.refused_tokens += TokenCounts::of(call);
    }

    /// What its refused and slow calls are worth, exactly.
    pub(super) fn worth(&self, price: CallPrice) -> Money {
        let times = |price: Option<Money>, count: u64| {
            Money::from_pico(price.unwrap_or_default().as_pico() * i128::from(count))
        };
        times(price.refused, self.refused.iter().sum()) + times(price.slow, self.slow)
    }
}

impl Refusal {
    /// Its place in [`Refusal::ALL`].
    const fn index(self) -> usize {
        match self {
            Self::TooManyRequests => 0,
            Self::QueueTooLong => 1,
            Self::InputTooLong => 2,
            Self::NoSuchDeployment => 3,
            Self::NotRunning => 4,
            Self::Suspended => 5,
            Self::ThinkingMismatch => 6,
            Self::Arrears => 7,
            Self::FreeQuotaUsedUp => 8,
            Self::KeyInactive => 9,
            Self::PlanUsedUp => 10,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_counted_in_their_published_order() {
        for (index, refusal) in Refusal::ALL.into_iter().enumerate() {
            assert_eq!(refusal.index(), index);
        }
    }
}
