//! Decimal numbers of any scale, for quantities and unit prices whose product is a cost.
//!
//! A cost has twelve decimals and is exact; the quantity or the unit price beside it may need more (a third of an hour, a
//! price after a discount). They are cut off as soon as the product is within one unit of the cost's last decimal.

use crate::units::decimal::format_scaled;
use crate::units::{Money, TokenPrice, UnitPrice};

/// More decimals than this are of no use to anybody.
const SCALE_MAX: u32 = 24;

/// A decimal number: `units` × 10^−`scale`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Number {
    units: i128,
    scale: u32,
}

impl Number {
    /// Nothing.
    pub(super) const ZERO: Self = Self { units: 0, scale: 0 };

    pub(super) fn whole(count: u64) -> Self {
        Self { units: i128::from(count), scale: 0 }
    }

    pub(super) fn money(amount: Money) -> Self {
        Self { units: amount.as_pico(), scale: Money::SCALE }
    }

    pub(super) fn unit_price(price: UnitPrice) -> Self {
        Self { units: i128::from(price.as_nano()), scale: UnitPrice::SCALE }
    }

    /// The price of one token.
    pub(super) fn token_price(price: TokenPrice) -> Self {
        Self { units: i128::from(price.as_pico()), scale: Money::SCALE }
    }

    /// `numerator ÷ denominator` (positive), cut off where the rest times `worth` is below half of 10⁻¹².
    pub(super) fn ratio(numerator: i128, denominator: i128, worth: Self) -> Self {
        assert!(denominator > 0, "a quantity is divided by a positive number");
        let whole_digits =
            (worth.units.unsigned_abs() / 10_u128.pow(worth.scale)).checked_ilog10().unwrap_or(0);
        let enough = (Money::SCALE + whole_digits + 2).min(SCALE_MAX);
        divide(numerator, denominator, |scale, _| scale >= enough)
    }

    /// What one of `quantity` costs, so that the product is the cost, cut off where it is within 10⁻¹² of it. Of nothing,
    /// it is nothing.
    pub(super) fn price_of(cost: Money, quantity: Self) -> Self {
        let quantity = quantity.trimmed();
        let Some((numerator, denominator)) = fraction(cost, quantity) else { return Self::ZERO };
        divide(numerator, denominator, |scale, rest| {
            // The rest of the price is `rest` ÷ `denominator` × 10^−scale; the rest of the cost that times the quantity.
            let allowed = 10_i128.checked_pow(scale + quantity.scale);
            allowed.is_none_or(|allowed| rest <= allowed) || scale >= SCALE_MAX
        })
    }

    /// How much at `price` costs so much: the quantity of a part of a charge.
    pub(super) fn quantity_of(cost: Money, price: Self) -> Self {
        Self::price_of(cost, price)
    }

    /// The difference, at the finer scale of the two.
    #[must_use]
    pub(super) fn minus(self, other: Self) -> Self {
        let scale = self.scale.max(other.scale);
        let at = |number: Self| number.units * 10_i128.pow(scale - number.scale);
        Self { units: at(self) - at(other), scale }
    }

    pub(super) const fn is_zero(self) -> bool {
        self.units == 0
    }

    /// Without zeros at its end.
    fn trimmed(self) -> Self {
        let mut number = self;
        while number.scale > 0 && number.units % 10 == 0 {
            number = Self { units: number.units / 10, scale: number.scale - 1 };
        }
        number
    }

    /// Plain text with a decimal point, as FOCUS wants numbers: one decimal at least.
    pub(super) fn text(self) -> String {
        if self.scale == 0 {
            return format!("{}.0", self.units);
        }
        format_scaled(self.units, self.scale, 1)
    }

    /// For columns of floats.
    #[cfg(feature = "parquet")]
    pub(crate) fn to_f64(self) -> f64 {
        self.text().parse().unwrap_or(f64::NAN)
    }
}

/// `cost ÷ quantity` as a fraction of integers; none of nothing. Amounts that are too large for it lose decimals.
fn fraction(cost: Money, quantity: Number) -> Option<(i128, i128)> {
    let mut quantity = quantity;
    while quantity.units != 0 {
        let numerator =
            10_i128.checked_pow(quantity.scale).and_then(|scale| cost.as_pico().checked_mul(scale));
        let denominator = 10_i128.pow(Money::SCALE).checked_mul(quantity.units);
        // A digit more is needed in the division below.
        let fits = |value: i128| value.unsigned_abs() < u128::MAX / 40;
        match (numerator, denominator) {
            (Some(numerator), Some(denominator)) if fits(denominator) => {
                let sign = denominator.signum();
                return Some((numerator * sign, denominator * sign));
            }
            _ if quantity.scale == 0 => return None,
            _ => quantity = Number { units: quantity.units / 10, scale: quantity.scale - 1 },
        }
    }
    None
}

/// Long division, towards zero, until there is no rest or `is_enough` of the scale and the rest.
fn divide(numerator: i128, denominator: i128, is_enough: impl Fn(u32, i128) -> bool) -> Number {
    let (sign, numerator) = (numerator.signum(), numerator.abs());
    let (mut units, mut rest, mut scale) = (numerator / denominator, numerator % denominator, 0);
    while rest != 0 && !is_enough(scale, rest) {
        let (Some(more), Some(next)) = (rest.checked_mul(10), units.checked_mul(10)) else { break };
        units = next + more / denominator;
        rest = more % denominator;
        scale += 1;
    }
    Number { units: units * sign, scale }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str) -> Money {
        Money::parse(text).expect("an amount")
    }

    fn price(text: &str) -> Number {
        Number::unit_price(UnitPrice::parse(text).expect("a price"))
    }

    #[test]
    fn numbers_are_written_with_a_point() {
        assert_eq!(Number::whole(18).text(), "18.0");
        assert_eq!(Number::money(money("3")).text(), "3.0");
        assert_eq!(price("0.000768").text(), "0.000768");
        assert_eq!(Number::token_price(TokenPrice::per_million("2.5").expect("a price")).text(), "0.0000025");
    }

    #[test]
    fn a_third_of_an_hour_has_as_many_decimals_as_its_price_needs() {
        let hours = Number::ratio(20, 60, price("0.80"));
        assert_eq!(hours.text(), "0.33333333333333");
        let dear = Number::ratio(20, 60, price("104472"));
        assert_eq!(dear.text(), "0.3333333333333333333");
        assert_eq!(Number::ratio(90, 60, price("1")).text(), "1.5");
    }

    #[test]
    fn a_unit_price_times_its_quantity_is_the_cost() {
        assert_eq!(Number::price_of(money("0.003085"), Number::whole(1_234)).text(), "0.0000025");
        let third = Number::price_of(money("1"), Number::whole(3));
        assert_eq!(third.text(), "0.333333333333");
        let many = Number::price_of(money("1"), Number::whole(700_000_001));
        let product = many.units * 700_000_001;
        let one = 10_i128.pow(many.scale);
        assert!(one - product <= one / 10_i128.pow(12), "{}", many.text());
        assert!(Number::price_of(money("1"), Number::ZERO).is_zero());
        assert_eq!(Number::price_of(money("-1.5"), Number::whole(2)).text(), "-0.75");
    }

    #[test]
    fn large_costs_of_fine_quantities_do_not_overflow() {
        let fine = Number::ratio(1, 3, price("9000000"));
        assert!(!Number::price_of(money("999999999999"), fine).is_zero());
    }
}
