//! Whole numbers from floats in a way that vectorises: the language's own conversion checks for what cannot come here.

/// 1.5·2⁵²: adding it to a number below 2⁵¹ in size rounds that to a whole number in the lowest bits.
const TO_WHOLE: f64 = 6_755_399_441_055_744.0;

/// The nearest whole number (the even one of two) to a number below 2⁵¹ in size.
#[inline]
pub(super) fn nearest(number: f64) -> i64 {
    (number + TO_WHOLE).to_bits().wrapping_sub(TO_WHOLE.to_bits()).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_as_the_library_does() {
        let edges = [0.0, 0.5, 1.5, 2.5, 0.499_999_999_999_999_94, 4_294_967_040.0, 1e15 + 0.5, 2.2e15];
        for number in edges.into_iter().chain((0..10_000).map(|step| f64::from(step) * 0.37)) {
            assert_eq!(nearest(number), number.round_ties_even() as i64);
            assert_eq!(nearest(-number), -(number.round_ties_even() as i64));
        }
    }
}
