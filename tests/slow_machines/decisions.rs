//! How the provider takes instances back: only what the rules take, for the reason that is told, and when it is due.

use super::offers::is_kept;
use super::{Auditor, Held, Who, seconds};
use deploysim::scenario::model::{Bid, MarketId, Replacement};
use deploysim::sim::{ReclaimReason, Tariff, UsageEnd};
use deploysim::units::UnitPrice;
use deploysim::world::PoolId;
use std::cmp::Reverse;

impl Auditor<'_> {
    /// The spot instance of a replica on a market that is meant: nobody has decided about it yet. Of two on one market it is
    /// the one that the rules take.
    pub(super) fn to_be_taken(
        &self,
        who: Who,
        market: MarketId,
        (reason, told): (ReclaimReason, Bid),
        at: i64,
    ) -> usize {
        let is_meant = |held: &Held| {
            let is_told = matches!(held.tariff, Tariff::Spot { bid, .. } if bid == told);
            held.market == market && is_told && held.leaving.is_none()
        };
        let all: Vec<usize> =
            self.instances(who).iter().copied().filter(|id| is_meant(&self.held[*id])).collect();
        if let [id] = *all {
            return id;
        }
        let is_due = |id: &&usize| {
            let held = &self.held[**id];
            let is_outbid = self.is_outbid(held, at) == (reason == ReclaimReason::Price);
            held.is_reclaimable(at) && self.is_looked_at(held, at) && is_outbid
        };
        let due: Vec<usize> = all.iter().filter(is_due).copied().collect();
        let first_to_go = || {
            let pool = due.first().map(|id| self.held[*id].pool)?;
            self.victims(pool, at).into_iter().find(|id| due.contains(id))
        };
        let found = match reason {
            ReclaimReason::Price => due.first().copied(),
            ReclaimReason::Stock => first_to_go(),
        };
        found.expect("what is taken back is held")
    }

    /// Is a decision to take an instance back one that the rules allow?
    pub(super) fn check_decision(&self, id: usize, reason: ReclaimReason, told: (UnitPrice, Bid), at: i64) {
        let held = &self.held[id];
        let Tariff::Spot { bid, .. } = held.tariff else { panic!("{held:?} is never taken back (A-45)") };
        let price = self.facts.price(held.series, at);
        assert_eq!((told.0.as_nano(), told.1), (price, bid), "what is told of {held:?} at second {at}");
        assert!(held.is_reclaimable(at), "{held:?} is protected at second {at}");
        assert!(self.is_looked_at(held, at), "{held:?} is not looked at at second {at}");
        match reason {
            ReclaimReason::Price => {
                assert!(self.is_outbid(held, at), "{held:?} is within its bid at second {at}");
            }
            ReclaimReason::Stock => {
                assert!(!self.is_outbid(held, at), "{held:?} goes for its price at second {at}");
                assert!(self.victims(held.pool, at).contains(&id), "{held:?} stays at second {at} (A-46)");
            }
        }
    }

    /// Is the market price too high for the bid of an instance?
    pub(super) fn is_outbid(&self, held: &Held, at: i64) -> bool {
        let Tariff::Spot { bid, .. } = held.tariff else { return false };
        !is_kept(self.rules(held.market), bid, self.facts.price(held.series, at))
    }

    /// The provider looks all the time, or every so often since the acquisition, and when protection ends.
    pub(super) fn is_looked_at(&self, held: &Held, at: i64) -> bool {
        let interval = seconds(self.rules(held.market).check_interval);
        interval == 0 || (at - held.acquired) % interval == 0 || held.protected_until() == Some(at)
    }

    /// Who goes for the units of a pool that are not there any more: unprotected ones first, then the latest, then the
    /// highest index. Those on notice count as gone, and so do those that go for their price at this instant.
    pub(super) fn victims(&self, pool: PoolId, at: i64) -> Vec<usize> {
        let goes_for_price =
            |held: &Held| held.is_reclaimable(at) && self.is_looked_at(held, at) && self.is_outbid(held, at);
        let in_pool = || self.all_held().filter(|held| held.pool == pool);
        let stays = in_pool().filter(|held| held.leaving.is_none() && !goes_for_price(held)).count() as i64;
        let excess = (stays - self.facts.stock(pool, at)).max(0) as usize;
        let mut candidates: Vec<(usize, &Held)> = self
            .services
            .iter()
            .flat_map(|standing| standing.replicas.iter().flat_map(|replica| &replica.instances))
            .map(|id| (*id, &self.held[*id]))
            .filter(|(_, held)| held.pool == pool && held.is_reclaimable(at) && !goes_for_price(held))
            .collect();
        candidates.sort_by_key(|(_, held)| {
            let (service, index) = held.who;
            (held.protected_until().is_some(), Reverse(held.acquired), Reverse(index), Reverse(service))
        });
        candidates.into_iter().take(excess).map(|(id, _)| id).collect()
    }

    pub(super) fn give_notice(&mut self, id: usize, reason: ReclaimReason, due: i64, at: i64) {
        let notice = seconds(self.rules(self.held[id].market).notice);
        assert!(notice > 0 && due == at + notice, "the notice of {:?} at second {at}", self.held[id]);
        self.held[id].leaving = Some((at, reason, due));
        self.counts.on_notice += 1;
        self.note(due);
        let who = self.held[id].who;
        self.note_looks(who.0, at);
    }

    /// An instance is taken back: at once, or when its notice is over.
    pub(super) fn release(
        &mut self,
        who: Who,
        market: MarketId,
        (reason, decided, price, bid): (ReclaimReason, i64, UnitPrice, Bid),
        at: i64,
    ) {
        let is_it = |held: &Held| held.leaving == Some((decided, reason, at)) && held.market == market;
        let on_notice = self.instances(who).iter().copied().find(|id| is_it(&self.held[*id]));
        let id = on_notice.unwrap_or_else(|| {
            let id = self.to_be_taken(who, market, (reason, bid), at);
            let notice = seconds(self.rules(market).notice);
            assert!(decided == at && notice == 0, "{:?} goes without its notice", self.held[id]);
            self.check_decision(id, reason, (price, bid), at);
            id
        });
        let held = self.held[id];
        assert_eq!(price.as_nano(), self.facts.price(held.series, decided), "the price when it was decided");
        self.end(id, at, UsageEnd::Reclaimed(reason));
        self.counts.reclaims += 1;
        self.released.push((at, who, market));
        let is_early = self.rules(market).replacement == Replacement::AtNotice;
        let keeps = self.keeps_disks(market);
        let replica = self.replica(who);
        replica.instances.retain(|one| *one != id);
        let is_alone = replica.instances.is_empty();
        if is_alone {
            // Who looked since the notice has waited since then.
            replica.waits_since = Some(if is_early { decided } else { at });
            replica.stays = false;
            replica.kept_disk = keeps.then_some(id);
        }
        if keeps {
            // The machine stays without its compute until the replica has another one.
            let still = (self.horizon, UsageEnd::Horizon);
            self.held[id].disk_ended = if is_alone { still } else { (at, UsageEnd::Replaced) };
        }
        self.avoid(who, market, at);
        self.note_looks(who.0, at);
    }

    /// From now on the service leaves a market alone for as long as its plan says.
    fn avoid(&mut self, who: Who, market: MarketId, at: i64) {
        let span = seconds(self.plan(who).avoid_after_reclaim);
        if span > 0 {
            let until = self.services[who.0].avoided.entry(market).or_default();
            *until = (*until).max(at + span);
            self.counts.avoided += 1;
        }
    }
}
