//! Common shocks: intervals in which several prices and stocks feel the same thing.

use super::model::Shock;
use super::path::StepPath;
use super::scale::{ONE_PPB, scaled};
use super::stream::{LuckKey, name_hash};
use super::toggles::{HoldingMeans, Toggles};
use crate::units::{SimSpan, SimTime, UnitPrice};

/// The shocks of one replication.
#[derive(Clone, Debug, Default)]
pub(super) struct Shocks {
    /// When each shock of the model turns on and off.
    toggles: Vec<Toggles>,
    /// Memory for a path that is being cut.
    changes: Vec<(SimTime, i64)>,
}

impl Shocks {
    /// Draws when each shock is in force, from the shock's own stream.
    pub(super) fn draw(&mut self, shocks: &[Shock], key: LuckKey, horizon: SimSpan) {
        self.toggles.resize_with(shocks.len(), Toggles::default);
        for (shock, toggles) in shocks.iter().zip(&mut self.toggles) {
            let mut dice = key.dice(name_hash(&shock.name), "shock");
            let means = HoldingMeans { first: shock.calm_mean, second: shock.shock_mean };
            toggles.draw(&mut dice, means, shock.initial, horizon);
        }
    }

    /// Applies the touching shocks to a price: the factors of all that are in force, in order and each rounded, then
    /// the lowest of their caps.
    pub(super) fn shape_price(
        &mut self,
        path: &mut StepPath,
        shocks: &[Shock],
        touching: &[usize],
        end: SimTime,
    ) {
        for &index in touching {
            let factor = shocks[index].price_factor_ppb;
            if factor != ONE_PPB {
                self.overlay(path, index, end, |price| scaled(price, factor));
            }
        }
        for &index in touching {
            if let Some(cap) = shocks[index].price_cap {
                self.overlay(path, index, end, |price| capped(price, cap));
            }
        }
    }

    /// Withdraws a stock while a touching shock is in force.
    pub(super) fn shape_stock(&mut self, path: &mut StepPath, touching: &[usize], end: SimTime) {
        for &index in touching {
            self.overlay(path, index, end, |_| 0);
        }
    }

    /// Applies an effect to the path before `end` while a shock is in force.
    fn overlay(&mut self, path: &mut StepPath, shock: usize, end: SimTime, effect: impl Fn(i64) -> i64) {
        let Toggles { instants, begins_second } = &self.toggles[shock];
        if instants.is_empty() && !begins_second {
            return;
        }
        self.changes.clear();
        let mut passed = 0;
        for piece in path.segments(SimTime::ZERO, end) {
            let mut at = piece.from;
            while at < piece.to {
                while instants.get(passed).is_some_and(|&toggle| toggle <= at) {
                    passed += 1;
                }
                let in_force = *begins_second ^ (passed % 2 == 1);
                let value = if in_force { effect(piece.value) } else { piece.value };
                self.changes.push((at, value));
                at = instants.get(passed).map_or(piece.to, |&toggle| toggle.min(piece.to));
            }
        }
        path.refill_changes(self.changes.iter().copied());
    }
}

/// A cap bounds a price that is there; it does not make an unknown one known.
fn capped(price: i64, cap: UnitPrice) -> i64 {
    if price == UnitPrice::UNKNOWN.as_nano() { price } else { price.min(cap.as_nano()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::model::Initial;
    use crate::world::theory::SCORE;

    fn flood(initial: Initial) -> Shock {
        Shock {
            name: "flood".to_owned(),
            calm_mean: SimSpan::from_hours(30),
            shock_mean: SimSpan::from_hours(10),
            initial,
            price_factor_ppb: 2 * ONE_PPB,
            price_cap: None,
        }
    }

    /// A price of 1 in this shock.
    fn price(initial: Initial, replication: u64, horizon: SimSpan) -> StepPath {
        let (mut shocks, list, mut path) = (Shocks::default(), [flood(initial)], StepPath::constant(ONE_PPB));
        shocks.draw(&list, LuckKey::plain(5, replication), horizon);
        shocks.shape_price(&mut path, &list, &[0], SimTime::ZERO + horizon);
        path
    }

    /// Scores of the shares of replications in shock at 0 and after a day.
    fn scores(initial: Initial, at: SimTime, expected: f64) -> f64 {
        let count = 4_000_u32;
        let horizon = SimSpan::from_days(2);
        let in_force = (0..count)
            .filter(|&replication| price(initial, u64::from(replication), horizon).value_at(at) > ONE_PPB)
            .count();
        (in_force as f64 - f64::from(count) * expected)
            / (f64::from(count) * expected * (1.0 - expected)).sqrt()
    }

    #[test]
    fn a_stationary_shock_has_its_share_at_every_time() {
        for hours in [0, 1, 24, 47] {
            let at = SimTime::ZERO + SimSpan::from_hours(hours);
            let score = scores(Initial::Stationary, at, 0.25);
            assert!(score.abs() < SCORE, "{score} after {hours} h");
        }
    }

    #[test]
    fn other_shocks_come_to_the_stationary_share() {
        // The distance to the stationary share shrinks by exp(-t (1/calm + 1/shock)).
        let left = |hours: f64| libm::exp(-hours * (1.0 / 30.0 + 1.0 / 10.0));
        for hours in [1, 5, 24] {
            let (at, left) = (SimTime::ZERO + SimSpan::from_hours(hours), left(hours as f64));
            let (calm, shock) = (
                scores(Initial::First, at, 0.25 - 0.25 * left),
                scores(Initial::Second, at, 0.25 + 0.75 * left),
            );
            assert!(calm.abs() < SCORE && shock.abs() < SCORE, "{calm} and {shock} after {hours} h");
        }
        assert_eq!(price(Initial::First, 0, SimSpan::HOUR).value_at(SimTime::ZERO), ONE_PPB);
        assert_eq!(price(Initial::Second, 0, SimSpan::HOUR).value_at(SimTime::ZERO), 2 * ONE_PPB);
    }

    #[test]
    fn the_share_of_time_in_shock_is_the_stationary_one() {
        // The variance of a time average of the two-state process is 2 p q / ((1/calm + 1/shock) t) for long t.
        let hours = 40_000.0;
        let horizon = SimSpan::from_hours(40_000);
        let path = price(Initial::Stationary, 0, horizon);
        let in_force = path
            .segments(SimTime::ZERO, SimTime::ZERO + horizon)
            .filter(|piece| piece.value > ONE_PPB)
            .map(|piece| piece.to.since(piece.from).as_ms() as f64 / 3.6e6);
        let share: f64 = in_force.sum::<f64>() / hours;
        let deviation = (2.0 * 0.25 * 0.75 / ((1.0 / 30.0 + 1.0 / 10.0) * hours)).sqrt();
        assert!(((share - 0.25) / deviation).abs() < SCORE, "{share}");
    }

    #[test]
    fn a_shock_that_never_ends_is_felt_throughout() {
        // Awkward: in force from the start, and no toggle before the horizon.
        let path = price(Initial::Second, 0, SimSpan::SECOND);
        assert_eq!((path.value_at(SimTime::ZERO), path.next_change(SimTime::ZERO)), (2 * ONE_PPB, None));
    }
}
