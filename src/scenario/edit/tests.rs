//! Numbers found by their path, and texts in which one of them is another.

use super::*;
use crate::scenario::loader;
use crate::units::Money;

/// A text with everything that a path may go through.
const TEXT: &str = "\u{feff}// cash: \"1\" is a comment
(
    start: \"2026-06-01T00:00:00+08:00\", horizon: \"30d\", currency: \"CNY\",
    accounts: [(name: \"main\", cash: \"1_000.50\", credit: 20 /* \"30\" */,
        top_up: Some((below: 100, amount: r#\"500\"#, delay: LogNormal(median: \"2h\", sigma: 1.0)))), (cash: \"7\")],
    strategies: [(name: \"PTU\", deployments: [Ptu(input_tpm: 12000, price: Schedule([(\"0s\", \"0.5\")]))])],
) // no line break";

fn source(text: &str) -> Source {
    Source { path: "edit.ron".to_owned(), text: text.to_owned(), base: PathBuf::new(), data_dirs: Vec::new() }
}

fn find(path: &str) -> Result<Variable, EditError> {
    Variable::find(source(TEXT), path)
}

fn money(text: &str) -> Money {
    Money::parse(text).expect("decimal text")
}

#[test]
fn a_number_is_exchanged_and_all_else_kept_to_the_byte() {
    for (path, written, value, new, expected) in [
        ("accounts[0].cash", "\"1_000.50\"", "1000.50", "2500", "\"2500.00\""),
        ("accounts[0].credit", "credit: 20 /*", "20", "35", "credit: 35 /*"),
        ("accounts[0].top_up.below", "below: 100,", "100", "0", "below: 0,"),
        ("accounts[0].top_up.amount", "r#\"500\"#", "500", "0.125", "r#\"0.125\"#"),
        ("accounts[0].top_up.delay.sigma", "sigma: 1.0)", "1", "1.25", "sigma: 1.25)"),
        ("accounts[1].cash", "\"7\"", "7", "8", "\"8.00\""),
        (
            "strategies[0].deployments[0].input_tpm",
            "input_tpm: 12000,",
            "12000",
            "13000",
            "input_tpm: 13000,",
        ),
    ] {
        let variable = find(path).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!((variable.value(), variable.path()), (money(value), path));
        assert_eq!(variable.text_with(money(new)), TEXT.replacen(written, expected, 1), "{path}");
    }
}

#[test]
fn a_whole_number_moves_by_ones_and_an_amount_by_its_decimals() {
    let unit = |path: &str| find(path).expect("a number").unit();
    assert_eq!(unit("accounts[0].credit"), money("1"));
    assert_eq!(unit("accounts[1].cash"), money("0.01"), "in quotes it may be an amount");
    let fine = Variable::find(source("(price: \"0.0004\")"), "price").expect("a number");
    assert_eq!(fine.unit(), money("0.0001"));
}

#[test]
fn a_wrong_path_is_answered_with_the_nearest_and_the_list() {
    let message = |path: &str| find(path).expect_err("no number").to_string();
    assert_eq!(
        message("accounts[0].cahs"),
        "there is no `accounts[0].cahs` in edit.ron; did you mean `accounts[0].cash`?\n\
         the numbers are accounts[0].cash, accounts[0].credit, accounts[0].top_up.below, accounts[0].top_up.amount, \
         accounts[0].top_up.delay.sigma, accounts[1].cash, strategies[0].deployments[0].input_tpm"
    );
    assert!(message("").starts_with("there is no `` in edit.ron\nthe numbers are"), "{}", message(""));
    assert!(message("horizon").starts_with("`horizon` is \"30d\", not a plain number\n"));
    assert!(message("accounts[0]").starts_with("`accounts[0]` is a group of fields, not a plain number\n"));
    let pair = "strategies[0].deployments[0].price[0]";
    assert_eq!(message(pair), format!("`{pair}` is more than one value"));
}

#[test]
fn a_text_that_is_no_scenario_says_so() {
    let error = Variable::find(source("(cash: \"1\""), "cash").expect_err("not closed");
    assert_eq!(error.to_string(), "edit.ron is no scenario");
    let none = Variable::find(source("(a: \"x\")"), "b").expect_err("no numbers");
    assert_eq!(none.to_string(), "there is no `b` in edit.ron; it has no plain numbers");
}

#[test]
fn the_changed_text_loads_as_a_scenario_or_says_why_not() {
    let text = r#"(start: "2026-06-01T00:00:00+08:00", horizon: "1d", currency: "CNY",
        markets: [(name: "A", standard: "2.00")], services: [(name: "chat", replicas: 1)],
        strategies: [(name: "own", types: [(type: "A")])])"#;
    let replicas = Variable::find(source(text), "services[0].replicas").expect("a number");
    let (scenario, _) = replicas.load_with(money("3"));
    assert_eq!(scenario.expect("it loads").services[0].replicas, 3);
    let (scenario, report) = replicas.load_with(money("-1"));
    assert!(scenario.is_none() && report.has_errors());
}

/// Three strategies, two of which bid.
const BIDS: &str = r#"(
    start: "2026-06-01T00:00:00+08:00", horizon: "1d", currency: "CNY",
    markets: [(name: "A", standard: "2.00", spot_protected: "0.80", stock: OnOff(on: "6h", off: "1h", initial: In))],
    services: [(name: "chat", replicas: 1, start_up: "3m")],
    strategies: [
        (name: "dear", types: [(type: "A", bid: "1.50"), (type: "A")]),
        (name: "any", types: [(type: "A", bid: NoLimit)], protection: false),
        (name: "cheap", types: [(type: "A", bid: "0.90")], move_back: WhenAvailable(min_saving: "10%")),
    ])"#;

fn template(text: &str) -> Template {
    Template::new(source(text)).expect("it is RON")
}

fn axis(text: &str) -> Axis {
    Axis::parse(&template(BIDS), text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn every_value_has_its_line_and_numbers_their_unit() {
    let template = template(BIDS);
    let place =
        |path: &str| template.places().iter().find(|place| place.path() == path).expect("it is there");
    let told = |path: &str| {
        let place = place(path);
        (place.line(), place.written().to_owned(), place.quantity().map(|quantity| quantity.unit()))
    };
    assert_eq!(told("services[0].start_up"), (4, "3m".to_owned(), Some("m")));
    assert_eq!(told("strategies[2].move_back.min_saving"), (8, "10%".to_owned(), Some("%")));
    assert_eq!(told("strategies[1].types[0].bid"), (7, "NoLimit".to_owned(), None));
    assert_eq!(told("strategies[1].protection"), (7, "false".to_owned(), None));
    assert_eq!(
        template.numbers(),
        [
            "horizon",
            "markets[0].standard",
            "markets[0].spot_protected",
            "markets[0].stock.on",
            "markets[0].stock.off",
            "services[0].replicas",
            "services[0].start_up",
            "strategies[0].types[0].bid",
            "strategies[2].types[0].bid",
            "strategies[2].move_back.min_saving"
        ]
    );
}

#[test]
fn a_star_and_a_plus_give_several_places_one_value() {
    let template = template(BIDS);
    let bids = template.find("strategies[*].types[*].bid").expect("they are there");
    assert_eq!(bids.count(), 2, "no limit is no number");
    assert_eq!(template.present(&bids), None, "they differ");
    let text = template.text_with(&[(&bids, "1.10")]);
    assert_eq!(text, BIDS.replace("1.50", "1.10").replace("0.90", "1.10"));
    let both = template.find("strategies[0].types[0].bid + markets[0].standard").expect("they are there");
    let services = template.find("services[0].start_up").expect("it is there");
    let text = template.text_with(&[(&services, "30s"), (&both, "3")]);
    assert_eq!(text, BIDS.replace("2.00", "3").replace("\"3m\"", "\"30s\"").replace("1.50", "3"));
    let message = template.find("strategies[*].bid").expect_err("no such path").to_string();
    assert!(message.starts_with("there is no `strategies[*].bid` in edit.ron"), "{message}");
    assert!(template.are_apart(&[&bids, &services]).is_ok());
    let message = template.are_apart(&[&bids, &both]).expect_err("one bid is in both").to_string();
    assert_eq!(message, "`strategies[0].types[0].bid` cannot vary in two ways at once");
}

#[test]
fn a_value_is_written_as_the_one_that_stood_there() {
    let template = template(BIDS);
    for (path, value, old, new) in [
        ("services[0].replicas", "4", "replicas: 1", "replicas: 4"),
        // It is refused, but as what was asked for.
        ("services[0].replicas", "4h", "replicas: 1", "replicas: \"4h\""),
        ("strategies[1].types[0].bid", "1.20", "bid: NoLimit", "bid: 1.20"),
        ("strategies[1].protection", "true", "protection: false", "protection: true"),
        ("markets[0].stock.on", "90m", "on: \"6h\"", "on: \"90m\""),
        ("strategies[2].types[0].type", "B", "(type: \"A\", bid: \"0.90\")", "(type: \"B\", bid: \"0.90\")"),
    ] {
        let input = template.find(path).expect("it is there");
        assert_eq!(template.text_with(&[(&input, value)]), BIDS.replace(old, new), "{path}");
    }
    let start_up = template.find("services[0].start_up").expect("it is there");
    let (scenario, _) = template.load_with(&[(&start_up, "90s")]);
    assert_eq!(
        scenario.expect("it loads").services[0].start_up,
        crate::world::DurationModel::Fixed(crate::units::SimSpan::from_seconds(90))
    );
    let (scenario, report) = template.load_with(&[(&start_up, "90")]);
    assert!(scenario.is_none() && report.diagnostics[0].message.contains("not a duration"));
}

#[test]
fn the_part_that_a_value_is_in_can_be_pasted() {
    let text = BIDS.replace("(name: \"cheap\",", "(name: \"cheap\", // the least\n        ");
    let template = template(&text);
    let find = |path: &str| template.find(path).expect(path);
    let (saving, horizon) = (find("strategies[2].move_back.min_saving"), find("horizon"));
    let bids = find("strategies[*].types[*].bid");
    assert_eq!(template.elements_of(&[&saving, &horizon]), ["horizon", "strategies[2]"]);
    assert_eq!(template.elements_of(&[&bids, &saving]), ["strategies[0]", "strategies[2]"]);
    assert_eq!(
        template.element_with("strategies[2]", &[(&saving, "12%"), (&bids, "1.1")]).expect("it is there"),
        "(name: \"cheap\", // the least\n         types: [(type: \"A\", bid: \"1.1\")], \
         move_back: WhenAvailable(min_saving: \"12%\"))"
    );
    assert_eq!(template.element_with("horizon", &[(&horizon, "2d")]).as_deref(), Some("\"2d\""));
    assert_eq!(template.element_with("strategies[3]", &[]), None);
}

#[test]
fn an_axis_is_a_list_or_a_range_with_its_number_of_values() {
    assert_eq!(axis("services[0].start_up=30s, 1m,2m").values, ["30s", "1m", "2m"]);
    assert_eq!(axis("services[0].start_up=30s,1m").numbers(), Some((vec![30.0, 60.0], "s")));
    assert_eq!(axis("strategies[0].types[0].bid=0.5..1.5:5").values, ["0.5", "0.75", "1", "1.25", "1.5"]);
    assert_eq!(axis("strategies[1].protection=true,false").numbers(), None);
    let message = |text: &str| Axis::parse(&template(BIDS), text).expect_err(text).to_string();
    for (text, why) in [
        ("services[0].replicas", "write what varies and its values"),
        ("services[0].replicas=1..4", "say how many values there are"),
        ("services[0].replicas=1..4:1", "from 2 to 1000"),
        ("services[0].replicas=1,,2", "a value between the commas is missing"),
        ("services[0].replicas=1,2,1", "the value 1 is there twice"),
        ("services[0].start_up=\"1m\",2m", "values have no quotes"),
        ("services[0].start_up=30s..2m:4", "write both ends in one unit, not 30s and 2m"),
        ("services[0].start_up=soon..2m:4", "\"soon\" is no number, percentage or duration"),
        ("services[0].start_up=2m..2m:4", "both ends are the same"),
    ] {
        let said = message(text);
        assert!(said.starts_with(&format!("{text}: ")) && said.contains(why), "{said}");
    }
    assert!(
        message("services=1,2")
            .starts_with("`services` is a list, not a single value\nthe numbers are horizon,")
    );
    assert!(message("services[0].replics=1,2").contains("did you mean `services[0].replicas`?"));
}

#[test]
fn a_stretch_has_two_ends_and_no_steps() {
    let stretch = Stretch::parse(&template(BIDS), "services[0].start_up=1m..5m").expect("it is one");
    assert_eq!((stretch.low.to_string(), stretch.high.to_string()), ("1m".to_owned(), "5m".to_owned()));
    let message = |text: &str| Stretch::parse(&template(BIDS), text).expect_err(text).to_string();
    assert!(message("services[0].start_up=1m..5m:3").contains("only the two ends"));
    assert!(message("services[0].start_up=5m..1m").contains("the lower end comes first"));
    assert!(message("services[0].start_up=5m").contains("PATH=lo..hi"));
}

#[test]
fn data_files_are_read_once_and_count_in_every_hash() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("june.csv");
    let rows = "time,price\n2026-06-01T00:00:00Z,0.41\n2026-06-03T00:00:00Z,0.52\n";
    std::fs::write(&file, rows).expect("a writable folder");
    let text = r#"(
        start: "2026-06-01T00:00:00+08:00", horizon: "1d", currency: "USD",
        clocks: [(name: "june", offset: Fixed("2026-06-01T00:00:00Z"))],
        markets: [(name: "A", standard: "1.60", spot_protected: Replay(file: "june.csv", clock: "june"))],
        services: [(name: "chat")],
        strategies: [(name: "spot", types: [(type: "A", bid: "1.00"), (type: "A")])],
    )"#;
    let source = Source { base: folder.path().to_owned(), ..source(text) };
    let template = Template::new(source.clone()).expect("it is RON");
    let bid = template.find("strategies[0].types[0].bid").expect("it is there");
    let load = |value: &str| template.load_with(&[(&bid, value)]).0.expect("it loads");
    let first = load("1.00");
    std::fs::remove_file(&file).expect("it was there");
    let second = load("1.20");
    assert_eq!(first.world, second.world, "the file was not needed again");
    // The hash is that of a load of its own, which reads the file.
    std::fs::write(&file, rows).expect("a writable folder");
    assert_eq!(Some(first.hash), loader::load(source.clone()).0.map(|scenario| scenario.hash));
    assert_ne!(first.hash, second.hash);
    let again = Source { text: text.replace("1.00", "1.20"), ..source };
    assert_eq!(Some(second.hash), loader::load(again).0.map(|scenario| scenario.hash));
}

#[test]
fn a_grid_has_every_combination_and_no_more_than_can_be_read() {
    let template = template(BIDS);
    let parse = |axes: &[&str]| {
        Grid::parse(&template, &axes.iter().map(|axis| (*axis).to_owned()).collect::<Vec<_>>())
    };
    let grid =
        parse(&["services[0].replicas=1,2", "strategies[*].types[*].bid=0.9,1.0,1.1"]).expect("a grid");
    assert_eq!((grid.len(), grid.places(4)), (6, vec![1, 1]));
    let settings: Vec<String> = grid.settings(5).iter().map(|(_, value)| (*value).to_owned()).collect();
    assert_eq!(settings, ["2", "1.1"]);
    let message = |axes: &[&str]| parse(axes).expect_err("no grid").to_string();
    assert_eq!(
        message(&["services[0].replicas=1..51:51", "markets[0].standard=1..2:51"]),
        "services[0].replicas, markets[0].standard: the grid has 2601 points (51 × 51), and 2500 are the most: give fewer values"
    );
    assert!(message(&["horizon=1d,2d"; 4]).ends_with("at most 3 values vary at once"));
    assert_eq!(message(&["horizon=1d,2d"; 2]), "`horizon` cannot vary in two ways at once");
}
