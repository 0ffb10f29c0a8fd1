//! The window of each clock: the part of its records that is replayed.

use crate::scenario::context::Context;
use crate::scenario::decode::clocks::ClockDecl;
use crate::scenario::diagnostics::{Diagnostics, Span};
use crate::scenario::values::Field;
use crate::units::{Calendar, SimSpan, UnitPrice};
use crate::world::{ClockMode, History, PriceProcess};

/// Fewer independent windows than this say little about the spread of results.
const FEW_WINDOWS: f64 = 10.0;
/// Smaller steps are nothing that the record itself would not do.
const LARGE_STEP: f64 = 0.05;
/// Steps of one clock that are told one by one.
const MOST_STEPS_SHOWN: usize = 8;

/// A window, and how many independent pieces of the wanted length it holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    /// First millisecond.
    pub(super) start_unix_ms: i64,
    /// One past the last.
    pub(super) end_unix_ms: i64,
    /// How much of it is replayed: with the hour of the week kept, whole weeks.
    pub(super) replayed: SimSpan,
    /// Independent windows of the horizon's length.
    pub(super) independent: f64,
    /// Blocks it holds, if blocks of it are strung together.
    pub(super) blocks: Option<f64>,
}

/// The windows of all clocks, in order. All series declared on a clock count, used or not, so that one more
/// strategy moves no other's luck.
pub(super) fn windows(ctx: &mut Context) -> Option<Vec<Window>> {
    let mut found = Vec::new();
    let mut right = true;
    for (name, clock) in ctx.clocks.names.iter().zip(&ctx.clocks.items) {
        match window(name, clock, (ctx.horizon, ctx.calendar.as_ref()), &mut ctx.out) {
            Some(window) => found.push(window),
            None => right = false,
        }
    }
    right.then_some(found)
}

fn window(
    name: &str,
    clock: &ClockDecl,
    frame: (Option<SimSpan>, Option<&Calendar>),
    out: &mut Diagnostics,
) -> Option<Window> {
    let (mode, horizon, calendar) = (clock.mode?, frame.0?, frame.1?);
    if !clock.complete || matches!(clock.from, Field::Bad) || matches!(clock.to, Field::Bad) {
        return None;
    }
    let (Some(first), Some(end)) = (
        clock.records.iter().map(|(first, _)| *first).max(),
        clock.records.iter().map(|(_, end)| *end).max(),
    ) else {
        // After an error the record may just not have been read.
        if !out.has_errors() {
            out.note(clock.span, format!("no record follows the clock \"{name}\"; it has no effect"));
        }
        return Some(Window {
            start_unix_ms: 0,
            end_unix_ms: 0,
            replayed: SimSpan::ZERO,
            independent: 0.0,
            blocks: None,
        });
    };
    let start_unix_ms = clock.from.good().copied().unwrap_or(first);
    let end_unix_ms = clock.to.good().copied().unwrap_or(end);
    let span = SimSpan::from_ms(end_unix_ms - start_unix_ms);
    beyond_records(name, clock, (start_unix_ms, end_unix_ms), (first, end), out);
    let place = (name, clock.mode_span);
    // With the hour of the week kept, whole weeks are replayed, from the first instant with the scenario's own.
    let weeks = SimSpan::from_ms(span.as_ms() - until_hour_of_week(start_unix_ms, calendar).as_ms());
    let weeks = SimSpan::from_ms(weeks.as_ms().div_euclid(SimSpan::WEEK.as_ms()) * SimSpan::WEEK.as_ms());
    let (replayed, block) = match mode {
        ClockMode::Fixed(at) => {
            fixed(place, at, (first, end), horizon, out);
            (span, None)
        }
        ClockMode::Circular { keep_hour_of_week: true } => {
            enough(place, span, None, out)?;
            has_week(place, span, weeks, out)?;
            (weeks, None)
        }
        ClockMode::Circular { keep_hour_of_week: false } => {
            enough(place, span, None, out)?;
            (span, None)
        }
        ClockMode::Blocks { length, keep_hour_of_week: true } => {
            enough(place, span, None, out)?;
            has_week(place, span, weeks, out)?;
            (weeks, Some(length))
        }
        ClockMode::Blocks { length, keep_hour_of_week: false } => {
            enough(place, span, Some(length), out)?;
            (span, Some(length))
        }
    };
    let independent = ratio(replayed, horizon).max(0.0);
    let blocks = block.map(|length| ratio(replayed, length));
    few_windows(place, mode, (replayed, independent, blocks), out);
    Some(Window { start_unix_ms, end_unix_ms, replayed, independent, blocks })
}

/// Warns of records that say little about the spread. A fixed clock is one window because that is wanted.
fn few_windows(
    (name, at): (&str, Span),
    mode: ClockMode,
    (replayed, independent, blocks): (SimSpan, f64, Option<f64>),
    out: &mut Diagnostics,
) {
    match mode {
        ClockMode::Fixed(_) => return,
        ClockMode::Circular { .. } | ClockMode::Blocks { .. } => {}
    }
    if independent >= FEW_WINDOWS {
        return;
    }
    let message = format!(
        "the records of \"{name}\" hold only {independent:.1} independent windows of the horizon's length"
    );
    let item = out.warning(at, message);
    item.label(format!("{replayed} of records"));
    item.help("more replications than that repeat the same weather; read the spread with care");
    if let Some(blocks) = blocks {
        item.help(format!(
            "its {blocks:.1} blocks are strung together anew each time, but no others come in"
        ));
    }
}

/// Notes where the end of a record is joined to its beginning, and the prices that step there: those steps are of our
/// making, not of the market's.
pub(super) fn joints(windows: &[Window], ctx: &mut Context) {
    let (Some(horizon), Some(calendar)) = (ctx.horizon, ctx.calendar.as_ref()) else { return };
    for (index, window) in windows.iter().enumerate() {
        let (name, clock) = (&ctx.clocks.names[index], &ctx.clocks.items[index]);
        let keep_hour_of_week = match clock.mode {
            Some(ClockMode::Circular { keep_hour_of_week }) if window.replayed.is_positive() => {
                keep_hour_of_week
            }
            Some(ClockMode::Circular { .. } | ClockMode::Fixed(_) | ClockMode::Blocks { .. }) | None => {
                continue;
            }
        };
        let skipped =
            if keep_hour_of_week { until_hour_of_week(window.start_unix_ms, calendar).as_ms() } else { 0 };
        let start = window.start_unix_ms + skipped;
        let mut steps: Vec<(f64, String)> = Vec::new();
        for (market, decl) in ctx.markets.names.iter().zip(&ctx.markets.items) {
            let series = [
                ("standard", &decl.standard),
                ("spot_protected", &decl.spot_protected),
                ("spot_unprotected", &decl.spot_unprotected),
            ];
            for (field, process) in series {
                let Some(PriceProcess::Replay(replay)) = process.good() else { continue };
                if replay.clock != index {
                    continue;
                }
                let step = step_at_joint(&replay.history, start, start + window.replayed.as_ms());
                if let Some((step, from, to)) = step.filter(|(step, ..)| step.abs() > LARGE_STEP) {
                    let percent = step * 100.0;
                    let text = format!(
                        "{field} of market \"{market}\" steps by {percent:+.1} % there, from {from} to {to}"
                    );
                    steps.push((step, text));
                }
            }
        }
        steps.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
        let share = share_past_joint(horizon, window.replayed, keep_hour_of_week) * 100.0;
        if share <= 0.0 {
            continue;
        }
        let message = format!("the end of the records of \"{name}\" is joined to their beginning");
        let item = ctx.out.note(clock.mode_span, message);
        item.label(format!("about {share:.0} % of the replications pass the joint"));
        for (_, text) in steps.iter().take(MOST_STEPS_SHOWN) {
            item.help(text.as_str());
        }
        if let Some(more) = steps.len().checked_sub(MOST_STEPS_SHOWN).filter(|more| *more > 0) {
            item.help(format!("{more} more steps above {:.0} %", LARGE_STEP * 100.0));
        }
    }
}

/// The share of the replications that pass the end of what is replayed. With the hour of the week kept they begin whole
/// weeks before it, so that a week never does.
fn share_past_joint(horizon: SimSpan, replayed: SimSpan, keep_hour_of_week: bool) -> f64 {
    if keep_hour_of_week {
        let weeks = replayed.as_ms() / SimSpan::WEEK.as_ms();
        let past = (horizon.started_granules(SimSpan::WEEK) - 1).clamp(0, weeks);
        past as f64 / weeks as f64
    } else {
        ratio(horizon, replayed).min(1.0)
    }
}

/// The step of a price from the end of a part of its record to its beginning: as a share of the first, and both prices.
fn step_at_joint(record: &History, start: i64, end: i64) -> Option<(f64, UnitPrice, UnitPrice)> {
    let value = |rows: usize| rows.checked_sub(1).map(|row| record.values[row]);
    let from = value(record.times_unix_ms.partition_point(|time| *time < end)).filter(|from| *from > 0)?;
    let to = value(record.times_unix_ms.partition_point(|time| *time <= start))?;
    let step = (to as f64 - from as f64) / from as f64;
    Some((step, UnitPrice::from_nano(from), UnitPrice::from_nano(to)))
}

fn ratio(span: SimSpan, part: SimSpan) -> f64 {
    span.as_ms() as f64 / part.as_ms() as f64
}

/// A random offset needs a window, and one that is long enough.
fn enough(place: (&str, Span), span: SimSpan, least: Option<SimSpan>, out: &mut Diagnostics) -> Option<()> {
    let (name, at) = place;
    if span < SimSpan::SECOND {
        let item = out.error(at, format!("the window of \"{name}\" is empty"));
        item.help("the records that follow it do not overlap, or from is not before to");
        return None;
    }
    if let Some(least) = least.filter(|least| span < *least) {
        let item = out.error(at, format!("the window of \"{name}\" is too short"));
        item.label(format!("it lasts {span}, and this needs {least}"));
        item.help("use longer records or shorter blocks");
        return None;
    }
    Some(())
}

/// A window that is larger than the records is hardly meant. Where it is replayed in a circle, a price would become
/// unknown again in the middle of a run, with an instance rented at it: that is an error.
fn beyond_records(
    name: &str,
    clock: &ClockDecl,
    window: (i64, i64),
    record: (i64, i64),
    out: &mut Diagnostics,
) {
    if let (Some(at), true) = (clock.from.span(), window.0 < record.0) {
        let message = format!("the window of \"{name}\" begins before the first row of some record");
        let item = match clock.mode {
            None | Some(ClockMode::Fixed(_)) => out.warning(at, message),
            Some(ClockMode::Circular { .. } | ClockMode::Blocks { .. }) => out.error(at, message),
        };
        item.label("until that row its price is unknown, and nothing can be rented at it");
    }
    if let (Some(at), true) = (clock.to.span(), window.1 > record.1) {
        let item = out.warning(at, format!("the window of \"{name}\" ends after the end of every record"));
        item.label("the last values are taken to hold until then");
    }
}

/// From an instant of the record to the next one with the scenario's hour of the week.
fn until_hour_of_week(unix_ms: i64, calendar: &Calendar) -> SimSpan {
    let since_start = unix_ms.saturating_sub(calendar.start_unix_ms());
    SimSpan::from_ms(since_start.checked_neg().unwrap_or(0).rem_euclid(SimSpan::WEEK.as_ms()))
}

/// To keep the hour of the week takes a whole week from the first matching instant on.
fn has_week(place: (&str, Span), span: SimSpan, weeks: SimSpan, out: &mut Diagnostics) -> Option<()> {
    if weeks.is_positive() {
        return Some(());
    }
    let (name, at) = place;
    let item = out.error(at, format!("the window of \"{name}\" is too short to keep the hour of the week"));
    item.label(format!("it lasts {span}, and no whole week of it begins at the scenario's hour of the week"));
    item.help("two weeks of records are always enough; or use keep_hour_of_week: false");
    None
}

/// A fixed offset outside the records is allowed, but hardly meant.
fn fixed(place: (&str, Span), at: i64, record: (i64, i64), horizon: SimSpan, out: &mut Diagnostics) {
    let (name, span) = place;
    if at < record.0 {
        let item =
            out.warning(span, format!("the offset of \"{name}\" is before the first row of some record"));
        item.label("until that row its price is unknown, and nothing can be rented at it");
    } else if at.saturating_add(horizon.as_ms()) > record.1 {
        let item = out.warning(span, format!("the records of \"{name}\" end before the scenario does"));
        item.label("the last values are taken to hold until then");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_past_the_joint_is_that_of_the_offsets() {
        let share = |days: i64, weeks: i64, keep: bool| {
            share_past_joint(SimSpan::from_days(days), SimSpan::from_days(7 * weeks), keep)
        };
        assert!((share(7, 4, false) - 0.25).abs() < 1e-12);
        assert!((share(70, 4, false) - 1.0).abs() < 1e-12);
        // Awkward: from the last Monday on, a week ends exactly at the joint, and eight days pass it.
        assert!(share(7, 4, true).abs() < 1e-12);
        assert!((share(8, 4, true) - 0.25).abs() < 1e-12);
        assert!((share(70, 4, true) - 1.0).abs() < 1e-12);
    }
}
