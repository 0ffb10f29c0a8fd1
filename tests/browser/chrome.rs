//! Finds a Chromium, starts it with a profile of its own, and ends it.

use crate::devtools::DevTools;
use crate::page::Page;
use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Names a Chromium has, the first that is found counts.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/// A browser that does not start within so long never does.
const START: Duration = Duration::from_secs(60);
/// Two browsers at once on two cores are slower than one after the other, and a page would wait for the other's.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// A running browser. It ends when it goes, and its profile with it.
pub(crate) struct Chrome {
    child: Child,
    port: u16,
    path: String,
    profile: TempDir,
    /// Goes last.
    _turn: MutexGuard<'static, ()>,
}

impl Chrome {
    /// Starts a browser; none where there is none to start, which is said.
    pub(crate) fn start() -> Option<Self> {
        let Some(program) = find() else {
            skip("no Chromium (apt-get install chromium, or CHROMIUM=/path/to/it)");
            return None;
        };
        let turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let profile = TempDir::new().expect("a temporary folder");
        let mut command = Command::new(&program);
        command.args([
            "--headless",
            // A container's root has no sandbox; the pages are our own.
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--force-color-profile=srgb",
            "--remote-debugging-port=0",
            "about:blank",
        ]);
        command.arg(format!("--user-data-dir={}", profile.path().display()));
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child = child.unwrap_or_else(|error| panic!("cannot start {}: {error}", program.display()));
        let mut chrome = Self { child, port: 0, path: String::new(), profile, _turn: turn };
        (chrome.port, chrome.path) = chrome.address();
        Some(chrome)
    }

    /// A new, empty page.
    pub(crate) fn page(&self) -> Page {
        Page::new(DevTools::connect(self.port, &self.path))
    }

    /// Port and path of the remote interface, which the browser writes into its profile once it listens.
    fn address(&mut self) -> (u16, String) {
        let started = Instant::now();
        let file = self.profile.path().join("DevToolsActivePort");
        loop {
            let text = fs::read_to_string(&file).unwrap_or_default();
            let mut lines = text.lines();
            if let (Some(port), Some(path)) = (lines.next().and_then(|port| port.parse().ok()), lines.next())
            {
                return (port, path.to_owned());
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                panic!("the browser ended before it listened: {status}");
            }
            assert!(started.elapsed() < START, "the browser does not listen after {START:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Chrome {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `$CHROMIUM`, or the first of its names in the path.
fn find() -> Option<PathBuf> {
    if let Some(chosen) = env::var_os("CHROMIUM") {
        return Some(PathBuf::from(chosen));
    }
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    NAMES.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file()))
}

/// Says that a test did not run, on the terminal itself: the test runner keeps to itself what a passing test prints.
pub(crate) fn skip(why: &str) {
    assert!(
        env::var_os("DEPLOYSIM_BROWSER").is_none_or(|value| value != "required"),
        "DEPLOYSIM_BROWSER=required, and there is {why}"
    );
    let words = format!("skipped: {why}\n");
    let terminal = fs::OpenOptions::new().write(true).open("/dev/stderr");
    let _ = terminal.and_then(|mut out| out.write_all(words.as_bytes()));
}

/// The folder of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
