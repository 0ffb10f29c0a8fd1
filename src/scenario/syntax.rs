//! The few pieces of RON's surface that are looked at by hand: blanks, comments, leading names; and the words for
//! its syntax errors.

use super::diagnostics::{Diagnostics, Span};
use ron::error::{Error, Position, SpannedError};

/// What a value is, by its first characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `"…"`
    Text,
    /// `0.42`
    Number,
    /// `true` or `false`
    Boolean,
    /// `[…]`
    List,
    /// `(name: …)`
    Struct,
    /// `(a, b)`
    Tuple,
    /// `()`
    EmptyGroup,
    /// `{…}`
    Map,
    /// `Always` or `Units(3)`
    Name,
    /// Nothing, or what no scenario uses.
    Other,
}

impl Shape {
    /// In words.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Boolean => "a truth value",
            Self::List => "a list",
            Self::Struct => "a group of fields",
            Self::Tuple => "a group of values",
            Self::EmptyGroup => "an empty group",
            Self::Map => "a map: write ( ) instead of { }, and names without quotes",
            Self::Name => "a name",
            Self::Other => "something else",
        }
    }
}

/// The rest after blanks and comments.
pub(crate) fn skip_blanks(mut text: &str) -> &str {
    loop {
        let trimmed = text.trim_start();
        text = if let Some(comment) = trimmed.strip_prefix("//") {
            comment.split_once('\n').map_or("", |(_, rest)| rest)
        } else if trimmed.starts_with("/*") {
            skip_block_comment(trimmed)
        } else {
            return trimmed;
        };
    }
}

/// The rest after a block comment; they nest.
fn skip_block_comment(text: &str) -> &str {
    let (mut depth, mut rest) = (0_usize, text);
    loop {
        if let Some(inner) = rest.strip_prefix("/*") {
            (depth, rest) = (depth + 1, inner);
        } else if let Some(after) = rest.strip_prefix("*/") {
            (depth, rest) = (depth - 1, after);
            if depth == 0 {
                return rest;
            }
        } else {
            let mut characters = rest.chars();
            if characters.next().is_none() {
                return "";
            }
            rest = characters.as_str();
        }
    }
}

/// A raw value without blanks and comments around it.
pub(crate) fn trim(text: &str) -> &str {
    if text.is_empty() {
        return text;
    }
    let text = skip_blanks(text);
    match ron::value::RawValue::from_ron(text) {
        Ok(raw) => raw.trim().get_ron(),
        Err(_) => text.trim_end(),
    }
}

/// `Units(3)` as `("Units", "(3)")`, `Always` as `("Always", "")`; nothing for what does not start with a name.
pub(crate) fn split_name(text: &str) -> Option<(&str, &str)> {
    let first = text.chars().next()?;
    if !(first.is_alphabetic() || first == '_') {
        return None;
    }
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    // A quote after the letters makes it a raw or byte text; true and false are no names.
    if rest.starts_with(['"', '#', '\'']) || matches!(name, "true" | "false" | "inf" | "NaN") {
        return None;
    }
    Some((name, skip_blanks(rest)))
}

/// What a value is.
pub(crate) fn shape(text: &str) -> Shape {
    let Some(first) = text.chars().next() else { return Shape::Other };
    match first {
        '"' => Shape::Text,
        '[' => Shape::List,
        '{' => Shape::Map,
        '0'..='9' | '-' | '+' | '.' => Shape::Number,
        '(' => group_shape(skip_blanks(&text[1..])),
        _ if text == "true" || text == "false" => Shape::Boolean,
        _ if text.starts_with("r\"") || text.starts_with("r#\"") || text.starts_with("r##") => Shape::Text,
        _ if split_name(text).is_some() => Shape::Name,
        _ => Shape::Other,
    }
}

fn group_shape(inside: &str) -> Shape {
    if inside.starts_with(')') {
        return Shape::EmptyGroup;
    }
    let name = inside.strip_prefix("r#").unwrap_or(inside);
    let after_name = split_name(name).map_or("", |(_, rest)| rest);
    if after_name.starts_with(':') && !after_name.starts_with("::") { Shape::Struct } else { Shape::Tuple }
}

/// Records a syntax error in the words of someone who writes scenarios.
pub(crate) fn report(source: &str, error: &SpannedError, out: &mut Diagnostics) {
    let start = byte_offset(source, error.span.start);
    let end = byte_offset(source, error.span.end).max(start);
    let (start, end) = widened(source, start, end);
    let (message, help) = words(&error.code);
    let item = out.error(Span { start, end }, format!("syntax: {message}"));
    item.label("reading stopped here");
    if !help.is_empty() {
        item.help(help);
    }
    item.help("the rest of the file is checked once this is mended");
}

fn words(code: &Error) -> (String, &'static str) {
    let (message, help) = match code {
        Error::Eof => ("the file ends too early", "a closing ) or ] or \" is missing"),
        Error::ExpectedComma => {
            ("a comma is missing before this", "separate fields and list items with commas")
        }
        Error::ExpectedStringEnd => ("a text is not closed", "add the closing \""),
        Error::ExpectedArrayEnd => ("a list is not closed", "add ] or the comma between two items"),
        Error::ExpectedStructLikeEnd => ("a group is not closed", "add ) or the comma between two fields"),
        Error::ExpectedMapColon => ("a : is missing after a name", "a field is written name: value"),
        Error::UnclosedBlockComment => ("a comment is not closed", "add */"),
        Error::TrailingCharacters => (
            "there is text after the end of the scenario",
            "the whole scenario stands in one pair of parentheses",
        ),
        Error::ExpectedIdentifier => {
            ("the name of a field is expected here", "names are letters, digits and _, without quotes")
        }
        Error::ExceededRecursionLimit => ("values are nested too deeply", ""),
        _ => return (code.to_string(), ""),
    };
    (message.to_owned(), help)
}

/// The byte offset of a position whose columns count characters.
fn byte_offset(source: &str, position: Position) -> usize {
    let mut at = 0;
    for _ in 1..position.line {
        match source[at..].find('\n') {
            Some(newline) => at += newline + 1,
            None => return source.len(),
        }
    }
    let line = &source[at..];
    at + line.char_indices().nth(position.col.saturating_sub(1)).map_or(line.len(), |(offset, _)| offset)
}

/// A span of at least one character; at the end of the file the last character that is no blank.
fn widened(source: &str, start: usize, end: usize) -> (usize, usize) {
    if source[start..].trim().is_empty() {
        let trimmed = source.trim_end();
        let last = trimmed.char_indices().next_back().map_or(0, |(at, _)| at);
        return (last, trimmed.len());
    }
    if end > start {
        return (start, end);
    }
    let width = source[start..].chars().next().map_or(0, char::len_utf8);
    (start, start + width)
}
