//! Civil time at the edges: reading and writing instants as dates with an offset.

use super::time::{SimSpan, SimTime};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

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
        let Ok(stamp) = Timestamp::from_millisecond(self.start_unix_ms.saturating_add(at.as_ms())) else {
            return "beyond the calendar".to_owned();
        };
        let civil = TimeZone::fixed(self.offset).to_datetime(stamp);
        let minutes = self.offset.seconds() / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        format!("{civil}{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
    }

    /// How far into its week (from Monday 00:00 in the scenario's offset) an instant is.
    pub fn time_of_week(&self, at: SimTime) -> SimSpan {
        let local_ms = self.start_unix_ms + at.as_ms() + i64::from(self.offset.seconds()) * 1_000;
        // 1970-01-01 was a Thursday, three days into its week.
        SimSpan::from_ms((local_ms + 3 * SimSpan::DAY.as_ms()).rem_euclid(SimSpan::WEEK.as_ms()))
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
