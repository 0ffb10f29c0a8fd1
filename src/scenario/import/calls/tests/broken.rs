//! Broken files of calls, with the exact words for each.

use super::MOONCAKE;
use crate::scenario::import::calls::{CallRecord, read_calls};
use crate::units::SimTime;
use proptest::prelude::*;

/// The problems of a file, as a person sees them.
fn problems(text: &str) -> Vec<String> {
    read_calls("f", text.as_bytes()).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

/// Each text is one problem: its message, and how its help begins.
fn are_refused(cases: &[(&str, &str, &str)]) {
    for (text, message, help) in cases {
        let found = read_calls("f", text.as_bytes()).expect_err(text);
        assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), [*message], "{text}");
        assert!(found[0].help.as_deref().is_some_and(|said| said.starts_with(help)), "{found:?}");
    }
}

#[test]
fn whole_files() {
    are_refused(&[
        ("", "f: the file is empty", "name a file with calls"),
        ("# only a comment\n", "f: the file has only comments", "write a header"),
        ("TIMESTAMP,ContextTokens,GeneratedTokens\n", "f: the file has no rows", "name a file with calls"),
        ("Timestamp,Request tokens,Response tokens\n1,5,0\n", "f: all requests of the file failed", "name"),
        ("minute,requests,input_tokens,output_tokens\n", "f: the file has no rows", "name"),
        (
            "minute,requests,input_tokens,output_tokens\n5,0,0,0\n",
            "f: no minute of the file has a call",
            "name",
        ),
        (
            "when,what\n1,2\n",
            "f:1: the header is of no known kind of calls: \"when,what\"",
            "known are TIMESTAMP,ContextTokens,GeneratedTokens (Azure); ",
        ),
        (
            "0,0.3566,1.17,Gamma,0.72,3.87\n",
            "f:1: the file has no header line: \"0,0.3566,1.17,Gamma,0.72,3.87\"",
            "name the columns in the first line: known are",
        ),
        (
            "TIMESTAMP,ContextTokens,GeneratdTokens\n",
            "f:1: no column of output tokens: \"TIMESTAMP,ContextTokens,GeneratdTokens\"",
            "is \"GeneratdTokens\" meant as GeneratedTokens?",
        ),
        ("minute,requests\n", "f:1: no column of input tokens: \"minute,requests\"", "known are"),
        (
            "timestamp,input_tokens,output_tokens\n",
            "f:1: the header does not say what the times are: \"timestamp,input_tokens,output_tokens\"",
            "name the column timestamp_s for seconds",
        ),
        (
            "timestamp_s,input_tokens,input_length,output_tokens\n",
            "f:1: the columns input_tokens and input_length hold the same thing: \
             \"timestamp_s,input_tokens,input_length,output_tokens\"",
            "keep one of them",
        ),
        (
            "time,price\n0,1\n",
            "f:1: the file holds prices (CSV), not calls: \"time,price\"",
            "name a file with calls",
        ),
        (
            "<html>\n",
            "f:1: the file is a web page or XML, not CSV or JSON: \"<html>\"",
            "fetch the data itself",
        ),
    ]);
}

#[test]
fn whole_files_of_json() {
    are_refused(&[
        (
            "[{\"input_length\": 1}]",
            "f:1:1: the file is one list, not JSON lines: \"[{\"input_length\": 1}]\"",
            "write one object a line, as `jq -c '.[]'` does",
        ),
        (
            "{\n  \"input_length\": 1}",
            "f:1:1: the objects stand on several lines: \"{\"",
            "write one object a line, as `jq -c .` does",
        ),
        ("[1]", "f:1:1: the JSON is of no known kind of calls: \"[1]\"", "known are"),
        ("{\n\"a\": 1}", "f:1:1: the JSON is of no known kind of calls: \"{\"", "known are"),
        (
            "{\"SpotPriceHistory\": []}",
            "f:1:1: the JSON is of no known kind of calls: \"{\"SpotPriceHistory\": []}\"",
            "known are",
        ),
    ]);
}

#[test]
fn cells_that_are_wrong() {
    for (row, message) in [
        ("2023-11-16 18:15,x,1", "f:2:18: not a whole number of tokens: \"x\""),
        ("2023-11-16 18:15,-1,1", "f:2:18: a number of tokens cannot be negative: \"-1\""),
        ("2023-11-16 18:15,1.5,1", "f:2:18: not a whole number of tokens: \"1.5\""),
        ("2023-11-16 18:15,,1", "f:2:18: not a whole number of tokens: \"\""),
        ("2023-11-16 18:15,1,4294967296", "f:2:20: too many tokens for one call: \"4294967296\""),
        (
            "2023-11-16 18:15,1,99999999999999999999999",
            "f:2:20: too many tokens for one call: \"99999999999999999999999\"",
        ),
        ("2023-02-30 18:15:00,1,1", "f:2:1: not a date and time: \"2023-02-30 18:15:00\""),
        ("1700000000,1,1", "f:2:1: not a date and time: \"1700000000\""),
        ("\"18/8/2025, 12:00:38 AM\",1,1", "f:2:1: not a date and time: \"18/8/2025, 12:00:38 AM\""),
        ("\"2/29/2025, 12:00:38 AM\",1,1", "f:2:1: not a date and time: \"2/29/2025, 12:00:38 AM\""),
        ("\"8/18/2025, 13:00:38 PM\",1,1", "f:2:1: not a date and time: \"8/18/2025, 13:00:38 PM\""),
        ("\"8/18/2025, 0:00:38 AM\",1,1", "f:2:1: not a date and time: \"8/18/2025, 0:00:38 AM\""),
        ("1", "f:2:1: too few cells: 1 where the header has 3: \"1\""),
        ("1,2,3,4", "f:2:1: too many cells: 4 where the header has 3: \"1,2,3,4\""),
    ] {
        assert_eq!(
            problems(&format!("TIMESTAMP,ContextTokens,GeneratedTokens\n{row}\r\n")),
            [message],
            "{row}"
        );
    }
    for (time, message) in [
        ("-1", "f:2:1: a time cannot be negative: \"-1\""),
        ("soon", "f:2:1: not a time: \"soon\""),
        ("99999999999999999999", "f:2:1: the time is too large: \"99999999999999999999\""),
        ("9223372036854775807", "f:2:1: the time is too large: \"9223372036854775807\""),
        ("1e300", "f:2:1: the time is too large: \"1e300\""),
    ] {
        assert_eq!(problems(&format!("timestamp_s,input_tokens,output_tokens\n{time},1,1\n")), [message]);
    }
    for header in ["timestamp,input_length,output_length", "chat_id,timestamp,input_length,output_length"] {
        let chat = if header.starts_with("chat") { "7," } else { "" };
        let found = problems(&format!("{header}\n{chat}61.0,1,1\n{chat}61.114,1,1\n"));
        let expected: &[&str] =
            if chat.is_empty() { &["f:3:1: a fraction of a millisecond: \"61.114\""] } else { &[] };
        assert_eq!(found, expected, "{header}");
    }
    let far = problems("timestamp_s,input_tokens,output_tokens\n0,1,1\n\n1700000000,1,1\n5,1,1\n");
    assert_eq!(
        far,
        ["f:4:1: the record is longer than ten years: this call is too late: \"1700000000,1,1\""]
    );
}

#[test]
fn minutes_that_are_wrong() {
    for (row, message) in [
        ("5,1,1,1", "f:3:1: the minute 5 is there twice: \"5,1,1,1\""),
        ("3,1,1,1", "f:3:1: the minute 3 comes after the minute 5: \"3,1,1,1\""),
        ("-1,1,1,1", "f:3:1: a minute cannot be negative: \"-1\""),
        ("6.5,1,1,1", "f:3:1: not a whole number of minutes: \"6.5\""),
        ("99999999,1,1,1", "f:3:1: the minute is too large: \"99999999\""),
        ("6,-1,1,1", "f:3:3: a number of requests cannot be negative: \"-1\""),
        ("6,4294967296,1,1", "f:3:3: too many requests for one minute: \"4294967296\""),
        ("6,1,1,1000000000001", "f:3:7: too many tokens for one minute: \"1000000000001\""),
        ("6,0,0,1", "f:3:1: tokens in a minute without requests: \"6,0,0,1\""),
        ("6,1,4294967296,1", "f:3:1: more tokens than the requests can have: \"6,1,4294967296,1\""),
    ] {
        let text = format!("minute,requests,input_tokens,output_tokens\n5,1,1,1\n{row}\n");
        assert_eq!(problems(&text), [message], "{row}");
    }
}

#[test]
fn lines_that_are_wrong() {
    for (line, message) in [
        (
            r#"{"timestamp": 1, "input_length": 2}"#,
            r#"f:3:1: the call has no output_length: "{"timestamp": 1, "input_length": 2}""#,
        ),
        (
            r#"{"timestamp": 1, "input_length": -2, "output_length": 3}"#,
            "f:3:34: a number of tokens cannot be negative: \"-2\"",
        ),
        (
            r#"{"timestamp": "noon", "input_length": 2, "output_length": 3}"#,
            "f:3:15: not a time: \"\"noon\"\"",
        ),
        (
            r#"{"timestamp": 1, "input"#,
            r#"f:3:1: the JSON of the line ends too early: "{"timestamp": 1, "input""#,
        ),
        ("7", "f:3:1: not an object with a call: \"7\""),
        ("[1,2,3,4]", "f:3:1: not an object with a call: \"[1,2,3,4]\""),
        ("{\"timestamp\" 1}", "f:3:1: not JSON: expected `:`: \"{\"timestamp\" 1}\""),
        (
            "{\"timestamp\": 1, \"timestamp\": 2}",
            "f:3:1: not a call: duplicate field `timestamp`: \"{\"timestamp\": 1, \"timestamp\": 2}\"",
        ),
    ] {
        let text = format!("{}\n\n{line}\n", MOONCAKE.lines().next().unwrap_or_default());
        assert_eq!(problems(&text), [message], "{line}");
    }
}

#[test]
fn all_problems_up_to_twenty_in_one_pass() {
    let found = problems(&format!("timestamp_s,input_tokens,output_tokens\n{}", "x,y,1\n".repeat(12)));
    assert_eq!(found.len(), 21);
    assert_eq!(
        (found[1].as_str(), found[20].as_str()),
        ("f:2:3: not a whole number of tokens: \"y\"", "f: and 4 more")
    );
}

/// Whatever is read keeps what it promises.
fn keeps_its_promises(bytes: &[u8]) {
    let Ok(file) = read_calls("f", bytes) else { return };
    let summary = file.summary();
    assert!(summary.calls > 0 && summary.length.as_ms() % 60_000 == 0, "{summary:?}");
    if let CallRecord::Calls(trace) = &file.record {
        assert!(trace.calls.is_sorted_by_key(|call| call.at));
        assert!(
            trace.calls.iter().all(|call| call.at >= SimTime::ZERO && call.at < SimTime::ZERO + trace.length)
        );
    }
}

const STARTS: [&str; 8] = [
    "",
    "TIMESTAMP,ContextTokens,GeneratedTokens\n",
    "Timestamp,Request tokens,Response tokens\n",
    "timestamp_ms,input_tokens,output_tokens\n0,1,1\n",
    "timestamp [UTC],input_tokens,output_tokens\n\"8/18/2025, ",
    "minute,requests,input_tokens,output_tokens\n",
    "{\"timestamp\":",
    "{\"timestamp\": 1, \"input_length\": 2, \"output_length\": 3}\n{",
];

proptest! {
    #[test]
    fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), start in 0_usize..8) {
        keeps_its_promises(&[STARTS[start].as_bytes(), &bytes].concat());
    }

    #[test]
    fn nothing_panics_on_likely_text(text in "[0-9,:.\"/ AMPZTe\\-é\r\n]{0,120}", start in 0_usize..8) {
        keeps_its_promises(format!("{}{text}", STARTS[start]).as_bytes());
    }

    #[test]
    fn nothing_panics_on_likely_rows(
        rows in proptest::collection::vec((any::<i64>(), any::<u32>(), any::<u16>()), 1..20),
        unit in 1_i64..1_000_000_000_000,
        start in 1_usize..6,
    ) {
        let header = STARTS[start].lines().next().unwrap_or_default();
        let minute = header.starts_with("minute");
        let row = |(at, a, b): &(i64, u32, u16)| {
            let at = at / unit;
            if minute { format!("{at},{b},{a},{a}") } else { format!("{at},{a},{b}") }
        };
        let rows: Vec<String> = rows.iter().map(row).collect();
        keeps_its_promises(format!("{header}\n{}", rows.join("\n")).as_bytes());
    }
}
