//! Figures held against limits: as JSON, as a table, and as what a failed gate says.

use super::figures::{Figure, Number, Scale, number};
use super::table::new_table;
use super::words::count;
use crate::montecarlo::{Metric, Relation, Samples, Threshold, Verdict};
use crate::scenario::Scenario;
use serde::Serialize;
use std::fmt::Write as _;

/// What one threshold says of one strategy.
#[derive(Clone, Debug, Serialize)]
pub struct ThresholdResult {
    /// The threshold as it was typed.
    pub expression: String,
    /// The strategy.
    pub strategy: String,
    /// The metric.
    pub metric: String,
    /// Its value.
    pub value: Number,
    /// Its 95 % interval; null where there is none.
    pub ci95: Option<[Number; 2]>,
    /// How the value must not stand to the limit: `>`, `>=`, `<` or `<=`.
    pub relation: &'static str,
    /// The limit, in the unit of the metric.
    pub limit: Number,
    /// The limit lies within the interval: other luck may well have given the other answer.
    pub is_close: bool,
    /// It stands to the limit as it must not.
    pub failed: bool,
    #[serde(skip)]
    shown: Shown,
}

/// The same in words.
#[derive(Clone, Debug)]
struct Shown {
    value: String,
    interval: Option<String>,
    limit: String,
    relation: &'static str,
}

/// What every threshold says of every strategy it is of. They have been checked.
pub fn results(scenario: &Scenario, thresholds: &[Threshold], samples: &[Samples]) -> Vec<ThresholdResult> {
    let of_each = |threshold| {
        let verdicts: Vec<Verdict> = Threshold::verdicts(threshold, scenario, samples);
        verdicts.into_iter().map(move |verdict| result(scenario, threshold, &verdict))
    };
    thresholds.iter().flat_map(of_each).collect()
}

fn result(scenario: &Scenario, threshold: &Threshold, verdict: &Verdict) -> ThresholdResult {
    let metric = threshold.metric();
    let figure = Figure::new(&metric, Some(verdict.estimate));
    let value = figure.value.expect("there is an estimate");
    let limit = match threshold.limit_as_money() {
        Some(limit) => Number::Money(limit.to_string()),
        None => number(&metric, threshold.limit()),
    };
    ThresholdResult {
        expression: threshold.text().to_owned(),
        strategy: scenario.strategies[verdict.strategy].name.clone(),
        metric: metric.to_string(),
        shown: shown(&metric, threshold, verdict, &value, &limit),
        value,
        ci95: figure.ci95,
        relation: threshold.relation().symbol(),
        limit,
        is_close: verdict.is_close,
        failed: verdict.failed,
    }
}

fn shown(
    metric: &Metric,
    threshold: &Threshold,
    verdict: &Verdict,
    exact: &Number,
    exact_limit: &Number,
) -> Shown {
    let (value, limit) = (verdict.estimate.value, threshold.limit());
    let scale = Scale::new(metric, value.abs().max(limit.abs()));
    let rounded = [value, limit].map(|number| scale.shown(number));
    // Two numbers that read the same but are not are written out.
    let [value, limit] = if rounded[0] == rounded[1] && exact != exact_limit {
        [exact, exact_limit].map(Number::written)
    } else {
        rounded
    };
    let interval = verdict.estimate.ci95.map(|_| scale.interval(verdict.estimate.ci95));
    let relation = match threshold.relation() {
        Relation::Above => "above",
        Relation::AtLeast => "at least",
        Relation::Below => "below",
        Relation::AtMost => "at most",
    };
    Shown { value, interval, limit, relation }
}

/// A table of them; nothing without any.
pub(super) fn table(results: &[ThresholdResult]) -> String {
    if results.is_empty() {
        return String::new();
    }
    let mut table = new_table(&["fails if", "strategy", "", "figure", "95 % interval"], 3);
    for result in results {
        table.add_row(vec![
            result.expression.clone(),
            result.strategy.clone(),
            if result.failed { "FAILED" } else { "passed" }.to_owned(),
            result.shown.value.clone(),
            result.shown.interval.clone().unwrap_or_else(|| "–".to_owned()),
        ]);
    }
    let mut text = format!("\n{table}\n");
    if results.iter().any(|result| result.is_close) {
        text.push_str(
            "Where the limit lies within the interval, other luck (--seed) may well give the other answer.\n",
        );
    }
    text
}

/// What is said of those that failed; none if none did.
pub fn failures(results: &[ThresholdResult]) -> Option<String> {
    let failed: Vec<&ThresholdResult> = results.iter().filter(|result| result.failed).collect();
    if failed.is_empty() {
        return None;
    }
    let mut text = format!("{} of {} failed", failed.len(), count(results.len(), "threshold"));
    for ThresholdResult { expression, strategy, metric, shown, is_close, .. } in failed {
        let _ = write!(text, "\n  {expression}: {metric} of \"{strategy}\" is {}", shown.value);
        match &shown.interval {
            Some(interval) => {
                let _ = write!(text, " (95 % interval {interval})");
            }
            None => text.push_str(" (no interval)"),
        }
        let _ = write!(text, ", {} {}", shown.relation, shown.limit);
        if *is_close {
            text.push_str("; the limit lies within the interval");
        }
    }
    Some(text)
}
