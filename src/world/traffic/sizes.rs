//! The sizes of calls that have their instants: tokens, cache, thinking, web search.

use super::lengths::{AliasTable, draw_lengths};
use super::model::{Call, CallFlags, CallSizes, Lengths};
use super::rounding::nearest;
use crate::world::normal::{direction_of, squared_radius_of};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Calls whose sizes are drawn together; part of the format.
pub(super) const PART: usize = 32;
/// Parts of up to so many calls have arrays of their own size: most minutes of small tenants are such.
pub(super) const SMALL: usize = 8;
/// Likewise.
pub(super) const MEDIUM: usize = 16;

/// What the sizes of a tenant's calls are drawn with, prepared once.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct SizeTables {
    input: AliasTable,
    output: AliasTable,
}

impl SizeTables {
    /// Prepares the tables of a tenant in the memory there is.
    pub(super) fn prepare(&mut self, sizes: &CallSizes) {
        self.input.prepare(&sizes.input);
        self.output.prepare(&sizes.output);
    }
}

/// Draws tokens and flags of calls. The columns of each part of [`PART`] calls are, where they are needed: radii, then
/// angles of a pair of normals for each call, of which a lognormal input takes the cosine and a lognormal output the
/// sine; words of the input's histogram; words of the output's; one for thinking; one for web search.
pub(super) fn fill_sizes(
    sizes: &CallSizes,
    tables: &SizeTables,
    generator: &mut ChaCha8Rng,
    calls: &mut [Call],
) {
    for part in calls.chunks_mut(PART) {
        if part.len() <= SMALL {
            fill_part::<SMALL>(sizes, tables, generator, part);
        } else if part.len() <= MEDIUM {
            fill_part::<MEDIUM>(sizes, tables, generator, part);
        } else {
            fill_part::<PART>(sizes, tables, generator, part);
        }
    }
}

/// One part of at most `N` calls; the same words whatever `N`.
#[inline]
fn fill_part<const N: usize>(
    sizes: &CallSizes,
    tables: &SizeTables,
    generator: &mut ChaCha8Rng,
    part: &mut [Call],
) {
    let is_normal = |lengths: &Lengths| match lengths {
        Lengths::LogNormal { .. } => true,
        Lengths::Fixed(_) | Lengths::Histogram(_) => false,
    };
    let count = part.len();
    let (mut cosines, mut sines) = ([0.0; N], [0.0; N]);
    if is_normal(&sizes.input) || is_normal(&sizes.output) {
        fill_pairs(generator, count, &mut cosines, &mut sines);
    }
    let (mut input, mut output) = ([0; N], [0; N]);
    draw_lengths(&sizes.input, &tables.input, &cosines, (generator, count), &mut input);
    draw_lengths(&sizes.output, &tables.output, &sines, (generator, count), &mut output);
    for ((call, input), output) in part.iter_mut().zip(input).zip(output) {
        (call.input_tokens, call.output_tokens) = (input, output);
    }
    flag::<N>(sizes.thinking_share, CallFlags::THINKING, generator, part);
    flag::<N>(sizes.web_search_share, CallFlags::WEB_SEARCH, generator, part);
}

/// Draws the flags of calls whose tokens are given, by shares.
pub(super) fn fill_flags(sizes: &CallSizes, generator: &mut ChaCha8Rng, calls: &mut [Call]) {
    for part in calls.chunks_mut(PART) {
        flag::<PART>(sizes.thinking_share, CallFlags::THINKING, generator, part);
        flag::<PART>(sizes.web_search_share, CallFlags::WEB_SEARCH, generator, part);
    }
}

/// Sets what the cache holds of each input, rounded down. The share counts in units of 10⁻⁹, so that 29 % of 100
/// tokens are 29.
pub(super) fn fill_cached(share: f64, calls: &mut [Call]) {
    let share_ppb = nearest(share * 1e9).cast_unsigned();
    if share_ppb > 0 {
        for call in calls {
            call.cached_tokens = (u64::from(call.input_tokens) * share_ppb / 1_000_000_000) as u32;
        }
    }
}

/// The next `count` words; what follows them is 0.
#[inline]
pub(super) fn draw_words<const N: usize>(generator: &mut ChaCha8Rng, count: usize) -> [u32; N] {
    let mut words = [0; N];
    if N < PART {
        words[..count].iter_mut().for_each(|word| *word = generator.next_u32());
    } else {
        let mut bytes = [0_u8; 4 * PART];
        generator.fill_bytes(&mut bytes[..4 * count]);
        for (word, bytes) in words.iter_mut().zip(bytes.as_chunks::<4>().0) {
            *word = u32::from_le_bytes(*bytes);
        }
    }
    words
}

/// Fills the first `count` pairs of normals; what follows them is of no use.
#[inline]
fn fill_pairs<const N: usize>(
    generator: &mut ChaCha8Rng,
    count: usize,
    cosines: &mut [f32; N],
    sines: &mut [f32; N],
) {
    let radii: [u32; N] = draw_words(generator, count);
    let angles: [u32; N] = draw_words(generator, count);
    for index in 0..N {
        let radius = squared_radius_of(radii[index]).sqrt();
        let (cosine, sine) = direction_of(angles[index]);
        cosines[index] = radius * cosine;
        sines[index] = radius * sine;
    }
}

/// Sets a flag with a probability, which needs luck only if it is neither 0 nor 1.
#[inline]
fn flag<const N: usize>(share: f64, flag: CallFlags, generator: &mut ChaCha8Rng, part: &mut [Call]) {
    if share <= 0.0 {
        return;
    }
    let threshold = threshold_of(share);
    let words: [u32; N] = if share < 1.0 { draw_words(generator, part.len()) } else { [0; N] };
    for (call, word) in part.iter_mut().zip(words) {
        if u64::from(word) < threshold {
            call.flags = call.flags.with(flag);
        }
    }
}

/// How many of the 2³² words stand for an event of this probability.
pub(super) fn threshold_of(probability: f64) -> u64 {
    nearest(probability * (1_u64 << 32) as f64).cast_unsigned()
}

#[cfg(test)]
mod tests;
