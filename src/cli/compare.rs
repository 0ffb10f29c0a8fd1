//! `deploysim compare`: all strategies on the same worlds, as a table, JSON, CSV and pictures.

use super::args::CompareArgs;
use super::checkpoint::Checkpoint;
use super::fail::Failure;
use super::gate::Gate;
use super::input;
use super::interrupt::Interrupt;
use super::progress;
use super::results::{self, REPLICATIONS_FILE, ResultFiles, Saying};
use crate::montecarlo::{BATCH, Observer, Samples, Study, StudyError, StudySize};
use crate::scenario::Scenario;
use crate::sim::Outcome;
use indicatif::ProgressBar;

pub(super) fn compare(args: &CompareArgs) -> Result<(), Failure> {
    if let Some(path) = &args.long_run.shard_out {
        return super::shard::write(args, path);
    }
    let scenario = input::load_or_fail(args.scenario.as_deref(), &args.input, args.quiet)?;
    let gate = Gate::new(&args.gate, &scenario, args.seed)?;
    let folder = results::folder_of(&scenario, args.out.as_deref());
    let interrupt = Interrupt::watch(&folder)?;
    let files = ResultFiles::begin(folder, &scenario)?;
    let size = StudySize { seed: args.seed, replications: args.replications, threads: args.threads };
    let (samples, files) = run_study(args, &scenario, size, files, &interrupt)?;
    let saying = Saying { format: args.format, quiet: args.quiet };
    files.finish(&scenario, size, &samples, &interrupt, &gate, saying)
}

/// The replications: those that a checkpoint has, then the others.
fn run_study(
    args: &CompareArgs,
    scenario: &Scenario,
    size: StudySize,
    mut files: ResultFiles,
    interrupt: &Interrupt,
) -> Result<(Vec<Samples>, ResultFiles), Failure> {
    let failed = |error| Failure::from_study(error, REPLICATIONS_FILE);
    let mut study = Study::new(scenario, size.seed, size.threads, 0).map_err(failed)?;
    let checkpoint = Checkpoint::open(args, scenario, |outcomes| {
        if interrupt.is_set() {
            return Err(Failure::Interrupted);
        }
        if study.next() < size.replications {
            let written = files.add(scenario, study.next(), outcomes);
            written.map_err(|error| Failure::Write(REPLICATIONS_FILE.to_owned(), error))?;
            study.add(outcomes);
        }
        Ok(())
    })?;
    let bar = progress::bar_from(study.next(), size.replications, args.quiet);
    let mut observer = Collector { scenario, files, checkpoint, bar, interrupt, unwritten: None };
    let ran = study.run_until(size.replications, &mut observer);
    observer.bar.finish_and_clear();
    let kept = observer.checkpoint.as_mut().map_or(Ok(()), |checkpoint| {
        checkpoint.update().map_err(|error| Failure::Write(checkpoint.name(), error))
    });
    match ran {
        Ok(()) => {}
        Err(StudyError::Io(error)) => {
            let file = observer.unwritten.unwrap_or_else(|| REPLICATIONS_FILE.to_owned());
            return Err(Failure::Write(file, error));
        }
        Err(StudyError::Interrupted) => {
            kept?;
            return Err(observer.checkpoint.map_or(Failure::Interrupted, |kept| kept.interrupted()));
        }
        Err(error) => return Err(failed(error)),
    }
    kept?;
    Ok((study.into_samples(), observer.files))
}

struct Collector<'run> {
    scenario: &'run Scenario,
    files: ResultFiles,
    checkpoint: Option<Checkpoint>,
    bar: ProgressBar,
    interrupt: &'run Interrupt,
    /// The file that could not be written, if it is not that of the replications.
    unwritten: Option<String>,
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
        self.files.add(self.scenario, replication, outcomes)?;
        let Some(checkpoint) = &mut self.checkpoint else { return Ok(()) };
        checkpoint.add(outcomes).inspect_err(|_| self.unwritten = Some(checkpoint.name()))
    }
}
