//! Token counts of calls, drawn a part of a minute at a time so that the loops vectorise.
//!
//! As in `normal.rs` only + − × ÷ √ of IEEE 754 and integer operations are used on the way from words to tokens, each
//! call on its own, so that the bits depend neither on the vector width nor on the machine.

use super::model::{LengthBin, Lengths};
use super::rounding::nearest;
use super::sizes::draw_words;
use rand_chacha::ChaCha8Rng;

/// 2^f = 1 + f·P(f) for |f| ≤ ½. Fitted by a Remez exchange in mpmath for the least relative error of the power
/// (2.6e-9, below the rounding of single precision).
const POWER: [f32; 6] =
    [0.693_147_24, 0.240_226_52, 0.055_503_104, 0.009_617_693, 0.001_340_664_3, 0.000_155_946_78];
/// 1.5·2²³: adding it to a number of at most 2²² in size rounds that to a whole number in the lowest bits.
const TO_WHOLE: f32 = 12_582_912.0;
/// Powers of two beyond this in size are no token counts of anybody; within it nothing overflows.
const LARGEST_POWER: f32 = 100.0;

/// The largest number of single precision that a token count holds.
const MOST_SINGLE: f32 = 4_294_967_040.0;

/// A histogram made ready to draw from in constant time (alias method, A. Walker 1977, tables after M. Vose 1991):
/// as many slots of equal probability as bins, each shared by at most two bins. Empty for other distributions.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct AliasTable {
    slots: Vec<Slot>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Slot {
    /// Fractions of the slot below this, in units of 2⁻³², are the slot's own bin.
    own: u32,
    /// The bin of the rest.
    other: u32,
}

impl AliasTable {
    /// Makes the table of these lengths.
    pub(super) fn prepare(&mut self, lengths: &Lengths) {
        self.slots.clear();
        let bins = match lengths {
            Lengths::Fixed(_) | Lengths::LogNormal { .. } => return,
            Lengths::Histogram(bins) => bins,
        };
        let sum: f64 = bins.iter().map(|bin| bin.weight).sum();
        let mut heights: Vec<f64> = bins.iter().map(|bin| bin.weight / sum * bins.len() as f64).collect();
        // What rounding leaves over keeps its own slot whole.
        self.slots.extend((0..bins.len()).map(|bin| Slot { own: u32::MAX, other: bin as u32 }));
        let (mut low, mut high): (Vec<usize>, Vec<usize>) =
            (0..bins.len()).partition(|&bin| heights[bin] < 1.0);
        while let (Some(&below), Some(&above)) = (low.last(), high.last()) {
            low.pop();
            self.slots[below] = Slot { own: (heights[below] * 2.0_f64.powi(32)) as u32, other: above as u32 };
            heights[above] -= 1.0 - heights[below];
            if heights[above] < 1.0 {
                high.pop();
                low.push(above);
            }
        }
    }

    /// The bin that this word chooses: its upper bits a slot, the lower ones a place in it.
    #[inline]
    fn bin_of(&self, word: u32) -> usize {
        let place = u64::from(word) * self.slots.len() as u64;
        let number = (place >> 32) as usize;
        let slot = self.slots[number];
        if (place as u32) < slot.own { number } else { slot.other as usize }
    }
}

/// Draws `count` lengths. A fixed length takes no words, a lognormal one takes the part's normals, a histogram two
/// columns of words: bins, then places in them. What follows the lengths that were asked for is of no use.
#[inline]
pub(super) fn draw_lengths<const N: usize>(
    lengths: &Lengths,
    table: &AliasTable,
    normals: &[f32; N],
    (generator, count): (&mut ChaCha8Rng, usize),
    tokens: &mut [u32; N],
) {
    match lengths {
        Lengths::Fixed(length) => tokens.fill(*length),
        Lengths::LogNormal { median, sigma, most } => {
            let log_normal = LogNormal::new(*median, *sigma, *most);
            for (result, normal) in tokens.iter_mut().zip(normals) {
                *result = log_normal.tokens(*normal);
            }
        }
        Lengths::Histogram(bins) => {
            let chosen: [u32; N] = draw_words(generator, count);
            let places: [u32; N] = draw_words(generator, count);
            for ((result, word), place) in tokens[..count].iter_mut().zip(chosen).zip(places) {
                *result = within(bins[table.bin_of(word)], place);
            }
        }
    }
}

/// An even choice in a bin; off by at most its width/2³² from even.
#[inline]
fn within(bin: LengthBin, word: u32) -> u32 {
    let width = u64::from(bin.to - bin.from) + 1;
    bin.from + ((u64::from(word) * width) >> 32) as u32
}

/// The constants of a lognormal length in single precision.
#[derive(Clone, Copy)]
struct LogNormal {
    median: f32,
    octaves: f32,
    most: f32,
    most_exact: u32,
}

impl LogNormal {
    fn new(median: f64, sigma: f64, most: u32) -> Self {
        let octaves = (sigma * core::f64::consts::LOG2_E) as f32;
        let most_single = (most as f32).min(MOST_SINGLE);
        Self { median: median as f32, octaves, most: most_single, most_exact: most }
    }

    /// The length for a standard normal: median · 2^(octaves · normal), rounded to the nearest, from 1 to `most`. The
    /// relative error before rounding is about 1e-6.
    #[inline]
    fn tokens(self, normal: f32) -> u32 {
        let power = (self.octaves * normal).clamp(-LARGEST_POWER, LARGEST_POWER);
        let rounded = power + TO_WHOLE;
        let f = power - (rounded - TO_WHOLE);
        let whole = rounded.to_bits().wrapping_sub(TO_WHOLE.to_bits());
        let [p0, p1, p2, p3, p4, p5] = POWER;
        let square = f * f;
        let fraction = 1.0 + f * ((p0 + p1 * f) + square * ((p2 + p3 * f) + square * (p4 + p5 * f)));
        let factor = f32::from_bits(fraction.to_bits().wrapping_add(whole << 23));
        let length = (self.median * factor).clamp(1.0, self.most);
        (nearest(f64::from(length)) as u32).min(self.most_exact)
    }
}

#[cfg(test)]
mod tests;
