//! What becomes of figures while numbers of a scenario vary: as text, CSV, JSON and pictures.

mod csv;
mod draw;
mod table;

pub use csv::write_csv;
pub use draw::{Picture, draw};

use super::figures::{Figure, Scale};
use crate::montecarlo::{Metric, Samples, StudySize};
use crate::scenario::edit::{Grid, Template};
use crate::scenario::{Scenario, ScenarioHash};
use crate::units::SimSpan;
use serde::Serialize;

/// The result of `sweep`. Money is text, everything else a number; fields are added by later versions and kept.
#[derive(Clone, Debug, Serialize)]
pub struct Sweep {
    /// Name of the scenario.
    pub scenario: String,
    /// Of the scenario as it stands in its file.
    pub scenario_hash: ScenarioHash,
    /// Root of all luck.
    pub seed: u64,
    /// Replications of each point.
    pub replications: u64,
    /// ISO 4217 code.
    pub currency: String,
    /// Length of a run in hours, where no axis changes it.
    pub horizon_hours: f64,
    /// What varies; the last axis varies fastest.
    pub axes: Vec<AxisResult>,
    /// What is asked for, as it is typed.
    pub metrics: Vec<String>,
    /// Names of strategies, in scenario order.
    pub strategies: Vec<String>,
    /// Points of which the scenario refused the values.
    pub refused: usize,
    /// Every point of the grid.
    pub points: Vec<PointResult>,
    /// Version of the program.
    pub version: &'static str,
    #[serde(skip)]
    asked: Vec<Metric>,
    #[serde(skip)]
    horizon: SimSpan,
}

/// One thing that varies.
#[derive(Clone, Debug, Serialize)]
pub struct AxisResult {
    /// Its path.
    pub path: String,
    /// The value in the file; null if several places have different ones.
    pub present: Option<String>,
    /// Its values, as they were written into the scenario.
    pub values: Vec<String>,
    /// The same as numbers in one unit; null if they are none.
    pub numbers: Option<Vec<f64>>,
    /// The unit: `%`, one of durations, or empty.
    pub unit: &'static str,
}

/// One combination of values.
#[derive(Clone, Debug, Serialize)]
pub struct PointResult {
    /// One per axis.
    pub values: Vec<String>,
    /// Why the scenario refuses it; null if it ran.
    pub refusal: Option<String>,
    /// One per strategy, in scenario order; empty if it did not run.
    pub results: Vec<StrategyFigures>,
    /// Its place on each axis.
    #[serde(skip)]
    pub places: Vec<usize>,
}

/// What one strategy gave at a point.
#[derive(Clone, Debug, Serialize)]
pub struct StrategyFigures {
    /// Its name.
    pub strategy: String,
    /// One per metric.
    pub figures: Vec<Figure>,
}

impl Sweep {
    /// A sweep whose points are still to come.
    pub fn new(
        scenario: &Scenario,
        template: &Template,
        grid: &Grid,
        metrics: &[Metric],
        size: StudySize,
    ) -> Self {
        let axis = |axis: &crate::scenario::edit::Axis| {
            let numbers = axis.numbers();
            AxisResult {
                path: axis.input.path().to_owned(),
                present: template.present(&axis.input).map(|present| present.to_string()),
                values: axis.values.clone(),
                unit: numbers.as_ref().map_or("", |(_, unit)| unit),
                numbers: numbers.map(|(numbers, _)| numbers),
            }
        };
        Self {
            scenario: scenario.name.clone(),
            scenario_hash: scenario.hash,
            seed: size.seed,
            replications: size.replications,
            currency: scenario.currency.clone(),
            horizon_hours: scenario.horizon.as_ms() as f64 / SimSpan::HOUR.as_ms() as f64,
            axes: grid.axes().iter().map(axis).collect(),
            metrics: metrics.iter().map(Metric::to_string).collect(),
            strategies: scenario.strategies.iter().map(|strategy| strategy.name.clone()).collect(),
            refused: 0,
            points: Vec::new(),
            version: env!("CARGO_PKG_VERSION"),
            asked: metrics.to_vec(),
            horizon: scenario.horizon,
        }
    }

    /// Adds the next point of the grid: what it gave, or why it is refused.
    pub fn push(&mut self, grid: &Grid, outcome: Result<(&Scenario, &[Samples]), String>) {
        let point = self.points.len();
        let values = grid.settings(point).iter().map(|(_, value)| (*value).to_owned()).collect();
        let places = grid.places(point);
        let (results, refusal) = match outcome {
            Ok((scenario, samples)) => (self.figures(scenario, samples), None),
            Err(refusal) => (Vec::new(), Some(refusal)),
        };
        self.refused += usize::from(refusal.is_some());
        self.points.push(PointResult { values, refusal, results, places });
    }

    fn figures(&self, scenario: &Scenario, samples: &[Samples]) -> Vec<StrategyFigures> {
        let strategies = scenario.strategies.iter().zip(samples);
        let of = |(strategy, column): (&crate::scenario::model::Strategy, &Samples)| {
            let figure = |metric: &Metric| {
                let estimate =
                    metric.speaks_of(scenario, strategy).then(|| metric.estimate(column)).flatten();
                Figure::new(metric, estimate)
            };
            StrategyFigures {
                strategy: strategy.name.clone(),
                figures: self.asked.iter().map(figure).collect(),
            }
        };
        strategies.map(of).collect()
    }

    /// How values of a metric are shown.
    fn scale(&self, metric: usize) -> Scale {
        let values = self.points.iter().flat_map(|point| &point.results);
        let values = values.filter_map(|result| result.figures[metric].estimate);
        let largest = values.map(|estimate| estimate.value.abs()).fold(0.0, f64::max);
        Scale::new(&self.asked[metric], largest)
    }

    /// Every point as a table, however many they are.
    pub(super) fn table(&self) -> comfy_table::Table {
        table::points(self)
    }

    /// For a terminal.
    pub fn render(&self) -> String {
        table::render(self)
    }
}
