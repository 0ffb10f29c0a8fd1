//! Variants of a scenario: loaded one by one, run together on the same draws.

use super::args::{InputArgs, PointArgs};
use super::fail::Failure;
use super::input;
use super::interrupt::Interrupt;
use super::progress;
use super::run::find_strategy;
use crate::montecarlo::{Metric, Progress, Samples, StudySize, study_points};
use crate::report::output::{OutputDir, StreamedFile};
use crate::scenario::edit::{EditError, Input, Template};
use crate::scenario::{Scenario, Severity};
use indicatif::ProgressBar;
use std::path::Path;

/// Runs that are kept at a time: what is more runs after it, in worlds that are drawn again.
const RUNS_KEPT: u64 = 4_000_000;

/// A scenario as it stands, and its text to vary.
pub(super) struct Opened {
    pub(super) template: Template,
    pub(super) scenario: Scenario,
}

/// Loads a scenario that must be right.
pub(super) fn open(path: &Path, input: &InputArgs, quiet: bool) -> Result<Opened, Failure> {
    let opened = input::source(Some(path), input).and_then(Template::new);
    let template = match opened {
        Ok(template) => template,
        // Loading says what is wrong, and where.
        Err(EditError::Read(..) | EditError::Syntax(_)) => {
            input::load_or_fail(Some(path), input, quiet)?;
            return Err(Failure::Scenario(format!("{} cannot be run", path.display())));
        }
        Err(error) => return Err(Failure::from_edit(&error)),
    };
    let loaded = template.load_with(&[]);
    let scenario = input::loaded_or_fail(loaded, &input::shown(Some(path)), quiet)?;
    Ok(Opened { template, scenario })
}

/// Keeps the strategies of these names, in the scenario's order; all of them without names.
pub(super) fn keep_strategies(scenario: &mut Scenario, names: &[String]) -> Result<(), Failure> {
    for name in names {
        find_strategy(scenario, Some(name))?;
    }
    if !names.is_empty() {
        scenario.strategies.retain(|strategy| names.contains(&strategy.name));
    }
    Ok(())
}

/// The metrics asked for, or those of `usual` that the scenario has.
pub(super) fn metrics(asked: &[Metric], usual: &[&str], scenario: &Scenario) -> Result<Vec<Metric>, Failure> {
    if asked.is_empty() {
        let usual = usual.iter().filter_map(|name| Metric::parse(name).ok());
        return Ok(usual.filter(|metric| metric.check(scenario).is_ok()).collect());
    }
    for metric in asked {
        metric.check(scenario).map_err(|error| Failure::Usage(error.to_string()))?;
    }
    let mut metrics: Vec<Metric> = Vec::new();
    for metric in asked {
        if !metrics.contains(metric) {
            metrics.push(*metric);
        }
    }
    Ok(metrics)
}

/// A variant with the strategies of these names only, or why the scenario refuses it.
pub(super) fn load(
    template: &Template,
    settings: &[(&Input, &str)],
    strategies: &[String],
) -> Result<Scenario, String> {
    let (scenario, report) = template.load_with(settings);
    let Some(mut scenario) = scenario else {
        let first = report.diagnostics.into_iter().find(|item| item.severity == Severity::Error);
        return Err(first.map_or_else(String::new, |item| match item.label.as_str() {
            "" => item.message,
            label => format!("{}: {label}", item.message),
        }));
    };
    if !strategies.is_empty() {
        scenario.strategies.retain(|strategy| strategies.contains(&strategy.name));
    }
    Ok(scenario)
}

/// The size of a study of points.
pub(super) fn size(args: &PointArgs) -> StudySize {
    StudySize { seed: args.seed, replications: args.replications, threads: args.threads }
}

/// Runs variants in the same worlds and hands each with its samples to `collect`, in their order. Not all samples are in
/// memory at once.
pub(super) fn run(
    variants: &[Scenario],
    size: StudySize,
    interrupt: &Interrupt,
    quiet: bool,
    mut collect: impl FnMut(usize, &Scenario, Vec<Samples>),
) -> Result<(), Failure> {
    let strategies = variants.iter().map(|variant| variant.strategies.len() as u64).max().unwrap_or(1);
    let at_once = (RUNS_KEPT / (size.replications * strategies).max(1)).max(1) as usize;
    let chunks = variants.len().div_ceil(at_once).max(1) as u64;
    let follower = Follower { bar: progress::bar(size.replications * chunks, quiet), interrupt };
    for (chunk, points) in variants.chunks(at_once).enumerate() {
        let samples =
            study_points(points, size, &follower).map_err(|error| Failure::from_study(error, "stdout"))?;
        for (index, (point, samples)) in points.iter().zip(samples).enumerate() {
            collect(chunk * at_once + index, point, samples);
        }
    }
    follower.bar.finish_and_clear();
    Ok(())
}

/// Moves a bar and stops where the user interrupts.
#[derive(Debug)]
pub(super) struct Follower<'run> {
    pub(super) bar: ProgressBar,
    pub(super) interrupt: &'run Interrupt,
}

impl Progress for Follower<'_> {
    fn tick(&self) {
        self.bar.inc(1);
    }
    fn is_interrupted(&self) -> bool {
        self.interrupt.is_set()
    }
}

/// The threads of what is computed from samples; results do not depend on their number.
pub(super) fn pool(threads: usize) -> Result<rayon::ThreadPool, Failure> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|error| Failure::Threads(format!("cannot start the threads: {error}")))
}

/// Writes files so that they all take their names, or none does.
pub(super) fn write_files(out: &OutputDir, files: &[(String, Vec<u8>)]) -> Result<(), Failure> {
    let failed = |name: &str| {
        let name = name.to_owned();
        move |error| Failure::Write(name, error)
    };
    let mut written: Vec<(&str, StreamedFile)> = Vec::new();
    for (name, bytes) in files {
        written.push((name, out.write(name, bytes).map_err(failed(name))?));
    }
    for (name, file) in &mut written {
        file.finish().map_err(failed(name))?;
    }
    for (name, file) in written {
        file.keep().map_err(failed(name))?;
    }
    Ok(())
}
