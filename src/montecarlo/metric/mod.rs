//! A figure of a study by its name: `cost.mean`, `availability.p5`, `accounts[0].stopped.share`.
//!
//! Whatever asks for a figure by name (a sweep, a threshold, a stopping rule, an optimum) asks here, so that all of them
//! know the same names and give what `compare` prints, to the last digit.

mod error;
mod measure;
mod statistic;
#[cfg(test)]
mod tests;

pub use error::MetricError;
pub use measure::{Measure, Unit};
pub use statistic::Statistic;

use super::accounts::AccountSamples;
use super::distribution::MoneyMean;
use super::estimate::{MeanEstimate, Proportion};
use super::intervals::{cvar95_interval, money_cvar95_interval, money_quantile_interval, quantile_interval};
use super::study::Samples;
use crate::scenario::Scenario;
use crate::scenario::model::Strategy;
use crate::units::Money;
use measure::Column;
use std::fmt;
use std::str::FromStr;

/// The shortfall whose interval is known to cover, in thousandths.
const CVAR_WITH_INTERVAL: u16 = 950;

/// A measure of one replication, of one account or of any, and a statistic of it over replications.
///
/// ```
/// use deploysim::montecarlo::{Metric, Samples, Unit};
/// use deploysim::units::Money;
/// let metric = Metric::parse("cost.p95").unwrap();
/// assert_eq!((metric.to_string().as_str(), metric.unit()), ("cost.p95", Unit::Currency));
/// let costs = (1..=20).map(|cost| Money::from_pico(cost * 1_000_000_000_000)).collect();
/// let samples = Samples { cost: costs, ..Samples::default() };
/// assert_eq!(metric.estimate(&samples).unwrap().value, 19.0);
/// // Awkward: a yes or no has a share and nothing else, and what nobody measured has no estimate.
/// assert!(Metric::parse("stopped.p95").is_err());
/// assert_eq!(Metric::parse("refused_share.mean").unwrap().estimate(&samples), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Metric {
    /// What is measured in each replication.
    pub measure: Measure,
    /// Of which account of the scenario; of any if none.
    pub account: Option<usize>,
    /// What of its distribution.
    pub statistic: Statistic,
}

/// A figure and how far it may be from the true one, in the unit of its metric.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// The same as exact money, where it is money.
    pub exact: Option<Money>,
    /// Its 95 % interval: Student's of a mean, Wilson's of a share, of ranks for a quantile, and that of
    /// [`cvar95_interval`]; it never leaves the range of its measure. None for too few
    /// replications, and for statistics that have none.
    pub ci95: Option<(f64, f64)>,
    /// Its standard error; none where there is no interval from one.
    pub standard_error: Option<f64>,
    /// How many replications.
    pub n: usize,
}

impl Metric {
    /// Reads `measure.statistic`, or `accounts[0].measure.statistic` for one account.
    ///
    /// # Errors
    /// An unknown measure or statistic with what there is, or one that the other cannot have.
    pub fn parse(text: &str) -> Result<Self, MetricError> {
        let text = text.trim();
        let (account, rest) = match text.strip_prefix("accounts[").and_then(|rest| rest.split_once("].")) {
            Some((index, rest)) => {
                (Some(index.parse().map_err(|_| MetricError::Account(text.to_owned()))?), rest)
            }
            None => (None, text),
        };
        let (name, statistic) = rest.split_once('.').map_or((rest, None), |(name, rest)| (name, Some(rest)));
        let measure = Measure::parse(name, text)?;
        if account.is_some() && !measure.is_of_accounts() {
            return Err(MetricError::NotOfAccounts(text.to_owned(), measure));
        }
        let statistic = statistic.ok_or_else(|| MetricError::NoStatistic(text.to_owned(), measure))?;
        Ok(Self { measure, account, statistic: Statistic::parse(statistic, measure, text)? })
    }

    /// Whether a scenario has what is measured.
    ///
    /// # Errors
    /// Why it has not.
    pub fn check(&self, scenario: &Scenario) -> Result<(), MetricError> {
        let absent = |why: &str| Err(MetricError::Absent(self.to_string(), why.to_owned()));
        if let Some(why) = self.measure.is_missing_from(scenario) {
            return absent(why);
        }
        let count = scenario.accounts.len();
        match self.account {
            Some(index) if index >= count => absent(&format!("the scenario has {count} accounts, from 0")),
            None if self.measure.is_of_one_account() && count > 1 => {
                let named = scenario.accounts.iter().enumerate();
                let named: Vec<String> = named
                    .map(|(index, account)| format!("accounts[{index}].{self} (\"{}\")", account.name))
                    .collect();
                absent(&format!("there are several accounts: write {}", named.join(" or ")))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Whether it says anything of a strategy: of one that rents no machines nothing is said of instances.
    pub fn speaks_of(&self, scenario: &Scenario, strategy: &Strategy) -> bool {
        !self.measure.is_of_machines() || scenario.rents_machines(strategy)
    }

    /// What it is measured in.
    pub fn unit(&self) -> Unit {
        self.measure.unit()
    }

    /// The measure of each replication, in their order: yes is 1 and no is 0. Empty if it was not measured.
    pub fn column(&self, samples: &Samples) -> Vec<f64> {
        match self.values(samples) {
            None => Vec::new(),
            Some(Column::Money(amounts)) => amounts.iter().map(|amount| amount.to_f64()).collect(),
            Some(Column::Numbers(numbers)) => numbers,
            Some(Column::YesNo(answers)) => answers.into_iter().map(|yes| f64::from(u8::from(yes))).collect(),
        }
    }

    /// The figure over the replications of a strategy; none if it was not measured.
    pub fn estimate(&self, samples: &Samples) -> Option<Estimate> {
        match self.values(samples)? {
            Column::Money(amounts) => self.of_money(amounts),
            Column::Numbers(numbers) => self.of_numbers(&numbers),
            Column::YesNo(answers) => {
                let hits = answers.iter().filter(|yes| **yes).count();
                let Proportion { share, ci95, n, .. } = Proportion::of(hits, answers.len())?;
                let error = (n > 1).then(|| (share * (1.0 - share) / n as f64).sqrt());
                Some(Estimate { value: share, exact: None, ci95: Some(ci95), standard_error: error, n })
            }
        }
    }

    fn of_money(&self, amounts: &[Money]) -> Option<Estimate> {
        let n = amounts.len();
        let MoneyMean { mean, standard_error, ci95, .. } = MoneyMean::of(amounts)?;
        if self.statistic == Statistic::Mean {
            let ci95 = ci95.map(|(low, high)| (low.to_f64(), high.to_f64()));
            return Some(Estimate { value: mean.to_f64(), exact: Some(mean), ci95, standard_error, n });
        }
        let mut sorted = amounts.to_vec();
        sorted.sort_unstable();
        let part = &sorted[self.statistic.range(n)];
        let exact = part.iter().copied().sum::<Money>().per(part.len());
        let ci95 = match self.statistic {
            Statistic::Quantile(per_mille) => money_quantile_interval(amounts, usize::from(per_mille)),
            Statistic::Cvar(CVAR_WITH_INTERVAL) => money_cvar95_interval(amounts),
            Statistic::Mean | Statistic::Cvar(_) | Statistic::Min | Statistic::Max | Statistic::Share => None,
        };
        let ci95 = ci95.map(|(low, high)| (low.to_f64(), high.to_f64()));
        Some(Estimate { value: exact.to_f64(), exact: Some(exact), ci95, standard_error: None, n })
    }

    fn of_numbers(&self, numbers: &[f64]) -> Option<Estimate> {
        let MeanEstimate { mean, standard_error, ci95, n } = MeanEstimate::of(numbers)?;
        let (least, most) = self.measure.bounds();
        if self.statistic == Statistic::Mean {
            let ci95 = ci95.map(|(low, high)| (low.max(least), high.min(most)));
            return Some(Estimate { value: mean, exact: None, ci95, standard_error, n });
        }
        let value = self.statistic.of(numbers)?;
        let ci95 = match self.statistic {
            Statistic::Quantile(per_mille) => quantile_interval(numbers, usize::from(per_mille)),
            Statistic::Cvar(CVAR_WITH_INTERVAL) => {
                cvar95_interval(numbers).map(|(low, high)| (low.max(least), high.min(most)))
            }
            Statistic::Mean | Statistic::Cvar(_) | Statistic::Min | Statistic::Max | Statistic::Share => None,
        };
        Some(Estimate { value, exact: None, ci95, standard_error: None, n })
    }

    /// The column it reads.
    fn values<'a>(&self, samples: &'a Samples) -> Option<Column<'a>> {
        let accounts: &[AccountSamples] = match self.account {
            Some(index) => std::slice::from_ref(samples.accounts.get(index)?),
            None => &samples.accounts,
        };
        self.measure.column(samples, accounts)
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(index) = self.account {
            write!(f, "accounts[{index}].")?;
        }
        write!(f, "{}.{}", self.measure, self.statistic)
    }
}

/// As [`Metric::parse`].
impl FromStr for Metric {
    type Err = MetricError;
    fn from_str(text: &str) -> Result<Self, MetricError> {
        Self::parse(text)
    }
}
