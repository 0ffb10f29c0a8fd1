//! `deploysim rules`: the rulebook, by id, by group, by words.

use super::args::{Format, RulesArgs};
use super::fail::Failure;
use super::results::to_json;
use crate::report::rules::{RuleList, render_full, render_list};
use crate::rulebook::{Question, Rule, Rulebook, UnknownRule};

pub(super) fn rules(args: &RulesArgs) -> Result<(), Failure> {
    let book = Rulebook::embedded();
    let found = find(book, &args.words).map_err(Failure::Usage)?;
    let all: Vec<&Rule> = [&found.in_full[..], &found.listed[..]].concat();
    super::print(&match args.format {
        Format::Json => to_json(&RuleList::new(book, &all)),
        Format::Text => {
            let full = render_full(&RuleList::new(book, &found.in_full));
            let between = if found.in_full.is_empty() || found.listed.is_empty() { "" } else { "\n" };
            let listed =
                if found.listed.is_empty() { String::new() } else { render_list(book, &found.listed) };
            format!("{full}{between}{listed}")
        }
    })
}

/// What was asked for, each rule once.
struct Found {
    /// By id, or the only one that words fit.
    in_full: Vec<&'static Rule>,
    /// Groups and what words fit, in reading order.
    listed: Vec<&'static Rule>,
}

fn find(book: &'static Rulebook, words: &[String]) -> Result<Found, String> {
    let said = |unknown: UnknownRule| unknown.to_string();
    let (mut in_full, mut letters, mut searched) = (Vec::new(), Vec::new(), Vec::new());
    for question in words.iter().map(|word| Question::parse(word)) {
        match question {
            Question::Rule(id) => {
                let rule = book.rule(id).ok_or_else(|| said(book.unknown(id)))?;
                if !in_full.contains(&rule) {
                    in_full.push(rule);
                }
            }
            Question::Group(letter) => {
                book.group(letter).ok_or_else(|| said(book.unknown_group(letter)))?;
                letters.push(letter);
            }
            Question::Word(word) => searched.push(word),
        }
    }
    let fitting = if searched.is_empty() { Vec::new() } else { book.search(&searched) };
    if fitting.is_empty() && !searched.is_empty() {
        return Err(nothing_fits(book, &searched));
    }
    if let ([only], true) = (fitting.as_slice(), letters.is_empty() && in_full.is_empty()) {
        return Ok(Found { in_full: vec![only], listed: Vec::new() });
    }
    let is_asked = |letter: char, rule: &Rule| {
        words.is_empty() || letters.contains(&letter) || fitting.iter().any(|other| other.id == rule.id)
    };
    let listed = book.rules().filter(|(group, rule)| is_asked(group.letter, rule) && !in_full.contains(rule));
    let listed = listed.map(|(_, rule)| rule).collect();
    Ok(Found { in_full, listed })
}

fn nothing_fits(book: &Rulebook, words: &[String]) -> String {
    let near: Vec<String> = words
        .iter()
        .filter(|word| book.search(std::slice::from_ref(*word)).is_empty())
        .filter_map(|word| Some(format!("`{}` for `{word}`", book.nearest_word(word)?)))
        .collect();
    let near = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(", ")) };
    format!("no rule has the words \"{}\"{near}\nhelp: `deploysim rules` lists them all", words.join(" "))
}
