//! The entries of the plans in force, resolved once a run, and how their prices stand to the limits that matter.
//!
//! A price is looked at many times between two crossings of the same limit, by every replica that waits for it or is held
//! by it. Time only goes forward in a run, so the stretch around the present instant answers all of them: a path is
//! searched once for each crossing, not once for each question.

use super::reclaim::kept_up_to;
use crate::scenario::Scenario;
use crate::scenario::model::{Acquire, Bid, Entry, MachineRules, Plan};
use crate::units::UnitPrice;
use crate::world::{Crossings, PoolId, PriceId, StepPath, World};

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

/// The offers of every plan of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Offers<'run> {
    /// Plans by identity, and where their offers begin.
    plans: Vec<(&'run Plan, PlanId)>,
    list: Vec<Offer>,
    /// Prices against the limits that matter, each once.
    levels: Vec<Crossings<'run>>,
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
        LevelId(place_of(&mut self.levels, world.price(price), limit) as u32)
    }

    /// A price and the limit that it is held against.
    pub(super) fn level_of(&self, level: LevelId) -> &Crossings<'run> {
        &self.levels[level.0 as usize]
    }
}

/// The place of a path against a limit among those that are known; it becomes one of them if it is none.
pub(super) fn place_of<'run>(known: &mut Vec<Crossings<'run>>, path: &'run StepPath, limit: i64) -> usize {
    let is_it = |one: &Crossings| std::ptr::eq(one.path(), path) && one.limit() == limit;
    known.iter().position(is_it).unwrap_or_else(|| {
        known.push(Crossings::new(path, limit));
        known.len() - 1
    })
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

/// The highest market price at which a bid acquires an instance, in 10⁻⁹ per hour. What would be taken back at the
/// instant it is acquired is not acquired, or the two would follow each other for ever.
fn acquired_up_to(rules: &MachineRules, plan: &Plan, bid: Bid) -> i64 {
    let enough = match (bid, rules.acquire_when) {
        (Bid::NoLimit, _) | (_, Acquire::BidAtLeastMarket) => bid.ceiling().as_nano(),
        (Bid::Limit(limit), Acquire::BidAboveMarket) => limit.as_nano() - 1,
    };
    if rules.protects(plan.protection) { enough } else { enough.min(kept_up_to(rules, bid)) }
}
