//! No text makes the loader panic, and it gives a scenario if and only if it reports no error.

use deploysim::montecarlo::study::run_strategies;
use deploysim::scenario::{Source, load, load_bytes};
use deploysim::units::SimSpan;
use proptest::prelude::*;

/// Deployments of every kind, their calls, what the tenant does with them.
const DEPLOYMENTS: &str = r#"(
    start: "2026-01-31T21:59:59+08:00", horizon: "3d", currency: "CNY",
    settings: (deployments: (ptu_metering: (granularity: Hour), cut_off: "21:00", grace: "1h", retention: "2h",
        retention_anchor: Expiry, renew_from: Now, auto_renew_at: ["08:20"], ptu_early_termination: Factor(1.2),
        month: Fixed30Days, day_count: Calendar, resize_time: "5m", delete_time: "90s", payment_decimals: 4)),
    traffic: [
        (tenant: "chat", channel: App, to: ["ptu", "pm"], arrivals: Stochastic(per_minute: 0.05), input: LogNormal(median:
            120, sigma: 0.8, most: 300), output: Fixed(90), thinking_share: 0.3, cached_share: "20%"),
        (tenant: "even", arrivals: Constant(per_minute: 0.02), input: Histogram([(from: 1, to: 90, weight: 3)]), output: 7),
        (tenant: "told", arrivals: Calls([(at: "10m", input: 600, output: 1, cached: 20, thinking: true)])),
    ],
    public_models: [(model: "pm", limits: Limits(rpm: 5, tpm: 900), latency: (first: "400ms", per_output_token: "20ms"),
        prices: [(up_to: 100, input: "2.4", output: "7.1"), (input: "4.8", output: "14.3", cached_input: "0.6")])],
    strategies: [
        (name: "all", deployments: [
            Ptu(name: "ptu", model: "pm", input_tpm: 500, output_tpm: 100, steps: (input: 100, output: 10), paid_by: Days(days:
                1, auto_renew: 2), prices: (hourly_input: "7.68", hourly_output: "3.08", daily_input: "92.16", daily_output:
                "36.97"), overflow_unit: Excess, output_check: Estimate(60), window: Sliding, shared_output: 2.5),
            ModelUnits(name: "mu", model: "qwen3-32b", spec: "MU1 x 4", replicas: 2, paid_by: Months(1), stock: Units(3),
                capacity: Slots(count: 2, prefill_tps: 200, decode_tps: 30), max_wait: "30s", deploy_time: Exponential(mean:
                "9m"), autoscale: (min: 1, max: 4, out_at: "60%", in_at: "5%", every: "2m", schedule: [("20:00", 3)])),
            Tokens(name: "code", base: "qwen3-8b", model: "code", replicas: 2, approval_delay: "2h", idle_release_months: 1),
        ]),
        (name: "tokens", deployments: [Public(model: "pm")]),
    ],
    actions: [
        (at: "1h", deployment: "ptu", do: Scale(input_tpm: 700, output_tpm: 90)),
        (at: "2h", deployment: "ptu", do: CapacityPack(input_tpm: 100, days: 1)),
        (at: "3h", deployment: "mu", do: Update(step: "25%", step_time: "10m", fails_at: 2)),
        (at: "4h", deployment: "mu", do: Scale(replicas: 1, fails: true)), (at: "5h", deployment: "mu", do: Deactivate),
        (at: "6h", deployment: "mu", do: Unsubscribe), (at: "7h", deployment: "ptu", do: AutoRenew(false)),
        (at: "8h", deployment: "ptu", do: Renew(1)), (at: "9h", deployment: "code", do: Delete),
    ],
)
"#;

/// Services that crash, restart, are updated in steps, call each other and get stuck: every field of their lives.
const LIVES: &str = include_str!("full/lives.ron");

/// Scenarios to start from: good ones and some broken ones.
const SEEDS: [&str; 9] = [
    DEPLOYMENTS,
    LIVES,
    include_str!("full/accounts.ron"),
    include_str!("full/machines.ron"),
    include_str!("full/resources.ron"),
    include_str!("../scenarios/bench/spot_month.ron"),
    include_str!("broken/actions.ron"),
    include_str!("broken/shocks.ron"),
    include_str!("broken/data_above_standard.ron"),
];

/// What is put into a text: characters that mean something, and things that go wrong.
const PIECES: [&str; 24] = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "\"",
    "//",
    "/*",
    "*/",
    "Some(",
    "None",
    "Never",
    "0",
    "-1",
    "1e9",
    "\"9999999999999d\"",
    "r#\"",
    "\\u{1F600}",
    "价",
    "\n",
    "\"2026-06-01T00:00:00Z\"",
];

fn check(text: String) {
    let base = std::path::PathBuf::from("tests/broken");
    let (scenario, report) =
        load(Source { path: "tests/broken/fuzz.ron".to_owned(), text, base, data_dirs: vec![] });
    assert_eq!(scenario.is_some(), !report.has_errors(), "{}", report.render(false));
    report.render(true);
    // What is loaded can be drawn; long runs are left out for the time they take.
    if let Some(scenario) = scenario.filter(|scenario| scenario.horizon <= SimSpan::from_days(60)) {
        let world = scenario.world.draw(1, 0);
        let is_short = scenario.horizon <= SimSpan::from_days(6);
        if is_short && scenario.world.traffic.expected_calls(scenario.horizon) < 20_000.0 {
            run_strategies(&scenario, &world);
        }
    }
}

#[test]
fn what_is_mutilated_is_good_at_first() {
    for text in [DEPLOYMENTS, LIVES, include_str!("full/machines.ron")] {
        let (base, text) = (std::path::PathBuf::new(), text.to_owned());
        let (scenario, report) = load(Source { path: "full.ron".to_owned(), text, base, data_dirs: vec![] });
        let scenario = scenario.unwrap_or_else(|| panic!("{}", report.render(false)));
        let outcomes = run_strategies(&scenario, &scenario.world.draw(1, 0));
        assert!(outcomes.iter().all(|outcome| outcome.cost().as_pico() > 0));
    }
}

/// Cuts, doubles, replaces a part of a text.
fn mutated(text: &str, at: usize, length: usize, piece: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let at = at % (characters.len() + 1);
    let to = (at + length).min(characters.len());
    characters[..at].iter().chain(piece.chars().collect::<Vec<_>>().iter()).chain(&characters[to..]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_change_of_a_scenario_is_read_or_reported(
        seed in 0..SEEDS.len(),
        changes in prop::collection::vec((0_usize..6_000, 0_usize..30, 0..PIECES.len()), 1..4),
    ) {
        let mut text = SEEDS[seed].to_owned();
        for (at, length, piece) in changes {
            text = mutated(&text, at, length, PIECES[piece]);
        }
        check(text);
    }

    #[test]
    fn any_word_in_place_of_another_is_read_or_reported(
        seed in 0..SEEDS.len(),
        from in 0_usize..500,
        to in 0_usize..500,
    ) {
        // Words of a scenario put where other words belong. One copy of its text: places are told by address.
        let text: &str = SEEDS[seed];
        let is_word = |c: char| c.is_alphanumeric() || "_.\"-".contains(c);
        let words: Vec<(usize, &str)> = text
            .split(|c| !is_word(c))
            .filter(|word| !word.is_empty())
            .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
            .collect();
        let ((at, old), (_, new)) = (words[from % words.len()], words[to % words.len()]);
        check(format!("{}{new}{}", &text[..at], &text[at + old.len()..]));
    }

    #[test]
    fn any_bytes_are_read_or_reported(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let (scenario, report) = load_bytes("tests/broken/fuzz.ron", bytes, &[]);
        assert!(scenario.is_none() && report.has_errors());
        report.render(false);
    }
}
