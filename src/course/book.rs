//! The course that is part of the program: `scenarios/course`, with the scenarios of `scenarios/lessons`.

use super::CourseError;
use super::lesson::{Lesson, Paragraph};
use crate::rulebook::{RuleId, Rulebook};
use crate::scenario::suggest;
use ron::extensions::Extensions;
use serde::{Deserialize, de::DeserializeOwned};
use std::sync::LazyLock;

macro_rules! texts {
    ($folder:literal: $($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../scenarios/", $folder, "/", $name, ".ron")))),+]
    };
}

const CHAPTERS: &str = include_str!("../../scenarios/course/chapters.ron");

/// Texts of lessons by their names.
const LESSONS: &[(&str, &str)] = texts!["course":
    "averages_mislead",
    "bid_at_the_price",
    "bills_as_they_appear",
    "cancelled_on_day_25",
    "day_16_of_arrears",
    "debt_of_a_quota",
    "deletion_refused",
    "disk_before_running",
    "edge_of_the_quota",
    "fallback_never_returns",
    "first_bill",
    "frozen_on_maas",
    "grace_and_retention",
    "higher_bid_holds_less",
    "life_of_a_deployment",
    "mean_is_no_bill",
    "more_or_less_of_it",
    "ordered_after_ten",
    "plans_and_seats",
    "prepaid_or_hourly",
    "protected_hour",
    "settled_next_month",
    "start_and_stop",
    "started_minutes",
    "token_tiers",
    "what_pays_first",
    "what_still_bills",
    "what_stops_when_the_balance_is_gone",
];

/// Texts of their scenarios.
const SCENARIOS: &[(&str, &str)] = texts!["lessons":
    "averages_mislead",
    "bid_at_the_price",
    "bills_as_they_appear",
    "cancelled_on_day_25",
    "deletion_refused",
    "disk_before_running",
    "edge_of_the_quota",
    "fallback_never_returns",
    "first_bill",
    "frozen_on_maas",
    "grace_and_retention",
    "higher_bid_holds_less",
    "life_of_a_deployment",
    "mean_is_no_bill",
    "more_or_less_of_it",
    "ordered_after_ten",
    "plans_and_seats",
    "prepaid_or_hourly",
    "protected_hour",
    "settled_next_month",
    "start_and_stop",
    "started_minutes",
    "token_tiers",
    "what_pays_first",
    "what_still_bills",
    "what_stops_when_the_balance_is_gone",
];

static EMBEDDED: LazyLock<Course> = LazyLock::new(|| {
    Course::read(CHAPTERS, LESSONS, SCENARIOS).unwrap_or_else(|error| panic!("the built-in course: {error}"))
});

/// Lessons in the order of a class.
#[derive(Clone, PartialEq, Debug)]
pub struct Course {
    /// Chapters in order.
    pub chapters: Vec<Chapter>,
}

/// Lessons about one thing.
#[derive(Clone, PartialEq, Debug)]
pub struct Chapter {
    /// What they are about.
    pub title: String,
    /// In a sentence or two.
    pub about: String,
    /// In order; at least one.
    pub lessons: Vec<Lesson>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenChapter {
    title: String,
    about: Paragraph,
    lessons: Vec<String>,
}

impl Course {
    /// The course of the program.
    ///
    /// ```
    /// use deploysim::course::{Course, Reply};
    /// let lesson = Course::embedded().lesson("start_and_stop").unwrap();
    /// let solved = lesson.solve().unwrap();
    /// // The right answer is whatever the engine says.
    /// let right = solved.right();
    /// let verdict = solved.check(&Reply::parse(&right, &solved).unwrap());
    /// assert!(verdict.is_right);
    /// // Awkward: what is no number is not wrong but unreadable.
    /// assert!(Reply::parse("a lot", &solved).is_err());
    /// ```
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// Reads chapters, lessons and scenarios, the latter two by name.
    ///
    /// # Errors
    /// A text that cannot be read, a name or a rule that is not there, a lesson of no chapter or of two.
    pub fn read(
        chapters: &str,
        lessons: &[(&str, &str)],
        scenarios: &[(&str, &str)],
    ) -> Result<Self, CourseError> {
        let written: Vec<WrittenChapter> = decode("chapters", chapters)?;
        let mut left: Vec<&str> = lessons.iter().map(|(name, _)| *name).collect();
        let mut course = Self { chapters: Vec::new() };
        for WrittenChapter { title, about, lessons: ids } in written {
            let mut chapter = Chapter { title, about: about.0, lessons: Vec::new() };
            for id in ids {
                let text = find(lessons, &id).ok_or_else(|| CourseError::NoLesson(id.clone()))?;
                if left.iter().all(|name| *name != id) {
                    return Err(CourseError::Twice(id));
                }
                left.retain(|name| *name != id);
                chapter.lessons.push(lesson(id, text, scenarios)?);
            }
            course.chapters.push(chapter);
        }
        match left.first() {
            Some(name) => Err(CourseError::NoChapter((*name).to_owned())),
            None => Ok(course),
        }
    }

    /// All lessons in order.
    pub fn lessons(&self) -> impl Iterator<Item = &Lesson> {
        self.chapters.iter().flat_map(|chapter| &chapter.lessons)
    }

    /// The lesson of this name, or the one of this number from 1.
    ///
    /// # Errors
    /// There is none: with the name that may be meant.
    pub fn lesson(&self, name: &str) -> Result<&Lesson, CourseError> {
        let by_number = name.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let found = match by_number {
            Some(index) => self.lessons().nth(index),
            None => self.lessons().find(|lesson| lesson.id == name),
        };
        found.ok_or_else(|| {
            let names: Vec<&str> = self.lessons().map(|lesson| lesson.id.as_str()).collect();
            let near = suggest::nearest(name, &names).map(str::to_owned);
            CourseError::Unknown { name: name.chars().take(60).collect(), near }
        })
    }

    /// The lesson before one and the lesson after it.
    pub fn around(&self, id: &str) -> (Option<&Lesson>, Option<&Lesson>) {
        let all: Vec<&Lesson> = self.lessons().collect();
        let Some(at) = all.iter().position(|lesson| lesson.id == id) else { return (None, None) };
        (at.checked_sub(1).map(|before| all[before]), all.get(at + 1).copied())
    }
}

fn find<'a>(texts: &[(&str, &'a str)], name: &str) -> Option<&'a str> {
    texts.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

fn decode<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, CourseError> {
    let options = ron::Options::default()
        .with_default_extension(Extensions::IMPLICIT_SOME)
        .with_default_extension(Extensions::UNWRAP_VARIANT_NEWTYPES);
    options.from_str(text).map_err(|error| CourseError::Syntax(name.to_owned(), error.to_string()))
}

fn lesson(id: String, text: &str, scenarios: &[(&str, &str)]) -> Result<Lesson, CourseError> {
    let mut lesson: Lesson = decode(&id, text)?;
    if lesson.scenario.is_empty() {
        lesson.scenario.clone_from(&id);
    }
    let scenario = find(scenarios, &lesson.scenario);
    let scenario = scenario.ok_or_else(|| CourseError::NoScenario(id.clone(), lesson.scenario.clone()))?;
    scenario.clone_into(&mut lesson.scenario_text);
    let book = Rulebook::embedded();
    for rule in &lesson.rules {
        let found = RuleId::parse(rule).and_then(|id| book.rule(id));
        found.ok_or_else(|| CourseError::NoRule(id.clone(), rule.clone()))?;
    }
    lesson.id = id;
    Ok(lesson)
}
