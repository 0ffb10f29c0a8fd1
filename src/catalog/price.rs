//! Amounts as a catalog writes them: decimal text, above 0, exact in the type that keeps them.

use crate::units::{Money, SimSpan, TokenPrice, UnitPrice, parse_scaled};
use serde::Deserialize;

/// Defines a value that is read from text, exactly or not at all.
macro_rules! read_from_text {
    ($(#[$doc:meta])* $name:ident($inner:ty), $what:literal, $read:expr, $positive:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Deserialize)]
        #[serde(try_from = "String")]
        pub(super) struct $name(pub(super) $inner);

        impl TryFrom<String> for $name {
            type Error = String;
            fn try_from(text: String) -> Result<Self, String> {
                let read: Result<$inner, _> = $read(text.as_str());
                let value = read.map_err(|error| format!("{}: {error}", $what))?;
                let is_positive: fn(&$inner) -> bool = $positive;
                if is_positive(&value) { Ok(Self(value)) } else { Err(format!("{}: \"{text}\" is out of range: write one above 0", $what)) }
            }
        }
    };
}

read_from_text!(
    /// A price per hour or day.
    TimePrice(UnitPrice),
    "a price",
    UnitPrice::parse,
    |price| *price > UnitPrice::ZERO
);
read_from_text!(
    /// A price per month.
    Amount(Money),
    "a price",
    Money::parse,
    // A million millions is a slip of the pen, and far from what money can count.
    |amount| *amount > Money::ZERO && amount.as_pico() <= 10_i128.pow(24)
);
read_from_text!(
    /// A price per million tokens.
    PerMillion(TokenPrice),
    "a price per million tokens",
    TokenPrice::per_million,
    |price| *price > TokenPrice::ZERO
);
read_from_text!(
    /// A price per thousand tokens.
    PerThousand(TokenPrice),
    "a price per thousand tokens",
    TokenPrice::per_thousand,
    |price| *price > TokenPrice::ZERO
);
read_from_text!(
    /// A factor, kept in units of 10⁻⁹.
    Factor(i64),
    "a factor",
    |text: &str| parse_scaled(text, 9)
        .map_err(|error| error.to_string())
        .and_then(|ppb| i64::try_from(ppb).map_err(|_| format!("\"{text}\" is too large"))),
    |ppb| *ppb > 0
);
read_from_text!(
    /// A duration.
    Span(SimSpan),
    "a duration",
    |text: &str| text.parse::<SimSpan>(),
    |span| span.is_positive()
);
