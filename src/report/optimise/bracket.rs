//! What a bracketing search came to.

use super::Value;
use crate::montecarlo::{Bracket, BracketEnd, Metric};
use serde::Serialize;

/// A bracketing search over one number.
#[derive(Clone, Debug, Serialize)]
pub struct BracketResult {
    /// The strategy.
    pub strategy: String,
    /// The lower end of what is left of the range, as it is written into the scenario.
    pub low: String,
    /// The upper end.
    pub high: String,
    /// The tried value with the best mean in the bracket.
    pub best: String,
    /// `resolution`: the bracket is as short as a thousandth of the range. `indistinguishable`: the worlds do not tell its
    /// points apart.
    pub end: &'static str,
    /// Two comparisons contradicted each other: the curve has more than one valley.
    pub has_several_valleys: bool,
    /// Replications of each value.
    pub replications: u64,
    /// Replications in one observation: 1 of a mean, more of a quantile or shortfall.
    pub replications_per_observation: u64,
    /// All values tried, from the lowest.
    pub trials: Vec<TrialResult>,
}

/// A value that was tried.
#[derive(Clone, Debug, Serialize)]
pub struct TrialResult {
    /// As it is written into the scenario.
    pub at: String,
    /// The objective there.
    #[serde(flatten)]
    pub value: Value,
    #[serde(skip)]
    pub(super) x: f64,
}

impl BracketResult {
    /// The end of a search; `written` says how a value is written into the scenario.
    pub fn new(
        bracket: &Bracket,
        metric: &Metric,
        maximises: bool,
        strategy: String,
        (replications, per_observation): (u64, u64),
        written: impl Fn(f64) -> String,
    ) -> Self {
        let trial = |trial: &crate::montecarlo::BracketTrial| TrialResult {
            at: written(trial.at),
            value: Value::of(metric, trial.value, maximises),
            x: trial.at,
        };
        Self {
            strategy,
            low: written(bracket.low),
            high: written(bracket.high),
            best: written(bracket.best),
            end: match bracket.end {
                BracketEnd::Resolution => "resolution",
                BracketEnd::Indistinguishable => "indistinguishable",
            },
            has_several_valleys: bracket.has_several_valleys,
            replications,
            replications_per_observation: per_observation,
            trials: bracket.trials.iter().map(trial).collect(),
        }
    }
}
