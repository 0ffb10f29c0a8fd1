//! How much of a figure's spread each uncertain input is the cause of: Sobol' indices of variance.

use super::estimate::MeanEstimate;
use super::quasi::SobolSequence;
use crate::world::stream;
use rand::Rng;

#[cfg(test)]
mod tests;

/// What a figure came to with one choice of the inputs.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Evaluation {
    /// The mean over the common worlds, in the figure's unit.
    pub mean: f64,
    /// Its standard error; 0 of a figure without luck.
    pub standard_error: f64,
}

/// The choices of inputs that indices are computed from: rows of two independent points and of those between them.
///
/// The points are of the unit cube; the caller stretches each coordinate to the range of its input. Row j has A, B and, for
/// each input i, A with input i from B (Saltelli et al. 2010), from Sobol' sequences of twice as many dimensions: sixteen of
/// them, scrambled independently of each other, each for a sixteenth of the rows.
///
/// ```
/// use deploysim::montecarlo::{Evaluation, SobolDesign};
/// let design = SobolDesign::new(2, 1_024, 1).unwrap();
/// assert_eq!(design.points().len(), 1_024 * 4);
/// // Twice the first input and once the second: 4 to 1 in variance.
/// let figure = |x: &Vec<f64>| Evaluation { mean: 2.0 * x[0] + x[1], standard_error: 0.0 };
/// let values: Vec<Evaluation> = design.points().iter().map(figure).collect();
/// let indices = design.indices(&values).unwrap();
/// assert!((indices.inputs[0].total - 0.8).abs() < 0.02);
/// // Awkward: a figure that no input moves has no variance to share out.
/// assert_eq!(design.indices(&[Evaluation { mean: 5.0, standard_error: 0.1 }; 4_096]), None);
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct SobolDesign {
    inputs: usize,
    rows: usize,
    points: Vec<Vec<f64>>,
}

/// A design that cannot be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SobolError {
    /// None, or more than the sequence has dimensions for.
    #[error("Sobol' indices are of 1 to {most} inputs, not of {0}", most = SobolDesign::MOST_INPUTS)]
    Inputs(usize),
    /// The sequence is even only at powers of two.
    #[error(
        "Sobol' indices take a power of two of rows, from {least} to {most} (for example 256), not {0}",
        least = SobolDesign::LEAST_ROWS, most = SobolDesign::MOST_ROWS
    )]
    Rows(usize),
}

/// The indices of one input.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct SobolIndex {
    /// First order: the share of the variance that would go if the input were known. By chance it may come out a little
    /// below 0.
    pub first: f64,
    /// 95 %, from the spread between scramblings; none where the figure does not vary without one of them.
    pub first_ci95: Option<(f64, f64)>,
    /// Total: the share that would remain if all others were known; what the input does alone and with others.
    pub total: f64,
    /// 95 %, likewise.
    pub total_ci95: Option<(f64, f64)>,
}

/// The indices of all inputs, of the mean of a figure given the common worlds.
///
/// Intervals are Student's from a jackknife that leaves out one scrambling at a time (Owen, *Monte Carlo Theory, Methods and
/// Examples*, chapter 17, on replicated randomisations; Miller 1974). A bootstrap over rows would take them for draws of
/// chance; they are far more even than that, and its intervals held the truth 99 to 100 times in 100.
#[derive(Clone, PartialEq, Debug)]
pub struct SobolIndices {
    /// One for each input, in their order.
    pub inputs: Vec<SobolIndex>,
    /// The mean of the figure over all choices of inputs, in its unit.
    pub mean: f64,
    /// The variance of the figure over choices of inputs, in its unit squared.
    pub variance: f64,
    /// Replication noise: the mean squared standard error of an evaluation as a share of [`Self::variance`]. With common
    /// worlds most of the noise moves all evaluations alike and is in no index, so that the share is a ceiling; where it is
    /// above a few hundredths, indices are those of these worlds as much as of the inputs.
    pub noise_share: f64,
}

impl SobolDesign {
    /// Most inputs.
    pub const MOST_INPUTS: usize = 32;
    /// Fewest rows.
    pub const LEAST_ROWS: usize = 128;
    /// Independent scramblings.
    pub const SCRAMBLINGS: usize = 16;
    /// Most rows.
    pub const MOST_ROWS: usize = 1 << 20;

    /// A design of `rows` (a power of two) times (`inputs` + 2) points.
    ///
    /// # Errors
    /// Numbers out of range.
    pub fn new(inputs: usize, rows: usize, seed: u64) -> Result<Self, SobolError> {
        if !(1..=Self::MOST_INPUTS).contains(&inputs) {
            return Err(SobolError::Inputs(inputs));
        }
        if !((Self::LEAST_ROWS..=Self::MOST_ROWS).contains(&rows) && rows.is_power_of_two()) {
            return Err(SobolError::Rows(rows));
        }
        let mut points = Vec::with_capacity(rows * (inputs + 2));
        for scrambling in 0..Self::SCRAMBLINGS as u64 {
            let key = stream(seed, scrambling, 0, "sobol design").next_u64();
            let sequence = SobolSequence::new(2 * inputs, key);
            for row in 0..(rows / Self::SCRAMBLINGS) as u32 {
                push_row(&mut points, sequence.point(row), inputs);
            }
        }
        Ok(Self { inputs, rows, points })
    }

    /// The choices to evaluate, each with a coordinate in (0, 1) for each input.
    pub fn points(&self) -> &[Vec<f64>] {
        &self.points
    }

    /// The indices from evaluations of [`Self::points`] in their order; none where the figure does not vary.
    ///
    /// First order by Saltelli et al., "Variance based sensitivity analysis of model output", *Computer Physics
    /// Communications* 181, 2010, table 2 (b), about the mean; total by Jansen 1999, ibid. (f).
    ///
    /// # Panics
    /// If they are not as many as the points, or one is not finite.
    #[must_use]
    pub fn indices(&self, evaluations: &[Evaluation]) -> Option<SobolIndices> {
        assert_eq!(evaluations.len(), self.points.len(), "one evaluation for each point");
        assert!(evaluations.iter().all(|value| value.mean.is_finite()), "an evaluation is finite");
        let n = evaluations.len() as f64;
        let rough = evaluations.iter().map(|value| value.mean).sum::<f64>() / n;
        // About a mean, so that a large one loses no digits and first-order products little to chance.
        let centred: Vec<f64> = evaluations.iter().map(|value| value.mean - rough).collect();
        let table = Table { values: &centred, width: self.inputs + 2 };
        let spread = table.spread(None);
        if spread.variance <= 0.0 {
            return None;
        }
        let squares =
            evaluations.iter().map(|value| value.standard_error * value.standard_error).sum::<f64>();
        let index = |input| {
            let (first, first_ci95) = jackknife(|without| table.first(input, without))?;
            let (total, total_ci95) = jackknife(|without| table.total(input, without))?;
            Some(SobolIndex { first, first_ci95, total, total_ci95 })
        };
        Some(SobolIndices {
            inputs: (0..self.inputs).map(index).collect::<Option<_>>()?,
            mean: rough + spread.mean,
            variance: spread.variance,
            noise_share: squares / n / spread.variance,
        })
    }
}

/// A, B, and A with each input from B, of a point with the coordinates of both.
fn push_row(points: &mut Vec<Vec<f64>>, mut a: Vec<f64>, inputs: usize) {
    let b = a.split_off(inputs);
    let first = points.len();
    points.extend([a, b]);
    for input in 0..inputs {
        let mut mixed = points[first].clone();
        mixed[input] = points[first + 1][input];
        points.push(mixed);
    }
}

/// A statistic of all scramblings, and its interval from what it is without each of them in turn; none where it has no
/// value.
fn jackknife(statistic: impl Fn(Option<usize>) -> Option<f64>) -> Option<(f64, Option<(f64, f64)>)> {
    let all = statistic(None)?;
    let without = (0..SobolDesign::SCRAMBLINGS).map(|scrambling| statistic(Some(scrambling)));
    let interval = |without: Vec<f64>| {
        let count = SobolDesign::SCRAMBLINGS as f64;
        let pseudo: Vec<f64> = without.iter().map(|rest| count * all - (count - 1.0) * rest).collect();
        let MeanEstimate { mean, ci95, .. } = MeanEstimate::of(&pseudo)?;
        ci95.map(|(low, high)| (all + low - mean, all + high - mean))
    };
    Some((all, without.collect::<Option<_>>().and_then(interval)))
}

/// The values by rows, in order of scramblings: A, B, and A with each input from B.
struct Table<'a> {
    values: &'a [f64],
    width: usize,
}

#[derive(Clone, Copy)]
struct Spread {
    mean: f64,
    variance: f64,
}

impl Table<'_> {
    /// All rows, or those of all scramblings but one.
    fn rows(&self, without: Option<usize>) -> impl Iterator<Item = &[f64]> + Clone {
        let each = self.values.len() / SobolDesign::SCRAMBLINGS;
        let scramblings = self.values.chunks_exact(each).enumerate();
        let kept = scramblings.filter(move |(scrambling, _)| Some(*scrambling) != without);
        kept.flat_map(|(_, rows)| rows.chunks_exact(self.width))
    }

    /// Of the values at A and B, which are 2n independent choices.
    fn spread(&self, without: Option<usize>) -> Spread {
        let both = || self.rows(without).flat_map(|row| [row[0], row[1]]);
        let count = both().count() as f64;
        let mean = both().sum::<f64>() / count;
        let variance = both().map(|value| (value - mean) * (value - mean)).sum::<f64>() / count;
        Spread { mean, variance }
    }

    fn share(&self, without: Option<usize>, part: impl Fn(&[f64], f64) -> f64) -> Option<f64> {
        let Spread { mean, variance } = self.spread(without);
        let rows = self.rows(without);
        let count = rows.clone().count() as f64;
        let sum: f64 = rows.map(|row| part(row, mean)).sum();
        (variance > 0.0).then(|| sum / count / variance)
    }

    fn first(&self, input: usize, without: Option<usize>) -> Option<f64> {
        self.share(without, |row, mean| (row[1] - mean) * (row[2 + input] - row[0]))
    }

    fn total(&self, input: usize, without: Option<usize>) -> Option<f64> {
        self.share(without, |row, _| (row[0] - row[2 + input]) * (row[0] - row[2 + input]) / 2.0)
    }
}
