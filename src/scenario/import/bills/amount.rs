//! Amounts and quantities of bills, exactly: no float on the way.

use crate::units::Money;

/// A number with what had to be done to keep it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Number {
    /// In units of 10⁻¹².
    pub(super) value: Money,
    /// Decimals as written, without trailing zeros.
    pub(super) decimals: u32,
    /// It had more than twelve decimals; the value is the nearest, half to even.
    pub(super) is_rounded: bool,
}

/// Why a text is no number: what is wrong, and what would be right.
pub(super) type Wrong = (&'static str, &'static str);

const PLAIN: &str = "write digits with a point, as in -1234.56";

/// More digits before the point are no amount of any bill, and sums of larger ones might not fit.
const MOST_WHOLE_DIGITS: usize = 15;
/// The largest exponent that is read at all.
const MOST_EXPONENT: i32 = 100;

/// Reads `-12.5`, `1.0E-7` as AWS writes it, and `1,234.56` with separators of thousands.
pub(super) fn parse(text: &str) -> Result<Number, Wrong> {
    let text = text.trim();
    if text.is_empty() {
        return Err(("the cell is empty", PLAIN));
    }
    let (is_negative, body) = match text.as_bytes()[0] {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            (mantissa, exponent.parse::<i32>().map_err(|_| ("not a number", PLAIN))?)
        }
        None => (body, 0),
    };
    if exponent.abs() > MOST_EXPONENT {
        return Err(("the exponent is beyond any amount", PLAIN));
    }
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let whole = without_separators(whole, mantissa.contains('.'))?;
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(&whole) || !is_digits(fraction) || whole.len() + fraction.len() == 0 {
        return Err(("not a number", PLAIN));
    }
    scaled(is_negative, &whole, fraction, exponent)
}

/// The digits before the point, without the commas that part thousands.
fn without_separators(whole: &str, has_point: bool) -> Result<String, Wrong> {
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or("");
    let rest: Vec<&str> = groups.collect();
    if rest.is_empty() {
        return Ok(whole.to_owned());
    }
    let parts_thousands = (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3);
    if !parts_thousands {
        return Err(("a comma that parts no thousands", PLAIN));
    }
    // A single comma and no point may be somebody's decimal comma: a guess would be wrong by a factor of 1,000.
    if rest.len() == 1 && !has_point {
        return Err(("a comma that may part thousands or decimals", PLAIN));
    }
    Ok(std::iter::once(first).chain(rest).collect())
}

/// The number of these digits, moved by the exponent and rounded to twelve decimals where it has more.
fn scaled(is_negative: bool, whole: &str, fraction: &str, exponent: i32) -> Result<Number, Wrong> {
    let digits: String = [whole, fraction].concat();
    let point = whole.len() as i32 + exponent;
    let digit = |at: i32| {
        usize::try_from(at)
            .ok()
            .and_then(|at| digits.as_bytes().get(at))
            .map_or('0', |byte| char::from(*byte))
    };
    let first = digits.bytes().position(|byte| byte != b'0').unwrap_or(digits.len()) as i32;
    let last = digits.bytes().rposition(|byte| byte != b'0').map_or(0, |at| at as i32 + 1);
    if point - first > MOST_WHOLE_DIGITS as i32 && last > first {
        return Err(("too large for an amount", PLAIN));
    }
    if last <= first {
        return Ok(Number { value: Money::ZERO, decimals: 0, is_rounded: false });
    }
    let keep = point + Money::SCALE as i32;
    let from = first.min(point);
    let plain: String = (from..point).map(digit).collect();
    let decimals: String = (point..keep).map(digit).collect();
    let value =
        Money::parse(&format!("0{plain}.{decimals}")).map_err(|_| ("too large for an amount", PLAIN))?;
    let is_rounded = last > keep;
    let rest = digit(keep);
    let is_tie = rest == '5' && last == keep + 1;
    let up = is_rounded && rest >= '5' && !(is_tie && value.as_pico() % 2 == 0);
    let value = value + Money::from_pico(i128::from(up));
    let decimals = (last - point).clamp(0, Money::SCALE as i32) as u32;
    Ok(Number { value: if is_negative { -value } else { value }, decimals, is_rounded })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match parse(text) {
            Ok(number) => format!("{}{}", number.value, if number.is_rounded { " rounded" } else { "" }),
            Err((message, _)) => message.to_owned(),
        }
    }

    #[test]
    fn amounts_are_read_exactly_or_refused_by_name() {
        for (text, expected) in [
            ("12.5", "12.50"),
            (" -0.000000000001 ", "-0.000000000001"),
            ("+7", "7.00"),
            (".5", "0.50"),
            ("5.", "5.00"),
            ("0", "0.00"),
            ("-0.000", "0.00"),
            ("1.0E-7", "0.0000001"),
            ("2.5e3", "2500.00"),
            ("0.00012e6", "120.00"),
            ("1,234.56", "1234.56"),
            ("-1,234,567", "-1234567.00"),
            ("000000000000000000012.5", "12.50"),
            ("0.1000000000000000", "0.10"),
            ("0.30000000000000004", "0.30 rounded"),
            ("0.0000000000005", "0.00 rounded"),
            ("0.0000000000015", "0.000000000002 rounded"),
            ("-0.00000000000051", "-0.000000000001 rounded"),
            ("1e-90", "0.00 rounded"),
            ("999999999999999", "999999999999999.00"),
            ("1000000000000000", "too large for an amount"),
            ("1e15", "too large for an amount"),
            ("1e101", "the exponent is beyond any amount"),
            ("1,234", "a comma that may part thousands or decimals"),
            ("12,50", "a comma that parts no thousands"),
            ("1.234,56", "not a number"),
            ("", "the cell is empty"),
            ("-", "not a number"),
            (".", "not a number"),
            ("$12", "not a number"),
            ("¥12.00", "not a number"),
            ("(12.00)", "not a number"),
            ("1e", "not a number"),
            ("NaN", "not a number"),
            ("١٢", "not a number"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn decimals_are_those_that_were_written() {
        for (text, decimals) in
            [("12", 0), ("12.50", 1), ("1.25e-3", 5), ("1250e-2", 1), ("0.1234567890123456", 12)]
        {
            assert_eq!(parse(text).map(|number| number.decimals), Ok(decimals), "{text}");
        }
    }
}
