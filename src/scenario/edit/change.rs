//! Changes as somebody makes them in a form: a value exchanged, one that was left to its default written, a list put into
//! another order. All else of the text is kept to the byte, comments too.

use crate::scenario::diagnostics::Diagnostics;
use crate::scenario::document::Node;
use crate::scenario::syntax::{self, Shape};
use crate::units::Money;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// One change of a scenario's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Change {
    /// A value takes the place of what stands at a path, or is written there if nothing does.
    Value {
        /// As diagnostics write it, `strategies[1].types[0].bid`. `#2` after it is the second of several values that share a
        /// path, as those of a pair do; `#0` is the name in front of them with all that it holds.
        path: String,
        /// Without quotes.
        value: String,
        /// It is a name or has parts, and is written as it is.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        bare: bool,
    },
    /// The items of a list in another order.
    Order {
        /// The list.
        path: String,
        /// The index of each item in the present order.
        order: Vec<usize>,
    },
}

/// Why a text cannot be changed so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// The text is no RON: loading it says more.
    #[error("the text cannot be read, so nothing of it can be changed")]
    Syntax,
    /// Nothing stands there, and nothing can be written there.
    #[error("there is no `{0}` in this scenario, and no group of fields to write it into")]
    NoSuchPath(String),
    /// It is no list.
    #[error("`{0}` is no list that could have another order")]
    NotAList(String),
    /// Not every item has one place.
    #[error("the order of `{path}` must name each of its {items} items once, from 0")]
    NotAnOrder {
        /// The list.
        path: String,
        /// How many items it has.
        items: usize,
    },
}

/// The text after these changes, each made in what the ones before it left.
///
/// ```
/// use deploysim::scenario::edit::{Change, changed};
/// let text = r#"(strategies: [(name: "spot", /* dear */ types: [(type: "A", bid: "1.20"), (type: "B")])])"#;
/// let value = |path: &str, value: &str| Change::Value { path: path.into(), value: value.into(), bare: false };
/// let changes = [
///     value("strategies[0].types[0].bid", "0.95"),
///     // Awkward: it is not written yet.
///     value("strategies[0].protection", "false"),
///     Change::Order { path: "strategies[0].types".into(), order: vec![1, 0] },
/// ];
/// assert_eq!(
///     changed(text, &changes).unwrap(),
///     r#"(strategies: [(name: "spot", /* dear */ types: [(type: "B"), (type: "A", bid: "0.95")], protection: false)])"#
/// );
/// ```
///
/// # Errors
/// A text that is no RON, or a change that fits nothing in it.
pub fn changed(text: &str, changes: &[Change]) -> Result<String, ChangeError> {
    let mut text = text.to_owned();
    for change in changes {
        text = match change {
            Change::Value { path, value, bare } => with_value(&text, path, value, *bare)?,
            Change::Order { path, order } => with_order(&text, path, order)?,
        };
    }
    Ok(text)
}

/// Looks at the nodes of a text; places are bytes of the text as it is, with its mark.
fn look<T>(text: &str, see: impl FnOnce(&Node, usize) -> Result<T, ChangeError>) -> Result<T, ChangeError> {
    let mark = text.len() - text.trim_start_matches('\u{feff}').len();
    // RON wants a line break after a comment at the very end.
    let read = format!("{}\n", &text[mark..]);
    let document = Node::document(&read, &mut Diagnostics::default()).ok_or(ChangeError::Syntax)?;
    see(&document, mark)
}

fn range(node: &Node, mark: usize) -> Range<usize> {
    node.span().start + mark..node.span().end + mark
}

fn with_value(text: &str, path: &str, value: &str, bare: bool) -> Result<String, ChangeError> {
    let (own, number) = match path.rsplit_once('#') {
        Some((own, number)) => (own, number.parse().ok()),
        None => (path, Some(1_usize)),
    };
    let missing = || ChangeError::NoSuchPath(path.to_owned());
    let number = number.ok_or_else(missing)?;
    let (place, written) = look(text, |document, mark| {
        let found = nodes_at(document, own);
        let single: Vec<&Node> = found.iter().filter(|node| is_single(node)).collect();
        let numbered = number.checked_sub(1).and_then(|index| single.get(index)).copied();
        let node = numbered.or_else(|| found.first().filter(|_| number <= 1));
        match node {
            Some(node) => Ok((range(node, mark), replacement(node, value, bare))),
            None if number == 1 => room_for(document, own, value, bare, mark).ok_or_else(missing),
            None => Err(missing()),
        }
    })?;
    Ok(format!("{}{written}{}", &text[..place.start], &text[place.end..]))
}

/// A value without parts.
fn is_single(node: &Node) -> bool {
    match node.shape() {
        Shape::Number | Shape::Boolean | Shape::Text => true,
        Shape::Name => syntax::split_name(node.written()).is_some_and(|(_, body)| body.is_empty()),
        Shape::List | Shape::Struct | Shape::Tuple | Shape::EmptyGroup | Shape::Map | Shape::Other => false,
    }
}

/// Every node at a path, the outermost first.
fn nodes_at<'a>(document: &Node<'a>, path: &str) -> Vec<Node<'a>> {
    let mut found = Vec::new();
    descend(document, path, &mut found);
    found
}

fn descend<'a>(node: &Node<'a>, path: &str, found: &mut Vec<Node<'a>>) {
    for child in node.inside() {
        let Some(rest) = path.strip_prefix(child.path.as_str()) else { continue };
        if rest.is_empty() {
            found.push(child.clone());
        }
        if rest.is_empty() || rest.starts_with(['.', '[']) {
            descend(&child, path, found);
        }
    }
}

/// The value as it is written in the place of this one.
fn replacement(node: &Node, value: &str, bare: bool) -> String {
    if bare {
        value.to_owned()
    } else if node.shape() == Shape::Text {
        quoted(value)
    } else {
        written(value)
    }
}

/// A number or a truth value as it is, all else in quotes.
fn written(value: &str) -> String {
    match syntax::shape(value) {
        Shape::Number if Money::parse(value).is_ok() => value.to_owned(),
        Shape::Boolean => value.to_owned(),
        _ => quoted(value),
    }
}

fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Where a field that is not written would go, and its text: into the innermost group of fields on its path that there is.
fn room_for(
    document: &Node,
    path: &str,
    value: &str,
    bare: bool,
    mark: usize,
) -> Option<(Range<usize>, String)> {
    let mut written = if bare { value.to_owned() } else { written(value) };
    let mut path = path;
    loop {
        let (owner, field) = path.rsplit_once('.').unwrap_or(("", path));
        if field.is_empty() || !field.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return None;
        }
        written = format!("{field}: {written}");
        let found = if owner.is_empty() { vec![document.clone()] } else { nodes_at(document, owner) };
        if let Some(group) = found.iter().find_map(group_of) {
            return Some((end_of(&group, mark), separated(&group, &written)));
        }
        if !found.is_empty() || owner.is_empty() {
            return None;
        }
        written = format!("({written})");
        path = owner;
    }
}

/// A group of fields, or what stands behind a name that has one.
fn group_of<'a>(node: &Node<'a>) -> Option<Node<'a>> {
    match node.shape() {
        Shape::Struct | Shape::EmptyGroup => Some(node.clone()),
        Shape::Name => {
            // The group is the rest of the text from its parenthesis on.
            let (_, body) = syntax::split_name(node.written())?;
            matches!(syntax::shape(body), Shape::Struct).then(|| node.child(body, node.path.clone()))
        }
        Shape::Number
        | Shape::Boolean
        | Shape::Text
        | Shape::List
        | Shape::Tuple
        | Shape::Map
        | Shape::Other => None,
    }
}

/// Just before the closing parenthesis, after the last thing that stands there.
fn end_of(group: &Node, mark: usize) -> Range<usize> {
    let end = last_value_end(group).unwrap_or(group.span().start + 1) + mark;
    end..end
}

fn last_value_end(group: &Node) -> Option<usize> {
    group.inside().last().map(|node| node.span().end)
}

fn separated(group: &Node, field: &str) -> String {
    if group.inside().is_empty() { field.to_owned() } else { format!(", {field}") }
}

fn with_order(text: &str, path: &str, order: &[usize]) -> Result<String, ChangeError> {
    let ranges = look(text, |document, mark| {
        let found = nodes_at(document, path);
        let list = found.iter().find(|node| node.shape() == Shape::List);
        let list = list.ok_or_else(|| ChangeError::NotAList(path.to_owned()))?;
        Ok(list.inside().iter().map(|item| range(item, mark)).collect::<Vec<_>>())
    })?;
    let mut named = order.to_vec();
    named.sort_unstable();
    if !named.iter().copied().eq(0..ranges.len()) {
        return Err(ChangeError::NotAnOrder { path: path.to_owned(), items: ranges.len() });
    }
    let (mut new, mut done) = (String::with_capacity(text.len()), 0);
    for (place, item) in ranges.iter().zip(order) {
        new.push_str(&text[done..place.start]);
        new.push_str(&text[ranges[*item].clone()]);
        done = place.end;
    }
    Ok(new + &text[done..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(path: &str, value: &str, bare: bool) -> Change {
        Change::Value { path: path.to_owned(), value: value.to_owned(), bare }
    }

    #[test]
    fn values_are_written_as_their_place_wants_them() {
        let text =
            "\u{feff}(a: 1, b: \"x\", c: Units(3), d: Schedule([(\"0s\", \"0.5\")]), e: (), f: true) // end";
        for (change, expected) in [
            (value("a", "2.5", false), "a: 2.5,"),
            (value("a", "5m", false), "a: \"5m\","),
            (value("b", "a \"quoted\" \\ one", false), r#"b: "a \"quoted\" \\ one","#),
            (value("b", "NoLimit", true), "b: NoLimit,"),
            (value("c", "4", false), "c: Units(4),"),
            (value("c#0", "Always", true), "c: Always,"),
            (value("d[0]#2", "0.75", false), "(\"0s\", \"0.75\")"),
            (value("e.g", "false", false), "e: (g: false)"),
            (value("h.i", "7", false), "f: true, h: (i: 7)) // end"),
            (value("f", "false", false), "f: false)"),
        ] {
            let changed = changed(text, std::slice::from_ref(&change)).expect("it can be changed");
            assert!(changed.contains(expected) && changed.starts_with('\u{feff}'), "{change:?}: {changed}");
        }
    }

    #[test]
    fn what_fits_nothing_is_said() {
        let text = "(list: [1, 2], one: 3)";
        let order =
            |path: &str, order: &[usize]| Change::Order { path: path.to_owned(), order: order.to_vec() };
        for change in [value("list[7].x", "1", false), value("one.x", "1", false), value("a b", "1", false)] {
            let error = changed(text, std::slice::from_ref(&change)).expect_err("nothing is there");
            assert!(matches!(error, ChangeError::NoSuchPath(_)), "{change:?}: {error}");
        }
        assert!(matches!(changed(text, &[order("one", &[0])]), Err(ChangeError::NotAList(_))));
        for wrong in [&[0][..], &[0, 0], &[0, 2], &[0, 1, 2]] {
            let error = changed(text, &[order("list", wrong)]);
            assert!(matches!(error, Err(ChangeError::NotAnOrder { items: 2, .. })), "{wrong:?}");
        }
        assert_eq!(changed("(", &[value("one", "4", false)]), Err(ChangeError::Syntax));
        assert_eq!(changed(text, &[order("list", &[1, 0])]).as_deref(), Ok("(list: [2, 1], one: 3)"));
    }
}
