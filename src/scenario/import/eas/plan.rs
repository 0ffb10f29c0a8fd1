//! A service's types on the markets that offer them, and what else must fit.

use super::EasOptions;
use super::market::{MarketFile, Offer};
use super::service::{Bid, Origin, Service, Wanted};
use crate::scenario::diagnostics::{Diagnostic, Diagnostics, Severity};
use crate::scenario::suggest;

/// What the scenario is written from.
pub(super) struct Draft<'a> {
    /// The JSON as the user named it.
    pub(super) shown: &'a str,
    pub(super) market: Option<&'a MarketFile>,
    pub(super) options: &'a EasOptions,
    /// Nothing if it is left to fill in.
    pub(super) currency: Option<String>,
    pub(super) services: Vec<Planned>,
}

/// A service and where it may rent.
pub(super) struct Planned {
    pub(super) service: Service,
    pub(super) entries: Vec<Entry>,
}

/// One entry of a list of types.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) market: String,
    pub(super) bid: Option<Bid>,
    pub(super) cap: Option<u32>,
    pub(super) origin: Origin,
    /// The market has a standard price.
    pub(super) has_standard: bool,
}

impl Planned {
    /// True if a strategy made for one rents as the other does.
    pub(super) fn rents_as(&self, other: &Self) -> bool {
        let key = |entry: &Entry| {
            (entry.market.clone(), entry.bid.as_ref().map(|bid| bid.written.clone()), entry.cap)
        };
        self.service.protection == other.service.protection
            && self.service.moves_back.is_some() == other.service.moves_back.is_some()
            && self.entries.iter().map(key).eq(other.entries.iter().map(key))
    }
}

impl<'a> Draft<'a> {
    /// Fits services and markets together; gives nothing if anything of the JSON is wrong, which is recorded.
    pub(super) fn new(
        shown: &'a str,
        services: Vec<Service>,
        market: Option<&'a MarketFile>,
        options: &'a EasOptions,
        out: &mut Diagnostics,
    ) -> Option<Self> {
        let currency = currency(market, options, out);
        let mut planned = Vec::new();
        for service in services {
            disk(&service, market, out);
            let entries = match market {
                Some(market) => on_markets(&service, market, out),
                None => service.types.iter().map(without_market).collect(),
            };
            planned.push(Planned { service, entries });
        }
        let draft = Self { shown, market, options, currency, services: planned };
        draft.one_plan(out);
        (!out.has_errors()).then_some(draft)
    }

    /// Strategies vary what all services do.
    fn one_plan(&self, out: &mut Diagnostics) {
        let [first, rest @ ..] = self.services.as_slice() else { return };
        let other = rest.iter().find(|other| !other.rents_as(first));
        let Some(other) = other.filter(|_| self.options.compare) else { return };
        let message = "these services rent in different ways: no strategy can vary them together";
        let span =
            |planned: &Planned| planned.service.named.as_ref().map_or(planned.service.span, |at| at.span);
        let item = out.error(span(other), message);
        item.label("this one").related(span(first), "and this one");
        item.help(format!("compare one of them: --service \"{}\" --compare", first.service.name));
    }
}

fn without_market(wanted: &Wanted) -> Entry {
    Entry {
        market: wanted.instance_type.clone(),
        bid: wanted.bid.clone(),
        cap: wanted.cap,
        origin: wanted.origin.clone(),
        has_standard: true,
    }
}

/// Bids and markets are in one currency.
fn currency(market: Option<&MarketFile>, options: &EasOptions, out: &mut Diagnostics) -> Option<String> {
    let Some(market) = market else { return options.currency.clone() };
    match (&market.currency, &options.currency) {
        (Some(of_market), Some(of_bids)) if of_market != of_bids => {
            let message =
                format!("the bids are in {of_bids} (--currency), and {} is in {of_market}", market.shown);
            let item = out.push(Diagnostic::new(Severity::Error, None, message));
            item.help("everything of a scenario is in one currency; convert one of them first");
            None
        }
        (Some(one), _) | (None, Some(one)) => Some(one.clone()),
        (None, None) => {
            let message = format!("neither the JSON nor {} says in which currency prices are", market.shown);
            let item = out.push(Diagnostic::new(Severity::Error, None, message));
            item.help(format!("add currency: \"CNY\" to {}, or give --currency CNY", market.shown));
            item.help("bids are in USD on the international site, and in CNY on the Chinese one (A-15)");
            None
        }
    }
}

/// A disk that is too large fails the deployment (E22); one that costs something needs a price (E3).
fn disk(service: &Service, market: Option<&MarketFile>, out: &mut Diagnostics) {
    let Some((gib, origin)) = &service.disk else { return };
    let terms = market.map(|market| market.disk.clone()).unwrap_or_default();
    if *gib > terms.max_gib {
        let message = format!("`{}`: a disk of {gib} GiB: the deployment will fail (E22)", origin.path);
        let item = out.warning(origin.span, message);
        item.label(format!("the largest disk has {} GiB", terms.max_gib));
    } else if let Some(market) = market
        && *gib > market.free_gib
        && !terms.price.is_given()
    {
        let message = format!("`{}`: this disk costs something, but the price is missing", origin.path);
        let item = out.error(origin.span, message);
        item.label(format!("{} GiB above the free {} (E3)", gib - market.free_gib, market.free_gib));
        item.help(format!("add disk: (price: \"0.0014\") to {}, per GiB and hour", market.shown));
    }
}

/// Every type on the markets that offer it.
fn on_markets(service: &Service, market: &MarketFile, out: &mut Diagnostics) -> Vec<Entry> {
    let mut entries = Vec::new();
    for wanted in &service.types {
        let mut offers = market.of_type(&wanted.instance_type, service.region.as_deref());
        if offers.is_empty() {
            no_market(service, wanted, market, out);
            continue;
        }
        if offers.len() > 1 {
            several(wanted, &mut offers, market, out);
        }
        for offer in offers {
            if fits(wanted, offer, market, out) {
                entries.push(Entry {
                    market: offer.name.clone(),
                    has_standard: offer.standard,
                    ..without_market(wanted)
                });
            }
        }
    }
    entries
}

fn no_market(service: &Service, wanted: &Wanted, market: &MarketFile, out: &mut Diagnostics) {
    let written = &wanted.instance_type;
    let elsewhere = !market.of_type(written, None).is_empty();
    let place = service.region.as_ref().filter(|_| elsewhere);
    let place = place.map_or_else(String::new, |region| format!(" in region \"{region}\""));
    let message = format!("{} has no market of type \"{written}\"{place}", market.shown);
    let item = out.error(wanted.origin.span, message);
    item.label("no prices for this type");
    if written == "dedicated_resource" {
        item.help("machines of a dedicated group bill from their purchase, used or not (E26)");
        item.help("leave this entry out, or add a market of this name with what a machine costs");
        return;
    }
    let mut known: Vec<&str> = Vec::new();
    for name in market.offers.iter().flat_map(|offer| [offer.instance_type.as_str(), offer.name.as_str()]) {
        if !known.contains(&name) {
            known.push(name);
        }
    }
    suggest::name(item, written, &known, "the types and names are");
    item.help(format!("add (type: \"{written}\", standard: \"…\") to its markets"));
}

/// The provider may take any zone; here they are tried in file order, or only the first where the type is capped.
fn several(wanted: &Wanted, offers: &mut Vec<&Offer>, market: &MarketFile, out: &mut Diagnostics) {
    let names: Vec<&str> = offers.iter().map(|offer| offer.name.as_str()).collect();
    let message =
        format!("{} has {} markets of type \"{}\"", market.shown, names.len(), wanted.instance_type);
    if wanted.cap.is_some() {
        let item =
            out.warning(wanted.origin.span, format!("{message}, but a capacity counts in all of them"));
        item.label(format!("only \"{}\" is used", names[0]));
        item.help("leave one market of the type in the file, or the capacity out");
        offers.truncate(1);
    } else {
        let item = out.note(wanted.origin.span, format!("{message}: they are tried in file order"));
        item.help(format!("they are {}", names.join(", ")));
    }
}

/// A bid needs a spot price, no bid a standard price (E23, E24).
fn fits(wanted: &Wanted, offer: &Offer, market: &MarketFile, out: &mut Diagnostics) -> bool {
    let (name, file) = (&offer.name, &market.shown);
    match &wanted.bid {
        Some(bid) if !offer.spot => {
            let message = format!("a bid on market \"{name}\" of {file}, which does not support spot (E23)");
            let item = out.error(bid.span, message);
            item.label("this bid").help("leave `spot_price_limit` out to rent it at the standard price");
            item.help(format!("or give the market a spot_protected price in {file}"));
            false
        }
        None if !offer.standard => {
            let message = format!("market \"{name}\" of {file} has no standard price");
            let item = out.error(wanted.origin.span, message);
            item.label("no `spot_price_limit`, so rented at the standard price (E24)");
            item.help("add `spot_price_limit` to rent it as spot, or give the market a standard price");
            false
        }
        Some(_) | None => true,
    }
}
