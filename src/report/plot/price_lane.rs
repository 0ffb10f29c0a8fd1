//! A market's lane in the picture of one replication.

use super::axis::{Scale, Ticks, grouped, money_decimals};
use super::palette::{Ink, series};
use super::sheet::{Align, Sheet, Type, printable, shortened};
use super::timeline::{
    HELD_TINT, HeldKind, LEFT, PriceLane, RIGHT, TimeAxis, WIDTH, draw_bid_line, draw_out_of_stock,
    draw_standard_line,
};
use super::usage_lane::draw_block;

/// The title line above a price lane.
pub(super) const PRICE_LANE_HEAD: f64 = 26.0;
/// A line's name at the right needs this much height.
const NAME_PITCH: f64 = 15.0;

/// Draws a market's lane `height` points high under its title line.
pub(super) fn draw_price_lane(
    sheet: &mut Sheet,
    lane: &PriceLane,
    index: usize,
    time: &TimeAxis,
    currency: &str,
    (top, height): (f64, f64),
) {
    let ink = series(index);
    let (plot_top, bottom) = (top + PRICE_LANE_HEAD, top + PRICE_LANE_HEAD + height);
    draw_title(sheet, lane, currency, index, top + 18.0);
    for (from, to) in time.stretches(&lane.held) {
        sheet.block(from, plot_top, to - from, height, ink.tint(HELD_TINT));
    }
    time.draw_grid(sheet, plot_top, bottom);
    for stretch in time.stretches(&lane.out_of_stock) {
        draw_out_of_stock(sheet, stretch, (plot_top, bottom));
    }
    let (prices, ticks) = price_axis(lane, (plot_top, bottom));
    for tick in ticks.between(prices.low, prices.high) {
        let y = prices.at(tick);
        sheet.horizontal(y, LEFT - 5.0, LEFT, 1.0, Ink::AXIS);
        let style = Type::new(12.0, Ink::MUTED).align(Align::Right);
        sheet.text(LEFT - 9.0, y + 4.3, &grouped(tick, ticks.decimals), style);
    }
    sheet.vertical(LEFT, plot_top, bottom, 1.0, Ink::AXIS);
    sheet.horizontal(bottom, LEFT, RIGHT, 1.0, Ink::GRID);
    if let Some(standard) = lane.standard {
        draw_standard_line(sheet, (LEFT, RIGHT), prices.at(standard));
    }
    for run in step_lines(&lane.points, time, &prices) {
        sheet.path(run, 1.5, ink);
    }
    if let Some(bid) = lane.bid {
        draw_bid_line(sheet, (LEFT, RIGHT), prices.at(bid));
    }
    draw_line_names(sheet, lane, &prices, (plot_top, bottom), ink);
}

fn draw_title(sheet: &mut Sheet, lane: &PriceLane, currency: &str, index: usize, baseline: f64) {
    let style = Type::new(14.0, Ink::TEXT).bold();
    let unit_style = Type::new(12.5, Ink::MUTED);
    let unit = format!("{currency} per hour");
    let room = WIDTH - 24.0 - LEFT - 26.0 - unit_style.width(&unit) - 14.0;
    let name = shortened(&printable(&lane.name), room, style);
    draw_block(
        sheet,
        HeldKind::Running,
        series(index),
        (LEFT, LEFT + 18.0),
        (baseline - 14.0, baseline + 4.0),
    );
    let letter = letter(index).to_string();
    sheet.text(LEFT + 9.0, baseline - 1.5, &letter, Type::new(12.0, Ink::TEXT).bold().align(Align::Middle));
    sheet.text(LEFT + 26.0, baseline, &name, style);
    sheet.text(LEFT + 26.0 + style.width(&name) + 14.0, baseline, &unit, unit_style);
}

/// The letter that stands for a market on its blocks, where colours alone would not do.
pub(super) fn letter(index: usize) -> char {
    char::from(b'A' + (index % 26) as u8)
}

/// From zero if that costs less than half the lane or nothing moves, else around the prices.
fn price_axis(lane: &PriceLane, (top, bottom): (f64, f64)) -> (Scale, Ticks) {
    let known = lane.points.iter().map(|&(_, price)| price).filter(|price| price.is_finite());
    let all = known.chain(lane.bid).chain(lane.standard);
    let (low, high) =
        all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), p| (low.min(p), high.max(p)));
    let (low, high) = if low <= high { (low, high) } else { (0.0, 1.0) };
    let stands_still = high - low <= high.abs() * 1e-9;
    let from_zero = low >= 0.0 && high > 0.0 && (low <= 0.6 * high || stands_still);
    let breadth = if from_zero { high } else { high - low };
    let pad = if breadth > high.abs() * 1e-9 { breadth * 0.06 } else { high.abs().max(0.01) * 0.2 };
    let low = if from_zero { 0.0 } else { low - pad };
    let high = high + pad;
    (
        Scale { low, high, from: bottom, to: top },
        Ticks::for_span(high - low, if bottom - top > 130.0 { 6 } else { 4 }),
    )
}

/// The price as step lines, one for every stretch of known prices.
///
/// Thousands of changes fall on one column of pixels: there the line goes from the column's first price over its
/// extremes to its last, which looks the same as drawing them all.
fn step_lines(points: &[(i64, f64)], time: &TimeAxis, prices: &Scale) -> Vec<Vec<(f64, f64)>> {
    let mut lines = Vec::new();
    let mut line: Vec<(f64, f64)> = Vec::new();
    for (index, &(ms, price)) in points.iter().enumerate() {
        let ends = points.get(index + 1).map_or(i64::MAX, |&(next, _)| next);
        if !price.is_finite() {
            finish(&mut line, &mut lines);
            continue;
        }
        let (from, to, y) = (time.at(ms), time.at(ends), prices.at(price));
        // Before the start or after the end the clamped step has no length.
        if to > from {
            line.push((from, y));
            line.push((to, y));
        }
    }
    finish(&mut line, &mut lines);
    lines
}

fn finish(line: &mut Vec<(f64, f64)>, lines: &mut Vec<Vec<(f64, f64)>>) {
    if !line.is_empty() {
        lines.push(thinned(&std::mem::take(line)));
    }
}

/// The points of a step line with at most four in a column of one point's width.
fn thinned(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let column = f64::round;
    let mut kept: Vec<(f64, f64)> = Vec::new();
    let mut rest = points;
    while let Some(first) = rest.first() {
        let in_column =
            rest.iter().take_while(|point| column(point.0).total_cmp(&column(first.0)).is_eq()).count();
        let (here, after) = rest.split_at(in_column);
        rest = after;
        let x = column(first.0);
        let low = here.iter().map(|point| point.1).fold(f64::INFINITY, f64::min);
        let high = here.iter().map(|point| point.1).fold(f64::NEG_INFINITY, f64::max);
        for y in [first.1, low, high, here[here.len() - 1].1] {
            if kept.last() != Some(&(x, y)) {
                kept.push((x, y));
            }
        }
    }
    kept
}

/// "bid 1.20" and "standard 3.10" right of their lines, moved apart if they are close.
fn draw_line_names(sheet: &mut Sheet, lane: &PriceLane, prices: &Scale, (top, bottom): (f64, f64), ink: Ink) {
    let dearest =
        lane.bid.into_iter().chain(lane.standard).fold(0.0, |dearest: f64, price| dearest.max(price.abs()));
    let last = lane.points.iter().rev().map(|&(_, price)| price).find(|price| price.is_finite());
    let decimals = money_decimals(dearest, dearest.max(last.unwrap_or(0.0).abs()));
    let named = |name: &str, price: f64| format!("{name} {}", grouped(price, decimals));
    // Without a bid the lane is rented at the standard price, and its own line is that price.
    let own = if lane.bid.is_some() { "spot" } else { "price" };
    let lines =
        [("standard", lane.standard, Ink::MUTED), ("bid", lane.bid, Ink::TEXT), (own, last, ink.shade())];
    let mut names: Vec<(f64, String, Ink)> = lines
        .into_iter()
        .filter_map(|(name, price, ink)| price.map(|price| (prices.at(price), named(name, price), ink)))
        .collect();
    names.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Down from the top, then back up from the bottom where that pushed them out of the lane.
    let mut least = top + 5.0;
    for name in &mut names {
        name.0 = name.0.max(least);
        least = name.0 + NAME_PITCH;
    }
    let mut most = bottom - 4.0;
    for name in names.iter_mut().rev() {
        name.0 = name.0.min(most);
        most = name.0 - NAME_PITCH;
    }
    for (y, text, ink) in names {
        sheet.text_within(RIGHT + 8.0, y + 4.3, WIDTH - 8.0 - RIGHT - 8.0, &text, Type::new(12.0, ink));
    }
}
