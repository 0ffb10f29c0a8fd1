//! Random scenarios of deployments and their calls, as text, from a seed: small quotas and short calls, so that every
//! edge is met often; starts at awkward seconds and dates; terms that end, are renewed, given up, and come back.

use crate::dice::Dice;
use deploysim::scenario::{Scenario, Source, load};
use std::fmt::Write as _;

/// The dice of these scenarios are not those of other ones.
const SALT: u64 = 0x5eed_0fde_9107;

/// The dice of a seed.
pub(crate) fn dice(seed: u64) -> Dice {
    Dice::new(seed ^ SALT)
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

const STARTS: [&str; 12] = [
    "2026-01-31T21:59:59+08:00",
    "2028-02-29T22:00:00+08:00",
    "2026-12-31T23:59:58+08:00",
    "2026-06-10T10:00:17+08:00",
    "2026-02-28T00:00:00+08:00",
    "2026-06-30T22:00:01+08:00",
    "2027-01-30T08:19:59Z",
    "2026-03-31T12:34:56+05:30",
    "2026-08-31T19:59:59+08:00",
    "2028-01-31T23:59:59+08:00",
    "2026-07-31T04:00:41-03:00",
    "2026-05-04T08:20:00+08:00",
];

/// Names of what strategies may deploy. A name has one kind everywhere, so that actions fit it.
const NAMES: [&str; 6] = ["ptu a", "ptu b", "units a", "units b", "tokens a", "public"];

/// A random scenario.
pub(crate) fn scenario(seed: u64) -> String {
    let dice = &mut dice(seed);
    let horizon = match dice.below(6) {
        0..=3 => dice.between(3, 600) * 60 + dice.below(60),
        4 => dice.between(10, 96) * 3_600 + dice.below(3_600),
        _ => {
            [dice.between(5, 20), dice.between(33, 40)][dice.below(2) as usize] * 86_400 + dice.below(86_400)
        }
    };
    let start = dice.pick(&STARTS);
    let mut text = format!(
        "(\n    name: \"random_{seed}\", start: \"{start}\", horizon: \"{horizon}s\", currency: \"CNY\",\n"
    );
    settings(&mut text, dice);
    publics(&mut text, dice);
    let strategies = dice.between(1, 3);
    let chosen: Vec<Vec<&str>> = (0..strategies).map(|_| choose(dice)).collect();
    // A scripted Create takes the place of `create_at`.
    let scripted: Vec<&str> = NAMES.into_iter().filter(|_| dice.once_in(3)).collect();
    let with_service = dice.once_in(5);
    traffic(&mut text, dice, horizon);
    if with_service {
        text += "    markets: [(name: \"M\", standard: \"1.30\", capacity: Slots(count: 2, prefill_tps: 300, \
                 decode_tps: 40))],\n    services: [(name: \"own\", replicas: 2, start_up: \"47s\")],\n";
    }
    text += "    strategies: [\n";
    for (index, names) in chosen.iter().enumerate() {
        let _ = write!(text, "        (name: \"strategy {index}\"");
        if with_service {
            text += ", types: [(type: \"M\")]";
        }
        text += ", deployments: [\n";
        for name in names {
            let _ =
                writeln!(text, "            {},", deployment(name, dice, horizon, scripted.contains(name)));
        }
        if with_service && dice.once_in(2) {
            text += "            Service(service: \"own\", max_wait: \"20s\"),\n";
        }
        text += "        ]),\n";
    }
    text += "    ],\n    actions: [\n";
    let all: Vec<&str> = NAMES
        .into_iter()
        .filter(|name| *name != "public" && chosen.iter().flatten().any(|one| one == name))
        .collect();
    if !all.is_empty() {
        let mut act = |dice: &mut Dice, name: &str, action: &str| {
            let at = dice.below(horizon);
            let _ = writeln!(text, "        (at: \"{at}s\", deployment: \"{name}\", do: {action}),");
        };
        for name in all.iter().filter(|name| scripted.contains(name)) {
            act(dice, name, "Create");
        }
        for _ in 0..dice.below(14) {
            let name = dice.pick(&all);
            let action = action(name, dice, scripted.contains(&name));
            act(dice, name, &action);
        }
    }
    if with_service && dice.once_in(2) {
        let (stop, go) = (dice.below(horizon), dice.below(horizon));
        let _ = writeln!(text, "        (at: \"{stop}s\", service: \"own\", do: Stop),");
        let _ = writeln!(text, "        (at: \"{go}s\", service: \"own\", do: Start),");
    }
    text += "    ],\n)\n";
    text
}

fn choose(dice: &mut Dice) -> Vec<&'static str> {
    let mut left = NAMES.to_vec();
    (0..dice.between(1, 4)).map(|_| left.remove(dice.below(left.len() as u64) as usize)).collect()
}

fn settings(text: &mut String, dice: &mut Dice) {
    let metering = [
        "(granularity: Hour)",
        "(granularity: \"7s\")",
        "(rounding: Exact)",
        "(granularity: \"97s\")",
        "(granularity: Minute, rounding: Ceil)",
    ];
    let spans = ["0s", "90s", "1h", "7h", "2d"];
    let mut words: Vec<(&str, String)> = vec![
        ("ptu_metering", dice.pick(&metering).to_owned()),
        ("units_metering", dice.pick(&metering).to_owned()),
        ("cut_off", "\"18:30:00\"".to_owned()),
        ("cut_off_inclusive", "true".to_owned()),
        ("expiry_time", dice.pick(&["\"23:00\"", "\"12:00\"", "\"00:00\""]).to_owned()),
        ("retention_anchor", "Expiry".to_owned()),
        ("renew_from", "Now".to_owned()),
        ("auto_renew_at", dice.pick(&["[\"08:20\"]", "[\"20:00\", \"03:00\"]"]).to_owned()),
        ("month", "Fixed30Days".to_owned()),
        ("units_early_factor", dice.pick(&["1.5", "1.0"]).to_owned()),
        ("units_early_until", dice.pick(&["Days(30)", "Days(3)"]).to_owned()),
        ("day_count", "Calendar".to_owned()),
        ("downgrade_factor", dice.pick(&["1.2", "1.5"]).to_owned()),
        ("units_term_starts", "Payment".to_owned()),
        ("payment_decimals", dice.pick(&["0", "4"]).to_owned()),
    ];
    for name in ["resize_time", "delete_time", "restore_time"] {
        words.push((name, format!("\"{}\"", dice.pick(&spans))));
    }
    words.retain(|_| dice.once_in(4));
    if dice.once_in(2) {
        words.push(("ptu_early_termination", dice.pick(&["Factor(1.2)", "Factor(1.0)"]).to_owned()));
    }
    if dice.once_in(2) {
        words.push(("grace", format!("\"{}\"", dice.pick(&["0s", "30m", "1d", "4d"]))));
        words.push(("retention", format!("\"{}\"", dice.pick(&["0s", "1h", "3d"]))));
    }
    let given: Vec<String> = words.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let decimals = if dice.once_in(5) { "line_decimals: 4, line_rounding: HalfEven, " } else { "" };
    let _ = writeln!(text, "    settings: ({decimals}deployments: ({})),", given.join(", "));
}

fn publics(text: &mut String, dice: &mut Dice) {
    text.push_str("    public_models: [\n");
    for model in ["pm", "qwen3-32b"] {
        let limits = if dice.once_in(2) {
            "Unlimited".to_owned()
        } else {
            format!("Limits(rpm: {}, tpm: {})", dice.between(2, 9), dice.between(400, 2_000))
        };
        let latency =
            if dice.once_in(2) { ", latency: (first: \"400ms\", per_output_token: \"20ms\")" } else { "" };
        let _ = writeln!(
            text,
            "        (model: \"{model}\", limits: {limits}{latency}, prices: [(up_to: 100, input: \"2.4\", output: \"7.1\", \
             thinking_output: \"9.9\"), (input: \"4.8\", output: \"14.3\", cached_input: \"0.6\")]),"
        );
    }
    text.push_str("    ],\n");
}

fn traffic(text: &mut String, dice: &mut Dice, horizon: u64) {
    text.push_str("    traffic: [\n");
    for tenant in 0..dice.between(1, 3) {
        // Chance is drawn minute by minute, which takes its time on a long run.
        let kind = if horizon > 5 * 86_400 { 2 * dice.below(2) } else { dice.below(4) };
        let rate = (dice.between(20, 90) as f64 / (horizon as f64 / 60.0)).clamp(0.000_5, 9.0);
        let sizes = "input: LogNormal(median: 120, sigma: 0.8, most: 300), output: Histogram([(from: 1, to: 90, weight: 3), \
                     (from: 91, to: 220, weight: 1)]), thinking_share: 0.3, cached_share: 0.4, web_search_share: 0.1";
        let arrivals = match kind {
            0 => format!("arrivals: Constant(per_minute: {rate:.6}), {sizes}"),
            1 => format!("arrivals: Stochastic(per_minute: {rate:.6}), {sizes}"),
            _ => format!("arrivals: Calls([{}])", calls(dice, horizon)),
        };
        let to = match dice.below(4) {
            0 => format!(", to: [\"{}\"]", dice.pick(&NAMES)),
            1 => format!(
                ", to: [\"{}\", \"ptu a\", \"units a\"]",
                dice.pick(&["ptu b", "units b", "tokens a", "pm"])
            ),
            _ => String::new(),
        };
        let told = if dice.once_in(3) { ", told: true" } else { "" };
        let _ = writeln!(text, "        (tenant: \"t{tenant}\"{to}{told}, {arrivals}),");
    }
    text.push_str("    ],\n");
}

/// Calls in clusters, so that minutes fill.
fn calls(dice: &mut Dice, horizon: u64) -> String {
    let mut text = String::new();
    for _ in 0..dice.between(1, 8) {
        let mut at = dice.below(horizon * 1_000);
        for _ in 0..dice.between(1, 12) {
            let input = dice.below(320);
            let cached =
                if dice.once_in(3) { format!(", cached: {}", dice.below(input + 1)) } else { String::new() };
            let rest =
                dice.pick(&["", "", ", thinking: true", ", web_search: true", ", estimated_output: 40"]);
            let _ = write!(
                text,
                "(at: \"{}.{:03}s\", input: {input}, output: {}{cached}{rest}), ",
                at / 1_000,
                at % 1_000,
                dice.below(230)
            );
            at += [1, 900, 7_000, 20_000][dice.below(4) as usize] * dice.below(2);
            if at >= horizon * 1_000 {
                break;
            }
        }
    }
    text
}

fn quota(dice: &mut Dice) -> String {
    let third = if dice.once_in(3) {
        format!(", thinking_output_tpm: {}", dice.between(1, 30) * 10)
    } else {
        String::new()
    };
    format!("input_tpm: {}, output_tpm: {}{third}", dice.between(1, 9) * 100, dice.between(1, 40) * 10)
}

fn deployment(name: &str, dice: &mut Dice, horizon: u64, is_scripted: bool) -> String {
    let mut common = String::new();
    if !is_scripted && dice.once_in(3) {
        let _ = write!(common, ", create_at: \"{}s\"", dice.below(horizon));
    }
    if dice.once_in(3) {
        let _ = write!(common, ", pending: \"{}\"", dice.pick(&["5s", "20m", "30h"]));
    }
    if dice.once_in(2) {
        let times = [
            "\"95s\"",
            "\"26h\"",
            "Exponential(mean: \"12m\")",
            "Sequence([\"3m\", \"0s\", \"11s\"])",
            "Never",
        ];
        let _ = write!(common, ", deploy_time: {}", dice.pick(&times));
    }
    if dice.once_in(12) {
        common += ", deploy_fails: true";
    }
    common += match dice.below(20) {
        0 => ", region: \"cn-hangzhou\"",
        1 => ", workspace: \"llm-x\", workspace_privilege: false",
        _ => "",
    };
    match name {
        "ptu a" | "ptu b" => ptu(name, &common, dice),
        "units a" | "units b" => units(name, &common, dice),
        "tokens a" => {
            let idle = if dice.once_in(2) { ", idle_release_months: 1" } else { "" };
            let delay = if dice.once_in(2) { ", approval_delay: \"2h\"" } else { "" };
            let trained =
                dice.pick(&["", ", trained_thinking: true, mismatch: Warn", ", trained_thinking: false"]);
            let limits = if dice.once_in(2) { ", rpm: 3, tpm: 700" } else { "" };
            format!(
                "Tokens(name: \"tokens a\", base: \"qwen3-8b\", model: \"code\", replicas: {}{idle}{delay}{trained}{limits}{common})",
                dice.between(1, 3)
            )
        }
        _ => "Public(name: \"public\", model: \"pm\")".to_owned(),
    }
}

fn ptu(name: &str, common: &str, dice: &mut Dice) -> String {
    let paid_by = match dice.below(4) {
        0 | 1 => "Hourly".to_owned(),
        2 => format!("Days({})", dice.between(1, 9)),
        _ => format!("Days(days: {}, auto_renew: {})", dice.between(1, 4), dice.between(1, 3)),
    };
    let mut rest = String::new();
    let mut maybe = |dice: &mut Dice, text: &str| {
        if dice.once_in(4) {
            rest += text;
        }
    };
    maybe(dice, ", overflow_unit: Excess");
    maybe(dice, ", max_input_tokens: 180");
    maybe(dice, ", cache_factor: 0.4");
    maybe(dice, ", shared_output: 2.5");
    maybe(dice, ", latency: (first: \"2s\", per_output_token: \"90ms\")");
    let overflow = dice.pick(&["", ", overflow: Reject", ", overflow: Next", ", overflow: Auto"]);
    let check =
        dice.pick(&["", ", output_check: Estimate(60)", ", output_check: Oracle", ", output_check: Ignore"]);
    let window = dice.pick(&["", ", window: Sliding", ", window: TokenBucket"]);
    format!(
        "Ptu(name: \"{name}\", model: \"pm\", {}, steps: (input: 100, output: 10), prices: (hourly_input: \"7.68\", \
         hourly_output: \"3.08\", hourly_thinking_output: \"4.5\", daily_input: \"92.16\", daily_output: \"36.97\", \
         daily_thinking_output: \"51\"), paid_by: {paid_by}{overflow}{check}{window}{rest}{common})",
        quota(dice)
    )
}

fn units(name: &str, common: &str, dice: &mut Dice) -> String {
    let paid_by = match dice.below(4) {
        0 | 1 => "Hourly".to_owned(),
        2 => format!("Months({})", dice.between(1, 3)),
        _ => "Months(months: 1, auto_renew: 1)".to_owned(),
    };
    let stock = match dice.below(5) {
        0 => format!(", stock: Units({})", dice.between(1, 4)),
        1 => format!(
            ", stock: Limited(units: {}, stock: Windows([(\"0s\", \"2h\"), (\"5h\", \"90h\")]))",
            dice.between(1, 5)
        ),
        _ => String::new(),
    };
    let wait = if dice.once_in(2) { ", max_wait: \"30s\"" } else { "" };
    let scale = match dice.below(5) {
        0 => {
            ", autoscale: (min: 1, max: 4, out_at: \"60%\", in_at: \"5%\", every: \"2m\", cool_down: \"5m\")"
        }
        1 => ", autoscale: (min: 1, max: 3, schedule: [(\"20:00\", 3), (\"00:00\", 1)])",
        _ => "",
    };
    let capacity = dice.pick(&["Slots(count: 2, prefill_tps: 200, decode_tps: 30)", "TokensPerMinute(2000)"]);
    format!(
        "ModelUnits(name: \"{name}\", model: \"qwen3-32b\", spec: \"MU1 x 4\", replicas: {}, paid_by: {paid_by}{stock}, \
         capacity: {capacity}{wait}{scale}{common})",
        dice.between(1, 3)
    )
}

fn action(name: &str, dice: &mut Dice, is_scripted: bool) -> String {
    let fails = if dice.once_in(4) { ", fails: true" } else { "" };
    let kind = dice.below(12);
    let is_ptu = name.starts_with("ptu");
    match kind {
        0 => "Delete".to_owned(),
        1 => "Deactivate".to_owned(),
        2 => "Unsubscribe".to_owned(),
        3 => format!("Renew({})", dice.between(1, 3)),
        4 => dice.pick(&["AutoRenew(1)", "AutoRenew(false)", "AutoRenew(2)"]).to_owned(),
        5 if is_ptu => format!("CapacityPack({}, days: {})", quota(dice), dice.between(1, 3)),
        6 if name.starts_with("units") => "Update(step: \"25%\", step_time: \"10m\", fails_at: 2)".to_owned(),
        7 if is_scripted => "Create".to_owned(),
        _ if is_ptu => format!("Scale({}{fails})", quota(dice)),
        _ => format!("Scale(replicas: {}{fails})", dice.between(1, 4)),
    }
}
