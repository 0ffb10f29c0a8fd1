//! The recurrence of mean-reverting prices, in a form a processor can run ahead in.

use super::model::MeanReverting;
use super::stream::Dice;
use super::wide::widest;

/// Steps that are looked ahead together. Part of the format: it fixes how the sums are rounded.
const BLOCK: usize = 8;
/// Blocks that are summed up together; a matter of speed only.
const BLOCKS_AT_ONCE: usize = 16;

/// The limits of a price.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    floor: f64,
    cap: f64,
}

impl Bounds {
    /// `0 ≤ floor ≤ cap`.
    pub(super) fn new(floor: f64, cap: f64) -> Self {
        assert!(0.0 <= floor && floor <= cap, "a price moves between a floor and a cap");
        Self { floor, cap }
    }

    /// Compares instead of `min` and `max`, whose result for equal zeros is not fixed.
    fn clamp(self, price: f64) -> f64 {
        if price < self.floor {
            self.floor
        } else if price > self.cap {
            self.cap
        } else {
            price
        }
    }
}

/// p′ = p·(1 − speed) + drive, where drive = speed·level + noise·z + jump is known beforehand for every step.
#[derive(Clone, Debug)]
pub(super) struct Reversion {
    pull: f64,
    noise: f64,
    /// (1 − speed)¹ … (1 − speed)⁸.
    powers: [f64; BLOCK],
}

impl Reversion {
    /// `speed` in (0, 1].
    pub(super) fn new(level: f64, speed: f64, noise: f64) -> Self {
        let mut powers = [1.0 - speed; BLOCK];
        for index in 1..BLOCK {
            powers[index] = powers[index - 1] * (1.0 - speed);
        }
        Self { pull: speed * level, noise, powers }
    }

    /// What moves the price at each step, jumps apart.
    pub(super) fn drive(&self, normals: &[f32], drives: &mut [f64]) {
        widest(
            #[inline(always)]
            || {
                for (drive, &normal) in drives.iter_mut().zip(normals) {
                    *drive = self.pull + self.noise * f64::from(normal);
                }
            },
        );
    }

    /// Replaces each drive by the price after its step and returns the last price. `first` is the number of the first
    /// step; blocks of eight are aligned to it, so that the bits do not depend on where a run was cut.
    ///
    /// One step after the other, each would wait for the last to be multiplied, added and clamped. So the drives of
    /// each block are first summed up as if the price before it were 0 and no bound near, which waits for no other
    /// block, and the decaying price before it is added then; where some block leaves the bounds, they are looked at one
    /// by one, and that block is done step by step.
    pub(super) fn run(&self, bounds: Bounds, mut price: f64, first: usize, drives: &mut [f64]) -> f64 {
        let head = (first.next_multiple_of(BLOCK) - first).min(drives.len());
        let (head, drives) = drives.split_at_mut(head);
        price = self.one_by_one(bounds, price, head);
        let (blocks, rest) = drives.as_chunks_mut::<BLOCK>();
        price = widest(
            #[inline(always)]
            || self.run_blocks(bounds, price, blocks),
        );
        self.one_by_one(bounds, price, rest)
    }

    #[expect(clippy::inline_always, reason = "compiled with the vectors of its caller")]
    #[inline(always)]
    fn run_blocks(&self, bounds: Bounds, mut price: f64, blocks: &mut [[f64; BLOCK]]) -> f64 {
        let mut sums = [[0.0; BLOCK]; BLOCKS_AT_ONCE];
        for blocks in blocks.chunks_mut(BLOCKS_AT_ONCE) {
            let sums = &mut sums[..blocks.len()];
            for (sums, drives) in sums.iter_mut().zip(blocks.iter()) {
                self.sum_up(drives, sums);
            }
            price = match self.add_decay(bounds, price, sums) {
                Some(last) => {
                    blocks.copy_from_slice(sums);
                    last
                }
                None => blocks.iter_mut().fold(price, |price, drives| self.block(bounds, price, drives)),
            };
        }
        price
    }

    /// The prices of a block if the price before it were 0.
    #[expect(clippy::inline_always, reason = "compiled with the vectors of its caller")]
    #[inline(always)]
    fn sum_up(&self, drives: &[f64; BLOCK], sums: &mut [f64; BLOCK]) {
        let mut sum = 0.0;
        for (place, drive) in sums.iter_mut().zip(drives) {
            sum = sum * self.powers[0] + drive;
            *place = sum;
        }
    }

    /// Turns the sums of consecutive blocks into prices and returns the last one; none (and sums of no use) if any of
    /// the prices leaves the bounds.
    #[expect(clippy::inline_always, reason = "compiled with the vectors of its caller")]
    #[inline(always)]
    fn add_decay(&self, bounds: Bounds, mut price: f64, sums: &mut [[f64; BLOCK]]) -> Option<f64> {
        // One block waits for the one before it only for this multiplication and addition.
        let mut before = [0.0; BLOCKS_AT_ONCE];
        for (before, sums) in before.iter_mut().zip(sums.iter()) {
            *before = price;
            price = sums[BLOCK - 1] + price * self.powers[BLOCK - 1];
        }
        // Differences of floats have the sign of the comparison, and signs are gathered without leaving the vectors.
        let mut signs = [0_u64; BLOCK];
        for (sums, before) in sums.iter_mut().zip(&before) {
            for lane in 0..BLOCK {
                let price = sums[lane] + before * self.powers[lane];
                sums[lane] = price;
                signs[lane] |= (price - bounds.floor).to_bits() | (bounds.cap - price).to_bits();
            }
        }
        let any = signs.iter().fold(0, |any, lane| any | lane);
        (any.cast_signed() >= 0).then_some(price)
    }

    /// The prices of one block after `price`, in place of its drives; returns the last.
    #[expect(clippy::inline_always, reason = "compiled with the vectors of its caller")]
    #[inline(always)]
    fn block(&self, bounds: Bounds, price: f64, drives: &mut [f64; BLOCK]) -> f64 {
        let mut ahead = [[0.0; BLOCK]];
        self.sum_up(drives, &mut ahead[0]);
        match self.add_decay(bounds, price, &mut ahead) {
            Some(last) => {
                *drives = ahead[0];
                last
            }
            None => self.one_by_one(bounds, price, drives),
        }
    }

    fn one_by_one(&self, bounds: Bounds, mut price: f64, drives: &mut [f64]) -> f64 {
        for drive in drives {
            price = bounds.clamp(price * self.powers[0] + *drive);
            *drive = price;
        }
        price
    }
}

/// Rare jumps, found by geometric gaps so that steps without one cost nothing.
#[derive(Clone, Debug)]
pub(super) struct Jumps {
    /// The logarithm of the probability that a step has no jump.
    log_none: f64,
    /// The largest jump, as a price.
    largest: f64,
    /// The number of the next step with a jump.
    next: usize,
}

impl Jumps {
    pub(super) fn new(process: &MeanReverting, dice: &mut Dice) -> Self {
        let log_none = libm::log1p(-process.jump_probability);
        let mut jumps = Self { log_none, largest: process.jump_size * process.level, next: usize::MAX };
        if process.jump_probability > 0.0 {
            jumps.next = jumps.gap(dice);
        }
        jumps
    }

    /// Steps without a jump before the next one: a geometric number by inverse transform. With a probability of one
    /// the division is by minus infinity and every gap is nothing.
    fn gap(&self, dice: &mut Dice) -> usize {
        (libm::log(dice.open_uniform()) / self.log_none) as usize
    }

    /// Adds the jumps of the steps from number `first` on to their drives.
    pub(super) fn add_to(&mut self, first: usize, drives: &mut [f64], dice: &mut Dice) {
        while let Some(drive) = self.next.checked_sub(first).and_then(|place| drives.get_mut(place)) {
            *drive += self.largest * dice.open_uniform();
            self.next = self.next.saturating_add(1).saturating_add(self.gap(dice));
        }
    }
}

#[cfg(test)]
mod tests;
