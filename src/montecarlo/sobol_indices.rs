//! How much of a figure's spread each uncertain input is the cause of: Sobol' indices of variance.

use super::bootstrap::{USUAL_RESAMPLES, bootstrap, bootstrap_seed};
use super::quasi::SobolSequence;

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
/// each input i, A with input i from B (Saltelli et al. 2010), from a scrambled Sobol' sequence of twice as many dimensions.
///
/// ```
/// use deploysim::montecarlo::{Evaluation, SobolDesign};
/// let design = SobolDesign::new(2, 64, 1).unwrap();
/// assert_eq!(design.points().len(), 64 * 4);
/// // Twice the first input and once the second: 4 to 1 in variance.
/// let figure = |x: &Vec<f64>| Evaluation { mean: 2.0 * x[0] + x[1], standard_error: 0.0 };
/// let values: Vec<Evaluation> = design.points().iter().map(figure).collect();
/// let indices = design.indices(&values).unwrap();
/// assert!((indices.inputs[0].total - 0.8).abs() < 0.02);
/// // Awkward: a figure that no input moves has no variance to share out.
/// assert_eq!(design.indices(&[Evaluation { mean: 5.0, standard_error: 0.1 }; 256]), None);
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct SobolDesign {
    inputs: usize,
    rows: usize,
    seed: u64,
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
    /// Bootstrap over rows, 95 %.
    pub first_ci95: Option<(f64, f64)>,
    /// Total: the share that would remain if all others were known; what the input does alone and with others.
    pub total: f64,
    /// Bootstrap over rows, 95 %.
    pub total_ci95: Option<(f64, f64)>,
}

/// The indices of all inputs, of the mean of a figure given the common worlds.
///
/// Intervals treat rows as drawn by chance. The sequence is more even than that, so they hold the truth more often than 95
/// times in 100, never less for it.
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
    pub const LEAST_ROWS: usize = 64;
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
        let sequence = SobolSequence::new(2 * inputs, seed);
        let mut points = Vec::with_capacity(rows * (inputs + 2));
        for row in 0..rows as u32 {
            let mut a = sequence.point(row);
            let b = a.split_off(inputs);
            let between = (0..inputs).map(|input| {
                let mut mixed = a.clone();
                mixed[input] = b[input];
                mixed
            });
            let between: Vec<Vec<f64>> = between.collect();
            points.extend([a, b]);
            points.extend(between);
        }
        Ok(Self { inputs, rows, seed, points })
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
        let all: Vec<usize> = (0..self.rows).collect();
        let spread = table.spread(&all);
        if spread.variance <= 0.0 {
            return None;
        }
        let squares =
            evaluations.iter().map(|value| value.standard_error * value.standard_error).sum::<f64>();
        let index = |input| {
            Some(SobolIndex {
                first: table.first(input, &all)?,
                first_ci95: self.interval(&format!("first {input}"), |rows| table.first(input, rows)),
                total: table.total(input, &all)?,
                total_ci95: self.interval(&format!("total {input}"), |rows| table.total(input, rows)),
            })
        };
        Some(SobolIndices {
            inputs: (0..self.inputs).map(index).collect::<Option<_>>()?,
            mean: rough + spread.mean,
            variance: spread.variance,
            noise_share: squares / n / spread.variance,
        })
    }

    fn interval(&self, name: &str, statistic: impl Fn(&[usize]) -> Option<f64> + Sync) -> Option<(f64, f64)> {
        bootstrap(self.rows, USUAL_RESAMPLES, bootstrap_seed(self.seed, name), statistic).interval
    }
}

/// The values by rows: A, B, and A with each input from B.
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
    fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.width..(row + 1) * self.width]
    }

    /// Of the values at A and B, which are 2n independent choices.
    fn spread(&self, rows: &[usize]) -> Spread {
        let count = 2.0 * rows.len() as f64;
        let both = || rows.iter().flat_map(|&row| [self.row(row)[0], self.row(row)[1]]);
        let mean = both().sum::<f64>() / count;
        let variance = both().map(|value| (value - mean) * (value - mean)).sum::<f64>() / count;
        Spread { mean, variance }
    }

    fn share(&self, rows: &[usize], part: impl Fn(&[f64], f64) -> f64) -> Option<f64> {
        let Spread { mean, variance } = self.spread(rows);
        let sum: f64 = rows.iter().map(|&row| part(self.row(row), mean)).sum();
        (variance > 0.0).then(|| sum / rows.len() as f64 / variance)
    }

    fn first(&self, input: usize, rows: &[usize]) -> Option<f64> {
        self.share(rows, |row, mean| (row[1] - mean) * (row[2 + input] - row[0]))
    }

    fn total(&self, input: usize, rows: &[usize]) -> Option<f64> {
        self.share(rows, |row, _| (row[0] - row[2 + input]) * (row[0] - row[2 + input]) / 2.0)
    }
}
