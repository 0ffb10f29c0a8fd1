//! Two objectives at once: what nothing else beats in both.

use super::{Choice, Value};
use crate::montecarlo::{Estimate, Measure, Metric, pareto_front};
use serde::Serialize;

/// The front of two objectives.
#[derive(Clone, Debug, Serialize)]
pub struct FrontResult {
    /// The other objective, as it is typed.
    pub other: String,
    /// `minimise` or `maximise`: what is wanted of its measure.
    pub other_sense: &'static str,
    /// Replications of each point.
    pub replications: u64,
    /// Points that the scenario refuses.
    pub refused: usize,
    /// How many are on the front.
    pub on_front: usize,
    /// Every strategy at every point.
    pub points: Vec<FrontPoint>,
    #[serde(skip)]
    pub(super) asked: Metric,
}

/// A strategy at a point.
#[derive(Clone, Debug, Serialize)]
pub struct FrontPoint {
    /// What it is.
    #[serde(flatten)]
    pub choice: Choice,
    /// Why the scenario refuses it; null if it ran.
    pub refusal: Option<String>,
    /// No other point is as good in both objectives and better in one, by their estimates.
    pub is_on_front: bool,
    /// A point on the front that this one may be beaten by or may beat: their intervals overlap in both objectives.
    pub is_uncertain: bool,
    /// The best of the objective.
    pub is_chosen: bool,
    /// The objective; null if it did not run.
    pub objective: Option<Value>,
    /// The other objective.
    pub other: Option<Value>,
}

/// The estimates of both objectives, or why there are none.
pub type TwoEstimates = Result<(Estimate, Estimate), String>;

/// More of it is better.
fn is_wanted_high(measure: Measure) -> bool {
    matches!(
        measure,
        Measure::Availability
            | Measure::RunningHours
            | Measure::ServedCalls
            | Measure::DeliveredTokens
            | Measure::Available
            | Measure::LeastAvailable
    )
}

impl FrontResult {
    /// Points with the estimates of both objectives, or why they are refused.
    pub fn new(
        (objective, maximises): (&Metric, bool),
        other: &Metric,
        replications: u64,
        points: Vec<(Choice, TwoEstimates)>,
    ) -> Self {
        let wants_high = is_wanted_high(other.measure);
        let turned = |value: f64, is_turned: bool| if is_turned { -value } else { value };
        let ran: Vec<usize> = (0..points.len()).filter(|place| points[*place].1.is_ok()).collect();
        let at = |place: usize| points[place].1.as_ref().map(|(a, b)| (a.value, b.value)).unwrap_or_default();
        let both: Vec<(f64, f64)> = ran
            .iter()
            .map(|place| (turned(at(*place).0, maximises), turned(at(*place).1, wants_high)))
            .collect();
        let on_front: Vec<usize> = pareto_front(&both).into_iter().map(|index| ran[index]).collect();
        let chosen = on_front.first().copied();
        let value = |metric: &Metric, one: &Estimate| Value::plain(metric, one.value, one.ci95);
        let mut result: Vec<FrontPoint> = points
            .into_iter()
            .enumerate()
            .map(|(place, (choice, outcome))| {
                let ran = outcome.as_ref().ok();
                FrontPoint {
                    choice,
                    is_on_front: on_front.contains(&place),
                    is_uncertain: false,
                    is_chosen: chosen == Some(place),
                    objective: ran.map(|(one, _)| value(objective, one)),
                    other: ran.map(|(_, one)| value(other, one)),
                    refusal: outcome.err(),
                }
            })
            .collect();
        let uncertain: Vec<bool> = (0..result.len())
            .map(|place| {
                on_front.iter().any(|&front| front != place && overlap(&result[place], &result[front]))
            })
            .collect();
        for (point, is_uncertain) in result.iter_mut().zip(uncertain) {
            point.is_uncertain = is_uncertain;
        }
        Self {
            other: other.to_string(),
            other_sense: if wants_high { "maximise" } else { "minimise" },
            replications,
            refused: result.iter().filter(|point| point.refusal.is_some()).count(),
            on_front: on_front.len(),
            points: result,
            asked: *other,
        }
    }

    /// The best of the objective.
    pub fn chosen(&self) -> Option<&FrontPoint> {
        self.points.iter().find(|point| point.is_chosen)
    }
}

/// Whether the intervals of two points overlap in both objectives. Equal points without an interval do.
fn overlap(a: &FrontPoint, b: &FrontPoint) -> bool {
    let ends = |value: &Value| value.interval.unwrap_or((value.plain, value.plain));
    let meet = |a: &Option<Value>, b: &Option<Value>| match (a, b) {
        (Some(a), Some(b)) => ends(a).0 <= ends(b).1 && ends(b).0 <= ends(a).1,
        _ => false,
    };
    meet(&a.objective, &b.objective) && meet(&a.other, &b.other)
}
