//! The resolved scenario: what was typed, checked and completed. Nothing downstream reads files or can fail.

mod plan;

use super::deployment::{
    Caller, Deployment, DeploymentAction, DeploymentId, DeploymentKind, DeploymentSettings, ReplicaSlots,
};
use super::hash::ScenarioHash;
use super::lifecycle::{Change, Deletion, Failures, LifecycleSettings, Requests};
use super::resource::{Resource, ResourceAction, ResourceId};
use crate::account::{AccountId, AccountModel, ChargingModel};
pub use crate::billing::{LineRounding, MeterRounding, Metering, PeriodRounding};
pub use plan::{Base, Bid, Entry, MoveBack, MoveOrder, Plan, Retry, Saving};

pub use crate::catalog::{
    Acquire, BillingStart, Eviction, MachineRules, ProtectedPrice, Release, Replacement,
};
use crate::serving::{CallPrice, ServingModel};
use crate::units::{Calendar, Money, RoundingMode, SimSpan, SimTime, UnitPrice};
use crate::world::{DurationModel, PoolId, PriceId, WorldModel};

/// A scenario ready to run.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Names the output folder.
    pub name: String,
    /// Of everything that can change a result.
    pub hash: ScenarioHash,
    /// The question it answers, in a sentence; may be empty.
    pub question: String,
    /// Start and offset.
    pub calendar: Calendar,
    /// The run covers `[0, horizon)`.
    pub horizon: SimSpan,
    /// ISO 4217 code; everything is in this currency.
    pub currency: String,
    /// Settings of the ambiguities, with the rulebook's defaults.
    pub settings: Settings,
    /// Markets in file order.
    pub markets: Vec<Market>,
    /// Services in file order, which is also their order at one instant.
    pub services: Vec<Service>,
    /// Strategies in file order; all meet the same worlds.
    pub strategies: Vec<Strategy>,
    /// Scripted actions, by time and then file order.
    pub actions: Vec<Action>,
    /// What else is paid for beside services and deployments, in file order.
    pub resources: Vec<Resource>,
    /// What the tenant does with resources, by time and then file order.
    pub resource_actions: Vec<TimedResourceAction>,
    /// Settings of deployments.
    pub deployment_settings: DeploymentSettings,
    /// The tenants' side of calls, as in the traffic model.
    pub callers: Vec<Caller>,
    /// Accounts in file order; empty where nobody asks what is on them.
    pub accounts: Vec<AccountModel>,
    /// Price of one web search (B32, A-27).
    pub web_search: Money,
    /// Codes of public models in preview: their calls make no lines, cost nothing, and use no quota (B27).
    pub preview_models: Vec<String>,
    /// Codes of public models whose calls come as batch: their lines are in the bill of the clock hour, and no free quota
    /// covers them, unless the account says so.
    pub batch_models: Vec<String>,
    /// Terms of the system disk.
    pub disk: DiskTerms,
    /// What an hour without service and a reclaim are worth, if anything.
    pub downtime: DowntimePrice,
    /// The exogenous part.
    pub world: WorldModel,
    /// What is known of each replayed clock group, for the reader of the results.
    pub histories: Vec<HistoryNote>,
}

impl Scenario {
    /// The strategy whose story is worth telling when none is named. Where there are deployments: the first with
    /// provisioned throughput, else the first with any. Otherwise as [`Self::telling_machines`] chooses.
    pub fn telling_strategy(&self) -> &Strategy {
        let has_quota = |strategy: &&Strategy| {
            strategy.deployments.iter().any(|one| matches!(one.kind, DeploymentKind::Ptu(_)))
        };
        let deploys = |strategy: &&Strategy| !strategy.deployments.is_empty();
        let told = self.strategies.iter().find(has_quota).or_else(|| self.strategies.iter().find(deploys));
        told.or_else(|| self.telling_machines()).unwrap_or(&self.strategies[0])
    }

    /// Of the strategies that rent machines, the one worth telling: the first that bids and moves back, since most
    /// happens to it; else the first that bids; else the first.
    pub fn telling_machines(&self) -> Option<&Strategy> {
        let renting = || self.strategies.iter().filter(|strategy| self.rents_machines(strategy));
        let bids = |strategy: &&Strategy| strategy.plan.entries.iter().any(|entry| entry.bid.is_some());
        let moves = |strategy: &&Strategy| bids(strategy) && strategy.plan.move_back.is_some();
        renting().find(moves).or_else(|| renting().find(bids)).or_else(|| renting().next())
    }

    /// True if some service runs on machines under this strategy.
    pub fn rents_machines(&self, strategy: &Strategy) -> bool {
        let plan_of = |service: &Service| !service.plan.as_ref().unwrap_or(&strategy.plan).entries.is_empty();
        self.services.iter().any(plan_of)
    }

    /// True if some container can fail, so that results speak of crashes.
    pub fn can_crash(&self) -> bool {
        self.services.iter().any(|service| service.failures.can_happen())
    }

    /// True if there are calls or deployments, so that results speak of them.
    pub fn has_traffic(&self) -> bool {
        !self.callers.is_empty() || self.strategies.iter().any(|strategy| !strategy.deployments.is_empty())
    }
}

/// Index of a market in [`Scenario::markets`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct MarketId(pub usize);

/// One (region, zone, instance type).
#[derive(Clone, Debug)]
pub struct Market {
    /// How strategies refer to it. Unique.
    pub name: String,
    /// Region; may be empty.
    pub region: String,
    /// Zone; may be empty.
    pub zone: String,
    /// Instance type.
    pub instance_type: String,
    /// Standard (on-demand) price series, if it can be rented so.
    pub standard: Option<PriceId>,
    /// Spot series with one-hour protection. `None` where no strategy can meet it.
    pub spot_protected: Option<PriceId>,
    /// Spot series without protection. `None` where no strategy can meet it.
    pub spot_unprotected: Option<PriceId>,
    /// The pool standard instances come from.
    pub standard_pool: PoolId,
    /// The pool spot instances come from; often the same.
    pub spot_pool: PoolId,
    /// Calls one instance serves, where traffic meets it.
    pub slots: Option<ReplicaSlots>,
    /// The rules it is rented by.
    pub rules: MachineRules,
    /// Name of the profile the rules are from; empty if they are the scenario's own.
    pub provider: String,
    /// The dedicated machines it stands for, which cost nothing more (E26).
    pub dedicated: Option<ResourceId>,
}

impl Market {
    /// The spot series a plan meets: with protection if it wants it and it is sold (E16), else without.
    pub fn spot(&self, plan: &Plan) -> Option<PriceId> {
        let is_protected = plan.protection && self.rules.offers_protection;
        if is_protected { self.spot_protected } else { self.spot_unprotected }
    }
}

/// Index of a service in [`Scenario::services`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ServiceId(pub usize);

/// One model service.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its name. Unique.
    pub name: String,
    /// Instances to keep running.
    pub replicas: u32,
    /// From acquisition to Running.
    pub start_up: DurationModel,
    /// Size of the system disk of each instance.
    pub disk_gib: u32,
    /// When it is created without an action; `None` if a scripted Create does it.
    pub create_at: Option<SimTime>,
    /// A plan of its own that strategies do not vary.
    pub plan: Option<Plan>,
    /// The account that pays for its machines, where there are accounts.
    pub account: AccountId,
    /// The services whose endpoints it calls: they cannot be deleted before it (E10).
    pub calls: Vec<ServiceId>,
    /// When it has active requests beside those of the traffic (E9), in any order.
    pub active_requests: Vec<Requests>,
    /// What goes wrong in its containers.
    pub failures: Failures,
}

/// A named way of renting.
#[derive(Clone, Debug)]
pub struct Strategy {
    /// Its name. Unique.
    pub name: String,
    /// How it rents machines; without entries where no service follows it.
    pub plan: Plan,
    /// What else serves, in the order calls are offered to it.
    pub deployments: Vec<Deployment>,
    /// What becomes of its calls; one target per deployment.
    pub serving: ServingModel,
    /// What the tenant does with its deployments, by time and then file order.
    pub deployment_actions: Vec<(SimTime, DeploymentId, DeploymentAction)>,
    /// What is charged whom; empty without accounts.
    pub charging: ChargingModel,
    /// Resources there are under it, in scenario order.
    pub resources: Vec<ResourceId>,
}

/// What the tenant does at an exact time.
#[derive(Clone, Debug)]
pub struct Action {
    /// When.
    pub at: SimTime,
    /// To which service.
    pub service: ServiceId,
    /// What.
    pub kind: ActionKind,
}

/// Scripted actions.
#[derive(Clone, Debug)]
pub enum ActionKind {
    /// Submit the service.
    Create,
    /// Stop every replica; billing ends (E4).
    Stop,
    /// Start a stopped service; the order is tried afresh.
    Start,
    /// Delete; billing ends at confirmation (E7, A-30).
    Delete(Deletion),
    /// Change the number of replicas; the highest indices go first.
    Scale(u32),
    /// A new ordered list, disk or image takes effect (E19, A-29).
    Update(Box<Change>),
}

/// Terms of the system disk (E3, E22).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiskTerms {
    /// Price per GiB and hour of what is above the free size ([`MachineRules::free_disk_gib`]).
    pub price: UnitPrice,
    /// A larger disk fails the deployment.
    pub max_gib: u32,
}

/// What a lost hour and a reclaim cost the user beyond the bill; enters `cost_with_downtime` only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct DowntimePrice {
    /// Per replica-hour that was asked for (submitted, not stopped) and not in Running.
    pub lost_hour: Option<UnitPrice>,
    /// Per reclaim (reload time, lost work).
    pub reclaim: Option<Money>,
    /// Per refused or slow call.
    pub calls: CallPrice,
}

impl DowntimePrice {
    /// True if either has a price.
    pub const fn is_priced(&self) -> bool {
        self.lost_hour.is_some()
            || self.reclaim.is_some()
            || self.calls.refused.is_some()
            || self.calls.slow.is_some()
    }
}

/// Settings of the ambiguities; every default is the rulebook's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// E16: the rules of machines, where a market names no provider of its own.
    pub machines: MachineRules,
    /// decimals a line keeps; twelve.
    pub line_decimals: u32,
    /// rounding of a line; half-up.
    pub line_rounding: RoundingMode,
    /// E7: from the confirmed Delete to gone; 30 s.
    pub delete_time: SimSpan,
    /// Of the lives of services.
    pub services: LifecycleSettings,
    /// resources by time; by the minute, rounded up.
    pub resource_metering: Metering,
    /// what a started day or month counts of a resource whose price is for one; its part that was used.
    pub resource_periods: PeriodRounding,
    /// whether Stop ends the billing of a workflow; no, only Delete is listed (H4).
    pub workflow_stop: WorkflowStop,
    /// H6: whether a notebook that runs can be deleted; it is stopped first.
    pub notebook_delete: NotebookDelete,
}

///
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkflowStop {
    /// Its nodes bill on until it is deleted.
    BillsOn,
    /// Its nodes stop billing until it is started again.
    EndsBilling,
}

/// H6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotebookDelete {
    /// Refused while it runs: stop it first.
    StopFirst,
    /// It is stopped with it.
    StopsToo,
}

/// An action on a resource at an exact time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimedResourceAction {
    /// When.
    pub at: SimTime,
    /// On which.
    pub resource: ResourceId,
    /// What.
    pub kind: ResourceAction,
}

impl Settings {
    /// How a line is rounded.
    pub fn rounding(&self) -> LineRounding {
        LineRounding { decimals: self.line_decimals, mode: self.line_rounding }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            machines: MachineRules::default(),
            line_decimals: Money::SCALE,
            line_rounding: RoundingMode::HalfUp,
            delete_time: SimSpan::from_seconds(30),
            services: LifecycleSettings::default(),
            resource_metering: Metering::started(SimSpan::MINUTE),
            resource_periods: PeriodRounding::ProRata,
            workflow_stop: WorkflowStop::BillsOn,
            notebook_delete: NotebookDelete::StopFirst,
        }
    }
}

/// What a reader should know of a replayed record.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryNote {
    /// The clock group.
    pub clock: String,
    /// Span of the record that is replayed.
    pub span: SimSpan,
    /// How many independent windows of the horizon's length it holds: the span over the horizon, in every mode.
    pub independent_windows: f64,
    /// How many blocks it holds, for the block bootstrap.
    pub blocks: Option<f64>,
    /// It begins at the same instant in every replication: one window, because that is wanted.
    pub is_fixed: bool,
    /// Files it comes from, as written in the scenario.
    pub files: Vec<String>,
}

impl HistoryNote {
    /// How much the record holds, in words.
    pub fn extent(&self) -> String {
        let windows = format!("{:.1} independent windows of the horizon's length", self.independent_windows);
        match (self.is_fixed, self.blocks) {
            (true, _) => "the same part in every replication".to_owned(),
            (false, None) => windows,
            (false, Some(blocks)) => format!("{windows}, {blocks:.1} blocks"),
        }
    }
}
