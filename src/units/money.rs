//! Exact money and prices.

use super::decimal::{self, DecimalError};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

/// An amount of the scenario's currency in units of 10⁻¹² (A-20: lines carry twelve decimals).
///
/// ```
/// use deploysim::units::{Money, RoundingMode};
/// // 20 minutes at 0.80 an hour: the one division, with its rounding named.
/// let amount = Money::from_ratio(800_000_000_000 * 20, 60, RoundingMode::HalfUp);
/// assert_eq!(amount.to_string(), "0.266666666667");
/// // Awkward: half-up rounds the magnitude, so a refund mirrors its charge.
/// assert_eq!(Money::from_ratio(-5, 10, RoundingMode::HalfUp), Money::from_pico(-1));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Money(i128);

/// What happens to the part of a quotient that the scale cannot hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum RoundingMode {
    /// To the nearest, halves away from zero (the default of A-20).
    #[default]
    HalfUp,
    /// To the nearest, halves to the even neighbour.
    HalfEven,
    /// Towards zero.
    Down,
}

/// `numerator / denominator` (positive), rounded.
#[inline]
fn small_ratio(numerator: i64, denominator: i64, mode: RoundingMode) -> i64 {
    let (quotient, rest) = (numerator / denominator, (numerator % denominator).abs());
    let up = match mode {
        RoundingMode::Down => false,
        RoundingMode::HalfUp => rest >= denominator - rest,
        RoundingMode::HalfEven => {
            rest > denominator - rest || (rest == denominator - rest && quotient % 2 != 0)
        }
    };
    quotient + if up { numerator.signum() } else { 0 }
}

impl Money {
    /// Decimals every amount carries.
    pub const SCALE: u32 = 12;
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// An amount in units of 10⁻¹².
    pub const fn from_pico(pico: i128) -> Self {
        Self(pico)
    }

    /// The amount in units of 10⁻¹².
    pub const fn as_pico(self) -> i128 {
        self.0
    }

    /// `numerator / denominator` in units of 10⁻¹², the one division of money. `denominator` must be positive.
    #[inline]
    pub fn from_ratio(numerator: i128, denominator: i128, mode: RoundingMode) -> Self {
        assert!(denominator > 0, "a charge is divided by a positive number");
        // Nearly every charge is small, and a division of 64 bits takes a fraction of the time of one of 128.
        match (i64::try_from(numerator), i64::try_from(denominator)) {
            (Ok(numerator), Ok(denominator)) => Self(i128::from(small_ratio(numerator, denominator, mode))),
            _ => Self::from_large_ratio(numerator, denominator, mode),
        }
    }

    fn from_large_ratio(numerator: i128, denominator: i128, mode: RoundingMode) -> Self {
        let quotient = numerator / denominator;
        // Cheaper than a second division.
        let rest = (numerator - quotient * denominator).abs();
        let up = match mode {
            RoundingMode::Down => false,
            RoundingMode::HalfUp => rest >= denominator - rest,
            RoundingMode::HalfEven => {
                rest > denominator - rest || (rest == denominator - rest && quotient % 2 != 0)
            }
        };
        Self(quotient + if up { numerator.signum() } else { 0 })
    }

    /// The amount rounded to `decimals` (at most twelve) decimals.
    #[must_use]
    pub fn round_to(self, decimals: u32, mode: RoundingMode) -> Self {
        let unit = 10_i128.pow(Self::SCALE.saturating_sub(decimals));
        Self(Self::from_ratio(self.0, unit, mode).0 * unit)
    }

    /// The amount divided among `count` (positive), half to even at twelve decimals: the mean of a sum.
    #[must_use]
    pub fn per(self, count: usize) -> Self {
        Self::from_ratio(self.0, count as i128, RoundingMode::HalfEven)
    }

    /// For statistics and pictures only: there is no way back.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 1e12
    }

    /// Reads decimal text with at most twelve decimals.
    ///
    /// # Errors
    /// Text that is no plain decimal number or has more decimals.
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        decimal::parse_scaled(text, Self::SCALE).map(Self)
    }
}

impl fmt::Display for Money {
    /// At least two decimals, no trailing zeros beyond them; a precision (`{:.2}`) rounds half-up for reading.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match f.precision() {
            None => decimal::format_scaled(self.0, Self::SCALE, 2),
            Some(places) => {
                let places = places.min(Self::SCALE as usize);
                let rounded = self.round_to(places as u32, RoundingMode::HalfUp);
                let full = decimal::format_scaled(rounded.0, Self::SCALE, Self::SCALE as usize);
                let keep = full.len() - (Self::SCALE as usize - places) - usize::from(places == 0);
                full[..keep].to_owned()
            }
        };
        f.pad_integral(true, "", &text)
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}
impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}
impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}
impl Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}
impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::ZERO, Add::add)
    }
}

/// A price of one unit (an instance-hour, a GiB-hour) in units of 10⁻⁹ of the scenario's currency.
///
/// ```
/// use deploysim::units::UnitPrice;
/// let price = UnitPrice::parse("2.40").unwrap();
/// assert_eq!(price.as_nano(), 2_400_000_000);
/// assert_eq!(price.to_string(), "2.40");
/// // Awkward: a generated price keeps six decimals, the even neighbour on a tie (A-47).
/// assert_eq!(UnitPrice::from_sampled(0.1234565).to_string(), "0.123456");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct UnitPrice(i64);

impl UnitPrice {
    /// Decimals every price keeps.
    pub const SCALE: u32 = 9;
    /// Free.
    pub const ZERO: Self = Self(0);
    /// A price that is not known (before a history's first row). It is above every bid and is never charged.
    pub const UNKNOWN: Self = Self(i64::MAX);
    /// Not below any price that is known.
    pub const HIGHEST_KNOWN: Self = Self(i64::MAX - 1);

    /// A price in units of 10⁻⁹.
    pub const fn from_nano(nano: i64) -> Self {
        Self(nano)
    }
    /// The price in units of 10⁻⁹.
    pub const fn as_nano(self) -> i64 {
        self.0
    }
    /// False for [`Self::UNKNOWN`].
    pub const fn is_known(self) -> bool {
        self.0 != i64::MAX
    }
    /// A sampled price rounded to six decimals, half to even (A-47).
    pub fn from_sampled(price: f64) -> Self {
        Self((price * 1e6).round_ties_even() as i64 * 1_000)
    }
    /// For statistics, pictures and the parameters of price processes.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 1e9
    }
    /// Reads decimal text with at most nine decimals.
    ///
    /// # Errors
    /// Text that is no plain decimal number, has more decimals, or is above nine billion.
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        let nano = decimal::parse_scaled(text, Self::SCALE)?;
        i64::try_from(nano).map(Self).map_err(|_| DecimalError::TooLarge(text.trim().to_owned()))
    }
}

impl fmt::Display for UnitPrice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_known() {
            return f.pad("unknown");
        }
        f.pad(&decimal::format_scaled(i128::from(self.0), Self::SCALE, 2))
    }
}
