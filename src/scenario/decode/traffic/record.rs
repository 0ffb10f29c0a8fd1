//! Recorded traffic: which file, from where in it, how much of it.

use super::arrivals::MOST_A_MINUTE;
use super::numbers::positive;
use crate::scenario::context::Context;
use crate::scenario::document::{Fields, Node, Variant};
use crate::scenario::import::calls::{CallFile, CallRecord};
use crate::scenario::syntax::Shape;
use crate::scenario::values::{boolean, or, required, span, word};
use crate::units::SimSpan;
use crate::world::traffic::{Arrivals, Offset, Playback};
use std::sync::Arc;

const FIELDS: [&str; 4] = ["file", "offset", "scale", "repeat"];

/// A trace, call by call.
pub(super) fn trace(variant: &Variant, ctx: &mut Context) -> Option<Arrivals> {
    let fields = variant.fields(&FIELDS, &mut ctx.out)?;
    let (file, playback) = record(&fields, SimSpan::from_ms(1), ctx);
    let file = file?;
    let CallRecord::Calls(trace) = &file.record else {
        return by_the_minute(fields.get("file")?, &file, ctx);
    };
    let playback = fits(&fields, &file, playback?, ctx)?;
    Some(Arrivals::Trace { trace: Arc::clone(trace), playback })
}

/// A file that does not tell calls one by one.
fn by_the_minute<T>(node: &Node, file: &CallFile, ctx: &mut Context) -> Option<T> {
    let message = format!("{}: {} tells calls by the minute, not one by one", node.place(), file.path);
    let item = ctx.out.error(node.span(), message);
    item.label("not a trace");
    let name = node.written();
    item.help(format!(
        "write Minutes(file: {name}, …) instead of Trace, and add how long calls are: input, output"
    ));
    None
}

/// A series by the minute; a trace is added up.
pub(super) fn minutes(variant: &Variant, ctx: &mut Context) -> Option<Arrivals> {
    let fields = variant.fields(&FIELDS, &mut ctx.out)?;
    let (file, playback) = record(&fields, SimSpan::MINUTE, ctx);
    let file = file?;
    let playback = fits(&fields, &file, playback?, ctx)?;
    Some(Arrivals::Minutes { series: file.minutes(), playback })
}

/// The file and how it is played; offsets are whole `step`s.
fn record(fields: &Fields, step: SimSpan, ctx: &mut Context) -> (Option<Arc<CallFile>>, Option<Playback>) {
    let file = required(fields, "file", "\"azure.csv\"", ctx, |node, ctx| {
        let Some(written) = node.string_content().filter(|text| !text.trim().is_empty()) else {
            return node.expected("the name of a file in quotes", &mut ctx.out).and(None);
        };
        ctx.data.calls(written.trim(), node.span(), &mut ctx.out)
    });
    let offset = match fields.get("offset") {
        Some(node) => offset(node, step, ctx),
        None => Some(Offset::Fixed(SimSpan::ZERO)),
    };
    let scale = or(fields, "scale", 1.0, ctx, positive);
    let repeat = or(fields, "repeat", offset == Some(Offset::Random), ctx, boolean);
    (file, offset.map(|offset| Playback { offset, scale, repeat }))
}

fn offset(node: &Node, step: SimSpan, ctx: &mut Context) -> Option<Offset> {
    if !matches!(node.shape(), Shape::Text | Shape::Number) {
        return word(node, "offset", &[("Random", Offset::Random)], ctx);
    }
    let after = span(node, ctx)?;
    if after.as_ms() % step.as_ms() != 0 {
        let item = ctx.out.error(node.span(), format!("{} must be in whole minutes", node.place()));
        item.help("the record is told by the minute; write it as in \"2h\" or \"30m\"");
        return None;
    }
    Some(Offset::Fixed(after))
}

/// The playback, if the scenario begins inside the record and no minute has more calls than can be.
fn fits(fields: &Fields, file: &CallFile, playback: Playback, ctx: &mut Context) -> Option<Playback> {
    let length = file.length();
    let at = |name: &str| fields.get(name).or(fields.get("file")).map(Node::span).unwrap_or_default();
    let mut right = true;
    if let Offset::Fixed(after) = playback.offset {
        if after >= length {
            let place = fields.get("offset").map_or(fields.owner.place(), Node::place);
            let item = ctx.out.error(at("offset"), format!("{place} is beyond the end of the record"));
            item.label(format!("{} is {length} long", file.path)).help("choose a shorter one, or Random");
            right = false;
        } else if !playback.repeat && ctx.horizon.is_some_and(|horizon| length - after < horizon) {
            let left = length - after;
            let item = ctx
                .out
                .note(at("file"), format!("{} ends {left} after the start: no calls come then", file.path));
            item.help("write repeat: true to go on from its beginning");
        }
    }
    let most = file.summary().most_per_minute;
    if f64::from(most) * playback.scale > MOST_A_MINUTE {
        let place = fields.get("scale").map_or(fields.owner.place(), Node::place);
        let item = ctx.out.error(at("scale"), format!("{place}: too many calls in a minute"));
        item.label(format!("the busiest minute of {} has {most}", file.path));
        item.help("ten million calls a minute are the most");
        right = false;
    }
    right.then_some(playback)
}
