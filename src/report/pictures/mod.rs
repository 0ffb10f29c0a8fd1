//! From a study to its pictures: the costs of all strategies, one replication on machines as a timeline, one
//! replication's tokens against its quotas, and what is available on accounts over many.

mod accounts;
mod traffic;

use super::comparison::Comparison;
use super::plot::{
    DistributionPicture, DistributionStrategy, HeldBlock, HeldKind, PlotError, PriceLane, TimelinePicture,
    cost_distribution, timeline,
};
use super::words;
use crate::montecarlo::{MoneyEstimate, Samples, StudySize};
use crate::scenario::Scenario;
use crate::scenario::model::{Bid, Entry, MarketId, Plan, Strategy};
use crate::sim::service::event::LifeEvent;
use crate::sim::{self, EventKind, EventRecord, ReclaimReason, Recorder, Status, Tariff};
use crate::units::{Money, SimSpan, SimTime, UnitPrice};
use crate::world::{PriceId, StepPath, World};

/// A picture's file name and bytes.
pub type Picture = (&'static str, Vec<u8>);

/// Every picture of a comparison. Some of them tell many replications again: once `is_interrupted`, what is left of them
/// is not drawn.
///
/// # Errors
/// The name of the picture that could not be drawn, and why.
pub fn draw(
    scenario: &Scenario,
    comparison: &Comparison,
    size: StudySize,
    samples: &[Samples],
    is_interrupted: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Picture>, (&'static str, PlotError)> {
    let (svg, png) = cost_distribution(&distribution_picture(scenario, comparison, samples))
        .map_err(|error| ("cost_distribution.svg", error))?;
    let mut pictures = vec![("cost_distribution.svg", svg.into_bytes()), ("cost_distribution.png", png)];
    if let Some(strategy) = scenario.telling_machines() {
        let (svg, png) = timeline(&timeline_picture(scenario, strategy, size, samples))
            .map_err(|error| ("timeline.svg", error))?;
        pictures.extend([("timeline.svg", svg.into_bytes()), ("timeline.png", png)]);
    }
    pictures.extend(traffic::draw(scenario, size)?);
    pictures.extend(accounts::draw(scenario, size, samples, is_interrupted)?);
    Ok(pictures)
}

fn distribution_picture(
    scenario: &Scenario,
    comparison: &Comparison,
    samples: &[Samples],
) -> DistributionPicture {
    let strategies = scenario.strategies.iter().zip(samples).map(|(strategy, column)| {
        let estimate = MoneyEstimate::of(&column.cost).expect("a study has at least one replication");
        DistributionStrategy {
            name: strategy.name.clone(),
            costs: column.cost.iter().map(|cost| cost.to_f64()).collect(),
            mean: estimate.mean.mean.to_f64(),
            p5: estimate.p5.to_f64(),
            p50: estimate.p50.to_f64(),
            p95: estimate.p95.to_f64(),
        }
    });
    let plural = if comparison.replications == 1 { "" } else { "s" };
    DistributionPicture {
        title: format!("What each strategy costs: {}", scenario.name),
        subtitle: format!(
            "{} replication{plural} of the same worlds for all, seed {}",
            comparison.replications, comparison.seed
        ),
        currency: scenario.currency.clone(),
        horizon: horizon_words(scenario.horizon),
        strategies: strategies.collect(),
    }
}

/// "30 days" rather than "30d" where the horizon is whole days.
pub(super) fn horizon_words(horizon: SimSpan) -> String {
    match (horizon.as_ms() / SimSpan::DAY.as_ms(), horizon.as_ms() % SimSpan::DAY.as_ms()) {
        (1, 0) => "1 day".to_owned(),
        (days, 0) => format!("{days} days"),
        _ => horizon.to_string(),
    }
}

/// A strategy on machines, in the replication whose cost is its median: a usual month, not a chosen one.
fn timeline_picture(
    scenario: &Scenario,
    strategy: &Strategy,
    size: StudySize,
    samples: &[Samples],
) -> TimelinePicture {
    let index = scenario.strategies.iter().position(|other| other.name == strategy.name).unwrap_or(0);
    let replication = median_replication(&samples[index].cost);
    let world = scenario.world.draw(size.seed, replication);
    let mut recorder = Recorder::default();
    sim::simulate(scenario, strategy, &world, &mut recorder);
    let told = Told::first_replica(scenario, strategy, &world, &recorder);
    TimelinePicture {
        title: format!("One usual run of \"{}\"", strategy.name),
        subtitle: format!(
            "{}, replication {replication} of seed {} (median cost), from {}{}",
            scenario.name,
            size.seed,
            words::clock(scenario, SimTime::ZERO),
            told.which
        ),
        currency: scenario.currency.clone(),
        horizon_ms: scenario.horizon.as_ms(),
        lanes: told.lanes(),
        held: told.held_blocks(),
        reclaims: told.reclaims(),
    }
}

/// The replication whose cost is the median, the first of equals.
fn median_replication(costs: &[Money]) -> u64 {
    let median = MoneyEstimate::of(costs).map(|estimate| estimate.p50);
    costs.iter().position(|cost| Some(*cost) == median).unwrap_or(0) as u64
}

/// What a replica has: a market, and how it is rented.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Held {
    market: MarketId,
    is_spot: bool,
}

/// One replica of one run, as the timeline shows it.
struct Told<'run> {
    scenario: &'run Scenario,
    plan: &'run Plan,
    world: &'run World,
    events: Vec<&'run EventRecord>,
    which: String,
    /// One lane per market and tariff, in the plan's order.
    lanes: Vec<Entry>,
}

impl<'run> Told<'run> {
    fn first_replica(
        scenario: &'run Scenario,
        strategy: &'run Strategy,
        world: &'run World,
        recorder: &'run Recorder,
    ) -> Self {
        let service = &scenario.services[0];
        let plan = service.plan.as_ref().unwrap_or(&strategy.plan);
        let own =
            |event: &&EventRecord| event.service.0 == 0 && event.replica.is_none_or(|replica| replica == 0);
        let is_only = scenario.services.len() == 1 && service.replicas == 1;
        let mut lanes: Vec<Entry> = Vec::new();
        for entry in &plan.entries {
            if !lanes
                .iter()
                .any(|lane| (lane.market, lane.bid.is_some()) == (entry.market, entry.bid.is_some()))
            {
                lanes.push(*entry);
            }
        }
        Self {
            scenario,
            plan,
            world,
            events: recorder.events.iter().filter(own).collect(),
            which: if is_only { String::new() } else { format!(", {} replica 0", service.name) },
            lanes,
        }
    }

    fn lane_of(&self, held: Held) -> Option<usize> {
        self.lanes.iter().position(|lane| (lane.market, lane.bid.is_some()) == (held.market, held.is_spot))
    }

    /// The name of a market, and whether it is rented at the standard price where it is met both ways.
    fn label(&self, market: MarketId, is_spot: bool) -> String {
        let both_ways = self.lanes.iter().filter(|lane| lane.market == market).count() > 1;
        let name = &self.scenario.markets[market.0].name;
        if both_ways && !is_spot { format!("{name}, standard") } else { name.clone() }
    }

    fn lanes(&self) -> Vec<PriceLane> {
        let blocks = self.held_blocks();
        let lanes = self.lanes.iter().enumerate();
        lanes.map(|(index, entry)| self.lane(*entry, held_in(&blocks, index))).collect()
    }

    fn lane(&self, entry: Entry, held: Vec<(i64, i64)>) -> PriceLane {
        let market = &self.scenario.markets[entry.market.0];
        let (shown, pool) = match entry.bid {
            Some(_) => (market.spot(self.plan), market.spot_pool),
            None => (market.standard, market.standard_pool),
        };
        let price_now =
            |series: PriceId| UnitPrice::from_nano(self.world.price(series).value_at(SimTime::ZERO));
        let standard =
            market.standard.filter(|_| entry.bid.is_some()).map(price_now).filter(|price| price.is_known());
        PriceLane {
            name: self.label(entry.market, entry.bid.is_some()),
            points: shown.map_or_else(Vec::new, |series| self.points(self.world.price(series))),
            bid: entry.bid.and_then(Bid::limit).map(UnitPrice::to_f64),
            standard: standard.map(UnitPrice::to_f64),
            held,
            out_of_stock: self.out_of_stock(self.world.stock(pool)),
        }
    }

    fn horizon(&self) -> SimTime {
        SimTime::ZERO + self.scenario.horizon
    }

    fn points(&self, path: &StepPath) -> Vec<(i64, f64)> {
        let known = path
            .segments(SimTime::ZERO, self.horizon())
            .filter(|piece| UnitPrice::from_nano(piece.value).is_known());
        known.map(|piece| (piece.from.as_ms(), UnitPrice::from_nano(piece.value).to_f64())).collect()
    }

    fn out_of_stock(&self, path: &StepPath) -> Vec<(i64, i64)> {
        let empty = path.segments(SimTime::ZERO, self.horizon()).filter(|piece| piece.value == 0);
        empty.map(|piece| (piece.from.as_ms(), piece.to.as_ms())).collect()
    }

    /// What the replica had at each time, from its events.
    fn held_blocks(&self) -> Vec<HeldBlock> {
        let mut blocks: Vec<HeldBlock> = Vec::new();
        let mut open: Option<(SimTime, Status, Option<Held>)> = None;
        let mut acquired: Option<Held> = None;
        for event in &self.events {
            let held = match event.kind {
                EventKind::Allocated { market, tariff, .. } => {
                    acquired = Some(Held { market, is_spot: tariff != Tariff::Standard });
                    acquired.filter(|_| event.to == Status::Deploying).or(open.and_then(|(_, _, held)| held))
                }
                EventKind::Running { .. }
                | EventKind::MovedBack { .. }
                | EventKind::Life(LifeEvent::Replaced { .. }) => acquired,
                _ => open.and_then(|(_, status, held)| held.filter(|_| status == event.to)),
            };
            let next = (event.to, held);
            if open.is_none_or(|(_, status, held)| (status, held) != next) {
                blocks.extend(open.and_then(|state| self.block(state, event.at)));
                open = Some((event.at, event.to, held));
            }
        }
        blocks.extend(open.and_then(|state| self.block(state, self.horizon())));
        blocks
    }

    fn block(&self, (from, status, held): (SimTime, Status, Option<Held>), to: SimTime) -> Option<HeldBlock> {
        let kind = match status {
            Status::Waiting => HeldKind::Waiting,
            Status::Deploying | Status::Restarting => HeldKind::Starting,
            Status::Running => HeldKind::Running,
            Status::Absent
            | Status::Stopped
            | Status::Deleting
            | Status::Deleted
            | Status::DeploymentFailed
            | Status::Failed => HeldKind::Stopped,
        };
        let label =
            held.map_or_else(|| status.name().to_owned(), |held| self.label(held.market, held.is_spot));
        let lane = held.and_then(|held| self.lane_of(held));
        (from < to).then(|| HeldBlock { from_ms: from.as_ms(), to_ms: to.as_ms(), label, kind, lane })
    }

    fn reclaims(&self) -> Vec<(i64, String)> {
        let released = self.events.iter().filter_map(|event| match event.kind {
            EventKind::Released { reason, .. } => Some((event.at, reason)),
            _ => None,
        });
        let words = |reason| match reason {
            ReclaimReason::Price => "price",
            ReclaimReason::Stock => "stock",
        };
        released.map(|(at, reason)| (at.as_ms(), words(reason).to_owned())).collect()
    }
}

/// When a lane's type was running.
fn held_in(blocks: &[HeldBlock], lane: usize) -> Vec<(i64, i64)> {
    let own = blocks.iter().filter(|block| block.lane == Some(lane) && block.kind == HeldKind::Running);
    own.map(|block| (block.from_ms, block.to_ms)).collect()
}
