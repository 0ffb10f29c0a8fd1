//! Results held against limits: checked before anything runs, judged when everything is written.

use super::args::GateArgs;
use super::fail::Failure;
use crate::montecarlo::{Samples, Threshold};
use crate::report::{Comparison, thresholds};
use crate::scenario::Scenario;

/// What results are held against. It fits the scenario.
#[derive(Debug)]
pub(super) struct Gate<'run> {
    thresholds: &'run [Threshold],
}

impl<'run> Gate<'run> {
    /// Refuses what cannot be judged in the end.
    pub(super) fn new(args: &'run GateArgs, scenario: &Scenario) -> Result<Self, Failure> {
        for threshold in &args.fail_if {
            threshold.check(scenario).map_err(|error| Failure::Usage(format!("--fail-if: {error}")))?;
        }
        Ok(Self { thresholds: &args.fail_if })
    }

    /// Adds to a comparison what the gate says of it.
    pub(super) fn add_to(&self, comparison: &mut Comparison, scenario: &Scenario, samples: &[Samples]) {
        comparison.thresholds = thresholds::results(scenario, self.thresholds, samples);
    }
}

/// The end of a run whose results are written and shown: a failure if a threshold failed.
pub(super) fn verdict(comparison: &Comparison) -> Result<(), Failure> {
    thresholds::failures(&comparison.thresholds).map_or(Ok(()), |text| Err(Failure::Thresholds(text)))
}
