//! `deploysim import prices`: what a history holds, and processes that are fitted to it.

use crate::support::{Folder, list, number, text};
use deploysim::scenario;
use deploysim::units::{SimSpan, SimTime};
use deploysim::world::PriceId;
use std::fmt::Write as _;
use std::path::PathBuf;

/// What the program says on stderr when it leaves with this code, with nothing on stdout.
fn refused(folder: &Folder, words: &str, code: i32) -> String {
    let output = folder.run(&format!("import prices {words}"));
    assert_eq!(output.status.code(), Some(code), "{words}\n{}", text(&output.stderr));
    assert!(output.stdout.is_empty(), "{words}");
    text(&output.stderr)
}

/// A date of January 2026 and later, so many hours after its first.
fn date(hours: i64) -> String {
    let calendar = deploysim::units::Calendar::parse("2026-01-01T00:00:00Z").expect("a date");
    calendar.format(SimTime::ZERO + SimSpan::from_hours(hours))
}

/// Evenly spread numbers from -1 to 1, the same ones for ever.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / f64::from(1_u32 << 30) - 1.0
    }
}

/// Three zones for 600 days: one that moves every six hours around two levels, between which it switches after a week
/// and after three days on average; one that changes three times; one that never does.
fn zones() -> String {
    let mut csv = String::from("time,price,instance_type,zone\n");
    let mut numbers = Numbers(1);
    let (mut price, mut is_tight) = (0.40, false);
    for step in 0..=2_400 {
        let stays = if is_tight { 12.0 } else { 28.0 };
        is_tight ^= numbers.next() < 2.0 / stays - 1.0;
        let level = if is_tight { 0.60 } else { 0.40 };
        price += 0.4 * (level - price) + 0.01 * numbers.next();
        let _ = writeln!(csv, "{},{price:.4},g1.large,cn-test-a", date(step * 6));
    }
    for (hours, price) in [(0, "0.50"), (700, "0.55"), (1_500, "0.45"), (2_300, "0.50")] {
        let _ = writeln!(csv, "{},{price},g1.large,cn-test-b", date(hours));
    }
    let _ = writeln!(csv, "{},0.45,g1.large,cn-test-c", date(0));
    csv
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("zones.csv", &zones());
    folder
}

#[test]
fn the_answer_is_exactly_so() {
    let told = folder().stdout("import prices zones.csv --standard 0.80 --bid 0.45 --bid 0.62 --worlds 100");
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cli/prices.expected");
    if std::env::var_os("DEPLOYSIM_BLESS").is_some() {
        std::fs::write(&path, &told).expect("a writable folder");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(told == expected, "it differs; see it with DEPLOYSIM_BLESS=1 and git diff\n{told}");
}

#[test]
fn every_market_loads_and_draws_where_it_is_pasted() {
    let folder = folder();
    let found = folder.json("import prices zones.csv --standard cn-test-a=0.80 --format json --worlds 50");
    let mut markets = Vec::new();
    for series in list(&found["series"]) {
        markets.extend(series["fit"]["constant"].as_str());
        markets.extend(list(&series["fit"]["kinds"]).iter().filter_map(|kind| kind["market"].as_str()));
    }
    // Two kinds for the first zone, the second has too few changes, one price for the third.
    assert_eq!(markets.len(), 3, "{found}");
    let told = folder.stdout("import prices zones.csv --standard cn-test-a=0.80 --worlds 50");
    for market in markets {
        assert!(told.contains(market.trim_end()), "the text shows\n{market}");
        let written = format!(
            "(start: \"2026-06-01T00:00:00+08:00\", horizon: \"90d\", currency: \"CNY\", markets: [\n{market}],\n\
             services: [(name: \"chat\")], strategies: [(name: \"spot\", protection: false, types: [(type: \"g1.large\")])])"
        );
        let name = market.split("name: ").nth(1).and_then(|rest| rest.split('"').nth(1)).expect("a name");
        let written = written.replace(
            "(type: \"g1.large\")",
            &format!("(type: \"{name}\", bid: \"0.5\"), (type: \"{name}\")"),
        );
        let (loaded, report) = scenario::load_bytes("pasted.ron", written.clone().into_bytes(), &[]);
        let loaded = loaded.unwrap_or_else(|| panic!("{}\n{written}", report.render(false)));
        let world = loaded.world.draw(1, 0);
        let end = SimTime::ZERO + SimSpan::from_days(90);
        for (index, series) in loaded.world.prices.iter().enumerate() {
            let mut prices = world.price(PriceId(index)).segments(SimTime::ZERO, end);
            assert!(
                prices.all(|piece| (100_000_000..=800_000_000).contains(&piece.value)),
                "{}",
                series.name
            );
        }
    }
}

#[test]
fn the_kind_that_was_drawn_comes_first_and_the_figures_say_why() {
    let found = folder().json("import prices zones.csv --zone cn-test-a --format json --worlds 100");
    let series = &list(&found["series"])[0];
    assert_eq!(series["fit"]["step"], "6h");
    assert!(series["standard"].is_null() && list(&series["figures"]["above_standard"]).is_empty());
    let kinds = list(&series["fit"]["kinds"]);
    let names: Vec<_> = kinds.iter().map(|kind| kind["kind"].as_str()).collect();
    assert_eq!(names, [Some("TwoRegime"), Some("MeanReverting")]);
    assert!(number(&kinds[0]["distance"]) < number(&kinds[1]["distance"]));
    // Three bids, eight figures each, and the record's own is that of the second half.
    let second = list(&series["fit"]["second_half"]);
    assert_eq!((list(&kinds[0]["figures"]).len(), second.len()), (24, 3));
    let shares = list(&kinds[0]["figures"]).iter().step_by(8).map(|figure| number(&figure["record"]));
    assert!(shares.eq(second.iter().map(|bid| number(&bid["share_at_or_below"]))));
    let outside = list(&kinds[1]["figures"]).iter().filter(|figure| figure["within"] == false).count();
    assert_eq!(kinds[1]["outside"].as_u64(), Some(outside as u64));
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let folder = folder();
    let words = ["import", "prices", "zones.csv", "--worlds", "60"];
    let told = |threads: &str| {
        let output = folder.deploysim().args(words).env("RAYON_NUM_THREADS", threads).output();
        text(&output.expect("the program starts").stdout)
    };
    assert_eq!(told("1"), told("3"));
}

#[test]
fn files_are_one_history_and_what_was_repaired_is_said() {
    let folder = Folder::new();
    let row = |hours, price: &str| format!("{},{price}\n", date(hours));
    // Not in order, and one row twice.
    let first = [row(0, "0.40"), row(30, "0.45"), row(12, "0.50"), row(12, "0.50")].concat();
    folder.write("one.csv", &format!("time,price\n{first}"));
    folder.write("two.csv", &format!("time,price\n{}{}", row(48, "0.40"), row(60, "0.60")));
    let told = folder.stdout("import prices one.csv two.csv --fit none --bid 0.45");
    assert!(told.contains("not in order of time") && told.contains("were dropped: 1"), "{told}");
    let found = folder.json("import prices one.csv two.csv --fit none --bid 0.45 --format json");
    let series = &list(&found["series"])[0];
    assert_eq!((series["rows"].as_u64(), series["figures"]["changes"].as_u64()), (Some(5), Some(4)));
    assert!(series["fit"].is_null());
    let bid = &list(&series["figures"]["bids"])[0];
    // 12 h, then 18 h above, then 30 h.
    assert!((number(&bid["share_at_or_below"]) - 42.0 / 60.0).abs() < 1e-12, "{bid}");
    assert_eq!((bid["below"]["count"].as_u64(), number(&bid["above"]["mean_h"])), (Some(2), 18.0));
}

#[test]
fn histories_with_little_in_them_are_described() {
    let folder = Folder::new();
    folder.write("one.csv", "time,price\n2026-01-01T00:00:00Z,0.42\n");
    let told = folder.stdout("import prices one.csv");
    assert!(told.contains("1 row") && told.contains("no length"), "{told}");
    folder.write("still.csv", "time,price\n2026-01-01T00:00:00Z,0.42\n2026-02-01T00:00:00Z,0.42\n");
    let told = folder.stdout("import prices still.csv");
    assert!(
        told.contains("the price never changes") && told.contains("spot_unprotected: \"0.42\""),
        "{told}"
    );
    assert!(told.contains("The standard price is not given"), "{told}");
    folder.write(
        "once.csv",
        "time,price\n2026-01-01T00:00:00Z,0.42\n2026-01-09T00:00:00Z,0.5\n2026-02-01T00:00:00Z,0.5\n",
    );
    let told = folder.stdout("import prices once.csv --standard 0.9");
    assert!(told.contains("changes the price once") && told.contains("74.2 %"), "{told}");
    let hole =
        (0..40).map(|n| format!("{},0.{}\n", date(n * 6 + if n > 20 { 2_000 } else { 0 }), 400 + n % 7));
    folder.write("hole.csv", &format!("time,price\n{}", hole.collect::<String>()));
    let told = folder.stdout("import prices hole.csv");
    assert!(told.contains("stands still for 83.6 d"), "{told}");
    folder.write("shares.csv", "time,discount\n2026-01-01T00:00:00Z,0.3\n2026-01-02T00:00:00Z,0.35\n");
    let told = folder.stdout("import prices shares.csv");
    assert!(told.contains("shares of the standard price; --standard PRICE"), "{told}");
    let told = folder.stdout("import prices shares.csv --standard 12.5");
    assert!(told.contains("3.75") && told.contains("12.50"), "{told}");
}

#[test]
fn what_cannot_be_read_or_asked_is_refused() {
    let folder = folder();
    folder.write("wrong.csv", "time,price\n2026-01-01T00:00:00Z,-0.5\n2026-02-01T00:00:00Z,0\nx,5\n");
    let said = refused(&folder, "wrong.csv", 3);
    assert!(said.contains("cannot be negative") && said.contains("cannot be zero"), "{said}");
    assert!(said.contains("not a time") && said.contains("3 errors in wrong.csv"), "{said}");
    folder.write("empty.csv", "");
    assert!(refused(&folder, "empty.csv", 3).contains("the file is empty"));
    folder.write("stock.csv", "time,available\n2026-01-01T00:00:00Z,1\n2026-01-02T00:00:00Z,0\n");
    assert!(refused(&folder, "stock.csv", 3).contains("not prices"));
    assert!(refused(&folder, "zones.csv stock.csv", 3).contains("not one history"));
    assert!(refused(&folder, "nowhere.csv", 3).contains("there is no data file"));
    assert!(refused(&folder, "zones.csv --zone cn-test-d", 3).contains("did you mean"));
    let said = refused(&folder, "zones.csv --standard cn-test-x=1", 2);
    assert!(said.contains("no series is called so"), "{said}");
    assert!(refused(&folder, "zones.csv --standard =1", 2).contains("no name before"));
    assert!(refused(&folder, "zones.csv --bid 0", 2).contains("above zero"));
    assert!(refused(&folder, "", 2).contains("FILE"));
}
