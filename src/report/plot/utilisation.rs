//! Is a quota the right size: in how many minutes demand reached a share of it.

use super::axis::{Scale, Ticks, grouped};
use super::palette::{Ink, series};
use super::render::render;
use super::sheet::{Align, Sheet, Type};
use super::{PlotError, Rendered};

/// Demand against quotas, one lane a quota.
#[derive(Clone, PartialEq, Debug)]
pub struct UtilisationPicture {
    /// The headline.
    pub title: String,
    /// How the numbers came about: "replication 0 of seed 1, 30 days".
    pub subtitle: String,
    /// From the top; at least one.
    pub lanes: Vec<UtilisationLane>,
}

/// The quotas of one deployment.
#[derive(Clone, PartialEq, Debug)]
pub struct UtilisationLane {
    /// The lane's title: strategy and deployment.
    pub name: String,
    /// One per kind of tokens; at least one.
    pub curves: Vec<UtilisationCurve>,
}

/// The demand for one kind of tokens.
#[derive(Clone, PartialEq, Debug)]
pub struct UtilisationCurve {
    /// Which kind: "input".
    pub name: String,
    /// Demand (served, overflowed and refused) over quota in each minute the quota was open, in any order; at least one.
    pub demand: Vec<f64>,
}

const WIDTH: f64 = 1_200.0;
/// Where shares of the quota start: right of the labels of shares of minutes.
const LEFT: f64 = 96.0;
/// Where they end: left of the numbers.
const RIGHT: f64 = 760.0;
/// Where the numbers end.
const NUMBERS_RIGHT: f64 = WIDTH - 32.0;
const LANES_TOP: f64 = 112.0;
const LANE_HEAD: f64 = 30.0;
const LANE_FOOT: f64 = 18.0;
/// Distance of the numbers' rows and columns.
const ROW: f64 = 20.0;
const COLUMN: f64 = 66.0;
/// The axis holds at least this share of the quota, so that the whole quota is always on it.
const AXIS_LEAST: f64 = 1.2;
/// And at most this, unless a quota is exceeded by more in every second minute.
const AXIS_MOST: f64 = 4.0;

/// Draws duration curves as SVG and PNG: for each share of the quota, in how many minutes demand was there or above.
///
/// # Errors
/// No quota, a quota that was never open, a value that is not finite, or a failing backend.
pub fn utilisation(picture: &UtilisationPicture) -> Result<Rendered, PlotError> {
    render(&lay_out(picture)?)
}

/// The picture as shapes.
pub(super) fn lay_out(picture: &UtilisationPicture) -> Result<Sheet, PlotError> {
    check(picture)?;
    let lanes: Vec<Vec<Curve>> =
        picture.lanes.iter().map(|lane| lane.curves.iter().map(Curve::of).collect()).collect();
    let shares = share_axis(&lanes);
    let height = match lanes.len() {
        1 => 240.0,
        2 => 180.0,
        3 => 140.0,
        _ => 112.0,
    };
    let pitch = LANE_HEAD + height + LANE_FOOT;
    let bottom = LANES_TOP + pitch * lanes.len() as f64 - LANE_FOOT;
    let mut sheet = Sheet::new(&picture.title, WIDTH);
    sheet.height = (bottom + 62.0).ceil();
    sheet.text_within(24.0, 42.0, WIDTH - 48.0, &picture.title, Type::new(21.0, Ink::TEXT).bold());
    sheet.text_within(24.0, 66.0, WIDTH - 48.0, &picture.subtitle, Type::new(14.0, Ink::MUTED));
    let key = "height: share of minutes in which demand (served, overflowed and refused tokens) reached this share of \
               the quota or more; right of 100 % the quota was too small";
    sheet.text_within(24.0, 92.0, WIDTH - 48.0, key, Type::new(12.5, Ink::MUTED));
    for (index, (lane, curves)) in picture.lanes.iter().zip(&lanes).enumerate() {
        let top = LANES_TOP + pitch * index as f64;
        let plot = (top + LANE_HEAD, top + LANE_HEAD + height);
        let name = Type::new(14.0, Ink::TEXT).bold();
        sheet.text_within(LEFT, top + 18.0, RIGHT - LEFT, &lane.name, name);
        draw_lane(&mut sheet, curves, &shares, plot);
        draw_numbers(&mut sheet, curves, top);
    }
    draw_axis(&mut sheet, &shares, bottom);
    Ok(sheet)
}

fn check(picture: &UtilisationPicture) -> Result<(), PlotError> {
    if picture.lanes.is_empty() || picture.lanes.iter().any(|lane| lane.curves.is_empty()) {
        return Err(PlotError::Empty("no quota"));
    }
    for lane in &picture.lanes {
        for curve in &lane.curves {
            if curve.demand.is_empty() {
                return Err(PlotError::Empty("a quota that was never open"));
            }
            if !curve.demand.iter().all(|share| share.is_finite()) {
                return Err(PlotError::NotFinite(lane.name.clone()));
            }
        }
    }
    Ok(())
}

/// A curve with its minutes in order of demand.
struct Curve<'a> {
    name: &'a str,
    sorted: Vec<f64>,
}

impl<'a> Curve<'a> {
    fn of(curve: &'a UtilisationCurve) -> Self {
        let mut sorted = curve.demand.clone();
        sorted.sort_by(f64::total_cmp);
        Self { name: &curve.name, sorted }
    }

    /// Share of minutes with at least this demand.
    fn at_least(&self, share: f64) -> f64 {
        self.share_from(self.sorted.partition_point(|demand| *demand < share))
    }

    /// Share of minutes with more than the quota.
    fn above(&self) -> f64 {
        self.share_from(self.sorted.partition_point(|demand| *demand <= 1.0))
    }

    fn share_from(&self, rank: usize) -> f64 {
        (self.sorted.len() - rank) as f64 / self.sorted.len() as f64
    }

    /// The ⌈pN⌉-th smallest.
    fn quantile(&self, per_mille: usize) -> f64 {
        self.sorted[(per_mille * self.sorted.len()).div_ceil(1_000).max(1) - 1]
    }

    fn mean(&self) -> f64 {
        self.sorted.iter().sum::<f64>() / self.sorted.len() as f64
    }
}

/// From nothing over the whole quota to where hardly any minute lies beyond.
fn share_axis(lanes: &[Vec<Curve>]) -> Scale {
    let of_all =
        |per_mille| lanes.iter().flatten().map(|curve| curve.quantile(per_mille)).fold(0.0, f64::max);
    let most = AXIS_MOST.max(of_all(500) * 1.5);
    let high = (of_all(999) * 1.1).min(most).max(AXIS_LEAST);
    Scale { low: 0.0, high, from: LEFT, to: RIGHT }
}

/// Kinds differ by colour and by the weight of their line.
fn line_of(index: usize) -> (f64, Ink) {
    (if index == 0 { 3.5 } else { 1.5 }, series(index))
}

fn draw_lane(sheet: &mut Sheet, curves: &[Curve], shares: &Scale, (top, bottom): (f64, f64)) {
    let minutes = Scale { low: 0.0, high: 1.0, from: bottom, to: top };
    for tick in Ticks::for_span(shares.high, 10).between(0.0, shares.high) {
        sheet.vertical(shares.at(tick), top, bottom, 1.0, Ink::GRID);
    }
    for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let y = minutes.at(tick);
        sheet.horizontal(y, LEFT, RIGHT, 1.0, Ink::GRID);
        let style = Type::new(12.0, Ink::MUTED).align(Align::Right);
        sheet.text(LEFT - 9.0, y + 4.3, &format!("{} %", grouped(tick * 100.0, 0)), style);
    }
    sheet.vertical(LEFT, top, bottom, 1.0, Ink::AXIS);
    sheet.horizontal(bottom, LEFT, RIGHT, 1.0, Ink::AXIS);
    let whole = shares.at(1.0);
    let mut y = top;
    while y < bottom {
        sheet.vertical(whole, y, (y + 8.0).min(bottom), 2.0, Ink::TEXT);
        y += 13.0;
    }
    for (index, curve) in curves.iter().enumerate() {
        let (width, ink) = line_of(index);
        let points = (0..=(RIGHT - LEFT) as usize).map(|step| {
            let x = LEFT + step as f64;
            (x, curve.at_least((x - LEFT) / (RIGHT - LEFT) * shares.high))
        });
        // The curve ends where no minute is left, lest it cover the axis.
        let mut is_over = false;
        let points = points.take_while(|(_, left)| !std::mem::replace(&mut is_over, *left <= 0.0));
        let points = points.map(|(x, left)| (x, minutes.at(left)));
        sheet.path(points.collect(), width, ink);
    }
}

/// The columns of numbers right of a lane.
const HEADS: [&str; 5] = ["mean", "p95", "p99", "most", "above"];

fn draw_numbers(sheet: &mut Sheet, curves: &[Curve], top: f64) {
    let right = |column: usize| NUMBERS_RIGHT - COLUMN * (HEADS.len() - 1 - column) as f64;
    let number = Type::new(13.0, Ink::TEXT).align(Align::Right);
    for (column, head) in HEADS.into_iter().enumerate() {
        sheet.text(right(column), top + 18.0, head, Type { ink: Ink::MUTED, ..number });
    }
    // The name has what the numbers leave, on a line of its own above them.
    for (index, curve) in curves.iter().enumerate() {
        let (width, ink) = line_of(index);
        let y = top + 18.0 + ROW * (2 * index + 1) as f64;
        let left = RIGHT + 28.0;
        sheet.horizontal(y - 4.5, left, left + 22.0, width, ink);
        let name = Type::new(13.0, Ink::TEXT).bold();
        sheet.text_within(left + 30.0, y, NUMBERS_RIGHT - left - 30.0, curve.name, name);
        let shares = [curve.mean(), curve.quantile(950), curve.quantile(990), curve.quantile(1_000)];
        for (column, share) in shares.into_iter().enumerate() {
            sheet.text(right(column), y + ROW, &percent(share, 0), number);
        }
        sheet.text(right(HEADS.len() - 1), y + ROW, &percent(curve.above(), 2), number);
    }
}

fn percent(share: f64, decimals: usize) -> String {
    format!("{} %", grouped(share * 100.0, decimals))
}

fn draw_axis(sheet: &mut Sheet, shares: &Scale, y: f64) {
    let ticks = Ticks::for_span(shares.high, 10);
    for tick in ticks.between(0.0, shares.high) {
        let x = shares.at(tick);
        sheet.vertical(x, y, y + 6.0, 1.0, Ink::AXIS);
        let style = Type::new(13.0, Ink::TEXT).align(Align::Middle);
        sheet.text(x, y + 22.0, &format!("{} %", grouped(tick * 100.0, 0)), style);
    }
    let style = Type::new(14.0, Ink::TEXT).align(Align::Middle);
    sheet.text(f64::midpoint(LEFT, RIGHT), y + 46.0, "demand as a share of the quota", style);
    let note = Type::new(12.5, Ink::MUTED).align(Align::Right);
    sheet.text(NUMBERS_RIGHT, y + 22.0, "pN over minutes; above: minutes above 100 %", note);
}
