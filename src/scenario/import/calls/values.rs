//! Times and counts from their text, exactly: no float on the way.

use super::super::number::{self, NumberError, parse_nano};
use crate::units::SimSpan;
use jiff::civil::date;
use jiff::tz::TimeZone;

/// What is wrong with a text, and what would be right.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Wrong {
    pub(super) message: &'static str,
    pub(super) help: &'static str,
}

/// Longer records are a slip of the pen.
pub(super) const LONGEST_RECORD: SimSpan = SimSpan::from_days(3_653);
/// More tokens in one minute are a slip of the pen; sums over the longest record stay within 64 bits.
const MOST_TOKENS_A_MINUTE: u64 = 1_000_000_000_000;

/// Which clock the times of a file are told by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Clock {
    /// Dates, with or without an offset.
    Wall,
    /// Seconds from a start.
    Seconds,
    /// Milliseconds from a start.
    Milliseconds,
    /// The same, where only the format says so: a fraction tells that they are seconds after all.
    WholeMilliseconds,
}

/// A time in milliseconds, rounded down: Unix time of a date (taken as UTC without an offset), else as counted.
pub(super) fn time(text: &str, clock: Clock) -> Result<i64, Wrong> {
    let text = text.trim();
    match clock {
        Clock::Wall => wall(text),
        Clock::Seconds => counted(text, 1_000_000).map_err(|message| Wrong {
            message,
            help: "this format counts times in seconds, as in 45 or 61.114",
        }),
        Clock::WholeMilliseconds if has_fraction(text) => Err(Wrong {
            message: "a fraction of a millisecond",
            help: "if the times are in seconds, name the column timestamp_s, else timestamp_ms",
        }),
        Clock::Milliseconds | Clock::WholeMilliseconds => counted(text, 1_000_000_000).map_err(|message| {
            Wrong { message, help: "this format counts times in milliseconds, as in 27482" }
        }),
    }
}

/// True for 61.114, and not for 61.0.
fn has_fraction(text: &str) -> bool {
    text.split_once('.').is_some_and(|(_, fraction)| fraction.bytes().any(|digit| digit != b'0'))
}

/// A number in units of `nano`·10⁻⁹, rounded down.
fn counted(text: &str, nano: i64) -> Result<i64, &'static str> {
    // A whole number of milliseconds may be a Unix time, which in units of 10⁻⁹ is too large.
    let value = match text.parse::<i64>() {
        Ok(whole) => whole.checked_mul(1_000_000_000 / nano).ok_or(TIME_TOO_LARGE)?,
        Err(_) => match parse_nano(text) {
            Ok(number) => number.value.div_euclid(nano),
            Err(NumberError::TooLarge) => return Err(TIME_TOO_LARGE),
            Err(NumberError::NotANumber) => return Err("not a time"),
        },
    };
    if value < 0 { Err("a time cannot be negative") } else { Ok(value) }
}

const TIME_TOO_LARGE: &str = "the time is too large";

/// A date and a time of day.
fn wall(text: &str) -> Result<i64, Wrong> {
    let help =
        "write it as in 2023-11-16 18:15:46.6805900, 2024-05-10T00:00:00Z or 8/18/2025, 12:00:38.941 AM";
    let found = if text.contains('-') {
        number::parse_time(text, false).map(|instant| instant.unix_ms)
    } else {
        american(text)
    };
    found.ok_or(Wrong { message: "not a date and time", help })
}

/// `8/18/2025, 12:00:38.941 AM`: month first; 12 AM is midnight.
fn american(text: &str) -> Option<i64> {
    let (day, clock) = text.split_once(',')?;
    let [month, day, year] = whole::<3>(day.trim(), '/')?;
    let (clock, half) = clock.trim().split_once(' ')?;
    let [hour, minute, second] = parts::<3>(clock, ':')?;
    let (second, fraction) = second.split_once('.').unwrap_or((second, "0"));
    let half = match half.trim().to_ascii_uppercase().as_str() {
        "AM" => 0,
        "PM" => 12,
        _ => return None,
    };
    let hour = digits(hour).filter(|hour| (1..=12).contains(hour))? % 12 + half;
    let stamp = date_of(year, month, day)?;
    let (minute, second) = (sixtieth(minute)?, sixtieth(second)?);
    let nano = parse_nano(&format!("0.{fraction}")).ok()?.value;
    let seconds = (i64::from(hour) * 60 + i64::from(minute)) * 60 + i64::from(second);
    Some(stamp + seconds * 1_000 + nano / 1_000_000)
}

fn sixtieth(text: &str) -> Option<i32> {
    digits(text).filter(|number| *number < 60)
}

/// Unix milliseconds of a day's beginning, if there is such a day; from 1970 on.
fn date_of(year: i32, month: i32, day: i32) -> Option<i64> {
    let (year, month, day) = (i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    if !(1970..=9998).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let first = date(year, month, 1);
    if day > first.days_in_month() {
        return None;
    }
    let midnight = date(year, month, day).at(0, 0, 0, 0);
    TimeZone::UTC.to_timestamp(midnight).ok().map(jiff::Timestamp::as_millisecond)
}

fn parts<const N: usize>(text: &str, separator: char) -> Option<[&str; N]> {
    text.split(separator).collect::<Vec<_>>().try_into().ok()
}

fn whole<const N: usize>(text: &str, separator: char) -> Option<[i32; N]> {
    let numbers: Option<Vec<i32>> = text.split(separator).map(digits).collect();
    numbers?.try_into().ok()
}

/// A number of at most four plain digits.
fn digits(text: &str) -> Option<i32> {
    let plain = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// Tokens of one call.
pub(super) fn tokens(text: &str) -> Result<u32, Wrong> {
    let help = "write a whole number of at most 4294967295";
    let number = count(text).map_err(|message| Wrong {
        message: match message {
            Count::Negative => "a number of tokens cannot be negative",
            Count::NotWhole => "not a whole number of tokens",
            Count::TooLarge => "too many tokens for one call",
        },
        help,
    })?;
    u32::try_from(number).map_err(|_| Wrong { message: "too many tokens for one call", help })
}

/// Tokens of all the calls of a minute.
pub(super) fn tokens_a_minute(text: &str) -> Result<u64, Wrong> {
    let wrong = |message| Wrong { message, help: "write a whole number of at most 1000000000000" };
    let number = count(text).map_err(|why| {
        wrong(match why {
            Count::Negative => "a number of tokens cannot be negative",
            Count::NotWhole => "not a whole number of tokens",
            Count::TooLarge => "too many tokens for one minute",
        })
    })?;
    if number > MOST_TOKENS_A_MINUTE { Err(wrong("too many tokens for one minute")) } else { Ok(number) }
}

/// Calls of a minute.
pub(super) fn requests(text: &str) -> Result<u32, Wrong> {
    let wrong = |message| Wrong { message, help: "write how many calls there were, 0 for none" };
    let number = count(text).map_err(|why| {
        wrong(match why {
            Count::Negative => "a number of requests cannot be negative",
            Count::NotWhole => "not a whole number of requests",
            Count::TooLarge => "too many requests for one minute",
        })
    })?;
    u32::try_from(number).map_err(|_| wrong("too many requests for one minute"))
}

/// Minutes since the record's start.
pub(super) fn minute(text: &str) -> Result<usize, Wrong> {
    let wrong =
        |message| Wrong { message, help: "number the minutes of the record from 0; ten years are the most" };
    let most = LONGEST_RECORD.as_ms() / SimSpan::MINUTE.as_ms();
    let number = count(text).map_err(|why| {
        wrong(match why {
            Count::Negative => "a minute cannot be negative",
            Count::NotWhole => "not a whole number of minutes",
            Count::TooLarge => "the minute is too large",
        })
    })?;
    usize::try_from(number)
        .ok()
        .filter(|minute| (*minute as u64) < most.unsigned_abs())
        .ok_or(wrong("the minute is too large"))
}

/// Why a text is no count.
enum Count {
    Negative,
    NotWhole,
    TooLarge,
}

/// A whole number; a table program may have added a point and zeros.
fn count(text: &str) -> Result<u64, Count> {
    let text = text.trim();
    let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
    let (negative, digits) = whole.strip_prefix('-').map_or((false, whole), |digits| (true, digits));
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(digits) || rest.is_empty() || rest.bytes().any(|byte| byte != b'0') {
        return Err(Count::NotWhole);
    }
    match digits.parse::<u64>() {
        Ok(0) => Ok(0),
        _ if negative => Err(Count::Negative),
        Ok(number) => Ok(number),
        Err(_) => Err(Count::TooLarge),
    }
}
