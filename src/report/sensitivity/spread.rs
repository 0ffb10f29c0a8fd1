//! Sobol' indices: how much of a figure's spread each input is the cause of.

use crate::montecarlo::{Metric, SobolIndices, StudySize};
use crate::report::figures::{self, Number, Scale, number};
use crate::report::plot::{Bar, BarRow, BarsPicture, PlotError, bars};
use crate::report::sweep::Picture;
use crate::report::table::new_table;
use crate::report::words::grouped;
use crate::scenario::edit::Stretch;
use crate::scenario::model::Strategy;
use crate::scenario::{Scenario, ScenarioHash};
use crate::units::SimSpan;
use serde::Serialize;
use std::fmt::Write as _;

/// Above this share of noise the indices are those of these worlds as much as of the inputs.
const NOISE_MOST: f64 = 0.05;

/// The result. Money is text, everything else a number; fields are added by later versions and kept.
#[derive(Clone, Debug, Serialize)]
pub struct Spread {
    /// Name of the scenario.
    pub scenario: String,
    /// Of the scenario as it stands in its file.
    pub scenario_hash: ScenarioHash,
    /// The strategy.
    pub strategy: String,
    /// Root of all luck.
    pub seed: u64,
    /// Replications of each point.
    pub replications: u64,
    /// Rows of the design.
    pub rows: usize,
    /// Points that were run.
    pub points: usize,
    /// ISO 4217 code.
    pub currency: String,
    /// The figure, as it is typed.
    pub metric: String,
    /// Its mean over the ranges of all inputs; null where nothing moves it.
    pub mean: Option<Number>,
    /// Its standard deviation over them.
    pub standard_deviation: Option<Number>,
    /// The mean squared standard error of a point as a share of the variance.
    pub noise_share: Option<f64>,
    /// Inputs, in the order given.
    pub inputs: Vec<SobolResult>,
    /// Version of the program.
    pub version: &'static str,
    #[serde(skip)]
    asked: Metric,
    #[serde(skip)]
    horizon: SimSpan,
    #[serde(skip)]
    moments: Option<(f64, f64)>,
}

/// The indices of one input; shares, of which total ones may add up to more than 1.
#[derive(Clone, Debug, Serialize)]
pub struct SobolResult {
    /// Its path.
    pub path: String,
    /// The lower end of its range.
    pub low: String,
    /// The upper end of its range.
    pub high: String,
    /// First order: what it is the cause of alone; null where nothing moves the figure.
    pub first: Option<f64>,
    /// 95 % interval, from independent scramblings of the design.
    pub first_ci95: Option<[f64; 2]>,
    /// Total: what it is the cause of alone and with others.
    pub total: Option<f64>,
    /// 95 % interval, from independent scramblings of the design.
    pub total_ci95: Option<[f64; 2]>,
}

impl Spread {
    /// The result of a design of so many rows and points; no indices where nothing moves the figure.
    pub fn new(
        (scenario, strategy): (&Scenario, &Strategy),
        (metric, size): (Metric, StudySize),
        (rows, points): (usize, usize),
        inputs: &[Stretch],
        indices: Option<&SobolIndices>,
    ) -> Self {
        let input = |(place, stretch): (usize, &Stretch)| {
            let own = indices.map(|indices| indices.inputs[place]);
            SobolResult {
                path: stretch.input.path().to_owned(),
                low: stretch.low.to_string(),
                high: stretch.high.to_string(),
                first: own.map(|own| own.first),
                first_ci95: own.and_then(|own| own.first_ci95).map(Into::into),
                total: own.map(|own| own.total),
                total_ci95: own.and_then(|own| own.total_ci95).map(Into::into),
            }
        };
        let spread = indices.map(|indices| (indices.mean, indices.variance.sqrt()));
        Self {
            scenario: scenario.name.clone(),
            scenario_hash: scenario.hash,
            strategy: strategy.name.clone(),
            seed: size.seed,
            replications: size.replications,
            rows,
            points,
            currency: scenario.currency.clone(),
            metric: metric.to_string(),
            mean: spread.map(|(mean, _)| number(&metric, mean)),
            standard_deviation: spread.map(|(_, deviation)| number(&metric, deviation)),
            noise_share: indices.map(|indices| indices.noise_share),
            inputs: inputs.iter().enumerate().map(input).collect(),
            version: env!("CARGO_PKG_VERSION"),
            asked: metric,
            horizon: scenario.horizon,
            moments: spread,
        }
    }

    /// For a terminal.
    pub fn render(&self) -> String {
        let mut text = String::new();
        let _ = writeln!(
            text,
            "{}: what the spread of the {} of \"{}\" comes from\n{} points of {} replications each in the same worlds, seed {}, all \
             money in {}\n",
            self.scenario,
            figures::words(&self.asked, self.horizon),
            self.strategy,
            grouped(self.points as u64),
            grouped(self.replications),
            self.seed,
            self.currency
        );
        let (Some((mean, deviation)), Some(noise)) = (self.moments, self.noise_share) else {
            text.push_str("None of these inputs moves it.\n");
            return text;
        };
        let header = ["input", "from", "to", "first order", "95 % interval", "total", "95 % interval"];
        let mut table = new_table(&header, 1);
        let share = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |share| format!("{share:.3}"));
        let interval = |ci95: Option<[f64; 2]>| {
            ci95.map_or_else(|| "–".to_owned(), |[low, high]| format!("{low:.3} … {high:.3}"))
        };
        for input in &self.inputs {
            table.add_row(vec![
                input.path.clone(),
                input.low.clone(),
                input.high.clone(),
                share(input.first),
                interval(input.first_ci95),
                share(input.total),
                interval(input.total_ci95),
            ]);
        }
        let scale = Scale::new(&self.asked, mean.abs());
        let _ = writeln!(
            text,
            "{table}\n\nOver these ranges the figure is {} on average, with a standard deviation of {}.\nFirst order: the share of the \
             variance that an input causes alone; total: alone and with others.\nReplication noise is at most {:.2} % of the variance.",
            scale.shown(mean),
            scale.shown(deviation),
            noise * 100.0
        );
        if noise > NOISE_MOST {
            text.push_str("Beware: with so much noise the indices are those of these worlds as much as of the inputs; raise -n.\n");
        }
        text
    }

    /// The indices as SVG and PNG; none where nothing moves the figure.
    ///
    /// # Errors
    /// The name of the picture that could not be drawn, and why.
    pub fn draw(&self) -> Result<Vec<Picture>, (String, PlotError)> {
        if self.moments.is_none() {
            return Ok(Vec::new());
        }
        let bar = |share: Option<f64>, ci95: Option<[f64; 2]>| {
            Some(Bar { value: share?, interval: ci95.map(Into::into) })
        };
        let row = |input: &SobolResult| BarRow {
            name: input.path.clone(),
            note: format!("{} … {}", input.low, input.high),
            bars: vec![bar(input.first, input.first_ci95), bar(input.total, input.total_ci95)],
        };
        let picture = BarsPicture {
            title: format!("What the spread of {} of \"{}\" comes from", self.metric, self.strategy),
            subtitle: format!(
                "{}: {} points of {} replications each in the same worlds, seed {}",
                self.scenario,
                grouped(self.points as u64),
                grouped(self.replications),
                self.seed
            ),
            label: "share of the variance".to_owned(),
            keys: vec!["first order: alone".to_owned(), "total: alone and with others".to_owned()],
            decimals: 3,
            rows: self.inputs.iter().map(row).collect(),
        };
        let (svg, png) = bars(&picture).map_err(|error| ("sobol.svg".to_owned(), error))?;
        Ok(vec![("sobol.svg".to_owned(), svg.into_bytes()), ("sobol.png".to_owned(), png)])
    }
}
