//! An EAS service's own JSON, as EASCMD takes it, as a scenario.
//!
//! What the bill depends on is read: the number of instances, the disk, the ordered types with their bids, and the
//! protected hour (E19, E22, E24). Prices are not in the JSON: they come from a file of markets, or are left to fill in.
//! Every other key is named with the reason why it does not matter, or that it is not modelled; nothing is lost silently.
//! What is written loads, unless it has prices to fill in, and says where each value comes from.

mod json;
mod keys;
mod market;
mod plan;
mod service;
mod size;
mod text;
#[cfg(test)]
mod tests;

use super::decode::{self, Advice};
use super::problem::DataProblem;
use crate::scenario::data::finding;
use crate::scenario::diagnostics::{Diagnostic, Diagnostics, Report, Severity};
use crate::scenario::loader::{self, Source};
use crate::scenario::suggest;
use crate::units::SimSpan;
use json::{Kind, Value};
pub use keys::{KeyKind, KeyNote};
use market::MarketFile;
use plan::Draft;
use service::{Reader, Service};
use std::path::{Path, PathBuf};

/// Where the run begins if nothing says.
const DEFAULT_START: &str = "2026-06-01T00:00:00+08:00";
/// How long it is if nothing says.
const DEFAULT_HORIZON: &str = "30d";

/// Services are small; what is larger is something else.
const LARGEST: usize = 1 << 20;

const ADVICE: Advice = Advice {
    empty: "name the JSON of a service, as EASCMD takes it",
    large: "name the JSON of a service, which is a few hundred lines at most",
};

/// The unit bids of the JSON are in (A-15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum BidUnit {
    /// Per hour, as the console shows them.
    #[default]
    Hour,
    /// Per minute, as DLC counts.
    Minute,
}

impl BidUnit {
    /// How many of it are an hour.
    const fn per_hour(self) -> i64 {
        match self {
            Self::Hour => 1,
            Self::Minute => 60,
        }
    }
}

/// What the JSON does not say.
#[derive(Clone, Debug, Default)]
pub struct EasOptions {
    /// The unit of bids.
    pub bid_unit: BidUnit,
    /// The currency of bids, an ISO 4217 code; that of the markets if it is not given.
    pub currency: Option<String>,
    /// The start, a civil time with an offset, instead of that of the markets.
    pub start: Option<String>,
    /// The length of the run instead of that of the markets.
    pub horizon: Option<SimSpan>,
    /// The one service of a list to take.
    pub service: Option<String>,
    /// Adds strategies to compare with: standard only, and moving back.
    pub compare: bool,
}

/// Where the scenario will be: data files of its markets are looked for from there.
#[derive(Clone, Debug)]
pub struct Target {
    /// The path as shown to the reader.
    pub shown: String,
    /// Its folder.
    pub base: PathBuf,
}

/// What an import gives.
#[derive(Clone, Debug)]
pub struct EasImport {
    /// The scenario as RON; nothing if something is wrong.
    pub text: Option<String>,
    /// What is to be said of each file.
    pub reports: Vec<Report>,
    /// Keys that are not read, by service and in file order.
    pub keys: Vec<KeyNote>,
    /// Prices and other values that are left to fill in; with any the text does not load yet.
    pub to_fill: usize,
    /// The folder that `--data` must name, if the markets replay files that are not beside the scenario.
    pub data_dir: Option<PathBuf>,
}

/// Turns the JSON of one or several services into a scenario.
///
/// ```
/// use deploysim::scenario::Source;
/// use deploysim::scenario::import::eas::{EasOptions, Target, import_eas};
/// let json = br#"{"metadata": {"name": "chat", "instance": 2},
///     "cloud": {"computing": {"instances": [{"type": "A", "spot_price_limit": 0.5}, "A"]}}}"#;
/// let market = r#"(currency: "CNY", markets: [(name: "A", standard: "1.60", spot_protected: "0.40")])"#;
/// let market = Source { path: "m.ron".into(), text: market.into(), base: "".into(), data_dirs: vec![] };
/// let target = Target { shown: "chat.ron".into(), base: "".into() };
/// let made = import_eas("chat.json", json, Some(market), &target, &EasOptions::default());
/// assert!(made.text.unwrap().contains(r#"(type: "A", bid: "0.5")"#));
/// // Awkward: without markets there are no prices; what is written has to be filled in.
/// let form = import_eas("chat.json", json, None, &target, &EasOptions::default());
/// assert_eq!(form.to_fill, 3); // the currency, a standard and a spot price
/// ```
pub fn import_eas(
    shown: &str,
    bytes: &[u8],
    market: Option<Source>,
    target: &Target,
    options: &EasOptions,
) -> EasImport {
    let mut made =
        EasImport { text: None, reports: Vec::new(), keys: Vec::new(), to_fill: 0, data_dir: None };
    let source = decode::decode(shown, bytes, &ADVICE).and_then(|source| {
        let message = "the file is larger than any service";
        let is_small = source.text.len() <= LARGEST;
        if is_small { Ok(source) } else { Err(DataProblem::of_file(shown, message, ADVICE.large)) }
    });
    let source = match source {
        Ok(source) => source,
        Err(problem) => {
            let diagnostics = vec![finding(&problem, None, Some(bytes))];
            made.reports.push(Report { file: shown.to_owned(), text: String::new(), diagnostics });
            return made;
        }
    };
    let mut out = Diagnostics::default();
    let services = read_services(shown, &source, options, &mut out);
    made.keys = services.iter().flatten().flat_map(|service| service.keys.clone()).collect();
    let search = market.as_ref().map(|market| (market.base.clone(), market.data_dirs.clone()));
    let (markets, market_report) = match market.map(|market| MarketFile::read(market, options)) {
        Some((markets, report)) => (markets.map(Some), Some(report)),
        None => (Some(None), None),
    };
    if let (Some(services), Some(markets)) = (services, markets)
        && let Some(draft) = Draft::new(shown, services, markets.as_ref(), options, &mut out)
    {
        let (text, to_fill) = draft.write();
        (made.text, made.to_fill) = (Some(text), to_fill);
    }
    made.reports.push(out.into_report(shown, &source.text));
    made.reports.extend(market_report);
    if let (Some(text), Some((folder, data_dirs)), 0) = (made.text.clone(), search, made.to_fill) {
        check(&text, target, folder, &data_dirs, &mut made);
    }
    made
}

/// What is written must load.
fn check(text: &str, target: &Target, folder: PathBuf, data_dirs: &[PathBuf], made: &mut EasImport) {
    let load = |data_dirs: Vec<PathBuf>| {
        let (path, text, base) = (target.shown.clone(), text.to_owned(), target.base.clone());
        loader::load(Source { path, text, base, data_dirs })
    };
    let (scenario, report) = load(data_dirs.to_vec());
    if scenario.is_some() {
        return;
    }
    let (scenario, _) = load([data_dirs, std::slice::from_ref(&folder)].concat());
    if scenario.is_some() {
        made.data_dir = Some(if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder });
    } else {
        made.text = None;
        made.reports.push(report);
    }
}

/// The services of a file, or nothing and at least one error.
fn read_services(
    shown: &str,
    source: &decode::Source,
    options: &EasOptions,
    out: &mut Diagnostics,
) -> Option<Vec<Service>> {
    let document = Value::document(&source.text, out)?;
    let stem = Path::new(shown).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let stem = stem.filter(|stem| !stem.is_empty()).unwrap_or_else(|| "service".to_owned());
    let values = match document.kind() {
        Kind::List => document.items(),
        Kind::Object if is_reply(&document) => {
            let message = "this is a reply of DescribeService, which holds the JSON as a text";
            let item = out.error(document.span(), message);
            item.help("save what stands in ServiceConfig: jq -r .ServiceConfig reply.json > service.json");
            return None;
        }
        Kind::Object | Kind::Text | Kind::Number | Kind::Boolean | Kind::Null => vec![document.clone()],
    };
    if values.is_empty() {
        out.error(document.span(), "the list holds no service").help("list at least one, as in [{…}]");
        return None;
    }
    let mut services = Vec::new();
    for (index, value) in values.iter().enumerate() {
        let is_alone = values.len() == 1;
        let fallback_name = if is_alone { stem.clone() } else { format!("{stem} {}", index + 1) };
        services.extend(Reader { source, fallback_name, options, out: &mut *out }.service(value));
    }
    same_names(&services, out);
    let Some(wanted) = &options.service else { return Some(services) };
    let names: Vec<String> = services.iter().map(|service| service.name.clone()).collect();
    let found: Vec<Service> = services.into_iter().filter(|service| service.name == *wanted).collect();
    if found.is_empty() {
        let message = format!("{shown} has no service \"{wanted}\"");
        let item = out.push(Diagnostic::new(Severity::Error, None, message));
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        suggest::name(item, wanted, &names, "the services are");
        return None;
    }
    Some(found)
}

/// What the API says of a service: its configuration is a text inside.
fn is_reply(document: &Value) -> bool {
    let mut unheard = Diagnostics::default();
    document.members(&mut unheard).iter().any(|member| member.key == "ServiceConfig")
}

fn same_names(services: &[Service], out: &mut Diagnostics) {
    for (index, service) in services.iter().enumerate() {
        let (Some(named), known) = (&service.named, &services[..index]) else { continue };
        let mut same = known.iter().filter(|other| other.name == service.name);
        if let Some(first) = same.find_map(|other| other.named.as_ref()) {
            let item = out.error(named.span, format!("there are two services named \"{}\"", service.name));
            item.label("again here").related(first.span, "first here").help("give each its own name");
        }
    }
}
