//! Mean costs with less noise from the same worlds: what antithetic pairs and controls gained, measured.

use super::figures::Scale;
use super::table::new_table;
use super::words::grouped;
use crate::montecarlo::{AntitheticPairs, ControlMean, ControlledMean, MeanEstimate, Metric, StudySize};
use crate::scenario::Scenario;
use serde::Serialize;
use std::fmt::Write as _;

/// Of so many replications one goes into the choice of a control, and none of those into its estimate.
const CHOSEN_BY_ONE_OF: usize = 10;
/// But not fewer than these.
const CHOSEN_BY_LEAST: usize = 20;

/// What was run.
#[derive(Clone, Debug, Default)]
pub struct NoiseData {
    /// Costs by strategy, a value per replication.
    pub plain: Vec<Vec<f64>>,
    /// Costs by strategy in antithetic pairs, if they were run.
    pub pairs: Option<Vec<Vec<(f64, f64)>>>,
    /// Controls, if they were measured.
    pub controls: Option<ControlData>,
}

/// Controls of the same replications.
#[derive(Clone, Debug, Default)]
pub struct ControlData {
    /// What each is.
    pub names: Vec<String>,
    /// A value per replication, by control.
    pub values: Vec<Vec<f64>>,
    /// The expected value of each.
    pub expected: Vec<ControlMean>,
    /// In how many worlds beside those of the study they were measured for it.
    pub worlds: u64,
}

/// The result of `compare --antithetic` and `--control`. Amounts are numbers here, since they are estimates of floats.
#[derive(Clone, Debug, Serialize)]
pub struct LessNoise {
    /// Name of the scenario.
    pub scenario: String,
    /// Root of all luck.
    pub seed: u64,
    /// Number of replications.
    pub replications: u64,
    /// ISO 4217 code.
    pub currency: String,
    /// Worlds in which nothing ran, that told the expected values of controls.
    pub control_worlds: u64,
    /// The mean cost of each strategy, then every difference of two.
    pub figures: Vec<NoiseFigure>,
    /// Version of the program.
    pub version: &'static str,
}

/// One mean, estimated in several ways.
#[derive(Clone, Debug, Serialize)]
pub struct NoiseFigure {
    /// A strategy, or `a − b` for a difference.
    pub figure: String,
    /// From independent replications.
    pub plain: MeanResult,
    /// From antithetic pairs of as many replications in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub antithetic: Option<ReducedResult>,
    /// With a control; null where no control varies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controlled: Option<ReducedResult>,
}

/// A mean with its 95 % interval.
#[derive(Clone, Debug, Serialize)]
pub struct MeanResult {
    /// The mean.
    pub mean: f64,
    /// Its interval; null from one observation.
    pub ci95: Option<[f64; 2]>,
    /// Independent observations.
    pub n: usize,
}

/// The same, and what it gained.
#[derive(Clone, Debug, Serialize)]
pub struct ReducedResult {
    /// The estimate.
    #[serde(flatten)]
    pub estimate: MeanResult,
    /// Measured variance of the plain mean over that of this one: 4 is as good as four times the replications, below 1 it
    /// does harm. Null where nothing varies.
    pub variance_reduction: Option<f64>,
    /// The control, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control: Option<String>,
}

impl LessNoise {
    /// Estimates every mean in every way that was run.
    pub fn new(scenario: &Scenario, size: StudySize, data: &NoiseData) -> Self {
        let names: Vec<&str> = scenario.strategies.iter().map(|strategy| strategy.name.as_str()).collect();
        let mut figures: Vec<NoiseFigure> =
            (0..names.len()).map(|a| figure(names[a].to_owned(), data, (a, None))).collect();
        for a in 0..names.len() {
            for b in a + 1..names.len() {
                figures.push(figure(format!("{} − {}", names[a], names[b]), data, (a, Some(b))));
            }
        }
        Self {
            scenario: scenario.name.clone(),
            seed: size.seed,
            replications: size.replications,
            currency: scenario.currency.clone(),
            control_worlds: data.controls.as_ref().map_or(0, |controls| controls.worlds),
            figures,
            version: env!("CARGO_PKG_VERSION"),
        }
    }

    /// For a terminal.
    pub fn render(&self) -> String {
        let has = |of: fn(&NoiseFigure) -> bool| self.figures.iter().any(of);
        let (antithetic, controlled) =
            (has(|one| one.antithetic.is_some()), has(|one| one.controlled.is_some()));
        let mut header = vec!["mean cost", "plain", "±"];
        if antithetic {
            header.extend(["antithetic", "±", "gain"]);
        }
        if controlled {
            header.extend(["controlled", "±", "gain", "by the"]);
        }
        let mut table = new_table(&header, 1);
        let largest = self.figures.iter().map(|one| one.plain.mean.abs()).fold(0.0, f64::max);
        let scale = Metric::parse("cost.mean").map(|metric| Scale::new(&metric, largest));
        let scale = scale.expect("the mean cost is a metric");
        for one in &self.figures {
            let mut row = vec![one.figure.clone()];
            row.extend(cells(scale, &one.plain));
            if antithetic {
                row.extend(reduced_cells(scale, one.antithetic.as_ref()));
            }
            if controlled {
                row.extend(reduced_cells(scale, one.controlled.as_ref()));
                let control = one.controlled.as_ref().and_then(|reduced| reduced.control.clone());
                row.push(control.unwrap_or_default());
            }
            table.add_row(row);
        }
        let mut text = format!(
            "{}: mean costs of {} replications, seed {}, all money in {}\n\n{table}\n\n",
            self.scenario,
            grouped(self.replications),
            self.seed,
            self.currency
        );
        text.push_str("The gain is the measured variance of the plain mean over that of the other: 4 is as good as four times the\nreplications, below 1 it does harm.\n");
        if antithetic {
            text.push_str("An antithetic pair is one observation: half as many as replications, and no quantiles from them.\n");
        }
        if controlled {
            let _ = writeln!(
                text,
                "A control's expected value is from {} further worlds in which nothing runs; a tenth of the replications choose\nthe control, the others are corrected by it.",
                grouped(self.control_worlds)
            );
        }
        text
    }
}

/// A mean of strategy `a`, or of its difference to `b`.
fn figure(name: String, data: &NoiseData, (a, b): (usize, Option<usize>)) -> NoiseFigure {
    let mut values = data.plain[a].clone();
    if let Some(b) = b {
        values.iter_mut().zip(&data.plain[b]).for_each(|(value, other)| *value -= other);
    }
    let plain = mean_result(&MeanEstimate::of(&values).expect("a study has a replication"));
    let antithetic = data.pairs.as_ref().and_then(|pairs| {
        let own = AntitheticPairs::new(pairs[a].clone());
        let own = b.map_or(own.clone(), |b| own.minus(&AntitheticPairs::new(pairs[b].clone())));
        let estimate = mean_result(&own.mean()?);
        let variance_reduction = own.variance_reduction().filter(|gain| gain.is_finite());
        Some(ReducedResult { estimate, variance_reduction, control: None })
    });
    let controlled = data.controls.as_ref().and_then(|controls| controlled(&values, controls));
    NoiseFigure { figure: name, plain, antithetic, controlled }
}

/// The mean corrected by the control that goes best with the first values; they have no part in the estimate.
fn controlled(values: &[f64], controls: &ControlData) -> Option<ReducedResult> {
    let pilot = (values.len() / CHOSEN_BY_ONE_OF).max(CHOSEN_BY_LEAST).min(values.len());
    let strength = |control: &Vec<f64>| correlation(&values[..pilot], &control[..pilot]).abs();
    let strengths = controls.values.iter().map(strength).enumerate();
    // Of equal ones the first.
    let (best, strength) = strengths.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
    if strength <= 0.0 {
        return None;
    }
    let corrected =
        ControlledMean::of(&values[pilot..], &controls.values[best][pilot..], controls.expected[best])?;
    let ControlledMean { mean, ci95, variance_reduction, n, .. } = corrected;
    Some(ReducedResult {
        estimate: MeanResult { mean, ci95: Some(ci95.into()), n },
        variance_reduction: Some(variance_reduction).filter(|gain| gain.is_finite()),
        control: Some(controls.names[best].clone()),
    })
}

/// Pearson's correlation; 0 where one of them does not vary.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len().max(1) as f64;
    let (mean_a, mean_b) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    let sum =
        |of: fn(f64, f64) -> f64| -> f64 { a.iter().zip(b).map(|(a, b)| of(a - mean_a, b - mean_b)).sum() };
    let spread = (sum(|a, _| a * a) * sum(|_, b| b * b)).sqrt();
    if spread > 0.0 { sum(|a, b| a * b) / spread } else { 0.0 }
}

fn mean_result(estimate: &MeanEstimate) -> MeanResult {
    MeanResult { mean: estimate.mean, ci95: estimate.ci95.map(Into::into), n: estimate.n }
}

fn cells(scale: Scale, result: &MeanResult) -> [String; 2] {
    [scale.shown(result.mean), scale.half(result.ci95.map(Into::into))]
}

fn reduced_cells(scale: Scale, result: Option<&ReducedResult>) -> Vec<String> {
    let Some(result) = result else { return vec!["–".to_owned(); 3] };
    let gain = result.variance_reduction.map_or_else(|| "–".to_owned(), |gain| format!("{gain:.2}"));
    [cells(scale, &result.estimate).to_vec(), vec![gain]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(n: usize) -> NoiseData {
        // A cost that is twice its control and something else that averages to nothing.
        let control: Vec<f64> = (0..n).map(|index| (index * 37 % 101) as f64).collect();
        let cost = |index: usize| 2.0 * control[index] + if index.is_multiple_of(2) { 1.0 } else { -1.0 };
        let costs: Vec<f64> = (0..n).map(cost).collect();
        let half = |index: usize| (costs[index], 200.0 - costs[index]);
        NoiseData {
            pairs: Some(vec![(0..n / 2).map(half).collect()]),
            controls: Some(ControlData {
                names: vec!["nothing".to_owned(), "what it costs".to_owned()],
                values: vec![vec![1.0; n], control],
                expected: vec![ControlMean::Exact(1.0), ControlMean::Exact(50.0)],
                worlds: 0,
            }),
            plain: vec![costs],
        }
    }

    #[test]
    fn the_control_that_explains_most_is_chosen_and_its_gain_is_measured() {
        let one = figure("cost".to_owned(), &data(1_010), (0, None));
        let controlled = one.controlled.expect("a control varies");
        assert_eq!(controlled.control.as_deref(), Some("what it costs"));
        // The pilot of 101 is left out.
        assert_eq!((one.plain.n, controlled.estimate.n), (1_010, 909));
        assert!((controlled.estimate.mean - 100.0).abs() < 0.1, "{}", controlled.estimate.mean);
        // Variance 4 · 850 without and 1 with the control.
        let gain = controlled.variance_reduction.expect("it varies");
        assert!((3_000.0..4_000.0).contains(&gain), "{gain}");
    }

    #[test]
    fn a_pair_that_cancels_is_certain_and_has_no_gain_to_print() {
        let one = figure("cost".to_owned(), &data(100), (0, None));
        let antithetic = one.antithetic.expect("pairs were run");
        assert_eq!((antithetic.estimate.mean, antithetic.estimate.n), (100.0, 50));
        assert_eq!(antithetic.variance_reduction, None);
    }

    #[test]
    fn too_few_replications_leave_a_plain_mean() {
        let one = figure("cost".to_owned(), &data(22), (0, None));
        assert!(one.controlled.is_none(), "two values after the pilot tell no slope");
        assert_eq!(one.plain.n, 22);
    }
}
