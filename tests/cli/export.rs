//! `deploysim bill`: the bill of one run, for its reader and for other tools.

use crate::support::{Folder, list, money, rows, text};
use deploysim::units::Money;

/// Calls and a machine on two accounts, over the end of a month.
const ACCOUNTS: &str = r#"(
    name: "month", start: "2026-06-29T20:00:00+08:00", horizon: "3d", currency: "CNY",
    accounts: [
        (name: "main", cash: "100", tax: "6%", reporting: (currency: "USD", rate: "0.14")),
        (name: "machines", cash: "500"),
    ],
    markets: [(name: "A", spot_protected: MeanReverting(step: "10m", level: "0.80", speed: "0.05", noise: "0.03", floor: "0.2", cap: "1.60"))],
    services: [(name: "own", account: "machines")],
    traffic: [(tenant: "app", api_key: "k1", workspace: "llm-1", arrivals: Constant(per_minute: 0.02), input: 3000, output: 500)],
    public_models: [(model: "qwen3-max-2025-09-23", limits: Unlimited)],
    strategies: [(name: "told", types: [(type: "A", bid: "1.20")], deployments: [Public(model: "qwen3-max-2025-09-23")])],
)
"#;

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("month.ron", ACCOUNTS);
    folder
}

fn sum(csv: &str, column: &str) -> Money {
    rows(csv).iter().map(|row| Money::parse(&row[column]).expect("an amount")).sum()
}

#[test]
fn every_format_has_the_total_of_the_run() {
    let folder = folder();
    let statement = folder.json("bill month.ron --format json");
    let total = money(&statement["total"]);
    assert_eq!(sum(&folder.stdout("bill month.ron --format modelstudio"), "Payable Amount"), total);
    assert_eq!(sum(&folder.stdout("bill month.ron --format focus"), "BilledCost"), total);
    folder.stdout("compare month.ron -n 1 --out results");
    assert_eq!(
        total,
        Money::parse(&rows(&folder.read("results/replications.csv"))[0]["cost"]).expect("money")
    );
}

#[test]
fn accounts_and_months_are_parts_of_it() {
    let folder = folder();
    let whole = money(&folder.json("bill month.ron --format json")["total"]);
    let of = |words: &str| money(&folder.json(&format!("bill month.ron --format json {words}"))["total"]);
    assert_eq!(of("--account main") + of("--account machines"), whole);
    assert_eq!(of("--month 2026-06") + of("--month 2026-07"), whole);
    assert_eq!(of("--month 2026-05"), Money::ZERO);
}

#[test]
fn the_statement_says_how_the_month_was_settled_and_what_still_costs() {
    let folder = folder();
    let statement = folder.json("bill month.ron --format json --account main");
    let account = &list(&statement["accounts"])[0];
    let [june, july] = list(&account["months"]) else { panic!("two months: {account}") };
    assert_eq!((&june["state"], &july["state"]), (&"settled".into(), &"open".into()));
    let debit = &list(&june["settlement"])[0];
    let parts = money(&debit["exact"]) + money(&debit["rounding"]) + money(&debit["tax"]);
    assert_eq!(parts, money(&debit["debited"]));
    let overview = &june["overview"];
    assert_eq!(money(&overview["subscription"]) + money(&overview["bill"]), money(&overview["total"]));
    assert_eq!(june["reported"]["currency"], "USD");
    let days: Money = list(&june["daily"]).iter().map(|day| money(&day["total"])).sum();
    let models: Money = list(&june["by_model"]).iter().map(|share| money(&share["amount"])).sum();
    assert_eq!(days, models);
    let calls = list(&account["still_charged"]["calls"]);
    assert_eq!((&calls[0]["api_key"], &calls[0]["channel"]), (&"k1".into(), &"app".into()));
    let told = folder.stdout("bill month.ron");
    assert!(told.contains("2026-06 (settled): Subscription 0.00 + Bill "), "{told}");
    assert!(told.contains("service own bills by time: stop or delete it"), "{told}");
}

#[test]
fn the_run_at_a_quantile_is_a_run_and_said_on_stderr() {
    let folder = folder();
    let output = folder.run("bill month.ron --format json --quantile 0.95 -n 20 --seed 3");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let stderr = text(&output.stderr);
    let statement: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert!(
        stderr.contains(&format!("replication {} of 20: its cost ", statement["replication"])),
        "{stderr}"
    );
    assert!(stderr.contains("number 19 from the smallest"), "{stderr}");
    folder.stdout("compare month.ron -n 20 --seed 3 --out results");
    let mut costs: Vec<Money> = rows(&folder.read("results/replications.csv"))
        .iter()
        .map(|row| Money::parse(&row["cost"]).expect("money"))
        .collect();
    costs.sort_unstable();
    assert_eq!(money(&statement["total"]), costs[18]);
}

#[test]
fn a_file_is_written_whole_and_named() {
    let folder = folder();
    let stdout = folder.stdout("bill month.ron --format focus --focus-version 1.4 --out bills/focus.csv");
    assert!(stdout.is_empty());
    let header = folder.read("bills/focus.csv").lines().next().expect("a header").to_owned();
    assert!(header.contains("ServiceProviderName") && !header.contains("PublisherName"));
    assert_eq!(folder.contents("bills").len(), 1);
}

#[test]
fn what_cannot_be_done_is_wrong_usage_and_says_what_can() {
    let folder = folder();
    for (words, said) in [
        ("bill small.ron", "accounts: [(name: \"main\""),
        ("bill month.ron --account mian", "did you mean `main`?"),
        ("bill month.ron --month June", "write it as in \"2026-06\""),
        ("bill month.ron --quantile 1.5", "0.001 to 1"),
        ("bill month.ron --replications 5", "--quantile"),
        ("bill month.ron --quantile 0.5 --replication 5", "cannot be used with"),
        ("bill month.ron --format parquet", "help: "),
        ("bill month.ron --strategy other", "it has \"told\""),
    ] {
        let output = folder.run(words);
        assert_eq!(output.status.code(), Some(2), "{words}");
        assert!(output.stdout.is_empty(), "{words}");
        assert!(text(&output.stderr).contains(said), "{words}: {}", text(&output.stderr));
    }
}
