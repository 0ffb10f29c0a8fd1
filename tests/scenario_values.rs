//! What is written is what is resolved, exactly.

use deploysim::scenario::lifecycle::{DeleteBilling, LifecycleSettings, Phased, Rollout, Step};
use deploysim::scenario::model::{
    Acquire, ActionKind, Bid, BillingStart, Eviction, MachineRules, MarketId, MeterRounding, Metering,
    MoveBack, MoveOrder, NotebookDelete, PeriodRounding, ProtectedPrice, Release, Replacement, Retry, Saving,
    Scenario, ServiceId, Settings, WorkflowStop,
};
use deploysim::scenario::{Report, Severity, Source, load, load_file};
use deploysim::units::{Money, RoundingMode, SimSpan, SimTime, UnitPrice};
use deploysim::world::{
    ClockMode, DurationModel, Initial, MeanReverting, PoolId, PriceId, PriceProcess, Regime, StockProcess,
    TwoRegime,
};

fn read(text: &str) -> (Option<Scenario>, Report) {
    let base = std::path::PathBuf::from("tests/broken");
    load(Source {
        path: "tests/broken/inline.ron".to_owned(),
        text: text.to_owned(),
        base,
        data_dirs: vec![],
    })
}

/// A scenario of these parts, which must load.
fn scenario(parts: &str) -> Scenario {
    let (scenario, report) =
        read(&format!("(start: \"2026-06-10T10:00:00+08:00\", horizon: \"7d\", currency: \"CNY\", {parts})"));
    scenario.unwrap_or_else(|| panic!("{}", report.render(false)))
}

/// A scenario with this market A, bid on with and without protection.
fn with_market(fields: &str) -> Scenario {
    scenario(&format!(
        "markets: [(name: \"A\", {fields})], services: [(name: \"s\")], strategies: [
            (name: \"p\", types: [(type: \"A\", bid: \"9\")]),
            (name: \"u\", types: [(type: \"A\", bid: \"9\")], protection: false),
        ]"
    ))
}

fn price(text: &str) -> UnitPrice {
    UnitPrice::parse(text).expect("a price")
}

fn hours(hours: i64) -> SimSpan {
    SimSpan::from_hours(hours)
}

#[test]
fn the_benchmark_is_as_ordered() {
    let (scenario, report) = load_file("scenarios/bench/spot_month.ron".as_ref(), &[]);
    let scenario = scenario.expect("it loads");
    assert_eq!(report.count(Severity::Warning), 0, "{}", report.render(false));
    assert_eq!((scenario.name.as_str(), scenario.horizon), ("spot_month", SimSpan::from_days(30)));
    assert_eq!(scenario.settings, Settings::default());
    let moving = |level: f64| MeanReverting {
        step: SimSpan::from_seconds(300),
        start: level,
        level,
        speed: 0.03,
        noise: 0.01,
        jump_probability: 0.003,
        jump_size: 1.5,
        floor: 0.1,
        cap: 1.0,
    };
    for (series, level) in scenario.world.prices.iter().zip([0.35, 0.45]) {
        assert!(matches!(&series.process, PriceProcess::MeanReverting(found) if *found == moving(level)));
    }
    assert!(matches!(scenario.world.prices[2].process, PriceProcess::Constant(found) if found == price("1")));
    let names: Vec<&str> = scenario.world.prices.iter().map(|series| series.name.as_str()).collect();
    assert_eq!(names, ["A/spot_protected", "B/spot_protected", "C/standard"]);
    for (pool, on) in scenario.world.stocks.iter().zip([48, 48, 240]) {
        let StockProcess::OnOff { on_mean, off_mean, initial } = pool.process else { panic!("{pool:?}") };
        assert_eq!((on_mean, off_mean, initial), (hours(on), hours(4), Initial::First));
    }
    assert_eq!(scenario.services[0].start_up, DurationModel::Fixed(SimSpan::ZERO));
    let bids: Vec<_> = scenario.strategies[0].plan.entries.iter().map(|entry| entry.bid).collect();
    assert_eq!(bids, [Some(Bid::Limit(price("0.42"))), Some(Bid::Limit(price("0.54"))), None]);
    assert_eq!(scenario.strategies[0].plan.move_back, None);
    let at_once =
        MoveBack { dwell: SimSpan::ZERO, min_saving: Saving::Any, order: MoveOrder::MakeBeforeBreak };
    assert_eq!(scenario.strategies[1].plan.move_back, Some(at_once));
}

#[test]
fn settings_have_the_defaults_of_the_rulebook_and_can_all_be_set() {
    let parts = "markets: [(name: \"A\", standard: 1)], services: [(name: \"s\")],
        strategies: [(name: \"x\", types: [(type: \"A\")])],";
    assert_eq!(scenario(parts).settings, Settings::default());
    let all = "settings: (
        standard_metering: (granularity: Hour, rounding: Exact), spot_metering: (granularity: \"6m\"),
        disk_metering: (rounding: Exact), protected_price: RealTime, protection_period: \"30m\",
        acquire_when: BidAboveMarket, release_when: MarketAtLeastBid, notice: \"5m\", check_interval: \"1m\",
        billing_start: Provisioned, line_decimals: 8, line_rounding: HalfEven, delete_time: \"0s\",
        unprotected_factor: \"95%\",
        offers_protection: false, takes_bids: false, replacement: AtNotice, free_if_reclaimed_within: \"1h\",
        eviction: Deallocate, free_disk_gib: 20,
        services: (drain_time: \"0s\", delete_billing: Released,
            ticket_after: \"1h\", billing_while_restarting: false, scale_delay: \"90s\",
            rollout: Phased(step: \"50%\", step_time: \"2m\", surge: true)),
        resource_metering: (granularity: Second), resource_periods: Whole,
        workflow_stop_ends_billing: true, notebook_delete_needs_stop: false,
    ),";
    let metering = |granularity, rounding| Metering { granularity, rounding, least: SimSpan::ZERO };
    let machines = MachineRules {
        standard_metering: metering(SimSpan::HOUR, MeterRounding::Exact),
        spot_metering: metering(SimSpan::from_minutes(6), MeterRounding::Ceil),
        disk_metering: metering(SimSpan::MINUTE, MeterRounding::Exact),
        protected_price: ProtectedPrice::RealTime,
        protection_period: SimSpan::from_minutes(30),
        acquire_when: Acquire::BidAboveMarket,
        release_when: Release::MarketAtLeastBid,
        notice: SimSpan::from_minutes(5),
        check_interval: SimSpan::MINUTE,
        billing_start: BillingStart::Provisioned,
        offers_protection: false,
        takes_bids: false,
        replacement: Replacement::AtNotice,
        free_if_reclaimed_within: SimSpan::HOUR,
        eviction: Eviction::Deallocate,
        free_disk_gib: 20,
    };
    let expected = Settings {
        machines,
        line_decimals: 8,
        line_rounding: RoundingMode::HalfEven,
        delete_time: SimSpan::ZERO,
        services: LifecycleSettings {
            drain_time: SimSpan::ZERO,
            delete_billing: DeleteBilling::Released,
            ticket_after: SimSpan::HOUR,
            bills_while_restarting: false,
            scale_delay: SimSpan::from_seconds(90),
            rollout: Rollout::Phased(Phased {
                step: Step::SharePpb(500_000_000),
                step_time: SimSpan::from_minutes(2),
                surge: true,
            }),
        },
        resource_metering: metering(SimSpan::SECOND, MeterRounding::Ceil),
        resource_periods: PeriodRounding::Whole,
        workflow_stop: WorkflowStop::EndsBilling,
        notebook_delete: NotebookDelete::StopsToo,
    };
    assert_eq!(scenario(&format!("{parts} {all}")).settings, expected);
}

#[test]
fn prices_are_read_exactly_however_they_are_written() {
    for written in
        ["0.123456789", "\"0.123456789\"", "0.1234567890", "Constant(0.123456789)", "Some(\"0.123456789\")"]
    {
        let scenario = with_market(&format!("spot_protected: {written}"));
        let PriceProcess::Constant(found) = scenario.world.prices[0].process else { panic!("{written}") };
        assert_eq!(found.as_nano(), 123_456_789, "{written}");
    }
    // A float would lose the last digits.
    let scenario = with_market("spot_protected: 123456.123456789");
    assert!(
        matches!(scenario.world.prices[0].process, PriceProcess::Constant(p) if p.as_nano() == 123_456_123_456_789)
    );
}

#[test]
fn the_missing_spot_price_is_derived_from_the_other() {
    let scenario = with_market("standard: \"1.60\", spot_protected: \"0.80\"");
    let [_, origin, derived] = scenario.world.prices.as_slice() else {
        panic!("{:?}", scenario.world.prices)
    };
    assert!(matches!(origin.process, PriceProcess::Constant(found) if found == price("0.80")));
    assert!(
        matches!(derived.process, PriceProcess::Scaled { of: PriceId(1), factor_ppb: 900_000_000 }),
        "W18: 0.72 of 0.80"
    );
    let market = &scenario.markets[0];
    assert_eq!(
        (market.standard, market.spot_protected, market.spot_unprotected),
        (Some(PriceId(0)), Some(PriceId(1)), Some(PriceId(2)))
    );
    // The other way round, one over 0.9 to the nearest 10⁻⁹; the origin comes first.
    let scenario = with_market("spot_unprotected: \"0.72\"");
    let names: Vec<&str> = scenario.world.prices.iter().map(|series| series.name.as_str()).collect();
    assert_eq!(names, ["A/spot_unprotected", "A/spot_protected"]);
    assert!(matches!(
        scenario.world.prices[1].process,
        PriceProcess::Scaled { of: PriceId(0), factor_ppb: 1_111_111_111 }
    ));
    assert_eq!(scenario.markets[0].spot_protected, Some(PriceId(1)));
}

#[test]
fn only_series_that_a_plan_meets_are_built_and_fixed_list_prices() {
    let scenario = scenario(
        "markets: [
            (name: \"unused\", standard: 1),
            (name: \"A\", standard: 2, spot_protected: 1),
            (name: \"B\", type: \"b.large\", region: \"r\", zone: \"z\", standard: 3, spot_unprotected: \"0.5\", spot_stock: Units(2)),
        ],
        services: [(name: \"s\", plan: (types: [(type: \"B\", bid: 1)], protection: false))],
        strategies: [(name: \"x\", types: [(type: \"A\")])],",
    );
    let names: Vec<&str> = scenario.world.prices.iter().map(|series| series.name.as_str()).collect();
    assert_eq!(names, ["A/standard", "B/standard", "B/spot_unprotected"]);
    let pools: Vec<&str> = scenario.world.stocks.iter().map(|series| series.name.as_str()).collect();
    assert_eq!(pools, ["A/stock", "B/stock", "B/spot_stock"]);
    assert_eq!((scenario.markets[0].standard_pool, scenario.markets[0].spot_pool), (PoolId(0), PoolId(0)));
    assert_eq!((scenario.markets[1].standard_pool, scenario.markets[1].spot_pool), (PoolId(1), PoolId(2)));
    assert_eq!(scenario.world.stocks[2].units, Some(2));
    let b = &scenario.markets[1];
    assert_eq!(
        (b.name.as_str(), b.instance_type.as_str(), b.region.as_str(), b.zone.as_str()),
        ("B", "b.large", "r", "z")
    );
    // Markets are numbered anew, in plans too.
    assert_eq!(scenario.strategies[0].plan.entries[0].market, MarketId(0));
    assert_eq!(scenario.services[0].plan.as_ref().expect("a plan").entries[0].market, MarketId(1));
}

#[test]
fn processes_and_stocks_are_as_written() {
    let scenario = with_market(
        "spot_protected: TwoRegime(step: \"5m\", calm: (level: \"0.3\", speed: \"0.1\", noise: \"0.01\", holding: \"48h\"),
            tight: (level: \"0.9\", speed: 1, noise: 0, holding: \"4h\"), initial: Calm, floor: \"0.1\", cap: 2),
         spot_unprotected: Schedule([(\"0s\", \"0.05\"), (\"2026-06-10T10:20:00+08:00\", \"0.06\")]),
         stock: Limited(units: 3, stock: Windows([(\"4h\", \"8h\"), (\"2026-06-11T02:00:00Z\", \"2d\")]))",
    );
    let regime = |level, speed, noise, holding| Regime { level, speed, noise, holding_mean: hours(holding) };
    let expected = TwoRegime {
        step: SimSpan::from_minutes(5),
        start: None,
        calm: regime(0.3, 0.1, 0.01, 48),
        tight: regime(0.9, 1.0, 0.0, 4),
        initial: Initial::First,
        floor: 0.1,
        cap: 2.0,
    };
    assert!(
        matches!(&scenario.world.prices[0].process, PriceProcess::TwoRegime(found) if *found == expected)
    );
    let PriceProcess::Schedule(changes) = &scenario.world.prices[1].process else { panic!("a schedule") };
    let at = |minutes| SimTime::ZERO + SimSpan::from_minutes(minutes);
    assert_eq!(*changes, [(at(0), price("0.05")), (at(20), price("0.06"))]);
    let StockProcess::Windows(windows) = &scenario.world.stocks[0].process else { panic!("windows") };
    assert_eq!(*windows, [(at(240), at(480)), (at(1_440), at(2_880))]);
    assert_eq!(scenario.world.stocks[0].units, Some(3));
}

#[test]
fn plans_services_and_actions_are_as_written() {
    let scenario = scenario(
        "markets: [(name: \"A\", standard: 2, spot_protected: 1), (name: \"B\", standard: 3)],
        disk: (price: \"0.0014\", free_gib: 20), downtime: (lost_hour: 5, reclaim: \"0.20\"),
        services: [
            (name: \"chat\", replicas: 4, start_up: Uniform(min: \"1m\", max: \"2m\"), disk_gib: 31),
            (name: \"rank\", start_up: Sequence([\"0s\", \"3m\"]), create_at: \"2026-06-10T12:00:00+08:00\"),
            (name: \"crash\", start_up: Never),
        ],
        strategies: [(
            name: \"x\", types: [(type: \"A\", bid: \"0.9\", cap: 2), (type: \"B\"), (type: \"A\", after: \"1m\")],
            wait_before_fallback: \"10m\", retry: Every(\"5m\"), move_back: WhenAvailable(dwell: \"1h\", min_saving: \"10%\"),
        )],
        actions: [
            (at: \"3h\", service: \"chat\", do: Scale(3)),
            (at: \"1h\", service: \"chat\", do: Create),
            (at: \"3h\", service: \"rank\", do: Update((types: [(type: \"B\")]))),
            (at: \"2026-06-10T12:30:00+08:00\", service: \"rank\", do: Stop),
        ],",
    );
    let plan = &scenario.strategies[0].plan;
    let after: Vec<i64> = plan.entries.iter().map(|entry| entry.after.as_ms() / 60_000).collect();
    assert_eq!(after, [0, 10, 1]);
    assert_eq!((plan.entries[0].cap, plan.protection), (Some(2), true));
    assert_eq!(plan.retry, Retry::Every(SimSpan::from_minutes(5)));
    let saving = Saving::SharePpb(100_000_000);
    assert_eq!(
        plan.move_back,
        Some(MoveBack { dwell: SimSpan::HOUR, min_saving: saving, order: MoveOrder::MakeBeforeBreak })
    );
    let [chat, rank, crash] = scenario.services.as_slice() else { panic!("three services") };
    assert_eq!((chat.replicas, chat.disk_gib, chat.create_at), (4, 31, None));
    assert_eq!(chat.start_up, DurationModel::Uniform(SimSpan::MINUTE, SimSpan::from_minutes(2)));
    assert_eq!((rank.disk_gib, rank.create_at), (20, Some(SimTime::ZERO + hours(2))));
    assert_eq!(crash.start_up, DurationModel::Never);
    let order: Vec<_> =
        scenario.actions.iter().map(|action| (action.at.as_ms() / 60_000, action.service)).collect();
    assert_eq!(order, [(60, ServiceId(0)), (150, ServiceId(1)), (180, ServiceId(0)), (180, ServiceId(1))]);
    assert!(
        matches!(&scenario.actions[3].kind, ActionKind::Update(change) if change.plan.as_ref().unwrap().entries[0].market == MarketId(1))
    );
    assert_eq!(
        (scenario.disk.price, scenario.markets[0].rules.free_disk_gib, scenario.disk.max_gib),
        (price("0.0014"), 20, 2_000)
    );
    let reclaim = Money::parse("0.2").expect("an amount");
    assert_eq!((scenario.downtime.lost_hour, scenario.downtime.reclaim), (Some(price("5")), Some(reclaim)));
}

#[test]
fn a_saving_without_a_percent_sign_is_a_price() {
    let scenario = scenario(
        "markets: [(name: \"A\", standard: 2)], services: [(name: \"s\")],
        strategies: [(name: \"x\", types: [(type: \"A\")], move_back: WhenAvailable(min_saving: \"0.05\"))],",
    );
    let saved = scenario.strategies[0].plan.move_back.expect("it moves back").min_saving;
    assert_eq!(saved, Saving::PerHour(price("0.05")));
}

#[test]
fn records_are_replayed_on_their_clock() {
    let (scenario, report) = read(
        "(start: \"2026-06-10T10:00:00+08:00\", horizon: \"3h\", currency: \"USD\",
        clocks: [(name: \"idle\", offset: Random), (name: \"c\", offset: Blocks(length: \"1d\"))],
        shocks: [(name: \"s\", calm: \"240h\", shock: \"4h\", price_factor: \"1.5\", markets: [\"A\"], stock: false)],
        markets: [(name: \"A\", standard: \"1.60\", zone: \"us-east-1a\",
            spot_protected: Replay(file: \"data/two_zones.csv\", clock: \"c\"),
            stock: Replay(files: [\"data/available.csv\"], clock: \"c\"))],
        services: [(name: \"x\")],
        strategies: [(name: \"u\", types: [(type: \"A\", bid: \"0.60\"), (type: \"A\")], protection: false)])",
    );
    let scenario = scenario.unwrap_or_else(|| panic!("{}", report.render(false)));
    let PriceProcess::Replay(replay) = &scenario.world.prices[1].process else {
        panic!("{:?}", scenario.world)
    };
    assert_eq!(
        (replay.clock, replay.history.values.as_slice()),
        (0, &[500_000_000, 850_000_000, 600_000_000, 550_000_000][..])
    );
    let [clock] = scenario.world.clocks.as_slice() else { panic!("only the clock that is followed") };
    let day = 86_400_000;
    let first = 1_767_225_600_000; // 2026-01-01T00:00:00Z
    // The stock's record ends a day later, the prices' twelve hours after that.
    assert_eq!((clock.name.as_str(), clock.window_unix_ms), ("c", (first, first + day + day / 2)));
    assert_eq!(clock.mode, ClockMode::Blocks { length: SimSpan::DAY, keep_hour_of_week: false });
    let [note] = scenario.histories.as_slice() else { panic!("one note") };
    // The windows are of the horizon's length; that blocks of it are strung together is another matter.
    assert_eq!((note.clock.as_str(), note.span, note.independent_windows), ("c", hours(36), 12.0));
    assert_eq!((note.blocks, note.is_fixed), (Some(1.5), false));
    assert_eq!(note.files, ["data/two_zones.csv", "data/available.csv"]);
    assert!(!report.diagnostics.iter().any(|item| item.message.contains("independent")));
    // A shock touches what is written, and what is derived follows; the list price does not feel it.
    let touched: Vec<(&str, usize)> =
        scenario.world.prices.iter().map(|series| (series.name.as_str(), series.shocks.len())).collect();
    assert_eq!(touched, [("A/standard", 0), ("A/spot_protected", 1), ("A/spot_unprotected", 0)]);
    assert!(scenario.world.stocks[0].shocks.is_empty());
}

#[test]
fn a_shock_may_be_in_force_from_the_start() {
    let initial = |field: &str| {
        let shock = format!("(name: \"s\", calm: \"240h\", shock: \"4h\", {field} markets: [\"A\"])");
        let found = scenario(&format!(
            "shocks: [{shock}], markets: [(name: \"A\", standard: 1)], services: [(name: \"s\")],
            strategies: [(name: \"x\", types: [(type: \"A\")])],"
        ));
        found.world.shocks[0].initial
    };
    assert_eq!(initial(""), Initial::Stationary);
    assert_eq!(initial("initial: Calm,"), Initial::First);
    assert_eq!(initial("initial: Shock,"), Initial::Second);
    assert_eq!(initial("initial: Stationary,"), Initial::Stationary);
}

#[test]
fn a_fixed_clock_is_one_window_by_intention() {
    let (scenario, report) = read(
        "(start: \"2026-06-10T10:00:00+08:00\", horizon: \"24h\", currency: \"USD\",
        clocks: [(name: \"c\", offset: Fixed(\"2026-01-01T00:00:00Z\"))],
        markets: [(name: \"A\", standard: \"1.60\", zone: \"us-east-1a\",
            spot_protected: Replay(file: \"data/two_zones.csv\", clock: \"c\"))],
        services: [(name: \"x\")], strategies: [(name: \"p\", types: [(type: \"A\", bid: \"0.60\")])])",
    );
    let scenario = scenario.unwrap_or_else(|| panic!("{}", report.render(false)));
    let [note] = scenario.histories.as_slice() else { panic!("one note") };
    assert_eq!((note.independent_windows, note.blocks, note.is_fixed), (1.5, None, true));
    assert_eq!(report.diagnostics, [], "no word of few windows");
}

#[test]
fn the_name_is_the_stem_of_the_file_by_default() {
    let parts = "markets: [(name: \"A\", standard: 1)], services: [(name: \"s\")],
        strategies: [(name: \"x\", types: [(type: \"A\")])],";
    assert_eq!(scenario(parts).name, "inline");
    assert_eq!(scenario(&format!("name: \"other-1\", {parts}")).name, "other-1");
}

#[test]
fn comments_blanks_and_options_may_stand_anywhere() {
    let (scenario, report) = read(
        "\u{feff}// first\n#![enable(implicit_some)]\n/* a /* nested */ one */ (
        start /* x */ : /* y */ \"2026-06-10T10:00:00+08:00\" /* z */, // c
        horizon: r#\"7d\"#, currency: Some(\"CNY\"), question: None, disk: None,
        markets: [ /* none here */ ( // a market
            name: \"A (1)\", stock: /* always */ Limited /* 2 */ ( units : 2 , stock : Always , ) ,
            standard: Schedule ( [ ( \"0s\" , 1_0.5 , ) , ] , ) ,
        ) , ] ,
        services: [(name: \"s \\\"x\\\" \\u{4ef7}\", plan: None)],
        strategies: [(name: \"价\", types: [(type: \"A (1)\", bid: None)], move_back: WhenAvailable)],
        actions: [],
        ) // end",
    );
    let scenario = scenario.unwrap_or_else(|| panic!("{}", report.render(false)));
    assert_eq!(
        (scenario.services[0].name.as_str(), scenario.strategies[0].name.as_str()),
        ("s \"x\" 价", "价")
    );
    assert_eq!(scenario.world.stocks[0].units, Some(2));
    let PriceProcess::Schedule(changes) = &scenario.world.prices[0].process else { panic!("a schedule") };
    assert_eq!(*changes, [(SimTime::ZERO, price("10.5"))]);
    assert!(scenario.strategies[0].plan.move_back.is_some());
}

#[test]
fn data_files_are_looked_for_in_every_place() {
    let text = |file: &str| {
        format!(
            "(start: \"2026-06-10T10:00:00+08:00\", horizon: \"1h\", currency: \"USD\",
            clocks: [(name: \"c\", offset: Random)],
            markets: [(name: \"A\", spot_protected: Replay(file: \"{file}\", clock: \"c\"))],
            services: [(name: \"s\")], strategies: [(name: \"x\", types: [(type: \"A\", bid: 1)])])"
        )
    };
    let load_with = |file: &str| {
        let (path, base) = ("scenarios/inline.ron".to_owned(), std::path::PathBuf::from("scenarios"));
        let data_dirs = vec!["nowhere".into(), "tests/broken/data".into()];
        load(Source { path, text: text(file), base, data_dirs })
    };
    assert!(load_with("aws.json").0.is_some());
    let (_, report) = load_with("gone.csv");
    let looked = "looked for scenarios/gone.csv, nowhere/gone.csv, tests/broken/data/gone.csv";
    assert_eq!(report.diagnostics[0].help[0], looked);
}

#[test]
fn a_place_is_a_line_and_a_column_in_characters() {
    let (_, report) = read("(\n  question: \"现货\", horizn: 1,\n)");
    let unknown =
        report.diagnostics.iter().find(|item| item.message.contains("horizn")).expect("it is reported");
    assert_eq!(report.line_column(unknown.span.expect("a place")), (2, 19));
}

#[test]
fn every_decoder_goes_on_after_a_mistake() {
    // One mistake in each part of the file; none hides another.
    let (_, report) = read(
        "(start: \"2026-06-10T10:00:00+08:00\", horizon: \"7d\", currency: \"CNY\", name: 7,
        settings: (notice: true), disk: (price: \"x\"), downtime: (reclaim: \"-1\"),
        clocks: [(name: \"c\", offset: Blocks(length: \"1h\"))],
        shocks: [(name: \"s\", calm: \"1x\", shock: \"1h\", markets: [\"A\"])],
        markets: [(name: \"A\", standard: 1, stock: Units(0))],
        services: [(name: \"s\", start_up: Uniform(min: \"2m\", max: \"1m\"))],
        strategies: [(name: \"x\", types: [(type: \"A\", after: 5)])],
        actions: [(at: \"1h\", do: Scale(-1))])",
    );
    assert_eq!(report.count(Severity::Error), 10, "{}", report.render(false));
}
