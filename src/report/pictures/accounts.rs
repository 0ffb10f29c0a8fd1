//! The picture of accounts: what is available over time in many replications.

use super::{Picture, traffic};
use crate::account::{AccountModel, Opening};
use crate::ledger::{AccountEvent, BillLine, Entry};
use crate::montecarlo::{AccountSamples, Arrears, Samples, StudySize, quantile_rank};
use crate::report::plot::{BalancePanel, BalancePicture, FanPoint, PlotError, balance};
use crate::report::words;
use crate::scenario::Scenario;
use crate::scenario::model::Strategy;
use crate::sim::deployment::record::{DeploymentEventRecord, DeploymentUsageRecord, PaymentRecord};
use crate::sim::resources::record::{ResourceCharge, ResourceEventRecord, ResourceUsageRecord};
use crate::sim::{self, EventRecord, ToldCall, Trace, UsageRecord};
use crate::units::{Money, SimSpan, SimTime};
use crate::world::World;
use rayon::prelude::*;

#[cfg(test)]
mod tests;

/// So many replications are told again for the fan: a 5 % quantile then has ten of them below it.
const REPLICATIONS_MOST: u64 = 200;
/// More accounts than this are not drawn; the picture says so.
const ACCOUNTS_DRAWN: usize = 3;
/// Stretches between the instants at which the fan is worked out: one for every two points of the picture's width.
const STRETCHES: i64 = 460;

/// The told strategy's balances, where there are accounts. Stops early, with what there is, once `is_interrupted`.
pub(super) fn draw(
    scenario: &Scenario,
    size: StudySize,
    samples: &[Samples],
    is_interrupted: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Picture>, (&'static str, PlotError)> {
    if scenario.accounts.is_empty() {
        return Ok(Vec::new());
    }
    let failed = |error| ("balance.svg", error);
    let strategy = scenario.telling_strategy();
    let index = scenario.strategies.iter().position(|other| std::ptr::eq(other, strategy)).unwrap_or(0);
    let paths = balances(scenario, strategy, size, is_interrupted).map_err(failed)?;
    if is_interrupted() {
        return Ok(Vec::new());
    }
    let picture = balance_picture(scenario, strategy, size, &samples[index].accounts, &paths);
    let (svg, png) = balance(&picture).map_err(failed)?;
    Ok(vec![("balance.svg", svg.into_bytes()), ("balance.png", png)])
}

/// The balances of one replication: for each account that is drawn its value at each instant of the fan.
type Paths = Vec<Vec<f64>>;

/// The first replications of a study once more, in parallel and in order, listening to accounts only.
fn balances(
    scenario: &Scenario,
    strategy: &Strategy,
    size: StudySize,
    is_interrupted: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Paths>, PlotError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(size.threads).build();
    let pool = pool.map_err(|error| PlotError::Backend(format!("cannot start the threads: {error}")))?;
    let tell = |world: &mut World, replication: u64| {
        if is_interrupted() {
            return Vec::new();
        }
        scenario.world.draw_into(size.seed, replication, world);
        let mut listener = Listener::new(scenario);
        sim::simulate(scenario, strategy, world, &mut listener);
        listener.paths()
    };
    let range = 0..size.replications.min(REPLICATIONS_MOST);
    Ok(pool.install(|| range.into_par_iter().map_init(World::empty, tell).collect()))
}

/// The instants of the fan: the start, the horizon, and evenly between.
fn instant(horizon: SimSpan, index: i64) -> SimTime {
    // Wide enough for any horizon of ten years.
    SimTime::ZERO + SimSpan::from_ms(horizon.as_ms() * index / STRETCHES)
}

/// Listens to what is available, and keeps it at the instants of the fan only.
struct Listener {
    horizon: SimSpan,
    accounts: Vec<Path>,
}

/// One account: what is available since the last entry, and at the instants before it.
struct Path {
    now: Money,
    kept: Vec<f64>,
}

impl Listener {
    fn new(scenario: &Scenario) -> Self {
        let opened = |account: &AccountModel| Path { now: opening(&account.opening), kept: Vec::new() };
        let drawn = scenario.accounts.iter().take(ACCOUNTS_DRAWN);
        Self { horizon: scenario.horizon, accounts: drawn.map(opened).collect() }
    }

    /// From an instant on so much is available: before it, what was so far.
    fn note(&mut self, account: usize, at: SimTime, available: Money) {
        let horizon = self.horizon;
        let Some(path) = self.accounts.get_mut(account) else { return };
        path.keep_until(at, horizon);
        path.now = available;
    }

    fn paths(mut self) -> Paths {
        let horizon = self.horizon;
        for path in &mut self.accounts {
            path.keep_until(SimTime::NEVER, horizon);
        }
        self.accounts.into_iter().map(|path| path.kept).collect()
    }
}

impl Path {
    /// Keeps the present value at every instant before `at` that has none.
    fn keep_until(&mut self, at: SimTime, horizon: SimSpan) {
        while self.kept.len() as i64 <= STRETCHES && instant(horizon, self.kept.len() as i64) < at {
            self.kept.push(self.now.to_f64());
        }
    }
}

/// What is available before anything happens (B15).
fn opening(opening: &Opening) -> Money {
    opening.cash + opening.credit - opening.unsettled_current - opening.unsettled_earlier
}

impl Trace for Listener {
    const LISTENS: bool = true;
    fn event(&mut self, _: impl FnOnce() -> EventRecord) {}
    fn usage(&mut self, _: impl FnOnce() -> UsageRecord) {}
    fn deployment_event(&mut self, _: impl FnOnce() -> DeploymentEventRecord) {}
    fn deployment_usage(&mut self, _: impl FnOnce() -> DeploymentUsageRecord) {}
    fn payment(&mut self, _: impl FnOnce() -> PaymentRecord) {}
    fn resource_event(&mut self, _: impl FnOnce() -> ResourceEventRecord) {}
    fn resource_usage(&mut self, _: impl FnOnce() -> ResourceUsageRecord) {}
    fn resource_charge(&mut self, _: impl FnOnce() -> ResourceCharge) {}
    fn call(&mut self, record: impl FnOnce() -> ToldCall) {
        // Lines of bills are drafted as their calls are told.
        drop(record());
    }
    fn bill_line(&mut self, _: impl FnOnce() -> BillLine) {}
    fn entry(&mut self, record: impl FnOnce() -> Entry) {
        let entry = record();
        self.note(entry.account.0, entry.at, entry.available);
    }
    fn account_event(&mut self, _: impl FnOnce() -> AccountEvent) {}
}

fn balance_picture(
    scenario: &Scenario,
    strategy: &Strategy,
    size: StudySize,
    samples: &[AccountSamples],
    paths: &[Paths],
) -> BalancePicture {
    let accounts = scenario.accounts.iter().zip(samples).take(ACCOUNTS_DRAWN).enumerate();
    let panels = accounts.map(|(index, (model, samples))| panel(scenario, model, samples, index, paths));
    let more = scenario.accounts.len().saturating_sub(ACCOUNTS_DRAWN);
    let left_out = match more {
        0 => String::new(),
        1 => "; 1 more account not drawn".to_owned(),
        more => format!("; {more} more accounts not drawn"),
    };
    let (ticks, axis) = traffic::time_axis(scenario);
    let shown = match paths.len() as u64 {
        all if all == size.replications => format!("{} of", words::count(paths.len(), "replication")),
        first => format!("the first {first} replications of"),
    };
    BalancePicture {
        title: format!("What is available under \"{}\"", strategy.name),
        subtitle: format!(
            "{}, fan over {shown} seed {}, from {}{left_out}",
            scenario.name,
            size.seed,
            words::clock(scenario, SimTime::ZERO)
        ),
        currency: scenario.currency.clone(),
        horizon_ms: scenario.horizon.as_ms(),
        ticks,
        axis,
        panels: panels.collect(),
    }
}

fn panel(
    scenario: &Scenario,
    model: &AccountModel,
    samples: &AccountSamples,
    index: usize,
    paths: &[Paths],
) -> BalancePanel {
    let mut stops = samples.instants(Arrears::Stopped);
    stops.sort_unstable();
    let median = stops.get(quantile_rank(500, stops.len()) - 1).copied();
    let minute = |at: SimTime| words::clock(scenario, at).get(..16).unwrap_or_default().to_owned();
    BalancePanel {
        name: model.name.clone(),
        fan: fan(scenario.horizon, index, paths),
        alerts: model.alerts.low_balance.iter().map(|amount| amount.to_f64()).collect(),
        stops_ms: stops.iter().map(|at| at.as_ms()).collect(),
        median_stop: median.map(|at| (at.as_ms(), minute(at))),
        replications: samples.len(),
    }
}

/// Quantiles over replications, one instant after the other.
fn fan(horizon: SimSpan, account: usize, paths: &[Paths]) -> Vec<FanPoint> {
    let point = |index: i64| {
        let mut values: Vec<f64> = paths.iter().map(|path| path[account][index as usize]).collect();
        values.sort_by(f64::total_cmp);
        let at = |per_mille| values[quantile_rank(per_mille, values.len()) - 1];
        FanPoint {
            at_ms: instant(horizon, index).as_ms(),
            quantiles: [at(50), at(250), at(500), at(750), at(950)],
        }
    };
    (0..=STRETCHES).map(point).collect()
}
