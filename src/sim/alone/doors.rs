//! When the entries of a plan can be had, and when the market takes back what was had there.

use super::life::Replica;
use crate::catalog::MachineRules;
use crate::scenario::model::{Bid, MarketId};
use crate::sim::offers::{Terms, place_of};
use crate::units::{SimSpan, SimTime};
use crate::world::{Crossings, StepPath};

/// An entry of its plan that a replica may take.
#[derive(Debug)]
pub(super) struct Door<'run> {
    pub(super) market: MarketId,
    pub(super) rules: &'run MachineRules,
    pub(super) bid: Option<Bid>,
    pub(super) prices: &'run StepPath,
    /// Who has waited less does not take it.
    pub(super) wait: SimSpan,
    stock: &'run StepPath,
    /// The highest price at which it is acquired.
    ceiling: i64,
    /// Its price against what acquires and what keeps, and its stock against nothing.
    acquired: usize,
    kept: usize,
    stocked: usize,
}

/// The entries that a replica may take, in the order of its plan.
pub(super) struct Doors<'run> {
    list: Vec<Door<'run>>,
    crossings: Vec<Crossings<'run>>,
    horizon: SimTime,
}

impl<'run> Doors<'run> {
    pub(super) fn of(replica: &Replica<'run>) -> Self {
        let Replica { scenario, plan, world, index, .. } = *replica;
        let horizon = SimTime::ZERO + scenario.horizon;
        let count = plan.entries.len();
        let mut doors =
            Self { list: Vec::with_capacity(count), crossings: Vec::with_capacity(3 * count), horizon };
        for (place, entry) in plan.entries.iter().enumerate() {
            if !plan.allows(index, entry) {
                continue;
            }
            let Terms { price, pool, ceiling, keeps } = Terms::of(scenario, plan, *entry);
            let (prices, stock) = (world.price(price), world.stock(pool));
            let door = Door {
                market: entry.market,
                rules: &scenario.markets[entry.market.0].rules,
                bid: entry.bid,
                prices,
                wait: plan.wait_before(index, place),
                stock,
                ceiling,
                acquired: place_of(&mut doors.crossings, prices, ceiling),
                kept: place_of(&mut doors.crossings, prices, keeps),
                stocked: place_of(&mut doors.crossings, stock, 0),
            };
            doors.list.push(door);
        }
        doors
    }

    pub(super) const fn count(&self) -> usize {
        self.list.len()
    }

    pub(super) fn get(&self, door: usize) -> &Door<'run> {
        &self.list[door]
    }

    /// Do price and stock both allow the entry?
    pub(super) fn is_open(&self, door: usize, at: SimTime) -> bool {
        let Door { acquired, stocked, .. } = self.list[door];
        !self.crossings[acquired].is_above(at) && self.crossings[stocked].is_above(at)
    }

    /// The first instant from `from` on at which price and stock both allow the entry; one at or after the horizon if there
    /// is none before.
    pub(super) fn next_open(&self, door: usize, from: SimTime) -> SimTime {
        let Door { acquired, stocked, .. } = self.list[door];
        let mut at = from;
        loop {
            let cheap = self.crossings[acquired].next_at_most(at);
            if cheap >= self.horizon {
                return cheap;
            }
            at = self.crossings[stocked].next_above(cheap);
            if at == cheap || at >= self.horizon {
                return at;
            }
        }
    }

    /// Since when price and stock have both allowed an entry that is open.
    pub(super) fn open_since(&self, door: usize, at: SimTime) -> SimTime {
        let Door { prices, stock, ceiling, .. } = self.list[door];
        let since = prices.since_at_most(at, ceiling).max(stock.since_above(at, 0));
        since.expect("the entry is open")
    }

    /// When the market takes back a spot instance that is not protected.
    pub(super) fn next_taken(&self, door: usize, from: SimTime) -> SimTime {
        let Door { kept, stocked, .. } = self.list[door];
        self.crossings[kept].next_above(from).min(self.crossings[stocked].next_at_most(from))
    }
}
