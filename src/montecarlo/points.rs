//! Many variants of a scenario on the same draws: the points of a sweep, of a search, of a sensitivity.

use super::study::{Samples, StudyError, StudySize};
use crate::scenario::Scenario;
use crate::sim::{self, Outcome, Silent};
use crate::world::World;
use rayon::prelude::*;
use std::ops::Range;

/// Runs that are computed before their results are collected: bounds the memory in flight and the time until an
/// interruption is noticed.
const RUNS_IN_FLIGHT: usize = 16_384;

/// Follows a study of many points. Called from any thread.
pub trait Progress: Sync {
    /// One replication of all points is done.
    fn tick(&self) {}
    /// True if the study should stop early.
    fn is_interrupted(&self) -> bool {
        false
    }
}

/// Wants to know nothing.
impl Progress for () {}

/// Runs every strategy of every point in the replications `0..n`: a column of samples per strategy, per point, in the
/// order of both.
///
/// The result is that of a study of each point alone, to the bit, on any number of threads.
///
/// # Errors
/// An interruption, or threads that cannot be made.
pub fn study_points(
    points: &[Scenario],
    size: StudySize,
    progress: &impl Progress,
) -> Result<Vec<Vec<Samples>>, StudyError> {
    let all: Vec<PointStrategy> = points
        .iter()
        .enumerate()
        .flat_map(|(point, scenario)| {
            (0..scenario.strategies.len()).map(move |strategy| PointStrategy { point, strategy })
        })
        .collect();
    let study = PointStudy::new(points, size.seed, size.threads)?;
    let mut samples = study.run(&all, 0..size.replications, progress)?.into_iter();
    Ok(points.iter().map(|point| samples.by_ref().take(point.strategies.len()).collect()).collect())
}

/// A strategy of a point, by their places.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PointStrategy {
    /// Which point.
    pub point: usize,
    /// Which of its strategies.
    pub strategy: usize,
}

/// Points to study in parts: any replications of any strategies, on one set of threads.
///
/// Points whose world models are equal meet the very same worlds, each drawn once for all of them. Others draw their own
/// with the same luck, since luck is keyed by names: a parameter of the world changes the path, not the luck.
#[derive(Debug)]
pub struct PointStudy<'run> {
    points: &'run [Scenario],
    groups: Groups,
    seed: u64,
    pool: rayon::ThreadPool,
}

impl<'run> PointStudy<'run> {
    /// A study of points; `threads` as in [`StudySize::threads`].
    ///
    /// # Errors
    /// The threads could not be started.
    pub fn new(points: &'run [Scenario], seed: u64, threads: usize) -> Result<Self, StudyError> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        Ok(Self { points, groups: Groups::of(points), seed, pool })
    }

    /// Runs strategies of points in a range of replications: a column of samples for each, in the order asked for. What
    /// one of them gives depends neither on the others nor on the threads, and two ranges one after the other give what
    /// both together give.
    ///
    /// # Errors
    /// An interruption.
    ///
    /// # Panics
    /// If there is no such point or strategy.
    pub fn run(
        &self,
        asked: &[PointStrategy],
        replications: Range<u64>,
        progress: &impl Progress,
    ) -> Result<Vec<Samples>, StudyError> {
        let mut samples = vec![Samples::default(); asked.len()];
        let by_group = self.groups.places_of(asked);
        let batch = (RUNS_IN_FLIGHT / asked.len().max(1)).max(1) as u64;
        let mut first = replications.start;
        while first < replications.end {
            let last = (first + batch).min(replications.end);
            let outcomes = self.run_batch(asked, &by_group, first..last, progress);
            if progress.is_interrupted() {
                return Err(StudyError::Interrupted);
            }
            for (place, outcome) in outcomes.iter().flatten() {
                samples[*place].push(&self.points[asked[*place].point], outcome);
            }
            first = last;
        }
        Ok(samples)
    }

    /// The outcomes of a range of replications, in order, each with its place among those asked for; each thread keeps a
    /// world and draws into it.
    fn run_batch(
        &self,
        asked: &[PointStrategy],
        by_group: &[Vec<usize>],
        range: Range<u64>,
        progress: &impl Progress,
    ) -> Vec<Vec<(usize, Outcome)>> {
        self.pool.install(|| {
            range
                .into_par_iter()
                .map_init(World::empty, |world, replication| {
                    let mut outcomes = Vec::with_capacity(asked.len());
                    for places in by_group {
                        if progress.is_interrupted() {
                            return outcomes;
                        }
                        self.points[asked[places[0]].point].world.draw_into(self.seed, replication, world);
                        for place in places {
                            let PointStrategy { point, strategy } = asked[*place];
                            let point = &self.points[point];
                            let outcome =
                                sim::simulate(point, &point.strategies[strategy], world, &mut Silent);
                            outcomes.push((*place, outcome));
                        }
                    }
                    progress.tick();
                    outcomes
                })
                .collect()
        })
    }
}

/// Points that share their worlds.
#[derive(Debug)]
struct Groups(Vec<Vec<usize>>);

impl Groups {
    fn of(points: &[Scenario]) -> Self {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for (index, point) in points.iter().enumerate() {
            match groups.iter_mut().find(|group| points[group[0]].world == point.world) {
                Some(group) => group.push(index),
                None => groups.push(vec![index]),
            }
        }
        Self(groups)
    }

    /// The places of what is asked for by the worlds they meet; no group is empty.
    fn places_of(&self, asked: &[PointStrategy]) -> Vec<Vec<usize>> {
        let of_group = |group: &Vec<usize>| {
            (0..asked.len()).filter(|place| group.contains(&asked[*place].point)).collect::<Vec<usize>>()
        };
        self.0.iter().map(of_group).filter(|places| !places.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::montecarlo::study;
    use crate::scenario::Source;
    use crate::scenario::edit::{Axis, Template};
    use std::path::PathBuf;
    use std::sync::atomic::{AtomicU64, Ordering};

    const SPOT: &str = r#"(
        start: "2026-06-01T00:00:00+08:00", horizon: "3d", currency: "CNY",
        markets: [(name: "A", standard: "1.60", spot_protected: MeanReverting(step: "5m", start: "0.5", level: "0.5",
            speed: 0.02, noise: 0.03, floor: "0.05", cap: "1.6"), stock: OnOff(on: "20h", off: "2h", initial: In))],
        services: [(name: "chat", start_up: LogNormal(median: "4m", sigma: 0.4))],
        strategies: [(name: "spot", types: [(type: "A", bid: "0.60"), (type: "A")]), (name: "standard", types: [(type: "A")])],
    )"#;

    fn points(axis: &str) -> Vec<Scenario> {
        let source = Source {
            path: "points.ron".to_owned(),
            text: SPOT.to_owned(),
            base: PathBuf::new(),
            data_dirs: Vec::new(),
        };
        let template = Template::new(source).expect("it is RON");
        let axis = Axis::parse(&template, axis).expect("an axis");
        let load = |value: &String| template.load_with(&[(&axis.input, value)]).0.expect("it loads");
        axis.values.iter().map(load).collect()
    }

    #[test]
    fn points_that_share_a_world_are_told_from_those_that_do_not() {
        assert_eq!(
            Groups::of(&points("strategies[0].types[0].bid=0.50..0.70:5")).0.len(),
            1,
            "a bid is no world"
        );
        assert_eq!(Groups::of(&points("markets[0].spot_protected.level=0.50..0.70:5")).0.len(), 5);
        // A value that is written otherwise is the same world.
        assert_eq!(
            Groups::of(&points("markets[0].spot_protected.level=0.5,0.50,0.6,0.500")).0,
            [vec![0, 1, 3], vec![2]]
        );
    }

    #[test]
    fn each_point_gives_what_a_study_of_it_alone_gives() {
        let size = StudySize { seed: 5, replications: 20, threads: 1 };
        for axis in
            ["strategies[0].types[0].bid=0.45,0.60,2", "markets[0].spot_protected.level=0.45,0.5,0.55"]
        {
            let points = points(axis);
            let together = study_points(&points, size, &()).expect("nobody interrupts");
            for (point, columns) in points.iter().zip(&together) {
                assert_eq!(*columns, study(point, size, &mut ()).expect("nobody interrupts"), "{axis}");
            }
            assert!(together[0] != together[2], "the axis matters: {axis}");
            for threads in [2, 5] {
                let other =
                    study_points(&points, StudySize { threads, ..size }, &()).expect("nobody interrupts");
                assert_eq!(other, together, "{axis} on {threads} threads");
            }
        }
    }

    #[test]
    fn parts_of_a_study_are_its_parts_whatever_else_is_asked_for() {
        for axis in ["strategies[0].types[0].bid=0.45,0.60", "markets[0].spot_protected.level=0.45,0.55"] {
            let points = points(axis);
            let size = StudySize { seed: 5, replications: 12, threads: 2 };
            let whole = study_points(&points, size, &()).expect("nobody interrupts");
            let study = PointStudy::new(&points, 5, 2).expect("threads");
            let one = PointStrategy { point: 1, strategy: 0 };
            let other = PointStrategy { point: 0, strategy: 1 };
            let run =
                |asked: &[PointStrategy], range| study.run(asked, range, &()).expect("nobody interrupts");
            let late = run(&[one], 7..12);
            assert_eq!(late[0].cost, whole[1][0].cost[7..]);
            // In any company and order.
            let both = run(&[other, one], 7..12);
            assert_eq!((both[0].cost.as_slice(), &both[1]), (&whole[0][1].cost[7..], &late[0]));
            assert!(run(&[], 0..3).is_empty() && run(&[one], 3..3)[0].cost.is_empty());
        }
    }

    #[test]
    fn a_parameter_of_the_world_changes_the_path_and_not_the_luck() {
        let points = points("markets[0].spot_protected.level=0.5,0.55");
        let [low, high] = [0, 1].map(|index: usize| points[index].world.draw(3, 7));
        assert_eq!(low.luck, high.luck);
        assert_eq!(low.stocks, high.stocks, "the stock has no part in it");
        let end = crate::units::SimTime::ZERO + points[0].horizon;
        let mean = |world: &World| world.prices[1].integral(crate::units::SimTime::ZERO, end) as f64;
        // The same noise around a level that is 10 % higher: most of the way there in three days of speed 0.02.
        let ratio = mean(&high) / mean(&low);
        assert!((1.02..1.2).contains(&ratio), "{ratio}");
    }

    #[test]
    fn a_study_of_points_is_followed_and_can_be_stopped() {
        #[derive(Default)]
        struct Stops(AtomicU64);
        impl Progress for Stops {
            fn tick(&self) {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
            fn is_interrupted(&self) -> bool {
                self.0.load(Ordering::Relaxed) >= 3
            }
        }
        let stops = Stops::default();
        let size = StudySize { seed: 5, replications: 500, threads: 1 };
        let stopped = study_points(&points("strategies[0].types[0].bid=0.45,0.60"), size, &stops);
        assert!(matches!(stopped, Err(StudyError::Interrupted)));
        assert_eq!(stops.0.load(Ordering::Relaxed), 3);
    }
}
