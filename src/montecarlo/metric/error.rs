//! What is wrong with a metric as it was typed.

use super::measure::Measure;
use super::statistic::Statistic;
use crate::scenario::suggest;

/// Why a text names no metric, or none of this scenario.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MetricError {
    /// No measure has this name.
    #[error("there is no measure `{name}` in `{text}`{}\nthe measures are {}", meant(name, &Measure::names()), Measure::names().join(", "))]
    UnknownMeasure {
        /// The metric as typed.
        text: String,
        /// What stands for the measure.
        name: String,
    },
    /// No statistic has this name.
    #[error("there is no statistic `{name}` in `{text}`{}; {}", meant(name, &Statistic::EXAMPLES), Statistic::WORDS)]
    UnknownStatistic {
        /// The metric as typed.
        text: String,
        /// What stands for the statistic.
        name: String,
    },
    /// The statistic is missing.
    #[error("`{0}` lacks its statistic, as in `{0}.{usual}`; {words}", usual = usual(*.1), words = Statistic::WORDS)]
    NoStatistic(String, Measure),
    /// A yes or no has only a share, a number has none.
    #[error("`{text}`: {}", mismatch(*measure))]
    Mismatch {
        /// The metric as typed.
        text: String,
        /// The measure that cannot have it.
        measure: Measure,
    },
    /// An account that is not given by its index.
    #[error("`{0}`: write an account by its place in the scenario, as in `accounts[0].stopped.share`")]
    Account(String),
    /// A measure that no account has.
    #[error("`{0}`: {1} is none of an account; of accounts there are {all}", all = Measure::names_of_accounts().join(", "))]
    NotOfAccounts(String, Measure),
    /// The scenario has nothing of the kind.
    #[error("`{0}`: {1}")]
    Absent(String, String),
}

fn meant(name: &str, known: &[&str]) -> String {
    suggest::nearest(name, known).map_or_else(String::new, |best| format!("; did you mean `{best}`?"))
}

fn usual(measure: Measure) -> &'static str {
    if measure.is_yes_or_no() { "share" } else { "mean" }
}

fn mismatch(measure: Measure) -> String {
    if measure.is_yes_or_no() {
        format!("{measure} is yes or no in each replication: write `{measure}.share`")
    } else {
        format!(
            "a share is of what is yes or no in each replication, as in `stopped.share`; write `{measure}.mean`"
        )
    }
}
