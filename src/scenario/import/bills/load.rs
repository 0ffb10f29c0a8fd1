//! Bills from the disk: found, read once, and every problem of all of them in one report.

use super::file::{BillFile, BillReading};
use super::read_bill;
use crate::scenario::data::finding;
use crate::scenario::diagnostics::{Diagnostic, Report, Severity};
use crate::scenario::import::load::{find, show};
use std::path::PathBuf;

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
        let (shown, bytes) = match find("bill", path, data_dirs) {
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
