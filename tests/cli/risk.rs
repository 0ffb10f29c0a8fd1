//! Arrears as a risk: what `compare` says of accounts, and how much is enough.

use crate::support::{Folder, list, money, number, rows, text};

/// Provisioned throughput at 138.40 an hour (W29) and 1,000.00 on the account: the eighth hour's bill, at 18:00, leaves
/// −107.20. It is kept for a day more (P9).
const FIXED: &str = r#"(
    name: "fixed", start: "2026-06-10T10:00:00+08:00", horizon: "3d", currency: "CNY",
    accounts: [(cash: "1000", alerts: (low_balance: ["500"]))],
    strategies: [(name: "PTU", deployments: [Ptu(name: "ptu", model: "qwen3-max-2025-09-23", input_tpm: 100000, output_tpm: 20000, paid_by: Hourly)])],
)
"#;

/// The same with a top-up that is asked for at 15:00, when 692.00 are left, and comes in time within six hours: the
/// eleventh hour's bill is the first to leave less than nothing.
const TOP_UP: &str = r#"(
    name: "top_up", start: "2026-06-10T10:00:00+08:00", horizon: "20h", currency: "CNY",
    accounts: [(name: "main", cash: "1384", top_up: (below: "700", amount: "100000", delay: Exponential(mean: "4h")))],
    strategies: [(name: "PTU", deployments: [Ptu(name: "ptu", model: "qwen3-max-2025-09-23", input_tpm: 100000, output_tpm: 20000, paid_by: Hourly)])],
)
"#;

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("fixed.ron", FIXED);
    folder.write("top_up.ron", TOP_UP);
    folder
}

#[test]
fn the_date_of_a_stop_is_that_of_the_bill_that_left_nothing() {
    let folder = folder();
    let json = folder.json("compare fixed.ron -n 3 --format json --out results");
    let account = &json["strategies"][0]["accounts"][0];
    for (risk, date) in [("overdue", "2026-06-10T18:00:00+08:00"), ("released", "2026-06-11T18:00:00+08:00")]
    {
        assert_eq!(
            (&account[risk]["hits"], &account[risk]["first"]["p50"]),
            (&3.into(), &date.into()),
            "{risk}"
        );
    }
    assert_eq!(account["cleared"]["hits"], 0);
    // 1,000 − 32 × 138.40: it is billed until it is released.
    assert_eq!(money(&account["least_available"]["p5"]).to_string(), "-3428.80");
    // 500 are reached at 14:00, 28 hours before the release.
    assert!((number(&account["alerts"][0]["lead_s"]["p50"]) - 28.0 * 3_600.0).abs() < 1e-9);
    let rows = rows(&folder.read("results/replications.csv"));
    assert_eq!(rows[0]["overdue_s:account"], "28800");
    assert_eq!(rows[0]["cleared_s:account"], "");
    for picture in ["balance.svg", "balance.png"] {
        assert!(folder.file("results").join(picture).is_file(), "{picture}");
    }
    let svg = folder.read("results/balance.svg");
    assert!(svg.contains("median stop 2026-06-11 18:00") && svg.contains("overdue below 0"));
}

#[test]
fn without_accounts_there_is_no_picture_of_them() {
    let folder = folder();
    folder.stdout("compare small.ron -n 3 --out results");
    assert!(!folder.file("results/balance.svg").exists());
}

#[test]
fn a_top_up_with_an_exponential_delay_is_late_as_often_as_its_law_says() {
    let folder = folder();
    let json = folder.json("compare top_up.ron -n 2000 --seed 3 --format json");
    let overdue = &json["strategies"][0]["accounts"][0]["overdue"];
    // More than six hours with a mean of four.
    let law = (-6.0_f64 / 4.0).exp();
    let error = (law * (1.0 - law) / 2_000.0).sqrt();
    assert!((number(&overdue["probability"]) - law).abs() < 4.0 * error, "{overdue} and {law}");
    assert_eq!(overdue["first"]["p5"], "2026-06-10T21:00:00+08:00");
}

#[test]
fn enough_cash_is_that_of_every_hour_of_the_horizon() {
    let folder = folder();
    let words = "compare fixed.ron --until-risk 1% --over accounts[0].cash --risk overdue -q";
    let json = folder.json(&format!("{words} -n 400 --format json"));
    // Bills of 71 hours are issued before the horizon: 71 × 138.40 = 9,826.40, to a thousandth.
    assert_eq!((&json["least"]["value"], &json["least"]["hits"]), (&"9827.00".into(), &0.into()));
    assert_eq!((&json["next_lower"]["value"], &json["next_lower"]["hits"]), (&"9826.00".into(), &400.into()));
    assert_eq!(json["sure"]["least"]["value"], "9827.00", "400 without a single one are enough for 1 %");
    assert_eq!(
        (&json["is_monotone"], &json["refused"], &json["resolution"]),
        (&true.into(), &0.into(), &"1.00".into())
    );
    assert_eq!(list(&json["tried"]).len() as u64, json["evaluations"].as_u64().expect("a count"));
    let shown = folder.stdout(&format!("{words} -n 40"));
    assert!(shown.contains("accounts[0].cash = 9827.00 does it (0.000 %)."), "{shown}");
    assert!(!folder.file("outputs").exists(), "it writes no files");
    assert_eq!(shown, folder.stdout(&format!("{words} -n 40 --threads 1")), "on any number of threads");
}

#[test]
fn a_threshold_of_the_top_up_moves_its_risk() {
    let folder = folder();
    let words =
        "compare top_up.ron -n 400 --until-risk 0.05 --over accounts[0].top_up.below --risk overdue -q";
    let json = folder.json(&format!("{words} --format json"));
    // Asked for k hours before the eleventh bill it is late with exp(−k/4): even at the start, after 11 hours, with 6.4 %.
    assert!(json["least"].is_null() && json["next_lower"].is_null(), "{json}");
    let law = (-11.0_f64 / 4.0).exp();
    let tried = list(&json["tried"]);
    let shares: Vec<f64> = tried.iter().map(|one| number(&one["probability"])).collect();
    assert!(shares.windows(2).all(|pair| pair[0] >= pair[1]), "{shares:?}");
    let [first, .., last] = shares[..] else { panic!("many values are tried") };
    assert!(
        first > last && (last - law).abs() < 4.0 * (law * (1.0 - law) / 400.0).sqrt(),
        "{last} and {law}"
    );
}

#[test]
fn no_value_at_all_is_an_answer_and_too_few_replications_are_said() {
    let folder = folder();
    // It falls below zero whatever is paid in by a top-up that never is asked for.
    let shown = folder.stdout(
        "compare fixed.ron -n 20 --until-risk 0.01 --over accounts[0].alerts.low_balance[0] --risk overdue -q",
    );
    assert!(shown.contains("No value up to 524288000.00 does it."), "{shown}");
    assert!(shown.contains("To be 95 % sure takes at least 381 replications"), "{shown}");
}

#[test]
fn a_path_that_is_no_number_is_wrong_usage_with_what_there_is() {
    let folder = folder();
    let says = |words: &str| {
        let output = folder.run(&format!("compare fixed.ron -q --until-risk 0.01 {words}"));
        assert_eq!(output.status.code(), Some(2), "{words}");
        assert!(output.stdout.is_empty());
        text(&output.stderr)
    };
    assert_eq!(
        says("--over accounts[0].cahs"),
        "error: there is no `accounts[0].cahs` in fixed.ron; did you mean `accounts[0].cash`?\nthe numbers are \
         accounts[0].cash, accounts[0].alerts.low_balance[0], strategies[0].deployments[0].input_tpm, \
         strategies[0].deployments[0].output_tpm\n"
    );
    assert!(
        says("--over horizon").starts_with("error: `horizon` is \"3d\", not a plain number\nthe numbers are")
    );
    assert!(says("--over accounts").starts_with("error: `accounts` is a list, not a plain number\n"));
    assert_eq!(
        says("--over accounts[0].cash --strategy spot"),
        "error: there is no strategy \"spot\" in this scenario; it has \"PTU\"\n"
    );
    assert_eq!(
        says("--over accounts[0].cash --account other"),
        "error: there is no account \"other\" in this scenario; it has \"account\"\n"
    );
    assert!(says("").contains("--over <PATH>"));
}

#[test]
fn a_search_needs_accounts_and_a_share() {
    let folder = folder();
    let output = folder.run("compare small.ron -q --until-risk 0.01 --over services[0].replicas");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("the scenario has no accounts"));
    for share in ["1.5", "-1", "150%", "x", "NaN"] {
        let output = folder.run(&format!("compare fixed.ron --until-risk={share} --over accounts[0].cash"));
        assert_eq!(output.status.code(), Some(2), "{share}");
        assert!(text(&output.stderr).contains("a share from 0 to 1"), "{}", text(&output.stderr));
    }
    for words in
        ["--over accounts[0].cash", "--risk stopped", "--until-risk 0.1 --over accounts[0].cash --out x"]
    {
        assert_eq!(folder.run(&format!("compare fixed.ron {words}")).status.code(), Some(2), "{words}");
    }
}
