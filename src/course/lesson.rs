//! A lesson as it is written.

use super::condition::Condition;
use super::figure::Figure;
use super::run::RunSpec;
use super::solved::Solved;
use super::{CourseError, Reply, Verdict};
use crate::report::Told;
use crate::rulebook::{Document, Rule, RuleId, Rulebook};
use crate::scenario::{self, Scenario};
use crate::world::World;
use serde::{Deserialize, Deserializer};

/// A lesson: a situation, a question, a prediction, and why the run comes out as it does. Texts have places for figures
/// (`{total}`, `{waited:min}`), which [`Lesson::solve`] fills.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// Short name: that of its file. Unique.
    #[serde(skip)]
    pub id: String,
    /// In a few words.
    pub title: String,
    /// Name of the scenario in `scenarios/lessons`; left out where it is that of the lesson.
    #[serde(default)]
    pub scenario: String,
    /// The scenario's text.
    #[serde(skip)]
    pub scenario_text: String,
    /// Which strategy, in which world; left out for the one that `run` tells, in world 0 of seed 1.
    #[serde(default)]
    pub run: RunSpec,
    /// Other runs that figures are read from.
    #[serde(default)]
    pub others: Vec<RunSpec>,
    /// Figures by name, each after those it is worked out from.
    pub figures: Vec<(String, Figure)>,
    /// What has to be known to answer.
    pub situation: Vec<Paragraph>,
    /// What is asked.
    pub question: Paragraph,
    /// How it is answered.
    pub prediction: Prediction,
    /// Why it is so, 60 to 180 words in all.
    pub explanation: Vec<Paragraph>,
    /// What to look at in the run.
    pub look_at: Vec<Paragraph>,
    /// Ids of the rules behind it, the most important first.
    pub rules: Vec<String>,
}

/// How a question is answered.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub enum Prediction {
    /// One of these is right.
    Choice(Vec<Choice>),
    /// An amount, a length of time, a count or a share.
    Amount(Asked),
}

/// One of several answers.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What it says.
    pub says: Paragraph,
    /// What makes it right: exactly one of a lesson's holds.
    #[serde(deserialize_with = "condition")]
    pub when: Condition,
    /// What who chooses it has probably overlooked; of the right one, nothing.
    #[serde(default)]
    pub hint: Paragraph,
}

/// A figure that is asked for.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Name of the figure.
    pub figure: String,
    /// What it is counted in: of lengths of time `d`, `h`, `min` or `s`, of counts any word; nothing of amounts and shares.
    #[serde(default)]
    pub unit: String,
    /// How far an answer may be off, in that unit (of shares per cent).
    pub tolerance: String,
    /// Wrong answers that are often given.
    pub slips: Vec<Slip>,
}

/// A wrong answer, and what was probably overlooked.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slip {
    /// Name of the figure that it is.
    pub figure: String,
    /// What who gives it has probably overlooked.
    pub hint: Paragraph,
}

/// A paragraph. Line breaks and indents of the file are spaces.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Paragraph(pub String);

impl<'de> Deserialize<'de> for Paragraph {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(Self(text.split_whitespace().collect::<Vec<_>>().join(" ")))
    }
}

fn condition<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Condition, D::Error> {
    Condition::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

impl Lesson {
    /// The scenario, loaded.
    ///
    /// # Errors
    /// What is wrong with its text.
    pub fn load_scenario(&self) -> Result<Scenario, CourseError> {
        let path = format!("scenarios/lessons/{}.ron", self.scenario);
        let (scenario, report) = scenario::load_bytes(&path, self.scenario_text.clone().into_bytes(), &[]);
        scenario.ok_or_else(|| CourseError::Scenario(self.id.clone(), report.render(false)))
    }

    /// Its own run, told, with the world it was in.
    ///
    /// # Errors
    /// A scenario that cannot be run, or has no such strategy.
    pub fn tell<T>(&self, show: impl FnOnce(&Told<'_>, &World) -> T) -> Result<T, CourseError> {
        let scenario = self.load_scenario()?;
        self.run.tell(&scenario, show).map_err(|why| CourseError::Scenario(self.id.clone(), why))
    }

    /// Runs it: every figure is read from the engine, and every text is filled with them.
    ///
    /// # Errors
    /// A figure that cannot be read, a place in a text that is no figure, not exactly one right choice.
    pub fn solve(&self) -> Result<Solved<'_>, CourseError> {
        Solved::of(self)
    }

    /// What a reply is worth.
    ///
    /// # Errors
    /// As [`Self::solve`].
    pub fn check(&self, reply: &Reply) -> Result<Verdict, CourseError> {
        Ok(self.solve()?.check(reply))
    }

    /// Its rules with the pages they come from, as far as one is known.
    pub fn rules_with_sources(&self) -> Vec<(&'static Rule, Vec<&'static Document>)> {
        let book = Rulebook::embedded();
        let rule = |id: &String| RuleId::parse(id).and_then(|id| book.rule(id));
        let sources = |rule: &'static Rule| rule.documents.iter().filter_map(|key| book.document(key));
        self.rules.iter().filter_map(rule).map(|rule| (rule, sources(rule).collect())).collect()
    }

    /// The command that shows what happens.
    pub fn command(&self) -> String {
        let strategy = &self.run.strategy;
        let strategy =
            if strategy.is_empty() { String::new() } else { format!(" --strategy \"{strategy}\"") };
        format!("deploysim run scenarios/lessons/{}.ron{strategy} --explain", self.scenario)
    }
}
