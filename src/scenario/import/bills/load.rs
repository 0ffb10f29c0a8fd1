//! Bills from the disk: found, read once, and every problem of all of them in one report.

use super::file::{BillFile, BillReading};
use super::read_bill;
use crate::scenario::data::{finding, read_at_most};
use crate::scenario::diagnostics::{Diagnostic, Report, Severity};
use std::path::{Path, PathBuf};

/// Larger files, packed or not, are refused before they fill the memory.
const LARGEST_FILE: u64 = 512 << 20;

/// Reads bills, each as it is named or below one of `data_dirs`.
///
/// # Errors
/// Everything that is wrong with any of them. The same bytes twice are an error too: they would count twice.
pub fn load_bills(
    paths: &[PathBuf],
    data_dirs: &[PathBuf],
    reading: &BillReading<'_>,
) -> Result<Vec<BillFile>, Report> {
    let mut found: Vec<(String, Vec<u8>)> = Vec::new();
    let mut bills = Vec::new();
    let mut diagnostics = Vec::new();
    for path in paths {
        let (shown, bytes) = match find(path, data_dirs) {
            Ok(file) => file,
            Err(problem) => {
                diagnostics.push(*problem);
                continue;
            }
        };
        if let Some((other, _)) = found.iter().find(|(_, known)| *known == bytes) {
            let message = format!("{shown} and {other} are the same bill");
            let mut item = Diagnostic::new(Severity::Error, None, message);
            item.help("name each bill once: its lines would count twice");
            diagnostics.push(item);
            continue;
        }
        match read_bill(&shown, &bytes, reading) {
            Ok(bill) => bills.push(bill),
            Err(problems) => {
                diagnostics.extend(problems.iter().map(|problem| finding(problem, None, Some(&bytes))));
            }
        }
        found.push((shown, bytes));
    }
    if diagnostics.is_empty() {
        return Ok(bills);
    }
    let file = paths.iter().map(|path| show(path)).collect::<Vec<_>>().join(", ");
    Err(Report { file, text: String::new(), diagnostics })
}

/// The first of the places that has the file.
fn find(path: &Path, data_dirs: &[PathBuf]) -> Result<(String, Vec<u8>), Box<Diagnostic>> {
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
    let mut item = Diagnostic::new(Severity::Error, None, format!("there is no bill \"{}\"", show(path)));
    item.help(format!("looked for {}", looked.join(", ")));
    Err(Box::new(item))
}

/// A path with forward slashes on every machine.
fn show(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
