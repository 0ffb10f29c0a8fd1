//! `deploysim optimise` as it is typed.

use super::{Format, InputArgs, parse_threads};
use crate::montecarlo::{Condition, Metric};
use crate::scenario::edit::Quantity;
use clap::Args;
use std::path::PathBuf;

/// `deploysim optimise`.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct OptimiseArgs {
    /// Scenario file (RON)
    pub scenario: PathBuf,
    /// The figure that is to be least: measure and statistic, as in cost.mean, cost.p95, cost.cvar95
    #[arg(long, value_name = "METRIC", value_parser = Metric::parse, required_unless_present = "maximise")]
    pub minimise: Option<Metric>,
    /// The figure that is to be greatest
    #[arg(long, value_name = "METRIC", value_parser = Metric::parse, conflicts_with = "minimise")]
    pub maximise: Option<Metric>,
    /// What may be chosen: PATH=a,b,c or PATH=lo..hi:steps (repeatable, up to three), or one PATH=lo..hi to search between;
    /// PATH is one that `check --paths` lists, [*] stands for every index, a+b for both at once. Without, the strategies
    #[arg(long, value_name = "PATH=VALUES")]
    pub over: Vec<String>,
    /// What the best has to keep: a figure, >= or <=, a bound, and ± (or +-) how near to it either answer will do
    /// (repeatable) [default tolerance: a tenth of a share's distance to 0 or 1, a hundredth of any other bound]
    #[arg(long = "subject-to", value_name = "CONDITION", value_parser = Condition::parse)]
    pub conditions: Vec<Condition>,
    /// Only this strategy (repeatable) [default: all, and the best of them is chosen too]
    #[arg(long = "strategy", value_name = "NAME")]
    pub strategies: Vec<String>,
    /// A difference of the objective that does not matter: an amount in its unit, or in per cent of what it comes to at the
    /// present values [default: 0.5%]
    #[arg(long, value_name = "AMOUNT", value_parser = IndifferenceArg::parse)]
    pub indifference: Option<IndifferenceArg>,
    /// The probability of a correct selection: 0.5 to below 1 [default: 0.95]
    #[arg(long, value_name = "P")]
    pub confidence: Option<f64>,
    /// Replications of an alternative at most [default: 100000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    pub most: Option<u64>,
    /// The front of the objective and this figure instead, over all points
    #[arg(long, value_name = "METRIC", value_parser = Metric::parse)]
    pub pareto: Option<Metric>,
    /// Replications of each point of a front, or of each value of a search [default: 2000]
    #[arg(long, short = 'n', value_parser = clap::value_parser!(u64).range(2..=1_000_000))]
    pub replications: Option<u64>,
    /// Root of all luck: the same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Threads; 0 is one per core. Results do not depend on it
    #[arg(long, default_value_t = 0, value_parser = parse_threads)]
    pub threads: usize,
    /// Where data files are.
    #[command(flatten)]
    pub input: InputArgs,
    /// Where files go [default: outputs/<scenario>]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// What is printed on stdout
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// No progress, notes or file names on stderr
    #[arg(long, short)]
    pub quiet: bool,
}

/// A difference that does not matter.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::cli) enum IndifferenceArg {
    /// In per cent of the objective at the present values.
    PerCent(Quantity),
    /// In the unit of the objective.
    Amount(Quantity),
}

impl IndifferenceArg {
    fn parse(text: &str) -> Result<Self, String> {
        let quantity = Quantity::parse(text).filter(|quantity| quantity.to_f64() > 0.0);
        match quantity.as_ref().map(Quantity::unit) {
            Some("%") => Ok(Self::PerCent(quantity.expect("it has a unit"))),
            Some("") => Ok(Self::Amount(quantity.expect("it has none"))),
            _ => {
                Err("write an amount above zero in the unit of the objective, or per cent of it, as in 0.5%"
                    .to_owned())
            }
        }
    }

    /// The usual one.
    pub(in crate::cli) fn usual() -> Self {
        Self::PerCent(Quantity::parse("0.5%").expect("it is a quantity"))
    }
}
