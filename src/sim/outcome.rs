//! What a run leaves behind when nobody records it.

use super::account_outcome::AccountOutcome;
use super::deployment::status::DeploymentStatus;
use super::resources::table::ResourcePhase;
use super::service::Status;
use crate::scenario::Scenario;
use crate::scenario::resource::ResourceTag;
use crate::serving::ServingOutcome;
use crate::units::{Money, SimTime};

/// Totals of one strategy in one world.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Outcome {
    /// Compute at the standard price.
    pub standard: Money,
    /// Compute at spot prices.
    pub spot: Money,
    /// System disks above the free size.
    pub disk: Money,
    /// Deployments by time and in advance: provisioned throughput and model units, less what came back.
    pub commitment: Money,
    /// What became of the calls, and what their tokens cost.
    pub serving: ServingOutcome,
    /// Status of each deployment at the horizon, in the strategy's order.
    pub deployment_statuses: Vec<DeploymentStatus>,
    /// Replica-milliseconds in Running.
    pub running_ms: i64,
    /// Replica-milliseconds wanted: the horizon × replicas.
    pub wanted_ms: i64,
    /// Replica-milliseconds in which the tenant asked for service: submitted, and neither stopped nor deleted.
    pub asked_ms: i64,
    /// Instances taken back by the provider.
    pub reclaims: u32,
    /// Containers that crashed or failed to start.
    pub crashes: u32,
    /// Instances given up because their containers failed too often.
    pub given_up: u32,
    /// Instances acquired.
    pub launches: u32,
    /// Returns to a preferred type.
    pub moves: u32,
    /// From submission to the first Running, the longest over all services; the horizon if one never runs.
    pub first_running_ms: i64,
    /// Some service never ran.
    pub never_ran: bool,
    /// Time in Running on each market, in scenario order.
    pub on_market: Vec<OnMarket>,
    /// Status of each service at the horizon, in scenario order.
    pub statuses: Vec<Status>,
    /// Replicas each service has at the horizon (or, stopped, would have again), in scenario order.
    pub replicas: Vec<u32>,
    /// Web searches (B32).
    pub web_search: Money,
    /// Resources beside services and deployments.
    pub resources: ResourceCosts,
    /// Phase of each resource at the horizon, in scenario order; of a pool also when its term ends.
    pub resource_standings: Vec<(ResourcePhase, Option<SimTime>)>,
    /// Each account of the scenario, in its order; empty without accounts.
    pub accounts: Vec<AccountOutcome>,
}

/// What resources cost, by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ResourceCosts([Money; ResourceTag::ALL.len()]);

impl ResourceCosts {
    /// From what each kind cost, in the order of [`ResourceTag::ALL`].
    pub const fn from_amounts(amounts: [Money; ResourceTag::ALL.len()]) -> Self {
        Self(amounts)
    }

    /// What each kind cost, in the order of [`ResourceTag::ALL`].
    pub const fn amounts(&self) -> &[Money; ResourceTag::ALL.len()] {
        &self.0
    }

    /// What those of a kind cost.
    pub const fn of(&self, tag: ResourceTag) -> Money {
        self.0[tag.index()]
    }

    /// What all of them cost.
    pub fn total(&self) -> Money {
        self.0.iter().copied().sum()
    }

    pub(crate) fn add(&mut self, tag: ResourceTag, amount: Money) {
        self.0[tag.index()] += amount;
    }
}

impl std::ops::AddAssign for ResourceCosts {
    fn add_assign(&mut self, other: Self) {
        for (sum, cost) in self.0.iter_mut().zip(other.0) {
            *sum += cost;
        }
    }
}

/// Replica-milliseconds in Running on one market.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct OnMarket {
    /// As spot.
    pub spot_ms: i64,
    /// At the standard price.
    pub standard_ms: i64,
}

impl Outcome {
    /// The bill.
    pub fn cost(&self) -> Money {
        let machines = self.standard + self.spot + self.disk;
        let calls = self.serving.overflow + self.serving.tokens + self.web_search;
        let accounts: Money = self.accounts.iter().map(AccountOutcome::adjustment).sum();
        machines + self.commitment + calls + self.resources.total() + accounts
    }

    /// Share of the horizon × replicas in Running, in [0, 1].
    pub fn availability(&self) -> f64 {
        if self.wanted_ms == 0 { 0.0 } else { self.running_ms as f64 / self.wanted_ms as f64 }
    }

    /// The bill plus what lost hours (asked for, but not in Running) and reclaims are worth to the user; equal to the bill where they have no price.
    pub fn cost_with_downtime(&self, scenario: &Scenario) -> Money {
        let lost_ms = i128::from(self.asked_ms - self.running_ms);
        let lost = scenario.downtime.lost_hour.map_or(Money::ZERO, |price| {
            // 10⁻⁹ an hour × milliseconds = 10⁻¹² × 3,600.
            Money::from_ratio(i128::from(price.as_nano()) * lost_ms, 3_600, scenario.settings.line_rounding)
        });
        let reclaims = scenario
            .downtime
            .reclaim
            .map_or(Money::ZERO, |price| Money::from_pico(price.as_pico() * i128::from(self.reclaims)));
        self.cost() + lost + reclaims + self.serving.call_price
    }

    /// Counts how long one service waited for its first Running; one that never ran counts the whole horizon.
    pub(crate) fn note_first_running(
        &mut self,
        submitted: SimTime,
        running: Option<SimTime>,
        horizon: SimTime,
    ) {
        let waited = running.map_or(horizon.since(SimTime::ZERO), |at| at.since(submitted));
        self.first_running_ms = self.first_running_ms.max(waited.as_ms());
        self.never_ran |= running.is_none();
    }
}
