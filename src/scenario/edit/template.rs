//! A scenario's text in which single values are exchanged.

use super::quantity::Quantity;
use super::{EditError, Source};
use crate::scenario::data::FileCache;
use crate::scenario::diagnostics::{Diagnostics, Report};
use crate::scenario::document::Node;
use crate::scenario::loader;
use crate::scenario::model::Scenario;
use crate::scenario::suggest;
use crate::scenario::syntax::{self, Shape};
use crate::units::Money;

/// A scenario's text with the places of its values, and the data files that were read for it: each once, however often
/// it is loaded.
#[derive(Clone, Debug)]
pub struct Template {
    source: Source,
    places: Vec<Place>,
    files: FileCache,
}

/// A single value of a scenario's text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    path: String,
    line: usize,
    /// What stands there, without quotes.
    written: String,
    /// Its bytes, without quotes.
    span: (usize, usize),
    shape: Shape,
}

/// One value of a scenario or several that are always the same, found by path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Input {
    path: String,
    /// Indices of places, in the order of the text.
    places: Vec<usize>,
}

impl Place {
    /// The way to it, such as `markets[0].spot_protected.level`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The line it stands in, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// What stands there, without quotes.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The number, if it is one.
    pub fn quantity(&self) -> Option<Quantity> {
        match self.shape {
            Shape::Number | Shape::Text => Quantity::parse(&self.written),
            _ => None,
        }
    }

    /// A number without quotes and without a point: perhaps a count.
    pub fn is_whole(&self) -> bool {
        self.shape == Shape::Number && !self.written.contains('.')
    }

    /// What it is, for a message.
    pub(super) fn described(&self) -> String {
        match self.shape {
            Shape::Text => format!("\"{}\"", self.written),
            shape => shape.describe().to_owned(),
        }
    }

    /// The value of a node, if it has one that may be exchanged.
    fn of(node: &Node, line: usize, mark: usize) -> Option<Self> {
        let (whole, shape) = (node.written(), node.shape());
        let (from, to) = match shape {
            Shape::Number | Shape::Boolean => (0, whole.len()),
            Shape::Text => (whole.find('"')? + 1, whole.rfind('"')?),
            // A name with something in parentheses is no single value.
            Shape::Name if syntax::split_name(whole).is_some_and(|(_, body)| body.is_empty()) => {
                (0, whole.len())
            }
            Shape::Name
            | Shape::List
            | Shape::Struct
            | Shape::Tuple
            | Shape::EmptyGroup
            | Shape::Map
            | Shape::Other => return None,
        };
        let written = whole.get(from..to)?.to_owned();
        let start = node.span().start;
        Some(Self {
            path: node.path.clone(),
            line,
            written,
            span: (start + from + mark, start + to + mark),
            shape,
        })
    }

    /// Another value as it has to be written here: in quotes if these are, or if it is no number, truth value or name.
    fn replacement(&self, value: &str) -> String {
        let bare = matches!(syntax::shape(value), Shape::Number | Shape::Boolean | Shape::Name)
            && (Money::parse(value).is_ok() || syntax::shape(value) != Shape::Number);
        if self.shape == Shape::Text || bare { value.to_owned() } else { format!("\"{value}\"") }
    }
}

impl Input {
    /// The path it was found by.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// How many places get its value.
    pub fn count(&self) -> usize {
        self.places.len()
    }
}

impl Template {
    /// Finds the values of a scenario's text.
    ///
    /// # Errors
    /// A text that is no RON.
    pub fn new(source: Source) -> Result<Self, EditError> {
        let mut unheard = Diagnostics::default();
        // The mark some editors of Windows begin a file with is no character of the scenario.
        let mark = source.text.len() - source.text.trim_start_matches('\u{feff}').len();
        // RON wants a line break after a comment at the very end.
        let text = format!("{}\n", &source.text[mark..]);
        let document = Node::document(&text, &mut unheard);
        let document = document.ok_or_else(|| EditError::Syntax(source.path.clone()))?;
        let mut places = Vec::new();
        // Nodes come in the order of the text, so that its lines are counted once.
        let (mut at, mut line) = (0, 1);
        collect(&document, &mut |node| {
            let start = node.span().start.max(at);
            line += text[at..start].matches('\n').count();
            at = start;
            places.extend(Place::of(node, line, mark));
        });
        Ok(Self { source, places, files: FileCache::default() })
    }

    /// Every value that may be exchanged, in the order of the text.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// Those whose path leads to nothing else.
    pub fn alone(&self) -> impl Iterator<Item = &Place> {
        let mut paths: Vec<&str> = self.places.iter().map(Place::path).collect();
        paths.sort_unstable();
        let is_alone = move |place: &&Place| {
            let first = paths.partition_point(|path| *path < place.path());
            paths.get(first + 1).is_none_or(|next| *next != place.path())
        };
        self.places.iter().filter(is_alone)
    }

    /// Paths at which numbers stand that can be varied, in the order of the text.
    pub fn numbers(&self) -> Vec<String> {
        self.alone().filter(|place| place.quantity().is_some()).map(|place| place.path.clone()).collect()
    }

    /// Finds what a path leads to. `[*]` stands for every index, and `a + b` for both: they always get one value.
    ///
    /// # Errors
    /// No such path, one that leads to several values at once, or to none.
    pub fn find(&self, path: &str) -> Result<Input, EditError> {
        let mut places = Vec::new();
        for part in path.split('+').map(str::trim) {
            places.extend(self.find_part(part)?);
        }
        places.sort_unstable();
        places.dedup();
        Ok(Input { path: path.trim().to_owned(), places })
    }

    /// The one place of a path without wildcards.
    pub(super) fn find_one(&self, path: &str) -> Result<(Input, &Place), EditError> {
        let place = self.exactly(path)?;
        Ok((Input { path: path.to_owned(), places: vec![place] }, &self.places[place]))
    }

    fn find_part(&self, part: &str) -> Result<Vec<usize>, EditError> {
        if !part.contains("[*]") {
            return self.exactly(part).map(|place| vec![place]);
        }
        let fits = |place: &Place| fits(part, &place.path);
        let all: Vec<usize> = (0..self.places.len()).filter(|index| fits(&self.places[*index])).collect();
        if all.is_empty() {
            return Err(self.no_such_path(part));
        }
        let is_number = |index: &usize| self.places[*index].quantity().is_some();
        // Where some are numbers, names such as `NoLimit` among them stay what they are.
        let numbers: Vec<usize> = all.iter().copied().filter(is_number).collect();
        Ok(if numbers.is_empty() { all } else { numbers })
    }

    fn exactly(&self, path: &str) -> Result<usize, EditError> {
        let own: Vec<usize> =
            (0..self.places.len()).filter(|index| self.places[*index].path == path).collect();
        if let [one] = own[..] {
            return Ok(one);
        }
        if own.len() > 1 {
            return Err(EditError::Several(path.to_owned()));
        }
        let Some((count, shape)) = self.node_at(path) else { return Err(self.no_such_path(path)) };
        if count > 1 {
            return Err(EditError::Several(path.to_owned()));
        }
        let found = shape.describe().to_owned();
        Err(EditError::NotAValue { path: path.to_owned(), found, paths: self.numbers() })
    }

    /// How many nodes a path leads to, and what the first of them is.
    fn node_at(&self, path: &str) -> Option<(usize, Shape)> {
        let text = format!("{}\n", self.source.text.trim_start_matches('\u{feff}'));
        let document = Node::document(&text, &mut Diagnostics::default())?;
        let mut found = Vec::new();
        collect(&document, &mut |node| found.extend((node.path == path).then(|| node.shape())));
        found.first().map(|shape| (found.len(), *shape))
    }

    fn no_such_path(&self, path: &str) -> EditError {
        let paths = self.numbers();
        let known: Vec<&str> = paths.iter().map(String::as_str).collect();
        let nearest = suggest::nearest(path, &known).map(str::to_owned);
        EditError::NoSuchPath { path: path.to_owned(), file: self.source.path.clone(), nearest, paths }
    }

    /// The places of an input.
    pub fn places_of<'a>(&'a self, input: &'a Input) -> impl Iterator<Item = &'a Place> {
        input.places.iter().map(|place| &self.places[*place])
    }

    /// An input for each place of this one, so that each can get a value of its own.
    pub fn each(&self, input: &Input) -> Vec<Input> {
        let one = |place: &usize| Input { path: self.places[*place].path.clone(), places: vec![*place] };
        input.places.iter().map(one).collect()
    }

    /// The number an input has in the file, if all its places have the same.
    pub fn present(&self, input: &Input) -> Option<Quantity> {
        let mut quantities = self.places_of(input).map(Place::quantity);
        let first = quantities.next()??;
        quantities.all(|other| other.as_ref() == Some(&first)).then_some(first)
    }

    /// That no two inputs share a place.
    ///
    /// # Errors
    /// Two that do.
    pub fn are_apart(&self, inputs: &[&Input]) -> Result<(), EditError> {
        for (index, input) in inputs.iter().enumerate() {
            for other in &inputs[..index] {
                if let Some(place) = input.places.iter().find(|place| other.places.contains(place)) {
                    return Err(EditError::Twice(self.places[*place].path.clone()));
                }
            }
        }
        Ok(())
    }

    /// The text with other values, everything else kept to the byte. A value is written as the one that stood there: in
    /// quotes or without.
    pub fn text_with(&self, settings: &[(&Input, &str)]) -> String {
        let mut changes: Vec<(&Place, &str)> = Vec::new();
        for (input, value) in settings {
            changes.extend(self.places_of(input).map(|place| (place, *value)));
        }
        changes.sort_by_key(|(place, _)| place.span);
        let (mut text, mut done) = (String::new(), 0);
        for (place, value) in changes {
            text.push_str(&self.source.text[done..place.span.0]);
            text.push_str(&place.replacement(value));
            done = place.span.1;
        }
        text + &self.source.text[done..]
    }

    /// The parts of the scenario that these inputs are in, as `strategies[0]` or `horizon`, in the order of the text, each
    /// once.
    pub fn elements_of(&self, inputs: &[&Input]) -> Vec<String> {
        let mut places: Vec<usize> = inputs.iter().flat_map(|input| &input.places).copied().collect();
        places.sort_unstable();
        let mut elements: Vec<String> = Vec::new();
        for place in places {
            let element = element_of(&self.places[place].path);
            if !elements.iter().any(|known| known == element) {
                elements.push(element.to_owned());
            }
        }
        elements
    }

    /// The text of one part of the scenario, such as `strategies[0]`, with other values; its comments and line breaks are
    /// kept. None if there is no such part.
    pub fn element_with(&self, element: &str, settings: &[(&Input, &str)]) -> Option<String> {
        let text = format!("{}\n", self.text_with(settings).trim_start_matches('\u{feff}'));
        let document = Node::document(&text, &mut Diagnostics::default())?;
        let mut found = None;
        collect(&document, &mut |node| {
            if node.path == element && found.is_none() {
                found = Some(node.written().to_owned());
            }
        });
        found
    }

    /// Loads the scenario with other values; the report says why it cannot run if it cannot.
    pub fn load_with(&self, settings: &[(&Input, &str)]) -> (Option<Scenario>, Report) {
        let source = Source { text: self.text_with(settings), ..self.source.clone() };
        loader::load_sharing(source, &self.files)
    }
}

/// The part of a scenario that a path leads into: its first field, with the index if it is a list.
fn element_of(path: &str) -> &str {
    let field = path.find('.').unwrap_or(path.len());
    match path.find(']') {
        Some(end) if end < field => &path[..=end],
        _ => &path[..field],
    }
}

/// Whether a path is one of a pattern in which `[*]` is any index.
fn fits(pattern: &str, path: &str) -> bool {
    let Some((start, rest)) = pattern.split_once("[*]") else { return pattern == path };
    let inside = path.strip_prefix(start).and_then(|path| path.strip_prefix('['));
    let after = inside.and_then(|inside| inside.split_once(']'));
    after.is_some_and(|(index, after)| index.bytes().all(|byte| byte.is_ascii_digit()) && fits(rest, after))
}

/// Every node below this one, in file order.
fn collect(node: &Node, seen: &mut impl FnMut(&Node)) {
    for child in node.inside() {
        seen(&child);
        collect(&child, seen);
    }
}
