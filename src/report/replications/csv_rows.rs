//! Rows as CSV, with a header.

use super::RowFile;
use super::columns::{Value, columns, values};
use crate::report::output::StreamedFile;
use crate::scenario::Scenario;
use crate::sim::Outcome;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Writes rows as CSV: amounts with every digit, nothing as nothing.
pub struct CsvRows<W: Write> {
    csv: csv::Writer<W>,
    /// The text of one value.
    text: String,
}

impl<W: Write> CsvRows<W> {
    /// Begins with the header.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn new(writer: W, scenario: &Scenario) -> io::Result<Self> {
        let mut csv = csv::Writer::from_writer(writer);
        csv.write_record(columns(scenario).iter().map(|(name, _)| name))?;
        Ok(Self { csv, text: String::new() })
    }

    /// The rows of one replication.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write(&mut self, scenario: &Scenario, replication: u64, outcomes: &[Outcome]) -> io::Result<()> {
        let mut row = Vec::new();
        for (strategy, outcome) in scenario.strategies.iter().zip(outcomes) {
            values(scenario, replication, &strategy.name, outcome, &mut row);
            for value in &row {
                self.text.clear();
                let written = match value {
                    Value::Text(name) => write!(self.text, "{name}"),
                    Value::Count(count) => write!(self.text, "{count}"),
                    Value::Amount(amount) => write!(self.text, "{amount}"),
                    Value::Number(Some(number)) => write!(self.text, "{number}"),
                    Value::Number(None) => Ok(()),
                    Value::Flag(flag) => write!(self.text, "{flag}"),
                };
                written.map_err(io::Error::other)?;
                self.csv.write_field(&self.text)?;
            }
            self.csv.write_record(None::<&[u8]>)?;
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

impl RowFile for CsvRows<StreamedFile> {
    fn write(&mut self, scenario: &Scenario, replication: u64, outcomes: &[Outcome]) -> io::Result<()> {
        CsvRows::write(self, scenario, replication, outcomes)
    }

    fn finish(self: Box<Self>) -> io::Result<StreamedFile> {
        CsvRows::finish(*self)
    }
}
