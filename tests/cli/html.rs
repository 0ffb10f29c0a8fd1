//! `--html`: a page for whoever has not installed anything.

use crate::support::{Folder, text};
use serde_json::Value;
use std::collections::BTreeSet;

const COMPARE: &str = "compare small.ron -n 60 -q --out results --html page.html";

/// The page that a command writes.
fn page(folder: &Folder, words: &str) -> String {
    folder.stdout(words);
    folder.read("page.html")
}

/// The values of an attribute, in order.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    page.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn the_page_says_what_the_json_says() {
    let folder = Folder::new();
    let page = page(&folder, COMPARE);
    let json: Value = serde_json::from_str(&folder.read("results/results.json")).expect("JSON");
    assert!(page.contains("Is spot cheaper?"));
    for strategy in json["strategies"].as_array().expect("strategies") {
        for figure in ["mean", "p5", "p50", "p95", "p99", "cvar95"] {
            let amount: f64 = strategy["cost"][figure].as_str().expect("money").parse().expect("a number");
            let cell = format!("<td class=\"n\">{amount:.2}</td>");
            assert!(page.contains(&cell), "{} {figure}: {cell}", strategy["name"]);
        }
    }
    let hash = json["scenario_hash"].as_str().expect("a hash");
    assert!(page.contains(hash), "what identifies the results");
    assert!(page.contains("deploysim compare small.ron -n 60 -q --out results --html page.html"));
}

#[test]
fn it_names_the_cheapest_and_how_sure_that_is() {
    let folder = Folder::new();
    let page = page(&folder, COMPARE);
    let json: Value = serde_json::from_str(&folder.read("results/results.json")).expect("JSON");
    let strategies = json["strategies"].as_array().expect("strategies");
    let mean =
        |one: &&Value| -> f64 { one["cost"]["mean"].as_str().expect("money").parse().expect("a number") };
    let cheapest = strategies.iter().min_by(|a, b| mean(a).total_cmp(&mean(b))).expect("one");
    let name = cheapest["name"].as_str().expect("a name");
    assert!(
        page.contains(&format!("Cheapest on average is “{name}”: {:.2} CNY over 3 days", mean(&cheapest)))
    );
    assert!(page.contains("95 % interval"));
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    let folder = Folder::new();
    for words in [
        COMPARE,
        "run small.ron --html page.html",
        "sweep small.ron --vary markets[0].standard=1.5,1.7 -n 20 -q --out results --html page.html",
    ] {
        let page = page(&folder, words);
        for name in ["src", "srcset", "data", "poster", "action"] {
            assert_eq!(attributes(&page, name), Vec::<&str>::new(), "{words}: {name}");
        }
        let style =
            page.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).expect("a style");
        assert!(!style.contains("url(") && !style.contains("@import"), "{words}");
        // A page leads to places in itself and to the sources of rules; only its icon is a link of the head, and empty.
        for target in attributes(&page, "href") {
            assert!(target.starts_with(['#', 'h']) || target == "data:,", "{words}: {target}");
        }
        assert!(page.len() < 3_000_000, "{words}: {} bytes", page.len());
    }
}

#[test]
fn every_place_in_a_page_is_there_once_and_links_lead_to_one() {
    let folder = Folder::new();
    let page = page(&folder, COMPARE);
    let ids = attributes(&page, "id");
    let places: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), places.len(), "{ids:?}");
    for target in attributes(&page, "href").iter().filter_map(|target| target.strip_prefix('#')) {
        assert!(places.contains(target), "#{target} leads nowhere");
    }
    for label in attributes(&page, "aria-labelledby") {
        assert!(places.contains(label), "{label} labels nothing");
    }
}

#[test]
fn the_lines_of_the_bill_add_up() {
    let folder = Folder::new();
    let page = page(&folder, "run small.ron --format json --html page.html");
    let bill: Value = serde_json::from_str(&folder.stdout("run small.ron --format json")).expect("JSON");
    let amounts: Vec<&str> =
        bill["lines"].as_array().expect("lines").iter().filter_map(|line| line["amount"].as_str()).collect();
    let shown: Vec<&str> =
        page.split("class=\"n amount\" title=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(shown, amounts);
    let total = bill["total"].as_str().expect("money");
    assert!(page.contains(&format!("<b class=\"n\">{total}</b>")), "total {total}");
}

#[test]
fn what_a_scenario_says_is_text_and_never_markup() {
    let folder = Folder::new();
    let hostile = crate::support::SCENARIO
        .replace("Is spot cheaper?", "<img src=x onerror=alert(1)> & </script><script>alert(2)</script>")
        .replace("\"chat\"", "\"<b>chat\"")
        .replace("(name: \"back\"", "(name: \"<script>alert(3)\"");
    folder.write("small.ron", &hostile);
    let page = page(&folder, COMPARE);
    assert_eq!(page.matches("<script").count(), 2, "the page's own: what it reads, and what reads it");
    assert!(!page.contains("<img") && !page.contains("<b>chat"), "escaped wherever it stands");
    assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;"));
}

#[test]
fn settings_that_differ_are_named_with_their_rule() {
    let folder = Folder::new();
    let page_of = |settings: &str| {
        let with = crate::support::SCENARIO.replacen("currency:", &format!("{settings} currency:"), 1);
        folder.write("small.ron", &with);
        let page = page(&folder, COMPARE);
        let section = page.split("id=\"assumptions\"").nth(1).expect("what is assumed is told");
        section.split("</section>").next().unwrap_or_default().to_owned()
    };
    let none = page_of("");
    let row =
        none.split("<code>strategies[2].protection</code>").nth(1).expect("a policy that is not the default");
    let row = row.split("</tr>").next().unwrap_or_default();
    assert!(row.contains("<code>false</code>") && row.contains("E16") && row.contains("E17"), "{row}");
    // One that says what holds anyway differs in nothing.
    let usual = page_of("settings: (standard_metering: (granularity: Minute, rounding: Ceil)),");
    assert!(!usual.contains("settings.standard_metering"), "not an assumption");
    let hourly = page_of("settings: (standard_metering: (granularity: Hour, rounding: Ceil)),");
    let row = hourly.split("settings.standard_metering.granularity").nth(1).expect("the setting is listed");
    let row = row.split("</tr>").next().unwrap_or_default();
    assert!(
        row.contains("<code>Hour</code>") && row.contains("<code>Minute</code>") && row.contains("A-03"),
        "{row}"
    );
    assert!(
        !hourly.contains("settings.standard_metering.rounding</code> <span"),
        "what is as usual is not listed"
    );
}

#[test]
fn the_same_command_writes_the_same_bytes_on_any_number_of_threads() {
    let folder = Folder::new();
    let first = page(&folder, COMPARE);
    let again = page(&folder, &format!("{COMPARE} --threads 1"));
    assert_eq!(first, again.replace(" --threads 1", ""));
}

#[test]
fn a_page_that_cannot_be_written_costs_no_run_and_leaves_nothing() {
    let folder = Folder::new();
    std::fs::create_dir(folder.file("page.html")).expect("a folder of that name");
    let output = folder.run(COMPARE);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("cannot write page.html"), "{}", text(&output.stderr));
    assert!(!folder.file("results/results.json").exists(), "nothing was run");
    let output = folder.run("run small.ron --at 1h --html other.html");
    assert_eq!(output.status.code(), Some(2), "an instant is no page");
}

#[test]
fn the_bill_of_an_account_tells_its_months() {
    let folder = Folder::new();
    let scenario = crate::support::SCENARIO.replacen(
        "markets:",
        "accounts: [(name: \"main\", cash: \"500.00\")], markets:",
        1,
    );
    folder.write("small.ron", &scenario);
    let page = page(&folder, "bill small.ron -q --html page.html");
    let json: Value = serde_json::from_str(&folder.stdout("bill small.ron -q --format json")).expect("JSON");
    let month = &json["accounts"][0]["months"][0];
    assert!(page.contains("Account “main”") && page.contains(month["month"].as_str().expect("a month")));
    for figure in ["subscription", "bill", "total"] {
        let amount = month["overview"][figure].as_str().expect("money");
        assert!(
            page.contains(&format!("<th scope=\"row\">{figure}</th><td class=\"n\">{amount}</td>")),
            "{figure}"
        );
    }
    assert!(page.contains("main: available") && page.contains("main: standing"), "lanes of the account");
}
