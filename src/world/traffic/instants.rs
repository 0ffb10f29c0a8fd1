//! When the calls of a minute arrive.

use super::MINUTE_MS;
use super::model::{Call, CallFlags};
use super::rounding::nearest;
use super::sizes::{MEDIUM, PART, SMALL, draw_words};
use crate::units::SimTime;
use crate::world::normal::squared_radius_of;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Puts `count` calls at independent even instants of a minute behind `calls`, in order of time; without tokens.
///
/// Sorted even instants are the partial sums of `count` + 1 exponential spacings over their sum, so nothing is sorted.
/// Each spacing takes a word. Milliseconds are rounded down (from what is exactly one, to an even neighbour).
pub(super) fn push_even_calls(
    generator: &mut ChaCha8Rng,
    (minute, tenant): (i64, u16),
    count: usize,
    calls: &mut Vec<Call>,
) {
    if count == 0 {
        return;
    }
    let first = calls.len();
    // Until all spacings are known, the bits of a partial sum stand where the instant will.
    calls.resize(first + count, blank(tenant));
    let mut sum = 0.0;
    for part in calls[first..].chunks_mut(PART) {
        sum = if part.len() <= SMALL {
            sum_spacings::<SMALL>(generator, sum, part)
        } else if part.len() <= MEDIUM {
            sum_spacings::<MEDIUM>(generator, sum, part)
        } else {
            sum_spacings::<PART>(generator, sum, part)
        };
    }
    sum += f64::from(squared_radius_of(generator.next_u32()));
    settle_instants(minute * MINUTE_MS, sum, &mut calls[first..]);
}

/// Puts the running sums of spacings with a mean of 2 in the places of instants, and returns the last one.
#[inline]
fn sum_spacings<const N: usize>(generator: &mut ChaCha8Rng, before: f64, part: &mut [Call]) -> f64 {
    let words: [u32; N] = draw_words(generator, part.len());
    let spacings = words.map(squared_radius_of);
    let mut sum = before;
    for (call, spacing) in part.iter_mut().zip(spacings) {
        sum += f64::from(spacing);
        call.at = SimTime::from_ms(sum.to_bits().cast_signed());
    }
    sum
}

/// Puts the calls of minutes one after another behind `calls`, so many in each, as [`push_even_calls`] does for one: the
/// spacings of all minutes come one after another, so that only the last part of them is not a whole one. A minute
/// without calls has no spacings.
pub(super) fn push_even_block(
    generator: &mut ChaCha8Rng,
    (first_minute, tenant): (i64, u16),
    counts: &[u64],
    calls: &mut Vec<Call>,
) {
    let minutes = counts.iter().filter(|&&count| count > 0).count();
    let mut begin = calls.len();
    let all = counts.iter().sum::<u64>() as usize;
    calls.resize(begin + all, blank(tenant));
    let mut spacings = Spacings { part: [0.0; PART], taken: PART, undrawn: all + minutes };
    let mut start = first_minute * MINUTE_MS;
    for &count in counts {
        let own = &mut calls[begin..begin + count as usize];
        if !own.is_empty() {
            place_evenly(generator, &mut spacings, start, own);
        }
        begin += own.len();
        start += MINUTE_MS;
    }
}

/// Places the calls of the minute that begins at `start`.
#[inline]
fn place_evenly(generator: &mut ChaCha8Rng, spacings: &mut Spacings, start: i64, calls: &mut [Call]) {
    let (mut sum, mut placed) = (0.0, 0);
    while placed < calls.len() {
        let some = spacings.take(generator, calls.len() - placed);
        for (call, spacing) in calls[placed..].iter_mut().zip(some) {
            sum += f64::from(*spacing);
            call.at = SimTime::from_ms(sum.to_bits().cast_signed());
        }
        placed += some.len();
    }
    sum += f64::from(spacings.take(generator, 1)[0]);
    settle_instants(start, sum, calls);
}

/// Spacings with a mean of 2, drawn by parts as they are needed.
struct Spacings {
    part: [f32; PART],
    /// How many of the part are taken.
    taken: usize,
    /// How many are still to be drawn after the part.
    undrawn: usize,
}

impl Spacings {
    /// The next spacings: as many as wanted, or fewer (but one at least) up to the end of the part.
    #[inline]
    fn take(&mut self, generator: &mut ChaCha8Rng, wanted: usize) -> &[f32] {
        if self.taken == PART {
            let count = self.undrawn.min(PART);
            let words: [u32; PART] = draw_words(generator, count);
            // A loop and not a map of the array, which would not vectorise.
            for (spacing, word) in self.part.iter_mut().zip(words) {
                *spacing = squared_radius_of(word);
            }
            (self.taken, self.undrawn) = (0, self.undrawn - count);
        }
        let begin = self.taken;
        self.taken = PART.min(begin + wanted);
        &self.part[begin..self.taken]
    }
}

/// Makes instants of the minute that begins at `start` of running sums of spacings, given the sum of all spacings.
#[inline]
fn settle_instants(start: i64, sum: f64, calls: &mut [Call]) {
    let unit = MINUTE_MS as f64 / sum.max(f64::MIN_POSITIVE);
    for call in calls {
        // A last spacing of 0 would let the last call fall on the next minute.
        let within = nearest(f64::from_bits(call.at.as_ms().cast_unsigned()) * unit - 0.5);
        call.at = SimTime::from_ms(start + within.min(MINUTE_MS - 1));
    }
}

/// Puts the calls of a minute of an evenly spaced tenant behind `calls`, without tokens: the k-th one of the scenario
/// (from 0) is at (k + ½)/rate, rounded down to a millisecond.
pub(super) fn push_spaced_calls(per_minute: f64, (minute, tenant): (i64, u16), calls: &mut Vec<Call>) {
    let (from, to) = (minute * MINUTE_MS, (minute + 1) * MINUTE_MS);
    let at = |number: i64| spaced_at(per_minute, number);
    let mut number = first_spaced(per_minute, from);
    while at(number) < to {
        calls.push(Call { at: SimTime::from_ms(at(number)), ..blank(tenant) });
        number += 1;
    }
}

/// The number of the first evenly spaced call at or after this millisecond (at least 0), which is also how many come
/// before it.
pub(super) fn first_spaced(per_minute: f64, from: i64) -> i64 {
    let guess = (from as f64 * per_minute / MINUTE_MS as f64 - 0.5).ceil();
    let mut number = (guess as i64 - 1).max(0);
    while spaced_at(per_minute, number) < from {
        number += 1;
    }
    number
}

fn spaced_at(per_minute: f64, number: i64) -> i64 {
    ((number as f64 + 0.5) * MINUTE_MS as f64 / per_minute) as i64
}

fn blank(tenant: u16) -> Call {
    Call {
        at: SimTime::ZERO,
        input_tokens: 0,
        output_tokens: 0,
        cached_tokens: 0,
        estimated_output_tokens: 0,
        tenant,
        flags: CallFlags::NONE,
    }
}

#[cfg(test)]
mod tests;
