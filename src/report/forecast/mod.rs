//! The bill of each calendar month: as text, CSV, JSON and a picture.
//!
//! A month's bill is what is charged for use in that month, by the scenario's calendar, whenever it is settled (see
//! [`months`](crate::montecarlo::months)). Means of months add up to that of the whole run; quantiles do not, since a dear
//! month and another seldom come together.

mod draw;
mod table;

pub use draw::draw;

use crate::montecarlo::{MoneyEstimate, MoneyIntervals, MonthSamples, StudySize};
use crate::scenario::{Scenario, ScenarioHash};
use crate::units::{Money, Month, SimSpan, SimTime};
use serde::Serialize;
use std::io;

/// The result of `forecast`. Money is text, everything else a number; fields are added by later versions and kept.
#[derive(Clone, Debug, Serialize)]
pub struct Forecast {
    /// Name of the scenario.
    pub scenario: String,
    /// Of everything that can change a result.
    pub scenario_hash: ScenarioHash,
    /// The question it answers.
    pub question: String,
    /// Root of all luck.
    pub seed: u64,
    /// Number of replications.
    pub replications: u64,
    /// ISO 4217 code.
    pub currency: String,
    /// Months of the run, in order.
    pub months: Vec<MonthPart>,
    /// One per strategy, in scenario order.
    pub strategies: Vec<StrategyForecast>,
    /// Version of the program.
    pub version: &'static str,
    #[serde(skip)]
    horizon: SimSpan,
}

/// A calendar month.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MonthPart {
    /// Its name: `2026-06`.
    pub month: String,
    /// Share of it that lies within the run.
    pub share: f64,
}

/// What one strategy is charged.
#[derive(Clone, Debug, Serialize)]
pub struct StrategyForecast {
    /// Its name.
    pub name: String,
    /// One per month.
    pub months: Vec<MonthBill>,
    /// Of all months together.
    pub total: MonthBill,
}

/// A bill over replications.
#[derive(Clone, Debug, Serialize)]
pub struct MonthBill {
    /// Mean.
    pub mean: String,
    /// 95 % interval of the mean; null for one replication.
    pub ci95: Option<[String; 2]>,
    /// 5 % quantile: the ⌈0.05 N⌉-th smallest.
    pub p5: String,
    /// Median.
    pub p50: String,
    /// 95 % quantile.
    pub p95: String,
    /// 95 % interval of that quantile; null for too few replications.
    pub p95_ci95: Option<[String; 2]>,
    #[serde(skip)]
    estimate: MoneyEstimate,
}

impl Forecast {
    /// The bills of strategies, one set of samples for each in scenario order.
    ///
    /// # Panics
    /// If there are no replications, or not as many sets as strategies.
    pub fn new(scenario: &Scenario, size: StudySize, samples: &[MonthSamples]) -> Self {
        assert_eq!(samples.len(), scenario.strategies.len(), "every strategy has samples");
        let months = months(scenario, samples);
        let forecast = |columns: &MonthSamples| {
            let of = |month: Month| bill(&columns.sums(|one, _| one == month));
            (months.iter().map(|month| of(*month)).collect(), bill(&columns.sums(|_, _| true)))
        };
        let named = scenario.strategies.iter().zip(samples).map(|(strategy, columns)| {
            let (months, total) = forecast(columns);
            StrategyForecast { name: strategy.name.clone(), months, total }
        });
        Self {
            scenario: scenario.name.clone(),
            scenario_hash: scenario.hash,
            question: scenario.question.clone(),
            seed: size.seed,
            replications: size.replications,
            currency: scenario.currency.clone(),
            strategies: named.collect(),
            months: months.iter().map(|month| part(scenario, *month)).collect(),
            version: env!("CARGO_PKG_VERSION"),
            horizon: scenario.horizon,
        }
    }

    /// As text.
    pub fn render(&self) -> String {
        table::render(self)
    }

    /// One row per strategy and month, in order of both.
    ///
    /// # Errors
    /// None that a buffer in memory meets.
    pub fn csv(&self) -> io::Result<Vec<u8>> {
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record([
            "strategy",
            "month",
            "share_of_month",
            "mean",
            "ci95_low",
            "ci95_high",
            "p5",
            "p50",
            "p95",
        ])?;
        for strategy in &self.strategies {
            for (month, bill) in self.months.iter().zip(&strategy.months) {
                let bound = |place: usize| bill.ci95.as_ref().map_or("", |bounds| bounds[place].as_str());
                let share = month.share.to_string();
                let names = [strategy.name.as_str(), &month.month, &share];
                let figures = [&bill.mean, bound(0), bound(1), &bill.p5, &bill.p50, &bill.p95];
                csv.write_record(names.into_iter().chain(figures))?;
            }
        }
        csv.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}

/// From the month of the start to that of the last instant, and whatever else is charged for.
fn months(scenario: &Scenario, samples: &[MonthSamples]) -> Vec<Month> {
    let month_of = |at| scenario.calendar.month_of(at).expect("a run lies within the calendar");
    let (mut month, last) =
        (month_of(SimTime::ZERO), month_of(SimTime::ZERO + scenario.horizon - SimSpan::from_ms(1)));
    let charged: Vec<Month> =
        samples.iter().flat_map(|columns| columns.keys().map(|(month, _)| month)).collect();
    let mut months = charged.clone();
    while month <= last {
        months.push(month);
        month = month.next();
    }
    months.sort_unstable();
    months.dedup();
    months
}

fn part(scenario: &Scenario, month: Month) -> MonthPart {
    let (start, end) = (scenario.calendar.start_of(month), scenario.calendar.start_of(month.next()));
    let (first, last) = (start.as_ms().max(0), end.as_ms().min(scenario.horizon.as_ms()));
    let share = (last - first).max(0) as f64 / (end.as_ms() - start.as_ms()) as f64;
    MonthPart { month: month.to_string(), share }
}

fn bill(amounts: &[Money]) -> MonthBill {
    let estimate = MoneyEstimate::of(amounts).expect("a study has at least one replication");
    let bounds =
        |interval: Option<(Money, Money)>| interval.map(|(low, high)| [low, high].map(|one| one.to_string()));
    MonthBill {
        mean: estimate.mean.mean.to_string(),
        ci95: bounds(estimate.mean.ci95),
        p5: estimate.p5.to_string(),
        p50: estimate.p50.to_string(),
        p95: estimate.p95.to_string(),
        p95_ci95: bounds(MoneyIntervals::of(amounts).p95),
        estimate,
    }
}
