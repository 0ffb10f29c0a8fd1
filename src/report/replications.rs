//! `replications.csv`: one row per replication and strategy, streamed.

use crate::scenario::Scenario;
use crate::sim::Outcome;
use std::io::{self, Write};

/// Writes rows as replications arrive.
pub struct Writer<W: Write> {
    csv: csv::Writer<W>,
}

impl<W: Write> Writer<W> {
    /// Begins with the header: the fixed columns, then the hours in Running on each market.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn new(writer: W, scenario: &Scenario) -> io::Result<Self> {
        let mut csv = csv::Writer::from_writer(writer);
        let fixed = [
            "replication",
            "strategy",
            "cost",
            "standard",
            "spot",
            "disk",
            "cost_with_downtime",
            "availability",
            "reclaims",
            "launches",
            "moves",
            "time_to_running_s",
            "never_ran",
        ];
        let markets = scenario
            .markets
            .iter()
            .flat_map(|market| ["spot", "standard"].map(|tariff| format!("hours_{tariff}:{}", market.name)));
        csv.write_record(fixed.into_iter().map(str::to_owned).chain(markets))?;
        Ok(Self { csv })
    }

    /// The rows of one replication.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write(&mut self, scenario: &Scenario, replication: u64, outcomes: &[Outcome]) -> io::Result<()> {
        for (strategy, outcome) in scenario.strategies.iter().zip(outcomes) {
            let fixed = [
                replication.to_string(),
                strategy.name.clone(),
                outcome.cost().to_string(),
                outcome.standard.to_string(),
                outcome.spot.to_string(),
                outcome.disk.to_string(),
                outcome.cost_with_downtime(scenario).to_string(),
                outcome.availability().to_string(),
                outcome.reclaims.to_string(),
                outcome.launches.to_string(),
                outcome.moves.to_string(),
                (outcome.first_running_ms as f64 / 1_000.0).to_string(),
                outcome.never_ran.to_string(),
            ];
            let on_markets =
                outcome.on_market.iter().flat_map(|on_market| [on_market.spot_ms, on_market.standard_ms]);
            let hours = on_markets.map(|ms| (ms as f64 / 3_600_000.0).to_string());
            self.csv.write_record(fixed.into_iter().chain(hours))?;
        }
        Ok(())
    }

    /// Flushes and gives the writer back.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn finish(self) -> io::Result<W> {
        self.csv.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}
