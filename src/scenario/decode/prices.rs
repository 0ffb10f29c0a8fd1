//! How a price moves: `Constant`, `Schedule`, `MeanReverting`, `TwoRegime`, `Replay`, or just a price.

use super::replay::{self, MarketKeys};
use crate::scenario::context::Context;
use crate::scenario::document::{Fields, Node, Variant};
use crate::scenario::syntax::Shape;
use crate::scenario::values::{Bounds, instant, interval, number, or, price, required};
use crate::units::{SimSpan, SimTime, UnitPrice};
use crate::world::{Initial, MeanReverting, PriceProcess, Regime, TwoRegime};

/// The kinds of price process.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Constant,
    Schedule,
    MeanReverting,
    TwoRegime,
    Replay,
}

/// Their names.
const KINDS: [(&str, Kind); 5] = [
    ("Constant", Kind::Constant),
    ("Schedule", Kind::Schedule),
    ("MeanReverting", Kind::MeanReverting),
    ("TwoRegime", Kind::TwoRegime),
    ("Replay", Kind::Replay),
];
/// Steps a generated series may have at most.
const MOST_STEPS: i64 = 2_000_000;

/// A price process, or a plain price for one that never moves.
pub(crate) fn process(node: &Node, keys: &MarketKeys, ctx: &mut Context) -> Option<PriceProcess> {
    if matches!(node.shape(), Shape::Text | Shape::Number) {
        return price(node, ctx).map(PriceProcess::Constant);
    }
    let (kind, variant) = node.variant("price process", &KINDS, &mut ctx.out)?;
    match kind {
        Kind::Constant => {
            let value = variant.single("Constant(\"0.80\")", &mut ctx.out)?;
            price(&value, ctx).map(PriceProcess::Constant)
        }
        Kind::Schedule => schedule(&variant, ctx).map(PriceProcess::Schedule),
        Kind::MeanReverting => mean_reverting(node, &variant, ctx).map(PriceProcess::MeanReverting),
        Kind::TwoRegime => two_regime(&variant, ctx).map(PriceProcess::TwoRegime),
        Kind::Replay => replay::price(&variant, keys, ctx).map(PriceProcess::Replay),
    }
}

fn schedule(variant: &Variant, ctx: &mut Context) -> Option<Vec<(SimTime, UnitPrice)>> {
    let list = variant.single("Schedule([(\"0s\", \"0.80\"), (\"20m\", \"0.90\")])", &mut ctx.out)?;
    let nodes = list.list("(time, price) pairs", &mut ctx.out)?;
    let mut changes: Vec<(SimTime, UnitPrice)> = Vec::new();
    let mut complete = true;
    for node in &nodes {
        let Some((at_node, price_node)) =
            node.pair("a time and a price, as in (\"20m\", \"0.90\")", &mut ctx.out)
        else {
            complete = false;
            continue;
        };
        let (at, value) = (instant(&at_node, ctx), price(&price_node, ctx));
        let (Some(at), Some(value)) = (at, value) else {
            complete = false;
            continue;
        };
        match changes.last() {
            Some((before, _)) if at <= *before => {
                let how = if at == *before { "is the same as" } else { "is before" };
                let item = ctx
                    .out
                    .error(at_node.span(), format!("{}: this time {how} the one above it", at_node.place()));
                item.help("list the changes in order of time, each time once");
                complete = false;
            }
            None if complete && at > SimTime::ZERO => {
                let item = ctx.out.error(
                    at_node.span(),
                    format!("{}: the price before this time is not given", at_node.place()),
                );
                item.help("let the first change be at \"0s\"");
                complete = false;
            }
            Some(_) | None => {}
        }
        changes.push((at, value));
    }
    if nodes.is_empty() {
        ctx.out
            .error(list.span(), format!("{} is empty", list.place()))
            .help("list at least the price at \"0s\"");
    }
    (complete && !changes.is_empty()).then_some(changes)
}

fn mean_reverting(node: &Node, variant: &Variant, ctx: &mut Context) -> Option<MeanReverting> {
    const FIELDS: [&str; 9] =
        ["step", "start", "level", "speed", "noise", "jump_probability", "jump_size", "floor", "cap"];
    let fields = variant.fields(&FIELDS, &mut ctx.out)?;
    let step = step(&fields, ctx);
    let level = required(&fields, "level", "\"0.35\"", ctx, price);
    let start = fields.get("start").map_or(level, |start| price(start, ctx));
    let speed = required(&fields, "speed", "\"0.03\"", ctx, |node, ctx| number(node, Bounds::Share, ctx));
    let noise =
        required(&fields, "noise", "\"0.01\"", ctx, |node, ctx| number(node, Bounds::NotNegative, ctx));
    let jump_probability =
        or(&fields, "jump_probability", 0.0, ctx, |node, ctx| number(node, Bounds::Probability, ctx));
    let jump_size = or(&fields, "jump_size", 0.0, ctx, |node, ctx| number(node, Bounds::NotNegative, ctx));
    let (floor, cap) = bounds(&fields, ctx);
    let level_right = inside(&fields, "level", level, floor, cap, ctx);
    let start_right = inside(&fields, "start", start, floor, cap, ctx);
    let found = MeanReverting {
        step: step?,
        start: start?.to_f64(),
        level: level?.to_f64(),
        speed: speed?,
        noise: noise?,
        jump_probability,
        jump_size,
        floor: floor?.to_f64(),
        cap: cap?.to_f64(),
    };
    if !(level_right && start_right) {
        return None;
    }
    if jump_probability > 0.0 && jump_size > 0.0 {
        let mean = found.level * (1.0 + jump_probability * jump_size / (2.0 * found.speed));
        let mean = UnitPrice::from_sampled(mean.min(found.cap));
        let item = ctx.out.note(node.span(), format!("{}: its long-run mean is about {mean}", node.place()));
        item.label("jumps lift the mean above the level")
            .help("level × (1 + jump_probability × jump_size / (2 × speed)), floor and cap aside");
    }
    Some(found)
}

fn two_regime(variant: &Variant, ctx: &mut Context) -> Option<TwoRegime> {
    const FIELDS: [&str; 7] = ["step", "start", "calm", "tight", "initial", "floor", "cap"];
    let fields = variant.fields(&FIELDS, &mut ctx.out)?;
    let step = step(&fields, ctx);
    let (floor, cap) = bounds(&fields, ctx);
    let limits = (floor, cap);
    let start = fields.get("start").map(|start| price(start, ctx));
    let start_right = inside(&fields, "start", start.flatten(), floor, cap, ctx);
    let example = "(level: \"0.35\", speed: \"0.03\", noise: \"0.01\", holding: \"48h\")";
    let calm = required(&fields, "calm", example, ctx, |node, ctx| regime(node, limits, ctx));
    let tight = required(&fields, "tight", example, ctx, |node, ctx| regime(node, limits, ctx));
    let words = [("Calm", Initial::First), ("Tight", Initial::Second), ("Stationary", Initial::Stationary)];
    let initial = or(&fields, "initial", Initial::Stationary, ctx, |node, ctx| {
        crate::scenario::values::word(node, "regime to begin in", &words, ctx)
    });
    // A start that is written but wrong is not the same as none.
    if start.is_some_and(|start| start.is_none()) || !start_right {
        return None;
    }
    Some(TwoRegime {
        step: step?,
        start: start.flatten().map(UnitPrice::to_f64),
        calm: calm?,
        tight: tight?,
        initial,
        floor: floor?.to_f64(),
        cap: cap?.to_f64(),
    })
}

fn regime(node: &Node, limits: (Option<UnitPrice>, Option<UnitPrice>), ctx: &mut Context) -> Option<Regime> {
    let fields = node.fields("a regime", &["level", "speed", "noise", "holding"], &mut ctx.out)?;
    let level = required(&fields, "level", "\"0.35\"", ctx, price);
    let speed = required(&fields, "speed", "\"0.03\"", ctx, |node, ctx| number(node, Bounds::Share, ctx));
    let noise =
        required(&fields, "noise", "\"0.01\"", ctx, |node, ctx| number(node, Bounds::NotNegative, ctx));
    let holding = required(&fields, "holding", "\"48h\"", ctx, |node, ctx| interval(node, false, ctx));
    let right = inside(&fields, "level", level, limits.0, limits.1, ctx);
    let found = Regime { level: level?.to_f64(), speed: speed?, noise: noise?, holding_mean: holding? };
    right.then_some(found)
}

/// The step: at least a second, at most the horizon, and not too many of them.
fn step(fields: &Fields, ctx: &mut Context) -> Option<SimSpan> {
    let step = required(fields, "step", "\"5m\"", ctx, |node, ctx| interval(node, false, ctx))?;
    let (node, horizon) = (fields.get("step")?, ctx.horizon.unwrap_or(step));
    let steps = horizon.started_granules(step);
    let problem = if step > horizon {
        Some(format!("is longer than the horizon of {horizon}"))
    } else if steps > MOST_STEPS {
        Some(format!("gives {steps} steps in {horizon}; at most {MOST_STEPS} are allowed"))
    } else {
        None
    };
    if let Some(problem) = problem {
        ctx.out.error(node.span(), format!("{} {problem}", node.place()));
        return None;
    }
    Some(step)
}

/// Floor and cap, in order.
fn bounds(fields: &Fields, ctx: &mut Context) -> (Option<UnitPrice>, Option<UnitPrice>) {
    let floor = required(fields, "floor", "\"0.1\"", ctx, price);
    let cap = required(fields, "cap", "\"1.0\"", ctx, price);
    if let (Some(low), Some(high), Some(node)) = (floor, cap, fields.get("floor"))
        && low > high
    {
        let item =
            ctx.out.error(node.span(), format!("{}: the floor {low} is above the cap {high}", node.place()));
        if let Some(cap_node) = fields.get("cap") {
            item.related(cap_node.span(), "the cap");
        }
        return (None, None);
    }
    (floor, cap)
}

/// True if a price is between floor and cap, or nothing can be said.
fn inside(
    fields: &Fields,
    name: &str,
    value: Option<UnitPrice>,
    floor: Option<UnitPrice>,
    cap: Option<UnitPrice>,
    ctx: &mut Context,
) -> bool {
    let (Some(value), Some(floor), Some(cap), Some(node)) = (value, floor, cap, fields.get(name)) else {
        return true;
    };
    if (floor..=cap).contains(&value) {
        return true;
    }
    let side =
        if value < floor { format!("below the floor {floor}") } else { format!("above the cap {cap}") };
    let item = ctx.out.error(node.span(), format!("{}: {value} is {side}", node.place()));
    item.help(format!("choose a price from {floor} to {cap}, or move the bounds"));
    false
}
