//! When the calls of a minute arrive.

use super::MINUTE_MS;
use super::model::{Call, CallFlags};
use super::sizes::PART;
use crate::units::SimTime;
use crate::world::normal::squared_radius_of;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Spacings are summed in units of 2⁻²⁴, which leaves the largest one (44.4) below 2³¹.
const SPACING_SCALE: f32 = (1 << 24) as f32;

/// Puts `count` calls at independent even instants of a minute behind `calls`, in order of time; without tokens.
///
/// Sorted even instants are the partial sums of `count` + 1 exponential spacings over their sum, so nothing is sorted.
/// Each spacing takes a word; sums are whole numbers, and so independent of the order of additions. Milliseconds are
/// rounded down.
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
    let (mut sum, mut missing) = (0_i64, count);
    while missing > 0 {
        let part = missing.min(PART);
        for spacing in &spacings(generator, part)[..part] {
            sum += i64::from(*spacing);
            calls.push(Call { at: SimTime::from_ms(sum), ..blank(tenant) });
        }
        missing -= part;
    }
    sum += i64::from(spacings(generator, 1)[0]);
    let (start, unit) = (minute * MINUTE_MS, MINUTE_MS as f64 / sum.max(1) as f64);
    for call in &mut calls[first..] {
        // A last spacing of 0 would let the last call fall on the next minute.
        let within = ((call.at.as_ms() as f64 * unit) as i64).min(MINUTE_MS - 1);
        call.at = SimTime::from_ms(start + within);
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

/// The next `count` spacings of a mean of 2 in units of [`SPACING_SCALE`]; what follows them is of no use.
#[inline]
fn spacings(generator: &mut ChaCha8Rng, count: usize) -> [i32; PART] {
    let mut bytes = [0_u8; 4 * PART];
    generator.fill_bytes(&mut bytes[..4 * count]);
    let mut spacings = [0; PART];
    let eights = count.div_ceil(8);
    let (words, _) = bytes.as_chunks::<32>();
    let (results, _) = spacings.as_chunks_mut::<8>();
    for (results, words) in results.iter_mut().zip(words).take(eights) {
        for (result, word) in results.iter_mut().zip(words.as_chunks::<4>().0) {
            *result = (squared_radius_of(u32::from_le_bytes(*word)) * SPACING_SCALE) as i32;
        }
    }
    spacings
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
