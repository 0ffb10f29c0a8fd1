//! Which alternatives keep their constraints: procedure F of Andradóttir and Kim (2010), for several constraints as in
//! Batur and Kim, "Finding feasible systems in the presence of constraints on multiple performance measures", *ACM TOMACS*
//! 20(3), 2010.

use super::run::{Run, squared_width, variance};
use super::{Alternatives, Constraint, Fate};

/// One constraint of one alternative, not yet decided.
struct Test {
    constraint: usize,
    /// h²S²/ε, which the sum has to pass before any batch has narrowed it.
    width: f64,
    /// Σ of how far the batches exceed the bound.
    sum: f64,
}

enum Verdict {
    Kept,
    Broken,
    Open,
}

impl Test {
    /// After r batches the bound is kept if the sum is at or below −R, broken if at or above R, where
    /// R = max(0, (h²S²/ε − εr)/2).
    fn verdict(&self, constraint: &Constraint, r: u64) -> Verdict {
        let limit = ((self.width - constraint.tolerance * r as f64) / 2.0).max(0.0);
        if self.sum <= -limit {
            Verdict::Kept
        } else if self.sum >= limit {
            Verdict::Broken
        } else {
            Verdict::Open
        }
    }
}

/// An alternative with what is open about it.
struct Candidate {
    alternative: usize,
    tests: Vec<Test>,
}

/// Those that keep all constraints, ascending; with probability at least 1 − `error` none of them breaks one by its
/// tolerance and none is missing that keeps all by theirs. When the batches end before, those that are not known to
/// break one.
///
/// Each of k·s decisions may be wrong with probability `error`/(k·s), under any correlation.
pub(super) fn check<A: Alternatives>(
    run: &mut Run<'_, A>,
    still_in: Vec<usize>,
    error: f64,
) -> Result<Vec<usize>, A::Error> {
    let constraints = run.settings.constraints();
    let n0 = run.settings.batches_of_first_stage();
    let h2 = squared_width(error / (still_in.len() * constraints.len()) as f64, n0);
    let Some(first) = run.first_stage(&still_in)? else { return Ok(still_in) };
    let test = |batches: &[super::Observation], constraint: usize| {
        let of = &constraints[constraint];
        let excesses: Vec<f64> =
            batches.iter().map(|batch| of.excess(batch.constraints[constraint])).collect();
        Test { constraint, width: h2 * variance(&excesses) / of.tolerance, sum: excesses.iter().sum() }
    };
    let tests = |batches: &[super::Observation]| (0..constraints.len()).map(|c| test(batches, c)).collect();
    let mut open: Vec<Candidate> = still_in
        .iter()
        .zip(&first)
        .map(|(&alternative, batches)| Candidate { alternative, tests: tests(batches) })
        .collect();
    let mut kept = Vec::new();
    let mut r = n0;
    loop {
        let batch = run.batches();
        open.retain_mut(|candidate| {
            let broken = decide(candidate, constraints, r);
            if let Some(constraint) = broken {
                run.settle(candidate.alternative, Fate::Infeasible { constraint, batch });
            } else if candidate.tests.is_empty() {
                kept.push(candidate.alternative);
            }
            broken.is_none() && !candidate.tests.is_empty()
        });
        let asked: Vec<usize> = open.iter().map(|candidate| candidate.alternative).collect();
        let seen = if asked.is_empty() { None } else { run.observe(&asked)? };
        let Some(seen) = seen else {
            kept.extend(asked);
            kept.sort_unstable();
            return Ok(kept);
        };
        for (candidate, observation) in open.iter_mut().zip(&seen) {
            for test in &mut candidate.tests {
                test.sum += constraints[test.constraint].excess(observation.constraints[test.constraint]);
            }
        }
        r += 1;
    }
}

/// Takes away what is decided; the first constraint that is broken, if any.
fn decide(candidate: &mut Candidate, constraints: &[Constraint], r: u64) -> Option<usize> {
    let mut broken = None;
    candidate.tests.retain(|test| match test.verdict(&constraints[test.constraint], r) {
        Verdict::Open => true,
        Verdict::Kept => false,
        Verdict::Broken => {
            broken = broken.or(Some(test.constraint));
            false
        }
    });
    broken
}
