//! What a comparison says: one object that the table prints and the JSON carries.

mod accounts;
mod traffic;

pub use accounts::{
    AccountResult, AlertResult, BalanceResult, DatesResult, ProportionResult, RiskResult, StatementResult,
};
pub use traffic::{
    CallMeans, CallsResult, DeploymentResult, MeanResult, TenantResult, TokenMeans, TokensResult,
    TrafficResult, UtilisationResult, WaitsResult,
};

use super::baseline::BaselineResult;
use super::policies::{self, Policy};
use super::precision::PrecisionResult;
use super::thresholds::ThresholdResult;
use crate::montecarlo::{MeanEstimate, MoneyEstimate, Paired, RatioEstimate, Samples, StudySize};
use crate::scenario::model::Strategy;
use crate::scenario::resource::ResourceTag;
use crate::scenario::{Scenario, ScenarioHash};
use crate::units::{Money, SimSpan};
use serde::Serialize;
use std::collections::BTreeMap;

const MS_PER_SECOND: f64 = 1_000.0;

/// The result of `compare`. Money is text, everything else a number; fields are added by later versions and kept.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// Name of the scenario.
    pub scenario: String,
    /// Of everything that can change a result: two runs with the same hash and seed met the same worlds.
    pub scenario_hash: ScenarioHash,
    /// The question it answers.
    pub question: String,
    /// Root of all luck.
    pub seed: u64,
    /// Number of replications.
    pub replications: u64,
    /// ISO 4217 code.
    pub currency: String,
    /// Length of a run in hours.
    pub horizon_hours: f64,
    /// Length of a run, exactly.
    #[serde(skip)]
    pub horizon: SimSpan,
    /// One per strategy, in scenario order.
    pub strategies: Vec<StrategyResult>,
    /// One per pair of strategies, in scenario order.
    pub paired: Vec<PairResult>,
    /// Replayed records and how much they hold.
    pub histories: Vec<HistoryResult>,
    /// How narrow intervals were to be; absent where nobody asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<PrecisionResult>,
    /// Figures held against limits; absent where none were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<ThresholdResult>,
    /// What changed since an earlier run; absent where none was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<BaselineResult>,
    /// What to beware of when reading the figures.
    pub warnings: Vec<String>,
    /// Version of the program.
    pub version: &'static str,
}

/// What one strategy gave.
#[derive(Clone, Debug, Serialize)]
pub struct StrategyResult {
    /// Its name.
    pub name: String,
    /// The types it rents in their order, each with its bid; absent where it rents none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<String>,
    /// Its policies that are not the default.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<Policy>,
    /// The bill.
    pub cost: CostResult,
    /// The bill plus the price of lost hours and reclaims, where the scenario gives them one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_with_downtime: Option<CostResult>,
    /// Mean bill per mean hour in Running (per replica): a ratio of sums with its interval; absent if it never ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_per_available_hour: Option<MeanMoneyResult>,
    /// Mean of each part of the bill.
    pub components: Components,
    /// Share of the horizon × replicas in Running.
    pub availability: NumberResult,
    /// Instances taken back by the provider.
    pub reclaims: NumberResult,
    /// Instances acquired, mean.
    pub launches_mean: f64,
    /// Returns to a preferred type, mean.
    pub moves_mean: f64,
    /// Containers that crashed or failed to start; this and the next only where some can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crashes: Option<NumberResult>,
    /// Instances given up because their containers failed too often, mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_up_mean: Option<f64>,
    /// From submission to the first Running in seconds; the horizon for a replication that never runs.
    pub time_to_running_s: NumberResult,
    /// Share of replications in which some service never ran.
    pub never_ran_share: f64,
    /// Share of the wanted time in Running on each instance type that was used, and in none.
    pub time_shares: Vec<TimeShare>,
    /// What became of the calls; absent where the scenario has neither calls nor deployments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traffic: Option<TrafficResult>,
    /// What became of each account, in scenario order; absent where the scenario has none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<AccountResult>,
    /// It rents machines; what is said of instances means nothing otherwise.
    #[serde(skip)]
    pub rents_machines: bool,
}

/// A distribution of money.
#[derive(Clone, Debug, Serialize)]
pub struct CostResult {
    /// Mean.
    pub mean: String,
    /// 95 % interval of the mean; null for one replication.
    pub ci95: Option<[String; 2]>,
    /// Standard error of the mean in the currency, an estimate and so a number; null for one replication.
    pub standard_error: Option<f64>,
    /// Quantiles: the ⌈pN⌉-th smallest.
    pub p5: String,
    /// Median.
    pub p50: String,
    /// 95 % quantile.
    pub p95: String,
    /// 99 % quantile.
    pub p99: String,
    /// Mean of the dearest ⌈0.05 N⌉.
    pub cvar95: String,
    /// Cheapest replication.
    pub min: String,
    /// Dearest replication.
    pub max: String,
}

/// A mean of money.
#[derive(Clone, Debug, Serialize)]
pub struct MeanMoneyResult {
    /// Mean.
    pub mean: String,
    /// 95 % interval; null for one replication.
    pub ci95: Option<[String; 2]>,
}

/// A distribution of a number.
#[derive(Clone, Debug, Serialize)]
pub struct NumberResult {
    /// Mean.
    pub mean: f64,
    /// 95 % interval of the mean; null for one replication.
    pub ci95: Option<[f64; 2]>,
    /// Standard error of the mean; null for one replication.
    pub standard_error: Option<f64>,
    /// 5 % quantile.
    pub p5: f64,
    /// Median.
    pub p50: f64,
    /// 95 % quantile.
    pub p95: f64,
    /// Least.
    pub min: f64,
    /// Greatest.
    pub max: f64,
}

/// Mean of each part of the bill.
#[derive(Clone, Debug, Serialize)]
pub struct Components {
    /// Compute at the standard price.
    pub standard: String,
    /// Compute at spot prices.
    pub spot: String,
    /// System disks.
    pub disk: String,
    /// Deployments by time and in advance, less what came back; this and the next three where there are calls or
    /// deployments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commitment: Option<String>,
    /// Tokens that overflowed to pay-as-you-go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overflow: Option<String>,
    /// Tokens that were billed as tokens by plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<String>,
    /// Web searches of calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_search: Option<String>,
    /// Resources beside services and deployments; this and the next where the scenario has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<String>,
    /// The same by kind; kinds that cost nothing are left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources_by_kind: Option<BTreeMap<&'static str, String>>,
    /// What accounts add to the list price of what was used: jobs, charges, purchases, tax and rounding, less discounts
    /// and what savings plans took over; only where there are accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accounts: Option<String>,
}

/// Share of the wanted time on one instance type.
#[derive(Clone, Debug, Serialize)]
pub struct TimeShare {
    /// Market; `null` for the time in none (waiting, starting, stopped).
    #[serde(rename = "type")]
    pub market: Option<String>,
    /// Its instance type; several markets may offer the same one.
    pub instance_type: Option<String>,
    /// `spot` or `standard`; `null` for the time in none.
    pub tariff: Option<&'static str>,
    /// Share, in [0, 1].
    pub share: f64,
}

/// Two strategies in the same worlds.
#[derive(Clone, Debug, Serialize)]
pub struct PairResult {
    /// First strategy.
    pub a: String,
    /// Second strategy.
    pub b: String,
    /// a − b.
    pub difference: MeanMoneyResult,
    /// Share of worlds in which a is cheaper.
    pub probability_a_cheaper: f64,
    /// Its 95 % interval (Wilson).
    pub probability_a_cheaper_ci95: [f64; 2],
    /// Share of worlds in which both cost the same.
    pub probability_equal: f64,
}

/// A replayed record.
#[derive(Clone, Debug, Serialize)]
pub struct HistoryResult {
    /// The clock group.
    pub clock: String,
    /// Files.
    pub files: Vec<String>,
    /// Days that are replayed.
    pub span_days: f64,
    /// Independent windows of the horizon's length that the record holds.
    pub independent_windows: f64,
    /// Blocks it holds, for the block bootstrap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocks: Option<f64>,
    /// Every replication replays the same part of it.
    pub is_fixed: bool,
    /// The same in words.
    #[serde(skip)]
    pub extent: String,
}

impl Comparison {
    /// Reduces the samples of a study, in replication order. A study has at least one replication.
    pub fn new(scenario: &Scenario, size: StudySize, samples: &[Samples]) -> Self {
        let named = || scenario.strategies.iter().zip(samples);
        let strategies =
            named().map(|(strategy, column)| strategy_result(scenario, strategy, column)).collect();
        let mut paired = Vec::new();
        for (index, (a, columns_a)) in named().enumerate() {
            for (b, columns_b) in named().skip(index + 1) {
                let pair = Paired::of(&columns_a.cost, &columns_b.cost).expect("both ran in every world");
                paired.push(pair_result(&a.name, &b.name, &pair));
            }
        }
        Self {
            scenario: scenario.name.clone(),
            scenario_hash: scenario.hash,
            question: scenario.question.clone(),
            seed: size.seed,
            replications: size.replications,
            currency: scenario.currency.clone(),
            horizon_hours: scenario.horizon.as_ms() as f64 / SimSpan::HOUR.as_ms() as f64,
            horizon: scenario.horizon,
            strategies,
            paired,
            histories: scenario.histories.iter().map(history_result).collect(),
            precision: None,
            thresholds: Vec::new(),
            baseline: None,
            warnings: warnings(scenario, samples),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

fn strategy_result(scenario: &Scenario, strategy: &Strategy, column: &Samples) -> StrategyResult {
    let n = column.cost.len() as f64;
    let pairs = column.running_ms.iter().zip(&column.wanted_ms);
    let availability: Vec<f64> = pairs.map(|(ran, wanted)| *ran as f64 / (*wanted).max(1) as f64).collect();
    let available: Vec<SimSpan> = column.running_ms.iter().map(|ms| SimSpan::from_ms(*ms)).collect();
    let reclaims: Vec<f64> = column.reclaims.iter().map(|count| f64::from(*count)).collect();
    let crashes: Vec<f64> = column.crashes.iter().map(|count| f64::from(*count)).collect();
    let waits: Vec<f64> = column.first_running_ms.iter().map(|ms| *ms as f64 / MS_PER_SECOND).collect();
    StrategyResult {
        name: strategy.name.clone(),
        cost: cost_result(&column.cost),
        cost_with_downtime: (!column.cost_with_downtime.is_empty())
            .then(|| cost_result(&column.cost_with_downtime)),
        cost_per_available_hour: RatioEstimate::of(&column.cost, &available)
            .map(|ratio| MeanMoneyResult { mean: money(ratio.per_unit), ci95: money_interval(ratio.ci95) }),
        components: components(scenario, column),
        availability: number_result(&availability, 0.0, 1.0),
        reclaims: number_result(&reclaims, 0.0, f64::INFINITY),
        launches_mean: column.totals.launches as f64 / n,
        moves_mean: column.totals.moves as f64 / n,
        crashes: (!crashes.is_empty()).then(|| number_result(&crashes, 0.0, f64::INFINITY)),
        given_up_mean: (!crashes.is_empty()).then_some(column.totals.given_up as f64 / n),
        time_to_running_s: number_result(&waits, 0.0, f64::INFINITY),
        never_ran_share: column.never_ran as f64 / n,
        time_shares: time_shares(scenario, column),
        traffic: scenario.has_traffic().then(|| traffic::traffic_result(scenario, strategy, column)),
        accounts: accounts::account_results(scenario, column),
        rents_machines: scenario.rents_machines(strategy),
        types: policies::types(scenario, &strategy.plan),
        policies: policies::policies(&strategy.plan),
    }
}

fn components(scenario: &Scenario, column: &Samples) -> Components {
    let per_replication = |total: Money| money(total.per(column.cost.len()));
    let with_traffic = |total: Money| scenario.has_traffic().then(|| per_replication(total));
    let has_resources = !scenario.resources.is_empty();
    let by_kind = || {
        let kinds = ResourceTag::ALL.into_iter().map(|tag| (tag, column.totals.resources.of(tag)));
        let costly = kinds.filter(|(_, amount)| *amount != Money::ZERO);
        costly.map(|(tag, amount)| (tag.name(), per_replication(amount))).collect()
    };
    Components {
        standard: per_replication(column.totals.standard),
        spot: per_replication(column.totals.spot),
        disk: per_replication(column.totals.disk),
        commitment: with_traffic(column.totals.commitment),
        overflow: with_traffic(column.totals.overflow),
        tokens: with_traffic(column.totals.tokens),
        web_search: with_traffic(column.totals.web_search),
        resources: has_resources.then(|| per_replication(column.totals.resources.total())),
        resources_by_kind: has_resources.then(by_kind),
        accounts: (!scenario.accounts.is_empty()).then(|| per_replication(column.totals.accounts)),
    }
}

fn time_shares(scenario: &Scenario, column: &Samples) -> Vec<TimeShare> {
    let wanted: i128 = column.wanted_ms.iter().map(|ms| i128::from(*ms)).sum();
    let share = |ms: i128| ms as f64 / wanted.max(1) as f64;
    let mut shares = Vec::new();
    let mut rest = wanted;
    for (tariff, column) in [("spot", &column.totals.spot_ms), ("standard", &column.totals.standard_ms)] {
        for (market, ms) in scenario.markets.iter().zip(column).filter(|(_, ms)| **ms > 0) {
            shares.push(TimeShare {
                market: Some(market.name.clone()),
                instance_type: Some(market.instance_type.clone()),
                tariff: Some(tariff),
                share: share(*ms),
            });
            rest -= ms;
        }
    }
    shares.push(TimeShare { market: None, instance_type: None, tariff: None, share: share(rest) });
    shares
}

fn pair_result(a: &str, b: &str, pair: &Paired) -> PairResult {
    PairResult {
        a: a.to_owned(),
        b: b.to_owned(),
        difference: MeanMoneyResult {
            mean: money(pair.difference.mean),
            ci95: money_interval(pair.difference.ci95),
        },
        probability_a_cheaper: pair.probability_a_cheaper.share,
        probability_a_cheaper_ci95: pair.probability_a_cheaper.ci95.into(),
        probability_equal: pair.probability_equal.share,
    }
}

fn history_result(note: &crate::scenario::model::HistoryNote) -> HistoryResult {
    HistoryResult {
        clock: note.clock.clone(),
        files: note.files.clone(),
        span_days: note.span.as_ms() as f64 / SimSpan::DAY.as_ms() as f64,
        independent_windows: note.independent_windows,
        blocks: note.blocks,
        is_fixed: note.is_fixed,
        extent: note.extent(),
    }
}

/// Below this many independent windows an interval says more about the record than about the future.
const INDEPENDENT_WINDOWS_MIN: f64 = 10.0;

fn warnings(scenario: &Scenario, samples: &[Samples]) -> Vec<String> {
    let short = scenario
        .histories
        .iter()
        .filter(|note| !note.is_fixed && note.independent_windows < INDEPENDENT_WINDOWS_MIN);
    let mut warnings: Vec<String> = short
        .map(|note| {
            format!(
                "the record behind clock \"{}\" holds {:.1} independent windows: the intervals say how well the \
                 mean over this record is known, not how well the future is",
                note.clock, note.independent_windows
            )
        })
        .collect();
    for (strategy, column) in scenario.strategies.iter().zip(samples) {
        if column.never_ran > 0 {
            warnings.push(format!(
                "\"{}\" never reached Running in {} of {} replications; they count the whole horizon as time to Running",
                strategy.name,
                column.never_ran,
                column.cost.len()
            ));
        }
    }
    warnings
}

fn cost_result(costs: &[Money]) -> CostResult {
    let estimate = MoneyEstimate::of(costs).expect("a study has at least one replication");
    CostResult {
        mean: money(estimate.mean.mean),
        ci95: money_interval(estimate.mean.ci95),
        standard_error: estimate.mean.standard_error,
        p5: money(estimate.p5),
        p50: money(estimate.p50),
        p95: money(estimate.p95),
        p99: money(estimate.p99),
        cvar95: money(estimate.cvar95),
        min: money(estimate.min),
        max: money(estimate.max),
    }
}

/// The summary of a number that cannot leave `[least, most]`; neither does its interval.
fn number_result(values: &[f64], least: f64, most: f64) -> NumberResult {
    let estimate = MeanEstimate::of(values).expect("a study has at least one replication");
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let quantile = |per_mille| sorted[crate::montecarlo::quantile_rank(per_mille, sorted.len()) - 1];
    NumberResult {
        mean: estimate.mean,
        ci95: estimate.ci95.map(|(low, high)| [low.max(least), high.min(most)]),
        standard_error: estimate.standard_error,
        p5: quantile(50),
        p50: quantile(500),
        p95: quantile(950),
        min: quantile(0),
        max: quantile(1_000),
    }
}

fn money(amount: Money) -> String {
    amount.to_string()
}

fn money_interval(interval: Option<(Money, Money)>) -> Option<[String; 2]> {
    interval.map(|(low, high)| [money(low), money(high)])
}
