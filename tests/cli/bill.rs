//! `deploysim run`: one world told so that everybody can add it up.

use crate::support::{Folder, list, money, number, rows, text};
use deploysim::units::Money;
use serde_json::Value;

fn bill(folder: &Folder, words: &str) -> Value {
    folder.json(&format!("run small.ron {words} --format json"))
}

#[test]
fn the_lines_add_up_to_the_total_and_each_is_quantity_times_price() {
    let folder = Folder::new();
    for (strategy, replication) in [("standard", 0), ("spot", 1), ("back", 2)] {
        let bill = bill(&folder, &format!("--strategy {strategy} --replication {replication}"));
        assert_eq!(bill["currency"], "CNY");
        let lines = list(&bill["lines"]);
        let amounts: Money = lines.iter().map(|line| money(&line["amount"])).sum();
        assert_eq!(amounts, money(&bill["total"]), "{strategy}");
        for line in lines {
            let amount = money(&line["amount"]).to_f64();
            let product = number(&line["quantity"]) * money(&line["unit_price"]).to_f64();
            // Beside the relative bound: a line is rounded to twelve decimals.
            assert!((product - amount).abs() <= 1e-9 * amount.abs() + 2e-12, "{line}");
            assert!(line["from"].as_str() < line["to"].as_str(), "{line}");
            assert!(!list(&line["rules"]).is_empty(), "{line}");
            assert!(["hour", "GiB-hour"].contains(&line["unit"].as_str().unwrap_or_default()), "{line}");
        }
        let services: Money = list(&bill["deployments"]).iter().map(|service| money(&service["cost"])).sum();
        assert_eq!(services, amounts, "{strategy}: the services share the bill");
    }
}

#[test]
fn events_are_in_order_and_chain_the_states_of_each_replica() {
    let folder = Folder::new();
    let bill = bill(&folder, "--strategy back");
    let events = list(&bill["events"]);
    assert!(events.len() > 4);
    let times: Vec<&str> = events.iter().filter_map(|event| event["at"].as_str()).collect();
    assert!(times.is_sorted() && times.len() == events.len());
    for replica in [0, 1] {
        let own: Vec<&Value> = events.iter().filter(|event| event["replica"] == replica).collect();
        for pair in own.windows(2) {
            assert_eq!(pair[0]["to"], pair[1]["from"], "{} then {}", pair[0], pair[1]);
        }
        assert!(own.iter().all(|event| !list(&event["rules"]).is_empty()));
    }
}

#[test]
fn replication_k_is_the_one_that_compare_drew() {
    let folder = Folder::new();
    folder.stdout("compare small.ron -n 4 --seed 5 --out results");
    for row in rows(&folder.read("results/replications.csv")) {
        let words = format!("--strategy {} --replication {} --seed 5", row["strategy"], row["replication"]);
        assert_eq!(bill(&folder, &words)["total"], row["cost"].as_str(), "{words}");
    }
}

#[test]
fn the_told_strategy_is_the_first_that_bids_and_moves_back() {
    let folder = Folder::new();
    assert_eq!(bill(&folder, "")["strategy"], "back");
}

#[test]
fn an_unknown_strategy_is_wrong_usage_and_the_known_ones_are_named() {
    let folder = Folder::new();
    let output = folder.run("run small.ron --strategy spto");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let stderr = text(&output.stderr);
    assert!(["spto", "standard", "spot", "back"].iter().all(|name| stderr.contains(name)), "{stderr}");
}

#[test]
fn json_is_the_same_with_and_without_explain() {
    let folder = Folder::new();
    assert_eq!(bill(&folder, "--explain"), bill(&folder, ""));
}

#[test]
fn a_reader_can_do_the_explained_arithmetic_again() {
    let folder = Folder::new();
    let told = folder.stdout("run small.ron --strategy back --explain");
    let total = told.lines().find(|line| line.trim_start().starts_with("total of")).expect("a total");
    // Every line reads `… × … ÷ 3600 = amount, so far sum  [rules]`.
    let amounts = told.lines().filter_map(|line| line.split_once("÷ 3600 = "));
    let amounts: Vec<Money> = amounts
        .map(|(_, rest)| Money::parse(rest.split([' ', ',']).next().unwrap_or_default()).expect("money"))
        .collect();
    assert!(total.contains(&format!("{} lines", amounts.len())), "{total}");
    assert!(total.contains(&amounts.into_iter().sum::<Money>().to_string()), "{total}");
}
