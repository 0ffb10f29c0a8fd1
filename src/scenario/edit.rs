//! One number of a scenario's text replaced by another, everything else kept to the byte.
//!
//! Questions such as "how much cash is enough" run one scenario with many values of one number. The number is found by
//! the path that diagnostics write (`accounts[0].cash`), its text is exchanged, and the whole scenario is loaded anew:
//! nothing knows how a value reaches the simulation but the loader.

use super::data::read_at_most;
use super::diagnostics::{Diagnostics, Report};
use super::document::Node;
use super::loader::{self, Source};
use super::model::Scenario;
use super::suggest;
use super::syntax::Shape;
use crate::units::Money;
use std::path::{Path, PathBuf};

#[cfg(test)]
mod tests;

/// Larger files are no scenarios, and some have no end.
const LARGEST_SCENARIO: u64 = 16 << 20;
/// How many paths a message lists at most.
const LISTED: usize = 24;

/// A number of a scenario that may be written anew.
#[derive(Clone, Debug)]
pub struct Variable {
    source: Source,
    path: String,
    /// Bytes of its digits, without quotes.
    digits: (usize, usize),
    value: Money,
    decimals: u32,
    is_whole: bool,
}

/// Why a number cannot be varied.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The file cannot be read.
    #[error("cannot read {0}: {1}")]
    Read(String, #[source] std::io::Error),
    /// The text is no RON: loading says more.
    #[error("{0} is no scenario")]
    Syntax(String),
    /// Nothing stands there.
    #[error("there is no `{path}` in {file}{}{}", did_you_mean(.nearest.as_deref()), listed(.paths))]
    NoSuchPath {
        /// The path that was asked for.
        path: String,
        /// The scenario.
        file: String,
        /// A path that may be meant.
        nearest: Option<String>,
        /// Paths at which numbers stand, in file order.
        paths: Vec<String>,
    },
    /// What stands there is no number.
    #[error("`{path}` is {found}, not a plain number{}", listed(.paths))]
    NotANumber {
        /// The path.
        path: String,
        /// What it is.
        found: String,
        /// Paths at which numbers stand, in file order.
        paths: Vec<String>,
    },
    /// Several values share the path, as those of a pair do.
    #[error("`{0}` is more than one value")]
    Several(String),
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |path| format!("; did you mean `{path}`?"))
}

fn listed(paths: &[String]) -> String {
    if paths.is_empty() {
        return "; it has no plain numbers".to_owned();
    }
    let rest = if paths.len() > LISTED { ", …" } else { "" };
    let shown: Vec<&str> = paths.iter().map(String::as_str).take(LISTED).collect();
    format!("\nthe numbers are {}{rest}", shown.join(", "))
}

impl Source {
    /// Reads the text of a scenario file, for [`Variable::find`].
    ///
    /// # Errors
    /// A file that cannot be read, or is no text.
    pub fn read(path: &Path, data_dirs: &[PathBuf]) -> Result<Self, EditError> {
        let shown = path.to_string_lossy().into_owned();
        let read = read_at_most(path, LARGEST_SCENARIO).and_then(|bytes| {
            String::from_utf8(bytes).map_err(|_| std::io::Error::other("the file is not UTF-8 text"))
        });
        let base = path.parent().map(Path::to_path_buf).unwrap_or_default();
        match read {
            Ok(text) => Ok(Self { path: shown, text, base, data_dirs: data_dirs.to_vec() }),
            Err(error) => Err(EditError::Read(shown, error)),
        }
    }
}

impl Variable {
    /// Finds the number at a path such as `accounts[0].cash`.
    ///
    /// # Errors
    /// No such path, more than one value there, or one that is no plain number.
    pub fn find(source: Source, path: &str) -> Result<Self, EditError> {
        let mut unheard = Diagnostics::default();
        // The mark some editors of Windows begin a file with is no character of the scenario.
        let mark = source.text.len() - source.text.trim_start_matches('\u{feff}').len();
        // RON wants a line break after a comment at the very end.
        let text = format!("{}\n", &source.text[mark..]);
        let document = Node::document(&text, &mut unheard);
        let document = document.ok_or_else(|| EditError::Syntax(source.path.clone()))?;
        let mut nodes = Vec::new();
        collect(&document, &mut nodes);
        let own: Vec<&Node> = nodes.iter().filter(|node| node.path == path).collect();
        let [node] = own[..] else {
            return Err(not_one(own.len(), path, &source.path, &nodes));
        };
        let Some(number) = Number::of(node) else {
            let found = match node.shape() {
                Shape::Text => node.written().to_owned(),
                shape => shape.describe().to_owned(),
            };
            return Err(EditError::NotANumber { path: path.to_owned(), found, paths: paths(&nodes) });
        };
        let digits = (number.from + mark, number.to + mark);
        let Number { value, decimals, is_whole, .. } = number;
        Ok(Self { source, path: path.to_owned(), digits, value, decimals, is_whole })
    }

    /// The path it was found by.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The value as it stands in the file.
    pub fn value(&self) -> Money {
        self.value
    }

    /// Written without quotes and without a point: perhaps a count, which has no fractions.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// The least difference worth trying: 1 of a whole number, else a hundredth, or a unit of the last decimal written.
    pub fn unit(&self) -> Money {
        let decimals = if self.is_whole { 0 } else { self.decimals.max(2) };
        Money::from_pico(10_i128.pow(Money::SCALE - decimals))
    }

    /// A value as it would be written.
    pub fn written(&self, value: Money) -> String {
        if self.is_whole { format!("{value:.0}") } else { value.to_string() }
    }

    /// The scenario's text with another value.
    pub fn text_with(&self, value: Money) -> String {
        let (from, to) = self.digits;
        let text = &self.source.text;
        format!("{}{}{}", &text[..from], self.written(value), &text[to..])
    }

    /// Loads the scenario with another value; the report says why it cannot run if it cannot.
    pub fn load_with(&self, value: Money) -> (Option<Scenario>, Report) {
        loader::load(Source { text: self.text_with(value), ..self.source.clone() })
    }
}

/// A number and where its digits stand.
struct Number {
    from: usize,
    to: usize,
    value: Money,
    decimals: u32,
    is_whole: bool,
}

impl Number {
    /// A plain decimal number, in quotes or without.
    fn of(node: &Node) -> Option<Self> {
        let (written, start) = (node.written(), node.span().start);
        let (from, to) = match node.shape() {
            Shape::Number => (0, written.len()),
            Shape::Text => (written.find('"')? + 1, written.rfind('"')?),
            Shape::Boolean
            | Shape::List
            | Shape::Struct
            | Shape::Tuple
            | Shape::EmptyGroup
            | Shape::Map
            | Shape::Name
            | Shape::Other => return None,
        };
        let digits = written.get(from..to)?;
        let value = Money::parse(digits).ok()?;
        let decimals = digits.split_once('.').map_or(0, |(_, fraction)| fraction.trim().len());
        let is_whole = from == 0 && !digits.contains('.');
        let decimals = u32::try_from(decimals).ok()?.min(Money::SCALE);
        Some(Self { from: start + from, to: start + to, value, decimals, is_whole })
    }
}

/// Every node below this one, in file order.
fn collect<'a>(node: &Node<'a>, nodes: &mut Vec<Node<'a>>) {
    for child in node.inside() {
        nodes.push(child.clone());
        collect(&child, nodes);
    }
}

/// Paths at which exactly one number stands.
fn paths(nodes: &[Node]) -> Vec<String> {
    let is_alone = |node: &&Node| nodes.iter().filter(|other| other.path == node.path).count() == 1;
    let numbers = nodes.iter().filter(|node| Number::of(node).is_some()).filter(is_alone);
    numbers.map(|node| node.path.clone()).collect()
}

fn not_one(count: usize, path: &str, file: &str, nodes: &[Node]) -> EditError {
    if count > 1 {
        return EditError::Several(path.to_owned());
    }
    let paths = paths(nodes);
    let known: Vec<&str> = paths.iter().map(String::as_str).collect();
    let nearest = suggest::nearest(path, &known).map(str::to_owned);
    EditError::NoSuchPath { path: path.to_owned(), file: file.to_owned(), nearest, paths }
}
