//! `deploysim sensitivity`: what each input does to a figure, one at a time or as shares of its spread.

mod levers;

use super::args::{Format, SensitivityArgs};
use super::fail::Failure;
use super::interrupt::Interrupt;
use super::run::find_strategy;
use super::variants::{self, Opened};
use crate::montecarlo::{Evaluation, Metric, SobolDesign, Statistic};
use crate::report::figures::Figure;
use crate::report::output::OutputDir;
use crate::report::sensitivity::{InputResult, Sensitivity, SideResult, Spread};
use crate::report::sweep::Picture;
use crate::scenario::Scenario;
use crate::scenario::edit::{Input, Quantity, Stretch, Template};
use crate::scenario::model::Strategy;
use crate::units::{Money, RoundingMode};
use levers::{Lever, Side};
use std::path::PathBuf;

pub(super) fn sensitivity(args: &SensitivityArgs) -> Result<(), Failure> {
    let common = &args.points;
    let Opened { template, scenario } = variants::open(&args.scenario, &common.input, common.quiet)?;
    let strategy = find_strategy(&scenario, args.strategy.as_deref())?;
    let metric = variants::metrics(&[args.metric], &[], &scenario)?[0];
    if !metric.speaks_of(&scenario, strategy) {
        let why = format!("{metric} says nothing of \"{}\", which rents no machines", strategy.name);
        return Err(Failure::Usage(why));
    }
    let folder = common.out.clone().unwrap_or_else(|| PathBuf::from("outputs").join(&scenario.name));
    let interrupt = Interrupt::watch(&folder)?;
    let out =
        OutputDir::create(&folder).map_err(|error| Failure::Write(folder.display().to_string(), error))?;
    let run = Run { args, template: &template, scenario: &scenario, strategy, metric, interrupt: &interrupt };
    let Answer { text, json, name, pictures } = if args.sobol { run.spread()? } else { run.one_at_a_time()? };
    let mut files = vec![(name.to_owned(), json.clone().into_bytes())];
    files.extend(pictures);
    if interrupt.is_set() {
        return Err(Failure::Interrupted);
    }
    variants::write_files(&out, &files)?;
    match common.format {
        Format::Text => super::print(&text)?,
        Format::Json => super::print(&json)?,
    }
    if !common.quiet {
        super::note(&format!("{} files in {}\n", files.len(), folder.display()));
    }
    Ok(())
}

/// What goes to stdout and to files.
struct Answer {
    text: String,
    json: String,
    name: &'static str,
    pictures: Vec<Picture>,
}

struct Run<'run> {
    args: &'run SensitivityArgs,
    template: &'run Template,
    scenario: &'run Scenario,
    strategy: &'run Strategy,
    metric: Metric,
    interrupt: &'run Interrupt,
}

impl Run<'_> {
    /// A variant with the strategy only.
    fn load(&self, settings: &[(&Input, &str)]) -> Result<Scenario, String> {
        variants::load(self.template, settings, std::slice::from_ref(&self.strategy.name))
    }

    /// The figure of each variant in each world.
    fn columns(&self, points: &[Scenario]) -> Result<Vec<Vec<f64>>, Failure> {
        let mut columns = Vec::new();
        let (size, quiet) = (variants::size(&self.args.points), self.args.points.quiet);
        variants::run(points, size, self.interrupt, quiet, |_, _, samples| {
            columns.push(self.metric.column(&samples[0]));
        })?;
        Ok(columns)
    }

    fn one_at_a_time(&self) -> Result<Answer, Failure> {
        let share = levers::parse_share(&self.args.by).map_err(Failure::Usage)?;
        let levers = Lever::all(self.template, &self.args.inputs, &self.strategy_paths())
            .map_err(|error| Failure::from_edit(&error))?;
        let present = self.load(&[]).map_err(Failure::Scenario)?;
        let mut points = vec![present];
        // For each side the point that it is, or why it is none.
        let mut sides: Vec<(Side, Result<usize, String>)> = Vec::new();
        for lever in &levers {
            for side in lever.sides(share) {
                if self.interrupt.is_set() {
                    return Err(Failure::Interrupted);
                }
                let (side, loaded) = side.load(|settings| self.load(settings));
                let loaded = loaded.map(|scenario| {
                    points.push(scenario);
                    points.len() - 1
                });
                sides.push((side, loaded));
            }
        }
        let size = variants::size(&self.args.points);
        let columns = self.columns(&points)?;
        let estimate = self.present_figure(&points[0])?;
        let pool = variants::pool(size.threads)?;
        let result = |(side, point): (Side, Result<usize, String>)| match point {
            Ok(point) => SideResult::ran(&self.metric, side.shown(), &columns[point], &columns[0], size.seed),
            Err(refusal) => SideResult::refused(side.shown(), refusal),
        };
        let mut sides = sides.into_iter();
        let inputs: Vec<InputResult> = pool.install(|| {
            let input = |lever: &Lever| InputResult {
                path: lever.path().to_owned(),
                present: lever.present(),
                less: result(sides.next().expect("every lever has a lower side")),
                more: result(sides.next().expect("every lever has an upper side")),
            };
            levers.iter().map(input).collect()
        });
        let by = self.args.by.as_str();
        let told =
            Sensitivity::new((self.scenario, self.strategy), (self.metric, size), by, estimate, inputs);
        Ok(Answer {
            text: told.render(),
            json: super::results::to_json(&told),
            name: "sensitivity.json",
            pictures: told.draw().map_err(|(name, error)| Failure::Plot(name, error))?,
        })
    }

    /// The figure of the scenario as it stands.
    fn present_figure(&self, present: &Scenario) -> Result<Figure, Failure> {
        let mut figure = Figure::new(&self.metric, None);
        let (size, points) = (variants::size(&self.args.points), std::slice::from_ref(present));
        variants::run(points, size, self.interrupt, true, |_, _, samples| {
            figure = Figure::new(&self.metric, self.metric.estimate(&samples[0]));
        })?;
        Ok(figure)
    }

    /// Where other strategies are written: what stands there changes nothing here.
    fn strategy_paths(&self) -> Vec<String> {
        let others = self.scenario.strategies.iter().enumerate();
        let others = others.filter(|(_, other)| other.name != self.strategy.name);
        others.map(|(index, _)| format!("strategies[{index}].")).collect()
    }

    fn spread(&self) -> Result<Answer, Failure> {
        if !matches!(self.metric.statistic, Statistic::Mean | Statistic::Share) {
            let why = format!("Sobol' indices are of a mean or a share, not of {}", self.metric);
            return Err(Failure::Usage(why));
        }
        let stretch = |input: &String| Stretch::parse(self.template, input);
        let stretches: Vec<Stretch> = self
            .args
            .inputs
            .iter()
            .map(stretch)
            .collect::<Result<_, _>>()
            .map_err(|error| Failure::from_edit(&error))?;
        let inputs: Vec<&Input> = stretches.iter().map(|stretch| &stretch.input).collect();
        self.template.are_apart(&inputs).map_err(|error| Failure::from_edit(&error))?;
        let size = variants::size(&self.args.points);
        let design = SobolDesign::new(stretches.len(), self.args.rows, size.seed)
            .map_err(|error| Failure::Usage(error.to_string()))?;
        let mut points = Vec::new();
        for point in design.points() {
            if self.interrupt.is_set() {
                return Err(Failure::Interrupted);
            }
            points.push(self.load_point(&stretches, point)?);
        }
        let evaluation = |column: &Vec<f64>| {
            let estimate = crate::montecarlo::MeanEstimate::of(column).expect("there are replications");
            let standard_error = estimate.standard_error.unwrap_or(0.0);
            Evaluation { mean: estimate.mean, standard_error }
        };
        let values: Vec<Evaluation> = self.columns(&points)?.iter().map(evaluation).collect();
        let indices = variants::pool(size.threads)?.install(|| design.indices(&values));
        let told = Spread::new(
            (self.scenario, self.strategy),
            (self.metric, size),
            (self.args.rows, points.len()),
            &stretches,
            indices.as_ref(),
        );
        Ok(Answer {
            text: told.render(),
            json: super::results::to_json(&told),
            name: "sobol.json",
            pictures: told.draw().map_err(|(name, error)| Failure::Plot(name, error))?,
        })
    }

    /// A point of the design. A number that the scenario takes only whole is rounded; no other value may be refused, since
    /// indices are of whole ranges.
    fn load_point(&self, stretches: &[Stretch], point: &[f64]) -> Result<Scenario, Failure> {
        let exact: Vec<Quantity> =
            stretches.iter().zip(point).map(|(stretch, share)| at(stretch, *share)).collect();
        let load = |values: &[Quantity]| {
            let written: Vec<String> = values.iter().map(Quantity::to_string).collect();
            let settings = stretches.iter().zip(&written);
            let settings: Vec<(&Input, &str)> =
                settings.map(|(stretch, value)| (&stretch.input, value.as_str())).collect();
            self.load(&settings)
        };
        let whole = |(stretch, value): (&Stretch, &Quantity)| {
            let is_whole =
                self.template.places_of(&stretch.input).all(crate::scenario::edit::Place::is_whole);
            if is_whole { value.with(value.value().round_to(0, RoundingMode::HalfUp)) } else { value.clone() }
        };
        let rounded: Vec<Quantity> = stretches.iter().zip(&exact).map(whole).collect();
        load(&exact).or_else(|refusal| load(&rounded).map_err(|_| refusal)).map_err(|refusal| {
            let named = stretches
                .iter()
                .zip(&exact)
                .map(|(stretch, value)| format!("{} = {value}", stretch.input.path()));
            let named: Vec<String> = named.collect();
            Failure::Scenario(format!("the scenario refuses {}: {refusal}", named.join(", ")))
        })
    }
}

/// The value at a share of the way, as it would be written.
fn at(stretch: &Stretch, share: f64) -> Quantity {
    let (low, high) = (stretch.low.to_f64(), stretch.high.to_f64());
    let nano = ((low + (high - low) * share) * 1e9).round_ties_even();
    let value = Money::from_pico(nano as i128 * 1_000);
    stretch.low.with(value.round_to(stretch.low.finest_decimals(), RoundingMode::HalfEven))
}
