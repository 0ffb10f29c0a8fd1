//! Results as one page: from the disk, wide and narrow, in light and dark, by keyboard, on paper, without script.

use crate::axe::assert_usable;
use crate::chrome::{Chrome, root};
use crate::page::{Media, NARROW, Page, Viewport, WIDE};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Runs the program in the repository's folder, which must succeed; what it prints.
fn deploysim(words: &[&str]) -> String {
    let program = assert_cmd::cargo::cargo_bin!("deploysim");
    let output = Command::new(program).args(words).current_dir(root()).output().expect("it starts");
    assert!(output.status.success(), "{words:?}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// A page of the program in a folder, and what was printed beside it.
fn page_of(folder: &TempDir, name: &str, words: &[&str]) -> (PathBuf, String) {
    let path = folder.path().join(format!("{name}.html"));
    let file = path.to_string_lossy().into_owned();
    let printed = deploysim(&[words, &["--html", &file]].concat());
    (path, printed)
}

fn comparison(folder: &TempDir) -> (PathBuf, Value) {
    let out = folder.path().join("results").to_string_lossy().into_owned();
    let words = ["compare", "-n", "200", "-q", "--format", "json", "--out", &out];
    let (path, printed) = page_of(folder, "compare", &words);
    (path, serde_json::from_str(&printed).expect("JSON"))
}

/// A lesson on machines: prices that move, a reclaim, two types.
const LESSON: [&str; 2] = ["run", "scenarios/lessons/first_bill.ron"];

const LOOKS: [(&str, Viewport, Media); 4] = [
    ("wide_light", WIDE, Media::Light),
    ("wide_dark", WIDE, Media::Dark),
    ("narrow_light", NARROW, Media::Light),
    ("narrow_dark", NARROW, Media::Dark),
];

/// Opens a page in every look: nothing but the file is asked for, nobody is kept out, and nothing is cut off at the side.
fn look_at(chrome: &Chrome, name: &str, path: &Path) {
    for (look, viewport, media) in LOOKS {
        let mut page = chrome.page();
        page.set_viewport(viewport);
        page.set_media(media);
        page.open_file(path);
        page.screenshot(&format!("{name}_{look}"), true);
        let requests = page.requests();
        assert!(requests.len() == 1 && requests[0].starts_with("file://"), "{name}: {requests:?}");
        let widths =
            page.eval("[document.documentElement.scrollWidth, document.documentElement.clientWidth]");
        assert_eq!(widths[0], widths[1], "{name}, {look}: the page is wider than its window");
        // Contrast depends on the colours, reach on the width: two looks have both of each.
        if ["wide_light", "narrow_dark"].contains(&look) {
            assert_usable(&mut page, &format!("{name}, {look}"));
        }
    }
}

#[test]
fn a_comparison_can_be_read_in_every_window_and_colour() {
    let Some(chrome) = Chrome::start() else { return };
    let folder = TempDir::new().expect("a temporary folder");
    look_at(&chrome, "compare", &comparison(&folder).0);
}

#[test]
fn so_can_a_run_a_sweep_and_the_bill_of_an_account() {
    let Some(chrome) = Chrome::start() else { return };
    let folder = TempDir::new().expect("a temporary folder");
    let out = folder.path().join("results").to_string_lossy().into_owned();
    let vary = ["--vary", "strategies[3].types[*].bid=0.85..1.05:5", "-n", "20", "-q", "--out", &out];
    let sweep = [&["sweep", "scenarios/default.ron"], vary.as_slice()].concat();
    let bill = ["bill", "scenarios/lessons/what_stops_when_the_balance_is_gone.ron", "-q"];
    let ptu = ["run", "scenarios/lessons/edge_of_the_quota.ron"];
    for (name, words) in [("run", &LESSON[..]), ("sweep", &sweep), ("bill", &bill), ("run_ptu", &ptu)] {
        look_at(&chrome, name, &page_of(&folder, name, words).0);
    }
}

/// The cells of the first table, row by row.
fn figures(page: &mut Page) -> Vec<Vec<String>> {
    let rows = page.eval(
        "[...document.querySelector('table').rows].map(row => [...row.cells].map(cell => cell.textContent))",
    );
    serde_json::from_value(rows).expect("rows of text")
}

#[test]
fn the_figures_are_those_of_the_comparison_as_json() {
    let Some(chrome) = Chrome::start() else { return };
    let folder = TempDir::new().expect("a temporary folder");
    let (path, json) = comparison(&folder);
    let mut page = chrome.page();
    page.open_file(&path);
    let rows = figures(&mut page);
    let strategies = json["strategies"].as_array().expect("a list");
    assert_eq!(rows.len(), strategies.len() + 1);
    let money = |value: &Value| {
        let amount =
            deploysim::units::Money::parse(value.as_str().expect("an amount")).expect("decimal text");
        format!("{amount:.2}")
    };
    for (row, strategy) in rows[1..].iter().zip(strategies) {
        assert_eq!(row[0], strategy["name"].as_str().expect("a name"));
        for (column, figure) in ["mean", "", "p5", "p50", "p95", "p99", "cvar95"].into_iter().enumerate() {
            if !figure.is_empty() {
                assert_eq!(row[column + 1], money(&strategy["cost"][figure]), "{} {figure}", row[0]);
                assert_eq!(rows[0][column + 1].to_lowercase(), figure);
            }
        }
    }
    // The answer names the cheapest on average, with the same mean.
    let cheapest = strategies.iter().min_by_key(|one| {
        let mean = deploysim::units::Money::parse(one["cost"]["mean"].as_str().expect("an amount"));
        mean.expect("decimal text").as_pico()
    });
    let cheapest = cheapest.expect("there is one");
    let answer = page.text("document.querySelector('.answer .lead').textContent");
    assert!(answer.contains(cheapest["name"].as_str().expect("a name")), "{answer}");
    assert!(answer.contains(&money(&cheapest["cost"]["mean"])), "{answer}");
}

#[test]
fn a_distribution_is_switched_and_read_by_pointer_and_keyboard() {
    let Some(chrome) = Chrome::start() else { return };
    let folder = TempDir::new().expect("a temporary folder");
    let (path, json) = comparison(&folder);
    let mut page = chrome.page();
    page.open_file(&path);
    let shown = |page: &mut Page| {
        let seen = "['.of-histogram', '.of-cumulative'].map(kind => document.querySelector(`.plot ${kind}`).checkVisibility())";
        page.eval(seen)
    };
    assert_eq!(shown(&mut page), json!([true, false]));
    page.click("input[value=cumulative]");
    assert_eq!(shown(&mut page), json!([false, true]));
    page.screenshot("compare_cumulative", false);
    // Arrow keys move between the two, as in every group of radio buttons.
    page.press("ArrowLeft");
    assert_eq!(shown(&mut page), json!([true, false]));
    // By keyboard: the focus begins at the median, and every step is a quantile.
    page.tab_to(".plot", 3);
    let first = &json["strategies"][0]["cost"];
    let said = "document.querySelector('.plot').getAttribute('aria-valuetext')";
    let read = |page: &mut Page| page.text(said).replace(',', "");
    let at_median = read(&mut page);
    let cents = |value: &Value| {
        let money = deploysim::units::Money::parse(value.as_str().expect("an amount")).expect("decimal text");
        format!("{money:.2}")
    };
    assert!(at_median.starts_with("p50.0: ") && at_median.contains(&cents(&first["p50"])), "{at_median}");
    page.press("End");
    assert!(read(&mut page).contains(&cents(&first["max"])), "{}", read(&mut page));
    page.press("Home");
    assert!(read(&mut page).contains(&cents(&first["min"])), "{}", read(&mut page));
    page.screenshot("compare_quantile", false);
    // By pointer: the last strategy's, in the middle of its axis.
    page.hover("figure.cost:last-of-type .plot");
    let words = page.text("document.querySelector('figure.cost:last-of-type .plot output').textContent");
    assert!(words.contains("% of replications cost at most this"), "{words}");
}

#[test]
fn a_timeline_is_read_by_keyboard_event_by_event() {
    let Some(chrome) = Chrome::start() else { return };
    let folder = TempDir::new().expect("a temporary folder");
    let mut page = chrome.page();
    page.open_file(&page_of(&folder, "run", &LESSON).0);
    page.tab_to(".lanes", 10);
    let clock = "document.querySelector('.cursor-time').textContent";
    let told = "document.querySelector('.lanes').getAttribute('aria-valuetext')";
    assert_eq!(page.text(clock), "2026-06-10 18:00:00");
    // What the colours of what is held stand for.
    let key = page.text("document.querySelector('.timeline .key').innerText");
    assert!(key.starts_with("A\nB\nbid\n"), "{key}");
    let mut instants = vec![];
    for _ in 0..4 {
        page.press("PageUp");
        instants.push(page.text(clock));
    }
    let at = |time: &str| format!("2026-06-10 {time}");
    assert_eq!(instants, ["18:02:00", "19:00:00", "19:40:00", "19:42:00"].map(at));
    let now = page.text(told);
    assert!(now.contains("A: price 1.1000 CNY/h; bid 1.0000") && now.contains("chat: held B"), "{now}");
    assert!(now.contains("running on B"), "{now}");
    page.screenshot("run_cursor", false);
    page.press("PageDown");
    assert!(
        page.text(told).contains("A released: market 1.10 > bid 1.00") || page.text(clock) == at("19:40:00")
    );
    // The same by the buttons and by the pointer.
    page.click("[data-step='1']");
    assert_eq!(page.text(clock), at("19:42:00"));
    page.hover(".lanes");
    assert!(page.text(clock).starts_with("2026-06-10 "));
    page.press("End");
}

#[test]
fn a_line_of_the_bill_is_opened_by_keyboard_and_its_rule_followed() {
    let Some(chrome) = Chrome::start() else { return };
    let folder = TempDir::new().expect("a temporary folder");
    let mut page = chrome.page();
    page.open_file(&page_of(&folder, "run", &LESSON).0);
    let why = "document.querySelector('details.line .why').checkVisibility()";
    assert_eq!(page.eval(why), json!(false));
    page.tab_to("details.line summary", 15);
    page.press("Enter");
    assert_eq!(page.eval(why), json!(true));
    let told = page.text("document.querySelector('details.line .why').innerText");
    assert!(told.contains("6000 s billed × 0.0014 CNY per GiB-hour ÷ 3600 = 0.023333333333 CNY"), "{told}");
    page.screenshot("run_line_open", false);
    // A line of one price among several says which part of its interval it is.
    let third = page.text("document.querySelectorAll('details.line .why')[2].textContent");
    assert!(third.contains("Opened 2026-06-10 18:02:00: the instance reached Running."), "{third}");
    assert!(third.contains("Closed 2026-06-10 19:40:00: released: market price above the bid."), "{third}");
    assert!(third.contains("At this price from 2026-06-10 19:00:00 to 2026-06-10 19:10:00."), "{third}");
    page.tab_to("details.line .why a", 1);
    page.press("Enter");
    assert_eq!(page.text("location.hash"), "#rule-E3");
    assert_eq!(page.eval("document.querySelector(':target').checkVisibility()"), json!(true));
    // What is said is what `run` prints: the total of the lines.
    let printed = deploysim(&LESSON);
    let total = printed.lines().find_map(|line| line.trim_start().strip_prefix("total of 6 lines: "));
    let total = total.expect("the bill has a total");
    assert!(page.text("document.querySelector('.bill').innerText").contains(total));
}

#[test]
fn without_script_and_on_paper_nothing_is_missing() {
    let Some(chrome) = Chrome::start() else { return };
    let folder = TempDir::new().expect("a temporary folder");
    for (name, path) in [("compare", comparison(&folder).0), ("run", page_of(&folder, "run", &LESSON).0)] {
        let mut page = chrome.page();
        page.open_file(&path);
        let paper = page.pdf();
        assert!(paper.starts_with(b"%PDF-") && paper.len() > 20_000, "{name}: {} bytes", paper.len());
        page.set_media(Media::Print);
        page.screenshot(&format!("{name}_paper"), true);
        page.set_media(Media::Light);
        page.set_scripts(false);
        page.open_file(&path);
        page.screenshot(&format!("{name}_without_script"), true);
        let html = page.html();
        assert!(html.contains("<html lang=\"en\">"), "{name}: a script has marked the page");
        // What the script shows under the cursor is in the lines, events and rules too.
        for part in ["answer", "timeline", "bill", "events", "rules", "assumptions", "repeat"] {
            assert!(html.contains(&format!("\"{part}\"")), "{name}: {part}");
        }
        let lines = html.matches("<details class=\"line\">").count();
        let whys = html.matches("<div class=\"why\">").count();
        assert!(lines > 5 && lines == whys, "{name}: {lines} lines, {whys} explanations");
    }
}

#[test]
fn the_page_of_the_default_scenario_is_below_three_megabytes() {
    let folder = TempDir::new().expect("a temporary folder");
    let out = folder.path().join("results").to_string_lossy().into_owned();
    let (path, _) = page_of(&folder, "default", &["compare", "-q", "--out", &out]);
    let size = std::fs::metadata(path).expect("written").len();
    assert!(size < 3_000_000, "{size} bytes");
}
