//! Time, money and prices as integers with a unit in the type.
//!
//! Owns the vocabulary every other room speaks. It knows no files, no clouds and no floats:
//! a number enters as decimal text ([`decimal`]) or as an integer, and leaves the same way.
//!
//! Invariants: [`Money`] has one scale (10⁻¹²); there is one division of money in the codebase
//! ([`Money::from_ratio`]); no operator leaves its type; civil dates live in [`calendar`] only.

pub mod calendar;
pub mod decimal;
pub mod money;
pub mod time;
pub mod token_price;

pub use calendar::{Calendar, Month};
pub(crate) use decimal::format_scaled;
pub use decimal::{DecimalError, parse_scaled};
pub use money::{Money, RoundingMode, UnitPrice};
pub use time::{SimSpan, SimTime};
pub use token_price::TokenPrice;
