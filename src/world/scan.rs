//! Searches and sums over the values of a path, shaped so that the compiler vectorises them on plain SSE2.
//!
//! A condition is written as a number that is negative where it holds: SSE2 has no 64-bit comparison, but it can
//! subtract and or 64-bit lanes, and the sign bit of the or tells whether any element of a chunk matched.

/// Elements tested at once before the scan looks whether any of them matched.
const CHUNK: usize = 32;

/// A condition on a value that is not negative: the result is negative where the condition holds.
pub(super) trait Condition: Fn(i64) -> i64 + Copy {}
impl<F: Fn(i64) -> i64 + Copy> Condition for F {}

/// Holds for values above `limit`.
pub(super) fn above(limit: i64) -> impl Condition {
    // Every value is above a negative limit; −1 keeps the subtraction in range.
    let limit = limit.max(-1);
    move |value| limit.wrapping_sub(value)
}

/// Holds for values at or below `limit`.
pub(super) fn at_most(limit: i64) -> impl Condition {
    let limit = limit.max(-1);
    move |value| value.wrapping_sub(limit).wrapping_sub(1)
}

/// Holds for values other than `other`.
pub(super) fn differs_from(other: i64) -> impl Condition {
    move |value| 0_i64.wrapping_sub(value ^ other)
}

/// Whether any element of a chunk meets the condition.
fn any(chunk: &[i64], condition: impl Condition) -> bool {
    let mut signs = 0;
    for &value in chunk {
        signs |= condition(value);
    }
    signs < 0
}

/// Index of the first value that meets the condition.
pub(super) fn first(values: &[i64], condition: impl Condition) -> Option<usize> {
    let (chunks, rest) = values.as_chunks::<CHUNK>();
    for (number, chunk) in chunks.iter().enumerate() {
        if any(chunk, condition) {
            return chunk.iter().position(|&value| condition(value) < 0).map(|place| number * CHUNK + place);
        }
    }
    rest.iter().position(|&value| condition(value) < 0).map(|place| chunks.len() * CHUNK + place)
}

/// Index of the last value that meets the condition.
pub(super) fn last(values: &[i64], condition: impl Condition) -> Option<usize> {
    let (rest, chunks) = values.as_rchunks::<CHUNK>();
    for (number, chunk) in chunks.iter().enumerate().rev() {
        if any(chunk, condition) {
            let place = chunk.iter().rposition(|&value| condition(value) < 0);
            return place.map(|place| rest.len() + number * CHUNK + place);
        }
    }
    rest.iter().rposition(|&value| condition(value) < 0)
}

/// How many values meet the condition.
pub(super) fn count(values: &[i64], condition: impl Condition) -> i64 {
    let mut matches = 0_i64;
    for &value in values {
        matches = matches.wrapping_add(condition(value) >> 63);
    }
    matches.wrapping_neg()
}

/// Exact sum of values of which none is negative and none is [`i64::MAX`] (an unknown price, a stock without limit).
pub(super) fn sum(values: &[i64]) -> i128 {
    // Short sums of usual prices, which is nearly all, take one loop.
    let (mut all_bits, mut partial) = (0_i64, 0_i64);
    for &value in values {
        all_bits |= value;
        partial = partial.wrapping_add(value);
    }
    // So many values below 2^47 cannot overflow the 64-bit sum, and none of them is the largest integer.
    if all_bits < 1 << 47 && values.len() < 1 << 16 {
        return i128::from(partial);
    }
    values.iter().map(|&value| i128::from(known(value))).sum()
}

/// The value itself, after making sure that it is a number one may sum.
pub(super) fn known(value: i64) -> i64 {
    assert!(value != i64::MAX, "an unknown price or an unlimited stock has no integral");
    value
}

/// True if no value is negative.
pub(super) fn none_negative(values: &[i64]) -> bool {
    let mut signs = 0;
    for &value in values {
        signs |= value;
    }
    signs >= 0
}
