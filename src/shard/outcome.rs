//! Outcomes as bytes. Every field of every struct is named here: one that is added does not compile until it is too, and
//! then the number in the format's first line goes up.

use super::code::{Code, Nonsense, code_as, code_fields, code_place, code_sparse};
use crate::ledger::AlertKind;
use crate::scenario::resource::ResourceTag;
use crate::serving::{CallCounts, ServingOutcome, TargetOutcome, TokenCounts, Utilisation, Waits};
use crate::sim::deployment::status::DeploymentStatus;
use crate::sim::resources::table::ResourcePhase;
use crate::sim::{AccountOutcome, AlertOutcome, OnMarket, Outcome, ResourceCosts, Status};
use crate::units::Money;

code_fields!(Outcome {
    standard,
    spot,
    disk,
    commitment,
    serving,
    deployment_statuses,
    running_ms,
    wanted_ms,
    asked_ms,
    reclaims,
    crashes,
    given_up,
    launches,
    moves,
    first_running_ms,
    never_ran,
    on_market,
    statuses,
    replicas,
    web_search,
    resources,
    resource_standings,
    accounts,
});
code_fields!(OnMarket { spot_ms, standard_ms });
code_place!(Status, Status::ALL);
code_place!(DeploymentStatus, DeploymentStatus::ALL);
code_place!(ResourcePhase, ResourcePhase::ALL);

code_sparse!(ServingOutcome { targets, tenants, calls, overflow, tokens, searches, call_price });
code_sparse!(TargetOutcome { calls, overflow, tokens, utilisation, waits });
code_fields!(Utilisation { dimension, minutes, mean, p95, p99, share_above });
code_place!(&'static str, Utilisation::DIMENSIONS);
code_sparse!(Waits { total_ms, longest, p95 });
code_sparse!(CallCounts {
    served,
    queued,
    overflowed,
    split,
    refused,
    slow,
    web_searches,
    served_tokens,
    overflowed_tokens,
    refused_tokens,
});
code_fields!(TokenCounts { input, cached, output, thinking });

code_fields!(AccountOutcome {
    overdue_at,
    stopped_at,
    released_at,
    cleared_at,
    episodes,
    overdue,
    downtime,
    least_available,
    available,
    alerts,
    issued,
    issued_by_product,
    not_issued,
    covered_by_plans,
    discounts,
    rounding,
    tax,
    charges,
    purchases,
});
code_fields!(AlertOutcome { kind, threshold, at });
code_as!(
    AlertKind,
    (u64, i64),
    |kind| match kind {
        AlertKind::MonthlyLimit { share_ppb } => (0, *share_ppb),
        AlertKind::Daily => (1, 0),
        AlertKind::Monthly => (2, 0),
        AlertKind::LowBalance => (3, 0),
    },
    |coded| match coded {
        (0, share_ppb) => Ok(AlertKind::MonthlyLimit { share_ppb }),
        (1, 0) => Ok(AlertKind::Daily),
        (2, 0) => Ok(AlertKind::Monthly),
        (3, 0) => Ok(AlertKind::LowBalance),
        _ => Err(Nonsense),
    }
);

/// Most scenarios have no resources, and then nothing costs anything.
impl Code for ResourceCosts {
    fn encode(&self, out: &mut Vec<u8>) {
        let is_something = *self != Self::default();
        is_something.then(|| *self.amounts()).encode(out);
    }
    fn decode(from: &mut &[u8]) -> Result<Self, Nonsense> {
        let amounts: Option<[Money; ResourceTag::ALL.len()]> = Code::decode(from)?;
        Ok(amounts.map_or_else(Self::default, Self::from_amounts))
    }
}
