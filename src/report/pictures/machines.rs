//! One replica of one run: prices it met, what it had when, and when it was taken away.

use crate::report::plot::{HeldBlock, HeldKind, PriceLane};
use crate::scenario::Scenario;
use crate::scenario::model::{Bid, Entry, MarketId, Plan, ServiceId, Strategy};
use crate::sim::service::event::LifeEvent;
use crate::sim::{EventKind, EventRecord, ReclaimReason, Recorder, Status, Tariff};
use crate::units::{SimTime, UnitPrice};
use crate::world::{PriceId, StepPath, World};

/// What a replica has: a market, and how it is rented.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Held {
    market: MarketId,
    is_spot: bool,
}

/// One replica of one run, as the timeline shows it.
pub(in crate::report) struct MachineStory<'run> {
    scenario: &'run Scenario,
    plan: &'run Plan,
    world: &'run World,
    events: Vec<&'run EventRecord>,
    pub(in crate::report) which: String,
    /// One lane per market and tariff, in the plan's order.
    lanes: Vec<Entry>,
}

impl<'run> MachineStory<'run> {
    /// A replica of a service.
    pub(in crate::report) fn of(
        scenario: &'run Scenario,
        strategy: &'run Strategy,
        (world, recorder): (&'run World, &'run Recorder),
        (service, replica): (ServiceId, u32),
    ) -> Self {
        let own = move |event: &&EventRecord| {
            event.service == service && event.replica.is_none_or(|index| index == replica)
        };
        let one = &scenario.services[service.0];
        let plan = one.plan.as_ref().unwrap_or(&strategy.plan);
        let is_only = scenario.services.len() == 1 && one.replicas == 1;
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
            which: if is_only { String::new() } else { format!(", {} replica {replica}", one.name) },
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

    /// A lane for each market and tariff of its plan.
    pub(in crate::report) fn lanes(&self) -> Vec<PriceLane> {
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
    pub(in crate::report) fn held_blocks(&self) -> Vec<HeldBlock> {
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

    /// When an instance was taken away, and why.
    pub(in crate::report) fn reclaims(&self) -> Vec<(i64, String)> {
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
