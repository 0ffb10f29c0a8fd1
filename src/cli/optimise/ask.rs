//! What is asked, checked: figures that the scenario has, options that go together, points that it takes.

use crate::cli::args::{IndifferenceArg, OptimiseArgs};
use crate::cli::fail::Failure;
use crate::cli::interrupt::Interrupt;
use crate::cli::variants::{self, Opened};
use crate::montecarlo::{Condition, Goal, Metric, PointStrategy};
use crate::report::optimise::{Choice, Part, Question, parts};
use crate::report::sweep::AxisResult;
use crate::scenario::Scenario;
use crate::scenario::edit::{Axis, Grid, Input, Template};

/// A question that can be answered.
pub(super) struct Ask {
    pub(super) template: Template,
    /// As it stands, with the strategies that are asked for.
    pub(super) scenario: Scenario,
    /// The place of each of these strategies in the file.
    pub(super) in_file: Vec<usize>,
    pub(super) goal: Goal,
    /// Replications of one observation.
    pub(super) size: u64,
    command: String,
}

/// A strategy at a point of a grid.
pub(super) struct Candidate {
    pub(super) choice: Choice,
    /// Of the grid.
    pub(super) point: usize,
    /// Of the scenario's strategies.
    pub(super) strategy: usize,
    /// Its place among the points that run, or why it does not.
    pub(super) outcome: Result<PointStrategy, String>,
}

/// Whether a range without steps is among what may be chosen.
pub(super) fn is_stretch(args: &OptimiseArgs) -> bool {
    args.over.iter().any(|over| over.split_once("..").is_some_and(|(_, rest)| !rest.contains(':')))
}

impl Ask {
    pub(super) fn read(args: &OptimiseArgs) -> Result<Self, Failure> {
        check_options(args)?;
        let Opened { template, mut scenario } = variants::open(&args.scenario, &args.input, args.quiet)?;
        let all: Vec<String> = scenario.strategies.iter().map(|strategy| strategy.name.clone()).collect();
        variants::keep_strategies(&mut scenario, &args.strategies)?;
        let place = |name: &String| all.iter().position(|other| other == name);
        let in_file = scenario.strategies.iter().filter_map(|strategy| place(&strategy.name)).collect();
        let objective = args.minimise.or(args.maximise).expect("one of them is required");
        let constraints = args.conditions.iter().map(Condition::metric).collect();
        let goal = Goal { objective, maximises: args.maximise.is_some(), constraints };
        for metric in metrics_of(&goal, args.pareto.as_ref()) {
            metric.check(&scenario).map_err(|error| Failure::Usage(error.to_string()))?;
        }
        let usual = Goal { constraints: metrics_of(&goal, args.pareto.as_ref()).collect(), ..goal.clone() };
        let size = usual.replications_per_batch().ok_or_else(|| {
            Failure::Usage(
                "the least and the greatest of a sample move as it grows and have no best: ask for a quantile, as in cost.p99"
                    .to_owned(),
            )
        })?;
        Ok(Self { template, scenario, in_file, goal, size, command: command(args) })
    }

    pub(super) fn grid(&self, args: &OptimiseArgs) -> Result<Grid, Failure> {
        Grid::parse(&self.template, &args.over).map_err(|error| Failure::from_edit(&error))
    }

    /// Every strategy at every point, and the scenarios of the points that run.
    pub(super) fn candidates(
        &self,
        args: &OptimiseArgs,
        grid: &Grid,
        interrupt: &Interrupt,
    ) -> Result<(Vec<Scenario>, Vec<Candidate>), Failure> {
        let (mut running, mut candidates) = (Vec::new(), Vec::new());
        for point in 0..grid.len() {
            if interrupt.is_set() {
                return Err(Failure::Interrupted);
            }
            let settings = grid.settings(point);
            let values: Vec<String> = settings.iter().map(|(_, value)| (*value).to_owned()).collect();
            let loaded = variants::load(&self.template, &settings, &args.strategies);
            for (strategy, own) in self.scenario.strategies.iter().enumerate() {
                let outcome = match &loaded {
                    Ok(scenario) => self
                        .measures(scenario, strategy, args.pareto.as_ref())
                        .map(|()| PointStrategy { point: running.len(), strategy }),
                    Err(refusal) => Err(refusal.clone()),
                };
                let choice = Choice { values: values.clone(), strategy: own.name.clone() };
                candidates.push(Candidate { choice, point, strategy, outcome });
            }
            running.extend(loaded);
        }
        let refusal = candidates.iter().find_map(|one| Some((one, one.outcome.as_ref().err()?)));
        match refusal {
            Some((one, why)) if candidates.iter().all(|one| one.outcome.is_err()) => {
                let at = if one.choice.values.is_empty() {
                    one.choice.strategy.clone()
                } else {
                    one.choice.values.join(", ")
                };
                Err(Failure::Scenario(format!("the scenario refuses every alternative; with {at}: {why}")))
            }
            _ => Ok((running, candidates)),
        }
    }

    /// That every figure is measured of a strategy.
    fn measures(&self, point: &Scenario, strategy: usize, other: Option<&Metric>) -> Result<(), String> {
        let own = point.strategies.get(strategy).ok_or("the strategy is not there with these values")?;
        for metric in metrics_of(&self.goal, other) {
            metric.check(point).map_err(|error| error.to_string())?;
            if !metric.speaks_of(point, own) {
                return Err(format!("`{metric}` is of machines, and \"{}\" rents none", own.name));
            }
        }
        Ok(())
    }

    /// The question, for the answer.
    pub(super) fn question(&self, args: &OptimiseArgs, axes: Vec<AxisResult>) -> Question<'_> {
        Question {
            scenario: &self.scenario,
            objective: self.goal.objective,
            maximises: self.goal.maximises,
            axes,
            seed: args.seed,
            command: self.command.clone(),
        }
    }

    pub(super) fn axes(&self, grid: &Grid) -> Vec<AxisResult> {
        let axis = |axis: &Axis| {
            let numbers = axis.numbers();
            AxisResult {
                path: axis.input.path().to_owned(),
                present: self.template.present(&axis.input).map(|present| present.to_string()),
                values: axis.values.clone(),
                unit: numbers.as_ref().map_or("", |(_, unit)| unit),
                numbers: numbers.map(|(numbers, _)| numbers),
            }
        };
        grid.axes().iter().map(axis).collect()
    }

    /// What to paste for values and a strategy: the parts with the values, and the strategy itself where there is a choice
    /// of them.
    pub(super) fn paste(&self, settings: &[(&Input, &str)], strategy: usize) -> Vec<Part> {
        let chosen = format!("strategies[{}]", self.in_file[strategy]);
        let is_chosen = self.scenario.strategies.len() > 1 || settings.is_empty();
        parts(&self.template, settings, is_chosen.then_some(&chosen))
    }
}

fn metrics_of<'a>(goal: &'a Goal, other: Option<&'a Metric>) -> impl Iterator<Item = Metric> + 'a {
    std::iter::once(&goal.objective).chain(&goal.constraints).chain(other).copied()
}

/// Options that do not go together.
fn check_options(args: &OptimiseArgs) -> Result<(), Failure> {
    let wrong = |why: String| Err(Failure::Usage(why));
    for (index, condition) in args.conditions.iter().enumerate() {
        if let Some(other) = args.conditions[..index].iter().find(|other| other.contradicts(condition)) {
            return wrong(format!("nothing keeps both {other} and {condition}"));
        }
    }
    let (is_stretch, is_front) = (is_stretch(args), args.pareto.is_some());
    if is_stretch && args.over.len() > 1 {
        return wrong("a search between two ends is over one value: give the others steps, as in PATH=lo..hi:steps, or all of them".to_owned());
    }
    if is_stretch && is_front {
        return wrong("a front needs its points: give steps, as in PATH=lo..hi:steps".to_owned());
    }
    if is_stretch && !args.conditions.is_empty() {
        return wrong(
            "a search between two ends knows no conditions: give steps, as in PATH=lo..hi:steps, and the best that keeps them is selected"
                .to_owned(),
        );
    }
    if is_front && !args.conditions.is_empty() {
        return wrong(
            "a front shows what each gives up for the other: leave out --subject-to, or --pareto".to_owned(),
        );
    }
    if is_front && args.pareto == args.minimise.or(args.maximise) {
        return wrong("a front is of two figures: --pareto is the objective itself".to_owned());
    }
    let of_selection = [
        ("--indifference", args.indifference.is_some()),
        ("--confidence", args.confidence.is_some()),
        ("--most", args.most.is_some()),
    ];
    let given = of_selection.iter().find(|(_, is_given)| *is_given);
    if let Some((option, _)) = given.filter(|_| is_stretch || is_front) {
        let what = if is_stretch { "PATH=lo..hi" } else { "--pareto" };
        return wrong(format!(
            "{option} is of a selection, which {what} does not make: it takes -n replications of each point"
        ));
    }
    if args.replications.is_some() && !is_stretch && !is_front {
        return wrong(
            "a selection takes as many replications as it needs: leave out -n, or limit them with --most"
                .to_owned(),
        );
    }
    Ok(())
}

/// What to type for the same result: whatever changes it, in one order.
fn command(args: &OptimiseArgs) -> String {
    let mut words = vec!["deploysim optimise".to_owned(), quoted(&args.scenario.display().to_string())];
    let mut option = |name: &str, value: String| words.push(format!("{name} {}", quoted(&value)));
    if let Some(metric) = args.minimise {
        option("--minimise", metric.to_string());
    }
    if let Some(metric) = args.maximise {
        option("--maximise", metric.to_string());
    }
    for over in &args.over {
        option("--over", over.clone());
    }
    for condition in &args.conditions {
        option("--subject-to", condition.to_string());
    }
    for strategy in &args.strategies {
        option("--strategy", strategy.clone());
    }
    if let Some(IndifferenceArg::PerCent(quantity) | IndifferenceArg::Amount(quantity)) = &args.indifference {
        option("--indifference", quantity.to_string());
    }
    if let Some(confidence) = args.confidence {
        option("--confidence", confidence.to_string());
    }
    if let Some(most) = args.most {
        option("--most", most.to_string());
    }
    if let Some(metric) = args.pareto {
        option("--pareto", metric.to_string());
    }
    if let Some(replications) = args.replications {
        option("-n", replications.to_string());
    }
    for folder in &args.input.data_dirs {
        option("--data", folder.display().to_string());
    }
    option("--seed", args.seed.to_string());
    words.join(" ")
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-/=,:%+".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
