//! Tokens by the minute against a quota: one lane for input, one for output.

use super::axis::{Scale, Ticks, grouped};
use super::palette::{Ink, series};
use super::render::render;
use super::sheet::{Align, Sheet, Type};
use super::{PlotError, Rendered};

/// One replication's tokens over time. All times are milliseconds since the start.
#[derive(Clone, PartialEq, Debug)]
pub struct TrafficPicture {
    /// The headline.
    pub title: String,
    /// What is shown: "deployment \"ptu\", replication 0 of seed 1, from 2026-06-10 10:00".
    pub subtitle: String,
    /// Where the time axis ends; positive.
    pub horizon_ms: i64,
    /// Marks of the time axis with their labels, in time order.
    pub ticks: Vec<(i64, String)>,
    /// What the labels are: "date, +08:00".
    pub axis: String,
    /// From the top; at least one.
    pub lanes: Vec<TokenLane>,
}

/// One kind of tokens.
#[derive(Clone, PartialEq, Debug)]
pub struct TokenLane {
    /// The lane's title.
    pub name: String,
    /// Minutes with traffic, in time order; the others have none.
    pub minutes: Vec<TokenMinute>,
    /// (time, tokens per minute from then on; none while nothing is provisioned), in time order; empty without a quota.
    pub quota: Vec<(i64, Option<u64>)>,
}

/// The tokens of one minute.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TokenMinute {
    /// Its beginning; before the start where the run begins within a minute.
    pub from_ms: i64,
    /// Served as planned.
    pub served: u64,
    /// Overflowed to pay-as-you-go.
    pub overflowed: u64,
    /// Of refused calls.
    pub refused: u64,
}

const WIDTH: f64 = 1_200.0;
/// Where time starts: right of the token labels.
const LEFT: f64 = 108.0;
/// Where time ends: left of the quota's name.
const RIGHT: f64 = WIDTH - 128.0;
const LANES_TOP: f64 = 112.0;
const LANE_HEAD: f64 = 28.0;
/// Room between a lane's bottom and the next one's head.
const LANE_FOOT: f64 = 14.0;
/// The strip of refusals above the tokens.
const STRIP: f64 = 9.0;
const MINUTE_MS: i64 = 60_000;
/// How strong the colour of a column's busiest minute is.
const PEAK_TINT: f64 = 0.35;

/// Draws tokens per minute as SVG and PNG: served tokens filled, overflow on top, the quota as a line, and a strip
/// above where calls were refused. Where there are more minutes than columns of one point, a column shows the mean of
/// its minutes, and pale above it the busiest.
///
/// # Errors
/// No lane, no time to show, or a failing backend.
pub fn traffic(picture: &TrafficPicture) -> Result<Rendered, PlotError> {
    render(&lay_out(picture)?)
}

/// The picture as shapes.
pub(super) fn lay_out(picture: &TrafficPicture) -> Result<Sheet, PlotError> {
    if picture.lanes.is_empty() {
        return Err(PlotError::Empty("no kind of tokens"));
    }
    if picture.horizon_ms <= 0 {
        return Err(PlotError::Empty("a horizon without time"));
    }
    let time = Scale { low: 0.0, high: picture.horizon_ms as f64, from: LEFT, to: RIGHT };
    let height = if picture.lanes.len() == 1 { 300.0 } else { 200.0 };
    let pitch = LANE_HEAD + STRIP + height + LANE_FOOT;
    let bottom = LANES_TOP + pitch * picture.lanes.len() as f64 - LANE_FOOT;

    let mut sheet = Sheet::new(&picture.title, WIDTH);
    sheet.height = (bottom + 62.0).ceil();
    sheet.text_within(24.0, 42.0, WIDTH - 48.0, &picture.title, Type::new(21.0, Ink::TEXT).bold());
    sheet.text_within(24.0, 66.0, WIDTH - 48.0, &picture.subtitle, Type::new(14.0, Ink::MUTED));
    let columns: Vec<Columns> =
        picture.lanes.iter().map(|lane| Columns::of(lane, picture.horizon_ms)).collect();
    draw_key(&mut sheet, picture, &columns);
    for (index, (lane, columns)) in picture.lanes.iter().zip(&columns).enumerate() {
        let top = LANES_TOP + pitch * index as f64;
        let frame = Frame { time, top: top + LANE_HEAD, bottom: top + LANE_HEAD + STRIP + height };
        draw_title(&mut sheet, lane, top + 18.0);
        draw_lane(&mut sheet, lane, columns, &picture.ticks, &frame);
    }
    draw_time_axis(&mut sheet, picture, &time, bottom);
    Ok(sheet)
}

/// Where a lane lies.
struct Frame {
    time: Scale,
    /// Upper edge of the strip of refusals.
    top: f64,
    bottom: f64,
}

impl Frame {
    fn x(&self, ms: i64) -> f64 {
        self.time.at(ms as f64).clamp(LEFT, RIGHT)
    }
}

/// So many whole minutes together, as many as fall on a point of the time axis.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
struct Column {
    served_mean: f64,
    served_peak: f64,
    /// Served and overflowed.
    both_mean: f64,
    both_peak: f64,
    has_refused: bool,
}

struct Columns {
    /// Where the first one begins: a minute's beginning, at the start or before.
    from_ms: i64,
    /// Minutes in each.
    minutes: i64,
    all: Vec<Column>,
}

impl Columns {
    fn of(lane: &TokenLane, horizon_ms: i64) -> Self {
        let phase = lane.minutes.first().map_or(0, |minute| minute.from_ms.rem_euclid(MINUTE_MS));
        let from_ms = if phase > 0 { phase - MINUTE_MS } else { 0 };
        let count = div_ceil(horizon_ms - from_ms, MINUTE_MS);
        let minutes = div_ceil(count, (RIGHT - LEFT) as i64).max(1);
        let mut columns = vec![Column::default(); div_ceil(count, minutes) as usize];
        let last = columns.len() - 1;
        for minute in &lane.minutes {
            let index = (minute.from_ms - from_ms).div_euclid(minutes * MINUTE_MS);
            let Some(column) = usize::try_from(index).ok().and_then(|index| columns.get_mut(index)) else {
                continue;
            };
            let (served, both) = (minute.served as f64, minute.served as f64 + minute.overflowed as f64);
            column.served_mean += served;
            column.both_mean += both;
            column.served_peak = column.served_peak.max(served);
            column.both_peak = column.both_peak.max(both);
            column.has_refused |= minute.refused > 0;
        }
        for (index, column) in columns.iter_mut().enumerate() {
            // The last column may hold fewer minutes.
            let held = if index == last { count - minutes * index as i64 } else { minutes };
            column.served_mean /= held as f64;
            column.both_mean /= held as f64;
        }
        Self { from_ms, minutes, all: columns }
    }

    fn peak(&self) -> f64 {
        self.all.iter().map(|column| column.both_peak).fold(0.0, f64::max)
    }

    /// The first and last instant of a column.
    fn ends(&self, index: usize) -> (i64, i64) {
        let from = self.from_ms + index as i64 * self.minutes * MINUTE_MS;
        (from, from + self.minutes * MINUTE_MS)
    }

    /// Fills from the lane's bottom up to a value of every column: one area for each run of columns above nothing.
    fn fill(&self, sheet: &mut Sheet, frame: &Frame, tokens: &Scale, value: fn(&Column) -> f64, ink: Ink) {
        let base = frame.bottom;
        let mut outline: Vec<(f64, f64)> = Vec::new();
        for (index, column) in self.all.iter().enumerate() {
            let (from, to) = self.ends(index);
            let (left, right, y) = (frame.x(from), frame.x(to), tokens.at(value(column)));
            if value(column) <= 0.0 {
                close(sheet, &mut outline, base, ink);
                continue;
            }
            if outline.is_empty() {
                outline.push((left, base));
            }
            outline.extend([(left, y), (right, y)]);
        }
        close(sheet, &mut outline, base, ink);
    }
}

/// a / b of positive numbers, rounded up.
fn div_ceil(a: i64, b: i64) -> i64 {
    (a + b - 1) / b
}

/// Ends an outline at the lane's bottom and fills it.
fn close(sheet: &mut Sheet, outline: &mut Vec<(f64, f64)>, base: f64, ink: Ink) {
    if let Some((right, _)) = outline.last().copied() {
        outline.push((right, base));
        sheet.area(std::mem::take(outline), ink);
    }
}

fn draw_title(sheet: &mut Sheet, lane: &TokenLane, baseline: f64) {
    let (style, note) = (Type::new(14.0, Ink::TEXT).bold(), Type::new(12.5, Ink::MUTED));
    let sum =
        |part: fn(&TokenMinute) -> u64| lane.minutes.iter().map(|minute| u128::from(part(minute))).sum();
    let (served, overflowed, refused): (u128, u128, u128) =
        (sum(|minute| minute.served), sum(|minute| minute.overflowed), sum(|minute| minute.refused));
    let all = served + overflowed + refused;
    let share = |part: u128| grouped(part as f64 / all.max(1) as f64 * 100.0, 2);
    let parts = [("served", served), ("overflowed", overflowed), ("refused", refused)];
    let parts = parts.iter().filter(|(_, part)| *part > 0);
    let parts: Vec<String> = parts.map(|(name, part)| format!("{name} {} %", share(*part))).collect();
    let totals = match parts.as_slice() {
        [] => "no tokens".to_owned(),
        parts => format!("{} tokens: {}", grouped(all as f64, 0), parts.join(", ")),
    };
    sheet.text(RIGHT, baseline, &totals, note.align(Align::Right));
    let room = RIGHT - LEFT - note.width(&totals) - 130.0;
    let name = super::sheet::shortened(&super::sheet::printable(&lane.name), room, style);
    sheet.text(LEFT, baseline, &name, style);
    sheet.text(LEFT + style.width(&name) + 14.0, baseline, "tokens/min", note);
}

fn draw_lane(sheet: &mut Sheet, lane: &TokenLane, columns: &Columns, ticks: &[(i64, String)], frame: &Frame) {
    let quota_most = lane.quota.iter().filter_map(|(_, quota)| *quota).max().unwrap_or(0) as f64;
    let most = match columns.peak().max(quota_most) {
        most if most > 0.0 => most * 1.06,
        _ => 1.0,
    };
    let tokens = Scale { low: 0.0, high: most, from: frame.bottom, to: frame.top + STRIP };
    for (ms, _) in ticks {
        sheet.vertical(frame.x(*ms), frame.top + STRIP, frame.bottom, 1.0, Ink::GRID);
    }
    if columns.minutes > 1 {
        columns.fill(sheet, frame, &tokens, |column| column.both_peak, series(1).tint(PEAK_TINT));
        columns.fill(sheet, frame, &tokens, |column| column.served_peak, series(0).tint(PEAK_TINT));
    }
    columns.fill(sheet, frame, &tokens, |column| column.both_mean, series(1));
    columns.fill(sheet, frame, &tokens, |column| column.served_mean, series(0));
    draw_refusals(sheet, columns, frame);
    let marks = Ticks::for_span(most, 5);
    for tick in marks.between(0.0, most) {
        let y = tokens.at(tick);
        sheet.horizontal(y, LEFT - 5.0, LEFT, 1.0, Ink::AXIS);
        let style = Type::new(12.0, Ink::MUTED).align(Align::Right);
        sheet.text(LEFT - 9.0, y + 4.3, &grouped(tick, marks.decimals), style);
    }
    sheet.vertical(LEFT, frame.top + STRIP, frame.bottom, 1.0, Ink::AXIS);
    sheet.horizontal(frame.bottom, LEFT, RIGHT, 1.0, Ink::AXIS);
    draw_quota(sheet, lane, &tokens, frame);
}

/// A strip above the tokens, where calls were refused; never thinner than a point, since a missing one would mislead.
fn draw_refusals(sheet: &mut Sheet, columns: &Columns, frame: &Frame) {
    let mut open: Option<(f64, f64)> = None;
    let draw = |sheet: &mut Sheet, (from, to): (f64, f64)| {
        sheet.block(from, frame.top, (to - from).max(1.0), STRIP - 3.0, Ink::ALARM);
    };
    for (index, _) in columns.all.iter().enumerate().filter(|(_, column)| column.has_refused) {
        let (from, to) = columns.ends(index);
        let (from, to) = (frame.x(from), frame.x(to));
        open = match open {
            Some((start, end)) if from - end < 0.01 => Some((start, to)),
            before => {
                if let Some(stretch) = before {
                    draw(sheet, stretch);
                }
                Some((from, to))
            }
        };
    }
    if let Some(stretch) = open {
        draw(sheet, stretch);
    }
}

/// The quota as a step line, with a gap where there is none, and its last value at the right.
fn draw_quota(sheet: &mut Sheet, lane: &TokenLane, tokens: &Scale, frame: &Frame) {
    let mut line: Vec<(f64, f64)> = Vec::new();
    for (index, &(ms, quota)) in lane.quota.iter().enumerate() {
        let until = lane.quota.get(index + 1).map_or(i64::MAX, |&(next, _)| next);
        let (from, to) = (frame.x(ms), frame.x(until));
        match quota {
            Some(quota) if to > from => {
                let y = tokens.at(quota as f64);
                line.extend([(from, y), (to, y)]);
            }
            Some(_) => {}
            None => sheet.path(std::mem::take(&mut line), QUOTA_WIDTH, Ink::TEXT),
        }
    }
    sheet.path(line, QUOTA_WIDTH, Ink::TEXT);
    if let Some(last) = lane.quota.iter().rev().find_map(|(_, quota)| *quota) {
        let y = tokens.at(last as f64);
        let style = Type::new(12.0, Ink::TEXT);
        sheet.text(RIGHT + 8.0, y - 2.0, "quota", style);
        sheet.text_within(
            RIGHT + 8.0,
            y + 13.0,
            WIDTH - RIGHT - 16.0,
            &format!("{}/min", grouped(last as f64, 0)),
            style,
        );
    }
}

const QUOTA_WIDTH: f64 = 2.0;

fn draw_time_axis(sheet: &mut Sheet, picture: &TrafficPicture, time: &Scale, y: f64) {
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
fn draw_key(sheet: &mut Sheet, picture: &TrafficPicture, columns: &[Columns]) {
    let style = Type::new(12.5, Ink::MUTED);
    let (mut x, y) = (24.0, 92.0);
    let mut entry = |sheet: &mut Sheet, mark: &dyn Fn(&mut Sheet, f64), text: &str| {
        mark(sheet, x);
        sheet.text(x + 34.0, y, text, style);
        x += 34.0 + style.width(text) + 22.0;
    };
    let any = |test: fn(&TokenMinute) -> bool| picture.lanes.iter().any(|lane| lane.minutes.iter().any(test));
    let per_column = columns.iter().map(|columns| columns.minutes).max().unwrap_or(1);
    let swatch = |ink: Ink| {
        move |sheet: &mut Sheet, x: f64| {
            if per_column > 1 {
                sheet.block(x, y - 11.0, 28.0, 5.0, ink.tint(PEAK_TINT));
                sheet.block(x, y - 6.0, 28.0, 8.0, ink);
            } else {
                sheet.block(x, y - 11.0, 28.0, 13.0, ink);
            }
        }
    };
    let has_quota = picture.lanes.iter().any(|lane| !lane.quota.is_empty());
    if has_quota {
        entry(sheet, &|sheet, x| sheet.horizontal(y - 4.5, x, x + 28.0, QUOTA_WIDTH, Ink::TEXT), "quota");
    }
    if any(|minute| minute.served > 0) {
        entry(sheet, &swatch(series(0)), if has_quota { "in quota" } else { "served" });
    }
    if any(|minute| minute.overflowed > 0) {
        entry(sheet, &swatch(series(1)), "overflow, on top");
    }
    if any(|minute| minute.refused > 0) {
        let mark = |sheet: &mut Sheet, x: f64| sheet.block(x, y - 9.0, 28.0, STRIP - 3.0, Ink::ALARM);
        entry(sheet, &mark, "some refused");
    }
    if per_column > 1 {
        let text = format!("each column {per_column} minutes: full colour their mean, pale the busiest");
        entry(sheet, &|_, _| (), &text);
    }
}
