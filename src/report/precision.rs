//! How narrow intervals were to be, and how narrow they are.

use super::comparison::Comparison;
use super::table::{new_table, wrapped};
use super::words::grouped;
use crate::montecarlo::{Attained, End, Goals, Samples};
use crate::scenario::Scenario;
use serde::Serialize;

/// A study that was to end when intervals are narrow enough.
#[derive(Clone, Debug, Serialize)]
pub struct PrecisionResult {
    /// Every interval is as narrow as asked for.
    pub is_reached: bool,
    /// The most replications there might have been.
    pub most_replications: u64,
    /// One per strategy and figure.
    pub goals: Vec<GoalResult>,
}

/// How narrow one interval was to be.
#[derive(Clone, Debug, Serialize)]
pub struct GoalResult {
    /// The strategy.
    pub strategy: String,
    /// The metric.
    pub metric: String,
    /// Half the length of its 95 % interval that was asked for, as a share of the figure.
    pub asked: f64,
    /// That it has; null without an interval, or of a figure of 0.
    pub attained: Option<f64>,
    /// It is narrow enough.
    pub is_reached: bool,
}

impl PrecisionResult {
    /// How a study ended; none of one that was not to end early.
    pub fn new(goals: &Goals, scenario: &Scenario, samples: &[Samples]) -> Option<Self> {
        let attained = goals.attained(samples);
        if attained.is_empty() {
            return None;
        }
        let result = |one: &Attained| GoalResult {
            strategy: scenario.strategies[one.strategy].name.clone(),
            metric: one.metric.to_string(),
            asked: one.asked,
            attained: one.attained,
            is_reached: one.is_reached,
        };
        Some(Self {
            is_reached: goals.end() == Some(End::Reached),
            most_replications: goals.most(),
            goals: attained.iter().map(result).collect(),
        })
    }
}

/// Why a study ended where it did; nothing of one that was not to end early.
pub(super) fn reason(comparison: &Comparison) -> String {
    let Some(precision) = &comparison.precision else { return String::new() };
    let most = grouped(precision.most_replications);
    let run = grouped(comparison.replications);
    if precision.is_reached {
        return wrapped(&format!(
            "stopped after {run} of at most {most} replications: every interval is as narrow as --precision asks"
        ));
    }
    let missed = precision.goals.iter().filter(|goal| !goal.is_reached).count();
    wrapped(&format!(
        "warning: {most} replications are all there may be (-n), and {missed} of {} intervals are wider than --precision \
         asks",
        precision.goals.len()
    ))
}

/// A table of every interval; nothing without any.
pub(super) fn table(comparison: &Comparison) -> String {
    let Some(precision) = &comparison.precision else { return String::new() };
    let mut table = new_table(&["strategy", "precision of", "asked ±", "attained ±", ""], 2);
    for goal in &precision.goals {
        let share = |share: f64| format!("{:.3} %", share * 100.0);
        table.add_row(vec![
            goal.strategy.clone(),
            goal.metric.clone(),
            share(goal.asked),
            goal.attained.map_or_else(|| "–".to_owned(), share),
            if goal.is_reached { "reached" } else { "MISSED" }.to_owned(),
        ]);
    }
    format!("\n{table}\n")
}
