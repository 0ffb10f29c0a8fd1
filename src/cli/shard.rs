//! `deploysim compare --shard-out` and `deploysim merge`: a run in parts, anywhere, and one result of them.

use super::args::{CompareArgs, MergeArgs};
use super::fail::Failure;
use super::gate::Gate;
use super::input;
use super::interrupt::Interrupt;
use super::progress;
use super::results::{self, Finished, ResultFiles, Saying, place_of};
use crate::montecarlo::{Observer, Study, StudySize};
use crate::report::output::{OutputDir, StreamedFile};
use crate::scenario::{Scenario, Source};
use crate::shard::{Header, Range, Reader, ShardError, Writer, in_order};
use crate::sim::Outcome;
use indicatif::ProgressBar;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// Outcomes that wait are written at so many bytes.
const MOST_WAITING: usize = 1 << 20;

/// The replications of a range, written to a file.
pub(super) fn write(args: &CompareArgs, path: &Path) -> Result<(), Failure> {
    let scenario = input::load_or_fail(args.scenario.as_deref(), &args.input, args.quiet)?;
    let range = args.long_run.range.unwrap_or(Range { first: 0, end: args.replications });
    let header = header_of(args, &scenario, range)?;
    let shown = path.display().to_string();
    let failed = |error| Failure::Write(shown.clone(), error);
    let (folder, name) = place_of(path, "--shard-out")?;
    let interrupt = Interrupt::watch(folder)?;
    let out = OutputDir::create(folder).map_err(failed)?;
    let writer = Writer::new(out.stream(name).map_err(failed)?, &header).map_err(failed)?;
    let bar = progress::bar(range.len(), args.quiet);
    let mut observer = ShardFile { writer, bar, interrupt: &interrupt };
    let in_study = |error| Failure::from_study(error, &shown);
    let mut study = Study::new(&scenario, args.seed, args.threads, range.first).map_err(in_study)?;
    study.run_until(range.end, &mut observer).map_err(in_study)?;
    observer.bar.finish_and_clear();
    observer.writer.finish().and_then(StreamedFile::keep).map_err(failed)?;
    if !args.quiet {
        super::note(&format!("replications {range} in {shown}\n"));
    }
    Ok(())
}

struct ShardFile<'run> {
    writer: Writer<StreamedFile>,
    bar: ProgressBar,
    interrupt: &'run Interrupt,
}

impl Observer for ShardFile<'_> {
    fn tick(&self) {
        self.bar.inc(1);
    }
    fn is_interrupted(&self) -> bool {
        self.interrupt.is_set()
    }
    fn collect(&mut self, _: u64, outcomes: &[Outcome]) -> std::io::Result<()> {
        self.writer.add(outcomes);
        if self.writer.waiting() >= MOST_WAITING { self.writer.seal() } else { Ok(()) }
    }
}

/// One result of many shards: the same files and the same stdout as one run.
pub(super) fn merge(args: &MergeArgs) -> Result<(), Failure> {
    results::can_write(&args.rows)?;
    let headers =
        args.shards.iter().map(|path| Ok((path.display().to_string(), open(path)?.header().clone())));
    let headers: Vec<(String, Header)> = headers.collect::<Result<_, Failure>>()?;
    let order = in_order(&headers).map_err(|error| Failure::Usage(error.to_string()))?;
    let (name, header) = &headers[order[0]];
    let scenario = scenario_of(args, name, header)?;
    let gate = Gate::new(&args.gate, &scenario, header.seed)?;
    let end = headers.iter().map(|(_, header)| header.range.end).max().unwrap_or(0);
    let size = StudySize { seed: header.seed, replications: end, threads: args.threads };
    let folder = results::folder_of(&scenario, args.out.as_deref());
    let interrupt = Interrupt::watch(&folder)?;
    let mut files = ResultFiles::begin(folder, &scenario, &args.rows)?;
    let in_study = |error| Failure::from_study(error, "a file of replications");
    let mut study = Study::new(&scenario, size.seed, size.threads, 0).map_err(in_study)?;
    let bar = progress::bar(end, args.quiet);
    for path in order.iter().map(|place| &args.shards[*place]) {
        add(path, &scenario, &mut study, &mut files, &bar, &interrupt)?;
    }
    bar.finish_and_clear();
    let saying = Saying { format: args.format, quiet: args.quiet };
    let done = Finished { scenario: &scenario, size, samples: study.samples(), goals: None };
    files.finish(done, &interrupt, &gate, (saying, None))
}

/// Adds the replications of one shard.
fn add(
    path: &Path,
    scenario: &Scenario,
    study: &mut Study<'_>,
    files: &mut ResultFiles,
    bar: &ProgressBar,
    interrupt: &Interrupt,
) -> Result<(), Failure> {
    let mut reader = open(path)?;
    while let Some(segment) = reader.next_segment().map_err(|error| unreadable(path, error))? {
        if interrupt.is_set() {
            return Err(Failure::Interrupted);
        }
        for outcomes in &segment.replications {
            files.add(scenario, study.next(), outcomes)?;
            study.add(outcomes);
        }
        bar.set_position(study.next());
    }
    Ok(())
}

fn open(path: &Path) -> Result<Reader<BufReader<File>>, Failure> {
    let file = File::open(path).map_err(ShardError::Io);
    file.and_then(|file| Reader::new(BufReader::new(file))).map_err(|error| unreadable(path, error))
}

/// What is wrong with a shard or a checkpoint.
pub(super) fn unreadable(path: &Path, error: ShardError) -> Failure {
    Failure::Shard(path.display().to_string(), error)
}

/// The scenario as the shard has it, with its data files as they are now, if it is still the same.
fn scenario_of(args: &MergeArgs, name: &str, header: &Header) -> Result<Scenario, Failure> {
    let own = env!("CARGO_PKG_VERSION");
    if header.program != own {
        return Err(Failure::Usage(format!(
            "{name} is of deploysim {}, and this is {own}: results may differ; merge it with that version",
            header.program
        )));
    }
    let source = Source {
        path: header.path.clone(),
        text: header.text.clone(),
        base: Path::new(&header.path).parent().map(Path::to_path_buf).unwrap_or_default(),
        data_dirs: input::data_dirs(&args.input),
    };
    let scenario = input::loaded_or_fail(crate::scenario::load(source), &header.path, args.quiet)?;
    if scenario.hash != header.scenario_hash {
        return Err(Failure::Usage(format!(
            "the scenario of {name} has the hash {}, and with the data files that are here {}: find those it was run with (--data)",
            header.scenario_hash, scenario.hash
        )));
    }
    Ok(scenario)
}

/// What a shard or checkpoint of this run says of itself.
pub(super) fn header_of(args: &CompareArgs, scenario: &Scenario, range: Range) -> Result<Header, Failure> {
    let source = input::source(args.scenario.as_deref(), &args.input);
    let source = source.map_err(|error| Failure::Scenario(error.to_string()))?;
    Ok(Header::new(scenario, args.seed, range, source.path, source.text))
}
