//! The lessons told as a course: a question, a prediction, the run, and why it comes out so.
//!
//! Owns the course's texts (`scenarios/course`), the figures that they quote, what is right and what is a usual slip. It
//! decides nothing of a run and works out no charge: every figure is read from a run of the engine, so that neither an
//! answer nor an explanation can drift from it. How a lesson looks on a terminal is here too; how it looks in a page is not.
//!
//! Invariants: of the choices of a lesson exactly one is right, by its condition on figures; every place in a text is a
//! figure; every rule is in the rulebook, and every lesson in one chapter.

mod book;
mod condition;
mod figure;
mod fill;
mod lesson;
mod reply;
mod run;
mod solved;
pub mod terminal;
mod value;

pub use book::{Chapter, Course};
pub use condition::Condition;
pub use figure::{Called, Figure, Happened, Issued, Lines, Of, Still};
pub use lesson::{Asked, Choice, Lesson, Paragraph, Prediction, Slip};
pub use reply::{Amount, Reply, ReplyError, Verdict};
pub use run::RunSpec;
pub use solved::{Answers, Solved};
pub use value::Value;

/// What is wrong with a course, or with what is asked of it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CourseError {
    /// There is no lesson of this name.
    #[error("there is no lesson \"{name}\"{}", near.as_ref().map_or(String::new(), |near| format!("; did you mean `{near}`?")))]
    Unknown {
        /// What was asked for.
        name: String,
        /// What may be meant.
        near: Option<String>,
    },
    /// A text that is no lesson, or no list of chapters.
    #[error("{0}: {1}")]
    Syntax(String, String),
    /// A chapter names a lesson that has no text.
    #[error("a chapter names \"{0}\", which is no lesson")]
    NoLesson(String),
    /// A lesson of two chapters.
    #[error("{0} is in two chapters")]
    Twice(String),
    /// A lesson of none.
    #[error("{0} is in no chapter")]
    NoChapter(String),
    /// A lesson of a scenario that is not there.
    #[error("{0}: there is no scenario \"{1}\"")]
    NoScenario(String, String),
    /// A rule that is not in the rulebook.
    #[error("{0}: there is no rule \"{1}\"")]
    NoRule(String, String),
    /// A scenario that cannot be run.
    #[error("{0}: {1}")]
    Scenario(String, String),
    /// A figure that cannot be read.
    #[error("{0}, figure \"{1}\": {2}")]
    Figure(String, String, String),
    /// A text whose places cannot be filled, or a condition that cannot be decided.
    #[error("{0}: {1}")]
    Text(String, String),
    /// Not exactly one choice is right.
    #[error("{0}: {1} of its answers are right, not one")]
    NotOneRight(String, usize),
}
