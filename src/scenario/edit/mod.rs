//! Values of a scenario's text replaced by others, everything else kept to the byte.
//!
//! Questions such as "how much cash is enough" or "which bid is best" run one scenario with many values of some of its
//! numbers. They are found by the path that diagnostics write (`accounts[0].cash`), their text is exchanged, and the
//! whole scenario is loaded anew: nothing knows how a value reaches the simulation but the loader.

mod axis;
mod change;
mod grid;
mod quantity;
mod template;
mod variable;

pub use axis::{Axis, Stretch};
pub use change::{Change, ChangeError, changed};
pub use grid::Grid;
pub use quantity::Quantity;
pub use template::{Input, Place, Template};
pub use variable::Variable;

use super::data::read_at_most;
use super::loader::Source;
use std::path::{Path, PathBuf};

#[cfg(test)]
mod tests;

/// Larger files are no scenarios, and some have no end.
const LARGEST_SCENARIO: u64 = 16 << 20;
/// How many paths a message lists at most.
const LISTED: usize = 24;

/// Why a value cannot be varied.
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
    /// What stands there is no plain number.
    #[error("`{path}` is {found}, not a plain number{}", listed(.paths))]
    NotANumber {
        /// The path.
        path: String,
        /// What it is.
        found: String,
        /// Paths at which numbers stand, in file order.
        paths: Vec<String>,
    },
    /// What stands there holds values and is none.
    #[error("`{path}` is {found}, not a single value{}", listed(.paths))]
    NotAValue {
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
    /// Two inputs would write the same value.
    #[error("`{0}` cannot vary in two ways at once")]
    Twice(String),
    /// Values that cannot be read.
    #[error("{0}: {1}")]
    Axis(String, String),
}

impl EditError {
    /// The same with other paths to choose from.
    fn with_paths(self, known: Vec<String>) -> Self {
        match self {
            Self::NoSuchPath { path, file, .. } => {
                let names: Vec<&str> = known.iter().map(String::as_str).collect();
                let nearest = super::suggest::nearest(&path, &names).map(str::to_owned);
                Self::NoSuchPath { path, file, nearest, paths: known }
            }
            other => other,
        }
    }
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |path| format!("; did you mean `{path}`?"))
}

fn listed(paths: &[String]) -> String {
    if paths.is_empty() {
        return "; it has no plain numbers".to_owned();
    }
    let rest = if paths.len() > LISTED { ", …; `deploysim check --paths` lists all" } else { "" };
    let shown: Vec<&str> = paths.iter().map(String::as_str).take(LISTED).collect();
    format!("\nthe numbers are {}{rest}", shown.join(", "))
}

impl Source {
    /// Reads the text of a scenario file, for [`Template::new`].
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
