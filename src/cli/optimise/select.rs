//! The best of alternatives, by ranking and selection.

use super::ask::{Ask, Candidate};
use crate::cli::args::{IndifferenceArg, OptimiseArgs};
use crate::cli::fail::Failure;
use crate::cli::interrupt::Interrupt;
use crate::cli::progress;
use crate::cli::variants::Follower;
use crate::montecarlo::{Contest, PointStrategy, PointStudy, Progress, Selection, SelectionSettings, Unit};
use crate::report::optimise::{Answer, Indifference, Optimum, SelectionResult};
use crate::scenario::Scenario;

const USUAL_CONFIDENCE: f64 = 0.95;
const USUAL_MOST: u64 = 100_000;
/// The objective at the present values is that of so many batches.
const PILOT_BATCHES: u64 = 4;
/// Their worlds are those from here on, which no selection reaches: what does not matter is then no function of what is
/// compared.
const PILOT_FROM: u64 = 1 << 48;

pub(super) fn select(ask: &Ask, args: &OptimiseArgs, interrupt: &Interrupt) -> Result<Optimum, Failure> {
    let grid = ask.grid(args)?;
    let most = args.most.unwrap_or(USUAL_MOST) / ask.size;
    if most < SelectionSettings::USUAL_FIRST_STAGE {
        return Err(Failure::Usage(format!(
            "--most is at least {}: the first stage has {} batches of {} replications",
            SelectionSettings::USUAL_FIRST_STAGE * ask.size,
            SelectionSettings::USUAL_FIRST_STAGE,
            ask.size
        )));
    }
    let confidence = args.confidence.unwrap_or(USUAL_CONFIDENCE);
    // Said before anything runs.
    SelectionSettings::new(1.0, confidence).map_err(|error| Failure::Usage(error.to_string()))?;
    let (points, candidates) = ask.candidates(args, &grid, interrupt)?;
    let follower = Follower { bar: progress::endless(args.quiet), interrupt };
    let indifference = indifference(ask, args, &follower)?;
    let settings = settings(ask, args, &indifference, confidence)?;
    let alternatives: Vec<PointStrategy> =
        candidates.iter().filter_map(|one| one.outcome.as_ref().ok().copied()).collect();
    let study = PointStudy::new(&points, args.seed, args.threads).map_err(failed)?;
    let mut contest = Contest::new(&study, &alternatives, &ask.goal, (ask.size, 0), &follower);
    let selection = contest.select(&settings, most).map_err(failed)?;
    follower.bar.finish_and_clear();
    let shown = Indifference::new(&ask.goal, indifference.0, indifference.1);
    let mut result =
        SelectionResult::new(&selection, &ask.goal, &args.conditions, shown, confidence, (ask.size, most));
    let best = collect(ask, &grid, &candidates, (&selection, &contest), &mut result);
    let paste = best.map_or_else(Vec::new, |best| ask.paste(&grid.settings(best.point), best.strategy));
    let choice = best.map(|best| best.choice.clone());
    Ok(Optimum::new(ask.question(args, ask.axes(&grid)), Answer::Selection(result), choice, paste))
}

fn failed(error: crate::montecarlo::StudyError) -> Failure {
    Failure::from_study(error, "stdout")
}

fn settings(
    ask: &Ask,
    args: &OptimiseArgs,
    (indifference, _): &(f64, String),
    confidence: f64,
) -> Result<SelectionSettings, Failure> {
    let wrong = |error: crate::montecarlo::SelectionError| Failure::Usage(error.to_string());
    assert_eq!(ask.goal.constraints.len(), args.conditions.len(), "a constraint is a condition");
    let settings = SelectionSettings::new(*indifference, confidence).map_err(wrong)?;
    args.conditions
        .iter()
        .try_fold(settings, |settings, condition| settings.subject_to(condition.constraint()).map_err(wrong))
}

/// Adds every candidate to the result, in the order of the grid; gives the best.
fn collect<'a, P: Progress>(
    ask: &Ask,
    grid: &crate::scenario::edit::Grid,
    candidates: &'a [Candidate],
    (selection, contest): (&Selection, &Contest<'_, P>),
    result: &mut SelectionResult,
) -> Option<&'a Candidate> {
    let (mut ran, mut best) = (Vec::new(), None);
    for (place, one) in candidates.iter().enumerate() {
        let (values, places) = (one.choice.values.clone(), grid.places(one.point));
        let strategy = one.choice.strategy.clone();
        match &one.outcome {
            Ok(_) => {
                if selection.best == Some(ran.len()) {
                    best = Some(one);
                }
                result.push((values, places, strategy), ran.len(), (selection, contest, &ask.goal));
                ran.push(place);
            }
            Err(why) => result.push_refused(values, places, strategy, why.clone()),
        }
    }
    result.place_winners(&ran);
    best
}

/// The difference of the objective that does not matter, and where it comes from.
fn indifference(ask: &Ask, args: &OptimiseArgs, progress: &impl Progress) -> Result<(f64, String), Failure> {
    let per_cent = match args.indifference.clone().unwrap_or_else(IndifferenceArg::usual) {
        IndifferenceArg::Amount(amount) => return Ok((amount.to_f64(), "as asked".to_owned())),
        IndifferenceArg::PerCent(per_cent) => per_cent,
    };
    let present = present(ask, args, progress)?;
    let share = present.abs() * per_cent.to_f64() / 100.0;
    let least = match ask.goal.objective.unit() {
        Unit::Share => 0.0001,
        Unit::Currency | Unit::Hours | Unit::Seconds | Unit::Count => 0.01,
    };
    let number = per_cent.to_string();
    let number = number.trim_end_matches('%');
    if share <= least {
        return Ok((least, format!("the least there is; {number} % of the present value is less")));
    }
    Ok((two_digits(share), format!("{number} % of the objective at the present values")))
}

/// The objective of the best strategy at the present values.
fn present(ask: &Ask, args: &OptimiseArgs, progress: &impl Progress) -> Result<f64, Failure> {
    let here: &[Scenario] = std::slice::from_ref(&ask.scenario);
    let measured = (0..ask.scenario.strategies.len())
        .filter(|strategy| ask.goal.objective.speaks_of(&ask.scenario, &ask.scenario.strategies[*strategy]));
    let all: Vec<PointStrategy> = measured.map(|strategy| PointStrategy { point: 0, strategy }).collect();
    let goal = crate::montecarlo::Goal { constraints: Vec::new(), ..ask.goal.clone() };
    let study = PointStudy::new(here, args.seed, args.threads).map_err(failed)?;
    let worlds = PILOT_FROM..PILOT_FROM + PILOT_BATCHES * ask.size;
    let samples = study.run(&all, worlds, progress).map_err(failed)?;
    let means = samples.iter().filter_map(|samples| {
        let batches = goal.observations(samples, ask.size)?;
        Some(batches.iter().map(|batch| batch.objective).sum::<f64>() / batches.len() as f64)
    });
    Ok(means.min_by(f64::total_cmp).unwrap_or(0.0))
}

/// A number to two digits, so that it can be typed.
fn two_digits(value: f64) -> f64 {
    format!("{value:.1e}").parse().expect("digits are a number")
}

#[cfg(test)]
mod tests {
    use super::two_digits;

    #[test]
    fn a_difference_has_two_digits() {
        let shown = [3.3147, 0.0104, 1234.0, 0.996].map(|value| two_digits(value).to_string());
        assert_eq!(shown, ["3.3", "0.01", "1200", "1"]);
    }
}
