//! One replication over time: the markets' prices, what was held when, and when it was taken away.

use super::axis::{Scale, Ticks};
use super::palette::{Ink, series};
use super::price_lane::{PRICE_LANE_HEAD, draw_price_lane};
use super::render::render;
use super::sheet::{Align, Sheet, Type};
use super::usage_lane::{NO_MARKET, Reasons, draw_block, draw_reclaim, draw_usage_lane, usage_lane_height};
use super::{PlotError, Rendered};

/// One replication of one strategy. All times are milliseconds since the start, all intervals half-open.
#[derive(Clone, PartialEq, Debug)]
pub struct TimelinePicture {
    /// The headline.
    pub title: String,
    /// What is shown, with the civil date of the start: "replication 7, seed 1, from 2026-01-01 00:00 +08:00".
    pub subtitle: String,
    /// The currency's code, for the price axes.
    pub currency: String,
    /// Where the time axis ends; positive.
    pub horizon_ms: i64,
    /// The markets met, from the top; may be empty.
    pub lanes: Vec<PriceLane>,
    /// What was held, in time order without overlap.
    pub held: Vec<HeldBlock>,
    /// When capacity was taken away, and why, in time order.
    pub reclaims: Vec<(i64, String)>,
}

/// One market's prices, in the currency per hour.
#[derive(Clone, PartialEq, Debug)]
pub struct PriceLane {
    /// The lane's title.
    pub name: String,
    /// (time, price from then on), in time order. A price that is not finite is not known and leaves a gap.
    pub points: Vec<(i64, f64)>,
    /// The most the strategy pays here.
    pub bid: Option<f64>,
    /// The standard (on-demand) price.
    pub standard: Option<f64>,
    /// When this market's type was held, in time order.
    pub held: Vec<(i64, i64)>,
    /// When this market had none left, in time order.
    pub out_of_stock: Vec<(i64, i64)>,
}

/// A stretch in which the deployment's state did not change.
#[derive(Clone, PartialEq, Debug)]
pub struct HeldBlock {
    /// Its first instant.
    pub from_ms: i64,
    /// The first instant after it.
    pub to_ms: i64,
    /// What is written on it where it is long enough: the type, or what is waited for.
    pub label: String,
    /// What the deployment did.
    pub kind: HeldKind,
    /// The market's index among the lanes, for its colour; none for a type without a price lane (on demand).
    pub lane: Option<usize>,
}

/// What a deployment does during a block.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum HeldKind {
    /// Working.
    Running,
    /// Paid or not, but not yet of use.
    Starting,
    /// Wants capacity and has none.
    Waiting,
    /// Wants none.
    Stopped,
}

pub(super) const WIDTH: f64 = 1_200.0;
/// Where time starts: right of the price labels.
pub(super) const LEFT: f64 = 84.0;
/// Where time ends: left of the lines' names.
pub(super) const RIGHT: f64 = WIDTH - 128.0;
const LANES_TOP: f64 = 112.0;

/// Draws one replication over time, as SVG and PNG.
///
/// From the top: a lane per market with its spot price as a step line, bid dashed, standard price dotted, tinted where
/// held and hatched where out of stock; then what was held, as labelled blocks; then reclaims. All reclaims have their
/// mark, as many as fit have their reason. In the PNG, letters outside Latin are boxes.
///
/// # Errors
/// No time to show, a bid or standard price that is not finite, or a failing backend.
pub fn timeline(picture: &TimelinePicture) -> Result<Rendered, PlotError> {
    render(&lay_out(picture)?)
}

/// The picture as shapes.
pub(super) fn lay_out(picture: &TimelinePicture) -> Result<Sheet, PlotError> {
    if picture.horizon_ms <= 0 {
        return Err(PlotError::Empty("a horizon without time"));
    }
    for lane in &picture.lanes {
        if lane.bid.iter().chain(&lane.standard).any(|price| !price.is_finite()) {
            return Err(PlotError::NotFinite(lane.name.clone()));
        }
    }
    let time = TimeAxis::over(picture.horizon_ms);
    let price_height = match picture.lanes.len() {
        0 | 1 => 200.0,
        2 => 150.0,
        3 => 120.0,
        _ => 96.0,
    };
    let lane_height = PRICE_LANE_HEAD + price_height + 12.0;
    let usage_top = LANES_TOP + lane_height * picture.lanes.len() as f64;
    let reasons = Reasons::placed(picture, &time);
    let bottom = usage_top + usage_lane_height(picture, &reasons);

    let mut sheet = Sheet::new(&picture.title, WIDTH);
    sheet.height = (bottom + 62.0).ceil();
    sheet.text_within(24.0, 42.0, WIDTH - 48.0, &picture.title, Type::new(21.0, Ink::TEXT).bold());
    sheet.text_within(24.0, 66.0, WIDTH - 48.0, &picture.subtitle, Type::new(14.0, Ink::MUTED));
    draw_key(&mut sheet, picture);
    for (index, lane) in picture.lanes.iter().enumerate() {
        let top = LANES_TOP + lane_height * index as f64;
        draw_price_lane(&mut sheet, lane, index, &time, &picture.currency, (top, price_height));
    }
    draw_usage_lane(&mut sheet, picture, &reasons, &time, (usage_top, bottom));
    time.draw(&mut sheet, bottom);
    Ok(sheet)
}

/// The time axis all lanes share.
pub(super) struct TimeAxis {
    scale: Scale,
    ticks: Vec<(f64, String)>,
    unit: &'static str,
}

impl TimeAxis {
    fn over(horizon_ms: i64) -> Self {
        const MINUTE: f64 = 60_000.0;
        const HOUR: f64 = 60.0 * MINUTE;
        const DAY: f64 = 24.0 * HOUR;
        let horizon = horizon_ms as f64;
        let (unit, unit_ms, steps): (_, _, &[f64]) = if horizon > 3.0 * DAY {
            ("days", DAY, &[1.0, 2.0, 5.0, 7.0, 14.0, 28.0])
        } else if horizon > 3.0 * HOUR {
            ("hours", HOUR, &[1.0, 2.0, 3.0, 6.0])
        } else {
            ("minutes", MINUTE, &[1.0, 2.0, 5.0, 10.0, 15.0, 30.0])
        };
        let span = horizon / unit_ms;
        let fitting = steps.iter().copied().find(|step| span / step <= 16.0);
        let step = fitting.unwrap_or_else(|| Ticks::for_span(span, 16).step);
        let ticks = Ticks { step, decimals: 0 };
        let labels = ticks.between(0.0, span);
        let labels = labels.into_iter().map(|at| (at * unit_ms, super::axis::grouped(at, ticks.decimals)));
        let scale = Scale { low: 0.0, high: horizon, from: LEFT, to: RIGHT };
        Self { scale, ticks: labels.collect(), unit }
    }

    /// Where an instant falls; beyond the axis, its nearer end.
    pub(super) fn at(&self, ms: i64) -> f64 {
        self.scale.at(ms as f64).clamp(LEFT, RIGHT)
    }

    /// The ends of those intervals that lie on the axis.
    pub(super) fn stretches(&self, intervals: &[(i64, i64)]) -> impl Iterator<Item = (f64, f64)> {
        intervals.iter().map(|&(from, to)| (self.at(from), self.at(to))).filter(|(from, to)| from < to)
    }

    /// Vertical grid lines through a lane.
    pub(super) fn draw_grid(&self, sheet: &mut Sheet, from: f64, to: f64) {
        for (at, _) in &self.ticks {
            sheet.vertical(self.scale.at(*at), from, to, 1.0, Ink::GRID);
        }
    }

    fn draw(&self, sheet: &mut Sheet, y: f64) {
        let label = Type::new(13.0, Ink::TEXT).align(Align::Middle);
        sheet.horizontal(y, LEFT, RIGHT, 1.0, Ink::AXIS);
        for (at, text) in &self.ticks {
            let x = self.scale.at(*at);
            sheet.vertical(x, y, y + 6.0, 1.0, Ink::AXIS);
            sheet.text(x, y + 22.0, text, label);
        }
        let unit = format!("{} since the start", self.unit);
        sheet.text(
            f64::midpoint(LEFT, RIGHT),
            y + 46.0,
            &unit,
            Type::new(14.0, Ink::TEXT).align(Align::Middle),
        );
    }
}

/// What a reader must know to read the marks; only those on this picture.
fn draw_key(sheet: &mut Sheet, picture: &TimelinePicture) {
    let style = Type::new(12.5, Ink::MUTED);
    let (mut x, y) = (24.0, 92.0);
    let mut entry = |sheet: &mut Sheet, mark: &dyn Fn(&mut Sheet, f64), text: &str| {
        mark(sheet, x);
        sheet.text(x + 34.0, y, text, style);
        x += 34.0 + style.width(text) + 26.0;
    };
    let any = |test: &dyn Fn(&PriceLane) -> bool| picture.lanes.iter().any(test);
    if any(&|lane| !lane.points.is_empty()) {
        entry(sheet, &|sheet, x| sheet.horizontal(y - 4.5, x, x + 28.0, 2.0, series(0)), "spot price");
    }
    if any(&|lane| lane.bid.is_some()) {
        entry(sheet, &|sheet, x| draw_bid_line(sheet, (x, x + 28.0), y - 4.5), "bid");
    }
    if any(&|lane| lane.standard.is_some()) {
        entry(sheet, &|sheet, x| draw_standard_line(sheet, (x, x + 28.0), y - 4.5), "standard price");
    }
    if any(&|lane| !lane.held.is_empty()) {
        let tint = series(0).tint(HELD_TINT);
        entry(sheet, &|sheet, x| sheet.block(x, y - 11.0, 28.0, 13.0, tint), "held");
    }
    if any(&|lane| !lane.out_of_stock.is_empty()) {
        entry(
            sheet,
            &|sheet, x| draw_out_of_stock(sheet, (x, x + 28.0), (y - 11.0, y + 2.0)),
            "out of stock",
        );
    }
    let kinds =
        [(HeldKind::Starting, "starting"), (HeldKind::Waiting, "waiting"), (HeldKind::Stopped, "stopped")];
    for (kind, text) in kinds {
        if picture.held.iter().any(|block| block.kind == kind) {
            entry(
                sheet,
                &|sheet, x| draw_block(sheet, kind, NO_MARKET, (x, x + 28.0), (y - 11.0, y + 2.0)),
                text,
            );
        }
    }
    if !picture.reclaims.is_empty() {
        entry(sheet, &|sheet, x| draw_reclaim(sheet, x + 20.0, y - 9.0), "reclaimed");
    }
}

/// How strong the background of a held stretch is.
pub(super) const HELD_TINT: f64 = 0.20;

pub(super) fn draw_bid_line(sheet: &mut Sheet, ends: (f64, f64), y: f64) {
    sheet.dashed(y, ends, (8.0, 5.0), 1.5, Ink::TEXT);
}

pub(super) fn draw_standard_line(sheet: &mut Sheet, ends: (f64, f64), y: f64) {
    sheet.dashed(y, ends, (2.0, 4.0), 2.0, Ink::MUTED);
}

pub(super) fn draw_out_of_stock(sheet: &mut Sheet, (from, to): (f64, f64), (top, bottom): (f64, f64)) {
    // On a sliver, strokes would be dust: a darker grey instead.
    let wide = to - from > 6.0;
    let ground = if wide { Ink(236, 237, 239) } else { Ink(200, 203, 208) };
    sheet.block(from, top, to - from, bottom - top, ground);
    if wide {
        sheet.hatch((from, to), (top, bottom), 8.0, Ink(168, 172, 178));
    }
}
