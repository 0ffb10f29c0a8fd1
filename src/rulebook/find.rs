//! Finding rules: by id, by letter, by words.

use super::book::{Group, Rule, Rulebook};
use std::fmt;

/// The id of a rule or reading: a letter and a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleId {
    letter: char,
    number: u32,
}

impl RuleId {
    /// Reads `E16`, `e16`, `A-13` or `a13`; nothing if it is no id.
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text.trim().chars();
        let letter = rest.next().filter(char::is_ascii_alphabetic)?.to_ascii_uppercase();
        let digits = rest.as_str().strip_prefix('-').unwrap_or(rest.as_str());
        let is_number =
            !digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = is_number.then(|| digits.parse().ok()).flatten()?;
        Some(Self { letter, number })
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Readings are numbered as in A-07.
        if self.letter == 'A' {
            write!(f, "A-{:02}", self.number)
        } else {
            write!(f, "{}{}", self.letter, self.number)
        }
    }
}

/// What is asked of the rulebook: one word of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// One rule.
    Rule(RuleId),
    /// A whole group.
    Group(char),
    /// Rules with this word, in lower case.
    Word(String),
}

impl Question {
    /// Reads a word of the command line.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let mut letters = text.chars();
        match (RuleId::parse(text), letters.next(), letters.next()) {
            (Some(id), ..) => Self::Rule(id),
            (None, Some(letter), None) if letter.is_ascii_alphabetic() => {
                Self::Group(letter.to_ascii_uppercase())
            }
            (None, ..) => Self::Word(text.to_lowercase()),
        }
    }
}

/// A rule or group that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnknownRule(String);

impl Rulebook {
    /// The rule with this id, or with this second id.
    pub fn rule(&self, id: RuleId) -> Option<&Rule> {
        let text = id.to_string();
        self.rules().map(|(_, rule)| rule).find(|rule| rule.id == text || rule.alias == text)
    }

    /// The group with this letter.
    pub fn group(&self, letter: char) -> Option<&Group> {
        self.groups.iter().find(|group| group.letter == letter)
    }

    /// What to say of an id that does not exist: the nearest one that does.
    pub fn unknown(&self, id: RuleId) -> UnknownRule {
        let Some(group) = self.group(id.letter) else { return self.unknown_group(id.letter) };
        let distance =
            |rule: &&Rule| RuleId::parse(&rule.id).map_or(u32::MAX, |own| own.number.abs_diff(id.number));
        let nearest = group.rules.iter().min_by_key(distance).map_or("", |rule| &rule.id);
        let (first, last) = (&group.rules[0].id, &group.rules[group.rules.len() - 1].id);
        UnknownRule(format!(
            "there is no rule {id}; did you mean {nearest}?\nhelp: {} has {first} to {last}",
            group.name
        ))
    }

    /// What to say of a letter without rules.
    pub fn unknown_group(&self, letter: char) -> UnknownRule {
        let group = |group: &Group| format!("\n  {}  {}", group.letter, group.name);
        let groups: String = self.groups.iter().map(group).collect();
        UnknownRule(format!("no rule has the letter {letter}\nhelp: the letters are{groups}"))
    }

    /// Rules that have all of these words, which are in lower case, in reading order.
    pub fn search(&self, words: &[String]) -> Vec<&Rule> {
        let has_all = |rule: &&Rule| {
            let text = haystack(rule);
            words.iter().all(|word| text.contains(word.as_str()))
        };
        self.rules().map(|(_, rule)| rule).filter(has_all).collect()
    }

    /// The word of the rulebook nearest to one that no rule has.
    pub fn nearest_word(&self, word: &str) -> Option<String> {
        let text: Vec<String> = self.rules().map(|(_, rule)| haystack(rule)).collect();
        let words = text.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric() && c != '_'));
        let long_enough = words.filter(|other| other.chars().count() >= 4);
        let best = long_enough.min_by_key(|other| (strsim::damerau_levenshtein(word, other), *other))?;
        let allowed = (word.chars().count() / 3).max(1);
        (strsim::damerau_levenshtein(word, best) <= allowed).then(|| best.to_owned())
    }
}

/// Everything of a rule that can be searched, in lower case.
fn haystack(rule: &Rule) -> String {
    let paths = rule.settings.iter().map(|setting| setting.path.as_str());
    let words = [&rule.id, &rule.alias, &rule.title, &rule.says, &rule.reading, &rule.beyond, &rule.fixed];
    let parts = words.into_iter().map(String::as_str);
    let lists = rule.figures.iter().chain(&rule.lessons).map(String::as_str);
    parts.chain(paths).chain(lists).collect::<Vec<_>>().join(" ").to_lowercase()
}
