//! The markets a service's types are rented on: a scenario, or a file that holds only what of one is about markets.

use super::EasOptions;
use crate::scenario::context::Context;
use crate::scenario::data::{DataFiles, FileCache};
use crate::scenario::decode::markets::Spot;
use crate::scenario::decode::settings::{self, DiskDecl, SettingsDecl};
use crate::scenario::decode::{clocks, markets, providers};
use crate::scenario::diagnostics::Report;
use crate::scenario::document::{Fields, Node};
use crate::scenario::import::number::region_of_zone;
use crate::scenario::loader::{self, FIELDS, Source};
use crate::scenario::values::{optional, or, required};
use crate::units::Calendar;
use std::path::Path;

/// What is taken over as it is written, in the order it is written in.
const TAKEN: [&str; 10] = [
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
];

/// A file of markets, read.
pub(super) struct MarketFile {
    /// The file as the user named it.
    pub(super) shown: String,
    /// Fields as they are written.
    parts: Vec<(&'static str, String)>,
    /// Its markets, in file order.
    pub(super) offers: Vec<Offer>,
    /// Its other fields, which are left out.
    pub(super) left: Vec<&'static str>,
    /// Largest disk, and whether what of it is not free has a price.
    pub(super) disk: DiskDecl,
    /// What of a disk is free: the least of its markets, unless it is given (E3).
    pub(super) free_gib: u32,
    /// Its currency, if it says.
    pub(super) currency: Option<String>,
}

/// One market.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    pub(super) name: String,
    pub(super) instance_type: String,
    region: String,
    zone: String,
    /// It has a spot price.
    pub(super) spot: bool,
    /// It has a standard price.
    pub(super) standard: bool,
}

impl Offer {
    /// True if it is in a region, or says of none.
    fn is_in(&self, region: &str) -> bool {
        match (self.region.as_str(), self.zone.as_str()) {
            ("", "") => true,
            ("", zone) => region_of_zone(zone).is_none_or(|of_zone| of_zone == region),
            (own, _) => own == region,
        }
    }
}

impl MarketFile {
    /// Reads the file; what is wrong with it is in the report.
    pub(super) fn read(source: Source, options: &EasOptions) -> (Option<Self>, Report) {
        let Source { path, text, base, data_dirs } = source;
        let shown_base = Path::new(&path).parent().map(Path::to_path_buf).unwrap_or_default();
        let mut ctx = Context::new(DataFiles::new(base, shown_base, data_dirs, FileCache::default()));
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        // RON wants a line break after a comment at the very end.
        let text = format!("{}\n", text.strip_suffix('\n').unwrap_or(text));
        let found = Self::pass(&path, &text, options, &mut ctx);
        let found = if ctx.out.has_errors() { None } else { found };
        (found, ctx.out.into_report(&path, &text))
    }

    fn pass(path: &str, text: &str, options: &EasOptions, ctx: &mut Context) -> Option<Self> {
        let node = Node::document(text, &mut ctx.out)?;
        let fields = node.fields("a scenario", &FIELDS, &mut ctx.out)?;
        let start = optional(&fields, "start", ctx, loader::calendar);
        ctx.calendar = options.start.as_deref().map_or_else(
            || start.good().cloned().or_else(|| Calendar::parse(super::DEFAULT_START).ok()),
            |written| Calendar::parse(written).ok(),
        );
        let horizon = optional(&fields, "horizon", ctx, loader::horizon);
        let given = options.horizon.or(horizon.good().copied());
        ctx.horizon = given.or_else(|| super::DEFAULT_HORIZON.parse().ok());
        let currency = optional(&fields, "currency", ctx, loader::currency).good().cloned();
        ctx.data.currency = currency.clone().or_else(|| options.currency.clone());
        optional(&fields, "providers", ctx, providers::providers);
        let settings = or(&fields, "settings", SettingsDecl::default(), ctx, settings::settings);
        ctx.machines = (settings.settings.machines, settings.provider);
        let disk = or(&fields, "disk", DiskDecl::default(), ctx, settings::disk);
        optional(&fields, "downtime", ctx, settings::downtime);
        optional(&fields, "clocks", ctx, clocks::clocks);
        optional(&fields, "shocks", ctx, clocks::shocks);
        required(&fields, "markets", "[(name: \"A\", standard: \"1.60\")]", ctx, markets::markets);
        let left = FIELDS.into_iter().filter(|name| {
            !TAKEN.contains(name) && !["name", "question"].contains(name) && fields.get(name).is_some()
        });
        let left: Vec<&str> = left.collect();
        if let Some(first) = left.first().and_then(|name| fields.get(name)) {
            ctx.out
                .note(first.span(), format!("only what is about markets is taken: not {}", left.join(", ")));
        }
        let of_markets = || ctx.markets.items.iter().map(|decl| decl.machines.0.free_disk_gib).min();
        let free_gib = disk.free_gib.good().copied().or_else(of_markets).unwrap_or_default();
        Some(Self {
            shown: path.to_owned(),
            parts: parts(&fields),
            offers: offers(ctx),
            left,
            disk,
            free_gib,
            currency,
        })
    }

    /// A field as it is written.
    pub(super) fn part(&self, name: &str) -> Option<&str> {
        self.parts.iter().find(|(known, _)| *known == name).map(|(_, text)| text.as_str())
    }

    /// The markets of an instance type: the one of this name, else those of this type, in the region if it is known.
    pub(super) fn of_type(&self, wanted: &str, region: Option<&str>) -> Vec<&Offer> {
        if let Some(named) = self.offers.iter().find(|offer| offer.name == wanted) {
            return vec![named];
        }
        let mut found: Vec<&Offer> =
            self.offers.iter().filter(|offer| offer.instance_type == wanted).collect();
        if let Some(region) = region {
            found.retain(|offer| offer.is_in(region));
        }
        found
    }
}

fn parts(fields: &Fields) -> Vec<(&'static str, String)> {
    let part = |name: &'static str| fields.get(name).map(|node| (name, node.written().to_owned()));
    TAKEN.into_iter().filter_map(part).collect()
}

fn offers(ctx: &Context) -> Vec<Offer> {
    let declared = ctx.markets.names.iter().zip(&ctx.markets.items);
    let offer = |(name, decl): (&String, &markets::MarketDecl)| Offer {
        name: name.clone(),
        instance_type: decl.instance_type.clone(),
        region: decl.region.clone(),
        zone: decl.zone.clone(),
        spot: matches!(decl.spot, Spot::Offered),
        standard: decl.standard.is_given(),
    };
    declared.map(offer).collect()
}
