//! Numbers and times from their text, exactly: no float on the way.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// A decimal number in units of 10⁻⁹.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Nano {
    pub(super) value: i64,
    /// More than nine decimals were given; the value is the nearest, half to even.
    pub(super) rounded: bool,
}

/// Why a text is no number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum NumberError {
    NotANumber,
    TooLarge,
}

/// Reads `-12.5`, `.5` or, as JSON may write it, `3.6e-2`.
pub(super) fn parse_nano(text: &str) -> Result<Nano, NumberError> {
    let text = text.trim();
    let (negative, body) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            (mantissa, exponent.parse::<i64>().map_err(|_| NumberError::NotANumber)?)
        }
        None => (body, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) || exponent.abs() > 1_000 {
        return Err(NumberError::NotANumber);
    }
    let keep = i64::try_from(whole.len()).map_err(|_| NumberError::TooLarge)? + exponent + 9;
    let (magnitude, rounded) = scaled(&digits, keep).ok_or(NumberError::TooLarge)?;
    Ok(Nano { value: if negative { -magnitude } else { magnitude }, rounded })
}

/// The number made of the first `keep` digits (zeros after the last), rounded half to even by the rest; and whether
/// the rest was anything but zeros.
fn scaled(digits: &[u8], keep: i64) -> Option<(i64, bool)> {
    let mut number: i64 = 0;
    for at in 0..keep {
        let digit = usize::try_from(at).ok().and_then(|at| digits.get(at)).map_or(0, |d| i64::from(d - b'0'));
        number = number.checked_mul(10)?.checked_add(digit)?;
    }
    let rest = match usize::try_from(keep) {
        Ok(keep) => digits.get(keep..).unwrap_or(&[]),
        // Zeros come before the first digit: less than half whatever follows.
        Err(_) => return Some((0, digits.iter().any(|d| *d != b'0'))),
    };
    let exact = rest.iter().all(|d| *d == b'0');
    let half_or_more = rest.first().is_some_and(|d| *d >= b'5');
    let tie = rest.first() == Some(&b'5') && rest[1..].iter().all(|d| *d == b'0');
    let up = half_or_more && !(tie && number % 2 == 0);
    // The largest number stands for "not known" (`UnitPrice::UNKNOWN`), so it is too large.
    let number = number.checked_add(i64::from(up)).filter(|number| *number < i64::MAX)?;
    Some((number, !exact))
}

/// An instant, with what had to be assumed to get it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Instant {
    pub(super) unix_ms: i64,
    pub(super) clock: ClockKind,
}

/// How sure the place of an instant on the Unix clock is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ClockKind {
    /// It had an offset, or is Unix time.
    Certain,
    /// It had none and was taken as UTC.
    AssumedUtc,
    /// A number too small to be a date of any cloud.
    Anonymous,
}

/// Bare numbers from here on are milliseconds; as seconds this would be the year 5138.
const MILLISECONDS_FROM: i64 = 100_000_000_000;
/// The year 9999 ends here, and with it the calendar.
const LATEST_MS: i64 = 253_402_300_799_999;
/// 2000-01-01: nothing was rented by the hour before.
const CLOUDS_FROM_MS: i64 = 946_684_800_000;

/// Reads a time as described at [`super`]. `milliseconds` says that the column's name decides about bare numbers.
pub(super) fn parse_time(text: &str, milliseconds: bool) -> Option<Instant> {
    let text = text.trim();
    if text.starts_with(|c: char| c.is_ascii_digit()) && text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    {
        return numeric_time(text, milliseconds);
    }
    if let Ok(stamp) = text.parse::<Timestamp>() {
        return Some(Instant { unix_ms: stamp.as_millisecond(), clock: ClockKind::Certain });
    }
    let civil = text.parse::<DateTime>().ok()?;
    // A time of day alone must not become a date: the text begins with a year.
    let stamp = TimeZone::UTC.to_timestamp(civil).ok()?;
    Some(Instant { unix_ms: stamp.as_millisecond(), clock: ClockKind::AssumedUtc })
}

/// A time as a bare number; fractions are of seconds, down to the millisecond.
fn numeric_time(text: &str, milliseconds: bool) -> Option<Instant> {
    let unix_ms = match text.parse::<i64>() {
        Ok(number) if milliseconds || number >= MILLISECONDS_FROM => number,
        Ok(number) => number * 1_000,
        Err(_) => {
            let nano = parse_nano(text).ok()?.value;
            nano.div_euclid(if milliseconds { 1_000_000_000 } else { 1_000_000 })
        }
    };
    let clock = if unix_ms < CLOUDS_FROM_MS { ClockKind::Anonymous } else { ClockKind::Certain };
    (0..=LATEST_MS).contains(&unix_ms).then_some(Instant { unix_ms, clock })
}

/// The region a zone's name begins with: `us-east-1` of `us-east-1a`, `cn-hangzhou` of `cn-hangzhou-g`. Local zones
/// (`us-west-2-lax-1a`) belong to the region they are named after.
pub(super) fn region_of_zone(zone: &str) -> Option<String> {
    let parts: Vec<&str> = zone.split('-').collect();
    for (n, part) in parts.iter().enumerate().skip(2) {
        let digits = part.trim_end_matches(|c: char| c.is_ascii_lowercase());
        let numbered = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        if numbered && part.len() - digits.len() <= 1 {
            return Some(format!("{}-{digits}", parts[..n].join("-")));
        }
    }
    let (last, region) = parts.split_last()?;
    let lettered = last.len() == 1 && last.bytes().all(|b| b.is_ascii_lowercase());
    (lettered && region.len() >= 2).then(|| region.join("-"))
}
