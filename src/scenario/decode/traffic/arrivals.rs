//! When calls arrive: `Constant`, `Stochastic`, `Calls`, `Trace`, `Minutes`.

use super::numbers::{factor, ratio};
use super::{calls, record};
use crate::scenario::context::Context;
use crate::scenario::document::{Fields, Node, Variant};
use crate::scenario::values::{items, optional, or, required, turns};
use crate::units::SimSpan;
use crate::world::traffic::{Arrivals, Intensity, Spells};

/// The kinds of arrivals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Evenly spaced.
    Constant,
    /// By chance.
    Stochastic,
    /// One by one, in the scenario.
    Calls,
    /// One by one, in a file.
    Trace,
    /// By the minute, in a file.
    Minutes,
}

/// Their names.
const KINDS: [(&str, Kind); 5] = [
    ("Stochastic", Kind::Stochastic),
    ("Constant", Kind::Constant),
    ("Calls", Kind::Calls),
    ("Trace", Kind::Trace),
    ("Minutes", Kind::Minutes),
];

impl Kind {
    /// True if each call has its own numbers of tokens.
    pub(super) fn has_own_lengths(self) -> bool {
        match self {
            Self::Calls | Self::Trace => true,
            Self::Constant | Self::Stochastic | Self::Minutes => false,
        }
    }

    /// As it is written.
    pub(super) fn name(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

/// More calls of one tenant in a minute are a slip of the pen, and would not fit into memory.
pub(super) const MOST_A_MINUTE: f64 = 10_000_000.0;
/// Fewer calls a minute are a slip of the pen: this is one in two years.
const FEWEST_A_MINUTE: f64 = 0.000_001;
/// Factors of a day: at most one a minute.
const MINUTES_OF_DAY: usize = 1_440;
/// What growth is told for.
const MONTH: SimSpan = SimSpan::from_days(30);

/// The kind of arrivals of the tenant with this number, and the arrivals themselves if they are right.
pub(super) fn arrivals(node: &Node, tenant: u16, ctx: &mut Context) -> Option<(Kind, Option<Arrivals>)> {
    let (kind, variant) = node.variant("way for calls to arrive", &KINDS, &mut ctx.out)?;
    let found = match kind {
        Kind::Constant => constant(&variant, ctx),
        Kind::Stochastic => stochastic(&variant, ctx).map(Arrivals::Stochastic),
        Kind::Calls => calls::calls(&variant, tenant, ctx),
        Kind::Trace => record::trace(&variant, ctx),
        Kind::Minutes => record::minutes(&variant, ctx),
    };
    Some((kind, found))
}

fn constant(variant: &Variant, ctx: &mut Context) -> Option<Arrivals> {
    let fields = variant.fields(&["per_minute"], &mut ctx.out)?;
    let per_minute = required(&fields, "per_minute", "5", ctx, rate)?;
    Some(Arrivals::Constant { per_minute })
}

/// Calls a minute.
fn rate(node: &Node, ctx: &mut Context) -> Option<f64> {
    let must = "at least 0.000001, and at most ten million";
    ratio(node, must, |rate| (FEWEST_A_MINUTE..=MOST_A_MINUTE).contains(&rate), ctx)
}

fn stochastic(variant: &Variant, ctx: &mut Context) -> Option<Intensity> {
    let known =
        ["per_minute", "day_profile", "week_profile", "growth_per_month", "dispersion", "bursts", "idle"];
    let fields = variant.fields(&known, &mut ctx.out)?;
    let per_minute = required(&fields, "per_minute", "5", ctx, rate);
    let day_profile = profile(&fields, "day_profile", day_length, ctx);
    let week_profile = profile(&fields, "week_profile", week_length, ctx);
    let growth_per_month = or(&fields, "growth_per_month", 0.0, ctx, |node, ctx| {
        let fits = |growth: f64| growth > -1.0 && growth <= 10.0;
        ratio(node, "above -100% and at most 1000%", fits, ctx)
    });
    let dispersion = or(&fields, "dispersion", 1.0, ctx, |node, ctx| {
        let fits = |dispersion: f64| (1.0..=1_000_000.0).contains(&dispersion);
        ratio(node, "at least 1 (Poisson), and at most a million", fits, ctx)
    });
    let bursts = optional(&fields, "bursts", ctx, |node, ctx| spells(node, "a burst", None, ctx));
    let idle = optional(&fields, "idle", ctx, |node, ctx| spells(node, "an idle spell", Some(0.0), ctx));
    let intensity = Intensity {
        per_minute: per_minute?,
        day_profile: day_profile?,
        week_profile: week_profile?,
        growth_per_month,
        dispersion,
        bursts: bursts.good().copied(),
        idle: idle.good().copied(),
    };
    is_bearable(&fields, &intensity, ctx)?;
    Some(intensity)
}

/// The factors of equal parts of a day or week; none for a factor of 1. What is wrong is recorded.
fn profile(
    fields: &Fields,
    name: &str,
    check: fn(usize) -> Result<(), String>,
    ctx: &mut Context,
) -> Option<Vec<f64>> {
    let Some(node) = fields.get(name) else { return Some(Vec::new()) };
    let mut complete = true;
    let factors = items(node, "factors", ctx, |item, ctx| {
        let found = factor(item, ctx);
        complete &= found.is_some();
        found
    })?;
    if !complete {
        return None;
    }
    if let Err(help) = check(factors.len()) {
        let count = factors.len();
        let item = ctx.out.error(node.span(), format!("{}: {count} factors do not fit", node.place()));
        item.help(help);
        return None;
    }
    if factors.iter().all(|factor| *factor == 0.0) {
        let item = ctx.out.error(node.span(), format!("{}: every factor is 0", node.place()));
        item.label("no call would ever come").help("give at least one part a factor above 0");
        return None;
    }
    Some(factors)
}

fn day_length(count: usize) -> Result<(), String> {
    if MINUTES_OF_DAY.is_multiple_of(count) {
        return Ok(());
    }
    // 1 divides it, so there is always one below; above 1,440 there is none.
    let below = (1..count).rev().find(|length| MINUTES_OF_DAY.is_multiple_of(*length)).unwrap_or(1);
    let above = (count..=MINUTES_OF_DAY).find(|length| MINUTES_OF_DAY.is_multiple_of(*length));
    let near = above.map_or(below.to_string(), |above| format!("{below} or {above}"));
    Err(format!(
        "each is for an equal part of the day in whole minutes, as 24 are for hours; near {count}: {near}"
    ))
}

fn week_length(count: usize) -> Result<(), String> {
    if count == 7 { Ok(()) } else { Err("give seven, from Monday to Sunday".to_owned()) }
}

/// Times of another intensity: `every` is the mean time from the end of one to the start of the next, so that a burst of
/// 10 minutes every 6 hours is there for a share of 10/370 of the time. `default` is the factor if none is written.
fn spells(node: &Node, what: &str, default: Option<f64>, ctx: &mut Context) -> Option<Spells> {
    let fields = node.fields(what, &["every", "length", "factor"], &mut ctx.out)?;
    let means = turns(&fields, ("every", "length"), ("\"6h\"", "\"10m\""), ctx);
    let factor = match default {
        Some(default) => Some(or(&fields, "factor", default, ctx, factor)),
        None => required(&fields, "factor", "4", ctx, factor),
    };
    let (between_mean, length_mean) = means?;
    Some(Spells { between_mean, length_mean, factor: factor? })
}

/// The mean never leaves what one minute can hold, whatever comes together.
fn is_bearable(fields: &Fields, intensity: &Intensity, ctx: &mut Context) -> Option<()> {
    let most = |factors: &[f64]| {
        factors
            .iter()
            .copied()
            .fold(None, |most: Option<f64>, factor| Some(most.map_or(factor, |most| most.max(factor))))
    };
    let spell = |spells: Option<Spells>| spells.map_or(1.0, |spells| spells.factor.max(1.0));
    // Growth is compound; started months are counted whole, which is an upper bound.
    let months = ctx.horizon.map_or(0, |horizon| horizon.started_granules(MONTH));
    let growth = (0..months).fold(1.0, |growth: f64, _| growth * (1.0 + intensity.growth_per_month).max(1.0));
    let peak = intensity.per_minute
        * most(&intensity.day_profile).unwrap_or(1.0)
        * most(&intensity.week_profile).unwrap_or(1.0)
        * spell(intensity.bursts)
        * spell(intensity.idle)
        * growth;
    if peak <= MOST_A_MINUTE {
        return Some(());
    }
    let node = fields.get("per_minute")?;
    let item = ctx.out.error(node.span(), format!("{}: too many calls in a minute", node.place()));
    item.label("where profiles, bursts and growth come together");
    item.help("ten million a minute are the most; choose a lower rate or smaller factors");
    None
}
