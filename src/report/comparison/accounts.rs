//! What a comparison says of accounts: how likely arrears are, when, how early the alerts came, and what was charged.

use super::{NumberResult, money, money_interval, number_result};
use crate::ledger::{AlertKind, Product};
use crate::montecarlo::{
    AccountSamples, AlertSamples, Arrears, MoneyEstimate, Proportion, Samples, quantile_rank,
};
use crate::report::words;
use crate::scenario::Scenario;
use crate::units::{Calendar, Money, SimTime};
use serde::Serialize;
use std::collections::BTreeMap;

const MS_PER_SECOND: f64 = 1_000.0;

/// What became of one account under one strategy.
#[derive(Clone, Debug, Serialize)]
pub struct AccountResult {
    /// Its name.
    pub name: String,
    /// The available balance fell below zero.
    pub overdue: RiskResult,
    /// Calls or services were stopped or frozen.
    pub stopped: RiskResult,
    /// Capacity was released.
    pub released: RiskResult,
    /// Everything was cleared for good.
    pub cleared: RiskResult,
    /// How long something was stopped by arrears, in seconds.
    pub downtime_s: NumberResult,
    /// How long it was overdue, in seconds.
    pub overdue_s: NumberResult,
    /// Episodes of arrears.
    pub episodes: NumberResult,
    /// The least that was available.
    pub least_available: BalanceResult,
    /// What is available at the horizon.
    pub available: BalanceResult,
    /// One per alert that the account asks for.
    pub alerts: Vec<AlertResult>,
    /// What was charged and why, means over replications.
    pub statement: StatementResult,
}

/// A share of replications with its 95 % interval (Wilson).
#[derive(Clone, Debug, Serialize)]
pub struct ProportionResult {
    /// In how many replications.
    pub hits: usize,
    /// The share, in [0, 1].
    pub probability: f64,
    /// Its interval.
    pub ci95: [f64; 2],
}

/// How likely something is, and when it happens if it does.
#[derive(Clone, Debug, Serialize)]
pub struct RiskResult {
    /// How likely.
    #[serde(flatten)]
    pub probability: ProportionResult,
    /// When it happened first, over the replications in which it did; absent if it never did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<DatesResult>,
}

/// Quantiles of an instant: the ⌈pN⌉-th earliest.
#[derive(Clone, Debug, Serialize)]
pub struct DatesResult {
    /// 5 % quantile, as a civil time with its offset.
    pub p5: String,
    /// Median.
    pub p50: String,
    /// 95 % quantile.
    pub p95: String,
    /// The three of them as seconds since the start.
    pub since_start_s: [f64; 3],
}

/// A distribution of a balance.
#[derive(Clone, Debug, Serialize)]
pub struct BalanceResult {
    /// Mean.
    pub mean: String,
    /// 95 % interval of the mean; null for one replication.
    pub ci95: Option<[String; 2]>,
    /// 5 % quantile.
    pub p5: String,
    /// Median.
    pub p50: String,
    /// 95 % quantile.
    pub p95: String,
    /// Least.
    pub min: String,
    /// Greatest.
    pub max: String,
}

/// One alert.
#[derive(Clone, Debug, Serialize)]
pub struct AlertResult {
    /// In words: "balance at 100.00".
    pub name: String,
    /// `monthly_limit`, `daily`, `monthly` or `low_balance`.
    pub kind: &'static str,
    /// The threshold as an amount.
    pub threshold: String,
    /// Replications in which it came.
    pub came: ProportionResult,
    /// Of the replications that stopped: those in which it came before, or at the same instant; absent without a stop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before_stop: Option<ProportionResult>,
    /// Replications that stopped, and in which it came only afterwards.
    pub after_stop: usize,
    /// Replications that stopped, and in which it never came.
    pub missing: usize,
    /// Replications in which it came though nothing stopped.
    pub without_stop: usize,
    /// From its last coming before the first stop to that stop, in seconds; absent where it never came before one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead_s: Option<NumberResult>,
}

/// What was charged and why: means over replications.
#[derive(Clone, Debug, Serialize)]
pub struct StatementResult {
    /// Lines issued before the horizon, as they are to be paid.
    pub issued: String,
    /// Of them, by product; those that occurred.
    pub issued_by_product: BTreeMap<&'static str, String>,
    /// Lines that are issued at or after the horizon.
    pub not_issued: String,
    /// Jobs, single charges and messages, at list price.
    pub charges: String,
    /// Plans and single purchases in advance, less what came back.
    pub purchases: String,
    /// Tax of settlements and purchases.
    pub tax: String,
    /// What rounding at settlements added.
    pub rounding: String,
    /// Negotiated discounts: zero or less.
    pub discounts: String,
    /// What savings plans took over.
    pub covered_by_plans: String,
    /// `charges + purchases + tax + rounding + discounts − covered_by_plans`: what all that adds to the list price of
    /// what was used.
    pub account_cost: String,
}

/// One result per account of the scenario.
pub(super) fn account_results(scenario: &Scenario, column: &Samples) -> Vec<AccountResult> {
    let accounts = scenario.accounts.iter().zip(&column.accounts);
    accounts.map(|(model, samples)| account_result(&scenario.calendar, &model.name, samples)).collect()
}

fn account_result(calendar: &Calendar, name: &str, samples: &AccountSamples) -> AccountResult {
    let seconds = |list: &[i64]| {
        let values: Vec<f64> = list.iter().map(|ms| *ms as f64 / MS_PER_SECOND).collect();
        number_result(&values, 0.0, f64::INFINITY)
    };
    let episodes: Vec<f64> = samples.episodes.iter().map(|count| f64::from(*count)).collect();
    let risk = |what| risk_result(calendar, samples, what);
    AccountResult {
        name: name.to_owned(),
        overdue: risk(Arrears::Overdue),
        stopped: risk(Arrears::Stopped),
        released: risk(Arrears::Released),
        cleared: risk(Arrears::Cleared),
        downtime_s: seconds(&samples.downtime_ms),
        overdue_s: seconds(&samples.overdue_ms),
        episodes: number_result(&episodes, 0.0, f64::INFINITY),
        least_available: balance_result(&samples.least_available),
        available: balance_result(&samples.available),
        alerts: samples.alerts.iter().map(|alert| alert_result(samples, alert)).collect(),
        statement: statement_result(samples),
    }
}

fn risk_result(calendar: &Calendar, samples: &AccountSamples, what: Arrears) -> RiskResult {
    let mut instants = samples.instants(what);
    instants.sort_unstable();
    let probability = proportion_result(instants.len(), samples.len()).expect("a study has a replication");
    RiskResult { probability, first: dates_result(calendar, &instants) }
}

/// The quantiles of sorted instants; none of none.
fn dates_result(calendar: &Calendar, sorted: &[SimTime]) -> Option<DatesResult> {
    if sorted.is_empty() {
        return None;
    }
    let quantiles = [50, 500, 950].map(|per_mille| sorted[quantile_rank(per_mille, sorted.len()) - 1]);
    let [p5, p50, p95] = quantiles.map(|at| calendar.format(at));
    Some(DatesResult { p5, p50, p95, since_start_s: quantiles.map(|at| at.as_ms() as f64 / MS_PER_SECOND) })
}

pub(super) fn proportion_result(hits: usize, n: usize) -> Option<ProportionResult> {
    let proportion = Proportion::of(hits, n)?;
    Some(ProportionResult { hits, probability: proportion.share, ci95: proportion.ci95.into() })
}

fn balance_result(amounts: &[Money]) -> BalanceResult {
    let estimate = MoneyEstimate::of(amounts).expect("a study has at least one replication");
    BalanceResult {
        mean: money(estimate.mean.mean),
        ci95: money_interval(estimate.mean.ci95),
        p5: money(estimate.p5),
        p50: money(estimate.p50),
        p95: money(estimate.p95),
        min: money(estimate.min),
        max: money(estimate.max),
    }
}

fn alert_result(samples: &AccountSamples, alert: &AlertSamples) -> AlertResult {
    let leads: Vec<f64> = alert.leads_ms.iter().map(|ms| *ms as f64 / MS_PER_SECOND).collect();
    AlertResult {
        name: words::alerts::alert_name(alert.kind, alert.threshold),
        kind: kind_name(alert.kind),
        threshold: money(alert.threshold),
        came: proportion_result(alert.came, samples.len()).expect("a study has at least one replication"),
        before_stop: proportion_result(leads.len(), samples.count(Arrears::Stopped)),
        after_stop: alert.after,
        missing: samples.missing(alert),
        without_stop: alert.without_stop,
        lead_s: (!leads.is_empty()).then(|| number_result(&leads, 0.0, f64::INFINITY)),
    }
}

fn kind_name(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::MonthlyLimit { .. } => "monthly_limit",
        AlertKind::Daily => "daily",
        AlertKind::Monthly => "monthly",
        AlertKind::LowBalance => "low_balance",
    }
}

fn statement_result(samples: &AccountSamples) -> StatementResult {
    let totals = &samples.totals;
    let mean = |total: Money| money(total.per(samples.len()));
    let products = Product::ALL.into_iter().zip(totals.issued_by_product);
    StatementResult {
        issued: mean(totals.issued),
        issued_by_product: products
            .filter(|(_, total)| *total != Money::ZERO)
            .map(|(product, total)| (product.name(), mean(total)))
            .collect(),
        not_issued: mean(totals.not_issued),
        charges: mean(totals.charges),
        purchases: mean(totals.purchases),
        tax: mean(totals.tax),
        rounding: mean(totals.rounding),
        discounts: mean(totals.discounts),
        covered_by_plans: mean(totals.covered_by_plans),
        account_cost: mean(totals.adjustment),
    }
}
