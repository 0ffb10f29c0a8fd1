//! The table of resources: what each action does to each kind in each phase, and what bills in which phase.
//!
//! Readings where the documents leave a gap: a notebook that runs is not deleted, but stopped first (H6, "stop and
//! delete"; a setting); Stop of a workflow leaves its nodes billing, since only Delete is listed for it (H4, A-39; a
//! setting); a training job runs once and is not started again; what else runs may be deleted outright, which ends its
//! billing too ("stop or delete").

use crate::scenario::model::{NotebookDelete, Settings, WorkflowStop};
use crate::scenario::resource::{ResourceAction, ResourceItem, ResourceTag};

/// Where a resource is in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Default)]
pub enum ResourcePhase {
    /// Not created yet, or not under this strategy.
    #[default]
    Absent,
    /// It runs, is kept, owned or enabled.
    Active,
    /// Stopped or disabled by the tenant, or with its pool.
    Stopped,
    /// A job ended by itself.
    Finished,
    /// The account has been overdue for too long.
    Suspended,
    /// Gone for good.
    Deleted,
}

impl ResourcePhase {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Absent, Self::Active, Self::Stopped, Self::Finished, Self::Suspended, Self::Deleted];

    /// The status of a kind of resource in this phase, for a reader.
    pub const fn name(self, tag: ResourceTag) -> &'static str {
        match (self, tag) {
            (Self::Absent, _) => "Absent",
            (Self::Active, ResourceTag::Evs | ResourceTag::Obs) => "Kept",
            (Self::Active, ResourceTag::Pool | ResourceTag::Dedicated) => "Owned",
            (Self::Active, ResourceTag::Notifications) => "Enabled",
            (Self::Active, ResourceTag::Other) => "Active",
            (
                Self::Active,
                ResourceTag::Workflow
                | ResourceTag::Notebook
                | ResourceTag::TrainingJob
                | ResourceTag::RealTimeService
                | ResourceTag::BatchService,
            ) => "Running",
            (Self::Stopped, ResourceTag::Notifications) => "Disabled",
            (Self::Stopped, _) => "Stopped",
            (Self::Finished, _) => "Finished",
            (Self::Suspended, _) => "Frozen",
            (Self::Deleted, _) => "Deleted",
        }
    }
}

/// Why an action is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum ResourceRefusal {
    /// It is there already.
    AlreadyThere,
    /// It is not there.
    NotThere,
    /// It runs already.
    AlreadyRunning,
    /// It does not run.
    NotRunning,
    /// This kind is neither started nor stopped: only Delete ends its billing.
    NothingToStop,
    /// A training job runs once.
    RunsOnce,
    /// A notebook that runs is stopped first.
    StopFirst,
    /// Its machines hold instances, or services run on the pool.
    InUse,
    /// Only OBS keeps a number of GB that changes.
    KeepsNoData,
    /// The account is overdue.
    Frozen,
    /// The pool it runs on is not there.
    NoPool,
}

/// What an action leads to: the next phase, or why not. `in_use` is true where instances or services are on it.
///
/// # Errors
/// Why the phase does not allow the action.
pub fn next(
    tag: ResourceTag,
    phase: ResourcePhase,
    action: ResourceAction,
    in_use: bool,
    settings: &Settings,
) -> Result<ResourcePhase, ResourceRefusal> {
    use ResourcePhase as Phase;
    match (phase, action) {
        (Phase::Absent | Phase::Deleted, ResourceAction::Create) => Ok(Phase::Active),
        (Phase::Active | Phase::Stopped | Phase::Finished | Phase::Suspended, ResourceAction::Create) => {
            Err(ResourceRefusal::AlreadyThere)
        }
        (
            Phase::Absent | Phase::Deleted,
            ResourceAction::Start | ResourceAction::Stop | ResourceAction::Delete | ResourceAction::Store(_),
        ) => Err(ResourceRefusal::NotThere),
        (_, ResourceAction::Delete) => delete(tag, phase, in_use, settings),
        (Phase::Suspended, ResourceAction::Start | ResourceAction::Stop | ResourceAction::Store(_)) => {
            Err(ResourceRefusal::Frozen)
        }
        (Phase::Active | Phase::Stopped | Phase::Finished, ResourceAction::Store(_)) => match tag {
            ResourceTag::Obs => Ok(Phase::Active),
            ResourceTag::Workflow
            | ResourceTag::Notebook
            | ResourceTag::TrainingJob
            | ResourceTag::RealTimeService
            | ResourceTag::BatchService
            | ResourceTag::Evs
            | ResourceTag::Pool
            | ResourceTag::Dedicated
            | ResourceTag::Notifications
            | ResourceTag::Other => Err(ResourceRefusal::KeepsNoData),
        },
        (Phase::Active | Phase::Stopped | Phase::Finished, ResourceAction::Start) => start(tag, phase),
        (Phase::Active | Phase::Stopped | Phase::Finished, ResourceAction::Stop) => {
            match (can_stop(tag), phase) {
                (false, _) => Err(ResourceRefusal::NothingToStop),
                (true, Phase::Active) => Ok(Phase::Stopped),
                (true, _) => Err(ResourceRefusal::NotRunning),
            }
        }
    }
}

/// What runs can be stopped; what is kept or owned can only be deleted.
const fn can_stop(tag: ResourceTag) -> bool {
    match tag {
        ResourceTag::Workflow
        | ResourceTag::Notebook
        | ResourceTag::TrainingJob
        | ResourceTag::RealTimeService
        | ResourceTag::BatchService
        | ResourceTag::Notifications => true,
        ResourceTag::Evs
        | ResourceTag::Obs
        | ResourceTag::Pool
        | ResourceTag::Dedicated
        | ResourceTag::Other => false,
    }
}

const fn start(tag: ResourceTag, phase: ResourcePhase) -> Result<ResourcePhase, ResourceRefusal> {
    match (can_stop(tag), tag, phase) {
        (false, ..) => Err(ResourceRefusal::NothingToStop),
        (true, _, ResourcePhase::Active) => Err(ResourceRefusal::AlreadyRunning),
        (true, ResourceTag::TrainingJob, _) => Err(ResourceRefusal::RunsOnce),
        (true, ..) => Ok(ResourcePhase::Active),
    }
}

fn delete(
    tag: ResourceTag,
    phase: ResourcePhase,
    in_use: bool,
    settings: &Settings,
) -> Result<ResourcePhase, ResourceRefusal> {
    let is_running = phase == ResourcePhase::Active;
    match tag {
        ResourceTag::Notebook if is_running && settings.notebook_delete == NotebookDelete::StopFirst => {
            Err(ResourceRefusal::StopFirst)
        }
        ResourceTag::Pool | ResourceTag::Dedicated if in_use => Err(ResourceRefusal::InUse),
        ResourceTag::Workflow
        | ResourceTag::Notebook
        | ResourceTag::TrainingJob
        | ResourceTag::RealTimeService
        | ResourceTag::BatchService
        | ResourceTag::Evs
        | ResourceTag::Obs
        | ResourceTag::Pool
        | ResourceTag::Dedicated
        | ResourceTag::Notifications
        | ResourceTag::Other => Ok(ResourcePhase::Deleted),
    }
}

/// Whether an item of a kind bills in a phase.
pub fn bills(item: ResourceItem, phase: ResourcePhase, settings: &Settings) -> bool {
    match (item, phase) {
        // H6: storage of a notebook goes on until it is stopped and deleted.
        (_, ResourcePhase::Active) | (ResourceItem::Evs, ResourcePhase::Stopped) => true,
        // Stop is no listed way to end the billing of a workflow.
        (ResourceItem::WorkflowNode, ResourcePhase::Stopped) => {
            settings.workflow_stop == WorkflowStop::BillsOn
        }
        (
            ResourceItem::Notebook
            | ResourceItem::TrainingJob
            | ResourceItem::RealTimeService
            | ResourceItem::BatchService
            | ResourceItem::Obs
            | ResourceItem::Dedicated
            | ResourceItem::Other,
            ResourcePhase::Stopped,
        )
        | (
            _,
            ResourcePhase::Absent
            | ResourcePhase::Finished
            | ResourcePhase::Suspended
            | ResourcePhase::Deleted,
        ) => false,
    }
}

/// The action that ends the billing of an item that bills in a phase, in words, and the rule behind it.
pub fn ends_by(
    item: ResourceItem,
    tag: ResourceTag,
    phase: ResourcePhase,
    settings: &Settings,
) -> (&'static str, &'static [&'static str]) {
    match (item, phase) {
        (ResourceItem::WorkflowNode, _) => match settings.workflow_stop {
            WorkflowStop::BillsOn => ("Delete", &["H4", "A-39"]),
            WorkflowStop::EndsBilling => ("Stop or Delete", &["H4", "A-39"]),
        },
        (ResourceItem::Notebook, _) => match settings.notebook_delete {
            NotebookDelete::StopFirst => ("Stop", &["H5"]),
            NotebookDelete::StopsToo => ("Stop or Delete", &["H5"]),
        },
        (ResourceItem::TrainingJob, _) => ("Stop or Delete", &["H7"]),
        (ResourceItem::RealTimeService, _) => ("Stop or Delete", &["H8"]),
        (ResourceItem::BatchService, _) => ("Stop or Delete", &["H9"]),
        (ResourceItem::Evs, ResourcePhase::Active)
            if tag == ResourceTag::Notebook && settings.notebook_delete == NotebookDelete::StopFirst =>
        {
            ("Stop, then Delete", &["H6"])
        }
        (ResourceItem::Evs, _) if tag == ResourceTag::Notebook => ("Delete", &["H6"]),
        (ResourceItem::Evs, _) => ("Delete", &["H2"]),
        (ResourceItem::Obs, _) => ("Delete", &["H2", "H3"]),
        (ResourceItem::Dedicated, _) => ("Delete, once nothing runs on them", &["E26"]),
        (ResourceItem::Other, _) => ("Delete", &["A-40"]),
    }
}

/// The rules behind the charge of an item.
pub const fn line_rules(item: ResourceItem) -> &'static [&'static str] {
    match item {
        ResourceItem::WorkflowNode => &["H1", "H4", "A-39", "A-03"],
        ResourceItem::Notebook => &["H1", "H5", "A-03"],
        ResourceItem::TrainingJob => &["H1", "H7", "A-03"],
        ResourceItem::RealTimeService => &["H1", "H8", "A-03"],
        ResourceItem::BatchService => &["H1", "H9", "A-03"],
        ResourceItem::Evs => &["H1", "H2", "H6", "A-03"],
        ResourceItem::Obs => &["H1", "H2", "H3", "A-03"],
        ResourceItem::Dedicated => &["E26", "A-03"],
        ResourceItem::Other => &["A-40", "A-03"],
    }
}

#[cfg(test)]
mod tests;
