//! `deploysim forecast`: the bill of each calendar month.

use crate::support::{Folder, list, money, number, rows, text};
use deploysim::units::Money;

/// Half of June, all of July and a day of August at 24.00 a day, dearer by a half from the 21st of July; from submission on.
const FIXED: &str = r#"(
    name: "fixed", question: "What will July cost?", start: "2026-06-16T00:00:00+08:00", horizon: "47d", currency: "CNY",
    markets: [
        (name: "A", standard: Schedule([("0s", "1.00"), ("2026-07-21T00:00:00+08:00", "1.50")])),
        (name: "B", standard: "2.00", spot_unprotected: "0.50", spot_stock: OnOff(on: "30h", off: "6h")),
    ],
    services: [(name: "chat", start_up: "0s")],
    strategies: [
        (name: "standard", types: [(type: "A")]),
        (name: "spot", protection: false, types: [(type: "B", bid: "0.60")]),
    ],
)
"#;

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("fixed.ron", FIXED);
    folder
}

#[test]
fn months_are_those_of_the_calendar_and_a_new_price_counts_from_its_day() {
    let folder = folder();
    let json = folder.json("forecast fixed.ron -n 3 --format json");
    let months: Vec<(&str, f64)> = list(&json["months"])
        .iter()
        .map(|one| (one["month"].as_str().expect("a name"), number(&one["share"])))
        .collect();
    assert_eq!(months, [("2026-06", 0.5), ("2026-07", 1.0), ("2026-08", 1.0 / 31.0)]);
    let standard = &json["strategies"][0];
    // 15 × 24; 20 × 24 and 11 × 36; 36.
    for (bill, amount) in list(&standard["months"]).iter().zip(["360.00", "876.00", "36.00"]) {
        for figure in ["mean", "p5", "p50", "p95"] {
            assert_eq!(bill[figure], amount, "{bill}");
        }
    }
    assert_eq!(standard["total"]["mean"], "1272.00");
}

#[test]
fn every_month_of_every_replication_is_in_the_bill_of_compare() {
    let folder = folder();
    let months = folder.json("forecast fixed.ron -n 60 --seed 3 --format json");
    let whole = folder.json("compare fixed.ron -n 60 --seed 3 --format json");
    for place in [0, 1] {
        let (forecast, bill) = (&months["strategies"][place], &whole["strategies"][place]["cost"]);
        for figure in ["mean", "p5", "p50", "p95"] {
            assert_eq!(forecast["total"][figure], bill[figure], "{figure}");
        }
        assert_eq!(forecast["total"]["ci95"], bill["ci95"]);
        let sum: Money = list(&forecast["months"]).iter().map(|month| money(&month["mean"])).sum();
        // Each mean is rounded once, to twelve decimals.
        let apart = (sum - money(&bill["mean"])).as_pico();
        assert!(apart.abs() <= 2, "means add up");
    }
    let spot = &months["strategies"][1]["months"][1];
    assert!(money(&spot["p5"]) < money(&spot["p50"]) && money(&spot["p50"]) < money(&spot["p95"]), "{spot}");
    let [low, high] = [0, 1].map(|bound| money(&spot["p95_ci95"][bound]));
    assert!(low <= money(&spot["p95"]) && money(&spot["p95"]) <= high, "{spot}");
}

#[test]
fn files_and_table_say_the_same_on_any_number_of_threads() {
    let folder = folder();
    let stdout = folder.stdout("forecast fixed.ron -n 30 --threads 1 --out one -q");
    assert_eq!(stdout, folder.stdout("forecast fixed.ron -n 30 --threads 3 --out three -q"));
    let files = folder.contents("one");
    assert!(files == folder.contents("three"));
    let names: Vec<String> = files.keys().map(|path| path.display().to_string()).collect();
    assert_eq!(names, ["forecast.csv", "forecast.json", "forecast.png", "forecast.svg"]);
    let rows = rows(&folder.read("one/forecast.csv"));
    assert_eq!(rows.len(), 6);
    assert_eq!((rows[1]["month"].as_str(), rows[1]["p50"].as_str()), ("2026-07", "876.00"));
    assert!(
        stdout.starts_with(
            "What will July cost?\nfixed: 30 replications of 47d over 3 calendar months, seed 1"
        )
    );
    assert!(stdout.contains("2026-06 (50 %)") && stdout.contains("876.00"), "{stdout}");
    let svg = folder.read("one/forecast.svg");
    assert!(svg.contains("2026-07") && svg.contains("nine tenths of the replications"));
}

#[test]
fn one_strategy_may_be_asked_for_and_must_be_there() {
    let folder = folder();
    let json = folder.json("forecast fixed.ron -n 2 --strategy spot --format json");
    assert_eq!(list(&json["strategies"]).len(), 1);
    let output = folder.run("forecast fixed.ron -n 2 --strategy sopt --out none");
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert!(!folder.file("none").exists());
}
