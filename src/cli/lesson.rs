//! `deploysim lesson`: the course on a terminal. A question, a prediction, what it is worth, the run, and why.

use super::args::LessonArgs;
use super::fail::Failure;
use crate::course::{Course, Lesson, Reply, Solved, terminal};
use crate::report::story;
use std::io::{BufRead, IsTerminal};

const LIST_HELP: &str = "\nhelp: `deploysim lesson` lists them";

pub(super) fn lesson(args: &LessonArgs) -> Result<(), Failure> {
    let course = Course::embedded();
    let Some(name) = &args.name else {
        return super::print(&terminal::list(course));
    };
    let lesson = course.lesson(name).map_err(|error| Failure::Usage(format!("{error}{LIST_HELP}")))?;
    let solved = lesson.solve().map_err(|error| Failure::Scenario(error.to_string()))?;
    let answer = args.answer.as_deref().map(|answer| Reply::parse(answer, &solved)).transpose();
    let answer = answer.map_err(|error| Failure::Usage(error.to_string()))?;
    super::print(&terminal::question(course, &solved))?;
    let is_asked = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let reply = match answer {
        Some(reply) => reply,
        None if is_asked => match ask(&solved)? {
            Some(reply) => reply,
            None => return Ok(()),
        },
        None => return super::print(&format!("\n{}", terminal::how_to_answer(&solved))),
    };
    super::print(&format!("\n{}\n", terminal::verdict(&solved.check(&reply))))?;
    super::print(&told(lesson)?)?;
    super::print(&format!("\n{}", terminal::explanation(course, &solved)))
}

/// Asks until the answer can be read; none if there comes no more.
fn ask(solved: &Solved<'_>) -> Result<Option<Reply>, Failure> {
    let mut stdin = std::io::stdin().lock();
    loop {
        super::print(&format!("\nYour answer, {}: ", terminal::expected(solved)))?;
        let mut line = String::new();
        match stdin.read_line(&mut line) {
            Ok(0) | Err(_) => {
                super::print("\n")?;
                return Ok(None);
            }
            Ok(_) => match Reply::parse(&line, solved) {
                Ok(reply) => return Ok(Some(reply)),
                Err(error) => super::print(&format!("{error}\n"))?,
            },
        }
    }
}

/// The run of the lesson, as `run` tells it.
fn told(lesson: &Lesson) -> Result<String, Failure> {
    lesson.tell(|told, _| story::render(told, false)).map_err(|error| Failure::Scenario(error.to_string()))
}
