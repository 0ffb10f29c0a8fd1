//! Exact decimal text: the only door through which fractional numbers enter as integers.

use rust_decimal::Decimal;

/// Why a decimal number could not be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DecimalError {
    /// Not a plain decimal number.
    #[error("\"{0}\" is not a decimal number: write digits with a point, as in \"0.42\"")]
    NotANumber(String),
    /// More decimals than the scale keeps; they would be lost.
    #[error("\"{text}\" has more than {scale} decimals")]
    TooPrecise {
        /// The text as written.
        text: String,
        /// How many decimals are kept.
        scale: u32,
    },
    /// Too large for the type.
    #[error("\"{0}\" is too large")]
    TooLarge(String),
}

/// Reads plain decimal text (`-12.5`, `1_000.25`) as an integer in units of 10^−`scale`, exactly or not at all.
///
/// # Errors
/// Text that is no plain decimal, has more than `scale` significant decimals, or does not fit.
///
/// ```
/// use deploysim::units::parse_scaled;
/// assert_eq!(parse_scaled("0.42", 9).unwrap(), 420_000_000);
/// assert_eq!(parse_scaled("0.4200000000000", 9).unwrap(), 420_000_000); // trailing zeros lose nothing
/// assert!(parse_scaled("0.0000000001", 9).is_err()); // ten decimals would be lost
/// assert!(parse_scaled("1e-3", 9).is_err());
/// ```
pub fn parse_scaled(text: &str, scale: u32) -> Result<i128, DecimalError> {
    let trimmed = text.trim();
    let value = Decimal::from_str_exact(trimmed)
        .map_err(|_| DecimalError::NotANumber(trimmed.to_owned()))?
        .normalize();
    if value.scale() > scale {
        return Err(DecimalError::TooPrecise { text: trimmed.to_owned(), scale });
    }
    10_i128
        .checked_pow(scale - value.scale())
        .and_then(|factor| value.mantissa().checked_mul(factor))
        .ok_or_else(|| DecimalError::TooLarge(trimmed.to_owned()))
}

/// Writes an integer in units of 10^−`scale` as plain decimal text with at least `min_decimals` decimals and no
/// trailing zeros beyond them.
pub fn format_scaled(value: i128, scale: u32, min_decimals: usize) -> String {
    let unit = 10_u128.pow(scale);
    let sign = if value < 0 { "-" } else { "" };
    let magnitude = value.unsigned_abs();
    let mut fraction = format!("{:0width$}", magnitude % unit, width = scale as usize);
    while fraction.len() > min_decimals && fraction.ends_with('0') {
        fraction.pop();
    }
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{fraction}", magnitude / unit)
}
