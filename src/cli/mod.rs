//! The command line: parse, dispatch, exit code. The only room that prints.
//!
//! Results go to stdout; progress, warnings and the names of written files go to stderr.

mod args;
mod bill;
mod backtest;
mod breakeven;
mod catalog;
mod check;
mod checkpoint;
mod compare;
mod fail;
mod forecast;
mod gate;
mod html;
mod import;
mod input;
mod install;
mod interrupt;
mod lesson;
mod noise;
mod optimise;
mod progress;
mod results;
mod risk;
mod rules;
mod run;
mod sensitivity;
mod serve;
mod shard;
mod sweep;
mod variants;
mod watch;

use args::{Command, CommandLine};
use clap::Parser;
use fail::Failure;
use std::io::Write;
use std::process::ExitCode;

/// Parses the command line, does what it says, and returns the documented exit code.
pub fn main() -> ExitCode {
    let line = CommandLine::parse();
    let done = match line.command.unwrap_or_else(|| Command::Compare(args::CompareArgs::default())) {
        Command::Compare(args) => match args.search.until_risk {
            Some(target) => risk::search(&args, target),
            None if args.noise.is_asked_for() => noise::compare_means(&args),
            None => compare::compare(&args),
        },
        Command::Merge(args) => shard::merge(&args),
        Command::Forecast(args) => forecast::forecast(&args),
        Command::Run(args) => run::run(&args),
        Command::Bill(args) => bill::bill(&args),
        Command::Check(args) => check::check(&args),
        Command::Backtest(args) => backtest::backtest(&args),
        Command::Catalog(args) => catalog::catalog(&args),
        Command::Import(args) => import::import(&args),
        Command::Rules(args) => rules::rules(&args),
        Command::Lesson(args) => lesson::lesson(&args),
        Command::Breakeven(args) => breakeven::breakeven(&args),
        Command::Sensitivity(args) => sensitivity::sensitivity(&args),
        Command::Optimise(args) => optimise::optimise(&args),
        Command::Sweep(args) => sweep::sweep(&args),
        Command::Completions(args) => install::completions(&args),
        Command::Man(args) => install::man(&args),
        Command::Serve(args) => serve::serve(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Writes to stdout; a reader that has gone away (`| head`) is not an error.
fn print(text: &str) -> Result<(), Failure> {
    print_bytes(text.as_bytes())
}

/// Likewise for what is already bytes.
fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::Write("stdout".to_owned(), error))
        }
        _ => Ok(()),
    }
}

/// Writes to stderr; nothing can be done if that fails.
fn note(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}
