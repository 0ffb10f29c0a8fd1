//! Start-ups, crashes and restarts: when they must happen, by the luck of each replica.

use super::{Auditor, Held, Steps, Who, seconds};
use deploysim::scenario::model::{BillingStart, MarketId};
use deploysim::sim::UsageEnd;
use deploysim::sim::service::event::FailureKind;

impl Auditor<'_> {
    /// A container begins to start: the next start-up time of its replica is drawn.
    pub(super) fn begin_start(&mut self, id: usize, at: i64) {
        let who = self.held[id].who;
        let ordinal = self.starts.entry(who).or_default();
        let starts = self.facts.start_up(self.scenario, who, *ordinal).map(|span| at + span);
        let held = &mut self.held[id];
        (held.start, held.starts, held.restarts) = (*ordinal, starts, None);
        *ordinal += 1;
        if let Some(at) = starts {
            self.note(at);
        }
    }

    /// The containers whose wait is over begin to start again: no event tells of it.
    pub(super) fn restart_due(&mut self, is_due: impl Fn(i64) -> bool) {
        let all: Vec<usize> = self.all_ids().filter(|id| !self.held[*id].closing).collect();
        for id in all {
            if let Some(at) = self.held[id].restarts.filter(|at| is_due(*at)) {
                self.begin_start(id, at);
                self.counts.restarted += 1;
            }
        }
    }

    /// Does the present start-up of an instance end in a failure?
    fn start_fails(&self, held: &Held) -> bool {
        let fails = &self.scenario.services[held.who.0].failures.start_fails;
        fails.fails(self.facts.luck_of(self.scenario, held.who, "start-up fails", held.start), held.start)
    }

    /// The instance of a replica whose start-up is over at this instant.
    pub(super) fn started(&self, who: Who, market: MarketId, fails: bool, at: i64) -> usize {
        let is_it =
            |held: &Held| held.market == market && held.starts == Some(at) && self.start_fails(held) == fails;
        let found = self.instances(who).iter().copied().find(|id| is_it(&self.held[*id]));
        found.unwrap_or_else(|| panic!("no start-up of {who:?} ends like that at second {at}"))
    }

    /// An instance reaches Running.
    pub(super) fn runs(&mut self, id: usize, at: i64) {
        let who = self.held[id].who;
        let failures = &self.scenario.services[who.0].failures;
        if failures.can_happen() {
            let ordinal = self.runs.entry(who).or_default();
            let luck = self.facts.luck_of(self.scenario, who, "crash", *ordinal);
            self.held[id].crashes = failures.crashes.sample(luck, *ordinal).map(|span| at + seconds(span));
            *ordinal += 1;
        }
        let held = &mut self.held[id];
        (held.running, held.starts) = (Some(at), None);
        held.bill_from(at);
        self.held[id].crashes.into_iter().for_each(|at| self.note(at));
        self.services[who.0].first_running.get_or_insert(at);
    }

    /// An instance stops running; its compute bills on, or is paused until it runs again.
    pub(super) fn go_down(&mut self, id: usize, at: i64) {
        self.leave_running(id, at);
        self.held[id].crashes = None;
        if !self.scenario.settings.services.bills_while_restarting
            && let Some(since) = self.held[id].bills.take()
        {
            self.paused.push((id, since, at));
        }
    }

    /// A container failed; how many failures in a row were before it.
    fn row_before(&self, id: usize, at: i64) -> u32 {
        let held = &self.held[id];
        let anew = seconds(self.scenario.services[held.who.0].failures.restart.reset_after);
        let ran = held.running.map(|since| at - since);
        if ran.is_some_and(|ran| ran >= anew) { 0 } else { held.failures }
    }

    /// The instance of which a failure is told.
    fn failing(&self, who: Who, market: MarketId, kind: FailureKind, at: i64) -> usize {
        match kind {
            FailureKind::StartUp => self.started(who, market, true, at),
            FailureKind::Crash => {
                let is_it = |held: &Held| held.market == market && held.crashes == Some(at);
                let found = self.instances(who).iter().copied().find(|id| is_it(&self.held[*id]));
                found.unwrap_or_else(|| panic!("nothing of {who:?} crashes at second {at}"))
            }
        }
    }

    /// It starts again on its instance after a wait that doubles.
    pub(super) fn fail(&mut self, who: Who, market: MarketId, kind: FailureKind, restart_at: i64, at: i64) {
        let id = self.failing(who, market, kind, at);
        let (row, policy) = (self.row_before(id, at), self.scenario.services[who.0].failures.restart);
        assert!(policy.most.is_none_or(|most| row < most), "{who:?} gives up at second {at}");
        let (mut wait, longest) = (seconds(policy.first), seconds(policy.cap));
        for _ in 0..row {
            wait = (wait * 2).min(longest);
        }
        assert_eq!(restart_at, at + wait.min(longest), "the wait of {who:?} after {row} failures in a row");
        if self.held[id].running.is_some() {
            self.go_down(id, at);
        }
        let held = &mut self.held[id];
        (held.failures, held.starts, held.restarts) = (row + 1, None, Some(restart_at));
        self.note(restart_at);
        self.counts.failures += 1;
    }

    /// The instance goes back: the replica has another one, or has failed.
    pub(super) fn give_up(&mut self, who: Who, market: MarketId, kind: FailureKind, row: u32, at: i64) {
        let id = self.failing(who, market, kind, at);
        let most = self.scenario.services[who.0].failures.restart.most;
        assert_eq!(row, self.row_before(id, at), "failures in a row of {who:?} at second {at}");
        assert!(most.is_some_and(|most| row >= most), "{who:?} gives up too early, at second {at}");
        let is_second = self.instances(who)[0] != id;
        self.end(id, at, UsageEnd::GaveUp);
        let replica = self.replica(who);
        replica.instances.retain(|one| *one != id);
        replica.failed = replica.instances.is_empty();
        if is_second {
            replica.stays = true;
            if let Some(Steps { surging, .. }) = &mut self.services[who.0].rollout {
                surging.entry(who.1 as usize).and_modify(|(.., gave_up)| *gave_up = true);
            }
        }
        self.counts.failures += 1;
        self.counts.given_up += 1;
    }

    /// An update starts a container again on its instance.
    pub(super) fn replace_container(&mut self, who: Who, market: MarketId, at: i64) {
        assert!(self.to_replace.remove(&who), "no update starts a container of {who:?} again");
        let id = self.instances(who)[0];
        assert_eq!(self.held[id].market, market, "{who:?} stays on its instance");
        if self.held[id].running.is_some() {
            self.go_down(id, at);
        }
        let number = self.of(who).version.number;
        let held = &mut self.held[id];
        (held.version, held.failures) = (number, 0);
        self.begin_start(id, at);
    }

    /// Since when a new instance bills before it runs.
    pub(super) fn bill_from_acquisition(&mut self, id: usize) {
        let held = &mut self.held[id];
        if self.scenario.markets[held.market.0].rules.billing_start == BillingStart::Provisioned {
            held.bill_from(held.acquired);
        }
    }
}

impl Held {
    /// Its compute bills from now on, unless it does already.
    fn bill_from(&mut self, at: i64) {
        self.bills.get_or_insert(at);
        self.first_billed.get_or_insert(at);
    }
}
