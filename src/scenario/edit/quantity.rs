//! A number with the unit it is written with.

use crate::units::{Money, RoundingMode, SimSpan, format_scaled};
use std::fmt;

/// Units a number of a scenario may be written with, beside none: per cent, and those of durations with their
/// milliseconds.
const DURATIONS: [(&str, i64); 6] =
    [("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];
/// The decimals that prices keep: finer values would be refused.
const PRICE_DECIMALS: u32 = 9;

/// A number as scenarios have them: plain, in per cent, or a duration.
///
/// ```
/// use deploysim::scenario::edit::Quantity;
/// let bid = Quantity::parse("1.20").unwrap();
/// assert_eq!((bid.to_f64(), bid.unit(), bid.to_string().as_str()), (1.2, "", "1.2"));
/// assert_eq!(Quantity::parse("10%").unwrap().unit(), "%");
/// // Awkward: a duration of several units is told in the smallest of them.
/// assert_eq!(Quantity::parse("1h30m").unwrap().to_string(), "90m");
/// assert_eq!(Quantity::parse("2026-06-01"), None);
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quantity {
    /// In units of 10⁻¹².
    value: Money,
    /// As it was written.
    decimals: u32,
    unit: &'static str,
}

impl Quantity {
    /// Reads `1.20`, `10%` or `1h30m`; none if it is something else, or has more than twelve decimals.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let end = text.find(|c: char| c.is_ascii_alphabetic() || c == '%').unwrap_or(text.len());
        let (digits, unit) = text.split_at(end);
        let unit = match unit {
            "" => "",
            "%" => "%",
            _ => match DURATIONS.iter().find(|(name, _)| *name == unit) {
                Some((name, _)) => name,
                None => return Self::of_parts(text),
            },
        };
        let value = Money::parse(digits).ok()?;
        let decimals = digits.split_once('.').map_or(0, |(_, fraction)| fraction.trim().len());
        Some(Self { value, decimals: u32::try_from(decimals).ok()?.min(Money::SCALE), unit })
    }

    /// A duration of several units.
    fn of_parts(text: &str) -> Option<Self> {
        let span: SimSpan = text.parse().ok()?;
        let smallest = DURATIONS.iter().rev().find(|(name, _)| {
            text.match_indices(name).any(|(at, _)| {
                let letters = |c: char| c.is_ascii_alphabetic();
                !text[..at].ends_with(letters) && !text[at + name.len()..].starts_with(letters)
            })
        });
        let (unit, ms) = *smallest?;
        let value = exact_ratio(i128::from(span.as_ms()) * 10_i128.pow(Money::SCALE), i128::from(ms))?;
        Some(Self { value, decimals: 0, unit })
    }

    /// The number, without its unit.
    pub fn value(&self) -> Money {
        self.value
    }

    /// The number for axes and fits.
    pub fn to_f64(&self) -> f64 {
        self.value.to_f64()
    }

    /// `%`, a unit of durations, or nothing.
    pub fn unit(&self) -> &'static str {
        self.unit
    }

    /// Decimals it is written with.
    pub fn decimals(&self) -> u32 {
        self.decimals
    }

    /// Decimals that a value in this unit may have: those of prices, and whole milliseconds.
    pub fn finest_decimals(&self) -> u32 {
        match self.unit {
            "w" | "d" | "h" => 5,
            "m" => 4,
            "s" => 3,
            "ms" => 0,
            _ => PRICE_DECIMALS,
        }
    }

    /// Another number in the same unit.
    #[must_use]
    pub fn with(&self, value: Money) -> Self {
        let digits = format_scaled(value.as_pico(), Money::SCALE, 0);
        let decimals = digits.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        Self { value, decimals: decimals as u32, unit: self.unit }
    }

    /// Evenly spaced values from `low` to `high`, which have one unit, both included: exact where nine decimals hold
    /// them, else rounded far below their distance.
    pub fn spaced(low: &Self, high: &Self, steps: usize) -> Vec<Self> {
        assert!(steps >= 2 && low.unit == high.unit, "a range has two ends in one unit");
        let (from, to, parts) = (low.value.as_pico(), high.value.as_pico(), steps as i128 - 1);
        let decimals = low.decimals_for(high, steps);
        let at = |index: i128| {
            let value = Money::from_ratio(from * (parts - index) + to * index, parts, RoundingMode::HalfEven);
            low.with(value.round_to(decimals, RoundingMode::HalfEven))
        };
        (0..=parts).map(at).collect()
    }

    /// Decimals that keep evenly spaced values apart: all they need up to nine, else three digits of their distance.
    fn decimals_for(&self, high: &Self, steps: usize) -> u32 {
        let parts = steps as i128 - 1;
        let span = (high.value - self.value).as_pico().abs();
        let most = self.finest_decimals();
        let written = self.decimals.max(high.decimals).min(most);
        let unit = |decimals: u32| 10_i128.pow(Money::SCALE - decimals);
        let exact = (written..=most).find(|decimals| span % (parts * unit(*decimals)) == 0);
        let fine = || (written..=most).find(|decimals| span / parts >= 100 * unit(*decimals));
        exact.or_else(fine).unwrap_or(most)
    }

    /// Numbers in one unit for an axis: the unit that all have, or that of the first of several durations. None if
    /// there is no such unit.
    pub fn on_one_axis(values: &[Self]) -> Option<(Vec<f64>, &'static str)> {
        let unit = values.first()?.unit;
        if values.iter().all(|value| value.unit == unit) {
            return Some((values.iter().map(Self::to_f64).collect(), unit));
        }
        let ms = |unit: &str| DURATIONS.iter().find(|(name, _)| *name == unit).map(|(_, ms)| *ms as f64);
        let whole = ms(unit)?;
        let converted: Option<Vec<f64>> =
            values.iter().map(|value| Some(value.to_f64() * ms(value.unit)? / whole)).collect();
        converted.map(|values| (values, unit))
    }
}

/// The quotient if there is no rest.
fn exact_ratio(numerator: i128, denominator: i128) -> Option<Money> {
    (numerator % denominator == 0).then_some(Money::from_pico(numerator / denominator))
}

impl fmt::Display for Quantity {
    /// As short as it can be written, with its unit.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format_scaled(self.value.as_pico(), Money::SCALE, 0);
        f.pad(&format!("{digits}{}", self.unit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantity(text: &str) -> Quantity {
        Quantity::parse(text).unwrap_or_else(|| panic!("{text} is a quantity"))
    }

    fn spaced(low: &str, high: &str, steps: usize) -> Vec<String> {
        let values = Quantity::spaced(&quantity(low), &quantity(high), steps);
        values.iter().map(Quantity::to_string).collect()
    }

    #[test]
    fn numbers_shares_and_durations_are_read_with_their_unit() {
        for (text, shown, unit, decimals) in [
            ("12000", "12000", "", 0),
            ("-0.50", "-0.5", "", 2),
            (" 1_000.25 ", "1000.25", "", 2),
            ("12.5%", "12.5%", "%", 1),
            ("10.47h", "10.47h", "h", 2),
            ("400ms", "400ms", "ms", 0),
            ("1h30m", "90m", "m", 0),
            ("1d 2h 3s", "93603s", "s", 0),
        ] {
            let read = quantity(text);
            assert_eq!((read.to_string().as_str(), read.unit(), read.decimals()), (shown, unit, decimals));
        }
        for text in
            ["", "h", "%", "1b", "2026-06-01T00:00:00+08:00", "MU2 x 8", "1h2", "key-1", "1e3", "0.5 CNY"]
        {
            assert_eq!(Quantity::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_range_is_cut_evenly_and_as_short_as_it_can_be_written() {
        assert_eq!(spaced("0.5", "1.5", 5), ["0.5", "0.75", "1", "1.25", "1.5"]);
        assert_eq!(spaced("1h", "4h", 4), ["1h", "2h", "3h", "4h"]);
        assert_eq!(spaced("10%", "0%", 3), ["10%", "5%", "0%"]);
        assert_eq!(spaced("1000", "2000", 3), ["1000", "1500", "2000"]);
        // Awkward: thirds have no end; three digits of the distance do.
        assert_eq!(spaced("0", "1", 4), ["0", "0.333", "0.667", "1"]);
        assert_eq!(spaced("0", "1000", 4), ["0", "333", "667", "1000"]);
        assert_eq!(spaced("0.000000001", "0.000000002", 3).len(), 3);
        for (low, high) in
            [("1h", "2h"), ("1w", "2w"), ("1m", "2m"), ("1s", "2s"), ("1d", "2d"), ("10ms", "20ms")]
        {
            for value in spaced(low, high, 8) {
                assert!(value.parse::<SimSpan>().is_ok(), "{value} is a whole number of milliseconds");
            }
        }
    }

    #[test]
    fn durations_in_different_units_share_an_axis_and_shares_do_not() {
        let read = |texts: &[&str]| texts.iter().map(|text| quantity(text)).collect::<Vec<_>>();
        assert_eq!(Quantity::on_one_axis(&read(&["30s", "1m", "2m"])), Some((vec![30.0, 60.0, 120.0], "s")));
        assert_eq!(Quantity::on_one_axis(&read(&["1", "2.5"])), Some((vec![1.0, 2.5], "")));
        assert_eq!(Quantity::on_one_axis(&read(&["1", "2%"])), None);
        assert_eq!(Quantity::on_one_axis(&[]), None);
    }
}
