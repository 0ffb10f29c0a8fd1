//! `deploysim compare`: all strategies on the same worlds, as a table, JSON, CSV and pictures.

use super::args::CompareArgs;
use super::checkpoint::Checkpoint;
use super::fail::Failure;
use super::gate::Gate;
use super::html::PageFile;
use super::input;
use super::interrupt::Interrupt;
use super::progress;
use super::results::{self, Finished, ResultFiles, Saying};
use crate::montecarlo::{BATCH, Goals, Observer, Samples, Study, StudyError, StudySize};
use crate::scenario::Scenario;
use crate::sim::Outcome;
use indicatif::ProgressBar;

pub(super) fn compare(args: &CompareArgs) -> Result<(), Failure> {
    if let Some(path) = &args.long_run.shard_out {
        return super::shard::write(args, path);
    }
    results::can_write(&args.rows)?;
    let scenario = input::load_or_fail(args.scenario.as_deref(), &args.input, args.quiet)?;
    let gate = Gate::new(&args.gate, &scenario, args.seed)?;
    let mut goals = Goals::new(&args.precision, &scenario, args.replications)
        .map_err(|error| Failure::Usage(format!("--precision: {error}")))?;
    let folder = results::folder_of(&scenario, args.out.as_deref());
    let interrupt = Interrupt::watch(&folder)?;
    let files = ResultFiles::begin(folder, &scenario, &args.rows)?;
    let page = PageFile::begin(args.html.as_deref(), args.scenario.as_deref(), &args.input, args.quiet)?;
    let (samples, files) = run_study(args, &scenario, &mut goals, files, &interrupt)?;
    let size = StudySize { seed: args.seed, replications: goals.until(), threads: args.threads };
    let done = Finished { scenario: &scenario, size, samples: &samples, goals: Some(&goals) };
    let saying = Saying { format: args.format, quiet: args.quiet };
    files.finish(done, &interrupt, &gate, (saying, page))
}

/// The replications: those that a checkpoint has, then the others, until the goals are met.
fn run_study(
    args: &CompareArgs,
    scenario: &Scenario,
    goals: &mut Goals,
    mut files: ResultFiles,
    interrupt: &Interrupt,
) -> Result<(Vec<Samples>, ResultFiles), Failure> {
    let failed = |error| Failure::from_study(error, "a file of replications");
    let mut study = Study::new(scenario, args.seed, args.threads, 0).map_err(failed)?;
    let checkpoint = Checkpoint::open(args, scenario, |outcomes| {
        if interrupt.is_set() {
            return Err(Failure::Interrupted);
        }
        if goals.end().is_none() {
            files.add(scenario, study.next(), outcomes)?;
            study.add(outcomes);
            look_when_due(goals, &study);
        }
        Ok(())
    })?;
    let bar = progress::bar_from(study.next(), goals.until(), args.quiet);
    let mut observer = Collector { scenario, files, checkpoint, bar, interrupt, failure: None };
    let ran = run_until_met(goals, &mut study, &mut observer);
    observer.bar.finish_and_clear();
    let kept = observer.checkpoint.as_mut().map_or(Ok(()), |checkpoint| {
        checkpoint.update().map_err(|error| Failure::Write(checkpoint.name(), error))
    });
    match ran {
        Ok(()) => {}
        Err(StudyError::Interrupted) => {
            kept?;
            return Err(observer.checkpoint.map_or(Failure::Interrupted, |kept| kept.interrupted()));
        }
        Err(error) => return Err(observer.failure.unwrap_or_else(|| failed(error))),
    }
    kept?;
    Ok((study.into_samples(), observer.files))
}

/// Runs until the goals are met, or as many replications as there may be.
fn run_until_met(
    goals: &mut Goals,
    study: &mut Study<'_>,
    observer: &mut Collector<'_>,
) -> Result<(), StudyError> {
    while goals.end().is_none() {
        observer.bar.set_length(goals.until());
        study.run_until(goals.until(), observer)?;
        look_when_due(goals, study);
    }
    Ok(())
}

fn look_when_due(goals: &mut Goals, study: &Study<'_>) {
    if study.next() == goals.until() {
        goals.look(study.samples());
    }
}

struct Collector<'run> {
    scenario: &'run Scenario,
    files: ResultFiles,
    checkpoint: Option<Checkpoint>,
    bar: ProgressBar,
    interrupt: &'run Interrupt,
    /// What collecting failed with.
    failure: Option<Failure>,
}

impl Observer for Collector<'_> {
    fn tick(&self) {
        self.bar.inc(1);
    }
    fn is_interrupted(&self) -> bool {
        self.interrupt.is_set()
    }
    fn batch(&self) -> u64 {
        self.checkpoint.as_ref().map_or(BATCH, Checkpoint::batch)
    }
    fn collect(&mut self, replication: u64, outcomes: &[Outcome]) -> std::io::Result<()> {
        let mut added = self.files.add(self.scenario, replication, outcomes);
        if let (Ok(()), Some(checkpoint)) = (&added, &mut self.checkpoint) {
            let kept = checkpoint.add(outcomes);
            added = kept.map_err(|error| Failure::Write(checkpoint.name(), error));
        }
        added.map_err(|failure| {
            let error = std::io::Error::other(failure.to_string());
            self.failure = Some(failure);
            error
        })
    }
}
