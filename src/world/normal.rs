//! Standard normals in bulk, by a Box–Muller transform whose loops vectorise and whose bits are the same everywhere.
//!
//! Only + − × ÷ √ of IEEE 754 and integer operations are used, each element on its own: no fused multiply-add, no
//! approximate reciprocal, no library function. So the bits depend neither on the vector width nor on the machine,
//! which lets [`widest`] choose the width.
//!
//! Layout, part of the format: the words of a stream come in rows of [`ROW`] = 128. Word j of the first half of a
//! row is a radius, word 64 + j the angle that belongs to it; normal j of the row is radius · cos(angle) and normal
//! 64 + j is radius · sin(angle).

use super::stream::{BLOCK_WORDS, Words};
use super::wide::widest;

/// Words in a row, and normals made of them. A row is twice what the generator computes at once.
pub(super) const ROW: usize = 2 * BLOCK_WORDS;
/// Radii in a row, and angles: a block of words each.
const HALF: usize = BLOCK_WORDS;
/// Words drawn at once: 4 KiB, so that all passes stay in the innermost cache.
const WORDS_AT_ONCE: usize = 8 * ROW;

/// ln m = s·L(s²) with s = (m − 1)/(m + 1), for m in [√½, √2]. Fitted by a Remez exchange in mpmath for the least
/// relative error (7e-10, far below the rounding of single precision), as are the two below.
const LOGARITHM: [f32; 4] = [2.0, 0.666_668_2, 0.399_747_94, 0.299_256_5];
/// sin(πh/2) = h·S(h²) for |h| ≤ 1, relative error 5e-9.
const SINE: [f32; 5] = [1.570_796_4, -0.645_963_7, 0.079_689_68, -0.004_673_766_4, 0.000_151_485_13];
/// cos(πh/2) = (1 − h²)·C(h²) for |h| ≤ 1, relative error 1e-9.
const COSINE: [f32; 5] = [1.0, -0.233_700_5, 0.019_968_59, -0.000_893_509_95, 0.000_023_587_985];

/// The bits of √½, where the mantissas that the logarithm meets begin.
const ROOT_HALF_BITS: u32 = 0x3f35_04f3;

/// Fills `normals`, whose length must be a multiple of [`ROW`], from the next words.
pub(super) fn fill_normals(words: &mut Words, normals: &mut [f32]) {
    assert!(normals.len().is_multiple_of(ROW), "normals come in whole rows");
    let mut blocks = [[0; BLOCK_WORDS]; WORDS_AT_ONCE / BLOCK_WORDS];
    for part in normals.chunks_mut(WORDS_AT_ONCE) {
        let blocks = &mut blocks[..part.len() / BLOCK_WORDS];
        for block in &mut *blocks {
            words.next(block);
        }
        let (rows, _) = part.as_chunks_mut::<ROW>();
        let (words, _) = blocks.as_chunks::<2>();
        widest(
            #[inline(always)]
            || {
                for (row, words) in rows.iter_mut().zip(words) {
                    transform_row(words, row);
                }
            },
        );
    }
}

/// Turns the radii and angles of a row into its normals.
#[expect(clippy::inline_always, reason = "compiled with the vectors of its caller")]
#[inline(always)]
fn transform_row([radius_words, angle_words]: &[[u32; HALF]; 2], normals: &mut [f32; ROW]) {
    let (cosines, sines) = normals.split_at_mut(HALF);
    let mut squares = [0.0_f32; HALF];
    for (square, word) in squares.iter_mut().zip(radius_words) {
        *square = squared_radius_of(*word);
    }
    for (((cosine, sine), square), word) in cosines.iter_mut().zip(sines).zip(squares).zip(angle_words) {
        let (c, s) = direction_of(*word);
        // The root is taken here and not above because this loop leaves the divider idle.
        let radius = square.sqrt();
        *cosine = radius * c;
        *sine = radius * s;
    }
}

/// −2 ln u for u = (⌊word/2⌋ + ½)/2³¹, rounded to single precision; from 0 to 6.66².
#[expect(clippy::inline_always, reason = "compiled with the vectors of its caller")]
#[inline(always)]
pub(super) fn squared_radius_of(word: u32) -> f32 {
    // Shifted by one because SSE2 converts signed integers only. For large words the half is rounded away.
    let scaled = (word >> 1).cast_signed() as f32 + 0.5;
    let bits = scaled.to_bits();
    let exponent = bits.wrapping_sub(ROOT_HALF_BITS).cast_signed() >> 23;
    let mantissa = f32::from_bits(bits.wrapping_sub((exponent << 23).cast_unsigned()));
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let y = s * s;
    let [l0, l1, l2, l3] = LOGARITHM;
    let logarithm = s * ((l0 + l1 * y) + (y * y) * (l2 + l3 * y));
    let missing_octaves = 31_i32.wrapping_sub(exponent) as f32;
    missing_octaves * (2.0 * core::f32::consts::LN_2) - 2.0 * logarithm
}

/// Cosine and sine of an even angle on the circle: the lower 31 bits choose it in [−π/2, π/2), the highest one
/// mirrors the cosine.
#[expect(clippy::inline_always, reason = "compiled with the vectors of its caller")]
#[inline(always)]
pub(super) fn direction_of(word: u32) -> (f32, f32) {
    let h = (word << 1).cast_signed() as f32 * (1.0 / (1_u32 << 31) as f32);
    let y = h * h;
    let square = y * y;
    let [s0, s1, s2, s3, s4] = SINE;
    let sine = h * ((s0 + s1 * y) + square * ((s2 + s3 * y) + square * s4));
    let [c0, c1, c2, c3, c4] = COSINE;
    let cosine = ((1.0 - h) * (1.0 + h)) * ((c0 + c1 * y) + square * ((c2 + c3 * y) + square * c4));
    (f32::from_bits(cosine.to_bits() ^ (word & 0x8000_0000)), sine)
}

#[cfg(test)]
mod tests;
