//! The lane of what was held, and the reclaims below it.

use super::palette::{Ink, series};
use super::price_lane::letter;
use super::sheet::{Align, Sheet, Type, printable, shortened};
use super::timeline::{HeldBlock, HeldKind, LEFT, RIGHT, TimeAxis, TimelinePicture, WIDTH};

const BLOCKS_TOP: f64 = 26.0;
const BLOCKS_HEIGHT: f64 = 34.0;
/// A block narrower than this many points is drawn as wide, since a missing one would mislead.
const NARROWEST: f64 = 1.0;
/// Rows of reasons below the marks.
const REASON_ROWS: usize = 2;
const REASON_PITCH: f64 = 16.0;

/// The colour of what has no price lane.
pub(super) const NO_MARKET: Ink = Ink(120, 120, 120);
const REASON: Type = Type::new(12.0, Ink::ALARM);

/// Title, blocks, marks and rows of reasons, in points.
pub(super) fn usage_lane_height(picture: &TimelinePicture, reasons: &Reasons) -> f64 {
    let marks = if picture.reclaims.is_empty() { 14.0 } else { 24.0 };
    BLOCKS_TOP + BLOCKS_HEIGHT + marks + REASON_PITCH * reasons.rows() as f64
}

/// Draws what was held, with its reclaims.
pub(super) fn draw_usage_lane(
    sheet: &mut Sheet,
    picture: &TimelinePicture,
    reasons: &Reasons,
    time: &TimeAxis,
    (top, bottom): (f64, f64),
) {
    sheet.text(LEFT, top + 18.0, "type held", Type::new(14.0, Ink::TEXT).bold());
    let (blocks_top, blocks_bottom) = (top + BLOCKS_TOP, top + BLOCKS_TOP + BLOCKS_HEIGHT);
    time.draw_grid(sheet, blocks_top, bottom);
    for block in picture.held.iter().filter(|block| block.to_ms > block.from_ms) {
        let (from, to) = (time.at(block.from_ms), time.at(block.to_ms));
        let to = to.max(from + NARROWEST);
        draw_block(
            sheet,
            block.kind,
            block.lane.map_or(NO_MARKET, series),
            (from, to),
            (blocks_top, blocks_bottom),
        );
        if let Some(text) = block_text(block, to - from - 10.0) {
            let baseline = f64::midpoint(blocks_top, blocks_bottom) + 3.5;
            // White behind words on hatching or across the stopped line.
            if matches!(block.kind, HeldKind::Starting | HeldKind::Stopped) {
                sheet.block(from + 3.0, baseline - 12.0, BLOCK.width(&text) + 5.0, 16.0, Ink::WHITE);
            }
            sheet.text(from + 5.0, baseline, &text, BLOCK);
        }
    }
    if picture.held.is_empty() {
        sheet.text(LEFT + 6.0, blocks_top + 21.0, "nothing held", Type::new(12.5, Ink::MUTED));
    }
    if !picture.reclaims.is_empty() {
        for (ms, _) in &picture.reclaims {
            draw_reclaim(sheet, time.at(*ms), blocks_bottom + 6.0);
        }
        reasons.draw(sheet, picture, blocks_bottom);
    }
}

const BLOCK: Type = Type::new(12.5, Ink::TEXT);

/// The market's letter and the label, only the letter, or nothing. Half a name helps nobody.
fn block_text(block: &HeldBlock, room: f64) -> Option<String> {
    let letter = block.lane.map(|index| letter(index).to_string());
    let whole = match (block.kind, &letter) {
        (HeldKind::Running | HeldKind::Starting, Some(letter)) => format!("{letter}  {}", block.label),
        _ => block.label.clone(),
    };
    let short = letter.filter(|_| block.kind == HeldKind::Running);
    std::iter::once(whole).chain(short).find(|text| !text.trim().is_empty() && BLOCK.width(text) <= room)
}

/// One stretch. Kinds differ by filling and outline, markets by colour.
pub(super) fn draw_block(
    sheet: &mut Sheet,
    kind: HeldKind,
    ink: Ink,
    (from, to): (f64, f64),
    (top, bottom): (f64, f64),
) {
    let (width, height) = (to - from, bottom - top);
    match kind {
        HeldKind::Running => {
            sheet.block(from, top, width, height, ink.tint(0.5));
            sheet.block(from, bottom - 4.0, width, 4.0, ink);
        }
        HeldKind::Starting => {
            sheet.block(from, top, width, height, ink.tint(0.18));
            sheet.hatch((from, to), (top, bottom), 5.0, ink.tint(0.7));
        }
        HeldKind::Waiting => {
            sheet.block(from, top, width, height, Ink::WHITE);
            sheet.frame(from, top, width, height, 1.5, Ink::ALARM);
        }
        HeldKind::Stopped => sheet.block(from, f64::midpoint(top, bottom) - 1.0, width, 2.0, Ink::AXIS),
    }
}

/// A ▼ whose upper edge is at `y`.
pub(super) fn draw_reclaim(sheet: &mut Sheet, x: f64, y: f64) {
    sheet.area(vec![(x - 5.0, y), (x + 5.0, y), (x, y + 9.0)], Ink::ALARM);
}

/// The reasons that have room below their marks.
pub(super) struct Reasons {
    /// (left end, row, text).
    placed: Vec<(f64, usize, String)>,
}

impl Reasons {
    /// Places reasons from left to right, each in the first row where it covers no other.
    pub(super) fn placed(picture: &TimelinePicture, time: &TimeAxis) -> Self {
        let all_alike = same_reason(picture).is_some() && picture.reclaims.len() > REASON_ROWS;
        if all_alike {
            return Self { placed: Vec::new() };
        }
        let mut free_from = [LEFT - 4.0; REASON_ROWS];
        let mut placed = Vec::new();
        for (ms, reason) in &picture.reclaims {
            let text = shortened(&printable(reason), WIDTH - LEFT - 8.0, REASON);
            let width = REASON.width(&text);
            let left = (time.at(*ms) - 4.0).min(WIDTH - 8.0 - width).max(LEFT - 4.0);
            if let Some(row) = (0..REASON_ROWS).find(|&row| free_from[row] <= left) {
                free_from[row] = left + width + 12.0;
                placed.push((left, row, text));
            }
        }
        Self { placed }
    }

    fn rows(&self) -> usize {
        self.placed.iter().map(|(_, row, _)| row + 1).max().unwrap_or(0)
    }

    fn draw(&self, sheet: &mut Sheet, picture: &TimelinePicture, top: f64) {
        let all = picture.reclaims.len();
        for (left, row, text) in &self.placed {
            sheet.text(*left, top + 29.0 + REASON_PITCH * *row as f64, text, REASON);
        }
        let count = if all == 1 { "1 reclaim".to_owned() } else { format!("{all} reclaims") };
        let told = self.placed.len();
        let text = match same_reason(picture) {
            Some(reason) if told == 0 => {
                format!("{count}, each for: {}", shortened(&printable(reason), WIDTH / 2.0, REASON))
            }
            _ if told < all => format!("{count}; there is room for the reasons of {told}"),
            _ => count,
        };
        sheet.text(RIGHT, top - BLOCKS_HEIGHT - 8.0, &text, REASON.align(Align::Right));
    }
}

/// The reason that all reclaims share, if they do: it is said once and not at every mark.
fn same_reason(picture: &TimelinePicture) -> Option<&str> {
    let ((_, first), rest) = picture.reclaims.split_first()?;
    rest.iter().all(|(_, reason)| reason == first).then_some(first.as_str())
}
