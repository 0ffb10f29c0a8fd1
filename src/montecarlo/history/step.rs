//! How often a record changes: the step of the processes that are to do alike.

use crate::units::{SimSpan, SimTime};

/// Where a step comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StepSource {
    /// Nearly all changes are whole steps apart, and most of them one or two.
    Grid,
    /// The median time between two changes, as a round time.
    MedianGap(SimSpan),
    /// The price comes back to the same few values: it switches and does not move, and the short stays count. The 5 %
    /// quantile of the times between changes, as a round time.
    Switching(SimSpan),
    /// The finer step that the record has was made coarser, to this many steps in a half at most.
    Coarser(SimSpan),
}

/// A step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StepEstimate {
    /// Its length.
    pub step: SimSpan,
    /// Where it comes from.
    pub source: StepSource,
    /// An instant of the record at which a step begins.
    pub phase: SimTime,
}

/// Steps of a half at most; more would tell nothing new.
const MOST_STEPS: i64 = 50_000;
/// Share of gaps, in per cent, that must be whole steps.
const ON_GRID_PERCENT: usize = 95;

/// Changes for each different price from which on a price switches between a few values.
const CHANGES_PER_PRICE: usize = 4;

/// The step of a half that ends at `end`, changes at these instants (at least two) and has so many different prices.
///
/// A record has a grid if 95 % of the times between its changes are, within 1 %, whole multiples of the shortest
/// usual one (their 5 % quantile) and their median is at most two of them. Otherwise the step is the median time
/// between two changes, rounded to the nearest (by ratio) round time: 1, 2, 5, 10, 15, 20, 30 seconds or minutes, whole
/// hours up to a day, whole days. The median and not the mean: a hole in a record lengthens the mean, and nothing else.
/// A record without a grid that has four changes or more for each different price switches between them: its step is the
/// 5 % quantile of the times, likewise rounded, so that short stays are not lost.
///
/// ```
/// use deploysim::montecarlo::history::{StepSource, step};
/// use deploysim::units::{SimSpan, SimTime};
/// let minutes = |list: &[i64]| -> Vec<SimTime> { list.iter().map(|m| SimTime::from_ms(m * 60_000)).collect() };
/// let half = SimTime::from_ms(86_400_000);
/// let grid = step::estimate(&minutes(&[3, 8, 13, 23, 28, 33, 38]), half, 7);
/// assert_eq!((grid.step, grid.source), (SimSpan::from_minutes(5), StepSource::Grid));
/// // Awkward: about four changes a day at odd times, and a hole of two days.
/// let odd = step::estimate(&minutes(&[0, 341, 713, 1070, 3950, 4311, 4735]), half, 7);
/// assert_eq!(odd.step, SimSpan::from_hours(6));
/// ```
pub fn estimate(changes: &[SimTime], end: SimTime, prices: usize) -> StepEstimate {
    let mut gaps: Vec<i64> = changes.windows(2).map(|pair| pair[1].since(pair[0]).as_ms()).collect();
    gaps.sort_unstable();
    let phase = changes.first().copied().unwrap_or(SimTime::ZERO);
    let at = |per_mille| gaps.get(crate::montecarlo::quantile_rank(per_mille, gaps.len()) - 1).copied();
    let (Some(usual), Some(median)) = (at(50), at(500)) else {
        let step = round_time(SimSpan::from_ms(end.as_ms()));
        return StepEstimate { step, source: StepSource::MedianGap(step), phase };
    };
    let on_grid = gaps.iter().filter(|gap| is_multiple(**gap, usual)).count();
    let has_grid = on_grid * 100 >= gaps.len() * ON_GRID_PERCENT && median <= 2 * usual + usual / 100;
    let (step, source) = if has_grid {
        let step = SimSpan::from_ms(usual).ceil_to_second();
        (step, StepSource::Grid)
    } else if changes.len() >= CHANGES_PER_PRICE * prices {
        let short = SimSpan::from_ms(usual);
        (round_time(short), StepSource::Switching(short))
    } else {
        let median = SimSpan::from_ms(median);
        (round_time(median), StepSource::MedianGap(median))
    };
    let coarsest = SimSpan::from_ms(end.as_ms() / MOST_STEPS);
    if step < coarsest {
        let step = round_time(coarsest + coarsest);
        return StepEstimate { step, source: StepSource::Coarser(step), phase };
    }
    StepEstimate { step, source, phase }
}

/// True if a gap is a whole number of steps, within 1 % of a step.
fn is_multiple(gap: i64, step: i64) -> bool {
    let off = gap.rem_euclid(step.max(1));
    off.min(step - off) * 100 <= step
}

/// The nearest round time by ratio.
fn round_time(span: SimSpan) -> SimSpan {
    let (second, minute, hour, day) = (1_000, 60_000, 3_600_000, 86_400_000);
    let few = [1, 2, 5, 10, 15, 20, 30];
    let ms = span.as_ms().max(second);
    let candidates: Vec<i64> = few
        .iter()
        .map(|n| n * second)
        .chain(few.iter().map(|n| n * minute))
        .chain((1..24).map(|n| n * hour))
        .chain([(ms / day).max(1) * day, (ms / day + 1) * day])
        .collect();
    let ratio = |candidate: i64| {
        let (low, high) = (candidate.min(ms), candidate.max(ms));
        high as f64 / low as f64
    };
    let nearest = candidates.into_iter().min_by(|a, b| ratio(*a).total_cmp(&ratio(*b)));
    SimSpan::from_ms(nearest.unwrap_or(ms))
}
