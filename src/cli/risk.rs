//! `deploysim compare --until-risk`: how much of something is enough.

use super::args::{CompareArgs, Format, RiskKind};
use super::fail::Failure;
use super::input;
use super::interrupt::Interrupt;
use super::progress;
use super::run::find_strategy;
use crate::montecarlo::{self, Arrears, Observer, StudySize, Trial, Trials, least_at_risk};
use crate::report::risk::{Found, RiskSearch};
use crate::scenario::edit::Variable;
use crate::scenario::{Scenario, Severity};
use crate::sim::Outcome;
use crate::units::Money;
use indicatif::ProgressBar;
use std::path::Path;

pub(super) fn search(args: &CompareArgs, target: f64) -> Result<(), Failure> {
    let path = args.search.over.as_deref().unwrap_or_default();
    let scenario = input::load_or_fail(args.scenario.as_deref(), &args.input, args.quiet)?;
    let source =
        input::source(args.scenario.as_deref(), &args.input).map_err(|error| Failure::from_edit(&error))?;
    let variable = Variable::find(source, path).map_err(|error| Failure::from_edit(&error))?;
    if variable.value() < Money::ZERO {
        return Err(Failure::Usage(format!("`{path}` is below zero, and the search only goes up from zero")));
    }
    let strategy = find_strategy(&scenario, args.search.strategy.as_deref())?.name.clone();
    let account = find_account(&scenario, args.search.account.as_deref(), path)?;
    let size = StudySize { seed: args.seed, replications: args.replications, threads: args.threads };
    // Nothing is written, so that there is no folder to tidy.
    let interrupt = Interrupt::watch(Path::new("."))?;
    let risk = arrears(args.search.risk);
    let mut runner = Runner {
        variable: &variable,
        strategy: &strategy,
        account,
        risk,
        size,
        interrupt,
        quiet: args.quiet,
        refusal: None,
    };
    let mut trials = Trials::default();
    let from = (variable.value(), variable.unit());
    let n = size.replications as usize;
    let (least, sure) = least_at_risk(&mut trials, from, target, n, &mut |value| runner.run(value))?;
    let answer = RiskSearch::new(&Found {
        scenario: &scenario.name,
        strategy: &strategy,
        account: account.map(|index| scenario.accounts[index].name.as_str()),
        risk,
        target,
        path,
        written: &|value| variable.written(value),
        present: variable.value(),
        size,
        horizon: scenario.horizon.to_string(),
        trials: &trials,
        least,
        sure,
        refusal: runner.refusal,
    });
    match args.format {
        Format::Text => super::print(&answer.render()),
        Format::Json => super::print(&super::results::to_json(&answer)),
    }
}

const fn arrears(risk: RiskKind) -> Arrears {
    match risk {
        RiskKind::Overdue => Arrears::Overdue,
        RiskKind::Stopped => Arrears::Stopped,
        RiskKind::Released => Arrears::Released,
        RiskKind::Cleared => Arrears::Cleared,
    }
}

/// The account of this name; without a name that of the path, or the only one; none if any of several counts.
fn find_account(scenario: &Scenario, name: Option<&str>, path: &str) -> Result<Option<usize>, Failure> {
    if scenario.accounts.is_empty() {
        return Err(Failure::Usage("the scenario has no accounts, which nothing can befall then".to_owned()));
    }
    if let Some(name) = name {
        let found = scenario.accounts.iter().position(|account| account.name == name);
        return found.map(Some).ok_or_else(|| {
            let names: Vec<String> =
                scenario.accounts.iter().map(|account| format!("\"{}\"", account.name)).collect();
            Failure::Usage(format!(
                "there is no account \"{name}\" in this scenario; it has {}",
                names.join(", ")
            ))
        });
    }
    let of_path = path.strip_prefix("accounts[").and_then(|rest| rest.split_once(']'));
    let of_path = of_path.and_then(|(index, _)| index.parse().ok());
    Ok(of_path
        .or((scenario.accounts.len() == 1).then_some(0))
        .filter(|index| *index < scenario.accounts.len()))
}

/// Runs one value after the other on the same worlds.
struct Runner<'run> {
    variable: &'run Variable,
    strategy: &'run str,
    /// None if any account counts.
    account: Option<usize>,
    risk: Arrears,
    size: StudySize,
    interrupt: Interrupt,
    quiet: bool,
    /// What the scenario said when it refused a value first.
    refusal: Option<String>,
}

impl Runner<'_> {
    fn run(&mut self, value: Money) -> Result<Trial, Failure> {
        if self.interrupt.is_set() {
            return Err(Failure::Interrupted);
        }
        let (scenario, report) = self.variable.load_with(value);
        let Some(mut scenario) = scenario else {
            let first = report.diagnostics.into_iter().find(|item| item.severity == Severity::Error);
            let message = first.map_or_else(String::new, |item| item.message);
            let written = self.variable.written(value);
            self.refusal.get_or_insert_with(|| format!("with {written}, {message}"));
            return Ok(Trial::Refused);
        };
        scenario.strategies.retain(|strategy| strategy.name == self.strategy);
        let mut counter = Counter {
            account: self.account,
            risk: self.risk,
            hits: 0,
            bar: progress::bar(self.size.replications, self.quiet),
            interrupt: &self.interrupt,
        };
        montecarlo::study(&scenario, self.size, &mut counter)
            .map_err(|error| Failure::from_study(error, "stdout"))?;
        counter.bar.finish_and_clear();
        Ok(Trial::Ran(counter.hits))
    }
}

/// Counts the replications in which it happens.
struct Counter<'run> {
    account: Option<usize>,
    risk: Arrears,
    hits: usize,
    bar: ProgressBar,
    interrupt: &'run Interrupt,
}

impl Observer for Counter<'_> {
    fn tick(&self) {
        self.bar.inc(1);
    }
    fn is_interrupted(&self) -> bool {
        self.interrupt.is_set()
    }
    fn collect(&mut self, _: u64, outcomes: &[Outcome]) -> std::io::Result<()> {
        let accounts = outcomes.iter().flat_map(|outcome| outcome.accounts.iter().enumerate());
        let mut own = accounts.filter(|(index, _)| self.account.is_none_or(|account| account == *index));
        self.hits += usize::from(own.any(|(_, account)| self.risk.first_in(account).is_some()));
        Ok(())
    }
}
