//! What the rulebook knows of the fields of a scenario.

use crate::rulebook::Rulebook;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What all rules together say of one field.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// Ids of the rules that it changes, in the rulebook's order.
    pub(super) rules: Vec<&'static str>,
    /// What holds if it is left out.
    pub(super) default: Option<&'static str>,
    /// What may stand there.
    pub(super) examples: Vec<&'static str>,
}

static KNOWN: LazyLock<BTreeMap<&'static str, Known>> = LazyLock::new(|| {
    let mut known: BTreeMap<&str, Known> = BTreeMap::new();
    for (_, rule) in Rulebook::embedded().rules() {
        for setting in &rule.settings {
            let entry = known.entry(&setting.path).or_default();
            entry.rules.push(&rule.id);
            let default = setting.default.as_ref().map(|default| default.0.as_str());
            entry.default = entry.default.or(default);
            for example in &setting.examples {
                if !entry.examples.contains(&example.0.as_str()) {
                    entry.examples.push(&example.0);
                }
            }
        }
    }
    known
});

/// What is known of the field at a path.
pub(super) fn known(path: &str) -> Option<&'static Known> {
    KNOWN.get(without_indices(path).as_str())
}

/// `strategies[1].types[0].bid` as `strategies[].types[].bid`.
fn without_indices(path: &str) -> String {
    let mut pattern = String::with_capacity(path.len());
    let mut is_index = false;
    for c in path.chars() {
        is_index = (is_index && c != ']') || c == '[';
        if !is_index || c == '[' {
            pattern.push(c);
        }
    }
    pattern
}

/// Every path that is known beneath a group, without those in lists.
pub(super) fn beneath(group: &str) -> impl Iterator<Item = &'static str> {
    let prefix = format!("{group}.");
    KNOWN.keys().copied().filter(move |path| path.starts_with(&prefix) && !path.contains('['))
}
