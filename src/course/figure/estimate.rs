//! Figures over many worlds.

use crate::course::run::Run;
use crate::course::value::Value;
use crate::montecarlo::{Metric, StudySize, Unit, study};
use crate::scenario::Scenario;
use crate::units::SimSpan;

/// More worlds than this keep a learner waiting.
const MOST_REPLICATIONS: u64 = 10_000;

/// A metric of a run's strategy.
pub(super) fn estimate(metric: &str, replications: u64, run: &Run) -> Result<Value, String> {
    if !(1..=MOST_REPLICATIONS).contains(&replications) {
        return Err(format!("a lesson asks for 1 to {MOST_REPLICATIONS} replications"));
    }
    let parsed = Metric::parse(metric).map_err(|error| error.to_string())?;
    parsed.check(&run.scenario).map_err(|error| error.to_string())?;
    let alone = Scenario { strategies: vec![run.strategy.clone()], ..run.scenario.clone() };
    let size = StudySize { seed: run.bill.seed, replications, threads: 0 };
    let samples = study(&alone, size, &mut ()).map_err(|error| error.to_string())?;
    let estimate = samples.first().and_then(|samples| parsed.estimate(samples));
    let estimate = estimate.ok_or_else(|| format!("nobody measured {metric}"))?;
    Ok(match (parsed.unit(), estimate.exact) {
        (_, Some(exact)) => Value::Money(exact),
        (Unit::Hours, None) => Value::Span(span(estimate.value, SimSpan::HOUR)),
        (Unit::Seconds, None) => Value::Span(span(estimate.value, SimSpan::SECOND)),
        (Unit::Currency | Unit::Share | Unit::Count, None) => Value::Share(estimate.value),
    })
}

fn span(value: f64, unit: SimSpan) -> SimSpan {
    SimSpan::from_ms((value * unit.as_ms() as f64).round() as i64)
}
