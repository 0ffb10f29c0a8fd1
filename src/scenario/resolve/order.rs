//! E14: without protection < with protection < standard.

use super::checks;
use crate::scenario::context::Context;
use crate::scenario::decode::plans::PlanDecl;
use crate::scenario::diagnostics::{Diagnostics, Span};
use crate::scenario::values::Field;
use crate::units::{SimTime, UnitPrice};
use crate::world::{History, PriceProcess};

/// One price series of a market, as the comparison names it.
struct Side<'a> {
    name: &'static str,
    process: &'a PriceProcess,
    span: Span,
}

/// Compares the price series of every market, derived ones too where a plan meets them.
pub(super) fn prices_in_order(factor_ppb: i64, plans: &[PlanDecl], ctx: &mut Context) {
    let used = checks::used(plans, ctx.markets.items.len());
    let horizon = ctx.horizon.map_or(SimTime::NEVER, |horizon| SimTime::ZERO + horizon);
    for (market, usage) in ctx.markets.items.iter().zip(used) {
        let standard = side("the standard price", &market.standard);
        let protected = side("the spot price with protection", &market.spot_protected);
        let unprotected = side("the spot price without protection", &market.spot_unprotected);
        let pairs = [(&unprotected, &protected), (&protected, &standard), (&unprotected, &standard)];
        let mut wrong = false;
        for (low, high) in pairs {
            // The third pair says nothing new if one of the others is wrong.
            if let (Some(low), Some(high), false) = (low, high, wrong) {
                wrong = compare(low, high, horizon, &mut ctx.out);
            }
        }
        let derived =
            (!market.spot_protected.is_given() && usage.protected && !wrong).then_some(&unprotected);
        if let (Some(Some(origin)), Some(standard)) = (derived, &standard)
            && let Some(changes) = changes(origin.process)
        {
            let raised = |price: UnitPrice| {
                let nano = i128::from(price.as_nano()) * 1_000_000_000 / i128::from(factor_ppb);
                UnitPrice::from_nano(i64::try_from(nano).unwrap_or(i64::MAX - 1))
            };
            let changes = changes.into_iter().map(|(at, price)| (at, raised(price))).collect();
            let process = PriceProcess::Schedule(changes);
            let name = "the spot price with protection (derived by `unprotected_factor`)";
            compare(&Side { name, process: &process, span: origin.span }, standard, horizon, &mut ctx.out);
        }
    }
}

fn side<'a>(name: &'static str, field: &'a Field<PriceProcess>) -> Option<Side<'a>> {
    Some(Side { name, process: field.good()?, span: field.span()? })
}

/// Times and prices of a series without luck.
fn changes(process: &PriceProcess) -> Option<Vec<(SimTime, UnitPrice)>> {
    match process {
        PriceProcess::Constant(price) => Some(vec![(SimTime::ZERO, *price)]),
        PriceProcess::Schedule(changes) => Some(changes.clone()),
        _ => None,
    }
}

/// Records what is wrong between a series that should be lower and one that should be higher. True for an error.
fn compare(low: &Side, high: &Side, horizon: SimTime, out: &mut Diagnostics) -> bool {
    match (low.process, high.process) {
        (PriceProcess::Replay(low_replay), PriceProcess::Replay(high_replay)) => {
            let share = share_above(&low_replay.history, &high_replay.history);
            warn_share(low, high, share, out);
            false
        }
        (PriceProcess::Replay(replay), other) => {
            if let Some(most) =
                changes(other).and_then(|list| list.iter().map(|(_, price)| price.as_nano()).min())
            {
                warn_share(low, high, share_above(&replay.history, &always(most)), out);
            }
            false
        }
        (other, PriceProcess::Replay(replay)) => {
            if let Some(least) =
                changes(other).and_then(|list| list.iter().map(|(_, price)| price.as_nano()).max())
            {
                warn_share(low, high, share_above(&always(least), &replay.history), out);
            }
            false
        }
        _ => compare_written(low, high, horizon, out),
    }
}

/// Neither is a record.
fn compare_written(low: &Side, high: &Side, horizon: SimTime, out: &mut Diagnostics) -> bool {
    let cap = match low.process {
        PriceProcess::MeanReverting(process) => Some(process.cap),
        PriceProcess::TwoRegime(process) => Some(process.cap),
        _ => None,
    };
    let Some(high_changes) = changes(high.process) else { return false };
    if let Some(cap) = cap.map(UnitPrice::from_sampled) {
        let least = high_changes.iter().map(|(_, price)| *price).min();
        if let Some(least) = least.filter(|least| cap > *least) {
            let message =
                format!("{} may rise above {}, as its cap {cap} is above {least}", low.name, high.name);
            out.note(low.span, message).related(high.span, format!("{least}"));
        }
        return false;
    }
    let Some(low_changes) = changes(low.process) else { return false };
    let Some((at, low_price, high_price)) = first_crossing(&low_changes, &high_changes, horizon) else {
        return false;
    };
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
