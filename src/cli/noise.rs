//! `deploysim compare --antithetic` and `--control`: mean costs with less noise, and what that gained.

use super::args::{CompareArgs, Format};
use super::fail::Failure;
use super::input;
use super::interrupt::Interrupt;
use super::{progress, results};
use crate::montecarlo::{
    Control, ControlMean, MeanEstimate, Observer, Progress, StudySize, antithetic_study, measure_controls,
    study,
};
use crate::report::noise::{ControlData, LessNoise, NoiseData};
use crate::scenario::Scenario;
use crate::sim::Outcome;
use indicatif::ProgressBar;
use std::path::Path;

/// Worlds for the expected value of a control, per replication: they cost no run, and their error is a part of the interval.
const CONTROL_WORLDS: u64 = 4;

pub(super) fn compare_means(args: &CompareArgs) -> Result<(), Failure> {
    let scenario = input::load_or_fail(args.scenario.as_deref(), &args.input, args.quiet)?;
    let size = StudySize { seed: args.seed, replications: args.replications, threads: args.threads };
    // Nothing is written, so that there is no folder to tidy.
    let interrupt = Interrupt::watch(Path::new("."))?;
    let follow = |worlds| Follower { bar: progress::bar(worlds, args.quiet), interrupt: &interrupt };
    let mut data =
        NoiseData { plain: plain(&scenario, size, follow(size.replications))?, ..NoiseData::default() };
    if args.noise.antithetic {
        let follower = follow((size.replications / 2).max(1));
        let pairs = antithetic_study(&scenario, size, &follower);
        let pairs = pairs.map_err(|error| Failure::from_study(error, "stdout"))?;
        follower.bar.finish_and_clear();
        let cost = |outcome: &Outcome| outcome.cost().to_f64();
        let of = |strategy: usize| {
            pairs
                .iter()
                .map(|[plain, mirrored]| (cost(&plain[strategy]), cost(&mirrored[strategy])))
                .collect()
        };
        data.pairs = Some((0..scenario.strategies.len()).map(of).collect());
    }
    if args.noise.control {
        data.controls = Some(controls(&scenario, size, &follow)?);
    }
    let result = LessNoise::new(&scenario, size, &data);
    match args.format {
        Format::Text => super::print(&result.render()),
        Format::Json => super::print(&results::to_json(&result)),
    }
}

/// Costs by strategy.
fn plain(scenario: &Scenario, size: StudySize, mut follower: Follower) -> Result<Vec<Vec<f64>>, Failure> {
    let samples =
        study(scenario, size, &mut follower).map_err(|error| Failure::from_study(error, "stdout"))?;
    follower.bar.finish_and_clear();
    let costs = samples.iter().map(|column| column.cost.iter().map(|cost| cost.to_f64()).collect());
    Ok(costs.collect())
}

/// Controls of the study's worlds, with expected values from the worlds after them.
fn controls<'run>(
    scenario: &Scenario,
    size: StudySize,
    follow: &impl Fn(u64) -> Follower<'run>,
) -> Result<ControlData, Failure> {
    let controls = Control::all_of(scenario);
    if controls.is_empty() {
        return Err(Failure::Usage(
            "this scenario has no control: --control needs a generated price or a stock that comes and goes"
                .to_owned(),
        ));
    }
    let worlds = CONTROL_WORLDS * size.replications;
    let follower = follow(size.replications + worlds);
    let measure = |range| {
        measure_controls(scenario, &controls, (size.seed, range, size.threads), &follower)
            .map_err(|error| Failure::from_study(error, "stdout"))
    };
    let own = measure(0..size.replications)?;
    let further = measure(size.replications..size.replications + worlds)?;
    follower.bar.finish_and_clear();
    let column =
        |rows: &[Vec<f64>], control: usize| rows.iter().map(|row| row[control]).collect::<Vec<f64>>();
    let expected = |control: usize| {
        let MeanEstimate { mean, standard_error, .. } =
            MeanEstimate::of(&column(&further, control)).expect("there are further worlds");
        ControlMean::Estimated { mean, standard_error: standard_error.unwrap_or(0.0) }
    };
    Ok(ControlData {
        names: controls.iter().map(|control| control.name.clone()).collect(),
        values: (0..controls.len()).map(|control| column(&own, control)).collect(),
        expected: (0..controls.len()).map(expected).collect(),
        worlds,
    })
}

struct Follower<'run> {
    bar: ProgressBar,
    interrupt: &'run Interrupt,
}

impl Progress for Follower<'_> {
    fn tick(&self) {
        self.bar.inc(1);
    }
    fn is_interrupted(&self) -> bool {
        self.interrupt.is_set()
    }
}

impl Observer for Follower<'_> {
    fn tick(&self) {
        self.bar.inc(1);
    }
    fn is_interrupted(&self) -> bool {
        self.interrupt.is_set()
    }
    fn collect(&mut self, _: u64, _: &[Outcome]) -> std::io::Result<()> {
        Ok(())
    }
}
