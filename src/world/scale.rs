//! Prices times a factor, exactly.

use crate::units::UnitPrice;

/// A factor of one, in units of 10⁻⁹.
pub(super) const ONE_PPB: i64 = 1_000_000_000;
/// Units of 10⁻⁹ in the last decimal that a drawn price keeps (A-47: six decimals).
const LAST_DECIMAL: i64 = 1_000;
/// 1.5 · 2⁵²: a smaller number added to it is rounded half-even to an integer, which is then in the lowest bits.
pub(super) const INTEGER_MAGIC: f64 = 6_755_399_441_055_744.0;

/// `price × factor` rounded to six decimals, half to even; an unknown price stays unknown, and a factor of one
/// changes nothing.
pub(crate) fn scaled(price: i64, factor_ppb: i64) -> i64 {
    if price == UnitPrice::UNKNOWN.as_nano() || factor_ppb == ONE_PPB {
        return price;
    }
    let unit = i128::from(ONE_PPB) * i128::from(LAST_DECIMAL);
    let numerator = i128::from(price) * i128::from(factor_ppb);
    let (quotient, rest) = (numerator / unit, numerator % unit);
    let up = 2 * rest > unit || (2 * rest == unit && quotient % 2 != 0);
    i64::try_from((quotient + i128::from(up)) * i128::from(LAST_DECIMAL))
        .expect("a scaled price fits its type")
}

/// [`scaled`] for a whole series.
pub(super) fn scale_all(prices: &mut [i64], factor_ppb: i64) {
    if factor_ppb == ONE_PPB {
        return;
    }
    let all_bits = prices.iter().fold(0, |bits, price| bits | price);
    if let Some((numerator, denominator)) = small_ratio(factor_ppb, all_bits) {
        scale_in_floats(prices, numerator, denominator);
    } else {
        for price in prices {
            *price = scaled(*price, factor_ppb);
        }
    }
}

/// The factor as numerator and denominator (in units of the last decimal), if [`scale_in_floats`] is exact for every
/// price not above `largest`.
fn small_ratio(factor_ppb: i64, largest: i64) -> Option<(f64, f64)> {
    let common = greatest_common_divisor(factor_ppb, ONE_PPB);
    let (numerator, denominator) = (factor_ppb / common, ONE_PPB / common * LAST_DECIMAL);
    let product = i128::from(largest) * i128::from(numerator);
    let exact = largest < 1 << 52
        && denominator <= 1 << 21
        && product < 1 << 53
        && product < i128::from(denominator) << 31;
    exact.then_some((numerator as f64, denominator as f64))
}

/// The quotient of two integers, rounded in floats. This is exact: the product is below 2⁵³; a tie is representable,
/// and any other quotient is at least 1/(2·denominator) ≥ 2⁻²² away from one, more than the division's rounding
/// (at most 2⁻²³ for quotients below 2³¹) can move it.
fn scale_in_floats(prices: &mut [i64], numerator: f64, denominator: f64) {
    /// 2⁵², whose bits can carry an integer below it.
    const CARRIER: f64 = 4_503_599_627_370_496.0;
    for price in prices {
        let exact = f64::from_bits(price.cast_unsigned() | CARRIER.to_bits()) - CARRIER;
        *price = integer_of(exact * numerator / denominator).wrapping_mul(LAST_DECIMAL);
    }
}

/// A price in floats as units of 10⁻⁹, rounded to six decimals, half to even; equal to
/// [`UnitPrice::from_sampled`] for prices below 2·10⁹, but of operations that vectorise.
#[expect(clippy::inline_always, reason = "compiled with the vectors of its caller")]
#[inline(always)]
pub(super) fn rounded_price(price: f64) -> i64 {
    integer_of(price * 1e6).wrapping_mul(LAST_DECIMAL)
}

/// Prices below this fit 32 bits in units of 10⁻⁶.
pub(super) const SMALL_PRICE: f64 = 4_294.0;

/// [`rounded_price`] for prices below [`SMALL_PRICE`], whose product is one instruction for two lanes of SSE2.
#[expect(clippy::inline_always, reason = "compiled with the vectors of its caller")]
#[inline(always)]
pub(super) fn rounded_small_price(price: f64) -> i64 {
    let lowest_bits = (price * 1e6 + INTEGER_MAGIC).to_bits() & 0xffff_ffff;
    lowest_bits.wrapping_mul(LAST_DECIMAL.cast_unsigned()).cast_signed()
}

/// The nearest integer, half to even, for numbers below 2⁵¹.
#[expect(clippy::inline_always, reason = "compiled with the vectors of its caller")]
#[inline(always)]
fn integer_of(number: f64) -> i64 {
    (number + INTEGER_MAGIC).to_bits().wrapping_sub(INTEGER_MAGIC.to_bits()).cast_signed()
}

fn greatest_common_divisor(mut a: i64, mut b: i64) -> i64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nine_tenths_round_half_to_even() {
        // 0.000005 × 0.9 = 0.0000045 and 0.000015 × 0.9 = 0.0000135: both ties go to the even neighbour.
        let mut prices = [5_000, 15_000, 2_400_000_000];
        scale_all(&mut prices, 900_000_000);
        assert_eq!(prices, [4_000, 14_000, 2_160_000_000]);
    }

    #[test]
    fn unknown_stays_unknown_and_the_rest_is_scaled() {
        let unknown = UnitPrice::UNKNOWN.as_nano();
        let mut prices = [unknown, 1_000_000];
        scale_all(&mut prices, 500_000_000);
        assert_eq!(prices, [unknown, 500_000]);
    }

    proptest! {
        #[test]
        fn the_fast_way_is_exact(
            micros in prop::collection::vec(0_i64..3_000_000_000, 1..40),
            odd in 0_i64..1_000,
            factor in prop::sample::select(vec![1, 500_000_000, 900_000_000, 950_000_000, 1_250_000_000, 333_333_333, 875_500_000]),
        ) {
            let mut prices: Vec<i64> = micros.iter().map(|micro| micro * 1_000 + odd).collect();
            let expected: Vec<i64> = prices.iter().map(|&price| scaled(price, factor)).collect();
            scale_all(&mut prices, factor);
            prop_assert_eq!(prices, expected);
        }

        #[test]
        fn rounding_agrees_with_sampled_prices(micro in 0_i64..1_000_000_000_000, half in any::<bool>()) {
            let price = (micro as f64 + if half { 0.5 } else { 0.25 }) / 1e6;
            prop_assert_eq!(rounded_price(price), UnitPrice::from_sampled(price).as_nano());
            let small = price % SMALL_PRICE;
            prop_assert_eq!(rounded_small_price(small), UnitPrice::from_sampled(small).as_nano());
        }
    }
}
