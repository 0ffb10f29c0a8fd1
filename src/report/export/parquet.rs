//! FOCUS rows as Parquet: the columns of the CSV, costs as `DECIMAL(38,12)`, quantities and unit prices as `DOUBLE`, since
//! they have more decimals than any one scale holds. The CSV has every digit.

use super::focus::{Cell, Column, FocusRow, FocusVersion, Kind, columns};
use crate::units::Money;
use parquet::basic::{Compression, LogicalType, Repetition, Type as PhysicalType};
use parquet::data_type::{
    ByteArray, ByteArrayType, DoubleType, FixedLenByteArray, FixedLenByteArrayType, Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{PrimitiveTypeBuilder, Type, TypePtr};
use std::io;
use std::sync::Arc;

/// Decimal digits of a cost, and how many of them are decimals.
const COST_DIGITS: i32 = 38;
const COST_DECIMALS: i32 = 12;
/// Bytes that so many digits need.
const COST_BYTES: i32 = 16;

/// Writes rows as one row group.
///
/// # Errors
/// Whatever the writer says.
pub fn write(rows: &[FocusRow], version: FocusVersion) -> io::Result<Vec<u8>> {
    encode(rows, &columns(version)).map_err(io::Error::other)
}

fn encode(rows: &[FocusRow], columns: &[Column]) -> Result<Vec<u8>, ParquetError> {
    let fields = columns.iter().map(field).collect::<Result<Vec<TypePtr>, _>>()?;
    let schema = Type::group_type_builder("focus").with_fields(fields).build()?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut bytes = Vec::new();
    let mut file = SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::new(properties))?;
    let mut group = file.next_row_group()?;
    for column in columns {
        let cells: Vec<Cell> = rows.iter().map(|row| (column.of)(row)).collect();
        write_column(&mut group, column.kind, &cells)?;
    }
    group.close()?;
    file.close()?;
    Ok(bytes)
}

/// A column of the schema: every cell may be empty.
fn field(column: &Column) -> Result<TypePtr, ParquetError> {
    let of =
        |physical| Type::primitive_type_builder(column.name, physical).with_repetition(Repetition::OPTIONAL);
    let field = match column.kind {
        Kind::Text => of(PhysicalType::BYTE_ARRAY).with_logical_type(Some(LogicalType::String)),
        Kind::Cost => amount_field(column.name, Repetition::OPTIONAL),
        Kind::Number => of(PhysicalType::DOUBLE),
        Kind::Integer => of(PhysicalType::INT64),
    };
    Ok(Arc::new(field.build()?))
}

/// A column of exact amounts.
pub(in crate::report) fn amount_field(name: &str, repetition: Repetition) -> PrimitiveTypeBuilder<'_> {
    Type::primitive_type_builder(name, PhysicalType::FIXED_LEN_BYTE_ARRAY)
        .with_repetition(repetition)
        .with_length(COST_BYTES)
        .with_precision(COST_DIGITS)
        .with_scale(COST_DECIMALS)
        .with_logical_type(Some(LogicalType::decimal(COST_DECIMALS, COST_DIGITS)))
}

/// An exact amount: its units of 10⁻¹² in two's complement, the highest byte first.
pub(in crate::report) fn amount_bytes(amount: Money) -> FixedLenByteArray {
    FixedLenByteArray::from(ByteArray::from(amount.as_pico().to_be_bytes().to_vec()))
}

fn write_column(
    group: &mut SerializedRowGroupWriter<'_, &mut Vec<u8>>,
    kind: Kind,
    cells: &[Cell],
) -> Result<(), ParquetError> {
    let Some(mut writer) = group.next_column()? else {
        return Err(ParquetError::General("fewer columns than the schema has".to_owned()));
    };
    // Whether a cell is there at all.
    let levels: Vec<i16> = cells.iter().map(|cell| i16::from(*cell != Cell::Null)).collect();
    match kind {
        Kind::Text => {
            let values: Vec<ByteArray> = cells
                .iter()
                .filter(|cell| **cell != Cell::Null)
                .map(|cell| ByteArray::from(cell.text().into_bytes()))
                .collect();
            writer.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None)?;
        }
        Kind::Cost => {
            let values: Vec<FixedLenByteArray> = cells.iter().filter_map(cost).collect();
            writer.typed::<FixedLenByteArrayType>().write_batch(&values, Some(&levels), None)?;
        }
        Kind::Number => {
            let values: Vec<f64> = cells.iter().filter_map(Cell::to_f64).collect();
            writer.typed::<DoubleType>().write_batch(&values, Some(&levels), None)?;
        }
        Kind::Integer => {
            let values: Vec<i64> = cells.iter().filter_map(integer).collect();
            writer.typed::<Int64Type>().write_batch(&values, Some(&levels), None)?;
        }
    }
    writer.close()
}

fn cost(cell: &Cell) -> Option<FixedLenByteArray> {
    match cell {
        Cell::Cost(amount) => Some(amount_bytes(*amount)),
        Cell::Null | Cell::Text(_) | Cell::Number(_) | Cell::Integer(_) => None,
    }
}

fn integer(cell: &Cell) -> Option<i64> {
    match cell {
        // A seed is any 64 bits.
        Cell::Integer(number) => Some(*number as i64),
        Cell::Null | Cell::Text(_) | Cell::Number(_) | Cell::Cost(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_every_digit_and_their_sign() {
        let bytes =
            |amount: i128| cost(&Cell::Cost(Money::from_pico(amount))).expect("an amount").data().to_vec();
        assert_eq!(bytes(1)[15], 1);
        assert_eq!(bytes(-1), [0xff; 16]);
        assert_eq!(bytes(i128::from(i64::MAX) + 1)[7..9], [0, 0x80]);
    }

    #[test]
    fn a_bill_without_rows_is_a_file_with_columns() {
        let bytes = write(&[], FocusVersion::V1_2).expect("memory is writable");
        assert_eq!((&bytes[..4], &bytes[bytes.len() - 4..]), (&b"PAR1"[..], &b"PAR1"[..]));
    }
}
