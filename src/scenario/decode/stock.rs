//! When there is stock: `Always`, `Never`, `Windows`, `OnOff`, `Units`, `Limited`, `Replay`.

use super::replay::{self, MarketKeys};
use crate::scenario::context::Context;
use crate::scenario::document::{Node, Variant};
use crate::scenario::values::{instant, integer, or, required, turns, word};
use crate::units::SimTime;
use crate::world::{Initial, StockProcess};

/// The kinds of stock.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Always,
    Never,
    Windows,
    OnOff,
    Units,
    Limited,
    Replay,
}

/// Their names.
const KINDS: [(&str, Kind); 7] = [
    ("Always", Kind::Always),
    ("Never", Kind::Never),
    ("Windows", Kind::Windows),
    ("OnOff", Kind::OnOff),
    ("Units", Kind::Units),
    ("Limited", Kind::Limited),
    ("Replay", Kind::Replay),
];
/// Units of one market at most.
const MOST_UNITS: u32 = 1_000_000;

/// A pool as written: when, and how many.
#[derive(Clone, Debug)]
pub(crate) struct StockDecl {
    /// When there is stock.
    pub(crate) process: StockProcess,
    /// How many units; `None` is without limit.
    pub(crate) units: Option<u32>,
}

impl StockDecl {
    /// The default: always, without limit.
    pub(crate) const ALWAYS: Self = Self { process: StockProcess::Always, units: None };
}

/// A stock.
pub(crate) fn stock(node: &Node, keys: &MarketKeys, ctx: &mut Context) -> Option<StockDecl> {
    let (kind, variant) = node.variant("kind of stock", &KINDS, &mut ctx.out)?;
    let unlimited = |process| StockDecl { process, units: None };
    match kind {
        Kind::Always => variant.bare(&mut ctx.out).map(|()| StockDecl::ALWAYS),
        Kind::Never => variant.bare(&mut ctx.out).map(|()| unlimited(StockProcess::Never)),
        Kind::Windows => windows(&variant, ctx).map(StockProcess::Windows).map(unlimited),
        Kind::OnOff => on_off(&variant, ctx).map(unlimited),
        Kind::Units => {
            let count = variant.single("Units(3)", &mut ctx.out)?;
            let units = integer(&count, 1, MOST_UNITS, ctx)?;
            Some(StockDecl { process: StockProcess::Always, units: Some(units) })
        }
        Kind::Limited => {
            let fields = variant.fields(&["units", "stock"], &mut ctx.out)?;
            let units = required(&fields, "units", "3", ctx, |node, ctx| integer(node, 1, MOST_UNITS, ctx));
            let inner = required(&fields, "stock", "Always", ctx, |node, ctx| {
                let inner = stock(node, keys, ctx)?;
                if inner.units.is_some() {
                    ctx.out.error(node.span(), format!("{} limits the units a second time", node.place()));
                    return None;
                }
                Some(inner)
            });
            Some(StockDecl { process: inner?.process, units: Some(units?) })
        }
        Kind::Replay => replay::stock(&variant, keys, ctx).map(StockProcess::Replay).map(unlimited),
    }
}

fn windows(variant: &Variant, ctx: &mut Context) -> Option<Vec<(SimTime, SimTime)>> {
    let list = variant.single("Windows([(\"4h\", \"8h\")])", &mut ctx.out)?;
    let nodes = list.list("(from, to) pairs", &mut ctx.out)?;
    if nodes.is_empty() {
        let item = ctx.out.error(list.span(), format!("{} is empty", list.place()));
        item.help("list at least one window, or write Never");
        return None;
    }
    let mut windows: Vec<(SimTime, SimTime)> = Vec::new();
    for node in &nodes {
        let Some((from_node, to_node)) =
            node.pair("a start and an end, as in (\"4h\", \"8h\")", &mut ctx.out)
        else {
            continue;
        };
        let (from, to) = (instant(&from_node, ctx), instant(&to_node, ctx));
        let (Some(from), Some(to)) = (from, to) else { continue };
        if from >= to {
            let item =
                ctx.out.error(node.span(), format!("{}: the window ends before it begins", node.place()));
            item.help("write the start first; a window holds at least a moment");
            continue;
        }
        if let Some((_, before)) = windows.last()
            && from <= *before
        {
            let item = ctx
                .out
                .error(node.span(), format!("{}: the window is not after the one above it", node.place()));
            item.help("list windows in order of time; join those that touch or overlap");
            continue;
        }
        windows.push((from, to));
    }
    (windows.len() == nodes.len()).then_some(windows)
}

fn on_off(variant: &Variant, ctx: &mut Context) -> Option<StockProcess> {
    let fields = variant.fields(&["on", "off", "initial"], &mut ctx.out)?;
    let means = turns(&fields, ("on", "off"), ("\"48h\"", "\"4h\""), ctx);
    let words = [("In", Initial::First), ("Out", Initial::Second), ("Stationary", Initial::Stationary)];
    let initial = or(&fields, "initial", Initial::Stationary, ctx, |node, ctx| {
        word(node, "state to begin in", &words, ctx)
    });
    let (on_mean, off_mean) = means?;
    Some(StockProcess::OnOff { on_mean, off_mean, initial })
}
