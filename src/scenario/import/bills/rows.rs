//! From the rows of a bill to its lines.

use super::super::decode::Source;
use super::super::number::{ClockKind, parse_time};
use super::super::problem::{DataProblem, Problems};
use super::super::table::{Cell, cells, wrong_width};
use super::amount::{self, Number};
use super::file::{BillFile, BillFormat, BillReading, ChargedLine};
use super::header::{Header, Role};
use super::kind::LineKind;
use super::row_offset;
use super::rules::{LineParts, classify};
use crate::units::{Money, Month, RoundingMode, SimSpan, SimTime, UnitPrice};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A charge of at most this length belongs to one day; an hour more than a day allows for clocks that are put back.
const LONGEST_DAY: SimSpan = SimSpan::from_hours(25);
/// Stands for half a month where a bill does not say when it ends.
const HALF_A_MONTH: SimSpan = SimSpan::from_days(14);

/// A cell is wrong, and that has been said.
struct Reported;

/// How one unit of a currency becomes the scenario's.
#[derive(Clone, Copy)]
enum Conversion {
    Same,
    Rate(UnitPrice),
    /// It cannot, and this has been said.
    Refused,
}

/// Collects a bill.
pub(super) struct Rows<'a> {
    source: &'a Source,
    reading: &'a BillReading<'a>,
    header: &'a Header,
    problems: Problems<'a>,
    lines: Vec<ChargedLine>,
    decimals: u32,
    rounded: usize,
    without_offset: usize,
    currencies: BTreeMap<String, Conversion>,
    /// Labels and units repeat: each text is kept once.
    texts: BTreeSet<Arc<str>>,
    /// Kinds by category, pricing, product, item, text and sign, since they repeat too.
    kinds: BTreeMap<([String; 5], bool), LineKind>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(source: &'a Source, header: &'a Header, reading: &'a BillReading<'a>) -> Self {
        Self {
            source,
            reading,
            header,
            problems: Problems::new(source),
            lines: Vec::new(),
            decimals: 0,
            rounded: 0,
            without_offset: 0,
            currencies: BTreeMap::new(),
            texts: BTreeSet::new(),
            kinds: BTreeMap::new(),
        }
    }

    /// The problems so far, and one that ends the reading.
    pub(super) fn fail(self, last: DataProblem) -> Vec<DataProblem> {
        self.problems.fail(last)
    }

    /// Reads a row.
    pub(super) fn row(&mut self, record: &csv::StringRecord) {
        let offset = row_offset(self.source, record);
        let cells = cells(self.source, record, offset);
        if cells.len() != self.header.names.len() {
            let (message, help) = wrong_width(cells.len(), &self.header.names);
            let text = self.source.line_text(offset).to_owned();
            self.problems.add(offset, Some(&text), message, &help);
            return;
        }
        // All of a row is read even if a part of it is wrong: its problems are told at once.
        let amount = self.amount(&cells);
        let conversion = self.conversion(&cells);
        let quantity = self.quantity(&cells);
        let is_negative = amount.is_some_and(|amount| amount < Money::ZERO);
        let (kind, label) = self.kind(&cells, is_negative);
        let month = self.month(&cells, kind, offset);
        let (Some(amount), Ok(quantity), Ok((month, at))) = (amount, quantity, month) else { return };
        let Some(amount) = self.converted(amount, conversion, offset) else { return };
        let unit = self.text_of(&cells, Role::Unit).to_owned();
        let (label, unit) = (self.kept(&label), self.kept(&unit));
        self.lines.push(ChargedLine { month, at, kind, amount, quantity_pico: quantity, unit, label });
    }

    /// The bill, or all its problems.
    pub(super) fn finish(self) -> Result<BillFile, Vec<DataProblem>> {
        let file = &self.source.file;
        if self.problems.is_empty() && self.lines.is_empty() {
            let help = "name a bill with at least one line";
            return Err(vec![DataProblem::of_file(file, "the file has no rows", help)]);
        }
        if !self.problems.is_empty() {
            return Err(self.problems.all());
        }
        let mut notes = self.source.notes.clone();
        if self.rounded > 0 {
            notes.push(format!(
                "{file}: {} amounts have more than twelve decimals: rounded to the nearest, half to even",
                self.rounded
            ));
        }
        if self.without_offset > 0 {
            let zone =
                if self.header.format == BillFormat::ModelStudio { "the scenario's own" } else { "UTC" };
            notes.push(format!("{file}: {} times without an offset: taken as {zone}", self.without_offset));
        }
        for (currency, conversion) in &self.currencies {
            if let Conversion::Rate(rate) = conversion {
                let own = self.reading.currency;
                notes.push(format!("{file}: amounts in {currency} at {rate} {own}, each rounded half to even to twelve decimals"));
            }
        }
        Ok(BillFile {
            path: file.clone(),
            format: self.header.format,
            lines: self.lines,
            decimals: self.decimals,
            currencies: self.currencies.into_keys().collect(),
            notes,
        })
    }

    /// The cell of a role, if the bill has the column.
    fn cell<'c, 't>(&self, cells: &'c [Cell<'t>], role: Role) -> Option<&'c Cell<'t>> {
        let index = self.header.roles.iter().position(|found| *found == Some(role))?;
        cells.get(index)
    }

    /// What is in the cell of a role; empty without the column.
    fn text_of<'t>(&self, cells: &[Cell<'t>], role: Role) -> &'t str {
        self.cell(cells, role).map_or("", |cell| cell.text.trim())
    }

    fn amount(&mut self, cells: &[Cell<'_>]) -> Option<Money> {
        let cell = self.cell(cells, Role::Amount)?;
        let Number { value, decimals, is_rounded } = self.number(cell)?;
        self.decimals = self.decimals.max(decimals);
        self.rounded += usize::from(is_rounded);
        Some(value)
    }

    /// The quantity, where there is one.
    fn quantity(&mut self, cells: &[Cell<'_>]) -> Result<Option<i128>, Reported> {
        match self.cell(cells, Role::Quantity) {
            Some(cell) if !cell.text.trim().is_empty() => {
                let number = self.number(cell).ok_or(Reported)?;
                Ok(Some(number.value.as_pico()))
            }
            Some(_) | None => Ok(None),
        }
    }

    fn number(&mut self, cell: &Cell<'_>) -> Option<Number> {
        match amount::parse(cell.text) {
            Ok(number) => Some(number),
            Err((message, help)) => {
                let text = Some(cell.text.trim()).filter(|text| !text.is_empty());
                self.problems.add(cell.offset, text, message, help);
                None
            }
        }
    }

    /// What the currency of a row asks for; one that cannot be converted is said once.
    fn conversion(&mut self, cells: &[Cell<'_>]) -> Conversion {
        let Some(cell) = self.cell(cells, Role::Currency) else { return Conversion::Refused };
        let currency = currency_code(cell.text);
        if currency.is_empty() {
            self.problems.add(
                cell.offset,
                None,
                "the cell is empty",
                "write the currency of the amount, as in USD",
            );
            return Conversion::Refused;
        }
        if let Some(known) = self.currencies.get(&currency) {
            return *known;
        }
        let own = self.reading.currency;
        let conversion = if currency == own {
            Conversion::Same
        } else if let Some(rate) = self.reading.rates.get(&currency) {
            Conversion::Rate(*rate)
        } else {
            let message = format!("the amount is in another currency than the scenario, {own}");
            let help = format!("say what one is worth: --rate {currency}=…, in {own}");
            self.problems.add(cell.offset, Some(cell.text.trim()), message, &help);
            Conversion::Refused
        };
        self.currencies.insert(currency, conversion);
        conversion
    }

    fn converted(&mut self, amount: Money, conversion: Conversion, offset: usize) -> Option<Money> {
        match conversion {
            Conversion::Same => Some(amount),
            Conversion::Refused => None,
            Conversion::Rate(rate) => {
                let product = amount.as_pico().checked_mul(i128::from(rate.as_nano()));
                if product.is_none() {
                    let message = "too large for an amount at this rate";
                    self.problems.add(offset, None, message, "look at the amount and at --rate");
                }
                product.map(|product| Money::from_ratio(product, 1_000_000_000, RoundingMode::HalfEven))
            }
        }
    }

    /// Month of a line, and its instant if it is short. A charge of a day or less belongs to the month it lies in; one
    /// that lies in two (a day in UTC, in another offset) and a longer one (a fee, a term) to the month of its billing
    /// period, and so does what a settlement adds, which comes after the month it settles.
    fn month(
        &mut self,
        cells: &[Cell<'_>],
        kind: LineKind,
        offset: usize,
    ) -> Result<(Month, Option<SimTime>), Reported> {
        let start = self.time(cells, Role::ChargeStart)?;
        let end = self.time(cells, Role::ChargeEnd)?;
        let billing = self.billing_month(cells)?;
        let calendar = self.reading.calendar;
        let length = start.zip(end).map_or(SimSpan::ZERO, |(start, end)| end.since(start));
        let is_short = length >= SimSpan::ZERO && length <= LONGEST_DAY;
        let at = start.filter(|_| is_short).map(|start| start + SimSpan::from_ms(length.as_ms() / 2));
        let months = at.zip(start).and_then(|(middle, start)| {
            let last = start + SimSpan::from_ms((length.as_ms() - 1).max(0));
            Some([calendar.month_of(middle)?, calendar.month_of(start)?, calendar.month_of(last)?])
        });
        let is_settled = matches!(kind, LineKind::Rounding | LineKind::Tax);
        let month = match (months, billing) {
            (_, Some(billed)) if is_settled => Some(billed),
            (Some(lies_in), Some(billed)) if lies_in.contains(&billed) => Some(billed),
            (Some([middle, ..]), _) => Some(middle),
            (None, Some(billed)) => Some(billed),
            (None, None) => start.and_then(|start| calendar.month_of(start)),
        };
        if month.is_none() {
            let text = self.source.line_text(offset).to_owned();
            let help = "every line says when it was used or which month it is billed in";
            self.problems.add(offset, Some(&text), "the line has no time", help);
        }
        month.map(|month| (month, at)).ok_or(Reported)
    }

    /// The month a line is billed in, where it says.
    fn billing_month(&mut self, cells: &[Cell<'_>]) -> Result<Option<Month>, Reported> {
        if let Some(cell) = self.cell(cells, Role::BillingMonth)
            && !cell.text.trim().is_empty()
        {
            let month = parse_month(cell.text);
            if month.is_none() {
                let help = "write it as in 2026-06";
                self.problems.add(cell.offset, Some(cell.text.trim()), "not a month", help);
            }
            return month.map(Some).ok_or(Reported);
        }
        let start = self.time(cells, Role::BillingStart)?;
        let end = self.time(cells, Role::BillingEnd)?;
        let middle = start.map(|start| match end {
            Some(end) if end > start => start + SimSpan::from_ms(end.since(start).as_ms() / 2),
            Some(_) | None => start + HALF_A_MONTH,
        });
        Ok(middle.and_then(|middle| self.reading.calendar.month_of(middle)))
    }

    /// The instant in the cell of a role, where there is one.
    fn time(&mut self, cells: &[Cell<'_>], role: Role) -> Result<Option<SimTime>, Reported> {
        let cell = match self.cell(cells, role) {
            Some(cell) if !cell.text.trim().is_empty() => cell,
            Some(_) | None => return Ok(None),
        };
        // A bare number is a date of no bill.
        let Some(instant) =
            Some(cell.text).filter(|text| text.contains('-')).and_then(|text| parse_time(text, false))
        else {
            let help = "write it as in 2026-06-10T18:00:00Z";
            self.problems.add(cell.offset, Some(cell.text.trim()), "not a time", help);
            return Err(Reported);
        };
        let calendar = self.reading.calendar;
        let mut unix_ms = instant.unix_ms;
        if instant.clock == ClockKind::AssumedUtc {
            self.without_offset += 1;
            if self.header.format == BillFormat::ModelStudio {
                unix_ms -= calendar.utc_offset().as_ms();
            }
        }
        Ok(Some(SimTime::from_ms(unix_ms - calendar.start_unix_ms())))
    }

    /// What a line is for, and what the bill calls it.
    fn kind(&mut self, cells: &[Cell<'_>], is_negative: bool) -> (LineKind, String) {
        let instance = self.text_of(cells, Role::InstanceId);
        let item = match self.text_of(cells, Role::Item) {
            "" => item_of_instance(instance),
            item => item,
        };
        let parts = LineParts {
            category: self.text_of(cells, Role::Category),
            pricing: self.text_of(cells, Role::Pricing),
            product: self.text_of(cells, Role::Product),
            item,
            text: self.text_of(cells, Role::Text),
        };
        let label = parts.label().to_owned();
        let key = [parts.category, parts.pricing, parts.product, parts.item, parts.text].map(str::to_owned);
        let kind = *self.kinds.entry((key, is_negative)).or_insert_with(|| {
            let said = self.reading.labels.iter().find(|rule| rule.fits(&label)).map(|rule| rule.kind);
            said.unwrap_or_else(|| classify(self.header.format, &parts, is_negative))
        });
        (kind, label)
    }

    fn kept(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let text: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&text));
        text
    }
}

/// The input/output type in an Instance ID of six fields (B9); empty without.
fn item_of_instance(instance: &str) -> &str {
    let fields: Vec<&str> = instance.split(';').collect();
    match fields.as_slice() {
        [_, _, _, item, _, _] => item.trim(),
        _ => "",
    }
}

/// The code of a currency, in capitals; what bills in China write for the yuan is the yuan.
fn currency_code(text: &str) -> String {
    match text.trim().to_uppercase().as_str() {
        "RMB" | "人民币" => "CNY".to_owned(),
        "美元" => "USD".to_owned(),
        code => code.to_owned(),
    }
}

/// Reads `2026-06`, `2026/06`, `202606`, or a date of the month.
fn parse_month(text: &str) -> Option<Month> {
    let text = text.trim();
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (year, month) = match text.split(['-', '/']).collect::<Vec<_>>().as_slice() {
        [both] if both.len() == 6 && both.is_ascii() => both.split_at(4),
        [year, month] => (*year, *month),
        [year, month, day] if is_digits(day) => (*year, *month),
        _ => return None,
    };
    let is_month = year.len() == 4 && month.len() <= 2 && is_digits(year) && is_digits(month);
    is_month.then(|| Month::new(year.parse().ok()?, month.parse().ok()?)).flatten()
}
