//! `deploysim sensitivity`: what each input does to a figure.

use crate::support::{Folder, list, money, number, text};

/// No luck: ten hours of standard at 2.00, of spot at 0.80.
const FLAT: &str = r#"(name: "flat", start: "2026-06-01T00:00:00+08:00", horizon: "10h", currency: "CNY",
    markets: [(name: "A", standard: "2.00", spot_protected: "0.80")],
    services: [(name: "chat", replicas: 1)],
    strategies: [(name: "standard", types: [(type: "A")]), (name: "spot", types: [(type: "A", bid: "1.00")])])"#;

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("flat.ron", FLAT);
    folder
}

#[test]
fn a_price_moves_the_bill_by_its_share_and_what_has_no_part_in_it_by_nothing() {
    let folder = folder();
    let words = "sensitivity flat.ron --strategy standard --by 10% -n 3 -q --out results";
    let answer = folder.json(&format!("{words} --format json"));
    let inputs = list(&answer["inputs"]);
    let paths: Vec<&str> = inputs.iter().filter_map(|input| input["path"].as_str()).collect();
    assert_eq!(paths, ["markets[0].standard", "markets[0].spot_protected", "services[0].replicas"]);
    let change = |side: &str| money(&inputs[0][side]["change"]).to_string();
    assert_eq!((change("less"), change("more")), ("-2.00".to_owned(), "2.00".to_owned()));
    assert_eq!(inputs[0]["less"]["value"], "1.8");
    assert_eq!(inputs[0]["less"]["ci95"][0], "-2.00");
    assert_eq!(answer["present"]["value"], "20.00");
    let shown = folder.stdout(words);
    assert!(shown.contains("mean cost over 10h of \"standard\" is 20.00 ± 0.00"), "{shown}");
    assert!(shown.contains("Without effect: markets[0].spot_protected."), "{shown}");
    assert!(
        shown.contains("services[0].replicas = 0.9: it is a whole number: 1 is the same as before"),
        "{shown}"
    );
    assert!(folder.read("results/sensitivity.svg").contains("What moves cost.mean of &quot;standard&quot;"));
}

#[test]
fn inputs_may_be_chosen_and_move_each_by_a_share_of_its_own() {
    let folder = folder();
    let answer = folder.json(
        "sensitivity flat.ron --strategy spot --input markets[0].spot_protected+strategies[1].types[0].bid --input services[0].replicas \
         --by 0.5 -n 2 -q --out results --format json",
    );
    let inputs = list(&answer["inputs"]);
    assert_eq!(inputs[0]["present"], "1");
    assert_eq!(inputs[0]["more"]["value"], "2", "the next whole one");
    assert_eq!(money(&inputs[0]["more"]["change"]).to_string(), "8.00");
    assert_eq!(
        (&inputs[1]["less"]["value"], &inputs[1]["more"]["value"]),
        (&"0.4, 0.5".into(), &"1.2, 1.5".into())
    );
    assert_eq!(money(&inputs[1]["more"]["change"]).to_string(), "4.00");
}

#[test]
fn luck_is_paired_and_threads_change_nothing() {
    let folder = folder();
    let words = "sensitivity small.ron --strategy spot -n 40 -q --metric cost.p50";
    let shown = folder.stdout(&format!("{words} --out one --threads 1"));
    assert_eq!(shown, folder.stdout(&format!("{words} --out two --threads 2")));
    assert_eq!(folder.contents("one"), folder.contents("two"));
    let answer: serde_json::Value = serde_json::from_str(&folder.read("one/sensitivity.json")).expect("JSON");
    let changes: Vec<f64> = list(&answer["inputs"])
        .iter()
        .map(|input| {
            let side = |side: &str| {
                input[side]["change"].as_str().map_or(0.0, |_| money(&input[side]["change"]).to_f64())
            };
            side("less").abs().max(side("more").abs())
        })
        .collect();
    assert!(changes.windows(2).all(|pair| pair[0] >= pair[1]), "the most important first: {changes:?}");
    assert!(changes[0] > 1.0, "{changes:?}");
}

#[test]
fn the_indices_of_a_product_are_those_of_the_closed_form() {
    let folder = folder();
    // The bill is hours × price, both evenly between 1 and 3: V = (13/3)² − 16, alone 4/3 each, so 0.48 and 0.52.
    let words = "sensitivity flat.ron --strategy standard --sobol --input horizon=60m..180m --input markets[0].standard=1..3 \
                 --rows 512 -n 1 -q --out results";
    let answer = folder.json(&format!("{words} --format json"));
    for input in list(&answer["inputs"]) {
        for (name, law) in [("first", 0.48), ("total", 0.52)] {
            let interval = &input[format!("{name}_ci95")];
            let (low, high) = (number(&interval[0]), number(&interval[1]));
            // One of four intervals may miss; none by as much again as it is wide.
            assert!((number(&input[name]) - law).abs() < high - low && high - low < 0.2, "{input}");
        }
    }
    assert!((money(&answer["mean"]).to_f64() - 4.0).abs() < 0.05, "{answer}");
    assert_eq!(answer["points"], 2_048);
    assert!(number(&answer["noise_share"]).abs() < 1e-12);
    let shown = folder.stdout(words);
    assert!(
        shown.contains("first order") && shown.contains("Replication noise is at most 0.00 %"),
        "{shown}"
    );
    assert!(folder.file("results/sobol.png").is_file());
    let nothing = folder.stdout(
        "sensitivity flat.ron --strategy standard --sobol --input markets[0].spot_protected=0.5..0.9 --rows 128 -n 1 -q --out none",
    );
    assert!(nothing.contains("None of these inputs moves it."), "{nothing}");
}

#[test]
fn what_is_typed_wrongly_is_said_with_what_would_be_right() {
    let folder = folder();
    let says = |words: &str, code: i32| {
        let output = folder.run(&format!("sensitivity flat.ron -n 2 -q --out results {words}"));
        assert_eq!(output.status.code(), Some(code), "{words}");
        text(&output.stderr)
    };
    assert!(says("--by 100%", 2).contains("write a share above 0 and below 1"));
    assert!(says("--input markets[0].standrad", 2).contains("did you mean `markets[0].standard`?"));
    assert!(
        says("--input strategies[0].name", 2)
            .contains("`strategies[0].name` is \"standard\", not a plain number")
    );
    assert!(says("--sobol", 2).contains("--input"));
    assert!(says("--sobol --input markets[0].standard", 2).contains("PATH=lo..hi"));
    assert!(says("--sobol --input markets[0].standard=1..2 --rows 100", 2).contains("a power of two"));
    assert!(
        says("--sobol --input markets[0].standard=1..2 --metric cost.p95", 2)
            .contains("of a mean or a share")
    );
    let refused = says("--sobol --input services[0].replicas=-3..2 --rows 128", 3);
    assert!(refused.contains("the scenario refuses services[0].replicas = "), "{refused}");
    assert!(!folder.file("results").exists(), "nothing is left of what failed");
}
