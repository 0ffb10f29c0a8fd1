//! `deploysim compare --baseline`: what changed since an earlier run, and how that is tested.

use crate::support::{Folder, SCENARIO, list, money, number, text};
use deploysim::units::Money;
use serde_json::Value;

/// The small scenario with a dearer disk: every bill is a little higher in the same world, by far less than worlds differ.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("dearer.ron", &SCENARIO.replace("0.0008", "0.0009"));
    folder.stdout("compare small.ron -n 120 -q --out then");
    folder
}

fn change<'a>(json: &'a Value, strategy: &str, metric: &str) -> &'a Value {
    let mut changes = list(&json["baseline"]["changes"]).iter();
    let found = changes.find(|one| one["strategy"] == strategy && one["metric"] == metric);
    found.unwrap_or_else(|| panic!("{metric} of {strategy}: {}", json["baseline"]))
}

#[test]
fn the_same_seed_and_number_are_compared_world_by_world() {
    let folder = folder();
    let json =
        folder.json("compare dearer.ron -n 120 -q --format json --out now --baseline then/results.json");
    let then: Value = serde_json::from_str(&folder.read("then/results.json")).expect("JSON");
    let baseline = &json["baseline"];
    assert_eq!((&baseline["method"], &baseline["is_same_scenario"]), (&"paired".into(), &false.into()));
    assert_eq!(baseline["scenario_hash"], then["scenario_hash"]);
    for (place, strategy) in ["standard", "spot", "back"].into_iter().enumerate() {
        let cost = change(&json, strategy, "cost.mean");
        assert_eq!(cost["then"], then["strategies"][place]["cost"]["mean"]);
        assert_eq!(money(&cost["difference"]), money(&cost["now"]) - money(&cost["then"]));
        // Never longer than a run at the price of two disks of 50 GiB, and most of the run is billed.
        let most = Money::parse("0.72").expect("0.0001 × 50 × 2 × 72");
        assert!(Money::ZERO < money(&cost["difference"]) && money(&cost["difference"]) <= most, "{cost}");
        assert_eq!(cost["is_significant"], true, "{cost}");
        let [low, high] = [0, 1].map(|bound| money(&cost["ci95"][bound]));
        assert!(low <= money(&cost["difference"]) && money(&cost["difference"]) <= high);
        assert!(high - low < most, "worlds differ by more");
        let available = change(&json, strategy, "availability.mean");
        assert_eq!((&available["difference"], &available["is_significant"]), (&0.0.into(), &false.into()));
        assert!(change(&json, strategy, "cost.p95")["ci95"].is_array(), "from resampled worlds");
    }
}

#[test]
fn without_the_replications_means_are_compared_as_of_independent_samples() {
    let folder = folder();
    std::fs::remove_file(folder.file("then/replications.csv")).expect("it was there");
    let json =
        folder.json("compare dearer.ron -n 120 -q --format json --out now --baseline then/results.json");
    assert_eq!(json["baseline"]["method"], "welch");
    let note = json["baseline"]["notes"][0].as_str().expect("a note");
    assert!(note.contains("since there is no replications.csv beside it; with the same seed they are not"));
    let cost = change(&json, "spot", "cost.mean");
    // ± t √(s₁² + s₂²), with both errors as the files have them and at least 119 degrees of freedom.
    let then: Value = serde_json::from_str(&folder.read("then/results.json")).expect("JSON");
    let errors = [&then, &json].map(|run| number(&run["strategies"][1]["cost"]["standard_error"]));
    let half = (money(&cost["ci95"][1]) - money(&cost["ci95"][0])).to_f64() / 2.0;
    let expected = 1.9705 * errors[0].hypot(errors[1]);
    assert!((half / expected - 1.0).abs() < 1e-3, "{half} {expected}");
    assert_eq!(cost["is_significant"], false, "the worlds' own spread hides a dearer disk");
    assert!(change(&json, "spot", "cost.p95")["ci95"].is_null(), "nothing is known of it");
}

#[test]
fn replications_of_another_run_are_no_pairs() {
    let folder = folder();
    folder.stdout("compare dearer.ron -n 120 -q --out other");
    std::fs::copy(folder.file("other/replications.csv"), folder.file("then/replications.csv"))
        .expect("copied");
    let json =
        folder.json("compare dearer.ron -n 120 -q --format json --out now --baseline then/results.json");
    let note = json["baseline"]["notes"][0].as_str().expect("a note");
    assert!(note.contains("replications.csv beside it is of another run"), "{note}");
}

#[test]
fn one_run_twice_or_with_more_worlds_is_not_tested_and_another_seed_is_luck() {
    let folder = folder();
    let run =
        |words: &str| folder.stdout(&format!("compare small.ron {words} -q --baseline then/results.json"));
    let same = run("-n 120 --out then");
    assert!(same.contains("since then/results.json: small with 120 replications and seed 1"), "{same}");
    assert!(same.contains("it is the same run: nothing can have changed"), "{same}");
    let more = run("-n 150 --out more");
    assert!(more.contains("one run has worlds of the other and more, so that nothing is tested"), "{more}");
    assert!(!more.contains("significant: "), "{more}");
    let other = run("-n 120 --seed 9 --out other");
    assert!(other.contains("(Welch), since the seeds differ"), "{other}");
    assert!(
        other.contains("the scenario is the same, data and program too: differences are luck"),
        "{other}"
    );
}

#[test]
fn strategies_that_came_and_went_are_named() {
    let folder = folder();
    folder.write("renamed.ron", &SCENARIO.replace("name: \"back\"", "name: \"returning\""));
    let stdout = folder.stdout("compare renamed.ron -n 120 -q --baseline then/results.json");
    assert!(stdout.contains("only then: back\n") && stdout.contains("only now: returning\n"), "{stdout}");
}

#[test]
fn a_file_of_another_kind_is_refused_before_anything_runs() {
    let folder = folder();
    folder.write("dollars.ron", &SCENARIO.replace("CNY", "USD"));
    folder.write(
        "others.ron",
        &SCENARIO
            .replace("name: \"standard\"", "name: \"a\"")
            .replace("name: \"spot\"", "name: \"b\"")
            .replace("name: \"back\"", "name: \"c\""),
    );
    folder.write("list.json", "[1, 2]\n");
    folder.write("part.json", "{\"scenario\": \"x\", \"seed\": 1}\n");
    let broken = folder.read("then/results.json").replace("\"mean\": \"", "\"mean\": \"about ");
    folder.write("broken.json", &broken);
    for (words, message) in [
        ("small.ron --baseline none.json", "cannot read the baseline none.json: "),
        (
            "small.ron --baseline list.json",
            "list.json is no results.json of `deploysim compare`: invalid type",
        ),
        (
            "small.ron --baseline part.json",
            "part.json is no results.json of `deploysim compare`: missing field",
        ),
        ("small.ron --baseline broken.json", "an amount of \"standard\": \"about "),
        ("small.ron --baseline small.ron", "small.ron is no results.json"),
        ("dollars.ron --baseline then/results.json", "is in CNY, and this scenario in USD"),
        ("others.ron --baseline then/results.json", "it has \"standard\", \"spot\", \"back\""),
    ] {
        let output = folder.run(&format!("compare {words}"));
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{words}: {stderr}");
        assert!(stderr.contains(message), "{words}: {stderr}");
        assert!(!folder.file("outputs").exists(), "{words}");
    }
}
