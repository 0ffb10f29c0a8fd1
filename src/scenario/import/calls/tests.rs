//! Tiny samples of every format of calls, and every way we know to break one.

use super::{CallFile, CallFormat, CallRecord, read_calls};
use crate::units::SimSpan;
use crate::world::traffic::{CallTrace, MinuteTotals};
use std::io::Write;
use std::sync::Arc;

/// A file that reads.
fn good(text: &str) -> CallFile {
    read_calls("f", text.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// The problems of a file, as a person sees them.
fn problems(text: &str) -> Vec<String> {
    read_calls("f", text.as_bytes()).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

/// The trace of a file that has one.
fn trace(file: &CallFile) -> Arc<CallTrace> {
    match &file.record {
        CallRecord::Calls(trace) => Arc::clone(trace),
        CallRecord::Minutes(_) => panic!("{} is a series by the minute", file.format),
    }
}

/// Milliseconds, input and output tokens of every call.
fn calls(file: &CallFile) -> Vec<(i64, u32, u32)> {
    let trace = trace(file);
    trace.calls.iter().map(|call| (call.at.as_ms(), call.input_tokens, call.output_tokens)).collect()
}

fn minute(calls: u32, input_tokens: u64, output_tokens: u64) -> MinuteTotals {
    MinuteTotals { calls, input_tokens, output_tokens }
}

const AZURE_2023: &str = "TIMESTAMP,ContextTokens,GeneratedTokens\n\
    2023-11-16 18:15:46.6805900,374,44\n\
    2023-11-16 18:15:50.9951690,396,109\n\
    2023-11-16 18:17:01.2000000,879,55";
const BURST_GPT: &str = "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n\
    5,ChatGPT,472,18,490,Conversation log\n\
    45,ChatGPT,1087,230,1317,Conversation log\n\
    118,GPT-4,417,0,417,API log\n\
    119,GPT-4,1360,203,1563,Conversation log\n";
const BAILIAN: &str = r#"{"chat_id": 159, "parent_chat_id": 55, "timestamp": 61.114, "input_length": 521, "output_length": 132, "type": "text", "turn": 2, "hash_ids": [1089, 1090]}
{"chat_id": 160, "parent_chat_id": -1, "timestamp": 62.0, "input_length": 5, "output_length": 0, "type": "text", "turn": 1, "hash_ids": []}
"#;
const MOONCAKE: &str = r#"{"timestamp": 0, "input_length": 6758, "output_length": 500, "hash_ids": [0, 1]}
{"timestamp": 27482, "input_length": 6955, "output_length": 52, "hash_ids": [46, 47, 48]}
"#;
const MINUTES: &str = "minute,requests,input_tokens,output_tokens\n0,2,300,40\n3,1,7,0\n";

#[test]
fn an_azure_trace_begins_at_its_first_call_and_lasts_whole_minutes() {
    let file = good(AZURE_2023);
    assert_eq!(file.format, CallFormat::AzureInference);
    // Rounded down to the millisecond each: 46.680, 50.995 and 61.200 s after 18:15 and 18:16.
    assert_eq!(calls(&file), [(0, 374, 44), (4_315, 396, 109), (74_520, 879, 55)]);
    assert_eq!(trace(&file).length, SimSpan::from_minutes(2));
    assert!(file.notes.is_empty(), "{:?}", file.notes);
    let with_offset =
        AZURE_2023.replace("900,", "9+00:00,").replace("690,", "69+00:00,").replace("000,", "+00:00,");
    assert_eq!(calls(&good(&with_offset)), calls(&file));
    let summary = file.summary();
    assert_eq!((summary.calls, summary.input_tokens, summary.output_tokens), (3, 1_649, 208));
    assert_eq!((summary.most_per_minute, summary.length), (2, SimSpan::from_minutes(2)));
}

#[test]
fn burst_gpt_counts_seconds_and_its_failures_are_left_out_and_counted() {
    let file = good(BURST_GPT);
    assert_eq!((file.format, file.failed), (CallFormat::BurstGpt, 1));
    assert_eq!(calls(&file), [(5_000, 472, 18), (45_000, 1_087, 230), (119_000, 1_360, 203)]);
    assert_eq!(file.notes, ["f: requests that failed (no response) and were left out: 1"]);
    let later = "Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type\n\
                 5,abc,0.5,ChatGPT,472,18,490,Conversation log\n";
    let later = good(later);
    assert_eq!((later.format, calls(&later)), (CallFormat::BurstGpt, vec![(5_000, 472, 18)]));
    assert!(later.notes.is_empty(), "{:?}", later.notes);
}

#[test]
fn json_lines_are_told_apart_by_chats_and_fractions() {
    let (mooncake, bailian) = (good(MOONCAKE), good(BAILIAN));
    assert_eq!((mooncake.format, bailian.format), (CallFormat::MooncakeJson, CallFormat::BailianJson));
    assert_eq!(calls(&mooncake), [(0, 6_758, 500), (27_482, 6_955, 52)]);
    assert_eq!(calls(&bailian), [(61_114, 521, 132), (62_000, 5, 0)]);
    assert_eq!(trace(&bailian).length, SimSpan::from_minutes(2));
    // Without chats the fraction tells, wherever it stands.
    let bare = "{\"timestamp\":60,\"input_length\":1,\"output_length\":2}\n\
                {\"timestamp\":61.5,\"input_length\":1,\"output_length\":2}";
    assert_eq!(calls(&good(bare)), [(60_000, 1, 2), (61_500, 1, 2)]);
    assert_eq!(calls(&good(&bare.replace("61.5", "61"))), [(60, 1, 2), (61, 1, 2)]);
}

#[test]
fn tables_in_milliseconds_in_seconds_and_of_the_usage_export() {
    for header in ["timestamp,input_length,output_length", "timestamp_ms,input_tokens,output_tokens"] {
        let file = good(&format!("{header}\n0,6758,500\n3536999,7322,490\n"));
        assert_eq!(file.format, CallFormat::MillisecondsCsv, "{header}");
        assert_eq!(calls(&file), [(0, 6_758, 500), (3_536_999, 7_322, 490)]);
        assert_eq!(trace(&file).length, SimSpan::from_minutes(59));
    }
    let seconds =
        good("timestamp_s,client,input_tokens,output_tokens\n0.000,65,9035,2714\n3599.918,19,3881,279.0\n");
    assert_eq!(seconds.format, CallFormat::SecondsCsv);
    assert_eq!(calls(&seconds), [(0, 9_035, 2_714), (3_599_918, 3_881, 279)]);
    let usage = "timestamp [UTC],input_tokens,output_tokens,total_tokens\n\
                 \"8/18/2025, 12:00:38.941 AM\",1345,69,1414\n\
                 \"8/18/2025, 1:00:38.941 AM\",1,2,3\n\
                 \"8/18/2025, 12:00:38 PM\",4,5,9\n\
                 \"12/1/2025, 11:59:59.9 PM\",6,7,13\n";
    let usage = good(usage);
    assert_eq!(usage.format, CallFormat::AzureUsage);
    let day = 86_400_000;
    assert_eq!(
        calls(&usage),
        [(0, 1_345, 69), (3_600_000, 1, 2), (43_199_059, 4, 5), (106 * day - 39_041, 6, 7)]
    );
}

#[test]
fn the_last_call_is_before_the_end_of_the_record() {
    for (last_ms, minutes) in [(59_999, 1), (60_000, 2), (60_001, 2)] {
        let file = good(&format!("timestamp_ms,input_tokens,output_tokens\n{last_ms},1,1\n"));
        assert_eq!(trace(&file).length, SimSpan::from_minutes(minutes), "{last_ms}");
    }
}

#[test]
fn a_part_of_a_longer_trace_keeps_its_hour_of_the_day() {
    // 61 days and an hour: what comes before the day of the first call is no part of the record.
    let file = good("Timestamp,Request tokens,Response tokens\n5274000,1,2\n5274060,3,4\n");
    assert_eq!(calls(&file), [(3_600_000, 1, 2), (3_660_000, 3, 4)]);
    assert_eq!(trace(&file).length, SimSpan::from_minutes(62));
    assert_eq!(file.notes.len(), 1);
    assert!(file.notes[0].contains("after 61 days by the clock of the file"), "{:?}", file.notes);
}

#[test]
fn a_series_by_the_minute_has_zeros_where_the_file_has_no_row() {
    let file = good(MINUTES);
    assert_eq!(file.format, CallFormat::MinutesCsv);
    let expected = [minute(2, 300, 40), minute(0, 0, 0), minute(0, 0, 0), minute(1, 7, 0)];
    assert_eq!(file.minutes().minutes, expected);
    assert_eq!(file.length(), SimSpan::from_minutes(4));
    let summary = file.summary();
    assert_eq!((summary.calls, summary.input_tokens, summary.output_tokens), (3, 307, 40));
}

#[test]
fn a_trace_is_added_up_by_the_minute_since_its_start() {
    let file = good(AZURE_2023);
    assert_eq!(file.minutes().minutes, [minute(2, 770, 153), minute(1, 879, 55)]);
}

#[test]
fn rows_out_of_order_are_sorted_and_those_of_one_instant_stay_as_they_stand() {
    let file = good("timestamp_s,input_tokens,output_tokens\n\n5,1,1\n3,2,2\n\n5,3,3\n4,4,4\n3,5,5\n");
    assert_eq!(calls(&file).iter().map(|call| call.1).collect::<Vec<_>>(), [2, 5, 4, 1, 3]);
    assert_eq!((file.out_of_order, file.summary().out_of_order), (3, 3));
    assert_eq!(file.notes, ["f: calls that are not in order of time and were sorted: 3 (first: line 4)"]);
}

#[test]
fn packing_marks_line_ends_and_quotes_change_nothing() {
    for text in [AZURE_2023, BURST_GPT, MOONCAKE, BAILIAN, MINUTES] {
        let plain = good(text);
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(text.as_bytes()).expect("a Vec takes everything");
        let mut variants = vec![
            packer.finish().expect("a Vec takes everything"),
            format!("\u{feff}{text}").into_bytes(),
            text.replace('\n', "\r\n").into_bytes(),
            text.trim_end().as_bytes().to_vec(),
            format!("\n# fetched today\n{}\n \n", text.replace('\n', "\n\n")).into_bytes(),
        ];
        if !text.starts_with('{') {
            variants.push(text.replace(',', ";").into_bytes());
            variants.push(text.replace(',', "\",\"").replace('\n', "\"\n\"").into_bytes());
            let quoted = variants.last_mut().expect("just pushed");
            quoted.insert(0, b'"');
            if quoted.ends_with(b"\"") {
                quoted.pop();
            } else {
                quoted.push(b'"');
            }
        }
        for bytes in variants {
            let file = read_calls("f", &bytes).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
            assert_eq!(file, plain, "{}", String::from_utf8_lossy(&bytes));
        }
    }
}

#[test]
fn whole_files() {
    let cases: &[(&str, &str, &str)] = &[
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
    ];
    for (text, message, help) in cases {
        let found = read_calls("f", text.as_bytes()).expect_err(text);
        assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), [*message], "{text}");
        assert!(found[0].help.as_deref().is_some_and(|said| said.starts_with(help)), "{found:?}");
    }
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
