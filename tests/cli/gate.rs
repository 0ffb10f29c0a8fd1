//! `deploysim compare` as a gate: thresholds that fail with exit code 99.

use crate::support::{Folder, list, text};
use std::process::Output;

/// Two strategies whose figures are known to the digit: of a day 72 minutes are lost to the start, and 22.8 hours are
/// billed at 1.60 or at 0.50.
const FIXED: &str = r#"(
    name: "fixed", start: "2026-06-10T10:00:00+08:00", horizon: "1d", currency: "CNY",
    markets: [(name: "A", standard: "1.60", spot_unprotected: "0.50")],
    services: [(name: "chat", start_up: "72m")],
    strategies: [
        (name: "standard", types: [(type: "A")]),
        (name: "spot", protection: false, types: [(type: "A", bid: "1.00")]),
    ],
)
"#;

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("fixed.ron", FIXED);
    folder
}

/// Compares with these thresholds, of which each is one word of the command line.
fn compare(folder: &Folder, words: &str, thresholds: &[&str]) -> Output {
    let mut command = folder.deploysim();
    command.args(words.split_whitespace());
    for threshold in thresholds {
        command.args(["--fail-if", threshold]);
    }
    command.output().expect("the program starts")
}

#[test]
fn a_threshold_that_does_not_hold_changes_nothing_but_what_is_said() {
    let folder = folder();
    let output = compare(&folder, "compare fixed.ron -n 3", &["cost.p95>36.48", "availability.mean < 90 %"]);
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), "files in outputs/fixed\n"));
    let stdout = text(&output.stdout);
    let table: Vec<&str> = stdout.lines().filter(|line| line.contains("passed")).collect();
    assert_eq!(table.len(), 4, "two thresholds of two strategies\n{stdout}");
    assert!(
        table[0].contains("cost.p95>36.48") && table[0].contains("standard") && table[0].contains("36.48")
    );
    assert!(table[3].contains("availability.mean < 90 %") && table[3].contains("95.00 %"), "{}", table[3]);
}

#[test]
fn one_that_holds_fails_with_99_after_everything_is_written() {
    let folder = folder();
    let thresholds = ["cost.p95>=36.48", "spot: cost.mean>11.399", "availability.mean<50%"];
    let output = compare(&folder, "compare fixed.ron -n 3 -q --out results", &thresholds);
    assert_eq!(output.status.code(), Some(99));
    assert_eq!(
        text(&output.stderr),
        "error: 2 of 5 thresholds failed\n  \
         cost.p95>=36.48: cost.p95 of \"standard\" is 36.48 (no interval), at least 36.48\n  \
         spot: cost.mean>11.399: cost.mean of \"spot\" is 11.40 (95 % interval 11.40 … 11.40), above 11.399\n",
        "{}",
        text(&output.stdout)
    );
    assert!(text(&output.stdout).contains("FAILED"));
    for file in ["results.json", "replications.csv", "cost_distribution.png"] {
        assert!(folder.file("results").join(file).is_file(), "{file}");
    }
}

#[test]
fn results_have_every_threshold_of_every_strategy() {
    let folder = folder();
    let output = compare(
        &folder,
        "compare fixed.ron -n 3 --format json",
        &["cost.p50>20", "spot: availability.mean<0.99"],
    );
    assert_eq!(output.status.code(), Some(99));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let said: Vec<_> = list(&json["thresholds"])
        .iter()
        .map(|one| (one["expression"].as_str(), one["strategy"].as_str(), one["failed"].as_bool()))
        .collect();
    assert_eq!(
        said,
        [
            (Some("cost.p50>20"), Some("standard"), Some(true)),
            (Some("cost.p50>20"), Some("spot"), Some(false)),
            (Some("spot: availability.mean<0.99"), Some("spot"), Some(true)),
        ]
    );
    let first = &json["thresholds"][0];
    assert_eq!((&first["value"], &first["limit"]), (&"36.48".into(), &"20.00".into()), "money is text");
    assert!(first["ci95"].is_null(), "three replications carry no interval of a quantile");
    let last = &json["thresholds"][2];
    assert_eq!(
        (&last["value"], &last["limit"], &last["relation"]),
        (&0.95.into(), &0.99.into(), &"<".into())
    );
    assert_eq!(last["ci95"], serde_json::json!([0.95, 0.95]));
    let without = folder.json("compare fixed.ron -n 3 --format json");
    assert!(without["thresholds"].is_null(), "nobody asked");
}

#[test]
fn a_limit_within_the_interval_is_called_so() {
    let folder = Folder::new();
    let mean = &folder.json("compare small.ron -n 40 --format json")["strategies"][1]["cost"]["mean"];
    let threshold = format!("spot: cost.mean>={}", mean.as_str().expect("money"));
    let output = compare(&folder, "compare small.ron -n 40", &[&threshold]);
    assert_eq!(output.status.code(), Some(99));
    assert!(
        text(&output.stderr).contains("; the limit lies within the interval"),
        "{}",
        text(&output.stderr)
    );
    assert!(text(&output.stdout).contains("other luck (--seed)"));
}

#[test]
fn what_cannot_be_judged_is_refused_before_anything_runs() {
    let folder = folder();
    for (threshold, message) in [
        ("cost.p95=5", "one of > >= < <= and a limit"),
        ("cots.p95>5", "did you mean `cost`?"),
        ("cost.p95>5%", "\"5%\" is no limit"),
        ("stopped.share>0", "the scenario has no accounts"),
        ("sopt: cost.mean>5", "there is no strategy \"sopt\"; did you mean \"spot\"?"),
    ] {
        let output = compare(&folder, "compare fixed.ron", &[threshold]);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{threshold}: {stderr}");
        assert!(stderr.contains(message) && stderr.contains("--fail-if"), "{threshold}: {stderr}");
        assert!(output.stdout.is_empty() && !folder.file("outputs").exists(), "{threshold}");
    }
}

#[test]
fn shards_are_held_against_limits_when_they_are_merged() {
    let folder = folder();
    folder.stdout("compare fixed.ron --range 0..2 --shard-out a.shard -q");
    let whole = compare(&folder, "compare fixed.ron -n 2 -q --out whole", &["spot: cost.mean>1"]);
    let merged = compare(&folder, "merge a.shard -q --out merged", &["spot: cost.mean>1"]);
    assert_eq!((whole.status.code(), merged.status.code()), (Some(99), Some(99)));
    assert_eq!((whole.stdout, whole.stderr), (merged.stdout, merged.stderr));
    assert!(folder.contents("whole") == folder.contents("merged"));
}

#[test]
fn the_help_says_what_99_means() {
    let folder = Folder::new();
    let help = folder.stdout("compare --help");
    assert!(help.contains("--fail-if <[STRATEGY:]METRIC>LIMIT>"), "{help}");
    assert!(
        help.contains("99   a threshold failed (--fail-if); all results are written and shown"),
        "{help}"
    );
}
