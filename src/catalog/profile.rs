//! Profiles: how a provider sells provisioned throughput, as settings that replace a scenario's.

use super::book::Source;
use super::estimate::PtuSteps;
use crate::billing::{Metering, RetentionAnchor};
use crate::serving::{OutputCheck, OverflowUnit, Window};
use crate::units::SimSpan;

/// How provisioned throughput is sold. A field that is `None` leaves the scenario's setting alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PtuProfile {
    /// Unique name, as a scenario writes it.
    pub name: String,
    /// In words.
    pub title: String,
    /// Whose it is: `alibaba`, `azure`, `gcp`.
    pub provider: String,
    /// Where and when it was seen.
    pub source: Source,
    /// What is counted and priced.
    pub priced_by: PricedBy,
    /// the smallest purchase and its step.
    pub steps: Option<PtuSteps>,
    /// over which time use is counted.
    pub window: Option<Window>,
    /// how output counts at admission.
    pub output_check: Option<OutputCheck>,
    /// where a call goes that the quota does not take.
    pub overflow: Option<ProfileOverflow>,
    /// where a call goes whose input is longer than the model takes.
    pub over_long: Option<ProfileOverflow>,
    /// whole calls overflow, or the excess.
    pub unit: Option<OverflowUnit>,
    ///
    pub early_termination: Option<EarlyTermination>,
    /// P7, A-11: from expiry to the stop of the service.
    pub grace: Option<SimSpan>,
    /// P7, A-11: how long resources are kept, from [`Self::retention_anchor`].
    pub retention: Option<SimSpan>,
    ///
    pub retention_anchor: Option<RetentionAnchor>,
    /// how elapsed time becomes billed time.
    pub metering: Option<Metering>,
    /// Input and output share one quota: what an output token counts in it, in units of 10⁻⁹.
    pub shared_output_ppb: Option<i64>,
}

/// What of provisioned throughput is counted and priced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PricedBy {
    /// Tokens per minute, input and output apart (P2).
    Throughput,
    /// Units, per hour.
    Unit,
}

/// Where a call goes that a quota does not take; the scenario gives the place its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileOverflow {
    /// Pay-as-you-go of the public model.
    Public,
    /// 429.
    Reject,
    /// The next target of the tenant's route.
    Next,
}

/// a subscription that is given up before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EarlyTermination {
    /// Impossible (P8).
    Refused,
    /// The used days are charged times this, in units of 10⁻⁹.
    FactorPpb(i64),
}
