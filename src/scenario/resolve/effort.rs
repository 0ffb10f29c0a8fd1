//! How much there is to do: a run that would not end in a lifetime is refused, one that takes long is announced.

use crate::scenario::context::Context;
use crate::scenario::decode::markets::MarketDecl;
use crate::scenario::decode::services::ServiceDecl;
use crate::scenario::loader::Document;
use crate::scenario::model::{ActionKind, MachineRules, Release};
use crate::units::SimSpan;
use crate::world::traffic::TrafficModel;
use crate::world::{DurationModel, History, PriceProcess, StockProcess, WorldModel};

/// From here on a replication may take seconds.
const LONG: i128 = 20_000_000;
/// From here on it may take minutes, and more memory than there is.
const TOO_LONG: i128 = 200_000_000;

/// At each change every replica may be looked at, and be released and placed anew.
pub(super) fn effort(document: &Document, ctx: &mut Context) {
    let Some(horizon) = ctx.horizon else { return };
    let changes: i128 = ctx.markets.items.iter().map(|market| changes_of(market, horizon)).sum();
    let shocks = ctx.shocks.items.iter().map(|decl| (decl.shock.calm_mean, decl.shock.shock_mean));
    let shocks: i128 = shocks.map(|means| turns(means, horizon)).sum();
    let clocks = ctx.markets.items.iter().map(|market| own_clock(&market.machines.0, horizon));
    let changes = changes + shocks + clocks.max().unwrap_or_default();
    let crashes = most_crashes(document, horizon);
    let replicas = most_replicas(document);
    let Some((most, span)) =
        replicas.iter().copied().zip(&document.services.spans).max_by_key(|(most, _)| *most)
    else {
        return;
    };
    let total: i128 = replicas.iter().map(|replicas| i128::from(*replicas)).sum();
    let work = total * (changes + crashes);
    if work <= LONG {
        return;
    }
    let item = if work > TOO_LONG {
        ctx.out.error(*span, "this scenario would take too long")
    } else {
        ctx.out.warning(*span, "a replication of this scenario may take long")
    };
    let plural = if most == 1 { "" } else { "s" };
    item.label(format!("{most} replica{plural} here"))
        .help(format!(
            "{total} in all × about {} changes of prices and stock{} in {horizon}",
            changes + crashes,
            if crashes > 0 { ", checks and crashes" } else { " and checks" }
        ))
        .help("choose fewer replicas, a shorter horizon, or longer steps, intervals and spells");
}

/// More calls in a replication than this are announced: each strategy meets them all.
const MANY_CALLS: f64 = 20_000_000.0;
/// More are refused.
const TOO_MANY_CALLS: f64 = 10_000_000_000.0;

/// Every strategy meets every call.
pub(super) fn calls(document: &Document, ctx: &mut Context) {
    let Some(horizon) = ctx.horizon else { return };
    for (decl, span) in document.traffic.items.iter().zip(&document.traffic.spans) {
        let calls = TrafficModel { tenants: vec![decl.tenant.clone()] }.expected_calls(horizon);
        if calls <= MANY_CALLS {
            continue;
        }
        let message = format!("about {:.0} million calls in a replication", calls / 1e6);
        let item = if calls > TOO_MANY_CALLS {
            ctx.out.error(*span, format!("{message}: that is too many"))
        } else {
            ctx.out.warning(*span, format!("{message}: it may take a minute"))
        };
        item.help("choose a smaller scale or rate, or a shorter horizon; fewer replications with -n");
    }
}

/// The replicas of each service, or what it is scaled to if that is more.
fn most_replicas(document: &Document) -> Vec<u32> {
    let mut most: Vec<u32> = document.services.items.iter().map(|service| service.replicas).collect();
    for decl in document.actions.iter().flat_map(|actions| &actions.services) {
        let count = match &decl.action.kind {
            ActionKind::Scale(count) => Some(*count),
            ActionKind::Update(change) => change.replicas,
            ActionKind::Create | ActionKind::Stop | ActionKind::Start | ActionKind::Delete(_) => None,
        };
        if let (Some(count), Some(most)) = (count, most.get_mut(decl.action.service.0)) {
            *most = (*most).max(count);
        }
    }
    most
}

/// What happens by the clock of an instance: checks, and the end of a protection that is taken up again at once.
fn own_clock(rules: &MachineRules, horizon: SimSpan) -> i128 {
    let period = rules.protection_period + rules.notice;
    let again = rules.release_when == Release::MarketAtLeastBid && period.is_positive();
    [(rules.check_interval.is_positive(), rules.check_interval), (again, period)]
        .into_iter()
        .filter(|(counts, _)| *counts)
        .map(|(_, interval)| i128::from(horizon.started_granules(interval)))
        .sum()
}

/// How often a container of the service that fails most may fail: after its time in Running, a wait and a start-up.
fn most_crashes(document: &Document, horizon: SimSpan) -> i128 {
    let cycles = |service: &ServiceDecl| {
        let failures = &service.failures;
        if !failures.can_happen() {
            return 0;
        }
        let ran = match &failures.crashes {
            DurationModel::Never => SimSpan::ZERO,
            crashes => typical(crashes),
        };
        // Whoever crashes again and again waits as long as it gets.
        let row =
            if ran < failures.restart.reset_after { failures.restart.most.unwrap_or(u32::MAX) } else { 0 };
        let cycle = ran + failures.restart.wait(row) + typical(&service.start_up);
        i128::from(horizon.started_granules(cycle.max(SimSpan::SECOND)))
    };
    document.services.items.iter().map(cycles).max().unwrap_or(0)
}

/// About how long; of what never ends, as long as a year.
fn typical(model: &DurationModel) -> SimSpan {
    match model {
        DurationModel::Fixed(span) | DurationModel::Exponential(span) => *span,
        DurationModel::Uniform(least, _) => *least,
        DurationModel::LogNormal { median, .. } => *median,
        DurationModel::Sequence(spans) => spans.last().copied().unwrap_or(SimSpan::ZERO),
        DurationModel::Never => SimSpan::from_days(366),
    }
}

/// About how much has to be drawn for one world: changes of prices, stock and shocks, and calls.
pub fn expected_draws(world: &WorldModel) -> i128 {
    let prices = world.prices.iter().map(|series| price_changes(&series.process, world.horizon));
    let stocks = world.stocks.iter().map(|series| stock_changes(&series.process, world.horizon));
    let shocks = world.shocks.iter().map(|shock| turns((shock.calm_mean, shock.shock_mean), world.horizon));
    prices.chain(stocks).chain(shocks).sum::<i128>() + world.traffic.expected_calls(world.horizon) as i128
}

fn changes_of(market: &MarketDecl, horizon: SimSpan) -> i128 {
    let prices = [&market.standard, &market.spot_protected, &market.spot_unprotected];
    let prices = prices.into_iter().filter_map(|price| price.good());
    let stocks = market.stock.iter().chain(market.spot_stock.good());
    let of_prices: i128 = prices.map(|process| price_changes(process, horizon)).sum();
    let of_stocks: i128 = stocks.map(|stock| stock_changes(&stock.process, horizon)).sum();
    of_prices + of_stocks
}

fn price_changes(process: &PriceProcess, horizon: SimSpan) -> i128 {
    match process {
        PriceProcess::Constant(_) | PriceProcess::Scaled { .. } => 0,
        PriceProcess::Schedule(changes) => changes.len() as i128,
        PriceProcess::MeanReverting(process) => i128::from(horizon.started_granules(process.step)),
        PriceProcess::TwoRegime(process) => i128::from(horizon.started_granules(process.step)),
        PriceProcess::Replay(replay) => rows(&replay.history, horizon),
    }
}

fn stock_changes(process: &StockProcess, horizon: SimSpan) -> i128 {
    match process {
        StockProcess::Always | StockProcess::Never => 0,
        StockProcess::Windows(windows) => 2 * windows.len() as i128,
        StockProcess::OnOff { on_mean, off_mean, .. } => turns((*on_mean, *off_mean), horizon),
        StockProcess::Replay(replay) => rows(&replay.history, horizon),
    }
}

/// Changes of a process with two states.
fn turns(means: (SimSpan, SimSpan), horizon: SimSpan) -> i128 {
    2 * i128::from(horizon.started_granules(means.0 + means.1))
}

/// Rows of a record that is replayed again and again.
fn rows(history: &History, horizon: SimSpan) -> i128 {
    let first = history.times_unix_ms.first().copied().unwrap_or(history.end_unix_ms);
    let span = i128::from(history.end_unix_ms) - i128::from(first);
    history.values.len() as i128 * (i128::from(horizon.as_ms()) / span.max(1) + 1)
}
