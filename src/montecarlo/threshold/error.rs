//! What is wrong with a threshold as it was typed.

use crate::montecarlo::metric::{MetricError, Unit};
use crate::scenario::suggest;

/// Why a text is no threshold, or none of this scenario.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ThresholdError {
    /// Nothing stands between the figure and the limit.
    #[error(
        "`{0}`: write a figure, one of > >= < <= and a limit, as in `cost.p95>12000` or `spot: availability.mean<99.5%`"
    )]
    NoRelation(String),
    /// The limit is no number of the metric's unit.
    #[error("`{text}`: {}", of_limit(limit, *unit))]
    Limit {
        /// The threshold as typed.
        text: String,
        /// What stands for the limit.
        limit: String,
        /// What it would be counted in.
        unit: Unit,
    },
    /// The figure is none.
    #[error(transparent)]
    Metric(#[from] MetricError),
    /// No strategy of the scenario has this name.
    #[error(
        "`{text}`: there is no strategy \"{name}\"{}; the scenario has {}",
        meant(name, known),
        listed(known)
    )]
    UnknownStrategy {
        /// The threshold as typed.
        text: String,
        /// What stands for the strategy.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// A figure of machines, of a strategy that rents none.
    #[error("`{text}`: \"{name}\" rents no machines, of which this figure is")]
    NoMachines {
        /// The threshold as typed.
        text: String,
        /// The strategy.
        name: String,
    },
}

fn of_limit(limit: &str, unit: Unit) -> String {
    let what = match unit {
        Unit::Currency => "an amount in the scenario's currency, as in 12000 or 12000.50",
        Unit::Share => "a share, as in 0.995 or 99.5%",
        Unit::Hours => "a number of hours, as in 1.5",
        Unit::Seconds => "a number of seconds, as in 90",
        Unit::Count => "a number, as in 12",
    };
    format!("\"{limit}\" is no limit: write {what}, with at most twelve decimals")
}

fn meant(name: &str, known: &[String]) -> String {
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    suggest::nearest(name, &known).map_or_else(String::new, |best| format!("; did you mean \"{best}\"?"))
}

fn listed(known: &[String]) -> String {
    let quoted: Vec<String> = known.iter().map(|name| format!("\"{name}\"")).collect();
    quoted.join(", ")
}
