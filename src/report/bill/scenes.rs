//! Everything that is told, in order: what happened, and the turns of accounts.

use super::Told;
use super::events::{Happening, at as happened_at, in_recorded_order};
use super::journal::{Places, Turn, turns};

/// One thing that is told.
#[derive(Clone, Copy, Debug)]
pub(in crate::report) enum Scene<'run> {
    /// It happened to a service, deployment, resource or call.
    Happened(Happening<'run>),
    /// An account took a turn; then its money is there.
    Turned(Turn<'run>, Places),
}

/// Everything in order: what happened as it was recorded, the turns of accounts between by time. Payments come first in
/// their instant, everything else of accounts last.
pub(in crate::report) fn scenes<'run>(told: &Told<'run>) -> Vec<Scene<'run>> {
    let mut all = Vec::new();
    let mut turns = turns(told).into_iter().peekable();
    for happening in in_recorded_order(told.recorder) {
        let at = happened_at(&happening);
        let is_before =
            |(turn, _): &(Turn<'_>, Places)| turn.at() < at || (turn.at() == at && turn.is_payment());
        while let Some((turn, places)) = turns.next_if(is_before) {
            all.push(Scene::Turned(turn, places));
        }
        all.push(Scene::Happened(happening));
    }
    all.extend(turns.map(|(turn, places)| Scene::Turned(turn, places)));
    all
}
