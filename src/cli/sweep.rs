//! `deploysim sweep`: figures while numbers of the scenario vary, all points on the same draws.

use super::args::{Format, SweepArgs};
use super::fail::Failure;
use super::html::PageFile;
use super::interrupt::Interrupt;
use super::variants::{self, Opened};
use crate::report::output::OutputDir;
use crate::report::page;
use crate::report::sweep::{Sweep, draw, write_csv};
use crate::scenario::Scenario;
use crate::scenario::edit::Grid;
use std::path::PathBuf;

/// What is shown where nothing is asked for.
const USUAL: [&str; 3] = ["cost.mean", "cost.p95", "availability.mean"];

pub(super) fn sweep(args: &SweepArgs) -> Result<(), Failure> {
    let common = &args.points;
    let Opened { template, mut scenario } = variants::open(&args.scenario, &common.input, common.quiet)?;
    let grid = Grid::parse(&template, &args.vary).map_err(|error| Failure::from_edit(&error))?;
    variants::keep_strategies(&mut scenario, &args.strategies)?;
    let metrics = variants::metrics(&args.metrics, &USUAL, &scenario)?;
    let folder = common.out.clone().unwrap_or_else(|| PathBuf::from("outputs").join(&scenario.name));
    let interrupt = Interrupt::watch(&folder)?;
    let mut loaded: Vec<Result<Scenario, String>> = Vec::new();
    for point in 0..grid.len() {
        if interrupt.is_set() {
            return Err(Failure::Interrupted);
        }
        loaded.push(variants::load(&template, &grid.settings(point), &args.strategies));
    }
    if let Some(Err(refusal)) = loaded.first()
        && loaded.iter().all(Result::is_err)
    {
        let values: Vec<&str> = grid.settings(0).iter().map(|(_, value)| *value).collect();
        let all = if grid.len() == 1 { "the point" } else { "every point" };
        return Err(Failure::Scenario(format!(
            "the scenario refuses {all}; with {}: {refusal}",
            values.join(", ")
        )));
    }
    let out =
        OutputDir::create(&folder).map_err(|error| Failure::Write(folder.display().to_string(), error))?;
    let page = PageFile::begin(args.html.as_deref(), Some(&args.scenario), &common.input, common.quiet)?;
    let mut result = Sweep::new(&scenario, &template, &grid, &metrics, variants::size(common));
    run(&mut result, &grid, loaded, args, &interrupt)?;
    let json = super::results::to_json(&result);
    let csv = write_csv(&result).map_err(|error| Failure::Write("sweep.csv".to_owned(), error))?;
    let mut files = vec![("sweep.csv".to_owned(), csv), ("sweep.json".to_owned(), json.clone().into_bytes())];
    files.extend(draw(&result).map_err(|(name, error)| Failure::Plot(name, error))?);
    if interrupt.is_set() {
        return Err(Failure::Interrupted);
    }
    variants::write_files(&out, &files)?;
    if let Some(page) = page {
        let html = page::sweep(&result, &scenario, &files, page.origin());
        page.keep(&html)?;
    }
    match common.format {
        Format::Text => super::print(&result.render())?,
        Format::Json => super::print(&json)?,
    }
    if !common.quiet {
        super::note(&format!("{} files in {}\n", files.len(), folder.display()));
    }
    Ok(())
}

/// Runs the points that the scenario takes and adds all of them in the order of the grid.
fn run(
    result: &mut Sweep,
    grid: &Grid,
    loaded: Vec<Result<Scenario, String>>,
    args: &SweepArgs,
    interrupt: &Interrupt,
) -> Result<(), Failure> {
    let common = &args.points;
    let mut running = Vec::new();
    let mut refusals = Vec::new();
    for point in loaded {
        match point {
            Ok(scenario) => {
                running.push(scenario);
                refusals.push(None);
            }
            Err(refusal) => refusals.push(Some(refusal)),
        }
    }
    let mut waiting = refusals.into_iter().peekable();
    variants::run(&running, variants::size(common), interrupt, common.quiet, |_, scenario, samples| {
        while let Some(refusal) = waiting.next_if(Option::is_some).flatten() {
            result.push(grid, Err(refusal));
        }
        waiting.next();
        result.push(grid, Ok((scenario, &samples)));
    })?;
    for refusal in waiting.flatten() {
        result.push(grid, Err(refusal));
    }
    Ok(())
}
