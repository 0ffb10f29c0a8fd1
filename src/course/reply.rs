//! What a learner says, and what it is worth.

use super::solved::{Answers, Solved};
use super::value::{AmountUnit, TIE, Value, grouped};
use crate::units::{DecimalError, Money, RoundingMode, SimSpan, parse_scaled};

/// A prediction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reply {
    /// One of the answers, by its index from 0.
    Choice(usize),
    /// A number, in the unit that is asked for.
    Amount(Amount),
}

/// A number in the unit of its question, exactly at twelve decimals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Amount(Money);

/// A reply that cannot be read; the message says what can.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ReplyError {
    /// None of the answers.
    #[error("\"{0}\" is none of the answers: write a number from 1 to {1}")]
    NoSuchAnswer(String, usize),
    /// No number.
    #[error("\"{text}\" is no number: write one as in \"{example}\"")]
    NotANumber {
        /// What was said.
        text: String,
        /// What can be read.
        example: String,
    },
    /// Commas that are not between thousands.
    #[error("\"{0}\": a comma stands between thousands, as in \"1,234.50\"; before decimals write a point")]
    Comma(String),
    /// Another currency, or another unit.
    #[error("\"{text}\": the answer is in {unit}")]
    Unit {
        /// What was said.
        text: String,
        /// The unit that is asked for.
        unit: String,
    },
    /// Too large, or finer than anything here.
    #[error("\"{0}\" is too large or has too many decimals")]
    Range(String),
}

/// What a reply is worth.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// It is right.
    pub is_right: bool,
    /// What was said, in words.
    pub said: String,
    /// What is right, in words.
    pub right: String,
    /// What was probably overlooked, if that is known.
    pub hint: Option<String>,
    /// By how much an amount is wrong, in words.
    pub off: Option<String>,
}

impl Reply {
    /// Reads a reply to a question: the number of an answer from 1 or its letter; or a number, with its unit or without.
    ///
    /// # Errors
    /// What cannot be read, and what can.
    pub fn parse(text: &str, question: &Solved<'_>) -> Result<Self, ReplyError> {
        match &question.answers {
            Answers::Choice { answers, .. } => choice(text, answers.len()).map(Self::Choice),
            Answers::Amount { .. } => {
                let unit = question.unit();
                Amount::parse(text, &question.currency, unit).map(Self::Amount)
            }
        }
    }
}

/// An answer's index by its number or letter.
fn choice(text: &str, count: usize) -> Result<usize, ReplyError> {
    let said = text.trim().trim_end_matches(['.', ')']);
    let by_letter = |text: &str| match text.to_ascii_lowercase().as_bytes() {
        [letter @ b'a'..=b'z'] => Some(usize::from(letter - b'a') + 1),
        _ => None,
    };
    let number = said.parse().ok().or_else(|| by_letter(said));
    number
        .filter(|number| (1..=count).contains(number))
        .map(|number| number - 1)
        .ok_or_else(|| ReplyError::NoSuchAnswer(shown(text), count))
}

/// What was said, as far as a message needs it.
fn shown(text: &str) -> String {
    const MOST: usize = 40;
    let text = text.trim();
    let short: String = text.chars().take(MOST).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

/// Signs and words that mean a currency.
const CURRENCIES: [(&str, &str); 8] = [
    ("¥", "CNY"),
    ("￥", "CNY"),
    ("元", "CNY"),
    ("RMB", "CNY"),
    ("CNY", "CNY"),
    ("$", "USD"),
    ("USD", "USD"),
    ("€", "EUR"),
];

/// Words for units of time, the longest first.
const UNITS_OF_TIME: [(&str, &str); 12] = [
    ("minutes", "min"),
    ("minute", "min"),
    ("seconds", "s"),
    ("second", "s"),
    ("hours", "h"),
    ("hour", "h"),
    ("days", "d"),
    ("day", "d"),
    ("min", "min"),
    ("h", "h"),
    ("s", "s"),
    ("d", "d"),
];

impl Amount {
    /// A figure in a unit.
    pub(super) fn of(value: &Value, unit: &str) -> Result<Self, String> {
        const ONE: i128 = 1_000_000_000_000;
        match value {
            Value::Money(money) => Ok(Self(*money)),
            Value::Count(count) => Ok(Self(Money::from_pico(i128::from(*count) * ONE))),
            Value::Share(share) => Ok(Self(Money::from_pico((share * 100.0 * ONE as f64).round() as i128))),
            Value::Span(span) => {
                let unit = AmountUnit::of_span(unit).ok_or("its unit is d, h, min or s")?;
                Ok(Self::of_span(*span, unit))
            }
            Value::Instant(_) | Value::Text(_) => Err(format!("{} cannot be asked for", value.kind())),
        }
    }

    fn of_span(span: SimSpan, unit: AmountUnit) -> Self {
        const ONE: i128 = 1_000_000_000_000;
        let unit = i128::from(unit.span().as_ms());
        Self(Money::from_ratio(i128::from(span.as_ms()) * ONE, unit, RoundingMode::HalfUp))
    }

    /// Reads a number with or without its unit: `1,234.50`, `¥12`, `12.0 CNY`, `72 min`, `1h12m`, `40 %`.
    pub(super) fn parse(text: &str, currency: &str, unit: &str) -> Result<Self, ReplyError> {
        let said = text.trim().replace('−', "-").replace(TIE, " ");
        if let Some(time) = AmountUnit::of_span(unit)
            && said.contains(|c: char| c.is_alphabetic())
        {
            return span(text, &said, time);
        }
        let bare = without_unit(text, &said, currency, unit)?;
        number(text, bare.trim(), unit).map(Self)
    }

    /// With at most so many decimals and at least so many, and commas between thousands.
    pub(super) fn shown(self, most: usize, least: usize) -> String {
        let text = format!("{:.*}", most.max(least), self.0);
        let decimals = text.split_once('.').map_or("", |(_, decimals)| decimals);
        let kept = decimals.trim_end_matches('0').len().max(least);
        let shorter = &text[..text.len() - (decimals.len() - kept)];
        grouped(shorter.trim_end_matches('.'))
    }

    /// Twice as much.
    #[must_use]
    pub fn twice(self) -> Self {
        Self(self.0 + self.0)
    }

    /// Whether it is no further from another one than this.
    pub fn is_within(self, tolerance: Self, other: Self) -> bool {
        let difference = self.0 - other.0;
        difference.as_pico().abs() <= tolerance.0.as_pico()
    }

    /// How far from the right one, and in which direction.
    pub(super) fn off(self, right: Self) -> (Self, &'static str) {
        if self > right { (Self(self.0 - right.0), "much") } else { (Self(right.0 - self.0), "little") }
    }
}

/// A duration in whatever units it is said.
fn span(text: &str, said: &str, unit: AmountUnit) -> Result<Amount, ReplyError> {
    let lower = said.to_lowercase().replace(',', "");
    for (word, known) in UNITS_OF_TIME {
        let Some(number) = lower.strip_suffix(word).map(str::trim) else { continue };
        if let (Ok(pico), Some(said)) = (parse_scaled(number, Money::SCALE), AmountUnit::of_span(known)) {
            let ms = pico.checked_mul(i128::from(said.span().as_ms()));
            let ms = ms.ok_or_else(|| ReplyError::Range(shown(text)))?;
            let exact = Money::from_ratio(ms, i128::from(unit.span().as_ms()), RoundingMode::HalfUp);
            return Ok(Amount(exact));
        }
    }
    let words = lower.replace("min", "m").replace(' ', "");
    match words.parse::<SimSpan>() {
        Ok(span) => Ok(Amount::of_span(span, unit)),
        Err(_) => Err(ReplyError::NotANumber { text: shown(text), example: format!("72 {}", unit.word()) }),
    }
}

/// The number without a currency, a per cent sign, or the word for what is counted.
fn without_unit<'a>(text: &str, said: &'a str, currency: &str, unit: &str) -> Result<&'a str, ReplyError> {
    let other = || ReplyError::Unit { text: shown(text), unit: unit.to_owned() };
    for (sign, code) in CURRENCIES {
        let found = strip_either(said, sign);
        match found {
            Some(rest) if unit == currency && code == currency => return Ok(rest),
            Some(_) => return Err(other()),
            None => {}
        }
    }
    if unit == currency
        && let Some(rest) = strip_either(said, currency)
    {
        return Ok(rest);
    }
    match said.strip_suffix('%') {
        Some(rest) if unit == "%" => Ok(rest),
        Some(_) => Err(other()),
        None if unit.is_empty() => Ok(said),
        None => Ok(said.strip_suffix(unit).unwrap_or(said)),
    }
}

/// The rest of a text that begins or ends with a sign, in capital letters or not; of a negative one behind its minus.
fn strip_either<'a>(said: &'a str, sign: &str) -> Option<&'a str> {
    let is_sign = |part: Option<&str>| part.is_some_and(|part| part.eq_ignore_ascii_case(sign));
    if is_sign(said.get(..sign.len())) {
        return said.get(sign.len()..);
    }
    let at = said.len().checked_sub(sign.len())?;
    if is_sign(said.get(at..)) { said.get(..at) } else { None }
}

/// A plain number, with commas between thousands or without.
fn number(text: &str, bare: &str, unit: &str) -> Result<Money, ReplyError> {
    let not =
        || ReplyError::NotANumber { text: shown(text), example: format!("12.60 {unit}").trim().to_owned() };
    let whole = bare.split_once('.').map_or(bare, |(whole, _)| whole).trim_start_matches(['-', '+']);
    if !bare.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+')) {
        return Err(not());
    }
    if bare.contains(',') {
        let mut parts = whole.split(',');
        let first = parts.next().is_some_and(|part| (1..=3).contains(&part.len()));
        if !first
            || !parts.all(|part| part.len() == 3)
            || bare.matches(',').count() != whole.matches(',').count()
        {
            return Err(ReplyError::Comma(shown(text)));
        }
    }
    let plain = bare.replace(',', "");
    match Money::parse(plain.trim_start_matches('+')) {
        Ok(money) => Ok(money),
        Err(DecimalError::NotANumber(_)) => Err(not()),
        Err(_) => Err(ReplyError::Range(shown(text))),
    }
}
