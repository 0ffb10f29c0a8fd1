//! What changed since an earlier run, and whether luck alone explains it.
//!
//! An earlier run is known by its `results.json`. Which test of a change is valid depends on what the two runs share, and
//! is said with the changes: with the same seed and number of replications, and `replications.csv` beside the file, every
//! world of one run has its pair in the other, whatever changed in the scenario, and pairs are compared; otherwise means
//! are compared as those of independent samples. Two runs of one scenario with one seed share worlds and differ in their
//! number only: nothing is tested then.

mod read;
mod table;

pub use read::BaselineError;
pub(super) use table::table;

use super::figures::{Number, number};
use crate::montecarlo::{
    MeanEstimate, Metric, Samples, Statistic, StudySize, USUAL_RESAMPLES, WelchTest, bootstrap,
    bootstrap_seed, quantile_rank,
};
use crate::scenario::Scenario;
use crate::units::Money;
use read::{Columns, MoneyResults, NumberResults, Replications, Results, StrategyResults};
use serde::Serialize;
use std::path::Path;

/// Below this many pairs a resample says little of a quantile.
const PAIRS_FOR_QUANTILE: usize = 100;
/// Above so many, resampling takes longer than a run may.
const PAIRS_TO_RESAMPLE: usize = 20_000;

/// An earlier run.
#[derive(Debug)]
pub struct Baseline {
    file: String,
    results: Results,
    /// Its replications where they may be needed, or why there are none.
    replications: Result<Replications, String>,
}

/// Changes since an earlier run. Money is text, everything else a number.
#[derive(Clone, Debug, Serialize)]
pub struct BaselineResult {
    /// The file.
    pub file: String,
    /// Name of its scenario.
    pub scenario: String,
    /// Hash of its scenario.
    pub scenario_hash: String,
    /// The scenario, its data and the program are the same as then.
    pub is_same_scenario: bool,
    /// Its seed.
    pub seed: u64,
    /// Its number of replications.
    pub replications: u64,
    /// The version that wrote it.
    pub version: String,
    /// How changes are tested.
    pub method: Method,
    /// Why so, and what else to know, in words.
    pub notes: Vec<String>,
    /// One per strategy and headline figure that both runs have.
    pub changes: Vec<Change>,
    /// Strategies that only it has.
    pub only_then: Vec<String>,
    /// Strategies that it has not.
    pub only_now: Vec<String>,
}

/// How a change is tested.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// World by world: Student's t of the differences, a bootstrap over worlds for a quantile.
    Paired,
    /// As means of independent samples.
    Welch,
    /// Not at all: both runs have the same worlds of the same scenario.
    Untested,
}

/// What became of one figure of one strategy.
#[derive(Clone, Debug, Serialize)]
pub struct Change {
    /// The strategy.
    pub strategy: String,
    /// The metric.
    pub metric: String,
    /// Its value then.
    pub then: Number,
    /// Its value now.
    pub now: Number,
    /// Now less then.
    pub difference: Number,
    /// 95 % interval of the difference; null where it is not tested.
    pub ci95: Option<[Number; 2]>,
    /// The interval does not hold 0; null where it is not tested.
    pub is_significant: Option<bool>,
    #[serde(skip)]
    numbers: Numbers,
}

/// The same for a table.
#[derive(Clone, Copy, Debug)]
struct Numbers {
    metric: Metric,
    then: f64,
    now: f64,
    ci95: Option<(f64, f64)>,
}

/// A figure that is followed from run to run.
struct Headline {
    metric: &'static str,
    then: fn(&StrategyResults) -> Option<Then>,
    column: fn(&Columns) -> Vec<f64>,
}

/// A figure as an earlier run has it.
struct Then {
    value: f64,
    exact: Option<Money>,
    standard_error: Option<f64>,
}

const HEADLINES: [Headline; 6] = [
    Headline {
        metric: "cost.mean",
        then: |one| Some(mean_of_money(&one.cost)),
        column: |columns| in_currency(&columns.cost),
    },
    Headline {
        metric: "cost.p95",
        then: |one| Some(amount(&one.cost.p95, None)),
        column: |columns| in_currency(&columns.cost),
    },
    Headline {
        metric: "cost_with_downtime.mean",
        then: |one| one.cost_with_downtime.as_ref().map(mean_of_money),
        column: |columns| in_currency(&columns.cost_with_downtime),
    },
    Headline {
        metric: "availability.mean",
        then: |one| Some(mean_of_number(&one.availability)),
        column: |columns| columns.availability.clone(),
    },
    Headline {
        metric: "reclaims.mean",
        then: |one| Some(mean_of_number(&one.reclaims)),
        column: |columns| columns.reclaims.clone(),
    },
    Headline {
        metric: "refused_share.mean",
        then: |one| one.traffic.as_ref().map(|traffic| mean_of_number(&traffic.refused_share)),
        column: |columns| columns.refused_share.clone(),
    },
];

fn amount(text: &str, standard_error: Option<f64>) -> Then {
    let exact = Money::parse(text).expect("amounts were read before");
    Then { value: exact.to_f64(), exact: Some(exact), standard_error }
}

fn mean_of_money(results: &MoneyResults) -> Then {
    amount(&results.mean, results.standard_error)
}

fn mean_of_number(results: &NumberResults) -> Then {
    Then { value: results.mean, exact: None, standard_error: results.standard_error }
}

fn in_currency(amounts: &[Money]) -> Vec<f64> {
    amounts.iter().map(|amount| amount.to_f64()).collect()
}

impl Baseline {
    /// Reads an earlier run, to be held against one of this scenario with this seed.
    ///
    /// # Errors
    /// A file that cannot be read, is not what `compare` writes, or cannot be compared with this scenario.
    pub fn read(path: &Path, scenario: &Scenario, seed: u64) -> Result<Self, BaselineError> {
        let results = read::results(path)?;
        let file = path.display().to_string();
        if results.currency != scenario.currency {
            let (theirs, ours) = (results.currency, scenario.currency.clone());
            return Err(BaselineError::Currency { file, theirs, ours });
        }
        if !results.strategies.iter().any(|one| is_in(&one.name, scenario)) {
            let known: Vec<String> =
                results.strategies.iter().map(|one| format!("\"{}\"", one.name)).collect();
            return Err(BaselineError::NoStrategy { file, known: known.join(", ") });
        }
        let may_be_paired = results.seed == seed && results.scenario_hash != scenario.hash.to_string();
        let replications =
            if may_be_paired { read::replications(path, &results) } else { Err(String::new()) };
        Ok(Self { file, results, replications })
    }

    /// What changed.
    pub fn changes(&self, scenario: &Scenario, size: StudySize, samples: &[Samples]) -> BaselineResult {
        let then = &self.results;
        let is_same_scenario = then.scenario_hash == scenario.hash.to_string();
        let (method, why) = self.method(size, is_same_scenario);
        let mut notes = vec![why];
        notes.extend(self.other_notes(scenario, is_same_scenario));
        let mut changes = Vec::new();
        for (strategy, columns) in scenario.strategies.iter().zip(samples) {
            let Some(earlier) = then.strategies.iter().find(|one| one.name == strategy.name) else {
                continue;
            };
            let asked = HEADLINES.iter().filter(|headline| {
                let metric = headline.metric();
                metric.check(scenario).is_ok() && metric.speaks_of(scenario, strategy)
            });
            changes
                .extend(asked.filter_map(|headline| self.change(headline, earlier, columns, method, size)));
        }
        let names_then = then.strategies.iter().map(|one| &one.name);
        let names_now = scenario.strategies.iter().map(|one| &one.name);
        let was = |name: &String| then.strategies.iter().any(|one| one.name == *name);
        BaselineResult {
            file: self.file.clone(),
            scenario: then.scenario.clone(),
            scenario_hash: then.scenario_hash.clone(),
            is_same_scenario,
            seed: then.seed,
            replications: then.replications,
            version: then.version.clone(),
            method,
            notes,
            changes,
            only_then: names_then.filter(|name| !is_in(name, scenario)).cloned().collect(),
            only_now: names_now.filter(|name| !was(name)).cloned().collect(),
        }
    }

    /// How changes can be tested, and why so.
    fn method(&self, size: StudySize, is_same_scenario: bool) -> (Method, String) {
        let then = &self.results;
        let (same_seed, same_count) = (then.seed == size.seed, then.replications == size.replications);
        match (same_seed, same_count) {
            (true, true) if is_same_scenario => {
                (Method::Untested, "it is the same run: nothing can have changed".to_owned())
            }
            (true, false) if is_same_scenario => (
                Method::Untested,
                "the same scenario and seed: one run has worlds of the other and more, so that nothing is tested"
                    .to_owned(),
            ),
            (true, true) if self.replications.is_ok() => {
                (Method::Paired, "compared world by world, each with that of the same seed and number (paired)".to_owned())
            }
            (true, _) => {
                let why = match &self.replications {
                    Err(why) => why.clone(),
                    Ok(_) => "the numbers of replications differ".to_owned(),
                };
                let text = format!(
                    "compared as independent samples (Welch), since {why}; with the same seed they are not, and the \
                     intervals may well be longer than they need be"
                );
                (Method::Welch, text)
            }
            (false, _) => {
                (Method::Welch, "compared as independent samples (Welch), since the seeds differ".to_owned())
            }
        }
    }

    fn other_notes(&self, scenario: &Scenario, is_same_scenario: bool) -> Vec<String> {
        let then = &self.results;
        let mut notes = Vec::new();
        if is_same_scenario {
            notes.push("the scenario is the same, data and program too: differences are luck".to_owned());
        } else {
            notes.push("the scenario is another, or its data or the program are".to_owned());
        }
        let hours = crate::units::SimSpan::HOUR.as_ms() as f64;
        let horizon_hours = scenario.horizon.as_ms() as f64 / hours;
        if then.horizon_hours.to_bits() != horizon_hours.to_bits() {
            notes.push(format!(
                "a run was {} hours long then and is {horizon_hours} now: amounts are of different spans",
                then.horizon_hours
            ));
        }
        notes
    }

    fn change(
        &self,
        headline: &Headline,
        earlier: &StrategyResults,
        columns: &Samples,
        method: Method,
        size: StudySize,
    ) -> Option<Change> {
        let metric = headline.metric();
        let (then, now) = ((headline.then)(earlier)?, metric.estimate(columns)?);
        let ci95 = match method {
            Method::Untested => None,
            Method::Welch => {
                let old = mean(then.value, then.standard_error, self.results.replications);
                let new = mean(now.value, now.standard_error, size.replications);
                WelchTest::of(&new, &old).map(|test| test.ci95)
            }
            Method::Paired => {
                let replications = self.replications.as_ref().ok()?.get(&earlier.name)?;
                let (old, new) = ((headline.column)(replications), metric.column(columns));
                let seed = bootstrap_seed(size.seed, &format!("baseline {} {metric}", earlier.name));
                interval_of_pairs(metric.statistic, &old, &new, seed)
            }
        };
        let plain = |value| number(&metric, value);
        let (difference, then_exact, now_exact) = match (then.exact, now.exact) {
            (Some(then), Some(now)) => {
                let text = |amount: Money| Number::Money(amount.to_string());
                (text(now - then), text(then), text(now))
            }
            _ => (plain(now.value - then.value), plain(then.value), plain(now.value)),
        };
        Some(Change {
            strategy: earlier.name.clone(),
            metric: metric.to_string(),
            then: then_exact,
            now: now_exact,
            difference,
            ci95: ci95.map(|(low, high)| [plain(low), plain(high)]),
            is_significant: ci95.map(|(low, high)| low > 0.0 || high < 0.0),
            numbers: Numbers { metric, then: then.value, now: now.value, ci95 },
        })
    }
}

impl Headline {
    fn metric(&self) -> Metric {
        Metric::parse(self.metric).expect("a headline is a metric")
    }
}

fn is_in(name: &str, scenario: &Scenario) -> bool {
    scenario.strategies.iter().any(|strategy| strategy.name == name)
}

/// What is known of a sample whose values are not at hand.
fn mean(mean: f64, standard_error: Option<f64>, n: u64) -> MeanEstimate {
    MeanEstimate { mean, standard_error: standard_error.filter(|_| n >= 2), ci95: None, n: n as usize }
}

/// The interval of what changed between pairs; none where they are too few or too many for it.
fn interval_of_pairs(statistic: Statistic, old: &[f64], new: &[f64], seed: u64) -> Option<(f64, f64)> {
    if old.len() != new.len() {
        return None;
    }
    match statistic {
        Statistic::Quantile(per_mille) if (PAIRS_FOR_QUANTILE..=PAIRS_TO_RESAMPLE).contains(&old.len()) => {
            let rank = quantile_rank(usize::from(per_mille), old.len());
            let quantile = |column: &[f64], worlds: &[usize]| {
                let mut drawn: Vec<f64> = worlds.iter().map(|world| column[*world]).collect();
                *drawn.select_nth_unstable_by(rank - 1, f64::total_cmp).1
            };
            let change = |worlds: &[usize]| Some(quantile(new, worlds) - quantile(old, worlds));
            bootstrap(old.len(), USUAL_RESAMPLES, seed, change).interval
        }
        Statistic::Mean => {
            let differences: Vec<f64> = new.iter().zip(old).map(|(new, old)| new - old).collect();
            MeanEstimate::of(&differences)?.ci95
        }
        Statistic::Quantile(_) | Statistic::Cvar(_) | Statistic::Min | Statistic::Max | Statistic::Share => {
            None
        }
    }
}
