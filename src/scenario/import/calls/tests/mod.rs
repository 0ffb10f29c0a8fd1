//! Tiny samples of every format of calls, and every trap that is repaired.

mod broken;

use super::{CallFile, CallFormat, CallRecord, read_calls};
use crate::units::SimSpan;
use crate::world::traffic::{CallTrace, MinuteTotals};
use std::io::Write;
use std::sync::Arc;

/// A file that reads.
fn good(text: &str) -> CallFile {
    read_calls("f", text.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}"))
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
