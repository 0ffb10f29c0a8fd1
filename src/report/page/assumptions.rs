//! What differs from the rulebook's defaults: every setting that the scenario writes, with the rule it changes.

use crate::rulebook::{Rule, Rulebook, Setting};
use crate::scenario::Source;
use crate::scenario::edit::Template;
use maud::{Markup, html};
use std::path::PathBuf;

/// A setting that the scenario writes.
struct Changed {
    path: String,
    line: usize,
    written: Vec<String>,
    default: String,
    rules: Vec<&'static Rule>,
}

/// The settings of a scenario's text.
pub(super) fn section(source: &str) -> Markup {
    let changed = changed(source);
    html! {
        section aria-labelledby="assumptions" {
            h2 id="assumptions" { "What is assumed" }
            @if changed.is_empty() {
                p { "Every setting has the rulebook's default: no rule is read in another way than " code { "deploysim rules" } " says." }
            } @else {
                p { "Settings that are not the rulebook's default, each with the rule it changes:" }
                div class="scroll" tabindex="0" role="region" aria-label="Table: settings" {
                    table {
                        thead { tr { th scope="col" { "setting" } th scope="col" { "here" } th scope="col" { "default" } th scope="col" { "rule" } } }
                        tbody {
                            @for one in &changed {
                                tr {
                                    th scope="row" { code { (one.path) } " " span class="note" { "line " (one.line) } }
                                    td { code { (one.written.join(", ")) } }
                                    td { code { (one.default) } }
                                    td { @for rule in &one.rules { div { b { (rule.id) } " " (rule.title) } } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// One row for each setting, however many rules it changes and however many of its fields are written.
fn changed(source: &str) -> Vec<Changed> {
    let (path, base) = (String::new(), PathBuf::new());
    let text = Source { path, text: source.to_owned(), base, data_dirs: Vec::new() };
    let Ok(template) = Template::new(text) else { return Vec::new() };
    let mut found: Vec<Changed> = Vec::new();
    for place in template.places() {
        for (rule, setting, rest) in settings_at(place.path()) {
            let Some(whole) = &setting.default else { continue };
            let field = part_of(&whole.0, rest);
            // A field of a default that has no fields is a part of what replaces it.
            let (path, written) = match (&field, rest.strip_prefix('.')) {
                (None, Some(name)) => {
                    (&place.path()[..place.path().len() - rest.len()], format!("{name}: {}", place.written()))
                }
                _ => (place.path(), place.written().to_owned()),
            };
            let default = field.unwrap_or_else(|| whole.0.clone());
            if plain(&default) == plain(&written) {
                continue;
            }
            let known = found.iter().position(|one| one.path == path);
            let index = known.unwrap_or_else(|| {
                let line = place.line();
                found.push(Changed {
                    path: path.to_owned(),
                    line,
                    written: Vec::new(),
                    default,
                    rules: Vec::new(),
                });
                found.len() - 1
            });
            let one = &mut found[index];
            if !one.written.contains(&written) {
                one.written.push(written);
            }
            if !one.rules.iter().any(|known| known.id == rule.id) {
                one.rules.push(rule);
            }
        }
    }
    found
}

/// The settings that a path is, or lies within, with the rest of the path.
fn settings_at(path: &str) -> Vec<(&'static Rule, &'static Setting, &str)> {
    let of = |rule: &'static Rule| rule.settings.iter().map(move |setting| (rule, setting));
    let all = Rulebook::embedded().rules().flat_map(|(_, rule)| of(rule));
    all.filter_map(|(rule, setting)| Some((rule, setting, rest_of(&setting.path, path)?))).collect()
}

/// What is left of a path after a pattern in which `[]` is any index.
fn rest_of<'a>(pattern: &str, path: &'a str) -> Option<&'a str> {
    let Some((start, pattern)) = pattern.split_once("[]") else {
        let rest = path.strip_prefix(pattern)?;
        return (rest.is_empty() || rest.starts_with('.')).then_some(rest);
    };
    let inside = path.strip_prefix(start)?.strip_prefix('[')?;
    let (index, rest) = inside.split_once(']')?;
    index.bytes().all(|byte| byte.is_ascii_digit()).then(|| rest_of(pattern, rest)).flatten()
}

/// The field of a default such as `(granularity: Hour, rounding: Ceil)`.
fn part_of(default: &str, rest: &str) -> Option<String> {
    let field = rest.strip_prefix('.')?;
    let inside = default.split_once('(')?.1.rsplit_once(')')?.0;
    let parts = inside.split(',').filter_map(|part| part.split_once(':'));
    parts.into_iter().find(|(name, _)| name.trim() == field).map(|(_, value)| value.trim().to_owned())
}

/// Quotes do not matter.
fn plain(text: &str) -> String {
    text.trim().trim_matches('"').to_owned()
}
