//! Calls from files, recognised by content: every call of a trace, or how many came in each minute.
//!
//! [`read_calls`] takes the bytes of a file (plain or gzip) and gives a [`CallFile`], or all the problems of the file
//! (up to twenty, then how many more). What was repaired on the way (rows sorted, failed requests left out) is counted
//! in the file's summary and said in its notes.
//!
//! A record begins at its first call where the file has dates, and at 0 where it counts from a start of its own; whole
//! days without a call before the first one are left out then, so that a part of a longer trace keeps its hour of the
//! day. Times are rounded down to the millisecond. The length of a trace is the next whole minute after its last
//! call, so that a trace that is repeated stays on the grid of minutes that quotas are counted by.

mod file;
mod header;
mod lines;
mod rows;
mod sink;
mod table;
#[cfg(test)]
mod tests;
mod values;

pub use file::{CallFile, CallFormat, CallRecord, CallSummary};

use super::decode::{self, Advice};
use super::problem::DataProblem;

/// What a header of calls is of, for whoever was given the wrong file; `None` if it is no such header.
pub(super) fn recognises(source: &decode::Source, names: Vec<String>, offset: usize) -> Option<CallFormat> {
    header::recognise(source, names, offset).ok().map(|header| header.format)
}

const ADVICE: Advice = Advice {
    empty: "name a file with calls: one per row, or their number by the minute",
    large: "cut it to the time that is needed, or add the calls up by the minute",
};

/// Reads a file: unpacks gzip, recognises the format by content, checks every row.
///
/// # Errors
/// All the problems of the file, up to twenty and then "and N more".
///
/// ```
/// use deploysim::scenario::import::calls::{CallFormat, read_calls};
/// let trace = b"TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44";
/// let file = read_calls("azure.csv", trace).unwrap();
/// assert_eq!((file.format, file.summary().input_tokens), (CallFormat::AzureInference, 374));
/// // Awkward: every broken row is reported, with its line.
/// let problems = read_calls("m.csv", b"minute,requests,input_tokens,output_tokens\n0,1,5,5\n0,-1,5,5\n").unwrap_err();
/// assert_eq!(problems[0].to_string(), "m.csv:3:3: a number of requests cannot be negative: \"-1\"");
/// ```
pub fn read_calls(path_shown: &str, bytes: &[u8]) -> Result<CallFile, Vec<DataProblem>> {
    let source = decode::decode(path_shown, bytes, &ADVICE).map_err(|problem| vec![problem])?;
    let mut lines = source.text.lines().map(str::trim_start);
    match lines.find(|line| !line.is_empty() && !line.starts_with('#')) {
        Some(first) if first.starts_with(['{', '[']) => lines::read(&source),
        _ => table::read(&source),
    }
}
