//! `deploysim import prices`: what a price history holds, and processes that do alike.

use crate::cli::args::{Format, InputArgs};
use crate::cli::fail::Failure;
use crate::cli::{input, results};
use crate::montecarlo::history::{FitOrder, Record, describe, fit};
use crate::report::prices::{Looked, PriceReport, render};
use crate::scenario::import::{
    DataFile, Measure, PriceColumn, SelectedPrice, Selection, SeriesKey, history_problem, load_history,
};
use crate::scenario::suggest;
use crate::units::{SimTime, UnitPrice};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

pub(super) const EXAMPLES: &str = "\
Histories are AWS describe-spot-price-history (JSON or CSV), Alibaba ECS DescribeSpotPriceHistory, PAI-EAS
DescribeSpotDiscountHistory, the GCP change log, and time,price tables; each also as .gz. Several files are pages or
months of one history.

Examples:
  deploysim import prices history.json --standard 0.308            what it holds, and a market for each zone
  deploysim import prices history.json --zone us-east-1b --bid 0.165 --bid 0.17
  deploysim import prices may.csv.gz june.csv.gz --fit none --format json
  deploysim import prices gcp.csv.gz --type a2-highgpu-1g --region us-central1
  deploysim import prices discounts.json --protected true --standard 12.50";

/// Series that are fitted without being asked for one by one.
const FITTED_BY_ITSELF: usize = 12;
/// Bids by default: the prices not exceeded in these shares (in thousandths) of a series' time.
const DEFAULT_BIDS: [i64; 3] = [250, 500, 900];

/// `deploysim import prices`.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct PricesArgs {
    /// Price history; several files are put together
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Only this instance or machine type
    #[arg(long = "type", value_name = "TYPE")]
    pub instance_type: Option<String>,
    /// Only this region
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// Only this zone, by its name or id
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
    /// Only this product, as in Linux/UNIX
    #[arg(long, value_name = "PRODUCT")]
    pub product: Option<String>,
    /// Only with (true) or without (false) the protected first hour
    #[arg(long, value_name = "YES")]
    pub protected: Option<bool>,
    /// Which price of files that hold both
    #[arg(long, value_enum, default_value_t = ColumnArg::Spot)]
    pub column: ColumnArg,
    /// Standard price per hour, of all series or of those with NAME in their name (repeatable; the last that fits
    /// counts) [default: the file's, if it has one]
    #[arg(long = "standard", value_name = "[NAME=]PRICE", value_parser = parse_standard)]
    pub standards: Vec<Standard>,
    /// Bid to look at (repeatable) [default: prices not exceeded in 25, 50 and 90 % of the time]
    #[arg(long = "bid", value_name = "PRICE", value_parser = parse_price)]
    pub bids: Vec<UnitPrice>,
    /// Which series processes are fitted to
    #[arg(long, value_enum, default_value_t = FitArg::Auto)]
    pub fit: FitArg,
    /// How many worlds are drawn for each comparison
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u64).range(20..=100_000))]
    pub worlds: u64,
    /// Root of all luck: the same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Where data files are.
    #[command(flatten)]
    pub input: InputArgs,
    /// What is printed on stdout
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// Which price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ColumnArg {
    /// The spot price.
    Spot,
    /// The on-demand price.
    OnDemand,
}

/// Which series are fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum FitArg {
    /// All, if there are at most twelve.
    Auto,
    /// None.
    None,
    /// All.
    All,
}

/// A standard price and what it is of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::cli) struct Standard {
    /// A part of the series' name; all series if none.
    name: Option<String>,
    price: UnitPrice,
}

impl Standard {
    fn is_of(&self, key: &SeriesKey) -> bool {
        let Some(name) = &self.name else { return true };
        let parts = [&key.instance_type, &key.region, &key.zone, &key.product];
        key.to_string() == *name || parts.into_iter().flatten().any(|part| part == name)
    }
}

pub(super) fn prices(args: &PricesArgs) -> Result<(), Failure> {
    let shown = |report: &crate::scenario::Report| {
        crate::cli::note(&report.render(input::use_color()));
        Failure::Scenario("the prices cannot be read".to_owned())
    };
    let file = load_history(&args.files, &input::data_dirs(&args.input)).map_err(|report| shown(&report))?;
    let is_relative = file.measure() == Measure::Discount && args.standards.is_empty();
    let whole = UnitPrice::from_nano(1_000_000_000);
    let standard = |key: &SeriesKey| {
        let given = args.standards.iter().rev().find(|standard| standard.is_of(key));
        given.map(|standard| standard.price).or(is_relative.then_some(whole))
    };
    let (found, mut notes) = file
        .select_prices(&selection(args), standard)
        .map_err(|problem| shown(&history_problem(&args.files, &problem)))?;
    check_names(&args.standards, &found)?;
    if is_relative {
        // The invented standard price of one is no news.
        notes.retain(|note| !note.contains("times the standard price"));
    }
    notes.splice(0..0, file.notes.iter().cloned());
    let wants_fit = match args.fit {
        FitArg::Auto => found.len() <= FITTED_BY_ITSELF,
        FitArg::None => false,
        FitArg::All => true,
    };
    let looked: Vec<Looked> =
        found.into_iter().map(|series| look(series, args, wants_fit, is_relative)).collect();
    report(&file, &notes, args, is_relative, &looked)
}

fn report(
    file: &DataFile,
    notes: &[String],
    args: &PricesArgs,
    is_relative: bool,
    looked: &[Looked],
) -> Result<(), Failure> {
    let report = PriceReport::new(file, notes, is_relative, (args.worlds, args.seed), looked);
    if args.fit == FitArg::Auto && looked.len() > FITTED_BY_ITSELF {
        crate::cli::note(&format!(
            "note: {} series are too many to fit processes to each: choose some (--type, --region, --zone), or --fit all\n",
            looked.len()
        ));
    }
    match args.format {
        Format::Text => crate::cli::print(&render(&report)),
        Format::Json => crate::cli::print(&results::to_json(&report)),
    }
}

fn selection(args: &PricesArgs) -> Selection {
    Selection {
        instance_type: args.instance_type.clone(),
        region: args.region.clone(),
        zone: args.zone.clone(),
        product: args.product.clone(),
        column: match args.column {
            ColumnArg::Spot => PriceColumn::Spot,
            ColumnArg::OnDemand => PriceColumn::OnDemand,
        },
        standard: None,
        protection: args.protected,
    }
}

/// A standard price of no series is a slip of the pen.
fn check_names(standards: &[Standard], found: &[SelectedPrice]) -> Result<(), Failure> {
    for standard in standards {
        let Some(name) = standard.name.as_deref() else { continue };
        if found.iter().any(|series| standard.is_of(&series.key)) {
            continue;
        }
        let names: Vec<String> = found.iter().map(|series| series.key.to_string()).collect();
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        let near = suggest::nearest(name, &known).map(|near| format!("; did you mean \"{near}\"?"));
        return Err(Failure::Usage(format!(
            "--standard {name}={}: no series is called so{}\nhelp: write a series' whole name, or its type, region, zone or \
             product",
            standard.price,
            near.unwrap_or_default()
        )));
    }
    Ok(())
}

fn look(series: SelectedPrice, args: &PricesArgs, wants_fit: bool, is_relative: bool) -> Looked {
    let newest = series.standard.as_ref().and_then(|standard| standard.values.last().copied());
    let standard = newest.map(UnitPrice::from_nano);
    let mut fitted = None;
    let record = Record::of(&series.history).map(|record| {
        let bids = bids(&record, args, wants_fit);
        if wants_fit {
            let order = FitOrder { bids: bids.clone(), standard, worlds: args.worlds, seed: args.seed };
            fitted = Some(fit(&record, &order));
        }
        let description = describe(&record, series.standard.as_ref(), &bids);
        (record, description)
    });
    Looked {
        key: series.key,
        rows: series.rows,
        record,
        standard: standard.filter(|_| !is_relative).map(|price| (price, series.is_given)),
        fit: fitted,
    }
}

/// The bids that are given, or some prices of the record.
fn bids(record: &Record, args: &PricesArgs, wants_fit: bool) -> Vec<UnitPrice> {
    let mut bids = args.bids.clone();
    if bids.is_empty() && wants_fit {
        bids = DEFAULT_BIDS
            .iter()
            .map(|per_mille| record.quantile(SimTime::ZERO, record.end(), *per_mille))
            .collect();
    }
    bids.sort_unstable();
    bids.dedup();
    bids
}

/// Reads `0.308` and `us-east-1b=0.308`.
fn parse_standard(text: &str) -> Result<Standard, String> {
    let (name, price) = match text.rsplit_once('=') {
        Some((name, price)) => (Some(name.trim().to_owned()), price),
        None => (None, text),
    };
    if name.as_deref() == Some("") {
        return Err("there is no name before the equals sign".to_owned());
    }
    Ok(Standard { name, price: parse_price(price)? })
}

fn parse_price(text: &str) -> Result<UnitPrice, String> {
    let price = UnitPrice::parse(text).map_err(|error| error.to_string())?;
    if price <= UnitPrice::ZERO {
        return Err("a price is above zero".to_owned());
    }
    Ok(price)
}
