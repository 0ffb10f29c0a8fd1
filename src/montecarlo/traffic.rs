//! What the replications of one strategy did with their calls: a column where an interval matters, exact sums elsewhere.

use crate::serving::{CallCounts, ServingOutcome, TargetOutcome, TokenCounts, Utilisation};
use crate::units::{Money, SimSpan};

/// Columns in replication order (64 bytes for each replication) and sums over replications.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrafficSamples {
    /// Pay-as-you-go charge of all overflow.
    pub overflow: Vec<Money>,
    /// Calls served as planned.
    pub served: Vec<u64>,
    /// Calls that overflowed.
    pub overflowed: Vec<u64>,
    /// Calls that were refused, whatever the reason.
    pub refused: Vec<u64>,
    /// Tokens served or overflowed, input and output.
    pub delivered_tokens: Vec<u64>,
    /// Of these, overflowed.
    pub overflowed_tokens: Vec<u64>,
    /// Sum over all calls.
    pub calls: CallCounts,
    /// Sums, one per target.
    pub targets: Vec<TargetTotals>,
    /// Sums, one per tenant.
    pub tenants: Vec<CallCounts>,
}

/// Sums over the replications of one target.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TargetTotals {
    /// Its calls.
    pub calls: CallCounts,
    /// Pay-as-you-go charge of what overflowed from it.
    pub overflow: Money,
    /// Charge of the tokens it served itself.
    pub tokens: Money,
    /// One per quota dimension.
    pub utilisation: Vec<UtilisationTotals>,
    /// Waiting for slots.
    pub waits: WaitTotals,
}

/// Sums over those replications in which a quota was open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UtilisationTotals {
    /// `input`, `output` or `thinking output`.
    pub dimension: &'static str,
    /// How many replications.
    pub replications: u64,
    /// Of the mean use over quota.
    pub mean: f64,
    /// Of the 95 % quantiles over minutes.
    pub p95: f64,
    /// Of the 99 % quantiles over minutes.
    pub p99: f64,
    /// Of the shares of minutes above 100 %.
    pub share_above: f64,
}

/// Waiting for slots over replications.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaitTotals {
    /// Replications in which calls were served.
    pub replications: u64,
    /// Sum over served calls.
    pub total_ms: i128,
    /// Sum over replications of the 95 % quantiles over calls.
    pub p95_ms: i128,
    /// The longest of all.
    pub longest: SimSpan,
}

impl TrafficSamples {
    /// Adds what one replication left behind.
    pub(super) fn push(&mut self, outcome: &ServingOutcome) {
        let calls = &outcome.calls;
        self.overflow.push(outcome.overflow);
        self.served.push(calls.served);
        self.overflowed.push(calls.overflowed);
        self.refused.push(calls.refused.iter().sum());
        let overflowed = both_ways(&calls.overflowed_tokens);
        self.delivered_tokens.push(both_ways(&calls.served_tokens) + overflowed);
        self.overflowed_tokens.push(overflowed);
        add_calls(&mut self.calls, calls);
        self.targets.resize_with(outcome.targets.len().max(self.targets.len()), TargetTotals::default);
        for (sum, target) in self.targets.iter_mut().zip(&outcome.targets) {
            sum.add(target);
        }
        self.tenants.resize(outcome.tenants.len().max(self.tenants.len()), CallCounts::default());
        for (sum, tenant) in self.tenants.iter_mut().zip(&outcome.tenants) {
            add_calls(sum, tenant);
        }
    }

    /// True if no replication was added.
    pub fn is_empty(&self) -> bool {
        self.overflow.is_empty()
    }

    /// Share of each replication's delivered tokens that overflowed, in `[0, 1]`; 0 where none were delivered.
    pub fn overflow_shares(&self) -> Vec<f64> {
        let pairs = self.overflowed_tokens.iter().zip(&self.delivered_tokens);
        pairs.map(|(part, whole)| *part as f64 / (*whole).max(1) as f64).collect()
    }

    /// Share of each replication's calls that were refused, in `[0, 1]`; 0 where none came.
    pub fn refused_shares(&self) -> Vec<f64> {
        let taken = self.served.iter().zip(&self.overflowed).map(|(served, overflowed)| served + overflowed);
        let pairs = self.refused.iter().zip(taken);
        pairs.map(|(refused, taken)| *refused as f64 / (taken + refused).max(1) as f64).collect()
    }
}

impl TargetTotals {
    fn add(&mut self, target: &TargetOutcome) {
        add_calls(&mut self.calls, &target.calls);
        self.overflow += target.overflow;
        self.tokens += target.tokens;
        for quota in target.utilisation.iter().filter(|quota| quota.minutes > 0) {
            self.add_utilisation(quota);
        }
        let waits = &target.waits;
        self.waits.replications += u64::from(target.calls.served > 0);
        self.waits.total_ms += waits.total_ms;
        self.waits.p95_ms += i128::from(waits.p95.as_ms());
        self.waits.longest = self.waits.longest.max(waits.longest);
    }

    fn add_utilisation(&mut self, quota: &Utilisation) {
        let known = self.utilisation.iter().position(|sum| sum.dimension == quota.dimension);
        let place = known.unwrap_or_else(|| {
            self.utilisation.push(UtilisationTotals { dimension: quota.dimension, ..Default::default() });
            self.utilisation.len() - 1
        });
        let sum = &mut self.utilisation[place];
        sum.replications += 1;
        sum.mean += quota.mean;
        sum.p95 += quota.p95;
        sum.p99 += quota.p99;
        sum.share_above += quota.share_above;
    }
}

/// Input and output.
fn both_ways(tokens: &TokenCounts) -> u64 {
    tokens.input + tokens.output
}

fn add_calls(sum: &mut CallCounts, one: &CallCounts) {
    sum.served += one.served;
    sum.queued += one.queued;
    sum.overflowed += one.overflowed;
    sum.split += one.split;
    for (sum, one) in sum.refused.iter_mut().zip(one.refused) {
        *sum += one;
    }
    sum.slow += one.slow;
    sum.web_searches += one.web_searches;
    add_tokens(&mut sum.served_tokens, &one.served_tokens);
    add_tokens(&mut sum.overflowed_tokens, &one.overflowed_tokens);
    add_tokens(&mut sum.refused_tokens, &one.refused_tokens);
}

fn add_tokens(sum: &mut TokenCounts, one: &TokenCounts) {
    sum.input += one.input;
    sum.cached += one.cached;
    sum.output += one.output;
    sum.thinking += one.thinking;
}
