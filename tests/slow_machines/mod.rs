//! A slow second opinion on rented machines: who holds what is followed by the events alone, what may be held and what
//! must be is written from the rules, and time is added up second by second.

mod charges;
mod containers;
mod decisions;
mod facts;
mod offers;
mod state;
mod story;
mod tenant;
mod watch;

pub(crate) use charges::{Charge, item_number};
pub(crate) use facts::Facts;
pub(crate) use state::{Held, Phase, Replica, Standing, Steps, Version};

use deploysim::scenario::Scenario;
use deploysim::scenario::model::{Eviction, MarketId, Plan, Replacement, Strategy};
use deploysim::sim::UsageEnd;
use deploysim::units::{SimSpan, SimTime};
use deploysim::world::PoolId;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Service and replica.
pub(crate) type Who = (usize, u32);

/// Replica-seconds, and how often something happened.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) wanted: i64,
    pub(crate) asked: i64,
    pub(crate) moves: u32,
    pub(crate) reclaims: u32,
    /// From here on, what says how lively the scenarios are.
    pub(crate) on_notice: u32,
    pub(crate) replaced_at_notice: u32,
    pub(crate) broken_first: u32,
    pub(crate) avoided: u32,
    pub(crate) failures: u32,
    pub(crate) given_up: u32,
    pub(crate) restarted: u32,
    pub(crate) surged: u32,
    pub(crate) closed: u32,
}

pub(crate) struct Auditor<'run> {
    pub(crate) scenario: &'run Scenario,
    strategy: &'run Strategy,
    facts: &'run Facts,
    horizon: i64,
    pub(crate) held: Vec<Held>,
    pub(crate) services: Vec<Standing>,
    /// How often each replica that ever was has begun to start, and has reached Running.
    starts: BTreeMap<Who, u64>,
    runs: BTreeMap<Who, u64>,
    /// Stretches in Running that are over, by instance.
    ran: Vec<(usize, i64, i64)>,
    /// Stretches of compute that ended with a restart.
    paused: Vec<(usize, i64, i64)>,
    /// Whose container an update is about to start again.
    to_replace: BTreeSet<Who>,
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
            starts: BTreeMap::new(),
            runs: BTreeMap::new(),
            ran: vec![],
            paused: vec![],
            to_replace: BTreeSet::new(),
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
        // Numbers are never used twice.
        let number = self.services.get(service).map_or(0, |before| before.version.number + 1);
        let version =
            Version { number, plan_number: number, plan: Rc::new(plan), disk_gib: declared.disk_gib };
        Standing {
            phase: Phase::Absent,
            replicas: vec![Replica::new(&version); declared.replicas as usize],
            version,
            avoided: BTreeMap::new(),
            submitted: None,
            first_running: None,
            scaling: None,
            gone: None,
            ticket: None,
            rollout: None,
        }
    }

    /// Counts replica-seconds up to an instant.
    fn count_to(&mut self, at: i64) {
        let span = at - self.counted_to;
        for standing in &self.services {
            let replicas = standing.replicas.len() as i64;
            self.counts.wanted += span * replicas;
            let is_asked = matches!(standing.phase, Phase::Active | Phase::Failed);
            self.counts.asked += if is_asked { span * replicas } else { 0 };
        }
        self.counted_to = at;
    }

    fn of(&self, who: Who) -> &Replica {
        &self.services[who.0].replicas[who.1 as usize]
    }

    /// The plan that a replica follows.
    fn plan(&self, who: Who) -> &Plan {
        &self.of(who).version.plan
    }

    fn replica(&mut self, who: Who) -> &mut Replica {
        &mut self.services[who.0].replicas[who.1 as usize]
    }

    fn instances(&self, who: Who) -> &[usize] {
        &self.services[who.0].replicas[who.1 as usize].instances
    }

    /// Every instance that holds a unit.
    fn all_ids(&self) -> impl Iterator<Item = usize> {
        let replicas = self.services.iter().flat_map(|standing| &standing.replicas);
        replicas.flat_map(|replica| &replica.instances).copied()
    }

    fn all_held(&self) -> impl Iterator<Item = &Held> {
        self.all_ids().map(|id| &self.held[id])
    }

    fn used(&self, pool: PoolId) -> i64 {
        self.all_held().filter(|held| held.pool == pool).count() as i64
    }

    /// An instance ends, and its disk with it.
    fn end(&mut self, id: usize, at: i64, end: UsageEnd) {
        self.leave_running(id, at);
        let held = &mut self.held[id];
        (held.ended, held.end, held.disk_ended) = (at, end, (at, end));
    }

    /// An instance serves no more.
    fn leave_running(&mut self, id: usize, at: i64) {
        if let Some(since) = self.held[id].running.take() {
            self.ran.push((id, since, at));
        }
    }

    /// What still runs at the horizon has run until then.
    fn close(&mut self) {
        for id in 0..self.held.len() {
            self.leave_running(id, self.horizon);
        }
    }

    /// The replicas from this one on end.
    fn end_from(&mut self, service: usize, first: usize, at: i64, end: UsageEnd) {
        for index in first..self.services[service].replicas.len() {
            let replica = &mut self.services[service].replicas[index];
            let new = Replica::new(&replica.version);
            let replica = std::mem::replace(replica, new);
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

    /// Seconds in Running of the instances that are chosen.
    pub(crate) fn ran(&self, is_it: impl Fn(&Held) -> bool) -> i64 {
        self.ran.iter().filter(|(id, ..)| is_it(&self.held[*id])).map(|(_, from, to)| to - from).sum()
    }

    /// Seconds in which a replica runs on some instance count once.
    pub(crate) fn running(&self) -> i64 {
        let mut by_replica: BTreeMap<Who, Vec<(i64, i64)>> = BTreeMap::new();
        for (id, from, to) in &self.ran {
            by_replica.entry(self.held[*id].who).or_default().push((*from, *to));
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
        let mut ran: Vec<(Who, i64, i64, &Held)> =
            self.ran.iter().map(|(id, from, to)| (self.held[*id].who, *from, *to, &self.held[*id])).collect();
        ran.sort_by_key(|(who, from, to, _)| (*who, *from, *to));
        for (place, (who, _, ended, one)) in ran.iter().enumerate() {
            let later = ran[place + 1..].iter();
            for (_, from, to, other) in later.take_while(|(of, from, ..)| of == who && from < ended) {
                let (first, then) = if one.acquired <= other.acquired { (one, other) } else { (other, one) };
                let is_in_notice = first.leaving.is_some_and(|(decided, ..)| then.acquired >= decided);
                let may = is_in_notice && self.is_replaced_at_notice(first);
                assert!(may || from == to, "{first:?} and {then:?} overlap");
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
