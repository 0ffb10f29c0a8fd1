//! `deploysim breakeven`: where two strategies come to the same figure.

use crate::support::{Folder, list, money, number, text};

/// No luck: spot at a price for ever, ten hours.
const FLAT: &str = r#"(name: "flat", start: "2026-06-01T00:00:00+08:00", horizon: "10h", currency: "CNY",
    markets: [(name: "A", standard: "1.60", spot_protected: "0.80"), (name: "B", standard: "2.00")],
    services: [(name: "chat", replicas: 1)],
    strategies: [(name: "standard", types: [(type: "B")]), (name: "spot", types: [(type: "A", bid: "9")]),
                 (name: "fixed", types: [(type: "A")])])"#;

/// Text in one line, wherever it was broken.
fn unbroken(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("flat.ron", FLAT);
    folder
}

#[test]
fn two_prices_meet_where_they_are_equal() {
    let folder = folder();
    let words = "breakeven flat.ron --between standard spot --over markets[1].standard=0.3..1.9 -n 5 -q --out results";
    let answer = folder.json(&format!("{words} --format json"));
    // Ten hours of spot cost 8.00, so they meet at 0.80.
    let crossings = list(&answer["crossings"]);
    assert_eq!(crossings.len(), 1, "{answer}");
    assert!((number(&crossings[0]["value"]) - 0.8).abs() < 1e-9, "{answer}");
    assert_eq!(
        (&crossings[0]["less_below"], &crossings[0]["less_above"]),
        (&"standard".into(), &"spot".into())
    );
    assert!(number(&crossings[0]["crossing_share"]) >= 1.0);
    assert_eq!(answer["present"], "2");
    for bound in list(&crossings[0]["ci95"]) {
        assert!((number(bound) - 0.8).abs() < 1e-9);
    }
    let first = &answer["differences"][0];
    assert_eq!(money(&first["difference"]).to_string(), "-5.00");
    let shown = unbroken(&folder.stdout(words));
    assert!(shown.contains("They meet at markets[1].standard = 0.8:"), "{shown}");
    assert!(
        shown.contains("Below it \"standard\" is cheaper, above it") && shown.contains("\"spot\"."),
        "{shown}"
    );
    let svg = folder.read("results/breakeven.svg");
    assert!(
        svg.contains("mean cost over 10h of &quot;standard&quot; less that of &quot;spot&quot;, CNY"),
        "{svg}"
    );
}

#[test]
fn no_crossing_is_an_answer_that_says_who_wins_and_by_how_much() {
    let folder = folder();
    let words = "breakeven flat.ron --between standard spot --over markets[1].standard=1.0..1.9 --steps 4 -n 5 -q --out results";
    let shown = unbroken(&folder.stdout(words));
    assert!(
        shown.contains(
            "No crossing from 1 to 1.9: \"spot\" is cheaper throughout. They are nearest at 1, where the difference is 2.00 \
             (95 % interval 2.00 … 2.00)."
        ),
        "{shown}"
    );
    let answer = folder.json(&format!("{words} --format json"));
    assert_eq!((list(&answer["crossings"]).len(), &answer["nearest"]["value"]), (0, &"1".into()));
    assert_eq!(list(&answer["differences"]).len(), 4);
    // What nothing depends on.
    let same = folder.stdout(
        "breakeven flat.ron --between spot fixed --over markets[1].standard=1.0..1.9 -n 2 -q --out results",
    );
    assert!(same.contains("No crossing from 1 to 1.9: \"spot\" is cheaper throughout."), "{same}");
}

#[test]
fn luck_widens_the_interval_and_threads_change_nothing() {
    let folder = folder();
    let words = "breakeven small.ron --between standard back --over downtime.lost_hour=0..60 --steps 5 -n 60 \
                 --metric cost_with_downtime.mean -q";
    let shown = folder.stdout(&format!("{words} --out one --threads 1"));
    assert!(shown.contains("They meet at downtime.lost_hour = "), "{shown}");
    assert_eq!(shown, folder.stdout(&format!("{words} --out two --threads 2")));
    assert_eq!(folder.contents("one"), folder.contents("two"));
    let answer: serde_json::Value = serde_json::from_str(&folder.read("one/breakeven.json")).expect("JSON");
    let crossing = &answer["crossings"][0];
    let (low, high) = (number(&crossing["ci95"][0]), number(&crossing["ci95"][1]));
    let value = number(&crossing["value"]);
    assert!(low < value && value < high && high - low < 8.0 && (30.0..40.0).contains(&value), "{crossing}");
    assert_eq!((&answer["unit"], &answer["present"]), (&"".into(), &"1".into()));
}

#[test]
fn a_whole_number_is_not_cut_and_all_refused_is_a_failure() {
    let folder = folder();
    let words = "breakeven flat.ron --between standard spot --over services[0].replicas=1..4 --steps 3 -n 2 -q --out results";
    let answer = folder.json(&format!("{words} --format json"));
    let values: Vec<&str> =
        list(&answer["differences"]).iter().filter_map(|one| one["value"].as_str()).collect();
    assert_eq!(values, ["1", "3", "4"]);
    let output = folder.run(&words.replace("replicas=1..4", "replicas=0.1..0.4"));
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).starts_with("error: the scenario refuses every value; with 0.1: "));
    let says = |words: &str| {
        let output = folder.run(&format!("breakeven flat.ron -q -n 2 {words}"));
        assert_eq!(output.status.code(), Some(2), "{words}");
        text(&output.stderr)
    };
    assert!(says("--between spot spot --over markets[1].standard=1..2").contains("name two strategies"));
    assert!(
        says("--between spot other --over markets[1].standard=1..2")
            .contains("there is no strategy \"other\"")
    );
    assert!(says("--between spot fixed --over markets[1].standard=1..2:5").contains("only the two ends"));
    assert!(says("--between spot --over markets[1].standard=1..2").contains("--between"));
}
