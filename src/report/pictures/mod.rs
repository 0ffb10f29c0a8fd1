//! From a study to its pictures: the costs of all strategies, one replication on machines as a timeline, one
//! replication's tokens against its quotas, and what is available on accounts over many.

mod accounts;
mod machines;
mod traffic;

pub(in crate::report) use machines::MachineStory;
pub(in crate::report) use traffic::{quotas, time_axis, token_lanes};

use super::comparison::Comparison;
use super::plot::{
    DistributionPicture, DistributionStrategy, PlotError, TimelinePicture, cost_distribution, timeline,
};
use super::words;
use crate::montecarlo::{MoneyEstimate, Samples, StudySize};
use crate::scenario::Scenario;
use crate::scenario::model::{ServiceId, Strategy};
use crate::sim::{self, Recorder};
use crate::units::{Money, SimSpan, SimTime};

/// A picture's file name and bytes.
pub type Picture = (&'static str, Vec<u8>);

/// Every picture of a comparison. Some of them tell many replications again: once `is_interrupted`, what is left of them
/// is not drawn.
///
/// # Errors
/// The name of the picture that could not be drawn, and why.
pub fn draw(
    scenario: &Scenario,
    comparison: &Comparison,
    size: StudySize,
    samples: &[Samples],
    is_interrupted: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Picture>, (&'static str, PlotError)> {
    let (svg, png) = cost_distribution(&distribution_picture(scenario, comparison, samples))
        .map_err(|error| ("cost_distribution.svg", error))?;
    let mut pictures = vec![("cost_distribution.svg", svg.into_bytes()), ("cost_distribution.png", png)];
    if let Some(strategy) = scenario.telling_machines() {
        let (svg, png) = timeline(&timeline_picture(scenario, strategy, size, samples))
            .map_err(|error| ("timeline.svg", error))?;
        pictures.extend([("timeline.svg", svg.into_bytes()), ("timeline.png", png)]);
    }
    pictures.extend(traffic::draw(scenario, size)?);
    pictures.extend(accounts::draw(scenario, size, samples, is_interrupted)?);
    Ok(pictures)
}

fn distribution_picture(
    scenario: &Scenario,
    comparison: &Comparison,
    samples: &[Samples],
) -> DistributionPicture {
    let strategies = scenario.strategies.iter().zip(samples).map(|(strategy, column)| {
        let estimate = MoneyEstimate::of(&column.cost).expect("a study has at least one replication");
        DistributionStrategy {
            name: strategy.name.clone(),
            costs: column.cost.iter().map(|cost| cost.to_f64()).collect(),
            mean: estimate.mean.mean.to_f64(),
            p5: estimate.p5.to_f64(),
            p50: estimate.p50.to_f64(),
            p95: estimate.p95.to_f64(),
        }
    });
    let plural = if comparison.replications == 1 { "" } else { "s" };
    DistributionPicture {
        title: format!("What each strategy costs: {}", scenario.name),
        subtitle: format!(
            "{} replication{plural} of the same worlds for all, seed {}",
            comparison.replications, comparison.seed
        ),
        currency: scenario.currency.clone(),
        horizon: horizon_words(scenario.horizon),
        strategies: strategies.collect(),
    }
}

/// "30 days" rather than "30d" where the horizon is whole days.
pub(in crate::report) fn horizon_words(horizon: SimSpan) -> String {
    match (horizon.as_ms() / SimSpan::DAY.as_ms(), horizon.as_ms() % SimSpan::DAY.as_ms()) {
        (1, 0) => "1 day".to_owned(),
        (days, 0) => format!("{days} days"),
        _ => horizon.to_string(),
    }
}

/// A strategy on machines, in the replication whose cost is its median: a usual month, not a chosen one.
fn timeline_picture(
    scenario: &Scenario,
    strategy: &Strategy,
    size: StudySize,
    samples: &[Samples],
) -> TimelinePicture {
    let index = scenario.strategies.iter().position(|other| other.name == strategy.name).unwrap_or(0);
    let replication = median_replication(&samples[index].cost);
    let world = scenario.world.draw(size.seed, replication);
    let mut recorder = Recorder::default();
    sim::simulate(scenario, strategy, &world, &mut recorder);
    let told = MachineStory::of(scenario, strategy, (&world, &recorder), (ServiceId(0), 0));
    TimelinePicture {
        title: format!("One usual run of \"{}\"", strategy.name),
        subtitle: format!(
            "{}, replication {replication} of seed {} (median cost), from {}{}",
            scenario.name,
            size.seed,
            words::clock(scenario, SimTime::ZERO),
            told.which
        ),
        currency: scenario.currency.clone(),
        horizon_ms: scenario.horizon.as_ms(),
        lanes: told.lanes(),
        held: told.held_blocks(),
        reclaims: told.reclaims(),
    }
}

/// The replication whose cost is the median, the first of equals: a usual one, not a chosen one.
pub fn median_replication(costs: &[Money]) -> u64 {
    let median = MoneyEstimate::of(costs).map(|estimate| estimate.p50);
    costs.iter().position(|cost| Some(*cost) == median).unwrap_or(0) as u64
}
