//! Slots that serve one call each, first come, first served, and the queue before them.

use super::model::SlotClass;
use crate::world::traffic::Call;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// One slot: free from then on (milliseconds), its number, its class. In this order calls go to slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Slot {
    free_from: i64,
    number: u32,
    class: u32,
}

/// The slots of one target. A call goes to the slot that is, or has been, free earliest, at once when it arrives: later
/// calls never overtake, so that this is one queue for all.
#[derive(Clone, Debug, Default)]
pub(super) struct Slots {
    heap: BinaryHeap<Reverse<Slot>>,
    classes: Vec<SlotClass>,
    /// Slots that ever were.
    numbers: u32,
    /// Service time that calls claimed since the load was last asked for.
    claimed_ms: i128,
    /// Time that slots were there since then, up to `as_of`.
    offered_ms: i128,
    as_of: i64,
    /// When the last of all calls taken is done.
    busy_until: i64,
}

/// When and how long a call would be served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) waits_ms: i64,
    pub(super) service_ms: i64,
}

impl Slots {
    /// More slots, free at once.
    pub(super) fn add(&mut self, class: SlotClass, count: u32, at: i64) {
        self.offer(at);
        let class = self.classes.iter().position(|known| *known == class).unwrap_or_else(|| {
            self.classes.push(class);
            self.classes.len() - 1
        }) as u32;
        for number in self.numbers..self.numbers + count {
            self.heap.push(Reverse(Slot { free_from: at, number, class }));
        }
        self.numbers += count;
    }

    /// Fewer slots of a class: free ones first, the youngest of them first, then those that are free soonest. What a slot
    /// has taken on it finishes.
    pub(super) fn remove(&mut self, class: SlotClass, count: u32, at: i64) {
        self.offer(at);
        let Some(class) = self.classes.iter().position(|known| *known == class) else { return };
        let all = std::mem::take(&mut self.heap).into_vec();
        let (mut going, mut staying): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|slot| slot.0.class as usize == class);
        going.sort_by_key(|slot| (slot.0.free_from.max(at), Reverse(slot.0.number)));
        staying.extend(going.into_iter().skip(count as usize));
        self.heap = staying.into();
    }

    /// The turn of a call that arrives now; none without slots.
    pub(super) fn turn(&self, call: &Call) -> Option<Turn> {
        let slot = self.heap.peek()?.0;
        let service_ms = service_ms(&self.classes[slot.class as usize], call);
        Some(Turn { waits_ms: (slot.free_from - call.at.as_ms()).max(0), service_ms })
    }

    /// A call takes its turn.
    pub(super) fn take(&mut self, turn: Turn, at: i64) {
        let mut slot = self.heap.peek_mut().expect("a turn was found");
        slot.0.free_from = at + turn.waits_ms + turn.service_ms;
        self.busy_until = self.busy_until.max(slot.0.free_from);
        self.claimed_ms += i128::from(turn.service_ms);
    }

    /// When the last of all calls taken is done.
    pub(super) const fn busy_until(&self) -> i64 {
        self.busy_until
    }

    /// Claimed over offered time since the last time it was asked, in thousandths, rounded down.
    pub(super) fn take_load_per_mille(&mut self, at: i64) -> u32 {
        self.offer(at);
        let (claimed, offered) = (self.claimed_ms, self.offered_ms);
        (self.claimed_ms, self.offered_ms) = (0, 0);
        if offered == 0 { 0 } else { u32::try_from(claimed * 1_000 / offered).unwrap_or(u32::MAX) }
    }

    fn offer(&mut self, at: i64) {
        self.offered_ms += self.heap.len() as i128 * i128::from(at - self.as_of);
        self.as_of = at;
    }
}

/// input/prefill + output/decode, rounded up to a millisecond, and the overhead.
fn service_ms(class: &SlotClass, call: &Call) -> i64 {
    let (prefill, decode) = (class.prefill_milli_tps, class.decode_milli_tps);
    let (input, output) =
        (u64::from(call.input_tokens) * 1_000_000, u64::from(call.output_tokens) * 1_000_000);
    let (input_rest, output_rest) = (u128::from(input % prefill), u128::from(output % decode));
    // The two remainders together are a fraction of 0 to 2 milliseconds.
    let rest = input_rest * u128::from(decode) + output_rest * u128::from(prefill);
    let one = u128::from(prefill) * u128::from(decode);
    let started = i64::from(rest > 0) + i64::from(rest > one);
    (input / prefill + output / decode) as i64 + started + class.overhead.as_ms()
}
