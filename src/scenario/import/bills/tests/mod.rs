//! Small bills of every format, and every way we know to break one.

mod broken;
mod formats;
mod kinds;

use super::{BillFile, BillReading, LabelRule, LineKind, read_bill};
use crate::scenario::import::DataProblem;
use crate::units::{Calendar, Money, UnitPrice};
use std::collections::BTreeMap;
use std::io::Write;

/// June in Shanghai.
const START: &str = "2026-06-01T00:00:00+08:00";

/// Reads a bill as a scenario in yuan would, at these rates.
fn read_at(bytes: &[u8], start: &str, rates: &[(&str, &str)]) -> Result<BillFile, Vec<DataProblem>> {
    let calendar = Calendar::parse(start).expect("a start");
    let rates: BTreeMap<String, UnitPrice> = rates
        .iter()
        .map(|(code, rate)| ((*code).to_owned(), UnitPrice::parse(rate).expect("a rate")))
        .collect();
    let reading = BillReading { calendar: &calendar, currency: "CNY", rates: &rates, labels: &[] };
    read_bill("f", bytes, &reading)
}

/// A bill that reads.
fn good(text: &str) -> BillFile {
    read_at(text.as_bytes(), START, &[]).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// The problems of a bill as a person sees them, with what would be right.
fn problems(bytes: &[u8]) -> Vec<(String, String)> {
    let problems = read_at(bytes, START, &[]).err().unwrap_or_default();
    problems.iter().map(|problem| (problem.to_string(), problem.help.clone().unwrap_or_default())).collect()
}

/// Month, kind and amount of each line.
fn lines(bill: &BillFile) -> Vec<(String, LineKind, String)> {
    bill.lines.iter().map(|line| (line.month.to_string(), line.kind, line.amount.to_string())).collect()
}

/// Such a line as it is expected.
fn line(month: &str, kind: LineKind, amount: &str) -> (String, LineKind, String) {
    (month.to_owned(), kind, amount.to_owned())
}

fn money(text: &str) -> Money {
    Money::parse(text).expect("an amount")
}

/// The same bytes, packed.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).expect("a Vec takes everything");
    packer.finish().expect("a Vec takes everything")
}

/// The kinds of the lines of a bill.
fn kinds(bill: &BillFile) -> Vec<LineKind> {
    bill.lines.iter().map(|line| line.kind).collect()
}

/// What the user says of a label.
fn rule(label: &str, kind: LineKind) -> LabelRule {
    LabelRule { label: label.to_owned(), kind }
}
