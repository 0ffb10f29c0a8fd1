//! Many variants of a scenario on the same draws: the points of a sweep, of a search, of a sensitivity.

use super::study::{Samples, StudyError, StudySize, run_strategies};
use crate::scenario::Scenario;
use crate::sim::Outcome;
use crate::world::World;
use rayon::prelude::*;

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
/// Points whose world models are equal meet the very same worlds, each drawn once for all of them. Others draw their own
/// with the same luck, since luck is keyed by names: a parameter of the world changes the path, not the luck. The result
/// is that of a study of each point alone, to the bit, on any number of threads.
///
/// # Errors
/// An interruption, or threads that cannot be made.
pub fn study_points(
    points: &[Scenario],
    size: StudySize,
    progress: &impl Progress,
) -> Result<Vec<Vec<Samples>>, StudyError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(size.threads).build()?;
    let groups = Groups::of(points);
    let mut samples: Vec<Vec<Samples>> =
        points.iter().map(|point| vec![Samples::default(); point.strategies.len()]).collect();
    let runs: usize = points.iter().map(|point| point.strategies.len()).sum();
    let batch = (RUNS_IN_FLIGHT / runs.max(1)).max(1) as u64;
    let mut first = 0;
    while first < size.replications {
        let last = (first + batch).min(size.replications);
        let outcomes = run_batch(&pool, points, &groups, size.seed, first..last, progress);
        if progress.is_interrupted() {
            return Err(StudyError::Interrupted);
        }
        for of_points in &outcomes {
            for ((columns, outcomes), point) in samples.iter_mut().zip(of_points).zip(points) {
                for (column, outcome) in columns.iter_mut().zip(outcomes) {
                    column.push(point, outcome);
                }
            }
        }
        first = last;
    }
    Ok(samples)
}

/// Points that share their worlds.
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
}

/// The outcomes of a range of replications, in order, by point and strategy; each thread keeps a world for each group
/// and draws into it.
fn run_batch(
    pool: &rayon::ThreadPool,
    points: &[Scenario],
    groups: &Groups,
    seed: u64,
    range: std::ops::Range<u64>,
    progress: &impl Progress,
) -> Vec<Vec<Vec<Outcome>>> {
    let worlds = || groups.0.iter().map(|_| World::empty()).collect::<Vec<World>>();
    pool.install(|| {
        range
            .into_par_iter()
            .map_init(worlds, |worlds, replication| {
                let mut outcomes = vec![Vec::new(); points.len()];
                for (group, world) in groups.0.iter().zip(worlds) {
                    if progress.is_interrupted() {
                        return outcomes;
                    }
                    points[group[0]].world.draw_into(seed, replication, world);
                    for index in group {
                        outcomes[*index] = run_strategies(&points[*index], world);
                    }
                }
                progress.tick();
                outcomes
            })
            .collect()
    })
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
