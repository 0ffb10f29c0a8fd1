//! What a comparison says of calls: fates, tokens, quotas, waits, per deployment and per tenant.

use super::{MeanMoneyResult, NumberResult, money, money_interval, number_result};
use crate::montecarlo::{MeanEstimate, MoneyMean, RatioEstimate, Samples, TargetTotals};
use crate::scenario::Scenario;
use crate::scenario::deployment::{Deployment, DeploymentKind, PaidBy};
use crate::scenario::model::Strategy;
use crate::serving::{CallCounts, Refusal, TokenCounts};
use serde::Serialize;
use std::collections::BTreeMap;

const MS_PER_SECOND: f64 = 1_000.0;

/// What became of the calls of one strategy, per replication.
#[derive(Clone, Debug, Serialize)]
pub struct TrafficResult {
    /// All calls.
    pub calls: CallsResult,
    /// All tokens, by what became of their calls.
    pub tokens: TokensResult,
    /// Pay-as-you-go charge of all overflow.
    pub overflow_cost: MeanMoneyResult,
    /// Share of the delivered tokens (input and output) that overflowed; 0 in a replication that delivers none.
    pub overflow_share: NumberResult,
    /// Share of the calls that were refused; 0 in a replication without calls.
    pub refused_share: NumberResult,
    /// Mean bill per million delivered tokens (served or overflowed, input and output): a ratio of sums with its
    /// interval; absent if none were delivered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_per_million_tokens: Option<MeanMoneyResult>,
    /// One per deployment, in the strategy's order.
    pub deployments: Vec<DeploymentResult>,
    /// One per source of calls, in scenario order.
    pub tenants: Vec<TenantResult>,
}

/// Mean number of calls of each fate; those that decide a comparison with their interval.
#[derive(Clone, Debug, Serialize)]
pub struct CallsResult {
    /// Served as planned, after waiting too.
    pub served: MeanResult,
    /// Of these, after waiting.
    pub queued: f64,
    /// Overflowed to pay-as-you-go.
    pub overflowed: MeanResult,
    /// Of the served, with an excess that overflowed.
    pub split: f64,
    /// Refused, by reason; those that occurred.
    pub refused: BTreeMap<&'static str, f64>,
    /// Refused, whatever the reason.
    pub refused_total: MeanResult,
    /// Slower than the scenario's limit.
    pub slow: f64,
    /// With web search.
    pub web_searches: f64,
}

/// A mean.
#[derive(Clone, Debug, Serialize)]
pub struct MeanResult {
    /// Mean.
    pub mean: f64,
    /// 95 % interval; null for one replication.
    pub ci95: Option<[f64; 2]>,
}

/// Mean number of calls of each fate.
#[derive(Clone, Debug, Serialize)]
pub struct CallMeans {
    /// Served as planned, after waiting too.
    pub served: f64,
    /// Of these, after waiting.
    pub queued: f64,
    /// Overflowed to pay-as-you-go.
    pub overflowed: f64,
    /// Of the served, with an excess that overflowed.
    pub split: f64,
    /// Refused, by reason; those that occurred.
    pub refused: BTreeMap<&'static str, f64>,
    /// Slower than the scenario's limit.
    pub slow: f64,
    /// With web search.
    pub web_searches: f64,
    /// Tokens, by what became of their calls.
    pub tokens: TokensResult,
}

/// Mean tokens by what became of their calls.
#[derive(Clone, Debug, Serialize)]
pub struct TokensResult {
    /// Served as planned.
    pub served: TokenMeans,
    /// Overflowed.
    pub overflowed: TokenMeans,
    /// Of refused calls.
    pub refused: TokenMeans,
}

/// Mean tokens by kind.
#[derive(Clone, Debug, Serialize)]
pub struct TokenMeans {
    /// Input, cached included.
    pub input: f64,
    /// Of it, cached.
    pub cached: f64,
    /// Output, thinking included.
    pub output: f64,
    /// Of it, of calls that think.
    pub thinking: f64,
}

/// One deployment, or another place that takes calls.
#[derive(Clone, Debug, Serialize)]
pub struct DeploymentResult {
    /// Its name.
    pub name: String,
    /// Model code.
    pub model: String,
    /// How it is sold and paid.
    pub method: &'static str,
    /// Calls it took, and those that overflowed from it; refusals are counted where the route ended.
    #[serde(flatten)]
    pub calls: CallMeans,
    /// Mean pay-as-you-go charge of what overflowed from it.
    pub overflow_cost: String,
    /// Mean charge of the tokens it served itself.
    pub tokens_cost: String,
    /// One per quota dimension; empty without quotas, or if it never ran.
    pub utilisation: Vec<UtilisationResult>,
    /// Waiting for a slot; absent without slots, or if nothing was served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits: Option<WaitsResult>,
}

/// Use over quota by the minute: means over the replications in which the quota was open.
#[derive(Clone, Debug, Serialize)]
pub struct UtilisationResult {
    /// `input`, `output` or `thinking output`.
    pub dimension: &'static str,
    /// Mean over minutes; 1 is the whole quota.
    pub mean: f64,
    /// 95 % quantile over minutes.
    pub p95: f64,
    /// 99 % quantile over minutes.
    pub p99: f64,
    /// Share of minutes above the quota.
    pub share_above: f64,
}

/// How long served calls waited for a slot, in seconds.
#[derive(Clone, Debug, Serialize)]
pub struct WaitsResult {
    /// Mean over all served calls.
    pub mean_s: f64,
    /// Mean over replications of the 95 % quantile over calls.
    pub p95_s: f64,
    /// The longest of all.
    pub longest_s: f64,
}

/// One source of calls.
#[derive(Clone, Debug, Serialize)]
pub struct TenantResult {
    /// Its name.
    pub name: String,
    /// API key id; empty for console calls.
    pub api_key: String,
    /// Its calls.
    #[serde(flatten)]
    pub calls: CallMeans,
}

/// Reduces the traffic of one strategy.
pub(super) fn traffic_result(scenario: &Scenario, strategy: &Strategy, column: &Samples) -> TrafficResult {
    let (traffic, n) = (&column.traffic, column.cost.len());
    let overflow = MoneyMean::of(&traffic.overflow).expect("a study has at least one replication");
    let nothing = TargetTotals::default();
    let silent = CallCounts::default();
    let deployments = strategy.deployments.iter().enumerate().map(|(index, deployment)| {
        deployment_result(deployment, traffic.targets.get(index).unwrap_or(&nothing), n)
    });
    let tenants = scenario.callers.iter().enumerate().map(|(index, caller)| TenantResult {
        name: caller.name.clone(),
        api_key: caller.api_key.clone(),
        calls: call_means(traffic.tenants.get(index).unwrap_or(&silent), n),
    });
    TrafficResult {
        calls: calls_result(column),
        tokens: tokens_result(&traffic.calls, n),
        overflow_cost: MeanMoneyResult { mean: money(overflow.mean), ci95: money_interval(overflow.ci95) },
        overflow_share: number_result(&traffic.overflow_shares(), 0.0, 1.0),
        refused_share: number_result(&traffic.refused_shares(), 0.0, 1.0),
        cost_per_million_tokens: RatioEstimate::per_million(&column.cost, &traffic.delivered_tokens)
            .map(|ratio| MeanMoneyResult { mean: money(ratio.per_unit), ci95: money_interval(ratio.ci95) }),
        deployments: deployments.collect(),
        tenants: tenants.collect(),
    }
}

fn calls_result(column: &Samples) -> CallsResult {
    let traffic = &column.traffic;
    let CallMeans { queued, split, refused, slow, web_searches, .. } =
        call_means(&traffic.calls, column.cost.len());
    CallsResult {
        served: mean_result(&traffic.served),
        queued,
        overflowed: mean_result(&traffic.overflowed),
        split,
        refused,
        refused_total: mean_result(&traffic.refused),
        slow,
        web_searches,
    }
}

fn mean_result(counts: &[u64]) -> MeanResult {
    let values: Vec<f64> = counts.iter().map(|count| *count as f64).collect();
    let estimate = MeanEstimate::of(&values).expect("a study has at least one replication");
    MeanResult { mean: estimate.mean, ci95: estimate.ci95.map(|(low, high)| [low.max(0.0), high]) }
}

fn call_means(sum: &CallCounts, n: usize) -> CallMeans {
    let mean = |count: u64| count as f64 / n as f64;
    let refused = Refusal::ALL.into_iter().zip(sum.refused).filter(|(_, count)| *count > 0);
    CallMeans {
        served: mean(sum.served),
        queued: mean(sum.queued),
        overflowed: mean(sum.overflowed),
        split: mean(sum.split),
        refused: refused.map(|(reason, count)| (refusal_name(reason), mean(count))).collect(),
        slow: mean(sum.slow),
        web_searches: mean(sum.web_searches),
        tokens: tokens_result(sum, n),
    }
}

fn tokens_result(sum: &CallCounts, n: usize) -> TokensResult {
    let mean = |count: u64| count as f64 / n as f64;
    let means = |tokens: &TokenCounts| TokenMeans {
        input: mean(tokens.input),
        cached: mean(tokens.cached),
        output: mean(tokens.output),
        thinking: mean(tokens.thinking),
    };
    TokensResult {
        served: means(&sum.served_tokens),
        overflowed: means(&sum.overflowed_tokens),
        refused: means(&sum.refused_tokens),
    }
}

fn deployment_result(deployment: &Deployment, sum: &TargetTotals, n: usize) -> DeploymentResult {
    let utilisation = sum.utilisation.iter().map(|quota| {
        let mean = |total: f64| total / quota.replications as f64;
        UtilisationResult {
            dimension: quota.dimension,
            mean: mean(quota.mean),
            p95: mean(quota.p95),
            p99: mean(quota.p99),
            share_above: mean(quota.share_above),
        }
    });
    DeploymentResult {
        name: deployment.name.clone(),
        model: deployment.model.clone(),
        method: method_name(&deployment.kind),
        calls: call_means(&sum.calls, n),
        overflow_cost: money(sum.overflow.per(n)),
        tokens_cost: money(sum.tokens.per(n)),
        utilisation: utilisation.collect(),
        waits: has_slots(&deployment.kind).then(|| waits_result(sum)).flatten(),
    }
}

fn waits_result(sum: &TargetTotals) -> Option<WaitsResult> {
    let waits = &sum.waits;
    (waits.replications > 0).then(|| WaitsResult {
        mean_s: waits.total_ms as f64 / sum.calls.served as f64 / MS_PER_SECOND,
        p95_s: waits.p95_ms as f64 / waits.replications as f64 / MS_PER_SECOND,
        longest_s: waits.longest.as_ms() as f64 / MS_PER_SECOND,
    })
}

fn has_slots(kind: &DeploymentKind) -> bool {
    match kind {
        DeploymentKind::Units(_) | DeploymentKind::Service(_) => true,
        DeploymentKind::Ptu(_) | DeploymentKind::Tokens(_) | DeploymentKind::Public => false,
    }
}

/// How a deployment is sold and paid, in words.
fn method_name(kind: &DeploymentKind) -> &'static str {
    let paid = |paid_by: PaidBy, by_time, in_advance| match paid_by {
        PaidBy::PayAsYouGo => by_time,
        PaidBy::Prepaid { .. } => in_advance,
    };
    match kind {
        DeploymentKind::Ptu(ptu) => paid(ptu.paid_by, "ptu, hourly", "ptu, prepaid by the day"),
        DeploymentKind::Units(units) => {
            paid(units.paid_by, "model units, hourly", "model units, prepaid by the month")
        }
        DeploymentKind::Tokens(_) => "tokens, own deployment",
        DeploymentKind::Public => "tokens, public model",
        DeploymentKind::Service(_) => "rented machines",
    }
}

fn refusal_name(reason: Refusal) -> &'static str {
    match reason {
        Refusal::TooManyRequests => "too_many_requests",
        Refusal::QueueTooLong => "queue_too_long",
        Refusal::InputTooLong => "input_too_long",
        Refusal::NoSuchDeployment => "no_such_deployment",
        Refusal::NotRunning => "not_running",
        Refusal::Suspended => "suspended",
        Refusal::ThinkingMismatch => "thinking_mismatch",
        Refusal::Arrears => "arrears",
        Refusal::FreeQuotaUsedUp => "free_quota_used_up",
        Refusal::KeyInactive => "key_inactive",
        Refusal::PlanUsedUp => "plan_used_up",
    }
}
