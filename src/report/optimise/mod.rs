//! The best of what can be chosen, how sure that is, and the part of the scenario to paste.

mod bracket;
mod csv;
mod draw;
mod front;
mod selection;
mod table;

pub use bracket::{BracketResult, TrialResult};
pub use csv::write_csv;
pub use draw::draw;
pub use front::{FrontPoint, FrontResult, TwoEstimates};
pub use selection::{
    AlternativeResult, ConditionResult, ConditionSpec, Indifference, Judgement, SelectionResult, Verdict,
};

use super::figures::{self, Number};
use super::sweep::AxisResult;
use crate::montecarlo::{Contest, MeanEstimate, Metric, Progress};
use crate::scenario::edit::{Input, Template};
use crate::scenario::{Scenario, ScenarioHash};
use crate::units::SimSpan;
use serde::Serialize;

/// The result of `optimise`. Money is text, everything else a number; fields are added by later versions and kept.
#[derive(Clone, Debug, Serialize)]
pub struct Optimum {
    /// Name of the scenario.
    pub scenario: String,
    /// Of the scenario as it stands in its file.
    pub scenario_hash: ScenarioHash,
    /// Root of all luck.
    pub seed: u64,
    /// ISO 4217 code.
    pub currency: String,
    /// The figure that is to be best, as it is typed.
    pub objective: String,
    /// `minimise` or `maximise`.
    pub sense: &'static str,
    /// What may be chosen; the last axis varies fastest.
    pub axes: Vec<AxisResult>,
    /// How the answer was found, and everything that was seen on the way.
    #[serde(flatten)]
    pub answer: Answer,
    /// The answer; null if there is none.
    pub best: Option<Choice>,
    /// The parts of the scenario with the best values, ready to paste; empty without an answer.
    pub paste: Vec<Part>,
    /// What to type for the same result.
    pub command: String,
    /// Version of the program.
    pub version: &'static str,
    #[serde(skip)]
    asked: Metric,
    #[serde(skip)]
    horizon: SimSpan,
}

/// How an answer was found.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Answer {
    /// Ranking and selection.
    Selection(SelectionResult),
    /// A bracketing search.
    Bracket(BracketResult),
    /// The front of two objectives.
    Front(FrontResult),
}

/// A strategy at a point.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Choice {
    /// One value per axis.
    pub values: Vec<String>,
    /// The strategy.
    pub strategy: String,
}

/// A part of the scenario.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Part {
    /// Where it stands, as in `strategies[0]`.
    pub path: String,
    /// Its text with the best values, comments included.
    pub text: String,
    /// It is in the file like this already.
    pub is_unchanged: bool,
}

/// A figure with its interval in JSON.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Value {
    /// The figure.
    pub value: Number,
    /// Its 95 % interval; null where there is none.
    pub ci95: Option<[Number; 2]>,
    #[serde(skip)]
    pub(super) plain: f64,
    #[serde(skip)]
    pub(super) interval: Option<(f64, f64)>,
}

/// What is optimised, of which scenario.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The scenario as it stands.
    pub scenario: &'a Scenario,
    /// The figure that is to be best.
    pub objective: Metric,
    /// The greatest is best.
    pub maximises: bool,
    /// What may be chosen.
    pub axes: Vec<AxisResult>,
    /// Root of all luck.
    pub seed: u64,
    /// What to type for the same result.
    pub command: String,
}

impl Optimum {
    /// The answer to a question.
    pub fn new(question: Question<'_>, answer: Answer, best: Option<Choice>, paste: Vec<Part>) -> Self {
        Self {
            scenario: question.scenario.name.clone(),
            scenario_hash: question.scenario.hash,
            seed: question.seed,
            currency: question.scenario.currency.clone(),
            objective: question.objective.to_string(),
            sense: if question.maximises { "maximise" } else { "minimise" },
            axes: question.axes,
            answer,
            best,
            paste,
            command: question.command,
            version: env!("CARGO_PKG_VERSION"),
            asked: question.objective,
            horizon: question.scenario.horizon,
        }
    }

    /// For a terminal.
    pub fn render(&self) -> String {
        table::render(self)
    }
}

impl Value {
    /// A mean as a figure of a metric. What is maximised is seen with the other sign.
    pub(super) fn of(metric: &Metric, mean: MeanEstimate, turned: bool) -> Self {
        let sign = if turned { -1.0 } else { 1.0 };
        let interval = mean.ci95.map(|(low, high)| if turned { (-high, -low) } else { (low, high) });
        Self::plain(metric, sign * mean.mean, interval)
    }

    /// A figure of a metric.
    pub fn plain(metric: &Metric, value: f64, interval: Option<(f64, f64)>) -> Self {
        let ci95 = interval.map(|(low, high)| [low, high].map(|bound| figures::number(metric, bound)));
        Self { value: figures::number(metric, value), ci95, plain: value, interval }
    }
}

/// The parts of the scenario that inputs are in, with values.
pub fn parts(template: &Template, settings: &[(&Input, &str)], also: Option<&str>) -> Vec<Part> {
    let inputs: Vec<&Input> = settings.iter().map(|(input, _)| *input).collect();
    let mut paths = template.elements_of(&inputs);
    if let Some(also) = also
        && !paths.iter().any(|path| path == also)
    {
        paths.push(also.to_owned());
    }
    let part = |path: String| {
        let text = template.element_with(&path, settings)?;
        let is_unchanged = template.element_with(&path, &[]).as_ref() == Some(&text);
        Some(Part { path, text, is_unchanged })
    };
    paths.into_iter().filter_map(part).collect()
}

/// The observations of an alternative in a contest, as values of its objective and constraints.
fn observed<P: Progress>(
    contest: &Contest<'_, P>,
    alternative: usize,
    constraints: usize,
) -> (Option<MeanEstimate>, Vec<Option<MeanEstimate>>) {
    let seen = contest.seen(alternative);
    let mean = |values: Vec<f64>| MeanEstimate::of(&values);
    let objective = mean(seen.iter().map(|one| one.objective).collect());
    let constraint = |index: usize| mean(seen.iter().map(|one| one.constraints[index]).collect());
    (objective, (0..constraints).map(constraint).collect())
}
