//! Clocks of replayed records, and shocks.

use crate::scenario::context::Context;
use crate::scenario::diagnostics::Span;
use crate::scenario::document::{Node, Variant};
use crate::scenario::values::{
    Field, bad_civil_time, boolean, factor_ppb, items, name, optional, or, positive_span, price, required,
    text, turns, word,
};
use crate::units::SimSpan;
use crate::units::calendar::parse_unix_ms;
use crate::world::{ClockMode, Initial, Shock};

/// A clock as written, and what is known of the records that follow it.
#[derive(Clone, Debug)]
pub(crate) struct ClockDecl {
    /// How the offset is chosen.
    pub(crate) mode: Option<ClockMode>,
    /// Start of the window, if it is given.
    pub(crate) from: Field<i64>,
    /// End of the window, if it is given.
    pub(crate) to: Field<i64>,
    /// Where the clock is declared.
    pub(crate) span: Span,
    /// Where its mode is declared.
    pub(crate) mode_span: Span,
    /// First row and end of each record on it, in Unix milliseconds.
    pub(crate) records: Vec<(i64, i64)>,
    /// The files of those records, each once.
    pub(crate) files: Vec<String>,
    /// False if a record on it could not be read; its window is then not known.
    pub(crate) complete: bool,
}

/// Reads `clocks`.
pub(crate) fn clocks(node: &Node, ctx: &mut Context) -> Option<()> {
    for item in node.list("clocks", &mut ctx.out)? {
        let Some(fields) = item.fields("a clock", &["name", "offset", "from", "to"], &mut ctx.out) else {
            ctx.clocks.complete = false;
            continue;
        };
        let clock_name = required(&fields, "name", "\"aws\"", ctx, name);
        let example = "Random(keep_hour_of_week: true)";
        let mode = required(&fields, "offset", example, ctx, mode);
        let (from, to) = (optional(&fields, "from", ctx, unix_ms), optional(&fields, "to", ctx, unix_ms));
        let mut right = true;
        let span_of = |field: &str| fields.get(field).map_or(item.span(), Node::span);
        if let (Some(start), Some(end)) = (from.good(), to.good())
            && start >= end
        {
            let finding =
                ctx.out.error(span_of("to"), format!("{}: the window ends before it begins", item.place()));
            finding.related(span_of("from"), "it begins here").help("let `to` be after `from`");
            right = false;
        }
        let Some(clock_name) = clock_name else {
            ctx.clocks.complete = false;
            continue;
        };
        let (span, mode_span) = (item.span(), span_of("offset"));
        let (records, files) = (Vec::new(), Vec::new());
        let decl = ClockDecl { mode, from, to, span, mode_span, records, files, complete: right };
        ctx.clocks.declare("clock", clock_name, span_of("name"), decl, &mut ctx.out);
    }
    Some(())
}

/// The ways to choose an offset.
#[derive(Clone, Copy, Debug)]
enum Offset {
    Random,
    Fixed,
    Blocks,
}

/// Their names.
const OFFSETS: [(&str, Offset); 3] =
    [("Random", Offset::Random), ("Fixed", Offset::Fixed), ("Blocks", Offset::Blocks)];

fn mode(node: &Node, ctx: &mut Context) -> Option<ClockMode> {
    let (offset, variant) = node.variant("way to choose an offset", &OFFSETS, &mut ctx.out)?;
    match offset {
        Offset::Random if variant.is_bare() => Some(ClockMode::Circular { keep_hour_of_week: false }),
        Offset::Random => {
            let fields = variant.fields(&["keep_hour_of_week"], &mut ctx.out)?;
            let keep_hour_of_week = or(&fields, "keep_hour_of_week", false, ctx, boolean);
            Some(ClockMode::Circular { keep_hour_of_week })
        }
        Offset::Fixed => {
            let at = variant.single("Fixed(\"2023-11-20T00:00:00Z\")", &mut ctx.out)?;
            unix_ms(&at, ctx).map(ClockMode::Fixed)
        }
        Offset::Blocks => blocks(&variant, ctx),
    }
}

fn blocks(variant: &Variant, ctx: &mut Context) -> Option<ClockMode> {
    let fields = variant.fields(&["length", "keep_hour_of_week"], &mut ctx.out)?;
    let length = required(&fields, "length", "\"3d\"", ctx, |node, ctx| {
        let length = positive_span(node, ctx)?;
        if !(SimSpan::DAY..=SimSpan::WEEK).contains(&length) {
            let item = ctx.out.error(node.span(), format!("{}: a block lasts from 1d to 7d", node.place()));
            item.label(format!("this is {length}"));
            return None;
        }
        Some(length)
    });
    let keep_hour_of_week = or(&fields, "keep_hour_of_week", false, ctx, boolean);
    Some(ClockMode::Blocks { length: length?, keep_hour_of_week })
}

/// A civil time as Unix milliseconds.
fn unix_ms(node: &Node, ctx: &mut Context) -> Option<i64> {
    let written = text(node, ctx)?;
    match parse_unix_ms(&written) {
        Some(unix_ms) => Some(unix_ms),
        None => bad_civil_time(node, &written, ctx),
    }
}

/// A shock as written: the shock, and whom it touches.
#[derive(Clone, Debug)]
pub(crate) struct ShockDecl {
    /// The shock.
    pub(crate) shock: Shock,
    /// Names of the markets it touches, with their places.
    pub(crate) markets: Vec<(String, Span)>,
    /// It touches their spot prices.
    pub(crate) prices: bool,
    /// It withdraws their stock.
    pub(crate) stock: bool,
}

impl ShockDecl {
    /// True if it names this market.
    pub(crate) fn touches(&self, market: &str) -> bool {
        self.markets.iter().any(|(named, _)| named == market)
    }
}

/// Reads `shocks`.
pub(crate) fn shocks(node: &Node, ctx: &mut Context) -> Option<()> {
    for item in node.list("shocks", &mut ctx.out)? {
        shock(&item, ctx);
    }
    Some(())
}

fn shock(node: &Node, ctx: &mut Context) -> Option<()> {
    const FIELDS: [&str; 9] =
        ["name", "calm", "shock", "initial", "price_factor", "price_cap", "markets", "prices", "stock"];
    let fields = node.fields("a shock", &FIELDS, &mut ctx.out)?;
    let shock_name = required(&fields, "name", "\"regional shortage\"", ctx, name);
    let means = turns(&fields, ("calm", "shock"), ("\"240h\"", "\"4h\""), ctx);
    let words = [("Calm", Initial::First), ("Shock", Initial::Second), ("Stationary", Initial::Stationary)];
    let initial = or(&fields, "initial", Initial::Stationary, ctx, |node, ctx| {
        word(node, "phase to begin in", &words, ctx)
    });
    let price_factor_ppb = or(&fields, "price_factor", 1_000_000_000, ctx, factor_ppb);
    let price_cap = optional(&fields, "price_cap", ctx, price);
    let prices = or(&fields, "prices", true, ctx, boolean);
    let stock = or(&fields, "stock", true, ctx, boolean);
    // Markets are declared after shocks are read; their names are looked up once both are known.
    let markets = required(&fields, "markets", "[\"A\", \"B\"]", ctx, |node, ctx| {
        items(node, "names of markets", ctx, |item, ctx| name(item, ctx).map(|market| (market, item.span())))
    });
    if !prices && !stock {
        ctx.out.warning(node.span(), format!("{} touches neither prices nor stock", node.place()));
    }
    if !prices && fields.get("price_factor").is_some() {
        let at = fields.get("price_factor").map_or(node.span(), Node::span);
        ctx.out.warning(at, format!("{}: the factor has no effect as prices are not touched", node.place()));
    }
    let name_span = fields.get("name").map_or(node.span(), Node::span);
    let (name, (calm_mean, shock_mean)) = (shock_name?, means?);
    let shock = Shock {
        name: name.clone(),
        calm_mean,
        shock_mean,
        initial,
        price_factor_ppb,
        price_cap: price_cap.good().copied(),
    };
    let decl = ShockDecl { shock, markets: markets?, prices, stock };
    ctx.shocks.declare("shock", name, name_span, decl, &mut ctx.out);
    Some(())
}
