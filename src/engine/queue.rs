//! The event queue: a binary heap over a time and one packed integer.

use crate::units::SimTime;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Class of an event within one instant; lower goes first. The meaning of each rank belongs to the simulation.
pub type Rank = u8;

/// Bits of the order within an instant: 8 of rank, 24 of entity, 32 of sequence.
const RANK_SHIFT: u32 = 56;
const ENTITY_SHIFT: u32 = 32;
/// Entities are numbered below this.
const ENTITY_LIMIT: u32 = 1 << 24;

/// A queue whose order is total: (time, rank, entity, sequence).
///
/// ```
/// use deploysim::engine::EventQueue;
/// use deploysim::units::SimTime;
/// let mut queue = EventQueue::new();
/// let noon = SimTime::from_ms(43_200_000);
/// queue.push(noon, 4, 0, "a timer");
/// queue.push(noon, 2, 7, "a command");
/// queue.push(noon, 2, 3, "a command of an earlier entity");
/// // Awkward: three events at one instant; rank decides, then entity, then the order of insertion.
/// assert_eq!(queue.pop().unwrap().event, "a command of an earlier entity");
/// assert_eq!(queue.pop().unwrap().event, "a command");
/// assert_eq!(queue.pop().unwrap().event, "a timer");
/// assert!(queue.pop().is_none());
/// ```
#[derive(Clone, Debug)]
pub struct EventQueue<E> {
    heap: BinaryHeap<Entry<E>>,
    sequence: u32,
    now: (SimTime, Rank),
}

/// An event taken from the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scheduled<E> {
    /// When it happens.
    pub at: SimTime,
    /// Its class within the instant.
    pub rank: Rank,
    /// What happens.
    pub event: E,
}

#[derive(Clone, Copy, Debug)]
struct Entry<E> {
    at: SimTime,
    /// Rank, entity and sequence, packed: one comparison decides among the events of an instant.
    order: u64,
    event: E,
}

impl<E> Entry<E> {
    fn rank(&self) -> Rank {
        (self.order >> RANK_SHIFT) as Rank
    }
    fn key(&self) -> (SimTime, u64) {
        (self.at, self.order)
    }
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}
impl<E> Eq for Entry<E> {}
impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<E> Ord for Entry<E> {
    /// Reversed: the standard heap gives the greatest, we want the earliest.
    fn cmp(&self, other: &Self) -> Ordering {
        other.key().cmp(&self.key())
    }
}

impl<E> Default for EventQueue<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> EventQueue<E> {
    /// An empty queue at the scenario's start.
    pub const fn new() -> Self {
        Self { heap: BinaryHeap::new(), sequence: 0, now: (SimTime::ZERO, 0) }
    }

    /// Schedules `event`. It must not lie in the past, nor at an earlier rank of the current instant.
    pub fn push(&mut self, at: SimTime, rank: Rank, entity: u32, event: E) {
        assert!((at, rank) >= self.now, "an event may be scheduled at its own rank or later only");
        assert!(entity < ENTITY_LIMIT, "entities are numbered below 2^24");
        let sequence = self.sequence;
        self.sequence = sequence.checked_add(1).expect("a run schedules fewer than 2^32 events");
        let order = u64::from(rank) << RANK_SHIFT | u64::from(entity) << ENTITY_SHIFT | u64::from(sequence);
        self.heap.push(Entry { at, order, event });
    }

    /// Takes the earliest event.
    pub fn pop(&mut self) -> Option<Scheduled<E>> {
        let entry = self.heap.pop()?;
        self.now = (entry.at, entry.rank());
        Some(Scheduled { at: entry.at, rank: entry.rank(), event: entry.event })
    }

    /// When and at which rank the earliest event happens.
    pub fn peek(&self) -> Option<(SimTime, Rank)> {
        self.heap.peek().map(|entry| (entry.at, entry.rank()))
    }

    /// Events waiting.
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// True if nothing waits.
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whatever the order of insertion, events leave by (time, rank, entity); only then does insertion decide.
        #[test]
        fn order_never_depends_on_insertion(mut entries in prop::collection::vec((0_i64..50, 0_u8..9, 0_u32..4), 1..80), seed in any::<u64>()) {
            entries.sort_unstable();
            entries.dedup();
            let mut shuffled = entries.clone();
            let length = shuffled.len();
            for index in 0..length {
                let other = (seed.wrapping_mul(index as u64 + 1) >> 7) as usize % length;
                shuffled.swap(index, other);
            }
            let mut queue = EventQueue::new();
            for entry in &shuffled {
                queue.push(SimTime::from_ms(entry.0), entry.1, entry.2, *entry);
            }
            let left: Vec<_> = std::iter::from_fn(|| queue.pop()).map(|scheduled| scheduled.event).collect();
            prop_assert_eq!(left, entries);
        }
    }

    #[test]
    #[should_panic(expected = "own rank or later")]
    fn the_past_is_closed() {
        let mut queue = EventQueue::new();
        queue.push(SimTime::from_ms(10), 4, 0, ());
        queue.pop();
        queue.push(SimTime::from_ms(10), 3, 0, ());
    }
}
