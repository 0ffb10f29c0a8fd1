//! What the program is given, and what it says when that is wrong.

use crate::support::{Folder, SCENARIO, list, text};
use std::process::{Command, Output, Stdio};

/// Exit code, and stderr; nothing panics and nothing wrong prints results.
fn refused(output: &Output, code: i32) -> String {
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{stderr}");
    assert!(output.stdout.is_empty(), "{}", text(&output.stdout));
    assert!(!stderr.contains("panicked"), "{stderr}");
    stderr
}

#[test]
fn wrong_usage_is_exit_2() {
    let folder = Folder::new();
    for words in [
        "compere",
        "compare small.ron other.ron",
        "compare small.ron -n 0",
        "compare small.ron -n many",
        "compare small.ron --seed -1",
        "compare small.ron --threads 100000",
        "compare small.ron --format yaml",
        "run small.ron --replication -1",
        "check",
        "--nonsense",
    ] {
        let stderr = refused(&folder.run(words), 2);
        assert!(stderr.starts_with("error: "), "{words}: {stderr}");
    }
    assert!(!folder.file("outputs").exists(), "nothing was begun");
}

#[test]
fn help_and_version_are_fine_and_name_the_exit_codes() {
    let folder = Folder::new();
    for words in ["--help", "compare --help", "run --help", "check --help", "help compare"] {
        let help = folder.stdout(words);
        assert!(help.contains("Exit codes:") && help.contains("130"), "{words}: {help}");
    }
    assert_eq!(folder.stdout("--version"), format!("deploysim {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_scenario_that_is_not_there_is_exit_3_and_leaves_nothing() {
    let folder = Folder::new();
    for command in ["compare", "run", "check"] {
        let stderr = refused(&folder.run(&format!("{command} none.ron")), 3);
        assert!(stderr.contains("none.ron"), "{stderr}");
        let stderr = refused(&folder.run(&format!("{command} .")), 3);
        assert!(stderr.contains("directory"), "{stderr}");
    }
    assert!(!folder.file("outputs").exists());
}

#[test]
fn a_wrong_scenario_shows_every_problem_and_leaves_earlier_results() {
    let folder = Folder::new();
    folder.stdout("compare small.ron -n 3");
    let before = folder.contents("outputs");
    folder.write("small.ron", &SCENARIO.replace("\"3d\"", "\"3 dogs\"").replace("\"1.70\"", "\"-1.70\""));
    for command in ["compare", "run", "check"] {
        let stderr = refused(&folder.run(&format!("{command} small.ron")), 3);
        assert!(stderr.contains("small.ron:5:14") && stderr.contains("dogs"), "{stderr}");
        assert!(stderr.contains("must not be negative") && stderr.contains("cannot be run"), "{stderr}");
    }
    assert!(folder.contents("outputs") == before);
}

#[test]
fn a_file_that_is_no_scenario_is_refused() {
    let folder = Folder::new();
    std::fs::write(folder.file("noise.ron"), [0xff, 0xfe, 0, 1, 2, b'\n', 0x80]).expect("a writable folder");
    for name in ["noise.ron", "empty.ron", "nested.ron"] {
        match name {
            "empty.ron" => drop(folder.write(name, "")),
            "nested.ron" => drop(folder.write(name, &"[".repeat(200_000))),
            _ => {}
        }
        refused(&folder.run(&format!("check {name}")), 3);
    }
}

#[test]
fn a_scenario_with_warnings_still_runs() {
    let folder = Folder::new();
    // No bid is ever as low as 0.10: the floor of A is 0.2.
    folder.write("odd.ron", &SCENARIO.replace("bid: \"0.82\"", "bid: \"0.10\""));
    let output = folder.run("compare odd.ron -n 3 --format json");
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stderr).contains("warning"), "{}", text(&output.stderr));
    serde_json::from_slice::<serde_json::Value>(&output.stdout).expect("stdout is pure JSON all the same");
    let quiet = folder.run("compare odd.ron -n 3 --quiet");
    assert_eq!((quiet.status.code(), text(&quiet.stderr).as_str()), (Some(0), ""));
    let told = folder.run("run odd.ron --format json");
    assert_eq!(told.status.code(), Some(0));
    serde_json::from_slice::<serde_json::Value>(&told.stdout).expect("stdout is pure JSON all the same");
    let checked = folder.run("check odd.ron");
    assert_eq!(checked.status.code(), Some(0), "a warning is no error");
    assert!(text(&checked.stdout).contains("3 strategies"), "{}", text(&checked.stdout));
}

#[test]
fn a_folder_that_cannot_be_written_is_exit_1() {
    let folder = Folder::new();
    folder.write("taken", "a file where the folder should be");
    for out in ["taken", "taken/below"] {
        let stderr = refused(&folder.run(&format!("compare small.ron -n 3 --out {out}")), 1);
        assert!(stderr.contains("cannot write") && stderr.contains(out), "{stderr}");
    }
    assert_eq!(folder.read("taken"), "a file where the folder should be");
}

#[test]
fn a_result_that_cannot_take_its_name_leaves_no_half_of_the_others() {
    let folder = Folder::new();
    // A folder stands where the table of replications should go.
    folder.write("results/replications.csv/in_the_way", "");
    folder.write("results/results.json", "earlier");
    let before = folder.contents("results");
    let stderr = refused(&folder.run("compare small.ron -n 3 --out results"), 1);
    assert!(stderr.contains("replications.csv"), "{stderr}");
    assert!(folder.contents("results") == before, "{:?}", folder.contents("results").keys());
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = Folder::new();
    for words in [
        "compare small.ron -n 5",
        "run small.ron --explain",
        "run small.ron --format json",
        "check small.ron",
    ] {
        let mut command = folder.deploysim();
        command.args(words.split_whitespace()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the program ends");
        assert_eq!(output.status.code(), Some(0), "{words}: {}", text(&output.stderr));
        assert!(!text(&output.stderr).contains("panicked"));
    }
}

/// A scenario whose price is the record `prices.csv`, fixed at its beginning.
const REPLAYED: &str = r#"(
    name: "replayed", start: "2026-06-01T00:00:00Z", horizon: "1d", currency: "USD",
    clocks: [(name: "then", offset: Fixed("2026-01-01T00:00:00Z"))],
    markets: [(name: "A", standard: "9.00", spot_unprotected: Replay(file: "prices.csv", clock: "then"))],
    services: [(name: "chat")],
    strategies: [(name: "spot", protection: false, types: [(type: "A", bid: "9.00")])],
)"#;

fn record(price: &str) -> String {
    format!("time,price\n2026-01-01T00:00:00Z,{price}\n2026-01-03T00:00:00Z,{price}\n")
}

/// The price that was found, by what a day cost.
fn day(mut command: Command) -> String {
    let output =
        command.args(["run", "scenarios/replayed.ron", "--format", "json"]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let bill: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert!(!list(&bill["lines"]).is_empty());
    bill["lines"][0]["unit_price"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn data_is_looked_for_beside_the_scenario_then_in_data_then_in_the_environment() {
    let folder = Folder::new();
    folder.write("scenarios/replayed.ron", REPLAYED);
    let missing = refused(&folder.run("run scenarios/replayed.ron --data nowhere"), 3);
    assert!(missing.contains("nowhere/prices.csv") && missing.contains("--data"), "{missing}");
    folder.write("second/prices.csv", &record("5.00"));
    let in_environment = |dirs: &[&str]| {
        let mut command = folder.deploysim();
        let dirs = dirs.iter().map(|dir| folder.file(dir));
        command.env("DEPLOYSIM_DATA", std::env::join_paths(dirs).expect("plain paths"));
        command
    };
    assert_eq!(day(in_environment(&["none", "second"])), "5.00", "the environment may name several folders");
    folder.write("first/prices.csv", &record("4.00"));
    assert_eq!(day(in_environment(&["first", "second"])), "4.00", "the first of them wins");
    folder.write("flagged/prices.csv", &record("3.00"));
    let with_flag = || {
        let mut command = in_environment(&["first", "second"]);
        command.args(["run", "scenarios/replayed.ron", "--data", "none", "--data", "flagged"]);
        command
    };
    let mut flagged = with_flag();
    let output = flagged.args(["--format", "json"]).output().expect("it starts");
    assert!(text(&output.stdout).contains("\"unit_price\": \"3.00\""), "{}", text(&output.stderr));
    folder.write("scenarios/prices.csv", &record("2.00"));
    let mut beside = with_flag();
    let output = beside.args(["--format", "json"]).output().expect("it starts");
    assert!(text(&output.stdout).contains("\"unit_price\": \"2.00\""), "beside the scenario comes first");
}

#[test]
fn a_wrong_data_file_is_exit_3_with_its_line() {
    let folder = Folder::new();
    folder.write("scenarios/replayed.ron", REPLAYED);
    folder.write("scenarios/prices.csv", "time,price\n2026-01-01T00:00:00Z,cheap\n");
    let stderr = refused(&folder.run("compare scenarios/replayed.ron"), 3);
    assert!(stderr.contains("prices.csv:2") && stderr.contains("cheap"), "{stderr}");
}

#[test]
fn colour_is_never_forced_on_a_file() {
    let folder = Folder::new();
    folder.write("bad.ron", "(");
    for value in ["", "1"] {
        let output = folder.deploysim().args(["check", "bad.ron"]).env("NO_COLOR", value).output();
        let stderr = refused(&output.expect("the program starts"), 3);
        assert!(!stderr.contains('\u{1b}'), "{stderr}");
    }
}

#[test]
#[cfg(unix)]
fn paths_need_not_be_unicode() {
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new();
    let odd = folder.path().join(std::ffi::OsStr::from_bytes(b"od\xffd"));
    // Some file systems refuse such names; then there is nothing to test.
    if std::fs::create_dir(&odd).is_err() {
        return;
    }
    std::fs::write(odd.join("replayed.ron"), REPLAYED).expect("a writable folder");
    std::fs::write(odd.join("prices.csv"), record("2.50")).expect("a writable folder");
    let output = folder.deploysim().arg("run").arg(odd.join("replayed.ron")).output().expect("it starts");
    assert_eq!(output.status.code(), Some(0), "data beside the scenario: {}", text(&output.stderr));
    let mut compare = folder.deploysim();
    compare.args(["compare", "small.ron", "-n", "3", "--out"]).arg(odd.join("results"));
    assert_eq!(compare.output().expect("it starts").status.code(), Some(0));
    assert!(odd.join("results/results.json").is_file());
}

#[test]
#[cfg(unix)]
fn an_endless_file_is_refused_and_not_read_to_its_end() {
    let folder = Folder::new();
    let stderr = refused(&folder.run("check /dev/zero"), 3);
    assert!(stderr.contains("MiB"), "{stderr}");
    folder.write("scenarios/replayed.ron", &REPLAYED.replace("prices.csv", "/dev/zero"));
    let stderr = refused(&folder.run("run scenarios/replayed.ron"), 3);
    assert!(stderr.contains("MiB"), "{stderr}");
}

#[test]
#[cfg(unix)]
fn a_circle_of_links_is_a_wrong_path() {
    let folder = Folder::new();
    std::os::unix::fs::symlink("b.ron", folder.file("a.ron")).expect("links are supported");
    std::os::unix::fs::symlink("a.ron", folder.file("b.ron")).expect("links are supported");
    refused(&folder.run("run a.ron"), 3);
}

#[test]
fn what_would_take_for_ever_is_refused_before_it_begins() {
    let folder = Folder::new();
    let endless = SCENARIO.replace("replicas: 2", "replicas: 10000").replace("\"3d\"", "\"3650d\"");
    folder.write("endless.ron", &endless);
    let stderr = refused(&folder.run("compare endless.ron"), 3);
    assert!(stderr.contains("would take too long") && stderr.contains("choose fewer replicas"), "{stderr}");
}

#[test]
fn every_number_that_can_be_varied_has_its_path() {
    let folder = Folder::new();
    let listed = folder.stdout("check small.ron --paths");
    let line = |path: &str| {
        let found = listed.lines().find(|line| line.split_whitespace().next() == Some(path));
        found.unwrap_or_else(|| panic!("{path} is not in\n{listed}")).split_whitespace().collect::<Vec<_>>()
    };
    assert_eq!(line("strategies[1].types[1].bid")[1..], ["0.80", "line", "18"]);
    assert_eq!(line("services[0].start_up.median")[1..], ["4m", "line", "15"]);
    assert_eq!(line("strategies[2].move_back.min_saving")[1..], ["5%", "line", "20"]);
    assert!(!listed.contains("question") && !listed.contains("types[0].type"), "texts are no numbers");
    let broken = folder.write("broken.ron", "(name: 1)");
    refused(&folder.run(&format!("check {} --paths", broken.display())), 3);
}
