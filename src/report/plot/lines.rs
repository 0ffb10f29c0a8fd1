//! Figures against a number that varies: a line with its band for each strategy.

use super::axis::{Scale, Ticks, grouped};
use super::labels::{Label, Labels};
use super::palette::{Ink, series};
use super::render::render;
use super::sheet::{Align, Sheet, Type};
use super::{PlotError, Rendered};

/// Lines over one axis.
#[derive(Clone, PartialEq, Debug)]
pub struct LinesPicture {
    /// The headline.
    pub title: String,
    /// How the numbers came about: "1,000 replications, seed 1".
    pub subtitle: String,
    /// What varies, with its unit.
    pub x_label: String,
    /// What is shown, with its unit.
    pub y_label: String,
    /// Where x has values, in rising order, and how they are written; at least one.
    pub ticks: Vec<(f64, String)>,
    /// The values of x are names: there is nothing between two of them.
    pub is_named: bool,
    /// One each; at least one.
    pub lines: Vec<LineSeries>,
    /// Values of x without any figure.
    pub refused: Vec<f64>,
    /// Values of x that are told apart, each with its interval and its words.
    pub marks: Vec<LineMark>,
    /// Zero matters, as for a difference.
    pub has_zero: bool,
}

/// One line.
#[derive(Clone, PartialEq, Debug)]
pub struct LineSeries {
    /// Its name.
    pub name: String,
    /// From the left. Between two neighbours of which one is refused there is no line.
    pub points: Vec<LinePoint>,
}

/// One point of a line.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct LinePoint {
    /// Which of [`LinesPicture::ticks`].
    pub tick: usize,
    /// Its value.
    pub y: f64,
    /// Its interval.
    pub band: Option<(f64, f64)>,
}

/// A value of x that matters.
#[derive(Clone, PartialEq, Debug)]
pub struct LineMark {
    /// Where.
    pub x: f64,
    /// Its interval.
    pub interval: Option<(f64, f64)>,
    /// What is written there.
    pub label: String,
}

const WIDTH: f64 = 1_200.0;
const MARGIN: f64 = 40.0;
const TOP: f64 = 132.0;
const HEIGHT: f64 = 420.0;
/// The widest that names get beside the lines.
const NAMES_MOST: f64 = 260.0;
/// Bands of more lines than this are not filled.
const FILLED_MOST: usize = 4;
/// More values than this are drawn without dots.
const DOTS_MOST: usize = 60;

const NUMBER: Type = Type::new(13.0, Ink::TEXT);
const NOTE: Type = Type::new(12.5, Ink::MUTED);
const NAME: Type = Type::new(13.0, Ink::TEXT).bold();

/// Draws lines with their bands as SVG and PNG.
///
/// # Errors
/// No line, a value that is not finite, or a failing backend.
pub fn lines(picture: &LinesPicture) -> Result<Rendered, PlotError> {
    render(&lay_out(picture)?)
}

/// The picture as shapes.
pub(super) fn lay_out(picture: &LinesPicture) -> Result<Sheet, PlotError> {
    check(picture)?;
    let mut sheet = Sheet::new(&picture.title, WIDTH);
    sheet.text_within(MARGIN, 42.0, WIDTH - 2.0 * MARGIN, &picture.title, Type::new(21.0, Ink::TEXT).bold());
    sheet.text_within(MARGIN, 66.0, WIDTH - 2.0 * MARGIN, &picture.subtitle, Type::new(14.0, Ink::MUTED));
    sheet.text_within(MARGIN, 100.0, WIDTH - 2.0 * MARGIN, &picture.y_label, NOTE);
    let plane = Plane::of(picture);
    draw_intervals(&mut sheet, picture, &plane);
    plane.draw_grid(&mut sheet, picture);
    draw_bands(&mut sheet, picture, &plane);
    if picture.has_zero {
        sheet.horizontal(plane.y.at(0.0), plane.left, plane.right, 1.6, Ink::MUTED);
    }
    draw_marks(&mut sheet, picture, &plane);
    for (index, line) in picture.lines.iter().enumerate() {
        draw_line(&mut sheet, line, &plane, picture, series(index));
    }
    draw_names(&mut sheet, picture, &plane);
    let bottom = draw_foot(&mut sheet, picture, &plane);
    sheet.height = bottom + 24.0;
    Ok(sheet)
}

fn check(picture: &LinesPicture) -> Result<(), PlotError> {
    if picture.lines.iter().all(|line| line.points.is_empty()) || picture.ticks.is_empty() {
        return Err(PlotError::Empty("no point has a figure"));
    }
    let is_finite = |point: &LinePoint| {
        let (low, high) = point.band.unwrap_or((point.y, point.y));
        point.y.is_finite() && low.is_finite() && high.is_finite()
    };
    let odd = picture.lines.iter().find(|line| !line.points.iter().all(is_finite));
    match odd {
        Some(line) => Err(PlotError::NotFinite(line.name.clone())),
        None if picture.ticks.iter().any(|(x, _)| !x.is_finite()) => {
            Err(PlotError::NotFinite(picture.x_label.clone()))
        }
        None => Ok(()),
    }
}

/// Where values fall.
struct Plane {
    x: Scale,
    y: Scale,
    y_ticks: Ticks,
    /// Values of x in points.
    places: Vec<f64>,
    /// The ends of the plane in points.
    left: f64,
    right: f64,
}

impl Plane {
    fn of(picture: &LinesPicture) -> Self {
        let points = || picture.lines.iter().flat_map(|line| &line.points);
        let ends = |point: &LinePoint| point.band.map_or([point.y; 2], |(low, high)| [low, high]);
        let low = points().flat_map(ends).fold(f64::INFINITY, f64::min);
        let high = points().flat_map(ends).fold(f64::NEG_INFINITY, f64::max);
        let (low, high) = y_range(low, high, picture.has_zero);
        let y_ticks = Ticks::for_span(high - low, 7);
        let widest = y_ticks.between(low, high).into_iter();
        let widest = widest.map(|tick| NUMBER.width(&grouped(tick, y_ticks.decimals))).fold(0.0, f64::max);
        let names = picture.lines.iter().map(|line| NAME.width(&line.name)).fold(0.0, f64::max);
        let (from, to) = (MARGIN + widest + 14.0, WIDTH - MARGIN - names.min(NAMES_MOST) - 26.0);
        let (first, last) = (picture.ticks[0].0, picture.ticks[picture.ticks.len() - 1].0);
        // One value stands in the middle.
        let (first, last) = if first < last { (first, last) } else { (first - 1.0, first + 1.0) };
        let inset = if picture.is_named { (to - from) / (2.0 * picture.ticks.len() as f64) } else { 0.0 };
        let x = Scale { low: first, high: last, from: from + inset, to: to - inset };
        let places = picture.ticks.iter().map(|(value, _)| x.at(*value)).collect();
        let y = Scale { low, high, from: TOP + HEIGHT, to: TOP };
        Self { x, y, y_ticks, places, left: from, right: to }
    }

    fn at(&self, point: &LinePoint) -> (f64, f64) {
        (self.places[point.tick], self.y.at(point.y))
    }

    fn draw_grid(&self, sheet: &mut Sheet, picture: &LinesPicture) {
        let (left, right) = (self.left, self.right);
        for tick in self.y_ticks.between(self.y.low, self.y.high) {
            let y = self.y.at(tick);
            sheet.horizontal(y, left, right, 1.0, Ink::GRID);
            let label = grouped(tick, self.y_ticks.decimals);
            sheet.text(left - 10.0, y + 4.5, &label, NUMBER.align(Align::Right));
        }
        let bottom = TOP + HEIGHT;
        for (x, label) in self.x_labels(picture) {
            sheet.vertical(x, TOP, bottom, 1.0, Ink::GRID);
            sheet.vertical(x, bottom, bottom + 6.0, 1.0, Ink::AXIS);
            sheet.text(x, bottom + 22.0, &label, NUMBER.align(Align::Middle));
        }
        sheet.horizontal(bottom, left, right, 1.0, Ink::AXIS);
    }

    /// The values themselves while their labels are apart, else round numbers, or some of the names.
    fn x_labels(&self, picture: &LinesPicture) -> Vec<(f64, String)> {
        let own: Vec<(f64, String)> =
            self.places.iter().zip(&picture.ticks).map(|(x, (_, label))| (*x, label.clone())).collect();
        if are_apart(&own) {
            return own;
        }
        if picture.is_named {
            let count = own.len();
            let step = (2..own.len())
                .find(|step| are_apart(&own.iter().step_by(*step).cloned().collect::<Vec<_>>()));
            return own.into_iter().step_by(step.unwrap_or(count)).collect();
        }
        let ticks = Ticks::for_span(self.x.high - self.x.low, 8);
        let round = ticks.between(self.x.low, self.x.high).into_iter();
        round.map(|tick| (self.x.at(tick), grouped(tick, ticks.decimals))).collect()
    }
}

/// Room above and below, zero where it is near or matters, and something around a flat line.
fn y_range(low: f64, high: f64, has_zero: bool) -> (f64, f64) {
    let (low, high) = if has_zero { (low.min(0.0), high.max(0.0)) } else { (low, high) };
    let breadth = low.abs().max(high.abs());
    let span = high - low;
    if span <= breadth * 1e-9 {
        let pad = if breadth > 0.0 { breadth * 0.05 } else { 1.0 };
        return (low - pad, high + pad);
    }
    let from = if low >= 0.0 && low < 0.25 * span { 0.0 } else { low - 0.05 * span };
    (from, high + 0.05 * span)
}

fn are_apart(labels: &[(f64, String)]) -> bool {
    let half = |label: &str| NUMBER.width(label) / 2.0 + 6.0;
    labels.windows(2).all(|pair| pair[0].0 + half(&pair[0].1) <= pair[1].0 - half(&pair[1].1))
}

/// Pieces of a line without a refused value between them.
fn pieces<'a>(line: &'a LineSeries, picture: &LinesPicture) -> Vec<&'a [LinePoint]> {
    if picture.is_named {
        return line.points.chunks(1).collect();
    }
    line.points.chunk_by(|a, b| b.tick == a.tick + 1).collect()
}

/// All bands before all lines, so that none is hidden; their edges show where two overlap.
fn draw_bands(sheet: &mut Sheet, picture: &LinesPicture, plane: &Plane) {
    let bands = |line: &LineSeries| -> Vec<Vec<(f64, f64, f64)>> {
        let piece = |piece: &[LinePoint]| {
            let band = |point: &LinePoint| {
                let (low, high) = point.band?;
                Some((plane.places[point.tick], plane.y.at(low), plane.y.at(high)))
            };
            piece.iter().filter_map(band).collect()
        };
        pieces(line, picture).into_iter().map(piece).collect()
    };
    // Many of them would hide each other: then the edges tell.
    let filled = if picture.lines.len() <= FILLED_MOST { picture.lines.as_slice() } else { &[] };
    for (index, line) in filled.iter().enumerate() {
        for band in bands(line) {
            let upper = band.iter().map(|(x, _, high)| (*x, *high));
            let lower = band.iter().rev().map(|(x, low, _)| (*x, *low));
            sheet.area(upper.chain(lower).collect(), series(index).tint(0.16));
        }
    }
    for (index, line) in picture.lines.iter().enumerate() {
        for band in bands(line) {
            let ink = series(index).tint(0.5);
            sheet.path(band.iter().map(|(x, low, _)| (*x, *low)).collect(), 0.8, ink);
            sheet.path(band.iter().map(|(x, _, high)| (*x, *high)).collect(), 0.8, ink);
            if let [(x, low, high)] = band[..] {
                sheet.vertical(x, high, low, 1.6, ink);
            }
        }
    }
}

fn draw_line(sheet: &mut Sheet, line: &LineSeries, plane: &Plane, picture: &LinesPicture, ink: Ink) {
    for piece in pieces(line, picture) {
        sheet.path(piece.iter().map(|point| plane.at(point)).collect(), 2.2, ink);
    }
    if picture.ticks.len() <= DOTS_MOST {
        for point in &line.points {
            let (x, y) = plane.at(point);
            sheet.disc(x, y, 3.4, ink);
        }
    }
}

/// The intervals of marks, behind everything else.
fn draw_intervals(sheet: &mut Sheet, picture: &LinesPicture, plane: &Plane) {
    let (left, right) = (plane.left, plane.right);
    for mark in &picture.marks {
        if let Some((low, high)) = mark.interval {
            let (from, to) = (plane.x.at(low).clamp(left, right), plane.x.at(high).clamp(left, right));
            sheet.block(from, TOP, (to - from).max(1.0), HEIGHT, Ink::ALARM.tint(0.12));
        }
    }
}

/// The marks as vertical lines; their words stand above the plot, side by side.
fn draw_marks(sheet: &mut Sheet, picture: &LinesPicture, plane: &Plane) {
    for mark in &picture.marks {
        sheet.vertical(plane.x.at(mark.x), TOP, TOP + HEIGHT, 1.6, Ink::ALARM);
    }
    let labels = picture.marks.iter().map(|mark| {
        let width = NUMBER.width(&mark.label);
        let centre = plane.x.at(mark.x).clamp(MARGIN + width / 2.0, WIDTH - MARGIN - width / 2.0);
        Label { at: centre, size: width + 16.0, text: mark.label.clone() }
    });
    for label in Labels::spread(labels.collect(), (MARGIN, WIDTH - MARGIN)) {
        sheet.text(label.at, TOP - 9.0, &label.text, Type { ink: Ink::ALARM, ..NUMBER }.align(Align::Middle));
    }
}

/// The names at the right ends of their lines, moved apart and led to where they belong.
fn draw_names(sheet: &mut Sheet, picture: &LinesPicture, plane: &Plane) {
    let x = plane.right + 22.0;
    let width = WIDTH - MARGIN - x;
    let lines =
        picture.lines.iter().enumerate().filter_map(|(index, line)| Some((index, line, line.points.last()?)));
    let mut wanted: Vec<(usize, f64, f64)> = lines
        .map(|(index, line, last)| {
            let rows = two_rows(&line.name, width).len() as f64;
            (index, plane.at(last).1, rows * 17.0 + 4.0)
        })
        .collect();
    wanted.sort_by(|a, b| a.1.total_cmp(&b.1));
    let labels =
        wanted.iter().map(|(_, y, height)| Label { at: *y, size: *height, text: String::new() }).collect();
    let spread = Labels::spread(labels, (TOP - 4.0, TOP + HEIGHT + 4.0));
    for ((index, y, _), label) in wanted.into_iter().zip(spread) {
        let line = &picture.lines[index];
        let end = line.points.last().map_or(plane.right, |point| plane.places[point.tick]);
        let ink = series(index);
        sheet.path(vec![(end + 5.0, y), (x - 6.0, label.at)], 1.0, ink.tint(0.6));
        let rows = two_rows(&line.name, width);
        let first = label.at + 4.5 - (rows.len() as f64 - 1.0) * 8.5;
        for (row, text) in rows.iter().enumerate() {
            let baseline = first + row as f64 * 17.0;
            sheet.text_within(x, baseline, width, text, Type { ink: ink.shade(), ..NAME });
        }
    }
}

/// A name in one row, or in two broken between words.
fn two_rows(name: &str, width: f64) -> Vec<String> {
    if NAME.width(name) <= width {
        return vec![name.to_owned()];
    }
    let breaks: Vec<usize> = name.match_indices(' ').map(|(at, _)| at).collect();
    let fits = breaks.iter().rev().find(|at| NAME.width(&name[..**at]) <= width);
    match fits {
        Some(at) => vec![name[..*at].to_owned(), name[*at + 1..].to_owned()],
        None => vec![name.to_owned()],
    }
}

/// The axis' words and what the marks mean; gives where it ends.
fn draw_foot(sheet: &mut Sheet, picture: &LinesPicture, plane: &Plane) -> f64 {
    let bottom = TOP + HEIGHT;
    let centre = f64::midpoint(plane.left, plane.right);
    sheet.text_within(
        centre - style_half(&picture.x_label),
        bottom + 50.0,
        WIDTH - 2.0 * MARGIN,
        &picture.x_label,
        NUMBER,
    );
    for x in &picture.refused {
        let x = plane.x.at(*x);
        sheet.path(vec![(x - 4.0, bottom - 10.0), (x + 4.0, bottom - 2.0)], 1.4, Ink::MUTED);
        sheet.path(vec![(x - 4.0, bottom - 2.0), (x + 4.0, bottom - 10.0)], 1.4, Ink::MUTED);
    }
    let mut notes = Vec::new();
    if picture.lines.iter().flat_map(|line| &line.points).any(|point| point.band.is_some()) {
        notes.push("band: 95 % interval");
    }
    if !picture.refused.is_empty() {
        notes.push("×: refused by the scenario");
    }
    if picture.marks.iter().any(|mark| mark.interval.is_some()) {
        notes.push("red: where it is zero, with its 95 % interval");
    }
    sheet.text(MARGIN, bottom + 78.0, &notes.join("; "), NOTE);
    bottom + 78.0
}

fn style_half(label: &str) -> f64 {
    (NUMBER.width(label) / 2.0).min(WIDTH / 2.0 - MARGIN)
}
