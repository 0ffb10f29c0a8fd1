//! The recorded histories, read whole. They are not a part of the repository: without them these tests say so and
//! pass.

use deploysim::montecarlo::history::{Fit, FitOrder, Record, Verdict, fit};
use deploysim::scenario::import::calls::{CallFile, CallFormat, CallRecord, read_calls};
use deploysim::scenario::import::{
    DataFile, FileSummary, Format, Measure, PriceColumn, Selection, SeriesSummary, read,
};
use deploysim::units::{SimSpan, SimTime, UnitPrice};
use std::fs;
use std::io::Write;
use std::path::PathBuf;

/// The folder of shared data: `$DEPLOYSIM_SHARED`, else beside the repository.
fn shared_data() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let named = std::env::var_os("DEPLOYSIM_SHARED").map(PathBuf::from);
    named.into_iter().chain([beside]).map(|folder| folder.join("data")).find(|folder| folder.is_dir())
}

/// The bytes of a shared file, or a word that it is not there.
fn bytes(name: &str) -> Option<Vec<u8>> {
    let found = shared_data().and_then(|folder| fs::read(folder.join(name)).ok());
    if found.is_none() {
        // On the terminal itself: the test runner keeps to itself what a passing test prints.
        let words =
            format!("skipped: {name} is not there (set DEPLOYSIM_SHARED to the folder that holds data/)\n");
        let _ = fs::OpenOptions::new()
            .write(true)
            .open("/dev/stderr")
            .and_then(|mut out| out.write_all(words.as_bytes()));
    }
    found
}

fn file(name: &str) -> Option<DataFile> {
    Some(read(name, &bytes(name)?).unwrap_or_else(|problems| panic!("{name}: {problems:#?}")))
}

const AWS_CSV: &str = "aws-spot-2023-c5a/spot_price_history.csv";
const AWS_JSON: &str = "aws-spot-2023-c5a/spot_price_history.aws-cli-shape.json";
const GCP: &str = "gcp-spot-history/gcp_spot_changes_2023-05_2025-12.csv.gz";
const CHANGES: &str = "aws-v100-availability-2023/aws_p3.2xlarge_availability_changes.csv";
const TICKS: &str = "aws-v100-availability-2023/aws_p3.2xlarge_availability_ticks.csv.gz";

fn rows(summary: &FileSummary) -> Vec<usize> {
    summary.series.iter().map(|series| series.rows).collect()
}

fn show(summary: &FileSummary, most: usize) {
    println!("{}: {}, {} series, {} rows", summary.path, summary.format, summary.series.len(), summary.rows);
    for SeriesSummary { key, rows, value, .. } in summary.series.iter().take(most) {
        let scale = if summary.measure == Measure::Units { 1.0 } else { 1e9 };
        let (min, max) = (value.min as f64 / scale, value.max as f64 / scale);
        let mean = value.mean / scale;
        println!(
            "  {key}: {rows} rows, {min} / {mean:.6} / {max}, {:.3} changes a day",
            value.changes_per_day
        );
    }
}

#[test]
fn aws_csv_and_json_are_the_same_five_series() {
    let (Some(csv), Some(json)) = (file(AWS_CSV), file(AWS_JSON)) else { return };
    assert_eq!((csv.format, json.format), (Format::AwsSpotCsv, Format::AwsSpotJson));
    assert_eq!(csv.series, json.series);
    assert_eq!((csv.end_unix_ms, &csv.currency), (json.end_unix_ms, &json.currency));
    // 2023-12-30T21:17:02Z
    assert_eq!(csv.end_unix_ms, 1_703_971_022_000);
    assert!(csv.notes.is_empty() && json.notes.is_empty(), "{:?} {:?}", csv.notes, json.notes);
    let summary = csv.summary();
    show(&summary, 5);
    let zones: Vec<&str> = csv.series_keys().filter_map(|key| key.zone.as_deref()).collect();
    assert_eq!(zones, ["us-east-1b", "us-east-1c", "us-east-1d", "us-east-1e", "us-east-1f"]);
    assert_eq!(rows(&summary), [176, 173, 170, 180, 170]);
    for series in &summary.series {
        // Every row changes the price.
        assert_eq!(series.value.changes + 1, series.rows);
        assert!((3.3..3.8).contains(&series.value.changes_per_day), "{series:?}");
    }
    let selection = Selection { zone: Some("us-east-1e".to_owned()), ..Selection::default() };
    let (history, notes) = csv.select(&selection).expect("a zone");
    assert_eq!((history.values.len(), history.values.last(), notes.len()), (180, Some(&156_700_000), 0));
    let merged = DataFile::merge(vec![csv.clone(), json]).expect("one history");
    assert_eq!(merged.series, csv.series);
}

/// Fits every series of a file that a selection leaves, with the bids of the command; what cannot be fitted is its reason.
fn fits(file: &DataFile, selection: &Selection) -> Vec<(String, Result<Fit, String>)> {
    let (found, _) = file.select_prices(selection, |_| None).expect("prices");
    let each = found.into_iter().map(|series| {
        let record = Record::of(&series.history).expect("a length");
        let bids = [250, 500, 900].map(|share| record.quantile(SimTime::ZERO, record.end(), share)).to_vec();
        let order = FitOrder { bids, standard: None, worlds: 200, seed: 1 };
        (series.key.to_string(), fit(&record, &order).map_err(|why| why.to_string()))
    });
    each.collect()
}

/// Loosely: these prices creep upwards and fall back within weeks, four steps a day. They hardly return within 24 days, and
/// what the held-out half does is at the edge of what either kind draws, or beyond.
#[test]
fn aws_prices_are_fitted_as_four_steps_a_day() {
    let Some(file) = file(AWS_CSV) else { return };
    let mut better = 0;
    for (name, fit) in fits(&file, &Selection::default()) {
        let fit = fit.expect("it moves");
        let hours = fit.step.step.as_ms() / 3_600_000;
        assert!((6..=7).contains(&hours), "{name}: {:?}", fit.step);
        assert!((80..=95).contains(&fit.changes), "{name}: {}", fit.changes);
        let (reversion, regimes) = (fit.reversion.expect("it moves"), fit.regimes.expect("two regimes"));
        for fitted in [&reversion, &regimes] {
            let goodness = &fitted.goodness;
            println!(
                "{name}: {:?}, {} outside, {} alike, {:.3} off, {:?}",
                goodness.verdict(),
                goodness.outside,
                goodness.tail,
                goodness.distance,
                fitted.process
            );
            assert!((0.1..2.0).contains(&goodness.distance), "{name}: {}", goodness.distance);
            assert_eq!(goodness.count(), 24);
        }
        assert!(!reversion.doubts.is_empty(), "{name}: it hardly returns, or was moved");
        better += usize::from(regimes.goodness.distance < reversion.goodness.distance);
        if regimes.goodness.verdict() == Verdict::Fits {
            assert!(fit.halves_differ.is_empty(), "{name}");
        }
    }
    assert!((2..=5).contains(&better), "two regimes are the better kind for {better} of 5");
}

/// The README shows a part of what the command prints of this record.
#[test]
fn the_fit_in_the_readme_is_that_of_the_record() {
    let (Some(_), Some(folder)) = (bytes(AWS_CSV), shared_data()) else { return };
    let words = ["import", "prices", "spot_price_history.csv", "--standard", "0.308", "--zone", "us-east-1c"];
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_deploysim"));
    let output =
        command.current_dir(folder.join("aws-spot-2023-c5a")).args(words).output().expect("it starts");
    let told = String::from_utf8(output.stdout).expect("UTF-8");
    let readme =
        fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("there");
    let section = readme.split_once("### What a history holds").expect("the section").1;
    let shown = section.split_once("```text\n").expect("a block").1.split_once("```").expect("its end").0;
    for line in shown.lines() {
        assert!(told.contains(line), "the README shows\n{line}\nbut the program prints\n{told}");
    }
}

#[test]
fn google_cloud_prices_change_too_seldom_for_a_process() {
    let Some(file) = file(GCP) else { return };
    let selection = Selection { instance_type: Some("a2-highgpu-1g".to_owned()), ..Selection::default() };
    let fits = fits(&file, &selection);
    let refused = fits.iter().filter(|(_, fit)| fit.is_err()).count();
    println!("{refused} of {}", fits.len());
    // A handful of changes in two and a half years; at least six in the first half are needed.
    assert!(refused + 2 >= fits.len() && fits.len() >= 35, "{refused} of {}", fits.len());
    for (name, fit) in fits.iter().filter_map(|(name, fit)| Some((name, fit.as_ref().ok()?))) {
        assert!(fit.step.step >= SimSpan::from_days(20) && fit.regimes.is_err(), "{name}: {:?}", fit.step);
        let reversion = fit.reversion.as_ref().expect("it moves");
        assert_eq!(reversion.goodness.verdict(), Verdict::DoesNotFit, "{name}");
    }
}

#[test]
fn google_cloud_changes_are_exact() {
    let (Some(file), Some(packed)) = (file(GCP), bytes(GCP)) else { return };
    assert_eq!((file.format, file.currency.as_deref()), (Format::GcpChanges, Some("USD")));
    assert!(file.notes.is_empty(), "{:?}", file.notes);
    let summary = file.summary();
    show(&summary, 3);
    assert_eq!((summary.rows, summary.series.len()), (7_625, 1_083));
    // Every price, written back, is the text of the file: through another reader of the same bytes.
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(packed.as_slice()), &mut text)
        .expect("gzip");
    let mut checked = 0;
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let series = file
            .series
            .iter()
            .find(|series| {
                series.key.instance_type.as_deref() == Some(cells[2])
                    && series.key.region.as_deref() == Some(cells[3])
            })
            .expect("its series");
        let at = cells[0].parse::<i64>().expect("Unix seconds") * 1_000;
        let row = series.rows.iter().find(|row| row.unix_ms == at).expect("its row");
        assert_eq!(Ok(row.on_demand), UnitPrice::parse(cells[4]).map(|price| Some(price.as_nano())));
        assert_eq!(Ok(row.value), UnitPrice::parse(cells[5]).map(UnitPrice::as_nano));
        checked += 1;
    }
    assert_eq!(checked, 7_625);
    let mut selection = Selection {
        instance_type: Some("a2-highgpu-1g".to_owned()),
        region: Some("asia-east2".to_owned()),
        ..Selection::default()
    };
    let (spot, _) = file.select(&selection).expect("spot");
    selection.column = PriceColumn::OnDemand;
    let (standard, _) = file.select(&selection).expect("on demand");
    assert_eq!((spot.values[0], standard.values[0]), (1_102_015_500, 4_722_993_530));
    assert_eq!((spot.end_unix_ms, standard.end_unix_ms), (file.end_unix_ms, file.end_unix_ms));
}

#[test]
fn availability_changes_and_ticks_agree() {
    let (Some(changes), Some(ticks)) = (file(CHANGES), file(TICKS)) else { return };
    assert_eq!((changes.format, ticks.format), (Format::AvailabilityCsv, Format::AvailabilityTicks));
    let summary = changes.summary();
    show(&summary, 9);
    assert_eq!((summary.series.len(), summary.rows), (9, 3_751));
    assert_eq!(changes.series, ticks.series);
    // 2023-04-02T01:37:20Z is the last tick; the record of changes ends with its last change.
    assert_eq!(ticks.end_unix_ms, 1_680_399_440_000);
    assert!(changes.end_unix_ms <= ticks.end_unix_ms);
    for file in [&changes, &ticks] {
        assert_eq!(file.notes.len(), 1, "{:?}", file.notes);
        assert!(file.notes[0].ends_with("the times name no offset and were taken as UTC"));
    }
}

#[test]
fn samples_of_the_vendors_shapes() {
    let Some(aws) = file("format-samples/aws_describe_spot_price_history.json") else { return };
    // The same row in both spellings of the time.
    assert_eq!((aws.series.len(), aws.series[0].rows.len()), (1, 1));
    assert!(aws.notes[0].contains("repeat another row"), "{:?}", aws.notes);
    let Some(ecs) = file("format-samples/alibaba_ecs_describe_spot_price_history.json") else { return };
    assert_eq!((ecs.currency.as_deref(), ecs.series[0].rows[0].value), (Some("CNY"), 36_000_000));
    let Some(eas) = file("format-samples/alibaba_pai_eas_describe_spot_discount_history.json") else {
        return;
    };
    let standard = UnitPrice::parse("10.5").ok();
    let (history, _) = eas.select(&Selection { standard, ..Selection::default() }).expect("one series");
    assert_eq!(history.values, [3_150_000_000]);
    let name = "format-samples/alibaba_pai_eas_describe_machine_spec.json";
    let Some(snapshot) = bytes(name) else { return };
    let problems = read(name, &snapshot).expect_err("a snapshot");
    assert!(problems[0].message.contains("a snapshot of now, not a history"), "{problems:?}");
}

#[test]
fn files_of_other_kinds_are_refused_in_words() {
    for (name, said) in [
        ("price-lists/aws_on_demand.csv.gz", "price list without times"),
        ("price-lists/azure_on_demand.csv.gz", "price list without times"),
        ("price-lists/aws_spot_advisor.csv.gz", "no known kind"),
        ("gcp-spot-history/sample_times.csv", "no column of prices"),
        ("preemption-bamboo-2021/p3-trace.csv", "no header line"),
        ("preemption-bamboo-2021/gcloud-v100x1-east1c.txt", "no header line"),
        ("azure-llm-2023/AzureLLMInferenceTrace_code.csv", "no column of prices"),
        ("mooncake/conversation_trace_tokens.csv", "no column of prices"),
        ("servegen/deepseek-r1_day_per_minute.csv.gz", "no known kind"),
        ("llm-prices-litellm/alibaba_models.json", "no known kind"),
        ("format-samples/llm_trace_formats.txt", "no column of prices"),
        ("format-samples/README.md", "no known kind"),
    ] {
        let Some(bytes) = bytes(name) else { continue };
        let problems = read(name, &bytes).expect_err(name);
        assert_eq!(problems.len(), 1, "{name}");
        assert!(problems[0].message.contains(said), "{name}: {}", problems[0]);
    }
}

fn calls(name: &str) -> Option<CallFile> {
    Some(read_calls(name, &bytes(name)?).unwrap_or_else(|problems| panic!("{name}: {problems:#?}")))
}

/// Times of the first and the last call.
fn ends(file: &CallFile) -> (SimTime, SimTime) {
    match &file.record {
        CallRecord::Calls(trace) => (trace.calls[0].at, trace.calls[trace.calls.len() - 1].at),
        CallRecord::Minutes(_) => panic!("{} is a series by the minute", file.path),
    }
}

/// Counts and sums are those of another reader (Python's csv) of the same bytes.
#[test]
fn recorded_traffic_has_every_call_and_token() {
    for (name, format, counts, last_ms, minutes) in [
        (
            "azure-llm-2023/AzureLLMInferenceTrace_conv.csv",
            CallFormat::AzureInference,
            (19_366, 22_361_870, 4_088_665),
            // From 18:15:46.680 to 19:14:08.402.
            3_501_722,
            59,
        ),
        (
            "azure-llm-2023/AzureLLMInferenceTrace_code.csv",
            CallFormat::AzureInference,
            (8_819, 18_059_974, 245_896),
            // From 18:17:03.979 to 19:14:19.928.
            3_435_949,
            58,
        ),
        (
            "mooncake/conversation_trace_tokens.csv",
            CallFormat::MillisecondsCsv,
            (12_031, 144_793_823, 4_122_048),
            3_536_999,
            59,
        ),
        (
            "servegen/deepseek-r1_day_requests.csv.gz",
            CallFormat::SecondsCsv,
            (117_294, 94_781_014, 143_283_299),
            3_599_918,
            60,
        ),
    ] {
        let Some(file) = calls(name) else { continue };
        let summary = file.summary();
        println!("{name}: {summary:?}");
        assert_eq!(file.format, format, "{name}");
        assert_eq!((summary.calls, summary.input_tokens, summary.output_tokens), counts, "{name}");
        assert_eq!(ends(&file), (SimTime::ZERO, SimTime::from_ms(last_ms)), "{name}");
        assert_eq!(summary.length, SimSpan::from_minutes(minutes), "{name}");
        assert_eq!((summary.failed, summary.out_of_order, file.notes.len()), (0, 0, 0), "{name}");
    }
}

#[test]
fn recorded_minutes_are_all_there() {
    for (name, counts, minutes) in [
        ("servegen/m-large_week_per_minute.csv.gz", (80_500_954, 74_216_771_234, 13_565_335_816), 10_080),
        ("servegen/deepseek-r1_day_per_minute.csv.gz", (1_383_669, 1_757_008_582, 2_112_962_587), 1_440),
    ] {
        let Some(file) = calls(name) else { continue };
        let summary = file.summary();
        assert_eq!(file.format, CallFormat::MinutesCsv, "{name}");
        assert_eq!((summary.calls, summary.input_tokens, summary.output_tokens), counts, "{name}");
        assert_eq!((file.minutes().minutes.len(), file.notes.len()), (minutes, 0), "{name}");
    }
    // The requests of an hour, added up by the minute.
    let Some(hour) = calls("servegen/deepseek-r1_day_requests.csv.gz") else { return };
    let hour = hour.minutes();
    let counts: Vec<u32> = hour.minutes.iter().map(|minute| minute.calls).collect();
    assert_eq!((counts.len(), &counts[..3], counts[59]), (60, [1_927, 2_152, 1_933].as_slice(), 1_910));
}

#[test]
fn samples_of_the_traces_shapes() {
    let name = "format-samples/llm_trace_formats.txt";
    let Some(text) = bytes(name) else { return };
    let text = String::from_utf8(text).expect("UTF-8");
    // One format after another, with an empty line between them.
    let found: Vec<Result<(CallFormat, u64), String>> = text
        .split("\n\n")
        .map(|part| {
            let file = read_calls(name, part.as_bytes()).map_err(|problems| problems[0].message.clone())?;
            Ok((file.format, file.summary().calls))
        })
        .collect();
    assert_eq!(
        found,
        [
            Ok((CallFormat::AzureInference, 2)),
            Ok((CallFormat::BurstGpt, 2)),
            Ok((CallFormat::MooncakeJson, 1)),
            Ok((CallFormat::BailianJson, 1)),
            Err("the file has no header line".to_owned()),
            Ok((CallFormat::AzureUsage, 1)),
        ]
    );
}

#[test]
fn histories_of_prices_are_no_traffic() {
    for (name, said) in [
        (AWS_CSV, "AWS spot price history (CSV), not calls"),
        (AWS_JSON, "no known kind of calls"),
        (GCP, "Google Cloud price changes (CSV), not calls"),
        (CHANGES, "availability changes (CSV), not calls"),
        (TICKS, "availability ticks (CSV), not calls"),
        ("price-lists/aws_on_demand.csv.gz", "no known kind of calls"),
        ("llm-prices-litellm/alibaba_models.json", "no known kind of calls"),
        ("format-samples/README.md", "no known kind of calls"),
    ] {
        let Some(bytes) = bytes(name) else { continue };
        let problems = read_calls(name, &bytes).expect_err(name);
        assert_eq!(problems.len(), 1, "{name}");
        assert!(problems[0].message.contains(said), "{name}: {}", problems[0]);
    }
}
