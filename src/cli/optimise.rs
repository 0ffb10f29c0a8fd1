//! `deploysim optimise`: the best of what can be chosen, and how sure that is.

mod ask;
mod bracket;
mod front;
mod select;

use super::args::{Format, OptimiseArgs};
use super::fail::Failure;
use super::interrupt::Interrupt;
use super::variants;
use crate::report::optimise::{Optimum, draw, write_csv};
use crate::report::output::OutputDir;
use ask::Ask;
use std::path::PathBuf;

pub(super) fn optimise(args: &OptimiseArgs) -> Result<(), Failure> {
    let ask = Ask::read(args)?;
    let folder = args.out.clone().unwrap_or_else(|| PathBuf::from("outputs").join(&ask.scenario.name));
    let interrupt = Interrupt::watch(&folder)?;
    let optimum = {
        let answer = if ask::is_stretch(args) {
            bracket::bracket
        } else if args.pareto.is_some() {
            front::front
        } else {
            select::select
        };
        let out = OutputDir::create(&folder)
            .map_err(|error| Failure::Write(folder.display().to_string(), error))?;
        let optimum = answer(&ask, args, &interrupt)?;
        let names = write(&optimum, &out, &interrupt)?;
        if !args.quiet {
            super::note(&format!("{names} files in {}\n", folder.display()));
        }
        optimum
    };
    match args.format {
        Format::Text => super::print(&optimum.render()),
        Format::Json => super::print(&super::results::to_json(&optimum)),
    }
}

/// Writes all files or none; how many there are.
fn write(optimum: &Optimum, out: &OutputDir, interrupt: &Interrupt) -> Result<usize, Failure> {
    let csv = write_csv(optimum).map_err(|error| Failure::Write("optimise.csv".to_owned(), error))?;
    let json = super::results::to_json(optimum).into_bytes();
    let mut files = vec![("optimise.csv".to_owned(), csv), ("optimise.json".to_owned(), json)];
    files.extend(draw(optimum).map_err(|(name, error)| Failure::Plot(name, error))?);
    if interrupt.is_set() {
        return Err(Failure::Interrupted);
    }
    variants::write_files(out, &files)?;
    Ok(files.len())
}
