//! What becomes of containers, updates and deletions, as the story tells it.

use crate::scenario::model::MarketId;
use crate::units::SimTime;

/// How a container failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailureKind {
    /// It crashed in Running.
    Crash,
    /// It never got there.
    StartUp,
}

/// An event in the life of a service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LifeEvent {
    /// A Scale was asked for that takes effect later.
    ScaleRequested {
        /// To so many.
        replicas: u32,
        /// When it takes effect.
        due: SimTime,
    },
    /// A container failed; it starts again on its instance.
    ContainerFailed {
        /// Where.
        market: MarketId,
        /// How.
        kind: FailureKind,
        /// When its next start-up begins.
        restart_at: SimTime,
    },
    /// An update starts a container again on its instance.
    ContainerReplaced {
        /// Where.
        market: MarketId,
    },
    /// A container failed more often than its policy allows; the instance went back.
    GaveUp {
        /// Where.
        market: MarketId,
        /// How it failed last.
        kind: FailureKind,
        /// Restarts before, in a row.
        restarts: u32,
    },
    /// All replicas were given up.
    ServiceFailed,
    /// A step of an update begins.
    UpdateStep {
        /// Which, from 1.
        step: u32,
        /// Replicas that it changes.
        replicas: u32,
    },
    /// The new version runs where an older one did, on another instance.
    Replaced {
        /// The instance given up.
        from: MarketId,
        /// The new one.
        to: MarketId,
    },
    /// All replicas run the new version.
    UpdateDone,
    /// A step failed: the rest stays on the old version.
    UpdateHalted {
        /// The step that failed, from 1.
        step: u32,
        /// Replicas that have the new version, whether they run or not.
        updated: u32,
        /// Replicas that keep the old one.
        left: u32,
    },
    /// A deletion has been stuck for so long that a ticket is due (E12).
    TicketSuggested,
}
