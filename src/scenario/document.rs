//! RON as a tree of nodes that know where they stand.
//!
//! Every value is kept as the slice of the source it was written in ([`ron::value::RawValue`] borrows), so its
//! position is pointer arithmetic and its digits are exact. A node is opened only when a decoder asks for it, and
//! whatever is wrong is recorded while reading goes on.

use super::asked::Asked;
use super::diagnostics::{Diagnostics, Span};
use super::suggest;
use super::syntax::{self, Shape};
use ron::value::RawValue;
use serde::Deserializer as _;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// One value of the document.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    source: &'a str,
    text: &'a str,
    /// The way to it, such as `markets[0].spot_protected.level`; empty for the document.
    pub(crate) path: String,
}

/// The fields of one struct, in file order.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    /// The struct itself.
    pub(crate) owner: Node<'a>,
    entries: Vec<(&'a str, Node<'a>)>,
    /// Known fields that unknown ones seem to mean; that they are missing needs no second finding.
    misspelt: Vec<String>,
}

/// A name with or without a body: `Always`, `Units(3)`, `MeanReverting(step: "5m", …)`.
#[derive(Debug)]
pub(crate) struct Variant<'a> {
    /// The name as written.
    pub(crate) name: &'a str,
    /// What stands in the parentheses, with them; an empty slice without.
    pub(crate) body: Node<'a>,
}

impl<'a> Node<'a> {
    /// The document. Fails on the first syntax error, which hides everything after it.
    pub(crate) fn document(source: &'a str, out: &mut Diagnostics) -> Option<Self> {
        if syntax::skip_blanks(source).is_empty() {
            let item = out.error(Span { start: 0, end: source.len() }, "the file holds no scenario");
            item.label("nothing but blanks and comments");
            item.help("a scenario starts with ( and lists its fields, as in (start: \"2026-06-01T00:00:00+08:00\", …)");
            return None;
        }
        match ron::from_str::<&RawValue>(source) {
            Ok(raw) => Some(Self { source, text: syntax::trim(raw.get_ron()), path: String::new() }),
            Err(error) => {
                syntax::report(source, &error, out);
                None
            }
        }
    }

    /// A slice of the same source as a node.
    pub(crate) fn child(&self, text: &'a str, path: String) -> Self {
        Self { source: self.source, text: syntax::trim(text), path }
    }

    /// Where it stands.
    pub(crate) fn span(&self) -> Span {
        self.span_of(self.text)
    }

    /// Where a slice of the same source stands.
    pub(crate) fn span_of(&self, part: &str) -> Span {
        // Both slices are of one allocation; the difference of their addresses is the offset.
        let start =
            (part.as_ptr() as usize).wrapping_sub(self.source.as_ptr() as usize).min(self.source.len());
        Span { start, end: (start + part.len()).min(self.source.len()) }
    }

    /// The text as written.
    pub(crate) fn written(&self) -> &'a str {
        self.text
    }

    /// What it is.
    pub(crate) fn shape(&self) -> Shape {
        syntax::shape(self.text)
    }

    /// The path in backticks, or a word for the document.
    pub(crate) fn place(&self) -> String {
        if self.path.is_empty() { "the scenario".to_owned() } else { format!("`{}`", self.path) }
    }

    /// Records that something else should stand here.
    pub(crate) fn expected(&self, what: &str, out: &mut Diagnostics) -> Option<()> {
        let found = self.shape().describe();
        out.error(self.span(), format!("{}: expected {what}", self.place()))
            .label(format!("this is {found}"));
        None
    }

    /// `Some(x)` is `x`, `None` is nothing: optional fields may be written either way.
    fn unwrapped(self) -> Option<Self> {
        match syntax::split_name(self.text) {
            Some(("None", "")) => None,
            Some(("Some", body)) => {
                let inner = self.child(body, self.path.clone());
                match inner.tuple() {
                    Some(mut items) if items.len() == 1 => items.pop(),
                    _ => Some(self),
                }
            }
            _ => Some(self),
        }
    }

    /// The fields of a struct. Records unknown and repeated ones.
    pub(crate) fn fields(&self, what: &str, known: &[&str], out: &mut Diagnostics) -> Option<Fields<'a>> {
        let is_struct = matches!(self.shape(), Shape::Struct | Shape::EmptyGroup);
        let Some(pairs) = is_struct.then(|| self.pairs()).flatten() else {
            let first = known.first().copied().unwrap_or("name");
            self.expected(&format!("{what} with its fields in parentheses, as in ({first}: …)"), out);
            return None;
        };
        out.ask_fields(self.span(), known);
        let mut entries: Vec<(&'a str, Node<'a>)> = Vec::new();
        let mut misspelt = Vec::new();
        for (key, value) in pairs {
            let key_span = self.span_of(key);
            if !known.contains(&key) {
                let item = out.error(key_span, format!("{what} has no field `{key}`"));
                item.label("unknown field");
                suggest::name(item, key, known, "the fields are");
                misspelt.extend(suggest::nearest(key, known).map(str::to_owned));
                continue;
            }
            if let Some((first, _)) = entries.iter().find(|(name, _)| *name == key) {
                let item = out.error(key_span, format!("`{key}` is given twice"));
                item.label("again here").related(self.span_of(first), "first here").help("keep one of them");
                continue;
            }
            let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
            entries.push((key, self.child(value.get_ron(), path)));
        }
        entries =
            entries.into_iter().filter_map(|(key, node)| node.unwrapped().map(|node| (key, node))).collect();
        Some(Fields { owner: self.clone(), entries, misspelt })
    }

    fn pairs(&self) -> Option<Vec<(&'a str, &'a RawValue)>> {
        let mut reader = ron::Deserializer::from_str(self.text).ok()?;
        reader.deserialize_struct("", &[], Pairs).ok()
    }

    /// The items of `[a, b]`.
    pub(crate) fn list(&self, what: &str, out: &mut Diagnostics) -> Option<Vec<Self>> {
        let items =
            (self.shape() == Shape::List).then(|| ron::from_str::<Vec<&RawValue>>(self.text).ok()).flatten();
        let Some(items) = items else {
            self.expected(&format!("a list of {what} in brackets, as in [a, b]"), out);
            return None;
        };
        let child = |(index, raw): (usize, &&'a RawValue)| {
            self.child(raw.get_ron(), format!("{}[{index}]", self.path))
        };
        Some(items.iter().enumerate().map(child).collect())
    }

    /// The items of `(a, b)`; nothing if it is not written so.
    pub(crate) fn tuple(&self) -> Option<Vec<Self>> {
        if self.shape() != Shape::Tuple {
            return None;
        }
        let mut reader = ron::Deserializer::from_str(self.text).ok()?;
        let items = reader.deserialize_tuple(1, Items).ok()?;
        Some(items.into_iter().map(|raw| self.child(raw.get_ron(), self.path.clone())).collect())
    }

    /// What stands in it, whatever it is: fields by name, items by index; a name with a body is looked through, as
    /// paths do.
    pub(crate) fn inside(&self) -> Vec<Self> {
        let field = |(key, value): (&'a str, &'a RawValue)| {
            let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
            self.child(value.get_ron(), path)
        };
        match self.shape() {
            Shape::Struct => self.pairs().unwrap_or_default().into_iter().map(field).collect(),
            Shape::List => self.list("values", &mut Diagnostics::default()).unwrap_or_default(),
            Shape::Tuple => self.tuple().unwrap_or_default(),
            Shape::Name => match syntax::split_name(self.text) {
                Some((_, body)) if !body.is_empty() => self.child(body, self.path.clone()).inside(),
                Some(_) | None => Vec::new(),
            },
            Shape::Text | Shape::Number | Shape::Boolean | Shape::EmptyGroup | Shape::Map | Shape::Other => {
                Vec::new()
            }
        }
    }

    /// Two values in parentheses.
    pub(crate) fn pair(&self, what: &str, out: &mut Diagnostics) -> Option<(Self, Self)> {
        if let Some([a, b]) = self.tuple().as_deref() {
            return Some((a.clone(), b.clone()));
        }
        self.expected(&format!("{what} as a pair in parentheses"), out);
        None
    }

    /// A name with or without a body, one of `table`, and what the table says it means.
    pub(crate) fn variant<T: Copy>(
        &self,
        what: &str,
        table: &[(&str, T)],
        out: &mut Diagnostics,
    ) -> Option<(T, Variant<'a>)> {
        let known: Vec<&str> = table.iter().map(|(known, _)| *known).collect();
        out.ask(self.span(), || Asked::OneOf(known.iter().map(|name| (*name).to_owned()).collect()));
        let Some((name, rest)) = syntax::split_name(self.text) else {
            match self.string_content().filter(|text| known.contains(&text.as_str())) {
                Some(text) => {
                    let item =
                        out.error(self.span(), format!("{}: `{text}` is a name, not a text", self.place()));
                    item.help(format!("write {text} without quotes"));
                }
                None => {
                    self.expected(&format!("one of {}", known.join(", ")), out);
                }
            }
            return None;
        };
        if let Some((_, meaning)) = table.iter().find(|(known, _)| *known == name) {
            return Some((*meaning, Variant { name, body: self.child(rest, self.path.clone()) }));
        }
        let item =
            out.error(self.span_of(name), format!("{}: there is no {what} called `{name}`", self.place()));
        item.label("unknown name");
        suggest::name(item, name, &known, "write one of");
        None
    }

    /// The content of a quoted text.
    pub(crate) fn string_content(&self) -> Option<String> {
        if self.shape() == Shape::Text { ron::from_str::<String>(self.text).ok() } else { None }
    }

    /// The content of a quoted text, or a number exactly as written.
    pub(crate) fn scalar(&self, what: &str, out: &mut Diagnostics) -> Option<String> {
        if self.shape() == Shape::Number {
            return Some(self.text.to_owned());
        }
        let content = self.string_content();
        if content.is_none() {
            self.expected(what, out);
        }
        content
    }
}

impl<'a> Variant<'a> {
    /// True if it stands alone, as in `Always`.
    pub(crate) fn is_bare(&self) -> bool {
        self.body.text.is_empty()
    }

    /// Records a body where there should be none.
    pub(crate) fn bare(&self, out: &mut Diagnostics) -> Option<()> {
        if self.is_bare() {
            return Some(());
        }
        let item = out.error(self.body.span(), format!("`{}` takes nothing in parentheses", self.name));
        item.help(format!("write {}", self.name));
        None
    }

    /// The one value in the parentheses.
    pub(crate) fn single(&self, example: &str, out: &mut Diagnostics) -> Option<Node<'a>> {
        if let Some([one]) = self.body.tuple().as_deref() {
            return Some(one.clone());
        }
        // The name is marked where there is no body to mark.
        let span = if self.is_bare() { self.body.span_of(self.name) } else { self.body.span() };
        out.error(span, format!("`{}` takes one value in parentheses", self.name))
            .help(format!("write it as in {example}"));
        None
    }

    /// The fields in the parentheses.
    pub(crate) fn fields(&self, known: &[&str], out: &mut Diagnostics) -> Option<Fields<'a>> {
        if self.is_bare() {
            let item = out.error(
                self.body.span_of(self.name),
                format!("`{}` needs its fields in parentheses", self.name),
            );
            item.help(format!("the fields are {}", known.join(", ")));
            return None;
        }
        self.body.fields(&format!("`{}`", self.name), known, out)
    }
}

impl<'a> Fields<'a> {
    /// The value of a field, if it is given.
    pub(crate) fn get(&self, name: &str) -> Option<&Node<'a>> {
        self.entries.iter().find(|(key, _)| *key == name).map(|(_, node)| node)
    }

    /// True if an unknown field seems to mean this one.
    pub(crate) fn is_misspelt(&self, name: &str) -> bool {
        self.misspelt.iter().any(|meant| meant == name)
    }

    /// The value of a field that must be given.
    pub(crate) fn required(&self, name: &str, example: &str, out: &mut Diagnostics) -> Option<&Node<'a>> {
        let found = self.get(name);
        if found.is_none() && !self.is_misspelt(name) {
            let item = out
                .error(self.owner.span(), format!("{}: the field `{name}` is missing", self.owner.place()));
            item.label("in here").help(format!("add {name}: {example}"));
        }
        found
    }
}

/// Reads any struct as pairs of a name and a raw value, repeated names included.
struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Vec<(&'de str, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("fields in parentheses")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(key) = map.next_key_seed(Key)? {
            pairs.push((key, map.next_value::<&RawValue>()?));
        }
        Ok(pairs)
    }
}

/// Reads a field's name as a slice of the source.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = &'de str;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = &'de str;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(text)
    }
}

/// Reads any sequence as raw values.
struct Items;

impl<'de> Visitor<'de> for Items {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("values in parentheses")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element::<&RawValue>()? {
            items.push(item);
        }
        Ok(items)
    }
}
