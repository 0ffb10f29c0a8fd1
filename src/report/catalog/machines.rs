//! Providers of machines for a terminal and for JSON: their rules, and where each was seen.

use super::super::table::{new_table, wrapped};
use crate::billing::{MeterRounding, Metering};
use crate::catalog::{
    Acquire, BillingStart, Eviction, MachineProfile, MachineRules, ProtectedPrice, Release, Replacement,
};
use crate::units::SimSpan;
use serde::Serialize;
use std::fmt::Write as _;

/// A provider in short.
#[derive(Clone, Debug, Serialize)]
pub struct MachineHead {
    /// Its name.
    pub name: String,
    /// In words.
    pub title: String,
    /// Whose rules.
    pub provider: String,
}

/// A provider with its rules.
#[derive(Clone, Debug, Serialize)]
pub struct MachineView {
    /// In short.
    #[serde(flatten)]
    pub head: MachineHead,
    /// What is to be known about it; may be empty.
    pub note: String,
    /// The rules, as a scenario writes them.
    pub rules: Vec<RuleView>,
    /// Where they were seen.
    pub sources: Vec<SourceView>,
}

/// One rule.
#[derive(Clone, Debug, Serialize)]
pub struct RuleView {
    /// Its field.
    pub field: &'static str,
    /// Its value, as a scenario writes it.
    pub value: String,
    /// What a scenario follows that names no provider.
    pub default: String,
    /// Ids of the rulebook.
    pub ids: &'static str,
}

/// A page.
#[derive(Clone, Debug, Serialize)]
pub struct SourceView {
    /// What it says something about.
    pub what: String,
    /// The page.
    pub page: String,
    /// Its address.
    pub url: String,
    /// When it was seen.
    pub seen: String,
    /// What else is to be known; may be empty.
    pub note: String,
}

impl MachineHead {
    /// A provider in short.
    pub fn new(profile: &MachineProfile) -> Self {
        let MachineProfile { name, title, provider, .. } = profile.clone();
        Self { name, title, provider }
    }
}

impl MachineView {
    /// A provider with its rules.
    pub fn new(profile: &MachineProfile) -> Self {
        let source = |(what, source): &(String, crate::catalog::Source)| SourceView {
            what: what.clone(),
            page: source.page.clone(),
            url: source.url.clone(),
            seen: source.seen.clone(),
            note: source.note.clone(),
        };
        Self {
            head: MachineHead::new(profile),
            note: profile.note.clone(),
            rules: rules(&profile.rules),
            sources: profile.sources.iter().map(source).collect(),
        }
    }
}

fn rules(of: &MachineRules) -> Vec<RuleView> {
    let (values, defaults) = (written(of), written(&MachineRules::default()));
    let rule =
        |((field, ids, value), (_, _, default)): (Written, Written)| RuleView { field, value, default, ids };
    values.into_iter().zip(defaults).map(rule).collect()
}

/// Field, ids, value.
type Written = (&'static str, &'static str, String);

fn written(of: &MachineRules) -> [Written; 16] {
    let span = |span: SimSpan| format!("\"{span}\"");
    let word = |word: &'static str| word.to_owned();
    [
        ("standard_metering", "A-03", metering(of.standard_metering)),
        ("spot_metering", "A-03", metering(of.spot_metering)),
        ("disk_metering", "A-03", metering(of.disk_metering)),
        (
            "billing_start",
            "E2 A-17",
            word(match of.billing_start {
                BillingStart::Running => "Running",
                BillingStart::Provisioned => "Provisioned",
            }),
        ),
        ("takes_bids", "E13", of.takes_bids.to_string()),
        (
            "acquire_when",
            "E15 A-14",
            word(match of.acquire_when {
                Acquire::BidAtLeastMarket => "BidAtLeastMarket",
                Acquire::BidAboveMarket => "BidAboveMarket",
            }),
        ),
        (
            "release_when",
            "E17 A-14",
            word(match of.release_when {
                Release::MarketAboveBid => "MarketAboveBid",
                Release::MarketAtLeastBid => "MarketAtLeastBid",
            }),
        ),
        ("offers_protection", "E16", of.offers_protection.to_string()),
        ("protection_period", "E16", span(of.protection_period)),
        (
            "protected_price",
            "A-13",
            word(match of.protected_price {
                ProtectedPrice::Locked => "Locked",
                ProtectedPrice::RealTime => "RealTime",
            }),
        ),
        ("check_interval", "A-14", span(of.check_interval)),
        ("notice", "A-14", span(of.notice)),
        (
            "replacement",
            "E21 A-14",
            word(match of.replacement {
                Replacement::AtRelease => "AtRelease",
                Replacement::AtNotice => "AtNotice",
            }),
        ),
        ("free_if_reclaimed_within", "", span(of.free_if_reclaimed_within)),
        (
            "eviction",
            "",
            word(match of.eviction {
                Eviction::Delete => "Delete",
                Eviction::Deallocate => "Deallocate",
            }),
        ),
        ("free_disk_gib", "E3", of.free_disk_gib.to_string()),
    ]
}

fn metering(of: Metering) -> String {
    let rounding = match of.rounding {
        MeterRounding::Ceil => "Ceil",
        MeterRounding::Exact => "Exact",
    };
    let least = if of.least.is_positive() { format!(", least: \"{}\"", of.least) } else { String::new() };
    format!("(granularity: \"{}\", rounding: {rounding}{least})", of.granularity)
}

/// Providers in a table.
pub(super) fn render_machine_list(heads: &[MachineHead]) -> String {
    let mut table = new_table(&["provider of machines", "rents out", "whose"], 3);
    for head in heads {
        table.add_row([&head.name, &head.title, &head.provider].map(Clone::clone).to_vec());
    }
    format!("{table}\n")
}

/// A provider: its rules beside the defaults, and its sources.
pub fn render_machines(view: &MachineView) -> String {
    let mut text = format!("{}: {}\n", view.head.name, view.head.title);
    if !view.note.is_empty() {
        text.push_str(&wrapped(&view.note));
    }
    let mut table = new_table(&["rule", "here", "without a provider", "ids"], 4);
    for rule in &view.rules {
        let default = if rule.value == rule.default { "the same".to_owned() } else { rule.default.clone() };
        table.add_row(vec![rule.field.to_owned(), rule.value.clone(), default, rule.ids.to_owned()]);
    }
    let _ = writeln!(text, "{table}");
    for source in &view.sources {
        let note = if source.note.is_empty() { String::new() } else { format!(" {}", source.note) };
        text.push_str(&wrapped(&format!("{}: {} (seen {}).{note}", source.what, source.page, source.seen)));
        let _ = writeln!(text, "  {}", source.url);
    }
    let _ = writeln!(
        text,
        "\nA market follows it with `provider: \"{0}\"`, a whole scenario with `settings: (provider: \"{0}\")`;\n\
         `providers: [(name: \"mine\", like: \"{0}\", notice: \"5m\")]` changes what you like.",
        view.head.name
    );
    text
}
