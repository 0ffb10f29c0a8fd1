//! What is wrong with a file, for the person who has to put it right.

use super::decode::Source;
use std::fmt;

/// One thing that is wrong with a data file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DataProblem {
    /// The file as the user named it.
    pub file: String,
    /// Line, from 1.
    pub line: Option<usize>,
    /// Character of the line, from 1.
    pub column: Option<usize>,
    /// The offending text, shortened if it is long.
    pub text: Option<Box<str>>,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
}

impl fmt::Display for DataProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
        }
        write!(f, ": {}", self.message)?;
        if let Some(text) = &self.text {
            write!(f, ": \"{text}\"")?;
        }
        Ok(())
    }
}

impl std::error::Error for DataProblem {}

impl DataProblem {
    /// A problem of the file as a whole.
    pub(super) fn of_file(file: &str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: None,
            column: None,
            text: None,
            message: message.into(),
            help: Some(help.into()),
        }
    }
}

/// The most problems that are reported one by one.
const MOST_PROBLEMS: usize = 20;

/// The problems of a file: the first of them one by one, of the rest how many.
pub(super) struct Problems<'a> {
    source: &'a Source,
    list: Vec<DataProblem>,
    more: usize,
}

impl<'a> Problems<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        Self { source, list: Vec::new(), more: 0 }
    }

    /// A problem at a byte offset of the text, with the offending text.
    pub(super) fn add(&mut self, offset: usize, text: Option<&str>, message: impl Into<String>, help: &str) {
        if self.list.len() >= MOST_PROBLEMS {
            self.more += 1;
            return;
        }
        self.list.push(DataProblem {
            file: self.source.file.clone(),
            line: Some(self.source.line(offset)),
            column: Some(self.source.column(offset)),
            text: text.map(|text| shown(text).into()),
            message: message.into(),
            help: Some(help.to_owned()),
        });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All that were met, and one that ends the reading.
    pub(super) fn fail(mut self, last: DataProblem) -> Vec<DataProblem> {
        self.list.push(last);
        self.all()
    }

    /// All that were met.
    pub(super) fn all(self) -> Vec<DataProblem> {
        let mut problems = self.list;
        if self.more > 0 {
            let message = format!("and {} more", self.more);
            let file = &self.source.file;
            problems.push(DataProblem { help: None, ..DataProblem::of_file(file, message, String::new()) });
        }
        problems
    }
}

/// The longest text of a file that is quoted back.
const SHOWN_CHARS: usize = 60;

/// Text of a file, fit to be printed on one line of a terminal.
pub(super) fn shown(text: &str) -> String {
    let mut out = String::new();
    for (n, c) in text.trim().chars().enumerate() {
        if n == SHOWN_CHARS {
            out.push('…');
            break;
        }
        // Quotes stay readable; what could move the cursor does not get through.
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// Up to a dozen names as a list.
pub(super) fn listing<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 12;
    let names: Vec<&str> = names.into_iter().collect();
    let mut text = names.iter().take(MOST).map(|name| shown(name)).collect::<Vec<_>>().join(", ");
    if names.len() > MOST {
        text = format!("{text} and {} more", names.len() - MOST);
    }
    text
}

/// The name that is most like `wanted`, if one is like it at all.
pub(super) fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for name in names {
        let likeness = strsim::normalized_damerau_levenshtein(&wanted, &name.to_lowercase());
        // Strictly more: the first in order wins a tie, so the answer is repeatable.
        if likeness >= 0.6 && best.is_none_or(|(most, _)| likeness > most) {
            best = Some((likeness, name));
        }
    }
    best.map(|(_, name)| name)
}
