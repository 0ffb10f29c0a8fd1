//! `deploysim import eas`: services and broken services, each with what becomes of it beside it.
//!
//! `tests/import_eas/NAME.expected` holds the report and the scenario; `DEPLOYSIM_BLESS=1` rewrites them.

use deploysim::scenario::import::eas::{BidUnit, EasImport, EasOptions, KeyKind, Target, import_eas};
use deploysim::scenario::{Scenario, Source, load_bytes};
use deploysim::sim::{Recorder, simulate};
use proptest::prelude::*;
use std::path::PathBuf;

/// The example of the provider's page on public resources of EAS, to the letter.
const EXAMPLE: &str = include_str!("import_eas/example.json");
/// Prices of its types.
const MARKET: &str = include_str!("import_eas/market.ron");

fn market(text: &str) -> Source {
    Source {
        path: "market.ron".to_owned(),
        text: text.to_owned(),
        base: PathBuf::new(),
        data_dirs: Vec::new(),
    }
}

fn import(json: &[u8], market: Option<Source>, options: &EasOptions) -> EasImport {
    let target = Target { shown: "made.ron".to_owned(), base: PathBuf::new() };
    import_eas("service.json", json, market, &target, options)
}

fn said(made: &EasImport) -> String {
    made.reports.iter().map(|report| report.render(false)).collect()
}

fn loaded(text: &str) -> Scenario {
    let (scenario, report) = load_bytes("made.ron", text.as_bytes().to_vec(), &[]);
    scenario.unwrap_or_else(|| panic!("{text}\n{}", report.render(false)))
}

/// What is imported: the file, whether prices are known, and how.
fn cases() -> Vec<(&'static str, &'static str, bool, EasOptions)> {
    let plain = EasOptions::default;
    let compare = EasOptions { compare: true, ..plain() };
    let only = EasOptions { service: Some("back".to_owned()), ..plain() };
    let nobody = EasOptions { service: Some("bak".to_owned()), ..plain() };
    let minute = EasOptions {
        bid_unit: BidUnit::Minute,
        currency: Some("USD".to_owned()),
        horizon: "36h".parse().ok(),
        start: Some("2026-07-01T00:00:00Z".to_owned()),
        ..plain()
    };
    let abroad = EasOptions { currency: Some("USD".to_owned()), ..plain() };
    vec![
        ("example", "example", true, compare.clone()),
        ("example_without_prices", "example", false, plain()),
        ("example_in_another_currency", "example", true, abroad),
        ("everything", "everything", true, compare.clone()),
        ("everything_per_minute", "everything", false, minute),
        ("services", "services", true, plain()),
        ("services_compared", "services", true, compare),
        ("one_of_the_services", "services", true, only),
        ("none_of_the_services", "services", true, nobody),
        ("broken_values", "broken_values", true, plain()),
        ("broken_keys", "broken_keys", true, plain()),
        ("broken_types", "broken_types", true, plain()),
        ("no_spot", "no_spot", true, plain()),
        ("no_types", "no_types", true, plain()),
        ("reply", "reply", true, plain()),
        ("cut", "cut", true, plain()),
        ("comma", "comma", true, plain()),
    ]
}

#[test]
fn every_service_becomes_exactly_this() {
    let bless = std::env::var_os("DEPLOYSIM_BLESS").is_some();
    let mut wrong = Vec::new();
    for (name, file, with_market, options) in cases() {
        let json = std::fs::read(format!("tests/import_eas/{file}.json")).expect("a service");
        let made = import(&json, with_market.then(|| market(MARKET)), &options);
        if let (Some(text), 0) = (&made.text, made.to_fill) {
            loaded(text);
        }
        assert_eq!(made.text.is_some(), made.reports.iter().all(|report| !report.has_errors()), "{name}");
        let shown = made.text.as_deref().unwrap_or("(nothing)\n");
        let text = format!("{}\n=== the scenario ===\n{shown}", said(&made));
        let golden = PathBuf::from(format!("tests/import_eas/{name}.expected"));
        if bless {
            std::fs::write(&golden, &text).expect("a writable folder");
        } else if std::fs::read_to_string(&golden).ok().as_deref() != Some(text.as_str()) {
            wrong.push(format!("{name}:\n{text}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "these differ; see them with DEPLOYSIM_BLESS=1 and git diff\n{}",
        wrong.join("\n")
    );
}

/// By hand, from 18:00 to 22:00 with the market above the bid of 1 from 19:40 on (no protected hour: E17):
///   spot      6,000 s at 0.80 an hour         = 1.333333333333 (A-03: by the second)
///   disk      10 GiB × 6,000 s at 0.0014      = 0.023333333333 (E3: 30 of 40 GiB are free)
///   standard  140 minutes at 1.20 an hour     = 2.80           (E20, E21: the next type)
///   disk      10 GiB × 8,400 s at 0.0014      = 0.032666666667 (a new instance has a new disk)
#[test]
fn the_example_of_the_provider_imports_and_runs() {
    let options = EasOptions { compare: true, ..EasOptions::default() };
    let made = import(EXAMPLE.as_bytes(), Some(market(MARKET)), &options);
    let scenario = loaded(&made.text.clone().unwrap_or_else(|| panic!("{}", said(&made))));
    let service = &scenario.services[0];
    assert_eq!((service.name.as_str(), service.replicas, service.disk_gib), ("test", 1, 40));
    let names: Vec<&str> = scenario.strategies.iter().map(|strategy| strategy.name.as_str()).collect();
    assert_eq!(names, ["as configured", "standard only", "as configured, moving back"]);
    let plan = &scenario.strategies[0].plan;
    let entries: Vec<_> = plan.entries.iter().map(|entry| entry.bid.map(|bid| bid.to_string())).collect();
    assert!(!plan.protection && plan.move_back.is_none());
    assert_eq!(entries, [Some("1.00".to_owned()), None]);
    let world = scenario.world.draw(1, 0);
    let costs = |index: usize| {
        let outcome = simulate(&scenario, &scenario.strategies[index], &world, &mut Recorder::default());
        [outcome.spot, outcome.standard, outcome.disk, outcome.cost()].map(|amount| amount.to_string())
    };
    assert_eq!(costs(0), ["1.333333333333", "2.80", "0.056", "4.189333333333"]);
    // Four hours at 1.20, and the disk: 10 × 4 × 0.0014.
    assert_eq!(costs(1), ["0.00", "4.80", "0.056", "4.856"]);
    // Moving back is no use while the market stays above the bid.
    assert_eq!(costs(2), costs(0));
}

#[test]
fn every_key_of_the_example_is_read_or_named() {
    let made = import(EXAMPLE.as_bytes(), Some(market(MARKET)), &EasOptions::default());
    let named: Vec<(&str, usize, KeyKind)> =
        made.keys.iter().map(|note| (note.path.as_str(), note.line, note.kind)).collect();
    let idle = KeyKind::Idle;
    assert_eq!(
        named,
        [
            ("metadata.workspace_id", 5, idle),
            ("containers[0].image", 24, idle),
            ("containers[0].script", 25, idle),
            ("containers[0].port", 26, idle),
        ]
    );
}

/// Data files of the markets are found beside them, or it is said where they are.
#[test]
fn a_replayed_record_that_is_elsewhere_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(
        folder.path().join("h.csv"),
        "time,price\n2026-06-01T00:00:00Z,0.40\n2026-06-09T00:00:00Z,0.41\n",
    )
    .expect("a writable folder");
    let text = "(currency: \"CNY\", horizon: \"1d\", clocks: [(name: \"c\", offset: Random)], markets: [
        (type: \"ecs.c8i.xlarge\", standard: \"1.20\", spot_protected: Replay(file: \"h.csv\", clock: \"c\"))])";
    let source = || Source { base: folder.path().to_owned(), ..market(text) };
    let json = include_bytes!("import_eas/no_spot.json");
    let made = import(json, Some(source()), &EasOptions::default());
    assert!(made.text.is_some(), "{}", said(&made));
    assert_eq!(made.data_dir.as_deref(), Some(folder.path()));
    let beside = Target { shown: "made.ron".to_owned(), base: folder.path().to_owned() };
    let made = import_eas("service.json", json, Some(source()), &beside, &EasOptions::default());
    assert!(made.text.is_some() && made.data_dir.is_none());
    let gone = Source { base: PathBuf::from("nowhere"), ..source() };
    let made = import(json, Some(gone), &EasOptions::default());
    assert!(made.text.is_none() && said(&made).contains("there is no data file \"h.csv\""));
}

/// What is put into a text: pieces of JSON, and things that go wrong.
const PIECES: [&str; 26] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\"metadata\"",
    "\"type\"",
    "\"name\": ",
    "null",
    "true",
    "-1",
    "1e999",
    "1e-400",
    "0.0000000001",
    "99999999999999999999",
    "\"100%\"",
    "\"40Gi\"",
    "\"\\ud800\"",
    "\u{0}",
    "模",
    "\u{feff}",
    "\"metadata.instance\": 3,",
    "\n",
];

fn check(json: &[u8], options: &EasOptions, with_market: bool) {
    let made = import(json, with_market.then(|| market(MARKET)), options);
    assert_eq!(
        made.text.is_some(),
        made.reports.iter().all(|report| !report.has_errors()),
        "{}",
        said(&made)
    );
    for report in &made.reports {
        report.render(true);
    }
    let Some(text) = &made.text else { return };
    assert_eq!(made.to_fill > 0, !with_market, "{text}");
    let (scenario, report) = load_bytes("made.ron", text.as_bytes().to_vec(), &[]);
    assert_eq!(scenario.is_some(), with_market, "{text}\n{}", report.render(false));
    if let Some(scenario) = scenario {
        let world = scenario.world.draw(1, 0);
        for strategy in &scenario.strategies {
            simulate(&scenario, strategy, &world, &mut Recorder::default());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_change_of_a_service_is_read_or_reported(
        seed in 0..5_usize,
        changes in prop::collection::vec((0_usize..2_400, 0_usize..20, 0..PIECES.len()), 1..4),
        compare in any::<bool>(),
        with_market in any::<bool>(),
    ) {
        let seeds = [
            EXAMPLE,
            include_str!("import_eas/everything.json"),
            include_str!("import_eas/services.json"),
            include_str!("import_eas/no_spot.json"),
            include_str!("import_eas/broken_keys.json"),
        ];
        let mut text: Vec<char> = seeds[seed].chars().collect();
        for (at, length, piece) in changes {
            let at = at % (text.len() + 1);
            let to = (at + length).min(text.len());
            text.splice(at..to, PIECES[piece].chars());
        }
        let text: String = text.into_iter().collect();
        check(text.as_bytes(), &EasOptions { compare, ..EasOptions::default() }, with_market);
    }

    #[test]
    fn any_word_in_place_of_another_is_read_or_reported(from in 0_usize..400, to in 0_usize..400) {
        let text = include_str!("import_eas/everything.json");
        let is_word = |c: char| c.is_alphanumeric() || "_.\"-".contains(c);
        let words: Vec<(usize, &str)> = text
            .split(|c| !is_word(c))
            .filter(|word| !word.is_empty())
            .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
            .collect();
        let ((at, old), (_, new)) = (words[from % words.len()], words[to % words.len()]);
        let text = format!("{}{new}{}", &text[..at], &text[at + old.len()..]);
        check(text.as_bytes(), &EasOptions::default(), true);
    }

    #[test]
    fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let made = import(&bytes, None, &EasOptions::default());
        assert!(made.text.is_none() && !said(&made).is_empty());
    }
}
