//! Civil time: reading and writing instants as dates with an offset, and the arithmetic of days and months.
//!
//! The only place of civil dates. The offset is fixed, so a civil day has 24 hours; only months differ in length.

mod month;
#[cfg(test)]
mod tests;

pub use month::Month;

use super::time::{SimSpan, SimTime};
use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{Span, Timestamp};

/// What stands for a date that no calendar of four-digit years holds.
const BEYOND: &str = "beyond the calendar";

/// The scenario's start as a civil time with a fixed offset; turns [`SimTime`] into dates and back.
///
/// ```
/// use deploysim::units::{Calendar, SimSpan, SimTime};
/// let calendar = Calendar::parse("2026-06-10T10:00:00+08:00").unwrap();
/// assert_eq!(calendar.format(SimTime::ZERO + SimSpan::from_hours(2)), "2026-06-10T12:00:00+08:00");
/// // Awkward: the same instant written with another offset.
/// assert_eq!(calendar.parse_instant("2026-06-10T03:00:00Z").unwrap(), SimTime::ZERO + SimSpan::from_hours(1));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    start_unix_ms: i64,
    offset: Offset,
}

/// A text that is not a civil time with an offset.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("\"{0}\" is not a time with an offset: write it as in \"2026-06-10T10:00:00+08:00\"")]
pub struct CivilTimeError(pub String);

impl Calendar {
    /// Reads the start (`2026-06-10T10:00:00+08:00`, or with `Z`).
    ///
    /// # Errors
    /// Text that is not an RFC 3339 date and time with an offset.
    pub fn parse(text: &str) -> Result<Self, CivilTimeError> {
        let bad = || CivilTimeError(text.to_owned());
        let unix_ms = parse_unix_ms(text).ok_or_else(bad)?;
        let offset = parse_offset(text).ok_or_else(bad)?;
        Ok(Self { start_unix_ms: unix_ms, offset })
    }

    /// The offset from UTC.
    pub fn utc_offset(&self) -> SimSpan {
        SimSpan::from_seconds(i64::from(self.offset.seconds()))
    }

    /// Unix time of the start in milliseconds.
    pub fn start_unix_ms(&self) -> i64 {
        self.start_unix_ms
    }

    /// The simulated instant of a civil time with an offset.
    ///
    /// # Errors
    /// Text that is not an RFC 3339 date and time with an offset.
    pub fn parse_instant(&self, text: &str) -> Result<SimTime, CivilTimeError> {
        let unix_ms = parse_unix_ms(text).ok_or_else(|| CivilTimeError(text.to_owned()))?;
        Ok(SimTime::from_ms(unix_ms - self.start_unix_ms))
    }

    /// RFC 3339 in the scenario's own offset; fractions of a second only where there are any.
    pub fn format(&self, at: SimTime) -> String {
        let Some(civil) = self.civil(at) else {
            return BEYOND.to_owned();
        };
        let minutes = self.offset.seconds() / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        format!("{civil}{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
    }

    /// The civil date of an instant, as in `2026-06-10`.
    ///
    /// ```
    /// use deploysim::units::{Calendar, SimSpan, SimTime};
    /// let calendar = Calendar::parse("2026-06-10T00:00:00+08:00").unwrap();
    /// assert_eq!(calendar.format_date(SimTime::ZERO), "2026-06-10");
    /// // Awkward: the date is the scenario's, not that of Greenwich, also before the start.
    /// assert_eq!(calendar.format_date(SimTime::from_ms(-1)), "2026-06-09");
    /// ```
    pub fn format_date(&self, at: SimTime) -> String {
        self.civil(at).map_or_else(|| BEYOND.to_owned(), |civil| civil.date().to_string())
    }

    /// How far into its civil day an instant is: at least nothing, less than 24 hours.
    pub fn time_of_day(&self, at: SimTime) -> SimSpan {
        SimSpan::from_ms(self.local_ms(at).rem_euclid(SimSpan::DAY.as_ms()))
    }

    /// 00:00 of the civil day of an instant. So many days later is so many times 24 hours later.
    ///
    /// ```
    /// use deploysim::units::{Calendar, SimSpan, SimTime};
    /// let calendar = Calendar::parse("2028-02-28T10:00:00+08:00").unwrap();
    /// let midnight = calendar.day_start(SimTime::ZERO);
    /// assert_eq!(calendar.format(midnight), "2028-02-28T00:00:00+08:00");
    /// // Awkward: a leap year has the next day in February; a midnight begins its own day.
    /// assert_eq!(calendar.format_date(midnight + SimSpan::DAY), "2028-02-29");
    /// assert_eq!(calendar.day_start(midnight), midnight);
    /// ```
    pub fn day_start(&self, at: SimTime) -> SimTime {
        at - self.time_of_day(at)
    }

    /// How many civil dates later the second instant's date is: 0 on one date, negative if it is earlier.
    ///
    /// ```
    /// use deploysim::units::{Calendar, SimSpan, SimTime};
    /// let calendar = Calendar::parse("2026-06-10T23:59:59+08:00").unwrap();
    /// // Awkward: a second may be a date, and nearly two days may be one.
    /// assert_eq!(calendar.dates_between(SimTime::ZERO, SimTime::ZERO + SimSpan::SECOND), 1);
    /// assert_eq!(calendar.dates_between(SimTime::ZERO, SimTime::ZERO + SimSpan::DAY), 1);
    /// assert_eq!(calendar.dates_between(SimTime::ZERO, SimTime::ZERO - SimSpan::DAY), -1);
    /// ```
    pub fn dates_between(&self, earlier: SimTime, later: SimTime) -> i64 {
        let day = |at| self.local_ms(at).div_euclid(SimSpan::DAY.as_ms());
        day(later) - day(earlier)
    }

    /// So many natural months after an anchor, at its time of day: on the anchor's day of the month, or on the last day
    /// of a month that is too short (A-08). Count from the first anchor, for a clamped day has forgotten it.
    /// [`SimTime::NEVER`] beyond the year 9999.
    ///
    /// ```
    /// use deploysim::units::{Calendar, SimTime};
    /// let calendar = Calendar::parse("2026-01-31T10:00:00+08:00").unwrap();
    /// let after = |months| calendar.format_date(calendar.months_after(SimTime::ZERO, months));
    /// assert_eq!(after(1), "2026-02-28");
    /// assert_eq!(after(2), "2026-03-31");
    /// // Awkward: a leap day two years on.
    /// assert_eq!(after(25), "2028-02-29");
    /// ```
    pub fn months_after(&self, anchor: SimTime, months: u32) -> SimTime {
        let later = || {
            let civil = self.civil(anchor)?.checked_add(Span::new().try_months(months).ok()?).ok()?;
            let unix_ms = self.offset.to_timestamp(civil).ok()?.as_millisecond();
            unix_ms.checked_sub(self.start_unix_ms)
        };
        later().map_or(SimTime::NEVER, SimTime::from_ms)
    }

    /// 00:00 on the first of the civil month of an instant.
    ///
    /// ```
    /// use deploysim::units::{Calendar, SimSpan, SimTime};
    /// let calendar = Calendar::parse("2026-06-10T10:00:00+08:00").unwrap();
    /// let first = calendar.month_start(SimTime::ZERO);
    /// assert_eq!(calendar.format(first), "2026-06-01T00:00:00+08:00");
    /// // Awkward: the first instant of a month begins its own month, the millisecond before it the one before.
    /// assert_eq!(calendar.month_start(first), first);
    /// assert_eq!(calendar.format_date(calendar.month_start(first - SimSpan::from_ms(1))), "2026-05-01");
    /// ```
    pub fn month_start(&self, at: SimTime) -> SimTime {
        let day = self.civil(at).map_or(1, |civil| i64::from(civil.day()));
        self.day_start(at) - SimSpan::from_days(day - 1)
    }

    /// How far into its week (from Monday 00:00 in the scenario's offset) an instant is.
    pub fn time_of_week(&self, at: SimTime) -> SimSpan {
        // 1970-01-01 was a Thursday, three days into its week.
        let since_a_monday = self.local_ms(at).saturating_add(3 * SimSpan::DAY.as_ms());
        SimSpan::from_ms(since_a_monday.rem_euclid(SimSpan::WEEK.as_ms()))
    }

    /// Milliseconds since 1970-01-01 00:00 of the scenario's own clock. [`SimTime::NEVER`] is the last there is.
    fn local_ms(&self, at: SimTime) -> i64 {
        self.start_unix_ms.saturating_add(at.as_ms()).saturating_add(self.utc_offset().as_ms())
    }

    /// Date and time of day of an instant; none beyond four-digit years.
    fn civil(&self, at: SimTime) -> Option<DateTime> {
        let stamp = Timestamp::from_millisecond(self.start_unix_ms.saturating_add(at.as_ms())).ok()?;
        Some(self.offset.to_datetime(stamp))
    }
}

/// Unix milliseconds of an RFC 3339 text with an offset; a fraction finer than a millisecond is cut off.
pub fn parse_unix_ms(text: &str) -> Option<i64> {
    parse_offset(text)?;
    text.trim().parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

/// The offset at the end of an RFC 3339 text.
fn parse_offset(text: &str) -> Option<Offset> {
    let text = text.trim();
    if text.ends_with(['Z', 'z']) {
        return Some(Offset::UTC);
    }
    let tail = text.get(text.len().checked_sub(6)?..)?;
    let sign = match tail.as_bytes()[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = tail[1..].split_once(':')?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    Offset::from_seconds(sign * (hours * 3_600 + minutes * 60)).ok()
}
