//! What is available on accounts over time, as a fan over replications, and when they stop.

use super::axis::{Scale, Ticks, grouped, money_decimals};
use super::palette::{Ink, series};
use super::render::render;
use super::sheet::{Align, Sheet, Type, printable, shortened};
use super::{PlotError, Rendered};

/// The available balance of accounts over time. All times are milliseconds since the start.
#[derive(Clone, PartialEq, Debug)]
pub struct BalancePicture {
    /// The headline.
    pub title: String,
    /// What is shown: "200 replications of seed 1, from 2026-06-10 10:00".
    pub subtitle: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Where the time axis ends; positive.
    pub horizon_ms: i64,
    /// Marks of the time axis with their labels, in time order.
    pub ticks: Vec<(i64, String)>,
    /// What the labels are: "date (+08:00)".
    pub axis: String,
    /// From the top; at least one.
    pub panels: Vec<BalancePanel>,
}

/// One account.
#[derive(Clone, PartialEq, Debug)]
pub struct BalancePanel {
    /// Its name.
    pub name: String,
    /// Quantiles over replications at instants in time order; at least one.
    pub fan: Vec<FanPoint>,
    /// Balances at which an alert comes.
    pub alerts: Vec<f64>,
    /// When something was stopped first, of the replications in which it was.
    pub stops_ms: Vec<i64>,
    /// The median of them and its civil time.
    pub median_stop: Option<(i64, String)>,
    /// Of how many replications.
    pub replications: usize,
}

/// The balance at one instant: 5, 25, 50, 75 and 95 % quantiles over replications.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FanPoint {
    /// When.
    pub at_ms: i64,
    /// From the least to the greatest.
    pub quantiles: [f64; 5],
}

const WIDTH: f64 = 1_200.0;
/// Where time starts: right of the amounts.
const LEFT: f64 = 116.0;
/// Where time ends: left of the names of lines.
const RIGHT: f64 = WIDTH - 168.0;
const PANELS_TOP: f64 = 112.0;
const PANEL_HEAD: f64 = 30.0;
/// The strip of stops below the fan, and the gap above it.
const RUG: f64 = 30.0;
const RUG_GAP: f64 = 8.0;
/// Room between a panel's bottom and the next one's head.
const PANEL_FOOT: f64 = 18.0;
/// Stops that fall into one such column of points stand on each other.
const RUG_COLUMN: f64 = 3.0;
/// A stop is never lower than this: a missing mark would mislead.
const MARK_LEAST: f64 = 7.0;
/// Strength of the colour between the 5 and 95 %, and between the 25 and 75 % quantiles.
const TINTS: [f64; 2] = [0.2, 0.45];
/// Strength of the alarm's colour where the account is overdue.
const OVERDUE_TINT: f64 = 0.07;
/// Names right of the lines need this much height.
const NAME_PITCH: f64 = 16.0;
/// More alerts than this have no room for their names.
const ALERTS_DRAWN: usize = 4;
const DASH: (f64, f64) = (7.0, 5.0);

/// Draws the fan of the available balance of each account as SVG and PNG: bands between the 5 and 95 % and the 25 and
/// 75 % quantiles, the median as a line, zero and the thresholds of alerts, and below it when the replications stop.
///
/// # Errors
/// No panel or point, no time to show, an amount that is not finite, or a failing backend.
pub fn balance(picture: &BalancePicture) -> Result<Rendered, PlotError> {
    render(&lay_out(picture)?)
}

/// The picture as shapes.
pub(super) fn lay_out(picture: &BalancePicture) -> Result<Sheet, PlotError> {
    check(picture)?;
    let time = Scale { low: 0.0, high: picture.horizon_ms as f64, from: LEFT, to: RIGHT };
    let height = if picture.panels.len() == 1 { 360.0 } else { 230.0 };
    let pitch = PANEL_HEAD + height + RUG_GAP + RUG + PANEL_FOOT;
    let bottom = PANELS_TOP + pitch * picture.panels.len() as f64 - PANEL_FOOT;
    let mut sheet = Sheet::new(&picture.title, WIDTH);
    sheet.height = (bottom + 62.0).ceil();
    sheet.text_within(24.0, 42.0, WIDTH - 48.0, &picture.title, Type::new(21.0, Ink::TEXT).bold());
    sheet.text_within(24.0, 66.0, WIDTH - 48.0, &picture.subtitle, Type::new(14.0, Ink::MUTED));
    draw_key(&mut sheet, picture);
    for (index, panel) in picture.panels.iter().enumerate() {
        let top = PANELS_TOP + pitch * index as f64 + PANEL_HEAD;
        let frame = Frame { time, top, bottom: top + height };
        draw_head(&mut sheet, panel, &picture.currency, top - 10.0);
        draw_panel(&mut sheet, panel, &picture.ticks, &frame);
        draw_rug(&mut sheet, panel, &frame);
    }
    draw_time_axis(&mut sheet, picture, &time, bottom);
    Ok(sheet)
}

fn check(picture: &BalancePicture) -> Result<(), PlotError> {
    if picture.panels.is_empty() || picture.panels.iter().any(|panel| panel.fan.is_empty()) {
        return Err(PlotError::Empty("no balance"));
    }
    if picture.horizon_ms <= 0 {
        return Err(PlotError::Empty("a horizon without time"));
    }
    let amounts = |panel: &BalancePanel| {
        let fan = panel.fan.iter().flat_map(|point| point.quantiles);
        fan.chain(panel.alerts.iter().copied()).all(f64::is_finite)
    };
    match picture.panels.iter().find(|panel| !amounts(panel)) {
        Some(panel) => Err(PlotError::NotFinite(panel.name.clone())),
        None => Ok(()),
    }
}

/// Where a fan lies.
struct Frame {
    time: Scale,
    top: f64,
    bottom: f64,
}

impl Frame {
    fn x(&self, ms: i64) -> f64 {
        self.time.at(ms as f64).clamp(LEFT, RIGHT)
    }
}

/// The account's name, the unit, and how many replications stop.
fn draw_head(sheet: &mut Sheet, panel: &BalancePanel, currency: &str, baseline: f64) {
    let (style, note) = (Type::new(14.0, Ink::TEXT).bold(), Type::new(12.5, Ink::MUTED));
    let share = panel.stops_ms.len() as f64 / panel.replications.max(1) as f64 * 100.0;
    let stops = format!(
        "stopped in {} of {} replications ({share:.2} %)",
        grouped(panel.stops_ms.len() as f64, 0),
        grouped(panel.replications as f64, 0)
    );
    sheet.text(RIGHT, baseline, &stops, note.align(Align::Right));
    let unit = format!("{currency} available");
    let room = RIGHT - LEFT - note.width(&stops) - note.width(&unit) - 60.0;
    let name = shortened(&printable(&panel.name), room, style);
    sheet.text(LEFT, baseline, &name, style);
    sheet.text(LEFT + style.width(&name) + 14.0, baseline, &unit, note);
}

fn draw_panel(sheet: &mut Sheet, panel: &BalancePanel, ticks: &[(i64, String)], frame: &Frame) {
    let alerts = drawn_alerts(panel);
    let (amounts, marks) = amount_axis(panel, &alerts, frame);
    let zero = amounts.at(0.0);
    if frame.bottom - zero > 0.5 {
        sheet.block(LEFT, zero, RIGHT - LEFT, frame.bottom - zero, Ink::ALARM.tint(OVERDUE_TINT));
    }
    for (ms, _) in ticks {
        sheet.vertical(frame.x(*ms), frame.top, frame.bottom, 1.0, Ink::GRID);
    }
    for (inset, tint) in TINTS.into_iter().enumerate() {
        sheet.area(band(panel, frame, &amounts, inset), series(0).tint(tint));
    }
    let style = Type::new(12.0, Ink::MUTED).align(Align::Right);
    for tick in marks.between(amounts.low, amounts.high) {
        let y = amounts.at(tick);
        sheet.horizontal(y, LEFT - 5.0, LEFT, 1.0, Ink::AXIS);
        sheet.text(LEFT - 9.0, y + 4.3, &grouped(tick, marks.decimals), style);
    }
    sheet.vertical(LEFT, frame.top, frame.bottom, 1.0, Ink::AXIS);
    sheet.horizontal(frame.bottom, LEFT, RIGHT, 1.0, Ink::AXIS);
    sheet.horizontal(zero, LEFT, RIGHT, 1.5, Ink::ALARM);
    for alert in &alerts {
        sheet.dashed(amounts.at(*alert), (LEFT, RIGHT), DASH, 1.5, series(1));
    }
    let median = panel.fan.iter().map(|point| (frame.x(point.at_ms), amounts.at(point.quantiles[2])));
    sheet.path(median.collect(), 2.2, series(0).shade());
    draw_median_stop(sheet, panel, frame);
    draw_names(sheet, panel, &alerts, &amounts, frame);
}

/// The lowest thresholds, since those warn last; the highest have no room if there are many.
fn drawn_alerts(panel: &BalancePanel) -> Vec<f64> {
    let mut alerts: Vec<f64> = panel.alerts.iter().copied().filter(|alert| *alert != 0.0).collect();
    alerts.sort_by(f64::total_cmp);
    alerts.dedup();
    alerts.truncate(ALERTS_DRAWN);
    alerts
}

/// From the least to the greatest that is drawn, zero always.
fn amount_axis(panel: &BalancePanel, alerts: &[f64], frame: &Frame) -> (Scale, Ticks) {
    let fan = panel.fan.iter().flat_map(|point| point.quantiles);
    let (low, high) = fan
        .chain(alerts.iter().copied())
        .fold((0.0_f64, 0.0_f64), |(low, high), amount| (low.min(amount), high.max(amount)));
    let high = if high > low { high } else { 1.0 };
    let breadth = high - low;
    // A sliver below zero shows that there is a below.
    let (low, high) = (low - breadth * 0.04, high + breadth * 0.05);
    let most = if frame.bottom - frame.top > 300.0 { 8 } else { 5 };
    (Scale { low, high, from: frame.bottom, to: frame.top }, Ticks::for_span(high - low, most))
}

/// The outline between a low and a high quantile: 5 and 95 % from the outside, 25 and 75 % one further in.
fn band(panel: &BalancePanel, frame: &Frame, amounts: &Scale, inset: usize) -> Vec<(f64, f64)> {
    let edge = |quantile: usize| {
        move |point: &FanPoint| (frame.x(point.at_ms), amounts.at(point.quantiles[quantile]))
    };
    let upper = panel.fan.iter().map(edge(4 - inset));
    upper.chain(panel.fan.iter().rev().map(edge(inset))).collect()
}

/// A dashed line at the median stop, its time beside it where there is room.
fn draw_median_stop(sheet: &mut Sheet, panel: &BalancePanel, frame: &Frame) {
    let Some((ms, label)) = &panel.median_stop else { return };
    let x = frame.x(*ms);
    let mut y = frame.top;
    while y < frame.bottom + RUG_GAP + RUG {
        sheet.vertical(x, y, (y + 4.0).min(frame.bottom + RUG_GAP + RUG), 1.5, Ink::ALARM);
        y += 8.0;
    }
    let text = format!("median stop {label}");
    let style = Type::new(12.5, Ink::ALARM);
    let width = style.width(&text);
    let left = if x + width + 12.0 > RIGHT { x - width - 7.0 } else { x + 7.0 };
    sheet.block(left - 3.0, frame.top + 2.0, width + 6.0, 18.0, Ink::WHITE);
    sheet.text(left, frame.top + 15.0, &text, style);
}

/// What the lines are and where they end, right of them, moved apart where they are close.
fn draw_names(sheet: &mut Sheet, panel: &BalancePanel, alerts: &[f64], amounts: &Scale, frame: &Frame) {
    let breadth = amounts.high - amounts.low;
    let written =
        |amount: f64| grouped(amount, money_decimals(amounts.high.abs().max(amounts.low.abs()), breadth));
    let mut names: Vec<(f64, String, Ink)> = vec![(0.0, "overdue below 0".to_owned(), Ink::ALARM)];
    names
        .extend(alerts.iter().map(|alert| (*alert, format!("alert {}", written(*alert)), series(1).shade())));
    if let Some(last) = panel.fan.last() {
        let [p5, _, median, _, p95] = last.quantiles;
        let ink = series(0).shade();
        names.push((median, format!("median {}", written(median)), ink));
        // A fan that has closed needs no edges.
        if p95 - p5 > breadth * 0.01 {
            names.push((p95, format!("p95 {}", written(p95)), ink));
            names.push((p5, format!("p5 {}", written(p5)), ink));
        }
    }
    names.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut placed: Vec<f64> = names.iter().map(|(amount, ..)| amounts.at(*amount)).collect();
    // Down from the top, then back up from the bottom where that pushed them out of the panel.
    let mut least = frame.top + 5.0;
    for y in &mut placed {
        *y = y.max(least);
        least = *y + NAME_PITCH;
    }
    let mut most = frame.bottom + 13.0;
    for y in placed.iter_mut().rev() {
        *y = y.min(most);
        most = *y - NAME_PITCH;
    }
    for ((_, text, ink), y) in names.iter().zip(placed) {
        sheet.text_within(RIGHT + 9.0, y + 4.3, WIDTH - RIGHT - 17.0, text, Type::new(12.5, *ink));
    }
}

/// When the replications stop: a mark each, on each other where they fall together.
fn draw_rug(sheet: &mut Sheet, panel: &BalancePanel, frame: &Frame) {
    let (top, bottom) = (frame.bottom + RUG_GAP, frame.bottom + RUG_GAP + RUG);
    sheet.text(LEFT - 9.0, bottom - 3.0, "stops", Type::new(12.0, Ink::MUTED).align(Align::Right));
    let mut counts: std::collections::BTreeMap<i64, usize> = std::collections::BTreeMap::new();
    for ms in &panel.stops_ms {
        *counts.entry(((frame.x(*ms) - LEFT) / RUG_COLUMN).floor() as i64).or_default() += 1;
    }
    let tallest = counts.values().copied().max().unwrap_or(1) as f64;
    for (column, count) in counts {
        let height = (count as f64 / tallest * (bottom - top)).max(MARK_LEAST);
        let left = (LEFT + column as f64 * RUG_COLUMN).min(RIGHT - RUG_COLUMN);
        sheet.block(left, bottom - height, RUG_COLUMN - 0.5, height, Ink::ALARM);
    }
    sheet.horizontal(bottom, LEFT, RIGHT, 1.0, Ink::AXIS);
}

fn draw_time_axis(sheet: &mut Sheet, picture: &BalancePicture, time: &Scale, y: f64) {
    let style = Type::new(13.0, Ink::TEXT).align(Align::Middle);
    for (ms, text) in &picture.ticks {
        let x = time.at(*ms as f64);
        sheet.vertical(x, y, y + 6.0, 1.0, Ink::AXIS);
        sheet.text(x, y + 22.0, text, style);
    }
    let middle = f64::midpoint(LEFT, RIGHT);
    sheet.text(middle, y + 46.0, &picture.axis, Type::new(14.0, Ink::TEXT).align(Align::Middle));
}

/// What a reader must know to read the marks; only those on this picture.
fn draw_key(sheet: &mut Sheet, picture: &BalancePicture) {
    let style = Type::new(12.5, Ink::MUTED);
    let (mut x, y) = (24.0, 92.0);
    let mut entry = |sheet: &mut Sheet, mark: &dyn Fn(&mut Sheet, f64), text: &str| {
        mark(sheet, x);
        sheet.text(x + 34.0, y, text, style);
        x += 34.0 + style.width(text) + 22.0;
    };
    let ink = series(0);
    entry(sheet, &|sheet, x| sheet.horizontal(y - 4.5, x, x + 28.0, 2.2, ink.shade()), "median");
    let swatch =
        |tint: f64| move |sheet: &mut Sheet, x: f64| sheet.block(x, y - 11.0, 28.0, 13.0, ink.tint(tint));
    entry(sheet, &swatch(TINTS[1]), "half of the replications (p25–p75)");
    entry(sheet, &swatch(TINTS[0]), "nine tenths (p5–p95)");
    if picture.panels.iter().any(|panel| !drawn_alerts(panel).is_empty()) {
        let mark = |sheet: &mut Sheet, x: f64| sheet.dashed(y - 4.5, (x, x + 28.0), DASH, 1.5, series(1));
        entry(sheet, &mark, "low-balance alert");
    }
    if picture.panels.iter().any(|panel| !panel.stops_ms.is_empty()) {
        let mark = |sheet: &mut Sheet, x: f64| {
            for (offset, height) in [(6.0, 5.0), (10.0, 13.0), (14.0, 9.0), (18.0, 5.0)] {
                sheet.block(x + offset, y + 2.0 - height, 2.5, height, Ink::ALARM);
            }
        };
        entry(sheet, &mark, "first stops by arrears");
    }
}
