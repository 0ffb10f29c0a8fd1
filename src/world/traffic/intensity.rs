//! The mean number of calls of a minute.

use super::model::{Intensity, Spells};
use crate::units::{SimSpan, SimTime};
use crate::world::model::Initial;
use crate::world::stream::{Dice, stream};
use crate::world::toggles::{HoldingMeans, Toggles};

/// Growth is told per this span.
pub(super) const MONTH: SimSpan = SimSpan::from_days(30);

/// What is drawn once of an [`Intensity`].
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Pace {
    bursts: Toggles,
    idle: Toggles,
}

impl Pace {
    /// Draws when bursts and idle times are.
    pub(super) fn draw(&mut self, intensity: &Intensity, luck: (u64, u64, u64), horizon: SimSpan) {
        draw_spells(&mut self.bursts, intensity.bursts.as_ref(), (luck, "bursts"), horizon);
        draw_spells(&mut self.idle, intensity.idle.as_ref(), (luck, "idle"), horizon);
    }

    /// Nothing drawn.
    pub(super) fn clear(&mut self) {
        self.bursts.clear();
        self.idle.clear();
    }

    /// The mean number of calls in the minute that begins at `at`, in a scenario that begins `start` into its week.
    pub(super) fn mean_at(&self, intensity: &Intensity, at: SimTime, start: SimSpan) -> f64 {
        let mut mean = [0.0];
        self.fill_means(intensity, at, start, &mut mean);
        mean[0]
    }

    /// The mean numbers of calls in minutes one after another, the first of which begins at `first`.
    pub(super) fn fill_means(
        &self,
        intensity: &Intensity,
        first: SimTime,
        start: SimSpan,
        means: &mut [f64],
    ) {
        let growth = Some(intensity.growth_per_month).filter(|&growth| growth != 0.0).map(libm::log1p);
        let mut at = first;
        for mean in means {
            *mean = intensity.per_minute * week_factor(intensity, at, start);
            if let Some(growth) = growth {
                *mean *= libm::exp(growth * (at.as_ms() as f64 / MONTH.as_ms() as f64));
            }
            for (spells, toggles) in [(&intensity.bursts, &self.bursts), (&intensity.idle, &self.idle)] {
                if let Some(spells) = spells
                    && toggles.is_second_at(at)
                {
                    *mean *= spells.factor;
                }
            }
            at = at + SimSpan::MINUTE;
        }
    }
}

/// The most calls in a minute that the profiles let one expect, without growth and spells.
pub(super) fn peak(intensity: &Intensity) -> f64 {
    let most =
        |profile: &[f64]| if profile.is_empty() { 1.0 } else { profile.iter().copied().fold(0.0, f64::max) };
    intensity.per_minute * most(&intensity.day_profile) * most(&intensity.week_profile)
}

/// Hour of day times day of week.
fn week_factor(intensity: &Intensity, at: SimTime, start: SimSpan) -> f64 {
    let (day_profile, week_profile) = (&intensity.day_profile, &intensity.week_profile);
    if day_profile.is_empty() && week_profile.is_empty() {
        return 1.0;
    }
    let (day, of_week) = (SimSpan::DAY.as_ms(), (at + start).as_ms().rem_euclid(SimSpan::WEEK.as_ms()));
    let of_day = of_week % day;
    let by_day = day_profile.get((of_day * day_profile.len() as i64 / day) as usize);
    let by_week = week_profile.get((of_week / day) as usize);
    by_day.unwrap_or(&1.0) * by_week.unwrap_or(&1.0)
}

fn draw_spells(
    toggles: &mut Toggles,
    spells: Option<&Spells>,
    ((seed, replication, entity), purpose): ((u64, u64, u64), &str),
    horizon: SimSpan,
) {
    let Some(spells) = spells else { return toggles.clear() };
    let means = HoldingMeans { first: spells.between_mean, second: spells.length_mean };
    let mut dice = Dice::plain(stream(seed, replication, entity, purpose));
    toggles.draw(&mut dice, means, Initial::Stationary, horizon);
}

#[cfg(test)]
mod tests;
