//! A small search where the likelihood's process does not even do like the half that it was fitted to.
//!
//! A simulated method of moments (`McFadden` 1989) whose moments are the figures of the judgement, on the first half: the
//! parameters are moved one at a time by shrinking factors, and a move is kept if the distance between the worlds and the
//! half falls. All places meet the same luck, so the search is repeatable. The second half stays unseen.

use super::goodness::{Half, Judge};
use super::grid::Grid;
use super::{FitOrder, Verdict, tidy, tidy_price};
use crate::units::{SimSpan, UnitPrice};
use crate::world::{MeanReverting, PriceProcess, Regime, TwoRegime};

/// Factors by which parameters are moved, the coarse ones first.
const FACTORS: [f64; 4] = [3.0, 2.0, 1.5, 1.2];
/// Rounds with each of them.
const ROUNDS: usize = 2;
/// Worlds of each place at most: all places meet the same luck, so few tell which is better.
const SEARCH_WORLDS: u64 = 80;
/// A move must lower the distance by this share of it, or it follows luck.
const LEAST_GAIN: f64 = 0.02;

/// Finds a better process near these, the first of which is the likelihood's; that one itself if it does like the half
/// or nothing is better. True if another one was found. `started` begins a process at a price.
pub(super) fn refine(
    judge: &Judge,
    grid: &Grid,
    candidates: &[PriceProcess],
    started: impl Fn(&PriceProcess, UnitPrice) -> PriceProcess,
) -> (PriceProcess, bool) {
    let first = &candidates[0];
    let few = FitOrder { worlds: judge.order.worlds.min(SEARCH_WORLDS), ..judge.order.clone() };
    let judge = &Judge { order: &few, ..*judge };
    let begin = judge.record.price_at(crate::units::SimTime::ZERO);
    let judged = |process: &PriceProcess| judge.goodness(&started(process, begin), Half::First);
    let known = judged(first);
    if known.verdict() != Verdict::DoesNotFit {
        return (first.clone(), false);
    }
    let (mut best, mut distance, mut is_other) = (first.clone(), known.distance, false);
    let better = |process: PriceProcess, best: &mut PriceProcess, distance: &mut f64| {
        let found = judged(&process).distance;
        let gains = found < *distance * (1.0 - LEAST_GAIN);
        if gains {
            (*best, *distance) = (process, found);
        }
        gains
    };
    for other in &candidates[1..] {
        is_other |= better(other.clone(), &mut best, &mut distance);
    }
    for factor in FACTORS {
        for _ in 0..ROUNDS {
            let mut moved = false;
            for place in 0..places(&best) {
                // Onwards while it helps; the other way only if the first one does not.
                let up = shifted(&best, grid, place, factor);
                if better(up, &mut best, &mut distance) {
                    moved = true;
                    continue;
                }
                let down = shifted(&best, grid, place, 1.0 / factor);
                moved |= better(down, &mut best, &mut distance);
            }
            is_other |= moved;
            if !moved {
                break;
            }
        }
    }
    (best, is_other)
}

/// How many parameters can be moved.
fn places(process: &PriceProcess) -> usize {
    match process {
        PriceProcess::MeanReverting(process) => 3 + 2 * usize::from(process.jump_probability > 0.0),
        PriceProcess::TwoRegime(_) => 8,
        PriceProcess::Constant(_)
        | PriceProcess::Schedule(_)
        | PriceProcess::Replay(_)
        | PriceProcess::Scaled { .. } => 0,
    }
}

/// The process with one parameter multiplied by a factor, within what a scenario may say.
fn shifted(process: &PriceProcess, grid: &Grid, place: usize, factor: f64) -> PriceProcess {
    match process {
        PriceProcess::MeanReverting(known) => {
            let mut process = *known;
            match place {
                0 => process.level = level(grid, known.level, factor),
                1 => process.speed = speed(grid, known.speed * factor),
                2 => process.noise = tidy(known.noise * factor, 4),
                3 => process.jump_probability = tidy(known.jump_probability * factor, 4).min(1.0),
                _ => process.jump_size = tidy(known.jump_size * factor, 4),
            }
            PriceProcess::MeanReverting(MeanReverting { start: known.start, ..process })
        }
        PriceProcess::TwoRegime(known) => {
            let moved = |regime: Regime, place: usize| match place {
                0 => Regime { level: level(grid, regime.level, factor), ..regime },
                1 => Regime { speed: speed(grid, regime.speed * factor), ..regime },
                2 => Regime { noise: tidy(regime.noise * factor, 4), ..regime },
                _ => Regime { holding_mean: holding(regime.holding_mean, factor), ..regime },
            };
            let mut process = *known;
            if place < 4 {
                process.calm = moved(known.calm, place);
            } else {
                process.tight = moved(known.tight, place - 4);
            }
            PriceProcess::TwoRegime(TwoRegime { start: known.start, ..process })
        }
        PriceProcess::Constant(_)
        | PriceProcess::Schedule(_)
        | PriceProcess::Replay(_)
        | PriceProcess::Scaled { .. } => process.clone(),
    }
}

fn speed(grid: &Grid, speed: f64) -> f64 {
    tidy(speed.clamp(grid.slowest(), 1.0), 4)
}

/// A level moves by a part of the half's range: a factor of two by a tenth of it.
fn level(grid: &Grid, level: f64, factor: f64) -> f64 {
    let (low, high) = grid.range();
    let shift = libm::log2(factor) * 0.1 * (high - low);
    let (least, most) = grid.level_range();
    tidy_price((level + shift).clamp(least, most)).clamp(grid.floor.at, grid.cap.at)
}

fn holding(mean: SimSpan, factor: f64) -> SimSpan {
    SimSpan::from_ms((tidy(mean.as_ms() as f64 / 1_000.0 * factor, 4).max(1.0)) as i64 * 1_000)
}
