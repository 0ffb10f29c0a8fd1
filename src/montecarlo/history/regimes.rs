//! The two-regime process of a record: splits in two, each improved by the Baum–Welch iteration.

use super::grid::Grid;
use super::reversion::upper_tail;
use super::{Doubt, NoFit, tidy, tidy_price};
use crate::units::SimSpan;
use crate::world::{Initial, Regime, TwoRegime};
use core::f64::consts::PI;

mod split;

/// Rounds of improvement that every split gets.
const FIRST_ROUNDS: usize = 25;
/// Rounds that the likeliest of them gets at most.
const MOST_ROUNDS: usize = 300;
/// Steps a regime must have in expectation, or it is a few odd steps and nothing else.
const LEAST_WEIGHT: f64 = 5.0;
/// Steps a regime must last on average: what ends sooner is noise.
const LEAST_STEPS: f64 = 2.0;
/// Stays of a regime below which a reader is told how few they were.
const FEW_STAYS: f64 = 5.0;
/// From this certainty on the regime at the end of the half is known.
const KNOWN: f64 = 0.9;

/// What was found.
#[derive(Clone, Debug)]
pub struct FoundRegimes {
    /// The process; its start is the half's first price.
    pub process: TwoRegime,
    /// The regime at the end of the half, where it is clear.
    pub initial: Initial,
    /// What a reader should know.
    pub doubts: Vec<Doubt>,
}

/// One regime, in the units of the recurrence p′ = p + speed·(level − p) + noise·z.
#[derive(Clone, Copy, Debug)]
struct State {
    level: f64,
    speed: f64,
    noise: f64,
}

/// The chain and its two states, the lower level first.
#[derive(Clone, Copy, Debug)]
struct Chain {
    states: [State; 2],
    /// The probability to leave each state, per step.
    leave: [f64; 2],
}

/// What an expectation step gives.
struct Expected {
    log_likelihood: f64,
    /// The probability of the second state at each transition.
    second: Vec<f64>,
    /// The same given only what came before, at the last transition.
    filtered: f64,
    /// Expected changes out of each state.
    changes: [f64; 2],
}

/// Fits a half.
///
/// # Errors
/// No split holds a second regime.
pub fn fit(grid: &Grid) -> Result<FoundRegimes, NoFit> {
    let mut begun: Vec<(Chain, Expected)> = split::all(grid)
        .into_iter()
        .filter_map(|second| {
            let switches = second.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum::<f64>() / 2.0;
            improve(grid, second, [switches.max(1.0); 2], FIRST_ROUNDS)
        })
        .collect();
    // A stable sort: of equal ones the first split wins.
    begun.sort_by(|(_, a), (_, b)| b.log_likelihood.total_cmp(&a.log_likelihood));
    let found = begun.into_iter().find_map(|(_, from)| {
        let (chain, expected) = improve(grid, from.second, from.changes, MOST_ROUNDS)?;
        chain.lasts().then(|| in_order(chain, expected))
    });
    let (chain, expected) = found.ok_or(NoFit::NoSecondRegime)?;
    Ok(told(grid, chain, &expected))
}

impl Chain {
    /// Both regimes last long enough to be one.
    fn lasts(&self) -> bool {
        self.leave.iter().all(|leave| *leave * LEAST_STEPS <= 1.0)
    }
}

/// Improves a split until nothing changes any more, or for so many rounds; none if a regime dies out.
fn improve(
    grid: &Grid,
    mut second: Vec<f64>,
    mut changes: [f64; 2],
    rounds: usize,
) -> Option<(Chain, Expected)> {
    let mut last: Option<(Chain, Expected)> = None;
    for _ in 0..rounds {
        let before = last.as_ref().map(|(chain, _)| chain);
        let chain = maximise(grid, &second, changes, before)?;
        let expected = expect(grid, &chain);
        let gain =
            last.as_ref().map_or(f64::INFINITY, |(_, known)| expected.log_likelihood - known.log_likelihood);
        second.clone_from(&expected.second);
        changes = expected.changes;
        if gain.is_finite() && gain < 1e-7 * expected.log_likelihood.abs() {
            // A level at its bound can make a round worse: then the round before was the better one.
            if gain > 0.0 {
                last = Some((chain, expected));
            }
            break;
        }
        last = Some((chain, expected));
    }
    last
}

/// The regime with the lower level first.
fn in_order(chain: Chain, expected: Expected) -> (Chain, Expected) {
    if chain.states[0].level <= chain.states[1].level {
        return (chain, expected);
    }
    let [a, b] = chain.states;
    let [leave_a, leave_b] = chain.leave;
    let [out_a, out_b] = expected.changes;
    let expected = Expected {
        second: expected.second.iter().map(|second| 1.0 - second).collect(),
        filtered: 1.0 - expected.filtered,
        changes: [out_b, out_a],
        ..expected
    };
    (Chain { states: [b, a], leave: [leave_b, leave_a] }, expected)
}

/// The best parameters given how likely each state is at each step.
fn maximise(grid: &Grid, second: &[f64], changes: [f64; 2], before: Option<&Chain>) -> Option<Chain> {
    let mut states = [State { level: 0.0, speed: 0.0, noise: 0.0 }; 2];
    let mut leave = [0.0; 2];
    for state in 0..2 {
        let weight = |place: usize| if state == 1 { second[place] } else { 1.0 - second[place] };
        let total: f64 = (0..grid.count()).map(weight).sum();
        if total < LEAST_WEIGHT {
            return None;
        }
        states[state] = line(grid, &weight, total, before.map(|chain| chain.states[state]));
        leave[state] = (changes[state] / total).clamp(1e-6, 0.99);
    }
    Some(Chain { states, leave })
}

/// The weighted line of one state. A price at a bound stands for what would be beyond it, by the state before.
fn line(grid: &Grid, weight: &impl Fn(usize) -> f64, total: f64, before: Option<State>) -> State {
    let beyond = |x: f64, y: f64| before.map_or((y, 0.0), |state| expected_beyond(grid, state, x, y));
    let points: Vec<(f64, f64, f64, f64)> = grid
        .transitions()
        .enumerate()
        .map(|(place, (x, y))| {
            let (y, variance) = beyond(x, y);
            (weight(place), x, y, variance)
        })
        .collect();
    let mean = |of: fn(&(f64, f64, f64, f64)) -> f64| {
        points.iter().map(|point| point.0 * of(point)).sum::<f64>() / total
    };
    let (x_mean, y_mean) = (mean(|point| point.1), mean(|point| point.2));
    let (mut squares, mut products) = (0.0, 0.0);
    for (weight, x, y, _) in &points {
        squares += weight * (x - x_mean) * (x - x_mean);
        products += weight * (x - x_mean) * (y - y_mean);
    }
    let tiny = 1e-18 * x_mean * x_mean * total;
    let slope = if squares > tiny { products / squares } else { 0.0 };
    let mut speed = (1.0 - slope).clamp(grid.slowest(), 1.0);
    let free = x_mean + (y_mean - x_mean) / speed;
    let (low, high) = grid.level_range();
    let level = free.clamp(low, high);
    if (level - free).abs() > 0.0 {
        // With the level held at its bound, the speed is that of the line through it.
        let (mut squares, mut products) = (0.0, 0.0);
        for (weight, x, y, _) in &points {
            squares += weight * (x - level) * (x - level);
            products += weight * (x - level) * (y - level);
        }
        speed = if squares > tiny { (1.0 - products / squares).clamp(grid.slowest(), 1.0) } else { 1.0 };
    }
    let squares: f64 = points
        .iter()
        .map(|(weight, x, y, variance)| weight * ((y - x - speed * (level - x)).powi(2) + variance))
        .sum();
    let noise = (squares / total).sqrt().max(least_noise(grid));
    State { level, speed, noise }
}

/// Less noise than this cannot be told from none: generated prices are rounded to six decimals.
fn least_noise(grid: &Grid) -> f64 {
    (1e-5 * grid.range().1).max(0.5e-6)
}

/// The mean and variance of the price before it was clamped to the bound it stands at.
fn expected_beyond(grid: &Grid, state: State, x: f64, y: f64) -> (f64, f64) {
    let side = match (grid.floor.holds(y), grid.cap.holds(y)) {
        (false, false) => return (y, 0.0),
        (true, _) => -1.0,
        (false, true) => 1.0,
    };
    let mean = x + state.speed * (state.level - x);
    let score = side * (y - mean) / state.noise;
    let tail = upper_tail(score);
    if tail < 1e-12 {
        return (y, 0.0);
    }
    let ratio = libm::exp(-0.5 * score * score) / (2.0 * PI).sqrt() / tail;
    let variance = (1.0 + score * ratio - ratio * ratio).max(0.0) * state.noise * state.noise;
    (mean + side * ratio * state.noise, variance)
}

/// How likely each state is at each step (forwards and backwards, scaled).
fn expect(grid: &Grid, chain: &Chain) -> Expected {
    let n = grid.count();
    let density = |state: &State, x: f64, y: f64| {
        let score = (y - x - state.speed * (state.level - x)) / state.noise;
        let density = if grid.floor.holds(y) {
            upper_tail(-score)
        } else if grid.cap.holds(y) {
            upper_tail(score)
        } else {
            libm::exp(-0.5 * score * score) / (2.0 * PI).sqrt() / state.noise
        };
        density.max(1e-280)
    };
    let densities: Vec<[f64; 2]> = grid
        .transitions()
        .map(|(x, y)| [density(&chain.states[0], x, y), density(&chain.states[1], x, y)])
        .collect();
    let [out, back] = chain.leave;
    let ahead = |[first, second]: [f64; 2]| {
        [first * (1.0 - out) + second * back, first * out + second * (1.0 - back)]
    };
    let mut forward: Vec<[f64; 2]> = Vec::with_capacity(n);
    let mut scales = Vec::with_capacity(n);
    let mut state = [back / (out + back), out / (out + back)];
    let mut log_likelihood = 0.0;
    for density in &densities {
        let joint = [state[0] * density[0], state[1] * density[1]];
        let scale = (joint[0] + joint[1]).max(1e-300);
        log_likelihood += libm::log(scale);
        let now = [joint[0] / scale, joint[1] / scale];
        forward.push(now);
        scales.push(scale);
        state = ahead(now);
    }
    let filtered = forward.last().map_or(0.5, |now| now[1]);
    let mut second = vec![0.0; n];
    let mut changes = [0.0; 2];
    let mut backward = [1.0, 1.0];
    for place in (0..n).rev() {
        let now = forward[place];
        let sum = now[0] * backward[0] + now[1] * backward[1];
        second[place] = now[1] * backward[1] / sum;
        if place > 0 {
            let weighted = [
                densities[place][0] * backward[0] / scales[place],
                densities[place][1] * backward[1] / scales[place],
            ];
            let before = forward[place - 1];
            changes[0] += before[0] * out * weighted[1];
            changes[1] += before[1] * back * weighted[0];
            backward = [
                (1.0 - out) * weighted[0] + out * weighted[1],
                back * weighted[0] + (1.0 - back) * weighted[1],
            ];
        }
    }
    Expected { log_likelihood, second, filtered, changes }
}

/// The chain as a process, in numbers that are written as they are.
fn told(grid: &Grid, chain: Chain, expected: &Expected) -> FoundRegimes {
    let [out, back] = chain.leave;
    // A chain in continuous time that leaves with these probabilities within a step (both at once included).
    let sum = (out + back).min(0.99);
    let rate = -libm::log1p(-sum);
    let holding = |leave: f64| {
        let steps = (out + back) / (leave * rate);
        let ms = steps * grid.step.as_ms() as f64;
        SimSpan::from_ms(tidy(ms / 1_000.0, 4).max(1.0) as i64 * 1_000)
    };
    let regime = |state: State, leave: f64| Regime {
        level: tidy_price(state.level).clamp(grid.floor.at, grid.cap.at),
        speed: tidy(state.speed, 4),
        noise: if state.noise <= least_noise(grid) { 0.0 } else { tidy(state.noise, 4) },
        holding_mean: holding(leave),
    };
    let process = TwoRegime {
        step: grid.step,
        start: grid.prices.first().copied(),
        calm: regime(chain.states[0], out),
        tight: regime(chain.states[1], back),
        initial: Initial::Stationary,
        floor: grid.floor.at,
        cap: grid.cap.at,
    };
    let initial = if expected.filtered >= KNOWN {
        Initial::Second
    } else if expected.filtered <= 1.0 - KNOWN {
        Initial::First
    } else {
        Initial::Stationary
    };
    let fewest = expected.changes[0].min(expected.changes[1]) + 1.0;
    let doubts =
        if fewest < FEW_STAYS { vec![Doubt::RegimeSeldomSeen(fewest.round() as usize)] } else { Vec::new() };
    FoundRegimes { process, initial, doubts }
}
