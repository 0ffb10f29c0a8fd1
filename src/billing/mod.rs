//! Pure rating: metered usage in, charges and line items out.
//!
//! Knows prices and granules; knows nothing of phases, markets' luck, balances or files. A meter may be read at any
//! instants: what is charged is always the difference of the *cumulative* charge, so minimums, granules and rounding
//! come out the same however often it is read.
//!
//! Invariants: cutting an interval anywhere changes no amount; the sum of an interval's lines is its charge.

mod period;
mod rate;
mod term;
mod usage;

pub use period::{Per, PeriodLine, PeriodRounding, PeriodUsage};
pub use rate::{Charge, MeteredLine};
pub use term::{DayCount, EarlyUntil, MonthRule, RenewFrom, RetentionAnchor, TermRules};
pub use usage::{LineRounding, MeterRounding, Metering, PriceSource, Usage};
