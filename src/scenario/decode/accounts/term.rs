//! When things happen on an account and how long they last.

use crate::scenario::context::Context;
use crate::scenario::diagnostics::Span;
use crate::scenario::document::{Fields, Node};
use crate::scenario::values::{LONGEST_SPAN, instant, optional, or};
use crate::units::{SimSpan, SimTime};

/// An instant of the run; one that never comes is warned of. `what` is what never happens, as in "this payment never
/// arrives".
pub(super) fn in_run(node: &Node, what: &str, ctx: &mut Context) -> Option<SimTime> {
    let at = from_start(node, ctx)?;
    warn_beyond(node, at, what, ctx);
    Some(at)
}

/// An instant that is not before the start.
pub(super) fn from_start(node: &Node, ctx: &mut Context) -> Option<SimTime> {
    let at = instant(node, ctx)?;
    if at < SimTime::ZERO {
        ctx.out.error(node.span(), format!("{} is before the start of the scenario", node.place()));
        return None;
    }
    Some(at)
}

/// Warns of what comes when the run is over.
pub(super) fn warn_beyond(node: &Node, at: SimTime, what: &str, ctx: &mut Context) {
    if let Some(horizon) = ctx.horizon.filter(|horizon| at >= SimTime::ZERO + *horizon) {
        ctx.out.warning(node.span(), what).label(format!("the run ends at {horizon}"));
    }
}

/// An instant that may be before the start: not so far from it that sums of times would leave their range.
pub(super) fn near(node: &Node, ctx: &mut Context) -> Option<SimTime> {
    let at = instant(node, ctx)?;
    if !(SimTime::ZERO - LONGEST_SPAN..=SimTime::ZERO + LONGEST_SPAN).contains(&at) {
        let item =
            ctx.out.error(node.span(), format!("{}: more than 100 years from the start", node.place()));
        item.help("write a time near the run, as in \"2026-06-10T10:00:00+08:00\"");
        return None;
    }
    Some(at)
}

/// When something is bought: before the start, or in the run.
pub(super) fn bought_at(fields: &Fields, ctx: &mut Context) -> SimTime {
    or(fields, "bought_at", SimTime::ZERO, ctx, |node, ctx| {
        let at = near(node, ctx)?;
        warn_beyond(node, at, "this is never bought", ctx);
        Some(at)
    })
}

/// `until: "…"`, which is after the purchase; none if it is not given or wrong, and whether it is given.
pub(super) fn until(fields: &Fields, from: SimTime, ctx: &mut Context) -> (Option<SimTime>, bool) {
    let until = optional(fields, "until", ctx, |node, ctx| {
        let until = near(node, ctx)?;
        if until <= from {
            let bought = fields.get("bought_at").map(Node::span);
            let item = ctx.out.error(node.span(), format!("{}: it must end after it begins", node.place()));
            item.help(
                "let `until` be after `bought_at`, which is the start of the scenario unless it is given",
            );
            if let Some(bought) = bought {
                item.related(bought, "it is bought here");
            }
            return None;
        }
        Some(until)
    });
    (until.good().copied(), until.is_given())
}

/// Warns of what was over before the run began.
pub(super) fn warn_over(span: Span, what: &str, until: SimTime, ctx: &mut Context) {
    if until <= SimTime::ZERO {
        let ago = SimTime::ZERO.since(until);
        let ended = if ago == SimSpan::ZERO { "as".to_owned() } else { format!("{ago} before") };
        ctx.out
            .warning(span, format!("{what} is of no use"))
            .label(format!("it ends {ended} the run begins"));
    }
}
