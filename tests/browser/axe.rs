//! Barriers for people who see little, hear little, or have no mouse, as axe-core finds them.

use crate::chrome::{root, skip};
use crate::page::Page;
use serde_json::{Value, json};
use std::env;
use std::fs;
use std::path::PathBuf;

/// Something that axe-core objects to.
#[derive(Clone, Debug)]
pub(crate) struct Violation {
    /// The rule's id.
    pub(crate) rule: String,
    /// `minor`, `moderate`, `serious` or `critical`.
    pub(crate) impact: String,
    /// What should be.
    pub(crate) help: String,
    /// Selectors of the elements, with what is wrong with each.
    pub(crate) elements: Vec<(String, String)>,
}

impl Violation {
    /// Keeps somebody from using the page.
    pub(crate) fn is_serious(&self) -> bool {
        ["serious", "critical"].contains(&self.impact.as_str())
    }
}

/// `$DEPLOYSIM_AXE`, or where the gate puts it.
fn source() -> Option<String> {
    let chosen = env::var_os("DEPLOYSIM_AXE").map(PathBuf::from);
    let path = chosen.unwrap_or_else(|| root().join("target/browser/node_modules/axe-core/axe.min.js"));
    fs::read_to_string(path).ok()
}

/// What axe-core finds on a page; nothing where it is not there, which is said.
#[track_caller]
pub(crate) fn violations(page: &mut Page) -> Vec<Violation> {
    let Some(source) = source() else {
        skip("no axe-core (npm install --prefix target/browser axe-core@4)");
        return Vec::new();
    };
    page.eval(&format!("{source}; true"));
    let found =
        page.eval("axe.run(document, {resultTypes: ['violations']}).then(result => result.violations)");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let violation = |one: &Value| Violation {
        rule: text(&one["id"]),
        impact: text(&one["impact"]),
        help: text(&one["help"]),
        elements: one["nodes"].as_array().into_iter().flatten().map(element).collect(),
    };
    found.as_array().unwrap_or_else(|| panic!("axe gave {found}")).iter().map(violation).collect()
}

fn element(node: &Value) -> (String, String) {
    let summary = node["failureSummary"].as_str().unwrap_or_default();
    let selector =
        node["target"].as_array().map(|parts| parts.iter().map(json_text).collect::<Vec<_>>().join(" "));
    (selector.unwrap_or_default(), summary.replace('\n', " "))
}

fn json_text(value: &Value) -> String {
    value.as_str().map_or_else(|| json!(value).to_string(), str::to_owned)
}

/// The page must have nothing that is serious.
#[track_caller]
pub(crate) fn assert_usable(page: &mut Page, what: &str) {
    let serious: Vec<Violation> = violations(page).into_iter().filter(Violation::is_serious).collect();
    assert!(serious.is_empty(), "{what}: {serious:#?}");
}
