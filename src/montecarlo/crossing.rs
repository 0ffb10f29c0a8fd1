//! Where two strategies come to the same figure while a number varies, on common random numbers.

use super::bootstrap::{Bootstrap, USUAL_RESAMPLES, bootstrap, bootstrap_seed};
use super::estimate::MeanEstimate;
use super::metric::Statistic;

/// Resamples of statistics that have to sort each of them.
const RESAMPLES_SORTED: usize = 999;

/// A difference of this share of its interval's half-width is as good as zero.
const SETTLED_SHARE: f64 = 0.1;

/// The difference of two strategies' figures at values of a number, in rising order, all from the same worlds.
///
/// Between two neighbours the difference is taken to be straight, so values are to be near where it is zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    statistic: Statistic,
    seed: u64,
    points: Vec<Point>,
}

/// Both strategies at one value, in replication order.
#[derive(Clone, Debug, PartialEq)]
struct Point {
    x: f64,
    a: Vec<f64>,
    b: Vec<f64>,
    /// Of all replications.
    difference: f64,
}

/// A place where the difference changes its sign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crossing {
    /// Where, in the number's unit.
    pub x: f64,
    /// The neighbours between which it lies: the last value with the sign before and the first with the one after.
    pub between: (f64, f64),
    /// The difference rises: below it the first strategy has less.
    pub rises: bool,
}

impl Difference {
    /// Of a statistic, without any value yet. `seed` is that of the study; the bootstrap's own is made from it.
    pub fn new(statistic: Statistic, seed: u64) -> Self {
        Self { statistic, seed: bootstrap_seed(seed, "crossing"), points: Vec::new() }
    }

    /// Adds what both strategies gave at `x`, in replication order. A value that is there is left as it is.
    ///
    /// # Panics
    /// If the two do not come from the same replications.
    pub fn add(&mut self, x: f64, a: Vec<f64>, b: Vec<f64>) {
        assert!(!a.is_empty() && a.len() == b.len(), "both ran in the same worlds");
        assert!(self.points.iter().all(|point| point.a.len() == a.len()), "all values have the same worlds");
        let place = self.points.partition_point(|point| point.x < x);
        if self.points.get(place).is_some_and(|point| point.x <= x) {
            return;
        }
        let all: Vec<usize> = (0..a.len()).collect();
        let mut point = Point { x, a, b, difference: 0.0 };
        point.difference = point.of(self.statistic, &all);
        self.points.insert(place, point);
    }

    /// The difference at each value, in rising order.
    pub fn points(&self) -> impl Iterator<Item = (f64, f64)> {
        self.points.iter().map(|point| (point.x, point.difference))
    }

    /// The 95 % interval of the difference at the `index`-th value: Student's of the differences within replications for a
    /// mean, by bootstrap over worlds for anything else.
    pub fn interval(&self, index: usize) -> Option<(f64, f64)> {
        let point = &self.points[index];
        if matches!(self.statistic, Statistic::Mean | Statistic::Share) {
            let differences: Vec<f64> = point.a.iter().zip(&point.b).map(|(a, b)| a - b).collect();
            return MeanEstimate::of(&differences)?.ci95;
        }
        let n = point.a.len();
        bootstrap(n, RESAMPLES_SORTED, self.seed, |worlds| Some(point.of(self.statistic, worlds))).interval
    }

    /// Where the difference changes its sign, from the left. A stretch of nothing but equality is crossed in its middle.
    pub fn crossings(&self) -> Vec<Crossing> {
        crossings(&self.points().collect::<Vec<_>>())
    }

    /// Whether a crossing is found as well as these worlds can tell: at one of its neighbours the difference is far within
    /// its own uncertainty.
    pub fn is_settled(&self, crossing: &Crossing) -> bool {
        if !matches!(self.statistic, Statistic::Mean | Statistic::Share) {
            return false;
        }
        let neighbours = [crossing.between.0, crossing.between.1];
        let near = self.points.iter().enumerate().filter(|(_, point)| neighbours.contains(&point.x));
        near.into_iter().any(|(index, point)| {
            let half = self.interval(index).map_or(0.0, |(low, high)| (high - low) / 2.0);
            point.difference.abs() <= SETTLED_SHARE * half
        })
    }

    /// Longest stretches of two values or more at which both are the same to the last bit.
    pub fn ties(&self) -> Vec<(f64, f64)> {
        let is_tied = |point: &Point| sign(point.difference) == 0;
        let stretches = self.points.chunk_by(|a, b| is_tied(a) == is_tied(b));
        let tied = stretches.filter(|stretch| stretch.len() > 1 && is_tied(&stretch[0]));
        tied.map(|stretch| (stretch[0].x, stretch[stretch.len() - 1].x)).collect()
    }

    /// The bootstrap of a crossing over worlds: in each resample the crossing of the same direction that is nearest to it.
    pub fn bootstrap(&self, crossing: &Crossing) -> Bootstrap {
        let n = self.points.first().map_or(0, |point| point.a.len());
        let resamples = match self.statistic {
            Statistic::Mean | Statistic::Share => USUAL_RESAMPLES,
            Statistic::Quantile(_) | Statistic::Cvar(_) | Statistic::Min | Statistic::Max => RESAMPLES_SORTED,
        };
        bootstrap(n, resamples, self.seed, |worlds| {
            let of = |point: &Point| (point.x, point.of(self.statistic, worlds));
            let found = crossings(&self.points.iter().map(of).collect::<Vec<_>>());
            let same = found.into_iter().filter(|other| other.rises == crossing.rises).map(|other| other.x);
            same.min_by(|a, b| (a - crossing.x).abs().total_cmp(&(b - crossing.x).abs()))
        })
    }
}

impl Point {
    /// The difference of the statistics over these replications.
    fn of(&self, statistic: Statistic, worlds: &[usize]) -> f64 {
        if matches!(statistic, Statistic::Mean | Statistic::Share) {
            let sum: f64 = worlds.iter().map(|&world| self.a[world] - self.b[world]).sum();
            return sum / worlds.len() as f64;
        }
        let drawn = |column: &[f64]| {
            let values: Vec<f64> = worlds.iter().map(|&world| column[world]).collect();
            statistic.of(&values).unwrap_or_default()
        };
        drawn(&self.a) - drawn(&self.b)
    }
}

/// −1, 0 or 1.
fn sign(value: f64) -> i32 {
    i32::from(value > 0.0) - i32::from(value < 0.0)
}

fn crossings(points: &[(f64, f64)]) -> Vec<Crossing> {
    let mut found = Vec::new();
    let mut before: Option<usize> = None;
    for (index, (x, difference)) in points.iter().enumerate() {
        if sign(*difference) == 0 {
            continue;
        }
        if let Some(last) = before
            && sign(points[last].1) != sign(*difference)
        {
            let (from, to) = (points[last], (*x, *difference));
            let at = match points[last + 1..index] {
                [] => from.0 + (to.0 - from.0) * from.1 / (from.1 - to.1),
                [ref first, .., ref end] => f64::midpoint(first.0, end.0),
                [(only, _)] => only,
            };
            found.push(Crossing { x: at, between: (from.0, to.0), rises: sign(*difference) > 0 });
        }
        before = Some(index);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::montecarlo::standins::{holds, normal, repetition};

    fn difference(points: &[(f64, f64)]) -> Difference {
        let mut difference = Difference::new(Statistic::Mean, 1);
        for (x, value) in points {
            difference.add(*x, vec![*value; 3], vec![0.0; 3]);
        }
        difference
    }

    #[test]
    fn every_change_of_sign_is_a_crossing_and_a_touch_is_none() {
        // Values come in any order.
        let found = difference(&[(4.0, 6.0), (0.0, -2.0), (2.0, 2.0), (6.0, -6.0), (8.0, 0.0)]).crossings();
        assert_eq!(
            found,
            [
                Crossing { x: 1.0, between: (0.0, 2.0), rises: true },
                Crossing { x: 5.0, between: (4.0, 6.0), rises: false }
            ]
        );
        assert!(difference(&[(0.0, 1.0), (1.0, 0.0), (2.0, 1.0)]).crossings().is_empty());
        assert!(difference(&[(0.0, 0.0), (1.0, 0.0)]).crossings().is_empty());
        assert!(difference(&[]).crossings().is_empty());
    }

    #[test]
    fn equality_is_crossed_where_it_is() {
        let at_a_point = difference(&[(0.0, -1.0), (1.0, 0.0), (2.0, 5.0)]);
        assert_eq!(at_a_point.crossings()[0].x.to_bits(), 1.0_f64.to_bits());
        assert!(at_a_point.ties().is_empty());
        let stretch = difference(&[(0.0, -1.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0), (4.0, 5.0)]);
        assert_eq!(stretch.crossings(), [Crossing { x: 2.0, between: (0.0, 4.0), rises: true }]);
        assert_eq!(stretch.ties(), [(1.0, 3.0)]);
    }

    #[test]
    fn a_value_that_is_there_is_kept() {
        let mut twice = difference(&[(0.0, -1.0), (1.0, 1.0)]);
        twice.add(1.0, vec![9.0; 3], vec![0.0; 3]);
        assert_eq!(twice, difference(&[(0.0, -1.0), (1.0, 1.0)]));
    }

    /// a costs 5 + Z at every value; b costs x + Z′ with Z and Z′ of one world alike: they meet at 5.
    fn noisy(index: u64, statistic: Statistic) -> Difference {
        let mut rng = repetition(index);
        let worlds: Vec<(f64, f64)> = (0..120)
            .map(|_| {
                let common = normal(&mut rng);
                (5.0 + common + 0.5 * normal(&mut rng), common + 0.5 * normal(&mut rng))
            })
            .collect();
        let mut difference = Difference::new(statistic, index);
        for x in [0.0, 4.0, 4.7, 4.9, 5.0, 5.1, 5.3, 6.0, 10.0] {
            let a = worlds.iter().map(|(a, _)| *a).collect();
            difference.add(x, a, worlds.iter().map(|(_, b)| x + b).collect());
        }
        difference
    }

    #[test]
    fn the_interval_of_a_crossing_holds_it_95_times_in_100() {
        let hits = (0..150)
            .filter(|index| {
                let difference = noisy(*index, Statistic::Mean);
                let [crossing] = difference.crossings()[..] else { panic!("one crossing") };
                holds(difference.bootstrap(&crossing).interval.expect("an interval"), 5.0)
            })
            .count();
        // 142.5 of 150, with a standard deviation of 2.7.
        assert!((132..=149).contains(&hits), "{hits} of 150");
    }

    #[test]
    fn a_quantile_has_its_crossing_and_its_interval_too() {
        let difference = noisy(7, Statistic::Quantile(500));
        let [crossing] = difference.crossings()[..] else { panic!("one crossing") };
        let (low, high) = difference.bootstrap(&crossing).interval.expect("an interval");
        assert!(low < crossing.x && crossing.x < high && holds((low, high), 5.0), "{low} {high}");
        let (low, high) = difference.interval(0).expect("an interval");
        assert!(low < 5.0 && 5.0 < high && high - low < 1.5, "{low} {high}");
    }

    #[test]
    fn the_interval_of_a_difference_is_that_of_pairs() {
        let difference = noisy(3, Statistic::Mean);
        let (low, high) = difference.interval(0).expect("an interval");
        // The common part has gone: standard deviation √0.5 over √120, not √2.5.
        assert!((0.2..0.32).contains(&(high - low)), "{}", high - low);
    }
}
