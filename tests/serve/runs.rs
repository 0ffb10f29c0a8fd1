//! Comparisons that become surer while they are read.

use crate::client::{Server, event_of, read_chunk};
use assert_cmd::cargo::CommandCargoExt;
use serde_json::{Value, json};
use std::process::Command;
use std::time::{Duration, Instant};

#[test]
fn results_come_in_order_and_the_last_is_that_of_compare() {
    let server = Server::start();
    let ask = json!({ "scenario": "default", "seed": 7, "replications": 300 });
    let answer = server.post("/api/run", &ask);
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    let events = answer.events();
    let names: Vec<&str> = events.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!((names.first(), names.last()), (Some(&"diagnostics"), Some(&"done")));
    let results: Vec<&Value> =
        events.iter().filter(|(name, _)| name == "result").map(|(_, data)| data).collect();
    let counts: Vec<u64> = results.iter().map(|result| result["replications"].as_u64().unwrap()).collect();
    assert!(counts.len() > 1 && counts.is_sorted() && counts.last() == Some(&300), "{counts:?}");
    let folder = tempfile::tempdir().expect("a folder");
    let output = Command::cargo_bin("deploysim")
        .expect("the program")
        .args([
            "compare",
            "scenarios/default.ron",
            "-n",
            "300",
            "--seed",
            "7",
            "--format",
            "json",
            "--quiet",
            "--out",
        ])
        .arg(folder.path())
        .output()
        .expect("it runs");
    let compared: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(results.last().unwrap()["comparison"], compared);
}

#[test]
fn a_broken_scenario_is_told_with_its_place_and_nothing_is_run() {
    let server = Server::start();
    let text = "(\n    start: \"2026-06-01T00:00:00+08:00\",\n    horizon: \"30\",\n)";
    let events = server.post("/api/run", &json!({ "text": text })).events();
    let names: Vec<&str> = events.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["diagnostics", "error"]);
    let finding = events[0].1["diagnostics"].as_array().unwrap().iter().find(|one| one["path"] == "horizon");
    assert_eq!(finding.expect("it is found")["line"], 3);
    assert_eq!(events[1].1["error"]["code"], "broken_scenario");
}

#[test]
fn whoever_stops_reading_stops_the_work() {
    let server = Server::start();
    let mut reader = server.begin_run(&json!({ "scenario": "default", "replications": 100_000 }));
    let first = read_chunk(&mut reader).expect("an event").expect("not the end");
    let (name, _) = event_of(String::from_utf8(first).expect("text").trim_end());
    assert_eq!(name, "diagnostics");
    assert_eq!(server.status()["at_work"], 1);
    drop(reader);
    let ended = Instant::now();
    while server.status()["at_work"] != 0 {
        assert!(ended.elapsed() < Duration::from_secs(20), "the work goes on: {}", server.status());
        std::thread::yield_now();
    }
    let status = server.status();
    assert_eq!(status["cancelled"], 1);
    assert!(status["replications"].as_u64().unwrap() < 100_000, "{status}");
}

#[test]
fn a_replication_that_takes_long_is_given_up_too() {
    // A check every second of ten years: millions of events without an end of the replication.
    let text = r#"(start: "2026-06-01T00:00:00+08:00", horizon: "3650d", currency: "CNY", settings: (check_interval: "2s"),
        markets: [(name: "A", standard: "2.00", spot_protected: "0.80")], services: [(name: "chat")],
        strategies: [(name: "spot", types: [(type: "A", bid: "0.90"), (type: "A")])])"#;
    let server = Server::start();
    let mut reader = server.begin_run(&json!({ "text": text, "replications": 10 }));
    read_chunk(&mut reader).expect("an event").expect("not the end");
    drop(reader);
    let ended = Instant::now();
    while server.status()["at_work"] != 0 {
        assert!(ended.elapsed() < Duration::from_secs(10), "the work goes on: {}", server.status());
        std::thread::yield_now();
    }
}
