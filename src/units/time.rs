//! Simulated time: integer milliseconds since the scenario's start.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

/// An instant, in whole milliseconds since the scenario's start. Intervals between instants are half-open.
///
/// ```
/// use deploysim::units::{SimSpan, SimTime};
/// let released = SimTime::ZERO + SimSpan::from_hours(1);
/// assert_eq!(released.as_ms(), 3_600_000);
/// // Awkward: an instant before the start is representable (a history may begin earlier), and rounds up towards zero.
/// assert_eq!(SimTime::from_ms(-1_500).ceil_to_second(), SimTime::from_ms(-1_000));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct SimTime(i64);

/// A length of time in whole milliseconds; may be negative as a difference.
///
/// ```
/// use deploysim::units::SimSpan;
/// assert_eq!("1h30m".parse::<SimSpan>().unwrap(), SimSpan::from_seconds(5_400));
/// assert_eq!("250ms".parse::<SimSpan>().unwrap().as_ms(), 250);
/// assert_eq!("1.5h".parse::<SimSpan>().unwrap(), SimSpan::from_minutes(90));
/// // Awkward: a bare number has no unit and is refused.
/// assert!("30".parse::<SimSpan>().is_err());
/// assert_eq!(SimSpan::from_seconds(93_784).to_string(), "1d 2h 3m 4s");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct SimSpan(i64);

impl SimTime {
    /// The scenario's start.
    pub const ZERO: Self = Self(0);
    /// Later than every instant of a run; stands for "never".
    pub const NEVER: Self = Self(i64::MAX);

    /// The instant `ms` milliseconds after the start.
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the start.
    pub const fn as_ms(self) -> i64 {
        self.0
    }

    /// The same instant if it falls on a whole second, else the next whole second (A-47: sampled instants).
    #[must_use]
    pub const fn ceil_to_second(self) -> Self {
        Self(ceil_div(self.0, 1_000) * 1_000)
    }

    /// `self − earlier`.
    pub const fn since(self, earlier: Self) -> SimSpan {
        SimSpan(self.0 - earlier.0)
    }
}

impl SimSpan {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// One second.
    pub const SECOND: Self = Self(1_000);
    /// One minute.
    pub const MINUTE: Self = Self(60_000);
    /// One hour.
    pub const HOUR: Self = Self(3_600_000);
    /// Twenty-four hours.
    pub const DAY: Self = Self(86_400_000);
    /// Seven times twenty-four hours.
    pub const WEEK: Self = Self(604_800_000);

    /// A span of `ms` milliseconds.
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }
    /// A span of whole seconds.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds * 1_000)
    }
    /// A span of whole minutes.
    pub const fn from_minutes(minutes: i64) -> Self {
        Self(minutes * 60_000)
    }
    /// A span of whole hours.
    pub const fn from_hours(hours: i64) -> Self {
        Self(hours * 3_600_000)
    }
    /// A span of 24-hour days.
    pub const fn from_days(days: i64) -> Self {
        Self(days * 86_400_000)
    }
    /// Milliseconds.
    pub const fn as_ms(self) -> i64 {
        self.0
    }
    /// True for spans longer than nothing.
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }
    /// How many started `granule`s the span holds: the ceiling of `self / granule`. `granule` must be positive.
    #[inline]
    pub const fn started_granules(self, granule: Self) -> i64 {
        // A division by a number that the compiler knows is a multiplication, and these are nearly all there are.
        match granule.0 {
            1_000 => ceil_div(self.0, 1_000),
            60_000 => ceil_div(self.0, 60_000),
            3_600_000 => ceil_div(self.0, 3_600_000),
            other => ceil_div(self.0, other),
        }
    }
    /// Whether it is so many whole `granule`s, which must be positive.
    #[inline]
    pub const fn is_multiple_of(self, granule: Self) -> bool {
        let rest = match granule.0 {
            1_000 => self.0 % 1_000,
            60_000 => self.0 % 60_000,
            3_600_000 => self.0 % 3_600_000,
            other => self.0 % other,
        };
        rest == 0
    }
    /// The span rounded up to a whole second (A-47).
    #[must_use]
    pub const fn ceil_to_second(self) -> Self {
        Self(ceil_div(self.0, 1_000) * 1_000)
    }
}

/// Ceiling of `a / b` for positive `b`.
#[inline]
pub(crate) const fn ceil_div(a: i64, b: i64) -> i64 {
    a.div_euclid(b) + (a.rem_euclid(b) != 0) as i64
}

impl Add<SimSpan> for SimTime {
    type Output = Self;
    fn add(self, span: SimSpan) -> Self {
        Self(self.0 + span.0)
    }
}
impl Sub<SimSpan> for SimTime {
    type Output = Self;
    fn sub(self, span: SimSpan) -> Self {
        Self(self.0 - span.0)
    }
}
impl Add for SimSpan {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}
impl AddAssign for SimSpan {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}
impl Sub for SimSpan {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

/// The units a duration may be written in, longest first, with their milliseconds.
const SPAN_UNITS: [(&str, i64); 6] =
    [("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

impl fmt::Display for SimSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        let sign = if self.0 < 0 { "-" } else { "" };
        let mut left = self.0.unsigned_abs();
        let mut parts = Vec::new();
        for (unit, ms) in SPAN_UNITS.iter().skip(1) {
            let ms = ms.unsigned_abs();
            if left >= ms {
                parts.push(format!("{}{unit}", left / ms));
                left %= ms;
            }
        }
        write!(f, "{sign}{}", parts.join(" "))
    }
}

/// Why a duration could not be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SpanError {
    /// A number without a unit.
    #[error("a duration needs a unit: write \"{0}s\", \"{0}m\", \"{0}h\" or \"{0}d\"")]
    NoUnit(String),
    /// A unit that is none of w, d, h, m, s, ms.
    #[error("unknown unit \"{0}\" in a duration: use w, d, h, m, s or ms, as in \"1h30m\"")]
    UnknownUnit(String),
    /// Not a number where one should be.
    #[error("\"{0}\" is not a duration: write a number and a unit, as in \"30d\", \"1h30m\" or \"90s\"")]
    NotANumber(String),
    /// Finer than a millisecond, or longer than about 292 million years.
    #[error("\"{0}\" is not a whole number of milliseconds, or is too long")]
    OutOfRange(String),
}

impl std::str::FromStr for SimSpan {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let mut rest = text.trim();
        if rest.is_empty() {
            return Err(SpanError::NotANumber(text.to_owned()));
        }
        let mut total: i64 = 0;
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            let (number, after) = rest.split_at(digits);
            if number.is_empty() {
                return Err(SpanError::NotANumber(text.to_owned()));
            }
            let letters = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
            let (unit, next) = after.split_at(letters);
            if unit.is_empty() {
                return Err(SpanError::NoUnit(number.to_owned()));
            }
            let Some((_, unit_ms)) = SPAN_UNITS.iter().find(|(name, _)| *name == unit) else {
                return Err(SpanError::UnknownUnit(unit.to_owned()));
            };
            let ms = scaled_ms(number, *unit_ms).ok_or_else(|| SpanError::OutOfRange(text.to_owned()))?;
            total = total.checked_add(ms).ok_or_else(|| SpanError::OutOfRange(text.to_owned()))?;
            rest = next.trim_start();
        }
        Ok(Self(total))
    }
}

/// `number × unit_ms` if that is a whole number of milliseconds.
fn scaled_ms(number: &str, unit_ms: i64) -> Option<i64> {
    let nine = super::decimal::parse_scaled(number, 9).ok()?;
    let product = nine.checked_mul(i128::from(unit_ms))?;
    (product % 1_000_000_000 == 0).then_some(product / 1_000_000_000).and_then(|ms| i64::try_from(ms).ok())
}
