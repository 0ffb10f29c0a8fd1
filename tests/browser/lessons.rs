//! The course in the page: predicted with the mouse and with the keyboard, judged in words, remembered.

use crate::axe::assert_usable;
use crate::chrome::Chrome;
use crate::page::{Media, NARROW, Page, WIDE};
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(20);

/// The program as a reader starts it; it ends with the test.
struct Served {
    program: Child,
    address: String,
}

impl Served {
    fn start() -> Self {
        let program = assert_cmd::cargo::cargo_bin!("deploysim");
        let program = Command::new(program).arg("serve").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut program = program.expect("the program starts");
        let mut line = String::new();
        let stdout = program.stdout.take().expect("it was asked for");
        BufReader::new(stdout).read_line(&mut line).expect("it says where it is");
        let address = line.split_whitespace().find(|word| word.starts_with("http://"));
        let address =
            address.unwrap_or_else(|| panic!("no address in {line:?}")).trim_end_matches('/').to_owned();
        Self { program, address }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn heading(page: &mut Page) -> String {
    page.wait_for_element("#verdict", SOON);
    page.text("document.getElementById('verdict').textContent")
}

/// Nothing is wider than the window.
fn assert_fits(page: &mut Page, what: &str) {
    let wider = page.eval("document.documentElement.scrollWidth > innerWidth + 1");
    assert_eq!(wider, json!(false), "{what} is wider than its window");
}

#[test]
fn an_amount_is_predicted_by_keyboard_and_explained() {
    let Some(chrome) = Chrome::start() else { return };
    let served = Served::start();
    let mut page = chrome.page();
    page.open(&format!("{}/lessons/start_and_stop", served.address));
    page.tab_to("#answer", 12);
    page.press("Enter");
    page.wait_for("document.getElementById('complaint').textContent === 'Write an answer first.'", SOON);
    page.type_text("a lot");
    page.press("Enter");
    page.wait_for("document.getElementById('complaint').textContent.includes('is no number')", SOON);
    assert_eq!(page.text("document.activeElement.id"), "answer");
    assert_eq!(page.text("document.activeElement.getAttribute('aria-invalid')"), "true");
    page.press("Control+a");
    page.type_text("5.40");
    page.press("Enter");
    assert_eq!(heading(&mut page), "Not so");
    assert_eq!(page.text("document.activeElement.id"), "verdict");
    let said = page.text("document.getElementById('answered').textContent");
    for part in ["5.40 CNY", "5.16 CNY", "0.24 CNY too much", "the bill begins at Running", "72 minutes"] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    // A rule leads to its text, and that to its page.
    page.click(".cited a[href='#rule-E2']");
    page.wait_for_element("#rule-E2:target", SOON);
    assert!(page.text("document.getElementById('rule-E2').textContent").contains("Platform for AI"));
    assert_usable(&mut page, "an answered lesson");
    page.screenshot("lesson_answered_wide", true);
    // What the server refused is an error of the network, and meant here.
    page.take_errors();
}

#[test]
fn a_choice_is_right_and_remembered() {
    let Some(chrome) = Chrome::start() else { return };
    let served = Served::start();
    let mut page = chrome.page();
    page.open(&format!("{}/lessons", served.address));
    assert!(page.text("document.getElementById('progress').value").starts_with("0 of 28"));
    assert_usable(&mut page, "the list of lessons");
    page.click("a[href='/lessons/bid_at_the_price']");
    page.wait_for_element("input[name=answer][value='1']", SOON);
    page.screenshot("lesson_question_wide", true);
    page.click("input[name=answer][value='1']");
    page.click("#prediction button");
    assert_eq!(heading(&mut page), "Not so");
    page.click("input[name=answer][value='3']");
    page.click("#prediction button");
    page.wait_for("document.getElementById('verdict').textContent === 'Right'", SOON);
    // Once right it stays so.
    page.click("input[name=answer][value='2']");
    page.click("#prediction button");
    page.wait_for("document.getElementById('verdict').textContent === 'Not so'", SOON);
    page.click("nav.onwards a[href='/lessons']");
    page.wait_for_element("ol.lessons .is-right", SOON);
    assert!(page.text("document.getElementById('progress').value").starts_with("1 of 28"));
    page.screenshot("lessons_wide", true);
    page.click("#forget");
    page.wait_for("document.getElementById('progress').value.startsWith('0 of 28')", SOON);
}

#[test]
fn numbers_are_changed_in_the_live_page() {
    let Some(chrome) = Chrome::start() else { return };
    let served = Served::start();
    let mut page = chrome.page();
    page.open(&format!("{}/lessons/what_still_bills", served.address));
    page.click("nav.onwards a[href^='/#scenario=']");
    page.wait_for("document.getElementById('scenario')?.value === 'lessons/what_still_bills'", SOON);
    page.wait_for("document.getElementById('study')?.textContent.includes('stopped at noon')", SOON);
}

#[test]
fn lessons_fit_a_phone_the_dark_and_paper() {
    let Some(chrome) = Chrome::start() else { return };
    let served = Served::start();
    let mut page = chrome.page();
    page.set_viewport(NARROW);
    page.open(&format!("{}/lessons", served.address));
    assert_fits(&mut page, "the list");
    page.screenshot("lessons_narrow", true);
    page.open(&format!("{}/lessons/ordered_after_ten", served.address));
    assert_fits(&mut page, "a question");
    page.click("input[name=answer][value='2']");
    page.click("#prediction button");
    assert_eq!(heading(&mut page), "Right");
    assert_fits(&mut page, "an answered lesson");
    assert_usable(&mut page, "an answered lesson on a phone");
    page.screenshot("lesson_answered_narrow", true);
    page.set_media(Media::Dark);
    assert_usable(&mut page, "an answered lesson in the dark");
    page.set_viewport(WIDE);
    page.screenshot("lesson_answered_dark", true);
    page.set_media(Media::Print);
    assert!(page.pdf().starts_with(b"%PDF-"));
}

#[test]
fn without_script_the_question_says_where_it_can_be_answered() {
    let Some(chrome) = Chrome::start() else { return };
    let served = Served::start();
    let mut page = chrome.page();
    page.set_scripts(false);
    page.open(&format!("{}/lessons/day_16_of_arrears", served.address));
    let html = page.html();
    assert!(
        html.contains("What changes at that moment?") && html.contains("deploysim lesson day_16_of_arrears"),
        "{html}"
    );
}
