//! Figures as values: what kind each is, how two compare, how one is shown in a text.

use crate::units::{Calendar, Money, RoundingMode, SimSpan, SimTime};
use std::cmp::Ordering;

/// A figure of a run.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// An amount in the scenario's currency.
    Money(Money),
    /// A length of time.
    Span(SimSpan),
    /// An instant of the run.
    Instant(SimTime),
    /// So many things.
    Count(i64),
    /// A part of a whole, 1 being all of it, or how many times a figure another one is.
    Share(f64),
    /// What the scenario writes, where it is no number.
    Text(String),
}

impl Value {
    /// Of what kind it is, for messages.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Money(_) => "an amount",
            Self::Span(_) => "a length of time",
            Self::Instant(_) => "an instant",
            Self::Count(_) => "a count",
            Self::Share(_) => "a share",
            Self::Text(_) => "a text",
        }
    }

    /// What a scenario writes: a count without quotes and point, an amount, a duration, or else a text.
    pub(super) fn written(text: &str, is_whole: bool) -> Self {
        match (text.parse::<i64>(), Money::parse(text), text.parse::<SimSpan>()) {
            (Ok(count), ..) if is_whole => Self::Count(count),
            (_, Ok(money), _) => Self::Money(money),
            (.., Ok(span)) => Self::Span(span),
            _ => Self::Text(text.to_owned()),
        }
    }

    /// Which of two is more; none if they are of different kinds.
    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Money(a), Self::Money(b)) => Some(a.cmp(b)),
            (Self::Span(a), Self::Span(b)) => Some(a.cmp(b)),
            (Self::Instant(a), Self::Instant(b)) => Some(a.cmp(b)),
            (Self::Count(a), Self::Count(b)) => Some(a.cmp(b)),
            (Self::Share(a), Self::Share(b)) => a.partial_cmp(b),
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }

    /// The difference of two of a kind; that of two instants is a length of time.
    pub(super) fn minus(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Money(a), Self::Money(b)) => Some(Self::Money(*a - *b)),
            (Self::Span(a), Self::Span(b)) => Some(Self::Span(*a - *b)),
            (Self::Instant(a), Self::Instant(b)) => Some(Self::Span(a.since(*b))),
            (Self::Count(a), Self::Count(b)) => Some(Self::Count(a - b)),
            (Self::Share(a), Self::Share(b)) => Some(Self::Share(a - b)),
            _ => None,
        }
    }

    /// The sum of two of a kind.
    pub(super) fn plus(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Money(a), Self::Money(b)) => Some(Self::Money(*a + *b)),
            (Self::Span(a), Self::Span(b)) => Some(Self::Span(*a + *b)),
            (Self::Instant(a), Self::Span(b)) => Some(Self::Instant(*a + *b)),
            (Self::Count(a), Self::Count(b)) => Some(Self::Count(a + b)),
            (Self::Share(a), Self::Share(b)) => Some(Self::Share(a + b)),
            _ => None,
        }
    }

    /// So many parts of it: `numerator / denominator` times, `denominator` being positive.
    pub(super) fn times(&self, numerator: i64, denominator: i64) -> Option<Self> {
        match self {
            Self::Money(money) => {
                let product = money.as_pico() * i128::from(numerator);
                Some(Self::Money(Money::from_ratio(product, i128::from(denominator), RoundingMode::HalfUp)))
            }
            Self::Span(span) => {
                Some(Self::Span(SimSpan::from_ms(span.as_ms().checked_mul(numerator)? / denominator)))
            }
            Self::Count(count) => Some(Self::Count(count.checked_mul(numerator)? / denominator)),
            Self::Share(share) => Some(Self::Share(share * numerator as f64 / denominator as f64)),
            Self::Instant(_) | Self::Text(_) => None,
        }
    }

    /// How many times another it is; none of different kinds, or of nothing.
    pub(super) fn per(&self, other: &Self) -> Option<Self> {
        let (a, b) = match (self, other) {
            (Self::Money(a), Self::Money(b)) => (a.to_f64(), b.to_f64()),
            (Self::Span(a), Self::Span(b)) => (a.as_ms() as f64, b.as_ms() as f64),
            (Self::Count(a), Self::Count(b)) => (*a as f64, *b as f64),
            (Self::Share(a), Self::Share(b)) => (*a, *b),
            _ => return None,
        };
        (b.abs() > 0.0).then(|| Self::Share(a / b))
    }

    /// As a text shows it. A form says how: of an amount the number of decimals, of a share that of its per cent, or `times`
    /// for how many times it is; of a length of time a unit (`d`, `h`, `min`, `s`); of an instant `s` for its seconds, even
    /// if there are none, or `date`. Without a form an amount has the decimals it needs, but no endless ones.
    ///
    /// # Errors
    /// A form that such a value has not.
    pub fn show(&self, calendar: &Calendar, form: &str) -> Result<String, String> {
        let decimals = if form.is_empty() { None } else { form.parse::<usize>().ok() };
        let no_form = || Err(format!("{} has no form \"{form}\"", self.kind()));
        match (self, form, decimals) {
            (Self::Money(money), "", _) => Ok(amount(*money)),
            (Self::Money(money), _, Some(places)) => Ok(grouped(&format!("{money:.places$}"))),
            (Self::Span(span), "", _) => Ok(span_words(*span)),
            (Self::Span(span), _, _) => match AmountUnit::of_span(form) {
                Some(unit) => Ok(in_unit(*span, unit)),
                None => no_form(),
            },
            (Self::Instant(at), "", _) => {
                let text = instant(calendar, *at);
                Ok(text.strip_suffix(":00").unwrap_or(&text).to_owned())
            }
            (Self::Instant(at), "s", _) => Ok(instant(calendar, *at)),
            (Self::Instant(at), "date", _) => Ok(date(calendar, *at)),
            (Self::Count(count), "", _) => Ok(grouped(&count.to_string())),
            (Self::Share(share), "times", _) => Ok(trimmed(*share, 2)),
            (Self::Share(share), "", _) => Ok(format!("{} %", trimmed(share * 100.0, 1))),
            (Self::Share(share), _, Some(places)) => Ok(format!("{:.places$} %", share * 100.0)),
            (Self::Text(text), "", _) => Ok(text.clone()),
            _ => no_form(),
        }
    }
}

/// The unit a lesson asks a length of time in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum AmountUnit {
    Days,
    Hours,
    Minutes,
    Seconds,
}

impl AmountUnit {
    pub(super) fn of_span(form: &str) -> Option<Self> {
        match form {
            "d" => Some(Self::Days),
            "h" => Some(Self::Hours),
            "min" => Some(Self::Minutes),
            "s" => Some(Self::Seconds),
            _ => None,
        }
    }

    pub(super) const fn span(self) -> SimSpan {
        match self {
            Self::Days => SimSpan::DAY,
            Self::Hours => SimSpan::HOUR,
            Self::Minutes => SimSpan::MINUTE,
            Self::Seconds => SimSpan::SECOND,
        }
    }

    /// In words.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Hours => "hours",
            Self::Minutes => "minutes",
            Self::Seconds => "seconds",
        }
    }

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Days => "d",
            Self::Hours => "h",
            Self::Minutes => "min",
            Self::Seconds => "s",
        }
    }
}

/// The number of units in a length of time, with at most two decimals.
pub(super) fn in_unit(span: SimSpan, unit: AmountUnit) -> String {
    grouped(&trimmed(span.as_ms() as f64 / unit.span().as_ms() as f64, 2))
}

/// Exactly, but for quotients that never end: those with four decimals.
fn amount(money: Money) -> String {
    const LONGEST: usize = 6;
    let exact = money.to_string();
    let decimals = exact.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    grouped(&if decimals > LONGEST { money.round_to(4, RoundingMode::HalfUp).to_string() } else { exact })
}

/// What keeps a number and its unit in one line.
pub(super) const TIE: char = '\u{a0}';

/// `1 h 12 min` where a scenario writes `1h 12m`.
pub(super) fn span_words(span: SimSpan) -> String {
    let part = |part: &str| {
        let digits = part.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = match &part[digits.len()..] {
            "m" => "min",
            unit => unit,
        };
        format!("{digits}{TIE}{unit}")
    };
    span.to_string().split(' ').map(part).collect::<Vec<_>>().join(" ")
}

/// The time of day; on another day than the run's first with its date.
fn instant(calendar: &Calendar, at: SimTime) -> String {
    let text = calendar.format(at);
    let Some((day, time)) = text.split_once('T') else { return text };
    let time = time.get(..8).unwrap_or(time);
    if calendar.dates_between(SimTime::ZERO, at) == 0 {
        return time.to_owned();
    }
    format!("{} {time}", day.get(5..).unwrap_or(day))
}

/// Month and day.
fn date(calendar: &Calendar, at: SimTime) -> String {
    let date = calendar.format_date(at);
    date.get(5..).unwrap_or(&date).to_owned()
}

/// With at most so many decimals, and none that say nothing.
fn trimmed(number: f64, decimals: usize) -> String {
    let text = format!("{number:.decimals$}");
    if !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A comma between thousands, and a sign that is as wide as a digit.
pub(super) fn grouped(text: &str) -> String {
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, fraction) = rest.find('.').map_or((rest, ""), |point| rest.split_at(point));
    let sign = if sign.is_empty() { "" } else { "−" };
    if whole.len() < 4 {
        return format!("{sign}{whole}{fraction}");
    }
    let mut parts: Vec<&str> = Vec::new();
    let mut end = whole.len();
    while end > 0 {
        let start = end.saturating_sub(3);
        parts.push(&whole[start..end]);
        end = start;
    }
    parts.reverse();
    format!("{sign}{}{fraction}", parts.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar() -> Calendar {
        Calendar::parse("2026-06-10T10:00:00+08:00").expect("a time")
    }

    #[test]
    fn figures_are_written_as_people_read_them() {
        let money = |text: &str| Value::Money(Money::parse(text).expect("an amount"));
        let hours = |hours: i64| Value::Instant(SimTime::ZERO + SimSpan::from_hours(hours));
        let cases = [
            (money("3628.80"), "", "3,628.80"),
            (money("-405.56"), "", "−405.56"),
            (money("3.530566666667"), "2", "3.53"),
            (money("0.0055"), "", "0.0055"),
            (money("0.773333333333"), "", "0.7733"),
            (Value::Span(SimSpan::from_minutes(72)), "", "1\u{a0}h 12\u{a0}min"),
            (Value::Span(SimSpan::from_minutes(72)), "min", "72"),
            (Value::Span(SimSpan::from_seconds(90)), "min", "1.5"),
            (hours(9), "", "19:00"),
            (hours(9), "s", "19:00:00"),
            (hours(16), "", "06-11 02:00"),
            (hours(16), "date", "06-11"),
            (Value::Count(128_001), "", "128,001"),
            (Value::Share(0.4), "", "40 %"),
            (Value::Share(2.5), "times", "2.5"),
        ];
        for (value, form, shown) in cases {
            assert_eq!(value.show(&calendar(), form).as_deref(), Ok(shown), "{value:?}");
        }
        assert!(Value::Count(3).show(&calendar(), "min").is_err());
    }

    #[test]
    fn only_figures_of_a_kind_compare() {
        assert_eq!(Value::Count(2).compare(&Value::Count(3)), Some(Ordering::Less));
        assert_eq!(Value::Count(2).compare(&Value::Money(Money::ZERO)), None);
        let times = Value::Money(Money::parse("0.88").expect("an amount")).times(21, 22);
        assert_eq!(times, Some(Value::Money(Money::parse("0.84").expect("an amount"))));
        assert_eq!(Value::Count(1).per(&Value::Count(0)), None);
    }
}
