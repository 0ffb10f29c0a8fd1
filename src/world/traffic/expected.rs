//! How many calls a model is expected to make: the loader's estimate of a run's effort.

use super::MINUTE_MS;
use super::instants::first_spaced;
use super::intensity::MONTH;
use super::model::{Arrivals, CallTrace, Intensity, MinuteSeries, Offset, Playback, Spells, TrafficModel};
use crate::units::SimSpan;

impl TrafficModel {
    /// The mean number of calls before `horizon`. Exact for scheduled, evenly spaced and recorded calls (a part of a
    /// minute of a series counts by its length). An intensity counts with the mean of its profiles, which is exact for
    /// whole weeks, continuous growth and the stationary share of its spells.
    ///
    /// ```
    /// use deploysim::units::SimSpan;
    /// use deploysim::world::traffic::{Arrivals, CallSizes, Lengths, Tenant, TrafficModel};
    /// let sizes = CallSizes {
    ///     input: Lengths::Fixed(1_000),
    ///     output: Lengths::Fixed(200),
    ///     cached_share: 0.0,
    ///     thinking_share: 0.0,
    ///     web_search_share: 0.0,
    /// };
    /// let tenant = Tenant { name: "app".to_owned(), arrivals: Arrivals::Constant { per_minute: 4.0 }, sizes };
    /// let model = TrafficModel { tenants: vec![tenant] };
    /// assert_eq!(model.expected_calls(SimSpan::from_hours(2)), 480.0);
    /// // Awkward: the first call is half a space after the start.
    /// assert_eq!(model.expected_calls(SimSpan::from_seconds(7)), 0.0);
    /// ```
    pub fn expected_calls(&self, horizon: SimSpan) -> f64 {
        self.tenants.iter().map(|tenant| expected_of(&tenant.arrivals, horizon)).sum()
    }
}

fn expected_of(arrivals: &Arrivals, horizon: SimSpan) -> f64 {
    let end = horizon.as_ms();
    match arrivals {
        Arrivals::Scheduled(calls) => {
            let begun = calls.partition_point(|call| call.at.as_ms() < 0);
            calls[begun..].partition_point(|call| call.at.as_ms() < end) as f64
        }
        Arrivals::Constant { per_minute } => first_spaced(*per_minute, end.max(0)) as f64,
        Arrivals::Stochastic(intensity) => expected_by_chance(intensity, horizon),
        Arrivals::Trace { trace, playback } => {
            let before = |position| traced_before(trace, position);
            expected_played(playback, (trace.length.as_ms() as f64, end as f64), 1.0, before)
        }
        Arrivals::Minutes { series, playback } => {
            let before = |position| series_before(series, position);
            let spans = (series.minutes.len() as f64, end as f64 / MINUTE_MS as f64);
            expected_played(playback, spans, MINUTE_MS as f64, before)
        }
    }
}

/// Scaled calls of a record of this length in a time, both in units of `unit` milliseconds; `before` counts the calls
/// before a position that goes on beyond the record's length.
fn expected_played(
    playback: &Playback,
    (length, time): (f64, f64),
    unit: f64,
    before: impl Fn(f64) -> f64,
) -> f64 {
    if length <= 0.0 {
        return 0.0;
    }
    let unscaled = match playback.offset {
        Offset::Fixed(offset) => {
            let start = (offset.as_ms() as f64 / unit).trunc();
            let end = if playback.repeat { start + time } else { (start + time).min(length) };
            if end > start { before(end) - before(start) } else { 0.0 }
        }
        Offset::Random => {
            let rounds = time / length;
            before(length) * if playback.repeat { rounds } else { rounds.min(1.0) }
        }
    };
    playback.scale * unscaled
}

fn traced_before(trace: &CallTrace, position: f64) -> f64 {
    let length = trace.length.as_ms() as f64;
    let rounds = (position / length).floor();
    let place = position - rounds * length;
    let begun = trace.calls.partition_point(|call| (call.at.as_ms() as f64) < place);
    rounds * trace.calls.len() as f64 + begun as f64
}

fn series_before(series: &MinuteSeries, position: f64) -> f64 {
    let sum = |minutes: &[super::model::MinuteTotals]| -> f64 {
        minutes.iter().map(|minute| f64::from(minute.calls)).sum()
    };
    let length = series.minutes.len() as f64;
    let rounds = (position / length).floor();
    let place = position - rounds * length;
    let whole = place as usize;
    let begun = series.minutes.get(whole).map_or(0.0, |minute| f64::from(minute.calls));
    rounds * sum(&series.minutes) + sum(&series.minutes[..whole]) + begun * (place - whole as f64)
}

fn expected_by_chance(intensity: &Intensity, horizon: SimSpan) -> f64 {
    let mean = |profile: &[f64]| {
        if profile.is_empty() { 1.0 } else { profile.iter().sum::<f64>() / profile.len() as f64 }
    };
    let months = horizon.as_ms() as f64 / MONTH.as_ms() as f64;
    let growth = libm::log1p(intensity.growth_per_month);
    // The mean of e^(growth·t) over the horizon.
    let grown = if growth * months == 0.0 { 1.0 } else { libm::expm1(growth * months) / (growth * months) };
    let minutes = horizon.as_ms() as f64 / MINUTE_MS as f64;
    let spells = [&intensity.bursts, &intensity.idle].map(|spells| spells.as_ref().map_or(1.0, mean_factor));
    let profiles = mean(&intensity.day_profile) * mean(&intensity.week_profile);
    intensity.per_minute * minutes * profiles * grown * spells[0] * spells[1]
}

fn mean_factor(spells: &Spells) -> f64 {
    let (between, length) = (spells.between_mean.as_ms() as f64, spells.length_mean.as_ms() as f64);
    (between + spells.factor * length) / (between + length)
}

#[cfg(test)]
mod tests;
