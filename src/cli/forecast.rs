//! `deploysim forecast`: the bill of each calendar month.

use super::args::{ForecastArgs, Format};
use super::fail::Failure;
use super::input;
use super::interrupt::Interrupt;
use super::progress;
use super::results::{folder_of, to_json};
use super::variants::{keep_strategies, write_files};
use crate::montecarlo::{self, MonthSamples, Observer, StudySize};
use crate::report::forecast::{Forecast, draw};
use crate::report::output::OutputDir;
use crate::scenario::Scenario;
use crate::sim::Outcome;
use indicatif::ProgressBar;

const PICTURE: &str = "forecast.svg";

pub(super) fn forecast(args: &ForecastArgs) -> Result<(), Failure> {
    let mut scenario = input::load_or_fail(args.scenario.as_deref(), &args.input, args.quiet)?;
    keep_strategies(&mut scenario, &args.strategies)?;
    let folder = folder_of(&scenario, args.out.as_deref());
    let interrupt = Interrupt::watch(&folder)?;
    let out =
        OutputDir::create(&folder).map_err(|error| Failure::Write(folder.display().to_string(), error))?;
    let size = StudySize { seed: args.seed, replications: args.replications, threads: args.threads };
    let result = Forecast::new(&scenario, size, &run(&scenario, size, &interrupt, args.quiet)?);
    let json = to_json(&result);
    let csv = result.csv().map_err(|error| Failure::Write("forecast.csv".to_owned(), error))?;
    let (svg, png) = draw(&result).map_err(|error| Failure::Plot(PICTURE.to_owned(), error))?;
    if interrupt.is_set() {
        return Err(Failure::Interrupted);
    }
    let files = [
        ("forecast.csv", csv),
        ("forecast.json", json.clone().into_bytes()),
        ("forecast.png", png),
        (PICTURE, svg.into_bytes()),
    ];
    write_files(&out, &files.map(|(name, bytes)| (name.to_owned(), bytes)))?;
    match args.format {
        Format::Text => super::print(&result.render())?,
        Format::Json => super::print(&json)?,
    }
    if !args.quiet {
        super::note(&format!("forecast.* in {}\n", folder.display()));
    }
    Ok(())
}

/// Every strategy in the same worlds, one after the other.
fn run(
    scenario: &Scenario,
    size: StudySize,
    interrupt: &Interrupt,
    quiet: bool,
) -> Result<Vec<MonthSamples>, Failure> {
    let bar = progress::bar(size.replications * scenario.strategies.len() as u64, quiet);
    let progress = Progress { bar, interrupt };
    let samples = scenario.strategies.iter().map(|strategy| {
        montecarlo::charges_by_month(scenario, strategy, size, &progress)
            .map_err(|error| Failure::from_study(error, "forecast.csv"))
    });
    let samples = samples.collect();
    progress.bar.finish_and_clear();
    samples
}

struct Progress<'run> {
    bar: ProgressBar,
    interrupt: &'run Interrupt,
}

impl Observer for Progress<'_> {
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
