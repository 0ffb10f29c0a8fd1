//! What else a scenario says is paid for beside services and deployments, resolved: jobs and services of a model platform,
//! storage, pools, dedicated machines, notifications, and anything else by time (H1–H10, M1–M3, E26, A-39, A-40).

use super::model::ServiceId;
use crate::account::AccountId;
use crate::billing::Per;
use crate::ledger::Product;
use crate::units::{Money, SimSpan, SimTime};

/// Index of a resource in [`Scenario::resources`](super::Scenario::resources).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ResourceId(pub usize);

/// One resource.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Its name. Unique.
    pub name: String,
    /// When it is created without an action; `None` if a scripted Create does it.
    pub create_at: Option<SimTime>,
    /// When the tenant deletes it (a notebook is stopped first), if given.
    pub until: Option<SimTime>,
    /// The account that pays, where there are accounts.
    pub account: AccountId,
    /// The prepaid pool it runs on: its compute adds nothing then (M2).
    pub pool: Option<ResourceId>,
    /// What it is.
    pub kind: ResourceKind,
}

/// What a resource is. Prices per hour are per node, job, replica, machine or GB.
#[derive(Clone, Debug)]
pub enum ResourceKind {
    /// A workflow with its nodes (H4).
    Workflow(Vec<WorkflowNode>),
    /// A notebook (H5), perhaps on EVS storage (H6).
    Notebook {
        /// Price of an hour.
        price: Money,
        /// Its storage.
        evs: Option<Storage>,
    },
    /// A training job (H7).
    TrainingJob(TimedJob),
    /// A real-time service (H8).
    RealTimeService {
        /// Price of a replica and hour.
        price: Money,
        /// How many.
        replicas: u64,
    },
    /// A batch service (H9).
    BatchService(TimedJob),
    /// An EVS volume by itself (H2).
    Evs(Storage),
    /// Data in OBS (H3).
    Obs(Storage),
    /// A dedicated pool, paid up front (M2).
    Pool(PrepaidPool),
    /// Dedicated pay-as-you-go machines (E26).
    Dedicated {
        /// How many are bought.
        machines: u64,
        /// Price of a machine and hour.
        price: Money,
    },
    /// Event notification (M3).
    Notifications(Notifications),
    /// Anything else by time.
    Other {
        /// Price of one piece or GB, for as long as `per` says.
        price: Money,
        /// What the price is for.
        per: Per,
        /// How many GB, where the price is per GB.
        gb: Option<u64>,
    },
}

/// A node of a workflow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkflowNode {
    /// Its name; empty where the workflow has one price.
    pub name: String,
    /// Price of an hour.
    pub price: Money,
}

/// A job that may end by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimedJob {
    /// Price of an hour.
    pub price: Money,
    /// From each start to its end, if it ends by itself.
    pub runs_for: Option<SimSpan>,
}

/// So many GB at a price per GB and hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Storage {
    /// How many GB.
    pub gb: u64,
    /// Price of a GB and hour.
    pub price: Money,
}

/// A pool that is paid in advance, for one term after another if it renews itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrepaidPool {
    /// Price of a term.
    pub price: Money,
    /// Its length.
    pub term: PoolTerm,
    /// It is paid for another term at its end.
    pub auto_renew: bool,
}

/// How long a pool is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolTerm {
    /// Natural months from the purchase.
    Months(u32),
    /// Days of 24 hours from the purchase.
    Days(u32),
}

/// Messages about events (M3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notifications {
    /// How they are sent.
    pub way: Way,
    /// They are enabled when they are created; disabled ones send and cost nothing.
    pub enabled: bool,
    /// Price of a message.
    pub price: Money,
    /// Downstream internet traffic, of e-mail and HTTP.
    pub traffic: Option<MessageTraffic>,
    /// When how many events come, by time.
    pub events: Vec<(SimTime, u64)>,
    /// Each change of status of these services is an event.
    pub on_services: Vec<ServiceId>,
}

/// How a message is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// SMS: messages alone are billed.
    Sms,
    /// E-mail: mail and downstream traffic.
    Email,
    /// HTTP or HTTPS: notifications and downstream traffic.
    Http,
}

/// Traffic of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageTraffic {
    /// Size of a message, in KB; 1,000,000 of them are a GB.
    pub message_kb: u64,
    /// Price of a KB.
    pub price_per_kb: Money,
}

/// What the tenant does with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceAction {
    /// Creates or buys it; enables notifications.
    Create,
    /// Starts what is stopped.
    Start,
    /// Stops it; disables notifications.
    Stop,
    /// Deletes it.
    Delete,
    /// From now on so many GB are kept (OBS).
    Store(u64),
}

impl ResourceAction {
    /// As scenarios and events write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "Create",
            Self::Start => "Start",
            Self::Stop => "Stop",
            Self::Delete => "Delete",
            Self::Store(_) => "Store",
        }
    }
}

/// Kinds of resources without what they hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResourceTag {
    /// [`ResourceKind::Workflow`].
    Workflow,
    /// [`ResourceKind::Notebook`].
    Notebook,
    /// [`ResourceKind::TrainingJob`].
    TrainingJob,
    /// [`ResourceKind::RealTimeService`].
    RealTimeService,
    /// [`ResourceKind::BatchService`].
    BatchService,
    /// [`ResourceKind::Evs`].
    Evs,
    /// [`ResourceKind::Obs`].
    Obs,
    /// [`ResourceKind::Pool`].
    Pool,
    /// [`ResourceKind::Dedicated`].
    Dedicated,
    /// [`ResourceKind::Notifications`].
    Notifications,
    /// [`ResourceKind::Other`].
    Other,
}

impl ResourceTag {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 11] = [
        Self::Workflow,
        Self::Notebook,
        Self::TrainingJob,
        Self::RealTimeService,
        Self::BatchService,
        Self::Evs,
        Self::Obs,
        Self::Pool,
        Self::Dedicated,
        Self::Notifications,
        Self::Other,
    ];

    /// Its place in [`Self::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// As results write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Workflow => "workflow",
            Self::Notebook => "notebook",
            Self::TrainingJob => "training_job",
            Self::RealTimeService => "real_time_service",
            Self::BatchService => "batch_service",
            Self::Evs => "evs",
            Self::Obs => "obs",
            Self::Pool => "pool",
            Self::Dedicated => "dedicated",
            Self::Notifications => "notifications",
            Self::Other => "other",
        }
    }

    /// As sentences write it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Workflow => "workflow",
            Self::Notebook => "notebook",
            Self::TrainingJob => "training job",
            Self::RealTimeService => "real-time service",
            Self::BatchService => "batch service",
            Self::Evs => "EVS volume",
            Self::Obs => "OBS data",
            Self::Pool => "dedicated pool",
            Self::Dedicated => "dedicated machines",
            Self::Notifications => "notifications",
            Self::Other => "resource",
        }
    }
}

/// What of a resource is billed by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResourceItem {
    /// A node of a workflow.
    WorkflowNode,
    /// Compute of a notebook.
    Notebook,
    /// A training job.
    TrainingJob,
    /// A real-time service.
    RealTimeService,
    /// A batch service.
    BatchService,
    /// EVS storage, of a notebook or by itself.
    Evs,
    /// OBS storage.
    Obs,
    /// Dedicated machines.
    Dedicated,
    /// Anything else.
    Other,
}

impl ResourceItem {
    /// The type that lines of accounts carry.
    pub const fn billing_type(self) -> &'static str {
        match self {
            Self::WorkflowNode => "workflow_node",
            Self::Notebook => "notebook_compute",
            Self::TrainingJob => "training_job",
            Self::RealTimeService => "real_time_service",
            Self::BatchService => "batch_service",
            Self::Evs => "evs_storage",
            Self::Obs => "obs_storage",
            Self::Dedicated => "dedicated_compute",
            Self::Other => "timed_resource",
        }
    }

    /// What bills call its product.
    pub const fn product(self) -> Product {
        match self {
            Self::WorkflowNode
            | Self::Notebook
            | Self::TrainingJob
            | Self::RealTimeService
            | Self::BatchService => Product::Development,
            Self::Evs | Self::Obs => Product::Storage,
            Self::Dedicated => Product::Machines,
            Self::Other => Product::Other,
        }
    }
}

/// The type that lines of messages carry.
pub const MESSAGES: &str = "messages";
/// The type that lines of their traffic carry.
pub const TRAFFIC: &str = "downstream_traffic";

/// A part of a resource that is billed by time.
#[derive(Clone, Debug)]
pub struct Part<'a> {
    /// What it is.
    pub item: ResourceItem,
    /// Name of a node; else empty.
    pub label: &'a str,
    /// Price of one.
    pub price: Money,
    /// What the price is for.
    pub per: Per,
    /// How many.
    pub count: u64,
    /// Of what.
    pub unit: &'static str,
}

impl Resource {
    /// The parts of it that are billed by time, whatever its phase. What runs on a pool has no compute of its own (M2).
    pub fn parts<'a>(&'a self) -> Vec<Part<'a>> {
        let part = |item, price, count, unit| Part { item, label: "", price, per: Per::Hour, count, unit };
        let evs = |storage: &Storage| part(ResourceItem::Evs, storage.price, storage.gb, "GB");
        let mut parts = match &self.kind {
            ResourceKind::Workflow(nodes) => {
                let node = |node: &'a WorkflowNode| {
                    let WorkflowNode { name, price } = node;
                    Part { label: name, ..part(ResourceItem::WorkflowNode, *price, 1, "node") }
                };
                nodes.iter().map(node).collect()
            }
            ResourceKind::Notebook { price, .. } => vec![part(ResourceItem::Notebook, *price, 1, "notebook")],
            ResourceKind::TrainingJob(job) => vec![part(ResourceItem::TrainingJob, job.price, 1, "job")],
            ResourceKind::RealTimeService { price, replicas } => {
                vec![part(ResourceItem::RealTimeService, *price, *replicas, "replica")]
            }
            ResourceKind::BatchService(job) => vec![part(ResourceItem::BatchService, job.price, 1, "job")],
            ResourceKind::Evs(storage) => vec![evs(storage)],
            ResourceKind::Obs(storage) => vec![part(ResourceItem::Obs, storage.price, storage.gb, "GB")],
            ResourceKind::Dedicated { machines, price } => {
                vec![part(ResourceItem::Dedicated, *price, *machines, "machine")]
            }
            ResourceKind::Pool(_) | ResourceKind::Notifications(_) => Vec::new(),
            ResourceKind::Other { price, per, gb } => {
                let unit = if gb.is_some() { "GB" } else { "piece" };
                let whole = part(ResourceItem::Other, *price, gb.unwrap_or(1), unit);
                vec![Part { per: *per, ..whole }]
            }
        };
        if self.pool.is_some() {
            parts.clear();
        }
        if let ResourceKind::Notebook { evs: Some(storage), .. } = &self.kind {
            parts.push(evs(storage));
        }
        parts
    }
}

impl ResourceKind {
    /// Which kind it is.
    pub const fn tag(&self) -> ResourceTag {
        match self {
            Self::Workflow(_) => ResourceTag::Workflow,
            Self::Notebook { .. } => ResourceTag::Notebook,
            Self::TrainingJob(_) => ResourceTag::TrainingJob,
            Self::RealTimeService { .. } => ResourceTag::RealTimeService,
            Self::BatchService(_) => ResourceTag::BatchService,
            Self::Evs(_) => ResourceTag::Evs,
            Self::Obs(_) => ResourceTag::Obs,
            Self::Pool(_) => ResourceTag::Pool,
            Self::Dedicated { .. } => ResourceTag::Dedicated,
            Self::Notifications(_) => ResourceTag::Notifications,
            Self::Other { .. } => ResourceTag::Other,
        }
    }

    /// From each start to its end, if it ends by itself.
    pub const fn runs_for(&self) -> Option<SimSpan> {
        match self {
            Self::TrainingJob(job) | Self::BatchService(job) => job.runs_for,
            Self::Workflow(_)
            | Self::Notebook { .. }
            | Self::RealTimeService { .. }
            | Self::Evs(_)
            | Self::Obs(_)
            | Self::Pool(_)
            | Self::Dedicated { .. }
            | Self::Notifications(_)
            | Self::Other { .. } => None,
        }
    }
}
