//! A slow second opinion on random scenarios: from the events alone and the world's prices second by second, every
//! charge is worked out again without the billing module, and must agree to the last of twelve decimals. On the way it
//! watches that nobody holds what the rules take away and nobody waits for what can be had: at every second at which
//! something moves, and every half minute besides.

mod random;

use deploysim::scenario::Scenario;
use deploysim::scenario::model::{
    Acquire, ActionKind, BillingStart, Entry, MarketId, Metering, Plan, ProtectedPrice, Release, Retry,
    Strategy,
};
use deploysim::sim::{EventKind, EventRecord, Item, Recorder, Tariff, simulate};
use deploysim::units::{RoundingMode, SimSpan, SimTime, UnitPrice};
use deploysim::world::{PoolId, PriceId, World};
use std::collections::BTreeMap;

/// Service and replica.
type Who = (usize, u32);

const SCENARIOS: u64 = 160;

#[test]
fn the_auditor_agrees_with_the_bill() {
    let mut held = 0;
    for seed in 0..SCENARIOS {
        held += audit(seed, random::EVERYTHING);
    }
    assert!(held > 5 * SCENARIOS as usize, "the scenarios are not lively enough: {held} instances");
}

#[test]
fn the_auditor_agrees_with_the_bill_of_two_days() {
    let two_days = random::Features { horizon_minutes_most: 2_880, ..random::EVERYTHING };
    for seed in 1_000..1_008 {
        audit(seed, two_days);
    }
}

#[test]
fn the_auditor_agrees_with_the_bill_under_the_default_settings() {
    let defaults = random::Features { settings: false, ..random::EVERYTHING };
    for seed in 2_000..2_120 {
        audit(seed, defaults);
    }
}

/// Audits every strategy of a random scenario; how many instances there were.
fn audit(seed: u64, features: random::Features) -> usize {
    let text = random::scenario(seed, features);
    let scenario = random::read(&text);
    let world = scenario.world.draw(seed, 0);
    let facts = Facts::of(&scenario, &world);
    let strategies = scenario.strategies.iter();
    strategies.map(|strategy| audit_strategy(&scenario, strategy, &world, &facts, &text)).sum()
}

fn audit_strategy(
    scenario: &Scenario,
    strategy: &Strategy,
    world: &World,
    facts: &Facts,
    text: &str,
) -> usize {
    let mut recorder = Recorder::default();
    let outcome = simulate(scenario, strategy, world, &mut recorder);
    let mut auditor = Auditor::new(scenario, strategy, facts);
    auditor.read(&recorder.events);
    let told = format!("{}, {}:\n{text}", scenario.name, strategy.name);

    let mut expected: Vec<Charge> = auditor.held.iter().flat_map(|held| auditor.charges(held)).collect();
    let mut billed: Vec<Charge> = recorder
        .usages
        .iter()
        .map(|usage| Charge {
            who: (usage.replica.service.0, usage.replica.index),
            item: item_number(usage.item),
            market: usage.market,
            from: second(usage.from),
            to: second(usage.to),
            pico: usage.lines.iter().map(|line| line.amount.as_pico()).sum(),
        })
        .collect();
    expected.sort();
    billed.sort();
    for (expected, billed) in expected.iter().zip(&billed) {
        assert_eq!(expected, billed, "the auditor and the bill differ in {told}");
    }
    assert_eq!(expected.len(), billed.len(), "intervals of {told}");
    let total: i128 = expected.iter().map(|charge| charge.pico).sum();
    assert_eq!(total, outcome.cost().as_pico(), "the total of {told}");
    let running: i64 = auditor.held.iter().filter_map(|held| Some(held.ended - held.running?)).sum();
    assert_eq!(running * 1_000, outcome.running_ms, "time in Running of {told}");
    assert_eq!(auditor.held.len(), outcome.launches as usize, "instances of {told}");
    auditor.check_no_overlap(&told);
    auditor.held.len()
}

/// Prices and stock at every second.
struct Facts {
    prices: Vec<Vec<i64>>,
    stocks: Vec<Vec<i64>>,
    /// Whether any of them is another one than a second before.
    moves: Vec<bool>,
}

impl Facts {
    fn of(scenario: &Scenario, world: &World) -> Self {
        let seconds = scenario.horizon.as_ms() / 1_000;
        // The last started granule may begin before the horizon only, so nothing is asked for beyond it.
        let by_second = |path: &deploysim::world::StepPath| {
            (0..seconds).map(|at| path.value_at(SimTime::from_ms(at * 1_000))).collect()
        };
        let prices: Vec<Vec<i64>> = world.prices.iter().map(by_second).collect();
        let stocks: Vec<Vec<i64>> = world.stocks.iter().map(by_second).collect();
        let moved =
            |at: usize| prices.iter().chain(&stocks).any(|values| at == 0 || values[at] != values[at - 1]);
        let moves = (0..seconds as usize).map(moved).collect();
        Self { prices, stocks, moves }
    }

    fn price(&self, series: PriceId, second: i64) -> i64 {
        self.prices[series.0][second as usize]
    }

    fn stock(&self, pool: PoolId, second: i64) -> i64 {
        self.stocks[pool.0][second as usize]
    }
}

/// What one interval costs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Charge {
    who: Who,
    item: u8,
    market: MarketId,
    from: i64,
    to: i64,
    pico: i128,
}

/// An instance as the events tell of it.
#[derive(Clone, Copy, Debug)]
struct Held {
    who: Who,
    market: MarketId,
    tariff: Tariff,
    acquired: i64,
    running: Option<i64>,
    ended: i64,
}

/// A service as the events tell of it.
struct Standing {
    active: bool,
    replicas: u32,
    plan: Plan,
}

struct Auditor<'run> {
    scenario: &'run Scenario,
    strategy: &'run Strategy,
    facts: &'run Facts,
    horizon: i64,
    held: Vec<Held>,
    /// The instances of each replica: the present one, then the one it moves back to.
    of_replica: BTreeMap<Who, Vec<usize>>,
    services: Vec<Standing>,
    /// Who was released from where at the present instant.
    released: Vec<(i64, Who, MarketId)>,
}

impl<'run> Auditor<'run> {
    fn new(scenario: &'run Scenario, strategy: &'run Strategy, facts: &'run Facts) -> Self {
        let mut auditor = Self {
            scenario,
            strategy,
            facts,
            horizon: scenario.horizon.as_ms() / 1_000,
            held: vec![],
            of_replica: BTreeMap::new(),
            services: vec![],
            released: vec![],
        };
        auditor.services =
            (0..scenario.services.len()).map(|service| auditor.first_standing(service)).collect();
        auditor
    }

    fn first_standing(&self, service: usize) -> Standing {
        let declared = &self.scenario.services[service];
        let plan = declared.plan.clone().unwrap_or_else(|| self.strategy.plan.clone());
        Standing { active: false, replicas: declared.replicas, plan }
    }

    /// Follows the story; after each instant, watches every second until the next.
    fn read(&mut self, events: &[EventRecord]) {
        let mut at = 0;
        for event in events {
            let next = second(event.at);
            assert!(next >= at && next < self.horizon, "events come in order, before the horizon");
            self.watch_until(at, next);
            at = next;
            self.follow(event);
        }
        self.watch_until(at, self.horizon);
    }

    fn follow(&mut self, event: &EventRecord) {
        let (at, service) = (second(event.at), event.service.0);
        let who = (service, event.replica.unwrap_or(u32::MAX));
        match &event.kind {
            EventKind::Submitted | EventKind::Acted(ActionKind::Start) => {
                self.services[service].active = true;
            }
            EventKind::Acted(ActionKind::Stop | ActionKind::Delete(_)) => {
                self.services[service].active = false;
                self.end_from(service, 0, at);
            }
            EventKind::Acted(ActionKind::Scale(count)) => {
                self.services[service].replicas = *count;
                self.end_from(service, *count, at);
            }
            EventKind::Acted(ActionKind::Update(change)) => {
                self.services[service].plan = change.plan.clone().expect("only plans are updated here");
                self.end_from(service, 0, at);
            }
            EventKind::Deleted => self.services[service] = self.first_standing(service),
            EventKind::ArrearsStopped | EventKind::ArrearsRestored | EventKind::ArrearsCleared => {
                panic!("there are no accounts here")
            }
            EventKind::Life(event) => panic!("nothing fails here: {event:?}"),
            EventKind::Allocated { market, tariff, .. } => {
                self.of_replica.entry(who).or_default().push(self.held.len());
                let (market, tariff) = (*market, *tariff);
                let needless =
                    matches!(tariff, Tariff::Spot { .. }) && self.released.contains(&(at, who, market));
                assert!(
                    !needless || !self.taken_at_once(),
                    "{who:?} lost at second {at} what it got back at once"
                );
                self.held.push(Held {
                    who,
                    market,
                    tariff,
                    acquired: at,
                    running: None,
                    ended: self.horizon,
                });
            }
            EventKind::Running { .. } => {
                let current = self.of_replica[&who][0];
                self.held[current].running = Some(at);
            }
            EventKind::MovedBack { .. } => {
                let old = self.of_replica.get_mut(&who).unwrap().remove(0);
                self.held[old].ended = at;
                let current = self.of_replica[&who][0];
                self.held[current].running = Some(at);
            }
            EventKind::Released { market, .. } => {
                let (held, instances) = (&mut self.held, self.of_replica.get_mut(&who).unwrap());
                let is_gone = |id: &usize| {
                    held[*id].market == *market && matches!(held[*id].tariff, Tariff::Spot { .. })
                };
                let place = instances.iter().position(is_gone).expect("what is released is held");
                held[instances.remove(place)].ended = at;
                self.released.push((at, who, *market));
            }
            EventKind::DeploymentFailed { .. }
            | EventKind::NotAcquired { .. }
            | EventKind::WaitingForStock
            | EventKind::MovingBack { .. }
            | EventKind::ReleaseNotice { .. }
            | EventKind::ProtectionEnded { .. }
            | EventKind::Acted(ActionKind::Create)
            | EventKind::ActionRefused(_) => {}
        }
    }

    fn end_from(&mut self, service: usize, first: u32, at: i64) {
        for (_, instances) in self.of_replica.range_mut((service, first)..(service + 1, 0)) {
            instances.drain(..).for_each(|id| self.held[id].ended = at);
        }
    }

    /// Watches `[from, to)`, in which no event falls but those of `from`.
    fn watch_until(&self, from: i64, to: i64) {
        let worth_a_look = |at: &i64| *at == from || at % 30 == 0 || self.facts.moves[*at as usize];
        (from..to).filter(worth_a_look).for_each(|at| self.watch(at));
    }

    /// What must be true at a second, after its events.
    fn watch(&self, at: i64) {
        if self.taken_at_once() {
            for id in self.of_replica.values().flatten() {
                self.watch_held(&self.held[*id], at);
            }
        }
        for (service, standing) in self.services.iter().enumerate().filter(|(_, standing)| standing.active) {
            for index in 0..standing.replicas {
                let waits = self.of_replica.get(&(service, index)).is_none_or(Vec::is_empty);
                if waits && standing.plan.retry == Retry::OnAvailable {
                    self.watch_waiting(service, standing, at);
                }
            }
        }
    }

    /// True if what the rules take away goes at that very instant (A-14: no notice, no sampled looks).
    fn taken_at_once(&self) -> bool {
        let settings = &self.scenario.settings.machines;
        !settings.notice.is_positive() && !settings.check_interval.is_positive()
    }

    /// Spot without protection is held within its bid and within the stock only (E16, E17).
    fn watch_held(&self, held: &Held, at: i64) {
        let Tariff::Spot { bid, protected_until, .. } = held.tariff else { return };
        if protected_until.is_some_and(|until| at < second(until)) {
            return;
        }
        let (series, pool) = self.series(held);
        let price = self.facts.price(series, at);
        let ceiling = bid.ceiling().as_nano();
        let kept = match self.scenario.markets[held.market.0].rules.release_when {
            Release::MarketAboveBid => price <= ceiling,
            Release::MarketAtLeastBid => price < ceiling,
        };
        assert!(kept, "{held:?} is above its bid at second {at}");
        assert!(self.used(pool) <= self.facts.stock(pool, at), "{held:?} is beyond the stock at second {at}");
    }

    /// Nobody waits for what can be had (E5, A-17).
    fn watch_waiting(&self, service: usize, standing: &Standing, at: i64) {
        for entry in standing.plan.entries.iter().filter(|entry| entry.after == SimSpan::ZERO) {
            let can_be_had = self.can_be_had(service, standing, entry, at);
            assert!(!can_be_had, "{entry:?} can be had at second {at}, but service {service} waits");
        }
    }

    fn can_be_had(&self, service: usize, standing: &Standing, entry: &Entry, at: i64) -> bool {
        let settings = &self.scenario.markets[entry.market.0].rules;
        let protected = standing.plan.protection && settings.protection_period.is_positive();
        let (series, pool) = self.offer(entry.market, entry.bid.is_some(), standing.plan.protection);
        let price = self.facts.price(series, at);
        let bid_wins = entry.bid.is_none_or(|bid| match settings.acquire_when {
            Acquire::BidAtLeastMarket if protected || settings.release_when == Release::MarketAboveBid => {
                price <= bid.ceiling().as_nano()
            }
            Acquire::BidAtLeastMarket | Acquire::BidAboveMarket => price < bid.ceiling().as_nano(),
        });
        let on_entry =
            self.of_replica.range((service, 0)..(service + 1, 0)).flat_map(|(_, ids)| ids).filter(|id| {
                let held = &self.held[**id];
                held.market == entry.market
                    && matches!(held.tariff, Tariff::Spot { .. }) == entry.bid.is_some()
            });
        let below_cap = entry.cap.is_none_or(|cap| on_entry.count() < cap as usize);
        bid_wins && below_cap && self.used(pool) < self.facts.stock(pool, at)
    }

    fn used(&self, pool: PoolId) -> i64 {
        let takes = |id: &usize| i64::from(self.series(&self.held[*id]).1 == pool);
        self.of_replica.values().flatten().map(takes).sum()
    }

    fn series(&self, held: &Held) -> (PriceId, PoolId) {
        match held.tariff {
            Tariff::Standard => self.offer(held.market, false, false),
            Tariff::Spot { protected_until, .. } => self.offer(held.market, true, protected_until.is_some()),
        }
    }

    fn offer(&self, market: MarketId, spot: bool, protected: bool) -> (PriceId, PoolId) {
        let market = &self.scenario.markets[market.0];
        match (spot, protected) {
            (false, _) => (market.standard.unwrap(), market.standard_pool),
            (true, true) => (market.spot_protected.unwrap(), market.spot_pool),
            (true, false) => (market.spot_unprotected.unwrap(), market.spot_pool),
        }
    }

    /// What an instance costs: its compute and its disk.
    fn charges(&self, held: &Held) -> Vec<Charge> {
        let settings = &self.scenario.markets[held.market.0].rules;
        let from = match settings.billing_start {
            BillingStart::Running => held.running,
            BillingStart::Provisioned => Some(held.acquired),
        };
        let (series, _) = self.series(held);
        let locked = match held.tariff {
            Tariff::Spot { protected_until: Some(until), .. }
                if settings.protected_price == ProtectedPrice::Locked =>
            {
                Some((second(until), self.facts.price(series, held.acquired)))
            }
            Tariff::Spot { .. } | Tariff::Standard => None,
        };
        let price = |at: i64| match locked {
            Some((until, price)) if at < until => price,
            _ => self.facts.price(series, at),
        };
        let (item, metering) = match held.tariff {
            Tariff::Standard => (item_number(Item::Standard), settings.standard_metering),
            Tariff::Spot { .. } => (item_number(Item::Spot), settings.spot_metering),
        };
        let charge = |item: u8, from: i64, milli_nano: i128| Charge {
            who: held.who,
            item,
            market: held.market,
            from,
            to: held.ended,
            pico: self.rounded(milli_nano),
        };
        let mut charges = vec![];
        if let Some(from) = from.filter(|from| *from < held.ended) {
            charges.push(charge(item, from, second_by_second(from, held.ended, metering, price)));
        }
        let disk = self.scenario.disk;
        let gib = i64::from(self.scenario.services[held.who.0].disk_gib) - i64::from(settings.free_disk_gib);
        if gib > 0 && held.acquired < held.ended {
            let price = |_| disk.price.as_nano() * gib;
            let used = second_by_second(held.acquired, held.ended, settings.disk_metering, price);
            charges.push(charge(item_number(Item::Disk), held.acquired, used));
        }
        charges
    }

    /// Σ price (10⁻⁹) × seconds, as an amount in 10⁻¹² after the division by 3600 and the rounding of A-20.
    fn rounded(&self, nano_seconds: i128) -> i128 {
        let unit = 10_i128.pow(12 - self.scenario.settings.line_decimals);
        let (numerator, denominator) = (nano_seconds * 1_000, 3_600 * unit);
        let (whole, rest) = (numerator / denominator, numerator % denominator);
        let up = match self.scenario.settings.line_rounding {
            RoundingMode::HalfUp => 2 * rest >= denominator,
            RoundingMode::HalfEven => 2 * rest > denominator || (2 * rest == denominator && whole % 2 == 1),
            RoundingMode::Down => false,
        };
        (whole + i128::from(up)) * unit
    }

    /// A replica computes on one instance at a time; make-before-break overlaps a start-up, not a Running.
    fn check_no_overlap(&self, told: &str) {
        let mut running: Vec<(Who, i64, i64)> =
            self.held.iter().filter_map(|held| Some((held.who, held.running?, held.ended))).collect();
        running.sort_unstable();
        for pair in running.windows(2) {
            assert!(pair[0].0 != pair[1].0 || pair[0].2 <= pair[1].1, "{pair:?} overlap in {told}");
        }
    }
}

/// Σ price × seconds, by started granules at the price in force when each begins, or by the second.
fn second_by_second(from: i64, to: i64, metering: Metering, price: impl Fn(i64) -> i64) -> i128 {
    let mut sum = 0;
    let mut in_force = 0;
    let mut at = from;
    let granule = match metering.rounding {
        deploysim::billing::MeterRounding::Exact => 1,
        deploysim::billing::MeterRounding::Ceil => metering.granularity.as_ms() / 1_000,
    };
    // Every second up to the end of the last started granule.
    while at < to || (at - from) % granule != 0 {
        if (at - from) % granule == 0 {
            in_force = price(at);
            assert_ne!(in_force, UnitPrice::UNKNOWN.as_nano(), "an unknown price is never charged");
        }
        sum += i128::from(in_force);
        at += 1;
    }
    sum
}

fn second(at: SimTime) -> i64 {
    assert_eq!(at.as_ms() % 1_000, 0, "everything of these scenarios happens at whole seconds");
    at.as_ms() / 1_000
}

fn item_number(item: Item) -> u8 {
    match item {
        Item::Standard => 0,
        Item::Spot => 1,
        Item::Disk => 2,
    }
}
