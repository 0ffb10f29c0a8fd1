//! Bills from files, recognised by content: FOCUS, AWS Cost and Usage Reports, and Model Studio's own.
//!
//! [`read_bill`] takes the bytes of a file (plain or gzip) and gives a [`BillFile`], or all the problems of the file (up to
//! twenty, then how many more). Every row becomes a line with a kind and a month, and every line counts: what no table
//! of the mapping knows is [`LineKind::Other`] under its own label, and credits and refunds keep their sign. So the lines of
//! a file add up to the file.
//!
//! Amounts are read from their decimal text: `BilledCost` of FOCUS, `UnblendedCost` of AWS, the payable amount of Model
//! Studio. A currency other than the scenario's is refused unless the user gives a rate.

mod amount;
mod file;
mod header;
mod kind;
mod load;
mod rows;
mod rules;
#[cfg(test)]
mod tests;

pub use file::{BillFile, BillFormat, BillReading, ChargedLine, LabelRule};
pub use kind::LineKind;
pub use load::load_bills;

use super::decode::{self, Advice, Source};
use super::header::delimiter;
use super::problem::DataProblem;
use super::table::raw_offset;
use rows::Rows;
use rules::{LineParts, classify};

const ADVICE: Advice = Advice {
    empty: "name a bill: FOCUS, an AWS Cost and Usage Report, or Model Studio's, as CSV",
    large: "export it by month, or without the lines of other services",
};

/// Reads a bill: unpacks gzip, recognises the format by its header, checks every row.
///
/// # Errors
/// All the problems of the file, up to twenty and then "and N more".
///
/// ```
/// use deploysim::scenario::import::bills::{BillReading, LineKind, read_bill};
/// use deploysim::units::Calendar;
/// let calendar = Calendar::parse("2026-06-01T00:00:00+08:00").unwrap();
/// let reading =
///     BillReading { calendar: &calendar, currency: "CNY", rates: &Default::default(), labels: &[] };
/// let bill = "Billing Month,Product Name,Instance ID,Payable Amount,Currency\n\
///             2026-06,Model inference,k1;ws;qwen3-max;input_token;app;0,12.5,CNY\n";
/// let read = read_bill("june.csv", bill.as_bytes(), &reading).unwrap();
/// assert_eq!((read.lines[0].kind, read.total().to_string()), (LineKind::InputTokens, "12.50".to_owned()));
/// // Awkward: every broken row is reported, with its line.
/// let broken = bill.replace("12.5", "12,5O");
/// let problems = read_bill("june.csv", broken.as_bytes(), &reading).unwrap_err();
/// assert!(problems[0].to_string().starts_with("june.csv:2:1: too many cells: 6 where the header has 5"));
/// ```
pub fn read_bill(
    path_shown: &str,
    bytes: &[u8],
    reading: &BillReading<'_>,
) -> Result<BillFile, Vec<DataProblem>> {
    let source = decode::decode(path_shown, bytes, &ADVICE).map_err(|problem| vec![problem])?;
    let mut reader = reader(&source);
    let mut record = csv::StringRecord::new();
    let header = loop {
        match reader.read_record(&mut record) {
            Ok(true) if is_blank(&record) => {}
            Ok(true) => {
                let names = record.iter().map(|name| name.trim().to_owned()).collect();
                break header::recognise(&source, names, row_offset(&source, &record))
                    .map_err(|problem| vec![problem])?;
            }
            // A file of blank cells only.
            Ok(false) => {
                return Err(vec![DataProblem::of_file(&source.file, "the file is empty", ADVICE.empty)]);
            }
            Err(error) => return Err(vec![not_csv(&source, &error)]),
        }
    };
    let mut rows = Rows::new(&source, &header, reading);
    loop {
        match reader.read_record(&mut record) {
            // Spreadsheets leave lines of blanks and separators.
            Ok(true) if is_blank(&record) => {}
            Ok(true) => rows.row(&record),
            Ok(false) => return rows.finish(),
            Err(error) => return Err(rows.fail(not_csv(&source, &error))),
        }
    }
}

/// The kind of a line of use that bills name like this: the same words as in a file give the same kind.
pub fn kind_of_item(product: &str, item: &str) -> LineKind {
    let parts = LineParts { category: "usage", product, item, ..LineParts::default() };
    classify(BillFormat::ModelStudio, &parts, false)
}

/// All the records of a file, the header among them. A bill has no comments: a line that looks like one is a line.
fn reader(source: &Source) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&source.text))
        .from_reader(source.text.as_bytes())
}

/// Where a record begins; the CSV reader counts blank lines before it as a part of it.
fn row_offset(source: &Source, record: &csv::StringRecord) -> usize {
    let start = raw_offset(record);
    let rest = source.text.get(start..).unwrap_or("");
    start + rest.len() - rest.trim_start_matches(['\r', '\n']).len()
}

fn is_blank(record: &csv::StringRecord) -> bool {
    record.iter().all(|cell| cell.trim().is_empty())
}

fn not_csv(source: &Source, error: &csv::Error) -> DataProblem {
    DataProblem::of_file(&source.file, error.to_string(), "write plain CSV")
}
