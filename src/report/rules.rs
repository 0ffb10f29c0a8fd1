//! Rules for a terminal and for programs: lists by group, one rule in full.

use super::table::new_table;
use crate::rulebook::{Document, Group, Modelled, Rule, Rulebook, Setting, Status};
use comfy_table::{ColumnConstraint, ContentArrangement};
use serde::Serialize;
use std::fmt::Write as _;

/// Width of lists and texts.
const WIDTH: u16 = 118;
/// Width of the names before the parts of a rule.
const LABEL: usize = 12;

/// Some rules.
#[derive(Clone, Debug, Serialize)]
pub struct RuleList<'book> {
    /// In reading order.
    pub rules: Vec<RuleView<'book>>,
}

/// One rule.
#[derive(Clone, Debug, Serialize)]
pub struct RuleView<'book> {
    /// Its id.
    pub id: &'book str,
    /// A second id.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub alias: &'book str,
    /// What its group is about.
    pub group: &'book str,
    /// In a few words.
    pub title: &'book str,
    /// What it says, or what is asked.
    pub statement: &'book str,
    /// The figures in it.
    pub figures: &'book [String],
    /// The pages it comes from.
    pub documents: Vec<DocumentView<'book>>,
    /// What other pages say.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub beyond: &'book str,
    /// `clear`, `open`, `contradicts`; of a reading `resolved`, `strong`, `choice`.
    pub status: &'static str,
    /// What is open, or what it contradicts: ids.
    pub status_of: &'book [String],
    /// How this program reads it.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub reading: &'book str,
    /// What changes it in a scenario.
    pub settings: Vec<SettingView<'book>>,
    /// Why nothing changes it.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub fixed: &'book str,
    /// `whole`, `partly`, `no`.
    pub modelled: &'static str,
    /// What is missing.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub missing: &'book str,
    /// Rules to read with it.
    pub see: &'book [String],
    /// Lessons that show it.
    pub lessons: Vec<LessonView<'book>>,
    /// Worked situations in `tests/cases`.
    pub worked: &'book [String],
}

/// A page of a provider.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct DocumentView<'book> {
    /// Title of the page.
    pub title: &'book str,
    /// Whose it is.
    pub provider: &'book str,
    /// Its address; empty if it is not known.
    pub url: &'book str,
    /// Its date, as far as is known.
    pub seen: &'book str,
}

/// A field of a scenario.
#[derive(Clone, Debug, Serialize)]
pub struct SettingView<'book> {
    /// The way to it.
    pub path: &'book str,
    /// What may stand there.
    pub examples: Vec<&'book str>,
    /// What holds if it is left out.
    pub default: Option<&'book str>,
}

/// A lesson.
#[derive(Clone, Debug, Serialize)]
pub struct LessonView<'book> {
    /// Its name.
    pub name: &'book str,
    /// How to run it.
    pub command: String,
}

impl<'book> RuleList<'book> {
    /// These rules of the book, which are there, in their order.
    pub fn new(book: &'book Rulebook, rules: &[&'book Rule]) -> Self {
        Self { rules: rules.iter().map(|rule| RuleView::new(book, rule)).collect() }
    }
}

impl<'book> RuleView<'book> {
    fn new(book: &'book Rulebook, rule: &'book Rule) -> Self {
        let group = book.rules().find(|(_, other)| other.id == rule.id).map_or("", |(group, _)| &group.name);
        let document = |document: &'book Document| DocumentView {
            title: &document.title,
            provider: &document.provider,
            url: &document.url,
            seen: &document.seen,
        };
        let (status, status_of) = status(&rule.status);
        let (modelled, missing) = match &rule.modelled {
            Modelled::Whole => ("whole", ""),
            Modelled::Partly(missing) => ("partly", missing.as_str()),
            Modelled::No(missing) => ("no", missing.as_str()),
        };
        Self {
            id: &rule.id,
            alias: &rule.alias,
            group,
            title: &rule.title,
            statement: &rule.says,
            figures: &rule.figures,
            documents: rule.documents.iter().filter_map(|key| book.document(key)).map(document).collect(),
            beyond: &rule.beyond,
            status,
            status_of,
            reading: &rule.reading,
            settings: rule.settings.iter().map(setting).collect(),
            fixed: &rule.fixed,
            modelled,
            missing,
            see: &rule.see,
            lessons: rule
                .lessons
                .iter()
                .map(|name| LessonView { name, command: lesson_command(name) })
                .collect(),
            worked: &rule.worked,
        }
    }
}

fn status(status: &Status) -> (&'static str, &[String]) {
    match status {
        Status::Clear => ("clear", &[]),
        Status::Open(ids) => ("open", ids),
        Status::Contradicts(ids) => ("contradicts", ids),
        Status::Resolved => ("resolved", &[]),
        Status::Strong => ("strong", &[]),
        Status::Choice => ("choice", &[]),
    }
}

fn setting(setting: &Setting) -> SettingView<'_> {
    SettingView {
        path: &setting.path,
        examples: setting.examples.iter().map(|written| written.0.as_str()).collect(),
        default: setting.default.as_ref().map(|written| written.0.as_str()),
    }
}

fn lesson_command(name: &str) -> String {
    format!("deploysim run scenarios/lessons/{name}.ron --explain")
}

/// Rules by group, one line each: what it is, the fields that change it by their last names, the lesson.
pub fn render_list(book: &Rulebook, rules: &[&Rule]) -> String {
    let mut text = String::new();
    for group in &book.groups {
        let own: Vec<&Rule> =
            group.rules.iter().filter(|rule| rules.iter().any(|other| other.id == rule.id)).collect();
        if !own.is_empty() {
            let _ = writeln!(text, "{}\n{}\n", head(book, group), list(&own));
        }
    }
    text.push_str(
        "`deploysim rules E16` shows one in full, `deploysim rules E` a group, `deploysim rules protected hour` those with\n\
         these words. A lesson is run by `deploysim run scenarios/lessons/NAME.ron --explain`. *: modelled in part; –: not.\n",
    );
    text
}

fn head(book: &Rulebook, group: &Group) -> String {
    let from = |document: &Document| format!("\nfrom \"{}\", {}", document.title, document.provider);
    format!("{}{}", group.name, book.document(&group.document).map(from).unwrap_or_default())
}

fn list(rules: &[&Rule]) -> comfy_table::Table {
    let mut table = new_table(&["rule", "in short", "changed by", "lesson"], 4);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    // Names are copied: they stay in one piece.
    if let Some(lessons) = table.column_mut(3) {
        lessons.set_constraint(ColumnConstraint::ContentWidth);
    }
    for rule in rules {
        let mark = match rule.modelled {
            Modelled::Whole => "",
            Modelled::Partly(_) => " *",
            Modelled::No(_) => " –",
        };
        let mut names: Vec<&str> = Vec::new();
        for setting in &rule.settings {
            let name = short(&setting.path);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let lesson = rule.lessons.first().map_or("", String::as_str);
        table.add_row(vec![
            rule.id.clone(),
            format!("{}{mark}", rule.title),
            names.join(", "),
            lesson.to_owned(),
        ]);
    }
    table
}

/// The last name of a path; that of an action is what is done.
fn short(path: &str) -> &str {
    if path == "actions[].do" { "actions" } else { path.rsplit('.').next().unwrap_or(path) }
}

/// Rules in full.
pub fn render_full(list: &RuleList) -> String {
    list.rules.iter().map(full).collect::<Vec<_>>().join("\n")
}

fn full(rule: &RuleView) -> String {
    let alias = if rule.alias.is_empty() { String::new() } else { format!(" ({})", rule.alias) };
    let mut text = format!("{}{alias}  {}\n", rule.id, rule.title);
    for line in lines_of(rule.statement, usize::from(WIDTH) - 2) {
        let _ = writeln!(text, "  {line}");
    }
    let mut part = |label: &str, content: &str| {
        if !content.is_empty() {
            text.push_str(&labelled(label, content));
        }
    };
    part("group", rule.group);
    part("figures", &rule.figures.join("; "));
    for document in &rule.documents {
        let url = if document.url.is_empty() { String::new() } else { format!(", {}", document.url) };
        part("page", &format!("\"{}\", {} ({}){url}", document.title, document.provider, document.seen));
    }
    part("elsewhere", rule.beyond);
    part("status", &status_words(rule));
    part("read as", rule.reading);
    for setting in &rule.settings {
        part("changed by", &setting_words(setting));
    }
    if !rule.fixed.is_empty() {
        part("changed by", &format!("no setting: {}", rule.fixed));
    }
    match rule.modelled {
        "partly" => part("modelled", &format!("in part: {}", rule.missing)),
        "no" => part("modelled", &format!("not: {}", rule.missing)),
        _ => {}
    }
    part("see also", &rule.see.join(", "));
    for lesson in &rule.lessons {
        part("lesson", &lesson.command);
    }
    part("worked", &rule.worked.join(", "));
    text
}

fn status_words(rule: &RuleView) -> String {
    let ids = rule.status_of.join(", ");
    match rule.status {
        "open" => format!("open in part: see {ids}"),
        "contradicts" if ids.is_empty() => "the pages contradict each other".to_owned(),
        "contradicts" => format!("contradicts {ids}"),
        "resolved" => "resolved: an official original says it".to_owned(),
        "strong" => "strong: a sister product's page or a later version says it".to_owned(),
        "choice" => "a choice of this program: no page says it".to_owned(),
        clear => clear.to_owned(),
    }
}

/// `settings.protected_price: Locked | RealTime, default Locked`; of numbers and texts only examples are given.
fn setting_words(setting: &SettingView) -> String {
    let is_name = |text: &&str| text.starts_with(|c: char| c.is_ascii_uppercase() || c == 't' || c == 'f');
    let joined = setting.examples.join(" | ");
    let values = if setting.examples.iter().all(is_name) { joined } else { format!("{joined}, say") };
    let default = setting.default.map(|default| format!(" (default {default})"));
    format!("{}: {values}{}", setting.path, default.unwrap_or_default())
}

fn labelled(label: &str, content: &str) -> String {
    let indent = " ".repeat(LABEL + 2);
    let lines = lines_of(content, usize::from(WIDTH) - LABEL - 2);
    format!("  {label:<LABEL$}{}\n", lines.join(&format!("\n{indent}")))
}

/// The text in lines of at most so many characters, broken between words.
fn lines_of(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) | None => lines.push(word.to_owned()),
        }
    }
    lines
}
