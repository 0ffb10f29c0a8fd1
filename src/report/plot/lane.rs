//! One strategy's lane in the picture of costs: bars, dots or a single mark, and the line of quantiles below.

use super::axis::{Ticks, grouped};
use super::distribution::{Axis, DistributionStrategy, LEFT, NOTE, RIGHT};
use super::palette::Ink;
use super::sheet::{Align, Sheet, Type};

/// Up to here every replication is a dot of its own.
const DOTS_UP_TO: usize = 40;

/// A strategy with its costs in order.
pub(super) struct Lane<'a> {
    pub(super) strategy: &'a DistributionStrategy,
    pub(super) sorted: Vec<f64>,
}

impl<'a> Lane<'a> {
    pub(super) fn of(strategy: &'a DistributionStrategy) -> Self {
        let mut sorted = strategy.costs.clone();
        sorted.sort_by(f64::total_cmp);
        Self { strategy, sorted }
    }

    pub(super) fn min(&self) -> f64 {
        self.sorted[0]
    }
    pub(super) fn max(&self) -> f64 {
        self.sorted[self.sorted.len() - 1]
    }
    /// True if every replication costs the same, but for a float's last digits.
    pub(super) fn is_flat(&self) -> bool {
        self.max() - self.min() <= self.max().abs().max(self.min().abs()) * 1e-12
    }
    /// True if single replications can be told apart.
    pub(super) fn is_few(&self) -> bool {
        self.sorted.len() <= DOTS_UP_TO
    }
    /// The 99.5 % quantile: the ⌈0.995 N⌉-th smallest.
    pub(super) fn p995(&self) -> f64 {
        self.sorted[(995 * self.sorted.len()).div_ceil(1_000) - 1]
    }
    /// The four columns' numbers.
    pub(super) fn summary(&self) -> [f64; 4] {
        [self.strategy.p5, self.strategy.p50, self.strategy.mean, self.strategy.p95]
    }
}

pub(super) fn draw_lane(sheet: &mut Sheet, lane: &Lane, axis: &Axis, top: f64, height: f64, ink: Ink) {
    let bottom = top + height;
    sheet.horizontal(bottom, LEFT, RIGHT, 1.0, Ink::GRID);
    if lane.is_flat() {
        draw_single_value(sheet, lane, axis, top, bottom, ink);
        return;
    }
    if lane.is_few() {
        draw_dots(sheet, lane, axis, top, bottom, ink);
    } else {
        draw_bars(sheet, lane, axis, top, bottom, ink);
    }
    draw_beyond(sheet, lane, axis, top);
    let y = bottom + 13.0;
    let (from, to) = (axis.at(lane.strategy.p5), axis.at(lane.strategy.p95));
    sheet.block(from, y - 2.5, to - from, 5.0, ink);
    for end in [from, to] {
        sheet.vertical(end, y - 6.0, y + 6.0, 2.0, ink);
    }
    draw_centre(sheet, (Some(axis.at(lane.strategy.mean)), Some(axis.at(lane.strategy.p50))), y);
}

/// The mean as a ring and the median as a bar, which stay apart even where they fall together.
pub(super) fn draw_centre(sheet: &mut Sheet, (mean, median): (Option<f64>, Option<f64>), y: f64) {
    if let Some(x) = mean {
        sheet.disc(x, y, 6.0, Ink::TEXT);
        sheet.disc(x, y, 4.0, Ink::WHITE);
    }
    if let Some(x) = median {
        sheet.vertical(x, y - 9.0, y + 9.0, 2.5, Ink::TEXT);
    }
}

/// A strategy that always costs the same: one mark that says so.
fn draw_single_value(sheet: &mut Sheet, lane: &Lane, axis: &Axis, top: f64, bottom: f64, ink: Ink) {
    let x = axis.at(lane.max());
    sheet.vertical(x, top, bottom, 4.0, ink);
    let value = grouped(lane.max(), axis.decimals.max(2));
    let text = match lane.sorted.len() {
        1 => format!("{value} in the only replication"),
        n => format!("{value} in all {} replications", grouped(n as f64, 0)),
    };
    let style = Type::new(13.0, Ink::TEXT);
    let width = style.width(&text);
    let baseline = f64::midpoint(top, bottom) + 4.5;
    let left = if x + 12.0 + width <= RIGHT { x + 12.0 } else { x - 12.0 - width };
    sheet.block(left - 4.0, baseline - 13.0, width + 8.0, 18.0, Ink::WHITE);
    sheet.text(left, baseline, &text, style);
    draw_centre(sheet, (Some(x), Some(x)), bottom + 13.0);
}

/// The replications of a lane in bins of its own width.
struct Bins {
    first: f64,
    step: f64,
    counts: Vec<usize>,
}

impl Bins {
    /// Narrowest bar, in points.
    const NARROWEST: f64 = 3.0;

    fn of(lane: &Lane, axis: &Axis) -> Self {
        // Up to twice as many as Freedman and Diaconis (1981) ask for between p5 and p95: the step is then rounded up.
        let wanted = (2.2 * libm::cbrt(lane.sorted.len() as f64)).clamp(8.0, 60.0);
        let body = lane.strategy.p95 - lane.strategy.p5;
        let points = |span: f64| span / (axis.scale.high - axis.scale.low) * (RIGHT - LEFT);
        let narrowest = Self::NARROWEST / points(1.0);
        let step = Ticks::for_span((body / wanted).max(narrowest), 1).step;
        let first = (lane.min() / step).floor() * step;
        let end = lane.max().min(axis.scale.high);
        let mut counts = vec![0; ((end - first) / step).floor().max(0.0) as usize + 1];
        for cost in lane.sorted.iter().filter(|&&cost| cost <= end) {
            let bin = ((cost - first) / step).floor().max(0.0) as usize;
            let last = counts.len() - 1;
            counts[bin.min(last)] += 1;
        }
        Self { first, step, counts }
    }
}

fn draw_bars(sheet: &mut Sheet, lane: &Lane, axis: &Axis, top: f64, bottom: f64, ink: Ink) {
    let Bins { first, step, counts } = Bins::of(lane, axis);
    let tallest = counts.iter().copied().max().unwrap_or(1).max(1) as f64;
    let edge = |bin: usize| axis.at(first + bin as f64 * step);
    let height =
        |count: usize| if count == 0 { 0.0 } else { (count as f64 / tallest * (bottom - top)).max(1.5) };
    let quantiles = (axis.at(lane.strategy.p5), axis.at(lane.strategy.p95));
    let mut start = 0;
    for run in counts.split(|&count| count == 0) {
        // One shape for a run of bars: side by side they would show seams where a viewer smooths edges.
        let bars: Vec<Bar> = run
            .iter()
            .enumerate()
            .map(|(offset, &count)| (edge(start + offset), edge(start + offset + 1), bottom - height(count)))
            .collect();
        start += run.len() + 1;
        let outline = silhouette(&bars, bottom, (LEFT, RIGHT));
        sheet.area(outline.clone(), ink.tint(0.22));
        // The common nine tenths are stronger, cut where the quantiles are and not where a bin ends.
        sheet.area(silhouette(&bars, bottom, quantiles), ink.tint(0.55));
        sheet.path(outline, 1.5, ink);
    }
}

/// Left and right end and top of a bar, in points.
type Bar = (f64, f64, f64);

/// The outline of neighbouring bars from base to base, as far as they lie between `low` and `high`.
fn silhouette(bars: &[Bar], bottom: f64, (low, high): (f64, f64)) -> Vec<(f64, f64)> {
    let cut = bars.iter().map(|&(from, to, top)| (from.max(low), to.min(high), top));
    let kept: Vec<Bar> = cut.filter(|(from, to, _)| from < to).collect();
    let (Some(first), Some(last)) = (kept.first(), kept.last()) else {
        return Vec::new();
    };
    let mut points = vec![(first.0, bottom)];
    points.extend(kept.iter().flat_map(|&(from, to, top)| [(from, top), (to, top)]));
    points.push((last.1, bottom));
    points
}

fn draw_dots(sheet: &mut Sheet, lane: &Lane, axis: &Axis, top: f64, bottom: f64, ink: Ink) {
    let radius = 4.5;
    let pitch = 2.0 * radius + 1.0;
    // Neighbours closer than a dot share a stack, which stands at their mean.
    let mut stacks: Vec<Vec<f64>> = Vec::new();
    for &cost in lane.sorted.iter().filter(|&&cost| cost <= axis.scale.high) {
        let x = axis.at(cost);
        match stacks.last_mut() {
            Some(stack) if x - stack[0] < pitch => stack.push(x),
            _ => stacks.push(vec![x]),
        }
    }
    let highest = stacks.iter().map(Vec::len).max().unwrap_or(1) as f64;
    // A stack that would leave the lane is pressed together.
    let rise = pitch.min((bottom - top - 2.0 * radius) / highest);
    for stack in &stacks {
        let x = stack.iter().sum::<f64>() / stack.len() as f64;
        for level in 0..stack.len() {
            sheet.disc(x, bottom - radius - 1.0 - rise * level as f64, radius, ink);
        }
    }
}

/// What lies beyond the axis's end, if anything.
fn draw_beyond(sheet: &mut Sheet, lane: &Lane, axis: &Axis, top: f64) {
    let beyond = lane.sorted.iter().filter(|&&cost| cost > axis.scale.high).count();
    if beyond == 0 {
        return;
    }
    let (all, dearest) = (grouped(lane.sorted.len() as f64, 0), grouped(lane.max(), axis.decimals.min(2)));
    let text = format!("{} of {all} beyond this axis, up to {dearest} →", grouped(beyond as f64, 0));
    let style = Type { ink: Ink::ALARM, ..NOTE }.align(Align::Right);
    let width = style.width(&text);
    sheet.block(RIGHT - width - 4.0, top - 1.0, width + 4.0, 18.0, Ink::WHITE);
    sheet.text(RIGHT, top + 12.0, &text, style);
}
