//! The fully sequential comparison of Kim and Nelson, "A fully sequential procedure for indifference-zone selection in
//! simulation", *ACM TOMACS* 11(3), 2001 (KN).

use super::Alternatives;
use super::Fate;
use super::run::{Run, squared_width, variance};

/// Compares alternatives until one is left, with probability at least 1 − `error` the best if it leads by the
/// indifference; those left are more than one only when the batches end before.
///
/// After r batches, alternative i is beaten by j if its sum is higher by more than
/// W = max(0, (h²S²ᵢⱼ/δ − δr)/2), where S²ᵢⱼ is the variance of their paired differences in the first stage. That
/// variance is small where common random numbers help, and the bound on the error, β = error/(k − 1) for each pair that
/// the best is in, holds under any correlation.
pub(super) fn compare<A: Alternatives>(
    run: &mut Run<'_, A>,
    mut still_in: Vec<usize>,
    error: f64,
) -> Result<Vec<usize>, A::Error> {
    let n0 = run.settings.batches_of_first_stage();
    let delta = run.settings.indifference();
    let h2 = squared_width(error / (still_in.len() - 1) as f64, n0);
    let all = still_in.clone();
    let Some(first) = run.first_stage(&still_in)? else { return Ok(still_in) };
    let objectives: Vec<Vec<f64>> =
        first.iter().map(|batches| batches.iter().map(|batch| batch.objective).collect()).collect();
    let spread = |a: usize, b: usize| {
        let differences: Vec<f64> = objectives[a].iter().zip(&objectives[b]).map(|(a, b)| a - b).collect();
        variance(&differences)
    };
    let places = 0..all.len();
    let variances: Vec<Vec<f64>> =
        places.clone().map(|a| places.clone().map(|b| spread(a, b)).collect()).collect();
    let mut sums: Vec<f64> = objectives.iter().map(|list| list.iter().sum()).collect();
    let mut inside: Vec<usize> = places.collect();
    let mut r = n0;
    loop {
        let lead = |a: usize, b: usize| ((h2 * variances[a][b] / delta - delta * r as f64) / 2.0).max(0.0);
        let beats = |a: usize, b: usize| {
            let (behind, lead) = (sums[b] - sums[a], lead(a, b));
            // Once the triangle has closed somebody wins, of equals the first.
            behind > lead || (lead == 0.0 && (behind > 0.0 || (behind == 0.0 && a < b)))
        };
        let winner = |b: usize| inside.iter().copied().find(|&a| a != b && beats(a, b));
        let beaten: Vec<(usize, usize)> = inside.iter().filter_map(|&b| Some((winner(b)?, b))).collect();
        for &(by, loser) in &beaten {
            run.settle(all[loser], Fate::Beaten { by: all[by], batch: run.batches() });
        }
        inside.retain(|place| beaten.iter().all(|(_, loser)| loser != place));
        still_in = inside.iter().map(|&place| all[place]).collect();
        if still_in.len() == 1 {
            return Ok(still_in);
        }
        let Some(seen) = run.observe(&still_in)? else { return Ok(still_in) };
        for (&place, observation) in inside.iter().zip(&seen) {
            sums[place] += observation.objective;
        }
        r += 1;
    }
}
