//! `POST /api/check`: what is wrong with a text, and its form. `GET /api/scenarios`: what there is.

use super::answer::{JsonBody, worked_out};
use super::ask::{Ask, Loaded};
use super::problem::Problem;
use super::router::Shared;
use crate::scenario::form::Form;
use crate::scenario::{Diagnostic, Report, Severity, Span};
use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

/// More findings than anybody mends at once; each takes a look at the whole text.
const MOST_FINDINGS: usize = 100;

/// What there is to choose from.
pub(super) async fn list(State(shared): State<Shared>) -> Result<Json<Value>, Problem> {
    let answer = |shared: &Shared, _: &_| {
        Ok(json!({ "first": shared.shelf.first(), "scenarios": shared.shelf.cards() }))
    };
    worked_out(&shared, answer).await.map(Json)
}

/// The text of one.
pub(super) async fn one(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let source = shared.shelf.source(Some(&id))?;
    Ok(Json(json!({ "id": id, "path": source.path, "text": source.text })))
}

/// Findings and form.
pub(super) async fn check(
    State(shared): State<Shared>,
    JsonBody(ask): JsonBody<Ask>,
) -> Result<Json<Value>, Problem> {
    let answer = move |shared: &Shared, wanted: &_| Ok(checked(&ask.load(shared, wanted)?));
    worked_out(&shared, answer).await.map(Json)
}

fn checked(loaded: &Loaded) -> Value {
    let form = Form::of(&loaded.report.text, &loaded.questions);
    let scenario = loaded.scenario.as_ref().map(|scenario| {
        json!({
            "name": scenario.name,
            "question": scenario.question,
            "currency": scenario.currency,
            "hash": scenario.hash,
            "strategies": scenario.strategies.iter().map(|one| &one.name).collect::<Vec<_>>(),
        })
    });
    json!({
        "is_right": loaded.scenario.is_some(),
        "scenario": scenario,
        "text": loaded.text,
        "diagnostics": findings(&loaded.report, &form),
        "form": form,
    })
}

/// Findings with places that an editor understands: lines and columns from 1 in characters, offsets in UTF-16 units.
pub(super) fn findings(report: &Report, form: &Form) -> Vec<Value> {
    let places = Places::new(&report.text);
    let shown = report.diagnostics.iter().take(MOST_FINDINGS);
    let mut found: Vec<Value> = shown.map(|item| finding(report, &places, form, item)).collect();
    let more = report.diagnostics.len().saturating_sub(MOST_FINDINGS);
    if more > 0 {
        let message = format!("and {more} more; they are told once these are mended");
        found.push(json!({ "severity": "note", "message": message, "label": "", "help": [] }));
    }
    found
}

fn finding(report: &Report, places: &Places<'_>, form: &Form, item: &Diagnostic) -> Value {
    let mut value = json!({
        "severity": match item.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        "message": item.message,
        "label": item.label,
        "help": item.help,
    });
    if let (Some(span), Some(fields)) = (item.span, value.as_object_mut()) {
        let end = Span { start: span.end, end: span.end };
        let ((line, column), (end_line, end_column)) = (report.line_column(span), report.line_column(end));
        fields.insert("line".into(), line.into());
        fields.insert("column".into(), column.into());
        fields.insert("end_line".into(), end_line.into());
        fields.insert("end_column".into(), end_column.into());
        fields.insert("from".into(), places.utf16(span.start).into());
        fields.insert("to".into(), places.utf16(span.end).into());
        fields.insert("path".into(), form.path_at(span).into());
    }
    if let (Some(data), Some(fields)) = (&item.data, value.as_object_mut()) {
        fields.insert("data".into(), json!({ "file": data.file, "line": data.line, "text": data.text }));
    }
    value
}

/// From bytes of a text to the units that browsers count in.
struct Places<'a> {
    text: &'a str,
    /// Every so many bytes, how many units there are before.
    marks: Vec<(usize, usize)>,
}

const BETWEEN_MARKS: usize = 1_024;

impl<'a> Places<'a> {
    fn new(text: &'a str) -> Self {
        let (mut marks, mut units) = (vec![(0, 0)], 0);
        for (byte, character) in text.char_indices() {
            if byte >= marks.len() * BETWEEN_MARKS {
                marks.push((byte, units));
            }
            units += character.len_utf16();
        }
        Self { text, marks }
    }

    fn utf16(&self, byte: usize) -> usize {
        let mark = self.marks.partition_point(|(start, _)| *start <= byte).saturating_sub(1);
        let (start, units) = self.marks[mark];
        let rest = self.text.get(start..byte.min(self.text.len())).unwrap_or_default();
        units + rest.encode_utf16().count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_those_of_the_browser() {
        let text = format!("{}价格 🚀 = 1", "x".repeat(2_000));
        let places = Places::new(&text);
        for (byte, _) in text.char_indices() {
            assert_eq!(places.utf16(byte), text[..byte].encode_utf16().count(), "byte {byte}");
        }
        assert_eq!(places.utf16(text.len()), text.encode_utf16().count());
        assert_eq!(places.utf16(usize::MAX), text.encode_utf16().count());
    }
}
