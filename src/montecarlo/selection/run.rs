//! What a selection has seen so far.

use super::{
    Alternatives, Fate, Guarantee, NoGuarantee, Observation, Selection, SelectionSettings, Standing,
};

/// A selection under way.
pub(super) struct Run<'a, A> {
    alternatives: &'a mut A,
    pub(super) settings: &'a SelectionSettings,
    batches: u64,
    is_out_of_batches: bool,
    tallies: Vec<Tally>,
}

/// Sums over the batches of one alternative.
#[derive(Clone)]
struct Tally {
    batches: u64,
    sum: Observation,
    fate: Option<Fate>,
}

impl<'a, A: Alternatives> Run<'a, A> {
    pub(super) fn new(alternatives: &'a mut A, settings: &'a SelectionSettings) -> Self {
        let sum = Observation { objective: 0.0, constraints: vec![0.0; settings.constraints().len()] };
        let tallies = vec![Tally { batches: 0, sum, fate: None }; alternatives.count()];
        Self { alternatives, settings, batches: 0, is_out_of_batches: false, tallies }
    }

    /// The next batch of those still in; none when there are no more batches.
    pub(super) fn observe(&mut self, still_in: &[usize]) -> Result<Option<Vec<Observation>>, A::Error> {
        if self.batches >= self.settings.most() {
            self.is_out_of_batches = true;
            return Ok(None);
        }
        let seen = self.alternatives.observe(still_in, self.batches)?;
        assert_eq!(seen.len(), still_in.len(), "one observation for each alternative");
        self.batches += 1;
        for (&alternative, observation) in still_in.iter().zip(&seen) {
            self.tallies[alternative].add(observation);
        }
        Ok(Some(seen))
    }

    /// Alternatives by batches of the first stage, all of them observed together; none when the batches end before.
    pub(super) fn first_stage(
        &mut self,
        still_in: &[usize],
    ) -> Result<Option<Vec<Vec<Observation>>>, A::Error> {
        let mut first = vec![Vec::new(); still_in.len()];
        for _ in 0..self.settings.batches_of_first_stage() {
            let Some(seen) = self.observe(still_in)? else { return Ok(None) };
            for (list, observation) in first.iter_mut().zip(seen) {
                list.push(observation);
            }
        }
        Ok(Some(first))
    }

    pub(super) fn settle(&mut self, alternative: usize, fate: Fate) {
        self.tallies[alternative].fate = Some(fate);
    }

    pub(super) fn batches(&self) -> u64 {
        self.batches
    }

    pub(super) fn is_out_of_batches(&self) -> bool {
        self.is_out_of_batches
    }

    /// The answer from those still in, which are known to keep the constraints if `is_checked`.
    pub(super) fn end(mut self, still_in: &[usize], is_checked: bool) -> Selection {
        let mean = |alternative: usize| self.tallies[alternative].mean_objective();
        let best = is_checked
            .then(|| still_in.iter().copied().min_by(|&a, &b| mean(a).total_cmp(&mean(b))))
            .flatten();
        let guarantee = if self.is_out_of_batches {
            Guarantee::None(NoGuarantee::OutOfBatches { undecided: still_in.len() })
        } else {
            if let Some(best) = best {
                self.settle(best, Fate::Selected);
            }
            let is_certain = self.batches == 0;
            Guarantee::Probability(if is_certain { 1.0 } else { self.settings.confidence() })
        };
        let standings = self.tallies.into_iter().map(Tally::into_standing).collect();
        Selection { best, standings, batches: self.batches, guarantee }
    }
}

impl Tally {
    fn add(&mut self, observation: &Observation) {
        assert_eq!(
            observation.constraints.len(),
            self.sum.constraints.len(),
            "one value for each constraint"
        );
        let values = std::iter::once(&observation.objective).chain(&observation.constraints);
        let sums = std::iter::once(&mut self.sum.objective).chain(&mut self.sum.constraints);
        for (sum, value) in sums.zip(values) {
            assert!(value.is_finite(), "an observation is finite");
            *sum += value;
        }
        self.batches += 1;
    }

    fn mean_objective(&self) -> f64 {
        self.sum.objective / self.batches.max(1) as f64
    }

    fn into_standing(self) -> Standing {
        let n = self.batches as f64;
        let mean = (self.batches > 0).then(|| Observation {
            objective: self.sum.objective / n,
            constraints: self.sum.constraints.iter().map(|sum| sum / n).collect(),
        });
        Standing { fate: self.fate.unwrap_or(Fate::Undecided), batches: self.batches, mean }
    }
}

/// The sample variance, over n − 1, in two passes.
pub(super) fn variance(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (n - 1.0)
}

/// h² = (n₀ − 1)((2β)^(−2/(n₀ − 1)) − 1): how wide a sequential comparison with a variance from n₀ observations must be
/// for each of its two ends to be wrong with probability β at most (Kim and Nelson 2001, c = 1).
pub(super) fn squared_width(error: f64, first_stage: u64) -> f64 {
    let degrees = first_stage as f64 - 1.0;
    degrees * (libm::pow(2.0 * error, -2.0 / degrees) - 1.0)
}
