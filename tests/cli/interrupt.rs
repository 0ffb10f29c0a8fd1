//! Ctrl-C leaves what was there before, and nothing else.

#![cfg(unix)]

use crate::support::{Folder, SCENARIO, text};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A machine under load may take its time; a program that hangs must not hang the tests.
const PATIENCE: Duration = Duration::from_secs(120);

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn has_temporary_file(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name()).any(|name| name.to_string_lossy().starts_with(".deploysim-"))
}

/// Starts a run that is far too long, waits until it writes, and interrupts it.
fn interrupted(folder: &Folder, out: &str, signal: &str) -> Output {
    let mut command = folder.deploysim();
    command.args(["compare", "small.ron", "-n", "10000000", "--out", out]);
    let mut child: Child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    until("a temporary file", || has_temporary_file(&folder.file(out)));
    // The shell's own `kill` is on every unix, the program of that name is not.
    let sent = Command::new("sh").args(["-c", &format!("kill -{signal} {}", child.id())]).status();
    assert!(sent.is_ok_and(|status| status.success()), "the signal was sent");
    until("the end of the run", || child.try_wait().expect("a child of ours").is_some());
    child.wait_with_output().expect("it has ended")
}

#[test]
fn an_interrupted_run_is_exit_130_and_leaves_earlier_results() {
    let folder = Folder::new();
    folder.stdout("compare small.ron -n 3 --out results");
    folder.write("results/notes.txt", "mine");
    let before = folder.contents("results");
    for signal in ["INT", "TERM"] {
        let output = interrupted(&folder, "results", signal);
        assert_eq!(output.status.code(), Some(130), "{}", text(&output.stderr));
        assert!(output.stdout.is_empty());
        assert!(text(&output.stderr).contains("interrupted"), "{}", text(&output.stderr));
        assert!(folder.contents("results") == before, "{:?}", folder.contents("results").keys());
    }
}

#[test]
fn an_interrupted_first_run_leaves_no_folder() {
    let folder = Folder::new();
    let output = interrupted(&folder, "new/results", "INT");
    assert_eq!(output.status.code(), Some(130));
    assert!(!folder.file("new").exists());
}

#[test]
fn a_second_interruption_ends_a_long_replication_at_once() {
    let folder = Folder::new();
    // One replication of it takes far longer than anybody waits.
    let long = SCENARIO.replace("replicas: 2", "replicas: 100").replace("\"3d\"", "\"3650d\"");
    folder.write("small.ron", &long.replace("\"10m\", level", "\"2h\", level"));
    let mut command = folder.deploysim();
    command.args(["compare", "small.ron", "-n", "1000", "--out", "results"]).stdout(Stdio::null());
    let mut child = command.stderr(Stdio::null()).spawn().expect("the program starts");
    until("a temporary file", || has_temporary_file(&folder.file("results")));
    // Two signals that come together are one, so it is sent until the program is gone.
    until("the end of the run", || {
        let _ = Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status();
        std::thread::sleep(Duration::from_millis(50));
        child.try_wait().expect("a child of ours").is_some()
    });
    assert_eq!(child.wait().expect("it has ended").code(), Some(130));
    assert!(!has_temporary_file(&folder.file("results")));
}
