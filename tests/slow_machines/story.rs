//! Following the events: what each one changes, and whether it may happen at all.

use super::{Auditor, Held, Phase, Who, second};
use deploysim::scenario::model::{ActionKind, MarketId, MoveOrder};
use deploysim::sim::service::event::LifeEvent;
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
            // What the tenant and the market do comes before containers that start again at the same instant.
            let is_before_timers = match &event.kind {
                EventKind::Acted(_)
                | EventKind::Submitted
                | EventKind::Released { .. }
                | EventKind::ReleaseNotice { .. } => true,
                EventKind::Life(event) => matches!(event, LifeEvent::ContainerReplaced { .. }),
                _ => false,
            };
            self.restart_due(|due| due < at || (due == at && !is_before_timers));
            self.follow(event, at);
            for dwell in self.dwells.clone() {
                self.note(at + dwell);
            }
        }
        self.watch_until(at, self.horizon);
        self.count_to(self.horizon);
        self.close();
    }

    fn follow(&mut self, event: &EventRecord, at: i64) {
        let service = event.service.0;
        let who = (service, event.replica.unwrap_or(u32::MAX));
        match &event.kind {
            EventKind::Submitted => {
                self.services[service].submitted.get_or_insert(at);
                self.go(service, at);
            }
            EventKind::DeploymentFailed { .. } => {
                self.services[service].submitted.get_or_insert(at);
                self.services[service].phase = Phase::Refused;
            }
            EventKind::Acted(action) => self.act(service, action, at),
            EventKind::Deleted => self.forget(service, at),
            EventKind::Allocated { market, tariff, price, first_choice } => {
                let first = &self.plan(who).entries[0];
                let first = self.facts.price(self.series(who, first).0, at);
                let is_first = self.place_of(who, *market, matches!(tariff, Tariff::Spot { .. })) == 0;
                let told = first_choice.map(UnitPrice::as_nano);
                assert_eq!(told, (!is_first).then_some(first), "what the first type of {who:?} costs");
                self.allocate(who, *market, *tariff, *price, at);
            }
            EventKind::Running { market } => {
                let id = self.started(who, *market, false, at);
                let is_second = self.instances(who)[0] != id;
                assert!(!is_second || self.is_replacement(who), "{who:?} runs twice at second {at}");
                self.runs(id, at);
            }
            EventKind::MovingBack { from, to, order } => {
                let policy = self.plan(who).move_back;
                assert_eq!(policy.map(|policy| policy.order), Some(*order), "{who:?} moves as it is told to");
                self.moving = Some((who, *from, *to));
            }
            EventKind::MovedBack { from, to } => {
                self.take_over(who, (*from, *to), UsageEnd::MovedBack, at);
                self.counts.moves += 1;
            }
            EventKind::ReleaseNotice { market, reason, price, bid, release_at } => {
                let id = self.to_be_taken(who, *market, (*reason, *bid), at);
                self.check_decision(id, *reason, (*price, *bid), at);
                self.give_notice(id, *reason, second(*release_at), at);
            }
            EventKind::Released { market, reason, decided_at, price, bid } => {
                let decided = second(*decided_at);
                self.release(who, *market, (*reason, decided, *price, *bid), at);
            }
            EventKind::NotAcquired { market, tariff, refusal } => {
                let is_spot = *tariff == TariffKind::Spot;
                let place = self.place_of(who, *market, is_spot);
                let since = self.looks_since(who).expect("who is refused looks for an instance");
                let expected = self.refusal(who, place, since, at);
                assert_eq!(Some(*refusal), expected, "why {who:?} does not take {market:?} at second {at}");
            }
            EventKind::WaitingForStock => {
                assert_eq!(self.looks_since(who), Some(at), "{who:?} begins to wait");
            }
            EventKind::ActionRefused(refused) => self.refuse(service, &refused.action),
            EventKind::Life(event) => self.live(who, *event, at),
            EventKind::ProtectionEnded { .. } => {}
            EventKind::ArrearsStopped | EventKind::ArrearsRestored | EventKind::ArrearsCleared => {
                panic!("there are no accounts here")
            }
        }
    }

    fn live(&mut self, who: Who, event: LifeEvent, at: i64) {
        let service = who.0;
        match event {
            LifeEvent::ScaleRequested { replicas, due } => {
                self.ask_to_scale(service, replicas, second(due), at);
            }
            LifeEvent::ContainerFailed { market, kind, restart_at } => {
                self.fail(who, market, kind, second(restart_at), at);
            }
            LifeEvent::ContainerReplaced { market } => self.replace_container(who, market, at),
            LifeEvent::GaveUp { market, kind, restarts } => self.give_up(who, market, kind, restarts, at),
            LifeEvent::ServiceFailed => {
                assert!(self.services[service].replicas.iter().all(|one| one.failed), "all have failed");
                self.rest(service, Phase::Failed);
            }
            LifeEvent::UpdateStep { step, replicas } => self.step(service, step, replicas, at),
            LifeEvent::Replaced { from, to } => {
                self.take_over(who, (from, to), UsageEnd::Updated, at);
                self.counts.surged += 1;
            }
            LifeEvent::UpdateDone => self.update_done(service, at),
            LifeEvent::UpdateHalted { step, updated, left } => {
                self.halt(service, (step, updated, left), at);
            }
            LifeEvent::TicketSuggested => {
                assert_eq!(self.services[service].ticket.take(), Some(at), "when a ticket is due (E12)");
            }
        }
    }

    /// The second instance of a replica runs, and takes the place of the first one.
    fn take_over(&mut self, who: Who, markets: (MarketId, MarketId), end: UsageEnd, at: i64) {
        let new = self.started(who, markets.1, false, at);
        let old = self.instances(who)[0];
        assert!(
            self.instances(who) == [old, new] && self.held[old].market == markets.0,
            "who makes way for whom"
        );
        let is_update = self.held[old].version != self.held[new].version;
        assert_eq!(is_update, end == UsageEnd::Updated, "{who:?} moves because of a new version, or back");
        assert!(is_update || !self.is_replacement(who), "the old instance of {who:?} stays to its end");
        self.replica(who).instances.remove(0);
        self.end(old, at, end);
        self.runs(new, at);
    }

    /// Was the second instance of a replica acquired because the first one is on notice?
    fn is_replacement(&self, who: Who) -> bool {
        let [old, new] = *self.instances(who) else { return false };
        let (old, new) = (&self.held[old], &self.held[new]);
        let is_since = old.leaving.is_some_and(|(decided, ..)| decided <= new.acquired);
        is_since && self.is_replaced_at_notice(old) && old.version == new.version
    }

    /// What must be refused, and what must not.
    fn refuse(&self, service: usize, action: &ActionKind) {
        let phase = self.services[service].phase;
        let is_offered = match action {
            ActionKind::Create => phase == Phase::Absent,
            ActionKind::Stop => matches!(phase, Phase::Active | Phase::Failed),
            ActionKind::Start => matches!(phase, Phase::Stopped | Phase::Failed),
            ActionKind::Scale(_) => matches!(phase, Phase::Active | Phase::Stopped),
            // Whatever else stands in the way is not of these scenarios.
            ActionKind::Delete(deletion) => {
                !matches!(phase, Phase::Absent | Phase::Deleting) && deletion.is_permitted
            }
            ActionKind::Update(change) => {
                let fits = change.disk_gib.is_none_or(|disk| disk <= self.scenario.disk.max_gib);
                // The disk that was too large is still there.
                let fits = fits && (change.disk_gib.is_some() || phase != Phase::Refused);
                !matches!(phase, Phase::Absent | Phase::Deleting) && fits
            }
        };
        assert!(!is_offered, "{action:?} is refused in {phase:?}");
    }

    /// Since when a replica has looked for an instance: it has none, an update wants another one, or the one it has is on
    /// notice.
    pub(super) fn looks_since(&self, who: Who) -> Option<i64> {
        let replica = self.of(who);
        let wanted = replica.waits_since.or_else(|| self.surges_since(who));
        wanted.or_else(|| match replica.instances.as_slice() {
            [id] if !replica.stays && self.is_replaced_at_notice(&self.held[*id]) => {
                self.held[*id].leaving.map(|(decided, ..)| decided)
            }
            _ => None,
        })
    }

    fn allocate(&mut self, who: Who, market: MarketId, tariff: Tariff, price: UnitPrice, at: i64) {
        let held = self.new_instance(who, market, tariff, at);
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
                self.check_move(who, from, held.entry, at);
            }
            None => self.check_choice(who, held.entry, at),
        }
        let id = self.held.len();
        let replica = self.replica(who);
        replica.waits_since = None;
        replica.instances.push(id);
        if let Some(disk) = self.replica(who).kept_disk.take() {
            self.held[disk].disk_ended = (at, UsageEnd::Replaced);
        }
        self.held.push(held);
        self.bill_from_acquisition(id);
        self.begin_start(id, at);
        self.note_life(&held);
    }

    fn new_instance(&self, who: Who, market: MarketId, tariff: Tariff, at: i64) -> Held {
        let entry = self.place_of(who, market, matches!(tariff, Tariff::Spot { .. }));
        let (series, pool) = self.series(who, &self.plan(who).entries[entry]);
        let version = &self.of(who).version;
        let (ended, end) = (self.horizon, UsageEnd::Horizon);
        Held {
            who,
            version: version.number,
            plan_number: version.plan_number,
            disk_gib: version.disk_gib,
            market,
            tariff,
            entry,
            series,
            pool,
            acquired: at,
            start: 0,
            starts: None,
            restarts: None,
            crashes: None,
            failures: 0,
            running: None,
            bills: None,
            first_billed: None,
            closing: false,
            leaving: None,
            ended,
            end,
            disk_ended: (ended, end),
        }
    }

    /// An instance is the first of the list that can be had (E19, E20), and its replica looked for one.
    fn check_choice(&mut self, who: Who, entry: usize, at: i64) {
        assert_eq!(self.services[who.0].phase, Phase::Active, "{who:?} is asked for");
        let since =
            self.looks_since(who).unwrap_or_else(|| panic!("{who:?} has what it needs at second {at}"));
        assert!(self.looks(who, since, at), "{who:?} does not look at second {at}");
        let first =
            self.allowed(who).into_iter().find(|place| self.refusal(who, *place, since, at).is_none());
        assert_eq!(Some(entry), first, "the first type that {who:?} can have at second {at}");
        let is_second = !self.instances(who).is_empty() && self.surges_since(who).is_none();
        self.counts.replaced_at_notice += u32::from(is_second);
    }

    /// A move goes to the first earlier type that the policy allows; the old instance goes first, or later.
    fn check_move(&mut self, who: Who, from: MarketId, entry: usize, at: i64) {
        let policy = self.plan(who).move_back.expect("it is told to move back");
        let [id] = *self.instances(who) else { panic!("{who:?} moves with one instance, at second {at}") };
        let held = self.held[id];
        assert!(held.running.is_some() && held.market == from, "{held:?} moves back from where it runs");
        assert!(self.looks_since(who).is_none() && !self.of(who).stays, "{held:?} does not move back");
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
}
