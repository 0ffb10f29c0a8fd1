//! Alternation between two states with exponential holding times: stock, regimes, shocks.

use super::model::Initial;
use super::stream::open_uniform;
use crate::units::{SimSpan, SimTime};
use rand_chacha::ChaCha8Rng;

/// When a process that is in one of two states changes to the other one. Instants are whole seconds, at least
/// one second apart, within the horizon.
#[derive(Clone, Debug, Default)]
pub(super) struct Toggles {
    /// The instants of the changes, strictly increasing, all after 0 and before the horizon.
    pub(super) instants: Vec<SimTime>,
    /// Whether it begins in the second state.
    pub(super) begins_second: bool,
}

/// Mean holding times of the two states; positive.
#[derive(Clone, Copy, Debug)]
pub(super) struct HoldingMeans {
    /// Mean time in the first state.
    pub(super) first: SimSpan,
    /// Mean time in the second state.
    pub(super) second: SimSpan,
}

impl Toggles {
    /// Draws the process anew in the memory it has. The first word always decides the initial state, so that a fixed
    /// beginning leaves the holding times as they are.
    ///
    /// The exact instants are summed and only then rounded up, so that rounding does not lengthen the holding times.
    pub(super) fn draw(
        &mut self,
        generator: &mut ChaCha8Rng,
        means: HoldingMeans,
        initial: Initial,
        horizon: SimSpan,
    ) {
        let (first, second) = (means.first.as_ms() as f64, means.second.as_ms() as f64);
        let place = open_uniform(generator);
        self.begins_second = match initial {
            Initial::First => false,
            Initial::Second => true,
            Initial::Stationary => place * (first + second) >= first,
        };
        self.instants.clear();
        let end = horizon.as_ms() as f64;
        let (mut exact, mut in_second, mut last) = (0.0_f64, self.begins_second, SimTime::ZERO);
        loop {
            let mean = if in_second { second } else { first };
            exact -= mean * libm::log(open_uniform(generator));
            if exact >= end {
                break;
            }
            let rounded = SimTime::from_ms(exact.ceil() as i64).ceil_to_second();
            let at = rounded.max(last + SimSpan::SECOND);
            if at.as_ms() >= horizon.as_ms() {
                break;
            }
            self.instants.push(at);
            (last, in_second) = (at, !in_second);
        }
    }

    /// The state in force from each change on, beginning with the initial one at 0: (instant, whether second).
    pub(super) fn states(&self) -> impl Iterator<Item = (SimTime, bool)> + '_ {
        let begins = self.begins_second;
        let changed = move |(number, &at): (usize, &SimTime)| (at, begins ^ (number % 2 == 0));
        core::iter::once((SimTime::ZERO, begins)).chain(self.instants.iter().enumerate().map(changed))
    }
}
