//! Random rules, providers and markets.

use super::dice::Dice;
use super::{Features, lives};
use std::fmt::Write as _;

/// What plans must know of a market.
pub(super) struct Market {
    pub(super) name: &'static str,
    /// Its spot entries may name a ceiling; none if it is not rented as spot.
    pub(super) takes_bids: Option<bool>,
    pub(super) has_standard: bool,
}

/// What is sold under a set of rules.
#[derive(Clone, Copy)]
struct Sold {
    takes_bids: bool,
    offers_protection: bool,
}

const SOLD_BY_DEFAULT: Sold = Sold { takes_bids: true, offers_protection: true };

/// Providers that are part of the program.
const EMBEDDED: [(&str, Sold); 5] = [
    ("alibaba-eas", SOLD_BY_DEFAULT),
    ("alibaba-ecs", SOLD_BY_DEFAULT),
    ("aws-ec2", Sold { takes_bids: true, offers_protection: false }),
    ("azure-vm", Sold { takes_bids: true, offers_protection: false }),
    ("google-compute", Sold { takes_bids: false, offers_protection: false }),
];

/// Rules that differ from the defaults, in the words of a scenario.
const RULES: [(&str, &[&str]); 16] = [
    (
        "standard_metering",
        &["(granularity: Hour)", "(least: \"4m\")", "(granularity: \"7s\", least: \"60s\")"],
    ),
    (
        "spot_metering",
        &["(granularity: Minute)", "(least: \"60s\")", "(granularity: \"7s\", least: \"11m\")"],
    ),
    ("disk_metering", &["(rounding: Exact)", "(least: \"5m\")", "(rounding: Exact, least: \"61s\")"]),
    ("protected_price", &["RealTime"]),
    ("protection_period", &["\"17m\"", "\"0s\""]),
    ("acquire_when", &["BidAboveMarket"]),
    ("release_when", &["MarketAtLeastBid"]),
    ("notice", &["\"45s\"", "\"3m\"", "\"10m\"", "\"5m\""]),
    ("check_interval", &["\"4m\"", "\"5m\"", "\"90s\""]),
    ("billing_start", &["Provisioned"]),
    ("offers_protection", &["false"]),
    ("takes_bids", &["false"]),
    ("replacement", &["AtNotice"]),
    ("free_if_reclaimed_within", &["\"20m\"", "\"1h\"", "\"100s\"", "\"5m\""]),
    ("eviction", &["Deallocate"]),
    ("free_disk_gib", &["0", "45"]),
];

/// Writes settings, providers and markets.
pub(super) fn write(
    text: &mut String,
    dice: &mut Dice,
    horizon_seconds: u64,
    features: Features,
) -> Vec<Market> {
    let mut default = SOLD_BY_DEFAULT;
    let mut settings_words = String::new();
    if features.settings {
        (settings_words, default) = settings(dice, features.providers);
    }
    if features.lives {
        settings_words += &lives::settings(dice);
    }
    let _ = writeln!(text, "    settings: ({settings_words}),");
    let mut providers: Vec<(&str, Sold)> = EMBEDDED.to_vec();
    if features.providers {
        text.push_str("    providers: [\n");
        // One of them lets the replacement start while the old instance is on notice.
        let notice = dice.pick(&["\"5m\"", "\"10m\"", "\"150s\""]);
        let early = [("replacement", "AtNotice"), ("notice", notice)];
        for (name, fixed) in [("one", &[] as &[_]), ("early", &early)] {
            let (like, sold) = *choice(&EMBEDDED, dice);
            let (words, sold) = rules(sold, 3, fixed, dice);
            let _ = writeln!(text, "        (name: \"{name}\", like: \"{like}\", {words}),");
            // Those of the scenario are met more often.
            providers.extend([(name, sold); 3]);
        }
        text.push_str("    ],\n");
    }
    text.push_str("    markets: [\n");
    let mut markets = vec![];
    for name in ["A", "B"] {
        let (provider, sold) = provider(&providers, default, features, dice);
        let kind = if sold.offers_protection {
            dice.pick(&["spot_protected", "spot_unprotected"])
        } else {
            "spot_unprotected"
        };
        let (price, stock_words) =
            (price(dice, horizon_seconds), stock(dice, horizon_seconds, features.stock));
        let has_standard = dice.once_in(3);
        let own = if has_standard { " standard: \"1.53\"," } else { "" };
        let spot_stock = match dice.below(5) {
            0 => format!(", spot_stock: {}", stock(dice, horizon_seconds, features.stock)),
            _ => String::new(),
        };
        let _ = writeln!(
            text,
            "        (name: \"{name}\",{provider}{own} {kind}: {price}, stock: {stock_words}{spot_stock}),"
        );
        markets.push(Market { name, takes_bids: Some(sold.takes_bids), has_standard });
    }
    let (provider, _) = provider(&providers, default, features, dice);
    let stock =
        if dice.once_in(2) { stock(dice, horizon_seconds, features.stock) } else { "Always".to_owned() };
    let _ = writeln!(text, "        (name: \"C\",{provider} standard: \"1.01\", stock: {stock}),\n    ],");
    markets.push(Market { name: "C", takes_bids: None, has_standard: true });
    markets
}

fn choice<'a, T>(choices: &'a [T], dice: &mut Dice) -> &'a T {
    &choices[dice.below(choices.len() as u64) as usize]
}

/// The provider of a market, or none.
fn provider(
    providers: &[(&str, Sold)],
    default: Sold,
    features: Features,
    dice: &mut Dice,
) -> (String, Sold) {
    if !features.providers || dice.once_in(4) {
        return (String::new(), default);
    }
    let (name, sold) = *choice(providers, dice);
    (format!(" provider: \"{name}\","), sold)
}

/// Some of the rules: those that are fixed, and of the others each once in so many times.
fn rules(mut sold: Sold, once_in: u64, fixed: &[(&str, &str)], dice: &mut Dice) -> (String, Sold) {
    let mut words = String::new();
    for (name, value) in fixed {
        let _ = write!(words, "{name}: {value}, ");
    }
    for (name, values) in RULES {
        if fixed.iter().any(|(known, _)| *known == name) {
            continue;
        }
        // Where no bid is taken, no price matters: not too often.
        let is_rare = name == "takes_bids";
        if dice.once_in(once_in) && (!is_rare || dice.once_in(3)) {
            let _ = write!(words, "{name}: {}, ", dice.pick(values));
            sold.takes_bids &= name != "takes_bids";
            sold.offers_protection &= name != "offers_protection";
        }
    }
    (words, sold)
}

fn settings(dice: &mut Dice, with_provider: bool) -> (String, Sold) {
    let mut text = String::new();
    let mut sold = SOLD_BY_DEFAULT;
    if with_provider && dice.once_in(5) {
        let (name, of_provider) = *choice(&EMBEDDED, dice);
        sold = of_provider;
        let _ = write!(text, "provider: \"{name}\", ");
    }
    let (words, sold) = rules(sold, 9, &[], dice);
    text += &words;
    for (name, values) in [
        ("line_decimals", &["4"] as &[&str]),
        ("line_rounding", &["HalfEven", "Down"]),
        ("delete_time", &["\"0s\""]),
    ] {
        if dice.once_in(7) {
            let _ = write!(text, "{name}: {}, ", dice.pick(values));
        }
    }
    (text, sold)
}

pub(super) fn cents(dice: &mut Dice, least: u64, most: u64) -> String {
    format!("0.{:02}", dice.between(least, most))
}

fn price(dice: &mut Dice, horizon_seconds: u64) -> String {
    if dice.once_in(2) {
        let (level, step) = (cents(dice, 35, 55), dice.pick(&["300s", "60s", "97s"]));
        return format!(
            "MeanReverting(step: \"{step}\", level: \"{level}\", speed: \"0.05\", noise: \"0.05\", \
             jump_probability: \"0.02\", jump_size: \"1.0\", floor: \"0.2\", cap: \"0.9\")"
        );
    }
    let mut changes = format!("(\"0s\", \"{}\")", cents(dice, 35, 60));
    let mut at = 0;
    loop {
        at += dice.between(1, 5_000);
        if at >= horizon_seconds {
            return format!("Schedule([{changes}])");
        }
        let _ = write!(changes, ", (\"{at}s\", \"{}\")", cents(dice, 35, 60));
    }
}

fn stock(dice: &mut Dice, horizon_seconds: u64, any: bool) -> String {
    let come_and_go = match dice.below(3) {
        0 => format!("OnOff(on: \"{}m\", off: \"{}m\")", dice.between(60, 300), dice.between(10, 90)),
        1 => {
            let mut windows = String::new();
            let mut at = dice.below(600);
            while at < horizon_seconds {
                let until = at + dice.between(60, 9_000);
                let _ = write!(windows, "(\"{at}s\", \"{until}s\"), ");
                at = until + dice.between(1, 3_000);
            }
            format!("Windows([{windows}])")
        }
        _ => "Always".to_owned(),
    };
    match (any, dice.below(3)) {
        (false, _) => "Always".to_owned(),
        (true, 0) => format!("Limited(units: {}, stock: {come_and_go})", dice.between(1, 4)),
        (true, _) => come_and_go,
    }
}
