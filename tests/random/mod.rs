//! Random scenarios, as text, from a seed: small, whole seconds, everything that can move does.

use deploysim::scenario::{Scenario, Source, load};
use std::fmt::Write as _;

/// A sequence of choices that depends on nothing but its seed (the generator `SplitMix64`).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (word ^ (word >> 31)) % bound
    }

    pub(crate) fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }

    /// True once in `count` times.
    pub(crate) fn once_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    pub(crate) fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len() as u64) as usize]
    }
}

/// What a random scenario may contain.
#[derive(Clone, Copy)]
pub(crate) struct Features {
    /// Longest horizon, in minutes.
    pub horizon_minutes_most: u64,
    /// Bids and lists differ between strategies; settings of the ambiguities differ from their defaults.
    pub settings: bool,
    /// The tenant stops, starts, scales, updates, deletes and creates.
    pub actions: bool,
    /// Stock comes and goes, units are limited.
    pub stock: bool,
}

pub(crate) const EVERYTHING: Features =
    Features { horizon_minutes_most: 600, settings: true, actions: true, stock: true };

/// Reads a scenario that must load.
pub(crate) fn read(text: &str) -> Scenario {
    let source = Source {
        path: "random.ron".to_owned(),
        text: text.to_owned(),
        base: std::path::PathBuf::new(),
        data_dirs: vec![],
    };
    let (scenario, report) = load(source);
    scenario.unwrap_or_else(|| panic!("{}\n{text}", report.render(false)))
}

/// A random scenario.
pub(crate) fn scenario(seed: u64, features: Features) -> String {
    let dice = &mut Dice::new(seed);
    let horizon_seconds = dice.between(60, features.horizon_minutes_most) * 60 + dice.below(60);
    let services = dice.between(1, 3);
    let mut text = format!(
        "(\n    name: \"random_{seed}\", start: \"2026-06-10T10:00:00+08:00\", horizon: \"{horizon_seconds}s\", \
         currency: \"CNY\",\n    disk: (price: \"0.0013\"),\n"
    );
    if features.settings {
        settings(&mut text, dice);
    }
    text += "    markets: [\n";
    for name in ["A", "B"] {
        let kind = dice.pick(&["spot_protected", "spot_unprotected"]);
        let (price, stock) = (price(dice, horizon_seconds), stock(dice, horizon_seconds, features.stock));
        let own = if dice.once_in(3) { " standard: \"1.53\"," } else { "" };
        let _ = writeln!(text, "        (name: \"{name}\",{own} {kind}: {price}, stock: {stock}),");
    }
    let stock =
        if dice.once_in(2) { stock(dice, horizon_seconds, features.stock) } else { "Always".to_owned() };
    let _ =
        writeln!(text, "        (name: \"C\", standard: \"1.01\", stock: {stock}),\n    ],\n    services: [");
    let mut created: Vec<String> = Vec::new();
    for index in 0..services {
        let start_up = dice.pick(&[
            "\"0s\"",
            "\"0s\"",
            "\"95s\"",
            "Uniform(min: \"30s\", max: \"10m\")",
            "Sequence([\"0s\", \"7m\", \"11s\"])",
            "LogNormal(median: \"4m\", sigma: \"0.4\")",
            "Never",
        ]);
        let (replicas, disk_gib) = (dice.between(1, 3), dice.pick(&["0", "30", "47"]));
        let create_at = if dice.once_in(4) {
            format!(", create_at: \"{}s\"", dice.below(horizon_seconds / 2))
        } else {
            String::new()
        };
        created.push(create_at.clone());
        let own = if dice.once_in(5) { format!(", plan: ({})", plan(dice)) } else { String::new() };
        let _ = writeln!(
            text,
            "        (name: \"s{index}\", replicas: {replicas}, start_up: {start_up}, disk_gib: {disk_gib}{create_at}{own}),"
        );
    }
    text += "    ],\n    strategies: [\n";
    for index in 0..2 {
        let _ = writeln!(text, "        (name: \"strategy {index}\", {}),", plan(dice));
    }
    text += "    ],\n    actions: [\n";
    for _ in 0..if features.actions { dice.below(9) } else { 0 } {
        let (at, service) = (dice.below(horizon_seconds), dice.below(services));
        let mut kind =
            dice.pick(&["Stop", "Start", "Delete", "Create", "Scale", "Update", "Start", "Scale"]).to_owned();
        match kind.as_str() {
            "Scale" => kind = format!("Scale({})", dice.between(1, 4)),
            "Update" => kind = format!("Update({})", plan(dice)),
            // A scripted Create is the first one, unless a time is given; then it may not stand beside it.
            "Create" if created[service as usize].is_empty() => {
                let _ = writeln!(text, "        (at: \"0s\", service: \"s{service}\", do: Create),");
            }
            "Create" => continue,
            _ => {}
        }
        let _ = writeln!(text, "        (at: \"{at}s\", service: \"s{service}\", do: {kind}),");
    }
    text += "    ],\n)\n";
    text
}

fn settings(text: &mut String, dice: &mut Dice) {
    text.push_str("    settings: (");
    let words = [
        ("protected_price", "RealTime"),
        ("billing_start", "Provisioned"),
        ("notice", "\"3m\""),
        ("check_interval", "\"4m\""),
        ("release_when", "MarketAtLeastBid"),
        ("acquire_when", "BidAboveMarket"),
        ("line_decimals", "4"),
        ("line_rounding", "HalfEven"),
        ("line_rounding", "Down"),
        ("protection_period", "\"17m\""),
        ("standard_metering", "(granularity: Hour)"),
        ("spot_metering", "(granularity: Minute)"),
        ("disk_metering", "(rounding: Exact)"),
    ];
    let mut given = vec![];
    for (name, value) in words {
        if dice.once_in(9) && !given.contains(&name) {
            given.push(name);
            let _ = write!(text, "{name}: {value}, ");
        }
    }
    text.push_str("),\n");
}

fn cents(dice: &mut Dice, least: u64, most: u64) -> String {
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

/// Types, bids and habits; no market stands twice as spot, so that an event names its entry.
fn plan(dice: &mut Dice) -> String {
    let mut entries = String::new();
    for market in ["A", "B"] {
        if !dice.once_in(4) {
            let (bid, cap) = (cents(dice, 35, 60), if dice.once_in(6) { ", cap: 1" } else { "" });
            let _ = write!(entries, "(type: \"{market}\", bid: \"{bid}\"{cap}), ");
        }
    }
    if entries.is_empty() || dice.once_in(2) {
        let after = if dice.once_in(6) { ", after: \"5m\"" } else { "" };
        let _ = write!(entries, "(type: \"C\"{after}), ");
    }
    let protection = if dice.once_in(2) { "true" } else { "false" };
    let move_back = dice.pick(&[
        "Never",
        "Never",
        "WhenAvailable",
        "WhenAvailable(dwell: \"10m\", min_saving: \"10%\")",
        "WhenAvailable(min_saving: \"0.05\")",
    ]);
    let retry = if dice.once_in(6) { "Every(\"7m\")" } else { "OnAvailable" };
    format!("types: [{entries}], protection: {protection}, move_back: {move_back}, retry: {retry}")
}
