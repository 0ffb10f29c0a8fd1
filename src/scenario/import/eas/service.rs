//! One service as its JSON says it: how many instances of which types, with which bids, on which disk.

mod types;

use super::EasOptions;
use super::json::{Kind, Value};
use super::keys::{KeyNote, Keys};
use super::size;
use crate::scenario::decode::plans::MOST_REPLICAS;
use crate::scenario::diagnostics::{Diagnostics, Span};
use crate::scenario::import::decode::Source;
use crate::scenario::import::number::parse_nano;
use crate::scenario::import::problem::shown;

/// E3: what the provider gives for nothing; `extra-ephemeral-storage` counts from here.
const FREE_GIB: u32 = 30;

/// Where something comes from: a key, its line, and what of it to point at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) path: String,
    pub(super) line: usize,
    pub(super) span: Span,
}

impl Origin {
    /// `metadata.disk (line 6)`.
    pub(super) fn said(&self) -> String {
        format!("{} (line {})", shown(&self.path), self.line)
    }
}

/// A service, read.
#[derive(Clone, Debug)]
pub(super) struct Service {
    pub(super) name: String,
    pub(super) named: Option<Origin>,
    /// Machines: the instances times the machines of each.
    pub(super) replicas: u32,
    /// What the number of machines comes from, in words.
    pub(super) counted: String,
    /// Size of the disk, and what it comes from.
    pub(super) disk: Option<(u32, Origin)>,
    pub(super) region: Option<String>,
    /// Whether spot instances have a protected hour (E24), and where that is said.
    pub(super) protection: bool,
    pub(super) protection_said: Option<Origin>,
    /// Where `resource_rebalancing` is switched on.
    pub(super) moves_back: Option<Origin>,
    /// In order of preference; empty only if none of them is right.
    pub(super) types: Vec<Wanted>,
    /// Keys that are not read.
    pub(super) keys: Vec<KeyNote>,
    /// Where it stands.
    pub(super) span: Span,
}

/// One instance type of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) instance_type: String,
    pub(super) bid: Option<Bid>,
    /// At most this many instances.
    pub(super) cap: Option<u32>,
    pub(super) origin: Origin,
}

/// A bid per hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bid {
    /// As the scenario writes it: the digits of the JSON where they are plain and per hour.
    pub(super) written: String,
    /// As the JSON has it.
    pub(super) original: String,
    pub(super) span: Span,
}

/// How many.
struct Count {
    instances: u32,
    machines_each: u32,
    /// What it comes from, in words.
    said: String,
}

impl Default for Count {
    fn default() -> Self {
        Self { instances: 1, machines_each: 1, said: "metadata.instance is missing: 1".to_owned() }
    }
}

impl Count {
    fn machines(&self) -> u32 {
        self.instances * self.machines_each
    }
}

/// Reads one service.
pub(super) struct Reader<'a, 'b> {
    pub(super) source: &'a Source,
    /// What it is called if it does not say.
    pub(super) fallback_name: String,
    pub(super) options: &'b EasOptions,
    pub(super) out: &'b mut Diagnostics,
}

impl<'a> Reader<'a, '_> {
    /// A service. Where something is wrong, which is recorded, what is right of it is kept for the checks that follow.
    pub(super) fn service(&mut self, value: &Value<'a>) -> Option<Service> {
        if value.kind() != Kind::Object {
            let help = "a service is an object in braces, as in {\"metadata\": {…}, \"cloud\": {…}}";
            return value.expected("a service", help, self.out);
        }
        let mut keys = Keys::of(value, self.source, self.out);
        let (name, named) = self.name(&keys, value);
        let count = self.replicas(&keys, value);
        let disk = self.disk(&keys);
        let region = keys.get("metadata.region").and_then(|value| self.text(value));
        let said = keys.get("cloud.computing.disable_spot_protection_period");
        let disabled = said.and_then(|value| self.boolean(value)).unwrap_or(false);
        let protection_said = said.map(|value| self.origin(value));
        let rebalancing = keys.get("metadata.resource_rebalancing");
        let moves = rebalancing.and_then(|value| self.boolean(value)).unwrap_or(false);
        let moves_back = rebalancing.filter(|_| moves).map(|value| self.origin(value));
        let mut types = self.types(&mut keys, count.as_ref(), value).unwrap_or_default();
        let count = count.unwrap_or_default();
        for wanted in &mut types {
            // Capacities count instances, replicas machines.
            wanted.cap = wanted.cap.map(|cap| cap.saturating_mul(count.machines_each).min(MOST_REPLICAS));
        }
        keys.notes.sort_by_key(|note| note.line);
        Some(Service {
            name: name.unwrap_or_default(),
            named,
            replicas: count.machines(),
            counted: count.said,
            disk,
            region,
            protection: !disabled,
            protection_said,
            moves_back,
            types,
            keys: keys.notes,
            span: value.span(),
        })
    }

    fn origin(&self, value: &Value) -> Origin {
        let span = value.span();
        Origin { path: value.path.clone(), line: self.source.line(span.start), span }
    }

    fn text(&mut self, value: &Value) -> Option<String> {
        match value.string() {
            Some(text) => Some(text),
            None => value.expected("a text in quotes", "write it as in \"cn-hangzhou\"", self.out),
        }
    }

    fn boolean(&mut self, value: &Value) -> Option<bool> {
        match value.written() {
            "true" => Some(true),
            "false" => Some(false),
            written => {
                let bare = written.trim_matches('"').to_lowercase();
                let help = match bare.as_str() {
                    "true" | "false" => format!("write {bare} without quotes"),
                    _ => "write true or false, without quotes".to_owned(),
                };
                value.expected("true or false", &help, self.out)
            }
        }
    }

    /// `metadata.name`, or `name` as older files have it.
    fn name(&mut self, keys: &Keys, service: &Value) -> (Option<String>, Option<Origin>) {
        let Some(value) = keys.get("metadata.name").or_else(|| keys.get("name")) else {
            let name = self.fallback_name.clone();
            let item = self.out.warning(first_character(service), "the service has no name");
            item.label("`metadata.name` is missing").help(format!("it is called \"{name}\" here"));
            return (Some(name), None);
        };
        let name = self.text(value);
        let is_name = |name: &String| !name.trim().is_empty() && !name.contains(['/', '\n', '\r', '\t']);
        if name.as_ref().is_some_and(|name| !is_name(name)) {
            let item = self.out.error(value.span(), format!("{}: not a name", value.place()));
            item.help("a name is a text of at least one character, without / and line breaks");
            return (None, None);
        }
        (name.map(|name| name.trim().to_owned()), Some(self.origin(value)))
    }

    /// Instances, and the machines of each.
    fn replicas(&mut self, keys: &Keys, service: &Value) -> Option<Count> {
        let instances = keys.get("metadata.instance");
        let counted = if let Some(value) = instances {
            self.count(value, 1, "a service without instances costs nothing")
        } else {
            let item = self.out.warning(first_character(service), "the number of instances is missing");
            item.label("`metadata.instance` is missing").help("1 is taken");
            Some(1)
        };
        let unit = keys.get("unit.size");
        let size = unit.map(|value| self.count(value, 1, "an instance has at least one machine"));
        let (instances_said, instances) = (instances.map(|value| self.origin(value)), counted?);
        let said = instances_said.map_or_else(|| Count::default().said, |origin| origin.said());
        let (Some(size), Some(value)) = (size, unit) else {
            return Some(Count { instances, machines_each: 1, said });
        };
        let size = size?;
        if instances.checked_mul(size).is_none_or(|machines| machines > MOST_REPLICAS) {
            let message = format!("{}: {instances} instances of {size} machines are too many", value.place());
            self.out.error(value.span(), message).help(format!("at most {MOST_REPLICAS} together"));
            return None;
        }
        if size == 1 {
            return Some(Count { instances, machines_each: 1, said });
        }
        let said = format!("{said} × {}", self.origin(value).said());
        let count = Count { instances, machines_each: size, said };
        let item = self.out.warning(value.span(), format!("each instance has {size} machines"));
        item.label(format!("{} machines are billed", count.machines()));
        item.help(
            "each is a replica here; that an instance serves only while all of its machines run is not modelled",
        );
        Some(count)
    }

    /// A whole number of things; EAS takes a number, people write texts.
    fn count(&mut self, value: &Value, least: u32, below: &str) -> Option<u32> {
        let what = format!("a whole number from {least} to {MOST_REPLICAS}");
        let written = match value.kind() {
            Kind::Number => value.written().to_owned(),
            Kind::Text => value.string().unwrap_or_default(),
            Kind::Object | Kind::List | Kind::Boolean | Kind::Null => {
                return value.expected(&what, "write it as in 2", self.out);
            }
        };
        // `2.0` and `2e0` are whole too.
        let Ok(number) = parse_nano(&written) else {
            return value.expected(&what, "write it as in 2", self.out);
        };
        let whole = number.value / 1_000_000_000;
        if number.rounded || number.value % 1_000_000_000 != 0 {
            return value.expected(&what, "there are no parts of one", self.out);
        }
        let fits = u32::try_from(whole).ok().filter(|count| (least..=MOST_REPLICAS).contains(count));
        let Some(count) = fits else {
            let item = self.out.error(value.span(), format!("{} must be {what}", value.place()));
            if whole < i64::from(least) {
                item.help(below);
            }
            return None;
        };
        if value.kind() == Kind::Text {
            let item = self.out.warning(value.span(), format!("{}: a number in quotes", value.place()));
            item.help(format!("EAS takes {count} without quotes; it is read as that"));
        }
        Some(count)
    }

    /// `metadata.disk`, or what a feature adds to the free size.
    fn disk(&mut self, keys: &Keys) -> Option<(u32, Origin)> {
        let own = keys.get("metadata.disk");
        let extra = keys.get("features.eas.aliyun.com/extra-ephemeral-storage");
        if let (Some(own), Some(extra)) = (own, extra) {
            let item = self.out.warning(extra.span(), format!("{}: the disk is given twice", extra.place()));
            item.related(own.span(), "this size is taken").help("keep one of them");
        }
        let value = own.or(extra)?;
        let gib = self.size(value)?;
        let total = if own.is_some() { gib } else { gib.saturating_add(FREE_GIB).min(1_000_000) };
        Some((total, self.origin(value)))
    }

    fn size(&mut self, value: &Value) -> Option<u32> {
        let written = match value.kind() {
            Kind::Text => value.string().unwrap_or_default(),
            Kind::Number => value.written().to_owned(),
            Kind::Object | Kind::List | Kind::Boolean | Kind::Null => {
                return value.expected("a size in quotes", "write it as in \"40Gi\"", self.out);
            }
        };
        match size::parse(&written) {
            Ok(size) => {
                if size.rounded {
                    let message = format!("{}: \"{written}\" is no whole number of GiB", value.place());
                    let item = self.out.warning(value.span(), message);
                    item.label(format!("taken as {} GiB", size.gib)).help("a started GiB counts whole here");
                }
                Some(size.gib)
            }
            Err(error) => {
                let item = self.out.error(value.span(), format!("{}: not a size", value.place()));
                item.label(error.why);
                match error.meant {
                    Some(meant) => item.help(format!("did you mean \"{meant}\"?")),
                    None => item.help("write it as in \"40Gi\""),
                };
                item.help("units are Ki, Mi, Gi, Ti (powers of 1024) and k, M, G, T (powers of 1000)");
                None
            }
        }
    }
}

/// The brace a service begins with: what is missing has no place of its own.
fn first_character(value: &Value) -> Span {
    let Span { start, .. } = value.span();
    Span { start, end: start + 1 }
}
