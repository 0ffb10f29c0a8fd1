//! Alternation between two states with exponential holding times: stock, regimes, shocks.

use super::model::Initial;
use super::stream::Dice;
use crate::units::{SimSpan, SimTime};

/// When a process that is in one of two states changes to the other one. Instants are whole seconds, at least
/// one second apart, within the horizon.
#[derive(Clone, Debug, Default, PartialEq)]
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
    pub(super) fn draw(&mut self, dice: &mut Dice, means: HoldingMeans, initial: Initial, horizon: SimSpan) {
        let (first, second) = (means.first.as_ms() as f64, means.second.as_ms() as f64);
        let place = dice.open_uniform();
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
            exact -= mean * libm::log(dice.open_uniform());
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

    /// In the first state for ever.
    pub(super) fn clear(&mut self) {
        self.instants.clear();
        self.begins_second = false;
    }

    /// Whether the second state is in force at an instant; the state after a change at it.
    pub(super) fn is_second_at(&self, at: SimTime) -> bool {
        let changes = self.instants.partition_point(|&change| change <= at);
        self.begins_second ^ (changes % 2 == 1)
    }

    /// The state in force from each change on, beginning with the initial one at 0: (instant, whether second).
    pub(super) fn states(&self) -> impl Iterator<Item = (SimTime, bool)> + '_ {
        let begins = self.begins_second;
        let changed = move |(number, &at): (usize, &SimTime)| (at, begins ^ (number % 2 == 0));
        core::iter::once((SimTime::ZERO, begins)).chain(self.instants.iter().enumerate().map(changed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::stream::stream;
    use crate::world::theory::{SCORE, assert_follows, exponential_cumulative};

    fn draw(replication: u64, means: HoldingMeans, initial: Initial, horizon: SimSpan) -> Toggles {
        let mut toggles = Toggles::default();
        toggles.draw(&mut Dice::plain(stream(3, replication, 0, "stock")), means, initial, horizon);
        toggles
    }

    #[test]
    fn holding_times_are_exponential() {
        let means = HoldingMeans { first: SimSpan::from_hours(10), second: SimSpan::from_hours(3) };
        let toggles = draw(0, means, Initial::First, SimSpan::from_hours(13 * 4_000));
        let starts: Vec<SimTime> = toggles.states().map(|(at, _)| at).collect();
        let hours: Vec<f64> =
            starts.windows(2).map(|pair| pair[1].since(pair[0]).as_ms() as f64 / 3.6e6).collect();
        for (state, mean) in [(0, 10.0), (1, 3.0)] {
            let mut held: Vec<f64> = hours.iter().skip(state).step_by(2).copied().collect();
            assert!(held.len() > 3_000);
            assert_follows(&mut held, exponential_cumulative(mean));
        }
    }

    #[test]
    fn instants_are_whole_seconds_in_order_within_the_horizon() {
        // Awkward: means far below a second make every toggle wait for the second after the last one.
        let means = HoldingMeans { first: SimSpan::from_ms(100), second: SimSpan::from_ms(100) };
        let horizon = SimSpan::from_ms(60_500);
        let toggles = draw(1, means, Initial::Second, horizon);
        let expected: Vec<SimTime> = (1..=60).map(|second| SimTime::from_ms(second * 1_000)).collect();
        assert_eq!(toggles.instants, expected);
        assert_eq!(
            toggles.states().take(2).collect::<Vec<_>>(),
            [(SimTime::ZERO, true), (expected[0], false)]
        );
    }

    #[test]
    fn the_stationary_beginning_has_the_stationary_share() {
        let means = HoldingMeans { first: SimSpan::from_hours(9), second: SimSpan::from_hours(3) };
        let (count, horizon) = (4_000_u32, SimSpan::from_hours(1));
        let second = (0..count)
            .filter(|&r| draw(u64::from(r), means, Initial::Stationary, horizon).begins_second)
            .count();
        let score = (second as f64 - f64::from(count) * 0.25) / (f64::from(count) * 0.25 * 0.75).sqrt();
        assert!(score.abs() < SCORE, "{second} of {count}");
    }

    #[test]
    fn a_fixed_beginning_leaves_the_luck_as_it_is() {
        let means = HoldingMeans { first: SimSpan::HOUR, second: SimSpan::HOUR };
        let horizon = SimSpan::from_days(3);
        let drawn =
            [Initial::First, Initial::Second].map(|initial| draw(2, means, initial, horizon).instants);
        assert_eq!(drawn[0], drawn[1]);
    }
}
