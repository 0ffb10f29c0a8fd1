//! Random scenarios, as text, from a seed: small, whole seconds, everything that can move does.

mod dice;
mod lives;
mod machines;
mod plans;

use deploysim::scenario::{Scenario, Source, load};
pub(crate) use dice::Dice;
use machines::Market;
use plans::plan;
use std::fmt::Write as _;

/// What a random scenario may contain.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "switches that do not depend on each other")]
pub(crate) struct Features {
    /// Longest horizon, in minutes.
    pub horizon_minutes_most: u64,
    /// Settings of the ambiguities differ from their defaults.
    pub settings: bool,
    /// The tenant stops, starts, scales, updates, deletes and creates.
    pub actions: bool,
    /// Stock comes and goes, units are limited.
    pub stock: bool,
    /// Markets have rules of their own: what is free, what is kept, notice and replacement.
    pub providers: bool,
    /// A standard base, markets that are avoided, and which instance goes first when a replica moves back.
    pub policies: bool,
    /// Containers crash and start again, updates go in steps, deletions take their time.
    pub lives: bool,
}

#[allow(dead_code, reason = "not every test wants everything")]
pub(crate) const EVERYTHING: Features = Features {
    horizon_minutes_most: 600,
    settings: true,
    actions: true,
    stock: true,
    providers: true,
    policies: true,
    lives: true,
};

impl Features {
    /// Each is there in two of three scenarios; one of a hundred scenarios takes up to two days.
    #[allow(dead_code, reason = "not every test switches them")]
    pub(crate) fn of(seed: u64) -> Self {
        let dice = &mut Dice::new(seed ^ 0xfea7);
        let horizon_minutes_most = match seed % 100 {
            7 => 2_880,
            rest if rest % 3 == 0 => 600,
            _ => 150,
        };
        let mut on = || !dice.once_in(3);
        let (settings, actions, stock, providers, policies) = (on(), on(), on(), on(), on());
        Self { horizon_minutes_most, settings, actions, stock, providers, policies, lives: on() }
    }
}

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
    let free = if dice.once_in(9) { ", free_gib: 20" } else { "" };
    let mut text = format!(
        "(\n    name: \"random_{seed}\", start: \"2026-06-10T10:00:00+08:00\", horizon: \"{horizon_seconds}s\", \
         currency: \"CNY\",\n    disk: (price: \"0.0013\"{free}),\n"
    );
    let markets = machines::write(&mut text, dice, horizon_seconds, features);
    text += "    services: [\n";
    let services = dice.between(1, 4);
    let created_at: Vec<String> = (0..services)
        .map(|_| match dice.below(4) {
            0 => format!(", create_at: \"{}s\"", dice.below(horizon_seconds / 2)),
            _ => String::new(),
        })
        .collect();
    for (index, create_at) in created_at.iter().enumerate() {
        service(&mut text, index, create_at, &markets, features, dice);
    }
    text += "    ],\n    strategies: [\n";
    for index in 0..2 {
        let _ = writeln!(text, "        (name: \"strategy {index}\", {}),", plan(&markets, features, dice));
    }
    text += "    ],\n    actions: [\n";
    for _ in 0..if features.actions { dice.below(9) } else { 0 } {
        let service = dice.below(services);
        let created = &created_at[service as usize];
        for (at, kind) in actions(created, horizon_seconds, &markets, features, dice) {
            let _ = writeln!(text, "        (at: \"{at}s\", service: \"s{service}\", do: {kind}),");
        }
    }
    text += "    ],\n)\n";
    text
}

fn service(
    text: &mut String,
    index: usize,
    create_at: &str,
    markets: &[Market],
    features: Features,
    dice: &mut Dice,
) {
    let start_up = dice.pick(&[
        "\"0s\"",
        "\"0s\"",
        "\"95s\"",
        "\"4m\"",
        "Uniform(min: \"30s\", max: \"10m\")",
        "Sequence([\"0s\", \"7m\", \"11s\"])",
        "LogNormal(median: \"4m\", sigma: \"0.4\")",
        "Never",
    ]);
    let replicas = dice.between(1, if features.policies { 5 } else { 3 });
    let disk_gib = if dice.once_in(40) { "2001" } else { dice.pick(&["0", "30", "47", "47"]) };
    let own =
        if dice.once_in(5) { format!(", plan: ({})", plan(markets, features, dice)) } else { String::new() };
    let failures = if features.lives { lives::failures(dice) } else { String::new() };
    let _ = writeln!(
        text,
        "        (name: \"s{index}\", replicas: {replicas}, start_up: {start_up}, disk_gib: {disk_gib}{create_at}{own}{failures}),"
    );
}

/// What the tenant does, and when; often at a full minute, when something else may happen too.
fn actions(
    created: &str,
    horizon_seconds: u64,
    markets: &[Market],
    features: Features,
    dice: &mut Dice,
) -> Vec<(u64, String)> {
    let mut at = dice.below(horizon_seconds);
    if dice.once_in(3) {
        at -= at % 300;
    }
    // A scripted Create is the first one, unless a time is given; then it may not stand beside it.
    let is_scripted = created.is_empty();
    let kind =
        dice.pick(&["Stop", "Start", "Delete", "Create", "Recreate", "Scale", "Update", "Start", "Scale"]);
    let kind = match kind {
        "Scale" => format!("Scale({})", dice.between(1, 5)),
        "Update" if features.lives => {
            format!("Update({})", lives::change(|dice| plan(markets, features, dice), dice))
        }
        "Update" => format!("Update({})", plan(markets, features, dice)),
        "Delete" if features.lives => lives::deletion(dice).to_owned(),
        "Create" | "Recreate" if !is_scripted => return vec![],
        "Create" if dice.once_in(2) => return vec![(0, "Create".to_owned())],
        "Recreate" => {
            let again = (at + dice.between(20, 900)).min(horizon_seconds - 1);
            let delete = if features.lives { lives::deletion(dice) } else { "Delete" };
            let all = [(0, "Create"), (at, delete), (again, "Create")];
            return all.map(|(at, kind)| (at, kind.to_owned())).to_vec();
        }
        kind => kind.to_owned(),
    };
    vec![(at, kind)]
}
