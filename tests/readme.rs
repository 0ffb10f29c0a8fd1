//! What the README and the shipped scenarios show is what the program does.

use deploysim::montecarlo::{StudySize, study};
use deploysim::report::Told;
use deploysim::report::story::render;
use deploysim::scenario::{self, Scenario};
use deploysim::sim::{Recorder, simulate};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).expect("the README is there")
}

/// The first fenced block of a kind after a heading.
fn block(heading: &str, kind: &str) -> String {
    let text = readme();
    let section = text.split_once(heading).expect("the heading is there").1;
    let fenced = section.split_once(&format!("```{kind}\n")).expect("the block begins").1;
    fenced.split_once("```").expect("the block ends").0.to_owned()
}

fn load(path: &Path, data: &[PathBuf]) -> Scenario {
    let (scenario, report) = scenario::load_file(path, data);
    scenario.unwrap_or_else(|| panic!("{}", report.render(false)))
}

#[test]
fn the_bill_in_the_readme_is_the_bill_of_the_lesson() {
    holds_what_is_shown("first_bill.ron", true, "## One bill, line by line");
}

#[test]
fn the_turns_of_an_account_in_the_readme_are_those_of_the_lesson() {
    holds_what_is_shown("what_stops_when_the_balance_is_gone.ron", false, "## What is on the account");
}

#[test]
fn the_rule_in_the_readme_is_what_the_program_tells_of_it() {
    use deploysim::report::rules::{RuleList, render_full};
    use deploysim::rulebook::{RuleId, Rulebook};
    let book = Rulebook::embedded();
    let rule = RuleId::parse("A-13").and_then(|id| book.rule(id)).expect("it is there");
    let (told, shown) = (render_full(&RuleList::new(book, &[rule])), block("tells them in full", "text"));
    assert!(told.starts_with(&shown), "the README shows\n{shown}\nbut the program prints\n{told}");
}

/// The README shows a part of what the program tells of a lesson.
fn holds_what_is_shown(lesson: &str, explain: bool, heading: &str) {
    let scenario = load(&root().join("scenarios/lessons").join(lesson), &[]);
    let (strategy, world) = (&scenario.strategies[0], scenario.world.draw(1, 0));
    let mut recorder = Recorder::default();
    let outcome = simulate(&scenario, strategy, &world, &mut recorder);
    let told = Told {
        scenario: &scenario,
        strategy,
        seed: 1,
        replication: 0,
        outcome: &outcome,
        recorder: &recorder,
    };
    let story = render(&told, explain);
    let shown = block(heading, "text");
    assert!(story.contains(shown.trim_end()), "the README shows\n{shown}\nbut the program prints\n{story}");
}

#[test]
fn the_imported_service_in_the_readme_is_what_the_import_writes() {
    let written = fs::read_to_string(root().join("tests/import_eas/example.expected")).expect("it is there");
    let shown = block("## Your own EAS service", "ron");
    assert!(written.contains(&shown), "the README shows\n{shown}\nbut the import writes\n{written}");
}

#[test]
fn a_long_run_in_the_readme_gives_the_same_in_one_and_in_parts() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::copy(root().join("scenarios/default.ron"), folder.path().join("month.ron")).expect("copied");
    let lines = block("## Long runs", "sh");
    let mut said = Vec::new();
    for line in lines.lines() {
        let command = line.split('#').next().unwrap_or_default().trim();
        // A hundred-thousandth of what is shown.
        let command = command.replace("00000", "");
        let words = command.strip_prefix("deploysim ").expect("a command").split_whitespace();
        let program = assert_cmd::cargo::cargo_bin!("deploysim");
        let output = std::process::Command::new(program).args(words).current_dir(folder.path()).output();
        let output = output.expect("the program starts");
        assert!(output.status.success(), "{command}\n{}", String::from_utf8_lossy(&output.stderr));
        said.push(output.stdout);
    }
    assert_eq!(said.len(), 4);
    assert!(!said[0].is_empty() && said[0] == said[3]);
    let files = |name: &str| fs::read_dir(folder.path().join(name)).expect("written").count();
    assert_eq!(files("one"), files("two"));
    for entry in fs::read_dir(folder.path().join("one")).expect("written") {
        let name = entry.expect("readable").file_name();
        let bytes = |run: &str| fs::read(folder.path().join(run).join(&name)).expect("in both");
        assert!(bytes("one") == bytes("two"), "{name:?}");
    }
}

#[test]
fn the_forecast_in_the_readme_is_what_the_program_prints() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let command = block("## A budget by month", "sh");
    let words = command.trim().strip_prefix("deploysim ").expect("a command").split_whitespace();
    let program = assert_cmd::cargo::cargo_bin!("deploysim");
    let mut command = std::process::Command::new(program);
    let output = command.args(words).arg("--out").arg(folder.path()).current_dir(root()).output();
    let printed = String::from_utf8(output.expect("the program starts").stdout).expect("text");
    let shown = block("## A budget by month", "text");
    assert!(printed.contains(&shown), "the README shows\n{shown}\nbut the program prints\n{printed}");
}

#[test]
fn the_example_for_own_prices_runs_on_a_reply_of_the_aws_command() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("mine.ron"), block("## Your own prices", "ron")).expect("written");
    let row = |day: u32, price: &str| {
        format!(
            r#"{{"AvailabilityZone":"us-east-1a","InstanceType":"g5.xlarge","ProductDescription":"Linux/UNIX",
                "SpotPrice":"{price}","Timestamp":"2026-05-{day:02}T08:00:00+00:00"}}"#
        )
    };
    let rows = [row(30, "0.41"), row(12, "0.55"), row(2, "0.38")].join(",");
    fs::write(folder.path().join("history.json"), format!(r#"{{"SpotPriceHistory":[{rows}]}}"#))
        .expect("written");
    let scenario = load(&folder.path().join("mine.ron"), &[]);
    assert_eq!(scenario.histories[0].clock, "mine");
    assert_eq!(scenario.strategies.len(), 2);
}

/// The scenarios that replay a real record, and the folder of it among the data sets.
const REAL: [(&str, &str); 5] = [
    ("aws_five_zones.ron", "aws-spot-2023-c5a"),
    ("v100_availability.ron", "aws-v100-availability-2023"),
    ("gcp_gpus.ron", "gcp-spot-history"),
    ("servegen_week.ron", "servegen"),
    ("azure_llm_2023.ron", "azure-llm-2023"),
];

/// Says on the terminal itself what was not tested: the test runner keeps to itself what a passing test prints.
fn say_skipped(name: &str) {
    let words = format!("skipped: {name} needs a data set that is not there\n");
    let _ = fs::OpenOptions::new()
        .write(true)
        .open("/dev/stderr")
        .and_then(|mut out| out.write_all(words.as_bytes()));
}

#[test]
fn every_shipped_scenario_runs() {
    let data = root().join("../shared/data");
    let folders = ["scenarios", "scenarios/bench", "scenarios/lessons"].map(|folder| root().join(folder));
    let entries = folders.iter().flat_map(|folder| fs::read_dir(folder).expect("the folder is there"));
    let paths = entries.map(|entry| entry.expect("readable").path());
    let mut ran = 0;
    for path in paths.filter(|path| path.extension().is_some_and(|extension| extension == "ron")) {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let folder = REAL.iter().find(|(real, _)| *real == name).map(|(_, folder)| data.join(folder));
        if folder.is_some_and(|folder| !folder.is_dir()) {
            say_skipped(&name);
            continue;
        }
        let scenario = load(&path, std::slice::from_ref(&data));
        // A production week has ten million calls: once is enough.
        let is_long = scenario.world.traffic.expected_calls(scenario.horizon) > 1e6;
        let size = StudySize { seed: 1, replications: if is_long { 1 } else { 5 }, threads: 1 };
        let samples = study(&scenario, size, &mut ()).expect("nobody interrupts");
        assert!(samples.iter().all(|column| column.cost.len() as u64 == size.replications), "{name}");
        ran += 1;
    }
    assert!(ran >= 4, "the default, the bench and the lessons at least");
}

#[test]
fn nothing_is_left_to_fill_in() {
    for page in ["README.md", "benches/README.md", "CHANGELOG.md"] {
        let text = fs::read_to_string(root().join(page)).expect("the page is there");
        assert!(!text.contains("@@"), "{page} has a figure that nobody measured");
    }
}
