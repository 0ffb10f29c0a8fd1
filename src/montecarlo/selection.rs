//! The best of a few alternatives, and how sure that is: ranking and selection on common random numbers.
//!
//! Alternatives that break a constraint are found first, each decision with its own share of the error
//! (`feasibility`). Those that are left are compared on fresh worlds until one is, in all likelihood, the best
//! (`kim_nelson`). Both procedures are sequential: an alternative costs worlds only until it is decided.
//!
//! What is compared are batches, not replications, since both procedures are exact for normal observations: a batch is the
//! mean of [`REPLICATIONS_PER_MEAN`] replications, or one quantile or shortfall of a macro-replication of
//! [`REPLICATIONS_PER_TAIL`]. Of the latter the expected value is compared, which differs a little from the quantile of
//! infinitely many.

mod feasibility;
mod kim_nelson;
mod run;
mod settings;
#[cfg(test)]
mod tests;

pub use settings::{Constraint, SelectionError, SelectionSettings, Sense};

use run::Run;

/// Replications in a batch whose mean is an observation: enough for the mean of a cost to be near normal.
pub const REPLICATIONS_PER_MEAN: usize = 50;
/// Replications in a macro-replication whose quantile or shortfall is an observation: ten of them above the 95 % quantile.
pub const REPLICATIONS_PER_TAIL: usize = 200;

/// What a batch of replications of one alternative shows.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Observation {
    /// The objective, which is to be least, in its own unit.
    pub objective: f64,
    /// What the constraints are about, in their order and units.
    pub constraints: Vec<f64>,
}

/// Alternatives that can be observed in batches of worlds.
pub trait Alternatives {
    /// What can go wrong, an interruption included.
    type Error;

    /// How many there are.
    fn count(&self) -> usize;

    /// One observation of each alternative in `still_in` (ascending), in that order.
    ///
    /// All of them meet the worlds of `batch`, and no two batches share a world: the alternatives of a batch are
    /// correlated as they may be, batches are independent. What one alternative shows must not depend on which others are
    /// still in.
    ///
    /// # Errors
    /// Whatever goes wrong; it ends the selection.
    fn observe(&mut self, still_in: &[usize], batch: u64) -> Result<Vec<Observation>, Self::Error>;
}

/// What became of an alternative.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It is the answer.
    Selected,
    /// Another one was better.
    Beaten {
        /// Which; it may have been beaten later itself.
        by: usize,
        /// After how many batches in all.
        batch: u64,
    },
    /// It breaks a constraint.
    Infeasible {
        /// Which of the settings' constraints.
        constraint: usize,
        /// After how many batches in all.
        batch: u64,
    },
    /// The batches ended before it was decided.
    Undecided,
}

/// An alternative at the end.
#[derive(Clone, PartialEq, Debug)]
pub struct Standing {
    /// What became of it.
    pub fate: Fate,
    /// How many batches it was observed in.
    pub batches: u64,
    /// The mean of its observations; none of none. Of the selected one it is a little too good, as of every winner.
    pub mean: Option<Observation>,
}

/// What is known about a selection's being right.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Guarantee {
    /// The answer is right with at least this probability, if observations are normal. Right means: if the best of
    /// those that keep all constraints by more than their tolerance is better than every other that breaks none by more
    /// than its tolerance by the indifference or more, it is selected. Where several are within the indifference of the
    /// best, one of them is selected nearly as surely, but that is no theorem.
    Probability(f64),
    /// No probability can be given, and none is to be printed.
    None(NoGuarantee),
}

/// Why nothing is known about a selection's being right.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoGuarantee {
    /// The batches ended before all alternatives were decided.
    OutOfBatches {
        /// How many were not.
        undecided: usize,
    },
}

/// The end of a selection.
#[derive(Clone, PartialEq, Debug)]
pub struct Selection {
    /// The answer; none where every alternative breaks a constraint, or no alternative is known to keep them. Without a
    /// guarantee it is the one with the best mean of those that were still in the comparison.
    pub best: Option<usize>,
    /// What became of each alternative, in their order.
    pub standings: Vec<Standing>,
    /// How many batches of worlds were used.
    pub batches: u64,
    /// How sure it is.
    pub guarantee: Guarantee,
}

/// Selects the alternative with the least expected objective among those that keep all constraints.
///
/// With constraints, half of the error is theirs and half the comparison's, so that both are right together as often as
/// promised (Andradóttir and Kim, "Fully sequential procedures for comparing constrained systems via simulation", *Naval
/// Research Logistics* 57, 2010, with the comparison on fresh batches instead of the same ones, which needs no further
/// theory). Without an alternative left there is nothing to compare, and that is as sure.
///
/// # Errors
/// Whatever the alternatives meet.
///
/// # Panics
/// If an observation is not finite, or they are not as many as asked for.
pub fn select<A: Alternatives>(
    alternatives: &mut A,
    settings: &SelectionSettings,
) -> Result<Selection, A::Error> {
    let count = alternatives.count();
    let alpha = 1.0 - settings.confidence();
    let mut run = Run::new(alternatives, settings);
    let mut still_in: Vec<usize> = (0..count).collect();
    if !settings.constraints().is_empty() {
        let share = if count > 1 { alpha / 2.0 } else { alpha };
        still_in = feasibility::check(&mut run, still_in, share)?;
    }
    let is_checked = !run.is_out_of_batches();
    if is_checked && still_in.len() > 1 {
        let share = if settings.constraints().is_empty() { alpha } else { alpha / 2.0 };
        still_in = kim_nelson::compare(&mut run, still_in, share)?;
    }
    Ok(run.end(&still_in, is_checked))
}
