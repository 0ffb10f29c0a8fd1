//! What a replica may take: the types of its plan against the market, the rules and the policies.

use super::{Auditor, Held, Standing, Who, second, seconds};
use deploysim::scenario::model::{
    Acquire, Base, Bid, Entry, MachineRules, MarketId, MoveBack, Release, Retry, Saving,
};
use deploysim::sim::{Refusal, Tariff};
use deploysim::units::{SimTime, UnitPrice};
use deploysim::world::{PoolId, PriceId};

/// One in units of 10⁻⁹.
const ONE: i64 = 1_000_000_000;

/// Is a replica rented at the standard price only: the first so many, and of those above a share, rounded down?
pub(crate) fn is_of_base(base: Option<Base>, replica: u32) -> bool {
    let Some(base) = base else { return false };
    if replica < base.replicas {
        return true;
    }
    // Shares add up; whoever completes a whole one is of the base.
    let mut share = 0;
    let mut is_base = false;
    for _ in base.replicas..=replica {
        share += base.share_above_ppb;
        is_base = share >= ONE;
        share -= if is_base { ONE } else { 0 };
    }
    is_base
}

/// Does the market price keep an instance with this bid?
pub(crate) fn is_kept(rules: &MachineRules, bid: Bid, price: i64) -> bool {
    match (bid, rules.release_when) {
        (Bid::NoLimit, _) => true,
        (Bid::Limit(limit), Release::MarketAboveBid) => price <= limit.as_nano(),
        (Bid::Limit(limit), Release::MarketAtLeastBid) => price < limit.as_nano(),
    }
}

/// Is a bid enough (E15)? What would be taken back at once is not acquired.
fn is_enough(rules: &MachineRules, bid: Bid, price: i64, is_protected: bool) -> bool {
    let wins = match (bid, rules.acquire_when) {
        (Bid::NoLimit, _) => true,
        (Bid::Limit(limit), Acquire::BidAtLeastMarket) => price <= limit.as_nano(),
        (Bid::Limit(limit), Acquire::BidAboveMarket) => price < limit.as_nano(),
    };
    wins && (is_protected || is_kept(rules, bid, price))
}

impl<'run> Auditor<'run> {
    pub(super) fn rules(&self, market: MarketId) -> &'run MachineRules {
        &self.scenario.markets[market.0].rules
    }

    /// The price series and the pool of an entry.
    pub(super) fn series(&self, who: Who, entry: &Entry) -> (PriceId, PoolId) {
        let market = &self.scenario.markets[entry.market.0];
        let protected = self.plan(who).protection && market.rules.offers_protection;
        match (entry.bid, protected) {
            (None, _) => (market.standard.unwrap(), market.standard_pool),
            (Some(_), true) => (market.spot_protected.unwrap(), market.spot_pool),
            (Some(_), false) => (market.spot_unprotected.unwrap(), market.spot_pool),
        }
    }

    /// Until when an instance that is acquired now would be protected.
    pub(super) fn protection(&self, who: Who, entry: &Entry, at: i64) -> Option<i64> {
        let rules = self.rules(entry.market);
        let span = seconds(rules.protection_period);
        let wanted = entry.bid.is_some() && self.plan(who).protection;
        (wanted && rules.offers_protection && span > 0).then_some(at + span)
    }

    /// The places of the types that a replica may take, in their order.
    pub(super) fn allowed(&self, who: Who) -> Vec<usize> {
        let plan = self.plan(who);
        let is_base = is_of_base(plan.base, who.1);
        (0..plan.entries.len()).filter(|place| !is_base || plan.entries[*place].bid.is_none()).collect()
    }

    /// How long a replica must have waited before it takes a type; the first that one of the base may take is no fallback.
    pub(super) fn wait_before(&self, who: Who, place: usize) -> i64 {
        let plan = self.plan(who);
        let is_first = self.allowed(who).first() == Some(&place);
        if is_of_base(plan.base, who.1) && is_first { 0 } else { seconds(plan.entries[place].after) }
    }

    /// Until when a type is left alone.
    pub(super) fn avoided_until(&self, service: usize, entry: &Entry) -> i64 {
        let until = self.services[service].avoided.get(&entry.market);
        if entry.bid.is_some() { until.copied().unwrap_or(0) } else { 0 }
    }

    /// Why a replica that has waited since then can't take a type, in the order in which reasons are told.
    pub(super) fn refusal(&self, who: Who, place: usize, since: i64, at: i64) -> Option<Refusal> {
        if at < since + self.wait_before(who, place) {
            return Some(Refusal::TooEarly);
        }
        self.obstacle(who, place, at)
    }

    /// The same, however long the replica has waited.
    pub(super) fn obstacle(&self, who: Who, place: usize, at: i64) -> Option<Refusal> {
        let entry = &self.plan(who).entries[place];
        let until = self.avoided_until(who.0, entry);
        if at < until {
            return Some(Refusal::Avoided { until: SimTime::from_ms(until * 1_000) });
        }
        let (series, pool) = self.series(who, entry);
        if !self.is_cheap(who, entry, at) {
            let price = UnitPrice::from_nano(self.facts.price(series, at));
            return Some(Refusal::BidTooLow { price, bid: entry.bid });
        }
        if self.used(pool) >= self.facts.stock(pool, at) {
            return Some(Refusal::OutOfStock);
        }
        let plan_number = self.of(who).version.plan_number;
        let on_entry = |standing: &Standing| {
            let all = standing.replicas.iter().flat_map(|replica| &replica.instances);
            all.filter(|id| (self.held[**id].entry, self.held[**id].plan_number) == (place, plan_number))
                .count()
        };
        let is_full = entry.cap.is_some_and(|cap| on_entry(&self.services[who.0]) >= cap as usize);
        is_full.then_some(Refusal::AtCap)
    }

    fn is_cheap(&self, who: Who, entry: &Entry, at: i64) -> bool {
        let (series, _) = self.series(who, entry);
        let price = self.facts.price(series, at);
        let is_protected = self.protection(who, entry, at).is_some();
        let is_known = price != UnitPrice::UNKNOWN.as_nano();
        is_known && entry.bid.is_none_or(|bid| is_enough(self.rules(entry.market), bid, price, is_protected))
    }

    /// May a replica move back to an earlier type?
    pub(super) fn may_move(&self, held: &Held, place: usize, policy: &MoveBack, at: i64) -> bool {
        let entry = &self.plan(held.who).entries[place];
        if place >= held.entry || self.obstacle(held.who, place, at).is_some() {
            return false;
        }
        let (series, pool) = self.series(held.who, entry);
        let (new, old) = (self.facts.price(series, at), self.price_paid(held, at));
        let saves = match policy.min_saving {
            Saving::Any => true,
            Saving::PerHour(least) => old - new >= least.as_nano(),
            Saving::SharePpb(share) => {
                i128::from(old - new) * i128::from(ONE) >= i128::from(old) * i128::from(share)
            }
        };
        let since = at - seconds(policy.dwell);
        let there = |before: i64| {
            self.is_cheap(held.who, entry, before)
                && self.used_after[pool.0][before as usize] < self.facts.stock(pool, before)
        };
        saves && since >= self.avoided_until(held.who.0, entry) && (since..at).rev().all(there)
    }

    /// The place of the type that an instance was rented as.
    pub(super) fn place_of(&self, who: Who, market: MarketId, is_spot: bool) -> usize {
        let entries = &self.plan(who).entries;
        let is_it = |entry: &Entry| entry.market == market && entry.bid.is_some() == is_spot;
        let mut places = (0..entries.len()).filter(|place| is_it(&entries[*place]));
        let place = places.next().expect("what is taken is on the list");
        assert_eq!(places.next(), None, "no type stands twice on the lists of these scenarios");
        place
    }

    /// Does a replica that has waited since then look at this instant?
    pub(super) fn looks(&self, who: Who, since: i64, at: i64) -> bool {
        match self.plan(who).retry {
            Retry::OnAvailable => true,
            Retry::Every(interval) => (at - since) % seconds(interval) == 0,
        }
    }

    /// What the bid, the protection and the price of a new instance must be.
    pub(super) fn check_terms(&self, held: &Held, price: UnitPrice) {
        let entry = &self.plan(held.who).entries[held.entry];
        let now = self.facts.price(held.series, held.acquired);
        assert_eq!(price.as_nano(), now, "{held:?} is allocated at the price of the instant");
        match held.tariff {
            Tariff::Standard => assert_eq!(entry.bid, None, "{held:?} is rented as written"),
            Tariff::Spot { bid, protected_until, acquired_price } => {
                assert_eq!(Some(bid), entry.bid, "{held:?} is rented as written");
                assert_eq!(acquired_price.as_nano(), now, "{held:?} is acquired at the price of the instant");
                let until = self.protection(held.who, entry, held.acquired);
                assert_eq!(protected_until.map(second), until, "the protection of {held:?}");
            }
        }
    }
}
