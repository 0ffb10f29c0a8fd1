//! The front of two objectives over all points.

use super::ask::{Ask, Candidate};
use crate::cli::args::OptimiseArgs;
use crate::cli::fail::Failure;
use crate::cli::interrupt::Interrupt;
use crate::cli::progress;
use crate::cli::variants::Follower;
use crate::montecarlo::{Estimate, PointStrategy, Samples, StudySize};
use crate::report::optimise::{Answer, FrontResult, Optimum, TwoEstimates};

/// Replications of each point, unless asked for others.
pub(super) const USUAL_REPLICATIONS: u64 = 2_000;
/// Samples that are kept at a time.
const RUNS_KEPT: u64 = 4_000_000;

pub(super) fn front(ask: &Ask, args: &OptimiseArgs, interrupt: &Interrupt) -> Result<Optimum, Failure> {
    let grid = ask.grid(args)?;
    let other = args.pareto.expect("a front is asked for");
    let (points, candidates) = ask.candidates(args, &grid, interrupt)?;
    let replications = args.replications.unwrap_or(USUAL_REPLICATIONS);
    let size = StudySize { seed: args.seed, replications, threads: args.threads };
    let asked: Vec<PointStrategy> =
        candidates.iter().filter_map(|one| one.outcome.as_ref().ok().copied()).collect();
    let at_once = (RUNS_KEPT / replications).max(1) as usize;
    let bar = progress::bar(replications * asked.len().div_ceil(at_once) as u64, args.quiet);
    let follower = Follower { bar, interrupt };
    let study = crate::montecarlo::PointStudy::new(&points, size.seed, size.threads)
        .map_err(|error| Failure::from_study(error, "stdout"))?;
    let mut estimates: Vec<(Estimate, Estimate)> = Vec::new();
    for part in asked.chunks(at_once) {
        let samples = study
            .run(part, 0..replications, &follower)
            .map_err(|error| Failure::from_study(error, "stdout"))?;
        let both = |samples: &Samples| {
            let estimate =
                |metric: &crate::montecarlo::Metric| metric.estimate(samples).expect("it is measured");
            (estimate(&ask.goal.objective), estimate(&other))
        };
        estimates.extend(samples.iter().map(both));
    }
    follower.bar.finish_and_clear();
    let mut estimates = estimates.into_iter();
    let outcome = |one: &Candidate| match &one.outcome {
        Ok(_) => Ok(estimates.next().expect("one for each that ran")),
        Err(why) => Err(why.clone()),
    };
    let outcomes: Vec<TwoEstimates> = candidates.iter().map(outcome).collect();
    let all = candidates.iter().map(|one| one.choice.clone()).zip(outcomes).collect();
    let objective = (&ask.goal.objective, ask.goal.maximises);
    let result = FrontResult::new(objective, &other, replications, all);
    let chosen = result.points.iter().position(|point| point.is_chosen);
    let best = chosen.map(|place| &candidates[place]);
    let paste = best.map_or_else(Vec::new, |best| ask.paste(&grid.settings(best.point), best.strategy));
    let choice = best.map(|best| best.choice.clone());
    Ok(Optimum::new(ask.question(args, ask.axes(&grid)), Answer::Front(result), choice, paste))
}
