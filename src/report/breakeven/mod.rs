//! Where two strategies come to the same figure, as text, JSON and a picture.

mod draw;
mod text;

pub use draw::draw;

use super::figures::{Number, Scale, number};
use crate::montecarlo::{Bootstrap, Crossing, Difference, Metric, StudySize};
use crate::scenario::edit::{Quantity, Stretch, Template};
use crate::scenario::{Scenario, ScenarioHash};
use crate::units::{Money, RoundingMode, SimSpan};
use serde::Serialize;

/// A value that was looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct PointResult {
    /// The value.
    pub value: Quantity,
    /// It is one of those that were looked at before the search.
    pub of_grid: bool,
    /// The figures of both strategies, or why the scenario refuses it.
    pub figures: Result<[f64; 2], String>,
}

/// What was asked.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The scenario as it stands in its file.
    pub scenario: &'a Scenario,
    /// Its text.
    pub template: &'a Template,
    /// What varies, and between what.
    pub stretch: &'a Stretch,
    /// The figure.
    pub metric: Metric,
    /// Which replications.
    pub size: StudySize,
}

/// The answer. Money is text, everything else a number; fields are added by later versions and kept.
#[derive(Clone, Debug, Serialize)]
pub struct Breakeven {
    /// Name of the scenario.
    pub scenario: String,
    /// Of the scenario as it stands in its file.
    pub scenario_hash: ScenarioHash,
    /// Root of all luck.
    pub seed: u64,
    /// Replications of each value.
    pub replications: u64,
    /// ISO 4217 code.
    pub currency: String,
    /// The figure, as it is typed.
    pub metric: String,
    /// The first strategy.
    pub a: String,
    /// The second strategy.
    pub b: String,
    /// What varies.
    pub path: String,
    /// The value in the file; null if several places have different ones.
    pub present: Option<String>,
    /// The lower end.
    pub low: String,
    /// The upper end.
    pub high: String,
    /// The unit of `path`: `%`, one of durations, or empty.
    pub unit: &'static str,
    /// Where they come to the same, from the lower end; empty if they do nowhere.
    pub crossings: Vec<CrossingResult>,
    /// Stretches of values at which both are the same to the last bit.
    pub ties: Vec<[f64; 2]>,
    /// The value at which they are nearest; null where they cross.
    pub nearest: Option<DifferenceResult>,
    /// Every value that was looked at, in rising order.
    pub differences: Vec<DifferenceResult>,
    /// Values that the scenario refuses.
    pub refused: Vec<RefusedResult>,
    /// Version of the program.
    pub version: &'static str,
    #[serde(skip)]
    asked: Metric,
    #[serde(skip)]
    horizon: SimSpan,
}

/// A value at which both come to the same.
#[derive(Clone, Debug, Serialize)]
pub struct CrossingResult {
    /// In the unit of `path`.
    pub value: f64,
    /// As it would be written.
    pub written: String,
    /// Its 95 % interval by bootstrap over worlds; null if it is not sure enough that they cross at all.
    pub ci95: Option<[f64; 2]>,
    /// Share of the resamples of worlds in which they cross.
    pub crossing_share: f64,
    /// How many resamples.
    pub resamples: usize,
    /// The values that were looked at on either side of it.
    pub between: [f64; 2],
    /// The strategy with less below it.
    pub less_below: String,
    /// The strategy with less above it.
    pub less_above: String,
}

/// Both strategies at a value.
#[derive(Clone, Debug, Serialize)]
pub struct DifferenceResult {
    /// As it was written into the scenario.
    pub value: String,
    /// In the unit of `path`.
    pub number: f64,
    /// The figure of the first strategy.
    pub a: Number,
    /// The figure of the second strategy.
    pub b: Number,
    /// The first less the second.
    pub difference: Number,
    /// Its 95 % interval.
    pub ci95: Option<[Number; 2]>,
    /// It was looked at before the search.
    #[serde(skip)]
    of_grid: bool,
    #[serde(skip)]
    plain: Plain,
}

/// The same for tables and pictures.
#[derive(Clone, Copy, Debug)]
struct Plain {
    figures: [f64; 2],
    difference: f64,
    ci95: Option<(f64, f64)>,
}

/// A value that the scenario refuses.
#[derive(Clone, Debug, Serialize)]
pub struct RefusedResult {
    /// As it was written into the scenario.
    pub value: String,
    /// In the unit of `path`.
    pub number: f64,
    /// What the scenario says.
    pub refusal: String,
}

impl Breakeven {
    /// The answer from every value that was looked at.
    pub fn new(
        asked: &Asked,
        between: &[String],
        points: &[PointResult],
        difference: &Difference,
        crossings: &[(Crossing, Bootstrap)],
    ) -> Self {
        let [a, b] = between else { panic!("a break-even is one of two strategies") };
        let differences = differences(&asked.metric, points, difference);
        let nearest = differences
            .iter()
            .reduce(
                |best, next| {
                    if next.plain.difference.abs() < best.plain.difference.abs() { next } else { best }
                },
            )
            .filter(|_| crossings.is_empty());
        let refused = points.iter().filter_map(|point| {
            let refusal = point.figures.as_ref().err()?.clone();
            Some(RefusedResult { value: point.value.to_string(), number: point.value.to_f64(), refusal })
        });
        let (scenario, size) = (asked.scenario, asked.size);
        Self {
            scenario: scenario.name.clone(),
            scenario_hash: scenario.hash,
            seed: size.seed,
            replications: size.replications,
            currency: scenario.currency.clone(),
            metric: asked.metric.to_string(),
            a: a.clone(),
            b: b.clone(),
            path: asked.stretch.input.path().to_owned(),
            present: asked.template.present(&asked.stretch.input).map(|present| present.to_string()),
            low: asked.stretch.low.to_string(),
            high: asked.stretch.high.to_string(),
            unit: asked.stretch.low.unit(),
            crossings: crossings.iter().map(|one| crossing(asked, (a, b), one)).collect(),
            ties: difference.ties().into_iter().map(|(low, high)| [low, high]).collect(),
            nearest: nearest.cloned(),
            differences,
            refused: refused.collect(),
            version: env!("CARGO_PKG_VERSION"),
            asked: asked.metric,
            horizon: scenario.horizon,
        }
    }

    /// How figures are shown.
    fn scale(&self) -> Scale {
        let sizes = self.differences.iter().flat_map(|one| one.plain.figures).map(f64::abs);
        Scale::new(&self.asked, sizes.fold(0.0, f64::max))
    }

    /// For a terminal.
    pub fn render(&self) -> String {
        text::render(self)
    }
}

fn differences(metric: &Metric, points: &[PointResult], difference: &Difference) -> Vec<DifferenceResult> {
    let result = |(index, (x, value)): (usize, (f64, f64))| {
        let own =
            |point: &&PointResult| point.value.to_f64().to_bits() == x.to_bits() && point.figures.is_ok();
        let point = points.iter().find(own)?;
        let figures = *point.figures.as_ref().ok()?;
        let ci95 = difference.interval(index);
        Some(DifferenceResult {
            value: point.value.to_string(),
            number: x,
            a: number(metric, figures[0]),
            b: number(metric, figures[1]),
            difference: number(metric, value),
            ci95: ci95.map(|(low, high)| [low, high].map(|bound| number(metric, bound))),
            of_grid: point.of_grid,
            plain: Plain { figures, difference: value, ci95 },
        })
    };
    difference.points().enumerate().filter_map(result).collect()
}

fn crossing(
    asked: &Asked,
    (a, b): (&str, &str),
    (crossing, bootstrap): &(Crossing, Bootstrap),
) -> CrossingResult {
    let (below, above) = if crossing.rises { (a, b) } else { (b, a) };
    let ci95 = bootstrap.interval.map(|(low, high)| [low, high]);
    // The last digits are not known: what the interval, or else the distance of the neighbours, leaves is three of them.
    let [low, high] = ci95.unwrap_or(crossing.between.into());
    let step = (high - low).max((crossing.between.1 - crossing.between.0).abs() / 10.0) / 100.0;
    CrossingResult {
        value: crossing.x,
        written: written(asked.stretch, crossing.x, step),
        ci95,
        crossing_share: bootstrap.defined_share(),
        resamples: bootstrap.resamples,
        between: crossing.between.into(),
        less_below: below.to_owned(),
        less_above: above.to_owned(),
    }
}

/// A value with the digits that `step` leaves.
fn written(stretch: &Stretch, value: f64, step: f64) -> String {
    let (mut decimals, mut digits) = (0, step);
    while digits < 1.0 && decimals < 9 {
        (decimals, digits) = (decimals + 1, digits * 10.0);
    }
    let money = Money::from_pico((value * 1e9).round_ties_even() as i128 * 1_000);
    stretch.low.with(money.round_to(decimals, RoundingMode::HalfEven)).to_string()
}
