//! What an answer gets: its worth, the run, why it is so; as figures and words, and as a part of the page.

use crate::course::{CourseError, Reply, Solved, Verdict};
use crate::report::page;
use crate::rulebook::{Document, Rule};
use maud::{Markup, html};
use serde_json::{Value, json};

pub(super) fn answered(solved: &Solved<'_>, reply: &Reply) -> Result<Value, CourseError> {
    let lesson = solved.lesson;
    let verdict = solved.check(reply);
    let rules = lesson.rules_with_sources();
    let run = lesson.tell(|told, world| {
        html! {
            (page::replication(told, world))
            (page::rules(told, &lesson.rules))
        }
    })?;
    let html = html! {
        (worth(&verdict))
        (why(solved, &rules))
        (run)
    };
    Ok(json!({
        "is_right": verdict.is_right,
        "said": verdict.said,
        "right": verdict.right,
        "off": verdict.off,
        "hint": verdict.hint,
        "explanation": solved.explanation,
        "look_at": solved.look_at,
        "rules": rules.iter().map(|(rule, sources)| of_rule(rule, sources)).collect::<Vec<_>>(),
        "command": lesson.command(),
        "html": html.into_string(),
    }))
}

fn of_rule(rule: &Rule, sources: &[&Document]) -> Value {
    let source = |document: &&Document| json!({ "title": document.title, "provider": document.provider, "url": document.url });
    json!({
        "id": rule.id,
        "title": rule.title,
        "says": rule.says,
        "reading": rule.reading,
        "sources": sources.iter().map(source).collect::<Vec<_>>(),
    })
}

/// The verdict in words; its colour says nothing that they do not.
fn worth(verdict: &Verdict) -> Markup {
    let class = if verdict.is_right { "verdict met" } else { "verdict failed" };
    html! {
        section class=(class) aria-labelledby="verdict" {
            h2 id="verdict" tabindex="-1" { @if verdict.is_right { "Right" } @else { "Not so" } }
            dl {
                @if !verdict.is_right && !verdict.said.is_empty() { div { dt { "You said" } dd { (verdict.said) } } }
                div { dt { @if verdict.is_right { "You said" } @else { "Right is" } } dd { strong { (verdict.right) } } }
            }
            @if let Some(off) = &verdict.off { p { (off) } }
            @if let Some(hint) = &verdict.hint { p class="hint" { (hint) } }
        }
    }
}

fn why(solved: &Solved<'_>, rules: &[(&Rule, Vec<&Document>)]) -> Markup {
    let live = format!("/#scenario=lessons/{}", solved.lesson.scenario);
    html! {
        section aria-labelledby="why" class="why-so" {
            h2 id="why" { "Why" }
            @for paragraph in &solved.explanation { p { (code(paragraph)) } }
            h3 { "Look at" }
            ul { @for point in &solved.look_at { li { (code(point)) } } }
            p { a href=(live) { "Change its numbers in the live page" } }
            h3 { "The rules" }
            ul class="cited" {
                @for (rule, sources) in rules {
                    li {
                        a href=(format!("#rule-{}", rule.id)) { (rule.id) } " " (rule.title)
                        span class="note" { " — " (source(sources)) }
                    }
                }
            }
        }
    }
}

fn source(sources: &[&Document]) -> Markup {
    html! {
        @if sources.is_empty() { "a reading of this program" }
        @for (index, document) in sources.iter().enumerate() {
            @if index > 0 { "; " }
            cite { (document.title) } ", " (document.provider)
        }
    }
}

/// What stands between backquotes as code.
pub(super) fn code(text: &str) -> Markup {
    html! {
        @for (index, part) in text.split('`').enumerate() {
            @if index % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}
