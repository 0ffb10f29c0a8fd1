//! What is asked of a selection.

/// Which side of a bound is allowed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sense {
    /// The expected value is to be at or above the bound.
    AtLeast,
    /// The expected value is to be at or below the bound.
    AtMost,
}

/// A condition on an expected value, with the band in which either answer will do.
///
/// No number of replications tells 0.995 from 0.995: alternatives that keep the bound by `tolerance` or more are
/// accepted, those that break it by `tolerance` or more are refused, and between the two anything may happen.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Constraint {
    /// Which side is allowed.
    pub sense: Sense,
    /// The bound, in the unit of what is observed.
    pub bound: f64,
    /// Half the band around it, in the same unit; above zero.
    pub tolerance: f64,
}

impl Constraint {
    /// By how much an observation breaks the bound; negative where it keeps it.
    pub(super) fn excess(&self, observed: f64) -> f64 {
        match self.sense {
            Sense::AtLeast => self.bound - observed,
            Sense::AtMost => observed - self.bound,
        }
    }
}

/// Settings that no selection can have.
#[derive(Clone, Copy, PartialEq, Debug, thiserror::Error)]
pub enum SelectionError {
    /// Nothing can be told apart to the last digit.
    #[error("the indifference is a difference of objectives above zero, not {0}")]
    Indifference(f64),
    /// No procedure is certain, and one that is right half the time is none.
    #[error("the probability of a correct selection is from 0.5 to below 1, not {0}")]
    Confidence(f64),
    /// A variance from so few batches says nothing.
    #[error("the first stage has at least {least} batches, not {0}", least = SelectionSettings::LEAST_FIRST_STAGE)]
    FirstStage(u64),
    /// A bound or its tolerance is no number that a mean can be held against.
    #[error("a constraint has a finite bound and a tolerance above zero, not {bound} and {tolerance}")]
    Constraint {
        /// The bound.
        bound: f64,
        /// The tolerance.
        tolerance: f64,
    },
}

/// What is asked of a selection.
///
/// ```
/// use deploysim::montecarlo::{SelectionError, SelectionSettings};
/// let settings = SelectionSettings::new(0.50, 0.95).unwrap().most_batches(5_000);
/// assert_eq!(settings.confidence(), 0.95);
/// // Awkward: without an indifference equal alternatives would be compared for ever.
/// assert_eq!(SelectionSettings::new(0.0, 0.95), Err(SelectionError::Indifference(0.0)));
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct SelectionSettings {
    indifference: f64,
    confidence: f64,
    first_stage: u64,
    most_batches: u64,
    constraints: Vec<Constraint>,
}

impl SelectionSettings {
    /// Fewest batches of the first stage.
    pub const LEAST_FIRST_STAGE: u64 = 10;
    /// Batches of the first stage unless set.
    pub const USUAL_FIRST_STAGE: u64 = 20;

    /// Differences of the objective below `indifference` (in its unit, above zero) do not matter; the selection is to be
    /// right with probability `confidence` (0.5 to below 1).
    ///
    /// # Errors
    /// Numbers out of range.
    pub fn new(indifference: f64, confidence: f64) -> Result<Self, SelectionError> {
        if !(indifference > 0.0 && indifference.is_finite()) {
            return Err(SelectionError::Indifference(indifference));
        }
        if !(0.5..1.0).contains(&confidence) {
            return Err(SelectionError::Confidence(confidence));
        }
        let (first_stage, most_batches) = (Self::USUAL_FIRST_STAGE, u64::MAX);
        Ok(Self { indifference, confidence, first_stage, most_batches, constraints: Vec::new() })
    }

    /// Variances come from so many batches: more make later elimination sharper and cost more before it begins.
    ///
    /// # Errors
    /// Fewer than [`Self::LEAST_FIRST_STAGE`].
    pub fn first_stage(mut self, batches: u64) -> Result<Self, SelectionError> {
        if batches < Self::LEAST_FIRST_STAGE {
            return Err(SelectionError::FirstStage(batches));
        }
        self.first_stage = batches;
        Ok(self)
    }

    /// No more than so many batches in all; without this, as many as it takes.
    #[must_use]
    pub fn most_batches(mut self, batches: u64) -> Self {
        self.most_batches = batches;
        self
    }

    /// One more condition, on the next of [`Observation::constraints`](super::Observation::constraints).
    ///
    /// # Errors
    /// A bound that is not finite or a tolerance that is not above zero.
    pub fn subject_to(mut self, constraint: Constraint) -> Result<Self, SelectionError> {
        let Constraint { bound, tolerance, .. } = constraint;
        if !(bound.is_finite() && tolerance > 0.0 && tolerance.is_finite()) {
            return Err(SelectionError::Constraint { bound, tolerance });
        }
        self.constraints.push(constraint);
        Ok(self)
    }

    /// The difference of objectives that does not matter.
    pub const fn indifference(&self) -> f64 {
        self.indifference
    }

    /// The probability of a correct selection that is asked for.
    pub const fn confidence(&self) -> f64 {
        self.confidence
    }

    /// The conditions, in the order in which they were added.
    pub fn constraints(&self) -> &[Constraint] {
        &self.constraints
    }

    pub(super) const fn batches_of_first_stage(&self) -> u64 {
        self.first_stage
    }

    pub(super) const fn most(&self) -> u64 {
        self.most_batches
    }
}
