//! What a CSV file of calls is, by its first line.

use super::super::columns::plain;
use super::super::decode::Source;
use super::super::header::recognise as recognise_history;
use super::super::problem::{DataProblem, nearest, shown};
use super::file::CallFormat;
use super::values::Clock;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    Time,
    Minute,
    Requests,
    Input,
    Output,
    /// Known, and of no use here.
    Known,
    Unknown,
}

/// The header, understood.
pub(super) struct Header {
    pub(super) names: Vec<String>,
    pub(super) roles: Vec<Role>,
    pub(super) format: CallFormat,
    /// How times are told; of no use to a series by the minute.
    pub(super) clock: Clock,
}

pub(super) const KNOWN: &str = "known are TIMESTAMP,ContextTokens,GeneratedTokens (Azure); \
                                Timestamp,Model,Request tokens,Response tokens,… (BurstGPT); \
                                timestamp,input_length,output_length (Mooncake); \
                                timestamp_s,input_tokens,output_tokens; \
                                timestamp [UTC],input_tokens,output_tokens; \
                                minute,requests,input_tokens,output_tokens; \
                                and the JSON lines of Mooncake and Qwen-Bailian";

/// Names a person may have meant, for "did you mean".
const NAMES: [&str; 15] = [
    "timestamp",
    "timestamp_s",
    "timestamp_ms",
    "timestamp [UTC]",
    "minute",
    "requests",
    "input_tokens",
    "output_tokens",
    "input_length",
    "output_length",
    "ContextTokens",
    "GeneratedTokens",
    "Request tokens",
    "Response tokens",
    "TIMESTAMP",
];

fn role(name: &str) -> Role {
    match plain(name).as_str() {
        "timestamp" | "timestamps" | "timestampms" | "timestamputc" => Role::Time,
        "minute" => Role::Minute,
        "requests" | "calls" => Role::Requests,
        "contexttokens" | "requesttokens" | "inputlength" | "inputtokens" => Role::Input,
        "generatedtokens" | "responsetokens" | "outputlength" | "outputtokens" => Role::Output,
        "model" | "totaltokens" | "logtype" | "sessionid" | "elapsedtime" | "client" | "hashids" => {
            Role::Known
        }
        _ => Role::Unknown,
    }
}

/// What the file is, by its header.
pub(super) fn recognise(source: &Source, names: Vec<String>, offset: usize) -> Result<Header, DataProblem> {
    let roles: Vec<Role> = names.iter().map(|name| role(name)).collect();
    let refused = match kind(&names, &roles).and_then(|kind| complete(&names, &roles, kind.0).map(|()| kind))
    {
        Ok((format, clock)) => return Ok(Header { names, roles, format, clock }),
        // A file that is right in itself, in the wrong place.
        Err(refused) => match recognise_history(source, names, offset) {
            Ok(history) => {
                let message = format!("the file holds {}, not calls", history.format);
                (message, "name a file with calls: one per row, or their number by the minute".to_owned())
            }
            Err(_) => refused,
        },
    };
    Err(DataProblem {
        line: Some(source.line(offset)),
        text: Some(shown(source.line_text(offset)).into()),
        ..DataProblem::of_file(&source.file, refused.0, refused.1)
    })
}

/// The format of a header, or why it has none: message and help.
fn kind(names: &[String], roles: &[Role]) -> Result<(CallFormat, Clock), (String, String)> {
    let named = |wanted: &str| names.iter().any(|name| plain(name) == wanted);
    if named("minute") {
        Ok((CallFormat::MinutesCsv, Clock::Seconds))
    } else if named("timestamputc") {
        Ok((CallFormat::AzureUsage, Clock::Wall))
    } else if named("timestampms") {
        Ok((CallFormat::MillisecondsCsv, Clock::Milliseconds))
    } else if named("timestamps") {
        Ok((CallFormat::SecondsCsv, Clock::Seconds))
    } else if !named("timestamp") {
        Err(not_recognised(names, roles))
    } else if named("contexttokens") || named("generatedtokens") {
        Ok((CallFormat::AzureInference, Clock::Wall))
    } else if named("requesttokens") || named("responsetokens") {
        Ok((CallFormat::BurstGpt, Clock::Seconds))
    } else if named("chatid") {
        // Qwen-Bailian as a table.
        Ok((CallFormat::SecondsCsv, Clock::Seconds))
    } else if named("inputlength") || named("outputlength") {
        Ok((CallFormat::MillisecondsCsv, Clock::WholeMilliseconds))
    } else if named("inputtokens") {
        let help = "name the column timestamp_s for seconds, timestamp_ms for milliseconds, or timestamp [UTC] for dates";
        Err(("the header does not say what the times are".to_owned(), help.to_owned()))
    } else {
        Err(not_recognised(names, roles))
    }
}

/// Every column that is needed is there, once.
fn complete(names: &[String], roles: &[Role], format: CallFormat) -> Result<(), (String, String)> {
    let needed: &[(Role, &str)] = match format {
        CallFormat::MinutesCsv => &[
            (Role::Minute, "minutes"),
            (Role::Requests, "requests"),
            (Role::Input, "input tokens"),
            (Role::Output, "output tokens"),
        ],
        CallFormat::AzureInference
        | CallFormat::AzureUsage
        | CallFormat::BurstGpt
        | CallFormat::MillisecondsCsv
        | CallFormat::SecondsCsv
        | CallFormat::MooncakeJson
        | CallFormat::BailianJson => {
            &[(Role::Time, "times"), (Role::Input, "input tokens"), (Role::Output, "output tokens")]
        }
    };
    for (role, what) in needed {
        let found: Vec<&String> =
            names.iter().zip(roles).filter(|(_, found)| *found == role).map(|(name, _)| name).collect();
        match found.as_slice() {
            [] => return Err((format!("no column of {what}"), hint(names, roles))),
            [_] => {}
            [first, second, ..] => {
                let message =
                    format!("the columns {} and {} hold the same thing", shown(first), shown(second));
                return Err((message, "keep one of them".to_owned()));
            }
        }
    }
    Ok(())
}

/// What to say of a header that none of the formats has: message and help.
fn not_recognised(names: &[String], roles: &[Role]) -> (String, String) {
    let first = names.first().map_or("", String::as_str);
    if first.starts_with('<') {
        return (
            "the file is a web page or XML, not CSV or JSON".to_owned(),
            "fetch the data itself".to_owned(),
        );
    }
    if roles.iter().all(|role| *role == Role::Unknown) && first.starts_with(|c: char| c.is_ascii_digit()) {
        return (
            "the file has no header line".to_owned(),
            format!("name the columns in the first line: {KNOWN}"),
        );
    }
    ("the header is of no known kind of calls".to_owned(), hint(names, roles))
}

/// What was probably meant, or what is known.
fn hint(names: &[String], roles: &[Role]) -> String {
    let unknown = names.iter().zip(roles).filter(|(_, role)| **role == Role::Unknown);
    let meant: Vec<String> = unknown
        .filter_map(|(name, _)| Some(format!("is \"{}\" meant as {}?", shown(name), nearest(name, NAMES)?)))
        .collect();
    if meant.is_empty() { KNOWN.to_owned() } else { meant.join(" ") }
}
