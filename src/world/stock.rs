//! When there is stock.

use super::model::{StockProcess, StockSeries};
use super::path::{StepPath, UNLIMITED};
use super::replay::Playback;
use super::stream::{LuckKey, name_hash};
use super::toggles::{HoldingMeans, Toggles};
use crate::units::{SimSpan, SimTime};

/// Draws the units that can be had of a pool, shocks apart. A recorded number of units is bounded by the pool's own.
pub(super) fn draw_stock(
    series: &StockSeries,
    key: LuckKey,
    horizon: SimSpan,
    playbacks: &[Playback],
    toggles: &mut Toggles,
    path: &mut StepPath,
) {
    let units = series.units.map_or(UNLIMITED, i64::from);
    match &series.process {
        StockProcess::Always => path.refill_constant(units),
        StockProcess::Never => path.refill_constant(0),
        StockProcess::Windows(windows) => {
            let opened = windows.iter().flat_map(|&(from, to)| [(from, units), (to, 0)]);
            path.refill_changes(core::iter::once((SimTime::ZERO, 0)).chain(opened));
        }
        StockProcess::OnOff { on_mean, off_mean, initial } => {
            let mut dice = key.dice(name_hash(&series.name), "stock");
            let means = HoldingMeans { first: *on_mean, second: *off_mean };
            toggles.draw(&mut dice, means, *initial, horizon);
            path.refill_changes(toggles.states().map(|(at, out)| (at, if out { 0 } else { units })));
        }
        StockProcess::Replay(replay) => {
            playbacks[replay.clock].fill(&replay.history, 0, path);
            if units != UNLIMITED {
                path.transform(|values| values.iter_mut().for_each(|value| *value = units.min(*value)));
            }
        }
    }
}
