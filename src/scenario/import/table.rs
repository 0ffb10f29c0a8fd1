//! Histories as CSV: AWS rows, the Google Cloud change log, and plain tables of prices, discounts or availability.

use super::builder::Order;
use super::columns::{NAMES, Role, role};
use super::decode::Source;
use super::number::{self, region_of_zone};
use super::problem::{DataProblem, listing, nearest, shown};
use super::sink::Sink;
use super::{DataFile, Format, Measure, Row, SeriesKey};

/// One cell with its place in the text.
struct Cell<'a> {
    offset: usize,
    text: &'a str,
}

/// The header, understood.
struct Header {
    names: Vec<String>,
    roles: Vec<Role>,
    format: Format,
    offset: usize,
}

impl Header {
    fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// Reads a CSV file.
pub(super) fn read(source: &Source) -> Result<DataFile, Vec<DataProblem>> {
    let mut sink = Sink::new(source);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .delimiter(delimiter(&source.text))
        .from_reader(source.text.as_bytes());
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
    let order = Order {
        newest_first_expected: header.format == Format::AwsSpotCsv,
        sampled: header.format == Format::AvailabilityTicks,
        place: "line",
    };
    sink.currency = match header.format {
        Format::GcpChanges => Some("USD".to_owned()),
        _ => None,
    };
    let mut file = sink.finish(header.format, order)?;
    if file.format == Format::AwsSpotCsv {
        file.currency = Some(aws_currency(file.series_keys()));
    }
    Ok(file)
}

/// AWS quotes US dollars, and yuan in the regions of its China partition.
pub(super) fn aws_currency<'a>(mut keys: impl Iterator<Item = &'a SeriesKey>) -> String {
    let china = keys.all(|key| key.region.as_deref().is_some_and(|region| region.starts_with("cn-")));
    if china { "CNY" } else { "USD" }.to_owned()
}

/// The separator that the first line of content has most of.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#')).unwrap_or("");
    let count = |separator: u8| first.bytes().filter(|byte| *byte == separator).count();
    // The last of equals wins in max_by_key, so the comma stands last.
    [b'\t', b';', b','].into_iter().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}

/// Where a record begins; the CSV reader counts blank and comment lines before it as a part of it.
fn record_offset(source: &Source, record: &csv::StringRecord) -> usize {
    let start = record.position().and_then(|at| usize::try_from(at.byte()).ok()).unwrap_or(0);
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
fn cells<'a>(source: &Source, record: &'a csv::StringRecord, offset: usize) -> Vec<Cell<'a>> {
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

/// What the file is, by its header.
fn recognise(source: &Source, names: Vec<String>, offset: usize) -> Result<Header, DataProblem> {
    let mut roles: Vec<Role> = names.iter().map(|name| role(name)).collect();
    if !roles.contains(&Role::Time)
        && let Some(spare) = roles.iter_mut().find(|role| **role == Role::SpareTime)
    {
        *spare = Role::Time;
    }
    let at = |message: String, help: String| DataProblem {
        line: Some(source.line(offset)),
        text: Some(shown(source.line_text(offset)).into()),
        ..DataProblem::of_file(&source.file, message, help)
    };
    let has = |role: Role| roles.contains(&role);
    let prices = roles.iter().filter(|role| matches!(role, Role::Price(_))).count();
    let timed = has(Role::Time) || has(Role::Milliseconds);
    if !timed || !(prices > 0 || has(Role::Discount) || has(Role::Units) || has(Role::Tick)) {
        let (message, help) = not_recognised(&names, &roles);
        return Err(at(message, help));
    }
    let ticks = has(Role::Tick);
    for (n, role) in roles.iter().enumerate() {
        let same = if ticks && *role == Role::Unknown {
            names[..n].iter().position(|name| *name == names[n])
        } else if matches!(role, Role::Unknown | Role::SpareTime) {
            None
        } else {
            roles[..n].iter().position(|earlier| earlier == role)
        };
        if let Some(first) = same {
            let message =
                format!("the columns {} and {} hold the same thing", shown(&names[first]), shown(&names[n]));
            return Err(at(message, "keep one of them".to_owned()));
        }
    }
    let kinds = usize::from(prices > 0) + usize::from(has(Role::Discount)) + usize::from(has(Role::Units));
    if kinds > 1 {
        let message = "the file mixes prices, discounts and availability".to_owned();
        return Err(at(message, "put each into a file of its own".to_owned()));
    }
    let format = if ticks {
        Format::AvailabilityTicks
    } else if has(Role::Units) {
        Format::AvailabilityCsv
    } else if has(Role::Discount) {
        Format::DiscountCsv
    } else if names.iter().any(|name| name == "sampled_at_unix" || name == "spot_usd_per_hour") {
        Format::GcpChanges
    } else if names.iter().any(|name| name == "SpotPrice" || name == "ProductDescription")
        && !has(Role::OnDemand)
    {
        Format::AwsSpotCsv
    } else {
        Format::PriceCsv
    };
    Ok(Header { names, roles, format, offset })
}

/// What to say of a header that none of the formats has.
fn not_recognised(names: &[String], roles: &[Role]) -> (String, String) {
    let first = names.first().map_or("", String::as_str);
    let known = "known are time,price; time,zone,available; tick,time,<zones>; the columns of AWS \
                 describe-spot-price-history; and Google Cloud's sampled_at_unix,machine_type,region,…";
    if first.starts_with('<') {
        return (
            "the file is a web page or XML, not CSV or JSON".to_owned(),
            "fetch the data itself".to_owned(),
        );
    }
    if roles.iter().all(|role| *role == Role::Unknown) && number::parse_time(first, false).is_some() {
        return (
            "the file has no header line".to_owned(),
            format!("name the columns in the first line: {known}"),
        );
    }
    let timed = roles.contains(&Role::Time) || roles.contains(&Role::Milliseconds);
    let valued = roles
        .iter()
        .any(|role| matches!(role, Role::Price(_) | Role::Discount | Role::Units | Role::OnDemand));
    if valued && !timed && roles.contains(&Role::OnDemand) {
        let help = "write the standard price into the scenario as a number";
        return ("the file is a price list without times, not a history".to_owned(), help.to_owned());
    }
    let meant: Vec<String> = names
        .iter()
        .zip(roles)
        .filter(|(_, role)| **role == Role::Unknown)
        .filter_map(|(name, _)| Some(format!("is \"{}\" meant as {}?", shown(name), nearest(name, NAMES)?)))
        .collect();
    let hint = if meant.is_empty() { known.to_owned() } else { meant.join(" ") };
    match (timed, valued) {
        (true, false) => ("no column of prices, discounts or availability".to_owned(), hint),
        (true, true) => ("no column of spot prices".to_owned(), hint),
        (false, true) => ("no column of times".to_owned(), hint),
        (false, false) => ("the header is of no known kind of history".to_owned(), hint),
    }
}

/// Reads one row.
fn row(sink: &mut Sink<'_>, header: &Header, cells: &[Cell<'_>], offset: usize) {
    if cells.len() != header.roles.len() {
        let message = format!("{} cells where the header has {}", cells.len(), header.roles.len());
        let help =
            format!("write one value for each of {}", listing(header.names.iter().map(String::as_str)));
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
            _ => {}
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
            _ => None,
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
