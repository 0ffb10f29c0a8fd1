//! Histories from the disk: found, read, put together, and every problem of all of them in one report.

use super::{DataFile, DataProblem, read};
use crate::scenario::data::{finding, read_at_most};
use crate::scenario::diagnostics::{Diagnostic, Report, Severity};
use std::path::{Path, PathBuf};

/// Larger files, packed or not, are refused before they fill the memory.
const LARGEST_FILE: u64 = 512 << 20;

/// Reads histories, each as it is named or below one of `data_dirs`, and puts them together as
/// [`DataFile::merge`] does: several files are pages or months of one history.
///
/// # Errors
/// Everything that is wrong with any of them.
pub fn load_history(paths: &[PathBuf], data_dirs: &[PathBuf]) -> Result<DataFile, Report> {
    let mut files = Vec::new();
    let mut diagnostics = Vec::new();
    for path in paths {
        match find("data file", path, data_dirs) {
            Ok((shown, bytes)) => match read(&shown, &bytes) {
                Ok(file) => files.push(file),
                Err(problems) => {
                    diagnostics.extend(problems.iter().map(|problem| finding(problem, None, Some(&bytes))));
                }
            },
            Err(problem) => diagnostics.push(*problem),
        }
    }
    if diagnostics.is_empty() {
        match DataFile::merge(files) {
            Ok(file) => return Ok(file),
            Err(error) => diagnostics.push(Diagnostic::new(Severity::Error, None, error.to_string())),
        }
    }
    Err(report(paths, diagnostics))
}

/// A problem of files that were read, for a reader.
pub fn history_problem(paths: &[PathBuf], problem: &DataProblem) -> Report {
    report(paths, vec![finding(problem, None, None)])
}

fn report(paths: &[PathBuf], diagnostics: Vec<Diagnostic>) -> Report {
    let file = paths.iter().map(|path| show(path)).collect::<Vec<_>>().join(", ");
    Report { file, text: String::new(), diagnostics }
}

/// The first of the places that has the file.
pub(super) fn find(
    what: &str,
    path: &Path,
    data_dirs: &[PathBuf],
) -> Result<(String, Vec<u8>), Box<Diagnostic>> {
    let places = std::iter::once(path.to_owned()).chain(data_dirs.iter().map(|dir| dir.join(path)));
    let mut looked = Vec::new();
    for place in places {
        match read_at_most(&place, LARGEST_FILE) {
            Ok(bytes) => return Ok((show(&place), bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => looked.push(show(&place)),
            Err(error) => {
                let message = format!("cannot read {}: {error}", show(&place));
                return Err(Box::new(Diagnostic::new(Severity::Error, None, message)));
            }
        }
    }
    let mut item = Diagnostic::new(Severity::Error, None, format!("there is no {what} \"{}\"", show(path)));
    item.help(format!("looked for {}", looked.join(", ")));
    Err(Box::new(item))
}

/// A path with forward slashes on every machine.
pub(super) fn show(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
