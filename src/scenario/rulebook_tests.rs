//! The settings that the rulebook names are fields of scenarios, take the values it shows, and default to what it says.

use super::diagnostics::Diagnostics;
use super::document::Node;
use super::hash::ScenarioHash;
use super::loader::{Source, load};
use super::model::Scenario;
use crate::rulebook::{Rulebook, Setting};
use std::path::PathBuf;

/// Scenarios that have every field.
const FULL: [&str; 5] = [
    include_str!("../../tests/full/settings.ron"),
    include_str!("../../tests/full/machines.ron"),
    include_str!("../../tests/full/lives.ron"),
    include_str!("../../tests/full/resources.ron"),
    include_str!("../../tests/full/accounts.ron"),
];

/// The scenario in words, its text's hash apart, or what is wrong with it.
fn loaded(text: &str) -> Result<String, String> {
    let text = text.to_owned();
    let source = Source { path: "full.ron".to_owned(), text, base: PathBuf::new(), data_dirs: Vec::new() };
    let (scenario, report) = load(source);
    let in_words = |scenario| format!("{:?}", Scenario { hash: ScenarioHash::default(), ..scenario });
    scenario.map(in_words).ok_or_else(|| report.render(false))
}

/// Where values stand whose path, with `[]` for every index, is this one.
fn places(text: &str, path: &str) -> Vec<(usize, usize)> {
    fn collect(node: &Node, path: &str, places: &mut Vec<(usize, usize)>) {
        for child in node.inside() {
            let own: String = child.path.split('[').map(after_index).collect::<Vec<_>>().join("[");
            if own == path {
                places.push((child.span().start, child.span().end));
            }
            collect(&child, path, places);
        }
    }
    /// `3].cash` is `].cash`; what has no index is left alone.
    fn after_index(part: &str) -> &str {
        part.trim_start_matches(|c: char| c.is_ascii_digit())
    }
    let document = Node::document(text, &mut Diagnostics::default()).expect("RON");
    let mut found = Vec::new();
    collect(&document, path, &mut found);
    found
}

/// The texts in which the value at this path is another: one for each place.
fn replaced(text: &str, path: &str, written: &str) -> Vec<String> {
    let places = places(text, path).into_iter();
    places.map(|(from, to)| format!("{}{written}{}", &text[..from], &text[to..])).collect()
}

/// The same of every full scenario.
fn with<'a>(setting: &'a Setting, written: &'a str) -> impl Iterator<Item = String> + 'a {
    FULL.iter().flat_map(move |text| replaced(text, &setting.path, written))
}

/// The same where no provider says what a field is that is left out.
fn without_provider<'a>(setting: &'a Setting, written: &'a str) -> impl Iterator<Item = String> + 'a {
    FULL.iter().flat_map(move |text| {
        let own = replaced(text, "settings.provider", "None").pop().unwrap_or_else(|| (*text).to_owned());
        replaced(&own, &setting.path, written)
    })
}

#[test]
fn the_full_scenarios_are_good() {
    for text in FULL {
        loaded(text).unwrap_or_else(|report| panic!("{report}"));
    }
}

/// Every setting with the rule that names it.
fn settings() -> impl Iterator<Item = (&'static str, &'static Setting)> {
    let rules = Rulebook::embedded().rules();
    rules.flat_map(|(_, rule)| rule.settings.iter().map(|setting| (rule.id.as_str(), setting)))
}

#[test]
fn every_setting_of_the_rulebook_is_a_field_and_takes_the_values_it_shows() {
    let mut wrong = Vec::new();
    for (rule, setting) in settings() {
        let count: usize = FULL.iter().map(|text| places(text, &setting.path).len()).sum();
        if count == 0 {
            wrong.push(format!("{rule}: `{}` stands in no scenario of tests/full", setting.path));
        }
        for example in &setting.examples {
            let tried: Vec<_> = with(setting, &example.0).map(|text| loaded(&text)).collect();
            if !tried.iter().any(Result::is_ok) {
                let said: Vec<String> = tried.into_iter().filter_map(Result::err).collect();
                wrong.push(format!("{rule}: `{}: {}`\n{}", setting.path, example.0, said.join("\n")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_default_of_the_rulebook_written_out_changes_nothing() {
    let mut wrong = Vec::new();
    for (rule, setting) in settings() {
        let Some(default) = &setting.default else { continue };
        // A field that is `None` is one that is left out.
        let pairs = without_provider(setting, &default.0).zip(without_provider(setting, "None"));
        // Whether the default is named or not is no difference.
        let in_words =
            |text: &str| Some(loaded(text).ok()?.replace("provider: \"alibaba-eas\"", "provider: \"\""));
        let both = pairs.filter_map(|(written, left_out)| Some((in_words(&written)?, in_words(&left_out)?)));
        let same: Vec<bool> = both.map(|(written, left_out)| written == left_out).collect();
        if same.is_empty() || same.contains(&false) {
            wrong.push(format!("{rule}: `{}` defaults to {}: {same:?}", setting.path, default.0));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
