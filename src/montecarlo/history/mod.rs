//! What a recorded price does, and the processes of [`crate::world`] that do alike.
//!
//! [`Record`] is a history as a path; [`describe()`] its figures; [`fit`] estimates [`MeanReverting`] and [`TwoRegime`]
//! from its first half and holds worlds drawn from them against its second half, which the estimate has not seen.
//!
//! # How a fit is made
//!
//! 1. **Step** ([`step`]): the record's own grid if it has one, else the median time between two changes of the first
//!    half, as a round time. A record that changes four times a day becomes a process with four steps a day.
//! 2. **Prices on that grid**: the price in force at each step. Bounds are what the record visibly stops at, else far
//!    away: half the lowest price, and the standard price or twice the highest.
//! 3. **Mean-reverting** ([`reversion`]): least squares of each price on the one before; jumps by a robust threshold;
//!    then the likelihood of the process as it is drawn (noise, jumps, bounds) is climbed; the speed is corrected for the
//!    bias of short records (Kendall 1954).
//! 4. **Two regimes** ([`regimes`]): several splits of the record in two, each improved by the Baum–Welch iteration of
//!    a Markov-switching autoregression (Hamilton 1989); the likeliest whose regimes last is kept.
//! 5. **Refinement** (`refine`): a process that does not do like the half it was fitted to (by the figures of 6, on that
//!    half) is moved, parameter by parameter, until it does more so.
//! 6. **Goodness** ([`goodness`]): many worlds through [`WorldModel::draw_into`], from the price at the middle of the
//!    record on, of the second half's length. For every bid: share of time, crossings a day, lengths of stay.
//!
//! A likelihood finds the parameters and judges nothing: the processes are ranked and judged by the figures of 6.
//!
//! [`WorldModel::draw_into`]: crate::world::WorldModel::draw_into

pub mod describe;
pub mod figures;
pub mod goodness;
pub mod grid;
mod refine;
pub mod regimes;
pub mod reversion;
mod simplex;
pub mod step;
#[cfg(test)]
mod tests;

pub use describe::{AboveStandard, Description, Quantiles, describe};
pub use figures::{BidFigures, FIGURES, Spells, figure_words, figures};
pub use goodness::{FigureGoodness, Goodness, HalvesDiffer, Verdict};
pub use step::{StepEstimate, StepSource};

use crate::units::{SimSpan, SimTime, UnitPrice};
use crate::world::{History, Initial, MeanReverting, PriceProcess, StepPath, TwoRegime};
use grid::Grid;

/// Changes the first half needs at least before a process is fitted to it.
pub const LEAST_CHANGES: usize = 6;
/// Likewise for two regimes, which have more to be told.
pub const LEAST_CHANGES_OF_REGIMES: usize = 20;

/// A recorded price as a path that begins at 0.
#[derive(Clone, Debug)]
pub struct Record {
    /// The price from each change on, in units of 10⁻⁹; its beginning is the first row.
    pub path: StepPath,
    /// The first row, in Unix milliseconds.
    pub start_unix_ms: i64,
    /// From the first row to the end of the record.
    pub length: SimSpan,
    /// Instants at which the price becomes another one.
    pub changes: Vec<SimTime>,
}

impl Record {
    /// None of a history without rows or without length.
    pub fn of(history: &History) -> Option<Self> {
        let start = *history.times_unix_ms.first()?;
        let length = SimSpan::from_ms(history.end_unix_ms - start);
        if !length.is_positive() {
            return None;
        }
        let at = |unix_ms: &i64| SimTime::from_ms(unix_ms - start);
        let rows: Vec<(SimTime, i64)> =
            history.times_unix_ms.iter().map(at).zip(history.values.iter().copied()).collect();
        let changes = rows.windows(2).filter(|pair| pair[0].1 != pair[1].1).map(|pair| pair[1].0).collect();
        Some(Self { path: StepPath::from_changes(&rows), start_unix_ms: start, length, changes })
    }

    /// The instant that parts the half that is fitted from the half that is held out.
    pub fn middle(&self) -> SimTime {
        SimTime::from_ms(self.length.as_ms() / 2)
    }

    /// The end of the record.
    pub fn end(&self) -> SimTime {
        SimTime::ZERO + self.length
    }

    /// The price at an instant.
    pub fn price_at(&self, at: SimTime) -> UnitPrice {
        UnitPrice::from_nano(self.path.value_at(at))
    }

    /// The price that is not exceeded during this share (in thousandths) of a stretch of the record.
    pub fn quantile(&self, from: SimTime, to: SimTime, per_mille: i64) -> UnitPrice {
        let mut held: Vec<(i64, i64)> = self
            .path
            .segments(from, to)
            .map(|piece| (piece.value, piece.to.since(piece.from).as_ms()))
            .collect();
        held.sort_unstable();
        let wanted = i128::from(to.since(from).as_ms()) * i128::from(per_mille);
        let mut sum = 0;
        let found = held.iter().find(|(_, ms)| {
            sum += i128::from(*ms) * 1_000;
            sum >= wanted
        });
        UnitPrice::from_nano(found.or(held.last()).map_or(0, |(value, _)| *value))
    }
}

/// What is asked of a fit.
#[derive(Clone, Debug)]
pub struct FitOrder {
    /// Bids at which worlds are held against the record.
    pub bids: Vec<UnitPrice>,
    /// The standard price, if it is known: the upper bound of what is drawn.
    pub standard: Option<UnitPrice>,
    /// How many worlds are drawn for each comparison.
    pub worlds: u64,
    /// Root of their luck.
    pub seed: u64,
}

/// Why no process is fitted.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NoFit {
    /// One price for ever.
    #[error("the price never changes: write it as a number")]
    Constant,
    /// Too little to learn from.
    #[error("its first half changes the price {}, and a fit needs {needed}: replay the record, or write it as a `Schedule`", times(*changes))]
    TooFewChanges {
        /// Changes there are.
        changes: usize,
        /// Changes there should be.
        needed: usize,
    },
    /// A process draws no price of nothing.
    #[error("it holds a price of 0, which no process draws: prices of processes are above 0")]
    Free,
    /// The split found nothing that lasts.
    #[error("no second regime: however the record is split in two, one part lasts for less than two steps")]
    NoSecondRegime,
}

/// A process as it was fitted, and how it does.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// The process; its start is the record's last price.
    pub process: PriceProcess,
    /// Held against the second half.
    pub goodness: Goodness,
    /// What a reader should know of the estimate.
    pub doubts: Vec<Doubt>,
}

/// What an estimate leaves open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Doubt {
    /// The price hardly returns within the half: the slowest speed that such a length can show was taken.
    HardlyReturns,
    /// The likelihood's process did not do like its own half: its parameters were moved until it did more so.
    Refined,
    /// One regime was seen less often than this many times.
    RegimeSeldomSeen(usize),
}

/// What became of one record.
#[derive(Clone, Debug)]
pub struct Fit {
    /// The step of both processes.
    pub step: StepEstimate,
    /// Changes in the first half.
    pub changes: usize,
    /// The figures of the halves at each bid.
    pub halves: [Vec<BidFigures>; 2],
    /// The mean-reverting process.
    pub reversion: Result<Fitted, NoFit>,
    /// The two-regime process.
    pub regimes: Result<Fitted, NoFit>,
    /// Bids at which the halves differ by more than halves of the worlds of any process, if none of them fits.
    pub halves_differ: Vec<HalvesDiffer>,
}

/// Fits both kinds of process to the first half of a record and holds them against the second.
///
/// # Errors
/// Nothing can be fitted to it.
pub fn fit(record: &Record, order: &FitOrder) -> Result<Fit, NoFit> {
    if record.changes.is_empty() {
        return Err(NoFit::Constant);
    }
    if record.path.segments(SimTime::ZERO, record.end()).any(|piece| piece.value <= 0) {
        return Err(NoFit::Free);
    }
    let middle = record.middle();
    let changes = record.changes.partition_point(|at| *at < middle);
    let needed = |needed: usize| {
        if changes < needed { Err(NoFit::TooFewChanges { changes, needed }) } else { Ok(()) }
    };
    needed(LEAST_CHANGES)?;
    let mut prices: Vec<i64> = record.path.segments(SimTime::ZERO, middle).map(|piece| piece.value).collect();
    prices.sort_unstable();
    prices.dedup();
    let step = step::estimate(&record.changes[..changes], middle, prices.len());
    let grid = Grid::of(record, &step, order.standard);
    let halves = [(SimTime::ZERO, middle), (middle, record.end())]
        .map(|(from, to)| order.bids.iter().map(|bid| figures(&record.path, from, to, *bid)).collect());
    let judge = goodness::Judge { record, order, halves: &halves, step: step.step };
    let reversion = reversion::fit(&grid);
    let (candidates, mut doubts): (Vec<_>, Vec<_>) = reversion.into_iter().unzip();
    let candidates: Vec<PriceProcess> = candidates.into_iter().map(PriceProcess::MeanReverting).collect();
    let likeliest = (candidates, doubts.swap_remove(0));
    let reversion = Ok(judge.fitted(&grid, likeliest, Initial::Stationary));
    let regimes = needed(LEAST_CHANGES_OF_REGIMES).and_then(|()| regimes::fit(&grid)).map(|found| {
        let likeliest = (vec![PriceProcess::TwoRegime(found.process)], found.doubts);
        judge.fitted(&grid, likeliest, found.initial)
    });
    // Where one process does like the record, its halves need no other explanation.
    let none_fits = [&reversion, &regimes]
        .into_iter()
        .filter_map(|fitted| fitted.as_ref().ok())
        .all(|fitted| fitted.goodness.verdict() == Verdict::DoesNotFit);
    let swings =
        |fitted: &Fitted| judge.swings(&started(&fitted.process, record.price_at(SimTime::ZERO), None));
    let halves_differ = if none_fits {
        let fitted = [&reversion, &regimes].into_iter().filter_map(|fitted| fitted.as_ref().ok());
        judge.halves_differ(&fitted.map(swings).collect::<Vec<_>>())
    } else {
        Vec::new()
    };
    Ok(Fit { step, changes, halves, reversion, regimes, halves_differ })
}

/// A number of times in words.
fn times(count: usize) -> String {
    match count {
        0 => "not once".to_owned(),
        1 => "once".to_owned(),
        several => format!("{several} times"),
    }
}

impl goodness::Judge<'_> {
    /// Refines the likeliest processes of a kind, of which the first is the likelihood's, and holds the one that is left
    /// against the second half, which begins in the regime `initial`.
    fn fitted(&self, grid: &Grid, likeliest: (Vec<PriceProcess>, Vec<Doubt>), initial: Initial) -> Fitted {
        let (candidates, mut doubts) = likeliest;
        let begun = |process: &PriceProcess, price| started(process, price, None);
        let (process, is_refined) = refine::refine(self, grid, &candidates, begun);
        if is_refined {
            doubts.push(Doubt::Refined);
        }
        let record = self.record;
        let from_middle = started(&process, record.price_at(record.middle()), Some(initial));
        Fitted {
            goodness: self.goodness(&from_middle, goodness::Half::Second),
            process: started(&process, record.price_at(record.end()), None),
            doubts,
        }
    }
}

/// The process beginning at a price, within its bounds; in a regime if one is given, else in any.
fn started(process: &PriceProcess, price: UnitPrice, initial: Option<Initial>) -> PriceProcess {
    match process {
        PriceProcess::MeanReverting(process) => PriceProcess::MeanReverting(MeanReverting {
            start: price.to_f64().clamp(process.floor, process.cap),
            ..*process
        }),
        PriceProcess::TwoRegime(process) => PriceProcess::TwoRegime(TwoRegime {
            start: Some(price.to_f64().clamp(process.floor, process.cap)),
            initial: initial.unwrap_or(Initial::Stationary),
            ..*process
        }),
        PriceProcess::Constant(_)
        | PriceProcess::Schedule(_)
        | PriceProcess::Replay(_)
        | PriceProcess::Scaled { .. } => process.clone(),
    }
}

/// A number with so many significant digits: what is tested is what is printed.
pub(crate) fn tidy(value: f64, digits: usize) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return 0.0;
    }
    format!("{value:.*e}", digits.saturating_sub(1)).parse().unwrap_or(value)
}

/// A price above 0 with six decimals at most, of five significant digits if that is coarser.
pub(crate) fn tidy_price(value: f64) -> f64 {
    let rounded = (tidy(value, 5) * 1e9).round() / 1e9;
    rounded.max(1e-9)
}
