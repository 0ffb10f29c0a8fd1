//! The lowest point of a curve over a continuous number, on common random numbers.
//!
//! Every point meets the same worlds, so two points are compared by their differences within a world. The search halves
//! or quarters a bracket as long as these differences tell points apart, and stops where they do not: finer points would
//! be an answer about the worlds drawn and not about the number.

use super::estimate::{MeanEstimate, student_t_quantile};

#[cfg(test)]
mod tests;

/// How often all comparisons of a search are right together, at least, if the means are normal.
const CONFIDENCE: f64 = 0.95;
/// The part of a bracket that is left, at most, after a step.
const LEFT_BY_A_STEP: f64 = 0.75;

/// Why a search ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BracketEnd {
    /// The bracket is as short as was asked for.
    Resolution,
    /// The points a quarter of the bracket to either side are not known to be worse than the middle.
    Indistinguishable,
}

/// A point that was tried.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct BracketTrial {
    /// Where.
    pub at: f64,
    /// What it comes to, in the objective's unit.
    pub value: MeanEstimate,
}

/// Where the lowest point is.
#[derive(Clone, PartialEq, Debug)]
pub struct Bracket {
    /// The lower end of what is left of the range.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The tried point of the least mean in the bracket; as good as its neighbours unless [`Self::end`] is the resolution.
    pub best: f64,
    /// Why it ended.
    pub end: BracketEnd,
    /// Two comparisons contradicted each other: the curve has more than one valley, and the bracket holds one of them.
    pub has_several_valleys: bool,
    /// All points tried, from the lowest.
    pub trials: Vec<BracketTrial>,
}

/// Searches `range` (low, high) for the point of least expected value, until the bracket is at most `resolution` long.
///
/// Three points quarter the bracket. Where the curve falls and then rises (one valley), a point a that is worse than its
/// right neighbour has the valley to its right, and the other way round; each conclusion is a one-sided paired t test, all
/// of them together right 95 times in 100 (Bonferroni). A curve with several valleys is searched as if it had one.
///
/// `evaluate` gives the value of each world at a point, in the same order and number at every point; at least two.
///
/// # Errors
/// Whatever `evaluate` meets; it ends the search.
///
/// # Panics
/// If the range is empty, the resolution is not above zero, or the points do not come with the same worlds.
pub fn bracket_minimum<E>(
    range: (f64, f64),
    resolution: f64,
    evaluate: impl FnMut(f64) -> Result<Vec<f64>, E>,
) -> Result<Bracket, E> {
    let (low, high) = range;
    assert!(low < high && low.is_finite() && high.is_finite(), "a range has a length");
    assert!(resolution > 0.0, "a resolution is a length");
    let steps =
        (libm::log(((high - low) / resolution).max(1.0)) / -libm::log(LEFT_BY_A_STEP)).ceil().max(1.0);
    let error = (1.0 - CONFIDENCE) / (2.0 * steps);
    let mut search = Search { evaluate, error, points: Vec::new() };
    let (mut low, mut high) = range;
    let (mut end, mut has_several_valleys) = (BracketEnd::Resolution, false);
    while high - low > resolution {
        let middle = f64::midpoint(low, high);
        let (left, right) = (f64::midpoint(low, middle), f64::midpoint(middle, high));
        if !(low < left && left < middle && middle < right && right < high) {
            break;
        }
        let (to_left, to_right) = (search.compare(left, middle)?, search.compare(right, middle)?);
        match (to_left, to_right) {
            (Slope::Better, Slope::Better) => {
                has_several_valleys = true;
                if search.mean(left)? <= search.mean(right)? { high = middle } else { low = middle }
            }
            (Slope::Better, _) => high = middle,
            (_, Slope::Better) => low = middle,
            (Slope::Worse, Slope::Worse) => (low, high) = (left, right),
            (Slope::Worse, Slope::Unknown) => low = left,
            (Slope::Unknown, Slope::Worse) => high = right,
            (Slope::Unknown, Slope::Unknown) => {
                end = BracketEnd::Indistinguishable;
                break;
            }
        }
    }
    // An end of the range that was never left behind may itself be the lowest point.
    search.mean(low)?;
    search.mean(high)?;
    let best = search.best_within(low, high);
    Ok(Bracket { low, high, best, end, has_several_valleys, trials: search.into_trials() })
}

/// How a point compares with the middle.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slope {
    Better,
    Worse,
    Unknown,
}

struct Search<F> {
    evaluate: F,
    /// How often a comparison may claim a difference of the wrong sign.
    error: f64,
    /// Points tried with the values of their worlds, in the order of trying.
    points: Vec<(f64, Vec<f64>)>,
}

impl<E, F: FnMut(f64) -> Result<Vec<f64>, E>> Search<F> {
    /// The place of a point among those tried.
    fn place(&mut self, at: f64) -> Result<usize, E> {
        if let Some(place) = self.points.iter().position(|(tried, _)| tried.total_cmp(&at).is_eq()) {
            return Ok(place);
        }
        let values = (self.evaluate)(at)?;
        let worlds = self.points.first().map_or(values.len(), |(_, first)| first.len());
        assert!(values.len() == worlds && worlds > 1, "every point meets the same worlds, two at least");
        self.points.push((at, values));
        Ok(self.points.len() - 1)
    }

    fn mean(&mut self, at: f64) -> Result<f64, E> {
        let place = self.place(at)?;
        Ok(estimate(&self.points[place].1).mean)
    }

    fn compare(&mut self, at: f64, middle: f64) -> Result<Slope, E> {
        let (point, centre) = (self.place(at)?, self.place(middle)?);
        let (point, centre) = (&self.points[point].1, &self.points[centre].1);
        let differences: Vec<f64> = point.iter().zip(centre).map(|(a, b)| a - b).collect();
        let MeanEstimate { mean, standard_error, n, .. } = estimate(&differences);
        let margin = student_t_quantile(1.0 - self.error, n - 1) * standard_error.expect("two worlds");
        Ok(if mean > margin {
            Slope::Worse
        } else if mean < -margin {
            Slope::Better
        } else {
            Slope::Unknown
        })
    }

    fn best_within(&self, low: f64, high: f64) -> f64 {
        let inside = self.points.iter().filter(|(at, _)| low <= *at && *at <= high);
        let least = inside
            .min_by(|a, b| estimate(&a.1).mean.total_cmp(&estimate(&b.1).mean).then(a.0.total_cmp(&b.0)));
        least.expect("the ends were tried").0
    }

    fn into_trials(mut self) -> Vec<BracketTrial> {
        self.points.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        self.points.iter().map(|(at, values)| BracketTrial { at: *at, value: estimate(values) }).collect()
    }
}

fn estimate(values: &[f64]) -> MeanEstimate {
    MeanEstimate::of(values).expect("a point meets worlds")
}
