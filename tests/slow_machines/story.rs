//! Following the events: what each one changes, and whether it may happen at all.

use super::{Auditor, Held, Replica, Standing, Who, second};
use deploysim::scenario::model::{ActionKind, MarketId, MoveOrder, Plan};
use deploysim::sim::{EventKind, EventRecord, Tariff, TariffKind, UsageEnd};
use deploysim::units::UnitPrice;

impl Auditor<'_> {
    /// Follows the story; after each instant, watches every second until the next.
    pub(crate) fn read(&mut self, events: &[EventRecord]) {
        let mut at = 0;
        for event in events {
            let next = second(event.at);
            assert!(next >= at && next < self.horizon, "events come in order, before the horizon");
            self.watch_until(at, next);
            at = next;
            self.count_to(at);
            self.follow(event, at);
            for dwell in self.dwells.clone() {
                self.note(at + dwell);
            }
        }
        self.watch_until(at, self.horizon);
        self.count_to(self.horizon);
    }

    fn follow(&mut self, event: &EventRecord, at: i64) {
        let service = event.service.0;
        let who = (service, event.replica.unwrap_or(u32::MAX));
        match &event.kind {
            EventKind::Submitted | EventKind::DeploymentFailed { .. } => {
                self.services[service].submitted.get_or_insert(at);
                if matches!(event.kind, EventKind::Submitted) {
                    self.go(service, at);
                }
            }
            EventKind::Acted(action) => self.act(service, action, at),
            EventKind::Deleted => {
                // Whatever it knew is gone (E8).
                let before = &self.services[service];
                let (submitted, first_running) = (before.submitted, before.first_running);
                let new = self.first_standing(service);
                self.services[service] = Standing { submitted, first_running, ..new };
            }
            EventKind::Allocated { market, tariff, price } => {
                self.allocate(who, *market, *tariff, *price, at)
            }
            EventKind::Running { market } => {
                let instances = self.instances(who).iter();
                let is_it =
                    |held: &Held| held.market == *market && held.running.is_none() && held.starts == Some(at);
                let found = instances.copied().find(|id| is_it(&self.held[*id]));
                let id = found.unwrap_or_else(|| panic!("nothing of {who:?} has started at second {at}"));
                self.runs(id, at);
            }
            EventKind::MovingBack { from, to, order } => {
                let policy = self.services[service].plan.move_back;
                assert_eq!(policy.map(|policy| policy.order), Some(*order), "{who:?} moves as it is told to");
                self.moving = Some((who, *from, *to));
            }
            EventKind::MovedBack { from, to } => {
                let (old, new) = (self.instances(who)[0], self.instances(who)[1]);
                let markets = (self.held[old].market, self.held[new].market);
                assert_eq!(markets, (*from, *to), "{who:?} moves back from one to the other");
                assert_eq!(self.held[new].starts, Some(at), "{who:?} moves back when the other one runs");
                self.replica(who).instances.remove(0);
                self.end(old, at, UsageEnd::MovedBack);
                self.runs(new, at);
                self.counts.moves += 1;
            }
            EventKind::ReleaseNotice { market, reason, price, bid, release_at } => {
                let id = self.to_be_taken(who, *market);
                self.check_decision(id, *reason, (*price, *bid), at);
                self.give_notice(id, *reason, second(*release_at), at);
            }
            EventKind::Released { market, reason, decided_at, price, bid } => {
                let decided = second(*decided_at);
                self.release(who, *market, (*reason, decided, *price, *bid), at);
            }
            EventKind::NotAcquired { market, tariff, refusal } => {
                let is_spot = *tariff == TariffKind::Spot;
                let place = self.place_of(service, *market, is_spot);
                let since = self.looks_since(who).expect("who is refused looks for an instance");
                let expected = self.refusal(who, place, since, at);
                assert_eq!(Some(*refusal), expected, "why {who:?} does not take {market:?} at second {at}");
            }
            EventKind::WaitingForStock => {
                assert_eq!(self.looks_since(who), Some(at), "{who:?} begins to wait");
            }
            EventKind::ProtectionEnded { .. } | EventKind::ActionRefused(_) => {}
            EventKind::ArrearsStopped | EventKind::ArrearsRestored | EventKind::ArrearsCleared => {
                panic!("there are no accounts here")
            }
        }
    }

    fn act(&mut self, service: usize, action: &ActionKind, at: i64) {
        let is_active = self.services[service].active;
        match action {
            ActionKind::Start => self.go(service, at),
            ActionKind::Stop => self.rest(service, at, UsageEnd::Stopped),
            ActionKind::Delete => self.rest(service, at, UsageEnd::Deleted),
            ActionKind::Scale(count) => {
                self.end_from(service, *count as usize, at, UsageEnd::ScaledIn);
                let waits_since = is_active.then_some(at);
                let new = Replica { waits_since, ..Replica::default() };
                self.services[service].replicas.resize(*count as usize, new);
                self.note_looks(service, at);
            }
            ActionKind::Update(plan) => self.update(service, plan, is_active, at),
            ActionKind::Create => panic!("a Create is told as a submission"),
        }
    }

    fn update(&mut self, service: usize, plan: &Plan, is_active: bool, at: i64) {
        self.services[service].plan = plan.clone();
        if is_active {
            self.end_from(service, 0, at, UsageEnd::Updated);
            self.go(service, at);
        }
    }

    /// Every replica looks for an instance from now on.
    fn go(&mut self, service: usize, at: i64) {
        let standing = &mut self.services[service];
        standing.active = true;
        standing.replicas.iter_mut().for_each(|replica| replica.waits_since = Some(at));
        self.note_looks(service, at);
    }

    fn rest(&mut self, service: usize, at: i64, end: UsageEnd) {
        self.services[service].active = false;
        self.end_from(service, 0, at, end);
    }

    /// Since when a replica has looked for an instance: it has none, or the one it has is on notice.
    pub(super) fn looks_since(&self, who: Who) -> Option<i64> {
        let replica = &self.services[who.0].replicas[who.1 as usize];
        match replica.instances.as_slice() {
            [] => replica.waits_since,
            [id] if self.is_replaced_at_notice(&self.held[*id]) => {
                self.held[*id].leaving.map(|(decided, ..)| decided)
            }
            _ => None,
        }
    }

    fn allocate(&mut self, who: Who, market: MarketId, tariff: Tariff, price: UnitPrice, at: i64) {
        let entry = self.place_of(who.0, market, matches!(tariff, Tariff::Spot { .. }));
        let (series, pool) = self.series(who.0, &self.services[who.0].plan.entries[entry]);
        let ordinal = self.acquired.entry(who).or_default();
        let starts = self.facts.start_up(self.scenario, who, *ordinal).map(|span| at + span);
        *ordinal += 1;
        let (ended, end) = (self.horizon, UsageEnd::Horizon);
        let (running, leaving, disk_ended) = (None, None, (ended, end));
        let held = Held {
            who,
            market,
            tariff,
            entry,
            series,
            pool,
            acquired: at,
            starts,
            running,
            leaving,
            ended,
            end,
            disk_ended,
        };
        self.check_terms(&held, price);
        // A protected one stays for its hour, whatever the price is.
        let is_exposed = held.is_spot() && held.protected_until().is_none();
        let needless = is_exposed && self.released.contains(&(at, who, market));
        assert!(
            !needless || !self.is_taken_at_once(market),
            "{who:?} lost at second {at} what it got back at once"
        );
        match self.moving.take() {
            Some((mover, from, to)) => {
                assert_eq!((mover, to), (who, market), "who moves back is who gets the instance");
                self.check_move(who, from, entry, at);
            }
            None => self.check_choice(who, entry, at),
        }
        let id = self.held.len();
        let replica = self.replica(who);
        replica.waits_since = None;
        replica.instances.push(id);
        if let Some(disk) = self.replica(who).kept_disk.take() {
            self.held[disk].disk_ended = (at, UsageEnd::Replaced);
        }
        self.held.push(held);
        self.note_life(&held);
    }

    /// An instance is the first of the list that can be had (E19, E20), and there was nobody there before.
    fn check_choice(&mut self, who: Who, entry: usize, at: i64) {
        let since =
            self.looks_since(who).unwrap_or_else(|| panic!("{who:?} has what it needs at second {at}"));
        assert!(self.looks(who, since, at), "{who:?} does not look at second {at}");
        let first =
            self.allowed(who).into_iter().find(|place| self.refusal(who, *place, since, at).is_none());
        assert_eq!(Some(entry), first, "the first type that {who:?} can have at second {at}");
        self.counts.replaced_at_notice += u32::from(!self.instances(who).is_empty());
    }

    /// A move goes to the first earlier type that the policy allows; the old instance goes first, or later.
    fn check_move(&mut self, who: Who, from: MarketId, entry: usize, at: i64) {
        let policy = self.services[who.0].plan.move_back.expect("it is told to move back");
        let [id] = *self.instances(who) else { panic!("{who:?} moves with one instance, at second {at}") };
        let held = self.held[id];
        assert!(held.running.is_some() && held.market == from, "{held:?} moves back from where it runs");
        assert!(!self.is_replaced_at_notice(&held), "{held:?} is replaced, it does not move back");
        let allowed = self.allowed(who).into_iter();
        let first = allowed.into_iter().find(|place| self.may_move(&held, *place, &policy, at));
        assert_eq!(Some(entry), first, "the first type that {held:?} may move back to at second {at}");
        if policy.order == MoveOrder::BreakBeforeMake {
            self.replica(who).instances.clear();
            self.end(id, at, UsageEnd::MovedBack);
            self.counts.moves += 1;
            self.counts.broken_first += 1;
        }
    }

    fn runs(&mut self, id: usize, at: i64) {
        self.held[id].running = Some(at);
        self.services[self.held[id].who.0].first_running.get_or_insert(at);
    }
}
