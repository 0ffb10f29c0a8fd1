//! The pages of the course. They ask with native controls; the script sends what is answered and remembers what was.

use super::answered::code;
use super::scenario_id;
use crate::course::{Answers, Chapter, Course, Lesson, Solved, terminal};
use maud::{DOCTYPE, Markup, html};

/// Chapters with their lessons.
pub(super) fn list(course: &Course) -> Markup {
    let count = course.lessons().count();
    let body = html! {
        p class="progress" { output id="progress" {} }
        @for chapter in &course.chapters { (chapter_of(course, chapter)) }
        p class="scripted" { button type="button" id="forget" { "Forget my answers" } }
    };
    whole(
        "Lessons",
        &format!("{count} questions about what is billed, when and why. Predict first, then see the run."),
        &body,
    )
}

fn chapter_of(course: &Course, chapter: &Chapter) -> Markup {
    html! {
        section {
            h2 { (chapter.title) }
            p { (chapter.about) }
            ol class="lessons" start=(chapter.lessons.first().map_or(1, |lesson| number(course, lesson))) {
                @for lesson in &chapter.lessons {
                    li {
                        a href=(format!("/lessons/{}", lesson.id)) { (lesson.title) }
                        " " span class="done" data-lesson=(lesson.id) {}
                    }
                }
            }
        }
    }
}

/// A lesson: what has to be known, the question, and where to answer.
pub(super) fn lesson(course: &Course, solved: &Solved<'_>) -> Markup {
    let lesson = solved.lesson;
    let subtitle = format!("Lesson {} of {}", number(course, lesson), course.lessons().count());
    let body = html! {
        article data-lesson=(lesson.id) {
            section class="situation" aria-label="Situation" {
                @for paragraph in &solved.situation { p { (code(paragraph)) } }
            }
            form id="prediction" autocomplete="off" novalidate {
                (controls(solved))
                p id="complaint" class="problem" role="alert" {}
                p class="scripted" { button type="submit" { "Answer" } " " span class="done" data-lesson=(lesson.id) {} }
            }
            noscript {
                p class="warning" {
                    "Answering here needs the page's script; " code { "deploysim lesson " (lesson.id) }
                    " asks the same on the command line."
                }
            }
            div id="answered" {}
        }
        (onwards(course, lesson))
    };
    whole(&lesson.title, &subtitle, &body)
}

fn controls(solved: &Solved<'_>) -> Markup {
    html! {
        @match &solved.answers {
            Answers::Choice { answers, .. } => fieldset {
                legend class="asked" { (code(&solved.question)) }
                @for (index, (says, _)) in answers.iter().enumerate() {
                    label class="choice" {
                        input type="radio" name="answer" value=(index + 1) aria-describedby="complaint";
                        span { (code(says)) }
                    }
                }
            },
            Answers::Amount { .. } => div class="amount" {
                label class="asked" for="answer" { (code(&solved.question)) }
                p class="entry" {
                    input type="text" inputmode="decimal" id="answer" name="answer" size="12"
                        aria-describedby="unit complaint";
                    " " span id="unit" { (solved.unit()) span class="visually-hidden" { ": " (terminal::expected(solved)) } }
                }
            },
        }
    }
}

/// The lessons before and after, the list, and the live page.
fn onwards(course: &Course, lesson: &Lesson) -> Markup {
    let (previous, next) = course.around(&lesson.id);
    let link = |lesson: &Lesson| format!("/lessons/{}", lesson.id);
    html! {
        nav class="onwards" aria-label="Lessons" {
            @if let Some(previous) = previous { a rel="prev" href=(link(previous)) { "← " (previous.title) } }
            a href="/lessons" { "All lessons" }
            a href=(format!("/#scenario={}", scenario_id(lesson))) { "Its scenario in the live page" }
            @if let Some(next) = next { a rel="next" href=(link(next)) { (next.title) " →" } }
        }
    }
}

/// The number of a lesson, from 1.
pub(super) fn number(course: &Course, lesson: &Lesson) -> usize {
    course.lessons().position(|other| other.id == lesson.id).map_or(0, |index| index + 1)
}

fn whole(title: &str, subtitle: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                link rel="icon" href="data:,";
                title { (title) " · deploysim" }
                link rel="stylesheet" href="/assets/page.css";
                link rel="stylesheet" href="/assets/lessons.css";
            }
            body class="course" {
                a class="skip" href="#content" { "Skip to the lesson" }
                header class="head" {
                    nav class="where" aria-label="Pages" { a href="/" { "Live page" } " " a href="/lessons" { "Lessons" } }
                    h1 { (title) }
                    p { (subtitle) }
                }
                main id="content" { (body) }
                script src="/assets/page.js" {}
                script type="module" src="/assets/lessons.js" {}
            }
        }
    }
}
