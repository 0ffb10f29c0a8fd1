//! Rate limits of a civil minute (D11, A-48).

use super::minute::minute_end;
use super::model::RateLimits;

/// Counts calls and tokens against limits.
#[derive(Clone, Debug)]
pub(super) struct Gate {
    limits: RateLimits,
    phase: i64,
    minute_end: i64,
    calls: u64,
    tokens: u64,
}

impl Gate {
    pub(super) fn new(limits: RateLimits, phase: i64) -> Self {
        Self { limits, phase, minute_end: i64::MIN, calls: 0, tokens: 0 }
    }

    /// From now on these limits; what was used this minute stays used.
    pub(super) fn set(&mut self, limits: RateLimits) {
        self.limits = limits;
    }

    /// True if one more call with so much input is within the limits.
    pub(super) fn admits(&mut self, at: i64, input: u64) -> bool {
        if self.limits.rpm.is_none() && self.limits.tpm.is_none() {
            return true;
        }
        self.turn(at);
        self.limits.rpm.is_none_or(|rpm| self.calls < rpm)
            && self.limits.tpm.is_none_or(|tpm| self.tokens + input <= tpm)
    }

    /// Counts a call and its input.
    pub(super) fn count(&mut self, at: i64, input: u64) {
        self.turn(at);
        self.calls += 1;
        self.tokens += input;
    }

    /// Counts output, which comes after the call.
    pub(super) fn output(&mut self, at: i64, tokens: u64) {
        self.turn(at);
        self.tokens += tokens;
    }

    /// True if output matters.
    pub(super) const fn counts_output(&self) -> bool {
        self.limits.tpm.is_some()
    }

    fn turn(&mut self, at: i64) {
        if at >= self.minute_end {
            self.minute_end = minute_end(at, self.phase);
            (self.calls, self.tokens) = (0, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_count_when_they_are_there() {
        let mut gate = Gate::new(RateLimits { rpm: None, tpm: Some(1_000) }, 0);
        assert!(gate.admits(0, 1_000) && !gate.admits(0, 1_001));
        gate.count(0, 400);
        assert!(gate.admits(1, 600));
        gate.output(2, 1);
        assert!(!gate.admits(3, 600) && gate.admits(3, 599));
        assert!(gate.admits(60_000, 1_000));
    }
}
