//! Calls one by one.

use super::sizes::tokens;
use crate::scenario::context::Context;
use crate::scenario::diagnostics::Span;
use crate::scenario::document::{Node, Variant};
use crate::scenario::values::{boolean, instant, items, or, required};
use crate::units::SimTime;
use crate::world::traffic::{Arrivals, Call, CallFlags};
use std::sync::Arc;

const EXAMPLE: &str = "Calls([(at: \"10m\", input: 6000, output: 300)])";
const FIELDS: [&str; 7] = ["at", "input", "output", "cached", "thinking", "web_search", "estimated_output"];

/// The calls in order of time, those of one instant as they are written; those that never come are left out.
pub(super) fn calls(variant: &Variant, tenant: u16, ctx: &mut Context) -> Option<Arrivals> {
    let list = variant.single(EXAMPLE, &mut ctx.out)?;
    let mut complete = true;
    let found = items(&list, "calls", ctx, |item, ctx| {
        let found = call(item, tenant, ctx);
        complete &= found.is_some();
        found
    })?;
    if !complete {
        return None;
    }
    let never: Vec<Span> = found.iter().filter(|(call, _)| !comes(call, ctx)).map(|(_, at)| *at).collect();
    if let Some(first) = never.first() {
        let (said, label) = match never.len() {
            1 => ("1 call is outside the run and never comes".to_owned(), "this one"),
            count => (format!("{count} calls are outside the run and never come"), "the first of them"),
        };
        let item = ctx.out.warning(*first, format!("{}: {said}", list.place()));
        item.label(label);
        item.help("the run begins at 0s and ends just before the horizon");
    }
    let mut calls: Vec<Call> =
        found.into_iter().map(|(call, _)| call).filter(|call| comes(call, ctx)).collect();
    calls.sort_by_key(|call| call.at);
    Some(Arrivals::Scheduled(Arc::from(calls)))
}

/// Inside the run.
fn comes(call: &Call, ctx: &Context) -> bool {
    call.at >= SimTime::ZERO && ctx.horizon.is_none_or(|horizon| call.at < SimTime::ZERO + horizon)
}

/// A call, and where its time stands.
fn call(node: &Node, tenant: u16, ctx: &mut Context) -> Option<(Call, Span)> {
    let fields = node.fields("a call", &FIELDS, &mut ctx.out)?;
    let at = required(&fields, "at", "\"10m\"", ctx, instant);
    let input = required(&fields, "input", "6000", ctx, tokens);
    let output = required(&fields, "output", "300", ctx, tokens);
    let cached_tokens = or(&fields, "cached", 0, ctx, tokens);
    let estimated_output_tokens = or(&fields, "estimated_output", 0, ctx, tokens);
    let thinking = or(&fields, "thinking", false, ctx, boolean);
    let web_search = or(&fields, "web_search", false, ctx, boolean);
    let (at, input_tokens, output_tokens) = (at?, input?, output?);
    if cached_tokens > input_tokens {
        let cached = fields.get("cached")?;
        let item = ctx.out.error(cached.span(), format!("{}: more than its input tokens", cached.place()));
        item.label(format!("the call has {input_tokens}"));
        item.help("cached tokens are a part of the input tokens");
        return None;
    }
    let mut flags = CallFlags::NONE;
    if thinking {
        flags = flags.with(CallFlags::THINKING);
    }
    if web_search {
        flags = flags.with(CallFlags::WEB_SEARCH);
    }
    let call =
        Call { at, input_tokens, output_tokens, cached_tokens, estimated_output_tokens, tenant, flags };
    Some((call, fields.get("at").map_or(node.span(), Node::span)))
}
