//! The scenarios that can be picked: the user's own, those that are shipped, the lessons.

use super::problem::Problem;
use crate::course::Course;
use crate::scenario::{self, Source};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../scenarios/", $name, ".ron")))),+]
    };
}

/// Shipped scenarios by id, the default one first.
const SCENARIOS: [(&str, &str); 11] = shipped![
    "default",
    "ptu_sizing",
    "ptu_or_tokens",
    "growing_assistant",
    "balance_at_risk",
    "spot_stops_paying",
    "v100_availability",
    "gcp_gpus",
    "aws_five_zones",
    "azure_llm_2023",
    "servegen_week",
];

/// Ids of lessons begin so.
const LESSON: &str = "lessons/";

/// The id of the scenario that the command line names.
const OWN: &str = "own";

/// What a reader chooses from.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Card {
    /// What requests call it.
    pub(super) id: String,
    /// `own`, `scenario` or `lesson`.
    pub(super) kind: &'static str,
    /// Its name.
    pub(super) name: String,
    /// The question it answers.
    pub(super) question: String,
    /// It can be run here.
    pub(super) is_available: bool,
    /// Why not, in a line.
    pub(super) missing: String,
}

/// The scenarios of a server.
pub(super) struct Shelf {
    own: Option<Source>,
    data_dirs: Vec<PathBuf>,
    cards: OnceLock<Vec<Card>>,
}

impl Shelf {
    pub(super) fn new(own: Option<Source>, data_dirs: Vec<PathBuf>) -> Self {
        Self { own, data_dirs, cards: OnceLock::new() }
    }

    /// The id of what the page begins with.
    pub(super) fn first(&self) -> &'static str {
        if self.own.is_some() { OWN } else { SCENARIOS[0].0 }
    }

    /// The text of a scenario, and where its data files are; without an id, of the one the page begins with.
    pub(super) fn source(&self, id: Option<&str>) -> Result<Source, Problem> {
        let id = id.unwrap_or_else(|| self.first());
        if let (OWN, Some(own)) = (id, &self.own) {
            return Ok(own.clone());
        }
        let text = shipped_text(id).ok_or_else(|| {
            let shown: String = id.chars().take(80).collect();
            Problem::not_found(format!("there is no scenario \"{shown}\""))
                .help("GET /api/scenarios lists them")
        })?;
        // As the same file in the repository, whose data folders the command line knows.
        let path = format!("scenarios/{id}.ron");
        let base = Path::new(&path).parent().map(Path::to_path_buf).unwrap_or_default();
        Ok(Source { path, text: text.to_owned(), base, data_dirs: self.data_dirs.clone() })
    }

    /// What there is to choose from. Each is read once, so that one whose data files are missing says so; the user's own is
    /// named as it was when the server started.
    pub(super) fn cards(&self) -> &[Card] {
        self.cards.get_or_init(|| {
            let own = self.own.iter().map(|_| (OWN, OWN));
            let scenarios = SCENARIOS.iter().map(|(id, _)| (*id, "scenario"));
            let mut cards: Vec<Card> = own.chain(scenarios).map(|(id, kind)| self.card(id, kind)).collect();
            for lesson in Course::embedded().lessons() {
                let id = format!("{LESSON}{}", lesson.scenario);
                // Several lessons may look at one scenario.
                if !cards.iter().any(|card| card.id == id) {
                    cards.push(self.card(&id, "lesson"));
                }
            }
            cards
        })
    }

    fn card(&self, id: &str, kind: &'static str) -> Card {
        let name = id.rsplit('/').next().unwrap_or(id).to_owned();
        let blank = Card {
            id: id.to_owned(),
            kind,
            name,
            question: String::new(),
            is_available: false,
            missing: String::new(),
        };
        let Ok(source) = self.source(Some(id)) else { return blank };
        let (scenario, report, _) = scenario::load_confined(source);
        if let Some(scenario) = scenario {
            return Card { name: scenario.name, question: scenario.question, is_available: true, ..blank };
        }
        let error = report.diagnostics.iter().find(|item| item.severity == scenario::Severity::Error);
        let missing = error.map(|error| error.message.clone()).unwrap_or_default();
        // An own scenario with mistakes can be mended in the page.
        Card { missing, is_available: kind == OWN, ..blank }
    }
}

/// The text of a scenario that is built in.
fn shipped_text(id: &str) -> Option<&'static str> {
    if let Some(name) = id.strip_prefix(LESSON) {
        let lesson = Course::embedded().lessons().find(|lesson| lesson.scenario == name)?;
        return Some(&lesson.scenario_text);
    }
    SCENARIOS.iter().find(|(name, _)| *name == id).map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn everything_that_is_shipped_is_on_the_shelf() {
        let shelf = Shelf::new(None, Vec::new());
        let listed: BTreeSet<&str> = shelf.cards().iter().map(|card| card.id.as_str()).collect();
        let mut shipped = BTreeSet::new();
        for folder in ["", LESSON] {
            let files = std::fs::read_dir(format!("scenarios/{folder}")).expect("the folder is there");
            let names = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
            shipped.extend(names.filter_map(|name| Some(format!("{folder}{}", name.strip_suffix(".ron")?))));
        }
        assert_eq!(listed, shipped.iter().map(String::as_str).collect());
    }

    #[test]
    fn what_needs_data_that_is_not_there_says_so() {
        let shelf = Shelf::new(None, Vec::new());
        let card = |id: &str| shelf.cards().iter().find(|card| card.id == id).expect("it is listed").clone();
        assert!(card("default").is_available && card("lessons/first_bill").is_available);
        let week = card("servegen_week");
        assert!(!week.is_available && week.missing.contains("there is no data file"), "{week:?}");
        assert_eq!(shelf.first(), "default");
    }
}
