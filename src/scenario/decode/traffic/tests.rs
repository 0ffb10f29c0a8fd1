//! The language of traffic, word by word; broken scenarios with their exact reports are in `tests/broken`.

use crate::scenario::{Report, Scenario, Severity, Source, load};
use crate::units::{SimSpan, SimTime};
use crate::world::traffic::{
    Arrivals, Intensity, LengthBin, Lengths, MinuteTotals, Offset, Playback, Spells,
};
use std::path::PathBuf;

const AZURE: &str = "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n\
                     2023-11-16 18:17:50.9951690,396,109\n";
const WEEK: &str = "minute,requests,input_tokens,output_tokens\n0,2,300,40\n3,1,7,0\n";

/// A scenario with this traffic and two data files.
fn loaded(traffic: &str) -> (Option<Scenario>, Report) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, content) in [("azure.csv", AZURE), ("week.csv", WEEK)] {
        std::fs::write(folder.path().join(name), content).expect("a writable folder");
    }
    let text = format!(
        "(start: \"2026-06-01T00:00:00+08:00\", horizon: \"1d\", currency: \"CNY\", \
         markets: [(name: \"A\", standard: \"1\")], services: [(name: \"s\")], \
         strategies: [(name: \"x\", types: [(type: \"A\")])], traffic: [{traffic}])"
    );
    let base = folder.path().to_path_buf();
    load(Source { path: "t.ron".to_owned(), text, base, data_dirs: Vec::<PathBuf>::new() })
}

fn good(traffic: &str) -> Scenario {
    let (scenario, report) = loaded(traffic);
    scenario.unwrap_or_else(|| panic!("{traffic}\n{}", report.render(false)))
}

/// The arrivals of one tenant with lengths.
fn arrivals(written: &str) -> Arrivals {
    let tenant = format!("(tenant: \"t\", arrivals: {written}, input: 1, output: 1)");
    good(&tenant).world.traffic.tenants[0].arrivals.clone()
}

/// The messages about a tenant with these further fields.
fn said(fields: &str) -> Vec<String> {
    let (scenario, report) = loaded(&format!("(tenant: \"t\", {fields})"));
    assert_eq!(scenario.is_none(), report.has_errors());
    report.diagnostics.into_iter().map(|item| item.message).collect()
}

/// The messages about arrivals with lengths.
fn said_of(arrivals: &str) -> Vec<String> {
    said(&format!("arrivals: {arrivals}, input: 1, output: 1"))
}

#[test]
fn nobody_calls_where_nobody_is_declared() {
    let (scenario, report) = loaded("");
    assert!(scenario.is_none(), "an empty list is a mistake");
    assert_eq!(report.diagnostics[0].message, "`traffic` is empty");
}

#[test]
fn a_tenant_has_a_side_of_its_own_in_every_call() {
    let scenario = good(
        "(tenant: \"chat\", api_key: \"k1\", workspace: \"llm-1\", channel: AssistantApi, to: [\"ptu\", \"qwen\"], \
         arrivals: Constant(per_minute: 2.5), input: Fixed(7), output: 300, told: true), \
         (tenant: \"console\", channel: Playground, arrivals: Constant(per_minute: 1), input: 1, output: 1), \
         (tenant: \"plain\", arrivals: Calls([(at: \"0s\", input: 1, output: 1)]))",
    );
    let callers: Vec<_> = scenario
        .callers
        .iter()
        .map(|caller| {
            let told = if caller.is_told { "told" } else { "" };
            [&caller.name, &caller.api_key, &caller.workspace, &caller.channel, told].map(str::to_owned)
        })
        .collect();
    assert_eq!(callers[0], ["chat", "k1", "llm-1", "assistant-api", "told"]);
    assert_eq!(callers[1], ["console", "", "", "bmp", ""]);
    assert_eq!(callers[2], ["plain", "", "", "app", "told"]);
    let tenants = &scenario.world.traffic.tenants;
    assert_eq!(
        tenants.iter().map(|tenant| tenant.name.as_str()).collect::<Vec<_>>(),
        ["chat", "console", "plain"]
    );
    assert!(matches!(tenants[0].arrivals, Arrivals::Constant { per_minute: 2.5 }));
    assert_eq!(
        (&tenants[0].sizes.input, &tenants[0].sizes.output),
        (&Lengths::Fixed(7), &Lengths::Fixed(300))
    );
    assert!(matches!(&tenants[2].arrivals, Arrivals::Scheduled(calls) if calls[0].tenant == 2));
}

#[test]
fn an_intensity_follows_day_week_growth_bursts_and_silence() {
    let found = arrivals(
        "Stochastic(per_minute: 5, day_profile: [0, 1.5], week_profile: [1, 1, 1, 1, 1, \"50%\", 0], \
         growth_per_month: \"5%\", dispersion: 2.0, bursts: (every: \"6h\", length: \"10m\", factor: 4), \
         idle: (every: \"2d\", length: \"3h\"))",
    );
    let expected = Intensity {
        per_minute: 5.0,
        day_profile: vec![0.0, 1.5],
        week_profile: vec![1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.0],
        growth_per_month: 0.05,
        dispersion: 2.0,
        bursts: Some(Spells {
            between_mean: SimSpan::from_hours(6),
            length_mean: SimSpan::from_minutes(10),
            factor: 4.0,
        }),
        idle: Some(Spells {
            between_mean: SimSpan::from_days(2),
            length_mean: SimSpan::from_hours(3),
            factor: 0.0,
        }),
    };
    assert!(matches!(found, Arrivals::Stochastic(intensity) if intensity == expected));
    let Arrivals::Stochastic(plain) = arrivals("Stochastic(per_minute: \"0.25\", growth_per_month: \"-5%\")")
    else {
        panic!("another kind")
    };
    assert_eq!((plain.per_minute, plain.growth_per_month, plain.dispersion), (0.25, -0.05, 1.0));
    assert!(plain.day_profile.is_empty() && plain.week_profile.is_empty());
    assert!(plain.bursts.is_none() && plain.idle.is_none());
}

#[test]
fn calls_are_in_order_of_time_and_those_of_one_instant_as_they_are_written() {
    let scenario = good(
        "(tenant: \"t\", arrivals: Calls([(at: \"10m\", input: 6000, output: 1, cached: 9, estimated_output: 900), \
         (at: \"2026-06-01T00:05:00+08:00\", input: 2, output: 2, thinking: true, web_search: true), \
         (at: \"10m\", input: 3, output: 3)]))",
    );
    let Arrivals::Scheduled(calls) = &scenario.world.traffic.tenants[0].arrivals else {
        panic!("another kind")
    };
    let inputs: Vec<u32> = calls.iter().map(|call| call.input_tokens).collect();
    assert_eq!(inputs, [2, 6_000, 3]);
    assert_eq!(calls[0].at, SimTime::from_ms(300_000));
    assert!(calls[0].flags.is_thinking() && calls[0].flags.is_web_search());
    assert_eq!((calls[1].cached_tokens, calls[1].estimated_output_tokens, calls[1].flags.0), (9, 900, 0));
}

#[test]
fn calls_outside_the_run_are_counted_in_a_warning_and_left_out() {
    let (scenario, report) = loaded(
        "(tenant: \"t\", arrivals: Calls([(at: \"1d\", input: 1, output: 1), (at: \"23h59m\", input: 2, output: 1), \
         (at: \"2026-05-31T00:00:00+08:00\", input: 3, output: 1)]))",
    );
    let scenario = scenario.expect("a warning is no error");
    assert!(
        matches!(&scenario.world.traffic.tenants[0].arrivals, Arrivals::Scheduled(calls) if calls.len() == 1)
    );
    let message = "`traffic[0].arrivals`: 2 calls are outside the run and never come";
    assert_eq!((report.diagnostics.len(), report.diagnostics[0].message.as_str()), (1, message));
    assert_eq!(report.diagnostics[0].severity, Severity::Warning);
}

#[test]
fn a_record_is_played_from_its_beginning_unless_said_otherwise() {
    let play = |written: &str| match arrivals_of_record(written) {
        Arrivals::Trace { playback, .. } | Arrivals::Minutes { playback, .. } => playback,
        Arrivals::Scheduled(_) | Arrivals::Constant { .. } | Arrivals::Stochastic(_) => panic!("{written}"),
    };
    let from = |ms: i64| Offset::Fixed(SimSpan::from_ms(ms));
    let plain = Playback { offset: from(0), scale: 1.0, repeat: false };
    assert_eq!(play("Trace(file: \"azure.csv\")"), plain);
    assert_eq!(
        play("Trace(file: \"azure.csv\", offset: \"90500ms\", scale: 2.5, repeat: true)"),
        Playback { offset: from(90_500), scale: 2.5, repeat: true }
    );
    let random = Playback { offset: Offset::Random, repeat: true, ..plain };
    assert_eq!(play("Minutes(file: \"week.csv\", offset: Random)"), random);
    assert_eq!(
        play("Minutes(file: \"week.csv\", offset: Random, repeat: false)"),
        Playback { repeat: false, ..random }
    );
    assert_eq!(
        play("Minutes(file: \"week.csv\", offset: \"2m\")"),
        Playback { offset: from(120_000), ..plain }
    );
}

/// The arrivals of a tenant, with lengths only where there are none in the record.
fn arrivals_of_record(written: &str) -> Arrivals {
    let lengths = if written.starts_with("Trace") { "" } else { "input: 1, output: 1" };
    let scenario = good(&format!("(tenant: \"t\", arrivals: {written}, {lengths})"));
    scenario.world.traffic.tenants[0].arrivals.clone()
}

#[test]
fn a_trace_may_be_read_by_the_minute_but_not_the_other_way_round() {
    let Arrivals::Minutes { series, .. } = arrivals_of_record("Minutes(file: \"azure.csv\", repeat: true)")
    else {
        panic!("another kind")
    };
    let minute = |calls, input_tokens, output_tokens| MinuteTotals { calls, input_tokens, output_tokens };
    assert_eq!(series.minutes, [minute(1, 374, 44), minute(0, 0, 0), minute(1, 396, 109)]);
    let refused = said("arrivals: Trace(file: \"week.csv\", repeat: true)");
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert!(refused[0].ends_with("week.csv tells calls by the minute, not one by one"), "{refused:?}");
}

#[test]
fn a_record_that_ends_in_the_run_is_worth_a_note() {
    let notes = said("arrivals: Trace(file: \"azure.csv\", offset: \"1m\")");
    assert_eq!(notes, ["azure.csv ends 2m after the start: no calls come then"]);
    assert!(said("arrivals: Trace(file: \"azure.csv\", offset: \"1m\", repeat: true)").is_empty());
}

#[test]
fn lengths_and_shares() {
    let scenario = good(
        "(tenant: \"t\", arrivals: Constant(per_minute: 1), input: LogNormal(median: 1200, sigma: 1.0, most: 128000), \
         output: Histogram([(from: 1, to: 100, weight: 3), (from: 101, to: 200, weight: 0)]), \
         cached_share: \"20%\", thinking_share: 0.1, web_search_share: 0)",
    );
    let sizes = &scenario.world.traffic.tenants[0].sizes;
    assert_eq!(sizes.input, Lengths::LogNormal { median: 1_200.0, sigma: 1.0, most: 128_000 });
    let bins = [LengthBin { from: 1, to: 100, weight: 3.0 }, LengthBin { from: 101, to: 200, weight: 0.0 }];
    assert_eq!(sizes.output, Lengths::Histogram(bins.to_vec().into()));
    assert_eq!((sizes.cached_share, sizes.thinking_share, sizes.web_search_share), (0.2, 0.1, 0.0));
    // A trace says how long its calls are, not whether they think.
    let trace = good(
        "(tenant: \"t\", arrivals: Trace(file: \"azure.csv\", offset: Random), thinking_share: \"100%\")",
    );
    let sizes = &trace.world.traffic.tenants[0].sizes;
    assert_eq!((sizes.cached_share, sizes.thinking_share), (0.0, 1.0));
}

#[test]
fn rates_and_profiles_out_of_bounds() {
    let rate = "`traffic[0].arrivals.per_minute` must be at least 0.000001, and at most ten million";
    for (written, message) in [
        ("Constant(per_minute: 0)", rate),
        ("Constant(per_minute: -1)", rate),
        ("Constant(per_minute: 10000001)", rate),
        ("Constant(per_minute: \"many\")", "`traffic[0].arrivals.per_minute`: not a number"),
        ("Constant()", "`traffic[0].arrivals`: the field `per_minute` is missing"),
        ("Stochastic(per_minute: 1, day_profile: [])", "`traffic[0].arrivals.day_profile` is empty"),
        (
            "Stochastic(per_minute: 1, day_profile: [0, 0])",
            "`traffic[0].arrivals.day_profile`: every factor is 0",
        ),
        (
            "Stochastic(per_minute: 1, day_profile: [1, 2, 1, 1, 1, 1, 1])",
            "`traffic[0].arrivals.day_profile`: 7 factors do not fit",
        ),
        (
            "Stochastic(per_minute: 1, week_profile: [1, 2])",
            "`traffic[0].arrivals.week_profile`: 2 factors do not fit",
        ),
        (
            "Stochastic(per_minute: 1, growth_per_month: \"-100%\")",
            "`traffic[0].arrivals.growth_per_month` must be above -100% and at most 1000%",
        ),
        (
            "Stochastic(per_minute: 1, dispersion: 0.5)",
            "`traffic[0].arrivals.dispersion` must be at least 1 (Poisson), and at most a million",
        ),
        (
            "Stochastic(per_minute: 1000000, day_profile: [11, 0])",
            "`traffic[0].arrivals.per_minute`: too many calls in a minute",
        ),
        (
            "Stochastic(per_minute: 1, bursts: (every: \"6h\", length: \"0s\", factor: 4))",
            "`traffic[0].arrivals.bursts.length` must be at least 1s",
        ),
        (
            "Stochastic(per_minute: 1, bursts: (every: \"6h\", length: \"1m\"))",
            "`traffic[0].arrivals.bursts`: the field `factor` is missing",
        ),
        (
            "Minutes(file: \"week.csv\", offset: \"30s\", repeat: true)",
            "`traffic[0].arrivals.offset` must be in whole minutes",
        ),
        (
            "Minutes(file: \"week.csv\", offset: \"4m\")",
            "`traffic[0].arrivals.offset` is beyond the end of the record",
        ),
        (
            "Minutes(file: \"week.csv\", repeat: true, scale: 0)",
            "`traffic[0].arrivals.scale` must be above 0",
        ),
        (
            "Minutes(file: \"azure.csv\", repeat: true, scale: -1)",
            "`traffic[0].arrivals.scale` must be 0 or more, and at most a million",
        ),
        ("Sometimes", "`traffic[0].arrivals`: there is no way for calls to arrive called `Sometimes`"),
    ] {
        assert_eq!(said_of(written), [message], "{written}");
    }
}

#[test]
fn two_tenants_of_one_name_are_one_too_many() {
    let one = "(tenant: \"t\", arrivals: Constant(per_minute: 1), input: 1, output: 1)";
    let (scenario, report) = loaded(&format!("{one}, {one}"));
    assert!(scenario.is_none());
    assert_eq!(report.diagnostics[0].message, "there are two tenants named \"t\"");
}
