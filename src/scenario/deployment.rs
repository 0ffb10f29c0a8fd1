//! Deployments of a resolved scenario: what Model Studio sells, how it is paid, and what the tenant does with it.

use super::model::ServiceId;
use crate::account::AccountId;
use crate::billing::Metering;
pub use crate::catalog::PtuSteps;
use crate::serving::{Quota, SlotClass};
use crate::units::{Money, SimSpan, SimTime, UnitPrice};
use crate::world::{DurationModel, PoolId};

/// Index of a deployment in [`super::model::Strategy::deployments`]; also its target in the strategy's serving model.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct DeploymentId(pub usize);

/// A tenant's side of a call: constant for all calls of the tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// Name of the tenant, as in the traffic model.
    pub name: String,
    /// API key id; empty for console calls (B10).
    pub api_key: String,
    /// Workspace id.
    pub workspace: String,
    /// `app`, `bmp` or `assistant-api` (B12).
    pub channel: String,
    /// Its calls are told one by one (scheduled calls are).
    pub is_told: bool,
    /// The account that pays for its calls, where there are accounts.
    pub account: AccountId,
    /// The call plan of that account that serves its calls, by its index (B19).
    pub call_plan: Option<usize>,
    /// The key of that account that its calls use, by its index, if it is declared.
    pub key: Option<usize>,
}

/// One deployment, or another place that takes calls.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// Its name. Unique in its strategy.
    pub name: String,
    /// Model code, exactly as printed (D14).
    pub model: String,
    /// When it is created without an action; `None` if a scripted Create does it.
    pub create_at: Option<SimTime>,
    /// How long it stays Pending before it deploys.
    pub pending: SimSpan,
    /// From Deploying to Running.
    pub deploy_time: DurationModel,
    /// Deploying ends in Deployment Failed (W118).
    pub deploy_fails: bool,
    /// Why it is refused at creation, if it is (D12, D13).
    pub denial: Option<Denial>,
    /// What it is.
    pub kind: DeploymentKind,
    /// The account that pays for it, where there are accounts.
    pub account: AccountId,
    /// Workspace it is deployed in; may be empty.
    pub workspace: String,
}

/// A named refusal of a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denial {
    /// D12: only this region deploys.
    Region {
        /// Where it was to be deployed.
        asked: String,
        /// Where it can be.
        allowed: String,
    },
    /// D13: the workspace has no deployment privilege for the model.
    WorkspacePrivilege {
        /// The workspace.
        workspace: String,
    },
    /// D13: the account lacks `ModelDeploy-FullAccess`.
    ModulePermission,
}

/// What a deployment is.
#[derive(Clone, Debug)]
pub enum DeploymentKind {
    /// Provisioned throughput.
    Ptu(PtuDeployment),
    /// Model units.
    Units(UnitsDeployment),
    /// Billed by tokens.
    Tokens(TokenDeployment),
    /// Pay-as-you-go of a public model: always there, nothing to deploy.
    Public,
    /// A service on rented machines.
    Service(OwnService),
}

/// How a deployment is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaidBy {
    /// By time used.
    PayAsYouGo,
    /// In advance.
    Prepaid {
        /// Days of PTU (P5), months of model units (U2).
        periods: u32,
        /// Renewed automatically for so many periods each time (D8, A-42).
        auto_renew: Option<u32>,
    },
}

/// Provisioned throughput.
#[derive(Clone, Debug)]
pub struct PtuDeployment {
    /// What is bought first.
    pub quota: Quota,
    /// Least purchase and step.
    pub steps: PtuSteps,
    /// Prices per TPM and hour.
    pub hourly: PtuRates,
    /// Prices per TPM and day.
    pub daily: PtuRates,
    /// Input TPM of one unit, where the provider sells units: rates are then per unit, for the input quota alone.
    pub unit_tpm: Option<u64>,
    /// How it is paid.
    pub paid_by: PaidBy,
}

/// Price of one token per minute of quota, per hour or day (P4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct PtuRates {
    /// Input.
    pub input: UnitPrice,
    /// Output.
    pub output: UnitPrice,
    /// Thinking output, where it is priced apart.
    pub thinking_output: Option<UnitPrice>,
}

/// Model units.
#[derive(Clone, Debug)]
pub struct UnitsDeployment {
    /// As printed, such as `MU1 x 4`.
    pub spec: String,
    /// Prefill and decode on separate nodes (U7).
    pub is_pd_separated: bool,
    /// Replicas bought first.
    pub replicas: u32,
    /// Price of one replica per hour.
    pub hourly: UnitPrice,
    /// Price of one replica per month.
    pub monthly: Money,
    /// How it is paid.
    pub paid_by: PaidBy,
    /// Where replicas come from: first come, first served (U6); `None` is without limit.
    pub pool: Option<PoolId>,
    /// Slots of one replica.
    pub slots: Option<ReplicaSlots>,
    /// Scaling by load and by schedule.
    pub autoscale: Option<Autoscale>,
}

/// Serving capacity of one replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplicaSlots {
    /// Calls it serves side by side.
    pub count: u32,
    /// How fast each.
    pub class: SlotClass,
}

/// D10, A-19.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Autoscale {
    /// Never fewer replicas.
    pub min: u32,
    /// Never more.
    pub max: u32,
    /// One more when the load reaches this, in thousandths; `None` never.
    pub out_at_per_mille: Option<u32>,
    /// One fewer when the load is at most this, in thousandths; `None` never.
    pub in_at_per_mille: Option<u32>,
    /// The load is looked at every so often; a minute.
    pub every: SimSpan,
    /// How many replicas at a time; one.
    pub step: u32,
    /// After a change nothing by load for so long.
    pub cool_down: SimSpan,
    /// At these times of the day the count is set (in the scenario's offset).
    pub schedule: Vec<(SimSpan, u32)>,
}

/// A token deployment of a fine-tuned model.
#[derive(Clone, Debug)]
pub struct TokenDeployment {
    /// Replicas at first: each brings the deployment's limits once.
    pub replicas: u32,
    /// From the request of a scale-out to its approval (T4).
    pub approval_delay: SimSpan,
    /// Released when unused for so many natural months.
    pub idle_release_months: Option<u32>,
}

/// A service on rented machines that takes calls.
#[derive(Clone, Debug)]
pub struct OwnService {
    /// Which. The slots of its instances are those of their markets.
    pub service: ServiceId,
}

/// What the tenant does with a deployment.
#[derive(Clone, Debug, PartialEq)]
pub enum DeploymentAction {
    /// Submit and, if prepaid, pay.
    Create,
    /// Delete a pay-as-you-go deployment (D6).
    Delete,
    /// Take a prepaid model-unit deployment offline; no refund by itself (W116).
    Deactivate,
    /// Unsubscribe a prepaid deployment, with the refund that its rules give (U4, P8, A-10).
    Unsubscribe,
    /// Change the provisioned throughput.
    ScaleQuota {
        /// To this.
        quota: Quota,
        /// The resize fails: quota and price stay (W118).
        fails: bool,
    },
    /// Change the number of replicas.
    ScaleReplicas {
        /// To so many.
        replicas: u32,
        /// The resize fails: size and price stay (W118).
        fails: bool,
    },
    /// Extend a prepaid term by so many periods (D8).
    Renew {
        /// Days or months.
        periods: u32,
    },
    /// Switch automatic renewal: so many periods each time, or off.
    AutoRenew(Option<u32>),
    /// More throughput for a term of its own (P14, A-33).
    CapacityPack {
        /// What it adds.
        quota: Quota,
        /// For so many days.
        days: u32,
    },
    /// A new version, all at once or in steps (D7, A-29).
    Update {
        /// Share of the replicas in each step, in thousandths; 1,000 is all at once.
        step_per_mille: u32,
        /// Time of one step.
        step_time: SimSpan,
        /// The step with this index (from 0) fails.
        fails_at: Option<u32>,
    },
}

/// Settings of deployments; every default is the rulebook's.
#[derive(Clone, Debug, PartialEq)]
pub struct DeploymentSettings {
    /// Profile of the price book that every PTU deployment follows unless it says otherwise; empty for none.
    pub profile: String,
    /// PTU by the minute, rounded up.
    pub ptu_metering: Metering,
    /// model units by the minute, rounded up.
    pub units_metering: Metering,
    /// terms, grace, refunds.
    pub terms: crate::billing::TermRules,
    /// a model-unit term starts at Running; otherwise at payment.
    pub units_term_from_running: bool,
    /// a PTU term starts at Running; otherwise, and by default, at payment (P5).
    pub ptu_term_from_running: bool,
    /// billing by time ends at the confirmation of Delete; otherwise, and by default, once it is complete (D6).
    pub bills_until_confirmed: bool,
    /// from the request to the change.
    pub resize_time: SimSpan,
    /// D6: from Delete to gone; 0 s.
    pub delete_time: SimSpan,
    /// From payment to Running again after Service Suspended; 0 s.
    pub restore_time: SimSpan,
    /// decimals an up-front payment or refund keeps; two.
    pub payment_decimals: u32,
}

impl Default for DeploymentSettings {
    fn default() -> Self {
        let by_the_minute = Metering::started(SimSpan::MINUTE);
        Self {
            profile: String::new(),
            ptu_metering: by_the_minute,
            units_metering: by_the_minute,
            terms: crate::billing::TermRules::default(),
            units_term_from_running: true,
            ptu_term_from_running: false,
            bills_until_confirmed: false,
            resize_time: SimSpan::ZERO,
            delete_time: SimSpan::ZERO,
            restore_time: SimSpan::ZERO,
            payment_decimals: 2,
        }
    }
}
