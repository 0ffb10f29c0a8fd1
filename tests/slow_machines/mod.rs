//! A slow second opinion on rented machines: who holds what is followed by the events alone, what may be held and what
//! must be is written from the rules, and time is added up second by second.

mod charges;
mod decisions;
mod facts;
mod offers;
mod story;
mod watch;

pub(crate) use charges::{Charge, item_number};
pub(crate) use facts::Facts;

use deploysim::scenario::Scenario;
use deploysim::scenario::model::{Eviction, MarketId, Plan, Replacement, Strategy};
use deploysim::sim::{ReclaimReason, Tariff, UsageEnd};
use deploysim::units::{SimSpan, SimTime};
use deploysim::world::{PoolId, PriceId};
use std::collections::BTreeMap;

/// Service and replica.
pub(crate) type Who = (usize, u32);

/// An instance as the events tell of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    pub(crate) who: Who,
    pub(crate) market: MarketId,
    pub(crate) tariff: Tariff,
    /// Place of its type in the plan.
    pub(crate) entry: usize,
    pub(crate) series: PriceId,
    pub(crate) pool: PoolId,
    pub(crate) acquired: i64,
    /// When its start-up is over; none if it never is.
    pub(crate) starts: Option<i64>,
    pub(crate) running: Option<i64>,
    /// Since when it is on notice, why, and when it goes.
    pub(crate) leaving: Option<(i64, ReclaimReason, i64)>,
    pub(crate) ended: i64,
    pub(crate) end: UsageEnd,
    /// When its disk ended, and why.
    pub(crate) disk_ended: (i64, UsageEnd),
}

impl Held {
    pub(crate) fn is_spot(&self) -> bool {
        matches!(self.tariff, Tariff::Spot { .. })
    }

    pub(crate) fn protected_until(&self) -> Option<i64> {
        match self.tariff {
            Tariff::Spot { protected_until, .. } => protected_until.map(second),
            Tariff::Standard => None,
        }
    }

    /// May the provider decide to take it back?
    pub(crate) fn is_reclaimable(&self, at: i64) -> bool {
        self.is_spot() && self.leaving.is_none() && self.protected_until().is_none_or(|until| until <= at)
    }
}

/// A replica of a service that is wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Replica {
    /// Its instances: the present one, then the one that takes its place.
    pub(crate) instances: Vec<usize>,
    /// Since when it has waited for an instance.
    pub(crate) waits_since: Option<i64>,
    /// Whose disk is kept for it.
    pub(crate) kept_disk: Option<usize>,
}

/// A service as the events tell of it.
pub(crate) struct Standing {
    pub(crate) active: bool,
    pub(crate) replicas: Vec<Replica>,
    pub(crate) plan: Plan,
    /// Markets that it leaves alone, and until when.
    pub(crate) avoided: BTreeMap<MarketId, i64>,
    pub(crate) submitted: Option<i64>,
    pub(crate) first_running: Option<i64>,
}

/// Replica-seconds, and how often something happened.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) wanted: i64,
    pub(crate) asked: i64,
    pub(crate) moves: u32,
    pub(crate) reclaims: u32,
    /// Instances that are free, disks that are kept, seconds in which two instances of a replica run, and so on.
    pub(crate) on_notice: u32,
    pub(crate) replaced_at_notice: u32,
    pub(crate) broken_first: u32,
    pub(crate) avoided: u32,
}

pub(crate) struct Auditor<'run> {
    pub(crate) scenario: &'run Scenario,
    strategy: &'run Strategy,
    facts: &'run Facts,
    horizon: i64,
    pub(crate) held: Vec<Held>,
    pub(crate) services: Vec<Standing>,
    /// How often each replica that ever was has acquired an instance.
    acquired: BTreeMap<Who, u64>,
    /// Who moves back at this very moment.
    moving: Option<(Who, MarketId, MarketId)>,
    /// Who was released from where at the present instant.
    released: Vec<(i64, Who, MarketId)>,
    /// Up to when time has been counted.
    counted_to: i64,
    pub(crate) counts: Counts,
    /// Units in use of each pool after each second.
    used_after: Vec<Vec<i64>>,
    /// Seconds that are worth a look, beside those at which a fact moves.
    worth: Vec<bool>,
    /// How long types must have been there before somebody moves back to them.
    dwells: Vec<i64>,
}

impl<'run> Auditor<'run> {
    pub(crate) fn new(scenario: &'run Scenario, strategy: &'run Strategy, facts: &'run Facts) -> Self {
        let mut auditor = Self {
            scenario,
            strategy,
            facts,
            horizon: facts.seconds,
            held: vec![],
            services: vec![],
            acquired: BTreeMap::new(),
            moving: None,
            released: vec![],
            counted_to: 0,
            counts: Counts::default(),
            used_after: vec![vec![0; facts.seconds as usize]; facts.pools()],
            worth: vec![false; facts.seconds as usize],
            dwells: vec![],
        };
        auditor.services =
            (0..scenario.services.len()).map(|service| auditor.first_standing(service)).collect();
        auditor.find_dwells();
        auditor
    }

    fn first_standing(&self, service: usize) -> Standing {
        let declared = &self.scenario.services[service];
        let plan = declared.plan.clone().unwrap_or_else(|| self.strategy.plan.clone());
        Standing {
            active: false,
            replicas: vec![Replica::default(); declared.replicas as usize],
            plan,
            avoided: BTreeMap::new(),
            submitted: None,
            first_running: None,
        }
    }

    /// Counts replica-seconds up to an instant.
    fn count_to(&mut self, at: i64) {
        let span = at - self.counted_to;
        for standing in &self.services {
            let replicas = standing.replicas.len() as i64;
            self.counts.wanted += span * replicas;
            self.counts.asked += if standing.active { span * replicas } else { 0 };
        }
        self.counted_to = at;
    }

    fn replica(&mut self, who: Who) -> &mut Replica {
        &mut self.services[who.0].replicas[who.1 as usize]
    }

    fn instances(&self, who: Who) -> &[usize] {
        &self.services[who.0].replicas[who.1 as usize].instances
    }

    /// Every instance that holds a unit.
    fn all_held(&self) -> impl Iterator<Item = &Held> {
        let replicas = self.services.iter().flat_map(|standing| &standing.replicas);
        replicas.flat_map(|replica| &replica.instances).map(|id| &self.held[*id])
    }

    fn used(&self, pool: PoolId) -> i64 {
        self.all_held().filter(|held| held.pool == pool).count() as i64
    }

    /// An instance ends, and its disk with it.
    fn end(&mut self, id: usize, at: i64, end: UsageEnd) {
        let held = &mut self.held[id];
        (held.ended, held.end, held.disk_ended) = (at, end, (at, end));
    }

    /// The replicas from this one on end.
    fn end_from(&mut self, service: usize, first: usize, at: i64, end: UsageEnd) {
        for index in first..self.services[service].replicas.len() {
            let replica = std::mem::take(&mut self.services[service].replicas[index]);
            for id in replica.instances {
                self.end(id, at, end);
            }
            if let Some(disk) = replica.kept_disk {
                self.held[disk].disk_ended = (at, end);
            }
        }
    }

    /// Does a replica look for another instance while this one is on notice?
    fn is_replaced_at_notice(&self, held: &Held) -> bool {
        let rules = &self.scenario.markets[held.market.0].rules;
        held.leaving.is_some() && rules.replacement == Replacement::AtNotice
    }

    fn keeps_disks(&self, market: MarketId) -> bool {
        self.scenario.markets[market.0].rules.eviction == Eviction::Deallocate
    }

    fn note(&mut self, at: i64) {
        if (0..self.horizon).contains(&at) {
            self.worth[at as usize] = true;
        }
    }

    /// Seconds in which a replica runs on some instance count once.
    pub(crate) fn running(&self) -> i64 {
        let mut by_replica: BTreeMap<Who, Vec<(i64, i64)>> = BTreeMap::new();
        for held in &self.held {
            if let Some(running) = held.running {
                by_replica.entry(held.who).or_default().push((running, held.ended));
            }
        }
        let mut sum = 0;
        for stretches in by_replica.values_mut() {
            stretches.sort_unstable();
            let mut counted_to = 0;
            for (from, to) in stretches {
                sum += (*to - counted_to.max(*from)).max(0);
                counted_to = counted_to.max(*to);
            }
        }
        sum
    }

    /// A replica computes on one instance at a time, but for the time of a notice if its place is taken then;
    /// making before breaking overlaps a start-up, not a Running.
    pub(crate) fn check_overlaps(&self) {
        let mut running: Vec<(Who, i64, &Held)> =
            self.held.iter().filter_map(|held| Some((held.who, held.running?, held))).collect();
        running.sort_by_key(|(who, from, held)| (*who, *from, held.acquired));
        for (place, (who, _, one)) in running.iter().enumerate() {
            let same =
                running[place + 1..].iter().take_while(|(other, from, _)| other == who && *from < one.ended);
            for (_, _, other) in same {
                let (first, then) = if one.acquired <= other.acquired { (one, other) } else { (other, one) };
                let is_in_notice = first.leaving.is_some_and(|(decided, ..)| then.acquired >= decided);
                let is_apart = one.ended.min(other.ended) <= one.running.max(other.running).unwrap_or(0);
                let may = is_in_notice && self.is_replaced_at_notice(first);
                assert!(may || is_apart, "{first:?} and {then:?} overlap");
            }
        }
    }
}

pub(crate) fn second(at: SimTime) -> i64 {
    assert_eq!(at.as_ms() % 1_000, 0, "everything of these scenarios happens at whole seconds");
    at.as_ms() / 1_000
}

pub(crate) fn seconds(span: SimSpan) -> i64 {
    second(SimTime::ZERO + span)
}
