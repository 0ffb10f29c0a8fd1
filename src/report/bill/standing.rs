//! How services, deployments and calls stand at the horizon.

use super::{Told, time, total};
use crate::report::words;
use crate::scenario::deployment::DeploymentKind;
use crate::scenario::resource::ResourceId;
use crate::serving::{CallCounts, Fate, Refusal, TokenCounts};
use crate::sim::UsageEnd;
use crate::sim::deployment::record::DeploymentUsageEnd;
use crate::sim::resources::record::ResourceUsageRecord;
use crate::units::Money;
use serde::Serialize;
use std::collections::BTreeMap;

/// A service or deployment at the horizon.
#[derive(Clone, Debug, Serialize)]
pub struct Deployment {
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: &'static str,
    /// Replicas asked for.
    pub replicas: u32,
    /// Its part of the bill.
    pub cost: String,
    /// What still bills at the horizon: item and market.
    pub still_billing: Vec<String>,
    /// Model code, of a deployment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Quota, or spec × replicas, of a deployment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
}

/// A resource at the horizon.
#[derive(Clone, Debug, Serialize)]
pub struct ResourceStanding {
    /// Its name.
    pub name: String,
    /// `workflow`, `notebook`, `obs`, …
    pub kind: &'static str,
    /// Its status.
    pub status: &'static str,
    /// Its part of the bill.
    pub cost: String,
}

/// What became of all calls.
#[derive(Clone, Debug, Serialize)]
pub struct Traffic {
    /// All of them.
    pub all: CallSums,
    /// By deployment, in the strategy's order; calls that no deployment took are in `all` only.
    pub deployments: BTreeMap<String, CallSums>,
}

/// Calls and tokens by fate.
#[derive(Clone, Debug, Serialize)]
pub struct CallSums {
    /// Served as planned, after waiting too.
    pub served: u64,
    /// Of these, after waiting.
    pub queued: u64,
    /// Overflowed.
    pub overflowed: u64,
    /// Of the served, in part.
    pub split: u64,
    /// Refused, by reason; reasons that nobody met are left out.
    pub refused: BTreeMap<&'static str, u64>,
    /// Tokens served as planned.
    pub served_tokens: TokenSums,
    /// Tokens that overflowed.
    pub overflowed_tokens: TokenSums,
    /// Tokens of refused calls.
    pub refused_tokens: TokenSums,
}

/// Tokens by kind.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct TokenSums {
    /// Input, cached included.
    pub input: u64,
    /// Of it, cached.
    pub cached: u64,
    /// Output, thinking included.
    pub output: u64,
    /// Of it, of calls that think.
    pub thinking: u64,
}

impl From<TokenCounts> for TokenSums {
    fn from(counts: TokenCounts) -> Self {
        let TokenCounts { input, cached, output, thinking } = counts;
        Self { input, cached, output, thinking }
    }
}

impl From<&CallCounts> for CallSums {
    fn from(counts: &CallCounts) -> Self {
        let refused = Refusal::ALL.into_iter().zip(counts.refused).filter(|(_, calls)| *calls > 0);
        Self {
            served: counts.served,
            queued: counts.queued,
            overflowed: counts.overflowed,
            split: counts.split,
            refused: refused
                .map(|(refusal, calls)| (words::charges::fate_name(Fate::Refused(refusal)), calls))
                .collect(),
            served_tokens: counts.served_tokens.into(),
            overflowed_tokens: counts.overflowed_tokens.into(),
            refused_tokens: counts.refused_tokens.into(),
        }
    }
}

/// What became of all calls, if there were any.
pub(in crate::report) fn traffic(told: &Told<'_>) -> Option<Traffic> {
    let serving = &told.outcome.serving;
    let of =
        |(deployment, target): (&crate::scenario::deployment::Deployment, &crate::serving::TargetOutcome)| {
            (deployment.name.clone(), CallSums::from(&target.calls))
        };
    (serving.calls != CallCounts::default()).then(|| Traffic {
        all: CallSums::from(&serving.calls),
        deployments: told.strategy.deployments.iter().zip(&serving.targets).map(of).collect(),
    })
}

/// The services, then the strategy's deployments.
pub(in crate::report) fn deployments(told: &Told<'_>) -> Vec<Deployment> {
    let services = told.scenario.services.iter().enumerate().zip(&told.outcome.statuses);
    let mut all: Vec<Deployment> = services
        .map(|((index, service), status)| {
            let own = || told.recorder.usages.iter().filter(move |usage| usage.replica.service.0 == index);
            let open = own().filter(|usage| usage.end == UsageEnd::Horizon);
            let still_billing = open.map(|usage| {
                format!("{} on {}", words::item_name(usage.item), told.scenario.markets[usage.market.0].name)
            });
            Deployment {
                name: service.name.clone(),
                status: status.name(),
                replicas: told.outcome.replicas[index],
                cost: own().map(total).sum::<Money>().to_string(),
                still_billing: still_billing.collect(),
                model: None,
                size: None,
            }
        })
        .collect();
    all.extend((0..told.strategy.deployments.len()).map(|index| deployment(told, index)));
    all
}

/// The resources there are under the strategy.
pub(in crate::report) fn resources(told: &Told<'_>) -> Vec<ResourceStanding> {
    let standing = |id: &ResourceId| {
        let resource = &told.scenario.resources[id.0];
        let usages = told.recorder.resource_usages.iter().filter(|usage| usage.resource == *id);
        let charges = told.recorder.resource_charges.iter().filter(|charge| charge.resource == *id);
        let by_time: Money = usages.map(ResourceUsageRecord::total).sum();
        let at_once: Money = charges.map(|charge| charge.amount).sum();
        let tag = resource.kind.tag();
        ResourceStanding {
            name: resource.name.clone(),
            kind: tag.name(),
            status: told.outcome.resource_standings[id.0].0.name(tag),
            cost: (by_time + at_once).to_string(),
        }
    };
    told.strategy.resources.iter().map(standing).collect()
}

fn deployment(told: &Told<'_>, index: usize) -> Deployment {
    let (deployment, recorder) = (&told.strategy.deployments[index], told.recorder);
    let usages = || recorder.deployment_usages.iter().filter(move |usage| usage.deployment.0 == index);
    let by_time: Money = usages().map(time::total).sum();
    let paid = recorder.payments.iter().filter(|payment| payment.deployment.0 == index);
    let tokens = recorder.tokens.iter().filter(|(key, _)| key.target.0 == index);
    let cost = by_time
        + paid.map(|payment| payment.amount).sum::<Money>()
        + tokens.map(|(_, line)| line.amount).sum::<Money>();
    let open = usages().filter(|usage| usage.end == DeploymentUsageEnd::Horizon);
    let events = recorder.deployment_events.iter().rev().map(|(_, event)| event);
    let view = events.filter(|event| event.deployment.0 == index).map(|event| event.view).next();
    let size = view.map(|view| words::deployments::size_words(&deployment.kind, view.quota, view.replicas));
    Deployment {
        name: deployment.name.clone(),
        status: match &deployment.kind {
            DeploymentKind::Ptu(_) | DeploymentKind::Units(_) | DeploymentKind::Tokens(_) => {
                told.outcome.deployment_statuses[index].name()
            }
            DeploymentKind::Public => "Public model",
            DeploymentKind::Service(_) => "Own machines",
        },
        replicas: view.map_or(0, |view| view.replicas),
        cost: cost.to_string(),
        still_billing: open.map(|usage| words::charges::time_item(usage.item).to_owned()).collect(),
        model: Some(deployment.model.clone()),
        size,
    }
}
