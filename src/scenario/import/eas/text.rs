//! The scenario as text, with a word on where each value comes from.

use super::keys::KeyKind;
use super::plan::{Draft, Entry, Planned};
use super::service::{Origin, Service};
use super::{BidUnit, DEFAULT_HORIZON, DEFAULT_START};
use crate::catalog::MachineRules;
use crate::scenario::import::problem;
use std::fmt::Write as _;

/// What stands where a value is to be filled in: it is no price and no currency, so that loading says where.
const FILL_IN: &str = "\"?\"";

/// Writes lines, and counts what is left to fill in.
struct Writer {
    text: String,
    to_fill: usize,
}

impl Writer {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// A value that somebody must fill in.
    fn blank(&mut self) -> &'static str {
        self.to_fill += 1;
        FILL_IN
    }
}

impl Draft<'_> {
    /// The scenario as RON, and how many values are left to fill in.
    pub(super) fn write(&self) -> (String, usize) {
        let mut body = Writer { text: String::new(), to_fill: 0 };
        body.line("(");
        self.write_head(&mut body);
        self.write_markets(&mut body);
        self.write_services(&mut body);
        self.write_strategies(&mut body);
        body.line(")");
        let mut text = self.introduction(body.to_fill);
        text.push_str(&body.text);
        text.push_str(&self.left_out());
        (text, body.to_fill)
    }

    fn introduction(&self, to_fill: usize) -> String {
        let names: Vec<&str> = self.services.iter().map(|planned| planned.service.name.as_str()).collect();
        let what = if names.len() == 1 { "The EAS service" } else { "The EAS services" };
        let market = self.market.map_or_else(String::new, |market| format!(" and {}", shown(&market.shown)));
        let mut text = format!(
            "// {what} {}, made by `deploysim import eas` of {}{market}.\n",
            problem::listing(names),
            shown(self.shown)
        );
        if to_fill > 0 {
            let _ = write!(
                text,
                "//\n// This does not load yet: fill in the {to_fill} values that are \"?\". `deploysim check` lists \
                 them with their lines.\n"
            );
        }
        text.push_str(
            "//\n// Keys are those of the JSON, with their lines. What of it is not here is listed at the end.\n\
             // The JSON does not say how long an instance takes to start: add start_up: \"4m\" to a service, say.\n",
        );
        text
    }

    fn write_head(&self, body: &mut Writer) {
        let first = &self.services[0].service.name;
        body.line(&format!("    name: {},", quoted(&folder_name(self.services.len(), first))));
        let question = match self.services.len() {
            1 => format!("What does the EAS service {first} cost as it is configured?"),
            count => format!("What do {count} EAS services cost as they are configured?"),
        };
        body.line(&format!("    question: {},", quoted(&question)));
        let start = (self.options.start.clone(), "--start", DEFAULT_START);
        self.write_setting(body, "start", start);
        let horizon = (
            self.options.horizon.map(|horizon| horizon.to_string().replace(' ', "")),
            "--horizon",
            DEFAULT_HORIZON,
        );
        self.write_setting(body, "horizon", horizon);
        let of_market = self.market.filter(|market| market.currency.is_some());
        match (&self.currency, of_market) {
            (Some(code), Some(market)) => {
                body.line(&format!("    currency: {}, // {}", quoted(code), shown(&market.shown)));
            }
            (Some(code), None) => body.line(&format!("    currency: {}, // --currency", quoted(code))),
            (None, _) => {
                let blank = body.blank();
                body.line(&format!(
                    "    currency: {blank}, // of the prices below and of the bids, as in \"CNY\""
                ));
            }
        }
    }

    /// A setting of the command line, else of the markets, else its default.
    fn write_setting(
        &self,
        body: &mut Writer,
        name: &str,
        (given, flag, default): (Option<String>, &str, &str),
    ) {
        let of_market = self.market.and_then(|market| Some((market.part(name)?, &market.shown)));
        let (value, from) = match (given, of_market) {
            (Some(value), _) => (quoted(&value), flag.to_owned()),
            (None, Some((value, file))) => (value.to_owned(), shown(file)),
            (None, None) => (quoted(default), format!("the default of the import; {flag} sets it")),
        };
        body.line(&format!("    {name}: {value}, // {from}"));
    }

    fn write_markets(&self, body: &mut Writer) {
        let Some(market) = self.market else {
            self.write_blank_markets(body);
            return;
        };
        for name in ["providers", "settings", "disk", "downtime", "clocks", "shocks", "markets"] {
            if let Some(written) = market.part(name) {
                body.line(&format!("    // As in {}.\n    {name}: {written},", shown(&market.shown)));
            }
        }
    }

    /// Markets with prices to fill in: one for each type.
    fn write_blank_markets(&self, body: &mut Writer) {
        let free = MachineRules::default().free_disk_gib;
        let large = |planned: &Planned| planned.service.disk.as_ref().is_some_and(|(gib, _)| *gib > free);
        if self.services.iter().any(large) {
            let blank = body.blank();
            body.line(&format!("    disk: (price: {blank}), // per GiB and hour above the free {free} (E3)"));
        }
        let entries =
            || self.services.iter().flat_map(|planned| planned.entries.iter().map(move |e| (planned, e)));
        let mut types: Vec<&str> = Vec::new();
        for (_, entry) in entries() {
            if !types.contains(&entry.market.as_str()) {
                types.push(&entry.market);
            }
        }
        body.line(
            "    // Prices per hour of each instance type; stock: Always unless something else is said.",
        );
        body.line("    markets: [");
        for name in types {
            let own = |protection: bool| {
                entries().any(|(planned, entry)| {
                    entry.market == name && entry.bid.is_some() && planned.service.protection == protection
                })
            };
            let mut prices = String::new();
            for (field, is_met) in
                [("standard", true), ("spot_protected", own(true)), ("spot_unprotected", own(false))]
            {
                if is_met {
                    let _ = write!(prices, ", {field}: {}", body.blank());
                }
            }
            body.line(&format!("        (type: {}{prices}),", quoted(name)));
        }
        body.line("    ],");
    }

    fn write_services(&self, body: &mut Writer) {
        body.line("    services: [");
        for planned in &self.services {
            let service = &planned.service;
            body.line("        (");
            let said = service.named.as_ref().map_or_else(|| "the name of the file".to_owned(), Origin::said);
            body.line(&format!("            name: {}, // {said}", quoted(&service.name)));
            body.line(&format!("            replicas: {}, // {}", service.replicas, shown(&service.counted)));
            if let Some((gib, origin)) = &service.disk {
                body.line(&format!("            disk_gib: {gib}, // {}", origin.said()));
            }
            if !planned.rents_as(&self.services[0]) {
                body.line("            // Its own list of types; strategies do not vary it.");
                body.line("            plan: (");
                self.write_plan(body, planned, 4);
                body.line("            ),");
            }
            body.line("        ),");
        }
        body.line("    ],");
    }

    fn write_strategies(&self, body: &mut Writer) {
        let planned = &self.services[0];
        body.line("    strategies: [\n        (\n            name: \"as configured\",");
        self.write_plan(body, planned, 3);
        body.line("        ),");
        if self.options.compare {
            self.write_compared(body, planned);
        }
        body.line("    ],");
    }

    /// What is useful to compare with.
    fn write_compared(&self, body: &mut Writer, planned: &Planned) {
        let mut standard: Vec<&Entry> = planned.entries.iter().filter(|entry| entry.bid.is_none()).collect();
        let spot = planned.entries.iter().any(|entry| entry.bid.is_some());
        if standard.is_empty() {
            standard.extend(planned.entries.iter().find(|entry| entry.has_standard));
        }
        if spot && !standard.is_empty() {
            let markets: Vec<String> =
                standard.iter().map(|entry| format!("(type: {})", quoted(&entry.market))).collect();
            body.line("        // The same without bids: its standard types, else the first of its types.");
            body.line(&format!("        (name: \"standard only\", types: [{}]),", markets.join(", ")));
        }
        if spot && planned.entries.len() > 1 && planned.service.moves_back.is_none() {
            body.line(
                "        // The same list with a way back, which EAS has as resource_rebalancing (A-16).",
            );
            body.line("        (\n            name: \"as configured, moving back\",");
            body.line("            move_back: WhenAvailable(dwell: \"30m\", min_saving: \"10%\"),");
            self.write_plan(body, planned, 3);
            body.line("        ),");
        }
    }

    /// The fields of a plan at a depth.
    fn write_plan(&self, body: &mut Writer, planned: &Planned, depth: usize) {
        let margin = "    ".repeat(depth);
        let service = &planned.service;
        if planned.entries.iter().any(|entry| entry.bid.is_some()) {
            body.line(&format!(
                "{margin}protection: {}, // {}",
                service.protection,
                protection_said(service)
            ));
        }
        if let Some(origin) = &service.moves_back {
            body.line(&format!("{margin}move_back: WhenAvailable, // {} (A-16)", origin.said()));
        }
        body.line(&format!("{margin}types: ["));
        for entry in &planned.entries {
            body.line(&format!("{margin}    // {}", self.entry_said(entry)));
            let bid =
                entry.bid.as_ref().map_or_else(String::new, |bid| format!(", bid: {}", quoted(&bid.written)));
            let cap = entry.cap.map_or_else(String::new, |cap| format!(", cap: {cap}"));
            body.line(&format!("{margin}    (type: {}{bid}{cap}),", quoted(&entry.market)));
        }
        body.line(&format!("{margin}],"));
    }

    fn entry_said(&self, entry: &Entry) -> String {
        let rented = match (&entry.bid, self.options.bid_unit) {
            (None, _) => "no spot_price_limit, so standard (E24)".to_owned(),
            (Some(bid), BidUnit::Hour) => {
                format!("spot_price_limit {} an hour, so spot (E24)", shown(&bid.original))
            }
            (Some(bid), BidUnit::Minute) => {
                format!("spot_price_limit {} a minute (--bid-unit), so spot (E24)", shown(&bid.original))
            }
        };
        format!("{}: {rented}", entry.origin.said())
    }

    /// What of the JSON and of the markets' file is not in the scenario.
    fn left_out(&self) -> String {
        let keys = || self.services.iter().flat_map(|planned| &planned.service.keys);
        let mut text = String::new();
        for (kind, title) in [
            (KeyKind::Unknown, "Not known, and left out:"),
            (KeyKind::Unmodelled, "Not modelled, and left out; these may change the bill:"),
            (KeyKind::Idle, "Left out, as these do not change the bill:"),
        ] {
            let found: Vec<_> = keys().filter(|note| note.kind == kind).collect();
            if !found.is_empty() {
                let _ = writeln!(text, "\n// {title}");
            }
            for note in found {
                let _ = writeln!(text, "//   {} (line {}): {}", note.path, note.line, note.why);
            }
        }
        if let Some(market) = self.market.filter(|market| !market.left.is_empty()) {
            let left = market.left.join(", ");
            let _ = writeln!(text, "\n// Of {} not taken over: {left}.", shown(&market.shown));
        }
        text
    }
}

fn protection_said(service: &Service) -> String {
    let meaning =
        if service.protection { "with the protected hour (E24)" } else { "without the protected hour (E24)" };
    match &service.protection_said {
        Some(origin) => format!("{}: {meaning}", origin.said()),
        None => format!("disable_spot_protection_period is not given: {meaning}"),
    }
}

/// Text of a file or a name, fit for a comment.
fn shown(text: &str) -> String {
    problem::shown(text)
}

/// A text of RON.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The name of a folder of results.
fn folder_name(services: usize, first: &str) -> String {
    if services > 1 {
        return "eas".to_owned();
    }
    let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    let lower = first.to_lowercase();
    let name: String = lower.chars().map(|c| if is_allowed(c) { c } else { '_' }).take(100).collect();
    if name.chars().any(|c| c != '_') { name } else { "eas".to_owned() }
}
