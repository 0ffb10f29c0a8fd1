//! Lanes as shapes that stretch to the width of the page, and their words.

use super::{Block, Lane, LaneKind, Limit, Look};
use crate::report::page::percent_of;
use crate::report::plot::axis::{Ticks, grouped};
use maud::{Markup, html};
use std::fmt::Write as _;

const WIDTH: f64 = 1_000.0;
const HEIGHT: f64 = 100.0;
/// Labels of values, bottom to top.
const TICKS_MOST: usize = 3;

/// What the marks mean; only those that are there.
pub(super) fn key(lanes: &[Lane]) -> Markup {
    let limits = |name: &str| {
        lanes.iter().any(|lane| match &lane.kind {
            LaneKind::Steps { limits, .. } => limits.iter().any(|limit| limit.name == name),
            LaneKind::Blocks { .. } => false,
        })
    };
    let looks = |look: Look| {
        lanes.iter().any(|lane| match &lane.kind {
            LaneKind::Blocks { blocks, .. } => blocks.iter().any(|block| block.look == look),
            LaneKind::Steps { .. } => false,
        })
    };
    let is_shaded =
        lanes.iter().any(|lane| matches!(&lane.kind, LaneKind::Steps { shade, .. } if !shade.is_empty()));
    let is_marked =
        lanes.iter().any(|lane| matches!(&lane.kind, LaneKind::Blocks { marks, .. } if !marks.is_empty()));
    html! {
        ul class="key" {
            @for (look, label) in held(lanes) { li { span class=(class(look)) {} (label) } }
            @if limits("bid") { li { span class="mark dashed" {} "bid" } }
            @if limits("standard") { li { span class="mark dotted" {} "standard price" } }
            @if limits("quota") { li { span class="mark dashed" {} "quota" } }
            @if is_shaded { li { span class="mark shade" {} "held" } }
            @if looks(Look::Starting) { li { span class="fill starting" {} "starting or overdue" } }
            @if looks(Look::Waiting) { li { span class="fill waiting" {} "waiting or stopped" } }
            @if is_marked { li { span class="mark reclaim" {} "taken away" } }
        }
    }
}

/// What colours and patterns stand for in lanes that have several, each once.
fn held(lanes: &[Lane]) -> Vec<(Look, &str)> {
    let mut all: Vec<(Look, &str)> = Vec::new();
    for lane in lanes {
        let LaneKind::Blocks { blocks, .. } = &lane.kind else { continue };
        let mut own: Vec<(Look, &str)> = Vec::new();
        for block in blocks.iter().filter(|block| matches!(block.look, Look::Running(_))) {
            if !own.iter().any(|(look, _)| *look == block.look) {
                own.push((block.look, &block.label));
            }
        }
        if own.len() > 1 {
            own.retain(|entry| !all.contains(entry));
            all.extend(own);
        }
    }
    all
}

pub(super) fn lane(lane: &Lane, horizon: i64) -> Markup {
    html! {
        div class="lane" {
            p class="lane-name" { (lane.name) @if !lane.unit.is_empty() { ", " (lane.unit) } }
            @match &lane.kind {
                LaneKind::Steps { points, limits, shade, decimals } => {
                    div class=[lane.series.map(|index| format!("s{}", index % 7))] {
                        (steps(points, limits, shade, (*decimals, horizon)))
                    }
                }
                LaneKind::Blocks { blocks: all, marks } => { (blocks(all, marks, horizon)) }
            }
        }
    }
}

/// The range of the values that are shown.
struct Range {
    low: f64,
    high: f64,
}

impl Range {
    fn over(points: &[(i64, Option<f64>)], limits: &[Limit]) -> Self {
        let own = points.iter().filter_map(|(_, value)| *value);
        let held = limits.iter().flat_map(|limit| limit.points.iter().filter_map(|(_, value)| *value));
        let (mut low, mut high) = own
            .chain(held)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        if low > 0.0 && low < 0.5 * high {
            low = 0.0;
        }
        let pad = if high > low { (high - low) * 0.06 } else { high.abs().max(1.0) * 0.1 };
        Self { low: if low == 0.0 { 0.0 } else { low - pad }, high: high + pad }
    }

    /// From the bottom, 0 to 1.
    fn share(&self, value: f64) -> f64 {
        (value - self.low) / (self.high - self.low)
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT * (1.0 - self.share(value))
    }
}

fn x(at: i64, horizon: i64) -> f64 {
    (at as f64 / horizon as f64).clamp(0.0, 1.0) * WIDTH
}

fn steps(
    points: &[(i64, Option<f64>)],
    limits: &[Limit],
    shade: &[(i64, i64)],
    (decimals, horizon): (usize, i64),
) -> Markup {
    let range = Range::over(points, limits);
    let ticks = Ticks::for_span(range.high - range.low, TICKS_MOST);
    html! {
        div class="lane-plot" aria-hidden="true" {
            svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) preserveAspectRatio="none" {
                @for (from, to) in shade {
                    rect class="shade" x=(format!("{:.2}", x(*from, horizon))) y="0"
                        width=(format!("{:.2}", (x(*to, horizon) - x(*from, horizon)).max(0.2))) height=(HEIGHT) {}
                }
                @for tick in ticks.between(range.low, range.high) {
                    path class="grid" d=(format!("M 0 {:.1}H{WIDTH}", range.y(tick))) {}
                }
                @for limit in limits { path class=(format!("limit {}", limit.name)) d=(path(&limit.points, &range, horizon)) {} }
                path class="trace" d=(path(points, &range, horizon)) {}
            }
            @for tick in ticks.between(range.low, range.high) {
                span class="value" style=(format!("bottom:{}", percent_of(range.share(tick)))) {
                    (grouped(tick, ticks.decimals.min(decimals.max(2))))
                }
            }
        }
    }
}

/// Steps: a value holds until the next.
fn path(points: &[(i64, Option<f64>)], range: &Range, horizon: i64) -> String {
    let mut text = String::new();
    let mut is_down = false;
    for (index, (at, value)) in points.iter().enumerate() {
        let Some(value) = value else {
            is_down = false;
            continue;
        };
        let to = points.get(index + 1).map_or(horizon, |(next, _)| *next);
        let y = range.y(*value);
        if is_down {
            let _ = write!(text, "V{y:.1}H{:.2}", x(to, horizon));
        } else {
            let _ = write!(text, "M{:.2} {y:.1}H{:.2}", x(*at, horizon), x(to, horizon));
        }
        is_down = true;
    }
    text
}

fn blocks(blocks: &[Block], marks: &[i64], horizon: i64) -> Markup {
    let left = |at: i64| percent_of(at as f64 / horizon as f64);
    html! {
        div class="lane-blocks" aria-hidden="true" {
            @for block in blocks {
                span class=(class(block.look)) style=(format!(
                    "left:{};width:{}", left(block.from_ms), percent_of((block.to_ms - block.from_ms) as f64 / horizon as f64)
                )) { (block.label) }
            }
            @for mark in marks { i class="reclaim" style=(format!("left:{}", left(*mark))) {} }
        }
    }
}

fn class(look: Look) -> String {
    match look {
        Look::Running(index) => format!("fill s{} p{}", index % 7, index % 4),
        Look::Starting => "fill starting".to_owned(),
        Look::Waiting => "fill waiting".to_owned(),
        Look::Off => "fill off".to_owned(),
        Look::Alarm => "fill alarm".to_owned(),
    }
}

pub(super) fn axis(ticks: &[(i64, String)], horizon: i64) -> Markup {
    html! {
        div class="time-axis" aria-hidden="true" {
            @for (at, label) in ticks.iter().filter(|(at, _)| *at < horizon) {
                span style=(format!("left:{}", percent_of(*at as f64 / horizon as f64))) { (label) }
            }
        }
    }
}
