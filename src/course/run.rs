//! The runs of a lesson: its own, with another strategy, or with a value of the scenario exchanged.

use super::value::Value;
use crate::ledger::BillLine;
use crate::report::Bill;
use crate::report::bill::Told;
use crate::report::calls::CallRow;
use crate::scenario::edit::Template;
use crate::scenario::model::Strategy;
use crate::scenario::{Scenario, Source};
use crate::serving::CallRecord;
use crate::sim::{Recorder, simulate};
use crate::world::World;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A run, as a lesson writes it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RunSpec {
    /// Name by which figures know it; empty for the lesson's own.
    pub name: String,
    /// Strategy; empty for the one that `run` tells.
    pub strategy: String,
    /// Root of all luck; 0 for the lesson's own.
    pub seed: u64,
    /// Index of the replication.
    pub replication: u64,
    /// Values of the scenario that are others here: path and value.
    pub with: Vec<(String, String)>,
}

/// What a run left behind.
#[derive(Debug)]
pub(super) struct Run {
    /// The scenario it is of.
    pub scenario: Scenario,
    /// The strategy.
    pub strategy: Strategy,
    /// Its bill and story.
    pub bill: Bill,
    /// Every call in order, with its input tokens that were charged.
    pub calls: Vec<(CallRow, u64)>,
    /// Lines of the accounts' bills as they are issued.
    pub issued: Vec<BillLine>,
    /// Replica-milliseconds in Running.
    pub running_ms: i64,
}

/// The runs of one lesson, each made when it is first asked for.
#[derive(Debug)]
pub(super) struct Runs<'lesson> {
    template: Template,
    specs: Vec<&'lesson RunSpec>,
    made: BTreeMap<String, Run>,
}

/// The text of a lesson's scenario, as if it were read from its file.
fn source(name: &str, text: &str) -> Source {
    Source {
        path: format!("scenarios/lessons/{name}.ron"),
        text: text.to_owned(),
        base: PathBuf::from("scenarios/lessons"),
        data_dirs: Vec::new(),
    }
}

impl<'lesson> Runs<'lesson> {
    /// The runs that are described, of the scenario of this name and text.
    pub(super) fn new(name: &str, text: &str, specs: Vec<&'lesson RunSpec>) -> Result<Self, String> {
        let template = Template::new(source(name, text)).map_err(|error| error.to_string())?;
        Ok(Self { template, specs, made: BTreeMap::new() })
    }

    /// A run by its name.
    pub(super) fn get(&mut self, name: &str) -> Result<&Run, String> {
        if !self.made.contains_key(name) {
            let spec = self.specs.iter().find(|spec| spec.name == name);
            let spec = *spec.ok_or_else(|| format!("there is no run \"{name}\""))?;
            let run = self.make(spec)?;
            self.made.insert(name.to_owned(), run);
        }
        self.made.get(name).ok_or_else(|| format!("there is no run \"{name}\""))
    }

    /// What the scenario writes at a path.
    pub(super) fn written(&self, path: &str) -> Result<Value, String> {
        let input = self.template.find(path).map_err(|error| error.to_string())?;
        let place = self.template.places_of(&input).next();
        place
            .map(|place| Value::written(place.written(), place.is_whole()))
            .ok_or_else(|| format!("nothing stands at {path}"))
    }

    fn make(&self, spec: &RunSpec) -> Result<Run, String> {
        let mut inputs = Vec::new();
        for (path, value) in &spec.with {
            inputs.push((self.template.find(path).map_err(|error| error.to_string())?, value.as_str()));
        }
        let settings: Vec<_> = inputs.iter().map(|(input, value)| (input, *value)).collect();
        let (scenario, report) = self.template.load_with(&settings);
        let scenario = scenario.ok_or_else(|| report.render(false))?;
        let mut calls = Vec::new();
        let row = |told: &Told<'_>, call: &CallRecord| {
            let input = call.charged.iter().filter(|part| part.kind.contains("input"));
            (CallRow::new(told.scenario, told.strategy, call), input.map(|part| part.tokens).sum())
        };
        let (strategy, bill, issued, running_ms) = spec.tell(&scenario, |told, _| {
            let every = told.recorder.every_call.iter().flatten();
            calls = every.map(|call| row(told, call)).collect();
            let issued = told.recorder.journal.lines.clone();
            (told.strategy.clone(), Bill::new(told), issued, told.outcome.running_ms)
        })?;
        Ok(Run { scenario, strategy, bill, calls, issued, running_ms })
    }
}

impl RunSpec {
    /// Runs it in its scenario, and shows what is to be told.
    pub(super) fn tell<T>(
        &self,
        scenario: &Scenario,
        show: impl FnOnce(&Told<'_>, &World) -> T,
    ) -> Result<T, String> {
        let strategy = if self.strategy.is_empty() {
            scenario.telling_strategy()
        } else {
            let found = scenario.strategies.iter().find(|strategy| strategy.name == self.strategy);
            found.ok_or_else(|| format!("there is no strategy \"{}\"", self.strategy))?
        };
        let (seed, replication) = (if self.seed == 0 { 1 } else { self.seed }, self.replication);
        let world = scenario.world.draw(seed, replication);
        let mut recorder = Recorder { every_call: Some(Vec::new()), ..Recorder::default() };
        let outcome = simulate(scenario, strategy, &world, &mut recorder);
        let told = Told { scenario, strategy, seed, replication, outcome: &outcome, recorder: &recorder };
        Ok(show(&told, &world))
    }
}
