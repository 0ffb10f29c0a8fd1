//! How prices are drawn.

use super::model::{MeanReverting, PriceProcess, PriceSeries, TwoRegime};
use super::normal::{ROW, fill_normals};
use super::path::StepPath;
use super::regime::RegimeRuns;
use super::replay::Playback;
use super::reversion::{Bounds, Jumps, Reversion};
use super::scale::{SMALL_PRICE, rounded_price, rounded_small_price, scale_all};
use super::stream::{Dice, LuckKey, Words, name_hash};
use super::wide::widest;
use crate::units::{SimSpan, UnitPrice};

/// Steps that are drawn together: small enough for the innermost cache, whole rows of normals.
const STEPS_AT_ONCE: usize = 8 * ROW;

/// Highest price a generated series may reach, per hour: what rounding by [`rounded_price`] is exact for.
const HIGHEST_PRICE: f64 = 1e9;

/// Memory that drawing prices needs and keeps.
#[derive(Clone, Debug, Default)]
pub(super) struct PriceScratch {
    normals: Vec<f32>,
    drives: Vec<f64>,
    regimes: RegimeRuns,
}

/// What every series of a replication is drawn with.
#[derive(Clone, Copy)]
pub(super) struct PriceContext<'a> {
    pub(super) key: LuckKey,
    pub(super) horizon: SimSpan,
    pub(super) playbacks: &'a [Playback],
    /// The series before this one, already drawn.
    pub(super) earlier: &'a [StepPath],
}

/// The mean price in the long run with bounds far away: the level, lifted by the jumps that are still decaying.
///
/// ```
/// use deploysim::units::SimSpan;
/// use deploysim::world::{MeanReverting, long_run_mean};
/// let mut process = MeanReverting {
///     step: SimSpan::from_minutes(5), start: 1.0, level: 1.0, speed: 0.05, noise: 0.01,
///     jump_probability: 0.0, jump_size: 2.0, floor: 0.0, cap: 9.0,
/// };
/// assert!((long_run_mean(&process) - 1.0).abs() < 1e-12);
/// // Awkward: rare jumps move the mean by much more than their share of the steps.
/// process.jump_probability = 0.01;
/// assert!((long_run_mean(&process) - 1.2).abs() < 1e-12);
/// ```
pub fn long_run_mean(process: &MeanReverting) -> f64 {
    process.level * (1.0 + process.jump_probability * process.jump_size / (2.0 * process.speed))
}

/// Draws one series, shocks apart.
pub(super) fn draw_price(
    series: &PriceSeries,
    context: PriceContext,
    scratch: &mut PriceScratch,
    path: &mut StepPath,
) {
    match &series.process {
        PriceProcess::Constant(price) => path.refill_constant(price.as_nano()),
        PriceProcess::Schedule(changes) => {
            path.refill_changes(changes.iter().map(|&(at, price)| (at, price.as_nano())));
        }
        PriceProcess::MeanReverting(process) => {
            let generator = PathGenerators::of(&series.name, context);
            draw_mean_reverting(process, generator, context.horizon, scratch, path);
        }
        PriceProcess::TwoRegime(process) => {
            let generator = PathGenerators::of(&series.name, context);
            draw_two_regime(process, generator, context.horizon, scratch, path);
        }
        PriceProcess::Replay(replay) => {
            let playback = &context.playbacks[replay.clock];
            playback.fill(&replay.history, UnitPrice::UNKNOWN.as_nano(), path);
        }
        PriceProcess::Scaled { of, factor_ppb } => {
            path.copy_from(&context.earlier[of.0]);
            path.transform(|prices| scale_all(prices, *factor_ppb));
        }
    }
}

/// The streams of one generated series.
struct PathGenerators {
    noise: Words,
    /// With which sign it counts.
    sign: f64,
    /// Jumps, or holding times of regimes.
    rare: Dice,
}

impl PathGenerators {
    fn of(name: &str, context: PriceContext) -> Self {
        let (entity, key) = (name_hash(name), context.key);
        let sign = if key.is_mirrored { -1.0 } else { 1.0 };
        let noise = Words::of(key.seed, key.replication, entity, "noise");
        Self { noise, sign, rare: key.dice(entity, "rare") }
    }
}

fn draw_mean_reverting(
    process: &MeanReverting,
    mut generators: PathGenerators,
    horizon: SimSpan,
    scratch: &mut PriceScratch,
    path: &mut StepPath,
) {
    let reversion = Reversion::new(process.level, process.speed, generators.sign * process.noise);
    let bounds = Bounds::new(process.floor, process.cap);
    let mut jumps = Jumps::new(process, &mut generators.rare);
    let steps = Steps { step: process.step, start: process.start, cap: process.cap };
    steps.fill(path, horizon, &mut generators.noise, scratch, |first, normals, drives, price| {
        reversion.drive(normals, drives);
        jumps.add_to(first, drives, &mut generators.rare);
        reversion.run(bounds, price, first, drives)
    });
}

fn draw_two_regime(
    process: &TwoRegime,
    mut generators: PathGenerators,
    horizon: SimSpan,
    scratch: &mut PriceScratch,
    path: &mut StepPath,
) {
    let mut runs = core::mem::take(&mut scratch.regimes);
    runs.draw(process, &mut generators.rare, horizon);
    let of = |regime: super::model::Regime| {
        Reversion::new(regime.level, regime.speed, generators.sign * regime.noise)
    };
    let (calm, tight) = (of(process.calm), of(process.tight));
    let bounds = Bounds::new(process.floor, process.cap);
    let initial_level = if runs.begins_tight() { process.tight.level } else { process.calm.level };
    let start = process.start.unwrap_or(initial_level);
    let steps = Steps { step: process.step, start, cap: process.cap };
    steps.fill(path, horizon, &mut generators.noise, scratch, |first, normals, drives, mut price| {
        for (from, to, is_tight) in runs.within(first, first + drives.len()) {
            let reversion = if is_tight { &tight } else { &calm };
            let (normals, drives) =
                (&normals[from - first..to - first], &mut drives[from - first..to - first]);
            reversion.drive(normals, drives);
            price = reversion.run(bounds, price, from, drives);
        }
        price
    });
    scratch.regimes = runs;
}

/// A price on a grid of steps.
struct Steps {
    step: SimSpan,
    start: f64,
    cap: f64,
}

impl Steps {
    /// Fills the path: the start, then as many further prices as the horizon needs. `advance` receives the number of
    /// the first change, as many normals as changes at least, room for the prices after them, and the price before;
    /// it returns the last price.
    fn fill(
        &self,
        path: &mut StepPath,
        horizon: SimSpan,
        noise: &mut Words,
        scratch: &mut PriceScratch,
        mut advance: impl FnMut(usize, &[f32], &mut [f64], f64) -> f64,
    ) {
        assert!(self.cap.max(self.start) <= HIGHEST_PRICE, "a generated price is at most a billion an hour");
        let count = (horizon.started_granules(self.step) as usize).max(1);
        scratch.normals.resize(STEPS_AT_ONCE, 0.0);
        scratch.drives.resize(STEPS_AT_ONCE, 0.0);
        path.refill_grid(self.step, count, |values| {
            let (start, values) = values.split_at_mut(1);
            start[0] = rounded_price(self.start);
            let (mut price, mut first, mut bits) = (self.start, 0, start[0]);
            for values in values.chunks_mut(STEPS_AT_ONCE) {
                let changes = values.len();
                let normals = &mut scratch.normals[..changes.next_multiple_of(ROW)];
                fill_normals(noise, normals);
                let drives = &mut scratch.drives[..changes];
                price = advance(first, &normals[..changes], drives, price);
                bits |= self.round(drives, values);
                first += changes;
            }
            bits
        });
    }

    /// Prices in floats as the path keeps them; returns the bits that any of them has.
    fn round(&self, prices: &[f64], values: &mut [i64]) -> i64 {
        if self.cap < SMALL_PRICE {
            round_each(prices, values, rounded_small_price)
        } else {
            round_each(prices, values, rounded_price)
        }
    }
}

fn round_each(prices: &[f64], values: &mut [i64], rounded: impl Fn(f64) -> i64) -> i64 {
    widest(
        #[inline(always)]
        || {
            let mut bits = 0;
            for (value, price) in values.iter_mut().zip(prices) {
                *value = rounded(*price);
                bits |= *value;
            }
            bits
        },
    )
}

#[cfg(test)]
mod tests;
