//! A condition on a figure, with the band in which either answer will do: `availability.mean >= 99.5% ± 0.05%`.

use super::metric::{Metric, MetricError, Unit};
use super::selection::{Constraint, Sense};
use crate::units::{Money, format_scaled, parse_scaled};
use std::fmt;
use std::str::FromStr;

/// The tolerance of a share that is not given: this part of the bound's distance to the nearer of 0 and 1.
const PART_OF_A_SHARE: i128 = 10;
/// Of another bound: this part of it.
const PART_OF_A_BOUND: i128 = 100;
/// The least tolerance of an amount that is not given: a cent.
const CENT: Money = Money::from_pico(10_000_000_000);

/// What has to be true of an alternative.
///
/// ```
/// use deploysim::montecarlo::Condition;
/// let condition = Condition::parse("availability.mean >= 99.5% ± 0.02%").unwrap();
/// assert_eq!(condition.constraint().bound, 0.995);
/// assert_eq!(condition.to_string(), "availability.mean >= 0.995 ± 0.0002");
/// // A tenth of what is missing to certainty, or a hundredth of an amount.
/// assert_eq!(Condition::parse("availability.mean>=0.995").unwrap().constraint().tolerance, 0.0005);
/// assert_eq!(Condition::parse("cost.p95<=1200").unwrap().constraint().tolerance, 12.0);
/// // Awkward: nothing is known of a tolerance around certainty, nor around none of something.
/// assert!(Condition::parse("refused_share.mean<=0").is_err());
/// assert!(Condition::parse("refused_share.mean<=0 +- 0.001").is_ok());
/// assert!(Condition::parse("cost.mean<1200").is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Condition {
    metric: Metric,
    is_at_least: bool,
    /// In the unit of the metric, in units of 10⁻¹².
    bound: Money,
    tolerance: Money,
}

/// Why a text is no condition.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ConditionError {
    /// Nothing stands between the figure and the bound.
    #[error(
        "`{0}`: write a figure, >= or <=, and a bound, as in `availability.mean>=0.995` or `cost.p95<=1200±10`"
    )]
    NoRelation(String),
    /// The bound or the tolerance is no number of the metric's unit.
    #[error("`{text}`: \"{number}\" is no {what}: write {}", example(*unit))]
    Number {
        /// The condition as typed.
        text: String,
        /// What cannot be read.
        number: String,
        /// Bound or tolerance.
        what: &'static str,
        /// What it would be counted in.
        unit: Unit,
    },
    /// No number of worlds tells a figure from its bound.
    #[error("`{0}`: a tolerance is above zero: no number of worlds would tell a figure from its bound")]
    NoTolerance(String),
    /// There is no usual tolerance.
    #[error("`{0}`: say how near to the bound either answer will do, as in `{0} ± 0.001`")]
    ToleranceNeeded(String),
    /// The figure is none.
    #[error(transparent)]
    Metric(#[from] MetricError),
}

fn example(unit: Unit) -> &'static str {
    match unit {
        Unit::Currency => "an amount in the scenario's currency, as in 1200 or 1200.50",
        Unit::Share => "a share, as in 0.995 or 99.5%",
        Unit::Hours => "a number of hours, as in 1.5",
        Unit::Seconds => "a number of seconds, as in 90",
        Unit::Count => "a number, as in 12",
    }
}

impl Condition {
    /// Reads `metric >= bound` or `metric <= bound`, with `± tolerance` (or `+- tolerance`) behind it or without. Shares
    /// and their tolerance may be in per cent.
    ///
    /// Without a tolerance it is a tenth of a share's distance to the nearer of 0 and 1, and a hundredth of any other
    /// bound, of an amount at least a cent.
    ///
    /// # Errors
    /// What cannot be read, and what would be right.
    pub fn parse(text: &str) -> Result<Self, ConditionError> {
        let text = text.trim();
        let no_relation = || ConditionError::NoRelation(text.to_owned());
        let at = text.find(['<', '>', '≤', '≥', '=']).ok_or_else(no_relation)?;
        let (figure, rest) = text.split_at(at);
        let relations = [(">=", true), ("≥", true), ("<=", false), ("≤", false)];
        let read = relations.iter().find_map(|(sign, side)| Some((rest.strip_prefix(sign)?, *side)));
        let (rest, is_at_least) = read.ok_or_else(no_relation)?;
        let metric = Metric::parse(figure)?;
        let (bound, tolerance) = match rest.split_once('±').or_else(|| rest.split_once("+-")) {
            Some((bound, tolerance)) => (bound, Some(tolerance)),
            None => (rest, None),
        };
        let number = |written: &str, what| {
            let number = written.trim().to_owned();
            let error = ConditionError::Number { text: text.to_owned(), number, what, unit: metric.unit() };
            amount_of(metric, written.trim()).ok_or(error)
        };
        let bound = number(bound, "bound")?;
        let tolerance = match tolerance {
            Some(written) => number(written, "tolerance")?,
            None => usual_tolerance(metric, bound)
                .ok_or_else(|| ConditionError::ToleranceNeeded(text.to_owned()))?,
        };
        if tolerance <= Money::ZERO {
            return Err(ConditionError::NoTolerance(text.to_owned()));
        }
        Ok(Self { metric, is_at_least, bound, tolerance })
    }

    /// The figure.
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// `>=` or `<=`.
    pub fn sign(&self) -> &'static str {
        if self.is_at_least { ">=" } else { "<=" }
    }

    /// As a selection takes it.
    pub fn constraint(&self) -> Constraint {
        let sense = if self.is_at_least { Sense::AtLeast } else { Sense::AtMost };
        Constraint { sense, bound: to_f64(self.bound), tolerance: to_f64(self.tolerance) }
    }

    /// No value keeps both.
    pub fn contradicts(&self, other: &Self) -> bool {
        let excludes =
            |low: &Self, high: &Self| low.is_at_least && !high.is_at_least && low.bound > high.bound;
        self.metric == other.metric && (excludes(self, other) || excludes(other, self))
    }
}

/// A number in the unit of a metric; only a share can be in per cent.
fn amount_of(metric: Metric, text: &str) -> Option<Money> {
    let pico = match text.strip_suffix('%') {
        Some(digits) if metric.unit() == Unit::Share => parse_scaled(digits.trim(), Money::SCALE - 2),
        Some(_) => return None,
        None => parse_scaled(text, Money::SCALE),
    };
    pico.ok().map(Money::from_pico)
}

fn usual_tolerance(metric: Metric, bound: Money) -> Option<Money> {
    let one = 10_i128.pow(Money::SCALE);
    let pico = bound.as_pico();
    let usual = match metric.unit() {
        Unit::Share => pico.min(one - pico) / PART_OF_A_SHARE,
        Unit::Currency => (pico.abs() / PART_OF_A_BOUND).max(CENT.as_pico()),
        Unit::Hours | Unit::Seconds | Unit::Count => pico.abs() / PART_OF_A_BOUND,
    };
    (usual > 0).then_some(Money::from_pico(usual))
}

/// The float nearest to the decimal text: a division of floats may round another way than 0.995 does when it is read.
fn to_f64(number: Money) -> f64 {
    format_scaled(number.as_pico(), Money::SCALE, 1).parse().expect("decimal text is a float")
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = |number: Money| format_scaled(number.as_pico(), Money::SCALE, 0);
        let (bound, tolerance) = (digits(self.bound), digits(self.tolerance));
        write!(f, "{} {} {bound} ± {tolerance}", self.metric, self.sign())
    }
}

/// As [`Condition::parse`].
impl FromStr for Condition {
    type Err = ConditionError;
    fn from_str(text: &str) -> Result<Self, ConditionError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_said_with_what_would_be_right() {
        let message = |text: &str| Condition::parse(text).expect_err(text).to_string();
        for (text, why) in [
            ("availability.mean", "write a figure, >= or <=, and a bound"),
            ("availability.mean>0.995", "write a figure, >= or <=, and a bound"),
            ("availability.mean=0.995", "write a figure, >= or <=, and a bound"),
            ("availability.maen>=0.995", "did you mean `mean`?"),
            ("availability.mean>=high", "\"high\" is no bound: write a share, as in 0.995 or 99.5%"),
            ("cost.mean<=12%", "\"12%\" is no bound: write an amount"),
            ("cost.mean<=1200±", "\"\" is no tolerance"),
            ("cost.mean<=1200±0", "a tolerance is above zero"),
            ("cost.mean<=1200+-0", "a tolerance is above zero"),
            ("cost.mean<=1200±-1", "a tolerance is above zero"),
            ("availability.mean>=1", "say how near to the bound either answer will do"),
            ("reclaims.mean<=0", "as in `reclaims.mean<=0 ± 0.001`"),
        ] {
            assert!(message(text).contains(why), "{text}: {}", message(text));
        }
    }

    #[test]
    fn conditions_that_no_value_keeps_contradict_each_other() {
        let condition = |text: &str| Condition::parse(text).expect(text);
        let at_least = condition("availability.mean>=0.9");
        assert!(at_least.contradicts(&condition("availability.mean<=0.5")));
        assert!(condition("availability.mean<=0.5").contradicts(&at_least));
        assert!(!at_least.contradicts(&condition("availability.mean<=0.95")));
        assert!(!at_least.contradicts(&condition("availability.p5<=0.5")));
        assert_eq!(condition("cost.mean ≤ 0.5").to_string(), "cost.mean <= 0.5 ± 0.01");
    }
}
