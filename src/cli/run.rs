//! `deploysim run`: one world, told as events and an itemised bill, or as the list of deployments at an instant.

use super::args::{Format, RunArgs};
use super::fail::Failure;
use super::html::PageFile;
use super::input;
use super::interrupt::Interrupt;
use crate::report::console::{self, Console};
use crate::report::output::{OutputDir, StreamedFile};
use crate::report::page;
use crate::report::{Bill, Told, calls, story};
use crate::scenario::Scenario;
use crate::scenario::model::Strategy;
use crate::serving::CallRecord;
use crate::sim::{self, Recorder};
use std::path::{Path, PathBuf};

pub(super) fn run(args: &RunArgs) -> Result<(), Failure> {
    let scenario = input::load_or_fail(args.scenario.as_deref(), &args.input, args.format == Format::Json)?;
    let strategy = find_strategy(&scenario, args.strategy.as_deref())?;
    if args.watch {
        return super::watch::watch(args, &scenario, strategy);
    }
    let at = args
        .at
        .as_deref()
        .map(|at| console::parse_instant(&scenario, at).map_err(Failure::Usage))
        .transpose()?;
    let mut calls_file = args.calls.as_deref().map(CallsFile::begin).transpose()?;
    let is_quiet = args.format == Format::Json;
    let page = PageFile::begin(args.html.as_deref(), args.scenario.as_deref(), &args.input, is_quiet)?;
    let world = scenario.world.draw(args.seed, args.replication);
    let mut recorder =
        Recorder { every_call: calls_file.as_ref().map(|_| Vec::new()), ..Recorder::default() };
    let outcome = sim::simulate(&scenario, strategy, &world, &mut recorder);
    if let Some(file) = calls_file.take() {
        file.write(&scenario, strategy, &recorder.every_call.take().unwrap_or_default())?;
    }
    let (seed, replication) = (args.seed, args.replication);
    let told =
        Told { scenario: &scenario, strategy, seed, replication, outcome: &outcome, recorder: &recorder };
    if let Some(page) = page {
        let html = page::run(&told, &world, page.origin());
        page.keep(&html)?;
    }
    match (args.format, at) {
        (Format::Text, None) => super::print(&story::render(&told, args.explain)),
        (Format::Json, None) => super::print(&super::results::to_json(&Bill::new(&told))),
        (Format::Text, Some(at)) => super::print(&Console::at(&told, at).render()),
        (Format::Json, Some(at)) => super::print(&super::results::to_json(&Console::at(&told, at))),
    }
}

/// The file that every call goes to. It is begun before the run, so that one that cannot be written costs none.
struct CallsFile {
    path: PathBuf,
    name: String,
    file: StreamedFile,
    /// Goes after the file: a folder that was made for it and stays empty vanishes again.
    _folder: OutputDir,
    interrupt: Interrupt,
}

impl CallsFile {
    fn begin(path: &Path) -> Result<Self, Failure> {
        let name = path.file_name().and_then(|name| name.to_str());
        let name =
            name.ok_or_else(|| Failure::Usage(format!("{} names no file for --calls", path.display())))?;
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            Some(_) | None => Path::new("."),
        };
        let failed = |error| Failure::Write(path.display().to_string(), error);
        let interrupt = Interrupt::watch(folder)?;
        let out = OutputDir::create(folder).map_err(failed)?;
        let file = out.stream(name).map_err(failed)?;
        Ok(Self { path: path.to_owned(), name: name.to_owned(), file, _folder: out, interrupt })
    }

    fn write(self, scenario: &Scenario, strategy: &Strategy, calls: &[CallRecord]) -> Result<(), Failure> {
        let failed = |error| Failure::Write(self.path.display().to_string(), error);
        super::note(&format!("writing {} calls to {}\n", calls.len(), self.path.display()));
        let file = calls::write(self.file, &self.name, scenario, strategy, calls).map_err(failed)?;
        if self.interrupt.is_set() {
            return Err(Failure::Interrupted);
        }
        file.keep().map_err(failed)
    }
}

/// The strategy of this name; without a name the one that is most worth telling.
pub(super) fn find_strategy<'a>(scenario: &'a Scenario, name: Option<&str>) -> Result<&'a Strategy, Failure> {
    let Some(name) = name else {
        return Ok(scenario.telling_strategy());
    };
    scenario.strategies.iter().find(|strategy| strategy.name == name).ok_or_else(|| {
        let names: Vec<String> =
            scenario.strategies.iter().map(|strategy| format!("\"{}\"", strategy.name)).collect();
        Failure::Usage(format!(
            "there is no strategy \"{name}\" in this scenario; it has {}",
            names.join(", ")
        ))
    })
}
