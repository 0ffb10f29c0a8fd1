//! An earlier run as its files have it: `results.json`, and `replications.csv` beside it.

use crate::montecarlo::MoneyMean;
use crate::units::Money;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The file beside `results.json` that has every replication.
const REPLICATIONS_FILE: &str = "replications.csv";

/// Why a file is no earlier run.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It cannot be read.
    #[error("cannot read the baseline {0}: {1}")]
    Read(String, #[source] io::Error),
    /// It is not what `compare` writes.
    #[error("the baseline {0} is no results.json of `deploysim compare`: {1}")]
    NotOurs(String, String),
    /// Its amounts are in another currency.
    #[error("the baseline {file} is in {theirs}, and this scenario in {ours}: amounts cannot be compared")]
    Currency {
        /// The baseline.
        file: String,
        /// Its currency.
        theirs: String,
        /// That of the scenario.
        ours: String,
    },
    /// It has none of the strategies.
    #[error("the baseline {file} has none of the strategies of this scenario; it has {known}")]
    NoStrategy {
        /// The baseline.
        file: String,
        /// Its strategies.
        known: String,
    },
}

/// What is read of `results.json`.
#[derive(Debug, Deserialize)]
pub(super) struct Results {
    pub(super) scenario: String,
    pub(super) scenario_hash: String,
    pub(super) seed: u64,
    pub(super) replications: u64,
    pub(super) currency: String,
    pub(super) horizon_hours: f64,
    pub(super) strategies: Vec<StrategyResults>,
    pub(super) version: String,
}

/// What is read of a strategy.
#[derive(Debug, Deserialize)]
pub(super) struct StrategyResults {
    pub(super) name: String,
    pub(super) cost: MoneyResults,
    pub(super) cost_with_downtime: Option<MoneyResults>,
    pub(super) availability: NumberResults,
    pub(super) reclaims: NumberResults,
    pub(super) traffic: Option<TrafficResults>,
}

/// What is read of a distribution of money.
#[derive(Debug, Deserialize)]
pub(super) struct MoneyResults {
    pub(super) mean: String,
    pub(super) standard_error: Option<f64>,
    pub(super) p95: String,
}

/// What is read of a distribution of a number.
#[derive(Debug, Deserialize)]
pub(super) struct NumberResults {
    pub(super) mean: f64,
    pub(super) standard_error: Option<f64>,
}

/// What is read of traffic.
#[derive(Debug, Deserialize)]
pub(super) struct TrafficResults {
    pub(super) refused_share: NumberResults,
}

/// The replications of each strategy, by its name.
pub(super) type Replications = BTreeMap<String, Columns>;

/// One value for each replication.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) cost: Vec<Money>,
    pub(super) cost_with_downtime: Vec<Money>,
    pub(super) availability: Vec<f64>,
    pub(super) reclaims: Vec<f64>,
    /// Empty without traffic.
    pub(super) refused_share: Vec<f64>,
}

/// Reads `results.json`.
pub(super) fn results(path: &Path) -> Result<Results, BaselineError> {
    let shown = || path.display().to_string();
    let not_ours = |why: String| BaselineError::NotOurs(shown(), why);
    let mut text = String::new();
    let read = File::open(path).and_then(|mut file| file.read_to_string(&mut text));
    read.map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => not_ours("it is not text".to_owned()),
        _ => BaselineError::Read(shown(), error),
    })?;
    let results: Results = serde_json::from_str(&text).map_err(|error| not_ours(error.to_string()))?;
    if results.strategies.is_empty() || results.replications == 0 {
        return Err(not_ours("it has no strategies or no replications".to_owned()));
    }
    for strategy in &results.strategies {
        let amounts = [Some(&strategy.cost), strategy.cost_with_downtime.as_ref()];
        for text in amounts.into_iter().flatten().flat_map(|amount| [&amount.mean, &amount.p95]) {
            Money::parse(text)
                .map_err(|error| not_ours(format!("an amount of \"{}\": {error}", strategy.name)))?;
        }
        let numbers = [&strategy.availability, &strategy.reclaims];
        let errors = numbers.map(|number| number.standard_error).into_iter();
        if errors.chain([strategy.cost.standard_error]).flatten().any(|error| error < 0.0) {
            return Err(not_ours(format!("a standard error of \"{}\" is below zero", strategy.name)));
        }
    }
    Ok(results)
}

/// Reads `replications.csv` beside it, if there is one and it is that of these results; otherwise says why not.
pub(super) fn replications(path: &Path, results: &Results) -> Result<Replications, String> {
    let beside = path.with_file_name(REPLICATIONS_FILE);
    let file = match File::open(&beside) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(format!("there is no {REPLICATIONS_FILE} beside it"));
        }
        Err(error) => return Err(format!("{REPLICATIONS_FILE} beside it cannot be read: {error}")),
    };
    let read = rows(file).map_err(|why| format!("{REPLICATIONS_FILE} beside it cannot be read: {why}"))?;
    let is_its = |strategy: &StrategyResults| {
        let mean = read.get(&strategy.name).and_then(|columns| MoneyMean::of(&columns.cost));
        mean.is_some_and(|mean| {
            mean.n as u64 == results.replications && mean.mean.to_string() == strategy.cost.mean
        })
    };
    if read.len() == results.strategies.len() && results.strategies.iter().all(is_its) {
        Ok(read)
    } else {
        Err(format!("{REPLICATIONS_FILE} beside it is of another run"))
    }
}

/// The rows by strategy, in order of replications.
fn rows(file: impl Read) -> Result<Replications, String> {
    let mut reader = csv::Reader::from_reader(io::BufReader::new(file));
    let headers = reader.headers().map_err(|error| error.to_string())?.clone();
    let find = |name: &str| headers.iter().position(|header| header == name);
    let needed = |name: &str| find(name).ok_or_else(|| format!("it has no column \"{name}\""));
    let (replication, strategy) = (needed("replication")?, needed("strategy")?);
    let (cost, with_downtime) = (needed("cost")?, needed("cost_with_downtime")?);
    let (availability, reclaims) = (needed("availability")?, needed("reclaims")?);
    let calls = ["calls_served", "calls_overflowed", "calls_refused"].map(find);
    let mut read = Replications::new();
    for row in reader.records() {
        let row = row.map_err(|error| error.to_string())?;
        let wrong = |place: usize| format!("\"{}\" in \"{}\"", &row[place], &headers[place]);
        let number = |place: usize| row[place].parse::<f64>().map_err(|_| wrong(place));
        let money = |place: usize| Money::parse(&row[place]).map_err(|_| wrong(place));
        let columns = read.entry(row[strategy].to_owned()).or_default();
        if row[replication] != columns.cost.len().to_string() {
            return Err(format!("replication {} is out of order", &row[replication]));
        }
        columns.cost.push(money(cost)?);
        columns.cost_with_downtime.push(money(with_downtime)?);
        columns.availability.push(number(availability)?);
        columns.reclaims.push(number(reclaims)?);
        if let [Some(served), Some(overflowed), Some(refused)] = calls {
            let [served, overflowed, refused] = [number(served)?, number(overflowed)?, number(refused)?];
            columns.refused_share.push(refused / (served + overflowed + refused).max(1.0));
        }
    }
    Ok(read)
}
