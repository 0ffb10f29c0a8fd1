//! A replica from its submission to the horizon.

use super::doors::Doors;
use super::stay::{Phase, Stay};
use crate::scenario::Scenario;
use crate::scenario::model::{MoveBack, MoveOrder, Plan, Retry, Saving, Service};
use crate::sim::instance::Tariff;
use crate::sim::meter::price_at;
use crate::sim::move_back::saves;
use crate::sim::outcome::{OnMarket, Outcome};
use crate::sim::placement::is_look_time;
use crate::sim::service::Status;
use crate::units::{Money, SimSpan, SimTime, UnitPrice};
use crate::world::World;

/// Who lives, where.
#[derive(Clone, Copy)]
pub(super) struct Replica<'run> {
    pub(super) scenario: &'run Scenario,
    pub(super) service: &'run Service,
    pub(super) plan: &'run Plan,
    pub(super) world: &'run World,
    /// Its index among the replicas of its service.
    pub(super) index: u32,
    /// The entity its luck is keyed by; 0 where it needs none.
    pub(super) luck_entity: u64,
}

/// What a life adds to the outcome.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    pub(super) standard: Money,
    pub(super) spot: Money,
    pub(super) disk: Money,
    pub(super) running_ms: i64,
    pub(super) on_market: Vec<OnMarket>,
    pub(super) first_running: Option<SimTime>,
    reclaims: u32,
    launches: u32,
    moves: u32,
}

impl Sums {
    pub(super) fn add_to(&self, outcome: &mut Outcome) {
        outcome.standard += self.standard;
        outcome.spot += self.spot;
        outcome.disk += self.disk;
        outcome.running_ms += self.running_ms;
        outcome.reclaims += self.reclaims;
        outcome.launches += self.launches;
        outcome.moves += self.moves;
        for (sum, own) in outcome.on_market.iter_mut().zip(&self.on_market) {
            sum.spot_ms += own.spot_ms;
            sum.standard_ms += own.standard_ms;
        }
    }
}

pub(super) struct Life<'run> {
    replica: Replica<'run>,
    doors: Doors<'run>,
    now: SimTime,
    horizon: SimTime,
    /// Since when it has looked for an instance, if it holds none.
    waiting_since: SimTime,
    current: Option<Stay>,
    /// The instance it moves to, while that starts.
    successor: Option<Stay>,
    /// How many start-ups it has begun.
    starts: u64,
    sums: Sums,
}

impl<'run> Life<'run> {
    pub(super) fn new(replica: Replica<'run>, doors: Doors<'run>, submitted_at: SimTime) -> Self {
        let on_market = vec![OnMarket::default(); replica.scenario.markets.len()];
        Self {
            replica,
            doors,
            now: submitted_at,
            horizon: SimTime::ZERO + replica.scenario.horizon,
            waiting_since: submitted_at,
            current: None,
            successor: None,
            starts: 0,
            sums: Sums { on_market, ..Sums::default() },
        }
    }

    /// Follows it to the horizon: what it comes to, and its status then.
    pub(super) fn follow(mut self, is_given_up: &mut dyn FnMut() -> bool) -> (Sums, Status) {
        let mut look_at = self.place();
        while !is_given_up() {
            let fact_at = self.next_fact();
            let next = look_at.min(fact_at);
            if next >= self.horizon {
                break;
            }
            self.now = next;
            let is_changed = next == fact_at && self.meet_facts();
            if is_changed || next == look_at {
                look_at = self.place();
            }
        }
        self.close()
    }

    /// The next instant at which something happens to what it holds.
    fn next_fact(&self) -> SimTime {
        let at = |stay: &Option<Stay>| stay.as_ref().map_or(SimTime::NEVER, Stay::next_at);
        at(&self.current).min(at(&self.successor))
    }

    /// What happens at this instant, in its order: the market takes, then what has started serves. True if the replica may
    /// want something else now.
    fn meet_facts(&mut self) -> bool {
        let is_successor_taken = is_taken(&mut self.successor, &self.doors, self.now);
        if let Some(stay) = self.successor.take_if(|_| is_successor_taken) {
            self.lose(&stay);
        }
        let is_current_taken = is_taken(&mut self.current, &self.doors, self.now);
        if let Some(stay) = self.current.take_if(|_| is_current_taken) {
            self.lose(&stay);
            self.current = self.successor.take();
            self.waiting_since = self.now;
        }
        let now = self.now;
        let is_started = |stay: &Stay| stay.phase == Phase::Starting { until: now };
        if self.successor.as_ref().is_some_and(is_started) {
            self.replace();
        } else if let Some(stay) = self.current.as_mut().filter(|stay| is_started(stay)) {
            stay.run(now);
            self.sums.first_running.get_or_insert(now);
        } else {
            return is_successor_taken || is_current_taken;
        }
        true
    }

    fn lose(&mut self, stay: &Stay) {
        self.sums.reclaims += 1;
        self.end(stay, true);
    }

    fn end(&mut self, stay: &Stay, is_reclaimed: bool) {
        stay.end(&self.replica, self.doors.get(stay.door), self.now, is_reclaimed, &mut self.sums);
    }

    /// The instance it moves to serves, and the one before it is given up.
    fn replace(&mut self) {
        let Some(mut stay) = self.successor.take() else { return };
        stay.run(self.now);
        self.sums.first_running.get_or_insert(self.now);
        self.sums.moves += 1;
        if let Some(old) = self.current.replace(stay) {
            self.end(&old, false);
        }
    }

    /// Takes what can be had, moves back if it may; says when to look again.
    fn place(&mut self) -> SimTime {
        if self.current.is_none() {
            let (retry, since) = (self.replica.plan.retry, self.waiting_since);
            let open = if is_look_time(retry, since, self.now) { self.first_open() } else { None };
            let Some(door) = open else { return self.next_waiting_look() };
            let stay = self.acquire(door);
            self.current = Some(stay);
            self.start_current();
        }
        match (self.replica.plan.move_back, &self.current) {
            (Some(policy), Some(stay)) if self.successor.is_none() && stay.is_running() => {
                self.try_move_back(policy, stay.door)
            }
            _ => SimTime::NEVER,
        }
    }

    /// The first entry that it has waited for long enough and that can be had (E19, E20).
    fn first_open(&self) -> Option<usize> {
        let waited = self.now.since(self.waiting_since);
        (0..self.doors.count())
            .find(|door| self.doors.get(*door).wait <= waited && self.doors.is_open(*door, self.now))
    }

    /// When it must look again.
    fn next_waiting_look(&self) -> SimTime {
        let (now, since) = (self.now, self.waiting_since);
        let looked_now = is_look_time(self.replica.plan.retry, since, now);
        let mut earliest = SimTime::NEVER;
        for door in 0..self.doors.count() {
            let ready = (since + self.doors.get(door).wait).max(now);
            let at = self.doors.next_open(door, ready);
            if at > now || !looked_now {
                earliest = earliest.min(at);
            }
        }
        match self.replica.plan.retry {
            Retry::Every(interval) if earliest < self.horizon => {
                since + SimSpan::from_ms(earliest.since(since).started_granules(interval) * interval.as_ms())
            }
            Retry::Every(_) | Retry::OnAvailable => earliest,
        }
    }

    fn acquire(&mut self, door: usize) -> Stay {
        let now = self.now;
        let price = UnitPrice::from_nano(self.doors.get(door).prices.value_at(now));
        let is_protected = self.doors.get(door).rules.protects(self.replica.plan.protection);
        let mut stay = Stay::new((door, self.doors.get(door)), price, is_protected, now);
        stay.look_at = match stay.tariff {
            Tariff::Standard => SimTime::NEVER,
            Tariff::Spot { protected_until: Some(until), .. } => until,
            Tariff::Spot { protected_until: None, .. } => self.doors.next_taken(door, now),
        };
        self.sums.launches += 1;
        stay
    }

    /// When the start-up that begins now ends.
    fn next_start(&mut self) -> SimTime {
        let model = &self.replica.service.start_up;
        let ordinal = self.starts;
        self.starts += 1;
        let uniform = match self.replica.luck_entity {
            0 => 0.5, // Not looked at by a start-up time without luck.
            entity => self.replica.world.luck.uniform(entity, "start-up", ordinal),
        };
        model.sample(uniform, ordinal).map_or(SimTime::NEVER, |span| self.now + span)
    }

    /// Starts the only instance; one that takes no time to start serves at once.
    fn start_current(&mut self) {
        let until = self.next_start();
        let Some(stay) = &mut self.current else { return };
        if until > self.now {
            stay.phase = Phase::Starting { until };
        } else {
            stay.run(self.now);
            self.sums.first_running.get_or_insert(self.now);
        }
    }

    /// Moves back to the first earlier entry that qualifies; else says when to look again.
    fn try_move_back(&mut self, policy: MoveBack, before: usize) -> SimTime {
        let mut next_look = SimTime::NEVER;
        for door in 0..before {
            let at = self.move_back_at(door, policy);
            if at > self.now {
                next_look = next_look.min(at);
                continue;
            }
            self.move_to(door, policy.order);
            return if self.successor.is_none() { next_look } else { SimTime::NEVER };
        }
        next_look
    }

    /// Now, if it may move to this entry; else an instant at which to look again.
    fn move_back_at(&self, door: usize, policy: MoveBack) -> SimTime {
        let now = self.now;
        let open = self.doors.next_open(door, now);
        if open >= self.horizon {
            return SimTime::NEVER;
        }
        let since = match open {
            at if at > now || !policy.dwell.is_positive() => at,
            _ => self.doors.open_since(door, now),
        };
        let ready = since + policy.dwell;
        if ready > now {
            return ready;
        }
        let Some(current) = self.current.as_ref().filter(|_| policy.min_saving != Saving::Any) else {
            return now;
        };
        let paid = current.price(self.doors.get(current.door));
        let new = UnitPrice::from_nano(self.doors.get(door).prices.value_at(now));
        if saves(new, price_at(paid, now), policy.min_saving) {
            return now;
        }
        self.next_price_move(door, current)
    }

    /// The next instant at which either price of a comparison moves.
    fn next_price_move(&self, door: usize, current: &Stay) -> SimTime {
        let change =
            |door: usize| self.doors.get(door).prices.next_change(self.now).unwrap_or(SimTime::NEVER);
        let unlock = match current.tariff {
            Tariff::Spot { protected_until: Some(until), .. } if until > self.now => until,
            Tariff::Spot { .. } | Tariff::Standard => SimTime::NEVER,
        };
        change(door).min(change(current.door)).min(unlock)
    }

    fn move_to(&mut self, door: usize, order: MoveOrder) {
        let mut stay = self.acquire(door);
        match order {
            MoveOrder::BreakBeforeMake => {
                if let Some(old) = self.current.replace(stay) {
                    self.end(&old, false);
                }
                self.sums.moves += 1;
                self.start_current();
            }
            MoveOrder::MakeBeforeBreak => {
                let until = self.next_start();
                stay.phase = Phase::Starting { until };
                self.successor = Some(stay);
                if until <= self.now {
                    self.replace();
                }
            }
        }
    }

    /// At the horizon: its status, and what would bill on is charged up to it.
    fn close(mut self) -> (Sums, Status) {
        self.now = self.horizon;
        let status = match &self.current {
            None => Status::Waiting,
            Some(stay) if stay.is_running() => Status::Running,
            Some(_) => Status::Deploying,
        };
        for stay in [self.current, self.successor].into_iter().flatten() {
            self.end(&stay, false);
        }
        (self.sums, status)
    }
}

/// Does the market take it at this instant? At the end of the protected hour only the state of that instant counts;
/// what is looked at and stays is taken when the market takes it.
fn is_taken(stay: &mut Option<Stay>, doors: &Doors<'_>, now: SimTime) -> bool {
    let Some(stay) = stay.as_mut().filter(|stay| stay.look_at == now) else { return false };
    stay.look_at = doors.next_taken(stay.door, now);
    stay.look_at == now
}
