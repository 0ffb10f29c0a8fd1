//! Many replications of every strategy on common random numbers, in parallel, collected in replication order.

use super::accounts::AccountSamples;
use super::traffic::TrafficSamples;
use crate::scenario::Scenario;
use crate::sim::{self, Outcome, ResourceCosts, Silent};
use crate::units::Money;
use crate::world::World;
use rayon::prelude::*;

/// Replications that are computed before their results are collected: bounds the memory in flight and the time until
/// an interruption is noticed.
pub const BATCH: u64 = 1_024;

/// Which replications to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StudySize {
    /// Root of all luck.
    pub seed: u64,
    /// Replications `0..replications`.
    pub replications: u64,
    /// Threads; 0 is one per core.
    pub threads: usize,
}

/// Follows a study while it runs. Called on the collecting thread, in replication order, but for [`Self::tick`].
pub trait Observer: Sync {
    /// One replication is done (from any thread, in any order): for progress only.
    fn tick(&self) {}
    /// True if the study should stop early.
    fn is_interrupted(&self) -> bool {
        false
    }
    /// How many replications are computed before these are collected: at least one. No result depends on it, but what
    /// is not collected yet is lost to whoever keeps what was.
    fn batch(&self) -> u64 {
        BATCH
    }
    /// The outcomes of one replication, one per strategy.
    ///
    /// # Errors
    /// Whatever writing them may meet; it ends the study.
    fn collect(&mut self, replication: u64, outcomes: &[Outcome]) -> std::io::Result<()>;
}

/// Wants only the samples.
impl Observer for () {
    fn collect(&mut self, _: u64, _: &[Outcome]) -> std::io::Result<()> {
        Ok(())
    }
}

/// Why a study has no result.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// The user interrupted it.
    #[error("interrupted")]
    Interrupted,
    /// Collecting failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The thread pool could not be made.
    #[error("could not start the threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// What the replications of one strategy gave: a column per metric, in replication order (at most 64 bytes and 8 per
/// metric for each replication; as much again where there is traffic, and for each account), and exact sums of what is
/// reported as a mean only.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples {
    /// Bill of each replication.
    pub cost: Vec<Money>,
    /// Bill plus the price of lost hours and reclaims; empty where they have none.
    pub cost_with_downtime: Vec<Money>,
    /// Replica-milliseconds in Running.
    pub running_ms: Vec<i64>,
    /// Replica-milliseconds wanted.
    pub wanted_ms: Vec<i64>,
    /// Instances taken back.
    pub reclaims: Vec<u32>,
    /// Containers that crashed or failed to start; empty where none can.
    pub crashes: Vec<u32>,
    /// From submission to the first Running.
    pub first_running_ms: Vec<i64>,
    /// Replications in which some service never ran.
    pub never_ran: u64,
    /// Sums over replications.
    pub totals: Totals,
    /// What became of the calls; empty where the scenario has neither calls nor deployments.
    pub traffic: TrafficSamples,
    /// What became of each account, in scenario order; empty without accounts.
    pub accounts: Vec<AccountSamples>,
}

/// Exact sums over the replications of a strategy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Compute at the standard price.
    pub standard: Money,
    /// Compute at spot prices.
    pub spot: Money,
    /// System disks.
    pub disk: Money,
    /// Deployments by time and in advance, less what came back.
    pub commitment: Money,
    /// Tokens that overflowed to pay-as-you-go.
    pub overflow: Money,
    /// Tokens that were billed as tokens by plan.
    pub tokens: Money,
    /// Web searches (B32).
    pub web_search: Money,
    /// Resources beside services and deployments.
    pub resources: ResourceCosts,
    /// What accounts add to the list price of what was used: plans, discounts, tax, rounding, jobs, purchases.
    pub accounts: Money,
    /// Instances acquired.
    pub launches: u64,
    /// Returns to a preferred type.
    pub moves: u64,
    /// Instances given up because their containers failed too often.
    pub given_up: u64,
    /// Replica-milliseconds in Running as spot, per market.
    pub spot_ms: Vec<i128>,
    /// Replica-milliseconds in Running at the standard price, per market.
    pub standard_ms: Vec<i128>,
}

impl Samples {
    /// Adds what one replication left behind.
    pub(crate) fn push(&mut self, scenario: &Scenario, outcome: &Outcome) {
        self.cost.push(outcome.cost());
        if scenario.downtime.is_priced() {
            self.cost_with_downtime.push(outcome.cost_with_downtime(scenario));
        }
        self.running_ms.push(outcome.running_ms);
        self.wanted_ms.push(outcome.wanted_ms);
        self.reclaims.push(outcome.reclaims);
        self.first_running_ms.push(outcome.first_running_ms);
        self.never_ran += u64::from(outcome.never_ran);
        self.totals.standard += outcome.standard;
        self.totals.spot += outcome.spot;
        self.totals.disk += outcome.disk;
        self.totals.commitment += outcome.commitment;
        self.totals.overflow += outcome.serving.overflow;
        self.totals.tokens += outcome.serving.tokens;
        self.totals.web_search += outcome.web_search;
        self.totals.resources += outcome.resources;
        self.push_accounts(scenario, outcome);
        if scenario.has_traffic() {
            self.traffic.push(&outcome.serving);
        }
        self.totals.launches += u64::from(outcome.launches);
        self.totals.moves += u64::from(outcome.moves);
        self.totals.given_up += u64::from(outcome.given_up);
        if scenario.can_crash() {
            self.crashes.push(outcome.crashes);
        }
        self.totals.spot_ms.resize(outcome.on_market.len(), 0);
        self.totals.standard_ms.resize(outcome.on_market.len(), 0);
        for (market, on_market) in outcome.on_market.iter().enumerate() {
            self.totals.spot_ms[market] += i128::from(on_market.spot_ms);
            self.totals.standard_ms[market] += i128::from(on_market.standard_ms);
        }
    }

    fn push_accounts(&mut self, scenario: &Scenario, outcome: &Outcome) {
        self.accounts.resize_with(outcome.accounts.len().max(self.accounts.len()), AccountSamples::default);
        let models = scenario.accounts.iter().zip(&outcome.accounts);
        for (column, (model, account)) in self.accounts.iter_mut().zip(models) {
            self.totals.accounts += account.adjustment();
            column.push(model, account);
        }
    }
}

/// Runs every strategy of a scenario in the same worlds. The result depends on the scenario, the seed and the number
/// of replications only, never on threads.
///
/// # Errors
/// An interruption, or what the observer meets while collecting.
pub fn study(
    scenario: &Scenario,
    size: StudySize,
    observer: &mut impl Observer,
) -> Result<Vec<Samples>, StudyError> {
    let mut study = Study::new(scenario, size.seed, size.threads, 0)?;
    study.run_until(size.replications, observer)?;
    Ok(study.into_samples())
}

/// A study in the making. Replications are added in order, either run or as what they left behind when they ran
/// before, elsewhere: the result is the same.
#[derive(Debug)]
pub struct Study<'run> {
    scenario: &'run Scenario,
    seed: u64,
    pool: rayon::ThreadPool,
    next: u64,
    samples: Vec<Samples>,
}

impl<'run> Study<'run> {
    /// A study whose first replication is `first`; `threads` as in [`StudySize::threads`].
    ///
    /// # Errors
    /// The threads could not be started.
    pub fn new(scenario: &'run Scenario, seed: u64, threads: usize, first: u64) -> Result<Self, StudyError> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        let samples = vec![Samples::default(); scenario.strategies.len()];
        Ok(Self { scenario, seed, pool, next: first, samples })
    }

    /// The replication that comes next.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// Adds the next replication by its outcomes, one per strategy.
    ///
    /// # Panics
    /// If there are not as many outcomes as strategies.
    pub fn add(&mut self, outcomes: &[Outcome]) {
        assert_eq!(outcomes.len(), self.samples.len(), "every strategy has an outcome");
        for (column, outcome) in self.samples.iter_mut().zip(outcomes) {
            column.push(self.scenario, outcome);
        }
        self.next += 1;
    }

    /// Runs the replications from the next one up to but without `end`.
    ///
    /// # Errors
    /// An interruption, or what the observer meets while collecting; what was collected before stays.
    pub fn run_until(&mut self, end: u64, observer: &mut impl Observer) -> Result<(), StudyError> {
        while self.next < end {
            let (first, last) = (self.next, end.min(self.next + observer.batch().max(1)));
            let batch = run_batch(&self.pool, self.scenario, self.seed, first..last, observer);
            if observer.is_interrupted() {
                return Err(StudyError::Interrupted);
            }
            for (replication, outcomes) in (first..last).zip(&batch) {
                self.add(outcomes);
                observer.collect(replication, outcomes)?;
            }
        }
        Ok(())
    }

    /// What the replications so far gave.
    pub fn samples(&self) -> &[Samples] {
        &self.samples
    }

    /// The same, at the end.
    pub fn into_samples(self) -> Vec<Samples> {
        self.samples
    }
}

/// The outcomes of a range of replications, in order; each thread keeps one world and draws into it.
fn run_batch(
    pool: &rayon::ThreadPool,
    scenario: &Scenario,
    seed: u64,
    range: std::ops::Range<u64>,
    observer: &impl Observer,
) -> Vec<Vec<Outcome>> {
    pool.install(|| {
        range
            .into_par_iter()
            .map_init(World::empty, |world, replication| {
                if observer.is_interrupted() {
                    return Vec::new();
                }
                scenario.world.draw_into(seed, replication, world);
                let outcomes = run_strategies(scenario, world);
                observer.tick();
                outcomes
            })
            .collect()
    })
}

/// Every strategy in one world.
pub fn run_strategies(scenario: &Scenario, world: &World) -> Vec<Outcome> {
    scenario.strategies.iter().map(|strategy| sim::simulate(scenario, strategy, world, &mut Silent)).collect()
}
