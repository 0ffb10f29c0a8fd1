//! What must be true at every second, whether something happens or not.

use super::{Auditor, Held, Phase, Who, seconds};
use deploysim::scenario::model::{ActionKind, MarketId, Plan, Retry};
use deploysim::world::PoolId;

impl Auditor<'_> {
    /// Watches `[from, to)`, in which no event falls but those of `from`.
    pub(super) fn watch_until(&mut self, from: i64, to: i64) {
        for pool in 0..self.used_after.len() {
            let used = self.used(PoolId(pool));
            self.used_after[pool][from as usize..to as usize].fill(used);
        }
        for at in from..to {
            if at == from || at % 30 == 0 || self.facts.moves[at as usize] || self.worth[at as usize] {
                self.restart_due(|due| due <= at);
                self.forget_scaling(at);
                self.watch(at);
            }
        }
    }

    /// A Scale that comes when the service can't be scaled any more is forgotten, and nothing is told.
    fn forget_scaling(&mut self, at: i64) {
        for standing in &mut self.services {
            let can_scale = matches!(standing.phase, Phase::Active | Phase::Stopped);
            if !can_scale && standing.scaling.is_some_and(|(due, _)| due <= at) {
                standing.scaling = None;
            }
        }
    }

    /// What must be true at a second, after its events.
    fn watch(&self, at: i64) {
        assert_eq!(self.moving, None, "who moves back gets an instance");
        assert!(self.to_replace.is_empty(), "{:?} start again, as the update says", self.to_replace);
        for standing in &self.services {
            let due = standing.rollout.as_ref().map(|rollout| rollout.due);
            let due = due.into_iter().chain(standing.gone).chain(standing.ticket);
            let due = due.chain(standing.scaling.map(|(due, _)| due)).min();
            assert!(due.is_none_or(|due| at < due), "something of a service is overdue at second {at}");
            let has_failed = standing.replicas.iter().all(|replica| replica.failed);
            assert!(!has_failed || standing.phase != Phase::Active, "a service has failed by second {at}");
        }
        for held in self.all_held() {
            self.watch_held(held, at);
        }
        for (service, standing) in
            self.services.iter().enumerate().filter(|(_, standing)| standing.phase == Phase::Active)
        {
            for index in 0..standing.replicas.len() {
                self.watch_replica((service, index as u32), at);
            }
        }
    }

    /// Spot without protection is held within its bid and within the stock only (E16, E17), but for the time of a notice and
    /// between two looks.
    fn watch_held(&self, held: &Held, at: i64) {
        if held.closing {
            return;
        }
        let waits_for = held.starts.into_iter().chain(held.crashes);
        assert!(waits_for.min().is_none_or(|due| at < due), "{held:?} starts or runs beyond second {at}");
        assert!(
            held.leaving.is_none_or(|(.., due)| at < due),
            "the notice of {held:?} is over at second {at}"
        );
        if held.version == self.of(held.who).version.number {
            assert!(self.allowed(held.who).contains(&held.entry), "{held:?} is of the standard base");
        }
        // Nobody looks at the instant of the acquisition, but all the time or from then on.
        let interval = seconds(self.rules(held.market).check_interval);
        if !held.is_reclaimable(at) || !self.is_looked_at(held, at) || (interval > 0 && at == held.acquired) {
            return;
        }
        assert!(!self.is_outbid(held, at), "{held:?} is above its bid at second {at}");
        let goes = self.victims(held.pool, at);
        let goes = goes.into_iter().map(|id| &self.held[id]);
        let is_victim = goes.into_iter().any(|one| (one.who, one.acquired) == (held.who, held.acquired));
        assert!(!is_victim, "{held:?} is beyond the stock at second {at}");
    }

    fn watch_replica(&self, who: Who, at: i64) {
        let replica = self.of(who);
        let is_idle = replica.instances.is_empty() && !replica.failed;
        assert!(replica.waits_since.is_some() == is_idle, "{who:?} holds, waits or has failed");
        // Nobody waits for what can be had (E5, A-17).
        if let Some(since) = self.looks_since(who).filter(|since| self.looks(who, *since, at)) {
            for place in self.allowed(who) {
                let refusal = self.refusal(who, place, since, at);
                assert!(refusal.is_some(), "{who:?} waits at second {at} for type {place}, which can be had");
            }
        }
        // Nobody stays where the policy says to move back.
        let policy = self.plan(who).move_back;
        if let (Some(policy), [id]) = (policy, replica.instances.as_slice()) {
            let held = &self.held[*id];
            if held.running.is_some() && !replica.stays && self.looks_since(who).is_none() {
                let mut places = self.allowed(who).into_iter();
                let better = places.find(|place| self.may_move(held, *place, &policy, at));
                assert_eq!(better, None, "{held:?} may move back at second {at}, and does not");
            }
        }
    }

    /// True if what the rules take away goes at that very instant (A-14: no notice, no sampled looks).
    pub(super) fn is_taken_at_once(&self, market: MarketId) -> bool {
        let rules = self.rules(market);
        !rules.notice.is_positive() && !rules.check_interval.is_positive()
    }

    /// After a time that some plan asks for, more may be possible than before.
    pub(super) fn find_dwells(&mut self) {
        let actions = self.scenario.actions.iter();
        let updates = actions.filter_map(|action| match &action.kind {
            ActionKind::Update(change) => change.plan.as_ref(),
            ActionKind::Create
            | ActionKind::Stop
            | ActionKind::Start
            | ActionKind::Delete(_)
            | ActionKind::Scale(_) => None,
        });
        let own = self.services.iter().map(|standing| &*standing.version.plan);
        let dwell = |plan: &Plan| plan.move_back.map(|policy| seconds(policy.dwell));
        let mut dwells: Vec<i64> = own.chain(updates).filter_map(dwell).filter(|dwell| *dwell > 0).collect();
        dwells.sort_unstable();
        dwells.dedup();
        for at in (0..self.horizon).filter(|at| self.facts.moves[*at as usize]).collect::<Vec<_>>() {
            for dwell in &dwells {
                self.note(at + dwell);
            }
        }
        self.dwells = dwells;
    }

    /// Seconds in the life of a new instance that are worth a look.
    pub(super) fn note_life(&mut self, held: &Held) {
        held.protected_until().into_iter().for_each(|at| self.note(at));
        let interval = seconds(self.rules(held.market).check_interval);
        self.note_every(held.acquired, interval);
    }

    /// Seconds at which the replicas of a service may have waited for long enough.
    pub(super) fn note_looks(&mut self, service: usize, at: i64) {
        let standing = &self.services[service];
        let plan = standing.version.plan.clone();
        let waits = plan.entries.iter().map(|entry| at + seconds(entry.after));
        let notable: Vec<i64> = waits.chain(standing.avoided.values().copied()).collect();
        for at in notable {
            self.note(at);
        }
        if let Retry::Every(interval) = plan.retry {
            self.note_every(at, seconds(interval));
        }
    }

    fn note_every(&mut self, from: i64, interval: i64) {
        let mut at = from;
        while interval > 0 && at < self.horizon {
            self.note(at);
            at += interval;
        }
    }
}
