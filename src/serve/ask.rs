//! What a request is about: a scenario, changes of it, how many worlds.

use super::interest::Wanted;
use super::problem::Problem;
use super::router::Shared;
use super::turns::Lane;
use crate::scenario::edit::{Change, changed};
use crate::scenario::{self, Questions, Report, Scenario, Source};
use axum::http::StatusCode;
use serde::Deserialize;

/// Longer texts are no scenario that somebody edits in a page.
pub(super) const LONGEST_TEXT: usize = 1 << 20;
/// More changes than a form has values of one scenario.
const MOST_CHANGES: usize = 500;
/// A value in a form is a line.
const LONGEST_VALUE: usize = 4_096;
/// Replications of one request.
const MOST_REPLICATIONS: u64 = 100_000;
/// Their outcomes, one for each strategy, are in memory.
const MOST_OUTCOMES: u64 = 1_000_000;
/// Changes of prices and stock and calls of one world: it is in memory, once for each processor.
const MOST_DRAWS: i128 = 10_000_000;

/// The scenario of a request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ask {
    /// Which one on the shelf; with a text, the one it was made of.
    #[serde(default)]
    pub(super) scenario: Option<String>,
    /// The text, if it is not the one on the shelf.
    #[serde(default)]
    pub(super) text: Option<String>,
    /// Changes of it, each made in what the ones before it left.
    #[serde(default)]
    pub(super) set: Vec<Change>,
    /// Root of all luck.
    #[serde(default = "one")]
    pub(super) seed: u64,
    /// How many worlds.
    #[serde(default = "usual_replications")]
    pub(super) replications: u64,
    /// The strategy of one replication, by its index; absent for the one most worth telling.
    #[serde(default)]
    pub(super) strategy: Option<usize>,
    /// Which replication is told.
    #[serde(default)]
    pub(super) replication: u64,
}

fn one() -> u64 {
    1
}

/// As many as `compare` runs.
fn usual_replications() -> u64 {
    2_000
}

/// A scenario as it was read.
pub(super) struct Loaded {
    pub(super) scenario: Option<Scenario>,
    pub(super) report: Report,
    pub(super) questions: Questions,
    /// With all changes, to keep.
    pub(super) text: String,
    /// What a file of it is called, without folder.
    pub(super) file: String,
}

impl Ask {
    /// The text that is meant, and where its data files are.
    pub(super) fn source(&self, shared: &Shared) -> Result<Source, Problem> {
        if self.text.as_ref().is_some_and(|text| text.len() > LONGEST_TEXT) {
            let message = format!("a scenario's text has at most {} MiB", LONGEST_TEXT >> 20);
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message));
        }
        let values = self.set.iter().map(|change| match change {
            Change::Value { path, value, .. } => path.len().max(value.len()),
            Change::Order { path, order } => path.len().max(order.len()),
        });
        if self.set.len() > MOST_CHANGES || values.max().unwrap_or(0) > LONGEST_VALUE {
            return Err(Problem::bad_request(format!(
                "at most {MOST_CHANGES} values can be changed, each at most {LONGEST_VALUE} bytes long"
            )));
        }
        let mut source = shared.shelf.source(self.scenario.as_deref())?;
        if let Some(text) = &self.text {
            source.text.clone_from(text);
        }
        let text = changed(&source.text, &self.set).map_err(|error| {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_change", error.to_string())
                .help("POST /api/check lists the paths of a scenario")
        })?;
        Ok(Source { text, ..source })
    }

    /// Reads the scenario when it is its turn.
    pub(super) fn load(&self, shared: &Shared, wanted: &Wanted) -> Result<Loaded, Problem> {
        let turn = shared.turns.take(Lane::Unknown, wanted)?;
        let source = self.source(shared)?;
        let (text, path) = (source.text.clone(), source.path.clone());
        let (scenario, report, questions) = scenario::load_confined(source);
        drop(turn);
        let file = path.rsplit(['/', '\\']).next().unwrap_or(&path).to_owned();
        Ok(Loaded { scenario, report, questions, text, file })
    }

    /// Reads a scenario that must be right and small enough.
    pub(super) fn load_or_refuse(
        &self,
        shared: &Shared,
        wanted: &Wanted,
    ) -> Result<(Loaded, Scenario), Problem> {
        self.bearable(self.load(shared, wanted)?)
    }

    /// The scenario of what was read, if it is right and small enough.
    pub(super) fn bearable(&self, mut loaded: Loaded) -> Result<(Loaded, Scenario), Problem> {
        let Some(scenario) = loaded.scenario.take() else {
            let rendered = loaded.report.render(false);
            return Err(Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "broken_scenario",
                format!("{} cannot be run", loaded.file),
            )
            .help(rendered));
        };
        self.is_bearable(&scenario)?;
        Ok((loaded, scenario))
    }

    /// A page is for scenarios whose answer can be waited for.
    fn is_bearable(&self, scenario: &Scenario) -> Result<(), Problem> {
        let too_much = |message: String| {
            let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "too_much_work", message);
            Err(problem.help("`deploysim compare` runs it on the command line"))
        };
        let draws = scenario::expected_draws(&scenario.world);
        if draws > MOST_DRAWS {
            return too_much(format!(
                "about {} million changes and calls in a world: the live page takes up to {} million",
                draws / 1_000_000,
                MOST_DRAWS / 1_000_000
            ));
        }
        if !(1..=MOST_REPLICATIONS).contains(&self.replications) {
            let message = format!("replications must be from 1 to {MOST_REPLICATIONS}");
            return Err(Problem::bad_request(message));
        }
        let outcomes = self.replications.saturating_mul(scenario.strategies.len() as u64);
        if outcomes > MOST_OUTCOMES {
            return too_much(format!(
                "{outcomes} outcomes of strategies: the live page takes up to {MOST_OUTCOMES}"
            ));
        }
        Ok(())
    }
}
