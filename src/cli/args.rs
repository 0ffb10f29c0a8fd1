//! The command line as it is typed.

mod compare;
mod examples;
mod forecast;
mod gate;
mod install;
mod lesson;
mod long_run;
mod optimise;
mod what_if;

use crate::scenario::import::bills::LabelRule;
use crate::units::{SimSpan, UnitPrice};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

use examples::{
    BACKTEST_EXAMPLES, BILL_EXAMPLES, BREAKEVEN_EXAMPLES, CATALOG_EXAMPLES, COMPLETIONS_EXAMPLES,
    FORECAST_EXAMPLES, LESSON_EXAMPLES, MAN_EXAMPLES, MERGE_EXAMPLES, NO_COMMAND, OPTIMISE_EXAMPLES,
    RULES_EXAMPLES, RUN_EXAMPLES, SENSITIVITY_EXAMPLES, SERVE_EXAMPLES, SWEEP_EXAMPLES,
};

pub(super) use compare::{CompareArgs, RiskKind};
pub(super) use examples::EXIT_CODES;
pub(super) use forecast::ForecastArgs;
pub(super) use gate::GateArgs;
pub(super) use install::{CompletionsArgs, ManArgs};
pub(super) use lesson::LessonArgs;
pub(super) use long_run::{MergeArgs, RowsFormat};
pub(super) use optimise::{IndifferenceArg, OptimiseArgs};
pub(super) use what_if::{BreakevenArgs, PointArgs, SensitivityArgs, SweepArgs};

/// What each way of renting a deployment would cost, how sure that is, and why.
#[derive(Debug, Parser)]
#[command(name = "deploysim", version, about, after_help = format!("{NO_COMMAND}\n\n{EXIT_CODES}"), max_term_width = 110)]
pub(super) struct CommandLine {
    /// What to do; `compare` if nothing is given.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Compare the strategies of a scenario on the same simulated worlds
    #[command(after_help = EXIT_CODES)]
    Compare(CompareArgs),
    /// One result of the shards that `compare --shard-out` wrote: the same files as one run, to the byte
    #[command(after_help = format!("{MERGE_EXAMPLES}\n\n{EXIT_CODES}"))]
    Merge(MergeArgs),
    /// The bill of each calendar month: mean, median and 95 % quantile for every strategy
    #[command(after_help = format!("{FORECAST_EXAMPLES}\n\n{EXIT_CODES}"))]
    Forecast(ForecastArgs),
    /// Tell one replication: what happened, and its itemised bill
    #[command(after_help = format!("{RUN_EXAMPLES}\n\n{EXIT_CODES}"))]
    Run(RunArgs),
    /// The bill of one run: a statement for its reader, or rows that other tools accept
    #[command(after_help = format!("{BILL_EXAMPLES}\n\n{EXIT_CODES}"))]
    Bill(BillArgs),
    /// Show every problem of a scenario file in one pass
    #[command(after_help = EXIT_CODES)]
    Check(CheckArgs),
    /// Hold a real bill against a scenario: what was charged, and what would have been predicted
    #[command(after_help = format!("{BACKTEST_EXAMPLES}\n\n{EXIT_CODES}"))]
    Backtest(BacktestArgs),
    /// Show price books: models, their prices, and what a deployment would cost before it is deployed
    #[command(after_help = format!("{CATALOG_EXAMPLES}\n\n{EXIT_CODES}"))]
    Catalog(CatalogArgs),
    /// Turn what other programs write into a scenario
    #[command(after_help = EXIT_CODES)]
    Import(super::import::ImportArgs),
    /// What becomes of figures while numbers of the scenario vary: every combination in the same worlds
    #[command(after_help = format!("{SWEEP_EXAMPLES}\n\n{EXIT_CODES}"))]
    Sweep(SweepArgs),
    /// Where two strategies come to the same figure while a number of the scenario varies
    #[command(after_help = format!("{BREAKEVEN_EXAMPLES}\n\n{EXIT_CODES}"))]
    Breakeven(BreakevenArgs),
    /// What each input of the scenario does to a figure: a little less and more of it, or its share of the spread
    #[command(after_help = format!("{SENSITIVITY_EXAMPLES}\n\n{EXIT_CODES}"))]
    Sensitivity(SensitivityArgs),
    /// The best of numbers of the scenario and of its strategies, and how sure that is
    #[command(after_help = format!("{OPTIMISE_EXAMPLES}\n\n{EXIT_CODES}"))]
    Optimise(OptimiseArgs),
    /// Show the rules behind the bills: what each says, where it comes from, what changes it, the lesson that shows it
    #[command(after_help = format!("{RULES_EXAMPLES}\n\n{EXIT_CODES}"))]
    Rules(RulesArgs),
    /// Completions of commands, flags and paths for a shell, to stdout
    #[command(after_help = format!("{COMPLETIONS_EXAMPLES}\n\n{EXIT_CODES}"))]
    Completions(CompletionsArgs),
    /// The manual: the main page to stdout, or a page for every command
    #[command(after_help = format!("{MAN_EXAMPLES}\n\n{EXIT_CODES}"))]
    Man(ManArgs),
    /// The course: a question, your prediction, the run, and the rules behind it
    #[command(after_help = format!("{LESSON_EXAMPLES}\n\n{EXIT_CODES}"))]
    Lesson(LessonArgs),
    /// The live page: change any value of a scenario in the browser and see costs again at once; on this machine only
    #[command(after_help = format!("{SERVE_EXAMPLES}\n\n{EXIT_CODES}"))]
    Serve(ServeArgs),
}

/// Where scenarios and data come from.
#[derive(Clone, Debug, Args)]
pub(super) struct InputArgs {
    /// Where to look for data files that are not beside the scenario (repeatable; then `DEPLOYSIM_DATA`)
    #[arg(long = "data", value_name = "DIR")]
    pub data_dirs: Vec<PathBuf>,
}

/// How results are written to stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// `deploysim run`.
#[derive(Clone, Debug, Args)]
pub(super) struct RunArgs {
    /// Scenario file (RON); the built-in default scenario if none is given
    pub scenario: Option<PathBuf>,
    /// Strategy to tell [default: the first that moves back, or bids, or the first]
    #[arg(long, value_name = "NAME")]
    pub strategy: Option<String>,
    /// Which world: the index of a replication of `compare` with the same seed
    #[arg(long, short, default_value_t = 0)]
    pub replication: u64,
    /// Root of all luck: the same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Show for each line what opened and closed it, its rules, and the arithmetic
    #[arg(long)]
    pub explain: bool,
    /// Write every call to FILE as CSV, gzipped if its name ends in .gz
    #[arg(long, value_name = "FILE")]
    pub calls: Option<PathBuf>,
    /// Show the list of deployments at TIME instead, as the console would: a time with an offset
    /// (2026-06-10T12:00:00+08:00) or a duration after the start (1h30m)
    #[arg(long, value_name = "TIME", conflicts_with = "explain")]
    pub at: Option<String>,
    /// Write a page that can be sent on, with everything in one file: timeline, events, the bill with its explanations
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, conflicts_with_all = ["at"])]
    pub html: Option<PathBuf>,
    /// Play the replication in the terminal while its bill grows; where stdout is none, tell it as text, an instant
    /// at a time
    #[arg(long, conflicts_with_all = ["at", "explain", "calls", "format", "html"])]
    pub watch: bool,
    /// Simulated time per second, as in 1h or 1d12h [default: the whole run in 20 s]
    #[arg(long, value_name = "TIME", requires = "watch", value_parser = super::watch::parse_speed)]
    pub speed: Option<SimSpan>,
    /// Where data files are.
    #[command(flatten)]
    pub input: InputArgs,
    /// What is printed on stdout
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// What a bill is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum BillFormat {
    /// For people.
    Text,
    /// The same numbers for programs.
    Json,
    /// CSV as Model Studio's Billing Details export it.
    Modelstudio,
    /// CSV as FOCUS rows.
    Focus,
    /// The same rows as Parquet; needs --out, and a program that was built with the feature `parquet`.
    Parquet,
}

/// Which version of FOCUS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FocusVersionArg {
    /// The newest one that the public validator has rules for.
    #[value(name = "1.2")]
    V1_2,
    /// By its text only.
    #[value(name = "1.4")]
    V1_4,
}

/// `deploysim bill`.
#[derive(Clone, Debug, Args)]
pub(super) struct BillArgs {
    /// Scenario file (RON) with accounts; the built-in default scenario if none is given
    pub scenario: Option<PathBuf>,
    /// What is written
    #[arg(long, value_enum, default_value_t = BillFormat::Text)]
    pub format: BillFormat,
    /// Strategy [default: the one that `run` tells]
    #[arg(long, value_name = "NAME")]
    pub strategy: Option<String>,
    /// Which world: the index of a replication of `compare` with the same seed
    #[arg(long, short, default_value_t = 0, conflicts_with = "quantile")]
    pub replication: u64,
    /// Of -n replications the one whose cost is the ⌈P·n⌉-th smallest (of equal ones the first): 0.001 to 1
    #[arg(long, value_name = "P", value_parser = parse_quantile)]
    pub quantile: Option<usize>,
    /// How many replications --quantile looks at
    #[arg(long, short = 'n', default_value_t = 2_000, requires = "quantile", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub replications: u64,
    /// Root of all luck: the same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Threads of --quantile; 0 is one per core. Results do not depend on it
    #[arg(long, default_value_t = 0, value_parser = parse_threads)]
    pub threads: usize,
    /// Only this account [default: all]
    #[arg(long, value_name = "NAME")]
    pub account: Option<String>,
    /// Only this month, as in 2026-06 [default: all]
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    /// File to write, whole or not at all [default: stdout]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Write a page that can be sent on, too: the account's months, the timeline, every line with its explanation
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub html: Option<PathBuf>,
    /// Version of FOCUS
    #[arg(long, value_enum, default_value_t = FocusVersionArg::V1_2)]
    pub focus_version: FocusVersionArg,
    /// Where data files are.
    #[command(flatten)]
    pub input: InputArgs,
    /// No progress, notes or file names on stderr
    #[arg(long, short)]
    pub quiet: bool,
}

/// `deploysim check`.
#[derive(Clone, Debug, Args)]
pub(super) struct CheckArgs {
    /// Scenario file (RON)
    pub scenario: PathBuf,
    /// List every number that can be varied instead: its path, its value, its line
    #[arg(long)]
    pub paths: bool,
    /// Where data files are.
    #[command(flatten)]
    pub input: InputArgs,
}

/// `deploysim backtest`.
#[derive(Clone, Debug, Args)]
pub(super) struct BacktestArgs {
    /// Scenario file (RON) that describes what was used
    pub scenario: PathBuf,
    /// A bill: FOCUS, an AWS Cost and Usage Report or Model Studio's, as CSV or .csv.gz (repeatable)
    #[arg(long = "bill", value_name = "FILE", required = true)]
    pub bills: Vec<PathBuf>,
    /// Strategy that was in use [default: the one that `run` tells]
    #[arg(long, value_name = "NAME")]
    pub strategy: Option<String>,
    /// How many worlds to draw
    #[arg(long, short = 'n', default_value_t = 200, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub replications: u64,
    /// Root of all luck: the same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Threads; 0 is one per core. Results do not depend on it
    #[arg(long, default_value_t = 0, value_parser = parse_threads)]
    pub threads: usize,
    /// What lines with this label are for (repeatable; the first that fits decides); * stands for anything
    #[arg(long = "map", value_name = "LABEL=KIND", value_parser = super::backtest::parse_label)]
    pub labels: Vec<LabelRule>,
    /// What one unit of another currency is worth in the scenario's (repeatable)
    #[arg(long = "rate", value_name = "CODE=RATE", value_parser = super::backtest::parse_rate)]
    pub rates: Vec<(String, UnitPrice)>,
    /// Where data files and bills are.
    #[command(flatten)]
    pub input: InputArgs,
    /// What is printed on stdout
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// No progress or warnings on stderr
    #[arg(long, short)]
    pub quiet: bool,
}

/// `deploysim catalog`.
#[derive(Clone, Debug, Args)]
pub(super) struct CatalogArgs {
    /// Price book: a name, or the path of a file (RON) [default: the built-in one]
    #[arg(value_name = "NAME_OR_PATH")]
    pub catalog: Option<String>,
    /// Model: its code, or a part that only one code has
    #[arg(long, value_name = "CODE")]
    pub model: Option<String>,
    /// Estimate provisioned throughput: input tokens per minute
    #[arg(long, value_name = "N", requires_all = ["model", "output_tpm"])]
    pub input_tpm: Option<u64>,
    /// … output tokens per minute
    #[arg(long, value_name = "N", requires_all = ["model", "input_tpm"])]
    pub output_tpm: Option<u64>,
    /// … thinking output tokens per minute, where the model sells them apart
    #[arg(long, value_name = "N", requires_all = ["model", "input_tpm"])]
    pub thinking_output_tpm: Option<u64>,
    /// Smallest purchase and step of this way of selling [default: those of the price book]
    #[arg(long, value_name = "NAME", requires = "model")]
    pub profile: Option<String>,
    /// Estimate model units: how many replicas
    #[arg(long, value_name = "N", requires = "model", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub replicas: Option<u32>,
    /// Only this specification of model units, as in "MU1 x 4"
    #[arg(long, value_name = "SPEC", requires = "model")]
    pub spec: Option<String>,
    /// What is printed on stdout
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// `deploysim serve`.
#[derive(Clone, Debug, Args)]
pub(super) struct ServeArgs {
    /// Scenario file (RON) that the page begins with; the built-in default scenario if none is given
    pub scenario: Option<PathBuf>,
    /// Port on 127.0.0.1; 0 is a free one, which is printed
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Where data files are.
    #[command(flatten)]
    pub input: InputArgs,
}

/// `deploysim rules`.
#[derive(Clone, Debug, Args)]
pub(super) struct RulesArgs {
    /// Ids (E16, A-13) and letters of groups; of other words, rules that have all of them [default: all rules]
    #[arg(value_name = "ID_OR_WORD")]
    pub words: Vec<String>,
    /// What is printed on stdout
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// More threads than this is a slip of the finger.
const THREADS_MAX: usize = 1_024;

fn parse_threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(threads) if threads <= THREADS_MAX => Ok(threads),
        _ => Err(format!("write a number from 0 (one per core) to {THREADS_MAX}")),
    }
}

/// A quantile in thousandths.
fn parse_quantile(text: &str) -> Result<usize, String> {
    let per_mille = crate::units::parse_scaled(text, 3).ok().and_then(|value| usize::try_from(value).ok());
    per_mille
        .filter(|value| (1..=1_000).contains(value))
        .ok_or_else(|| "write a number from 0.001 to 1 with at most three decimals, as in 0.95".to_owned())
}
