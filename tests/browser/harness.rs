//! The harness itself, on a small page from the disk: what it says it can, it can.

use crate::axe::{assert_usable, violations};
use crate::chrome::Chrome;
use crate::page::{Media, NARROW, WIDE};
use serde_json::json;
use std::fs;
use std::time::Duration;
use tempfile::TempDir;

const SOON: Duration = Duration::from_secs(10);

const PAGE: &str = r#"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Small</title>
<style>
  body { background: white; color: black } @media (prefers-color-scheme: dark) { body { background: black; color: white } }
  @media print { main::after { content: "on paper" } }
  .low { color: #bbb; background: #fff } main { min-height: 3000px }
</style></head>
<body><main><h1>Small</h1>
<button id="count">0</button>
<label>Bid <input id="bid" value=""></label>
<p class="low">too little contrast</p>
<p id="keys"></p><p id="hovered"></p><noscript><p>no scripts here</p></noscript>
<script>
  const count = document.getElementById('count');
  count.onclick = event => { count.textContent = Number(count.textContent) + 1; count.dataset.trusted = event.isTrusted };
  document.onkeydown = event => { document.getElementById('keys').textContent += (event.shiftKey ? '^' : '') + event.key + ' ' };
  count.onmouseenter = () => { document.getElementById('hovered').textContent = 'yes' };
  setTimeout(() => { const late = document.createElement('p'); late.id = 'late'; late.textContent = 'late'; document.querySelector('main').append(late) }, 200);
</script></main></body></html>"#;

fn page_in(folder: &TempDir) -> std::path::PathBuf {
    let path = folder.path().join("small.html");
    fs::write(&path, PAGE).expect("a writable folder");
    path
}

#[test]
fn a_page_is_clicked_typed_into_and_looked_at() {
    let Some(chrome) = Chrome::start() else { return };
    let folder = TempDir::new().expect("a temporary folder");
    let mut page = chrome.page();
    page.open_file(&page_in(&folder));
    assert_eq!(page.text("document.title"), "Small");
    page.click("#count");
    page.click("#count");
    assert_eq!(page.text("count.textContent + count.dataset.trusted"), "2true");
    assert_eq!(page.text("document.getElementById('hovered').textContent"), "yes");
    page.wait_for_element("#late", SOON);
    // By keyboard: a button is pressed with Enter and with Space, letters go where the focus is.
    page.eval(
        "document.getElementById('keys').textContent = ''; document.activeElement.blur(); scrollTo(0, 0)",
    );
    page.press("Shift+Tab");
    page.press("Escape");
    page.press("ArrowLeft");
    assert_eq!(page.text("document.getElementById('keys').textContent"), "^Tab Escape ArrowLeft ");
    page.tab_to("#count", 5);
    page.press("Enter");
    page.press("Space");
    assert_eq!(page.text("count.textContent"), "4");
    page.tab_to("#bid", 1);
    page.type_text("1.25 é");
    page.press("Backspace");
    assert_eq!(page.text("document.getElementById('bid').value"), "1.25 ");
    page.press("Control+a");
    page.type_text("x");
    assert_eq!(page.text("document.getElementById('bid').value"), "x");
    // Nothing but the file itself was asked for.
    let requests = page.requests();
    assert!(requests.len() == 1 && requests[0].starts_with("file://"), "{requests:?}");
}

#[test]
fn a_page_has_a_window_colours_paper_and_pictures() {
    let Some(chrome) = Chrome::start() else { return };
    let folder = TempDir::new().expect("a temporary folder");
    let mut page = chrome.page();
    page.set_viewport(NARROW);
    page.open_file(&page_in(&folder));
    assert_eq!(page.eval("[innerWidth, devicePixelRatio]"), json!([390, 2]));
    let background = "getComputedStyle(document.body).backgroundColor";
    page.set_media(Media::Dark);
    assert_eq!(page.text(background), "rgb(0, 0, 0)");
    page.set_media(Media::Print);
    assert_eq!(
        page.text("getComputedStyle(document.querySelector('main'), '::after').content"),
        "\"on paper\""
    );
    page.set_media(Media::Light);
    assert_eq!(page.text(background), "rgb(255, 255, 255)");
    let size = |path: &std::path::Path| {
        let bytes = fs::read(path).expect("written");
        let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
        (number(16), number(20))
    };
    assert_eq!(size(&page.screenshot("harness_window", false)), (780, 1688));
    let (width, height) = size(&page.screenshot("harness_page", true));
    assert!(width == 780 && height > 6_000, "{width} × {height}");
    assert!(page.pdf().starts_with(b"%PDF-"));
    page.set_viewport(WIDE);
    assert_eq!(page.eval("innerWidth"), json!(1440));
    page.set_scripts(false);
    page.open_file(&page_in(&folder));
    assert!(page.html().contains("<p>no scripts here</p>"));
}

#[test]
fn what_goes_wrong_on_a_page_is_seen() {
    let Some(chrome) = Chrome::start() else { return };
    let folder = TempDir::new().expect("a temporary folder");
    let mut page = chrome.page();
    page.open_file(&page_in(&folder));
    let error = page.try_eval("nobody.knows()").expect_err("an exception");
    assert!(error.contains("nobody is not defined"), "{error}");
    assert!(page.take_errors().is_empty(), "what a test asks for is no error of the page");
    page.eval("console.error('planted', 1); setTimeout(() => { throw new Error('uncaught') }); true");
    page.eval("fetch('http://127.0.0.1:9/nothing').catch(() => 0)");
    let errors = page.take_errors().join("\n");
    assert!(errors.contains("planted") && errors.contains("uncaught"), "{errors}");
    assert!(page.requests().iter().any(|url| url == "http://127.0.0.1:9/nothing"), "{:?}", page.requests());
    let found = violations(&mut page);
    if let Some(low) = found.iter().find(|violation| violation.rule == "color-contrast") {
        assert!(low.is_serious() && low.elements.iter().any(|(selector, _)| selector == ".low"), "{low:?}");
        assert!(!low.help.is_empty());
    } else {
        assert!(found.is_empty(), "axe-core is there and sees no planted barrier: {found:?}");
    }
    page.eval("document.querySelector('.low').remove()");
    assert_usable(&mut page, "without the planted barrier");
    page.take_errors();
}

#[test]
fn a_page_with_errors_fails_its_test() {
    let Some(chrome) = Chrome::start() else { return };
    let look = || {
        let mut page = chrome.page();
        page.eval("console.error('planted')");
    };
    let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(look)).expect_err("it fails");
    let said = failed.downcast_ref::<String>().expect("words");
    assert!(said.contains("the page had errors") && said.contains("planted"), "{said}");
}
