//! One row of a CSV file of calls.

use super::super::table::{cells, raw_offset, record_offset, wrong_width};
use super::file::CallFormat;
use super::header::{Header, Role};
use super::sink::Sink;
use super::values::{self, Wrong};
use crate::world::traffic::MinuteTotals;

/// What a row says, as far as its cells are right.
#[derive(Default)]
struct Row {
    time: Option<i64>,
    minute: Option<usize>,
    requests: Option<u32>,
    input: Option<u64>,
    output: Option<u64>,
}

/// Reads one row.
pub(super) fn row(sink: &mut Sink<'_>, header: &Header, record: &csv::StringRecord) {
    if record.len() != header.roles.len() {
        let offset = record_offset(sink.source, record);
        let (message, help) = wrong_width(record.len(), &header.names);
        sink.problems.add(offset, Some(sink.source.line_text(offset)), message, &help);
        return;
    }
    let mut found = Row::default();
    let mut all_right = true;
    for (column, (text, role)) in record.iter().zip(&header.roles).enumerate() {
        if let Err(wrong) = found.take(header, *role, text) {
            // Only a row that is wrong is worth looking for the places of its cells.
            let offset = record_offset(sink.source, record);
            let at = cells(sink.source, record, offset).get(column).map_or(offset, |cell| cell.offset);
            sink.problems.add(at, Some(text), wrong.message, wrong.help);
            all_right = false;
        }
    }
    if !all_right {
        return;
    }
    if header.format == CallFormat::MinutesCsv {
        minute(sink, record, &found);
    } else if let (Some(at_ms), Some(input), Some(output)) = (found.time, found.input, found.output) {
        if header.format == CallFormat::BurstGpt && output == 0 {
            sink.failure();
        } else {
            // Both were read as numbers of 32 bits.
            sink.call(at_ms, input as u32, output as u32, raw_offset(record));
        }
    }
}

impl Row {
    /// Reads one cell.
    fn take(&mut self, header: &Header, role: Role, text: &str) -> Result<(), Wrong> {
        let by_the_minute = header.format == CallFormat::MinutesCsv;
        let tokens = |text: &str| {
            if by_the_minute { values::tokens_a_minute(text) } else { values::tokens(text).map(u64::from) }
        };
        match role {
            Role::Time if !by_the_minute => self.time = Some(values::time(text, header.clock)?),
            Role::Minute if by_the_minute => self.minute = Some(values::minute(text)?),
            Role::Requests if by_the_minute => self.requests = Some(values::requests(text)?),
            Role::Input => self.input = Some(tokens(text)?),
            Role::Output => self.output = Some(tokens(text)?),
            Role::Time | Role::Minute | Role::Requests | Role::Known | Role::Unknown => {}
        }
        Ok(())
    }
}

/// A minute of a series, if it fits to those before.
fn minute(sink: &mut Sink<'_>, record: &csv::StringRecord, row: &Row) {
    let (Some(minute), Some(calls), Some(input_tokens), Some(output_tokens)) =
        (row.minute, row.requests, row.input, row.output)
    else {
        return;
    };
    let most = u64::from(calls) * u64::from(u32::MAX);
    let next = sink.next_minute();
    let (message, help) = if minute + 1 == next {
        (
            format!("the minute {minute} is there twice"),
            "give every minute one row; add the calls of both up if they are of two sources",
        )
    } else if minute < next {
        (
            format!("the minute {minute} comes after the minute {}", next - 1),
            "put the rows in order of minutes; minutes without calls may be left out",
        )
    } else if calls == 0 && (input_tokens > 0 || output_tokens > 0) {
        (
            "tokens in a minute without requests".to_owned(),
            "put the number of requests right, or the tokens to 0",
        )
    } else if input_tokens > most || output_tokens > most {
        ("more tokens than the requests can have".to_owned(), "a request has at most 4294967295 tokens")
    } else {
        sink.minute(minute, MinuteTotals { calls, input_tokens, output_tokens });
        return;
    };
    let offset = record_offset(sink.source, record);
    sink.problems.add(offset, Some(sink.source.line_text(offset)), message, help);
}
