//! Named random streams: every use of luck has a generator of its own, found by name and not by order.

use rand::rand_core::block::Generator;
use rand::{Rng, SeedableRng};
use rand_chacha::{ChaCha8Core, ChaCha8Rng};

/// A stable 64-bit hash of a name (FNV-1a), the same in every release and on every machine.
///
/// ```
/// use deploysim::world::name_hash;
/// assert_eq!(name_hash(""), 0xcbf2_9ce4_8422_2325);
/// assert_eq!(name_hash("A/spot_protected"), name_hash("A/spot_protected"));
/// // Awkward: names that differ in one letter have nothing in common.
/// assert_ne!(name_hash("A/stock") ^ name_hash("B/stock"), u64::from(b'A' ^ b'B'));
/// ```
pub const fn name_hash(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut index = 0;
    while index < bytes.len() {
        hash = (hash ^ bytes[index] as u64).wrapping_mul(0x0100_0000_01b3);
        index += 1;
    }
    hash
}

/// The generator of one purpose of one entity in one replication.
///
/// The four numbers fill the key side by side, so that no two tuples share a key (adding a hash to a seed could make
/// two of them meet). An ordinal, where there is one, goes into `set_stream`.
///
/// ```
/// use deploysim::world::{name_hash, stream};
/// use rand::Rng;
/// let mut noise = stream(7, 0, name_hash("A/spot_protected"), "noise");
/// let mut again = stream(7, 0, name_hash("A/spot_protected"), "noise");
/// assert_eq!(noise.next_u64(), again.next_u64());
/// // Awkward: seed and replication do not add up to one number.
/// assert_ne!(stream(7, 1, 0, "noise").next_u64(), stream(8, 0, 0, "noise").next_u64());
/// ```
pub fn stream(seed: u64, replication: u64, entity: u64, purpose: &str) -> ChaCha8Rng {
    ChaCha8Rng::from_seed(key([seed, replication, entity, name_hash(purpose)]))
}

/// Four numbers side by side.
fn key(parts: [u64; 4]) -> [u8; 32] {
    let mut key = [0; 32];
    for (place, part) in key.chunks_exact_mut(8).zip(parts) {
        place.copy_from_slice(&part.to_le_bytes());
    }
    key
}

/// The words of a [`stream`] in whole blocks, from its beginning: the same words, without the buffer between.
#[derive(Clone, Debug)]
pub(super) struct Words(ChaCha8Core);

/// Words that the generator makes at once.
pub(super) const BLOCK_WORDS: usize = 64;

impl Words {
    pub(super) fn of(seed: u64, replication: u64, entity: u64, purpose: &str) -> Self {
        Self(ChaCha8Core::from_seed(key([seed, replication, entity, name_hash(purpose)])))
    }

    /// The next block.
    #[inline]
    pub(super) fn next(&mut self, words: &mut [u32; BLOCK_WORDS]) {
        self.0.generate(words);
    }
}

/// Whose luck a world is drawn from, and whether it is turned round.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct LuckKey {
    pub(super) seed: u64,
    pub(super) replication: u64,
    /// Every uniform number is its complement and every normal has the other sign: an antithetic world.
    pub(super) is_mirrored: bool,
}

impl LuckKey {
    pub(super) const fn plain(seed: u64, replication: u64) -> Self {
        Self { seed, replication, is_mirrored: false }
    }

    /// The uniform numbers of one purpose of one entity.
    pub(super) fn dice(self, entity: u64, purpose: &str) -> Dice {
        let generator = stream(self.seed, self.replication, entity, purpose);
        Dice { generator, is_mirrored: self.is_mirrored }
    }
}

/// Uniform numbers from one stream.
#[derive(Clone, Debug)]
pub(super) struct Dice {
    generator: ChaCha8Rng,
    is_mirrored: bool,
}

impl Dice {
    /// The numbers of a stream as they are.
    pub(super) const fn plain(generator: ChaCha8Rng) -> Self {
        Self { generator, is_mirrored: false }
    }

    /// Strictly between 0 and 1; the complement is as exact, since the grid is symmetric.
    pub(super) fn open_uniform(&mut self) -> f64 {
        let uniform = open_uniform(&mut self.generator);
        if self.is_mirrored { 1.0 - uniform } else { uniform }
    }

    /// Goes on with the numbers of another ordinal.
    pub(super) fn set_ordinal(&mut self, ordinal: u64) {
        self.generator.set_stream(ordinal);
    }
}

/// A uniform number strictly between 0 and 1, from the upper 52 bits of one 64-bit word: a grid of odd multiples of
/// 2⁻⁵³, so that neither logarithm of it nor of its complement is infinite.
pub(super) fn open_uniform(generator: &mut ChaCha8Rng) -> f64 {
    ((generator.next_u64() >> 12) as f64 + 0.5) * (1.0 / (1_u64 << 52) as f64)
}

/// A whole number evenly from `[0, count)`; off by at most `count`/2⁶⁴ from even.
pub(super) fn whole_number_below(generator: &mut ChaCha8Rng, count: i64) -> i64 {
    assert!(count > 0, "there is something to choose from");
    ((u128::from(generator.next_u64()) * u128::from(count.unsigned_abs())) >> 64) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        // Published test vectors of FNV-1a 64.
        assert_eq!(name_hash(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(name_hash("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(name_hash("foobar"), 0x8594_4171_f739_67e8);
    }

    /// The numbers come from an independent `ChaCha8` in Python, so that they are right and not just what they were.
    #[test]
    fn first_draws_are_pinned() {
        let mut generator = stream(1, 2, name_hash("A/spot_protected"), "noise");
        assert_eq!(
            [generator.next_u64(), generator.next_u64()],
            [2_658_700_396_489_927_278, 16_286_515_908_977_801_233]
        );
        generator.set_stream(3);
        generator.set_word_pos(0);
        assert_eq!(generator.next_u64(), 14_683_961_358_446_552_367);
        let uniform = open_uniform(&mut stream(1, 2, 3, "luck"));
        assert_eq!(uniform.to_bits(), 4_594_827_050_505_444_076);
    }

    #[test]
    fn blocks_are_the_words_of_the_stream() {
        let (mut blocks, mut words) = (Words::of(1, 2, 3, "noise"), stream(1, 2, 3, "noise"));
        let mut block = [0; BLOCK_WORDS];
        for _ in 0..5 {
            blocks.next(&mut block);
            assert!(block.iter().all(|word| *word == words.next_u32()));
        }
    }

    #[test]
    fn every_part_of_the_tuple_counts() {
        let first =
            |seed, replication, entity, purpose| stream(seed, replication, entity, purpose).next_u64();
        let draws = [
            first(1, 2, 3, "a"),
            first(2, 1, 3, "a"),
            first(1, 3, 2, "a"),
            first(3, 2, 1, "a"),
            first(1, 2, 3, "b"),
        ];
        for (index, draw) in draws.iter().enumerate() {
            assert!(!draws[..index].contains(draw));
        }
    }
}
