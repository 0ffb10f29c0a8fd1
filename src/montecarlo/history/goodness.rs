//! Worlds of a fitted process held against the half of the record that the fit has not seen.

use super::figures::{BidFigures, FIGURES, figures};
use super::{FitOrder, Record};
use crate::montecarlo::quantile_rank;
use crate::units::{SimSpan, SimTime, UnitPrice};
use crate::world::{PriceId, PriceProcess, PriceSeries, World, WorldModel};
use rayon::prelude::*;

/// A process fits if at least this share of its own worlds has as many figures outside the band as the record.
pub const LEAST_TAIL: f64 = 0.05;
/// What a share of time, and a logarithm of a number or a length, may be off the band and still be close: ten points, a
/// factor of one and a half.
const CLOSE: [f64; 2] = [0.1, 0.405_465_108_108_164_4];
/// Where the bands of the share of time are this wide on average, nearly everything fits.
pub const VAGUE_WIDTH: f64 = 0.8;

/// One figure of the record beside those of the worlds. Times are in hours.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FigureGoodness {
    /// The record's half.
    pub record: f64,
    /// Mean of the worlds.
    pub mean: f64,
    /// 5 % of the worlds are at or below.
    pub p5: f64,
    /// 95 % of the worlds are at or below.
    pub p95: f64,
}

impl FigureGoodness {
    /// Whether the record lies within the middle nine tenths of the worlds.
    pub fn is_within(&self) -> bool {
        (self.p5..=self.p95).contains(&self.record)
    }
}

/// How a process does.
#[derive(Clone, PartialEq, Debug)]
pub struct Goodness {
    /// For every bid the eight figures, in the order of [`FIGURES`].
    pub bids: Vec<(UnitPrice, [FigureGoodness; 8])>,
    /// How many of them the record has outside its band of nine tenths.
    pub outside: usize,
    /// The share of the process's own worlds that have as many outside: small if it does not fit.
    pub tail: f64,
    /// The mean distance between the worlds and the record (continuous ranked probability score; shares as they are,
    /// crossings and stays by their logarithm): smaller is better. It rewards a narrow band as well as a true one.
    pub distance: f64,
    /// The largest distances: (bid, figure of [`FIGURES`]), the worst first; only figures that are outside.
    pub worst: Vec<(UnitPrice, usize)>,
    /// No figure is off its band by more than ten points of time or a factor of one and a half.
    pub is_close: bool,
    /// The worlds differ so much that the held-out half could hardly contradict them.
    pub is_vague: bool,
}

impl Goodness {
    /// How many figures there are.
    pub fn count(&self) -> usize {
        self.bids.len() * FIGURES.len()
    }

    /// Whether the record is like a world of the process.
    pub fn verdict(&self) -> Verdict {
        if self.tail >= LEAST_TAIL {
            Verdict::Fits
        } else if self.is_close {
            Verdict::Close
        } else {
            Verdict::DoesNotFit
        }
    }
}

/// How a process does, in a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Its worlds have as many figures outside the band as the record, often enough.
    Fits,
    /// The record can be told from its worlds, but is never far from them: a parameter is a little off.
    Close,
    /// It does other things than the record.
    DoesNotFit,
}

/// A bid at which the halves of the record differ by more than halves of any process's worlds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct HalvesDiffer {
    /// The bid.
    pub bid: UnitPrice,
    /// Share of time at or below it in the first half and in the second.
    pub shares: [f64; 2],
}

/// How far the share of time below each bid differs between the halves of a process's worlds: (least, most) of the
/// middle 99 %.
pub(super) type Swings = Vec<(f64, f64)>;

/// What every process is held against.
pub(super) struct Judge<'a> {
    pub(super) record: &'a Record,
    pub(super) order: &'a FitOrder,
    pub(super) halves: &'a [Vec<BidFigures>; 2],
    pub(super) step: SimSpan,
}

/// Which half worlds are held against.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Half {
    /// The one that is fitted.
    First,
    /// The one that is held out.
    Second,
}

impl Judge<'_> {
    /// Holds a process against a half; it starts at the record's price where the half begins.
    pub(super) fn goodness(&self, process: &PriceProcess, half: Half) -> Goodness {
        let middle = self.record.middle();
        let (length, figures_of_half) = match half {
            Half::First => (middle.since(SimTime::ZERO), &self.halves[0]),
            Half::Second => (self.record.end().since(middle), &self.halves[1]),
        };
        let worlds: Vec<Vec<BidFigures>> = self.draw(process, length, |path| {
            let end = SimTime::ZERO + length;
            self.order.bids.iter().map(|bid| figures(path, SimTime::ZERO, end, *bid)).collect()
        });
        let scale =
            Scale { days: length.as_ms() as f64 / 86_400_000.0, step_h: self.step.as_ms() as f64 / 3.6e6 };
        let mut outside_of_worlds = vec![0_usize; worlds.len()];
        let mut bids = Vec::new();
        let mut distances = Vec::new();
        let mut is_close = true;
        for (place, own) in figures_of_half.iter().enumerate() {
            let own_values = own.values();
            let found: [FigureGoodness; 8] = core::array::from_fn(|figure| {
                let drawn: Vec<f64> = worlds.iter().map(|world| world[place].values()[figure]).collect();
                let found = compared(own_values[figure], &drawn);
                for (count, value) in outside_of_worlds.iter_mut().zip(&drawn) {
                    *count += usize::from(!(found.p5..=found.p95).contains(value));
                }
                is_close &= scale.beyond(figure, &found) <= CLOSE[usize::from(figure > 0)];
                distances.push((
                    own.bid,
                    figure,
                    scale.distance(figure, own_values[figure], &drawn),
                    found.is_within(),
                ));
                found
            });
            bids.push((own.bid, found));
        }
        let outside = distances.iter().filter(|(_, _, _, within)| !within).count();
        let as_many = outside_of_worlds.iter().filter(|count| **count >= outside).count();
        let width = |(_, found): &(UnitPrice, [FigureGoodness; 8])| found[0].p95 - found[0].p5;
        let count = bids.len().max(1) as f64;
        let is_vague = bids.iter().map(width).sum::<f64>() / count >= VAGUE_WIDTH;
        let distance = distances.iter().map(|found| found.2).sum::<f64>() / distances.len().max(1) as f64;
        distances.retain(|(_, _, _, within)| !within);
        distances.sort_by(|a, b| b.2.total_cmp(&a.2));
        Goodness {
            bids,
            outside,
            tail: as_many as f64 / worlds.len().max(1) as f64,
            distance,
            worst: distances.into_iter().map(|(bid, figure, _, _)| (bid, figure)).collect(),
            is_close,
            is_vague,
        }
    }

    /// How the halves of worlds as long as the record differ; the process starts at the record's first price.
    pub(super) fn swings(&self, process: &PriceProcess) -> Swings {
        let (middle, end) = (self.record.middle(), self.record.end());
        let worlds: Vec<Vec<f64>> = self.draw(process, self.record.length, |path| {
            let share = |from, to, bid| figures(path, from, to, bid).share_at_most;
            let bids = self.order.bids.iter();
            bids.map(|bid| share(middle, end, *bid) - share(SimTime::ZERO, middle, *bid)).collect()
        });
        (0..self.order.bids.len())
            .map(|place| {
                let mut swings: Vec<f64> = worlds.iter().map(|world| world[place]).collect();
                swings.sort_by(f64::total_cmp);
                (at(&swings, 5), at(&swings, 995))
            })
            .collect()
    }

    /// Bids at which the record's halves differ by more than those of every process.
    pub(super) fn halves_differ(&self, swings: &[Swings]) -> Vec<HalvesDiffer> {
        let [first, second] = self.halves;
        let differ = |place: usize| {
            let swing = second[place].share_at_most - first[place].share_at_most;
            !swings.is_empty() && swings.iter().all(|found| swing < found[place].0 || swing > found[place].1)
        };
        (0..first.len())
            .filter(|place| differ(*place))
            .map(|place| HalvesDiffer {
                bid: first[place].bid,
                shares: [first[place].share_at_most, second[place].share_at_most],
            })
            .collect()
    }

    /// Draws the worlds of a process and looks at each; in order, whatever the number of threads.
    fn draw<T: Send>(
        &self,
        process: &PriceProcess,
        horizon: SimSpan,
        look: impl Fn(&crate::world::StepPath) -> T + Sync,
    ) -> Vec<T> {
        let series = PriceSeries { name: "fit/spot".to_owned(), process: process.clone(), shocks: vec![] };
        let model = WorldModel {
            horizon,
            start_time_of_week: SimSpan::ZERO,
            utc_offset: SimSpan::ZERO,
            prices: vec![series],
            stocks: vec![],
            shocks: vec![],
            clocks: vec![],
            traffic: crate::world::traffic::TrafficModel::default(),
        };
        (0..self.order.worlds)
            .into_par_iter()
            .map_init(World::empty, |world, replication| {
                model.draw_into(self.order.seed, replication, world);
                look(world.price(PriceId(0)))
            })
            .collect()
    }
}

fn compared(record: f64, drawn: &[f64]) -> FigureGoodness {
    let mut sorted = drawn.to_vec();
    sorted.sort_by(f64::total_cmp);
    let mean = drawn.iter().sum::<f64>() / drawn.len().max(1) as f64;
    FigureGoodness { record, mean, p5: at(&sorted, 50), p95: at(&sorted, 950) }
}

fn at(sorted: &[f64], per_mille: usize) -> f64 {
    sorted.get(quantile_rank(per_mille, sorted.len()) - 1).copied().unwrap_or(0.0)
}

/// What makes a share, a number of crossings and a length comparable.
struct Scale {
    days: f64,
    step_h: f64,
}

impl Scale {
    fn of(&self, figure: usize, value: f64) -> f64 {
        match figure {
            0 => value,
            1 => libm::log1p(value * self.days),
            _ => libm::log1p(value / self.step_h),
        }
    }

    /// How far the record is off the band.
    fn beyond(&self, figure: usize, found: &FigureGoodness) -> f64 {
        let nearest = found.record.clamp(found.p5, found.p95);
        (self.of(figure, found.record) - self.of(figure, nearest)).abs()
    }

    /// The continuous ranked probability score: E|X − r| − E|X − X′|/2.
    fn distance(&self, figure: usize, record: f64, drawn: &[f64]) -> f64 {
        let record = self.of(figure, record);
        let mut values: Vec<f64> = drawn.iter().map(|value| self.of(figure, *value)).collect();
        values.sort_by(f64::total_cmp);
        let n = values.len().max(1) as f64;
        let off = values.iter().map(|value| (value - record).abs()).sum::<f64>() / n;
        let ranked =
            values.iter().enumerate().map(|(rank, value)| (2.0 * rank as f64 + 1.0 - n) * value).sum::<f64>();
        off - ranked / (n * n)
    }
}
