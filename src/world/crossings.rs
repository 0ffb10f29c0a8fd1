//! When a path is above a limit, for somebody who asks often.

use super::path::StepPath;
use super::wide::widest;
use crate::units::SimTime;

/// Pieces whose sides are kept in one word.
const WORD: usize = 64;

/// The pieces of a path that are above a limit, as bits: found once for each piece, in order, as far as somebody has asked.
/// Of times that go forward each question takes a few instructions, however often the path changes.
///
/// ```
/// use deploysim::units::{SimSpan, SimTime};
/// use deploysim::world::{Crossings, StepPath};
/// let minute = |minutes| SimTime::ZERO + SimSpan::from_minutes(minutes);
/// let price = StepPath::from_grid(SimSpan::from_minutes(5), vec![300, 300, 500, 200]);
/// let mut crossings = Crossings::new(&price, 400);
/// assert_eq!(crossings.next_above(minute(1)), minute(10));
/// assert_eq!(crossings.next_at_most(minute(12)), minute(15));
/// // Awkward: what is at the limit is not above it, and what never happens is at the end of time.
/// assert_eq!(Crossings::new(&price, 500).next_above(minute(0)), SimTime::NEVER);
/// ```
#[derive(Clone, Debug)]
pub struct Crossings<'a> {
    path: &'a StepPath,
    limit: i64,
    /// A bit for each piece, set if its value is above the limit; the last word may be of fewer pieces.
    above: Vec<u64>,
    /// The piece that was asked about last.
    piece: usize,
}

impl<'a> Crossings<'a> {
    /// Nothing is looked at yet.
    pub const fn new(path: &'a StepPath, limit: i64) -> Self {
        Self { path, limit, above: Vec::new(), piece: 0 }
    }

    /// The path.
    pub const fn path(&self) -> &'a StepPath {
        self.path
    }

    /// The limit.
    pub const fn limit(&self) -> i64 {
        self.limit
    }

    /// The value in force at an instant.
    pub fn value_at(&mut self, at: SimTime) -> i64 {
        let piece = self.go_to(at);
        self.path.values()[piece]
    }

    /// Whether the value at an instant is above the limit.
    pub fn is_above(&mut self, at: SimTime) -> bool {
        let piece = self.go_to(at);
        self.word(piece / WORD) >> (piece % WORD) & 1 != 0
    }

    /// The first instant from `from` on with a value above the limit; [`SimTime::NEVER`] if there is none.
    pub fn next_above(&mut self, from: SimTime) -> SimTime {
        self.next(from, 0)
    }

    /// The first instant from `from` on with a value at or below the limit; [`SimTime::NEVER`] if there is none.
    pub fn next_at_most(&mut self, from: SimTime) -> SimTime {
        self.next(from, u64::MAX)
    }

    /// The first instant from `from` on whose piece has the other bit than those of `not`.
    fn next(&mut self, from: SimTime, not: u64) -> SimTime {
        let first = self.go_to(from);
        let count = self.path.values().len();
        let mut piece = first;
        let mut bits = (self.word(piece / WORD) ^ not) >> (piece % WORD);
        while bits == 0 {
            piece = (piece / WORD + 1) * WORD;
            if piece >= count {
                return SimTime::NEVER;
            }
            bits = self.word(piece / WORD) ^ not;
        }
        piece += bits.trailing_zeros() as usize;
        match piece {
            // Beyond the last piece there are no bits, or the other ones.
            _ if piece >= count => SimTime::NEVER,
            _ if piece == first => from.max(SimTime::ZERO),
            _ => self.path.start_of(piece),
        }
    }

    /// The piece around an instant.
    #[inline]
    fn go_to(&mut self, at: SimTime) -> usize {
        self.piece = self.path.index_near(self.piece, at);
        self.piece
    }

    /// The bits of 64 pieces.
    #[inline]
    fn word(&mut self, index: usize) -> u64 {
        while self.above.len() <= index {
            self.look_on();
        }
        self.above[index]
    }

    /// Looks at the next pieces.
    fn look_on(&mut self) {
        let rest = &self.path.values()[self.above.len() * WORD..];
        let word = match rest.first_chunk::<WORD>() {
            Some(values) => bits_above(values, self.limit),
            None => (rest.iter().enumerate())
                .fold(0, |bits, (place, value)| bits | u64::from(*value > self.limit) << place),
        };
        self.above.push(word);
    }
}

/// A bit for each value, set if it is above the limit.
fn bits_above(values: &[i64; WORD], limit: i64) -> u64 {
    widest(
        #[inline(always)]
        || {
            let mut bits = 0;
            for place in 0..WORD {
                bits |= u64::from(values[place] > limit) << place;
            }
            bits
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimSpan;
    use proptest::prelude::*;

    fn path() -> impl Strategy<Value = StepPath> {
        let values = prop::collection::vec(0_i64..6, 1..300);
        let grid = (1_i64..50, values)
            .prop_map(|(step, values)| StepPath::from_grid(SimSpan::from_ms(step), values));
        let changes = prop::collection::vec((0_i64..9_000, 0_i64..6), 0..300).prop_map(|mut changes| {
            changes.sort_unstable_by_key(|change| change.0);
            let first = std::iter::once((SimTime::ZERO, 3));
            let rest = changes.into_iter().map(|(ms, value)| (SimTime::from_ms(ms), value));
            StepPath::from_changes(&first.chain(rest).collect::<Vec<_>>())
        });
        prop_oneof![grid, changes]
    }

    proptest! {
        /// Whatever is asked in whatever order of time, the path itself answers the same.
        #[test]
        fn the_path_says_the_same(path in path(), limit in -1_i64..7, at in prop::collection::vec(-5_i64..10_000, 1..40)) {
            let mut crossings = Crossings::new(&path, limit);
            for ms in at {
                let at = SimTime::from_ms(ms);
                prop_assert_eq!(crossings.is_above(at), path.value_at(at) > limit);
                prop_assert_eq!(crossings.value_at(at), path.value_at(at));
                prop_assert_eq!(crossings.next_above(at), path.next_above(at, limit).unwrap_or(SimTime::NEVER));
                prop_assert_eq!(crossings.next_at_most(at), path.next_at_most(at, limit).unwrap_or(SimTime::NEVER));
            }
        }
    }
}
