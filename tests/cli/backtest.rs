//! `deploysim backtest`: real bills beside what a scenario predicts.

use crate::support::{Folder, list, money, number, text};
use deploysim::units::Money;
use serde_json::Value;
use std::fmt::Write as _;
use std::io::Write as _;

/// Provisioned throughput by the hour for two days: 100K input TPM at 7.68 per 10K, 20K output TPM at 3.08 per 1K.
const PTU: &str = r#"(
    start: "2026-06-10T00:00:00+08:00", horizon: "2d", currency: "CNY",
    strategies: [
        (name: "PTU", deployments: [Ptu(name: "ptu", model: "qwen3-max-2025-09-23", input_tpm: 100000, output_tpm: 20000)]),
        (name: "less", deployments: [Ptu(name: "ptu", model: "qwen3-max-2025-09-23", input_tpm: 50000, output_tpm: 10000)]),
    ],
)
"#;

/// What FOCUS would say of it, by the hour in UTC.
fn focus() -> String {
    let mut text =
        "BilledCost,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory,ChargeDescription,\
                    ChargePeriodStart,ChargePeriodEnd,PricingQuantity,PricingUnit,ServiceName,SkuMeter\n"
            .to_owned();
    for hour in 0..48 {
        let at = |hour: u32| format!("2026-06-{:02}T{:02}:00:00Z", 9 + (hour + 16) / 24, (hour + 16) % 24);
        let (from, to) = (at(hour), at(hour + 1));
        for (amount, meter) in [("76.80", "PTU input"), ("61.60", "PTU output")] {
            let _ = writeln!(
                text,
                "{amount},CNY,2026-05-31T16:00:00Z,2026-06-30T16:00:00Z,Usage,by the hour,{from},{to},1,Hours,Model deployment,{meter}"
            );
        }
    }
    text
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("ptu.ron", PTU);
    folder.write("focus.csv", &focus());
    folder
}

/// The figures of a kind in the only month.
fn kind<'a>(backtest: &'a Value, name: &str) -> &'a Value {
    let [month] = list(&backtest["months"]) else { panic!("one month: {backtest}") };
    let found = list(&month["kinds"]).iter().find(|cell| cell["kind"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {month}"))
}

/// Exit code 3 and what stderr says; nothing is printed.
fn refused(folder: &Folder, words: &str, code: i32) -> String {
    let output = folder.run(words);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{words}\n{stderr}");
    assert!(output.stdout.is_empty() && !stderr.contains("panicked"), "{words}\n{stderr}");
    stderr
}

#[test]
fn a_bill_that_matches_exactly_differs_by_nothing() {
    let folder = folder();
    let found = folder.json("backtest ptu.ron --bill focus.csv -n 3 --format json");
    assert_eq!((&found["strategy"], &found["charged"]), (&"PTU".into(), &"6643.20".into()));
    let ptu = kind(&found, "ptu");
    assert_eq!((&ptu["charged"], &ptu["predicted"]["mean"]), (&"6643.20".into(), &"6643.20".into()));
    assert_eq!((&ptu["difference"], &ptu["is_within_p5_p95"]), (&"0.00".into(), &true.into()));
    assert_eq!(ptu["quantities"], serde_json::json!([{ "unit": "Hours", "quantity": "96" }]));
    let month = &found["months"][0];
    assert_eq!((&month["month"], &month["coverage"]), (&"2026-06".into(), &"partial".into()));
    assert_eq!(month["charged_outside_run"], "0.00");
    assert!(list(&found["unmapped"]).is_empty() && list(&found["not_simulated"]).is_empty());
    let told = folder.stdout("backtest ptu.ron --bill focus.csv -n 3");
    let row = told.lines().find(|line| line.contains("2026-06 partial")).expect("a row");
    let cells: Vec<&str> = row.split_whitespace().collect();
    assert_eq!(
        cells,
        [
            "│", "2026-06", "partial", "ptu", "6643.20", "6643.20", "0.00", "6643.20", "6643.20", "0.00",
            "0.00", "yes", "│"
        ]
    );
}

#[test]
fn another_strategy_differs_by_what_it_costs_less() {
    let folder = folder();
    let found = folder.json("backtest ptu.ron --bill focus.csv --strategy less -n 1 --format json");
    let ptu = kind(&found, "ptu");
    assert_eq!((&ptu["difference"], &ptu["is_within_p5_p95"]), (&"-3321.60".into(), &false.into()));
    assert!((number(&ptu["difference_percent"]) + 50.0).abs() < 1e-9);
    assert!(ptu["predicted"]["ci95"].is_null(), "one replication has no interval");
    let stderr = refused(&folder, "backtest ptu.ron --bill focus.csv --strategy more", 2);
    assert!(stderr.contains("\"PTU\", \"less\""), "{stderr}");
}

#[test]
fn several_bills_add_up_and_every_line_counts() {
    let folder = folder();
    folder.write(
        "cur.csv",
        "lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/UsageType,lineItem/CurrencyCode,lineItem/UnblendedCost\n\
         Usage,2026-06-11T00:00:00Z,2026-06-11T01:00:00Z,USE1-GpuMagic,USD,1.5\n\
         Usage,2026-06-20T00:00:00Z,2026-06-20T01:00:00Z,BoxUsage:g5.xlarge,USD,1\n\
         Tax,2026-05-01T00:00:00Z,2026-06-01T00:00:00Z,,USD,-0.25\n",
    );
    let found =
        folder.json("backtest ptu.ron --bill focus.csv --bill cur.csv --rate USD=7 -n 2 --format json");
    assert_eq!(found["charged"], "6658.95");
    let of_bills: Money = list(&found["bills"]).iter().map(|bill| money(&bill["total"])).sum();
    let month = &found["months"][0];
    let of_kinds: Money = list(&month["kinds"]).iter().map(|cell| money(&cell["charged"])).sum();
    assert_eq!(of_kinds, money(&month["total"]["charged"]));
    let outside: Money = list(&found["not_simulated"]).iter().map(|month| money(&month["charged"])).sum();
    assert_eq!((of_kinds + outside, outside), (of_bills, Money::parse("-1.75").expect("an amount")));
    assert_eq!(month["charged_outside_run"], "7.00", "the machine of the twentieth");
    assert_eq!(
        found["unmapped"],
        serde_json::json!([{ "label": "USE1-GpuMagic", "lines": 1, "charged": "10.50" }])
    );
    let mapped = folder.run("backtest ptu.ron --bill cur.csv --rate usd=7 -n 2 --map *gpumagic=spot_compute --map Gpu=other --format json");
    let found: Value = serde_json::from_slice(&mapped.stdout).expect("JSON");
    assert_eq!(kind(&found, "spot_compute")["charged"], "10.50");
    assert_eq!(text(&mapped.stderr), "warning: --map: no line is called \"Gpu\"\n");
}

#[test]
fn bills_are_found_beside_the_data_and_may_be_packed() {
    let folder = folder();
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(focus().as_bytes()).expect("a Vec takes everything");
    let packed = packer.finish().expect("a Vec takes everything");
    std::fs::create_dir(folder.file("bills")).expect("a writable folder");
    std::fs::write(folder.file("bills/june.csv.gz"), &packed).expect("a writable folder");
    let found = folder.json("backtest ptu.ron --bill june.csv.gz --data bills -n 1 --format json");
    assert_eq!(
        (&found["bills"][0]["file"], &found["charged"]),
        (&"bills/june.csv.gz".into(), &"6643.20".into())
    );
    std::fs::write(folder.file("cut.csv.gz"), &packed[..packed.len() / 2]).expect("a writable folder");
    let stderr = refused(&folder, "backtest ptu.ron --bill cut.csv.gz", 3);
    assert!(
        stderr.contains("error: the gzip data ends too early") && stderr.contains("cut.csv.gz"),
        "{stderr}"
    );
}

#[test]
fn a_broken_bill_is_exit_3_with_every_problem_and_its_place() {
    let folder = folder();
    folder.write(
        "broken.csv",
        "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart\n\
         1O.5,CNY,Usage,2026-06-10T00:00:00Z\n\
         2,USD,Usage,2026-06-10T00:00:00Z\n",
    );
    let stderr = refused(
        &folder,
        "backtest ptu.ron --bill broken.csv --bill none.csv --bill focus.csv --bill ./focus.csv",
        3,
    );
    let expected = r#"error: not a number: "1O.5"
 --> broken.csv:2:1
  |
2 | 1O.5,CNY,Usage,2026-06-10T00:00:00Z
  | ^^^^
  |
  = help: write digits with a point, as in -1234.56

error: the amount is in another currency than the scenario, CNY: "USD"
 --> broken.csv:3:3
  |
3 | 2,USD,Usage,2026-06-10T00:00:00Z
  |   ^^^
  |
  = help: say what one is worth: --rate USD=…, in CNY

error: there is no bill "none.csv"
"#;
    assert!(stderr.starts_with(expected), "{stderr}");
    assert!(stderr.contains("error: ./focus.csv and focus.csv are the same bill"), "{stderr}");
    assert!(stderr.ends_with("error: the bills cannot be compared\n"), "{stderr}");
    assert!(refused(&folder, "backtest none.ron --bill focus.csv", 3).contains("none.ron"));
}

#[test]
fn wrong_words_are_exit_2_and_say_what_would_be_right() {
    let folder = folder();
    for (words, right) in [
        ("", "--bill <FILE>"),
        ("--bill focus.csv --map tokens", "LABEL=KIND"),
        ("--bill focus.csv --map a=spot_computer", "did you mean `spot_compute`?"),
        ("--bill focus.csv --map =ptu", "there is no label"),
        ("--bill focus.csv --rate USD", "USD=7.1"),
        ("--bill focus.csv --rate DOLLAR=7", "no code of a currency"),
        ("--bill focus.csv --rate USD=0", "above zero"),
        ("--bill focus.csv --rate USD=1e3", "is not a decimal number"),
        ("--bill focus.csv --rate CNY=1", "the scenario itself is in CNY"),
        ("--bill focus.csv --rate USD=7 --rate usd=8", "one rate"),
        ("--bill focus.csv -n 0", "1..=1000000"),
    ] {
        let stderr = refused(&folder, &format!("backtest ptu.ron {words}"), 2);
        assert!(stderr.contains(right), "{words}: {stderr}");
    }
}

#[test]
fn threads_change_no_byte() {
    let folder = folder();
    let run = |threads: &str| {
        folder.stdout(&format!(
            "backtest small.ron --strategy back --bill focus.csv -n 20 --threads {threads} --format json"
        ))
    };
    let one = run("1");
    assert_eq!(one, run("3"));
    let found: Value = serde_json::from_str(&one).expect("JSON");
    let kinds: Vec<&str> =
        list(&found["months"][0]["kinds"]).iter().filter_map(|cell| cell["kind"].as_str()).collect();
    assert_eq!(kinds, ["ptu", "standard_compute", "spot_compute", "disk"]);
}

/// An account over the end of a month: searches, a discount, tax, plans, a job, a settlement, and a term paid in advance.
const ACCOUNT: &str = include_str!("../full/end_of_month.ron");

#[test]
fn our_own_bill_of_a_replication_is_what_that_replication_predicts() {
    let folder = folder();
    folder.write("account.ron", ACCOUNT);
    for (format, seed) in [("modelstudio", 1), ("focus", 1), ("modelstudio", 7), ("focus", 7)] {
        folder.stdout(&format!("bill account.ron --format {format} --seed {seed} --out bill.csv"));
        let found =
            folder.json(&format!("backtest account.ron --bill bill.csv --seed {seed} -n 1 --format json"));
        let months = list(&found["months"]);
        assert_eq!(months.len(), 2, "{format}");
        for month in months {
            for cell in list(&month["kinds"]).iter().chain([&month["total"]]) {
                let what = format!("{format}, seed {seed}, {}: {cell}", month["month"]);
                assert_eq!(
                    (&cell["difference"], &cell["is_within_p5_p95"]),
                    (&"0.00".into(), &true.into()),
                    "{what}"
                );
            }
        }
        assert!(list(&found["unmapped"]).is_empty() && list(&found["not_simulated"]).is_empty(), "{found}");
    }
}
