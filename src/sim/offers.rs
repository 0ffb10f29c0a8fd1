//! The entries of the plans in force, resolved once a run, and how their prices stand to the limits that matter.
//!
//! A price is looked at many times between two crossings of the same limit, by every replica that waits for it or is held
//! by it. Time only goes forward in a run, so the stretch around the present instant answers all of them: a path is
//! searched once for each crossing, not once for each question.

use super::reclaim::kept_up_to;
use crate::scenario::Scenario;
use crate::scenario::model::{Acquire, Bid, Entry, MachineRules, Plan};
use crate::units::{SimTime, UnitPrice};
use crate::world::{PoolId, PriceId, StepPath, World};
use std::cell::Cell;

/// An entry of a plan with the market facts that decide it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offer {
    pub(crate) entry: Entry,
    pub(crate) price: PriceId,
    pub(crate) pool: PoolId,
    /// The highest price at which it is acquired, in 10⁻⁹ per hour.
    pub(super) ceiling: i64,
    /// That price against [`Self::ceiling`].
    pub(super) acquired: LevelId,
    /// That price against what keeps a spot instance; standard ones are never taken back.
    pub(super) kept: LevelId,
}

/// Index of a level of this run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct LevelId(u32);

/// Where the offers of a plan begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct PlanId(u32);

/// A price against a limit.
#[derive(Clone, Debug)]
struct Level<'run> {
    price: PriceId,
    path: &'run StepPath,
    limit: i64,
    /// The stretch that was asked about last.
    run: Cell<Run>,
}

/// A stretch of time in which a price is on one side of a limit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    from: SimTime,
    /// Where it ends: [`SimTime::NEVER`] if it does not.
    pub(super) to: SimTime,
    pub(super) is_above: bool,
}

/// The offers of every plan of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Offers<'run> {
    /// Plans by identity, and where their offers begin.
    plans: Vec<(&'run Plan, PlanId)>,
    list: Vec<Offer>,
    levels: Vec<Level<'run>>,
}

impl<'run> Offers<'run> {
    /// The offers of a plan, which are resolved the first time it is named.
    pub(crate) fn of_plan(
        &mut self,
        scenario: &'run Scenario,
        world: &'run World,
        plan: &'run Plan,
    ) -> PlanId {
        if let Some((_, known)) = self.plans.iter().find(|(known, _)| std::ptr::eq(*known, plan)) {
            return *known;
        }
        let id = PlanId(self.list.len() as u32);
        for entry in &plan.entries {
            let offer = self.resolve(scenario, world, plan, *entry);
            self.list.push(offer);
        }
        self.plans.push((plan, id));
        id
    }

    /// An offer by the index of its entry.
    pub(crate) fn get(&self, plan: PlanId, index: usize) -> &Offer {
        &self.list[plan.0 as usize + index]
    }

    fn resolve(&mut self, scenario: &Scenario, world: &'run World, plan: &Plan, entry: Entry) -> Offer {
        let Terms { price, pool, ceiling, keeps } = Terms::of(scenario, plan, entry);
        let acquired = self.level(world, price, ceiling);
        let kept = self.level(world, price, keeps);
        Offer { entry, price, pool, ceiling, acquired, kept }
    }

    fn level(&mut self, world: &'run World, price: PriceId, limit: i64) -> LevelId {
        let known = self.levels.iter().position(|level| (level.price, level.limit) == (price, limit));
        let index = known.unwrap_or_else(|| {
            // The stretch before the run has nothing in it, so the first question is looked up.
            let before = Run { from: SimTime::ZERO, to: SimTime::ZERO, is_above: false };
            let path = world.price(price);
            self.levels.push(Level { price, path, limit, run: Cell::new(before) });
            self.levels.len() - 1
        });
        LevelId(index as u32)
    }

    /// The stretch around an instant, which in a run of questions seldom goes back.
    #[inline]
    pub(super) fn run_at(&self, level: LevelId, at: SimTime) -> Run {
        let level = &self.levels[level.0 as usize];
        let known = level.run.get();
        if known.from <= at && at < known.to {
            return known;
        }
        let run = level.find(at);
        level.run.set(run);
        run
    }
}

/// What decides whether an entry of a plan can be had, and kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) price: PriceId,
    pub(super) pool: PoolId,
    /// The highest price at which it is acquired, in 10⁻⁹ per hour.
    pub(super) ceiling: i64,
    /// The highest price at which it is kept.
    pub(super) keeps: i64,
}

impl Terms {
    pub(super) fn of(scenario: &Scenario, plan: &Plan, entry: Entry) -> Self {
        let market = &scenario.markets[entry.market.0];
        let known = UnitPrice::HIGHEST_KNOWN.as_nano();
        let (price, pool, ceiling, keeps) = match entry.bid {
            None => (market.standard, market.standard_pool, known, known),
            Some(bid) => {
                let ceiling = acquired_up_to(&market.rules, plan, bid);
                (market.spot(plan), market.spot_pool, ceiling, kept_up_to(&market.rules, bid))
            }
        };
        let price = price.expect("the load gives every reachable entry its price series");
        Self { price, pool, ceiling: ceiling.min(known), keeps }
    }
}

impl Level<'_> {
    fn find(&self, at: SimTime) -> Run {
        let is_above = self.path.value_at(at) > self.limit;
        let end = if is_above {
            self.path.next_at_most(at, self.limit)
        } else {
            self.path.next_above(at, self.limit)
        };
        Run { from: at, to: end.unwrap_or(SimTime::NEVER), is_above }
    }
}

/// The highest market price at which a bid acquires an instance, in 10⁻⁹ per hour. What would be taken back at the
/// instant it is acquired is not acquired, or the two would follow each other for ever.
fn acquired_up_to(rules: &MachineRules, plan: &Plan, bid: Bid) -> i64 {
    let enough = match (bid, rules.acquire_when) {
        (Bid::NoLimit, _) | (_, Acquire::BidAtLeastMarket) => bid.ceiling().as_nano(),
        (Bid::Limit(limit), Acquire::BidAboveMarket) => limit.as_nano() - 1,
    };
    if rules.protects(plan.protection) { enough } else { enough.min(kept_up_to(rules, bid)) }
}
