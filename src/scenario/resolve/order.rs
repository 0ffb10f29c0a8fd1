//! E14: without protection < with protection < standard.

use super::build::inverse_ppb;
use super::checks::{self, Use};
use crate::scenario::context::Context;
use crate::scenario::decode::markets::MarketDecl;
use crate::scenario::decode::plans::PlanDecl;
use crate::scenario::diagnostics::{Diagnostics, Span};
use crate::scenario::values::Field;
use crate::units::{SimTime, UnitPrice};
use crate::world::{History, PriceProcess, Shock, scaled};

/// The factor of a series that is not derived.
const GIVEN: i64 = 1_000_000_000;

/// What is known of a series before it is drawn.
enum Course {
    /// Every price and when it begins.
    Written(Vec<(SimTime, UnitPrice)>),
    /// Luck, but never above this.
    Generated { cap: UnitPrice },
    /// A record, of which any part may be replayed.
    Record(History),
}

/// One price series of a market, as the comparison names it.
struct Side {
    name: &'static str,
    course: Course,
    span: Span,
}

/// Compares the price series of every market, derived ones too where a plan meets them.
pub(super) fn prices_in_order(factor_ppb: i64, plans: &[PlanDecl], ctx: &mut Context) {
    let used = checks::used(plans, &ctx.markets.items);
    let horizon = ctx.horizon.map_or(SimTime::NEVER, |horizon| SimTime::ZERO + horizon);
    for (market, usage) in ctx.markets.items.iter().zip(used) {
        let standard = side("the standard price", &market.standard, GIVEN);
        let protected = side("the spot price with protection", &market.spot_protected, GIVEN);
        let unprotected = side("the spot price without protection", &market.spot_unprotected, GIVEN);
        let pairs = [(&unprotected, &protected), (&protected, &standard), (&unprotected, &standard)];
        let mut wrong = false;
        for (low, high) in pairs {
            // The third pair says nothing new if one of the others is wrong.
            if let (Some(low), Some(high), false) = (low, high, wrong) {
                wrong = compare(low, high, horizon, &mut ctx.out);
            }
        }
        let derived = derived(market, usage, factor_ppb);
        let derived = derived.and_then(|(name, origin, factor_ppb)| side(name, origin, factor_ppb));
        if let (Some(derived), Some(standard), false) = (derived, standard, wrong) {
            compare(&derived, &standard, horizon, &mut ctx.out);
        }
    }
}

/// A series by its name, the field it is written in, and its factor.
type Source<'a> = (&'static str, &'a Field<PriceProcess>, i64);

/// The derived series of a market, if a plan meets it.
fn derived(market: &MarketDecl, usage: Use, factor_ppb: i64) -> Option<Source<'_>> {
    if usage.protected && !market.spot_protected.is_given() {
        let name = "the spot price with protection (derived by `unprotected_factor`)";
        Some((name, &market.spot_unprotected, inverse_ppb(factor_ppb)))
    } else if usage.unprotected && !market.spot_unprotected.is_given() {
        let name = "the spot price without protection (derived by `unprotected_factor`)";
        Some((name, &market.spot_protected, factor_ppb))
    } else {
        None
    }
}

fn side(name: &'static str, field: &Field<PriceProcess>, factor_ppb: i64) -> Option<Side> {
    Some(Side { name, course: course(field.good()?, factor_ppb)?, span: field.span()? })
}

/// What is known of a series with this factor, rounded as the world rounds it.
fn course(process: &PriceProcess, factor_ppb: i64) -> Option<Course> {
    let derived = |price: UnitPrice| UnitPrice::from_nano(scaled(price.as_nano(), factor_ppb));
    Some(match process {
        PriceProcess::Constant(price) => Course::Written(vec![(SimTime::ZERO, derived(*price))]),
        PriceProcess::Schedule(changes) => {
            Course::Written(changes.iter().map(|(at, price)| (*at, derived(*price))).collect())
        }
        PriceProcess::MeanReverting(process) => {
            Course::Generated { cap: derived(UnitPrice::from_sampled(process.cap)) }
        }
        PriceProcess::TwoRegime(process) => {
            Course::Generated { cap: derived(UnitPrice::from_sampled(process.cap)) }
        }
        PriceProcess::Replay(replay) => {
            let mut history = History::clone(&replay.history);
            history.values.iter_mut().for_each(|value| *value = scaled(*value, factor_ppb));
            Course::Record(history)
        }
        // Not written in files; made when all is checked.
        PriceProcess::Scaled { .. } => return None,
    })
}

/// Records what is wrong between a series that should be lower and one that should be higher. True for an error.
fn compare(low: &Side, high: &Side, horizon: SimTime, out: &mut Diagnostics) -> bool {
    match (&low.course, &high.course) {
        (Course::Record(low_record), Course::Record(high_record)) => {
            warn_share(low, high, share_above(low_record, high_record), out);
        }
        (Course::Record(record), Course::Written(changes)) => {
            if let Some(least) = changes.iter().map(|(_, price)| price.as_nano()).min() {
                warn_share(low, high, share_above(record, &always(least)), out);
            }
        }
        (Course::Written(changes), Course::Record(record)) => {
            if let Some(most) = changes.iter().map(|(_, price)| price.as_nano()).max() {
                warn_share(low, high, share_above(&always(most), record), out);
            }
        }
        (Course::Generated { cap }, Course::Written(changes)) => {
            note_cap(low, *cap, high, changes.iter().map(|(_, price)| *price).min(), out);
        }
        (Course::Generated { cap }, Course::Record(record)) => {
            let least = record.values.iter().min().map(|nano| UnitPrice::from_nano(*nano));
            note_cap(low, *cap, high, least, out);
        }
        (Course::Written(low_changes), Course::Written(high_changes)) => {
            if let Some(crossing) = first_crossing(low_changes, high_changes, horizon) {
                return cross(low, high, crossing, out);
            }
        }
        // A generated price has a floor far below where it is; nothing can be said against it.
        (Course::Record(_) | Course::Generated { .. } | Course::Written(_), Course::Generated { .. }) => {}
    }
    false
}

/// Luck may lift a price up to its cap.
fn note_cap(low: &Side, cap: UnitPrice, high: &Side, least: Option<UnitPrice>, out: &mut Diagnostics) {
    if let Some(least) = least.filter(|least| cap > *least) {
        let message = format!("{} may rise above {}, as its cap {cap} is above {least}", low.name, high.name);
        out.note(low.span, message).related(high.span, format!("{least}"));
    }
}

/// Two written prices meet or cross. True for an error.
fn cross(
    low: &Side,
    high: &Side,
    (at, low_price, high_price): (SimTime, UnitPrice, UnitPrice),
    out: &mut Diagnostics,
) -> bool {
    let when =
        if at > SimTime::ZERO { format!(" from {} on", at.since(SimTime::ZERO)) } else { String::new() };
    if low_price == high_price {
        let message = format!("{} equals {}{when}", low.name, high.name);
        out.warning(low.span, message)
            .label(format!("{low_price}"))
            .related(high.span, format!("{high_price}"));
        return false;
    }
    let message = format!("{} is above {}{when} (E14)", low.name, high.name);
    let item = out.error(low.span, message);
    item.label(format!("{low_price}")).related(high.span, format!("{high_price}"));
    item.help("prices are in this order: spot without protection < spot with protection < standard");
    true
}

/// Notes spot prices that are in order, but that shocks can lift above the standard price. List prices feel no shock.
pub(super) fn shocks_in_order(factor_ppb: i64, plans: &[PlanDecl], ctx: &mut Context) {
    // Factors that are too large are an error by now, and so are prices in the wrong order.
    if ctx.out.has_errors() {
        return;
    }
    let used = checks::used(plans, &ctx.markets.items);
    let horizon = ctx.horizon.map_or(SimTime::NEVER, |horizon| SimTime::ZERO + horizon);
    for (index, (market, usage)) in ctx.markets.items.iter().zip(used).enumerate() {
        let name = &ctx.markets.names[index];
        let touching: Vec<_> =
            ctx.shocks.items.iter().filter(|decl| decl.prices && decl.touches(name)).collect();
        let shocks: Vec<&Shock> = touching.iter().map(|decl| &decl.shock).collect();
        let Some(standard) = side("the standard price", &market.standard, GIVEN) else { continue };
        let protected = ("the spot price with protection", &market.spot_protected, GIVEN);
        let unprotected = ("the spot price without protection", &market.spot_unprotected, GIVEN);
        let met = [
            usage.protected.then_some(protected),
            usage.unprotected.then_some(unprotected),
            derived(market, usage, factor_ppb),
        ];
        // One note is enough.
        let peak = met.into_iter().flatten().find_map(|(name, origin, factor_ppb)| {
            let origin = course(origin.good()?, GIVEN)?;
            Some((name, peak_above(&origin, &standard.course, (&shocks, factor_ppb), horizon)?))
        });
        let place = touching.last().and_then(|decl| decl.markets.iter().find(|(market, _)| market == name));
        let (Some((series, (peak, least))), Some((_, span))) = (peak, place) else { continue };
        let message = format!("shocks can lift {series} above the standard price of market \"{name}\"");
        let item = ctx.out.note(*span, message);
        item.label(format!("up to {peak}, and the standard price is {least}"));
        item.help("a price_cap of the shocks that multiply the price would keep it in order");
    }
}

/// The highest price a series can have in shocks, and the standard price it is then above; none if it never is, or if
/// it is without shocks, which was said. A derived series has the shocks of its origin, and is derived from the result.
fn peak_above(
    origin: &Course,
    standard: &Course,
    (shocks, factor_ppb): (&[&Shock], i64),
    horizon: SimTime,
) -> Option<(UnitPrice, UnitPrice)> {
    let all = |nano: &i64| vec![(SimTime::ZERO, UnitPrice::from_nano(*nano))];
    let least = match standard {
        Course::Written(changes) => changes.clone(),
        Course::Record(record) => all(record.values.iter().min()?),
        Course::Generated { .. } => return None,
    };
    let most = match origin {
        Course::Written(changes) => changes.clone(),
        Course::Generated { cap } => vec![(SimTime::ZERO, *cap)],
        Course::Record(record) => all(record.values.iter().max()?),
    };
    let above = |shaped: &dyn Fn(i64) -> i64| {
        let derived = |price: UnitPrice| UnitPrice::from_nano(scaled(shaped(price.as_nano()), factor_ppb));
        let most: Vec<_> = most.iter().map(|(at, price)| (*at, derived(*price))).collect();
        first_crossing(&most, &least, horizon).filter(|(_, most, least)| most > least)
    };
    if above(&|nano| nano).is_some() {
        return None;
    }
    above(&|nano| highest_in_shocks(nano, shocks)).map(|(_, peak, least)| (peak, least))
}

/// A price in those shocks that lift it most: factors first, then the lowest cap, as the world does it.
fn highest_in_shocks(nano: i64, shocks: &[&Shock]) -> i64 {
    // With each cap as the lowest one, and with none, all shocks are in force that allow it.
    let with_lowest = |lowest: Option<UnitPrice>| {
        let allow =
            |shock: &&&Shock| shock.price_cap.is_none_or(|cap| lowest.is_some_and(|lowest| cap >= lowest));
        let factors = shocks.iter().filter(allow).map(|shock| shock.price_factor_ppb.max(GIVEN));
        let raised = factors.fold(nano, scaled);
        lowest.map_or(raised, |cap| raised.min(cap.as_nano()))
    };
    let caps = shocks.iter().filter_map(|shock| shock.price_cap);
    caps.map(|cap| with_lowest(Some(cap))).fold(with_lowest(None), i64::max)
}

/// The first instant of the run at which the lower is not below the higher; above counts before equal.
fn first_crossing(
    low: &[(SimTime, UnitPrice)],
    high: &[(SimTime, UnitPrice)],
    horizon: SimTime,
) -> Option<(SimTime, UnitPrice, UnitPrice)> {
    let mut times: Vec<SimTime> = low.iter().chain(high).map(|(at, _)| (*at).max(SimTime::ZERO)).collect();
    times.sort_unstable();
    times.dedup();
    let price_at = |list: &[(SimTime, UnitPrice)], at: SimTime| {
        list.iter().take_while(|(change, _)| *change <= at).last().map(|(_, price)| *price)
    };
    let met: Vec<_> = times
        .into_iter()
        .filter(|at| *at < horizon)
        .filter_map(|at| Some((at, price_at(low, at)?, price_at(high, at)?)))
        .filter(|(_, low, high)| low >= high)
        .collect();
    met.iter().find(|(_, low, high)| low > high).or(met.first()).copied()
}

/// One value for ever, as a record.
fn always(nano: i64) -> History {
    History { times_unix_ms: vec![i64::MIN], values: vec![nano], end_unix_ms: i64::MAX }
}

/// The share of the time common to two records in which the first is above the second.
fn share_above(low: &History, high: &History) -> f64 {
    let start_of = |record: &History| record.times_unix_ms.first().copied().unwrap_or(record.end_unix_ms);
    let (start, end) = (start_of(low).max(start_of(high)), low.end_unix_ms.min(high.end_unix_ms));
    if start >= end {
        return 0.0;
    }
    let mut times: Vec<i64> = low.times_unix_ms.iter().chain(&high.times_unix_ms).copied().collect();
    times.push(end);
    times.retain(|at| (start..=end).contains(at));
    times.push(start);
    times.sort_unstable();
    let value_at = |record: &History, at: i64| {
        let index = record.times_unix_ms.partition_point(|time| *time <= at);
        index.checked_sub(1).map(|index| record.values[index])
    };
    let above = times.windows(2).filter(|pair| value_at(low, pair[0]) > value_at(high, pair[0]));
    let total: i128 = above.map(|pair| i128::from(pair[1]) - i128::from(pair[0])).sum();
    total as f64 / (i128::from(end) - i128::from(start)) as f64
}

fn warn_share(low: &Side, high: &Side, share: f64, out: &mut Diagnostics) {
    if share > 0.0 {
        let percent = share * 100.0;
        let shown = if percent < 0.1 { "less than 0.1".to_owned() } else { format!("{percent:.1}") };
        let message = format!("{} is above {} for {shown} % of the record", low.name, high.name);
        let item = out.warning(low.span, message);
        item.label("this record").related(high.span, "compared with this");
    }
}
