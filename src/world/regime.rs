//! Which regime drives which steps of a two-regime price.

use super::model::TwoRegime;
use super::stream::Dice;
use super::toggles::{HoldingMeans, Toggles};
use crate::units::{SimSpan, SimTime};

/// The regimes of one path: which changes of the price each of them drives. Change number `n` leads from the price of
/// step `n` to that of step `n + 1` and is driven by the regime in force where step `n + 1` begins.
#[derive(Clone, Debug, Default)]
pub(super) struct RegimeRuns {
    toggles: Toggles,
    /// First change of each run and whether the tight regime drives it; runs may be empty.
    runs: Vec<(usize, bool)>,
}

impl RegimeRuns {
    /// Draws the regimes anew.
    pub(super) fn draw(&mut self, process: &TwoRegime, dice: &mut Dice, horizon: SimSpan) {
        let means = HoldingMeans { first: process.calm.holding_mean, second: process.tight.holding_mean };
        self.toggles.draw(dice, means, process.initial, horizon);
        self.runs.clear();
        let first_change =
            |at: SimTime| at.since(SimTime::ZERO).started_granules(process.step).max(1) as usize - 1;
        self.runs.extend(self.toggles.states().map(|(at, tight)| (first_change(at), tight)));
    }

    /// Whether the tight regime is in force at 0.
    pub(super) fn begins_tight(&self) -> bool {
        self.toggles.begins_second
    }

    /// The runs in `[first, end)`: (first change, end, whether tight), in order, none empty.
    pub(super) fn within(&self, first: usize, end: usize) -> impl Iterator<Item = (usize, usize, bool)> + '_ {
        let begun = self.runs.partition_point(|&(from, _)| from <= first).saturating_sub(1);
        self.runs[begun..]
            .iter()
            .enumerate()
            .map_while(move |(place, &(from, tight))| {
                let next = self.runs.get(begun + place + 1).map_or(usize::MAX, |&(next, _)| next);
                (from < end).then_some((from.max(first), next.min(end), tight))
            })
            .filter(|&(from, to, _)| from < to)
    }
}
