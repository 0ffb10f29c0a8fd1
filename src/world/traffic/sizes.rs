//! The sizes of calls that have their instants: tokens, cache, thinking, web search.

use super::lengths::{AliasTable, draw_lengths};
use super::model::{Call, CallFlags, CallSizes, Lengths};
use crate::world::normal::{direction_of, squared_radius_of};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Calls whose sizes are drawn together; part of the format.
pub(super) const PART: usize = 32;

/// Token counts of a part.
pub(super) type Column = [u32; PART];
/// Standard normals of a part.
pub(super) type Normals = [f32; PART];

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

/// Draws tokens and flags of calls. The columns of each part are, where they are needed: radii and angles of a pair of
/// normals for each call, of which a lognormal input takes the cosine and a lognormal output the sine; words of the
/// input's histogram; words of the output's; one for thinking; one for web search.
pub(super) fn fill_sizes(
    sizes: &CallSizes,
    tables: &SizeTables,
    generator: &mut ChaCha8Rng,
    calls: &mut [Call],
) {
    let is_normal = |lengths: &Lengths| match lengths {
        Lengths::LogNormal { .. } => true,
        Lengths::Fixed(_) | Lengths::Histogram(_) => false,
    };
    let any_normal = is_normal(&sizes.input) || is_normal(&sizes.output);
    let (mut cosines, mut sines) = ([0.0; PART], [0.0; PART]);
    let (mut input, mut output) = ([0; PART], [0; PART]);
    for part in calls.chunks_mut(PART) {
        let count = part.len();
        if any_normal {
            fill_pairs(generator, count, &mut cosines, &mut sines);
        }
        draw_lengths(&sizes.input, &tables.input, &cosines, (generator, count), &mut input);
        draw_lengths(&sizes.output, &tables.output, &sines, (generator, count), &mut output);
        for ((call, input), output) in part.iter_mut().zip(input).zip(output) {
            (call.input_tokens, call.output_tokens) = (input, output);
        }
        flag(sizes.thinking_share, CallFlags::THINKING, generator, part);
        flag(sizes.web_search_share, CallFlags::WEB_SEARCH, generator, part);
    }
}

/// Sets what the cache holds of each input, rounded down. The share counts in units of 10⁻⁹, so that 29 % of 100
/// tokens are 29.
pub(super) fn fill_cached(share: f64, calls: &mut [Call]) {
    let share_ppb = (share * 1e9).round() as u64;
    if share_ppb > 0 {
        for call in calls {
            call.cached_tokens = (u64::from(call.input_tokens) * share_ppb / 1_000_000_000) as u32;
        }
    }
}

/// The next `count` words; what follows them is 0.
#[inline]
pub(super) fn draw_words(generator: &mut ChaCha8Rng, count: usize) -> [u32; PART] {
    let mut bytes = [0_u8; 4 * PART];
    generator.fill_bytes(&mut bytes[..4 * count]);
    let (words, _) = bytes.as_chunks::<4>();
    core::array::from_fn(|index| u32::from_le_bytes(words[index]))
}

/// Fills the first `count` pairs of normals, and up to seven more that nobody uses.
#[inline]
fn fill_pairs(generator: &mut ChaCha8Rng, count: usize, cosines: &mut Normals, sines: &mut Normals) {
    let (radii, angles) = (draw_words(generator, count), draw_words(generator, count));
    let eights = count.div_ceil(8);
    let words = radii.as_chunks::<8>().0.iter().zip(angles.as_chunks::<8>().0);
    let normals = cosines.as_chunks_mut::<8>().0.iter_mut().zip(sines.as_chunks_mut::<8>().0);
    for ((cosines, sines), (radii, angles)) in normals.zip(words).take(eights) {
        for index in 0..8 {
            let radius = squared_radius_of(radii[index]).sqrt();
            let (cosine, sine) = direction_of(angles[index]);
            cosines[index] = radius * cosine;
            sines[index] = radius * sine;
        }
    }
}

/// Sets a flag with a probability, which needs luck only if it is neither 0 nor 1.
#[inline]
fn flag(share: f64, flag: CallFlags, generator: &mut ChaCha8Rng, part: &mut [Call]) {
    if share <= 0.0 {
        return;
    }
    let threshold = threshold_of(share);
    let words = if share < 1.0 { draw_words(generator, part.len()) } else { [0; PART] };
    for (call, word) in part.iter_mut().zip(words) {
        if u64::from(word) < threshold {
            call.flags = call.flags.with(flag);
        }
    }
}

/// How many of the 2³² words stand for an event of this probability.
pub(super) fn threshold_of(probability: f64) -> u64 {
    (probability * (1_u64 << 32) as f64).round() as u64
}

#[cfg(test)]
mod tests;
