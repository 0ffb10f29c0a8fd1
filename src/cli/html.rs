//! `--html FILE`: the page of a command's results, begun before the run and whole or not at all.

use super::fail::Failure;
use super::{input, results};
use crate::report::output::{OutputDir, StreamedFile};
use crate::report::page::Origin;
use std::io::Write as _;
use std::path::Path;

/// A page that is still to be written.
pub(super) struct PageFile {
    name: String,
    file: StreamedFile,
    /// Goes after the file: a folder that was made for it and stays empty vanishes again.
    _folder: OutputDir,
    source: String,
    command: String,
    quiet: bool,
}

impl PageFile {
    /// Begins the page, if one is asked for, and keeps the scenario's text for it.
    pub(super) fn begin(
        path: Option<&Path>,
        scenario: Option<&Path>,
        input: &super::args::InputArgs,
        quiet: bool,
    ) -> Result<Option<Self>, Failure> {
        let Some(path) = path else { return Ok(None) };
        let (folder, file) = results::place_of(path, "--html")?;
        let failed = |error| Failure::Write(path.display().to_string(), error);
        let source = input::source(scenario, input).map_err(|error| Failure::from_edit(&error))?.text;
        let folder = OutputDir::create(folder).map_err(failed)?;
        let file = folder.stream(file).map_err(failed)?;
        let (name, command) = (path.display().to_string(), command());
        Ok(Some(Self { name, file, _folder: folder, source, command, quiet }))
    }

    /// What the page says of where it comes from.
    pub(super) fn origin(&self) -> Origin<'_> {
        Origin { source: &self.source, command: &self.command }
    }

    /// Writes the page and gives it its name.
    pub(super) fn keep(mut self, html: &str) -> Result<(), Failure> {
        let failed = |error| Failure::Write(self.name.clone(), error);
        self.file.write_all(html.as_bytes()).map_err(failed)?;
        self.file.finish().map_err(failed)?;
        self.file.keep().map_err(failed)?;
        if !self.quiet {
            super::note(&format!("the page is {}\n", self.name));
        }
        Ok(())
    }
}

/// The command line as it would be typed again.
fn command() -> String {
    let words = std::env::args_os().skip(1).map(|word| quoted(&word.to_string_lossy()));
    std::iter::once("deploysim".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

/// A word for a shell: in quotes if it has anything that means something to one.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_word_is_quoted_where_a_shell_would_read_it_otherwise() {
        for (word, typed) in [
            ("month.ron", "month.ron"),
            ("strategies[0].types[0].bid=0.6..1.4:9", "'strategies[0].types[0].bid=0.6..1.4:9'"),
            ("cost.p95>2100", "'cost.p95>2100'"),
            ("it's", r"'it'\''s'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(word), typed);
        }
    }
}
