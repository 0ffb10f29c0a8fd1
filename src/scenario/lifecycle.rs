//! The life of a service on rented machines, as a scenario describes it: changes and how they are rolled out, failures
//! and restarts, requests and references that keep it from being deleted.

use super::model::{Plan, ServiceId};
use crate::units::{SimSpan, SimTime};
use crate::world::DurationModel;

/// What an Update brings; what is absent stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// A new ordered list (E19): every replica is placed afresh.
    pub plan: Option<Plan>,
    /// Size of the system disk: every replica gets a new instance with such a disk (E3, E22).
    pub disk_gib: Option<u32>,
    /// A new image: containers start again on the instances they are on, unless these are replaced anyway.
    pub image: Option<String>,
    /// So many replicas, at once.
    pub replicas: Option<u32>,
    /// The services whose endpoints it calls from now on (E10).
    pub calls: Option<Vec<ServiceId>>,
    /// How it reaches the replicas; absent is as the settings say.
    pub rollout: Option<Rollout>,
}

impl Change {
    /// True if replicas need another instance.
    pub const fn replaces_instances(&self) -> bool {
        self.plan.is_some() || self.disk_gib.is_some()
    }

    /// True if replicas must be touched at all.
    pub const fn touches_replicas(&self) -> bool {
        self.replaces_instances() || self.image.is_some()
    }
}

/// How an update reaches the replicas (A-29).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rollout {
    /// All of them at the instant of the Update.
    AtOnce,
    /// Some at a time, in the order of their indices.
    Phased(Phased),
}

/// An update in steps. A step whose replicas do not all run on the new version when the next one is due halts it: the
/// rest stays on the old version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phased {
    /// How many replicas at a time.
    pub step: Step,
    /// From one step to the next.
    pub step_time: SimSpan,
    /// Make before break: the new instance is acquired before the old one ends. Both hold a unit and bill a disk; compute of
    /// the new one bills from its Running, which ends the old one.
    pub surge: bool,
}

/// The size of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// This share of the replicas, in units of 10⁻⁹, rounded up to whole ones.
    SharePpb(i64),
    /// So many.
    Replicas(u32),
}

impl Step {
    /// So many of `replicas`; at least one.
    ///
    /// ```
    /// use deploysim::scenario::lifecycle::Step;
    /// let quarter = Step::SharePpb(250_000_000);
    /// assert_eq!((quarter.of(4), quarter.of(5), quarter.of(1)), (1, 2, 1));
    /// ```
    pub fn of(self, replicas: u32) -> u32 {
        match self {
            Self::Replicas(count) => count.max(1),
            Self::SharePpb(share) => {
                let exact = i128::from(replicas) * i128::from(share);
                u32::try_from((exact + 999_999_999) / 1_000_000_000).unwrap_or(replicas).max(1)
            }
        }
    }
}

/// How a Delete is asked for and what becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// Whoever asks has the permission `eas:DeleteService` (E11).
    pub is_permitted: bool,
    /// From the confirmation to the release, if the deletion gets stuck and this is longer than it usually takes (E12).
    pub stuck_for: Option<SimSpan>,
}

impl Default for Deletion {
    /// With permission, and not stuck.
    fn default() -> Self {
        Self { is_permitted: true, stuck_for: None }
    }
}

/// What goes wrong in the containers of a service.
#[derive(Clone, Debug)]
pub struct Failures {
    /// From Running to the crash; never by default.
    pub crashes: DurationModel,
    /// Which start-ups end in a failure instead of Running; none by default.
    pub start_fails: StartFails,
    /// What happens then.
    pub restart: Restart,
}

impl Failures {
    /// True if a container can fail.
    pub fn can_happen(&self) -> bool {
        self.crashes != DurationModel::Never || self.start_fails.can_happen()
    }

    /// True if luck decides over it.
    pub fn is_random(&self) -> bool {
        self.crashes.is_random() || matches!(self.start_fails, StartFails::Share(share) if share > 0.0)
    }
}

impl Default for Failures {
    fn default() -> Self {
        Self {
            crashes: DurationModel::Never,
            start_fails: StartFails::Share(0.0),
            restart: Restart::default(),
        }
    }
}

/// Which start-ups fail.
#[derive(Clone, Debug, PartialEq)]
pub enum StartFails {
    /// This share of them, in [0, 1]: each by its own luck.
    Share(f64),
    /// The n-th start-up of a replica fails if the n-th is true; the last repeats.
    Sequence(Vec<bool>),
}

impl StartFails {
    fn can_happen(&self) -> bool {
        match self {
            Self::Share(share) => *share > 0.0,
            Self::Sequence(list) => list.contains(&true),
        }
    }

    /// Whether the `ordinal`-th start-up (from 0) fails, for one uniform number in (0, 1).
    pub fn fails(&self, uniform: f64, ordinal: u64) -> bool {
        match self {
            Self::Share(share) => uniform < *share,
            Self::Sequence(list) => {
                let place = usize::try_from(ordinal).unwrap_or(usize::MAX).min(list.len().saturating_sub(1));
                list.get(place).copied().unwrap_or(false)
            }
        }
    }
}

/// Restarts of a failed container, in place on its instance, each after a wait that doubles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restart {
    /// At most so many in a row, then the instance is given up; without limit if absent.
    pub most: Option<u32>,
    /// The first wait; 10 s.
    pub first: SimSpan,
    /// No wait is longer; 5 min.
    pub cap: SimSpan,
    /// Whoever has run for so long begins a new row; 10 min.
    pub reset_after: SimSpan,
}

impl Default for Restart {
    /// Always, with the waits that container platforms use: 10 s, doubled up to 5 min, anew after 10 min in Running.
    fn default() -> Self {
        Self {
            most: None,
            first: SimSpan::from_seconds(10),
            cap: SimSpan::from_minutes(5),
            reset_after: SimSpan::from_minutes(10),
        }
    }
}

impl Restart {
    /// The wait before the next restart, after so many in a row.
    ///
    /// ```
    /// use deploysim::scenario::lifecycle::Restart;
    /// let policy = Restart::default();
    /// let waits: Vec<i64> = (0..7).map(|row| policy.wait(row).as_ms() / 1_000).collect();
    /// assert_eq!(waits, [10, 20, 40, 80, 160, 300, 300]);
    /// // Awkward: however long the row is, nothing overflows.
    /// assert_eq!(policy.wait(u32::MAX), policy.cap);
    /// ```
    pub fn wait(&self, row: u32) -> SimSpan {
        let doubled = i128::from(self.first.as_ms()) << row.min(40);
        SimSpan::from_ms(i64::try_from(doubled).unwrap_or(i64::MAX).min(self.cap.as_ms()))
    }
}

/// A stretch of time in which a service has active requests (E9), as written: from, and until just before.
pub type Requests = (SimTime, SimTime);

/// Settings of the lives of services; every default is the rulebook's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LifecycleSettings {
    /// E9: after a Stop, requests have so long to complete; 5 min.
    pub drain_time: SimSpan,
    /// A-30: when a deletion ends billing.
    pub delete_billing: DeleteBilling,
    /// E12: a deletion that is stuck for longer calls for a ticket; 5 min.
    pub ticket_after: SimSpan,
    /// Compute bills on while a container restarts in place: the instance is held, and the interval has no gap (A-47).
    /// Otherwise an interval that ends with a crash is billed by itself, whatever becomes of the instance.
    pub bills_while_restarting: bool,
    /// A-19: from a Scale to its effect; 0.
    pub scale_delay: SimSpan,
    /// A-29: how an Update reaches the replicas unless it says so itself; all at once.
    pub rollout: Rollout,
}

impl Default for LifecycleSettings {
    fn default() -> Self {
        Self {
            drain_time: SimSpan::from_minutes(5),
            delete_billing: DeleteBilling::Confirmed,
            ticket_after: SimSpan::from_minutes(5),
            bills_while_restarting: true,
            scale_delay: SimSpan::ZERO,
            rollout: Rollout::AtOnce,
        }
    }
}

/// A-30.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeleteBilling {
    /// At the confirmation (E7): "billing stops immediately".
    Confirmed,
    /// When the instances are released.
    Released,
}
