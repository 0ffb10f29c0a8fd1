//! Results held against limits: checked before anything runs, judged when everything is written.

use super::args::GateArgs;
use super::fail::Failure;
use crate::montecarlo::{Samples, StudySize, Threshold};
use crate::report::{Baseline, Comparison, thresholds};
use crate::scenario::Scenario;

/// What results are held against. It fits the scenario.
#[derive(Debug)]
pub(super) struct Gate<'run> {
    thresholds: &'run [Threshold],
    baseline: Option<Baseline>,
}

impl<'run> Gate<'run> {
    /// Refuses what cannot be judged in the end.
    pub(super) fn new(args: &'run GateArgs, scenario: &Scenario, seed: u64) -> Result<Self, Failure> {
        for threshold in &args.fail_if {
            threshold.check(scenario).map_err(|error| Failure::Usage(format!("--fail-if: {error}")))?;
        }
        // Read now, since the run may write to where it is.
        let baseline = args.baseline.as_ref().map(|path| Baseline::read(path, scenario, seed)).transpose();
        let baseline = baseline.map_err(|error| Failure::Scenario(error.to_string()))?;
        Ok(Self { thresholds: &args.fail_if, baseline })
    }

    /// Adds to a comparison what the gate says of it.
    pub(super) fn add_to(
        &self,
        comparison: &mut Comparison,
        scenario: &Scenario,
        size: StudySize,
        samples: &[Samples],
    ) {
        comparison.baseline =
            self.baseline.as_ref().map(|baseline| baseline.changes(scenario, size, samples));
        comparison.thresholds = thresholds::results(scenario, self.thresholds, samples);
    }
}

/// The end of a run whose results are written and shown: a failure if a threshold failed.
pub(super) fn verdict(comparison: &Comparison) -> Result<(), Failure> {
    thresholds::failures(&comparison.thresholds).map_or(Ok(()), |text| Err(Failure::Thresholds(text)))
}
