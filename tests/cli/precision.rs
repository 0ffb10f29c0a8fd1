//! `deploysim compare --precision`: as many worlds as it takes.

use crate::support::{Folder, list, number, rows, text};

/// Runs until the mean cost and the 95 % quantile of every strategy are known to so much.
fn words(more: &str) -> String {
    format!("compare small.ron --precision 0.7% --precision cost.p95=2% -q {more}")
}

#[test]
fn a_study_ends_at_the_first_look_that_finds_every_interval_narrow_enough() {
    let folder = Folder::new();
    let json = folder.json(&words("--format json --out until"));
    let replications = json["replications"].as_u64().expect("a number");
    assert!((1_000..100_000).contains(&replications) && replications.is_multiple_of(250), "{replications}");
    let precision = &json["precision"];
    assert_eq!((&precision["is_reached"], &precision["most_replications"]), (&true.into(), &100_000.into()));
    let goals = list(&precision["goals"]);
    assert_eq!(goals.len(), 6, "two figures of three strategies");
    for goal in goals {
        assert!(number(&goal["attained"]) <= number(&goal["asked"]) && goal["is_reached"] == true, "{goal}");
    }
    assert_eq!(rows(&folder.read("until/replications.csv")).len() as u64, 3 * replications);
    // Who asks for as many gets the same.
    folder.stdout(&format!("compare small.ron -n {replications} -q --out fixed"));
    assert!(folder.read("until/replications.csv") == folder.read("fixed/replications.csv"));
}

#[test]
fn threads_and_a_resume_change_nothing() {
    let folder = Folder::new();
    let first = folder.stdout(&words("--threads 1 --out first"));
    assert!(first.contains("replications: every interval is as narrow as --precision asks"), "{first}");
    assert!(
        first.contains("stopped after ") && first.contains("of at most 100,000") && first.contains("reached")
    );
    assert_eq!(first, folder.stdout(&words("--threads 3 --out threads")));
    // A part of it was run before, and goes on from where it was.
    folder.stdout("compare small.ron -n 700 -q --checkpoint kept --out part");
    assert_eq!(first, folder.stdout(&words("--checkpoint kept --resume --out resumed")));
    let whole = folder.contents("first");
    assert!(whole == folder.contents("threads") && whole == folder.contents("resumed"));
}

#[test]
fn a_precision_that_is_missed_is_said_and_no_failure() {
    let folder = Folder::new();
    let output = folder.run("compare small.ron --precision 0.001% -n 60 -q");
    let stdout = text(&output.stdout);
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
    assert!(
        stdout.contains("warning: 60 replications are all there may be (-n), and 3 of 3 intervals are wider than --precision"),
        "{stdout}"
    );
    assert_eq!(stdout.matches("MISSED").count(), 3);
    let json = folder.json("compare small.ron --precision 0.001% -n 60 --format json");
    assert_eq!((&json["precision"]["is_reached"], &json["replications"]), (&false.into(), &60.into()));
    let without = folder.json("compare small.ron -n 3 --format json");
    assert!(without["precision"].is_null(), "nobody asked");
}

#[test]
fn what_cannot_be_precise_is_refused_before_anything_runs() {
    let folder = Folder::new();
    for (precision, message) in [
        ("0", "a precision is a share of the figure above 0 and below 1"),
        ("narrow", "write a share of the figure, as in 1% or 0.01"),
        ("cost.max=1%", "`cost.max` has no interval that could be narrow"),
        ("stopped.share=1%", "--precision: `stopped.share`: the scenario has no accounts"),
    ] {
        let output = folder.run(&format!("compare small.ron --precision {precision}"));
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{precision}: {stderr}");
        assert!(stderr.contains(message), "{precision}: {stderr}");
        assert!(!folder.file("outputs").exists());
    }
}
