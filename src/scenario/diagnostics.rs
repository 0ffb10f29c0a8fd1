//! What is wrong with a file, where, and what would be right; collected, sorted and rendered the way rustc does.

use super::asked::{Asked, Questions};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::ops::Range;

/// Bytes of the scenario's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The scenario cannot run.
    Error,
    /// It can run, but probably not as meant.
    Warning,
    /// Worth knowing.
    Note,
}

/// A place in a data file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataPlace {
    /// The file as shown to the reader.
    pub file: String,
    /// Line, from 1; 0 if the whole file is meant.
    pub line: usize,
    /// Column in characters, from 1; 0 if the whole line is meant.
    pub column: usize,
    /// The line as it stands in the file; empty if it cannot be shown.
    pub text: String,
    /// How many characters from the column on are meant; at least one is marked.
    pub width: usize,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// One sentence.
    pub message: String,
    /// Where in the scenario; `None` if the scenario as a whole is meant.
    pub span: Option<Span>,
    /// Where in a data file, if the cause is there; `span` then is the place that names the file.
    pub data: Option<DataPlace>,
    /// What stands under the marked text.
    pub label: String,
    /// What would be right.
    pub help: Vec<String>,
    /// An earlier place of the scenario that belongs to it, with its own label.
    pub related: Option<(Span, String)>,
}

impl Diagnostic {
    /// A finding without label and help.
    pub fn new(severity: Severity, span: Option<Span>, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { severity, message, span, data: None, label: String::new(), help: Vec::new(), related: None }
    }

    /// Says what stands under the marked text.
    pub fn label(&mut self, label: impl Into<String>) -> &mut Self {
        self.label = label.into();
        self
    }

    /// Says what would be right.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help.push(help.into());
        self
    }

    /// Points at an earlier place of the scenario that belongs to it.
    pub fn related(&mut self, span: Span, label: impl Into<String>) -> &mut Self {
        self.related = Some((span, label.into()));
        self
    }

    /// Points into a data file.
    pub fn data(&mut self, place: DataPlace) -> &mut Self {
        self.data = Some(place);
        self
    }
}

/// Findings in the order they are made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Diagnostics {
    list: Vec<Diagnostic>,
    /// What was asked, where somebody wants to know.
    questions: Option<Questions>,
}

impl Diagnostics {
    /// Findings, and what was asked of which value.
    pub(crate) fn with_questions() -> Self {
        Self { questions: Some(Questions::default()), ..Self::default() }
    }

    /// Records what may stand at a place, if somebody wants to know.
    pub(crate) fn ask(&mut self, at: Span, asked: impl FnOnce() -> Asked) {
        if let Some(questions) = &mut self.questions {
            questions.note(at, asked());
        }
    }

    /// Records which fields a group may have, if somebody wants to know.
    pub(crate) fn ask_fields(&mut self, group: Span, known: &[&str]) {
        if let Some(questions) = &mut self.questions {
            questions.note_fields(group, known);
        }
    }

    /// What was asked so far.
    pub(crate) fn take_questions(&mut self) -> Questions {
        self.questions.take().unwrap_or_default()
    }

    /// Records an error.
    pub(crate) fn error(&mut self, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.push(Diagnostic::new(Severity::Error, Some(span), message))
    }

    /// Records a warning.
    pub(crate) fn warning(&mut self, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.push(Diagnostic::new(Severity::Warning, Some(span), message))
    }

    /// Records a note.
    pub(crate) fn note(&mut self, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.push(Diagnostic::new(Severity::Note, Some(span), message))
    }

    /// Records a finding.
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) -> &mut Diagnostic {
        self.list.push(diagnostic);
        let last = self.list.len() - 1;
        &mut self.list[last]
    }

    /// True once an error is recorded.
    pub(crate) fn has_errors(&self) -> bool {
        self.list.iter().any(|item| item.severity == Severity::Error)
    }

    /// How many errors are recorded.
    pub(crate) fn errors(&self) -> usize {
        self.list.iter().filter(|item| item.severity == Severity::Error).count()
    }

    /// Everything recorded, in order of position.
    pub(crate) fn into_report(mut self, file: &str, text: &str) -> Report {
        // What is said of a data file as a whole ("and 3 more") comes after what is said of its lines.
        let place = |place: &DataPlace| (place.line.wrapping_sub(1), place.column);
        let key = |item: &Diagnostic| (item.span, item.data.as_ref().map(place));
        self.list.sort_by(|a, b| key(a).cmp(&key(b)).then(a.severity.cmp(&b.severity)));
        self.list.dedup();
        Report { file: file.to_owned(), text: text.to_owned(), diagnostics: self.list }
    }
}

/// Everything found in one scenario and its data files, in order of position.
#[derive(Clone, Debug)]
pub struct Report {
    /// The scenario as shown to the reader.
    pub file: String,
    /// Its text, for the excerpts.
    pub text: String,
    /// The findings.
    pub diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// True if the scenario cannot run.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// How many findings there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|item| item.severity == severity).count()
    }

    /// Line and column (from 1, in characters) of a place in the scenario.
    pub fn line_column(&self, span: Span) -> (usize, usize) {
        let before = self.text.get(..span.start).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// The whole report as text, with ANSI colours if asked; empty if there is nothing to say.
    pub fn render(&self, color: bool) -> String {
        self.render_from(Severity::Note, color)
    }

    /// The findings of at least this severity as text, with ANSI colours if asked.
    pub fn render_from(&self, least: Severity, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let mut out = String::new();
        for item in self.diagnostics.iter().filter(|item| item.severity <= least) {
            out.push_str(renderer.render(&[self.group(item)]).trim_end());
            out.push_str("\n\n");
        }
        if let Some(summary) = self.summary() {
            let level = if self.has_errors() { Level::ERROR } else { Level::WARNING };
            let group = Group::with_title(level.primary_title(summary.as_str()));
            out.push_str(renderer.render(&[group]).trim_end());
            out.push('\n');
        }
        out
    }

    /// The closing line: how much there is of what.
    fn summary(&self) -> Option<String> {
        let errors = counted(self.count(Severity::Error), "error");
        let warnings = counted(self.count(Severity::Warning), "warning");
        match (errors, warnings) {
            (Some(errors), Some(warnings)) => Some(format!("{errors} and {warnings} in {}", self.file)),
            (Some(one), None) | (None, Some(one)) => Some(format!("{one} in {}", self.file)),
            (None, None) => None,
        }
    }

    fn group<'a>(&'a self, item: &'a Diagnostic) -> Group<'a> {
        let level = match item.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let mut group = Group::with_title(level.primary_title(item.message.as_str()));
        group = match &item.data {
            Some(place) => self.data_elements(group, item, place),
            None => self.scenario_elements(group, item),
        };
        for help in &item.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        group
    }

    fn scenario_elements<'a>(&'a self, group: Group<'a>, item: &'a Diagnostic) -> Group<'a> {
        let Some(span) = item.span else {
            return group.element(Origin::path(self.file.as_str()));
        };
        let mut primary = AnnotationKind::Primary.span(self.range(span));
        if !item.label.is_empty() {
            primary = primary.label(item.label.as_str());
        }
        let mut snippet = Snippet::source(self.text.as_str()).path(self.file.as_str()).annotation(primary);
        if let Some((other, label)) = &item.related {
            let context = AnnotationKind::Context.span(self.range(*other)).label(label.as_str());
            snippet = snippet.annotation(context);
        }
        group.element(snippet)
    }

    fn data_elements<'a>(
        &'a self,
        group: Group<'a>,
        item: &'a Diagnostic,
        place: &'a DataPlace,
    ) -> Group<'a> {
        let group = if place.line == 0 {
            group.element(Origin::path(place.file.as_str()))
        } else if place.text.is_empty() {
            let origin = Origin::path(place.file.as_str()).line(place.line);
            group.element(if place.column == 0 { origin } else { origin.char_column(place.column) })
        } else {
            let range = character_range(&place.text, place.column, place.width);
            let mut primary = AnnotationKind::Primary.span(range);
            if !item.label.is_empty() {
                primary = primary.label(item.label.as_str());
            }
            let snippet = Snippet::source(place.text.as_str()).path(place.file.as_str());
            group.element(snippet.line_start(place.line).annotation(primary))
        };
        let Some(span) = item.span else { return group };
        let context = AnnotationKind::Context.span(self.range(span)).label("read from here");
        group.element(Snippet::source(self.text.as_str()).path(self.file.as_str()).annotation(context))
    }

    /// The span as a range of the text; one that marks more than a line is cut to its first line.
    fn range(&self, span: Span) -> Range<usize> {
        let start = span.start.min(self.text.len());
        let end = span.end.clamp(start, self.text.len());
        let first_line = self.text.get(start..end).and_then(|part| part.lines().next());
        start..first_line.map_or(end, |line| start + line.len())
    }
}

/// `1 error`, `2 errors`, nothing for none.
fn counted(count: usize, what: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {what}")),
        _ => Some(format!("{count} {what}s")),
    }
}

/// Bytes of the `width` characters from `column` (from 1) on; the whole line for column 0.
fn character_range(text: &str, column: usize, width: usize) -> Range<usize> {
    if column == 0 {
        return 0..text.len();
    }
    let byte_of = |characters: usize| text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at);
    byte_of(column - 1)..byte_of(column - 1 + width.max(1))
}
