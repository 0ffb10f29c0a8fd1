//! A lesson that was run: its figures, its texts with them, and what is right.

use super::lesson::{Asked, Choice, Lesson, Paragraph, Prediction};
use super::reply::{Amount, Reply, Verdict};
use super::run::Runs;
use super::value::Value;
use super::{CourseError, fill};
use crate::units::Calendar;
use std::collections::BTreeMap;

/// A lesson with its figures.
#[derive(Clone, Debug)]
pub struct Solved<'course> {
    /// The lesson.
    pub lesson: &'course Lesson,
    /// Every figure by its name.
    pub figures: BTreeMap<String, Value>,
    /// ISO 4217 code of its amounts.
    pub currency: String,
    /// What has to be known to answer.
    pub situation: Vec<String>,
    /// What is asked.
    pub question: String,
    /// How it is answered.
    pub answers: Answers,
    /// Why it is so.
    pub explanation: Vec<String>,
    /// What to look at in the run.
    pub look_at: Vec<String>,
}

/// What may be answered, and what is right.
#[derive(Clone, Debug)]
pub enum Answers {
    /// One of several.
    Choice {
        /// Each with the hint for who chooses it; that of the right one is empty.
        answers: Vec<(String, String)>,
        /// Index of the right one.
        right: usize,
    },
    /// A number.
    Amount {
        /// The right one.
        right: Amount,
        /// How far an answer may be off.
        tolerance: Amount,
        /// Wrong ones with their hints.
        slips: Vec<(Amount, String)>,
    },
}

impl<'course> Solved<'course> {
    pub(super) fn of(lesson: &'course Lesson) -> Result<Self, CourseError> {
        let scenario = lesson.load_scenario()?;
        let mut specs = vec![&lesson.run];
        specs.extend(&lesson.others);
        let failed =
            |figure: &str, why: String| CourseError::Figure(lesson.id.clone(), figure.to_owned(), why);
        let mut runs = Runs::new(&lesson.scenario, &lesson.scenario_text, specs)
            .map_err(|why| CourseError::Scenario(lesson.id.clone(), why))?;
        let mut figures = BTreeMap::new();
        for (name, figure) in &lesson.figures {
            let value = figure.value(&mut runs, &figures).map_err(|why| failed(name, why))?;
            if figures.insert(name.clone(), value).is_some() {
                return Err(failed(name, "there are two of this name".to_owned()));
            }
        }
        let texts = Texts { lesson, figures: &figures, calendar: &scenario.calendar };
        let answers = match &lesson.prediction {
            Prediction::Choice(choices) => choice(&texts, choices)?,
            Prediction::Amount(asked) => amount(&texts, asked, &scenario.currency)?,
        };
        let (situation, question) = (texts.all(&lesson.situation)?, texts.one(&lesson.question)?);
        let (explanation, look_at) = (texts.all(&lesson.explanation)?, texts.all(&lesson.look_at)?);
        let currency = scenario.currency.clone();
        Ok(Self { lesson, figures, currency, situation, question, answers, explanation, look_at })
    }

    /// What a reply is worth. One that does not fit the question is wrong.
    pub fn check(&self, reply: &Reply) -> Verdict {
        match (&self.answers, reply) {
            (Answers::Choice { answers, right }, Reply::Choice(chosen)) => Verdict {
                is_right: chosen == right,
                said: answers.get(*chosen).map(|(says, _)| says.clone()).unwrap_or_default(),
                right: answers[*right].0.clone(),
                hint: answers.get(*chosen).map(|(_, hint)| hint.clone()).filter(|hint| !hint.is_empty()),
                off: None,
            },
            (Answers::Amount { right, tolerance, slips }, Reply::Amount(said)) => {
                let is_right = said.is_within(*tolerance, *right);
                let slip = slips.iter().find(|(slip, _)| !is_right && said.is_within(*tolerance, *slip));
                Verdict {
                    is_right,
                    said: self.written(*said),
                    right: self.written(*right),
                    hint: slip.map(|(_, hint)| hint.clone()),
                    off: (!is_right).then(|| self.off(*said, *right)),
                }
            }
            (_, Reply::Choice(_) | Reply::Amount(_)) => {
                Verdict { is_right: false, said: String::new(), right: self.right(), hint: None, off: None }
            }
        }
    }

    /// The right answer as text.
    pub fn right(&self) -> String {
        match &self.answers {
            Answers::Choice { answers, right } => answers[*right].0.clone(),
            Answers::Amount { right, .. } => self.written(*right),
        }
    }

    /// What an amount is counted in: the currency, a unit of time, `%`, or what is counted.
    pub fn unit(&self) -> &str {
        match &self.lesson.prediction {
            Prediction::Choice(_) => "",
            Prediction::Amount(asked) => match self.figures.get(&asked.figure) {
                Some(Value::Money(_)) => &self.currency,
                Some(Value::Share(_)) => "%",
                Some(Value::Span(_) | Value::Instant(_) | Value::Count(_) | Value::Text(_)) | None => {
                    &asked.unit
                }
            },
        }
    }

    /// An amount with its unit, as finely as the question asks.
    fn written(&self, amount: Amount) -> String {
        let unit = self.unit();
        let tolerance = match &self.lesson.prediction {
            Prediction::Choice(_) => "",
            Prediction::Amount(asked) => &asked.tolerance,
        };
        // Half a hundredth of tolerance asks for hundredths.
        let finer = tolerance.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let least = if unit == self.currency { 2 } else { 0 };
        format!("{} {unit}", amount.shown(finer.saturating_sub(1), least))
    }

    fn off(&self, said: Amount, right: Amount) -> String {
        let (by, word) = said.off(right);
        format!("That is {} too {word}.", self.written(by))
    }
}

/// The texts of a lesson, with what their places mean.
struct Texts<'a> {
    lesson: &'a Lesson,
    figures: &'a BTreeMap<String, Value>,
    calendar: &'a Calendar,
}

impl Texts<'_> {
    fn one(&self, text: &Paragraph) -> Result<String, CourseError> {
        fill::fill(&text.0, self.figures, self.calendar)
            .map_err(|why| CourseError::Text(self.lesson.id.clone(), why))
    }

    fn all(&self, texts: &[Paragraph]) -> Result<Vec<String>, CourseError> {
        texts.iter().map(|text| self.one(text)).collect()
    }
}

fn choice(texts: &Texts<'_>, choices: &[Choice]) -> Result<Answers, CourseError> {
    let lesson = &texts.lesson.id;
    let (mut answers, mut rights) = (Vec::new(), Vec::new());
    for (index, choice) in choices.iter().enumerate() {
        let holds = choice.when.holds(texts.figures);
        if holds.map_err(|why| CourseError::Text(lesson.clone(), why))? {
            rights.push(index);
        }
        answers.push((texts.one(&choice.says)?, texts.one(&choice.hint)?));
    }
    match rights[..] {
        [right] => Ok(Answers::Choice { answers, right }),
        _ => Err(CourseError::NotOneRight(lesson.clone(), rights.len())),
    }
}

fn amount(texts: &Texts<'_>, asked: &Asked, currency: &str) -> Result<Answers, CourseError> {
    let lesson = &texts.lesson.id;
    let of = |name: &str| {
        let failed = |why: String| CourseError::Figure(lesson.clone(), name.to_owned(), why);
        let value = texts.figures.get(name).ok_or_else(|| failed("there is no such figure".to_owned()))?;
        Amount::of(value, &asked.unit).map_err(failed)
    };
    let right = of(&asked.figure)?;
    let tolerance = Amount::parse(&asked.tolerance, currency, &asked.unit)
        .map_err(|error| CourseError::Text(lesson.clone(), format!("the tolerance: {error}")))?;
    let mut slips = Vec::new();
    for slip in &asked.slips {
        slips.push((of(&slip.figure)?, texts.one(&slip.hint)?));
    }
    Ok(Answers::Amount { right, tolerance, slips })
}
