//! Calls as CSV.

use super::super::decode::Source;
use super::super::problem::{DataProblem, listing};
use super::super::table::{reader, record_offset};
use super::file::{CallFile, CallFormat};
use super::header::{Header, Role, recognise};
use super::rows::row;
use super::sink::Sink;

/// Reads a CSV file.
pub(super) fn read(source: &Source) -> Result<CallFile, Vec<DataProblem>> {
    let mut sink = Sink::new(source);
    let mut reader = reader(source);
    let mut record = csv::StringRecord::new();
    let mut header: Option<Header> = None;
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                let problem = DataProblem::of_file(&source.file, error.to_string(), "write plain CSV");
                return Err(sink.problems.fail(problem));
            }
        }
        // Spreadsheets leave lines of blanks and separators.
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if let Some(header) = &header {
            row(&mut sink, header, &record);
        } else {
            let names = record.iter().map(|name| name.trim().to_owned()).collect();
            let found = recognise(source, names, record_offset(source, &record));
            header = Some(found.map_err(|problem| vec![problem])?);
        }
    }
    let Some(header) = header else {
        let help = "write a header and rows";
        return Err(vec![DataProblem::of_file(&source.file, "the file has only comments", help)]);
    };
    let named = header.names.iter().zip(&header.roles);
    let unused: Vec<&str> =
        named.filter(|(_, role)| **role == Role::Unknown).map(|(name, _)| name.as_str()).collect();
    if !unused.is_empty() {
        sink.notes.push(format!("{}: columns that are not used: {}", source.file, listing(unused)));
    }
    if header.format == CallFormat::MinutesCsv {
        sink.finish_minutes(header.format)
    } else {
        sink.finish_calls(header.format, header.clock)
    }
}
