//! Playing records of calls: traces call by call, and totals by the minute.

use super::MINUTE_MS;
use super::model::{Call, CallTrace, MinuteSeries, MinuteTotals, Offset, Playback};
use super::rounding::nearest;
use super::sizes::threshold_of;
use crate::units::{SimSpan, SimTime};
use crate::world::stream::whole_number_below;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Where a record is played: positions go on beyond the record's length where it is played again. In milliseconds for
/// a trace, in minutes for a series.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stretch {
    /// The position at the scenario's start.
    pub(super) start: i64,
    /// The position from which there are no more calls.
    pub(super) end: i64,
}

impl Stretch {
    /// Places a record of `length` units of `unit` on the scenario's clock. Random offsets are multiples of `step`.
    ///
    /// A random offset is a place on a circle: without repeating, the circle is gone round once.
    pub(super) fn place(
        playback: &Playback,
        length: i64,
        (unit, step): (SimSpan, SimSpan),
        generator: &mut ChaCha8Rng,
    ) -> Self {
        if length <= 0 {
            return Self::default();
        }
        let (start, end) = match playback.offset {
            Offset::Fixed(span) => (span.as_ms() / unit.as_ms(), length),
            Offset::Random => {
                let units = step.as_ms() / unit.as_ms();
                let start = units * whole_number_below(generator, (length + units - 1) / units);
                (start, start + length)
            }
        };
        Self { start, end: if playback.repeat { i64::MAX } else { end } }
    }
}

/// Puts the calls of a minute of a trace behind `calls`. Where calls are to come a broken number of times, each one of
/// the record takes a word, in its order.
pub(super) fn push_traced_calls(
    (trace, scale): (&CallTrace, f64),
    stretch: Stretch,
    (minute, tenant): (i64, u16),
    mut generator: impl FnMut() -> ChaCha8Rng,
    calls: &mut Vec<Call>,
) {
    let length = trace.length.as_ms();
    let first = stretch.start + minute * MINUTE_MS;
    let end = (first + MINUTE_MS).min(stretch.end);
    let (copies, threshold) = (scale.floor() as usize, threshold_of(scale - scale.floor()));
    let mut luck = (threshold > 0).then(&mut generator);
    let mut position = first;
    while position < end {
        let place = position.rem_euclid(length);
        let stop = place + (end - position).min(length - place);
        let begun = trace.calls.partition_point(|call| call.at.as_ms() < place);
        for call in trace.calls[begun..].iter().take_while(|call| call.at.as_ms() < stop) {
            let at = SimTime::from_ms(minute * MINUTE_MS + (position - first) + (call.at.as_ms() - place));
            let once_more = luck.as_mut().is_some_and(|luck| u64::from(luck.next_u32()) < threshold);
            let times = copies + usize::from(once_more);
            calls.extend(core::iter::repeat_n(Call { at, tenant, ..*call }, times));
        }
        position += stop - place;
    }
}

/// The running sums of a minute series: what lies before each minute of the record, and at last the whole of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct RunningSums {
    before: Vec<Sums>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sums {
    calls: u64,
    input: u64,
    output: u64,
}

/// What arrives in one minute of the scenario.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ScaledTotals {
    /// Number of calls.
    pub(super) calls: usize,
    /// Their input tokens together.
    pub(super) input: u64,
    /// Their output tokens together.
    pub(super) output: u64,
}

impl RunningSums {
    /// Sums a series in the memory there is.
    pub(super) fn prepare(&mut self, series: &MinuteSeries) {
        self.before.clear();
        let mut sums = Sums::default();
        self.before.push(sums);
        self.before.extend(series.minutes.iter().map(|minute: &MinuteTotals| {
            sums.calls += u64::from(minute.calls);
            sums.input += minute.input_tokens;
            sums.output += minute.output_tokens;
            sums
        }));
    }

    /// Nothing summed.
    pub(super) fn clear(&mut self) {
        self.before.clear();
    }

    /// Calls and tokens of a minute of the scenario: differences of the rounded, scaled running sums, which go on from
    /// one round of the record to the next. Tokens of minutes in which no call falls come with the next call's minute.
    pub(super) fn totals(&self, stretch: Stretch, scale: f64, minute: i64) -> ScaledTotals {
        let position = stretch.start + minute;
        if position >= stretch.end {
            return ScaledTotals::default();
        }
        let after = self.scaled_before(position + 1, scale);
        let mut before = self.scaled_before(position, scale);
        let calls = (after.calls - before.calls) as usize;
        if calls == 0 {
            return ScaledTotals::default();
        }
        let mut earlier = position;
        while earlier > stretch.start {
            earlier -= 1;
            let sums = self.scaled_before(earlier, scale);
            if sums.calls < before.calls {
                break;
            }
            before = sums;
        }
        ScaledTotals { calls, input: after.input - before.input, output: after.output - before.output }
    }

    fn scaled_before(&self, position: i64, scale: f64) -> Sums {
        let length = self.before.len() as i64 - 1;
        let (rounds, place) = (position.div_euclid(length) as u64, position.rem_euclid(length));
        let (part, whole) = (self.before[place as usize], self.before[length as usize]);
        let scaled = |part: u64, whole: u64| ((rounds * whole + part) as f64 * scale + 0.5) as u64;
        Sums {
            calls: scaled(part.calls, whole.calls),
            input: scaled(part.input, whole.input),
            output: scaled(part.output, whole.output),
        }
    }
}

/// Scales one size of the calls of a minute so that their sum is exactly `total`.
///
/// With Sₖ the running sum of the drawn sizes and S their whole sum, the k-th call gets the difference of
/// Sₖ · `total`/S from the one before, both rounded to the nearest: each call is within one token of its share, and
/// nothing is lost. Calls that were all drawn without tokens share evenly. A call holds 2³² − 1 tokens at most.
pub(super) fn scale_to(total: u64, calls: &mut [Call], size_of: impl Fn(&mut Call) -> &mut u32) {
    let mut sum: i64 = calls.iter_mut().map(|call| i64::from(*size_of(call))).sum();
    if sum == 0 {
        for call in calls.iter_mut() {
            *size_of(call) = 1;
        }
        sum = calls.len() as i64;
    }
    let total = total.cast_signed();
    let factor = total as f64 / sum as f64;
    let (mut running, mut given) = (0_i64, 0_i64);
    for call in calls {
        let size = size_of(call);
        running += i64::from(*size);
        let due = if running == sum { total } else { nearest(running as f64 * factor).min(total) };
        *size = u32::try_from(due - given).unwrap_or(u32::MAX);
        given = due;
    }
}

#[cfg(test)]
mod tests;
