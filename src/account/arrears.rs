//! What happens to an overdue account, as data (B14–B20, M5–M9, P9, A-06, A-25, A-32).

use crate::units::SimSpan;

/// What happens, counted from the instant the account became overdue; every episode counts anew.
///
/// ```
/// use deploysim::account::ArrearsRules;
/// use deploysim::units::SimSpan;
/// // Model Studio: calls stop at once, what bills by time is kept and billed for a day, nothing is ever cleared.
/// let studio = ArrearsRules::model_studio();
/// assert_eq!((studio.calls_stop_after, studio.kept_for), (SimSpan::ZERO, SimSpan::DAY));
/// // Awkward: MaaS freezes at once, although its own provider calls the first fifteen days a grace period.
/// let maas = ArrearsRules::maas();
/// assert_eq!((maas.kept_for, maas.grace, maas.retention), (SimSpan::ZERO, SimSpan::from_days(15), Some(SimSpan::from_days(15))));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArrearsRules {
    /// From overdue to the refusal of calls that are billed by use.
    pub calls_stop_after: SimSpan,
    /// B17, B18, A-25: whether free quotas, packages and plans are still served while calls are refused.
    pub quotas: QuotasInArrears,
    /// A-25: whether only what bills by itself stops, or everything on the account.
    pub scope: Scope,
    /// From overdue to the release of provisioned throughput by time; it is served and billed until then (P9: 24 h).
    pub kept_for: SimSpan,
    /// The same of model units (A-06).
    pub units_kept_for: SimSpan,
    /// The same of rented machines, of which no text says it (A-06).
    pub machines_kept_for: SimSpan,
    /// P9, A-06: what is released keeps its task and comes back after payment; otherwise it is deleted.
    pub keeps_task: bool,
    /// Length of the grace period, from overdue; of interest only where there is a retention.
    pub grace: SimSpan,
    /// Length of the retention period after the grace; at its end everything is cleared for good (M7). `None`: never.
    pub retention: Option<SimSpan>,
    /// M5, M8: a cleared model must be subscribed to again before it is served.
    pub resubscribe: bool,
}

/// A-25.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuotasInArrears {
    /// They are served until they are used up (S2).
    Continue,
    /// Nothing is served.
    StopAll,
}

/// A-25.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Each product by itself: prepaid terms and calls inside a quota go on.
    Product,
    /// The whole account: prepaid terms and calls inside a quota stop with the calls.
    Account,
}

impl ArrearsRules {
    /// Model Studio (B14–B20, P9, A-06): the default.
    pub const fn model_studio() -> Self {
        Self {
            calls_stop_after: SimSpan::ZERO,
            quotas: QuotasInArrears::Continue,
            scope: Scope::Product,
            kept_for: SimSpan::DAY,
            units_kept_for: SimSpan::DAY,
            machines_kept_for: SimSpan::DAY,
            keeps_task: true,
            grace: SimSpan::ZERO,
            retention: None,
            resubscribe: false,
        }
    }

    /// Model Studio by its earlier and late-2026 texts: quotas and plans stop, too (A-25).
    pub const fn model_studio_stop_all() -> Self {
        Self { quotas: QuotasInArrears::StopAll, ..Self::model_studio() }
    }

    /// Huawei `MaaS` by its text (M5–M9, A-32): frozen from the first second, 15 + 15 days, cleared.
    pub const fn maas() -> Self {
        Self {
            calls_stop_after: SimSpan::ZERO,
            quotas: QuotasInArrears::StopAll,
            scope: Scope::Account,
            kept_for: SimSpan::ZERO,
            units_kept_for: SimSpan::ZERO,
            machines_kept_for: SimSpan::ZERO,
            keeps_task: true,
            grace: SimSpan::from_days(15),
            retention: Some(SimSpan::from_days(15)),
            resubscribe: true,
        }
    }

    /// Huawei's general rules (A-32): usable and billed in the grace period, frozen in the retention period, whose lengths
    /// depend on the customer's level. Pay-as-you-go figures of level V0 to V5; `None` for another level. Source: Huawei
    /// Cloud, grace and retention periods by customer level, 2025-02-12 (merged cells: V4 read as V5, V1 as V2).
    pub const fn huawei_general(level: u32) -> Option<Self> {
        let (grace_days, retention_days) = match level {
            0 => (0, 1),
            1 | 2 => (0, 7),
            3 => (1, 7),
            4 | 5 => (7, 15),
            _ => return None,
        };
        let grace = SimSpan::from_days(grace_days);
        Some(Self {
            calls_stop_after: grace,
            kept_for: grace,
            units_kept_for: grace,
            machines_kept_for: grace,
            grace,
            retention: Some(SimSpan::from_days(retention_days)),
            ..Self::maas()
        })
    }
}

impl Default for ArrearsRules {
    fn default() -> Self {
        Self::model_studio()
    }
}
