//! When a path is above a limit, for somebody who asks often.

use super::path::StepPath;
use super::wide::widest;
use crate::units::SimTime;
use std::cell::{Cell, RefCell};

/// Pieces whose sides are kept in one word.
const WORD: usize = 64;
/// Pieces that are looked at together.
const AT_ONCE: usize = 16 * WORD;
/// Pieces whose sides are found side by side.
const LANES: usize = 8;

/// How a path stands to a limit. Of times that go forward each question takes a few instructions, however often the path
/// changes: the stretch around the last instant answers most of them, and where it ends was found for 256 pieces at once.
///
/// ```
/// use deploysim::units::{SimSpan, SimTime};
/// use deploysim::world::{Crossings, StepPath};
/// let minute = |minutes| SimTime::ZERO + SimSpan::from_minutes(minutes);
/// let price = StepPath::from_grid(SimSpan::from_minutes(5), vec![300, 300, 500, 200]);
/// let crossings = Crossings::new(&price, 400);
/// assert_eq!(crossings.next_above(minute(1)), minute(10));
/// assert_eq!(crossings.next_at_most(minute(12)), minute(15));
/// // Awkward: what is at the limit is not above it, and what never happens is at the end of time.
/// assert_eq!(Crossings::new(&price, 500).next_above(minute(0)), SimTime::NEVER);
/// ```
#[derive(Clone, Debug)]
pub struct Crossings<'a> {
    path: &'a StepPath,
    limit: i64,
    /// A bit for each piece, set if its value is above the limit; found in order, as far as somebody has asked.
    above: RefCell<Vec<u64>>,
    /// The stretch that was asked about last.
    stretch: Cell<Stretch>,
}

/// A stretch of time in which a path is on one side of a limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Stretch {
    from: SimTime,
    /// Where it ends: [`SimTime::NEVER`] if it does not.
    to: SimTime,
    is_above: bool,
    /// The piece in which it ends, which begins the next stretch; the last one if it does not end.
    next: usize,
}

impl<'a> Crossings<'a> {
    /// Nothing is looked at yet.
    pub const fn new(path: &'a StepPath, limit: i64) -> Self {
        // Nothing is in the stretch before the first question, so that is looked up.
        let before = Stretch { from: SimTime::ZERO, to: SimTime::ZERO, is_above: false, next: 0 };
        Self { path, limit, above: RefCell::new(Vec::new()), stretch: Cell::new(before) }
    }

    /// The path.
    pub const fn path(&self) -> &'a StepPath {
        self.path
    }

    /// The limit.
    pub const fn limit(&self) -> i64 {
        self.limit
    }

    /// Whether the value at an instant is above the limit.
    #[inline]
    pub fn is_above(&self, at: SimTime) -> bool {
        self.stretch_at(at).is_above
    }

    /// The first instant from `from` on with a value above the limit; [`SimTime::NEVER`] if there is none.
    #[inline]
    pub fn next_above(&self, from: SimTime) -> SimTime {
        let stretch = self.stretch_at(from);
        if stretch.is_above { from } else { stretch.to }
    }

    /// The first instant from `from` on with a value at or below the limit; [`SimTime::NEVER`] if there is none.
    #[inline]
    pub fn next_at_most(&self, from: SimTime) -> SimTime {
        let stretch = self.stretch_at(from);
        if stretch.is_above { stretch.to } else { from }
    }

    #[inline]
    fn stretch_at(&self, at: SimTime) -> Stretch {
        let known = self.stretch.get();
        if known.from <= at && at < known.to {
            return known;
        }
        let stretch = self.find(at);
        self.stretch.set(stretch);
        stretch
    }

    /// The stretch from an instant on.
    fn find(&self, at: SimTime) -> Stretch {
        let known = self.stretch.get();
        let piece = if at == known.to { known.next } else { self.path.index_near(known.next, at) };
        let count = self.path.values().len();
        let mut above = self.above.borrow_mut();
        let is_above = self.word(&mut above, piece / WORD) >> (piece % WORD) & 1 != 0;
        // Bits of the other side.
        let same = if is_above { u64::MAX } else { 0 };
        let mut place = piece;
        let mut bits = (self.word(&mut above, place / WORD) ^ same) >> (place % WORD);
        while bits == 0 {
            place = (place / WORD + 1) * WORD;
            if place >= count {
                return Stretch { from: at, to: SimTime::NEVER, is_above, next: piece };
            }
            bits = self.word(&mut above, place / WORD) ^ same;
        }
        place += bits.trailing_zeros() as usize;
        // Beyond the last piece the bits mean nothing.
        if place < count {
            Stretch { from: at, to: self.path.start_of(place), is_above, next: place }
        } else {
            Stretch { from: at, to: SimTime::NEVER, is_above, next: piece }
        }
    }

    /// The bits of 64 pieces.
    #[inline]
    fn word(&self, above: &mut Vec<u64>, index: usize) -> u64 {
        if index >= above.len() {
            self.look_on(above, index);
        }
        above[index]
    }

    /// Looks at further pieces, up to those of a word.
    #[cold]
    fn look_on(&self, above: &mut Vec<u64>, index: usize) {
        while above.len() <= index {
            let rest = &self.path.values()[above.len() * WORD..];
            match rest.first_chunk::<AT_ONCE>() {
                Some(values) => above.extend_from_slice(&bits_above(values, self.limit.max(-1))),
                None => above.extend(rest.chunks(WORD).map(|values| {
                    let bits = values.iter().enumerate();
                    bits.fold(0, |bits, (place, value)| bits | u64::from(*value > self.limit) << place)
                })),
            }
        }
    }
}

/// A bit for each value, set if it is above the limit. Values are not negative and the limit is −1 or more, so the sign of
/// the difference tells.
fn bits_above(values: &[i64; AT_ONCE], limit: i64) -> [u64; AT_ONCE / WORD] {
    widest(
        #[inline(always)]
        || {
            let mut words = [0; AT_ONCE / WORD];
            for (word, values) in words.iter_mut().zip(values.as_chunks::<WORD>().0) {
                let mut lanes = [0_u64; LANES];
                for eight in values.as_chunks::<LANES>().0.iter().rev() {
                    for lane in 0..LANES {
                        let sign = limit.wrapping_sub(eight[lane]).cast_unsigned() >> 63;
                        lanes[lane] = lanes[lane] << LANES | sign;
                    }
                }
                for (lane, bits) in lanes.iter().enumerate() {
                    *word |= bits << lane;
                }
            }
            words
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimSpan;
    use proptest::prelude::*;

    fn path() -> impl Strategy<Value = StepPath> {
        let values = prop::collection::vec(0_i64..6, 1..900);
        let grid = (1_i64..50, values)
            .prop_map(|(step, values)| StepPath::from_grid(SimSpan::from_ms(step), values));
        let changes = prop::collection::vec((0_i64..9_000, 0_i64..6), 0..900).prop_map(|mut changes| {
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
        fn the_path_says_the_same(path in path(), limit in -3_i64..7, at in prop::collection::vec(0_i64..10_000, 1..40)) {
            let crossings = Crossings::new(&path, limit);
            for ms in at {
                let at = SimTime::from_ms(ms);
                prop_assert_eq!(crossings.is_above(at), path.value_at(at) > limit);
                prop_assert_eq!(crossings.next_above(at), path.next_above(at, limit).unwrap_or(SimTime::NEVER));
                prop_assert_eq!(crossings.next_at_most(at), path.next_at_most(at, limit).unwrap_or(SimTime::NEVER));
            }
        }
    }
}
