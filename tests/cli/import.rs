//! `deploysim import`: what goes where, and the file that appears whole or not at all.

use crate::support::{Folder, text};

const SERVICE: &str = include_str!("../import_eas/example.json");
const MARKET: &str = include_str!("../import_eas/market.ron");

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("service.json", SERVICE);
    folder.write("prices.ron", MARKET);
    folder
}

#[test]
fn a_service_becomes_a_scenario_that_is_checked_run_and_compared() {
    let folder = folder();
    let output = folder.run("import eas service.json --market prices.ron --compare --out made/chat.ron");
    let said = text(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0), "{said}");
    assert!(
        said.contains("metadata.workspace_id  line   5") && said.contains("the scenario is in made/chat.ron")
    );
    assert!(folder.stdout("check made/chat.ron").contains("3 strategies"));
    let run = folder.json("run made/chat.ron --format json");
    assert_eq!(run["scenario"], "test", "{run}");
    // On stdout it is the same, and --quiet says nothing else.
    let output = folder.run("import eas service.json --market prices.ron --compare --quiet");
    assert_eq!((text(&output.stdout), text(&output.stderr)), (folder.read("made/chat.ron"), String::new()));
}

#[test]
fn without_prices_there_is_a_form_that_says_that_it_does_not_load() {
    let folder = folder();
    let output = folder.run("import eas service.json --currency CNY --out form.ron");
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stderr).contains("does not load yet: fill in the 4 values"));
    let check = folder.run("check form.ron");
    assert_eq!(check.status.code(), Some(3));
    assert!(text(&check.stderr).contains("4 errors in form.ron"), "{}", text(&check.stderr));
    let filled =
        folder.read("form.ron").replace("\"?\"", "\"0.50\"").replace("standard: \"0.50\"", "standard: \"1\"");
    folder.write("filled.ron", &filled);
    assert!(folder.stdout("check filled.ron").contains("fine"));
}

#[test]
fn what_is_wrong_leaves_an_earlier_file_as_it_was() {
    let folder = folder();
    folder.write("chat.ron", "mine");
    folder.write("wrong.json", &SERVICE.replace("\"spot_price_limit\": 1", "\"spot_price_limit\": -1"));
    let wrong = folder.run("import eas wrong.json --market prices.ron --out chat.ron");
    let said = text(&wrong.stderr);
    assert_eq!(wrong.status.code(), Some(3), "{said}");
    assert!(said.contains("wrong.json:13:21") && said.contains("a bid cannot be negative"), "{said}");
    assert!(said.contains("wrong.json cannot be imported") && !said.contains("panicked"), "{said}");
    assert_eq!(folder.read("chat.ron"), "mine");
    for (words, code, part) in [
        ("import eas gone.json", 3, "cannot read gone.json"),
        ("import eas service.json --market gone.ron", 3, "cannot read gone.ron"),
        ("import eas service.json --market service.json", 3, "error"),
        ("import eas service.json --bid-unit day", 2, "hour, minute"),
        ("import eas service.json --currency RMB", 2, "as in CNY or USD"),
        ("import eas service.json --start 2026-06-01", 2, "--start"),
        ("import eas service.json --horizon 0s", 2, "--horizon"),
        ("import eas service.json --out .", 2, "names no file"),
        ("import", 2, "eas"),
    ] {
        let output = folder.run(words);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{words}: {said}");
        assert!(output.stdout.is_empty() && said.contains(part), "{words}: {said}");
    }
}
