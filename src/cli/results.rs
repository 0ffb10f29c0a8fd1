//! The files of a comparison. They are begun before the run, so that files that cannot be written cost none, and take
//! their names together at the end.

use super::args::{Format, RowsFormat};
use super::fail::Failure;
use super::gate::{self, Gate};
use super::html::PageFile;
use super::interrupt::Interrupt;
use crate::montecarlo::{Goals, Samples, StudySize};
use crate::report::output::{OutputDir, StreamedFile};
use crate::report::page::{self, StudyView};
use crate::report::precision::PrecisionResult;
use crate::report::replications::{CsvRows, RowFile};
use crate::report::{Comparison, pictures, table};
use crate::scenario::Scenario;
use crate::sim::Outcome;
use serde::Serialize;
use std::io;
use std::path::{Path, PathBuf};

const RESULTS_FILE: &str = "results.json";

/// Files without a name yet.
pub(super) struct ResultFiles {
    /// Each by its name.
    rows: Vec<(&'static str, Box<dyn RowFile>)>,
    /// Goes after the files: a folder that was made for them and stays empty vanishes again.
    out: OutputDir,
    folder: PathBuf,
}

/// A study that has ended.
#[derive(Clone, Copy)]
pub(super) struct Finished<'run> {
    pub(super) scenario: &'run Scenario,
    pub(super) size: StudySize,
    pub(super) samples: &'run [Samples],
    /// How narrow intervals were to be, if that was what ended it.
    pub(super) goals: Option<&'run Goals>,
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
    pub(super) fn begin(folder: PathBuf, scenario: &Scenario, rows: &[RowsFormat]) -> Result<Self, Failure> {
        let failed = |error| Failure::Write(folder.display().to_string(), error);
        let out = OutputDir::create(&folder).map_err(failed)?;
        let mut files: Vec<(&'static str, Box<dyn RowFile>)> = Vec::new();
        for format in [RowsFormat::Csv, RowsFormat::Parquet] {
            if rows.contains(&format) {
                let name = format.file();
                let file = out.stream(name).and_then(|file| row_file(format, file, scenario));
                files.push((name, file.map_err(|error| Failure::Write(name.to_owned(), error))?));
            }
        }
        Ok(Self { rows: files, out, folder })
    }

    /// The rows of one replication.
    pub(super) fn add(
        &mut self,
        scenario: &Scenario,
        replication: u64,
        outcomes: &[Outcome],
    ) -> Result<(), Failure> {
        for (name, rows) in &mut self.rows {
            let written = rows.write(scenario, replication, outcomes);
            written.map_err(|error| Failure::Write((*name).to_owned(), error))?;
        }
        Ok(())
    }

    /// Makes everything else of the samples, gives all files their names, and prints the results.
    pub(super) fn finish(
        self,
        study: Finished<'_>,
        interrupt: &Interrupt,
        gate: &Gate<'_>,
        (saying, page): (Saying, Option<PageFile>),
    ) -> Result<(), Failure> {
        let Finished { scenario, size, samples, goals } = study;
        let mut comparison = Comparison::new(scenario, size, samples);
        comparison.precision = goals.and_then(|goals| PrecisionResult::new(goals, scenario, samples));
        gate.add_to(&mut comparison, scenario, size, samples);
        let json = to_json(&comparison);
        let pictures = pictures::draw(scenario, &comparison, size, samples, &|| interrupt.is_set())
            .map_err(|(name, error)| Failure::Plot(name.to_owned(), error))?;
        if interrupt.is_set() {
            return Err(Failure::Interrupted);
        }
        write_files(&self.out, &json, self.rows, &pictures)?;
        if let Some(page) = page {
            let view = StudyView { scenario, comparison: &comparison, samples };
            let html = page::comparison(view, size, &pictures, page.origin());
            page.keep(&html)?;
        }
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
    rows: Vec<(&'static str, Box<dyn RowFile>)>,
    pictures: &[(&'static str, Vec<u8>)],
) -> Result<(), Failure> {
    let failed = |name: &str| {
        let name = name.to_owned();
        move |error| Failure::Write(name, error)
    };
    let ended = rows.into_iter().map(|(name, rows)| Ok((name, rows.finish().map_err(failed(name))?)));
    let mut files: Vec<(&'static str, StreamedFile)> = ended.collect::<Result<_, Failure>>()?;
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

/// What cannot be written is said before anything is run.
pub(super) fn can_write(rows: &[RowsFormat]) -> Result<(), Failure> {
    if rows.contains(&RowsFormat::Parquet) && !cfg!(feature = "parquet") {
        return Err(Failure::Usage(
            "this program was built without Parquet\n\
             help: build it with `cargo build --release --features parquet`, or leave `--rows` out (CSV)"
                .to_owned(),
        ));
    }
    Ok(())
}

fn row_file(format: RowsFormat, file: StreamedFile, scenario: &Scenario) -> io::Result<Box<dyn RowFile>> {
    match format {
        RowsFormat::Csv => Ok(Box::new(CsvRows::new(file, scenario)?)),
        RowsFormat::Parquet => parquet_rows(file, scenario),
    }
}

#[cfg(feature = "parquet")]
fn parquet_rows(file: StreamedFile, scenario: &Scenario) -> io::Result<Box<dyn RowFile>> {
    Ok(Box::new(crate::report::replications::ParquetRows::new(file, scenario)?))
}

#[cfg(not(feature = "parquet"))]
fn parquet_rows(_: StreamedFile, _: &Scenario) -> io::Result<Box<dyn RowFile>> {
    Err(io::ErrorKind::Unsupported.into())
}

/// JSON for people and programs: indented, with a newline at the end.
pub(super) fn to_json(value: &impl Serialize) -> String {
    let mut text =
        serde_json::to_string_pretty(value).expect("a report has only text keys and finite numbers");
    text.push('\n');
    text
}
