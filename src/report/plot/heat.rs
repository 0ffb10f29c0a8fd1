//! A figure over two numbers that vary: a cell for each pair of values, with contours between them.

use super::axis::{Scale, Ticks, grouped};
use super::contour::segments;
use super::palette::{Ink, sequential};
use super::render::render;
use super::sheet::{Align, Sheet, Type};
use super::{PlotError, Rendered};

/// Values on a grid.
#[derive(Clone, PartialEq, Debug)]
pub struct HeatPicture {
    /// The headline.
    pub title: String,
    /// How the numbers came about: "1,000 replications, seed 1".
    pub subtitle: String,
    /// What varies to the right, with its unit.
    pub x_label: String,
    /// What varies upwards, with its unit.
    pub y_label: String,
    /// What the colours mean, with its unit.
    pub value_label: String,
    /// Decimals of values.
    pub decimals: usize,
    /// Values of x from the left; at least one.
    pub columns: Vec<String>,
    /// Values of y from below; at least one.
    pub rows: Vec<String>,
    /// A value for each column of each row; none where the scenario refused it.
    pub cells: Vec<Vec<Option<f64>>>,
    /// The ends of the colours, where several pictures share them.
    pub range: Option<(f64, f64)>,
}

const WIDTH: f64 = 1_200.0;
const MARGIN: f64 = 40.0;
const TOP: f64 = 128.0;
const HEIGHT: f64 = 440.0;
/// Where the bar of colours stands, from the right.
const BAR: f64 = 150.0;
const BAR_WIDTH: f64 = 22.0;

const NUMBER: Type = Type::new(13.0, Ink::TEXT);
const NOTE: Type = Type::new(12.5, Ink::MUTED);

/// Draws a heat map with contours as SVG and PNG.
///
/// # Errors
/// No value, one that is not finite, or a failing backend.
pub fn heat_map(picture: &HeatPicture) -> Result<Rendered, PlotError> {
    render(&lay_out(picture)?)
}

/// The picture as shapes.
pub(super) fn lay_out(picture: &HeatPicture) -> Result<Sheet, PlotError> {
    let values = || picture.cells.iter().flatten().flatten().copied();
    if values().any(|value| !value.is_finite()) {
        return Err(PlotError::NotFinite(picture.value_label.clone()));
    }
    if values().next().is_none() {
        return Err(PlotError::Empty("no point has a figure"));
    }
    let colours = Colours::of(picture, values());
    let frame = Frame::of(picture);
    let mut sheet = Sheet::new(&picture.title, WIDTH);
    let width = WIDTH - 2.0 * MARGIN;
    sheet.text_within(MARGIN, 42.0, width, &picture.title, Type::new(21.0, Ink::TEXT).bold());
    sheet.text_within(MARGIN, 66.0, width, &picture.subtitle, Type::new(14.0, Ink::MUTED));
    sheet.text_within(MARGIN, 104.0, frame.right - MARGIN - 200.0, &picture.y_label, NOTE);
    draw_cells(&mut sheet, picture, &frame, &colours);
    draw_contours(&mut sheet, picture, &frame, &colours);
    draw_values(&mut sheet, picture, &frame, &colours);
    draw_axes(&mut sheet, picture, &frame);
    draw_bar(&mut sheet, picture, &colours);
    sheet.height = TOP + HEIGHT + 96.0;
    Ok(sheet)
}

/// How values become colours.
struct Colours {
    low: f64,
    high: f64,
    ticks: Ticks,
}

impl Colours {
    fn of(picture: &HeatPicture, values: impl Iterator<Item = f64>) -> Self {
        let (low, high) = picture.range.unwrap_or_else(|| {
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            })
        });
        let breadth = low.abs().max(high.abs());
        let is_flat = high - low <= breadth * 1e-9;
        let pad = if breadth > 0.0 { breadth * 0.05 } else { 1.0 };
        let (low, high) = if is_flat { (low - pad, high + pad) } else { (low, high) };
        Self { low, high, ticks: Ticks::for_span(high - low, 7) }
    }

    fn ink(&self, value: f64) -> Ink {
        sequential((value - self.low) / (self.high - self.low))
    }

    /// Where contours run.
    fn levels(&self) -> Vec<f64> {
        let inner = |level: &f64| self.low < *level && *level < self.high;
        self.ticks.between(self.low, self.high).into_iter().filter(inner).collect()
    }
}

/// Where cells are.
struct Frame {
    left: f64,
    right: f64,
    columns: usize,
    rows: usize,
}

impl Frame {
    fn of(picture: &HeatPicture) -> Self {
        let widest = picture.rows.iter().map(|row| NUMBER.width(row)).fold(0.0, f64::max);
        let left = MARGIN + widest + 16.0;
        Self {
            left,
            right: WIDTH - MARGIN - BAR - 24.0,
            columns: picture.columns.len(),
            rows: picture.rows.len(),
        }
    }

    fn cell_width(&self) -> f64 {
        (self.right - self.left) / self.columns as f64
    }

    fn cell_height(&self) -> f64 {
        HEIGHT / self.rows as f64
    }

    /// The centre of a cell; halves are between cells.
    fn centre(&self, column: f64, row: f64) -> (f64, f64) {
        let x = self.left + (column + 0.5) * self.cell_width();
        (x, TOP + HEIGHT - (row + 0.5) * self.cell_height())
    }
}

/// The cells with a value, from below.
fn filled(picture: &HeatPicture) -> impl Iterator<Item = (usize, usize, Option<f64>)> {
    let rows = picture.cells.iter().enumerate();
    rows.flat_map(|(row, cells)| cells.iter().enumerate().map(move |(column, value)| (column, row, *value)))
}

fn draw_cells(sheet: &mut Sheet, picture: &HeatPicture, frame: &Frame, colours: &Colours) {
    let (width, height) = (frame.cell_width(), frame.cell_height());
    for (column, row, value) in filled(picture) {
        let (x, y) = frame.centre(column as f64, row as f64);
        let (left, top) = (x - width / 2.0, y - height / 2.0);
        if let Some(value) = value {
            sheet.block(left, top, width, height, colours.ink(value));
        } else {
            sheet.block(left, top, width, height, Ink::GRID);
            sheet.hatch((left, left + width), (top, top + height), 10.0, Ink::AXIS);
        }
    }
}

fn draw_contours(sheet: &mut Sheet, picture: &HeatPicture, frame: &Frame, colours: &Colours) {
    for level in colours.levels() {
        let ink = contrast(colours.ink(level));
        for [from, to] in segments(&picture.cells, level) {
            sheet.path(vec![frame.centre(from.0, from.1), frame.centre(to.0, to.1)], 1.4, ink);
        }
    }
}

/// Black or white, whichever is easier to see on a colour.
fn contrast(ink: Ink) -> Ink {
    let luminance = 0.299 * f64::from(ink.0) + 0.587 * f64::from(ink.1) + 0.114 * f64::from(ink.2);
    if luminance > 128.0 { Ink::TEXT } else { Ink::WHITE }
}

/// The values themselves, where the cells hold them.
fn draw_values(sheet: &mut Sheet, picture: &HeatPicture, frame: &Frame, colours: &Colours) {
    let written = |value: f64| grouped(value, picture.decimals);
    let widest = filled(picture).filter_map(|(_, _, value)| value);
    let widest = widest.map(|value| NUMBER.width(&written(value))).fold(0.0, f64::max);
    if widest + 14.0 > frame.cell_width() || frame.cell_height() < 26.0 {
        return;
    }
    for (column, row, value) in filled(picture) {
        let (x, y) = frame.centre(column as f64, row as f64);
        let Some(value) = value else { continue };
        let (ink, text) = (colours.ink(value), written(value));
        let half = NUMBER.width(&text) / 2.0 + 3.0;
        // A contour passes behind the number, not through it.
        sheet.block(x - half, y - 9.0, 2.0 * half, 18.0, ink);
        sheet.text(x, y + 4.5, &text, Type { ink: contrast(ink), ..NUMBER }.align(Align::Middle));
    }
}

fn draw_axes(sheet: &mut Sheet, picture: &HeatPicture, frame: &Frame) {
    let bottom = TOP + HEIGHT;
    let room = picture.columns.iter().map(|label| NUMBER.width(label)).fold(0.0, f64::max) + 10.0;
    let step = ((room / frame.cell_width()).ceil() as usize).max(1);
    for (column, label) in picture.columns.iter().enumerate().step_by(step) {
        let (x, _) = frame.centre(column as f64, 0.0);
        sheet.vertical(x, bottom, bottom + 6.0, 1.0, Ink::AXIS);
        let half = NUMBER.width(label) / 2.0;
        let x = x.clamp(8.0 + half, WIDTH - 8.0 - half);
        sheet.text(x, bottom + 22.0, label, NUMBER.align(Align::Middle));
    }
    let step = ((18.0 / frame.cell_height()).ceil() as usize).max(1);
    for (row, label) in picture.rows.iter().enumerate().step_by(step) {
        let (_, y) = frame.centre(0.0, row as f64);
        sheet.horizontal(y, frame.left - 6.0, frame.left, 1.0, Ink::AXIS);
        sheet.text(frame.left - 10.0, y + 4.5, label, NUMBER.align(Align::Right));
    }
    let centre = f64::midpoint(frame.left, frame.right);
    let half = (NUMBER.width(&picture.x_label) / 2.0).min(centre - MARGIN);
    sheet.text_within(centre - half, bottom + 50.0, 2.0 * half + 1.0, &picture.x_label, NUMBER);
    let refused = picture.cells.iter().flatten().any(Option::is_none);
    let note = if refused {
        "lines: contours at the marks of the bar; hatched: refused by the scenario"
    } else {
        "lines: contours at the marks of the bar"
    };
    sheet.text(MARGIN, bottom + 76.0, note, NOTE);
}

fn draw_bar(sheet: &mut Sheet, picture: &HeatPicture, colours: &Colours) {
    let left = WIDTH - MARGIN - BAR;
    let scale = Scale { low: colours.low, high: colours.high, from: TOP + HEIGHT, to: TOP };
    let steps = 110;
    let height = HEIGHT / f64::from(steps);
    for step in 0..steps {
        let share = (f64::from(step) + 0.5) / f64::from(steps);
        sheet.block(left, TOP + HEIGHT - f64::from(step + 1) * height, BAR_WIDTH, height, sequential(share));
    }
    for tick in colours.ticks.between(colours.low, colours.high) {
        let y = scale.at(tick);
        sheet.horizontal(y, left, left + BAR_WIDTH, 1.4, contrast(colours.ink(tick)));
        sheet.text(left + BAR_WIDTH + 8.0, y + 4.5, &grouped(tick, colours.ticks.decimals), NUMBER);
    }
    let right = NOTE.align(Align::Right);
    let width = NOTE.width(&picture.value_label);
    let fits = width <= WIDTH - 2.0 * MARGIN;
    let text = if fits { picture.value_label.clone() } else { String::new() };
    sheet.text(WIDTH - MARGIN, 88.0, &text, right);
}
