//! The best value between two ends.

use super::ask::Ask;
use super::front::USUAL_REPLICATIONS;
use crate::cli::args::OptimiseArgs;
use crate::cli::fail::Failure;
use crate::cli::interrupt::Interrupt;
use crate::cli::progress;
use crate::cli::variants::{self, Follower};
use crate::montecarlo::{PointStrategy, PointStudy, Statistic, bracket_minimum, replications_per_batch};
use crate::report::optimise::{Answer, BracketResult, Choice, Optimum};
use crate::report::sweep::AxisResult;
use crate::scenario::edit::{Quantity, Stretch};
use crate::units::{Money, RoundingMode};

/// A bracket is short enough at this part of the range.
const RESOLUTIONS: f64 = 1_000.0;
/// Values are written so finely that the range has at least so many of them.
const VALUES_LEAST: i128 = 10_000;
/// Observations that a paired test of a quantile or shortfall has at least.
const OBSERVATIONS_LEAST: u64 = 10;

pub(super) fn bracket(ask: &Ask, args: &OptimiseArgs, interrupt: &Interrupt) -> Result<Optimum, Failure> {
    let stretch = Stretch::parse(&ask.template, &args.over[0]).map_err(|error| Failure::from_edit(&error))?;
    let [strategy] = &ask.scenario.strategies[..] else {
        return Err(Failure::Usage(
            "a search between two ends is of one strategy: name it with --strategy, or give steps, as in PATH=lo..hi:steps"
                .to_owned(),
        ));
    };
    let replications = args.replications.unwrap_or(USUAL_REPLICATIONS);
    let per_observation = per_observation(ask, replications)?;
    let decimals = decimals(&stretch);
    let written = |at: f64| write(&stretch, at, decimals).to_string();
    let (low, high) = (stretch.low.to_f64(), stretch.high.to_f64());
    let follower = Follower { bar: progress::endless(args.quiet), interrupt };
    let search = bracket_minimum((low, high), (high - low) / RESOLUTIONS, |at| {
        let value = written(at);
        let point = variants::load(&ask.template, &[(&stretch.input, &value)], &args.strategies);
        let point = point.and_then(|point| {
            let own = point.strategies.first().ok_or("the strategy is not there")?;
            ask.goal.objective.check(&point).map_err(|error| error.to_string())?;
            let speaks = ask.goal.objective.speaks_of(&point, own);
            if speaks {
                Ok(point)
            } else {
                Err(format!("`{}` is of machines, which it rents none of", ask.goal.objective))
            }
        });
        let point = point.map_err(|why| {
            Failure::Usage(format!(
                "the scenario refuses {value}, and a search between two ends needs all of them: give steps, as in PATH=lo..hi:steps, \
                 and refused ones are left out; {why}"
            ))
        })?;
        let failed = |error| Failure::from_study(error, "stdout");
        let study = PointStudy::new(std::slice::from_ref(&point), args.seed, args.threads).map_err(failed)?;
        let asked = [PointStrategy { point: 0, strategy: 0 }];
        let samples = study.run(&asked, 0..replications, &follower).map_err(failed)?;
        let observations = ask.goal.observations(&samples[0], per_observation).expect("it is measured");
        Ok::<_, Failure>(observations.iter().map(|one| one.objective).collect())
    })?;
    follower.bar.finish_and_clear();
    let result = BracketResult::new(
        &search,
        &ask.goal.objective,
        ask.goal.maximises,
        strategy.name.clone(),
        (replications, per_observation),
        written,
    );
    let axis = AxisResult {
        path: stretch.input.path().to_owned(),
        present: ask.template.present(&stretch.input).map(|present| present.to_string()),
        values: result.trials.iter().map(|trial| trial.at.clone()).collect(),
        numbers: Some(search.trials.iter().map(|trial| trial.at).collect()),
        unit: stretch.low.unit(),
    };
    let choice = Choice { values: vec![result.best.clone()], strategy: strategy.name.clone() };
    let paste = ask.paste(&[(&stretch.input, result.best.as_str())], 0);
    Ok(Optimum::new(ask.question(args, vec![axis]), Answer::Bracket(result), Some(choice), paste))
}

/// Replications of one observation: a mean is that of single replications, a quantile or shortfall is one of each
/// macro-replication. All of them are used.
fn per_observation(ask: &Ask, replications: u64) -> Result<u64, Failure> {
    let statistic = ask.goal.objective.statistic;
    if matches!(statistic, Statistic::Mean | Statistic::Share) {
        return Ok(1);
    }
    let size = replications_per_batch(statistic).unwrap_or(ask.size);
    if !replications.is_multiple_of(size) || replications / size < OBSERVATIONS_LEAST {
        return Err(Failure::Usage(format!(
            "one observation of {} takes {size} replications, and a search at least {OBSERVATIONS_LEAST} of them: give -n {}, or another multiple",
            ask.goal.objective,
            OBSERVATIONS_LEAST * size
        )));
    }
    Ok(size)
}

/// Decimals that values are written with.
fn decimals(stretch: &Stretch) -> u32 {
    let span = (stretch.high.value() - stretch.low.value()).as_pico();
    let written = stretch.low.decimals().max(stretch.high.decimals());
    let most = stretch.low.finest_decimals().max(written);
    let is_fine = |decimals: &u32| span / 10_i128.pow(Money::SCALE - decimals) >= VALUES_LEAST;
    (written..=most).find(is_fine).unwrap_or(most)
}

fn write(stretch: &Stretch, at: f64, decimals: u32) -> Quantity {
    let pico = (at * 1e12).round() as i128;
    stretch.low.with(Money::from_pico(pico).round_to(decimals, RoundingMode::HalfEven))
}
