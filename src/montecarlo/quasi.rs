//! Points that fill a cube more evenly than chance does: a scrambled Sobol' sequence.

use crate::world::stream;
use rand::Rng;

/// Binary digits of a coordinate, and of the longest sequence.
const DIGITS: usize = 32;
/// The key of the initial numbers: part of the format, not of a study's seed.
const NUMBERS_SEED: u64 = 1967;

/// A Sobol' sequence (Sobol' 1967) in random linear scrambling with a digital shift (Matoušek, "On the L₂-discrepancy for
/// anchored boxes", *Journal of Complexity* 14, 1998).
///
/// Dimension j > 0 belongs to the j-th primitive polynomial over the field of two elements, in order of degree; its
/// initial numbers are odd ones from a named stream. In each dimension the first 2ᵐ points have one point in each of 2ᵐ
/// equal parts. Each point on its own is even in the cube, and every scrambling is independent of the others, so the
/// average over a few of them has an honest error.
///
/// ```
/// use deploysim::montecarlo::SobolSequence;
/// let sequence = SobolSequence::new(3, 1);
/// let mut eighths: Vec<usize> = (0..8).map(|index| (sequence.point(index)[2] * 8.0) as usize).collect();
/// eighths.sort_unstable();
/// assert_eq!(eighths, [0, 1, 2, 3, 4, 5, 6, 7]);
/// // Awkward: another seed scrambles anew, and no coordinate is 0 or 1.
/// assert_ne!(sequence.point(0), SobolSequence::new(3, 2).point(0));
/// ```
#[derive(Clone, Debug)]
pub struct SobolSequence {
    dimensions: Vec<Dimension>,
}

#[derive(Clone, Debug)]
struct Dimension {
    /// What each binary digit of an index contributes, scrambled.
    directions: [u32; DIGITS],
    shift: u32,
}

impl SobolSequence {
    /// A sequence in so many dimensions, scrambled by a seed.
    #[must_use]
    pub fn new(dimensions: usize, seed: u64) -> Self {
        let mut polynomials = Polynomials::default();
        let dimension = |place: usize| {
            let plain = if place == 0 { halves() } else { directions(polynomials.next_primitive(), place) };
            scramble(plain, seed, place)
        };
        Self { dimensions: (0..dimensions).map(dimension).collect() }
    }

    /// The point at an index below 2³²: one coordinate for each dimension, strictly between 0 and 1.
    #[must_use]
    pub fn point(&self, index: u32) -> Vec<f64> {
        let coordinate = |dimension: &Dimension| {
            let digits = (0..DIGITS).filter(|digit| index >> digit & 1 == 1);
            let bits = digits.fold(dimension.shift, |bits, digit| bits ^ dimension.directions[digit]);
            (f64::from(bits) + 0.5) / 2.0_f64.powi(32)
        };
        self.dimensions.iter().map(coordinate).collect()
    }
}

/// ½, ¼, ⅛, …: the radical inverse of the index.
fn halves() -> [u32; DIGITS] {
    std::array::from_fn(|digit| 1 << (DIGITS - 1 - digit))
}

/// The directions that a primitive polynomial continues from odd initial numbers (Bratley and Fox, Algorithm 659, 1988).
fn directions(polynomial: u32, place: usize) -> [u32; DIGITS] {
    let degree = polynomial.ilog2() as usize;
    let mut generator = stream(NUMBERS_SEED, 0, place as u64, "sobol numbers");
    let mut directions = [0; DIGITS];
    for digit in 0..DIGITS {
        directions[digit] = if digit < degree {
            let odd = (generator.next_u32() & ((1 << (digit + 1)) - 1)) | 1;
            odd << (DIGITS - 1 - digit)
        } else {
            let oldest = directions[digit - degree];
            let middle = (1..degree).filter(|back| polynomial >> (degree - back) & 1 == 1);
            middle.fold(oldest ^ (oldest >> degree), |sum, back| sum ^ directions[digit - back])
        };
    }
    directions
}

/// Every digit plus a random sum of those before it, and a random shift.
fn scramble(plain: [u32; DIGITS], seed: u64, place: usize) -> Dimension {
    let mut generator = stream(seed, 0, place as u64, "sobol scrambling");
    let rows: [u32; DIGITS] = std::array::from_fn(|digit| {
        let own = 1_u32 << (DIGITS - 1 - digit);
        // Digits before this one are the more significant bits.
        own | (generator.next_u32() & !(own | (own - 1)))
    });
    let scrambled = |direction: u32| {
        let digit = |place: usize| ((direction & rows[place]).count_ones() & 1) << (DIGITS - 1 - place);
        (0..DIGITS).fold(0, |bits, place| bits | digit(place))
    };
    Dimension { directions: plain.map(scrambled), shift: generator.next_u32() }
}

/// Primitive polynomials over the field of two elements, as bits with the highest power first.
struct Polynomials {
    next: u32,
}

impl Default for Polynomials {
    /// From x + 1 on.
    fn default() -> Self {
        Self { next: 0b11 }
    }
}

impl Polynomials {
    fn next_primitive(&mut self) -> u32 {
        while !is_primitive(self.next) {
            // The constant term is 1.
            self.next += 2;
        }
        self.next += 2;
        self.next - 2
    }
}

/// The powers of x modulo the polynomial are all 2ˢ − 1 non-zero remainders.
fn is_primitive(polynomial: u32) -> bool {
    let top = 1_u32 << polynomial.ilog2();
    let mut power = 1;
    for exponent in 1_u32.. {
        power <<= 1;
        if power & top != 0 {
            power ^= polynomial;
        }
        if power <= 1 {
            return power == 1 && exponent == top - 1;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_polynomials_are_the_primitive_ones() {
        let mut polynomials = Polynomials::default();
        let first: Vec<u32> = (0..60).map(|_| polynomials.next_primitive()).collect();
        // Of degree 1 to 5 as in every table; φ(2ˢ − 1)/s of each degree.
        assert_eq!(first[..11], [3, 7, 11, 13, 19, 25, 37, 41, 47, 55, 59]);
        let of_degree = |degree| first.iter().filter(|polynomial| polynomial.ilog2() == degree).count();
        assert_eq!([1, 2, 3, 4, 5, 6, 7].map(of_degree), [1, 1, 2, 2, 6, 6, 18]);
    }

    #[test]
    fn every_dimension_is_even_at_every_power_of_two() {
        let sequence = SobolSequence::new(40, 7);
        for power in [3, 6, 9] {
            let count = 1_u32 << power;
            let points: Vec<Vec<f64>> = (0..count).map(|index| sequence.point(index)).collect();
            for dimension in 0..40 {
                let mut parts: Vec<u32> =
                    points.iter().map(|point| (point[dimension] * f64::from(count)) as u32).collect();
                parts.sort_unstable();
                assert!(parts.into_iter().eq(0..count), "dimension {dimension} of {count}");
            }
        }
    }

    #[test]
    fn the_first_two_dimensions_are_even_in_every_shape_of_box() {
        // A (0, 2)-sequence: 256 points, one in each of 2ᵃ × 2⁸⁻ᵃ boxes.
        let sequence = SobolSequence::new(2, 3);
        let points: Vec<Vec<f64>> = (0..256).map(|index| sequence.point(index)).collect();
        for across in 0..=8 {
            let (wide, high) = (f64::from(1 << across), f64::from(1 << (8 - across)));
            let mut boxes: Vec<usize> = points
                .iter()
                .map(|point| (point[0] * wide) as usize * high as usize + (point[1] * high) as usize)
                .collect();
            boxes.sort_unstable();
            assert!(boxes.into_iter().eq(0..256), "{across}");
        }
    }

    #[test]
    fn an_integral_comes_out_far_better_than_by_chance() {
        // Π (1 + (x − ½)) over ten dimensions has the integral 1 and the variance (13/12)¹⁰ − 1 = 1.23.
        let error = |seed| {
            let sequence = SobolSequence::new(10, seed);
            let sum: f64 =
                (0..1_024).map(|index| sequence.point(index).iter().map(|x| 0.5 + x).product::<f64>()).sum();
            sum / 1_024.0 - 1.0
        };
        let errors: Vec<f64> = (0..40).map(error).collect();
        let mean = errors.iter().sum::<f64>() / 40.0;
        let root_mean_square = (errors.iter().map(|error| error * error).sum::<f64>() / 40.0).sqrt();
        // Chance has 1.11/32 = 0.035. And scrambling is unbiased.
        assert!(root_mean_square < 0.007, "{root_mean_square}");
        assert!(mean.abs() < 4.0 * root_mean_square / 40.0_f64.sqrt(), "{mean}");
    }
}
