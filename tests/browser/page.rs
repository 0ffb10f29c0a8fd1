//! A page as its reader has it: opened, looked at, clicked, typed into.

use crate::chrome::root;
use crate::devtools::DevTools;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A page that has not loaded by then never does.
const LOAD: Duration = Duration::from_secs(60);
/// Pixels from top to bottom of the largest picture.
const MOST_DRAWN: f64 = 16_000.0;
/// Between two looks at a condition.
const LOOK_AGAIN: Duration = Duration::from_millis(30);

/// How large the window is.
#[derive(Clone, Copy)]
pub(crate) struct Viewport {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// It is a phone: touched, and as wide as it says.
    pub(crate) is_mobile: bool,
    /// Pixels of the screen for one of the page.
    pub(crate) scale: f64,
}

/// A desk.
pub(crate) const WIDE: Viewport = Viewport { width: 1440, height: 900, is_mobile: false, scale: 1.0 };
/// A phone.
pub(crate) const NARROW: Viewport = Viewport { width: 390, height: 844, is_mobile: true, scale: 2.0 };

/// What a page is shown on.
#[derive(Clone, Copy)]
pub(crate) enum Media {
    Light,
    Dark,
    Print,
}

/// A page. When it goes, it must have had no error: neither on its console nor uncaught.
pub(crate) struct Page {
    tools: DevTools,
    errors: Vec<String>,
    requests: Vec<String>,
    /// Pixels of the screen for one of the page.
    scale: f64,
}

impl Page {
    pub(crate) fn new(mut tools: DevTools) -> Self {
        for domain in ["Page", "Runtime", "Log", "Network", "DOM"] {
            tools.ask(&format!("{domain}.enable"), &json!({}));
        }
        let mut page = Self { tools, errors: Vec::new(), requests: Vec::new(), scale: 1.0 };
        page.set_viewport(WIDE);
        page
    }

    /// Opens a file from the disk.
    #[track_caller]
    pub(crate) fn open_file(&mut self, path: &Path) {
        let path = path.canonicalize().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        self.open(&format!("file://{}", path.display()));
    }

    /// Opens an address and waits until everything of it is there.
    #[track_caller]
    pub(crate) fn open(&mut self, url: &str) {
        self.note_events();
        let answer = self.tools.ask("Page.navigate", &json!({"url": url}));
        assert!(answer.get("errorText").is_none(), "{url}: {}", answer["errorText"]);
        let loaded = self.tools.wait_for_event("Page.loadEventFired", LOAD);
        loaded.unwrap_or_else(|error| panic!("{url}: {error}"));
        self.note_events();
    }

    /// The value of an expression in the page; promises are waited for. An exception is a failure.
    #[track_caller]
    pub(crate) fn eval(&mut self, script: &str) -> Value {
        self.try_eval(script).unwrap_or_else(|error| panic!("{script}\n{error}"))
    }

    /// Likewise; an exception is an error.
    pub(crate) fn try_eval(&mut self, script: &str) -> Result<Value, String> {
        let params =
            json!({"expression": script, "returnByValue": true, "awaitPromise": true, "userGesture": true});
        let answer = self.tools.try_to("Runtime.evaluate", &params)?;
        match answer.get("exceptionDetails") {
            Some(details) => Err(exception(details)),
            None => Ok(answer["result"].get("value").cloned().unwrap_or(Value::Null)),
        }
    }

    /// The text of an expression's value.
    #[track_caller]
    pub(crate) fn text(&mut self, script: &str) -> String {
        let value = self.eval(script);
        value.as_str().map_or_else(|| panic!("{script} is no text: {value}"), str::to_owned)
    }

    /// Waits until an expression is true.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, condition: &str, limit: Duration) {
        let started = Instant::now();
        loop {
            let last = self.try_eval(&format!("Boolean({condition})"));
            if last == Ok(json!(true)) {
                return;
            }
            assert!(started.elapsed() < limit, "not after {limit:?}: {condition}\n{last:?}");
            sleep(LOOK_AGAIN);
        }
    }

    /// Waits until an element is there and can be seen.
    #[track_caller]
    pub(crate) fn wait_for_element(&mut self, selector: &str, limit: Duration) {
        let selector = json!(selector);
        self.wait_for(&format!("document.querySelector({selector})?.checkVisibility()"), limit);
    }

    /// Clicks the middle of an element with the mouse; it must be what is there.
    #[track_caller]
    pub(crate) fn click(&mut self, selector: &str) {
        let (x, y) = self.hover(selector);
        for (kind, buttons) in [("mousePressed", 1), ("mouseReleased", 0)] {
            let params =
                json!({"type": kind, "x": x, "y": y, "button": "left", "buttons": buttons, "clickCount": 1});
            self.tools.ask("Input.dispatchMouseEvent", &params);
        }
    }

    /// Moves the mouse over the middle of an element; where that is.
    #[track_caller]
    pub(crate) fn hover(&mut self, selector: &str) -> (f64, f64) {
        let script = format!(
            "(() => {{
                const wanted = document.querySelector({selector});
                if (!wanted) return 'is not there';
                wanted.scrollIntoView({{block: 'center', inline: 'center', behavior: 'instant'}});
                const box = wanted.getClientRects()[0];
                if (!box || !box.width || !box.height) return 'has no size';
                const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
                const hit = document.elementFromPoint(x, y);
                if (!hit || !(wanted.contains(hit) || hit.contains(wanted))) return 'is behind ' + hit?.outerHTML.slice(0, 200);
                return [x, y];
            }})()",
            selector = json!(selector)
        );
        let place = self.eval(&script);
        let (Some(x), Some(y)) = (place[0].as_f64(), place[1].as_f64()) else {
            panic!("{selector} {place}");
        };
        self.tools.ask("Input.dispatchMouseEvent", &json!({"type": "mouseMoved", "x": x, "y": y}));
        (x, y)
    }

    /// Types a text where the focus is, key by key.
    #[track_caller]
    pub(crate) fn type_text(&mut self, text: &str) {
        for letter in text.chars() {
            self.press(&letter.to_string());
        }
    }

    /// Presses a key and lets it go: a letter, or `Tab`, `Enter`, `Space`, `ArrowLeft`, `Escape` and their like, after `Shift+`,
    /// `Control+`, `Alt+`.
    #[track_caller]
    pub(crate) fn press(&mut self, key: &str) {
        let (mut modifiers, mut key, mut is_shortcut) = (0, key, false);
        for (name, bit) in [("Alt+", 1), ("Control+", 2), ("Shift+", 8)] {
            if let Some(rest) = key.strip_prefix(name) {
                (modifiers, key, is_shortcut) = (modifiers | bit, rest, is_shortcut || name != "Shift+");
            }
        }
        let (name, code, text) = named_key(key);
        // Shortcuts write nothing.
        let text = if is_shortcut { "" } else { text };
        let down = json!({"type": if text.is_empty() { "rawKeyDown" } else { "keyDown" }, "key": name, "code": physical(name),
            "windowsVirtualKeyCode": code, "modifiers": modifiers, "text": text});
        self.tools.ask("Input.dispatchKeyEvent", &down);
        let up = json!({"type": "keyUp", "key": name, "code": physical(name), "windowsVirtualKeyCode": code,
            "modifiers": modifiers});
        self.tools.ask("Input.dispatchKeyEvent", &up);
    }

    /// Presses Tab until the focus is on an element; how often. Whoever has no mouse gets there or does not.
    #[track_caller]
    pub(crate) fn tab_to(&mut self, selector: &str, most: usize) -> usize {
        let wanted = json!(selector);
        for presses in 1..=most {
            self.press("Tab");
            if self.eval(&format!("document.activeElement?.matches({wanted}) ?? false")) == json!(true) {
                return presses;
            }
        }
        panic!(
            "{selector} has no focus after {most} times Tab: {}",
            self.text("document.activeElement.outerHTML")
        );
    }

    pub(crate) fn set_viewport(&mut self, viewport: Viewport) {
        let Viewport { width, height, is_mobile, scale } = viewport;
        self.scale = scale;
        let metrics =
            json!({"width": width, "height": height, "mobile": is_mobile, "deviceScaleFactor": scale});
        self.tools.ask("Emulation.setDeviceMetricsOverride", &metrics);
        self.tools.ask("Emulation.setTouchEmulationEnabled", &json!({"enabled": is_mobile}));
    }

    pub(crate) fn set_media(&mut self, media: Media) {
        let (media, scheme) = match media {
            Media::Light => ("", "light"),
            Media::Dark => ("", "dark"),
            Media::Print => ("print", "light"),
        };
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.tools.ask("Emulation.setEmulatedMedia", &json!({"media": media, "features": features}));
    }

    /// Switches the page's own scripts off or on, from the next page on.
    pub(crate) fn set_scripts(&mut self, run: bool) {
        self.tools.ask("Emulation.setScriptExecutionDisabled", &json!({"value": !run}));
    }

    /// The document as it is now, without asking a script.
    pub(crate) fn html(&mut self) -> String {
        let document = self.tools.ask("DOM.getDocument", &json!({"depth": 0}));
        let html = self.tools.ask("DOM.getOuterHTML", &json!({"nodeId": document["root"]["nodeId"]}));
        html["outerHTML"].as_str().expect("text").to_owned()
    }

    /// Keeps a picture of the window, or of the whole page as far as one picture goes, in `outputs/screenshots`.
    pub(crate) fn screenshot(&mut self, name: &str, whole_page: bool) -> PathBuf {
        let mut params = json!({"format": "png"});
        if whole_page {
            let metrics = self.tools.ask("Page.getLayoutMetrics", &json!({}));
            let size = &metrics["cssContentSize"];
            // The browser draws no more than this at once, and repeats itself below.
            let height = size["height"].as_f64().unwrap_or(0.0).min(MOST_DRAWN / self.scale);
            params["clip"] = json!({"x": 0, "y": 0, "width": size["width"], "height": height, "scale": 1});
            params["captureBeyondViewport"] = json!(true);
        }
        let picture = self.tools.ask("Page.captureScreenshot", &params);
        let folder = root().join("outputs/screenshots");
        fs::create_dir_all(&folder).expect("a writable folder");
        let path = folder.join(format!("{name}.png"));
        fs::write(&path, decoded(&picture["data"])).expect("a writable folder");
        path
    }

    /// The page on paper, as PDF.
    pub(crate) fn pdf(&mut self) -> Vec<u8> {
        let paper = self.tools.ask("Page.printToPDF", &json!({"printBackground": true}));
        decoded(&paper["data"])
    }

    /// Addresses that were asked for so far, but for what pages carry in themselves.
    pub(crate) fn requests(&mut self) -> Vec<String> {
        self.note_events();
        self.requests.clone()
    }

    /// Errors so far, which are forgotten: for a test that expects them.
    pub(crate) fn take_errors(&mut self) -> Vec<String> {
        self.note_events();
        std::mem::take(&mut self.errors)
    }

    /// What the browser has told until now.
    fn note_events(&mut self) {
        // Whatever was told before the answer has arrived with it.
        let _ = self.tools.try_to("Runtime.getIsolateId", &json!({}));
        for event in self.tools.take_events() {
            let params = &event["params"];
            match event["method"].as_str().unwrap_or_default() {
                "Runtime.exceptionThrown" => self.errors.push(exception(&params["exceptionDetails"])),
                "Runtime.consoleAPICalled"
                    if ["error", "assert"].map(Value::from).contains(&params["type"]) =>
                {
                    self.errors.push(format!("console: {}", params["args"]));
                }
                "Log.entryAdded" if params["entry"]["level"] == json!("error") => {
                    self.errors.push(format!("{}: {}", params["entry"]["text"], params["entry"]["url"]));
                }
                "Network.requestWillBeSent" => {
                    let url = params["request"]["url"].as_str().unwrap_or_default();
                    if !url.starts_with("data:") && !url.starts_with("blob:") {
                        self.requests.push(url.to_owned());
                    }
                }
                _ => {}
            }
        }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let errors = self.take_errors();
            assert!(errors.is_empty(), "the page had errors:\n{}", errors.join("\n"));
        }
    }
}

fn exception(details: &Value) -> String {
    let words = details["exception"]["description"].as_str().or(details["text"].as_str());
    words.unwrap_or("an exception").to_owned()
}

/// Name, code and text of a key.
#[track_caller]
fn named_key(key: &str) -> (&str, u32, &str) {
    match key {
        "Tab" => (key, 9, ""),
        "Enter" => (key, 13, "\r"),
        "Space" | " " => (" ", 32, " "),
        "Escape" => (key, 27, ""),
        "Backspace" => (key, 8, ""),
        "Delete" => (key, 46, ""),
        "PageUp" => (key, 33, ""),
        "PageDown" => (key, 34, ""),
        "End" => (key, 35, ""),
        "Home" => (key, 36, ""),
        "ArrowLeft" => (key, 37, ""),
        "ArrowUp" => (key, 38, ""),
        "ArrowRight" => (key, 39, ""),
        "ArrowDown" => (key, 40, ""),
        "\n" => ("Enter", 13, "\r"),
        letter => {
            let mut letters = letter.chars();
            let (Some(first), None) = (letters.next(), letters.next()) else {
                panic!("{key} is no key that is known here");
            };
            // Codes of signs are those of other keys.
            let code = if first.is_ascii_alphanumeric() { u32::from(first.to_ascii_uppercase()) } else { 0 };
            (letter, code, letter)
        }
    }
}

/// The place of a key on the keyboard, where pages may look at it.
fn physical(name: &str) -> &str {
    if name == " " { "Space" } else { name }
}

/// Bytes of base 64 as the browser writes it.
fn decoded(text: &Value) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for letter in text.as_str().expect("text").bytes().filter(|letter| *letter != b'=') {
        let value = LETTERS.iter().position(|known| *known == letter).expect("a letter of base 64");
        (bits, count) = ((bits << 6 | value as u32) & 0xff_ffff, count + 6);
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}
