//! What a selection came to.

use super::{Value, observed};
use crate::montecarlo::{Condition, Contest, Fate, Goal, Guarantee, NoGuarantee, Progress, Selection};
use crate::report::figures::{self, Number};
use serde::Serialize;

/// A selection among alternatives.
#[derive(Clone, Debug, Serialize)]
pub struct SelectionResult {
    /// The difference of the objective that does not matter, and where it comes from.
    pub indifference: Indifference,
    /// The probability of a correct selection that was asked for.
    pub confidence: f64,
    /// The probability, if observations are normal, that the answer is right; null where nothing is known, for want of
    /// batches.
    pub probability: Option<f64>,
    /// Alternatives that were not decided when the batches ended.
    pub undecided: usize,
    /// Replications in a batch.
    pub replications_per_batch: u64,
    /// Batches that were used.
    pub batches: u64,
    /// The most there could have been.
    pub most_batches: u64,
    /// What every answer has to keep.
    pub conditions: Vec<ConditionSpec>,
    /// Alternatives that the scenario refuses.
    pub refused: usize,
    /// Every strategy at every point.
    pub alternatives: Vec<AlternativeResult>,
    #[serde(skip)]
    pub(super) asked: Vec<Condition>,
}

/// A difference that does not matter.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Indifference {
    /// In the unit of the objective.
    pub value: Number,
    /// Where it comes from.
    pub from: String,
    #[serde(skip)]
    pub(super) plain: f64,
}

/// What has to be true of an alternative.
#[derive(Clone, Debug, Serialize)]
pub struct ConditionSpec {
    /// As it is typed.
    pub condition: String,
    /// Its figure.
    pub metric: String,
    /// `>=` or `<=`.
    pub sign: &'static str,
    /// Its bound.
    pub bound: Number,
    /// Half the band around the bound in which either answer will do.
    pub tolerance: Number,
}

/// A strategy at a point.
#[derive(Clone, Debug, Serialize)]
pub struct AlternativeResult {
    /// One value per axis.
    pub values: Vec<String>,
    /// The strategy.
    pub strategy: String,
    /// What became of it.
    pub fate: Judgement,
    /// Why the scenario refuses it; null if it ran.
    pub refusal: Option<String>,
    /// Which alternative was better, by its place in this list; null if none was.
    pub beaten_by: Option<usize>,
    /// Which condition it breaks, by its place; null if it was not found to break one.
    pub breaks: Option<usize>,
    /// After how many batches in all that was known; null if it is not decided.
    pub decided_after: Option<u64>,
    /// Batches in which it was run.
    pub batches: u64,
    /// The objective: mean over its batches; null if it did not run.
    pub objective: Option<Value>,
    /// One per condition; empty if it did not run.
    pub conditions: Vec<ConditionResult>,
    /// Its place on each axis.
    #[serde(skip)]
    pub(super) places: Vec<usize>,
}

/// What became of an alternative.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// It is the answer.
    Selected,
    /// The best mean when the batches ended, without a guarantee.
    BestSoFar,
    /// Another one was better, or as good.
    Beaten,
    /// It breaks a condition.
    Infeasible,
    /// The batches ended before it was decided.
    Undecided,
    /// The scenario does not take its values, or has not all figures of it.
    Refused,
}

/// A condition and an alternative.
#[derive(Clone, Debug, Serialize)]
pub struct ConditionResult {
    /// The figure: mean over its batches.
    #[serde(flatten)]
    pub value: Value,
    /// What was decided.
    pub verdict: Verdict,
    /// The figure is nearer to the bound than the tolerance, where either answer will do.
    pub is_within_the_band: bool,
}

/// What was decided of a condition.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is kept.
    Kept,
    /// It is broken.
    Broken,
    /// The batches ended before, or another condition is broken.
    Open,
}

impl Indifference {
    /// A difference of a goal's objective.
    pub fn new(goal: &Goal, value: f64, from: String) -> Self {
        Self { value: figures::number(&goal.objective, value), from, plain: value }
    }
}

impl SelectionResult {
    /// A selection whose alternatives are still to come.
    pub fn new(
        selection: &Selection,
        goal: &Goal,
        conditions: &[Condition],
        indifference: Indifference,
        confidence: f64,
        (size, most_batches): (u64, u64),
    ) -> Self {
        let (probability, undecided) = match selection.guarantee {
            Guarantee::Probability(probability) => (Some(probability), 0),
            Guarantee::None(NoGuarantee::OutOfBatches { undecided }) => (None, undecided),
        };
        assert_eq!(goal.constraints.len(), conditions.len(), "a constraint is a condition");
        let spec = |condition: &Condition| {
            let (metric, constraint) = (condition.metric(), condition.constraint());
            ConditionSpec {
                condition: condition.to_string(),
                metric: metric.to_string(),
                sign: condition.sign(),
                bound: figures::number(&metric, constraint.bound),
                tolerance: figures::number(&metric, constraint.tolerance),
            }
        };
        Self {
            indifference,
            confidence,
            probability,
            undecided,
            replications_per_batch: size,
            batches: selection.batches,
            most_batches,
            conditions: conditions.iter().map(spec).collect(),
            refused: 0,
            alternatives: Vec::new(),
            asked: conditions.to_vec(),
        }
    }

    /// Adds an alternative that the scenario refuses.
    pub fn push_refused(&mut self, values: Vec<String>, places: Vec<usize>, strategy: String, why: String) {
        self.refused += 1;
        self.alternatives.push(AlternativeResult {
            values,
            strategy,
            fate: Judgement::Refused,
            refusal: Some(why),
            beaten_by: None,
            breaks: None,
            decided_after: None,
            batches: 0,
            objective: None,
            conditions: Vec::new(),
            places,
        });
    }

    /// Adds the alternative at a place of the selection.
    pub fn push<P: Progress>(
        &mut self,
        (values, places, strategy): (Vec<String>, Vec<usize>, String),
        place: usize,
        (selection, contest, goal): (&Selection, &Contest<'_, P>, &Goal),
    ) {
        let standing = &selection.standings[place];
        let (objective, constraints) = observed(contest, place, self.asked.len());
        let conditions = self.asked.iter().zip(constraints).enumerate();
        let conditions = conditions.filter_map(|(index, (condition, mean))| {
            let (metric, constraint, mean) = (condition.metric(), condition.constraint(), mean?);
            let verdict = match standing.fate {
                Fate::Infeasible { constraint, .. } if constraint == index => Verdict::Broken,
                Fate::Selected | Fate::Beaten { .. } => Verdict::Kept,
                Fate::Undecided if selection.best.is_some() => Verdict::Kept,
                Fate::Infeasible { .. } | Fate::Undecided => Verdict::Open,
            };
            let is_within_the_band = (mean.mean - constraint.bound).abs() < constraint.tolerance;
            Some(ConditionResult { value: Value::of(&metric, mean, false), verdict, is_within_the_band })
        });
        let is_best = selection.best == Some(place);
        let (fate, beaten_by, breaks, decided_after) = match standing.fate {
            Fate::Selected => (Judgement::Selected, None, None, Some(selection.batches)),
            Fate::Beaten { by, batch } => (Judgement::Beaten, Some(by), None, Some(batch)),
            Fate::Infeasible { constraint, batch } => {
                (Judgement::Infeasible, None, Some(constraint), Some(batch))
            }
            Fate::Undecided if is_best => (Judgement::BestSoFar, None, None, None),
            Fate::Undecided => (Judgement::Undecided, None, None, None),
        };
        self.alternatives.push(AlternativeResult {
            values,
            strategy,
            fate,
            refusal: None,
            beaten_by,
            breaks,
            decided_after,
            batches: standing.batches,
            objective: objective.map(|mean| Value::of(&goal.objective, mean, goal.maximises)),
            conditions: conditions.collect(),
            places,
        });
    }

    /// Gives those who beat others their places in the whole list; `ran` has the place in the list of each alternative of
    /// the selection.
    pub fn place_winners(&mut self, ran: &[usize]) {
        for alternative in &mut self.alternatives {
            alternative.beaten_by = alternative.beaten_by.map(|by| ran[by]);
        }
    }

    /// The alternative that breaks a condition by the fewest tolerances, with the condition and by how much it does, where
    /// every one that ran breaks one.
    pub(super) fn nearest_miss(&self) -> Option<(&AlternativeResult, usize, f64)> {
        let miss = |alternative: &'_ AlternativeResult| {
            let condition = alternative.breaks?;
            let constraint = self.asked[condition].constraint();
            let value = alternative.conditions.get(condition)?.value.plain;
            Some((condition, (value - constraint.bound).abs(), constraint.tolerance))
        };
        let misses = self.alternatives.iter().filter_map(|one| miss(one).map(|miss| (one, miss)));
        misses
            .min_by(|(_, a), (_, b)| (a.1 / a.2).total_cmp(&(b.1 / b.2)))
            .map(|(one, (condition, by, _))| (one, condition, by))
    }

    /// Every alternative that ran breaks a condition.
    pub(super) fn is_infeasible(&self) -> bool {
        self.alternatives.iter().all(|one| matches!(one.fate, Judgement::Infeasible | Judgement::Refused))
    }
}
