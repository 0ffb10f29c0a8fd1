//! Rows as Parquet: the columns of the CSV with types, amounts exact as `DECIMAL(38,12)`, counts as `INT64`, numbers as
//! `DOUBLE`, and what never happened as null.

use super::RowFile;
use super::columns::{Kind, Value, columns, values};
use crate::report::export::parquet::{amount_bytes, amount_field};
use crate::report::output::StreamedFile;
use crate::scenario::Scenario;
use crate::sim::Outcome;
use parquet::basic::{Compression, LogicalType, Repetition, Type as PhysicalType};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DoubleType, FixedLenByteArray, FixedLenByteArrayType, Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};
use std::io::{self, Write};
use std::sync::Arc;

/// Rows that are kept in memory until they are written as a group: about 10 MB of a dozen columns.
const ROWS_OF_GROUP: usize = if cfg!(test) { 3 } else { 1 << 16 };

/// Writes rows as Parquet, a group of rows at a time.
pub struct ParquetRows<W: Write + Send> {
    file: SerializedFileWriter<W>,
    columns: Vec<Column>,
    rows: usize,
}

/// The values of a column that wait.
enum Column {
    Text(Vec<ByteArray>),
    Count(Vec<i64>),
    Amount(Vec<FixedLenByteArray>),
    /// With a level for each row: 1 where there is a number.
    Number(Vec<f64>, Vec<i16>),
    Flag(Vec<bool>),
}

impl<W: Write + Send> ParquetRows<W> {
    /// Begins the file.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn new(writer: W, scenario: &Scenario) -> io::Result<Self> {
        let columns = columns(scenario);
        let fields = columns.iter().map(|(name, kind)| field(name, *kind)).collect::<Result<_, _>>();
        let schema = fields.and_then(|fields: Vec<TypePtr>| {
            Type::group_type_builder("replications").with_fields(fields).build()
        });
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let file = schema
            .and_then(|schema| SerializedFileWriter::new(writer, Arc::new(schema), Arc::new(properties)));
        let columns = columns.iter().map(|(_, kind)| Column::of(*kind)).collect();
        Ok(Self { file: file.map_err(io::Error::other)?, columns, rows: 0 })
    }

    /// The rows of one replication.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write(&mut self, scenario: &Scenario, replication: u64, outcomes: &[Outcome]) -> io::Result<()> {
        let mut row = Vec::new();
        for (strategy, outcome) in scenario.strategies.iter().zip(outcomes) {
            values(scenario, replication, &strategy.name, outcome, &mut row);
            assert_eq!(row.len(), self.columns.len(), "every column has a value");
            for (column, value) in self.columns.iter_mut().zip(&row) {
                column.push(*value);
            }
            self.rows += 1;
        }
        if self.rows >= ROWS_OF_GROUP { self.write_group().map_err(io::Error::other) } else { Ok(()) }
    }

    /// Ends the file and gives the writer back.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn finish(mut self) -> io::Result<W> {
        if self.rows > 0 {
            self.write_group().map_err(io::Error::other)?;
        }
        self.file.into_inner().map_err(io::Error::other)
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.file.next_row_group()?;
        for column in &mut self.columns {
            let writer = group.next_column()?;
            let mut writer = writer
                .ok_or_else(|| ParquetError::General("fewer columns than the schema has".to_owned()))?;
            column.write(&mut writer)?;
            writer.close()?;
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }
}

impl Column {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text(Vec::new()),
            Kind::Count => Self::Count(Vec::new()),
            Kind::Amount => Self::Amount(Vec::new()),
            Kind::Number => Self::Number(Vec::new(), Vec::new()),
            Kind::Flag => Self::Flag(Vec::new()),
        }
    }

    fn push(&mut self, value: Value<'_>) {
        match (self, value) {
            (Self::Text(all), Value::Text(text)) => all.push(ByteArray::from(text)),
            // The most there are of anything is bounded when a scenario loads.
            (Self::Count(all), Value::Count(count)) => all.push(count as i64),
            (Self::Amount(all), Value::Amount(amount)) => all.push(amount_bytes(amount)),
            (Self::Number(all, levels), Value::Number(number)) => {
                all.extend(number);
                levels.push(i16::from(number.is_some()));
            }
            (Self::Flag(all), Value::Flag(flag)) => all.push(flag),
            (_, value) => panic!("{value:?} is not of its column's kind"),
        }
    }

    /// Writes what waits, and forgets it.
    fn write(&mut self, writer: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        match self {
            Self::Text(all) => {
                writer.typed::<ByteArrayType>().write_batch(&std::mem::take(all), None, None)?
            }
            Self::Count(all) => writer.typed::<Int64Type>().write_batch(&std::mem::take(all), None, None)?,
            Self::Amount(all) => {
                writer.typed::<FixedLenByteArrayType>().write_batch(&std::mem::take(all), None, None)?
            }
            Self::Number(all, levels) => {
                let levels = std::mem::take(levels);
                writer.typed::<DoubleType>().write_batch(&std::mem::take(all), Some(&levels), None)?
            }
            Self::Flag(all) => writer.typed::<BoolType>().write_batch(&std::mem::take(all), None, None)?,
        };
        Ok(())
    }
}

fn field(name: &str, kind: Kind) -> Result<TypePtr, ParquetError> {
    let of = |physical| Type::primitive_type_builder(name, physical).with_repetition(Repetition::REQUIRED);
    let field = match kind {
        Kind::Text => of(PhysicalType::BYTE_ARRAY).with_logical_type(Some(LogicalType::String)).build(),
        Kind::Count => of(PhysicalType::INT64).build(),
        Kind::Amount => amount_field(name, Repetition::REQUIRED).build(),
        Kind::Number => of(PhysicalType::DOUBLE).with_repetition(Repetition::OPTIONAL).build(),
        Kind::Flag => of(PhysicalType::BOOLEAN).build(),
    };
    field.map(Arc::new)
}

impl RowFile for ParquetRows<StreamedFile> {
    fn write(&mut self, scenario: &Scenario, replication: u64, outcomes: &[Outcome]) -> io::Result<()> {
        ParquetRows::write(self, scenario, replication, outcomes)
    }

    fn finish(self: Box<Self>) -> io::Result<StreamedFile> {
        ParquetRows::finish(*self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::montecarlo::run_strategies;
    use crate::report::replications::CsvRows;
    use crate::scenario::load_file;
    use crate::units::Money;
    use parquet::data_type::AsBytes;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    /// A cell as the CSV writes it.
    fn text(field: &Field) -> String {
        match field {
            Field::Null => String::new(),
            Field::Str(text) => text.clone(),
            Field::Long(count) => count.to_string(),
            Field::Double(number) => number.to_string(),
            Field::Bool(flag) => flag.to_string(),
            Field::Decimal(amount) => {
                assert_eq!((amount.precision(), amount.scale()), (38, 12));
                let bytes = amount.data().as_bytes().try_into().expect("sixteen bytes");
                Money::from_pico(i128::from_be_bytes(bytes)).to_string()
            }
            other => panic!("no column holds {other:?}"),
        }
    }

    #[test]
    fn every_cell_is_that_of_the_csv() {
        for file in ["lessons/what_stops_when_the_balance_is_gone.ron", "default.ron", "ptu_sizing.ron"] {
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(file);
            let (scenario, report) = load_file(&path, &[]);
            let scenario = scenario.unwrap_or_else(|| panic!("{}", report.render(false)));
            let mut csv = CsvRows::new(Vec::new(), &scenario).expect("memory");
            let mut parquet = ParquetRows::new(Vec::new(), &scenario).expect("memory");
            for replication in 0..4 {
                let outcomes = run_strategies(&scenario, &scenario.world.draw(1, replication));
                csv.write(&scenario, replication, &outcomes).expect("memory");
                parquet.write(&scenario, replication, &outcomes).expect("memory");
            }
            let text_rows = csv.finish().expect("memory");
            let mut lines = csv::Reader::from_reader(text_rows.as_slice());
            let names: Vec<String> = lines.headers().expect("a header").iter().map(str::to_owned).collect();
            let mut written = tempfile::tempfile().expect("a temporary file");
            written.write_all(&parquet.finish().expect("memory")).expect("a writable file");
            let reader = SerializedFileReader::new(written).expect("a Parquet file");
            let rows: Vec<_> =
                reader.get_row_iter(None).expect("rows").map(|row| row.expect("a row")).collect();
            assert_eq!(rows.len(), 4 * scenario.strategies.len(), "{file}");
            for (row, line) in rows.iter().zip(lines.records()) {
                let (found, said): (Vec<&String>, Vec<String>) =
                    row.get_column_iter().map(|(name, field)| (name, text(field))).unzip();
                assert!(found.into_iter().eq(&names), "{file}");
                assert!(said.iter().eq(line.expect("a line").iter()), "{file}: {said:?}");
            }
        }
    }
}
