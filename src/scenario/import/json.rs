//! Histories as the JSON replies of cloud APIs, one page or several one after another.

use super::builder::{Direction, Order};
use super::decode::Source;
use super::number::region_of_zone;
use super::problem::{DataProblem, listing, shown};
use super::sink::Sink;
use super::table::aws_currency;
use super::{DataFile, Format, Row, SeriesKey};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A JSON object with the text of its values, each a part of the file's text.
type Object<'a> = BTreeMap<String, &'a RawValue>;

/// Pages may lie in an array (`jq -s`), a reply in a wrapper (`body`): deeper than this is something else.
const MOST_DEPTH: usize = 6;

/// What is known so far.
struct Reply<'a> {
    sink: Sink<'a>,
    format: Option<Format>,
    currency: Option<String>,
    /// Why the last page is not the last there is.
    more: Option<String>,
    /// Rows say whether they are of a protected first hour.
    says_protection: bool,
    /// What the page says of all its rows.
    page_protection: Option<bool>,
}

/// Reads a JSON file.
pub(super) fn read(source: &Source) -> Result<DataFile, Vec<DataProblem>> {
    let mut reply = Reply {
        sink: Sink::new(source),
        format: None,
        currency: None,
        more: None,
        says_protection: false,
        page_protection: None,
    };
    for document in serde_json::Deserializer::from_str(&source.text).into_iter::<&RawValue>() {
        let outcome = match document {
            Ok(raw) => reply.element(raw, 0),
            Err(error) => Err(syntax(source, &error)),
        };
        if let Err(problem) = outcome {
            return Err(reply.sink.fail(problem));
        }
    }
    reply.finish()
}

/// Broken JSON, in words for a person.
fn syntax(source: &Source, error: &serde_json::Error) -> DataProblem {
    let full = error.to_string();
    let what = full.split(" at line ").next().unwrap_or(&full);
    let (message, help) = if error.is_eof() {
        ("the JSON ends too early".to_owned(), "the file is cut off: fetch it again")
    } else {
        (format!("not JSON: {what}"), "CSV and JSON are read; the file begins like JSON")
    };
    DataProblem {
        line: Some(error.line()),
        column: Some(error.column()),
        ..DataProblem::of_file(&source.file, message, help)
    }
}

impl<'a> Reply<'a> {
    /// A page, an array of pages or rows, or a row.
    fn element(&mut self, raw: &'a RawValue, depth: usize) -> Result<(), DataProblem> {
        if depth > MOST_DEPTH {
            return Err(self.problem(
                raw,
                "the JSON is nested too deeply for any reply that is known",
                KNOWN,
            ));
        }
        if let Ok(elements) = serde_json::from_str::<Vec<&'a RawValue>>(raw.get()) {
            return elements.into_iter().try_for_each(|element| self.element(element, depth + 1));
        }
        let Ok(object) = serde_json::from_str::<Object<'a>>(raw.get()) else {
            return Err(self.problem(raw, "neither a reply nor a row of one", KNOWN));
        };
        if let Some(list) = object.get("SpotPriceHistory") {
            self.page(Format::AwsSpotJson, &object);
            return self.list(Format::AwsSpotJson, list);
        }
        if let Some(wrapper) = object.get("SpotPrices") {
            self.page(Format::EcsSpotJson, &object);
            let inner = serde_json::from_str::<Object<'a>>(wrapper.get()).ok();
            let list = inner.and_then(|inner| inner.get("SpotPriceType").copied());
            return self.list(Format::EcsSpotJson, list.unwrap_or(wrapper));
        }
        if let Some(list) = object.get("SpotDiscounts") {
            self.page(Format::EasDiscountJson, &object);
            return self.list(Format::EasDiscountJson, list);
        }
        if object.contains_key("InstanceMetas") {
            let message = "this is the reply of DescribeMachineSpec: a snapshot of now, not a history";
            let help = "fetch DescribeSpotDiscountHistory, or write the discount of today into the scenario";
            return Err(self.problem(raw, message, help));
        }
        if let Some(format) = row_format(&object) {
            return self.row(format, &object, raw);
        }
        if let Some(body) = object.get("body") {
            return self.element(body, depth + 1);
        }
        Err(self.unknown(raw, &object))
    }

    fn unknown(&self, raw: &RawValue, object: &Object<'_>) -> DataProblem {
        if let (Some(code), Some(message)) = (object.get("Code"), object.get("Message")) {
            let said =
                format!("{} {}", scalar(code).unwrap_or_default(), scalar(message).unwrap_or_default());
            let help = "the call failed: put right what it says and fetch the history again";
            return self.problem(raw, &format!("this is an error reply: {}", shown(&said)), help);
        }
        let names = listing(object.keys().map(String::as_str));
        self.problem(raw, &format!("an object of no known kind of history; it has {names}"), KNOWN)
    }

    fn problem(&self, raw: &RawValue, message: &str, help: &str) -> DataProblem {
        let source = self.sink.source;
        let offset = source.offset_of(raw.get());
        DataProblem {
            line: Some(source.line(offset)),
            column: Some(source.column(offset)),
            ..DataProblem::of_file(&source.file, message, help)
        }
    }

    /// What a page says beside its rows.
    fn page(&mut self, format: Format, object: &Object<'a>) {
        self.more = None;
        let name = if format == Format::AwsSpotJson { "NextToken" } else { "NextOffset" };
        if let Some(token) = object.get(name).and_then(|raw| scalar(raw))
            && !token.is_empty()
            && token != "0"
        {
            self.more = Some(format!(
                "the reply has more pages ({name} is not empty): fetch them all and name every file"
            ));
        }
        self.page_protection = protection(object);
        if let Some(raw) = object.get("Currency")
            && let Some(currency) = scalar(raw)
        {
            match &self.currency {
                Some(before) if *before != currency => {
                    let offset = self.sink.source.offset_of(raw.get());
                    let message = format!("the pages before are in {}", shown(before));
                    self.sink.problem(
                        offset,
                        Some(&currency),
                        message,
                        "put each currency into a file of its own",
                    );
                }
                _ => self.currency = Some(currency.into_owned()),
            }
        }
    }

    fn list(&mut self, format: Format, list: &'a RawValue) -> Result<(), DataProblem> {
        let Ok(rows) = serde_json::from_str::<Vec<&'a RawValue>>(list.get()) else {
            return Err(self.problem(list, "not a list of rows", KNOWN));
        };
        for raw in rows {
            if let Ok(object) = serde_json::from_str::<Object<'a>>(raw.get()) {
                self.row(format, &object, raw)?;
            } else {
                let offset = self.sink.source.offset_of(raw.get());
                self.sink.problem(offset, Some(raw.get()), "not a row", "a row is an object in braces");
            }
        }
        Ok(())
    }

    /// Reads one row; an error is one that makes the rest of the file senseless.
    fn row(&mut self, format: Format, object: &Object<'a>, raw: &'a RawValue) -> Result<(), DataProblem> {
        if self.format.is_some_and(|before| before != format) {
            return Err(self.problem(
                raw,
                "rows of different APIs in one file",
                "put each reply into a file of its own",
            ));
        }
        self.format = Some(format);
        let offset = self.sink.source.offset_of(raw.get());
        let value_name = if format == Format::EasDiscountJson { "SpotDiscount" } else { "SpotPrice" };
        let time =
            self.field(object, "Timestamp", offset).and_then(|(at, text)| self.sink.time(at, &text, false));
        let value = self.field(object, value_name, offset).and_then(|(at, text)| match format {
            Format::EasDiscountJson => self.sink.discount(at, &text),
            Format::AwsSpotJson
            | Format::EcsSpotJson
            | Format::AwsSpotCsv
            | Format::GcpChanges
            | Format::PriceCsv
            | Format::DiscountCsv
            | Format::AvailabilityCsv
            | Format::AvailabilityTicks => self.sink.price(at, &text),
        });
        let on_demand = match object.get("OriginPrice").and_then(|raw| Some((raw, scalar(raw)?))) {
            Some((raw, text)) => {
                let at = self.sink.source.offset_of(raw.get());
                self.sink.price(at, &text).map(Some)
            }
            None => Some(None),
        };
        let (Some(unix_ms), Some(value), Some(on_demand)) = (time, value, on_demand) else { return Ok(()) };
        let mut key = key(format, object);
        key.protected = key.protected.or(self.page_protection);
        self.says_protection |= key.protected.is_some();
        let series = self.sink.row(key, Row { unix_ms, value, on_demand }, offset);
        if let Some(zone_id) = text_of(object, "AvailabilityZoneId") {
            self.sink.builder.zone_id(series, zone_id);
        }
        Ok(())
    }

    /// A field that must be there, with its place.
    fn field(&mut self, object: &Object<'a>, name: &str, row: usize) -> Option<(usize, Cow<'a, str>)> {
        let found =
            object.get(name).and_then(|raw| Some((self.sink.source.offset_of(raw.get()), scalar(raw)?)));
        if found.is_none() {
            self.sink.problem(
                row,
                None,
                format!("the row has no {name}"),
                "every row of the API's reply has it",
            );
        }
        found
    }

    fn finish(mut self) -> Result<DataFile, Vec<DataProblem>> {
        // Pages without a single row name their API all the same; an empty array does not.
        let format = self.format.unwrap_or(Format::AwsSpotJson);
        let file = &self.sink.source.file;
        if let Some(more) = &self.more {
            self.sink.notes.push(format!("{file}: {more}"));
        }
        let asked = match format {
            Format::EcsSpotJson => Some("SpotDuration (1 is with a protected first hour, 0 without)"),
            Format::EasDiscountJson => Some("IsProtect (with or without a protected first hour)"),
            Format::AwsSpotJson
            | Format::AwsSpotCsv
            | Format::GcpChanges
            | Format::PriceCsv
            | Format::DiscountCsv
            | Format::AvailabilityCsv
            | Format::AvailabilityTicks => None,
        };
        if let Some(parameter) = asked
            && !self.says_protection
        {
            self.sink
                .notes
                .push(format!("{file}: the reply does not say with which {parameter} it was asked for"));
        }
        self.sink.currency = self.currency;
        let newest_first = format == Format::AwsSpotJson;
        let direction = if newest_first { Direction::NewestFirst } else { Direction::Any };
        let order = Order { direction, sampled: false };
        let mut file = self.sink.finish(format, order)?;
        if format == Format::AwsSpotJson {
            file.currency = Some(aws_currency(file.series_keys()));
        }
        Ok(file)
    }
}

const KNOWN: &str = "known are the replies of AWS describe-spot-price-history, Alibaba Cloud ECS \
                     DescribeSpotPriceHistory and PAI-EAS DescribeSpotDiscountHistory";

/// Whose row an object is that stands alone.
fn row_format(object: &Object<'_>) -> Option<Format> {
    if object.contains_key("SpotDiscount") && object.contains_key("Timestamp") {
        Some(Format::EasDiscountJson)
    } else if object.contains_key("SpotPrice") {
        let alibaba = object.contains_key("ZoneId") || object.contains_key("OriginPrice");
        Some(if alibaba { Format::EcsSpotJson } else { Format::AwsSpotJson })
    } else {
        None
    }
}

/// What a row is of.
fn key(format: Format, object: &Object<'_>) -> SeriesKey {
    let zone = match format {
        Format::AwsSpotJson => {
            text_of(object, "AvailabilityZone").or_else(|| text_of(object, "AvailabilityZoneId"))
        }
        Format::EcsSpotJson
        | Format::EasDiscountJson
        | Format::AwsSpotCsv
        | Format::GcpChanges
        | Format::PriceCsv
        | Format::DiscountCsv
        | Format::AvailabilityCsv
        | Format::AvailabilityTicks => text_of(object, "ZoneId"),
    };
    let product = if format == Format::AwsSpotJson {
        text_of(object, "ProductDescription")
    } else {
        // ECS has prices of their own for the classic network and for instances without optimised IO.
        match (text_of(object, "NetworkType"), text_of(object, "IoOptimized")) {
            (Some(network), Some(io)) => Some(format!("{network}/{io}")),
            (network, io) => network.or(io),
        }
    };
    SeriesKey {
        instance_type: text_of(object, "InstanceType"),
        region: zone.as_deref().and_then(region_of_zone),
        zone,
        product,
        protected: protection(object),
    }
}

/// Whether a page or a row says that it is of a protected first hour.
fn protection(object: &Object<'_>) -> Option<bool> {
    let said = text_of(object, "IsProtect").or_else(|| text_of(object, "SpotDuration"))?;
    match said.as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// A field as text, if it is there and not empty.
fn text_of(object: &Object<'_>, name: &str) -> Option<String> {
    object.get(name).and_then(|raw| scalar(raw)).map(Cow::into_owned).filter(|text| !text.is_empty())
}

/// The text of a string, a number or whatever else stands there; nothing for null.
fn scalar(raw: &RawValue) -> Option<Cow<'_, str>> {
    let text = raw.get();
    if text == "null" {
        None
    } else if text.starts_with('"') {
        serde_json::from_str::<String>(text).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(text))
    }
}
