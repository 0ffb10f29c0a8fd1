//! What is wrong with a catalog file, said for people.

use ron::error::{Error, SpannedError};
use std::fmt;

/// The first mistake of a catalog file, with its place and, where there is one, the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogError {
    /// The file as the reader knows it.
    pub path: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The line itself.
    pub text: String,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
}

/// Longer lines are shown in part.
const SHOWN: usize = 160;

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}:{}:{}: {}", self.path, self.line, self.column, self.message)?;
        let number = self.line.to_string();
        let shown: String = self.text.chars().take(SHOWN).collect();
        write!(f, "{number} | {shown}")?;
        if self.column <= SHOWN {
            write!(f, "\n{} | {}^", " ".repeat(number.len()), " ".repeat(self.column - 1))?;
        }
        match &self.help {
            Some(help) => write!(f, "\nhelp: {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for CatalogError {}

impl CatalogError {
    /// A mistake at a line and column of the text.
    pub(super) fn at(path: &str, text: &str, line: usize, column: usize, message: String) -> Self {
        let shown = text.lines().nth(line.saturating_sub(1)).unwrap_or_default().trim_end().to_owned();
        Self { path: path.to_owned(), line, column: column.max(1), text: shown, message, help: None }
    }

    /// A mistake at a byte of the text.
    pub(super) fn at_byte(path: &str, text: &str, byte: usize, message: String) -> Self {
        let before = &text[..byte];
        let line = 1 + before.matches('\n').count();
        let column = 1 + before.rsplit('\n').next().unwrap_or_default().chars().count();
        Self::at(path, text, line, column, message)
    }

    /// With a way out.
    #[must_use]
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What RON found, where its value or name begins.
    pub(super) fn from_ron(path: &str, text: &str, error: &SpannedError) -> Self {
        let (message, help) = words(&error.code);
        let place = error.span.start;
        let item = Self::at(path, text, place.line, place.col, message);
        match help {
            Some(help) => item.help(help),
            None => item,
        }
    }
}

/// A mistake of the syntax or of a value, and what would be right.
fn words(code: &Error) -> (String, Option<String>) {
    let list = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match code {
        Error::NoSuchStructField { expected, found, .. } => {
            let near = nearest(found, expected);
            let help = near.map_or_else(
                || format!("there is {}", list(expected)),
                |near| format!("did you mean `{near}`? There is {}", list(expected)),
            );
            (format!("there is no field `{found}` here"), Some(help))
        }
        Error::NoSuchEnumVariant { expected, found, .. } => (
            format!("`{found}` is none of the known words"),
            Some(format!("write one of {}", list(expected))),
        ),
        Error::MissingStructField { field, .. } => {
            (format!("the field `{field}` is missing in the group that ends here"), None)
        }
        Error::DuplicateStructField { field, .. } => (format!("the field `{field}` is given twice"), None),
        Error::ExpectedString => (
            "a text is expected here".to_owned(),
            Some("write amounts and names in quotes, as in \"0.42\"".to_owned()),
        ),
        Error::Message(message) => (message.clone(), None),
        other => (other.to_string(), None),
    }
}

/// The known name nearest to a misspelt one, if at most a third of the letters differ.
fn nearest<'a>(written: &str, known: &[&'a str]) -> Option<&'a str> {
    let distance = |name: &str| strsim::damerau_levenshtein(written, name);
    let best = known.iter().copied().min_by_key(|name| distance(name))?;
    (distance(best) <= (best.chars().count() / 3).max(1)).then_some(best)
}
