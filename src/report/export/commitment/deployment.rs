//! Prepaid deployments: their payments by the day, and what of each day was used.

use super::super::number::Number;
use super::amortise::{Day, Days, Fraction, days_of};
use super::term::{self, TermPayment};
use super::{Bought, CommitmentKind, Commitments, PurchaseId};
use crate::report::Told;
use crate::scenario::deployment::{Deployment, DeploymentId, DeploymentKind, PtuDeployment};
use crate::serving::{Quota, TargetId};
use crate::units::{SimSpan, SimTime, UnitPrice};
use std::collections::BTreeMap;

/// Adds every deployment that something was paid for in advance.
pub(super) fn add(commitments: &mut Commitments, told: &Told<'_>) {
    let mut by_deployment: BTreeMap<DeploymentId, Vec<TermPayment>> = BTreeMap::new();
    for payment in term::payments(told) {
        by_deployment.entry(payment.deployment).or_default().push(payment);
    }
    for (id, payments) in by_deployment {
        let deployment = &told.strategy.deployments[id.0];
        let Some(kind) = kind_of(id, deployment) else { continue };
        let commitment = commitments.begin(told, deployment.account, &deployment.name, kind);
        let mut days = Days::default();
        for payment in payments {
            let unamortised = days.spread(told.scenario, payment.paid);
            let window = payment.paid.window;
            let quantity = window.map_or(Number::ZERO, days_of);
            let bought = Bought { commitment, window, quantity, unamortised };
            commitments.bought.insert(PurchaseId::Payment(payment.index), bought);
        }
        let standing = Standing::new(told, id);
        commitments.all[commitment].parts = days.parts(|day| standing.used(told, deployment, day));
    }
}

fn kind_of(id: DeploymentId, deployment: &Deployment) -> Option<CommitmentKind> {
    match deployment.kind {
        DeploymentKind::Ptu(_) => Some(CommitmentKind::Throughput(id)),
        DeploymentKind::Units(_) => Some(CommitmentKind::Units(id)),
        DeploymentKind::Tokens(_) | DeploymentKind::Public | DeploymentKind::Service(_) => None,
    }
}

/// How large a deployment is and whether it serves, over time.
struct Standing {
    id: DeploymentId,
    changes: Vec<(SimTime, Quota, bool)>,
}

impl Standing {
    fn new(told: &Told<'_>, id: DeploymentId) -> Self {
        let events = told.recorder.deployment_events.iter().map(|(_, event)| event);
        let own = events.filter(|event| event.deployment == id);
        let changes = own.map(|event| (event.at, event.view.quota, event.view.status.is_serving()));
        Self { id, changes: changes.collect() }
    }

    /// Its stretches of one size within a day.
    fn stretches(&self, day: &Day) -> impl Iterator<Item = (SimSpan, Quota, bool)> {
        let nexts = self.changes.iter().skip(1).map(|(at, ..)| *at).chain([SimTime::NEVER]);
        let (from, to) = (day.from, day.to);
        self.changes.iter().zip(nexts).filter_map(move |((at, quota, serves), next)| {
            let span = next.min(to).since((*at).max(from));
            span.is_positive().then_some((span, *quota, *serves))
        })
    }

    /// Of throughput: what its tokens are worth at its prices, of what the quota of the whole day is worth. Of model
    /// units: the time in which they served.
    fn used(&self, told: &Told<'_>, deployment: &Deployment, day: &Day) -> Fraction {
        match &deployment.kind {
            DeploymentKind::Ptu(ptu) => self.used_throughput(told, ptu, day),
            DeploymentKind::Units(_)
            | DeploymentKind::Tokens(_)
            | DeploymentKind::Public
            | DeploymentKind::Service(_) => self.served(day),
        }
    }

    fn served(&self, day: &Day) -> Fraction {
        let serving = self.stretches(day).filter(|(.., serves)| *serves).map(|(span, ..)| span.as_ms());
        let serving: i64 = serving.sum();
        let hours = Number::ratio(i128::from(serving), i128::from(SimSpan::HOUR.as_ms()), Number::whole(1));
        Fraction::new(i128::from(serving), i128::from(day.span().as_ms()), (hours, "Hours"))
    }

    fn used_throughput(&self, told: &Told<'_>, ptu: &PtuDeployment, day: &Day) -> Fraction {
        let target = TargetId(self.id.0);
        let minutes = told.recorder.minutes.range((target, day.from)..(target, day.to));
        let (mut input, mut output) = (0_u64, 0_u64);
        for (_, minute) in minutes {
            input += minute.served_input;
            output += minute.served_output;
        }
        let worth = Worth::new(ptu);
        let per_ms = |quota: Quota| worth.of(quota.input_tpm, output_tpm(quota));
        let minute_ms = i128::from(SimSpan::MINUTE.as_ms());
        let capacity = self.stretches(day).map(|(span, quota, _)| i128::from(span.as_ms()) * per_ms(quota));
        let used = worth.of(input, output) * minute_ms;
        Fraction::new(used, capacity.sum(), (Number::whole(input + output), "Tokens"))
    }
}

fn output_tpm(quota: Quota) -> u64 {
    quota.output_tpm + quota.thinking_output_tpm.unwrap_or(0)
}

/// What tokens are worth beside each other. Thinking output counts as output, since a minute does not tell them apart.
struct Worth {
    input: i128,
    output: i128,
}

impl Worth {
    fn new(ptu: &PtuDeployment) -> Self {
        let nano = |price: UnitPrice| i128::from(price.as_nano());
        // A provider that sells units counts input for both.
        match ptu.unit_tpm {
            Some(_) => Self { input: 1, output: 0 },
            None => Self { input: nano(ptu.daily.input), output: nano(ptu.daily.output) },
        }
    }

    fn of(&self, input: u64, output: u64) -> i128 {
        self.input * i128::from(input) + self.output * i128::from(output)
    }
}
