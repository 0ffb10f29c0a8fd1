//! A selection as a race: how long each alternative stayed in, what it came to, and who beat it.

use super::axis::{Scale, Ticks, grouped};
use super::palette::{Ink, series};
use super::render::render;
use super::sheet::{Align, Sheet, Type};
use super::{PlotError, Rendered};

/// Alternatives of a selection.
#[derive(Clone, PartialEq, Debug)]
pub struct RacePicture {
    /// The headline.
    pub title: String,
    /// How the numbers came about.
    pub subtitle: String,
    /// What the lengths are: "batches of 50 replications".
    pub x_label: String,
    /// What the numbers beside the names are.
    pub value_label: String,
    /// From above; at least one.
    pub rows: Vec<RaceRow>,
    /// Alternatives that are not shown.
    pub not_shown: usize,
}

/// One alternative.
#[derive(Clone, PartialEq, Debug)]
pub struct RaceRow {
    /// What it is.
    pub name: String,
    /// What it came to, as it is to be read.
    pub value: String,
    /// How long it was in the comparison.
    pub length: f64,
    /// How it ended.
    pub end: RaceEnd,
    /// The same in words.
    pub note: String,
}

/// How an alternative ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RaceEnd {
    /// It is the answer.
    Best,
    /// Another one was better.
    Beaten,
    /// It breaks a condition.
    Broken,
    /// Nothing was decided.
    Open,
}

const WIDTH: f64 = 1_200.0;
const MARGIN: f64 = 40.0;
const TOP: f64 = 118.0;
const ROW: f64 = 27.0;
const BAR: f64 = 13.0;
/// The widest that names get.
const NAMES_MOST: f64 = 300.0;
/// The same of words at the ends.
const NOTES_MOST: f64 = 330.0;
const GAP: f64 = 16.0;

const NUMBER: Type = Type::new(13.0, Ink::TEXT);
const NOTE: Type = Type::new(12.5, Ink::MUTED);

/// Draws a race as SVG and PNG.
///
/// # Errors
/// No alternative, a length that is not finite, or a failing backend.
pub fn race(picture: &RacePicture) -> Result<Rendered, PlotError> {
    render(&lay_out(picture)?)
}

/// The picture as shapes.
pub(super) fn lay_out(picture: &RacePicture) -> Result<Sheet, PlotError> {
    if picture.rows.is_empty() {
        return Err(PlotError::Empty("no alternative ran"));
    }
    if let Some(odd) = picture.rows.iter().find(|row| !row.length.is_finite()) {
        return Err(PlotError::NotFinite(odd.name.clone()));
    }
    let mut sheet = Sheet::new(&picture.title, WIDTH);
    let width = WIDTH - 2.0 * MARGIN;
    sheet.text_within(MARGIN, 42.0, width, &picture.title, Type::new(21.0, Ink::TEXT).bold());
    sheet.text_within(MARGIN, 66.0, width, &picture.subtitle, Type::new(14.0, Ink::MUTED));
    let widest = |texts: &mut dyn Iterator<Item = &String>, most: f64| {
        texts.map(|text| NUMBER.bold().width(text)).fold(0.0, f64::max).min(most)
    };
    let names = widest(&mut picture.rows.iter().map(|row| &row.name), NAMES_MOST);
    let values = widest(&mut picture.rows.iter().map(|row| &row.value), NAMES_MOST);
    let notes = widest(&mut picture.rows.iter().map(|row| &row.note), NOTES_MOST);
    let columns = (names + GAP + values).max(NOTE.width(&picture.value_label).min(NAMES_MOST));
    let left = MARGIN + columns + GAP;
    let right = WIDTH - MARGIN - notes - GAP;
    let longest = picture.rows.iter().map(|row| row.length).fold(1.0, f64::max);
    let x = Scale { low: 0.0, high: longest, from: left, to: right };
    let bottom = TOP + ROW * picture.rows.len() as f64;
    let label_width = (left - GAP - MARGIN).max(0.0);
    sheet.text_within(MARGIN, TOP - 14.0, label_width, &picture.value_label, NOTE);
    let ticks = Ticks::for_span(longest, 6);
    for tick in ticks.between(0.0, longest) {
        sheet.vertical(x.at(tick), TOP, bottom, 1.0, Ink::GRID);
        let label = grouped(tick, ticks.decimals);
        sheet.text(x.at(tick), bottom + 20.0, &label, NUMBER.align(Align::Middle));
    }
    sheet.horizontal(bottom, left, right, 1.0, Ink::AXIS);
    for (index, row) in picture.rows.iter().enumerate() {
        let top = TOP + ROW * index as f64;
        let baseline = top + ROW / 2.0 + 4.5;
        let style = if row.end == RaceEnd::Best { NUMBER.bold() } else { NUMBER };
        sheet.text_within(MARGIN, baseline, names, &row.name, style);
        sheet.text(MARGIN + columns, baseline, &row.value, NUMBER.align(Align::Right));
        draw_bar(&mut sheet, (left, x.at(row.length)), top + (ROW - BAR) / 2.0, row.end);
        sheet.text_within(
            x.at(row.length) + 8.0,
            baseline,
            WIDTH - MARGIN - x.at(row.length) - 8.0,
            &row.note,
            style,
        );
    }
    sheet.text_within(left, bottom + 44.0, WIDTH - MARGIN - left, &picture.x_label, NUMBER);
    if picture.not_shown > 0 {
        let words = format!("{} more ended earlier", grouped(picture.not_shown as f64, 0));
        sheet.text_within(MARGIN, bottom + 44.0, left - MARGIN - GAP, &words, NOTE);
    }
    sheet.height = bottom + 66.0;
    Ok(sheet)
}

/// The best is filled, those that break a condition are hatched, those that are open have an open end.
fn draw_bar(sheet: &mut Sheet, (from, to): (f64, f64), top: f64, end: RaceEnd) {
    let width = (to - from).max(2.0);
    match end {
        RaceEnd::Best => sheet.block(from, top, width, BAR, series(0)),
        RaceEnd::Beaten => sheet.block(from, top, width, BAR, series(0).tint(0.35)),
        RaceEnd::Broken => {
            sheet.block(from, top, width, BAR, Ink::ALARM.tint(0.14));
            sheet.hatch((from, from + width), (top, top + BAR), 6.0, Ink::ALARM.tint(0.6));
        }
        RaceEnd::Open => sheet.frame(from, top, width, BAR, 1.6, series(0)),
    }
}
