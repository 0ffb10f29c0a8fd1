//! Keyed luck: what a decision decides whether, but not what.

use super::inverse_normal::inverse_normal;
use super::model::DurationModel;
use super::stream::LuckKey;
use crate::units::SimSpan;

/// Longest random duration: 31 thousand years, so that adding one to an instant cannot overflow.
const LONGEST_MS: f64 = 1e15;

/// Luck as a pure function of (seed, replication, entity, purpose, ordinal): the n-th start-up time of a deployment
/// is the same whichever strategy asks for it, and however often.
///
/// ```
/// use deploysim::world::{Luck, name_hash};
/// let luck = Luck::new(7, 0);
/// let third = luck.uniform(name_hash("web"), "start_up", 2);
/// assert!(0.0 < third && third < 1.0);
/// assert_eq!(third, luck.uniform(name_hash("web"), "start_up", 2));
/// // Awkward: another ordinal is independent luck, in whatever order it is asked for.
/// assert_ne!(third, luck.uniform(name_hash("web"), "start_up", 1));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Luck(LuckKey);

impl Luck {
    /// The luck of one replication.
    pub fn new(seed: u64, replication: u64) -> Self {
        Self(LuckKey::plain(seed, replication))
    }

    pub(super) const fn of(key: LuckKey) -> Self {
        Self(key)
    }

    /// One uniform number in (0, 1) for the `ordinal`-th draw (from 0) of a purpose of an entity, which is given by
    /// [`name_hash`](super::name_hash) of its name.
    pub fn uniform(&self, entity: u64, purpose: &str, ordinal: u64) -> f64 {
        let mut dice = self.0.dice(entity, purpose);
        dice.set_ordinal(ordinal);
        dice.open_uniform()
    }
}

impl DurationModel {
    /// True if its durations are drawn, so that luck must be asked for.
    pub const fn is_random(&self) -> bool {
        match self {
            Self::Fixed(_) | Self::Never | Self::Sequence(_) => false,
            Self::Uniform(..) | Self::Exponential(_) | Self::LogNormal { .. } => true,
        }
    }

    /// No duration is shorter than this.
    pub fn shortest(&self) -> SimSpan {
        match self {
            Self::Fixed(span) => *span,
            Self::Never => SimSpan::from_ms(LONGEST_MS as i64),
            Self::Sequence(spans) => spans.iter().copied().min().unwrap_or(SimSpan::ZERO),
            Self::Uniform(low, _) => *low,
            Self::Exponential(_) | Self::LogNormal { .. } => SimSpan::ZERO,
        }
    }

    /// The `ordinal`-th duration (from 0) for one uniform number in (0, 1), increasing with it; none if it never
    /// ends. Random durations are rounded up to whole seconds (A-47), written ones are exact.
    ///
    /// ```
    /// use deploysim::units::SimSpan;
    /// use deploysim::world::DurationModel;
    /// let memoryless = DurationModel::Exponential(SimSpan::from_minutes(10));
    /// assert_eq!(memoryless.sample(0.5, 0), Some(SimSpan::from_seconds(416))); // 600·ln 2 = 415.9 s
    /// // Awkward: the last span of a sequence repeats, and written spans may have milliseconds.
    /// let written = DurationModel::Sequence(vec![SimSpan::from_ms(1_500), SimSpan::from_seconds(9)]);
    /// assert_eq!(written.sample(0.5, 0), Some(SimSpan::from_ms(1_500)));
    /// assert_eq!(written.sample(0.5, 7), Some(SimSpan::from_seconds(9)));
    /// assert_eq!(DurationModel::Never.sample(0.5, 0), None);
    /// ```
    pub fn sample(&self, uniform: f64, ordinal: u64) -> Option<SimSpan> {
        let ms = match self {
            Self::Fixed(span) => return Some(*span),
            Self::Never => return None,
            Self::Sequence(spans) => {
                let last = spans.len().checked_sub(1).expect("a sequence has at least one span");
                return Some(spans[usize::try_from(ordinal).map_or(last, |ordinal| ordinal.min(last))]);
            }
            Self::Uniform(low, high) => {
                let (low, high) = (low.as_ms() as f64, high.as_ms() as f64);
                low + uniform * (high - low)
            }
            Self::Exponential(mean) => -mean.as_ms() as f64 * libm::log1p(-uniform),
            Self::LogNormal { median, sigma } => {
                median.as_ms() as f64 * libm::exp(sigma * inverse_normal(uniform))
            }
        };
        Some(SimSpan::from_ms(ms.min(LONGEST_MS).ceil() as i64).ceil_to_second())
    }
}

#[cfg(test)]
mod tests;
