//! `deploysim catalog`: what people ask of a price book before they deploy.

use crate::support::{Folder, list, names, text};
use serde_json::Value;

const BOOK: &str = include_str!("../../scenarios/catalogs/alibaba-model-studio.ron");

/// What the program says on stderr when it leaves with this code, with nothing on stdout.
fn refused(folder: &Folder, words: &[&str], code: i32) -> String {
    let output = folder.deploysim().arg("catalog").args(words).output().expect("the program starts");
    assert_eq!(output.status.code(), Some(code), "{words:?}\n{}", text(&output.stderr));
    assert!(output.stdout.is_empty(), "{words:?}");
    text(&output.stderr)
}

#[test]
fn price_books_and_profiles_are_listed() {
    let folder = Folder::new();
    let told = folder.stdout("catalog");
    assert!(told.contains("alibaba-model-studio") && told.contains("alibaba_2026_late"), "{told}");
    let listed = folder.json("catalog --format json");
    assert_eq!(names(&listed["catalogs"]), ["alibaba-model-studio"]);
    let profiles = ["seed_literal", "alibaba_2026_late", "azure_ptu", "gcp_pt"];
    assert_eq!(names(&listed["catalogs"][0]["profiles"]), profiles);
}

#[test]
fn a_price_book_shows_its_sources_and_every_model() {
    let folder = Folder::new();
    let told = folder.stdout("catalog alibaba-model-studio");
    let summary = folder.json("catalog alibaba-model-studio --format json");
    let rows: Vec<_> = list(&summary["sections"]).iter().map(|section| section["rows"].as_u64()).collect();
    assert_eq!(rows, [13, 80, 11, 77, 7, 16].map(Some));
    let offers = list(&summary["offers"]);
    assert_eq!(summary["models"].as_u64(), Some(offers.len() as u64));
    let is_told = |part: &Value| told.contains(part.as_str().expect("a text"));
    assert!(offers.iter().all(|offer| is_told(&offer["model"])));
    assert!(
        list(&summary["sections"])
            .iter()
            .all(|section| is_told(&section["url"]) && is_told(&section["seen"]))
    );
    assert!(told.lines().all(|line| line.chars().count() <= 120), "{told}");
}

/// W29: 10 x 7.68 + 20 x 3.08 = 138.40 an hour.
#[test]
fn provisioned_throughput_is_estimated_before_it_is_deployed() {
    let folder = Folder::new();
    let words = "catalog --model qwen3-max-2025-09-23 --input-tpm 100000 --output-tpm 20000";
    let told = folder.stdout(words);
    for part in ["138.40", "3,321.60", "99,648.00", "1,660.80", "49,824.00", "12.0 hours a day"] {
        assert!(told.contains(part), "{part} in\n{told}");
    }
    let estimate = &folder.json(&format!("{words} --format json"))["ptu"]["estimate"];
    assert_eq!((&estimate["hour"], &estimate["prepaid_day"]), (&"138.40".into(), &"1660.80".into()));
}

/// the input is paid once, thinking output at its own price.
#[test]
fn a_third_quota_is_for_models_that_sell_thinking_apart() {
    let folder = Folder::new();
    let amounts = "--input-tpm 10000 --output-tpm 1000 --thinking-output-tpm 2000";
    let prices = folder.json(&format!("catalog --model qwen-plus-2025-12-01 {amounts} --format json"));
    assert_eq!(prices["ptu"]["estimate"]["hour"], "6.24");
    let words = format!("--model glm-5.1 {amounts}");
    let words: Vec<&str> = words.split(' ').collect();
    assert!(refused(&folder, &words, 2).contains("does not sell thinking output apart"));
}

/// W127.
#[test]
fn an_order_that_cannot_be_bought_is_refused_with_the_nearest_that_can() {
    let folder = Folder::new();
    let order = |input: &'static str, output: &'static str| {
        ["--model", "glm-5.1", "--input-tpm", input, "--output-tpm", output]
    };
    assert!(refused(&folder, &order("9999", "1000"), 2).contains("smallest purchase: write 10000"));
    let both = refused(&folder, &order("15000", "1500"), 2);
    assert!(both.contains("write 10000 or 20000") && both.contains("write 1000 or 2000"), "{both}");
    let late = [&order("10000", "1000")[..], &["--profile", "alibaba_2026_late"]].concat();
    assert!(refused(&folder, &late, 2).contains("write 200000"));
    let units = [&order("10000", "1000")[..], &["--profile", "azure_ptu"]].concat();
    assert!(refused(&folder, &units, 2).contains("sells units"));
    let misspelt = [&order("10000", "1000")[..], &["--profile", "azure_pt"]].concat();
    assert!(refused(&folder, &misspelt, 2).contains("did you mean `azure_ptu`"));
    assert!(refused(&folder, &order("10000", "1000")[..4], 2).contains("--output-tpm"));
}

#[test]
fn replicas_of_model_units_are_estimated_by_specification() {
    let folder = Folder::new();
    let words = ["--model", "qwen3-32b", "--replicas", "2", "--spec", "mu1x4", "--format", "json"];
    let output = folder.deploysim().arg("catalog").args(words).output().expect("the program starts");
    let prices: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let units = list(&prices["units"]);
    assert_eq!(units.len(), 1);
    let estimate = &units[0]["estimate"];
    let costs = ["hour", "day", "month", "prepaid_month"].map(|part| estimate[part].as_str().expect("money"));
    assert_eq!(costs, ["432.00", "10368.00", "311040.00", "208944.00"]);
    let all = folder.json("catalog --model qwen3-32b --replicas 1 --format json");
    assert_eq!(list(&all["units"]).len(), 2);
    let gone = refused(&folder, &["--model", "qwen3-32b", "--spec", "MU9 x 4"], 2);
    assert!(gone.contains("MU1 x 4, MU6 x 4"), "{gone}");
    assert!(
        refused(&folder, &["--model", "deepseek-v3", "--replicas", "1"], 2)
            .contains("not sold as model units")
    );
}

/// W95's prices as a reader sees them.
#[test]
fn pay_as_you_go_is_shown_by_tier_with_cache_and_batch() {
    let folder = Folder::new();
    let prices = folder.json("catalog --model qwen3-max --format json");
    let first = &prices["public"]["tiers"][0];
    let shown = [
        "tier",
        "input",
        "implicit_cache_hit",
        "explicit_cache_create",
        "explicit_cache_hit",
        "batch_output",
    ];
    let shown = shown.map(|part| first[part].as_str().expect("a text"));
    assert_eq!(shown, ["0-32k", "2.50", "0.50", "3.125", "0.25", "5.00"]);
    let told = folder.stdout("catalog --model qwen3-max");
    assert!(
        ["32k-128k", "3.125", "see also qwen3-max-2025-09-23"].iter().all(|part| told.contains(part)),
        "{told}"
    );
}

#[test]
fn prices_of_later_pages_stand_apart() {
    let folder = Folder::new();
    let prices = folder.json("catalog --model glm-5.2 --format json");
    assert_eq!(prices["ptu"], Value::Null);
    let later = list(&prices["later_ptu"]);
    let regions: Vec<_> = later.iter().filter_map(|row| row["region"].as_str()).collect();
    assert_eq!(regions, ["cn-beijing", "ap-southeast-1"]);
    assert_eq!(later[0]["hourly"]["input_per_10k_tpm"], "28.80");
}

#[test]
fn a_model_may_be_given_by_a_part_that_only_one_has() {
    let folder = Folder::new();
    assert_eq!(folder.json("catalog --model omni-plus --format json")["model"], "qwen3.5-omni-plus");
    assert_eq!(folder.json("catalog --model minimax --format json")["model"], "MiniMax-M2.5");
    // The exact code comes before everything that begins with it.
    assert_eq!(folder.json("catalog --model qwen-plus --format json")["model"], "qwen-plus");
    let several = refused(&folder, &["--model", "kimi-k2.5x"], 2);
    assert!(
        several.contains("did you mean `kimi-k2.5`") || several.contains("did you mean `Kimi-K2.5`"),
        "{several}"
    );
    let several = refused(&folder, &["--model", "qwen3.6"], 2);
    let four = ["qwen3.6-flash-2026-04-16", "qwen3.6-plus-2026-04-02", "qwen3.6-35b-a3b", "qwen3.6-27b"];
    assert!(four.iter().all(|model| several.contains(model)), "{several}");
    let alias =
        refused(&folder, &["--model", "qwen-plus", "--input-tpm", "10000", "--output-tpm", "1000"], 2);
    assert!(alias.contains("this is: qwen-plus-2025-12-01"), "{alias}");
}

#[test]
fn a_price_book_of_ones_own_is_given_by_its_path() {
    let folder = Folder::new();
    folder.write("mine.ron", &BOOK.replacen("\"7.68\"", "\"8.00\"", 1));
    let words =
        "catalog mine.ron --model qwen3-max-2025-09-23 --input-tpm 10000 --output-tpm 1000 --format json";
    assert_eq!(folder.json(words)["ptu"]["estimate"]["hour"], "11.08");
    folder.write("wrong.ron", &BOOK.replacen("\"7.68\"", "\"7,68\"", 1));
    let line = 1 + BOOK.lines().position(|line| line.contains("\"7.68\"")).expect("a price");
    let wrong = refused(&folder, &["wrong.ron"], 3);
    assert!(wrong.contains(&format!("wrong.ron:{line}:")) && wrong.contains("\"7,68\""), "{wrong}");
    assert!(refused(&folder, &["gone.ron"], 3).contains("cannot read gone.ron"));
    let near = refused(&folder, &["alibaba-model-studoi"], 2);
    assert!(near.contains("did you mean `alibaba-model-studio`"), "{near}");
    assert!(refused(&folder, &["qwen3-32b"], 2).contains("--model qwen3-32b"));
}

#[test]
fn providers_of_machines_are_listed_and_shown_with_what_is_theirs() {
    let folder = Folder::new();
    let known = ["alibaba-eas", "alibaba-ecs", "aws-ec2", "azure-vm", "google-compute"];
    assert_eq!(names(&folder.json("catalog --format json")["machines"]), known);
    let told = folder.stdout("catalog aws-ec2");
    let view = folder.json("catalog aws-ec2 --format json");
    let rule = |field: &str| {
        let rules = list(&view["rules"]);
        let found = rules.iter().find(|rule| rule["field"] == field).expect("a rule");
        (found["value"].clone(), found["default"].clone())
    };
    assert_eq!(rule("notice"), ("\"2m\"".into(), "\"0s\"".into()));
    assert_eq!(rule("free_if_reclaimed_within"), ("\"1h\"".into(), "\"0s\"".into()));
    for source in list(&view["sources"]) {
        assert!(told.contains(source["url"].as_str().expect("a url")), "{told}");
        assert!(told.contains(source["seen"].as_str().expect("a date")), "{told}");
    }
    // Nothing differs from what a scenario follows that names none.
    for rule in list(&folder.json("catalog alibaba-eas --format json")["rules"]) {
        assert_eq!(rule["value"], rule["default"], "{rule}");
    }
}

#[test]
fn a_provider_of_ones_own_is_given_by_its_path() {
    let folder = Folder::new();
    folder.write("mine.ron", "(name: \"mine\", like: \"aws-ec2\", notice: \"7m\")");
    assert!(folder.stdout("catalog mine.ron").contains("\"7m\""));
    folder.write("scenario.ron", &scenario_with("./mine.ron"));
    let told = folder.json("run scenario.ron --format json");
    let events = list(&told["events"]);
    let notice = events.iter().position(|event| event["event"] == "ReleaseNotice").expect("notice is given");
    let released = events.iter().find(|event| event["event"] == "Released").expect("it is released");
    assert_eq!(events[notice]["at"], "2026-06-01T02:00:00+00:00");
    assert_eq!(released["at"], "2026-06-01T02:07:00+00:00");
    folder.write("wrong.ron", "(\n    name: \"mine\",\n    notise: \"7m\",\n)");
    let wrong = refused(&folder, &["wrong.ron"], 3);
    assert!(wrong.contains("wrong.ron:3:5") && wrong.contains("did you mean `notice`"), "{wrong}");
    assert!(refused(&folder, &["aws-ec3"], 2).contains("did you mean `aws-ec2`"));
}

/// Two hours below the bid, then above it.
fn scenario_with(provider: &str) -> String {
    format!(
        "(start: \"2026-06-01T00:00:00+00:00\", horizon: \"3h\", currency: \"USD\",
          markets: [(name: \"A\", provider: \"{provider}\", spot_unprotected: Schedule([(\"0s\", \"0.30\"), (\"2h\", \"0.60\")]))],
          services: [(name: \"chat\")], strategies: [(name: \"spot\", types: [(type: \"A\", bid: \"0.50\")])])"
    )
}
