//! What is known only when a call ends: its output, where serving takes time.

use super::window::Place;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What happens when a call ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Late {
    /// Output counts in a quota of a target.
    Output { target: usize, meter: usize, tokens: u64 },
    /// What was reserved in a quota of a target is replaced by what came.
    Reserved { target: usize, meter: usize, place: Place, reserved: u64, tokens: u64 },
    /// Output counts for a target's limits.
    Target { target: usize, tokens: u64 },
    /// Output counts for a public model's limits.
    Public { public: usize, tokens: u64 },
}

/// Calls that have not ended, the next to end first; at one instant in the order they came.
#[derive(Clone, Debug, Default)]
pub(super) struct Pending {
    heap: BinaryHeap<Reverse<(i64, u64, Late)>>,
    sequence: u64,
}

impl Pending {
    pub(super) fn push(&mut self, at: i64, late: Late) {
        self.sequence += 1;
        self.heap.push(Reverse((at, self.sequence, late)));
    }

    /// The next to end, if that is not after an instant.
    #[inline]
    pub(super) fn pop(&mut self, until: i64) -> Option<(i64, Late)> {
        if self.heap.peek()?.0.0 > until {
            return None;
        }
        self.heap.pop().map(|Reverse((at, _, late))| (at, late))
    }
}
