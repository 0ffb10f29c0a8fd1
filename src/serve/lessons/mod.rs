//! The course: `GET /api/lessons`, `GET /api/lessons/{id}`, `POST /api/lessons/{id}/answer`, and its two pages.
//!
//! A lesson is run when it is first asked for; as it comes out the same each time, its figures are kept. Nothing about a
//! reader is: which lessons were answered is known to the reader's own browser.

mod answered;
mod pages;

use super::answer::{JsonBody, worked_out};
use super::interest::Wanted;
use super::problem::Problem;
use super::router::Shared;
use super::turns::Lane;
use crate::course::{Answers, Course, CourseError, Lesson, Reply, Solved};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Html;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::{LazyLock, OnceLock};

/// Longer replies are no prediction.
const LONGEST_REPLY: usize = 200;

/// Lessons with their figures, in the order of the course.
static SOLVED: LazyLock<Vec<OnceLock<Solved<'static>>>> =
    LazyLock::new(|| Course::embedded().lessons().map(|_| OnceLock::new()).collect());

/// A prediction.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Said {
    /// As on the command line: the number of an answer, or an amount.
    answer: String,
}

/// The chapters.
pub(super) async fn list() -> Json<Value> {
    let mut number = 0;
    let mut card = |lesson: &Lesson| {
        number += 1;
        json!({ "id": lesson.id, "number": number, "title": lesson.title, "scenario": scenario_id(lesson) })
    };
    let mut chapters = Vec::new();
    for chapter in &Course::embedded().chapters {
        let lessons: Vec<Value> = chapter.lessons.iter().map(&mut card).collect();
        chapters.push(json!({ "title": chapter.title, "about": chapter.about, "lessons": lessons }));
    }
    Json(json!({ "chapters": chapters }))
}

/// A question, without what is right.
pub(super) async fn one(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    solved(shared, id, |solved| Ok(question(solved))).await.map(Json)
}

/// What a prediction is worth, and why.
pub(super) async fn answer(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    JsonBody(said): JsonBody<Said>,
) -> Result<Json<Value>, Problem> {
    if said.answer.len() > LONGEST_REPLY {
        return Err(Problem::bad_request(format!("an answer has at most {LONGEST_REPLY} bytes")));
    }
    let answered = move |solved: &Solved<'_>| {
        let reply = Reply::parse(&said.answer, solved).map_err(|error| {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Problem::new(status, "unreadable_answer", error.to_string())
                .help("GET /api/lessons/{id} says what is asked for")
        })?;
        answered::answered(solved, &reply).map_err(|error| failed(&error))
    };
    solved(shared, id, answered).await.map(Json)
}

/// The page of the chapters.
pub(super) async fn list_page() -> Html<String> {
    Html(pages::list(Course::embedded()).into_string())
}

/// The page of a lesson.
pub(super) async fn page(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Html<String>, Problem> {
    let page = |solved: &Solved<'_>| Ok(pages::lesson(Course::embedded(), solved).into_string());
    solved(shared, id, page).await.map(Html)
}

/// Runs a lesson when it is its turn, and makes something of it.
async fn solved<T: Send + 'static>(
    shared: Shared,
    id: String,
    make: impl FnOnce(&Solved<'_>) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let lesson = find(&id)?;
    let work = move |shared: &Shared, wanted: &Wanted| {
        let place = Course::embedded().lessons().position(|other| other.id == lesson.id);
        let kept = place.and_then(|place| SOLVED.get(place));
        if let Some(solved) = kept.and_then(OnceLock::get) {
            return make(solved);
        }
        let _turn = shared.turns.take(Lane::Unknown, wanted)?;
        let solved = lesson.solve().map_err(|error| failed(&error))?;
        match kept {
            Some(kept) => make(kept.get_or_init(|| solved)),
            None => make(&solved),
        }
    };
    worked_out(&shared, work).await
}

fn find(id: &str) -> Result<&'static Lesson, Problem> {
    Course::embedded()
        .lesson(id)
        .map_err(|error| Problem::not_found(error.to_string()).help("GET /api/lessons lists them"))
}

/// A lesson of the program that cannot be run is a bug, whatever is said of it.
fn failed(error: &CourseError) -> Problem {
    Problem { message: error.to_string(), ..Problem::bug() }
}

/// What the shelf calls the scenario of a lesson.
fn scenario_id(lesson: &Lesson) -> String {
    format!("lessons/{}", lesson.scenario)
}

fn question(solved: &Solved<'_>) -> Value {
    let course = Course::embedded();
    let lesson = solved.lesson;
    let (previous, next) = course.around(&lesson.id);
    let prediction = match &solved.answers {
        Answers::Choice { answers, .. } => {
            let says: Vec<&str> = answers.iter().map(|(says, _)| says.as_str()).collect();
            json!({ "kind": "choice", "answers": says })
        }
        Answers::Amount { .. } => json!({ "kind": "amount", "unit": solved.unit() }),
    };
    json!({
        "id": lesson.id,
        "number": pages::number(course, lesson),
        "of": course.lessons().count(),
        "title": lesson.title,
        "situation": solved.situation,
        "question": solved.question,
        "prediction": prediction,
        "scenario": scenario_id(lesson),
        "previous": previous.map(|lesson| &lesson.id),
        "next": next.map(|lesson| &lesson.id),
    })
}
