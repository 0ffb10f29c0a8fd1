//! Drawing the calls of a minute.

use super::counts::{draw_count, draw_counts};
use super::instants::{push_even_block, push_even_calls, push_spaced_calls};
use super::intensity::{Pace, peak};
use super::model::{Arrivals, Call, CallSizes, Intensity, Playback, Tenant, TrafficModel};
use super::record::{RunningSums, Stretch, push_traced_calls, scale_to};
use super::sizes::{SizeTables, fill_cached, fill_flags, fill_sizes};
use super::{BLOCK_MINUTES, MINUTE_MS};
use crate::units::{SimSpan, SimTime};
use crate::world::stream::{name_hash, stream};

/// The exogenous facts of one replication's traffic: what is drawn once for each tenant (the offset of a record, times
/// of bursts); the calls themselves are drawn some minutes at a time.
///
/// ```
/// use deploysim::units::SimSpan;
/// use deploysim::world::traffic::{Arrivals, CallSizes, Lengths, Tenant, Traffic, TrafficModel};
/// let sizes = CallSizes {
///     input: Lengths::LogNormal { median: 800.0, sigma: 1.0, most: 32_000 },
///     output: Lengths::Fixed(300),
///     cached_share: 0.5,
///     thinking_share: 0.0,
///     web_search_share: 0.0,
/// };
/// let tenant = Tenant { name: "app".to_owned(), arrivals: Arrivals::Constant { per_minute: 3.0 }, sizes };
/// let model = TrafficModel { tenants: vec![tenant] };
/// let mut traffic = Traffic::default();
/// traffic.draw(&model, 7, 0, SimSpan::from_hours(1), SimSpan::ZERO);
/// let mut calls = Vec::new();
/// traffic.minute(&model, 2, &mut calls);
/// let seconds: Vec<i64> = calls.iter().map(|call| call.at.as_ms() / 1_000).collect();
/// assert_eq!(seconds, [130, 150, 170]);
/// // Awkward: a minute has the same calls whatever was asked for before.
/// let (first, mut again) = (calls.clone(), Vec::new());
/// traffic.minute(&model, 9, &mut again);
/// traffic.minute(&model, 2, &mut again);
/// assert_eq!(first, again);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Traffic {
    seed: u64,
    replication: u64,
    start_time_of_week: SimSpan,
    tenants: Vec<Facts>,
    /// Every call of the run, where there are few enough: several strategies meet them.
    kept: Kept,
}

/// Calls that are kept from the draw on.
#[derive(Clone, Debug, Default, PartialEq)]
struct Kept {
    /// In order.
    calls: Vec<Call>,
    /// All calls before the end of this many minutes are there; 0 if none are kept.
    minutes: i64,
}

/// A run that expects more calls draws them again for each strategy, some minutes at a time: 32 bytes each, and
/// one thread per core.
const MOST_KEPT_CALLS: f64 = 500_000.0;

/// A tenant that calls by chance is drawn by blocks if its profiles never let one expect more calls a minute than this;
/// part of the format.
const MOST_IN_BLOCKS: f64 = 64.0;

/// What is drawn or prepared once for a tenant.
#[derive(Clone, Debug, Default, PartialEq)]
struct Facts {
    /// Hash of the name.
    entity: u64,
    /// It is drawn by blocks of minutes.
    is_sparse: bool,
    tables: SizeTables,
    pace: Pace,
    stretch: Stretch,
    sums: RunningSums,
}

impl Traffic {
    /// Draws what each tenant has drawn once, for a scenario that begins
    /// `start_time_of_week` after Monday 00:00 in its own offset. The memory of an earlier draw is used again.
    pub fn draw(
        &mut self,
        model: &TrafficModel,
        seed: u64,
        replication: u64,
        horizon: SimSpan,
        start_time_of_week: SimSpan,
    ) {
        (self.seed, self.replication) = (seed, replication);
        self.start_time_of_week = start_time_of_week;
        self.tenants.resize_with(model.tenants.len(), Facts::default);
        for (tenant, facts) in model.tenants.iter().zip(&mut self.tenants) {
            facts.draw(tenant, (seed, replication), horizon);
        }
        self.keep(model, horizon);
    }

    /// Draws every minute of the run at once if that is not too much.
    fn keep(&mut self, model: &TrafficModel, horizon: SimSpan) {
        let mut kept = std::mem::take(&mut self.kept);
        kept.minutes = 0;
        kept.calls.clear();
        let expected = model.expected_calls(horizon);
        if !model.tenants.is_empty() && expected <= MOST_KEPT_CALLS {
            kept.calls.reserve((expected + 4.0 * expected.sqrt()) as usize);
            while kept.minutes < horizon.started_granules(SimSpan::MINUTE) {
                self.push_minutes(model, kept.minutes, &mut kept.calls);
                kept.minutes += self.unit_minutes();
            }
        }
        self.kept = kept;
    }

    /// Every call of the run in order of time and then of tenants, where they are few enough to be kept. The horizon is
    /// not looked at: calls of the last [`Self::unit_minutes`] may lie beyond it.
    pub fn kept(&self) -> Option<&[Call]> {
        (self.kept.minutes > 0).then_some(self.kept.calls.as_slice())
    }

    /// How many minutes are drawn together: 16 if any tenant calls by chance and not often, otherwise 1.
    pub fn unit_minutes(&self) -> i64 {
        if self.tenants.iter().any(|facts| facts.is_sparse) { BLOCK_MINUTES as i64 } else { 1 }
    }

    /// Puts the calls of all tenants in the [`Self::unit_minutes`] from `first_minute` on, which is a multiple of them,
    /// into `calls` (which is cleared first), in order of time and then of tenants. The horizon is not looked at.
    pub fn minutes(&self, model: &TrafficModel, first_minute: i64, calls: &mut Vec<Call>) {
        calls.clear();
        self.push_minutes(model, first_minute, calls);
    }

    /// Puts the calls of all tenants that arrive in `[minute, minute + 1)` minutes since the scenario's start into
    /// `calls` (which is cleared first), in order of time and then of tenants. The horizon is not looked at: the last
    /// minute of a run that does not end with it may have calls beyond the end. Who wants one minute after the other
    /// asks for [`Self::minutes`], so that none is drawn twice.
    pub fn minute(&self, model: &TrafficModel, minute: i64, calls: &mut Vec<Call>) {
        calls.clear();
        let (from, to) = (minute * MINUTE_MS, (minute + 1) * MINUTE_MS);
        if (0..self.kept.minutes).contains(&minute) {
            let kept = &self.kept.calls;
            let begun = kept.partition_point(|call| call.at.as_ms() < from);
            calls.extend(kept[begun..].iter().take_while(|call| call.at.as_ms() < to));
        } else {
            let unit = self.unit_minutes();
            self.push_minutes(model, minute.div_euclid(unit) * unit, calls);
            calls.retain(|call| (from..to).contains(&call.at.as_ms()));
        }
    }

    /// Puts the calls of a unit of minutes behind those of earlier minutes.
    fn push_minutes(&self, model: &TrafficModel, first_minute: i64, calls: &mut Vec<Call>) {
        let unit = self.unit_minutes();
        assert!(
            first_minute % unit == 0,
            "minutes that are drawn together begin at a multiple of their number"
        );
        if first_minute < 0 {
            return;
        }
        let (first, mut several) = (calls.len(), false);
        for (index, (tenant, facts)) in model.tenants.iter().zip(&self.tenants).enumerate() {
            let before = calls.len();
            match &tenant.arrivals {
                Arrivals::Stochastic(intensity) if facts.is_sparse => {
                    let drawn_from = (intensity, &tenant.sizes, facts);
                    self.push_block(drawn_from, (first_minute, index as u16), calls);
                }
                Arrivals::Scheduled(_)
                | Arrivals::Constant { .. }
                | Arrivals::Stochastic(_)
                | Arrivals::Trace { .. }
                | Arrivals::Minutes { .. } => {
                    for minute in first_minute..first_minute + unit {
                        self.push_calls((tenant, facts), (minute, index as u16), calls);
                    }
                }
            }
            several |= before > first && calls.len() > before;
        }
        if several {
            // Stable, and quick with what is a row of sorted runs.
            calls[first..].sort_by_key(|call| call.at);
        }
    }

    /// Puts a block of a sparse tenant's calls behind those of others, in order of time.
    fn push_block(
        &self,
        (intensity, sizes, facts): (&Intensity, &CallSizes, &Facts),
        key: (i64, u16),
        calls: &mut Vec<Call>,
    ) {
        let ((first_minute, _), first) = (key, calls.len());
        let (mut means, mut counts) = ([0.0; BLOCK_MINUTES], [0; BLOCK_MINUTES]);
        let begin = SimTime::from_ms(first_minute * MINUTE_MS);
        facts.pace.fill_means(intensity, begin, self.start_time_of_week, &mut means);
        let mut generator = stream(self.seed, self.replication, facts.entity, "calls");
        generator.set_stream(first_minute.cast_unsigned() / BLOCK_MINUTES as u64);
        draw_counts(&mut generator, &means, intensity.dispersion, &mut counts);
        push_even_block(&mut generator, key, &counts, calls);
        fill_sizes(sizes, &facts.tables, &mut generator, &mut calls[first..]);
        fill_cached(sizes.cached_share, &mut calls[first..]);
    }

    /// Puts a tenant's calls behind those of others, in order of time.
    fn push_calls(&self, (tenant, facts): (&Tenant, &Facts), key: (i64, u16), calls: &mut Vec<Call>) {
        let (minute, index) = key;
        let first = calls.len();
        let generator = || {
            let mut generator = stream(self.seed, self.replication, facts.entity, "calls");
            generator.set_stream(minute.cast_unsigned());
            generator
        };
        match &tenant.arrivals {
            Arrivals::Scheduled(scheduled) => {
                let (from, to) = (minute * MINUTE_MS, (minute + 1) * MINUTE_MS);
                let begun = scheduled.partition_point(|call| call.at.as_ms() < from);
                let now = scheduled[begun..].iter().take_while(|call| call.at.as_ms() < to);
                calls.extend(now.map(|call| Call { tenant: index, ..*call }));
            }
            Arrivals::Trace { trace, playback } => {
                push_traced_calls((trace, playback.scale), facts.stretch, key, generator, calls);
                let sizes = &tenant.sizes;
                if calls.len() > first && (sizes.thinking_share > 0.0 || sizes.web_search_share > 0.0) {
                    // Luck of its own, so that the copies of a scaled trace stay as they are.
                    let mut flags = stream(self.seed, self.replication, facts.entity, "flags");
                    flags.set_stream(minute.cast_unsigned());
                    fill_flags(sizes, &mut flags, &mut calls[first..]);
                }
                fill_cached(sizes.cached_share, &mut calls[first..]);
            }
            Arrivals::Constant { per_minute } => {
                push_spaced_calls(*per_minute, key, calls);
                if calls.len() > first {
                    fill_sizes(&tenant.sizes, &facts.tables, &mut generator(), &mut calls[first..]);
                }
                fill_cached(tenant.sizes.cached_share, &mut calls[first..]);
            }
            Arrivals::Stochastic(intensity) => {
                let begin = SimTime::from_ms(minute * MINUTE_MS);
                let mean = facts.pace.mean_at(intensity, begin, self.start_time_of_week);
                let mut generator = generator();
                let count = draw_count(&mut generator, mean, intensity.dispersion);
                push_even_calls(&mut generator, key, count, calls);
                fill_sizes(&tenant.sizes, &facts.tables, &mut generator, &mut calls[first..]);
                fill_cached(tenant.sizes.cached_share, &mut calls[first..]);
            }
            Arrivals::Minutes { series: _, playback } => {
                let totals = facts.sums.totals(facts.stretch, playback.scale, minute);
                if totals.calls > 0 {
                    let mut generator = generator();
                    push_even_calls(&mut generator, key, totals.calls, calls);
                    let calls = &mut calls[first..];
                    fill_sizes(&tenant.sizes, &facts.tables, &mut generator, calls);
                    scale_to(totals.input, calls, |call| &mut call.input_tokens);
                    scale_to(totals.output, calls, |call| &mut call.output_tokens);
                    fill_cached(tenant.sizes.cached_share, calls);
                }
            }
        }
    }
}

/// Whether a tenant is drawn by blocks: a rule that looks at nothing but the tenant's own model.
fn is_sparse(arrivals: &Arrivals) -> bool {
    match arrivals {
        Arrivals::Stochastic(intensity) => peak(intensity) <= MOST_IN_BLOCKS,
        Arrivals::Scheduled(_)
        | Arrivals::Constant { .. }
        | Arrivals::Trace { .. }
        | Arrivals::Minutes { .. } => false,
    }
}

impl Facts {
    fn draw(&mut self, tenant: &Tenant, (seed, replication): (u64, u64), horizon: SimSpan) {
        self.entity = name_hash(&tenant.name);
        self.is_sparse = is_sparse(&tenant.arrivals);
        self.tables.prepare(&tenant.sizes);
        self.stretch = Stretch::default();
        self.sums.clear();
        self.pace.clear();
        let entity = self.entity;
        let place = |playback: &Playback, length: i64, units: (SimSpan, SimSpan)| {
            Stretch::place(playback, length, units, &mut stream(seed, replication, entity, "offset"))
        };
        match &tenant.arrivals {
            Arrivals::Scheduled(_) | Arrivals::Constant { .. } => {}
            Arrivals::Stochastic(intensity) => {
                self.pace.draw(intensity, (seed, replication, entity), horizon);
            }
            Arrivals::Trace { trace, playback } => {
                let units = (SimSpan::from_ms(1), SimSpan::SECOND);
                self.stretch = place(playback, trace.length.as_ms(), units);
            }
            Arrivals::Minutes { series, playback } => {
                self.sums.prepare(series);
                let units = (SimSpan::MINUTE, SimSpan::MINUTE);
                self.stretch = place(playback, series.minutes.len() as i64, units);
            }
        }
    }
}
