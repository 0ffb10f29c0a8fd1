//! `replications.csv` and `replications.parquet`: one row per replication and strategy, streamed.

mod columns;
mod csv_rows;
#[cfg(feature = "parquet")]
mod parquet_rows;

pub use csv_rows::CsvRows;
#[cfg(feature = "parquet")]
pub use parquet_rows::ParquetRows;

use super::output::StreamedFile;
use crate::scenario::Scenario;
use crate::sim::Outcome;
use std::io;

/// A file of rows that grows as replications arrive.
pub trait RowFile: Send + Sync {
    /// The rows of one replication: one outcome per strategy.
    ///
    /// # Errors
    /// Whatever the writer says.
    fn write(&mut self, scenario: &Scenario, replication: u64, outcomes: &[Outcome]) -> io::Result<()>;

    /// Ends the rows and gives the file back.
    ///
    /// # Errors
    /// Whatever the writer says.
    fn finish(self: Box<Self>) -> io::Result<StreamedFile>;
}
