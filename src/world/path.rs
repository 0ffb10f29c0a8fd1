//! Right-continuous step functions of time, and the questions the simulation asks of them.

use super::scan::{self, Condition};
use crate::units::{SimSpan, SimTime};

/// A stock without limit.
pub const UNLIMITED: i64 = i64::MAX;

/// A right-continuous step function on `[0, ∞)`: the value at an instant is the one after the change at it, and the
/// last value holds for ever. Values are prices in units of 10⁻⁹ per hour, where
/// [`UnitPrice::UNKNOWN`](crate::units::UnitPrice::UNKNOWN) is above every bid, or units in stock, where
/// [`UNLIMITED`] is; they are never negative.
///
/// ```
/// use deploysim::units::{SimSpan, SimTime};
/// use deploysim::world::StepPath;
/// let minute = |minutes| SimTime::ZERO + SimSpan::from_minutes(minutes);
/// let price = StepPath::from_grid(SimSpan::from_minutes(5), vec![300, 300, 500, 200]);
/// assert_eq!(price.value_at(minute(9)), 300);
/// assert_eq!(price.next_above(minute(1), 400), Some(minute(10)));
/// assert_eq!(price.next_at_most(minute(12), 400), Some(minute(15)));
/// assert_eq!(price.since_at_most(minute(7), 400), Some(minute(0)));
/// // Awkward: a grid repeats values; only a different value is a change. After the last one nothing changes.
/// assert_eq!(price.next_change(minute(0)), Some(minute(10)));
/// assert_eq!(price.next_change(minute(99)), None);
/// // Awkward: at the very instant of a change the new value counts, so a bid of 400 is exceeded at minute 10.
/// assert_eq!(price.since_at_most(minute(10), 400), None);
/// assert_eq!(price.integral(minute(9), minute(11)), 300 * 60_000 + 500 * 60_000);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepPath {
    /// The regular grid of all pieces but the last; none if the pieces begin at `starts`.
    grid: Option<Grid>,
    /// When each piece begins: 0 first, then strictly increasing. Empty on a grid.
    starts: Vec<SimTime>,
    /// The value of each piece, at least one. Neighbours may be equal on a grid only.
    values: Vec<i64>,
}

/// A value from an instant on, and the changes after it: strictly in order of time, before the next stretch begins.
pub(super) struct StretchOfChanges<'a> {
    pub(super) from: SimTime,
    pub(super) value: i64,
    /// When the changes are, on a clock of their own.
    pub(super) times_ms: &'a [i64],
    /// What leads from that clock to the path's.
    pub(super) shift_ms: i64,
    pub(super) values: &'a [i64],
}

/// A regular grid of steps, with what finds a step without a division: looking prices up is most of a simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Grid {
    step: SimSpan,
    /// ⌊2⁶⁴/step⌋ + 1.
    reciprocal: u64,
    /// Below this a product with the reciprocal is exact in its upper half: it exceeds t·2⁶⁴/step by less than 2⁶⁴/step.
    exact_below_ms: u64,
}

impl Grid {
    fn new(step: SimSpan) -> Self {
        assert!(step.is_positive(), "a step takes time");
        let whole = u64::MAX / step.as_ms().unsigned_abs();
        // Of a step of a millisecond the reciprocal would not fit.
        let exact_below_ms = if whole == u64::MAX { 0 } else { whole };
        Self { step, reciprocal: whole.wrapping_add(1), exact_below_ms }
    }

    /// The number of the step that an instant lies in; before 0 it is the first one.
    #[inline]
    fn index_at(self, t: SimTime) -> u64 {
        let ms = t.as_ms().max(0).unsigned_abs();
        if ms < self.exact_below_ms {
            ((u128::from(ms) * u128::from(self.reciprocal)) >> 64) as u64
        } else {
            ms / self.step.as_ms().unsigned_abs()
        }
    }
}

/// A longest piece of constant value, cut to the interval that was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Segment {
    /// Where it begins.
    pub from: SimTime,
    /// Where it ends (half-open).
    pub to: SimTime,
    /// The value throughout.
    pub value: i64,
}

impl StepPath {
    /// The length of a piece on a regular grid; none for a path of changes at any time.
    pub fn grid_step(&self) -> Option<SimSpan> {
        self.grid.map(|grid| grid.step)
    }

    /// One value for ever.
    pub fn constant(value: i64) -> Self {
        Self::from_changes(&[(SimTime::ZERO, value)])
    }

    /// The value from each instant on; in order of time, the first at or before 0. The later of two entries of one
    /// instant wins.
    pub fn from_changes(changes: &[(SimTime, i64)]) -> Self {
        let mut path = Self { grid: None, starts: Vec::new(), values: Vec::new() };
        path.refill_changes(changes.iter().copied());
        path
    }

    /// The value of each step of equal length, beginning at 0.
    pub fn from_grid(step: SimSpan, values: Vec<i64>) -> Self {
        assert!(scan::none_negative(&values), "prices and units in stock are never negative");
        let mut path = Self { grid: None, starts: Vec::new(), values };
        path.begin_grid(step);
        path
    }

    /// Becomes [`Self::constant`] without allocating.
    pub fn refill_constant(&mut self, value: i64) {
        self.refill_changes([(SimTime::ZERO, value)]);
    }

    /// Becomes [`Self::from_changes`] of these changes in the memory it has.
    pub fn refill_changes(&mut self, changes: impl IntoIterator<Item = (SimTime, i64)>) {
        self.grid = None;
        self.starts.clear();
        self.values.clear();
        for (at, value) in changes {
            self.push_change(at.max(SimTime::ZERO), value);
        }
        assert!(self.starts.first() == Some(&SimTime::ZERO), "a path has a value from its beginning on");
        assert!(scan::none_negative(&self.values), "prices and units in stock are never negative");
    }

    /// Becomes a path of stretches of recorded changes, in the memory it has.
    pub(super) fn refill_stretches<'a>(&mut self, stretches: impl Iterator<Item = StretchOfChanges<'a>>) {
        self.grid = None;
        self.starts.clear();
        self.values.clear();
        for stretch in stretches {
            self.push_change(stretch.from, stretch.value);
            // Records seldom repeat a value; then there is nothing to look at change by change.
            let repeats = stretch.values.windows(2).any(|pair| pair[0] == pair[1]);
            let changes = stretch.times_ms.iter().map(|time| SimTime::from_ms(time + stretch.shift_ms));
            if repeats || stretch.values.first() == self.values.last() {
                changes.zip(stretch.values).for_each(|(at, value)| self.push_change(at, *value));
            } else {
                self.starts.extend(changes);
                self.values.extend_from_slice(stretch.values);
            }
        }
        assert!(self.starts.first() == Some(&SimTime::ZERO), "a path has a value from its beginning on");
        assert!(scan::none_negative(&self.values), "prices and units in stock are never negative");
    }

    /// Becomes [`Self::from_grid`] of `count` values in the memory it has; `fill` overwrites all of them and returns the
    /// bits that any of them has, so that nobody must read them again to see that none is negative.
    pub fn refill_grid(&mut self, step: SimSpan, count: usize, fill: impl FnOnce(&mut [i64]) -> i64) {
        self.values.resize(count, 0);
        assert!(fill(&mut self.values) >= 0, "prices and units in stock are never negative");
        self.begin_grid(step);
    }

    /// Becomes equal to `other` in the memory it has.
    pub fn copy_from(&mut self, other: &Self) {
        self.grid = other.grid;
        self.starts.clone_from(&other.starts);
        self.values.clone_from(&other.values);
    }

    /// Replaces all values at once, as for a series that follows another one by a factor.
    pub fn transform(&mut self, change: impl FnOnce(&mut [i64])) {
        change(&mut self.values);
        assert!(scan::none_negative(&self.values), "prices and units in stock are never negative");
        self.merge_equal_neighbours();
    }

    /// The value in force at `t`.
    pub fn value_at(&self, t: SimTime) -> i64 {
        self.values[self.index_at(t)]
    }

    /// The piece of constant value around `t` from `t` on: when its value ends to be in force (at [`SimTime::NEVER`] if it
    /// never does), and that value.
    pub fn piece_from(&self, t: SimTime) -> Segment {
        let index = self.index_at(t);
        let value = self.values[index];
        let end = self.start_of_first(index + 1, scan::differs_from(value));
        Segment { from: t, to: end.unwrap_or(SimTime::NEVER), value }
    }

    /// The first instant after `t` where the value becomes another one.
    pub fn next_change(&self, t: SimTime) -> Option<SimTime> {
        let index = self.index_at(t);
        self.start_of_first(index + 1, scan::differs_from(self.values[index]))
    }

    /// The first instant at or after `t` with a value above `limit`.
    pub fn next_above(&self, t: SimTime, limit: i64) -> Option<SimTime> {
        self.next_where(t, scan::above(limit))
    }

    /// The first instant at or after `t` with a value at or below `limit`.
    pub fn next_at_most(&self, t: SimTime, limit: i64) -> Option<SimTime> {
        self.next_where(t, scan::at_most(limit))
    }

    /// Since when the value has been at or below `limit` without a break; none if it is above at `t`.
    pub fn since_at_most(&self, t: SimTime, limit: i64) -> Option<SimTime> {
        self.since_no(t, scan::above(limit))
    }

    /// Since when the value has been above `limit` without a break; none if it is at or below at `t`.
    pub fn since_above(&self, t: SimTime, limit: i64) -> Option<SimTime> {
        self.since_no(t, scan::at_most(limit))
    }

    /// The pieces of constant value in `[from, to)`, as long as they can be, in order.
    pub fn segments(&self, from: SimTime, to: SimTime) -> impl Iterator<Item = Segment> + '_ {
        Segments { path: self, index: self.index_at(from), at: from, to }
    }

    /// Σ value × milliseconds over `[from, to)`, exactly. Panics where the value is [`i64::MAX`]: an unknown price is
    /// never charged.
    pub fn integral(&self, from: SimTime, to: SimTime) -> i128 {
        assert!(SimTime::ZERO <= from && from <= to, "an integral runs forward within the path");
        if from == to {
            return 0;
        }
        let (first, last) = (self.index_at(from), self.index_at(to - SimSpan::from_ms(1)));
        let area = |index: usize, begin: SimTime, end: SimTime| {
            i128::from(scan::known(self.values[index])) * i128::from(end.since(begin).as_ms())
        };
        if first == last {
            return area(first, from, to);
        }
        let ends = area(first, from, self.start_of(first + 1)) + area(last, self.start_of(last), to);
        ends + match self.grid {
            Some(grid) => scan::sum(&self.values[first + 1..last]) * i128::from(grid.step.as_ms()),
            None => {
                (first + 1..last).map(|index| area(index, self.starts[index], self.starts[index + 1])).sum()
            }
        }
    }

    /// Whether every change after `from` and before `to` lies a whole number of `granule`s (positive) after 0. On a grid each
    /// step counts as a change.
    pub fn changes_on(&self, granule: SimSpan, from: SimTime, to: SimTime) -> bool {
        if let Some(grid) = self.grid {
            return grid.step.is_multiple_of(granule);
        }
        let changes = self.starts[self.index_at(from) + 1..].iter().take_while(|start| **start < to);
        changes.copied().all(|start| start.since(SimTime::ZERO).is_multiple_of(granule))
    }

    /// The share of `[0, horizon)` during which the value is at or below `limit`.
    pub fn share_at_most(&self, limit: i64, horizon: SimSpan) -> f64 {
        let end = SimTime::ZERO + horizon;
        assert!(horizon.is_positive(), "a share of no time is no number");
        let last = self.index_at(end - SimSpan::from_ms(1));
        let holds = scan::at_most(limit);
        let tail = if holds(self.values[last]) < 0 { end.since(self.start_of(last)).as_ms() } else { 0 };
        let whole = match self.grid {
            Some(grid) => scan::count(&self.values[..last], holds) * grid.step.as_ms(),
            None => (0..last)
                .filter(|&index| holds(self.values[index]) < 0)
                .map(|index| self.starts[index + 1].since(self.starts[index]).as_ms())
                .sum(),
        };
        (whole + tail) as f64 / horizon.as_ms() as f64
    }

    /// The piece in force at `t`; before 0 it is the first one.
    fn index_at(&self, t: SimTime) -> usize {
        match self.grid {
            Some(grid) => (grid.index_at(t) as usize).min(self.values.len() - 1),
            None => self.starts.partition_point(|&start| start <= t).saturating_sub(1),
        }
    }

    /// The piece in force at `t`, looked for from another one on: of changes at any time a search takes long, and time
    /// seldom goes back or far.
    #[inline]
    pub(super) fn index_near(&self, known: usize, t: SimTime) -> usize {
        if self.grid.is_some() || self.starts[known] > t {
            return self.index_at(t);
        }
        let later = &self.starts[known + 1..];
        let near = later.len().min(8);
        match later[..near].iter().position(|&start| start > t) {
            Some(passed) => known + passed,
            None => known + near + later[near..].partition_point(|&start| start <= t),
        }
    }

    /// The value of each piece, in order.
    pub(super) fn values(&self) -> &[i64] {
        &self.values
    }

    /// When a piece begins.
    pub(super) fn start_of(&self, index: usize) -> SimTime {
        match self.grid {
            Some(grid) => SimTime::from_ms((index as u64).cast_signed() * grid.step.as_ms()),
            None => self.starts[index],
        }
    }

    /// When the first piece from `index` on begins whose value meets the condition.
    fn start_of_first(&self, index: usize, condition: impl Condition) -> Option<SimTime> {
        scan::first(&self.values[index..], condition).map(|found| self.start_of(index + found))
    }

    fn next_where(&self, t: SimTime, condition: impl Condition) -> Option<SimTime> {
        let index = self.index_at(t);
        if condition(self.values[index]) < 0 {
            return Some(t.max(SimTime::ZERO));
        }
        self.start_of_first(index + 1, condition)
    }

    /// The start of the unbroken run of values around `t` that do not meet the condition.
    fn since_no(&self, t: SimTime, breaks: impl Condition) -> Option<SimTime> {
        let index = self.index_at(t);
        if breaks(self.values[index]) < 0 {
            return None;
        }
        Some(
            scan::last(&self.values[..index], breaks)
                .map_or(SimTime::ZERO, |broken| self.start_of(broken + 1)),
        )
    }

    /// Adds a change at the end of an irregular path, keeping neighbours different.
    fn push_change(&mut self, at: SimTime, value: i64) {
        if let Some(&last) = self.starts.last() {
            assert!(last <= at, "the changes of a path come in order of time");
            if last == at {
                self.starts.pop();
                self.values.pop();
            }
        }
        if self.values.last() != Some(&value) {
            self.starts.push(at);
            self.values.push(value);
        }
    }

    fn begin_grid(&mut self, step: SimSpan) {
        assert!(!self.values.is_empty(), "a path has a value from its beginning on");
        self.starts.clear();
        self.grid = Some(Grid::new(step));
    }

    /// Restores that neighbours of an irregular path differ.
    fn merge_equal_neighbours(&mut self) {
        if self.grid.is_some() {
            return;
        }
        let mut kept = 0;
        for index in 1..self.values.len() {
            if self.values[index] != self.values[kept] {
                kept += 1;
                self.values[kept] = self.values[index];
                self.starts[kept] = self.starts[index];
            }
        }
        self.values.truncate(kept + 1);
        self.starts.truncate(kept + 1);
    }
}

/// The state of [`StepPath::segments`].
struct Segments<'a> {
    path: &'a StepPath,
    index: usize,
    at: SimTime,
    to: SimTime,
}

impl Iterator for Segments<'_> {
    type Item = Segment;

    fn next(&mut self) -> Option<Segment> {
        if self.at >= self.to {
            return None;
        }
        let value = self.path.values[self.index];
        // Most pieces end with the next step, so looking one by one beats the chunked scan here.
        let rest = &self.path.values[self.index + 1..];
        let end = rest.iter().position(|&next| next != value).map(|distance| self.index + 1 + distance);
        let (from, to) = (self.at, end.map_or(self.to, |index| self.path.start_of(index).min(self.to)));
        self.at = to;
        self.index = end.unwrap_or(self.index);
        Some(Segment { from, to, value })
    }
}

#[cfg(test)]
mod tests;
