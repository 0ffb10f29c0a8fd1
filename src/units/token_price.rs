//! The price of a token: an exact whole number of 10⁻¹² of the currency.

use super::decimal::{self, DecimalError};
use super::money::Money;
use std::fmt;

/// A price per token in units of 10⁻¹² of the currency, so that a million tokens have six decimals and every charge of
/// whole tokens is exact: nothing is ever rounded (T1, A-20).
///
/// ```
/// use deploysim::units::TokenPrice;
/// let price = TokenPrice::per_million("2.5").unwrap();
/// assert_eq!(price.of(1_234).to_string(), "0.003085");
/// assert_eq!(TokenPrice::per_thousand("0.0005").unwrap(), TokenPrice::per_million("0.5").unwrap());
/// // Awkward: a seventh decimal per million cannot be charged exactly, so it is no price.
/// assert!(TokenPrice::per_million("0.1234567").is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct TokenPrice(i64);

impl TokenPrice {
    /// Decimals of a price per million tokens.
    pub const DECIMALS_PER_MILLION: u32 = 6;
    /// Free.
    pub const ZERO: Self = Self(0);

    /// A price in units of 10⁻¹² per token.
    pub const fn from_pico(pico: i64) -> Self {
        Self(pico)
    }
    /// The price in units of 10⁻¹² per token.
    pub const fn as_pico(self) -> i64 {
        self.0
    }
    /// What so many tokens cost, exactly.
    pub fn of(self, tokens: u64) -> Money {
        Money::from_pico(i128::from(self.0) * i128::from(tokens))
    }
    /// Reads a price per million tokens with at most six decimals.
    ///
    /// # Errors
    /// Text that is no plain decimal number, has more decimals, or is too large.
    pub fn per_million(text: &str) -> Result<Self, DecimalError> {
        Self::read(text, Self::DECIMALS_PER_MILLION)
    }
    /// Reads a price per thousand tokens with at most nine decimals.
    ///
    /// # Errors
    /// Text that is no plain decimal number, has more decimals, or is too large.
    pub fn per_thousand(text: &str) -> Result<Self, DecimalError> {
        Self::read(text, Self::DECIMALS_PER_MILLION + 3)
    }
    /// The price times a factor in units of 10⁻⁹; none if the product is no whole number of 10⁻¹².
    pub fn times_ppb(self, factor_ppb: i64) -> Option<Self> {
        let product = i128::from(self.0) * i128::from(factor_ppb);
        if product % 1_000_000_000 != 0 {
            return None;
        }
        i64::try_from(product / 1_000_000_000).ok().map(Self)
    }

    fn read(text: &str, scale: u32) -> Result<Self, DecimalError> {
        let pico = decimal::parse_scaled(text, scale)?;
        i64::try_from(pico).map(Self).map_err(|_| DecimalError::TooLarge(text.trim().to_owned()))
    }
}

/// Per million tokens.
impl fmt::Display for TokenPrice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&decimal::format_scaled(i128::from(self.0), Self::DECIMALS_PER_MILLION, 2))
    }
}
