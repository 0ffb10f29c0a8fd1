//! `deploysim sweep`: figures while numbers vary.

use crate::support::{Folder, list, money, number, rows, text};

#[test]
fn a_sweep_gives_at_each_point_what_compare_gives_of_a_file_with_that_value() {
    let folder = Folder::new();
    let bid = "strategies[1].types[0].bid";
    let words =
        format!("sweep small.ron --vary {bid}=0.70,0.82,0.95 -n 60 --seed 4 -q --out results --format json");
    let sweep = folder.json(&words);
    assert_eq!(sweep["axes"][0]["present"], "0.82");
    assert_eq!(sweep["axes"][0]["numbers"].as_array().map(Vec::len), Some(3));
    assert_eq!(sweep["metrics"][1], "cost.p95");
    for point in list(&sweep["points"]) {
        let value = point["values"][0].as_str().expect("a value");
        let text = crate::support::SCENARIO.replacen("bid: \"0.82\"", &format!("bid: \"{value}\""), 1);
        folder.write("one.ron", &text);
        let one = folder.json("compare one.ron -n 60 --seed 4 -q --out one --format json");
        for (result, strategy) in list(&point["results"]).iter().zip(list(&one["strategies"])) {
            let (mean, p95, availability) =
                (&result["figures"][0], &result["figures"][1], &result["figures"][2]);
            assert_eq!(result["strategy"], strategy["name"]);
            assert_eq!(mean["value"], strategy["cost"]["mean"]);
            assert_eq!(mean["ci95"], strategy["cost"]["ci95"]);
            assert_eq!(p95["value"], strategy["cost"]["p95"]);
            assert_eq!(availability["value"], strategy["availability"]["mean"]);
            assert_eq!(availability["ci95"], strategy["availability"]["ci95"]);
        }
    }
    // The other strategies do not know the bid.
    let standard = |point: usize| money(&sweep["points"][point]["results"][0]["figures"][0]["value"]);
    assert_eq!(standard(0), standard(2));
}

#[test]
fn a_sweep_writes_rows_and_pictures_that_do_not_depend_on_threads() {
    let folder = Folder::new();
    let words = "sweep small.ron --vary services[0].replicas=1..3:3 --vary services[0].start_up.median=1m,30m \
                 --strategy spot --metric cost.mean --metric availability.p5 -n 20 -q";
    let shown = folder.stdout(&format!("{words} --out one --threads 1"));
    assert!(shown.contains("6 points, 20 replications of each"), "{shown}");
    assert!(shown.contains("services[0].replicas") && shown.contains("availability.p5"), "{shown}");
    folder.stdout(&format!("{words} --out two --threads 2"));
    assert_eq!(folder.contents("one"), folder.contents("two"));
    let rows = rows(&folder.read("one/sweep.csv"));
    assert_eq!(rows.len(), 6);
    assert_eq!(
        (rows[1]["services[0].replicas"].as_str(), rows[1]["services[0].start_up.median"].as_str()),
        ("1", "30m")
    );
    let cost = |row: usize| rows[row]["cost.mean"].parse::<f64>().expect("a number");
    assert!(cost(4) > 2.5 * cost(0), "three replicas cost about three times as much");
    assert!(rows[0]["cost.mean:low"].parse::<f64>().expect("a number") < cost(0));
    for metric in ["cost_mean", "availability_p5"] {
        assert!(folder.file("one").join(format!("sweep_{metric}_1_spot.svg")).is_file(), "{metric}");
    }
}

#[test]
fn three_axes_have_a_map_for_each_value_of_the_third() {
    let folder = Folder::new();
    folder.stdout(
        "sweep small.ron --vary services[0].replicas=1,2 --vary strategies[1].types[0].bid=0.8,0.9 \
         --vary services[0].start_up.median=1m,9m --strategy spot -n 4 -q --out results",
    );
    for layer in [1, 2] {
        let svg = folder.read(&format!("results/sweep_cost_mean_1_spot_{layer}.svg"));
        assert!(svg.contains("services[0].start_up.median ="), "{layer}");
    }
}

#[test]
fn a_refused_point_is_kept_and_said_and_only_all_of_them_are_a_failure() {
    let folder = Folder::new();
    let words = "sweep small.ron --strategy standard -n 5 --out results --vary services[0].replicas";
    let shown = folder.stdout(&format!("{words}=1,1.5,2 -q"));
    assert!(shown.contains("The scenario refuses 1 point; with 1.5: `services[0].replicas`"), "{shown}");
    let rows = rows(&folder.read("results/sweep.csv"));
    assert_eq!(rows.len(), 3);
    assert!(rows[1]["refusal"].contains("services[0].replicas") && rows[1]["cost.mean"].is_empty());
    assert!(folder.read("results/sweep_cost_mean.svg").contains("refused by the scenario"));
    let output = folder.run(&format!("{words}=0.5,1.5 -q"));
    assert_eq!(output.status.code(), Some(3));
    let said = text(&output.stderr);
    assert!(said.starts_with("error: the scenario refuses every point; with 0.5: "), "{said}");
}

#[test]
fn what_is_typed_wrongly_is_said_with_what_would_be_right() {
    let folder = Folder::new();
    let says = |words: &str| {
        let output = folder.run(&format!("sweep small.ron -n 5 -q {words}"));
        assert_eq!(output.status.code(), Some(2), "{words}");
        assert!(output.stdout.is_empty());
        text(&output.stderr)
    };
    assert!(says("--vary services[0].replics=1,2").contains("did you mean `services[0].replicas`?"));
    assert!(says("--vary services[0].replicas=1..4").contains("say how many values there are"));
    assert!(says("--vary services[0].replicas=1,2 --metric cots.mean").contains("did you mean `cost`?"));
    assert!(
        says("--vary services[0].replicas=1,2 --metric stopped.share")
            .contains("the scenario has no accounts")
    );
    assert!(
        says("--vary services[0].replicas=1,2 --strategy other")
            .contains("it has \"standard\", \"spot\", \"back\"")
    );
    assert!(says("").contains("--vary <PATH=VALUES>"));
    assert!(!folder.file("outputs").exists(), "nothing is written");
}

#[test]
fn a_price_of_the_market_moves_the_bill_as_far_as_it_moves() {
    let folder = Folder::new();
    // Only spot at a price for ever, without luck: the bill is proportional to it.
    folder.write(
        "flat.ron",
        r#"(name: "flat", start: "2026-06-01T00:00:00+08:00", horizon: "10h", currency: "CNY",
            markets: [(name: "A", standard: "5.00", spot_protected: "0.80")], services: [(name: "chat")],
            strategies: [(name: "spot", types: [(type: "A", bid: "4.00")])])"#,
    );
    let sweep = folder
        .json("sweep flat.ron --vary markets[0].spot_protected=0.5..2:4 -n 3 -q --out results --format json");
    let costs: Vec<String> = list(&sweep["points"])
        .iter()
        .map(|point| money(&point["results"][0]["figures"][0]["value"]).to_string())
        .collect();
    assert_eq!(costs, ["5.00", "10.00", "15.00", "20.00"]);
    assert!((number(&sweep["axes"][0]["numbers"][3]) - 2.0).abs() < 1e-12);
}
