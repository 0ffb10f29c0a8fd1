//! Histories as CSV: AWS rows, the Google Cloud change log, and plain tables of prices, discounts or availability.

use super::builder::{Direction, Order};
use super::columns::Role;
use super::decode::Source;
use super::header::{Header, delimiter, recognise};
use super::number::region_of_zone;
use super::problem::{DataProblem, listing};
use super::sink::Sink;
use super::{DataFile, Format, Measure, Row, SeriesKey};

/// One cell with its place in the text.
pub(super) struct Cell<'a> {
    pub(super) offset: usize,
    pub(super) text: &'a str,
}

/// Reads a CSV file.
pub(super) fn read(source: &Source) -> Result<DataFile, Vec<DataProblem>> {
    let mut sink = Sink::new(source);
    let mut reader = reader(source);
    let mut record = csv::StringRecord::new();
    let mut header: Option<Header> = None;
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                return Err(sink.fail(DataProblem::of_file(
                    &source.file,
                    error.to_string(),
                    "write plain CSV",
                )));
            }
        }
        let offset = record_offset(source, &record);
        match &header {
            // Spreadsheets leave lines of blanks and separators.
            _ if record.iter().all(|cell| cell.trim().is_empty()) => {}
            None => {
                let names: Vec<String> = record.iter().map(|name| name.trim().to_owned()).collect();
                match recognise(source, names, offset) {
                    Ok(found) => header = Some(found),
                    Err(problem) => return Err(vec![problem]),
                }
            }
            Some(header) => row(&mut sink, header, &cells(source, &record, offset), offset),
        }
    }
    let Some(header) = header else {
        return Err(vec![DataProblem::of_file(
            &source.file,
            "the file has only comments",
            "write a header and rows",
        )]);
    };
    note_columns(&mut sink, &header);
    let newest_first = header.format == Format::AwsSpotCsv;
    let direction = if newest_first { Direction::NewestFirst } else { Direction::Any };
    let order = Order { direction, sampled: header.format == Format::AvailabilityTicks };
    sink.currency = match header.format {
        Format::GcpChanges => Some("USD".to_owned()),
        Format::AwsSpotJson
        | Format::AwsSpotCsv
        | Format::EcsSpotJson
        | Format::EasDiscountJson
        | Format::PriceCsv
        | Format::DiscountCsv
        | Format::AvailabilityCsv
        | Format::AvailabilityTicks => None,
    };
    let mut file = sink.finish(header.format, order)?;
    if file.format == Format::AwsSpotCsv {
        file.currency = Some(aws_currency(file.series_keys()));
    }
    Ok(file)
}

/// All the records of a file, the header among them, whatever their number of cells.
pub(super) fn reader(source: &Source) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .delimiter(delimiter(&source.text))
        .from_reader(source.text.as_bytes())
}

/// AWS quotes US dollars, and yuan in the regions of its China partition.
pub(super) fn aws_currency<'a>(mut keys: impl Iterator<Item = &'a SeriesKey>) -> String {
    let china = keys.all(|key| key.region.as_deref().is_some_and(|region| region.starts_with("cn-")));
    if china { "CNY" } else { "USD" }.to_owned()
}

/// Where a record begins; the CSV reader counts blank and comment lines before it as a part of it.
pub(super) fn record_offset(source: &Source, record: &csv::StringRecord) -> usize {
    content_offset(source, raw_offset(record))
}

/// Where the CSV reader was when it began with a record.
pub(super) fn raw_offset(record: &csv::StringRecord) -> usize {
    record.position().and_then(|at| usize::try_from(at.byte()).ok()).unwrap_or(0)
}

/// The next place that is on no blank or comment line.
pub(super) fn content_offset(source: &Source, start: usize) -> usize {
    let mut offset = start;
    while let Some(rest) = source.text.get(offset..) {
        let line = rest.split_inclusive('\n').next().unwrap_or("");
        if line.is_empty() || !(line.trim_end_matches(['\r', '\n']).is_empty() || line.starts_with('#')) {
            break;
        }
        offset += line.len();
    }
    offset
}

/// The cells with their places; those of a line with quotes are all put at its beginning.
pub(super) fn cells<'a>(source: &Source, record: &'a csv::StringRecord, offset: usize) -> Vec<Cell<'a>> {
    let quoted = source.line_text(offset).contains('"');
    let mut at = offset;
    let mut cells = Vec::with_capacity(record.len());
    for text in record {
        cells.push(Cell {
            offset: if quoted { offset } else { at + text.len() - text.trim_start().len() },
            text,
        });
        at += text.len() + 1;
    }
    cells
}

/// What to say of a row with too few or too many cells: message and help.
pub(super) fn wrong_width(cells: usize, names: &[String]) -> (String, String) {
    let few = if cells < names.len() { "few" } else { "many" };
    let message = format!("too {few} cells: {cells} where the header has {}", names.len());
    let help = format!("write one value for each of {}", listing(names.iter().map(String::as_str)));
    (message, help)
}

/// Reads one row.
fn row(sink: &mut Sink<'_>, header: &Header, cells: &[Cell<'_>], offset: usize) {
    if cells.len() != header.roles.len() {
        let (message, help) = wrong_width(cells.len(), &header.names);
        let text = sink.source.line_text(offset).to_owned();
        sink.problem(offset, Some(&text), message, &help);
        return;
    }
    let mut time = None;
    let mut on_demand = Ok(None);
    let mut key = Some(SeriesKey::default());
    let mut zone_id = None;
    for (cell, role) in cells.iter().zip(&header.roles) {
        match role {
            Role::Time => time = sink.time(cell.offset, cell.text, false),
            Role::Milliseconds => time = sink.time(cell.offset, cell.text, true),
            Role::OnDemand if !cell.text.trim().is_empty() => {
                on_demand = sink.price(cell.offset, cell.text).map(Some).ok_or(());
            }
            Role::ZoneId => zone_id = Some(cell.text.trim().to_owned()),
            Role::InstanceType | Role::Region | Role::Zone | Role::Product | Role::Protected => {
                key = key.and_then(|key| with_part(sink, key, *role, cell));
            }
            // Values are read below; an empty on-demand cell says nothing, and so do the rest.
            Role::OnDemand
            | Role::Price(_)
            | Role::Discount
            | Role::Units
            | Role::SpareTime
            | Role::Tick
            | Role::Unknown => {}
        }
    }
    // Values are read even if the rest is broken: all problems of a row are told at once.
    let values = values(sink, header, cells);
    let (Some(unix_ms), Ok(on_demand), Some(mut key)) = (time, on_demand, key) else { return };
    if key.zone.is_none() && key.region.is_none() {
        // Only a file that names its zones by id alone.
        key.zone.clone_from(&zone_id);
    }
    for (key_of_value, value) in values {
        let mut key = key.clone();
        key.zone = key_of_value.zone.or(key.zone);
        key.protected = key_of_value.protected.or(key.protected);
        key.region = key.region.or_else(|| key.zone.as_deref().and_then(region_of_zone));
        let series = sink.row(key, Row { unix_ms, value, on_demand }, offset);
        if let Some(zone_id) = &zone_id {
            sink.builder.zone_id(series, zone_id.clone());
        }
    }
}

/// The values of a row, each with what its column says of its series.
fn values(sink: &mut Sink<'_>, header: &Header, cells: &[Cell<'_>]) -> Vec<(SeriesKey, i64)> {
    let prices = header.roles.iter().filter(|role| matches!(role, Role::Price(_))).count();
    let mut values = Vec::with_capacity(1);
    for ((cell, role), name) in cells.iter().zip(&header.roles).zip(&header.names) {
        let mut key = SeriesKey::default();
        let value = match role {
            // With a column for each kind, an empty cell says that this kind did not change.
            Role::Price(_) if prices > 1 && cell.text.trim().is_empty() => None,
            Role::Price(protected) => {
                key.protected = *protected;
                sink.price(cell.offset, cell.text)
            }
            Role::Discount => sink.discount(cell.offset, cell.text),
            Role::Units => sink.units(cell.offset, cell.text),
            Role::Unknown if header.format == Format::AvailabilityTicks => {
                key.zone = Some(name.clone());
                sink.units(cell.offset, cell.text)
            }
            Role::Time
            | Role::SpareTime
            | Role::Milliseconds
            | Role::Tick
            | Role::InstanceType
            | Role::Region
            | Role::Zone
            | Role::ZoneId
            | Role::Product
            | Role::Protected
            | Role::OnDemand
            | Role::Unknown => None,
        };
        values.extend(value.map(|value| (key, value)));
    }
    values
}

/// The key with what a cell says of it; `None` if the cell is a problem.
fn with_part(sink: &mut Sink<'_>, mut key: SeriesKey, role: Role, cell: &Cell<'_>) -> Option<SeriesKey> {
    let text = cell.text.trim();
    if text.is_empty() {
        sink.problem(cell.offset, None, "the cell is empty", "every row says what it is of");
        return None;
    }
    match role {
        Role::InstanceType => key.instance_type = Some(text.to_owned()),
        Role::Region => key.region = Some(text.to_owned()),
        Role::Zone => key.zone = Some(text.to_owned()),
        Role::Product => key.product = Some(text.to_owned()),
        _ => match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" => key.protected = Some(true),
            "false" | "0" | "no" => key.protected = Some(false),
            _ => {
                sink.problem(
                    cell.offset,
                    Some(text),
                    "neither true nor false",
                    "write true for a protected first hour",
                );
                return None;
            }
        },
    }
    Some(key)
}

/// Columns that a person may believe are read.
fn note_columns(sink: &mut Sink<'_>, header: &Header) {
    let file = &sink.source.file;
    if header.format.measure() != Measure::Units || !header.has(Role::Tick) {
        let unused: Vec<&str> = header
            .names
            .iter()
            .zip(&header.roles)
            .filter(|(_, role)| **role == Role::Unknown)
            .map(|(name, _)| name.as_str())
            .collect();
        if !unused.is_empty() {
            sink.notes.push(format!("{file}: columns that are not used: {}", listing(unused)));
        }
    }
    if header.format == Format::AwsSpotCsv && !header.has(Role::Product) {
        let line = sink.source.line(header.offset);
        sink.notes.push(format!(
            "{file}: no column ProductDescription in line {line}: the rows are taken to be of one product"
        ));
    }
}
