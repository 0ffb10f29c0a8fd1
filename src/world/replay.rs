//! Recorded series, replayed from a random place of their record.

use super::model::{Clock, ClockMode, History, WorldModel};
use super::path::{StepPath, StretchOfChanges};
use super::stream::{name_hash, stream, whole_number_below};
use crate::units::{SimSpan, SimTime};
use rand_chacha::ChaCha8Rng;

/// The Unix epoch was a Thursday, three days into its week.
const EPOCH_TIME_OF_WEEK: SimSpan = SimSpan::from_days(3);

/// A part of the run that plays an unbroken part of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Where it begins in the run.
    pub(super) from: SimTime,
    /// Where it ends in the run (half-open).
    pub(super) to: SimTime,
    /// The Unix millisecond of the record that is played at `from`.
    pub(super) source: i64,
}

/// What one clock group plays in one replication, shared by all of its series.
#[derive(Clone, Debug, Default)]
pub(super) struct Playback {
    /// The run from beginning to end.
    pub(super) stretches: Vec<Stretch>,
}

/// The part of the record that is played round and round.
#[derive(Clone, Copy, Debug)]
struct Circle {
    start: i64,
    length: i64,
}

impl Playback {
    /// Draws the offsets of a clock from the clock's own stream.
    pub(super) fn draw(&mut self, clock: &Clock, model: &WorldModel, seed: u64, replication: u64) {
        self.stretches.clear();
        let end = SimTime::ZERO + model.horizon;
        let mut generator = stream(seed, replication, name_hash(&clock.name), "clock");
        match clock.mode {
            ClockMode::Fixed(source) => self.stretches.push(Stretch { from: SimTime::ZERO, to: end, source }),
            ClockMode::Circular { keep_hour_of_week } => {
                let circle = Circle::of(clock, model, keep_hour_of_week);
                let place = circle.place(&mut generator, keep_hour_of_week, SimSpan::ZERO);
                self.play(circle, place, SimTime::ZERO, end);
            }
            ClockMode::Blocks { length, keep_hour_of_week } => {
                assert!(length.is_positive(), "a block takes time");
                let circle = Circle::of(clock, model, keep_hour_of_week);
                let mut from = SimTime::ZERO;
                while from < end {
                    let to = end.min(from + length);
                    let place = circle.place(&mut generator, keep_hour_of_week, from.since(SimTime::ZERO));
                    self.play(circle, place, from, to);
                    from = to;
                }
            }
        }
    }

    /// Plays the circle from `place` milliseconds after its start, wrapping around at its end.
    fn play(&mut self, circle: Circle, mut place: i64, mut from: SimTime, end: SimTime) {
        while from < end {
            let to = end.min(from + SimSpan::from_ms(circle.length - place));
            self.stretches.push(Stretch { from, to, source: circle.start + place });
            (from, place) = (to, 0);
        }
    }

    /// Fills a path with what the record shows; before its first row the value is `missing`.
    pub(super) fn fill(&self, history: &History, missing: i64, path: &mut StepPath) {
        let times = &history.times_unix_ms;
        path.refill_stretches(self.stretches.iter().map(|stretch| {
            let source_end = stretch.source + stretch.to.since(stretch.from).as_ms();
            let begun = times.partition_point(|&time| time <= stretch.source);
            let ended = begun + times[begun..].partition_point(|&time| time < source_end);
            StretchOfChanges {
                from: stretch.from,
                value: begun.checked_sub(1).map_or(missing, |row| history.values[row]),
                times_ms: &times[begun..ended],
                shift_ms: stretch.from.as_ms() - stretch.source,
                values: &history.values[begun..ended],
            }
        }));
    }
}

impl Circle {
    /// The window of the clock; with the hour of the week kept, the whole weeks of it that begin at the first
    /// instant with the scenario's time of the week.
    fn of(clock: &Clock, model: &WorldModel, keep_hour_of_week: bool) -> Self {
        let (start, end) = clock.window_unix_ms;
        let circle = if keep_hour_of_week {
            let week = SimSpan::WEEK.as_ms();
            let time_of_week = start + model.utc_offset.as_ms() + EPOCH_TIME_OF_WEEK.as_ms();
            let first = start + (model.start_time_of_week.as_ms() - time_of_week).rem_euclid(week);
            Self { start: first, length: (end - first).div_euclid(week) * week }
        } else {
            Self { start, length: end - start }
        };
        assert!(
            circle.length >= 1_000,
            "the window of a clock holds a second, or a whole week if the hour of the week is kept"
        );
        circle
    }

    /// A random place, in milliseconds after the circle's start, for a block that begins `since_start` into the run.
    fn place(&self, generator: &mut ChaCha8Rng, keep_hour_of_week: bool, since_start: SimSpan) -> i64 {
        if keep_hour_of_week {
            let week = SimSpan::WEEK.as_ms();
            let weeks = whole_number_below(generator, self.length / week);
            weeks * week + since_start.as_ms().rem_euclid(week)
        } else {
            whole_number_below(generator, self.length / 1_000) * 1_000
        }
    }
}

#[cfg(test)]
mod tests;
