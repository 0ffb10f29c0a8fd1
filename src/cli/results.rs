//! The files of a comparison. They are begun before the run, so that files that cannot be written cost none, and take
//! their names together at the end.

use super::args::Format;
use super::fail::Failure;
use super::gate::{self, Gate};
use super::interrupt::Interrupt;
use crate::montecarlo::{Samples, StudySize};
use crate::report::output::{OutputDir, StreamedFile};
use crate::report::{Comparison, pictures, replications, table};
use crate::scenario::Scenario;
use crate::sim::Outcome;
use serde::Serialize;
use std::path::{Path, PathBuf};

const RESULTS_FILE: &str = "results.json";
/// The file that the replications go to while they run.
pub(super) const REPLICATIONS_FILE: &str = "replications.csv";

/// Files without a name yet.
pub(super) struct ResultFiles {
    rows: replications::Writer<StreamedFile>,
    /// Goes after the files: a folder that was made for them and stays empty vanishes again.
    out: OutputDir,
    folder: PathBuf,
}

/// What is said where.
#[derive(Clone, Copy)]
pub(super) struct Saying {
    pub(super) format: Format,
    pub(super) quiet: bool,
}

/// The folder and the name of a file that an option names.
pub(super) fn place_of<'a>(path: &'a Path, option: &str) -> Result<(&'a Path, &'a str), Failure> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name =
        name.ok_or_else(|| Failure::Usage(format!("{} names no file for {option}", path.display())))?;
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => Ok((folder, name)),
        Some(_) | None => Ok((Path::new("."), name)),
    }
}

/// The folder of a scenario's results where none is given.
pub(super) fn folder_of(scenario: &Scenario, out: Option<&Path>) -> PathBuf {
    out.map_or_else(|| PathBuf::from("outputs").join(&scenario.name), Path::to_path_buf)
}

impl ResultFiles {
    /// Begins what grows with every replication.
    pub(super) fn begin(folder: PathBuf, scenario: &Scenario) -> Result<Self, Failure> {
        let failed = |error| Failure::Write(folder.display().to_string(), error);
        let out = OutputDir::create(&folder).map_err(failed)?;
        let write_error = |error| Failure::Write(REPLICATIONS_FILE.to_owned(), error);
        let file = out.stream(REPLICATIONS_FILE).map_err(write_error)?;
        let rows = replications::Writer::new(file, scenario).map_err(write_error)?;
        Ok(Self { rows, out, folder })
    }

    /// The rows of one replication.
    pub(super) fn add(
        &mut self,
        scenario: &Scenario,
        replication: u64,
        outcomes: &[Outcome],
    ) -> std::io::Result<()> {
        self.rows.write(scenario, replication, outcomes)
    }

    /// Makes everything else of the samples, gives all files their names, and prints the results.
    pub(super) fn finish(
        self,
        scenario: &Scenario,
        size: StudySize,
        samples: &[Samples],
        interrupt: &Interrupt,
        gate: &Gate<'_>,
        saying: Saying,
    ) -> Result<(), Failure> {
        let mut comparison = Comparison::new(scenario, size, samples);
        gate.add_to(&mut comparison, scenario, size, samples);
        let json = to_json(&comparison);
        let pictures = pictures::draw(scenario, &comparison, size, samples, &|| interrupt.is_set())
            .map_err(|(name, error)| Failure::Plot(name.to_owned(), error))?;
        if interrupt.is_set() {
            return Err(Failure::Interrupted);
        }
        let csv = self.rows.finish().map_err(|error| Failure::Write(REPLICATIONS_FILE.to_owned(), error))?;
        write_files(&self.out, &json, csv, &pictures)?;
        match saying.format {
            Format::Text => super::print(&table::render(&comparison))?,
            Format::Json => super::print(&json)?,
        }
        if !saying.quiet {
            super::note(&format!("files in {}\n", self.folder.display()));
        }
        gate::verdict(&comparison)
    }
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

/// JSON for people and programs: indented, with a newline at the end.
pub(super) fn to_json(value: &impl Serialize) -> String {
    let mut text =
        serde_json::to_string_pretty(value).expect("a report has only text keys and finite numbers");
    text.push('\n');
    text
}
