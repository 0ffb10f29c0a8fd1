//! `deploysim breakeven`: the values of a number at which two strategies come to the same figure.

use super::args::{BreakevenArgs, Format};
use super::fail::Failure;
use super::interrupt::Interrupt;
use super::variants::{self, Opened};
use crate::montecarlo::{Bootstrap, Crossing, Difference, Samples, StudySize};
use crate::report::breakeven::{Asked, Breakeven, PointResult, draw};
use crate::report::output::OutputDir;
use crate::scenario::Scenario;
use crate::scenario::edit::{Quantity, Stretch, Template};
use crate::units::{Money, RoundingMode};
use std::path::PathBuf;

/// Values that are looked at on the way to a crossing, at most.
const ROUNDS: usize = 16;
/// Values that are looked at in the interval of a crossing.
const REFINED: usize = 4;
/// Finer parts of the stretch are not tried.
const PARTS: i128 = 1_000_000;

pub(super) fn breakeven(args: &BreakevenArgs) -> Result<(), Failure> {
    let common = &args.points;
    let Opened { template, mut scenario } = variants::open(&args.scenario, &common.input, common.quiet)?;
    if args.between[0] == args.between[1] {
        return Err(Failure::Usage(format!(
            "\"{}\" always costs what it costs: name two strategies",
            args.between[0]
        )));
    }
    let stretch = Stretch::parse(&template, &args.over).map_err(|error| Failure::from_edit(&error))?;
    variants::keep_strategies(&mut scenario, &args.between)?;
    let metric = variants::metrics(&[args.metric], &[], &scenario)?[0];
    for strategy in &scenario.strategies {
        if !metric.speaks_of(&scenario, strategy) {
            let why = format!("{metric} says nothing of \"{}\", which rents no machines", strategy.name);
            return Err(Failure::Usage(why));
        }
    }
    let folder = common.out.clone().unwrap_or_else(|| PathBuf::from("outputs").join(&scenario.name));
    let interrupt = Interrupt::watch(&folder)?;
    let out =
        OutputDir::create(&folder).map_err(|error| Failure::Write(folder.display().to_string(), error))?;
    let size = variants::size(common);
    let mut search = Search::new(args, &template, &stretch, &interrupt, size);
    search.look_at_grid()?;
    search.close_in()?;
    let pool = variants::pool(size.threads)?;
    let crossings = search.refine(&pool)?;
    let asked = Asked { scenario: &scenario, template: &template, stretch: &stretch, metric, size };
    let result = pool
        .install(|| Breakeven::new(&asked, &args.between, &search.points, &search.difference, &crossings));
    let json = super::results::to_json(&result);
    let mut files = vec![("breakeven.json".to_owned(), json.clone().into_bytes())];
    files.extend(draw(&result).map_err(|(name, error)| Failure::Plot(name, error))?);
    if interrupt.is_set() {
        return Err(Failure::Interrupted);
    }
    variants::write_files(&out, &files)?;
    match common.format {
        Format::Text => super::print(&result.render())?,
        Format::Json => super::print(&json)?,
    }
    if !common.quiet {
        super::note(&format!("{} files in {}\n", files.len(), folder.display()));
    }
    Ok(())
}

/// Values that were tried, in the order of trying, and what they gave.
struct Search<'run> {
    args: &'run BreakevenArgs,
    template: &'run Template,
    stretch: &'run Stretch,
    interrupt: &'run Interrupt,
    size: StudySize,
    /// The number has no fractions.
    is_whole: bool,
    points: Vec<PointResult>,
    difference: Difference,
}

impl<'run> Search<'run> {
    fn new(
        args: &'run BreakevenArgs,
        template: &'run Template,
        stretch: &'run Stretch,
        interrupt: &'run Interrupt,
        size: StudySize,
    ) -> Self {
        let is_whole = template.places_of(&stretch.input).all(crate::scenario::edit::Place::is_whole);
        let difference = Difference::new(args.metric.statistic, size.seed);
        Self { args, template, stretch, interrupt, size, is_whole, points: Vec::new(), difference }
    }

    /// Runs both strategies at values that were not tried yet. One that the scenario refuses is tried as a whole number
    /// where the file has one.
    fn look_at(&mut self, values: &[Quantity], of_grid: bool) -> Result<(), Failure> {
        let (mut running, mut tried) = (Vec::new(), Vec::new());
        for value in values {
            if self.interrupt.is_set() {
                return Err(Failure::Interrupted);
            }
            let whole = value.with(value.value().round_to(0, RoundingMode::HalfUp));
            let known = |value: &Quantity, tried: &[Quantity]| {
                tried.contains(value) || self.points.iter().any(|point| point.value == *value)
            };
            if known(value, &tried) {
                continue;
            }
            match self.load(value) {
                Ok(scenario) => {
                    running.push(scenario);
                    tried.push(value.clone());
                }
                Err(_) if self.is_whole && whole != *value && known(&whole, &tried) => {}
                Err(refusal) => match self.load(&whole) {
                    Ok(scenario) if self.is_whole => {
                        running.push(scenario);
                        tried.push(whole);
                    }
                    Ok(_) | Err(_) => {
                        self.points.push(PointResult {
                            value: value.clone(),
                            of_grid,
                            figures: Err(refusal),
                        });
                    }
                },
            }
        }
        let (points, difference, args) = (&mut self.points, &mut self.difference, self.args);
        variants::run(&running, self.size, self.interrupt, args.points.quiet, |index, scenario, samples| {
            let column = |name: &String| column(scenario, &samples, name, args);
            let (a, b) = (column(&args.between[0]), column(&args.between[1]));
            let of = |column: &[f64]| args.metric.statistic.of(column).unwrap_or_default();
            let figures = Ok([of(&a), of(&b)]);
            let value = tried[index].clone();
            difference.add(value.to_f64(), a, b);
            points.push(PointResult { value, of_grid, figures });
        })
    }

    fn load(&self, value: &Quantity) -> Result<Scenario, String> {
        let written = value.to_string();
        variants::load(self.template, &[(&self.stretch.input, &written)], &self.args.between)
    }

    fn look_at_grid(&mut self) -> Result<(), Failure> {
        let grid = Quantity::spaced(&self.stretch.low, &self.stretch.high, usize::from(self.args.steps));
        self.look_at(&grid, true)?;
        match self.points.first() {
            Some(PointResult { value, figures: Err(refusal), .. })
                if self.difference.points().next().is_none() =>
            {
                Err(Failure::Scenario(format!("the scenario refuses every value; with {value}: {refusal}")))
            }
            _ => Ok(()),
        }
    }

    /// Comes nearer to every crossing from both sides, by turns where a straight line meets zero and half-way between its
    /// neighbours, until these worlds can tell no more or the number has no finer values.
    fn close_in(&mut self) -> Result<(), Failure> {
        for round in 0..ROUNDS {
            let crossings = self.difference.crossings();
            let open = crossings.iter().filter(|crossing| !self.difference.is_settled(crossing));
            let next = |crossing: &Crossing| {
                let middle = f64::midpoint(crossing.between.0, crossing.between.1);
                self.at(if round % 2 == 0 { crossing.x } else { middle })
            };
            let next: Vec<Quantity> = open.map(next).collect();
            if next.is_empty() {
                break;
            }
            self.look_at(&next, false)?;
        }
        Ok(())
    }

    /// A value near `x` as it would be written, with as many digits as a millionth of the stretch needs.
    fn at(&self, x: f64) -> Quantity {
        let (low, high) = (&self.stretch.low, &self.stretch.high);
        let span = (high.value() - low.value()).as_pico();
        let fine = |decimals: &u32| span / PARTS >= 10_i128.pow(Money::SCALE - decimals);
        let decimals = (0..low.finest_decimals()).find(fine).unwrap_or(low.finest_decimals());
        let money = Money::from_pico((x * 1e9).round_ties_even() as i128 * 1_000);
        low.with(money.round_to(decimals, RoundingMode::HalfEven))
    }

    /// Looks at values inside the interval of each crossing, where resamples cross, and gives the crossings with theirs.
    fn refine(&mut self, pool: &rayon::ThreadPool) -> Result<Vec<(Crossing, Bootstrap)>, Failure> {
        let bootstraps = |difference: &Difference| -> Vec<(Crossing, Bootstrap)> {
            let with = |crossing: Crossing| (crossing, difference.bootstrap(&crossing));
            pool.install(|| difference.crossings().into_iter().map(with).collect())
        };
        let mut more = Vec::new();
        for (_, bootstrap) in bootstraps(&self.difference) {
            let Some((low, high)) = bootstrap.interval else { continue };
            let share = |step: usize| (step as f64 + 0.5) / REFINED as f64;
            more.extend((0..REFINED).map(|step| self.at(low + (high - low) * share(step))));
        }
        self.look_at(&more, false)?;
        Ok(bootstraps(&self.difference))
    }
}

/// A strategy's figure in each world.
fn column(scenario: &Scenario, samples: &[Samples], name: &str, args: &BreakevenArgs) -> Vec<f64> {
    let place = scenario.strategies.iter().position(|strategy| strategy.name == name);
    let own = place.map(|place| args.metric.column(&samples[place]));
    own.expect("both strategies were kept")
}
