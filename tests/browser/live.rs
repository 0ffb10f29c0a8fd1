//! The live page as its users meet it: with a mouse, with keys alone, on a telephone, by a link somebody sent.

use crate::axe::assert_usable;
use crate::chrome::Chrome;
use crate::page::{Media, NARROW, Page, WIDE};
use deploysim::serve::{Settings, serve};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::oneshot;

/// Test builds on busy machines need their time.
const SOON: Duration = Duration::from_secs(60);

/// A server of its own for each test.
struct Live {
    address: SocketAddr,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Live {
    fn start() -> Self {
        let (end, ended) = oneshot::channel::<()>();
        let (tell, told) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let end = async {
                let _ = ended.await;
            };
            serve(Settings::default(), end, |address| tell.send(address).expect("the test waits"))
                .expect("it serves");
        });
        let address = told.recv_timeout(SOON).expect("the server starts");
        Self { address, end: Some(end), thread: Some(thread) }
    }

    fn url(&self, fragment: &str) -> String {
        format!("http://{}/{fragment}", self.address)
    }

    /// Opens a state and waits for its whole result and its world.
    fn open(&self, page: &mut Page, fragment: &str) {
        page.open("about:blank");
        page.open(&self.url(fragment));
        wait_for_result(page);
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.end.take();
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking(), "the server ended by itself");
        }
    }
}

/// The result of the state that is shown is there, and so is the world that is told.
fn wait_for_result(page: &mut Page) {
    let done = "document.querySelector('#results').getAttribute('aria-busy') === 'false' \
        && !document.querySelector('.stale') && document.querySelector('#told .line, #told section')";
    page.wait_for(done, SOON);
}

/// Says that what is shown is old, as the next change will make it.
fn forget(page: &mut Page) {
    page.eval("document.querySelector('#results').setAttribute('aria-busy', 'true')");
}

/// The mean cost of a strategy as the page's table shows it.
fn mean_of(page: &mut Page, strategy: &str) -> String {
    page.text(&format!(
        "[...document.querySelectorAll('#study tbody tr')].find(row => row.cells[0].textContent.trim() === {}).cells[1].textContent.trim()",
        json!(strategy)
    ))
}

/// What `compare --format json` says of the default scenario with another bid.
fn compared(bid: &str, replications: &str) -> Value {
    let text = std::fs::read_to_string("scenarios/default.ron").expect("it is there");
    let (before, after) = text.split_once("name: \"protected spot then standard\"").expect("the strategy");
    let after = after.replacen("bid: \"1.20\"", &format!("bid: \"{bid}\""), 1);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("default.ron");
    std::fs::write(&path, format!("{before}name: \"protected spot then standard\"{after}")).expect("a file");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_deploysim"))
        .arg("compare")
        .arg(&path)
        .args(["-n", replications, "--format", "json", "--quiet", "--out"])
        .arg(folder.path())
        .output()
        .expect("it runs");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

const BID: &str = "[data-path='strategies[1].types[0].bid']";

#[test]
fn another_bid_gives_the_numbers_of_compare() {
    let Some(chrome) = Chrome::start() else { return };
    let live = Live::start();
    let mut page = chrome.page();
    page.set_viewport(WIDE);
    live.open(&mut page, "#scenario=default&worlds=200");
    page.screenshot("live_wide", true);
    forget(&mut page);
    page.click(BID);
    page.press("Control+a");
    page.type_text("0.85");
    wait_for_result(&mut page);
    let expected = compared("0.85", "200");
    let strategy = &expected["strategies"][1];
    let mean: f64 = strategy["cost"]["mean"].as_str().expect("money").parse().expect("a number");
    assert_eq!(mean_of(&mut page, "protected spot then standard"), format!("{mean:.2}"));
    assert_eq!(page.text("document.querySelector('.changed label').textContent"), "type 1, bid");
    // The value can be undone, and everything is as before.
    forget(&mut page);
    page.click(".changed .undo");
    wait_for_result(&mut page);
    let before = compared("1.20", "200");
    let mean: f64 = before["strategies"][1]["cost"]["mean"].as_str().unwrap().parse().unwrap();
    assert_eq!(mean_of(&mut page, "protected spot then standard"), format!("{mean:.2}"));
    let foreign: Vec<String> = page
        .requests()
        .into_iter()
        .filter(|url| !url.starts_with(&live.url("")) && url != "about:blank")
        .collect();
    assert!(foreign.is_empty(), "{foreign:?}");
}

#[test]
fn a_line_of_the_bill_is_opened_and_says_why() {
    let Some(chrome) = Chrome::start() else { return };
    let live = Live::start();
    let mut page = chrome.page();
    page.set_viewport(WIDE);
    live.open(&mut page, "#scenario=lessons/first_bill&worlds=20");
    page.click("#told .line > summary");
    page.wait_for_element("#told .line[open] .why", SOON);
    let why = page.text("document.querySelector('#told .line[open] .why').textContent");
    assert!(why.contains("E3") || why.contains("A-03"), "{why}");
    assert_usable(&mut page, "the live page with an open line");
    page.screenshot("live_bill", true);
}

#[test]
fn a_broken_text_is_told_at_its_line_and_the_way_leads_there() {
    let Some(chrome) = Chrome::start() else { return };
    let live = Live::start();
    let mut page = chrome.page();
    page.set_viewport(WIDE);
    live.open(&mut page, "#scenario=default&worlds=20");
    page.click("input[name='view'][value='text']");
    page.wait_for_element("#text", SOON);
    page.eval("(() => { const area = document.querySelector('#text'); const at = area.value.indexOf('horizon: \"30d\"'); area.focus(); area.setSelectionRange(at + 10, at + 13); })()");
    page.type_text("30 moons");
    page.wait_for("document.querySelector('#problems .error button')", SOON);
    let line = page.eval(
        "document.querySelector('#text').value.split('\\n').findIndex(line => line.includes('30 moons')) + 1",
    );
    let said = page.text("document.querySelector('#problems .error').textContent");
    assert!(said.contains(&format!("line {line},")), "line {line}: {said}");
    assert_eq!(page.text("document.querySelector('#text').getAttribute('aria-invalid')"), "true");
    page.screenshot("live_broken", false);
    assert_usable(&mut page, "the live page with findings");
    page.click("#problems .error button");
    assert_eq!(page.text("document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)"), "\"30 moons\"");
    // In the form the finding stands beside its value.
    page.click("input[name='view'][value='values']");
    page.click("#problems .error button");
    assert_eq!(page.text("document.activeElement.dataset.path"), "horizon");
    let beside = page.text("document.activeElement.closest('.field').querySelector('.problem').textContent");
    assert!(beside.contains("not a duration"), "{beside}");
    // What cannot be run is refused by the server: the browser notes that, and nothing else.
    let errors = page.take_errors();
    assert!(errors.iter().all(|error| error.contains("422")), "{errors:?}");
}

#[test]
fn everything_can_be_done_with_keys() {
    let Some(chrome) = Chrome::start() else { return };
    let live = Live::start();
    let mut page = chrome.page();
    page.set_viewport(WIDE);
    live.open(&mut page, "#scenario=default&worlds=50");
    page.eval("document.activeElement.blur(); scrollTo(0, 0)");
    // Another order of types.
    page.tab_to("[data-move='strategies[1].types 1 up']", 60);
    forget(&mut page);
    page.press("Enter");
    page.wait_for("document.activeElement?.dataset?.move === 'strategies[1].types 0 up'", SOON);
    wait_for_result(&mut page);
    let first = "document.querySelector(\"[data-field='strategies[1].types'] li\").textContent";
    assert!(page.text(first).starts_with("V100 zone 2c"));
    // Protection off, though it is not written.
    page.tab_to(".defaults > summary", 40);
    page.press("Enter");
    page.tab_to("[data-path='strategies[1].protection']", 40);
    forget(&mut page);
    page.press("Space");
    wait_for_result(&mut page);
    assert_eq!(
        page.eval("document.querySelector(\"[data-path='strategies[1].protection']\").checked"),
        json!(false)
    );
    let kept = page.text("fetch('/api/scenario', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ scenario: 'default', set: [] }) }).then(answer => answer.text())");
    assert!(kept.starts_with("// The default scenario"));
    // The result is pinned, and compared with the next one.
    page.tab_to("#pin", 200);
    page.press("Enter");
    page.wait_for_element("#pins table", SOON);
    assert_eq!(page.eval("document.querySelectorAll('#pins thead th').length"), json!(3));
    page.eval("document.querySelector('#seed').focus()");
    forget(&mut page);
    page.press("Control+a");
    page.type_text("2");
    wait_for_result(&mut page);
    let difference = page
        .text("document.querySelector('#pins tbody tr:nth-child(2) td:last-child .difference').textContent");
    assert!(difference.starts_with(['+', '−', '±']), "{difference}");
    page.screenshot("live_pins", true);
    assert_usable(&mut page, "the live page with pins");
}

#[test]
fn a_link_brings_everything_back() {
    let Some(chrome) = Chrome::start() else { return };
    let live = Live::start();
    let mut page = chrome.page();
    page.set_viewport(WIDE);
    live.open(&mut page, "#scenario=default&worlds=100&seed=5");
    forget(&mut page);
    page.click(BID);
    page.press("Control+a");
    page.type_text("0.90");
    wait_for_result(&mut page);
    page.wait_for("location.hash.includes('set=')", SOON);
    let (address, mean) = (page.text("location.href"), mean_of(&mut page, "protected spot then standard"));
    // The text of a reader's own travels too.
    page.click("input[name='view'][value='text']");
    page.eval("(() => { const area = document.querySelector('#text'); area.focus(); area.setSelectionRange(0, 0); })()");
    page.type_text("// 我的 🚀 ");
    page.wait_for("location.hash.includes('text=')", SOON);
    let own = page.text("location.href");
    page.open("about:blank");
    page.open(&address);
    wait_for_result(&mut page);
    assert_eq!(mean_of(&mut page, "protected spot then standard"), mean);
    assert_eq!(page.text(&format!("document.querySelector({}).value", json!(BID))), "0.90");
    assert_eq!(page.text("document.querySelector('#seed').value"), "5");
    page.open("about:blank");
    page.open(&own);
    wait_for_result(&mut page);
    assert!(page.text("document.querySelector('#text').value").starts_with("// 我的 🚀 // The default"));
    assert_eq!(mean_of(&mut page, "protected spot then standard"), mean);
}

#[test]
fn it_fits_a_telephone_and_the_dark() {
    let Some(chrome) = Chrome::start() else { return };
    let live = Live::start();
    let mut page = chrome.page();
    page.set_viewport(NARROW);
    live.open(&mut page, "#scenario=default&worlds=50");
    assert_eq!(
        page.eval("document.documentElement.scrollWidth"),
        json!(390),
        "nothing is wider than the window"
    );
    assert_usable(&mut page, "the live page on a telephone");
    page.screenshot("live_narrow", true);
    page.set_media(Media::Dark);
    assert_usable(&mut page, "the live page in the dark");
    page.screenshot("live_narrow_dark", true);
    page.set_viewport(WIDE);
    assert_usable(&mut page, "the live page in the dark, wide");
    page.screenshot("live_dark", true);
    page.set_media(Media::Light);
}
