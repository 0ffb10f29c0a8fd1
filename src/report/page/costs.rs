//! What each strategy costs over the replications: a histogram and its cumulative form on one axis, with quantiles.

use super::{StudyView, percent_of};
use crate::montecarlo::{MoneyEstimate, quantile_rank};
use crate::report::pictures::horizon_words;
use crate::report::plot::axis::{Ticks, grouped, money_decimals};
use maud::{Markup, html};
use std::fmt::Write as _;

/// Above this many times the span without the dearest 1/200, the axis leaves them out.
const LONG_TAIL: f64 = 1.6;
/// Narrowest bars of a histogram: so many of them fill the axis.
const BARS_MOST: f64 = 160.0;
/// Labels that fit a telephone.
const LABELS_MOST: usize = 4;
/// Charts are drawn this wide and high, and stretched.
const WIDTH: f64 = 1_000.0;
const HEIGHT: f64 = 100.0;

/// Costs of one strategy in order.
struct Costs<'a> {
    name: &'a str,
    sorted: Vec<f64>,
    estimate: MoneyEstimate,
}

impl Costs<'_> {
    fn least(&self) -> f64 {
        self.sorted[0]
    }
    fn greatest(&self) -> f64 {
        self.sorted[self.sorted.len() - 1]
    }
    /// The ⌈pN⌉-th smallest.
    fn quantile(&self, per_mille: usize) -> f64 {
        self.sorted[quantile_rank(per_mille, self.sorted.len()) - 1]
    }
    fn is_flat(&self) -> bool {
        self.greatest() - self.least() <= self.greatest().abs().max(self.least().abs()) * 1e-12
    }
}

/// The money axis of all charts.
struct Axis {
    low: f64,
    high: f64,
    ticks: Ticks,
    decimals: usize,
}

impl Axis {
    fn over(all: &[Costs<'_>]) -> Self {
        let low = all.iter().map(Costs::least).fold(f64::INFINITY, f64::min);
        let top = all.iter().map(Costs::greatest).fold(f64::NEG_INFINITY, f64::max);
        let near = all.iter().map(|costs| costs.quantile(995)).fold(f64::NEG_INFINITY, f64::max);
        let high = if near > low && top - low > LONG_TAIL * (near - low) { near } else { top };
        let span = high - low;
        let breadth = high.abs().max(low.abs());
        let is_flat = span <= breadth * 1e-9;
        let pad = if !is_flat {
            span * 0.02
        } else if breadth > 0.0 {
            breadth * 0.05
        } else {
            1.0
        };
        // Zero is worth showing if it costs less than a fifth of the axis.
        let from = if low >= 0.0 && !is_flat && low < 0.25 * span { 0.0 } else { low - pad };
        let to = high + pad;
        Self {
            low: from,
            high: to,
            ticks: Ticks::for_span(to - from, LABELS_MOST),
            decimals: money_decimals(breadth, span),
        }
    }

    /// Where a cost is, from 0 to 1.
    fn at(&self, cost: f64) -> f64 {
        ((cost - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    fn x(&self, cost: f64) -> f64 {
        self.at(cost) * WIDTH
    }
}

pub(super) fn section(view: StudyView<'_>) -> Markup {
    let named = view.scenario.strategies.iter().zip(view.samples);
    let all: Vec<Costs<'_>> = named
        .filter_map(|(strategy, column)| {
            let mut sorted: Vec<f64> = column.cost.iter().map(|cost| cost.to_f64()).collect();
            sorted.sort_by(f64::total_cmp);
            Some(Costs { name: &strategy.name, sorted, estimate: MoneyEstimate::of(&column.cost)? })
        })
        .collect();
    if all.is_empty() {
        return html! {};
    }
    let axis = Axis::over(&all);
    let currency = &view.scenario.currency;
    html! {
        section class="costs" aria-labelledby="costs" {
            h2 id="costs" { "How much it may cost" }
            fieldset class="switch" {
                legend class="visually-hidden" { "Kind of chart" }
                label { input type="radio" name="costs-view" value="histogram" checked; " Histogram" }
                label { input type="radio" name="costs-view" value="cumulative"; " Cumulative" }
            }
            p class="note" {
                span class="of-histogram" { "Bars: share of replications, scaled strategy by strategy; pale outside p5 to p95. " }
                span class="of-cumulative" { "Line: share of replications that cost at most so much. " }
                "Bar below: p5 to p95; stroke: p50; ring: mean."
            }
            @for (index, costs) in all.iter().enumerate() { (chart(costs, index, &axis, currency)) }
            div class="axis" aria-hidden="true" {
                @for tick in axis.ticks.between(axis.low, axis.high) {
                    span style=(format!("left:{}", percent_of(axis.at(tick)))) { (grouped(tick, axis.ticks.decimals)) }
                }
            }
            p class="axis-label" { "cost over " (horizon_words(view.scenario.horizon)) ", " (currency) }
        }
    }
}

fn chart(costs: &Costs<'_>, index: usize, axis: &Axis, currency: &str) -> Markup {
    let color = format!("s{}", index % 7);
    let number = |value: f64| grouped(value, axis.decimals);
    let estimate = &costs.estimate;
    let (p5, p50, p95) = (estimate.p5.to_f64(), estimate.p50.to_f64(), estimate.p95.to_f64());
    let mean = estimate.mean.mean.to_f64();
    let left = |value: f64| format!("left:{}", percent_of(axis.at(value)));
    let beyond = costs.sorted.iter().filter(|cost| **cost > axis.high).count();
    html! {
        figure class="cost" {
            figcaption {
                h3 { span class=(format!("fill {color}")) {} (costs.name) }
                dl class="quantiles" {
                    @for (name, value) in [("p5", p5), ("p50", p50), ("mean", mean), ("p95", p95)] {
                        div { dt { (name) } dd { (number(value)) } }
                    }
                }
            }
            div class="plot" data-costs=(quantiles_json(costs)) data-low=(axis.low) data-high=(axis.high)
                data-currency=(currency) data-decimals=(axis.decimals) data-name=(costs.name) {
                svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) preserveAspectRatio="none" aria-hidden="true" class=(color) {
                    @for tick in axis.ticks.between(axis.low, axis.high) {
                        path class="grid" d=(format!("M{0:.1} 0V{HEIGHT}", axis.x(tick))) {}
                    }
                    @if costs.is_flat() {
                        path class="trace" d=(format!("M{0:.1} 0V{HEIGHT}", axis.x(costs.least()))) {}
                    } @else {
                        @let (inside, outside) = bars(costs, axis, (p5, p95));
                        path class="bars pale of-histogram" d=(outside) {}
                        path class="bars of-histogram" d=(inside) {}
                        path class="trace of-cumulative" d=(cumulative(costs, axis)) {}
                    }
                }
                span class="range" style=(format!("{};right:{}", left(p5), percent_of(1.0 - axis.at(p95)))) aria-hidden="true" {
                    i class=(format!("fill {color}")) {}
                }
                span class="mean" style=(left(mean)) aria-hidden="true" {}
                span class="median" style=(left(p50)) aria-hidden="true" {}
            }
            @if beyond > 0 {
                p class="note" { (beyond) " of " (costs.sorted.len()) " replications cost more than the axis shows, up to " (number(costs.greatest())) "." }
            }
        }
    }
}

/// The costs at every half per cent, for reading at one place.
fn quantiles_json(costs: &Costs<'_>) -> String {
    let values: Vec<String> = (0..=200).map(|step| format!("{}", costs.quantile(step * 5))).collect();
    format!("[{}]", values.join(","))
}

/// The bars between p5 and p95, and those outside.
fn bars(costs: &Costs<'_>, axis: &Axis, (p5, p95): (f64, f64)) -> (String, String) {
    // Up to twice as many as Freedman and Diaconis (1981) ask for between p5 and p95: the step is then rounded up.
    let wanted = (2.2 * libm::cbrt(costs.sorted.len() as f64)).clamp(8.0, 60.0);
    let narrowest = (axis.high - axis.low) / BARS_MOST;
    let step = Ticks::for_span(((p95 - p5) / wanted).max(narrowest), 1).step;
    let first = (costs.least() / step).floor() * step;
    let mut counts: Vec<usize> = Vec::new();
    for cost in costs.sorted.iter().filter(|cost| **cost <= axis.high) {
        let bin = ((cost - first) / step).floor().max(0.0) as usize;
        if counts.len() <= bin {
            counts.resize(bin + 1, 0);
        }
        counts[bin] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or(1).max(1) as f64;
    let (mut inside, mut outside) = (String::new(), String::new());
    for (bin, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let (from, to) = (first + bin as f64 * step, first + (bin + 1) as f64 * step);
        let path = if to > p5 && from <= p95 { &mut inside } else { &mut outside };
        let (x0, x1) = (axis.x(from), axis.x(to));
        let gap = ((x1 - x0) * 0.12).min(1.0);
        let top = HEIGHT - *count as f64 / most * (HEIGHT - 4.0);
        let _ = write!(path, "M{x0:.1} {HEIGHT}V{top:.1}H{:.1}V{HEIGHT}Z", x1 - gap);
    }
    (inside, outside)
}

/// The share of replications at or below each cost.
fn cumulative(costs: &Costs<'_>, axis: &Axis) -> String {
    let mut path = format!("M 0 {HEIGHT}");
    for step in 0..=200 {
        let (share, cost) = (step as f64 / 200.0, costs.quantile(step * 5));
        if cost <= axis.high {
            let _ = write!(path, "H{:.1}V{:.1}", axis.x(cost), HEIGHT - share * (HEIGHT - 4.0));
        }
    }
    path + &format!("H{WIDTH}")
}
