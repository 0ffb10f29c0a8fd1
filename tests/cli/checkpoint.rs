//! `deploysim compare --checkpoint`: a run that ends early goes on as if it had not.

use crate::support::{Folder, SCENARIO, text};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

const RUN: &str = "compare small.ron -n 1500 --seed 5 --out results";
const KEPT: &str = "--checkpoint run.checkpoint --checkpoint-every 1ms --resume";

/// The files that have their names.
fn results(folder: &Folder) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = folder.contents("results");
    files.retain(|path, _| !path.to_string_lossy().starts_with(".deploysim-"));
    files
}

/// Numbers that look like chance, the same in every run of the test.
struct Chance(u64);

impl Chance {
    /// From 0 to 1.
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[test]
fn a_run_that_is_killed_twenty_times_gives_the_bytes_of_one_that_is_not() {
    let folder = Folder::new();
    let begun = Instant::now();
    let stdout = folder.stdout(RUN);
    let took = begun.elapsed();
    let whole = results(&folder);
    std::fs::remove_dir_all(folder.file("results")).expect("ours");
    let mut chance = Chance(20_260_601);
    let (mut killed, mut sizes) = (0, BTreeSet::new());
    // A machine that is busier by now gets more time, so that a run gets anywhere before it is killed.
    let mut time = took / 8;
    for _ in 0..20 {
        let words = format!("{RUN} {KEPT}");
        let mut command = folder.deploysim();
        command.args(words.split_whitespace()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the program starts");
        std::thread::sleep(time.mul_f64(chance.next()));
        // SIGKILL on unix: the program cannot tidy up.
        child.kill().expect("a child of ours");
        killed += u32::from(!child.wait().expect("it has ended").success());
        let size = std::fs::metadata(folder.file("run.checkpoint")).map_or(0, |file| file.len());
        time = if sizes.insert(size) { took / 8 } else { (time * 3 / 2).min(took / 2) };
    }
    assert!(killed >= 10, "only {killed} of 20 runs were killed");
    assert!(sizes.len() >= 3, "they had got hardly anywhere: {sizes:?}");
    assert_eq!(folder.stdout(&format!("{RUN} {KEPT}")), stdout);
    assert!(results(&folder) == whole, "{:?}", results(&folder).keys());
    // Nothing is left to run: the same again.
    assert_eq!(folder.stdout(&format!("{RUN} {KEPT}")), stdout);
    assert!(results(&folder) == whole);
}

#[test]
fn a_checkpoint_cut_anywhere_is_gone_on_from() {
    let folder = Folder::new();
    let stdout = folder.stdout("compare small.ron -n 24 --out results");
    let whole = results(&folder);
    folder.stdout("compare small.ron -n 24 --out results --checkpoint run.checkpoint --checkpoint-every 0s");
    let bytes = std::fs::read(folder.file("run.checkpoint")).expect("a finished run keeps it");
    let line_ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    let header = line_ends.map(|(place, _)| place + 1).nth(1).expect("two lines") + 32;
    let mut chance = Chance(7);
    for _ in 0..6 {
        // The header is there from the beginning: it has its name only when it is whole.
        let cut = header + ((bytes.len() - header) as f64 * chance.next()) as usize;
        std::fs::write(folder.file("run.checkpoint"), &bytes[..cut]).expect("a writable folder");
        let words = "compare small.ron -n 24 --out results --checkpoint run.checkpoint --resume";
        assert_eq!(folder.stdout(words), stdout, "cut at {cut} of {}", bytes.len());
        assert!(results(&folder) == whole, "cut at {cut} of {}", bytes.len());
    }
}

#[test]
fn a_finished_checkpoint_gives_fewer_replications_or_takes_more() {
    let folder = Folder::new();
    let run = |n: u32, more: &str| folder.stdout(&format!("compare small.ron -n {n} --out results {more}"));
    let resume = "--checkpoint kept/run.checkpoint --resume";
    let (few, many) = (run(9, ""), run(30, ""));
    assert!(!run(20, resume).is_empty(), "without a checkpoint it begins");
    assert_eq!(run(9, resume), few);
    assert_eq!(run(30, resume), many);
    assert_eq!(run(9, resume), few);
    assert!(run(9, "--format json --checkpoint kept/run.checkpoint --resume").starts_with('{'));
}

#[test]
fn a_checkpoint_of_another_run_is_refused_and_stays() {
    let folder = Folder::new();
    folder.stdout("compare small.ron -n 5 --checkpoint run.checkpoint --checkpoint-every 0s");
    let bytes = std::fs::read(folder.file("run.checkpoint")).expect("it is there");
    let refused = |words: &str, code: i32| {
        let output = folder.run(words);
        assert_eq!(output.status.code(), Some(code), "{words}\n{}", text(&output.stderr));
        text(&output.stderr)
    };
    let said = refused("compare small.ron -n 5 --checkpoint run.checkpoint", 2);
    assert!(
        said.contains("there is a checkpoint run.checkpoint already") && said.contains("--resume"),
        "{said}"
    );
    let said = refused("compare small.ron -n 5 --seed 2 --checkpoint run.checkpoint --resume", 2);
    let expected =
        "run.checkpoint and this run do not belong together: the seed is 1 in the first and 2 in the second";
    assert!(said.contains(expected), "{said}");
    folder.write("small.ron", &SCENARIO.replace("0.82", "0.81"));
    let said = refused("compare small.ron -n 5 --checkpoint run.checkpoint --resume", 2);
    assert!(said.contains("the scenario's hash is "), "{said}");
    assert!(bytes == std::fs::read(folder.file("run.checkpoint")).expect("it is there"));
    // A shard is no checkpoint, and stays one.
    folder.stdout("compare small.ron -n 5 --shard-out all.shard");
    let shard = std::fs::read(folder.file("all.shard")).expect("it is there");
    let said = refused("compare small.ron -n 5 --checkpoint all.shard --resume", 2);
    assert!(said.contains("all.shard is a shard and no checkpoint"), "{said}");
    assert!(shard == std::fs::read(folder.file("all.shard")).expect("it is there"));
    folder.write("notes.txt", "mine");
    let said = refused("compare small.ron -n 5 --checkpoint notes.txt --resume", 3);
    assert!(said.contains("cannot read notes.txt: it is no shard"), "{said}");
    assert_eq!(folder.read("notes.txt"), "mine");
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_keeps_what_is_done_and_says_so() {
    let folder = Folder::new();
    let mut command = folder.deploysim();
    command
        .args("compare small.ron -n 10000000 --out results --checkpoint run.checkpoint".split_whitespace());
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let begun = Instant::now();
    while !folder.file("run.checkpoint").exists() {
        assert!(begun.elapsed() < Duration::from_secs(120), "it begins with the checkpoint");
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(300));
    let sent = std::process::Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status();
    assert!(sent.is_ok_and(|status| status.success()), "the signal was sent");
    let output = child.wait_with_output().expect("it ends");
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(said.contains("replications are kept in run.checkpoint: --resume goes on from there"), "{said}");
    assert!(!folder.file("results").exists(), "and nothing else was written");
    let n = said.split_whitespace().find_map(|word| word.parse::<u64>().ok()).expect("how many");
    let resumed =
        folder.stdout(&format!("compare small.ron -n {} --checkpoint run.checkpoint --resume", n + 3));
    assert_eq!(resumed, folder.stdout(&format!("compare small.ron -n {}", n + 3)));
}
