//! When a study is long enough: a rule that is told an interval after each look and says how far to run before the next.

/// Stops a study once the interval of a figure is narrow in relation to the figure.
///
/// A study is looked at only at multiples of a batch, first after many replications, and each look aims at the number of
/// replications at which the interval would be narrow enough if it went on shrinking with the root of their number. So
/// there are few looks, and none while the spread is a matter of luck: stopping the moment an interval happens to be
/// narrow would stop too often on samples whose spread, and with it the mean of a skewed cost, is too small (Chow and
/// Robbins 1965; Singham and Schruben, "Finite-sample performance of absolute precision stopping rules", 2012). The
/// interval at the end covers what a study of fixed size covers to within a point; `benches/README.md` has the table.
///
/// The rule keeps nothing between looks and reads no clock: the same sample ends at the same replication on any number of
/// threads, and after a resume.
///
/// ```
/// use deploysim::montecarlo::{Look, Precision};
/// let rule = Precision::new(0.01, 1_000_000).unwrap();
/// assert_eq!(rule.first(), 1_000);
/// // 100 ± 2 after 1,000: four times the replications halve it, and a little more for certainty.
/// assert_eq!(rule.look(1_000, 100.0, Some((98.0, 102.0))), Look::Continue { until: 4_000 });
/// assert_eq!(rule.look(4_000, 100.0, Some((98.9, 101.1))), Look::Continue { until: 5_250 });
/// assert_eq!(rule.look(5_250, 100.0, Some((99.1, 100.9))), Look::Reached);
/// // Awkward: no interval is narrow in relation to nothing.
/// assert_eq!(rule.look(5_250, 0.0, Some((-0.1, 0.1))), Look::Continue { until: 21_000 });
/// ```
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Precision {
    relative: f64,
    most: usize,
}

/// What is to be done after a look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Look {
    /// The interval is narrow enough: stop.
    Reached,
    /// So many replications are all there may be, and the interval is not narrow enough: stop, and say so.
    OutOfReplications,
    /// Look again when there are so many replications in all.
    Continue {
        /// More than there are now; a multiple of [`Precision::BATCH`] unless all there may be.
        until: usize,
    },
}

/// A precision that no rule can have.
#[derive(Clone, Copy, PartialEq, Debug, thiserror::Error)]
#[error("a precision is a share of the figure above 0 and below 1 (1 % is 0.01), not {0}")]
pub struct PrecisionError(pub f64);

impl Precision {
    /// Replications between two looks, at least.
    pub const BATCH: usize = 250;
    /// Replications before the first look.
    pub const FIRST: usize = 1_000;
    /// A look goes at most so many times as far as the last: a first interval may have been unlucky.
    const GROWTH: usize = 4;
    /// Aimed at is a little more than needed, so that most studies end with the look that was aimed at.
    const MARGIN: f64 = 1.05;

    /// Half the interval's length is to be at most `relative` (0.01 for 1 %) of the figure, with at most `most`
    /// replications.
    ///
    /// # Errors
    /// A share that is not above 0 and below 1.
    pub fn new(relative: f64, most: usize) -> Result<Self, PrecisionError> {
        if relative > 0.0 && relative < 1.0 {
            Ok(Self { relative, most })
        } else {
            Err(PrecisionError(relative))
        }
    }

    /// The share of the figure that is asked for.
    pub const fn relative(&self) -> f64 {
        self.relative
    }

    /// Replications before the first look.
    pub fn first(&self) -> usize {
        Self::FIRST.min(self.most)
    }

    /// How wide an interval is: half its length as a share of the figure; none where the figure is 0 and the interval
    /// is not a point.
    #[must_use]
    pub fn reached(value: f64, (low, high): (f64, f64)) -> Option<f64> {
        let half = (high - low) / 2.0;
        if half <= 0.0 { Some(0.0) } else { (value != 0.0).then(|| half / value.abs()) }
    }

    /// What is to be done after `n` replications, whose figure is `value` with its 95 % interval, if it has one.
    #[must_use]
    pub fn look(&self, n: usize, value: f64, interval: Option<(f64, f64)>) -> Look {
        let width = interval.and_then(|interval| Self::reached(value, interval));
        if width.is_some_and(|width| width <= self.relative) {
            return Look::Reached;
        }
        if n >= self.most {
            return Look::OutOfReplications;
        }
        let farthest = n.max(1).saturating_mul(Self::GROWTH);
        let aim = width.map_or(f64::INFINITY, |width| {
            n as f64 * (width / self.relative) * (width / self.relative) * Self::MARGIN
        });
        // The cast saturates, and a nearer look than the next batch is none.
        let aim = (aim.ceil() as usize).clamp(n + 1, farthest.max(n + 1));
        let until = aim.max(n + Self::BATCH).div_ceil(Self::BATCH) * Self::BATCH;
        Look::Continue { until: until.min(self.most) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_share_of_the_figure_is_a_precision() {
        for wrong in [0.0, 1.0, -0.01, f64::NAN, f64::INFINITY] {
            let error = Precision::new(wrong, 10).unwrap_err();
            assert!(error.to_string().contains("not "), "{error}");
        }
    }

    #[test]
    fn it_looks_at_whole_batches_and_never_backwards() {
        let rule = Precision::new(0.02, 1_000_000).unwrap();
        let mut n = rule.first();
        for half in [9.0, 2.5, 2.01, 2.000_1, 3.0] {
            let Look::Continue { until } = rule.look(n, 100.0, Some((100.0 - half, 100.0 + half))) else {
                panic!("stopped at ± {half}");
            };
            assert!(until > n && until.is_multiple_of(Precision::BATCH) && until <= 4 * n, "{n} to {until}");
            n = until;
        }
        assert_eq!(rule.look(n, -100.0, Some((-101.0, -99.0))), Look::Reached);
    }

    #[test]
    fn it_ends_where_replications_do_and_says_so() {
        let rule = Precision::new(0.01, 1_234).unwrap();
        let wide = Some((90.0, 110.0));
        assert_eq!(rule.look(rule.first(), 100.0, wide), Look::Continue { until: 1_234 });
        assert_eq!(rule.look(1_234, 100.0, wide), Look::OutOfReplications);
        assert_eq!(rule.look(1_234, 100.0, Some((99.5, 100.5))), Look::Reached);
        assert_eq!(Precision::new(0.01, 40).unwrap().first(), 40);
        assert_eq!(rule.look(usize::MAX, 100.0, wide), Look::OutOfReplications);
    }

    #[test]
    fn without_an_interval_it_goes_on_and_a_certain_nothing_is_precise() {
        let rule = Precision::new(0.01, 100_000).unwrap();
        assert_eq!(rule.look(1_000, 5.0, None), Look::Continue { until: 4_000 });
        assert_eq!(rule.look(1_000, 0.0, Some((0.0, 0.0))), Look::Reached);
    }
}
