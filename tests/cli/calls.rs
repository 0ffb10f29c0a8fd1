//! `deploysim run --calls` and `--at`: every call in a file, and the list of deployments at an instant.

use crate::support::{Folder, list, text};

#[test]
fn every_call_goes_to_a_file_that_appears_whole() {
    let folder = Folder::new();
    let output = folder.run("run small.ron --calls results/calls.csv");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("writing 0 calls to results/calls.csv"));
    assert!(text(&output.stdout).contains("The bill, CNY"), "the story is told all the same");
    let written = folder.read("results/calls.csv");
    assert!(written.starts_with("time,tenant,api_key,workspace,channel,deployment,model,fate,"), "{written}");
    assert_eq!(written.lines().count(), 1, "nobody calls");
    assert_eq!(folder.contents("results").len(), 1, "no unfinished file is left");
    folder.stdout("run small.ron --calls results/calls.csv.gz --format json");
    let packed = std::fs::read(folder.file("results/calls.csv.gz")).expect("it is there");
    assert_eq!(packed[..2], [0x1f, 0x8b]);
}

#[test]
fn a_file_of_calls_that_cannot_be_written_is_said_before_the_run() {
    let folder = Folder::new();
    folder.write("taken/in.txt", "");
    for (words, code) in [("--calls taken", 1), ("--calls ..", 2), ("--calls taken/in.txt/calls.csv", 1)] {
        let output = folder.run(&format!("run small.ron {words}"));
        assert_eq!(output.status.code(), Some(code), "{words}: {}", text(&output.stderr));
        assert!(output.stdout.is_empty(), "{words}");
    }
}

#[test]
fn the_list_at_an_instant_is_text_or_json() {
    let folder = Folder::new();
    let told = folder.stdout("run small.ron --strategy standard --at 1h");
    assert!(told.contains("at 2026-06-01 01:00:00") && told.contains("service on machines"), "{told}");
    let json = folder.json("run small.ron --strategy standard --at 2026-06-01T01:00:00+08:00 --format json");
    assert_eq!(json["at"], "2026-06-01T01:00:00+08:00");
    assert!(list(&json["deployments"]).is_empty());
    let [service] = list(&json["services"]) else { panic!("one service: {json}") };
    assert_eq!((&service["name"], &service["status"]), (&"chat".into(), &"Running".into()));
    assert_eq!((&service["replicas"], &service["running"]), (&2.into(), &2.into()));
}

#[test]
fn an_instant_outside_the_run_is_wrong_usage_and_says_what_would_be_right() {
    let folder = Folder::new();
    for at in ["3d", "2026-05-31T23:59:59+08:00", "noon"] {
        let output = folder.run(&format!("run small.ron --at {at}"));
        assert_eq!(output.status.code(), Some(2), "{at}");
        assert!(output.stdout.is_empty(), "{at}");
        assert!(text(&output.stderr).contains("2026-06-01T00:00:00+08:00"), "{at}: {}", text(&output.stderr));
    }
    let both = folder.run("run small.ron --at 1h --explain");
    assert_eq!(both.status.code(), Some(2), "a list has no lines to explain");
}
