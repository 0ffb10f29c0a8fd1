//! Bars around zero, a row for each input: what it does when it is less and when it is more, or alone and with others.

use super::axis::{Scale, Ticks, grouped};
use super::palette::{Ink, series};
use super::render::render;
use super::sheet::{Align, Sheet, Type};
use super::{PlotError, Rendered};

/// Rows of bars.
#[derive(Clone, PartialEq, Debug)]
pub struct BarsPicture {
    /// The headline.
    pub title: String,
    /// How the numbers came about: "1,000 replications, seed 1".
    pub subtitle: String,
    /// What the bars show, with its unit.
    pub label: String,
    /// What each bar of a row is; one or two.
    pub keys: Vec<String>,
    /// Decimals of the numbers at the bars.
    pub decimals: usize,
    /// From the top; at least one.
    pub rows: Vec<BarRow>,
}

/// One row.
#[derive(Clone, PartialEq, Debug)]
pub struct BarRow {
    /// Its name.
    pub name: String,
    /// A second, paler line.
    pub note: String,
    /// One for each of [`BarsPicture::keys`]; none where there is nothing.
    pub bars: Vec<Option<Bar>>,
}

/// One bar.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Bar {
    /// Its end; the other is zero.
    pub value: f64,
    /// Its 95 % interval.
    pub interval: Option<(f64, f64)>,
}

const WIDTH: f64 = 1_200.0;
const MARGIN: f64 = 40.0;
const TOP: f64 = 124.0;
const NAMES: f64 = 380.0;
/// A bar's height, and what is between the rows.
const BAR: f64 = 15.0;
const GAP: f64 = 14.0;
/// Room for a number beside a bar.
const NUMBERS: f64 = 96.0;

const NUMBER: Type = Type::new(12.5, Ink::TEXT);
const NOTE: Type = Type::new(12.5, Ink::MUTED);
const NAME: Type = Type::new(13.0, Ink::TEXT);

/// Draws rows of bars as SVG and PNG.
///
/// # Errors
/// No row, a value that is not finite, or a failing backend.
pub fn bars(picture: &BarsPicture) -> Result<Rendered, PlotError> {
    render(&lay_out(picture)?)
}

/// The picture as shapes.
pub(super) fn lay_out(picture: &BarsPicture) -> Result<Sheet, PlotError> {
    if picture.rows.is_empty() {
        return Err(PlotError::Empty("no input has an effect"));
    }
    for row in &picture.rows {
        let ends = |bar: &Bar| {
            let (low, high) = bar.interval.unwrap_or((bar.value, bar.value));
            [bar.value, low, high]
        };
        if !row.bars.iter().flatten().flat_map(ends).all(f64::is_finite) {
            return Err(PlotError::NotFinite(row.name.clone()));
        }
    }
    let mut sheet = Sheet::new(&picture.title, WIDTH);
    let width = WIDTH - 2.0 * MARGIN;
    sheet.text_within(MARGIN, 42.0, width, &picture.title, Type::new(21.0, Ink::TEXT).bold());
    sheet.text_within(MARGIN, 66.0, width, &picture.subtitle, Type::new(14.0, Ink::MUTED));
    draw_keys(&mut sheet, picture);
    let height = BAR * picture.keys.len().max(2) as f64 + GAP;
    let bottom = TOP + height * picture.rows.len() as f64;
    let scale = scale(picture);
    draw_grid(&mut sheet, &scale, bottom);
    for (index, row) in picture.rows.iter().enumerate() {
        draw_row(&mut sheet, picture, row, &scale, TOP + height * index as f64);
    }
    sheet.vertical(scale.at(0.0), TOP, bottom, 1.4, Ink::MUTED);
    let centre = f64::midpoint(scale.from, scale.to);
    let label = super::sheet::shortened(&picture.label, width, NAME);
    let half = NAME.width(&label) / 2.0;
    sheet.text(centre.min(WIDTH - MARGIN - half), bottom + 50.0, &label, NAME.align(Align::Middle));
    sheet.height = bottom + 74.0;
    Ok(sheet)
}

fn draw_keys(sheet: &mut Sheet, picture: &BarsPicture) {
    let mut x = MARGIN;
    for (index, key) in picture.keys.iter().enumerate() {
        sheet.block(x, 89.0, 12.0, 12.0, series(index));
        sheet.text(x + 20.0, 100.0, key, NOTE);
        x += 20.0 + NOTE.width(key) + 28.0;
    }
    sheet.text(x, 100.0, "thin lines: 95 % intervals", NOTE);
}

/// Zero and every end of a bar or an interval, with room for the numbers beside them.
fn scale(picture: &BarsPicture) -> Scale {
    let bars = || picture.rows.iter().flat_map(|row| row.bars.iter().flatten());
    let low = |bar: &Bar| bar.interval.map_or(bar.value, |(low, _)| low.min(bar.value));
    let high = |bar: &Bar| bar.interval.map_or(bar.value, |(_, high)| high.max(bar.value));
    let least = bars().map(low).fold(0.0, f64::min);
    let most = bars().map(high).fold(0.0, f64::max);
    let (least, most) = if most > least { (least, most) } else { (-1.0, 1.0) };
    let room = |is_needed: bool| if is_needed { NUMBERS } else { 8.0 };
    let from = MARGIN + NAMES + room(least < 0.0);
    let to = WIDTH - MARGIN - room(most > 0.0);
    Scale { low: least, high: most, from, to }
}

fn draw_grid(sheet: &mut Sheet, scale: &Scale, bottom: f64) {
    let ticks = Ticks::for_span(scale.high - scale.low, 6);
    for tick in ticks.between(scale.low, scale.high) {
        let x = scale.at(tick);
        sheet.vertical(x, TOP, bottom, 1.0, Ink::GRID);
        sheet.vertical(x, bottom, bottom + 6.0, 1.0, Ink::AXIS);
        sheet.text(x, bottom + 22.0, &grouped(tick, ticks.decimals), NUMBER.align(Align::Middle));
    }
    sheet.horizontal(bottom, scale.from, scale.to, 1.0, Ink::AXIS);
}

fn draw_row(sheet: &mut Sheet, picture: &BarsPicture, row: &BarRow, scale: &Scale, top: f64) {
    let right = MARGIN + NAMES - 12.0;
    let name = super::sheet::shortened(&row.name, NAMES - 12.0, NAME);
    sheet.text(right, top + GAP / 2.0 + 11.5, &name, NAME.align(Align::Right));
    let note = super::sheet::shortened(&row.note, NAMES - 12.0, NOTE);
    sheet.text(right, top + GAP / 2.0 + 27.0, &note, NOTE.align(Align::Right));
    for (index, bar) in row.bars.iter().enumerate() {
        let Some(bar) = bar else { continue };
        let y = top + GAP / 2.0 + BAR * index as f64;
        let (zero, end) = (scale.at(0.0), scale.at(bar.value));
        sheet.block(zero.min(end), y + 1.0, (end - zero).abs(), BAR - 2.0, series(index));
        let (low, high) = bar.interval.map_or((end, end), |(low, high)| (scale.at(low), scale.at(high)));
        sheet.horizontal(y + BAR / 2.0, low, high.max(low + 1.0), 1.4, Ink::TEXT);
        let text = grouped(bar.value, picture.decimals);
        let beside = if bar.value < 0.0 {
            (low.min(end) - 6.0, NUMBER.align(Align::Right))
        } else {
            (high.max(end) + 6.0, NUMBER)
        };
        sheet.text(beside.0, y + BAR / 2.0 + 4.5, &text, beside.1);
    }
}
