//! Calls as JSON lines: the traces of Mooncake, in milliseconds, and of Qwen-Bailian, in seconds.

use super::super::decode::Source;
use super::super::problem::{DataProblem, shown};
use super::file::{CallFile, CallFormat};
use super::header::KNOWN;
use super::sink::Sink;
use super::values::{self, Clock, Wrong};
use serde::Deserialize;
use serde_json::value::RawValue;

/// One call, with the text of its values; other fields are passed over.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    timestamp: Option<&'a RawValue>,
    #[serde(borrow)]
    input_length: Option<&'a RawValue>,
    #[serde(borrow)]
    output_length: Option<&'a RawValue>,
    #[serde(borrow)]
    chat_id: Option<&'a RawValue>,
}

/// Reads a file of JSON lines.
pub(super) fn read(source: &Source) -> Result<CallFile, Vec<DataProblem>> {
    whole_lines(source).map_err(|problem| vec![problem])?;
    let format = format_of(source);
    let clock = if format == CallFormat::BailianJson { Clock::Seconds } else { Clock::Milliseconds };
    let mut sink = Sink::new(source);
    for (offset, text) in lines(source) {
        match parse(text) {
            Ok(line) => call(&mut sink, &line, clock, offset, text),
            Err(message) => {
                let help = "write each call as one object on a line of its own";
                sink.problems.add(offset, Some(text), message, help);
            }
        }
    }
    sink.finish_calls(format, clock)
}

/// The call of a line, or why it is none.
fn parse(text: &str) -> Result<Line<'_>, String> {
    // Without this a list of the right length would do.
    if !text.starts_with('{') {
        return Err("not an object with a call".to_owned());
    }
    serde_json::from_str(text).map_err(|error| {
        let full = error.to_string();
        match full.split(" at line ").next() {
            _ if error.is_eof() => "the JSON of the line ends too early".to_owned(),
            Some(what) if error.is_data() => format!("not a call: {what}"),
            what => format!("not JSON: {}", what.unwrap_or(&full)),
        }
    })
}

/// The lines that hold something, with their places; those that begin with # are comments.
fn lines(source: &Source) -> impl Iterator<Item = (usize, &str)> {
    let all = source.text.split('\n').map(str::trim);
    all.filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| (source.offset_of(line), line))
}

/// Objects on lines of their own, and not another shape of JSON or another file of JSON.
fn whole_lines(source: &Source) -> Result<(), DataProblem> {
    let Some((offset, first)) = lines(source).next() else { return Ok(()) };
    let problem = |message: &str, help: &str| {
        Err(DataProblem {
            line: Some(source.line(offset)),
            column: Some(source.column(offset)),
            text: Some(shown(first).into()),
            ..DataProblem::of_file(&source.file, message, help)
        })
    };
    match parse(first) {
        Ok(Line { timestamp: None, input_length: None, output_length: None, .. }) => problem(UNKNOWN, KNOWN),
        Err(_) if !source.text.contains("\"input_length\"") => problem(UNKNOWN, KNOWN),
        Err(_) if first.starts_with('[') => {
            let help = "write one object a line, as `jq -c '.[]'` does";
            problem("the file is one list, not JSON lines", help)
        }
        Err(_) if first == "{" => {
            problem("the objects stand on several lines", "write one object a line, as `jq -c .` does")
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

const UNKNOWN: &str = "the JSON is of no known kind of calls";

/// Only Qwen-Bailian has chats, and times with fractions.
fn format_of(source: &Source) -> CallFormat {
    for (_, text) in lines(source) {
        let Ok(line) = parse(text) else { continue };
        if line.chat_id.is_some() || line.timestamp.is_some_and(|time| time.get().contains('.')) {
            return CallFormat::BailianJson;
        }
    }
    CallFormat::MooncakeJson
}

fn call(sink: &mut Sink<'_>, line: &Line<'_>, clock: Clock, offset: usize, text: &str) {
    let at_ms = field(sink, line.timestamp, "timestamp", (offset, text), |text| values::time(text, clock));
    let input = field(sink, line.input_length, "input_length", (offset, text), values::tokens);
    let output = field(sink, line.output_length, "output_length", (offset, text), values::tokens);
    if let (Some(at_ms), Some(input), Some(output)) = (at_ms, input, output) {
        sink.call(at_ms, input, output, offset);
    }
}

/// A field that must be there; a mistake is recorded.
fn field<T>(
    sink: &mut Sink<'_>,
    raw: Option<&RawValue>,
    name: &str,
    (offset, line): (usize, &str),
    read: impl FnOnce(&str) -> Result<T, Wrong>,
) -> Option<T> {
    let Some(raw) = raw else {
        let message = format!("the call has no {name}");
        let help = "each line has timestamp, input_length and output_length";
        sink.problems.add(offset, Some(line), message, help);
        return None;
    };
    match read(raw.get()) {
        Ok(value) => Some(value),
        Err(wrong) => {
            let at = sink.source.offset_of(raw.get());
            sink.problems.add(at, Some(raw.get()), wrong.message, wrong.help);
            None
        }
    }
}
