//! What is installed beside the program, made of its own flags: completions for shells, manual pages.

use super::args::{CommandLine, CompletionsArgs, ManArgs};
use super::fail::Failure;
use crate::report::output::OutputDir;
use clap::{Command, CommandFactory, ValueHint};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};
use std::fmt::Write as _;
use std::path::Path;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// `deploysim completions`.
pub(super) fn completions(args: &CompletionsArgs) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut with_hints(CommandLine::command()), "deploysim", &mut script);
    super::print_bytes(&script)
}

/// `deploysim man`.
pub(super) fn man(args: &ManArgs) -> Result<(), Failure> {
    let mut command = CommandLine::command().disable_help_subcommand(true);
    command.build();
    match &args.out {
        None => super::print_bytes(&page(&command)?.1),
        Some(folder) => write_pages(&command, folder),
    }
}

/// Paths are completed as paths: folders where a folder is asked for, files elsewhere.
fn with_hints(command: Command) -> Command {
    let hinted = command.mut_args(|arg| {
        if arg.get_value_hint() != ValueHint::AnyPath {
            return arg;
        }
        let is_folder = arg.get_value_names().is_some_and(|names| names.iter().any(|name| *name == "DIR"));
        arg.value_hint(if is_folder { ValueHint::DirPath } else { ValueHint::FilePath })
    });
    hinted.mut_subcommands(with_hints)
}

fn write_pages(command: &Command, folder: &Path) -> Result<(), Failure> {
    let failed = |error| Failure::Write(folder.display().to_string(), error);
    let mut pages = Vec::new();
    collect(command, &mut pages)?;
    let out = OutputDir::create(folder).map_err(failed)?;
    let mut files = Vec::new();
    for (name, bytes) in &pages {
        let mut file = out.write(name, bytes).map_err(failed)?;
        file.finish().map_err(failed)?;
        files.push(file);
    }
    for file in files {
        file.keep().map_err(failed)?;
    }
    super::note(&format!("{} manual pages are in {}\n", pages.len(), folder.display()));
    Ok(())
}

/// The pages of a command and of those below it: name of the file, text.
fn collect(command: &Command, pages: &mut Vec<(String, Vec<u8>)>) -> Result<(), Failure> {
    pages.push(page(command)?);
    command.get_subcommands().try_for_each(|below| collect(below, pages))
}

/// One page. What follows the options in `--help` gets sections of its own, where its lines stay lines.
fn page(command: &Command) -> Result<(String, Vec<u8>), Failure> {
    let man = Man::new(command.clone());
    let name = man.get_filename();
    let title = name.strip_suffix(".1").unwrap_or(&name);
    // By hand: the library leaves an empty date out, so that the fields after it would move forward.
    let mut text = format!(".TH {title} 1 \"\" \"deploysim {VERSION}\" \"deploysim manual\"\n").into_bytes();
    let rendered = man
        .render_name_section(&mut text)
        .and_then(|()| man.render_synopsis_section(&mut text))
        .and_then(|()| man.render_description_section(&mut text))
        .and_then(|()| man.render_options_section(&mut text))
        .and_then(|()| {
            let has_more = command.has_subcommands();
            if has_more { man.render_subcommands_section(&mut text) } else { Ok(()) }
        })
        .and_then(|()| after_help(command).to_writer(&mut text));
    rendered.map_err(|error| Failure::Write("the manual".to_owned(), error))?;
    Ok((name, in_ascii(&String::from_utf8_lossy(&text)).into_bytes()))
}

/// Letters beyond ASCII by their code points, which every formatter reads in every locale.
fn in_ascii(text: &str) -> String {
    let mut ascii = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii() {
            ascii.push(letter);
        } else {
            let _ = write!(ascii, "\\[u{:04X}]", u32::from(letter));
        }
    }
    ascii
}

fn after_help(command: &Command) -> Roff {
    let mut roff = Roff::new();
    let help = command.get_after_help().map_or_else(String::new, ToString::to_string);
    for paragraph in help.split("\n\n") {
        let (heading, lines) = match paragraph.split_once('\n') {
            Some(("Examples:", lines)) => ("EXAMPLES", lines),
            Some(("Exit codes:", lines)) => ("EXIT STATUS", lines),
            Some(_) | None => ("NOTES", paragraph),
        };
        if lines.is_empty() {
            continue;
        }
        roff.control("SH", [heading]);
        if heading != "NOTES" {
            roff.control("nf", []);
        }
        for line in lines.lines() {
            roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
        }
        if heading != "NOTES" {
            roff.control("fi", []);
        }
    }
    roff
}
