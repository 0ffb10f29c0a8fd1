//! What each strategy costs over the replications: one lane a strategy, one money axis for all.

use super::axis::{Scale, Ticks, grouped, money_decimals};
use super::lane::{Lane, draw_centre, draw_lane};
use super::palette::{Ink, series};
use super::render::render;
use super::sheet::{Align, Sheet, Type};
use super::{PlotError, Rendered};

/// Costs of several strategies, in one currency over one horizon.
#[derive(Clone, PartialEq, Debug)]
pub struct DistributionPicture {
    /// The headline.
    pub title: String,
    /// How the numbers came about: "2,000 replications, seed 1, 30 days".
    pub subtitle: String,
    /// The currency's code, for the axis.
    pub currency: String,
    /// The span the costs cover, for the axis: "30 days".
    pub horizon: String,
    /// One lane each, from the top.
    pub strategies: Vec<DistributionStrategy>,
}

/// One strategy's costs, in the currency.
#[derive(Clone, PartialEq, Debug)]
pub struct DistributionStrategy {
    /// The lane's title.
    pub name: String,
    /// The cost of every replication, in any order; at least one.
    pub costs: Vec<f64>,
    /// Their mean, as estimated elsewhere: the picture computes no statistic a table also prints.
    pub mean: f64,
    /// Their 5 % quantile.
    pub p5: f64,
    /// Their median.
    pub p50: f64,
    /// Their 95 % quantile.
    pub p95: f64,
}

const WIDTH: f64 = 1_200.0;
pub(super) const LEFT: f64 = 40.0;
pub(super) const RIGHT: f64 = WIDTH - 40.0;
/// Below the title and the column heads.
const LANES_TOP: f64 = 118.0;
/// A lane's title line and the room above it.
const LANE_HEAD: f64 = 34.0;
/// The quantile line under the bars, with the room below it.
const LANE_FOOT: f64 = 30.0;
/// Above this many times the span without the dearest 1/200, the axis leaves them out.
const LONG_TAIL: f64 = 1.6;

const NAME: Type = Type::new(15.0, Ink::TEXT).bold();
const NUMBER: Type = Type::new(14.0, Ink::TEXT).align(Align::Right);
pub(super) const NOTE: Type = Type::new(12.5, Ink::MUTED);

/// Draws the distribution of costs, one lane a strategy, as SVG and PNG.
///
/// Every lane shows the replications as bars (dots up to forty of them), below it p5 to p95 as a line with the median
/// and the mean, above it these numbers. If a few replications are far dearer than the rest, the axis ends at the
/// largest 99.5 % quantile and the lane says how many lie beyond. In the PNG, letters outside Latin are boxes.
///
/// # Errors
/// No strategy, a strategy without costs, a value that is not finite, or a failing backend.
pub fn cost_distribution(picture: &DistributionPicture) -> Result<Rendered, PlotError> {
    render(&lay_out(picture)?)
}

/// The picture as shapes.
pub(super) fn lay_out(picture: &DistributionPicture) -> Result<Sheet, PlotError> {
    check(picture)?;
    let lanes: Vec<Lane> = picture.strategies.iter().map(Lane::of).collect();
    let axis = Axis::over(&lanes);
    let bar_height = match lanes.len() {
        // Dots and single marks need no height.
        _ if lanes.iter().all(|lane| lane.is_flat() || lane.is_few()) => 52.0,
        1 => 190.0,
        2 => 130.0,
        3 => 104.0,
        4 => 84.0,
        5 | 6 => 64.0,
        _ => 52.0,
    };
    let lane_height = LANE_HEAD + bar_height + LANE_FOOT;
    let lanes_bottom = LANES_TOP + lane_height * lanes.len() as f64;

    let mut sheet = Sheet::new(&picture.title, WIDTH);
    sheet.height = (lanes_bottom + 66.0).ceil();
    draw_head(&mut sheet, picture, &lanes);
    draw_grid(&mut sheet, &axis, lanes_bottom);
    let columns = Columns::of(&lanes, axis.decimals);
    columns.draw_heads(&mut sheet);
    for (index, lane) in lanes.iter().enumerate() {
        let top = LANES_TOP + lane_height * index as f64;
        let ink = series(index);
        draw_title_line(&mut sheet, lane, &columns, top, ink, axis.decimals);
        draw_lane(&mut sheet, lane, &axis, top + LANE_HEAD, bar_height, ink);
    }
    let label = format!("cost over {}, {}", picture.horizon, picture.currency);
    sheet.text(
        f64::midpoint(LEFT, RIGHT),
        lanes_bottom + 50.0,
        &label,
        Type::new(14.0, Ink::TEXT).align(Align::Middle),
    );
    Ok(sheet)
}

fn check(picture: &DistributionPicture) -> Result<(), PlotError> {
    if picture.strategies.is_empty() {
        return Err(PlotError::Empty("no strategy"));
    }
    for strategy in &picture.strategies {
        if strategy.costs.is_empty() {
            return Err(PlotError::Empty("a strategy without replications"));
        }
        let summary = [strategy.mean, strategy.p5, strategy.p50, strategy.p95];
        if !strategy.costs.iter().chain(&summary).all(|value| value.is_finite()) {
            return Err(PlotError::NotFinite(strategy.name.clone()));
        }
    }
    Ok(())
}

/// The money axis all lanes share.
pub(super) struct Axis {
    pub(super) scale: Scale,
    ticks: Ticks,
    /// Decimals of the numbers in the columns.
    pub(super) decimals: usize,
}

impl Axis {
    fn over(lanes: &[Lane]) -> Self {
        let low = lanes.iter().map(Lane::min).fold(f64::INFINITY, f64::min);
        let top = lanes.iter().map(Lane::max).fold(f64::NEG_INFINITY, f64::max);
        let near = lanes.iter().map(Lane::p995).fold(f64::NEG_INFINITY, f64::max);
        let high = if near > low && top - low > LONG_TAIL * (near - low) { near } else { top };
        let span = high - low;
        let decimals = money_decimals(low.abs().max(high.abs()), span);
        // One value, or values equal but for a float's last digits, still need an axis around them.
        let breadth = high.abs().max(low.abs());
        let flat = span <= breadth * 1e-9;
        let pad = match (flat, breadth > 0.0) {
            (false, _) => span * 0.02,
            (true, true) => breadth * 0.05,
            (true, false) => 1.0,
        };
        // Zero is worth showing if it costs less than a fifth of the axis.
        let near_zero = breadth <= 0.0 || (!flat && low >= 0.0 && low < 0.25 * span);
        let from = if near_zero { 0.0 } else { low - pad };
        let to = if high < top { high } else { high + pad };
        Self {
            scale: Scale { low: from, high: to, from: LEFT, to: RIGHT },
            ticks: Ticks::for_span(to - from, 9),
            decimals,
        }
    }

    pub(super) fn at(&self, cost: f64) -> f64 {
        self.scale.at(cost).clamp(LEFT, RIGHT)
    }
}

fn draw_head(sheet: &mut Sheet, picture: &DistributionPicture, lanes: &[Lane]) {
    sheet.text_within(LEFT, 42.0, RIGHT - LEFT, &picture.title, Type::new(21.0, Ink::TEXT).bold());
    sheet.text_within(LEFT, 66.0, RIGHT - LEFT, &picture.subtitle, Type::new(14.0, Ink::MUTED));
    let shown = |few: bool| lanes.iter().any(|lane| !lane.is_flat() && lane.is_few() == few);
    let key = match (shown(true), shown(false)) {
        (_, true) => "bars: share of replications, scaled lane by lane; pale: outside p5 to p95",
        (true, false) => "each dot: one replication",
        (false, false) => "",
    };
    sheet.text(LEFT, 100.0, key, NOTE);
}

/// The numbers at the right of every title line, one below the other.
struct Columns {
    width: f64,
}

/// The columns' heads; the marks they explain are drawn before them.
const HEADS: [&str; 4] = ["p5", "p50", "mean", "p95"];

impl Columns {
    fn of(lanes: &[Lane], decimals: usize) -> Self {
        let widest = lanes
            .iter()
            .flat_map(Lane::summary)
            .map(|value| NUMBER.width(&grouped(value, decimals)))
            .fold(0.0, f64::max);
        Self { width: (widest + 24.0).max(86.0) }
    }

    /// The right end of a column.
    fn right(&self, column: usize) -> f64 {
        RIGHT - self.width * (HEADS.len() - 1 - column) as f64
    }

    /// Where names must end.
    fn left(&self) -> f64 {
        self.right(0) - self.width
    }

    fn draw_heads(&self, sheet: &mut Sheet) {
        for (column, head) in HEADS.into_iter().enumerate() {
            let style = Type { ink: Ink::MUTED, ..NUMBER };
            let right = self.right(column);
            sheet.text(right, 100.0, head, style);
            let x = right - style.width(head) - 14.0;
            match head {
                "p50" => draw_centre(sheet, (None, Some(x)), 95.0),
                "mean" => draw_centre(sheet, (Some(x), None), 95.0),
                _ => {
                    let from = if head == "p5" { x - 6.0 } else { x - 8.0 };
                    let cap = if head == "p5" { from } else { from + 10.0 };
                    sheet.block(from, 92.5, 10.0, 5.0, Ink::MUTED);
                    sheet.vertical(cap, 89.0, 101.0, 2.0, Ink::MUTED);
                }
            }
        }
    }
}

fn draw_grid(sheet: &mut Sheet, axis: &Axis, bottom: f64) {
    let ticks = axis.ticks.between(axis.scale.low, axis.scale.high);
    for tick in ticks {
        let x = axis.at(tick);
        sheet.vertical(x, LANES_TOP, bottom, 1.0, Ink::GRID);
        sheet.vertical(x, bottom, bottom + 6.0, 1.0, Ink::AXIS);
        let label = grouped(tick, axis.ticks.decimals);
        // A label at the very end of the axis moves in rather than leave the sheet.
        let half = Type::new(13.0, Ink::TEXT).width(&label) / 2.0;
        let centre = x.clamp(8.0 + half, WIDTH - 8.0 - half);
        sheet.text(centre, bottom + 22.0, &label, Type::new(13.0, Ink::TEXT).align(Align::Middle));
    }
    sheet.horizontal(bottom, LEFT, RIGHT, 1.0, Ink::AXIS);
}

fn draw_title_line(sheet: &mut Sheet, lane: &Lane, columns: &Columns, top: f64, ink: Ink, decimals: usize) {
    sheet.block(LEFT - 1.0, top, RIGHT - LEFT + 2.0, LANE_HEAD - 4.0, Ink::WHITE);
    sheet.horizontal(top, LEFT, RIGHT, 1.0, Ink::GRID);
    let baseline = top + 22.0;
    sheet.block(LEFT, baseline - 11.0, 12.0, 12.0, ink);
    sheet.text_within(LEFT + 20.0, baseline, columns.left() - LEFT - 20.0, &lane.strategy.name, NAME);
    for (column, value) in lane.summary().into_iter().enumerate() {
        sheet.text(columns.right(column), baseline, &grouped(value, decimals), NUMBER);
    }
}
