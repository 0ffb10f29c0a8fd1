//! `deploysim compare`: all strategies on the same worlds, as a table, JSON, CSV and pictures.

use super::args::{CompareArgs, Format};
use super::fail::Failure;
use super::input;
use super::interrupt::Interrupt;
use super::progress;
use crate::montecarlo::{self, Observer, Samples, StudySize};
use crate::report::output::{OutputDir, StreamedFile};
use crate::report::{Comparison, pictures, replications, table};
use crate::scenario::Scenario;
use crate::sim::Outcome;
use indicatif::ProgressBar;
use serde::Serialize;
use std::path::PathBuf;

const RESULTS_FILE: &str = "results.json";
const REPLICATIONS_FILE: &str = "replications.csv";

pub(super) fn compare(args: &CompareArgs) -> Result<(), Failure> {
    let scenario = input::load_or_fail(args.scenario.as_deref(), &args.input, args.quiet)?;
    let folder = args.out.clone().unwrap_or_else(|| PathBuf::from("outputs").join(&scenario.name));
    let interrupt = Interrupt::watch(&folder)?;
    let out =
        OutputDir::create(&folder).map_err(|error| Failure::Write(folder.display().to_string(), error))?;
    let size = StudySize { seed: args.seed, replications: args.replications, threads: args.threads };
    let (samples, csv) = run_study(&scenario, size, &out, &interrupt, args.quiet)?;
    let comparison = Comparison::new(&scenario, size, &samples);
    let json = to_json(&comparison);
    let pictures = pictures::draw(&scenario, &comparison, size, &samples, &|| interrupt.is_set())
        .map_err(|(name, error)| Failure::Plot(name, error))?;
    if interrupt.is_set() {
        return Err(Failure::Interrupted);
    }
    write_files(&out, &json, csv, &pictures)?;
    match args.format {
        Format::Text => super::print(&table::render(&comparison))?,
        Format::Json => super::print(&json)?,
    }
    if !args.quiet {
        super::note(&format!("files in {}\n", folder.display()));
    }
    Ok(())
}

/// The replications, with their CSV streamed to a file that has no name yet.
fn run_study(
    scenario: &Scenario,
    size: StudySize,
    out: &OutputDir,
    interrupt: &Interrupt,
    quiet: bool,
) -> Result<(Vec<Samples>, StreamedFile), Failure> {
    let write_error = |error| Failure::Write(REPLICATIONS_FILE.to_owned(), error);
    let file = out.stream(REPLICATIONS_FILE).map_err(write_error)?;
    let csv = replications::Writer::new(file, scenario).map_err(write_error)?;
    let bar = progress::bar(size.replications, quiet);
    let mut observer = Collector { scenario, csv, bar, interrupt };
    let samples = montecarlo::study(scenario, size, &mut observer)
        .map_err(|error| Failure::from_study(error, REPLICATIONS_FILE))?;
    observer.bar.finish_and_clear();
    Ok((samples, observer.csv.finish().map_err(write_error)?))
}

/// Everything is on the disk before anything takes its name, so that a failed run leaves earlier results as they were.
fn write_files(
    out: &OutputDir,
    json: &str,
    csv: StreamedFile,
    pictures: &[(&'static str, Vec<u8>)],
) -> Result<(), Failure> {
    let failed = |name: &str| {
        let name = name.to_owned();
        move |error| Failure::Write(name, error)
    };
    let mut files = vec![(REPLICATIONS_FILE, csv)];
    let whole = pictures.iter().map(|(name, bytes)| (*name, bytes.as_slice()));
    for (name, bytes) in whole.chain([(RESULTS_FILE, json.as_bytes())]) {
        files.push((name, out.write(name, bytes).map_err(failed(name))?));
    }
    for (name, file) in &mut files {
        file.finish().map_err(failed(name))?;
    }
    for (name, file) in files {
        file.keep().map_err(failed(name))?;
    }
    Ok(())
}

struct Collector<'run> {
    scenario: &'run Scenario,
    csv: replications::Writer<StreamedFile>,
    bar: ProgressBar,
    interrupt: &'run Interrupt,
}

impl Observer for Collector<'_> {
    fn tick(&self) {
        self.bar.inc(1);
    }
    fn is_interrupted(&self) -> bool {
        self.interrupt.is_set()
    }
    fn collect(&mut self, replication: u64, outcomes: &[Outcome]) -> std::io::Result<()> {
        self.csv.write(self.scenario, replication, outcomes)
    }
}

/// JSON for people and programs: indented, with a newline at the end.
pub(super) fn to_json(value: &impl Serialize) -> String {
    let mut text =
        serde_json::to_string_pretty(value).expect("a report has only text keys and finite numbers");
    text.push('\n');
    text
}
