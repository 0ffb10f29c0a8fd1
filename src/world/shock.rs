//! Common shocks: intervals in which several prices and stocks feel the same thing.

use super::model::{Initial, Shock};
use super::path::StepPath;
use super::scale::{ONE_PPB, scaled};
use super::stream::{name_hash, stream};
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
    /// Draws when each shock is in force: off at the start, on after its first toggle.
    pub(super) fn draw(&mut self, shocks: &[Shock], seed: u64, replication: u64, horizon: SimSpan) {
        self.toggles.resize_with(shocks.len(), Toggles::default);
        for (shock, toggles) in shocks.iter().zip(&mut self.toggles) {
            let mut generator = stream(seed, replication, name_hash(&shock.name), "shock");
            let means = HoldingMeans { first: shock.calm_mean, second: shock.shock_mean };
            toggles.draw(&mut generator, means, Initial::First, horizon);
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
        let instants = &self.toggles[shock].instants;
        if instants.is_empty() {
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
                // An odd number of toggles has passed while the shock is on.
                let value = if passed % 2 == 1 { effect(piece.value) } else { piece.value };
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
