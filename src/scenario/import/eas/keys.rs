//! What becomes of every key of an EAS service's JSON: read, named with a reason, or not known.
//!
//! Names are those of the provider's page of JSON parameters and of its own tools, which also write keys with points
//! (`"cloud.computing.instance_type": "…"`): both ways lead to the same name here.

mod table;

use super::json::{Kind, Value};
use crate::scenario::diagnostics::{Diagnostics, Span};
use crate::scenario::import::decode::Source;
use crate::scenario::import::problem::shown;
use crate::scenario::suggest;
pub(super) use table::INSTANCE_KEYS;
use table::KEYS;
use table::Role::{self, Idle, Read, Unmodelled};

/// A key that is not read: which, where, and what that means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyNote {
    /// The way to it, such as `containers[0].image`.
    pub path: String,
    /// Its line in the file, from 1.
    pub line: usize,
    /// What becomes of it.
    pub kind: KeyKind,
    /// Why, in half a sentence.
    pub why: String,
}

/// What becomes of a key that is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyKind {
    /// It does not change the bill.
    Idle,
    /// It may change the bill, but is not modelled.
    Unmodelled,
    /// Nobody knows it.
    Unknown,
}

/// What is found in a service's JSON.
pub(super) struct Keys<'a> {
    read: Vec<(&'static str, Value<'a>)>,
    /// What is not read, in file order.
    pub(super) notes: Vec<KeyNote>,
    source: &'a Source,
}

impl<'a> Keys<'a> {
    /// Looks at every key of a service.
    pub(super) fn of(service: &Value<'a>, source: &'a Source, out: &mut Diagnostics) -> Self {
        let mut keys = Self { read: Vec::new(), notes: Vec::new(), source };
        keys.members(service, "", out);
        keys
    }

    /// The value of a key that is read; null is as good as nothing.
    pub(super) fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.read.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    fn members(&mut self, object: &Value<'a>, prefix: &str, out: &mut Diagnostics) {
        for member in object.members(out) {
            let name =
                if prefix.is_empty() { member.key.clone() } else { format!("{prefix}.{}", member.key) };
            match known(&name) {
                Some((known, Read)) => self.read(known, member.value, out),
                Some((_, Idle(why))) => self.note(&member.value, KeyKind::Idle, why),
                Some((_, Unmodelled(_))) if is_off(&member.value) => {
                    self.note(&member.value, KeyKind::Idle, "empty or off");
                }
                Some((_, Unmodelled(why))) => {
                    let item = out.warning(member.span, format!("`{}` is not modelled", member.value.path));
                    item.label("may change the bill").help(*why);
                    self.note(&member.value, KeyKind::Unmodelled, why);
                }
                None if has_below(&name, ".") => self.object(&member.value, &name, out),
                None if has_below(&name, "[]") => self.list(&member.value, &name, out),
                None => {
                    let siblings = below(prefix);
                    self.unknown(&member.value, &member.key, member.span, &siblings, out);
                }
            }
        }
    }

    fn object(&mut self, value: &Value<'a>, name: &str, out: &mut Diagnostics) {
        match value.kind() {
            Kind::Object => self.members(value, name, out),
            Kind::Null => {}
            Kind::List | Kind::Text | Kind::Number | Kind::Boolean => {
                let help = format!("its keys are {}", below(name).join(", "));
                value.expected::<()>("an object in braces", &help, out);
            }
        }
    }

    fn list(&mut self, value: &Value<'a>, name: &str, out: &mut Diagnostics) {
        match value.kind() {
            Kind::List => {
                let inside = format!("{name}[]");
                value.items().iter().for_each(|item| self.object(item, &inside, out));
            }
            Kind::Null => {}
            Kind::Object | Kind::Text | Kind::Number | Kind::Boolean => {
                value.expected::<()>("a list of objects", "put it in brackets, as in [{…}]", out);
            }
        }
    }

    fn read(&mut self, known: &'static str, value: Value<'a>, out: &mut Diagnostics) {
        if value.kind() == Kind::Null {
            return;
        }
        // The same key may be written as `{"a": {"b": …}}` and as `{"a.b": …}`.
        if let Some((_, first)) = self.read.iter().find(|(key, _)| *key == known) {
            let item = out.error(value.span(), format!("`{known}` is given twice"));
            item.label("again here").related(first.span(), "first here").help("keep one of them");
            return;
        }
        self.read.push((known, value));
    }

    /// Notes a key that nobody knows.
    pub(super) fn unknown(
        &mut self,
        value: &Value<'a>,
        key: &str,
        span: Span,
        siblings: &[&str],
        out: &mut Diagnostics,
    ) {
        let near = suggest::nearest(key, siblings).map(str::to_owned).or_else(|| elsewhere(key));
        let item = out.warning(span, format!("`{}` is not known: it is left out", value.path));
        item.label("unknown key");
        let mut why = "not known".to_owned();
        if let Some(near) = near {
            item.help(format!("did you mean `{near}`?"));
            why = format!("not known; did you mean {near}?");
        }
        self.note(value, KeyKind::Unknown, &why);
    }

    /// Notes a key that is not read.
    pub(super) fn note(&mut self, value: &Value<'a>, kind: KeyKind, why: &str) {
        let line = self.source.line(value.span().start);
        self.notes.push(KeyNote { path: shown(&value.path), line, kind, why: why.to_owned() });
    }
}

/// A value that switches nothing on.
fn is_off(value: &Value) -> bool {
    matches!(value.written(), "false" | "0" | "null" | "\"\"" | "{}" | "[]" | "\"Standard\"")
}

/// A known key, or the one that stands for all below it.
fn known(name: &str) -> Option<&'static (&'static str, Role)> {
    let is_below = |known: &str| name.strip_prefix(known).is_some_and(|rest| rest.starts_with('.'));
    KEYS.iter().find(|(known, role)| *known == name || (*role != Read && is_below(known)))
}

/// True if some known key goes on like this.
fn has_below(name: &str, how: &str) -> bool {
    KEYS.iter().any(|(known, _)| known.strip_prefix(name).is_some_and(|rest| rest.starts_with(how)))
}

/// The next steps of known keys below a name, each once.
fn below(prefix: &str) -> Vec<&'static str> {
    let mut steps: Vec<&str> = Vec::new();
    for (known, _) in KEYS {
        let rest = if prefix.is_empty() { Some(*known) } else { after(known, prefix) };
        // A feature has points in its name.
        let step = rest.map(|rest| if prefix == "features" { rest } else { first_step(rest) });
        steps.extend(step.filter(|step| !steps.contains(step)));
    }
    steps
}

fn after(known: &'static str, prefix: &str) -> Option<&'static str> {
    known.strip_prefix(prefix)?.strip_prefix('.')
}

fn first_step(rest: &'static str) -> &'static str {
    let end = rest.find(['.', '[']).unwrap_or(rest.len());
    &rest[..end]
}

/// A key of this name that belongs somewhere else.
fn elsewhere(key: &str) -> Option<String> {
    if INSTANCE_KEYS[1..].contains(&key) {
        return Some(format!("cloud.computing.instances[0].{key}"));
    }
    let ends = |known: &&(&str, Role)| known.0.rsplit(['.', ']']).next() == Some(key);
    KEYS.iter().find(ends).map(|(known, _)| (*known).to_owned())
}
