//! One history out of a file.

use super::number::region_of_zone;
use super::problem::{DataProblem, listing, nearest, shown};
use super::{DataFile, Format, Measure, Series, SeriesKey};
use crate::units::{RoundingMode, UnitPrice};
use crate::world::History;
use std::collections::BTreeSet;

/// Which of a file's prices is meant, where it holds both.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum PriceColumn {
    /// The spot price.
    #[default]
    Spot,
    /// The standard price.
    OnDemand,
}

/// Which history of a file is meant. What is `None` must not be needed to tell the file's series apart.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Selection {
    /// Instance or machine type.
    pub instance_type: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// Zone, by its name or its id.
    pub zone: Option<String>,
    /// Product, such as `Linux/UNIX`.
    pub product: Option<String>,
    /// For files that hold both prices.
    pub column: PriceColumn,
    /// The standard price, needed by discounts.
    pub standard: Option<UnitPrice>,
    /// With or without a protected first hour, for files that hold both.
    pub protection: Option<bool>,
}

/// One of the price histories that a selection leaves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SelectedPrice {
    /// What it is of.
    pub key: SeriesKey,
    /// Rows of the file, whether they change the price or not.
    pub rows: usize,
    /// The price.
    pub history: History,
    /// The standard price, where it is given or the file has it.
    pub standard: Option<History>,
    /// The standard price was given, and is not the file's.
    pub is_given: bool,
}

/// The parts a series is told by, in the order in which they are asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    InstanceType,
    Region,
    Zone,
    Product,
    Protection,
}

impl Part {
    const ALL: [Self; 5] = [Self::InstanceType, Self::Region, Self::Zone, Self::Product, Self::Protection];

    fn name(self) -> &'static str {
        match self {
            Self::InstanceType => "instance type",
            Self::Region => "region",
            Self::Zone => "zone",
            Self::Product => "product",
            Self::Protection => "protection",
        }
    }

    fn of(self, key: &SeriesKey) -> Option<&str> {
        match self {
            Self::InstanceType => key.instance_type.as_deref(),
            Self::Region => key.region.as_deref(),
            Self::Zone => key.zone.as_deref(),
            Self::Product => key.product.as_deref(),
            Self::Protection => key.protected.map(|yes| if yes { "protected" } else { "unprotected" }),
        }
    }

    fn wanted(self, selection: &Selection) -> Option<&str> {
        match self {
            Self::InstanceType => selection.instance_type.as_deref(),
            Self::Region => selection.region.as_deref(),
            Self::Zone => selection.zone.as_deref(),
            Self::Product => selection.product.as_deref(),
            Self::Protection => selection.protection.map(|yes| if yes { "protected" } else { "unprotected" }),
        }
    }
}

impl DataFile {
    /// The one history a selection means, with what was assumed to get it (beside [`DataFile::notes`], which are
    /// of the whole file). Rows that do not change the value are left out.
    ///
    /// # Errors
    /// No series or more than one fits; a column or the standard price is missing.
    pub fn select(&self, selection: &Selection) -> Result<(History, Vec<String>), DataProblem> {
        let mut notes = Vec::new();
        let series = self.one_series(selection, &mut notes)?;
        let rows = self.values(series, selection, &mut notes)?;
        Ok((self.history(rows), notes))
    }

    /// Every price history that a selection leaves, in order of their keys, with what was assumed. `standard` gives the
    /// standard price of a series; discounts need one, and it takes the place of one that the file has.
    ///
    /// # Errors
    /// No series fits; the file holds no prices; a column or the standard price is missing.
    pub fn select_prices(
        &self,
        selection: &Selection,
        standard: impl Fn(&SeriesKey) -> Option<UnitPrice>,
    ) -> Result<(Vec<SelectedPrice>, Vec<String>), DataProblem> {
        if self.measure() == Measure::Units {
            let message = format!("it holds {}, not prices", self.format);
            return Err(self.problem(message, "name a file with prices"));
        }
        let mut notes = Vec::new();
        let mut found = Vec::new();
        for series in self.fitting(selection, &mut notes)? {
            let given = standard(&series.key);
            let selection = Selection { standard: given, ..selection.clone() };
            let history = self.history(self.values(series, &selection, &mut notes)?);
            let recorded: Vec<(i64, i64)> =
                series.rows.iter().filter_map(|row| Some((row.unix_ms, row.on_demand?))).collect();
            let recorded = (!recorded.is_empty()).then(|| self.history(recorded));
            let of_given = |price: UnitPrice| History {
                times_unix_ms: vec![history.times_unix_ms.first().copied().unwrap_or(self.end_unix_ms)],
                values: vec![price.as_nano()],
                end_unix_ms: self.end_unix_ms,
            };
            let is_given = given.is_some();
            let standard = given.map(of_given).or(recorded);
            found.push(SelectedPrice {
                key: series.key.clone(),
                rows: series.rows.len(),
                history,
                standard,
                is_given,
            });
        }
        notes.dedup();
        Ok((found, notes))
    }

    /// Rows as a history; those that do not change the value are left out.
    fn history(&self, rows: Vec<(i64, i64)>) -> History {
        let mut history =
            History { times_unix_ms: Vec::new(), values: Vec::new(), end_unix_ms: self.end_unix_ms };
        for (unix_ms, value) in rows {
            if history.values.last() != Some(&value) {
                history.times_unix_ms.push(unix_ms);
                history.values.push(value);
            }
        }
        history
    }

    fn problem(&self, message: impl Into<String>, help: impl Into<String>) -> DataProblem {
        DataProblem::of_file(&self.path, message, help)
    }

    /// The series that a selection leaves.
    fn fitting(&self, selection: &Selection, notes: &mut Vec<String>) -> Result<Vec<&Series>, DataProblem> {
        let mut left: Vec<&Series> = self.series.iter().collect();
        for part in Part::ALL {
            let Some(wanted) = part.wanted(selection) else { continue };
            if left.iter().all(|series| part.of(&series.key).is_none()) {
                left = self.without_part(left, part, wanted, selection, notes)?;
                continue;
            }
            left = self.filter(&left, part, wanted)?;
        }
        Ok(left)
    }

    fn one_series(&self, selection: &Selection, notes: &mut Vec<String>) -> Result<&Series, DataProblem> {
        let left = self.fitting(selection, notes)?;
        if let [one] = left.as_slice() {
            return Ok(one);
        }
        for part in Part::ALL {
            let there: BTreeSet<Option<&str>> = left.iter().map(|series| part.of(&series.key)).collect();
            if there.len() > 1 {
                let names = listing(there.into_iter().map(|name| name.unwrap_or("(none)")));
                let message = format!("{} series fit: say which {} is meant", left.len(), part.name());
                return Err(self.problem(message, format!("there are {names}")));
            }
        }
        Err(self.problem("the file has no series", "name a file with rows"))
    }

    /// The series whose part is the wanted one.
    fn filter<'a>(
        &self,
        from: &[&'a Series],
        part: Part,
        wanted: &str,
    ) -> Result<Vec<&'a Series>, DataProblem> {
        let fits = |series: &Series| {
            part.of(&series.key) == Some(wanted)
                || (part == Part::Zone && series.zone_id.as_deref() == Some(wanted))
        };
        let fitting: Vec<&Series> = from.iter().copied().filter(|series| fits(series)).collect();
        if !fitting.is_empty() {
            return Ok(fitting);
        }
        let there: BTreeSet<&str> = from.iter().filter_map(|series| part.of(&series.key)).collect();
        let meant = nearest(wanted, there.iter().copied());
        let meant = meant.map(|name| format!("did you mean \"{}\"? ", shown(name))).unwrap_or_default();
        let help = format!("{meant}there are {}", listing(there));
        let mut problem = self.problem(format!("no series of this {}", part.name()), help);
        problem.text = Some(shown(wanted).into());
        Err(problem)
    }

    /// A part is wanted that the file does not tell its series by.
    fn without_part<'a>(
        &self,
        left: Vec<&'a Series>,
        part: Part,
        wanted: &str,
        selection: &Selection,
        notes: &mut Vec<String>,
    ) -> Result<Vec<&'a Series>, DataProblem> {
        let regional = left.iter().any(|series| series.key.region.is_some());
        if part == Part::Zone && regional {
            if selection.region.is_none() {
                let region = region_of_zone(wanted);
                let left = self.filter(&left, Part::Region, region.as_deref().unwrap_or(wanted))?;
                notes.push(format!("{}: by region, not by zone; {wanted} has its region's price", self.path));
                return Ok(left);
            }
            notes.push(format!("{}: by region, not by zone; {wanted} has its region's price", self.path));
        } else if part != Part::Protection {
            // Protection is a matter of which file is named; that note is the file's.
            notes.push(format!("{}: does not say the {}; taken as that of {wanted}", self.path, part.name()));
        }
        Ok(left)
    }

    /// Times and values of a series, as the selection wants them.
    fn values(
        &self,
        series: &Series,
        selection: &Selection,
        notes: &mut Vec<String>,
    ) -> Result<Vec<(i64, i64)>, DataProblem> {
        let plain = || series.rows.iter().map(|row| (row.unix_ms, row.value)).collect();
        match (self.measure(), selection.column) {
            (Measure::Units, _) | (Measure::Price, PriceColumn::Spot) => Ok(plain()),
            (Measure::Price, PriceColumn::OnDemand) => {
                let rows: Vec<(i64, i64)> =
                    series.rows.iter().filter_map(|row| Some((row.unix_ms, row.on_demand?))).collect();
                if !rows.is_empty() {
                    return Ok(rows);
                }
                // A table with the one column `price` is of whatever price it is named for.
                if self.format == Format::PriceCsv
                    && self.series.iter().all(|s| s.rows.iter().all(|r| r.on_demand.is_none()))
                {
                    return Ok(plain());
                }
                let message = format!("{} has no on-demand prices", series.key);
                Err(self.problem(message, "write the standard price into the scenario as a number"))
            }
            (Measure::Discount, PriceColumn::OnDemand) => {
                let help = "write the standard price into the scenario as a number";
                Err(self
                    .problem("the file has discounts on the standard price, and not that price itself", help))
            }
            (Measure::Discount, PriceColumn::Spot) => self.discounted(series, selection, notes),
        }
    }

    fn discounted(
        &self,
        series: &Series,
        selection: &Selection,
        notes: &mut Vec<String>,
    ) -> Result<Vec<(i64, i64)>, DataProblem> {
        let Some(standard) = selection.standard.filter(|price| price.is_known() && price.as_nano() > 0)
        else {
            let help = "say the standard price (per hour) that the discounts are a share of";
            return Err(
                self.problem("the file has discounts, which need a standard price to become prices", help)
            );
        };
        let mut rounded = 0_usize;
        let mut rows = Vec::with_capacity(series.rows.len());
        for row in &series.rows {
            let (price, exact) = discounted_price(row.value, standard);
            if price == 0 {
                let message = format!("a discount leaves less than 10⁻⁹ of the standard price {standard}");
                return Err(self.problem(message, "check the standard price"));
            }
            rounded += usize::from(!exact);
            rows.push((row.unix_ms, price));
        }
        notes.push(format!(
            "{}: prices are the discounts of the file times the standard price {standard}",
            self.path
        ));
        if rounded > 0 {
            notes.push(format!(
                "{}: prices that were rounded to nine decimals, half to even: {rounded}",
                self.path
            ));
        }
        Ok(rows)
    }
}

/// A share (in units of 10⁻⁹, at most the whole) of the standard price, and whether it is exact.
fn discounted_price(discount: i64, standard: UnitPrice) -> (i64, bool) {
    const ONE: i128 = 1_000_000_000;
    let product = i128::from(discount) * i128::from(standard.as_nano());
    let quotient = crate::units::Money::from_ratio(product, ONE, RoundingMode::HalfEven).as_pico();
    // A share of a price is at most that price, so it fits.
    (i64::try_from(quotient).unwrap_or(standard.as_nano()), product % ONE == 0)
}
