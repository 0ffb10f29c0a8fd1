//! JSON as values that know where they stand: each is a slice of the file's text, so its digits are exact and its
//! place is pointer arithmetic. A value is opened only when somebody asks for it.

use crate::scenario::diagnostics::{Diagnostics, Span};
use serde::Deserializer as _;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fmt;

/// One value of the file.
#[derive(Clone, Debug)]
pub(super) struct Value<'a> {
    source: &'a str,
    text: &'a str,
    /// The way to it, such as `metadata.disk`; empty for the document.
    pub(super) path: String,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    List,
    Text,
    Number,
    Boolean,
    Null,
}

impl Kind {
    /// In words.
    pub(super) fn describe(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::List => "a list",
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Boolean => "a truth value",
            Self::Null => "null",
        }
    }
}

/// A member of an object.
pub(super) struct Member<'a> {
    /// Its key as text.
    pub(super) key: String,
    /// Where the key stands.
    pub(super) span: Span,
    /// Its value.
    pub(super) value: Value<'a>,
}

impl<'a> Value<'a> {
    /// The document. Fails on the first syntax error, which hides everything after it.
    pub(super) fn document(source: &'a str, out: &mut Diagnostics) -> Option<Self> {
        match serde_json::from_str::<&RawValue>(source) {
            Ok(raw) => Some(Self { source, text: raw.get(), path: String::new() }),
            Err(error) => {
                syntax(source, &error, out);
                None
            }
        }
    }

    /// Where it stands.
    pub(super) fn span(&self) -> Span {
        span_of(self.source, self.text)
    }

    /// The text as written.
    pub(super) fn written(&self) -> &'a str {
        self.text
    }

    /// What it is.
    pub(super) fn kind(&self) -> Kind {
        match self.text.as_bytes().first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::List,
            Some(b'"') => Kind::Text,
            Some(b't' | b'f') => Kind::Boolean,
            Some(b'n') | None => Kind::Null,
            Some(_) => Kind::Number,
        }
    }

    /// The path in backticks, or a word for the document.
    pub(super) fn place(&self) -> String {
        if self.path.is_empty() { "the service".to_owned() } else { format!("`{}`", self.path) }
    }

    /// Records that something else should stand here.
    pub(super) fn expected<T>(&self, what: &str, help: &str, out: &mut Diagnostics) -> Option<T> {
        let item = out.error(self.span(), format!("{}: expected {what}", self.place()));
        item.label(format!("this is {}", self.kind().describe())).help(help);
        None
    }

    /// The members of an object in file order. Repeated keys are recorded, and the first of them stays.
    pub(super) fn members(&self, out: &mut Diagnostics) -> Vec<Member<'a>> {
        let mut reader = serde_json::Deserializer::from_str(self.text);
        let pairs = reader.deserialize_map(Pairs).unwrap_or_default();
        let mut members: Vec<Member> = Vec::new();
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        for (raw, value) in pairs {
            let span = span_of(self.source, raw);
            let Ok(key) = serde_json::from_str::<String>(raw) else {
                out.error(span, "this key is no text").help("write plain letters, as in \"metadata\"");
                continue;
            };
            if let Some(first) = seen.get(&key) {
                let item = out.error(span, format!("`{key}` is given twice"));
                item.label("again here").related(*first, "first here").help("keep one of them");
                continue;
            }
            seen.insert(key.clone(), span);
            // A key may hold what moves the cursor; a path is printed.
            let step: String = key.chars().flat_map(escaped).collect();
            let path = if self.path.is_empty() { step } else { format!("{}.{step}", self.path) };
            members.push(Member { key, span, value: Self { source: self.source, text: value, path } });
        }
        members
    }

    /// The items of a list.
    pub(super) fn items(&self) -> Vec<Self> {
        let items = serde_json::from_str::<Vec<&RawValue>>(self.text).unwrap_or_default();
        let item = |(index, raw): (usize, &'a RawValue)| Self {
            source: self.source,
            text: raw.get(),
            path: format!("{}[{index}]", self.path),
        };
        items.into_iter().enumerate().map(item).collect()
    }

    /// The content of a text.
    pub(super) fn string(&self) -> Option<String> {
        serde_json::from_str(self.text).ok()
    }
}

/// A character fit to be printed.
fn escaped(c: char) -> Vec<char> {
    if c.is_control() { c.escape_default().collect() } else { vec![c] }
}

/// The place of a part of the source.
fn span_of(source: &str, part: &str) -> Span {
    // Both slices are of one allocation; the difference of their addresses is the offset.
    let start = part.as_ptr().addr().wrapping_sub(source.as_ptr().addr()).min(source.len());
    Span { start, end: (start + part.len()).min(source.len()) }
}

/// Reads an object as pairs of the raw texts of key and value, repeated keys included.
struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Vec<(&'de str, &'de str)>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            pairs.push((key.get(), value.get()));
        }
        Ok(pairs)
    }
}

/// Broken JSON, in words for a person.
fn syntax(source: &str, error: &serde_json::Error, out: &mut Diagnostics) {
    let full = error.to_string();
    let what = full.split(" at line ").next().unwrap_or(&full);
    let at = offset(source, error.line(), error.column());
    if error.is_eof() {
        let trimmed = source.trim_end();
        let last = trimmed.char_indices().next_back().map_or(0, |(at, _)| at);
        let item = out.error(Span { start: last, end: trimmed.len() }, "syntax: the JSON ends too early");
        item.label("nothing follows").help("a closing } or ] or \" is missing: is the file cut off?");
        return;
    }
    let width = source[at..].chars().next().map_or(0, char::len_utf8);
    let item = out.error(Span { start: at, end: at + width }, format!("syntax: not JSON: {what}"));
    item.label("reading stopped here");
    item.help(if full.starts_with("trailing comma") || source[at..].starts_with(['}', ']']) {
        "remove the comma before the closing bracket, or add what is missing"
    } else if full.starts_with("trailing characters") {
        "one service is one object in braces; several stand in one list, as in [{…}, {…}]"
    } else {
        "keys and texts stand in double quotes, and JSON has no comments"
    });
    item.help("the rest of the file is checked once this is mended");
}

/// The byte offset of a line and a column in bytes (both from 1), at the beginning of a character.
fn offset(source: &str, line: usize, column: usize) -> usize {
    let starts = std::iter::once(0).chain(source.match_indices('\n').map(|(at, _)| at + 1));
    let start = starts.clone().nth(line.saturating_sub(1)).unwrap_or(source.len());
    let mut at = (start + column.saturating_sub(1)).min(source.len());
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    at
}
