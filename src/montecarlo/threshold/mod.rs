//! A figure that must not pass a limit: `cost.p95>12000`, `spot: availability.mean<99.5%`.
//!
//! A threshold says what must not happen. It is held against the figure itself, not against its interval, so that the
//! answer is the same as that of a reader who compares the two numbers; whether the interval holds the limit too is
//! said beside it.

mod error;
#[cfg(test)]
mod tests;

pub use error::ThresholdError;

use super::metric::{Estimate, Metric, Unit};
use super::study::Samples;
use crate::scenario::Scenario;
use crate::scenario::model::Strategy;
use crate::units::{Money, format_scaled, parse_scaled};
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// How a figure stands to a limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relation {
    /// `>`
    Above,
    /// `>=`
    AtLeast,
    /// `<`
    Below,
    /// `<=`
    AtMost,
}

/// What a figure of one strategy, or of every strategy, must not do.
///
/// ```
/// use deploysim::montecarlo::{Samples, Threshold};
/// use deploysim::units::Money;
/// let threshold = Threshold::parse("cost.p95 >= 19").unwrap();
/// let costs = (1..=20).map(|cost| Money::from_pico(cost * 1_000_000_000_000)).collect();
/// let samples = Samples { cost: costs, ..Samples::default() };
/// let estimate = threshold.metric().estimate(&samples).unwrap();
/// assert!(threshold.holds(&estimate));
/// // Awkward: a strategy may have any name, so that the last colon is the one that ends it.
/// assert_eq!(Threshold::parse("A: spot > B: cost.mean<7").unwrap().strategy(), Some("A: spot > B"));
/// assert!(Threshold::parse("cost.p95=19").is_err());
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct Threshold {
    text: String,
    strategy: Option<String>,
    metric: Metric,
    relation: Relation,
    /// In the unit of the metric, in units of 10⁻¹².
    limit: Money,
}

/// What a threshold says of one strategy.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Verdict {
    /// Place of the strategy in the scenario.
    pub strategy: usize,
    /// The figure.
    pub estimate: Estimate,
    /// What must not happen has happened.
    pub failed: bool,
    /// The limit lies within the 95 % interval of the figure: other luck may well have given the other answer.
    pub is_close: bool,
}

impl Relation {
    /// As it is typed.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Above => ">",
            Self::AtLeast => ">=",
            Self::Below => "<",
            Self::AtMost => "<=",
        }
    }

    /// Whether a figure that compares to the limit like this stands to it like that.
    pub const fn holds(self, figure_to_limit: Ordering) -> bool {
        match self {
            Self::Above => figure_to_limit.is_gt(),
            Self::AtLeast => figure_to_limit.is_ge(),
            Self::Below => figure_to_limit.is_lt(),
            Self::AtMost => figure_to_limit.is_le(),
        }
    }
}

impl Threshold {
    /// Reads `metric` `relation` `limit`, with a strategy and a colon before it if it is of one strategy only. A limit
    /// of a share may be in per cent.
    ///
    /// # Errors
    /// What cannot be read, and what there is instead.
    pub fn parse(text: &str) -> Result<Self, ThresholdError> {
        let text = text.trim();
        // A limit has no sign of a relation, whatever strategies are called.
        let at = text.rfind(['<', '>']).ok_or_else(|| ThresholdError::NoRelation(text.to_owned()))?;
        let (figure, rest) = text.split_at(at);
        if figure.ends_with(['=', '!', '<', '>']) {
            return Err(ThresholdError::NoRelation(text.to_owned()));
        }
        let (is_above, rest) = (rest.starts_with('>'), &rest[1..]);
        let (relation, limit) = match (is_above, rest.strip_prefix('=')) {
            (true, Some(limit)) => (Relation::AtLeast, limit),
            (true, None) => (Relation::Above, rest),
            (false, Some(limit)) => (Relation::AtMost, limit),
            (false, None) => (Relation::Below, rest),
        };
        let (strategy, metric) = match figure.rsplit_once(':') {
            Some((strategy, metric)) => (Some(strategy.trim().to_owned()), metric),
            None => (None, figure),
        };
        let metric = Metric::parse(metric)?;
        let limit = limit_of(metric, limit.trim()).ok_or_else(|| ThresholdError::Limit {
            text: text.to_owned(),
            limit: limit.trim().to_owned(),
            unit: metric.unit(),
        })?;
        Ok(Self { text: text.to_owned(), strategy, metric, relation, limit })
    }

    /// Whether a scenario has what is held against the limit.
    ///
    /// # Errors
    /// Why it has not: no such strategy, or nothing that is measured.
    pub fn check(&self, scenario: &Scenario) -> Result<(), ThresholdError> {
        self.metric.check(scenario)?;
        let Some(name) = &self.strategy else { return Ok(()) };
        let found = scenario.strategies.iter().find(|strategy| strategy.name == *name);
        let strategy = found.ok_or_else(|| ThresholdError::UnknownStrategy {
            text: self.text.clone(),
            name: name.clone(),
            known: scenario.strategies.iter().map(|strategy| strategy.name.clone()).collect(),
        })?;
        if self.metric.speaks_of(scenario, strategy) {
            Ok(())
        } else {
            Err(ThresholdError::NoMachines { text: self.text.clone(), name: name.clone() })
        }
    }

    /// What it says of each strategy it is of, in scenario order. It has been checked.
    ///
    /// # Panics
    /// If the samples are not those of the strategies of this scenario.
    pub fn verdicts(&self, scenario: &Scenario, samples: &[Samples]) -> Vec<Verdict> {
        assert_eq!(samples.len(), scenario.strategies.len(), "every strategy has samples");
        let of_strategies = scenario.strategies.iter().zip(samples).enumerate();
        let asked = of_strategies.filter(|(_, (strategy, _))| self.is_of(scenario, strategy));
        let verdict = |(place, (_, column)): (usize, (&Strategy, &Samples))| {
            let estimate = self.metric.estimate(column).expect("what a checked threshold asks was measured");
            let failed = self.holds(&estimate);
            let is_close = estimate.ci95.is_some_and(|(low, high)| (low..=high).contains(&self.limit()));
            Verdict { strategy: place, estimate, failed, is_close }
        };
        asked.map(verdict).collect()
    }

    fn is_of(&self, scenario: &Scenario, strategy: &Strategy) -> bool {
        self.strategy.as_ref().is_none_or(|name| *name == strategy.name)
            && self.metric.speaks_of(scenario, strategy)
    }

    /// Whether what must not happen has happened. Amounts are compared exactly.
    pub fn holds(&self, estimate: &Estimate) -> bool {
        let ordering = match estimate.exact {
            Some(amount) => amount.cmp(&self.limit),
            None => estimate.value.total_cmp(&self.limit()),
        };
        self.relation.holds(ordering)
    }

    /// As it was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The strategy it is of; all if none.
    pub fn strategy(&self) -> Option<&str> {
        self.strategy.as_deref()
    }

    /// The figure.
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// How it must not stand to the limit.
    pub fn relation(&self) -> Relation {
        self.relation
    }

    /// The limit in the unit of the metric: the float nearest to what was typed.
    pub fn limit(&self) -> f64 {
        // By way of the text, since a division of floats may round another way than 0.995 does when it is read.
        let written = format_scaled(self.limit.as_pico(), Money::SCALE, 1);
        written.parse().expect("decimal text is a float")
    }

    /// The limit as an amount, where the figure is one.
    pub fn limit_as_money(&self) -> Option<Money> {
        (self.metric.unit() == Unit::Currency).then_some(self.limit)
    }
}

/// A limit in the unit of a metric; only a share can be in per cent.
fn limit_of(metric: Metric, text: &str) -> Option<Money> {
    let pico = match text.strip_suffix('%') {
        Some(digits) if metric.unit() == Unit::Share => parse_scaled(digits, Money::SCALE - 2),
        Some(_) => return None,
        None => parse_scaled(text, Money::SCALE),
    };
    pico.ok().map(Money::from_pico)
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.symbol())
    }
}

/// As [`Threshold::parse`].
impl FromStr for Threshold {
    type Err = ThresholdError;
    fn from_str(text: &str) -> Result<Self, ThresholdError> {
        Self::parse(text)
    }
}
