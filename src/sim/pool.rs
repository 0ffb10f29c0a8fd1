//! Stock in use: who holds units of which pool.

use super::event::InstanceId;
use super::instance::{Instance, Tariff};
use crate::units::{SimSpan, SimTime};
use crate::world::{Segment, StepPath, StockSeries};
use std::cell::Cell;
use std::cmp::Reverse;

#[derive(Clone, Debug)]
pub(crate) struct Pool {
    /// Units in use, standard and spot.
    pub(crate) used: i64,
    /// Spot instances that hold a unit, in the order of acquisition.
    pub(crate) spot_holders: Vec<InstanceId>,
    /// When a drop below what is in use is scheduled for; [`SimTime::NEVER`] if not.
    pub(crate) drop_at: SimTime,
    /// Whether its units are numbered; else there are none or as many as anybody wants, whatever is in use.
    pub(crate) is_counted: bool,
    /// When the number in use last changed.
    changed_at: SimTime,
    /// Since when a unit had been free just before that; none if none was.
    free_before: Option<SimTime>,
    /// The stretch of constant stock that was asked about last: nearly every question is about the same one.
    stretch: Cell<Segment>,
    /// Of dedicated machines how many are owned, and since when one of them has been free (E26).
    owned: Option<(i64, Option<SimTime>)>,
}

impl Pool {
    pub(crate) const fn new(series: &StockSeries) -> Self {
        Self {
            is_counted: series.is_counted(),
            used: 0,
            spot_holders: Vec::new(),
            drop_at: SimTime::NEVER,
            changed_at: SimTime::ZERO,
            free_before: None,
            stretch: Cell::new(Segment { from: SimTime::ZERO, to: SimTime::ZERO, value: 0 }),
            owned: None,
        }
    }

    /// The units in stock at an instant, those in use included.
    pub(crate) fn units_at(&self, stock: &StepPath, at: SimTime) -> i64 {
        let known = self.stretch.get();
        if known.from <= at && at < known.to {
            return known.value;
        }
        let stretch = stock.piece_from(at);
        self.stretch.set(stretch);
        stretch.value
    }

    /// Since when a unit has been free without a break; none if none is free at `at`. The units in stock are told by
    /// the path, those in use are remembered back to the last change and no further than it matters.
    pub(crate) fn free_since(&self, stock: &StepPath, at: SimTime) -> Option<SimTime> {
        if let Some((_, free_since)) = self.owned {
            return free_since;
        }
        let in_present_use = stock.since_above(at, self.used)?;
        let known_back_to = self.free_before.unwrap_or(self.changed_at);
        Some(if in_present_use > self.changed_at { in_present_use } else { known_back_to })
    }

    /// From now on so many dedicated machines are owned.
    pub(crate) fn own(&mut self, machines: i64, now: SimTime) {
        let free_since = self.owned.and_then(|(_, free_since)| free_since);
        self.owned = Some((machines, free_since));
        self.note_owned(now);
    }

    /// Every dedicated machine holds an instance.
    pub(crate) fn is_full(&self) -> bool {
        self.owned.is_some_and(|(machines, _)| machines <= self.used)
    }

    fn note_owned(&mut self, now: SimTime) {
        let used = self.used;
        if let Some((machines, free_since)) = &mut self.owned {
            *free_since = (*machines > used).then(|| free_since.unwrap_or(now));
        }
    }

    fn note_change(&mut self, stock: &StepPath, now: SimTime) {
        if self.is_counted && now > self.changed_at {
            self.free_before = self.free_since(stock, now - SimSpan::from_ms(1));
            self.changed_at = now;
        }
    }

    pub(crate) fn take(&mut self, instance: &Instance, stock: &StepPath, now: SimTime) {
        self.note_change(stock, now);
        self.used += 1;
        self.note_owned(now);
        if instance.is_spot() {
            self.spot_holders.push(instance.id);
        }
    }

    pub(crate) fn give_back(&mut self, instance: &Instance, stock: &StepPath, now: SimTime) {
        self.note_change(stock, now);
        self.used -= 1;
        self.note_owned(now);
        // Of holders in the order of acquisition, whose ids only grow.
        if let Ok(place) = self.spot_holders.binary_search(&instance.id) {
            self.spot_holders.remove(place);
        }
    }

    /// Who goes when only `units` are left, in the order of going: unprotected first, then the latest acquired, then
    /// the highest index. Standard instances and those in their protected hour never go; those on notice and
    /// those that go for their price at this very instant already count as gone.
    pub(crate) fn victims(
        &self,
        units: i64,
        now: SimTime,
        instances: &[Instance],
        goes_for_price: impl Fn(&Instance) -> bool,
    ) -> Vec<InstanceId> {
        // Nearly every check finds this, and looks at no holder then.
        if self.used <= units {
            return Vec::new();
        }
        let holder = |id: &InstanceId| &instances[id.0 as usize];
        let goes_anyway = |instance: &Instance| {
            instance.leaving.is_some() || (instance.is_reclaimable(now) && goes_for_price(instance))
        };
        let leaving = self.spot_holders.iter().filter(|id| goes_anyway(holder(id))).count() as i64;
        let excess = self.used - leaving - units;
        if excess <= 0 {
            return Vec::new();
        }
        let mut candidates: Vec<&Instance> = self
            .spot_holders
            .iter()
            .map(holder)
            .filter(|instance| instance.is_reclaimable(now) && !goes_anyway(instance))
            .collect();
        candidates.sort_by_key(|instance| {
            let protected = matches!(instance.tariff, Tariff::Spot { protected_until: Some(_), .. });
            (
                protected,
                Reverse(instance.acquired_at),
                Reverse(instance.replica.index),
                Reverse(instance.replica.service),
            )
        });
        candidates.into_iter().take(excess as usize).map(|instance| instance.id).collect()
    }
}
