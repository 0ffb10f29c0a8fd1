//! The course on a terminal: the list, a question, what a reply is worth, and why.

use super::book::Course;
use super::lesson::Lesson;
use super::reply::Verdict;
use super::solved::{Answers, Solved};
use super::value::{AmountUnit, TIE};
use crate::rulebook::Document;
use std::fmt::Write as _;

/// Width of texts.
const WIDTH: usize = 98;

/// Chapters with their lessons, numbered through.
pub fn list(course: &Course) -> String {
    let mut text = String::new();
    let longest = course.lessons().map(|lesson| lesson.id.len()).max().unwrap_or_default();
    let mut number = 0;
    for chapter in &course.chapters {
        let _ = writeln!(text, "{}\n{}", chapter.title, wrapped(&chapter.about, "  ", "  "));
        for lesson in &chapter.lessons {
            number += 1;
            let _ = writeln!(text, "  {number:>2}  {:<longest$}  {}", lesson.id, lesson.title);
        }
        text.push('\n');
    }
    text.push_str(
        "`deploysim lesson NAME` asks a lesson's question; its number will do. Answer on the terminal, or with --answer.\n",
    );
    text
}

/// The situation and the question.
pub fn question(course: &Course, solved: &Solved<'_>) -> String {
    let lesson = solved.lesson;
    let mut text = format!("{}\n\n", heading(course, lesson));
    for paragraph in &solved.situation {
        let _ = writeln!(text, "{}\n", wrapped(paragraph, "", ""));
    }
    let _ = writeln!(text, "{}", wrapped(&solved.question, "", ""));
    if let Answers::Choice { answers, .. } = &solved.answers {
        text.push('\n');
        for (index, (says, _)) in answers.iter().enumerate() {
            let _ = writeln!(text, "{}", wrapped(says, &format!("  {}  ", index + 1), "     "));
        }
    }
    text
}

/// What can be typed: `a number from 1 to 4`, `an amount in CNY`.
pub fn expected(solved: &Solved<'_>) -> String {
    match &solved.answers {
        Answers::Choice { answers, .. } => format!("a number from 1 to {}", answers.len()),
        Answers::Amount { .. } if solved.unit() == solved.currency => {
            format!("an amount in {}", solved.currency)
        }
        Answers::Amount { .. } if solved.unit() == "%" => "a share in %".to_owned(),
        Answers::Amount { .. } => match AmountUnit::of_span(solved.unit()) {
            Some(unit) => format!("a length of time in {}", unit.name()),
            None => format!("a number of {}", solved.unit()),
        },
    }
}

/// How to answer without a terminal.
pub fn how_to_answer(solved: &Solved<'_>) -> String {
    let example = match &solved.answers {
        Answers::Choice { .. } => "2",
        Answers::Amount { .. } => "12.60",
    };
    format!(
        "Answer with {}, as in\n  deploysim lesson {} --answer {example}\n",
        expected(solved),
        solved.lesson.id
    )
}

/// What a reply is worth.
pub fn verdict(verdict: &Verdict) -> String {
    let mut text = if verdict.is_right {
        format!("{}\n", wrapped(&format!("Right: {}", verdict.right), "", ""))
    } else {
        let said = format!("Not so. You said: {}", verdict.said);
        format!("{}\n{}\n", wrapped(&said, "", ""), wrapped(&format!("Right is: {}", verdict.right), "", ""))
    };
    for hint in verdict.off.iter().chain(&verdict.hint) {
        let _ = writeln!(text, "{}", wrapped(hint, "", ""));
    }
    text
}

/// Why it is so: the explanation, the rules with their sources, what to look at, and what comes next.
pub fn explanation(course: &Course, solved: &Solved<'_>) -> String {
    let mut text = String::from("Why\n");
    for paragraph in &solved.explanation {
        let _ = writeln!(text, "{}", wrapped(paragraph, "  ", "  "));
    }
    text.push_str("\nLook at\n");
    for point in &solved.look_at {
        let _ = writeln!(text, "{}", wrapped(point, "  * ", "    "));
    }
    let _ = writeln!(text, "  {}\n\nRules", solved.lesson.command());
    for (rule, sources) in solved.lesson.rules_with_sources() {
        let sources: Vec<String> = sources.into_iter().map(source).collect();
        let from = if sources.is_empty() {
            "a reading of this program: no page says it".to_owned()
        } else {
            sources.join("; ")
        };
        let indent = " ".repeat(8);
        let reading =
            if rule.reading.is_empty() { String::new() } else { format!(" Read as: {}.", rule.reading) };
        let _ = writeln!(
            text,
            "{}",
            wrapped(
                &format!("{}. {}{reading}", rule.title, rule.says),
                &format!("  {:<6}", rule.id),
                &indent
            )
        );
        let _ = writeln!(text, "{}", wrapped(&format!("({from})"), &indent, &indent));
    }
    if let (_, Some(next)) = course.around(&solved.lesson.id) {
        let _ = writeln!(text, "\nNext: deploysim lesson {}", next.id);
    }
    text
}

fn source(document: &Document) -> String {
    format!("\"{}\", {}", document.title, document.provider)
}

/// `Lesson 3 of 25: The partial minute`.
fn heading(course: &Course, lesson: &Lesson) -> String {
    let number = course.lessons().position(|other| other.id == lesson.id).map_or(0, |index| index + 1);
    format!("Lesson {number} of {}: {}", course.lessons().count(), lesson.title)
}

/// The text in lines, broken between words: `first` stands before the first line, `later` before the others.
fn wrapped(text: &str, first: &str, later: &str) -> String {
    let mut lines = vec![first.to_owned()];
    let mut is_fresh = true;
    for word in text.split(' ') {
        let Some(line) = lines.last_mut() else { continue };
        if is_fresh || line.chars().count() + 1 + word.chars().count() <= WIDTH {
            if !is_fresh {
                line.push(' ');
            }
            line.push_str(word);
        } else {
            lines.push(format!("{later}{word}"));
        }
        is_fresh = false;
    }
    // What was tied together has stayed so.
    lines.join("\n").replace(TIE, " ")
}
