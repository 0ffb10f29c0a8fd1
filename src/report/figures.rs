//! Figures of metrics in words, tables, JSON and on axes.

use crate::montecarlo::{Estimate, Measure, Metric, Statistic, Unit};
use crate::units::{Money, SimSpan};
use serde::Serialize;

/// Where an interval's bound is rounded to: the decimals it keeps.
const BOUND_UNITS: f64 = 1e8;
/// The same in units of 10⁻¹².
const BOUND_PICO: i128 = 10_000;

/// A number of the JSON: money is text, everything else a number.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(untagged)]
pub enum Number {
    /// An amount.
    Money(String),
    /// Anything else.
    Plain(f64),
}

/// A figure of the JSON.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Figure {
    /// Its metric, as it is typed.
    pub metric: String,
    /// Its value; null where the strategy has none.
    pub value: Option<Number>,
    /// Its 95 % interval; null where there is none.
    pub ci95: Option<[Number; 2]>,
    /// For pictures and tables.
    #[serde(skip)]
    pub estimate: Option<Estimate>,
}

impl Figure {
    /// A figure, or that there is none.
    pub fn new(metric: &Metric, estimate: Option<Estimate>) -> Self {
        let value = estimate.map(|estimate| match estimate.exact {
            Some(money) => Number::Money(money.to_string()),
            None => Number::Plain(estimate.value),
        });
        let ci95 = estimate.and_then(|estimate| estimate.ci95);
        let ci95 = ci95.map(|(low, high)| [low, high].map(|bound| number(metric, bound)));
        Self { metric: metric.to_string(), value, ci95, estimate }
    }
}

/// A value of a metric in JSON that is no exact amount, such as an interval's bound.
pub fn number(metric: &Metric, value: f64) -> Number {
    match metric.unit() {
        Unit::Currency => Number::Money(bound(value).to_string()),
        Unit::Share | Unit::Hours | Unit::Seconds | Unit::Count => Number::Plain(value),
    }
}

/// An amount to eight decimals.
fn bound(value: f64) -> Money {
    Money::from_pico((value * BOUND_UNITS).round_ties_even() as i128 * BOUND_PICO)
}

impl Number {
    /// As CSV has it.
    pub fn written(&self) -> String {
        match self {
            Self::Money(text) => text.clone(),
            Self::Plain(value) => value.to_string(),
        }
    }
}

/// How values of a metric are shown on one page: shares in per cent, amounts of one size with the decimals they need.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    unit: Unit,
    decimals: usize,
}

impl Scale {
    /// For values up to this size.
    pub fn new(metric: &Metric, largest: f64) -> Self {
        let unit = metric.unit();
        let decimals = match unit {
            Unit::Currency if largest < 0.1 => 6,
            Unit::Currency if largest < 10.0 => 4,
            Unit::Currency | Unit::Share => 2,
            Unit::Hours | Unit::Seconds => 1,
            Unit::Count if largest < 100.0 => 2,
            Unit::Count if largest < 10_000.0 => 1,
            Unit::Count => 0,
        };
        Self { unit, decimals }
    }

    /// A value as it stands on an axis.
    pub fn on_axis(self, value: f64) -> f64 {
        if self.unit == Unit::Share { value * 100.0 } else { value }
    }

    /// Decimals of a value on an axis.
    pub fn decimals(self) -> usize {
        self.decimals
    }

    /// For a table, with its unit where it is not that of the page.
    pub fn shown(self, value: f64) -> String {
        let digits = format!("{:.*}", self.decimals, self.on_axis(value));
        // A change that rounds to nothing has no sign.
        let digits = if digits.trim_start_matches(['-', '0', '.']).is_empty() {
            digits.trim_start_matches('-').to_owned()
        } else {
            digits
        };
        match self.unit {
            Unit::Share => format!("{digits} %"),
            Unit::Hours => format!("{digits} h"),
            Unit::Seconds => format!("{digits} s"),
            Unit::Currency | Unit::Count => digits,
        }
    }

    /// Half of an interval's length, for a table.
    pub fn half(self, ci95: Option<(f64, f64)>) -> String {
        ci95.map_or_else(|| "–".to_owned(), |(low, high)| self.shown((high - low) / 2.0))
    }

    /// An interval, for a table.
    pub fn interval(self, ci95: Option<(f64, f64)>) -> String {
        ci95.map_or_else(
            || "–".to_owned(),
            |(low, high)| format!("{} … {}", self.shown(low), self.shown(high)),
        )
    }
}

/// The unit of a metric on an axis.
pub fn unit_word(metric: &Metric, currency: &str) -> String {
    match metric.unit() {
        Unit::Currency => currency.to_owned(),
        Unit::Share => "%".to_owned(),
        Unit::Hours => "hours".to_owned(),
        Unit::Seconds => "seconds".to_owned(),
        Unit::Count => "number".to_owned(),
    }
}

/// A metric in words: "mean cost over 30 days".
pub fn words(metric: &Metric, horizon: SimSpan) -> String {
    let measure = metric.measure.name().replace('_', " ").replace("running", "Running");
    let over = match metric.measure {
        Measure::Cost | Measure::CostWithDowntime | Measure::OverflowCost => {
            format!(" over {}", super::pictures::horizon_words(horizon))
        }
        _ => String::new(),
    };
    let account = metric.account.map_or_else(String::new, |index| format!(" of accounts[{index}]"));
    let per_cent = |per_mille: u16| {
        let text = format!("{}", f64::from(per_mille) / 10.0);
        text
    };
    let statistic = match metric.statistic {
        Statistic::Mean => "mean".to_owned(),
        Statistic::Quantile(500) => "median".to_owned(),
        Statistic::Quantile(per_mille) => format!("{} % quantile of", per_cent(per_mille)),
        Statistic::Cvar(per_mille) => format!("mean of the greatest {} %:", per_cent(1_000 - per_mille)),
        Statistic::Min => "least".to_owned(),
        Statistic::Max => "greatest".to_owned(),
        Statistic::Share => "share of replications".to_owned(),
    };
    format!("{statistic} {measure}{account}{over}")
}
