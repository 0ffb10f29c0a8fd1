//! A film at an instant, as lines for a terminal.

use super::lanes::{Course, Lane, Look, Span};
use super::{Film, ledger::SoFar};
use crate::units::{Money, SimSpan, SimTime, UnitPrice};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How much fits on the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Columns.
    pub width: usize,
    /// Lines.
    pub height: usize,
}

/// Styles as terminals know them (SGR).
const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
/// Colours of markets, in the scenario's order; then again from the first.
const MARKETS: [&str; 5] = [GREEN, "36", "34", "35", "92"];
/// Heights of a price or balance, the lowest first.
const STEPS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const LEGEND: &str = "█ serving ▒ starting ░ waiting × trouble · off  spot: ▁▄ to the bid, ▅█ above";
/// So high must a terminal be for a legend, and for blank lines between the parts.
const ROOMY: usize = 20;

/// The picture at `now`: at most `size.height` lines, none wider than `size.width`; with `color`, styled. What happens at
/// `now` itself has happened.
pub fn frame(film: &Film, now: SimTime, size: Size, color: bool) -> String {
    let end = SimTime::ZERO + film.horizon;
    let paint = Paint { width: size.width.max(20), color };
    let is_over = now >= end;
    let so_far = film.ledger.at(if is_over { SimTime::NEVER } else { now });
    let plan = Parts::of(film, size.height);
    let mut lines = vec![paint.line(&[(BOLD, &film.title)]), clock_line(film, now.min(end), paint)];
    let blank = |lines: &mut Vec<String>| {
        if plan.is_roomy {
            lines.push(String::new());
        }
    };
    blank(&mut lines);
    lane_lines(film, now.min(end), plan.lanes, paint, &mut lines);
    if plan.is_roomy {
        lines.push(paint.line(&[(DIM, LEGEND)]));
    }
    blank(&mut lines);
    event_lines(film, now, plan.events, paint, &mut lines);
    blank(&mut lines);
    ledger_lines(film, &so_far, plan.rows, paint, &mut lines);
    lines.push(total_line(film, &so_far, is_over, paint));
    lines.truncate(size.height.max(1));
    lines.join("\n")
}

/// How many lines each part gets.
#[derive(Clone, Copy, Debug)]
struct Parts {
    lanes: usize,
    events: usize,
    rows: usize,
    is_roomy: bool,
}

impl Parts {
    fn of(film: &Film, height: usize) -> Self {
        let is_roomy = height >= ROOMY;
        // Title, clock, two headings, total; then the legend and three blank lines.
        let left = height.saturating_sub(if is_roomy { 9 } else { 5 });
        let lanes = film.lanes.len().min(left * 2 / 5);
        let events = (left - lanes) * 2 / 5;
        Self { lanes, events, rows: left - lanes - events, is_roomy }
    }
}

/// Lays words out in a width, with styles if there are colours.
#[derive(Clone, Copy, Debug)]
struct Paint {
    width: usize,
    color: bool,
}

impl Paint {
    /// Styled pieces one after the other, cut where the width ends.
    fn line(self, pieces: &[(&str, &str)]) -> String {
        let mut left = self.width;
        let mut line = String::new();
        for (style, text) in pieces {
            let text = cut(text, left);
            left -= text.width();
            line.push_str(&self.styled(style, &text));
        }
        line
    }

    fn styled(self, style: &str, text: &str) -> String {
        if !self.color || style.is_empty() || text.is_empty() {
            return text.to_owned();
        }
        format!("\x1b[{style}m{text}\x1b[0m")
    }
}

/// As much of a text as fits, with "…" where something is missing. A scenario's name moves no cursor: control characters
/// are shown as a mark.
fn cut(text: &str, width: usize) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if clean.width() <= width {
        return clean;
    }
    let (mut short, mut used) = (String::new(), 0);
    for c in clean.chars() {
        used += c.width().unwrap_or(0);
        if used >= width {
            break;
        }
        short.push(c);
    }
    if width > 0 {
        short.push('…');
    }
    short
}

/// Cut or filled up with blanks, on the right or on the left.
fn fit(text: &str, width: usize, is_number: bool) -> String {
    let text = cut(text, width);
    let blanks = " ".repeat(width.saturating_sub(text.width()));
    if is_number { blanks + &text } else { text + &blanks }
}

/// The simulated time, as finely as it can be read while it passes.
fn clock_line(film: &Film, now: SimTime, paint: Paint) -> String {
    let (finest, letters) = match film.horizon {
        horizon if horizon > SimSpan::WEEK => (SimSpan::HOUR, 16),
        horizon if horizon > SimSpan::DAY => (SimSpan::MINUTE, 16),
        _ => (SimSpan::SECOND, 19),
    };
    let past = SimSpan::from_ms(now.as_ms() - now.as_ms().rem_euclid(finest.as_ms()));
    let clock = film.clock(now);
    let past = fit(&past.to_string(), 11, true);
    let words = format!("{}  {past} of {}  ", clock.get(..letters).unwrap_or(&clock), film.horizon);
    let (done, all) = (i128::from(now.as_ms()), i128::from(film.horizon.as_ms().max(1)));
    let bar = paint.width.saturating_sub(words.width() + 6).min(60);
    let filled = (done * bar as i128 / all) as usize;
    let share = format!(" {} %", done * 100 / all);
    paint.line(&[("", &words), (GREEN, &"█".repeat(filled)), (DIM, &"░".repeat(bar - filled)), ("", &share)])
}

/// Columns of a lane: name, time, what is said of the present.
struct Columns {
    name: usize,
    time: usize,
    detail: usize,
}

fn lane_lines(film: &Film, now: SimTime, room: usize, paint: Paint, lines: &mut Vec<String>) {
    let all = film.lanes.len();
    let shown = if all > room { room.saturating_sub(1) } else { all };
    let widest = film.lanes.iter().map(|lane| lane.name.width()).max().unwrap_or(0);
    let name = widest.min(paint.width / 5);
    let detail = (paint.width * 3 / 10).min(44);
    let columns = Columns { name, time: paint.width.saturating_sub(name + detail + 4), detail };
    for lane in &film.lanes[..shown] {
        lines.push(lane_line(film, lane, now, &columns, paint));
    }
    if shown < all && room > 0 {
        lines.push(paint.line(&[(DIM, &format!("… {} more on a higher terminal", all - shown))]));
    }
}

fn lane_line(film: &Film, lane: &Lane, now: SimTime, columns: &Columns, paint: Paint) -> String {
    let cells: Vec<(SimTime, SimTime)> = cells(film.horizon, columns.time, now);
    let (cells, detail) = match &lane.course {
        Course::Status(spans) => (blocks(spans, &cells), present(spans, now)),
        Course::Price(points, bid) => price_steps(points, *bid, &cells),
        Course::Balance(points) => balance_steps(points, &cells, &film.currency),
    };
    let mut line = format!("{}  ", fit(&lane.name, columns.name, false));
    let drawn = cells.len();
    // Neighbours of one style are written together.
    for run in cells.chunk_by(|a, b| a.0 == b.0) {
        let text: String = run.iter().map(|(_, c)| *c).collect();
        line.push_str(&paint.styled(run[0].0, &text));
    }
    line.push_str(&" ".repeat(columns.time.saturating_sub(drawn) + 2));
    line + &cut(&detail, columns.detail)
}

/// The stretches of time behind the columns, as far as time has come.
fn cells(horizon: SimSpan, columns: usize, now: SimTime) -> Vec<(SimTime, SimTime)> {
    let edge = |column: usize| {
        let ms = i128::from(horizon.as_ms()) * column as i128 / columns.max(1) as i128;
        SimTime::from_ms(ms as i64)
    };
    let all = (0..columns).map(|column| (edge(column), edge(column + 1).min(now)));
    all.take_while(|(from, to)| from < to).collect()
}

/// A styled letter.
type Cell = (&'static str, char);

/// Blocks of a status: in each column what lasted longest in it, with labels where they fit.
fn blocks(spans: &[Span], cells: &[(SimTime, SimTime)]) -> Vec<Cell> {
    let longest = |(from, to): &(SimTime, SimTime)| {
        let first = spans.partition_point(|span| span.from <= *from).saturating_sub(1);
        let inside = spans[first..].iter().enumerate().take_while(|(_, span)| span.from < *to);
        let lasting = inside.map(|(index, span)| {
            let end = spans.get(first + index + 1).map_or(*to, |next| next.from.min(*to));
            (end.since(span.from.max(*from)), first + index)
        });
        // Of equals the later one.
        lasting.filter(|(span, _)| span.is_positive()).max().map(|(_, index)| index)
    };
    let held: Vec<Option<usize>> = cells.iter().map(longest).collect();
    let mut drawn: Vec<Cell> =
        held.iter().map(|index| index.map_or(("", ' '), |index| glyph(spans[index].look))).collect();
    let mut start = 0;
    for run in held.chunk_by(|a, b| same_label(spans, *a, *b)) {
        let label = run[0].map_or("", |index| spans[index].label.as_str());
        // One letter of the block stays on either side.
        if !label.is_empty() && label.width() == label.chars().count() && label.width() + 2 <= run.len() {
            for (cell, c) in drawn[start + 1..].iter_mut().zip(label.chars()) {
                cell.1 = c;
            }
        }
        start += run.len();
    }
    drawn
}

fn same_label(spans: &[Span], a: Option<usize>, b: Option<usize>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (spans[a].look, &spans[a].label) == (spans[b].look, &spans[b].label),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn glyph(look: Look) -> Cell {
    match look {
        Look::Serving(market) => (MARKETS[market % MARKETS.len()], '█'),
        Look::Starting => (YELLOW, '▒'),
        Look::Waiting => (RED, '░'),
        Look::Trouble => (RED, '×'),
        Look::Off => (DIM, '·'),
    }
}

fn present(spans: &[Span], now: SimTime) -> String {
    spans.iter().rev().find(|span| span.from <= now).map_or_else(String::new, |span| span.detail.clone())
}

/// The values that hold somewhere in a stretch.
fn within<T: Copy>(points: &[(SimTime, T)], (from, to): (SimTime, SimTime)) -> impl Iterator<Item = T> {
    let first = points.partition_point(|(at, _)| *at <= from).saturating_sub(1);
    points[first..].iter().take_while(move |(at, _)| *at < to).map(|(_, value)| *value)
}

/// The highest price in each column: between the lowest of the run and the bid in the lower half, above it in the upper.
fn price_steps(
    points: &[(SimTime, UnitPrice)],
    bid: Option<UnitPrice>,
    cells: &[(SimTime, SimTime)],
) -> (Vec<Cell>, String) {
    let known = |price: &UnitPrice| price.is_known();
    let all = || points.iter().map(|(_, price)| *price).filter(known).map(UnitPrice::as_nano);
    let (low, high) = (all().min().unwrap_or(0), all().max().unwrap_or(0));
    let cell = |stretch: &(SimTime, SimTime)| {
        let Some(price) = within(points, *stretch).filter(known).max() else { return ("", ' ') };
        let nano = price.as_nano();
        match bid.map(UnitPrice::as_nano) {
            Some(bid) if nano > bid => (RED, STEPS[4 + step(nano, (bid, high), 4)]),
            Some(bid) => (GREEN, STEPS[step(nano, (low, bid), 4)]),
            None => ("", STEPS[step(nano, (low, high), 8)]),
        }
    };
    let now = cells.last().and_then(|stretch| within(points, *stretch).last());
    let price = match now {
        Some(price) if price.is_known() => price.to_string(),
        Some(_) | None => "unknown".to_owned(),
    };
    let detail = bid.map_or_else(|| price.clone(), |bid| format!("{price}, bid {bid}"));
    (cells.iter().map(cell).collect(), detail)
}

/// Which of so many equal steps between two values a value is on.
fn step(value: i64, (low, high): (i64, i64), steps: usize) -> usize {
    let (above, all) = (i128::from(value) - i128::from(low), i128::from(high) - i128::from(low));
    (above * steps as i128 / all.max(1)).clamp(0, steps as i128 - 1) as usize
}

/// The lowest balance in each column, between nothing and the highest of the run; below nothing red.
fn balance_steps(
    points: &[(SimTime, Money)],
    cells: &[(SimTime, SimTime)],
    currency: &str,
) -> (Vec<Cell>, String) {
    let most = points.iter().map(|(_, amount)| amount.as_pico()).max().unwrap_or(1).max(1);
    let cell = |stretch: &(SimTime, SimTime)| match within(points, *stretch).min() {
        Some(amount) if amount < Money::ZERO => (RED, '×'),
        Some(amount) => (GREEN, STEPS[(amount.as_pico() * 8 / most).clamp(0, 7) as usize]),
        None => ("", ' '),
    };
    let now = cells.last().and_then(|stretch| within(points, *stretch).last());
    let detail = now.map_or_else(String::new, |amount| format!("{amount:.2} {currency} available"));
    (cells.iter().map(cell).collect(), detail)
}

/// The last of what has happened, the newest at the bottom.
fn event_lines(film: &Film, now: SimTime, room: usize, paint: Paint, lines: &mut Vec<String>) {
    lines.push(paint.line(&[(BOLD, "What happened")]));
    let happened = film.events.partition_point(|event| event.at <= now);
    let first = happened.saturating_sub(room);
    for event in &film.events[first..happened] {
        let at = format!("  {}  ", film.clock(event.at));
        lines.push(paint.line(&[(DIM, &at), (BOLD, &event.who), ("", "  "), ("", &event.text)]));
    }
    lines.extend(std::iter::repeat_n(String::new(), room - (happened - first)));
}

/// The last rows of the bill: closed ones in the order in which they did, then open ones with what they took in so far.
fn ledger_lines(film: &Film, so_far: &SoFar, room: usize, paint: Paint, lines: &mut Vec<String>) {
    let currency = format!("The bill, {}", film.currency);
    lines.push(paint.line(&[(BOLD, &currency)]));
    let rows = film.ledger.rows();
    let closed = so_far.closed_rows.iter().map(|index| (*index, rows[*index].amount, false));
    let open = so_far.open_rows.iter().map(|(index, taken)| (*index, *taken, true));
    let all: Vec<(usize, Money, bool)> = closed.chain(open).collect();
    let shown = &all[all.len().saturating_sub(room)..];
    // Month, day, hour and minute tell rows apart where there is room for nothing more.
    let short = |at: SimTime| film.clock(at).get(5..16).unwrap_or_default().to_owned();
    let amount_width = 20;
    for (index, amount, is_open) in shown {
        let row = &rows[*index];
        let to = if *is_open { "…".to_owned() } else { short(row.closes) };
        let when = format!("  {} – {}  ", short(row.from), fit(&to, 11, false));
        let who = if row.who.is_empty() { String::new() } else { format!("{}  ", row.who) };
        let what = paint.width.saturating_sub(when.width() + amount_width);
        let words = fit(&format!("{who}{}", row.what), what, false);
        let style = if *is_open { YELLOW } else { "" };
        let amount = fit(&amount.to_string(), amount_width, true);
        lines.push(paint.line(&[(DIM, &when), (style, &words), (style, &amount)]));
    }
    lines.extend(std::iter::repeat_n(String::new(), room - shown.len()));
}

fn total_line(film: &Film, so_far: &SoFar, is_over: bool, paint: Paint) -> String {
    let total = so_far.closed + so_far.open;
    let words = if is_over {
        format!("total: {total} {}", film.currency)
    } else {
        format!("so far: {total} {} ({} closed, {} running)", film.currency, so_far.closed, so_far.open)
    };
    paint.line(&[(BOLD, &words)])
}
