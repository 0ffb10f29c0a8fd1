//! The pass over one scenario: read, decode every part, check, resolve; all findings in one report.

use super::asked::Questions;
use super::context::{Context, Declared};
use super::data::{DataFiles, FileCache, read_at_most};
use super::decode::accounts;
use super::decode::actions::{self, ActionsDecl};
use super::decode::deployments::{self, PublicDecl};
use super::decode::plans::StrategyDecl;
use super::decode::resources::{self, ResourceDecl};
use super::decode::services::{self, ServiceDecl};
use super::decode::settings::{self, DiskDecl, SettingsDecl};
use super::decode::traffic::{self, TrafficDecl};
use super::decode::{clocks, markets, plans, providers};
use super::diagnostics::{DataPlace, Diagnostic, Diagnostics, Report, Severity, Span};
use super::document::{Fields, Node};
use super::model::{DowntimePrice, Scenario};
use super::resolve;
use super::values::{Field, bad_civil_time, optional, or, positive_span, required, text};
use crate::units::{Calendar, Money, SimSpan};
use std::path::{Path, PathBuf};

/// A scenario's text, and where it and its data files come from.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path as shown to the reader.
    pub path: String,
    /// The text.
    pub text: String,
    /// Data files are found relative to this folder first,
    pub base: PathBuf,
    /// then in these.
    pub data_dirs: Vec<PathBuf>,
}

/// The document with every part decoded; what could not be read is `None` and recorded.
pub(crate) struct Document {
    /// Declared the output folder.
    pub(crate) name: Option<String>,
    /// The question it answers.
    pub(crate) question: String,
    /// ISO 4217 code.
    pub(crate) currency: Option<String>,
    /// Settings of the ambiguities.
    pub(crate) settings: SettingsDecl,
    /// The disk.
    pub(crate) disk: DiskDecl,
    /// What downtime is worth.
    pub(crate) downtime: DowntimePrice,
    /// Services.
    pub(crate) services: Declared<ServiceDecl>,
    /// What else is paid for.
    pub(crate) resources: Declared<ResourceDecl>,
    /// Strategies.
    pub(crate) strategies: Option<Vec<StrategyDecl>>,
    /// Public models.
    pub(crate) public_models: Vec<PublicDecl>,
    /// Price book: its name or path, and where that stands.
    pub(crate) catalog: Option<(String, Span)>,
    /// Actions.
    pub(crate) actions: Option<ActionsDecl>,
    /// Tenants of the traffic.
    pub(crate) traffic: Declared<TrafficDecl>,
    /// Price of one web search, if it is given.
    pub(crate) web_search: Field<Money>,
}

/// The fields of a scenario.
pub(crate) const FIELDS: [&str; 21] = [
    "name",
    "question",
    "start",
    "horizon",
    "currency",
    "providers",
    "settings",
    "disk",
    "downtime",
    "clocks",
    "shocks",
    "markets",
    "services",
    "resources",
    "strategies",
    "public_models",
    "catalog",
    "actions",
    "traffic",
    "accounts",
    "web_search",
];
/// Larger files are no scenarios, and some have no end.
const LARGEST_SCENARIO: u64 = 16 << 20;
/// Longer runs are a slip of the pen.
const LONGEST_HORIZON: SimSpan = SimSpan::from_days(3_653);

/// Reads a scenario file; data files are found relative to it, then in `data_dirs`.
pub fn load_file(path: &Path, data_dirs: &[PathBuf]) -> (Option<Scenario>, Report) {
    let shown = path.to_string_lossy().into_owned();
    // The name that is shown may have lost what is no Unicode; the folder is that of the path itself.
    let base = path.parent().map(Path::to_path_buf).unwrap_or_default();
    match read_at_most(path, LARGEST_SCENARIO) {
        Ok(bytes) => load_bytes_in(&shown, base, bytes, data_dirs),
        Err(error) => {
            let mut out = Diagnostics::default();
            let message = format!("cannot read {shown}: {error}");
            let item = out.push(Diagnostic::new(Severity::Error, None, message));
            item.help("give the path of a scenario file, as in scenarios/default.ron");
            (None, out.into_report(&shown, ""))
        }
    }
}

/// Reads a scenario from the bytes of the file at `path`, which need not be text.
pub fn load_bytes(path: &str, bytes: Vec<u8>, data_dirs: &[PathBuf]) -> (Option<Scenario>, Report) {
    load_bytes_in(path, Path::new(path).parent().map(Path::to_path_buf).unwrap_or_default(), bytes, data_dirs)
}

fn load_bytes_in(
    path: &str,
    base: PathBuf,
    bytes: Vec<u8>,
    data_dirs: &[PathBuf],
) -> (Option<Scenario>, Report) {
    match String::from_utf8(bytes) {
        Ok(text) => load(Source { path: path.to_owned(), text, base, data_dirs: data_dirs.to_vec() }),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let mut out = Diagnostics::default();
            let message = "the file is not UTF-8 text";
            let item = out.push(Diagnostic::new(Severity::Error, None, message));
            item.label("this byte is not UTF-8").data(place_of_byte(path, error.as_bytes(), at));
            item.help("save the file as UTF-8");
            (None, out.into_report(path, ""))
        }
    }
}

/// Line, column and line text of the first byte that is no UTF-8.
fn place_of_byte(path: &str, bytes: &[u8], at: usize) -> DataPlace {
    let line_start = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let line_end =
        bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |length| at + length);
    let line = bytes[..at].split(|byte| *byte == b'\n').count();
    let column = String::from_utf8_lossy(&bytes[line_start..at]).chars().count() + 1;
    let text = String::from_utf8_lossy(&bytes[line_start..line_end]).trim_end().to_owned();
    DataPlace { file: path.to_owned(), line, column, text, width: 1 }
}

/// Reads a scenario: either one that can run, or none and at least one error; warnings and notes either way.
pub fn load(source: Source) -> (Option<Scenario>, Report) {
    load_sharing(source, &FileCache::default())
}

/// The same with files that were read for other scenarios of the same folders: none of them is read again.
pub(crate) fn load_sharing(source: Source, files: &FileCache) -> (Option<Scenario>, Report) {
    let data = data_of(&source, files);
    let Source { path, text, .. } = source;
    let (scenario, report, _) = load_in(&path, &text, Context::new(data));
    (scenario, report)
}

/// The same for a text that somebody sent: it may read data files beneath the folders of its source only. Also tells what
/// was asked of each of its values, by their bytes in the text (those of [`Report::text`]).
pub fn load_confined(source: Source) -> (Option<Scenario>, Report, Questions) {
    let data = data_of(&source, &FileCache::default()).confined();
    let Source { path, text, .. } = source;
    load_in(&path, &text, Context { out: Diagnostics::with_questions(), ..Context::new(data) })
}

fn data_of(source: &Source, files: &FileCache) -> DataFiles {
    let shown_base = Path::new(&source.path).parent().map(Path::to_path_buf).unwrap_or_default();
    DataFiles::new(source.base.clone(), shown_base, source.data_dirs.clone(), files.clone())
}

fn load_in(path: &str, text: &str, mut ctx: Context) -> (Option<Scenario>, Report, Questions) {
    // Some editors of Windows begin a file with a mark that is no character of it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // RON wants a line break after a comment at the very end.
    let text = format!("{}\n", text.strip_suffix('\n').unwrap_or(text));
    ctx.data.ingredients.add("scenario", text.as_bytes());
    let scenario = pass(path, &text, &mut ctx).map(|mut scenario| {
        // Every file has been read now.
        ctx.data.ingredients.add("name", scenario.name.as_bytes());
        scenario.hash = ctx.data.ingredients.hash();
        scenario
    });
    let scenario = if ctx.out.has_errors() { None } else { scenario };
    assert!(scenario.is_some() || ctx.out.has_errors(), "a scenario that does not load says why");
    let questions = ctx.out.take_questions();
    (scenario, ctx.out.into_report(path, &text), questions)
}

fn pass(path: &str, source: &str, ctx: &mut Context) -> Option<Scenario> {
    let node = Node::document(source, &mut ctx.out)?;
    let fields = node.fields("a scenario", &FIELDS, &mut ctx.out)?;
    ctx.calendar = required(&fields, "start", "\"2026-06-01T00:00:00+08:00\"", ctx, calendar);
    ctx.horizon = required(&fields, "horizon", "\"30d\"", ctx, horizon);
    let name = scenario_name(path, &fields, ctx);
    let question = or(&fields, "question", String::new(), ctx, text);
    let currency = required(&fields, "currency", "\"CNY\"", ctx, currency);
    ctx.data.currency.clone_from(&currency);
    optional(&fields, "providers", ctx, providers::providers);
    let settings = or(&fields, "settings", SettingsDecl::default(), ctx, settings::settings);
    ctx.machines = (settings.settings.machines, settings.provider.clone());
    let disk = or(&fields, "disk", DiskDecl::default(), ctx, settings::disk);
    let downtime = or(&fields, "downtime", DowntimePrice::default(), ctx, settings::downtime);
    optional(&fields, "clocks", ctx, clocks::clocks);
    optional(&fields, "shocks", ctx, clocks::shocks);
    let accounts = optional(&fields, "accounts", ctx, accounts::accounts);
    if accounts.is_given() && accounts.good().is_none() {
        ctx.accounts.complete = false;
    }
    let web_search = optional(&fields, "web_search", ctx, accounts::web_search);
    ctx.has_resources = fields.get("resources").is_some();
    // Whoever only deploys models rents no machines.
    let rents = !rents_nothing(&fields);
    let markets_example = "[(name: \"A\", standard: \"1.60\")]";
    if (rents || fields.get("markets").is_some())
        && required(&fields, "markets", markets_example, ctx, markets::markets).is_none()
    {
        ctx.markets.complete = false;
    }
    let services = match fields.get("services") {
        Some(node) => services::services(node, ctx),
        None if !rents => Declared::default(),
        None => {
            fields.required("services", "[(name: \"chat\")]", &mut ctx.out);
            Declared { complete: false, ..Declared::default() }
        }
    };
    let resources = match fields.get("resources") {
        Some(node) => resources::resources(node, ctx),
        None => Declared::default(),
    };
    let public_models = or(&fields, "public_models", Vec::new(), ctx, deployments::public_models);
    let catalog = optional(&fields, "catalog", ctx, |node, ctx| Some((text(node, ctx)?, node.span())));
    let strategies_example = "[(name: \"standard\", types: [(type: \"A\")])]";
    let strategies = required(&fields, "strategies", strategies_example, ctx, plans::strategies);
    let actions = match fields.get("actions") {
        Some(node) => actions::actions(node, &services, &resources, ctx),
        None => Some(ActionsDecl::default()),
    };
    let traffic = match fields.get("traffic") {
        Some(node) => traffic::traffic(node, ctx),
        None => Declared::default(),
    };
    let document = Document {
        name,
        question,
        currency,
        settings,
        disk,
        downtime,
        services,
        resources,
        strategies,
        public_models,
        catalog: catalog.good().cloned(),
        actions,
        traffic,
        web_search,
    };
    resolve::resolve(document, ctx)
}

/// True if every strategy names deployments, or there are resources, and none names types.
fn rents_nothing(fields: &Fields) -> bool {
    let mut unheard = Diagnostics::default();
    let strategies = fields.get("strategies").and_then(|node| node.list("strategies", &mut unheard));
    let has = |node: &Node, field: &str, unheard: &mut Diagnostics| {
        node.fields("a strategy", &plans::STRATEGY_FIELDS, unheard)
            .is_some_and(|fields| fields.get(field).is_some())
    };
    let has_resources = fields.get("resources").is_some();
    let mut rents_nothing = |node: &Node| {
        (has_resources || has(node, "deployments", &mut unheard)) && !has(node, "types", &mut unheard)
    };
    strategies.is_some_and(|strategies| !strategies.is_empty() && strategies.iter().all(&mut rents_nothing))
}

/// The start, with its offset.
pub(crate) fn calendar(node: &Node, ctx: &mut Context) -> Option<Calendar> {
    let written = text(node, ctx)?;
    match Calendar::parse(&written) {
        Ok(calendar) => Some(calendar),
        Err(_) => bad_civil_time(node, &written, ctx),
    }
}

/// How long the run is.
pub(crate) fn horizon(node: &Node, ctx: &mut Context) -> Option<SimSpan> {
    let horizon = positive_span(node, ctx)?;
    if !(SimSpan::SECOND..=LONGEST_HORIZON).contains(&horizon) {
        let item = ctx.out.error(node.span(), format!("{} must be from 1s to 10 years", node.place()));
        item.label(format!("this is {horizon}"))
            .help(format!("the longest is \"{}d\"", LONGEST_HORIZON.as_ms() / SimSpan::DAY.as_ms()));
        return None;
    }
    Some(horizon)
}

/// A currency by its code.
pub(crate) fn currency(node: &Node, ctx: &mut Context) -> Option<String> {
    let written = text(node, ctx)?;
    let right = written.len() == 3 && written.bytes().all(|byte| byte.is_ascii_uppercase());
    if right && written != "RMB" {
        return Some(written);
    }
    let item = ctx.out.error(node.span(), format!("{}: not an ISO 4217 currency code", node.place()));
    let upper = written.to_uppercase();
    let meant = match upper.as_str() {
        "RMB" | "¥" | "YUAN" | "元" => Some("CNY"),
        "$" | "US$" => Some("USD"),
        "€" => Some("EUR"),
        _ if upper.len() == 3 && upper.bytes().all(|byte| byte.is_ascii_uppercase()) => Some(upper.as_str()),
        _ => None,
    };
    match meant {
        Some(code) => item.help(format!("write \"{code}\"")),
        None => item.help("write three capital letters, as in \"CNY\" or \"USD\""),
    };
    None
}

fn is_folder_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    !name.is_empty() && name.len() <= 100 && name.chars().all(allowed)
}

/// The given name, or the stem of the file with other characters replaced.
fn scenario_name(path: &str, fields: &Fields, ctx: &mut Context) -> Option<String> {
    let Some(node) = fields.get("name") else {
        let stem =
            Path::new(path).file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default();
        let name: String =
            stem.chars().map(|c| if is_folder_name(&c.to_string()) { c } else { '_' }).take(100).collect();
        return Some(if name.is_empty() { "scenario".to_owned() } else { name });
    };
    let written = text(node, ctx)?;
    if is_folder_name(&written) {
        return Some(written);
    }
    let item = ctx.out.error(node.span(), format!("{}: not a name for a folder", node.place()));
    let meant: String = written
        .to_lowercase()
        .chars()
        .map(|c| if is_folder_name(&c.to_string()) { c } else { '_' })
        .collect();
    item.help("use a-z, 0-9, _ and - only");
    if is_folder_name(&meant) {
        item.help(format!("write \"{meant}\""));
    }
    None
}
