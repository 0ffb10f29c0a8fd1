//! The values of a text, found by going through it once.

use super::settings::{self, Known};
use super::words;
use super::{Control, Form, FormField, FormOrder, MOST_FIELDS, Part};
use crate::scenario::asked::{Asked, Questions};
use crate::scenario::diagnostics::Span;
use crate::scenario::document::Node;
use crate::scenario::edit::Quantity;
use crate::scenario::syntax::{self, Shape};
use crate::units::SimSpan;
use std::collections::BTreeMap;

/// Parts that are offered though nothing of them is written.
const OFFERED: [&str; 1] = ["settings"];
/// Lists whose order matters.
const ORDERED: [&str; 2] = ["types", "to"];
/// Fields that name what they are in.
const NAMES: [&str; 5] = ["name", "tenant", "model", "service", "deployment"];

struct Walk<'a> {
    questions: &'a Questions,
    currency: String,
    text: &'a str,
    /// Where lines were counted last, and the line there.
    counted: (usize, usize),
    /// How many values there are at a path so far.
    at_path: BTreeMap<String, usize>,
    form: Form,
    count: usize,
}

/// The form of a document.
pub(super) fn form(document: &Node, text: &str, questions: &Questions) -> Form {
    let top = document.inside();
    let currency = top.iter().find(|node| node.path == "currency").and_then(Node::string_content);
    let mut walk = Walk {
        questions,
        currency: currency.unwrap_or_default(),
        text,
        counted: (0, 1),
        at_path: BTreeMap::new(),
        form: Form::default(),
        count: 0,
    };
    let mut own = part("", "scenario");
    let mut parts = Vec::new();
    for node in &top {
        match node.shape() {
            Shape::List => {
                for item in node.inside() {
                    parts.push(walk.part(&item, &words::one_of(&node.path)));
                }
            }
            Shape::Struct | Shape::EmptyGroup => parts.push(walk.part(node, &words::plain(&node.path))),
            _ => walk.value(node, &mut own),
        }
    }
    for field in OFFERED.into_iter().filter(|field| !top.iter().any(|node| node.path == *field)) {
        let mut offered = part(field, &words::plain(field));
        walk.offer_all(field, &mut offered);
        parts.push(offered);
    }
    walk.offer_absent(document, &top, &mut own);
    walk.form.parts = std::iter::once(own).chain(parts).filter(|part| !part.fields.is_empty()).collect();
    walk.form
}

fn part(path: &str, kind: &str) -> Part {
    Part {
        path: path.to_owned(),
        kind: kind.to_owned(),
        name: String::new(),
        fields: Vec::new(),
        orders: Vec::new(),
    }
}

impl Walk<'_> {
    fn part(&mut self, node: &Node, kind: &str) -> Part {
        let mut part = Part { name: name_of(node), ..part(&node.path, kind) };
        self.value(node, &mut part);
        part
    }

    /// A value and all that is in it.
    fn value(&mut self, node: &Node, part: &mut Part) {
        let shape = node.shape();
        match shape {
            Shape::Number | Shape::Boolean | Shape::Text => self.single(node, part),
            Shape::Name => {
                let body = syntax::split_name(node.written()).map_or("", |(_, body)| body);
                if body.is_empty() {
                    self.single(node, part);
                } else {
                    self.name(node, part);
                    self.value(&node.child(body, node.path.clone()), part);
                }
            }
            Shape::Struct | Shape::EmptyGroup => {
                let inside = node.inside();
                for child in &inside {
                    self.value(child, part);
                }
                self.offer_absent(node, &inside, part);
            }
            Shape::List | Shape::Tuple => {
                let inside = node.inside();
                let field = node.path.rsplit('.').next().unwrap_or_default();
                if shape == Shape::List && inside.len() > 1 && ORDERED.contains(&field) {
                    let label = words::label(&part.path, &node.path);
                    let items = inside.iter().map(in_short).collect();
                    part.orders.push(FormOrder { path: node.path.clone(), label, items });
                }
                for child in &inside {
                    self.value(child, part);
                }
            }
            Shape::Map | Shape::Other => {}
        }
    }

    /// A value without parts.
    fn single(&mut self, node: &Node, part: &mut Part) {
        let number = self.at_path.entry(node.path.clone()).or_insert(0);
        *number += 1;
        let path = if *number == 1 { node.path.clone() } else { format!("{}#{number}", node.path) };
        let value = node.string_content().unwrap_or_else(|| node.written().to_owned());
        let control = match self.questions.at(node.span().start) {
            Some(asked) => control_of(asked, &value, settings::known(&node.path)),
            None => control_by_shape(node.shape(), &value),
        };
        self.push(part, &node.path, FormField { path, control, value, ..blank(node.span()) });
    }

    /// The name in front of other values.
    fn name(&mut self, node: &Node, part: &mut Part) {
        let (Some(Asked::OneOf(_)), Some((name, _))) =
            (self.questions.at(node.span().start), syntax::split_name(node.written()))
        else {
            return;
        };
        let asked = self.questions.at(node.span().start).cloned().unwrap_or(Asked::Text);
        let mut control = control_of(&asked, name, settings::known(&node.path));
        if let Control::Choice { options, .. } = &mut control {
            // What is written stays what it is until another name is chosen.
            for option in options.iter_mut().filter(|option| option.split('(').next() == Some(name)) {
                name.clone_into(option);
            }
        }
        let path = format!("{}#0", node.path);
        let value = name.to_owned();
        self.push(part, &node.path, FormField { path, control, value, ..blank(node.span()) });
    }

    /// Adds a field with what all fields have.
    fn push(&mut self, part: &mut Part, path: &str, field: FormField) {
        self.count += 1;
        if self.count > MOST_FIELDS {
            self.form.is_cut = true;
            return;
        }
        let unit = match field.control {
            Control::Money { .. } => words::money_unit(path, &self.currency),
            _ => String::new(),
        };
        let rules = settings::known(path).map_or_else(Vec::new, rules_of);
        let line = self.line_at(field.span.start);
        let label = words::label(&part.path, path);
        part.fields.push(FormField { label, unit, line, rules, ..field });
    }

    /// The line of a byte; bytes come mostly in order, so that lines are counted once.
    fn line_at(&mut self, byte: usize) -> usize {
        let (at, line) = if byte < self.counted.0 { (0, 1) } else { self.counted };
        let line = line + self.text.get(at..byte).map_or(0, |text| text.matches('\n').count());
        self.counted = (byte, line);
        line
    }

    /// Fields of a group that are not written and of which the rulebook knows.
    fn offer_absent(&mut self, group: &Node, inside: &[Node], part: &mut Part) {
        let prefix = if group.path.is_empty() { String::new() } else { format!("{}.", group.path) };
        for field in self.questions.fields_at(group.span().start) {
            let path = format!("{prefix}{field}");
            if !inside.iter().any(|node| node.path == path) {
                self.offer(&path, group.span(), part);
            }
        }
    }

    /// All fields that the rulebook knows of a group that is not written at all.
    fn offer_all(&mut self, group: &str, part: &mut Part) {
        for path in settings::beneath(group) {
            self.offer(path, Span::default(), part);
        }
    }

    fn offer(&mut self, path: &str, group: Span, part: &mut Part) {
        let Some(known) = settings::known(path) else { return };
        let Some(control) = control_of_examples(known) else { return };
        let bare = |written: &str| written.trim_matches('"').to_owned();
        let field = FormField {
            path: path.to_owned(),
            control,
            value: known.default.map(bare).unwrap_or_default(),
            example: known.examples.first().map(|example| bare(example)).unwrap_or_default(),
            is_default: true,
            ..blank(group)
        };
        self.push(part, path, field);
    }
}

fn rules_of(known: &Known) -> Vec<String> {
    known.rules.iter().map(|rule| (*rule).to_owned()).collect()
}

fn blank(span: Span) -> FormField {
    FormField {
        path: String::new(),
        label: String::new(),
        control: Control::Text,
        value: String::new(),
        unit: String::new(),
        is_default: false,
        example: String::new(),
        line: 0,
        rules: Vec::new(),
        span,
    }
}

fn control_of(asked: &Asked, value: &str, known: Option<&Known>) -> Control {
    match asked {
        Asked::Duration => Control::Duration,
        Asked::Instant => Control::Instant,
        Asked::Price(words) => {
            Control::Money { words: words.iter().map(|word| (*word).to_owned()).collect() }
        }
        Asked::Amount => Control::Money { words: Vec::new() },
        Asked::Number | Asked::Factor => Control::Number,
        Asked::Whole(least, most) => Control::Whole { least: *least, most: *most },
        Asked::Truth => Control::Truth,
        Asked::Text => Control::Text,
        Asked::OneOf(names) => {
            let examples = known.map_or(&[][..], |known| &known.examples[..]);
            let written = |name: &String| {
                let with_parts = examples.iter().find(|example| example.split('(').next() == Some(name));
                with_parts
                    .filter(|_| name != value)
                    .map_or_else(|| name.clone(), |example| (*example).to_owned())
            };
            Control::Choice { options: names.iter().map(written).collect(), quoted: false }
        }
        Asked::NameOf(names) => Control::Choice { options: names.clone(), quoted: true },
    }
}

/// Where the loader did not come as far as to ask.
fn control_by_shape(shape: Shape, value: &str) -> Control {
    match shape {
        Shape::Boolean => Control::Truth,
        Shape::Number => Control::Number,
        _ if value.parse::<SimSpan>().is_ok() => Control::Duration,
        _ if Quantity::parse(value).is_some() => Control::Number,
        _ => Control::Text,
    }
}

/// What may stand at a place where nothing does; none where it would have parts.
fn control_of_examples(known: &Known) -> Option<Control> {
    let written: Vec<&str> = known.default.into_iter().chain(known.examples.iter().copied()).collect();
    let all = |fits: fn(&str) -> bool| written.iter().all(|value| fits(value));
    let is_name = |value: &str| syntax::split_name(value).is_some();
    if all(|value| matches!(value, "true" | "false")) {
        return Some(Control::Truth);
    }
    if all(is_name) {
        let mut options: Vec<String> = Vec::new();
        for value in &written {
            if !options.iter().any(|option| option == value) {
                options.push((*value).to_owned());
            }
        }
        return Some(Control::Choice { options, quoted: false });
    }
    let text = |value: &str| value.trim_matches('"').to_owned();
    let first = text(written.iter().find(|value| !is_name(value))?);
    if written.iter().any(|value| value.starts_with(['(', '['])) {
        return None;
    }
    if first.parse::<SimSpan>().is_ok() && first.ends_with(|c: char| c.is_ascii_alphabetic()) {
        return Some(Control::Duration);
    }
    let is_number = Quantity::parse(&first).is_some();
    Some(if is_number { Control::Number } else { Control::Text })
}

/// The name a part gives itself.
fn name_of(node: &Node) -> String {
    let inside = node.inside();
    let named = |field: &str| {
        inside
            .iter()
            .find(|child| child.path.rsplit('.').next() == Some(field))
            .and_then(Node::string_content)
    };
    NAMES.iter().find_map(|field| named(field)).unwrap_or_default()
}

/// An item of a list in a few words: its texts and numbers.
fn in_short(node: &Node) -> String {
    if let Some(text) = node.string_content() {
        return text;
    }
    let words = node.inside().into_iter().map(|child| {
        let field = child.path.rsplit('.').next().map(words::plain).unwrap_or_default();
        let value = child.string_content().unwrap_or_else(|| child.written().to_owned());
        if field == "type" { value } else { format!("{field} {value}") }
    });
    words.collect::<Vec<_>>().join(", ")
}
